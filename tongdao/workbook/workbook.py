"""A workbook: a folder of plain files, opened once and asked many times.

``open_workbook`` is the one place where readings come in, ``Workbook.view`` the one where they are cut to what a day
knew. Everything that computes takes a ``View``; nothing that computes asks for today's date.
"""

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd

from tongdao.base import (
    Period,
    UsageError,
    candidates,
    moment_of,
    month_of,
    now,
    parse_day,
    parse_month,
    past_day,
    read_records,
    typed,
)
from tongdao.plan import Plan, read_plan
from tongdao.workbook.corrections import corrected, read_corrections, read_deliveries, row_sign
from tongdao.workbook.lists import Lists, read_lists, sheets
from tongdao.workbook.places import KNOWN, PLAN, find_workbook, reports_folder
from tongdao.workbook.readings import as_known, latest_month, placed, read_readings, recorded_days
from tongdao.workbook.registers import Difference, side_by_side
from tongdao.workbook.store import READINGS, Csv, records, store_at
from tongdao.workbook.view import View

MOST_SIGNS = 500


@dataclass(frozen=True)
class Workbook:
    """A plan and all readings, registers and lists ever recorded, of any date. ``folder`` is absolute, ``moment`` (ISO)
    that up to which it was read, or what ``known`` said, if it was ``cut`` there. Where it was opened for some regions
    only, ``recorded`` is the last day on which anything was recorded of any."""

    folder: Path
    plan: Plan
    readings: pd.DataFrame = field(repr=False)
    lists: Lists = field(default_factory=Lists, repr=False)
    moment: str = ""
    cut: bool = False
    recorded: date | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        return self.folder.name

    def known(self, day: date) -> str:
        """What ``open_workbook`` needs to know the same of a day again: the moment, and signs of the rows of that day
        in the files, some of which people wrote; of very many, as of a first filling, none."""
        if self.cut:
            return self.moment
        rows = store_at(self.folder, self.plan.store).rows()
        readings = records(rows[rows["recorded_at"] == str(day)])
        others = (read_records(self.folder / sheet.file, sheet.file) for sheet in sheets(self.plan).values())
        listed = (row for row in chain(*others) if str(day) in (row.get("recorded_at"), row.get("记录日期")))
        signs = {row_sign(row) for row in (*readings, *listed)}
        return f"{self.moment} {day}:{','.join(sorted(signs))}" if len(signs) <= MOST_SIGNS else self.moment

    @cached_property
    def latest_day(self) -> date:
        """The last day on which anything was recorded, none that has not come yet; the plan's first without one."""
        today = self.plan.today
        days = recorded_days(self.readings) | self.lists.days | ({self.recorded} if self.recorded else set())
        return max((day for day in days if day <= today), default=self.plan.start)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        plan = self.plan
        known = f"{len(self.readings)} 个读数，最近记录于 {self.latest_day}" if len(self.readings) else "还没有读数"
        example = "示例数据：读数均为虚构。" if plan.example else ""
        printer.text(f"工作簿“{self.name}”，《{plan.title}》：{len(plan.indicators)} 项指标，{known}。{example}")

    def asked(
        self, month: str | Period | None = None, as_of: str | date | None = None, region: str | None = None
    ) -> View:
        """``view`` where a person asks: a day that has not come is refused. A run and its repetitions have asked before
        and do not look at the clock again."""
        if as_of and not self.cut:
            past_day(str(as_of), "as_of", self.plan.today)
        return self.view(month, as_of, region)

    def whole(self, as_of: date | None = None) -> View:
        """``view`` of all months of the plan as it held then: an amendment may have moved its end."""
        day = as_of or self.latest_day
        return self.view(self.plan.at(day).last_month, day)

    def view(
        self, month: str | Period | None = None, as_of: str | date | None = None, region: str | None = None
    ) -> View:
        """What was known on ``as_of`` up to ``month``, asked about the plan's region or another one.

        Args:
            month: default, the latest month inside the plan for which the region has a reading.
            as_of: default, ``latest_day``, so that the same files give the same result on any day.
            region: a region of the plan by code, name or a part of it; ``View.of`` says what is asked of it.

        Raises:
            UsageError: no month, day or region, or a month outside the plan; the sentence gives the plan's months.
        """
        code = self.plan.find_region(region) if region else self.plan.region
        asked = (parse_month(month) if month else None) if isinstance(month, str) else month
        day = (parse_day(as_of, "as_of") if as_of else None) if isinstance(as_of, str) else as_of
        day = day or self.latest_day
        plan, lists = self.plan.at(day), self.lists.as_known(day)
        (observed, unplaced), differences = placed(as_known(self.readings, day), plan), tuple[Difference, ...]()
        counted = lists.counted(plan, day)
        if counted is not None:
            observed, differences = side_by_side(observed, counted)
        latest = min(latest_month(observed, plan, code) or plan.first_month, month_of(max(day, plan.start)))
        chosen = asked or latest
        cut = observed[observed["end"] <= covered(plan, chosen).end].reset_index(drop=True)
        apart = tuple(one for one in unplaced if one.end <= chosen.end)
        told = tuple(one for one in differences if one.month <= chosen)
        made = View(plan, cut, chosen, day, lists, told, apart, past=chosen < latest)
        if made.past:
            ledger = self.lists.ledger.stood(made.today, lists.ledger)
            made = replace(made, lists=replace(lists, ledger=ledger))
        return made.of(code)


def covered(plan: Plan, month: Period) -> Period:
    """The month, if the plan speaks of it; raises UsageError."""
    if plan.covers(month):
        return month
    raise UsageError(f"月份 {month} 不在计划期内，可用 {plan.first_month} 至 {plan.last_month}，请改用其中一个月。")


def digest(view: View) -> str:
    """A hash of what a view knows: the plan as it held and the observations, whatever was recorded later, and in any
    order of lines and columns."""
    # neither when a report is made nor where readings lie changes anything in it
    plan = view.plan.model_dump_json(exclude={"runs", "schedules", "store"})
    lists = f"\n{view.lists}" if view.lists.days else ""
    return hashlib.sha256(f"{plan}\n{view.table_hash()}{lists}".encode()).hexdigest()


def documents_folder(book: Workbook, view: View, out: Path | None = None) -> Path:
    """Where the documents of a month go, inside ``reports_folder``."""
    return reports_folder(book.folder, out) / str(view.month)


def notebook_folders(book: Workbook) -> list[Path]:
    """Where a workbook's notebooks lie: its own folder, those above it, the package (a wheel carries them inside, a
    checkout beside)."""
    package = Path(__file__).resolve().parents[1]
    home = Path(os.path.realpath(os.path.expanduser("~")))  # as the folders are: a home may be a link
    bases = [book.folder, *(base for base in book.folder.parents if base != home), package, package.parent]
    return [base / "notebooks" for base in bases]


def find_notebook(name: str, book: Workbook, *, attended: bool = True) -> Path:
    """A notebook by path, name or title: the workbook's own, then, if a person asks (``attended``), upwards from here,
    then the one that came with us.

    Raises:
        UsageError: no such notebook; the sentence lists those there are.
    """
    if name.endswith(".ipynb"):
        return Path(name)
    here = Path.cwd()
    own = notebook_folders(book)
    around = [base / "notebooks" for base in (here, *here.parents)] if attended else []
    folders = [*own[:-2], *around, *own[-2:]]
    for folder in folders:
        if (folder / f"{name}.ipynb").is_file():
            return folder / f"{name}.ipynb"
    notebooks = {
        path: _title(path) for folder in folders if folder.is_dir() for path in sorted(folder.glob("[!.]*.ipynb"))
    }
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


#: Workbooks of made-up data opened since a cell of a kernel last said so: any document of such a kernel must carry it.
MADE_UP: set[Path] = set()


def open_workbook(
    path: str | Path = "",
    until: str = "",
    *,
    region: str | Sequence[str] | None = None,
    as_of: str = "",
    lean: bool = False,
) -> Workbook:
    """Open a workbook by path or name; the files are read and checked here and nowhere else.

    Args:
        until: as ``Workbook.known`` gives it: what came later is not there. A notebook that is run gets that of the
            question it answers by the variable ``KNOWN``.
        region: read only what its gaps ask (empty: the plan's own region), or those of several codes: for some regions
            of very many. Of a small readings.csv all is read, so that a fault anywhere is named.
        as_of: the one day that will be asked about, if any: a database then leaves out what it did not know.
        lean: keep the words of the readings as categories, for readings by the million (``read_readings``).

    Raises:
        UsageError: no such folder.
        PlanError, DataError: a file that cannot be read.
    """
    folder = find_workbook(path)
    until, moment = until or os.environ.get(KNOWN, ""), now().isoformat()
    plan, told = read_plan(folder / PLAN), read_deliveries(folder, until)
    if plan.example:
        MADE_UP.add(folder)
    small = isinstance(store := store_at(folder, plan.store), Csv) and not store.large
    wanted = () if region is None or small else _asked(plan, region)
    found = read_readings(folder / READINGS, plan, told, regions=wanted, day=as_of, lean=lean)
    days = {store.latest()[:10], *told.withdrawn.values()} - {""} if wanted else set()
    recorded = max(map(date.fromisoformat, days), default=None)
    if told.moment:  # another user's clock may be ahead
        moment = max(moment, told.moment, key=moment_of)
    readings, lists = corrected(found, read_corrections(folder, plan)), read_lists(folder, plan, told=told)
    return Workbook(folder, plan, readings, lists, until or moment, cut=bool(until), recorded=recorded)


def _asked(plan: Plan, region: str | Sequence[str]) -> tuple[str, ...]:
    """The regions whose readings the gaps of one or several may ask."""
    own = region if not isinstance(region, str) else [plan.find_region(region) if region else plan.region]
    others = [code for item in plan.indicators for code in (*item.parts, *filter(None, [item.target_region]))]
    return tuple(dict.fromkeys([*own, *others]))
