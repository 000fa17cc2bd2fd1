"""What it costs to start: importing the package against importing pandas, and the help page.

    python tests/benchmarks/imports.py

Whole processes, in turn, several times; medians and their ratio, since machines drift.
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

RUNS = 9


def seconds(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


def main() -> None:
    python = sys.executable
    commands = {
        "import pandas": [python, "-c", "import pandas"],
        "import tongdao": [python, "-c", "import tongdao"],
        "open a workbook": [python, "-c", "import tongdao as td; td.open_workbook"],
        "tongdao --help": [str(Path(python).with_name("tongdao")), "--help"],
    }
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(RUNS):
        for name, command in commands.items():
            taken[name].append(seconds(command))
    base = statistics.median(taken["import pandas"])
    for name, values in taken.items():
        middle = statistics.median(values)
        print(f"{name:16s} {middle:6.3f} s   {middle / base:5.2f} × import pandas")


if __name__ == "__main__":
    main()
