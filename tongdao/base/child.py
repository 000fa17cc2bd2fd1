"""Work on a file of somebody else in a child process with limits on time and memory; a crash there is an error here."""

import gc
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pkgutil import resolve_name
from typing import Any

from tongdao.base.errors import RunError, UsageError, disk_fault

MEMORY = 900_000_000
PATIENCE = 15  # times as long by the clock as by the processor, for a machine that is busy with other things
TOO_LATE = 24  # how a child ends that has used up its time where the system does not see to it


class ApartError(Exception):
    """The child process did not come to an end: ``late`` if it took too long, else it broke or wanted too much."""

    def __init__(self, *, late: bool) -> None:
        super().__init__(late)
        self.late = late


def apart(work: str, request: Mapping[str, Any], content: bytes, *, seconds: float) -> bytes:
    """What ``work`` (``module:function`` of a request and of bytes) answers, in at most ``seconds`` of the processor.

    Raises:
        ApartError: it gave no answer.
        RunError: no process could be started.
    """
    head = json.dumps({**request, "seconds": int(seconds) + 1}).encode()
    command = [sys.executable, "-I", "-c", f"from tongdao.base import serve; serve({work!r})"]
    try:
        done = subprocess.run(
            command, input=head + b"\n" + content, capture_output=True, timeout=PATIENCE * seconds, check=False
        )
    except OSError as error:
        raise RunError(f"读取程序启动不了：{disk_fault(error)}。没有写入任何内容，请稍后重试。") from None
    except subprocess.TimeoutExpired:
        raise ApartError(late=True) from None
    if done.returncode:
        raise ApartError(late=done.returncode in (TOO_LATE, -getattr(signal, "SIGXCPU", TOO_LATE)))
    return done.stdout


def read_apart(read: str, name: str, content: bytes, *, seconds: float, late: str) -> dict[str, Any]:
    """What ``read`` (``module:function`` of bytes and a name) makes of somebody's file.

    Raises:
        UsageError: with the sentence that it is refused with, or ``late`` if it gave no answer.
    """
    try:
        answered = apart(f"{__name__}:answer", {"read": read, "name": name}, content, seconds=seconds)
    except ApartError:
        raise UsageError(late) from None
    told: dict[str, Any] = json.loads(answered)
    if "refused" in told:
        raise UsageError(told["refused"])
    return told


def answer(request: dict[str, Any], content: bytes) -> bytes:
    """The answer of a child process that reads a file: what is made of it, or why it is refused."""
    try:
        told = resolve_name(request["read"])(content, request["name"])
    except UsageError as error:
        told = {"refused": str(error)}
    return json.dumps(told).encode()


def serve(work: str) -> None:
    """What the child process does: limits on itself, one request on standard input, one answer."""
    gc.disable()  # a short life, millions of cells: looking for cycles would cost a quarter of the time
    os.environ["OPENPYXL_DEFUSEDXML"] = "False"  # entities are refused before; its own guard is slow Python
    out, sys.stdout = sys.stdout.buffer, sys.stderr  # a library that prints must not speak into the answer
    head, _, content = sys.stdin.buffer.read().partition(b"\n")
    request = json.loads(head)
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (request["seconds"], request["seconds"] + 1))
    except ImportError:  # Windows has no such limits
        threading.Thread(target=_watch, args=(request["seconds"],), daemon=True).start()
    out.write(resolve_name(work)(request, content))


def _watch(seconds: int) -> None:
    import psutil

    own = psutil.Process()
    while own.memory_info().rss < MEMORY and time.process_time() < seconds:
        time.sleep(0.05)
    os._exit(TOO_LATE if time.process_time() >= seconds else 1)
