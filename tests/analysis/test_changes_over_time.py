"""Changes worked by hand, the trend tests against print, permutations and scipy."""

import itertools
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, strategies as st
from scipy import stats

from tongdao.analysis.trends import mann_kendall, theil_sen, trend, trend_summary
from tongdao.base.errors import DataError, UsageError


def months(first: int, *values: float | None, year: int = 2023, name: str = "规上工业") -> pd.DataFrame:
    """Single values of consecutive months from month ``first`` of ``year``."""
    ends = [year * 12 + first - 1 + step for step in range(len(values))]
    periods = [f"{end // 12}-{end % 12 + 1:02d}" for end in ends]
    return pd.DataFrame({"series": name, "period": periods, "value": pd.array(values, dtype="Float64")})


def one(result: pd.DataFrame, period: str) -> dict[str, Any]:
    row = result[result["period"] == period]
    assert len(row) == 1
    return {str(name): value for name, value in row.iloc[0].items()}


def test_changes_by_hand() -> None:
    result = trend(pd.concat([months(1, 10, 20, 30), months(1, 11, 18, 33, year=2024)]))
    march = one(result, "2024-03")
    assert march["year_on_year"] == pytest.approx(10)
    assert march["on_previous"] == pytest.approx((33 / 18 - 1) * 100)
    assert march["value_ytd"] == 62
    assert march["ytd_on_year"] == pytest.approx((62 / 60 - 1) * 100)
    january = one(result, "2024-01")
    assert january["value_ytd"] == 11
    assert math.isnan(january["on_previous"])  # December is not there


def test_nothing_is_joined_across_january() -> None:
    result = trend(months(11, 5, 7, 9))
    assert math.isnan(one(result, "2023-12")["value_ytd"])  # January to October are missing
    assert one(result, "2024-01")["value_ytd"] == 9
    assert one(result, "2024-01")["on_previous"] == pytest.approx((9 / 7 - 1) * 100)


def test_a_missing_month_empties_what_needs_it() -> None:
    result = trend(months(1, 10, None, 30, 40))
    assert result["value_ytd"].isna().tolist() == [False, True, True, True]
    assert math.isnan(one(result, "2023-03")["on_previous"])
    assert one(result, "2023-04")["on_previous"] == pytest.approx(100 / 3)


def test_cumulative_figures_complete_single_ones() -> None:
    # January and February are published together; March to May follow from the differences.
    published = months(2, None, None, None, None).assign(value_ytd=[30.0, 50.0, math.nan, 90.0])
    result = trend(published)
    assert result["value"].tolist()[1] == 20
    assert result["value"].isna().tolist() == [True, False, True, True]
    assert one(result, "2023-03")["value_ytd"] == 50
    mixed = trend(published.assign(value=[math.nan, math.nan, 15.0, math.nan]))
    assert one(mixed, "2023-04")["value_ytd"] == 65
    assert one(mixed, "2023-05")["value"] == 25


@pytest.mark.parametrize("base", [0.0, -3.0])
def test_zero_or_negative_base_is_empty(base: float) -> None:
    result = trend(pd.concat([months(1, base, 5), months(1, 4, year=2024)]))
    assert math.isnan(one(result, "2023-02")["on_previous"])
    assert math.isnan(one(result, "2024-01")["year_on_year"])


def test_shares_change_in_percentage_points() -> None:
    history = pd.concat([months(1, 40.0, 0.0), months(1, 42.5, -1.0, year=2024)])
    result = trend(history, share=True)
    assert one(result, "2024-01")["year_on_year"] == 2.5
    assert one(result, "2024-02")["year_on_year"] == -1
    assert result["value_ytd"].isna().all()  # shares do not add up
    mixed = trend(pd.concat([history.assign(share=True), months(1, 10, name="产值").assign(share=None)]))
    assert mixed.set_index("series")["share"].to_dict() == {"规上工业": True, "产值": False}


def test_levels_do_not_add_up() -> None:
    assert trend(months(1, 100, 101), flow=False)["value_ytd"].isna().all()


def test_quarters_and_years() -> None:
    periods = ["2023Q4", "2024Q1", "2024Q4"]
    quarters = pd.DataFrame({"series": "q", "period": periods, "value": [8.0, 4.0, 10.0]})
    result = trend(quarters)
    assert one(result, "2024Q1")["on_previous"] == -50
    assert one(result, "2024Q4")["year_on_year"] == 25
    years = pd.DataFrame({"series": "y", "period": ["2022", "2024", "2023"], "value": [10.0, 12.0, 11.0]})
    result = trend(years)
    assert result["period"].tolist() == ["2022", "2023", "2024"]
    assert one(result, "2023")["year_on_year"] == one(result, "2023")["on_previous"] == pytest.approx(10)
    assert one(result, "2023")["ytd_on_year"] == pytest.approx(10)


STEADY = [100.0, 103, 98, 101, 99, 104, 102, 97, 100, 105, 103, 99]


@pytest.mark.parametrize("factor", [1000, 0.0001, 12])
def test_a_wrong_unit_is_a_jump(factor: float) -> None:
    this_year = STEADY.copy()
    this_year[5] *= factor
    result = trend(pd.concat([months(1, *STEADY), months(1, *this_year, year=2024)]))
    assert result.loc[result["jump"], "period"].tolist() == ["2024-06"]


def test_season_and_steady_growth_are_no_jumps() -> None:
    festival = STEADY.copy()
    festival[1] = 4000.0
    twice = trend(pd.concat([months(1, *festival), months(1, *festival, year=2024)]))
    assert not twice.loc[twice["period"].str.startswith("2024"), "jump"].any()
    assert not trend(months(1, *(1.3**n for n in range(36))))["jump"].any()
    lumpy = trend(months(1, *(10.0 ** (n % 2) for n in range(12))))  # tenfold steps are usual here
    assert not lumpy["jump"].any()
    assert not trend(months(1, 0, 5, 0, -2))["jump"].any()


def test_summary() -> None:
    rising = [100 * (1 + 0.01 * n) for n in range(12)]
    history = pd.concat([months(1, *([100.0] * 12)), months(1, *rising, year=2024)])
    short = months(1, *STEADY, name="短").iloc[:3]
    summary = trend_summary(trend(pd.concat([history, short]))).set_index("series")
    assert summary["verdict"].to_dict() == {"规上工业": "rising", "短": "too_short"}
    found = summary.loc["规上工业"]
    assert (found["n"], found["tau"]) == (12, 1)
    assert found["slope"] == pytest.approx(12)  # one point a month is twelve a year
    assert summary.loc["短", ["slope", "tau", "z", "p"]].isna().all()
    four = trend(pd.concat([months(1, 1, 1, 1, 1), months(1, 1, 2, 3, 4, year=2024)]))
    assert trend_summary(four)["verdict"].tolist() == ["unclear"]  # 4 values can never reach 5 %


def test_mann_kendall_as_printed() -> None:
    # R. O. Gilbert (1987), Statistical Methods for Environmental Pollution Monitoring, section 16.4:
    # the four values of 16.4.1, and the sequence with three groups of ties (2, 3 and 3 alike; "trace"
    # is below every number) whose variance he writes out as (9·8·23 − 18 − 66 − 66) / 18.
    assert mann_kendall([10, 15, 14, 20]).s == 4
    trace = 0.0
    assert mann_kendall([23, 24, trace, 6, trace, 24, 24, trace, 23]).variance == pytest.approx(1506 / 18)
    # Test suite of MannKendall.jl (the author of pyMannKendall): the numbers 1 to 100.
    found = mann_kendall(np.arange(1, 101))
    assert (found.s, found.variance, found.tau) == (4950, 112750, 1)
    assert found.z == pytest.approx(14.73869998208331)
    assert found.p < 1e-12
    assert mann_kendall([3, 3, 3, 3]).p == 1


@pytest.mark.parametrize("values", [[1, 2, 3, 4, 5, 6], [1, 1, 2, 3, 3, 3], [2, 2, 2, 5, 5, 9]])
def test_variance_is_that_of_all_orders(values: list[int]) -> None:
    every = [mann_kendall(order).s for order in itertools.permutations(values)]
    assert np.mean(every) == pytest.approx(0)
    assert np.var(every) == pytest.approx(mann_kendall(values).variance)


samples = st.lists(st.integers(-50, 50), min_size=4, max_size=30)


@given(samples)
def test_trend_statistics_by_brute_force(values: list[int]) -> None:
    pairs = list(itertools.combinations(range(len(values)), 2))
    signs = [(values[j] > values[i]) - (values[j] < values[i]) for i, j in pairs]
    found = mann_kendall(values)
    assert found.s == sum(signs)
    assert found.tau == pytest.approx(sum(signs) / len(pairs))
    assert mann_kendall([-one for one in values]).z == pytest.approx(-found.z)
    assert 0 <= found.p <= 1
    if found.s:
        z = (abs(found.s) - 1) / math.sqrt(found.variance)
        assert found.p == pytest.approx(2 * stats.norm.sf(z))
    times = np.arange(len(values)) / 12
    slope = theil_sen(times, values)
    assert slope == pytest.approx(stats.theilslopes(values, times).slope)
    assert theil_sen(times, np.array(values) + 3 * times) == pytest.approx(slope + 3)


panels = st.dictionaries(
    st.tuples(st.sampled_from("甲乙"), st.integers(2020 * 12, 2023 * 12 - 1)),
    st.none() | st.integers(-20, 10_000).map(lambda n: n / 4),
    min_size=1,
    max_size=60,
)


def frame_of(panel: dict[tuple[str, int], float | None]) -> pd.DataFrame:
    rows = [(name, f"{end // 12}-{end % 12 + 1:02d}", value) for (name, end), value in panel.items()]
    return pd.DataFrame(rows, columns=["series", "period", "value"]).astype({"value": float})


@given(panels, st.booleans())
def test_changes_by_brute_force(panel: dict[tuple[str, int], float | None], share: bool) -> None:
    def change(new: float | None, old: float | None) -> float:
        if new is None or old is None or not (share or old > 0):
            return math.nan
        return new - old if share else (new - old) / old * 100

    def since_january(name: str, end: int) -> float | None:
        span = [panel.get((name, at)) for at in range(end - end % 12, end + 1)]
        known = [one for one in span if one is not None]
        return None if share or len(known) < len(span) else sum(known)

    history = frame_of(panel)
    before = history.copy(deep=True)
    result = trend(history, share=share)
    pd.testing.assert_frame_equal(history, before)
    pd.testing.assert_frame_equal(result, trend(history.iloc[::-1], share=share))
    keys = sorted(panel)
    expected = {
        "year_on_year": [change(panel[name, end], panel.get((name, end - 12))) for name, end in keys],
        "on_previous": [change(panel[name, end], panel.get((name, end - 1))) for name, end in keys],
        "ytd_on_year": [change(*(since_january(name, at) for at in (end, end - 12))) for name, end in keys],
    }
    order = result.sort_values(["series", "period"])
    for name, values in expected.items():
        np.testing.assert_allclose(order[name], values, rtol=1e-9)
    assert not np.isinf(result.select_dtypes("number")).any(axis=None)


@given(panels, st.sampled_from([0.001, 8.0, 10_000.0]))
def test_unit_does_not_matter(panel: dict[tuple[str, int], float | None], unit: float) -> None:
    history = frame_of(panel)
    one, other = trend(history), trend(history.assign(value=history["value"] * unit))
    changes = ["year_on_year", "on_previous", "ytd_on_year"]
    np.testing.assert_allclose(one[changes], other[changes], rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(
    ("history", "error", "names"),
    [
        (months(1, 1).drop(columns="value"), UsageError, ["value"]),
        (months(1, 1).iloc[:0], DataError, ["没有任何读数"]),
        (pd.concat([months(1, 1), months(1, 2)]), DataError, ["2023-01", "两次"]),
        (months(1, 1, 2).assign(value=[1.0, math.inf]), DataError, ["第 2 行", "2023-02"]),
        (months(1, 1).assign(value=["约三成"]), DataError, ["2023-01"]),
        (months(1, 1).assign(value_ytd=[-math.inf]), DataError, ["value_ytd"]),
        (months(1, 1).assign(series=None), DataError, ["序列名"]),
        (months(1, 1, 2).assign(period=["2023-01", "2023"]), DataError, ["规上工业", "2023"]),
        (months(1, 1).assign(period="一月"), UsageError, ["一月"]),
    ],
)
def test_bad_input_names_the_row(history: pd.DataFrame, error: type[Exception], names: list[str]) -> None:
    with pytest.raises(error) as refusal:
        trend(history)
    assert all(name in str(refusal.value) for name in names)


def test_statistics_refuse_what_they_cannot_do() -> None:
    with pytest.raises(UsageError):
        mann_kendall([1.0, math.nan, 2.0])
    with pytest.raises(UsageError):
        theil_sen([1.0, 1.0], [1.0, 2.0])
    with pytest.raises(UsageError):
        theil_sen([1.0, 2.0, 3.0], [1.0, 2.0])
