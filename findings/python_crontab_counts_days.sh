#!/usr/bin/env bash
# python-crontab 3.4.0 beside cronsim 2.8: how often an entry runs, where both a day of the month and a weekday are given.
#
# Guess: 30 7 1-7 * 1 runs when either field fits, as crontab(5) has it: in 2024 on the first seven days of each month and on
#        all Mondays, 125 times; frequency_per_year() says so.
# Seen:  it says 12, the Mondays among the first seven days: the fields are taken together. 0 9 1 * 1 (the first, and Mondays) is
#        3 instead of 62. Without one of the two fields the counts are right.
# So a guard against too many runs that asks frequency_per_year() lets an entry through that runs ten times as often.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check python-crontab==3.4.0 cronsim==2.8 2>/dev/null
"$folder/venv/bin/python" - <<'PY'
from datetime import datetime
from importlib.metadata import version
from itertools import takewhile

from cronsim import CronSim
from crontab import CronTab

print("python-crontab", version("python-crontab"), "cronsim", version("cronsim"))
SEEN = {"30 7 1-7 * 1": (12, 125), "0 9 1 * 1": (3, 62), "0 9 1 * *": (12, 12), "0 9 * * 1": (53, 53)}
for entry, seen in SEEN.items():
    job = CronTab(tab=f"{entry} true\n")[0]
    runs = takewhile(lambda moment: moment.year == 2024, CronSim(entry, datetime(2023, 12, 31, 23, 59)))
    found = (job.frequency_per_year(2024), len(list(runs)))
    print(entry, "→", *found)
    assert found == seen, f"{entry} is counted otherwise now"
PY
