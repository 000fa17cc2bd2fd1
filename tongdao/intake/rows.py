"""The rows below a header: each is read with what its columns and the lines above say, and its figures are judged.

A tidy table has a single column of figures; all else is the same.
"""

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal

from tongdao.base import MONEY, MONTHS, Period, Recorded, candidates, hostile_marks, plain, plain_years
from tongdao.intake.checks import check_total, headings, hold_claims, read_group, read_note, year_of
from tongdao.intake.header import Grid, fill_merged
from tongdao.intake.headings import TIDY, Heading, first, is_note, is_part, is_total, role_of, tidy_name
from tongdao.intake.judge import BASES, Facts, Line, judge
from tongdao.intake.meaning import SPANS, Said, together, unit_said
from tongdao.intake.numbers import Unit, declared, plain_decimal, read_number, unit_for
from tongdao.intake.sheet import CellError
from tongdao.plan import Indicator

_WORDS = {"basis": ("累计", "当月", "存量"), "status": ("快报", "最终")}
# the state of a task, not that of a figure
_MOOD = re.compile("正常|滞后|超前|达到序时|[已未]?(?:完成|达标)|(?:正常)?(?:推进|进行|实施)中?")
_Later = list[tuple[Line, int, Facts]]


@dataclass
class _Row:
    """What the words of a row say, the numbers beside its figures, and by place and glued unit what holds of a figure.

    Rows of the same words share it where nothing about them was to be found.
    """

    said: Said
    numbers: int
    facts: dict[tuple[int, str], Facts] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)


def read_rows(grid: Grid) -> None:
    """Read the headings and the rows below them into the desk."""
    sheet, desk = grid.sheet, grid.desk
    body = range(grid.at + 1, len(sheet.rows))
    sound = headings(grid)
    year = year_of(grid) if sound else None
    filled = (index for index in body if grid.filled(sheet.rows[index]))
    if year is None or not sound:
        desk.data_rows += sum(1 for _ in filled)
        return
    ends = (row for row in reversed(body) if grid.filled(sheet.rows[row]) and not is_note(first(sheet.rows[row])))
    last = next(ends, grid.at)
    fill_merged(grid)
    names = (("单位", grid.place("unit")), ("指标", grid.place("indicator")))
    heads = {place: role for role, place in names if place < 0} | grid.heads
    aside = {*grid.roles.values(), *(place for place, text in grid.heads.items() if role_of(text) == "number")}
    apart = {*grid.columns, grid.place("recorded_at")}
    clean: dict[tuple[object, ...], _Row] = {}
    seen, since, later = desk.data_rows, len(desk.entries), _Later()
    for index in range(last + 1, len(sheet.rows)):  # units below the figures
        grid.units += filter(None, [unit_said(" ".join(sheet.rows[index]))])
    for index in body:
        row, number = sheet.rows[index], sheet.lines[index]
        line = Line(desk, sheet, number, row, heads)
        if desk.on_step and index % 500 == 0:
            desk.on_step(index, len(sheet.rows))
        key = desk.group, *[text if at not in apart else grid.series or not text for at, text in enumerate(row)]
        if known := clean.get(key):
            desk.data_rows += 1
        else:
            before = len(desk.findings)
            said = _label(grid, line, year, after=index > last)
            numbers = 0 if is_total(first(row)) or is_note(first(row)) else line.numbers(aside)
            found = desk.findings[before:]
            desk.data_rows += said is not None or any(one.severity == "error" for one in found)
            if said is None:
                desk.numbers += numbers
                continue
            known = _Row(said, 0 if grid.own else numbers - line.numbers({*range(len(row))} - {*grid.columns}))
            if not found and line.kind(grid.place("period")) != "part":
                clean[key] = known
        desk.numbers += known.numbers
        _figures(grid, line, known, year, later)
    _single_rates(grid, later)
    hold_claims(grid, since)
    if desk.data_rows == seen and not desk.refused and (top := next(filled, None)) is not None:
        label = sheet.rows[top][grid.label].strip()[:20] if grid.label >= 0 else first(sheet.rows[top])[:20]
        words = f"没有一行是计划里的指标或地区（第一行是“{label}”），没有读取任何数；请核对指标和地区的名称"
        desk.sayer(sheet.name, sheet.lines[top])("error", "no_rows", words)


def _label(grid: Grid, line: Line, year: int, *, after: bool) -> Said | None:
    """What the words of a row say of its figures; None where the row is none of ours, which is named, or refused.

    ``after`` says that no figures stand below.
    """
    row, text = line.cells, line.text(grid.label)
    begins = first(row)
    said = grid.desk.names.read(text) if grid.label >= 0 else Said()
    of, filled = "indicator" in grid.roles, grid.filled(row)
    known = said.item if of else said.region if "region" in grid.roles else said.heading
    lone, places = sum(bool(cell.strip()) for cell in row) == 1, "region" in grid.roles and not of
    whole = not grid.series or grid.sheet.spreadsheet or len(row) >= len(grid.stacks)  # else it may be cut off
    if is_total(line.text(grid.place("region"))) or (is_total(begins) and not (known and said.sound)):
        check_total(grid, line)
    elif (known or (grid.label < 0 and filled)) and said.sound:
        return _row_said(grid, line, year)
    elif not begins:
        line.remark("blank_row", "空行，已跳过")
    elif is_note(begins) and not any(read_number(line.text(place)).value is not None for place in grid.columns):
        read_note(grid, line, after=after)
    elif tidy_name(text) == "indicator" or [*map(str.strip, row)] == [*map(str.strip, grid.sheet.rows[grid.at])]:
        line.remark("header_again", "重复的表头，已跳过", begins[:40])
    elif lone and after and whole:
        read_note(grid, line, after=True)
    elif not filled and ((lone and whole) or not (grid.series or places)) and not hostile_marks(text):
        read_group(grid, line, text)
    elif of and (is_part(text.strip()) or grid.export) and (not said.item or said.other) and not hostile_marks(text):
        what = "是分项或增速，" if is_part(text.strip()) else ""
        line.remark("part_row", f"“{text.strip()[:20]}”{what}不是计划里的指标，没有读取", begins[:40])
    elif of or not text.strip():
        return _row_said(grid, line, year)  # which refuses it
    elif "region" in grid.roles:
        line.remark("region_row", f"地区“{text.strip()[:20]}”不在计划中，这一行没有读取", begins[:40])
    elif said.other:
        line.remark("other_row", f"“{text.strip()[:20]}”一行不是完成数，没有读取", begins[:40])
    else:
        words = f"期间“{text.strip()[:20]}”无法识别，应为 1 月起的累计（1-3月）或写明当月"
        line.say(grid.label)("error", "period", words)
    return None


def _row_said(grid: Grid, line: Line, year: int) -> Said | None:
    """All words of a row together; a word that makes its figures others, or that nobody knows, refuses it."""
    parts, sound = list[Said](), True
    needed = {"indicator", "period", *(["region"] if grid.title.left or not grid.series else [])}
    if not _even(grid, line):
        return None
    for role in ("indicator", "region", "period", "basis", "status"):
        place, text = grid.place(role), line.text(grid.place(role))
        empty = not text.strip() and (place < 0 or role not in needed)
        if empty or (role == "status" and _MOOD.fullmatch(text.strip())):
            continue
        said = line.dated(place, year) if role == "period" and grid.series else line.desk.names.read(text)
        known = {"indicator": said.item, "region": said.region, "period": said.heading}.get(role, True)
        if known and said.sound:
            parts.append(said)
            continue
        sound = False
        if not (role == "period" and grid.series):
            line.say(place)("error", *_unknown(line, role, text.strip()))
    taken, told_of = {*grid.roles.values(), *grid.columns} - {grid.place("source")}, together(parts)
    told_of = replace(told_of, region=told_of.region or grid.title.region)
    whens = [one.heading for one in parts if one.heading]
    over = [one.heading or grid.title.heading for place, one in grid.columns.items() if line.text(place).strip()]
    periods: list[Period | None] = [when.of(year) for when in whens[:1] or over if when] or [None]
    more = None
    try:
        more = together(line.beside(taken, grid.kinds, told_of, periods))
    except CellError as refusal:
        line.refuse(0, refusal)
    if not sound or more is None:
        _refused(grid, line)
        return None
    said = together(parts)
    told = {"", "cumulative", said.basis, grid.title.basis, *(when.basis for when in whens)}
    told |= {one.basis for one in grid.columns.values()} | ({line.desk.basis(said.item, "")} if said.item else set())
    elsewhere = more.region not in ("", said.region or grid.title.region or line.desk.plan.region)
    if grid.series and (elsewhere or more.basis not in told):
        line.say(0)("error", "contradiction", "另一列写着别的地区或口径，不知以哪个为准；请写在“地区”或“口径”列里")
        return None
    apart = {1, 3} <= {when.period.months for when in whens}
    said = together((said, more, Said(left="季度与月份不一致" if apart else "")))
    if said.left:
        line.say(grid.label)("error", "contradiction", f"这一行自相矛盾：{said.left}")
        return None
    if said.item and line.text(grid.place("indicator")) not in line.desk.names.exact:
        words = f"指标名称的写法已规范为“{said.item.name}”"
        line.say(grid.place("indicator"))("warning", "indicator_spelling", words)
    return said


def _even(grid: Grid, line: Line) -> bool:
    """Whether a row of a text file has the cells of its header; one of a wide table may end early."""
    sheet, cells = grid.sheet, line.cells
    width = max(len(sheet.rows[index]) for index in range(grid.top, grid.at + 1))
    short = grid.series and len(cells) < width
    if sheet.spreadsheet or not (short or any(cell.strip() for cell in cells[width:])):
        return True
    words = f"列数不符：表头 {width} 列，这一行 {len(cells)} 列，请检查分隔符和引号"
    line.desk.sayer(sheet.name, line.number)("error", "cells", words)
    return False


def _unknown(line: Line, role: str, text: str) -> tuple[str, str]:
    """Why a word of a row cannot be read, as code and words, and what there is."""
    code = "unknown_indicator" if role == "indicator" else role
    if not text:
        return code, f"{TIDY[role][0]}为空，不能猜测，请补上"
    if role == "indicator":
        return code, line.desk.names.unknown(text)
    if role == "period":
        return code, f"期间“{text}”无法识别，请写成 1-3月 或 2024-03"
    what = f"地区“{text}”不在计划中" if role == "region" else f"“{text}”不认识，或不是完成数"
    return code, f"{what}，{candidates(text, _WORDS.get(role) or line.desk.plan.regions.values())}"


def _refused(grid: Grid, line: Line) -> None:
    """What else is wrong in a row that is refused, so that its office hears of all at once."""
    item, unit = line.desk.names.read(line.text(grid.place("indicator"))).item, grid.place("unit")
    if item and line.text(unit).strip():
        try:
            declared(line.text(unit), item, line.say(unit), unit)
        except CellError as refusal:
            line.refuse(unit, refusal)
    for place in grid.columns:
        if fault := read_number(line.text(place), line.kind(place)).fault:
            line.say(place)("error", *fault)


def _figures(grid: Grid, line: Line, row: _Row, year: int, later: _Later) -> None:
    """Judge each figure of a row with what its row, its column and the lines above say."""
    desk, place = grid.desk, grid.place("recorded_at")
    recorded = line.recorded_in(place) if grid.series and place >= 0 else Recorded()
    for at in grid.columns:
        kind = line.kind(at)
        number = read_number(line.text(at), kind)
        desk.numbers += number.value is not None
        if number.dash:
            if grid.series and not grid.own:
                line.say(at)("warning", "missing", f"“{line.text(at).strip() or '空白'}”按缺失处理，不作为 0")
            continue
        glued = "%" if kind == "percent" else number.unit.strip("*") or grid.sheet.units.get((line.number, at), "")
        if (facts := row.facts.get((at, glued))) is None:
            before = len(desk.findings)
            try:
                facts = _facts(grid, line, at, row, year, glued)
            except CellError as refusal:
                line.refuse(at, refusal)
                continue
            if len(desk.findings) == before:
                row.facts[at, glued] = facts
        written = not kind and not grid.series and grid.sheet.spreadsheet
        if written and number.value is not None and not number.notes:
            line.say(at)("warning", "text_number", f"单元格格式是文本，已读作数 {plain_decimal(number.value)}")
        if facts.basis == "unclear" or (facts.basis == "single" and facts.item.traits.rate):
            later.append((line, at, facts))
            continue
        value = None if recorded.fault else judge(line, at, number, facts, recorded)
        if value is not None and not grid.series:
            total = facts.unit.canonical, at
            grid.totals[total] = grid.totals.get(total, Decimal(0)) + value / facts.unit.factor


def _facts(grid: Grid, line: Line, place: int, row: _Row, year: int, glued: str) -> Facts:
    """What holds of a figure with its ``glued`` unit; what is unclear refuses it, here and in what follows."""
    desk, column = grid.desk, grid.columns[place]
    item = row.said.item or column.item or grid.title.item
    said = together(replace(one, unit="") if one.unit else one for one in (column, row.said))
    heading: Heading | None = said.heading or grid.title.heading
    if said.left or item is None or heading is None:
        words = f"这一格的行和列不相符（{said.left}）" if said.left else "这一格的指标或期间不明"
        raise CellError("contradiction", words)
    if heading.plain and heading.period.months == 12 and item.frequency != "year":
        words = f"只写了年份，不知道是“{item.name}”到哪个月的数；请在列名或标题里写明，如 1-9月"
        raise CellError("period", words)
    stretch = grid.title.heading
    if heading.period.months == 12 and stretch and stretch.period.months < 12 and stretch.year in (None, heading.year):
        words = f"“{heading.year}年”是全年，标题里的期间却只到 {stretch.period.month} 月；请在列名里写明，如 1-9月"
        raise CellError("period", words)
    heading = _alone(grid, item, replace(heading, period=heading.of(year), named=True), said)
    basis = _basis(grid, line, place, item, heading, said)
    key = f"{item.id} {column.unit} {glued}"
    if (unit := row.units.get(key)) is None:
        unit = row.units[key] = _unit(grid, line, item, (row.said.unit, column.unit, glued))
    region, status = said.region or grid.title.region or desk.plan.region, said.status or grid.title.status
    source, period = grid.place("source") if grid.series else -1, grid.place("period")
    where = (period, grid.place("recorded_at")) if grid.series else (place, place)
    told = line.source_of(source, region) if source >= 0 else f"报送文件 {desk.file}"
    return Facts(item, unit, heading.period, basis, region, told, where, status)


def _alone(grid: Grid, item: Indicator, heading: Heading, said: Said) -> Heading:
    """The period of an amount of one month, quarter … alone, as 当季 says; it has to have such an end."""
    period, over = heading.period, grid.title.basis == "single" and not said.basis
    adds_up = grid.desk.basis(item, "single") == "single"
    if not (over or "single" in (said.basis, heading.basis)) or (said.heading and not adds_up):
        return heading
    longer = said.pace if SPANS.get(said.pace, 0) > period.months else ""
    span = said.span or grid.title.span * over or longer
    months = SPANS.get(span, period.months if said.heading or not heading.basis else 0)  # 当期 of 1-6月 is unclear
    shorter = months < period.months and (said.heading or period.months == MONTHS["year"])
    if shorter or not months or (period.end + 1) % months:
        words = f"写的是单{span or '期'}的数，期间却是 {period}，不知是哪一{span or '期'}；请改成一致，单季写到季末"
        raise CellError("period", words)
    return replace(heading, period=Period(period.end, months), basis=heading.basis if said.heading else "")


def _basis(grid: Grid, line: Line, place: int, item: Indicator, heading: Heading, said: Said) -> str:
    """The basis of a figure: empty where it needs none, or ``unclear``."""
    desk, text = grid.desk, "".join(grid.stacks[place][-1:])
    explicit = {said.basis, "" if (said.basis, item.frequency) == ("level", "half") else heading.basis} - {""}
    if len(explicit) > 1:
        words = "和".join(BASES[one] for one in sorted(explicit))
        words = f"口径不一致，行、列（“{text}”）和期间写的是{words}，不知以哪个为准；请改成累计数或写明当月"
        raise CellError("basis", words)
    basis = next(iter(explicit), "") or grid.title.basis
    told = f"{line.text(grid.place('period'))}{text}"
    if basis == "cumulative" and heading.period.months == MONTHS["half"] and "下半年" in plain_years(told):
        raise CellError("basis", "“下半年累计”分不清是 7 至 12 月还是 1 至 12 月的数；请写成 1-12月，或写明当期")
    if grid.title.basis == "single" and basis == "cumulative" and not said.basis:
        raise CellError("basis", f"标题或工作表名写的是当月，列名“{text}”却是累计，不知以哪个为准")
    if item.traits.cumulates and basis == "level":
        raise CellError("basis", f"“{item.name}”是当年累计的数，这里写的却是存量")
    stock = item.traits.net and desk.bases.get(item.id) == "level"  # an unsaid basis is that of earlier readings
    if basis or not (item.traits.cumulates or item.traits.net) or stock:
        return basis
    written, at = plain(line.text(grid.place("period"))), grid.place("period")
    year = re.search(r"\d{4}|\d\d年", plain_years(written)) and line.kind(at) != "part"
    agreed = grid.series and year and not re.search("季|下半年|[hs]2$", written.lower())  # 2024-02: since January
    return "cumulative" if heading.period.start % 12 == 0 or agreed else "unclear"


def _single_rates(grid: Grid, later: _Later) -> None:
    """A growth rate of a month alone is left out where that since January stands beside it, an amount that may be of it
    where any that says so does; else refused."""
    read = grid.desk.entries if later else ()
    there = {(one.item.id, one.region, one.period.end, one.basis == "single") for one in read}
    asked: set[tuple[int, int]] = set()
    for line, place, facts in later:
        rate, period, at = facts.item.traits.rate, facts.period, grid.place("period")
        where = (line.number, at) if at >= 0 else (grid.at, place)
        beside = {(facts.item.id, facts.region, period.end, single) for single in ({False} if rate else {False, True})}
        if beside & there:
            words = "当月增速没有读取，取累计增速" if rate else "没有写明是累计还是当月，没有读取，取旁边写明的数"
            line.say(place)("warning", "single_rate", words)
        elif rate:
            judge(line, place, read_number(line.text(place), line.kind(place)), facts, Recorded())  # which refuses it
        elif where not in asked:
            asked.add(where)
            text = grid.heads[place] if at < 0 else line.text(at).strip()
            say = grid.say(place, text) if at < 0 else line.say(at)
            words = f"“{text}”没有写明是累计还是当月，可能只是单月或单季；累计请写成 1-{period.month}月"
            say("error", "not_cumulative", f"{words}，确是单月数请写明“当月”")


def _unit(grid: Grid, line: Line, item: Indicator, told: tuple[str, str, str]) -> Unit:
    """The unit of a cell: that of its row, of its heading, behind the name or above; any two must agree.

    ``told`` are those behind the name, in the heading and behind the figure, which counts where there is no other.
    """
    at, (tail, column, glued) = grid.place("unit"), told
    written, say = line.text(at), line.say(at)
    fitting = {found.canonical: text for text in grid.units if (found := unit_for(text, item.unit))}
    near = [text for text in (tail, column) if text]
    near += [text for text in grid.units if not fitting and unit_for(text.lstrip("百千万亿"), item.unit)]  # 万家
    if not written.strip():
        if not near and len(fitting) > 1:
            words = f"单位写了两种（{'、'.join(fitting)}），不知“{item.name}”以哪个为准；请加一列“单位”"
            raise CellError("unit_conflict", words, at)
        near = near or [*fitting.values()]
        if not near and (unit := unit_for(glued, item.unit) if glued else None):
            say("warning", "unit_above", f"单位为空，取数值后面写的“{glued}”")
            return unit
        written = near[0] if near else ""
        if near and at >= 0:
            say("warning", "unit_above", f"单位为空，取表头、说明或指标名称里的“{written}”")
    unit = declared(written, item, say, at)
    for other in near:
        if (found := unit_for(other, item.unit)) is None or found.factor != unit.factor:
            words = f"单位“{written}”与标题、列名、指标名称或备注里写的“{other}”不一致，不知以哪个为准"
            raise CellError("unit_conflict", words)
    if item.unit in MONEY and fitting and not column and unit.canonical not in fitting:
        words = f"单位“{written}”与表头或说明里写的“{'、'.join(fitting)}”不一致，不知以哪个为准"
        raise CellError("unit_conflict", words, at)
    return unit
