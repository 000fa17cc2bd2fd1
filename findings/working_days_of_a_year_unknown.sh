#!/usr/bin/env bash
# chinese-days 0.0.2, workalendar 17.0.0, holidays 0.109 and chinesecalendar 1.11.0: working days of a year whose holidays they
# do not know.
#
# Guess: China's holidays and made-up working days are announced year by year; for a year that is not known a calendar refuses,
#        or counts the holidays the law fixes.
# Seen:  chinesecalendar refuses 2027. holidays counts what the law fixes: 248 working days. chinese-days has no holiday at all:
#        261, with 1 January and 1 October among them. workalendar, which ends before 2024, refuses the Friday 3 May 2024 and
#        answers for Saturdays: 2024-09-14, a working day by the announcement, is none.
# So "working days left" across the turn of a year is up to 13 too many with one, and a loop over Saturdays never hears that
# another knows nothing.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check chinese-days==0.0.2 workalendar==17.0.0 holidays==0.109 \
  chinesecalendar==1.11.0 'setuptools<81' 2>/dev/null
"$folder/venv/bin/python" -W ignore - <<'PY'
from datetime import date, timedelta

import chinese_calendar
import chinesedays
import holidays
from workalendar.asia import China
from workalendar.exceptions import CalendarError

YEAR = [date(2027, 1, 1) + timedelta(days) for days in range(365)]
SATURDAY, FRIDAY = date(2024, 9, 14), date(2024, 5, 3)
try:
    chinese_calendar.is_workday(YEAR[0])
except NotImplementedError as error:
    print("chinesecalendar:", error)
else:
    raise AssertionError("chinesecalendar knows 2027 now")
law, china = holidays.country_holidays("CN"), China()
counts = {
    "holidays": sum(map(law.is_working_day, YEAR)),
    "chinese-days": sum(map(chinesedays.is_workday, YEAR)),
    "Monday to Friday": sum(day.weekday() < 5 for day in YEAR),
}
print(counts)
assert counts == {"holidays": 248, "chinese-days": 261, "Monday to Friday": 261}
assert chinesedays.is_workday(date(2027, 1, 1)) and chinesedays.is_workday(date(2027, 10, 1))
print("workalendar:", SATURDAY, china.is_working_day(SATURDAY))
assert not china.is_working_day(SATURDAY) and chinese_calendar.is_workday(SATURDAY) and law.is_working_day(SATURDAY)
try:
    china.is_working_day(FRIDAY)
except CalendarError as error:
    print("workalendar:", FRIDAY, error)
else:
    raise AssertionError("workalendar knows 2024 now")
PY
