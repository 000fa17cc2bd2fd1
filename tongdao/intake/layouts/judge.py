"""Judge one value with everything around it: it becomes an entry, or a finding says why not. Both layouts end here."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from tongdao.base import MONEY, MONTHS, Period, Recorded
from tongdao.intake.cells.names import names_of
from tongdao.intake.cells.numbers import Number, Unit, unit_for
from tongdao.intake.files.sheet import Finding, Sheet, letter
from tongdao.plan import Indicator, Plan

Say = Callable[[str, str, str], None]  # severity, code, words: a finding about the cell at hand
MAY_FALL_BELOW_ZERO = ("growth", "net", "average_growth")


@dataclass(frozen=True)
class Entry:
    """A reading to be, in the indicator's unit. ``dated`` says whether the file itself gave ``recorded_at``."""

    item: Indicator
    period: Period
    value: Decimal
    basis: str
    region: str
    source: str
    recorded_at: str
    dated: bool
    text: str
    row: int
    column: str
    sheet: str
    status: str = ""

    @cached_property
    def key(self) -> tuple[str, str, str, str]:
        """What a reading is of; its vintages differ in ``recorded_at`` alone."""
        return self.item.id, self.region, str(self.period), self.basis

    def cells(self) -> dict[str, str]:
        """The row of readings.csv by column; what is finer than the indicator's frequency is preliminary."""
        finer = self.period.months < MONTHS[self.item.frequency]
        return {
            "indicator": self.item.id,
            "region": self.region,
            "period": str(self.period),
            "value": plain_decimal(self.value),
            "unit": self.item.unit,
            "basis": self.basis,
            "status": self.status or ("preliminary" if finer else "final"),
            "source": self.source,
            "recorded_at": self.recorded_at,
        }


@dataclass
class Desk:
    """State while parsing one file: plan, as-of day, entries and findings.

    ``origin`` is the source of a reading whose file names none; ``bases`` says on which basis earlier
    readings of an indicator stand.
    """

    plan: Plan
    as_of: date
    year: int | None
    origin: str = ""
    bases: dict[str, str] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    data_rows: int = 0
    on_step: Callable[[int, int], None] | None = None

    def __post_init__(self) -> None:
        self.names = names_of(self.plan)

    @property
    def refused(self) -> bool:
        return any(found.severity == "error" for found in self.findings)

    def sayer(self, sheet: str, row: int | None = None, column: str | None = None, value: str | None = None) -> Say:
        """The function that adds findings about one place."""

        def say(severity: str, code: str, words: str) -> None:
            finding = Finding(severity, code, f"{words}。", row, column, value, sheet or None)  # type: ignore[arg-type]
            self.findings.append(finding)

        return say

    def basis(self, item: Indicator, said: str = "") -> str:
        """Flows are cumulative unless the file says single; a net stays on the basis its readings have had."""
        if item.measure == "flow":
            return "single" if said == "single" else "cumulative"
        return (said or self.bases.get(item.id, "cumulative")) if item.measure == "net" else "level"


@dataclass(frozen=True)
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
        return self.sheet.kind(self.number, place)

    def column(self, place: int) -> str:
        head = "" if self.sheet.spreadsheet and place >= 0 else self.heads.get(place)
        return head or letter(place + 1)

    def say(self, place: int) -> Say:
        """As ``Desk.sayer`` for a cell; the place is worked out only where something is said."""

        def say(severity: str, code: str, words: str) -> None:
            where = self.sheet.name, self.number, self.column(place), self.text(place)
            self.desk.sayer(*where)(severity, code, words)

        return say

    def remark(self, code: str, words: str, value: str | None = None) -> None:
        """A warning about the whole line."""
        self.desk.sayer(self.sheet.name, self.number, None, value)("warning", code, words)


@dataclass(frozen=True)
class Facts:
    """What a line and its header say of a value; no ``period`` where some of it was refused already.

    ``places`` are where the period and the moment of recording stand.
    """

    item: Indicator
    unit: Unit
    period: Period | None
    basis: str
    region: str
    source: str
    places: tuple[int, int]
    recorded: Recorded = Recorded()  # noqa: RUF009 - frozen
    status: str = ""


def judge(line: Line, place: int, number: Number, facts: Facts) -> Decimal | None:
    """The value in the indicator's unit, filed as an entry; None where a finding refuses it or nothing was reported."""
    desk, period, recorded = line.desk, facts.period, facts.recorded
    value = _worth(number, line.kind(place), facts.item, facts.unit, line.say(place))
    if value is None or period is None or not _timely(line, period, facts):
        return None
    moment, dated = recorded.text or desk.as_of.isoformat(), bool(recorded.text)
    basis = desk.basis(facts.item, facts.basis)
    where = line.text(place), line.number, line.column(place), line.sheet.name
    entry = Entry(facts.item, period, value, basis, facts.region, facts.source, moment, dated, *where, facts.status)
    desk.entries.append(entry)
    return value


def plain_decimal(value: Decimal) -> str:
    """A number without exponent or superfluous zeros, exact."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def remark(say: Say, notes: Iterable[tuple[str, str]]) -> None:
    """A warning for each oddity of writing that was read as meant."""
    for code, words in notes:
        say("warning", code, words)


def declared(written: str, item: Indicator | None, say: Say) -> Unit | None:
    """The unit a row declares for its indicator; a finding says what was made of it, or why it cannot be used."""
    if not written.strip():
        say("error", "unit_empty", "单位为空，不能猜测" + (f"，请写 {item.unit}" if item else ""))
        return None
    if item is None:
        return None
    unit = unit_for(written, item.unit)
    if unit is None:
        say("error", "unit_mismatch", f"单位“{written}”不认识或与“{item.name}”不符，应为 {item.unit}")
    elif unit.factor != 1:
        say("warning", "unit_converted", f"单位已换算：{written} 换算成 {item.unit}")
    elif written != item.unit:
        say("warning", "unit_spelling", f"单位已规范：“{written}”读作 {item.unit}")
    return unit


def _worth(number: Number, kind: str, item: Indicator, unit: Unit, say: Say) -> Decimal | None:
    """The value in the indicator's unit; None where nothing was reported or the cell is refused."""
    remark(say, number.notes)
    if number.fault:
        say("error", *number.fault)
    if number.value is None:
        return None
    value = number.value
    if number.unit == "*":
        value = value / MONEY[item.unit] if item.unit in MONEY else value
    elif number.unit:
        glued = unit_for(number.unit, item.unit)
        if glued is None:
            say("error", "unit_mismatch", f"数值里的单位“{number.unit}”与“{item.name}”的单位 {item.unit} 不符")
            return None
        value *= glued.factor
        if glued.factor != 1:
            say("warning", "unit_converted", f"已按 {plain_decimal(value)} {item.unit} 记入")
    elif kind == "percent":
        if item.unit != "%":
            say("error", "unit_mismatch", f"单元格是百分比格式，“{item.name}”的单位却是 {item.unit}")
            return None
        value *= 100
        say("warning", "percent_format", f"单元格是百分比格式，已读作 {plain_decimal(_rounded(value))}%")
    else:
        value *= unit.factor
    value = _rounded(value) if kind in ("number", "percent") else value
    if fault := _impossible(value, item):
        say("error", *fault)
        return None
    if _fraction(value, item):
        shown, whole = plain_decimal(value), plain_decimal(value * 100)
        say("warning", "scale", f"疑似单位有误：{shown} 像是 {whole}% 写成了小数，原样记入，请核对")
    return value


def _rounded(value: Decimal) -> Decimal:
    """To fifteen significant digits, as Excel itself shows; the rest is noise of binary fractions."""
    return value.normalize() if value == 0 else round(value, 14 - value.adjusted())


def _impossible(value: Decimal, item: Indicator) -> tuple[str, str] | None:
    """Why a value cannot be: a fraction of a firm, a negative count, a share above its limit; as code and words."""
    shown, limit = plain_decimal(value), item.upper_limit
    if item.counts and value != value.to_integral_value():
        return "fraction", f"“{item.name}”应为整数，{shown} {item.unit} 不可能"
    if value < 0 and item.measure not in MAY_FALL_BELOW_ZERO:
        return "negative", f"“{item.name}”不会是负数，{shown} 不能用"
    if limit is not None and value > Decimal(repr(limit)):
        return "over_limit", f"“{item.name}”超过 {limit:g}{item.unit} 的上限，{shown} 不可能"
    if item.measure in ("growth", "average_growth") and value < -100:
        return "under_limit", f"“{item.name}”下降超过 100%，{shown} 不可能"
    return None


def _fraction(value: Decimal, item: Indicator) -> bool:
    """Whether a percentage looks like a fraction: below one, and a hundred times as much would be near its target."""
    if item.unit != "%" or not 0 < abs(value) < 1 or not item.target or item.target < 4:
        return False
    return Decimal("0.25") <= abs(value) * 100 / Decimal(repr(item.target)) <= 5


def _timely(line: Line, period: Period, facts: Facts) -> bool:
    """A future period, a recording in the future or before the period was over are refused."""
    as_of, moment = line.desk.as_of, facts.recorded.text
    say, say_recorded = (line.say(place) for place in facts.places)
    if period.last_day > as_of:
        say("error", "future", f"期间 {period} 到 {as_of} 还没有结束，是未来的期间")
    elif moment and facts.recorded.day > as_of:
        say_recorded("error", "recorded_future", f"记录时间 {moment} 在未来（今天按 {as_of} 计）")
    elif moment and facts.recorded.day < period.last_day:
        words = f"记录时间 {moment} 早于期末 {period.last_day}，期间还没结束不会有数"
        say_recorded("error", "recorded_early", words)
    else:
        return True
    return False
