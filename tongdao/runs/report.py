"""One notebook, one set of parameters, one published document."""

import contextlib
import hashlib
import json
import platform
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tongdao.base import DocumentError, RunError, TongdaoError, UsageError, file_name, now, publish
from tongdao.document import Document, Figure, draw, prepare, read_document, read_payload, render_forms
from tongdao.runs import journal
from tongdao.runs.fork_server import ForkServer
from tongdao.runs.job import Job, lies_whole, manifest_file, manifest_there, same_question
from tongdao.runs.notebooks import Value, declared, fitted, fixed_month, read_notebook
from tongdao.runs.supervise import supervise
from tongdao.runs.task import FIGURE, MADE, Task, alone, scratch_folder

_VERSIONS = ("tongdao", "pandas", "altair", "vl-convert-python", "ipython", "typst", "python-docx")
_PACKAGE = Path(__file__).parent.parent


@dataclass(frozen=True)
class Published:
    """What a good run left: its files, and notices that do not fail it."""

    files: tuple[Path, ...]
    notices: tuple[str, ...] = ()


def run_id(job: Job, notebook: Mapping[str, Any]) -> str:
    """Twelve signs that stand for the inputs: month, as-of date, data, notebook with its name, not where they lie."""
    sources = [cell["source"] for cell in notebook["cells"]]
    decided = {"inputs": dict(job.inputs), "own": dict(job.given), "data": job.data, "notebook": [job.name, *sources]}
    return hashlib.sha256(json.dumps(decided, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:12]


def run_report(job: Job, server: ForkServer, *, on_step: Callable[[int, int], None] | None = None) -> Published:
    """Run the notebook, build the document aside, check it and publish it with its manifest.

    Raises:
        UsageError: the notebook or a parameter cannot be used; nothing has been started.
        RunError, DocumentError: the run failed or its document must not be published; what was published before
            stays as it was, and a note beside it says why.
    """
    if job.refused:
        raise UsageError(job.refused)
    notebook, mended = read_notebook(job.notebook)
    parameters = _parameters(job, notebook)
    job = _with_forms_there(job)
    if unused := "、".join(name for name in job.given if name not in parameters):
        mended += (f"旧格式的笔记本没有参数单元格，给出的 {unused} 没有用上。",)
    mended += tuple(fixed_month(notebook, job.inputs["month"]))
    began = now().isoformat(timespec="seconds")
    made = run_id(job, notebook)
    with scratch_folder(job.folder) as scratch:
        reports, beside = job.folder.parent, job.notebook.resolve().parent
        name, workbook = job.notebook.name, job.workbook
        task = Task(notebook, parameters, scratch, beside, workbook, reports, name, job.moment, job.limits)
        try:
            executed, told = supervise(server, task, meanwhile=get_ready, on_cell=on_step, on_figure=_drawn_early)
            document = read_document(executed, title=job.notebook.stem, folders=(scratch / MADE, beside))
            files = _forms(job, notebook, document, made)
            notices = (*mended, *told, *document.lost())
            manifest = _manifest(job, made, parameters, began) | {
                "verdict": "成功（有提示）" if notices else "成功",
                "notices": notices,
                "outputs": {target.name: hashlib.sha256(content).hexdigest() for target, content in files.items()},
            }
            rows_by_name = journal.records(executed)
            tables = {reports / f"{file_name(name)}.csv": rows for name, rows in rows_by_name.items()}
            record = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
            before = manifest_there(job)
            with alone(reports) if tables else contextlib.nullcontext():
                kept = {
                    table: journal.with_records(table, rows, run=made, day=began[:10]) for table, rows in tables.items()
                }
                # the manifest comes last: where it stands, everything it names stands too
                publish({**files, **kept, manifest_file(job): record.encode()}, scratch)
        except TongdaoError as error:
            _unpublished(job, made, began, error, scratch)
            raise
    for name in before.get("outputs", {}).keys() - manifest["outputs"].keys():  # an annex or pages that are no more
        if lies_whole(job, {"outputs": {name: before["outputs"][name]}}, before["forms"]):
            (job.folder / name).unlink(missing_ok=True)
    journal.add(reports, manifest)
    journal.clear_note(job.folder, job.name)
    return Published(tuple(files), notices)


def _with_forms_there(job: Job) -> Job:
    """The job with the other forms of its document that lie there as they were made: one manifest holds them all.

    Raises:
        UsageError: the document of that name answers another question, or is another notebook's.
    """
    there = manifest_there(job)
    if there and not same_question(job, there):
        said = "，".join(f"{key}={value}" for key, value in there["given"].items())
        asked = said or there.get("place") or "工作簿自己的笔记本"
        raise UsageError(
            f"{job.name} 已是另一份文件的名字（{asked}），没有覆盖它；请用 --out 放到别处，或给笔记本改名。"
        )
    kept = [form for form in there.get("forms", ()) if lies_whole(job, there, [form])]
    return replace(job, forms=tuple(dict.fromkeys([*job.forms, *kept])))


def failed_before(job: Job, before: Sequence[Mapping[str, Any]]) -> str:
    """Why the same run failed the last time, if nothing has changed since that could make it go well; else empty.

    ``before`` are the runs so far, the oldest first.
    """
    notebook, _ = read_notebook(job.notebook)
    made = run_id(job, notebook)
    last = next((entry for entry in reversed(before) if entry["run"] == made), None)
    if last is None or last["verdict"] != "失败" or last.get("passing") or last.get("code") != made_by()["code"]:
        return ""
    return str(last.get("reason", ""))


def _parameters(job: Job, notebook: Mapping[str, Any]) -> dict[str, Value]:
    old = notebook.get("metadata", {}).get("orig_nbformat") in (1, 2, 3)  # which had no tags
    known = declared(notebook, job.notebook.name, wanted=bool(job.given) and not old)
    resolved = {"workbook": str(job.workbook), **job.inputs}
    own = {key: value for key, value in resolved.items() if key in known}
    # a text has no place in a number or a list: such a month means something else, and is refused
    other = {key: value for key, value in own.items() if re.match(r"(int|float|bool|list|dict|tuple)\b", known[key])}
    return own | fitted(known, {**({} if old and not known else job.given), **other}, job.notebook.name)


@cache
def get_ready() -> None:
    """Do what no run changes while waiting for one, once a process."""
    prepare()
    made_by()


def _drawn_early(payload: Mapping[str, Any]) -> None:
    """A chart drawn while later cells still run; what is wrong with it is said when the document is made."""
    with contextlib.suppress(DocumentError):
        figure = read_payload(FIGURE, payload, where="")
        if isinstance(figure, Figure) and figure.spec is not None:
            draw(figure)


def _forms(job: Job, notebook: Mapping[str, Any], document: Document, made: str) -> dict[Path, bytes]:
    """The files of the document, checked."""
    # the notebook's own metadata say how many pages its document may have and which sections must have text
    wishes = notebook.get("metadata", {}).get("tongdao", {})
    if empty := document.empty_sections(wishes.get("sections", ())):
        raise DocumentError(f"“{empty[0]}”一节没有内容，没有发布；请检查这一节的单元格。")
    apart = "" if job.annex else job.name
    files = render_forms(document, run_id=made, forms=job.forms, most_pages=wishes.get("pages"), apart=apart)
    return {job.folder / f"{job.name}{end}": content for end, content in files.items()}


def _manifest(job: Job, made: str, parameters: Mapping[str, Value], began: str) -> dict[str, Any]:
    return job.asked | {
        "run": made,
        "workbook": job.workbook.name,
        "parameters": {key: value for key, value in parameters.items() if key != "workbook"},
        "forms": list(job.forms),
        "annex": job.annex,
        "due": job.due,
        "data": job.data,
        "known": job.moment,
        "figures": job.figures,
        "notebook": hashlib.sha256(job.notebook.read_bytes()).hexdigest(),
        "notebook_name": job.notebook.stem,
        **made_by(),
        "began": began,
        "ended": now().isoformat(timespec="seconds"),
    }


@cache
def made_by() -> dict[str, Any]:
    """What decides a document beside its inputs: ``code``, a hash of modules and templates, and ``versions``."""
    parts = sorted(path for path in _PACKAGE.rglob("*") if path.suffix in (".py", ".typ", ".docx", ".css", ".js"))
    code = hashlib.sha256(b"".join(path.read_bytes() for path in parts)).hexdigest()
    versions = {name: version(name) for name in _VERSIONS} | {"python": platform.python_version()}
    return {"code": code, "versions": versions}


def _unpublished(job: Job, made: str, began: str, error: TongdaoError, scratch: Path) -> None:
    """Say beside what was published before why it is not newer, and keep the story of the run."""
    told = error if isinstance(error, RunError) else RunError(str(error))
    failed = {"verdict": told.word, "reason": str(error), "cell": told.cell, "passing": told.passing}
    journal.add(job.folder.parent, _manifest(job, made, {}, began) | failed)
    journal.write_note(job.folder, job.name, str(error), scratch)
