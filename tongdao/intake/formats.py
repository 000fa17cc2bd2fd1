"""What a cell shows: its value under its number format, as the text and the unit that a reader of the sheet sees; and
what the readers of .xls and .xlsx share: cells as stored to a sheet as it shows, with everything odd named.
"""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from tongdao.base import RAISED, SCALES
from tongdao.intake.formulas import Formulas
from tongdao.intake.numbers import STRIKE
from tongdao.intake.sheet import Finding, RefusedError, Sheet, letter

MOST_CELLS = 3_000_000
_NOISE = 1e-9  # of binary fractions, which Excel shows as 0
ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#GETTING_DATA", "#SPILL!", "#CALC!")
_SAYS_MONTH = 'yyyy"年"m"月"'
_SAYS_DAY = 'm"月"d"日"'
EAST_ASIAN = dict.fromkeys((27, 36, 50, 52, 57), _SAYS_MONTH) | dict.fromkeys((28, 29, 51, 53, 54, 58), _SAYS_DAY)
EAST_ASIAN |= {30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"'}  # built in by number, so that no file spells them out
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.)|_.|\*.|\[\$(?P<currency>[^\]-]*)[^\]]*\]|\[[^\]]*\]'
    r"|(?P<digit>general|G/通用格式|@|[0#?])|(?P<power>E[+-])|(?P<mark>[.,%/])|(?P<other>.)",
    re.I | re.S,
)
_LITERAL = re.compile(r'"[^"]*"|[\\!_*].')  # shown as it is; readers take a letter behind an East Asian ! for a date's
_SECTION = re.compile(r'(?:"[^"]*"?|[\\!_*].|\[[^\]]*\]|[^;])+|(?<=;)(?=;|$)|^(?=;)', re.S)
_sections = lru_cache(1000)(_SECTION.findall)  # a sheet has many cells of few formats
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?[\d.]+)\]")
_COMPARED = {"<=": le, ">=": ge, "<>": ne, "<": lt, ">": gt, "=": eq}
_MINUS = re.compile(r"[-−–—()（）△▲▼↓负减降下]")
_COLOURED = re.compile(r"\[(?:red|color ?\d+|红色?|颜色 ?\d+)\]", re.I)  # by which a sheet says minus
_CALENDAR = re.compile(r"[年月日季期号周点时分秒\d*※†‡①-⑳]")  # or a footnote's mark
_STRUCK = re.compile(f"(?:.{STRIKE}\\s*)+", re.S)
Shown = tuple[str, str, str]  # text, kind and unit of a cell; see ``sheet.Sheet``


@dataclass(frozen=True)
class Section:
    """One part of a number format: what stands before and behind the figure, and by which power of ten the figure
    shown is smaller than the value. ``figure`` and ``zero`` say whether digits are shown at all and for a zero, ``odd``
    that it cannot be told."""

    before: str = ""
    behind: str = ""
    smaller: int = 0
    percent: bool = False
    figure: bool = False
    zero: bool = False
    odd: bool = False


@lru_cache(1000)
def _section(code: str) -> Section:
    before, between, behind = "", "", ""
    digits = commas = scale = after_dot = percents = 0
    dot = literal_dot = odd = power = zero = False
    for found in _TOKEN.finditer(code):
        kind, text = found.lastgroup, found[0]
        if kind == "digit":
            odd = odd or bool(between.strip(" ,'’\u00a0"))
            digits, commas, between, behind = digits + 1, 0, "", ""
            after_dot += literal_dot and not dot
            zero = zero or text not in "#?"
        elif kind == "mark" and text == ",":
            commas += bool(digits)
        elif kind == "mark" and text == ".":
            dot, scale, commas = True, scale + commas, 0
        elif kind == "mark" and text == "%":
            percents += 1
        elif kind in ("power", "mark"):
            power = True  # or a fraction: its value is the same
        else:
            literal = next((found[name] for name in ("quoted", "escaped", "currency", "other") if found[name]), "")
            if literal == "." and digits and not dot:
                literal_dot = True
            elif not digits:
                before += literal
            elif not power or literal.strip():
                between, behind = between + literal, behind + literal
    smaller = 3 * (scale + commas) + after_dot
    size = SCALES.get(behind.strip().removesuffix("元")) if smaller else None  # 0.0,"万" shows a thousandth as 万
    odd = odd or (size is not None and size / 10**smaller not in (1, *SCALES.values()))
    odd = odd or percents > 1 or bool(smaller and percents) or (literal_dot and dot)
    return Section(before.strip(), behind.strip(), smaller, bool(percents), bool(digits), zero, odd)


def _chosen(code: str, value: float) -> tuple[Section, bool]:
    """The section that shows a value, and whether it leaves the minus of the value to its own signs."""
    parts = _sections(code)
    conditions = [_CONDITION.search(part) for part in parts[:2]]
    if any(conditions):
        for part, condition in zip(parts, conditions, strict=False):
            if condition and _COMPARED[condition[1]](value, float(condition[2])):
                return _section(part), False
        rest = [part for part, condition in zip(parts[:3], [*conditions, None], strict=False) if not condition]
        return _section(rest[-1] if rest else "@"), False
    if value < 0 and len(parts) > 1:
        return _section(parts[1]), True
    return _section(parts[2] if value == 0 and len(parts) > 2 else parts[0] if parts else "@"), False


def shown(value: Any, code: str = "General", *, zeros: bool = True) -> Shown:
    """The text a person would type for a cell, its kind, and the unit that only its format shows. ``value`` is a moment
    for a date; ``zeros``: whether the sheet shows a zero at all."""
    match value:
        case str():
            return value, "error" if value in ERRORS else "", ""
        case bool():
            return ("TRUE" if value else "FALSE"), "bool", ""
        case int() | float():
            return _number(value, code) if zeros or value else ("", "hidden", "")
        case dt.date():  # or a moment
            return _date(value, code)
    return str(value), "date", ""  # a time of day, or so many hours


def _date(value: dt.date, code: str) -> Shown:
    """A date of which the format shows only the month or the year is that month or year."""
    letters = re.sub(r"\[[^\]]*\]|h+:?m+|m+:s+", "", _LITERAL.sub("", code.lower()))
    if "m" in letters and not re.search(r"[dhs]", letters):
        return f"{value.year}年{value.month}月" if re.search("[ye]", letters) else f"{value.month}月", "", ""
    if re.fullmatch("[ye年]+", letters):
        return f"{value.year}年", "", ""
    return str(value).removesuffix(" 00:00:00"), "date", ""


def _number(value: float, code: str) -> Shown:
    text = str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(value)
    if code in ("General", "@"):
        return text, "number", ""
    section, signed = _chosen(code, value)
    before, behind = section.before.strip("¥￥+ "), section.behind.strip("() （）")
    unsigned = signed and not _MINUS.search(section.before + section.behind) and not _COLOURED.search(code)
    if signed:
        before, behind = _MINUS.sub("", before), _MINUS.sub("", behind)
    if section.odd or unsigned:
        return f"{text}（{code}）", "format", ""
    if not (section.figure if value else section.zero):
        words = section.before.strip()
        return (words, "", "") if words else ("", "hidden", "") if value == 0 else (f"{text}（{code}）", "format", "")
    if section.smaller:
        text = f"{Decimal(text).scaleb(-section.smaller).normalize():f}"
    kind = "percent" if section.percent else "scaled" if section.smaller else "number"
    if not before and not behind:
        return text, kind, "¥" if re.search("[¥￥]", section.before) and kind == "number" else ""
    if section.percent:
        text += "（%）"
    elif not before and not _CALENDAR.search(behind):
        return text, kind, behind
    if signed:
        text = text.lstrip("-")
    return section.before.strip() + text + section.behind.strip(), "", ""


@dataclass
class Stored:
    """A visible sheet as its file stores it, by line and place from 0: values, the number formats of those that are
    not General, formulas, those struck through as a whole. ``merged`` as in ``sheet.Sheet``; hidden lines and places;
    whether zeros are shown."""

    name: str
    values: dict[tuple[int, int], Any] = field(default_factory=dict)
    formats: dict[tuple[int, int], str] = field(default_factory=dict)
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    struck: set[tuple[int, int]] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_lines: Iterable[int] = ()
    hidden_places: Iterable[int] = ()
    zeros: bool = True


@lru_cache(1000)
def _of_dates(code: str) -> bool:
    from openpyxl.styles.numbers import is_date_format

    return bool(is_date_format(_LITERAL.sub("", code)))


def dated(value: Any, code: str, *, mac: bool) -> Any:
    """A number, or the moment that its format shows; ``mac``: of a workbook whose time begins in 1904."""
    if code == "General" or not _of_dates(code):
        return value
    from openpyxl.styles.numbers import is_timedelta_format
    from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

    try:
        return from_excel(value, MAC_EPOCH if mac else WINDOWS_EPOCH, timedelta=is_timedelta_format(code))
    except (OverflowError, ValueError):  # before 1900 or after 9999, as Excel shows it
        return "#VALUE!"


def written(text: str, *, raised: bool, struck: bool) -> str:
    """A run of a text in which it shows that it is raised or struck through."""
    text = text.translate(RAISED) if raised else text
    return re.sub("(?<=.)", STRIKE, text, flags=re.S) if struck else text


def sheets_of(stored: Sequence[Stored], *, by_program: bool = False) -> list[Sheet]:
    """The sheets as they show, hidden lines and columns read and named.

    A formula without a result, or with the 0 that programs put there which cannot calculate, is kept as a formula;
    ``by_program``: such a program wrote them, be it that it was told some of the results.
    """
    calculated = not by_program and any(one.values.get(place) for one in stored for place in one.formulas)
    return [_sheet(one, calculated) for one in stored]


def hidden_sheets(names: Iterable[str]) -> list[Finding]:
    return [Finding("warning", "hidden_sheet", f"工作表“{name}”是隐藏的，没有读取。", sheet=name) for name in names]


def _sheet(stored: Stored, calculated: bool) -> Sheet:
    cells, found, once = dict[tuple[int, int], Shown](), list[Finding](), dict[Shown, Shown]()

    def say(code: str, words: str, line: int | None, place: int | None, value: str | None = None) -> None:
        column = None if place is None else letter(place + 1)
        found.append(Finding("warning", code, f"{words}。", line, column, value, stored.name))

    for at, value in stored.values.items():
        cell = shown(value, stored.formats.get(at, "General"), zeros=stored.zeros)
        cells[at] = once.setdefault(cell, cell)  # a word stands in many cells
        if cell[1] == "hidden":
            say("zero_hidden", "数值 0 按单元格的格式不显示，按没有填报处理", *at)
    crossed = {at for at, cell in cells.items() if at in stored.struck or _STRUCK.fullmatch(cell[0])}
    for at in crossed:
        say("struck", f"“{cells[at][0].replace(STRIKE, '')}”划了删除线，按没有填报处理", *at)
        cells[at] = "", "", ""
    formulas = Formulas(stored.formulas, stored.values.get)
    for at, source in stored.formulas.items():
        result = "saved" if at in crossed else _result(formulas, at, calculated=calculated)
        if result != "saved":
            cells[at] = (source, "formula", "") if result == "none" else ("", "", "")
        elif "[" in source.split('"')[0] and (text := cells.get(at, ("",))[0]):
            say("external_link", f"公式 {source} 引用外部链接，取保存时的值 {text}", *at, text)
    sheet = _rows(stored.name, cells)
    sheet.merged, sheet.findings = sorted(stored.merged), found
    for line in sorted({*stored.hidden_lines} & {*sheet.lines}):
        say("hidden_row", "这一行是隐藏行，数值照样读取，请核对", line, None)
    for place in sorted({*stored.hidden_places} & {place for _, place in cells}):
        say("hidden_column", "这一列是隐藏列，数值照样读取，请核对", None, place)
    return sheet


def _result(formulas: Formulas, place: tuple[int, int], *, calculated: bool) -> str:
    """Whether a formula has a result of its own: ``saved``; ``blank`` where it comes to an empty text; ``none`` where
    0 or nothing was saved and it comes to something else, or to what we cannot tell while no formula of the workbook
    was ever calculated."""
    saved = formulas.values(place)
    if saved or isinstance(saved, bool):
        return "saved"
    known, result = formulas.result(place)
    if not known:
        return "saved" if calculated else "none"
    if result == "":
        return "blank"
    return "none" if saved in (None, "") or isinstance(result, str) or abs(result or 0) > _NOISE else "saved"


def _rows(name: str, cells: dict[tuple[int, int], Shown]) -> Sheet:
    """Rows from the sparse table; a row reaches to its last cell."""
    sheet = Sheet(name or "Sheet1", [], [])
    by_line: dict[int, dict[int, str]] = {}
    for at in [at for at, cell in cells.items() if not cell[0].strip()]:
        del cells[at]
    for (line, place), (text, _, _) in cells.items():
        by_line.setdefault(line, {})[place] = text
    sheet.kinds = {at: kind for at, (_, kind, _) in cells.items() if kind}
    sheet.units = {at: unit for at, (_, _, unit) in cells.items() if unit}
    if sum(max(row) + 1 for row in by_line.values()) > MOST_CELLS:
        raise RefusedError("too_large", "工作表占用的范围过大，没有读取；请只保留报表本身再交。")
    sheet.lines = sorted(by_line)
    sheet.rows = [[by_line[line].get(place, "") for place in range(max(by_line[line]) + 1)] for line in sheet.lines]
    return sheet
