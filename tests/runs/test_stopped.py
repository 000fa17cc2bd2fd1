"""Told to stop: at once, with nothing false said and nothing left running; what cannot be read is told."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import psutil
import pytest
from conftest import COMMAND, Run, written

from tongdao.runs import batch
from tongdao.runs.fork_server import ForkServer
from tongdao.runs.job import Job
from tongdao.runs.jobs import due_jobs, with_data
from tongdao.runs.journal import runs
from tongdao.runs.report import Published
from tongdao.workbook.workbook import open_workbook

MARK = "TONGDAO_TEST_STOPPED"


def ours(mark: str) -> Iterator[psutil.Process]:
    """Living processes that were started with a mark of ours in their environment."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                yield process


def gone(mark: str) -> bool:
    deadline = time.monotonic() + 30
    while (left := [*ours(mark)]) and time.monotonic() < deadline:
        time.sleep(0.1)
    return not left


def stopped(arguments: list[str | Path], out: Path, number: int) -> tuple[int, str]:
    """A command that is told to stop when its first document lies there; exit code and what it said."""
    environment = os.environ | {MARK: str(out)}
    command = [COMMAND, *map(str, arguments), "--out", str(out)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment,
                          encoding="utf-8", preexec_fn=_heed) as process:  # noqa: PLW1509  # fmt: skip
        deadline = time.monotonic() + 120
        while not written(out, ".manifest.json") and time.monotonic() < deadline and process.poll() is None:
            time.sleep(0.02)
        process.send_signal(number)
        err = process.communicate(timeout=60)[1]
    return process.returncode, err


def _heed() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.mark.parametrize(
    "number", [signal.SIGTERM, *(pytest.param(one, marks=pytest.mark.slow) for one in (signal.SIGINT, signal.SIGHUP))]
)
def test_a_scheduled_run_stops_at_once_and_says_nothing_false(number: int, small: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    code, err = stopped(["run", "--due", "--workbook", small, "--as-of", "2024-12-30"], out, number)
    assert code == 130, err
    assert err.splitlines()[-1].startswith("已取消")
    assert "失败" not in err
    assert {entry["verdict"] for entry in runs(out / "small")} == {"成功"}
    assert not [
        path.name for path in (out / "small").rglob("*") if path.name.startswith(".run-") or "未更新" in path.name
    ]
    assert not (out / "small" / ".run.owner").exists()
    assert 0 < len(written(out, ".pdf")) < 11
    assert gone(str(out))


@pytest.mark.parametrize(
    "number", [signal.SIGINT, *(pytest.param(one, marks=pytest.mark.slow) for one in (signal.SIGTERM, signal.SIGKILL))]
)
def test_nothing_of_a_batch_lives_on(number: int, small: Path, run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    batch_of = ["report", "briefing", "--workbook", small, "--each", "month=2024-01..2024-12", "--jobs", "2"]
    code, err = stopped(batch_of, out, number)
    assert code == (-number if number == signal.SIGKILL else 130), err
    assert gone(str(out))
    assert {entry["verdict"] for entry in runs(out / "small")} == {"成功"}
    assert len(written(out, ".pdf")) < 12
    if number != signal.SIGKILL:
        assert err.splitlines()[-1].startswith("已取消")
        assert "Traceback" not in err
        assert not written(out, "events.jsonl")


@pytest.mark.parametrize("spoilt", ["plan.toml", "readings.csv"])
def test_what_cannot_be_read_leaves_note_journal_and_log(spoilt: str, small: Path, run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    path = small / spoilt
    whole = path.read_bytes()
    path.write_bytes(b"\xff\xfe?")
    asked = ("run", "--due", "--workbook", small, "--out", out, "--as-of", "2024-01-20")
    for _ in range(2):
        done = run(*asked)
        assert done.code == 2
        assert spoilt in done.sentence
    reports = out / "small"
    note = reports / f"{batch.UNREADABLE}.未更新.txt"
    assert spoilt in note.read_text(encoding="utf-8")
    assert len(runs(reports)) == 1
    assert (reports / batch.LOG).read_text(encoding="utf-8").count(spoilt) == 2
    told = run("runs", "--workbook", small, "--out", out)
    assert spoilt in told.out
    path.write_bytes(whole)
    assert "还没有成功过，失败 1 次" in run("status", "--workbook", small, "--out", out).out
    assert run(*asked).code == 0
    assert not note.exists()


def test_a_fault_of_the_program_holds_up_no_other_report(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, seen = batch.run_report, list[str]()

    def faulty(job: Job, server: ForkServer) -> Published:
        seen.append(job.inputs["month"])
        if len(seen) == 1:
            raise ValueError("没想到")
        return real(job, server)

    monkeypatch.setattr(batch, "run_report", faulty)
    moment = datetime.fromisoformat("2024-03-20T09:00+08:00")
    book = open_workbook(small)
    jobs = with_data(book, due_jobs(book, moment, out=tmp_path / "out"))
    (_, first), (_, second) = batch.make_due(jobs)
    assert "程序出错（ValueError：没想到）" in str(first)
    assert isinstance(second, Published)
    reports = tmp_path / "out" / "small"
    assert "没想到" in (reports / "2024-01" / "briefing.未更新.txt").read_text(encoding="utf-8")
    assert "Traceback" in (reports / batch.LOG).read_text(encoding="utf-8")


def test_a_signal_that_comes_in_a_destructor_stops_all_the_same() -> None:
    """Python drops what is raised in one, and the second signal is not heeded."""
    told = """
import os, signal, time
from tongdao.base import interrupt
signal.signal(signal.SIGTERM, interrupt)
class Kept:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0)
kept = Kept()
del kept
time.sleep(20)
"""
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=False, timeout=60)
    assert done.stderr.splitlines()[-1] == "KeyboardInterrupt"
    assert "ignored" not in done.stderr
