"""The months that a target speaks of."""

import pytest

from tongdao.base.periods import parse_month
from tongdao.plan.indicator import Window

YEAR = Window(parse_month("2024-01").end, parse_month("2024-12").end)
FISCAL = Window(parse_month("2024-04").end, parse_month("2025-03").end)


@pytest.mark.parametrize(
    ("month", "gone"), [("2024-01", 1), ("2024-09", 9), ("2024-12", 12), ("2025-03", 12), ("2023-11", 0)]
)
def test_months_gone_are_whole_and_stay_within(month: str, gone: int) -> None:
    assert YEAR.gone(parse_month(month).end) == gone
    assert YEAR.pace(parse_month(month).end) == gone / 12


@pytest.mark.parametrize(
    ("months", "first", "count"), [(1, "2024-04", 12), (3, "2024-06", 4), (6, "2024-06", 2), (12, "2024-12", 1)]
)
def test_periods_belong_where_they_end(months: int, first: str, count: int) -> None:
    ends = FISCAL.ends(months)
    assert (ends[0], len(ends)) == (parse_month(first).end, count)
