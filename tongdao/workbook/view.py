"""A plan and its readings as one day saw them, up to one month.

Everything that computes takes a ``View``; nothing that computes asks for today's date.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd

from tongdao.base import MONTHS, Period, UsageError
from tongdao.plan import Indicator, Plan
from tongdao.workbook.lists import Lists
from tongdao.workbook.readings import SERIES, as_known, latest_month, latest_recorded, observations
from tongdao.workbook.registers import Difference, side_by_side


@dataclass(frozen=True)
class View:
    """What was known on ``as_of`` of all months up to ``month``.

    ``observed`` is ``readings.observations`` cut off at the month, the counts of registers in the place of
    typed readings; ``differences`` are those that differ. ``plan`` is the plan as it held, ``lists`` the
    registers and the ledger as known.
    """

    plan: Plan
    observed: pd.DataFrame
    month: Period
    as_of: date
    lists: Lists = field(default_factory=Lists)
    differences: tuple[Difference, ...] = ()

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        known = f"{len(self.observed)} 个读数"
        printer.text(f"《{self.plan.title}》，报告月份 {self.month}，数据截至 {self.as_of}，{known}。")

    def series(self, indicator: Indicator, region: str | None = None) -> pd.DataFrame:
        """The observations of one indicator in one region (default: the plan's), ordered by ``end``."""
        found = self._by_series.get((indicator.id, region or self.plan.region))
        return self.observed.iloc[:0] if found is None else found

    @cached_property
    def _by_series(self) -> dict[tuple[str, str], pd.DataFrame]:
        """The observations taken apart once: a report asks for every series many times."""
        return {(str(name), str(region)): rows for (name, region), rows in self.observed.groupby(SERIES)}

    def inside(self, series: pd.DataFrame) -> pd.DataFrame:
        """The part of a series that lies in the plan's time."""
        return series.iloc[int(series["end"].searchsorted(self.plan.first_month.end)) :]

    @property
    def grain(self) -> int:
        """Months between two figures of the indicator that reports most often."""
        return min(MONTHS[item.frequency] for item in self.plan.indicators)

    @cached_property
    def latest(self) -> Period | None:
        """The latest month inside the plan with a reading of the plan's region."""
        return latest_month(self.observed, self.plan)

    @property
    def has_readings(self) -> bool:
        """Whether the month has readings to speak of; if not, documents say 无数据.

        A plan with monthly figures wants one of that very month; a yearly plan is content with the
        last twelve.
        """
        latest = self.latest
        return latest is not None and latest.end > self.month.end - self.grain

    def earlier(self, months: int = 1) -> "View | None":
        """The same knowledge up to an earlier month; None before the plan's first."""
        month = self.month.plus(-months)
        if not self.plan.covers(month):
            return None
        return replace(self, observed=self.observed[self.observed["end"] <= month.end], month=month)

    @property
    def months_left(self) -> int:
        return max(self.plan.last_month.end - self.month.end, 0)

    @property
    def over(self) -> bool:
        """Whether the month is the plan's last."""
        return self.months_left == 0


def make_view(
    plan: Plan, readings: pd.DataFrame, month: Period | None, as_of: date | None, lists: Lists | None = None
) -> View:
    """Cut the readings, and the registers and ledger if there are any, to a day and a month.

    Args:
        month: default, the latest month inside the plan that has a reading.
        as_of: default, the latest ``recorded_at``, so that the same files give the same result on any day.

    Raises:
        UsageError: the month lies outside the plan; the sentence gives the plan's months.
    """
    kept = lists or Lists()
    day = as_of or max(filter(None, (latest_recorded(readings), kept.latest)), default=plan.start)
    held = plan.at(day)
    kept = kept.as_known(day)
    observed = observations(as_known(readings, day), held)
    differ: tuple[Difference, ...] = ()
    counted = kept.counted(held, day)
    if counted is not None:
        observed, differ = side_by_side(observed, counted)
    chosen = month or latest_month(observed, held) or held.first_month
    if not held.covers(chosen):
        raise UsageError(
            f"月份 {chosen} 不在计划期内，可用 {held.first_month} 至 {held.last_month}，请改用其中一个月。"
        )
    cut = observed[observed["end"] <= chosen.end].reset_index(drop=True)
    return View(held, cut, chosen, day, kept, tuple(one for one in differ if one.month <= chosen))
