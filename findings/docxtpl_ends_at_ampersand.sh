#!/usr/bin/env bash
# docxtpl 0.20.2 (Word templates with Jinja): a value with & ends the paragraph, one with < joins two figures.
#
# Guess: a value is text: R&D经费 is printed as it is, or the template is refused.
# Seen:  指标：{{ x }}，完成12家。 with x = R&D经费 is 指标：R — the rest of the paragraph is gone, the template's own words and
#        figures with it; PM2.5<35微克 is PM2.535微克. Nothing is said: what is no XML is mended by dropping. With
#        render(…, autoescape=True) all of it is printed.
# So a report filled in from names such as R&D经费 may end in the middle of a sentence: render with autoescape, always.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check docxtpl==0.20.2 python-docx==1.2.0 2>/dev/null
cd "$folder"
venv/bin/python - <<'PY'
import docx
from docxtpl import DocxTemplate

document = docx.Document()
document.add_paragraph("指标：{{ x }}，完成12家。")
document.add_paragraph("另有3家。")
document.save("template.docx")


def printed(value: str, **how: bool) -> list[str]:
    template = DocxTemplate("template.docx")
    template.render({"x": value}, **how)
    template.save("report.docx")
    texts = [paragraph.text for paragraph in docx.Document("report.docx").paragraphs]
    print(value, how or "", "→", texts)
    return texts


assert printed("研发经费") == ["指标：研发经费，完成12家。", "另有3家。"]
assert printed("R&D经费") == ["指标：R", "另有3家。"]
assert printed("PM2.5<35微克") == ["指标：PM2.535微克，完成12家。", "另有3家。"]
assert printed("R&D经费", autoescape=True) == ["指标：R&D经费，完成12家。", "另有3家。"]
PY
