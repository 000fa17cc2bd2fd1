"""A page: a view with its rows, opened in one call and shown cell by cell."""

import json
import re
from pathlib import Path

import pytest
from conftest import INDICATOR, ROOT, SMALL, called, indicator, small_workbook
from IPython.lib.pretty import pretty

import tongdao as td
from tongdao.analysis import changes, gaps
from tongdao.pages.charts import required_chart
from tongdao.pages.display import Blocks, Table, Text
from tongdao.pages.page import FIELDS, columns
from tongdao.pages.wording import even
from tongdao.workbook import View, open_workbook

COUNTY, PROVINCE = ROOT / "data" / "tongdao", ROOT / "data" / "hunan"
PAGES = ("MonthlyReport", "GapToTarget", "IndicatorTrend", "DepartmentReport", "Briefing", "WallChart", "Assessment")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_opened_by_folder_or_workbook_and_says_what_it_is(name: str) -> None:
    page = getattr(td, name).open(str(COUNTY), "2024-09", "2024-10-12")
    same = getattr(td, name).open(td.open_workbook(COUNTY), month="2024-09", as_of="2024-10-12")
    assert page.head() == same.head()
    assert page.head().month == "2024-09"
    assert pretty(page) == pretty(page.view)


def test_where_past_chances_ended_no_better_than_a_coin_no_page_says_per_cent() -> None:
    book = td.open_workbook(COUNTY)
    seen = [
        td.IndicatorTrend.open(book, indicator="上云").conclusion().markdown,
        td.Page.open(book).conclusion().markdown,
    ]
    seen += [called("status").out, called().out, str(td.explore(book, focus="上云").one_indicator()[0].markdown)]
    worst = td.RegionPanel.open(book).worst()
    seen.append(f"可能性{worst.cells[0][-1].text}" if isinstance(worst, Table) else "")
    for text in seen:
        assert re.search("可能性.{0,9}成|.到.成", text), text
        assert not re.search(r"可能性\d+%", text), text


def test_a_table_says_of_bars_and_of_change_only_what_it_shows() -> None:
    province = td.MonthlyReport.open(PROVINCE, "2024-12").action_table()
    county = td.MonthlyReport.open(COUNTY, "2024-09", "2024-10-12").action_table()
    assert [("横条为完成率" in (table.note or "")) for table in (province, county)] == [False, True]
    moved = {row[0].text: row[2].text for row in province.cells}
    assert moved["高新技术企业公告家数"] == "2024年数"  # 2023 had 404 more, and none was lost since last month


def test_a_table_has_no_column_of_dashes_where_nothing_moved() -> None:
    heads = [
        [column.title for column in td.MonthlyReport.open(ROOT / "data" / name, month).action_table().columns]
        for name, month in (("hunan", "2024-03"), ("tongdao", "2024-03"))
    ]
    assert ["较上月" in titles for titles in heads] == [False, True]


def test_against_what_a_step_counts_is_said_where_it_is_not_the_month_before() -> None:
    yearly = {row[0].text: row[2].text for row in td.MonthlyReport.open(PROVINCE, "2023-12").action_table().cells}
    assert yearly["研发经费投入强度"] == "比上年\n↑0.16个百分点"
    monthly = td.MonthlyReport.open(COUNTY, "2024-06", "2024-10-12").action_table()
    moved = {row[0].text: row[2].text for row in monthly.cells}
    assert moved["高新技术产业增加值占地区生产总值比重"].startswith("比上季\n↑0.3个百分点")
    assert moved["新增企业上平台"] == "↑1家"


@pytest.mark.parametrize(
    ("frequency", "before", "words"),
    [
        ("month", "2024-05", "↑2家"),
        ("month", "2024-03", "比上次\n↑2家"),
        ("quarter", "2024-03", "比上季\n↑2家"),
        ("half", "2023-12", "比上个半年\n↑2家"),
    ],
)
def test_a_step_counts_against_the_period_before_or_the_last_figure(
    frequency: str, before: str, words: str, tmp_path: Path
) -> None:
    figures = ("firms", before, 3), ("firms", "2024-06", 5), ("others", "2024-05", 1), ("others", "2024-06", 1)
    rows = [f"{name},110000,{month},{value},家,level,final,测试,2024-07-05" for name, month, value in figures]
    plan = SMALL.replace("start = 2024", "start = 2023") + indicator("others", "家", "level")
    plan += indicator("firms", "家", "level", f'target = 10\nfrequency = "{frequency}"')
    table = td.MonthlyReport.open(small_workbook(tmp_path / "w", plan, rows), "2024-06").action_table()
    assert {row[0].text: row[2].text for row in table.cells}["firms"] == words


@pytest.mark.parametrize("page", ["needs", "required_table", "decisions"])
def test_where_nothing_is_known_nobody_is_told_that_nothing_needs_a_push(page: str) -> None:
    kind = {"needs": td.MonthlyReport, "required_table": td.GapToTarget, "decisions": td.Briefing}[page]
    shown = getattr(kind.open(PROVINCE, "2025-12"), page)()
    notice = next(iter(shown)) if isinstance(shown, Blocks) else shown
    assert (notice.kind, notice.text[:12]) == ("no_data", "本期没有可以判断的目标，")


def test_a_yearly_plan_without_readings_names_the_last_year_and_no_month() -> None:
    assert "最近的读数为2024年，" in td.Briefing.open(PROVINCE, "2025-12").conclusion().words


@pytest.mark.parametrize(
    ("folder", "month", "words"),
    [
        (COUNTY, "2024-09", "橙线为目标，虚线为还需走的路，"),
        (PROVINCE, "2023-12", "蓝线为实际，橙色虚线为所比的地区，"),
    ],
)
def test_the_legend_names_the_lines_that_are_drawn(folder: Path, month: str, words: str) -> None:
    legend = next(iter(td.MonthlyReport.open(folder, month).needs()))
    assert isinstance(legend, Text)
    assert words in legend.words


def test_figures_of_one_unit_have_like_decimals_but_none_that_nobody_knows() -> None:
    told = ["+0.4个百分点", "-4.36个百分点", "—", "-5个百分点", "3家", "12家", "123.4%", "12.3%", "0.125%"]
    alike = ["+0.40个百分点", "-4.36个百分点", "—", "-5.00个百分点", "3家", "12家", "123.4%", "12.30%", "0.125%"]
    assert [*even(told).values()] == alike


def test_several_blocks_are_outputs_of_their_own(capsys: pytest.CaptureFixture[str]) -> None:
    Blocks([Text("一"), Text("二")])._ipython_display_()
    assert [line for line in capsys.readouterr().out.splitlines() if line]
    Blocks()._ipython_display_()
    assert capsys.readouterr().out == ""


def test_a_column_said_once_is_blank_on_a_page_and_empty_in_a_spreadsheet() -> None:
    page = td.Page.open(str(COUNTY), "2024-09")
    row = next(row for row in page.rows if row.verdict == "pending")
    assert [field.text(row) for field in columns(("可能性", 7), ("配合单位", 9))] == ["—", "—"]
    field = next(field for field in FIELDS if field.title == "可能性")
    assert (field.text(row), field.width, field.align) == ("", 10, "right")


def january(folder: Path, target: str) -> View:
    """A flow over three years as of its second January: 31 and 36 in the years before, 3 so far."""
    plan = SMALL.replace("2024-01-01", "2023-01-01").replace("2024-12-31", "2025-12-31")
    item = INDICATOR.format(id="firms", unit="家", measure="flow", more=f"target = {target}")
    rows = (("2022-12", 31, "2022-12-31"), ("2023-12", 36, "2023-12-31"), ("2024-01", 3, "2024-02-10"))
    lines = [f"firms,110000,{month},{value},家,cumulative,final,测试,{day}" for month, value, day in rows]
    return open_workbook(small_workbook(folder, plan + item, lines)).view("2024-01")


def test_the_first_month_of_a_year_is_no_fall_below_the_target(tmp_path: Path) -> None:
    now = january(tmp_path, "30\njudged = 'each_year'")
    before = now.earlier()
    assert before is not None
    (yearly,) = changes(gaps(before), gaps(now))
    assert (yearly.before.actual, yearly.now.actual, yearly.other_year, yearly.why) == (36, 3, True, "moved")


def test_a_chart_of_long_names_keeps_its_direction(county: Path) -> None:
    plan = county / "plan.toml"
    name = "新增有创新研发活动的规模以上工业企业和科技型中小企业以及省级以上专精特新企业总数"
    plan.write_text(plan.read_text("utf-8").replace('name = "新增企业上云"', f'name = "{name}"'), "utf-8")
    drawn = json.dumps(required_chart(gaps(open_workbook(county).view("2024-09"))))
    assert [float(most) > 3 for most in re.findall(r'"domainMax": \{"expr": "[^"]*: ([\d.-]+)"', drawn)] == [True]
    assert '{"test": "datum.value == 3 && width < 200", "value": "right"}' in drawn  # 3 倍以上 ends on a phone's screen
