#!/usr/bin/env bash
# Python-Markdown 3.11.3 (the Markdown of mkdocs) beside markdown-it-py 4.3.0: task 4 is task 1, and a year
# is gone.
#
# Guess: "4. 建设平台" is the fourth item, as CommonMark has it; 2024. 全年完成36家, a paragraph that begins with the
#        year, keeps its 2024 somewhere.
# Seen:  Python-Markdown begins every list at 1: 4 and 5 are printed as 1 and 2, and so is a list that goes on behind a paragraph
#        of words. The year is taken for the number of an item and is printed nowhere: 全年完成36家 is item 1. markdown-it-py writes
#        start="4" and start="2024", and so does Python-Markdown with the extension sane_lists.
# So tasks of a plan that are quoted by number have other numbers on the page: always with sane_lists.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check markdown==3.11.3 markdown-it-py==4.3.0 2>/dev/null
"$folder/venv/bin/python" -W ignore - <<'PY'
from importlib.metadata import version

import markdown
from markdown_it import MarkdownIt

print(*(f"{name} {version(name)}" for name in ("markdown", "markdown-it-py")))
for text, start in (("4. 建设平台\n5. 引进人才", "4"), ("2024. 全年完成36家", "2024"), ("1. 甲\n2. 乙\n\n说明\n\n3. 丙", "3")):
    found, norm = markdown.markdown(text), MarkdownIt().render(text)
    kept = markdown.markdown(text, extensions=["sane_lists"])
    print(repr(text), "→", found.replace("\n", ""))
    assert start not in found and "start" not in found, "the number is kept now"
    assert f'<ol start="{start}">' in norm and f'<ol start="{start}">' in kept
PY
