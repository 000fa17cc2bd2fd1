"""The journal of runs, the tables of published records, and the notes beside documents that are not up to date."""

import contextlib
import json
import shutil
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from tongdao.base import (
    RunError,
    UsageError,
    as_open_as,
    candidates,
    make_folder,
    new_table,
    now,
    parse_month,
    read_records,
    write_whole,
)
from tongdao.document import RECORD

JOURNAL = "runs.jsonl"
_ALL = {"given", "forms", "notebook_name", "data", "notebook", "code", "versions", "outputs", "figures"}
FAILED = ".failed"  # folder of the executed notebooks of failed runs


def add(reports: Path, manifest: Mapping[str, Any]) -> None:
    """Append a run to the list of a workbook's reports."""
    append(reports / JOURNAL, json.dumps(manifest, ensure_ascii=False, sort_keys=True))


def append(path: Path, line: str) -> None:
    """A line of its own behind a file that several users may share, in one write; a full disk loses only the line."""
    with contextlib.suppress(OSError, RuntimeError):
        make_folder(path.parent)
        new = not path.exists()
        with path.open("ab+", buffering=0) as file:
            if new:
                as_open_as(path, path.parent)
            size = file.tell()
            file.seek(max(size - 1, 0))
            torn = size and file.read(1) != b"\n"  # by a power cut: the torn line alone is lost
            file.write(f"{chr(10) * torn}{line}\n".encode())


def runs(reports: Path) -> list[dict[str, Any]]:
    """All runs of a workbook, the oldest first: those of the journal, and those whose manifests it has not.

    A line torn by a power cut, or that is no run, is skipped.
    """
    listed, unlisted = _entries(reports)
    return sorted([*listed, *unlisted], key=lambda entry: str(entry.get("ended", entry["began"])))


def rebuild(reports: Path) -> None:
    """Write into the journal the runs that only their manifests tell: it was lost, torn or could not be written."""
    for entry in _entries(reports)[1]:
        add(reports, entry)


def _entries(reports: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    lines = []
    with contextlib.suppress(OSError):
        lines = (reports / JOURNAL).read_bytes().split(b"\n")  # no other sign ends a line of JSON
    listed = [entry for entry in map(_run, lines) if entry]
    known = {*map(_which, listed)}
    return listed, [entry for entry in _made(reports) if _which(entry) not in known]


def _which(entry: Mapping[str, Any]) -> tuple[str, ...]:
    return (entry["run"], entry["began"], entry["report"], entry["inputs"]["month"])


def _made(reports: Path) -> Iterable[dict[str, Any]]:
    """The runs that the manifests beside the documents tell, each once: programs that sync folders leave copies."""
    found = {}
    for path in sorted(reports.glob("*/*.manifest.json")):
        with contextlib.suppress(OSError):  # just replaced, or a folder
            if entry := _run(path.read_bytes()):
                found[_which(entry)] = entry
    return found.values()


def _run(text: bytes) -> dict[str, Any]:
    """The run that a line or a manifest tells of; empty where it is none."""
    with contextlib.suppress(ValueError, KeyError, TypeError, RecursionError):
        entry = json.loads(text)
        said = [entry[key] for key in ("run", "began", "report", "verdict")]
        if all(isinstance(text, str) for text in [*said, entry["inputs"]["month"]]):
            return dict(entry)
    return {}


def last_runs(reports: Path) -> str:
    """When the last good run was, and why later ones failed; empty where there was none."""
    found = runs(reports)
    good = max((at for at, entry in enumerate(found) if entry["verdict"].startswith("成功")), default=-1)
    told = [f"上一次成功的运行：{_when(found[good])}。"] if good >= 0 else []
    if later := found[good + 1 :]:
        why = str(later[-1].get("reason", later[-1]["verdict"])).rstrip("。")
        told.append(f"{'其后' if told else '还没有成功过，'}失败 {len(later)} 次，最近是 {_when(later[-1])}：{why}。")
    return "".join(told)


def _when(entry: Mapping[str, Any]) -> str:
    return f"{entry['began'].replace('T', ' ')[:16]} {entry['inputs']['month']} {entry['report']}".replace("  ", " ")


def published(reports: Path, said: Iterable[tuple[date, int]]) -> list[str]:
    """The documents that lie there and lack something that is recorded for a day and month that they speak of.

    ``said`` are days of recording with the last month that a reading speaks of, 0 where it is none.
    """
    wanted = {*said}
    made = _made(reports) if wanted else ()
    asked = [(entry["inputs"]["month"], entry["inputs"].get("as_of", ""), entry["report"]) for entry in made]
    return [
        f"{month} {report}（截至 {as_of}）"
        for month, as_of, report in sorted(asked, reverse=True)
        if any(day.isoformat() <= as_of and end <= parse_month(month).end for day, end in wanted)
    ]


def find_run(reports: Path, run: str) -> dict[str, Any]:
    """The latest good run of that id, or of an id that begins so.

    Raises:
        UsageError: there is none, or several fit.
    """
    good = {
        entry["run"]: entry for entry in runs(reports) if entry["verdict"].startswith("成功") and entry.keys() >= _ALL
    }
    fitting = [entry for key, entry in good.items() if key.startswith(run)]
    if len(fitting) != 1 or not run:
        state = "没有成功的运行" if not fitting else f"有 {len(fitting)} 次运行都以此开头："
        raise UsageError(f"{state}“{run}”，{candidates(run, good)}；用 tongdao runs 查看。")
    return fitting[0]


def note_refusal(folder: Path, name: str, reports: Path, asked: Mapping[str, Any], reason: str) -> None:
    """Leave the trace of a failed run for one that could not begin, once: nobody sees what a schedule prints."""
    if note(folder, name) == reason:
        return
    moment = now().isoformat(timespec="seconds")
    failed = {"run": "", "began": moment, "ended": moment, "verdict": "失败", "reason": reason, "cell": 0}
    add(reports, {**asked, **failed})
    write_note(folder, name, reason)


def write_note(folder: Path, name: str, reason: str, scratch: Path | None = None) -> None:
    """``<name>.未更新.txt`` beside the document, and what the failed run left for whoever looks into it."""
    with contextlib.suppress(OSError, RunError):
        write_whole(_note(folder, name), f"未更新（{reason}）\n".encode())
        if scratch:
            from tongdao.runs.task import EVENTS, EXECUTED  # not for whoever only reads the journal

            make_folder(kept := folder / FAILED / name)
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
    with contextlib.suppress(OSError):
        _note(folder, name).unlink(missing_ok=True)
        shutil.rmtree(folder / FAILED / name, ignore_errors=True)
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
    kept = read_records(table, table.name)
    if any(row.get("run") == run for row in kept):
        return table.read_bytes()
    added = [{"run": run, "published": day, **row} for row in rows]
    titles = dict.fromkeys(key for row in [*kept, *added] for key in row)
    return new_table(titles, [*kept, *added], "\r\n")
