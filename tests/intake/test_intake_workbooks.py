"""Workbooks as Excel and WPS save them, and archives that are none: structure, formulas, hidden parts, bombs."""

import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from test_intake_zoo import WIDE, receive, tidy_text, wide_text

from tongdao.base.child import TOO_LATE
from tongdao.intake.sandbox import parse, read_sheets
from tongdao.intake.sheet import RefusedError

MONTHS = ("1月", "1-2月", "1-3月", "1-4月", "1-5月", "1-6月", "1-7月", "1-8月", "1-9月", "1-10月", "1-11月", "1-12月")


def number(text: str) -> Any:
    return float(text) if "." in text else int(text)


def table(sheet: Any, top: int = 1) -> None:
    """The sound wide table, its header on line ``top``."""
    for column, text in enumerate(("指标", "单位", *MONTHS), 1):
        sheet.cell(top, column, text)
    for row, line in enumerate(WIDE, top + 1):
        name, unit, *values = line.split(",")
        for column, value in enumerate((name, unit, *map(number, values)), 1):
            sheet.cell(row, column, value)


def saved(change: Callable[[Any, Any], None] = lambda book, sheet: None, top: int = 1) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "创新指标2024"
    table(sheet, top)
    change(book, sheet)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def rezipped(content: bytes, change: Callable[[zipfile.ZipFile], None], drop: str = "") -> bytes:
    """The same archive with something more in it, or without one part."""
    made = io.BytesIO()
    old = zipfile.ZipFile(io.BytesIO(content))
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename != drop:
                new.writestr(part.filename, old.read(part.filename))
        change(new)
    return made.getvalue()


def cells(**values: Any) -> Callable[[Any, Any], None]:
    def change(book: Any, sheet: Any) -> None:
        for place, value in values.items():
            sheet[place] = value

    return change


def hide_row(book: Any, sheet: Any) -> None:
    sheet.row_dimensions[3].hidden = True


def hide_column(book: Any, sheet: Any) -> None:
    sheet.column_dimensions["E"].hidden = True


def hide_sheet(book: Any, sheet: Any) -> None:
    other = book.create_sheet("旧表")
    table(other)
    other.sheet_state = "hidden"


def cover(book: Any, sheet: Any) -> None:
    book.create_sheet("封面", 0)["B3"] = "创新指标报送表"


def empty_sheets(book: Any, sheet: Any) -> None:
    book.create_sheet("Sheet2")
    book.create_sheet("Sheet3")


def another_year(book: Any, sheet: Any) -> None:
    table(book.create_sheet("创新指标2023"))


def targets(book: Any, sheet: Any) -> None:
    table(book.create_sheet("全年目标"))


def averages(book: Any, sheet: Any) -> None:
    """Where no indicator of the plan is one."""
    other = book.create_sheet("人均指标")
    other.append(["指标", "单位", "1月"])
    other.append(["人均产值", "万元", 1.5])


def percent(book: Any, sheet: Any) -> None:
    for column, value in enumerate(("全社会研发经费投入增速", "%", 0.125), 1):
        sheet.cell(5, column, value)
    sheet.cell(5, 3).number_format = "0.0%"


def merge_values(book: Any, sheet: Any) -> None:
    sheet.merge_cells("C2:D2")


def merge_units(book: Any, sheet: Any) -> None:
    sheet.merge_cells("B2:B3")


def far_style(book: Any, sheet: Any) -> None:
    sheet["XFD1048576"].number_format = "0.00"


def dated_heads(book: Any, sheet: Any) -> None:
    for column in range(4, 15):
        sheet.cell(1, column, datetime(2024, 1, column - 2))


CASES: list[tuple[str, Callable[[Any, Any], None], str, str]] = [
    ("sound", lambda book, sheet: None, "accept", ""),
    ("empty further sheets", empty_sheets, "accept", ""),
    ("a stray style at the far end", far_style, "accept", ""),
    ("hidden row", hide_row, "repair", "hidden_row"),
    ("hidden column", hide_column, "repair", "hidden_column"),
    ("hidden sheet", hide_sheet, "repair", "hidden_sheet"),
    ("cover sheet", cover, "repair", "other_sheet"),
    ("two years in two sheets", another_year, "accept", ""),
    ("a sheet of targets beside", targets, "repair", "other_sheet"),
    ("a sheet of averages beside", averages, "repair", "other_sheet"),
    ("a sheet of targets alone", lambda book, sheet: setattr(sheet, "title", "全年目标"), "reject", "not_readings"),
    ("a sheet of another year", lambda book, sheet: setattr(sheet, "title", "创新指标2023"), "reject", "year_conflict"),
    ("a number kept as text", cells(C2="5"), "repair", "text_number"),
    ("percent format", percent, "repair", "percent_format"),
    ("merged values", merge_values, "reject", "merged_values"),
    ("a unit merged into values", lambda book, sheet: sheet.merge_cells("B2:C2"), "reject", "merged_values"),
    ("merged units", merge_units, "repair", "merged"),
    ("headings that became dates", dated_heads, "repair", "heading_date"),
    ("a value that became a date", cells(C2=datetime(2024, 3, 2)), "reject", "looks_like_date"),
    ("true", cells(C2=True), "reject", "not_a_number"),
    ("formula never calculated", cells(C2="=2+3"), "reject", "formula"),
    ("error value", cells(C2="#REF!"), "reject", "error_cell"),
    ("noise of binary fractions", cells(C4=0.1 + 0.2 - 0.29), "accept", ""),
    ("a remark beside the table", cells(P2="已核"), "repair", "extra_column"),
    ("unknown name", cells(A2="新增高新技术企业"), "reject", "unknown_indicator"),
]


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(("change", "verdict", "code"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_workbook(change: Callable[[Any, Any], None], verdict: str, code: str) -> None:
    receipt = receive(saved(change), "报表_2024.xlsx")
    assert receipt.verdict == verdict, receipt.findings
    assert not code or code in {item.code for item in receipt.findings}, receipt.findings


def test_a_fault_is_named_by_its_cell() -> None:
    receipt = receive(saved(cells(H3="约7")), "报表_2024.xlsx")
    error = next(item for item in receipt.findings if item.severity == "error")
    assert (error.row, error.column, error.value, error.sheet) == (3, "H", "约7", "创新指标2024")


def test_a_formula_counts_by_its_saved_result() -> None:
    """openpyxl saves no results, so one is written into the sheet's XML as Excel would."""
    content = saved(cells(C2="=2+3"))
    part = "xl/worksheets/sheet1.xml"
    xml = re.sub(rb"<v\s*/>|<v></v>", b"<v>5</v>", zipfile.ZipFile(io.BytesIO(content)).read(part))
    receipt = receive(rezipped(content, lambda new: new.writestr(part, xml), drop=part), "报表_2024.xlsx")
    assert receipt.verdict == "accept", receipt.findings
    assert len(receipt.entries) == 36


def bomb(new: zipfile.ZipFile) -> None:
    new.writestr("xl/media/image1.png", bytes(60_000_000))


def outside(new: zipfile.ZipFile) -> None:
    new.writestr("../../outside.txt", "x")


def macros(new: zipfile.ZipFile) -> None:
    new.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0")


@pytest.mark.parametrize(
    ("change", "verdict", "code"),
    [
        (bomb, "reject", "bomb"),
        (outside, "reject", "archive_names"),
        (macros, "repair", "macros"),
    ],
)
def test_an_archive(change: Callable[[zipfile.ZipFile], None], verdict: str, code: str) -> None:
    receipt = receive(rezipped(saved(), change), "报表_2024.xlsx")
    assert receipt.verdict == verdict, receipt.findings
    assert code in {item.code for item in receipt.findings}


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml"])
@pytest.mark.parametrize(("before", "code"), [("", "utf-8"), (f"<!--{'x' * 90_000}-->", "utf-16")])
def test_entities_in_what_is_read_are_refused(part: str, before: str, code: str) -> None:
    content = saved()
    xml = zipfile.ZipFile(io.BytesIO(content)).read(part).decode().removeprefix('<?xml version="1.0"?>')
    new = f'<?xml version="1.0" encoding="{code}"?>{before}<!DOCTYPE a [<!ENTITY b "c">]>{xml}'.encode(code)
    receipt = receive(rezipped(content, lambda made: made.writestr(part, new), drop=part), "报表_2024.xlsx")
    assert [item.code for item in receipt.findings] == ["entities"], receipt.findings


def test_the_child_reads_what_openpyxl_reads() -> None:
    def mixed(book: Any, sheet: Any) -> None:
        sheet["A6"] = CellRichText("科技型", TextBlock(InlineFont(b=True), "中小企业 "), "评价认定数")
        sheet["B6"], sheet["C6"], sheet["D6"] = " 家\n", "", "=1+1"

    content = saved(mixed)
    sheets, findings = parse(content, "报表_2024.xlsx", [])
    assert sheets[0].rows[-1][:2] == ["科技型中小企业 评价认定数", " 家\n"]
    assert read_sheets(content, "报表_2024.xlsx", []) == (sheets, findings)


def test_a_part_twice_is_refused() -> None:
    content = saved()
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = rezipped(content, lambda new: new.writestr("xl/workbook.xml", "<x/>"))
    assert receive(twice, "报表_2024.xlsx").verdict == "reject"


def test_an_archive_cut_short_or_of_another_kind_is_refused() -> None:
    content = saved()
    assert receive(content[: len(content) // 2], "报表_2024.xlsx").verdict == "reject"
    word = rezipped(content, lambda new: new.writestr("word/document.xml", "<x/>"), drop="xl/workbook.xml")
    assert "Word" in receive(word, "报表_2024.xlsx").findings[0].message


def test_the_content_decides_and_not_the_suffix() -> None:
    for content, name in ((saved(), "报表_2024.csv"), (wide_text().encode(), "报表_2024.xlsx")):
        receipt = receive(content, name)
        assert receipt.verdict == "repair"
        assert [item.code for item in receipt.findings] == ["suffix"]


def test_a_value_far_outside_the_table_costs_nothing() -> None:
    receipt = receive(saved(cells(XFD1048576="x")), "报表_2024.xlsx")
    assert (receipt.verdict, len(receipt.entries)) == ("repair", 36)


def test_a_tidy_sheet() -> None:
    book = openpyxl.Workbook()
    for line in tidy_text().splitlines():
        name, period, value, *rest = line.split(",")
        book.active.append([name, period, value if period == "period" else number(value), *rest])
    book.active["F2"] = date(2024, 4, 10)
    content = io.BytesIO()
    book.save(content)
    receipt = receive(content.getvalue(), "读数.xlsx")
    assert receipt.verdict == "accept", receipt.findings
    assert len(receipt.entries) == 5


def test_a_file_that_takes_too_long_is_stopped_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "".join(f"<row r='{n}'><c r='A{n}'><v>1</v></c></row>" for n in range(1, 200_000))
    part = "xl/worksheets/sheet1.xml"
    xml = re.sub(rb"<sheetData>.*</sheetData>", f"<sheetData>{rows}</sheetData>".encode(), _part(saved(), part))
    content = rezipped(saved(), lambda new: new.writestr(part, xml), drop=part)
    monkeypatch.setattr("tongdao.intake.sandbox.SECONDS", 0.001)
    monkeypatch.setattr("tongdao.intake.sandbox.PER_MB", {True: 0.0})
    monkeypatch.setattr("tongdao.base.child.PATIENCE", 60_000)
    with pytest.raises(RefusedError, match="还没有读完，已停止"):
        read_sheets(content, "报表_2024.xlsx", [])


ENDLESS = """
import psutil, sys, types
def forever(request, content):
    while True: pass
sys.modules.update(resource=None, endless=types.SimpleNamespace(forever=forever))
from tongdao.base import serve
serve("endless:forever")
"""


def test_where_the_system_sets_no_limits_the_child_ends_itself() -> None:
    done = subprocess.run([sys.executable, "-c", ENDLESS], input=b'{"seconds": 1}\n', timeout=60, check=False)
    assert done.returncode == TOO_LATE


def _part(content: bytes, name: str) -> bytes:
    return zipfile.ZipFile(io.BytesIO(content)).read(name)
