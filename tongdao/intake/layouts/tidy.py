"""The tidy layout: one reading a row, columns by name; every cell is judged before the row becomes a reading or not."""

from collections.abc import Sequence

from tongdao.base import INVISIBLE, Recorded, When, candidates, hostile_marks, read_recorded, read_when
from tongdao.intake.cells.headings import FORM, NUMBERING, REQUIRED, TIDY, first, is_note, is_total, tidy_name
from tongdao.intake.cells.names import find, unknown
from tongdao.intake.cells.numbers import read_number
from tongdao.intake.files.sheet import Sheet, letter
from tongdao.intake.layouts.judge import Desk, Facts, Line, Say, declared, judge, remark
from tongdao.plan import Indicator

OLDEST = 50  # years before the plan from which a period is doubtful
_BASES = {
    **dict.fromkeys(("累计", "累计数"), "cumulative"),
    **dict.fromkeys(("当月", "单月", "本月", "当期"), "single"),
    **dict.fromkeys(("存量", "时点"), "level"),
    **{name: name for name in ("cumulative", "single", "level")},
}
_STATUSES = {
    **dict.fromkeys(("快报", "初步", "初步数", "快报数"), "preliminary"),
    **dict.fromkeys(("最终", "正式", "定稿"), "final"),
    **{name: name for name in ("preliminary", "final")},
}
_ASIDE = {
    "blank_row": "空行，已跳过",
    "header_again": "重复的表头，已跳过",
    "total_row": "合计行不是读数，没有读取",
}


def read_tidy(sheet: Sheet, at: int, desk: Desk) -> None:
    """Read the rows below the header at index ``at`` into the desk."""
    header = sheet.rows[at]
    names = [tidy_name(text) for text in header]
    if not _header(sheet, at, names, desk):
        return
    places = {name: names.index(name) for name in TIDY if name in names}
    heads = {place: name for name, place in places.items()}
    blanks = is_form(header)
    filled = [bool(len(row) > places["value"] and row[places["value"]].strip()) for row in sheet.rows]
    last = max((i for i, row in enumerate(sheet.rows) if i > at and filled[i] and not is_note(row)), default=at)
    for index in range(at + 1, len(sheet.rows)):
        row = sheet.rows[index]
        line = Line(desk, sheet, sheet.lines[index], row, heads)
        if desk.on_step and index % 500 == 0:
            desk.on_step(index, len(sheet.rows))
        aside = _aside(line, places["indicator"])
        if aside == "note_row":
            line.remark(aside, f"{'表尾' if index > last else '表中'}的说明文字，没有读取", first(row))
        elif aside:
            line.remark(aside, _ASIDE[aside])
        elif not sheet.spreadsheet and (len(row) < len(header) or any(cell.strip() for cell in row[len(header) :])):
            words = f"列数不符：表头 {len(header)} 列，这一行 {len(row)} 列，请检查分隔符和引号"
            desk.sayer(sheet.name, line.number)("error", "cells", words)
            desk.data_rows += 1
        else:
            desk.data_rows += 1
            _row(line, places, blanks)


def _aside(line: Line, indicator: int) -> str:
    """Why a row holds no reading, as a code; empty for a row of data."""
    row = line.cells
    if not any(cell.strip() for cell in row):
        return "blank_row"
    if is_note(row) and find(line.desk.names, row[0])[0] is None:
        return "note_row"
    if tidy_name(line.text(indicator)) == "indicator":
        return "header_again"
    return "total_row" if is_total(row) else ""


def is_form(header: Sequence[str]) -> bool:
    """Whether it is the header of our own form, whose columns and blanks need no remark."""
    return tuple(text.strip() for text in header) == FORM


def _header(sheet: Sheet, at: int, names: Sequence[str], desk: Desk) -> bool:
    """Whether the header can be used; its oddities are named."""
    header, line = sheet.rows[at], sheet.lines[at]
    say = desk.sayer(sheet.name, line)
    twice = [name for name in TIDY if names.count(name) > 1]
    for name in twice:
        texts = "、".join(text.strip() for text, found in zip(header, names, strict=True) if found == name)
        words = f"重复列 {name}（{texts}），不知以哪一列为准"
        desk.sayer(sheet.name, line, name)("error", "duplicate_column", words)
    missing = "、".join(f"{name}（{TIDY[name][0]}）" for name in REQUIRED if name not in names)
    if missing:
        present = "、".join(filter(None, (text.strip() for text in header)))
        say("error", "missing_column", f"缺少列 {missing}，现有列为 {present}")
    if is_form(header):
        return True
    for name, instead in (("source", "来源记作文件名"), ("recorded_at", "记入导入日期")):
        if name not in names:
            say("warning", "missing_optional", f"缺少列 {name}（{TIDY[name][0]}），{instead}")
    end = max((place for place, text in enumerate(header) if text.strip()), default=-1)
    below = sheet.rows[at + 1 :]
    for place, (text, name) in enumerate(zip(header, names, strict=True)):
        plain = text.strip()
        if name and text != name:
            desk.sayer(sheet.name, line, name, text)("warning", "column_name", f"列名已规范：“{plain}”读作 {name}")
        elif name or plain.lower() in NUMBERING:
            continue
        elif plain or any(len(row) > place and row[place].strip() for row in below):
            words = f"列“{plain or letter(place + 1)}”不在约定之内，没有读取，{candidates(text, TIDY)}"
            desk.sayer(sheet.name, line, letter(place + 1), text)("warning", "extra_column", words)
        elif place > end and not sheet.spreadsheet:
            say("warning", "trailing_separator", "每行末尾多一个分隔符，已忽略")
    beyond = [index for index in range(at + 1, len(sheet.rows)) if len(sheet.rows[index]) > len(header)]
    blank = not any(cell.strip() for index in beyond for cell in sheet.rows[index][len(header) :])
    if beyond and blank and not sheet.spreadsheet:
        words = f"{len(beyond)} 行末尾多出分隔符，已忽略"
        desk.sayer(sheet.name, sheet.lines[beyond[0]])("warning", "trailing_separator", words)
    return not twice and not missing


def _row(line: Line, places: dict[str, int], blanks: bool) -> None:
    """Judge a row; it becomes an entry unless something about it was refused or nothing was reported.

    ``blanks`` says that an empty value is no remark: in our own form it means not reported.
    """
    desk = line.desk
    at = {name: places.get(name, -1) for name in TIDY}
    text = {name: line.text(place) for name, place in at.items()}
    say = {name: line.say(place) for name, place in at.items()}
    item, tail = _indicator(text["indicator"], desk, say["indicator"])
    when = _when(text["period"], desk, say["period"])
    source = _source(text["source"], say["source"]) if "source" in places else desk.origin
    recorded = _recorded(text["recorded_at"], desk, say["recorded_at"]) if "recorded_at" in places else Recorded()
    region = _region(text["region"], desk, say["region"])
    basis = _word(text["basis"], _BASES, say["basis"])
    status = _word(text["status"], _STATUSES, say["status"])
    unit = declared(text["unit"] or tail, item, say["unit"])
    number = read_number(text["value"], line.kind(at["value"]))
    if number.dash:
        if not blanks:
            say["value"]("warning", "missing", f"“{text['value'].strip() or '空白'}”按缺失处理，不作为 0")
        return
    if item is None or unit is None:
        if number.fault:
            say["value"]("error", *number.fault)
        return
    if when.period and when.period.year < desk.plan.start.year - OLDEST:
        say["period"]("warning", "period_early", f"期间 {when.period} 远早于计划，可能写错了年份，请核对")
    sound = not recorded.fault and region and basis is not None and status is not None
    period, where = when.period if sound else None, (at["period"], at["recorded_at"])
    facts = Facts(item, unit, period, basis or when.basis, region, source, where, recorded, status or "")
    judge(line, at["value"], number, facts)


def _indicator(written: str, desk: Desk, say: Say) -> tuple[Indicator | None, str]:
    item, tail = find(desk.names, written)
    if item is None:
        say("error", "unknown_indicator", unknown(desk.plan, written) if written.strip() else "指标为空")
    elif written not in desk.names.exact:
        say("warning", "indicator_spelling", f"指标名称的写法已规范为“{item.name}”")
    return item, tail


def _when(written: str, desk: Desk, say: Say) -> When:
    when = read_when(written, year=desk.year)
    remark(say, when.notes)
    if when.fault:
        say("error", *when.fault)
        return When(fault=when.fault)
    return when


def _word(text: str, words: dict[str, str], say: Say) -> str | None:
    """A fixed word of ours or its Chinese name; None where it is neither."""
    plain = text.strip()
    if plain and plain not in words:
        say("error", "word", f"“{plain}”不认识，{candidates(plain, words)}")
        return None
    return words.get(plain, plain)


def _source(text: str, say: Say) -> str:
    """The source as it stood; what looks like code or a person's number stays text and is named."""
    if not text.strip():
        say("warning", "source_empty", "来源为空，照空记入")
        return ""
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


def _region(text: str, desk: Desk, say: Say) -> str:
    """A region's code by code or name; the plan's own where the file has none."""
    plain = INVISIBLE.sub("", text).strip()
    if not plain or plain in desk.plan.regions:
        return plain or desk.plan.region
    codes = [code for code, name in desk.plan.regions.items() if name == plain]
    if codes:
        return codes[0]
    say("error", "region", f"地区“{plain}”不在计划中，{candidates(plain, desk.plan.regions.values())}")
    return ""
