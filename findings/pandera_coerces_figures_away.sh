#!/usr/bin/env bash
# pandera 0.35.0 with pandas 3.1.1 and polars 2.1.0: a checker of tables changes figures and answers, and finds them valid.
#
# Guess: a column declared int, with coerce=True, takes 12 for 12.0 and "12"; 12.7 (件, a count) is a fault, as pydantic 2.14.4
#        finds it.
# Seen:  12.7 becomes 12 and -3.2 becomes -3, with pandas and with polars, and the table is valid. In a column declared bool the
#        answers 否, "False" and "0" are True. In one declared datetime64 the year 2024 is a moment of 1 January 1970. "Int64" in
#        the place of int refuses 12.7.
# So a rate in a column of counts (8.1 for 8) is cut to a whole number by the check that was to find it: check without coerce,
# or declare Int64.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check 'pandera[pandas,polars]==0.35.0' pandas==3.1.1 polars==2.1.0 \
  pydantic==2.14.4 2>/dev/null
"$folder/venv/bin/python" -W ignore - <<'PY'
from importlib.metadata import version

import pandas as pd
import pandera.pandas as pa
import pandera.polars as pp
import polars as pl
from pydantic import TypeAdapter, ValidationError


def coerced(kind, values):
    schema = pa.DataFrameSchema({"数": pa.Column(kind, coerce=True)})
    found = schema.validate(pd.DataFrame({"数": values}))["数"].tolist()
    print("pandas", kind, values, "→", found)
    return found


print(*(f"{name} {version(name)}" for name in ("pandera", "pandas", "polars", "pydantic")))
assert coerced(int, [12.7, -3.2]) == [12, -3]
assert coerced(bool, pd.Series(["是", "否", "False", "0"], dtype=object)) == [True] * 4
assert [moment.year for moment in coerced("datetime64[ns]", [2023, 2024])] == [1970, 1970]
schema = pp.DataFrameSchema({"数": pp.Column(pl.Int64, coerce=True)})
found = schema.validate(pl.DataFrame({"数": [12.7, -3.2]}))["数"].to_list()
print("polars", found)
assert found == [12, -3]
for refused in (lambda: coerced("Int64", [12.7]), lambda: TypeAdapter(int).validate_python(12.7)):
    try:
        refused()
    except (pa.errors.SchemaError, pa.errors.SchemaErrors, ValidationError) as error:
        print("refused:", str(error).splitlines()[0])
    else:
        raise SystemExit("12.7 is taken for a whole number there too")
PY
