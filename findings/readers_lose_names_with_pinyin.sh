#!/usr/bin/env bash
# python-docx 1.2.0, mammoth 1.13.0, markitdown 0.1.9, pandoc 3.9 (pypandoc-binary 1.17): a character with Word's phonetic guide
# is lost.
#
# Guess: 李漪负责, with pinyin set over the rare 漪 (Word's 拼音指南), is read as 李漪负责, perhaps with yī somewhere.
# Seen:  all four read 李负责: the guide and the character it stands over are left out together, without a word. Where pinyin
#        stands over a name, in lists of people and of villages, the rare character is just what is missing. docx2python 3.7.1
#        has both: 李yī漪负责.
# So names of a Word list are held against another source, or w:rubyBase is read by oneself.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check python-docx==1.2.0 mammoth==1.13.0 'markitdown[docx]==0.1.9' \
  pypandoc-binary==1.17 docx2python==3.7.1 2>/dev/null
cd "$folder"
venv/bin/python -W ignore - <<'PY'
import docx
import mammoth
import pypandoc
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx2python import docx2python
from markitdown import MarkItDown


def run(inside: str) -> str:
    return f"<w:r>{inside}</w:r>"


sizes = "".join(f'<w:{name} w:val="{size}"/>' for name, size in (("hps", 11), ("hpsRaise", 20), ("hpsBaseText", 21)))
properties = f'<w:rubyPr><w:rubyAlign w:val="center"/>{sizes}<w:lid w:val="zh-CN"/></w:rubyPr>'
guide, name = run("<w:t>yī</w:t>"), run("<w:t>漪</w:t>")
ruby = run(f"<w:ruby>{properties}<w:rt>{guide}</w:rt><w:rubyBase>{name}</w:rubyBase></w:ruby>")
document = docx.Document()
document.element.body.insert(0, parse_xml(f"<w:p {nsdecls('w')}>{run('<w:t>李</w:t>')}{ruby}{run('<w:t>负责</w:t>')}</w:p>"))
document.save("people.docx")
with open("people.docx", "rb") as file:
    raw = mammoth.extract_raw_text(file).value
found = {
    "python-docx": docx.Document("people.docx").paragraphs[0].text,
    "mammoth": raw.strip(),
    "markitdown": MarkItDown().convert("people.docx").text_content.strip(),
    "pandoc": pypandoc.convert_file("people.docx", "plain").strip(),
}
for reader, text in found.items():
    print(reader, text)
    assert text == "李负责", f"{reader} reads otherwise now"
with docx2python("people.docx") as read:
    print("docx2python", read.text.strip())
    assert read.text.strip() == "李yī漪负责"
PY
