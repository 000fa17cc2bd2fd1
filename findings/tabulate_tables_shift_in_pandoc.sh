#!/usr/bin/env bash
# tabulate 0.10.0 as pip installs it, and pandoc 3.9 (pypandoc-binary 1.17): figures move to the next column of a Chinese table.
#
# Guess: tablefmt="simple" is pandoc's simple table, as tabulate says: what it prints becomes the same table in Word.
# Seen:  pandoc measures columns by their width on the screen, where a Chinese character is two wide; tabulate counts
#        characters, unless wcwidth happens to be installed, which it does not ask for. So columns are cut in the middle of
#        words: under 完成 stands the end of the name (业数), under the next heading both figures, "1234 5678". Nothing
#        is said; with wcwidth 0.9.4, or in Latin letters, all is right.
# So whether a report's figures stand under their headings hangs on another package: ask for tabulate[widechars].
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check tabulate==0.10.0 pypandoc-binary==1.17 2>/dev/null
cat >"$folder/shift.py" <<'PY'
import re
import sys

import pypandoc
from tabulate import tabulate

HEAD, ROWS = ["指标", "完成", "目标"], [["高新技术企业", "12", "30"], ["规上工业企业数", "1234", "5678"]]


def table(head: list[str], rows: list[list[str]]) -> list[list[str]]:
    html = pypandoc.convert_text(tabulate(rows, headers=head, tablefmt="simple"), "html", "markdown")
    lines = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)]
    print(lines)
    return lines


latin = [["a", "b"], ["cloud", "12"]]
assert table(latin[0], latin[1:]) == latin
if "wide" in sys.argv:
    assert table(HEAD, ROWS) == [HEAD, *ROWS]
else:
    assert table(HEAD, ROWS) == [["指标", "完", "成 目标"], ["高新技术企", "业", "12 30"], ["规上工业企", "业数", "1234 5678"]]
PY
"$folder/venv/bin/python" -W ignore "$folder/shift.py"
"$folder/venv/bin/pip" install -q --disable-pip-version-check wcwidth==0.9.4 2>/dev/null
"$folder/venv/bin/python" -W ignore "$folder/shift.py" wide
