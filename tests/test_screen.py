"""Faults of an analyst's own Python, said in one Chinese sentence."""

import pandas as pd
import pytest

from tongdao.screen import sentence

FRAME = pd.DataFrame({"家数": [1]})


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("print(“家数”)", "第 1 行有中文的标点或空格 '“'"),
        ("print(\n'家数'，1)", "第 2 行有中文的标点或空格 '，'"),
        ("print('家数'", "括号是不是成对"),
        ("print(家数)", "没有叫“家数”的变量：文字两边要加引号"),
        ("FRAME.colums", "最接近的是：columns"),
        ("FRAME['户数']", "没有叫 '户数' 的列"),
        ("import tong_dao", "没有安装“tong_dao”"),
        ("1 / 0", "除数是 0"),
        ("open('没有.csv')", "文件“没有.csv”打不开：找不到文件"),
        ("int('一')", "没有做完（ValueError：invalid literal"),
        ("assert not len(FRAME)", "没有做完（AssertionError）"),
    ],
)
def test_the_usual_faults_are_one_sentence_that_says_what_to_do(cell: str, words: str) -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - whichever it is
        exec(compile(cell, "cell", "exec"), {"FRAME": FRAME})
    told = sentence(caught.value)
    assert words in told
    assert told.endswith("。")
    assert "\n" not in told
