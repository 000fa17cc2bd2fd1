"""Scores of departments by the frame of the plan: what is measured, every step of the arithmetic, and the sum.

A cell for which a department has nothing to be measured by does not count; the sum is then scaled to 100. All means
are exact sums, so that the order of rows has no say.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from tongdao.analysis.actuals import completion, standing
from tongdao.analysis.aims import main_aim
from tongdao.analysis.gap import Gap
from tongdao.analysis.road_map import Step, road_map
from tongdao.base import Period
from tongdao.plan import Cell, LightRule, LightStep
from tongdao.workbook import Item, View

UNDEFINED = "undefined"
NOT_COUNTED = ""


def lights(view: View, rows: Sequence[Gap], rule: LightRule) -> dict[str, str]:
    """The light of every indicator under a rule: a colour, ``UNDEFINED`` where the rule says nothing of the case,
    ``NOT_COUNTED`` where an indicator has no completion to be measured by."""
    counted = [row for row in rows if not math.isnan(row.completion)]
    looks_back = any(step.made_up for step in rule.steps)
    earlier = _behind_before(view) if looks_back and counted else set()
    found = dict.fromkeys((row.item.id for row in rows), NOT_COUNTED)
    for row in counted:
        rank = 1 + sum(one.completion < row.completion for one in counted)  # of the lowest completion
        light = (step.light for step in rule.steps if _holds(step, row, rank, row.item.id in earlier))
        found[row.item.id] = next(light, UNDEFINED)
    return found


def _behind_before(view: View) -> set[str]:
    """Indicators that were behind the plan's time at the end of an earlier month of the plan."""
    found: set[str] = set()
    before = view
    while (earlier := before.earlier()) is not None:
        before, month = earlier, earlier.month.end
        aims = (main_aim(before, item) for item in before.plan.indicators)
        found |= {one.key for one in aims if completion(one, standing(before, one)) < one.window.pace(month)}
    return found


def _holds(step: LightStep, row: Gap, rank: int, was_behind: bool) -> bool:
    """Whether all that a step asks is so; points are of a percentage, negative when ahead of the plan's time."""
    month, done, deadline = row.view.month, row.reached, Period(row.aim.window.last).last_day
    points = round(100 * (row.calendar_pace - row.completion), 6)
    behind = points > 0 and not done
    conditions = (
        step.done is None or done == step.done,
        step.behind_over is None or points > step.behind_over,
        step.behind_from is None or points >= step.behind_from,
        step.behind_to is None or points <= step.behind_to,
        step.missed is None or (behind and (step.missed == "month" or month.month % 3 == 0)),
        step.last is None or rank <= step.last,
        not step.made_up or (was_behind and not behind),
        step.days_left is None or (deadline - month.last_day).days <= step.days_left,
        not step.overdue or (row.over and not done),
    )
    return all(conditions)


FRESH = timedelta(days=31)  # an entry of the ledger confirmed within a month is up to date


@dataclass(frozen=True)
class Score:
    """One cell of one department: named ratios (``parts``, none where nothing applies) whose mean is the ``value``.

    ``points`` are of ``cell.weight``, NaN where nothing applies or the cell is undefined.
    """

    cell: Cell
    parts: tuple[tuple[str, float], ...]

    @property
    def value(self) -> float:
        return math.fsum(ratio for _, ratio in self.parts) / len(self.parts) if self.parts else math.nan

    @property
    def share(self) -> float:
        """The part of the weight that the figure earns by the scale; below 0 or above 1 it counts as these."""
        return (self.value - self.cell.zero) / (self.cell.full - self.cell.zero)

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
    def total(self) -> float:
        return 100 * math.fsum(one.points for one in self.counted) / self.weight if self.weight else math.nan


def assessment_results(view: View, rows: Sequence[Gap]) -> tuple[Result, ...]:
    """Every department that has something to be measured by, the highest sum first; none without a defined cell."""
    frame = view.plan.assessment
    if frame is None or not any(cell.defined for cell in frame.cells):
        return ()
    steps = road_map(view).steps

    def result(unit: str) -> Result:
        led = [row for row in rows if row.item.has_target and unit in view.plan.lead(row.item)]
        items = [item for _, item in view.lists.ledger.items() if unit in item.leads(view.plan)]
        due = [one for one in steps if unit in one.lead and one.latest_finish <= view.today]
        facts = _Facts(view, led, items, due)
        parts = [sorted(_MEASURES[cell.measure](facts)) if cell.measure else () for cell in frame.cells]
        scores = (Score(cell, tuple(found)) for cell, found in zip(frame.cells, parts, strict=True))
        return Result(unit, tuple(scores))

    made = (result(unit.name) for unit in view.plan.departments)
    return tuple(sorted((one for one in made if one.counted), key=lambda one: (-round(one.total, 9), one.department)))


class _Facts(NamedTuple):
    """What a department leads: targets, entries of the lists, and the steps whose latest finish has come."""

    view: View
    led: list[Gap]
    items: list[Item]
    due: list[Step]


#: Each measure as named ratios of a department.
_MEASURES: dict[str, Callable[[_Facts], list[tuple[str, float]]]] = {
    "completion": lambda of: [
        (row.item.name, min(row.completion, 1.0)) for row in of.led if not math.isnan(row.completion)
    ],
    "lights": lambda of: [(row.item.name, float(row.light == "green")) for row in of.led if row.light != "grey"],
    "chance": lambda of: [
        (row.item.name, odds) for row in of.led if not math.isnan(odds := 1.0 if row.verdict == "met" else row.p_met)
    ],
    "milestones": lambda of: [(one.milestone.title, float(one.state == "done" and not one.late)) for one in of.due],
    "progress": lambda of: [(item.title, item.progress / 100) for item in of.items if item.progress is not None],
    "fresh": lambda of: [(item.title, float(item.recorded_at >= of.view.today - FRESH)) for item in of.items],
    "reported": lambda of: [  # monthly indicators with a reading of the report's month
        (row.item.name, float(row.end >= of.view.month.end)) for row in of.led if row.item.frequency == "month"
    ],
}
