"""Scores of departments by the frame of the plan: what is measured, every step of the arithmetic, and the sum.

A cell for which a department has nothing to be measured by does not count; the sum is then scaled to 100. All means
are exact sums, so that the order of rows has no say.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from tongdao.analysis.actuals import standing
from tongdao.analysis.gap import Gap, completion
from tongdao.analysis.road_map import RoadMap, road_map
from tongdao.plan import Cell, LightRule, LightStep
from tongdao.workbook import Item, View

UNDEFINED = "undefined"
NOT_COUNTED = ""


@dataclass(frozen=True)
class _LightFacts:
    """``behind`` in percentage points, negative when ahead of the plan's time; ``rank`` 1 is the lowest completion."""

    behind: float
    done: bool
    rank: int
    was_behind: bool
    quarter_end: bool
    days_left: int
    over: bool


def lights(view: View, rows: Sequence[Gap], rule: LightRule) -> dict[str, str]:
    """The light of every indicator under a rule: a colour, ``UNDEFINED`` where the rule says nothing of the case,
    ``NOT_COUNTED`` where an indicator has no completion to be measured by."""
    ranked = sorted((row for row in rows if not math.isnan(row.completion)), key=lambda row: row.completion)
    ranks = {row.item.id: 1 + sum(one.completion < row.completion for one in ranked) for row in ranked}
    looks_back = any(step.made_up for step in rule.steps)
    earlier = _behind_before(view) if looks_back and ranked else set()
    found = dict.fromkeys((row.item.id for row in rows), NOT_COUNTED)
    for row in ranked:
        facts = _LightFacts(
            behind=round(100 * (row.calendar_pace - row.completion), 6),
            done=row.gap <= 0,
            rank=ranks[row.item.id],
            was_behind=row.item.id in earlier,
            quarter_end=view.month.month % 3 == 0,
            days_left=(view.plan.deadline - view.month.last_day).days,
            over=view.over,
        )
        found[row.item.id] = next((step.light for step in rule.steps if _holds(step, facts)), UNDEFINED)
    return found


def _behind_before(view: View) -> set[str]:
    """Indicators that were behind the plan's time at the end of an earlier month of the plan."""
    found: set[str] = set()
    before = view.earlier()
    while before is not None:
        pace = before.plan.calendar_pace(before.month)
        done = {item.id: completion(item, standing(before, item)) for item in before.plan.indicators}
        found |= {name for name, ratio in done.items() if ratio < pace}
        before = before.earlier()
    return found


def _holds(step: LightStep, facts: _LightFacts) -> bool:
    behind = facts.behind > 0 and not facts.done
    conditions = (
        step.done is None or facts.done == step.done,
        step.behind_over is None or facts.behind > step.behind_over,
        step.behind_from is None or facts.behind >= step.behind_from,
        step.behind_to is None or facts.behind <= step.behind_to,
        step.missed is None or (behind and (step.missed == "month" or facts.quarter_end)),
        step.last is None or facts.rank <= step.last,
        not step.made_up or (facts.was_behind and not behind),
        step.days_left is None or facts.days_left <= step.days_left,
        not step.overdue or (facts.over and not facts.done),
    )
    return all(conditions)


FRESH = timedelta(days=31)  # an entry of the ledger confirmed within a month is up to date


@dataclass(frozen=True)
class Evidence:
    """What is measured of one department: named ratios whose mean is the figure; none where nothing applies."""

    parts: tuple[tuple[str, float], ...]

    @property
    def value(self) -> float:
        return math.fsum(ratio for _, ratio in self.parts) / len(self.parts) if self.parts else math.nan


@dataclass(frozen=True)
class Score:
    """One cell of one department; ``points`` of ``cell.weight``, NaN where nothing applies or the cell is undefined."""

    cell: Cell
    evidence: Evidence

    @property
    def share(self) -> float:
        """The part of the weight that the figure earns by the scale; below 0 or above 1 it counts as these."""
        return (self.evidence.value - self.cell.zero) / (self.cell.full - self.cell.zero)

    @property
    def points(self) -> float:
        if not self.cell.defined or math.isnan(self.share):
            return math.nan
        return (self.cell.weight or 0.0) * min(max(self.share, 0.0), 1.0)


@dataclass(frozen=True)
class Result:
    """A department's scores; ``total`` is out of 100, over the cells that apply."""

    department: str
    scores: tuple[Score, ...]

    @property
    def counted(self) -> tuple[Score, ...]:
        return tuple(one for one in self.scores if not math.isnan(one.points))

    @property
    def weight(self) -> float:
        return math.fsum(one.cell.weight or 0.0 for one in self.counted)

    @property
    def points(self) -> float:
        return math.fsum(one.points for one in self.counted)

    @property
    def total(self) -> float:
        return 100 * self.points / self.weight if self.weight else math.nan


def assessment_results(view: View, rows: Sequence[Gap]) -> tuple[Result, ...]:
    """Every department that has something to be measured by, the highest sum first; none without a defined cell."""
    frame = view.plan.assessment
    if frame is None or not any(cell.defined for cell in frame.cells):
        return ()
    facts = _Facts(view, rows, road_map(view))
    made = (
        Result(unit.name, tuple(Score(cell, facts.evidence(cell, unit.name)) for cell in frame.cells))
        for unit in view.plan.departments
    )
    return tuple(sorted((one for one in made if one.counted), key=lambda one: (-round(one.total, 9), one.department)))


@dataclass(frozen=True)
class _Facts:
    view: View
    rows: Sequence[Gap]
    plan_map: RoadMap

    def evidence(self, cell: Cell, unit: str) -> Evidence:
        return Evidence(tuple(sorted(_MEASURES[cell.measure](self, unit)))) if cell.measure else Evidence(())

    def led(self, unit: str) -> list[Gap]:
        return [row for row in self.rows if row.item.has_target and unit in self.view.plan.lead(row.item)]

    def items(self, unit: str) -> list[Item]:
        return [item for _, item in self.view.lists.ledger.items() if unit in item.leads(self.view.plan)]

    def completion(self, unit: str) -> list[tuple[str, float]]:
        led = self.led(unit)
        return [(row.item.name, min(row.completion, 1.0)) for row in led if not math.isnan(row.completion)]

    def lights(self, unit: str) -> list[tuple[str, float]]:
        return [(row.item.name, float(row.light == "green")) for row in self.led(unit) if row.light != "grey"]

    def chance(self, unit: str) -> list[tuple[str, float]]:
        return [
            (row.item.name, 1.0 if row.verdict == "met" else row.p_met)
            for row in self.led(unit)
            if row.verdict == "met" or not math.isnan(row.p_met)
        ]

    def milestones(self, unit: str) -> list[tuple[str, float]]:
        """Steps whose latest finish has come: done by then, or not."""
        due = [one for one in self.plan_map.steps if unit in one.lead and one.latest_finish <= self.view.as_of]
        return [(one.milestone.title, float(one.state == "done" and not one.late)) for one in due]

    def progress(self, unit: str) -> list[tuple[str, float]]:
        return [(item.title, item.progress / 100) for item in self.items(unit) if item.progress is not None]

    def fresh(self, unit: str) -> list[tuple[str, float]]:
        since = self.view.as_of - FRESH
        return [(item.title, float(item.recorded_at >= since)) for item in self.items(unit)]

    def reported(self, unit: str) -> list[tuple[str, float]]:
        """Monthly indicators with a reading of the report's month."""
        monthly = [row for row in self.led(unit) if row.item.frequency == "month"]
        return [(row.item.name, float(row.end >= self.view.month.end)) for row in monthly]


_MEASURES: dict[str, Callable[[_Facts, str], list[tuple[str, float]]]] = {
    "completion": _Facts.completion,
    "lights": _Facts.lights,
    "chance": _Facts.chance,
    "milestones": _Facts.milestones,
    "progress": _Facts.progress,
    "fresh": _Facts.fresh,
    "reported": _Facts.reported,
}
