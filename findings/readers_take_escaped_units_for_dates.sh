#!/usr/bin/env bash
# openpyxl 3.1.5 and python-calamine 0.9.1, alone and behind pandas 3.1.1 and polars 2.1.0 (fastexcel 0.21.0): number formats
# in which East Asian Excel puts ! before a letter that is to be shown as it is.
#
# Guess: 5 with the format 0.0!h!a (hectares) is read as 5, as with 0.0"ha" and 0.0\h\a.
# Seen:  it is 5 January 1900, for h is taken for hours; so are 0!M!W (megawatts), 0!m and 0!s. The backslash is known as an
#        escape, the ! is not. A column of areas turns into dates of the first months of 1900, and pandas says nothing.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check xlsxwriter==3.3.1 openpyxl==3.1.5 python-calamine==0.9.1 \
  pandas==3.1.1 polars==2.1.0 fastexcel==0.21.0 2>/dev/null
cd "$folder"
venv/bin/python -W ignore - <<'PY'
import openpyxl
import pandas as pd
import polars as pl
import xlsxwriter
from python_calamine import CalamineWorkbook

CODES = ("0.0!h!a", "0!M!W", "0!m", "0!s", '0.0"ha"', "0.0\\h\\a")
with xlsxwriter.Workbook("areas.xlsx") as book:
    sheet = book.add_worksheet()
    for row, code in enumerate(CODES):
        sheet.write_number(row, 0, 5, book.add_format({"num_format": code}))
columns = {
    "openpyxl": [cell.value for cell in openpyxl.load_workbook("areas.xlsx").active["A"]],
    "calamine": [row[0] for row in CalamineWorkbook.from_path("areas.xlsx").get_sheet_by_index(0).to_python()],
    "pandas": pd.read_excel("areas.xlsx", header=None, engine="openpyxl")[0].tolist(),
    "polars": pl.read_excel("areas.xlsx", has_header=False).to_series(0).to_list(),
}
for name, values in columns.items():
    found = [str(value)[:10].removesuffix(".0") for value in values]
    print(name, found)
    assert found == ["1900-01-05"] * 4 + ["5"] * 2
PY
