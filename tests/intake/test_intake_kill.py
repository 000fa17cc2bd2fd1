"""Killed at any moment, or with a disk that fails at any call: readings.csv is old or new, and a replay is clean."""

import os
import random
import subprocess
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest import COMMAND, indicator, small_workbook
from killed import handed_in
from test_intake import HEADER, PLAN_TEXT

from tongdao.base.errors import RunError
from tongdao.intake import Delivery, take_in
from tongdao.plan.plan import read_plan
from tongdao.workbook.readings import read_readings

ROWS = 36
OLD = [f"firms0,110000,2023-{m:02d},{m},家,cumulative,final,旧,2024-01-10" for m in range(1, 13)]
AS_OF = date(2025, 1, 31)


def new_book(folder: Path, rows: list[str]) -> Path:
    return small_workbook(folder, PLAN_TEXT + "".join(indicator(f"firms{n}", "家", "flow") for n in range(3)), rows)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return new_book(tmp_path / "book", OLD)


def delivery() -> bytes:
    rows = [f"firms{n},2024-{m:02d},{m + n},家,甲局,2025-01-10" for n in range(3) for m in range(1, 13)]
    return "\n".join([HEADER, *rows]).encode()


def take(book: Path) -> str:
    return take_in(book, Delivery("a.csv", delivery(), "张", AS_OF)).verdict


def whole(book: Path, old: bytes) -> bool:
    """Whether readings.csv is the old one; if not, it must be the new one and readable."""
    now = (book / "readings.csv").read_bytes()
    if now == old:
        return True
    assert now.startswith(old)
    assert len(read_readings(book / "readings.csv", read_plan(book / "plan.toml"))) == 12 + ROWS
    return False


@pytest.mark.parametrize("name", ["write", pytest.param("fsync", marks=pytest.mark.slow), "replace"])
def test_the_disk_fails_at_the_nth_call(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real: Callable[..., Any] = getattr(os, name)
    for nth in range(1, 40):
        book = new_book(tmp_path / f"book{nth}", [])
        old = (book / "readings.csv").read_bytes().rstrip(b"\n") + b"\n"
        (book / "readings.csv").write_bytes(old)
        calls = 0

        def failing(*arguments: Any, limit: int = nth) -> Any:
            nonlocal calls
            calls += 1
            if calls == limit:
                raise OSError(28, "No space left on device")
            return real(*arguments)

        with monkeypatch.context() as patch:
            patch.setattr(os, name, failing)
            try:
                take(book)
                survived = True
            except RunError:
                survived = False
        now = (book / "readings.csv").read_bytes()
        assert now == old or now.count(b"\n") == 1 + ROWS
        assert take(book) == "accept"
        assert (book / "readings.csv").read_bytes().count(b"\n") == 1 + ROWS
        assert not list(book.rglob(".*.new"))
        if survived and calls < nth:
            return
    pytest.fail("没有走到最后一次写入")


def test_killed_at_some_moments_the_command_leaves_the_old_or_the_new(here: None, book: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(delivery())
    command = [COMMAND, "add", str(file), "--workbook", str(book), "--as-of", str(AS_OF)]
    began = time.monotonic()
    subprocess.run(command, check=True, capture_output=True)
    length = time.monotonic() - began
    chance = random.Random(1)
    for at in range(4):
        again = new_book(tmp_path / f"again{at}", OLD)
        old = (again / "readings.csv").read_bytes()
        command[-3] = str(again)
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(length * chance.uniform(0.5, 1.0))  # before that are the imports
        process.kill()
        process.wait()
        whole(again, old)
        assert take(again) == "accept"
        assert not whole(again, old)


@pytest.mark.slow
def test_killed_at_two_hundred_moments_of_its_work(here: None, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(delivery())
    other, *books = (new_book(tmp_path / str(at), OLD) for at in range(202))
    old = (books[0] / "readings.csv").read_bytes()
    found = set()
    verdicts = handed_in("2", AS_OF, other, [(book, file) for book in books])
    for book, verdict in zip(books, verdicts, strict=True):
        unchanged = whole(book, old)
        assert not (verdict and unchanged)
        found.add((unchanged, verdict))
        assert take(book) == "accept"
        assert not whole(book, old)
    assert len(found) > 1, "none was killed in time"


def test_two_imports_at_once_wait_for_each_other(book: Path, tmp_path: Path) -> None:
    files = []
    for n in range(3):
        rows = [f"firms{n},2024-{m:02d},{m},家,甲局,2025-01-10" for m in range(1, 13)]
        files.append(tmp_path / f"{n}.csv")
        files[-1].write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    command = [COMMAND, "add", "--workbook", str(book), "--as-of", "2025-01-31"]
    running = [subprocess.Popen([*command, str(file)], stdout=subprocess.DEVNULL) for file in files]
    assert [process.wait() for process in running] == [0, 0, 0]
    assert len(read_readings(book / "readings.csv", read_plan(book / "plan.toml"))) == 12 + ROWS
