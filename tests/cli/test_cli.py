"""The commands as a user types them: what they print, what they write, how they end."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from conftest import COMMAND, ROOT, Run, written

import tongdao as td
from tongdao.cli.common import print_records
from tongdao.workbook import find_notebook, open_workbook

KEYS = {
    "id",
    "name",
    "unit",
    "measure",
    "target",
    "word",
    "strive",
    "actual",
    "gap",
    "completion",
    "calendar_pace",
    "usual_pace",
    "required_per_month",
    "point",
    "lo80",
    "hi80",
    "p_met",
    "verdict",
    "reason",
    "lead",
    "clause",
    "quote",
}


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_the_package_runs_as_a_module() -> None:
    done = subprocess.run([sys.executable, "-m", "tongdao", "--help"], capture_output=True, text=True, check=True)
    assert "status" in done.stdout


def test_status_prints_pure_json(run: Run) -> None:
    done = run("status", "--month", "2024-09", "--json")
    rows = json.loads(done.out)
    assert done.code == 0
    assert len(rows) == 20
    assert all(set(row) >= KEYS for row in rows)
    assert "NaN" not in done.out
    by_name = {row["name"]: row for row in rows}
    assert by_name["全社会研发经费投入增速"]["target"] == 12
    assert by_name["全社会研发经费投入增速"]["actual"] is None
    assert by_name["知识价值信用贷款备案"]["lead"][0] == "县金融办"


def test_status_for_people_begins_with_the_conclusion(run: Run) -> None:
    done = run("status", "--month", "2024-09", COLUMNS="120")
    assert done.code == 0
    assert done.out.startswith("示例数据")
    assert "计划时间已过75%" in done.out
    assert "净增高新技术企业" in done.out


def test_check_passes_on_what_ships(run: Run) -> None:
    for name in ("data/tongdao", "data/hunan"):
        done = run("check", "--workbook", name)
        assert done.code == 0, done.out
        assert "发现 0 个问题" in done.out


def test_check_finds_a_wrong_quote_a_fall_and_a_reading_before_its_time(run: Run, county: Path) -> None:
    plan = county / "plan.toml"
    plan.write_text(
        plan.read_text(encoding="utf-8").replace("新增15家企业上云", "新增十五家企业上云"), encoding="utf-8"
    )
    with (county / "readings.csv").open("a", encoding="utf-8") as file:
        file.write("cloud_firms,431230,2024-10,1,家,cumulative,final,测试,2024-10-15\n")
        file.write("ip_loans,431230,2024-10,1000,亿元,cumulative,final,测试,2024-11-12\n")
    done = run("check", "--workbook", county, "--json")
    found = json.loads(done.out)
    assert done.code == 1
    text = "\n".join(item["message"] for item in found if item["severity"] == "问题")
    for word in ("新增十五家企业上云", "早于期末", "小于上一期", "核对单位"):
        assert word in text


BAD = {
    "argument left out": (["replay"], ["run 没有写"]),
    "no number": (["report", "--jobs", "x"], ["--jobs 的值不能用"]),
    "misspelt parameter": (("report", "-p", "mnoth=2024-09"), ["mnoth", "month"]),
    "parameter without a value": (("report", "-p", "month"), ["month", "名称=值"]),
    "month outside the plan": (("report", "--month", "2025-03"), ["2025-03", "2024-01", "2024-12"]),
    "month that is none": (("report", "--month", "九月"), ["九月", "2024-09"]),
    "as-of that is no day": (("report", "--as-of", "2024-13-01"), ["2024-13-01"]),
    "unknown notebook": (("report", "monthly"), ["monthly", "monthly_report"]),
    "unknown workbook": (("report", "--workbook", "data/nowhere"), ["data/nowhere", "--workbook"]),
    "unknown option": (("status", "--mnth", "2024-09"), ["--mnth", "--month"]),
    "unknown command": (("stauts",), ["stauts", "status"]),
}


@pytest.mark.parametrize("fault", BAD)
def test_bad_usage_is_one_chinese_sentence_and_writes_nothing(fault: str, run: Run, tmp_path: Path) -> None:
    arguments, words = BAD[fault]
    out = ["--out", str(tmp_path / "out")] if arguments[0] == "report" else []
    done = run(*arguments, *out)
    assert done.code == 2
    assert not (tmp_path / "out").exists()
    for word in words:
        assert word in done.sentence
    assert "Traceback" not in done.err


SPOILT = {
    "unknown key": (
        "plan.toml",
        'frequency = "quarter"',
        'frequncy = "quarter"',
        ["plan.toml", "frequncy", "hightech_share"],
    ),
    "target without unit": ("plan.toml", 'unit = "件"\n', "", ["plan.toml", "unit", "hv_patents"]),
    "deadline before start": ("plan.toml", "deadline = 2024-12-31", "deadline = 2023-12-31", ["plan.toml", "deadline"]),
    "deadline of no year": ("plan.toml", "deadline = 2024-12-31", "deadline = 9999-12-31", ["plan.toml", "年份写错了"]),
    "start of no year": ("plan.toml", "start = 2024-01-01", "start = 0024-01-01", ["plan.toml", "年份写错了"]),
    "missing column": ("readings.csv", ",recorded_at", ",when", ["readings.csv", "recorded_at"]),
    "unknown unit": ("readings.csv", ",亿元,", ",英镑,", ["readings.csv", "英镑", "unit"]),
    "unknown indicator": ("readings.csv", "cloud_firms", "claud_firms", ["readings.csv", "claud_firms", "cloud_firms"]),
}


@pytest.mark.parametrize("fault", SPOILT)
@pytest.mark.parametrize("command", ["status", "check", "report"])
def test_a_spoilt_workbook_is_refused_with_file_and_key(
    command: str, fault: str, run: Run, county: Path, tmp_path: Path
) -> None:
    name, old, new, words = SPOILT[fault]
    path = county / name
    text = path.read_text(encoding="utf-8-sig")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    before = files(tmp_path)
    done = run(command, "--workbook", county)
    assert done.code == 2
    for word in words:
        assert word in done.sentence
    assert files(tmp_path) == before


LONG = "长" * 200
TOO_LONG = (
    ("status", "--workbook", LONG),
    ("new", "{folder}/n", "--from", LONG),
    ("new", LONG),
    ("report", LONG),
    ("report", f"{LONG}.ipynb"),
    ("add", f"{LONG}.csv"),
    ("check", f"{LONG}.docx"),
    ("form", "--out", LONG),
    ("status", "--format", "xlsx", "--out", LONG),
    ("runs", "--out", LONG),
    ("store", "copy", f"{LONG}.csv", "b.csv"),
)


@pytest.mark.parametrize("words", TOO_LONG, ids=lambda words: " ".join(words).replace(LONG, "…"))
def test_a_name_that_no_disk_takes_is_one_sentence(words: tuple[str, ...], run: Run, county: Path) -> None:
    asked = [word.format(folder=county) for word in words]
    done = run(*asked, *(() if words[0] in ("new", "check") or "--workbook" in words else ("--workbook", county)))
    assert (done.code in (1, 2), done.sentence[-1:]) == (True, "。"), done


def test_what_is_said_of_a_name_moves_nothing_on_the_screen(run: Run, county: Path) -> None:
    """Ends of lines, signs that a terminal obeys, and those that turn a line around."""
    name = "甲\n\x1b]0;x\x07\x9b31m\u202e乙"
    typed = ("add", "--indicator", name, "--period", "2024-01", "--value", "1")
    files = (("add", f"{name}.csv"), ("check", f"{name}.docx"), ("report", f"{name}.ipynb"))
    for words in (("status", "--region", name), ("withdraw", name), typed, *files):
        done = run(*words, *(() if words[0] == "check" else ("--workbook", county)))
        assert (done.code, done.sentence.isprintable()) == (2, True), done
    sheet = county / "报\u202e表\x9b.csv"
    sheet.write_text("指标,期间,数值,单位\n新增企业上云,2024-10,六,家\n", "utf-8")
    assert not set(run("add", sheet, "--workbook", county).out) & {"\u202e", "\x9b"}


def test_a_year_beyond_all_plans_is_no_period(run: Run, county: Path) -> None:
    given = ("--value", "1", "--unit", "家", "--source", "甲", "--workbook", county)
    assert run("add", "--indicator", "新增企业上云", "--period", "9999-12", *given).code == 2
    row = "cloud_firms,431230,9999-12,1,家,cumulative,final,甲,2024-10-12\n"
    with (county / "readings.csv").open("a", encoding="utf-8") as file:
        file.write(row)
    assert "period 列：期间“9999-12”无法识别" in run("status", "--workbook", county).sentence


def test_a_duplicate_row_is_refused(run: Run, county: Path) -> None:
    path = county / "readings.csv"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    path.write_text("\n".join([*lines, lines[-1]]) + "\n", encoding="utf-8")
    done = run("status", "--workbook", county)
    assert done.code == 2
    assert f"第 {len(lines) + 1} 行" in done.sentence
    assert "两次" in done.sentence


def test_report_writes_below_out_and_nowhere_else(run: Run, county: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    before = files(ROOT / "data") | files(ROOT / "notebooks") | files(county)
    done = run(
        "report", "--workbook", county, "--out", tmp_path / "out", cwd=ROOT, HOME=str(home), TMPDIR=str(tmp_path)
    )
    assert done.code == 0, done.err
    pdf = Path(done.out.split()[0])
    assert files(tmp_path / "out") == {
        "county/2024-09/monthly_report.pdf",
        "county/2024-09/monthly_report-附件.pdf",
        "county/2024-09/monthly_report.manifest.json",
        "county/judgements.csv",
        "county/runs.jsonl",
    }
    assert (ROOT / pdf).is_relative_to(tmp_path / "out")
    assert files(home) == set()
    assert files(ROOT / "data") | files(ROOT / "notebooks") | files(county) == before
    assert {path.name for path in tmp_path.iterdir()} == {"out", "data", "home"}


def _heed_interrupts() -> None:
    """A job of a shell script starts with SIGINT ignored; a person at a terminal does not."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)])
def test_an_interrupted_report_leaves_no_half_document(number: signal.Signals, county: Path, tmp_path: Path) -> None:
    command = [COMMAND, "report", "--workbook", str(county), "--out", str(tmp_path / "out")]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
        preexec_fn=_heed_interrupts,  # noqa: PLW1509 - no thread has been started here
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not written(tmp_path / "out", "events.jsonl"):
        time.sleep(0.02)  # until the run has something to tell
    os.killpg(process.pid, number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "已取消" in err
    assert not (tmp_path / "out").exists() or files(tmp_path / "out") == set()


def test_a_failing_cell_is_named_and_what_was_there_stays(run: Run, county: Path, tmp_path: Path) -> None:
    notebook = json.loads((ROOT / "notebooks" / "monthly_report.ipynb").read_text(encoding="utf-8"))
    notebook["cells"][3]["source"] = "raise ValueError('坏了')"
    broken = tmp_path / "monthly_report.ipynb"
    broken.write_text(json.dumps(notebook), encoding="utf-8")
    old = tmp_path / "out" / "county" / "2024-09" / "monthly_report.pdf"
    old.parent.mkdir(parents=True)
    old.write_bytes(b"old")
    done = run("report", broken, "--workbook", county, "--out", tmp_path / "out")
    assert done.code == 1
    assert "坏了" in done.sentence
    assert "第 4 格" in done.sentence
    assert old.read_bytes() == b"old"


def test_help_and_version_of_every_command_answer(run: Run) -> None:
    for command in ((), ("report",), ("status",), ("check",)):
        done = run(*command, "--help")
        assert done.code == 0
        assert "--help" in done.out
        for word in ("Usage", "OPTIONS", "Options", "Arguments", "Commands", "required", "default", "Show", "<str>"):
            assert word not in done.out


def test_the_command_alone_says_where_things_stand_and_what_to_do(county: Path, run: Run, tmp_path: Path) -> None:
    county.rename(county.with_name("tongdao"))
    done = run(cwd=tmp_path)
    assert done.code == 0
    assert "20项目标中" in done.out
    assert "示例数据" in done.out
    for command in ("run --due", "owed", "status", "--help"):
        assert f"：tongdao {command}\n" in done.out


@pytest.mark.parametrize("title", ["监测月报", "monthly_report", " 监测 月报 "])
def test_a_report_goes_by_its_chinese_title(title: str) -> None:
    book = open_workbook(ROOT / "data" / "tongdao")
    assert find_notebook(title, book) == ROOT / "notebooks" / "monthly_report.ipynb"


def test_a_report_that_is_not_there_is_answered_with_the_closest(run: Run) -> None:
    assert run("report", "月报").sentence == "没有名为“月报”的笔记本，最接近的是：monthly_report（监测月报）。"


@pytest.mark.parametrize("typed", ["新增企业上云", "新增 企业上云", "　上云　"])
def test_an_indicator_is_found_as_a_person_types_it(run: Run, typed: str) -> None:
    assert run("brief", "--text", "--indicator", typed).out.startswith("新增企业上云")


def test_a_name_that_does_not_resolve_lists_names_with_the_same_characters(run: Run) -> None:
    assert "最接近的是：新增企业上云、" in run("brief", "--text", "--indicator", "上云企业").sentence


def test_a_month_is_read_as_a_person_types_it(run: Run) -> None:
    expected, book = run("status", "--json", "--month", "2024-08").out, open_workbook(ROOT / "data" / "tongdao")
    for month in ("2024-8", "2024/8", "202408", "2024年8月", "２０２４－０８", " 2024 年 8 月 "):
        assert run("status", "--json", "--month", month).out == expected
        assert td.gap_to_target(book, month=month)["month"].eq("2024-08").all()


def test_a_form_stays_in_its_folder_whatever_its_department_is_called(run: Run, county: Path, tmp_path: Path) -> None:
    plan = county / "plan.toml"
    plan.write_text(plan.read_text("utf-8").replace("县教育局", "../../县/教育局"), encoding="utf-8")
    done = run(
        "form", "--list", "里程碑", "--workbook", county, "--department", "教育局", "--out", tmp_path / "a" / "b"
    )
    assert done.code == 0, done.err
    assert [path.parent for path in tmp_path.rglob("*.xlsx")] == [tmp_path / "a" / "b"]


def test_a_narrow_terminal_costs_no_sign(
    county: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = tmp_path / "表.csv"
    sheet.write_text(
        "指标,期间,数值,单位,口径\n新增企业上云,2024-10,3,家,当月\n新增企业上雨,2024-10,1,家,当月\n", encoding="utf-8"
    )
    for given in (("add", sheet, "--as-of", "2024-11-12", "--dry-run"), ("status", "--month", "2024-09")):
        printed = []
        for width in (300, 60, 73, 80, 88, 97):
            monkeypatch.setenv("COLUMNS", str(width))
            printed.append(Counter("".join(run(*given, "--workbook", county).out.split())))
        assert all(narrow == printed[0] for narrow in printed)


@pytest.mark.usefixtures("here")
def test_a_name_stands_on_the_screen_as_it_is_written(
    county: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Square brackets and colons are no colours, links or pictures of the screen."""
    monkeypatch.setenv("COLUMNS", "300")
    hostile = "[b]企业:star:上云[/i]"
    plan = county / "plan.toml"
    plan.write_text(plan.read_text("utf-8").replace('name = "新增企业上云"', f'name = "{hostile}"'), "utf-8")
    sheet = tmp_path / "[b]表:star:[red].csv"
    sheet.write_text(f"指标,期间,数值,单位,口径\n{hostile},2024-10,甲,家,当月\n", encoding="utf-8")
    for given in (("status",), ("status", "--each", "region"), ("add", sheet, "--as-of", "2024-11-12")):
        printed = "".join(run(*given, "--workbook", county).out.split())
        assert "新增企业上平台" in printed or "[b]表_star_[red]-" in printed, printed
    assert hostile in "".join(run("status", "--workbook", county).out.split())


def test_no_number_that_is_not_finite_is_printed_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    print_records(pd.DataFrame({"gap": [1.5, float("inf"), float("-inf"), float("nan")]}))
    assert [row["gap"] for row in json.loads(capsys.readouterr().out)] == [1.5, None, None, None]
