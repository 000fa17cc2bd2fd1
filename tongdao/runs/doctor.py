"""Whether this machine can make the documents, and how to mend what is missing."""

import os
import shutil
from pathlib import Path

from tongdao.analysis import Finding
from tongdao.base import UsageError
from tongdao.document import FOLDER, SANS, SERIF
from tongdao.runs.crontab import installed
from tongdao.runs.jobs import jobs
from tongdao.workbook import PLAN, Workbook, reports_folder

_SPACE_MB = 200


def problems(book: Workbook) -> list[Finding]:
    """Everything found wrong, with how to mend it; hints are worth knowing and fail nothing."""
    return [*_fonts(), *_kernel(), *_reports(reports_folder(book)), *_schedule(book)]


def _fonts() -> list[Finding]:
    names = [f"{family.replace(' ', '')}-{cut}.ttf" for family in (SANS, SERIF) for cut in ("Regular", "Bold")]
    missing = [name for name in names if not (FOLDER / name).is_file()]
    advice = f"缺少字体文件 {'、'.join(missing)}，文件印不出来；请重新安装通道。"
    return [Finding("问题", "字体", advice)] if missing else []


def _kernel() -> list[Finding]:
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_core.paths import jupyter_path

    kernels = KernelSpecManager(kernel_dirs=jupyter_path("kernels"), ensure_native_kernel=False)
    if "python3" in kernels.find_kernel_specs():
        return []
    advice = (
        "JupyterLab 找不到名为 python3 的内核，打开笔记本后不能运行；请运行 python -m ipykernel install --sys-prefix。"
    )
    return [Finding("问题", "内核", advice)]


def _reports(folder: Path) -> list[Finding]:
    base = next(path for path in (folder, *folder.parents) if path.exists())
    found = []
    if not os.access(base, os.W_OK):
        found.append(Finding("问题", str(base), "不能写入，报告发布不了；请修改文件夹权限，或用 --out 指定别处。"))
    free = shutil.disk_usage(base).free // 1_000_000
    if free < _SPACE_MB:
        found.append(Finding("问题", str(base), f"磁盘只剩 {free} MB，至少要 {_SPACE_MB} MB；请清理后重试。"))
    return found


def _schedule(book: Workbook) -> list[Finding]:
    if not book.plan.schedules:
        return [Finding("提示", PLAN, "没有写定时报告 [[schedule]]，报告不会自动生成。")]
    found = []
    for entry in book.plan.schedules:
        try:
            jobs(book, entry.report, entry.given, each=entry.each)
        except UsageError as error:
            found.append(Finding("问题", f"{PLAN} [[schedule]] {entry.report}", str(error)))
    if not installed(book.folder):
        advice = "计划里有定时报告，但这台机器没有装定时任务；请运行 tongdao schedule --install。"
        found.append(Finding("提示", "定时任务", advice))
    return found
