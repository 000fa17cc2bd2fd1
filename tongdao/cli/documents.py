"""tongdao report and tongdao brief: notebooks become documents."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer
from typer.exceptions import Exit

from tongdao.base import TongdaoError, UsageError
from tongdao.cli.app import (
    BookOption,
    DayOption,
    FormatOption,
    MonthOption,
    OutOption,
    app,
    opened,
    progress_bar,
    shown_path,
)

if TYPE_CHECKING:
    from tongdao.runs import Job, Published, Warm

EachOption = Annotated[
    list[str] | None,
    typer.Option("--each", help="逐个生成：department 或 month=2024-01..2024-09，可多次。", show_default=False),
]


_early: "list[Warm]" = []


def start_early(arguments: list[str]) -> None:
    """Start the process that a single run will need: its imports take longer than reading the command line."""
    if arguments[:1] in (["report"], ["brief"]) and not {"--help", "--each", "--text"} & set(arguments):
        _early.append(_warm())


def _warm() -> "Warm":
    from tongdao.runs import Warm

    return _early.pop() if _early else Warm()


@app.command()
def report(
    notebook: Annotated[str, typer.Argument(help="笔记本的名称或路径。")] = "monthly_report",
    workbook: BookOption = "",
    month: MonthOption = "",
    as_of: DayOption = "",
    out: OutOption = None,
    forms: FormatOption = "",
    each: EachOption = None,
    count: Annotated[int, typer.Option("--jobs", min=1, help="同时做几份。")] = 1,
    cluster: Annotated[str, typer.Option("--dask", help="Dask 调度器地址，把活交给集群。", show_default=False)] = "",
    resume: Annotated[bool, typer.Option("--resume", help="已经做好的不再做。")] = False,
    parameter: Annotated[list[str] | None, typer.Option("-p", help="笔记本参数，名称=值，可多次。")] = None,
) -> None:
    """运行笔记本，生成报告。"""
    given = _parameters(parameter or [], {"workbook": workbook, "month": month, "as_of": as_of})
    from tongdao.document import forms_of

    if each:
        from tongdao.runs import jobs

        book = opened(given.get("workbook", ""))
        made = jobs(book, notebook, given, each=each, forms=forms_of(forms), out=out)
        _many(made, count, cluster, resume=resume)
        return
    _one("one_job", given.get("workbook", ""), notebook, given, forms_of(forms), out)


def _one(find: str, *asked: object) -> None:
    """Run what is found by the warm process, which has pandas loaded: this one can do without."""
    from tongdao.runs import get_ready, run_report

    with _warm() as warm:
        job: Job = warm.call(find, *asked, meanwhile=get_ready)
        with progress_bar(job.name) as step:
            _print_published(run_report(job, warm, on_step=step))


def _many(jobs: "list[Job]", count: int, cluster: str, *, resume: bool) -> None:
    """Many at once: the failures are named at the end and the rest is made."""
    from tongdao.runs import dask, is_made, processes, run_many

    left = [job for job in jobs if not (resume and is_made(job))]
    if len(left) < len(jobs):
        print(f"已经做好 {len(jobs) - len(left)} 份，不再重做。", file=sys.stderr)
    failed: list[str] = []
    with progress_bar(f"{jobs[0].notebook.stem}，{len(left)} 份") as step:
        results = run_many(left, (lambda: dask(cluster)) if cluster else (lambda: processes(count)))
        for done, (job, result) in enumerate(results, 1):
            if isinstance(result, TongdaoError):
                failed.append(f"{job.inputs['month']} {job.name}：{result}")
            else:
                _print_published(result)
            step(done, len(left))
    if failed:
        print("\n".join(failed), file=sys.stderr)
        raise Exit(1)


def _print_published(published: "Published") -> None:
    for notice in published.notices:
        print(f"提示：{notice}", file=sys.stderr)
    for file in published.files:
        print(shown_path(file))


@app.command()
def brief(
    indicator: Annotated[str, typer.Option(help="只谈一项指标，名称的一部分也可以。", show_default=False)] = "",
    department: Annotated[str, typer.Option(help="只谈一个部门。", show_default=False)] = "",
    task: Annotated[str, typer.Option(help="只谈一个任务条款，如 (五)3。", show_default=False)] = "",
    since: Annotated[str, typer.Option(help="另说自这个月以来的变化，如 2024-06。", show_default=False)] = "",
    text: Annotated[bool, typer.Option("--text", help="只打印两三句话，供聊天转发。")] = False,
    workbook: BookOption = "",
    month: MonthOption = "",
    as_of: DayOption = "",
    out: OutOption = None,
    forms: FormatOption = "",
) -> None:
    """给召集人的一页简报。"""
    if text:
        from tongdao.pages import Briefing, since_month

        asked = {"indicator": indicator, "department": department, "task": task}
        page = Briefing.open(opened(workbook), month, as_of, **asked)
        if since:
            since_month(page.view.month, since)
        print(page.chat())
        return
    from tongdao.document import forms_of

    named = {"indicator": indicator, "department": department, "task": task, "since": since}
    _one("briefing_job", workbook, {"month": month, "as_of": as_of}, named, forms_of(forms), out)


def _parameters(pairs: list[str], options: dict[str, str]) -> dict[str, str]:
    given = {key: value for key, value in options.items() if value}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key.isidentifier():
            raise UsageError(f"参数“{pair}”写法不对，请写成 名称=值，如 -p month=2024-09。")
        given[key] = value
    return given
