#!/usr/bin/env bash
# nbclient 0.11.0 with ipykernel 7.4.0 (and papermill 2.7.0 on them): what a task prints or shows after its cell has ended is
# in no cell.
#
# Guess: a task started in one cell and awaited in the next has its outputs in the one or the other, as JupyterLab shows them
#        below the first.
# Seen:  print() and display() of the task are in neither; the notebook is executed without a word, only what the waiting cell
#        says itself is there. A thread's print() stands in the cell that is running by then. Awaited in the cell that starts
#        it, a task's outputs are all there.
# So a chart made by create_task is on the analyst's screen and not in the scheduled report: await tasks where they begin.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check nbclient==0.11.0 ipykernel==7.4.0 papermill==2.7.0 2>/dev/null
cd "$folder"
IPYTHONDIR="$folder" venv/bin/python -W ignore - 2>/dev/null <<'PY'
from importlib.metadata import version

import nbformat
import papermill
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

print(*(f"{name} {version(name)}" for name in ("nbclient", "ipykernel", "papermill")))
CELLS = [
    "import asyncio, threading, time\nfrom IPython.display import display",
    "async def late(what):\n    await asyncio.sleep(0.3)\n    print(what)\n    display(what + ' shown')",
    "task = asyncio.create_task(late('task'))",
    "await task\nprint('awaited')",
    "thread = threading.Thread(target=lambda: (time.sleep(0.3), print('thread')))\nthread.start()",
    "thread.join()\nprint('joined')",
    "task = asyncio.create_task(late('here'))\nawait task",
]
SEEN = ["", "", "", "awaited\n", "", "thread\njoined\n", "here\n'here shown'"]


def outputs(notebook: nbformat.NotebookNode) -> list[str]:
    cells = [cell.outputs for cell in notebook.cells]
    return ["".join(out.get("text") or out.data["text/plain"] for out in cell) for cell in cells]


notebook = new_notebook(cells=[new_code_cell(source) for source in CELLS])
notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
nbformat.write(notebook, "tasks.ipynb")
executed = {
    "nbclient": NotebookClient(notebook, timeout=60).execute(),
    "papermill": papermill.execute_notebook("tasks.ipynb", None, progress_bar=False),
}
for name, found in executed.items():
    print(name, outputs(found))
    assert outputs(found) == SEEN, "outputs of tasks are kept otherwise now"
PY
