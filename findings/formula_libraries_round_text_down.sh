#!/usr/bin/env bash
# formulas 1.3.4, pycel 1.0b30, xlcalculator 0.5.0 (Excel's formulas in Python): a sentence built by TEXT says another figure
# than its cell.
#
# Guess: TEXT(8.25,"0.0") is 8.3, as ROUND(8.25,1) is in the same library; VALUE("5,120") is 5120 or an error; a sum is Excel's.
# Seen:  formulas and pycel round up in ROUND and to the even digit in TEXT: 8.3 and "8.2". formulas takes the amount 5,120 for
#        a day of May 2020: 43952. pycel's SUBTOTAL adds the subtotals below it: 12 for 6. xlcalculator's SUMIF knows no 县*: 0
#        for 4; its DATEDIF finds 4 months between 31 January and 30 September. No error in any of them.
# LibreOffice gives 8.3, 5120, 6, 4 and 7, as Excel does. So figures of a recalculated workbook are held against its stored
# ones.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check formulas==1.3.4 pycel==1.0b30 xlcalculator==0.5.0 \
  openpyxl==3.1.5 pandas==2.3.3 numpy==1.26.4 2>/dev/null
cd "$folder"
venv/bin/python -W ignore - 2>/dev/null <<'PY'
import formulas
import openpyxl
from pycel import ExcelCompiler
from xlcalculator import Evaluator, ModelCompiler

book = openpyxl.Workbook()
sheet = book.active
for row in (("县直", 1), ("乡镇", 2), ("县属", 3)):
    sheet.append(row)
ASKED = {
    "D1": "=ROUND(8.25,1)",
    "D2": '=TEXT(8.25,"0.0")',
    "D3": '=VALUE("5,120")',
    "D4": "=SUBTOTAL(9,B1:B4)",
    "D5": '=SUMIF(A1:A3,"县*",B1:B3)',
    "D6": '=DATEDIF(DATE(2024,1,31),DATE(2024,9,30),"m")',
}
for at, formula in (*ASKED.items(), ("B4", "=SUBTOTAL(9,B1:B3)")):
    sheet[at] = formula
book.save("book.xlsx")
solved = formulas.ExcelModel().loads("book.xlsx").finish().calculate()
pycel, other = ExcelCompiler("book.xlsx"), Evaluator(ModelCompiler().read_and_parse_archive("book.xlsx"))
readers = {
    "formulas": lambda at: solved[f"'[book.xlsx]SHEET'!{at}"].value[0, 0],
    "pycel": lambda at: pycel.evaluate(f"Sheet!{at}"),
    "xlcalculator": lambda at: other.evaluate(f"Sheet!{at}"),
}
SEEN = {
    ("formulas", "D1"): "8.3", ("formulas", "D2"): "8.2", ("formulas", "D3"): "43952",
    ("pycel", "D1"): "8.3", ("pycel", "D2"): "8.2", ("pycel", "D4"): "12", ("pycel", "D5"): "4",
    ("xlcalculator", "D1"): "8.3", ("xlcalculator", "D5"): "0", ("xlcalculator", "D6"): "4",
}
for (name, at), seen in SEEN.items():
    value = readers[name](at)
    found = str(getattr(value, "value", value)).removesuffix(".0")
    print(name, ASKED[at], "→", found, flush=True)
    assert found == seen, f"{name} calculates otherwise now"
PY
