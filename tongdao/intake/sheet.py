"""A file that is handed in, its sheets as text, what is found in them and where."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from itertools import count
from typing import Any, Literal

from tongdao.base import shown

Severity = Literal["error", "warning", "info"]
Verdict = Literal["accept", "repair", "reject"]
SEVERITIES = {"error": ("错误", "red"), "warning": ("提示", "yellow"), "info": ("说明", "dim")}  # and their colour
Say = Callable[[Severity, str, str], None]  # severity, code, words: a finding about the cell at hand
SHOWN = 120  # characters of a cell that a receipt repeats


@dataclass(frozen=True)
class Delivery:
    """What is handed in: a file's name and bytes, by whom, as of which day, and whether figures far from the known ones
    are said to be right. What is ``typed`` is a new statement each time, and corrects what that day said already."""

    file: str
    content: bytes
    by: str
    as_of: date
    confirmed: bool = False
    typed: bool = False

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Finding:
    """One remark. ``row`` is the physical line, the header included; ``column`` a tidy column's name, a wide
    heading, or the letter in a spreadsheet; ``value`` the text as it stood."""

    severity: Severity
    code: str
    message: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    sheet: str | None = None

    @property
    def place(self) -> str:
        """Where, in the words of a receipt: “表“数据”，第 4 行 value 列”."""
        row = f"第 {self.row} 行" if self.row else ""
        cell = f"{row} {self.column} 列".strip() if self.column else row
        return "，".join(filter(None, (f"表“{self.sheet}”" if self.sheet else "", cell)))

    @property
    def cell(self) -> str:
        """The place in short: “C5” in a spreadsheet."""
        return f"{self.column}{self.row}" if self.sheet and self.row and self.column else self.place

    def record(self) -> dict[str, Any]:
        """As the contract prints it; the message names the place, for it may be read alone."""
        message = shown(f"{self.place}：{self.message}" if self.place else self.message)
        value = None if self.value is None else shown(self.value)[:SHOWN]
        keys = ("severity", "sheet", "row", "column", "value", "code")
        return {key: getattr(self, key) for key in keys} | {"value": value, "message": message}


class RefusedError(Exception):
    """The file cannot be read at all; carries the one finding that says why."""

    def __init__(self, code: str, message: str, *, row: int | None = None, column: str | None = None) -> None:
        super().__init__(message)
        self.finding = Finding("error", code, message, row, column)


@dataclass
class CellError(Exception):
    """A cell or row that is not read, with code and words of why; ``place`` where the fault is not in the cell itself,
    ``severity`` where the file is not refused for it."""

    code: str
    words: str
    place: int | None = None
    severity: Severity = "error"


def verdict_of(findings: Sequence[Finding]) -> Verdict:
    """Any error refuses the whole file, any warning makes it a repair; a mere remark changes nothing."""
    severities = {item.severity for item in findings}
    return "reject" if "error" in severities else "repair" if "warning" in severities else "accept"


@cache
def letter(column: int) -> str:
    """The spreadsheet letter of a column counted from 1."""
    rest, last = divmod(column - 1, 26)
    return letter(rest) + chr(65 + last) if column else ""


@dataclass
class Sheet:
    """``rows[i]`` stands on the physical line ``lines[i]``.

    ``kinds`` maps (line, place from 0) to number, scaled (shown smaller than stored), percent, date, error, formula,
    bool or format (none that we understand); other cells are text. ``units`` are those that only formats show.
    ``name`` is empty for a CSV file. ``merged`` holds (top, left, bottom, right), lines and places.
    """

    name: str
    lines: list[int]
    rows: list[list[str]]
    kinds: dict[tuple[int, int], str] = field(default_factory=dict)
    units: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def spreadsheet(self) -> bool:
        return bool(self.name)

    def kind(self, line: int, place: int) -> str:
        return self.kinds.get((line, place), "")

    def plain(self) -> dict[str, Any]:
        """As JSON between the child process and us."""
        texts = defaultdict[str, int](count().__next__)  # what stands in a hundred thousand cells goes over once
        rows = [[texts[text] for text in row] for row in self.rows]
        pairs = {"kinds": [*self.kinds.items()], "units": [*self.units.items()]}
        told = {"rows": rows, "texts": [*texts], "findings": [vars(item) for item in self.findings]}
        return vars(self) | pairs | told


Read = tuple[list[Sheet], list[Finding]]


def sheet_of(plain: dict[str, Any]) -> Sheet:
    """The inverse of ``Sheet.plain``; texts that are the same are one."""
    texts = plain.pop("texts")
    for row in plain["rows"]:  # in its place: not all of them twice at once
        row[:] = [texts[at] for at in row]
    pairs = {name: {(line, place): text for (line, place), text in plain[name]} for name in ("kinds", "units")}
    return Sheet(**plain | pairs | {"findings": [Finding(**item) for item in plain["findings"]]})
