"""Registers and lists out as Excel sheets and back: what is changed becomes a new dated row, nothing is overwritten.

A sheet has its titles in row 1, so that a fault's row is the sheet's row. Rows missing from a sheet that comes
back stay as they are: to close an entry one says so in it.
"""

import csv
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tongdao.dated_rows import UNWRITTEN, Row, known
from tongdao.errors import DataError, UsageError, candidates
from tongdao.excel import book_bytes, put
from tongdao.files import with_rows
from tongdao.ledger import FOLDER, KINDS, Item, Milestone
from tongdao.lists import Lists, read_lists
from tongdao.plan import Plan
from tongdao.withdrawals import FOLDER as DELIVERIES

NEVER_TYPED = ("recorded_at", "recorded_by", *UNWRITTEN)


@dataclass(frozen=True)
class Sheet:
    """One table of a workbook: its file, the title of each field, and the field that identifies a row."""

    file: str
    titles: Mapping[str, str]
    key: str
    what: str

    @property
    def typed(self) -> dict[str, str]:
        """The titles of what people fill in."""
        return {name: title for name, title in self.titles.items() if name not in NEVER_TYPED}

    @property
    def columns(self) -> list[str]:
        """The titles of the file."""
        return [title for name, title in self.titles.items() if name not in UNWRITTEN]


def sheets(plan: Plan) -> dict[str, Sheet]:
    """Every table a plan can have, by the stem of its file: the lists, the milestones, the registers."""
    models: dict[str, type[Row]] = {**dict.fromkeys(KINDS, Item), "milestones": Milestone}
    words = {**KINDS, "milestones": "里程碑"}
    found = {
        stem: Sheet(
            f"{FOLDER}/{stem}.csv", {name: field.title or name for name, field in model.model_fields.items()}, "id",
            words[stem],
        )
        for stem, model in models.items()
    }  # fmt: skip
    for one in plan.registers:
        titles = {name: title for name, title in one.columns.model_dump().items() if title}
        record = {name: name for name in ("recorded_at", "recorded_by")}
        found[Path(one.file).stem] = Sheet(one.file, {**titles, **record}, "number", one.name)
    return found


def find_sheet(plan: Plan, name: str) -> Sheet:
    """The table of that file name or Chinese name.

    Raises:
        UsageError: there is none; the sentence lists those there are.
    """
    found = sheets(plan)
    for stem, sheet in found.items():
        if name in (stem, sheet.what):
            return sheet
    raise UsageError(f"没有名为“{name}”的清单或名册，{candidates(name, found)}。")


def current(sheet: Sheet, lists: Lists, plan: Plan) -> list[dict[str, str]]:
    """The table as it stands: of each key the last row, its cells by title."""
    kept: dict[str, tuple[Row, ...]] = {one.file: lists.registers.get(one.name, ()) for one in plan.registers}
    rows = kept[sheet.file] if sheet.file in kept else getattr(lists.ledger, Path(sheet.file).stem)
    return [{title: _text(getattr(row, name)) for name, title in sheet.typed.items()} for row in known(rows, date.max)]


def sheet_bytes(sheet: Sheet, lists: Lists, plan: Plan) -> bytes:
    """The table as an .xlsx file to be filled in; every cell is text, none a formula."""
    from openpyxl import Workbook as Excel

    excel = Excel()
    page = excel.active
    page.title = sheet.what[:30]
    rows = [list(sheet.typed.values()), *(list(row.values()) for row in current(sheet, lists, plan))]
    for number, cells in enumerate(rows, 1):
        for column, text in enumerate(cells, 1):
            put(page, number, column, text).number_format = "@"
    page.freeze_panes = "B2"
    return book_bytes(excel)


@dataclass(frozen=True)
class TakenBack:
    """``content`` is the new file; ``rows`` are those it adds, by the file's own titles; ``changes`` say cell by cell
    what is new: (key, title, before, after)."""

    content: bytes
    rows: tuple[Mapping[str, str], ...]
    changes: tuple[tuple[str, str, str, str], ...]
    lists: Lists


def take_back(folder: Path, plan: Plan, sheet: Sheet, file: bytes, *, name: str = "", day: date, by: str) -> TakenBack:
    """What a sheet that comes back changes, checked as the workbook's own files are; nothing is written.

    Raises:
        DataError: the file cannot be read, a column is missing, or a cell cannot stand; the sentence names table,
            row and column.
    """
    given = _cells(name, file, sheet)
    before = {row[sheet.titles[sheet.key]]: row for row in current(sheet, read_lists(folder, plan), plan)}
    with TemporaryDirectory() as scratch:
        copy = Path(scratch)
        if (folder / DELIVERIES).is_dir():  # what was withdrawn
            (copy / DELIVERIES).symlink_to(folder / DELIVERIES)
        for each in {one.file for one in sheets(plan).values()}:
            if (folder / each).is_file():
                (copy / each).parent.mkdir(exist_ok=True)
                shutil.copy(folder / each, copy / each)
        target = copy / sheet.file
        target.parent.mkdir(exist_ok=True)
        stamp = {sheet.titles["recorded_at"]: day.isoformat(), sheet.titles["recorded_by"]: by}
        target.write_bytes(_csv(sheet, [{**row, **(stamp if any(row.values()) else {})} for row in given]))
        read_lists(copy, plan)  # the rows as the sheet has them, so that a fault names the sheet's own row
        changed = [row for row in given if any(row.values()) and before.get(row[sheet.titles[sheet.key]]) != row]
        old = (folder / sheet.file).read_bytes() if (folder / sheet.file).is_file() else _csv(sheet, [])
        target.write_bytes(old)
        rows = tuple(_named(target, sheet, {**row, **stamp}) for row in changed)
        content = with_rows(old, rows)
        target.write_bytes(content)
        after = read_lists(copy, plan)
    changes = tuple(
        (row[sheet.titles[sheet.key]], title, before.get(row[sheet.titles[sheet.key]], {}).get(title, ""), text)
        for row in changed
        for title, text in row.items()
        if text != before.get(row[sheet.titles[sheet.key]], {}).get(title, "")
    )
    return TakenBack(content, rows, changes, after)


def _cells(name: str, file: bytes, sheet: Sheet) -> list[dict[str, str]]:
    """The rows below the titles, also empty ones; cells by title. Read as any delivery is, apart and with limits."""
    from tongdao.intake.findings import RefusedError
    from tongdao.intake.reader import read_sheets

    try:
        pages, _ = read_sheets(file, name, list(sheet.typed.values()))
    except RefusedError as refusal:
        raise DataError(f"“{sheet.what}”的表读不了：{refusal.finding.message}") from None
    page = next(iter(pages), None)
    lines = dict(zip(page.lines, page.rows, strict=True)) if page else {}
    header = [text.strip() for text in lines.get(1, [])]
    missing = [title for title in sheet.typed.values() if title not in header]
    if page is None or missing:
        raise DataError(f"“{sheet.what}”的表第 1 行缺少列“{missing[0]}”，请用 tongdao form --list 写出的表填写。")
    places = {title: header.index(title) for title in sheet.typed.values()}
    for (line, place), kind in page.kinds.items():
        if kind in ("formula", "error") and line > 1 and place in places.values():
            cell = f"第 {line} 行 {header[place]} 列“{lines[line][place]}”"
            raise DataError(f"{sheet.file} {cell}不能用：公式没有算出结果，请改成数值或文字。")
    return [
        {title: row[place].strip() if place < len(row) else "" for title, place in places.items()}
        for row in (lines.get(line, []) for line in range(2, max(lines) + 1))
    ]


def _text(value: Any) -> str:
    """A cell as the file writes it: days as days, whole numbers without a point, several names with 、."""
    match value:
        case None:
            return ""
        case datetime():
            return value.date().isoformat()
        case tuple():
            return "、".join(value)
        case float() if value.is_integer():
            return str(int(value))
    return str(value).strip()


def _csv(sheet: Sheet, rows: list[dict[str, str]]) -> bytes:
    """A new file of the table, its columns by their titles."""
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerow(sheet.columns)
    return with_rows(b"\xef\xbb\xbf" + text.getvalue().encode(), rows)


def _named(path: Path, sheet: Sheet, row: dict[str, str]) -> dict[str, str]:
    """A row by the titles of the file itself, which may be the fields' names; what it has no column for is left out."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        header = next(csv.reader(file), [])
    titles = {column: column if column in row else sheet.titles.get(column, "") for column in header}
    return {column: row[title] for column, title in titles.items() if title in row}
