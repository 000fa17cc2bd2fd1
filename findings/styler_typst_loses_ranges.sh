#!/usr/bin/env bash
# pandas 3.1.1 (Styler.to_typst) with typst 0.15.2: a cell's text is taken for markup, and a range of months loses its sign.
#
# Guess: df.style.to_typst() writes each cell so that typst prints the text that the table has; escape= of format() knows how.
# Seen:  nothing is escaped. 1~3月 is printed as 1 3月 (~ is a blank in typst), 第#3号 as 第 3 号,
#        "= 12" as the heading 12, "- 3" as •3, 省\市 as 省市; the pdf is made without a word. escape= has "html" and "latex", which
#        leave these signs as they are. Only // stops the pdf instead.
# So such a table is right on the screen (to_html) and wrong in the pdf: give cells to typst as text (#"1~3月"), or through csv().
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check pandas==3.1.1 jinja2==3.1.6 typst==0.15.2 pypdfium2==5.15.2 2>/dev/null
cd "$folder"
venv/bin/python - <<'PY'
from importlib.metadata import version
from pathlib import Path

import pandas as pd
import pypdfium2
import typst

print(*(f"{name} {version(name)}" for name in ("pandas", "typst")))
SEEN = {"1~3月": "1 3月", "第#3号": "第3号", "省\\市": "省市", "= 12": "12", "- 3": "•3", "1～3月": "1～3月"}


def printed(cell: str) -> str:
    style = pd.DataFrame({"a": [cell]}).style.hide(axis="index")
    texts = {style.format(escape=way).to_typst() for way in (None, "html")}
    assert len(texts) == 1 and f"[{cell}]" in texts.pop(), "cells are escaped now"
    Path("table.typ").write_text("#set page(width: 60mm, height: 30mm)\n" + style.to_typst(), encoding="utf-8")
    text = pypdfium2.PdfDocument(typst.compile("table.typ"))[0].get_textpage().get_text_range()
    return text.replace("\xa0", " ").splitlines()[-1]


for cell, seen in SEEN.items():
    found = printed(cell)
    print(repr(cell), "→", repr(found))
    assert found.replace(" ", "") == seen.replace(" ", "") and ("~" not in found), f"{cell} is printed otherwise now"
PY
