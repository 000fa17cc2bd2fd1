"""One run of a notebook: what the child is asked to do, its scratch folder, and what it leaves behind."""

import contextlib
import hashlib
import json
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from tongdao.base import RunError, disk_fault, interrupt, make_folder
from tongdao.document import PREFIX
from tongdao.plan import RunLimits

EVENTS, EXECUTED, LOG = "events.jsonl", "executed.ipynb", "run.log"
_PREFIX, _ALIVE = ".run-", ".alive"  # the second is a file that a run keeps locked as long as it lives
MADE = ".made"  # folder of the files beside the notebook as the run left them, which its texts may show
FIGURE = f"{PREFIX}figure+json"


@dataclass(frozen=True)
class Task:
    """One run for the child.

    ``folder`` is its scratch folder; it works in ``beside``, the notebook's own, where what it writes is for this run
    only. In ``workbook`` and ``reports`` it may change nothing; others publish into the second at the same time.
    ``name`` is the notebook's; ``known`` is the moment (ISO) up to which the workbook is read.
    """

    notebook: dict[str, Any]
    parameters: Mapping[str, Any]
    folder: Path
    beside: Path
    workbook: Path
    reports: Path
    name: str
    known: str = ""
    limits: RunLimits = field(default_factory=RunLimits)

    @property
    def most_output(self) -> float:
        return self.limits.output_mb * 1e6


@contextlib.contextmanager
def alone(beside: str | Path) -> Iterator[None]:
    """One at a time in a folder: no run has changed files beside its notebook, or tables of records, there, and none
    does meanwhile; waits for the one that does."""
    if os.name != "posix":  # Windows opens no folders, and a file there would be the run's own
        name = hashlib.sha256(os.path.normcase(os.path.realpath(beside)).encode()).hexdigest()[:16]
        folder = Path(os.environ.get("LOCALAPPDATA", Path.home()), "tongdao")  # the same in all processes of a user
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / f"{name}.lock"):
            yield
        return
    import fcntl

    handle = os.open(beside, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def put_back(made: Sequence[str], kept: Mapping[str, str]) -> None:
    """Take away the files and folders that a run made beside its notebook and put back those it changed or removed;
    a folder has no copy."""
    back = {path for path, copy in kept.items() if copy and not os.path.exists(copy)}  # by a run killed at the end
    for path in reversed([path for path in made if path not in back]):
        with contextlib.suppress(OSError):
            os.rmdir(path) if os.path.isdir(path) and not os.path.islink(path) else os.remove(path)
    for path, copy in kept.items():
        with contextlib.suppress(OSError):
            os.makedirs(os.path.dirname(path) if copy else path, exist_ok=True)
            if copy:
                shutil.move(copy, path)  # in one step where it can: a full disk has no room for a second copy


def restore(found: Sequence[Mapping[str, Any]]) -> None:
    """The same for a run that was killed, by the events that it wrote down."""
    if not any(event["kind"] == "end" for event in found):
        made = [event["path"] for event in found if event["kind"] == "made"]
        kept = {event["path"]: event["copy"] for event in found if event["kind"] == "kept"}
        put_back(made, kept)


@contextlib.contextmanager
def scratch_folder(beside: Path) -> Iterator[Path]:
    """A folder on the same file system as the reports, gone afterwards, also when the run is told to stop."""
    main = threading.current_thread() is threading.main_thread()  # elsewhere signals are not ours
    old = signal.signal(signal.SIGTERM, interrupt) if main else None
    try:
        try:
            make_folder(beside)
            clear_abandoned(beside)
            folder, lock = _own_folder(beside)
        except OSError as error:
            sentence = f"不能在 {beside} 里写文件：{disk_fault(error)}。请检查权限和磁盘空间。"
            raise RunError(sentence, passing=True) from None
        try:
            yield folder
        finally:
            try:
                shutil.rmtree(folder, ignore_errors=True)
            finally:  # told to stop in the midst of it
                shutil.rmtree(folder, ignore_errors=True)
                lock.release()
                with contextlib.suppress(OSError):
                    folder.rmdir()  # on Windows it stands as long as its lock is held
    finally:
        if main:
            signal.signal(signal.SIGTERM, old)


def clear_abandoned(beside: Path) -> None:
    """Take away what runs left behind that were killed: nobody holds its lock any more.

    A process number would not do: it is given again, and on a shared disk it may be another machine's.
    """
    for folder in beside.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError), FileLock(folder / _ALIVE, blocking=False):
            found = list[dict[str, Any]]()
            with contextlib.suppress(OSError, ValueError):  # what it wrote down, up to the first line that is torn
                found += map(json.loads, (folder / EVENTS).read_text(encoding="utf-8").splitlines())
            restore(found)
            shutil.rmtree(folder, ignore_errors=True)
        with contextlib.suppress(OSError):
            folder.rmdir()  # on Windows it stands as long as its lock is held


def _own_folder(beside: Path) -> tuple[Path, FileLock]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=beside))
        lock = FileLock(folder / _ALIVE, blocking=False)
        try:
            with contextlib.suppress(FileNotFoundError, Timeout):  # taken for abandoned before it was locked
                lock.acquire()
                if (folder / _ALIVE).exists():
                    return folder, lock
                lock.release()
        except KeyboardInterrupt:
            shutil.rmtree(folder, ignore_errors=True)
            raise
