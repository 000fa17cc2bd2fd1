"""Months, quarters and years, and the algebra of cumulative figures.

Offices report a flow cumulatively: 1-3月 is January to March. A cumulative figure belongs to its
calendar year, so nothing here ever joins December to January. Every period is known by its last
month, counted as ``year * 12 + month - 1``; that one integer orders months, quarters and years alike.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from tongdao.base.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

Frequency = Literal["month", "quarter", "year"]
MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "year": 12}
_WRITTEN = re.compile(r"(\d{4})(?:-(\d{2})|Q([1-4]))?")


@dataclass(frozen=True, order=True)
class Period:
    """A month, quarter or year, ordered by its last month.

    ``end`` is the last month as ``year * 12 + month - 1``; ``months`` is 1, 3 or 12.
    """

    end: int
    months: int = 1

    @property
    def year(self) -> int:
        return self.end // 12

    @property
    def month(self) -> int:
        """Number of the last month, 1 to 12."""
        return self.end % 12 + 1

    @property
    def start(self) -> int:
        return self.end - self.months + 1

    @property
    def last_day(self) -> date:
        following = self.end + 1
        return date.fromordinal(date(following // 12, following % 12 + 1, 1).toordinal() - 1)

    def plus(self, months: int) -> "Period":
        """The month that many months after the last one."""
        return Period(self.end + months)

    def __str__(self) -> str:
        if self.months == 12:
            return f"{self.year}"
        return f"{self.year}-{self.month:02d}" if self.months == 1 else f"{self.year}Q{self.month // 3}"


def parse_period(text: str) -> Period:
    """Read ``2024-09``, ``2024Q3`` or ``2024``.

    Raises:
        UsageError: anything else; the message shows the three spellings.
    """
    found = _WRITTEN.fullmatch(text.strip())
    year, month, quarter = found.groups() if found else (None, None, None)
    if year is None or int(year) < 1900 or (month is not None and not 1 <= int(month) <= 12):
        raise UsageError(f"期间“{text}”无法识别，请写成 2024-09（月）、2024Q3（季）或 2024（年）。")
    if month is not None:
        return Period(int(year) * 12 + int(month) - 1)
    if quarter is not None:
        return Period(int(year) * 12 + int(quarter) * 3 - 1, 3)
    return Period(int(year) * 12 + 11, 12)


def years_back(day: date, years: int) -> date:
    """The same day some years before; for 29 February the 28th."""
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - years, day=28 if leap else day.day)


def parse_day(text: str, what: str = "日期") -> date:
    """Read an ISO date such as ``2024-10-20``."""
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text.strip()):
            raise ValueError
        return date.fromisoformat(text.strip())
    except ValueError:
        raise UsageError(f"{what}“{text}”无法识别，请写成 2024-10-20 这样的年-月-日。") from None


def month_of(day: date) -> Period:
    return Period(day.year * 12 + day.month - 1)


def span(first: Period, last: Period) -> list[Period]:
    """All months from the first to the last, both included."""
    return [Period(end) for end in range(first.start, last.end + 1)]


def plan_time(start: date, deadline: date, month: Period) -> tuple[int, int]:
    """Months of the plan gone by at the end of ``month``, and months in all.

    Their ratio is the calendar pace (序时进度): 9 of 12 at the end of September.
    """
    first, last = month_of(start).end, month_of(deadline).end
    gone = min(max(month.end - first + 1, 0), last - first + 1)
    return gone, last - first + 1


def single_from_cumulative(frame: "pd.DataFrame", by: Sequence[str]) -> "pd.DataFrame":
    """Cumulative figures of a year, turned into what each step added.

    Args:
        frame: columns ``by``, ``end`` (last month) and ``value`` (cumulative since January).
        by: the columns that name a series.

    Returns:
        The same rows ordered by series and period, ``value`` now being the amount since the previous
        figure of the same year and ``months`` how many months that covers: offices publish January
        and February together, and such a step cannot be split without inventing numbers.
    """
    ordered = frame.sort_values([*by, "end"], kind="stable").reset_index(drop=True)
    groups = ordered.assign(year=ordered["end"] // 12).groupby([*by, "year"], sort=False)
    before = groups["value"].shift().fillna(0.0)
    gone = (groups["end"].shift() % 12 + 1).fillna(0)
    ordered["months"] = (ordered["end"] % 12 + 1 - gone).astype(int)
    ordered["value"] = ordered["value"] - before
    return ordered


def cumulative_from_single(frame: "pd.DataFrame", by: Sequence[str]) -> "pd.DataFrame":
    """Amounts of single steps, added up from January; the inverse of the other direction.

    Args:
        frame: columns ``by``, ``end``, ``months`` (length of the step) and ``value``.

    Returns:
        The rows whose year is complete from January to their month. Later months of a year with a
        gap have no cumulative figure, and none is made up.
    """
    ordered = frame.sort_values([*by, "end"], kind="stable").reset_index(drop=True)
    groups = ordered.assign(year=ordered["end"] // 12).groupby([*by, "year"], sort=False)
    covered = groups["months"].cumsum()
    ordered["value"] = groups["value"].cumsum()
    return ordered[covered == ordered["end"] % 12 + 1].reset_index(drop=True)
