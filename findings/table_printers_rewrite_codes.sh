#!/usr/bin/env bash
# pandas 3.1.1 (to_markdown, by tabulate 0.10.0), pytablewriter 1.2.1 and texttable 1.7.2: text in a table is taken for numbers,
# and October becomes January.
#
# Guess: a table of text is printed as it is: 2024.10 (October, as offices write it), 010000 (a code), 12345678.9 with its
#        last digit.
# Seen:  to_markdown prints 2024.1 for the text 2024.10, 1.23457e+07 for 12345678.9, and for the codes of villages (12 digits)
#        4.3123e+11 as soon as one of the column is missing. pytablewriter has 2024.1 and 10000; texttable 2024.100, 10000 and
#        4.312e+11. tabulate has disable_numparse=True, texttable set_cols_dtype, pytablewriter type_hints.
# So a month, a code or a total changes between the table and the Markdown of it, only in some rows: switch the guessing off.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check pandas==3.1.1 tabulate==0.10.0 pytablewriter==1.2.1 texttable==1.7.2 \
  2>/dev/null
"$folder/venv/bin/python" -W ignore - <<'PY'
from importlib.metadata import version

import pandas as pd
from pytablewriter import MarkdownTableWriter
from texttable import Texttable

TABLE = pd.DataFrame({"月": ["2024.9", "2024.10"], "代码": ["430000", "010000"], "村": ["431230101001", None], "数": ["3", "12345678.9"]})
assert all(str(kind) in ("str", "object") for kind in TABLE.dtypes)
ROWS = TABLE.fillna("").values.tolist()


def cells(text: str) -> list[list[str]]:
    lines = [line.strip("|").split("|") for line in text.splitlines() if any(sign.isdigit() for sign in line)]
    return [[cell.strip() for cell in line] for line in lines]


print(*(f"{name} {version(name)}" for name in ("pandas", "tabulate", "pytablewriter", "texttable")))
printed = cells(TABLE.to_markdown(index=False))
print("to_markdown", printed)
assert printed == [["2024.9", "430000", "4.3123e+11", "3"], ["2024.1", "010000", "nan", "1.23457e+07"]]
kept = cells(TABLE.fillna("").to_markdown(index=False, disable_numparse=True))
assert kept == ROWS, "disable_numparse keeps no text now"
writer = MarkdownTableWriter(headers=list(TABLE), value_matrix=ROWS)
printed = cells(writer.dumps())
print("pytablewriter", printed)
assert [row[:2] for row in printed] == [["2024.9", "430000"], ["2024.1", "10000"]]
table = Texttable()
table.add_rows([list(TABLE), *ROWS])
printed = cells(table.draw())
print("texttable", printed)
assert printed == [["2024.900", "430000", "4.312e+11", "3"], ["2024.100", "10000", "", "12345678.900"]]
PY
