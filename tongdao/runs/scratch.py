"""Put finished files in their place: whole, or not at all."""

import contextlib
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tongdao.base import RunError, disk_fault, sync_folder

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
        os.close(lock)


def publish(files: Mapping[Path, bytes], aside: Path | None = None) -> None:
    """Write every file ``aside`` (else beside its place), force it to disk, and only then rename all of them."""
    staged: list[tuple[Path, Path]] = []
    try:
        for target, content in files.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=f".{target.name}-", dir=aside or target.parent)
            staged.append((Path(name), target))
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        for made, target in staged:
            made.chmod(0o644)
            made.replace(target)
        for folder in {target.parent for target in files}:
            sync_folder(folder)
    except OSError as error:
        sentence = f"不能写入 {target}：{disk_fault(error)}。原有文件没有改动。"
        raise RunError(sentence, passing=True) from None
    finally:
        for made, _ in staged:
            made.unlink(missing_ok=True)


def clear_abandoned(beside: Path) -> None:
    """Take away what runs left behind that were killed: nobody holds its lock any more.

    A process number would not do: it is given again, and on a shared disk it may be another machine's.
    """
    for folder in beside.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            lock = _locked(folder)
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)


def _own_folder(beside: Path) -> tuple[Path, int]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=beside))
        with contextlib.suppress(FileNotFoundError, BlockingIOError):  # taken for abandoned before it was locked
            lock = _locked(folder)
            if (folder / _ALIVE).exists():
                return folder, lock
            os.close(lock)


def _locked(folder: Path) -> int:
    """A descriptor that holds the folder's lock until it is closed or its process dies."""
    import fcntl  # Unix only, as runs are

    handle = os.open(folder / _ALIVE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise
    return handle


def _interrupt(number: int, frame: Any) -> None:
    raise KeyboardInterrupt
