from .corrections import (
    CORRECTIONS as CORRECTIONS,
    FOLDER as FOLDER,
    LEDGER as LEDGER,
    WITHDRAWN as WITHDRAWN,
    filled as filled,
    matching as matching,
    read_corrections as read_corrections,
    read_deliveries as read_deliveries,
    read_receipt as read_receipt,
    read_withdrawn as read_withdrawn,
    receipt_files as receipt_files,
    stray_files as stray_files,
)
from .dated_rows import RefusedCellError as RefusedCellError, Row as Row, key_of as key_of, known as known
from .lists import (
    Item as Item,
    Ledger as Ledger,
    Lists as Lists,
    ListSheet as ListSheet,
    Milestone as Milestone,
    cells as cells,
    current as current,
    find_sheet as find_sheet,
    read_lists as read_lists,
    rows_of as rows_of,
    sheets as sheets,
)
from .places import (
    DEFAULT as DEFAULT,
    KNOWN as KNOWN,
    PLAN as PLAN,
    find_workbook as find_workbook,
    reports_folder as reports_folder,
)
from .readings import (
    JUMP as JUMP,
    KEY as KEY,
    SERIES as SERIES,
    as_known as as_known,
    claims as claims,
    known_each as known_each,
    lacking as lacking,
    middle as middle,
    placed as placed,
    read_readings as read_readings,
)
from .registers import Entry as Entry, count as count, uncounted as uncounted
from .store import COLUMNS as COLUMNS, READINGS as READINGS, Csv as Csv, copy_rows as copy_rows, store_at as store_at
from .tiling import Unplaced as Unplaced
from .view import Course as Course, View as View, views as views
from .workbook import (
    Workbook as Workbook,
    covered as covered,
    digest as digest,
    documents_folder as documents_folder,
    find_notebook as find_notebook,
    notebook_folders as notebook_folders,
    open_workbook as open_workbook,
)
