#!/usr/bin/env bash
# ExcelJS 4.4.0: a formula that gives 0 is an empty cell in its CSV, and a merged figure stands in every row it spans.
#
# Guess: a CSV holds what the sheet shows: 0 where the formula's result is 0; a figure of three merged rows once.
# Seen:  1-1 is empty, as if nobody had reported, while 1+1 is 2 and a typed 0 is 0; a 5 merged over three rows is 5 three times,
#        so that a sum is 15.
# So "none" becomes "not reported" and a total of a merged cell is tripled: count rows and blanks of such a CSV before adding it up.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund exceljs@4.4.0 >/dev/null 2>&1
node -e '
const {Workbook} = require("exceljs"), book = new Workbook(), sheet = book.addWorksheet("a");
sheet.getCell("A1").value = {formula: "1+1", result: 2};
sheet.getCell("A2").value = {formula: "1-1", result: 0};
sheet.getCell("A3").value = 0;
sheet.mergeCells("B1:B3");
sheet.getCell("B1").value = 5;
book.csv.writeBuffer().then(text => console.log(text.toString()));' | tee found.csv
printf '%s\n' '2,5' ',5' '0,5' | cmp - found.csv
