"""Whether this machine can make the documents, and how to mend what is missing."""

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from tongdao.analysis import Finding, delivery_faults
from tongdao.document import style
from tongdao.runs.crontab import installed
from tongdao.runs.jobs import schedule_faults
from tongdao.runs.journal import last_runs
from tongdao.workbook import FOLDER, PLAN, Workbook, read_receipt, receipt_files, reports_folder

_SPACE_MB = 200


def problems(book: Workbook) -> list[Finding]:
    """Everything found wrong, with how to mend it; hints are worth knowing and fail nothing."""
    reports = _reports(reports_folder(book.folder))
    return [*_fonts(), *_kernel(), *reports, *_schedule(book), *delivery_faults(book), *_originals(book)]


def _fonts() -> list[Finding]:
    missing = [path.name for path in style.FILES if not path.is_file()]
    advice = f"缺少字体文件 {'、'.join(missing)}，文件印不出来；请重新安装通道。"
    return [Finding("问题", "字体", advice)] if missing else []


def _kernel() -> list[Finding]:
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_core.paths import jupyter_path

    kernels = KernelSpecManager(kernel_dirs=jupyter_path("kernels"), ensure_native_kernel=False)
    if "python3" in kernels.find_kernel_specs():
        return []
    advice = "JupyterLab 找不到名为 python3 的内核，不能运行笔记本；请运行 python -m ipykernel install --sys-prefix。"
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


def _originals(book: Workbook) -> Iterator[Finding]:
    """Delivered files that are gone, or whose bytes are no longer those that the receipt speaks of."""
    kept, whole = set[str](), set[str]()
    for path in (path for path in (book.folder / FOLDER).glob("*.*") if path.suffix != ".json"):
        kept.add(path.stem)
        with contextlib.suppress(OSError):
            whole.add(hashlib.sha256(path.read_bytes()).hexdigest())
    for name, receipt in receipt_files(book.folder).items():
        if name not in whole:
            words = "改动过或读不了，与回执的指纹对不上" if name in kept else "不见了"
            advice = f"留存的原件{words}；已记入的读数不受影响，请从备份恢复这份原件，以备查对。"
            yield Finding("问题", f"{FOLDER} {name[:12]}（{read_receipt(receipt)['file']}）", advice)


def _schedule(book: Workbook) -> list[Finding]:
    if not book.plan.schedules:
        return [Finding("提示", PLAN, "没有写定时报告 [[schedule]]，报告不会自动生成。")]
    found = [*schedule_faults(book)]
    if last := last_runs(reports_folder(book.folder)):
        found.append(Finding("提示", "运行", last))
    if not installed(book.folder):
        advice = "计划里有定时报告，但这台机器没有装定时任务；请运行 tongdao schedule --install。"
        found.append(Finding("提示", "定时任务", advice))
    return found
