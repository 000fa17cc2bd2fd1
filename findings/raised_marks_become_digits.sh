#!/usr/bin/env bash
# pandas 3.1.1 (with lxml 6.1.3 and openpyxl 3.1.5), python-docx 1.2.0, python-calamine 0.9.1: the mark of a footnote is one
# more digit.
#
# Guess: 125 with a raised ¹ for its footnote is read as 125, or as a text that is no number.
# Seen:  in an HTML table (125<sup>1</sup>), an Excel cell and a Word cell it is 1251, by read_html as an integer at once. A
#        corrected figure, 45 struck through before 95, is 4595 in all three, and two lines of a cell as Word saves them (12
#        over 30) are 1230 in HTML.
# So a yearbook's provisional figures, which are those with marks, come in ten times too large: look for <sup>, <s> and runs
# first.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check pandas==3.1.1 lxml==6.1.3 openpyxl==3.1.5 python-calamine==0.9.1 \
  python-docx==1.2.0 xlsxwriter==3.3.1 2>/dev/null
cd "$folder"
venv/bin/python -W ignore - <<'PY'
import io

import docx
import pandas as pd
import xlsxwriter

HTML = """<table><tr><th>家数</th></tr><tr><td>125<sup>1</sup></td></tr><tr><td><s>45</s>95</td></tr>
<tr><td><p>12</p><p>30</p></td></tr></table>"""
with xlsxwriter.Workbook("marks.xlsx") as book:
    sheet, plain = book.add_worksheet(), book.add_format()
    sheet.write_string(0, 0, "家数")
    sheet.write_rich_string(1, 0, plain, "125", book.add_format({"font_script": 1}), "1")
    sheet.write_rich_string(2, 0, book.add_format({"font_strikeout": True}), "45", plain, "95")
cell = docx.Document().add_table(2, 1).columns[0].cells
cell[0].paragraphs[0].add_run("125")
cell[0].paragraphs[0].add_run("1").font.superscript = True
cell[1].paragraphs[0].add_run("45").font.strike = True
cell[1].paragraphs[0].add_run("95")
found = {
    "read_html": pd.read_html(io.StringIO(HTML))[0]["家数"].tolist(),
    "read_excel, openpyxl": pd.to_numeric(pd.read_excel("marks.xlsx", engine="openpyxl")["家数"]).tolist(),
    "read_excel, calamine": pd.to_numeric(pd.read_excel("marks.xlsx", engine="calamine")["家数"]).tolist(),
    "python-docx": [int(one.text) for one in cell],
}
for name, values in found.items():
    print(name, values)
    assert values == [1251, 4595, 1230][: len(values)], f"{name} reads otherwise now"
PY
