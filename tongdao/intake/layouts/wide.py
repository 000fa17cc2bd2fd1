"""The wide layout of the offices: indicators down, months of one year across; melted here, judged as tidy rows are."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from tongdao.base import MONEY, Period, hostile_marks
from tongdao.intake.cells.headings import month_heading
from tongdao.intake.cells.names import find, unknown
from tongdao.intake.cells.notes import first, is_note, is_total
from tongdao.intake.cells.numbers import read_number
from tongdao.intake.cells.units import Unit, canonical, unit_for
from tongdao.intake.files.sheet import Sheet
from tongdao.intake.layouts.judge import Desk, Facts, Line, declared, judge, plain_decimal
from tongdao.intake.layouts.wide_header import Grid, check_headings, filled_merges, lines_above, title_basis, year_of
from tongdao.plan import Indicator


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
    before = desk.data_rows
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
    if desk.data_rows == before and not desk.refused:
        desk.sayer(sheet.name)("error", "no_rows", "没有数据行，只有表头")


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
