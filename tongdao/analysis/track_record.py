"""How often past verdicts were right: past years judged month by month, as if each month were today."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import isnan

import numpy as np
import pandas as pd

from tongdao.analysis.actuals import shortfall, standing
from tongdao.analysis.aims import main_aim
from tongdao.analysis.questions import questions
from tongdao.base import Period, span, years_back
from tongdao.forecast import outlook
from tongdao.plan import Indicator, Plan
from tongdao.workbook import KEY, SERIES, View, known_each, placed, views

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
    """How often the outlook was right: past years judged month by month, as if each month were today.

    Past years had no such plan, so each gets targets of the same ambition: a flow's target keeps its ratio to the last
    total before the plan, a level's or share's its distance to the last reading, a net or a rate its number. Each
    judgement sees only what was recorded when its month was first reported (docs/maths.md, section 6).
    """
    known = readings.loc[readings["recorded_at"].str[:10] <= view.as_of.isoformat(), list(_READ)]
    reported = known[known["region"] == view.plan.region].groupby("end")["recorded_at"].min().str[:10].to_dict()
    past = list(_past_plans(view))
    moments = [
        (plan, month, date.fromisoformat(reported[month.end]))  # the report of a month knew what came with its first
        for plan, _ in past
        for month in span(plan.first_month, plan.last_month)[:-1]
        if month.end in reported
    ]
    tags = [f"@{plan.deadline.year}@{month.end}" for plan, month, _ in moments]
    seen = {
        tag: (at, [main_aim(at, item) for item in at.plan.indicators])
        for tag, at in zip(tags, _views(moments, known), strict=True)
    }
    cases, history = questions(seen)
    outcomes = {f"{name}@{plan.deadline.year}": met for plan, ended in past for name, met in ended.items()}
    if cases.empty or not outcomes:
        return TrackRecord(pd.DataFrame(columns=["indicator", "year", "month", "p_met", "met"]))
    cases["met"] = cases["case"].str.rpartition("@")[0].map(outcomes)
    cases = cases[cases["met"].notna()].reset_index(drop=True)
    found = outlook(cases, history[history["series"].isin(cases["series"])])
    parts = cases["case"].str.split("@", expand=True).reindex(columns=range(3))
    when = {"year": parts[1].astype(int), "month": parts[2].astype(int)}
    rows = pd.DataFrame({"indicator": parts[0], **when, "p_met": found["p_met"], "met": cases["met"]})
    undecided = (rows["p_met"] > 0) & (rows["p_met"] < 1) & (found["history_years"] >= 1)
    return TrackRecord(rows[undecided].reset_index(drop=True))


def _past_plans(view: View) -> Iterator[tuple[Plan, dict[str, float]]]:
    """The plan moved back by whole lengths of itself, with targets of the same ambition and which of them were met."""
    length = view.plan.years
    first = int(view.observed["end"].min() // 12) if len(view.observed) else view.plan.start.year
    for back in range(length, view.plan.start.year - first + 1, length):
        days = {name: years_back(getattr(view.plan, name), back) for name in ("start", "deadline")}
        moved = view.plan.model_copy(update=days)
        items = tuple(item for one in view.plan.indicators if (item := _ambition(view, one, moved, back)) is not None)
        if not items:
            continue
        plan = moved.model_copy(update={"indicators": items})
        end = view.up_to(plan.last_month, plan)
        found = [(one, standing(end, one)) for one in (main_aim(end, item) for item in items)]
        ended = [(one.item, at) for one, at in found if one.ends and at.end == one.ends[-1] and not isnan(at.actual)]
        yield plan, {item.id: float(item.meets(shortfall(item, at))) for item, at in ended}


def _ambition(view: View, item: Indicator, moved: Plan, back: int) -> Indicator | None:
    """The indicator with a target as ambitious for the moved plan as today's is for ours; None if it has none."""
    if item.target is None or item.two_sided or item.traits.averaged:
        return None
    own = view.course(item)
    now, past = (own.up_to(plan.first_month.end - 1).value[-1:] for plan in (view.plan, moved))
    if not past:
        return None
    aimed = item.target
    if item.traits.cumulates:
        scaled = aimed * past[0] / now[0] if now[0] > 0 else aimed
        aimed = max(round(scaled), 1) if item.counts else scaled
    elif not item.traits.change:
        aimed = aimed - now[0] + past[0]
    if aimed <= 0 and not item.traits.change:
        return None
    deadline = years_back(item.deadline, back) if item.deadline else None
    return item.model_copy(update={"deadline": deadline, "interims": (), "parts": {}, "target": float(aimed)})


def _views(moments: Sequence[tuple[Plan, Period, date]], readings: pd.DataFrame) -> Iterator[View]:
    """What the report of each month saw; put on one footing together, being slow one by one."""
    if not moments:
        return iter(())
    readings = readings.astype(dict.fromkeys(SERIES, "category"))  # named once, not for each view
    known = known_each(readings, [day for _, _, day in moments])
    observed, _ = placed(known, moments[0][0], ["at", *SERIES])
    last = np.array([month.end for _, month, _ in moments])
    return views(observed[observed["end"].to_numpy() <= last[observed["at"].to_numpy()]], moments)
