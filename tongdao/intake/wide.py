"""The wide layout of the offices: indicators down, months of one year across, cumulative from January."""

import re
from dataclasses import dataclass
from decimal import Decimal

from tongdao.intake.dates import Recorded
from tongdao.intake.entries import Desk, Entry, check_time, plain_decimal, worth
from tongdao.intake.headings import NUMBERING, Heading, is_group, is_label, is_unit_heading, month_heading
from tongdao.intake.names import find, unknown
from tongdao.intake.notes import first, is_note, is_total
from tongdao.intake.numbers import read_number
from tongdao.intake.sheet import Sheet, letter
from tongdao.intake.units import MONEY, Unit, canonical, unit_for
from tongdao.periods import Period
from tongdao.plain_text import hostile_marks

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_FULL_DATE = re.compile(r"(?:19|20)\d{2}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}日?")
_UNIT_LINE = re.compile(r"(?:计量)?单位\s*[:：]\s*([^\s;；]+(?:[、,，/][^\s;；]+)*)")


@dataclass(frozen=True)
class Grid:
    """Where things stand: header rows from index ``top`` to ``at``, label and unit places, months by place."""

    top: int
    at: int
    label: int
    unit: int | None
    months: dict[int, Heading]
    heads: dict[int, str]


def months_of(sheet: Sheet, index: int) -> dict[int, Heading]:
    """The month headings of a row, by place."""
    line = sheet.lines[index]
    found = {place: month_heading(text, sheet.kind(line, place)) for place, text in enumerate(sheet.rows[index]) if text.strip()}
    return {place: heading for place, heading in found.items() if heading}


def grid_of(sheet: Sheet, at: int) -> Grid | None:
    """The header whose months stand in row ``at``; its labels may stand in the row above (two lines)."""
    months = months_of(sheet, at)
    top = at
    rows = [at] + ([at - 1] if at else [])
    above = sheet.rows[at - 1] if at else []
    label = unit = None
    for index in rows:
        for place, text in enumerate(sheet.rows[index]):
            if label is None and is_label(text):
                label, top = place, min(top, index)
            elif unit is None and is_unit_heading(text):
                unit = place
    if any(is_group(text) and place in months for place, text in enumerate(above)) and not is_note(above):
        top = at - 1
    if label is None:
        free = [place for place in range(min(months)) if place != unit and sheet.rows[at][place : place + 1] in ([], [""])]
        if min(months) == 0 or not free:
            return None
        label = free[0]
    heads = {place: text.strip() for place, text in enumerate(sheet.rows[at])}
    return Grid(top, at, label, unit, months, heads)


def read_wide(sheet: Sheet, grid: Grid, desk: Desk) -> None:
    """Read the rows below the header into the desk."""
    units = _above(sheet, grid, desk)
    year = _year(sheet, grid, desk)
    basis = _basis(sheet, grid, desk)
    if not _headings(sheet, grid, desk, basis) or year is None:
        _count_rows(sheet, grid, desk)
        return
    filled = _merged(sheet, grid, desk)
    totals: dict[tuple[str, int], Decimal] = {}
    seen_data = False
    last = max((i for i in range(grid.at + 1, len(sheet.rows)) if _has_values(sheet.rows[i], grid)), default=grid.at)
    for index in range(grid.at + 1, len(sheet.rows)):
        row, line = [*sheet.rows[index]], sheet.lines[index]
        for place, text in filled.get(line, {}).items():
            row += [""] * (place + 1 - len(row))
            row[place] = text
        say = desk.sayer(sheet.name, line, None, first(row)[:40] or None)
        name = row[grid.label] if grid.label < len(row) else ""
        item, tail = find(desk.names, name)
        if not any(cell.strip() for cell in row):
            desk.sayer(sheet.name, line)("warning", "blank_row", "空行，已跳过")
        elif item is None and is_total(row):
            _check_total(sheet, index, row, grid, totals, desk)
        elif item is None and is_note(row) and not _has_numbers(row, grid):
            say("warning", "note_row", f"{'表尾' if index > last else '表中'}的说明文字，没有读取")
        elif len(months_of(sheet, index)) >= len(grid.months):
            say("warning", "header_again", "重复的表头，已跳过")
        elif item is None and not _has_values(row, grid) and name.strip() and not hostile_marks(name):
            say("warning", "group_row", "没有数值的分组标题，没有读取")
        elif item is None:
            column = letter(grid.label + 1) if sheet.spreadsheet else grid.heads.get(grid.label) or "指标"
            at = desk.sayer(sheet.name, line, column, name)
            at("error", "unknown_indicator", unknown(desk.plan, name) if name.strip() else "这一行有数值，指标却为空")
            desk.data_rows += 1
        else:
            seen_data = True
            desk.data_rows += 1
            if not sheet.spreadsheet and len(row) > max(len(sheet.rows[grid.at]), len(sheet.rows[grid.top])) and any(
                cell.strip() for cell in row[len(sheet.rows[grid.at]) :]
            ):
                say("error", "cells", f"列数不符：表头 {len(sheet.rows[grid.at])} 列，这一行 {len(row)} 列，请检查分隔符")
                continue
            if name not in (item.id, item.name, *item.aliases):
                say("warning", "indicator_spelling", f"指标名称的写法已规范为“{item.name}”")
            unit = _unit(sheet, index, row, grid, item.unit, [tail, *units], desk)
            if unit:
                _values(sheet, index, row, grid, year, basis, unit, totals, desk)
    if not seen_data and not any(f.severity == "error" for f in desk.findings):
        desk.sayer(sheet.name)("error", "no_rows", "没有数据行，只有表头")


def _count_rows(sheet: Sheet, grid: Grid, desk: Desk) -> None:
    desk.data_rows += sum(_has_values(row, grid) for row in sheet.rows[grid.at + 1 :])


def _has_values(row: list[str], grid: Grid) -> bool:
    return any(place < len(row) and row[place].strip() for place in grid.months)


def _has_numbers(row: list[str], grid: Grid) -> bool:
    return any(place < len(row) and read_number(row[place]).value is not None for place in grid.months)


def _above(sheet: Sheet, grid: Grid, desk: Desk) -> list[str]:
    """Lines over the header are named; units written there are returned."""
    units: list[str] = []
    if grid.top:
        for index in range(grid.top):
            text = " ".join(cell.strip() for cell in sheet.rows[index] if cell.strip())
            if not text:
                continue
            desk.sayer(sheet.name, sheet.lines[index], None, text)("warning", "title_line", f"表头前 {grid.top} 行是标题或单位说明")
            for code, words in hostile_marks(text):
                desk.sayer(sheet.name, sheet.lines[index], None, text)("warning", code, f"标题{words}，按文本对待")
            found = _UNIT_LINE.search(text)
            units += re.split(r"[、,，/]", found[1]) if found else []
    if grid.top < grid.at:
        words = f"两行表头（第 {sheet.lines[grid.top]} 至 {sheet.lines[grid.at]} 行），已合并读取"
        for index in range(grid.top, grid.at + 1):
            desk.sayer(sheet.name, sheet.lines[index])("warning", "two_line_header", words)
    return units


def _year(sheet: Sheet, grid: Grid, desk: Desk) -> int | None:
    """The year from the headings, the title, the sheet's name or the file's; two that differ are refused."""
    own = {heading.year for heading in grid.months.values() if heading.year}
    said: dict[str, int] = {}
    for index in range(grid.at):
        text = _FULL_DATE.sub("", " ".join(sheet.rows[index]))
        if not re.search(r"填报|制表|日期|时间|截至|印发|文号|〔", text):
            for found in re.finditer(r"(?<!\d)((?:19|20)\d{2})\s*年", text):
                said.setdefault(f"标题（第 {sheet.lines[index]} 行）", int(found[1]))
    names = {int(found) for found in _YEAR.findall(sheet.name)}
    if len(names) == 1:
        said["工作表名"] = names.pop()
    if desk.year and "工作表名" not in said:
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


def _basis(sheet: Sheet, grid: Grid, desk: Desk) -> str:
    """What the title says of unmarked months: cumulative, single, or nothing."""
    text = " ".join(" ".join(row) for row in sheet.rows[: grid.at])
    single, cumulative = re.search(r"当月|单月|本月", text), re.search(r"累计", text)
    return "" if bool(single) == bool(cumulative) else "single" if single else "cumulative"


def _headings(sheet: Sheet, grid: Grid, desk: Desk, basis: str) -> bool:
    """Whether every month can be read; spellings, other columns and doubtful months are named."""
    line = sheet.lines[grid.at]
    bad = False
    groups = _group_basis(sheet, grid)
    places: dict[tuple[int, str], int] = {}
    unmarked = [p for p, h in grid.months.items() if not (h.basis or groups.get(p) or basis)]
    for place, heading in grid.months.items():
        text = grid.heads[place]
        say = desk.sayer(sheet.name, line, letter(place + 1) if sheet.spreadsheet else text, text)
        if place in unmarked:
            words = f"“{text}”是单月的列名，应为 1 月起的累计（1-{heading.month}月），当作累计就会出错；请改列名或写明“当月”"
            say("error", "not_cumulative", words)
            bad = True
        elif sheet.kind(line, place) == "date":
            say("warning", "heading_date", f"列名被 Excel 改成了日期，读作 1-{heading.month}月")
        elif not heading.plain:
            say("warning", "heading_spelling", f"列名已规范：“{text}”读作{_said(heading, groups.get(place) or basis)}")
        key = heading.month, heading.basis or groups.get(place) or basis
        if key in places:
            say("error", "duplicate_column", f"重复列：“{text}”与“{grid.heads[places[key]]}”是同一个期间，不知以哪一列为准")
            bad = True
        places.setdefault(key, place)
    _other_columns(sheet, grid, desk)
    return not bad


def _said(heading: Heading, basis: str) -> str:
    if (heading.basis or basis) == "single":
        return f"{heading.month}月当月"
    return "1月" if heading.month == 1 else f"1-{heading.month}月"


def _group_basis(sheet: Sheet, grid: Grid) -> dict[int, str]:
    """累计 or 当月 written in the upper of two header lines holds for the columns beneath."""
    found: dict[int, str] = {}
    said = ""
    if grid.top < grid.at:
        above = sheet.rows[grid.top]
        for place in range(len(sheet.rows[grid.at])):
            text = above[place] if place < len(above) else ""
            if text.strip():
                said = "single" if re.search(r"当月|单月|本月", text) else "cumulative" if "累计" in text else ""
            found[place] = said
    return found


def _other_columns(sheet: Sheet, grid: Grid, desk: Desk) -> None:
    """Columns that are neither label, unit nor month; and spellings of the two heads."""
    line = sheet.lines[grid.at]
    for place in range(max(len(sheet.rows[grid.at]), len(sheet.rows[grid.top]))):
        texts = [sheet.rows[index][place].strip() for index in {grid.at, grid.top} if place < len(sheet.rows[index])]
        text = next((text for text in texts if text and (place not in grid.months or text == grid.heads.get(place))), "")
        column = letter(place + 1) if sheet.spreadsheet else text
        say = desk.sayer(sheet.name, line, column, text)
        if place in (grid.label, grid.unit):
            if text and text not in ("指标", "单位", "指标名称", "计量单位"):
                say("warning", "heading_spelling", f"列名已规范：“{text}”")
            elif text in ("指标名称", "计量单位"):
                say("warning", "heading_spelling", f"列名已规范：“{text}”读作“{'指标' if place == grid.label else '单位'}”")
        elif place in grid.months or text.lower() in NUMBERING:
            continue
        elif any(place < len(row) and row[place].strip() for row in sheet.rows[grid.at + 1 :]):
            if re.fullmatch(r"(1-)?\d{1,2}-?\d{0,2}月?", text):
                say("error", "heading", f"列名“{text}”不是从 1 月起的累计期间，无法识别")
            else:
                say("warning", "extra_column", f"列“{text or letter(place + 1)}”不是月份，没有读取")


def _merged(sheet: Sheet, grid: Grid, desk: Desk) -> dict[int, dict[int, str]]:
    """Merged cells: over the header and down a label or unit they are filled, among values refused."""
    filled: dict[int, dict[int, str]] = {}
    header = sheet.lines[grid.at]
    by_line = dict(zip(sheet.lines, sheet.rows, strict=True))
    last = sheet.lines[-1]
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


def _unit(sheet: Sheet, index: int, row: list[str], grid: Grid, to: str, others: list[str], desk: Desk) -> Unit | None:
    """The unit of a row: its own cell, else the one behind the name or in a line above that fits."""
    line = sheet.lines[index]
    written = row[grid.unit].strip() if grid.unit is not None and grid.unit < len(row) else ""
    column = letter(grid.unit + 1) if sheet.spreadsheet and grid.unit is not None else "单位"
    say = desk.sayer(sheet.name, line, column, written)
    fitting = {found.canonical: text for text in others if (found := unit_for(text, to))}
    if not written:
        if len(fitting) != 1:
            say("error", "unit_empty", f"单位为空，不能猜测，请写 {to}" if not fitting else f"单位为空，表头有 {'、'.join(fitting)}")
            return None
        written = next(iter(fitting.values()))
        if grid.unit is not None:
            say("warning", "unit_above", f"单位为空，取表头或指标名称里的“{written}”")
    unit = unit_for(written, to)
    if unit is None:
        say("error", "unit_mismatch", f"单位“{written}”不认识或与指标不符，应为 {to}")
    elif to in MONEY and fitting and unit.canonical not in fitting:
        say("error", "unit_conflict", f"单位“{written}”与表头写的“{'、'.join(fitting.values())}”不一致，不知以哪个为准")
        return None
    elif unit.factor != 1:
        say("warning", "unit_converted", f"单位已换算：{written} 换算成 {to}")
    elif written != to:
        say("warning", "unit_spelling", f"单位已规范：“{written}”读作 {to}")
    return unit


def _values(
    sheet: Sheet,
    index: int,
    row: list[str],
    grid: Grid,
    year: int,
    basis: str,
    unit: Unit,
    totals: dict[tuple[str, int], Decimal],
    desk: Desk,
) -> None:
    line = sheet.lines[index]
    item, _ = find(desk.names, row[grid.label])
    groups = _group_basis(sheet, grid)
    if item is None:
        return
    for place, heading in grid.months.items():
        text = row[place] if place < len(row) else ""
        column = letter(place + 1) if sheet.spreadsheet else grid.heads[place]
        say = desk.sayer(sheet.name, line, column, text)
        kind = sheet.kind(line, place)
        number = read_number(text, kind)
        if number.dash:
            continue
        if sheet.spreadsheet and not kind and number.value is not None and not number.notes:
            say("warning", "text_number", f"单元格格式是文本，已读作数 {plain_decimal(number.value)}")
        value = worth(number, kind, item, unit, say)
        period = Period((heading.year or year) * 12 + heading.month - 1)
        if value is None or not check_time(period, Recorded(), desk.as_of, say, say):
            continue
        key = canonical(unit.canonical), place
        totals[key] = totals.get(key, Decimal(0)) + value
        said = desk.basis(item, heading.basis or groups.get(place) or basis)
        desk.entries.append(
            Entry(item, period, value, said, desk.plan.region, "", desk.as_of.isoformat(), False, text, line, column, sheet.name)
        )


def _check_total(sheet: Sheet, index: int, row: list[str], grid: Grid, totals: dict[tuple[str, int], Decimal], desk: Desk) -> None:
    """A total row is no reading; where its unit says what it adds up, it is checked cell by cell."""
    line = sheet.lines[index]
    desk.sayer(sheet.name, line, None, first(row))("warning", "total_row", "合计行不是读数，没有读取")
    written = canonical(row[grid.unit]) if grid.unit is not None and grid.unit < len(row) else ""
    units = {unit for unit, _ in totals}
    unit = written or (next(iter(units)) if len(units) == 1 else "")
    if unit not in units:
        return
    for place in grid.months:
        text = row[place] if place < len(row) else ""
        number = read_number(text, sheet.kind(line, place))
        summed = totals.get((unit, place), Decimal(0))
        column = letter(place + 1) if sheet.spreadsheet else grid.heads[place]
        say = desk.sayer(sheet.name, line, column, text)
        if number.fault:
            say("warning", "total_unreadable", f"合计读不出来（{number.fault[1]}）")
        elif number.value is not None and abs(number.value - summed) > Decimal("0.0000001"):
            place_name = f"{column}{line}" if sheet.spreadsheet else f"{column}"
            words = f"合计不符：{place_name} 写的是 {plain_decimal(number.value)}，各行相加是 {plain_decimal(summed)}，读数照各行记入"
            say("warning", "total", words)
