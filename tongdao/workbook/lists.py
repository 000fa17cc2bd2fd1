"""The lists a workbook keeps beside its readings: the ledger (工作台账) and the registers, seen as of a day.

The ledger has projects, tasks and policies (三张清单) and the milestones of the road map. What the plan or the readings
know is not asked for again: a target, its state, its light and, where a clause is given, the lead come from there.
Only an id, a title and a date are required.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Self, get_args

import pandas as pd
from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, model_validator

from tongdao.base import Activity, CircleError, UsageError, candidates, narrow, schedule
from tongdao.plan import Indicator, Plan
from tongdao.workbook.corrections import Deliveries, read_deliveries
from tongdao.workbook.dated_rows import UNWRITTEN, CellError, Id, Names, Row, Tables, in_order, known, seen, split_names
from tongdao.workbook.readings import placed
from tongdao.workbook.registers import Entry, derived, read_register

NEVER_TYPED = ("recorded_at", "recorded_by", *UNWRITTEN)
KINDS = {"projects": "项目", "tasks": "任务", "policies": "政策"}


def _units(names: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
    """Departments by their full names; an alias will do, a part of a name will not."""
    plan: Plan = (info.context or {})["plan"]
    full = {word: unit.name for unit in plan.departments for word in (unit.name, *unit.aliases)}
    for name in names:
        if name not in full:
            raise ValueError(f"“{name}”不是计划里的部门，{candidates(name, full)}")
    return tuple(full[name] for name in names)


def _indicators(names: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
    plan: Plan = (info.context or {})["plan"]
    try:
        return tuple(plan.indicator(name).id for name in names)
    except UsageError as error:
        raise ValueError(str(error).removesuffix("。")) from None


def _clause(text: str, info: ValidationInfo) -> str:
    plan: Plan = (info.context or {})["plan"]
    clauses = {narrow(task.clause): task.clause for task in plan.tasks}  # brackets are typed wide as often as narrow
    if text and narrow(text) not in clauses:
        raise ValueError(f"计划里没有条款“{text}”，{candidates(text, clauses.values())}")
    return clauses.get(narrow(text), "")


def _per_cent(text: str) -> str:
    """Per cent with or without its sign; 0.45 alone may be 45 % as well as less than one."""
    if re.fullmatch(r"0*\.\d*[1-9]\d*", narrow(text)):
        raise ValueError("可能是 45%，也可能不到 1%：请写成 45% 或 45，不到 1% 的写成 0.5%")
    return narrow(text).rstrip("%")


Units = Annotated[Names, AfterValidator(_units)]


class Item(Row):
    """A project, task or policy; ``progress`` is in per cent where somebody states one."""

    id: Annotated[Id, Field(title="编号", min_length=1)]
    title: Annotated[str, Field(title="名称", min_length=1)]
    clause: Annotated[str, Field(title="条款"), AfterValidator(_clause)] = ""
    indicators: Annotated[Names, Field(title="指标"), AfterValidator(_indicators)] = ()
    lead: Annotated[Units, Field(title="牵头单位")] = ()
    support: Annotated[Units, Field(title="责任单位")] = ()
    person: Annotated[str, Field(title="责任人")] = ""
    deadline: Annotated[date | None, Field(title="时限")] = None
    progress: Annotated[float | None, Field(title="进度", ge=0, le=100), BeforeValidator(_per_cent)] = None
    problem: Annotated[str, Field(title="存在问题")] = ""
    next_step: Annotated[str, Field(title="下步措施")] = ""
    evidence: Annotated[str, Field(title="佐证")] = ""

    def leads(self, plan: Plan) -> tuple[str, ...]:
        """Its own lead, else that of its clause."""
        task = plan.task(self.clause)
        return self.lead or (task.lead if task else ())

    def serves(self, item: Indicator) -> bool:
        """Whether it is tied to an indicator: by name, or by clause where it names none."""
        return item.id in self.indicators or (not self.indicators and self.clause != "" and self.clause == item.clause)


class Milestone(Row):
    """A step of the road map: ``days`` are working days, ``after`` the steps it waits for, ``item`` what it serves."""

    id: Annotated[Id, Field(title="编号", min_length=1)]
    title: Annotated[str, Field(title="里程碑", min_length=1)]
    item: Annotated[Id, Field(title="所属清单项")] = ""
    lead: Annotated[Units, Field(title="牵头单位")] = ()
    days: Annotated[int, Field(title="工作日", ge=0)]
    after: Annotated[tuple[Id, ...], BeforeValidator(split_names), Field(title="前置")] = ()
    deadline: Annotated[date | None, Field(title="时限")] = None
    begun_on: Annotated[date | None, Field(title="开始日期")] = None
    done_on: Annotated[date | None, Field(title="完成日期")] = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.id in self.after:
            raise CellError("after", "里程碑不能以自己为前置，请改正")
        for name, day in (("begun_on", self.begun_on), ("done_on", self.done_on)):
            if day and day > self.recorded_at:
                raise CellError(name, f"晚于记录日期 {self.recorded_at}，只填已经发生的日期")
        if self.begun_on and self.done_on and self.done_on < self.begun_on:
            raise CellError("done_on", f"早于开始日期 {self.begun_on}，请核对")
        return self


@dataclass(frozen=True)
class Ledger:
    """Every row ever recorded, or, after ``as_known``, of each key the last one."""

    projects: tuple[Item, ...] = ()
    tasks: tuple[Item, ...] = ()
    policies: tuple[Item, ...] = ()
    milestones: tuple[Milestone, ...] = ()

    def as_known(self, day: date) -> "Ledger":
        """What a day knew."""
        return Ledger(*(known(in_order(getattr(self, field.name)), day) for field in fields(self)))

    def stood(self, day: date, now: "Ledger") -> "Ledger":
        """How it stood on a day by what is known ``now``: what was begun or done may be told weeks after."""
        then, latest = self.as_known(day), {row.key: row for row in now.milestones}
        told = ((row, latest.get(row.key, row).model_dump(include={"begun_on", "done_on"})) for row in then.milestones)
        held = (
            (row, {name: when if when and when <= day else None for name, when in dates.items()}) for row, dates in told
        )
        return replace(then, milestones=tuple(row.model_copy(update=dates) for row, dates in held))

    def items(self) -> Iterator[tuple[str, Item]]:
        """All projects, tasks and policies with the word for their list."""
        for name, word in KINDS.items():
            yield from ((word, item) for item in getattr(self, name))

    def leads(self, row: Row, plan: Plan) -> tuple[str, ...]:
        """Who leads a row: of a step without a lead of its own, the lead of what it serves."""
        if isinstance(row, Milestone):
            owners = (item.leads(plan) for _, item in self.items() if item.id == row.item)
            return row.lead or next(owners, ())
        return row.leads(plan) if isinstance(row, Item) else ()

    @property
    def rows(self) -> tuple[Row, ...]:
        return (*self.projects, *self.tasks, *self.policies, *self.milestones)


def _read_ledger(tables: Tables) -> Ledger:
    """The four tables of a workbook, each of which may be missing.

    Raises:
        DataError: a row that cannot stand, a step that waits for an unknown one or for itself in a circle;
            table, row and column are named.
    """
    lists = {name: tables.read(_file(name), Item) for name in KINDS}
    place = _file("milestones")
    made = Ledger(**lists, milestones=tables.read(place, Milestone))
    owner: dict[str, str] = {}
    rows = ((row, name) for name, own in lists.items() for row in own)
    for item, name in sorted(rows, key=lambda pair: pair[0].recorded_at):
        if owner.setdefault(item.id, name) != name:  # a milestone names what it serves by the number alone
            advice = f"“{KINDS[owner[item.id]]}”清单里已有这个编号，请改成没有用过的"
            raise item.refused(_file(name), "id", item.id, advice)
    steps = dict.fromkeys(row.id for row in made.milestones)
    for row in made.milestones:
        if row.item and row.item not in owner:
            raise row.refused(place, "item", row.item, f"清单里没有这个编号，{candidates(row.item, owner)}")
        for before in row.after:
            if before not in steps:
                raise row.refused(place, "after", before, f"没有编号为“{before}”的里程碑，{candidates(before, steps)}")
    for day in sorted({day for row in made.milestones for day in (row.recorded_at, row.withdrawn) if day}):
        now = known(made.milestones, day)
        present = {row.id for row in now}
        try:
            schedule([Activity(row.id, row.days, tuple(name for name in row.after if name in present)) for row in now])
        except CircleError as error:
            last = max((row for row in now if row.id in error.circle), key=lambda row: row.line)
            raise last.refused(place, "after", "、".join(last.after), str(error).removesuffix("。")) from None
    return made


def _file(stem: str) -> str:
    return f"ledger/{stem}.csv"


@dataclass(frozen=True)
class Lists:
    """Every row ever recorded, or, after ``as_known``, what a day knew; registers by their names."""

    registers: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)

    def as_known(self, day: date) -> "Lists":
        """Rows recorded later or withdrawn left out; of the ledger, of each key the last."""
        registers = {name: seen(in_order(rows), day) for name, rows in self.registers.items()}
        return Lists(registers, self.ledger.as_known(day))

    @property
    def days(self) -> set[date]:
        """The days on which a row was recorded or withdrawn."""
        rows = [*self.ledger.rows, *(row for rows in self.registers.values() for row in rows)]
        return {day for row in rows for day in (row.recorded_at, row.withdrawn) if day}

    def counted(self, plan: Plan, day: date) -> pd.DataFrame | None:
        """The observations that follow from the registers as a day knew them; None where none follows."""
        rows = [row for one in plan.registers for row in derived(plan, one, self.registers.get(one.name, ()), day)]
        return placed(pd.DataFrame(rows), plan)[0] if rows else None


def read_lists(folder: Path, plan: Plan, tried: str = "", told: Deliveries | None = None) -> Lists:
    """The registers and the ledger of a workbook; what does not exist is empty.

    Args:
        tried: a table of which every row counts, also one that reads like a withdrawn one.
        told: what was handed in and taken back, where it is known; up to a moment, rows that came later are left out.

    Raises:
        DataError: a row that cannot stand; table, row and column are named.
    """
    tables = Tables(folder, plan, told or read_deliveries(folder), tried)
    return Lists({one.name: read_register(tables, one) for one in plan.registers}, _read_ledger(tables))


@dataclass(frozen=True)
class ListSheet:
    """One table of a workbook: its file, its rows, the title of each field, and its own name."""

    file: str
    model: type[Row]
    titles: Mapping[str, str]
    what: str

    @property
    def key(self) -> str:
        """The field that identifies a row."""
        return self.model.KEY

    @property
    def page(self) -> str:
        """The name of its page; Excel allows 31 characters and not all of them."""
        return re.sub(r"[\[\]:*?/\\]", " ", self.what)[:31]

    @property
    def typed(self) -> dict[str, str]:
        """The titles of what people fill in."""
        return {name: title for name, title in self.titles.items() if name not in NEVER_TYPED}

    @property
    def days(self) -> list[str]:
        """The titles under which days stand."""
        fields = self.model.model_fields
        return [title for name, title in self.typed.items() if date in (get_args(fields[name].annotation) or ())]

    @property
    def columns(self) -> list[str]:
        """The titles of the file."""
        return [title for name, title in self.titles.items() if name not in UNWRITTEN]


def sheets(plan: Plan) -> dict[str, ListSheet]:
    """Every table a plan can have, by the stem of its file: the lists, the milestones, the registers."""
    found = {}
    for stem, word in (*KINDS.items(), ("milestones", "里程碑")):
        model = Item if stem in KINDS else Milestone
        titles = {name: field.title or name for name, field in model.model_fields.items()}
        found[stem] = ListSheet(_file(stem), model, titles, word)
    for one in plan.registers:
        titles = {name: title for name, title in one.columns.model_dump().items() if title}
        record = {name: name for name in ("recorded_at", "recorded_by")}
        found[Path(one.file).stem] = ListSheet(one.file, Entry, {**titles, **record}, one.name)
    return found


def find_sheet(plan: Plan, name: str) -> ListSheet:
    """The table of that file name or Chinese name.

    Raises:
        UsageError: there is none; the sentence lists those there are.
    """
    found = sheets(plan)
    if fitting := [sheet for stem, sheet in found.items() if name in (stem, sheet.what)]:
        return fitting[0]
    words = "、".join(f"{sheet.what}（{stem}）" for stem, sheet in found.items())
    raise UsageError(f"没有名为“{name}”的清单或名册，可用的有：{words}。")


def rows_of(sheet: ListSheet, lists: "Lists", plan: Plan) -> tuple[Row, ...]:
    """Every row of the table."""
    kept: dict[str, tuple[Row, ...]] = {one.file: lists.registers.get(one.name, ()) for one in plan.registers}
    return kept[sheet.file] if sheet.file in kept else getattr(lists.ledger, Path(sheet.file).stem)


def current(sheet: ListSheet, lists: "Lists", plan: Plan) -> tuple[Row, ...]:
    """The table as it stands: of each key the last row."""
    return known(rows_of(sheet, lists, plan), date.max)


def cells(sheet: ListSheet, row: Row, plan: Plan) -> dict[str, str]:
    """A row as people type it, by title; indicators by name, or by id where a name would read as several."""
    said = row.model_dump(include=row.model_fields_set)  # a sum that nobody wrote is none, not nought
    texts = {title: _text(said.get(name)) for name, title in sheet.typed.items()}
    if isinstance(row, Item):
        names = [plan.indicator(each).name for each in row.indicators]
        whole = [name if len(split_names(name)) == 1 else one for name, one in zip(names, row.indicators, strict=True)]
        texts[sheet.titles["indicators"]] = _text(tuple(whole))
    return texts


def _text(value: Any) -> str:
    """A cell as the file writes it: days as days, per cent that is not whole with its sign, several names with 、."""
    match value:
        case None:
            return ""
        case tuple():
            return "、".join(value)
        case float() if value.is_integer():
            return str(int(value))
        case float():
            return f"{value}%"
    return str(value).strip()
