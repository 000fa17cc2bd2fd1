#!/usr/bin/env bash
# markitdown 0.1.9, markdownify 1.2.3, html2text 2025.4.15, htmldocx 0.0.6: below a cell merged over rows the figures stand
# under other headings.
#
# Guess: Markdown has no merged cells, so the place below one stays empty: | | 新增 | 30 | 40 |.
# Seen:  the place is not kept. The row under 企业 (merged over 上云 and 新增) is 新增 | 30 | 40: the indicator is its kind, the figure
#        of 2023 the indicator, and that of 2024 stands under 2023年. From an HTML table, and by markitdown from a Word table
#        too; htmldocx writes the same shift into Word. pandoc 3.9 (pypandoc-binary 1.17) keeps the columns.
# So a yearbook's table turned into Markdown (for a language model, say) gives last year the figures of this one.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check 'markitdown[docx]==0.1.9' markdownify==1.2.3 html2text==2025.4.15 \
  htmldocx==0.0.6 python-docx==1.2.0 pypandoc-binary==1.17 2>/dev/null
cd "$folder"
venv/bin/python -W ignore - <<'PY'
import docx
import html2text
import markdownify
import pypandoc
from htmldocx import HtmlToDocx
from markitdown import MarkItDown

TABLE = """<table><tr><th>类别</th><th>指标</th><th>2023年</th><th>2024年</th></tr>
<tr><td rowspan="2">企业</td><td>上云</td><td>10</td><td>20</td></tr><tr><td>新增</td><td>30</td><td>40</td></tr></table>"""
with open("table.html", "w", encoding="utf-8") as file:
    file.write(f'<html><meta charset="utf-8"><body>{TABLE}</body></html>')
pypandoc.convert_text(TABLE, "docx", "html", outputfile="table.docx")
written = docx.Document()
HtmlToDocx().add_html_to_document(TABLE, written)


def last(text: str) -> list[str]:
    (line,) = (line for line in text.splitlines() if "新增" in line)
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


found = {
    "markitdown of HTML": last(MarkItDown().convert("table.html").text_content),
    "markitdown of Word": last(MarkItDown().convert("table.docx").text_content),
    "markdownify": last(markdownify.markdownify(TABLE)),
    "html2text": last(html2text.html2text(TABLE)),
    "htmldocx": [cell.text for cell in written.tables[0].rows[2].cells if cell.text],
}
for name, cells in found.items():
    print(name, cells)
    assert cells == ["新增", "30", "40"], f"{name} writes otherwise now"
kept = pypandoc.convert_text(TABLE, "markdown_strict+pipe_tables-raw_html", "html")
print("pandoc", [cell.strip() for cell in kept.splitlines()[-1].split("|")])
assert [cell.strip() for cell in kept.splitlines()[-1].split("|")] == ["", "", "新增", "30", "40", ""]
PY
