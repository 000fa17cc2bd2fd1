"""What is asked of ``forecast.outlook``: a plan's measures as the few that it knows, their readings as its history."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tongdao.analysis.actuals import NAN, Standing, standing, target_of
from tongdao.analysis.aims import Aim
from tongdao.base import MONTHS, Period, single_from_cumulative
from tongdao.workbook import SERIES, View

Array = NDArray[np.float64]
_Ends = NDArray[np.int64]
_Name = tuple[str, str, str]  # frame of the view, indicator, region
_LETTER = {"month": "M", "quarter": "Q", "half": "H", "year": "A"}
_LONGEST_STEP = 2  # January and February are published together; a longer step says nothing of its months


class _Course(NamedTuple):
    """A series in time: last months of its periods, ascending, and the values there."""

    ends: _Ends
    values: Array


def questions(asked: Mapping[str, tuple[View, Iterable[Aim]]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The cases and the history that ``outlook`` takes (its docstring has the columns).

    Each key is added to the names of the cases and series of its view.
    """
    having = {tag: (view, aims) for tag, (view, aims) in asked.items() if view.has_readings}
    frames = {id(view.observed): view for view, _ in having.values()}  # many views may ask one frame
    courses, singles = _courses({str(at): view for at, view in frames.items()})
    found = [
        (case | {key: f"{case[key]}{tag}" for key in ("case", "series")}, course, MONTHS[aim.item.frequency])
        for tag, (view, aims) in having.items()
        for aim in aims
        for case, course in _asked(view, aim, str(id(view.observed)), courses, singles)
    ]
    if not found:
        return pd.DataFrame(), pd.DataFrame()
    history = {
        "series": [case["series"] for case, course, _ in found for _ in course.ends],
        "period": [_period(end, months) for _, course, months in found for end in course.ends.tolist()],
        "value": np.concatenate([course.values for _, course, _ in found]),
    }
    return pd.DataFrame([case for case, _, _ in found]), pd.DataFrame(history)


_NOTHING = _Course(np.empty(0, np.int64), np.empty(0))


@cache
def _period(end: int, months: int) -> str:
    return str(Period(end, months))


def _asked(
    view: View, aim: Aim, tag: str, courses: Mapping[_Name, _Course], singles: Mapping[_Name, _Course]
) -> list[tuple[dict[str, object], _Course]]:
    item, months = aim.item, MONTHS[aim.item.frequency]
    name = (tag, item.id, aim.region)
    ends, values = courses.get(name, _NOTHING)
    on_grid = (ends + 1) % months == 0
    ends, values = ends[on_grid], values[on_grid]
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
        "target": item.least(found.target),
        "sense": "about" if item.word == "左右" else "<=" if item.decreasing else ">=",
        "tolerance": item.tolerance,
        "two_sided": item.two_sided,
        "limit": NAN if item.upper_limit is None else item.upper_limit,
        "since": None,
    }
    match item.measure:
        case "flow":
            ends, values = singles[name]
            case["since"] = _period(aim.ends.start, months)
        case "net":
            values = values - found.base if not np.isnan(found.base) else values
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
        other = courses.get((tag, item.id, item.target_region), _NOTHING)
        shared, mine, theirs = np.intersect1d(ends, other.ends, return_indices=True)
        if len(shared):
            origin = _period(int(shared[-1]), months)
            key, goal = f"{aim.key}|lead", item.target_plus
            changes = {"case": key, "series": key, "measure": "net", "whole": False, "target": goal, "limit": NAN}
            asked.append(({**case, **changes, "origin": origin}, _Course(shared, values[mine] - other.values[theirs])))
    return asked


def _courses(views: Mapping[str, View]) -> tuple[dict[_Name, _Course], dict[_Name, _Course]]:
    """Every series of the views, and what each step of every flow added, on the indicators' own grids.

    All are cut from one table: a frame of its own for each would take longer than their forecasts.
    """
    if not views:
        return {}, {}
    rows = pd.concat([view.observed[[*SERIES, "end", "value", "since"]].assign(at=tag) for tag, view in views.items()])
    items = {item.id: item for view in views.values() for item in view.plan.indicators}
    flows = {name: MONTHS[item.frequency] for name, item in items.items() if item.traits.cumulates}
    steps = single_from_cumulative(rows[(rows["end"] + 1) % rows["indicator"].map(flows) == 0], ["at", *SERIES])
    length, end, value = (steps[name].to_numpy() for name in ("months", "end", "value"))
    singles = {name: _steps(length[at], end[at], value[at], flows[name[1]]) for name, at in _places(steps).items()}
    ends, values = rows["end"].to_numpy(), rows["value"].to_numpy(float)
    return {name: _Course(ends[at], values[at]) for name, at in _places(rows).items()}, singles


def _places(rows: pd.DataFrame) -> dict[_Name, _Ends]:
    return rows.groupby(["at", *SERIES]).indices  # type: ignore[return-value]


def _steps(length: _Ends, end: _Ends, value: Array, months: int) -> _Course:
    """Single amounts on the indicator's grid; a month reported with the next one counts as empty."""
    near = length <= max(_LONGEST_STEP, months)
    empty = end[near & (length > months)] - months
    ends, values = np.append(end[near], empty), np.append(value[near].astype(float), np.zeros(len(empty)))
    order = np.argsort(ends, kind="stable")
    return _Course(ends[order], values[order])


def _index(rates: Array, before: NDArray[np.bool_]) -> Array:
    """Yearly rates chained to a level from the year before the first: 100 in the last year ``before`` the plan."""
    level = np.append(1.0, np.cumprod(1 + rates / 100))
    return np.asarray(level * (100 / level[np.count_nonzero(before)]), float)
