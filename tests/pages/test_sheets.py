"""The state of all indicators as an Excel workbook, as its reader would find it."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from conftest import ROOT, SMALL, Run, called, flow_rows, indicator, small_workbook

import tongdao as td
from tongdao.workbook.workbook import open_workbook

COUNTY = ROOT / "data" / "tongdao"


@pytest.fixture(scope="module")
def excel(tmp_path_factory: pytest.TempPathFactory) -> Any:
    out = tmp_path_factory.mktemp("excel")
    done = called("status", "--month", "2024-09", "--format", "xlsx", "--out", out)
    assert done.code == 0, done.err
    return openpyxl.load_workbook(done.out.strip())


def by_title(sheet: Any, head: int) -> list[dict[str, Any]]:
    titles = [cell.value for cell in sheet[head]]
    return [dict(zip(titles, row, strict=True)) for row in sheet.iter_rows(min_row=head + 1)]


def test_it_has_the_figures_of_the_table_in_the_units_of_the_reports(excel: Any) -> None:
    sheet = excel["指标完成情况"]
    rows = by_title(sheet, 4)
    frame = td.gap_to_target(open_workbook(COUNTY), month="2024-09")
    assert [row["指标"].value for row in rows] == list(frame["name"])
    for row, (_, known) in zip(rows, frame.iterrows(), strict=True):
        assert row["原文"].value == known["quote"]
        factor = 10_000 if row["单位"].value == "万元" else 1
        for title, key, scale in (("目标", "target", factor), ("实际", "actual", factor), ("完成率", "completion", 1)):
            assert row[title].value == (None if known[key] != known[key] else pytest.approx(known[key] * scale))
    assert {row["单位"].value for row in rows} >= {"万元", "家", "%"}
    assert "示例数据" in sheet["A2"].value


def test_chances_and_days_are_numbers_with_formats_and_no_point_dangles(excel: Any) -> None:
    for row in by_title(excel["指标完成情况"], 4):
        if row["可能性"].value is not None:
            assert 0 <= row["可能性"].value <= 1
            assert row["可能性"].number_format == "0%"
        for title in ("读数时间", "记录日期"):
            assert row[title].value is None or (isinstance(row[title].value, datetime) and row[title].is_date)
    for sheet in excel:
        for cells in sheet.iter_rows():
            assert not [cell.coordinate for cell in cells if re.search(r"\.(#|$)", cell.number_format)]


def test_each_indicator_has_a_chart_of_its_own_readings(excel: Any) -> None:
    sheets = [sheet for sheet in excel if sheet.title not in ("指标完成情况", "读数")]
    assert len(sheets) == 20
    assert all(len(sheet._charts) == 1 for sheet in sheets)
    smes = next(sheet for sheet in sheets if "科技型中小企业" in sheet.title)
    rows = by_title(smes, 4)
    assert [rows[8]["2024年"].value, rows[9]["2024年"].value, rows[8]["目标"].value] == [47, None, 53]


def test_the_readings_are_a_long_table_and_what_acts_prints_on_a4(excel: Any) -> None:
    sheet = excel["读数"]
    (table,) = sheet.tables.values()
    view = open_workbook(COUNTY).view("2024-09")
    assert table.ref.endswith(str(len(view.observed) + 1))
    assert {type(row["数值"].value) for row in by_title(sheet, 1)} <= {int, float}
    status = excel["指标完成情况"]
    assert status.print_area.endswith("$K$24")
    assert all(2 * len(row[0].value or "") <= status.column_dimensions["A"].width for row in status["A5:A24"])
    assert all(each.page_setup.paperSize == 9 and each.page_setup.fitToHeight == 0 for each in excel)


def test_text_that_looks_like_a_formula_stays_text_in_excel(run: Run, tmp_path: Path) -> None:
    plan = SMALL + indicator("firms", "家", "flow").replace('name = "firms"', 'name = "=1+1"')
    rows = [row.replace("测试", "=HYPERLINK(1)") for row in flow_rows("firms", "家", {2024: [1] * 6})]
    small_workbook(tmp_path / "w", plan, rows)
    done = run("status", "--workbook", tmp_path / "w", "--format", "xlsx", "--out", tmp_path)
    cells = [cell for row in openpyxl.load_workbook(done.out.strip()).active.iter_rows() for cell in row]
    assert {cell.value for cell in cells} >= {"=1+1", "=HYPERLINK(1)"}
    assert {cell.data_type for cell in cells} <= {"s", "n", "d", "inlineStr"}
