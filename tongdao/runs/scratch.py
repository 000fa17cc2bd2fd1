"""Scratch folders of runs: on the disk of the reports, removed afterwards even when their run was killed."""

import contextlib
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from tongdao.base import RunError, disk_fault

_PREFIX, _ALIVE = ".run-", ".alive"  # the second is a file that a run keeps locked as long as it lives


@contextlib.contextmanager
def scratch_folder(beside: Path) -> Iterator[Path]:
    """A folder on the same file system as the reports, gone afterwards, also when the run is told to stop."""
    try:
        beside.mkdir(parents=True, exist_ok=True)
        clear_abandoned(beside)
        folder, lock = _own_folder(beside)
    except OSError as error:
        sentence = f"不能在 {beside} 里写文件：{disk_fault(error)}。请检查权限和磁盘空间。"
        raise RunError(sentence, passing=True) from None
    main = threading.current_thread() is threading.main_thread()  # elsewhere signals are not ours
    old = signal.signal(signal.SIGTERM, _interrupt) if main else None
    try:
        yield folder
    except KeyboardInterrupt:
        raise RunError("已取消，没有写入任何报告，原有文件没有改动。") from None
    finally:
        if main:
            signal.signal(signal.SIGTERM, old)
        shutil.rmtree(folder, ignore_errors=True)
        lock.release()


def clear_abandoned(beside: Path) -> None:
    """Take away what runs left behind that were killed: nobody holds its lock any more.

    A process number would not do: it is given again, and on a shared disk it may be another machine's.
    """
    for folder in beside.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError), FileLock(folder / _ALIVE, blocking=False):
            shutil.rmtree(folder, ignore_errors=True)


def _own_folder(beside: Path) -> tuple[Path, FileLock]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=beside))
        lock = FileLock(folder / _ALIVE, blocking=False)
        with contextlib.suppress(FileNotFoundError, Timeout):  # taken for abandoned before it was locked
            lock.acquire()
            if (folder / _ALIVE).exists():
                return folder, lock
            lock.release()


def _interrupt(number: int, frame: Any) -> None:
    raise KeyboardInterrupt
