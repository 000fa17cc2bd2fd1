#!/usr/bin/env bash
# APScheduler 3.11.3 (CronTrigger.from_crontab) beside croniter 7.0.0 and cronsim 2.8: a line of a crontab runs a day late, and
# hardly ever.
#
# Guess: from_crontab reads "0 8 * * 1" as crontab(5) does: at eight on Mondays; "0 8 1,15 * 5" on the 1st, on the 15th and on
#        every Friday, for two days that are given count as either.
# Seen:  it counts days from Monday as 0: 1 is Tuesday, 1-5 is Tuesday to Saturday, 0 (Sunday) is Monday, and 7 is refused. And
#        it asks for both days: "0 8 1,15 * 5" runs where a 1st or 15th is a Saturday, four times from September 2024 to March
#        2025, with no run before February; croniter and cronsim have 42 days.
# So a Monday report comes on Tuesday and a half-monthly one is missing for months: give names of days (mon), one day per line.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check apscheduler==3.11.3 croniter==7.0.0 cronsim==2.8 tzdata 2>/dev/null
"$folder/venv/bin/python" -W ignore - <<'PY'
from datetime import datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger
from croniter import croniter
from cronsim import CronSim

ZONE = ZoneInfo("Asia/Shanghai")
FIRST, LAST = datetime(2024, 9, 1, tzinfo=ZONE), datetime(2025, 4, 1, tzinfo=ZONE)


def fired(line: str):
    trigger, at = CronTrigger.from_crontab(line, timezone=ZONE), FIRST
    while (at := trigger.get_next_fire_time(None, at)) is not None:
        yield at
        at += timedelta(minutes=1)


def days(line: str) -> tuple[list[datetime], list[datetime]]:
    def until(times):
        return [at.date() for at in takewhile(lambda at: at < LAST, times)]

    norm = until(croniter(line, FIRST).all_next(datetime))
    assert norm == until(CronSim(line, FIRST)), "croniter and cronsim differ"
    return until(fired(line)), norm


def names(found):
    return sorted({day.strftime("%w %a") for day in found})


for line, seen, meant in (
    ("0 8 * * 1", ["2 Tue"], ["1 Mon"]),
    ("0 8 * * 0", ["1 Mon"], ["0 Sun"]),
    ("0 8 * * 1-5", ["2 Tue", "3 Wed", "4 Thu", "5 Fri", "6 Sat"], ["1 Mon", "2 Tue", "3 Wed", "4 Thu", "5 Fri"]),
    ("0 8 * * mon", ["1 Mon"], ["1 Mon"]),
):
    ours, norm = days(line)
    print(line, "APScheduler", names(ours), "crontab", names(norm))
    assert (names(ours), names(norm)) == (seen, meant)
ours, norm = days("0 8 1,15 * 5")
print("0 8 1,15 * 5", "APScheduler", [str(day) for day in ours], "crontab", len(norm), "days")
assert names(ours) == ["6 Sat"] and {day.day for day in ours} == {1, 15} and (len(ours), len(norm)) == (4, 42)
assert {(day.year, day.month) for day in ours} == {(2025, 2), (2025, 3)}
try:
    CronTrigger.from_crontab("0 8 * * 7")
except ValueError as error:
    print("7:", error)
else:
    raise SystemExit("7 is taken now")
PY
