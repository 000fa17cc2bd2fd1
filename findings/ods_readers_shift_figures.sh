#!/usr/bin/env bash
# tablib 3.10.0 and pyexcel-ods 0.6.0 (OpenDocument spreadsheets, as LibreOffice saves them): equal neighbours, blanks,
# groups and merged cells move figures to other months, or lose them.
#
# Guess: a row 5, 5, 7 under 7月, 8月, 9月 is read as 5, 5, 7; rows that are folded away as a group, and the row that is repeated
#        on every printed page, are rows like others.
# Seen:  the format writes equal neighbours once, with a count that tablib does not look at: 5, 7 and a blank; a 7 of September
#        behind two blanks is July's. Rows in a group (the counties below their city) and the repeated heading are left out.
#        pyexcel-ods drops the place below a merged cell: under 企业, merged over two rows, the indicator is read as the kind
#        and July's figure as the indicator. No error; pyexcel-ods3 0.6.1 and pandas 3.1.1 (odf) read all of it.
# So a total of counties may be one of nothing, and a month another's: hold such a table against the sheet before it is used.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check 'tablib[ods]==3.10.0' pyexcel-ods==0.6.0 pyexcel-ods3==0.6.1 \
  pyexcel==0.7.6 odfpy==1.4.1 pandas==3.1.1 2>/dev/null
cd "$folder"
venv/bin/python -W ignore - <<'PY'
from importlib.metadata import version

import pandas as pd
import pyexcel
import tablib
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import CoveredTableCell, Table, TableCell, TableHeaderRows, TableRow, TableRowGroup
from odf.text import P

HEAD = ["项", "7月", "8月", "9月"]


def cell(value=None, times=1, rows=1):
    more = {"numbercolumnsrepeated": times} if times > 1 else {"numberrowsspanned": rows} if rows > 1 else {}
    number = isinstance(value, int)
    kind = {} if value is None else {"valuetype": "float", "value": value} if number else {"valuetype": "string"}
    found = TableCell(**kind, **more)
    if value is not None:
        found.addElement(P(text=str(value)))
    return found


def row(*cells):
    found = TableRow()
    for each in cells:
        found.addElement(each if hasattr(each, "qname") else cell(each))
    return found


def inside(kind, *rows):
    found = kind()
    for each in rows:
        found.addElement(each)
    return found


def readers(name, *rows):
    book, table = OpenDocumentSpreadsheet(), Table(name="表")
    for each in rows:
        table.addElement(each)
    book.spreadsheet.addElement(table)
    book.save(name)
    with open(name, "rb") as stream:
        first = [list(each) for each in tablib.Dataset().load(stream, format="ods", headers=False)]
    kept = [list(each) for each in pyexcel.get_array(file_name=name, library="pyexcel-ods3")]
    frame = pd.read_excel(name, header=None, engine="odf").astype(object)
    assert frame.where(frame.notna(), "").values.tolist() == kept, "pandas differs"
    second = [list(each) for each in pyexcel.get_array(file_name=name, library="pyexcel-ods")]
    print(name, "tablib", first, "pyexcel-ods", second)
    return first, second, kept


print(*(f"{each} {version(each)}" for each in ("tablib", "pyexcel-ods", "pyexcel-ods3", "pandas")))
first, second, kept = readers("equal.ods", row(*HEAD), row("上云", cell(5, 2), 7), row("新增", cell(times=2), 7))
assert kept == second == [HEAD, ["上云", 5, 5, 7], ["新增", "", "", 7]]
assert first == [HEAD, ["上云", 5, 7, ""], ["新增", 7, "", ""]]
group = inside(TableRowGroup, row("甲县", 1, 2, 3), row("乙县", 3, 4, 5))
first, second, kept = readers("group.ods", inside(TableHeaderRows, row(*HEAD)), row("市", 4, 6, 8), group)
assert kept == second == [HEAD, ["市", 4, 6, 8], ["甲县", 1, 2, 3], ["乙县", 3, 4, 5]]
assert first == [["市", 4, 6, 8]]
rows = row("类", "项", "7月", "8月"), row(cell("企业", rows=2), "上云", 5, 6), row(CoveredTableCell(), "新增", 1, 2)
first, second, kept = readers("merged.ods", *rows)
assert kept == first == [["类", "项", "7月", "8月"], ["企业", "上云", 5, 6], ["", "新增", 1, 2]]
assert second == [["类", "项", "7月", "8月"], ["企业", "上云", 5, 6], ["新增", 1, 2, ""]]
PY
