"""One region among others, by hand; and the page of one indicator."""

import json
from pathlib import Path

import pytest
from conftest import ROOT, SMALL, Made, Run, flow_rows, indicator, pdf_text, small_workbook

import tongdao as td
from tongdao.analysis.gap import gaps
from tongdao.analysis.trends import compare
from tongdao.pages.frames import in_units
from tongdao.workbook.workbook import View, open_workbook

REGIONS = {"110000": "甲市", "120000": "乙市", "130000": "丙市", "140000": "丁市", "000000": "全域"}
VALUES = {"110000": (3.0, 4.0), "120000": (5.0, 5.0), "130000": (2.0, 4.5), "140000": (1.0, 1.0), "000000": (9.0, 9.0)}


def view_of(folder: Path, *, word: str = "以上") -> View:
    plan = SMALL.replace('110000 = "示范市"', "\n".join(f'{code} = "{name}"' for code, name in REGIONS.items()))
    plan += indicator("a", "%", "share", f'target = 50\nword = "{word}"\nfrequency = "year"')
    rows = [
        f"a,{code},{year},{value},%,level,final,测试,2024-10-12"
        for code, pair in VALUES.items()
        for year, value in zip((2019, 2024), pair, strict=True)
    ]
    return open_workbook(small_workbook(folder, plan, rows)).view("2024-12")


def test_rank_distances_and_movement_by_hand(tmp_path: Path) -> None:
    """4.0 is third of four behind 5.0 and 4.5; it was second; the whole takes no part."""
    view = view_of(tmp_path)
    found = compare(view, view.plan.indicator("a"))
    assert found is not None
    assert list(found.ranking["name"]) == ["乙市", "丙市", "甲市", "丁市"]
    assert (found.rank, found.earlier, found.leader) == (3, 2, "乙市")
    assert found.to_leader == pytest.approx(-1.0)
    assert found.to_median == pytest.approx(-0.25)
    words = td.IndicatorTrend(view, gaps(view), "a").comparison_sentence(found)
    assert words == "2024年甲市在4个地区中居第3位，比5年前下降1位；比中位数低0.25个百分点，与居首的乙市相差1个百分点。"


def test_for_a_decreasing_target_less_is_better(tmp_path: Path) -> None:
    view = view_of(tmp_path, word="以下")
    found = compare(view, view.plan.indicator("a"))
    assert found is not None
    assert (found.rank, found.leader) == (2, "丁市")


def test_a_region_alone_is_not_compared(tmp_path: Path) -> None:
    plan = SMALL + indicator("a", "家", "flow")
    view = open_workbook(small_workbook(tmp_path, plan, flow_rows("a", "家", {2024: [1, 2]}))).view("2024-02")
    assert compare(view, view.plan.indicator("a")) is None


def test_a_small_amount_of_money_is_drawn_and_labelled_in_ten_thousands() -> None:
    view = open_workbook(ROOT / "data" / "tongdao").view("2024-09")
    row = td.IndicatorTrend(view, gaps(view), "知识价值信用贷款备案").row
    figure = td.Page(view, (row,)).progress(row)
    assert figure.subtitle is not None
    assert "万元" in figure.subtitle
    drawn = json.dumps(dict(figure.spec), ensure_ascii=False)
    assert "目标1500万元" in drawn
    assert "示例数据" in drawn
    assert figure.source is not None


def test_counts_have_whole_ticks_and_nothing_is_left_unlabelled() -> None:
    view = open_workbook(ROOT / "data" / "tongdao").view("2024-09")
    for row in gaps(view):
        if view.series(row.item).empty or in_units(row):  # a unit is a dot, and no axis counts them
            continue
        figure = td.Page(view, (row,)).progress(row)
        axes = [
            layer["encoding"]["y"]["axis"] for layer in figure.spec["layer"] if "axis" in layer["encoding"].get("y", {})
        ]
        assert len(axes) == 1
        assert ("tickMinStep" in axes[0]) == (row.item.counts or "万元" in str(figure.subtitle))


@pytest.mark.parametrize(
    ("workbook", "month", "name", "words"),
    [
        (
            "tongdao",
            "2024-09",
            "全社会研发经费投入增速",
            ["2025年10月公布", "序列过短", "力争全社会研发经费投入增长12%以上"],
        ),
        ("tongdao", "2024-09", "科技型中小企业数", ["八成区间下限", "实现可能性", "累计同比"]),
        ("hunan", "2024-12", "R&D经费投入强度", ["居第9位", "转述", "全国同期为2.65%", "各地区的走势"]),
        ("hunan", "2024-12", "每万人口高价值发明专利拥有量", ["无数据", "没有读数"]),
        ("tongdao", "2024-11", "新增企业上云", ["无数据", "2024年9月"]),
    ],
)
def test_the_page_of_one_indicator(workbook: str, month: str, name: str, words: list[str], made: Made) -> None:
    text = pdf_text(made("indicator_trend", workbook, month, "-p", f"indicator={name}")[".pdf"])
    for word in words:
        assert word in text


def test_an_unknown_indicator_names_the_candidates(run: Run, tmp_path: Path) -> None:
    done = run("report", "indicator_trend", "-p", "indicator=高新技术企业", "--out", tmp_path)
    assert done.code == 2
    assert "新认定高新技术企业" in done.sentence
