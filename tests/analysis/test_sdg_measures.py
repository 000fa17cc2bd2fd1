"""The published measures: replayed where they were published, worked by hand where they were not."""

import math
import runpy
from dataclasses import FrozenInstanceError, asdict
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from hypothesis import given, strategies as st

from tongdao.analysis.sdg_measures import METHODS, STATUS_WORDS, Progress, progress
from tongdao.base.errors import UsageError

REPLAY = ROOT / "tests" / "benchmarks" / "replay_vectors.py"
PACED = ("open_sdg", "eurostat")

amounts = st.integers(1, 100_000).map(lambda n: n / 100)
methods = st.sampled_from(METHODS)
directions = st.sampled_from(["increase", "decrease"])


def measured(method: str, series: list[tuple[int, float]], **options: Any) -> Progress:
    usual = {"base_year": 2020, "target": None, "target_year": 2030, "direction": "increase"}
    return progress(method, series, **(usual | options))


def numbers(found: Progress) -> list[float]:
    return [one for one in asdict(found).values() if isinstance(one, float)]


@pytest.mark.shared
def test_published_vectors_replay(shared: Path) -> None:
    passed, failed = runpy.run_path(str(REPLAY))["replay_folder"](shared / "vectors")
    assert not failed
    assert passed > 300


def test_replay_script_says_what_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    vector = (
        '{"id": "a", "method": "open_sdg_statcan", "series": [[2020, 100], [2025, 120]], "base_year": 2020,'
        ' "target": null, "target_year": 2030, "direction": "increase", "limit": null,'
        ' "expected": {"status": "deterioration"}}'
    )
    (tmp_path / "made_up.json").write_text(f"[{vector}]", encoding="utf-8")
    main = runpy.run_path(str(REPLAY))["main"]
    assert main([str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert "made_up.json a: status expected 'deterioration', got 'substantial_progress'" in said
    assert said.endswith("0 passed, 1 failed\n")
    assert main([str(tmp_path / "nowhere")]) == 2


# 100 -> 110 in 5 of 10 years towards 121 is exactly the required growth: ratio 1.
@pytest.mark.parametrize(("method", "score"), [("open_sdg", 7.1429 - 4.2857), ("eurostat", 5 / 0.7 * 0.4)])
def test_required_pace_is_ratio_one(method: str, score: float) -> None:
    found = measured(method, [(2020, 100), (2025, 110)], target=121)
    assert found.value == pytest.approx(1)
    assert found.score == pytest.approx(score)
    assert STATUS_WORDS[found.status] in {"进展充分", "进展显著"}


@pytest.mark.parametrize(
    ("rate", "status", "score"),
    [
        (0.03, "substantial_progress", 5),
        (0.018, "substantial_progress", 4),
        (0.010, "moderate_progress", 1.25),
        (0.003, "limited_progress", -1),
        (-0.004, "deterioration", -3),
        (-0.03, "deterioration", -5),
    ],
)
def test_open_sdg_without_target(rate: float, status: str, score: float) -> None:
    series = [(2020, 200.0), (2021, 999.0), (2024, 200 * (1 + rate) ** 4)]
    found = measured("open_sdg", series)
    assert found.status == status
    assert (found.value, found.score) == pytest.approx((rate, score))


@pytest.mark.parametrize(
    ("rate", "status", "score"),
    [
        (0.03, "significant_progress", 5),
        (0.004, "moderate_progress", 1),
        (0.0004, "no_progress", 0.1),
        (-0.0004, "no_progress", -0.1),
        (-0.004, "moderate_deterioration", -1),
        (-0.03, "significant_deterioration", -5),
    ],
)
def test_eurostat_without_target(rate: float, status: str, score: float) -> None:
    found = measured("eurostat", [(2020, 200.0), (2024, 200 * (1 + rate) ** 4)])
    assert found.status == status
    assert (found.value, found.score) == pytest.approx((rate, score))


@pytest.mark.parametrize(("base", "factor"), [(50, 1 - 0.5**4.44), (120, 1 - 0.8**4.44), (200, 1), (500, 1)])
def test_cuts_soften_near_the_natural_limit(base: float, factor: float) -> None:
    series = [(2020, base), (2021, base * 1.006)]
    far, near = (measured("open_sdg", series, limit=limit) for limit in (None, 100))
    assert far.score == pytest.approx(250 * 0.006 - 1.25)
    expected = 0.006 / factor
    assert near.score == pytest.approx(250 * expected - 1.25 if expected < 0.015 else 500 * expected - 5)


def test_staying_on_the_limit_is_full_progress() -> None:
    assert measured("open_sdg", [(2020, 100), (2025, 100)], limit=100).score == 5
    assert measured("open_sdg", [(2020, 100), (2025, 99)], limit=100).status == "deterioration"


@pytest.mark.parametrize("method", METHODS)
def test_met_is_achieved_whatever_the_trend(method: str) -> None:
    found = measured(method, [(2020, 90), (2025, 80)], target=70)
    assert found.met
    assert found.available
    assert found.status in {"target_achieved", "significant_progress", "on_track"}
    assert found.score == (None if method == "escap" else 5)


def test_base_year_absent_takes_the_next_one() -> None:
    found = measured("open_sdg", [(2018, 10), (2022, 100), (2024, 121)])
    assert found.base == (2022, 100)
    assert found.value == pytest.approx(0.1)


def test_negative_base_turns_the_sign() -> None:
    found = measured("open_sdg", [(2020, -100), (2021, -90)])  # a deficit that shrinks
    assert found.sign == -1
    assert found.value == pytest.approx(0.1)


def test_zero_base_and_zero_target_count_as_a_thousandth() -> None:
    assert measured("open_sdg", [(2020, 0), (2021, 0.002)]).value == pytest.approx(1)
    assert measured("open_sdg", [(2020, 1), (2021, 0.001)], target=0, direction="decrease").met


def test_escap_is_the_part_of_the_way() -> None:
    found = measured("escap", [(2020, 50), (2025, 60)], target=100, predicted=96)
    assert (found.value, found.status) == (2.0, "slow_progress")
    assert found.anticipated == pytest.approx(9.2)
    assert found.anticipated_status == "will_meet_target"
    back = measured("escap", [(2020, 50), (2025, 40)], target=100)
    assert (back.value, back.status, back.anticipated) == (-2.0, "regression", None)


def test_escap_projects_missing_years_on_the_logit() -> None:
    def at(x: float) -> float:
        return 100 / (1 + math.exp(-x))

    series = [(2018, at(0.0)), (2019, at(0.1)), (2023, at(0.9))]  # slopes .1 and .2, mean .15
    found = measured("escap", series, target=100, limit=100, current_year=2025)
    assert found.base == pytest.approx((2020, at(0.9 - 3 * 0.15)))
    assert found.current == pytest.approx((2025, at(0.9 + 2 * 0.15)))
    assert found.predicted == pytest.approx(at(0.9 + 7 * 0.15))
    stands = measured("escap", [(2019, 98.0), (2020, 100.0)], target=100, limit=100, current_year=2024)
    assert stands.current == (2024, 100.0)


@given(st.integers(1, 9999), st.integers(3, 12))
def test_a_constant_share_has_gone_no_part_of_the_way(hundredths: int, years: int) -> None:
    share = hundredths / 100
    found = measured("escap", [(2015 + k, share) for k in range(years)], target=100, limit=100, current_year=2029)
    assert (found.value, found.anticipated) == (0, 0)


DEGENERATE: dict[str, tuple[list[tuple[int, float]], dict[str, Any]]] = {
    "no readings": ([], {}),
    "none until the current year": ([(2024, 5.0)], {"current_year": 2021}),
    "none from the base year on": ([(2018, 5.0), (2019, 6.0)], {"target": 9}),
    "one reading": ([(2020, 5.0)], {"target": 9}),
    "base is the target": ([(2020, 9.0), (2024, 8.0)], {"target": 9}),
    "opposite signs": ([(2020, -5.0), (2024, 5.0)], {}),
    "target of the other sign": ([(2020, -5.0), (2024, -4.0)], {"target": 9}),
    "target year is the base year": ([(2020, 5.0), (2024, 6.0)], {"target": 9, "target_year": 2020}),
}
# ESCAP needs no growth rate: these two have an index, and a target is what it cannot do without.
ESCAP_FINE = {"target of the other sign", "target year is the base year"}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", DEGENERATE)
def test_degenerate_inputs_have_a_reason_and_no_number(method: str, name: str) -> None:
    series, options = DEGENERATE[name]
    found = measured(method, series, **options)
    if method == "escap" and name in ESCAP_FINE:
        assert found.available
        return
    assert (found.available, found.status, found.value, found.score) == (False, "not_available", None, None)
    assert found.anticipated is None
    assert found.reason.endswith("。")


def test_escap_without_base_year_or_target() -> None:
    assert "2020 年没有读数" in measured("escap", [(2018, 5), (2024, 6)], target=9).reason
    assert "2025 年没有读数" in measured("escap", [(2020, 5), (2024, 6)], target=9, current_year=2025).reason
    assert "没有目标值" in measured("escap", [(2020, 5), (2024, 6)]).reason
    assert not measured("escap", [(2018, 5), (2024, 106)], target=107, limit=100).available


@pytest.mark.parametrize(
    ("method", "series", "options", "names"),
    [
        ("opensdg", [(2020, 1.0)], {}, ["opensdg", "open_sdg"]),
        ("open_sdg", [(2020, 1.0)], {"direction": "up"}, ["up", "increase", "decrease"]),
        ("open_sdg", [(2020, 1.0), (2020, 2.0)], {}, ["两次"]),
        ("open_sdg", [(2020, 1.0), (2021, math.nan)], {}, ["2021"]),
        ("open_sdg", [(2020, 1.0), (2021, math.inf)], {}, ["2021"]),
        ("escap", [(2020, 1.0)], {"target": math.nan}, ["目标值"]),
        ("open_sdg", [(2020, 1.0)], {"target": 3, "target_year": None}, ["target_year"]),
    ],
)
def test_what_cannot_be_meant_is_refused(
    method: str, series: list[tuple[int, float]], options: dict[str, Any], names: list[str]
) -> None:
    with pytest.raises(UsageError) as refusal:
        measured(method, series, **options)
    assert all(name in str(refusal.value) for name in names)


def test_mean_of_series() -> None:
    progress_mean = runpy.run_path(str(REPLAY))["progress_mean"]
    found = progress_mean("open_sdg", [5.0, None, -1.0], [True, False, False])
    assert (found.score, found.status, found.met) == (2.0, "moderate_progress", False)
    assert progress_mean("open_sdg", [5.0, None], [True, False]).status == "target_achieved"
    assert progress_mean("open_sdg", [2.5], [False]).status == "substantial_progress"
    assert progress_mean("eurostat", [2.5], [False]).status == "moderate_progress"
    assert progress_mean("eurostat", [0.25, -0.25], [False, False]).status == "no_progress"
    assert not progress_mean("eurostat", [None], [False]).available
    with pytest.raises(UsageError, match="escap"):
        progress_mean("escap", [1.0], [False])
    with pytest.raises(UsageError, match="一一对应"):
        progress_mean("open_sdg", [1.0], [])


def test_result_is_frozen_and_every_status_has_words() -> None:
    found = measured("open_sdg", [(2020, 1.0), (2021, 2.0)])
    with pytest.raises(FrozenInstanceError):
        found.score = 0.0  # type: ignore[misc]
    assert set(STATUS_WORDS) >= {found.status, Progress(method="escap").status}


series_of = st.dictionaries(st.integers(2015, 2029), amounts, max_size=8).map(lambda d: list(d.items()))
targets = st.none() | amounts


@given(methods, series_of, targets, directions, st.none() | amounts)
def test_numbers_are_finite_and_words_known(
    method: str, series: list[tuple[int, float]], target: float | None, direction: str, limit: float | None
) -> None:
    before = list(series)
    found = measured(method, series, target=target, direction=direction, limit=limit)
    assert series == before
    assert all(map(math.isfinite, numbers(found)))
    assert found.status in STATUS_WORDS
    assert found.available == (found.status != "not_available") == (not found.reason)
    assert found.score is None or -5 <= found.score <= 5
    assert found == measured(method, series[::-1], target=target, direction=direction, limit=limit)


@given(
    method=methods,
    base=amounts,
    current=amounts,
    target=targets,
    direction=directions,
    unit=st.sampled_from([0.001, 0.5, 7.0, 10_000.0]),
)
def test_unit_of_the_indicator_does_not_matter(
    *, method: str, base: float, current: float, target: float | None, direction: str, unit: float
) -> None:
    one, other = (
        measured(
            method,
            [(2020, base * k), (2026, current * k)],
            target=None if target is None else target * k,
            direction=direction,
        )
        for k in (1.0, unit)
    )
    if target == base:  # rounding may tell the two apart after scaling
        return
    for mine, its in ((one.value, other.value), (one.score, other.score)):
        assert (mine is None) == (its is None)
        assert mine is None or its == pytest.approx(mine, rel=1e-6, abs=1e-6)


@given(st.sampled_from(PACED), amounts, st.tuples(amounts, amounts), targets, st.none() | st.just(2000.0))
def test_a_better_value_never_scores_lower(
    method: str, base: float, step: tuple[float, float], target: float | None, limit: float | None
) -> None:
    def score(current: float) -> float:
        found = measured(method, [(2020, base), (2026, current)], target=target, limit=limit)
        return -math.inf if found.score is None else found.score

    assert score(step[0]) <= score(sum(step)) + 1e-9


@given(amounts, amounts, amounts, directions)
def test_escap_index_by_hand(base: float, current: float, target: float, direction: str) -> None:
    found = measured("escap", [(2020, base), (2026, current)], target=target, direction=direction)
    way, gone = target - base, current - base
    if (current >= target) if direction == "increase" else (current <= target):
        assert found.value == 10
    elif way == 0:
        assert found.value is None
    else:
        better = 1 if direction == "increase" else -1
        assert found.value == pytest.approx(10 * better * gone / abs(way))
