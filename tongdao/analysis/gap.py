"""Gap to target: what counts, what is missing, what the rest of the time must bring, and the verdict.

Formulas and their reasons stand in docs/maths.md. A verdict carries its ``cause`` as a word; ``wording`` turns it into
the sentence an official reads. Below stands what moved between two states.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from math import fsum, isnan
from typing import Any, Literal, get_args

import pandas as pd

from tongdao.analysis.actuals import NAN, Standing, brought, completion, shortfall, standing
from tongdao.analysis.aims import Aim, interim_aims, main_aim, part_aims
from tongdao.analysis.forecasts import Forecast, forecasts
from tongdao.base import MONTHS, Period, month_of
from tongdao.plan import Indicator, Light
from tongdao.workbook import Course, View

FEW = 2  # the largest target that is told one by one

Verdict = Literal[
    "met", "missed", "likely", "leaning", "at_risk", "unlikely", "pending", "no_data", "cannot_judge", "followed"
]


def usual(view: View, aim: Aim, end: int) -> tuple[float, float]:
    """Past years' share of the window's amount reached by the same month, and the mean amount of the rest.

    Years are whole spans of twelve months counted back from the plan's start; a window of several years repeats their
    mean (summed, so that empty years weigh nothing). docs/maths.md, section 2.
    """
    window = aim.window
    if not aim.item.traits.cumulates or end < window.first:
        return NAN, NAN
    start, own = view.plan.time.first, view.course(aim.item, aim.region)
    offset = (window.first - start) % 12
    places = (offset, (offset + window.gone(end)) % 12, (offset + window.months) % 12, 12)
    begins = range(start - 12, own.end[0] - 12, -12)
    spans = [
        amounts
        for begin in begins
        if not isnan(fsum(amounts := [brought(own, begin, begin + place - 1) for place in places]))
    ]
    if not spans:
        return NAN, NAN
    before, now, last, year = (fsum(amounts) for amounts in zip(*spans, strict=True))
    reached = (offset + window.gone(end)) // 12 * year + now - before
    whole = (offset + window.months) // 12 * year + last - before
    return reached / whole if whole > 0 else NAN, (whole - reached) / len(spans)


@dataclass(frozen=True, kw_only=True)
class Gap(Forecast, Standing):
    """One indicator's state: what stands, what is expected, and what the two mean for its target.

    Amounts are in ``item.unit``, ``completion`` and the paces are ratios, NaN where undefined. ``gap`` is positive
    while something is missing. ``required_per_month`` is what each month left must bring, ``required_per_step`` what
    each figure still to come before the deadline must (where figures are rarer than monthly), ``usual_per_month`` what
    such months brought in past years, ``required_ratio`` what is missing by that of all of them. ``cause`` is the
    verdict's; ``expected`` the month in which the first figure is due. ``interims`` are the targets on the way,
    ``parts`` those of the regions or units that share the target.
    """

    view: View = field(repr=False, compare=False)
    aim: Aim
    gap: float
    completion: float
    calendar_pace: float
    usual_pace: float
    required_per_month: float
    required_per_step: float
    usual_per_month: float
    required_ratio: float
    months_left: int
    verdict: Verdict
    light: Light
    expected: int
    interims: tuple["Gap", ...] = ()
    parts: tuple["Gap", ...] = ()

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        figures = zip(("目标", "实际", "差距"), (self.target, self.actual, self.gap), strict=True)
        known = [f"{word} {figure:g}" for word, figure in figures if not isnan(figure)]
        printer.text(f"{self.item.name}（{self.item.unit}）：{'，'.join(known) or '没有数'}")

    @property
    def item(self) -> Indicator:
        return self.aim.item

    @property
    def own(self) -> pd.DataFrame:
        """The readings of the region."""
        return self.view.series(self.item, self.aim.region)

    @property
    def course(self) -> Course:
        """The same readings as columns."""
        return self.view.course(self.item, self.aim.region)

    @property
    def reached(self) -> bool:
        """Whether what stands now meets the target, decided or not."""
        return self.item.meets(self.gap)

    @property
    def deadline(self) -> date:
        """The day on which the window ends."""
        return min(Period(self.aim.window.last).last_day, self.item.deadline or self.view.plan.deadline)

    @property
    def over(self) -> bool:
        """Whether the window has ended."""
        return self.view.month.end >= self.aim.window.last

    @property
    def few(self) -> bool:
        """A count to be reached of so few that it is told one by one, never as a percentage or a trend line."""
        counted = self.item.counts and self.item.traits.counted and not self.item.decreasing
        return counted and not isnan(self.gap) and self.target <= FEW


def gaps(view: View) -> tuple[Gap, ...]:
    """The state of every indicator, in the plan's order."""
    return gaps_of([view])[0]


def gaps_of(views: Sequence[View]) -> list[tuple[Gap, ...]]:
    """``gaps`` of many views, as of a plan's regions: their outlooks are worked out together, which is quicker."""
    asked = []
    for view in views:
        items = view.plan.indicators
        aims = [(main_aim(view, item), interim_aims(view, item), part_aims(view, item)) for item in items]
        every = {one.key: one for main, steps, shares in aims for one in (main, *steps, *shares)}
        asked.append((view, aims, every, {key: standing(view, one) for key, one in every.items()}))
    ahead = forecasts([(view, every, found) for view, _, every, found in asked])
    made = []
    for (view, aims, every, found), seen in zip(asked, ahead, strict=True):
        rows = {key: _gap(view, one, found[key], seen[key]) for key, one in every.items()}
        made.append(tuple(_together(rows, *each) for each in aims))
    return made


def _gap(view: View, aim: Aim, found: Standing, ahead: Forecast) -> Gap:
    item, window, month = aim.item, aim.window, view.month.end
    if found.cause not in ("", "not_due", "no_reading") and ahead.register is None:
        ahead = Forecast()  # what is missing would have to be invented
    gap = shortfall(item, found)
    verdict, cause = judge(view, aim, found, gap, ahead)
    left = max(window.last - month, 0)
    pace, rest = usual(view, aim, found.end)
    # what an amount of a year to come, a rate or a cap on an amount asks of each month cannot be said
    begun = not aim.yearly or found.end >= window.first
    asks = begun and not (item.traits.rate or item.traits.yes_or_no or (item.traits.cumulates and item.decreasing))
    missing = max(gap, 0.0) if asks else NAN
    monthly = MONTHS[item.frequency] < MONTHS["half"] and item.measure != "rank"
    coming = sum(end > found.end for end in aim.ends) if MONTHS[item.frequency] > 1 else 0
    told: dict[str, Any] = {**vars(found), **vars(ahead), "cause": cause}
    return Gap(
        **told,
        view=view,
        aim=aim,
        gap=gap,
        completion=completion(aim, found),
        calendar_pace=window.pace(month),
        usual_pace=pace,
        required_per_month=missing / left if left and monthly else NAN,
        required_per_step=missing / coming if coming else NAN,
        usual_per_month=rest / left if left else NAN,
        required_ratio=missing / rest if left and rest > 0 else NAN,
        months_left=left,
        verdict=verdict,
        light=view.plan.lights.light(verdict),
        expected=Period(aim.ends.start).plus(item.lag).end,
    )


def _together(rows: Mapping[str, Gap], main: Aim, steps: Iterable[Aim], shares: Iterable[Aim]) -> Gap:
    """A row with its interim targets and parts; a target for each year is met in all years or not at all."""
    interims, parts = (tuple(rows[one.key] for one in aims) for aims in (steps, shares))
    row = replace(rows[main.key], interims=interims, parts=parts) if interims or parts else rows[main.key]
    if row.item.judged != "each_year" or row.cause not in ("reached", "deadline"):
        return row
    later = [one for one in interims if one.aim.window.first > row.aim.window.last]
    chances = [one.p_met for one in later if not isnan(one.p_met)]
    verdict, cause = row.verdict, row.cause
    if later:  # this year is decided, the target is not
        verdict = _likely(row.view, min(chances)) if chances else "cannot_judge"
        row, cause = (
            replace(row, p_met=min(chances, default=NAN)),
            "year_met" if row.verdict == "met" else "year_missed",
        )
    elif any(one.verdict == "missed" for one in interims):
        verdict, cause = "missed", "deadline"
    elif any(one.verdict != "met" for one in interims):
        verdict, cause = "cannot_judge", "years_open"
    return replace(row, verdict=verdict, cause=cause, light=row.view.plan.lights.light(verdict))


def judge(view: View, aim: Aim, found: Standing, gap: float, ahead: Forecast) -> tuple[Verdict, str]:
    """The verdict and its cause (docs/maths.md, section 4)."""
    item, window = aim.item, aim.window
    if not item.has_target:
        return "followed", "no_target"
    if found.cause:
        absent: dict[str, Verdict] = {"not_due": "pending", "no_reading": "no_data"}
        return absent.get(found.cause, "cannot_judge"), found.cause
    last = aim.ends[-1] if aim.ends else window.last
    complete = found.final and found.end == last
    counts = item.traits.cumulates or item.traits.yes_or_no
    settled = counts and not item.decreasing and not item.two_sided and found.final and found.end >= window.first
    if item.meets(gap) and (settled or complete):
        return "met", "reached"
    if complete and not isnan(gap):
        return "missed", "deadline"
    if view.month.end >= window.last or found.end > last:
        later = Period(last).plus(item.lag).end > month_of(view.as_of).end
        return ("pending", "last_not_due") if later else ("cannot_judge", "last_missing")
    if item.traits.yes_or_no:
        return "cannot_judge", "once"
    if isnan(ahead.p_met) or (ahead.history_years < 1 and ahead.register is None):
        return "cannot_judge", "short_history"
    return _likely(view, ahead.p_met), "outlook"


def _likely(view: View, p: float) -> Verdict:
    """The verdict of a chance."""
    bounds = view.plan.thresholds
    steps: tuple[Verdict, ...] = ("likely", "leaning", "at_risk")
    return next((word for word in steps if p >= getattr(bounds, word)), "unlikely")


Why = Literal["reached", "lost", "worse", "better", "fell", "published", "moved", ""]  # the weightiest first
_RANK = ("unlikely", "at_risk", "leaning", "likely", "met")


@dataclass(frozen=True)
class Change:
    """One indicator before and now."""

    before: Gap
    now: Gap

    @property
    def step(self) -> float:
        """Now less before, in the indicator's unit."""
        return self.now.actual - self.before.actual

    @property
    def other_year(self) -> bool:
        """Whether these are the amounts of two years."""
        return self.now.aim.yearly and self.now.end // 12 != self.before.end // 12

    @property
    def why(self) -> Why:
        """The weightiest reason to report it; empty where nothing moved."""
        before, now = self.before, self.now
        if isnan(now.actual):
            return ""
        if isnan(before.actual):
            return "published"
        reached = now.item.meets(now.gap)
        if reached != before.item.meets(before.gap) and (reached or not self.other_year):
            return "reached" if reached else "lost"
        if before.verdict != now.verdict and before.verdict in _RANK and now.verdict in _RANK:
            return "better" if _RANK.index(now.verdict) > _RANK.index(before.verdict) else "worse"
        if now.actual < before.actual and now.item.traits.cumulates and now.end // 12 == before.end // 12:
            return "fell"
        return "moved" if now.actual != before.actual else ""


def changes(before: Iterable[Gap], now: Iterable[Gap]) -> tuple[Change, ...]:
    """The indicators whose figure or verdict moved, the weightiest first."""
    earlier = {row.item.id: row for row in before}
    found = (Change(earlier[row.item.id], row) for row in now if row.item.id in earlier)
    return tuple(sorted((one for one in found if one.why), key=lambda one: get_args(Why).index(one.why)))
