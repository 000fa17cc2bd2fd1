"""Every notebook, executed: by papermill alone and by the command, with readings and without."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, SMALL, Made, Run, flow_rows, indicator, pdf_text, small_workbook, text_of
from pypdf import PdfReader

import tongdao as td
from tongdao.analysis.gap import gaps
from tongdao.base.errors import UsageError
from tongdao.document.notebook import read_document
from tongdao.pages.wording import VERDICTS
from tongdao.runs.fork_server import ForkServer
from tongdao.runs.notebooks import read_notebook
from tongdao.runs.supervise import supervise
from tongdao.runs.task import Task
from tongdao.workbook.workbook import open_workbook

NAMES = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))

# another region, other measures, a target that decreases, one of zero, a share above 100 %, three years
THIRD = (
    SMALL.replace("2024-01-01", "2022-01-01")
    + indicator("output", "吨", "flow", "target = 40")
    + indicator("accidents", "起", "flow", 'target = 0\nword = "以下"\nwhole = true\njudged = "final_year"')
    + indicator("energy", "千克标准煤", "level", 'target = 80\nword = "以下"\nfrequency = "year"\nlag = 3')
    + indicator("coverage", "%", "share", 'target = 120\nlimit = 150\nfrequency = "quarter"')
    + indicator("speed", "%", "average_growth", 'target = 5\nfrequency = "year"')
    + indicator("watched", "户", "flow", "").replace('quote = "watched"\n', "")
)


def third_workbook(folder: Path) -> Path:
    rows = flow_rows("output", "吨", {year: [1.0] * 12 for year in (2020, 2021, 2022, 2023)} | {2024: [1.5] * 6})
    rows += flow_rows("accidents", "起", {2022: [0] * 12, 2023: [0, 1] + [0] * 10, 2024: [0] * 6})
    rows += flow_rows("watched", "户", {2023: [2] * 12, 2024: [3] * 6})
    for year in range(2015, 2024):
        rows.append(f"energy,110000,{year},{100 - 2 * (year - 2015)},千克标准煤,level,final,测试,2024-07-10")
        rows.append(f"speed,110000,{year},{4 + year % 3},%,level,final,测试,2024-07-10")
        for quarter in (1, 2, 3, 4):
            value = 90 + 3 * (year - 2015) + quarter / 2
            rows.append(f"coverage,110000,{year}Q{quarter},{value},%,cumulative,final,测试,2024-07-10")
    rows.append("coverage,110000,2024Q2,118,%,cumulative,final,测试,2024-07-10")
    return small_workbook(folder, THIRD, rows)


def papermill(name: str, target: Path, **parameters: str) -> dict[str, object]:
    """The plain way, from the root, as the README says."""
    command = [str(Path(sys.executable).with_name("papermill")), f"notebooks/{name}.ipynb", str(target)]
    for key, value in parameters.items():
        command += ["-p", key, value]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    executed: dict[str, object] = json.loads(target.read_text(encoding="utf-8"))
    return executed


def executed(warm: ForkServer, name: str, folder: Path, **given: str) -> dict[str, object]:
    """The quick way, as reports are run."""
    notebook, _ = read_notebook(ROOT / "notebooks" / f"{name}.ipynb")
    given |= {"workbook": str(ROOT / "data" / "tongdao"), "month": "2024-08"}
    scratch = folder / name
    scratch.mkdir()
    places = {"beside": ROOT / "notebooks", "workbook": scratch / "workbook", "reports": folder}
    return supervise(warm, Task(notebook, given, scratch, **places, name=name))[0]


@pytest.mark.parametrize(
    ("name", "month"),
    [
        ("monthly_report", "2024-09"),  # test_same_result.py has the others
        *(pytest.param(name, "2024-11", marks=pytest.mark.slow) for name in NAMES),
    ],
)
def test_a_notebook_runs_by_papermill_alone(name: str, month: str, tmp_path: Path) -> None:
    document = read_document(papermill(name, tmp_path / "out.ipynb", month=month))
    text = text_of(document)
    assert "示例数据" in text
    assert ("无数据" in text) == (month == "2024-11")


@pytest.mark.parametrize("name", NAMES)
def test_a_workbook_of_a_few_lines_runs_through_every_notebook(name: str, run: Run, tmp_path: Path) -> None:
    third_workbook(tmp_path / "third")
    done = run("report", name, "--workbook", tmp_path / "third", "--out", tmp_path / "out")
    assert done.code == 0, done.err
    text = pdf_text(Path(done.out.split()[0]))
    assert "示例数据" not in text
    assert "2024年6月" in text


def test_every_indicator_stands_in_the_county_report(made: Made) -> None:
    pdf = made("monthly_report")[".pdf"]
    text = pdf_text(pdf)
    book = open_workbook(ROOT / "data" / "tongdao")
    for row in gaps(book.view("2024-09")):
        assert "".join(row.item.name.split()) in text
    assert text.count("示例数据") >= len(PdfReader(pdf).pages)
    assert "\x00" not in text


def test_the_same_inputs_give_the_same_bytes_wherever_they_lie(run: Run, county: Path, tmp_path: Path) -> None:
    moved = Path(shutil.copytree(county, tmp_path / "elsewhere" / "county"))
    first = run("report", "--workbook", county, "--out", tmp_path / "a")
    second = run(
        "report",
        "--workbook",
        moved,
        "--month",
        "2024-09",
        "--as-of",
        "2024-10-12",
        "--out",
        tmp_path / "b",
        TZ="America/New_York",
    )
    assert Path(first.out.split()[0]).read_bytes() == Path(second.out.split()[0]).read_bytes()


def test_a_report_as_of_a_past_day_does_not_change_when_more_is_recorded(
    run: Run, county: Path, tmp_path: Path
) -> None:
    before = run("report", "--workbook", county, "--as-of", "2024-09-30", "--out", tmp_path / "a")
    with (county / "readings.csv").open("a", encoding="utf-8") as file:
        file.write("cloud_firms,431230,2024-08,12,家,cumulative,final,更正,2024-10-20\n")
    after = run("report", "--workbook", county, "--as-of", "2024-09-30", "--out", tmp_path / "b")
    assert "2024-08" in before.out
    assert Path(before.out.split()[0]).read_bytes() == Path(after.out.split()[0]).read_bytes()


def test_the_province_reports_real_readings_through_the_same_code(made: Made) -> None:
    text = "".join(map(pdf_text, made("monthly_report", "hunan", "2024-12").values()))
    assert "示例数据" not in text
    for figure in ("2.57%", "2.65%", "1283.9亿元", "6083家", "转述"):
        assert figure in text


def indicator_rows(executed: dict[str, object], title: str | None = "量化目标完成情况") -> list[list[str]]:
    """The rows of a table of indicators, as a notebook shows it."""
    for cell in executed["cells"]:  # type: ignore[attr-defined]
        for output in cell.get("outputs", []):
            table = output.get("data", {}).get("application/vnd.tongdao.table+json")
            if table and table["title"] == title:
                return [[cell if isinstance(cell, str) else cell["text"] for cell in row] for row in table["rows"]]
    raise AssertionError("没有指标总表")


def test_notebooks_asked_the_same_thing_agree_with_each_other_and_with_the_table(
    warm: ForkServer, tmp_path: Path
) -> None:
    names = ("monthly_report", "gap_to_target", "indicator_trend", "department_report", "briefing")
    monthly, gap, course, unit, brief = (
        executed(warm, name, tmp_path, **({"indicator": "cloud_firms"} if name == "indicator_trend" else {}))
        for name in names
    )
    rows = indicator_rows(gap)
    known = {row[1]: row[2:] for row in rows}
    for name, stands, _, verdict, *_ in indicator_rows(monthly):
        target, actual, judged = known[name][0], known[name][1], known[name][-1]
        assert stands.endswith(f"／{target}")
        assert actual.replace("\n", "").startswith(stands.removesuffix(f"／{target}"))
        assert verdict.split("\n")[0] == judged
    acted = {row[0]: row for row in indicator_rows(monthly)}
    led = indicator_rows(unit)
    assert len(led) > 10
    assert all(acted[row[0]] == row for row in led)
    urgent = indicator_rows(brief, None)
    assert len(urgent) == 5
    for _, name, stands, _, verdict, *_ in urgent:
        same, lack = stands.split("\n尚差")
        assert (same, lack) == (acted[name][1], known[name][2])
        words = verdict.split("\n")
        assert words == acted[name][3].split("\n")[: len(words)]
    frame = td.gap_to_target(open_workbook(ROOT / "data" / "tongdao"), month="2024-08").set_index("name")
    for _, name, _, actual, *_, verdict in rows:
        assert verdict in (VERDICTS[frame.loc[name, "verdict"]], "未达力争目标")
        if actual != "—":
            value = frame.loc[name, "actual"] * (10_000 if "万元" in actual else 1)
            assert float(re.match(r"-?[\d.]+", actual).group()) == pytest.approx(value)  # type: ignore[union-attr]
    reason, chance, _ = frame.loc["新增企业上云", "reason"].partition("，实现可能性")
    assert chance  # which pages say in words where it tells little
    assert all(reason in text_of(read_document(executed)) for executed in (monthly, course))


def test_the_questions_of_the_package_answer_as_the_table_does() -> None:
    book = open_workbook(ROOT / "data" / "tongdao")
    whole = td.gap_to_target(book, month="2024-09").set_index("id")
    ahead = td.outlook(book, "tech_smes", month="2024-09").iloc[0]
    assert ahead["p_met"] == whole.loc["tech_smes", "p_met"]
    moves = td.trend(book, "tech_smes", month="2024-09").set_index("period")
    assert moves.loc["2024-09", "ytd_on_year"] == pytest.approx(100 * (47 / moves.loc["2023-09", "value_ytd"] - 1))
    steps = td.explain(book, "tech_smes", month="2024-09")
    assert steps.set_index("name").loc["达标概率", "value"] == pytest.approx(ahead["p_met"], abs=1e-6)


@pytest.mark.parametrize("question", ["trend", "outlook", "explain", "foresight", "entries"])
def test_a_question_takes_a_part_of_a_name_and_names_the_candidates(question: str) -> None:
    book = open_workbook(ROOT / "data" / "tongdao")
    ask = getattr(td, question)
    item = book.plan.find_indicator("上云")
    assert str(ask(book, "上云")) == str(ask(book, item.id))
    with pytest.raises(UsageError, match="“企业”对应几个指标："):
        ask(book, "企业")
    with pytest.raises(UsageError, match=f"没有名为“新增企业上芸”的指标，最接近的是：{item.name}"):
        ask(book, "新增企业上芸")


def test_past_runs_show_what_a_notebook_said_and_do_not_obey_it(county: Path) -> None:
    book = open_workbook(county)
    said = {
        "verdict": "失败",
        "reason": "<b>粗</b> | 竖线\n换行\u202e",
        "report": "r",
        "run": "a1",
        "began": "2024-10-12T08:00:00",
    }
    folder = county.parent / "reports" / county.name
    folder.mkdir(parents=True)
    (folder / "runs.jsonl").write_text(json.dumps(said | {"inputs": {"month": "2024-09"}}) + "\n", encoding="utf-8")
    text = td.past_runs(book).markdown
    assert text.splitlines()[2:] == [
        "| 2024-10-12 08:00 | r | 2024-09 | 失败：\\<b\\>粗\\</b\\> \\| 竖线 换行‹U+202E› |  |"
    ]
