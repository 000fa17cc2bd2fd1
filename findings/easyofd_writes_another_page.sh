#!/usr/bin/env bash
# easyofd 20260427 (PDF to OFD, the fixed-layout format of Chinese offices, GB/T 33190): the page is not the PDF's page.
#
# Guess: an A4 page with one black line of 12 pt becomes an OFD page of 210 × 297 mm with that line in black, 4.2 mm high.
# Seen:  the document says 140 × 90 mm whatever the PDF has, and the page itself gives its size in pixels; the line is brown
#        (156 82 35) and about a third of its size; the XML is in a namespace of its own instead of the standard's
#        http://www.ofdspec.org/2016. The words are whole.
# So it serves to carry text; a report that must look as printed needs another way to OFD.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check easyofd==20260427 2>/dev/null
cd "$folder"
venv/bin/python -W ignore - <<'PY' 2>/dev/null
import contextlib
import io
import re
import zipfile
from importlib.metadata import version

from easyofd.ofd import OFD
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

page = Canvas("page.pdf", pagesize=A4)
page.setFont("Helvetica", 12)
page.drawString(72, 720, "Target 50, done 12")
page.save()
with contextlib.redirect_stdout(io.StringIO()), open("page.pdf", "rb") as file:
    made = OFD().pdf2ofd(file.read(), optional_text=True)
with zipfile.ZipFile(io.BytesIO(made)) as parts:
    document, content = (parts.read(f"Doc_0/{name}").decode() for name in ("Document.xml", "Pages/Page_0/Content.xml"))
found = {
    "words": re.findall(r"<ofd:TextCode[^>]*>([^<]*)<", content),
    "page": re.search(r"PhysicalBox>([^<]*)<", document)[1],
    "colour": re.search(r"<Value>([^<]*)<", content)[1],
    "size": round(float(re.search(r'size="([\d.]+)"', content)[1]), 1),
    "namespace": re.search(r'xmlns:ofd="([^"]*)"', document)[1].split("//")[1].split("/")[0].split(".")[-1],
}
print("easyofd", version("easyofd"), found)
assert found["words"] == ["Target 50, done 12"]
assert found["page"] == "0 0 140 90" and found["colour"] == "156 82 35" and found["size"] < 2
assert found["namespace"] != "org", "it writes the standard's namespace now"
PY
