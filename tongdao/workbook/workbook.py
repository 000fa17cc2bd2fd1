"""A workbook: a folder of plain files, opened once and asked many times."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from tongdao.base import Period, UsageError, candidates, parse_day, parse_month, typed
from tongdao.plan import Plan, read_plan
from tongdao.workbook.corrections import corrected, read_corrections
from tongdao.workbook.lists import Lists, read_lists
from tongdao.workbook.readings import read_readings
from tongdao.workbook.view import View, make_view

DEFAULT = "data/tongdao"
PLAN, READINGS = "plan.toml", "readings.csv"


@dataclass(frozen=True)
class Workbook:
    """A plan and all readings, registers and lists ever recorded, of any date. ``folder`` is absolute."""

    folder: Path
    plan: Plan
    readings: pd.DataFrame = field(repr=False)
    lists: Lists = field(default_factory=Lists, repr=False)

    @property
    def name(self) -> str:
        return self.folder.name

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        plan, latest = self.plan, max(self.readings["recorded_at"], default="")[:10]
        known = f"{len(self.readings)} 个读数，最近记录于 {latest}" if latest else "还没有读数"
        example = "示例数据：读数均为虚构。" if plan.example else ""
        printer.text(f"工作簿“{self.name}”，《{plan.title}》：{len(plan.indicators)} 项指标，{known}。{example}")

    def view(self, month: str | Period | None = None, as_of: str | date | None = None) -> View:
        """What was known on ``as_of`` up to ``month``; an empty value means the default of ``make_view``."""
        chosen = (parse_month(month) if month else None) if isinstance(month, str) else month
        day = (parse_day(as_of, "as_of") if as_of else None) if isinstance(as_of, str) else as_of
        return make_view(self.plan, self.readings, chosen, day, self.lists)


def digest(view: View) -> str:
    """A hash of what a view knows: the plan as it held and the observations, whatever was recorded later."""
    unsaid = {"line"} if view.observed["delivery"].any() else {"line", "delivery"}
    columns = [name for name in view.observed.columns if name not in unsaid]
    table = view.observed[columns].to_csv(index=False, lineterminator="\n")
    plan = view.plan.model_dump_json(exclude={"runs", "schedules"})  # when a report is made changes nothing in it
    lists = f"\n{view.lists}" if view.lists.latest else ""
    return hashlib.sha256(f"{plan}\n{table}{lists}".encode()).hexdigest()


def reports_folder(book: Workbook, out: Path | None = None) -> Path:
    """Where a workbook's documents go: below ``out`` if given, else in reports/ beside it, or one folder up if there.

    No further up, where a folder of that name is somebody else's.
    """
    if out:
        return out.resolve() / book.name
    for base in book.folder.parents[:2]:
        if (base / "reports").is_dir():
            return base / "reports" / book.name
    return book.folder.parent / "reports" / book.name


def documents_folder(book: Workbook, view: View, out: Path | None = None) -> Path:
    """Where the documents of a month go, inside ``reports_folder``."""
    return reports_folder(book, out) / str(view.month)


def find_notebook(name: str, book: Workbook) -> Path:
    """A notebook by path, name or title: the workbook's own, then upwards from here, then the one that came with us.

    Raises:
        UsageError: no such notebook; the sentence lists those there are.
    """
    if name.endswith(".ipynb"):
        return Path(name)
    here = Path.cwd()
    package = Path(__file__).parents[1]  # a wheel carries the notebooks inside, a checkout beside
    bases = [book.folder, here, *here.parents, package, package.parent]
    folders = [base / "notebooks" for base in bases]
    for folder in folders:
        if (folder / f"{name}.ipynb").is_file():
            return folder / f"{name}.ipynb"
    notebooks = {path: _title(path) for folder in folders if folder.is_dir() for path in sorted(folder.glob("*.ipynb"))}
    for path, title in notebooks.items():
        if title and typed(title) == typed(name):
            return path
    known = {path.stem: f"{path.stem}（{title}）" if title else path.stem for path, title in notebooks.items()}
    raise UsageError(f"没有名为“{name}”的笔记本，{candidates(name, sorted(known.values()))}。")


def _title(notebook: Path) -> str:
    """The first heading of a notebook; empty where there is none."""
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8-sig"))["cells"]
        lines = "".join(cells[0]["source"]).splitlines()
    except (OSError, ValueError, LookupError, TypeError):  # whatever else a person keeps there
        return ""
    return next((line[2:].strip() for line in lines if line.startswith("# ")), "")


def find_workbook(path: str | Path = "") -> Path:
    """The folder of a workbook: a path or a name in data/, looked for from the working directory upwards.

    So a notebook finds it from its own folder (JupyterLab) and from the root (papermill) alike.

    Raises:
        UsageError: no such folder.
    """
    wanted = Path(path or DEFAULT).expanduser()
    here = Path.cwd()
    for base in [here, *here.parents]:
        for folder in (base / wanted, base / "data" / wanted):
            if (folder / PLAN).is_file():
                return folder.resolve()
    raise UsageError(f"找不到工作簿“{wanted}”：从 {here} 向上都没有 {wanted / PLAN}。请用 --workbook 指明文件夹。")


def open_workbook(path: str | Path = "") -> Workbook:
    """Open a workbook by path or name; the files are read and checked here and nowhere else.

    Raises:
        UsageError: no such folder.
        PlanError, DataError: a file that cannot be read.
    """
    folder = find_workbook(path)
    plan = read_plan(folder / PLAN)
    readings = corrected(read_readings(folder / READINGS, plan), read_corrections(folder, plan))
    return Workbook(folder, plan, readings, read_lists(folder, plan))
