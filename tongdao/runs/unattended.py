"""Scheduled runs: make every due report once, under a lock, retrying only temporary faults."""

import contextlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tongdao.base import RunError, TongdaoError, UsageError, disk_fault, now
from tongdao.runs.fork_server import ForkServer
from tongdao.runs.journal import runs
from tongdao.runs.report import Job, Published, failed_before, is_made, note_refusal, run_report
from tongdao.runs.scratch import clear_abandoned

OWNER, LOCK = ".run.owner", ".run.lock"


@dataclass(frozen=True)
class Busy(Exception):  # noqa: N818 (no error: somebody else does the work)
    """Another process is at it."""

    owner: str


@contextlib.contextmanager
def only_one(reports: Path) -> Iterator[str]:
    """Hold the lock of a workbook's reports; gives a note if the last holder died at work.

    Raises:
        Busy: another process holds it.
        RunError: the folder cannot be written to.
    """
    from filelock import FileLock, Timeout

    owner = reports / OWNER
    try:
        reports.mkdir(parents=True, exist_ok=True)
        lock = FileLock(reports / LOCK, blocking=False)
        with lock:
            note = f"上一次运行（{_said(owner)}）中途停止，现由本次接着做。" if owner.is_file() else ""
            who = {"pid": os.getpid(), "began": now().isoformat(timespec="seconds")}
            owner.write_text(json.dumps(who), encoding="utf-8")
            try:
                yield note
            finally:
                owner.unlink(missing_ok=True)
    except Timeout:
        raise Busy(_said(owner)) from None
    except OSError as error:
        raise RunError(
            f"不能在 {reports} 里写文件：{disk_fault(error)}。请检查权限和磁盘空间。", passing=True
        ) from None


def _said(owner: Path) -> str:
    with contextlib.suppress(OSError, ValueError, KeyError):
        who = json.loads(owner.read_text(encoding="utf-8"))
        return f"进程 {who['pid']}，{who['began']} 开始"
    return "进程不详"


def make_due(jobs: Sequence[Job]) -> Iterator[tuple[Job, Published | TongdaoError]]:
    """Make those of the jobs that are not made yet, in order; a fault that may pass is tried once more.

    What failed before for a reason in data or notebook, and where neither has changed, is not tried again.
    """
    for folder in {job.folder for job in jobs}:
        clear_abandoned(folder)
    left = [job for job in jobs if not is_made(job)]
    if not left:
        return
    before = {folder: runs(folder) for folder in {job.folder.parent for job in left}}
    with ForkServer() as server:
        for job in left:
            yield job, _made(job, server, before[job.folder.parent])


def _made(job: Job, server: ForkServer, before: Sequence[Mapping[str, Any]]) -> Published | TongdaoError:
    for last in (False, True):
        try:
            if job.refused:
                raise UsageError(job.refused)
            if reason := failed_before(job, before):
                return RunError(f"上次失败，数据、笔记本和程序都没有变，不再重试：{reason}")
            return run_report(job, server)
        except UsageError as error:
            note_refusal(job, error)
            return error
        except TongdaoError as error:
            if last or not getattr(error, "passing", False):
                return error
    raise AssertionError("unreachable")
