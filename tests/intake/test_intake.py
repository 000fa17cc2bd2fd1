"""The intake at its door: receipts, vintages, withdrawals, corrections, forms, what is owed, and hostile text."""

import contextlib
import hashlib
import json
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from conftest import Office, Run, indicator, small_workbook
from hypothesis import given, settings, strategies as st
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from test_intake_zoo import receive, tidy_text, wide_text

import tongdao as td
from tongdao.intake.numbers import read_number, unit_for
from tongdao.intake.sandbox import parse
from tongdao.intake.sheet import RefusedError
from tongdao.workbook.tiling import cumulated
from tongdao.workbook.workbook import digest

PLAN_TEXT = """
title = "示范方案"
region = "110000"
start = 2024-01-01
deadline = 2024-12-31
[regions]
110000 = "示范市"
[[department]]
name = "甲局"
[[department]]
name = "乙局"
"""
LINE = "firms,{period},{value},家,{source},{recorded}"
HEADER = "indicator,period,value,unit,source,recorded_at"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    more = 'target = 10\nword = "以上"\nlead = ["甲局"]'
    loans = 'target = 1\nfrequency = "quarter"\nlead = ["乙局"]'
    plan = PLAN_TEXT + indicator("firms", "家", "flow", more) + indicator("loans", "亿元", "flow", loans)
    return small_workbook(tmp_path / "book", plan, [])


def sheet(path: Path, *rows: tuple[str, str, str]) -> Path:
    """A tidy file: period, value, recorded_at."""
    lines = [LINE.format(period=p, value=v, source="甲局", recorded=r) for p, v, r in rows]
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return path


def actual(book: Path, as_of: str) -> float | None:
    rows = td.open_workbook(book).view("2024-12", as_of).observed
    return float(rows["value"].iloc[-1]) if len(rows) else None


def test_a_revision_keeps_the_earlier_vintage(book: Path, tmp_path: Path, run: Run) -> None:
    options = ("--workbook", book, "--as-of", "2024-06-30", "--json")
    run("add", sheet(tmp_path / "a.csv", ("2024-03", "5", "2024-04-10")), *options)
    done = run("add", sheet(tmp_path / "b.csv", ("2024-03", "6", "2024-05-10")), *options)
    receipt = json.loads(done.out)
    assert (receipt["verdict"], receipt["readings"], receipt["findings"][0]["code"]) == ("accept", 1, "revision")
    assert (actual(book, "2024-04-30"), actual(book, "2024-05-31")) == (5, 6)


def test_two_figures_for_one_moment_are_refused(book: Path, tmp_path: Path, run: Run) -> None:
    options = ("--workbook", book, "--as-of", "2024-06-30", "--json")
    run("add", sheet(tmp_path / "a.csv", ("2024-03", "5", "2024-04-10")), *options)
    before = (book / "readings.csv").read_bytes()
    done = run(
        "add", sheet(tmp_path / "b.csv", ("2024-03", "6", "2024-04-10"), ("2024-04", "7", "2024-05-10")), *options
    )
    assert done.code == 2
    assert "冲突" in done.out
    assert (book / "readings.csv").read_bytes() == before


def test_what_is_refused_again_under_another_name_says_what_is_wrong_now(book: Path, tmp_path: Path, run: Run) -> None:
    """The first receipt asks for the year in the name of the file; with it, the unit is seen to be wrong."""
    options, found = ("--workbook", book, "--as-of", "2024-06-30", "--json"), []
    for name, unit in (("表.csv", "人"), ("表_2024.csv", "人"), ("表_2024.csv", "家")):
        path = tmp_path / name
        path.write_text(f"指标,单位,1月,1-2月\nfirms,{unit},1,3\n", encoding="utf-8")
        done = run("add", path, *options)
        receipt = json.loads(done.out)
        found.append((done.code, [one["code"] for one in receipt["findings"] if one["severity"] == "error"]))
    assert found == [(2, ["year"]), (2, ["refused_before", "unit_mismatch"]), (0, [])]


def test_a_wide_sheet_corrected_on_the_same_day_is_a_revision(book: Path, tmp_path: Path, run: Run) -> None:
    path = tmp_path / "表_2024.csv"
    for value in ("3", "4"):
        path.write_text(f"指标,单位,1月,1-2月\nfirms,家,1,{value}\n", encoding="utf-8")
        receipt = json.loads(run("add", path, "--workbook", book, "--as-of", "2024-06-30", "--json").out)
    assert (receipt["verdict"], receipt["readings"]) == ("accept", 1)
    assert actual(book, "2024-06-30") == 4


def test_a_delivery_is_taken_back_from_a_day_on(book: Path, tmp_path: Path, run: Run) -> None:
    options = ("--workbook", book, "--as-of", "2024-06-30")
    file = sheet(tmp_path / "a.csv", ("2024-03", "5", "2024-04-10"))
    run("add", file, *options)
    readings = (book / "readings.csv").read_bytes()
    done = run("withdraw", "a.csv", "--workbook", book, "--as-of", "2024-07-01", "--reason", "报错了", "--by", "张")
    assert done.code == 0, done.err
    assert (book / "readings.csv").read_bytes() == readings
    assert (actual(book, "2024-06-30"), actual(book, "2024-07-01")) == (5, None)
    assert run("withdraw", "a.csv", "--workbook", book).sentence.endswith("已经撤回过。")
    assert run("withdraw", "没有.csv", "--workbook", book).code == 2
    again = json.loads(run("add", file, "--workbook", book, "--as-of", "2024-07-02", "--json").out)
    assert (again["verdict"], again["readings"]) == ("accept", 0)
    assert "已撤回" in again["findings"][0]["message"]
    anew = sheet(tmp_path / "b.csv", ("2024-03", "7", "2024-04-10"))
    assert run("add", anew, "--workbook", book, "--as-of", "2024-07-02").code == 0
    assert (actual(book, "2024-06-30"), actual(book, "2024-07-01"), actual(book, "2024-07-02")) == (5, None, 7)


def test_a_figure_is_traced_to_the_delivery_it_came_in_with(book: Path, tmp_path: Path, run: Run) -> None:
    file = sheet(tmp_path / "a.csv", ("2024-03", "5", "2024-04-10"))
    number = hashlib.sha256(file.read_bytes()).hexdigest()[:12]
    with (book / "readings.csv").open("a", encoding="utf-8") as readings:
        readings.write("loans,110000,2024Q1,0.5,亿元,cumulative,final,乙局,2024-04-12\n")
    before = digest(td.open_workbook(book).view("2024-03"))
    assert run("add", file, "--workbook", book, "--as-of", "2024-06-30").code == 0
    view = td.open_workbook(book).view("2024-03")
    _, table = td.Page(view, td.gaps(view)).annex()
    assert table.columns[-1].title == "来源，记录日期，报送编号"  # type: ignore[attr-defined]
    assert [row[-1] for row in table.rows] == [f"甲局，2024-04-10，报送{number}", "乙局，2024-04-12"]  # type: ignore[attr-defined]
    (book / "deliveries").rename(book / "elsewhere")
    bare = td.open_workbook(book).view("2024-03")
    _, table = td.Page(bare, td.gaps(bare)).annex()
    assert table.columns[-1].title == "来源，记录日期"  # type: ignore[attr-defined]
    assert len({before, digest(view), digest(bare)}) == 3


def test_a_dry_run_writes_nothing(book: Path, tmp_path: Path, run: Run) -> None:
    before = (book / "readings.csv").read_bytes()
    done = run("add", sheet(tmp_path / "a.csv", ("2024-03", "5", "2024-04-10")), "--workbook", book, "--dry-run")
    assert done.code == 0
    assert (book / "readings.csv").read_bytes() == before
    assert not (book / "deliveries").exists()


def test_several_files_give_a_list_and_one_refusal_the_code(book: Path, tmp_path: Path, run: Run) -> None:
    good = sheet(tmp_path / "a.csv", ("2024-03", "5", "2024-04-10"))
    bad = sheet(tmp_path / "b.csv", ("2024-03", "约5", "2024-04-10"))
    done = run("add", good, bad, "--workbook", book, "--as-of", "2024-06-30", "--json")
    receipts = json.loads(done.out)
    assert done.code == 2
    assert [receipt["verdict"] for receipt in receipts] == ["accept", "reject"]
    assert run("add", tmp_path / "none.csv", "--workbook", book).code == 2


def test_wildcards_are_put_in_full_and_locks_of_excel_passed_over(book: Path, tmp_path: Path, run: Run) -> None:
    """Windows' shells leave wildcards to the program; Excel and WPS lay a lock beside an open file."""
    for name in ("表[1].csv", "表[2].csv"):
        sheet(tmp_path / name, ("2024-03", "5", "2024-04-10"))
    (tmp_path / "~$表[1].csv").write_bytes(b"\x06" + bytes(164))
    done = run("add", tmp_path / "*[1].csv", tmp_path / "*[2].csv", "--workbook", book, "--dry-run", "--json")
    assert [receipt["file"] for receipt in json.loads(done.out)] == ["表[1].csv", "表[2].csv"]
    assert "~$表[1].csv 是 Excel 或 WPS 打开文件时留下的锁文件" in done.sentence
    for none in ("*.xlsx", "~$*"):
        done = run("add", tmp_path / none, "--workbook", book)
        assert done.code == 2
        assert "没有可以导入的文件" in done.err


def test_one_reading_is_typed_in(book: Path, run: Run) -> None:
    typed = ("--indicator", "firms", "--period", "2024-03", "--value", "5", "--unit", "家", "--source", "电话")
    done = run("add", *typed, "--workbook", book, "--as-of", "2024-06-30", "--json")
    assert json.loads(done.out)["verdict"] == "accept"
    assert actual(book, "2024-06-30") == 5
    assert "--value" in run("add", "--indicator", "firms", "--workbook", book).sentence


def test_corrections_are_applied_on_reading_and_one_that_matches_nothing_fails(
    book: Path, tmp_path: Path, run: Run
) -> None:
    run("add", sheet(tmp_path / "a.csv", ("2024-03", "5", "2024-04-10")), "--workbook", book, "--as-of", "2024-06-30")
    entry = '[[correction]]\nindicator = "firms"\nperiod = "{}"\nchange = 8\nreason = "录入错误"\nsource = "甲局函"\n'
    (book / "corrections.toml").write_text(entry.format("2024-03"), encoding="utf-8")
    assert actual(book, "2024-06-30") == 8
    assert "录入错误" in td.open_workbook(book).readings["source"].iloc[0]
    (book / "corrections.toml").write_text(entry.format("2024-04"), encoding="utf-8")
    done = run("check", "--workbook", book)
    assert done.code == 1
    assert "corrections.toml 第 1 条" in done.out
    (book / "corrections.toml").write_text(entry.format("2024-04") + "why = 1\n", encoding="utf-8")
    assert "why 是不认识的键" in run("check", "--workbook", book).sentence


def test_what_is_owed_follows_frequency_and_lag(book: Path, tmp_path: Path, run: Run) -> None:
    run("add", sheet(tmp_path / "a.csv", ("2024-03", "5", "2024-04-10")), "--workbook", book, "--as-of", "2024-06-30")
    rows = json.loads(run("owed", "--workbook", book, "--as-of", "2024-07-01", "--json").out)
    assert [(row["indicator"], row["period"], row["since"], row["earlier"]) for row in rows] == [
        ("loans", "2024Q1", "2024-05-01", 0),
        ("firms", "2024-05", "2024-06-01", 1),
    ]
    done = run("owed", "--workbook", book, "--department", "甲局", "--as-of", "2024-07-01")
    assert "甲局：firms 2024-05，连同此前共 2 期，自 2024-06-01 起未报。" in done.out
    assert "乙局" not in done.out


def test_the_workbook_handed_back_marks_the_cell(book: Path, tmp_path: Path, run: Run) -> None:
    bad = tmp_path / "b.csv"
    source = "=cmd|' /C calc'!A0"
    bad.write_text(f"{HEADER}\n" + LINE.format(period="2024-03", value="约5", source=source, recorded="2024-04-10"))
    run("add", bad, "--workbook", book, "--as-of", "2024-06-30")
    marked = openpyxl.load_workbook(next((book / "deliveries").glob("*-回执.xlsx")))
    cell = marked["报送数据"]["C2"]
    assert "约数" in cell.comment.text
    assert cell.fill.fgColor.rgb.endswith("F8CBAD")
    kinds = {cell.data_type for sheet in marked for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    assert marked["报送数据"]["E2"].value == source


def test_the_office_s_own_workbook_is_handed_back_as_it_looks(book: Path, tmp_path: Path, run: Run) -> None:
    made = openpyxl.Workbook()
    page = made.active
    page.title = "报表"
    for row in [["指标", *HEADER.split(",")[1:]], ["firms", "2024-03", "约5", "家", "=1+1", "2024-04-10"]]:
        page.append(row)
    page["E2"].data_type = "s"  # typed as text
    page["A4"], page["A5"] = "一并说明", "网站"
    page.merge_cells("A4:C4")
    page["A5"].hyperlink = "http://example.com/other"
    page["G2"] = '=HYPERLINK("http://example.com")'
    page["A1"].font, page.column_dimensions["A"].width = Font(name="楷体", b=True, sz=15), 33
    page.conditional_formatting.add("C2", FormulaRule(["1=1"]))
    page.add_data_validation(DataValidation(type="custom", formula1="1=1", sqref="C2"))
    made.defined_names["名称"] = DefinedName("名称", attr_text="报表!$A$1")
    file = tmp_path / "a.xlsx"
    made.save(file)
    assert run("add", file, "--workbook", book, "--as-of", "2024-06-30").code == 2
    path = next((book / "deliveries").glob("*-回执.xlsx"))
    back = openpyxl.load_workbook(path)
    assert back.sheetnames == ["数据回执", "报表"]
    page = back["报表"]
    assert (page["A1"].font.name, page["A1"].font.sz, page.column_dimensions["A"].width) == ("楷体", 15, 33)
    assert [str(merged) for merged in page.merged_cells.ranges] == ["A4:C4"]
    assert "约数" in page["C2"].comment.text
    assert page["C2"].fill.fgColor.rgb.endswith("F8CBAD")
    assert (page["E2"].value, page["E2"].data_type) == ("=1+1", "s")
    assert "f" not in {cell.data_type for sheet in back for row in sheet.iter_rows() for cell in row}
    archive = zipfile.ZipFile(path)
    parts = b"".join(archive.read(name) for name in archive.namelist())
    assert not any(word in parts for word in (b"<f>", b"<formula", b"definedName ", b"example.com"))


def test_hostile_text_is_no_formula_in_readings_and_starred_in_reports(book: Path, tmp_path: Path, run: Run) -> None:
    file = tmp_path / "a.csv"
    texts = ("=1+1", "+1+1", "-1+1", "@SUM(1)", "张三 431230199001011234", "县\u202e局")
    lines = [
        LINE.format(period=f"2024-{month:02d}", value=month, source=text, recorded="2024-11-10")
        for month, text in enumerate(texts, 1)
    ]
    file.write_text("\n".join([HEADER, *lines]), encoding="utf-8")
    done = run("add", file, "--workbook", book, "--as-of", "2024-12-30", "--json")
    assert json.loads(done.out)["verdict"] == "repair"
    assert "431230199001011234" not in done.out
    stored = pd.read_csv(book / "readings.csv", dtype=str)["source"]
    assert not stored.str.match(r"[=+\-@\t]").any()
    sources = list(td.open_workbook(book).readings["source"])
    assert sources[:4] == list(texts[:4])
    assert "431230199001011234" not in sources[4]
    assert sources[5] == "县‹U+202E›局"


@pytest.mark.parametrize("department", ["甲局", pytest.param("", marks=pytest.mark.slow)])
def test_a_form_filled_in_with_libreoffice_comes_back_accepted(
    department: str, book: Path, tmp_path: Path, run: Run, office: Office
) -> None:
    asked = ("--month", "2024-06", "--as-of", "2024-07-02", "--out", tmp_path)
    done = run("form", "--department", department, "--workbook", book, *asked)
    made = tmp_path / f"填报表-{department or '全部指标'}-2024-06.xlsx"
    assert (done.code, made.is_file()) == (0, True), done.err
    form = openpyxl.load_workbook(made)
    assert form.active["A2"].value == "firms"
    assert len(form.active.data_validations.dataValidation) >= 2
    form.active["C2"] = 7
    form.save(made)
    sent = office(made, "xlsx:Calc MS Excel 2007 XML", tmp_path / "back")
    back = run("add", sent, "--workbook", book, "--as-of", "2024-07-02", "--json")
    receipt = json.loads(back.out)
    assert (receipt["verdict"], receipt["readings"], receipt["findings"]) == ("accept", 1, [])
    assert actual(book, "2024-07-02") == 7


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_get_a_verdict(content: bytes) -> None:
    with contextlib.suppress(RefusedError):
        parse(content, "a.csv", ["指标"])


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=60), st.integers(1, 5), st.sampled_from(HEADER.split(",")))
def test_any_text_in_any_cell_gets_a_verdict(text: str, row: int, column: str) -> None:
    content = tidy_text(row, column, text).encode("utf-8", "surrogatepass")
    assert receive(content).verdict in ("accept", "repair", "reject")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_a_number_nothing_or_a_fault(text: str) -> None:
    number = read_number(text)
    assert sum((number.value is not None, number.fault is not None)) <= 1


@given(st.decimals(-(10**9), 10**9, places=4))
def test_units_convert_exactly(value: Decimal) -> None:
    for unit in ("元", "千元", "万元", "百万元", "千万元"):
        there, back = unit_for(unit, "亿元"), unit_for("亿元", unit)
        assert there
        assert back
        assert value * there.factor * back.factor == value


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=12))
def test_cumulative_and_single_are_inverse(steps: list[int]) -> None:
    frame = pd.DataFrame({"series": "a", "end": range(24288, 24288 + len(steps)), "value": steps, "months": 1})
    there, _ = cumulated(frame.assign(basis="single", recorded_at="", status="final"), ["series"])
    assert list(there.groupby(there["end"] // 12)["value"].diff().fillna(there["value"])) == steps


def test_the_bad_news_comes_all_at_once() -> None:
    text = wide_text("科技型中小企业评价认定数,家,约5,9.5,-1,无,,,,,,,,", "没有的指标,家,1,,,,,,,,,,,")
    errors = [item.code for item in receive(text).findings if item.severity == "error"]
    assert errors == ["approximate", "fraction", "negative", "unclear", "unknown_indicator", "all_rows"]
