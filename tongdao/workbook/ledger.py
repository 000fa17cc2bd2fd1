"""The ledger (工作台账): projects, tasks and policies (三张清单) and the milestones of the road map.

What the plan or the readings know is not asked for again: a target, its state, its light and, where a clause is
given, the lead come from there. Only an id, a title and a date are required.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, model_validator

from tongdao.base import Activity, CircleError, UsageError, candidates, narrow, schedule
from tongdao.plan import Indicator, Plan
from tongdao.workbook.dated_rows import CellError, Names, Row, known, read_rows
from tongdao.workbook.withdrawals import withdrawn_cells

FOLDER = "ledger"
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


def _per_cent(text: Any) -> Any:
    return text.rstrip("%％") if isinstance(text, str) else text


Units = Annotated[Names, AfterValidator(_units)]


class Item(Row):
    """A project, task or policy; ``progress`` is in per cent where somebody states one."""

    id: Annotated[str, Field(title="编号", min_length=1)]
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

    @property
    def key(self) -> str:
        return self.id

    def leads(self, plan: Plan) -> tuple[str, ...]:
        """Its own lead, else that of its clause."""
        task = plan.task(self.clause)
        return self.lead or (task.lead if task else ())

    def serves(self, item: Indicator) -> bool:
        """Whether it is tied to an indicator: by name, or by clause where it names none."""
        return item.id in self.indicators or (not self.indicators and self.clause != "" and self.clause == item.clause)


class Milestone(Row):
    """A step of the road map: ``days`` are working days, ``after`` the steps it waits for, ``item`` what it serves."""

    id: Annotated[str, Field(title="编号", min_length=1)]
    title: Annotated[str, Field(title="里程碑", min_length=1)]
    item: Annotated[str, Field(title="所属清单项")] = ""
    lead: Annotated[Units, Field(title="牵头单位")] = ()
    days: Annotated[int, Field(title="工作日", ge=0)]
    after: Annotated[Names, Field(title="前置")] = ()
    deadline: Annotated[date | None, Field(title="时限")] = None
    begun_on: Annotated[date | None, Field(title="开始日期")] = None
    done_on: Annotated[date | None, Field(title="完成日期")] = None

    @property
    def key(self) -> str:
        return self.id

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.id in self.after:
            raise CellError("after", "里程碑不能以自己为前置，请改正")
        for field, day in (("begun_on", self.begun_on), ("done_on", self.done_on)):
            if day and day > self.recorded_at:
                raise CellError(field, f"晚于记录日期 {self.recorded_at}，只填已经发生的日期")
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
        return Ledger(*(known(getattr(self, field.name), day) for field in fields(self)))

    def items(self) -> Iterator[tuple[str, Item]]:
        """All projects, tasks and policies with the word for their list."""
        for name, word in KINDS.items():
            yield from ((word, item) for item in getattr(self, name))

    def leads(self, row: Row, plan: Plan) -> tuple[str, ...]:
        """Who leads a row: of a step without a lead of its own, the lead of what it serves."""
        if isinstance(row, Item):
            return row.leads(plan)
        if not isinstance(row, Milestone):
            return ()
        owner = next((item for _, item in self.items() if item.id == row.item), None)
        return row.lead or (owner.leads(plan) if owner else ())

    @property
    def rows(self) -> tuple[Row, ...]:
        return (*self.projects, *self.tasks, *self.policies, *self.milestones)


def read_ledger(folder: Path, plan: Plan) -> Ledger:
    """The four tables of a workbook, each of which may be missing.

    Raises:
        DataError: a row that cannot stand, a step that waits for an unknown one or for itself in a circle;
            table, row and column are named.
    """
    place = f"{FOLDER}/milestones.csv"
    files = {name: f"{FOLDER}/{name}.csv" for name in KINDS}
    lists = {
        name: read_rows(folder / file, Item, plan, gone=withdrawn_cells(folder, file)) for name, file in files.items()
    }
    milestones = read_rows(folder / place, Milestone, plan, gone=withdrawn_cells(folder, place))
    made = Ledger(**lists, milestones=milestones)
    _apart(lists, files)
    steps, items = {row.id for row in milestones}, {item.id for _, item in made.items()}
    for row in milestones:
        if row.item and row.item not in items:
            raise row.refused(place, "item", row.item, f"清单里没有这个编号，{candidates(row.item, items)}")
        for before in row.after:
            if before not in steps:
                raise row.refused(place, "after", before, f"没有编号为“{before}”的里程碑，{candidates(before, steps)}")
    for day in sorted({day for row in milestones for day in (row.recorded_at, row.withdrawn) if day}):
        now = known(milestones, day)
        present = {row.id for row in now}
        try:
            schedule([Activity(row.id, row.days, tuple(name for name in row.after if name in present)) for row in now])
        except CircleError as error:
            last = max((row for row in now if row.id in error.circle), key=lambda row: row.line)
            raise last.refused(place, "after", "、".join(last.after), str(error).removesuffix("。")) from None
    return made


def _apart(lists: Mapping[str, tuple[Item, ...]], files: Mapping[str, str]) -> None:
    """A number stands in one list only, for a milestone names what it serves by the number alone."""
    rows = ((row, name) for name, own in lists.items() for row in own)
    owner: dict[str, str] = {}
    for row, name in sorted(rows, key=lambda pair: pair[0].recorded_at):
        if owner.setdefault(row.id, name) != name:
            advice = f"“{KINDS[owner[row.id]]}”清单里已有这个编号，请改成没有用过的"
            raise row.refused(files[name], "id", row.id, advice)
