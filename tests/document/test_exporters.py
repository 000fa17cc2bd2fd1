"""An analyst's own notebook through nbconvert: plain Markdown, tables, pictures and charts, and no cell of ours."""

import json
import os
import subprocess
import sys
from base64 import b64encode
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from docx import Document as WordFile
from pypdf import PdfReader

from tongdao.document.blocks import Figure, Paragraph, Span, Table
from tongdao.document.notebook import read_document

CELLS = [
    "import altair as alt\nimport matplotlib.pyplot as plt\nimport pandas as pd\nimport tongdao as td",
    "frame = pd.DataFrame({'单位': ['甲局', '乙局'], '家数': [12, 15]})\nframe",
    "figure, axes = plt.subplots(figsize=(4, 2))\naxes.bar(frame['单位'], [-2, 3])\naxes.set_title('净增家数');",
    "frame.rename(columns={'单位': '部门'}).groupby('部门')['家数'].sum()",
    "alt.Chart(frame, title='各单位的家数').mark_bar().encode(x='家数:Q', y='单位:N')",
]


def notebook(folder: Path, *cells: str) -> Path:
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    code: dict[str, Any] = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    words = {
        "cell_type": "markdown",
        "metadata": {},
        "source": "# 我的分析\n\n结论是**好的**。\n\n- 其一\n- 其二",
        "id": "words",
    }
    made = [words, *({**code, "source": text, "id": f"c{n}"} for n, text in enumerate(cells))]
    content = {"cells": made, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    path = folder / "own.ipynb"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def convert(path: Path, form: str) -> "subprocess.CompletedProcess[str]":
    command = [str(Path(sys.executable).with_name("jupyter")), "nbconvert", "--execute", "--to", form, str(path)]
    home = {"HOME": str(path.parent), "IPYTHONDIR": str(path.parent / "ipython")}
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, env=os.environ | home)


def test_an_own_notebook_becomes_a_pdf(tmp_path: Path) -> None:
    done = convert(notebook(tmp_path, *CELLS), "tongdao_pdf")
    assert done.returncode == 0, done.stderr[-2000:]
    reader = PdfReader(tmp_path / "own.pdf")
    text = "".join("".join(page.extract_text().split()) for page in reader.pages)
    for words in ("我的分析", "结论是好的", "其一", "甲局", "家数", "部门", "各单位的家数"):
        assert words in text
    assert "mark_bar" not in text
    assert "Glyph" not in text  # matplotlib has found a font with Chinese
    assert len(reader.pages[0].images) == 1


@pytest.mark.slow
@pytest.mark.parametrize("form", ["tongdao_docx", "tongdao-docx"])
def test_an_own_notebook_becomes_a_word_file(form: str, tmp_path: Path) -> None:
    done = convert(notebook(tmp_path, *CELLS), form)
    assert done.returncode == 0, done.stderr[-2000:]
    word = WordFile(str(tmp_path / "own.docx"))
    assert any("我的分析" in paragraph.text for paragraph in word.paragraphs)
    assert any("乙局" in cell.text for table in word.tables for row in table.rows for cell in row.cells)
    assert len(word.inline_shapes) == 2


def test_a_notebook_that_ended_in_an_error_is_refused_by_name(tmp_path: Path) -> None:
    path = notebook(tmp_path, "1 / 0")
    content = json.loads(path.read_text(encoding="utf-8"))
    fault = {"output_type": "error", "ename": "ZeroDivisionError", "evalue": "division by zero", "traceback": []}
    content["cells"][1]["outputs"] = [fault]
    path.write_text(json.dumps(content), encoding="utf-8")
    command = [str(Path(sys.executable).with_name("jupyter")), "nbconvert", "--to", "tongdao_pdf", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode != 0
    assert "第 2 个单元格出错（division by zero）" in done.stderr
    assert not (tmp_path / "own.pdf").exists()


def table_of(html: str) -> Table:
    output = {"output_type": "execute_result", "data": {"text/html": html}}
    blocks = read_document({"cells": [{"cell_type": "code", "source": "", "outputs": [output]}]}, title="表").blocks
    assert isinstance(blocks[0], Table)
    return blocks[0]


def texts(table: Table) -> list[list[str]]:
    return [[column.title for column in table.columns], *([cell.text for cell in row] for row in table.cells)]


def test_figures_of_a_frame_with_several_levels_stay_under_their_titles() -> None:
    keys = pd.MultiIndex.from_product([["甲县", "乙县"], [2023, 2024]], names=["地区", "年份"])
    titles = pd.MultiIndex.from_product([["家数"], ["新增", "注销"]])
    frame = pd.DataFrame([[1, 2], [3, 4], [5, 6], [7, 8]], index=keys, columns=titles)
    assert texts(table_of(frame.to_html())) == [
        ["地区", "年份", "家数 新增", "家数 注销"],
        ["甲县", "2023", "1", "2"],
        ["", "2024", "3", "4"],
        ["乙县", "2023", "5", "6"],
        ["", "2024", "7", "8"],
    ]


def test_a_styled_frame_keeps_its_caption_and_what_is_missing_is_a_dash() -> None:
    frame = pd.DataFrame({"家数": [1.5, None], "日期": pd.to_datetime(["2024-01-01", None])})
    table = table_of(frame.style.set_caption("企业").to_html())
    assert table.title == "企业"
    assert [row[1:] for row in texts(table)] == [["家数", "日期"], ["1.500000", "2024-01-01 00:00:00"], ["—", "—"]]
    assert table.columns[1].align == "right"


def test_a_picture_pasted_into_a_markdown_cell_is_a_figure() -> None:
    pasted = {"截图 1.png": {"image/png": b64encode(b"PNG").decode()}}
    text = "说明\n\n![现场](attachment:截图%201.png)\n\n文中![](attachment:截图%201.png)的图"
    cell = {"cell_type": "markdown", "source": text, "attachments": pasted}
    _, picture, around, within = read_document({"cells": [cell]}, title="图").blocks
    assert picture == Figure("", None, "现场", image=b"PNG")
    assert around == Paragraph((Span("文中的图"),))
    assert within == Figure("", None, "图片", image=b"PNG")
