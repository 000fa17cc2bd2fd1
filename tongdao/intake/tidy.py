"""The tidy layout: one reading a row, columns by name."""

import re
from collections.abc import Sequence
from dataclasses import replace

from tongdao.base import INVISIBLE, Period, Recorded, When, candidates, hostile_marks, plain, read_recorded, read_when
from tongdao.intake.header import role_of
from tongdao.intake.headings import (
    FORM,
    NUMBERING,
    REQUIRED,
    TIDY,
    first,
    is_note,
    is_part,
    is_total,
    tidy_name,
    unclear_days,
)
from tongdao.intake.judge import Desk, Facts, Line, Say, declared, judge, remark
from tongdao.intake.meaning import Said, together
from tongdao.intake.numbers import Unit, read_number, unit_for
from tongdao.intake.sheet import Severity, Sheet, letter
from tongdao.plan import Indicator

OLDEST = 50  # years before the plan from which a period is doubtful
_WORDS = {"basis": ("累计", "当月", "存量"), "status": ("快报", "最终")}


def read_tidy(sheet: Sheet, start: int, at: int, desk: Desk) -> None:
    """Read the rows below the header at index ``at`` into the desk; lines over it, from ``start`` on, are named."""
    header = sheet.rows[at]
    names = [tidy_name(text) for text in header]
    around = _around(sheet, start, at, names, desk)
    own = tuple(text.strip() for text in header) == FORM  # whose columns and blanks need no remark
    period = names.index("period") if "period" in names else len(header)
    if words := unclear_days(row[period] for row in sheet.rows[at + 1 :] if len(row) > period):
        desk.sayer(sheet.name, sheet.lines[at], "period")("error", "period", f"{words}；请写成 2024-03")
    if not _header(sheet, at, names, desk, around.unit, own=own):
        return
    places = {name: names.index(name) if name in names else -1 for name in TIDY}
    known = {place: name for name, place in places.items() if place >= 0}
    heads = dict(enumerate(header)) | known
    value = places["value"]
    aside = {*known, *(place for place, text in enumerate(header) if role_of(text) == "number")}
    beside = not own and any(text.strip() and place not in aside for place, text in enumerate(header))
    upward = (i for i in range(len(sheet.rows) - 1, at, -1) if "".join(sheet.rows[i][value : value + 1]).strip())
    last = next((i for i in upward if not is_note(first(sheet.rows[i]))), at)
    dated = places["recorded_at"]
    clean: dict[tuple[str, ...], Facts] = {}  # what rows said of which nothing was to be found, by their other cells
    same = {value, dated} if not beside and dated > places["indicator"] < value else set(range(len(header)))
    for index in range(at + 1, len(sheet.rows)):
        row = sheet.rows[index]
        line = Line(desk, sheet, sheet.lines[index], row, heads)
        if desk.on_step and index % 500 == 0:
            desk.on_step(index, len(sheet.rows))
        key = tuple([text for place, text in enumerate(row) if place not in same])
        if (facts := clean.get(key)) and len(row) == len(header):
            number, recorded = read_number(row[value], line.kind(value)), read_recorded(row[dated])
            if number.value is not None and recorded.text and not recorded.notes:
                desk.data_rows += 1
                desk.numbers += 1
                judge(line, value, number, facts, recorded)
                continue
        whole = sheet.spreadsheet or len(row) >= len(header)
        if not _no_data(line, line.text(places["indicator"]).strip(), after=index > last, whole=whole):
            desk.data_rows += 1
            desk.numbers += (read_number(line.text(value), line.kind(value)).value is not None) + (
                line.numbers(aside) if beside else 0
            )
            if not sheet.spreadsheet and (len(row) < len(header) or any(cell.strip() for cell in row[len(header) :])):
                words = f"列数不符：表头 {len(header)} 列，这一行 {len(row)} 列，请检查分隔符和引号"
                desk.sayer(sheet.name, line.number)("error", "cells", words)
            else:
                before = len(desk.findings)
                facts = _row(line, places, around, blanks=own)
                if facts and key and len(desk.findings) == before and line.kind(places["period"]) != "part":
                    clean[key] = facts


def _no_data(line: Line, name: str, *, after: bool, whole: bool) -> bool:
    """Whether a row is blank, a note, a header again, a total or a part of a row above; it is named and passed over.

    ``name`` stands in its column of indicators; ``after`` says that no values stand below, ``whole`` that none is cut.
    """
    names, begins = line.desk.names, first(line.cells)
    if not begins:
        line.remark("blank_row", "空行，已跳过")
    elif is_note(begins) and names.read(line.cells[0]).item is None:
        line.note(begins, after=after)
    elif tidy_name(name) == "indicator":
        line.remark("header_again", "重复的表头，已跳过")
    elif is_total(begins):
        line.remark("total_row", "合计行不是读数，没有读取")
    elif after and whole and sum(bool(cell.strip()) for cell in line.cells) == 1 and names.read(begins).item is None:
        line.note(begins, after=True)
    elif is_part(name) and names.read(name).item is None:
        line.desk.numbers += 1
        line.remark("part_row", f"“{name[:20]}”是分项，不是计划里的指标，没有读取", name)
    else:
        return False
    return True


def _around(sheet: Sheet, start: int, at: int, names: Sequence[str], desk: Desk) -> Said:
    """What the lines above and brackets in the headings say of all values: a unit, a basis, that they are others."""
    above, _ = desk.over(sheet, start, at, regions="region" in names)
    parts = [Said(region=above.region, status=above.status, heading=above.heading)]
    for place, (text, name) in enumerate(zip(sheet.rows[at], names, strict=True)):
        inner = re.search(r"\((.*)\)$", plain(text))
        if name == "value" and (inner or "累计" in text):
            said = desk.names.read(inner[1]) if inner else Said(basis="cumulative")
            parts.append(replace(said, region=said.region or above.region))
            if not said.sound:
                words = f"列名“{text.strip()}”里的“{said.other or said.left}”说明它不是完成数，或不认识，没有读取"
                desk.sayer(sheet.name, sheet.lines[at], letter(place + 1))("error", "not_readings", words)
    return together(parts)


def _header(sheet: Sheet, at: int, names: Sequence[str], desk: Desk, unit: str, *, own: bool) -> bool:
    """Whether the header can be used; its oddities are named unless it is that of our ``own`` form.

    ``unit`` is one that stands in brackets over the values, in place of a column.
    """
    header, line = sheet.rows[at], sheet.lines[at]
    say = desk.sayer(sheet.name, line)
    twice = [name for name in TIDY if names.count(name) > 1]
    for name in twice:
        texts = "、".join(text.strip() for text, found in zip(header, names, strict=True) if found == name)
        words = f"重复列 {name}（{texts}），不知以哪一列为准"
        desk.sayer(sheet.name, line, name)("error", "duplicate_column", words)
    lacking = [name for name in REQUIRED if name not in names and (name != "unit" or not unit)]
    missing = "、".join(f"{name}（{TIDY[name][0]}）" for name in lacking)
    if missing:
        present = "、".join(filter(None, (text.strip() for text in header)))
        say("error", "missing_column", f"缺少列 {missing}，现有列为 {present}")
    if own:
        return True
    for name, instead in (("source", "来源记作文件名"), ("recorded_at", "记入导入日期")):
        if name not in names:
            say("warning", "missing_optional", f"缺少列 {name}（{TIDY[name][0]}），{instead}")
    end = max((place for place, text in enumerate(header) if text.strip()), default=-1)
    below = sheet.rows[at + 1 :]
    for place, (text, name) in enumerate(zip(header, names, strict=True)):
        slim = text.strip()
        if name and text != name:
            severity: Severity = "info" if text in TIDY[name] else "warning"
            desk.sayer(sheet.name, line, name, text)(severity, "column_name", f"列名已规范：“{slim}”读作 {name}")
        elif name or slim.lower() in NUMBERING:
            continue
        elif slim or any(len(row) > place and row[place].strip() for row in below):
            words = f"列“{slim or letter(place + 1)}”不在约定之内，没有读取，{candidates(text, TIDY)}"
            desk.sayer(sheet.name, line, letter(place + 1), text)("warning", "extra_column", words)
        elif place > end and not sheet.spreadsheet:
            say("warning", "trailing_separator", "每行末尾多一个分隔符，已忽略")
    beyond = [index for index in range(at + 1, len(sheet.rows)) if len(sheet.rows[index]) > len(header)]
    blank = not any(cell.strip() for index in beyond for cell in sheet.rows[index][len(header) :])
    if beyond and blank and not sheet.spreadsheet:
        words = f"{len(beyond)} 行末尾多出分隔符，已忽略"
        desk.sayer(sheet.name, sheet.lines[beyond[0]])("warning", "trailing_separator", words)
    return not twice and not missing


def _row(line: Line, at: dict[str, int], around: Said, *, blanks: bool) -> Facts | None:
    """Judge a row and give what it says of its value; it becomes an entry unless something about it was refused.

    ``blanks`` says that an empty value is no remark: in our own form it means not reported.
    """
    desk = line.desk
    text = {name: line.text(place) for name, place in at.items()}
    say = {name: line.say(place) for name, place in at.items()}
    item, said = _indicator(text["indicator"], desk, say["indicator"])
    titled = around.heading.year if around.heading else None
    when = read_when(text["period"], year=desk.year or titled)
    remark(say["period"], when.notes)
    if titled and titled != (desk.year or titled) and "period_year" in dict(when.notes):
        when = When(
            fault=("year_conflict", f"年份不一致（文件名 {desk.year}，标题 {titled}），不能确定是哪一年的数，请统一")
        )
    if when.fault:
        say["period"]("error", *when.fault)
    source = _source(text["source"], say["source"]) if at["source"] >= 0 else desk.origin
    recorded = _recorded(text["recorded_at"], desk, say["recorded_at"]) if at["recorded_at"] >= 0 else Recorded()
    region = _region(text["region"], desk, say["region"], said.region or around.region)
    if region and said.region not in ("", region):
        say["indicator"]("error", "region", "指标名称里的地区与这一行的地区不一致，不知以哪个为准")
        region = ""
    basis, own_status = (_word(text[name], name, desk, say[name]) for name in _WORDS)
    status = own_status or said.status or around.status
    unit = declared(text["unit"] or said.unit or around.unit, item, say["unit"])
    sound = _agree(line, at, (Said(basis=basis or when.basis, region=region), said, around), item, unit)
    number = read_number(text["value"], line.kind(at["value"]))
    if number.dash:
        if not blanks:
            say["value"]("warning", "missing", f"“{text['value'].strip() or '空白'}”按缺失处理，不作为 0")
        return None
    if item is None or unit is None:
        if number.fault:
            say["value"]("error", *number.fault)
        return None
    if when.period and when.period.year < desk.plan.start.year - OLDEST:
        say["period"]("warning", "period_early", f"期间 {when.period} 远早于计划，可能写错了年份，请核对")
    refused = when.fault or recorded.fault or not region or basis is None or own_status is None or not sound
    if item and when.period and not refused and not (basis or when.basis or said.basis or around.basis):
        part = line.kind(at["period"]) == "part"
        refused = _unclear(text["period"], when.period, item, say["period"], part=part)
    period, where = None if refused else when.period, (at["period"], at["recorded_at"])
    basis = basis or when.basis or said.basis or around.basis
    facts = Facts(item, unit, period, basis, region, source, where, recorded, status or "")
    judge(line, at["value"], number, facts)
    return facts


def _unclear(text: str, period: Period, item: Indicator, say: Say, *, part: bool) -> bool:
    """Whether 2月 or 二季度 of an amount is meant since January is not said; 2024-02 means so by agreement.

    ``part`` says that the year stood in another column.
    """
    unsaid = part or "季" in text or not re.search(r"\d{4}|[〇零一二三四五六七八九]{4}", plain(text))
    if not unsaid or not item.traits.cumulates or period.start % 12 == 0:
        return False
    words = f"“{text.strip()}”没有写明是累计还是当月；请写成 1-{period.month}月，或在“口径”里写明"
    say("error", "not_cumulative", words)
    return True


def _agree(line: Line, at: dict[str, int], said: Sequence[Said], item: Indicator | None, unit: Unit | None) -> bool:
    """Whether all that is said of the basis and the unit agrees, and no other column calls the row something else."""
    say, sound, known = line.say(0), True, {one.basis for one in said} - {""}
    beside = line.beside({place for name, place in at.items() if name != "source"})
    more = {one.basis for one in beside or ()} - {""}
    if item and not item.traits.cumulates:
        more -= {"level"}
    for other in {one.region for one in beside or ()} - {"", said[0].region}:
        name = line.desk.plan.regions.get(other, other)
        say("error", "region", f"这一行另写着“{name}”，不知是哪个地区的数；请写在“地区”列里")
        sound = False
    if len(known | more) > 1 or more - known - {"cumulative"}:
        say("error", "basis", "这一行的口径自相矛盾（当月、累计或存量），不知以哪个为准")
        sound = False
    for other in filter(None, (one.unit for one in (*said, *(beside or ())))):
        found = unit_for(other, item.unit) if item else None
        if unit and (found is None or found.factor != unit.factor):
            say("error", "unit_conflict", f"单位列写的与列名、指标名称或备注里的“{other}”不一致，不知以哪个为准")
            sound = False
    return sound and beside is not None


def _indicator(written: str, desk: Desk, say: Say) -> tuple[Indicator | None, Said]:
    said = desk.names.read(written)
    if said.item is None or not said.sound or said.heading:
        say("error", "unknown_indicator", desk.names.unknown(written) if written.strip() else "指标为空")
        return None, Said()
    if written not in desk.names.exact:
        say("warning", "indicator_spelling", f"指标名称的写法已规范为“{said.item.name}”")
    return said.item, said


def _word(text: str, name: str, desk: Desk, say: Say) -> str | None:
    """What a cell of the column ``basis`` or ``status`` says; None where it is not that."""
    said = desk.names.read(text) if text.strip() else Said()
    found: str = getattr(said, name)
    if text.strip() and not (found and said.sound):
        say("error", "word", f"“{text.strip()}”不认识，{candidates(text.strip(), _WORDS[name])}")
        return None
    return found


def _source(text: str, say: Say) -> str:
    """The source as it stood; what looks like code or a person's number stays text and is named."""
    if not text.strip():
        say("warning", "source_empty", "来源为空，照空记入")
    remark(say, hostile_marks(text))
    if len(text) > 2000:
        say("warning", "long_text", f"文字过长，有 {len(text)} 个字符，照原文保留")
    return text.strip()


def _recorded(text: str, desk: Desk, say: Say) -> Recorded:
    recorded = read_recorded(text)
    remark(say, recorded.notes)
    if recorded.fault:
        say("error", *recorded.fault)
    elif not recorded.text:
        say("warning", "recorded_empty", f"记录时间为空，记入导入日期 {desk.as_of}")
    return recorded


def _region(text: str, desk: Desk, say: Say, above: str) -> str:
    """A region's code by code or name; the plan's own where the file has none."""
    if not (slim := INVISIBLE.sub("", text).strip()):
        return above or desk.plan.region
    said = desk.names.read(slim)
    if said.region and said.sound:
        return said.region
    say("error", "region", f"地区“{slim}”不在计划中，{candidates(slim, desk.plan.regions.values())}")
    return ""
