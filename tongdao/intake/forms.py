"""The sheets an office fills in; ``add`` takes them back. Every cell is a plain value, never a formula.

That of the indicators is the tidy layout with a blank value column, the last figures, units and drop-downs; that
of a list or register has its rows as they stand.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from tongdao.base import MONEY, MONTHS, Period, UsageError, put, saved
from tongdao.intake.cells.headings import FORM
from tongdao.intake.files.marked_book import styled_book
from tongdao.plan import Indicator, Plan
from tongdao.workbook import Entry, Lists, ListSheet, View, cells, current

WIDTHS = (40, 12, 14, 10, 28, 12, 12, 46)
WIDEST = 32  # characters of Excel's measure, two to a Chinese one
MOST_PERIODS = 24  # Excel takes 255 characters of a list


def form(view: View, department: str = "") -> bytes:
    """An Excel workbook with a row for each indicator a department leads (all of them by default).

    Raises:
        UsageError: no such department, or it leads no indicator.
    """
    plan = view.plan
    unit = plan.find_department(department).name if department else ""
    items = _items(plan, unit)
    book, sheet = styled_book("填报", dict(zip(FORM, WIDTHS, strict=True)))
    for row, item in enumerate(items, 2):
        _fill(sheet, row, item, view, unit or "、".join(plan.lead(item)))
        _choices(sheet, row, item, plan)
    sheet.freeze_panes = "C2"
    return saved(book)


def list_form(sheet: ListSheet, lists: Lists, plan: Plan, department: str = "") -> bytes:
    """An Excel workbook with a list or register as it stands, or those rows of it that a department leads.

    Every cell is text, so that nothing is reinterpreted.

    Raises:
        UsageError: no such department, or a register, whose rows nobody leads.
    """
    from openpyxl.styles import Alignment

    known = current(sheet, lists, plan)
    if department:
        if sheet.model is Entry:
            raise UsageError(f"“{sheet.what}”是名册，没有牵头单位这一列；请去掉 --department，写出整张表。")
        unit, ledger = plan.find_department(department).name, lists.ledger.as_known(date.max)
        known = tuple(row for row in known if unit in ledger.leads(row, plan))
    rows = [list(cells(sheet, row, plan).values()) for row in known]
    titles = list(sheet.typed.values())
    widths = [min(max(2 * len(text) for text in column) + 2, WIDEST) for column in zip(titles, *rows, strict=True)]
    book, page = styled_book(sheet.page, dict(zip(titles, widths, strict=True)))
    for line, texts in enumerate(rows, 2):
        for column, text in enumerate(texts, 1):
            cell = put(page, line, column, text)
            cell.number_format, cell.alignment = "@", Alignment(wrap_text=True, vertical="top")
    page.freeze_panes = "B2"
    return saved(book)


def _items(plan: Plan, unit: str) -> Sequence[Indicator]:
    if not unit:
        return plan.indicators
    items = [item for item in plan.indicators if unit in plan.lead(item)]
    if not items:
        raise UsageError(f"“{unit}”没有牵头的指标，不需要填报；不写 --department 可得全部指标的表。")
    return items


def _fill(sheet: Any, row: int, item: Indicator, view: View, source: str) -> None:
    from openpyxl.styles import Alignment, PatternFill

    series = view.series(item)
    last = series.iloc[-1] if len(series) else None
    length = MONTHS[item.frequency]
    end = (view.month.end + 1) // length * length - 1  # the last period that was over by then, or the plan's first
    due = Period(end if end >= view.plan.first_month.end else end + length, length)
    cells: list[Any] = [item.name, str(due), None, item.unit, source]
    if last is not None:
        cells += [str(Period(int(last["end"]), int(last["months"]))), float(last["value"])]
    else:
        cells += ["", None]
    cells.append(_advice(item, last is not None and last["basis"] == "level"))
    for column, value in enumerate(cells, 1):
        cell = put(sheet, row, column, value)
        cell.alignment = Alignment(wrap_text=True, vertical="center")
    sheet.cell(row, 3).fill = PatternFill("solid", fgColor="FFF9E5")  # what is to be filled in


def _advice(item: Indicator, stock: bool) -> str:
    whole = "，填整数" if item.counts else ""
    match item.measure:
        case "flow":
            words = "1 月起累计数"
        case "net":
            words = "期末存量" if stock else "1 月起累计净增数，可为负"
        case "share":
            words = f"百分数，如 17.5 表示 17.5%，不超过 {item.upper_limit or 100:g}"
        case "growth" | "average_growth":
            words = "百分数，如 12.5 表示 12.5%，可为负"
        case _:
            words = "期末数"
    return f"{words}{whole}；没有数据请留空，确为零请填 0。"


def _choices(sheet: Any, row: int, item: Indicator, plan: Plan) -> None:
    """Drop-downs of a row: the plan's periods of the indicator's frequency, and the units it may be given in."""
    from openpyxl.worksheet.datavalidation import DataValidation

    length = MONTHS[item.frequency]
    ends = range(plan.first_month.end, plan.last_month.end + 1)
    periods = [str(Period(end, length)) for end in ends if (end + 1) % length == 0]
    units = [item.unit, *(unit for unit in MONEY if item.unit in MONEY and unit != item.unit)]
    for column, values in (("B", periods[-MOST_PERIODS:]), ("D", units)):
        rule = DataValidation(type="list", formula1=f'"{",".join(values)}"', showErrorMessage=True)
        rule.errorTitle, rule.error = "不在列表中", "请从下拉列表中选一项。"
        sheet.add_data_validation(rule)
        rule.add(f"{column}{row}")
