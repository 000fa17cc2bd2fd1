"""Tables with figures in many columns: the header is read, the rows are melted and judged."""

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from tongdao.base import MONEY, Period, hostile_marks
from tongdao.intake.header import Grid, headings, lines_over, role_of, units_in, year_of
from tongdao.intake.headings import Heading, first, is_note, is_part, is_total
from tongdao.intake.judge import BASES, Facts, Line, declared, judge, plain_decimal
from tongdao.intake.meaning import Said, together
from tongdao.intake.numbers import Unit, canonical, read_number, unit_for
from tongdao.intake.sheet import letter
from tongdao.intake.titles import RATE, read_title
from tongdao.plan import Indicator

# the state of a task, not that of a figure
_MOOD = re.compile("正常|滞后|超前|达到序时|[已未]?(?:完成|达标)|(?:正常)?(?:推进|进行|实施)中?")


def read_wide(grid: Grid) -> None:
    """Read the header and the rows below it into the desk."""
    sheet, desk = grid.sheet, grid.desk
    lines_over(grid)
    body = range(grid.at + 1, len(sheet.rows))
    sound = headings(grid)
    year = year_of(grid) if sound else None
    filled = [index for index in body if grid.filled(sheet.rows[index])]
    if year is None or not sound:
        desk.data_rows += len(filled)
        return
    merged = _merges(grid)
    names = {place: role for role, place in (("单位", grid.place("unit")), ("指标", grid.place("indicator")))}
    heads = {**{place: role for place, role in names.items() if place < 0}, **grid.heads}
    seen = desk.data_rows
    numbered = [place for place, text in grid.heads.items() if role_of(text) == "number"]
    later: list[tuple[Line, int, Facts]] = []
    for index in body:
        row, number = [*sheet.rows[index]], sheet.lines[index]
        for place, text in merged.get(number, {}).items():
            row += [""] * (place + 1 - len(row))
            row[place] = text
        line = Line(desk, sheet, number, row, heads)
        if desk.on_step and index % 500 == 0:
            desk.on_step(index, len(sheet.rows))
        taken = {*grid.roles.values(), *numbered}
        desk.numbers += line.numbers(taken) if not is_total(first(row)) and not is_note(first(row)) else 0
        found = len(desk.findings)
        said = _label(grid, line, after=not filled or index > filled[-1])
        desk.data_rows += said is not None or any(one.severity == "error" for one in desk.findings[found:])
        if said:
            _row(grid, line, said, year, later)
    _single_rates(grid, later)
    if desk.data_rows == seen and filled and not desk.refused:
        words = "没有一行是计划里的指标或地区，没有读取任何数；请核对指标和地区的名称"
        desk.sayer(sheet.name, sheet.lines[filled[0]])("error", "no_rows", words)


def _merges(grid: Grid) -> dict[int, dict[int, str]]:
    """Merged cells: over the header and down a column of words they are filled, among values refused."""
    filled: dict[int, dict[int, str]] = {}
    sheet, header = grid.sheet, grid.sheet.lines[grid.at]
    by_line = dict(zip(sheet.lines, sheet.rows, strict=True))
    for top, left, bottom, right in sheet.merged:
        where = f"{letter(left + 1)}{top}:{letter(right + 1)}{bottom}"
        row = by_line.get(top, [])
        text = row[left] if left < len(row) else ""
        if not text.strip():
            continue
        say = grid.desk.sayer(sheet.name, top, letter(left + 1), text)
        values = any(left <= place <= right for place in grid.columns)
        if top > header and values and not is_total(first(row)) and not is_note(first(row)):
            say("error", "merged_values", f"数值区有合并单元格 {where}，不能确定数值属于哪一格，请取消合并")
            continue
        say("warning", "merged", f"合并单元格 {where}，内容“{text[:20]}”按范围读取")
        if top > header and left in grid.roles.values():
            for line in range(top + 1, bottom + 1):
                filled.setdefault(line, {})[left] = text
    return filled


def _label(grid: Grid, line: Line, *, after: bool) -> Said | None:
    """What the words of a row say of its figures; None where the row is none of ours, which is named."""
    names, row, text = grid.desk.names, line.cells, line.text(grid.label)
    begins = first(row)[:40] or None
    said = names.read(text)
    of = "indicator" in grid.roles
    known = said.item if of else said.region if "region" in grid.roles else said.heading
    if grid.label < 0:
        said = Said()
    if (known or (grid.label < 0 and grid.filled(row))) and said.sound:
        return _row_said(grid, line)
    if is_total(first(row)) and not known:
        _check_total(grid, line)
    elif begins is None:
        line.remark("blank_row", "空行，已跳过")
    elif is_note(first(row)) and not any(read_number(line.text(place)).value is not None for place in grid.columns):
        line.note(first(row), after=after)
    elif [cell.strip() for cell in row] == [cell.strip() for cell in grid.sheet.rows[grid.at]]:
        line.remark("header_again", "重复的表头，已跳过", begins)
    elif not grid.filled(row) and not hostile_marks(text):
        _group(grid, line, text)
    elif of and (is_part(text.strip()) or grid.export) and (not said.item or said.other) and not hostile_marks(text):
        what = "是分项，" if is_part(text.strip()) else ""
        line.remark("part_row", f"“{text.strip()[:20]}”{what}不是计划里的指标，没有读取", begins)
    elif of or not text.strip():
        words = names.unknown(text) if text.strip() else "这一行有数值，指标却为空"
        line.say(grid.label)("error", "unknown_indicator", words)
    elif "region" in grid.roles:
        line.remark("region_row", f"地区“{text.strip()[:20]}”不在计划中，这一行没有读取", begins)
    elif said.other:
        line.remark("other_row", f"“{text.strip()[:20]}”一行不是完成数，没有读取", begins)
    else:
        words = f"期间“{text.strip()[:20]}”无法识别，应为 1 月起的累计（1-3月）或写明当月"
        line.say(grid.label)("error", "period", words)
    return None


def _group(grid: Grid, line: Line, text: str) -> None:
    """A title within the table is held to what it says of the rows below."""
    line.remark("group_row", "没有数值的分组标题，没有读取", first(line.cells)[:40])
    which = f"分组标题“{text.strip()[:20]}”说明以下各行"
    said, here = read_title(line.desk.names, [text]), grid.title.region or line.desk.plan.region
    words = line.desk.names.read(text)
    grid.units += units_in(text)
    item = words.item.name if words.item else "" if "region" in grid.roles else words.left  # one that we do not know
    what = BASES["single"] if words.basis == "single" else "" if "indicator" in grid.roles else item
    if what and not words.other:
        line.say(grid.label)("error", "contradiction", f"{which}是{what}，与表头不同，没有读取；请写在各行里或另列一表")
    if said.other and not RATE.search(said.other):
        line.say(grid.label)("error", "not_readings", f"{which}不是完成数，没有读取；请删去这一组")
    elif "region" not in grid.roles and (said.left or said.region not in ("", here)):
        line.say(grid.label)("error", "region", f"{which}是另一个地区的，没有读取；请把地区写在一列里")


def _row_said(grid: Grid, line: Line) -> Said | None:
    """All words of a row together; a word that makes its figures others, or that nobody knows, refuses it."""
    names, parts = grid.desk.names, list[Said]()
    for role in ("indicator", "region", "period", "basis", "status"):
        place = grid.place(role)
        text = line.text(place)
        if place < 0:
            continue
        if not text.strip():
            if role in ("indicator", "region", "period"):
                what = {"indicator": "指标", "region": "地区"}.get(role, "期间")
                line.say(place)("error", role, f"这一行没有写明{what}")
                return None
            continue
        said = names.read(text)
        if role == "status" and _MOOD.fullmatch(text.strip()):
            continue
        wrong = not said.sound or (role == "region" and not said.region) or (role == "period" and not said.heading)
        if wrong:
            words = {"region": f"地区“{text.strip()}”不在计划中", "period": f"期间“{text.strip()}”无法识别"}
            line.say(place)("error", role, words.get(role, f"“{text.strip()}”不认识，或不是完成数"))
            return None
        parts.append(said)
    beside = line.beside({*grid.roles.values(), *grid.columns} - {grid.place("source")})
    if beside is None:
        return None
    said = together([*parts, *beside])
    if said.left:
        line.say(grid.label)("error", "contradiction", f"这一行自相矛盾：{said.left}")
        return None
    return said


def _row(grid: Grid, line: Line, row: Said, year: int, later: list[tuple[Line, int, Facts]]) -> None:
    """Melt a row: each cell is judged with what its row, its column and the lines above say."""
    sheet, desk = grid.sheet, grid.desk
    width = max(len(sheet.rows[index]) for index in range(grid.top, grid.at + 1))
    if not sheet.spreadsheet and any(cell.strip() for cell in line.cells[width:]):
        words = f"列数不符：表头 {width} 列，这一行 {len(line.cells)} 列，请检查分隔符"
        desk.sayer(sheet.name, line.number)("error", "cells", words)
        return
    place = grid.place("indicator")
    if row.item and line.text(place) not in desk.names.exact:
        line.say(place)("warning", "indicator_spelling", f"指标名称的写法已规范为“{row.item.name}”")
    units: dict[str, Unit | None] = {}
    for at, column in grid.columns.items():
        number = read_number(line.text(at), line.kind(at))
        if number.dash:
            continue
        item = row.item or column.item or grid.title.item
        found = _facts(grid, line, at, item, together((replace(column, unit=""), replace(row, unit=""))), year)
        if item is None or found is None:
            continue
        key = item.id + column.unit
        if key not in units:
            units[key] = _unit(grid, line, item, row.unit, column.unit, at)
        unit = units[key]
        if unit is None:
            continue
        if sheet.spreadsheet and not line.kind(at) and number.value is not None and not number.notes:
            line.say(at)("warning", "text_number", f"单元格格式是文本，已读作数 {plain_decimal(number.value)}")
        period, basis, region, status = found
        facts = Facts(item, unit, period, basis, region, desk.origin, (at, at), status=status)
        if (item.traits.rate and basis == "single") or basis == "unclear":
            later.append((line, at, facts))
            continue
        value = judge(line, at, number, facts)
        if value is not None:
            total = unit.canonical, at
            grid.totals[total] = grid.totals.get(total, Decimal(0)) + value / unit.factor


def _facts(
    grid: Grid, line: Line, place: int, item: Indicator | None, said: Said, year: int
) -> tuple[Period, str, str, str] | None:
    """Period, basis, region and status of a cell; a finding says what is unclear."""
    desk, text = grid.desk, grid.heads[place]
    heading: Heading | None = said.heading or grid.title.heading
    if said.left or item is None or heading is None:
        words = f"这一格的行和列不相符（{said.left}）" if said.left else "这一格的指标或期间不明"
        line.say(place)("error", "contradiction", words)
        return None
    if heading.plain and heading.period.months == 12 and item.frequency != "year":
        words = f"只写了年份，不知道是“{item.name}”到哪个月的数；请在列名或标题里写明，如 1-9月"
        line.say(place)("error", "period", words)
        return None
    stretch = grid.title.heading
    if heading.period.months == 12 and stretch and stretch.period.months < 12 and heading.year == stretch.year:
        words = f"“{heading.year}年”是全年，标题里的期间却只到 {stretch.period.month} 月；请在列名里写明，如 1-9月"
        line.say(place)("error", "period", words)
        return None
    if said.basis == "single" and not said.heading and heading.period.months < 12:  # the last of what the title names
        months = 3 if "季" in "".join(grid.stacks[place]) else 1
        heading = replace(heading, period=Period(heading.period.end, months), basis="")
        if (heading.period.end + 1) % months:
            line.say(place)("error", "period", f"“{text}”是单季，标题里的期间却不到季末，不知是哪一季")
            return None
    period = heading.of(year)
    explicit = {said.basis, heading.basis} - {""}
    if len(explicit) > 1:
        words = "和".join(BASES[one] for one in sorted(explicit))
        words = f"指标写的与列名“{text}”写的不一致：{words}，不知以哪个为准；请改成累计数或写明当月"
        line.say(place)("error", "basis", words)
        return None
    basis = next(iter(explicit), "") or grid.title.basis
    if grid.title.basis == "single" and basis == "cumulative" and not said.basis:
        line.say(place)("error", "basis", f"标题或工作表名写的是当月，列名“{text}”却是累计，不知以哪个为准")
        return None
    stock = item.traits.net and desk.bases.get(item.id) == "level"  # an unsaid basis is that of earlier readings
    since = period.start % 12 == 0
    if item.traits.cumulates and basis == "level":
        line.say(place)("error", "basis", f"“{item.name}”是当年累计的数，这里写的却是存量")
        return None
    if not basis and (item.traits.cumulates or item.traits.net) and not stock:
        basis = "cumulative" if since else "unclear"
    return period, basis, said.region or grid.title.region or desk.plan.region, said.status or grid.title.status


def _single_rates(grid: Grid, later: Sequence[tuple[Line, int, Facts]]) -> None:
    """A growth rate of a month alone, or an amount that may be of it, is left out where that since January stands
    beside it, else refused."""
    there = {(one.item.id, one.region, one.period.end) for one in grid.desk.entries if one.basis != "single"}
    asked: set[int] = set()
    for line, place, facts in later:
        rate, period = facts.item.traits.rate, facts.period
        if period is not None and (facts.item.id, facts.region, period.end) in there:
            words = "当月增速没有读取，取累计增速" if rate else "没有写明是不是当月，没有读取，取旁边的累计数"
            line.say(place)("warning", "single_rate", words)
        elif rate:
            judge(line, place, read_number(line.text(place), line.kind(place)), facts)  # which refuses it
        elif period is not None and place not in asked:
            asked.add(place)
            text, month = grid.heads[place], period.month
            words = f"“{text}”是单月或单季，应为 1 月起的累计（1-{month}月）；请改列名，确是单月数请写明“当月”"
            grid.say(place, text)("error", "not_cumulative", words)


def _unit(grid: Grid, line: Line, item: Indicator, tail: str, column: str, place: int) -> Unit | None:
    """The unit of a cell: that of its row, of its heading, behind the name or above; any two must agree."""
    at = grid.place("unit")
    written, say = line.text(at), line.say(at)
    fitting = {found.canonical: text for text in grid.units if (found := unit_for(text, item.unit))}
    near = [text for text in (tail, column) if text]
    if not written.strip() and not near and len(fitting) == 1:
        near = [next(iter(fitting.values()))]
    if not written.strip() and near:
        written = near[0]
        if at >= 0:
            say("warning", "unit_above", f"单位为空，取表头或指标名称里的“{written}”")
    unit = declared(written, item, say)
    if unit is None:
        return None
    for other in near:
        if (found := unit_for(other, item.unit)) is None or found.factor != unit.factor:
            words = f"单位“{written}”与“{grid.heads[place]}”或指标名称里写的“{other}”不一致，不知以哪个为准"
            line.say(place)("error", "unit_conflict", words)
            return None
    if item.unit in MONEY and fitting and not column and unit.canonical not in fitting:
        words = f"单位“{written}”与表头写的“{'、'.join(fitting.values())}”不一致，不知以哪个为准"
        say("error", "unit_conflict", words)
        return None
    return unit


def _check_total(grid: Grid, line: Line) -> None:
    """A total row is no reading; where its unit says what it adds up, it is checked cell by cell."""
    line.remark("total_row", "合计行不是读数，没有读取", first(line.cells))
    units = {unit for unit, _ in grid.totals}
    unit = canonical(line.text(grid.place("unit"))) or (next(iter(units)) if len(units) == 1 else "")
    for place in grid.columns if unit in units and "indicator" in grid.roles else ():
        number, say = read_number(line.text(place), line.kind(place)), line.say(place)
        summed = grid.totals.get((unit, place), Decimal(0))
        if number.fault:
            say("warning", "total_unreadable", f"合计读不出来（{number.fault[1]}）")
        elif number.value is not None and abs(number.value - summed) > Decimal("0.0000001"):
            column = line.column(place)
            where = f"{column}{line.number}" if line.sheet.spreadsheet else column
            sums = f"{where} 写的是 {plain_decimal(number.value)}，各行相加是 {plain_decimal(summed)}"
            say("warning", "total", f"合计不符：{sums}，读数照各行记入")
