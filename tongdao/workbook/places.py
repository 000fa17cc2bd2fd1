"""Where a workbook and its reports lie; pandas is not loaded for it."""

import os
from pathlib import Path

from tongdao.base import UsageError

DEFAULT = "data/tongdao"
PLAN = "plan.toml"
KNOWN = "TONGDAO_KNOWN"


def find_workbook(path: str | Path = "") -> Path:
    """The folder of a workbook: a path or a name in data/, looked for from the working directory upwards.

    So a notebook finds it from its own folder (JupyterLab) and from the root (papermill) alike.

    Raises:
        UsageError: no such folder.
    """
    wanted = Path(path or DEFAULT).expanduser()
    here = Path.cwd()
    for base in [here, *here.parents]:
        for folder in (base / wanted, base / "data" / wanted):
            if os.path.isfile(folder / PLAN):  # no fault of a name that is too long
                return folder.resolve()
    raise UsageError(f"找不到工作簿“{wanted}”：从 {here} 向上都没有 {wanted / PLAN}。请用 --workbook 指明文件夹。")


def reports_folder(folder: Path, out: Path | None = None) -> Path:
    """Where the documents of the workbook in a folder go: below ``out`` if given, else in reports/ beside it, or one
    folder up if there.

    No further up, where a folder of that name is somebody else's.
    """
    if out:
        return out.resolve() / folder.name
    for base in folder.parents[:2]:
        if (base / "reports").is_dir():
            return base / "reports" / folder.name
    return folder.parent / "reports" / folder.name
