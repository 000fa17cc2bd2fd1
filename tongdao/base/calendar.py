"""The clock, and working days by the official calendar of holidays and made-up days."""

from bisect import bisect_right
from datetime import date, datetime, timedelta
from functools import cache

from tongdao.base.errors import UsageError
from tongdao.base.periods import parse_day

ZONE = "Asia/Shanghai"  # the calendar's: charts are drawn in it wherever they are drawn


def now() -> datetime:
    """The current time with its zone."""
    return datetime.now().astimezone()


def moment_of(text: str) -> datetime:
    """A moment from its ISO spelling, UsageError where it is none; one without a zone is this machine's."""
    try:
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError):
        raise UsageError(f"时刻“{text}”无法识别，要写成 2024-10-20T09:30:00 这样。") from None


def past_day(text: str, what: str, last: date | None = None) -> date:
    """A day that has come, by the clock or not after ``last``, from its ISO spelling; a later one knows nothing yet.

    Raises:
        UsageError: no day, or one in the future.
    """
    day, today = parse_day(text, what), now().date()
    if day > (last or today):
        until = f"，虚构的数最晚记到 {last}" if last and last > today else ""
        raise UsageError(f"{what} {day} 还没有到（今天是 {today}{until}），请改用今天或更早的一天。")
    return day


def is_workday(day: date) -> bool:
    """Whether offices work on a day: by the official calendar, beyond its data Monday to Friday."""
    return _worked(day)[0]


@cache
def _worked(day: date) -> tuple[bool, bool]:
    """Whether it is a working day, and whether the official calendar says so."""
    import chinese_calendar

    try:
        return bool(chinese_calendar.is_workday(day)), True
    except NotImplementedError:
        return day.weekday() < 5, False


class Calendar:
    """Days as points: a point is the number of working days gone by, so that durations add up.

    Days before ``first`` and after ``last`` are counted as working days without a look at the calendar. ``official`` is
    false beyond the calendar's data, where Monday to Friday are counted instead.
    """

    def __init__(self, first: date, last: date) -> None:
        span = [first + timedelta(days=step) for step in range((last - first).days + 1)]
        self.workdays = [day for day in span if _worked(day)[0]]
        self.official = all(_worked(day)[1] for day in span)

    def point(self, day: date) -> int:
        """The point reached at the end of a day."""
        return bisect_right(self.workdays, day)

    def day(self, point: int) -> date:
        """The working day that ends at a point, the first of all being 1."""
        if 0 < point <= len(self.workdays):
            return self.workdays[point - 1]
        edge, over = (self.workdays[0], point - 1) if point <= 0 else (self.workdays[-1], point - len(self.workdays))
        return edge + timedelta(days=over)


def workdays_left(after: date, until: date) -> Calendar:
    """The working days from the day after ``after`` to ``until``, both included; none if that lies behind."""
    return Calendar(after + timedelta(days=1), until)
