"""The crontab entry, systemd units and Windows task that call ``tongdao run --due``; there is no daemon of ours.

python-crontab is not used: it writes other people's lines anew (spaces, comments, lines it cannot parse).
"""

import contextlib
import hashlib
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from tongdao.base import RunError, UsageError, disk_fault

_MARK = "# tongdao"
_NONE = re.compile("no crontab for|can't open '[^']*': No such file", re.I)  # cronie and Debian, BusyBox


def command(workbook: Path) -> list[str]:
    """What is to be called every hour.

    Raises:
        UsageError: no line of a crontab or a unit can hold the path.
    """
    if re.search(r"[\x00-\x1f\x7f]", f"{workbook}{sys.executable}"):
        raise UsageError(f"路径 {str(workbook)!r} 里有换行等控制符，定时任务写不下；请给文件夹改名。")
    script = "tongdao.exe" if sys.platform == "win32" else "tongdao"
    return [str(Path(sys.executable).with_name(script)), "run", "--due", "--workbook", str(workbook)]


def cron_line(workbook: Path) -> str:
    """The line for crontab: at five past every hour; the command knows by itself what is owed."""
    line = f"5 * * * * {shlex.join(command(workbook))} >/dev/null 2>&1 {_MARK} {workbook.name}"
    return line.replace("%", r"\%")  # to cron a bare % ends the command


def _task_name(workbook: Path) -> str:
    """A name that systemd and Windows allow, of this very workbook."""
    return f"tongdao-{hashlib.sha256(os.fsencode(workbook)).hexdigest()[:8]}"


def systemd_units(workbook: Path) -> dict[str, str]:
    """A user's service and timer for systemd, by file name."""
    name = _task_name(workbook)
    unit = f"[Unit]\nDescription=tongdao {workbook.name.replace('%', '%%')}\n\n"
    quoted = (re.sub(r'(["\\])', r"\\\1", word).replace("%", "%%").replace("$", "$$") for word in command(workbook))
    called = " ".join(f'"{word}"' for word in quoted)
    service = f"{unit}[Service]\nType=oneshot\nExecStart={called}\n"
    timer = f"{unit}[Timer]\nOnCalendar=hourly\nPersistent=true\n\n[Install]\nWantedBy=timers.target\n"
    return {f"{name}.service": service, f"{name}.timer": timer}


def windows_command(workbook: Path) -> str:
    """The command for the Windows task scheduler; told on another system, it starts us in WSL."""
    inside = [] if sys.platform == "win32" else ["wsl.exe", "-e"]
    called = subprocess.list2cmdline([*inside, *command(workbook)])
    return subprocess.list2cmdline(["schtasks", "/Create", "/SC", "HOURLY", "/TN", _task_name(workbook), "/TR", called])


def installed(workbook: Path) -> bool:
    """Whether the user's crontab has the entry of this workbook."""
    try:
        return any(_ours(line, workbook) for line in _lines())
    except RunError:
        return False


def install(workbook: Path) -> None:
    """Write the entry into the user's crontab, in the place of an older one.

    Raises:
        RunError: there is no cron, or it refuses; a crontab that cannot be read is not written.
    """
    _write([*(line for line in _lines() if not _ours(line, workbook)), cron_line(workbook)])


def remove(workbook: Path) -> None:
    """Take the entry out of the user's crontab, if it is there; errors as ``install``."""
    lines = _lines()
    kept = [line for line in lines if not _ours(line, workbook)]
    if kept != lines:
        _write(kept)


def _ours(line: str, workbook: Path) -> bool:
    """An entry in force that we wrote, of this very workbook and no other of its name; by whichever Python."""
    if line.startswith("#") or _MARK not in line:
        return False
    with contextlib.suppress(ValueError):  # quotes that are not closed
        words = shlex.split(line.rpartition(_MARK)[0].replace(r"\%", "%"))
        return words[6:10] == ["run", "--due", "--workbook", str(workbook)] and Path(words[5]).name == "tongdao"
    return False


def _lines() -> list[str]:
    """The user's crontab line by line; other people's entries stay as they are typed, byte by byte."""
    done = _crontab("-l")
    if done.returncode and not _NONE.search(done.stderr):
        raise RunError(f"crontab 读不出来，没有改动：{done.stderr.strip() or f'返回 {done.returncode}'}。")
    return [] if done.returncode else done.stdout.removesuffix("\n").split("\n") if done.stdout else []


def _write(lines: list[str]) -> None:
    done = _crontab("-", "".join(f"{line}\n" for line in lines))
    if done.returncode:
        raise RunError(f"crontab 没有写成：{done.stderr.strip()}。")


def _crontab(what: str, text: str = "") -> "subprocess.CompletedProcess[str]":
    called = {"encoding": "utf-8", "errors": "surrogateescape", "env": os.environ | {"LC_ALL": "C"}, "timeout": 60}
    try:
        return subprocess.run(["crontab", what], input=text, capture_output=True, check=False, **called)  # type: ignore[call-overload, no-any-return]
    except FileNotFoundError:
        raise RunError("这台机器没有 cron；请改用 tongdao schedule 列出的 systemd 或 Windows 写法。") from None
    except OSError as error:
        raise RunError(f"crontab 运行不了（{disk_fault(error)}），没有改动。") from None
    except subprocess.TimeoutExpired:
        raise RunError("crontab 一直没有回答，没有确认改动；请稍后用 tongdao schedule 查看。") from None
