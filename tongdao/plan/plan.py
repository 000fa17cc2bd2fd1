"""The plan as a value: what is to be reached, by when, by whom, in whose words.

``plan.toml`` is the only place that knows a campaign, a region, a year or a department. It is checked
once, here, and is frozen afterwards; an amendment within the year is a dated entry, and ``Plan.at``
gives the plan that held on a day.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, PrivateAttr, model_validator

from tongdao.base import (
    MONTHS,
    Part,
    Period,
    PlanError,
    UsageError,
    candidates,
    check_file,
    entry_place,
    inside,
    month_of,
    now,
    read_toml,
    typed,
    years_back,
)
from tongdao.plan.indicator import Indicator, Window, Word, refuse_first, whole_months
from tongdao.plan.regional import TARGETS, WITHOUT_TARGET, Regional, RegionalTarget, by_word, read_targets
from tongdao.plan.settings import Assessment, Lights, Register, RunLimits, Schedule, Thresholds


class Department(Part):
    """A unit named by the plan; ``aliases`` are the short names people use."""

    name: str
    aliases: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        """The name for narrow tables: the first alias."""
        return self.aliases[0] if self.aliases else self.name


class WorkGroup(Part):
    """The group that drives the plan; ``circulation`` are the lines at the foot of its briefings (报、送、发)."""

    name: str = ""
    convenor: str = ""
    deputy: str = ""
    office: str = ""
    members: tuple[str, ...] = ()
    circulation: tuple[str, ...] = ()


class Task(Part):
    """A task clause of the plan, with the departments it names."""

    clause: str
    title: str
    lead: tuple[str, ...] = ()
    support: tuple[str, ...] = ()


class Amendment(Part):
    """A dated change of a target, of a deadline or of the thresholds: what holds from ``effective`` on, and why."""

    effective: date
    reason: str
    indicator: str | None = None
    target: Annotated[float, Field(allow_inf_nan=False)] | None = None
    word: Word | None = None
    tolerance: float | None = None
    deadline: date | None = None
    quote: str | None = None
    thresholds: Thresholds | None = None
    lights: Lights | None = None


class Choice(Part):
    """How an ambiguity of the plan's text is read, and who says so (``conflicts`` has the kinds)."""

    kind: str
    indicators: tuple[str, ...] = ()
    reading: str
    by: str


def _store(name: str) -> str:
    """Where the readings lie: a place in the workbook, or a URL that gives nothing away."""
    if "://" not in name:
        return inside(name)
    parts = urlsplit(name)
    if parts.password is not None or "password" in parts.query.lower():
        raise ValueError("数据库地址里不能写密码，请改用环境变量 PGPASSWORD 或 ~/.pgpass")
    return name


class Plan(Part):
    """A plan file, checked. Names of people, places and years live here and nowhere in the code."""

    title: str
    region: str
    regions: dict[str, str]
    start: date
    deadline: date
    deadline_note: str = ""
    published: date | None = None
    source: str = ""
    text: Annotated[str, AfterValidator(inside)] = ""
    example: bool = False
    report_title: str = "监测报告"
    store: Annotated[str, AfterValidator(_store)] = ""
    work_group: WorkGroup = WorkGroup()
    thresholds: Thresholds = Thresholds()
    lights: Lights = Lights()
    departments: Annotated[tuple[Department, ...], Field(alias="department")] = ()
    tasks: Annotated[tuple[Task, ...], Field(alias="task")] = ()
    indicators: Annotated[tuple[Indicator, ...], Field(alias="indicator", min_length=1)]
    amendments: Annotated[tuple[Amendment, ...], Field(alias="amendment")] = ()
    registers: Annotated[tuple[Register, ...], Field(alias="register")] = ()
    assessment: Assessment | None = None
    choices: Annotated[tuple[Choice, ...], Field(alias="choice")] = ()
    runs: RunLimits = RunLimits()
    schedules: Annotated[tuple[Schedule, ...], Field(alias="schedule")] = ()
    _regional: Regional = PrivateAttr(default_factory=dict)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        names = "、".join(item.name for item in self.indicators)
        printer.text(f"《{self.title}》，{self.start} 至 {self.deadline}，{len(self.indicators)} 项指标：{names}。")

    @property
    def today(self) -> date:
        """The last day of which anything can be known: the clock's; of made-up readings, which may play all of a plan,
        at the earliest a year after its deadline."""
        return max(now().date(), years_back(self.deadline, -1)) if self.example else now().date()

    @property
    def first_month(self) -> Period:
        return month_of(self.start)

    @property
    def last_month(self) -> Period:
        return month_of(self.deadline)

    @property
    def years(self) -> int:
        """Length of the plan in years, a part of one counted whole."""
        return -(-self.time.months // 12)

    @property
    def time(self) -> Window:
        return whole_months(self.start, self.deadline)

    def last(self, item: Indicator) -> int:
        """The last month of an indicator's time, as ``Period.end``."""
        return whole_months(self.start, item.deadline or self.deadline).last

    def window(self, item: Indicator, month: int) -> Window:
        """The months that an indicator's target speaks of in the report of a month (``Period.end``).

        The plan's, up to the indicator's own deadline; of an amount of the ``final_year`` the calendar year of that,
        of ``each_year`` the calendar year of the month.
        """
        last = self.last(item)
        if item.judged != "each_year" and not (item.judged == "final_year" and item.traits.cumulates):
            return Window(self.time.first, last)
        at = last if item.judged == "final_year" else min(max(month, self.time.first), last)
        return Window(at - at % 12, at - at % 12 + 11)

    def covers(self, month: Period) -> bool:
        return self.first_month.end <= month.end <= self.last_month.end

    def region_name(self, code: str) -> str:
        return self.regions.get(code, code)

    def indicator(self, name: str) -> Indicator:
        """The indicator of that id, name or alias.

        Raises:
            UsageError: no such indicator; the sentence lists the nearest.
        """
        if found := by_word(self.indicators).get(name):
            return found
        raise UsageError(f"没有名为“{name}”的指标，{candidates(name, [i.name for i in self.indicators])}。")

    def find_indicator(self, name: str) -> Indicator:
        """As ``indicator``, but a part of a name will do where it fits only one; errors as ``find_department``."""
        words = {item.name: (item.id, item.name, *item.aliases) for item in self.indicators}
        return self.indicator(_only(words, name, "指标"))

    def find_department(self, name: str) -> Department:
        """The department of that name, alias or part of a name.

        Raises:
            UsageError: nothing or several fit; the sentence lists them. None is chosen.
        """
        units = {unit.name: unit for unit in self.departments}
        return units[_only({key: (key, *unit.aliases) for key, unit in units.items()}, name, "部门")]

    def short_names(self, names: Iterable[str]) -> tuple[str, ...]:
        """Departments by their short names, in the same order."""
        short = {unit.name: unit.short for unit in self.departments}
        return tuple(short[name] for name in names)

    def task(self, clause: str) -> Task | None:
        return next((task for task in self.tasks if task.clause == clause), None)

    def lead(self, indicator: Indicator) -> tuple[str, ...]:
        """Lead departments: the indicator's own, else those of its task clause; empty if none is named."""
        task = self.task(indicator.clause)
        return indicator.lead or (task.lead if task else ())

    def support(self, indicator: Indicator) -> tuple[str, ...]:
        task = self.task(indicator.clause)
        return indicator.support or (task.support if task else ())

    def at(self, day: date) -> "Plan":
        """The plan as it held on a day: amendments in force applied in the order of their dates."""
        plan = self
        for change in sorted(self.amendments, key=lambda item: item.effective):
            if change.effective <= day:
                plan = plan._amended(change)
        return plan

    def of(self, region: str, day: date) -> "Plan":
        """The plan as one of its regions was asked on a day.

        Its target is that of ``targets.csv``, else its part. Where an indicator's target is given or shared out by
        region, whoever has none is only followed; any other target holds for every region. Registers are those of
        the plan's own region.
        """
        own = self._regional.get(region, {})
        items = tuple(self._asked_of(item, region, own.get(item.id, ()), day) for item in self.indicators)
        registers = self.registers if region == self.region else ()
        return self.model_copy(update={"region": region, "indicators": items, "registers": registers})

    def _asked_of(self, item: Indicator, region: str, rows: tuple[RegionalTarget, ...], day: date) -> Indicator:
        if held := [row for row in rows if row.effective <= day]:
            own: dict[str, object] = {"target": held[-1].target, "quote": held[-1].quote or item.quote}
            return item.model_copy(update=WITHOUT_TARGET | own)
        if region == self.region:
            return item
        if region in item.parts:
            return item.model_copy(update={"target": item.parts[region], "parts": {}, "interims": ()})
        shared = item.parts or item.id in self.by_region
        return item.model_copy(update=WITHOUT_TARGET) if shared else item

    @cached_property
    def by_region(self) -> frozenset[str]:
        """The indicators whose targets ``targets.csv`` gives by region."""
        return frozenset(name for own in self._regional.values() for name in own)

    def find_region(self, name: str) -> str:
        """The code of a region by code or name, a part of which will do where it fits only one; errors as
        ``find_department``."""
        if name in self.regions:
            return name
        return _only({key: (title,) for key, title in self.regions.items()}, name, "地区")

    def _amended(self, change: Amendment) -> "Plan":
        whole = {key: value for key in ("thresholds", "lights") if (value := getattr(change, key))}
        if change.indicator is None:
            return self.model_copy(update=whole | ({"deadline": change.deadline} if change.deadline else {}))
        new = change.model_dump(include={"target", "word", "tolerance", "deadline", "quote"}, exclude_none=True)
        own = (item.model_copy(update=new) if item.id == change.indicator else item for item in self.indicators)
        return self.model_copy(update={**whole, "indicators": tuple(own)})

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not date(1949, 1, 1) <= self.start < self.deadline < date(2300, 1, 1):
            raise ValueError(f"deadline {self.deadline} 早于 start {self.start}，或年份写错了，请核对")
        if self.region not in self.regions:
            raise ValueError(f"region “{self.region}”不在 regions 中，请在 regions 里写明它的名称")
        known = [unit.name for unit in self.departments]
        ids = [item.id for item in self.indicators]
        _distinct("id", ids)
        _distinct("名称", [name for item in self.indicators for name in (item.name, *item.aliases)])
        clauses = {task.clause for task in self.tasks}
        tasks = ((entry_place("task", n, task.clause), task) for n, task in enumerate(self.tasks, 1))
        items = ((entry_place("indicator", n, item.id), item) for n, item in enumerate(self.indicators, 1))
        for holder, units in [
            *((f"{place}{key}", getattr(one, key)) for place, one in (*tasks, *items) for key in ("lead", "support")),
            ("work_group.members", self.work_group.members),
        ]:
            for unit in units:
                if unit not in known:
                    raise ValueError(f"{holder} 的部门“{unit}”未在 [[department]] 中列出，{candidates(unit, known)}")
        for item in self.indicators:
            for code in (*filter(None, [item.target_region]), *item.parts):
                if code not in self.regions:
                    key = "parts" if code in item.parts else "target_region"
                    words = candidates(code, list(self.regions))
                    raise ValueError(f"indicator {item.id} 的 {key} “{code}”不在 regions 中，{words}")
            refuse_first(self._untimely(item))
            if item.clause.startswith(("(", "（")) and clauses and item.clause not in clauses:
                raise ValueError(f"indicator {item.id} 的 clause “{item.clause}”没有对应的 task")
        for register in self.registers:
            refuse_first(register.faults({item.id: item for item in self.indicators}))
        for change in self.amendments:
            if change.indicator is not None and change.indicator not in ids:
                raise ValueError(f"amendment 的指标“{change.indicator}”不存在，{candidates(change.indicator, ids)}")
        return self

    def _untimely(self, item: Indicator) -> Iterator[tuple[object, str]]:
        """What the plan's time cannot answer, each with the sentence that says what to write instead."""
        what = f"indicator {item.id}（{item.name}）"
        deadline, months, window = item.deadline or self.deadline, MONTHS[item.frequency], self.window(item, 0)
        late = f"{what}的期限 {deadline} 晚于计划的期限 {self.deadline}：请核对；计划延期请写 [[amendment]] 的 deadline"
        yield deadline > self.deadline, late
        yield deadline <= self.start, f"{what}的期限 {deadline} 早于计划开始 {self.start}，请核对"
        within = (
            f"{what}按年度判断（{item.judged}），期限却是 {deadline}、不是年底：请写明到哪一年底的 deadline，"
            f'或改用 judged = "total"'
        )
        yield item.judged in ("final_year", "each_year") and deadline.month != 12, within
        across = (
            f"{what}每期 {months} 个月，计划从 {self.first_month} 开始，第一期跨在计划内外，无法扣除："
            f"请改报月度数或季度数（frequency），或改计划的开始月份"
        )
        yield item.traits.cumulates and window.first % months, across
        parted = f"{what}年均多少要有整年，计划期为 {window.months} 个月：请改写成计划期合计（total）的目标数"
        yield item.judged == "year_mean" and window.months % 12, parted
        for one in item.interims:
            outside = f"{what}的阶段目标日期 by {one.by} 不在计划开始 {self.start} 与期限 {deadline} 之间，请核对"
            yield not self.start < one.by < deadline, outside
            year = item.judged == "final_year" and one.by.month != 12
            yield year, f"{what}的阶段目标是年度的，by {one.by} 请写成那一年的 12 月 31 日"


def _distinct(what: str, names: list[str]) -> None:
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"指标{what}重复：{'、'.join(twice)}，请改成互不相同")


def _only(known: dict[str, tuple[str, ...]], name: str, what: str) -> str:
    """The key that is the name; else the one of which it, as it may be typed, is a word, or of whose words a part."""
    if name in known:
        return name
    wanted = typed(name)
    forms = {key: [typed(word) for word in words] for key, words in known.items()}
    exact = [key for key, words in forms.items() if wanted in words]
    fits = exact or [key for key, words in forms.items() if any(wanted in word for word in words)]
    if len(fits) == 1:
        return fits[0]
    if fits:
        raise UsageError(f"“{name}”对应几个{what}：{'、'.join(fits)}，请写明是哪一个。")
    raise UsageError(f"没有名为“{name}”的{what}，{candidates(name, known)}。")


def read_plan(path: Path) -> Plan:
    """Read and check a plan file.

    Raises:
        PlanError: the file is missing, no TOML, or holds what cannot stand; the sentence names file and key.
        DataError: so does ``targets.csv`` beside it.
    """
    if not path.is_file():
        raise PlanError(f"找不到计划文件 {path}，请检查工作簿文件夹，或先写一份 plan.toml。")
    plan = read_toml(path, Plan, "计划文件", PlanError)
    plan._regional = read_targets(path.parent / TARGETS, plan.indicators, plan.regions)
    for change in plan.amendments:  # each state the plan passes through must itself be a valid plan
        amended = plan.at(change.effective).model_dump(by_alias=True)
        check_file(amended, Plan, f"计划文件 {path}", PlanError)
    return plan
