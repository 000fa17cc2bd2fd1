#!/usr/bin/env bash
# dateparser 1.5.0 (dates in many languages, Chinese among them): figures of a sentence are days, and quarters are found by luck.
#
# Guess: search_dates finds one date in 2024年9月，完成工业产值8.1亿元，同比增长12.5%: the month. A quarter as the statistics office
#        codes it (2024A to 2024D) is no date to it.
# Seen:  it finds two others: 8.1 is the 1st of August and 12.5 the 5th of December; the month is not among them. Of 9月完成产值 it
#        takes 9月 for nine months ago, January; 95.5% is a day of May 1995. 2024A, 2024B and 2024C are all the month in which one
#        asks, 2024D is 2,024 days before it (d for days). 2024年1-9月 is September.
# So every amount and rate of a bulletin is a date to it, and its month none: take periods out by their own words (年, 月).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check dateparser==1.5.0 2>/dev/null
"$folder/venv/bin/python" -W ignore - <<'PY'
from datetime import datetime
from importlib.metadata import version

from dateparser import parse
from dateparser.search import search_dates

SETTINGS = {"RELATIVE_BASE": datetime(2024, 10, 15)}
print("dateparser", version("dateparser"))
SENTENCES = {
    "2024年9月，完成工业产值8.1亿元，同比增长12.5%。": {"8.1": "2024-08-01", "12.5": "2024-12-05"},
    "9月完成产值8.1亿元": {"9月": "2024-01-15", "8.1": "2024-08-01"},
    "到2025年达到30家，2024年9月完成率为95.5%": {"2025年": "2025-10-15", "95.5": "1995-05-15"},
}
for text, seen in SENTENCES.items():
    found = {words: day.date().isoformat() for words, day in search_dates(text, languages=["zh"], settings=SETTINGS)}
    print(text, found)
    assert found == seen, "other dates are found now"
for text, seen in {
    "2024A": "2024-10",
    "2024B": "2024-10",
    "2024C": "2024-10",
    "2024D": "2019-04",
    "2024年1-9月": "2024-09",
}.items():
    day = parse(text, settings=SETTINGS)
    print(text, day)
    assert day is not None and day.strftime("%Y-%m") == seen, f"{text} is read otherwise now"
PY
