"""What takes readings and rows back or puts them right; what was delivered stays in its file.

``deliveries/withdrawn.csv`` says from which day on a delivery no longer counts, its receipt which rows it brought; both
say when that was done, so that they can be read as they stood at a moment.
``corrections.toml`` puts known mistakes right on reading.
"""

import contextlib
import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
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
    moment_of,
    parse_period,
    read_lines,
    read_recorded,
    read_records,
    read_toml,
)
from tongdao.plan import Plan

CORRECTIONS = "corrections.toml"
FOLDER, LEDGER = "deliveries", "withdrawn.csv"
WITHDRAWN = ("delivery", "file", "withdrawn_on", "by", "reason", "at")  # older ledgers have no moment
Cells = frozenset[tuple[str, str]]  # of a row of a list: title and text of each cell that is not empty

_NAME = re.compile("[0-9a-f]{64}")  # the hash of what was delivered


def read_withdrawn(workbook: Path) -> list[dict[str, str]]:
    """The ledger of withdrawals with their lines, oldest first, days as ISO dates however Excel has saved them.

    Raises:
        DataError: it cannot be read, a column is missing, or a cell names no delivery or no day; line and column are
            named.
    """
    place, found = f"{FOLDER}/{LEDGER}", []
    for line, entry in read_lines(workbook / place, place, WITHDRAWN[:-1]):
        day = read_recorded(entry["withdrawn_on"]).text[:10]
        for column, fits in (("delivery", _NAME.fullmatch(entry["delivery"])), ("withdrawn_on", day)):
            if not fits:
                wanted = "要写成 2024-10-20 这样的年-月-日" if column == "withdrawn_on" else "不是报送编号"
                words = f" {column} 列“{entry[column]}”{wanted}，请改正，或删去这一行再用 tongdao withdraw 撤回。"
                raise DataError(f"{place} 第 {line} 行{words}")
        found.append(entry | {"withdrawn_on": day, "line": str(line)})
    return found


def receipt_files(workbook: Path) -> dict[str, Path]:
    """The receipts by delivery; what else lies in that folder is none (copies of a sync program, notes)."""
    folder = workbook / FOLDER
    stems = [name[:-5] for name in _names(folder) if name.endswith(".json")]  # thousands: a path costs more than a name
    return {stem: folder / f"{stem}.json" for stem in stems if _NAME.fullmatch(stem)}


def stray_files(workbook: Path) -> dict[str, bool]:
    """Names in the folder of deliveries that belong to no receipt: whether of something delivered, or none of ours."""
    known = receipt_files(workbook)
    paths = [Path(name) for name in _names(workbook / FOLDER) if name != LEDGER and not name.endswith("-回执.xlsx")]
    return {path.name: bool(_NAME.fullmatch(path.stem)) for path in paths if path.stem not in known}


def _names(folder: Path) -> list[str]:
    with contextlib.suppress(OSError):
        return sorted(os.listdir(folder))
    return []


@dataclass(frozen=True)
class Deliveries:
    """What was handed in and taken back up to a moment (``until``; without one, ever).

    Rows that people write into a file bear no moment. Of those of one ``day`` the signs of all that were there are kept
    (``typed``), so that what was written for that day later is known; empty where nothing is known of them.

    ``receipts`` are all, the earliest first, ``withdrawn`` the ISO days from which deliveries no longer count.
    """

    receipts: tuple[dict[str, Any], ...] = ()
    withdrawn: Mapping[str, str] = field(default_factory=dict)
    until: datetime | None = None
    day: str = ""
    typed: frozenset[str] = frozenset()

    @cached_property
    def moment(self) -> str:
        """The last moment at which anything was handed in; empty without one."""
        return str(self.receipts[-1]["at"]) if self.receipts else ""

    def there(self, claims: Iterable["Claim"], recorded_at: str, cells: Mapping[str, str]) -> bool:
        """Whether a row was there: by what brought it, else by the time of its own or as one of those of the day."""
        if (brought := [not one.later for one in claims if one.brought]) or not self.until:
            return any(brought) or not self.until
        if "T" in recorded_at:
            return moment_of(recorded_at) <= self.until
        return recorded_at != self.day or row_sign(cells) in self.typed

    @cached_property
    def rows(self) -> dict[tuple[str, ...], list["Claim"]]:
        """For each delivered reading (``KEY`` and ``recorded_at``) the deliveries that say it, the earliest first."""
        claims: dict[tuple[str, ...], list[Claim]] = {}
        for _, row, claim in self._said(table=False):
            value, unit = row[5:] or ("", "")
            claims.setdefault(tuple(row[:5]), []).append(claim._replace(value=value, unit=unit))
        return claims

    @cached_property
    def cells(self) -> dict[tuple[str, Cells], list["Claim"]]:
        """The same for the rows of lists and registers, with their files."""
        claims: dict[tuple[str, Cells], list[Claim]] = {}
        for receipt, row, claim in self._said(table=True):
            claims.setdefault((receipt["table"], frozenset(row.items())), []).append(claim)
        return claims

    def _said(self, *, table: bool) -> Iterator[tuple[dict[str, Any], Any, "Claim"]]:
        for receipt in self.receipts:
            if ("table" in receipt) == table:
                name, gone = receipt["delivery"], self.withdrawn.get(receipt["delivery"], "")
                for said in ("rows", "same"):  # what it found there it has said since it came first
                    at = str(receipt["at"] if said == "rows" else receipt.get("first", receipt["at"]))
                    later = self.until is not None and moment_of(at) > self.until
                    for row in receipt.get(said, ()):
                        yield receipt, row, Claim(name, gone, said == "rows", "", "", at, later)


class Claim(NamedTuple):
    """That a delivery says a row: it ``brought`` the row, or found it said already; ``withdrawn`` is an ISO day or
    empty, ``value`` and ``unit`` are empty in receipts that only name the reading. ``at`` is the moment at which it was
    handed in, ``later`` than the one that is asked about or not."""

    delivery: str
    withdrawn: str
    brought: bool
    value: str
    unit: str
    at: str
    later: bool

    def says(self, value: float, unit: str) -> bool:
        """Whether a row with this figure is the one it speaks of, and no other of the same key and moment."""
        if not self.value:
            return True
        own = Decimal(self.value)
        return float(convert(own, self.unit, unit) if convertible(self.unit, unit) else own) == value


def gone_on(claims: Iterable[Claim]) -> str:
    """The ISO day from which a row no longer counts: it was brought, and all deliveries that say it are withdrawn; else
    empty."""
    own = [one for one in claims if not one.later]
    gone = any(one.brought for one in own) and all(one.withdrawn for one in own)
    return max(one.withdrawn for one in own) if gone else ""


def read_deliveries(workbook: Path, until: str = "") -> Deliveries:
    """All receipts and withdrawals, or what of them was there at a moment, as ``Workbook.known`` gives it.

    Raises:
        DataError: the ledger of withdrawals cannot be read, a receipt is damaged, or that of a withdrawn delivery
            missing.
    """
    at, _, rest = until.partition(" ")
    day, _, signs = rest.partition(":")
    moment = moment_of(at) if at else None
    entries = read_withdrawn(workbook)
    wanted = {entry["delivery"]: workbook / FOLDER / f"{entry['delivery']}.json" for entry in entries}
    receipts = [*map(read_receipt, (receipt_files(workbook) | wanted).values())]
    receipts.sort(key=lambda receipt: moment_of(receipt["at"]))

    def later(entry: Mapping[str, str]) -> bool:
        with contextlib.suppress(UsageError):  # an older ledger has no moments, another program may have spoilt one
            return moment is not None and moment_of(entry.get("at", "")) > moment
        return False

    gone = {entry["delivery"]: entry["withdrawn_on"] for entry in entries if not later(entry)}
    return Deliveries(tuple(receipts), gone, moment, day, frozenset(signs.split(",")))


def lacking_cells(workbook: Path, told: Deliveries) -> Counter[str]:
    """Deliveries of which rows of a list or register are not in its table, and how many; errors as ``read_table``."""
    tables = {table: read_records(workbook / table, table) for table, _ in told.cells}
    there = {(table, frozenset(filled(row).items())) for table, rows in tables.items() for row in rows}
    return Counter(one.delivery for key, own in told.cells.items() if key not in there for one in own if one.brought)


def row_sign(row: Mapping[str, str]) -> str:
    """A short sign of what a row says, whatever the order of its columns."""
    return sha256(repr(sorted(filled(row).items())).encode()).hexdigest()[:8]


def filled(row: Mapping[str, str]) -> dict[str, str]:
    """The cells of a list's row that hold anything, as withdrawals know them."""
    return {title: text.strip() for title, text in row.items() if text.strip()}


def read_receipt(path: Path) -> dict[str, Any]:
    """The record of a receipt.

    Raises:
        DataError: it is missing or damaged.
    """
    try:
        receipt = json.loads(path.read_bytes())
        if {"delivery", "at", "file", "verdict", "rows", "indicators"} <= receipt.keys():
            moment_of(receipt["at"])
            return dict(receipt)
    except (OSError, ValueError, TypeError, AttributeError, RecursionError, UsageError):
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
    if not os.path.lexists(path):
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
