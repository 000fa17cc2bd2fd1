"""Whether a table agrees with itself: its year, its periods, no two columns that say the same; and what stands among
its rows without figures of ours: notes, the titles of groups, and totals.
"""

import re
from dataclasses import replace
from decimal import Decimal

from tongdao.base import MONEY, candidates, one_year, plain, read_when
from tongdao.intake.header import Grid
from tongdao.intake.headings import (
    NUMBERING,
    REQUIRED,
    TIDY,
    first,
    is_note,
    is_total,
    lines_above,
    tidy_name,
    unclear_days,
)
from tongdao.intake.judge import BASES, Line
from tongdao.intake.meaning import Said, one_of_several, units_in
from tongdao.intake.numbers import canonical, plain_decimal, read_number
from tongdao.intake.sheet import Severity, letter
from tongdao.intake.titles import FULL_DATE, RATE, SOME, TOWNS, is_place, is_town, noted, read_title

_LATER = "列名“{}”不是从 1 月起的累计期间，无法识别"
_MOST_SHOWN = 5  # columns that a sentence lists
_NAMELESS = "表头没有“指标”列，不知道每行是什么；请加上这一列，或在表头上面写一行“指标：名称（单位）”"
_NATIONAL = re.compile(r"(?:数据|资料)?来源\s*[:：]\s*国家统计局\W*")
_YEAR = re.compile(r"(?<![\d-])((?:19|20)\d{2})(?:\s*年|(?<=^.{4})\s*$|(?<=[(（].{4})[)）]$)")  # … of a title: （2017）


def year_of(grid: Grid) -> int | None:
    """The year from the headings, the title, the sheet's name or the file's; two that differ are refused.

    Where every heading names its own year no other is asked.
    """
    sheet, desk = grid.sheet, grid.desk
    cells = dict.fromkeys(grid.down(grid.place("period")))
    over_figures = (*grid.columns.values(), *grid.rates.values())
    across = [column.heading for column in over_figures if column.sound and column.heading]
    down = [row.heading for text in cells if (row := desk.names.read(text)).heading and row.sound]
    above = [grid.title.heading] if grid.title.heading and not across and not down else []
    found = [*across, *down, *above]
    if not found and not grid.series:
        words = "列名、行名和标题里都没有期间，不知道是哪个月的数；请在列名里写上，如 1-9月"
        desk.sayer(sheet.name, sheet.lines[grid.at])("error", "period", words)
        return None
    own = {heading.year for heading in found}
    reverse = across and down and not any(one.named for one in across) and all(one.named for one in down)
    if reverse or (grid.series and None not in own):  # months across, their years down
        return desk.year or 0
    texts = {*grid.down(grid.place("indicator"))}
    labels = {desk.names.read(text).heading for text in texts if not is_note(text.strip())}
    whole = bool(across and down and all(heading.named for heading in across))  # years across, their months down
    if (None not in own and len(own) > 1) or (whole and (len({*across}) > 1 or desk.year in (None, *own))):
        return next(year for year in own if year)
    said: dict[str, int] = {}
    over = slice(grid.start, grid.top)
    for line, whole_text in zip(sheet.lines[over], lines_above(sheet.rows[over]), strict=True):
        text = re.sub(r"截至.*|\d{4}年以来(?=.*\d{4}年)", "", re.sub(FULL_DATE, "", whole_text))
        if not re.search(r"填报(?!表)|制表|日期|时间|印发|文号|年鉴|〔", text):
            for named_year in re.findall(_YEAR, text.strip()):
                said.setdefault(f"标题（第 {line} 行）", int(named_year))
    named = {heading.year for heading in (*found, *labels) if heading and heading.year and not grid.series}
    if None in own or whole or any(heading.period.month < 12 for heading in above):  # a December is sent the next year
        said |= {where: year for where, year in (("工作表名", one_year(sheet.name)), ("文件名", desk.year)) if year}
    told = [*said.items(), *(("列名或指标名称", year) for year in sorted(named))]
    say = desk.sayer(sheet.name, sheet.lines[grid.at])
    if len({year for _, year in told}) > 1:
        words = "、".join(f"{where} {year}" for where, year in told)
        say("error", "year_conflict", f"年份不一致（{words}），不能确定是哪一年的数，请统一")
        return None
    if not told:
        say("error", "year", "文件名、工作表名和标题里都没有年份，不能猜测；请在文件名里写上，如 报表_2024.csv")
        return None
    return told[0][1]


def headings(grid: Grid) -> bool:
    """Whether the lines above and the headings can be used; spellings and columns left out are named.

    No two columns may say the same.
    """
    if grid.series:
        _tidy_columns(grid)
    at = grid.place("period")
    for texts in (grid.heads.values(), grid.down(at)):
        if words := unclear_days(texts):
            say = grid.say(at, grid.heads.get(at, ""))
            say("error", "period", f"{words}；请写成 2024年1-3月 或 2024-03")
    if not grid.title.item and grid.place("indicator") < 0 and not any(said.item for said in grid.columns.values()):
        above = "\n".join(lines_above(grid.sheet.rows[grid.start : grid.top]))
        told = re.search(r"^指标(?:名称)?[:： ]+(\S.*)", above, re.M)
        words = grid.desk.names.unknown(told[1]) if told else _NAMELESS
        grid.say(0, "")("error", "header", words)
    grid.rates = _rates(grid)
    grid.columns = {at: said for at, said in grid.columns.items() if at not in grid.rates}
    places: dict[tuple[object, ...], int] = {}
    for place, said in grid.columns.items():
        text = grid.heads[place]
        shown = "".join(dict.fromkeys(grid.stacks[place]))
        say = grid.say(place, text)
        heading = said.heading or (grid.title.heading if "period" not in grid.roles else None)
        basis = said.basis or (heading.basis if heading else "")
        if not said.sound and not said.other and _begun_later(text):
            say("error", "heading", _LATER.format(text))
            continue
        if not said.sound:
            what = f"含“{said.other}”，不是完成数" if said.other else f"里的“{said.left}”不认识"
            say("warning", "extra_column", f"列“{shown}”{what}，没有读取")
            continue
        if said.basis and said.heading and said.heading.basis not in ("", said.basis):
            grid.columns[place] = replace(said, left=said.basis)
            say("warning", "extra_column", f"列“{shown}”的期间和口径（{BASES[said.basis]}）不一致，没有读取")
            continue
        kind = grid.sheet.kind(grid.sheet.lines[grid.at], place)
        if kind == "date" and said.heading:
            say("warning", "heading_date", f"列名被 Excel 改成了日期，读作 1-{said.heading.period.month}月")
        elif said.heading and (not said.heading.plain or shown != text or text != text.strip()):
            period = said.heading.period
            since = "1-" if basis == "cumulative" and period.month > 1 else ""
            year = f"{said.heading.year or '全'}年"
            whole = {3: f"{period.month // 3}季度", 12: year}.get(0 if since else period.months)
            stretch = whole or f"{since}{period.month}月{'当月' if basis == 'single' else ''}"
            say("warning", "heading_spelling", f"列名已规范：“{shown}”读作{stretch}")
        period_key = (heading.year, heading.period.end, heading.period.months) if heading else None
        key = said.item.id if said.item else "", said.region, period_key, basis or grid.title.basis, said.status
        before = places.setdefault(key, place)
        if before != place:
            words = f"重复列：“{text}”与“{grid.heads[before]}”是同一个期间，不知以哪一列为准"
            say("error", "duplicate_column", words)
    sound = not any(found.severity == "error" for found in grid.desk.findings[grid.since :])
    if not grid.series:
        _other_columns(grid)
    return _sound_columns(grid) and sound


def _rates(grid: Grid) -> dict[int, Said]:
    """Columns of growth, by place: of their row or title, or of the column to the left, in whose period they are; none
    of a month alone, nor beside a rate itself, of which they are the change."""
    found, title = dict[int, Said](), grid.title
    for place, said in ((at, one) for at, one in grid.columns.items() if one.rate and not grid.series):
        other = max((at for at in range(place) if not grid.columns.get(at, said).sound), default=-1)
        beside, run = grid.columns.get(place - 1), [grid.columns[at] for at in range(place - 1, other, -1)]
        left, headings = run[0] if run else Said(), [one.heading for one in run if one.heading]
        latest = max(headings, key=lambda one: one.period.end, default=None)  # 2024年, 2023年 and the growth from it
        before = grid.heads.get(place - 1, "")
        strange = beside and (beside.left or re.match("目标|计划|任务|预[计期测]|全[省市国]", beside.other))
        theirs = (strange or (not run and is_place(before, "县"))) and not re.search("增[速长幅]|%", before)
        item = grid.desk.names.growth(left.item.name) if left.item else None
        heading, region = said.heading or latest, said.region or left.region
        percent = (  # 增长 may be so many
            said.unit or re.search("[速率幅%]", grid.heads[place]) or any("%" in text for text in grid.down(place))
        )
        dated = heading or title.heading or "period" in grid.roles
        unclear = said.left or said.item or said.unit not in ("", "%") or (left.item and not item) or not percent
        whose = said.heading or said.region or not theirs
        if dated and whose and not unclear and "single" not in (said.basis, left.basis, title.basis):
            found[place] = replace(said, item=item, heading=heading, region=region, unit="%", other="", rate=False)
    headed = {at: one.heading for at, one in found.items() if one.heading}
    since = {heading.period.end for heading in headed.values() if heading.basis == "cumulative"}
    alone = {at for at, heading in headed.items() if not heading.basis and heading.period.end in since}
    return {at: said for at, said in found.items() if at not in alone}


def fill_merged(grid: Grid) -> None:
    """Merged cells: over the header and down a column of words they are filled, among values refused."""
    sheet, header = grid.sheet, grid.sheet.lines[grid.at]
    by_line = dict(zip(sheet.lines, sheet.rows, strict=True))
    for top, left, bottom, right in sheet.merged:
        where = f"{letter(left + 1)}{top}:{letter(right + 1)}{bottom}"
        row = by_line.get(top, [])
        text = row[left] if left < len(row) else ""
        if not text.strip():
            continue
        say = grid.desk.sayer(sheet.name, top, letter(left + 1), text)
        values = left in grid.columns or any(grid.label < left <= place <= right for place in grid.columns)
        if top > header and values and not is_total(first(row)) and not is_note(first(row)):
            say("error", "merged_values", f"数值区有合并单元格 {where}，不能确定数值属于哪一格，请取消合并")
            continue
        say("warning", "merged", f"合并单元格 {where}，内容“{text[:20]}”按范围读取")
        if top > header and left in grid.roles.values():
            for below in (by_line[line] for line in range(top + 1, bottom + 1) if line in by_line):
                below.extend([""] * (left + 1 - len(below)))
                below[left] = text


def _sound_columns(grid: Grid) -> bool:
    """Whether any column is left of figures that are ours; the others are taken off."""
    left_out = ["".join(dict.fromkeys(grid.stacks[at])) for at, said in grid.columns.items() if not said.sound]
    grid.columns = {place: said for place, said in grid.columns.items() if said.sound}
    if not grid.columns and not grid.rates:
        more = f" 等 {len(left_out)} 列" if left_out[_MOST_SHOWN:] else ""
        words = f"各列（{'、'.join(left_out[:_MOST_SHOWN])}{more}）都不是本地区的完成数，没有可以读取的列"
        grid.say(0, "")("error", "no_columns", words)
    return bool(grid.columns or grid.rates)


def _begun_later(text: str) -> bool:
    """Whether a heading is of months that do not begin in January; its year may stand elsewhere."""
    return (read_when(text, year=2000).fault or ("",))[0] == "not_cumulative"


def _other_columns(grid: Grid) -> None:
    """Columns that hold neither words that we know nor figures of ours; and spellings of the two heads."""
    roles = {place: role for role, place in grid.roles.items()}
    for place, stack in grid.stacks.items():
        text, role = grid.heads[place], roles.get(place)
        say = grid.say(place, text)
        if place in grid.columns or place in grid.rates:
            continue
        if role:
            if text and role in ("indicator", "unit") and text not in ("指标", "单位"):
                read = f"读作“{'指标' if role == 'indicator' else '单位'}”" if text in ("指标名称", "计量单位") else ""
                say("warning", "heading_spelling", f"列名已规范：“{text}”{read}")
        elif text.lower() in NUMBERING:
            continue
        elif grid.down(place):
            if _begun_later(text) or re.fullmatch(r"(1-)?\d{1,2}-?\d{0,2}月?", plain(text)):
                say("error", "heading", _LATER.format(text))
            else:
                name = "".join(dict.fromkeys(stack)) or letter(place + 1)
                say("warning", "extra_column", f"列“{name}”不认识（不是期间、计划里的指标或地区），没有读取")


def _tidy_columns(grid: Grid) -> None:
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


def read_note(grid: Grid, line: Line, *, after: bool) -> None:
    """A note is passed over; what it claims of figures is held against them once all are read.

    ``after`` says that no figures stand below.
    """
    begins, names, region = first(line.cells), line.desk.names, grid.title.region
    line.remark("note_row", f"{'表尾' if after else '表中'}的说明文字，没有读取", begins[:40])
    grid.claims += [(line, claim) for claim in noted(names, ":".join(line.cells))]
    if (left := line.filed_elsewhere(begins, region)) and not (grid.of_regions and one_of_several(left)):
        words = f"填报的是“{left}”，{names.elsewhere(left)}，没有读取；请核对是不是本地区的报表"
        line.say(0)("error", "region", words)
    ours = region or grid.of_regions or "国" in grid.desk.plan.regions.get(grid.desk.plan.region, "")
    if grid.database and not ours and _NATIONAL.fullmatch(begins):
        words = "数据来自国家统计局，表里却没有写是哪个地区；请写上“地区：…”一行，或加一列“地区”"
        line.say(0)("error", "region", words)


def hold_claims(grid: Grid, since: int) -> None:
    """What the notes claim is held against the entries from index ``since`` on; 快报 or 初步 is their status."""
    entries, words = grid.desk.entries, {*grid.stacks} - {*grid.columns}
    for line, claim in grid.claims:
        if grid.of_regions:  # which says itself whose its figures are
            claim = replace(claim, said=replace(claim.said, region="", left=""))  # noqa: PLW2901
        rows = zip(grid.sheet.lines, grid.sheet.rows, strict=True) if claim.mark else ()  # else all are meant
        lines = {at for at, row in rows if any(claim.mark in text for place, text in enumerate(row) if place in words)}
        columns = {line.column(place) for place, stack in grid.stacks.items() if claim.mark in "".join(stack)}
        for at, entry in enumerate(entries[since:], since):
            if not (claim.mark in entry.text or entry.row in lines or entry.column in columns):
                continue
            if claim.against(entry.item, entry.region, entry.basis, entry.period):
                told = f"说明文字里的“{claim.words.replace('截-', '截至')}”表明第 {entry.row} 行的数不是表上所写的数"
                line.say(0)("error", "not_readings", f"{told}，不能确定以哪个为准；请只报完成数，或改正说明")
                break
            if claim.said.status:
                entries[at] = entry._replace(status=claim.said.status)


def read_group(grid: Grid, line: Line, text: str) -> None:
    """A title within the table is held to what it says of the rows below."""
    line.remark("group_row", "没有数值的分组标题，没有读取", first(line.cells)[:40])
    which = f"分组标题“{text.strip()[:20]}”说明以下各行"
    said, here = read_title(line.desk.names, [text]), grid.title.region or line.desk.plan.region
    words = line.desk.names.read(text)
    grid.units += units_in(text, line.desk.names)
    item = words.item.name if words.item else "" if "region" in grid.roles else words.left  # one that we do not know
    what = BASES["single"] if words.basis == "single" else "" if "indicator" in grid.roles else item
    if what and not words.other:
        line.say(grid.label)("error", "contradiction", f"{which}是{what}，与表头不同，没有读取；请写在各行里或另列一表")
    line.desk.group = said.other if SOME.fullmatch(said.other) and not RATE.search(said.other) else ""
    if said.other and not RATE.search(said.other) and not line.desk.group:
        line.say(grid.label)("error", "not_readings", f"{which}不是完成数，没有读取；请删去这一组")
    elif "region" not in grid.roles and (said.left or said.region not in ("", here)):
        line.say(grid.label)("error", "region", f"{which}是另一个地区的，没有读取；请把地区写在一列里")


def of_towns(grid: Grid, total: Line) -> bool:
    """Whether a total adds up towns and zones, all of them, of the plan's own region: then it is that region's."""
    sheet, names, place = grid.sheet, total.desk.names, grid.place("region")
    above, file = [sheet.name, *lines_above(sheet.rows[grid.start : grid.top])], total.desk.file.rpartition(".")[0]
    over = read_title(names, [TOWNS.sub("", text) for text in above], TOWNS.sub("", file))
    some = re.search("(?:部分|重点|示范|试点|[^各]个)(?:乡|镇|街)", " ".join([*above, file]))
    body = zip(sheet.lines[grid.at + 1 :], sheet.rows[grid.at + 1 :], strict=True)
    rows = [Line(total.desk, sheet, *row, {}) for row in body if grid.filled(row[1]) and not is_total(first(row[1]))]
    towns = [line for line in rows if is_town(names, line.text(place))]
    items = [said.item or grid.title.item for said in grid.columns.values()]
    sums = all(one and (one.unit in MONEY or (one.counts and one.measure != "rank")) for one in items)
    if some or over.left or over.region not in ("", names.own) or not 1 < len(towns) == len(rows):
        return False
    for at in grid.columns:
        own, *parts = (read_number(line.text(at), line.kind(at)).value for line in (total, *towns))
        sums = sums and own == sum(part or 0 for part in parts)
    return sums and grid.label == place


def check_total(grid: Grid, line: Line) -> Line | None:
    """A total row is no reading, unless it is the region's own: then that row; where its unit says what it adds up, it
    is checked cell by cell."""
    if of_towns(grid, line):
        line.remark("towns", "各乡镇（街道）的合计，按本地区的数读取", first(line.cells))
        return replace(line, cells=[*line.cells[: grid.label], line.desk.names.own, *line.cells[grid.label + 1 :]])
    line.remark("total_row", "合计行不是读数，没有读取", first(line.cells))
    units = {unit for unit, _ in grid.totals}
    unit = canonical(line.text(grid.place("unit"))) or (next(iter(units)) if len(units) == 1 else "")
    checked = unit in units and "indicator" in grid.roles and "region" not in grid.roles and not grid.series
    for place in grid.columns if checked else ():
        number, say = read_number(line.text(place), line.kind(place)), line.say(place)
        summed = grid.totals.get((unit, place), Decimal(0))
        if number.fault:
            say("warning", "total_unreadable", f"合计读不出来（{number.fault[1]}）")
        elif number.value is not None and abs(number.value - summed) > Decimal("0.0000001"):
            column = line.column(place)
            where = f"{column}{line.number}" if line.sheet.spreadsheet else column
            sums = f"{where} 写的是 {plain_decimal(number.value)}，各行相加是 {plain_decimal(summed)}"
            say("warning", "total", f"合计不符：{sums}，读数照各行记入")
    return None
