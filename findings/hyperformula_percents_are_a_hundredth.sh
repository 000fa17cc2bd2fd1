#!/usr/bin/env bash
# HyperFormula 3.5.0 and Formula.js 4.6.1 (npm, Excel's functions in web pages): a share of 8.3 % is written 0.1%, and offices that
# have not reported are counted as meeting a limit.
#
# Guess: TEXT(0.0825,"0.0%") is 8.3%, TEXT(81234,"#,##0") 81,234 and TEXT(-3.2,"0.0;(0.0)") (3.2), as in Excel; an empty cell is no
#        number for COUNTIF(…,"<=5").
# Seen:  HyperFormula writes 0.1%, "81234,##0" and "-3.2;(0.0)": the sign % is kept and the value not multiplied, the rest of the
#        format is text. ROUND and VALUE("8.1%") are right. Formula.js has 8.3%, but for thousands (0.0,) the whole 81,234.0, and
#        counts null and "" among the values up to 5: 3 for 1. It knows no * in SUMIF: 0 for 4. No error in any of them.
# LibreOffice gives 8.3%, 81,234, (3.2), 81.2, 1 and 4. So sentences built by such formulas are held against their cells.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund hyperformula@3.5.0 @formulajs/formulajs@4.6.1 >/dev/null
node - <<'JS' | tee found.txt
const {HyperFormula} = require("hyperformula"), excel = require("@formulajs/formulajs");
const formulas = ['TEXT(0.0825,"0.0%")', 'TEXT(81234,"#,##0")', 'TEXT(-3.2,"0.0;(0.0)")', "ROUND(8.25,1)", 'VALUE("8.1%")'];
for (const formula of formulas) {
  const book = HyperFormula.buildFromArray([["=" + formula]], {licenseKey: "gpl-v3"});
  console.log(formula, "=", book.getCellValue({sheet: 0, row: 0, col: 0}));
}
console.log("Formula.js", excel.TEXT(0.0825, "0.0%"), excel.TEXT(81234, "0.0,"), excel.COUNTIF([null, "", 4, 8], "<=5"),
  excel.SUMIF(["县一", "市", "县二"], "县*", [1, 2, 3]));
process.exit(0);
JS
printf '%s\n' 'TEXT(0.0825,"0.0%") = 0.1%' 'TEXT(81234,"#,##0") = 81234,##0' 'TEXT(-3.2,"0.0;(0.0)") = -3.2;(0.0)' 'ROUND(8.25,1) = 8.3' \
  'VALUE("8.1%") = 0.081' 'Formula.js 8.3% 81,234.0 3 0' | cmp - found.txt
