"""The crontab entry, systemd units and Windows task that call ``tongdao run --due``; there is no daemon of ours.

python-crontab is not used: it writes other people's lines anew (spaces, comments, lines it cannot parse).
"""

import shlex
import subprocess
import sys
from pathlib import Path

from tongdao.base import RunError

_MARK = "# tongdao"


def command(workbook: Path) -> list[str]:
    """What is to be called every hour."""
    return [str(Path(sys.executable).with_name("tongdao")), "run", "--due", "--workbook", str(workbook)]


def cron_line(workbook: Path) -> str:
    """The line for crontab: at five past every hour; the command knows by itself what is owed."""
    return f"5 * * * * {shlex.join(command(workbook))} >/dev/null 2>&1 {_MARK} {workbook.name}"


def systemd_units(workbook: Path) -> dict[str, str]:
    """A user's service and timer for systemd, by file name."""
    name = f"tongdao-{workbook.name}"
    unit = f"[Unit]\nDescription={name}\n\n"
    service = f"{unit}[Service]\nType=oneshot\nExecStart={shlex.join(command(workbook))}\n"
    timer = f"{unit}[Timer]\nOnCalendar=hourly\nPersistent=true\n\n[Install]\nWantedBy=timers.target\n"
    return {f"{name}.service": service, f"{name}.timer": timer}


def windows_command(workbook: Path) -> str:
    """The command for the Windows task scheduler, which starts us in WSL."""
    called = subprocess.list2cmdline(["wsl.exe", "-e", *command(workbook)])
    return f'schtasks /Create /SC HOURLY /TN "tongdao-{workbook.name}" /TR "{called}"'


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
    """Take the entry out of the user's crontab; errors as ``install``."""
    _write([line for line in _lines() if not _ours(line, workbook)])


def _ours(line: str, workbook: Path) -> bool:
    return line.endswith(f"{_MARK} {workbook.name}") and str(workbook) in line


def _lines() -> list[str]:
    """The user's crontab line by line; other people's entries stay as they are typed, byte by byte."""
    done = _crontab("-l")
    if done.returncode and "no crontab for" not in done.stderr:
        raise RunError(f"crontab 读不出来，没有改动：{done.stderr.strip()}。")
    return [] if done.returncode else done.stdout.splitlines()


def _write(lines: list[str]) -> None:
    done = _crontab("-", "".join(f"{line}\n" for line in lines))
    if done.returncode:
        raise RunError(f"crontab 没有写成：{done.stderr.strip()}。")


def _crontab(what: str, text: str = "") -> "subprocess.CompletedProcess[str]":
    try:
        return subprocess.run(["crontab", what], input=text, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise RunError("这台机器没有 cron；请改用 tongdao schedule 列出的 systemd 或 Windows 写法。") from None
