"""What counts against a target now: the actual, by measure, and the figures that are overdue.

docs/maths.md, section 1, says why each measure is read as it is.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from itertools import compress
from typing import Final

from tongdao.analysis.aims import Aim
from tongdao.base import MONTHS, Period, month_of
from tongdao.plan import Indicator
from tongdao.workbook import Course, Unplaced, View

NAN: Final = float("nan")


@dataclass(frozen=True)
class Standing:
    """What counts against the target now; ``actual`` and ``target`` in the indicator's unit, NaN where there is none.

    ``end`` is the last month the actual speaks of, 0 without one, and ``cause`` then says why. ``base`` is what the
    target is measured from: the reading of the period that the plan names, or of stocks that where the plan begins.
    ``missing`` lists years without a figure.
    """

    actual: float = NAN
    target: float = NAN
    end: int = 0
    cause: str = ""
    base: float = NAN
    missing: tuple[int, ...] = ()
    final: bool = True


def standing(view: View, aim: Aim) -> Standing:
    """The value that counts against the target, by measure (docs/maths.md, section 1)."""
    item, window = aim.item, aim.window
    own = view.course(item, aim.region).up_to(window.last)
    base = _base(view, aim, own)
    target = target_of(aim, base)
    blank = partial(Standing, NAN, target, 0, base=base)
    if item.change and math.isnan(base):
        return blank("no_base_reading")
    if not view.has_readings:
        return blank(_absence(view, aim))
    if not own.end or (end := own.end[-1]) < window.first:
        return _year_before(view, aim, own, blank()) or blank(_absence(view, aim))
    found = Standing(exact(own.value[-1]), target, end, base=base, final=not own.preliminary[-1])
    if item.measure in _MEASURES:
        found = _MEASURES[item.measure](view, aim, own, found)
    return found if item.target_region is None else _against_region(view, item, found)


def exact(value: float, scale: float = 0.0) -> float:
    """A figure without the dust of binary arithmetic: twelve digits of the largest number that went into it."""
    size = max(abs(value), abs(scale))
    return round(value, 11 - math.floor(math.log10(size))) if 0 < size < math.inf else value


def shortfall(item: Indicator, found: Standing) -> float:
    """Target − actual, positive while something is missing; where less is better, actual − target.

    左右 is met from the tolerance on; where the plan makes it two-sided, only within it. More or less than a count is
    met by the next one; something that is done or not lacks 1 until it is.
    """
    if item.traits.yes_or_no:
        return 1.0 - found.actual
    target = item.least(found.target)
    gap = found.actual - target if item.decreasing else target - found.actual
    if item.word == "左右":
        gap = (abs(gap) if item.two_sided else gap) - item.tolerance
    return exact(gap, target) if not math.isnan(gap) else gap


def completion(aim: Aim, found: Standing) -> float:
    """The part of the way gone, where the ratio means something.

    Of amounts, actual ÷ target, counted from zero upwards to a positive target; of stocks, and of shares whose base
    the plan names, (actual − base) ÷ (target − base).
    """
    item = aim.item
    if item.measure in ("rank", "once") or item.two_sided or item.target_region:
        return NAN
    least = item.least(found.target)
    if item.traits.counted:
        told = not item.decreasing and found.target > 0 and found.actual >= 0 and found.end >= aim.window.first
        return found.actual / least if told else NAN
    way = least - found.base
    return (found.actual - found.base) / way if (way < 0 if item.decreasing else way > 0) else NAN


def target_of(aim: Aim, base: float) -> float:
    """The number to be reached, of counts a whole one (1.2 × 201 is 242); another region's is not known yet."""
    item = aim.item
    if item.change:
        target = exact(item.changed(base))
        whole = math.ceil if item.decreasing == item.strict else math.floor
        return float(whole(target)) if item.counts and not math.isnan(target) else target
    if item.target is None:
        return NAN
    return exact(item.target * aim.window.months / 12) if item.judged == "year_mean" else item.target


def _base(view: View, aim: Aim, own: Course) -> float:
    """The reading of the period that the plan names as base; else, of a stock, that where the plan begins."""
    item = aim.item
    found: float | None = None
    if item.base_end is not None:
        found = own.at(item.base_end)
    elif item.measure == "level" and not item.target_region:
        found = _at_start(item, own, view.plan.time.first)
    return NAN if found is None else found


def base_month(item: Indicator, first: int) -> int:
    """The last month of the period, by the indicator's frequency, that ended last before a month: the start of what is
    counted from there. An older figure is none of that start; a finer one behind it is nearer."""
    length = MONTHS[item.frequency]
    return first // length * length - 1


def _at_start(item: Indicator, own: Course, first: int) -> float:
    """The stock where the time from a month on begins; NaN without a reading of then."""
    before = own.up_to(first - 1)
    return before.value[-1] if before.end and before.end[-1] >= base_month(item, first) else NAN


def _absence(view: View, aim: Aim) -> str:
    """Not yet published, or not there: a figure is owed once its month of publication has come.

    Looking back at a month, the figure of a period that had not ended then was not out, whatever is known by now.
    """
    if apart := unplaced(view, aim):
        return "steps_missing" if apart.missing[0] else "steps_differ"
    first = aim.ends.start
    later = first > view.month.end or Period(first).plus(aim.item.lag).end > month_of(view.as_of).end
    return "not_due" if later and aim.item.frequency != "month" else "no_reading"


def unplaced(view: View, aim: Aim, after: int = 0) -> Unplaced | None:
    """The last reading inside the window, and after a month, that makes no figure."""
    own = [one for one in view.apart(aim.region) if one.indicator == aim.item.id]
    first = max(aim.window.first, after + 1)
    return next((one for one in own[::-1] if first <= one.end <= aim.window.last), None)


def _year_before(view: View, aim: Aim, own: Course, blank: Standing) -> Standing | None:
    """Before the year that decides: what the last complete one brought, to go by; of each year one to come has none."""
    if not aim.yearly or aim.item.judged == "each_year":
        return blank if aim.yearly and view.month.end < aim.window.first else None
    whole = [(end, value) for end, value in zip(own.end, own.value, strict=True) if end % 12 == 11]
    return replace(blank, actual=exact(whole[-1][1]), end=whole[-1][0]) if whole else None


def _undefined(found: Standing, cause: str, missing: tuple[int, ...] = ()) -> Standing:
    return Standing(target=found.target, base=found.base, cause=cause, missing=missing)


def _at_year_ends(own: Course, years: range) -> tuple[list[float], tuple[int, ...]]:
    """The figures at the end of these years, and the years without one."""
    found = {year: own.at(year * 12 + 11) for year in years}
    missing = tuple(year for year, value in found.items() if value is None)
    return [NAN if value is None else value for value in found.values()], missing


def _flow(view: View, aim: Aim, own: Course, found: Standing) -> Standing:
    """A flow restarts in January: whole years are added up, and what stood before the first month is taken off."""
    first = aim.window.first
    _, missing = _at_year_ends(own, range(first // 12, found.end // 12))
    if missing:
        return _undefined(found, "years_missing", missing)
    actual = brought(own, first, found.end)
    return _undefined(found, "start_missing") if math.isnan(actual) else replace(found, actual=exact(actual))


def brought(own: Course, first: int, end: int) -> float:
    """What a flow brought from one month to another, by its readings, cumulative since January or the first of these.

    NaN where a reading that this takes is missing: those of whole years between, and the one before the first month.
    """

    def at(month: int) -> float:
        there = own.place(month)
        return own.value[there] if there >= 0 and (own.since[there] % 12 == 0 or own.since[there] == first) else NAN

    if end < first:
        return 0.0
    years = [at(year * 12 + 11) for year in range(first // 12, end // 12)]
    taken = 0.0
    if first % 12:
        there = own.place(min(end, first // 12 * 12 + 11))  # of the year that the first month lies in
        taken = at(first - 1) if there < 0 or own.since[there] != first else 0.0
    return math.fsum((*years, at(end), -taken))


def _net(view: View, aim: Aim, own: Course, found: Standing) -> Standing:
    """A net is the change of a stock since the window's start; offices give the stock, or the net since January."""
    if not own.stock[-1]:
        return _flow(view, aim, own.only([not stock for stock in own.stock]), found)
    if math.isnan(base := _at_start(aim.item, own.only(own.stock), aim.window.first)):
        return _undefined(found, "no_base")
    return replace(found, actual=exact(found.actual - base), base=base)


def net_course(own: Course, actual: float) -> tuple[list[int], list[float]]:
    """Months and values of a net as one stock that stands at ``actual`` now, from the earliest month since which all
    that this takes is known; no January begins it anew."""
    own = own.only([stock == own.stock[-1] for stock in own.stock])
    values = own.value
    if not own.stock[-1]:
        begins = [begin for begin in sorted({*map(int, own.since)}) if not math.isnan(brought(own, begin, own.end[-1]))]
        own = own.only([end >= begins[0] for end in own.end])
        values = [exact(brought(own, begins[0], end)) for end in own.end]
    known = [not math.isnan(value) for value in values]
    return [*compress(own.end, known)], [value - values[-1] + actual for value in compress(values, known)]


def _growth(view: View, aim: Aim, own: Course, found: Standing) -> Standing:
    """A rate of a whole year counts only once that year's figure is out; a finer one is only a hint."""
    rows = zip(own.end, own.value, own.preliminary, strict=True)
    final = [(end, value) for end, value, hint in rows if end >= aim.window.first and not hint]
    if not final:
        return _undefined(found, _absence(view, aim))
    return replace(found, actual=final[-1][1], end=final[-1][0])


def _average_growth(view: View, aim: Aim, own: Course, found: Standing) -> Standing:
    """The geometric mean of the rates so far of the years that end inside; a missing year leaves it undefined."""
    rates, missing = _at_year_ends(own, range(aim.window.first // 12, (found.end + 1) // 12))
    if missing:
        return _undefined(found, "years_missing", missing)
    if not len(rates):
        return _undefined(found, _absence(view, aim))
    return replace(found, actual=exact((math.prod(1 + rate / 100 for rate in rates) ** (1 / len(rates)) - 1) * 100))


_MEASURES: dict[str, Callable[[View, Aim, Course, Standing], Standing]] = {
    "flow": _flow,
    "net": _net,
    "growth": _growth,
    "average_growth": _average_growth,
}


def _against_region(view: View, item: Indicator, found: Standing) -> Standing:
    """Another region's reading, and so much more, is the target: that of the same period."""
    same = view.course(item, item.target_region).at(found.end)
    if math.isnan(found.actual) or same is None:
        return replace(found, cause=found.cause or "no_reference")
    return replace(found, target=exact(same + item.target_plus))


@dataclass(frozen=True)
class Owed:
    """A period whose figure is not here.

    ``by`` is the last day on which it is in time (of several periods the first one's); ``departments`` the leads,
    empty where the plan names none; ``before`` how many earlier periods in a row are missing too.
    """

    item: Indicator
    departments: tuple[str, ...]
    period: Period
    by: date
    before: int

    @property
    def since(self) -> date:
        """The day from which it is late."""
        return self.by + timedelta(days=1)


def owed(view: View, due: Mapping[int, date] | None = None, until: date | None = None) -> tuple[Owed, ...]:
    """The latest missing period of every indicator inside the plan, the longest owed first.

    ``view`` is cut at the day asked about, not at a month. A figure is late when its month of publication is over, or
    once the report is due that speaks of its month (``due``: the day, by last month) if it can be out by then.
    Behind what is late comes what is still to come in time, up to the day ``until``.
    """
    found = [entry for item in view.plan.indicators for entry in _owed(view, item, due or {}, until)]
    return tuple(sorted(found, key=lambda entry: (entry.by, entry.item.id)))


def _owed(view: View, item: Indicator, due: Mapping[int, date], until: date | None) -> Iterator[Owed]:
    length = MONTHS[item.frequency]
    series = view.series(item)
    # a later cumulative figure or stock says what an earlier one would have said
    last = int(series.loc[series["months"] >= length, "end"].max()) if (series["months"] >= length).any() else -1
    ends = range(max(view.plan.first_month.end, last + 1), view.plan.last(item) + 1)
    days = {end: _in_time(item, end, due) for end in ends if (end + 1) % length == 0}
    late = [end for end, day in days.items() if day < view.as_of]
    soon = [end for end, day in days.items() if until and view.as_of <= day <= until]
    for missing in filter(None, (late, soon)):
        yield Owed(item, view.plan.lead(item), Period(missing[-1], length), days[missing[0]], len(missing) - 1)


def _in_time(item: Indicator, end: int, due: Mapping[int, date]) -> date:
    month = Period(end).plus(item.lag)
    last = month.last_day
    return min(last, due[end]) if end in due and due[end] >= last.replace(day=1) else last
