"""What entries say of each other and of what was known: conflicts are refused, doubtful facts are named and kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from tongdao.base import parse_period
from tongdao.intake.layouts.judge import Desk, Entry, plain_decimal
from tongdao.plan import Indicator
from tongdao.workbook import JUMP, middle

Key = tuple[str, str, str, str]


@dataclass(frozen=True)
class Known:
    """Readings already there: of each key its vintages as (recorded_at, value), oldest first.

    ``withdrawn`` are the (key, recorded_at) of rows that no longer count but still stand in the file.
    """

    vintages: Mapping[Key, tuple[tuple[str, Decimal], ...]]
    withdrawn: frozenset[tuple[Key, str]] = frozenset()


def fresh(desk: Desk, known: Known) -> list[Entry]:
    """The entries that become readings; conflicts and doubts go to the desk's findings.

    An entry that says what is known already is left out. One without a date of its own that differs from a
    reading of the very same day is dated a second later: a correction, not a contradiction.
    """
    kept = _once(desk)
    new: list[Entry] = []
    same = 0
    for entry in kept:
        vintages = known.vintages.get(entry.key, ())
        if (entry.key, entry.recorded_at) in known.withdrawn:
            words = f"同一记录时间的读数已撤回，这里记作 {desk.as_of} 记录"
            _say(desk, entry, "info", "again", words)
            entry = replace(entry, recorded_at=_free(entry, known, desk.as_of), dated=False)  # noqa: PLW2901
        held = dict(vintages).get(entry.recorded_at)
        if not entry.dated:
            if vintages and vintages[-1][1] == entry.value:
                same += 1
                continue
            if vintages and vintages[-1][0] >= entry.recorded_at:
                entry = replace(entry, recorded_at=_after(vintages[-1][0], desk.as_of))  # noqa: PLW2901
        elif held is not None and held != entry.value:
            both = f"已有同一期间、同一记录时间的读数 {plain_decimal(held)}，这里是 {plain_decimal(entry.value)}"
            _say(desk, entry, "error", "conflict", f"冲突：{both}；修订请写较晚的记录时间")
            continue
        elif held is not None:
            same += 1
            continue
        if vintages and vintages[-1][1] != entry.value:
            step = f"{plain_decimal(vintages[-1][1])} 改为 {plain_decimal(entry.value)}"
            _say(desk, entry, "info", "revision", f"修订：{step}，旧值保留")
        new.append(entry)
    if same:
        desk.sayer("")("info", "known", f"{same} 个数与已有读数相同，没有重复记入")
    _doubts(desk, kept, known)
    return new


def _free(entry: Entry, known: Known, as_of: date) -> str:
    moment = as_of.isoformat()
    while (entry.key, moment) in known.withdrawn:
        moment = _after(moment, as_of)
    return moment


def _after(last: str, as_of: date) -> str:
    moment = last if "T" in last else f"{last}T00:00:00"
    if moment[:10] > as_of.isoformat():
        return as_of.isoformat()
    hours, minutes, seconds = (int(part) for part in moment[11:19].split(":"))
    total = min(hours * 3600 + minutes * 60 + seconds + 1, 86_399)
    return f"{moment[:10]}T{total // 3600:02d}:{total // 60 % 60:02d}:{total % 60:02d}"


def _say(desk: Desk, entry: Entry, severity: str, code: str, words: str) -> None:
    desk.sayer(entry.sheet, entry.row, entry.column, entry.text)(severity, code, words)


def _once(desk: Desk) -> list[Entry]:
    """One entry of each key and date: a repetition is named, two values for one thing are refused."""
    seen: dict[tuple[Key, str], Entry] = {}
    for entry in desk.entries:
        first = seen.setdefault((entry.key, entry.recorded_at), entry)
        if first is entry:
            continue
        where = f"第 {first.row} 行" if first.sheet == entry.sheet else f"表“{first.sheet}”第 {first.row} 行"
        if first.value == entry.value:
            _say(desk, entry, "warning", "duplicate", f"与{where}重复，只记一次")
        else:
            both = f"{plain_decimal(first.value)} 与 {plain_decimal(entry.value)}"
            here = f"第 {entry.row} 行" if first.sheet == entry.sheet else f"表“{entry.sheet}”第 {entry.row} 行"
            for one, other in ((first, here), (entry, where)):
                words = f"冲突：“{entry.item.name}” {entry.period} 在{other}还有一个不同的值（{both}），不知以哪个为准"
                _say(desk, one, "error", "conflict", words)
    return list(seen.values())


def _doubts(desk: Desk, entries: Iterable[Entry], known: Known) -> None:
    """Falls and jumps along each series, the file's values over those known."""
    series: dict[tuple[str, str, str], dict[int, tuple[int, Decimal, Entry | None]]] = {}
    wanted = {(entry.item.id, entry.region, entry.basis) for entry in entries}
    for (item, region, written, basis), vintages in known.vintages.items():
        if (item, region, basis) in wanted:
            period = parse_period(written)
            series.setdefault((item, region, basis), {})[period.end] = (period.months, vintages[-1][1], None)
    for entry in sorted(entries, key=lambda e: e.recorded_at):
        points = series.setdefault((entry.item.id, entry.region, entry.basis), {})
        held = points.get(entry.period.end)
        if held and held[2] and held[0] != entry.period.months and held[1] != entry.value:
            both = f"{plain_decimal(held[1])} 和 {plain_decimal(entry.value)}"
            words = f"矛盾：{held[2].period} 与 {entry.period} 同一天结束，值却是 {both}，请核对"
            _say(desk, entry, "warning", "contradiction", words)
        points[entry.period.end] = (entry.period.months, entry.value, entry)
    for points in series.values():
        _along(desk, points)


def _along(desk: Desk, points: dict[int, tuple[int, Decimal, Entry | None]]) -> None:
    before: tuple[int, Decimal] | None = None
    usual = middle(value for _, value, _ in points.values())
    for end, (_, value, entry) in sorted(points.items(), key=lambda point: point[0]):
        if entry:
            flow = entry.item.measure == "flow" and entry.basis == "cumulative"
            if flow and before and before[0] // 12 == end // 12 and value < before[1]:
                why = "如有撤销请说明" if entry.item.may_fall else "累计数不应下降"
                words = f"下降：累计 {plain_decimal(value)} 小于上一期的 {plain_decimal(before[1])}，{why}"
                _say(desk, entry, "warning", "fall", f"{words}，照原数记入，请核对")
            scale = usual or (before[1] if before and before[1] > 0 else None)
            if words := _size(entry.item, value, scale):
                _say(desk, entry, "warning", "jump", f"{words}，疑似单位或小数点有误，照原数记入，请核对")
        before = (end, value)


def _size(item: Indicator, value: Decimal, scale: Decimal | None) -> str:
    """In words, that a value is hundreds of times its neighbours or the target: the unit may be another."""
    size, shown = abs(value), plain_decimal(value)
    target = abs(Decimal(repr(item.target))) if item.target else None
    if item.measure in ("growth", "average_growth"):
        return f"突增：{shown} 远离目标 {item.target:g}" if target and size > 25 * target else ""
    if scale and size > JUMP * scale:
        return f"突增：{shown} 是同列其他数（{plain_decimal(scale)}）的 {int(size / scale)} 倍"
    if not scale and target and size > JUMP * target:
        return f"突增：{shown} 是目标 {item.target:g} 的 {int(size / target)} 倍"
    if target and 0 < size * JUMP * 4 < target and not item.counts:
        return f"突减：{shown} {item.unit} 不到目标的 {JUMP * 4} 分之一"
    return ""
