"""Who still has to report what, before the report of which day."""

import json
from pathlib import Path

import openpyxl
import pytest
from conftest import SMALL, Run, flow_rows, indicator, small_workbook

UNITS = '\n[[department]]\nname = "甲局"\n\n[[department]]\nname = "乙局"\n'
PLAN = (
    SMALL
    + UNITS
    + indicator("firms", "家", "flow", 'target = 10\nlead = ["甲局"]')
    + indicator("loans", "家", "flow", 'target = 10\nfrequency = "quarter"\nlag = 2\nlead = ["甲局", "乙局"]')
    + '\n[[schedule]]\nreport = "briefing"\nday = 12\n'
)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return small_workbook(tmp_path / "small", PLAN, flow_rows("firms", "家", {2024: [1.0] * 7}, "2024-08-10"))


@pytest.mark.parametrize(
    ("day", "late", "soon"),
    [
        ("2024-09-01", ["loans 2024Q2"], ["firms 2024-08"]),  # before the report of September 12
        ("2024-09-12", ["loans 2024Q2"], ["firms 2024-08"]),  # on the day
        ("2024-09-13", ["firms 2024-08", "loans 2024Q2"], ["firms 2024-09"]),
        ("2024-09-25", ["firms 2024-08", "loans 2024Q2"], ["firms 2024-09"]),  # the report is made, the figure missing
    ],
)
def test_a_figure_is_late_from_the_day_on_which_its_report_is_due(
    day: str, late: list[str], soon: list[str], book: Path, run: Run
) -> None:
    rows = json.loads(run("owed", "--workbook", book, "--as-of", day, "--json").out)
    told = {True: [], False: []}  # type: dict[bool, list[str]]
    for row in rows:
        told[row["late"]].append(f"{row['indicator']} {row['period']}")
    assert (sorted(told[True]), sorted(told[False])) == (late, soon)


def test_it_is_told_by_office_and_as_a_table_to_send(book: Path, run: Run, tmp_path: Path) -> None:
    done = run("owed", "--workbook", book, "--as-of", "2024-09-05")
    assert done.out.splitlines() == [
        "甲局：loans 2024Q2，连同此前共 2 期，自 2024-06-01 起未报。",
        "甲局：firms 2024-08，请在 2024-09-12 前报。",
        "乙局：loans 2024Q2，连同此前共 2 期，自 2024-06-01 起未报。",
        "截至 2024-09-05，共 1 项读数未报；2024-09-12 的报告之前还要报 1 项。",
    ]
    made = run("owed", "--workbook", book, "--as-of", "2024-09-05", "--format", "xlsx", "--out", tmp_path)
    sheet = openpyxl.load_workbook(made.out.strip()).active
    assert sheet is not None
    assert [[cell.value for cell in row] for row in sheet.iter_rows()][1] == [
        "甲局", "loans", "2024Q2，连同此前共 2 期", "自 2024-06-01 起未报"]  # fmt: skip
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.column_dimensions["A"].width >= 2 * len("国家金融监督管理总局通道监管支局")
    assert run("owed", "--workbook", book, "--as-of", "2024-09-05", "--format", "pdf").code == 2


def test_the_name_of_an_office_leads_to_no_other_folder(book: Path, run: Run, tmp_path: Path) -> None:
    plan = book / "plan.toml"
    plan.write_text(plan.read_text("utf-8").replace("甲局", "../../甲/局"), "utf-8")
    asked = (
        "--department",
        "../../甲/局",
        "--workbook",
        book,
        "--as-of",
        "2024-09-05",
        "--out",
        tmp_path / "a" / "out",
    )
    for command in (("owed", "--format", "xlsx"), ("form",)):
        made = Path(run(*command, *asked).out.strip())
        assert made.is_file()
        assert made.resolve().parent == tmp_path / "a" / "out"
