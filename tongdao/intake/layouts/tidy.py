"""The tidy layout: one reading a row, columns by name."""

from collections.abc import Sequence

from tongdao.base import candidates
from tongdao.intake.cells.headings import FORM, NUMBERING, REQUIRED, TIDY, tidy_name
from tongdao.intake.cells.names import find
from tongdao.intake.cells.notes import first, is_note, is_total
from tongdao.intake.files.sheet import Sheet, letter
from tongdao.intake.layouts.candidate import Desk
from tongdao.intake.layouts.tidy_row import Row, read_row

_ASIDE = {
    "blank_row": "空行，已跳过",
    "header_again": "重复的表头，已跳过",
    "total_row": "合计行不是读数，没有读取",
}


def columns_of(header: Sequence[str]) -> dict[str, int]:
    """Where each column of the tidy layout stands; the first of a name counts."""
    places: dict[str, int] = {}
    for place, text in enumerate(header):
        name = tidy_name(text)
        if name:
            places.setdefault(name, place)
    return places


def read_tidy(sheet: Sheet, at: int, desk: Desk) -> None:
    """Read the rows below the header at index ``at`` into the desk."""
    header = sheet.rows[at]
    if not _header(sheet, at, desk):
        return
    places = columns_of(header)
    width = len(header)
    last = max((i for i, row in enumerate(sheet.rows) if i > at and _is_data(row, places)), default=at)
    for index in range(at + 1, len(sheet.rows)):
        row, line = sheet.rows[index], sheet.lines[index]
        say = desk.sayer(sheet.name, line)
        if desk.on_step and index % 500 == 0:
            desk.on_step(index, len(sheet.rows))
        aside = _aside(row, places, desk)
        if aside == "note_row":
            where = "表尾" if index > last else "表中"
            desk.sayer(sheet.name, line, None, first(row))("warning", aside, f"{where}的说明文字，没有读取")
        elif aside:
            say("warning", aside, _ASIDE[aside])
        elif not sheet.spreadsheet and (len(row) < width or any(cell.strip() for cell in row[width:])):
            say("error", "cells", f"列数不符：表头 {width} 列，这一行 {len(row)} 列，请检查分隔符和引号")
            desk.data_rows += 1
        else:
            desk.data_rows += 1
            read_row(Row(sheet, index, places, blanks=is_form(header)), desk)


def _aside(row: Sequence[str], places: dict[str, int], desk: Desk) -> str:
    """Why a row holds no reading, as a code; empty for a row of data."""
    if not any(cell.strip() for cell in row):
        return "blank_row"
    if is_note(row) and find(desk.names, row[0])[0] is None:
        return "note_row"
    if tidy_name(row[places["indicator"]] if len(row) > places["indicator"] else "") == "indicator":
        return "header_again"
    return "total_row" if is_total(row) else ""


def is_form(header: Sequence[str]) -> bool:
    """Whether it is the header of our own form, whose columns and blanks need no remark."""
    return tuple(text.strip() for text in header) == FORM


def _is_data(row: Sequence[str], places: dict[str, int]) -> bool:
    return len(row) > places["value"] and bool(row[places["value"]].strip()) and not is_note(row)


def _header(sheet: Sheet, at: int, desk: Desk) -> bool:
    """Whether the header can be used; its oddities are named."""
    header, line = sheet.rows[at], sheet.lines[at]
    say = desk.sayer(sheet.name, line)
    names = [tidy_name(text) for text in header]
    bad = False
    for name in TIDY:
        if names.count(name) > 1:
            texts = "、".join(text.strip() for text, found in zip(header, names, strict=True) if found == name)
            desk.sayer(sheet.name, line, name)(
                "error", "duplicate_column", f"重复列 {name}（{texts}），不知以哪一列为准"
            )
            bad = True
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        words = "、".join(f"{name}（{TIDY[name][0]}）" for name in missing)
        say(
            "error",
            "missing_column",
            f"缺少列 {words}，现有列为 {'、'.join(filter(None, (text.strip() for text in header)))}",
        )
        bad = True
    if is_form(header):
        return True
    for name in ("source", "recorded_at"):
        if name not in names:
            instead = "记入导入日期" if name == "recorded_at" else "来源记作文件名"
            say("warning", "missing_optional", f"缺少列 {name}（{TIDY[name][0]}），{instead}")
    end = max((place for place, text in enumerate(header) if text.strip()), default=-1)
    for place, (text, name) in enumerate(zip(header, names, strict=True)):
        said = desk.sayer(sheet.name, line, letter(place + 1), text)
        if name and text != name:
            desk.sayer(sheet.name, line, name, text)(
                "warning", "column_name", f"列名已规范：“{text.strip()}”读作 {name}"
            )
        elif not name and text.strip().lower() not in NUMBERING and (text.strip() or _filled(sheet, at, place)):
            said(
                "warning",
                "extra_column",
                f"列“{text.strip() or letter(place + 1)}”不在约定之内，没有读取，{candidates(text, TIDY)}",
            )
        elif not name and not text.strip() and place > end and not sheet.spreadsheet:
            say("warning", "trailing_separator", "每行末尾多一个分隔符，已忽略")
    wide = [index for index in range(at + 1, len(sheet.rows)) if len(sheet.rows[index]) > len(header)]
    if (
        wide
        and not sheet.spreadsheet
        and not any(cell.strip() for index in wide for cell in sheet.rows[index][len(header) :])
    ):
        desk.sayer(sheet.name, sheet.lines[wide[0]])(
            "warning", "trailing_separator", f"{len(wide)} 行末尾多出分隔符，已忽略"
        )
    return not bad


def _filled(sheet: Sheet, at: int, place: int) -> bool:
    return any(len(row) > place and row[place].strip() for row in sheet.rows[at + 1 :])
