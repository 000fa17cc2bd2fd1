#!/usr/bin/env bash
# papermill 2.7.0: a tuple given to execute_notebook reaches the notebook as text, alone or inside a list.
#
# Guess: what a program gives as a parameter is what the notebook has: ("甲局", "乙局") is a tuple there, as a list is a list.
# Seen:  x = ("甲局", "乙局") is written into the injected cell as "('甲局', '乙局')", a text of 14 characters; [("甲局", 3)]
#        becomes ["('甲局', 3)"]. Nothing is said: len(x) is 14, "for name in x" goes through brackets and commas, and
#        "甲局" in x is still true. Lists, dicts and the declared type do not help.
# So who gives tuples hands papermill a translator that writes them (papermill_translators.register), or gives lists.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check papermill==2.7.0 2>/dev/null
cd "$folder"
venv/bin/python - <<'PY'
from importlib.metadata import version

import nbformat
import papermill

cell = nbformat.v4.new_code_cell("x: tuple = ()", metadata={"tags": ["parameters"]})
kernel = {"name": "python3", "display_name": "Python", "language": "python"}
notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": kernel})
nbformat.write(notebook, "asked.ipynb")
print("papermill", version("papermill"))
SEEN = (
    (["甲局", "乙局"], ["甲局", "乙局"]),
    (("甲局", "乙局"), "('甲局', '乙局')"),
    ([("甲局", 3)], ["('甲局', 3)"]),
)
for given, seen in SEEN:
    made = papermill.execute_notebook("asked.ipynb", None, {"x": given}, prepare_only=True, progress_bar=False)
    cells = {}
    exec(made.cells[1].source, cells)
    print(repr(given), "→", repr(cells["x"]))
    assert cells["x"] == seen, f"{given!r} is injected otherwise now"
PY
