"""tongdao report and tongdao brief: notebooks become documents."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.exceptions import Exit

from tongdao.cli.app import (
    BookOption,
    DayOption,
    FormatOption,
    MonthOption,
    OutOption,
    app,
    progress_bar,
    shown_path,
)
from tongdao.errors import TongdaoError, UsageError

if TYPE_CHECKING:
    from tongdao.runs.warm import Warm

EachOption = Annotated[
    list[str] | None,
    typer.Option("--each", help="逐个生成：department 或 month=2024-01..2024-09，可多次。", show_default=False),
]


@app.command()
def report(
    notebook: Annotated[str, typer.Argument(help="笔记本的名称或路径。")] = "monthly_report",
    workbook: BookOption = "",
    month: MonthOption = "",
    as_of: DayOption = "",
    out: OutOption = None,
    forms: FormatOption = "",
    each: EachOption = None,
    parameter: Annotated[list[str] | None, typer.Option("-p", help="笔记本参数，名称=值，可多次。")] = None,
) -> None:
    """运行笔记本，生成报告。"""
    given = _parameters(parameter or [], {"workbook": workbook, "month": month, "as_of": as_of})
    from tongdao.runs.warm import Warm

    warm = Warm()  # its imports run beside ours
    try:
        _report(warm, notebook, out, forms, each or [], given)
    finally:
        warm.close()


def _report(warm: "Warm", notebook: str, out: Path | None, forms: str, each: list[str], given: dict[str, str]) -> None:
    from tongdao.document.forms import forms_of
    from tongdao.workbook import open_workbook

    wanted = forms_of(forms)
    book = open_workbook(given.get("workbook", ""))
    from tongdao.orders import jobs
    from tongdao.runs.report import run_report

    failed = False
    for job in jobs(book, notebook, given, each=each, forms=wanted, out=out):
        try:
            with progress_bar(job.name) as step:
                published = run_report(job, warm, on_step=step)
        except TongdaoError as error:
            if not each:
                raise
            failed = True
            print(f"{job.name}：{error}", file=sys.stderr)
            continue
        for notice in published.notices:
            print(f"提示：{notice}", file=sys.stderr)
        for file in published.files:
            print(shown_path(file))
    if failed:
        raise Exit(1)


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
    from tongdao.briefing import chat_text, scope, since_month, subject
    from tongdao.workbook import open_workbook

    view = open_workbook(workbook).view(month, as_of)
    if since:
        since_month(view, since)
    if text:
        print(chat_text(view, scope(view, indicator=indicator, department=department, task=task)))
        return
    # a name or month that cannot be used is bad usage, not a failed run; the figures are the notebook's work
    asked = subject(view.plan, indicator=indicator, department=department, task=task)
    given = {"indicator": indicator, "department": asked.department, "task": task, "since": since}
    pairs = [f"{key}={value}" for key, value in given.items() if value]
    report("briefing", workbook, month, as_of, out, forms, None, pairs)


def _parameters(pairs: list[str], options: dict[str, str]) -> dict[str, str]:
    given = {key: value for key, value in options.items() if value}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key.isidentifier():
            raise UsageError(f"参数“{pair}”写法不对，请写成 名称=值，如 -p month=2024-09。")
        given[key] = value
    return given
