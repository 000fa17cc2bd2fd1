"""The wide layout of the offices: indicators down, months of one year across, cumulative from January."""

from dataclasses import dataclass, field
from decimal import Decimal

from tongdao.base import MONEY, Period, hostile_marks
from tongdao.intake.cells.headings import month_heading
from tongdao.intake.cells.names import find, unknown
from tongdao.intake.cells.notes import first, is_note, is_total
from tongdao.intake.cells.numbers import read_number
from tongdao.intake.cells.periods import Recorded
from tongdao.intake.cells.units import Unit, canonical, unit_for
from tongdao.intake.files.sheet import Sheet, letter
from tongdao.intake.layouts.candidate import Desk, Entry, check_time, declared, plain_decimal, worth
from tongdao.intake.layouts.wide_header import (
    Grid,
    check_headings,
    filled_merges,
    group_basis,
    lines_above,
    title_basis,
    year_of,
)
from tongdao.plan import Indicator


@dataclass
class Table:
    """A wide sheet at hand: its grid, year, what the title says of the months, units above, sums for the totals."""

    sheet: Sheet
    grid: Grid
    year: int
    basis: str
    units: list[str]
    groups: dict[int, str]
    totals: dict[tuple[str, int], Decimal] = field(default_factory=dict)

    def column(self, place: int) -> str:
        return letter(place + 1) if self.sheet.spreadsheet else self.grid.heads.get(place) or letter(place + 1)

    def cell(self, row: list[str], place: int | None) -> str:
        return row[place] if place is not None and place < len(row) else ""


def read_wide(sheet: Sheet, grid: Grid, desk: Desk) -> None:
    """Read the rows below the header into the desk."""
    units = lines_above(sheet, grid, desk)
    year = year_of(sheet, grid, desk)
    basis = title_basis(sheet, grid)
    body = range(grid.at + 1, len(sheet.rows))
    if not check_headings(sheet, grid, desk, basis) or year is None:
        desk.data_rows += sum(_has_values(sheet.rows[index], grid) for index in body)
        return
    table = Table(sheet, grid, year, basis, units, group_basis(sheet, grid))
    filled = filled_merges(sheet, grid, desk)
    last = max((index for index in body if _has_values(sheet.rows[index], grid)), default=grid.at)
    before = desk.data_rows
    for index in body:
        row, line = [*sheet.rows[index]], sheet.lines[index]
        for place, text in filled.get(line, {}).items():
            row += [""] * (place + 1 - len(row))
            row[place] = text
        item, tail = find(desk.names, table.cell(row, grid.label))
        if item:
            _row(table, line, row, item, tail, desk)
        elif is_total(row):
            _check_total(table, line, row, desk)
        else:
            _aside(table, line, row, desk, after=index > last)
    if desk.data_rows == before and not any(found.severity == "error" for found in desk.findings):
        desk.sayer(sheet.name)("error", "no_rows", "没有数据行，只有表头")


def _aside(table: Table, line: int, row: list[str], desk: Desk, *, after: bool) -> None:
    """A row without an indicator of the plan: a note, a title, a second header, or a name that is refused."""
    grid = table.grid
    name = table.cell(row, grid.label)
    say = desk.sayer(table.sheet.name, line, None, first(row)[:40] or None)
    if not any(cell.strip() for cell in row):
        say("warning", "blank_row", "空行，已跳过")
    elif is_note(row) and not any(read_number(table.cell(row, place)).value is not None for place in grid.months):
        say("warning", "note_row", f"{'表尾' if after else '表中'}的说明文字，没有读取")
    elif sum(month_heading(text) is not None for text in row) >= len(grid.months):
        say("warning", "header_again", "重复的表头，已跳过")
    elif not _has_values(row, grid) and not hostile_marks(name):
        say("warning", "group_row", "没有数值的分组标题，没有读取")
    else:
        words = unknown(desk.plan, name) if name.strip() else "这一行有数值，指标却为空"
        desk.sayer(table.sheet.name, line, table.column(grid.label), name)("error", "unknown_indicator", words)
        desk.data_rows += 1


def _row(table: Table, line: int, row: list[str], item: Indicator, tail: str, desk: Desk) -> None:
    """A row of an indicator of the plan."""
    desk.data_rows += 1
    name, width = table.cell(row, table.grid.label), len(table.sheet.rows[table.grid.at])
    if not table.sheet.spreadsheet and any(
        cell.strip() for cell in row[max(width, len(table.sheet.rows[table.grid.top])) :]
    ):
        words = f"列数不符：表头 {width} 列，这一行 {len(row)} 列，请检查分隔符"
        desk.sayer(table.sheet.name, line)("error", "cells", words)
        return
    if name not in desk.names.exact:
        say = desk.sayer(table.sheet.name, line, table.column(table.grid.label), name)
        say("warning", "indicator_spelling", f"指标名称的写法已规范为“{item.name}”")
    unit = _unit(table, line, row, item, [tail, *table.units], desk)
    if unit:
        _values(table, line, row, item, unit, desk)


def _has_values(row: list[str], grid: Grid) -> bool:
    return any(place < len(row) and row[place].strip() for place in grid.months)


def _unit(table: Table, line: int, row: list[str], item: Indicator, others: list[str], desk: Desk) -> Unit | None:
    """The unit of a row: its own cell, else the one behind the name or in a line above that fits."""
    place = table.grid.unit
    written = table.cell(row, place)
    say = desk.sayer(table.sheet.name, line, table.column(place) if place is not None else "单位", written)
    fitting = {found.canonical: text for text in others if (found := unit_for(text, item.unit))}
    if not written.strip() and len(fitting) == 1:
        written = next(iter(fitting.values()))
        if place is not None:
            say("warning", "unit_above", f"单位为空，取表头或指标名称里的“{written}”")
        return unit_for(written, item.unit)
    unit = declared(written, item, say)
    if unit and item.unit in MONEY and fitting and unit.canonical not in fitting:
        words = f"单位“{written}”与表头写的“{'、'.join(fitting.values())}”不一致，不知以哪个为准"
        say("error", "unit_conflict", words)
        return None
    return unit


def _values(table: Table, line: int, row: list[str], item: Indicator, unit: Unit, desk: Desk) -> None:
    """Every month's cell of a row."""
    sheet = table.sheet
    for place, heading in table.grid.months.items():
        text, column, kind = table.cell(row, place), table.column(place), sheet.kind(line, place)
        say = desk.sayer(sheet.name, line, column, text)
        number = read_number(text, kind)
        if number.dash:
            continue
        if sheet.spreadsheet and not kind and number.value is not None and not number.notes:
            say("warning", "text_number", f"单元格格式是文本，已读作数 {plain_decimal(number.value)}")
        value = worth(number, kind, item, unit, say)
        period = Period((heading.year or table.year) * 12 + heading.month - 1)
        if value is None or not check_time(period, Recorded(), desk.as_of, say, say):
            continue
        key = unit.canonical, place
        table.totals[key] = table.totals.get(key, Decimal(0)) + value / unit.factor
        basis = desk.basis(item, heading.basis or table.groups.get(place) or table.basis)
        day = desk.as_of.isoformat()
        where = text, line, column, sheet.name
        desk.entries.append(Entry(item, period, value, basis, desk.plan.region, desk.origin, day, False, *where))


def _check_total(table: Table, line: int, row: list[str], desk: Desk) -> None:
    """A total row is no reading; where its unit says what it adds up, it is checked cell by cell."""
    sheet = table.sheet
    desk.sayer(sheet.name, line, None, first(row))("warning", "total_row", "合计行不是读数，没有读取")
    units = {unit for unit, _ in table.totals}
    unit = canonical(table.cell(row, table.grid.unit)) or (next(iter(units)) if len(units) == 1 else "")
    if unit not in units:
        return
    for place in table.grid.months:
        text, column = table.cell(row, place), table.column(place)
        number = read_number(text, sheet.kind(line, place))
        summed = table.totals.get((unit, place), Decimal(0))
        say = desk.sayer(sheet.name, line, column, text)
        if number.fault:
            say("warning", "total_unreadable", f"合计读不出来（{number.fault[1]}）")
        elif number.value is not None and abs(number.value - summed) > Decimal("0.0000001"):
            where = f"{column}{line}" if sheet.spreadsheet else column
            sums = f"{where} 写的是 {plain_decimal(number.value)}，各行相加是 {plain_decimal(summed)}"
            say("warning", "total", f"合计不符：{sums}，读数照各行记入")
