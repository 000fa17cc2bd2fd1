"""Readings in PostgreSQL: many writers at once, and what a day knew asked in SQL.

A delivery's rows are one transaction. Tables and constraints are made by whoever writes first; a role that may only
read needs ``select`` on the table ``reading``. The password comes from PGPASSWORD or ~/.pgpass, never from the plan.
"""

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pandas as pd

from tongdao.base import DataError, RunError, UsageError
from tongdao.workbook.store import COLUMNS, WORDS

WAIT = 10  # seconds for the server to answer
_TABLE = Path(__file__).with_name("reading.sql").read_text(encoding="utf-8")
_KNOWN = """
select distinct on (indicator, region, period, basis) * from reading
where left(recorded_at, 10) <= %(day)s {regions} order by indicator, region, period, basis, recorded_at desc
"""
_NO_PASSWORD = "数据库地址里不能写密码：请用环境变量 PGPASSWORD 或 ~/.pgpass，地址只写 postgresql://用户@主机/库名。"
_LOCK = 724_0815  # of this table: one writer at a time, so that lines stand in the order of the deliveries


class Postgres:
    """The table ``reading`` of a database; ``line`` counts the rows as they came."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("postgresql", "postgres"):
            raise UsageError(f"不认识的存放方式 {parts.scheme}://，数据库请写 postgresql://主机/库名。")
        if parts.password is not None or "password" in dict(parse_qsl(parts.query.lower())):
            raise UsageError(_NO_PASSWORD)
        try:
            import psycopg
        except ImportError:
            raise UsageError("没有安装 psycopg：请安装 tongdao[postgresql] 后再用数据库存放读数。") from None
        self.url, self.psycopg = url, psycopg

    @property
    def place(self) -> str:
        return f"数据库 {self.url}"

    def rows(self, regions: Sequence[str] = (), day: str = "") -> pd.DataFrame:
        columns = ", ".join((*COLUMNS, "line"))
        within = "and region = any(%(regions)s)" if regions else ""
        known = _KNOWN.format(regions=within) if day else f"select * from reading where true {within}"
        asked = f"select {columns} from ({known}) as known order by line"
        with self._connected() as connection:
            found = []
            if self._there(connection):
                found = connection.execute(asked, {"regions": list(regions), "day": day}).fetchall()
        table = [*zip(*found, strict=True)] or [()] * (len(COLUMNS) + 1)
        made = {name: pd.Series(cells, dtype=str) for name, cells in zip(COLUMNS, table, strict=False)}
        frame = pd.DataFrame(
            {name: cells.astype("category") if name in WORDS else cells for name, cells in made.items()}
        )
        return frame.assign(line=pd.Series(table[-1], dtype="int64"))

    def latest(self) -> str:
        return str(self._most("recorded_at") or "")

    def _most(self, column: str) -> Any:
        """The largest of a column; None without rows."""
        with self._connected() as connection:
            if self._there(connection):
                return connection.execute(f"select max({column}) from reading").fetchone()[0]
        return None

    def append(self, rows: Iterable[Mapping[str, str]]) -> None:
        with self._connected() as connection, connection.transaction():
            connection.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
            connection.execute(_TABLE)
            with connection.cursor().copy(f"copy reading ({', '.join(COLUMNS)}) from stdin") as copy:
                for row in rows:
                    copy.write_row([row[name] for name in COLUMNS])

    def count(self) -> int:
        return int(self._most("line") or 0)

    def _there(self, connection: Any) -> bool:
        return bool(connection.execute("select to_regclass('reading')").fetchone()[0])

    @contextlib.contextmanager
    def _connected(self) -> Iterator[Any]:
        """A connection; what the server refuses is one sentence without its address in it."""
        errors = self.psycopg.errors
        try:
            with self.psycopg.connect(self.url, connect_timeout=WAIT, autocommit=True) as connection:
                yield connection
        except errors.UniqueViolation:
            raise RunError(
                "另一次报送刚刚写入了同一指标、期间和记录日期的读数，这一份没有记入，请重试。", passing=True
            ) from None
        except errors.IntegrityError as error:
            raise DataError(
                f"{self.place} 不接受这些读数（{error.diag.constraint_name}），都没有记入，请检查。"
            ) from None
        except errors.InsufficientPrivilege:
            raise UsageError(f"{self.place} 的这个用户没有权限，请管理员授予 reading 表的读写权限。") from None
        except self.psycopg.Error as error:
            first = (str(error).splitlines() or ["没有说明"])[0]
            raise RunError(
                f"{self.place} 连不上或中途断开（{first}），没有完成的都没有记入，请稍后重试。", passing=True
            ) from None
