"""Taking a delivery in, keeping it for good, and taking it back.

Order on disk: the bytes under their hash, then the receipt with the rows it is to bring, then readings.csv.
Killed in between, the readings are the old ones; the next try finds the receipt without its rows and goes on.
"""

import contextlib
import getpass
import io
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import chain, islice
from pathlib import Path
from typing import Any

import pandas as pd

from tongdao.base import (
    UsageError,
    candidates,
    escaped,
    file_name,
    locked,
    new_table,
    now,
    read_records,
    with_rows,
    write_whole,
)
from tongdao.intake.forms import Figures, list_receipt
from tongdao.intake.judge import Entry, Step
from tongdao.intake.marked_book import marked_book
from tongdao.intake.receipt import Key, Known, Receipt, judge
from tongdao.intake.sandbox import own_book, packed
from tongdao.intake.sheet import Delivery, Finding, RefusedError, verdict_of
from tongdao.plan import Plan, read_plan
from tongdao.workbook import (
    FOLDER,
    KEY,
    LEDGER,
    PLAN,
    READINGS,
    WITHDRAWN,
    claims,
    filled,
    lacking,
    read_deliveries,
    read_readings,
    read_receipt,
    store_at,
)

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls")
MOST_NAMED = 5  # of published reports
MOST_MARKED = 200_000  # cells; a longer sheet is not handed back marked
VERDICTS = {"accept": "接收", "repair": "接收，已修正并提示", "reject": "退回"}
Published = Callable[[Iterable[tuple[date, int]]], list[str]]  # reports that lack what is recorded for days and months


def user_name() -> str:
    """By whom a delivery is handed in, where nothing else is said."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # an account without a name, as in some containers
        return "未署名"


def take_in(
    workbook: Path,
    delivery: Delivery,
    *,
    dry_run: bool = False,
    on_step: Step | None = None,
    figures: Figures = lambda after: [],
    published: Published = lambda said: [],
) -> Receipt:
    """Judge a delivery and, unless refused or a dry run, add what it brings; bytes and receipt are kept either way.

    ``figures`` says which indicators stand otherwise with a list's new rows, ``published`` which reports were made of
    the days that it speaks of; the receipt tells both.

    Raises:
        RunError: the disk refused or another import does not finish; the readings are the old ones.
    """
    with contextlib.nullcontext() if dry_run else locked(workbook):
        plan, told = read_plan(workbook / PLAN), read_deliveries(workbook)
        readings = read_readings(workbook / READINGS, plan, told)
        book = _Book(workbook, plan, told.receipts[::-1], told.withdrawn, readings)
        delivery = _anew(book, delivery)
        receipt, repeated = _judged(book, delivery, on_step, figures)
        if names := published(receipt.recorded(delivery.as_of)):
            findings = (*receipt.findings, Finding("warning", "published", lacking_in(names)))
            receipt = replace(receipt, findings=findings, verdict=verdict_of(findings))
        if dry_run or repeated:
            return receipt
        _keep(workbook, delivery, receipt)
        if receipt.added:
            write_whole(workbook / receipt.table, receipt.content)
        elif receipt.entries:
            store_at(workbook, book.plan.store).append(entry.cells() for entry in receipt.entries)
        return receipt


def lacking_in(names: Sequence[str]) -> str:
    """That published reports lack what is recorded or withdrawn now, in words."""
    told = "、".join(names[:MOST_NAMED]) + (f"等 {len(names)} 份" if names[MOST_NAMED:] else "")
    return f"已发布的 {told}按当时的数做成，不随这次改动；要用新的数请重做"


@dataclass(frozen=True)
class _Book:
    """A workbook as a delivery finds it."""

    folder: Path
    plan: Plan
    receipts: Sequence[Mapping[str, Any]]  # the latest first
    withdrawn: Mapping[str, str]
    readings: pd.DataFrame

    @cached_property
    def lacking(self) -> Mapping[str, int]:
        return lacking(self.readings, self.folder)

    @cached_property
    def known(self) -> Known:
        """The readings as the rules ask for them."""
        vintages, gone = defaultdict[Key, list[tuple[str, Decimal]]](list), set[tuple[Key, str]]()
        ordered = self.readings.sort_values("recorded_at", kind="stable")
        columns = (ordered[name] for name in (*KEY, "recorded_at", "value", "withdrawn"))
        for indicator, region, period, basis, recorded, value, withdrawn in zip(*columns, strict=True):
            key = indicator, region, period, basis
            if withdrawn:
                gone.add((key, recorded))
            else:
                vintages[key].append((recorded, Decimal(repr(float(value)))))
        return Known({key: tuple(rows) for key, rows in vintages.items()}, frozenset(gone))


def _anew(book: _Book, delivery: Delivery) -> Delivery:
    """What is typed again after another figure took its place, or after it was withdrawn, in bytes of its own."""
    while delivery.typed:
        path = book.folder / FOLDER / f"{delivery.digest}.json"
        if not path.is_file() or not (rows := read_receipt(path)["rows"]) or delivery.digest in book.lacking:
            break
        last = (book.known.vintages.get(tuple(row[:4]), [("", None)])[-1][0] == row[4] for row in rows)
        if delivery.digest not in book.withdrawn and all(last):
            break
        delivery = replace(delivery, content=delivery.content + b"\n")
    return delivery


def _judged(book: _Book, delivery: Delivery, on_step: Step | None, figures: Figures) -> tuple[Receipt, bool]:
    """The receipt, and whether the same bytes were handed in before, so that nothing is to be kept."""
    kept, gone, digest = book.receipts, book.withdrawn, delivery.digest
    taken = [item for item in kept if item["verdict"] != "reject"]
    before = next((item for item in taken if item["delivery"] == digest), None)
    refused = next((item for item in kept if item["delivery"] == digest and item["verdict"] == "reject"), None)
    if before and (digest in gone or (before["rows"] and digest not in book.lacking)):
        words = f"这份文件 {before['at'][:10]} 已经交过，没有重复记入。"
        if digest in gone:
            words = f"这份文件 {before['at'][:10]} 交过，{gone[digest]} 已撤回，没有重新记入；要恢复请交新的文件。"
        return Receipt(delivery.file, digest, "accept", (), (Finding("info", "delivered_before", words),)), True
    last = [item["indicators"] for item in taken if item["delivery"] not in gone and item["indicators"]]
    receipt = judge(delivery, book.plan, book.known, last, on_step)
    if receipt.verdict == "reject" and receipt.sheets:
        receipt = list_receipt(receipt, book.folder, book.plan, delivery, figures)
    if refused and receipt.verdict == "reject":  # under another name, or of another plan, other things may be wrong
        day, first = refused["at"][:10], f"报送编号 {digest[:12]}，当时的文件名“{refused['file']}”"
        words = f"这份文件 {day} 交过并已退回（{first}），内容没有变，仍然不能记入；要改正的逐条列在下面。"
        return replace(receipt, findings=(Finding("error", "refused_before", words), *receipt.findings)), True
    return receipt, False


def _keep(workbook: Path, delivery: Delivery, receipt: Receipt) -> None:
    """The bytes under their hash, marked if need be; then the receipt with its rows, by whom and when."""
    faults = any(item.code != "published" for item in receipt.findings)  # that reports stay as they are is none of it
    if faults and sum(len(row) for sheet in receipt.sheets for row in sheet.rows) < MOST_MARKED:
        line, book = f"{receipt.file}：{VERDICTS[receipt.verdict]}，记入 {receipt.brings}", b""
        if packed(delivery.content) and receipt.sheets:  # the office's own, if it can be saved again
            with contextlib.suppress(RefusedError):
                book = own_book(delivery.content, receipt.findings, line)
        write_whole(marked_path(workbook, receipt), book or marked_book(receipt.sheets, receipt.findings, line))
    suffix = Path(delivery.file).suffix.lower()
    folder, name = workbook / FOLDER, receipt.digest
    write_whole(folder / f"{name}{suffix if suffix in SUFFIXES else '.bin'}", delivery.content)
    say: Callable[[Any], object] = filled if receipt.table else Entry.claim
    brought: Sequence[object] = receipt.added or receipt.entries
    again, same = list[object](), [*map(say, receipt.repeated or receipt.same)]
    record = receipt.record() | {"indicators": [*receipt.indicators], "delivery": name, "by": delivery.by}
    record |= {"at": now().isoformat(), "as_of": delivery.as_of.isoformat()}
    path = folder / f"{name}.json"
    if path.is_file() and (first := read_receipt(path))["verdict"] != "reject":
        record["first"] = first.get("first", first["at"])
        record["at"] = record["at"] if brought else first["at"]
        again = [row for row in same if row in first["rows"]]  # brought before, and the others of that time are gone
        same = [row for row in same if row not in first["rows"]]
        told = [*map(say, brought), *again, *same]
        same += [row for row in first.get("same", ()) if row not in told]  # what it said, it still says
    write_whole(path, _as_json(record | {"same": same}, chain(map(say, brought), again)))


def _as_json(record: Mapping[str, object], rows: Iterator[object]) -> bytes:
    """A receipt and its rows as JSON: of a hundred thousand not all as texts at once."""
    made, comma = io.BytesIO(), b""
    made.write(json.dumps(record, ensure_ascii=False)[:-1].encode() + b', "rows": [')
    while part := [*islice(rows, 1000)]:
        made.write(comma + json.dumps(part, ensure_ascii=False)[1:-1].encode())
        comma = b", "
    made.write(b"]}")
    return made.getvalue()


def marked_path(workbook: Path, receipt: Receipt) -> Path:
    """Where the workbook handed back lies, under the office's own name: the delivered cells, marked and commented."""
    stem = file_name(Path(receipt.file).stem[:60])
    return workbook / FOLDER / f"{stem}-{receipt.digest[:8]}-回执.xlsx"


def withdraw(workbook: Path, name: str, *, as_of: date, by: str, reason: str) -> dict[str, Any]:
    """Take a delivery back as of a day; its bytes, receipt and rows stay, and an earlier as-of day still shows them.

    Returns:
        Its receipt; ``ceased`` are the last months of the readings (0 of a list's rows) that count no longer, whoever
        brought them; ``standing`` counts those that others say as well.

    Args:
        name: the beginning of the delivery's hash, or its file name where only one has it.

    Raises:
        UsageError: no such delivery, several, or one that was refused or is withdrawn already.
    """
    with locked(workbook):
        told = read_deliveries(workbook)
        receipts = told.receipts[::-1]
        fitting = [item for item in receipts if item["delivery"].startswith(name) or item["file"] == name]
        if len(fitting) != 1 or not name:
            known = [f"{item['delivery'][:12]}（{item['file']}）" for item in fitting or receipts]
            found = f"有 {len(fitting)} 份" if fitting else "没有"
            raise UsageError(f"{found}报送符合“{name}”，{candidates(name, known) if known else '还没有报送'}。")
        chosen = fitting[0]
        called = f"报送 {chosen['delivery'][:12]}（{chosen['file']}）"
        if chosen["verdict"] == "reject":
            raise UsageError(f"{called}当时已退回，没有读数可撤。")
        if chosen["delivery"] in told.withdrawn:
            raise UsageError(f"{called}已经撤回过。")
        readings = read_readings(workbook / READINGS, read_plan(workbook / PLAN), told)
        said = zip(claims(readings, told.rows), readings["end"].tolist(), strict=True)
        ceased, standing = list[int](), 0
        for own, end in ((own, 0) for own in told.cells.values()) if "table" in chosen else said:
            in_force = {one.delivery for one in own if not one.withdrawn}
            if chosen["delivery"] in in_force and any(one.brought for one in own):
                ceased += [end] * (len(in_force) == 1)
                standing += len(in_force) > 1
        entry = (chosen["delivery"], chosen["file"], as_of.isoformat(), by, reason, now().isoformat())
        row = {key: escaped(value) for key, value in zip(WITHDRAWN, entry, strict=True)}
        ledger = workbook / FOLDER / LEDGER
        before = read_records(ledger, LEDGER)
        whole = not before or "at" in before[0]  # an older ledger has no moments
        table = ledger.read_bytes() if before else new_table(WITHDRAWN)
        table = table if whole else new_table([*before[0], "at"], before)
        write_whole(ledger, with_rows(table, [row]))
        return chosen | {"ceased": ceased, "standing": standing}
