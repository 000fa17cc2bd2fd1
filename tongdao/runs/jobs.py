"""Jobs: from a notebook and its parameters, one of each value, or the plan's schedule, to the runs that make them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tongdao.base import MONTHS, Period, UsageError, candidates, is_workday, parse_month
from tongdao.pages import figures, since_month, subject
from tongdao.plan import Plan, Schedule
from tongdao.runs.report import Job
from tongdao.workbook import Workbook, digest, documents_folder, find_notebook, open_workbook

#: Parameters whose values the plan can list by itself.
EACH: dict[str, Callable[[Plan], list[str]]] = {
    "department": lambda plan: [unit.name for unit in plan.departments],
    "indicator": lambda plan: [item.name for item in plan.indicators],
    "task": lambda plan: [task.clause for task in plan.tasks],
    "month": lambda plan: _months(plan.first_month, plan.last_month),
}


def jobs(
    book: Workbook,
    notebook: str,
    given: Mapping[str, str],
    *,
    each: Iterable[str] = (),
    forms: tuple[str, ...] = ("pdf",),
    out: Path | None = None,
) -> list[Job]:
    """One run for every combination of what ``each`` names; without it a single one.

    ``given`` are the notebook's parameters as text; month and as_of are resolved here, names of indicators and
    departments written out, so that one question has one name.

    Raises:
        UsageError: an unknown notebook, name, month or parameter to spread over.
    """
    path = find_notebook(notebook, book)
    # many jobs see the same
    seen = cache(lambda month, day: (view := book.view(month, day), digest(view), figures(view)))
    made: list[Job] = []
    for more in spread(book.plan, each):
        asked = {**given, **more}
        view, data, known = seen(asked.pop("month", None), asked.pop("as_of", None))
        asked.pop("workbook", None)
        if "indicator" in asked:
            asked["indicator"] = book.plan.find_indicator(asked["indicator"]).name
        if "department" in asked:
            asked["department"] = book.plan.find_department(asked["department"]).name
        folder = documents_folder(book, view, out)
        inputs = {"month": str(view.month), "as_of": view.as_of.isoformat()}
        made.append(Job(path, book.folder, asked, inputs, data, folder, forms, book.plan.runs, figures=known))
    return made


def one_job(workbook: str, notebook: str, given: Mapping[str, str], forms: tuple[str, ...], out: Path | None) -> Job:
    """The single run that a command line asks for; errors as ``open_workbook`` and ``jobs``."""
    return jobs(open_workbook(workbook), notebook, given, forms=forms, out=out)[0]


def briefing_job(
    workbook: str, options: Mapping[str, str], named: Mapping[str, str], forms: tuple[str, ...], out: Path | None
) -> Job:
    """The same for the briefing: a name or a month that cannot be used is bad usage, not a failed run."""
    book = open_workbook(workbook)
    view = book.view(options["month"], options["as_of"])
    if named["since"]:
        since_month(view.month, named["since"])
    asked = subject(view.plan, indicator=named["indicator"], department=named["department"], task=named["task"])
    given = {**named, "department": asked.department, "workbook": workbook, **options}
    return jobs(book, "briefing", {key: value for key, value in given.items() if value}, forms=forms, out=out)[0]


@dataclass(frozen=True)
class Due:
    """A report of a month and when it is due; it knows what was recorded by that day."""

    schedule: Schedule
    month: Period
    at: datetime


def due_at(schedule: Schedule, month: Period) -> datetime:
    """The moment the report of a month is due; a holiday moves it to the next working day."""
    after = month.plus(1)
    day = date(after.year, after.month, schedule.day)
    while not is_workday(day):
        day += timedelta(days=1)
    return datetime.combine(day, time(schedule.hour), ZoneInfo(schedule.zone))


def timetable(plan: Plan) -> Iterator[Due]:
    """Everything the plan's schedule asks for, in the order it falls due."""
    found = [
        Due(schedule, month, due_at(schedule, month))
        for schedule in plan.schedules
        for month in map(Period, range(plan.first_month.end, plan.last_month.end + 1))
        if month.month % MONTHS[schedule.every] == 0
    ]
    return iter(sorted(found, key=lambda due: due.at))


def due_jobs(book: Workbook, moment: datetime, *, out: Path | None = None) -> list[Job]:
    """Every run of the plan's schedule that has fallen due by a moment, in order, made or not.

    An entry that cannot be made at all (no such notebook, no such department) is a refused run and holds up no other.
    """
    found: list[Job] = []
    for due in timetable(book.plan):
        if due.at > moment:
            break
        entry, inputs = due.schedule, {"month": str(due.month), "as_of": due.at.date().isoformat()}
        try:
            made = jobs(book, entry.report, {**entry.given, **inputs}, each=entry.each, forms=entry.forms, out=out)
        except UsageError as error:
            folder = documents_folder(book, book.view(*inputs.values()), out)
            refused = f"[[schedule]] {entry.report}：{error}"
            made = [Job(Path(entry.report), book.folder, entry.given, inputs, "", folder, refused=refused)]
        late = moment - due.at > timedelta(days=1)
        found += [replace(job, late=late) for job in made]
    return found


def repeated(book: Workbook, manifest: Mapping[str, Any]) -> Job:
    """The run of a manifest, asked again of the workbook as it lies there now."""
    asked = {**manifest["given"], **manifest["inputs"]}
    return jobs(book, manifest["notebook_name"], asked, forms=tuple(manifest["forms"]))[0]


def spread(plan: Plan, each: Iterable[str]) -> list[dict[str, str]]:
    """Every combination of the values: ``department`` means all of the plan's, ``name=a,b`` these two, and
    ``month=2024-01..2024-09`` all months between.

    Raises:
        UsageError: a parameter whose values must be given.
    """
    lists: list[list[tuple[str, str]]] = []
    for text in each:
        name, _, values = text.partition("=")
        first, dots, last = values.partition("..")
        if dots:
            found = _months(parse_month(first), parse_month(last))
        else:
            found = [value for value in values.replace("，", ",").split(",") if value] or _all(plan, name)
        if not found:
            raise UsageError(f"--each {text} 没有可用的取值，请检查。")
        lists.append([(name, value) for value in found])
    return [dict(pairs) for pairs in product(*lists)]


def _all(plan: Plan, name: str) -> list[str]:
    if name not in EACH:
        raise UsageError(f"--each {name} 要写明取值（{name}=甲,乙）；不写取值的，{candidates(name, EACH)}。")
    return EACH[name](plan)


def _months(first: Period, last: Period) -> list[str]:
    return [str(Period(month)) for month in range(first.end, last.end + 1)]
