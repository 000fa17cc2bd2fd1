#!/usr/bin/env bash
# PyMuPDF 2.0 beside pdfplumber 0.11.9: in the cells of a PDF's table the decimal points stand behind the figure, on a line of
# their own.
#
# Guess: find_tables().extract() gives a cell as the page shows it and as get_text() reads it: 1,234.5 and -12.3%.
# Seen:  the cells are "12345\n, ." and "123%\n- .", 0.5 is "05\n.": point, comma and minus lie low or high in their line and are
#        put on a second one, behind the digits. to_markdown() and to_pandas() say the same; words keep their letters. PyMuPDF
#        1.26.7 reads 1,234.5 from the same file, as pdfplumber does, and get_text() of 2.0 too.
# So a table's figures come in ten and a hundred times too large, and falls as rises, once blanks are stripped: take them from
# get_text("words"), or hold each against the page's text.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
python3 -m venv "$folder/before"
"$folder/venv/bin/pip" install -q --disable-pip-version-check pymupdf==2.0 pdfplumber==0.11.9 reportlab==4.4.9 2>/dev/null
"$folder/before/bin/pip" install -q --disable-pip-version-check pymupdf==1.26.7 2>/dev/null
cd "$folder"
venv/bin/python - <<'PY'
from reportlab.platypus import SimpleDocTemplate, Table

rows = [["R&D", "Target", "Change"], ["Done", "1,234.5", "-12.3%"], ["Open", "0.5", "8.1%"]]
SimpleDocTemplate("table.pdf").build([Table(rows, style=[("GRID", (0, 0), (-1, -1), 1, "black")])])
PY
cat >read.py <<'PY'
import contextlib
import io
import json
import sys
from importlib.metadata import version

import pymupdf

document = pymupdf.open("table.pdf")
with contextlib.redirect_stdout(io.StringIO()):
    found = document[0].find_tables().tables[0].extract()
print("PyMuPDF", version("pymupdf"), found)
assert found == json.loads(sys.argv[1]), "the cells are read otherwise now"
assert document[0].get_text().split() == "R&D Target Change Done 1,234.5 -12.3% Open 0.5 8.1%".split()
PY
whole='[["R&D", "Target", "Change"], ["Done", "1,234.5", "-12.3%"], ["Open", "0.5", "8.1%"]]'
before/bin/python read.py "$whole"
venv/bin/python read.py '[["R&D", "Target", "Change"], ["Done", "12345\n, .", "123%\n- ."], ["Open", "05\n.", "81%\n."]]'
venv/bin/python -c "import pdfplumber; found = pdfplumber.open('table.pdf').pages[0].extract_table(); print('pdfplumber', found); assert found == $whole"
