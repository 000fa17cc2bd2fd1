"""The journal of runs: manifests are the truth, whatever becomes of the list; folders that two users share."""

import fcntl
import json
import os
import shutil
import stat
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest import Run

from tongdao.base import locked
from tongdao.base.files import publish
from tongdao.runs import journal


def entry(number: int, month: str = "2024-01", **more: object) -> dict[str, object]:
    began = f"2024-02-{number:02d}T08:00:00+08:00"
    told = {"run": f"{number:012x}", "began": began, "ended": began, "report": f"报告{number}", "verdict": "成功"}
    return told | {"inputs": {"month": month, "as_of": "2024-02-01"}} | more


def known(reports: Path) -> list[str]:
    return [str(one["report"]) for one in journal.runs(reports)]


@pytest.mark.parametrize("at", range(2, 60, 7))
def test_a_journal_torn_anywhere_loses_the_torn_line_alone(at: int, tmp_path: Path) -> None:
    for number in (1, 2):
        journal.add(tmp_path, entry(number))
    path = tmp_path / journal.JOURNAL
    path.write_bytes(path.read_bytes()[:-at])
    journal.add(tmp_path, entry(3))
    assert known(tmp_path) == ["报告1", "报告3"]


@pytest.mark.parametrize(
    "line",
    [b"5", b"[]", b"{}", b"null", b'"x"', b"\xe6\x88", b"\xff\xfe", b'{"run": 1}', b"[" * 9999, b"\x00" * 50,
     json.dumps(entry(9) | {"inputs": "2024-01"}).encode(), json.dumps(entry(9) | {"verdict": None}).encode()],
)  # fmt: skip
def test_what_is_no_run_is_skipped(line: bytes, tmp_path: Path) -> None:
    journal.add(tmp_path, entry(1, reason="一行\u2028两行\x85三行"))
    with (tmp_path / journal.JOURNAL).open("ab") as file:
        file.write(line + b"\n")
    journal.add(tmp_path, entry(2))
    assert known(tmp_path) == ["报告1", "报告2"]
    assert "报告2" in journal.last_runs(tmp_path)


def test_a_lost_journal_is_rebuilt_from_the_manifests(run: Run, county: Path, tmp_path: Path) -> None:
    options = ("--workbook", county, "--out", tmp_path / "out")
    assert run("report", "briefing", "--month", "2024-08", *options).code == 0
    reports = tmp_path / "out" / county.name
    path = reports / journal.JOURNAL
    before = journal.runs(reports)
    (reports / "2024-08" / "._briefing.manifest.json").write_bytes(b"\x00\x05\x16\x07")
    (reports / "2024-08" / "empty.manifest.json").write_bytes(b"")
    shutil.copytree(reports / "2024-08", reports / "2024-08-冲突副本")
    (told,) = journal.published(reports, [(date(2024, 9, 1), 0)])
    assert told.startswith("2024-08 briefing（截至 ")
    for lost in (None, b"", b"\xff\xfe\x00" * 100, "a folder"):
        path.unlink()
        if isinstance(lost, bytes):
            path.write_bytes(lost)
        elif lost:
            path.mkdir()
        assert journal.runs(reports) == before, lost
        again = run("replay", before[0]["run"], *options)
        assert "逐字节相同" in again.out, lost
        assert "上一次成功的运行：" in run("status", "--workbook", county, "--out", tmp_path / "out").out, lost
        journal.rebuild(reports)
        journal.rebuild(reports)
        assert journal.runs(reports) == before, lost
        assert path.is_dir() or path.read_bytes().count(before[0]["run"].encode()) == 1, lost


@pytest.mark.parametrize("umask", [0o077, 0o022, 0o000])
@pytest.mark.parametrize("shared", [0o2775, 0o755, 0o700])
def test_files_are_as_open_as_the_folder_they_lie_in(umask: int, shared: int, tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(shared)
    old = os.umask(umask)
    try:
        kept = folder / "kept.csv"
        kept.write_bytes(b"1")
        kept.chmod(0o640)
        publish({folder / "2024-01" / "new.pdf": b"2", kept: b"2"})
        journal.add(folder / "reports", entry(1))
        with locked(folder):
            pass
    finally:
        os.umask(old)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*")}
    assert modes.pop("kept.csv") == 0o640
    assert {name: mode for name, mode in modes.items() if "." in name} == dict.fromkeys(
        ["new.pdf", "runs.jsonl", ".tongdao.lock"], shared & 0o666
    )
    assert modes["2024-01"] == modes["reports"] == shared


def test_a_second_users_runs_count(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("只有管理员可以换用户")
    shared = tmp_path / "shared"
    shared.mkdir()
    os.chown(shared, -1, 4242)
    shared.chmod(0o2775)
    for at in (tmp_path, *tmp_path.parents):  # pytest's own folders are closed to others
        if not at.stat().st_mode & 0o001:
            at.chmod(0o711)
    journal.add(shared, entry(1))
    publish({shared / "2024-01" / "a.pdf": b"1"})
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(4242)
            os.setuid(4243)
            journal.add(shared, entry(2))
            publish({shared / "2024-01" / "a.pdf": b"2"})
            with locked(shared):
                os._exit(0)
        finally:
            os._exit(1)
    assert os.waitpid(child, 0)[1] == 0
    journal.add(shared, entry(3))
    assert known(shared) == ["报告1", "报告2", "报告3"]
    assert (shared / "2024-01" / "a.pdf").stat().st_gid == 4242


def test_a_table_of_records_is_read_and_written_under_a_lock_of_the_reports(
    run: Run, county: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports = tmp_path / "out" / county.name
    found, known = [], journal.with_records

    def probed(*given: Any, **more: Any) -> bytes:
        handle = os.open(reports, os.O_RDONLY)
        with pytest.raises(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(handle)
        found.append(known(*given, **more))
        return found[-1]

    monkeypatch.setattr(journal, "with_records", probed)
    done = run("report", "monthly_report", "--month", "2024-08", "--workbook", county, "--out", tmp_path / "out")
    assert done.code == 0, done.err
    assert found == [(reports / "judgements.csv").read_bytes()]
