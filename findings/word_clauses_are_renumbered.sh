#!/usr/bin/env bash
# mammoth 1.13.0, markitdown 0.1.9 and docx2python 3.7.1 (Word to HTML, Markdown and text): tasks that Word numbers 3 and 4 are
# 1 and 2.
#
# Guess: an automatic number is read as Word shows it (3., 第三条), or is left out: python-docx's text has none.
# Seen:  a list that goes on behind a paragraph of words, as the tasks of a plan do behind each remark, begins anew: mammoth has
#        <ol> without a start, markitdown writes "1. 丙任务" for task 3. 第三条 is 1 too; so is a list that begins at 7, which
#        docx2python reads as "1)" (it goes on rightly behind a paragraph). pandoc 3.9 (pypandoc-binary 1.17) has 3 and 7.
# So "任务3" of the text beside it names another task than the list does, and a clause that is quoted by number is another
# one: read numbers from numbering.xml, or by pandoc.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check mammoth==1.13.0 'markitdown[docx]==0.1.9' docx2python==3.7.1 \
  python-docx==1.2.0 pypandoc-binary==1.17 2>/dev/null
cd "$folder"
venv/bin/python -W ignore - <<'PY'
import re

import docx
import mammoth
import pypandoc
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx2python import docx2python
from markitdown import MarkItDown


def read(form: str, label: str, start: int, *lines: str) -> dict[str, str]:
    """Lines that begin with # are numbered."""
    document = docx.Document()
    numbering = document.part.numbering_part.element
    level = f'<w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{label}"/>'
    kind = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90"><w:lvl w:ilvl="0">{level}</w:lvl></w:abstractNum>'
    numbering.num_lst[0].addprevious(parse_xml(kind))
    begin = f'<w:lvlOverride w:ilvl="0"><w:startOverride w:val="{start}"/></w:lvlOverride>' if start > 1 else ""
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="91"><w:abstractNumId w:val="90"/>{begin}</w:num>'))
    for line in lines:
        properties = document.add_paragraph(line.removeprefix("#"))._p.get_or_add_pPr()
        if line.startswith("#"):
            number = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="91"/></w:numPr>'
            properties.append(parse_xml(number))
    document.save("a.docx")
    with open("a.docx", "rb") as stream:
        html = mammoth.convert_to_html(stream).value
    texts = {
        "mammoth": html,
        "markitdown": MarkItDown().convert("a.docx").markdown,
        "docx2python": docx2python("a.docx").text,
        "pandoc": pypandoc.convert_file("a.docx", "plain"),
    }
    found = {name: re.sub(r"\s+", " ", text).strip() for name, text in texts.items()}
    print(found)
    return found


found = read("decimal", "%1.", 1, "#甲任务", "#乙任务", "说明文字。", "#丙任务", "#丁任务")
assert found["markitdown"] == "1. 甲任务 2. 乙任务 说明文字。 1. 丙任务 2. 丁任务"
assert found["mammoth"].endswith("<p>说明文字。</p><ol><li>丙任务</li><li>丁任务</li></ol>")
assert "3) 丙任务" in found["docx2python"] and "3. 丙任务 4. 丁任务" in found["pandoc"]
found = read("chineseCountingThousand", "第%1条", 1, "#总则", "#目标", "说明文字。", "#任务")
assert found["markitdown"] == "1. 总则 2. 目标 说明文字。 1. 任务" and "3. 任务" in found["pandoc"]
found = read("decimal", "%1.", 7, "#庚任务", "#辛任务")
assert found["markitdown"] == "1. 庚任务 2. 辛任务" and found["docx2python"] == "1) 庚任务 2) 辛任务"
assert found["mammoth"] == "<ol><li>庚任务</li><li>辛任务</li></ol>" and found["pandoc"] == "7. 庚任务 8. 辛任务"
PY
