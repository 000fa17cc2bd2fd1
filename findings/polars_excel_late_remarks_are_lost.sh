#!/usr/bin/env bash
# polars 2.1.0 (read_excel with fastexcel 0.21.0) beside its read_csv, pandas 3.1.1 and openpyxl 3.1.5: from the 101st row on, a
# figure with a remark is empty.
#
# Guess: a cell 5（初步） in a column of counts makes the column text, or the file is refused, as read_csv refuses it; 1,234 typed as
#        text is text.
# Seen:  the first hundred rows say what a column is. Among them the remark makes it text; behind a hundred numbers 5（初步）,
#        "1,234" and a date are null, with no warning. read_csv of the same table stops at that cell; pandas has all of them;
#        infer_schema_length=None reads all as text.
# So of the villages of a county, those with provisional figures have none, and a sum leaves them out: count the nulls, or
# read with infer_schema_length=None.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check polars==2.1.0 fastexcel==0.21.0 pandas==3.1.1 openpyxl==3.1.5 2>/dev/null
cd "$folder"
venv/bin/python -W error - <<'PY'
from datetime import date
from importlib.metadata import version
from pathlib import Path

import openpyxl
import pandas as pd
import polars as pl

LATE = ["5（初步）", "1,234", date(2024, 9, 1), 8]
print(*(f"{name} {version(name)}" for name in ("polars", "fastexcel", "pandas", "openpyxl")))


def read(before: int, **options) -> list:
    book = openpyxl.Workbook()
    for row in [("村", "数"), *((f"村{at}", at) for at in range(before)), *(("末", value) for value in LATE)]:
        book.active.append(row)
    book.save("a.xlsx")
    found = pl.read_excel("a.xlsx", **options)["数"].to_list()[before:]
    print(before, "rows before:", found)
    return found


assert read(99)[:2] == ["5（初步）", "1,234"]
assert read(100) == [None, None, None, 8]
assert pd.read_excel("a.xlsx")["数"].tolist()[100:102] == LATE[:2]
assert read(100, infer_schema_length=None)[:2] == LATE[:2]
Path("a.csv").write_text("村,数\n" + "".join(f"村{at},{at}\n" for at in range(100)) + "末,5（初步）\n", "utf-8")
try:
    pl.read_csv("a.csv")
except pl.exceptions.ComputeError as error:
    print("read_csv:", str(error).splitlines()[0])
else:
    raise SystemExit("read_csv takes it now")
PY
