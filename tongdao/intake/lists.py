"""A sheet of a list or register that comes back: what is changed becomes a new dated row, nothing is overwritten.

Its titles stand in row 1, so that a fault's row is the sheet's row. Rows missing from it stay as they are: to
close an entry one says so in it.
"""

import csv
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from tongdao.base import DataError, Recorded, escaped, hostile_marks, read_recorded, with_rows
from tongdao.intake.files.sheet import SHOWN, Finding, Severity, Sheet, letter, verdict_of
from tongdao.intake.receipt import Receipt
from tongdao.plan import Plan
from tongdao.workbook import (
    FOLDER as DELIVERIES,
    Lists,
    ListSheet,
    RefusedCellError,
    cells,
    current,
    read_lists,
    sheets,
)

_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?%?")
Cells = dict[str, str]  # of one row, by title
Figures = Callable[[Lists], list[str]]  # the indicators that stand otherwise with other lists, in words


def list_receipt(receipt: Receipt, workbook: Path, plan: Plan, *, day: date, by: str, figures: Figures) -> Receipt:
    """The receipt of a file that holds no readings: a list's or register's, where it is the sheet of one."""
    notes = tuple(item for item in receipt.findings if item.severity != "error")
    sheet, page = None, receipt.sheets[0]
    try:
        if not (known := _list_of(plan, receipt.file, receipt.sheets)):
            return receipt
        sheet, page = known
        rows, content, found = _taken(workbook, plan, sheet, page, day, by, figures)
        findings = (*notes, *found)
        verdict = verdict_of(findings)
        return replace(
            receipt, verdict=verdict, findings=findings, rows=0, table=sheet.file, added=rows, content=content
        )
    except DataError as error:
        table = sheet.file if sheet else ""
        refused = Finding("error", "list", str(error), sheet=page.name)
        if isinstance(error, RefusedCellError) and error.table == table and error.line in page.lines:
            refused = _found(page, error.line, error.column, "error", "list", error.words)
        return replace(receipt, findings=(*notes, refused), rows=0, table=table)


def _list_of(plan: Plan, name: str, pages: Sequence[Sheet]) -> tuple[ListSheet, Sheet] | None:
    """The list or register whose sheet a file is, and the page that has it.

    The page's name or the file's says so, or else titles that only one has; projects, tasks and policies have the same.
    """
    known = sheets(plan)
    for page in pages:
        titles = _titles(page)
        meant = [one for stem, one in known.items() if page.name == one.page or stem == Path(name).stem]
        named = [one for one in meant if one.titles[one.key] in titles]
        found = named or [one for one in known.values() if set(titles).issuperset(one.typed.values())]
        if len(found) > 1:
            words = "、".join(one.page for one in found)
            raise DataError(f"不能确定这是 {words} 中的哪一张清单，请把工作表和文件都改成其中一张的名称再交。")
        if found:
            return found[0], page
    return None


def _taken(
    folder: Path, plan: Plan, sheet: ListSheet, page: Sheet, day: date, by: str, figures: Figures
) -> tuple[tuple[Cells, ...], bytes, list[Finding]]:
    """The rows to add, the file with them, and what changes; checked as the workbook's own files are.

    Raises:
        DataError: a cell cannot stand; the sentence names table, row and column.
    """
    given, findings = _given(sheet, page)
    key = sheet.titles[sheet.key]
    standing = {row.key: row for row in current(sheet, read_lists(folder, plan), plan)}
    old = {name: cells(sheet, row, plan) for name, row in standing.items()}
    names = {line: row[key] for line, row in given.items()}

    def dated(row: Cells) -> Cells:
        """As it is to be tried: what was not typed anew keeps its day."""
        same = old.get(row[key]) == row
        return row | _stamp(sheet, standing[row[key]].recorded_at if same else day, by)

    for line, name in names.items():
        if name in old and old[name] != given[line] and (last := standing[name].recorded_at) > day:
            words = f" {key} 列“{name}”在 {last} 已有更晚的记录，请用不早于它的 --as-of 再交。"
            raise RefusedCellError(sheet.file, line, key, words)
    own = [_one_line(dated(given[line])) if line in given else {} for line in range(2, max(given, default=1) + 1)]
    rest = [dated(row) for name, row in old.items() if name not in names.values()]
    path = folder / sheet.file
    table = path.read_bytes() if path.is_file() else empty_table(sheet.columns)
    with _copy(folder, plan) as copy:
        trial = with_rows(empty_table(sheet.columns), own + rest)  # a fault has the line that it has in the sheet
        tried = _read(copy, plan, sheet, trial)
        new = {row.key: cells(sheet, row, plan) for row in current(sheet, tried, plan)}
        changed = {line: name for line, name in names.items() if old.get(name) != new[name]}
        reader = csv.DictReader(StringIO(table.decode("utf-8-sig")))
        header = reader.fieldnames or ()
        own_titles = {  # by our title the file's own, which may be the field's name
            title: title if title in header else name
            for name, title in sheet.titles.items()
            if {title, name} & {*header}
        }
        kept = {row[own_titles[key]]: row for row in reader}
        rows = tuple(
            kept.get(name, {}) | _named(own_titles, given[line] | _stamp(sheet, day, by))
            for line, name in changed.items()
        )
        content = with_rows(table, rows)
        try:
            after = _read(copy, plan, sheet, content)
        except RefusedCellError as fault:
            raise DataError(str(fault)) from None
    for line, name in changed.items():
        for title, words in _changes(name, old.get(name, {}), new[name]):
            findings.append(_found(page, line, title, "info", "changed", words))
            for code, likeness in hostile_marks(given[line][title]):
                findings.append(_found(page, line, title, "warning", code, f"{title}{likeness}"))
    findings += [Finding("info", "figure", words) for words in figures(after)]
    return rows, content, findings


def _changes(name: str, before: Cells, now: Cells) -> Iterator[tuple[str, str]]:
    """The cells that are another one now: the title, and in words what it was and is."""
    for title, text in now.items():
        if text != before.get(title, ""):
            was, new = (each[:SHOWN] or "（空）" for each in (before.get(title, ""), text))
            yield title, f"{name} {title}：{was} → {new}"


def _titles(page: Sheet) -> list[str]:
    return [text.strip() for text in page.rows[0]] if page.lines[:1] == [1] else []


def _given(sheet: ListSheet, page: Sheet) -> tuple[dict[int, Cells], list[Finding]]:
    """The filled rows by their lines, days written as days, and what was put right or left out."""
    titles = _titles(page)
    for title in sheet.typed.values():
        if title not in titles:
            raise DataError(f"“{sheet.what}”的表第 1 行缺少列“{title}”，请用 tongdao form --list 写出的表填写。")
    places = {title: titles.index(title) for title in sheet.typed.values()}
    given: dict[int, Cells] = {}
    found: list[Finding] = []
    first: dict[str, int] = {}
    for line, texts in zip(page.lines[1:], page.rows[1:], strict=True):
        row = {title: texts[place].strip() if place < len(texts) else "" for title, place in places.items()}
        if not any(row.values()):
            continue
        for title, text in row.items():
            if page.kind(line, places[title]) in ("formula", "error"):
                words = f" {title} 列“{text}”不能用：公式没有算出结果，请改成数值或文字。"
                raise RefusedCellError(sheet.file, line, title, words)
            if page.kind(line, places[title]) == "percent":
                row[title] = f"{round(100 * float(text), 6):g}%"
            day = read_recorded(text) if title in sheet.days else Recorded()
            if day.text and day.text != text:
                found.append(_found(page, line, title, "warning", "day_spelling", f"“{text}”已写成 {day.text}"))
                row[title] = day.text
        key = sheet.titles[sheet.key]
        row[key] = " ".join(row[key].split())
        if first.setdefault(row[key], line) != line:
            words = f" {key} 列“{row[key]}”和第 {first[row[key]]} 行重复，请只留一行。"
            raise RefusedCellError(sheet.file, line, key, words)
        given[line] = row
    for place in range(max(map(len, page.rows), default=0)):
        title = titles[place] if place < len(titles) else ""
        filled = any(place < len(texts) and texts[place].strip() for texts in page.rows[1:])
        if filled and place not in places.values():
            words = f"多出的列“{title or letter(place + 1)}”不在“{sheet.what}”里，其中的内容没有收回"
            found.append(Finding("warning", "extra_column", words, 1, letter(place + 1), title, page.name))
    return given, found


def _found(page: Sheet, line: int, title: str, severity: Severity, code: str, words: str) -> Finding:
    """A remark on one cell, with its text as it stands there."""
    titles = _titles(page)
    place = titles.index(title) if title in titles else len(titles)
    texts = dict(zip(page.lines, page.rows, strict=True)).get(line, [])
    column = letter(place + 1) if page.spreadsheet and title in titles else title
    return Finding(severity, code, words, line, column, texts[place] if place < len(texts) else None, page.name)


def _stamp(sheet: ListSheet, day: date, by: str) -> Cells:
    return {sheet.titles["recorded_at"]: day.isoformat(), sheet.titles["recorded_by"]: by}


def _one_line(row: Cells) -> Cells:
    """A cell of several lines on one, so that lines of the table are lines of the sheet."""
    return {title: " ".join(text.split()) for title, text in row.items()}


@contextmanager
def _copy(folder: Path, plan: Plan) -> Iterator[Path]:
    """A folder with the workbook's tables and what was withdrawn, to try rows in."""
    with TemporaryDirectory() as scratch:
        copy = Path(scratch)
        if (folder / DELIVERIES).is_dir():
            (copy / DELIVERIES).symlink_to(folder / DELIVERIES)
        for each in sheets(plan).values():
            (copy / each.file).parent.mkdir(parents=True, exist_ok=True)
            if (folder / each.file).is_file():
                shutil.copy(folder / each.file, copy / each.file)
        yield copy


def _read(copy: Path, plan: Plan, sheet: ListSheet, content: bytes) -> Lists:
    (copy / sheet.file).write_bytes(content)
    return read_lists(copy, plan)


def empty_table(columns: Sequence[str]) -> bytes:
    """A new CSV file that holds its titles alone."""
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerow(columns)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _named(own_titles: Mapping[str, str], row: Cells) -> Cells:
    """A row by the file's own titles; what it has no column for is left out."""
    return {own_titles[title]: _plain(text) for title, text in row.items() if title in own_titles}


def _plain(text: str) -> str:
    """As a table that Excel may open has it: a text that begins like a formula escaped, a number left alone."""
    return text if _NUMBER.fullmatch(text) else escaped(text)
