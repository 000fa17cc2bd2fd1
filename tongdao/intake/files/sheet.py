"""A sheet as the rest of the intake sees it: rows of text, what each cell was, and how the sheet was built."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tongdao.intake.finding import Finding

Kind = str  # number | date | error | formula | bool | percent; a cell without a kind is text


@cache
def letter(column: int) -> str:
    """The spreadsheet letter of a column counted from 1."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


@dataclass
class Sheet:
    """``rows[i]`` stands on the physical line ``lines[i]``; ``kinds`` maps (line, place from 0) to what is not text.

    ``name`` is empty for a CSV file. ``merged`` holds (top, left, bottom, right), lines and places.
    """

    name: str
    lines: list[int]
    rows: list[list[str]]
    kinds: dict[tuple[int, int], Kind] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def spreadsheet(self) -> bool:
        return bool(self.name)

    def kind(self, line: int, place: int) -> Kind:
        return self.kinds.get((line, place), "")

    def plain(self) -> dict[str, Any]:
        """As JSON between the child process and us."""
        return {
            "name": self.name,
            "lines": self.lines,
            "rows": self.rows,
            "kinds": [[*key, value] for key, value in self.kinds.items()],
            "merged": self.merged,
            "findings": [vars(item) for item in self.findings],
        }


def sheet_of(plain: dict[str, Any]) -> Sheet:
    """The inverse of ``Sheet.plain``."""
    kinds = {(line, place): kind for line, place, kind in plain["kinds"]}
    merged = [(top, left, bottom, right) for top, left, bottom, right in plain["merged"]]
    findings = [Finding(**item) for item in plain["findings"]]
    return Sheet(plain["name"], plain["lines"], plain["rows"], kinds, merged, findings)
