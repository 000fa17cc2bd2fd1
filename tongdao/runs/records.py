"""What published reports said, kept for good: one growing table beside the reports, never rewritten."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tongdao.document import RECORD


def records(executed: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The rows that a notebook asks to keep, by the name of their table."""
    found: dict[str, list[dict[str, Any]]] = {}
    for cell in executed["cells"]:
        for output in cell.get("outputs", []):
            payload = output.get("data", {}).get(RECORD)
            if payload:
                found.setdefault(payload["name"], []).extend(payload["rows"])
    return found


def with_records(table: Path, rows: list[dict[str, Any]], *, run: str, day: str) -> bytes:
    """The table with the rows of this run added, once: publishing the same run again adds nothing."""
    kept: list[dict[str, Any]] = []
    if table.is_file():
        with table.open(encoding="utf-8-sig", newline="") as file:
            kept = list(csv.DictReader(file))
    if any(row["run"] == run for row in kept):
        return table.read_bytes()
    added = [{"run": run, "published": day, **row} for row in rows]
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(dict.fromkeys(key for row in [*kept, *added] for key in row)))
    writer.writeheader()
    writer.writerows([*kept, *added])
    return text.getvalue().encode("utf-8-sig")
