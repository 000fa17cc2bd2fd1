"""The tables a workbook keeps beside its readings: registers and ledger, read once and seen as of a day."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, get_args

import pandas as pd

from tongdao.base import UsageError
from tongdao.plan import Plan
from tongdao.workbook.dated_rows import UNWRITTEN, Row, known, seen, split_names
from tongdao.workbook.ledger import FOLDER, KINDS, Item, Ledger, Milestone, read_ledger
from tongdao.workbook.readings import observations
from tongdao.workbook.registers import Entry, derived, read_register

NEVER_TYPED = ("recorded_at", "recorded_by", *UNWRITTEN)


@dataclass(frozen=True)
class ListSheet:
    """One table of a workbook: its file, its rows, the title of each field, and the field that identifies a row."""

    file: str
    model: type[Row]
    titles: Mapping[str, str]
    key: str
    what: str

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
    models: dict[str, type[Row]] = {**dict.fromkeys(KINDS, Item), "milestones": Milestone}
    words = {**KINDS, "milestones": "里程碑"}
    found = {
        stem: ListSheet(
            f"{FOLDER}/{stem}.csv", model,
            {name: field.title or name for name, field in model.model_fields.items()}, "id", words[stem],
        )
        for stem, model in models.items()
    }  # fmt: skip
    for one in plan.registers:
        titles = {name: title for name, title in one.columns.model_dump().items() if title}
        record = {name: name for name in ("recorded_at", "recorded_by")}
        found[Path(one.file).stem] = ListSheet(one.file, Entry, {**titles, **record}, "number", one.name)
    return found


def find_sheet(plan: Plan, name: str) -> ListSheet:
    """The table of that file name or Chinese name.

    Raises:
        UsageError: there is none; the sentence lists those there are.
    """
    found = sheets(plan)
    for stem, sheet in found.items():
        if name in (stem, sheet.what):
            return sheet
    words = "、".join(f"{sheet.what}（{stem}）" for stem, sheet in found.items())
    raise UsageError(f"没有名为“{name}”的清单或名册，可用的有：{words}。")


def current(sheet: ListSheet, lists: "Lists", plan: Plan) -> tuple[Row, ...]:
    """The table as it stands: of each key the last row."""
    kept: dict[str, tuple[Row, ...]] = {one.file: lists.registers.get(one.name, ()) for one in plan.registers}
    return known(kept[sheet.file] if sheet.file in kept else getattr(lists.ledger, Path(sheet.file).stem), date.max)


def cells(sheet: ListSheet, row: Row, plan: Plan) -> dict[str, str]:
    """A row as people type it, by title; indicators by name, or by id where a name would read as several."""
    texts = {title: _text(getattr(row, name)) for name, title in sheet.typed.items()}
    if isinstance(row, Item):
        names = [plan.indicator(each).name for each in row.indicators]
        whole = [name if len(split_names(name)) == 1 else one for name, one in zip(names, row.indicators, strict=True)]
        texts[sheet.titles["indicators"]] = _text(tuple(whole))
    return texts


def _text(value: Any) -> str:
    """A cell as the file writes it: days as days, whole numbers without a point, several names with 、."""
    match value:
        case None:
            return ""
        case datetime():
            return value.date().isoformat()
        case tuple():
            return "、".join(value)
        case float() if value.is_integer():
            return str(int(value))
    return str(value).strip()


@dataclass(frozen=True)
class Lists:
    """Every row ever recorded, or, after ``as_known``, what a day knew; registers by their names."""

    registers: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)

    def as_known(self, day: date) -> "Lists":
        """Rows recorded later or withdrawn left out; of the ledger, of each key the last."""
        return Lists({name: seen(rows, day) for name, rows in self.registers.items()}, self.ledger.as_known(day))

    @property
    def latest(self) -> date | None:
        """The last day on which a row was recorded or withdrawn."""
        rows = [*self.ledger.rows, *(row for rows in self.registers.values() for row in rows)]
        return max((row.withdrawn or row.recorded_at for row in rows), default=None)

    def counted(self, plan: Plan, day: date) -> pd.DataFrame | None:
        """The observations that follow from the registers as a day knew them; None where none follows."""
        rows = [
            row
            for register in plan.registers
            for row in derived(plan, register, self.registers.get(register.name, ()), day)
        ]
        return observations(pd.DataFrame(rows), plan) if rows else None

    def entries(self, name: str, day: date) -> tuple[Entry, ...]:
        """Of each entry of a register the row a day knew last."""
        return known(self.registers.get(name, ()), day)


def read_lists(folder: Path, plan: Plan) -> Lists:
    """The registers and the ledger of a workbook; what does not exist is empty.

    Raises:
        DataError: a row that cannot stand; table, row and column are named.
    """
    registers = {register.name: read_register(folder, register, plan) for register in plan.registers}
    return Lists(registers, read_ledger(folder, plan))
