"""What moved between two states of the same plan, and why it counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from tongdao.analysis.gap import Gap

Why = Literal["reached", "lost", "better", "worse", "fell", "moved", "published"]
_RANK = ("unlikely", "at_risk", "leaning", "likely", "met")


@dataclass(frozen=True)
class Change:
    """One indicator before and now; ``why`` is the weightiest reason to report it."""

    before: Gap
    now: Gap
    why: Why

    @property
    def step(self) -> float:
        """Now less before, in the indicator's unit."""
        return self.now.actual - self.before.actual


def changes(before: Iterable[Gap], now: Iterable[Gap]) -> tuple[Change, ...]:
    """The indicators whose figure or verdict moved, the weightiest first.

    The order: targets reached or lost, verdicts that changed, figures that fell, figures first
    published, figures that merely grew.
    """
    earlier = {row.item.id: row for row in before}
    found = [
        Change(earlier[row.item.id], row, why)
        for row in now
        if row.item.id in earlier and (why := _why(earlier[row.item.id], row)) is not None
    ]
    order: tuple[Why, ...] = ("reached", "lost", "worse", "better", "fell", "published", "moved")
    return tuple(sorted(found, key=lambda change: order.index(change.why)))


def _why(before: Gap, now: Gap) -> Why | None:
    if now.actual != now.actual:  # NaN: nothing is known now, so nothing has moved
        return None
    if before.actual != before.actual:
        return "published"
    if (now.gap <= 0) != (before.gap <= 0):
        return "reached" if now.gap <= 0 else "lost"
    ranks = [_RANK.index(row.verdict) if row.verdict in _RANK else None for row in (before, now)]
    if ranks[0] is not None and ranks[1] is not None and ranks[0] != ranks[1]:
        return "better" if ranks[1] > ranks[0] else "worse"
    if now.actual < before.actual and now.item.measure == "flow" and now.end // 12 == before.end // 12:
        return "fell"
    return "moved" if now.actual != before.actual else None
