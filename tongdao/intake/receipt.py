"""From bytes to a receipt: everything is read and judged, and held against what was known, before anything is written.

Conflicts are refused, doubtful facts are named and kept.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache, cached_property
from itertools import pairwise
from operator import attrgetter
from typing import Any

from tongdao.base import Period, one_year, parse_period, shown
from tongdao.intake.judge import Desk, Entry, Step
from tongdao.intake.layout import known_words, read_layout
from tongdao.intake.numbers import plain_decimal
from tongdao.intake.sandbox import read_sheets
from tongdao.intake.sheet import SHOWN, Delivery, Finding, RefusedError, Severity, Sheet, Verdict, verdict_of
from tongdao.plan import Indicator, Plan
from tongdao.workbook import JUMP, middle

MOST_PLACES = 6  # of one kind of finding that a line of a receipt names
LEAP = 1000  # times all known figures: a factor of ten thousand between two units, less what may have changed
Key = tuple[str, str, str, str]
Series = tuple[str, str, str]  # indicator, region, basis


@dataclass(frozen=True)
class Known:
    """Readings already there: of each key its vintages as (recorded_at, value), oldest first.

    ``withdrawn`` are the (key, recorded_at) of rows that no longer count but still stand in the file.
    """

    vintages: Mapping[Key, tuple[tuple[str, Decimal], ...]]
    withdrawn: frozenset[tuple[Key, str]] = frozenset()

    @cached_property
    def series(self) -> dict[Series, list[tuple[Period, Decimal]]]:
        """The last vintage of each period, by the end of the period."""
        found = defaultdict[Series, list[tuple[Period, Decimal]]](list)
        dated = ((parse_period(key[2]), key, rows[-1][1]) for key, rows in self.vintages.items())
        for period, (item, region, _, basis), value in sorted(dated, key=lambda one: (one[0].end, one[1])):
            found[item, region, basis].append((period, value))
        return found


@dataclass(frozen=True)
class Receipt:
    """What became of one file (数据回执). ``digest`` is the SHA-256 of its bytes; ``rows`` counts its rows of data.

    A sheet of a list or register brings no readings: ``table`` is its file in the workbook, ``added`` the rows to
    be added to it, by the file's own titles, ``repeated`` those it has that are said again, ``content`` the new file.
    """

    file: str
    digest: str
    verdict: Verdict
    entries: tuple[Entry, ...]
    findings: tuple[Finding, ...]
    rows: int = 0
    indicators: tuple[str, ...] = ()
    sheets: tuple[Sheet, ...] = field(default=(), repr=False)
    same: tuple[Entry, ...] = ()  # readings there already that it says as well
    table: str = ""
    added: tuple[Mapping[str, str], ...] = ()
    repeated: tuple[Mapping[str, str], ...] = field(default=(), repr=False)
    content: bytes = field(default=b"", repr=False)
    notes: tuple[Finding, ...] = field(default=(), repr=False)  # of its findings those of the file itself

    @property
    def brings(self) -> str:
        """What it adds, counted: “3 个读数”, or of a list “ledger/projects.csv 的 2 条记录”."""
        return f"{self.table} 的 {len(self.added)} 条记录" if self.table else f"{len(self.entries)} 个读数"

    def recorded(self, as_of: date) -> list[tuple[date, int]]:
        """The days of recording of what it brings and the last months that it speaks of; 0 for rows of a list."""
        readings = {(entry.recorded_at[:10], entry.period.end) for entry in self.entries}
        days = [(date.fromisoformat(day), end) for day, end in readings]
        return [*days, *([(as_of, 0)] if self.added else [])]

    def lines(self) -> list[tuple[Severity, str, str, str]]:
        """For reading, a line a kind of finding: its severity, the places, what stood there, the words of the first."""
        kinds: dict[tuple[Severity, str], list[Finding]] = {}
        for item in self.findings:
            kinds.setdefault((item.severity, item.code), []).append(item)
        made: list[tuple[Severity, str, str, str]] = []
        for (severity, _), items in kinds.items():
            places = [*dict.fromkeys([items[0].place or "全表", *(item.cell for item in items[1:])])]
            values = [*dict.fromkeys(shown(item.value)[:SHOWN] for item in items if item.value)]
            where = "、".join(places[:MOST_PLACES]) + (f" 等 {len(places)} 处" if places[MOST_PLACES:] else "")
            stood = "、".join(values[:MOST_PLACES]) + (" 等" if values[MOST_PLACES:] else "")
            made.append((severity, where, stood, shown(items[0].message)))
        return made

    def record(self) -> dict[str, Any]:
        """As printed: personal numbers starred, unseen marks written out, long cells cut."""
        findings = [item.record() for item in self.findings]
        counts = {"verdict": self.verdict, "readings": len(self.entries)}
        more = {"table": self.table, "added": len(self.added)} if self.table else {}
        return counts | {"findings": findings, "file": shown(self.file)} | more


def judge(
    delivery: Delivery, plan: Plan, known: Known, last: Collection[Collection[str]] = (), on_step: Step | None = None
) -> Receipt:
    """Read a delivered file and give its receipt; nothing is written. ``known`` are the readings there are, as of its
    day, ``last`` the indicators of the deliveries before, the latest first."""
    bases = {key[0]: key[3] for key in known.vintages}
    stocks = {of[:2]: points[-1][1] for of, points in known.series.items() if of[2] == "level"}
    desk = Desk(plan, delivery.as_of, one_year(delivery.file), delivery.file, bases, on_step, stocks)
    entries, same, sheets, notes = list[Entry](), list[Entry](), list[Sheet](), list[Finding]()
    try:
        sheets, notes = read_sheets(delivery.content, delivery.file, known_words(desk))
        desk.findings.extend(notes)
        read_layout(sheets, desk)
        if delivery.typed:
            desk.entries = [entry._replace(dated=False) for entry in desk.entries]
        entries, same = fresh(desk, known, confirmed=delivery.confirmed)
    except RefusedError as refusal:
        desk.findings.append(refusal.finding)
    indicators = tuple(dict.fromkeys(entry.item.id for entry in desk.entries))
    errors = {(item.sheet, item.row) for item in desk.findings if item.severity == "error" and item.row}
    if desk.data_rows > 1 and len(errors) >= desk.data_rows and not desk.entries:
        desk.sayer()("error", "all_rows", f"{desk.data_rows} 行数据全部不能用，已逐行列出")
    elif not desk.entries and desk.data_rows and not desk.refused:
        desk.sayer()("warning", "no_values", "所有数值都是空白或缺失，没有可记入的读数")
    if not desk.refused and (left := desk.numbers - len(desk.entries)) > 0:
        words = f"表里 {desk.numbers} 个数中读了 {len(desk.entries)} 个，另外 {left} 个没有读取，原因见各条提示"
        desk.sayer()("warning", "left_out", words)
    if not desk.refused:  # indicators that the like delivery before had and this one lacks; nothing is deleted
        like = next((before for before in last if len({*indicators} & {*before}) * 2 >= len(before)), ())
        names = {item.id: item.name for item in plan.indicators}
        if missing := "、".join(names[item] for item in like if item not in indicators):
            words = f"缺少指标：上一次同类报送有{missing}，这次没有；已有读数不删除"
            desk.sayer()("warning", "dropped", words)
    verdict = verdict_of(desk.findings)
    findings = tuple(dict.fromkeys(desk.findings))
    new, as_well = ((), ()) if verdict == "reject" else (tuple(entries), tuple(same))
    read = tuple(sheets) if findings else ()  # nobody marks what has no fault
    told = delivery.file, delivery.digest, verdict, new, findings, desk.data_rows, indicators, read, as_well
    return Receipt(*told, notes=tuple(notes))


def fresh(desk: Desk, known: Known, *, confirmed: bool = False) -> tuple[list[Entry], list[Entry]]:
    """The entries that become readings, and those that are readings already; conflicts and doubts go to the findings.

    An entry that says what is known already is no new reading. One without a date of its own that differs from a
    reading of the very same day is dated a second later: a correction, not a contradiction.
    """
    kept = _once(desk)
    new, same = list[Entry](), list[Entry]()
    for entry in kept:
        vintages = known.vintages.get(entry.key, ())
        if known.withdrawn and (entry.key, entry.recorded_at) in known.withdrawn:
            _say(desk, entry, "info", "again", f"同一记录时间的读数已撤回，这里记作 {desk.as_of} 记录")
            entry = entry._replace(recorded_at=desk.as_of.isoformat(), dated=False)  # noqa: PLW2901
        held = dict(vintages).get(entry.recorded_at) if vintages else None
        if not entry.dated:
            told = [vintage for vintage in vintages if vintage[0][:10] <= entry.recorded_at[:10]]
            if told and told[-1][1] == entry.value:
                same.append(entry._replace(recorded_at=told[-1][0]))
                continue
            taken = {at for at, _ in vintages} | {at for key, at in known.withdrawn if key == entry.key}
            if not (moment := _free(entry.recorded_at, taken)):
                words = f"{entry.recorded_at[:10]} 的最后一秒已有记录，请第二天再交，或写明记录时间"
                _say(desk, entry, "error", "conflict", f"冲突：{words}")
                continue
            entry = entry._replace(recorded_at=moment)  # noqa: PLW2901
        elif held is not None and held != entry.value:
            both = f"已有同一期间、同一记录时间的读数 {plain_decimal(held)}，这里是 {plain_decimal(entry.value)}"
            _say(desk, entry, "error", "conflict", f"冲突：{both}；修订请写较晚的记录时间")
            continue
        elif held is not None:
            same.append(entry)
            continue
        if vintages and vintages[-1][1] != entry.value:
            step = f"{plain_decimal(vintages[-1][1])} 改为 {plain_decimal(entry.value)}"
            _say(desk, entry, "info", "revision", f"修订：{step}，旧值保留")
        new.append(entry)
    if same:
        desk.sayer()("info", "known", f"{len(same)} 个数与已有读数相同，没有重复记入")
    _doubts(desk, kept, known, set() if confirmed else _leaps(desk, kept, known))
    _gaps(desk, kept)
    return new, same


def _free(moment: str, taken: Collection[str]) -> str:
    """The moment, or, where its day has any from it on, a second after the last of them; empty if the day is over."""
    last = max((at for at in taken if at[:10] == moment[:10] and at >= moment), default="")
    if not last:
        return moment
    after = (datetime.fromisoformat(last) + timedelta(seconds=1)).isoformat()
    return after if after[:10] == moment[:10] else ""


def _say(desk: Desk, entry: Entry, severity: Severity, code: str, words: str) -> None:
    desk.sayer(entry.sheet, entry.row, entry.column, entry.text)(severity, code, words)


def _once(desk: Desk) -> list[Entry]:
    """One entry of each key and date: a repetition is named, two values for one thing are refused."""
    seen, kept = defaultdict[Key, dict[str, Entry]](dict), list[Entry]()
    for entry in desk.entries:
        first = seen[entry.key].setdefault(entry.recorded_at, entry)
        if first is entry:
            kept.append(entry)
            continue
        one_sheet = first.sheet == entry.sheet
        where, here = (f"{'' if one_sheet else f'表“{at.sheet}”'}第 {at.row} 行" for at in (first, entry))
        if first.value == entry.value:
            _say(desk, entry, "warning", "duplicate", f"与{where}重复，只记一次")
        else:
            both = f"{plain_decimal(first.value)} 与 {plain_decimal(entry.value)}"
            for one, other in ((first, here), (entry, where)):
                words = f"冲突：“{entry.item.name}” {entry.period} 在{other}还有一个不同的值（{both}），不知以哪个为准"
                _say(desk, one, "error", "conflict", words)
    return kept


def _doubts(desk: Desk, entries: Iterable[Entry], known: Known, asked: Collection[int]) -> None:
    """Falls and jumps along each series, the file's values over those known; ``asked`` are entries (by ``id``) of whose
    size something was said."""
    series: dict[Series, dict[int, tuple[int, Decimal, Entry | None]]] = {}
    for entry in sorted(entries, key=attrgetter("recorded_at")):
        if (points := series.get(entry.series)) is None:
            before = known.series.get(entry.series, ())
            points = series[entry.series] = {period.end: (period.months, value, None) for period, value in before}
        held = points.get(entry.period.end)
        if held and held[2] and held[0] != entry.period.months and held[1] != entry.value:
            both = f"{plain_decimal(held[1])} 和 {plain_decimal(entry.value)}"
            words = f"矛盾：{held[2].period} 与 {entry.period} 同一天结束，值却是 {both}，请核对"
            _say(desk, entry, "warning", "contradiction", words)
        points[entry.period.end] = (entry.period.months, entry.value, entry)
    for points in series.values():
        last: tuple[int, Decimal] | None = None
        usual = middle(value for _, value, _ in points.values())
        for end, (_, value, of) in sorted(points.items(), key=lambda point: point[0]):
            if of:
                flow = of.item.traits.cumulates and of.basis == "cumulative"
                if flow and last and last[0] // 12 == end // 12 and value < last[1]:
                    why = "如有撤销请说明" if of.item.may_fall else "累计数不应下降"
                    words = f"下降：累计 {plain_decimal(value)} 小于上一期的 {plain_decimal(last[1])}，{why}"
                    _say(desk, of, "warning", "fall", f"{words}，照原数记入，请核对")
                scale = usual or (last[1] if last and last[1] > 0 else None)
                if id(of) not in asked and (words := _size(of.item, value, scale)):
                    _say(desk, of, "warning", "jump", f"{words}，疑似单位或小数点有误，照原数记入，请核对")
            last = (end, value)


def _leaps(desk: Desk, entries: Iterable[Entry], known: Known) -> set[int]:
    """Figures thousands of times the known ones or a thousandth of them, as 万元 for 亿元 makes, wait for a word."""
    asked = set[int]()

    @cache
    def known_sizes(of: Series) -> list[Decimal]:
        return [size for _, value in known.series.get(of, ()) if (size := abs(value))]

    for entry in entries if known.vintages else ():
        sizes, size = known_sizes(entry.series), abs(entry.value)
        if not sizes or not size:
            continue
        below = not entry.item.counts and size * LEAP <= min(sizes)
        value = plain_decimal(entry.value)
        if entry.item.unit == "%" and _fraction(size, sizes):
            words = f"{value}% 像是 {plain_decimal(entry.value * 100)}% 写成了小数（已有 {plain_decimal(sizes[-1])}%）"
        elif not entry.item.traits.rate and (below or size >= LEAP * max(sizes)):
            near = min(sizes) if below else max(sizes)
            times = f"{int(near / size if below else size / near)} {'分之一' if below else '倍'}"
            words = f"{value} {entry.item.unit}是已有读数（{plain_decimal(near)}）的 {times}，多半是单位写错"
        else:
            continue
        words += "，没有记入；核对后确实无误，请用 tongdao add --confirmed 再交一次"
        _say(desk, entry, "error", "leap", words)
        asked.add(id(entry))
    return asked


def _fraction(size: Decimal, known: Sequence[Decimal]) -> bool:
    """Whether a share far below the known ones would be among them as per cent, and has more places than they have."""
    places = [-int(each.normalize().as_tuple().exponent) for each in (size, *known)]
    near = min(known) <= size * 200 and size * 50 <= max(known)
    return near and size * 20 < min(known) and places[0] > max(places[1:])


def _gaps(desk: Desk, entries: Iterable[Entry]) -> None:
    """A month missing between the others of a file is named."""
    series: dict[tuple[str, str, str, int], dict[int, Entry]] = {}
    for entry in entries:
        key = entry.item.name, entry.region, entry.basis, entry.period.months
        series.setdefault(key, {})[entry.period.end] = entry
    missing: dict[str, list[str]] = {}
    for (name, _, _, months), points in series.items():
        ends = sorted(points)
        steps = [later - end for end, later in pairwise(ends)]
        usual = min(steps, default=0)
        if len(ends) > 2 and max(steps) > usual and steps.count(usual) * 2 > len(steps):
            between = sorted({*range(ends[0], ends[-1], usual)} - {*ends})
            if gone := [end for end in between if end % 12 or usual > 1]:  # January comes with February
                words = "、".join(str(Period(end, months)) for end in gone[:4])
                missing.setdefault(words + (" 等" if gone[4:] else ""), []).append(name)
    for words, names in missing.items():
        desk.sayer()("warning", "gap", f"前后都有，缺了 {words}（{'、'.join(dict.fromkeys(names))}），请核对是不是漏报")


def _size(item: Indicator, value: Decimal, scale: Decimal | None) -> str:
    """In words, that a value is hundreds of times its neighbours or the target: the unit may be another."""
    size, shown = abs(value), plain_decimal(value)
    target = abs(Decimal(repr(item.target))) if item.target else None
    if item.traits.rate:
        return f"突增：{shown} 远离目标 {item.target:g}" if target and size > 25 * target else ""
    if scale and size > JUMP * scale:
        return f"突增：{shown} 是同列其他数（{plain_decimal(scale)}）的 {int(size / scale)} 倍"
    if not scale and target and size > JUMP * target:
        return f"突增：{shown} 是目标 {item.target:g} 的 {int(size / target)} 倍"
    if target and 0 < size * JUMP * 4 < target and not item.counts:
        return f"突减：{shown} {item.unit} 不到目标的 {JUMP * 4} 分之一"
    return ""
