"""Many runs at once: the same job on any executor, here a pool of processes, elsewhere a Dask cluster."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from multiprocessing import get_context

from tongdao.base import RunError, TongdaoError, UsageError
from tongdao.runs.fork_server import ForkServer
from tongdao.runs.report import Job, Published, run_report

_ROUNDS = 3  # a pool that breaks is set up again; what breaks it three times is given up

Result = tuple[Job, Published | TongdaoError]


def make(job: Job) -> Published | TongdaoError:
    """One job in a worker process, which keeps a warm process of its own; a fault is a result like any other."""
    try:
        return run_report(job, _server())
    except TongdaoError as error:
        return error


@cache
def _server() -> ForkServer:
    return ForkServer()


def run_many(jobs: Sequence[Job], executor: Callable[[], Executor]) -> Iterator[Result]:
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
            except KeyboardInterrupt:
                pool.shutdown(cancel_futures=True)
                raise RunError("已取消，已完成的报告保留，再次运行加 --resume 可以接着做。") from None
        if not left:
            return
    for job in left:
        yield job, RunError(f"{job.name} 的运行进程多次中途退出，请检查内存。", passing=True)


def processes(count: int) -> Executor:
    """A pool on this machine."""
    return ProcessPoolExecutor(count, mp_context=get_context("spawn"))


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
