"""Scores of departments by the frame of the plan: what is measured, every step of the arithmetic, and the sum.

A cell for which a department has nothing to be measured by does not count; the sum is then scaled to 100. All means
are exact sums, so that the order of rows has no say.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from tongdao.analysis.gap import Gap
from tongdao.analysis.road_map import Step, road_map
from tongdao.plan import Cell
from tongdao.workbook import Item, View

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
