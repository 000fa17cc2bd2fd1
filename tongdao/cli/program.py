"""The commands: one Chinese sentence for every fault, exit codes 0, 1, 2 and 130.

0 done; 1 the run or check failed; 2 bad usage, bad input or a refused file; 130 told to stop. Each module registers its
commands; the rooms load what they are asked for, so that ``--help`` answers at once.
"""

import gc
import os
import re
import signal
import sys
from typing import NoReturn

from typer.exceptions import Exit, TyperException

from tongdao.base import TongdaoError, candidates, interrupt, sentence, shown
from tongdao.cli import documents, intake, runs  # noqa: F401 (each registers its commands)
from tongdao.cli.common import Spoken, app

for command in app.registered_commands:
    command.cls = Spoken


def run(arguments: list[str]) -> NoReturn:
    """Run a command as a process of its own, and end that with its code."""
    gc.set_threshold(1_000_000)  # a command ends before its garbage is worth the search: a fifth of the time of status
    for stream in (sys.stdout, sys.stderr):  # a Windows or cron locale would otherwise refuse Chinese
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    for name in {"SIGINT", "SIGTERM", "SIGHUP"} & set(signal.Signals.__members__):
        if signal.getsignal(number := signal.Signals[name]) is not signal.SIG_IGN:  # as nohup and & ask for
            signal.signal(number, interrupt)
    try:
        code = run_command(arguments)
    except KeyboardInterrupt:  # before or after the command itself
        code = 130
    _leave(code)


def run_command(arguments: list[str]) -> int:
    """Run one command in this process; faults become one sentence on standard error and an exit code."""
    try:
        code = app(arguments, prog_name="tongdao", standalone_mode=False)
    except BrokenPipeError:  # whoever read along is gone
        code = 1
    except (TongdaoError, OSError) as error:
        if "--debug" in arguments:
            raise
        code = _say(sentence(error), getattr(error, "exit_code", 1))
    except TyperException as error:
        code = _say(_usage(error), 2)
    except Exit as error:
        code = error.exit_code
    except KeyboardInterrupt:
        code = 130
    if code == 130:
        _say(
            "已取消：做好的保留，没有做完的没有写入，原有文件没有改动；再次运行可以接着做（成批的加 --resume）。", code
        )
    return code if isinstance(code, int) else 0


def _leave(code: int) -> NoReturn:
    """End at once: taking the libraries apart, as the interpreter would, costs a sixth of a second."""
    try:
        for stream in filter(None, (sys.stdout, sys.stderr)):  # a Windows task without a window has neither
            stream.flush()
    except OSError:  # whoever read along is gone, or the disk is full
        code = code or 1
    if code == 130:  # in the midst of anything: a pool of processes has semaphores to take away
        sys.exit(code)
    os._exit(code)


def _say(words: str, code: int) -> int:
    print(shown(" ".join(words.splitlines())), file=sys.stderr)
    return code


def _usage(error: TyperException) -> str:
    """The framework's complaint about arguments, in Chinese."""
    kind = type(error).__name__
    parameter = getattr(error, "param", None)
    name = getattr(error, "option_name", None) or next(iter(getattr(parameter, "opts", ())), "")
    if kind == "NoSuchOption":
        near = getattr(error, "possibilities", None)
        return f"没有选项 {name}{'，最接近的是：' + '、'.join(near) if near else ''}；用 --help 查看全部选项。"
    if kind == "BadOptionUsage":
        return f"选项 {name} 缺少值；用 --help 查看用法。"
    if kind in ("MissingParameter", "BadParameter"):
        return f"{name} {'没有写' if kind == 'MissingParameter' else '的值不能用'}；用 --help 查看用法。"
    message = str(getattr(error, "message", error))
    unknown = re.search(r"No such command '(.+?)'", message)
    if unknown:
        known = [command.name or command.callback.__name__ for command in app.registered_commands if command.callback]
        return f"没有命令“{unknown[1]}”，{candidates(unknown[1], known)}。"
    return f"命令写法不对（{message}）；用 tongdao --help 查看全部命令。"
