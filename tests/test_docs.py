"""The pages an analyst follows: every command and every line of Python in them is run."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest
from conftest import ROOT, Run

PAGES = ["first_hour", "add_an_indicator", "change_a_target", "correct_a_reading", "update_a_list", "own_notebook"]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.M | re.S)


def blocks(page: str) -> list[tuple[str, str]]:
    return BLOCK.findall((ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8"))


@pytest.fixture
def place(county: Path, tmp_path: Path) -> Path:
    """A folder laid out as a newcomer's: the workbook in data/tongdao, reports beside."""
    county.rename(county.with_name("tongdao"))
    (tmp_path / "reports").mkdir()
    return tmp_path


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_a_page_does_what_it_says(page: str, run: Run, place: Path) -> None:
    for language, text in blocks(page):
        if language == "toml":  # what the page tells to write, written where it tells
            name = "corrections.toml" if "[[correction]]" in text else "plan.toml"
            with (place / "data" / "tongdao" / name).open("a", encoding="utf-8") as file:
                file.write(f"\n{text}")
            tomllib.loads(text)
        elif language == "sh" and text.strip() != "tongdao lab":  # test_lab.py opens it
            words = shlex.split(text)
            assert words[0] == "tongdao"
            strict = {"PYTHONWARNINGS": "error"} if words[1] in ("report", "brief") else {}  # in what they start, too
            done = run(*words[1:], cwd=place, **strict)
            quote_is_invented = page == "add_an_indicator" and words[1] == "check" and "没有逐字出现" in done.out
            assert done.code == 0 or quote_is_invented, f"{text}\n{done.err}\n{done.out}"


@pytest.mark.parametrize("page", PAGES)
def test_the_python_of_a_page_runs_from_top_to_bottom(
    page: str, place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(place)
    names: dict[str, object] = {}
    for language, text in blocks(page):
        if language == "python":
            exec(compile(text, page, "exec"), names)
    assert "Error" not in capsys.readouterr().err


def test_the_pages_link_to_each_other_and_to_nothing_that_is_not_there() -> None:
    for page in PAGES:
        text = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
        for target in re.findall(r"\]\((\S+?)\)", text):
            assert (ROOT / "docs" / target).is_file(), target


def test_the_files_that_pages_name_are_there() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    named = {name for page in pages for name in re.findall(r"`(?:python )?([\w/]+/\w+\.py)\b", page.read_text("utf-8"))}
    assert len(named) > 5
    assert not {name for name in named if not ((ROOT / name).is_file() or (ROOT / "tongdao" / name).is_file())}
