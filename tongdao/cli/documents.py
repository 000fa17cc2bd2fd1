"""tongdao report, brief, status and check: documents and figures out, and findings about both."""

import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from tongdao import analysis, document, pages, plan as plans, runs, workbook as books
from tongdao.base import TongdaoError, UsageError, saved, write_whole
from tongdao.cli import common


@common.app.command()
def report(
    notebook: Annotated[str, typer.Argument(help="笔记本的名称或路径。")] = "monthly_report",
    workbook: common.BookOption = "",
    month: common.MonthOption = "",
    as_of: common.DayOption = "",
    region: common.RegionOption = "",
    out: common.OutOption = None,
    forms: common.FormatOption = "",
    each: Annotated[
        list[str] | None,
        common.option("--each", help="逐个生成：department、region 或 month=2024-01..2024-09，可多次。"),
    ] = None,
    count: Annotated[int, typer.Option("--jobs", min=1, help="同时做几份。")] = 1,
    cluster: Annotated[str, common.option("--dask", help="Dask 调度器地址，把活交给集群。")] = "",
    resume: Annotated[bool, typer.Option("--resume", help="已经做好的不再做。")] = False,
    annex: Annotated[bool, typer.Option("--annex", help="附件接在报告后面；不写时附件另成一份文件。")] = False,
    parameter: Annotated[list[str] | None, typer.Option("-p", help="笔记本参数，名称=值，可多次。")] = None,
) -> None:
    """运行笔记本，生成报告。"""
    given = _parameters(parameter or [], {"workbook": workbook, "month": month, "as_of": as_of, "region": region})
    if each:
        book = books.open_workbook(given.get("workbook", ""))
        made = runs.jobs(book, notebook, given, each=each, forms=document.forms_of(forms), out=out)
        _many([replace(job, annex=annex) for job in made], count, cluster, resume=resume)
        return
    _one("one_job", given.get("workbook", ""), notebook, given, document.forms_of(forms), out, annex=annex)


def _one(find: str, *asked: object, annex: bool = False) -> None:
    """Run what is found by the warm process, which has pandas loaded: this one can do without."""
    with runs.ready_server() as server:
        job: runs.Job = server.call(find, *asked, meanwhile=runs.get_ready)
        with common.progress_bar(job.name) as step:
            common.print_published(runs.run_report(replace(job, annex=annex), server, on_step=step))


def _many(jobs: "list[runs.Job]", count: int, cluster: str, *, resume: bool) -> None:
    """Many at once: the failures are named at the end and the rest is made."""
    left = [job for job in jobs if not (resume and runs.is_made(job))]
    if len(left) < len(jobs):
        print(f"已经做好 {len(jobs) - len(left)} 份，不再重做。", file=sys.stderr)
    failed: list[str] = []
    with common.progress_bar(f"{jobs[0].notebook.stem}，{len(left)} 份") as step:
        results = runs.run_many(left, (lambda: runs.dask(cluster)) if cluster else (lambda: runs.processes(count)))
        with closing(results):
            for done, (job, result) in enumerate(results, 1):
                if isinstance(result, TongdaoError):
                    failed.append(f"{job.inputs['month']} {job.name}：{result}")
                else:
                    common.print_published(result)
                step(done, len(left))
    for sentence in failed:
        print(sentence, file=sys.stderr)
    common.fail_if(failed)


@common.app.command()
def brief(
    indicator: Annotated[str, common.option(help="只谈一项指标，名称的一部分也可以。")] = "",
    department: Annotated[str, common.option(help="只谈一个部门。")] = "",
    task: Annotated[str, common.option(help="只谈一个任务条款，如 (五)3。")] = "",
    since: Annotated[str, common.option(help="另说自这个月以来的变化，如 2024-06。")] = "",
    text: Annotated[bool, typer.Option("--text", help="只打印两三句话，供聊天转发。")] = False,
    workbook: common.BookOption = "",
    month: common.MonthOption = "",
    as_of: common.DayOption = "",
    out: common.OutOption = None,
    forms: common.FormatOption = "",
) -> None:
    """给召集人的一页简报。"""
    if text:
        asked = {"indicator": indicator, "department": department, "task": task}
        page = pages.Briefing.open(books.open_workbook(workbook), month, as_of, **asked)
        if since:
            pages.since_month(page.view.month, since)
        print(page.chat())
        return

    named = {"indicator": indicator, "department": department, "task": task, "since": since}
    _one("briefing_job", workbook, {"month": month, "as_of": as_of}, named, document.forms_of(forms), out)


def _parameters(pairs: list[str], options: dict[str, str]) -> dict[str, str]:
    given = {key: value for key, value in options.items() if value}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key.isidentifier():
            raise UsageError(f"参数“{pair}”写法不对，请写成 名称=值，如 -p month=2024-09。")
        given[key] = value
    return given


@common.app.command()
def status(
    workbook: common.BookOption = "",
    month: common.MonthOption = "",
    as_of: common.DayOption = "",
    region: common.RegionOption = "",
    each: Annotated[str, common.option("--each", help="region：每个地区；group：groups.csv 里的每个组。")] = "",
    cluster: Annotated[str, common.option("--dask", help="Dask 调度器地址，把活交给集群。")] = "",
    as_json: common.JsonOption = False,
    form: Annotated[str, common.option("--format", help="xlsx：写成 Excel 表格。")] = "",
    out: common.OutOption = None,
) -> None:
    """列出每个指标的目标、实际、差距和判断。"""
    if each or cluster:
        _panel(workbook, month, as_of, each, cluster, as_json)
        return
    book = books.open_workbook(workbook, region=region)
    view = book.asked(month, as_of, region)
    if form:
        if form != "xlsx":
            raise UsageError(f"status 没有“{form}”这种形式，可用的有：xlsx。")
        target = books.documents_folder(book, view, out) / "status.xlsx"
        write_whole(target, saved(pages.status_book(view, analysis.gaps(view))))
        print(common.shown_path(target))
    elif as_json:
        common.print_json(common.records(pages.status_table(view)))
    else:
        _print_status(book, view)
        if last := runs.last_runs(books.reports_folder(book.folder, out)):
            print(last)


def _panel(workbook: str, month: str, as_of: str, each: str, cluster: str, as_json: bool) -> None:
    """A row for each region and indicator, or on the screen a line for each region."""
    from rich.table import Table

    if each not in ("region", "group"):
        raise UsageError(f"status --each 只能是 region 或 group，现在是“{each}”。")
    folder = books.find_workbook(workbook)
    plan = plans.read_plan(folder / books.PLAN)
    groups = plans.read_groups(folder / plans.GROUPS, plan.indicators, plan.regions) if each == "group" else {}
    if each == "group" and not groups:
        raise UsageError(f"没有 {folder / plans.GROUPS}：请先建立它，一行是一个地区和它的组（region,group）。")
    rows = analysis.panel_at(folder, month, as_of, (lambda: runs.dask(cluster)) if cluster else None)
    if each == "group":
        rows = analysis.grouped(rows, plan, groups)
    if as_json:
        common.print_records(rows)
        return
    console = common.console()
    if plan.example:
        console.print(pages.EXAMPLE, style="yellow")
    shown = pages.league(rows) if each == "region" else pages.group_table(rows, plan)
    table = Table(box=None, header_style="bold", pad_edge=False)
    words = ("地区", "最需要关注", "组", "指标", "说明")
    for title in shown.columns:
        table.add_column(title, justify="left" if title in words else "right", overflow="fold")
    for row in shown.astype(str).itertuples(index=False):
        table.add_row(*row)
    console.print(table)


@common.app.command()
def check(
    file: Annotated[Path | None, typer.Argument(help="修改过的 Word 文件：核对其中的数。", show_default=False)] = None,
    workbook: common.BookOption = "",
    as_json: common.JsonOption = False,
) -> None:
    """检查计划文件和读数；或核对一份 Word 文件里的数。"""
    if file:
        _check_word(file, as_json)
        return

    book = books.open_workbook(workbook)
    found = [*analysis.findings(book), *runs.schedule_faults(book)]
    problems = sum(item.severity == "问题" for item in found)
    if as_json:
        common.print_json([vars(item) for item in found])
    else:
        for item in found:
            print(f"{item.severity}　{item.place}：{item.message}")
        counts = f"{len(book.plan.indicators)} 个指标、{len(book.readings)} 条读数"
        print(f"{book.name}：{counts}；发现 {problems} 个问题、{len(found) - problems} 条提示。")
    common.fail_if(problems)


def _check_word(file: Path, as_json: bool) -> None:
    run, changed, unread = document.check_word(file)
    if as_json:
        common.print_json({"run": run, "changed": [vars(item) for item in changed], "unread": unread})
    else:
        for item in changed:
            print(item)
        same = "读到的数、名称和判断都没有改动" if unread else "其中的数、指标名称和判断都与生成时一致"
        verdict = f"有 {len(changed)} 处与生成时不一致" if changed else same
        verdict += f"；没有核对、请人工看的有：{'、'.join(unread)}" if unread else ""
        print(f"{file.name}（运行编号 {run}）：{verdict}。")
    common.fail_if(changed)


def _print_status(book: "books.Workbook", view: "books.View") -> None:
    from rich.table import Table
    from rich.text import Text

    page = pages.Page(view, analysis.gaps(view), readings=book.readings)
    shown = page.indicator_table()
    console = common.console()
    if view.plan.example:
        console.print(pages.EXAMPLE, style="yellow")
    console.print(pages.conclusion(page.rows, view, firm=page.firm))
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column, *cells in zip(shown.columns[1:], *(row[1:] for row in shown.cells), strict=True):
        # figures stand whole, a chance in words may fold; no min_width, with which rich drops words
        whole = column.align == "right" and any(sign.isdigit() for cell in cells for sign in cell.text)
        table.add_column(column.title, justify=column.align, overflow="fold", no_wrap=whole)
    lights = {light: (f"{shape} ", colour) for light, (shape, colour) in pages.LIGHTS.items()}
    narrow = str.maketrans("（）", "()")  # figures stand whole, and a terminal may be narrow
    for row in shown.cells:
        made = ((lights.get(cell.light or "", ""), cell.text.translate(narrow)) for cell in row[1:])
        table.add_row(*(Text.assemble(*parts) for parts in made))
    console.print(table)
