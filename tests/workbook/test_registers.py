"""Registers: counts that follow from entries, and the county's readings that follow from its registers."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from conftest import SMALL, Run, indicator, pdf_text, small_workbook
from hypothesis import given, strategies as st

from tongdao.base.text import check_sign, fault_of
from tongdao.plan.indicator import Indicator
from tongdao.plan.settings import Feed
from tongdao.workbook.registers import Entry, count
from tongdao.workbook.workbook import open_workbook

pytestmark = pytest.mark.usefixtures("here")


@pytest.mark.parametrize("code", ["91330100799655058B", "9144030071526726XG", "914403001922038216"])
def test_the_check_sign_of_codes_in_public_use(code: str) -> None:
    assert check_sign(code[:17]) == code[17]
    assert fault_of(code) == ""
    assert "校验位应为" in fault_of(code[:16] + ("0" if code[16] != "0" else "1") + code[17])
    assert "不含 I" in fault_of("I" + code[1:])


def test_the_county_readings_follow_from_its_registers() -> None:
    book = open_workbook("data/tongdao")
    view = book.view("2024-09")
    assert view.differences == ()
    counted = view.observed[view.observed["line"] == 0]
    fed = {feed.indicator for register in book.plan.registers for feed in register.feeds}
    assert set(counted["indicator"]) == fed
    assert counted.groupby("indicator")["end"].max().eq(view.month.end).all()


def figures(run: Run, county: Path, *more: str) -> dict[str, dict[str, object]]:
    done = run("status", "--workbook", county, "--json", *more)
    assert done.code == 0, done.err
    return {row["id"]: row for row in json.loads(done.out)}


def test_one_expiry_changes_net_and_not_gross(run: Run, county: Path) -> None:
    before = figures(run, county)
    file = county / "registers" / "firms.csv"
    text = file.read_text(encoding="utf-8-sig")
    row = next(line for line in text.splitlines() if "2025-09-23" in line)
    later = ",".join([*row.replace("2025-09-23", "2024-09-20").split(",")[:-1], "2024-10-12"])
    file.write_text(text + later + "\n", encoding="utf-8-sig")
    after = figures(run, county)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"hightech_net"}
    assert after["hightech_net"]["actual"] == before["hightech_net"]["actual"] - 1  # type: ignore[operator]
    assert after["hightech_net"]["p_met"] < before["hightech_net"]["p_met"]  # type: ignore[operator]
    assert (
        figures(run, county, "--as-of", "2024-09-30")["hightech_net"]
        == figures(run, Path("data/tongdao"), "--as-of", "2024-09-30")["hightech_net"]
    )
    told = run("check", "--workbook", county)
    assert "净增高新技术企业上报 12，名册计数 11" in told.out
    assert told.code == 0


def test_one_expiry_shows_in_receipt_outlook_and_report(run: Run, county: Path, tmp_path: Path) -> None:
    """A certificate's last day changed in the sheet that ``form`` writes and ``add`` takes back."""
    gross, net = "新认定高新技术企业", "净增高新技术企业"

    def printed(name: str) -> tuple[dict[str, dict[str, object]], str]:
        done = run("report", "--workbook", county, "--month", "2024-09", "--out", tmp_path / name)
        assert done.code == 0, done.err
        return figures(run, county, "--month", "2024-09"), "".join(pdf_text(Path(file)) for file in done.out.split())

    sheet = Path(run("form", "--list", "firms", "--workbook", county, "--out", tmp_path).out.strip())
    before, page = printed("before")
    book = openpyxl.load_workbook(sheet)
    cell = next(cell for row in book.active for cell in row if cell.value == "2025-09-23")
    cell.value = "2024-09-20"
    book.save(sheet)
    done = run("add", sheet, "--workbook", county, "--as-of", "2024-10-12", "--by", "测试", "--json")
    receipt = json.loads(done.out)
    after, new_page = printed("after")
    told = {one["code"]: one["message"] for one in receipt["findings"]}
    assert told["changed"].endswith("expires_on：2025-09-23 → 2024-09-20")
    assert told["figure"] == f"{net}：0家（可能性16%） → -1家（可能性3%）"
    assert len(receipt["findings"]) == 2
    assert {name for name in after if after[name] != before[name]} == {"hightech_net"}
    chances = [round(float(rows["hightech_net"]["p_met"]), 2) for rows in (before, after)]  # type: ignore[arg-type]
    assert chances == [0.16, 0.03]
    row, reason = r"(-?\d+)／2家以上\S*?可能性([一到两九成不以上]+)", r"截至2024年9月(.*?)。"
    read = [
        [re.search(name + part, text) for text in (page, new_page)] for name in (gross, net) for part in (row, reason)
    ]
    found = [[match and match.groups() for match in pair] for pair in read]
    assert found[0] == [("1", "九成以上")] * 2
    assert found[1][0] == found[1][1] is not None
    assert found[2] == [("0", "一到两成"), ("-1", "不到一成")]
    assert "实现可能性5%以下" in str(found[3][1])
    assert "实现可能性15%" in str(found[3][0])


BAD = {
    "an expiry before its certificate": (",2021-12-20,", ",2017-12-20,", ["firms.csv 第", "expires_on 列"]),
    "a wrong check sign": ("91431230X00000001", "91431230X00000009", ["firms.csv 第 2 行 code 列", "校验位"]),
    "a date that is none": ("2018-12-21", "2018年12月", ["firms.csv 第 2 行 certified_on 列“2018年12月”"]),
    "a nought for a date": ("2018-12-21", "0", ["firms.csv 第 2 行 certified_on 列“0”", "应为 2024-10-20 这样的日期"]),
    "seconds since 1970 for a date": (
        "2018-12-21",
        "86400.0",
        ["certified_on 列“86400.0”", "2024-10-20 这样"],
    ),
    "a year typed into a cell of days": (
        "2018-12-21",
        "1905-07-16",
        ["certified_on 列“1905-07-16”", "2024-10-20 这样"],
    ),
    "an unknown stage": ("入库培育", "入库", ["firms.csv 第", "stage 列“入库”", "入库培育"]),
    "a missing column": ("expires_on", "expiry", ["firms.csv 缺少列“expires_on”"]),
    "a row cut short": (",高新技术企业,2018-12-21,", ",2018-12-21,", ["firms.csv 第 2 行有 9 格，表头有 10 列"]),
}


@pytest.mark.parametrize("name", BAD)
def test_a_row_that_cannot_stand_is_named(name: str, run: Run, county: Path, tmp_path: Path) -> None:
    old, new, words = BAD[name]
    file = county / "registers" / "firms.csv"
    text = file.read_text(encoding="utf-8-sig")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8-sig")
    done = run("report", "--workbook", county, "--out", tmp_path / "out")
    assert done.code == 2
    assert all(word in done.sentence for word in words), done.sentence
    assert not (tmp_path / "out").exists()


PEOPLE = (
    SMALL
    + indicator("talents", "人", "flow", "target = 2")
    + """
[[register]]
name = "后备人才名单"
file = "registers/talents.csv"
since = 2023-01-01
[register.columns]
number = "编号"
name = "姓名"
begins = "入选日期"
amount = "资助"
[[register.feed]]
indicator = "talents"
rule = "{rule}"
{more}
"""
)


def test_a_list_of_people_is_a_few_lines_and_no_code(run: Run, tmp_path: Path) -> None:
    folder = small_workbook(tmp_path / "people", PEOPLE.format(rule="year", more=""), [])
    (folder / "registers").mkdir()
    rows = [
        "编号,姓名,入选日期,资助,备注,recorded_at",
        "1,甲,2023-05-04,10,,2023-06-12",
        "2,乙,2024-02-01,20,,2024-06-12",
    ]
    (folder / "registers" / "talents.csv").write_text("\n".join(rows), encoding="utf-8")
    done = run("status", "--workbook", folder, "--json")
    assert [(row["actual"], row["month"]) for row in json.loads(done.out)] == [(1.0, "2024-05")]
    assert "还没有读数" not in run("check", "--workbook", folder).out
    (folder / "plan.toml").write_text(PEOPLE.format(rule="sum", more=""), encoding="utf-8")
    assert "规则 sum 要写明 unit" in run("status", "--workbook", folder).sentence
    (folder / "plan.toml").write_text(PEOPLE.format(rule="year", more="foresees = true"), encoding="utf-8")
    assert "foresees 只用于" in run("status", "--workbook", folder).sentence
    (folder / "plan.toml").write_text(PEOPLE.format(rule="year", more="").replace('"talents"\nrule', '"talent"\nrule'))
    assert "最接近的是：talents" in run("status", "--workbook", folder).sentence


UNFIT = {
    "a stock for an amount": ("hightech_new", "new", "stock", 'rule = "stock" 数不出新认定高新技术企业（flow）'),
    "a gross count for a net": ("hightech_net", "stock", "new", 'rule = "new" 数不出净增高新技术企业（net）'),
    "a unit of another kind": ("", 'unit = "万元"', 'unit = "家"', "要写明 unit，能换算成“亿元”，现在是“家”"),
    "no column for the day": ("", 'begins = "filed_on"\n', "", "要在 columns 里写明 begins"),
}


@pytest.mark.parametrize("name", UNFIT)
def test_a_feed_that_cannot_count_what_it_feeds_is_refused(name: str, run: Run, county: Path) -> None:
    feeds, old, new, words = UNFIT[name]
    file = county / "plan.toml"
    head, mark, rest = file.read_text("utf-8").partition(
        f'[[register.feed]]\nindicator = "{feeds}' if feeds else "\x00"
    )
    text = head + mark + rest.replace(old, new, 1) if mark else head.replace(old, new, 1)
    file.write_text(text, encoding="utf-8")
    assert words in run("status", "--workbook", county).sentence


LOAN = "新-1,91431230X00000001C,{kind},{day},{amount},,2024-10-11\n"


def test_a_loan_without_its_amount_is_not_counted_as_nought(run: Run, county: Path, tmp_path: Path) -> None:
    file = county / "registers" / "loans.csv"
    text = file.read_text("utf-8-sig")
    loan = LOAN.format(kind="知识价值信用贷款", day="2024-09-20", amount="")
    file.write_text(text + loan, encoding="utf-8-sig")
    assert (
        "loans.csv 第 38 行 amount 列“”不能用：这一条要计入合计，请补上金额"
        in run("status", "--workbook", county).sentence
    )
    file.write_text(text + loan.replace("2024-09-20", ""), encoding="utf-8-sig")  # not granted yet
    sheet = Path(run("form", "--list", "loans", "--workbook", county, "--out", tmp_path).out.strip())
    (row,) = [row for row in openpyxl.load_workbook(sheet).active if row[0].value == "新-1"]
    assert [cell.value for cell in row][3:5] == [None, None]
    file.write_text(text + loan.replace(",,", ",0,", 1), encoding="utf-8-sig")
    assert run("status", "--workbook", county).code == 0


def test_an_entry_that_no_figure_counts_is_told(run: Run, county: Path) -> None:
    file = county / "registers" / "loans.csv"
    more = [("知识价值贷款", "2024-09-20"), ("知识价值信用贷款", "2042-09-20")]
    loans = [LOAN.format(kind=kind, day=day, amount=120).replace("新-1", f"新-{day}") for kind, day in more]
    file.write_text(file.read_text("utf-8-sig") + "".join(loans), encoding="utf-8-sig")
    told = [line for line in run("check", "--workbook", county).out.splitlines() if "loans.csv" in line]
    assert told == [
        "提示　registers/loans.csv 第 38 行：新-2024-09-20 的类别“知识价值贷款”不是计数的类别"
        "（知识价值信用贷款、知识产权质押融资），这一条不计入任何指标，请核对。",
        "提示　registers/loans.csv 第 39 行：新-2042-09-20 的起始日期 2042-09-20 晚于记录日期 2024-10-11，"
        "到那一天才计入，请核对。",
    ]


def test_a_typed_reading_stands_beside_the_register_that_differs(run: Run, tmp_path: Path) -> None:
    typed = "talents,110000,2024-05,3,人,cumulative,final,测试,2024-06-12"
    folder = small_workbook(tmp_path / "people", PEOPLE.format(rule="year", more=""), [typed])
    (folder / "registers").mkdir()
    (folder / "registers" / "talents.csv").write_text(
        "编号,姓名,入选日期,资助,recorded_at\n2,乙,2024-02-01,20,2024-06-12\n", encoding="utf-8"
    )
    done = run("report", "--workbook", folder, "--out", tmp_path / "out")
    assert done.code == 0, done.err
    assert "2024年5月上报读数为3人，名册计数为1人，以名册为准" in pdf_text(Path(done.out.split()[1]))


DAYS = st.dates(date(2022, 1, 1), date(2024, 12, 31))


@st.composite
def certificates(draw: st.DrawFn) -> list[Entry]:
    made = []
    for number in range(draw(st.integers(0, 14))):
        begins = draw(DAYS)
        ends = begins + timedelta(days=draw(st.integers(0, 900)))
        revoked = draw(st.none() | st.dates(begins, ends))
        holder = draw(st.sampled_from("甲乙丙丁"))
        made.append(
            Entry(
                number=str(number),
                holder=holder,
                begins=begins,
                ends=ends,
                revoked=revoked,
                recorded_at=date(2025, 1, 1),
            )
        )
    return made


@given(certificates(), DAYS)
def test_net_is_new_less_those_that_ran_out_or_were_revoked(entries: list[Entry], day: date) -> None:
    item = Indicator(id="x", name="x", unit="家", measure="net")
    before = date(day.year - 1, 12, 31)
    stock = [
        {entry.who for entry in count(entries, Feed(indicator="x", rule="stock"), item, when).entries}
        for when in (before, day)
    ]
    new = count(entries, Feed(indicator="x", rule="new"), item, day)
    gained = {entry.who for entry in new.entries}
    lost = (stock[0] | gained) - stock[1]
    assert not gained & stock[0]
    assert len(stock[1]) - len(stock[0]) == new.value - len(lost)
    assert new.value == count(list(reversed(entries)), Feed(indicator="x", rule="new"), item, day).value


def test_a_view_without_lists_is_what_it_was() -> None:
    book = open_workbook("data/tongdao")
    plain = replace(book, lists=type(book.lists)())
    assert plain.view("2024-09").differences == ()
    one, other = (each.view("2024-09").observed.set_index(["indicator", "end"])["value"] for each in (book, plain))
    assert (one.loc[other.index] == other).all()
