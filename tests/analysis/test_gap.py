"""Gap, paces, completion and verdict, measure by measure, on figures worked out by hand."""

import math
from pathlib import Path

import pytest
from conftest import ROOT, SMALL, flow_rows, indicator, small_workbook
from hypothesis import given, strategies as st

import tongdao as td
from tongdao.analysis.gap import Gap, gaps
from tongdao.base.periods import parse_period
from tongdao.pages.page import data_notes
from tongdao.pages.wording import reason
from tongdao.workbook.workbook import View, open_workbook

# 10, 12 and 14 a year, half of it by June and three quarters by September
HISTORY = {year: [1.0] * 6 + [2.0 / 3] * 3 + [2.0 / 3] * 3 for year in (2021, 2022, 2023)}


def rows_of(tmp_path: Path, plan: str, readings: list[str], month: str, as_of: str = "") -> dict[str, Gap]:
    view = open_workbook(small_workbook(tmp_path, plan, readings)).view(month, as_of)
    return {row.item.id: row for row in gaps(view)}


def level(
    id: str, unit: str, values: dict[str, float], recorded: str = "2024-10-12", region: str = "110000"
) -> list[str]:
    return [f"{id},{region},{period},{value},{unit},level,final,测试,{recorded}" for period, value in values.items()]


def test_a_flow_by_hand(tmp_path: Path) -> None:
    """Ten a year in the past, six of it by June; seven now of ten wanted."""
    plan = SMALL + indicator("a", "亿元", "flow")
    readings = flow_rows("a", "亿元", {**HISTORY, 2024: [1, 1, 1, 1, 1, 2]})
    row = rows_of(tmp_path, plan, readings, "2024-06")["a"]
    assert (row.actual, row.target, row.gap) == (7, 10, 3)
    assert row.completion == pytest.approx(0.7)
    assert row.calendar_pace == 0.5
    assert row.usual_pace == pytest.approx(0.6)
    assert row.required_per_month == pytest.approx(0.5)
    assert row.usual_per_month == pytest.approx(4 / 6)
    assert row.required_ratio == pytest.approx(0.75)
    assert row.months_left == 6


def test_a_met_flow_needs_nothing_more_and_stays_met(tmp_path: Path) -> None:
    plan = SMALL + indicator("a", "家", "flow", "target = 3")
    readings = flow_rows("a", "家", {2023: [1] * 12, 2024: [1, 1, 1, 0, 0, 0]})
    row = rows_of(tmp_path, plan, readings, "2024-06")["a"]
    assert (row.verdict, row.required_per_month, row.p_met) == ("met", 0, 1)


@pytest.mark.parametrize(
    ("quote", "word", "actual", "gap", "verdict"),
    [
        ("企业开办时间压缩至2天", 'word = ""', 3, 1, "missed"),
        ("企业开办时间压缩至2天", 'word = ""', 1, -1, "met"),
        ("企业开办时间由5天压缩到2天左右", 'word = "左右"\ntolerance = 0.5', 3, 0.5, "missed"),
        ("企业开办时间由5天压缩到2天左右", 'word = "左右"\ntolerance = 0.5', 2.5, 0, "met"),
        ("有效期延长至2天", 'word = ""', 3, -1, "met"),
        ("企业开办时间压缩至1天", 'word = ""', 3, 1, "missed"),  # a revised target keeps its side
    ],
)
def test_a_bare_number_has_the_side_that_its_words_give_it(
    tmp_path: Path, quote: str, word: str, actual: float, gap: float, verdict: str
) -> None:
    plan = SMALL + indicator("a", "天", "level", f"target = 2\n{word}").replace('quote = "a"', f'quote = "{quote}"')
    row = rows_of(tmp_path, plan, level("a", "天", {"2024-12": actual}, "2025-01-12"), "2024-12", "2025-02-01")["a"]
    assert (row.gap, row.verdict) == (gap, verdict)


def test_the_target_itself_is_included_and_one_below_is_not(tmp_path: Path) -> None:
    plan = SMALL + indicator("a", "家", "flow", "target = 12") + indicator("b", "家", "flow", "target = 13")
    full = {2023: [1.0] * 12, 2024: [1.0] * 12}
    rows = rows_of(tmp_path, plan, flow_rows("a", "家", full) + flow_rows("b", "家", full), "2024-12", "2025-02-01")
    assert (rows["a"].verdict, rows["b"].verdict) == ("met", "missed")
    assert math.isnan(rows["b"].required_per_month)


def test_a_net_is_the_change_of_a_stock_and_may_be_negative(tmp_path: Path) -> None:
    plan = SMALL + indicator("a", "家", "net", "target = 2")
    readings = level("a", "家", {"2021-12": 9, "2022-12": 10, "2023-12": 12, "2024-06": 11})
    row = rows_of(tmp_path, plan, readings, "2024-06")["a"]
    assert (row.actual, row.gap, row.base) == (-1, 3, 12)
    assert math.isnan(row.completion)
    assert row.verdict != "missed"


def test_a_net_reported_since_january_is_added_up_over_the_plans_years(tmp_path: Path) -> None:
    """Five in 2023 and two by June 2024 are seven; and what comes is added to them, not to the two."""
    plan = SMALL.replace("start = 2024-01-01", "start = 2023-01-01") + indicator("a", "家", "net", "target = 9")
    singles = {2021: [0.5] * 12, 2022: [0.5] * 12, 2023: [0.0] * 7 + [1.0] * 5, 2024: [-1.0, 0, 1, 1, 0, 1]}
    row = rows_of(tmp_path, plan, flow_rows("a", "家", singles), "2024-06")["a"]
    assert (row.actual, row.gap) == (7, 2)
    assert row.point >= 7
    lost = [line for line in flow_rows("a", "家", singles) if ",2023-12," not in line]
    assert rows_of(tmp_path / "b", plan, lost, "2024-06")["a"].cause == "years_missing"


def test_a_net_without_a_stock_before_the_plan_cannot_be_judged(tmp_path: Path) -> None:
    plan = SMALL + indicator("a", "家", "net", "target = 2")
    row = rows_of(tmp_path, plan, level("a", "家", {"2024-06": 11}), "2024-06")["a"]
    assert (row.verdict, row.cause) == ("cannot_judge", "no_base")
    assert math.isnan(row.gap)


AGES = {  # frequency, stocks known before the plan, the base
    "years ago": ("month", {"2019-12": 9}, None),
    "a month before": ("month", {"2023-11": 9}, None),
    "the month itself": ("month", {"2019-12": 8, "2023-12": 9}, 9),
    "the quarter's end": ("quarter", {"2023-12": 9}, 9),
    "the quarter before": ("quarter", {"2023-09": 9}, None),
    "the year's end": ("year", {"2023-12": 9}, 9),
    "the year before": ("year", {"2022-12": 9}, None),
}


@pytest.mark.parametrize("age", AGES)
@pytest.mark.parametrize("measure", ["net", "level"])
def test_the_base_is_the_stock_where_the_plan_begins(measure: str, age: str, tmp_path: Path) -> None:
    frequency, before, base = AGES[age]
    plan = SMALL + indicator("a", "家", measure, f'target = 20\nfrequency = "{frequency}"')
    row = rows_of(tmp_path, plan, level("a", "家", {**before, "2024-06": 11}), "2024-06")["a"]
    assert math.isnan(row.base) if base is None else row.base == base
    if measure == "net":
        assert math.isnan(row.actual) if base is None else row.actual == 11 - base
        assert ("缺2023年12月的存量读数" in reason(row)) == (base is None)
    else:
        assert math.isnan(row.completion) == (base is None)


def test_a_share_is_judged_at_the_deadline_only(tmp_path: Path) -> None:
    """Above the target in June is no completion: it may fall again."""
    plan = SMALL + indicator("a", "%", "share", 'target = 18\nfrequency = "quarter"')
    values = {f"{year}Q{q}": 15 + year - 2021 + q / 4 for year in (2021, 2022, 2023) for q in (1, 2, 3, 4)}
    row = rows_of(tmp_path, plan, level("a", "%", {**values, "2024Q2": 18.6}), "2024-06")["a"]
    assert row.gap == pytest.approx(-0.6)
    assert row.verdict in ("likely", "leaning")
    assert math.isnan(row.completion)
    end = rows_of(tmp_path / "b", plan, level("a", "%", {**values, "2024Q4": 17.9}, "2025-02-01"), "2024-12")["a"]
    assert end.verdict == "missed"


def test_a_finer_reading_never_counts_as_completion(tmp_path: Path) -> None:
    plan = SMALL + indicator("a", "%", "growth", 'target = 12\nfrequency = "year"\nlag = 10')
    readings = level("a", "%", {"2021": 10, "2022": 11, "2023": 12, "2024-03": 15})
    row = rows_of(tmp_path, plan, readings, "2024-03", "2024-04-10")["a"]
    assert (row.verdict, row.expected) == ("pending", parse_period("2025-10").end)
    assert math.isnan(row.actual)


def test_a_yearly_rate_is_pending_until_due_and_missing_after(tmp_path: Path) -> None:
    plan = (
        SMALL
        + indicator("a", "%", "growth", 'target = 12\nfrequency = "year"\nlag = 10')
        + indicator("b", "家", "flow")
    )
    readings = level("a", "%", {"2022": 11, "2023": 12}) + flow_rows("b", "家", {2024: [1] * 12}, "2025-01-10")
    assert rows_of(tmp_path / "a", plan, readings, "2024-12", "2025-09-30")["a"].verdict == "pending"
    assert rows_of(tmp_path / "b", plan, readings, "2024-12", "2025-10-31")["a"].verdict == "no_data"
    late = [*readings, *level("a", "%", {"2024": 12.5}, "2025-10-20")]
    assert rows_of(tmp_path / "c", plan, late, "2024-12", "2025-10-31")["a"].verdict == "met"


def test_average_growth_is_geometric_and_wants_every_year(tmp_path: Path) -> None:
    plan = SMALL.replace("2024-01-01", "2022-01-01") + indicator(
        "a", "%", "average_growth", 'target = 10\nfrequency = "year"'
    )
    whole = level("a", "%", {"2020": 8, "2021": 9, "2022": 21, "2023": 0})
    row = rows_of(tmp_path / "a", plan, whole, "2023-12")["a"]
    assert row.actual == pytest.approx(10)
    gapped = level("a", "%", {"2021": 9, "2023": 5})
    row = rows_of(tmp_path / "b", plan, gapped, "2023-12")["a"]
    assert (row.verdict, row.cause, row.missing) == ("cannot_judge", "years_missing", (2022,))


def test_average_growth_is_forecast_by_the_draws_of_growth(tmp_path: Path) -> None:
    known = level("a", "%", {"2018": 9, "2019": 14, "2020": 8, "2021": 9, "2022": 21, "2023": 0})
    yearly = 'frequency = "year"\ntarget = '
    average = SMALL.replace("2024-01-01", "2022-01-01") + indicator("a", "%", "average_growth", yearly + "10")
    left = 100 * (1.1**3 / 1.21 - 1)  # what the one year that is left must bring
    one = SMALL.replace("2024-01-01", "2023-01-01") + indicator("a", "%", "growth", f"{yearly}{left}")
    chance = rows_of(tmp_path / "a", average, known, "2024-06")["a"].p_met
    assert 0.2 < chance < 0.8
    assert rows_of(tmp_path / "b", one, known, "2024-06")["a"].p_met == pytest.approx(chance)


def test_another_region_may_be_the_target(tmp_path: Path) -> None:
    plan = SMALL.replace('110000 = "示范市"', '110000 = "示范市"\n000000 = "全国"')
    plan += indicator("a", "%", "share", 'target_region = "000000"\nfrequency = "year"')
    plan = plan.replace("2024-01-01", "2022-01-01")
    own = level("a", "%", {str(y): 2.0 + 0.1 * (y - 2015) for y in range(2015, 2024)})
    nation = level("a", "%", {str(y): 2.4 + 0.05 * (y - 2015) for y in range(2015, 2023)}, region="000000")
    row = rows_of(tmp_path / "a", plan, own + nation, "2023-12")["a"]
    assert (row.verdict, row.cause) == ("cannot_judge", "no_reference")
    nation += level("a", "%", {"2023": 2.8}, region="000000")
    row = rows_of(tmp_path / "b", plan, own + nation, "2023-12")["a"]
    assert (row.actual, row.target) == pytest.approx((2.8, 2.8))
    assert row.gap == pytest.approx(0)
    assert row.p_met > 0.5  # it gains on the nation every year


def test_a_decreasing_target_and_a_target_of_zero(tmp_path: Path) -> None:
    plan = (
        SMALL
        + indicator("a", "件", "flow", 'target = 0\nword = "以下"')
        + indicator("b", "%", "level", 'target = 5\nword = "以下"')
    )
    readings = flow_rows("a", "件", {2023: [0] * 12, 2024: [0, 0, 1]}) + level(
        "b", "%", {"2022-12": 7, "2023-12": 6.5, "2024-03": 5.5}
    )
    rows = rows_of(tmp_path, plan, readings, "2024-03")
    assert (rows["a"].gap, rows["b"].gap) == (1, 0.5)
    assert rows["a"].p_met == 0
    assert math.isnan(rows["a"].completion)


def test_about_means_at_least_target_less_tolerance_and_two_sided_only_where_said(tmp_path: Path) -> None:
    plan = SMALL + indicator("a", "件", "flow", 'target = 10\nword = "左右"\ntolerance = 1')
    plan += indicator("b", "件", "flow", 'target = 10\nword = "左右"\ntolerance = 1\ntwo_sided = true')
    full = {2023: [1.0] * 12, 2024: [1.0] * 12}
    rows = rows_of(tmp_path, plan, flow_rows("a", "件", full) + flow_rows("b", "件", full), "2024-12")
    assert (rows["a"].verdict, rows["b"].verdict) == ("met", "missed")


def test_a_plan_of_years_adds_up_whole_years_and_needs_them_all(tmp_path: Path) -> None:
    plan = SMALL.replace("2024-01-01", "2022-01-01") + indicator("a", "家", "flow", "target = 30")
    years = {2021: [1.0] * 12, 2022: [1.0] * 12, 2023: [1.0] * 12, 2024: [1.0, 1, 1]}
    row = rows_of(tmp_path / "a", plan, flow_rows("a", "家", years), "2024-03")["a"]
    assert row.actual == 27
    row = rows_of(tmp_path / "b", plan, flow_rows("a", "家", {2022: [1.0] * 12, 2024: [1.0]}), "2024-01")["a"]
    assert (row.verdict, row.missing) == ("cannot_judge", (2023,))


def test_no_history_is_no_verdict(tmp_path: Path) -> None:
    plan = SMALL + indicator("a", "家", "flow")
    row = rows_of(tmp_path, plan, flow_rows("a", "家", {2024: [1, 1, 1]}), "2024-03")["a"]
    assert (row.verdict, row.cause) == ("cannot_judge", "short_history")


def test_a_month_without_readings_says_so_for_every_target(tmp_path: Path) -> None:
    plan = SMALL + indicator("a", "家", "flow") + indicator("b", "%", "share", "")
    rows = rows_of(tmp_path, plan, flow_rows("a", "家", {2023: [1] * 12, 2024: [1, 1, 1]}), "2024-05")
    assert (rows["a"].verdict, rows["b"].verdict) == ("no_data", "followed")
    assert math.isnan(rows["a"].actual)


def test_the_county_month_reads_as_the_plan_wants_it() -> None:
    frame = td.gap_to_target(td.open_workbook(ROOT / "data" / "tongdao"), month="2024-09").set_index("id")
    numeric = frame[["actual", "gap", "completion"]].notna().all(axis=1)
    assert numeric.sum() >= 15
    assert frame["point"].notna().sum() >= 10
    assert (frame["required_per_month"] > 0).sum() >= 8
    assert (frame["calendar_pace"] == 0.75).all()
    assert frame.loc["rd_growth", "verdict"] == "pending"
    assert "2025年10月" in frame.loc["rd_growth", "reason"]
    expired = 1  # one certificate ran out in August and was not renewed
    assert frame.loc["hightech_new", "actual"] - frame.loc["hightech_net", "actual"] == expired
    assert frame.loc["rd_growth", "lead"] == []
    assert set(frame["verdict"]) <= {
        "met",
        "missed",
        "likely",
        "leaning",
        "at_risk",
        "unlikely",
        "pending",
        "no_data",
        "cannot_judge",
        "followed",
    }


@pytest.fixture(scope="module")
def county_views() -> list[View]:
    book = open_workbook(ROOT / "data" / "tongdao")
    return [book.view(f"2024-{month:02d}") for month in range(1, 10)]


def test_every_month_of_the_year_can_be_reported_and_no_chance_contradicts_its_verdict(
    county_views: list[View],
) -> None:
    for view in county_views:
        for row in gaps(view):
            assert row.verdict not in ("met", "missed") or math.isnan(row.p_met) or row.p_met in (0.0, 1.0)
            if row.cause == "outlook":
                assert row.lo80 <= row.point <= row.hi80
                assert 0 <= row.p_met <= 1
            if row.item.measure == "flow" and not math.isnan(row.point) and row.end == view.month.end:
                assert row.point >= row.actual - 1e-9


@given(st.integers(0, 30), st.integers(1, 30))
def test_the_gap_is_target_less_actual_whatever_they_are(actual: int, target: int) -> None:
    from tongdao.analysis.actuals import Standing, completion, shortfall
    from tongdao.analysis.aims import Aim
    from tongdao.plan.indicator import Indicator, Window

    item = Indicator(id="a", name="a", unit="家", measure="flow", target=target, quote="a")
    found = Standing(float(actual), float(target))
    assert shortfall(item, found) == target - actual
    assert completion(Aim("a", item, "1", Window(0, 11)), found) * target == pytest.approx(actual)


def test_a_target_amended_within_the_year_holds_from_its_day(tmp_path: Path) -> None:
    change = '\n[[amendment]]\neffective = 2024-07-01\nreason = "年中调整"\nindicator = "a"\ntarget = 20\n'
    plan = SMALL + indicator("a", "家", "flow") + change
    readings = flow_rows("a", "家", {2023: [1] * 12, 2024: [1] * 6}, "2024-06-20")
    book = open_workbook(small_workbook(tmp_path, plan, readings))
    before, after = (book.view("2024-06", day) for day in ("2024-06-30", "2024-07-01"))
    assert [gaps(view)[0].target for view in (before, after)] == [10, 20]
    told = [any("年中调整" in note for note in data_notes(gaps(view), view)) for view in (before, after)]
    assert told == [False, True]
