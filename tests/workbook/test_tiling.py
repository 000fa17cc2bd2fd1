"""Steps tile the time from January or the plan's start, or nothing is shown; the order of lines changes nothing."""

import random
from itertools import pairwise, permutations
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from conftest import SMALL, flow_rows, indicator, small_workbook
from hypothesis import given, settings, strategies as st

from tongdao.analysis.actuals import net_course
from tongdao.analysis.gap import Gap, gaps
from tongdao.base.errors import DataError
from tongdao.base.periods import Period, parse_period
from tongdao.pages.charts import progress_chart
from tongdao.pages.page import data_notes
from tongdao.pages.wording import reason
from tongdao.workbook.workbook import digest, open_workbook

PLAN = SMALL + indicator("a", "家", "flow") + indicator("b", "家", "flow")
JULY = PLAN.replace("2024-01-01", "2024-07-01").replace("2024-12-31", "2025-06-30")


def line(period: str, value: float, basis: str, id: str = "a", recorded: str = "2024-12-20") -> str:
    return f"{id},110000,{period},{value:g},家,{basis},final,测试,{recorded}"


def singles(*given: tuple[str, float]) -> list[str]:
    return [line(period, value, "single") for period, value in given]


def row_of(folder: Path, lines: list[str], month: str, plan: str = PLAN) -> Gap:
    return gaps(open_workbook(small_workbook(folder, plan, lines)).view(month))[0]


UP_TO_FEBRUARY = line("2024-02", 2, "cumulative")
MONTHS_OF_Q1 = singles(("2024-01", 1), ("2024-02", 1), ("2024-03", 0))
CASES: dict[str, tuple[list[str], str, float | None, str]] = {
    "a single month alone": (singles(("2024-09", 5)), "2024-09", None, "缺2024年1月至2024年8月的数"),
    "singles go on after a cumulative": (
        [UP_TO_FEBRUARY, *singles(("2024-03", 1), ("2024-04", 1))],
        "2024-04",
        4,
        "",
    ),
    "and do not where a month is missing": (
        [UP_TO_FEBRUARY, *singles(("2024-04", 1))],
        "2024-04",
        2,
        "缺2024年3月的数",
    ),
    "a quarter beside its months": ([*MONTHS_OF_Q1, *singles(("2024Q1", 7))], "2024-03", 1 + 1, "（2家和7家）"),
    "a quarter that agrees with them": ([*MONTHS_OF_Q1, *singles(("2024Q1", 2))], "2024-03", 2, ""),
    "a year beside its quarters": (
        singles(*((f"2024Q{n}", 3) for n in (1, 2, 3, 4)), ("2024", 11)),
        "2024-12",
        9,
        "（11家和12家）",
    ),
    "what comes after a contradiction": (
        [*MONTHS_OF_Q1, *singles(("2024Q1", 7), ("2024-04", 1))],
        "2024-04",
        2,
        "和7家",
    ),
    "a cumulative ends a contradiction": (
        [*MONTHS_OF_Q1, *singles(("2024Q1", 7)), line("2024-03", 3, "cumulative"), *singles(("2024-04", 1))],
        "2024-04",
        4,
        "",
    ),
    "two cumulatives of one end and day": (
        [line("2024Q2", 5, "cumulative"), line("2024-06", 6, "cumulative")],
        "2024-06",
        None,
        "（5家和6家）",
    ),
    "quarters and months in turn": (singles(("2024Q1", 3), ("2024-04", 1), ("2024-05", 1)), "2024-05", 5, ""),
}


@pytest.mark.parametrize("others", [[], [line(f"2024-{m:02d}", 1, "single", "b") for m in range(1, 13)]])
@pytest.mark.parametrize("case", CASES)
def test_steps_tile_the_time_or_nothing_is_said(tmp_path: Path, case: str, others: list[str]) -> None:
    lines, month, amount, words = CASES[case]
    for turn, ordered in enumerate((lines, lines[::-1])):
        row = row_of(tmp_path / str(turn), [*ordered, *others], month)
        assert row.actual == pytest.approx(amount, nan_ok=True) if amount is not None else row.end == 0, row
        told = "".join([reason(row), *data_notes((row,), row.view)])
        assert words in told, told
        assert ("当期数" in told) == bool(words), told
        assert words in reason(row) or amount is not None


def test_a_sum_is_final_when_all_its_steps_are_and_recorded_when_the_last_of_them_was(tmp_path: Path) -> None:
    january, february = singles(("2024-01", 9), ("2024-02", 2))
    row = row_of(tmp_path / "a", [january, february], "2024-02")
    assert (row.actual, row.verdict) == (11, "met")
    row = row_of(tmp_path / "b", [january.replace("final", "preliminary"), february], "2024-02")
    assert (row.actual, row.verdict) == (11, "cannot_judge")
    quarter = [hint.replace("final", "preliminary") for hint in MONTHS_OF_Q1] + singles(("2024Q1", 2))
    assert not row_of(tmp_path / "d", quarter, "2024-03").own["preliminary"].iloc[-1]  # the quarter is final
    revised = january.replace(",9,", ",8,").replace("测试,2024-12-20", "电话,2024-12-22")
    for turn, lines in enumerate(permutations([january, february, revised])):
        last = row_of(tmp_path / f"c{turn}", [*lines], "2024-02").own.iloc[-1]
        assert [last[name] for name in ("value", "recorded_at", "source")] == [10, "2024-12-22", "电话"]


NET = SMALL + indicator("a", "家", "net")


def test_single_months_of_a_net_are_added_up_as_those_of_a_flow_are(tmp_path: Path) -> None:
    """They stood as if each were the net since January: 1, 1, 1 was 1."""
    for turn, (before, amount) in enumerate({1: 3, -2: 0}.items()):
        lines = singles(("2024-01", before), ("2024-02", 1), ("2024-03", 1))
        assert row_of(tmp_path / f"a{turn}", lines, "2024-03", NET).actual == amount
    goes_on = [line("2024-02", 4, "cumulative"), *singles(("2024-03", -1))]
    assert row_of(tmp_path / "b", goes_on, "2024-03", NET).actual == 3
    row = row_of(tmp_path / "c", singles(("2024-03", 5)), "2024-03", NET)
    assert (row.end, "缺2024年1月至2024年2月的数" in reason(row)) == (0, True)
    july = JULY.replace('"flow"', '"net"')
    row = row_of(tmp_path / "d", singles(("2024-07", 1), ("2024-08", 2)), "2024-08", july)
    assert (row.actual, net_course(row.course, row.actual)[1]) == (3, [1, 3])
    stock = [line("2023-12", 4, "level"), line("2024-03", 9, "level")]
    assert row_of(tmp_path / "e", stock, "2024-03", NET).actual == 5


def test_a_december_that_is_missing_long_ago_hides_no_outlook_of_a_net(tmp_path: Path) -> None:
    years = {year: [1.0] * 12 for year in (2022, 2023)} | {2024: [1.0] * 3}
    known = flow_rows("a", "家", years, "2024-04-10")
    long_ago = line("2020-06", 3, "cumulative", recorded="2021-01-10")
    with_it, without = (row_of(tmp_path / name, [*more, *known], "2024-03", NET) for name, more in
                        (("a", [long_ago]), ("b", [])))  # fmt: skip
    assert (with_it.cause, with_it.point, with_it.p_met) == ("outlook", without.point, without.p_met)


def test_a_figure_that_its_indicator_cannot_have_is_refused(tmp_path: Path) -> None:
    """A stock of a flow stood as its cumulative amount, the rate of a month alone as that since January."""
    for basis, measure, unit in (("level", "flow", "家"), ("single", "growth", "%")):
        text = line("2024-03", 5, basis).replace("家", unit)
        folder = small_workbook(tmp_path / measure, SMALL + indicator("a", unit, measure), [text])
        with pytest.raises(DataError, match=f"第 2 行 basis 列“{basis}”不能用"):
            open_workbook(folder)
    for period in ("2024", "2024H1", "2024-01"):  # it begins in January, so that both are the same
        text = line(period, 5, "single").replace("家", "%")
        open_workbook(small_workbook(tmp_path / "growth", SMALL + indicator("a", "%", "growth"), [text]))


def test_a_plan_that_begins_in_july_counts_from_july_though_nothing_is_known_of_before(tmp_path: Path) -> None:
    months = [("2024-07", 2.0), ("2024-08", 3.0), ("2024-09", 1.0), ("2024-10", 1), ("2024-11", 0), ("2024-12", 1)]
    later = [line("2025-01", 4, "cumulative", recorded="2025-02-10")]
    row = row_of(tmp_path / "a", [*singles(*months), *later], "2025-01", JULY)
    assert (row.actual, row.end) == (12, parse_period("2025-01").end)
    row = row_of(tmp_path / "b", singles(*months[:3]), "2024-09", JULY)
    assert row.actual == 6
    assert "累计6家" in reason(row)
    assert progress_chart(row)
    row = row_of(tmp_path / "c", singles(months[2]), "2024-09", JULY)
    assert row.end == 0
    assert "缺2024年7月至2024年8月的数" in reason(row)
    for before in (singles(("2024-06", 5)), singles(("2024Q2", 5)), singles(("2024-05", 2), ("2024-06", 3))):
        row = row_of(tmp_path / "e", [*before, line("2024-09", 30, "cumulative")], "2024-09", JULY)
        assert (row.end, row.cause) == (0, "start_missing"), row  # what is unknown of June is no nought
    past = flow_rows("a", "家", {year: [1.0] * 12 for year in (2021, 2022, 2023)}, "2024-01-10")
    row = row_of(tmp_path / "d", [*past, *singles(*months[:3])], "2024-09", JULY)
    assert (row.actual, row.cause) == (6, "outlook")
    assert row.usual_pace == pytest.approx(3 / 12)


STEPS = st.lists(
    st.tuples(st.sampled_from([1, 1, 1, 3, 6, 12]), st.integers(0, 11), st.integers(0, 2), st.booleans()),
    min_size=1,
    max_size=14,
    unique_by=lambda one: (one[0], one[1] // one[0], one[3]),
)


def _amounts(end: int, steps: list[tuple[int, int, int, bool]]) -> set[int]:
    """Every amount from January to the month before ``end`` (0 to 12), by going through all tilings."""
    if end == 0:
        return {0}
    told = {value for months, at, value, whole in steps if whole and (at // months + 1) * months == end}
    ones = [(months, value) for months, at, value, whole in steps if not whole and (at // months + 1) * months == end]
    return told or {value + before for months, value in ones for before in _amounts(end - months, steps)}


@settings(max_examples=60)
@given(STEPS, st.randoms())
def test_what_is_shown_is_what_every_tiling_says_in_any_order(
    steps: list[tuple[int, int, int, bool]], chance: random.Random
) -> None:
    starts = {Period(2024 * 12 + (at // n + 1) * n - 1, n): v for n, at, v, whole in steps if not whole}
    wholes = {Period(2024 * 12 + (at // n + 1) * n - 1, n): v for n, at, v, whole in steps if whole}
    lines = [line(str(period), value, "single") for period, value in starts.items()]
    lines += [line(str(period), value, "cumulative") for period, value in wholes.items()]
    with TemporaryDirectory() as folder:
        book = open_workbook(small_workbook(Path(folder), PLAN, lines))
        own = book.view("2024-12").series(book.plan.indicators[0])
        chance.shuffle(lines)
        again = open_workbook(small_workbook(Path(folder), PLAN, lines))
        assert digest(again.view("2024-12")) == digest(book.view("2024-12"))
    known = {end: sums.pop() for end in range(1, 13) if len(sums := _amounts(end, steps)) == 1}
    assert dict(zip((own["end"] % 12 + 1).tolist(), own["value"].tolist(), strict=True)) == known


def test_revisions_and_withdrawals_do_not_depend_on_lines_either(tmp_path: Path) -> None:
    lines = [
        *flow_rows("a", "家", {2022: [1.0] * 12, 2023: [2.0] * 12, 2024: [1.0, 2, 3]}, "2024-04-10"),
        line("2024-03", 7, "cumulative", recorded="2024-04-12"),
        line("2024-02", 4, "cumulative", recorded="2024-04-12T10:00:00"),
        *(line(f"2024-{m:02d}", m, "single", "b", "2024-04-11") for m in (1, 2, 3)),
    ]
    first = open_workbook(small_workbook(tmp_path / "0", PLAN, lines))
    for turn, seed in pairwise(range(5)):
        random.Random(seed).shuffle(lines)
        again = open_workbook(small_workbook(tmp_path / str(turn + 1), PLAN, lines))
        assert str(gaps(again.view("2024-03"))) == str(gaps(first.view("2024-03")))
