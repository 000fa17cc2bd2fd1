"""Faults in milestones, departments, weights and registers, at the door: table, row and column in one sentence, and
every file of the workbook as it was."""

import json
from pathlib import Path

import openpyxl
import pytest
from conftest import ROOT, Run
from openpyxl.utils import get_column_letter

pytestmark = pytest.mark.usefixtures("here")

FRAME = (ROOT / "docs" / "assessment_example.toml").read_text(encoding="utf-8").partition("[assessment]\n")[2]
MORE, LESS = FRAME.replace("weight = 30", "weight = 35", 1), FRAME.replace("weight = 30", "weight = 20", 1)


def everything(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != ".tongdao.lock"}


SHEETS = {
    "a milestone that waits for itself": ("milestones", "G2", "前置", "G2", ["里程碑不能以自己为前置"]),
    "milestones in a circle": ("milestones", "G1", "前置", "G3", ["G1", "G2", "G3", " → ", "改正其中一项的前置"]),
    "no such department": ("milestones", "G2", "牵头单位", "县发改委", ["“县发改委”不是计划里的部门"]),
    "a negative duration": ("milestones", "G2", "工作日", "-3", ["不能小于 0"]),
    "an expiry before its certificate": ("firms", "E0003", "expires_on", "2020-12-20", ["早于起始日期 2020-12-21"]),
}


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_that_comes_back_wrong_names_row_and_column(name: str, run: Run, county: Path, tmp_path: Path) -> None:
    table, key, title, text, words = SHEETS[name]
    sheet = Path(run("form", "--list", table, "--workbook", county, "--out", tmp_path).out.strip())
    book = openpyxl.load_workbook(sheet)
    column = next(cell.column for cell in book.active[1] if cell.value == title)
    row = next(row[0].row for row in book.active if row[0].value == key)
    book.active.cell(row, column).value = text
    book.save(sheet)
    before = everything(county)
    done = run("add", sheet, "--workbook", county, "--as-of", "2024-10-12", "--by", "测试", "--json")
    assert done.code == 2
    (finding,) = json.loads(done.out)["findings"]
    assert finding["sheet"] == book.active.title
    assert f"：{title} 列“" in finding["message"]
    assert all(word in finding["message"] for word in words), finding
    if name != "milestones in a circle":
        assert (finding["row"], finding["column"], finding["value"]) == (row, get_column_letter(column), text)
    kept = everything(county)
    assert {path: content for path, content in kept.items() if path.parent.name != "deliveries"} == before
    assert sheet.read_bytes() in kept.values()


PLANS = {
    "no such department": (
        'support = ["县财政局", "通道产业开发区管委会"]',
        'support = ["县发改委", "通道产业开发区管委会"]',
        ["[[task]] 第 ", " support 的部门“县发改委”未在 [[department]] 中列出"],
    ),
    "weights above a hundred": (
        "[assessment]\n",
        f"[assessment]\n{MORE}\n[unused]\n",
        ["[[assessment.cell]] 的 weight 合计 105（第 1 项看完成 35、第 2 项看灯色 10、", "须为 100"],
    ),
    "weights below a hundred": (
        "[assessment]\n",
        f"[assessment]\n{LESS}\n[unused]\n",
        ["[[assessment.cell]] 的 weight 合计 90（第 1 项看完成 20、", "须为 100"],
    ),
    "a negative weight": (
        "[assessment]\n",
        f"[assessment]\n{FRAME.replace('weight = 10', 'weight = -10', 1)}\n[unused]\n",
        ["[[assessment.cell]] 第 2 项（看灯色） weight 的值“-10”"],
    ),
}


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("command", ["check", "add"])
def test_a_plan_that_cannot_stand_names_table_entry_and_key(name: str, command: str, run: Run, county: Path) -> None:
    old, new, words = PLANS[name]
    file = county / "plan.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1).partition("\n[unused]\n")[0], encoding="utf-8")
    before = everything(county)
    typed = ("--indicator", "cloud_firms", "--period", "2024-10", "--value", "13", "--unit", "家", "--source", "测试")
    done = run(command, *(typed if command == "add" else ()), "--workbook", county)
    assert done.code == 2
    assert all(word in done.sentence for word in words), done.sentence
    assert everything(county) == before
