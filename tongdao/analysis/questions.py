"""What is asked of ``forecast.outlook``: a plan's measures as the few that it knows, their readings as its history."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tongdao.analysis.actuals import NAN, Standing, net_course, standing, target_of
from tongdao.analysis.aims import Aim
from tongdao.base import MONTHS, Period
from tongdao.workbook import View

Array = NDArray[np.float64]
_Ends = NDArray[np.int64]
_LETTER = {"month": "M", "quarter": "Q", "half": "H", "year": "A"}
_STEPS = 16  # more than the months of any period, so that end and length are one number
_LONGEST_STEP = 2  # January and February are published together; a longer step says nothing of its months


class _Course(NamedTuple):
    """A series in time: last months of its periods, ascending, and the values there; of cumulative amounts that are
    still to be parted, since when each counts."""

    ends: Sequence[int]
    values: Sequence[float]
    since: Sequence[int] = ()


def questions(asked: Mapping[str, tuple[View, Iterable[Aim]]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The cases and the history that ``outlook`` takes (its docstring has the columns).

    Each key is added to the names of the cases and series of its view.
    """
    found = [
        (case | {key: f"{case[key]}{tag}" for key in ("case", "series")}, course, MONTHS[aim.item.frequency])
        for tag, (view, aims) in asked.items()
        if view.has_readings
        for aim in aims
        for case, course in _asked(view, aim)
    ]
    if not found:
        return pd.DataFrame(), pd.DataFrame()
    cases, length = [case for case, _, _ in found], np.array([months for _, _, months in found])
    summed = [at for at, (_, course, _) in enumerate(found) if course.since]
    parted = _column([found[at][1].since for at in summed], np.int64)
    series, ends, values = _laid(found, summed)
    series, ends, values = singles(series, ends, parted, values, length[series])
    others = _laid(found, [at for at, (_, course, _) in enumerate(found) if not course.since])
    series, ends, values = (np.concatenate(pair) for pair in zip((series, ends, values), others, strict=True))
    order = np.lexsort((ends, series))
    series, ends, values = series[order], ends[order], values[order]
    spans, periods = np.unique(ends * _STEPS + length[series], return_inverse=True)
    names = [_period(int(key) // _STEPS, int(key) % _STEPS) for key in spans]
    history = {
        "series": pd.Categorical.from_codes(series, pd.Index([case["series"] for case in cases])),
        "period": pd.Categorical.from_codes(periods, pd.Index(names)),
        "value": values,
    }
    return pd.DataFrame({name: [case[name] for case in cases] for name in cases[0]}), pd.DataFrame(history)


def _laid(found: Sequence[tuple[object, _Course, int]], at: Sequence[int]) -> tuple[_Ends, _Ends, Array]:
    """Some of the courses behind each other: which one, last month and value of each reading."""
    courses = [found[one][1] for one in at]
    which = np.repeat(np.array(at, np.int64), [len(course.ends) for course in courses])
    ends, values = [course.ends for course in courses], [course.values for course in courses]
    return which, _column(ends, np.int64), _column(values, float)


def _column(parts: Iterable[Iterable[float]], kind: type) -> NDArray[Any]:
    return np.fromiter(chain.from_iterable(parts), kind)


@cache
def _period(end: int, months: int) -> str:
    return str(Period(end, months))


def _asked(view: View, aim: Aim) -> list[tuple[dict[str, object], _Course]]:
    item, months = aim.item, MONTHS[aim.item.frequency]
    own = view.course(item, aim.region)
    if months > 1:
        own = own.only([(end + 1) % months == 0 for end in own.end])
    ends, values, since = own.end, own.value, list[int]()
    if not ends or not aim.ends or ends[-1] >= aim.ends[-1] or item.traits.yes_or_no:
        return []
    whole = item.traits.net or item.traits.averaged or item.change
    found = standing(view, aim) if whole else Standing(actual=values[-1], target=target_of(aim, NAN))
    if np.isnan(found.actual):
        return []
    aimed = item.least(found.target) + (item.tolerance if item.decreasing and not item.two_sided else 0.0)
    case: dict[str, object] = {
        "case": aim.key,
        "series": aim.key,
        "measure": "level" if item.measure == "rank" else item.measure,
        "whole": item.counts,
        "frequency": _LETTER[item.frequency],
        "origin": _period(int(ends[-1]), months),
        "deadline": _period(aim.ends[-1], months),
        "target": np.nextafter(aimed, -np.inf if item.decreasing else np.inf) if item.strict else aimed,
        "sense": "<=" if item.decreasing and not item.two_sided else "about" if item.word == "左右" else ">=",
        "tolerance": item.tolerance,
        "two_sided": item.two_sided,
        "limit": NAN if item.upper_limit is None else item.upper_limit,
        "since": None,
    }
    match item.measure:
        case "flow":
            since = own.since
            case["since"] = _period(aim.ends.start, months)
        case "net":
            ends, values = net_course(own, found.actual)
        case "growth":
            case["measure"] = "rate"
        case "average_growth":
            values = _index(values, sum(end < aim.window.first for end in ends))
            ends = [ends[0] - months, *ends]
            case["measure"] = "index"
            if item.target is not None:
                case["target"] = 100 * (1 + item.target / 100) ** len(aim.ends)
    asked = [(case, _Course(ends, values, since))]
    if item.target_region is not None:
        other = view.course(item, item.target_region)
        theirs = dict(zip(other.end, other.value, strict=True))
        lead = [(end, value - theirs[end]) for end, value in zip(ends, values, strict=True) if end in theirs]
        if lead:
            origin = _period(lead[-1][0], months)
            key, goal = f"{aim.key}|lead", item.target_plus
            changes = {"case": key, "series": key, "measure": "net", "whole": False, "target": goal, "limit": NAN}
            shared, by = zip(*lead, strict=True)
            asked.append(({**case, **changes, "origin": origin}, _Course(shared, by)))
    return asked


def singles(series: _Ends, ends: _Ends, since: _Ends, values: Array, months: _Ends) -> tuple[_Ends, _Ends, Array]:
    """What each step of flows added, reading by reading of many series; ``months`` is that of their grids.

    A month reported with the next one counts as empty. Offices publish January and February together: such a step
    cannot be split without inventing numbers, and a longer one says nothing.

    Returns: series, last month and amount of each step, in no order.
    """
    order = np.lexsort((ends, since, series))
    series, ends, since, months = (column[order] for column in (series, ends, since, months))
    values = values[order]
    goes_on = np.zeros(len(ends), bool)
    goes_on[1:] = (series[1:] == series[:-1]) & (since[1:] == since[:-1])
    gone = np.where(goes_on, np.roll(ends, 1), since - 1)
    added = values - np.where(goes_on, np.roll(values, 1), 0.0)
    kept = ends - gone <= np.maximum(_LONGEST_STEP, months)
    empty = kept & (ends - gone > months)
    return (
        np.concatenate([series[kept], series[empty]]),
        np.concatenate([ends[kept], (ends - months)[empty]]),
        np.concatenate([added[kept], np.zeros(np.count_nonzero(empty))]),
    )


def _index(rates: Sequence[float], before: int) -> list[float]:
    """Yearly rates chained to a level from the year before the first: 100 in the last of the ``before`` years ahead of
    the plan."""
    level = np.append(1.0, np.cumprod(1 + np.array(rates) / 100))
    return list((level * (100 / level[before])).tolist())
