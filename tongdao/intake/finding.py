"""What was found in a file: where, what stood there, and what it means for the verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["error", "warning", "info"]
Verdict = Literal["accept", "repair", "reject"]
SHOWN = 120  # characters of a cell that a receipt repeats


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
        """Where, in the words of a receipt: “表 数据，第 4 行 value 列”."""
        row = f"第 {self.row} 行" if self.row else ""
        column = f"{self.column} 列" if self.column else ""
        return "，".join(
            part for part in (f"表“{self.sheet}”" if self.sheet else "", f"{row} {column}".strip()) if part
        )

    def record(self) -> dict[str, Any]:
        """As the contract prints it; the message names the place, for it may be read alone."""
        message = f"{self.place}：{self.message}" if self.place else self.message
        keys = ("severity", "sheet", "row", "column", "value", "code")
        return {key: getattr(self, key) for key in keys} | {"message": message}


class RefusedError(Exception):
    """The file cannot be read at all; carries the one finding that says why."""

    def __init__(self, code: str, message: str, *, row: int | None = None, column: str | None = None) -> None:
        super().__init__(message)
        self.finding = Finding("error", code, message, row, column)


def verdict_of(findings: Sequence[Finding]) -> Verdict:
    """Any error refuses the whole file, any warning makes it a repair; a mere remark changes nothing."""
    severities = {item.severity for item in findings}
    return "reject" if "error" in severities else "repair" if "warning" in severities else "accept"
