"""Small tables that people keep by hand: rows with a date, read with exact faults, seen as of a day.

A row is never changed: what has changed is a later row of the same key, so that every earlier state stays
readable. Registers and the ledger are such tables.
"""

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final, TypeVar, get_args

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import ErrorDetails

from tongdao.base import INVISIBLE, DataError, Part, candidates, check, moment_of, narrow, read_table, unescaped, wanted
from tongdao.plan import Plan
from tongdao.workbook.corrections import Deliveries, gone_on


class RefusedCellError(DataError):
    """A cell that cannot stand: its table, its line (header included) and its column, beside the sentence."""

    def __init__(self, table: str, line: int, column: str, words: str) -> None:
        super().__init__(table, line, column, words)  # as given, so that it can be sent to another process
        self.table, self.line, self.column, self.words = table, line, column, words.strip()

    def __str__(self) -> str:
        return f"{self.table} 第 {self.line} 行{self.args[3]}"


class CellError(ValueError):
    """A cell that contradicts another one of its row; ``field`` says which is to be named."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def key_of(text: str) -> str:
    """A key as it is told from others: however wide its signs are typed, and whatever stands unseen in it."""
    return " ".join(narrow(INVISIBLE.sub("", text)).split())


class Row(Part):
    """One line of a table: what is known since ``recorded_at``; ``line`` is its line in the file, header included.

    ``time`` is the time of that day, where the row says one, ``said`` the moment at which it was handed in, where it
    was; ``withdrawn`` is the day from which it no longer counts.
    """

    KEY: ClassVar = "id"  # the field that stays the same when the row is recorded anew

    recorded_at: Annotated[date, Field(title="记录日期")]
    recorded_by: Annotated[str, Field(title="记录人")] = ""
    line: Annotated[int, Field(repr=False)] = 0
    time: Annotated[str, Field(repr=False)] = ""
    said: Annotated[datetime | None, Field(repr=False)] = None
    withdrawn: Annotated[date | None, Field(repr=False)] = None

    @property
    def key(self) -> str:
        return key_of(str(getattr(self, self.KEY)))

    @property
    def since(self) -> tuple[date, str, float]:
        """What orders the rows of one key: the day and time of recording, then the moment of handing in."""
        return self.recorded_at, self.time, self.said.timestamp() if self.said else 0.0

    def following(self, day: date) -> str:
        """A moment of recording on a day, after this row's if that is of the same day."""
        if self.recorded_at != day:
            return day.isoformat()
        return (datetime.fromisoformat(f"{day}T{self.time or '00:00:00'}") + timedelta(seconds=1)).isoformat()

    def refused(self, table: str, column: str, value: str, advice: str) -> RefusedCellError:
        """The sentence for a cell of this row that other rows or the plan rule out."""
        field = type(self).model_fields.get(column)
        title = field.title if field and field.title else column
        return RefusedCellError(table, self.line, title, f" {title} 列“{value}”不能用：{advice}。")


# pydantic takes a number for seconds since 1970; Excel shows a number typed into a cell of days as one of 1900 to 1927
_DAY = re.compile(r"(19[4-9]|[2-9]\d\d)\d-\d\d-\d\d")
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)")
_R = TypeVar("_R", bound=Row)
UNWRITTEN: Final = ("line", "time", "said", "withdrawn")  # fields that are no columns


def split_names(text: Any) -> Any:
    """The names of a cell that may hold several: 甲、乙."""
    parts = re.split("[、,，；]", text) if isinstance(text, str) else text
    return tuple(part.strip() for part in parts if part.strip())


Names = Annotated[tuple[str, ...], BeforeValidator(split_names)]
Id = Annotated[str, AfterValidator(key_of)]  # one way however it is typed, for rows of other tables name it


@dataclass(frozen=True)
class Tables:
    """The tables in a workbook's folder, for a plan whose names stand in them."""

    folder: Path
    plan: Plan
    told: Deliveries
    tried: str = ""  # a file of which every row counts, also one that reads like a withdrawn one

    def read(self, file: str, model: type[_R], headings: Mapping[str, str] | None = None) -> tuple[_R, ...]:
        """Every row ever recorded; none where there is no such file.

        Args:
            headings: the column in which a field stands, where the file calls it otherwise; with it, other columns are
                allowed and left alone. Without it a column is called by a field's name or by its Chinese title.

        Raises:
            DataError: the file cannot be read, a column is missing or unknown, a cell cannot stand, or two rows say
                other things of one key at one moment; table, row and column are named, and what to do.
        """
        path = self.folder / file
        if not os.path.lexists(path):  # a link that leads nowhere is no empty table
            return ()
        place = f"{path.parent.name}/{path.name}"
        own = headings or {}
        fields = {name: field for name, field in model.model_fields.items() if name not in UNWRITTEN}
        called = {own.get(name, name): name for name in fields}
        if headings is None:
            called |= {field.title: name for name, field in fields.items() if field.title}
        header, lines = read_table(path, place)
        unknown = [text for text in header if text and text not in called]
        if unknown and headings is None:
            raise DataError(f"{place} 有不认识的列“{unknown[0]}”，{candidates(unknown[0], called)}。")
        titles = {called[text]: text for text in header if text in called}
        for name, field in fields.items():
            if name not in titles and (field.is_required() or name in own):
                column = own.get(name, name)
                raise DataError(f"{place} 缺少列“{column}”，现有列为 {'、'.join(header)}，请补上表头。")
        days = [name for name, field in fields.items() if date in (field.annotation, *get_args(field.annotation))]
        made: list[_R] = []
        for line, row in lines:
            cells = {text: cell for text, cell in zip(header, row, strict=True) if cell}
            given = {called[text]: unescaped(cell) for text, cell in cells.items() if text in called}
            said = self.told.cells.get((file, frozenset(cells.items())), [])
            if not self.told.there(said, given.get("recorded_at", "").replace(" ", "T"), cells):
                continue
            gone = gone_on(said) if file != self.tried else ""
            first = next((moment_of(one.at) for one in said if one.brought and not one.later), None)
            day, time = _MOMENT.fullmatch(given.get("recorded_at", "")), ""
            if day:
                given["recorded_at"], time = day.groups()
            content = {**given, "line": line, "time": time, "said": first, "withdrawn": gone or None}
            refused = partial(_refused, place, line, given, titles)
            if odd := next((name for name in days if name in given and not _DAY.match(given[name])), ""):
                raise refused([ErrorDetails(type="date_parsing", loc=(odd,), msg="", input=given[odd])])
            made.append(check(model, content, refused, context={"plan": self.plan}))
        _require_one(place, made, titles.get(model.KEY, model.KEY))
        return tuple(made)


def _require_one(place: str, rows: Iterable[Row], column: str) -> None:
    """Of one key and moment one statement: which of two would stand, only the order of lines could say."""
    first: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        other = first.setdefault((row.key, *row.since[:2]), row)
        handed_in = other.said and row.said and other.said != row.said
        if other is not row and repr(other) != repr(row) and not handed_in:
            words = f"第 {other.line} 行也是 {row.recorded_at} 记录的，内容不同，不知以哪行为准"
            words += f"；请删去一行，或把后说的一行的记录日期写成 {row.following(row.recorded_at)} 这样的时间"
            raise RefusedCellError(place, row.line, column, f" {column} 列“{row.key}”不能用：{words}。")


def _refused(
    place: str, line: int, given: Mapping[str, str], titles: Mapping[str, str], faults: Sequence[ErrorDetails]
) -> RefusedCellError:
    """One cell that cannot stand: table, row, column, value and what to do."""
    fault = faults[0]
    context = fault.get("ctx", {})
    name = str(fault["loc"][0]) if fault["loc"] else str(getattr(context.get("error"), "field", ""))
    column = titles.get(name, name)
    if fault["type"] == "missing":
        return RefusedCellError(place, line, column, f"缺 {column}，请补上。")
    advice = str(context["error"]) if fault["type"] == "value_error" else wanted(fault)
    return RefusedCellError(place, line, column, f" {column} 列“{given.get(name, '')}”不能用：{advice}。")


def in_order(rows: Iterable[_R]) -> list[_R]:
    """The rows by day and key however their file is sorted; keys as people number things, P2 before P10."""

    def place(row: _R) -> tuple[Any, ...]:
        return row.recorded_at, re.sub(r"\d+", lambda number: number[0].zfill(9), row.key), row.key, row.since

    return sorted(rows, key=place)


def seen(rows: Iterable[_R], day: date) -> tuple[_R, ...]:
    """The rows recorded on or before a day and not withdrawn by then; of later withdrawals that day knows nothing."""
    kept = (row for row in rows if row.recorded_at <= day and (row.withdrawn is None or row.withdrawn > day))
    return tuple(row.model_copy(update={"withdrawn": None}) if row.withdrawn else row for row in kept)


def known(rows: Iterable[_R], day: date) -> tuple[_R, ...]:
    """Of each key the row recorded last on or before a day, in the order in which the keys first came."""
    return tuple({row.key: row for row in sorted(seen(rows, day), key=lambda row: row.since)}.values())
