"""Registers: lists of entries (certified firms, patents, loans, people) and the counts that follow from them.

A count is never typed where a register can be counted: the rule says what counts on a day, and every count can be
taken back to its entries.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar, Self

import pandas as pd
from pydantic import field_validator, model_validator

from tongdao.base import Period, convert, fault_of, month_of, span
from tongdao.plan import Feed, Indicator, Plan, Register
from tongdao.workbook.dated_rows import CellError, Row, Tables, key_of, known


class Entry(Row):
    """One entry as recorded on a day (see ``plan.Columns``); without ``begins`` it is a candidate."""

    KEY: ClassVar = "number"

    number: str
    holder: str = ""
    name: str = ""
    kind: str = ""
    begins: date | None = None
    ends: date | None = None
    revoked: date | None = None
    amount: Decimal = Decimal(0)
    stage: str = ""
    note: str = ""

    @property
    def who(self) -> str:
        """Whose it is: the holder, or the entry itself where nobody holds it."""
        return key_of(self.holder or self.number)

    @property
    def label(self) -> str:
        return self.name or self.holder or self.number

    def valid_on(self, day: date) -> bool:
        """Whether it counts on a day: begun, not run out, not revoked."""
        return self.begins is not None and self.begins <= day <= self.last_day

    @property
    def last_day(self) -> date:
        """The last day on which it is valid."""
        ends = self.ends or date.max
        return ends if self.revoked is None else min(ends, date.fromordinal(self.revoked.toordinal() - 1))

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for field, day in (("ends", self.ends), ("revoked", self.revoked)):
            if day is not None and self.begins is None:
                raise CellError(field, "还没有起始日期，不应有到期或撤销日期")
            if day is not None and self.begins is not None and day < self.begins:
                raise CellError(field, f"早于起始日期 {self.begins}，请核对")
        return self


class CodedEntry(Entry):
    """An entry whose holder is known by a unified social credit code."""

    holder: str

    @field_validator("holder")
    @classmethod
    def _credit_code(cls, code: str) -> str:
        if fault := fault_of(code):
            raise ValueError(fault)
        return code


def read_register(tables: Tables, register: Register) -> tuple[Entry, ...]:
    """Every row ever recorded in a register of a workbook; errors as ``Tables.read``."""
    headings = {name: text for name, text in register.columns.model_dump().items() if text}
    rows = tables.read(register.file, CodedEntry if register.credit_code else Entry, headings)
    for row in rows:
        if register.stages and row.stage and row.stage not in register.stages:
            advice = f"阶段只能是 {'、'.join(register.stages)}"
            raise row.refused(register.file, headings.get("stage", "stage"), row.stage, advice)
        summed = any(feed.rule == "sum" and feed.kind in (None, row.kind) for feed in register.feeds)
        if summed and row.begins and "amount" not in row.model_fields_set:
            advice = "这一条要计入合计，请补上金额，确为零请填 0"
            raise row.refused(register.file, headings.get("amount", "amount"), "", advice)
    return rows


def uncounted(plan: Plan, entries: Mapping[str, Iterable[Entry]]) -> Iterator[tuple[str, Entry, str]]:
    """The entries that no figure counts though nobody may have meant it: their register's file, and why, in Chinese."""
    for one in plan.registers:
        kinds = [*dict.fromkeys(feed.kind for feed in one.feeds)]
        counted = "、".join(kind for kind in kinds if kind)
        for row in known(entries.get(one.name, ()), date.max):
            if kinds and None not in kinds and row.kind not in kinds:
                yield one.file, row, f"类别“{row.kind}”不是计数的类别（{counted}），这一条不计入任何指标"
            if row.begins and row.begins > row.recorded_at:
                yield one.file, row, f"起始日期 {row.begins} 晚于记录日期 {row.recorded_at}，到那一天才计入"


@dataclass(frozen=True)
class Count:
    """What a register says of an indicator on a day: the value in the indicator's unit, and the entries behind it."""

    value: float
    entries: tuple[Entry, ...]


def count(entries: Iterable[Entry], feed: Feed, item: Indicator, day: date) -> Count:
    """Count the entries by the feed's rule as of a day (``plan.Feed`` has the rules)."""
    own = [entry for entry in entries if feed.kind is None or entry.kind == feed.kind]
    first = date(day.year, 1, 1)
    this_year = [entry for entry in own if entry.begins is not None and first <= entry.begins <= day]
    match feed.rule:
        case "stock":
            found = tuple({entry.who: entry for entry in own if entry.valid_on(day)}.values())
        case "new":
            before = date(day.year - 1, 12, 31)
            held = {entry.who for entry in own if entry.begins and entry.begins <= before <= entry.last_day}
            found = tuple({entry.who: entry for entry in reversed(this_year) if entry.who not in held}.values())
        case _:
            found = tuple(entry for entry in this_year if entry.revoked is None or entry.revoked > day)
    if feed.rule != "sum":
        return Count(len(found), found)
    total = sum((entry.amount for entry in found), Decimal(0))
    return Count(float(convert(total, feed.unit or item.unit, item.unit)), found)


def derived(plan: Plan, register: Register, rows: Iterable[Entry], day: date) -> Iterator[dict[str, object]]:
    """Readings of every month the register speaks for, as ``readings.as_known`` gives typed ones.

    A register speaks from ``since`` up to the last whole month before its latest row: whoever finds that nothing
    has changed records one row anew.
    """
    entries = known(rows, day)
    if not entries or register.since is None:
        return
    latest = max(entry.recorded_at for entry in entries)
    months = [month for month in span(month_of(register.since), month_of(latest)) if month.last_day < latest]
    for feed in register.feeds:
        item = plan.indicator(feed.indicator)
        basis = "level" if feed.rule == "stock" else "cumulative"
        whole_year = feed.rule != "stock" and register.since > date(register.since.year, 1, 1)
        for month in months:
            if whole_year and month.year == register.since.year:
                continue  # a count of the year needs the year from its first day
            yield {
                "indicator": item.id,
                "region": plan.region,
                "period": str(month),
                "value": count(entries, feed, item, month.last_day).value,
                "unit": item.unit,
                "basis": basis,
                "status": "final",
                "source": register.name,
                "recorded_at": latest.isoformat(),
                "delivery": "",
                "end": month.end,
                "months": 1,
                "line": 0,
            }


@dataclass(frozen=True)
class Difference:
    """A typed reading beside the register's count of the same month; the register's is the one that is used."""

    indicator: str
    month: Period
    typed: float
    counted: float


def side_by_side(typed: pd.DataFrame, counted: pd.DataFrame) -> tuple[pd.DataFrame, tuple[Difference, ...]]:
    """Observations in which the registers' counts take the place of typed ones, and where the two differ."""
    place = ["indicator", "region", "end"]
    both = typed.merge(counted[[*place, "value"]], on=place, suffixes=("", "_counted"))
    differ = both[(both["value"] - both["value_counted"]).abs() > 1e-9]
    spoken = pd.MultiIndex.from_frame(counted[place])
    rest = typed[~pd.MultiIndex.from_frame(typed[place]).isin(spoken)]
    merged = pd.concat([rest, counted]).sort_values(["indicator", "region", "end"], kind="stable")
    sides = zip(differ["indicator"], differ["end"], differ["value"], differ["value_counted"], strict=True)
    return merged.reset_index(drop=True), tuple(Difference(name, Period(end), *values) for name, end, *values in sides)
