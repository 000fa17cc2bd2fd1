"""The same answer whatever the day, the hand and the moment: what has not come yet, what is said twice, what is said
after a report was published."""

import hashlib
import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from conftest import SMALL, Run, called, indicator, small_workbook

import tongdao as td
from tongdao.base import UsageError
from tongdao.pages.page import data_notes
from tongdao.pages.wording import reason
from tongdao.runs import differences, one_job
from tongdao.workbook import digest, open_workbook

pytestmark = pytest.mark.usefixtures("here")

TOMORROW = (date.today() + timedelta(days=1)).isoformat()
REGISTER = """
[[register]]
name = "企业名册"
file = "registers/firms.csv"
since = 2024-01-01
columns = { number = "编号", begins = "认定", ends = "到期" }
[[register.feed]]
indicator = "firms"
rule = "year"
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Three months of a flow, and a register that counts another one."""
    plan = SMALL + indicator("flow", "家", "flow") + indicator("firms", "家", "flow") + REGISTER
    plan = re.sub('quote = ".*"', 'quote = "新增10家"', plan)
    rows = [f"flow,110000,2024-{month:02d},1,家,single,final,测试,2024-04-10" for month in (1, 2, 3)]
    book = small_workbook(tmp_path / "w", plan, rows)
    (book / "registers").mkdir()
    (book / "registers" / "firms.csv").write_text("编号,认定,到期,recorded_at\nA,2024-02-01,,2024-04-10\n", "utf-8")
    return book


def added(path: Path, line: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")


DOORS = (
    ("status", "--as-of"),
    ("report", "--as-of"),
    ("report", "-p", "as_of"),
    ("brief", "--text", "--as-of"),
    ("run", "--due", "--as-of"),
    ("owed", "--as-of"),
    ("form", "--as-of"),
    ("add", "a.csv", "--as-of"),
    ("withdraw", "a.csv", "--as-of"),
)


@pytest.mark.parametrize("door", DOORS, ids=" ".join)
def test_a_day_that_has_not_come_is_refused_at_every_door(door: tuple[str, ...], small: Path) -> None:
    *words, last = door
    asked = [f"{last}={TOMORROW}"] if last == "as_of" else [last, TOMORROW]
    done = called(*words, *asked, "--workbook", small)
    assert (done.code, f"{TOMORROW} 还没有到" in done.sentence) == (2, True)


def test_a_day_that_has_not_come_is_refused_in_a_notebook(small: Path) -> None:
    for asked in (td.gap_to_target, td.MonthlyReport.open):
        with pytest.raises(UsageError, match=f"{TOMORROW} 还没有到"):
            asked(open_workbook(small), as_of=TOMORROW)


def test_a_file_recorded_tomorrow_is_refused(small: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "a.csv"
    sheet.write_text(f"指标,期间,数值,单位,口径,来源,记录日期\nflow,2024-04,1,家,当月,甲,{TOMORROW}\n", "utf-8")
    done = called("add", sheet, "--workbook", small)
    assert done.code == 2
    assert "在未来" in done.out


FILES = {
    "readings.csv": f"flow,110000,2024-12,9,家,single,final,测试,{TOMORROW}",
    "registers/firms.csv": f"B,2024-12-01,,{TOMORROW}",
    "ledger/projects.csv": f"P1,项目,{TOMORROW}",
    "deliveries/withdrawn.csv": f"{'0' * 64},a.csv,{TOMORROW},甲,写错",
}


@pytest.mark.parametrize("file", FILES)
def test_what_a_file_records_for_tomorrow_counts_for_nothing_and_is_named(file: str, small: Path) -> None:
    def told() -> list[object]:
        return [called("status", "--json", "--workbook", small).out, called("brief", "--text", "--workbook", small).out]

    heads = {"ledger": "编号,名称,记录日期", "deliveries": "delivery,file,withdrawn_on,by,reason"}
    (small / file).parent.mkdir(exist_ok=True)
    if not (small / file).exists():
        added(small / file, heads[file.split("/", maxsplit=1)[0]])
    if file.startswith("deliveries"):
        receipt = {"delivery": "0" * 64, "at": "2024-04-10", "file": "a.csv", "verdict": "accept", "indicators": []}
        (small / "deliveries" / f"{'0' * 64}.json").write_text(json.dumps(receipt | {"rows": []}))
    before = told()
    added(small / file, FILES[file])
    assert told() == before
    done = called("check", "--workbook", small)
    line = len((small / file).read_text("utf-8").splitlines())
    assert (done.code, f"{file} 第 {line} 行：记录日期 {TOMORROW} 还没有到" in done.out) == (1, True), done.out


def test_two_rows_of_one_key_and_day_that_differ_are_named_and_never_decided_by_their_order(small: Path) -> None:
    register = small / "registers" / "firms.csv"
    added(register, "A,2024-02-01,,2024-04-10")  # said twice is said once
    assert called("check", "--workbook", small).code == 0
    added(register, "A,2024-03-01,,2024-04-10")
    told = {called("check", "--workbook", small).sentence}
    head, *lines = register.read_text("utf-8").splitlines()
    register.write_text("\n".join([head, *lines[::-1]]), "utf-8")
    told.add(called("check", "--workbook", small).sentence)
    assert all("registers/firms.csv 第 " in words and "第 2 行也是 2024-04-10 记录的" in words for words in told), told
    register.write_text("\n".join([head, *lines[:2], f"{lines[2]}T09:00:00"]), "utf-8")
    assert called("status", "--workbook", small).code == 0


@pytest.mark.parametrize("again", ["Ａ", "A\u200b", "\ufeffA", "Ａ\u3000"])
def test_a_key_typed_in_other_signs_is_the_same_entry(again: str, small: Path) -> None:
    register = small / "registers" / "firms.csv"
    added(register, f"{again},2024-03-01,,2024-04-11")
    rows = json.loads(called("status", "--workbook", small, "--json").out)
    assert [row["actual"] for row in rows] == [3, 1]
    added(register, f"{again},2024-01-01,,2024-04-11")
    assert "第 3 行也是 2024-04-11 记录的" in called("status", "--workbook", small).sentence


def listed(small: Path, folder: Path, progress: str, day: str) -> str:
    """The list of projects with another progress, handed in on a day; its number."""
    sheet = folder / str(len([*folder.iterdir()])) / "projects.csv"
    sheet.parent.mkdir()
    sheet.write_text(
        f"编号,名称,条款,指标,牵头单位,责任单位,责任人,时限,进度,存在问题,下步措施,佐证\nP1,项目,,,,,,,{progress},,,\n",
        "utf-8",
    )
    assert called("add", sheet, "--workbook", small, "--as-of", day).code == 0
    return hashlib.sha256(sheet.read_bytes()).hexdigest()


def progress(book: Path, day: str = "") -> float | None:
    found = open_workbook(book).view("2024-03", day or None).lists.ledger.projects
    return found[0].progress if found else None


def test_a_row_corrected_on_its_own_day_stands_whatever_the_order(small: Path, tmp_path: Path) -> None:
    for value in ("10", "20", "30", "10%"):
        listed(small, tmp_path, value, "2024-04-11")
        table = small / "ledger" / "projects.csv"
        head, *lines = table.read_text("utf-8").splitlines()
        table.write_text("\n".join([head, *lines[::-1], ""]), "utf-8")
        assert progress(small) == float(value.rstrip("%"))
    assert called("check", "--workbook", small).code == 0


def test_a_row_that_two_sheets_say_stands_until_both_are_withdrawn(small: Path, tmp_path: Path) -> None:
    first = listed(small, tmp_path, "10", "2024-04-11")
    second = listed(small, tmp_path, "10%", "2024-04-12")
    done = called("withdraw", first, "--workbook", small, "--as-of", "2024-04-13")
    assert "仍然计入" in done.out
    assert progress(small) == 10
    assert called("withdraw", second, "--workbook", small, "--as-of", "2024-04-14").code == 0
    assert [progress(small, day) for day in ("2024-04-13", "2024-04-14")] == [10, None]


def typed(small: Path, _: Path) -> None:
    given = ("--indicator", "flow", "--period", "2024-03", "--value", "7", "--unit", "家", "--source", "电话")
    marked = [*small.glob("deliveries/*回执.xlsx")]
    assert called("add", *given, "--as-of", "2024-04-12", "--workbook", small).code == 0
    assert [*small.glob("deliveries/*回执.xlsx")] == marked  # that a report lacks it is no cell's fault


def sheet_of_the_past(small: Path, folder: Path) -> None:
    """With a recording day of its own, before that of the report."""
    sheet = folder / "past.csv"
    sheet.write_text("指标,期间,数值,单位,口径,来源,记录日期\nflow,2024-02,5,家,当月,甲,2024-04-11\n", "utf-8")
    receipt = json.loads(called("add", sheet, "--json", "--workbook", small).out)
    assert "已发布的 2024-03 briefing（截至 2024-04-12）" in receipt["findings"][-1]["message"]


def withdrawal(small: Path, _: Path) -> None:
    done = called("withdraw", "a.csv", "--as-of", "2024-04-12", "--workbook", small)
    assert "已发布的 2024-03 briefing（截至 2024-04-12）按当时的数做成" in done.out


def by_hand(small: Path, _: Path) -> None:
    added(small / "readings.csv", "flow,110000,2024-01,5,家,single,final,手写,2024-04-12")
    added(small / "registers" / "firms.csv", "B,2024-02-01,,2024-04-12")


def row_of_a_list(small: Path, folder: Path) -> None:
    listed(small, folder, "50", "2024-04-12")


def test_a_report_is_replayed_whatever_is_recorded_for_its_day_later(run: Run, small: Path, tmp_path: Path) -> None:
    """Typed, handed in with an earlier day, taken back or listed: the report stays, and they name it."""
    first = tmp_path / "a.csv"
    first.write_text("指标,期间,数值,单位,口径,来源\nflow,2024-03,4,家,当月,甲\n", "utf-8")
    assert run("add", first, "--as-of", "2024-04-12", "--workbook", small).code == 0
    (tmp_path / "reports").mkdir()
    asked = ("report", "briefing", "--month", "2024-03", "--as-of", "2024-04-12", "--workbook", small)
    assert run(*asked).code == 0

    def runs() -> list[str]:
        return [entry["run"] for entry in json.loads(run("runs", "--json", "--workbook", small).out)]

    for later in (typed, sheet_of_the_past, withdrawal, by_hand, row_of_a_list):
        later(small, tmp_path)
    again = run("replay", runs()[0], "--workbook", small)
    assert (again.code, "逐字节相同" in again.out) == (0, True), again
    assert run(*asked).code == 0
    old, new = runs()
    assert old != new
    told = run("diff", old, new, "--workbook", small).out
    assert "flow：6家、无法判断 → 7家" in told
    assert "改写" not in told
    assert run("replay", old, "--workbook", small).code == 0


@pytest.mark.parametrize("sign", ["T", " "])
def test_a_row_with_a_later_time_of_the_same_day_is_not_in_what_was_known(sign: str, small: Path) -> None:
    today = str(open_workbook(small).plan.today)
    job = one_job(str(small), "briefing", {"month": "2024-03", "as_of": today}, ("pdf",), small / "out")
    added(small / "registers" / "firms.csv", f"B,2024-02-01,,{today}{sign}23:59:59")
    for until, same in (("", False), (job.moment, True)):
        assert (digest(open_workbook(small, until).view("2024-03", today)) == job.data) == same


def test_where_the_register_falls_silent_page_basis_and_diff_say_that_the_series_speaks(
    county: Path, tmp_path: Path
) -> None:
    """And a figure of an earlier month says of which it is."""
    sheet = tmp_path / "oct.csv"
    sheet.write_text("指标,期间,数值,单位,口径,来源\n净增高新技术企业,2024-10,15,家,存量,甲\n", "utf-8")
    assert called("add", sheet, "--workbook", county, "--as-of", "2024-11-12").code == 0
    page = td.MonthlyReport.open(str(county), "2024-10", "2024-11-12")
    silent = "名册没有说到2024年10月，可能性按历年读数推算"
    assert [row.item.name for row in page.rows if silent in reason(row)] == ["新认定高新技术企业", "净增高新技术企业"]
    assert f"{silent}：新认定高新技术企业、净增高新技术企业。" in data_notes(page.rows, page.view)
    table = {row[0].text: [cell.text for cell in row] for row in page.action_table().cells}
    assert "依据有变" in table["新认定高新技术企业"][2]
    assert (table["新认定高新技术企业"][1], table["净增高新技术企业"][1]) == ("1家（9月）／2家以上", "3／2家以上")
    runs = []
    for month, day in (("2024-09", "2024-10-12"), ("2024-10", "2024-11-12")):
        job = one_job(str(county), "briefing", {"month": month, "as_of": day}, ("pdf",), tmp_path)
        kept = {"inputs": job.inputs, "given": job.given, "data": job.data, "figures": job.figures, "known": job.moment}
        runs.append(kept | {"run": month, "notebook": "", "code": ""})
    told = [line for line in differences(open_workbook(county), *runs) if line.startswith("新认定高新技术企业")]
    assert ["名册没有说到2024年10月，预计改按历年读数推算" in line for line in told] == [True], told


def test_a_file_handed_in_again_says_what_it_said_since_it_first_came(small: Path, tmp_path: Path) -> None:
    """A report in between is made again though the file that brought the figure was withdrawn before it."""
    for name in ("a", "b"):
        (tmp_path / f"{name}.csv").write_text(
            f"指标,期间,数值,单位,口径,来源\nflow,2024-03,4,家,当月,{name}\n", "utf-8"
        )
        assert called("add", tmp_path / f"{name}.csv", "--as-of", "2024-04-12", "--workbook", small).code == 0
    assert called("withdraw", "a.csv", "--as-of", "2024-04-12", "--workbook", small).code == 0
    inputs = {"month": "2024-03", "as_of": "2024-04-12"}
    job = one_job(str(small), "briefing", inputs, ("pdf",), tmp_path)
    assert called("add", tmp_path / "b.csv", "--as-of", "2024-04-12", "--workbook", small).code == 0
    again = open_workbook(small, job.moment)
    assert digest(again.view(*inputs.values())) == job.data
