"""tongdao status and tongdao check: figures and findings on screen or as JSON."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.exceptions import Exit

from tongdao.base import UsageError, write_whole
from tongdao.cli.app import BookOption, DayOption, JsonOption, MonthOption, OutOption, app, opened, records, shown_path

if TYPE_CHECKING:
    from tongdao.workbook import View, Workbook


@app.command()
def status(
    workbook: BookOption = "",
    month: MonthOption = "",
    as_of: DayOption = "",
    as_json: JsonOption = False,
    form: Annotated[str, typer.Option("--format", help="xlsx：写成 Excel 表格。", show_default=False)] = "",
    out: OutOption = None,
) -> None:
    """列出每个指标的目标、实际、差距和判断。"""
    from tongdao.pages import status_table
    from tongdao.workbook import documents_folder

    book = opened(workbook)
    view = book.view(month, as_of)
    if form:
        _write_sheet(view, form, documents_folder(book, view, out))
    elif as_json:
        print(json.dumps(records(status_table(view)), ensure_ascii=False, indent=1, allow_nan=False))
    else:
        _print_status(view)


@app.command()
def check(
    file: Annotated[Path | None, typer.Argument(help="修改过的 Word 文件：核对其中的数。", show_default=False)] = None,
    workbook: BookOption = "",
    as_json: JsonOption = False,
) -> None:
    """检查计划文件和读数；或核对一份 Word 文件里的数。"""
    if file:
        _check_word(file, as_json)
        return
    from tongdao.analysis import findings

    book = opened(workbook)
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


def _write_sheet(view: "View", form: str, folder: Path) -> None:
    if form != "xlsx":
        raise UsageError(f"status 没有“{form}”这种形式，可用的有：xlsx。")
    from tongdao.pages import status_sheet

    target = folder / "status.xlsx"
    write_whole(target, status_sheet(view))
    print(shown_path(target))


def _check_word(file: Path, as_json: bool) -> None:
    from tongdao.document import check_word

    run, changed = check_word(file)
    if as_json:
        print(json.dumps({"run": run, "changed": [vars(item) for item in changed]}, ensure_ascii=False, indent=1))
    else:
        for item in changed:
            print(item)
        verdict = f"有 {len(changed)} 个数与生成时不一致" if changed else "其中的数都与生成时一致"
        print(f"{file.name}（运行编号 {run}）：{verdict}。")
    if changed:
        raise Exit(1)


def _print_status(view: "View") -> None:
    from rich.console import Console
    from rich.table import Table

    from tongdao.analysis import gaps
    from tongdao.pages import EXAMPLE, LIGHTS, Page, conclusion

    page = Page(view, gaps(view))
    shown = page.indicator_table()
    console = Console()
    if view.plan.example:
        console.print(EXAMPLE, style="yellow")
    console.print(conclusion(page.rows, view))
    table = Table(box=None, header_style="bold", pad_edge=False)
    least = {"指标": 14, "判断": 12}
    for column in shown.columns[1:]:  # a terminal is narrow: names and verdicts before numbers
        table.add_column(column.title, justify=column.align, overflow="fold", min_width=least.get(column.title))
    lights = {light: f"[{colour}]{shape}[/] " for light, (shape, colour) in LIGHTS.items()}
    for row in shown.cells:
        table.add_row(*(f"{lights.get(cell.light or '', '')}{cell.text}" for cell in row[1:]))
    console.print(table)


def _summary(book: "Workbook") -> str:
    return f"{book.name}：{len(book.plan.indicators)} 个指标、{len(book.readings)} 条读数"
