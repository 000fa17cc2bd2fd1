"""JupyterLab on a workbook, and a new workbook with its own copies of the notebooks."""

import json
import os
import re
import shutil
from pathlib import Path
from urllib.parse import quote

from tongdao.base import UsageError
from tongdao.workbook import (
    COLUMNS,
    DEFAULT,
    PLAN,
    READINGS,
    Workbook,
    find_notebook,
    find_workbook,
    open_workbook,
    reports_folder,
)

START = "start"  # the notebook that JupyterLab opens
_SKELETON = Path(__file__).with_name("skeleton.toml")
_EXAMPLE = re.compile(r"^example\s*=.*\n", re.M)
_NOT_COPIED = {"notebooks", "deliveries", "__pycache__"}  # what belongs to the other workbook's own past


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


def new_workbook(folder: Path, source: Workbook | None) -> list[str]:
    """Make a workbook in a folder that has none; returns what was done, one sentence a line.

    Of another workbook the plan is taken over with its registers and readings — without the entries where these are
    made up, for they would be taken for real ones.

    Raises:
        UsageError: the folder holds a plan already.
    """
    if (folder / PLAN).exists():
        raise UsageError(f"{folder} 里已经有 {PLAN}，没有改动它；请换一个文件夹。")
    folder.mkdir(parents=True, exist_ok=True)
    done = _taken_over(folder, source) if source else _empty(folder)
    copy_notebooks(open_workbook(folder.resolve()))
    return [*done, "笔记本已放在 notebooks/，从 start.ipynb 开始，可以随意修改。"]


def _empty(folder: Path) -> list[str]:
    shutil.copyfile(_SKELETON, folder / PLAN)
    (folder / READINGS).write_text(",".join(COLUMNS) + "\n", encoding="utf-8-sig")
    return [f"已建立 {folder}：{PLAN} 里每个键都有说明，{READINGS} 还没有读数。"]


def _taken_over(folder: Path, source: Workbook) -> list[str]:
    invented = source.plan.example
    for path in sorted(source.folder.rglob("*")):
        inside = path.relative_to(source.folder)
        if path.is_dir() or _NOT_COPIED & set(inside.parts) or path.suffix not in (".toml", ".csv", ".txt"):
            continue
        text = path.read_text(encoding="utf-8-sig")
        if invented and path.suffix == ".csv":
            text = text.splitlines()[0] + "\n"
        if invented and path.name == "corrections.toml":
            continue
        if path.name == PLAN:
            text = _EXAMPLE.sub("", text)
        (folder / inside).parent.mkdir(parents=True, exist_ok=True)
        (folder / inside).write_text(text, encoding="utf-8-sig" if path.suffix == ".csv" else "utf-8")
    taken = "计划（虚构的读数和名册没有带过来）" if invented else f"计划和历年读数（{len(source.readings)} 条）"
    return [
        f"已建立 {folder}：沿用了 {source.name} 的{taken}。",
        f"请核对 {PLAN} 里的 start、deadline、各项目标值和引文 quote，去掉不再适用的 amendment。",
    ]
