#!/usr/bin/env bash
# pandas 3.1.1 (to_parquet, to_feather) read by duckdb 2.0.1 and polars 2.1.0: a column of months comes out as 655 and 656.
#
# Guess: a column of Period (2024-08, 2024-09) is stored as a date or a text, or another reader refuses the type of its own.
# Seen:  it is stored as the number of months since 1970, with a note of pandas' own. duckdb gives BIGINT 655 and 656 and no
#        note, so that a quarter (218) and a month are whole numbers alike; asked for the DataFrame itself it refuses. polars
#        shows 655 under the type pandas.period and writes no CSV of it; rows() are 655 and 656. pandas reads months again.
# So a table of months kept by pandas for others has .dt.to_timestamp() or text in the place of Period.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check pandas==3.1.1 pyarrow==26.0.1 duckdb==2.0.1 polars==2.1.0 \
  2>/dev/null
cd "$folder"
venv/bin/python -W ignore - <<'PY'
from importlib.metadata import version

import duckdb
import pandas as pd
import polars as pl

print(*(f"{name} {version(name)}" for name in ("pandas", "pyarrow", "duckdb", "polars")))
table = pd.DataFrame({"月": pd.period_range("2024-08", periods=2, freq="M"), "季": pd.period_range("2024Q3", periods=2, freq="Q")})
table.to_parquet("months.parquet")
table.to_feather("months.feather")
found = duckdb.sql("from 'months.parquet'")
print("duckdb", found.fetchall(), found.types)
assert found.fetchall() == [(655, 218), (656, 219)] and {str(kind) for kind in found.types} == {"BIGINT"}
for read, path in ((pl.read_parquet, "months.parquet"), (pl.read_ipc, "months.feather")):
    rows = read(path).rows()
    print("polars", path, rows)
    assert rows == [(655, 218), (656, 219)]
assert pd.read_parquet("months.parquet")["月"].astype(str).tolist() == ["2024-08", "2024-09"]
try:
    duckdb.query_df(table, "months", "from months").fetchall()
except Exception as reason:
    print("duckdb, from the DataFrame:", type(reason).__name__)
else:
    raise SystemExit("duckdb reads periods now")
PY
