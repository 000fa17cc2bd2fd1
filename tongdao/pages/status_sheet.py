"""The table of all indicators as an Excel workbook: numbers as numbers, words as text and never as formulas."""

from collections.abc import Callable, Sequence
from operator import attrgetter

from openpyxl import Workbook as Excel
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter

from tongdao.analysis import Gap, gaps
from tongdao.base import head, put, saved
from tongdao.document import style as theme
from tongdao.pages.display import Cell, Field
from tongdao.pages.lineage import origin
from tongdao.pages.page import EXAMPLE
from tongdao.pages.wording import chance, day_name, departments, month_name, reason, verdict_name
from tongdao.workbook import View

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
    fields = _fields(view, rows)
    head(sheet, {field.title: int(field.width) for field in fields}, HEAD)
    for number, row in enumerate(rows, HEAD + 1):
        for column, field in enumerate(fields, 1):
            text = field.text(row)
            cell = put(sheet, number, column, field.value(row) if field.value else getattr(text, "text", text))
            cell.number_format = field.form if isinstance(field.form, str) else field.form(row)
            cell.alignment = Alignment(wrap_text=field.value is None, vertical="top")
            cell.border = Border(bottom=Side(style="thin", color=_argb(theme.RULE)))
            if isinstance(text, Cell) and text.light:
                cell.font = Font(color=_argb(theme.LIGHTS[text.light]), bold=text.strong)
    sheet.freeze_panes = sheet.cell(HEAD + 1, 2)
    sheet.auto_filter.ref = f"A{HEAD}:{get_column_letter(len(fields))}{HEAD + len(rows)}"
    sheet.page_setup.paperSize = 8  # A3
    return excel


def _fields(view: View, rows: Sequence[Gap]) -> tuple[Field[Gap], ...]:
    """What the sheet says of an indicator; widths are in characters."""
    plan = view.plan
    at = {row.item.id: origin(view, row.item, row.end) for row in rows}

    def likely(row: Gap) -> str:
        decided = row.cause in ("reached", "deadline")
        return "" if row.verdict in ("pending", "followed") else chance(row.p_met, plan.thresholds, decided=decided)

    def figure(row: Gap) -> str:
        return "0.########" if row.item.counts else "0.00##" if row.item.unit == "亿元" else "0.0#"

    def amount(title: str, name: str, form: Callable[[Gap], str] | str = figure, width: float = 9) -> Field[Gap]:
        return Field(title, width, lambda row: str(getattr(row, name)), "right", attrgetter(name), form)

    return (
        Field("指标", 30, lambda row: row.item.name),
        Field("单位", 8, lambda row: row.item.unit),
        amount("目标", "target"),
        Field("限定词", 8, lambda row: row.item.word),
        amount("实际", "actual"),
        amount("差距", "gap"),
        amount("完成率", "completion", "0%"),
        amount("剩余各月每月需", "required_per_month", "0.0##", 14),
        Field("可能性", 10, likely),
        Field("判断", 12, lambda row: Cell(verdict_name(row), light=row.light, strong=row.light == "red")),
        Field("依据", 60, lambda row: reason(row, view)),
        Field("牵头单位", 30, lambda row: departments(plan.lead(row.item))),
        Field("配合单位", 30, lambda row: departments(plan.support(row.item), "")),
        Field("条款", 8, lambda row: row.item.clause),
        Field("原文", 48, lambda row: row.item.quote),
        Field("读数时间", 14, lambda row: at[row.item.id].period),
        Field("来源", 32, lambda row: at[row.item.id].source),
        Field("记录日期", 12, lambda row: at[row.item.id].recorded_at),
    )


def _argb(colour: str) -> str:
    return f"FF{colour[1:]}"
