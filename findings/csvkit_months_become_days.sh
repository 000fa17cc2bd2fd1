#!/usr/bin/env bash
# csvkit 2.2.0 (agate 1.14.2): cumulative months become days of 2001, and percent and yuan one column of numbers.
#
# Guess: in2csv cleans a CSV: what is no number stays as it is written. 1-9 (January to September) and 2024-9 are both text.
# Seen:  2024-9 stays; 1-9 and 1-10 become 2001-01-09 and 2001-01-10, so that nine months are the ninth day of a year nobody
#        wrote. 8.1% and ¥3 of one column become 8.1 and 3, and the code 010000 becomes 10000. --no-inference keeps all.
# So a table of periods must go through it with --no-inference, or not at all.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check csvkit==2.2.0 agate==1.14.2 2>/dev/null
cd "$folder"
printf '%s\n' 'months,period,share,code' '1-9,2024-9,8.1%,010000' '1-10,2024-10,¥3,010100' >table.csv
echo "csvkit $(venv/bin/pip show csvkit 2>/dev/null | sed -n 's/^Version: //p')"
venv/bin/in2csv table.csv | tee inferred.csv
venv/bin/in2csv --no-inference table.csv >kept.csv
cmp table.csv kept.csv
printf '%s\n' 'months,period,share,code' '2001-01-09,2024-9,8.1,10000' '2001-01-10,2024-10,3,10100' | cmp - inferred.csv
