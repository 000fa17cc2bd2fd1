"""One run of a notebook as it is asked for, and whether its document lies there; pandas is not loaded for it."""

import contextlib
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tongdao.plan import RunLimits

_PLAIN = frozenset({"department", "indicator", "task", "since", "region"})  # whose values speak for themselves
_LONGEST = 180  # bytes of a document's name: a file system takes 255, and more is put before and behind it


@dataclass(frozen=True)
class Job:
    """What to run: ``inputs`` are the resolved month and as-of date, ``data`` is the hash of what they let see.

    ``given`` are further parameters named by the user; ``workbook`` is the folder read, ``folder`` the
    one written to; ``due`` marks a run of the schedule, ``late`` one that should have been made before; ``refused``
    says why it cannot be made.
    ``figures`` are what the indicators stand on, kept with the run. ``place`` is the path from the workbook of a
    notebook that lies neither with it nor with the package, empty for one that goes by its name; ``mark`` keeps its
    document apart from the one of that name that does, or from one whose name is written alike. ``moment`` (ISO) is
    that up to which the workbook was read: notebook and repetitions read what was handed in by then. ``annex`` asks for
    the annex behind the report and not in a file of its own.
    """

    notebook: Path
    workbook: Path
    given: Mapping[str, str]
    inputs: Mapping[str, str]
    data: str
    folder: Path
    forms: tuple[str, ...] = ("pdf",)
    limits: RunLimits = field(default_factory=RunLimits)
    due: bool = False
    late: bool = False
    refused: str = ""
    figures: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    place: str = ""
    mark: str = ""
    moment: str = ""
    annex: bool = False

    @property
    def name(self) -> str:
        """The notebook's name and what was asked of it, so that two questions make two documents."""
        stem = f"{self.notebook.stem}（{self.mark}）" if self.mark else self.notebook.stem
        asked = (value if key in _PLAIN else f"{key}={value}" for key, value in self.given.items())
        name = "-".join([stem.lstrip("."), *(re.sub(r"[^\w()（）.=-]", "_", text) for text in asked)])
        whole = name.encode()
        short = f"{whole[:_LONGEST].decode(errors='ignore')}-{hashlib.sha256(whole).hexdigest()[:8]}"
        return short if len(whole) > _LONGEST else name

    @property
    def asked(self) -> dict[str, Any]:
        """What was asked for, as every entry of the journal says it."""
        known = {"report": self.name, "inputs": dict(self.inputs), "given": dict(self.given), "late": self.late}
        return known | ({"place": self.place} if self.place else {})


def manifest_file(job: Job) -> Path:
    return job.folder / f"{job.name}.manifest.json"


def manifest_there(job: Job) -> dict[str, Any]:
    """The manifest of the document that lies in the job's place; empty without one."""
    with contextlib.suppress(OSError, ValueError):
        there = json.loads(manifest_file(job).read_text(encoding="utf-8"))
        if isinstance(there, dict) and {"given", "inputs", "outputs", "forms"} <= there.keys():
            return there
    return {}


def same_question(job: Job, manifest: Mapping[str, Any]) -> bool:
    """Whether a manifest is of what the job asks, apart from month and day."""
    return bool(manifest["given"] == dict(job.given) and manifest.get("place", "") == job.place)


def lies_whole(job: Job, manifest: Mapping[str, Any], forms: Iterable[str]) -> bool:
    """Whether the files of these forms are what the manifest says; one that a person has changed is not."""
    wanted = {name: known for name, known in manifest["outputs"].items() if Path(name).suffix[1:] in forms}
    try:
        made = {name: hashlib.sha256((job.folder / name).read_bytes()).hexdigest() for name in wanted}
    except OSError:
        return False
    return made == wanted


def is_made(job: Job) -> bool:
    """Whether the document lies there whole, of this month and of the job's day or a later one.

    What the schedule made stays made when its day is moved later: a published past is not rewritten.
    """
    there = manifest_there(job)
    return (
        bool(there)
        and same_question(job, there)
        and there["inputs"]["month"] == job.inputs["month"]
        and (there["inputs"]["as_of"] >= job.inputs["as_of"] or (job.due and bool(there.get("due"))))
        and set(job.forms) <= set(there["forms"])
        and lies_whole(job, there, job.forms)
    )
