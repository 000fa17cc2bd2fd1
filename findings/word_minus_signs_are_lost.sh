#!/usr/bin/env bash
# docx2txt 0.9, docx2python 3.7.1, kreuzberg 4.10.4 and python-docx 1.2.0 (text of Word files): a minus that Word keeps as a
# sign of its own is left out.
#
# Guess: 增速为-3.2% is read with its minus, however the minus was typed: Ctrl+Shift+- (a hyphen that no line ends behind) or
#        Insert > Symbol.
# Seen:  Word writes neither as text: <w:noBreakHyphen/> and <w:sym w:font="Symbol" w:char="F02D"/>. docx2txt and kreuzberg read
#        增速为3.2% of both, docx2python of the first (the second is HTML to it), python-docx of the second. A range of months, 1-9月, typed so is 19月. Nothing
#        is said; mammoth 1.13.0 and pandoc 3.9 (pypandoc-binary 1.17) have both signs.
# So a fall becomes growth, and the hyphen that keeps figures whole is the one that is lost: look for these two elements.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check docx2txt==0.9 docx2python==3.7.1 kreuzberg==4.10.4 python-docx==1.2.0 \
  mammoth==1.13.0 pypandoc-binary==1.17 2>/dev/null
cd "$folder"
venv/bin/python -W ignore - <<'PY'
import docx
import docx2txt
import kreuzberg
import mammoth
import pypandoc
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx2python import docx2python

READERS = {
    "python-docx": lambda name: docx.Document(name).paragraphs[0].text,
    "docx2txt": docx2txt.process,
    "docx2python": lambda name: docx2python(name).text,
    "kreuzberg": lambda name: kreuzberg.extract_file_sync(name).content,
    "mammoth": lambda name: mammoth.extract_raw_text(open(name, "rb")).value,
    "pandoc": lambda name: pypandoc.convert_file(name, "plain"),
}


def read(before: str, behind: str, tag: str, **marks: str) -> dict[str, str]:
    document = docx.Document()
    paragraph = document.add_paragraph(before)
    sign = OxmlElement(tag)
    for key, value in marks.items():
        sign.set(qn(f"w:{key}"), value)
    paragraph.add_run()._r.append(sign)
    paragraph.add_run(behind)
    document.save("a.docx")
    found = {name: reader("a.docx").strip() for name, reader in READERS.items()}
    print(tag, found)
    return found


hyphen = read("增速为", "3.2%", "w:noBreakHyphen")
assert hyphen["python-docx"] == "增速为-3.2%" and hyphen["mammoth"] == hyphen["pandoc"] == "增速为\N{NON-BREAKING HYPHEN}3.2%"
assert hyphen["docx2txt"] == hyphen["docx2python"] == hyphen["kreuzberg"] == "增速为3.2%"
months = read("1", "9月", "w:noBreakHyphen")
assert months["docx2txt"] == months["docx2python"] == months["kreuzberg"] == "19月"
symbol = read("增速为", "3.2%", "w:sym", font="Symbol", char="F02D")
assert symbol["mammoth"] == symbol["pandoc"] == "增速为\N{MINUS SIGN}3.2%"
assert symbol["docx2python"].endswith("&#x002D;</span>3.2%")  # as HTML
assert symbol["docx2txt"] == symbol["kreuzberg"] == symbol["python-docx"] == "增速为3.2%"
PY
