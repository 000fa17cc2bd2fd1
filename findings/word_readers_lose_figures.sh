#!/usr/bin/env bash
# python-docx 1.2.0, mammoth 1.13.0, docx2txt 0.9: one sentence of a Word file has three texts, and a figure may be in none.
#
# Guess: the text of a paragraph is what Word shows: a changed figure is the old one or the new one, a field shows its result,
#        a moved sentence stands once.
# Seen:  完成率为45%, changed to 95% with track changes on, is 完成率为% for python-docx: the old figure and the new are both left
#        out. The result of a simple field is missing for python-docx and mammoth; docx2txt has a moved passage twice.
# So comparing a document with its figures must read the XML's insertions, deletions, moves and fields itself.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check python-docx==1.2.0 mammoth==1.13.0 docx2txt==0.9 2>/dev/null
cd "$folder"
venv/bin/python - <<'PY'
import docx
import docx2txt
import mammoth
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls


def run(text: str, tag: str = "t") -> str:
    return f"<w:r><w:{tag}>{text}</w:{tag}></w:r>"


def by(tag: str, at: int, inside: str) -> str:
    return f'<w:{tag} w:id="{at}" w:author="甲" w:date="2024-10-01T00:00:00Z">{inside}</w:{tag}>'


paragraphs = (
    run("完成率为") + by("del", 1, run("45", "delText")) + by("ins", 2, run("95")) + run("%"),
    run("企业") + f'<w:fldSimple w:instr=" DOCPROPERTY firms ">{run("77")}</w:fldSimple>' + run("家"),
    run("其中") + by("moveFrom", 3, run("甲12家")) + run("，") + by("moveTo", 4, run("甲12家")),
)
document = docx.Document()
for at, inside in enumerate(paragraphs):
    document.element.body.insert(at, parse_xml(f"<w:p {nsdecls('w')}>{inside}</w:p>"))
document.save("changed.docx")
with open("changed.docx", "rb") as file:
    raw = mammoth.extract_raw_text(file).value
found = {
    "python-docx": [paragraph.text for paragraph in docx.Document("changed.docx").paragraphs],
    "mammoth": raw.split("\n\n")[:3],
    "docx2txt": docx2txt.process("changed.docx").split("\n\n")[:3],
}
for reader, texts in found.items():
    print(reader, texts)
assert found == {
    "python-docx": ["完成率为%", "企业家", "其中，"],
    "mammoth": ["完成率为95%", "企业家", "其中，甲12家"],
    "docx2txt": ["完成率为95%", "企业77家", "其中甲12家，甲12家"],
}, "they read otherwise now"
PY
