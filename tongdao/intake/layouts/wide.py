"""The wide layout: indicators down, months of one year across. Its header is read, its rows are melted and judged."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from tongdao.base import MONEY, Period, hostile_marks, one_year
from tongdao.intake.cells.headings import (
    NUMBERING,
    Heading,
    first,
    is_group,
    is_label,
    is_note,
    is_total,
    is_unit_heading,
    month_heading,
)
from tongdao.intake.cells.names import find, unknown
from tongdao.intake.cells.numbers import Unit, canonical, read_number, unit_for
from tongdao.intake.files.sheet import Sheet, letter
from tongdao.intake.layouts.judge import Desk, Facts, Line, declared, judge, plain_decimal
from tongdao.plan import Indicator

DEEPEST = 30  # rows in which a header is looked for
MOST_COLUMNS = 300  # further right nothing of a table of months can stand
_FULL_DATE = re.compile(r"(?:19|20)\d{2}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}日?")
_PART = re.compile(r"(当月|本月|单月|累计)(数|值|完成)?")
_SINGLE = re.compile(r"当月|单月|本月")
_YEAR_HEAD = re.compile(r"(?:19|20)\d{2}年?")
_UNIT_LINE = re.compile(r"(?:计量)?单位\s*[:：]\s*([^\s;；]+(?:[、,，/][^\s;；]+)*)")


@dataclass(frozen=True)
class Grid:
    """Where things stand: header rows from index ``top`` to ``at``, label and unit places, months by place.

    ``unit`` is -1 without such a column; ``groups`` is what the upper of two header lines says of the columns beneath.
    """

    top: int
    at: int
    label: int
    unit: int
    months: dict[int, Heading]
    heads: dict[int, str]
    groups: dict[int, str] = field(default_factory=dict)

    def basis(self, place: int) -> str:
        """Cumulative, single, or empty where the header does not say."""
        return self.months[place].basis or self.groups.get(place, "")


def months_of(sheet: Sheet, index: int) -> dict[int, Heading]:
    """The month headings of a row, by place."""
    line = sheet.lines[index]
    filled = [(place, text) for place, text in enumerate(sheet.rows[index]) if text.strip()]
    found = {place: month_heading(text, sheet.kind(line, place)) for place, text in filled}
    return {place: heading for place, heading in found.items() if heading}


def _carried(upper: list[str], width: int) -> list[str]:
    """An upper header line over so many columns, each text holding until the next."""
    said, filled = "", []
    for place in range(width):
        said = (upper[place].strip() if place < len(upper) else "") or said
        filled.append(said)
    return filled


def join_header(sheet: Sheet) -> None:
    """Two header lines that make sense only together become one: 3月 over 当月 and 累计, a year over its months."""
    for index in range(min(len(sheet.rows) - 1, DEEPEST)):
        lower = [text.strip() for text in sheet.rows[index + 1]]
        pairs = [*zip(_carried(sheet.rows[index], len(lower)), lower, strict=True)]
        full = [(up, low) for up, low in pairs if up and low]
        under = sum(bool(month_heading(up) and _PART.fullmatch(low)) for up, low in full)
        years = sum(bool(_YEAR_HEAD.fullmatch(up) and month_heading(low)) for up, low in full)
        if max(under, years) > 1:
            sheet.rows[index + 1] = [up + low if low else "" for up, low in pairs]
            return


def grid_of(sheet: Sheet, at: int) -> Grid | None:
    """The header whose months stand in row ``at``; its labels may stand in the row above (two lines)."""
    months, top, row = months_of(sheet, at), at, sheet.rows[at]
    above = sheet.rows[at - 1] if at else []
    label = unit = -1
    for index in [at, at - 1][: 1 + bool(at)]:
        for place, text in enumerate(sheet.rows[index]):
            if label < 0 and is_label(text):
                label, top = place, min(top, index)
            elif unit < 0 and is_unit_heading(text):
                unit = place
    if any(is_group(text) and place in months for place, text in enumerate(above)) and not is_note(above):
        top = at - 1
    if label < 0:
        free = [place for place in range(min(months)) if place != unit and row[place : place + 1] in ([], [""])]
        if not free:
            return None
        label = free[0]
    groups = {place: _basis_in(text) for place, text in enumerate(_carried(sheet.rows[top], len(row)))}
    heads = {place: text.strip() for place, text in enumerate(row)}
    return Grid(top, at, label, unit, months, heads, groups if top < at else {})


def _basis_in(text: str) -> str:
    return "single" if _SINGLE.search(text) else "cumulative" if "累计" in text else ""


def lines_above(sheet: Sheet, grid: Grid, desk: Desk) -> list[str]:
    """Lines over the header are named; units written there are returned."""
    units: list[str] = []
    for index in range(grid.top):
        text = " ".join(cell.strip() for cell in sheet.rows[index] if cell.strip())
        if text:
            say = desk.sayer(sheet.name, sheet.lines[index], None, text)
            say("warning", "title_line", f"表头前 {grid.top} 行是标题或单位说明")
            for code, words in hostile_marks(text):
                say("warning", code, f"标题{words}")
            found = _UNIT_LINE.search(text)
            units += re.split(r"[、,，/]", found[1]) if found else []
    if grid.top < grid.at:
        words = f"两行表头（第 {sheet.lines[grid.top]} 至 {sheet.lines[grid.at]} 行），已合并读取"
        for index in range(grid.top, grid.at + 1):
            desk.sayer(sheet.name, sheet.lines[index])("warning", "two_line_header", words)
    return units


def year_of(sheet: Sheet, grid: Grid, desk: Desk) -> int | None:
    """The year from the headings, the title, the sheet's name or the file's; two that differ are refused.

    Where every heading names its own year no other is asked.
    """
    own = {heading.year for heading in grid.months.values() if heading.year}
    if len(own) > 1 and all(heading.year for heading in grid.months.values()):
        return min(own)
    said: dict[str, int] = {}
    for index in range(grid.at):
        text = _FULL_DATE.sub("", " ".join(sheet.rows[index]))
        if not re.search(r"填报|制表|日期|时间|截至|印发|文号|〔", text):
            for found in re.finditer(r"(?<!\d)((?:19|20)\d{2})\s*年", text):
                said.setdefault(f"标题（第 {sheet.lines[index]} 行）", int(found[1]))
    if found_year := one_year(sheet.name):
        said["工作表名"] = found_year
    if desk.year:
        said["文件名"] = desk.year
    if len(own) == 1:
        said["列名"] = next(iter(own))
    say = desk.sayer(sheet.name, sheet.lines[grid.at])
    if len(own) > 1 or len(set(said.values())) > 1:
        words = "、".join(f"{where} {year}" for where, year in said.items()) or "、".join(map(str, sorted(own)))
        say("error", "year_conflict", f"年份不一致（{words}），不能确定是哪一年的数，请统一")
        return None
    if not said:
        say("error", "year", "文件名、工作表名和标题里都没有年份，不能猜测；请在文件名里写上，如 报表_2024.csv")
        return None
    return next(iter(said.values()))


def title_basis(sheet: Sheet, grid: Grid) -> str:
    """What the title says of unmarked months: cumulative, single, or nothing."""
    text = " ".join(" ".join(row) for row in sheet.rows[: grid.at])
    return "" if bool(_SINGLE.search(text)) == ("累计" in text) else _basis_in(text)


def check_headings(sheet: Sheet, grid: Grid, desk: Desk, title: str) -> bool:
    """Whether every month can be read; spellings, other columns and doubtful months are named."""
    line, sound = sheet.lines[grid.at], True
    places: dict[tuple[int | None, int, str], int] = {}
    for place, heading in grid.months.items():
        text, month, basis = grid.heads[place], heading.month, grid.basis(place) or title
        say = desk.sayer(sheet.name, line, letter(place + 1) if sheet.spreadsheet else text, text)
        if not basis:
            words = f"“{text}”是单月的列名，应为 1 月起的累计（1-{month}月）；请改列名，确是单月数请写明“当月”"
            say("error", "not_cumulative", words)
            sound = False
        elif sheet.kind(line, place) == "date":
            say("warning", "heading_date", f"列名被 Excel 改成了日期，读作 1-{month}月")
        elif not heading.plain:
            read = f"{month}月当月" if basis == "single" else "1月" if month == 1 else f"1-{month}月"
            say("warning", "heading_spelling", f"列名已规范：“{text}”读作{read}")
        first = places.setdefault((heading.year, month, basis), place)
        if first != place:
            words = f"重复列：“{text}”与“{grid.heads[first]}”是同一个期间，不知以哪一列为准"
            say("error", "duplicate_column", words)
            sound = False
    _other_columns(sheet, grid, desk)
    return sound


def _other_columns(sheet: Sheet, grid: Grid, desk: Desk) -> None:
    """Columns that are neither label, unit nor month; and spellings of the two heads."""
    for place in range(min(max(map(len, sheet.rows[grid.top :])), MOST_COLUMNS)):
        if place in grid.months:
            continue
        rows = (sheet.rows[index] for index in sorted({grid.at, grid.top}))
        text = next((row[place].strip() for row in rows if place < len(row) and row[place].strip()), "")
        say = desk.sayer(sheet.name, sheet.lines[grid.at], letter(place + 1) if sheet.spreadsheet else text, text)
        if place in (grid.label, grid.unit):
            read = f"读作“{'指标' if place == grid.label else '单位'}”" if text in ("指标名称", "计量单位") else ""
            if text and text not in ("指标", "单位"):
                say("warning", "heading_spelling", f"列名已规范：“{text}”{read}")
        elif text.lower() in NUMBERING:
            continue
        elif any(place < len(row) and row[place].strip() for row in sheet.rows[grid.at + 1 :]):
            if re.fullmatch(r"(1-)?\d{1,2}-?\d{0,2}月?", text):
                say("error", "heading", f"列名“{text}”不是从 1 月起的累计期间，无法识别")
            else:
                say("warning", "extra_column", f"列“{text or letter(place + 1)}”不是月份，没有读取")


def filled_merges(sheet: Sheet, grid: Grid, desk: Desk) -> dict[int, dict[int, str]]:
    """Merged cells: over the header and down a label or unit they are filled, among values refused."""
    filled: dict[int, dict[int, str]] = {}
    header, last = sheet.lines[grid.at], sheet.lines[-1]
    by_line = dict(zip(sheet.lines, sheet.rows, strict=True))
    for top, left, bottom, right in sheet.merged:
        where = f"{letter(left + 1)}{top}:{letter(right + 1)}{bottom}"
        row = by_line.get(top, [])
        text = row[left] if left < len(row) else ""
        if not text.strip() or top > last:
            continue
        say = desk.sayer(sheet.name, top, letter(left + 1), text)
        months = [place for place in grid.months if left <= place <= right]
        if top > header and months and not is_total(row) and not is_note(row):
            say("error", "merged_values", f"数值区有合并单元格 {where}，不能确定数值属于哪一格，请取消合并")
            continue
        say("warning", "merged", f"合并单元格 {where}，内容“{text[:20]}”按范围读取")
        if top > header and left in (grid.label, grid.unit):
            for line in range(top + 1, bottom + 1):
                filled.setdefault(line, {})[left] = text
    return filled


@dataclass
class Months:
    """The period and basis of each month's column, the units written above, and sums by unit and column for totals."""

    grid: Grid
    columns: dict[int, tuple[Period, str]]
    units: list[str]
    totals: dict[tuple[str, int], Decimal] = field(default_factory=dict)


def read_wide(sheet: Sheet, grid: Grid, desk: Desk) -> None:
    """Read the rows below the header into the desk."""
    units = lines_above(sheet, grid, desk)
    year = year_of(sheet, grid, desk)
    basis = title_basis(sheet, grid)
    body = range(grid.at + 1, len(sheet.rows))
    filled = [index for index in body if _has_values(sheet.rows[index], grid)]
    if not check_headings(sheet, grid, desk, basis) or year is None:
        desk.data_rows += len(filled)
        return
    columns = {
        place: (Period((heading.year or year) * 12 + heading.month - 1), grid.basis(place) or basis)
        for place, heading in grid.months.items()
    }
    months = Months(grid, columns, units)
    merged = filled_merges(sheet, grid, desk)
    heads = grid.heads | ({} if grid.unit >= 0 else {grid.unit: "单位"})
    for index in body:
        row, number = [*sheet.rows[index]], sheet.lines[index]
        for place, text in merged.get(number, {}).items():
            row += [""] * (place + 1 - len(row))
            row[place] = text
        line = Line(desk, sheet, number, row, heads)
        item, tail = find(desk.names, line.text(grid.label))
        if item:
            _row(months, line, item, tail)
        elif is_total(row):
            _check_total(months, line)
        else:
            _aside(grid, line, after=not filled or index > filled[-1])


def _aside(grid: Grid, line: Line, *, after: bool) -> None:
    """A row without an indicator of the plan: a note, a title, a second header, or a name that is refused."""
    row, name = line.cells, line.text(grid.label)
    begins = first(row)[:40] or None
    if not any(cell.strip() for cell in row):
        line.remark("blank_row", "空行，已跳过", begins)
    elif is_note(row) and not any(read_number(line.text(place)).value is not None for place in grid.months):
        line.remark("note_row", f"{'表尾' if after else '表中'}的说明文字，没有读取", begins)
    elif sum(month_heading(text) is not None for text in row) >= len(grid.months):
        line.remark("header_again", "重复的表头，已跳过", begins)
    elif not _has_values(row, grid) and not hostile_marks(name):
        line.remark("group_row", "没有数值的分组标题，没有读取", begins)
    else:
        words = unknown(line.desk.plan, name) if name.strip() else "这一行有数值，指标却为空"
        line.say(grid.label)("error", "unknown_indicator", words)
        line.desk.data_rows += 1


def _has_values(row: Sequence[str], grid: Grid) -> bool:
    return any(place < len(row) and row[place].strip() for place in grid.months)


def _row(months: Months, line: Line, item: Indicator, tail: str) -> None:
    """Melt the row of an indicator of the plan: each month's cell is judged with what the row and its heading say."""
    grid, sheet, desk = months.grid, line.sheet, line.desk
    desk.data_rows += 1
    width = len(sheet.rows[grid.at])
    if not sheet.spreadsheet and any(cell.strip() for cell in line.cells[max(width, len(sheet.rows[grid.top])) :]):
        words = f"列数不符：表头 {width} 列，这一行 {len(line.cells)} 列，请检查分隔符"
        desk.sayer(sheet.name, line.number)("error", "cells", words)
        return
    if line.text(grid.label) not in desk.names.exact:
        line.say(grid.label)("warning", "indicator_spelling", f"指标名称的写法已规范为“{item.name}”")
    unit = _unit(grid, line, item, [tail, *months.units])
    if unit is None:
        return
    for place, (period, basis) in months.columns.items():
        kind = line.kind(place)
        number = read_number(line.text(place), kind)
        if number.dash:
            continue
        if sheet.spreadsheet and not kind and number.value is not None and not number.notes:
            line.say(place)("warning", "text_number", f"单元格格式是文本，已读作数 {plain_decimal(number.value)}")
        facts = Facts(item, unit, period, basis, desk.plan.region, desk.origin, (place, place))
        value = judge(line, place, number, facts)
        if value is not None:
            key = unit.canonical, place
            months.totals[key] = months.totals.get(key, Decimal(0)) + value / unit.factor


def _unit(grid: Grid, line: Line, item: Indicator, others: list[str]) -> Unit | None:
    """The unit of a row: its own cell, else the one behind the name or in a line above that fits."""
    written, say = line.text(grid.unit), line.say(grid.unit)
    fitting = {found.canonical: text for text in others if (found := unit_for(text, item.unit))}
    if not written.strip() and len(fitting) == 1:
        written = next(iter(fitting.values()))
        if grid.unit >= 0:
            say("warning", "unit_above", f"单位为空，取表头或指标名称里的“{written}”")
        return unit_for(written, item.unit)
    unit = declared(written, item, say)
    if unit and item.unit in MONEY and fitting and unit.canonical not in fitting:
        words = f"单位“{written}”与表头写的“{'、'.join(fitting.values())}”不一致，不知以哪个为准"
        say("error", "unit_conflict", words)
        return None
    return unit


def _check_total(months: Months, line: Line) -> None:
    """A total row is no reading; where its unit says what it adds up, it is checked cell by cell."""
    line.remark("total_row", "合计行不是读数，没有读取", first(line.cells))
    units = {unit for unit, _ in months.totals}
    unit = canonical(line.text(months.grid.unit)) or (next(iter(units)) if len(units) == 1 else "")
    if unit not in units:
        return
    for place in months.columns:
        number, say = read_number(line.text(place), line.kind(place)), line.say(place)
        summed = months.totals.get((unit, place), Decimal(0))
        if number.fault:
            say("warning", "total_unreadable", f"合计读不出来（{number.fault[1]}）")
        elif number.value is not None and abs(number.value - summed) > Decimal("0.0000001"):
            column = line.column(place)
            where = f"{column}{line.number}" if line.sheet.spreadsheet else column
            sums = f"{where} 写的是 {plain_decimal(number.value)}，各行相加是 {plain_decimal(summed)}"
            say("warning", "total", f"合计不符：{sums}，读数照各行记入")
