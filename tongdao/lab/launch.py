"""JupyterLab on a workbook: where it opens, and the notebooks an analyst may change."""

import json
import os
from pathlib import Path
from urllib.parse import quote

from tongdao.base import UsageError
from tongdao.workbook import DEFAULT, Workbook, find_notebook, find_workbook, reports_folder

START = "start"  # the notebook it opens


def lab_arguments(book: Workbook, *, port: int, browser: bool) -> list[str]:
    """Arguments of JupyterLab: the folder it shows, the notebook it opens.

    The notebooks beside the working directory speak of the usual workbook; any other gets its own in ``notebooks/``.
    The folder holds the reports too, so that the start notebook can link to them.
    """
    notebooks = Path.cwd() / "notebooks"
    if not ((notebooks / f"{START}.ipynb").is_file() and _is_usual(book)):
        notebooks = book.folder / "notebooks"
        copy_notebooks(book)
    root = Path(os.path.commonpath([notebooks.parent, reports_folder(book)]))
    opened = quote((notebooks / f"{START}.ipynb").relative_to(root).as_posix())
    given = {"ServerApp.root_dir": root, "LabApp.default_url": f"/lab/tree/{opened}"}
    given |= {"ServerApp.port": port, "ServerApp.open_browser": browser, "Application.log_level": "ERROR"}
    return [f"--{key}={value}" for key, value in given.items()]


def _is_usual(book: Workbook) -> bool:
    try:
        return find_workbook(DEFAULT) == book.folder
    except UsageError:
        return False


def copy_notebooks(book: Workbook) -> list[Path]:
    """Give a workbook its own copies of the notebooks, which speak of it; what is there stays as it is."""
    made = []
    for path in sorted(find_notebook(START, book).parent.glob("*.ipynb")):
        target = book.folder / "notebooks" / path.name
        if not target.exists():
            content = json.loads(path.read_text(encoding="utf-8"))
            for cell in content["cells"]:
                cell["source"] = [line.replace(f'"{DEFAULT}"', '"."') for line in cell["source"]]
            target.parent.mkdir(exist_ok=True)
            target.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
            made.append(target)
    return made
