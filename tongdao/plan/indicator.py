"""What a plan file says of one indicator: its measure, unit, target, the months that this speaks of, its words."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from tongdao.base import Frequency, Part, UsageError, parse_period

Measure = Literal["flow", "level", "share", "growth", "net", "average_growth", "rank", "once"]
Word = Literal["以上", "左右", "以下", "以内", "超过", "低于", ""]
Judged = Literal["total", "final_year", "each_year", "year_mean"]
Number = Annotated[float, Field(allow_inf_nan=False)]
CAPS = ("以下", "以内", "低于")  # no more than, so that less is better
_CHANGE = re.compile(r"([-+×])(\d+(?:\.\d+)?)(%?)")
_LESSENS = re.compile("[降减缩压简]")  # what any way down is said with


@dataclass(frozen=True, kw_only=True)
class Traits:
    """How the figures of a measure behave, and how they are told."""

    cumulates: bool = False  # amounts since January
    net: bool = False  # the change of a stock since the plan's start
    rate: bool = False
    averaged: bool = False  # over the years of the plan
    counted: bool = False  # told from zero upwards
    points: bool = False  # changes are differences: of percentages in 个百分点
    change: bool = False  # not the size of anything, so that it may be negative
    yes_or_no: bool = False  # done or not, without a number
    limit: float | None = None
    form: str = "期末数"  # what a department is asked to fill in
    sentence: str = "{when}为{actual}"


_PERCENT = "百分数，如 12.5 表示 12.5%，可为负"
_TRAITS: dict[Measure, Traits] = {
    "flow": Traits(cumulates=True, counted=True, form="1 月起累计数", sentence="截至{when}累计{actual}"),
    "level": Traits(),
    "share": Traits(points=True, limit=100.0, form="百分数，如 17.5 表示 17.5%，不超过 {limit:g}"),
    "net": Traits(
        net=True, counted=True, change=True, form="1 月起累计净增数，可为负", sentence="截至{when}净增{actual}"
    ),
    "growth": Traits(rate=True, points=True, change=True, form=_PERCENT),
    "average_growth": Traits(
        rate=True, averaged=True, points=True, change=True, form=_PERCENT, sentence="至{when}年均增长{actual}"
    ),
    "rank": Traits(points=True, form="位次，第几位就填几"),
    "once": Traits(
        yes_or_no=True, points=True, limit=1.0, form="已实现填 1，尚未实现填 0", sentence="截至{when}{actual}"
    ),
}

# Units whose values are whole numbers. A plan may use any other unit; `whole` overrides the guess.
COUNT_UNITS = frozenset([*"家个件人名项户次台篇起场所座", "人次", "团队", "人(个)"])


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


class Interim(Part):
    """A target on the way: ``target`` in the indicator's unit, to be reached by the month of ``by``."""

    by: date
    target: Number
    quote: Annotated[str, Field(max_length=80)] = ""


class Indicator(Part):
    """One indicator and, where the plan sets one, its target.

    ``target`` is in ``unit``. ``word`` 以上, 以下 and 以内 include the number itself, 超过 and 低于 do not; 左右
    means at least target − tolerance unless ``two_sided``. With ``target_to`` the plan names a range, met from its
    lower end. ``strive`` (力争) changes the words of a miss, never the arithmetic. ``target_region`` makes another
    region's reading the target, ``target_plus`` more. ``change`` (-15%, ×2, +3) makes it a change from the reading
    of ``base``, a period; ``base`` alone says from where completion is measured. ``lag`` is how many months after a
    period its figure is published.

    ``judged`` says what an amount is summed over: all of the plan (``total``), the calendar year of the deadline
    (``final_year``), each calendar year (``each_year``), or all of it against ``target`` for each year
    (``year_mean``). ``deadline`` is the indicator's own. ``parts`` are the shares of the target by region.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    name: str
    aliases: tuple[str, ...] = ()
    unit: str
    measure: Measure
    frequency: Frequency = "month"
    whole: bool | None = None
    limit: float | None = None
    lag: Annotated[int, Field(ge=0, le=60)] = 1
    may_fall: bool = False
    judged: Judged = "total"
    deadline: date | None = None
    target: Number | None = None
    target_to: Number | None = None
    target_region: str | None = None
    target_plus: Number = 0.0
    base: str = ""
    change: str = ""
    interims: Annotated[tuple[Interim, ...], Field(alias="interim")] = ()
    parts: Mapping[str, Number] = Field(default_factory=dict)
    word: Word = "以上"
    strive: bool = False
    tolerance: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    two_sided: bool = False
    clause: str = ""
    quote: Annotated[str, Field(max_length=80)] = ""
    restated: bool = False
    lead: tuple[str, ...] = ()
    support: tuple[str, ...] = ()
    note: str = ""

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        words = f"{'转述' if self.restated else '原文'}“{self.quote}”" if self.quote else "没有目标，只跟踪"
        printer.text(f"{self.name}（{self.unit}）：{words}")

    @property
    def traits(self) -> Traits:
        return _TRAITS[self.measure]

    @property
    def restarts(self) -> bool:
        """Whether the readings are cumulative and begin again each January."""
        return self.traits.cumulates and self.frequency != "year"

    @property
    def has_target(self) -> bool:
        return bool(self.target is not None or self.target_region or self.change or self.traits.yes_or_no)

    @property
    def counts(self) -> bool:
        """Whether values are whole numbers."""
        if self.measure in ("rank", "once"):
            return True
        return self.unit in COUNT_UNITS if self.whole is None else self.whole

    @property
    def upper_limit(self) -> float | None:
        """The natural ceiling: 100 for a share unless the plan sets another."""
        return self.traits.limit if self.limit is None else self.limit

    @property
    def decreasing(self) -> bool:
        """Whether less is better: a cap, a rank, or a change downwards that is itself not capped. A bare number and
        左右 have no side of their own; the words of the plan before them do (压缩至3天). None (0起) is a cap."""
        falls = bool(self.change) and (self.change[0] == "-" or (self.change[0] == "×" and self.changed(1.0) < 1))
        caps = self.word in CAPS or (self.target == 0 and not (self.word or self.traits.change))
        if self.word in ("", "左右") and not self.change and _LESSENS.search(self.quote):
            from tongdao.plan.text.sentence import ways_to  # late: its patterns cost more than all the models

            caps = "down" in ways_to(self.quote, self.target or 0.0)
        return self.measure == "rank" or caps != falls

    @property
    def strict(self) -> bool:
        """Whether the number itself is not enough."""
        return self.word in ("超过", "低于")

    @property
    def step(self) -> tuple[str, float, bool] | None:
        """What ``change`` says: its sign, its size and whether that is in per cent; None without one."""
        found = _CHANGE.fullmatch(self.change)
        return (found[1], float(found[2]), bool(found[3])) if found else None

    def changed(self, base: float) -> float:
        """The target that ``change`` makes of the base: base × (1 ± x %), base × n, or base ± n in the unit."""
        if self.step is None:
            return math.nan
        sign, size, percent = self.step
        if sign == "×":
            return base * size
        step = base * size / 100 if percent else size
        return base - step if sign == "-" else base + step

    def least(self, target: float) -> float:
        """The first number that meets a target: of counts more than 75 is 76; amounts have no such next number."""
        if not (self.strict and self.counts) or math.isnan(target):
            return target
        return math.ceil(target) - 1.0 if self.decreasing else math.floor(target) + 1.0

    def meets(self, gap: float) -> bool:
        """Whether a target is met by what is missing to ``least`` of it."""
        return gap < 0 or (gap == 0 and (self.counts or not self.strict))

    @property
    def base_end(self) -> int | None:
        """The last month of the base's period; None where the plan names none."""
        return parse_period(self.base).end if self.base else None

    @model_validator(mode="before")
    @classmethod
    def _older_key(cls, data: Any) -> Any:
        """Plan files in use say ``accumulate = "year"`` for what ``judged`` calls ``final_year``."""
        if isinstance(data, dict) and data.get("accumulate") in ("year", "plan") and "judged" not in data:
            kept = {key: value for key, value in data.items() if key != "accumulate"}
            return {**kept, "judged": "final_year" if data["accumulate"] == "year" else "total"}
        return data

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        refuse_first(self._faults())
        return self

    def _faults(self) -> Iterator[tuple[object, str]]:
        """What cannot stand together, each with the sentence that says what to do; the first that is so is told."""
        named = [key for key in ("target", "target_region", "change") if getattr(self, key) not in (None, "")]
        once, rank, at_most = self.traits.yes_or_no, self.measure == "rank", self.upper_limit or math.inf
        aimed = self.target is not None
        yield len(named) > 1, f"{' 与 '.join(named)} 只能写一个"
        yield self.has_target and not self.quote, "有目标值就要有原文 quote"
        yield once and named, 'measure = "once" 是做成与否的事项，不写目标数；有目标数请改用 level 或 flow'
        yield once and self.judged != "total", 'measure = "once" 只看到期时做成与否，请删去 judged'
        yield rank and self.word not in ("以内", ""), 'measure = "rank"（前几位）的 word 请写“以内”'
        bare = self.measure in ("flow", "net") and not self.unit
        yield bare, "单位 unit 为空：只有指数和一次性事项可以没有单位，请填写"
        unread = self.change and not _CHANGE.fullmatch(self.change)
        yield unread, f"change “{self.change}”无法识别，请写成 -15%、+3 或 ×2"
        yield self.change and not self.base, f'change “{self.change}”缺少基期 base，请写明和哪一期比，如 base = "2020"'
        yield self.base and _unreadable(self.base), f"基期 base “{self.base}”无法识别，请写成 2020、2020-12 或 2020H2"
        upper = self.target_to is not None and (not aimed or self.target_to <= (self.target or 0) or self.decreasing)
        yield upper, f"区间目标的上端 target_to {self.target_to} 要大于下端 target，且多多益善，请核对"
        yield self.target_plus and not self.target_region, "target_plus（高多少）只和 target_region 一起用，请补上地区"
        stages = self.interims and (not aimed or self.judged in ("each_year", "year_mean"))
        yield stages, "阶段目标 interim 要有 target，不与 each_year、year_mean 一起用；逐年的目标数请用 final_year"
        shared = self.parts and (not aimed or self.judged != "total" or self.traits.points)
        yield shared, "分解 parts 只用于能相加的合计目标；其余请把各部分写成各自的指标"
        mean = self.judged == "year_mean" and (self.measure != "flow" or not aimed)
        yield mean, 'judged = "year_mean"（年均多少）只用于有目标数的 flow；年均增速请用 average_growth'
        about = (self.tolerance or self.two_sided) and self.word != "左右"
        yield about, 'tolerance 与 two_sided 只用于 word = "左右"'
        over = self.traits.limit is not None and aimed and (self.target or 0) > at_most
        yield over, f"目标值 {self.target} 超过上限 {at_most:g}，确需如此请写明 limit"


def refuse_first(faults: Iterable[tuple[object, str]]) -> None:
    """Raise ValueError with the sentence of the first fault that is so."""
    if fault := next((words for bad, words in faults if bad), ""):
        raise ValueError(fault)


def _unreadable(period: str) -> bool:
    try:
        parse_period(period)
    except UsageError:
        return True
    return False
