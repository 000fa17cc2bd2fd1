#!/usr/bin/env bash
# papermill 2.7.0: -p reads a month, a code and full-width digits as numbers, whatever the notebook declares.
#
# Guess: a parameter declared as text (month: str = "2024-08") is given as it was typed.
# Seen:  2024-09 stays text, but 2024_09 is the number 202409, 010000 is 10000 and ０９ is 9: what Python's int() takes is a
#        number, underscores, leading zeros and other digits included, and the declared type is not looked at. -r keeps text.
# So codes of regions lose their nought and a month may arrive as a number: whoever starts papermill by -p checks the type
# against the notebook's own declaration (papermill --help-notebook lists it).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check papermill==2.7.0 2>/dev/null
cd "$folder"
venv/bin/python - <<'PY'
import subprocess
from importlib.metadata import version

import nbformat

cell = nbformat.v4.new_code_cell('month: str = "2024-08"', metadata={"tags": ["parameters"]})
kernel = {"name": "python3", "display_name": "Python", "language": "python"}
nbformat.write(nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": kernel}), "asked.ipynb")
print("papermill", version("papermill"))
SEEN = {
    ("-p", "2024-09"): '"2024-09"',
    ("-p", "2024_09"): "202409",
    ("-p", "010000"): "10000",
    ("-p", "０９"): "9",
    ("-r", "010000"): '"010000"',
}
for (option, typed), seen in SEEN.items():
    run = ["venv/bin/papermill", "--prepare-only", option, "month", typed, "asked.ipynb", "made.ipynb"]
    subprocess.run(run, check=True, capture_output=True)
    found = nbformat.read("made.ipynb", 4).cells[1].source.split("month = ")[1].strip()
    print(option, typed, "→", found)
    assert found == seen, f"{typed} is injected otherwise now"
PY
