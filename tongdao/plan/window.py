"""The months that a target speaks of."""

from dataclasses import dataclass
from datetime import date
from functools import cache


@dataclass(frozen=True, order=True)
class Window:
    """Whole months from ``first`` to ``last``, both included, counted as ``Period.end``.

    The months of a plan's first and last day count whole.
    """

    first: int
    last: int

    @property
    def months(self) -> int:
        return self.last - self.first + 1

    def gone(self, month: int) -> int:
        """Months of the window gone by at the end of a month."""
        return min(max(month - self.first + 1, 0), self.months)

    def pace(self, month: int) -> float:
        """The part of the window gone by at the end of a month (序时进度): 9 of 12 at the end of September."""
        return self.gone(month) / self.months

    def ends(self, months: int) -> range:
        """Last months of the periods of that many months that end inside the window."""
        return range(-(-(self.first + 1) // months) * months - 1, self.last + 1, months)


@cache
def whole_months(start: date, end: date) -> Window:
    """The months from that of one day to that of another."""
    return Window(start.year * 12 + start.month - 1, end.year * 12 + end.month - 1)
