"""Deliveries of many regions: one file with a column or a row for each, or one file a region; who owes what."""

import json
from pathlib import Path

import openpyxl
import pytest
from conftest import SMALL, Run, flow_rows, indicator, small_workbook

import tongdao as td

pytestmark = pytest.mark.usefixtures("here")

NAMES = {"110101": "东县", "110102": "西县", "110103": "南县"}
TIDY = "指标,地区,期间,数值,单位\n" + "".join(
    f"firms,{name},2024-07,{at}0,家\n" for at, name in enumerate(NAMES.values(), 4)
)
BY_CODE = TIDY.replace("东县", "110101").replace("西县", "110102").replace("南县", "110103")
WIDE = "地区,新增企业（家）2024年1-7月\n" + "".join(f"{name},{at}0\n" for at, name in enumerate(NAMES.values(), 4))


OFFICES = "地区,指标,单位,1-7月,填报单位\n" + "".join(
    f"{name},firms,家,{at}0,{name}科技局\n" for at, name in enumerate(NAMES.values(), 4)
)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    own = flow_rows("firms", "家", {2023: [5.0] * 12, 2024: [5.0] * 6}, "2024-07-12")
    rows = [row.replace("110000", code) for code in ("110000", *NAMES) for row in own]
    names = "".join(f'{code} = "{name}"\n' for code, name in NAMES.items())
    plan = SMALL + names + indicator("firms", "家", "flow", 'target = 60\naliases = ["新增企业"]')
    return small_workbook(tmp_path / "book", plan, rows)


def require_brought(text: str, book: Path, tmp_path: Path, run: Run) -> None:
    """The file is taken in, and each region has its own figure."""
    path = tmp_path / "各县2024.csv"
    path.write_text(text, encoding="utf-8-sig")
    done = run("add", path, "--workbook", book, "--as-of", "2024-08-10")
    assert done.code == 0, done.out + done.err
    assert "科技局" not in done.out
    table = td.panel(td.open_workbook(book), "2024-07").set_index("region")["actual"]
    assert table[[*NAMES]].tolist() == [40.0, 50.0, 60.0]


@pytest.mark.parametrize("text", [TIDY, BY_CODE, WIDE, OFFICES], ids=["names", "codes", "a row for each", "offices"])
def test_one_file_brings_many_regions(text: str, book: Path, tmp_path: Path, run: Run) -> None:
    require_brought(text, book, tmp_path, run)


@pytest.mark.parametrize("heading", ["地区代码", "行政编码", "adcode"])
@pytest.mark.parametrize(("code", "kept"), [("110101", True), ("110102", False)])
def test_a_code_beside_the_name_of_a_region_is_that_regions(
    heading: str, code: str, kept: bool, book: Path, tmp_path: Path, run: Run
) -> None:
    path = tmp_path / "报表2024.csv"
    path.write_text(f"{heading},地区,指标,期间,数值,单位\n{code},东县,firms,2024-07,40,家\n", encoding="utf-8-sig")
    done = run("add", path, "--workbook", book, "--as-of", "2024-08-10")
    assert (done.code == 0) == kept, done.out + done.err


@pytest.mark.parametrize(("title", "kept"), [("西县主要指标", True), ("南县主要指标", False), ("主要指标", False)])
def test_an_office_files_for_its_own_county_only(title: str, kept: bool, book: Path, tmp_path: Path, run: Run) -> None:
    path = tmp_path / "报表2024.csv"
    path.write_text(f"填报单位：西县科技局,,\n{title},,\n指标,单位,1-7月\nfirms,家,50\n", encoding="utf-8-sig")
    done = run("add", path, "--workbook", book, "--as-of", "2024-08-10")
    assert (done.code == 0) == kept, done.out + done.err
    assert kept or "“西县科技局”，是另一个地区" in done.out + done.err


def test_a_unit_in_a_title_is_known_where_the_plan_has_it(book: Path, tmp_path: Path, run: Run) -> None:
    plan, path = book / "plan.toml", tmp_path / "分县数据.csv"
    more = indicator("jobs", "万人", "level", 'aliases = ["就业人员"]')
    plan.write_text(plan.read_text(encoding="utf-8") + more, encoding="utf-8")
    path.write_text("指标：就业人员(万人),\n地区,2024年7月\n东县,3.5\n西县,4\n", encoding="utf-8-sig")
    done = run("add", path, "--workbook", book, "--as-of", "2024-08-10", "--json")
    assert (done.code, json.loads(done.out)["readings"]) == (0, 2)


def test_a_region_that_the_plan_does_not_know_refuses_the_whole_file(book: Path, tmp_path: Path, run: Run) -> None:
    before = (book / "readings.csv").read_bytes()
    path = tmp_path / "各县.csv"
    path.write_text(TIDY.replace("南县", "北县"), encoding="utf-8-sig")
    done = run("add", path, "--workbook", book, "--as-of", "2024-08-10")
    assert done.code == 2
    assert "北县" in done.out + done.err
    assert (book / "readings.csv").read_bytes() == before


def test_a_name_with_blanks_or_brackets_is_known_as_it_stands_in_the_plan(book: Path, tmp_path: Path, run: Run) -> None:
    names = {"东县": "New South Wales", "西县": "西县（示范区）", "南县": "南 县"}
    plan, text = (book / "plan.toml").read_text(encoding="utf-8"), TIDY
    for old, new in names.items():
        plan, text = plan.replace(f'"{old}"', f'"{new}"'), text.replace(old, new)
    (book / "plan.toml").write_text(plan, encoding="utf-8")
    require_brought(text, book, tmp_path, run)


def test_owed_is_asked_of_a_region_and_of_each(book: Path, tmp_path: Path, run: Run) -> None:
    path = tmp_path / "东县.csv"
    path.write_text("指标,地区,期间,数值,单位\nfirms,东县,2024-07,40,家\n", encoding="utf-8-sig")
    assert run("add", path, "--workbook", book, "--as-of", "2024-08-10").code == 0
    asked = ("owed", "--workbook", book, "--as-of", "2024-09-05")
    rows = json.loads(run(*asked, "--each", "region", "--json").out)
    assert [(row["region"], row["period"]) for row in rows] == [
        (code, "2024-07") for code in ("110000", "110102", "110103")
    ]
    assert json.loads(run(*asked, "--region", "东县", "--json").out) == []
    assert "西县：firms 2024-07" in run(*asked, "--each", "region").out
    assert run(*asked, "--each", "month").code == 2


@pytest.mark.parametrize(("title", "kept"), [("东县主要指标", True), ("主要指标", True), ("西县主要指标", False)])
def test_a_sheet_named_after_a_region_holds_no_title_of_another(
    title: str, kept: bool, book: Path, tmp_path: Path, run: Run
) -> None:
    made, path = openpyxl.Workbook(), tmp_path / "报表2024.xlsx"
    sheet = made.worksheets[0]
    sheet.title = "东县"
    for row in ([title], ["指标", "单位", "1-7月"], ["firms", "家", 40]):
        sheet.append(row)
    made.save(path)
    done = run("add", path, "--workbook", book, "--as-of", "2024-08-10")
    assert (done.code == 0) == kept, done.out + done.err
    assert kept or "不是同一个地区" in done.out + done.err
