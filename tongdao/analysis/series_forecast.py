"""The plan's questions put to ``outlook``: which series, from when, to when, against which target.

Where a register lists the candidates of an indicator it speaks instead (``foresight``). Here a plan's measures become
the few that a forecast knows; the forecasting itself is in ``outlook``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from tongdao.analysis.actuals import NAN, Standing
from tongdao.analysis.register_forecast import Foresight, foresight
from tongdao.base import MONTHS, Period, single_from_cumulative
from tongdao.forecast import outlook
from tongdao.plan import Indicator
from tongdao.workbook import View

_Values = np.ndarray[Any, np.dtype[np.float64]]
_LETTER = {"month": "M", "quarter": "Q", "year": "A"}
_LONGEST_STEP = 2  # January and February are published together; a longer step says nothing of its months


@dataclass(frozen=True)
class Forecast:
    """The outlook of one indicator at the deadline, in its unit; NaN where nothing can be said.

    ``p_met`` is NaN without a target; ``history_years`` counts complete earlier years. Where ``register`` is there, the
    figures are its own, and ``series_p`` is the chance that the series alone would give.
    """

    point: float = NAN
    lo80: float = NAN
    hi80: float = NAN
    p_met: float = NAN
    history_years: int = 0
    series_p: float = NAN
    register: Foresight | None = None


def forecasts(view: View, standings: Mapping[str, Standing]) -> dict[str, Forecast]:
    """The outlook of every indicator of the plan, by id: the register's where one speaks, else the series'."""
    made = _of_series(view, standings)
    for item in view.plan.indicators if view.has_readings else ():
        ahead = foresight(view, item, standings[item.id])
        if ahead is not None:
            low, high = ahead.interval
            years, series_p = made[item.id].history_years, made[item.id].p_met
            made[item.id] = Forecast(ahead.median, low, high, ahead.p_met, years, series_p, ahead)
    return made


def _of_series(view: View, standings: Mapping[str, Standing]) -> dict[str, Forecast]:
    cases, history = questions([Asking(view, standings)])
    made = dict.fromkeys((item.id for item in view.plan.indicators), Forecast())
    if cases.empty:
        return made
    for row in outlook(cases, history).to_dict("records"):
        name, _, lead = row["case"].partition("|")
        if lead:  # the lead over a reference region decides; the indicator's own row came before
            made[name] = replace(made[name], p_met=row["p_met"], series_p=row["p_met"])
        else:
            figures = [row["point"], row["lo80"], row["hi80"]]
            if view.plan.indicator(name).measure == "average_growth":
                figures = [100 * ((level / 100) ** (1 / view.plan.years) - 1) for level in figures]
            made[name] = Forecast(
                point=figures[0],
                lo80=figures[1],
                hi80=figures[2],
                p_met=row["p_met"],
                history_years=int(row["history_years"]),
                series_p=row["p_met"],
            )
    return made


@dataclass(frozen=True)
class Asking:
    """One report's view and what counts in it; ``tag`` is added to the names of its cases and series."""

    view: View
    standings: Mapping[str, Standing]
    tag: str = ""


def questions(asked: Sequence[Asking]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The cases and the history that ``outlook`` takes (its docstring has the columns)."""
    having = [one for one in asked if one.view.has_readings]
    singles = _singles([one.view for one in having])
    found = [
        (case | {key: f"{case[key]}{one.tag}" for key in ("case", "series")}, course, MONTHS[item.frequency])
        for at, one in enumerate(having)
        for item in one.view.plan.indicators
        for case, course in _asked(one.view, item, one.standings[item.id], singles.get((at, item.id)))
    ]
    if not found:
        return pd.DataFrame(), pd.DataFrame()
    history = {
        "series": [case["series"] for case, course, _ in found for _ in course.ends],
        "period": [_period(end, months) for _, course, months in found for end in course.ends.tolist()],
        "value": np.concatenate([course.values for _, course, _ in found]),
    }
    return pd.DataFrame([case for case, _, _ in found]), pd.DataFrame(history)


class _Course(NamedTuple):
    """A series in time: last months of its periods, ascending, and the values there."""

    ends: "np.ndarray[Any, np.dtype[np.int64]]"
    values: _Values


@cache
def _period(end: int, months: int) -> str:
    return str(Period(end, months))


def _asked(
    view: View, item: Indicator, found: Standing, singles: pd.DataFrame | None
) -> list[tuple[dict[str, object], _Course]]:
    months = MONTHS[item.frequency]
    own = view.series(item)
    ends, values = own["end"].to_numpy(), own["value"].to_numpy(float)
    on_grid = (ends + 1) % months == 0
    ends, values = ends[on_grid], values[on_grid]
    deadline = (view.plan.last_month.end + 1) // months * months - 1
    undefined = item.measure in ("net", "average_growth") and np.isnan(found.actual)
    if not len(ends) or ends[-1] >= deadline or undefined:
        return []
    case: dict[str, object] = {
        "case": item.id,
        "series": item.id,
        "measure": item.measure,
        "whole": item.counts,
        "frequency": _LETTER[item.frequency],
        "origin": _period(int(ends[-1]), months),
        "deadline": _period(deadline, months),
        "target": NAN if item.target is None else item.target,
        "sense": {"以下": "<=", "左右": "about"}.get(item.word, ">="),
        "tolerance": item.tolerance,
        "two_sided": item.two_sided,
        "limit": NAN if item.upper_limit is None else item.upper_limit,
        "since": None,
    }
    match item.measure:
        case "flow":
            ends, values = _steps(singles, months) if singles is not None else (ends, values)
            first = view.plan.first_month.end if item.accumulate == "plan" else deadline - deadline % 12
            case["since"] = _period((first // months + 1) * months - 1, months)
        case "net":
            values = values - found.base if not np.isnan(found.base) else values
        case "growth":
            case["measure"] = "rate"
        case "average_growth":
            values = _index(values, ends < view.plan.first_month.end)
            case["measure"] = "level"
            if item.target is not None:
                case["target"] = 100 * (1 + item.target / 100) ** view.plan.years
    asked = [(case, _Course(ends, values))]
    if item.target_region is not None:
        other = view.series(item, item.target_region)
        shared, mine, theirs = np.intersect1d(ends, other["end"].to_numpy(), return_indices=True)
        if len(shared):
            origin = _period(int(shared[-1]), months)
            changes = {"case": f"{item.id}|lead", "series": f"{item.id}|lead", "measure": "net", "whole": False}
            lead = _Course(shared, values[mine] - other["value"].to_numpy(float)[theirs])
            asked.append(({**case, **changes, "origin": origin, "target": 0.0, "limit": NAN}, lead))
    return asked


def _singles(views: Sequence[View]) -> dict[tuple[int, str], pd.DataFrame]:
    """What each step of each flow added, on the indicators' own grids, by position of the view and id.

    Done once for all, being slow one by one.
    """
    if not views:
        return {}
    own = [view.observed.loc[view.observed["region"] == view.plan.region] for view in views]
    rows = pd.concat([rows[["indicator", "end", "value"]].assign(at=at) for at, rows in enumerate(own)])
    flows = {item.id: MONTHS[item.frequency] for item in views[0].plan.indicators if item.measure == "flow"}
    steps = single_from_cumulative(rows[(rows["end"] + 1) % rows["indicator"].map(flows) == 0], ["at", "indicator"])
    return {(int(str(at)), str(name)): part for (at, name), part in steps.groupby(["at", "indicator"])}


def _steps(singles: pd.DataFrame, months: int) -> _Course:
    """Single amounts on the indicator's grid; a month reported with the next one counts as empty."""
    length, end, value = (singles[name].to_numpy() for name in ("months", "end", "value"))
    near = length <= max(_LONGEST_STEP, months)
    empty = end[near & (length > months)] - months
    ends, values = np.append(end[near], empty), np.append(value[near].astype(float), np.zeros(len(empty)))
    order = np.argsort(ends, kind="stable")
    return _Course(ends[order], values[order])


def _index(rates: _Values, before: "np.ndarray[Any, np.dtype[np.bool_]]") -> _Values:
    """Yearly rates chained to a level, 100 in the last year ``before`` the plan."""
    level = np.cumprod(1 + rates / 100)
    start = float(level[before][-1]) if before.any() else 1.0
    return np.asarray(level * (100 / start), float)
