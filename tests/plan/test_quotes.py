"""A target says what its quote says: number, unit, range, word and 力争."""

from pathlib import Path

import pytest
from conftest import SMALL

from tongdao.plan.plan import read_plan
from tongdao.plan.quotes import quote_faults


def faults(tmp_path: Path, quote: str, keys: str, more: str = "") -> list[tuple[bool, str]]:
    entry = f'\n[[indicator]]\nid = "held"\nname = "要核的"\nmeasure = "level"\nquote = "{quote}"\n{keys}\n{more}'
    path = tmp_path / "plan.toml"
    path.write_text(SMALL + entry, encoding="utf-8")
    return [(wrong, words) for wrong, name, words in quote_faults(read_plan(path)) if name == "held"]


@pytest.mark.parametrize(
    ("quote", "keys"),
    [
        ("企业达到35家以上", 'unit = "家"\ntarget = 35'),
        ("企业达到35家", 'unit = "家"\ntarget = 35\nword = ""'),
        ("贷款0.2亿元以上", 'unit = "万元"\ntarget = 2000'),
        ("游客1.2万人次以上", 'unit = "人次"\ntarget = 12000'),
        ("引进人才6人、团队2个以上", 'unit = "个"\ntarget = 2'),
        ("新建基地三个", 'unit = "个"\ntarget = 3\nword = ""'),
        ("比重提高到8个百分点左右", 'unit = "%"\ntarget = 8\nword = "左右"'),
        ("| 3 | 覆盖率 | % | 35 | ≥80 |", 'unit = "%"\ntarget = 80'),
        ("3 成交额 4.6亿元 2025年12月 县科技局", 'unit = "亿元"\ntarget = 4.6'),
        ("企业数是2020年的1.8倍", 'unit = "家"\nchange = "×1.8"\nbase = "2020"'),
        ("开办时间压缩至3个工作日", 'unit = "个工作日"\ntarget = 3\nword = ""'),
        ("机械化率提高到72%", 'unit = "%"\ntarget = 72'),
    ],
)
def test_what_agrees_is_not_mentioned(tmp_path: Path, quote: str, keys: str) -> None:
    assert faults(tmp_path, quote, keys) == []


@pytest.mark.parametrize(
    ("quote", "keys", "words"),
    [
        ("企业达到35家以上", 'unit = "家"\ntarget = 53', "35家以上"),
        ("企业达到35家以上", 'unit = "个"\ntarget = 35', "单位"),
        ("贷款0.15亿元以上", 'unit = "万元"\ntarget = 150', "0.15亿元"),
        ("培育集群2—3个", 'unit = "个"\ntarget = 2', "target_to = 3"),
        ("企业突破10家", 'unit = "家"\ntarget = 10', "突破"),
        ("产品20个左右", 'unit = "个"\ntarget = 20', "左右"),
        ("时长不超过7天", 'unit = "天"\ntarget = 7', "不超过7天"),
        ("开办时间压缩至3个工作日", 'unit = "个工作日"\ntarget = 3', "往下走"),
        ("机械化率提高到72%", 'unit = "%"\ntarget = 72\nword = "以内"', "往上走"),
        ("大力推进建设", 'unit = "个"\ntarget = 1', "没有数"),
    ],
)
def test_what_differs_is_a_problem_that_shows_both(tmp_path: Path, quote: str, keys: str, words: str) -> None:
    ((wrong, said),) = faults(tmp_path, quote, keys)
    assert wrong
    assert words in said


@pytest.mark.parametrize(("written", "wrong"), [(20, False), (12, True)])
def test_an_interim_target_is_held_to_its_own_quote(tmp_path: Path, written: int, wrong: bool) -> None:
    stage = f'[[indicator.interim]]\nby = 2024-06-30\ntarget = {written}\nquote = "年中达到20家以上"'
    found = faults(tmp_path, "企业达到35家以上", 'unit = "家"\ntarget = 35', stage)
    assert [problem for problem, words in found if "20家以上" in words] == [True] * wrong


@pytest.mark.parametrize(
    ("quote", "change", "agrees"),
    [("比2020年下降15%", "-15%", True), ("比2020年翻一番", "×2", True), ("比2020年提高3岁", "+4", False)],
)
def test_a_change_is_held_to_its_quote(tmp_path: Path, quote: str, change: str, agrees: bool) -> None:
    assert (not faults(tmp_path, quote, f'unit = "岁"\nword = ""\nbase = "2020"\nchange = "{change}"')) == agrees


def test_strive_and_an_amendments_quote_are_worth_knowing(tmp_path: Path) -> None:
    change = (
        '[[amendment]]\neffective = 2024-07-01\nreason = "调整"\nindicator = "held"\ntarget = 8\nquote = "调整为5家"'
    )
    found = faults(tmp_path, "力争达到4家", 'unit = "家"\ntarget = 4\nword = ""', change)
    assert [wrong for wrong, _ in found] == [False, False]
    assert "strive" in found[0][1]
    assert "5家" in found[1][1]
