"""The header of the wide layout: where labels, units and months stand, which year, cumulative or single."""

import re
from dataclasses import dataclass

from tongdao.base import hostile_marks
from tongdao.intake.cells.headings import NUMBERING, Heading, is_group, is_label, is_unit_heading, month_heading
from tongdao.intake.cells.notes import is_note, is_total
from tongdao.intake.cells.periods import one_year
from tongdao.intake.files.sheet import Sheet, letter
from tongdao.intake.layouts.candidate import Desk

_FULL_DATE = re.compile(r"(?:19|20)\d{2}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}日?")
_PART = re.compile(r"(当月|本月|单月|累计)(数|值|完成)?")
_YEAR_HEAD = re.compile(r"(?:19|20)\d{2}年?")
DEEPEST = 30  # rows in which a header is looked for
MOST_COLUMNS = 300  # further right nothing of a table of months can stand
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
    found = {
        place: month_heading(text, sheet.kind(line, place))
        for place, text in enumerate(sheet.rows[index])
        if text.strip()
    }
    return {place: heading for place, heading in found.items() if heading}


def join_header(sheet: Sheet) -> None:
    """Two header lines that make sense only together become one: 3月 over 当月 and 累计, a year over its months."""
    for index in range(min(len(sheet.rows) - 1, DEEPEST)):
        upper, lower, said = sheet.rows[index], sheet.rows[index + 1], ""
        filled = []
        for place in range(len(lower)):
            said = (upper[place].strip() if place < len(upper) else "") or said
            filled.append(said)
        pairs = [(up, low.strip()) for up, low in zip(filled, lower, strict=True) if up and low.strip()]
        under = sum(bool(month_heading(up) and _PART.fullmatch(low)) for up, low in pairs)
        years = sum(bool(_YEAR_HEAD.fullmatch(up) and month_heading(low)) for up, low in pairs)
        if max(under, years) > 1:
            sheet.rows[index + 1] = [
                up + low.strip() if low.strip() else "" for up, low in zip(filled, lower, strict=True)
            ]
            return


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
        free = [
            place for place in range(min(months)) if place != unit and sheet.rows[at][place : place + 1] in ([], [""])
        ]
        if min(months) == 0 or not free:
            return None
        label = free[0]
    heads = {place: text.strip() for place, text in enumerate(sheet.rows[at])}
    return Grid(top, at, label, unit, months, heads)


def lines_above(sheet: Sheet, grid: Grid, desk: Desk) -> list[str]:
    """Lines over the header are named; units written there are returned."""
    units: list[str] = []
    if grid.top:
        for index in range(grid.top):
            text = " ".join(cell.strip() for cell in sheet.rows[index] if cell.strip())
            if not text:
                continue
            desk.sayer(sheet.name, sheet.lines[index], None, text)(
                "warning", "title_line", f"表头前 {grid.top} 行是标题或单位说明"
            )
            for code, words in hostile_marks(text):
                desk.sayer(sheet.name, sheet.lines[index], None, text)("warning", code, f"标题{words}")
            found = _UNIT_LINE.search(text)
            units += re.split(r"[、,，/]", found[1]) if found else []
    if grid.top < grid.at:
        words = f"两行表头（第 {sheet.lines[grid.top]} 至 {sheet.lines[grid.at]} 行），已合并读取"
        for index in range(grid.top, grid.at + 1):
            desk.sayer(sheet.name, sheet.lines[index])("warning", "two_line_header", words)
    return units


def year_of(sheet: Sheet, grid: Grid, desk: Desk) -> int | None:
    """The year from the headings, the title, the sheet's name or the file's; two that differ are refused.

    Where every heading names its own year no other is asked.
    """
    own = {heading.year for heading in grid.months.values() if heading.year}
    if len(own) > 1 and all(heading.year for heading in grid.months.values()):
        return min(own)
    said: dict[str, int] = {}
    for index in range(grid.at):
        text = _FULL_DATE.sub("", " ".join(sheet.rows[index]))
        if not re.search(r"填报|制表|日期|时间|截至|印发|文号|〔", text):
            for found in re.finditer(r"(?<!\d)((?:19|20)\d{2})\s*年", text):
                said.setdefault(f"标题（第 {sheet.lines[index]} 行）", int(found[1]))
    if found_year := one_year(sheet.name):
        said["工作表名"] = found_year
    if desk.year:
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


def title_basis(sheet: Sheet, grid: Grid) -> str:
    """What the title says of unmarked months: cumulative, single, or nothing."""
    text = " ".join(" ".join(row) for row in sheet.rows[: grid.at])
    single, cumulative = re.search(r"当月|单月|本月", text), re.search(r"累计", text)
    return "" if bool(single) == bool(cumulative) else "single" if single else "cumulative"


def check_headings(sheet: Sheet, grid: Grid, desk: Desk, basis: str) -> bool:
    """Whether every month can be read; spellings, other columns and doubtful months are named."""
    line = sheet.lines[grid.at]
    bad = False
    groups = group_basis(sheet, grid)
    places: dict[tuple[int | None, int, str], int] = {}
    unmarked = [p for p, h in grid.months.items() if not (h.basis or groups.get(p) or basis)]
    for place, heading in grid.months.items():
        text = grid.heads[place]
        say = desk.sayer(sheet.name, line, letter(place + 1) if sheet.spreadsheet else text, text)
        if place in unmarked:
            words = f"“{text}”是单月的列名，应为 1 月起的累计（1-{heading.month}月）；请改列名，确是单月数请写明“当月”"
            say("error", "not_cumulative", words)
            bad = True
        elif sheet.kind(line, place) == "date":
            say("warning", "heading_date", f"列名被 Excel 改成了日期，读作 1-{heading.month}月")
        elif not heading.plain:
            say("warning", "heading_spelling", f"列名已规范：“{text}”读作{_said(heading, groups.get(place) or basis)}")
        key = heading.year, heading.month, heading.basis or groups.get(place) or basis
        if key in places:
            say(
                "error",
                "duplicate_column",
                f"重复列：“{text}”与“{grid.heads[places[key]]}”是同一个期间，不知以哪一列为准",
            )
            bad = True
        places.setdefault(key, place)
    _other_columns(sheet, grid, desk)
    return not bad


def _said(heading: Heading, basis: str) -> str:
    if (heading.basis or basis) == "single":
        return f"{heading.month}月当月"
    return "1月" if heading.month == 1 else f"1-{heading.month}月"


def group_basis(sheet: Sheet, grid: Grid) -> dict[int, str]:
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
    for place in range(min(max(map(len, sheet.rows[grid.top :])), MOST_COLUMNS)):
        texts = [sheet.rows[index][place].strip() for index in {grid.at, grid.top} if place < len(sheet.rows[index])]
        text = next(
            (text for text in texts if text and (place not in grid.months or text == grid.heads.get(place))), ""
        )
        column = letter(place + 1) if sheet.spreadsheet else text
        say = desk.sayer(sheet.name, line, column, text)
        if place in (grid.label, grid.unit):
            if text and text not in ("指标", "单位", "指标名称", "计量单位"):
                say("warning", "heading_spelling", f"列名已规范：“{text}”")
            elif text in ("指标名称", "计量单位"):
                say(
                    "warning",
                    "heading_spelling",
                    f"列名已规范：“{text}”读作“{'指标' if place == grid.label else '单位'}”",
                )
        elif place in grid.months or text.lower() in NUMBERING:
            continue
        elif any(place < len(row) and row[place].strip() for row in sheet.rows[grid.at + 1 :]):
            if re.fullmatch(r"(1-)?\d{1,2}-?\d{0,2}月?", text):
                say("error", "heading", f"列名“{text}”不是从 1 月起的累计期间，无法识别")
            else:
                say("warning", "extra_column", f"列“{text or letter(place + 1)}”不是月份，没有读取")


def filled_merges(sheet: Sheet, grid: Grid, desk: Desk) -> dict[int, dict[int, str]]:
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
