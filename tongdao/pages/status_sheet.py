"""The table of all indicators as an Excel workbook: numbers as numbers, words as text and never as formulas."""

from collections.abc import Sequence

from openpyxl import Workbook as Excel
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter

from tongdao.analysis import Gap, gaps
from tongdao.base import head, put, saved
from tongdao.document import style as theme
from tongdao.pages.display import Cell
from tongdao.pages.page import EXAMPLE, Page
from tongdao.pages.wording import day_name, month_name
from tongdao.workbook import View

WIDTHS = (
    *(("指标", 30), ("单位", 8), ("目标", 9), ("限定词", 8), ("实际", 9), ("差距", 9), ("完成率", 9)),
    *(("剩余各月每月需", 14), ("可能性", 10), ("判断", 12), ("依据", 60), ("牵头单位", 30), ("配合单位", 30)),
    *(("条款", 8), ("原文", 48), ("读数时间", 14), ("来源", 32), ("记录日期", 12)),
)  # in characters
HEAD = 4  # row of the column titles; above it title and remark


def status_sheet(view: View) -> bytes:
    """An .xlsx file of ``status_book`` for all indicators."""
    return saved(status_book(view, gaps(view)))


def status_book(view: View, rows: Sequence[Gap]) -> Excel:
    """A workbook of one sheet: title, remark on the data, one row per indicator with its clause and reading."""
    excel = Excel()
    sheet = excel.active
    sheet.title = "指标完成情况"
    remark = f"数据截至{day_name(view.as_of)}" + (f"　{EXAMPLE}" if view.plan.example else "")
    put(sheet, 1, 1, f"{view.plan.title}　{month_name(view.month)}").font = Font(bold=True, size=14)
    put(sheet, 2, 1, remark).font = Font(color=_argb(theme.LIGHTS["yellow"]))
    fields = Page(view, tuple(rows)).columns(*WIDTHS, blank="")
    head(sheet, {field.title: int(field.width) for field in fields}, HEAD)
    for number, row in enumerate(rows, HEAD + 1):
        for column, field in enumerate(fields, 1):
            said = field.text(row)
            text = said.text if isinstance(said, Cell) else said
            cell = put(sheet, number, column, field.value(row) if field.value else text)
            cell.number_format = field.form if isinstance(field.form, str) else field.form(row)
            cell.alignment = Alignment(wrap_text=field.value is None, vertical="top")
            cell.border = Border(bottom=Side(style="thin", color=_argb(theme.RULE)))
            if isinstance(said, Cell) and said.light:
                cell.font = Font(color=_argb(theme.LIGHTS[said.light]), bold=said.strong)
    sheet.freeze_panes = sheet.cell(HEAD + 1, 2)
    sheet.auto_filter.ref = f"A{HEAD}:{get_column_letter(len(fields))}{HEAD + len(rows)}"
    sheet.page_setup.paperSize = 8  # A3
    return excel


def _argb(colour: str) -> str:
    return f"FF{colour[1:]}"
