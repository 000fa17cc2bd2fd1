"""One row of the tidy layout: every cell is judged before the row becomes a reading or not."""

from collections.abc import Sequence
from dataclasses import dataclass

from tongdao.base import INVISIBLE, at_frequency, candidates, hostile_marks
from tongdao.intake.cells.names import find, unknown
from tongdao.intake.cells.numbers import read_number
from tongdao.intake.cells.periods import Recorded, When, read_recorded, read_when
from tongdao.intake.files.sheet import Sheet, letter
from tongdao.intake.layouts.candidate import Desk, Entry, Say, check_time, declared, remark, worth
from tongdao.plan import Indicator

OLDEST = 50  # years before the plan from which a period is doubtful
_BASES = {
    "累计": "cumulative",
    "累计数": "cumulative",
    "当月": "single",
    "单月": "single",
    "本月": "single",
    "当期": "single",
    "存量": "level",
    "时点": "level",
}
_STATUSES = {
    "快报": "preliminary",
    "初步": "preliminary",
    "初步数": "preliminary",
    "快报数": "preliminary",
    "最终": "final",
    "正式": "final",
    "定稿": "final",
}


@dataclass(frozen=True)
class Row:
    """A row at hand: its sheet, its index there, and where the columns stand.

    ``blanks`` says that an empty value is no remark: in our own form it means not reported.
    """

    sheet: Sheet
    index: int
    places: dict[str, int]
    blanks: bool = False

    @property
    def line(self) -> int:
        return self.sheet.lines[self.index]

    def __getitem__(self, name: str) -> str:
        row, place = self.sheet.rows[self.index], self.places.get(name, -1)
        return row[place] if 0 <= place < len(row) else ""

    def column(self, name: str) -> str:
        spreadsheet = self.sheet.spreadsheet and name in self.places
        return letter(self.places[name] + 1) if spreadsheet else name

    def sayer(self, name: str, desk: Desk) -> Say:
        """As ``Desk.sayer``; the place is worked out only where something is said."""

        def say(severity: str, code: str, words: str) -> None:
            desk.sayer(self.sheet.name, self.line, self.column(name), self[name])(severity, code, words)

        return say


def read_row(row: Row, desk: Desk) -> None:
    """Judge a row; it becomes an entry unless something about it was refused or nothing was reported."""
    item, tail = _indicator(row, desk)
    when = _when(row, desk)
    source = _source(row["source"], row.sayer("source", desk)) if "source" in row.places else desk.origin
    recorded = _recorded(row, desk)
    region = _region(row["region"], desk, row.sayer("region", desk))
    basis = _word(row["basis"], _BASES, ("cumulative", "single", "level"), row.sayer("basis", desk))
    status = _word(row["status"], _STATUSES, ("preliminary", "final"), row.sayer("status", desk))
    unit = declared(row["unit"] or tail, item, row.sayer("unit", desk))
    kind = row.sheet.kind(row.line, row.places["value"])
    number = read_number(row["value"], kind)
    say = row.sayer("value", desk)
    if number.dash:
        if not row.blanks:
            say("warning", "missing", f"“{row['value'].strip() or '空白'}”按缺失处理，不作为 0")
        return
    if item is None or unit is None:
        if number.fault:
            say("error", *number.fault)
        return
    if when.period and when.period.year < desk.plan.start.year - OLDEST:
        row.sayer("period", desk)("warning", "period_early", f"期间 {when.period} 远早于计划，可能写错了年份，请核对")
    value = worth(number, kind, item, unit, say)
    if value is None or when.period is None or recorded.fault or not region or basis is None or status is None:
        return
    if not check_time(when.period, recorded, desk.as_of, row.sayer("period", desk), row.sayer("recorded_at", desk)):
        return
    meant = desk.basis(item, basis or when.basis)
    desk.entries.append(
        Entry(
            item,
            when.period if meant == "single" else at_frequency(when.period, item.frequency),
            value,
            meant,
            region,
            source,
            recorded.text or desk.as_of.isoformat(),
            bool(recorded.text),
            row["value"],
            row.line,
            row.column("value"),
            row.sheet.name,
            status,
        )
    )


def _indicator(row: Row, desk: Desk) -> tuple[Indicator | None, str]:
    written = row["indicator"]
    item, tail = find(desk.names, written)
    say = row.sayer("indicator", desk)
    if item is None:
        say("error", "unknown_indicator", unknown(desk.plan, written) if written.strip() else "指标为空")
    elif written not in desk.names.exact:
        say("warning", "indicator_spelling", f"指标名称的写法已规范为“{item.name}”")
    return item, tail


def _when(row: Row, desk: Desk) -> When:
    when = read_when(row["period"], year=desk.year)
    say = row.sayer("period", desk)
    remark(say, when.notes)
    if when.fault:
        say("error", *when.fault)
        return When(fault=when.fault)
    return when


def _word(text: str, words: dict[str, str], known: Sequence[str], say: Say) -> str | None:
    """A fixed word of ours or its Chinese name; None where it is neither."""
    plain = text.strip()
    if plain and plain not in known and plain not in words:
        say("error", "word", f"“{plain}”不认识，{candidates(plain, (*words, *known))}")
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


def _recorded(row: Row, desk: Desk) -> Recorded:
    if "recorded_at" not in row.places:
        return Recorded()
    recorded, say = read_recorded(row["recorded_at"]), row.sayer("recorded_at", desk)
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
