"""Excel sheets we write: plain values only, so that nothing an office typed can become a formula."""

import math
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from tongdao.base.text import CONTROL

MOST_TEXT = 32_000


def put(sheet: Any, row: int, column: int, value: Any) -> Any:
    """Write one cell and give it back; a figure that is not known leaves it empty.

    A text is a text whatever it begins with: its type is set, and Excel shows it as typed.
    """
    cell = sheet.cell(row, column)
    if isinstance(value, str):
        cell.value = CONTROL.sub("", value)[:MOST_TEXT]
        cell.data_type = "s"
        cell.quotePrefix = value[:1] in ("=", "+", "-", "@", "\t", "'")
    elif not (isinstance(value, float) and math.isnan(value)):
        cell.value = value
    return cell


def head(sheet: Any, titles: Mapping[str, float], row: int = 1) -> None:
    """The titles of a table, bold and shaded, and the width of each column in characters."""
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    for column, (title, width) in enumerate(titles.items(), 1):
        cell = put(sheet, row, column, title)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="D9E2F3")
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(column)].width = width


def book_bytes(book: Any) -> bytes:
    """The bytes of a workbook."""
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def saved(book: Any) -> bytes:
    """The bytes of a workbook of ours, whose sheets print one page wide, lying; on A4 where they name no paper."""
    for sheet in book.worksheets:
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.page_setup.paperSize or 9
        sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True
    return book_bytes(book)
