"""Why the figures of two runs differ: only causes that are so are named."""

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import SMALL, Run, indicator, small_workbook

from tongdao.runs.replay import differences
from tongdao.workbook.workbook import digest, open_workbook

Asked = tuple[str, str]


def told(book: Path, first: Asked, second: Asked) -> str:
    """The one sentence on what two runs of a month and a day say otherwise."""
    known = open_workbook(book)
    runs = [
        {
            "given": {},
            "inputs": {"month": month, "as_of": day},
            "data": digest(known.view(month, day)),
            "notebook": "",
            "code": "",
        }
        for month, day in (first, second)
    ]
    (line,) = differences(known, *runs)
    return line


@pytest.fixture
def book(tmp_path: Path) -> Callable[..., Path]:
    def made(frequency: str, *more: str) -> Path:
        known = ((1, 3, year % 5 * 2 + 4, year % 4 * 3 + 6) for year in range(2019, 2024))
        rows = [
            f"firms,110000,{year}Q{quarter},{total},家,cumulative,final,测试,2024-04-10"
            for year, totals in zip(range(2019, 2024), known, strict=True)
            for quarter, total in enumerate(totals, 1)
        ]
        plan = SMALL + indicator("firms", "家", "flow", f'target = 12\nfrequency = "{frequency}"')
        return small_workbook(tmp_path / "book", plan, [*rows, *more])

    return made


OWN = "firms,110000,2024Q1,2,家,cumulative,final,测试,2024-04-10"
REVISED = "firms,110000,2023Q{quarter},{total},家,cumulative,final,测试,2024-06-02"


def test_time_alone_is_the_reason_where_the_same_readings_prove_it(book: Callable[..., Path]) -> None:
    said = told(book("half"), ("2024-05", "2024-07-20"), ("2024-06", "2024-07-20"))
    assert said.endswith("因为剩余时间变短。")


def test_what_became_known_of_other_years_is_not_called_time(book: Callable[..., Path]) -> None:
    revised = [REVISED.format(quarter=quarter, total=total) for quarter, total in enumerate((5, 6, 7, 8), 1)]
    made = book("quarter", OWN, *revised)
    assert told(made, ("2024-03", "2024-05-01"), ("2024-05", "2024-06-10")).endswith("因为往期的读数有变化。")
    assert told(made, ("2024-05", "2024-06-10"), ("2024-03", "2024-05-01")).endswith("因为往期的读数有变化。")


def test_a_month_without_a_reading_is_not_a_withdrawal(book: Callable[..., Path]) -> None:
    made = book("quarter", OWN)
    later = told(made, ("2024-03", "2024-07-20"), ("2024-08", "2024-07-20"))
    assert "到 2024-08 还没有新的读数（最近一期是2024年一季度）" in later
    assert "有了新的一期" in told(made, ("2024-08", "2024-07-20"), ("2024-03", "2024-07-20"))


def test_a_reading_that_the_second_run_could_not_know_is_said_so(book: Callable[..., Path]) -> None:
    made = book("quarter", OWN, OWN.replace("Q1,2", "Q2,4").replace("04-10", "07-10"))
    back = told(made, ("2024-06", "2024-07-20"), ("2024-03", "2024-05-01"))
    assert "后一次还没有算到" in back
    assert "撤回" not in back


def test_a_withdrawn_reading_is_said_to_be_withdrawn(book: Callable[..., Path], tmp_path: Path, run: Run) -> None:
    made = book("quarter", OWN)
    file = tmp_path / "二季度.csv"
    file.write_text(
        "indicator,period,value,unit,source,recorded_at\nfirms,2024Q2,4,家,甲局,2024-07-10\n", encoding="utf-8"
    )
    assert run("add", file, "--workbook", made, "--as-of", "2024-07-10").code == 0
    assert run("withdraw", file.name, "--workbook", made, "--as-of", "2024-07-15").code == 0
    said = told(made, ("2024-06", "2024-07-12"), ("2024-06", "2024-07-16"))
    assert "二季度的读数已撤回" in said or "上半年的读数已撤回" in said


def test_a_sum_with_a_revised_step_names_the_revision(tmp_path: Path) -> None:
    line = "firms,110000,{},{},家,single,final,{},{}"
    months = [
        ("2024-01", 1, "表", "2024-02-10"),
        ("2024-02", 1, "表", "2024-03-10"),
        ("2024-01", 4, "电话", "2024-03-15"),
    ]
    made = small_workbook(tmp_path, SMALL + indicator("firms", "家", "flow"), [line.format(*month) for month in months])
    why = "因为同一期读数有修订（2024-03-15 记录，来源：电话）。"
    assert told(made, ("2024-02", "2024-03-12"), ("2024-02", "2024-03-20")).endswith(why)
