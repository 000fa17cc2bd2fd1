"""The sheets an office fills in, and those of lists and registers that come back. Every cell is a plain value.

The form of the indicators is the tidy layout with a blank value column, the last figures, units and drop-downs; that
of a list or register has its rows as they stand. What is changed in one that comes back becomes a new dated row,
nothing is overwritten. Its titles stand in row 1, so that a fault's row is the sheet's row. Rows missing from it stay
as they are: to close an entry one says so in it.
"""

import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tongdao.base import (
    MONEY,
    MONTHS,
    DataError,
    Period,
    Recorded,
    UsageError,
    escaped,
    hostile_marks,
    new_table,
    read_recorded,
    read_table,
    saved,
    with_rows,
)
from tongdao.intake.headings import FORM
from tongdao.intake.marked_book import fill
from tongdao.intake.receipt import Receipt
from tongdao.intake.sheet import SHOWN, Delivery, Finding, Severity, Sheet, letter, verdict_of
from tongdao.plan import Indicator, Plan
from tongdao.workbook import (
    FOLDER as DELIVERIES,
    Entry,
    Lists,
    ListSheet,
    RefusedCellError,
    View,
    cells,
    current,
    key_of,
    read_lists,
    rows_of,
    sheets,
    uncounted,
)

WIDTHS = (40, 12, 14, 10, 28, 12, 12, 46)
WIDEST = 32  # characters of Excel's measure, two to a Chinese one
MOST_PERIODS = 24  # Excel takes 255 characters of a list
_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?%?")
Cells = dict[str, str]  # of one row, by title
Figures = Callable[[Lists], list[str]]  # the indicators that stand otherwise with other lists, in words


def form(view: View, department: str = "") -> bytes:
    """An Excel workbook with a row for each indicator that a department leads, all of them by default."""
    from openpyxl.styles import PatternFill

    plan = view.plan
    unit = plan.find_department(department).name if department else ""
    items = [item for item in plan.indicators if not unit or unit in plan.lead(item)]
    if not items:
        raise UsageError(f"“{unit}”没有牵头的指标，不需要填报；不写 --department 可得全部指标的表。")
    rows = [_indicator(item, view, unit or "、".join(plan.lead(item))) for item in items]
    book, sheet = book_of("填报", dict(zip(FORM, WIDTHS, strict=True)), rows, "center")
    for row, item in enumerate(items, 2):
        sheet.cell(row, 3).fill = PatternFill("solid", fgColor="FFF9E5")  # what is to be filled in
        _choices(sheet, row, item, plan)
    sheet.freeze_panes = "C2"
    return saved(book)


def list_form(sheet: ListSheet, lists: Lists, plan: Plan, department: str = "") -> bytes:
    """An Excel workbook with a list or register as it stands, or those rows of a list that a department leads.

    Every cell is text, so that nothing is reinterpreted.
    """
    known = current(sheet, lists, plan)
    if department:
        if sheet.model is Entry:
            raise UsageError(f"“{sheet.what}”是名册，没有牵头单位这一列；请去掉 --department，写出整张表。")
        unit, ledger = plan.find_department(department).name, lists.ledger.as_known(date.max)
        known = tuple(row for row in known if unit in ledger.leads(row, plan))
    rows = [list(cells(sheet, row, plan).values()) for row in known]
    titles = list(sheet.typed.values())
    widths = [min(max(2 * len(text) for text in column) + 2, WIDEST) for column in zip(titles, *rows, strict=True)]
    book, page = book_of(sheet.page, dict(zip(titles, widths, strict=True)), rows, "top")
    for row in page.iter_rows(min_row=2):
        for cell in row:
            cell.number_format = "@"
    page.freeze_panes = "B2"
    return saved(book)


def book_of(title: str, widths: Mapping[str, float], rows: Iterable[Sequence[Any]], vertical: str) -> tuple[Any, Any]:
    """A new workbook with one sheet of rows below their titles, and that sheet."""
    from openpyxl import Workbook

    book = Workbook()
    book.active.title = title
    fill(book.active, widths, rows, vertical)
    return book, book.active


def _indicator(item: Indicator, view: View, source: str) -> list[Any]:
    series = view.series(item)
    last = series.iloc[-1] if len(series) else None
    length = MONTHS[item.frequency]
    end = (view.month.end + 1) // length * length - 1  # the last period that was over by then, or the plan's first
    due = Period(end if end >= view.plan.first_month.end else end + length, length)
    before = ["", None] if last is None else [str(Period(int(last["end"]), int(last["months"]))), float(last["value"])]
    stock = item.traits.net and last is not None and last["basis"] == "level"
    words = ("期末存量" if stock else item.traits.form).format(limit=item.upper_limit)
    advice = f"{words}{'，填整数' if item.counts else ''}；没有数据请留空，确为零请填 0。"
    return [item.name, str(due), None, item.unit, source, *before, advice]


def _choices(sheet: Any, row: int, item: Indicator, plan: Plan) -> None:
    """Drop-downs of a row: the plan's periods of the indicator's frequency, and the units it may be given in."""
    from openpyxl.worksheet.datavalidation import DataValidation

    length = MONTHS[item.frequency]
    periods = [str(Period(end, length)) for end in plan.time.ends(length)]
    units = [item.unit, *(unit for unit in MONEY if item.unit in MONEY and unit != item.unit)]
    for column, values in (("B", periods[-MOST_PERIODS:]), ("D", units)):
        rule = DataValidation(type="list", formula1=f'"{",".join(values)}"', showErrorMessage=True)
        rule.errorTitle, rule.error = "不在列表中", "请从下拉列表中选一项。"
        sheet.add_data_validation(rule)
        rule.add(f"{column}{row}")


def list_receipt(receipt: Receipt, workbook: Path, plan: Plan, delivery: Delivery, figures: Figures) -> Receipt:
    """The receipt of a file that holds no readings: a list's or register's, where it is the sheet of one."""
    sheet, page = None, receipt.sheets[0]
    try:
        if not (known := _list_of(plan, receipt.file, receipt.sheets)):
            return receipt
        sheet, page = known
        rows, same, content, found = _taken(workbook, plan, sheet, page, delivery, figures)
        findings = (*receipt.notes, *found)
        verdict = verdict_of(findings)
        told = replace(receipt, verdict=verdict, findings=findings, rows=0)
        return replace(told, table=sheet.file, added=rows, repeated=same, content=content)
    except DataError as error:
        table = sheet.file if sheet else ""
        refused = Finding("error", "list", str(error), sheet=page.name)
        if isinstance(error, RefusedCellError) and error.table == table and error.line in page.lines:
            refused = _found(page, error.line, error.column, "error", "list", error.words)
        return replace(receipt, findings=(*receipt.notes, refused), rows=0, table=table)


def _list_of(plan: Plan, name: str, pages: Sequence[Sheet]) -> tuple[ListSheet, Sheet] | None:
    """The list or register whose sheet a file is, and the page that has it.

    The page's name or the file's says so, or else titles that only one has; projects, tasks and policies have the same.
    """
    known, found = sheets(plan), list[tuple[ListSheet, Sheet]]()
    for page in pages:
        titles = _titles(page)
        meant = [one for stem, one in known.items() if page.name == one.page or stem == Path(name).stem]
        named = [one for one in meant if one.titles[one.key] in titles]
        whole = [one for one in known.values() if set(titles).issuperset(one.typed.values())]
        found += [(one, page) for one in named or whole]
    if len(found) > 1:
        words = "、".join(one.page for one, _ in found)
        raise DataError(f"不能确定这是 {words} 中的哪一张清单，一份文件只收一张：请分开交，各用各的名称。")
    return next(iter(found), None)


def _taken(
    folder: Path, plan: Plan, sheet: ListSheet, page: Sheet, delivery: Delivery, figures: Figures
) -> tuple[tuple[Cells, ...], tuple[Cells, ...], bytes, list[Finding]]:
    """The rows to add, those of the table that it says again, the file with the new ones, and what changes; checked as
    the workbook's own files are, with the same sentences (DataError)."""
    given, findings = _given(sheet, page)
    day, by = delivery.as_of, delivery.by
    key = sheet.titles[sheet.key]
    lists = read_lists(folder, plan)
    standing = {row.key: row for row in current(sheet, lists, plan)}
    last = {row.key: row for row in sorted(rows_of(sheet, lists, plan), key=lambda row: row.since)}
    old = {name: cells(sheet, row, plan) for name, row in standing.items()}
    names = {line: row[key] for line, row in given.items()}

    def stamped(row: Cells, moment: str) -> Cells:
        return row | {sheet.titles["recorded_at"]: moment, sheet.titles["recorded_by"]: by}

    def dated(row: Cells) -> Cells:
        """As it is to be tried: what was not typed anew keeps its day."""
        return stamped(row, str(standing[row[key]].recorded_at if old.get(row[key]) == row else day))

    for line, name in names.items():
        if name in old and old[name] != given[line] and (at := standing[name].recorded_at) > day:
            words = f" {key} 列“{name}”在 {at} 已有更晚的记录：它没写错就用不早于它的 --as-of 再交，写错了请先改正。"
            raise RefusedCellError(sheet.file, line, key, words)
    own: list[Cells] = [{} for _ in range(2, max(given, default=1) + 1)]
    for line, row in given.items():  # a cell of several lines on one, so that lines of the table are lines of the sheet
        own[line - 2] = {title: " ".join(text.split()) for title, text in dated(row).items()}
    rest = [dated(row) for name, row in old.items() if name not in names.values()]
    path = folder / sheet.file
    table = path.read_bytes() if path.is_file() else new_table(sheet.columns)
    with _copy(folder, plan) as copy:
        trial = with_rows(new_table(sheet.columns), own + rest)  # a fault has the line that it has in the sheet
        (copy / sheet.file).write_bytes(trial)
        tried = read_lists(copy, plan, sheet.file)  # what is withdrawn may be said again
        new = {row.key: cells(sheet, row, plan) for row in current(sheet, tried, plan)}
        changed = {line: name for line, name in names.items() if old.get(name) != new[name]}
        (copy / sheet.file).write_bytes(table)
        header, lines = read_table(copy / sheet.file, sheet.file)
        # by our title the file's own, which may be the field's name
        named = {title: own for name, title in sheet.titles.items() for own in (name, title) if own in header}
        texts = {line: dict(zip(header, row, strict=True)) for line, row in lines}
        before = {name: texts[row.line] for name, row in standing.items()}
        moments = {name: last[name].following(day) if name in last else str(day) for name in changed.values()}
        rows = tuple(
            before.get(name, {})
            | {
                named[at]: text if _NUMBER.fullmatch(text) else escaped(text)  # as a table that Excel may open has it
                for at, text in stamped(given[line], moments[name]).items()
                if at in named
            }
            for line, name in changed.items()
        )
        same = tuple(before[name] for line, name in names.items() if line not in changed)
        content = with_rows(table, rows)
        try:
            (copy / sheet.file).write_bytes(content)
            after = read_lists(copy, plan)
        except RefusedCellError as fault:
            raise DataError(str(fault)) from None
    doubts = {row.key: words for file, row, words in uncounted(plan, after.registers) if file == sheet.file}
    for line, name in changed.items():
        if words := doubts.get(name, ""):
            findings.append(_found(page, line, key, "warning", "uncounted", f"{name} 的{words}，请核对"))
        for title, text in new[name].items():
            if text == (was := old.get(name, {}).get(title, "")):
                continue
            words = f"{name} {title}：{was[:SHOWN] or '（空）'} → {text[:SHOWN] or '（空）'}"
            findings.append(_found(page, line, title, "info", "changed", words))
            for code, likeness in hostile_marks(given[line][title]):
                findings.append(_found(page, line, title, "warning", code, f"{title}{likeness}"))
    findings += [Finding("info", "figure", words) for words in figures(after)]
    return rows, same, content, findings


def _titles(page: Sheet) -> list[str]:
    return [text.strip() for text in page.rows[0]] if page.lines[:1] == [1] else []


def _given(sheet: ListSheet, page: Sheet) -> tuple[dict[int, Cells], list[Finding]]:
    """The filled rows by their lines, days written as days, and what was put right or left out."""
    titles = _titles(page)
    for title in sheet.typed.values():
        if title not in titles:
            raise DataError(f"“{sheet.what}”的表第 1 行缺少列“{title}”，请用 tongdao form --list 写出的表填写。")
    places = {title: titles.index(title) for title in sheet.typed.values()}
    given, found, first = dict[int, Cells](), list[Finding](), dict[str, int]()
    for line, texts in zip(page.lines[1:], page.rows[1:], strict=True):
        row = {title: texts[place].strip() if place < len(texts) else "" for title, place in places.items()}
        if not any(row.values()):
            continue
        for title, text in row.items():
            if page.kind(line, places[title]) in ("formula", "error", "format"):
                words = f" {title} 列“{text}”不能用：公式没有算出结果或格式看不懂，请改成数值或文字。"
                raise RefusedCellError(sheet.file, line, title, words)
            if page.kind(line, places[title]) == "percent":
                row[title] = f"{round(100 * float(text), 6):g}%"
            row[title] += page.units.get((line, places[title]), "")
            day = read_recorded(text) if title in sheet.days else Recorded()
            if day.text and day.text != text:
                found.append(_found(page, line, title, "warning", "day_spelling", f"“{text}”已写成 {day.text}"))
                row[title] = day.text
        key = sheet.titles[sheet.key]
        row[key] = key_of(row[key])
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
