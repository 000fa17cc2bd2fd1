from .corrections import CORRECTIONS as CORRECTIONS, matching as matching, read_corrections as read_corrections
from .dated_rows import RefusedCellError as RefusedCellError, known as known
from .ledger import Item as Item, Ledger as Ledger, Milestone as Milestone
from .lists import (
    Lists as Lists,
    ListSheet as ListSheet,
    cells as cells,
    current as current,
    find_sheet as find_sheet,
    read_lists as read_lists,
    sheets as sheets,
)
from .readings import (
    COLUMNS as COLUMNS,
    JUMP as JUMP,
    KEY as KEY,
    SERIES as SERIES,
    as_known as as_known,
    latest_recorded as latest_recorded,
    middle as middle,
    observations as observations,
    read_readings as read_readings,
)
from .registers import Entry as Entry, count as count
from .view import View as View
from .withdrawals import FOLDER as FOLDER, LEDGER as LEDGER, WITHDRAWN as WITHDRAWN, read_withdrawn as read_withdrawn
from .workbook import (
    DEFAULT as DEFAULT,
    PLAN as PLAN,
    READINGS as READINGS,
    Workbook as Workbook,
    digest as digest,
    documents_folder as documents_folder,
    find_notebook as find_notebook,
    find_workbook as find_workbook,
    open_workbook as open_workbook,
    reports_folder as reports_folder,
)
