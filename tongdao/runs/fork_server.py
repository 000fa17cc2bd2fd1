"""Fork server: a process with the imports done, which runs each notebook in a fork of its own.

Where there is no fork (Windows, or TONGDAO_START=spawn), a fresh process that has done the imports too waits for each
run. The forking process must not have loaded vl-convert, whose threads do not survive a fork.
"""

import contextlib
import ctypes
import errno
import gc
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from importlib import import_module
from multiprocessing import connection
from types import ModuleType
from typing import TYPE_CHECKING, Any, Self

from tongdao.base import RunError

if TYPE_CHECKING:  # the parent starts the process before it loads what both need
    from tongdao.runs.task import Task

FULL = (errno.ENOSPC, errno.EDQUOT)
_PARENT_DIES, _SUBREAPER = 1, 36  # prctl
_POSIX = os.name == "posix"
_FORKS = _POSIX and os.environ.get("TONGDAO_START") != "spawn"


class ForkServer:
    """The parent's end of such a process; started at once and ready when the imports are done.

    A fresh interpreter and no fork of ours: the caller may have threads, and a run should not depend on its state.
    """

    def __init__(self) -> None:
        self._conn, theirs = connection.Pipe()
        handle = theirs.fileno()
        inherited: dict[str, Any] = {"pass_fds": [handle]}
        if sys.platform == "win32":
            os.set_handle_inheritable(handle, True)
            inherited = {"startupinfo": subprocess.STARTUPINFO(lpAttributeList={"handle_list": [handle]})}
        self._process = subprocess.Popen(_python(f"serve({handle})"), stdin=subprocess.DEVNULL, **inherited)
        theirs.close()

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

    def begin(self, task: "Task", meanwhile: Callable[[], None]) -> int:
        """Start a run and do ``meanwhile`` until it has begun; returns the process id of its child.

        Raises:
            EOFError: the process has died.
        """
        self._conn.send(task)
        meanwhile()
        return int(self._conn.recv())

    def begun(self, seconds: float) -> int:
        """The child of a run whose beginning was interrupted; 0 if there is none by then, nor will be."""
        with contextlib.suppress(EOFError, OSError):
            if self._conn.poll(seconds):
                return int(self._conn.recv())
        self.close()
        return 0

    def ended(self, seconds: float) -> tuple[int, list[str]] | None:
        """Exit code of the child and what it left running (ended now), or None while it runs.

        Raises:
            EOFError: the process has died.
        """
        told: tuple[int, list[str]] | None = self._conn.recv() if self._conn.poll(seconds) else None
        return told

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process and whatever it is running."""
        self._conn.close()
        self._process.kill()
        self._process.wait()


_early: list[ForkServer] = []


def start_early() -> None:
    """Start the process that a single run will need: its imports take longer than reading the command line."""
    _early.append(ForkServer())


def ready_server() -> ForkServer:
    """The process that was started early, or a new one."""
    return _early.pop() if _early else ForkServer()


def serve(handle: int) -> None:
    """Answer and run what comes over a socket, until its other end is closed."""
    conn: Any = connection.Connection(handle) if _POSIX else getattr(connection, "PipeConnection")(handle)  # noqa: B009
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    tied_to_parent()
    spare = None if _FORKS else _spare()
    _import_all()
    from tongdao.runs.task import Task

    with contextlib.suppress(EOFError, OSError):
        while True:
            task = conn.recv()
            if not isinstance(task, Task):
                conn.send(_answer(*task))
                continue
            if spare:
                conn.send(spare.pid)
                with contextlib.suppress(OSError):  # it has been ended, which its code tells
                    spare.communicate(pickle.dumps(task))
                code = spare.wait()
            else:
                if any("altair" in "".join(cell["source"]) for cell in task.notebook["cells"]):
                    import altair  # noqa: F401  # an analyst's own charts: once, before the fork
                child = os.fork()
                if child == 0:
                    os.setsid()
                    os._exit(_run(task))
                conn.send(child)
                code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            conn.send((code, _end_left()))
            spare = spare and _spare()


def _python(call: str) -> list[str]:
    return [sys.executable, "-X", "utf8", "-P", "-c", f"import {__name__} as room; room.{call}"]


def _spare() -> subprocess.Popen[bytes]:
    """The process of the next run, which does its imports while this one works."""
    return subprocess.Popen(_python("serve_one()"), stdin=subprocess.PIPE, start_new_session=_POSIX)


def serve_one() -> None:
    """Run the one task that comes over standard input; without one, end."""
    tied_to_parent(reap=False)
    _import_all()
    with contextlib.suppress(EOFError):
        os._exit(_run(pickle.load(sys.stdin.buffer)))


def strike(child: int, sign: str) -> None:
    """Signal a run and all that it started; where there are no signals, end them."""
    if _POSIX:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child, signal.Signals[sign])
        return
    import psutil

    with contextlib.suppress(psutil.Error):
        for process in [*psutil.Process(child).children(recursive=True), psutil.Process(child)]:
            with contextlib.suppress(psutil.Error):
                process.kill()


def _answer(function: str, given: tuple[Any, ...]) -> Any:
    from tongdao import runs

    try:
        return getattr(runs, function)(*given)
    except Exception as error:  # for whoever asked
        return error


class _Later(ModuleType):
    """A module that is imported when something is taken from it."""

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self.__name__), name)


def _import_all() -> None:
    gc.disable()  # imports make no garbage: looking for it took a tenth of their time
    web = sys.modules.setdefault("requests", _Later("requests"))  # with which papermill reads from the web: 35 ms
    import nbformat.validator
    import papermill  # noqa: F401

    if isinstance(web, _Later):
        del sys.modules["requests"]
    from tongdao.pages import Briefing, DepartmentReport  # noqa: F401
    from tongdao.runs import one_job  # noqa: F401
    from tongdao.runs.cells import run_cells  # noqa: F401

    nbformat.validator.get_validator(4, 5)  # compiles the schema
    gc.freeze()  # what is loaded stays: no child looks through it for garbage, and all share its pages
    gc.set_threshold(100_000)  # a run makes little
    gc.enable()


def _run(task: "Task") -> int:
    """Run it in the child; gives its exit code, which is the error number where the disk is full."""
    from tongdao.runs.task import LOG

    tied_to_parent(reap=False)
    try:
        log = os.open(task.folder / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:  # stopped before it began
        return 1
    for stream in (1, 2):
        os.dup2(log, stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # from here on what it says goes into the log
    os.chdir(task.folder)
    sys.dont_write_bytecode = True
    from tongdao.runs.cells import run_cells

    try:
        _set_environment(task)
        run_cells(task)
    except OSError as error:
        if error.errno not in FULL:
            raise
        return error.errno
    return 0


def _set_environment(task: "Task") -> None:
    """Whatever libraries want to keep goes to the scratch folder; charts and pages know that nobody looks on."""
    from tongdao.pages import HEADLESS
    from tongdao.workbook import KNOWN

    names = ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "MPLCONFIGDIR", "XDG_CACHE_HOME", "TMPDIR")
    home = task.folder / ".home"
    home.mkdir()
    shown = {"MPLBACKEND": "module://matplotlib_inline.backend_inline", HEADLESS: "1"}
    os.environ.update(dict.fromkeys(names, str(home)) | shown | {KNOWN: task.known})


def tied_to_parent(*, reap: bool = True) -> None:
    """Die with the parent, and inherit the orphans of one's children: Linux has both; Windows waits for it."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(_PARENT_DIES, signal.SIGKILL)
        if reap:
            libc.prctl(_SUBREAPER, 1)
    elif not _POSIX:
        threading.Thread(target=_outlive, args=[os.getppid()], daemon=True).start()


def _outlive(parent: int) -> None:
    import psutil

    with contextlib.suppress(psutil.Error):
        psutil.Process(parent).wait()
    os._exit(1)


def _end_left() -> list[str]:
    """End what a child left running, and name it; what waits for its end (resource trackers) ends by itself."""
    import psutil

    names = []
    for process in psutil.wait_procs(psutil.Process().children(recursive=True), timeout=1)[1]:
        with contextlib.suppress(psutil.Error):
            if process.status() != psutil.STATUS_ZOMBIE:
                names.append(" ".join(process.cmdline())[:80] or process.name())
            process.kill()
    with contextlib.suppress(ChildProcessError):
        while _POSIX and os.waitpid(-1, 0)[0]:
            pass
    return names
