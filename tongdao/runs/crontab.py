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
import tempfile
from pathlib import Path
from xml.sax.saxutils import escape

from tongdao.base import RunError, UsageError, disk_fault

_MARK = "# tongdao"
_NONE = re.compile("no crontab for|can't open '[^']*': No such file", re.I)  # cronie and Debian, BusyBox
_TASK = Path(__file__).with_name("task.xml").read_text(encoding="utf-8")


def command(workbook: Path) -> list[str]:
    """What is to be called every hour.

    Raises:
        UsageError: no line of a crontab or a unit can hold the path.
    """
    if re.search(r"[\x00-\x1f\x7f]", f"{workbook}{sys.executable}"):
        raise UsageError(f"路径 {str(workbook)!r} 里有换行等控制符，定时任务写不下；请给文件夹改名。")
    program = [str(Path(sys.executable).with_name("tongdao"))]
    if sys.platform == "win32":  # without a window; and tongdao.exe knows no folder but the one it was made in
        windowless = str(Path(sys.executable).with_name("pythonw.exe"))
        program = [windowless, "-P", "-c", "from tongdao.cli import main; main()"]
    return [*program, "run", "--due", "--workbook", str(workbook)]


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


def windows_task(workbook: Path) -> str:
    """The task for Windows' scheduler, as XML: schtasks' own /TR holds 261 signs and forgets what fell into a night."""
    program, *words = command(workbook)
    return _TASK.format(program=escape(program), words=escape(subprocess.list2cmdline(words)))


def entries(workbook: Path) -> dict[str, str]:
    """The entries that this system knows, each under where it goes; ``install`` writes the first."""
    if sys.platform == "win32":
        return {f"Windows 任务计划 {_task_name(workbook)}": windows_task(workbook)}
    units = systemd_units(workbook).items()
    return {"cron": cron_line(workbook)} | {f"~/.config/systemd/user/{name}": text for name, text in units}


def installed(workbook: Path) -> bool:
    """Whether the user's crontab, or Windows' scheduler, has the entry of this workbook."""
    try:
        if sys.platform == "win32":
            return not _called("schtasks", "/Query", "/TN", _task_name(workbook)).returncode
        return any(_ours(line, workbook) for line in _lines())
    except RunError:
        return False


def install(workbook: Path) -> None:
    """Write the entry into the user's crontab or Windows' scheduler, in the place of an older one.

    Raises:
        RunError: there is no cron, or it refuses; a crontab that cannot be read is not written.
    """
    if sys.platform != "win32":
        _set(workbook, cron_line(workbook))
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "task.xml")
        file.write_bytes(windows_task(workbook).encode("utf-16"))
        _must("schtasks", "/Create", "/F", "/TN", _task_name(workbook), "/XML", str(file))


def remove(workbook: Path) -> None:
    """Take the entry out again, if it is there; errors as ``install``."""
    if sys.platform != "win32":
        _set(workbook)
    elif installed(workbook):
        _must("schtasks", "/Delete", "/F", "/TN", _task_name(workbook))


def _set(workbook: Path, *entry: str) -> None:
    lines = _lines()
    kept = [*(line for line in lines if not _ours(line, workbook)), *entry]
    if kept != lines:
        _must("crontab", "-", text="".join(f"{line}\n" for line in kept))


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
    done = _called("crontab", "-l")
    if done.returncode and not _NONE.search(done.stderr):
        raise RunError(f"crontab 读不出来，没有改动：{done.stderr.strip() or f'返回 {done.returncode}'}。")
    return [] if done.returncode else done.stdout.removesuffix("\n").split("\n") if done.stdout else []


def _must(*words: str, text: str = "") -> None:
    done = _called(*words, text=text)
    if done.returncode:
        raise RunError(f"{words[0]} 没有写成：{done.stderr.strip()}。")


def _called(*words: str, text: str = "") -> "subprocess.CompletedProcess[str]":
    encoding = "oem" if os.name == "nt" else "utf-8"
    called = {"encoding": encoding, "errors": "surrogateescape", "env": os.environ | {"LC_ALL": "C"}, "timeout": 60}
    try:
        return subprocess.run(words, input=text, capture_output=True, check=False, **called)  # type: ignore[call-overload, no-any-return]
    except FileNotFoundError:
        raise RunError(f"这台机器没有 {words[0]}；请改用 tongdao schedule 列出的其他写法。") from None
    except OSError as error:
        raise RunError(f"{words[0]} 运行不了（{disk_fault(error)}），没有改动。") from None
    except subprocess.TimeoutExpired:
        raise RunError(f"{words[0]} 一直没有回答，没有确认改动；请稍后用 tongdao schedule 查看。") from None
