"""tongdao ledger: registers and lists out as Excel sheets and back, with a receipt of what they change."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tongdao.cli.app import BookOption, JsonOption, OutOption, app, shown_path
from tongdao.errors import UsageError

if TYPE_CHECKING:
    from tongdao.list_sheets import Sheet, TakenBack
    from tongdao.workbook import Workbook


@app.command()
def ledger(
    name: Annotated[str, typer.Argument(help="清单或名册，如 projects、里程碑、firms；不写则列出全部。")] = "",
    file: Annotated[Path | None, typer.Argument(help="填好的 .xlsx；不写则写出一份。", show_default=False)] = None,
    workbook: BookOption = "",
    out: OutOption = None,
    as_of: Annotated[str, typer.Option("--as-of", help="记录日期；默认今天。", show_default=False)] = "",
    by: Annotated[str, typer.Option("--by", help="记录人。", show_default=False)] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不写入。")] = False,
    as_json: JsonOption = False,
) -> None:
    """项目、任务、政策清单、里程碑和名册：写出表格，填好收回。"""
    from tongdao.list_sheets import current, find_sheet, sheets
    from tongdao.periods import parse_day
    from tongdao.runs.clock import now
    from tongdao.workbook import open_workbook

    book = open_workbook(workbook)
    if not name:
        for stem, one in sheets(book.plan).items():
            rows = len(current(one, book.lists, book.plan))
            print(f"{stem}　{one.what}：{rows} 条" if rows else f"{stem}　{one.what}：待建立（{one.file}）")
        return
    sheet = find_sheet(book.plan, name)
    if file is None:
        write_sheet(book, sheet, out)
        return
    day = parse_day(as_of, "as_of") if as_of else now().date()
    take_sheet(book, sheet, file, day=day, by=by, dry_run=dry_run, as_json=as_json)


def write_sheet(book: "Workbook", sheet: "Sheet", out: Path | None) -> None:
    """A list or register as it stands, as a sheet to fill in."""
    from tongdao.list_sheets import sheet_bytes
    from tongdao.runs.publish import publish
    from tongdao.workbook import reports_folder

    target = (out.resolve() if out else reports_folder(book)) / f"{Path(sheet.file).stem}.xlsx"
    publish({target: sheet_bytes(sheet, book.lists, book.plan)})
    print(shown_path(target))


def take_sheet(
    book: "Workbook", sheet: "Sheet", file: Path, *, day: date, by: str, dry_run: bool, as_json: bool
) -> None:
    """A filled-in sheet back, with a receipt of what it changes."""
    from tongdao.files import locked, write_whole
    from tongdao.intake.deliveries import Delivery, keep_sheet, user_name
    from tongdao.list_sheets import take_back
    from tongdao.runs.clock import now

    if not file.is_file():
        raise UsageError(f"找不到文件 {file}，请检查路径。")
    delivery = Delivery(file.name, file.read_bytes(), by or user_name(), now().isoformat(), day)
    with locked(book.folder):
        taken = take_back(book.folder, book.plan, sheet, delivery.content, name=file.name, day=day, by=by)
        if taken.changes and not dry_run:
            keep_sheet(book.folder, delivery, sheet.file, taken.rows)
            write_whole(book.folder / sheet.file, taken.content)
    rows, figures = len({key for key, *_ in taken.changes}), _figures(book, taken, day)
    if as_json:
        changes = [dict(zip(("key", "column", "before", "after"), one, strict=True)) for one in taken.changes]
        receipt = {"table": sheet.file, "rows": rows, "changes": changes, "figures": figures}
        print(json.dumps(receipt, ensure_ascii=False, indent=1))
        return
    for key, title, before, after in taken.changes:
        print(f"{key} {title}：{before or '（空）'} → {after or '（空）'}")
    for line in figures:
        print(line)
    print(f"{sheet.what}：{'会' if dry_run else '已'}新记 {rows} 条，原有记录都保留。")


def _figures(book: "Workbook", taken: "TakenBack", day: date) -> list[str]:
    """The indicators whose figure or chance is another one afterwards, in words."""
    from tongdao.gap import gaps
    from tongdao.wording import amount, percent

    month = book.view().month
    before, after = (gaps(one.view(month, day)) for one in (book, replace(book, lists=taken.lists)))
    lines = []
    for old, new in zip(before, after, strict=True):
        figures = [
            f"{amount(row.actual, row.item.unit, whole=row.item.counts)}（可能性{percent(row.p_met)}）"
            for row in (old, new)
        ]
        if figures[0] != figures[1]:
            lines.append(f"{new.item.name}：{figures[0]} → {figures[1]}")
    return lines
