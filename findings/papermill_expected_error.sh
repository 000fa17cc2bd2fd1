#!/usr/bin/env bash
# papermill 2.7.0: a cell that declares its error still fails the run, although all cells are run.
#
# Guess: a cell tagged `raises-exception` may fail, as in nbclient and nbconvert --execute: papermill runs on (it does) and
#        returns the executed notebook.
# Seen:  every cell is run and the last one's output is there, then PapermillExecutionError is raised for the expected
#        error, and the notebook that is left behind has two cells more, which say in red that it stopped at that cell.
#        nbclient runs the same notebook without a fault.
# So whoever runs notebooks by papermill must tell an expected error from another by the tag, and leave papermill's own
# cells (tag `papermill-error-cell-tag`) out of what is printed and counted.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check papermill==2.7.0 nbclient==0.11.0 ipykernel==7.4.0 2>/dev/null
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
from importlib.metadata import version

import nbformat
import papermill
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

print({name: version(name) for name in ("papermill", "nbclient", "ipykernel")})


def made():
    expected = new_code_cell("1 / 0", metadata={"tags": ["raises-exception"]})
    kernel = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
    return new_notebook(cells=[expected, new_code_cell("print('after')")], metadata=kernel)


ran = NotebookClient(made(), kernel_name="python3").execute()
assert ran.cells[1].outputs[0].text == "after\n"
print("nbclient: runs to the end, no fault")

nbformat.write(made(), "in.ipynb")
try:
    papermill.execute_notebook("in.ipynb", "out.ipynb", progress_bar=False)
except papermill.exceptions.PapermillExecutionError as error:
    print("papermill:", type(error).__name__, error.ename)
else:
    raise SystemExit("papermill no longer raises")
left = nbformat.read("out.ipynb", 4)
tags = [cell.metadata.get("tags", []) for cell in left.cells]
print("cells left behind:", tags)
assert left.cells[-1].outputs[0].text == "after\n"
assert tags.count(["papermill-error-cell-tag"]) == 2
PY
