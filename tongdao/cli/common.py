"""What all commands share: the application, its common options, progress bars, plain JSON."""

import contextlib
import json
import math
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import Exit

from tongdao import runs
from tongdao.base import past_day

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

_KINDS = {"str": "文字", "path": "路径", "int": "整数", "int range": "整数", "float": "数", "bool": ""}
_USAGE = {"Usage: ": "用法：", "[OPTIONS]": "[选项]", "COMMAND [ARGS]...": "命令 [参数]…"}


class _Chinese:
    """Help that is Chinese to the last word: typer's own words are English and have no other door."""

    def get_usage(self, ctx: Any) -> str:
        line: str = super().get_usage(ctx)  # type: ignore[misc]
        for theirs, ours in _USAGE.items():
            line = line.replace(theirs, ours)
        return line

    def format_help(self, ctx: Any, formatter: Any) -> None:
        _translate(self.get_params(ctx), ctx)  # type: ignore[attr-defined]
        super().format_help(ctx, formatter)  # type: ignore[misc]


class Spoken(_Chinese, TyperCommand):
    """A command whose help is Chinese."""


class _SpokenGroup(_Chinese, TyperGroup):
    """The application."""


def _translate(parameters: Iterable[Any], ctx: Any) -> None:
    from typer import rich_utils as words

    words.ARGUMENTS_PANEL_TITLE, words.OPTIONS_PANEL_TITLE, words.COMMANDS_PANEL_TITLE = "参数", "选项", "命令"
    words.REQUIRED_LONG_STRING, words.DEFAULT_STRING = "[必填]", "[默认：{}]"
    for each in parameters:
        kind = re.sub(r"[<>]|list\[|\]", "", str(each.display_type_rich(ctx=ctx))).lower()
        word = _KINDS.get(kind, kind)
        each.display_type_rich = lambda ctx, word=word: word
        each.help = "显示这份说明。" if each.name == "help" else each.help


app = typer.Typer(
    name="tongdao",
    cls=_SpokenGroup,
    help="通道：读数、差距、展望和报告。",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def asked_day(text: str) -> str:
    """The day of an option, if it has come; empty where none is given."""
    return past_day(text, "--as-of").isoformat() if text else ""


option = partial(typer.Option, show_default=False)
BookOption = Annotated[str, option("--workbook", help="工作簿文件夹，默认 data/tongdao。")]
MonthOption = Annotated[str, option("--month", help="报告月份，如 2024-09；默认最新。")]
DayOption = Annotated[str, option("--as-of", help="只用这一天及以前记录的读数，如 2024-10-12。")]
RegionOption = Annotated[str, option("--region", help="只看计划里的这个地区：代码或名称。")]
OutOption = Annotated[Path | None, option("--out", help="写到这个文件夹，默认 reports/。")]
FormatOption = Annotated[str, option("--format", help="文件形式 pdf,docx,png,html，可多个；默认 pdf。")]
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON。")]


@app.callback(invoke_without_command=True)
def _common(
    ctx: typer.Context, debug: Annotated[bool, typer.Option("--debug", help="出错时显示完整的调用过程。")] = False
) -> None:
    if ctx.invoked_subcommand is None:
        from tongdao.cli.runs import where_things_stand

        where_things_stand()


def shown_path(path: Path) -> str:
    """A path as a person would type it."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def console(*, stderr: bool = False) -> "Console":
    """A screen on which names stand as they are written: [b] and :star: in them mean nothing."""
    from rich.console import Console

    return Console(stderr=stderr, markup=False, emoji=False)


@contextlib.contextmanager
def progress_bar(title: str) -> Iterator[Callable[[int, int], None]]:
    """Gives the function to call after each step; a bar is shown only where a person watches."""
    if not (sys.stderr and sys.stderr.isatty()):
        yield lambda done, total: None
        return
    from rich import progress as bars

    words, rate = (bars.TextColumn(f"{{task.{name}}}", markup=False) for name in ("description", "fields[rate]"))
    columns = (words, bars.BarColumn(), bars.MofNCompleteColumn(), rate, bars.TimeElapsedColumn())
    left = bars.TimeRemainingColumn()
    with bars.Progress(*columns, "剩余", left, console=console(stderr=True), transient=True) as progress:
        task = progress.add_task(title, total=None, rate="")

        def step(done: int, total: int) -> None:
            speed = progress.tasks[0].speed
            progress.update(task, completed=done, total=total, rate=f"{speed * 60:.0f} 份/分" if speed else "")

        yield step


def print_json(value: Any) -> None:
    """A value as the JSON that every ``--json`` prints."""
    print(json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False))


def print_records(frame: "pd.DataFrame") -> None:
    """Many rows as JSON, each in a line of its own."""
    from pydantic_core import to_json  # a third of the time that json takes

    print("[", ",\n".join(to_json(row).decode() for row in records(frame)), "]", sep="\n")


def fail_if(failed: object) -> None:
    """End with exit code 1 if anything has failed; what is wrong has been said."""
    if failed:
        raise Exit(1)


def print_published(published: "runs.Published", remark: str = "") -> None:
    """The files of a report on standard output, what the reader should know on standard error."""
    for notice in published.notices:
        print(f"提示：{notice}", file=sys.stderr)
    for file in published.files:
        print(f"{shown_path(file)}{remark}")


def records(frame: "pd.DataFrame") -> list[dict[str, Any]]:
    """Rows as plain JSON values: null where no finite number stands, no noise of binary fractions."""
    plain = lambda one: (round(one, 10) if math.isfinite(one) else None) if isinstance(one, float) else one  # noqa: E731
    columns = {str(name): [*map(plain, column.tolist())] for name, column in frame.items()}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
