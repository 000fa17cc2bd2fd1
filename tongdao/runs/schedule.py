"""When a report is due: on a day of the month after the one it speaks of, or the next working day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tongdao.base import MONTHS, Period, is_workday
from tongdao.plan import Plan, Schedule


@dataclass(frozen=True)
class Due:
    """A report of a month and when it is due; it knows what was recorded by that day."""

    schedule: Schedule
    month: Period
    at: datetime


def due_at(schedule: Schedule, month: Period) -> datetime:
    """The moment the report of a month is due; a holiday moves it to the next working day."""
    after = month.plus(1)
    day = date(after.year, after.month, schedule.day)
    while not is_workday(day):
        day += timedelta(days=1)
    return datetime.combine(day, time(schedule.hour), ZoneInfo(schedule.zone))


def timetable(plan: Plan) -> Iterator[Due]:
    """Everything the plan's schedule asks for, in the order it falls due."""
    found = [
        Due(schedule, month, due_at(schedule, month))
        for schedule in plan.schedules
        for month in map(Period, range(plan.first_month.end, plan.last_month.end + 1))
        if month.month % MONTHS[schedule.every] == 0
    ]
    return iter(sorted(found, key=lambda due: due.at))
