"""What takes readings and rows back or puts them right; what was delivered stays in its file.

``deliveries/withdrawn.csv`` says from which day on a delivery no longer counts, its receipt which rows it brought.
``corrections.toml`` puts known mistakes right on reading.
"""

import contextlib
import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import pandas as pd
from pydantic import Field

from tongdao.base import (
    DataError,
    Part,
    UsageError,
    convert,
    convertible,
    parse_period,
    read_recorded,
    read_records,
    read_table,
    read_toml,
)
from tongdao.plan import Plan

CORRECTIONS = "corrections.toml"
FOLDER, LEDGER = "deliveries", "withdrawn.csv"
WITHDRAWN = ("delivery", "file", "withdrawn_on", "by", "reason")
Cells = frozenset[tuple[str, str]]  # of a row of a list: title and text of each cell that is not empty
Withdrawn = dict[tuple[str, Cells], date]  # rows of lists and registers with their files; from which day none counts


_NAME = re.compile("[0-9a-f]{64}")  # the hash of what was delivered


def read_withdrawn(workbook: Path) -> list[dict[str, str]]:
    """The ledger of withdrawals, oldest first, days as ISO dates however Excel has saved them; empty without one.

    Raises:
        DataError: it cannot be read, a column is missing, or a cell names no delivery or no day; line and column are
            named.
    """
    path, place = workbook / FOLDER / LEDGER, f"{FOLDER}/{LEDGER}"
    if not path.is_file():
        return []
    header, lines = read_table(path, place)
    if missing := [name for name in WITHDRAWN if name not in header]:
        raise DataError(f"{place} 缺少列 {'、'.join(missing)}，现有列为 {'、'.join(header)}，请补上表头。")
    found = []
    for line, row in lines:
        entry = dict(zip(header, row, strict=True))
        day = read_recorded(entry["withdrawn_on"]).text[:10]
        for column, fits in (("delivery", _NAME.fullmatch(entry["delivery"])), ("withdrawn_on", day)):
            if not fits:
                wanted = "要写成 2024-10-20 这样的年-月-日" if column == "withdrawn_on" else "不是报送编号"
                words = f" {column} 列“{entry[column]}”{wanted}，请改正，或删去这一行再用 tongdao withdraw 撤回。"
                raise DataError(f"{place} 第 {line} 行{words}")
        found.append(entry | {"withdrawn_on": day})
    return found


def receipt_files(workbook: Path) -> dict[str, Path]:
    """The receipts by delivery; what else lies in that folder is none (copies of a sync program, notes)."""
    paths = sorted((workbook / FOLDER).glob("*.json"))
    return {path.stem: path for path in paths if _NAME.fullmatch(path.stem)}


def stray_files(workbook: Path) -> tuple[list[str], list[str]]:
    """Names in the folder of deliveries that are neither ours nor of something delivered; those that lack a receipt."""
    known, stray = receipt_files(workbook), list[str]()
    with contextlib.suppress(OSError):
        stray = [
            path.name
            for path in sorted((workbook / FOLDER).iterdir())
            if path.name != LEDGER and path.stem not in known and not path.name.endswith("-回执.xlsx")
        ]
    bare = [name for name in stray if _NAME.fullmatch(Path(name).stem)]
    return [name for name in stray if name not in bare], bare


class Claim(NamedTuple):
    """That a delivery says a reading: it ``brought`` the row, or found it said already; ``withdrawn`` is an ISO day or
    empty, ``value`` and ``unit`` are empty in receipts that only name the reading."""

    delivery: str
    withdrawn: str
    brought: bool
    value: str
    unit: str

    def says(self, value: float, unit: str) -> bool:
        """Whether a row with this figure is the one it speaks of, and no other of the same key and moment."""
        if not self.value:
            return True
        own = Decimal(self.value)
        return float(convert(own, self.unit, unit) if convertible(self.unit, unit) else own) == value


def delivered_rows(workbook: Path) -> dict[tuple[str, ...], list[Claim]]:
    """For each delivered reading (``KEY`` and ``recorded_at``) the deliveries that say it, the earliest first.

    Raises:
        DataError: a receipt is damaged, or that of a withdrawn delivery missing.
    """
    gone = {entry["delivery"]: entry["withdrawn_on"] for entry in read_withdrawn(workbook)}
    claims: dict[tuple[str, ...], list[Claim]] = {}
    for receipt in _receipts(workbook, dict.fromkeys([*receipt_files(workbook), *gone])):
        name = receipt["delivery"]
        for said in () if "table" in receipt else ("rows", "same"):
            for row in receipt.get(said, ()):
                value, unit = row[5:] or ("", "")
                claims.setdefault(tuple(row[:5]), []).append(
                    Claim(name, gone.get(name, ""), said == "rows", value, unit)
                )
    return claims


def withdrawn_cells(workbook: Path) -> Withdrawn:
    """The withdrawn rows of lists and registers: all deliveries that brought them are; errors as ``delivered_rows``."""
    gone = {entry["delivery"]: date.fromisoformat(entry["withdrawn_on"]) for entry in read_withdrawn(workbook)}
    days: dict[tuple[str, Cells], list[date]] = {}
    for receipt in _receipts(workbook, dict.fromkeys([*receipt_files(workbook), *gone])) if gone else ():
        for row in receipt["rows"] if "table" in receipt else ():
            days.setdefault((receipt["table"], frozenset(row.items())), []).append(
                gone.get(receipt["delivery"], date.max)
            )
    return {row: max(found) for row, found in days.items() if max(found) < date.max}


def lacking_cells(workbook: Path) -> dict[str, int]:
    """Deliveries of which rows of a list or register are not in its table, and how many; errors as ``read_table``."""
    tables: dict[str, list[dict[str, str]]] = {}
    lacking: dict[str, int] = {}
    for receipt in _receipts(workbook, receipt_files(workbook)):
        if (table := receipt.get("table", "")) and receipt["rows"]:
            if table not in tables:
                tables[table] = [filled(row) for row in read_records(workbook / table, table)]
            missing = [row for row in receipt["rows"] if row not in tables[table]]
            lacking |= {receipt["delivery"]: len(missing)} if missing else {}
    return lacking


def filled(row: Mapping[str, str]) -> dict[str, str]:
    """The cells of a list's row that hold anything, as withdrawals know them."""
    return {title: text.strip() for title, text in row.items() if text.strip()}


def _receipts(workbook: Path, deliveries: Iterable[str]) -> list[dict[str, Any]]:
    """The receipts of deliveries, the earliest first."""
    receipts = (read_receipt(workbook / FOLDER / f"{name}.json") for name in deliveries)
    return sorted(receipts, key=lambda receipt: str(receipt["at"]))


def read_receipt(path: Path) -> dict[str, Any]:
    """The record of a receipt.

    Raises:
        DataError: it is missing or damaged.
    """
    try:
        receipt = json.loads(path.read_bytes())
        if {"delivery", "at", "file", "verdict", "rows", "indicators"} <= receipt.keys():
            return dict(receipt)
    except (OSError, ValueError, AttributeError, RecursionError):
        pass
    raise DataError(f"报送 {path.stem[:12]} 的回执 {path} 缺失或损坏，请从备份恢复。")


class Correction(Part):
    """One entry: of which reading, what it should be (``change``, in the indicator's unit), why and who says so.

    ``recorded_at`` narrows it to one vintage, ``region`` to another region than the plan's.
    """

    indicator: str
    period: str
    change: Annotated[float, Field(allow_inf_nan=False)]
    reason: Annotated[str, Field(min_length=1)]
    source: Annotated[str, Field(min_length=1)]
    region: str = ""
    recorded_at: str = ""


class _File(Part):
    correction: tuple[Correction, ...] = ()


def read_corrections(workbook: Path, plan: Plan) -> tuple[Correction, ...]:
    """The entries with indicator and period in our own spelling; none where the file is absent.

    Raises:
        DataError: no TOML, an unknown key or indicator, or a period that cannot be read; file and key are named.
    """
    path = workbook / CORRECTIONS
    if not path.is_file():
        return ()
    found = []
    for entry in read_toml(path, _File, "更正文件", DataError).correction:
        try:
            own = {"indicator": plan.indicator(entry.indicator).id, "period": str(parse_period(entry.period))}
        except UsageError as error:
            raise DataError(f"更正文件 {path}：{error}") from None
        found.append(entry.model_copy(update={**own, "region": entry.region or plan.region}))
    return tuple(found)


def matching(readings: pd.DataFrame, entry: Correction) -> "pd.Series[bool]":
    """Which rows an entry speaks of."""
    found = (
        (readings["indicator"] == entry.indicator)
        & (readings["period"] == entry.period)
        & (readings["region"] == entry.region)
    )
    return found & (readings["recorded_at"] == entry.recorded_at) if entry.recorded_at else found


def corrected(readings: pd.DataFrame, entries: tuple[Correction, ...]) -> pd.DataFrame:
    """The readings with every entry applied; the source says so."""
    frame = readings.astype({"source": str}) if entries else readings
    for entry in entries:
        rows = matching(frame, entry)
        frame.loc[rows, "value"] = entry.change
        frame.loc[rows, "source"] = frame.loc[rows, "source"] + f"（已更正：{entry.reason}，{entry.source}）"
    return frame
