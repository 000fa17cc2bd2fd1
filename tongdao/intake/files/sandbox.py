"""Reading an unknown file in a child process with limits on time and memory; a crash there is a verdict here."""

import gc
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from tongdao.base import RunError, disk_fault
from tongdao.intake.files.kind import kind_of, suffix_notes
from tongdao.intake.files.marked_book import marked_own
from tongdao.intake.files.sheet import Finding, RefusedError, Sheet, sheet_of
from tongdao.intake.files.spreadsheet import read_xls, read_xlsx
from tongdao.intake.files.text import decode, split_rows

MOST_FILE = 100_000_000
MEMORY = 900_000_000
SECONDS, PER_MB = 4.0, {True: 8.0, False: 2.0}  # of the processor; a packed sheet unfolds tenfold
PATIENCE = 4  # times as long by the clock, for a machine that is busy with other things
SIGXCPU = getattr(signal, "SIGXCPU", 0)  # Windows has none
Read = tuple[list[Sheet], list[Finding]]


def read_sheets(content: bytes, name: str, known: Sequence[str]) -> Read:
    """The sheets of a delivered file, read apart from us.

    Args:
        name: the file's name; only its suffix is compared with the content.
        known: words of which a readable sheet holds at least one.

    Raises:
        RefusedError: the file cannot be read, or reading it took too long or too much memory.
    """
    if len(content) > MOST_FILE:
        raise RefusedError(
            "too_large", f"文件有 {len(content) // 1_000_000} MB，超过 {MOST_FILE // 1_000_000} MB，没有打开。"
        )
    answer = json.loads(_apart({"name": name, "known": list(known)}, content))
    if "refused" in answer:
        refusal = RefusedError("", "")
        refusal.finding = Finding(**answer["refused"])
        raise refusal
    return [sheet_of(plain) for plain in answer["sheets"]], [Finding(**item) for item in answer["findings"]]


def own_book(content: bytes, findings: Sequence[Finding], line: str) -> bytes:
    """The delivered workbook itself with the cells marked (``spreadsheet_out.marked_own``), made apart from us.

    Raises:
        RefusedError: it cannot be made so.
    """
    return _apart({"findings": [vars(item) for item in findings], "line": line}, content)


def _apart(request: dict[str, Any], content: bytes) -> bytes:
    """What the child process answers."""
    seconds = SECONDS + PER_MB[content[:2] == b"PK"] * len(content) / 1_000_000
    head = json.dumps(request | {"seconds": int(seconds) + 1}).encode()
    command = [sys.executable, "-I", "-c", "from tongdao.intake.files.sandbox import child; child()"]
    try:
        done = subprocess.run(
            command, input=head + b"\n" + content, capture_output=True, timeout=PATIENCE * seconds, check=False
        )
    except OSError as error:
        raise RunError(f"读取程序启动不了：{disk_fault(error)}。没有写入任何内容，请稍后重试。") from None
    except subprocess.TimeoutExpired:
        raise _too_long(seconds) from None
    if SIGXCPU and done.returncode == -SIGXCPU:
        raise _too_long(seconds)
    if done.returncode:
        raise RefusedError("unreadable", "文件的内容使读取程序出错或占用内存过多，没有读取；请另存为 CSV UTF-8 再交。")
    return done.stdout


def _too_long(seconds: float) -> RefusedError:
    return RefusedError("timeout", f"超过 {seconds:.0f} 秒还没有读完，已停止；请只保留报表本身再交。")


def parse(content: bytes, name: str, known: Sequence[str]) -> Read:
    """The same without a process of its own.

    Raises:
        RefusedError: the file cannot be read.
    """
    if not content:
        raise RefusedError("empty_file", "这是空文件，没有任何内容；请确认导出成功后再交。")
    kind = kind_of(content)
    notes = suffix_notes(kind, name)
    if kind == "text":
        text, found = decode(content, known)
        lines, rows, more = split_rows(text)
        return [Sheet("", lines, rows)], [*notes, *found, *more]
    sheets, found = read_xls(content) if kind == "xls" else read_xlsx(content)
    return sheets, [*notes, *found]


def child() -> None:
    """What the child process does: limits on itself, one request on standard input, one answer: JSON or a workbook."""
    gc.disable()  # a short life, millions of cells: looking for cycles would cost a quarter of the time
    os.environ["OPENPYXL_DEFUSEDXML"] = "False"  # entities are refused before; its own guard is slow Python
    head, _, content = sys.stdin.buffer.read().partition(b"\n")
    request = json.loads(head)
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (request["seconds"], request["seconds"] + 1))
    except ImportError:  # Windows has no such limits; the deadline holds there too
        pass
    if "line" in request:
        marks = [Finding(**item) for item in request["findings"]]
        sys.stdout.buffer.write(marked_own(content, marks, request["line"]))
        return
    try:
        sheets, findings = parse(content, request["name"], request["known"])
        answer: dict[str, Any] = {
            "sheets": [sheet.plain() for sheet in sheets],
            "findings": [vars(item) for item in findings],
        }
    except RefusedError as refusal:
        answer = {"refused": vars(refusal.finding)}
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=True).encode())
