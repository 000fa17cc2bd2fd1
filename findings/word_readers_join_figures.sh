#!/usr/bin/env bash
# kreuzberg 4.10.4, docx2python 3.7.1, mammoth 1.13.0 and others (text of Word files): two figures beside each other are read as
# one.
#
# Guess: what stands between two figures in Word stands between them in the text: a tab, a line's end, a fraction's bar; and
#        what is hidden (Ctrl+Shift+H, as notes on how to fill in are) is not there.
# Seen:  7月 12<tab>30 is 1230 for kreuzberg; 12 over 30 in one paragraph 1230 for mammoth's extract_raw_text; the formula 12/30
#        docx2python reads as 1230, kreuzberg puts it before the paragraph, markitdown 0.1.9, mammoth, docx2txt 0.9 and
#        python-docx 1.2.0 leave it out. 完成95家 with last year's 80 hidden before it is 8095家 for all six, and for pandoc 3.9
#        (pypandoc-binary 1.17), which reads the others rightly.
# So a count may be a hundred times what the page says, and looks like a figure: hold what is read against the printed page.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check kreuzberg==4.10.4 docx2python==3.7.1 mammoth==1.13.0 docx2txt==0.9 \
  'markitdown[docx]==0.1.9' python-docx==1.2.0 pypandoc-binary==1.17 2>/dev/null
cd "$folder"
venv/bin/python -W ignore - <<'PY'
import docx
import docx2txt
import kreuzberg
import mammoth
import pypandoc
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx2python import docx2python
from markitdown import MarkItDown

READERS = {
    "kreuzberg": lambda name: kreuzberg.extract_file_sync(name).content,
    "docx2python": lambda name: docx2python(name).text,
    "mammoth": lambda name: mammoth.extract_raw_text(open(name, "rb")).value,
    "docx2txt": docx2txt.process,
    "markitdown": lambda name: MarkItDown().convert(name).markdown,
    "python-docx": lambda name: docx.Document(name).paragraphs[0].text,
    "pandoc": lambda name: pypandoc.convert_file(name, "plain", extra_args=["--quiet"]),
}


def read(*pieces: str) -> dict[str, str]:
    """A piece that begins with < is an element of the paragraph, the others are its text."""
    document = docx.Document()
    paragraph = document.add_paragraph()
    for piece in pieces:
        if piece.startswith("<"):
            paragraph._p.append(parse_xml(piece.replace(">", f" {nsdecls('w', 'm')}>", 1)))
        else:
            paragraph.add_run(piece)
    document.save("a.docx")
    found = {name: reader("a.docx").strip() for name, reader in READERS.items()}
    print(found)
    return found


found = read("7月 12", "<w:r><w:tab/></w:r>", "30")
assert found["kreuzberg"] == "7月 1230" and found["pandoc"] == "7月 12 30" and found["mammoth"] == "7月 12\t30"
found = read("12", "<w:r><w:br/></w:r>", "30")
assert found["mammoth"] == "1230" and found["docx2txt"].split() == found["kreuzberg"].split() == ["12", "30"]
bar = "<m:oMath><m:f><m:num><m:r><m:t>12</m:t></m:r></m:num><m:den><m:r><m:t>30</m:t></m:r></m:den></m:f></m:oMath>"
found = read("完成率为", bar, "。")
assert "1230" in found["docx2python"] and "\\frac{12}{30}" in found["pandoc"]
assert {found[name] for name in ("mammoth", "docx2txt", "markitdown", "python-docx")} == {"完成率为。"}
assert found["kreuzberg"].index("12") < found["kreuzberg"].index("完成率为")
found = read("完成", "<w:r><w:rPr><w:vanish/></w:rPr><w:t>80</w:t></w:r>", "95家")
assert set(found.values()) == {"完成8095家"}
PY
