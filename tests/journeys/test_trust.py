"""The same answer whatever the day, the hand and the moment: what has not come yet, what is said twice, what is said
after a report was published."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from conftest import SMALL, Finished, called, indicator, small_workbook

TOMORROW = (date.today() + timedelta(days=1)).isoformat()
REGISTER = """
[[register]]
name = "企业名册"
file = "registers/firms.csv"
since = 2024-01-01
columns = { number = "编号", begins = "认定", ends = "到期" }
[[register.feed]]
indicator = "firms"
rule = "year"
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Three months of a flow, and a register that counts another one."""
    plan = SMALL + indicator("flow", "家", "flow") + indicator("firms", "家", "flow") + REGISTER
    rows = [f"flow,110000,2024-{month:02d},1,家,single,final,测试,2024-04-10" for month in (1, 2, 3)]
    book = small_workbook(tmp_path / "w", plan, rows)
    (book / "registers").mkdir()
    (book / "registers" / "firms.csv").write_text("编号,认定,到期,recorded_at\nA,2024-02-01,,2024-04-10\n", "utf-8")
    return book


def added(path: Path, line: str) -> None:
    path.write_bytes(path.read_bytes() + f"{line}\n".encode())


DOORS = (
    ("status", "--as-of"),
    ("report", "--as-of"),
    ("report", "-p", "as_of"),
    ("brief", "--text", "--as-of"),
    ("run", "--due", "--as-of"),
    ("owed", "--as-of"),
    ("form", "--as-of"),
    ("add", "a.csv", "--as-of"),
    ("withdraw", "a.csv", "--as-of"),
)


@pytest.mark.parametrize("door", DOORS, ids=" ".join)
def test_a_day_that_has_not_come_is_refused_at_every_door(door: tuple[str, ...], small: Path) -> None:
    *words, last = door
    asked = [f"{last}={TOMORROW}"] if last == "as_of" else [last, TOMORROW]
    done = called(*words, *asked, "--workbook", small)
    assert (done.code, f"{TOMORROW} 还没有到" in done.sentence) == (2, True)


def test_a_file_recorded_tomorrow_is_refused(small: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "a.csv"
    sheet.write_text(f"指标,期间,数值,单位,口径,来源,记录日期\nflow,2024-04,1,家,当月,甲,{TOMORROW}\n", "utf-8")
    done = called("add", sheet, "--workbook", small)
    assert done.code == 2
    assert "在未来" in done.out


FILES = {
    "readings.csv": f"flow,110000,2024-12,9,家,single,final,测试,{TOMORROW}",
    "registers/firms.csv": f"B,2024-12-01,,{TOMORROW}",
    "ledger/projects.csv": f"P1,项目,{TOMORROW}",
    "deliveries/withdrawn.csv": f"{'0' * 64},a.csv,{TOMORROW},甲,写错",
}


@pytest.mark.parametrize("file", FILES)
def test_what_a_file_records_for_tomorrow_counts_for_nothing_and_is_named(file: str, small: Path) -> None:
    def told() -> list[object]:
        return [called("status", "--json", "--workbook", small).out, called("brief", "--text", "--workbook", small).out]

    heads = {"ledger": "编号,名称,记录日期", "deliveries": "delivery,file,withdrawn_on,by,reason"}
    (small / file).parent.mkdir(exist_ok=True)
    if not (small / file).exists():
        added(small / file, heads[file.split("/")[0]])
    if file.startswith("deliveries"):
        receipt = {"delivery": "0" * 64, "at": "2024-04-10", "file": "a.csv", "verdict": "accept", "indicators": []}
        (small / "deliveries" / f"{'0' * 64}.json").write_text(json.dumps(receipt | {"rows": []}))
    before = told()
    added(small / file, FILES[file])
    assert told() == before
    done = called("check", "--workbook", small)
    line = len((small / file).read_text("utf-8").splitlines())
    assert (done.code, f"{file} 第 {line} 行：记录日期 {TOMORROW} 还没有到" in done.out) == (1, True), done.out
