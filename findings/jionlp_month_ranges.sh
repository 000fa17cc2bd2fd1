#!/usr/bin/env bash
# JioNLP 1.5.31 (time expressions in Chinese): months that officials write as a range are read as the whole year.
#
# Guess: 2024年1-9月 is January to September, as 2024年前三季度, 2024年前9个月 and 2024年1-3季度 are.
# Seen:  those three end in September; 2024年1-9月, 1至9月 and 1—2月 are one point of time, 1 January to 31 December 2024,
#        and nothing says that the months were dropped. 2024年9月末 begins on the 25th.
# So whoever files figures by such a reader puts the sum of nine months beside that of a whole year.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check jionlp==1.5.31 jiojio==1.2.8 2>/dev/null
"$folder/venv/bin/python" - <<'PY' 2>/dev/null
from importlib.metadata import version
from time import mktime

import jionlp

print("jionlp", version("jionlp"))
NOW = mktime((2024, 10, 15, 0, 0, 0, 0, 0, 0))
YEAR = ("2024-01-01", "2024-12-31")
SEEN = {
    "2024年前三季度": ("2024-01-01", "2024-09-30"),
    "2024年前9个月": ("2024-01-01", "2024-09-30"),
    "2024年1-3季度": ("2024-01-01", "2024-09-30"),
    "2024年1-9月": YEAR,
    "2024年1至9月": YEAR,
    "2024年1—2月": YEAR,
    "2024年9月末": ("2024-09-25", "2024-09-30"),
}
for words, seen in SEEN.items():
    found = jionlp.parse_time(words, time_base=NOW)
    days = tuple(moment[:10] for moment in found["time"])
    print(words, "→", found["type"], *days)
    assert days == seen, f"{words} is read otherwise now"
PY
