"""One value cell with everything around it becomes an entry, or a finding says why not."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from tongdao.base import MONEY, MONTHS, Period
from tongdao.intake.cells.names import names_of
from tongdao.intake.cells.numbers import Number
from tongdao.intake.cells.periods import Recorded
from tongdao.intake.cells.units import Unit, unit_for
from tongdao.intake.files.sheet import Finding
from tongdao.plan import Indicator, Plan

Say = Callable[[str, str, str], None]  # severity, code, words: a finding about the cell at hand


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
    """What the clerk knows while reading one file, and what she has written down so far.

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

    def sayer(self, sheet: str, row: int | None = None, column: str | None = None, value: str | None = None) -> Say:
        """The function that writes down what is said of one place."""

        def say(severity: str, code: str, words: str) -> None:
            finding = Finding(severity, code, f"{words}。", row, column, value, sheet or None)  # type: ignore[arg-type]
            self.findings.append(finding)

        return say

    def basis(self, item: Indicator, said: str = "") -> str:
        """Flows are cumulative unless the file says single; a net stays on the basis its readings have had."""
        if item.measure == "flow":
            return "single" if said == "single" else "cumulative"
        return (said or self.bases.get(item.id, "cumulative")) if item.measure == "net" else "level"


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


def worth(number: Number, kind: str, item: Indicator, unit: Unit, say: Say) -> Decimal | None:
    """The value in the indicator's unit; None where nothing was reported or the cell is refused.

    What is impossible is an error (a fraction of a firm, a negative count, a share above its limit); a
    percentage that looks like a fraction is kept as written and named.
    """
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
    if kind in ("number", "percent"):
        value = _rounded(value)
    return _possible(value, item, say)


def _rounded(value: Decimal) -> Decimal:
    """To fifteen significant digits, as Excel itself shows; the rest is noise of binary fractions."""
    return value.normalize() if value == 0 else round(value, 14 - value.adjusted())


def _possible(value: Decimal, item: Indicator, say: Say) -> Decimal | None:
    shown = plain_decimal(value)
    if item.counts and value != value.to_integral_value():
        say("error", "fraction", f"“{item.name}”应为整数，{shown} {item.unit} 不可能")
        return None
    if value < 0 and item.measure not in ("growth", "net", "average_growth"):
        say("error", "negative", f"“{item.name}”不会是负数，{shown} 不能用")
        return None
    limit = item.upper_limit
    if limit is not None and value > Decimal(repr(limit)):
        say("error", "over_limit", f"“{item.name}”超过 {limit:g}{item.unit} 的上限，{shown} 不可能")
        return None
    if item.measure in ("growth", "average_growth") and value < -100:
        say("error", "under_limit", f"“{item.name}”下降超过 100%，{shown} 不可能")
        return None
    if _fraction(value, item):
        say(
            "warning", "scale", f"疑似单位有误：{shown} 像是 {plain_decimal(value * 100)}% 写成了小数，原样记入，请核对"
        )
    return value


def _fraction(value: Decimal, item: Indicator) -> bool:
    """Whether a percentage looks like a fraction: below one, and a hundred times as much would be near its target."""
    if item.unit != "%" or not 0 < abs(value) < 1 or not item.target or item.target < 4:
        return False
    return Decimal("0.25") <= abs(value) * 100 / Decimal(repr(item.target)) <= 5


def check_time(period: Period, recorded: Recorded, as_of: date, say: Say, say_recorded: Say) -> bool:
    """A future period, a recording in the future or before the period was over are refused."""
    if period.last_day > as_of:
        say("error", "future", f"期间 {period} 到 {as_of} 还没有结束，是未来的期间")
        return False
    if recorded.text and recorded.day > as_of:
        say_recorded("error", "recorded_future", f"记录时间 {recorded.text} 在未来（今天按 {as_of} 计）")
        return False
    if recorded.text and recorded.day < period.last_day:
        say_recorded(
            "error", "recorded_early", f"记录时间 {recorded.text} 早于期末 {period.last_day}，期间还没结束不会有数"
        )
        return False
    return True
