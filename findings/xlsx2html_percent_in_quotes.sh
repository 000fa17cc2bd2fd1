#!/usr/bin/env bash
# xlsx2html 0.6.4 (workbooks as web pages, "keep cell formatting"): -3.2 that the sheet shows as -3.2% is -320.0"%" on the page.
#
# Guess: a number format's quotes hold signs that are shown as they are: 0.0"%" (statistics in percent, as yearbooks keep them)
#        shows -3.2 as -3.2%, 0"年" shows 2024年, 0.00,,"百万" shows 12345678 as 12.35百万.
# Seen:  a % is a % to it, quoted or not, and the value is multiplied by 100; the quotes are printed. 2024"年"; 12345678.00"百万",
#        the scaling commas dropped. 0.0%, dates with 年 and 月 and #,##0.0 are right.
# So a published page has rates a hundred times the workbook's, and millions of millions: hold a page against the cells.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check xlsx2html==0.6.4 xlsxwriter==3.3.1 openpyxl==3.1.5 babel==2.19.0 \
  2>/dev/null
cd "$folder"
venv/bin/python -W ignore - <<'PY'
import re
from html import unescape
from importlib.metadata import version

import xlsxwriter
from xlsx2html import xlsx2html

print(*(f"{name} {version(name)}" for name in ("xlsx2html", "babel")))
CELLS = (
    (-3.2, '0.0"%"', '-320.0"%"'),
    (2024, '0"年"', '2024"年"'),
    (12345678, '0.00,,"百万"', '12345678.00"百万"'),
    (0.081, "0.0%", "8.1%"),
    (45536, 'yyyy"年"m"月"', "2024年9月"),
    (1234.5, "#,##0.0", "1,234.5"),
)
with xlsxwriter.Workbook("cells.xlsx") as book:
    sheet = book.add_worksheet("a")
    for row, (value, code, _) in enumerate(CELLS):
        sheet.write_number(row, 0, value, book.add_format({"num_format": code}))
page = xlsx2html("cells.xlsx", locale="zh")
page.seek(0)
found = [unescape(text).strip() for text in re.findall(r"<td[^>]*>([^<]*)</td>", page.read())]
for (value, code, seen), shown in zip(CELLS, found, strict=True):
    print(value, code, "→", shown)
    assert shown == seen, f"{code} is shown otherwise now"
PY
