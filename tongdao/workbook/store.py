"""Where a workbook's readings lie: one door, and behind it a file or, for those who outgrow it, an existing engine.

A store gives rows of text and takes rows of text; what they mean, and what a day knew, is read from them in
``readings``, the same for all. ``plan.store`` names it: nothing for readings.csv, a folder of Parquet files, or the
URL of a PostgreSQL database.
"""

import hashlib
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import pandas as pd

from tongdao.base import DataError, UsageError, candidates, new_table, read_table, with_rows, write_whole

COLUMNS = ("indicator", "region", "period", "value", "unit", "basis", "status", "source", "recorded_at")
WORDS = tuple(name for name in COLUMNS if name != "value")  # of few different ones
NUMERALS = ("region", "period", "value")  # pandas takes categories that are all numerals for numbers: 0.10 for 0.1
READINGS = "readings.csv"
LARGE = 20_000_000  # bytes of a file of which one region's lines are picked out before they are parsed


class Store(Protocol):
    """Rows of readings in the order in which they came, each with the ``line`` by which a fault names it."""

    @property
    def place(self) -> str:
        """How a fault names it; never with a password."""

    def rows(self, regions: Sequence[str] = (), day: str = "") -> pd.DataFrame:
        """Rows as they were written: ``COLUMNS`` as text or categories of text, and ``line``.

        Args:
            regions: of these alone, if any are named.
            day: an engine that can may leave out what was recorded later, and of each period all but the last.

        Raises:
            DataError: it cannot be read, or a column is missing or unknown.
        """

    def latest(self) -> str:
        """The last moment at which anything was recorded; empty without rows."""

    def append(self, rows: Iterable[Mapping[str, str]]) -> None:
        """Put rows behind the others, all of them or none; raises RunError where the disk or the server refuses."""

    def count(self) -> int:
        """A number that grows with every row written; 0 while there is none."""


class Csv:
    """``readings.csv``: a plain file that people open in Excel."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def place(self) -> str:
        return f"读数文件 {self.path}"

    @property
    def large(self) -> bool:
        """Whether a region's lines are picked out rather than all read."""
        return self.path.exists() and self.path.stat().st_size > LARGE

    def rows(self, regions: Sequence[str] = (), day: str = "") -> pd.DataFrame:
        if not self.path.exists():
            raise DataError(f"找不到{self.place}，请先建立它（至少要有表头 {','.join(COLUMNS)}）。")
        frame = _plain(self.path, regions)
        if frame is None:  # read line by line, which also finds what is wrong
            header, lines = read_table(self.path, self.place)
            frame = pd.DataFrame([row for _, row in lines], columns=header, dtype=str)
            frame["line"] = [line for line, _ in lines]
        named = [str(name) for name in frame if name != "line"]
        if missing := [name for name in COLUMNS if name not in named]:
            raise DataError(f"{self.place} 缺少列 {'、'.join(missing)}，现有列为 {'、'.join(named)}，请补上表头。")
        if unknown := [name for name in named if name not in COLUMNS]:
            raise DataError(f"{self.place} 有不认识的列 {'、'.join(unknown)}，{candidates(unknown[0], COLUMNS)}。")
        return frame[frame["region"].isin(regions)].reset_index(drop=True) if regions else frame

    def latest(self) -> str:
        if not self.path.exists():
            return ""
        frame = _plain(self.path, only=["recorded_at"])
        words = (self.rows() if frame is None else frame)["recorded_at"].unique()
        return str(max(words, default=""))

    def append(self, rows: Iterable[Mapping[str, str]]) -> None:
        before = self.path.read_bytes() if self.path.exists() else new_table(COLUMNS)
        write_whole(self.path, with_rows(before, rows))

    def count(self) -> int:
        return len(self.rows()) if self.path.exists() else 0


def _plain(path: Path, regions: Sequence[str] = (), only: list[str] | None = None) -> pd.DataFrame | None:
    """A file in which a line is a row and a comma parts two cells, read as columns; None for any other.

    Of a large one the lines in which a region stands alone, where regions are named; ``only`` are columns.
    """
    try:
        content = path.read_bytes()
        header = content[:10_000].decode("utf-8-sig", "ignore").splitlines()[:1]
    except OSError:
        return None
    names = header[0].split(",") if header else []
    lines = content.count(b"\n") + (not content.endswith(b"\n"))
    odd = b'"' in content or content.count(b"\r") != content.count(b"\r\n") or sorted(names) != sorted(COLUMNS)
    odd |= b"\n" + b"," * (len(names) - 1) in content  # a row that was emptied
    if odd or lines < 2 or content.count(b",") != (len(names) - 1) * lines:
        return None
    numbers: Sequence[int] = range(2, lines + 1)
    if regions and len(content) > LARGE and names[0] != "region" != names[-1]:
        content, numbers = _picked(content, regions)
    kinds = {name: str if name in NUMERALS else "category" for name in COLUMNS}  # categories are read sooner
    try:
        text = io.BytesIO(content)
        frame = pd.read_csv(
            text, dtype=kinds, na_filter=False, skip_blank_lines=False, encoding="utf-8-sig", usecols=only
        )
    except ValueError:  # no UTF-8, cells that are too many
        return None
    for name in frame.columns:
        frame[name] = frame[name].astype("category")
        words = frame[name].cat.categories
        if not pd.api.types.is_string_dtype(words) or any(word != word.strip() for word in words):
            return None
    return frame.assign(line=numbers) if len(frame) == len(numbers) else None


def _picked(content: bytes, regions: Sequence[str]) -> tuple[bytes, list[int]]:
    """The header and the lines in which a cell is one of these regions, and the numbers of these lines."""
    cell = re.compile(b",(?:%s)," % b"|".join(re.escape(code.encode()) for code in regions))
    kept, numbers, at, line = [content[: content.index(b"\n") + 1]], list[int](), 0, 1
    while found := cell.search(content, at):
        start = content.rindex(b"\n", 0, found.start()) + 1
        line += content.count(b"\n", at, start)
        at = content.find(b"\n", found.end()) + 1 or len(content)
        kept.append(content[start:at])
        numbers.append(line)
        line += 1
    return b"".join(kept), numbers


def store_at(folder: Path, name: str) -> Store:
    """The store of that name in a workbook's folder: empty or a file ending in .csv, a folder, or a URL.

    Raises:
        UsageError: a URL of something else, or with a password; what the engine needs is not installed.
    """
    if "://" in name:
        from tongdao.workbook.postgres import Postgres

        return Postgres(name)
    if name and not name.endswith(".csv"):
        from tongdao.workbook.parquet import Parquet

        return Parquet(folder / name)
    return Csv(folder / (name or READINGS))


def records(rows: pd.DataFrame) -> list[dict[str, str]]:
    """Rows as texts by column."""
    columns = [rows[name].astype(str).tolist() for name in COLUMNS]
    return [dict(zip(COLUMNS, row, strict=True)) for row in zip(*columns, strict=True)]


def fingerprint(rows: pd.DataFrame) -> str:
    """A hash of what rows say, in their order."""
    said = rows.sort_values("line", kind="stable")
    columns = (said[name].astype(str).tolist() for name in COLUMNS)
    made = hashlib.sha256()
    for row in zip(*columns, strict=True):
        made.update("\x1f".join((*row, "")).encode())
    return made.hexdigest()


def copy_rows(source: Store, target: Store) -> tuple[int, str]:
    """Put every row of one store into another, which is empty; how many they are, and the hash that both have.

    Raises:
        UsageError: the target holds rows already.
        DataError: what is read back is not what was written; the source is as it was.
    """
    if target.count():
        raise UsageError(f"{target.place} 里已经有读数，不能再复制进去；请换一个空的地方，或先移走它。")
    rows = source.rows().sort_values("line", kind="stable")
    target.append(records(rows))
    ours, theirs = fingerprint(rows), fingerprint(target.rows())
    if ours != theirs:
        raise DataError(
            f"{target.place} 读回来的与 {source.place} 不一致（{ours[:12]}、{theirs[:12]}），请不要改用它。"
        )
    return len(rows), ours
