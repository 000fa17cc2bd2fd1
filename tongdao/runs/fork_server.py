"""A process with the imports done, which runs notebooks one after another, each in a fork of its own.

Forking needs Unix (Windows has it in WSL). The forking process must not have loaded vl-convert, whose threads do not
survive a fork.
"""

import contextlib
import ctypes
import gc
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Self

from tongdao.base import RunError
from tongdao.runs.cells import LOG, make_shell, run_cells

_PARENT_DIES, _SUBREAPER = 1, 36  # prctl


@dataclass(frozen=True)
class Task:
    """One run for the child: ``folder`` is its scratch folder and where it works."""

    notebook: dict[str, Any]
    folder: Path
    environment: dict[str, str]
    most_output: int


class Warm:
    """The parent's end of such a process; started at once and ready when the imports are done.

    A fresh interpreter and no fork of ours: the caller may have threads, and a run should not depend on its state.
    """

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-P", "-W", "default", "-c"]
        command.append(f"from {__name__} import serve; serve({theirs.fileno()})")
        self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
        theirs.close()
        self._conn = Connection(ours.detach())

    def call(self, function: str, *given: Any, meanwhile: Callable[[], None] = lambda: None) -> Any:
        """What a function of this room returns there, where pandas is loaded; ``meanwhile`` is done until it answers.

        Raises:
            TongdaoError: what the function raised.
            RunError: the process has died.
        """
        self._conn.send((function, given))
        meanwhile()
        try:
            answer = self._conn.recv()
        except (EOFError, ConnectionError):
            raise RunError("运行进程中途退出，请检查内存后重试。", passing=True) from None
        if isinstance(answer, Exception):
            raise answer
        return answer

    def begin(self, task: Task, meanwhile: Callable[[], None]) -> int:
        """Start a run and do ``meanwhile`` until it has begun; returns the process id of its child.

        Raises:
            EOFError: the process has died.
        """
        self._conn.send(task)
        meanwhile()
        return int(self._conn.recv())

    def ended(self, seconds: float) -> tuple[int, list[str]] | None:
        """Exit code of the child and what it left running (ended now), or None while it runs.

        Raises:
            EOFError: the process has died.
        """
        if not self._conn.poll(seconds):
            return None
        code, left = self._conn.recv()
        return code, left

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process and whatever it is running."""
        self._conn.close()
        self._process.kill()
        self._process.wait()


def serve(handle: int) -> None:
    """Answer and run what comes over a socket, until its other end is closed."""
    conn = Connection(handle)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _tied_to_parent()
    gc.set_threshold(100_000)  # imports make no garbage, and a run little
    _import_all()
    gc.freeze()  # what is loaded stays: no child looks through it for garbage, and all share its pages
    with contextlib.suppress(EOFError, OSError):
        while True:
            task = conn.recv()
            if not isinstance(task, Task):
                conn.send(_answer(*task))
                continue
            if any("altair" in "".join(cell["source"]) for cell in task.notebook["cells"]):
                import altair  # noqa: F401  # an analyst's own charts: once, before the fork
            child = os.fork()
            if child == 0:
                _run(task)
                os._exit(0)
            conn.send(child)
            _, status = os.waitpid(child, 0)
            conn.send((os.waitstatus_to_exitcode(status), _end_left()))


def _answer(function: str, given: tuple[Any, ...]) -> Any:
    from tongdao import runs

    try:
        return getattr(runs, function)(*given)
    except Exception as error:  # for whoever asked
        return error


def _import_all() -> None:
    import pandas  # noqa: F401
    import psutil  # noqa: F401

    from tongdao.pages import Briefing, DepartmentReport  # noqa: F401
    from tongdao.runs import one_job  # noqa: F401

    make_shell()


def _run(task: Task) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.setsid()
    _tied_to_parent(reap=False)
    log = os.open(task.folder / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (1, 2):
        os.dup2(log, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ.update(task.environment)
    os.chdir(task.folder)
    sys.dont_write_bytecode = True
    run_cells(task.notebook, task.folder, task.most_output)


def _tied_to_parent(*, reap: bool = True) -> None:
    """Die with the parent, and inherit the orphans of one's children: Linux has both, others do without."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(_PARENT_DIES, signal.SIGKILL)
        if reap:
            libc.prctl(_SUBREAPER, 1)


def _end_left() -> list[str]:
    """End what a child left running, and name it."""
    import psutil

    names = []
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if process.status() != psutil.STATUS_ZOMBIE:
                names.append(" ".join(process.cmdline())[:80] or process.name())
            process.kill()
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, 0)[0]:
            pass
    return names
