"""Lists and registers go out as Excel sheets and come back: what changes, what is put right, what is refused."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from conftest import Run

from tongdao.analysis.road_map import road_map
from tongdao.lab.analyst import gap_to_target
from tongdao.workbook.workbook import digest, open_workbook

pytestmark = pytest.mark.usefixtures("here")


def edited(change: Callable[[Any], object]) -> Callable[[bytes], bytes]:
    """A list's sheet with its page changed."""

    def made(content: bytes) -> bytes:
        book, out = openpyxl.load_workbook(io.BytesIO(content)), io.BytesIO()
        change(book.active)
        book.save(out)
        return out.getvalue()

    return made


def put(cell: str, value: object) -> Callable[[bytes], bytes]:
    return edited(lambda page: page.__setitem__(cell, value))


def test_a_list_goes_out_by_form_and_comes_back_by_add(run: Run, county: Path, tmp_path: Path) -> None:
    sheet = Path(run("form", "--list", "里程碑", "--workbook", county, "--out", tmp_path).out.strip())
    options = ("--workbook", county, "--by", "测试", "--json", "--as-of")
    assert json.loads(run("add", sheet, *options, "2024-10-14").out)["added"] == 0
    book = openpyxl.load_workbook(sheet)
    page = book.active
    row = next(row for row in page if row[0].value == "S1")
    row[8].value = date(2024, 10, 14)
    sheet = tmp_path / "县里交来 (1).xlsx"  # known by its page
    book.save(sheet)
    before = (county / "ledger" / "milestones.csv").read_bytes()
    done = json.loads(run("add", sheet, *options, "2024-10-14").out)
    assert (done["verdict"], done["table"], done["added"]) == ("accept", "ledger/milestones.csv", 1)
    assert [item["message"] for item in done["findings"]] == [
        f"表“里程碑”，第 {row[0].row} 行 I 列：S1 完成日期：（空） → 2024-10-14"
    ]
    after = (county / "ledger" / "milestones.csv").read_bytes()
    assert after.startswith(before)
    kept = open_workbook(county)
    states = [
        {one.milestone.id: one.state for one in road_map(kept.view("2024-09", day)).steps}["S1"]
        for day in ("2024-10-13", "2024-10-14")
    ]
    assert states == ["overdue", "done"]
    again = json.loads(run("add", sheet, *options, "2024-10-20").out)
    assert (again["verdict"], again["readings"]) == ("accept", 0)
    assert "没有重复记入" in again["findings"][0]["message"]
    assert (county / "ledger" / "milestones.csv").read_bytes() == after


PUT_RIGHT = {
    "a day in Chinese": (put("I8", "2024年10月14日"), 1, "第 8 行 I 列：“2024年10月14日”已写成 2024-10-14"),
    "a column more": (put("J2", "请核"), 0, "第 1 行 J 列：多出的列“J”不在“里程碑”里"),
}


@pytest.mark.parametrize("name", PUT_RIGHT)
def test_what_is_put_right_or_left_out_of_a_list_is_said(name: str, run: Run, county: Path, tmp_path: Path) -> None:
    change, added, words = PUT_RIGHT[name]
    sheet = Path(run("form", "--list", "milestones", "--workbook", county, "--out", tmp_path).out.strip())
    sheet.write_bytes(change(sheet.read_bytes()))
    done = json.loads(run("add", sheet, "--workbook", county, "--as-of", "2024-10-14", "--json").out)
    assert (done["verdict"], done["added"]) == ("repair", added)
    assert words in done["findings"][0]["message"]


def test_a_list_names_indicators_as_people_do_and_comes_back_unchanged(run: Run, county: Path, tmp_path: Path) -> None:
    sheet = Path(run("form", "--list", "projects", "--workbook", county, "--out", tmp_path).out.strip())
    cells = [cell.value for row in openpyxl.load_workbook(sheet).active for cell in row]
    assert "新增企业上平台、新增企业上云" in cells
    assert json.loads(run("add", sheet, "--workbook", county, "--as-of", "2024-10-14", "--json").out)["added"] == 0


def test_a_department_gets_the_rows_that_it_leads(run: Run, county: Path, tmp_path: Path) -> None:
    options = ("--workbook", county, "--out", tmp_path)

    def first_column(*asked: str) -> list[str]:
        sheet = Path(run("form", "--list", *asked, *options).out.strip())
        assert sheet.name == f"{asked[0]}-{asked[2]}.xlsx"
        return [row[0].value for row in openpyxl.load_workbook(sheet).active.iter_rows(min_row=2)]

    assert first_column("milestones", "--department", "县科协") == ["S1", "S2", "S3"]
    own = first_column("projects", "--department", "县科协")
    assert "P03" in own
    assert "P01" not in own  # its clause has another lead
    refused = run("form", "--list", "firms", "--department", "县科协", *options)
    assert refused.code == 2
    assert "没有牵头单位这一列" in refused.sentence


def test_what_begins_like_a_formula_stays_text(run: Run, county: Path, tmp_path: Path) -> None:
    sheet = Path(run("form", "--list", "projects", "--workbook", county, "--out", tmp_path).out.strip())
    book = openpyxl.load_workbook(sheet)
    cell = book.active["J2"]
    cell.value, cell.data_type = "=HYPERLINK(1)", "s"
    book.save(sheet)
    done = json.loads(run("add", sheet, "--workbook", county, "--as-of", "2024-10-14", "--json").out)
    assert [item["code"] for item in done["findings"]] == ["changed", "formula"]
    assert done["verdict"] == "repair"
    assert ",'=HYPERLINK(1)," in (county / "ledger" / "projects.csv").read_text(encoding="utf-8-sig")
    assert open_workbook(county).view("2024-09", "2024-10-14").lists.ledger.projects[0].problem == "=HYPERLINK(1)"
    again = Path(run("form", "--list", "projects", "--workbook", county, "--out", tmp_path / "again").out.strip())
    assert openpyxl.load_workbook(again).active["J2"].data_type == "s"
    withdrawn = run("withdraw", "projects.xlsx", "--workbook", county, "--as-of", "2024-10-15")
    assert withdrawn.code == 0, withdrawn.err
    assert open_workbook(county).view("2024-09", "2024-10-15").lists.ledger.projects[0].problem == ""


def test_a_clause_in_wide_brackets_and_a_per_cent_sign_are_no_faults(run: Run, county: Path, tmp_path: Path) -> None:
    sheet = Path(run("form", "--list", "projects", "--workbook", county, "--out", tmp_path).out.strip())
    book = openpyxl.load_workbook(sheet)
    page = book.active
    page["C2"], page["I2"], page["I3"] = "（三）1", "65%", 0.85
    page["I3"].number_format = "0%"
    book.save(sheet)
    assert run("add", sheet, "--workbook", county, "--as-of", "2024-10-14").code == 0
    first, second, *_ = open_workbook(county).view("2024-09", "2024-10-14").lists.ledger.projects
    assert (first.clause, first.progress, second.progress) == ("(三)1", 65, 85)


def test_a_share_without_its_sign_below_one_is_asked_about(run: Run, county: Path, tmp_path: Path) -> None:
    sheet = Path(run("form", "--list", "projects", "--workbook", county, "--out", tmp_path).out.strip())
    add = ("add", sheet, "--workbook", county, "--as-of", "2024-10-14", "--json")
    for value in (0.45, "0.45", "．４５"):
        sheet.write_bytes(put("I2", value)(sheet.read_bytes()))
        (found,) = json.loads(run(*add).out)["findings"]
        assert "可能是 45%，也可能不到 1%：请写成 45% 或 45" in found["message"]
    sheet.write_bytes(put("I2", "0.5％")(sheet.read_bytes()))
    assert json.loads(run(*add).out)["added"] == 1
    sheet = Path(run("form", "--list", "projects", "--workbook", county, "--out", tmp_path).out.strip())
    assert openpyxl.load_workbook(sheet).active["I2"].value == "0.5%"
    assert json.loads(run(*add).out)["added"] == 0


def test_two_lists_in_one_file_are_refused_and_none_is_left_out(run: Run, county: Path, tmp_path: Path) -> None:
    files = [
        run("form", "--list", name, "--workbook", county, "--out", tmp_path).out.strip() for name in ["项目", "任务"]
    ]
    book, other = map(openpyxl.load_workbook, files)
    page = book.create_sheet("任务")
    for row in other.active.iter_rows(values_only=True):
        page.append(row)
    book.save(tmp_path / "两张.xlsx")
    done = run("add", tmp_path / "两张.xlsx", "--workbook", county, "--as-of", "2024-10-14", "--json")
    (found,) = json.loads(done.out)["findings"]
    assert (done.code, "不能确定这是 项目、任务 中的哪一张清单，一份文件只收一张" in found["message"]) == (2, True)


def test_a_register_whose_entries_name_an_indicator_is_not_told_as_a_table_of_readings(
    run: Run, county: Path, tmp_path: Path
) -> None:
    sheet = Path(run("form", "--list", "patents", "--workbook", county, "--out", tmp_path).out.strip())
    done = json.loads(run("add", sheet, "--workbook", county, "--as-of", "2024-10-14", "--json").out)
    assert (done["verdict"], done["added"], done["findings"]) == ("accept", 0, [])


def test_an_entry_that_no_figure_counts_is_named_in_the_receipt(run: Run, county: Path, tmp_path: Path) -> None:
    sheet = Path(run("form", "--list", "firms", "--workbook", county, "--out", tmp_path).out.strip())
    row = ["E9999", "91431230X00000001C", "新公司", "高新企业", "2024-09-20", "2027-09-19"]
    sheet.write_bytes(edited(lambda page: page.append(row))(sheet.read_bytes()))
    done = json.loads(run("add", sheet, "--workbook", county, "--as-of", "2024-10-14", "--json").out)
    told = [one["message"] for one in done["findings"] if one["code"] == "uncounted"]
    assert (done["verdict"], len(told)) == ("repair", 1)
    assert "E9999 的类别“高新企业”不是计数的类别（高新技术企业、科技型中小企业、专精特新中小企业）" in told[0]


def test_what_a_register_keeps_beside_is_kept_in_a_changed_row(run: Run, county: Path, tmp_path: Path) -> None:
    file = county / "registers" / "patents.csv"
    header, first, *_ = csv.reader(file.read_text(encoding="utf-8-sig").splitlines())
    sheet = Path(run("form", "--list", "patents", "--workbook", county, "--out", tmp_path).out.strip())
    titles = [cell.value for cell in openpyxl.load_workbook(sheet).active[1]]
    assert (beside := [name for name in header if name not in (*titles, "recorded_at", "recorded_by")])
    sheet.write_bytes(edited(lambda page: page.cell(2, titles.index("note") + 1, "改过"))(sheet.read_bytes()))
    assert run("add", sheet, "--workbook", county, "--as-of", "2024-10-14").code == 0
    *_, last = csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines())
    assert last["note"] == "改过"
    assert [last[name] for name in beside] == [first[header.index(name)] for name in beside]


def test_rows_that_a_list_leaves_out_stay(run: Run, county: Path, tmp_path: Path) -> None:
    before = (county / "ledger" / "projects.csv").read_bytes()
    sheet = Path(run("form", "--list", "projects", "--workbook", county, "--out", tmp_path).out.strip())
    sheet.write_bytes(edited(lambda page: page.delete_rows(2, 4))(sheet.read_bytes()))  # others wait for them
    done = run("add", sheet, "--workbook", county, "--as-of", "2024-10-14", "--json")
    assert json.loads(done.out)["verdict"] == "accept"
    assert (county / "ledger" / "projects.csv").read_bytes() == before


def test_a_register_that_comes_back_says_what_it_changes(run: Run, county: Path, tmp_path: Path) -> None:
    sheet = Path(run("form", "--list", "firms", "--workbook", county, "--out", tmp_path).out.strip())
    book = openpyxl.load_workbook(sheet)
    cell = next(cell for row in book.active for cell in row if cell.value == "2025-09-23")
    cell.value = "2024-09-20"
    book.save(sheet)
    done = json.loads(run("add", sheet, "--workbook", county, "--as-of", "2024-10-12", "--dry-run", "--json").out)
    messages = "\n".join(item["message"] for item in done["findings"])
    assert "净增高新技术企业：0家（可能性16%） → -1家" in messages
    assert "新认定高新技术企业" not in messages
    assert done["added"] == 1
    assert not (county / "deliveries").exists()
    assert "名册计数" not in run("check", "--workbook", county).out


def test_a_sheet_that_came_back_can_be_withdrawn(run: Run, county: Path, tmp_path: Path) -> None:
    sheet = Path(run("form", "--list", "milestones", "--workbook", county, "--out", tmp_path).out.strip())
    book = openpyxl.load_workbook(sheet)
    page = book.active
    row = next(row for row in page if row[0].value == "S1")
    row[8].value = "2024-10-12"
    for column, text in enumerate(("S9", "另加一步", "", "", "3", "S1"), 1):
        page.cell(page.max_row + (column == 1), column, text)
    book.save(sheet)
    options = ("--workbook", county, "--by", "测试")
    assert "记入 ledger/milestones.csv 的 2 条记录" in run("add", sheet, *options, "--as-of", "2024-10-13").out
    files = {path.name: path.read_bytes() for path in (county / "ledger").iterdir()}
    kept = [path for path in (county / "deliveries").iterdir() if path.read_bytes() == sheet.read_bytes()]
    assert len(kept) == 1
    done = run("withdraw", "milestones.xlsx", *options, "--as-of", "2024-10-20", "--reason", "记错了")
    assert "ledger/milestones.csv 的 2 条记录从 2024-10-20 起不再计入" in done.out, done.err
    assert {path.name: path.read_bytes() for path in (county / "ledger").iterdir()} == files
    after = open_workbook(county)
    states = [
        {one.milestone.id: one.state for one in road_map(after.view("2024-09", day)).steps}
        for day in ("2024-10-12", "2024-10-19", "2024-10-20")
    ]
    assert [state["S1"] for state in states] == ["overdue", "done", "overdue"]
    assert ["S9" in state for state in states] == [False, True, False]
    assert after.view("2024-09").as_of == date(2024, 10, 20)
    again = json.loads(run("add", sheet, *options, "--as-of", "2024-10-21", "--json").out)
    assert "2024-10-20 已撤回，没有重新记入" in again["findings"][0]["message"]
    row[8].value = "2024-10-19"
    book.save(sheet)
    assert run("add", sheet, *options, "--as-of", "2024-10-21").code == 0
    states = [one.state for one in road_map(open_workbook(county).view("2024-09")).steps if one.milestone.id == "S1"]
    assert states == ["done"]
    assert "已经撤回过" in run("withdraw", kept[0].stem[:12], *options).sentence


def test_a_register_entry_is_withdrawn_and_the_run_id_of_an_earlier_day_stays(
    run: Run, county: Path, tmp_path: Path
) -> None:
    sheet = Path(run("form", "--list", "firms", "--workbook", county, "--out", tmp_path).out.strip())
    book = openpyxl.load_workbook(sheet)
    cell = next(cell for row in book.active for cell in row if cell.value == "2025-09-23")
    cell.value = "2024-09-20"
    book.save(sheet)
    assert run("add", sheet, "--workbook", county, "--as-of", "2024-10-13").code == 0
    before = open_workbook(county).view("2024-09", "2024-10-13")
    assert run("withdraw", "firms.xlsx", "--workbook", county, "--as-of", "2024-10-15").code == 0
    book = open_workbook(county)
    assert digest(book.view("2024-09", "2024-10-13")) == digest(before)
    rows = [gap_to_target(book, month="2024-09", as_of=day).set_index("id") for day in ("2024-10-13", "2024-10-15")]
    assert [row.loc["hightech_net", "actual"] for row in rows] == [-1, 0]


def bombed(content: bytes) -> bytes:
    made = io.BytesIO(content)
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.png", bytes(60_000_000))
    return made.getvalue()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param(bombed, "压缩炸弹", marks=pytest.mark.slow),
        pytest.param(lambda content: content[: len(content) // 2], "文件已损坏", marks=pytest.mark.slow),
        pytest.param(lambda content: b"\x89PNG" + content, "不是表格，而是PNG 图片", marks=pytest.mark.slow),
        (put("E3", "=20+5"), "表“里程碑”，第 3 行 E 列：工作日 列“=20+5”不能用：公式没有算出结果"),
        (put("I8", "2025-03-01"), "完成日期 列“2025-03-01”不能用：晚于记录日期 2024-10-12，只填已经发生的日期"),
        (put("A3", "S1"), "表“里程碑”，第 8 行 A 列：编号 列“S1”和第 3 行重复"),
        (edited(lambda page: page.delete_cols(4)), "“里程碑”的表第 1 行缺少列“牵头单位”"),
        (edited(lambda page: setattr(page, "title", "项目")), "不能确定这是 项目、里程碑 中的哪一张清单"),
    ],
)
def test_a_list_that_cannot_stand_is_refused_and_kept_like_any_delivery(
    change: Callable[[bytes], bytes], words: str, run: Run, county: Path, tmp_path: Path
) -> None:
    sheet = Path(run("form", "--list", "milestones", "--workbook", county, "--out", tmp_path).out.strip())
    sheet.write_bytes(change(sheet.read_bytes()))
    before = (county / "ledger" / "milestones.csv").read_bytes()
    done = run("add", sheet, "--workbook", county, "--as-of", "2024-10-12", "--json")
    assert done.code == 2
    assert words in json.loads(done.out)["findings"][-1]["message"]
    assert (county / "ledger" / "milestones.csv").read_bytes() == before
    assert sheet.read_bytes() in [path.read_bytes() for path in (county / "deliveries").iterdir()]


def test_a_number_stands_in_one_list_only(run: Run, county: Path, tmp_path: Path) -> None:
    sheet = Path(run("form", "--list", "policies", "--workbook", county, "--out", tmp_path).out.strip())
    sheet.write_bytes(put("A2", "P01")(sheet.read_bytes()))
    done = run("add", sheet, "--workbook", county, "--as-of", "2024-10-14", "--json")
    assert done.code == 2
    (finding,) = json.loads(done.out)["findings"]
    assert (
        finding["message"] == "表“政策”，第 2 行 A 列：编号 列“P01”不能用：“项目”清单里已有这个编号，请改成没有用过的。"
    )


def test_a_list_dated_before_what_is_recorded_is_refused(run: Run, county: Path, tmp_path: Path) -> None:
    sheet = Path(run("form", "--list", "milestones", "--workbook", county, "--out", tmp_path).out.strip())
    sheet.write_bytes(put("I8", "2024-05-06")(sheet.read_bytes()))
    done = run("add", sheet, "--workbook", county, "--as-of", "2024-01-02", "--json")
    assert done.code == 2
    assert "已有更晚的记录" in json.loads(done.out)["findings"][0]["message"]
