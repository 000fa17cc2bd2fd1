#!/usr/bin/env bash
# tablib 3.10.0 (tables from JSON, YAML and dicts) beside prettytable 3.18.0 and pandas 3.1.1: figures stand under other
# headings.
#
# Guess: a row is read by its keys: {"8月": 31, "7月": 13} has 13 in July, wherever the first row began; a key that the first row
#        does not have is a column of its own, or refused.
# Seen:  the first row's keys are the headings, and the values of every later row are put below them in the order in which they
#        stand: July has 31. Other keys do not matter either: the 40 of 9月 stands under 8月. The same for load() of JSON and YAML
#        and for Dataset.dict; only a row with more or fewer keys is refused. pandas and prettytable go by the keys.
# JSON's keys have no order (RFC 8259), so the rows of two offices may well differ. Source: tablib's pull request 663, not
# merged.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check 'tablib[yaml]==3.10.0' prettytable==3.18.0 pandas==3.1.1 2>/dev/null
"$folder/venv/bin/python" - <<'PY'
import json
from importlib.metadata import version

import pandas as pd
import prettytable
import tablib

print(*(f"{name} {version(name)}" for name in ("tablib", "prettytable", "pandas")))
ROWS = [{"局": "甲", "7月": 12, "8月": 30}, {"局": "乙", "8月": 31, "7月": 13}]
OTHER = [ROWS[0], {"局": "乙", "7月": 13, "9月": 40}]
YAML = "- {局: 甲, 7月: 12, 8月: 30}\n- {局: 乙, 8月: 31, 7月: 13}\n"


def lines(data: tablib.Dataset) -> list[str]:
    return data.export("csv").split()


by_dict = tablib.Dataset()
by_dict.dict = ROWS
found = {
    "same order": lines(tablib.Dataset().load(json.dumps([ROWS[0], ROWS[0] | {"局": "乙"}]), format="json")),
    "JSON": lines(tablib.Dataset().load(json.dumps(ROWS), format="json")),
    "YAML": lines(tablib.Dataset().load(YAML, format="yaml")),
    "dict": lines(by_dict),
    "another month": lines(tablib.Dataset().load(json.dumps(OTHER), format="json")),
    "pandas": pd.DataFrame(ROWS).to_csv(index=False).split(),
    "prettytable": prettytable.from_json(json.dumps([[*ROWS[0]], *ROWS])).get_csv_string().split(),
}
SEEN = {"same order": "乙,12,30", "another month": "乙,13,40", "pandas": "乙,13,31", "prettytable": "乙,13,31"}
for name, table in found.items():
    print(name, *table)
    assert table[:2] == ["局,7月,8月", "甲,12,30"]
    assert table[2:] == [SEEN.get(name, "乙,31,13")], f"{name} is read otherwise now"
try:
    tablib.Dataset().load(json.dumps([ROWS[0], {"局": "乙"}]), format="json")
except tablib.InvalidDimensions as error:
    print("fewer keys:", type(error).__name__)
else:
    raise AssertionError("a row with fewer keys is taken now")
PY
