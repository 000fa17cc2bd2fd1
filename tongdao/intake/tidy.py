"""The tidy layout, one reading a row: its header, and the words that its rows alone have."""

import re

from tongdao.base import Recorded, candidates, hostile_marks, plain, read_recorded, read_when
from tongdao.intake.header import Grid
from tongdao.intake.headings import FORM, NUMBERING, REQUIRED, TIDY, Heading, tidy_name
from tongdao.intake.judge import Desk, Line
from tongdao.intake.meaning import Said, one_of_several
from tongdao.intake.numbers import remark
from tongdao.intake.sheet import Severity, Sheet, letter

OLDEST = 50  # years before the plan from which a period is doubtful


def tidy_grid(sheet: Sheet, start: int, at: int, desk: Desk) -> Grid:
    """The table whose header stands in row ``at``, with one column of figures."""
    header = sheet.rows[at]
    names = [tidy_name(text) for text in header]
    own = tuple(text.strip() for text in header) == FORM  # whose columns and blanks need no remark
    roles = {name: names.index(name) for name in TIDY if name in names}
    value = roles.pop("value", -1)
    heads = {place: name or text for place, (text, name) in enumerate(zip(header, names, strict=True))}
    stacks = {place: [text] for place, text in enumerate(header)}
    grid = Grid(sheet, desk, start, at, at, stacks, roles, heads=heads, series=True, own=own)
    if value >= 0:
        inner = re.search(r"\((.*)\)$", plain(header[value]))
        said = desk.names.read(inner[1]) if inner else Said(basis="cumulative" if "累计" in header[value] else "")
        grid.columns[value] = said
    return grid


def tidy_header(grid: Grid) -> None:
    """What its header lacks and has twice; its oddities are named unless it is that of our own form."""
    sheet, at, header = grid.sheet, grid.at, grid.sheet.rows[grid.at]
    line, names = sheet.lines[at], [tidy_name(text) for text in header]
    say = grid.desk.sayer(sheet.name, line)
    for name in (name for name in TIDY if names.count(name) > 1):
        texts = "、".join(text.strip() for text, found in zip(header, names, strict=True) if found == name)
        words = f"重复列 {name}（{texts}），不知以哪一列为准"
        grid.desk.sayer(sheet.name, line, name)("error", "duplicate_column", words)
    units = grid.units or any(said.unit for said in grid.columns.values())
    above = {"unit": units, "indicator": grid.title.item}
    lacking = [name for name in REQUIRED if name not in names and not above.get(name)]
    if missing := "、".join(f"{name}（{TIDY[name][0]}）" for name in lacking):
        present = "、".join(filter(None, (text.strip() for text in header)))
        say("error", "missing_column", f"缺少列 {missing}，现有列为 {present}")
    if grid.own:
        return
    for name, instead in (("source", "来源记作文件名"), ("recorded_at", "记入导入日期")):
        if name not in names:
            say("warning", "missing_optional", f"缺少列 {name}（{TIDY[name][0]}），{instead}")
    end = max((place for place, text in enumerate(header) if text.strip()), default=-1)
    for place, (text, name) in enumerate(zip(header, names, strict=True)):
        slim = text.strip()
        if name and text != name:
            severity: Severity = "info" if text in TIDY[name] else "warning"
            grid.desk.sayer(sheet.name, line, name, text)(severity, "column_name", f"列名已规范：“{slim}”读作 {name}")
        elif name or slim.lower() in NUMBERING:
            continue
        elif slim or grid.down(place):
            words = f"列“{slim or letter(place + 1)}”不在约定之内，没有读取，{candidates(text, TIDY)}"
            grid.desk.sayer(sheet.name, line, letter(place + 1), text)("warning", "extra_column", words)
        elif place > end and not sheet.spreadsheet:
            say("warning", "trailing_separator", "每行末尾多一个分隔符，已忽略")
    beyond = [index for index in range(at + 1, len(sheet.rows)) if len(sheet.rows[index]) > len(header)]
    blank = not any(cell.strip() for index in beyond for cell in sheet.rows[index][len(header) :])
    if beyond and blank and not sheet.spreadsheet:
        words = f"{len(beyond)} 行末尾多出分隔符，已忽略"
        grid.desk.sayer(sheet.name, sheet.lines[beyond[0]])("warning", "trailing_separator", words)


def even(grid: Grid, line: Line) -> bool:
    """Whether a row of a text file has the cells of its header; one of a wide table may end early."""
    sheet, cells = grid.sheet, line.cells
    width = max(len(sheet.rows[index]) for index in range(grid.top, grid.at + 1))
    short = grid.series and len(cells) < width
    if sheet.spreadsheet or not (short or any(cell.strip() for cell in cells[width:])):
        return True
    words = f"列数不符：表头 {width} 列，这一行 {len(cells)} 列，请检查分隔符和引号"
    line.desk.sayer(sheet.name, line.number)("error", "cells", words)
    return False


def dated(line: Line, place: int, year: int) -> Said:
    """The period of a row with its year, and how it is written; a fault is named."""
    say, when = line.say(place), read_when(line.text(place), year=year or None)
    remark(say, when.notes)
    if when.fault or when.period is None:
        say("error", *(when.fault or ("period", "期间无法识别")))
        return Said()
    if when.period.year < line.desk.plan.start.year - OLDEST:
        say("warning", "period_early", f"期间 {when.period} 远早于计划，可能写错了年份，请核对")
    return Said(heading=Heading(when.period, when.basis))


def source_of(line: Line, place: int, region: str) -> str:
    """The source as it stood; what looks like code or a person's number stays text and is named."""
    text, say = line.text(place), line.say(place)
    if not text.strip():
        say("warning", "source_empty", "来源为空，照空记入")
    remark(say, hostile_marks(text))
    left = line.filed_elsewhere(f"填报单位：{text}", region)
    if left and not one_of_several(left):  # our own office may tell the figures of others
        words = f"来源写的是“{left}”，{line.desk.names.elsewhere(left)}，请核对是不是本地区的数"
        say("warning", "source_elsewhere", words)
    if len(text) > 2000:
        say("warning", "long_text", f"文字过长，有 {len(text)} 个字符，照原文保留")
    return text.strip()


def recorded_in(line: Line, place: int) -> Recorded:
    """The moment of recording in a cell; how oddly it is written is named."""
    recorded, say = read_recorded(line.text(place)), line.say(place)
    remark(say, recorded.notes)
    if recorded.fault:
        say("error", *recorded.fault)
    elif not recorded.text:
        say("warning", "recorded_empty", f"记录时间为空，记入导入日期 {line.desk.as_of}")
    return recorded
