"""Which layout a sheet has, and where its header stands."""

from collections.abc import Sequence

from tongdao.base import candidates, one_year
from tongdao.intake.cells.headings import REQUIRED, TIDY, tidy_name
from tongdao.intake.cells.names import find
from tongdao.intake.files.sheet import Sheet, letter
from tongdao.intake.layouts.judge import Desk
from tongdao.intake.layouts.tidy import read_tidy
from tongdao.intake.layouts.wide import DEEPEST, grid_of, join_header, months_of, read_wide


def known_words(desk: Desk) -> list[str]:
    """Words of which a readable sheet holds at least one; they decide whether GB18030 was the right guess."""
    names = [word for item in desk.plan.indicators for word in (item.name, *item.aliases)]
    return [*names, *(word for words in TIDY.values() for word in words if len(word) > 1), "单位", "指标"]


def read_layout(sheets: Sequence[Sheet], desk: Desk) -> None:
    """Read every sheet that holds a table; a sheet without one is named unless it is empty."""
    used = [sheet for sheet in sheets if any(cell.strip() for row in sheet.rows for cell in row)]
    if not used:
        desk.sayer("")("error", "no_data", "没有数据，表是空的")
        return
    for sheet in used:
        join_header(sheet)
    headers = [_header(sheet) for sheet in used]
    if not any(headers):
        _no_header(used[0], desk)
        return
    years = {one_year(sheet.name) for sheet, found in zip(used, headers, strict=True) if found} - {None}
    if len(years) > 1:  # sheets of different years: each speaks for itself, the file's name for none
        desk.year = None
    for sheet, found in zip(used, headers, strict=True):
        if found is None:
            desk.sayer(sheet.name)("warning", "other_sheet", f"工作表“{sheet.name}”没有报表，没有读取")
            continue
        desk.findings.extend(sheet.findings)
        kind, at = found
        before = desk.data_rows
        if kind == "tidy":
            _titles(sheet, at, desk)
            read_tidy(sheet, at, desk)
        elif grid := grid_of(sheet, at):
            read_wide(sheet, grid, desk)
        else:
            desk.sayer(sheet.name, sheet.lines[at])("error", "header", "表头没有“指标”列，不知道每行是什么")
        if desk.data_rows == before and not desk.refused:
            desk.sayer(sheet.name)("error", "no_rows", "没有数据行，只有表头")


def _header(sheet: Sheet) -> tuple[str, int] | None:
    """``tidy`` or ``wide`` and the index of the header row; None if the sheet has neither."""
    best: tuple[str, int] | None = None
    most = 0
    for index, row in enumerate(sheet.rows[:DEEPEST]):
        names = {tidy_name(text) for text in row} - {""}
        if {"indicator", "period"} <= names or len(names & set(REQUIRED)) >= 3 or {"period", "value"} <= names:
            return "tidy", index
        months = len(months_of(sheet, index))
        if months > most and (months > 1 or names & {"indicator"}):
            best, most = ("wide", index), months
    return best


def _titles(sheet: Sheet, at: int, desk: Desk) -> None:
    """Lines over a tidy header, in a CSV perhaps Excel's own ``sep=``."""
    for index in range(at):
        text = " ".join(cell.strip() for cell in sheet.rows[index] if cell.strip())
        desk.sayer(sheet.name, sheet.lines[index], None, text)(
            "warning", "title_line", f"表头前 {at} 行不是数据，已跳过"
        )


def _no_header(sheet: Sheet, desk: Desk) -> None:
    row = sheet.rows[0]
    shown = "、".join(text.strip() for text in row if text.strip())[:60]
    if any(find(desk.names, text)[0] for text in row):
        words = f"没有表头，第一行“{shown}”就是数据；请在第一行写上 {','.join(REQUIRED)} 等列名"
    elif len(row) == 1:
        words = f"只有一列“{shown}”，不是表格，或分隔符不认识；找不到表头"
    else:
        near = next((text for text in row if text.strip()), "")
        words = f"找不到表头（第一行是“{shown}”），{candidates(near, (*TIDY, '指标'))}；请用长表或宽表的列名"
    desk.sayer(sheet.name, sheet.lines[0], letter(1) if sheet.spreadsheet else None)("error", "header", words)
