from .calendar import (
    ZONE as ZONE,
    Calendar as Calendar,
    is_workday as is_workday,
    moment_of as moment_of,
    now as now,
    past_day as past_day,
    workdays_left as workdays_left,
)
from .child import (
    ApartError as ApartError,
    apart as apart,
    read_apart as read_apart,
    serve as serve,
)
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
    interrupt as interrupt,
)
from .excel import book_bytes as book_bytes, head as head, put as put, saved as saved
from .files import (
    as_open_as as as_open_as,
    file_mode as file_mode,
    locked as locked,
    make_folder as make_folder,
    new_table as new_table,
    publish as publish,
    read_lines as read_lines,
    read_records as read_records,
    read_table as read_table,
    seen_from as seen_from,
    with_rows as with_rows,
    write_whole as write_whole,
)
from .model import (
    Part as Part,
    check as check,
    check_file as check_file,
    entry_place as entry_place,
    read_toml as read_toml,
    wanted as wanted,
)
from .periods import (
    MONTHS as MONTHS,
    Frequency as Frequency,
    Period as Period,
    Recorded as Recorded,
    day_of as day_of,
    month_of as month_of,
    one_year as one_year,
    parse_day as parse_day,
    parse_month as parse_month,
    parse_period as parse_period,
    plain as plain,
    read_recorded as read_recorded,
    read_when as read_when,
    span as span,
    years_back as years_back,
)
from .text import (
    CONTROL as CONTROL,
    INVISIBLE as INVISIBLE,
    LOST as LOST,
    escaped as escaped,
    fault_of as fault_of,
    file_name as file_name,
    hostile_marks as hostile_marks,
    inside as inside,
    marked as marked,
    narrow as narrow,
    narrowing as narrowing,
    shown as shown,
    typed as typed,
    unescaped as unescaped,
)
from .units import (
    HAN_DIGITS as HAN_DIGITS,
    HAN_TENS as HAN_TENS,
    MONEY as MONEY,
    SCALES as SCALES,
    convert as convert,
    convertible as convertible,
    from_han as from_han,
    parse_number as parse_number,
)
