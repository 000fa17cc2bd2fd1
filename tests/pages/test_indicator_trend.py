"""What the analysis notebooks show: tables and charts that hold what they say, by hand and as drawn."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import vl_convert
from conftest import ROOT, SMALL, Made, flow_rows, indicator, pdf_text, small_workbook

import tongdao as td
from tongdao.analysis.gap import Gap, gaps
from tongdao.analysis.trends import changes_frame, compare, place, profile, rises, yearly_values
from tongdao.pages.charts import change_chart, ranking_chart, small_multiples
from tongdao.pages.display import Figure, Notice, Shown, Table, Text
from tongdao.pages.gap_to_target import GapToTarget
from tongdao.pages.indicator_trend import IndicatorTrend
from tongdao.workbook.lists import Lists
from tongdao.workbook.workbook import View, open_workbook

NAMES = {"110000": "甲市", "120000": "乙市", "130000": "丙市", "140000": "丁市", "000000": "全域"}
SHARES = {  # 2020, 2022, 2023
    "110000": (2.0, 3.0, 4.0),
    "120000": (5.0, 5.0, 5.0),
    "130000": (1.0, 4.0, 4.5),
    "140000": (3.0, 1.5, 1.0),
    "000000": (9.0, 9.0, 9.0),
}


def regions_view(folder: Path, more: str = "target = 5") -> View:
    """Four regions and their whole over three years, in a plan that began in 2023."""
    plan = SMALL.replace('110000 = "示范市"', "\n".join(f'{code} = "{name}"' for code, name in NAMES.items()))
    plan = plan.replace("2024-01-01", "2023-01-01") + indicator("a", "%", "share", f'{more}\nfrequency = "year"')
    rows = [
        f"a,{code},{year},{value},%,level,final,测试,2024-10-12"
        for code, values in SHARES.items()
        for year, value in zip((2020, 2022, 2023), values, strict=True)
    ]
    return open_workbook(small_workbook(folder, plan, rows)).view("2023-12")


def row_of(view: View, name: str) -> Gap:
    return IndicatorTrend(view, gaps(view), name).row


def trail(row: Gap) -> Table | Notice:
    return IndicatorTrend(row.view, (row,)).trail()


def page(view: View, name: str) -> list[Shown]:
    shown = IndicatorTrend(view, gaps(view), name)
    return [shown.conclusion(), *shown.history(), *shown.regions()]


def texts(table: Shown) -> list[list[str]]:
    assert isinstance(table, Table)
    return [[cell if isinstance(cell, str) else str(cell) for cell in row] for row in table.rows]


def drawn(spec: Any) -> str:
    return str(vl_convert.vegalite_to_svg(dict(spec)))


@pytest.fixture(scope="module")
def county_view() -> View:
    return open_workbook(ROOT / "data" / "tongdao").view("2024-09")


# Regions -------------------------------------------------------------------------------------------------------------


def test_a_place_in_an_earlier_year_by_hand(tmp_path: Path) -> None:
    """2022: 5, 4, 3, 1.5, so third, half a point under the median of 3.5 and two under the leader."""
    view = regions_view(tmp_path)
    item = view.plan.indicator("a")
    found = place(view, item, 2022 * 12 + 11)
    assert found is not None
    assert (found.rank, found.regions) == (3, 4)
    assert (found.to_median, found.to_leader) == pytest.approx((-0.5, -2.0))
    assert place(view, item, 2021 * 12 + 11) is None


def test_where_less_is_better_the_leader_is_the_lowest(tmp_path: Path) -> None:
    view = regions_view(tmp_path, 'target = 5\nword = "以下"')
    found = place(view, view.plan.indicator("a"), 2023 * 12 + 11)
    assert found is not None
    assert (found.rank, found.to_leader) == (2, pytest.approx(3.0))


def test_movement_stands_in_one_table_and_skips_years_without_readings(tmp_path: Path) -> None:
    """2023 against 2022, the year before it and before the plan; 2018 has no reading and no line."""
    view = regions_view(tmp_path)
    item = view.plan.indicator("a")
    found = compare(view, item)
    assert found is not None
    assert texts(IndicatorTrend(view, gaps(view), "a").movement_table(found)) == [
        ["2022年", "3／4", "-0.50个百分点", "-2个百分点"],
        ["2023年", "3／4", "-0.25个百分点", "-1个百分点"],
    ]


def test_the_panels_say_how_many_regions_rose(tmp_path: Path) -> None:
    """甲 and 丙 rose from 2020 to 2023, 乙 stood still, 丁 fell."""
    view = regions_view(tmp_path)
    item = view.plan.indicator("a")
    found = compare(view, item)
    assert found is not None
    assert rises(yearly_values(view, item, found)) == (2020, 2023, 4, 2)
    titles = [each.title for each in page(view, "a") if isinstance(each, Figure)]
    assert "各地区的走势：4个地区中2个比2020年高" in titles


def test_own_region_is_bold_as_drawn_not_only_blue(tmp_path: Path) -> None:
    """Seen in the drawing: the theme's line width silently wins over a width that is only encoded."""
    view = regions_view(tmp_path)
    item = view.plan.indicator("a")
    found = compare(view, item)
    assert found is not None
    spec = small_multiples(view, item, found)
    assert spec is not None
    widths = re.findall(r'stroke="#[0-9a-f]{6}" stroke-width="([\d.]+)"', drawn(spec))
    assert sorted(widths) == ["1.4", "1.4", "1.4", "3.2"]


def test_every_province_is_named_and_its_figure_stands_clear_of_the_median() -> None:
    view = open_workbook(ROOT / "data" / "hunan").view("2024-12")
    item = view.plan.indicator("rd_intensity")
    found = compare(view, item)
    assert found is not None
    spec = ranking_chart(view, found, item)
    kinds = [layer["mark"]["type"] for layer in spec["layer"]]
    figures = [at for at, kind in enumerate(kinds) if kind == "text"]
    assert kinds.index("rule") < figures[0]
    assert spec["layer"][figures[0]]["mark"]["stroke"] == "white"
    svg = drawn(spec)
    assert len(found.ranking) == 31
    assert all(f">{name}<" in svg for name in found.ranking["name"])
    assert ">3.20<" in svg  # one number of decimals down the column


# Within the year and on the year -------------------------------------------------------------------------------------


def test_the_profile_of_a_year_by_hand(tmp_path: Path) -> None:
    """Months of 1 and 3 in the past make 2 usual; a fourth year back is left out."""
    plan = SMALL + indicator("a", "家", "flow")
    years = {2020: [9.0] * 12, 2021: [1.0] * 12, 2022: [3.0] * 12, 2023: [2.0] * 12, 2024: [1.0, 4.0]}
    view = open_workbook(small_workbook(tmp_path, plan, flow_rows("a", "家", years))).view("2024-02")
    item = view.plan.indicator("a")
    found = profile(changes_frame(view, item), 2024, item)
    assert found is not None
    assert list(found["usual"]) == [2.0] * 12
    assert list(found["this"].dropna()) == [1.0, 4.0]
    figures = [each for each in page(view, "a") if isinstance(each, Figure)]
    assert [each.title for each in figures][1:3] == ["2024年前2个月5家", "2个月中1个高于往年平均"]


@pytest.mark.parametrize(
    ("months", "words"),
    [
        ([1.0, 4.0], "2个月中1个"),
        ([4.0, 4.0], "2个月都"),
        ([0.0, 2.0], "2个月都不"),
        ([0.0], "1个月不"),
        ([4.0], "1个月"),
    ],
)
def test_all_and_none_are_words_and_no_number(months: list[float], words: str, tmp_path: Path) -> None:
    years = {2021: [2.0] * 12, 2022: [2.0] * 12, 2023: [2.0] * 12, 2024: months}
    book = open_workbook(small_workbook(tmp_path, SMALL + indicator("a", "家", "flow"), flow_rows("a", "家", years)))
    shown = [each for each in page(book.view(f"2024-0{len(months)}"), "a") if isinstance(each, Figure)]
    assert shown[2].title == f"{words}高于往年平均"


def test_a_yearly_figure_is_drawn_once_and_all_regions_are_said_to_have_risen() -> None:
    view = open_workbook(ROOT / "data" / "hunan").view("2024-03")
    shown = [each.title for each in page(view, "hightech_announced") if isinstance(each, Figure)]
    assert [title for title in shown if "6487家" in title] == ["高新技术企业公告家数：2023年6487家"]
    assert "各地区的走势：31个地区都比2018年高" in shown


def test_a_change_that_ends_before_the_month_says_so() -> None:
    """Nothing was counted in the first months of 2023, so that those of 2024 have no rate."""
    view = open_workbook(ROOT / "data" / "tongdao").view("2024-03")
    titles = [each.title for each in page(view, "tech_smes") if isinstance(each, Figure)]
    assert titles[-1] == "2023年12月累计同比增11.6%，其后没有可比的数"
    assert not any("其后" in each.title for each in page(view, "ip_loans") if isinstance(each, Figure))


def test_what_has_no_reading_is_said_once() -> None:
    view = open_workbook(ROOT / "data" / "hunan").view("2024-03")
    assert [str(each) for each in page(view, "high_value_patents")][:2] == [
        "无数据：每万人口高价值发明专利拥有量没有读数。",
        "说明：没有其他地区的同期读数，不作比较。",
    ]


def test_the_readings_of_a_calculation_have_like_decimals() -> None:
    view = open_workbook(ROOT / "data" / "hunan").view("2024-03")
    told = {(kind, name): value for kind, name, value in texts(trail(row_of(view, "rd_intensity")))}
    assert told["读数", "2011年至2016年"] == "1.19、1.30、1.33、1.36、1.43、1.50"
    assert told["结果", "八成区间下限"] == "2.70"


def test_months_published_together_are_not_split(tmp_path: Path) -> None:
    plan = SMALL + indicator("a", "家", "flow")
    years = {2022: [1.0] * 12, 2023: [1.0] * 12, 2024: [2.0] * 3}
    rows = [row for row in flow_rows("a", "家", years) if not re.search(r"\d{4}-01,", row)]
    view = open_workbook(small_workbook(tmp_path, plan, rows)).view("2024-03")
    item = view.plan.indicator("a")
    found = profile(changes_frame(view, item), 2024, item)
    assert found is not None
    assert list(found.dropna()["part"]) == [3]


def test_a_net_change_is_told_in_its_unit_for_it_may_start_from_nothing(county_view: View) -> None:
    figures = [each for each in page(county_view, "净增高新技术企业") if isinstance(each, Figure)]
    last = figures[-1]
    assert last.title == "2024年9月同比增2家"
    assert last.subtitle == "同比变化，家"
    assert not re.search(r">\d\.5<", drawn(last.spec))  # whole firms on the axis


def test_a_change_of_a_share_is_in_points(county_view: View) -> None:
    figures = [each for each in page(county_view, "高新技术产业增加值占地区生产总值比重") if isinstance(each, Figure)]
    assert figures[-1].title == "2024年二季度同比增0.7个百分点"


def test_one_change_makes_no_chart(county_view: View) -> None:
    frame = pd.DataFrame({"period": ["2022", "2023"], "year_on_year": [float("nan"), 1.0]})
    assert change_chart(county_view, frame, "year_on_year") is None


def test_a_reading_ten_times_its_neighbours_is_pointed_out(tmp_path: Path) -> None:
    plan = SMALL.replace("2024-01-01", "2023-01-01") + indicator("a", "件", "level", 'target = 200\nfrequency = "year"')
    values = {year: 100 + year - 2010 for year in range(2010, 2023)} | {2023: 11400}
    rows = [f"a,110000,{year},{value},件,level,final,测试,2024-10-12" for year, value in values.items()]
    view = open_workbook(small_workbook(tmp_path, plan, rows)).view("2023-12")
    assert "2023年的读数与前后相差十倍以上，请核对。" in IndicatorTrend(view, gaps(view), "a").trend_sentence()


def test_few_readings_are_said_to_be_too_few(county_view: View) -> None:
    assert IndicatorTrend(county_view, gaps(county_view), "rd_growth").trend_sentence().startswith("同比变化序列过短")


# The trail -----------------------------------------------------------------------------------------------------------


def test_the_trail_of_a_net_change_shows_the_readings_of_the_workbook(county_view: View) -> None:
    """The model works in a unit of its own; what is printed must be what the chart shows."""
    view = replace(county_view, lists=Lists())  # with its register the county tells it firm by firm
    row = row_of(view, "净增高新技术企业")
    lines = texts(trail(row))
    own = view.series(row.item)
    now = [f"{value - row.base:g}" for end, value in zip(own["end"], own["value"], strict=True) if end // 12 == 2024]
    assert ["读数", "2024年1月至2024年9月", "、".join(now)] in lines
    assert [step for step, *_ in lines] == sorted(
        [step for step, *_ in lines], key=["输入", "读数", "过程", "结果"].index
    )


def test_the_trail_says_nothing_of_what_does_not_enter() -> None:
    view = open_workbook(ROOT / "data" / "hunan").view("2024-03")
    lines = texts(trail(row_of(view, "contract_value")))
    assert [line for line in lines if line[2] == "0"] == []
    assert any(name == "其余部分中位数" for _, name, _ in lines)


def test_the_trail_of_a_small_amount_is_in_ten_thousands(county_view: View) -> None:
    table = trail(row_of(county_view, "知识价值信用贷款备案"))
    lines = {name: value for _, name, value in texts(table)}
    assert (lines["目标"], lines["窗口内已完成"]) == ("1500", "1000")
    assert isinstance(table, Table)
    assert str(table.note).startswith("单位：万元")
    assert float(lines["自由度"]) < 100  # not an amount


def test_the_chance_against_another_region_is_explained_by_the_lead() -> None:
    view = open_workbook(ROOT / "data" / "hunan").view("2024-12")
    row = row_of(view, "研发经费投入强度")
    lines = {name: value for _, name, value in texts(trail(row))}
    assert lines["与全国之差：2023年"] == "-0.08"
    assert float(lines["与全国之差：实现可能性"].rstrip("%")) == pytest.approx(100 * row.p_met, abs=0.05)
    steps = td.explain(open_workbook(ROOT / "data" / "hunan"), "rd_intensity", month="2024-12")
    assert set(steps["case"]) == {"rd_intensity", "rd_intensity|lead"}


# Every page ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("workbook", "month"), [("tongdao", "2024-09"), ("tongdao", "2024-11"), ("hunan", "2024-12")])
def test_every_indicator_has_a_page_whose_charts_have_marks_unit_and_source(workbook: str, month: str) -> None:
    view = open_workbook(ROOT / "data" / workbook).view(month)
    for item in view.plan.indicators:
        shown = page(view, item.id)
        assert isinstance(shown[0], (Text, Notice))
        for figure in (each for each in shown if isinstance(each, Figure)):
            words = str(figure.subtitle)
            assert item.unit in words or "万元" in words or words.endswith(("%", "个百分点")), (item.id, words)
            assert figure.source, item.id
            assert '"values": [{' in json.dumps(dict(figure.spec)), item.id
            assert "null" not in re.findall(r">(\w+)</text>", drawn(figure.spec)), item.id
            assert ("示例数据" in json.dumps(dict(figure.spec), ensure_ascii=False)) == view.plan.example
        if view.series(item).empty or not view.has_readings:
            assert isinstance(shown[0], Notice), item.id
            assert not [each for each in shown if isinstance(each, Figure)]


@pytest.mark.parametrize(("month", "words"), [("2024-03", "都还没有达到"), ("2024-06", "10项还没有达到")])
def test_small_targets_of_which_all_are_missed_are_all(month: str, words: str) -> None:
    titles = [
        each.title for each in GapToTarget.open(ROOT / "data" / "tongdao", month).ranking() if hasattr(each, "title")
    ]
    assert f"12项一至三个的目标，{words}" in titles


def test_the_required_table_says_what_each_month_must_bring(county_view: View) -> None:
    """Loans: 500 of 1500 万元 missing, three months left, so 167 a month."""
    table = GapToTarget(county_view, gaps(county_view), "知识价值信用贷款备案").required_table()
    assert isinstance(table, Table)
    assert [cell for cell in table.rows[0] if isinstance(cell, str)][:3] == ["500万元", "3", "167万元"]


def test_what_is_asked_of_all_months_stands_beside_what_they_brought_in_all() -> None:
    """One team is missing, past years had a third of one in these ten months: three times as many, not 0 a month."""
    page = td.GapToTarget.open(ROOT / "data" / "tongdao", "2024-02", "2024-10-12", indicator="重点产业科技创新创业团队")
    table = page.required_table()
    assert isinstance(table, Table)
    assert table.rows[0][3:] == ["10个月内需1个", "同期0.3个", "3.0"]


@pytest.mark.parametrize(
    ("notebook", "workbook", "month", "parameters", "words"),
    [
        ("gap_to_target", "tongdao", "2024-09", (), ["计划时间", "往年水平", "每月需"]),
        ("gap_to_target", "tongdao", "2024-11", ("-p", "indicator=科技型中小企业评价认定数"), ["无数据"]),
        ("gap_to_target", "hunan", "2024-12", (), ["OpenSDG", "转述"]),
        ("indicator_trend", "tongdao", "2024-09", ("-p", "indicator=ip_loans"), ["高于往年平均", "八成把握"]),
        ("indicator_trend", "hunan", "2024-12", ("-p", "indicator=high_value_patents"), ["无数据", "转述"]),
    ],
)
def test_the_notebooks_run_with_these_parameters(
    notebook: str, workbook: str, month: str, parameters: tuple[str, ...], words: list[str], made: Made
) -> None:
    text = pdf_text(made(notebook, workbook, month, *parameters)[".pdf"])
    assert not [word for word in words if word not in text]


def test_a_tracked_indicator_in_a_month_without_readings_says_what_is_missing() -> None:
    page = IndicatorTrend.open(str(ROOT / "data" / "hunan"), "2025-12", indicator="技术合同成交额")
    told = page.conclusion()
    assert isinstance(told, Notice)
    assert told.text == "2025年12月无读数，最近的读数为2023年。"


@pytest.mark.parametrize(
    ("month", "periods"), [("2024-01", "2021年1月、2月至12月"), ("2024-06", "2021年1月至3月、4月至6月、7月至12月")]
)
def test_the_stretches_of_a_calculation_are_named_as_people_name_them(month: str, periods: str) -> None:
    page = IndicatorTrend.open(str(ROOT / "data" / "tongdao"), month, indicator="科技型中小企业评价认定数")
    shown = page.trail()
    assert isinstance(shown, Table)
    names = [row[1].text for row in shown.cells]
    assert f"{periods}每期平均" in names
    assert not [name for name in names if re.search(r"\d-\d| 至 ", name)]
