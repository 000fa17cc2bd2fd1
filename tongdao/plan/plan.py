"""The plan as a value: what is to be reached, by when, by whom, in whose words.

``plan.toml`` is the only place that knows a campaign, a region, a year or a department. It is checked
once, here, and is frozen afterwards; an amendment within the year is a dated entry, and ``Plan.at``
gives the plan that held on a day.
"""

import tomllib
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, Field, ValidationError, model_validator

from tongdao.base import (
    MONTHS,
    Part,
    Period,
    PlanError,
    UsageError,
    candidates,
    entry_place,
    fault_sentence,
    month_of,
    plan_time,
    toml_fault,
    typed,
)
from tongdao.plan.assessment import Assessment, Cell as AssessmentCell, LightRule
from tongdao.plan.indicator import Indicator, Word
from tongdao.plan.register import Columns, Feed, Register
from tongdao.plan.settings import Lights, RunLimits, Schedule, Thresholds


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
    """A dated change of a target or of the thresholds: what holds from ``effective`` on, and why."""

    effective: date
    reason: str
    indicator: str | None = None
    target: Annotated[float, Field(allow_inf_nan=False)] | None = None
    word: Word | None = None
    tolerance: float | None = None
    quote: str | None = None
    thresholds: Thresholds | None = None
    lights: Lights | None = None


class Choice(Part):
    """How an ambiguity of the plan's text is read, and who says so (``conflicts`` has the kinds)."""

    kind: str
    indicators: tuple[str, ...] = ()
    reading: str
    by: str


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
    text: str = ""
    example: bool = False
    report_title: str = "监测报告"
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

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        names = "、".join(item.name for item in self.indicators)
        printer.text(f"《{self.title}》，{self.start} 至 {self.deadline}，{len(self.indicators)} 项指标：{names}。")

    @property
    def first_month(self) -> Period:
        return month_of(self.start)

    @property
    def last_month(self) -> Period:
        return month_of(self.deadline)

    @property
    def years(self) -> int:
        """Calendar years the plan touches."""
        return self.deadline.year - self.start.year + 1

    def calendar_pace(self, month: Period) -> float:
        gone, total = plan_time(self.start, self.deadline, month)
        return gone / total

    def covers(self, month: Period) -> bool:
        return self.first_month.end <= month.end <= self.last_month.end

    def region_name(self, code: str) -> str:
        return self.regions.get(code, code)

    def indicator(self, name: str) -> Indicator:
        """The indicator of that id, name or alias.

        Raises:
            UsageError: no such indicator; the sentence lists the nearest.
        """
        for item in self.indicators:
            if name in (item.id, item.name, *item.aliases):
                return item
        raise UsageError(f"没有名为“{name}”的指标，{candidates(name, [i.name for i in self.indicators])}。")

    def find_indicator(self, name: str) -> Indicator:
        """As ``indicator``, but a part of a name will do where it fits only one.

        Raises:
            UsageError: nothing or several fit; the sentence lists them. None is chosen.
        """
        words = {item.name: (item.id, item.name, *item.aliases) for item in self.indicators}
        return self.indicator(_only(words, name, "指标"))

    def find_department(self, name: str) -> Department:
        """The department of that name, alias or part of a name.

        Raises:
            UsageError: nothing or several fit; the sentence lists them. None is chosen.
        """
        found = _only({unit.name: (unit.name, *unit.aliases) for unit in self.departments}, name, "部门")
        return next(unit for unit in self.departments if unit.name == found)

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

    def _amended(self, change: Amendment) -> "Plan":
        whole = {k: v for k in ("thresholds", "lights") if (v := getattr(change, k)) is not None}
        if change.indicator is None:
            return self.model_copy(update=whole)
        keys = ("target", "word", "tolerance", "quote")
        new = {key: value for key in keys if (value := getattr(change, key)) is not None}
        changed = tuple(
            item.model_copy(update=new) if item.id == change.indicator else item for item in self.indicators
        )
        return self.model_copy(update={**whole, "indicators": changed})

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.deadline <= self.start:
            raise ValueError(f"截止日期 deadline {self.deadline} 早于开始日期 start {self.start}，请核对")
        if self.region not in self.regions:
            raise ValueError(f"region “{self.region}”不在 regions 中，请在 regions 里写明它的名称")
        _unique("id", [item.id for item in self.indicators])
        _unique("名称", [name for item in self.indicators for name in (item.name, *item.aliases)])
        known = {unit.name for unit in self.departments}
        ids = {item.id for item in self.indicators}
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
            if item.target_region is not None and item.target_region not in self.regions:
                raise ValueError(f"indicator {item.id} 的 target_region “{item.target_region}”不在 regions 中")
            if item.clause.startswith(("(", "（")) and clauses and item.clause not in clauses:
                raise ValueError(f"indicator {item.id} 的 clause “{item.clause}”没有对应的 task")
        for register in self.registers:
            register.require(ids)
        for change in self.amendments:
            if change.indicator is not None and change.indicator not in ids:
                raise ValueError(f"amendment 的指标“{change.indicator}”不存在，{candidates(change.indicator, ids)}")
        return self


def _only(known: dict[str, tuple[str, ...]], name: str, what: str) -> str:
    """The one key of which the name, as it may be typed, is a word, or else of whose words it is a part."""
    wanted = typed(name)
    forms = {key: [typed(word) for word in words] for key, words in known.items()}
    exact = [key for key, words in forms.items() if wanted in words]
    fits = exact or [key for key, words in forms.items() if any(wanted in word for word in words)]
    if len(fits) == 1:
        return fits[0]
    if fits:
        raise UsageError(f"“{name}”对应几个{what}：{'、'.join(fits)}，请写明是哪一个。")
    raise UsageError(f"没有名为“{name}”的{what}，{candidates(name, known)}。")


_PARTS: dict[str, type[BaseModel]] = {
    "indicator": Indicator,
    "task": Task,
    "department": Department,
    "amendment": Amendment,
    "register": Register,
    "register.columns": Columns,
    "register.feed": Feed,
    "assessment": Assessment,
    "assessment.cell": AssessmentCell,
    "assessment.rule": LightRule,
    "choice": Choice,
    "work_group": WorkGroup,
    "thresholds": Thresholds,
    "lights": Lights,
}


def read_plan(path: Path) -> Plan:
    """Read and check a plan file.

    Raises:
        PlanError: the file is missing, is not TOML, or holds a key or value that cannot stand; the
            sentence names file and key and says what to do.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise PlanError(f"找不到计划文件 {path}，请检查工作簿文件夹，或先写一份 plan.toml。") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PlanError(f"计划文件 {path} {toml_fault(error)}。") from None
    try:
        plan = Plan.model_validate(content)
        for change in plan.amendments:  # each state the plan passes through must itself be a valid plan
            Plan.model_validate(plan.at(change.effective).model_dump(by_alias=True))
    except ValidationError as error:
        raise PlanError(f"计划文件 {path}：{fault_sentence(error, content, Plan, _PARTS)}。") from None
    return plan


def _unique(what: str, names: list[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"指标{what}重复：{'、'.join(twice)}，请改成互不相同")


def first_period(plan: Plan, item: Indicator) -> Period:
    """The first period of the indicator's frequency that ends inside the plan."""
    months = MONTHS[item.frequency]
    return Period(-(-(plan.first_month.end + 1) // months) * months - 1, months)
