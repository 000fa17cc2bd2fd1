"""Jobs: from a notebook and its parameters, one of each value, or the plan's schedule, to the runs that make them."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache, cached_property
from itertools import product
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tongdao import analysis, pages
from tongdao.base import MONTHS, Period, UsageError, candidates, is_workday, parse_day, parse_month, past_day, seen_from
from tongdao.plan import Plan, Schedule
from tongdao.runs.job import Job
from tongdao.workbook import (
    PLAN,
    Workbook,
    covered,
    digest,
    find_notebook,
    notebook_folders,
    open_workbook,
    reports_folder,
)

#: Parameters whose values the plan can list by itself.
EACH: dict[str, Callable[[Plan], list[str]]] = {
    "department": lambda plan: [unit.name for unit in plan.departments],
    "indicator": lambda plan: [item.name for item in plan.indicators],
    "task": lambda plan: [task.clause for task in plan.tasks],
    "month": lambda plan: _months(plan.first_month, plan.last_month),
    "region": lambda plan: [*analysis.members(plan)],
}


def jobs(
    book: Workbook,
    notebook: str,
    given: Mapping[str, str],
    *,
    each: Iterable[str] = (),
    forms: tuple[str, ...] = ("pdf",),
    out: Path | None = None,
    attended: bool = True,
) -> list[Job]:
    """One run for every combination of what ``each`` names; without it a single one.

    Unless ``attended`` the notebook is looked for only with the workbook and the package.
    ``given`` are the notebook's parameters as text; month and as_of are resolved here, names of indicators and
    departments written out, so that one question has one name.

    Raises:
        UsageError: an unknown notebook, name, month or parameter to spread over.
    """
    return with_data(book, told_apart(_asked(book, notebook, given, each, forms, out, attended=attended)))


def _asked(
    book: Workbook,
    notebook: str,
    given: Mapping[str, str],
    each: Iterable[str] = (),
    forms: tuple[str, ...] = ("pdf",),
    out: Path | None = None,
    *,
    attended: bool = False,
) -> Iterator[Job]:
    """The runs as they are asked for: what they will see is not looked at, but for a month or day that is not given."""
    path = find_notebook(notebook, book, attended=attended)
    known_by_name = notebook_folders(book)
    apart = path.resolve().parent not in known_by_name
    place = seen_from(book.folder, path.resolve()) if apart else ""
    draft = apart and any((folder / path.name).is_file() for folder in known_by_name)
    mark = path.resolve().parent.name if draft else ""
    base = cache(book.view)  # many jobs see the same
    held = book.plan.at(parse_day(day, "as_of") if (day := given.get("as_of")) else book.latest_day)
    for more in spread(held, each):
        asked = {**given, **more}
        month, day = asked.pop("month", None), asked.pop("as_of", None)
        asked.pop("workbook", None)
        if attended and day:
            past_day(day, "as_of", book.plan.today)
        if "region" in asked:
            asked["region"] = book.plan.find_region(asked["region"])
        if not (month and day):
            view = base(month, day, None if month else asked.get("region"))
            month, day = str(view.month), view.as_of.isoformat()
        known = parse_day(day, "as_of")
        inputs = {"month": str(covered(book.plan.at(known), parse_month(month))), "as_of": known.isoformat()}
        if "indicator" in asked:
            asked["indicator"] = book.plan.find_indicator(asked["indicator"]).name
        if "department" in asked:
            asked["department"] = book.plan.find_department(asked["department"]).name
        folder = reports_folder(book.folder, out) / inputs["month"]
        yield Job(path, book.folder, asked, inputs, "", folder, forms, book.plan.runs, place=place, mark=mark)


def with_data(book: Workbook, asked: Iterable[Job]) -> list[Job]:
    """The runs with what each will see: the hash of its data, the figures kept with it, the moment of knowledge."""
    kept, base = cache(book.known), cache(book.view)

    @cache  # many jobs see the same
    def seen(month: str, day: str, region: str | None) -> dict[str, Any]:
        view = base(month, day).of(region) if region else base(month, day)
        return {"data": digest(view), "figures": pages.figures(view), "moment": kept(view.as_of)}

    return [
        job if job.refused else replace(job, **seen(*job.inputs.values(), job.given.get("region"))) for job in asked
    ]


def told_apart(asked: Iterable[Job]) -> list[Job]:
    """The same jobs, each question once and in all its forms; where two questions would share the name of a file, the
    later one is refused and named apart, so that no note of its lies beside the other's document."""
    found: dict[tuple[Any, ...], Job] = {}
    names: dict[tuple[Path, str], list[str]] = {}
    for one in asked:
        job = one if one.refused else _apart(one, names.setdefault((one.folder, one.name.casefold()), []))
        question = (job.name, job.refused, *sorted({**job.given, **job.inputs}.items()))
        before = found.get(question, job)
        found[question] = replace(job, forms=tuple(dict.fromkeys([*before.forms, *job.forms])))
    return [*found.values()]


def _apart(job: Job, alike: list[str]) -> Job:
    """The job, refused if others before it are called alike (some disks know no large and small letters)."""
    words = "，".join([job.place or job.notebook.stem, *(f"{key}={value}" for key, value in job.given.items())])
    if words not in alike:
        alike.append(words)
    if not (place := alike.index(words)):
        return job
    refused = f"“{alike[0]}”和“{words}”的文件名都是 {job.name}，分不开"
    refused += "；请在计划文件里改其中一个的名称，或给笔记本改名。"
    return replace(job, mark=f"重名{place}", refused=refused)


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
        pages.since_month(view.month, named["since"])
    asked = pages.subject(view.plan, indicator=named["indicator"], department=named["department"], task=named["task"])
    given = {**named, "department": asked.department, "workbook": workbook, **options}
    return jobs(book, "briefing", {key: value for key, value in given.items() if value}, forms=forms, out=out)[0]


@dataclass(frozen=True)
class Due:
    """A report of a month; it knows what was recorded by the day on which it is due."""

    schedule: Schedule
    month: Period

    @cached_property
    def at(self) -> datetime:
        """The moment it is due; a holiday moves it to the next working day."""
        after = self.month.plus(1)
        day = date(after.year, after.month, self.schedule.day)
        while not is_workday(day):
            day += timedelta(days=1)
        return datetime.combine(day, time(self.schedule.hour), ZoneInfo(self.schedule.zone))


def timetable(plan: Plan) -> list[Due]:
    """Everything the plan's schedule asks for in the order it falls due, of months of the plan as it holds then."""
    last = max(plan.at(day).last_month.end for day in (plan.start, *(change.effective for change in plan.amendments)))
    months = [*map(Period, range(plan.first_month.end, last + 1))]
    found = [Due(one, month) for one in plan.schedules for month in months if month.month % MONTHS[one.every] == 0]
    return sorted((due for due in found if plan.at(due.at.date()).covers(due.month)), key=lambda due: due.at)


def due_days(plan: Plan) -> dict[int, date]:
    """The day on which the first scheduled report of each month is due, by the month's ``end``."""
    return {due.month.end: due.at.date() for due in reversed(timetable(plan))}


def due_jobs(book: Workbook, moment: datetime, *, out: Path | None = None) -> list[Job]:
    """Every run of the plan's schedule that has fallen due by a moment, in order, made or not, ``with_data`` to come.

    An entry that cannot be made at all (no such notebook, no such department) is a refused run and holds up no other.
    """
    found: list[Job] = []
    for due in timetable(book.plan):
        if due.at > moment:
            break
        entry, inputs = due.schedule, {"month": str(due.month), "as_of": due.at.date().isoformat()}
        try:
            made = [*_asked(book, entry.report, {**entry.given, **inputs}, entry.each, entry.forms, out)]
        except UsageError as error:
            folder = reports_folder(book.folder, out) / inputs["month"]
            refused = f"[[schedule]] {entry.report}：{error}"
            made = [Job(Path(entry.report), book.folder, entry.given, inputs, "", folder, refused=refused)]
        late = moment - due.at > timedelta(days=1)
        found += [replace(job, due=True, late=late) for job in made]
    return told_apart(found)


def schedule_faults(book: Workbook) -> Iterator["analysis.Finding"]:
    """Entries of the plan's schedule that can never be made, and documents that nobody could tell apart."""
    found: list[Job] = []
    place = f"{PLAN} [[schedule]]"
    anytime = {"month": str(book.plan.first_month), "as_of": book.plan.start.isoformat()}
    for entry in book.plan.schedules:
        try:
            found += _asked(book, entry.report, {**anytime, **entry.given}, entry.each)
        except UsageError as error:
            yield analysis.Finding("问题", f"{place} {entry.report}", str(error))
    for job in told_apart(found):
        if job.refused:
            yield analysis.Finding("问题", f"{place} {job.notebook.stem}", job.refused)


def repeated(book: Workbook, manifest: Mapping[str, Any]) -> Job:
    """The run of a manifest, asked again of the workbook as it lies there now, with the notebook it came from: one that
    goes by its name is not looked for around the working directory."""
    asked = {**manifest["given"], **manifest["inputs"]}
    place = manifest.get("place")
    notebook = str(Path(os.path.normpath(book.folder / place))) if place else manifest["notebook_name"]
    job = jobs(book, notebook, asked, forms=tuple(manifest["forms"]), attended=False)[0]
    return replace(job, annex=manifest.get("annex", False))


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
            found = [value for value in values.replace("，", ",").split(",") if value]
            if not found and name not in EACH:
                raise UsageError(f"--each {name} 要写明取值（{name}=甲,乙）；不写取值的，{candidates(name, EACH)}。")
            found = found or EACH[name](plan)
        if not found:
            raise UsageError(f"--each {text} 没有可用的取值，请检查。")
        lists.append([(name, value) for value in found])
    return [dict(pairs) for pairs in product(*lists)]


def _months(first: Period, last: Period) -> list[str]:
    return [str(Period(month)) for month in range(first.end, last.end + 1)]
