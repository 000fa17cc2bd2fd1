"""What in a plan contradicts or confuses, each with the reading chosen and by whom.

A finding here is no mistake of the file: the plan's own words can be read in more than one way, and whoever keeps
the workbook says in ``[[choice]]`` which way it is read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from itertools import combinations

from tongdao.base import MONEY, MONTHS, Period, convert, convertible
from tongdao.plan.indicator import COUNT_UNITS, Indicator
from tongdao.plan.plan import Choice, Plan

SHARED = 4  # signs that two names must share to speak of one thing
ALIKE = 0.4  # and the least ratio of difflib
_BARE = re.compile("^(新认定|新增|净增|新建|新)|(净增|新增|数量|数)+$")  # what is left names the thing itself
# How a figure is measured, not what of: two names that share only this speak of different things.
_MEASURED = re.compile(
    "(产业|行业)?(增加值|产值|营业收入|销售收入|总额)?(占.+(比重|比例|比)|占比|比重|覆盖率|年均增长|增长率|增速|增长)$"
)
_INNER = str.maketrans("“”", "‘’")


@dataclass(frozen=True)
class Conflict:
    """``kind`` and ``indicators`` are what a choice refers to; ``message`` says what confuses."""

    kind: str
    indicators: tuple[str, ...]
    message: str


def conflicts(plan: Plan) -> tuple[Conflict, ...]:
    """Everything in a plan that can be read in more than one way."""
    note = f"原文的期限不明确：{plan.deadline_note}"
    day = [Conflict("deadline", (), note)] if plan.deadline_note else []
    return (*day, *_pairs(plan), *_units(plan), *_money(plan), *_late_data(plan), *_no_lead(plan))


def chosen(plan: Plan, conflict: Conflict) -> Choice | None:
    """The reading that the plan file records for a conflict."""
    named = set(conflict.indicators)
    fits = (one for one in plan.choices if one.kind == conflict.kind and set(one.indicators) <= named)
    return next((one for one in fits if set(one.indicators) == named or not one.indicators), None)


def _pairs(plan: Plan) -> Iterator[Conflict]:
    """Two targets of one thing: gross and net, or two numbers."""
    targets = [item for item in plan.indicators if item.has_target]
    for one, other in (pair for pair in combinations(targets, 2) if _same_thing(*pair)):
        names = f"{_name(one)}与{_name(other)}"
        if {one.measure, other.measure} == {"flow", "net"}:
            yield Conflict("gross_net", (one.id, other.id), f"{names}是同一事项的毛数和净数，一项达到时另一项可能落空")
        elif one.measure == other.measure:
            worth = [item.target and convert(Decimal(repr(item.target)), item.unit, one.unit) for item in (one, other)]
            same = "相同" if worth[0] == worth[1] else "不同"
            yield Conflict("two_targets", (one.id, other.id), f"{names}名称相近、目标值{same}，容易当成一项")


def _name(item: Indicator) -> str:
    return f"“{item.name.translate(_INNER)}”"


def _same_thing(one: Indicator, other: Indicator) -> bool:
    if not convertible(one.unit, other.unit):
        return False
    if (bare := _BARE.sub("", one.name)) and bare == _BARE.sub("", other.name):
        return True
    names = SequenceMatcher(None, _MEASURED.sub("", one.name), _MEASURED.sub("", other.name), autojunk=False)
    return names.find_longest_match().size >= SHARED and names.ratio() >= ALIKE


def _units(plan: Plan) -> Iterator[Conflict]:
    for item in plan.indicators:
        parts = re.split("[/／]", item.unit)  # 人/个 counts two things; 元/人 and 立方米/万元 are one unit
        if re.search(r"[(（、或]", item.unit) or (len(parts) > 1 and COUNT_UNITS.issuperset(parts)):
            yield Conflict("mixed_unit", (item.id,), f"{_name(item)}的单位“{item.unit}”混合了不同的计数单位")
        if item.has_target and re.search(r"[^共]和[^谐]", item.name):
            yield Conflict("two_in_one", (item.id,), f"{_name(item)}把两类事项写在一个目标里，可作一项或两项理解")


def _money(plan: Plan) -> Iterator[Conflict]:
    """Amounts below 1 亿元 in 亿元 are misread when rounded, and their sources speak of 万元."""
    money = {item.unit: item for item in plan.indicators if item.unit in MONEY}
    if len(money) > 1:
        words = f"金额目标的单位不一致：{'、'.join(f'{item.name}用{unit}' for unit, item in money.items())}"
        yield Conflict("money_mixed", tuple(item.id for item in money.values()), words)
    small = [item for item in plan.indicators if item.unit == "亿元" and item.target and item.target < 1]
    if small:
        named = "、".join(f"{item.name}{item.target:g}亿元（{(item.target or 0) * 10_000:g}万元）" for item in small)
        words = f"不足1亿元的目标用亿元书写，容易与万元混淆：{named}"
        yield Conflict("money_unit", tuple(item.id for item in small), words)


def _late_data(plan: Plan) -> Iterator[Conflict]:
    for item in plan.indicators:
        due = Period(plan.window(item, plan.time.first).ends(MONTHS[item.frequency]).start).plus(item.lag)
        if item.has_target and due.end > plan.last(item):
            month, deadline = Period(due.end), item.deadline or plan.deadline
            words = f"{_name(item)}的数据约{month.year}年{month.month}月才公布，晚于期限{deadline}"
            yield Conflict("late_data", (item.id,), words)


def _no_lead(plan: Plan) -> Iterator[Conflict]:
    names = [item for item in plan.indicators if item.has_target and not plan.lead(item)]
    if names and plan.departments:
        words = f"原文未明确牵头单位：{'、'.join(item.name for item in names)}"
        yield Conflict("no_lead", tuple(item.id for item in names), words)
