"""What offices sent, handed back as an Excel workbook with marks."""

import re
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any

from tongdao.base import book_bytes, head, put, saved, shown
from tongdao.intake.headings import tidy_name
from tongdao.intake.numbers import NUMERIC
from tongdao.intake.sheet import SEVERITIES, Finding, Sheet

COLOURS = {"error": "F8CBAD", "warning": "FFE699", "info": "DDEBF7"}


def marked_book(sheets: Sequence[Sheet], findings: Sequence[Finding], line: str) -> bytes:
    """The delivered sheets handed back: cells coloured and commented where something was found, and a list of all.

    Values and texts are those delivered; formulas and macros are not, only what they came to.
    """
    from openpyxl import Workbook

    book = Workbook()
    _list(book.active, findings, line)
    for sheet in sheets:
        made = book.create_sheet(sheet.name or "报送数据")
        for at, row in zip(sheet.lines, sheet.rows, strict=True):
            for place, text in enumerate(row):
                if text:
                    put(made, at, place + 1, float(text) if sheet.kind(at, place) in NUMERIC else text)
        for top, left, bottom, right in sheet.merged:
            made.merge_cells(start_row=top, start_column=left + 1, end_row=bottom, end_column=right + 1)
        _mark_all(made, sheet, [item for item in findings if (item.sheet or "") == sheet.name])
    return saved(book)


def marked_own(content: bytes, findings: Sequence[Finding], line: str) -> bytes:
    """The office's own .xlsx handed back as it looks, marked and with the list of all findings in front.

    Formulas are what they came to; macros, links, names, rules and pictures are left behind. To be called in a
    process with limits.
    """
    import warnings

    from openpyxl import load_workbook
    from openpyxl.cell.cell import MergedCell
    from openpyxl.formatting.formatting import ConditionalFormattingList

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of extensions that are dropped
        book = load_workbook(BytesIO(content), data_only=True, keep_links=False)
    book.defined_names.clear()
    for sheet in book.worksheets:
        sheet.conditional_formatting = ConditionalFormattingList()
        sheet.data_validations.dataValidation = []
        sheet.defined_names.clear()
        sheet.tables.clear()
        sheet._hyperlinks, sheet._charts, sheet._images, sheet._pivots = [], [], [], []
        for cell in sheet._cells.values():
            if isinstance(cell, MergedCell):
                continue
            cell.hyperlink = None
            if isinstance(cell.value, str):
                put(sheet, cell.row, cell.column, cell.value)
        _mark_all(sheet, Sheet(sheet.title, [], []), [item for item in findings if item.sheet == sheet.title])
    _list(book.create_sheet(index=0), findings, line)
    book.active = 0
    return book_bytes(book)


def _list(listed: Any, findings: Sequence[Finding], line: str) -> None:
    listed.title = "数据回执"
    put(listed, 1, 1, line)
    where = ((SEVERITIES[item.severity][0], item.sheet or "", item.row, item.column or "") for item in findings)
    rows = ((*at, shown(item.value or ""), shown(item.message)) for at, item in zip(where, findings, strict=True))
    fill(listed, {"性质": 8, "工作表": 16, "行": 8, "列": 16, "原文": 24, "说明": 80}, rows, "top", 2)


def fill(
    sheet: Any, widths: Mapping[str, float], rows: Iterable[Sequence[Any]], vertical: str = "top", top: int = 1
) -> None:
    """Titles in line ``top`` and rows below them, long texts on several lines."""
    from openpyxl.styles import Alignment

    head(sheet, widths, top)
    for line, row in enumerate(rows, top + 1):
        for column, value in enumerate(row, 1):
            put(sheet, line, column, value).alignment = Alignment(wrap_text=True, vertical=vertical)


def _mark_all(made: Any, sheet: Sheet, findings: Sequence[Finding]) -> None:
    from openpyxl.cell.cell import MergedCell
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    by_cell: dict[tuple[int, int], list[Finding]] = {}
    for item in findings:
        if item.row:
            by_cell.setdefault((item.row, _place(sheet, item)), []).append(item)
    for place, items in by_cell.items():
        cell = made.cell(*place)
        if not isinstance(cell, MergedCell):
            worst = min((item.severity for item in items), key=[*SEVERITIES].index)
            cell.fill = PatternFill("solid", fgColor=COLOURS[worst])
            text = "\n".join(shown(item.message) for item in items)[:2000]
            cell.comment = Comment(text, "数据回执", height=120, width=320)


def _place(sheet: Sheet, item: Finding) -> int:
    """The column of a finding, from 1: a letter, a tidy column or a heading as it stood; the first one otherwise."""
    from openpyxl.utils import column_index_from_string

    if not item.column:
        return 1
    if sheet.spreadsheet and re.fullmatch("[A-Z]{1,3}", item.column):
        return int(column_index_from_string(item.column))
    for row in sheet.rows[:30]:
        for place, text in enumerate(row):
            if text.strip() == item.column or tidy_name(text) == item.column:
                return place + 1
    return 1
