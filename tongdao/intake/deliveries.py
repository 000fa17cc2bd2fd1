"""Taking a delivery in, keeping it for good, and taking it back.

Order on disk: the bytes under their hash, then the receipt with the rows it is to bring, then readings.csv.
Killed in between, the readings are the old ones; the next try finds the receipt without its rows and goes on.
"""

import contextlib
import getpass
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from tongdao.base import UsageError, candidates, escaped, locked, read_table, with_rows, write_whole
from tongdao.intake.checks import Key, Known
from tongdao.intake.files.marked_book import marked_book
from tongdao.intake.files.sandbox import own_book
from tongdao.intake.files.sheet import Finding, RefusedError
from tongdao.intake.lists import Figures, empty_table, list_receipt
from tongdao.intake.receipt import Receipt, judge
from tongdao.plan import read_plan
from tongdao.workbook import FOLDER, KEY, LEDGER, PLAN, READINGS, WITHDRAWN, read_readings, read_withdrawn

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls")
MOST_MARKED = 200_000  # cells; a longer sheet is not handed back marked
VERDICTS = {"accept": "接收", "repair": "接收，已修正并提示", "reject": "退回"}
Step = Callable[[int, int], None]


@dataclass(frozen=True)
class Delivery:
    """What is handed in: a file's name and bytes, by whom, at what moment (ISO), as of which day."""

    file: str
    content: bytes
    by: str
    at: str
    as_of: date


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
) -> Receipt:
    """Judge a delivery and, unless refused or a dry run, add what it brings; bytes and receipt are kept either way.

    ``figures`` says which indicators stand otherwise with a list's new rows; the receipt tells it.

    Raises:
        RunError: the disk refused or another import does not finish; the readings are the old ones.
    """
    if dry_run:
        return _judged(workbook, delivery, on_step, figures)[0]
    with locked(workbook):
        receipt, repeated = _judged(workbook, delivery, on_step, figures)
        if not repeated:
            _keep(workbook, delivery, receipt)
            if receipt.added:
                write_whole(workbook / receipt.table, receipt.content)
            elif receipt.entries:
                rows = [entry.cells() for entry in receipt.entries]
                rows = [cells | {"source": escaped(cells["source"])} for cells in rows]
                write_whole(workbook / READINGS, with_rows((workbook / READINGS).read_bytes(), rows))
        return receipt


def _judged(workbook: Path, delivery: Delivery, on_step: Step | None, figures: Figures) -> tuple[Receipt, bool]:
    """The receipt, and whether the same bytes were handed in before, so that nothing is to be kept."""
    plan = read_plan(workbook / PLAN)
    readings = read_readings(workbook / READINGS, plan)
    kept = read_receipts(workbook)
    gone = {entry["delivery"]: entry["withdrawn_on"] for entry in read_withdrawn(workbook)}
    digest = hashlib.sha256(delivery.content).hexdigest()
    taken = [item for item in kept if item["verdict"] != "reject"]
    before = next((item for item in taken if item["delivery"] == digest), None)
    refused = next((item for item in kept if item["delivery"] == digest and item["verdict"] == "reject"), None)

    def again(code: str, words: str) -> tuple[Receipt, bool]:
        return Receipt(delivery.file, digest, "accept", (), (Finding("info", code, words),)), True

    if before and _complete(workbook, before, readings):
        day = before["at"][:10]
        if digest in gone:
            words = f"这份文件 {day} 交过，{gone[digest]} 已撤回，没有重新记入；要恢复请交新的文件。"
            return again("delivered_before", words)
        return again("delivered_before", f"这份文件 {day} 已经交过，没有重复记入。")
    known = known_readings(readings)
    last = [item["indicators"] for item in taken if item["delivery"] not in gone and item["indicators"]]
    receipt = judge(
        delivery.content, delivery.file, plan, as_of=delivery.as_of, known=known, last=last, on_step=on_step
    )
    if receipt.verdict == "reject" and receipt.sheets:
        receipt = list_receipt(receipt, workbook, plan, day=delivery.as_of, by=delivery.by, figures=figures)
    if refused and receipt.verdict == "reject":  # the receipt of the first time stands, and what it asked for
        day = refused["at"][:10]
        return again(
            "refused_before", f"这份文件 {day} 交过并已退回，内容没有变，没有记入读数；请按当时的回执改正后再交。"
        )
    return receipt, False


def _complete(workbook: Path, before: dict[str, Any], readings: pd.DataFrame) -> bool:
    """Whether what a receipt brought is all there; it is not if the import was killed."""
    if table := before.get("table"):
        header, lines = read_table(workbook / table, table)
        kept = [filled(dict(zip(header, row, strict=True))) for _, row in lines]
        return all(row in kept for row in before["rows"])
    there = set(zip(*(readings[name] for name in (*KEY, "recorded_at")), strict=True))
    return all(tuple(row) in there for row in before["rows"])


def known_readings(readings: pd.DataFrame) -> Known:
    """The readings as the rules ask for them."""
    vintages: dict[Key, list[tuple[str, Decimal]]] = {}
    gone = set()
    ordered = readings.sort_values("recorded_at", kind="stable")
    columns = (ordered[name] for name in (*KEY, "recorded_at", "value", "withdrawn"))
    for indicator, region, period, basis, recorded, value, withdrawn in zip(*columns, strict=True):
        key = indicator, region, period, basis
        if withdrawn:
            gone.add((key, recorded))
        else:
            vintages.setdefault(key, []).append((recorded, Decimal(repr(float(value)))))
    return Known({key: tuple(rows) for key, rows in vintages.items()}, frozenset(gone))


def _keep(workbook: Path, delivery: Delivery, receipt: Receipt) -> None:
    """The bytes under their hash, marked if need be; then the receipt with its rows, by whom and when."""
    if receipt.findings and sum(len(row) for sheet in receipt.sheets for row in sheet.rows) < MOST_MARKED:
        line = f"{receipt.file}：{VERDICTS[receipt.verdict]}，记入 {receipt.brings}"
        write_whole(marked_path(workbook, receipt), _marked(delivery.content, receipt, line))
    suffix = Path(delivery.file).suffix.lower()
    folder, name = workbook / FOLDER, receipt.digest
    write_whole(folder / f"{name}{suffix if suffix in SUFFIXES else '.bin'}", delivery.content)
    rows = [[*entry.key, entry.recorded_at] for entry in receipt.entries]
    record = receipt.record() | {"indicators": [*receipt.indicators]}
    record |= {"rows": [filled(row) for row in receipt.added] if receipt.table else rows}
    record |= {"delivery": name, "by": delivery.by, "at": delivery.at, "as_of": delivery.as_of.isoformat()}
    write_whole(folder / f"{name}.json", json.dumps(record, ensure_ascii=False, indent=1).encode())


def filled(row: Mapping[str, str]) -> dict[str, str]:
    """The cells of a list's row that hold anything, as withdrawals know them."""
    return {title: text.strip() for title, text in row.items() if text.strip()}


def _marked(content: bytes, receipt: Receipt, line: str) -> bytes:
    """The office's own workbook with marks, or, where it is none or cannot be saved again, its cells in a new one."""
    if content[:2] == b"PK" and receipt.sheets:
        with contextlib.suppress(RefusedError):
            return own_book(content, receipt.findings, line)
    return marked_book(receipt.sheets, receipt.findings, line)


def marked_path(workbook: Path, receipt: Receipt) -> Path:
    """Where the workbook handed back lies: the delivered cells, marked and commented."""
    return workbook / FOLDER / f"{receipt.digest}-回执.xlsx"


def read_receipts(workbook: Path) -> list[dict[str, Any]]:
    """All receipts, the latest first; one that a killed import left half-written cannot exist."""
    receipts = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((workbook / FOLDER).glob("*.json"))]
    return sorted(receipts, key=lambda item: str(item["at"]), reverse=True)


def withdraw(workbook: Path, name: str, *, as_of: date, by: str, reason: str) -> dict[str, Any]:
    """Take a delivery back as of a day; its bytes, receipt and rows stay, and an earlier as-of day still shows them.

    Args:
        name: the beginning of the delivery's hash, or its file name where only one has it.

    Raises:
        UsageError: no such delivery, several, or one that was refused or is withdrawn already.
    """
    with locked(workbook):
        receipts = read_receipts(workbook)
        fitting = [item for item in receipts if item["delivery"].startswith(name) or item["file"] == name]
        if len(fitting) != 1 or not name:
            known = [f"{item['delivery'][:12]}（{item['file']}）" for item in fitting or receipts]
            found = f"有 {len(fitting)} 份" if fitting else "没有"
            raise UsageError(f"{found}报送符合“{name}”，{candidates(name, known) if known else '还没有报送'}。")
        chosen = fitting[0]
        called = f"报送 {chosen['delivery'][:12]}（{chosen['file']}）"
        if chosen["verdict"] == "reject":
            raise UsageError(f"{called}当时已退回，没有读数可撤。")
        if any(entry["delivery"] == chosen["delivery"] for entry in read_withdrawn(workbook)):
            raise UsageError(f"{called}已经撤回过。")
        entry = (chosen["delivery"], chosen["file"], as_of.isoformat(), by, reason)
        row = {key: escaped(value) for key, value in zip(WITHDRAWN, entry, strict=True)}
        ledger = workbook / FOLDER / LEDGER
        write_whole(ledger, with_rows(ledger.read_bytes() if ledger.is_file() else empty_table(WITHDRAWN), [row]))
        return chosen
