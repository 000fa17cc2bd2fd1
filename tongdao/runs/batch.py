"""Many runs: on any executor (a pool of processes, a Dask cluster), or every due report once, under a lock."""

import contextlib
import json
import os
import signal
import traceback
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache
from multiprocessing import active_children, get_context, parent_process
from pathlib import Path
from typing import Any

from tongdao.base import RunError, TongdaoError, UsageError, disk_fault, file_mode, make_folder, now, write_whole
from tongdao.runs import journal
from tongdao.runs.fork_server import ForkServer, tied_to_parent
from tongdao.runs.job import Job, is_made
from tongdao.runs.report import Published, failed_before, run_report
from tongdao.runs.task import clear_abandoned

_ROUNDS = 3  # a pool that breaks is set up again; what breaks it three times is given up
OWNER, LOCK, LOG = ".run.owner", ".run.lock", "run.log"
UNREADABLE = "定时运行"  # whose note says that plan or readings cannot be read

Result = tuple[Job, Published | TongdaoError]


def make(job: Job) -> Published | TongdaoError:
    """One job in a worker process, which keeps a warm process of its own; a fault is a result like any other."""
    try:
        return run_report(job, _server())
    except TongdaoError as error:
        return error
    except KeyboardInterrupt:
        if parent_process():  # a worker of ours that has cleared up; it must not begin the next job
            os._exit(130)
        raise


@cache
def _server() -> ForkServer:
    return ForkServer()


def run_many(jobs: Sequence[Job], executor: Callable[[], Executor]) -> Generator[Result, None, None]:
    """All jobs, each as it is finished; a worker that dies loses none."""
    left = list(jobs)
    for _ in range(_ROUNDS):
        with executor() as pool, contextlib.suppress(BrokenProcessPool):
            running = {pool.submit(make, job): job for job in left}
            try:
                for future in as_completed(running):
                    result = future.result()
                    left.remove(running[future])
                    yield running[future], result
            except BaseException:  # interrupted, also while the caller holds a result
                for worker in (workers := active_children()):  # of a pool; its futures break with it
                    worker.terminate()
                for future in () if workers else running:  # of a cluster
                    future.cancel()
                raise
        if not left:
            return
    for job in left:
        yield job, RunError(f"{job.name} 的运行进程多次中途退出，请检查内存。", passing=True)


def processes(count: int) -> Executor:
    """A pool on this machine, which does not outlive its parent."""
    return ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_begin)


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches all; the parent ends its workers
    tied_to_parent(reap=False)
    parent = parent_process()
    if parent and not parent.is_alive():  # it died before that
        os._exit(130)


def dask(address: str) -> Executor:
    """A Dask cluster; the workers see the same folders and have the same version installed.

    Raises:
        UsageError: Dask is not installed, or nobody answers.
    """
    try:
        from distributed import Client
    except ImportError:
        raise UsageError("没有安装 Dask：请安装 tongdao[dask] 后再用 --dask。") from None
    try:
        client = Client(address, timeout=10)
    except (OSError, ValueError, TimeoutError):
        raise UsageError(f"连接不上 Dask 调度器 {address}，请检查地址和网络。") from None
    executor: Executor = client.get_executor(pure=False)
    return executor


@dataclass(frozen=True)
class Busy(Exception):  # noqa: N818 (no error: somebody else does the work)
    """Another process is at it."""

    owner: str


@contextlib.contextmanager
def only_one(reports: Path) -> Iterator[str]:
    """Hold the lock of a workbook's reports; gives a note if the last holder died at work.

    Raises:
        Busy: another process holds it.
        RunError: the folder cannot be written to.
    """
    from filelock import FileLock, Timeout

    owner = reports / OWNER
    try:
        make_folder(reports)
        lock = FileLock(reports / LOCK, blocking=False, mode=file_mode(reports))
        with lock:
            note = f"上一次运行（{_said(owner)}）中途停止，现由本次接着做。" if owner.is_file() else ""
            who = {"pid": os.getpid(), "began": now().isoformat(timespec="seconds")}
            write_whole(owner, json.dumps(who).encode())
            try:
                yield note
            finally:
                owner.unlink(missing_ok=True)
    except Timeout:
        raise Busy(_said(owner)) from None
    except OSError as error:
        raise RunError(
            f"不能在 {reports} 里写文件：{disk_fault(error)}。请检查权限和磁盘空间。", passing=True
        ) from None


def _said(owner: Path) -> str:
    with contextlib.suppress(OSError, ValueError, KeyError):
        who = json.loads(owner.read_text(encoding="utf-8"))
        return f"进程 {who['pid']}，{who['began']} 开始"
    return "进程不详"


def make_due(jobs: Sequence[Job], folders: Iterable[Path] = ()) -> Iterator[Result]:
    """Make those of the jobs that are not made yet, in order; a fault that may pass is tried once more.

    What failed before for a reason in data or notebook, and where neither has changed, is not tried again. What killed
    runs left in the ``folders`` is cleared.
    """
    for folder in folders:
        clear_abandoned(folder)
    left = [job for job in jobs if not is_made(job)]
    if not left:
        return
    before = {}
    for folder in {job.folder.parent for job in left}:
        journal.rebuild(folder)
        before[folder] = journal.runs(folder)
    try:
        with ForkServer() as server:
            for job in left:
                yield job, _made(job, server, before[job.folder.parent])
    finally:
        for folder in {job.folder for job in left}:
            clear_abandoned(folder)


def _made(job: Job, server: ForkServer, before: Sequence[Mapping[str, Any]]) -> Published | TongdaoError:
    try:
        if not job.refused and (reason := failed_before(job, before)):
            return RunError(f"上次失败，数据、笔记本和程序都没有变，不再重试：{reason}")
        try:
            return run_report(job, server)
        except RunError as error:
            if not error.passing:
                raise
        return run_report(job, server)
    except UsageError as error:
        fault: TongdaoError = error
    except TongdaoError as error:
        return error
    except Exception as error:  # a fault of ours holds up no other report either
        log(job.folder.parent, traceback.format_exc())
        fault = RunError(f"程序出错（{type(error).__name__}：{error}），详情见 {LOG}，请告诉维护的人。")
    journal.note_refusal(job.folder, job.name, job.folder.parent, job.asked, str(fault))
    return fault


def log(reports: Path, words: str) -> None:
    """A line in the log of scheduled runs, whose output nobody reads."""
    journal.append(reports / LOG, f"{now():%Y-%m-%d %H:%M:%S} {words.rstrip()}")


@contextlib.contextmanager
def readable(reports: Path) -> Iterator[None]:
    """Plan and readings are read within it: where they cannot be, a note, a line of the journal and the log say so."""
    try:
        yield
    except Exception as error:
        known = isinstance(error, TongdaoError)
        log(reports, str(error) if known else traceback.format_exc())
        asked = {"report": UNREADABLE, "inputs": {"month": ""}, "given": {}, "late": False}
        journal.note_refusal(reports, UNREADABLE, reports, asked, str(error))
        raise
    journal.clear_note(reports, UNREADABLE)
