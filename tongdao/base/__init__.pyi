from .calendar import Calendar as Calendar, is_workday as is_workday, now as now, workdays_left as workdays_left
from .critical_path import (
    Activity as Activity,
    CircleError as CircleError,
    Times as Times,
    critical as critical,
    schedule as schedule,
)
from .errors import (
    DataError as DataError,
    DocumentError as DocumentError,
    PlanError as PlanError,
    RunError as RunError,
    TongdaoError as TongdaoError,
    UsageError as UsageError,
    candidates as candidates,
    disk_fault as disk_fault,
)
from .excel import book_bytes as book_bytes, head as head, put as put, saved as saved
from .files import (
    locked as locked,
    publish as publish,
    read_table as read_table,
    with_rows as with_rows,
    write_whole as write_whole,
)
from .model import (
    Part as Part,
    entry_place as entry_place,
    fault_sentence as fault_sentence,
    toml_fault as toml_fault,
    wanted as wanted,
)
from .period_words import (
    Recorded as Recorded,
    When as When,
    han_month as han_month,
    one_year as one_year,
    parse_month as parse_month,
    plain as plain,
    read_recorded as read_recorded,
    read_when as read_when,
)
from .periods import (
    MONTHS as MONTHS,
    Frequency as Frequency,
    Period as Period,
    cumulative_from_single as cumulative_from_single,
    month_of as month_of,
    parse_day as parse_day,
    parse_period as parse_period,
    plan_time as plan_time,
    single_from_cumulative as single_from_cumulative,
    span as span,
    years_back as years_back,
)
from .text import (
    CONTROL as CONTROL,
    INVISIBLE as INVISIBLE,
    LOST as LOST,
    escaped as escaped,
    fault_of as fault_of,
    hostile_marks as hostile_marks,
    narrow as narrow,
    shown as shown,
    typed as typed,
    unescaped as unescaped,
)
from .units import MONEY as MONEY, convert as convert, convertible as convertible
