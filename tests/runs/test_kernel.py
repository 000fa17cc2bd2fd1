"""Faults of an analyst's own Python, said in one Chinese sentence; what a kernel shows of charts."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import altair as alt
import pandas as pd
import pytest
from conftest import ROOT, text_of
from IPython.lib.pretty import pretty

import tongdao as td
from tongdao.analysis.gap import gaps
from tongdao.base import sentence
from tongdao.document import read_document
from tongdao.runs.kernel import _picture, column
from tongdao.workbook.workbook import open_workbook

FRAME = pd.DataFrame({"家数": [1]})
NAMES = {"FRAME": FRAME, "alt": alt, "pd": pd, "td": td, "book": open_workbook(ROOT / "data" / "tongdao")}


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("print(“家数”)", "第 1 行有中文的标点或空格 '“'"),
        ("print(\n'家数'，1)", "第 2 行有中文的标点或空格 '，'"),
        ("print('家数'", "括号是不是成对"),
        ("print(家数)", "没有叫“家数”的变量：文字两边要加引号"),
        ("FRAME.colums", "最接近的是：columns"),
        ("FRAME['户数']", "没有叫 '户数' 的列"),
        ("FRAME[['户数', '家数']]", "没有叫 '户数' 的列"),
        ("FRAME[['户数', '人数']]", "没有叫 '户数', '人数' 的列"),
        ("FRAME.loc[[2020, 2021]]", "没有叫 2020, 2021 的列"),
        ("{}['[甲] 在']", "没有叫 '[甲] 在' 的列"),
        ("import tong_dao", "没有安装“tong_dao”"),
        ("1 / 0", "除数是 0"),
        ("open('没有.csv')", "文件“没有.csv”打不开：找不到文件"),
        ("alt.Chart(pd.DataFrame({'a': range(6000)})).mark_bar().to_dict()", "超过 5000 行"),
        ("td.look(book, momth='2024-09')", "“look”的括号里不能写“momth”"),
        ("td.look()", "“look”的括号里少了 'book'"),
        ("td.gap_to_target(book, month=9)", "括号里填的内容不合用"),
        ("td.look('上云')", "第一个是 open_workbook 打开的工作簿"),
        ("td.look(book, 3)", "名称、月份和日期加引号"),
        (
            "raise ImportError(\"Cannot load backend 'tkagg' which requires the 'tk' framework\")",
            "“%matplotlib tk”用不了",
        ),
        (
            "raise ImportError('Failed to import any of the following Qt binding modules: PyQt6')",
            "“%matplotlib Qt”用不了",
        ),
        ("raise OSError('source code not available')", "没有做完（OSError：source code"),
        ("from IPython.display import SVG\nSVG('没有.svg')", "多半是文件名写错了"),
        ("int('一')", "没有做完（ValueError：invalid literal"),
        ("from urllib.request import urlopen\nurlopen('http://127.0.0.1:9/a.csv')", "连不上网络"),
        ("assert not len(FRAME)", "没有做完（AssertionError）"),
    ],
)
def test_the_usual_faults_are_one_sentence_that_says_what_to_do(cell: str, words: str) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - whichever it is
        exec(compile(cell, "cell", "exec"), NAMES)
    told = sentence(caught.value)
    assert words in told
    assert told.endswith("。")
    assert "\n" not in told


def test_what_a_workbook_holds_says_in_a_line_what_it_is() -> None:
    book = open_workbook(ROOT / "data" / "tongdao")
    view = book.view("2024-09")
    cloud = book.plan.indicator("cloud_firms")
    row = next(row for row in gaps(view) if row.item == cloud)
    for one, words in (
        (book, ("工作簿“tongdao”", "20 项指标", "826 个读数", "示例数据")),
        (book.plan, (book.plan.title, cloud.name)),
        (view, ("2024-09", "数据截至")),
        (cloud, (cloud.name, cloud.quote)),
        (row, (cloud.name, "目标 15", "实际")),
    ):
        told = pretty(one)
        assert all(word in told for word in words), told
        assert "=" not in told
    assert pretty(list(book.plan.indicators)).count("\n") == 19  # a line each


def test_a_column_without_a_name_has_a_head_and_all_its_rows() -> None:
    index = pd.MultiIndex.from_tuples([("甲局", 1), ("甲局", 2), ("乙局", 1)])
    shown = {"output_type": "display_data", "metadata": {}, "data": {"text/html": column(pd.Series([5, 6, 7], index))}}
    cell = {"cell_type": "code", "metadata": {}, "source": "s", "outputs": [shown], "execution_count": 1}
    text = text_of(read_document({"cells": [cell], "metadata": {}}, title="题"))
    assert text.index("值") < text.index("甲局") < text.index("5") < text.index("6") < text.index("乙局")


def test_a_chart_that_a_notebook_saves_as_a_picture_has_chinese(tmp_path: Path) -> None:
    source = """
from tongdao.runs import kernel
kernel.chinese_in_pictures()
from vl_convert import svg_to_png
head = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20">'
svg = head + '<text y="15" font-family="sans-serif">{}</text></svg>'
assert svg_to_png(svg.format("甲")) != svg_to_png(svg.format("乙"))  # without a font both are one box
"""
    subprocess.run([sys.executable, "-c", source], check=True, env=os.environ | {"HOME": str(tmp_path)})


def test_chinese_beside_a_formula_and_in_it_is_drawn(tmp_path: Path) -> None:
    source = """
from tongdao.runs import kernel
kernel.chinese_in_pictures()
import matplotlib
matplotlib.use("agg")
import matplotlib.pyplot as plt
for fonts in ("cm", "stix", "dejavusans"):
    plt.rcParams.update({"mathtext.fontset": fonts, "font.family": ["serif", "SimHei"]})
    for words in ("{} $km^2$", r"$\\mathrm{{{}}}$"):
        drawn = []
        for sign in "甲乙":
            figure = plt.figure()
            figure.text(0.3, 0.5, words.format(sign), size=40, weight="bold")
            figure.canvas.draw()
            drawn.append(bytes(figure.canvas.buffer_rgba()))
        assert drawn[0] != drawn[1], (fonts, words)  # without a font both are one sign
"""
    done = subprocess.run(
        [sys.executable, "-c", source],
        check=True,
        env=os.environ | {"HOME": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert "does not have a glyph" not in done.stderr


def test_a_chart_over_a_column_of_dates_is_shown() -> None:
    days = pd.DataFrame({"日": [date(2024, 7, 1), date(2024, 8, 1)], "家数": [1, 2]})
    shown = _picture(alt.Chart(days).mark_bar().encode(x="month(日):O", y="家数"))
    assert "八月" in shown["image/svg+xml"]
