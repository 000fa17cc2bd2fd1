"""Readings at the door, and what a day knew of them."""

from datetime import date
from pathlib import Path

import pytest
from conftest import SMALL, flow_rows, indicator, small_workbook

from tongdao.base.errors import DataError
from tongdao.workbook.readings import as_known, placed
from tongdao.workbook.workbook import Workbook, digest, open_workbook

PLAN = SMALL + indicator("firms", "家", "flow") + indicator("loans", "亿元", "flow", "target = 0.15")
ROW = "firms,110000,2024-03,{value},家,cumulative,final,测试,2024-04-10"


def book(folder: Path, rows: list[str]) -> Workbook:
    return open_workbook(small_workbook(folder, PLAN, rows))


FAULTS = {
    "unknown indicator": ("firm,110000,2024-03,1,家,cumulative,final,测试,2024-04-10", ["indicator", "firm", "firms"]),
    "unknown region": ("firms,990000,2024-03,1,家,cumulative,final,测试,2024-04-10", ["region", "990000"]),
    "unknown unit": ("firms,110000,2024-03,1,亩,cumulative,final,测试,2024-04-10", ["unit", "亩"]),
    "money for firms": ("firms,110000,2024-03,1,万元,cumulative,final,测试,2024-04-10", ["unit", "万元"]),
    "unknown basis": ("firms,110000,2024-03,1,家,累计,final,测试,2024-04-10", ["basis", "累计", "cumulative"]),
    "unknown status": ("firms,110000,2024-03,1,家,cumulative,done,测试,2024-04-10", ["status", "done"]),
    "text for a number": (ROW.format(value="三家"), ["value", "三家", "不是数字"]),
    "infinite": (ROW.format(value="inf"), ["value", "inf", "无穷"]),
    "empty value": (ROW.format(value=""), ["value", "不是数字"]),
    "bad period": ("firms,110000,2024-3,1,家,cumulative,final,测试,2024-04-10", ["period", "2024-3"]),
    "bad day": ("firms,110000,2024-03,1,家,cumulative,final,测试,2024-4-10", ["recorded_at", "2024-4-10"]),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_names_file_line_column_and_what_to_do(fault: str, tmp_path: Path) -> None:
    row, words = FAULTS[fault]
    with pytest.raises(DataError) as caught:
        book(tmp_path, [ROW.format(value=1).replace("2024-03", "2024-02"), row])
    for word in ("readings.csv", "第 3 行", *words):
        assert word in str(caught.value), str(caught.value)


def test_lines_are_those_of_the_file_after_a_line_break_in_a_cell_and_a_blank_line(tmp_path: Path) -> None:
    rows = [
        ROW.format(value=1).replace("测试", '"两行\n来源"').replace("2024-03", "2024-02"),
        "",
        ROW.format(value="三家"),
    ]
    with pytest.raises(DataError, match="第 5 行"):
        book(tmp_path, rows)


def test_a_duplicate_row_is_refused_and_a_revision_is_not(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="两次"):
        book(tmp_path / "a", [ROW.format(value=1), ROW.format(value=2)])
    revised = book(tmp_path / "b", [ROW.format(value=1), ROW.format(value=2).replace("2024-04-10", "2024-06-10")])
    assert list(as_known(revised.readings, date(2024, 5, 1))["value"]) == [1]
    assert list(as_known(revised.readings, date(2024, 6, 10))["value"]) == [2]
    assert as_known(revised.readings, date(2024, 4, 9)).empty


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    folder = small_workbook(tmp_path, PLAN, [])
    (folder / "readings.csv").write_text("indicator,region,period,value,unit,basis,status,source\n", encoding="utf-8")
    with pytest.raises(DataError, match="recorded_at"):
        open_workbook(folder)


@pytest.mark.parametrize(
    ("content", "word"),
    [(b"", "空文件"), ("指标".encode("gbk"), "UTF-8"), (b'a,"b\n', "引号不成对"), (b"a,b\n1,2,3\n", "第 2 行有 3 格")],
)
def test_a_file_that_is_no_table_is_refused(content: bytes, word: str, tmp_path: Path) -> None:
    folder = small_workbook(tmp_path, PLAN, [])
    (folder / "readings.csv").write_bytes(content)
    with pytest.raises(DataError, match=word):
        open_workbook(folder)


def test_money_is_converted_exactly(tmp_path: Path) -> None:
    rows = [
        f"loans,110000,2024-0{m},{v},{u},cumulative,final,测试,2024-12-01"
        for m, (v, u) in enumerate([("1500", "万元"), ("0.15", "亿元"), ("15000000", "元")], 1)
    ]
    assert list(book(tmp_path, rows).readings["value"]) == [0.15, 0.15, 0.15]


def test_single_months_and_cumulative_months_give_the_same_observations(tmp_path: Path) -> None:
    cumulative = flow_rows("firms", "家", {2024: [1, 0, 2, 3]})
    singles = [f"firms,110000,2024-0{m},{v},家,single,final,测试,2024-10-12" for m, v in enumerate([1, 0, 2, 3], 1)]
    seen = [
        placed(b.readings, b.plan)[0]["value"].tolist()
        for b in (book(tmp_path / "a", cumulative), book(tmp_path / "b", singles))
    ]
    assert seen[0] == seen[1] == [1, 1, 3, 6]


def test_what_is_recorded_later_changes_neither_view_nor_digest(tmp_path: Path) -> None:
    rows = flow_rows("firms", "家", {2024: [1, 0, 2]}, "2024-04-10")
    before = book(tmp_path / "a", rows)
    after = book(tmp_path / "b", [*rows, "firms,110000,2024-03,9,家,cumulative,final,更正,2024-08-01"])
    day = date(2024, 5, 1)
    assert digest(before.view(as_of=day)) == digest(after.view(as_of=day))
    assert digest(before.view()) != digest(after.view())


def test_a_workbook_is_found_from_a_folder_below(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book(tmp_path / "data" / "here", [])
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    assert open_workbook("data/here").name == open_workbook("here").name == "here"


def test_the_county_readings_follow_from_their_script_and_say_that_they_are_made_up(tmp_path: Path) -> None:
    import shutil
    import subprocess
    import sys

    from conftest import ROOT

    shipped = ROOT / "data" / "tongdao"
    for script in shipped.glob("make_*.py"):
        shutil.copy(script, tmp_path)
    subprocess.run([sys.executable, "-B", str(tmp_path / "make_readings.py")], check=True)
    made = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*.csv"))
    assert made == sorted(path.relative_to(shipped) for path in shipped.rglob("*.csv"))
    assert len(made) == 8
    for path in made:
        assert (tmp_path / path).read_bytes() == (shipped / path).read_bytes(), path
    book = open_workbook(shipped)
    assert book.readings["source"].str.startswith("示例数据（虚构）").all()
    assert all("示例" in register.name for register in book.plan.registers)
    assert all("示例" in row.recorded_by for row in book.lists.ledger.rows)
