"""The outlook: what it says in ordinary and awkward cases, and what may never happen."""

import itertools
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from hypothesis import given, settings, strategies as st

from tongdao.base.errors import TongdaoError
from tongdao.forecast import explain, outlook
from tongdao.forecast.batch import period_name

BENCHMARKS = ROOT / "tests" / "benchmarks"
FULL_YEAR = [8.0, 6, 9, 10, 11, 12, 9, 8, 10, 11, 12, 16]  # an ordinary year, 122 in all


def months(first: str, values: list[float], series: str = "s") -> pd.DataFrame:
    """A monthly history that begins in `first`."""
    year, month = map(int, first.split("-"))
    names = [f"{year + (month - 1 + k) // 12}-{(month - 1 + k) % 12 + 1:02d}" for k in range(len(values))]
    return pd.DataFrame({"series": series, "period": names, "value": values})


def years(first: int, values: list[float]) -> pd.DataFrame:
    """A yearly history that begins in `first`."""
    return pd.DataFrame({"series": "s", "period": [str(first + k) for k in range(len(values))], "value": values})


def question(**changes: object) -> pd.DataFrame:
    """One question about a monthly flow in September 2024."""
    case: dict[str, object] = {
        "case": "c", "series": "s", "measure": "flow", "whole": False, "frequency": "M", "origin": "2024-09",
        "deadline": "2024-12", "target": 130.0,
    }  # fmt: skip
    return pd.DataFrame([case | changes])


def ask(history: pd.DataFrame, **changes: object) -> "pd.Series[object]":
    """The answer to one question."""
    return outlook(question(**changes), history).iloc[0]


def chances(history: pd.DataFrame, targets: list[float], **changes: object) -> list[float]:
    """P(met) for several targets of one series."""
    cases = pd.concat([question(**changes, case=str(k), target=t) for k, t in enumerate(targets)])
    return [float(p) for p in outlook(cases, history)["p_met"]]


USUAL = months("2021-01", FULL_YEAR * 3 + FULL_YEAR[:9])


class TestFlow:
    def test_repeats_an_unchanging_year(self) -> None:
        found = ask(USUAL)
        assert found["achieved"] == sum(FULL_YEAR[:9])
        assert found["point"] == pytest.approx(122, rel=0.02)
        assert found["lo80"] < found["point"] < found["hi80"]
        assert found["method"] == "flow"
        assert found["history_years"] == 3
        assert found["usual_share"] == pytest.approx(83 / 122)
        assert found["growth"] == pytest.approx(0)
        assert found["note"] == ""

    def test_carries_growth_forward_in_part(self) -> None:
        grown = months("2021-01", FULL_YEAR * 3 + [1.3 * v for v in FULL_YEAR[:9]])
        rest = ask(grown)["point"] - 1.3 * 83
        assert 39 < rest < 1.3 * 39

    def test_is_certain_once_the_target_is_met(self) -> None:
        assert chances(USUAL, [83.0, 50.0]) == [1, 1]
        assert chances(USUAL, [82.9, 83.0], sense="<=") == [0, 0]

    def test_a_december_batch_decides(self) -> None:
        done = months("2021-01", FULL_YEAR * 4)
        assert chances(done, [122.0, 122.5], origin="2024-12") == [1, 0]
        assert chances(done, [122.0, 121.5], origin="2024-12", sense="<=") == [1, 0]
        found = ask(done, origin="2024-12")
        assert found["point"] == found["lo80"] == found["hi80"] == 122

    def test_one_year_only(self) -> None:
        found = ask(months("2023-01", FULL_YEAR + FULL_YEAR[:9]))
        assert (found["history_years"], found["note"]) == (1, "one_year")
        assert found["point"] == pytest.approx(122, rel=0.1)

    def test_no_complete_year(self) -> None:
        found = ask(months("2024-01", FULL_YEAR[:9]))
        assert (found["history_years"], found["note"]) == (0, "no_history")
        assert found["hi80"] - found["lo80"] > 20

    def test_no_history_speaks_by_the_target_or_not_at_all(self) -> None:
        elsewhere = months("2024-01", [1.0], series="other")
        assert ask(elsewhere)["note"] == "no_history"
        assert 0.2 < ask(elsewhere)["p_met"] < 0.8
        assert np.isnan(ask(elsewhere, target=np.nan)["point"])

    def test_nothing_this_year(self) -> None:
        found = ask(months("2021-01", FULL_YEAR * 3 + [0.0] * 9))
        assert found["achieved"] == 0
        assert 0 < found["point"] < 39
        assert found["p_met"] < 0.05

    def test_nothing_ever(self) -> None:
        found = ask(months("2021-01", [0.0] * 45))
        assert found["point"] < 10
        assert found["p_met"] < 0.05
        assert ask(months("2021-01", [0.0] * 45), target=np.nan)["achieved"] == 0

    def test_a_missing_month_is_unknown_and_not_zero(self) -> None:
        found = ask(USUAL.drop(index=[38, 39]))  # March and April of this year
        assert found["note"] == "gaps"
        assert found["achieved"] == 83 - 19
        assert found["point"] == pytest.approx(122, rel=0.05)

    def test_a_missing_year_of_a_growing_series_lies_between_its_neighbours(self) -> None:
        asked = question(measure="flow", frequency="A", origin="2023", deadline="2024", target=10_000.0)
        history = years(2010, [40.0 * 1.4**year for year in range(14)])
        whole, holed = (outlook(asked, known).iloc[0] for known in (history, history.drop(index=[1])))
        assert holed["note"] == "gaps"
        assert holed["point"] == pytest.approx(whole["point"], rel=0.02)
        assert holed["hi80"] / holed["lo80"] == pytest.approx(whole["hi80"] / whole["lo80"], rel=0.1)
        trail = explain(asked, history.drop(index=[1]))
        told = trail[(trail["step"] == "读数") & trail["name"].str.contains("2011")]["value"]
        assert len(told) == 1
        assert told.between(40, 79).all()

    def test_revoked_registrations(self) -> None:
        values = FULL_YEAR * 3 + FULL_YEAR[:8] + [-5.0]
        found = ask(months("2021-01", values), whole=True)
        assert found["achieved"] == sum(FULL_YEAR[:8]) - 5
        assert found["lo80"] >= found["achieved"]

    def test_a_plan_of_years_accumulates_from_its_start(self) -> None:
        found = ask(USUAL, since="2023-01", deadline="2025-12", target=366.0)
        assert found["achieved"] == 122 + 83
        assert found["point"] == pytest.approx(366, rel=0.03)
        alone = ask(USUAL)
        assert found["hi80"] - found["lo80"] > alone["hi80"] - alone["lo80"]

    def test_a_window_that_begins_later(self) -> None:
        found = ask(USUAL, deadline="2025-12", target=122.0)
        assert found["achieved"] == 0
        assert found["point"] == pytest.approx(122, rel=0.05)

    @pytest.mark.parametrize("origin", [f"2024-{m:02d}" for m in range(1, 12)])
    def test_every_month_of_the_year(self, origin: str) -> None:
        found = ask(months("2021-01", FULL_YEAR * 3 + FULL_YEAR[: int(origin[-2:])]), origin=origin)
        assert found["point"] == pytest.approx(122, rel=0.04)

    def test_quarters_and_years(self) -> None:
        quarters = [20.0, 30, 25, 40]
        names = [f"{2021 + k // 4}-Q{k % 4 + 1}" for k in range(15)]
        history = pd.DataFrame({"series": "s", "period": names, "value": (quarters * 4)[:15]})
        quarter = {"frequency": "Q", "origin": "2024Q3", "deadline": "2024-Q4"}
        assert ask(history, **quarter)["point"] == pytest.approx(115, rel=0.02)
        found = ask(years(2018, [100.0] * 6), frequency="A", origin="2023", deadline="2024")
        assert found["point"] == pytest.approx(100, rel=0.05)


class TestSparse:
    def test_whole_numbers(self) -> None:
        history = months("2021-01", [0.0, 1, 0, 0, 2, 0, 0, 1, 0, 0, 0, 1] * 3 + [0.0] * 8 + [1])
        found = ask(history, whole=True, target=5)
        assert found["method"] == "sparse"
        assert all(found[k] == int(found[k]) for k in ("point", "lo80", "hi80"))
        assert found["achieved"] == 1 <= found["lo80"] <= found["point"] <= found["hi80"]
        assert 0 < found["p_met"] < 0.3

    def test_no_history_takes_the_target_for_half_a_year(self) -> None:
        none = months("2024-01", [0.0] * 3)
        found = ask(none, whole=True, target=8, origin="2024-03")
        assert found["note"] == "no_history"
        assert 0 < found["p_met"] < 0.5
        assert ask(none.iloc[:0], whole=True, target=8, origin="2024-03")["p_met"] > found["p_met"]

    def test_never_seen_and_no_target(self) -> None:
        found = ask(months("2021-01", [0.0] * 45), whole=True, target=np.nan)
        assert np.isnan(found["p_met"])
        assert found["point"] == 0

    def test_a_yearly_award_is_expected_again(self) -> None:
        yearly = {"whole": True, "frequency": "A", "origin": "2023", "deadline": "2024", "target": 1.0}
        every = ask(years(2017, [1.0] * 7), **yearly)
        assert every["p_met"] > 0.85
        assert every["lo80"] == every["point"] == every["hi80"] == 1
        in_turn = ask(years(2017, [0.0, 2, 1, 0, 3, 1, 0]), **yearly)["p_met"]
        assert ask(years(2017, [0.0] * 7), **yearly)["p_met"] < 0.3 < in_turn < every["p_met"]


class TestLevel:
    def test_follows_its_own_trend(self) -> None:
        history = months("2021-01", [1000 * 1.01**k for k in range(45)])
        found = ask(history, measure="level", target=1000 * 1.01**47)
        assert found["point"] == pytest.approx(1000 * 1.01**47, rel=0.01)
        assert np.isnan(found["achieved"])
        assert found["method"] == "level"

    def test_no_reading_at_all(self) -> None:
        found = ask(months("2024-01", [1.0], series="other"), measure="level")
        assert np.isnan(found["point"])
        assert np.isnan(found["p_met"])
        assert found["note"] == "no_history"

    def test_one_reading(self) -> None:
        found = ask(months("2024-09", [50.0]), measure="level", target=50)
        assert found["lo80"] < found["point"] < found["hi80"]
        assert found["note"] == "one_year"

    def test_a_share_stays_within_its_limits(self) -> None:
        history = months("2021-01", [60 + 0.9 * k for k in range(45)])
        found = ask(history, measure="share", limit=100.0, target=99)
        assert found["hi80"] <= 100
        assert chances(history, [100.5], measure="share", limit=100.0) == [0]
        falling = months("2021-01", [4.5 - 0.1 * k for k in range(45)])
        assert ask(falling, measure="share", target=1.0)["lo80"] >= 0

    def test_a_small_share_moves_in_proportion_and_a_large_one_in_points(self) -> None:
        small = [1.2, 1.3, 1.33, 1.36, 1.43, 1.5, 1.68]
        ahead = {"measure": "share", "frequency": "A", "origin": "2017", "deadline": "2020", "limit": 100.0}
        found = ask(years(2011, small), **ahead)
        assert found["point"] > 1.68 + 3 * 0.06
        assert found["hi80"] - found["lo80"] > 0.2
        large = ask(years(2011, [x + 40 for x in small]), **ahead)
        assert large["point"] < found["point"] + 40
        trail = explain(question(**ahead), years(2011, small)).set_index("name")["value"]
        weight = trail["按水平看的权重"]
        assert weight == pytest.approx(1 - np.mean(small[:-1]) / 10)
        centres = trail.filter(regex="^2020$")  # of the model in points, and of the one in logarithms
        assert centres.iloc[0] * (1 - weight) + centres.iloc[-1] * weight == pytest.approx(found["point"])

    def test_two_yearly_readings_say_little(self) -> None:
        found = ask(years(2022, [100.0, 103]), measure="level", frequency="A", origin="2023", deadline="2026")
        assert found["lo80"] < 0.95 * found["point"] < 1.05 * found["point"] < found["hi80"]

    def test_a_stock_that_touched_nought_stays_above(self) -> None:
        found = ask(months("2021-01", [3.0, 2, 0, 1] * 11), measure="level", whole=True, origin="2024-08")
        assert found["lo80"] == 0
        assert chances(months("2021-01", [3.0, 2, 0, 1] * 11), [0.0], measure="level", origin="2024-08") == [1]

    def test_a_late_reading_counts_from_its_own_date(self) -> None:
        history = months("2021-01", [60 + 0.2 * k for k in range(43)])
        near, far = ask(history, measure="share", origin="2024-07"), ask(history, measure="share")
        assert near["hi80"] == far["hi80"]

    def test_net_changes_may_be_negative_and_are_whole(self) -> None:
        history = months("2021-01", [float(-k // 3) for k in range(45)])
        found = ask(history, measure="net", whole=True, target=-10, sense=">=")
        assert found["point"] == int(found["point"])
        assert found["point"] == pytest.approx(-16, abs=2)

    def test_yearly_rates_are_draws_around_their_mean(self) -> None:
        rates = years(2016, [30.0, 6, 7, 5, 6, 6, 6, 8])
        found = ask(rates, measure="rate", frequency="A", origin="2023", deadline="2024", target=6.2)
        assert found["method"] == "annual_rate"
        assert found["point"] == pytest.approx(np.mean([5, 6, 6, 6, 8]))
        same = chances(rates, [6.2], measure="rate", frequency="A", origin="2023", deadline="2024")
        assert same == [pytest.approx(0.5)]

    def test_an_index_of_rates_moves_on_by_the_same_draws(self) -> None:
        rates, next_year = [6.0, 7, 5, 6, 6, 6, 8], {"frequency": "A", "origin": "2023", "deadline": "2024"}
        index = 100 * np.cumprod([1.0, *(1 + r / 100 for r in rates)])
        one = ask(years(2017, rates), **next_year, measure="rate", target=7.0)
        other = ask(years(2016, list(index)), **next_year, measure="index", target=index[-1] * 1.07)
        assert other["p_met"] == pytest.approx(one["p_met"])
        assert other["history_years"] == one["history_years"]
        assert other["lo80"] / index[-1] == pytest.approx(1 + one["lo80"] / 100)
        further = {"frequency": "A", "origin": "2023", "deadline": "2026", "measure": "index", "target": np.nan}
        assert ask(years(2016, list(index)), **further)["point"] == pytest.approx(index[-1] * 1.062**3)

    def test_about_one_and_two_sided(self) -> None:
        history = months("2021-01", [60 + 0.2 * np.sin(k) for k in range(45)])
        share = {"measure": "share", "target": 60.0, "tolerance": 0.5}
        one = ask(history, **share, sense="about")["p_met"]
        both = ask(history, **share, sense="about", two_sided=True)["p_met"]
        lower = ask(history, measure="share", target=59.5)["p_met"]
        assert one == lower
        assert both < one


class TestErrors:
    @pytest.mark.parametrize(
        "changes",
        [
            {"measure": "stock"}, {"sense": ">"}, {"frequency": "W"}, {"target": np.inf}, {"origin": "2024/09"},
            {"deadline": "2024-08"}, {"since": "2025-01"}, {"tolerance": -1.0}, {"origin": "2024-08"}, {"series": ""},
            {"target": "一百"},
        ],
    )  # fmt: skip
    def test_names_the_row(self, changes: dict[str, object]) -> None:
        with pytest.raises(TongdaoError, match=r"第 1 行（c）"):
            outlook(question(**changes), USUAL)

    def test_readings(self) -> None:
        infinite = USUAL.assign(value=USUAL["value"].where(USUAL.index != 4, np.inf))
        with pytest.raises(TongdaoError, match=r"第 5 行（s）"):
            outlook(question(), infinite)
        with pytest.raises(TongdaoError, match="第 46 行"):
            outlook(question(), pd.concat([USUAL, USUAL.iloc[[3]]]))
        with pytest.raises(TongdaoError, match="缺少列"):
            outlook(question(), pd.DataFrame())
        with pytest.raises(TongdaoError, match="缺少列"):
            outlook(pd.DataFrame(), USUAL)
        with pytest.raises(TongdaoError, match="重复"):
            outlook(pd.concat([question(), question()]), USUAL)

    def test_empty_frames_with_columns(self) -> None:
        assert outlook(question().iloc[:0], USUAL).empty
        assert explain(question().iloc[:0], USUAL).empty


class TestTrail:
    def test_weights_and_readings_add_up_to_the_centre(self) -> None:
        trail = explain(question(), USUAL)
        part = {step: rows["value"].to_numpy() for step, rows in trail.groupby("step")}
        weights, constant = part["权重"][:-1], part["权重"][-1]
        assert weights.sum() == pytest.approx(1)
        assert weights @ np.log(part["读数"]) + constant == pytest.approx(part["中心"][0])
        total = 83 + 3 * part["中心"][1]
        assert total == pytest.approx(ask(USUAL)["point"])

    def test_a_series_in_its_own_unit_is_explained_in_it(self) -> None:
        stock = [5.0, 7, 6, 9, 12, 10] * 6
        trail = explain(question(measure="net", origin="2023-12"), months("2021-01", stock))
        part = {step: rows["value"].to_numpy() for step, rows in trail.groupby("step")}
        assert part["读数"] == pytest.approx(stock)
        assert part["权重"][:-1] @ part["读数"] + part["权重"][-1] == pytest.approx(part["中心"][0])
        middle = ask(months("2021-01", stock), measure="net", origin="2023-12")["point"]
        assert part["中心"][0] == pytest.approx(middle)

    def test_every_family_has_one(self) -> None:
        for changes in ({"measure": "share"}, {"whole": True}, {"measure": "net"}):
            trail = explain(question(**changes), months("2021-01", [1.0, 0, 2] * 15))
            assert set(trail.columns) == {"case", "step", "name", "value"}
            assert {"过程", "结果"} <= set(trail["step"])


amounts = st.lists(st.integers(0, 400), min_size=4, max_size=57).map(lambda v: [float(x) for x in v])
few = st.lists(st.integers(0, 3), min_size=4, max_size=57).map(lambda v: [float(x) for x in v])
positive = st.lists(st.floats(1, 1000), min_size=1, max_size=57)


def ending(values: list[float]) -> pd.DataFrame:
    """A monthly history that ends in September 2024."""
    first = 2024 * 12 + 9 - len(values)
    return months(f"{first // 12}-{first % 12 + 1:02d}", values)


class TestAlways:
    @given(st.one_of(amounts, few), st.integers(0, 8), st.integers(1, 300), st.integers(1, 2000), st.booleans())
    @settings(max_examples=80, deadline=None)
    def test_more_achieved_never_lowers_the_chance(
        self, values: list[float], back: int, more: int, target: int, whole: bool
    ) -> None:
        better = list(values)
        better[-1 - back % min(len(values), 9)] += more
        before, after = (ask(ending(v), target=float(target), whole=whole)["p_met"] for v in (values, better))
        assert after >= before - 1e-9

    @given(positive, st.floats(0.01, 2), st.floats(1, 1000), st.sampled_from(["level", "share", "net"]))
    @settings(max_examples=40, deadline=None)
    def test_a_better_last_reading_never_lowers_the_chance(
        self, values: list[float], more: float, target: float, measure: str
    ) -> None:
        better = [*values[:-1], values[-1] * (1 + more)]
        before, after = (ask(ending(v), target=target, measure=measure)["p_met"] for v in (values, better))
        assert after >= before - 1e-9

    @given(
        st.one_of(amounts, few),
        st.lists(st.floats(0, 3000), min_size=2, max_size=6),
        st.sampled_from(["flow", "level", "share", "net", "rate"]),
        st.booleans(),
    )
    @settings(max_examples=80, deadline=None)
    def test_a_higher_target_is_never_easier(
        self, values: list[float], targets: list[float], measure: str, whole: bool
    ) -> None:
        rising = sorted(targets)
        up = chances(ending(values), rising, measure=measure, whole=whole)
        down = chances(ending(values), rising, measure=measure, whole=whole, sense="<=")
        if len(values) >= 21:  # without a complete year the target itself is the history
            assert all(0 <= p <= 1 for p in down)
            assert all(a <= b + 1e-9 for a, b in itertools.pairwise(down))
        assert all(0 <= p <= 1 for p in up)
        assert all(a >= b - 1e-9 for a, b in itertools.pairwise(up))

    @given(st.one_of(amounts, few), st.booleans())
    @settings(max_examples=50, deadline=None)
    def test_ordered_and_not_below_what_is_achieved(self, values: list[float], whole: bool) -> None:
        found = ask(ending(values), whole=whole)
        assert found["achieved"] - 1e-9 <= found["lo80"] <= found["point"] <= found["hi80"]
        if whole:
            assert all(found[k] == int(found[k]) for k in ("point", "lo80", "hi80"))

    @given(amounts, st.floats(0.001, 1000), st.sampled_from(["flow", "level", "net"]))
    @settings(max_examples=40, deadline=None)
    def test_scaling_amounts_scales_the_outlook(self, values: list[float], factor: float, measure: str) -> None:
        values[0] += 1
        one = ask(ending(values), measure=measure)
        other = ask(ending([factor * v for v in values]), measure=measure, target=130 * factor)
        assert other["point"] == pytest.approx(factor * one["point"], rel=1e-6, abs=1e-6 * factor)
        assert other["p_met"] == pytest.approx(one["p_met"], abs=1e-6)

    @given(
        st.one_of(amounts, few), st.sampled_from(["flow", "level", "share", "net"]), st.booleans(), st.integers(1, 30)
    )
    @settings(max_examples=40, deadline=None)
    def test_another_time_changes_nothing(self, values: list[float], measure: str, whole: bool, later: int) -> None:
        asked = {"measure": measure, "whole": whole, "limit": 100.0 if measure == "share" else np.nan}
        values = [v / 4 for v in values] if measure == "share" else values
        there, then = (ending(values), {}), (ending(values), {"origin": f"{2024 + later}-09"})
        then[0]["period"] = [f"{int(p[:4]) + later}{p[4:]}" for p in then[0]["period"]]
        then[1]["deadline"] = f"{2024 + later}-12"
        one, other = (ask(history, **asked, **changes) for history, changes in (there, then))
        pd.testing.assert_series_equal(one, other)

    @given(
        st.one_of(amounts, few, st.lists(st.floats(0, 100), min_size=2, max_size=15)),
        st.sampled_from(["flow", "level", "share"]),
        st.sampled_from(["M", "Q", "A"]),
        st.booleans(),
        st.integers(0, 2000),
    )
    @settings(max_examples=60, deadline=None)
    def test_within_bounds_and_never_quite_certain(
        self, values: list[float], measure: str, frequency: str, whole: bool, target: int
    ) -> None:
        share, steps = measure == "share", {"M": 12, "Q": 4, "A": 1}[frequency]
        values = [v / 4 for v in values] if share else [float(round(v)) for v in values] if whole else values
        last = 2020 * steps
        history = ending(values).assign(
            period=[period_name(last - len(values) + 1 + k, frequency) for k in range(len(values))]
        )
        asked = {"measure": measure, "frequency": frequency, "whole": whole and not share, "target": target}
        asked |= {"origin": period_name(last, frequency), "deadline": period_name(last + 2, frequency)}
        found = ask(history, **asked, limit=100.0 if share else np.nan)
        assert 0 <= found["lo80"] <= found["point"] <= found["hi80"] <= (100 if share else np.inf)
        decided = target <= (found["achieved"] if measure == "flow" else 0) or (share and target > 100)
        assert found["p_met"] in (0, 1) if decided else 0.01 <= found["p_met"] <= 0.99

    @given(st.lists(st.floats(0, 30), min_size=2, max_size=14), st.floats(0.01, 9), st.floats(0, 40))
    @settings(max_examples=60, deadline=None)
    def test_a_better_last_share_never_lowers_the_chance(self, values: list[float], more: float, target: float) -> None:
        better = [*values[:-1], values[-1] + more]
        yearly = {"measure": "share", "frequency": "A", "origin": "2020", "deadline": "2023", "target": target}
        before, after = (ask(years(2021 - len(v), v), **yearly)["p_met"] for v in (values, better))
        assert after >= before - 1e-9

    @given(st.lists(amounts, min_size=2, max_size=4), st.randoms())
    @settings(max_examples=20, deadline=None)
    def test_order_and_company_change_nothing(self, series: list[list[float]], random: object) -> None:
        history = pd.concat([ending(v).assign(series=str(k)) for k, v in enumerate(series)], ignore_index=True)
        cases = pd.concat([question(case=str(k), series=str(k)) for k in range(len(series))], ignore_index=True)
        kept = cases.copy(), history.copy()
        found = outlook(cases, history)
        pd.testing.assert_frame_equal(cases, kept[0])
        pd.testing.assert_frame_equal(history, kept[1])
        mixed = outlook(cases.iloc[::-1], history.sample(frac=1, random_state=3)).iloc[::-1].reset_index(drop=True)
        pd.testing.assert_frame_equal(found, mixed)
        alone = pd.concat([outlook(cases.iloc[[k]], history) for k in range(len(series))], ignore_index=True)
        pd.testing.assert_frame_equal(found, alone)


def test_shares_of_regions_come_true_as_often_as_said() -> None:
    """Public research intensity of 32 regions, from 2016 to 2021, two to four years ahead."""
    table = pd.read_csv(ROOT / "data" / "hunan" / "readings.csv", dtype={"region": str})
    wide = table[table["indicator"] == "rd_intensity"].pivot_table("value", "region", "period", aggfunc="last")
    cases, parts = [], []
    for origin, (region, row) in itertools.product(range(2016, 2022), wide.iterrows()):
        known = row[row.index <= origin].dropna()
        parts.append(years(int(known.index[0]), list(known)).assign(series=f"{region}/{origin}"))
        cases += [
            question(
                case=f"{region}/{origin}/{ahead}", series=f"{region}/{origin}", measure="share", frequency="A",
                origin=str(origin), deadline=str(origin + ahead), target=row[origin + ahead], limit=100.0,
            )
            for ahead in (2, 3, 4) if origin + ahead in row.index
        ]  # fmt: skip
    asked = pd.concat(cases)
    found, came = outlook(asked, pd.concat(parts)), asked["target"].to_numpy()
    ahead = found["case"].str[-1]
    assert (found["point"] - came).groupby(ahead).mean().abs().max() < 0.06
    assert abs((found["point"] - came).mean()) <= 0.05
    assert 0.45 <= found["p_met"].mean() <= 0.55
    assert 0.75 <= ((found["lo80"] <= came) & (came <= found["hi80"])).mean() <= 0.88


@pytest.mark.shared
def test_benchmark(shared: Path, tmp_path: Path) -> None:
    """The development part of the attainment benchmark keeps within the agreed bounds."""
    command = f"{sys.executable} {BENCHMARKS / 'attainment.py'} {{cases}} {{history}} {{out}}"
    subprocess.run(
        [sys.executable, str(shared / "cases" / "evaluate.py"), "--data", str(shared / "cases"), "--split", "dev",
         "--bootstrap", "5", "--json", str(tmp_path / "scores.json"), "--command", command],
        check=True, capture_output=True,
    )  # fmt: skip
    found = json.loads((tmp_path / "scores.json").read_text())
    assert found["scores"]["MACRO"]["brier"] <= 0.1080
    assert found["scores"]["MACRO"]["log_score"] <= 0.338
    assert found["scores"]["MACRO"]["interval_score"] <= 0.765
    assert found["pooled"]["ece"] <= 0.02
    forecasts = [s for name, s in found["scores"].items() if name not in ("MACRO", "flow_sparse")]
    coverage = np.average([s["coverage80"] for s in forecasts], weights=[s["n_forecasts"] for s in forecasts])
    assert abs(coverage - 80) <= 1.5
    assert set(found["sanity"].values()) == {0}


@pytest.mark.parametrize(
    ("value", "sense", "deadline", "chance"),
    [
        (100.0, ">=", "2025", 6 / 7),
        (100.0, ">=", "2026", 6 / 8),
        (0.0, "<=", "2025", 6 / 7),
        (95.0, ">=", "2025", 6 / 7),
    ],
)
def test_a_share_that_never_left_its_target_most_likely_stays(
    value: float, sense: str, deadline: str, chance: float
) -> None:
    asked = {"measure": "share", "frequency": "A", "origin": "2024", "sense": sense, "limit": 100.0}
    found = ask(years(2019, [value] * 6), **asked, deadline=deadline, target=value)
    assert found["p_met"] == pytest.approx(chance, abs=1e-5)
    more = ask(years(2019, [value] * 6), **asked, deadline=deadline, target=value + (1 if sense == ">=" else -1))
    assert more["p_met"] < 0.5  # beyond it nothing is known
