"""Which layout a sheet has and where its header stands."""

import re
from collections.abc import Sequence
from dataclasses import replace

from tongdao.base import candidates, one_year
from tongdao.intake.header import find_header, grid_of, lines_over, strength, tidy_grid
from tongdao.intake.headings import DEEPEST, REQUIRED, TIDY, as_meant, first, is_note, lines_above, role_of, tidy_name
from tongdao.intake.judge import Desk
from tongdao.intake.numbers import read_number
from tongdao.intake.rows import read_rows
from tongdao.intake.sheet import Sheet, letter
from tongdao.intake.titles import fits, read_title

_FOREIGN = (
    ("SDMX 交换文件（SDMX-CSV）", {"OBS_VALUE", "TIME_PERIOD"}),
    ("经合组织（OECD）导出的表", {"LOCATION", "MEASURE", "TIME"}),
    ("世界银行（World Bank）导出的表", {"COUNTRY NAME", "INDICATOR NAME"}),
    ("世界银行（World Bank）导出的表", {"COUNTRY CODE", "INDICATOR CODE"}),
    ("世界银行（World Bank）导出的表", {"COUNTRY CODE", "SERIES CODE"}),
)
_NEAR = 10  # rows in which the widest is shown where no header is found


def known_words(desk: Desk) -> list[str]:
    """Words of which a readable sheet holds at least one; they decide whether GB18030 was the right guess."""
    return [*desk.names.words, *(word for words in TIDY.values() for word in words if len(word) > 1)]


def read_layout(sheets: Sequence[Sheet], desk: Desk) -> None:
    """Read every sheet that holds a table; a sheet without one is named unless it is empty."""
    used = [sheet for sheet in sheets if any(cell.strip() for row in sheet.rows for cell in row)]
    if not used:
        desk.sayer()("error", "no_data", "没有数据，表是空的")
        return
    used = _of_readings(used, desk)
    for sheet in used:
        as_meant(sheet, desk.names)
    headers = [_find_header(sheet, desk) for sheet in used]
    if _foreign(used, desk):
        return
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
        before, desk.above, start, (kind, at) = desk.data_rows, [], 0, found
        while True:
            below = _again(sheet, at, kind, desk)
            end = _title_from(sheet, below) if below is not None else len(sheet.rows)
            part = replace(sheet, lines=sheet.lines[:end], rows=sheet.rows[:end])
            grid = tidy_grid(part, start, at, desk) if kind == "tidy" else grid_of(part, start, at, desk)
            lines_over(grid)
            read_rows(grid)
            if below is None:
                break
            words = f"这里另有一个表头，以下按第二张表读取，与第 {sheet.lines[at]} 行的表头无关"
            desk.sayer(sheet.name, sheet.lines[below])("warning", "second_header", words)
            desk.above += lines_above(sheet.rows[start:at])
            start, at, kind = end, below, _kind(sheet, below, desk) or kind
        if desk.data_rows == before and not desk.refused:
            desk.sayer(sheet.name)("error", "no_rows", "没有数据行，只有表头")


def _of_readings(sheets: list[Sheet], desk: Desk) -> list[Sheet]:
    """The sheets but for those whose own names say 目标, or 人均 and no indicator does; where all do, all are read."""
    said, items = ((sheet.name, read_title(desk.names, [sheet.name]).other) for sheet in sheets), desk.plan.indicators
    others = {name: word for name, word in said if word and not any(fits(item, word) for item in items)}
    if len(others) == len(sheets):
        return sheets
    for name, word in others.items():
        desk.sayer(name)("warning", "other_sheet", f"工作表“{name}”的“{word}”不是完成数，没有读取")
    return [sheet for sheet in sheets if sheet.name not in others]


def _kind(sheet: Sheet, index: int, desk: Desk) -> str:
    """``tidy`` or ``wide`` where a row is a header of that layout, else empty."""
    names = {tidy_name(text) for text in sheet.rows[index]} - {""}
    wide = bool(strength(sheet, index, desk.names)[0])
    if {"indicator", "period"} <= names and ("value" in names or not wide):
        return "tidy"
    return "wide" if wide else "tidy" if len(names & set(REQUIRED)) >= 3 or {"period", "value"} <= names else ""


def _find_header(sheet: Sheet, desk: Desk) -> tuple[str, int] | None:
    """The layout and the index of the header row; None if the sheet has neither."""
    wide = find_header(sheet, desk.names)
    last = DEEPEST if wide is None else wide + 1
    for index in range(min(last, len(sheet.rows))):
        if _kind(sheet, index, desk) == "tidy":
            return "tidy", index
    return None if wide is None else ("wide", wide)


def _again(sheet: Sheet, at: int, kind: str, desk: Desk) -> int | None:
    """The next header below that is not a mere repetition of this one."""
    own = [text.strip() for text in sheet.rows[at] if text.strip()]
    first_row = at + 1 if kind == "tidy" else grid_of(sheet, at, at, desk).at + 1
    for index in range(first_row, len(sheet.rows)):
        row = sheet.rows[index]
        begins = first(row)
        if (len(begins) < 20 and role_of(begins)) or (kind == "wide" and len(row) > 1 and not row[0].strip()):
            texts = [text.strip() for text in row if text.strip()]
            same = [tidy_name(text) or text for text in texts] == [tidy_name(text) or text for text in own]
            titled = any(map(first, sheet.rows[_title_from(sheet, index) : index]))
            if texts and (titled or not same) and _kind(sheet, index, desk):
                return index
    return None


def _title_from(sheet: Sheet, below: int) -> int:
    """Where the lines over a second header begin: blank ones and those with a single text."""
    at = below
    while at > 0 and len(texts := [text for text in sheet.rows[at - 1] if text.strip()]) < 2:
        if texts and is_note(texts[0].strip()):
            break
        at -= 1
    return at


def _foreign(sheets: Sequence[Sheet], desk: Desk) -> bool:
    """Whether a sheet is an exchange file of another system, which is named and refused."""
    for sheet, index in ((one, index) for one in sheets for index in range(min(_NEAR, len(one.rows)))):
        heads = {text.strip().upper() for text in sheet.rows[index]}
        for name, signs in _FOREIGN:
            if signs <= heads:
                words = f"这是{name}，没有读取；请整理成 指标,地区,期间,数值,单位 的长表再交，年份写在“期间”列"
                desk.sayer(sheet.name, sheet.lines[index])("error", "foreign", words)
                return True
    return False


def _no_header(sheet: Sheet, desk: Desk) -> None:
    """What is found instead of a header: the widest of the first rows, and what it lacks."""
    early = range(min(_NEAR, len(sheet.rows)))
    widest = max(early, key=lambda index: sum(bool(text.strip()) for text in sheet.rows[index]))
    row = [text.strip() for text in sheet.rows[widest] if text.strip()]
    shown, where = "、".join(row)[:60], f"第 {sheet.lines[widest]} 行"
    if re.match(r"(CHARSET|AXIS-VERSION|TITLE|MATRIX)\s*=", first(sheet.rows[0])):
        words = "这是 PC-Axis（.px）文件，不是表格；请在 PX-Web 或 PC-Axis 里另存为 Excel 或 CSV 再交"
    elif len(row) == 1:
        words = f"只有一列“{shown}”，不是表格，或分隔符不认识；找不到表头"
    elif any(desk.names.read(text).item for text in row) and any(read_number(text).value is not None for text in row):
        words = f"没有表头，{where}“{shown}”就是数据；请在第一行写上 {','.join(REQUIRED)} 等列名"
    elif role_of(row[0]) in ("period", "region"):
        words = f"{where}“{shown}”像表头，各列却都不是计划里的指标，也不是月份或地区；请核对指标的名称"
    else:
        words = f"找不到表头：最像表头的{where}是“{shown}”，既没有“指标”和月份（1-3月），也没有长表的列名"
        words += f"，{candidates(row[0], (*TIDY, '指标'))}；请用长表或宽表的列名，项目清单等请交到相应的台账"
    desk.sayer(sheet.name, sheet.lines[0], letter(1) if sheet.spreadsheet else None)("error", "header", words)
