"""Judge one value with everything around it: it becomes an entry, or a finding says why not. Both layouts end here."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from tongdao.base import MONTHS, Period, Recorded, escaped, hostile_marks, read_recorded, read_when
from tongdao.intake.headings import Heading, lines_above, month_heading, tidy_name
from tongdao.intake.meaning import PACES, REMARKS, Names, Said, one_of_several, unit_said
from tongdao.intake.numbers import Number, Unit, as_shown, plain_decimal, read_number, remark, worth
from tongdao.intake.sheet import CellError, Finding, Say, Sheet, letter
from tongdao.intake.titles import SOME, called_other, fits, is_place, noted, read_title, strange_office
from tongdao.plan import Indicator, Plan

Step = Callable[[int, int], None]  # rows read, of how many

_TELLS = re.compile(  # headings under which a bare number tells of its row
    "备注|说明|注释?$|[代编]码|区划|年份|年度$|^年$|半年$|期$|期[间别]|时间|日期|月份?$|季度?$"
    "|period|year|month|date|note|code",
    re.I,
)
_FILED = re.compile(r"(?:填报|报送|编报|制表|统计|上报|提供)单位\s*[:：]\s*[^\s:：,，;；]+")
_OLDEST = 50  # years before the plan from which a period is doubtful
BASES = {"single": "当月（单月）", "cumulative": "1 月起累计", "level": "期末存量"}


class Entry(NamedTuple):
    """A reading to be, in the indicator's unit. ``dated`` says whether the file itself gave ``recorded_at``; ``key`` is
    what it is of, of which vintages differ in that alone."""

    item: Indicator
    period: Period
    value: Decimal
    basis: str
    region: str
    source: str
    status: str
    key: tuple[str, str, str, str]
    text: str
    column: str
    sheet: str
    row: int
    recorded_at: str
    dated: bool

    @property
    def series(self) -> tuple[str, str, str]:
        return self.item.id, self.region, self.basis

    def claim(self) -> list[str]:
        """The reading as its receipt knows it: key, moment, figure and unit."""
        return [*self.key, self.recorded_at, plain_decimal(self.value), self.item.unit]

    def cells(self) -> dict[str, str]:
        """The row of readings.csv by column; what is finer than the indicator's frequency is preliminary."""
        finer = self.period.months < MONTHS[self.item.frequency]
        return {
            "indicator": self.item.id,
            "region": self.region,
            "period": self.key[2],
            "value": plain_decimal(self.value),
            "unit": self.item.unit,
            "basis": self.basis,
            "status": self.status or ("preliminary" if finer else "final"),
            "source": escaped(self.source),
            "recorded_at": self.recorded_at,
        }


@dataclass
class Desk:
    """State while parsing one file: plan, as-of day, entries and findings.

    ``file`` is the file's own name; ``bases`` says on which basis earlier readings of an indicator stand, ``stocks``
    the last of each indicator and region. ``numbers`` counts all that stand in tables, read or not.
    """

    plan: Plan
    as_of: date
    year: int | None
    file: str
    bases: Mapping[str, str]
    on_step: Step | None
    stocks: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    data_rows: int = 0
    numbers: int = 0
    above: list[str] = field(default_factory=list)  # lines over the tables before on the same sheet
    scope: str = ""  # a word over the table at hand that fits some indicators only: 增速, 规上
    group: str = ""  # the like over the rows at hand: 企业

    def __post_init__(self) -> None:
        self.names = Names(self.plan)

    def over(self, sheet: Sheet, start: int, top: int, *, regions: bool) -> tuple[Said, list[str]]:
        """What the lines over a table, its sheet's and the file's name say of all its numbers, and the lines.

        Each line is named, and that the numbers are none of ours is said. ``regions``: the table has a column of them.
        """
        texts, say = lines_above(sheet.rows[start:top]), self.sayer(sheet.name, sheet.lines[start])
        topic = sheet.name in ("园区", "乡镇", "街道") and read_title(self.names, texts).region == self.plan.region
        over, file = ["" if topic else sheet.name, *texts], self.file.rpartition(".")[0]
        said, alone = (read_title(self.names, lines, file) for lines in ([*self.above, *over], over))
        said = replace(said, heading=alone.heading or said.heading)  # its own period counts before that of one above
        self.scope, self.group = said.other if SOME.fullmatch(said.other) else "", ""
        if said.other != self.scope:
            words = f"标题里的“{said.other}”说明表里不是完成数，没有读取；请交完成数的报表，或改正标题"
            say("error", "not_readings", words)
        told = {read_title(self.names, [text]).region for text in (sheet.name, *texts) if not regions}
        if not all(self.names.within(said.region, place) for place in told):
            words = "、".join(self.plan.regions[place] for place in sorted(told - {""}))
            say("error", "region", f"标题和工作表名说的不是同一个地区（{words}），不知以哪个为准；请改成一致")
        if said.left and not regions:
            say("error", "region", f"标题说的是“{said.left}”，{self.names.elsewhere(said.left)}；请核对是哪里的报表")
        for line, text in zip(sheet.lines[start:top], texts, strict=True):
            if text:
                say = self.sayer(sheet.name, line, None, text)
                say("warning", "title_line", f"表头前 {top - start} 行是标题或单位说明")
                remark(say, [(code, f"标题{words}") for code, words in hostile_marks(text)])
        return said, texts

    @property
    def refused(self) -> bool:
        return any(found.severity == "error" for found in self.findings)

    def sayer(
        self, sheet: str = "", row: int | None = None, column: str | None = None, value: str | None = None
    ) -> Say:
        """The function that adds findings about one place."""
        place = row, column, value, sheet or None
        return lambda severity, code, words: self.findings.append(Finding(severity, code, f"{words}。", *place))

    def basis(self, item: Indicator, said: str) -> str:
        """Flows are cumulative unless the file says single; a net stays on the basis its readings have had."""
        if item.traits.cumulates:
            return "single" if said == "single" else "cumulative"
        return (said or self.bases.get(item.id, "cumulative")) if item.traits.net else "level"


def _other_part(period: Period | None, head: str, text: str) -> bool:
    """Whether a period ends in another quarter or half year than a column names beside it: 上半年, 二季度, 3."""
    months = {"季": 3, "季度": 3, "半年": 6, "半年度": 6}.get(head, 0)
    quarter = f"{int(text) * months // 3}季度" if re.fullmatch("[1-4]", text) else re.sub("下半年|H2$", "全年", text)
    part = month_heading(quarter) if months else None
    return period is not None and part is not None and part.of(period.year).end // months != period.end // months


@dataclass(slots=True)
class Line:
    """A row below a header. ``heads`` names columns in findings where the sheet has no letters; a place below zero is
    a column that is not there and holds nothing."""

    desk: Desk
    sheet: Sheet
    number: int
    cells: Sequence[str]
    heads: Mapping[int, str]

    def text(self, place: int) -> str:
        return self.cells[place] if 0 <= place < len(self.cells) else ""

    def kind(self, place: int) -> str:
        return self.sheet.kinds.get((self.number, place), "")

    def column(self, place: int) -> str:
        head = "" if self.sheet.spreadsheet and place >= 0 else self.heads.get(place)
        return head or letter(place + 1)

    def say(self, place: int) -> Say:
        """As ``Desk.sayer`` for a cell."""
        return self.desk.sayer(self.sheet.name, self.number, self.column(place), self.text(place))

    def refuse(self, place: int, fault: CellError) -> None:
        self.say(place if fault.place is None else fault.place)(fault.severity, fault.code, fault.words)

    def numbers(self, aside: Collection[int]) -> int:
        """How many numbers stand in the line, but for some places."""
        cells = enumerate(self.cells)
        return sum(at not in aside and read_number(text, self.kind(at)).value is not None for at, text in cells if text)

    def beside(self, taken: set[int], kinds: set[int], row: Said, periods: Sequence[Period | None]) -> list[Said]:
        """What remarks say, in columns that are not ``taken``. One that calls the figures others, or of another region
        or period than the ``row``, refuses them; they are but left out where it tells ``kinds`` of figures apart."""
        found, here = list[Said](), row.region or self.desk.plan.region
        for place, text in enumerate(self.cells):
            if place in taken or not text.strip() or self.kind(place) or self._counted(place):
                continue
            said, head = self.desk.names.read(text), self.heads.get(place, "")
            if called_other(text, head) and not (said.region and said.sound):
                words = f"“{text.strip()}”说明这一行不是完成数，没有读取"
                if place in kinds:
                    raise CellError("not_readings", words, place, "warning")
                raise CellError("not_readings", f"{words}；请删去这一行", place)
            found += [Said(pace=text.strip()[:1])] if head.strip() in PACES else []
            if period := next((one for one in periods if _other_part(one, head.strip(), text.strip())), None):
                raise CellError("contradiction", f"{head.strip()}写的是“{text}”，期间却是 {period}；请改成一致", place)
            claims = noted(self.desk.names, f"注：{text}" if head.strip() in REMARKS else text)
            if claim := next((one for one in claims if any(one.at_odds(here, at, row.item) for at in periods)), None):
                words = f"“{claim.words.removeprefix('注:')}”说明这一行的数不是表上所写的数，没有读取；请改正后再交"
                raise CellError("not_readings", words, place)
            found += [Said(basis=one.said.basis, status=one.said.status) for one in claims]
            found += [Said(unit=unit)] if not said.unit and (unit := unit_said(text)) else []
            left = self.filed_elsewhere(f"{head}：{text}", row.region)
            if (not said.region and is_place(text, head)) or (left and not one_of_several(left)):
                words = f"“{text.strip()}”{self.desk.names.elsewhere(text)}，没有读取；请核对是不是本地区的数"
                raise CellError("region", words, place)
            there = "" if tidy_name(head) == "source" or re.search("单位|部门", head) else said.region
            if not said.left and not said.item and (said.basis or said.status or said.unit or there):
                found.append(replace(said, region=there))
        return found

    def _counted(self, place: int) -> bool:
        """Whether a cell of a text file is a number of its column, which a spreadsheet would say: no remark."""
        head, number = self.heads.get(place, "").strip(), read_number(self.text(place))
        figure = number.value is not None and not number.unit
        return figure and bool(head) and not self.sheet.spreadsheet and not _TELLS.search(head)

    def filed_elsewhere(self, text: str, region: str) -> str:
        """The place of an office that filed a table, as 填报单位： says, where it is not of the region."""
        filed, here = _FILED.match(text), self.desk.plan.regions.get(region, "")
        return strange_office(self.desk.names, filed[0], here) if filed else ""

    def dated(self, place: int, year: int) -> Said:
        """The period of a row with its year, and how it is written; a fault is named."""
        say, when = self.say(place), read_when(self.text(place), year=year or None)
        remark(say, when.notes)
        if when.fault or when.period is None:
            say("error", *(when.fault or ("period", "期间无法识别")))
            return Said()
        if when.period.year < self.desk.plan.start.year - _OLDEST:
            say("warning", "period_early", f"期间 {when.period} 远早于计划，可能写错了年份，请核对")
        return Said(heading=Heading(when.period, when.basis))

    def source_of(self, place: int, region: str) -> str:
        """The source as it stood; what looks like code or a person's number stays text and is named."""
        text, say = self.text(place), self.say(place)
        if not text.strip():
            say("warning", "source_empty", "来源为空，照空记入")
        remark(say, hostile_marks(text))
        left = self.filed_elsewhere(f"填报单位：{text}", region)
        if left and not one_of_several(left):  # our own office may tell the figures of others
            words = f"来源写的是“{left}”，{self.desk.names.elsewhere(left)}，请核对是不是本地区的数"
            say("warning", "source_elsewhere", words)
        if len(text) > 2000:
            say("warning", "long_text", f"文字过长，有 {len(text)} 个字符，照原文保留")
        return text.strip()

    def recorded_in(self, place: int) -> Recorded:
        """The moment of recording in a cell; how oddly it is written is named."""
        recorded, say = read_recorded(self.text(place)), self.say(place)
        remark(say, recorded.notes)
        if recorded.fault:
            say("error", *recorded.fault)
        elif not recorded.text:
            say("warning", "recorded_empty", f"记录时间为空，记入导入日期 {self.desk.as_of}")
        return recorded

    def remark(self, code: str, words: str, value: str | None = None) -> None:
        """A warning about the whole line."""
        self.desk.sayer(self.sheet.name, self.number, None, value)("warning", code, words)


@dataclass(frozen=True)
class Facts:
    """What a line and its header say of a value; ``places`` are where the period and the moment of recording stand.

    ``judged`` are the values found sound, by text, kind and unit shown: the head of their entries.
    """

    item: Indicator
    unit: Unit
    period: Period
    basis: str
    region: str
    source: str
    places: tuple[int, int]
    status: str = ""
    judged: dict[tuple[str, str, str], tuple[Any, ...]] = field(default_factory=dict, compare=False)


def judge(line: Line, place: int, number: Number, facts: Facts, recorded: Recorded) -> Decimal | None:
    """The value in the indicator's unit, filed as an entry; None where a finding refuses it or nothing was reported."""
    desk, moment, units = line.desk, recorded.text, line.sheet.units
    said = line.text(place), line.kind(place), units.get((line.number, place), "") if units else ""
    if (known := facts.judged.get(said)) is None:
        before = len(desk.findings)
        try:
            known = _judged(line, place, number, facts, said[2])
        except CellError as fault:
            line.refuse(place, fault)
        if known is None:
            return None
        if len(desk.findings) == before:
            facts.judged[said] = known
    if moment and not desk.as_of >= recorded.day >= facts.period.last_day:
        code, words = "recorded_early", f"早于期末 {facts.period.last_day}，期间还没结束不会有数"
        if recorded.day > desk.as_of:
            code, words = "recorded_future", f"在未来（今天按 {desk.as_of} 计）"
        line.say(facts.places[1])("error", code, f"记录时间 {moment} {words}")
        return None
    desk.entries.append(Entry._make((*known, line.number, moment or desk.as_of.isoformat(), bool(moment))))
    return desk.entries[-1].value


def _judged(line: Line, place: int, number: Number, facts: Facts, shown: str) -> tuple[Any, ...] | None:
    """The entry of a value but for its row and the moment of recording; None where nothing was reported."""
    desk, period = line.desk, facts.period
    unit = as_shown(shown, facts.item, facts.unit) if shown else facts.unit
    if (value := worth(number, line.kind(place), facts.item, unit, line.say(place))) is None:
        return None
    if period.last_day > desk.as_of:
        raise CellError("future", f"期间 {period} 到 {desk.as_of} 还没有结束，是未来的期间", facts.places[0])
    if scope := next((one for one in (desk.scope, desk.group) if one and not fits(facts.item, one)), ""):
        raise CellError("not_readings", f"标题里的“{scope}”说明表里不是“{facts.item.name}”的完成数")
    if facts.item.traits.rate and facts.basis == "single":
        words = f"“{facts.item.name}”按 1 月起的累计增速监测，这里是当月增速；请报累计增速"
        raise CellError("single_rate", words)
    basis = desk.basis(facts.item, facts.basis)
    second = period.months == MONTHS["half"] and facts.item.frequency != "half"
    if second and (basis == "cumulative" or facts.item.traits.rate):
        raise CellError("not_cumulative", f"期间 {period} 是 7 至 12 月，不是从 1 月起的累计；全年的数请写成 1-12月")
    # 上半年 and 1-6月 of a half-yearly indicator are its half year; of others what is known in its last month
    half = facts.item.frequency == "half" and (period.end + 1) % MONTHS["half"] == 0
    if basis != "single" and period.months <= MONTHS["half"] and (half or period.months == MONTHS["half"]):
        period = Period(period.end, MONTHS["half"] if half else 1)
    held = desk.bases.get(facts.item.id, basis) if facts.item.traits.net else basis
    if held != basis and "level" in (held, basis):  # amounts are added up, whatever months they are of
        words = f"“{facts.item.name}”已有的读数是{BASES[held]}，这里的期间或口径说的是{BASES[basis]}，不能混在一起"
        raise CellError("net_basis", f"{words}；请在“口径”里写明，存量也可把列名改为 1月、2月")
    last = desk.stocks.get((facts.item.id, facts.region))
    if held == "level" and facts.item.traits.net and not facts.basis and last and not last <= 2 * value <= 4 * last:
        both = f"“{facts.item.name}”已有的读数是存量（{plain_decimal(last)}），这里的 {plain_decimal(value)} 像是净增数"
        raise CellError("net_basis", f"{both}；请写明是存量还是净增")
    key = facts.item.id, facts.region, str(period), basis
    what = facts.item, period, value, basis, facts.region, facts.source, facts.status, key
    return *what, line.text(place), line.column(place), line.sheet.name
