"""Other people's rules for lights, tried on our data: the same indicators under each of them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tongdao.analysis.actuals import standing
from tongdao.analysis.gap import Gap, completion
from tongdao.plan import LightRule, LightStep
from tongdao.workbook import View

UNDEFINED = "undefined"
NOT_COUNTED = ""


@dataclass(frozen=True)
class _Facts:
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
        facts = _Facts(
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


def _holds(step: LightStep, facts: _Facts) -> bool:
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
