#!/usr/bin/env bash
# Day.js 1.11.23 (npm) beside date-fns 4.1.0 and Luxon 3.7.2: a month written 2024.10, as offices write it, is January.
#
# Guess: dayjs("2024.10") is October 2024, as 2024-10 and 2024/10 are and as 2024.10.28 is the 28th of it, or it is not valid.
# Seen:  1 January 2024, and valid: what stands behind the point is taken for milliseconds (00:00:00.010). 2024.9 and 2024.12
#        are the same day. With a blank, 2024 10, it is ten o'clock of it. With the plugin customParseFormat and "YYYY.M" it is
#        October. date-fns (parseISO) and Luxon (fromISO) refuse 2024.10.
# So a whole year's columns land on one day, and a chart or a sum by month has all of them in January: always give the format.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund dayjs@1.11.23 date-fns@4.1.0 luxon@3.7.2 >/dev/null 2>&1
TZ=Asia/Shanghai node -e '
const dayjs = require("dayjs"), {parseISO, isValid} = require("date-fns"), {DateTime} = require("luxon");
for (const text of ["2024-10", "2024/10", "2024.10.28", "2024.10", "2024.9", "2024.12", "2024 10"])
  console.log(text, dayjs(text).isValid(), dayjs(text).format("YYYY-MM-DD HH:mm:ss.SSS"));
console.log("date-fns", isValid(parseISO("2024.10")), isValid(parseISO("2024-10")));
console.log("luxon", DateTime.fromISO("2024.10").isValid, DateTime.fromISO("2024-10").isValid);
dayjs.extend(require("dayjs/plugin/customParseFormat"));
console.log("format", dayjs("2024.10", "YYYY.M").format("YYYY-MM-DD"));' | tee found.txt
cmp found.txt - <<'SEEN'
2024-10 true 2024-10-01 00:00:00.000
2024/10 true 2024-10-01 00:00:00.000
2024.10.28 true 2024-10-28 00:00:00.000
2024.10 true 2024-01-01 00:00:00.010
2024.9 true 2024-01-01 00:00:00.009
2024.12 true 2024-01-01 00:00:00.012
2024 10 true 2024-01-01 10:00:00.000
date-fns false true
luxon false true
format 2024-10-01
SEEN
