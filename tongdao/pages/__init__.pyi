from . import (
    assessment as assessment,
    briefing as briefing,
    change_notes as change_notes,
    department_report as department_report,
    display as display,
    frames as frames,
    gap_to_target as gap_to_target,
    indicator_trend as indicator_trend,
    ledger as ledger,
    lineage as lineage,
    monthly_report as monthly_report,
    registers as registers,
    tables as tables,
    wall_chart as wall_chart,
    wording as wording,
)
from .briefing import chat_text as chat_text, scope as scope, since_month as since_month, subject as subject
from .charts.peers import region_points as region_points
from .charts.progress import (
    ahead_points as ahead_points,
    chart_scale as chart_scale,
    one_year_target as one_year_target,
    reading_points as reading_points,
    restarts as restarts,
)
from .charts.ranking import CAP as CAP, completion_points as completion_points
from .charts.vega_lite import (
    Spec as Spec,
    field as field,
    light_channels as light_channels,
    mark as mark,
    names_down as names_down,
    rows as rows,
    themed as themed,
)
from .display import (
    HEADLESS as HEADLESS,
    LIGHTS as LIGHTS,
    Cell as Cell,
    Column as Column,
    Figure as Figure,
    Notice as Notice,
    Shown as Shown,
    Table as Table,
    Text as Text,
    show as show,
)
from .frames import moved_figures as moved_figures, status_table as status_table
from .indicator_trend import (
    change_column as change_column,
    changes_frame as changes_frame,
    choose as choose,
    history_figures as history_figures,
    quote_text as quote_text,
    region_figures as region_figures,
)
from .lineage import figures as figures, origin as origin
from .status_sheet import status_book as status_book, status_sheet as status_sheet
from .tables import (
    EXAMPLE as EXAMPLE,
    indicator_table as indicator_table,
    progress_figure as progress_figure,
    ranking_figures as ranking_figures,
)
from .wording import (
    BLANK as BLANK,
    amount as amount,
    chance as chance,
    conclusion as conclusion,
    day_name as day_name,
    departments as departments,
    month_name as month_name,
    percent as percent,
    period_name as period_name,
    reason as reason,
    rounded as rounded,
    said as said,
    short_amount as short_amount,
    target_phrase as target_phrase,
    verdict_name as verdict_name,
)
