"""tongdao status and tongdao check: figures and findings on screen or as JSON."""

import json
from typing import TYPE_CHECKING

from typer.exceptions import Exit

from tongdao.cli.app import BookOption, DayOption, JsonOption, MonthOption, app, records

if TYPE_CHECKING:
    from tongdao.view import View
    from tongdao.workbook import Workbook


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
        print(json.dumps(records(status_table(view)), ensure_ascii=False, indent=1, allow_nan=False))
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
