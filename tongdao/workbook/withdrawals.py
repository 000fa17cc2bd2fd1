"""Deliveries taken back: what they brought stops counting from a day on and stays where it is."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from tongdao.base import DataError

FOLDER, LEDGER = "deliveries", "withdrawn.csv"
WITHDRAWN = ("delivery", "file", "withdrawn_on", "by", "reason")
RowKey = tuple[str, ...]  # indicator, region, period, basis, recorded_at
Cells = frozenset[tuple[str, str]]  # of a row of a list: title and text of each cell that is not empty


def read_withdrawn(workbook: Path) -> list[dict[str, str]]:
    """The ledger of withdrawals, oldest first; empty where there is none."""
    path = workbook / FOLDER / LEDGER
    if not path.is_file():
        return []
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def delivered_rows(workbook: Path) -> dict[RowKey, str]:
    """The delivery (its hash) that brought each reading; what was typed into readings.csv by hand is not there.

    Raises:
        DataError: a receipt is damaged.
    """
    names = [path.stem for path in (workbook / FOLDER).glob("*.json")]
    return {tuple(row): name for name in names for row in _rows(workbook, name, "")}


def withdrawn_rows(workbook: Path) -> dict[RowKey, str]:
    """The day from which each withdrawn reading no longer counts.

    Raises:
        DataError: the receipt of a withdrawn delivery is missing or damaged.
    """
    return {tuple(row): day for row, day in _withdrawn(workbook, "")}


def withdrawn_cells(workbook: Path, table: str) -> dict[Cells, date]:
    """The day from which each withdrawn row of a list or register no longer counts, by the row's filled cells.

    Raises:
        DataError: the receipt of a withdrawn delivery is missing or damaged.
    """
    return {frozenset(row.items()): date.fromisoformat(day) for row, day in _withdrawn(workbook, table)}


def _withdrawn(workbook: Path, table: str) -> Iterator[tuple[Any, str]]:
    """The rows that withdrawn deliveries brought to a table (none named: the readings), as their receipts have them."""
    for entry in read_withdrawn(workbook):
        yield from ((row, entry["withdrawn_on"]) for row in _rows(workbook, entry["delivery"], table))


def _rows(workbook: Path, delivery: str, table: str) -> list[Any]:
    """What a delivery's receipt says that it brought to a table; nothing where it was another table's."""
    path = workbook / FOLDER / f"{delivery}.json"
    try:
        receipt = json.loads(path.read_bytes())
        return list(receipt["rows"]) if receipt.get("table", "") == table else []
    except (OSError, ValueError, KeyError):
        raise DataError(f"报送 {delivery[:12]} 的回执 {path} 缺失或损坏，请从备份恢复。") from None
