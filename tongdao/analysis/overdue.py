"""Which department owes which reading, and since when: frequency and publication lag against what is known."""

from dataclasses import dataclass
from datetime import date

from tongdao.base import MONTHS, Period
from tongdao.plan import Indicator
from tongdao.workbook import View


@dataclass(frozen=True)
class Owed:
    """A period whose figure is out by now and not here.

    ``since`` is the day after the month in which it was due; ``departments`` the leads, empty where the plan
    names none; ``before`` how many earlier periods in a row are missing too.
    """

    item: Indicator
    departments: tuple[str, ...]
    period: Period
    since: date
    before: int


def owed(view: View) -> tuple[Owed, ...]:
    """The latest missing period of every indicator inside the plan, the longest owed first.

    ``view`` is cut at the day asked about, not at a month (see ``open_until``).
    """
    found = [entry for item in view.plan.indicators if (entry := _owed(view, item))]
    return tuple(sorted(found, key=lambda entry: (entry.since, entry.item.id)))


def _owed(view: View, item: Indicator) -> Owed | None:
    length = MONTHS[item.frequency]
    ends = [end for end in range(view.plan.first_month.end, view.plan.last_month.end + 1) if (end + 1) % length == 0]
    due = [end for end in ends if item.expected(Period(end)).last_day < view.as_of]
    series = view.series(item)
    there = set(series.loc[series["months"] >= length, "end"]) if len(series) else set()
    last = max(there, default=-1)
    # a later cumulative figure or stock says what an earlier one would have said
    missing = [end for end in due if end > last]
    if not missing:
        return None
    first = Period(missing[0], length)
    since = date.fromordinal(item.expected(first).last_day.toordinal() + 1)
    return Owed(item, view.plan.lead(item), Period(missing[-1], length), since, len(missing) - 1)
