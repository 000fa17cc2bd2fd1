"""Schedule entries that ask one question twice, in other forms or on other days, and names that clean to one file."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest
from conftest import SMALL, Run, flow_rows, indicator, small_workbook, written

from tongdao.runs.jobs import due_jobs, jobs
from tongdao.workbook.workbook import open_workbook

ENTRY = '\n[[schedule]]\nreport = "{report}"\nday = {day}\n{more}\n'
NAMES = [("示范县甲/乙局", "示范县甲 乙局"), ("示范县Ab局", "示范县aB局")]


def workbook(folder: Path, *entries: str, units: Sequence[str] = ()) -> Path:
    departments = "".join(f'\n[[department]]\nname = "{name}"\n' for name in units)
    plan = SMALL + departments + indicator("firms", "家", "flow") + "".join(entries)
    years = {2022: [1.0] * 12, 2023: [1.0] * 12, 2024: [1.0] * 3}
    return small_workbook(folder / "w" / "small", plan, flow_rows("firms", "家", years, recorded="2024-02-05"))


@pytest.mark.parametrize("second", ['day = 10\nforms = ["docx"]', 'day = 20\nforms = ["docx"]', "day = 20"])
def test_one_question_in_two_entries_is_made_and_then_rests(second: str, run: Run, tmp_path: Path) -> None:
    later = f'\n[[schedule]]\nreport = "briefing"\n{second}\n'
    book = workbook(tmp_path, ENTRY.format(report="briefing", day=10, more=""), later)
    asked = ("run", "--due", "--workbook", book, "--out", tmp_path / "out", "--as-of", "2024-02-25")
    first = run(*asked)
    assert (first.code, bool(first.out)) == (0, True), first.err
    again = run(*asked)
    assert (again.code, again.out, again.err.strip()) == (0, "", "到期的报告都已生成。")
    (kept,) = written(tmp_path / "out", ".manifest.json")
    manifest = json.loads(kept.read_text(encoding="utf-8"))
    wanted = {"briefing.pdf", "briefing.docx"} if "docx" in second else {"briefing.pdf"}
    assert set(manifest["outputs"]) == wanted
    replayed = run("replay", manifest["run"], "--workbook", book, "--out", tmp_path / "out")
    assert replayed.out.count("逐字节相同") == len(wanted)


def test_a_form_that_a_person_has_edited_is_not_made_anew_with_another(run: Run, county: Path, tmp_path: Path) -> None:
    asked = ("report", "briefing", "--workbook", county, "--month", "2024-08", "--out", tmp_path / "out")
    edited = Path(run(*asked, "--format", "docx").out.strip())
    edited.write_bytes(b"by hand")
    run(*asked)
    assert edited.read_bytes() == b"by hand"


@pytest.mark.parametrize("names", NAMES)
def test_names_that_clean_to_one_file_are_told_apart_or_refused(names: tuple[str, str], tmp_path: Path) -> None:
    each = ENTRY.format(report="department_report", day=10, more='each = ["department"]')
    book = open_workbook(workbook(tmp_path, each, units=(*names, "示范县另一局")))
    made = jobs(book, "department_report", {}, each=["department"])
    assert [bool(job.refused) for job in made] == [False, True, False]
    assert len({job.name.casefold() for job in made}) == 3
    assert all(name in made[1].refused for name in names)


def test_check_names_what_cannot_be_told_apart_and_the_rest_is_made_once(run: Run, tmp_path: Path) -> None:
    one, two = (ENTRY.format(report="department_report", day=10, more=f'given = {{ department = "{name}" }}')
                for name in NAMES[0])  # fmt: skip
    book = workbook(tmp_path, one, two, units=NAMES[0])
    told = run("check", "--workbook", book)
    assert told.code == 1
    assert "“department_report，department=示范县甲/乙局”和“department_report，department=示范县甲 乙局”" in told.out
    found = due_jobs(open_workbook(book), datetime.fromisoformat("2024-03-01T09:00+08:00"))
    assert [bool(job.refused) for job in found] == [False, True]
    done = run("run", "--due", "--workbook", book, "--out", tmp_path / "out", "--as-of", "2024-03-01")
    assert (done.code, len(done.out.splitlines())) == (1, 2)
    again = run("run", "--due", "--workbook", book, "--out", tmp_path / "out", "--as-of", "2024-03-01")
    assert (again.code, again.out) == (1, "")
    notes = [path.name for path in written(tmp_path / "out", ".未更新.txt")]
    assert notes == ["department_report（重名1）-示范县甲_乙局.未更新.txt"]


def test_a_name_too_long_for_a_file_is_cut_and_told_apart(run: Run, tmp_path: Path) -> None:
    long = ["甲" * 100 + end for end in "丙乙"]
    book = workbook(tmp_path, units=long)
    for name in long:
        asked = ("report", "department_report", "-p", f"department={name}", "--workbook", book, "--month", "2024-02")
        done = run(*asked, "--out", tmp_path / "out")
        assert done.code == 0, done.err
    kept = [json.loads(file.read_text("utf-8")) for file in written(tmp_path / "out", ".manifest.json")]
    assert sorted(entry["given"]["department"] for entry in kept) == long
    assert all(run("replay", entry["run"], "--workbook", book, "--out", tmp_path / "out").code == 0 for entry in kept)
