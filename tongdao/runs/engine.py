"""papermill engine ``tongdao``: the kernel in papermill's own process, without sockets.

Parameters, metadata and saving are papermill's, outputs are put together by nbclient, cells are run by ipykernel. What
stands here joins them: messages are handed on in order as they come, so that nobody polls and nothing can be left
waiting, and mends what ipykernel's in-process kernel lacks (7.4: streams that know their cell, comms, await).
"""

import contextlib
import json
import logging
import os
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from time import monotonic
from types import SimpleNamespace
from typing import Any

import ipykernel_launcher
from ipykernel.inprocess.blocking import BlockingInProcessChannel, BlockingInProcessKernelClient
from ipykernel.inprocess.ipkernel import InProcessInteractiveShell, InProcessKernel
from ipykernel.inprocess.manager import InProcessKernelManager
from ipykernel.iostream import BackgroundSocket, IOPubThread
from jupyter_core.utils import run_sync
from nbclient.exceptions import CellExecutionComplete, CellExecutionError
from nbclient.output_widget import OutputWidget
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.translators import PythonTranslator, papermill_translators
from traitlets import Type, default

from tongdao.document import WIDGET, is_counted
from tongdao.runs.kernel import prepare

NAME = "tongdao"
_PAUSE = 0.1  # s between two messages of what a cell prints


class Watch:
    """What is told of a run while it goes on; nothing is done about it here."""

    def shell(self, shell: Any) -> None:
        """The shell is ready; no cell has run."""

    def cell(self, number: int) -> None:
        """A code cell begins; ``number`` counts all cells from 1 but for the injected one."""

    def output(self, content: Mapping[str, Any]) -> None:
        """A message of the cell: the content of ``stream``, ``display_data``, ``execute_result`` or ``error``."""

    def failed(self, error: Mapping[str, Any]) -> None:
        """The cell has failed: ``ename`` and ``evalue``."""


class _Direct(IOPubThread):  # type: ignore[misc]
    """Hands on what the kernel says at once: no thread, no socket."""

    def __init__(self, socket: Any, session: Any) -> None:
        self.socket, self.session, self._pipe_flag, self._master_pid = socket, session, False, os.getpid()
        self.background_socket, self.thread = BackgroundSocket(self), threading.Thread()  # never started
        self.io_loop, self._flushed = SimpleNamespace(call_later=self._later), 0.0

    def _later(self, _: float, flush: Any) -> None:
        # Streams are flushed before each display and at the end of a cell; a long cell also now and then.
        if monotonic() - self._flushed > _PAUSE:
            self._flushed = monotonic()
            flush()
        else:
            flush.__self__._flush_pending = False

    def schedule(self, f: Any) -> None:
        f()

    def start(self) -> None:
        pass

    stop = start


class ZMQInteractiveShell(InProcessInteractiveShell):  # type: ignore[misc]
    """Called as the shell of a kernel with sockets: rich, plotly and others look for its name to know what shows."""

    __module__ = "ipykernel.zmqshell"


class _Kernel(InProcessKernel):  # type: ignore[misc]
    shell_class = Type(ZMQInteractiveShell)
    _supports_kernel_subshells = False
    shell_channel_thread = SimpleNamespace(parent_thread=threading.main_thread())  # asked for by cells that await

    @default("iopub_thread")  # type: ignore[untyped-decorator]
    def _default_iopub_thread(self) -> _Direct:
        return _Direct(self._underlying_iopub_socket, self.session)


class _Channel(BlockingInProcessChannel):  # type: ignore[misc]
    def send(self, msg: Any) -> None:
        """nbclient answers in place of a widget's front end; the kernel hears it when the cell is done, as any does."""
        self.client.answers.append({**json.loads(json.dumps(msg, default=str)), "buffers": []})


class _Client(BlockingInProcessKernelClient):  # type: ignore[misc]
    shell_channel_class = control_channel_class = Type(_Channel)

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.answers: list[Any] = []

    def wait_for_ready(self, timeout: float | None = None) -> None:
        pass


class _Manager(InProcessKernelManager):  # type: ignore[misc]
    client_class = f"{__name__}._Client"

    def start_kernel(self, **_: Any) -> None:
        self.config.HistoryManager.update(enabled=False, hist_file=":memory:")
        self._before = sys.stdout, sys.stderr, sys.argv, sys.path
        root, papermills = logging.getLogger(), logging.getLogger("papermill")
        papermills.level, papermills.handlers = root.level, [*papermills.handlers, *root.handlers]
        root.level, root.handlers = logging.WARNING, []  # what papermill set up is not the notebook's
        for name in ("papermill", "traitlets"):  # nor is what nbclient says while it puts an output together
            logging.getLogger(name).propagate = False
        known = sys.modules.setdefault("debugpy", None)  # type: ignore[arg-type]  # 100 ms for what nobody can attach
        self.kernel = _Kernel.instance(parent=self, session=self.session)  # the instance: comms look for it
        if known is None:
            del sys.modules["debugpy"]
        os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
        for number, stream in enumerate((self.kernel.stdout, self.kernel.stderr), 1):
            stream._original_stdstream_copy = number  # with sockets it has a fileno, which subprocess asks for
        prepare()
        self.kernel.shell.extension_manager.load_extension("storemagic")  # %store, as in any kernel
        if pandas := sys.modules.get("pandas"):  # loaded before there was a kernel, it took this for a terminal
            pandas.set_option("display.max_columns", pandas.get_option("display.max_columns") or 20)
        # for the whole run: the base does it too late for a message to know its cell
        sys.stdout, sys.stderr = self.kernel.stdout, self.kernel.stderr
        sys.argv = [ipykernel_launcher.__file__, "-f", "kernel.json"]
        sys.path = _with_own_folder(path for path in sys.path if path)

    def shutdown_kernel(self, **_: Any) -> None:
        sys.stdout, sys.stderr, sys.argv, sys.path = self._before
        _Kernel.clear_instance()
        self.kernel = None

    def cleanup_resources(self, **_: Any) -> None:
        pass


def _with_own_folder(paths: Iterable[str]) -> list[str]:
    """The import path with the folder that a notebook works in where kernels have it: after Python's own modules."""
    known = list(paths)
    own = next((n for n, path in enumerate(known) if Path(path).name in ("site-packages", "dist-packages")), 0)
    return [*known[:own], "", *known[own:]]


class _Output(OutputWidget):  # type: ignore[misc]
    """An Output widget that also shows what the kernel puts into it itself (``append_display_data``, ``outputs = ()``),
    which the base loses with the next thing shown; what was shown since the kernel last heard of it stays before it."""

    outputs: list[Any]
    heard: Sequence[Any] = ()  # the outputs that the kernel knows of

    def handle_msg(self, msg: Any) -> None:
        data = msg["content"]["data"]
        if "outputs" in data.get("state", {}):
            given, known = list(data["state"]["outputs"]), len(self.heard)
            if data["method"] != "echo_update":  # which answers what is said here
                self.outputs = [*self.outputs, *given[known:]] if given[:known] == [*self.heard] else given
            self.heard = deepcopy(given)  # text that is printed is added to the last one
            self.executor.widget_state[self.comm_id]["outputs"] = self.outputs
        super().handle_msg(msg)


class _NotebookClient(PapermillNotebookClient):  # type: ignore[misc]
    def __init__(self, nb_man: Any, watch: Watch, **more: Any) -> None:
        super().__init__(nb_man, kernel_manager_class=_Manager, **more)
        self.watch, self.asked = watch, dict[str, tuple[Any, int]]()  # the cells by the request that ran them
        self.widget_registry["@jupyter-widgets/output"]["OutputModel"] = _Output

    def papermill_execute_cells(self) -> None:
        self.watch.shell(self.kc.kernel.shell)
        super().papermill_execute_cells()

    async def async_execute_cell(
        self, cell: Any, cell_index: int, execution_count: int | None = None, store_history: bool = True
    ) -> Any:
        """As the base, but nobody polls: messages come while the cell runs."""
        tags = cell.metadata.get("tags", [])
        if cell.cell_type != "code" or not cell.source.strip() or self.skip_cells_with_tag in tags:
            return cell
        self.watch.cell(sum(map(is_counted, self.nb.cells[: cell_index + 1])))
        cell.outputs, self.clear_before_next_output, cell.metadata["execution"] = [], False, {}
        tolerant = "raises-exception" in tags
        asked = self.kc.session.msg(
            "execute_request",
            {"code": cell.source, "silent": False, "store_history": store_history, "user_expressions": {},
             "allow_stdin": False, "stop_on_error": not tolerant},
        )  # fmt: skip

        self.asked[asked["header"]["msg_id"]] = cell, cell_index

        def heard(message: Any) -> None:
            if (place := self.asked.get(message["parent_header"].get("msg_id"))) is None:
                return
            if message["msg_type"] == "comm_close":
                self.closed(message["content"]["comm_id"])
            if message["msg_type"] in ("stream", "display_data", "execute_result", "update_display_data", "error"):
                self.watch.output(message["content"])
            with contextlib.suppress(CellExecutionComplete):
                self.process_message(message, *place)  # what a task of an earlier cell shows stands there, as in Lab

        self.kc.iopub_channel.call_handlers = heard
        stream = self.kc.kernel.shell_stream
        self.kc.session.send(stream, asked)
        await self.kc.kernel.dispatch_shell(stream.recv_multipart())
        reply = self.kc.session.recv(stream, copy=False)[1]
        while self.kc.answers:
            self.kc.kernel.comm_manager.comm_msg(None, None, self.kc.answers.pop(0))
        shown = next((output for output in reversed(cell.outputs) if output.output_type == "error"), None)
        try:
            await self._check_raise_for_error(cell, cell_index, reply)
        except CellExecutionError:
            self.watch.failed(shown or reply["content"])  # of what fails while it is shown the reply knows no name
            raise
        # %run and a cell run by a cell show what went wrong and go on as if it had gone well: papermill looks for it
        if shown is not None and not tolerant:
            self.watch.failed(shown)
            raise CellExecutionError("", shown.ename, shown.evalue)
        return cell

    execute_cell = run_sync(async_execute_cell)

    def closed(self, widget: str) -> None:
        """A widget that is closed is shown no more, neither by itself nor in another."""
        self.widget_state.pop(widget, None)
        for hooks in self.output_hook_stack.values():  # of an Output that is closed while a cell writes into it
            hooks[:] = [hook for hook in hooks if hook.comm_id != widget]
        for output in (output for cell in self.nb.cells for output in cell.get("outputs", ())):
            if output.get("data", {}).get(WIDGET, {}).get("model_id") == widget:
                output.data = {}  # it keeps its place, by which those behind it are updated


class Engine(NBClientEngine):  # type: ignore[misc]
    """``papermill --engine tongdao``: the run that ``tongdao report`` makes, unwatched."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, log_output: bool = False, watch: Watch | None = None, **more: Any
    ) -> Any:
        names = ("stdout_file", "stderr_file", "start_timeout", "execution_timeout", "input_path")
        own = {key: value for key, value in more.items() if key not in names}
        client = _NotebookClient(nb_man, watch or Watch(), kernel_name=kernel_name, log_output=log_output, **own)
        return client.execute()


class _Python(PythonTranslator):  # type: ignore[misc]
    """The base writes a tuple as text."""

    @classmethod
    def translate(cls, val: Any) -> str:
        return f"tuple({cls.translate(list(val))})" if isinstance(val, tuple) else str(super().translate(val))


papermill_translators.register("python", _Python)
papermill_engines.register(NAME, Engine)  # also where the package lies unpacked, without its entry points
