"""The tidy layout: one reading a row, columns by name."""

from collections.abc import Sequence

from tongdao.errors import candidates
from tongdao.intake.dates import Recorded, read_recorded, read_when
from tongdao.intake.entries import Desk, Entry, Say, check_time, remark, worth
from tongdao.intake.headings import NUMBERING, REQUIRED, TIDY, tidy_name
from tongdao.intake.names import find, unknown
from tongdao.intake.notes import is_note, is_total
from tongdao.intake.numbers import read_number
from tongdao.intake.sheet import Sheet, letter
from tongdao.intake.units import canonical, unit_for
from tongdao.plain_text import INVISIBLE, hostile_marks

_BASES = {"累计": "cumulative", "累计数": "cumulative", "当月": "single", "单月": "single", "本月": "single", "当期": "single", "存量": "level", "时点": "level"}
_STATUSES = {"快报": "preliminary", "初步": "preliminary", "初步数": "preliminary", "快报数": "preliminary", "最终": "final", "正式": "final", "定稿": "final"}


def columns_of(header: Sequence[str]) -> dict[str, int]:
    """Where each column of the tidy layout stands; the first of a name counts."""
    places: dict[str, int] = {}
    for place, text in enumerate(header):
        name = tidy_name(text)
        if name:
            places.setdefault(name, place)
    return places


def read_tidy(sheet: Sheet, at: int, desk: Desk) -> None:
    """Read the rows below the header at index ``at`` into the desk."""
    header = sheet.rows[at]
    if not _header(sheet, at, desk):
        return
    places = columns_of(header)
    width = len(header)
    last = max((i for i, row in enumerate(sheet.rows) if i > at and _is_data(row, places)), default=at)
    for index in range(at + 1, len(sheet.rows)):
        row, line = sheet.rows[index], sheet.lines[index]
        say = desk.sayer(sheet.name, line)
        if desk.on_step and index % 500 == 0:
            desk.on_step(index, len(sheet.rows))
        if not any(cell.strip() for cell in row):
            say("warning", "blank_row", "空行，已跳过")
        elif is_note(row) and find(desk.names, row[0])[0] is None:
            where = "表尾" if index > last else "表中"
            desk.sayer(sheet.name, line, None, next(cell for cell in row if cell.strip()))("warning", "note_row", f"{where}的说明文字，没有读取")
        elif columns_of(row).keys() >= places.keys():
            say("warning", "header_again", "重复的表头，已跳过")
        elif is_total(row):
            say("warning", "total_row", "合计行不是读数，没有读取")
        elif not sheet.spreadsheet and (len(row) < width or any(cell.strip() for cell in row[width:])):
            say("error", "cells", f"列数不符：表头 {width} 列，这一行 {len(row)} 列，请检查分隔符和引号")
            desk.data_rows += 1
        else:
            _row(sheet, index, places, desk)


def _is_data(row: Sequence[str], places: dict[str, int]) -> bool:
    return len(row) > places["value"] and bool(row[places["value"]].strip()) and not is_note(row)


def _header(sheet: Sheet, at: int, desk: Desk) -> bool:
    """Whether the header can be used; its oddities are named."""
    header, line = sheet.rows[at], sheet.lines[at]
    say = desk.sayer(sheet.name, line)
    names = [tidy_name(text) for text in header]
    bad = False
    for name in TIDY:
        if names.count(name) > 1:
            texts = "、".join(text.strip() for text, found in zip(header, names, strict=True) if found == name)
            desk.sayer(sheet.name, line, name)("error", "duplicate_column", f"重复列 {name}（{texts}），不知以哪一列为准")
            bad = True
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        words = "、".join(f"{name}（{TIDY[name][0]}）" for name in missing)
        say("error", "missing_column", f"缺少列 {words}，现有列为 {'、'.join(filter(None, (text.strip() for text in header)))}")
        bad = True
    for name in ("source", "recorded_at"):
        if name not in names:
            instead = "记入导入日期" if name == "recorded_at" else "来源留空"
            say("warning", "missing_optional", f"缺少列 {name}（{TIDY[name][0]}），{instead}")
    end = max((place for place, text in enumerate(header) if text.strip()), default=-1)
    for place, (text, name) in enumerate(zip(header, names, strict=True)):
        said = desk.sayer(sheet.name, line, letter(place + 1), text)
        if name and text != name:
            desk.sayer(sheet.name, line, name, text)("warning", "column_name", f"列名已规范：“{text.strip()}”读作 {name}")
        elif not name and text.strip().lower() not in NUMBERING and (text.strip() or _filled(sheet, at, place)):
            said("warning", "extra_column", f"列“{text.strip() or letter(place + 1)}”不在约定之内，没有读取，{candidates(text, TIDY)}")
        elif not name and not text.strip() and place > end and not sheet.spreadsheet:
            say("warning", "trailing_separator", "每行末尾多一个分隔符，已忽略")
    wide = [index for index in range(at + 1, len(sheet.rows)) if len(sheet.rows[index]) > len(header)]
    if wide and not sheet.spreadsheet and not any(cell.strip() for index in wide for cell in sheet.rows[index][len(header) :]):
        desk.sayer(sheet.name, sheet.lines[wide[0]])("warning", "trailing_separator", f"{len(wide)} 行末尾多出分隔符，已忽略")
    return not bad


def _filled(sheet: Sheet, at: int, place: int) -> bool:
    return any(len(row) > place and row[place].strip() for row in sheet.rows[at + 1 :])


def _row(sheet: Sheet, index: int, places: dict[str, int], desk: Desk) -> None:
    row, line = sheet.rows[index], sheet.lines[index]
    desk.data_rows += 1
    cells = {name: row[place] if place < len(row) else "" for name, place in places.items()}

    def say_of(name: str) -> Say:
        column = letter(places[name] + 1) if sheet.spreadsheet and name in places else name
        return desk.sayer(sheet.name, line, column, cells.get(name))

    item, tail = find(desk.names, cells["indicator"])
    say = say_of("indicator")
    if item is None:
        say("error", "unknown_indicator", unknown(desk.plan, cells["indicator"]) if cells["indicator"].strip() else "指标为空")
    elif cells["indicator"] not in (item.id, item.name, *item.aliases):
        say("warning", "indicator_spelling", f"指标名称的写法已规范为“{item.name}”")
    when = read_when(cells["period"], year=desk.year)
    say = say_of("period")
    remark(say, when.notes)
    if when.fault:
        say("error", *when.fault)
    source = _source(cells.get("source"), say_of("source"))
    recorded = _recorded(cells.get("recorded_at"), say_of("recorded_at"), desk)
    unit = None
    written = cells["unit"] or tail
    if not written.strip():
        say_of("unit")("error", "unit_empty", "单位为空，不能猜测" + (f"，请写 {item.unit}" if item else ""))
    elif item is None:
        if canonical(written) not in {canonical(other.unit) for other in desk.plan.indicators} and unit_for(written, "元") is None:
            say_of("unit")("warning", "unit_unknown", f"单位“{written}”不认识")
    else:
        unit = unit_for(written, item.unit)
        if unit is None:
            say_of("unit")("error", "unit_mismatch", f"单位“{written}”不认识或与“{item.name}”不符，应为 {item.unit}")
        elif unit.factor != 1:
            say_of("unit")("warning", "unit_converted", f"单位已换算：{written} 换算成 {item.unit}")
        elif written != item.unit:
            say_of("unit")("warning", "unit_spelling", f"单位已规范：“{written}”读作 {item.unit}")
    kind = sheet.kind(line, places["value"])
    number = read_number(cells["value"], kind)
    say = say_of("value")
    if number.dash:
        shown = cells["value"].strip() or "空白"
        say("warning", "missing", f"“{shown}”按缺失处理，不作为 0")
        return
    if item is None or unit is None:
        if number.fault:
            say("error", *number.fault)
        return
    value = worth(number, kind, item, unit, say)
    region = _region(cells.get("region", ""), desk, say_of("region"))
    if value is None or when.period is None or when.fault or recorded.fault or not region:
        return
    if not check_time(when.period, recorded, desk.as_of, say_of("period"), say_of("recorded_at")):
        return
    basis = _word(cells.get("basis", ""), _BASES, ("cumulative", "single", "level"), say_of("basis"))
    status = _word(cells.get("status", ""), _STATUSES, ("preliminary", "final"), say_of("status"))
    if basis is None or status is None:
        return
    column = letter(places["value"] + 1) if sheet.spreadsheet else "value"
    desk.entries.append(
        Entry(
            item,
            when.period,
            value,
            basis if basis and (basis == "level") == (item.measure not in ("flow",)) else desk.basis(item, when.basis or basis),
            region,
            source,
            recorded.text or desk.as_of.isoformat(),
            bool(recorded.text),
            cells["value"],
            line,
            column,
            sheet.name,
            status,
        )
    )


def _word(text: str, words: dict[str, str], known: Sequence[str], say: Say) -> str | None:
    """A fixed word of ours or its Chinese name; None where it is neither."""
    plain = text.strip()
    if plain and plain not in known and plain not in words:
        say("error", "word", f"“{plain}”不认识，{candidates(plain, (*words, *known))}")
        return None
    return words.get(plain, plain)


def _source(text: str | None, say: Say) -> str:
    """The source as it stood; what looks like code or a person's number stays text and is named."""
    if text is None:
        return ""
    if not text.strip():
        say("warning", "source_empty", "来源为空，照空记入")
        return ""
    for code, words in hostile_marks(text):
        say("warning", code, f"{words}，按文本保留，不执行" if code != "personal" else "疑似个人信息，按文本保留，报告中遮盖")
    if len(text) > 2000:
        say("warning", "long_text", f"文字过长，有 {len(text)} 个字符，照原文保留")
    return text.strip()


def _recorded(text: str | None, say: Say, desk: Desk) -> Recorded:
    if text is None:
        return Recorded()
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
