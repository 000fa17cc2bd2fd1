"""The command line, which ``program`` reads and runs.

Nothing of that is loaded before ``main`` has started the process that a single run needs: its imports take longest.
"""

import os
import sys


def main() -> None:
    """Entry point of the process: run the command, exit with its code."""
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")  # it would look through every installed package for some
    _give_streams()
    asked = sys.argv[1:]
    if asked[:1] in (["report"], ["brief"]) and not {"--help", "--each", "--text"} & {*asked}:
        from tongdao.runs import start_early

        start_early()
    from tongdao.cli.program import run

    run(asked)


def _give_streams() -> None:
    """Streams that lead nowhere, for a Windows task without a window: where there are none, V8 ends."""
    if sys.platform == "win32" and sys.stdout is None:
        import ctypes
        import msvcrt

        for number in (-10, -11, -12):  # input, output, error
            handle = msvcrt.get_osfhandle(os.open(os.devnull, os.O_RDWR))
            ctypes.windll.kernel32.SetStdHandle(number, ctypes.c_void_p(handle))
