#!/usr/bin/env bash
# duckdb 2.0.1 over a DataFrame of pandas 3.1.1 beside pyarrow 26.0.1: exact figures (Decimal) are rounded to the digits that a
# sample of them has.
#
# Guess: a column of decimal.Decimal, as a database gives it, is summed up exactly, or refused where its digits do not fit.
# Seen:  of 3,000 rows 12.5, 8.125, 3.25, … the sum is 23900.0 and not 23875.000: about a thousand rows, evenly spaced, say how
#        many decimals the column has, here one, and the other rows are rounded to it: 8.125 is 8.1, 3.25 is 3.3. The same with
#        one finer figure among 2,999 whole ones, and no warning. Too large a figure is refused, too fine a one is not. Of fewer
#        than 2,000 rows, from an Arrow table, or with pandas_analyze_sample as large as the table, the sum is exact.
# So a total in 亿元 and shares kept to three places differ from the database's own: go by Arrow, which looks at all rows.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check duckdb==2.0.1 pandas==3.1.1 pyarrow==26.0.1 2>/dev/null
"$folder/venv/bin/python" - <<'PY'
from decimal import Decimal
from importlib.metadata import version

import duckdb
import pandas as pd
import pyarrow as pa

print(*(f"{name} {version(name)}" for name in ("duckdb", "pandas", "pyarrow")))
connection = duckdb.connect()


def summed(rows: object) -> Decimal:
    connection.register("figures", rows)
    return connection.sql("SELECT sum(value) FROM figures").fetchall()[0][0]


def frame(values: list[str]) -> pd.DataFrame:
    return pd.DataFrame({"value": [Decimal(value) for value in values]})


mixed = frame(["12.5", "8.125", "3.25"] * 1000)
short = frame(["12.5", "8.125", "3.25"] * 666)
late = frame(["12"] * 2999 + ["12.5"])
for name, rows, seen in (("short", short, "15900.75"), ("mixed", mixed, "23900"), ("late", late, "36001")):
    print(f"{name}: {len(rows)} rows, exactly {rows.value.sum()}, summed up {summed(rows)}")
    assert summed(rows) == Decimal(seen), "it is summed up otherwise now"
assert mixed.value.sum() == summed(pa.Table.from_pandas(mixed)) == Decimal(23875)
try:
    summed(frame(["1.5", "1.5", "12345.5"] * 1000))
except duckdb.Error as error:
    print("too large:", str(error).splitlines()[0][:100])
else:
    raise AssertionError("too large a figure is taken now")
connection.sql("SET pandas_analyze_sample = 3000")
assert summed(mixed) == Decimal(23875)
PY
