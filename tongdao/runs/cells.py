"""Run the cells of a notebook in this process, one after another; everything here happens in a child of its own.

IPython runs the cells as a kernel would, without the kernel's sockets: a run that nobody watches needs no other
process to ask for results, and a fork of a process with the imports done starts in milliseconds. What happens is
written down line by line as it happens, so that a child that is killed leaves its story behind.
"""

import builtins
import json
import os
import sys
import threading
from base64 import b64encode
from collections.abc import Callable, Mapping
from functools import cache
from math import isfinite
from pathlib import Path
from subprocess import CalledProcessError
from typing import Any, ClassVar

from tongdao.base import TongdaoError
from tongdao.document import PREFIX
from tongdao.runs.kernel import ALTAIR_CHART, SERIES, chinese_in_matplotlib, column, sentence

EVENTS, EXECUTED, LOG = "events.jsonl", "executed.ipynb", "run.log"
FIGURE = f"{PREFIX}figure+json"
INJECTED = "injected-parameters"  # papermill's tag of the cell that holds the given parameters
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
#: What changes files: where in the event a path stands and the open folder that it is counted from, -1 for none.
_CHANGES: Mapping[str, tuple[tuple[int, int | None], ...]] = {
    "os.remove": ((0, 1),),
    "os.rename": ((0, 2), (1, 3)),  # what is moved into the scratch folder is gone with it
    "os.mkdir": ((0, 2),),
    "os.rmdir": ((0, 1),),
    "os.symlink": ((1, 2),),
    "os.link": ((1, 3),),
    "os.truncate": ((0, None),),
    "os.chmod": ((0, 2),),
}

MOST_WORDS = 300  # of a fault

Tell = Callable[..., None]


def run_cells(notebook: dict[str, Any], folder: Path, most_output: int) -> None:
    """Run every code cell of a parameterised notebook; leave the executed one and the events in ``folder``.

    Events are JSON lines with the number of the cell (from 1, without the one of given parameters): ``cell`` begins;
    ``figure`` is shown; ``error``, ``exit``, ``shell``, ``thread``, ``task``, ``input``, ``write``, ``blank``,
    ``flood`` with what was found; ``end``.
    """
    from IPython.core.async_helpers import get_asyncio_loop

    events = (folder / EVENTS).open("a", encoding="utf-8", buffering=1)
    current = 0

    def tell(kind: str, **found: Any) -> None:
        events.write(_json({"kind": kind, "cell": current, **found}) + "\n")

    shell = _shell(tell, most_output)
    shell.on_figure = lambda payload: tell("figure", payload=payload)
    shell.on_blank = lambda: tell("blank")
    threading.excepthook = lambda hook: tell("thread", error=_told(hook.exc_value))
    get_asyncio_loop().set_exception_handler(lambda _, found: tell("task", error=_told(found.get("exception"))))
    builtins.input = _asks(tell)  # type: ignore[assignment]
    _guard(folder, tell)
    for cell in notebook["cells"]:
        current += INJECTED not in cell["metadata"].get("tags", [])
        if cell["cell_type"] != "code" or not "".join(cell["source"]).strip():
            continue
        tell("cell")
        shell.outputs.clear()
        result = shell.run_cell("".join(cell["source"]), store_history=True)
        cell["outputs"], cell["execution_count"] = list(shell.outputs), result.execution_count
        error = result.error_before_exec or result.error_in_exec
        if isinstance(error, SystemExit) or shell.asked_to_exit:
            tell("exit")
            break
        if isinstance(error, CalledProcessError):
            tell("shell", code=error.returncode)
            break
        if error is not None:
            tell("error", error=_told(error))
            break
        # %run and a cell run by a cell show what went wrong and go on as if it had gone well
        if shown := next((output for output in shell.outputs if output["output_type"] == "error"), None):
            tell("error", error=f"{shown['ename']}：{' '.join(shown['evalue'].split()).rstrip('。.')[:MOST_WORDS]}")
            break
    for thread in threading.enumerate():  # as Python does before it ends: what still works may fail yet
        if not thread.daemon and thread is not threading.current_thread():
            thread.join()
    (folder / EXECUTED).write_text(_json(notebook), encoding="utf-8")
    tell("end")


def _json(content: object) -> str:
    """JSON that can be written: half a character, as from a broken file name, becomes the sign for a lost one."""
    text = json.dumps(content, ensure_ascii=False, default=str)
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def _told(error: BaseException | None) -> str:
    """A fault in a few words: what Python calls it, unless it is ours, and the sentence for people."""
    words = sentence(error) if isinstance(error, Exception) else ""
    name = "" if error is None or isinstance(error, TongdaoError) else type(error).__name__
    return "：".join(part for part in ("" if name in words else name, words.rstrip("。")[:MOST_WORDS]) if part)


def _asks(tell: Tell) -> Callable[[object], str]:
    """What stands for ``input``: nobody is there to answer."""

    def ask(_: object = "") -> str:
        tell("input")
        raise EOFError("没有人可以回答")

    return ask


@cache
def make_shell() -> Any:
    """The IPython shell that runs the cells; made once in the process that is forked."""
    from IPython.core.displayhook import DisplayHook
    from IPython.core.displaypub import DisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    class Publisher(DisplayPublisher):  # type: ignore[misc]
        def publish(self, data: Any, metadata: Any = None, **more: Any) -> None:
            self.shell.add("display_data", data, metadata)

    class Hook(DisplayHook):  # type: ignore[misc]
        def write_output_prompt(self) -> None:
            pass

        def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
            self.shell.add("execute_result", format_dict, md_dict)

    class Shell(InteractiveShell):  # type: ignore[misc]
        display_pub_class, displayhook_class = Publisher, Hook
        outputs: list[dict[str, Any]]
        on_figure: Callable[[Any], None] = print
        on_blank: Callable[[], None] = print
        on_output: Callable[[int], None] = print
        asked_to_exit = False
        db: ClassVar[dict[str, Any]] = {}  # what IPython would keep in a profile, such as the folders visited

        def init_profile_dir(self, profile_dir: Any) -> None:
            """None is wanted: a run keeps no history, and nothing is to be left in anyone's home."""

        init_ipython_dir = init_profile_dir

        def add(self, kind: str, data: Mapping[str, Any], metadata: Mapping[str, Any] | None) -> None:
            if FIGURE in data:
                self.on_figure(data[FIGURE])
            texts = {name: b64encode(item).decode() if isinstance(item, bytes) else item for name, item in data.items()}
            self.on_output(sum(len(item) for item in texts.values() if isinstance(item, str)))
            count = {"execution_count": self.execution_count} if kind == "execute_result" else {}
            self.outputs.append({"output_type": kind, "data": texts, "metadata": dict(metadata or {}), **count})

        def ask_exit(self) -> None:
            self.asked_to_exit = True

        def _showtraceback(self, etype: Any, evalue: Any, stb: list[str]) -> None:
            self.outputs.append(
                {"output_type": "error", "ename": etype.__name__, "evalue": str(evalue), "traceback": list(stb)}
            )

    config = Config()
    config.InteractiveShell.system_raise_on_error = True  # else only the last ! of a cell counts, and x = !… never
    config.HistoryManager.enabled, config.HistoryManager.hist_file = False, ":memory:"
    shell = Shell.instance(config=config)
    shell.outputs = []
    shell.events.register("post_execute", chinese_in_matplotlib)
    bundles = shell.display_formatter.mimebundle_formatter
    bundles.for_type_by_name(*ALTAIR_CHART, _specification)
    bundles.for_type_by_name("matplotlib.figure", "Figure", _seen)
    shell.display_formatter.formatters["text/html"].for_type_by_name(*SERIES, column)
    return shell


def _specification(chart: Any, include: object = None, exclude: object = None) -> dict[str, Any]:
    """An Altair chart as documents read it."""
    return {"application/vnd.vegalite.v6+json": chart.to_dict(), "text/plain": "图"}


def _seen(figure: Any, include: object = None, exclude: object = None) -> dict[str, Any]:
    """Nothing of its own: matplotlib draws its figures itself; one without a mark or a word is told."""
    if not figure.texts and not figure.images and not any(map(_has_marks, figure.axes)):
        make_shell().on_blank()
    return {}


def _has_marks(axes: Any) -> bool:
    drawn = axes.has_data() and all(map(isfinite, axes.dataLim.get_points().flat))  # lines of gaps alone have no extent
    return bool(drawn or axes.images or axes.texts or axes.tables)


def _shell(tell: Tell, most_output: int) -> Any:
    shell = make_shell()
    left = [most_output]

    def spend(size: int) -> None:
        left[0] -= size
        if left[0] < 0:
            tell("flood")
            os._exit(1)  # the cell could catch anything that is raised

    shell.on_output = spend
    sys.stdout, sys.stderr = (_Stream(name, shell.outputs, spend) for name in ("stdout", "stderr"))
    return shell


class _Stream:
    """What a cell prints, as an output of the notebook."""

    encoding, errors = "utf-8", "replace"

    def __init__(self, name: str, outputs: list[dict[str, Any]], spend: Callable[[int], None]) -> None:
        self.name, self.outputs, self.spend = name, outputs, spend

    def write(self, text: str) -> int:
        self.spend(len(text))
        last = self.outputs[-1] if self.outputs else {}
        if last.get("output_type") == "stream" and last["name"] == self.name:
            last["text"].append(text)
        else:
            self.outputs.append({"output_type": "stream", "name": self.name, "text": [text]})
        return len(text)

    def flush(self) -> None:
        pass

    def isatty(self) -> bool:
        return False

    def fileno(self) -> int:
        return 1 if self.name == "stdout" else 2

    def writable(self) -> bool:
        return True


def _guard(folder: Path, tell: Tell) -> None:
    """Refuse to write anywhere but below ``folder``; told even if the cell catches the error."""
    root = os.path.realpath(folder) + os.sep

    def hook(event: str, found: tuple[Any, ...]) -> None:
        if event == "open":
            changed = [(found[0], -1)] if isinstance(found[2], int) and found[2] & _WRITING else []
        else:
            places = _CHANGES.get(event, ())
            changed = [(found[path], -1 if base is None else found[base]) for path, base in places]
        for path, base in changed:
            if isinstance(path, int):
                continue
            real = os.path.realpath(os.path.join(_opened(base), os.fsdecode(path)))
            if not (real + os.sep).startswith((root, "/dev/", "/proc/self/")):
                tell("write", path=real)
                raise PermissionError(f"不能写到运行文件夹之外：{real}")

    sys.addaudithook(hook)


def _opened(folder: int) -> str:
    """The path of an open folder, as ``shutil.rmtree`` names what it removes."""
    if folder < 0:
        return ""
    if sys.platform == "linux":
        return os.readlink(f"/proc/self/fd/{folder}")
    import fcntl

    return os.fsdecode(fcntl.fcntl(folder, fcntl.F_GETPATH, bytes(1024)).rstrip(b"\0"))
