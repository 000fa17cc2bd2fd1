"""The command line: one Chinese sentence for every fault, exit codes 0, 1 and 2.

0 done; 1 the run or check failed; 2 bad usage, bad input or a refused file. What is heavy is imported
inside the commands, so that ``--help`` answers at once.
"""

import json
import math
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.exceptions import Exit, TyperException

from tongdao.errors import TongdaoError, UsageError, candidates

if TYPE_CHECKING:
    import pandas as pd

    from tongdao.view import View
    from tongdao.workbook import Workbook

app = typer.Typer(
    name="tongdao",
    help="通道：读数、差距、展望和报告。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

COMMANDS = ("report", "brief", "status", "check")

BookOption = Annotated[str, typer.Option("--workbook", help="工作簿文件夹，默认 data/tongdao。", show_default=False)]
MonthOption = Annotated[str, typer.Option("--month", help="报告月份，如 2024-09；默认最新。", show_default=False)]
DayOption = Annotated[
    str, typer.Option("--as-of", help="只用这一天及以前记录的读数，如 2024-10-12。", show_default=False)
]
OutOption = Annotated[Path | None, typer.Option("--out", help="写到这个文件夹，默认 reports/。", show_default=False)]
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON。")]


@app.callback()
def _common(debug: Annotated[bool, typer.Option("--debug", help="出错时显示完整的调用过程。")] = False) -> None:
    pass


@app.command()
def report(
    notebook: Annotated[str, typer.Argument(help="笔记本的名称或路径。")] = "monthly_report",
    workbook: BookOption = "",
    month: MonthOption = "",
    as_of: DayOption = "",
    out: OutOption = None,
    parameter: Annotated[list[str] | None, typer.Option("-p", help="笔记本参数，名称=值，可多次。")] = None,
) -> None:
    """运行笔记本，生成 PDF 报告。"""
    from tongdao.workbook import digest, find_notebook, open_workbook, reports_folder

    given = _parameters(parameter or [], {"workbook": workbook, "month": month, "as_of": as_of})
    book = open_workbook(given.get("workbook", ""))
    view = book.view(given.get("month"), given.get("as_of"))
    path = find_notebook(notebook, book)
    from tongdao.runs.report import Job, run_report

    folder = (out.resolve() / book.name if out else reports_folder(book)) / str(view.month)
    inputs = {"month": str(view.month), "as_of": view.as_of.isoformat()}
    own = {key: value for key, value in given.items() if key not in ("workbook", *inputs)}
    if "indicator" in own:
        # a misspelt name is bad usage, not a failed run
        own["indicator"] = book.plan.find_indicator(own["indicator"]).name
    job = Job(path, book.folder, own, inputs, digest(view), folder)
    with _progress(job.name) as step:
        written = run_report(job, on_step=step)
    for file in written:
        print(_shown(file))


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
    report("briefing", workbook, month, as_of, out, pairs)


@app.command()
def status(
    workbook: BookOption = "",
    month: MonthOption = "",
    as_of: DayOption = "",
    as_json: JsonOption = False,
) -> None:
    """列出每个指标的目标、实际、差距和判断。"""
    from tongdao.status import status_table
    from tongdao.workbook import open_workbook

    book = open_workbook(workbook)
    view = book.view(month, as_of)
    if as_json:
        print(json.dumps(_records(status_table(view)), ensure_ascii=False, indent=1, allow_nan=False))
    else:
        _print_status(view)


@app.command()
def check(workbook: BookOption = "", as_json: JsonOption = False) -> None:
    """检查计划文件和读数，列出发现的问题。"""
    from tongdao.findings import findings
    from tongdao.workbook import open_workbook

    book = open_workbook(workbook)
    found = findings(book)
    if as_json:
        print(json.dumps([vars(item) for item in found], ensure_ascii=False, indent=1))
    else:
        for item in found:
            print(f"{item.severity}　{item.place}：{item.message}")
        problems = sum(item.severity == "问题" for item in found)
        print(f"{_summary(book)}；发现 {problems} 个问题、{len(found) - problems} 条提示。")
    if any(item.severity == "问题" for item in found):
        raise Exit(1)


def main() -> None:
    """Entry point: faults become one sentence on standard error and an exit code."""
    debug = "--debug" in sys.argv
    for stream in (sys.stdout, sys.stderr):  # a Windows or cron locale would otherwise refuse Chinese
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    try:
        code = app(standalone_mode=False)
    except TongdaoError as error:
        if debug:
            raise
        code = _say(str(error), error.exit_code)
    except TyperException as error:
        code = _say(_usage(error), 2)
    except Exit as error:
        code = error.exit_code
    sys.exit(code if isinstance(code, int) else 0)


def _say(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr)
    return code


def _usage(error: TyperException) -> str:
    """The framework's complaint about arguments, in Chinese."""
    kind = type(error).__name__
    name = getattr(error, "option_name", None) or getattr(getattr(error, "param", None), "name", "")
    if kind == "NoSuchOption":
        near = getattr(error, "possibilities", None)
        return f"没有选项 {name}{'，最接近的是：' + '、'.join(near) if near else ''}；用 --help 查看全部选项。"
    if kind == "BadOptionUsage":
        return f"选项 {name} 缺少值；用 --help 查看用法。"
    message = str(getattr(error, "message", error))
    unknown = re.search(r"No such command '(.+?)'", message)
    if unknown:
        return f"没有命令“{unknown[1]}”，{candidates(unknown[1], COMMANDS)}。"
    return f"命令写法不对（{message}）；用 tongdao --help 查看全部命令。"


def _parameters(pairs: list[str], options: dict[str, str]) -> dict[str, str]:
    given = {key: value for key, value in options.items() if value}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key.isidentifier():
            raise UsageError(f"参数“{pair}”写法不对，请写成 名称=值，如 -p month=2024-09。")
        given[key] = value
    return given


def _shown(path: Path) -> str:
    """A path as a person would type it."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _progress(title: str) -> Any:
    """A context that gives the function to call after each step; a bar only where a person watches."""
    import contextlib

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    @contextlib.contextmanager
    def bar() -> Any:
        console = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
            task = progress.add_task(title, total=None)
            yield lambda done, total: progress.update(task, completed=done, total=total)

    return bar()


def _records(frame: "pd.DataFrame") -> list[dict[str, Any]]:
    """Rows as plain JSON values: null and never NaN, no noise of binary fractions."""
    return [{str(key): _plain(value) for key, value in row.items()} for row in frame.to_dict("records")]


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 10)
    return value


def _print_status(view: "View") -> None:
    from rich.console import Console
    from rich.table import Table

    from tongdao.display import LIGHTS, Cell
    from tongdao.gap import gaps
    from tongdao.tables import EXAMPLE, indicator_table
    from tongdao.wording import conclusion

    rows = gaps(view)
    shown = indicator_table(view, rows)
    console = Console()
    if view.plan.example:
        console.print(EXAMPLE, style="yellow")
    console.print(conclusion(rows, view))
    table = Table(box=None, header_style="bold", pad_edge=False)
    least = {"指标": 14, "判断": 12}
    for column in shown.columns[1:]:  # a terminal is narrow: names and verdicts before numbers
        table.add_column(column.title, justify=column.align, overflow="fold", min_width=least.get(column.title))
    for row in shown.rows:
        table.add_row(
            *(
                f"[{LIGHTS[c.light][1]}]{LIGHTS[c.light][0]}[/] {c.text}"
                if isinstance(c, Cell) and c.light
                else str(getattr(c, "text", c) or "")
                for c in row[1:]
            )
        )
    console.print(table)


def _summary(book: "Workbook") -> str:
    return f"{book.name}：{len(book.plan.indicators)} 个指标、{len(book.readings)} 条读数"
