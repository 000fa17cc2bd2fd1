"""What all commands share: the application, its common options, progress bars, plain JSON."""

import contextlib
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    import pandas as pd

    from tongdao.workbook import Workbook

app = typer.Typer(
    name="tongdao",
    help="通道：读数、差距、展望和报告。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

BookOption = Annotated[str, typer.Option("--workbook", help="工作簿文件夹，默认 data/tongdao。", show_default=False)]
MonthOption = Annotated[str, typer.Option("--month", help="报告月份，如 2024-09；默认最新。", show_default=False)]
DayOption = Annotated[
    str, typer.Option("--as-of", help="只用这一天及以前记录的读数，如 2024-10-12。", show_default=False)
]
OutOption = Annotated[Path | None, typer.Option("--out", help="写到这个文件夹，默认 reports/。", show_default=False)]
FormatOption = Annotated[
    str, typer.Option("--format", help="文件形式 pdf,docx,png，可多个；默认 pdf。", show_default=False)
]
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON。")]


@app.callback()
def _common(debug: Annotated[bool, typer.Option("--debug", help="出错时显示完整的调用过程。")] = False) -> None:
    pass


def opened(workbook: str) -> "Workbook":
    """The workbook of a command; what reads it is loaded only now."""
    from tongdao.workbook import open_workbook

    return open_workbook(workbook)


def shown_path(path: Path) -> str:
    """A path as a person would type it."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


@contextlib.contextmanager
def progress_bar(title: str) -> Iterator[Callable[[int, int], None]]:
    """Gives the function to call after each step; a bar is shown only where a person watches."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    counted = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"))
    columns = [*counted, TimeElapsedColumn(), TextColumn("剩余"), TimeRemainingColumn()]
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task(title, total=None, rate="")

        def step(done: int, total: int) -> None:
            speed = progress.tasks[0].speed
            progress.update(task, completed=done, total=total, rate=f"{speed * 60:.0f} 份/分" if speed else "")

        yield step


def records(frame: "pd.DataFrame") -> list[dict[str, Any]]:
    """Rows as plain JSON values: null and never NaN, no noise of binary fractions."""
    return [{str(key): _plain(value) for key, value in row.items()} for row in frame.to_dict("records")]


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 10)
    return value
