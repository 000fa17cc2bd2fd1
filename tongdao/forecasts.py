"""The plan's questions put to ``outlook``: which series, from when, to when, against which target.

Where a register lists the candidates of an indicator it speaks instead (``foresight``). Here a plan's measures become
the few that a forecast knows; the forecasting itself is in ``outlook``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pandas as pd

from tongdao.foresight import Foresight, foresight
from tongdao.indicator_plan import Indicator
from tongdao.outlook import outlook
from tongdao.periods import MONTHS, Period, single_from_cumulative
from tongdao.readings import SERIES
from tongdao.standing import NAN, Standing
from tongdao.view import View

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
    cases, history = questions(view, standings)
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


def questions(view: View, standings: Mapping[str, Standing]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The cases and the history that ``outlook`` takes (its docstring has the columns)."""
    singles = _singles(view) if view.has_readings else {}
    found = [
        (case, values, MONTHS[item.frequency])
        for item in view.plan.indicators
        if view.has_readings
        for case, values in _asked(view, item, standings[item.id], singles.get(item.id))
    ]
    if not found:
        return pd.DataFrame(), pd.DataFrame()
    history = {
        "series": [case["series"] for case, values, _ in found for _ in range(len(values))],
        "period": [_period(int(end), months) for _, values, months in found for end in values.index],
        "value": np.concatenate([values.to_numpy(float) for _, values, _ in found]),
    }
    return pd.DataFrame([case for case, _, _ in found]), pd.DataFrame(history)


@cache
def _period(end: int, months: int) -> str:
    return str(Period(end, months))


def _asked(
    view: View, item: Indicator, found: Standing, singles: pd.DataFrame | None
) -> list[tuple[dict[str, object], "pd.Series[float]"]]:
    months = MONTHS[item.frequency]
    own = view.series(item)
    own = own[(own["end"] + 1) % months == 0] if months > 1 else own
    deadline = (view.plan.last_month.end + 1) // months * months - 1
    undefined = item.measure in ("net", "average_growth") and np.isnan(found.actual)
    if own.empty or own["end"].iloc[-1] >= deadline or undefined:
        return []
    values = pd.Series(own["value"].to_numpy(), index=own["end"].to_numpy())
    case: dict[str, object] = {
        "case": item.id,
        "series": item.id,
        "measure": item.measure,
        "whole": item.counts,
        "frequency": _LETTER[item.frequency],
        "origin": str(Period(int(values.index[-1]), months)),
        "deadline": str(Period(deadline, months)),
        "target": NAN if item.target is None else item.target,
        "sense": {"以下": "<=", "左右": "about"}.get(item.word, ">="),
        "tolerance": item.tolerance,
        "two_sided": item.two_sided,
        "limit": NAN if item.upper_limit is None else item.upper_limit,
        "since": None,
    }
    match item.measure:
        case "flow":
            values = _steps(singles, months) if singles is not None else values
            first = view.plan.first_month.end if item.accumulate == "plan" else deadline - deadline % 12
            case["since"] = str(Period((first // months + 1) * months - 1, months))
        case "net":
            values = values - found.base if not np.isnan(found.base) else values
        case "growth":
            case["measure"] = "rate"
        case "average_growth":
            values = _index(view, values)
            case["measure"] = "level"
            if item.target is not None:
                case["target"] = 100 * (1 + item.target / 100) ** view.plan.years
    asked = [(case, values)]
    if item.target_region is not None:
        other = view.series(item, item.target_region).set_index("end")["value"]
        lead = (values - other).dropna()
        if len(lead):
            origin = str(Period(int(lead.index[-1]), months))
            changes = {"case": f"{item.id}|lead", "series": f"{item.id}|lead", "measure": "net", "whole": False}
            asked.append(({**case, **changes, "origin": origin, "target": 0.0, "limit": NAN}, lead))
    return asked


def _singles(view: View) -> dict[str, pd.DataFrame]:
    """What each step of each flow added, on the indicators' own grids; done once for all, being slow one by one."""
    rows = view.observed[view.observed["region"] == view.plan.region]
    grain = rows["indicator"].map({item.id: MONTHS[item.frequency] for item in view.plan.indicators})
    steps = single_from_cumulative(rows.loc[(rows["end"] + 1) % grain == 0, [*SERIES, "end", "value"]], SERIES)
    return {str(name): part for name, part in steps.groupby("indicator")}


def _steps(singles: pd.DataFrame, months: int) -> "pd.Series[float]":
    """Single amounts on the indicator's grid; a month reported with the next one counts as empty."""
    length, end, value = (singles[name].to_numpy() for name in ("months", "end", "value"))
    near = length <= max(_LONGEST_STEP, months)
    empty = end[near & (length > months)] - months
    ends, values = np.append(end[near], empty), np.append(value[near].astype(float), np.zeros(len(empty)))
    order = np.argsort(ends, kind="stable")
    return pd.Series(values[order], index=ends[order])


def _index(view: View, rates: "pd.Series[float]") -> "pd.Series[float]":
    """Yearly rates chained to a level, 100 in the year before the plan."""
    level = (1 + rates / 100).cumprod()
    before = level[level.index < view.plan.first_month.end]
    start = float(before.iloc[-1]) if len(before) else 1.0
    return pd.Series(level.to_numpy(float) * (100 / start), index=level.index)
