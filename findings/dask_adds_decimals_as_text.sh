#!/usr/bin/env bash
# dask 2026.8.0 (dask.dataframe) with pandas 3.1.1 and pyarrow 26.0.1: exact figures (Decimal), as a database gives them, are
# added up by writing them one behind another.
#
# Guess: a column of decimal.Decimal stays as it is, as in pandas, or is refused: 12.50 + 8.10 + 1.00 is 21.60.
# Seen:  from_pandas turns the column into text, and sum() of text is its pieces in a row: "12.508.101.00", of each group too
#        (甲 "12.501.00"). max() is "8.10", the last in the order of text. No warning; mean() is refused, and so is sum() with the
#        setting dataframe.convert-string off. As float the column is added up rightly.
# So a sum of two departments' yuan may be a text with two points in it, or, of whole figures, a huge number: make
# such columns float, or whole 分, before dask has them.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check 'dask[dataframe]==2026.8.0' pandas==3.1.1 pyarrow==26.0.1 \
  2>/dev/null
"$folder/venv/bin/python" -W error - <<'PY'
from decimal import Decimal
from importlib.metadata import version

import dask.dataframe as dd
import pandas as pd

print(*(f"{name} {version(name)}" for name in ("dask", "pandas", "pyarrow")))
spent = pd.DataFrame({"局": ["甲", "乙", "甲"], "万元": [Decimal("12.50"), Decimal("8.10"), Decimal("1.00")]})
spent["元"] = [Decimal(125000), Decimal(81000), Decimal(10000)]


def added() -> dict[str, object]:
    parts = dd.from_pandas(spent, npartitions=2)
    found = {"万元": parts["万元"].sum(), "元": parts["元"].sum(), "max": parts["万元"].max()}
    found = {name: value.compute() for name, value in found.items()}
    return found | parts.groupby("局")["万元"].sum().compute().to_dict()


found = added()
print(found)
assert found == {"万元": "12.508.101.00", "元": "1250008100010000", "max": "8.10", "甲": "12.501.00", "乙": "8.10"}
try:
    dd.from_pandas(spent, npartitions=2)["万元"].mean().compute()
except Exception as reason:
    print("mean():", type(reason).__name__)
else:
    raise SystemExit("a mean is worked out now")
total = dd.from_pandas(spent.astype({"万元": float}), npartitions=2)["万元"].sum().compute()
print("float:", total, "pandas:", spent["万元"].sum())
assert round(total, 9) == 21.6 and spent["万元"].sum() == Decimal("21.60")
PY
