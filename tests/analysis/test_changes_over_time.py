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
from tongdao.base import parse_period


def series(*values: float | None, first: str = "2023-01", name: str = "规上工业", **kind: bool) -> pd.DataFrame:
    """Values of consecutive periods, as they stand; None is a period without one."""
    begin = parse_period(first)
    rows = [
        (name, begin.end + begin.months * step, begin.months, value)
        for step, value in enumerate(values)
        if value is not None
    ]
    return pd.DataFrame(rows, columns=["series", "end", "months", "value"]).assign(
        **{"share": False, "flow": False, **kind}
    )


def flow(*values: float | None, first: str = "2023-01", name: str = "规上工业") -> pd.DataFrame:
    """Figures since January."""
    return series(*values, first=first, name=name, flow=True)


def months(*values: float, first: str = "2023-01") -> pd.DataFrame:
    """Single values of months from a January on, as the figures since then that they add up to."""
    sums = [sum(values[at - at % 12 : at + 1]) for at in range(len(values))]
    return flow(*sums, first=first)


def one(result: pd.DataFrame, period: str) -> dict[str, Any]:
    row = result[result["period"] == period]
    assert len(row) == 1
    return {str(name): value for name, value in row.iloc[0].items()}


def test_changes_by_hand() -> None:
    result = trend(pd.concat([flow(10, 30, 60), flow(11, 29, 62, first="2024-01")]))
    march = one(result, "2024-03")
    assert (march["value"], march["value_ytd"]) == (33, 62)
    assert march["year_on_year"] == pytest.approx(10)
    assert march["on_previous"] == pytest.approx((33 / 18 - 1) * 100)
    assert march["ytd_on_year"] == pytest.approx((62 / 60 - 1) * 100)
    january = one(result, "2024-01")
    assert january["value"] == january["value_ytd"] == 11
    assert math.isnan(january["on_previous"])  # December is not there


def test_nothing_is_joined_across_january() -> None:
    result = trend(flow(50, 57, 9, first="2023-11"))
    assert math.isnan(one(result, "2023-11")["value"])  # October is missing
    assert (one(result, "2023-12")["value"], one(result, "2024-01")["value"]) == (7, 9)
    assert one(result, "2024-01")["on_previous"] == pytest.approx((9 / 7 - 1) * 100)


def test_a_missing_month_empties_what_needs_it() -> None:
    # January and February are published together, April is missing.
    result = trend(flow(None, 30, 50, None, 90, 100))
    assert result["value"].isna().tolist() == [True, False, True, False]
    assert (one(result, "2023-03")["value"], one(result, "2023-06")["value"]) == (20, 10)
    assert math.isnan(one(result, "2023-06")["on_previous"])


@pytest.mark.parametrize("base", [0.0, -3.0])
def test_zero_or_negative_base_is_empty(base: float) -> None:
    result = trend(pd.concat([series(base, 5), series(4, first="2024-01")]))
    assert math.isnan(one(result, "2023-02")["on_previous"])
    assert math.isnan(one(result, "2024-01")["year_on_year"])


def test_shares_change_in_percentage_points() -> None:
    history = pd.concat([series(40.0, 0.0, share=True), series(42.5, -1.0, first="2024-01", share=True)])
    result = trend(history)
    assert one(result, "2024-01")["year_on_year"] == 2.5
    assert one(result, "2024-02")["year_on_year"] == -1
    assert result["value_ytd"].isna().all()  # shares do not add up
    mixed = trend(pd.concat([history, series(10, name="产值")]))
    assert mixed.set_index("series")["share"].to_dict() == {"规上工业": True, "产值": False}


def test_quarters_and_years() -> None:
    quarters = pd.concat([flow(30, 38, first="2023Q3"), flow(4, 9, 15, 25, first="2024Q1")])
    result = trend(quarters)
    assert one(result, "2024Q1")["on_previous"] == -50
    assert one(result, "2024Q4")["year_on_year"] == 25
    result = trend(series(10, 11, 12, first="2022").iloc[::-1])
    assert result["period"].tolist() == ["2022", "2023", "2024"]
    assert one(result, "2023")["year_on_year"] == one(result, "2023")["on_previous"] == pytest.approx(10)


STEADY = [100.0, 103, 98, 101, 99, 104, 102, 97, 100, 105, 103, 99]


@pytest.mark.parametrize("factor", [1000, 0.0001, 12])
def test_a_wrong_unit_is_a_jump(factor: float) -> None:
    this_year = STEADY.copy()
    this_year[5] *= factor
    result = trend(months(*STEADY, *this_year))
    assert result.loc[result["jump"], "period"].tolist() == ["2024-06"]


def test_season_and_steady_growth_are_no_jumps() -> None:
    festival = STEADY.copy()
    festival[1] = 4000.0
    twice = trend(months(*festival, *festival))
    assert not twice.loc[twice["period"].str.startswith("2024"), "jump"].any()
    assert not trend(series(*(1.3**n for n in range(36))))["jump"].any()
    lumpy = trend(series(*(10.0 ** (n % 2) for n in range(12))))  # tenfold steps are usual here
    assert not lumpy["jump"].any()
    assert not trend(series(0, 5, 0, -2))["jump"].any()


def test_summary() -> None:
    rising = [100 * (1 + 0.01 * n) for n in range(12)]
    history = months(*([100.0] * 12), *rising)
    short = flow(*STEADY[:3], name="短")
    summary = trend_summary(trend(pd.concat([history, short]))).set_index("series")
    assert summary["verdict"].to_dict() == {"规上工业": "rising", "短": "too_short"}
    assert summary.loc["规上工业", "slope"] == pytest.approx(12)  # one point a month is twelve a year
    assert math.isnan(summary.loc["短", "slope"])
    four = trend(pd.concat([series(1, 1, 1, 1), series(1, 2, 3, 4, first="2024-01")]))
    assert trend_summary(four)["verdict"].tolist() == ["unclear"]  # 4 values can never reach 5 %


def test_mann_kendall_as_printed() -> None:
    # R. O. Gilbert (1987), Statistical Methods for Environmental Pollution Monitoring, section 16.4:
    # the four values of 16.4.1, and the sequence with three groups of ties (2, 3 and 3 alike; "trace"
    # is below every number) whose variance he writes out as (9·8·23 − 18 − 66 − 66) / 18.
    assert mann_kendall(np.array([10, 15, 14, 20], float))[0] == 4
    trace = 0.0
    found = mann_kendall(np.array([23, 24, trace, 6, trace, 24, 24, trace, 23], float))
    assert found[1] == pytest.approx(1506 / 18)
    # Test suite of MannKendall.jl (the author of pyMannKendall): the numbers 1 to 100, z = 14.73869998208331.
    s, variance, p = mann_kendall(np.arange(1.0, 101))
    assert (s, variance) == (4950, 112750)
    assert p == pytest.approx(2 * stats.norm.sf(14.73869998208331))
    assert mann_kendall(np.array([3, 3, 3, 3], float))[2] == 1


@pytest.mark.parametrize("values", [[1, 2, 3, 4, 5, 6], [1, 1, 2, 3, 3, 3], [2, 2, 2, 5, 5, 9]])
def test_variance_is_that_of_all_orders(values: list[int]) -> None:
    every = [mann_kendall(np.array(order, float))[0] for order in itertools.permutations(values)]
    assert np.mean(every) == pytest.approx(0)
    assert np.var(every) == pytest.approx(mann_kendall(np.array(values, float))[1])


samples = st.lists(st.integers(-50, 50), min_size=4, max_size=30)


@given(samples)
def test_trend_statistics_by_brute_force(values: list[int]) -> None:
    pairs = list(itertools.combinations(range(len(values)), 2))
    signs = [(values[j] > values[i]) - (values[j] < values[i]) for i, j in pairs]
    s, variance, p = mann_kendall(np.array(values, float))
    assert s == sum(signs)
    assert mann_kendall(-np.array(values, float)) == (-s, pytest.approx(variance), pytest.approx(p))
    assert 0 <= p <= 1
    if s:
        assert p == pytest.approx(2 * stats.norm.sf((abs(s) - 1) / math.sqrt(variance)))
    times = np.arange(len(values)) / 12
    slope = theil_sen(times, np.array(values, float))
    assert slope == pytest.approx(stats.theilslopes(values, times).slope)
    assert theil_sen(times, np.array(values) + 3 * times) == pytest.approx(slope + 3)


panels = st.dictionaries(
    st.tuples(st.sampled_from("甲乙"), st.integers(2020 * 12, 2023 * 12 - 1)),
    st.integers(-20, 10_000).map(lambda n: n / 4),
    min_size=1,
    max_size=60,
)


def frame_of(panel: dict[tuple[str, int], float], *, share: bool) -> pd.DataFrame:
    rows = [(name, end, 1, value, share, not share) for (name, end), value in panel.items()]
    return pd.DataFrame(rows, columns=["series", "end", "months", "value", "share", "flow"])


@given(panels, st.booleans())
def test_changes_by_brute_force(panel: dict[tuple[str, int], float], share: bool) -> None:
    def single(name: str, end: int) -> float | None:
        """Of a share the value; of figures since January what the month added."""
        told, before = panel.get((name, end)), 0.0 if end % 12 == 0 or share else panel.get((name, end - 1))
        return None if told is None or before is None else told - before

    def change(new: float | None, old: float | None) -> float:
        if new is None or old is None or not (share or old > 0):
            return math.nan
        return new - old if share else (new - old) / old * 100

    history = frame_of(panel, share=share)
    before = history.copy(deep=True)
    result = trend(history)
    pd.testing.assert_frame_equal(history, before)
    pd.testing.assert_frame_equal(result, trend(history.iloc[::-1]))
    keys = sorted(panel)
    expected = {
        "year_on_year": [change(single(name, end), single(name, end - 12)) for name, end in keys],
        "on_previous": [change(single(name, end), single(name, end - 1)) for name, end in keys],
        "ytd_on_year": [
            math.nan if share else change(panel[name, end], panel.get((name, end - 12))) for name, end in keys
        ],
    }
    order = result.sort_values(["series", "end"])
    for name, values in expected.items():
        np.testing.assert_allclose(order[name], values, rtol=1e-9)
    assert not np.isinf(result.select_dtypes("number")).any(axis=None)


@given(panels, st.sampled_from([0.001, 8.0, 10_000.0]))
def test_unit_does_not_matter(panel: dict[tuple[str, int], float], unit: float) -> None:
    history = frame_of(panel, share=False)
    one, other = trend(history), trend(history.assign(value=history["value"] * unit))
    changes = ["year_on_year", "on_previous", "ytd_on_year"]
    np.testing.assert_allclose(one[changes], other[changes], rtol=1e-6, atol=1e-9)
