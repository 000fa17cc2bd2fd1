"""The table of all indicators as an Excel workbook: numbers as numbers, words as text and never as formulas."""

from collections.abc import Sequence

from openpyxl import Workbook as Excel
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter

from tongdao.analysis import Gap, gaps
from tongdao.base import head, put, saved
from tongdao.document import style as theme
from tongdao.pages.lineage import origin
from tongdao.pages.tables import EXAMPLE
from tongdao.pages.wording import chance, day_name, departments, month_name, reason, verdict_name
from tongdao.workbook import View

#: Title and width in characters, in the order of ``_row``.
COLUMNS = {
    "指标": 30,
    "单位": 8,
    "目标": 9,
    "限定词": 8,
    "实际": 9,
    "差距": 9,
    "完成率": 9,
    "剩余各月每月需": 14,
    "可能性": 10,
    "判断": 12,
    "依据": 60,
    "牵头单位": 30,
    "配合单位": 30,
    "条款": 8,
    "原文": 48,
    "读数时间": 14,
    "来源": 32,
    "记录日期": 12,
}
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
    head(sheet, COLUMNS, HEAD)
    for number, row in enumerate(rows, HEAD + 1):
        for column, (value, form) in enumerate(_row(view, row), 1):
            cell = put(sheet, number, column, value)
            cell.number_format = form
            cell.alignment = Alignment(wrap_text=isinstance(value, str), vertical="top")
            cell.border = Border(bottom=Side(style="thin", color=_argb(theme.RULE)))
        verdict = sheet.cell(number, list(COLUMNS).index("判断") + 1)
        verdict.font = Font(color=_argb(theme.LIGHTS[row.light]), bold=row.light == "red")
    sheet.freeze_panes = sheet.cell(HEAD + 1, 2)
    sheet.auto_filter.ref = f"A{HEAD}:{get_column_letter(len(COLUMNS))}{HEAD + len(rows)}"
    sheet.page_setup.paperSize = 8  # A3
    return excel


def _row(view: View, row: Gap) -> list[tuple[str | float, str]]:
    """The values of an indicator with their number formats."""
    item, plan, at = row.item, view.plan, origin(view, row.item, row.end)
    figure = "0.########" if item.counts else "0.00##" if item.unit == "亿元" else "0.0#"
    decided = row.cause in ("reached", "deadline")
    likely = "" if row.verdict in ("pending", "followed") else chance(row.p_met, plan.thresholds, decided=decided)
    values: list[tuple[str | float, str]] = [
        (item.name, "@"),
        (item.unit, "@"),
        (row.target, figure),
        (item.word, "@"),
        (row.actual, figure),
        (row.gap, figure),
        (row.completion, "0%"),
        (row.required_per_month, "0.0##"),
    ]
    who = (departments(plan.lead(item)), departments(plan.support(item), ""))
    words = (likely, verdict_name(row), reason(row, view), *who, item.clause, item.quote)
    return [*values, *((text, "@") for text in (*words, at.period, at.source, at.recorded_at))]


def _argb(colour: str) -> str:
    return f"FF{colour[1:]}"
