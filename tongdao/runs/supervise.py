"""Watch a run until it has ended one way or another, and judge what really happened."""

import contextlib
import json
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal

import psutil

from tongdao.base import RunError, disk_fault
from tongdao.document import is_counted
from tongdao.runs.fork_server import FULL, ForkServer, strike
from tongdao.runs.task import EVENTS, EXECUTED, LOG, Task, alone, restore

_STEP = 0.1  # s between two looks, for which the system goes through all its processes
_MOST_TOLD = 10  # of files and processes
_LOCKS = ("~$", ".~")  # how the files begin that Excel, WPS and LibreOffice lay beside an open one
_GRACE = 2.0  # s for a run to end after each signal
_STOPPED = {
    "error": "出错：{error}",
    "exit": "提前退出（exit），其后的单元格没有运行",
    "shell": "里的命令失败，返回 {code}",
    "thread": "里有线程出错：{error}",
    "task": "里有后台任务（async）出错：{error}",
    "input": "在等人输入（input），定时运行时没有人可以回答；请改用参数",
    "blank": "的图是空的，一个数据点也没有画出来，请检查列名和所选的月份",
    "write": "想写到运行文件夹之外：{path}，请写到笔记本旁边",
    "flood": "输出过大，超过 {limit}",
    "garbled": f"改写了运行记录 {EVENTS}",
}
_READS_CLOCK = re.compile(
    r"\.(now|today|utcnow)\(|\btime\.(time|localtime|gmtime|ctime|strftime)\("
    r"|\b(to_datetime|Timestamp|datetime64)\([\"'](now|today)|^\s*!\s*date\b",
    re.MULTILINE,
)
_DRAWS_LOTS = re.compile(
    r"\brandom\.(random|randint|randrange|uniform|gauss|normal|choice|choices|sample|shuffle|rand|randn|permutation)\("
    r"|\bdefault_rng\(\)|\.sample\((?!.*random_state)|\buuid4\(|\burandom\(|\bsecrets\."
)
_SEEDED = re.compile(r"\bseed\(\s*\w|\bdefault_rng\(\s*\w|\bRandom\(\s*\w")
_TRACEBACK = "Traceback (most recent call last)"


def supervise(
    server: ForkServer,
    task: Task,
    *,
    meanwhile: Callable[[], None] = lambda: None,
    on_cell: Callable[[int, int], None] | None = None,
    on_figure: Callable[[Mapping[str, Any]], None] | None = None,
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Run a notebook and judge it; gives the executed one, and notices that do not fail it.

    When it has ended nothing may have changed beside it and in the workbook, but for the reports. ``meanwhile`` is done
    while the run gets under way. ``on_figure`` hears of each figure as it is shown, so that it can be drawn while the
    next cells run.

    Raises:
        RunError: it did not end well, as the sentence says.
    """
    with alone(task.beside):
        before = _state(task)
    story = _Story(task.folder / EVENTS)
    try:
        left = _watch(server, task, story, meanwhile, on_cell, on_figure)
    finally:
        story.read_on()
        with alone(task.beside):
            restore(story.events)
            after = _state(task)
    _judge(story.events, task)
    try:
        executed = json.loads((task.folder / EXECUTED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise _failed(task, f"没有留下完整的运行结果 {EXECUTED}，请检查笔记本是否写了同名的文件。") from None
    known, there, changed = ({path for path, *_ in found} for found in (before, after, before ^ after))
    told = {path for path in changed if _is_told(Path(path), task, known=path in known)}
    if changed - told:
        advice = "工作簿和笔记本旁边已有的文件，命令只能读，不能改；如果是别人同时在改，请再运行一次"
        raise _failed(task, f"运行中改动了 {min(changed - told)}：{advice}。", passing=True)
    words = {path: "多了" if path not in known else "变了" if path in there else "少了" for path in told}
    whole = told - (known & there)  # of a folder that came or went, not what was in it
    apart = (path for path in sorted(told) if os.path.dirname(path) not in whole)
    files = [f"笔记本旁边{words[path]} {path}：是命令或别人动的，没有收回" for path in apart]
    notices = (*_first([f"留下的进程已结束：{name}" for name in left]), *_first(files))
    return executed, (*notices, *_reproducibility_notes(task.notebook, executed))


def _failed(
    task: Task, reason: str, *, cell: int | None = None, passing: bool = False, word: Literal["失败", "超时"] = "失败"
) -> RunError:
    """Why the run did not end well; ``cell`` is to blame, 0 for what came before the first one."""
    place = "" if cell is None else f"第 {cell} 格" if cell else "第一格之前"
    return RunError(f"{task.name} {word}：{place}{reason}", passing=passing, word=word, cell=cell or 0)


def _first(told: Sequence[str]) -> list[str]:
    """The sentences, of very many the first ones and how many there are."""
    more = f"，等共 {len(told)} 处" if len(told) > _MOST_TOLD else ""
    return [f"{one}{more * (number == _MOST_TOLD)}。" for number, one in enumerate(told[:_MOST_TOLD], 1)]


class _Story:
    """What the child has written down so far, read on from where the last look ended."""

    def __init__(self, path: Path) -> None:
        self.path, self.events, self._at = path, list[dict[str, Any]](), 0

    def read_on(self) -> list[dict[str, Any]]:
        """The events since the last look; a last line that is not whole yet is left for the next one."""
        known = len(self.events)
        with contextlib.suppress(FileNotFoundError), self.path.open("rb") as file:
            file.seek(self._at)
            for line in file:
                if not line.endswith(b"\n"):  # its end may come while this is read
                    break
                self._at += len(line)
                self.events.append(self._event(line))
        return self.events[known:]

    def _event(self, line: bytes) -> dict[str, Any]:
        with contextlib.suppress(ValueError):
            event = json.loads(line)
            if isinstance(event, dict) and {"kind", "cell"} <= event.keys():
                return event
        return {"kind": "garbled", "cell": self.events[-1]["cell"] if self.events else 0}


def _watch(
    server: ForkServer,
    task: Task,
    story: _Story,
    meanwhile: Callable[[], None],
    on_cell: Callable[[int, int], None] | None,
    on_figure: Callable[[Mapping[str, Any]], None] | None,
) -> list[str]:
    """Wait for the end; gives what was left running. Raises RunError where the run was or had to be ended."""
    number = seen = child = 0
    total = sum(cell["cell_type"] == "code" for cell in task.notebook["cells"])
    try:
        child = server.begin(task, meanwhile)
        began = cell_began = time.monotonic()
        while (ended := server.ended(_STEP)) is None:
            for event in story.read_on():
                if event["kind"] == "cell":
                    number, seen, cell_began = event["cell"], seen + 1, time.monotonic()
                    if on_cell:
                        on_cell(seen, total)
                elif event["kind"] == "figure" and on_figure:
                    on_figure(event["payload"])
            now = time.monotonic()
            if fault := _overdrawn(child, task, number, now - began, now - cell_began if seen else 0.0):
                _end(server, child)
                raise fault
    except EOFError:  # the forking process has died; what still writes would keep its folder from being cleared
        if child:
            strike(child, "SIGKILL")
            with contextlib.suppress(psutil.Error):
                psutil.Process(child).wait(_GRACE)
        raise _failed(task, "运行进程中途退出，请检查内存后重试。", passing=True) from None
    except KeyboardInterrupt:
        if child := child or server.begun(_GRACE):
            _end(server, child)
        raise
    code, left = ended
    if code in FULL:
        raise _failed(task, f"不能写运行记录：{disk_fault(OSError(code, ''))}。请检查磁盘空间。", passing=True)
    return left


def _overdrawn(child: int, task: Task, number: int, run: float, cell: float) -> RunError | None:
    limits, fault = task.limits, partial(_failed, task, cell=number)
    if _logged(task.folder) > task.most_output:
        return fault(f"输出过大，超过 {limits.output_mb:g} MB，已停止。")
    if run > limits.run_seconds:
        return fault(f"运行到 {limits.run_seconds:g} 秒的总时限还没有结束，已停止。", passing=True, word="超时")
    if cell > limits.cell_seconds:
        return fault(f"超过 {limits.cell_seconds:g} 秒没有结束，已停止。", passing=True, word="超时")
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(child)
        used = sum(each.memory_info().rss for each in [process, *process.children(recursive=True)])
        if used > limits.memory_mb * 1e6:
            return fault(f"占用内存超过 {limits.memory_mb:g} MB，已停止。", passing=True)
    return None


def _end(server: ForkServer, child: int) -> None:
    """Ask the run to end, then make it: interrupt, terminate, kill; whatever it left running is ended with it."""
    for sign in ("SIGINT", "SIGTERM", "SIGKILL"):
        strike(child, sign)
        until = time.monotonic() + _GRACE
        while time.monotonic() < until:
            with contextlib.suppress(EOFError):
                if server.ended(_STEP):
                    return


def _logged(folder: Path) -> int:
    """What programs that the notebook started have printed past it."""
    with contextlib.suppress(OSError):
        return (folder / LOG).stat().st_size
    return 0


def _judge(events: list[dict[str, Any]], task: Task) -> None:
    """Raises RunError where the story of a run tells that it did not end well."""
    most = f"{task.limits.output_mb:g} MB"
    stopped = [event for event in events if event["kind"] in _STOPPED]
    # of a cell that failed, matplotlib shows the figures that it had not come to fill
    for event in sorted(stopped, key=lambda event: (event["cell"], event["kind"] == "blank"))[:1]:
        words = _STOPPED[event["kind"]].format(limit=most, **event)
        raise _failed(task, f"{words}。", cell=event["cell"])
    if not any(event["kind"] == "end" for event in events):
        number = max((event["cell"] for event in events), default=0)
        raise _failed(task, "运行时计算进程突然退出，请检查内存和这一格的代码。", cell=number, passing=True)
    if _logged(task.folder) > task.most_output:
        raise _failed(task, f"所启动的程序输出过大，超过 {most}。")


def _state(task: Task) -> set[tuple[str, int, int]]:
    """Names, sizes and times of the files near the notebook (the reports may lie in a folder there) and of all in the
    workbook but those of the reports; of folders the names."""
    found = set()
    for path in (*_near(task.beside), *_files_below(task.workbook, task.reports)):
        with contextlib.suppress(OSError):
            status = path.lstat()
            if task.reports not in (path, *path.parents) and not path.name.startswith(_LOCKS):
                found.add((str(path), *((0, 0) if path.is_dir() else (status.st_size, status.st_mtime_ns))))
    return found


def _near(folder: Path) -> Iterator[Path]:
    """What lies in a folder and in its folders, but for the hidden ones, to which tools write; deeper nobody looks, for
    an analyst's notebook may lie in a folder that holds everything."""
    for path in folder.glob("*"):
        if not path.is_dir() or not path.name.startswith((".", "__")):
            yield path
            with contextlib.suppress(OSError):  # it may go meanwhile
                yield from path.glob("*")


def _is_told(path: Path, task: Task, *, known: bool) -> bool:
    """Whether a change is told and does not fail the run: it is near the notebook and not in the workbook, and it is
    new or in a folder there, where others may be at work."""
    near = task.beside in path.parents and task.workbook not in path.parents
    return near and (not known or path.parent != task.beside)


def _files_below(folder: Path, but: Path) -> Iterator[Path]:
    """os.walk passes over what goes meanwhile, as the folders of other runs do; pathlib's rglob raises."""
    for at, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__" and Path(at, name) != but]
        yield from (Path(at, name) for name in names)


def _reproducibility_notes(notebook: Mapping[str, Any], executed: Mapping[str, Any]) -> Iterator[str]:
    """A sentence for each cell that reads the clock, draws lots without a seed or prints a fault that it caught."""
    sources = [
        "".join(cell["source"]) if cell["cell_type"] == "code" else "" for cell in filter(is_counted, notebook["cells"])
    ]
    seeded = any(map(_SEEDED.search, sources))
    for number, source in enumerate(sources, 1):
        if _READS_CLOCK.search(source):
            yield f"第 {number} 格读取了当前日期，重做会不一样：请改用参数 as_of。"
        if _DRAWS_LOTS.search(source) and not seeded:
            yield f"第 {number} 格用了随机数而没有定种子，重做会不一样：请先写 random.seed(1) 之类的一行。"
    for number, cell in enumerate(filter(is_counted, executed["cells"]), 1):
        printed = [output["text"] for output in cell.get("outputs", ()) if output["output_type"] == "stream"]
        if any(_TRACEBACK in "".join(text) for text in printed):
            yield f"第 {number} 格印出了一个被压下的错误，结果可能不全：请看这一格的输出。"
