#!/usr/bin/env bash
# SheetJS 0.18.5 (npm xlsx): number formats that Chinese Excel and WPS write change or lose what a cell shows.
#
# Guess: a count formatted [DBNum1][$-804]General shows as a numeral, with or without Chinese digits; 0!.0, shows 81234 as 8.1
#        (the way to show 万: ! puts the next character as it is); yyyy年m月 shows a month.
# Seen:  the count 12 is written to CSV as $12, for the language code $-804 is taken for a currency; 81234 is 81!.2; and a date
#        with 年 and 月 unquoted, as Excel writes it in Chinese, is the serial number 45536. With quotes it is 2024年9月.
# So a CSV that a web page made from a workbook may hold dollars, and months as five digits, where the workbook has neither.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check xlsxwriter==3.2.9 2>/dev/null
cd "$folder"
npm install --silent --no-audit --no-fund xlsx@0.18.5 >/dev/null
venv/bin/python - <<'PY'
import xlsxwriter

CELLS = ((12, "[DBNum1][$-804]General"), (81234, "0!.0,"), (45536, "yyyy年m月"), (45536, 'yyyy"年"m"月"'), (8.1, '0.0"%"'))
with xlsxwriter.Workbook("formats.xlsx") as book:
    sheet = book.add_worksheet()
    for row, (value, format_) in enumerate(CELLS):
        sheet.write_number(row, 0, value, book.add_format({"num_format": format_}))
PY
node -e '
const sheets = require("xlsx"), book = sheets.readFile("formats.xlsx", {cellNF: true});
console.log(sheets.utils.sheet_to_csv(book.Sheets[book.SheetNames[0]]));' | tee found.csv
printf '%s\n' '$12' '81!.2' '45536' '2024年9月' '8.1%' | cmp - found.csv
