"""Deliveries taken back: their readings stop counting from a day on and stay where they are."""

import csv
import io
import json
from pathlib import Path

from tongdao.errors import DataError

FOLDER, LEDGER = "deliveries", "withdrawn.csv"
COLUMNS = ("delivery", "file", "withdrawn_on", "by", "reason")
RowKey = tuple[str, ...]  # indicator, region, period, basis, recorded_at


def read_withdrawn(workbook: Path) -> list[dict[str, str]]:
    """The ledger of withdrawals, oldest first; empty where there is none."""
    path = workbook / FOLDER / LEDGER
    if not path.is_file():
        return []
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def withdrawn_rows(workbook: Path) -> dict[RowKey, str]:
    """The day from which each withdrawn reading no longer counts.

    Raises:
        DataError: the receipt of a withdrawn delivery is missing or damaged.
    """
    found: dict[RowKey, str] = {}
    for entry in read_withdrawn(workbook):
        path = workbook / FOLDER / f"{entry['delivery']}.json"
        try:
            rows = json.loads(path.read_text(encoding="utf-8"))["rows"]
        except (OSError, ValueError, KeyError):
            raise DataError(f"撤回的报送 {entry['delivery'][:12]} 缺少回执 {path}，请从备份恢复。") from None
        found |= {tuple(row): entry["withdrawn_on"] for row in rows}
    return found
