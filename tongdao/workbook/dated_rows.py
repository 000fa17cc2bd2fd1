"""Small tables that people keep by hand: rows with a date, read with exact faults, seen as of a day.

A row is never changed: what has changed is a later row of the same key, so that every earlier state stays
readable. Registers and the ledger are such tables.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

from pydantic import BeforeValidator, Field, ValidationError
from pydantic_core import ErrorDetails

from tongdao.base import DataError, Part, candidates, read_table, unescaped, wanted
from tongdao.plan import Plan
from tongdao.workbook.withdrawals import Cells


class RefusedCellError(DataError):
    """A cell that cannot stand: its table, its line (header included) and its column, beside the sentence."""

    def __init__(self, table: str, line: int, column: str, words: str) -> None:
        super().__init__(table, line, column, words)  # as given, so that it can be sent to another process
        self.table, self.line, self.column, self.words = table, line, column, words.strip()

    def __str__(self) -> str:
        return f"{self.table} 第 {self.line} 行{self.args[3]}"


class Row(Part):
    """One line of a table: what is known since ``recorded_at``; ``line`` is its line in the file, header included.

    ``withdrawn`` is the day from which it no longer counts.
    """

    recorded_at: Annotated[date, Field(title="记录日期")]
    recorded_by: Annotated[str, Field(title="记录人")] = ""
    line: int = 0
    withdrawn: Annotated[date | None, Field(repr=False)] = None

    @property
    def key(self) -> str:
        """What stays the same when the row is recorded anew."""
        raise NotImplementedError

    def refused(self, place: str, column: str, value: str, advice: str) -> RefusedCellError:
        """The sentence for a cell of this row that other rows or the plan rule out."""
        field = type(self).model_fields.get(column)
        title = field.title if field and field.title else column
        return RefusedCellError(place, self.line, title, f" {title} 列“{value}”不能用：{advice}。")


_R = TypeVar("_R", bound=Row)
UNWRITTEN: Final = ("line", "withdrawn")  # fields that are no columns


def split_names(text: Any) -> Any:
    """The names of a cell that may hold several: 甲、乙."""
    parts = re.split("[、,，；]", text) if isinstance(text, str) else text
    return tuple(part.strip() for part in parts if part.strip())


Names = Annotated[tuple[str, ...], BeforeValidator(split_names)]


def read_rows(
    path: Path,
    model: type[_R],
    plan: Plan,
    *,
    gone: Mapping[Cells, date],
    headings: Mapping[str, str] | None = None,
) -> tuple[_R, ...]:
    """Every row ever recorded; none where there is no such file.

    Args:
        gone: rows that were withdrawn, with the day (``withdrawals.withdrawn_cells``).
        headings: the column in which a field stands, where the file calls it otherwise; with it, other columns are
            allowed and left alone. Without it a column is called by a field's name or by its Chinese title.

    Raises:
        DataError: the file cannot be read, a column is missing or unknown, or a cell cannot stand; table, row and
            column are named, and what to do.
    """
    if not path.is_file():
        return ()
    place = f"{path.parent.name}/{path.name}"
    fields = {name: field for name, field in model.model_fields.items() if name not in UNWRITTEN}
    columns = {name: (headings or {}).get(name, name) for name in fields}
    called = {columns[name]: name for name in fields}
    if headings is None:
        called |= {field.title: name for name, field in fields.items() if field.title}
    header, lines = read_table(path, place)
    unknown = [text for text in header if text and text not in called]
    if unknown and headings is None:
        raise DataError(f"{place} 有不认识的列“{unknown[0]}”，{candidates(unknown[0], called)}。")
    present = {called[text] for text in header if text in called}
    for name, field in fields.items():
        if name not in present and (field.is_required() or name in (headings or {})):
            raise DataError(f"{place} 缺少列“{columns[name]}”，现有列为 {'、'.join(header)}，请补上表头。")
    written = {called[text]: text for text in header if text in called}
    made: list[_R] = []
    for line, row in lines:
        cells = dict(zip(header, row, strict=True))
        given = {called[text]: unescaped(cell) for text, cell in cells.items() if text in called and cell}
        given_up = gone.get(frozenset((text, cell) for text, cell in cells.items() if cell))
        try:
            content = {**given, "line": line, "withdrawn": given_up}
            made.append(model.model_validate(content, context={"plan": plan}))
        except ValidationError as error:
            raise _fault(place, line, error.errors()[0], given, written) from None
    return tuple(made)


def seen(rows: Iterable[_R], day: date) -> tuple[_R, ...]:
    """The rows recorded on or before a day and not withdrawn by then; of later withdrawals that day knows nothing."""
    kept = (row for row in rows if row.recorded_at <= day and (row.withdrawn is None or row.withdrawn > day))
    return tuple(row.model_copy(update={"withdrawn": None}) if row.withdrawn else row for row in kept)


def known(rows: Iterable[_R], day: date) -> tuple[_R, ...]:
    """Of each key the row recorded last on or before a day, in the order in which the keys first came."""
    last: dict[str, _R] = {}
    for row in sorted(seen(rows, day), key=lambda row: row.recorded_at):
        last[row.key] = row
    return tuple(last.values())


def _fault(
    place: str, line: int, first: ErrorDetails, given: Mapping[str, str], written: Mapping[str, str]
) -> RefusedCellError:
    """One cell that cannot stand: table, row, column, value and what to do."""
    context = first.get("ctx", {})
    name = str(first["loc"][0]) if first["loc"] else str(getattr(context.get("error"), "field", ""))
    column = written.get(name, name)
    if first["type"] == "missing":
        return RefusedCellError(place, line, column, f"缺 {column}，请补上。")
    advice = str(context["error"]) if first["type"] == "value_error" else wanted(first)
    return RefusedCellError(place, line, column, f" {column} 列“{given.get(name, '')}”不能用：{advice}。")


class CellError(ValueError):
    """A cell that contradicts another one of its row; ``field`` says which is to be named."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
