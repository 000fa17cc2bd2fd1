"""Run one notebook to its end in a scratch folder and hand back the executed copy."""

import contextlib
import json
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tongdao.errors import RunError

CELL_SECONDS = 120


def execute(
    notebook: Path,
    parameters: Mapping[str, Any],
    scratch: Path,
    *,
    on_cell: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Execute a notebook with papermill; every file the kernel keeps for itself lies in ``scratch``.

    Args:
        on_cell: called with the number of cells done and in all, for a progress bar.

    Returns:
        The executed notebook as nbformat 4 JSON.

    Raises:
        RunError: a cell failed or the kernel died; the sentence names the cell and the error.
    """
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    target = scratch / notebook.name
    with _kernel_home(scratch), _reporting(on_cell):
        try:
            done = papermill.execute_notebook(
                str(notebook),
                str(target),
                parameters=dict(parameters),
                progress_bar=False,
                log_output=False,
                request_save_on_cell_execute=False,
                execution_timeout=CELL_SECONDS,
                kernel_manager_class=_logging_kernel(scratch / "kernel.log"),
                extra_arguments=["--log-level=CRITICAL", "--HistoryManager.enabled=False"],
            )
        except PapermillExecutionError as error:
            reason = f"{error.ename}：{error.evalue}".strip("：")
            raise RunError(f"{notebook.name} 第 {_own_number(target, error.cell_index)} 格出错：{reason}") from error
        except CellTimeoutError as error:
            raise RunError(f"{notebook.name} 有一格超过 {CELL_SECONDS} 秒没有结束，已停止。") from error
        except DeadKernelError as error:
            raise RunError(f"{notebook.name} 的计算进程中途退出，请检查内存后重试。") from error
    executed: dict[str, Any] = done if isinstance(done, dict) else dict(done)
    return executed


def _logging_kernel(log: Path) -> type:
    """A kernel manager whose kernels write what they say of themselves to a file and not to our user."""
    from jupyter_client.manager import AsyncKernelManager

    class LoggingKernelManager(AsyncKernelManager):
        async def _async_launch_kernel(self, kernel_cmd: list[str], **options: Any) -> None:
            with log.open("ab") as file:
                await super()._async_launch_kernel(kernel_cmd, stdout=file, stderr=file, **options)

    return LoggingKernelManager


def _own_number(executed: Path, index: int) -> int:
    """The number of a cell as the analyst counts, without the cell of parameters that papermill puts in."""
    cells = json.loads(executed.read_text(encoding="utf-8"))["cells"][: index + 1]
    return sum("injected-parameters" not in cell["metadata"].get("tags", []) for cell in cells)


@contextlib.contextmanager
def _kernel_home(scratch: Path) -> Iterator[None]:
    """Environment of the kernel: its history, connection file and caches go to the scratch folder."""
    from tongdao.display import HEADLESS

    ours = {
        HEADLESS: "1",
        "IPYTHONDIR": str(scratch / "ipython"),
        "JUPYTER_RUNTIME_DIR": str(scratch / "runtime"),
        "JUPYTER_CONFIG_DIR": str(scratch / "config"),
        "MPLCONFIGDIR": str(scratch / "mpl"),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
    before = {key: os.environ.get(key) for key in ours}
    os.environ.update(ours)
    try:
        yield
    finally:
        for key, value in before.items():
            if value is None:
                os.environ.pop(key, None)
            else:
                os.environ[key] = value


@contextlib.contextmanager
def _reporting(on_cell: Callable[[int, int], None] | None) -> Iterator[None]:
    """Hear of each finished cell; papermill's own bar is tqdm's and cannot be read."""
    from papermill.engines import NotebookExecutionManager

    logging.getLogger("papermill").setLevel(logging.ERROR)
    if on_cell is None:
        yield
        return
    plain = NotebookExecutionManager.cell_complete
    done = 0

    def complete(self: Any, cell: Any, cell_index: Any = None, **rest: Any) -> Any:
        nonlocal done
        done += 1
        on_cell(done, len(self.nb.cells))
        return plain(self, cell, cell_index, **rest)

    NotebookExecutionManager.cell_complete = complete
    try:
        yield
    finally:
        NotebookExecutionManager.cell_complete = plain
