"""A period means the same as heading, cell, typed month and argument of a function, or is refused alike."""

import csv
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from conftest import SHARED

import tongdao as td
from tongdao.base import Period, UsageError, parse_month, read_when
from tongdao.intake import Delivery, take_in

pytestmark = [pytest.mark.shared, pytest.mark.usefixtures("here")]

FOLDER = SHARED / "officefiles"
AS_OF = date(2025, 1, 31)


def rows(path: Path) -> list[list[str]]:
    return list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))


def spellings() -> Iterator[tuple[str, str, str]]:
    """Every heading and period cell of the files of kinds L14 and L15, with its file's indicator and unit."""
    if not (FOLDER / "manifest.csv").is_file():
        return
    for names, kind, *_ in rows(FOLDER / "manifest.csv"):
        for name in names.split(";") if kind in ("L14", "L15") else ():
            header, *below = rows(FOLDER / name)
            if "期间" in header:
                column, unit = header.index("期间"), header.index("单位")
                yield from ((row[0], row[unit], row[column]) for row in below)
            else:
                yield from ((below[0][0], below[0][1], text) for text in header[2:])


CASES = sorted(set(spellings()))


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(FOLDER / "plan", tmp_path_factory.mktemp("periods") / "book"))


def read(book: Path, text: str) -> list[tuple[Period, str]]:
    """Periods and bases of the readings that a file brings."""
    delivery = Delivery("报表_2024.csv", text.encode(), "测试", AS_OF)
    return [(entry.period, entry.basis) for entry in take_in(book, delivery, dry_run=True).entries]


def month(book: Path | None, text: str) -> Period | None:
    """The month that is typed behind ``--month``, or given to a function of ``td`` where there is a workbook."""
    try:
        return td.open_workbook(book).view(text, AS_OF).month if book else parse_month(text)
    except UsageError:
        return None


def test_the_files_hold_spellings_of_every_sort() -> None:
    assert len(CASES) > 30
    assert {"上半年", "一季度末", "１－７月", "2024年第四季度", "4-6月"} <= {text for *_, text in CASES}


@pytest.mark.parametrize(("item", "unit", "text"), CASES, ids=[f"{item}-{text}" for item, _, text in CASES])
def test_a_period_is_the_same_wherever_it_stands(book: Path, item: str, unit: str, text: str) -> None:
    heading = read(book, f"指标,单位,{text}\n{item},{unit},9\n")
    cell = read(book, f"指标,期间,数值,单位\n{item},{text},9,{unit}\n")
    assert heading == cell
    assert [period for period, _ in cell] == [period for period in [read_when(text, year=2024).period] if period]
    assert bool(cell) == (text != "4-6月")
    typed = month(None, text)
    assert typed == month(book, text)
    assert typed is None or [typed] == [period for period, _ in cell]
    assert (typed is not None) == (text in {"2024-01", "2024/2", "2024.04", "2024年7月", "202410"})
