"""The plain way to a PDF report against ours, side by side in one environment; figures are read as ratios.

    python tests/benchmarks/reports.py [--chromium /usr/bin/chromium]

The plain way: papermill on the command line, nbconvert to HTML, Chromium prints it. Ours: tongdao report. One report
from cold, one in a warm process, a batch on two cores; then where the time goes and how much memory a batch takes.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil

ROOT = Path(__file__).parent.parent.parent
BIN = Path(sys.executable).parent
RUNS = 3
MONTHS = ("2024-08", "2024-09")


def seconds(*commands: Sequence[str]) -> list[float]:
    taken = []
    for command in commands:
        began = time.perf_counter()
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        taken.append(time.perf_counter() - began)
    return taken


def plain(name: str, folder: Path, chromium: str, **parameters: str) -> list[float]:
    """Seconds of papermill, nbconvert and Chromium for one report."""
    folder.mkdir(parents=True, exist_ok=True)
    executed, page = folder / f"{name}.ipynb", folder / f"{name}.html"
    given = [part for key, value in parameters.items() for part in ("-p", key, value)]
    return seconds(
        [str(BIN / "papermill"), f"notebooks/{name}.ipynb", str(executed), *given],
        [str(BIN / "jupyter"), "nbconvert", "--to", "html", "--no-input", str(executed)],
        [chromium, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/chromium",
         f"--print-to-pdf={folder}/{name}.pdf", page.as_uri()],
    )  # fmt: skip


def median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]


def peak_memory(process: subprocess.Popen[bytes], found: list[float]) -> None:
    """The most that a process and all its children held at once, in MB (shared pages counted once, as PSS)."""
    while process.poll() is None:
        total = 0.0
        for each in [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]:
            try:
                total += each.memory_full_info().pss / 1e6
            except (psutil.Error, AttributeError):
                continue
        found.append(total)
        time.sleep(0.1)


def where_time_goes(folder: Path) -> dict[str, float]:
    """The parts of one report of ours, in one process, one after another."""
    from tongdao.document.notebook import read_document
    from tongdao.document.pdf import render_forms
    from tongdao.runs.fork_server import ForkServer
    from tongdao.runs.jobs import jobs
    from tongdao.runs.notebooks import read_notebook
    from tongdao.runs.supervise import supervise
    from tongdao.runs.task import Task
    from tongdao.workbook.workbook import open_workbook

    job = jobs(open_workbook("data/tongdao"), "monthly_report", {"month": "2024-09"}, out=folder)[0]
    notebook, _ = read_notebook(job.notebook)
    given = {"workbook": str(job.workbook), **job.inputs}
    parts: dict[str, float] = {}
    began = time.perf_counter()

    def lap(name: str) -> None:
        nonlocal began
        parts[name], began = time.perf_counter() - began, time.perf_counter()

    with ForkServer() as warm:
        for turn, first in (("first", True), ("again", False)):
            scratch = folder / f"scratch-{turn}"
            scratch.mkdir()
            places = {"beside": job.notebook.parent, "workbook": scratch / "workbook", "reports": folder}
            executed, _ = supervise(warm, Task(notebook, given, scratch, **places, name="", limits=job.limits))
            lap("imports and cells" if first else "cells in a fork of the warm process")
            document = read_document(executed)
            render_forms(document, run_id="benchmark", forms=("pdf",))
            lap("charts, layout, reading back (first)" if first else "charts, layout, reading back")
    return parts


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--chromium", default="chromium")
    chromium = parser.parse_args().chromium
    subprocess.run([sys.executable, "-m", "compileall", "-q", "tongdao"], cwd=ROOT, check=True)
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for name in ("monthly_report", "briefing"):
            theirs, ours = [], []
            for turn in range(RUNS):
                theirs.append(plain(name, folder / f"plain-{turn}", chromium, month="2024-09"))
                command = [str(BIN / "tongdao"), "report", name, "--month", "2024-09", "--out", str(folder / "ours")]
                ours += seconds(command)
            parts = [median([run[part] for run in theirs]) for part in range(3)]
            print(f"{name}: papermill {parts[0]:.1f} s, nbconvert {parts[1]:.1f} s, Chromium {parts[2]:.1f} s")
            whole = median([sum(run) for run in theirs])
            print(f"{name}, cold: plain {whole:.1f} s, ours {median(ours):.1f} s = 1/{whole / median(ours):.1f}")
            figures[f"{name}_cold"] = whole / median(ours)
        units = json.loads(
            subprocess.run(
                [sys.executable, "-c", "import json, tongdao as td; p = td.open_workbook('data/tongdao').plan;"
                 "print(json.dumps(p.work_group.members))"], cwd=ROOT, check=True, capture_output=True, text=True,
            ).stdout
        )  # fmt: skip
        few = [(unit, month) for unit in units[:3] for month in MONTHS]
        began = time.perf_counter()
        with ThreadPoolExecutor(2) as pool:
            list(
                pool.map(
                    lambda one: plain(
                        "department_report", folder / f"b-{one[0]}-{one[1]}", chromium, department=one[0], month=one[1]
                    ),
                    few,
                )
            )
        each_plain = (time.perf_counter() - began) / len(few)
        command = [str(BIN / "tongdao"), "report", "department_report", "--each", f"department={','.join(units)}"]
        command += ["--each", f"month={MONTHS[0]}..{MONTHS[1]}", "--jobs", "2", "--out", str(folder / "batch")]
        began = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        held: list[float] = []
        watcher = threading.Thread(target=peak_memory, args=(process, held))
        watcher.start()
        process.wait()
        count = len(units) * len(MONTHS)
        each_ours = (time.perf_counter() - began) / count
        watcher.join()
        figures["batch"] = each_plain / each_ours
        print(f"batch of {count}, per report: plain {each_plain:.2f} s (two at a time, of {len(few)}), "
              f"ours {each_ours:.2f} s = 1/{each_plain / each_ours:.1f}; peak memory {max(held):.0f} MB")  # fmt: skip
        for name, value in where_time_goes(folder).items():
            print(f"    {value:5.2f} s  {name}")
    print(json.dumps({name: round(value, 1) for name, value in figures.items()}))


if __name__ == "__main__":
    main()
