"""What is doubtful in a workbook that can nevertheless be read: problems to mend and hints to know."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from tongdao.analysis.road_map import impossible_deadlines
from tongdao.base import Period
from tongdao.plan import TO_CONFIRM, chosen, conflicts, quote_faults
from tongdao.workbook import (
    CORRECTIONS,
    FOLDER,
    JUMP,
    LEDGER,
    PLAN,
    READINGS,
    SERIES,
    Row,
    Workbook,
    as_known,
    lacking,
    matching,
    middle,
    placed,
    read_corrections,
    read_readings,
    read_receipt,
    read_withdrawn,
    receipt_files,
    stray_files,
    uncounted,
)


@dataclass(frozen=True)
class Finding:
    """``severity`` is 问题 (the check fails) or 提示 (worth knowing); ``place`` names file and entry."""

    severity: str
    place: str
    message: str


def findings(book: Workbook) -> list[Finding]:
    """Everything found, plan first, then readings."""
    return [found for check in _CHECKS for found in check(book)]


_problem, _hint = partial(Finding, "问题"), partial(Finding, "提示")


def _store(book: Workbook) -> str:
    """Where its readings lie, as its plan names it."""
    return book.plan.store or READINGS


def _at(book: Workbook, row: Any, words: str) -> Finding:
    """A problem of a line of readings."""
    return _problem(f"{_store(book)} 第 {row.line} 行", words)


def _unfilled(book: Workbook) -> Iterator[Finding]:
    """What a new workbook leaves to be written, and would be printed at the head of every report."""
    texts = {"title": book.plan.title, **{f"regions {code}": name for code, name in book.plan.regions.items()}}
    for key, text in texts.items():
        if "请填写" in text:
            yield _problem(f"{PLAN} {key}", f"还是模板里的“{text}”，请改成实际的名称。")


def _quotes(book: Workbook) -> Iterator[Finding]:
    """Every quote must stand in the plan's text word for word (line breaks aside)."""
    plan, path = book.plan, book.folder / (book.plan.text or "")
    if not plan.text:
        yield _hint(PLAN, "没有写明原文文件 text，引文无法核对。")
    elif not path.is_file():
        yield _problem(PLAN, f"原文文件 {plan.text} 不存在，引文无法核对，请放在工作簿里。")
    else:
        text = re.sub(r"\s", "", path.read_text(encoding="utf-8-sig"))
        for item in plan.indicators:
            if item.quote and re.sub(r"\s", "", item.quote) not in text:
                words = f"引文“{item.quote}”在 {plan.text} 中没有逐字出现，请核对原文。"
                yield _problem(f"{PLAN} [[indicator]] {item.id}", words)


def _targets(book: Workbook) -> Iterator[Finding]:
    """Each target says what its quote says."""
    for wrong, name, words in quote_faults(book.plan):
        yield (_problem if wrong else _hint)(f"{PLAN} [[indicator]] {name}", words)


def _open(book: Workbook) -> list[tuple[int, str]]:
    """The remarks of a proposed plan file that a person has not yet confirmed: line and words."""
    lines = enumerate((book.folder / PLAN).read_text(encoding="utf-8-sig").splitlines(), 1)
    return [
        (number, found[1].strip()) for number, line in lines if (found := re.search(f"#.*?{TO_CONFIRM}[：:](.*)", line))
    ]


def _unconfirmed(book: Workbook) -> Iterator[Finding]:
    for number, words in _open(book):
        yield _hint(f"{PLAN} 第 {number} 行", f"{TO_CONFIRM}：{words}。核对或改好以后，请删去这条注释。")


def _conflicts(book: Workbook) -> Iterator[Finding]:
    """What can be read in more than one way, with the reading chosen; a choice that fits nothing is a mistake."""
    pairs = [(one, chosen(book.plan, one)) for one in conflicts(book.plan)]
    for one, choice in pairs:
        words = f"采用的理解：{choice.reading}（{choice.by}）" if choice else "按哪种理解，请在 [[choice]] 中写明"
        yield _hint(f"{PLAN} {one.kind}", f"{one.message}。{words}。")
    used = [choice for _, choice in pairs]
    for choice in (choice for choice in book.plan.choices if choice not in used):
        words = f"没有发现对应的疑义（{'、'.join(choice.indicators)}），请核对或删去。"
        yield _problem(f"{PLAN} [[choice]] {choice.kind}", words)


def _deadlines(book: Workbook) -> Iterator[Finding]:
    """Milestones that cannot be done in time however early they are begun."""
    for row, earliest in impossible_deadlines(book.plan, book.lists.ledger.as_known(date.max)):
        words = f"里程碑“{row.title}”的期限做不到：从计划第一天做起，按工作日最早{earliest}完成，请改期限或工期。"
        yield _problem(f"ledger/milestones.csv 第 {row.line} 行 deadline", words)


def _corrections(book: Workbook) -> Iterator[Finding]:
    """A correction that matches no reading corrects nothing: a misspelt period, or data that came anew."""
    for place, entry in enumerate(read_corrections(book.folder, book.plan), 1):
        if not matching(book.readings, entry).any():
            words = f"没有 {entry.indicator} {entry.period} 的读数可更正，请核对或删去。"
            yield _problem(f"{CORRECTIONS} 第 {place} 条", words)


def _early(book: Workbook) -> Iterator[Finding]:
    """A figure recorded before its period was over cannot be one of the whole period."""
    rows = book.readings
    last_days = rows["end"].map({end: Period(end).last_day.isoformat() for end in rows["end"].unique()})
    for row in rows[rows["recorded_at"].str[:10] < last_days].itertuples():
        yield _at(book, row, f"{row.indicator} {row.period} 的记录日期 {row.recorded_at} 早于期末，请核对。")


def _future(book: Workbook) -> Iterator[Finding]:
    """A day of recording that has not come: the row counts for nothing until then."""
    lists, today, place = book.lists, book.plan.today, _store(book)
    tables: dict[str, Iterable[Row]] = {one.file: lists.registers[one.name] for one in book.plan.registers}
    tables |= {f"ledger/{field.name}.csv": getattr(lists.ledger, field.name) for field in fields(lists.ledger)}
    days = [
        *((place, *pair) for pair in zip(book.readings["line"], book.readings["recorded_at"].str[:10], strict=True)),
        *((file, row.line, str(row.recorded_at)) for file, rows in tables.items() for row in rows),
        *((f"{FOLDER}/{LEDGER}", entry["line"], entry["withdrawn_on"]) for entry in read_withdrawn(book.folder)),
    ]
    for file, line, day in days:
        if day > today.isoformat():
            yield _problem(f"{file} 第 {line} 行", f"记录日期 {day} 还没有到（最晚 {today}），到那天才计入；请改正。")


def _odd(book: Workbook) -> Iterator[Finding]:
    """A cumulative figure falls only where the plan says so; one far out of its series' range mixes up units."""
    rows = placed(as_known(book.readings, book.latest_day), book.plan)[0]
    steady = [item.id for item in book.plan.indicators if item.traits.cumulates and not item.may_fall]
    sums = rows[rows["indicator"].isin(steady)]
    step = sums.groupby([*SERIES, sums["end"] // 12])["value"].diff()
    for row in sums[step < 0].itertuples():
        words = f"的累计数 {row.value:g} 小于上一期，请核对（确有撤销请写 may_fall）。"
        yield _at(book, row, f"{row.indicator} {row.period} {words}")
    if rows.empty:
        return
    rows = rows.join(rows.groupby(SERIES)["value"].agg(middle).astype(float).rename("middle"), on=SERIES)
    for row in rows[rows["value"].abs() > JUMP * rows["middle"]].itertuples():
        words = f"的值 {row.value:g} 超过中位数的 {JUMP} 倍，请核对单位。"
        yield _at(book, row, f"{row.indicator} {row.region} {row.period} {words}")


def _silent(book: Workbook) -> Iterator[Finding]:
    told = set(book.readings[SERIES].drop_duplicates().itertuples(index=False, name=None))
    places = {item.id: (book.plan.region, *item.parts) for item in book.plan.indicators}
    known = {name for name, regions in places.items() if any((name, region) in told for region in regions)}
    known |= {feed.indicator for one in book.plan.registers if book.lists.registers[one.name] for feed in one.feeds}
    names = [item.name for item in book.plan.indicators if item.id not in known]
    if names and not _open(book):  # readings come when the plan is confirmed
        yield _hint(_store(book), f"{book.plan.region_name(book.plan.region)}还没有读数：{'、'.join(names)}。")


def _uncounted(book: Workbook) -> Iterator[Finding]:
    """Entries of registers that count for nothing, or not yet: a kind misspelt, a year mistyped."""
    for file, row, words in uncounted(book.plan, book.lists.registers):
        yield _hint(f"{file} 第 {row.line} 行", f"{row.number} 的{words}，请核对。")


def _differences(book: Workbook) -> Iterator[Finding]:
    """A typed reading that a register counts otherwise; the register is used."""
    names = {item.id: item.name for item in book.plan.indicators}
    for one in book.whole().differences:
        words = f"上报 {one.typed:g}，名册计数 {one.counted:g}，报告用名册的数，请核对。"
        yield _hint(f"{_store(book)} {one.month}", f"{names[one.indicator]}{words}")


def delivery_faults(book: Workbook) -> Iterator[Finding]:
    """Receipts whose rows are not in their table, deliveries without a receipt, and what is neither."""
    files = receipt_files(book.folder)
    for name, count in lacking(read_readings(book.folder / READINGS, book.plan), book.folder).items():
        receipt = read_receipt(files[name])
        table = receipt.get("table") or _store(book)
        words = f"回执记入 {len(receipt['rows'])} 行，{table} 里少了 {count} 行或已被改动"
        words += "（导入中断，或有人删改）；请把这份文件再交一次，或从备份恢复。"
        yield _problem(f"{FOLDER} {name[:12]}（{receipt['file']}）", words)
    strays = stray_files(book.folder)
    for name in filter(strays.get, strays):
        words = "这份报送没有回执：导入中断就请再交一次；回执丢了请从备份恢复，否则它带来的行查不到出处，也撤不回。"
        yield _hint(f"{FOLDER} {name[:12]}{Path(name).suffix}", words)
    if names := [name for name in strays if not strays[name]]:  # of other programs or people: it counts for nothing
        more = f" 等 {len(names)} 个" if names[5:] else ""
        yield _hint(FOLDER, f"{'、'.join(names[:5])}{more} 不是报送的文件或回执，没有用到；可以移走。")


_CHECKS = (
    _unfilled,
    _unconfirmed,
    _quotes,
    _targets,
    _conflicts,
    _deadlines,
    _corrections,
    _early,
    _future,
    _odd,
    _silent,
    _uncounted,
    _differences,
    delivery_faults,
)
