#!/usr/bin/env bash
# pyjstat 2.4.0 (JSON-stat): a table with a gap is written so that the figures behind the gap stand under other headings.
#
# Guess: a combination that a long table does not have is written as null: JSON-stat has one value for each cell of the cube.
# Seen:  the values are written in the order of the rows, without the gap: of 3 months × 2 indicators with 4 rows there are 4
#        values for 6 cells. Read by the format's own rule, 乙 of July is the 3 that 甲 had in September. pyjstat writes it
#        without a word and cannot read it back.
# So fill the cube (all combinations, in order) before writing, and count values against sizes before reading such a file.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check pyjstat==2.4.0 2>/dev/null
"$folder/venv/bin/python" -W ignore - <<'PY'
import json
from importlib.metadata import version
from math import prod

import pandas as pd
from pyjstat import pyjstat

rows = [("2024-07", "甲", 1), ("2024-09", "甲", 3), ("2024-08", "甲", 2), ("2024-07", "乙", 9)]
table = pd.DataFrame(rows, columns=["时间", "指标", "value"])
text = pyjstat.Dataset.read(table).write()
cube = json.loads(text)
print("pyjstat", version("pyjstat"), cube["id"], cube["size"], cube["value"])
assert cube["value"] == [1, 3, 2, 9] and prod(cube["size"]) == 6, "gaps are written now"
places = {name: list(cube["dimension"][name]["category"]["index"]) for name in cube["id"]}
second = [(places["时间"][at // 2], places["指标"][at % 2]) for at in range(6)][1]
print("the second cell is", *second, "and holds", cube["value"][1])
assert second == ("2024-07", "乙")
try:
    pyjstat.Dataset.read(text).write("dataframe")
except IndexError as error:
    print("read back:", error)
else:
    raise SystemExit("it reads back what it wrote now")
PY
