"""What a document is known by: its notebook and what was asked of it."""

import json
import shutil
from pathlib import Path

import pytest
from conftest import Run, pdf_text

from tongdao.base import UsageError
from tongdao.workbook.workbook import find_notebook, open_workbook


def own_notebook(path: Path, text: str = "正文。") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    declared = "topic: str = ''\nfocus: str = ''"
    shown = "from IPython.display import Markdown\nMarkdown(f'专题{topic}，重点{focus}')"
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": f"# 我的分析\n\n{text}", "id": "a"},
        {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": declared, "outputs": [], "id": "b",
         "execution_count": None},
        {"cell_type": "code", "metadata": {}, "source": shown, "outputs": [], "id": "c", "execution_count": None},
    ]  # fmt: skip
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}), "utf-8")
    return path


def test_two_questions_make_two_documents(run: Run, county: Path, tmp_path: Path) -> None:
    own_notebook(county / "notebooks" / "mine.ipynb")
    asked = ("report", "mine", "--workbook", county, "--out", tmp_path / "out", "-p")
    first, second = run(*asked, "topic=上云"), run(*asked, "focus=上云")
    assert Path(first.out.strip()).name == "mine-topic=上云.pdf"
    assert "专题上云，重点。" not in pdf_text(Path(second.out.strip()))
    assert "专题上云" in pdf_text(Path(first.out.strip()))
    assert "重点上云" in pdf_text(Path(second.out.strip()))


def test_a_draft_keeps_apart_from_the_report_of_its_name(run: Run, county: Path, tmp_path: Path) -> None:
    own_notebook(county / "notebooks" / "mine.ipynb", "定稿。")
    draft = own_notebook(tmp_path / "草稿" / "mine.ipynb", "草稿。")
    published = Path(run("report", "mine", "--workbook", county, "--out", tmp_path / "out").out.strip())
    before = published.read_bytes()
    made = run("report", draft, "--workbook", county, "--out", tmp_path / "out")
    assert Path(made.out.strip()).name == "mine（草稿）.pdf"
    assert published.read_bytes() == before


def test_a_copy_of_a_notebook_is_another_run(run: Run, county: Path, tmp_path: Path) -> None:
    book = ("--workbook", county, "--out", tmp_path / "out")
    for name in ("mine", "copy"):
        made = run("report", own_notebook(county / "notebooks" / f"{name}.ipynb"), *book)
        kept = Path(made.out.strip()).with_name(f"{name}.manifest.json")
        again = json.loads(kept.read_text(encoding="utf-8"))["run"]
        assert name in run("replay", again, *book).out
    kept_ones = (tmp_path / "out").rglob("*.manifest.json")
    assert len({json.loads(kept.read_text(encoding="utf-8"))["run"] for kept in kept_ones}) == 2


def test_of_two_notebooks_of_one_name_elsewhere_the_second_is_refused(run: Run, county: Path, tmp_path: Path) -> None:
    first, second = (own_notebook(tmp_path / name / "other.ipynb", name) for name in ("甲", "乙"))
    asked = ("--workbook", county, "--out", tmp_path / "out")
    made = Path(run("report", first, *asked).out.strip())
    refused = run("report", second, *asked)
    assert refused.code == 2
    assert "other 已是另一份文件的名字" in refused.err
    assert "甲" in pdf_text(made)
    assert run("report", first, *asked).code == 0  # the same again


@pytest.mark.parametrize("moved", [False, True])
def test_a_draft_is_made_again_from_where_it_lies(moved: bool, run: Run, county: Path, tmp_path: Path) -> None:
    draft = own_notebook(tmp_path / "草稿" / "终稿 #1.ipynb")
    out = ("--workbook", county, "--out", tmp_path / "out")
    run("report", draft, "--month", "2024-08", *out)
    (kept,) = (tmp_path / "out").rglob("*.manifest.json")
    again = json.loads(kept.read_text(encoding="utf-8"))["run"]
    if moved:
        shutil.move(draft, tmp_path / "终稿 #1.ipynb")
    done = run("replay", again, *out)
    assert (done.code == 0) == (not moved)
    assert ("找不到笔记本" in done.err) == moved


def test_a_report_is_made_again_from_the_notebook_it_came_from(run: Run, county: Path, tmp_path: Path) -> None:
    out = ("--workbook", county, "--out", tmp_path / "out")
    run("report", "briefing", "--month", "2024-08", *out)
    (kept,) = (tmp_path / "out").rglob("*.manifest.json")
    own_notebook(tmp_path / "here" / "notebooks" / "briefing.ipynb")
    done = run("replay", json.loads(kept.read_text(encoding="utf-8"))["run"], *out, cwd=tmp_path / "here")
    assert (done.code, "逐字节相同" in done.out) == (0, True), done.out + done.err


def test_a_scheduled_run_does_not_look_in_a_home_that_is_a_link(
    county: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_notebook(tmp_path / "notebooks" / "only_at_home.ipynb")
    (tmp_path / "link").symlink_to(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "link"))
    with pytest.raises(UsageError, match="没有名为“only_at_home”的笔记本"):
        find_notebook("only_at_home", open_workbook(county), attended=False)
