"""The road map (路线图): milestones scheduled backwards from the deadline (倒排工期), in working days.

The arithmetic is ``network``'s; here days become points of the calendar, and times become what a work group
asks: what is overdue, what must begin within a week, what cannot be kept.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from tongdao.base import Activity, Calendar, Times, critical, schedule
from tongdao.plan import Plan
from tongdao.workbook import Ledger, Milestone, View

State = Literal["done", "overdue", "must_start", "running", "waiting"]
WEEK = timedelta(days=7)
AROUND = timedelta(days=400)  # of the plan's time, for whatever begins earlier or ends later


@dataclass(frozen=True)
class Step:
    """A milestone with its times; ``slack`` in working days, negative where its latest finish cannot be kept.

    A step that is done has its real dates in the place of the earliest ones.
    """

    milestone: Milestone
    lead: tuple[str, ...]
    earliest_start: date
    earliest_finish: date
    latest_start: date
    latest_finish: date
    slack: int
    state: State
    critical: bool

    @property
    def late(self) -> bool:
        """Done, but after its latest finish."""
        return self.milestone.done_on is not None and self.milestone.done_on > self.latest_finish


@dataclass(frozen=True)
class RoadMap:
    """All steps in an order in which they can be done; ``official`` is false where holidays are not known yet."""

    steps: tuple[Step, ...]
    official: bool

    def having(self, state: State) -> tuple[Step, ...]:
        """The steps in a state, the most urgent first."""
        return tuple(sorted((one for one in self.steps if one.state == state), key=_urgency))

    @property
    def critical_path(self) -> tuple[Step, ...]:
        return tuple(one for one in self.steps if one.critical)

    def until(self, day: date) -> tuple[Step, ...]:
        """Steps not done that must begin or end by a day and are not overdue, the most urgent first."""
        soon = (one for one in self.steps if one.state not in ("done", "overdue"))
        return tuple(sorted((one for one in soon if min(one.latest_start, one.latest_finish) <= day), key=_urgency))


def road_map(view: View) -> RoadMap:
    """The milestones of the ledger as known, scheduled backwards from their deadlines and the plan's."""
    plan, ledger, today = view.plan, view.lists.ledger, view.today
    calendar = Calendar(plan.start - AROUND, plan.deadline + AROUND)
    activities = [_activity(row, calendar, calendar.point(today)) for row in _dated(plan, ledger)]
    times = schedule(activities, finish=calendar.point(plan.deadline))
    rows = {row.id: row for row in ledger.milestones}
    path = critical({name: time for name, time in times.items() if rows[name].done_on is None})

    def step(row: Milestone, time: Times) -> Step:
        first = calendar.day(min(time.latest_finish - row.days + 1, time.latest_finish))
        latest = calendar.day(time.latest_finish)
        begin = row.begun_on or row.done_on or calendar.day(min(time.earliest_start + 1, time.earliest_finish))
        end = row.done_on or calendar.day(time.earliest_finish)
        state = _state(row, first, latest, today)
        return Step(row, ledger.leads(row, plan), begin, end, first, latest, time.slack, state, row.id in path)

    return RoadMap(tuple(step(rows[name], time) for name, time in times.items()), calendar.official)


def impossible_deadlines(plan: Plan, ledger: Ledger) -> tuple[tuple[Milestone, date], ...]:
    """Milestones whose deadline is too early whatever is done, even begun on the plan's first day, and the day to
    which it would have to move."""
    calendar = Calendar(plan.start - AROUND, plan.deadline + AROUND)
    start, rows = calendar.point(plan.start - timedelta(days=1)), {row.id: row for row in ledger.milestones}
    dated = tuple(_dated(plan, ledger))
    due = {row.id: calendar.point(row.deadline or plan.deadline) for row in dated}
    times = schedule([Activity(row.id, row.days, row.after, start, due[row.id]) for row in dated])
    ends = ((row.id, times[row.id].earliest_finish) for row in dated)
    return tuple((rows[name], calendar.day(end)) for name, end in ends if end > due[name])


def _dated(plan: Plan, ledger: Ledger) -> Iterable[Milestone]:
    """Milestones with the deadline of what they belong to where they have none, and known predecessors only."""
    known = {row.id for row in ledger.milestones}
    deadlines = {item.id: item.deadline for _, item in ledger.items()}
    for row in ledger.milestones:
        due = row.deadline or deadlines.get(row.item) or plan.deadline
        yield row.model_copy(update={"deadline": due, "after": tuple(name for name in row.after if name in known)})


def _activity(row: Milestone, calendar: Calendar, now: int) -> Activity:
    """What is left to do: nothing of a step that is done, and no step ends before tomorrow."""
    due = calendar.point(row.deadline) if row.deadline else None
    if row.done_on is not None:
        return Activity(row.id, 0, (), calendar.point(row.done_on), due)
    if row.begun_on is not None:
        now = max(calendar.point(row.begun_on - timedelta(days=1)), now + 1 - row.days)
    return Activity(row.id, row.days, row.after, now, due)


def _state(row: Milestone, first: date, latest: date, today: date) -> State:
    if row.done_on is not None and row.done_on <= today:
        return "done"
    if latest < today:
        return "overdue"
    if row.begun_on is not None:
        return "running"
    return "must_start" if first < today + WEEK else "waiting"


def _urgency(step: Step) -> tuple[date, date, str]:
    return step.latest_finish, step.latest_start, step.milestone.id
