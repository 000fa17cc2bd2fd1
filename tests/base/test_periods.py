"""The algebra of cumulative figures, and the plan's time."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given, strategies as st

from tongdao.base.errors import UsageError
from tongdao.base.periods import (
    Period,
    parse_day,
    parse_month,
    parse_period,
    read_when,
    span,
)
from tongdao.workbook.tiling import cumulated

BY = ["series"]


def frame(rows: list[tuple[str, float]]) -> pd.DataFrame:
    ends = [parse_period(p).end for p, _ in rows]
    since = [end // 12 * 12 for end in ends]
    return pd.DataFrame({"series": "a", "end": ends, "value": [v for _, v in rows], "since": since})


@pytest.mark.parametrize("text", ["2024-09", "2024Q3", "2024H2", "2024"])
def test_a_period_prints_as_it_was_written(text: str) -> None:
    assert str(parse_period(text)) == text


@pytest.mark.parametrize("text", ["2024-13", "24-09", "2024Q5", "2024H3", "2024-9", "2024/09", "", "九月", "1024"])
def test_any_other_spelling_is_refused_with_those_that_are_known(text: str) -> None:
    with pytest.raises(UsageError, match="2024-09（月）、2024Q3（季）、2024H1（半年）或 2024（年）"):
        parse_period(text)


def test_periods_that_end_together_are_known_by_the_same_month() -> None:
    assert parse_period("2024Q3").end == parse_period("2024-09").end
    assert parse_period("2024").end == parse_period("2024-12").end
    assert parse_period("2024").start == parse_period("2024-01").end


def test_a_quarter_is_no_month() -> None:
    with pytest.raises(UsageError, match="2024Q3"):
        parse_month("2024Q3")


@pytest.mark.parametrize("text", ["2024-02-30", "20240101", "明天"])
def test_a_day_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="年-月-日"):
        parse_day(text)


def test_last_day_knows_leap_years() -> None:
    assert parse_period("2024-02").last_day == date(2024, 2, 29)
    assert parse_period("2023").last_day == date(2023, 12, 31)


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=40), st.integers(0, 11), st.data())
def test_cumulative_and_single_are_inverse(values: list[int], first: int, data: st.DataObject) -> None:
    """Whatever months of a year are left out, the way there and back gives the same figures."""
    start = 2020 * 12
    months = [start + first + i for i in range(len(values))]
    total: dict[int, int] = {}
    rows = []
    for end, value in zip(months, values, strict=True):
        total[end // 12] = total.get(end // 12, 0) + value
        rows.append((end, total[end // 12]))
    kept = data.draw(st.lists(st.sampled_from(rows), min_size=1, unique_by=lambda row: row[0]))
    cumulative = pd.DataFrame({"series": "a", "end": [e for e, _ in kept], "value": [float(v) for _, v in kept]})
    before = cumulative.copy()
    ordered = cumulative.sort_values("end", ignore_index=True)
    years = ordered.groupby(ordered["end"] // 12)
    single = years["value"].diff().fillna(ordered["value"])
    lengths = years["end"].diff().fillna(ordered["end"] % 12 + 1).astype(int)
    steps = ordered.assign(value=single, months=lengths, basis="single", recorded_at="", status="final")
    back, apart = cumulated(steps, BY)
    assert not apart
    expected = cumulative.sort_values("end").reset_index(drop=True)
    assert list(back["end"]) == list(expected["end"])
    assert list(back["value"]) == list(expected["value"])
    pd.testing.assert_frame_equal(cumulative, before)


@given(st.integers(1900 * 12, 2200 * 12), st.integers(0, 60))
def test_a_span_has_every_month_once(first: int, more: int) -> None:
    months = span(Period(first), Period(first + more))
    assert [m.end for m in months] == list(range(first, first + more + 1))


@pytest.mark.parametrize(
    "text",
    ["2024-09", "2024-9", "2024/9", "202409", "2024-M09", "2024m9", "2024年9月", "２０２４－０９", " 2024 年 9 月 "],
)
def test_a_month_is_read_in_every_usual_spelling_typed_or_in_a_cell(text: str) -> None:
    assert parse_month(text) == read_when(text).period == Period(2024 * 12 + 8)


@pytest.mark.parametrize("text", ["2024-13", "2024.1", "2024Q3", "2024", "1-9月", "九月", "20240901", ""])
def test_what_may_be_another_period_is_no_month(text: str) -> None:
    with pytest.raises(UsageError, match="月份"):
        parse_month(text)


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("1月-2月", 2),
        ("一至三月", 3),
        ("上半年", 6),
        ("1-6月", 6),
        ("１－７月", 7),
        ("前三季度", 9),
        ("全年", 12),
        ("二季度", 6),
        ("3季度", 9),
        ("一季度末", 3),
        ("十一月", 11),
        ("5月末", 5),
    ],
)
def test_an_amount_of_a_monthly_indicator_is_keyed_by_its_last_month(text: str, month: int) -> None:
    found = read_when(text, year=2024).period
    assert found is not None
    assert Period(found.end) == Period(2024 * 12 + month - 1)
