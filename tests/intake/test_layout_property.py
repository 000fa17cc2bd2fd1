"""A table in any layout, of any writer, with any legal format, unit and order, comes back as the same readings."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from test_intake_zoo import receive
from test_office_writers import WRITERS

MONEY, COUNT, RATE = "知识价值信用贷款备案", "新增企业上云", "高新技术产业增加值占地区生产总值比重"
UNITS = {MONEY: ("亿元", "万元", "元", "千元"), COUNT: ("家", "户"), RATE: ("%", "百分比")}
SIZES = {"亿元": 1, "万元": 10_000, "千元": 100_000, "元": 100_000_000}
FORMATS = {
    "%": ("General", "0.0", '0.0"%"', "0.0\\%", "#,##0.00_);[Red]\\(#,##0.00\\)", "percent"),
    "money": ("General", "0.00", "#,##0.00", "0.0000_ ", '_-* #,##0.00_-;-* #,##0.00_-;_-* "-"??_-;_-@_-'),
    "count": ("General", "0", "#,##0", '0"家"'),
}
LAYOUTS = ("months across", "months down", "indicators down, years", "tidy", "progress", "quarters")
NOTES = ["注：数据为初步整理。", "填表人：张三", "数据来源：县统计局", "①按新口径统计。"]
TITLES = ["数字产业提升监测表", "主要指标统计表", "附件1", "单位：见表"]
Readings = dict[tuple[str, str, str], Decimal]


class Figure(float):
    """A stored number with its format."""

    code = "General"


def figure(value: Decimal, code: str) -> Figure:
    made = Figure(value / 100 if code == "percent" else value)
    made.code = code.replace("percent", "0.00%")
    return made


def across(layout: str, numbers: list[int]) -> list[tuple[str, str, str]]:
    """Headings, the period each stands for and its basis."""
    if layout == "indicators down, years":
        return [(f"{2021 + number}年", f"{2021 + number}", "cumulative") for number in numbers]
    if layout == "progress":
        return [("累计完成", "2024-09", "cumulative")]
    if layout == "quarters":
        return [("上半年" if n == 2 else f"1-{3 * n}月", f"2024-{3 * n:02d}", "cumulative") for n in numbers]
    return [(f"1-{n}月" if n > 1 else "1月", f"2024-{n:02d}", "cumulative") for n in numbers]


@st.composite
def tables(draw: st.DrawFn) -> tuple[str, bytes, Readings]:
    """A file's name, its content and the readings it says."""
    layout = draw(st.sampled_from(LAYOUTS))
    numbers = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3, unique=True))
    names = draw(st.lists(st.sampled_from([MONEY, COUNT, RATE]), min_size=1, max_size=3, unique=True))
    heads = across(layout, numbers)
    writer = draw(st.sampled_from(["csv", *WRITERS]))
    want: Readings = {}
    units, cells, formats = {}, {}, {}
    for name in names:
        units[name] = draw(st.sampled_from(UNITS[name]))
        kind = "money" if name == MONEY else "count" if name == COUNT else "%"
        formats[name] = draw(st.sampled_from(FORMATS[kind])) if writer != "csv" else "General"
        for _, period, basis in heads:
            value = Decimal(draw(st.integers(1, 900))) / (1 if name == COUNT else 10)
            value = min(value, Decimal(99)) if name == RATE else value
            want[name, period, basis if name != RATE else "level"] = value
            cells[name, period] = figure(value * SIZES.get(units[name], 1), formats[name])
    rows: list[list[Any]]
    if layout == "tidy":
        rows = [["指标", "期间", "数值", "单位"]]
        rows += [[name, head, cells[name, period], units[name]] for name in names for head, period, _ in heads]
    elif layout == "months down":
        rows = [["月份", *(f"{name}（{units[name]}）" for name in names)]]
        rows += [[head, *(cells[name, period] for name in names)] for head, period, _ in heads]
    else:
        more = [["年度目标", "完成率"]] if layout == "progress" else [[]]
        rows = [["指标", "单位", *more[0], *(head for head, _, _ in heads)]]
        filler = [99999, "50%"] if layout == "progress" else []
        rows += [[name, units[name], *filler, *(cells[name, period] for _, period, _ in heads)] for name in names]
    rows = drawn(draw, rows, layout)
    if writer == "csv":
        made = io.StringIO()
        csv.writer(made).writerows([[f"{x:.10g}" if isinstance(x, float) else x for x in row] for row in rows])
        return "报表_2024.csv", made.getvalue().encode(), want
    return writer, written(writer, rows), want


def drawn(draw: st.DrawFn, rows: list[list[Any]], layout: str) -> list[list[Any]]:
    """The rows with their columns and lines shuffled, titles above, notes below and blank lines between."""
    first = 1 if layout == "months down" else 0
    order = draw(st.permutations(range(first, len(rows[0]))))
    rows = [[row[0], *(row[place] for place in order)] if first else [row[place] for place in order] for row in rows]
    body = draw(st.permutations(rows[1:]))
    if draw(st.booleans()):
        body = [line for row in body for line in (row, [])]
    title = draw(st.lists(st.sampled_from(TITLES), max_size=2, unique=True))
    title += ["2024年1-9月主要指标完成情况表"] if layout == "progress" else []
    notes = draw(st.lists(st.sampled_from(NOTES), max_size=2, unique=True))
    return [*([text] for text in title), rows[0], *body, *([text] for text in notes)]


def written(writer: str, rows: list[list[Any]]) -> bytes:
    """The rows as xlwt, openpyxl or XlsxWriter puts them, each figure with its format."""
    import openpyxl
    import xlsxwriter
    import xlwt

    made, styles = io.BytesIO(), dict[str, Any]()
    cells = [(line, place, value) for line, row in enumerate(rows) for place, value in enumerate(row)]
    if writer.endswith("xls"):
        old = xlwt.Workbook(encoding="utf-8")
        sheet = old.add_sheet("表")
        for line, place, value in cells:
            code = value.code if isinstance(value, Figure) else "General"
            style = styles.setdefault(code, xlwt.easyxf(num_format_str=code))
            sheet.write(line, place, float(value) if isinstance(value, Figure) else value, style)
        old.save(made)
    elif writer.startswith("xo"):
        book = openpyxl.Workbook()
        for line, place, value in cells:
            cell = book.active.cell(line + 1, place + 1, float(value) if isinstance(value, Figure) else value)
            cell.number_format = value.code if isinstance(value, Figure) else "General"
        book.save(made)
    else:
        other = xlsxwriter.Workbook(made)
        page = other.add_worksheet("表")
        for line, place, value in cells:
            if isinstance(value, Figure):
                page.write_number(line, place, float(value), other.add_format({"num_format": value.code}))
            else:
                page.write(line, place, value)
        other.close()
    return made.getvalue()


@pytest.mark.usefixtures("here")
@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(tables())
def test_a_table_comes_back_as_its_readings(table: tuple[str, bytes, Readings]) -> None:
    name, content, want = table
    receipt = receive(content, name)
    assert receipt.verdict != "reject", [item.message for item in receipt.findings if item.severity == "error"]
    got = {(one.item.name, str(one.period), one.basis): one.value for one in receipt.entries}
    assert got == want
