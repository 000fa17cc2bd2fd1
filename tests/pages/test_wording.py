"""Sentences officials read, one by one."""

import math
from pathlib import Path

import pytest
from conftest import ROOT, SMALL, flow_rows, indicator, small_workbook

from tongdao.analysis.gap import gaps
from tongdao.base.periods import parse_period
from tongdao.pages.summary import attention, conclusion, headline
from tongdao.pages.wording import (
    amount,
    chance,
    change_said,
    number,
    percent,
    period_name,
    reason,
    rounded,
    said,
    verdict_name,
)
from tongdao.plan.settings import Thresholds
from tongdao.workbook.workbook import open_workbook

BOUNDS = Thresholds()


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (0.15, 1, "0.2"),
        (2.5, 0, "3"),
        (-2.5, 0, "-3"),
        (-0.04, 1, "0"),
        (100.0, 2, "100"),
        (1e-9, 3, "0"),
        (1234.5, 0, "1235"),
    ],
)
def test_rounding_is_half_away_from_zero_and_drops_idle_zeros(value: float, places: int, text: str) -> None:
    assert rounded(value, places) == text


def test_amounts_below_one_hundred_million_are_also_given_in_ten_thousands() -> None:
    assert amount(0.15, "亿元") == "0.15亿元（1500万元）"
    assert amount(5.34, "亿元") == "5.34亿元"
    assert amount(0.15, "亿元", short=True) == "1500万元"
    assert amount(0.0, "亿元") == "0亿元"


def test_percentages_differ_by_points_and_other_units_keep_theirs() -> None:
    plan = open_workbook(ROOT / "data" / "tongdao").plan
    found = [plan.find_indicator(name) for name in ("增加值占", "上云", "备案")]
    assert [item.unit for item in found] == ["%", "家", "亿元"]
    assert [change_said(*pair) for pair in zip((0.5, 6, 0.05), found, strict=True)] == ["0.5个百分点", "6家", "500万元"]
    assert said(0.0, found[2]) == "0万元"  # beside its target of 1500万元


def test_a_missing_figure_is_a_dash_and_never_nan() -> None:
    assert number(math.nan) == amount(math.nan, "家") == percent(math.nan) == chance(math.nan, BOUNDS) == "—"


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (0.999, "95%以上"),
        (0.95, "95%"),
        (0.01, "5%以下"),
        (0.05, "5%"),
        (0.524, "50%"),
        (0.525, "55%"),
        (0.775, "75%"),
        (0.8, "80%"),
        (0.185, "15%"),
        (0.2, "20%"),
    ],
)
def test_a_chance_is_rounded_to_five_points_and_never_certain(p: float, text: str) -> None:
    assert chance(p, BOUNDS) == text


def test_a_decided_outcome_has_no_chance() -> None:
    assert chance(1.0, BOUNDS, decided=True) == "已实现"
    assert chance(0.0, BOUNDS, decided=True) == "未实现"


def test_a_completion_short_of_the_whole_is_never_called_one_hundred() -> None:
    assert percent(0.999) == "99%"
    assert percent(1.0) == "100%"


def test_periods_in_words() -> None:
    assert period_name(parse_period("2024Q2").end, "quarter") == "2024年二季度"
    assert period_name(parse_period("2023").end, "year") == "2023年"
    assert period_name(parse_period("2024-09").end, "month") == "2024年9月"


def sentences(tmp_path: Path, more: str, values: list[float], month: str, as_of: str = "") -> tuple[str, str, str]:
    plan = SMALL + indicator("firms", "家", "flow", more)
    readings = flow_rows("firms", "家", {2022: [1.0] * 12, 2023: [1.0] * 12, 2024: values}, "2025-01-12")
    view = open_workbook(small_workbook(tmp_path, plan, readings)).view(month, as_of)
    row = gaps(view)[0]
    return verdict_name(row), reason(row), headline(row)


def test_a_miss_is_called_a_miss_and_striving_softens_only_the_word(tmp_path: Path) -> None:
    plain = sentences(tmp_path / "a", "target = 15", [1.0] * 12, "2024-12")
    striven = sentences(tmp_path / "b", "target = 15\nstrive = true", [1.0] * 12, "2024-12")
    assert (plain[0], striven[0]) == ("未完成", "未达力争目标")
    assert plain[1] == striven[1] == "截至2024年12月累计12家，目标15家以上，尚差3家。"


def test_what_has_more_than_its_cap_lacks_nothing(tmp_path: Path) -> None:
    _, why, line = sentences(tmp_path, 'target = 4\nword = "以内"', [1.0] * 6, "2024-06")
    assert why.startswith("截至2024年6月累计6家，超出2家")
    assert line == "firms：目前6家，超出2家，可能性5%以下"


def test_a_met_target_says_so_with_the_target(tmp_path: Path) -> None:
    verdict, why, line = sentences(tmp_path, "target = 9", [1.0] * 9, "2024-09")
    assert (verdict, why) == ("已完成", "截至2024年9月累计9家，达到目标（9家以上）。")
    assert line == "firms已达到目标水平"


def test_an_expectation_gives_the_figures_to_check_it_by(tmp_path: Path) -> None:
    verdict, why, line = sentences(tmp_path, "target = 20", [1.0] * 6, "2024-06")
    assert why.startswith("截至2024年6月累计6家，尚差14家，往年到此时完成全年的50%，预计到期")
    assert why.endswith("，实现可能性5%以下。")
    assert verdict == "难以完成"
    assert line == "firms：已完成6家，尚差14家，可能性5%以下"


def test_the_conclusion_counts_every_target_once() -> None:
    view = open_workbook(ROOT / "data" / "tongdao").view("2024-09")
    rows = gaps(view)
    text = conclusion(rows, view)
    assert text.startswith("截至2024年9月底，20项目标中")
    import re

    counted = [
        int(n) for n in re.findall(r"(?:已完成|有望完成|可能完成|有风险|难以完成|待公布|无法判断|无数据)(\d+)项", text)
    ]
    assert sum(counted) == 20
    urgent = attention(rows)
    assert urgent[0].item.name in text
    assert all(row.light in ("red", "yellow") for row in urgent)


def test_a_month_without_readings_says_no_data_first() -> None:
    view = open_workbook(ROOT / "data" / "tongdao").view("2024-11")
    assert conclusion(gaps(view), view).startswith("无数据：2024年11月没有读数，计划期内最近的读数为2024年9月")
