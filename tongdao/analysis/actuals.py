"""What counts against a target now: the actual, by measure.

docs/maths.md, section 1, says why each measure is read as it is.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from tongdao.base import MONTHS, Period, month_of
from tongdao.plan import Indicator, first_period
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


NAN: Final = float("nan")


@dataclass(frozen=True)
class Standing:
    """What counts against the target now.

    ``actual`` and ``target`` are in the indicator's unit, NaN where there is none; ``end`` is the last
    month the actual speaks of (0 without one); ``cause`` says why there is no actual. ``base`` is the
    stock at the plan's start, for a net indicator; ``missing`` lists years without a figure.
    """

    actual: float = NAN
    target: float = NAN
    end: int = 0
    cause: str = ""
    base: float = NAN
    missing: tuple[int, ...] = ()
    final: bool = True


def standing(view: View, item: Indicator) -> Standing:
    """The value that counts against the target, by measure (docs/maths.md, section 1)."""
    own = view.series(item)
    target = NAN if item.target is None else item.target
    if own.empty or not view.has_readings or (end := int(own["end"].to_numpy()[-1])) < view.plan.first_month.end:
        return Standing(target=target, cause=_absence(view, item))
    value, preliminary = (own[name].to_numpy()[-1] for name in ("value", "preliminary"))
    found = Standing(float(value), target, end, final=not preliminary)
    found = _MEASURES[item.measure](view, item, own, found)
    if item.target_region is not None:
        found = _against_region(view, item, found)
    return found


def _absence(view: View, item: Indicator) -> str:
    """Not yet published, or not there: a figure is owed once its month of publication has come."""
    later = item.expected(first_period(view.plan, item)).end > month_of(view.as_of).end
    return "not_due" if later and item.frequency != "month" else "no_reading"


def _reading(view: View, item: Indicator, own: pd.DataFrame, found: Standing) -> Standing:
    return found


def _flow(view: View, item: Indicator, own: pd.DataFrame, found: Standing) -> Standing:
    """A flow restarts in January; over a plan of years, whole years before this one are added up."""
    if item.accumulate == "year" or view.plan.start.year == found.end // 12:
        return found
    years = range(view.plan.start.year, found.end // 12)
    totals = _by_year(own[own["end"] % 12 == 11])
    missing = tuple(year for year in years if year not in totals.index)
    if missing:
        return Standing(target=found.target, cause="years_missing", missing=missing)
    return replace(found, actual=found.actual + float(totals.loc[list(years)].sum()))


def _net(view: View, item: Indicator, own: pd.DataFrame, found: Standing) -> Standing:
    """A net is the change of a stock since the plan's start; offices give the stock or the net itself."""
    stocks = own["basis"].to_numpy() == "level"
    if not stocks[-1]:
        return found
    before = own["value"].to_numpy()[stocks & (own["end"].to_numpy() < view.plan.first_month.end)]
    if not len(before):
        return Standing(target=found.target, cause="no_base")
    base = float(before[-1])
    return replace(found, actual=found.actual - base, base=base)


def _growth(view: View, item: Indicator, own: pd.DataFrame, found: Standing) -> Standing:
    """A rate of a whole year counts only once that year's figure is out; a finer one is only a hint."""
    inside = view.inside(own)
    final = inside[~inside["preliminary"]]
    if final.empty:
        return Standing(target=found.target, cause=_absence(view, item))
    return replace(found, actual=float(final.iloc[-1]["value"]), end=int(final.iloc[-1]["end"]))


def _by_year(rows: pd.DataFrame) -> "pd.Series[float]":
    return rows.assign(year=rows["end"] // 12).set_index("year")["value"]


def _average_growth(view: View, item: Indicator, own: pd.DataFrame, found: Standing) -> Standing:
    """The geometric mean of the plan's yearly rates so far; a missing year leaves it undefined."""
    rates = _by_year(own)
    years = range(view.plan.start.year, found.end // 12 + 1)
    missing = tuple(year for year in years if year not in rates.index)
    if missing:
        return Standing(target=found.target, cause="years_missing", missing=missing)
    index = np.prod(1 + rates.loc[list(years)].to_numpy(float) / 100)
    return replace(found, actual=float(index ** (1 / len(years)) - 1) * 100)


_MEASURES: dict[str, Callable[[View, Indicator, pd.DataFrame, Standing], Standing]] = {
    "flow": _flow,
    "level": _reading,
    "share": _reading,
    "net": _net,
    "growth": _growth,
    "average_growth": _average_growth,
}


def _against_region(view: View, item: Indicator, found: Standing) -> Standing:
    """Another region's reading is the target: that of the same period."""
    other = view.series(item, item.target_region)
    same = other[other["end"] == found.end]
    if np.isnan(found.actual) or same.empty:
        return replace(found, cause=found.cause or "no_reference")
    return replace(found, target=float(same.iloc[-1]["value"]))
