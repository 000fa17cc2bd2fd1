#!/usr/bin/env bash
# polars 2.1.0 (write_excel with XlsxWriter 3.3.1, read_excel with fastexcel): the totals it writes are read back as 0.
#
# Guess: write_excel(column_totals=True, row_totals=True) of 12 and 30 stores 42, or a formula without a result; read_excel gives
#        42 or nothing.
# Seen:  a formula with the stored result 0: polars, pandas 3.1.1 and openpyxl 3.1.5 read a last row of noughts and a column
#        "total" of noughts, all numbers, until Excel has opened and saved the file. And a year in a column of whole numbers
#        has the format #,##0, so that Excel shows 2,024.
# So a workbook that goes from program to program says "total 0" beside figures that add up to 42: work totals out before.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check polars==2.1.0 xlsxwriter==3.3.1 fastexcel==0.21.0 pandas==3.1.1 \
  openpyxl==3.1.5 2>/dev/null
cd "$folder"
venv/bin/python - <<'PY'
from importlib.metadata import version

import openpyxl
import pandas as pd
import polars as pl

print(*(f"{name} {version(name)}" for name in ("polars", "xlsxwriter", "fastexcel", "pandas", "openpyxl")))
table = pl.DataFrame({"局": ["甲", "乙"], "新增": [12, 30], "注销": [1, 3]})
table.write_excel("totals.xlsx", column_totals=True, row_totals=True)
sheet = openpyxl.load_workbook("totals.xlsx", data_only=True).active
rows = [("甲", 12, 1, 0), ("乙", 30, 3, 0), (None, 0, 0, 0)]
found = pl.read_excel("totals.xlsx").rows()
print(found, openpyxl.load_workbook("totals.xlsx").active["B4"].value)
assert found == rows == [tuple(cell.value for cell in row) for row in sheet.iter_rows(min_row=2)]
assert pd.read_excel("totals.xlsx").iloc[2, 1:].tolist() == [0, 0, 0]
pl.DataFrame({"年": [2024]}).write_excel("years.xlsx")
code = openpyxl.load_workbook("years.xlsx").active["A2"].number_format
print("2024 has the format", code)
assert code.startswith("#,##0")
PY
