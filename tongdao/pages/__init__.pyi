from . import display as display, wording as wording
from .assessment import Assessment as Assessment
from .briefing import Briefing as Briefing, since_month as since_month, subject as subject
from .department_report import DepartmentReport as DepartmentReport
from .display import (
    HEADLESS as HEADLESS,
    LIGHTS as LIGHTS,
    Column as Column,
    Field as Field,
    Figure as Figure,
    Markdown as Markdown,
    Notice as Notice,
    Shown as Shown,
    Stamp as Stamp,
    Table as Table,
    Text as Text,
    show as show,
    table as table,
)
from .frames import (
    CAP as CAP,
    CHANCE as CHANCE,
    RANGE as RANGE,
    ahead_points as ahead_points,
    chart_scale as chart_scale,
    completion_points as completion_points,
    figures as figures,
    one_year_target as one_year_target,
    origin as origin,
    outlook_steps as outlook_steps,
    reading_points as reading_points,
    status_table as status_table,
    way_changed as way_changed,
)
from .gap_to_target import GapToTarget as GapToTarget
from .indicator_trend import IndicatorTrend as IndicatorTrend
from .monthly_report import MonthlyReport as MonthlyReport
from .page import EXAMPLE as EXAMPLE, SIGNS as SIGNS, Page as Page
from .panel import RegionPanel as RegionPanel, group_table as group_table, league as league, panel_of as panel_of
from .sheets import status_book as status_book
from .summary import conclusion as conclusion
from .vega_lite import (
    Spec as Spec,
    field as field,
    light_channels as light_channels,
    mark as mark,
    names_down as names_down,
    rows as rows,
    themed as themed,
)
from .wall_chart import WallChart as WallChart
from .wording import (
    BLANK as BLANK,
    chance as chance,
    day_name as day_name,
    full as full,
    month_name as month_name,
    percent as percent,
    period_name as period_name,
    said as said,
    verdict_name as verdict_name,
)
