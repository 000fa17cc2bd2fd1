"""The road map: printed textbook networks, the calendar of working days, what is late and what must begin."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongdao.errors import DataError
from tongdao.network import Activity, critical, schedule

# F. S. Hillier, G. J. Lieberman, Introduction to Operations Research, chapter "Project Management with PERT/CPM":
# the Reliable Construction Co. project, durations in weeks, its critical path and the slack of each activity.
RELIABLE = [
    Activity("A", 2),
    Activity("B", 4, ("A",)),
    Activity("C", 10, ("B",)),
    Activity("D", 6, ("C",)),
    Activity("E", 4, ("C",)),
    Activity("F", 5, ("E",)),
    Activity("G", 7, ("D",)),
    Activity("H", 9, ("E", "G")),
    Activity("I", 7, ("C",)),
    Activity("J", 8, ("F", "I")),
    Activity("K", 4, ("J",)),
    Activity("L", 5, ("J",)),
    Activity("M", 2, ("H",)),
    Activity("N", 6, ("K", "L")),
]

# B. W. Taylor III, Introduction to Management Science, chapter "Project Management", solution of problem 6: activities
# by their nodes, with duration, earliest start and finish, latest start and finish, slack as printed there.
TAYLOR = {
    (1, 2): (8, 0, 8, 1, 9, 1),
    (1, 3): (10, 0, 10, 0, 10, 0),
    (1, 4): (9, 0, 9, 6, 15, 6),
    (2, 5): (6, 8, 14, 9, 15, 1),
    (2, 6): (4, 8, 12, 16, 20, 8),
    (3, 5): (5, 10, 15, 10, 15, 0),
    (4, 5): (0, 9, 9, 15, 15, 6),
    (4, 7): (7, 9, 16, 20, 27, 11),
    (5, 7): (12, 15, 27, 15, 27, 0),
    (5, 8): (15, 15, 30, 16, 31, 1),
    (6, 9): (18, 12, 30, 20, 38, 8),
    (7, 8): (4, 27, 31, 27, 31, 0),
    (8, 9): (7, 31, 38, 31, 38, 0),
}


def test_the_critical_path_of_hillier_and_lieberman() -> None:
    times = schedule(RELIABLE)
    assert critical(times) == tuple("ABCEFJLN")
    assert max(time.earliest_finish for time in times.values()) == 44
    slack = {name: time.slack for name, time in times.items() if time.slack}
    assert slack == {"D": 4, "G": 4, "H": 4, "I": 2, "K": 1, "M": 4}


def test_every_time_printed_by_taylor() -> None:
    named = {f"{start}-{end}": row for (start, end), row in TAYLOR.items()}
    activities = [
        Activity(name, row[0], tuple(other for other in named if other.split("-")[1] == name.split("-")[0]))
        for name, row in named.items()
    ]
    times = schedule(activities)
    for name, (_, *printed) in named.items():
        found = times[name]
        line = [found.earliest_start, found.earliest_finish, found.latest_start, found.latest_finish, found.slack]
        assert line == printed, name
    assert critical(times) == ("1-3", "3-5", "5-7", "7-8", "8-9")


@st.composite
def networks(draw: st.DrawFn) -> list[Activity]:
    size = draw(st.integers(1, 12))
    return [
        Activity(
            str(number),
            draw(st.integers(0, 30)),
            tuple(str(before) for before in draw(st.sets(st.integers(0, number - 1), max_size=3))) if number else (),
            draw(st.integers(0, 20)),
            draw(st.none() | st.integers(0, 90)),
        )
        for number in range(size)
    ]


@given(networks(), st.none() | st.integers(0, 120))
def test_latest_start_and_duration_reach_no_further_than_the_latest_finish(
    network: list[Activity], finish: int | None
) -> None:
    times = schedule(network, finish=finish)
    for one in network:
        mine = times[one.id]
        assert mine.latest_start + one.days <= mine.latest_finish
        assert one.due is None or mine.latest_finish <= one.due
        for before in one.after:
            assert times[before].latest_finish <= mine.latest_start
            assert times[before].earliest_finish <= mine.earliest_start


def test_a_circle_is_named() -> None:
    with pytest.raises(DataError, match=r"(甲 → 乙 → 甲|乙 → 甲 → 乙)"):
        schedule([Activity("甲", 1, ("乙",)), Activity("乙", 1, ("甲",)), Activity("丙", 1)])
