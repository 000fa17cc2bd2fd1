"""What was known on a day of all months up to one: everything that computes takes a ``View``."""

import hashlib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from itertools import compress
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from tongdao.base import MONTHS, Period
from tongdao.plan import Indicator, Plan
from tongdao.workbook.lists import Lists
from tongdao.workbook.readings import SERIES, numbered
from tongdao.workbook.registers import Difference
from tongdao.workbook.tiling import Unplaced


class Course(NamedTuple):
    """One series as plain columns in the order of time: ``View.series`` without a frame, for what asks thousands.

    ``stock`` says whether a reading is a level. The other columns are those of ``readings.placed``.
    """

    end: list[int]
    since: list[int]
    value: list[float]
    preliminary: list[bool]
    stock: list[bool]

    def up_to(self, month: int) -> "Course":
        """What ends in a month or before it."""
        if (at := bisect_right(self.end, month)) == len(self.end):
            return self
        return Course(self.end[:at], self.since[:at], self.value[:at], self.preliminary[:at], self.stock[:at])

    def at(self, month: int) -> float | None:
        """The figure that ends in that very month."""
        return self.value[place] if (place := self.place(month)) >= 0 else None

    def place(self, month: int) -> int:
        """Where the figure stands that ends in that very month; -1 where there is none."""
        at = bisect_right(self.end, month) - 1
        return at if at >= 0 and self.end[at] == month else -1

    def only(self, kept: Sequence[bool]) -> "Course":
        """The readings that are kept, by their place."""
        return Course._make(list(compress(column, kept)) for column in self)


@dataclass(frozen=True)
class View:
    """What was known on ``as_of`` of all months up to ``month``.

    ``observed`` is ``readings.placed`` cut off at the month, the counts of registers in the place of
    typed readings; ``differences`` are those that differ. ``unplaced`` are readings that make no figure. ``plan`` is
    the plan as it held, ``lists`` the registers as known and the ledger as it stood ``today``. ``home`` is the plan's
    own region where another one is asked about. The month is ``past`` where a later one has readings.
    """

    plan: Plan
    observed: pd.DataFrame
    month: Period
    as_of: date
    lists: Lists = field(default_factory=Lists)
    differences: tuple[Difference, ...] = ()
    unplaced: tuple[Unplaced, ...] = ()
    home: str = ""
    past: bool = False

    @property
    def today(self) -> date:
        """The day of which the ledger speaks."""
        return self.month.last_day if self.past else self.as_of

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        known = f"{len(self.observed)} 个读数"
        printer.text(f"《{self.plan.title}》，报告月份 {self.month}，数据截至 {self.as_of}，{known}。")

    def series(self, indicator: Indicator, region: str | None = None) -> pd.DataFrame:
        """The observations of one indicator in one region (default: the plan's), ordered by ``end``."""
        return self._table.series((indicator.id, region or self.plan.region))

    def course(self, indicator: Indicator, region: str | None = None) -> Course:
        """The same observations as ``series`` gives, as columns."""
        return self._table.course((indicator.id, region or self.plan.region))

    def apart(self, region: str) -> list[Unplaced]:
        """What of a region's readings makes no figure, in the order of indicator and time."""
        return self._apart.get(region, [])

    def of(self, region: str) -> "View":
        """The same knowledge, asked about a region: its own targets, and no register, for those are the plan's."""
        plan = self.plan.of(region, self.as_of)
        made = replace(self, plan=plan)
        if region != self.plan.region:
            made = replace(made, lists=Lists(), differences=(), home=self.home or self.plan.region)
        vars(made).update({name: getattr(self, name) for name in ("_table", "_apart")})  # what does not ask the plan
        return made

    def table_hash(self) -> str:
        """A hash of the observations."""
        return self._table.hashed

    @cached_property
    def _table(self) -> "_Table":
        return _Table(self.observed)

    @cached_property
    def _apart(self) -> dict[str, list[Unplaced]]:
        found: dict[str, list[Unplaced]] = {}
        for one in self.unplaced:
            found.setdefault(one.region, []).append(one)
        return found

    @cached_property
    def grain(self) -> int:
        """Months between two figures of the indicator that reports most often."""
        return min(MONTHS[item.frequency] for item in self.plan.indicators)

    @cached_property
    def latest(self) -> Period | None:
        """The latest month inside the plan with a reading of the plan's region."""
        ends, time = self._table.ends(self.plan.region), self.plan.time
        at = bisect_right(ends, min(time.last, self.month.end)) - 1
        return Period(ends[at]) if at >= 0 and ends[at] >= time.first else None

    @cached_property
    def has_readings(self) -> bool:
        """Whether the month has readings to speak of; if not, documents say 无数据.

        A plan with monthly figures wants one of that very month; a yearly plan is content with the
        last twelve.
        """
        ends = [one.end for one in self.apart(self.plan.region)]
        ends += [self.latest.end] if self.latest else []
        return max(ends, default=0) > self.month.end - self.grain

    def earlier(self, months: int = 1) -> "View | None":
        """The same knowledge up to an earlier month; None before the plan's first."""
        month = self.month.plus(-months)
        return self.up_to(month, self.plan) if self.plan.covers(month) else None

    def up_to(self, month: Period, plan: Plan) -> "View":
        """The same knowledge up to a month, asked about a plan of these indicators."""
        observed = self.observed[self.observed["end"] <= month.end]
        apart = tuple(one for one in self.unplaced if one.end <= month.end)
        made = replace(self, plan=plan, observed=observed, month=month, unplaced=apart)
        vars(made)["_table"] = _Table(observed, self._table, (), month.end)
        return made


def views(observed: pd.DataFrame, moments: Sequence[tuple[Plan, Period, date]]) -> Iterator[View]:
    """What each moment knew, by plan, month and day: rows in the order of ``at``, their moment's place, and series."""
    whole = _Table(observed, by=("at", *SERIES))
    cuts = observed["at"].searchsorted(np.arange(len(moments) + 1)).tolist()
    for at, (plan, month, day) in enumerate(moments):
        made = View(plan, observed.iloc[cuts[at] : cuts[at + 1]], month, day)
        vars(made)["_table"] = _Table(made.observed, whole, (at,), month.end)
        yield made


@dataclass(frozen=True)
class _Table:
    """Observations by series, each taken once: a report asks for it many times. They may be a part of a ``wider`` one:
    what that has up to a month, there under names that stand ahead of the series' own."""

    observed: pd.DataFrame
    wider: "_Table | None" = None
    under: tuple[int, ...] = ()
    month: int = 0
    by: tuple[str, ...] = (*SERIES,)
    coursed: dict[tuple[int | str, ...], Course] = field(default_factory=dict)
    taken: dict[tuple[str, str], pd.DataFrame] = field(default_factory=dict)

    def series(self, name: tuple[str, str]) -> pd.DataFrame:
        if name not in self.taken:
            self.taken[name] = self.observed.iloc[self._places.get(name, slice(0))]
        return self.taken[name]

    def course(self, name: tuple[int | str, ...]) -> Course:
        if self.wider:
            return self.wider.course((*self.under, *name)).up_to(self.month)
        if name not in self.coursed:
            place = self._places.get(name, slice(0))
            self.coursed[name] = Course._make([column[place].tolist() for column in self._columns])
        return self.coursed[name]

    @cached_property
    def hashed(self) -> str:
        unsaid = {"line"} if self.observed["delivery"].any() else {"line", "delivery"}
        columns = sorted({*self.observed.columns} - unsaid)
        return hashlib.sha256(self.observed[columns].to_csv(index=False, lineterminator="\n").encode()).hexdigest()

    def ends(self, *region: int | str) -> list[int]:
        """The last months of what a region has, of a ``wider`` table all of that, ascending."""
        return self.wider.ends(*self.under, *region) if self.wider else self._ends.get(region, [])

    @cached_property
    def _ends(self) -> dict[tuple[int | str, ...], list[int]]:
        found: dict[tuple[int | str, ...], set[int]] = {}
        for (*under, _, region), place in self._places.items():
            found.setdefault((*under, region), set()).update(self._columns[0][place].tolist())
        return {name: sorted(ends) for name, ends in found.items()}

    @cached_property
    def _places(self) -> dict[tuple[int | str, ...], slice]:
        """Where each series stands: observations come in the order of series and time."""
        cuts = np.flatnonzero(np.diff(numbered(self.observed, self.by))) + 1
        starts = [0, *cuts.tolist()][: len(self.observed)]
        names = (self.observed[name].take(starts).tolist() for name in self.by)
        places = map(slice, starts, [*starts[1:], len(self.observed)])
        return dict(zip(zip(*names, strict=True), places, strict=True))

    @cached_property
    def _columns(self) -> tuple[Any, ...]:
        stock = self.observed["basis"] == "level"
        own = (*(self.observed[name] for name in ("end", "since", "value", "preliminary")), stock)
        return tuple(column.to_numpy() for column in own)
