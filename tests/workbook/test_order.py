"""The order of lines and columns in a workbook's tables, and blank lines between them, change nothing."""

import csv
import json
import random
import shutil
from pathlib import Path

import pytest
from conftest import ROOT, SMALL, Run, indicator, small_workbook

from tongdao.workbook.workbook import digest, open_workbook


def stirred(folder: Path, seed: int) -> Path:
    """The example workbook with all its tables in another order; rows of one key and day keep theirs."""
    shutil.copytree(ROOT / "data" / "tongdao", folder, ignore=shutil.ignore_patterns("*.py"))
    chance = random.Random(seed)
    for path in sorted(folder.rglob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            header, *rows = csv.reader(file)
        columns = chance.sample(range(len(header)), len(header))
        days = [*map(header.index, {"recorded_at", "记录日期"} & {*header})]
        places = {(row[0], *(row[day] for day in days)): chance.random() for row in rows}
        if path.name == "readings.csv":
            chance.shuffle(rows)
        else:
            rows.sort(key=lambda row: places[(row[0], *(row[day] for day in days))])
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            for number, row in enumerate([header, *rows]):
                csv.writer(file).writerow([row[column] for column in columns])
                file.write("\n" * (number % 3 == 1))
    return folder


@pytest.mark.parametrize("seed", range(3))
def test_another_order_is_the_same_knowledge(seed: int, tmp_path: Path) -> None:
    book, own = open_workbook(stirred(tmp_path / "tongdao", seed)), open_workbook(ROOT / "data" / "tongdao")
    for day in ("2023-02-01", "2024-10-12", "2024-12-12"):
        assert digest(book.view("2024-09", day)) == digest(own.view("2024-09", day))


@pytest.mark.parametrize("between", ["\n", ",,,,,,,,\n", " , ,,,,,,,\r\n"])
def test_emptied_rows_are_none(between: str, tmp_path: Path) -> None:
    line = "flow,110000,2024-0{},1,家,single,final,测试,2024-04-10"
    plan = SMALL + indicator("flow", "家", "flow")
    books = [small_workbook(tmp_path / "a", plan, [line.format(month) for month in (1, 2, 3)])]
    books.append(small_workbook(tmp_path / "b", plan, [between + line.format(month) for month in (1, 2, 3)]))
    one, other = (digest(open_workbook(book).view("2024-03")) for book in books)
    assert one == other


def test_another_order_gives_the_same_run_and_the_same_bytes(tmp_path: Path, run: Run) -> None:
    made = []
    for seed in (1, 2):
        book = stirred(tmp_path / str(seed) / "tongdao", seed)
        done = run(
            "report", "briefing", "--workbook", book, "--month", "2024-09", "--out", tmp_path / str(seed) / "out"
        )
        assert done.code == 0, done.err
        document = Path(done.out.split()[0])
        (manifest,) = [
            known
            for path in document.parent.rglob("*.json")
            if document.name in (known := json.loads(path.read_bytes())).get("outputs", {})
        ]
        made.append((manifest["run"], document.read_bytes()))
    assert made[0] == made[1]
