"""What is asked of ``forecast.outlook``: a plan's measures as the few that it knows, their readings as its history."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tongdao.analysis.actuals import NAN, Standing, net_course, standing, target_of
from tongdao.analysis.aims import Aim
from tongdao.base import MONTHS, Period
from tongdao.workbook import Course, View

Array = NDArray[np.float64]
_Ends = NDArray[np.int64]
_LETTER = {"month": "M", "quarter": "Q", "half": "H", "year": "A"}
_STEPS = 16  # more than the months of any period, so that end and length are one number
_LONGEST_STEP = 2  # January and February are published together; a longer step says nothing of its months


class _Course(NamedTuple):
    """A series in time: last months of its periods, ascending, and the values there."""

    ends: _Ends
    values: Array


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
    cases, lengths = [case for case, _, _ in found], [len(course.ends) for _, course, _ in found]
    ends = np.concatenate([course.ends for _, course, _ in found])
    keys = ends * _STEPS + np.repeat([months for _, _, months in found], lengths)
    spans, periods = np.unique(keys, return_inverse=True)
    names = [_period(int(key) // _STEPS, int(key) % _STEPS) for key in spans]
    series = pd.Index([case["series"] for case in cases])
    history = {
        "series": pd.Categorical.from_codes(np.repeat(range(len(cases)), lengths), series),
        "period": pd.Categorical.from_codes(periods, pd.Index(names)),
        "value": np.concatenate([course.values for _, course, _ in found]),
    }
    return pd.DataFrame({name: [case[name] for case in cases] for name in cases[0]}), pd.DataFrame(history)


@cache
def _period(end: int, months: int) -> str:
    return str(Period(end, months))


def _asked(view: View, aim: Aim) -> list[tuple[dict[str, object], _Course]]:
    item, months = aim.item, MONTHS[aim.item.frequency]
    ends, values = _on_grid(view.course(item, aim.region), months)
    if not len(ends) or not aim.ends or ends[-1] >= aim.ends[-1] or item.traits.yes_or_no:
        return []
    whole = item.traits.net or item.traits.averaged or item.change
    found = standing(view, aim) if whole else Standing(actual=values[-1], target=target_of(aim, NAN))
    if np.isnan(found.actual):
        return []
    case: dict[str, object] = {
        "case": aim.key,
        "series": aim.key,
        "measure": "level" if item.measure == "rank" else item.measure,
        "whole": item.counts,
        "frequency": _LETTER[item.frequency],
        "origin": _period(int(ends[-1]), months),
        "deadline": _period(aim.ends[-1], months),
        "target": item.least(found.target) + (item.tolerance if item.decreasing and not item.two_sided else 0.0),
        "sense": "<=" if item.decreasing and not item.two_sided else "about" if item.word == "左右" else ">=",
        "tolerance": item.tolerance,
        "two_sided": item.two_sided,
        "limit": NAN if item.upper_limit is None else item.upper_limit,
        "since": None,
    }
    match item.measure:
        case "flow":
            ends, values = _singles(view.course(item, aim.region), months)
            case["since"] = _period(aim.ends.start, months)
        case "net":
            own = view.course(item, aim.region)
            course = net_course(own.only([(end + 1) % months == 0 for end in own.end]), found.actual)
            ends, values = np.array(course[0], np.int64), np.array(course[1], float)
        case "growth":
            case["measure"] = "rate"
        case "average_growth":
            values = _index(values, ends < aim.window.first)
            ends = np.append(ends[:1] - months, ends)
            case["measure"] = "index"
            if item.target is not None:
                case["target"] = 100 * (1 + item.target / 100) ** len(aim.ends)
    asked = [(case, _Course(ends, values))]
    if item.target_region is not None:
        other = view.course(item, item.target_region)
        shared, mine, theirs = np.intersect1d(ends, np.array(other.end, np.int64), return_indices=True)
        if len(shared):
            origin = _period(int(shared[-1]), months)
            key, goal = f"{aim.key}|lead", item.target_plus
            changes = {"case": key, "series": key, "measure": "net", "whole": False, "target": goal, "limit": NAN}
            asked.append(
                ({**case, **changes, "origin": origin}, _Course(shared, values[mine] - np.array(other.value)[theirs]))
            )
    return asked


def _on_grid(own: Course, months: int) -> _Course:
    """The readings whose periods end as the indicator's own do."""
    ends, values = np.array(own.end, np.int64), np.array(own.value, float)
    on_grid = (ends + 1) % months == 0
    return _Course(ends[on_grid], values[on_grid])


def _singles(own: Course, months: int) -> _Course:
    """What each step of a flow added, on the indicator's grid; a month reported with the next one counts as empty.

    Offices publish January and February together: such a step cannot be split without inventing numbers, and a longer
    one says nothing.
    """
    steps, empty, last = list[tuple[int, float]](), list[tuple[int, float]](), dict[int, tuple[int, float]]()
    for end, since, value in zip(own.end, own.since, own.value, strict=True):
        if (end + 1) % months:
            continue
        gone, before = last.get(since, (since - 1, 0.0))
        last[since] = end, value
        if end - gone <= max(_LONGEST_STEP, months):
            steps.append((end, value - before))
            if end - gone > months:
                empty.append((end - months, 0.0))
    ordered = sorted((*steps, *empty), key=lambda step: step[0])
    return _Course(np.array([end for end, _ in ordered], np.int64), np.array([value for _, value in ordered], float))


def _index(rates: Array, before: NDArray[np.bool_]) -> Array:
    """Yearly rates chained to a level from the year before the first: 100 in the last year ``before`` the plan."""
    level = np.append(1.0, np.cumprod(1 + rates / 100))
    return np.asarray(level * (100 / level[np.count_nonzero(before)]), float)
