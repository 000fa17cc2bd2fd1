#!/usr/bin/env bash
# python-crontab 3.4.0: adding one entry writes other people's lines anew.
#
# Guess: reading a crontab, adding one entry and rendering it leaves every other line as it was; an entry for
#        `hour.every(1)` runs once an hour.
# Seen:  spaces and tabs inside other entries are folded, a commented-out entry gets a space behind its sign,
#        `0 0 * * 7` becomes `@weekly` (a word that not every cron knows), `0-7` in the weekday becomes `0,*`,
#        an entry that the library cannot read is turned off ("# DISABLED LINE"), and `hour.every(1)` alone
#        gives `* * * * *`: every minute.
# So a program that may touch only its own entry has to edit the text of the crontab itself.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check python-crontab==3.4.0 2>/dev/null
"$folder/venv/bin/python" - <<'PY'
from importlib.metadata import version

from crontab import CronTab

print("python-crontab", version("python-crontab"))
before = """\
0  3 * * 1\t/usr/local/bin/backup --full   # nightly
#0 6 * * * /usr/local/bin/paused
0 0 * * 7 /usr/local/bin/sunday
0 12 * * 0-7 /usr/local/bin/daily
0 24 * * * /usr/local/bin/mistyped
30 7 * * 2 /usr/local/bin/plain
"""
table = CronTab(tab=before)
table.new(command="/usr/local/bin/own", comment="own").hour.every(1)
after = table.render().splitlines()
for line in after:
    print("  ", line)
expected = [
    "0 3 * * 1 /usr/local/bin/backup --full # nightly",
    "# 0 6 * * * /usr/local/bin/paused",
    "@weekly /usr/local/bin/sunday",
    "0 12 * * 0,* /usr/local/bin/daily",
    "# DISABLED LINE",
    "# 0 24 * * * /usr/local/bin/mistyped",
    "30 7 * * 2 /usr/local/bin/plain",
    "* * * * * /usr/local/bin/own # own",
]
missing = [line for line in expected if line not in after]
assert not missing, missing
PY
