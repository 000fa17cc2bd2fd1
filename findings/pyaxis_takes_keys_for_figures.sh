#!/usr/bin/env bash
# pyaxis 0.4.3: a PC-Axis (.px) table whose rows begin with their keys, as statistical offices store tables with many noughts.
#
# Guess: with KEYS("指标")=VALUES each row of DATA names its indicator, rows of noughts only are left out (SCB, “Data in the
#        PX-file”), and the frame has the same figures as the full table, or reading it is refused.
# Seen:  keys are taken for figures. Parted from the first by a comma, they stand before it in one text ('"甲",1'), so that a
#        conversion to numbers loses the first month of every row. Parted by a blank, and with one row of noughts of four left
#        out, there are as many pieces as cells: every figure stands in another month or row, without a word.
# A .px with the keyword KEYS is to be opened in PxEdit or PxWeb and saved without it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check pyaxis==0.4.3 pandas==3.1.1 2>/dev/null
cd "$folder"
venv/bin/python -W ignore - <<'PY'
from pathlib import Path

from pyaxis import pyaxis

HEAD = """CHARSET="ANSI";
AXIS-VERSION="2013";
CODEPAGE="utf-8";
LANGUAGE="zh";
SUBJECT-AREA="示例";
SUBJECT-CODE="A";
MATRIX="T1";
TITLE="家数（指标、月）";
CONTENTS="家数";
UNITS="家";
DECIMALS=0;
STUB="指标";
HEADING="月";
VALUES("指标")="甲","乙","丙","丁";
VALUES("月")="2024M07","2024M08","2024M09";
"""
TABLES = {
    "full": "DATA=\n1 2 3 \n0 0 0 \n7 8 9 \n4 5 6 ;\n",
    "comma": 'KEYS("指标")=VALUES;\nDATA=\n"甲",1 2 3 \n"乙",0 0 1 \n"丙",7 8 9 \n"丁",4 5 6 ;\n',
    "blank": 'KEYS("指标")=VALUES;\nDATA=\n"甲" 1 2 3 \n"丙" 7 8 9 \n"丁" 4 5 6 ;\n',
}
found = {}
for name, table in TABLES.items():
    Path(f"{name}.px").write_text(HEAD + table, encoding="utf-8")
    frame = pyaxis.parse(f"{name}.px", encoding="utf-8")["DATA"]
    found[name] = frame["DATA"].tolist()
    print(name, found[name])
assert found["full"] == [*"123000789456"]
assert found["comma"] == ['"甲",1', "2", "3", '"乙",0', "0", "1", '"丙",7', "8", "9", '"丁",4', "5", "6"]
assert found["blank"] == ['"甲"', "1", "2", "3", '"丙"', "7", "8", "9", '"丁"', "4", "5", "6"]
PY
