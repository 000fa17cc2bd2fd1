"""Gap to target: what counts, what is missing, what the rest of the time must bring, and the verdict.

Formulas and their reasons stand in docs/maths.md. A verdict carries its ``cause`` as a word;
``wording`` turns it into the sentence an official reads.
"""

from dataclasses import dataclass
from math import fsum
from typing import Any, Literal

import numpy as np

from tongdao.analysis.actuals import NAN, Standing, standing
from tongdao.analysis.register_forecast import Foresight
from tongdao.analysis.series_forecast import Forecast, forecasts
from tongdao.base import MONTHS, Period, month_of
from tongdao.plan import Indicator, Light, first_period
from tongdao.workbook import View

FEW = 2  # the largest target that is told one by one

Verdict = Literal[
    "met", "missed", "likely", "leaning", "at_risk", "unlikely", "pending", "no_data", "cannot_judge", "followed"
]


def shortfall(item: Indicator, found: Standing) -> float:
    """Target − actual, positive while something is missing; for 以下, actual − target.

    左右 is met from target − tolerance on; where the plan makes it two-sided, on both sides.
    """
    if item.decreasing:
        return found.actual - found.target
    if item.word == "左右":
        below = found.target - item.tolerance - found.actual
        above = found.actual - found.target - item.tolerance
        return max(below, above) if item.two_sided else below
    return found.target - found.actual


def completion(item: Indicator, found: Standing) -> float:
    """Actual ÷ target where the ratio means something: amounts counted from zero upwards to a positive target."""
    counted = item.measure in ("flow", "net") or (item.measure == "level" and not item.decreasing)
    if not counted or item.decreasing or not found.target > 0 or not found.actual >= 0:
        return NAN
    return found.actual / found.target


@dataclass(frozen=True)
class Usual:
    """What past years did by this month and after it: ``share`` of the total, mean amount of the rest."""

    share: float = NAN
    rest: float = NAN
    years: int = 0


def usual(view: View, item: Indicator, end: int) -> Usual:
    """Past years' share of the year's total reached by the same month (summed, so that empty years weigh nothing)."""
    own = view.series(item)
    if item.measure != "flow" or not end:
        return Usual()
    before = own["end"].searchsorted(view.plan.start.year * 12)
    past = dict(zip(own["end"].to_numpy()[:before], own["value"].to_numpy()[:before], strict=True))
    whole = [(now, last) for now in past if now % 12 == end % 12 and (last := now - now % 12 + 11) in past]
    if not whole:
        return Usual()
    reached, total = (fsum(past[month] for month in months) for months in zip(*whole, strict=True))
    return Usual(reached / total if total > 0 else NAN, (total - reached) / len(whole), len(whole))


@dataclass(frozen=True)
class Gap:
    """One indicator's state; amounts in ``item.unit``, ``completion`` and the paces as ratios, NaN where undefined.

    ``gap`` is positive while something is missing. ``end`` is the last month the actual speaks of, 0
    without one; ``expected`` the month in which the plan's first figure is due; ``missing`` years
    without a figure. ``required_per_month`` is what each month left must bring, ``usual_per_month``
    what such months brought in past years, ``required_ratio`` the one by the other.
    """

    item: Indicator
    target: float
    actual: float
    end: int
    gap: float
    completion: float
    calendar_pace: float
    usual_pace: float
    required_per_month: float
    usual_per_month: float
    required_ratio: float
    months_left: int
    point: float
    lo80: float
    hi80: float
    p_met: float
    history_years: int
    verdict: Verdict
    cause: str
    light: Light
    expected: int
    missing: tuple[int, ...]
    base: float
    series_p: float
    register: Foresight | None

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        figures = zip(("目标", "实际", "差距"), (self.target, self.actual, self.gap), strict=True)
        known = [f"{word} {figure:g}" for word, figure in figures if not np.isnan(figure)]
        printer.text(f"{self.item.name}（{self.item.unit}）：{'，'.join(known) or '没有数'}")

    @property
    def few(self) -> bool:
        """A count of so few that it is told one by one, never as a percentage or a trend line."""
        counted = self.item.counts and self.item.measure in ("flow", "net")
        return counted and not np.isnan(self.gap) and self.target <= FEW


def gaps(view: View) -> tuple[Gap, ...]:
    """The state of every indicator, in the plan's order."""
    found = {item.id: standing(view, item) for item in view.plan.indicators}
    ahead = forecasts(view, found)
    return tuple(_gap(view, item, found[item.id], ahead[item.id]) for item in view.plan.indicators)


def _gap(view: View, item: Indicator, found: Standing, ahead: Forecast) -> Gap:
    gap = shortfall(item, found)
    left = view.months_left
    past = usual(view, item, found.end)
    paced = left > 0 and item.measure not in ("growth", "average_growth")
    verdict, cause = judge(view, item, found, gap, ahead)
    return Gap(
        item=item,
        target=found.target,
        actual=found.actual,
        end=found.end,
        gap=gap,
        completion=completion(item, found),
        calendar_pace=view.plan.calendar_pace(view.month),
        usual_pace=past.share,
        required_per_month=max(gap, 0.0) / left if paced and not np.isnan(gap) else NAN,
        usual_per_month=past.rest / left if left else NAN,
        required_ratio=max(gap, 0.0) / past.rest if left and past.rest > 0 else NAN,
        months_left=left,
        point=ahead.point,
        lo80=ahead.lo80,
        hi80=ahead.hi80,
        p_met=ahead.p_met,
        history_years=ahead.history_years,
        verdict=verdict,
        cause=cause,
        light=view.plan.lights.light(verdict),
        expected=item.expected(first_period(view.plan, item)).end,
        missing=found.missing,
        base=found.base,
        series_p=ahead.series_p,
        register=ahead.register,
    )


def judge(view: View, item: Indicator, found: Standing, gap: float, ahead: Forecast) -> tuple[Verdict, str]:
    """The verdict and its cause (docs/maths.md, section 4)."""
    if not item.has_target:
        return "followed", "no_target"
    if found.cause:
        absent: dict[str, Verdict] = {"not_due": "pending", "no_reading": "no_data"}
        return absent.get(found.cause, "cannot_judge"), found.cause
    complete = found.final and found.end == view.plan.last_month.end
    settled = item.measure == "flow" and not item.decreasing and not item.two_sided and found.final
    if gap <= 0 and (settled or complete):
        return "met", "reached"
    if complete and not np.isnan(gap):
        return "missed", "deadline"
    if view.over:
        due = item.expected(Period(view.plan.last_month.end, MONTHS[item.frequency]))
        later = due.end > month_of(view.as_of).end
        return ("pending", "last_not_due") if later else ("cannot_judge", "last_missing")
    if np.isnan(ahead.p_met) or (ahead.history_years < 1 and ahead.register is None):
        return "cannot_judge", "short_history"
    bounds = view.plan.thresholds
    steps: tuple[tuple[float, Verdict], ...] = (
        (bounds.likely, "likely"),
        (bounds.leaning, "leaning"),
        (bounds.at_risk, "at_risk"),
    )
    return next((verdict for bound, verdict in steps if ahead.p_met >= bound), "unlikely"), "outlook"
