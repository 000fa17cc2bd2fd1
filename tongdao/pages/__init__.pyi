from . import display as display, wording as wording
from .assessment import Assessment as Assessment
from .briefing import Briefing as Briefing, since_month as since_month, subject as subject
from .charts.progress import largest as largest
from .charts.vega_lite import (
    SCHEMA as SCHEMA,
    Scale as Scale,
    Spec as Spec,
    field as field,
    mark as mark,
    rows as rows,
    scale_of as scale_of,
)
from .department_report import DepartmentReport as DepartmentReport
from .display import (
    HEADLESS as HEADLESS,
    LIGHTS as LIGHTS,
    Blocks as Blocks,
    Cell as Cell,
    Column as Column,
    Field as Field,
    Figure as Figure,
    Notice as Notice,
    Shown as Shown,
    Table as Table,
    Text as Text,
    show as show,
    table as table,
)
from .frames import moved_figures as moved_figures, status_table as status_table
from .gap_to_target import GapToTarget as GapToTarget
from .indicator_trend import (
    IndicatorTrend as IndicatorTrend,
    change_column as change_column,
    changes_frame as changes_frame,
)
from .lineage import figures as figures, origin as origin
from .monthly_report import MonthlyReport as MonthlyReport
from .page import EXAMPLE as EXAMPLE, Page as Page
from .status_sheet import status_book as status_book, status_sheet as status_sheet
from .wall_chart import WallChart as WallChart
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
