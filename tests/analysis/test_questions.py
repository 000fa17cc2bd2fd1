"""What an outlook is asked: cumulative figures become steps, never across January and never split."""

import pytest

from tongdao.analysis.questions import _singles
from tongdao.base import parse_month
from tongdao.workbook import Course

Steps = list[tuple[str, float]]


def course(rows: Steps) -> Course:
    ends = [parse_month(month).end for month, _ in rows]
    no = [False] * len(rows)
    return Course(ends, [end // 12 * 12 for end in ends], [value for _, value in rows], no, no)


YEAR_END: Steps = [("2023-11", 8), ("2023-12", 10), ("2024-01", 1), ("2024-02", 4)]
TOGETHER: Steps = [("2024-02", 4), ("2024-03", 9)]
LONGER: Steps = [("2024-01", 1), ("2024-04", 9), ("2024-05", 9)]
FINER: Steps = [("2024-03", 3), ("2024-05", 4), ("2024-06", 7)]


@pytest.mark.parametrize(
    ("rows", "months", "steps"),
    [
        (YEAR_END, 1, [("2023-12", 2), ("2024-01", 1), ("2024-02", 3)]),
        (TOGETHER, 1, [("2024-01", 0), ("2024-02", 4), ("2024-03", 5)]),
        (LONGER, 1, [("2024-01", 1), ("2024-05", 0)]),
        (FINER, 3, [("2024-03", 3), ("2024-06", 4)]),
    ],
    ids=["never across January", "published together", "a longer step says nothing", "finer than the grid"],
)
def test_steps_are_those_between_readings_of_one_year(rows: Steps, months: int, steps: Steps) -> None:
    found = _singles(course(rows), months)
    assert list(zip(found.ends.tolist(), found.values.tolist(), strict=True)) == [
        (parse_month(month).end, value) for month, value in steps
    ]
