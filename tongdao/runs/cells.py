"""Run a notebook by papermill in this process, a child of its own, and write down what papermill does not judge.

What happens is written line by line as it happens, so that a child that is killed leaves its story behind.
"""

import contextlib
import json
import os
import shutil
import sys
import threading
from collections.abc import Callable, Mapping
from functools import partial
from math import isfinite
from subprocess import CalledProcessError
from typing import Any

from tongdao.base import TongdaoError, sentence
from tongdao.runs.engine import NAME, Watch
from tongdao.runs.task import EVENTS, EXECUTED, FIGURE, MADE, Task, alone, put_back

MOST_WORDS = 300  # of a fault
_KEPT = ".kept"  # folder of the files beside the notebook as they were before the run wrote to them
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
#: What changes files: where in the event a path stands and the open folder that it is counted from, -1 for none.
_CHANGES: Mapping[str, tuple[tuple[int, int | None], ...]] = {
    "os.remove": ((0, 1),),
    "os.rename": ((0, 2), (1, 3)),
    "os.mkdir": ((0, 2),),
    "os.rmdir": ((0, 1),),
    "os.symlink": ((1, 2),),
    "os.link": ((1, 3),),
    "os.truncate": ((0, None),),
    "os.chmod": ((0, 2),),
    "sqlite3.connect": ((0, None),),
}


def run_cells(task: Task) -> None:
    """Run a notebook; leave the executed one and the events in the task's folder.

    Events are JSON lines with the number of the cell (from 1, without the one of given parameters): ``cell`` begins;
    ``figure`` is shown; ``error``, ``exit``, ``shell``, ``thread``, ``task``, ``input``, ``write``, ``blank``,
    ``flood`` with what was found; ``made`` and ``kept`` files beside the notebook; ``end``.
    """
    import nbformat
    from papermill import execute_notebook
    from papermill.exceptions import PapermillExecutionError

    watch = _Watch(task)
    guard = _Guard(task, watch.tell)
    with contextlib.suppress(PapermillExecutionError):  # told when it happened
        execute_notebook(
            nbformat.from_dict(task.notebook),
            EXECUTED,
            dict(task.parameters),
            engine_name=NAME,
            kernel_name="python3",
            language="python",
            progress_bar=False,
            request_save_on_cell_execute=False,
            cwd=task.beside,
            watch=watch,
        )
    threading._shutdown()  # type: ignore[attr-defined]  # as Python ends: pools are closed, what works may fail yet
    guard.clear()
    watch.tell("end")


class _Watch(Watch):
    """Writes the story of a run."""

    def __init__(self, task: Task) -> None:
        self._events = (task.folder / EVENTS).open("a", encoding="utf-8", buffering=1)
        self._left, self._current = task.most_output, 0
        self._error: BaseException | None = None

    def tell(self, kind: str, **found: Any) -> None:
        line = json.dumps({"kind": kind, "cell": self._current, **found}, ensure_ascii=False, default=str)
        # half a character, as from a broken file name, becomes the sign for a lost one
        self._events.write(line.encode("utf-8", "surrogatepass").decode("utf-8", "replace") + "\n")

    def shell(self, shell: Any) -> None:
        shell.system_raise_on_error = True  # else only the last ! of a cell counts, and x = !… never
        shell.db = {}  # what IPython would keep in a profile, such as the folders visited
        shell.ask_exit = lambda: self.tell("exit")
        shell.kernel.raw_input = self._asked
        shell.events.register("post_run_cell", self._ran)
        shell._showtraceback = partial(self._shows, shell._showtraceback)
        shell.display_formatter.mimebundle_formatter.for_type_by_name("matplotlib.figure", "Figure", self._seen)
        threading.excepthook = lambda hook: self.tell("thread", error=_told(hook.exc_value))

    def cell(self, number: int) -> None:
        from asyncio import get_running_loop

        get_running_loop().set_exception_handler(lambda _, found: self.tell("task", error=_told(found["exception"])))
        self._current, self._error = number, None
        self.tell("cell")

    def output(self, content: Mapping[str, Any]) -> None:
        data = content.get("data", {})
        if FIGURE in data:
            self.tell("figure", payload=data[FIGURE])
        self._left -= sum(len(text) for text in (content.get("text"), *data.values()) if isinstance(text, str))
        if self._left < 0:
            self.tell("flood")
            os._exit(1)  # the cell could catch anything that is raised

    def failed(self, error: Mapping[str, Any]) -> None:
        match self._error:
            case SystemExit():
                self.tell("exit")
            case CalledProcessError(returncode=code):
                self.tell("shell", code=code)
            case Exception() if type(self._error).__name__ == error["ename"]:
                self.tell("error", error=_told(self._error))
            case _:
                words = " ".join(error["evalue"].split()).rstrip("。.")[:MOST_WORDS]
                self.tell("error", error="：".join(filter(None, (error["ename"], words))))

    def _ran(self, result: Any) -> None:
        self._error = result.error_before_exec or result.error_in_exec or self._error

    def _shows(self, show: Callable[..., None], kind: type, error: BaseException, lines: list[str]) -> None:
        """What fails while it is shown the result of the cell does not know."""
        self._error = error
        show(kind, error, lines)

    def _asked(self, *_: object) -> str:
        """What stands for ``input``: nobody is there to answer."""
        self.tell("input")
        raise EOFError("没有人可以回答")

    def _seen(self, figure: Any, include: object = None, exclude: object = None) -> dict[str, Any]:
        """Nothing of its own: matplotlib draws its figures itself; one without a mark or a word is told.

        One without axes is not drawn by it: ``%run`` leaves some, and ``plt.figure()`` before a library's own.
        """
        if figure.axes and not figure.texts and not figure.images and not any(map(_has_marks, figure.axes)):
            self.tell("blank")
        return {}


def _told(error: BaseException | None) -> str:
    """A fault in a few words: what Python calls it, unless it is ours, and the sentence for people."""
    words = sentence(error) if isinstance(error, Exception) else ""
    name = "" if error is None or isinstance(error, TongdaoError) else type(error).__name__
    return "：".join(part for part in ("" if name in words else name, words.rstrip("。")[:MOST_WORDS]) if part)


def _has_marks(axes: Any) -> bool:
    extent = getattr(axes, "xy_dataLim", axes.dataLim)  # of a solid chart
    drawn = axes.has_data() and all(map(isfinite, extent.get_points().flat))  # lines of gaps alone have no extent
    return bool(drawn or axes.images or axes.texts or axes.tables)


class _Guard:
    """Refuses to write anywhere but in the run's folder and beside the notebook; told even if a cell catches the error.

    What the run writes beside the notebook is there for itself: new files go when it ends, others are put back. Runs
    that write there come one after another, or one would read what another has drawn.
    """

    def __init__(self, task: Task, tell: Callable[..., None]) -> None:
        self._folder, self._tell = task.folder, tell
        self._root, self._beside = (os.path.realpath(path) + os.sep for path in (task.folder, task.beside))
        self._sealed = tuple(os.path.realpath(path) + os.sep for path in (task.workbook, task.reports))
        self._made, self._kept = dict[str, None](), dict[str, str]()  # paths in order; copies by path
        self._locked, self._busy, self._held = False, False, contextlib.ExitStack()
        sys.addaudithook(self._hook)

    def _hook(self, event: str, found: tuple[Any, ...]) -> None:
        if self._busy:
            return
        if event == "open":
            changed = [(found[0], -1)] if isinstance(found[2], int) and found[2] & _WRITING else []
        else:
            places = _CHANGES.get(event, ())
            changed = [(found[path], -1 if base is None else found[base]) for path, base in places]
        for path, base in changed:
            if isinstance(path, int) or (event == "sqlite3.connect" and path in ("", ":memory:")):  # no file
                continue
            real = os.path.realpath(os.path.join(_opened(base), os.fsdecode(path)))
            free = (real + os.sep).startswith((self._root, "/dev/", "/proc/self/", "\\\\.\\NUL\\"))
            read = event == "sqlite3.connect" and not self._own(real)  # or may be
            if not (free or read or self._allowed(event, real)):
                self._tell("write", path=real)
                raise PermissionError(f"不能写到运行文件夹之外：{real}")

    def _own(self, real: str) -> bool:
        return real.startswith(self._beside) and not real.startswith(self._sealed)

    def _allowed(self, event: str, real: str) -> bool:
        # a folder that is there is neither made nor opened for writing: NamedTemporaryFile only says so
        if real in self._made or (event in ("open", "os.mkdir") and os.path.isdir(real)):
            return True
        if not self._own(real):
            return False
        self._busy = True
        try:
            if not self._locked:
                self._locked = True  # until this process ends
                self._held.enter_context(alone(self._beside))
            if not os.path.lexists(real):
                self._made[real] = None
                self._tell("made", path=real)
            elif real not in self._kept:
                copy = str(self._folder / _KEPT / str(len(self._kept)))
                if os.path.isfile(real):
                    (self._folder / _KEPT).mkdir(exist_ok=True)
                    shutil.copy2(real, copy)
                elif event == "os.rmdir":
                    copy = ""
                else:
                    return False
                self._kept[real] = copy
                self._tell("kept", path=real, copy=copy)
        finally:
            self._busy = False
        return True

    def clear(self) -> None:
        self._busy = True
        for path in filter(os.path.isfile, (*self._made, *self._kept)):
            left = self._folder / MADE / os.path.relpath(path, self._beside)
            with contextlib.suppress(OSError):  # Windows moves none that is open
                left.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(path, left)
        put_back(list(self._made), self._kept)


def _opened(folder: int) -> str:
    """The path of an open folder, as ``shutil.rmtree`` names what it removes."""
    if folder < 0:
        return ""
    if sys.platform == "linux":
        return os.readlink(f"/proc/self/fd/{folder}")
    import fcntl

    return os.fsdecode(fcntl.fcntl(folder, fcntl.F_GETPATH, bytes(1024)).rstrip(b"\0"))
