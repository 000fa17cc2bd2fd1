"""The road map: printed textbook networks, the calendar of working days, what is late and what must begin."""

import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from conftest import Run
from hypothesis import given, strategies as st

from tongdao.analysis.gap import gaps
from tongdao.analysis.road_map import road_map
from tongdao.base.calendar import Calendar, is_workday, workdays_left
from tongdao.base.critical_path import Activity, critical, schedule
from tongdao.base.errors import DataError
from tongdao.base.periods import parse_month
from tongdao.pages.display import Figure
from tongdao.pages.wall_chart import WallChart
from tongdao.workbook.workbook import open_workbook

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


def test_the_calendar_knows_holidays_and_made_up_days() -> None:
    calendar = Calendar(date(2024, 9, 1), date(2024, 12, 31))
    # National Day 2024: off from 1 to 7 October, Sunday 29 September and Saturday 12 October worked
    assert calendar.point(date(2024, 10, 8)) - calendar.point(date(2024, 9, 30)) == 1
    assert is_workday(date(2024, 9, 29))
    assert is_workday(date(2024, 10, 12))
    assert calendar.official
    assert not Calendar(date(2031, 1, 1), date(2031, 2, 1)).official


YEAR = Calendar(date(2023, 6, 1), date(2025, 6, 30))


@given(st.dates(date(2023, 6, 1), date(2025, 6, 1)))
def test_points_and_days_are_each_other_s_inverse(day: date) -> None:
    point = YEAR.point(day)
    assert YEAR.day(point) <= day < YEAR.day(point + 1)
    assert (YEAR.day(point) == day) == is_workday(day)


def test_every_step_of_the_county_fits_its_working_days() -> None:
    steps = road_map(open_workbook("data/tongdao").view("2024-09")).steps
    assert len(steps) == 16
    for one in steps:
        room = len(workdays_left(one.latest_start - timedelta(days=1), one.latest_finish).workdays)
        assert room == one.milestone.days, one.milestone.id
    states = {one.milestone.id: one.state for one in steps}
    assert states["G1"] == "done"
    assert states["S1"] == "overdue"
    assert [name for name, state in states.items() if state == "must_start"] == ["X1", "T2"]
    assert states["G3"] == states["Q1"] == "running"
    path = [one.milestone.id for one in steps if one.critical]
    assert [name for name in path if name.startswith("G")] == ["G3", "G4", "G5"]


def test_an_earlier_day_knows_an_earlier_road_map() -> None:
    book = open_workbook("data/tongdao")
    planned = road_map(book.view("2024-05", "2024-06-12")).steps
    assert len(planned) == 16
    assert not any(one.state == "done" for one in planned)
    assert road_map(book.view("2024-03", "2024-04-30")).steps == ()


@pytest.mark.parametrize("month", ["2024-05", "2024-06", "2024-08"])
def test_the_road_map_of_a_past_month_is_that_of_its_last_day(month: str) -> None:
    book, day = open_workbook("data/tongdao"), parse_month(month).last_day
    then = {one.milestone.id: one.state for one in road_map(book.view(month, day)).steps}
    for one in road_map(book.view(month)).steps:
        step = one.milestone
        assert all(when is None or when <= day for when in (step.begun_on, step.done_on))
        assert one.state == (then[step.id] if not step.begun_on else "done" if step.done_on else "running")
    chart = WallChart.open(book, month).figures()[0]
    assert isinstance(chart, Figure)
    assert "月底" in json.dumps(chart.spec, ensure_ascii=False)


def test_a_step_done_in_time_and_told_later_is_done() -> None:
    """G1 was done on 24 June; the row that says so is of October."""
    book = open_workbook("data/tongdao")
    seen = {day: road_map(book.view("2024-06", day)).steps for day in ("2024-06-30", "2024-10-12")}
    states = [next(one.state for one in steps if one.milestone.id == "G1") for steps in seen.values()]
    assert states == ["overdue", "done"]


BAD = {
    "itself": ("G2,", ",G1,", ",G2,", ["ledger/milestones.csv 第", "前置 列“G2”", "不能以自己为前置"]),
    "a circle": ("G1,", ",15,,", ",15,G5,", ["互相等待", "→"]),
    "a stranger": ("G2,", ",G1,", ",G9,", ["前置 列“G9”", "没有编号为“G9”的里程碑", "G1"]),
    "no such department": ("G2,", "商科工信局", "商工局", ["牵头单位 列“商工局”", "不是计划里的部门", "商科工信局"]),
    "a negative duration": ("G2,", ",25,", ",-25,", ["工作日 列“-25”", "不能小于 0"]),
    "a day that is none": ("G2,", "2024-08-30", "2024-08-32", ["时限 列“2024-08-32”", "2024-10-20"]),
    "an unknown item": ("S2,", "P03", "P30", ["所属清单项 列“P30”", "最接近的是：P0"]),
    "done before it was begun": ("G1,", "2024-06-24", "2024-05-24", ["完成日期 列“2024-05-24”", "早于开始日期"]),
}


@pytest.mark.parametrize("name", BAD)
def test_a_milestone_that_cannot_stand_is_named(name: str, run: Run, county: Path, tmp_path: Path) -> None:
    begins, old, new, words = BAD[name]
    file = county / "ledger" / "milestones.csv"
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    places = [number for number, line in enumerate(lines) if line.startswith(begins) and old in line]
    lines[places[-1]] = lines[places[-1]].replace(old, new, 1)
    file.write_text("\n".join(lines), encoding="utf-8-sig")
    done = run("report", "wall_chart", "--workbook", county, "--out", tmp_path / "out")
    assert done.code == 2
    assert all(word in done.sentence for word in words), done.sentence
    if name != "a circle":
        assert f"第 {places[-1] + 1} 行" in done.sentence
    assert not (tmp_path / "out").exists()


def test_the_wall_chart_keeps_its_scale_and_says_what_it_leaves_out(county: Path) -> None:
    file = county / "ledger" / "milestones.csv"
    more = "".join(f"N{number},另一步,,科协,3,,2024-12-27,,,测试,2024-10-12\n" for number in range(20))
    text = file.read_text(encoding="utf-8-sig").replace(",2024-09-23,,", ",2014-09-23,,")
    file.write_text(text + more.replace("3,,2024-12-27", "90000,,2024-12-27", 1), encoding="utf-8-sig")
    view = open_workbook(county).view("2024-09")
    chart, _ = WallChart(view, gaps(view)).figures()
    assert isinstance(chart, Figure)
    assert "；另有9项时限更晚，未列" in (chart.subtitle or "")
    days = set(re.findall(r"\d{4}-\d{2}-\d{2}", json.dumps(chart.spec)))
    assert min(days) >= "2024-01-01"
    assert max(days) < "2025-10-01"


def test_a_deadline_that_cannot_be_kept_is_a_finding(run: Run, county: Path) -> None:
    file = county / "ledger" / "milestones.csv"
    text = file.read_text(encoding="utf-8-sig")
    file.write_text(text.replace(",34,G3,", ",340,G3,"), encoding="utf-8-sig")
    done = run("check", "--workbook", county)
    assert done.code == 1
    assert "里程碑“（示例）公示和发证”的期限做不到" in done.out


@pytest.mark.parametrize("typed", ["Ｐ９ 1", "P9\u3000 1 ", "P9\u200b 1"])
def test_a_number_is_the_same_in_every_list_however_it_is_typed(typed: str, county: Path) -> None:
    for name, row in (
        ("projects", "P9 1,项,,,科协,2024-12-02,,,"),
        ("milestones", f"N1,步,{typed},,3,,,,"),
        ("milestones", f"{typed},步,,科协,3,Ｎ1,2024-12-04,,"),
        ("milestones", "N2,步,,科协,1,P9 1,,,"),
    ):
        with (county / "ledger" / f"{name}.csv").open("a", encoding="utf-8") as file:
            file.write(f"{row},测试,2024-10-12\n")
    book = open_workbook(county)
    steps = {one.milestone.id: one for one in road_map(book.view("2024-09")).steps}
    assert steps["N1"].lead == ("县科协",)
    assert steps["N1"].latest_finish == date(2024, 11, 29)  # three working days before what waits for it is begun
    assert (steps["P9 1"].milestone.after, steps["N2"].milestone.after) == (("N1",), ("P9 1",))
    WallChart.open(book, "2024-09")
