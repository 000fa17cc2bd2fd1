"""Where the header of a table stands, and what each of its columns holds.

A table is two axes: periods, indicators, regions or words such as 累计完成 across, and the like down. Whatever a number
needs is said by its column, its row or the lines above; which of them says what makes the layout.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from itertools import takewhile

from tongdao.base import plain
from tongdao.intake.headings import DEEPEST, FORM, TIDY, first, is_note, is_total, role_of, tidy_name
from tongdao.intake.judge import Desk, Line
from tongdao.intake.meaning import PACES, REMARKS, Names, Said, together, units_in
from tongdao.intake.numbers import read_number
from tongdao.intake.sheet import Say, Sheet, letter
from tongdao.intake.titles import Claim, basis_in, noted

MOST_COLUMNS = 300  # further right nothing of a table can stand
_SEEN = 40  # cells of a column that tell what it holds
_BRACKETED = re.compile(r"[(（][^()（）]{1,12}[)）]$")
_OF_YEAR = re.compile("(?:年度|全年|[本今]年).{0,4}(?:目标|任务|计划)")
_TASKS = re.compile("(?:重点|主要|考核|工作)*任务(?:名称|内容|事项)?")
_LATIN = re.compile(r"[A-Za-z0-9\s&.,()%/:'\-]*[A-Za-z][A-Za-z0-9\s&.,()%/:'\-]*")
_ABOUT = {"单位": True, "地区": True} | dict.fromkeys(  # of a series, below its name, and whether it is read
    (*PACES, "来源", "数据来源", "指标ID", "指标编码", "起始时间", "截止时间", "更新时间"), False
)


@dataclass
class Grid:
    """Header rows from index ``top`` to ``at``, the body below.

    ``roles`` are the places of columns of words (indicator, unit, region, period …), ``columns`` what each column of
    figures says, ``heads`` the text over each, ``title`` what the lines above say of all, ``units`` those written
    there, ``totals`` the sums by unit and column, ``claims`` what notes say of figures. ``series`` says that it is
    tidy, a reading a row, ``own`` that it is our own form.
    """

    sheet: Sheet
    desk: Desk
    start: int
    top: int
    at: int
    stacks: dict[int, list[str]]
    roles: dict[str, int] = field(default_factory=dict)
    columns: dict[int, Said] = field(default_factory=dict)
    heads: dict[int, str] = field(default_factory=dict)
    title: Said = field(default_factory=Said)
    units: list[str] = field(default_factory=list)
    totals: dict[tuple[str, int], Decimal] = field(default_factory=dict)
    claims: list[tuple[Line, Claim]] = field(default_factory=list)
    series: bool = False
    own: bool = False

    def __post_init__(self) -> None:
        self.since = len(self.desk.findings)

    def say(self, place: int, text: str) -> Say:
        """Findings about a heading."""
        column = letter(place + 1) if self.sheet.spreadsheet else text
        return self.desk.sayer(self.sheet.name, self.sheet.lines[self.at], column, text)

    @cached_property
    def database(self) -> bool:
        """Whether a database wrote it and says so."""
        return any(re.match("数据库[:：]", first(row)) for row in self.sheet.rows[self.start : self.top])

    @cached_property
    def export(self) -> bool:
        """Whether a database wrote it, as it says or by the unit behind every name: then names are no misspellings of
        ours and those of other indicators are but left out."""
        rows, place = self.sheet.rows, self.place("indicator")
        names = [row[place].strip() for row in rows[self.at + 1 :] if 0 <= place < len(row) and self.filled(row)]
        return self.database or (len(names) > 2 and all(map(_BRACKETED.search, names)))

    @cached_property
    def of_regions(self) -> bool:
        """Whether its rows or columns say of which region they are."""
        return "region" in self.roles or any(said.region for said in self.columns.values())

    @cached_property
    def kinds(self) -> set[int]:
        """The places of other columns that call some rows done and so tell them from targets and forecasts."""
        names, rest = self.desk.names, {*self.stacks} - {*self.roles.values()} - {*self.columns}
        return {at for at in rest for text in {*self.down(at)} if (said := names.read(text)).named and said.sound}

    def down(self, place: int) -> list[str]:
        """The filled cells of a column below the header."""
        rows = self.sheet.rows[self.at + 1 :]
        return [row[place] for row in rows if 0 <= place < len(row) and row[place].strip()]

    def filled(self, row: Sequence[str]) -> bool:
        return any(place < len(row) and row[place].strip() for place in self.columns)

    def place(self, role: str) -> int:
        return self.roles.get(role, -1)

    @property
    def label(self) -> int:
        """The column that says what a row is of."""
        return next((self.roles[role] for role in ("indicator", "region", "period") if role in self.roles), -1)


def saids(sheet: Sheet, index: int, names: Names) -> dict[int, Said]:
    """What each filled cell of a row says, by place."""
    line, row = sheet.lines[index], sheet.rows[index][:MOST_COLUMNS]
    return {place: names.read(text, sheet.kind(line, place)) for place, text in enumerate(row) if text.strip()}


def strength(sheet: Sheet, index: int, names: Names) -> tuple[int, bool]:
    """How many columns of figures a row would head, and whether it names columns of words; 0 if it is no header."""
    row = sheet.rows[index]
    if _figures(sheet, index, names):
        return 0, False
    roles = [role_of(text) for text in row[:MOST_COLUMNS]]
    found = {place: said for place, said in saids(sheet, index, names).items() if not roles[place]}
    over = [said for said in found.values() if said.figures or said.other]
    worded = bool({"indicator", "region", "period"} & {*roles})
    periods = sum(said.heading is not None for said in over)
    certain = any(one.heading or one.item or one.region or (one.sound and one.figures) for one in over)
    if certain and not worded and len(found) > 1:
        worded = any(_named(sheet, index, at, names) for at, said in found.items() if not said.figures)
    if worded and over and (certain or "unit" in roles):
        return len(over), True
    blank = not row or not row[0].strip()
    return (periods, False) if periods > 1 and len(over) == len(found) and (blank or len(found) > 1) else (0, False)


def _named(sheet: Sheet, index: int, place: int, names: Names) -> bool:
    """Whether a column holds indicators below a heading that does not say so, 工作任务, nor that all are targets."""
    below, head = sheet.rows[index + 1 : index + _SEEN], sheet.rows[index][place]
    if names.read(head).other and not _TASKS.fullmatch(plain(head)):
        return False
    return any(names.read(cells[place]).item for cells in below if place < len(cells))


def find_header(sheet: Sheet, names: Names) -> int | None:
    """The index of the first row of a header in the first rows."""
    for index in range(min(len(sheet.rows), DEEPEST)):
        columns, worded = strength(sheet, index, names)
        if columns:
            last = min(index + 6, len(sheet.rows))
            begun = index + 1 < last and (_begun(sheet, index + 1, names) or _goes_on(sheet, index, index + 1, names))
            lone = columns == 1 and not (worded and begun)
            words = takewhile(lambda one: not _figures(sheet, one, names), range(index + 1, last if lone else index))
            return next((one for one in words if strength(sheet, one, names)[0] > 1), index)  # or but a title's line
    return None


def _figures(sheet: Sheet, index: int, names: Names) -> bool:
    """Whether a row holds a number that is no year over a column."""
    row, line = sheet.rows[index][:MOST_COLUMNS], sheet.lines[index]
    kinds = ((text, sheet.kind(line, place)) for place, text in enumerate(row))
    return any(read_number(*cell).value is not None and not names.read(*cell).heading for cell in kinds if cell[0])


def tidy_grid(sheet: Sheet, start: int, at: int, desk: Desk) -> Grid:
    """The table whose header stands in row ``at``, with one column of figures."""
    header = sheet.rows[at]
    names = [tidy_name(text) for text in header]
    own = tuple(text.strip() for text in header) == FORM  # whose columns and blanks need no remark
    roles = {name: names.index(name) for name in TIDY if name in names}
    value = roles.pop("value", -1)
    heads = {place: name or text for place, (text, name) in enumerate(zip(header, names, strict=True))}
    stacks = {place: [text] for place, text in enumerate(header)}
    grid = Grid(sheet, desk, start, at, at, stacks, roles, heads=heads, series=True, own=own)
    if value >= 0:
        inner = re.search(r"\((.*)\)$", plain(header[value]))
        said = desk.names.read(inner[1]) if inner else Said(basis="cumulative" if "累计" in header[value] else "")
        grid.columns[value] = said
    return grid


def grid_of(sheet: Sheet, start: int, top: int, desk: Desk) -> Grid:
    """The table whose header begins in row ``top``; lines from ``start`` on stand over it."""
    names, at = desk.names, top
    while at + 1 < len(sheet.rows) and _goes_on(sheet, top, at + 1, names):
        at += 1
    if top > start and _groups(sheet, top - 1, top, names):
        top -= 1
    width = min(max(len(row) for row in sheet.rows[top:]), MOST_COLUMNS)
    stacks: dict[int, list[str]] = {place: [] for place in range(width)}
    for index in range(top, at + 1):
        said, row = "", sheet.rows[index]
        latin = index > top and all(_LATIN.fullmatch(text) for text in row if text.strip())
        wide = [(left, right) for line, left, _, right in sheet.merged if line == sheet.lines[index] and right > left]
        about = _ABOUT.get(row[0].strip(), True) if index > top else True
        for place in range(width if about else 0):
            text = row[place].strip() if place < len(row) else ""
            if wide and not any(left < place <= right for left, right in wide):
                said = ""  # where cells are merged, a text holds for its merged cells alone
            if text and not latin:
                stacks[place].append(text)
            said = text or (said if index < at and not role_of(said) else "")
            if said and not text and not latin:
                stacks[place].append(said)
    grid = Grid(sheet, desk, start, top, at, stacks)
    _columns(grid)
    pace = next((row for row in sheet.rows[top + 1 : at + 1] if row[0].strip() in PACES), [])
    grid.columns = {at: replace(one, pace="".join(pace[at : at + 1]).strip()[:1]) for at, one in grid.columns.items()}
    return grid


def _goes_on(sheet: Sheet, top: int, index: int, names: Names) -> bool:
    """Whether a row is one more line of the header above it."""
    row, upper = sheet.rows[index], sheet.rows[index - 1]
    texts = [text for text in row if text.strip()]
    same = [text.strip() for text in row] == [text.strip() for text in upper]
    if not texts or same or _begun(sheet, index, names):
        return False
    if all(_LATIN.fullmatch(text) for text in texts) and not any(text in names.exact for text in texts):
        return not any(names.read(text).figures for text in texts) or strength(sheet, index, names)[0] > 0
    if row[0].strip() in _ABOUT and sheet.rows[top][0].strip():
        return True  # a database writes what it knows of a series below its name
    if strength(sheet, index, names)[0]:
        return not any(role_of(a) and role_of(b) for a, b in zip(row, upper, strict=False))
    labels = [place for place, text in enumerate(sheet.rows[top]) if role_of(text)]
    blank = not any(place < len(row) and row[place].strip() for place in labels)
    words = any(one != Said() for one in saids(sheet, index, names).values()) and not is_note(first(row))
    return blank and bool(labels) and words and not _figures(sheet, index, names)


def _begun(sheet: Sheet, index: int, names: Names) -> bool:
    """Whether a row is the first of figures, by its period under 年份, be it that one of them looks like a year."""
    upper, row = (first(sheet.rows[at][:1]) for at in (index - 1, index))
    return role_of(upper) == "period" and names.read(row).heading is not None


def _groups(sheet: Sheet, index: int, top: int, names: Names) -> bool:
    """Whether the row above a header only groups its columns: 一季度 over 1月, 完成情况 over 本月."""
    found = saids(sheet, index, names)
    over = [place for place, said in saids(sheet, top, names).items() if said.figures or said.other]
    lone = [*found] == [0]  # the line of a title
    fits = found and over and not lone and min(found) >= min(over) and not is_note(next(iter(sheet.rows[index]), ""))
    items = [said.item for said in found.values() if said.item]  # of which one may be a title
    return bool(fits) and len(items) != 1 and all(said.figures or said.other for said in found.values())


def _columns(grid: Grid) -> None:
    """Which columns hold words and which figures."""
    names, sheet = grid.desk.names, grid.sheet
    kinds = [sheet.lines[index] for index in range(grid.top, grid.at + 1)]
    for place, stack in grid.stacks.items():
        roles = [role for text in stack if (role := role_of(text))]
        grid.heads[place] = stack[-1] if stack else ""
        if roles and roles[0] != "number":
            if roles[0] in grid.roles and roles[0] in ("indicator", "region", "period"):
                words = f"重复列：“{grid.heads[place]}”有两列，像是两张表并排，不知以哪一列为准"
                grid.say(place, grid.heads[place])("error", "duplicate_column", words)
            grid.roles.setdefault(roles[0], place)
        elif stack and not roles:
            if names.read(stack[-1]).heading:
                stack = [text for text in stack[:-1] if text not in ("上半年", "下半年")] + stack[-1:]  # noqa: PLW2901
            kind = next((kind for line in reversed(kinds) if (kind := sheet.kind(line, place))), "")
            said = together([*(names.read(text) for text in stack[:-1]), names.read(stack[-1], kind)])
            if not said.sound and (whole := names.read("".join(stack))).item and whole.sound:  # a name on two lines
                said = whole
            named = said.named and not replace(said, named=False).figures  # 完成情况 may stand over words: 正常
            cells = grid.down(place)[:_SEEN] if named else []
            wordy = bool(cells) and all(read_number(text).value is None for text in cells)
            if (said.other and not _named(sheet, grid.at, place, names)) or (said.figures and not wordy):
                grid.columns[place] = said
    _by_content(grid)


def _by_content(grid: Grid) -> None:
    """A column of words whose heading says nothing, or not the truth, is known by what stands in it."""
    names = grid.desk.names
    first = min(grid.columns, default=0)
    for place in range(min(len(grid.stacks), MOST_COLUMNS)):
        role = next((role for role, at in grid.roles.items() if at == place), "")
        numbers = bool(grid.stacks[place]) and role_of(grid.heads[place]) == "number"
        if place in grid.columns or role not in ("", "indicator", "period") or numbers or grid.heads[place] in REMARKS:
            continue
        cells = grid.down(place)[:_SEEN]
        said = [names.read(text) for text in cells if read_number(text).value is None or len(text.strip()) > 3]
        told = role != "period" or not any(one.heading for one in said)  # whether it is none of periods
        found = {
            "indicator": told and any(one.item for one in said),
            "region": role != "period" and any(one.region and not one.left for one in said),
            "period": role != "period" and sum(one.heading is not None and one.sound for one in said) * 2 > len(said),
        }
        kind = next((kind for kind in found if found[kind] and (role or kind not in grid.roles)), "")
        if kind and kind not in grid.roles:
            grid.roles.pop(role, None)
            grid.roles[kind] = place
    if grid.label < 0 and not any(said.item for said in grid.columns.values()):
        free = [place for place in range(first) if place not in grid.roles.values() and not grid.stacks[place]]
        if free:
            grid.roles["indicator"] = free[0]


def lines_over(grid: Grid) -> None:
    """Lines over the header are named; what they say of all numbers is kept."""
    sheet, desk = grid.sheet, grid.desk
    title, texts = desk.over(sheet, grid.start, grid.top, regions=grid.of_regions)
    year = title.heading and title.heading.plain and title.heading.named  # no more than a year
    year = year and any(said.heading for said in grid.columns.values())
    basis, span = basis_in(over := " ".join([sheet.name, *texts]))
    of_year = any(_OF_YEAR.search("".join(stack)) for stack in grid.stacks.values())
    dated = "period" in grid.roles or any(one.heading and not one.other for one in grid.columns.values())
    if of_year and not dated and "以来" not in over and re.search("截[至止]", over):
        basis = basis or "cumulative"  # what is done of a year's target; 9月完成 may be of that month alone
    for line, row in zip(sheet.lines[grid.start : grid.top], sheet.rows[grid.start : grid.top], strict=True):
        grid.claims += [(Line(desk, sheet, line, row, grid.heads), one) for one in noted(desk.names, " ".join(row))]
    grid.title = replace(title, basis=basis, span=span, heading=None if year else title.heading)
    corners = [grid.heads[place] for role, place in grid.roles.items() if role in ("indicator", "region", "period")]
    alone = "indicator" not in grid.roles and all(said.item in (None, title.item) for said in grid.columns.values())
    called = (sheet.name, desk.file) if title.item and alone else ()  # of one indicator, perhaps with its unit
    grid.units += [unit for text in (*called, *texts, *corners) for unit in units_in(text, desk.names)]
    if grid.top < grid.at:
        words = f"两行表头（第 {sheet.lines[grid.top]} 至 {sheet.lines[grid.at]} 行），已合并读取"
        for line in sheet.lines[grid.top : grid.at + 1]:
            desk.sayer(sheet.name, line)("warning", "two_line_header", words)


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
