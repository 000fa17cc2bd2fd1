"""Whose reading it is: what one delivery says is neither taken back nor answered for by another one."""

import json
import shutil
from itertools import count, product
from pathlib import Path

import pytest
from conftest import SMALL, Run, indicator, small_workbook

import tongdao as td
from tongdao.base import new_table
from tongdao.workbook import find_sheet

pytestmark = pytest.mark.usefixtures("here")
HEAD = "indicator,period,value,unit,source"
NUMBER = count()


@pytest.fixture
def book(tmp_path: Path) -> Path:
    item = indicator("loans", "亿元", "flow", 'target = 10\nfrequency = "quarter"')
    return small_workbook(tmp_path / "book", SMALL + item, [])


def table(folder: Path, value: str, day: str = "", period: str = "2024Q1") -> Path:
    """A file of one reading, of bytes of its own."""
    file = folder / f"{next(NUMBER)}.csv"
    more = (",recorded_at", f",{day}") if day else ("", "")
    file.write_text(f"{HEAD}{more[0]}\nloans,{period},{value},亿元,{file.stem}局{more[1]}\n", encoding="utf-8")
    return file


def value(book: Path, day: str) -> float | None:
    rows = td.open_workbook(book).view("2024-12", day).observed
    return float(rows["value"].iloc[-1]) if len(rows) else None


def given(run: Run, book: Path, file: Path, day: str) -> dict[str, object]:
    return dict(json.loads(run("add", file, "--workbook", book, "--as-of", day, "--json").out))


@pytest.mark.parametrize(("figure", "later", "dated"), [*product(("5", "7"), (False, True), (False, True))])
def test_a_withdrawal_takes_back_what_that_file_alone_says(
    book: Path, tmp_path: Path, run: Run, figure: str, later: bool, dated: bool
) -> None:
    days = ("2024-04-10", "2024-04-11" if later else "2024-04-10")
    first, second = (
        table(tmp_path, text, f"{day}T0{hour}:00:00" if dated else "")
        for text, day, hour in zip(("5", figure), days, (8, 9), strict=True)
    )
    for file, day in zip((first, second), days, strict=True):
        assert given(run, book, file, day)["verdict"] != "reject"
    other = shutil.copytree(book, tmp_path / "other")
    done = run("withdraw", first.name, "--workbook", book, "--as-of", "2024-04-20")
    assert done.code == 0, done.err
    assert (value(book, "2024-04-19"), value(book, "2024-04-20")) == (float(figure), float(figure))
    assert ("另有报送说的是同样的数" in done.out) == (figure == "5" and not dated)
    assert run("withdraw", second.name, "--workbook", other, "--as-of", "2024-04-20").code == 0
    assert value(other, "2024-04-20") == 5
    assert f"{1 - (figure == '5' and not dated)} 个读数从 2024-04-20 起不再计入" in done.out
    last = run("withdraw", second.name, "--workbook", book, "--as-of", "2024-04-21")
    assert "1 个读数从 2024-04-21 起不再计入" in last.out, last.err
    assert value(book, "2024-04-21") is None
    third = table(tmp_path, "8")
    assert given(run, book, third, "2024-04-10")["readings"] == 1
    assert value(book, "2024-04-21") == 8


def test_a_withdrawal_leaves_a_row_that_no_file_brought(book: Path, tmp_path: Path, run: Run) -> None:
    with (book / "readings.csv").open("a", encoding="utf-8") as readings:
        readings.write("loans,110000,2024Q1,5,亿元,cumulative,final,甲局,2024-04-09\n")
    file = table(tmp_path, "5")
    assert given(run, book, file, "2024-04-10")["readings"] == 0
    assert "0 个读数从" in run("withdraw", file.name, "--workbook", book, "--as-of", "2024-04-20").out
    assert value(book, "2024-04-20") == 5


def test_a_row_of_another_figure_is_not_the_one_that_a_receipt_names(book: Path, tmp_path: Path, run: Run) -> None:
    """The import of the first was killed before its row was written; another office's stands at its key and day."""
    first, second = table(tmp_path, "5"), table(tmp_path, "7")
    bare = (book / "readings.csv").read_bytes()
    given(run, book, first, "2024-04-10")
    (book / "readings.csv").write_bytes(bare)
    assert given(run, book, second, "2024-04-10")["readings"] == 1
    other = shutil.copytree(book, tmp_path / "other")
    assert run("withdraw", first.name, "--workbook", book, "--as-of", "2024-04-20").code == 0
    assert value(book, "2024-04-20") == 7
    again = given(run, book, first, "2024-04-21")  # it stays withdrawn, also where its row was never there
    assert (again["readings"], value(book, "2024-04-21")) == (0, 7), again
    assert "要恢复请交新的文件" in str(again["findings"])
    assert given(run, other, first, "2024-04-11")["readings"] == 1  # and it is not said to be known
    assert value(other, "2024-04-11") == 5


def test_of_a_file_that_brought_nothing_it_is_never_said_that_it_was_taken(
    book: Path, tmp_path: Path, run: Run
) -> None:
    first, second = table(tmp_path, "5"), table(tmp_path, "5")
    given(run, book, first, "2024-04-10")
    for _ in range(2):
        receipt = given(run, book, second, "2024-04-11")
        assert receipt["readings"] == 0
        assert "与已有读数相同" in str(receipt["findings"])
        assert "交过" not in str(receipt["findings"])


def test_what_is_refused_is_refused_each_time_and_the_first_receipt_is_named(
    book: Path, tmp_path: Path, run: Run
) -> None:
    file = table(tmp_path, "5", period="某时")
    options = ("--workbook", book, "--as-of", "2024-04-10")
    first = run("add", file, *options)
    number = first.out.split("报送编号 ")[1][:12]
    renamed = shutil.copyfile(file, tmp_path / "另名.csv")
    again = run("add", renamed, *options)
    assert (first.code, again.code) == (2, 2)
    assert "退回" in again.out
    assert number in again.out.replace("\n", "")
    assert file.name in again.out.replace("\n", "")


@pytest.mark.parametrize("figures", [("5", "7"), ("5", "7", "5"), ("5", "7", "5", "7", "5")])
def test_a_typed_figure_is_corrected_on_its_own_day(book: Path, run: Run, figures: tuple[str, ...]) -> None:
    typed = ("--indicator", "loans", "--period", "2024Q1", "--unit", "亿元", "--source", "电话")
    options = ("--workbook", book, "--as-of", "2024-04-10")
    for figure in figures:
        done = run("add", *typed, "--value", figure, *options)
        assert done.code == 0, done.out
        assert value(book, "2024-04-10") == float(figure)
    rows = (book / "readings.csv").read_bytes()
    assert run("add", *typed, "--value", figures[-1], *options).code == 0  # once more is nothing new
    assert (book / "readings.csv").read_bytes() == rows
    number = done.out.split("报送编号 ")[1][:12]
    assert run("withdraw", number, "--workbook", book, "--as-of", "2024-04-10").code == 0
    assert value(book, "2024-04-10") == float(figures[-2])
    assert run("add", *typed, "--value", figures[-1], *options).code == 0
    assert value(book, "2024-04-10") == float(figures[-1])


@pytest.mark.parametrize("command", ["check", "doctor"])
def test_receipts_and_rows_that_lack_the_other_are_named(book: Path, tmp_path: Path, run: Run, command: str) -> None:
    def told() -> str:
        return run(command, "--workbook", book).out.replace("\n", "")

    first, second = table(tmp_path, "5"), table(tmp_path, "7", period="2024Q2")
    numbers = []
    for file in (first, second):
        given(run, book, file, "2024-07-10")
        numbers.append(run("add", file, "--workbook", book).out.split("报送编号 ")[1][:12])
    assert not [number for number in numbers if number in told()]
    whole = (book / "readings.csv").read_bytes()
    kept = [line for line in whole.splitlines(keepends=True) if b"2024Q1" not in line]
    (book / "readings.csv").write_bytes(b"".join(kept))
    assert f"{numbers[0]}（{first.name}）" in told()
    assert "少了 1 行" in told()
    assert numbers[1] not in told()
    assert given(run, book, first, "2024-07-10")["readings"] == 1  # as the sentence advises
    assert numbers[0] not in told()
    (receipt,) = (book / "deliveries").glob(f"{numbers[1]}*.json")
    receipt.unlink()
    assert f"{numbers[1]}.csv" in told()
    assert "没有回执" in told()
    assert "可以移走" not in told()


def test_a_list_whose_rows_are_gone_is_named(tmp_path: Path, run: Run) -> None:
    book = small_workbook(tmp_path / "book", SMALL + indicator("loans", "亿元", "flow", "target = 10"), [])
    file = tmp_path / "projects.csv"
    titles = find_sheet(td.open_workbook(book).plan, "projects").typed.values()
    file.write_bytes(new_table(titles, [{"编号": "X1", "名称": "示范项目"}]))
    assert run("add", file, "--workbook", book, "--as-of", "2024-07-10").code == 0
    assert "少了" not in run("check", "--workbook", book).out
    (book / "ledger" / "projects.csv").unlink()
    told = run("check", "--workbook", book)
    assert "ledger/projects.csv里少了1行" in "".join(told.out.split())
    assert told.code != 0


def test_a_row_of_a_list_handed_in_again_after_its_withdrawal_counts(tmp_path: Path, run: Run) -> None:
    book = small_workbook(tmp_path / "book", SMALL + indicator("loans", "亿元", "flow", "target = 10"), [])
    titles = find_sheet(td.open_workbook(book).plan, "projects").typed.values()
    options = ("--workbook", book, "--as-of", "2024-07-10")
    for name in ("projects", "项目"):
        file = tmp_path / name / "projects.csv"
        file.parent.mkdir()
        blank = {"存在问题": " "} if name == "项目" else {}
        file.write_bytes(new_table(titles, [{"编号": "X1", "名称": "示范项目"} | blank]))
        done = run("add", file, *options)
        assert done.code == 0, done.out
        assert [row.id for row in td.open_workbook(book).view("2024-07", "2024-07-10").lists.ledger.projects] == ["X1"]
        if name == "projects":
            assert run("withdraw", done.out.split("报送编号 ")[1][:12], *options).code == 0
            assert not td.open_workbook(book).view("2024-07", "2024-07-10").lists.ledger.projects
    assert run("withdraw", done.out.split("报送编号 ")[1][:12], *options).code == 0
    assert not td.open_workbook(book).view("2024-07", "2024-07-10").lists.ledger.projects


def test_doctor_names_a_delivered_file_that_was_changed_or_is_gone(book: Path, tmp_path: Path, run: Run) -> None:
    changed, gone, whole = (table(tmp_path, figure, period=f"2024Q{figure}") for figure in "123")
    kept = {}
    for file in (changed, gone, whole):
        number = run("add", file, "--workbook", book).out.split("报送编号 ")[1][:12]
        (kept[file],) = (book / "deliveries").glob(f"{number}*.csv")
    assert "留存的原件" not in run("doctor", "--workbook", book).out
    kept[changed].write_bytes(kept[changed].read_bytes().replace(b"1", b"9", 1))
    kept[gone].unlink()
    told = run("doctor", "--workbook", book).out.replace("\n", "")
    assert told.count("留存的原件") == 2
    assert f"（{changed.name}）：留存的原件改动过" in told
    assert f"（{gone.name}）：留存的原件不见了" in told
