"""Readings as Parquet files by year, read by Polars: for a province or the nation on one machine.

A folder holds ``year=2024/<hash>.parquet`` and ``index.json``, which lists the files that count. Files are written
first and the index is renamed into place last, so that what a killed writer left is no part of it.
"""

import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tongdao.base import DataError, UsageError, write_whole
from tongdao.workbook.store import COLUMNS

INDEX = "index.json"
SMALL = 100_000  # rows of a file that is put together with its like
MANY = 16  # such files of a year: more are made one
GROUP = 20_000  # rows of a group, of which those without a wanted region are not read


class Parquet:
    """A folder of Parquet files; ``line`` counts the rows as they came, from 1."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def pl(self) -> Any:
        try:
            import polars  # not before it is needed: a process that has used it cannot fork
        except ImportError:
            raise UsageError("没有安装 Polars：请安装 tongdao[parquet] 后再用 Parquet 存放读数。") from None
        return polars

    @property
    def place(self) -> str:
        return f"读数文件夹 {self.folder}"

    def rows(self, regions: Sequence[str] = (), day: str = "") -> pd.DataFrame:
        if not (files := self._index()["files"]):
            return pd.DataFrame({name: pd.Categorical([]) for name in COLUMNS}).assign(line=pd.Series(dtype="int64"))
        scan = self._scan(files)
        if regions:
            own = self.pl.col("region")
            near = own.is_between(self.pl.lit(min(regions)), self.pl.lit(max(regions)))  # a range skips whole groups
            scan = scan.filter(near & own.is_in(list(regions))).collect().lazy()  # few rows, read once
        lines = scan.select("line").collect()["line"].to_numpy()
        order = np.argsort(lines, kind="stable")
        frame = pd.DataFrame({"line": lines[order]})
        for name in COLUMNS:  # one at a time: texts take ten times the memory of their codes
            frame[name] = _words(scan.select(name).collect()[name], self.pl).take(order)
        return frame[[*COLUMNS, "line"]]

    def latest(self) -> str:
        return str(self._index()["latest"])

    def append(self, rows: Iterable[Mapping[str, str]]) -> None:
        index = self._index()
        made = self.pl.DataFrame([[row[name] for name in COLUMNS] for row in rows], schema=[*COLUMNS], orient="row")
        if made.is_empty():
            return
        first = index["rows"] + 1
        numbered = made.with_columns(self.pl.int_range(first, first + len(made), dtype=self.pl.Int64).alias("line"))
        files, old = dict(index["files"]), list[str]()
        for (year,), new in numbered.group_by(self.pl.col("period").str.slice(0, 4)):
            part = new
            small = [name for name, size in files.items() if name.startswith(f"year={year}/") and size < SMALL]
            if len(small) >= MANY:
                part = self.pl.concat([self._scan(small).collect(), new])
                old += small
            name, content = self._file(str(year), part)
            write_whole(self.folder / name, content)
            files[name] = len(part)
        kept = {name: files[name] for name in sorted(files) if name not in old}
        latest = max(index["latest"], made["recorded_at"].max())
        written = {"rows": index["rows"] + len(made), "latest": latest, "files": kept}
        write_whole(self.folder / INDEX, json.dumps(written, indent=1).encode())
        for name in old:
            (self.folder / name).unlink(missing_ok=True)

    def count(self) -> int:
        return int(self._index()["rows"])

    def _file(self, year: str, part: Any) -> tuple[str, bytes]:
        kept = io.BytesIO()
        part.sort("region", "line").write_parquet(kept, statistics=True, row_group_size=GROUP)
        content = kept.getvalue()
        return f"year={year}/{hashlib.sha256(content).hexdigest()[:20]}.parquet", content

    def _scan(self, files: Iterable[str]) -> Any:
        paths = [self.folder / name for name in files]
        if missing := [path.name for path in paths if not path.is_file()]:
            raise DataError(f"{self.place} 缺少文件 {missing[0]}，请从备份恢复。")
        return self.pl.scan_parquet(paths, hive_partitioning=False, glob=False)  # [县] in a name is no pattern

    def _index(self) -> dict[str, Any]:
        path = self.folder / INDEX
        if not path.exists():
            return {"rows": 0, "latest": "", "files": {}}
        try:
            found = json.loads(path.read_bytes())
            files = {str(name): int(size) for name, size in found["files"].items()}
            return {"rows": int(found["rows"]), "latest": str(found["latest"]), "files": files}
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            raise DataError(f"{self.place} 的 {INDEX} 已损坏，请从备份恢复。") from None


def _words(column: Any, pl: Any) -> pd.Categorical:
    """A column as categories in the order of texts."""
    words = column.unique().sort()
    codes = column.cast(pl.Enum(words)).to_physical().to_numpy()
    return pd.Categorical.from_codes(codes.astype(np.int32), pd.Index(words.to_list(), dtype=str))
