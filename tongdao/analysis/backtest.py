"""How often the outlook was right: past years judged month by month, as if each month were today.

Past years had no such plan, so each gets targets of the same ambition: a flow's target keeps its
ratio to the last total before the plan, a level's or share's its distance to the last reading, a net
or a rate its number. Each judgement sees only what was recorded when its month was first reported.
docs/maths.md, section 6.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from tongdao.analysis.actuals import standing
from tongdao.analysis.gap import shortfall
from tongdao.analysis.series_forecast import Asking, questions
from tongdao.base import Period, span, years_back
from tongdao.forecast import outlook
from tongdao.plan import Indicator, Plan
from tongdao.workbook import KEY, SERIES, View, as_known, observations

_READ = (*KEY, "end", "months", "value", "status", "recorded_at", "withdrawn", "line")
ENOUGH = 20  # different targets decided; below that a score says more of luck than of the method


@dataclass(frozen=True)
class TrackRecord:
    """Past judgements and how they ended.

    ``judgements`` has indicator, year, month, p_met and met (0 or 1), one row per judgement made
    before the outcome was decided. ``targets`` counts the different targets behind them.
    """

    judgements: pd.DataFrame

    @property
    def targets(self) -> int:
        return len(self.judgements[["indicator", "year"]].drop_duplicates())

    @property
    def enough(self) -> bool:
        return self.targets >= ENOUGH

    @property
    def brier(self) -> float:
        """Mean squared distance between chance and outcome (Brier 1950); 0.25 is a tossed coin."""
        rows = self.judgements
        return float(((rows["p_met"] - rows["met"]) ** 2).mean()) if len(rows) else float("nan")

    def between(self, low: float, high: float) -> tuple[int, int]:
        """Judgements with low ≤ P < high, and how many of their targets were reached."""
        rows = self.judgements[(self.judgements["p_met"] >= low) & (self.judgements["p_met"] < high)]
        return len(rows), int(rows["met"].sum())


def track_record(view: View, readings: pd.DataFrame) -> TrackRecord:
    """Judge every month of the years before the plan that the readings known to the view can decide."""
    known = readings.loc[readings["recorded_at"].str[:10] <= view.as_of.isoformat(), list(_READ)]
    moments: list[tuple[Plan, Period, date]] = []
    outcomes: dict[str, float] = {}
    for plan, end in _past_plans(view):
        outcomes |= {f"{item.id}@{plan.deadline.year}": met for item, met in end}
        months = span(plan.first_month, plan.last_month)[:-1]
        moments += [(plan, month, day) for month in months if (day := _reported(plan, known, month))]
    tags = [f"@{plan.deadline.year}@{month.end}" for plan, month, _ in moments]
    asked, history = questions(
        [
            Asking(seen, {item.id: standing(seen, item) for item in seen.plan.indicators}, tag)
            for seen, tag in zip(_views(moments, known), tags, strict=True)
        ]
    )
    asked = asked[asked["case"].map(lambda case: case.rpartition("@")[0] in outcomes)] if len(asked) else asked
    if asked.empty:
        return TrackRecord(pd.DataFrame(columns=["indicator", "year", "month", "p_met", "met"]))
    found = outlook(asked, history[history["series"].isin(asked["series"])])
    parts = found["case"].str.split("@", expand=True)
    rows = pd.DataFrame(
        {
            "indicator": parts[0],
            "year": parts[1].astype(int),
            "month": parts[2].astype(int),
            "p_met": found["p_met"],
            "met": found["case"].map(lambda case: outcomes[case.rpartition("@")[0]]),
            "years": found["history_years"],
        }
    )
    undecided = (rows["p_met"] > 0) & (rows["p_met"] < 1) & (rows["years"] >= 1)
    return TrackRecord(rows[undecided].drop(columns="years").reset_index(drop=True))


def _past_plans(view: View) -> Iterator[tuple[Plan, list[tuple[Indicator, float]]]]:
    """The plan moved back by whole lengths of itself, with targets of the same ambition and their outcomes."""
    span = view.plan.years
    first = int(view.observed["end"].min() // 12) if len(view.observed) else view.plan.start.year
    for back in range(span, view.plan.start.year - first + 1, span):
        moved = view.plan.model_copy(
            update={"start": years_back(view.plan.start, back), "deadline": years_back(view.plan.deadline, back)}
        )
        items = [item for one in view.plan.indicators if (item := _ambition(view, one, moved, back)) is not None]
        if not items:
            continue
        plan = moved.model_copy(update={"indicators": tuple(items)})
        end = View(plan, view.observed[view.observed["end"] <= plan.last_month.end], plan.last_month, view.as_of)
        decided = []
        for item in items:
            found = standing(end, item)
            if found.end == plan.last_month.end and not np.isnan(found.actual):
                decided.append((item, float(shortfall(item, found) <= 0)))
        yield plan, decided


def _ambition(view: View, item: Indicator, moved: Plan, back: int) -> Indicator | None:
    """The indicator with a target as ambitious for the moved plan as today's is for ours; None if it has none."""
    if item.target is None or item.two_sided or item.measure == "average_growth":
        return None
    own = view.series(item)
    before, then = (own[own["end"] < plan.first_month.end]["value"] for plan in (view.plan, moved))
    if then.empty:
        return None
    if item.measure in ("net", "growth"):
        return item
    now, past = float(before.iloc[-1]), float(then.iloc[-1])
    if item.measure == "flow":
        scaled = item.target * past / now if now > 0 else item.target
        target = max(round(scaled), 1) if item.counts else scaled
    else:
        target = item.target - now + past
    return item.model_copy(update={"target": float(target)}) if target > 0 else None


def _reported(plan: Plan, readings: pd.DataFrame, month: Period) -> date | None:
    """The day on which something of that month was first recorded: what its report knew."""
    day = readings.loc[(readings["end"] == month.end) & (readings["region"] == plan.region), "recorded_at"].min()
    return date.fromisoformat(day[:10]) if isinstance(day, str) else None


def _views(moments: Sequence[tuple[Plan, Period, date]], readings: pd.DataFrame) -> Iterator[View]:
    """What the report of each month saw; put on one footing together, being slow one by one."""
    if not moments:
        return
    known = pd.concat([as_known(readings, day).assign(at=at) for at, (_, _, day) in enumerate(moments)])
    observed = observations(known, moments[0][0], ["at", *SERIES])
    for (plan, month, day), (_, rows) in zip(moments, observed.groupby("at"), strict=True):
        yield View(plan, rows[rows["end"] <= month.end].reset_index(drop=True), month, day)
