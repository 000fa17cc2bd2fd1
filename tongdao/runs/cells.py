"""Run the cells of a notebook in this process, one after another; everything here happens in a child of its own.

IPython runs the cells as a kernel would, without the kernel's sockets: a run that nobody watches needs no other
process to ask for results, and a fork of a process with the imports done starts in milliseconds. What happens is
written down line by line as it happens, so that a child that is killed leaves its story behind.
"""

import json
import os
import sys
import threading
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tongdao.document.payloads import PREFIX
from tongdao.screen import ALTAIR_CHART, chinese_in_matplotlib

EVENTS, EXECUTED, LOG = "events.jsonl", "executed.ipynb", "run.log"
FIGURE = f"{PREFIX}figure+json"
INJECTED = "injected-parameters"  # papermill's tag of the cell that holds the given parameters
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CHANGES = ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.symlink", "os.link", "os.truncate", "os.chmod")

Tell = Callable[..., None]


def run_cells(notebook: dict[str, Any], folder: Path, most_output: int) -> None:
    """Run every code cell of a parameterised notebook; leave the executed one and the events in ``folder``.

    Events are JSON lines with the number of the cell (from 1, without the one of given parameters): ``cell`` begins;
    ``figure`` is shown; ``error``, ``exit``, ``shell``, ``thread``, ``write``, ``flood`` with what was found; ``end``.
    """
    events = (folder / EVENTS).open("a", encoding="utf-8", buffering=1)
    current = 0

    def tell(kind: str, **found: Any) -> None:
        events.write(json.dumps({"kind": kind, "cell": current, **found}, ensure_ascii=False) + "\n")

    shell = _shell(tell, most_output)
    shell.on_figure = lambda payload: tell("figure", payload=payload)
    threading.excepthook = lambda hook: tell("thread", error=f"{hook.exc_type.__name__}：{hook.exc_value}")
    _guard(folder, tell)
    for cell in notebook["cells"]:
        current += INJECTED not in cell["metadata"].get("tags", [])
        if cell["cell_type"] != "code" or not "".join(cell["source"]).strip():
            continue
        tell("cell")
        shell.outputs.clear()
        shell.user_ns["_exit_code"] = 0
        result = shell.run_cell("".join(cell["source"]), store_history=True)
        cell["outputs"], cell["execution_count"] = list(shell.outputs), result.execution_count
        if code := shell.user_ns.get("_exit_code"):
            tell("shell", code=code)
        error = result.error_before_exec or result.error_in_exec
        if isinstance(error, SystemExit) or shell.asked_to_exit:
            tell("exit")
            break
        if error is not None:
            tell("error", error=f"{type(error).__name__}：{error}".strip("：")[:500])
            break
    (folder / EXECUTED).write_text(json.dumps(notebook, ensure_ascii=False, default=str), encoding="utf-8")
    tell("end")


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
        asked_to_exit = False

        def init_profile_dir(self, profile_dir: Any) -> None:
            """None is wanted: a run keeps no history, and nothing is to be left in anyone's home."""

        init_ipython_dir = init_profile_dir

        def add(self, kind: str, data: Mapping[str, Any], metadata: Mapping[str, Any] | None) -> None:
            if FIGURE in data:
                self.on_figure(data[FIGURE])
            count = {"execution_count": self.execution_count} if kind == "execute_result" else {}
            self.outputs.append({"output_type": kind, "data": dict(data), "metadata": dict(metadata or {}), **count})

        def ask_exit(self) -> None:
            self.asked_to_exit = True

        def _showtraceback(self, etype: Any, evalue: Any, stb: list[str]) -> None:
            self.outputs.append(
                {"output_type": "error", "ename": etype.__name__, "evalue": str(evalue), "traceback": list(stb)}
            )

    config = Config()
    config.HistoryManager.enabled, config.HistoryManager.hist_file = False, ":memory:"
    shell = Shell.instance(config=config)
    shell.outputs = []
    shell.events.register("post_execute", chinese_in_matplotlib)
    shell.display_formatter.mimebundle_formatter.for_type_by_name(*ALTAIR_CHART, _specification)
    return shell


def _specification(chart: Any, include: object = None, exclude: object = None) -> dict[str, Any]:
    """An Altair chart as documents read it."""
    return {"application/vnd.vegalite.v6+json": chart.to_dict(), "text/plain": "图"}


def _shell(tell: Tell, most_output: int) -> Any:
    shell = make_shell()
    sys.stdout, sys.stderr = (_Stream(name, shell.outputs, tell, most_output) for name in ("stdout", "stderr"))
    return shell


class _Stream:
    """What a cell prints, as an output of the notebook; more than allowed ends the run."""

    encoding, errors = "utf-8", "replace"
    written = 0  # by both streams together

    def __init__(self, name: str, outputs: list[dict[str, Any]], tell: Tell, most: int) -> None:
        self.name, self.outputs, self.tell, self.most = name, outputs, tell, most

    def write(self, text: str) -> int:
        _Stream.written += len(text)
        if _Stream.written > self.most:
            self.tell("flood")
            os._exit(1)  # the cell could catch anything that is raised
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
            path, _, flags = found
            if not (isinstance(flags, int) and flags & _WRITING):
                return
        elif event in _CHANGES:
            path = found[1] if event in ("os.rename", "os.symlink", "os.link") else found[0]
        else:
            return
        if isinstance(path, int):
            return
        real = os.path.realpath(os.fsdecode(path))
        if not (real + os.sep).startswith((root, "/dev/", "/proc/self/")):
            tell("write", path=real)
            raise PermissionError(f"不能写到运行文件夹之外：{real}")

    sys.addaudithook(hook)
