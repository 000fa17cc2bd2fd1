"""One notebook, one set of parameters, one published document."""

import hashlib
import json
import platform
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tongdao.document.forms import render_forms
from tongdao.document.reading import joined, read_document
from tongdao.errors import UsageError
from tongdao.runs.clock import now
from tongdao.runs.execute import execute
from tongdao.runs.parameters import declared, fitted
from tongdao.runs.publish import publish, scratch_folder
from tongdao.runs.records import records, with_records

_VERSIONS = ("tongdao", "pandas", "altair", "vl-convert-python", "papermill", "typst")


@dataclass(frozen=True)
class Job:
    """What to run: ``inputs`` are the resolved month and as-of date, ``data`` is the hash of what they let see.

    ``given`` are further parameters named by the user; ``workbook`` is the folder read, ``folder`` the
    one written to.
    """

    notebook: Path
    workbook: Path
    given: Mapping[str, str]
    inputs: Mapping[str, str]
    data: str
    folder: Path
    forms: tuple[str, ...] = ("pdf",)

    @property
    def name(self) -> str:
        """The notebook's name and the values asked for, so that two questions make two documents."""
        return "-".join([self.notebook.stem, *(re.sub(r"[^\w()（）.-]", "_", value) for value in self.given.values())])


def read_notebook(path: Path) -> dict[str, Any]:
    """A notebook file as JSON.

    Raises:
        UsageError: the file is missing or is no notebook.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(content.get("cells"), list):
            raise ValueError
    except FileNotFoundError:
        raise UsageError(f"找不到笔记本 {path}，请检查路径。") from None
    except (ValueError, AttributeError):
        raise UsageError(f"{path} 不是 Jupyter 笔记本，请检查文件。") from None
    return content  # type: ignore[no-any-return]


def run_id(job: Job, notebook: Mapping[str, Any]) -> str:
    """Twelve signs that stand for the inputs: month, as-of date, data, notebook, and nothing of where they lie."""
    sources = [joined(cell["source"]) for cell in notebook["cells"]]
    decided = {"inputs": dict(job.inputs), "own": dict(job.given), "data": job.data, "notebook": sources}
    return hashlib.sha256(json.dumps(decided, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:12]


def run_report(job: Job, *, on_step: Callable[[int, int], None] | None = None) -> list[Path]:
    """Run the notebook, build the document aside, check it and publish it with its manifest.

    Raises:
        UsageError: the notebook or a parameter cannot be used; nothing has been started.
        RunError: a cell failed. DocumentError: the document must not be published. In both cases
            what was published before stays as it was.
    """
    notebook = read_notebook(job.notebook)
    known = declared(notebook, job.notebook.name)
    parameters = fitted(known, job.given, job.notebook.name)
    resolved = {"workbook": str(job.workbook), **job.inputs}
    parameters |= {key: value for key, value in resolved.items() if key in known}
    began = now()
    with scratch_folder(job.folder) as scratch:
        executed = execute(job.notebook, parameters, scratch, on_cell=on_step)
        document = read_document(executed)
        made = run_id(job, notebook)
        # the notebook's own metadata say how many pages its document may have
        most = notebook.get("metadata", {}).get("tongdao", {}).get("pages")
        files = render_forms(document, run_id=made, forms=job.forms, most_pages=most)
    targets = {job.folder / f"{job.name}{end}": content for end, content in files.items()}
    manifest = {
        "run": made,
        "report": job.name,
        "workbook": job.workbook.name,
        "inputs": dict(job.inputs),
        "parameters": {key: value for key, value in parameters.items() if key != "workbook"},
        "data": job.data,
        "notebook": hashlib.sha256(job.notebook.read_bytes()).hexdigest(),
        "began": began.isoformat(timespec="seconds"),
        "ended": now().isoformat(timespec="seconds"),
        "verdict": "成功",
        "versions": {name: version(name) for name in _VERSIONS} | {"python": platform.python_version()},
        "outputs": {target.name: hashlib.sha256(content).hexdigest() for target, content in targets.items()},
    }
    record = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    tables = {job.folder.parent / f"{name}.csv": rows for name, rows in records(executed).items()}
    day = began.date().isoformat()
    kept = {table: with_records(table, rows, run=made, day=day) for table, rows in tables.items()}
    publish({**targets, job.folder / f"{job.name}.manifest.json": record.encode(), **kept})
    return list(targets)
