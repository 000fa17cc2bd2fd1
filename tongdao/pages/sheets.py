"""The state of indicators as an Excel workbook: a sheet of all, one with a chart for each, and the readings as a long
table for a pivot. Chances, days and amounts are numbers with formats, amounts in the unit that reports print.
"""

import re
from collections.abc import Hashable, Sequence
from datetime import date
from math import isnan
from typing import Any

from tongdao.analysis import Gap
from tongdao.base import Period, head, put
from tongdao.document import LIGHTS, MAIN, MUTED, RULE, TARGET
from tongdao.pages import frames
from tongdao.pages.display import Cell, Field, R
from tongdao.pages.page import EXAMPLE, FIELDS, MONTH
from tongdao.pages.wording import day_name, month_name
from tongdao.workbook import View

HEAD = 4  # row of the column titles; above it title and remark
PRINTED = "牵头单位"  # the last column that is printed; behind it stands what explains
YEARS = 4  # of a flow beside each other
SIGN = re.compile(r"[\[\]:*?/\\']")  # that no name of a sheet may hold
BASES = {"cumulative": "累计", "single": "当期", "level": "时点"}
STATUS = {"preliminary": "初步", "final": "最终"}
DAY = "yyyy-mm-dd"
DASHES = ("sysDot", "sysDash", "solid")  # of past years, the nearest one whole


def status_book(view: View, rows: Sequence[Gap]) -> Any:
    """The workbook, to be written by ``base.saved``."""
    from openpyxl import Workbook as Excel

    excel = Excel()
    _status(excel.active, view, rows)
    for row in rows:
        if len(row.own):
            name = f"{len(excel.sheetnames)} {SIGN.sub('', row.item.name)}"[:31]
            _course(excel.create_sheet(name), row)
    _readings(excel.create_sheet("读数"), view, rows)
    return excel


def _titled(sheet: Any, view: View, title: str) -> None:
    from openpyxl.styles import Font

    remark = f"数据截至{day_name(view.as_of)}" + (f"　{EXAMPLE}" if view.plan.example else "")
    put(sheet, 1, 1, title).font = Font(bold=True, size=14)
    put(sheet, 2, 1, remark).font = Font(color=_colour(LIGHTS["yellow"]))


def _status(sheet: Any, view: View, rows: Sequence[Gap]) -> None:
    """One row per indicator with its clause and reading; what acts is printed, on A4."""
    sheet.title = "指标完成情况"
    _titled(sheet, view, f"{view.plan.title}　{month_name(view.month)}")
    _write(sheet, FIELDS, rows, HEAD)
    last = next(at for at, one in enumerate(FIELDS, 1) if one.title == PRINTED)
    sheet.freeze_panes = sheet.cell(HEAD + 1, 2)
    sheet.auto_filter.ref = f"A{HEAD}:{sheet.cell(HEAD, len(FIELDS)).column_letter}{HEAD + len(rows)}"
    sheet.print_title_rows = f"{HEAD}:{HEAD}"
    sheet.print_area = f"A1:{sheet.cell(HEAD, last).column_letter}{HEAD + len(rows)}"


def _write(sheet: Any, fields: Sequence[Field[R]], rows: Sequence[R], at: int) -> None:
    """What the fields say of each row, below their titles in row ``at``."""
    from openpyxl.styles import Alignment, Border, Font, Side

    head(sheet, {one.title: int(one.width) for one in fields}, at)
    rule = Border(bottom=Side(style="thin", color=_colour(RULE)))
    words, figure = Alignment(wrap_text=True, vertical="top"), Alignment(vertical="top")
    for number, row in enumerate(rows, at + 1):
        for column, one in enumerate(fields, 1):
            said = one.text(row)
            told = one.value(row) if one.value else said.text if isinstance(said, Cell) else said
            cell = _put(sheet, number, column, told, one.form)
            cell.alignment, cell.border = figure if one.value else words, rule
            if isinstance(said, Cell) and said.light:
                cell.font = Font(color=_colour(LIGHTS[said.light]), bold=said.strong)


def _course(sheet: Any, row: Gap) -> None:
    """An indicator's readings, a flow's years beside each other, with its target and a chart of Excel's own."""
    from openpyxl.chart import LineChart, Reference
    from openpyxl.chart.shapes import GraphicalProperties
    from openpyxl.drawing.line import LineProperties

    scale = frames.chart_scale(row)
    points, target = frames.reading_points(row, scale), row.target * scale.factor
    by_year = row.item.restarts
    _titled(sheet, row.view, f"{row.item.name}（{scale.unit}）")
    if by_year:
        years = points.pivot(index="month", columns="year", values="y").reindex(range(1, 13)).iloc[:, -YEARS:]
        lines: list[list[Any]] = [[*line] for line in years.astype(object).where(years.notna(), None).itertuples()]
        titles = ["月", *(f"{year}年" for year in years)]
    else:
        lines = [[Period(int(end)).last_day, float(y)] for end, y in zip(points["end"], points["y"], strict=True)]
        titles = ["期间", "读数"]
    if not isnan(target) and (not by_year or frames.one_year_target(row)):
        titles.append("目标")
        lines = [[*line, target] for line in lines]
    head(sheet, dict.fromkeys(titles, 12), HEAD)
    for number, line in enumerate(lines, HEAD + 1):
        for column, value in enumerate(line, 1):
            _put(sheet, number, column, value, "0" if by_year and column == 1 else MONTH if column == 1 else "")
    chart, end = LineChart(), HEAD + len(lines)
    chart.add_data(Reference(sheet, 2, HEAD, len(titles), end), titles_from_data=True)
    chart.set_categories(Reference(sheet, 1, HEAD + 1, 1, end))
    chart.title, chart.width, chart.height = None, 18, 9
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.x_axis.number_format, chart.y_axis.title = ("0" if by_year else MONTH), scale.unit
    chart.legend.position = "b"
    chart.x_axis.tickLblPos = "low"
    chart.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill=RULE[1:]))
    for at, (line, title) in enumerate(zip(chart.series, titles[1:], strict=True)):
        own = title in ("读数", f"{row.view.month.year}年")
        line.smooth = False
        line.graphicalProperties.line.solidFill = (TARGET if title == "目标" else MAIN if own else MUTED)[1:]
        line.graphicalProperties.line.width = 28_000 if own else 12_000  # EMU
        if not own and title != "目标":
            line.graphicalProperties.line.dashStyle = DASHES[at % len(DASHES)]
    sheet.add_chart(chart, f"{sheet.cell(1, len(titles) + 2).column_letter}{HEAD}")


def _readings(sheet: Any, view: View, rows: Sequence[Gap]) -> None:
    """Every reading on a line of its own, as a table that Excel knows by name; amounts as they were delivered."""
    from openpyxl.worksheet.table import Table, TableStyleInfo

    names = {row.item.id: row.item.name for row in rows}
    known = view.observed[view.observed["indicator"].isin(list(names))].to_dict("records")
    fields: tuple[Field[dict[Hashable, Any]], ...] = (
        Field("指标", 30, lambda one: names[one["indicator"]]),
        Field("单位", 8, lambda one: str(one["unit"])),
        Field("地区", 14, lambda one: view.plan.region_name(one["region"])),
        Field("期间", 11, lambda one: one["period"], "left", lambda one: Period(one["end"]).last_day, MONTH),
        Field("年", 6, lambda one: "", "right", lambda one: Period(one["end"]).year, "0"),
        Field("月", 5, lambda one: "", "right", lambda one: Period(one["end"]).month, "0"),
        Field("口径", 8, lambda one: BASES.get(one["basis"], one["basis"])),
        Field("数值", 12, lambda one: "", "right", lambda one: float(one["value"])),
        Field("状态", 8, lambda one: STATUS.get(one["status"], one["status"])),
        Field("来源", 36, lambda one: one["source"]),
        Field("记录日期", 12, lambda one: "", "left", lambda one: date.fromisoformat(one["recorded_at"][:10]), DAY),
    )
    _write(sheet, fields, known, 1)
    sheet.freeze_panes = "B2"
    sheet.print_title_rows = "1:1"
    if len(known):
        table = Table(displayName="读数表", ref=f"A1:{sheet.cell(1, len(fields)).column_letter}{len(known) + 1}")
        table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=True)
        sheet.add_table(table)


def _put(sheet: Any, number: int, column: int, value: Any, form: str) -> Any:
    """A value with its format: a number that has none with the decimals that it has and its size deserves."""
    cell = put(sheet, number, column, value)
    if isinstance(value, float) and not (form or isnan(value)):
        most = 1 if abs(value) >= 100 else 2 if abs(value) >= 1 else 3
        places = next(places for places in range(most + 1) if round(value, places) == round(value, most))
        form = f"#,##0.{'0' * places}" if places else "#,##0"
    cell.number_format = form or "General"
    return cell


def _colour(name: str) -> str:
    return f"FF{name[1:]}"
