"""What an outlook is asked: cumulative figures become steps, never across January and never split."""

import numpy as np
import pytest

from tongdao.analysis.questions import singles
from tongdao.base import parse_month

Steps = list[tuple[str, float]]


YEAR_END: Steps = [("2023-11", 8), ("2023-12", 10), ("2024-01", 1), ("2024-02", 4)]
TOGETHER: Steps = [("2024-02", 4), ("2024-03", 9)]
LONGER: Steps = [("2024-01", 1), ("2024-04", 9), ("2024-05", 9)]
QUARTERS: Steps = [("2024-03", 3), ("2024-06", 7)]


@pytest.mark.parametrize(
    ("rows", "months", "steps"),
    [
        (YEAR_END, 1, [("2023-12", 2), ("2024-01", 1), ("2024-02", 3)]),
        (TOGETHER, 1, [("2024-01", 0), ("2024-02", 4), ("2024-03", 5)]),
        (LONGER, 1, [("2024-01", 1), ("2024-05", 0)]),
        (QUARTERS, 3, [("2024-03", 3), ("2024-06", 4)]),
    ],
    ids=["never across January", "published together", "a longer step says nothing", "quarters"],
)
def test_steps_are_those_between_readings_of_one_year(rows: Steps, months: int, steps: Steps) -> None:
    ends, values = (np.array([parse_month(month).end for month, _ in rows]), np.array([value for _, value in rows]))
    two = (np.concatenate([column, column]) for column in (ends, ends // 12 * 12, values.astype(float)))
    found = singles(np.repeat([0, 1], len(rows)), *two, np.full(2 * len(rows), months))
    for name in (0, 1):  # of two series neither knows the other
        own = sorted((end, value) for at, end, value in zip(*(c.tolist() for c in found), strict=True) if at == name)
        assert own == [(parse_month(month).end, value) for month, value in steps]
