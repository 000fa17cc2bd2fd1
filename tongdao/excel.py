"""Excel sheets we write: plain values only, so that nothing an office typed can become a formula."""

import math
from io import BytesIO
from typing import Any

from tongdao.plain_text import CONTROL

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


def book_bytes(book: Any) -> bytes:
    """The bytes of a workbook."""
    made = BytesIO()
    book.save(made)
    return made.getvalue()
