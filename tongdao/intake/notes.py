"""Rows of a table that hold no figures of ours: its notes, the titles of groups, and totals."""

import re
from dataclasses import replace
from decimal import Decimal

from tongdao.intake.header import Grid
from tongdao.intake.headings import first
from tongdao.intake.judge import BASES, Line
from tongdao.intake.meaning import one_of_several
from tongdao.intake.numbers import canonical, plain_decimal, read_number
from tongdao.intake.titles import RATE, noted, read_title, units_in

_NATIONAL = re.compile(r"(?:数据|资料)?来源\s*[:：]\s*国家统计局\W*")


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
    if said.other and not RATE.search(said.other):
        line.say(grid.label)("error", "not_readings", f"{which}不是完成数，没有读取；请删去这一组")
    elif "region" not in grid.roles and (said.left or said.region not in ("", here)):
        line.say(grid.label)("error", "region", f"{which}是另一个地区的，没有读取；请把地区写在一列里")


def check_total(grid: Grid, line: Line) -> None:
    """A total row is no reading; where its unit says what it adds up, it is checked cell by cell."""
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
