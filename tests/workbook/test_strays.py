"""Folders that other programs touch: stray files count for nothing and are told, links stay links."""

import json
import subprocess
from pathlib import Path

import pytest
from conftest import SMALL, Run, flow_rows, indicator, small_workbook

from tongdao.base import DataError
from tongdao.base.files import publish
from tongdao.workbook.workbook import open_workbook

pytestmark = pytest.mark.usefixtures("here")

CSV = "indicator,period,value,unit,source,recorded_at\nfirms,2024-05,6,家,甲局,2024-06-02\n"
STRAYS = {
    "._{hash}.json": b"\x00\x05\x16\x07\x00",
    "{hash} (1).json": b"{}",
    "{hash}-冲突副本.json": b"",
    "notes.json": b"[1, 2]",
    "备忘.json": "不是 JSON".encode("gb18030"),
    "desktop.ini": b"x",
    ".DS_Store": b"\x00",
    "~$表.xlsx": b"",
}


@pytest.fixture
def book(tmp_path: Path, run: Run) -> Path:
    rows = flow_rows("firms", "家", {2024: [1.0] * 4}, "2024-05-10")
    made = small_workbook(tmp_path / "small", SMALL + indicator("firms", "家", "flow"), rows)
    (tmp_path / "a.csv").write_text(CSV, encoding="utf-8")
    assert run("add", tmp_path / "a.csv", "--workbook", made, "--as-of", "2024-06-10").code == 0
    return made


def delivery(book: Path) -> str:
    (receipt,) = (path for path in (book / "deliveries").glob("*.json") if len(path.stem) == 64)
    return receipt.stem


@pytest.mark.parametrize("name", STRAYS)
def test_a_stray_file_among_the_deliveries_is_told_and_counts_for_nothing(name: str, book: Path, run: Run) -> None:
    before = open_workbook(book).readings
    stray = book / "deliveries" / name.format(hash=delivery(book))
    stray.write_bytes(STRAYS[name])
    assert open_workbook(book).readings.equals(before)
    told = run("check", "--workbook", book)
    assert f"{stray.name} 不是报送的文件或回执，没有用到" in told.out
    assert run("withdraw", "a.csv", "--reason", "错", "--workbook", book, "--as-of", "2024-06-20").code == 0
    assert run("status", "--workbook", book).code == 0


@pytest.mark.parametrize("content", [b"", b"[]", b"5", b"{}", b'{"rows": []}', b"\xff\xfe", b"[" * 9999])
def test_a_damaged_receipt_is_a_sentence_that_names_it(content: bytes, book: Path, run: Run) -> None:
    receipt = book / "deliveries" / f"{delivery(book)}.json"
    receipt.write_bytes(content)
    for command in (["status"], ["withdraw", "a.csv", "--reason", "错"]):
        done = run(*command, "--workbook", book)
        assert done.code == 2
        assert str(receipt) in done.sentence


@pytest.mark.parametrize("day", ["2024/6/20", "2024-06-20 00:00:00", "20240620", "2024年6月20日"])
def test_a_day_as_excel_saves_it_is_the_same_day(day: str, book: Path, run: Run) -> None:
    run("withdraw", "a.csv", "--reason", "错", "--workbook", book, "--as-of", "2024-06-20")
    ledger = book / "deliveries" / "withdrawn.csv"
    ledger.write_text(ledger.read_text(encoding="utf-8-sig").replace("2024-06-20", day), encoding="utf-8-sig")
    found = open_workbook(book)
    known = [
        found.view("2024-05", at).series(found.plan.indicators[0])["end"].size for at in ("2024-06-19", "2024-06-20")
    ]
    assert known == [5, 4]


@pytest.mark.parametrize(
    ("was", "becomes", "names"),
    [
        ("2024-06-20", "六月", "第 2 行 withdrawn_on 列“六月”"),
        ("2024-06-20", "", "第 2 行 withdrawn_on 列“”"),
        ("withdrawn_on", "撤回日", "缺少列 withdrawn_on"),
        ("DELIVERY", "1.2E+63", "第 2 行 delivery 列“1.2E+63”不是报送编号"),
    ],
)
def test_a_ledger_of_withdrawals_that_says_nothing_is_a_sentence(
    was: str, becomes: str, names: str, book: Path, run: Run
) -> None:
    run("withdraw", "a.csv", "--reason", "错", "--workbook", book, "--as-of", "2024-06-20")
    ledger = book / "deliveries" / "withdrawn.csv"
    text = ledger.read_text(encoding="utf-8-sig").replace(was.replace("DELIVERY", delivery(book)), becomes)
    ledger.write_text(text, encoding="utf-8-sig")
    done = run("status", "--workbook", book)
    assert done.code == 2
    assert f"deliveries/withdrawn.csv {names}" in done.sentence
    ledger.write_text(text, encoding="gb18030") if becomes in ("六月", "撤回日") else None
    with pytest.raises(DataError, match=r"withdrawn\.csv"):
        open_workbook(book)


def test_linked_readings_stay_linked(book: Path, run: Run, tmp_path: Path) -> None:
    kept = tmp_path / "elsewhere" / "table.csv"
    kept.parent.mkdir()
    (book / "readings.csv").rename(kept)
    (book / "readings.csv").symlink_to(kept)
    (tmp_path / "b.csv").write_text(CSV.replace("2024-05,6", "2024-06,8").replace("06-02", "07-02"), encoding="utf-8")
    assert run("add", tmp_path / "b.csv", "--workbook", book, "--as-of", "2024-07-10").code == 0
    assert (book / "readings.csv").is_symlink()
    assert ",2024-06,8," in kept.read_text(encoding="utf-8-sig")
    publish({book / "readings.csv": b"x"}, aside=tmp_path)
    assert kept.read_bytes() == b"x"


@pytest.mark.parametrize("file", ["deliveries/withdrawn.csv", "corrections.toml", "ledger/projects.csv"])
@pytest.mark.parametrize("folder", [False, True])
def test_what_leads_nowhere_or_is_a_folder_is_named_and_not_taken_for_nothing(
    file: str, folder: bool, book: Path, run: Run
) -> None:
    (book / file).parent.mkdir(exist_ok=True)
    (book / file).unlink(missing_ok=True)
    (book / file).mkdir() if folder else (book / file).symlink_to(book / "unmounted" / "table")
    done = run("status", "--workbook", book)
    assert done.code == 2
    assert file in done.sentence
    assert "读不了" in done.sentence


def test_a_read_only_workbook_can_be_read_and_says_that_it_cannot_be_written(
    book: Path, run: Run, tmp_path: Path
) -> None:
    bound = subprocess.run(["mount", "--bind", str(book), str(book)], check=False, capture_output=True)
    if bound.returncode:
        pytest.skip("这里不能挂载：需要管理员权限")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(book)], check=True)
        (tmp_path / "b.csv").write_text(CSV.replace("2024-05,6", "2024-06,8"), encoding="utf-8")
        for command in (["add", tmp_path / "b.csv", "--as-of", "2024-07-10"], ["withdraw", "a.csv", "--reason", "错"]):
            done = run(*command, "--workbook", book)
            assert done.code == 1
            assert f"不能在 {book} 里写文件：文件夹是只读的" in done.sentence
        assert run("status", "--workbook", book).code == 0
        done = run("report", "briefing", "--workbook", book, "--month", "2024-05", "--out", tmp_path / "out")
        assert done.code == 0, done.err
    finally:
        subprocess.run(["umount", str(book)], check=True)


def test_copies_of_notebooks_by_a_mac_are_passed_over(county: Path, run: Run) -> None:
    folder = county / "notebooks"
    folder.mkdir()
    (folder / "._briefing.ipynb").write_bytes(b"\x00\x05\x16\x07")
    (folder / "leer.ipynb").write_text(json.dumps({"cells": []}), encoding="utf-8")
    done = run("report", "brief", "--workbook", county)
    assert done.code == 2
    assert "._briefing" not in done.sentence
