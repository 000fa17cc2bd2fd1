"""Working days left, by the official calendar of holidays and made-up days."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Workdays:
    """``official`` is false beyond the calendar's data, where Monday to Friday are counted instead."""

    days: int
    official: bool


def is_workday(day: date) -> bool:
    """Whether offices work on a day: by the official calendar, beyond its data Monday to Friday."""
    import chinese_calendar

    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def workdays_left(after: date, until: date) -> Workdays:
    """Working days from the day after ``after`` to ``until``, both included; none if that lies behind."""
    import chinese_calendar

    days = [after + timedelta(days=step) for step in range(1, (until - after).days + 1)]
    try:
        return Workdays(sum(chinese_calendar.is_workday(day) for day in days), True)
    except NotImplementedError:
        return Workdays(sum(day.weekday() < 5 for day in days), False)
