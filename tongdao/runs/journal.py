"""The journal of runs, the tables of published records, and the notes beside documents that are not up to date."""

import contextlib
import csv
import io
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tongdao.base import UsageError, candidates
from tongdao.document import RECORD
from tongdao.runs.cells import EVENTS, EXECUTED

JOURNAL = "runs.jsonl"
FAILED = ".failed"  # folder of the executed notebooks of failed runs


def add(reports: Path, manifest: dict[str, Any]) -> None:
    """Append a run to the list of a workbook's reports, in one write; a full disk loses the line, not the report."""
    line = json.dumps(manifest, ensure_ascii=False, sort_keys=True) + "\n"
    with contextlib.suppress(OSError):
        reports.mkdir(parents=True, exist_ok=True)
        handle = os.open(reports / JOURNAL, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            os.write(handle, line.encode())
        finally:
            os.close(handle)


def runs(reports: Path) -> list[dict[str, Any]]:
    """All runs of a workbook, the oldest first; a line torn by a power cut is skipped."""
    path = reports / JOURNAL
    found = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
        with contextlib.suppress(ValueError):
            found.append(json.loads(line))
    return found


def find_run(reports: Path, run: str) -> dict[str, Any]:
    """The latest good run of that id, or of an id that begins so.

    Raises:
        UsageError: there is none, or several fit.
    """
    good = {entry["run"]: entry for entry in runs(reports) if entry["verdict"].startswith("成功")}
    fitting = [entry for key, entry in good.items() if key.startswith(run)]
    if len(fitting) != 1 or not run:
        state = "没有成功的运行" if not fitting else f"有 {len(fitting)} 次运行都以此开头："
        raise UsageError(f"{state}“{run}”，{candidates(run, good)}；用 tongdao runs 查看。")
    return fitting[0]


def write_note(folder: Path, name: str, reason: str, scratch: Path | None = None) -> None:
    """``<name>.未更新.txt`` beside the document, and what the failed run left for whoever looks into it."""
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        _note(folder, name).write_text(f"未更新（{reason}）\n", encoding="utf-8")
        if scratch is None:
            return
        kept = folder / FAILED / name
        kept.mkdir(parents=True, exist_ok=True)
        for part in (EVENTS, EXECUTED):
            if (scratch / part).is_file():
                shutil.copyfile(scratch / part, kept / part)


def note(folder: Path, name: str) -> str:
    """The reason that the note gives; empty without one."""
    with contextlib.suppress(OSError, ValueError):
        return _note(folder, name).read_text(encoding="utf-8").removeprefix("未更新（").removesuffix("）\n")
    return ""


def _note(folder: Path, name: str) -> Path:
    return folder / f"{name}.未更新.txt"


def clear_note(folder: Path, name: str) -> None:
    """The document is up to date again."""
    _note(folder, name).unlink(missing_ok=True)
    shutil.rmtree(folder / FAILED / name, ignore_errors=True)
    with contextlib.suppress(OSError):
        (folder / FAILED).rmdir()


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
