"""The arithmetic of a road map: activities with durations and predecessors, scheduled forwards and backwards.

The critical path method (Kelley & Walker 1959, Critical-path planning and scheduling) in whole time points: an
activity of ``days`` runs from point ``start`` to point ``start + days``. What a point is (a working day) is
the caller's affair.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from tongdao.base.errors import DataError


class CircleError(DataError):
    """Activities that wait for each other; ``circle`` names them in turn, the first again at the end."""

    def __init__(self, circle: Sequence[str]) -> None:
        super().__init__(f"里程碑互相等待，排不出先后：{' → '.join(circle)}。请改正其中一项的前置。")
        self.circle = tuple(circle)


@dataclass(frozen=True)
class Activity:
    """``earliest`` is the point before which it cannot start, ``due`` the point by which it must be finished."""

    id: str
    days: int
    after: tuple[str, ...] = ()
    earliest: int = 0
    due: int | None = None


@dataclass(frozen=True)
class Times:
    """Earliest and latest start and finish; ``latest_finish - latest_start`` is always the duration."""

    earliest_start: int
    earliest_finish: int
    latest_start: int
    latest_finish: int

    @property
    def slack(self) -> int:
        """Total float; negative where the due point cannot be kept."""
        return self.latest_start - self.earliest_start


def schedule(activities: Sequence[Activity], *, finish: int | None = None) -> dict[str, Times]:
    """Times of every activity, in an order in which each comes after its predecessors.

    Args:
        finish: the point by which everything must be finished; default, the earliest at which it can be.

    Raises:
        CircleError: activities wait for each other.
        KeyError: a predecessor that is not among the activities.
    """
    known = {one.id: one for one in activities}
    try:
        order = list(TopologicalSorter({one.id: one.after for one in activities}).static_order())
    except CycleError as error:
        raise CircleError(error.args[1][::-1]) from None
    starts: dict[str, int] = {}
    for name in order:
        one = known[name]
        starts[name] = max([one.earliest, *(starts[before] + known[before].days for before in one.after)])
    end = max((starts[name] + known[name].days for name in order), default=0) if finish is None else finish
    ends = {name: end if (due := known[name].due) is None else min(end, due) for name in order}
    for name in reversed(order):
        for before in known[name].after:
            ends[before] = min(ends[before], ends[name] - known[name].days)
    days = {name: known[name].days for name in order}
    return {name: Times(starts[name], starts[name] + days[name], ends[name] - days[name], ends[name]) for name in order}


def critical(times: dict[str, Times]) -> tuple[str, ...]:
    """The critical path by its start: the activities without slack, or with the least where all have some."""
    bound = max(min((time.slack for time in times.values()), default=0), 0)
    found = [name for name, time in times.items() if time.slack <= bound]
    return tuple(sorted(found, key=lambda name: (times[name].earliest_start, times[name].earliest_finish)))
