"""Of which time or place figures are: 当季 is no month's, a note may say where they end, an office whose they are."""

import io
from pathlib import Path

import openpyxl
import pytest
from conftest import SMALL, called, indicator, small_workbook
from test_intake_zoo import AS_OF, PLAN, receive
from test_layouts import MARCH, brought

from tongdao.intake import Delivery
from tongdao.intake.receipt import Known, judge

pytestmark = pytest.mark.usefixtures("here")
TIDY = "指标,期间,数值,单位,"
Q2 = [("2024Q2", "9", "single")]
BELOW = "指标,单位,1-3月\n新增企业上云,家,15\n"
OWN = PLAN.regions[PLAN.region]
OTHER = "岚江市"
BOTH = PLAN.model_copy(update={"regions": PLAN.regions | {"990100": OTHER}})


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        (f"{TIDY}口径\n新增企业上云,2024-06,9,家,当季\n", Q2),
        (f"{TIDY}口径\n新增企业上云,2024年二季度,9,家,当季\n", Q2),
        (f"{TIDY}口径,频率\n新增企业上云,2024-06,9,家,当期,季\n", Q2),
        (f"{TIDY}频率\n新增企业上云,2024-06,9,家,季\n", [("2024-06", "9", "cumulative")]),
        (f"{TIDY}季度\n新增企业上云,2024-06,9,家,2\n", [("2024-06", "9", "cumulative")]),
        ("指标,单位,6月当季\n新增企业上云,家,9\n", Q2),
        ("指标,单位,6月\n新增企业上云_当季值,家,9\n", Q2),
        ("指标,新增企业上云_当期\n频度,季\n单位,家\n2024-06,9\n", Q2),
        ("指标,新增企业上云_当期\n频度,月\n单位,家\n2024-06,9\n", [("2024-06", "9", "single")]),
        ("2024年二季度\n指标,单位,当期\n新增企业上云,家,9\n", Q2),
        ("指标,单位,1至3月累计完成情况\n新增企业上云,家,15\n", MARCH),
        ("2024年1-6月\n指标,周期,单位,本月\n新增企业上云,季度,家,9\n", [("2024-06", "9", "single")]),
        ("2024年6月\n指标,单位,当季,累计\n新增企业上云,家,9,15\n", [*Q2, ("2024-06", "15", "cumulative")]),
    ],
)
def test_an_amount_is_of_the_stretch_that_its_words_say(text: str, readings: list[tuple[str, str, str]]) -> None:
    assert brought(text) == readings


@pytest.mark.parametrize(
    "text",
    [
        f"{TIDY}口径\n新增企业上云,2024Q2,9,家,当月\n",
        f"{TIDY}口径\n新增企业上云,2024-05,9,家,当季\n",
        "指标,单位,5月\n新增企业上云_当季值,家,9\n",
        "指标,单位,二季度\n新增企业上云（当月）,家,9\n",
        "指标,单位,二季度当月\n新增企业上云,家,9\n",
        "2024年当月数据\n指标,单位,二季度\n新增企业上云,家,9\n",
        "指标,新增企业上云_当期\n频度,季\n单位,家\n2024-05,9\n",
        "2024年1-6月\n指标,单位,当期\n新增企业上云,家,9\n",
        "指标,单位,1-3月,备注\n全社会研发经费投入增速,%,9,当月增速\n",
        "指标,单位,1-3月情况说明\n新增企业上云,家,9\n",
        f"{TIDY}季度\n新增企业上云,2024-03,9,家,二季度\n",
        f"{TIDY}季度\n新增企业上云,2024-03,9,家,2\n",
        "指标,单位,1-6月\n新增企业上云 Firms per capita,家,9\n",
        "指标,单位,1-6月\n新增企业上云 Average number of firms,家,9\n",
    ],
)
def test_an_amount_whose_words_and_period_differ_is_refused(text: str) -> None:
    assert receive(text).verdict == "reject"


@pytest.mark.parametrize(
    "note",
    [
        *("注：本表为1-2月数据", "注：数据截至2月底", "注：以上数据截至2024年2月末", "注：新增企业上云为1-2月数"),
        *("注：为2月底数", "注：为上年同期数", "注：均为预计数", "（预计数）", "注：以上为年度考核目标"),
        *("注：本表指标值为年度任务数", "注：以上为填报示例", "注：3月为1-2月数", "注：当月数"),
    ],
)
def test_a_note_that_figures_end_before_or_are_others_refuses_them(note: str) -> None:
    assert receive(f"{BELOW}{note},,\n").verdict == "reject"


@pytest.mark.parametrize(
    "note",
    [
        *("注：数据截至2024年3月31日", "注：数据截至2024年4月10日", "注：本表为2024年一季度数", "注：为企业上云累计数"),
        *("注：1-2月数据合并发布", "说明：为落实县委目标任务，特制本表", "注：有效发明专利拥有量为2月底数"),
        *("注：增速", "注：除特别说明外均为累计数", "注：以上为考核指标完成情况", "注：新增企业上云从2023年起统计"),
    ],
)
def test_a_note_on_time_that_fits_refuses_nothing(note: str) -> None:
    assert brought(f"{BELOW}{note},,\n") == MARCH


def test_a_note_of_the_next_year_fits_december_and_years_before() -> None:
    assert len(brought("指标,单位,1-12月\n新增企业上云,家,30\n注：数据截至1月15日,,\n")) == 1
    yearly = "指标,2022年,2023年\n高新技术产业增加值占地区生产总值比重（%）,1,2\n"
    assert len(brought(f"{yearly}注：数据截至2024年6月,,\n")) == 2
    assert receive(f"{yearly}注：2023年为1-11月数,,\n").verdict == "reject"


@pytest.mark.parametrize("words", ["为1-2月数", "2023年数据", "数据截至2月底", "单位应为万家", "此行作废", "示例"])
def test_a_remark_of_another_time_or_that_the_row_is_void_refuses_it(words: str) -> None:
    assert receive(f"{TIDY}备注\n新增企业上云,2024-03,15,家,{words}\n").verdict == "reject"
    assert brought(f"{TIDY}备注\n新增企业上云,2024-03,15,家,数据截至4月10日\n") == MARCH


def places(*lines: str) -> tuple[set[str], str]:
    """The regions of the readings that a table under some lines brings, and all that is said of it."""
    text = "".join(f"{line},,\n" for line in lines) + BELOW
    receipt = judge(Delivery("报表_2024.csv", text.encode(), "甲局", AS_OF), BOTH, Known({}))
    return {entry.region for entry in receipt.entries}, " ".join(item.message for item in receipt.findings)


@pytest.mark.parametrize("title", ["填报示例", "示例数据", "2024年报表（作废）", "除园区外主要指标", f"{OTHER}及各县"])
def test_a_title_of_examples_or_parts_refuses_the_table(title: str) -> None:
    assert places(title)[0] == set()


@pytest.mark.parametrize("line", ["{}科技局", "（{}统计局）", "填报单位：{}科技局", "制表：{}统计局"])
def test_the_own_office_under_the_title_of_another_place_is_asked_whose_figures_they_are(line: str) -> None:
    office = line.format(OWN)
    for lines in ((f"{OTHER}2024年主要指标", office), (office, f"{OTHER}主要指标")):
        regions, said = places(*lines)
        assert not regions
        assert "不知是哪里的数" in said
    assert places(f"{OWN}主要指标", office)[0] == {PLAN.region}
    assert places(f"{OTHER}主要指标", "县科技局")[0] == {"990100"}


def test_the_office_of_a_city_tells_the_figures_of_its_counties() -> None:
    plan = PLAN.model_copy(update={"region": "431200", "regions": {"431200": OTHER, "431230": OWN}})
    for lines in (f"{OWN}主要指标,,\n{OTHER}统计局,,\n", f"{OTHER}统计局,,\n{OWN}主要指标,,\n"):
        receipt = judge(Delivery("报表_2024.csv", (lines + BELOW).encode(), "甲局", AS_OF), plan, Known({}))
        assert [entry.region for entry in receipt.entries] == ["431230"]


@pytest.mark.parametrize(
    ("lines", "region"),
    [
        ((f"{OTHER}主要指标", f"{OWN}主要指标"), "431230"),
        ((f"{OTHER}试点县建设",), "431200"),
        ((f"{OTHER}县域经济主要指标",), "431200"),
        ((f"{OTHER}松岭县主要指标",), ""),
        ((f"{OTHER}鹤城区主要指标",), ""),
        ((f"{OWN}主要指标", OTHER), ""),
        ((f"松岭县{OWN}主要指标", "云泽县"), ""),
        (("云泽县主要指标", OWN), ""),
        ((f"{OWN}主要指标", "云泽县"), ""),
        ((f"{OWN}与全市对比",), ""),
    ],
)
def test_of_the_places_in_titles_the_innermost_counts_and_two_beside_each_other_are_asked(
    lines: tuple[str, ...], region: str
) -> None:
    places = {"431200": OTHER, "431230": OWN, "431299": "云泽县"}
    plan = PLAN.model_copy(update={"region": "431230", "regions": places})
    text = "".join(f"{line},,\n" for line in lines) + BELOW
    receipt = judge(Delivery("报表_2024.csv", text.encode(), "甲局", AS_OF), plan, Known({}))
    assert {entry.region for entry in receipt.entries} == ({region} if region else set())


def test_a_comparison_with_the_whole_city_whose_columns_say_their_places_is_read() -> None:
    text = f"{OWN}与全市对比（2024年1-3月）,,\n指标,单位,{OWN},全市\n新增企业上云,家,15,60\n"
    assert brought(text) == MARCH


def test_the_year_of_a_title_that_calls_itself_a_form_or_says_where_it_ends_counts() -> None:
    for title in ("2024年主要指标填报表", "2024年主要指标（截至3月底）"):
        assert brought(f"{title},,\n{BELOW}", "报表.csv") == MARCH
    said = receive("指标,单位,二季度当月\n新增企业上云,家,9\n", "报表_2024.csv").findings
    assert "期间却是 2024Q2" in " ".join(item.message for item in said)


def test_the_own_office_may_file_a_table_of_several_places() -> None:
    rows = f"{OTHER},新增企业上云,家,60,{OWN}统计局\n{OWN},新增企业上云,家,15,{OWN}统计局\n"
    text = f"{OTHER}主要指标,,,,\n地区,指标,单位,1-3月,填报单位\n{rows}填报单位：{OWN}统计局,,,,\n"
    receipt = judge(Delivery("报表_2024.csv", text.encode(), "甲局", AS_OF), BOTH, Known({}))
    assert [entry.region for entry in receipt.entries] == ["990100", PLAN.region]


def test_a_quarter_over_a_column_is_called_a_quarter() -> None:
    said = receive("指标,单位,2024年第一季度\n高新技术产业增加值占地区生产总值比重,%,15\n").findings
    assert "读作1季度" in " ".join(item.message for item in said)


def test_a_sheet_of_examples_beside_the_table_is_left_out_and_a_mark_in_a_format_is_a_footnote() -> None:
    book = openpyxl.Workbook()
    for row in (["指标", "单位", "1-3月"], ["新增企业上云", "家", 15]):
        book.active.append(row)
    book.active["C2"].number_format = '0"*"'
    for row in (["指标", "单位", "1-6月"], ["新增企业上云", "家", 33]):
        (book["填写示例"] if "填写示例" in book.sheetnames else book.create_sheet("填写示例")).append(row)
    made = io.BytesIO()
    book.save(made)
    assert [int(entry.value) for entry in receive(made.getvalue(), "a_2024.xlsx").entries] == [15]


def test_a_text_in_gbk_without_known_words_is_shown_and_not_called_garbled() -> None:
    receipt = receive("港口,2016.01\n上海,103.05\n".encode("gb18030"))
    assert receipt.verdict == "reject"
    assert "读出来是“港口,2016.01”" in receipt.findings[0].message


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("score,2023H2,91.5,分,level", "2023H2"),
        ("score,2023H1,90.5,分,level", "2023H1"),
        ("score,2023年下半年,91.5,分,", "2023H2"),
        ("monthly,2023H2,91.5,分,", "2023-12"),
        ("firms,2023H2,24,家,cumulative", "2023H2"),
        ("firms,2023H2,24,家,", ""),  # its own, or the year's
    ],
)
def test_the_second_half_year_is_read_as_the_program_writes_it(tmp_path: Path, line: str, expected: str) -> None:
    half = '\nfrequency = "half"\ntarget = 95'
    plan = SMALL + indicator("score", "分", "level", half) + indicator("monthly", "分", "level")
    book = small_workbook(tmp_path / "book", plan + indicator("firms", "家", "flow", half), [])
    file = tmp_path / "表.csv"
    file.write_text(f"indicator,period,value,unit,basis\n{line}\n", encoding="utf-8")
    assert (called("add", file, "--workbook", book).code == 0) is bool(expected)
    kept = (book / "readings.csv").read_text("utf-8-sig").splitlines()[1:]
    assert [row.split(",")[2] for row in kept if row] == ([expected] if expected else [])
