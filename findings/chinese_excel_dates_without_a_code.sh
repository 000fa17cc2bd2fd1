#!/usr/bin/env bash
# openpyxl 3.1.5, pandas 3.1.1, polars 2.1.0, xlsx2csv 0.8.6, markitdown 0.1.9, pandoc 3.9 (pypandoc-binary 1.17): dates as
# Chinese Excel offers them.
#
# Guess: a cell that Excel shows as 2024年9月 is read as a date, as one formatted yyyy-mm is.
# Seen:  it is the number 45536. The formats 2024年9月1日, 2024年9月 and 9月1日 of Chinese Excel's own list are numbers 31, 57 and 58,
#        which the file names without spelling them out; the standard gives them a meaning in Chinese (ECMA-376, 18.8.30) that
#        these readers do not have: for openpyxl the format is General. python-calamine 0.9.1 reads dates.
# So a column of months arrives as numbers of five digits, beside figures that look alike, and nothing is said.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check xlsxwriter==3.3.1 openpyxl==3.1.5 pandas==3.1.1 polars==2.1.0 \
  fastexcel==0.21.0 python-calamine==0.9.1 xlsx2csv==0.8.6 'markitdown[xlsx]==0.1.9' pypandoc-binary==1.17 2>/dev/null
cd "$folder"
venv/bin/python -W ignore - <<'PY'
import io
import re

import openpyxl
import pandas as pd
import polars as pl
import pypandoc
import xlsxwriter
from markitdown import MarkItDown
from python_calamine import CalamineWorkbook
from xlsx2csv import Xlsx2csv

with xlsxwriter.Workbook("months.xlsx") as book:
    sheet = book.add_worksheet()
    for row, number in enumerate((31, 57, 58)):
        sheet.write_number(row, 0, 45536, book.add_format({"num_format": number}))
csv = io.StringIO()
Xlsx2csv("months.xlsx").convert(csv)
cells = openpyxl.load_workbook("months.xlsx").active["A"]
markdown, pandoc = MarkItDown().convert("months.xlsx").text_content, pypandoc.convert_file("months.xlsx", "plain")
found = {
    "openpyxl": [cell.value for cell in cells],
    "pandas": pd.read_excel("months.xlsx", header=None)[0].tolist(),
    "polars": pl.read_excel("months.xlsx", has_header=False).to_series(0).to_list(),
    "xlsx2csv": [int(line) for line in csv.getvalue().split()],
    "markitdown": [int(one) for one in re.findall(r"\d{5}", markdown)],
    "pandoc": [int(one) for one in re.findall(r"\d{5}", pandoc)],
}
for name, values in found.items():
    print(name, values)
    assert values == [45536] * 3, f"{name} reads otherwise now"
assert {cell.number_format for cell in cells} == {"General"}
rows = CalamineWorkbook.from_path("months.xlsx").get_sheet_by_index(0).to_python()
print("calamine", [str(row[0]) for row in rows])
assert [str(row[0]) for row in rows] == ["2024-09-01"] * 3
PY
