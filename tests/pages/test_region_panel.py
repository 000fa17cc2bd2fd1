"""The panel's page: league, lights, worst and movers say what the table says; a region opens its own report."""

import math

import pandas as pd
from conftest import ROOT, Made, pdf_text

import tongdao as td
from tongdao.pages import RegionPanel, league


def test_the_document_tells_the_league_and_names_what_is_not_divided(made: Made) -> None:
    text = pdf_text(made("panel", "hunan", "2024-12")[".pdf"])
    table = td.panel(td.open_workbook(ROOT / "data" / "hunan"), "2024-12")
    asked = table[table["verdict"] != "followed"]
    assert f"{table['region'].nunique()}个地区共{len(asked)}项目标" in text
    for words in (
        "各地区的灯",
        "各项目标的灯在地区间的分布",
        "差得最多的",
        "位次变动最大的",
        "研发经费投入强度：各地区的走势",
    ):
        assert words in text
    assert "没有分到各地区的目标，每个地区都按计划的目标判断：研发经费投入强度" in text
    assert all(name in text for name in table["region_name"].unique())


def test_a_region_opens_its_own_report(made: Made) -> None:
    document = made("gap_to_target", "hunan", "2024-12", "--region", "广东")[".pdf"]
    text = pdf_text(document)
    assert document.stem == "gap_to_target-440000"
    assert "广东" in text
    assert "本报告只说广东" in text


def row(region: str, light: str, p: float = math.nan, name: str = "甲") -> dict[str, object]:
    asked = {"light": light or "grey", "verdict": "x" if light else "followed"}
    return {"region": region, "region_name": f"{region}县", "name": name, "p_met": p, **asked}


def test_the_league_goes_by_the_share_of_green_lights_and_likes_share_a_place() -> None:
    lights = {"a": ["green", "red"], "b": ["green", "yellow"], "c": ["red"], "d": ["grey"], "e": [""]}
    lights["f"] = ["yellow", "green"]
    rows = [row(region, light, 0.15) for region, own in lights.items() for light in own]
    rows.append(row("c", "red", 0.05, "乙"))
    found = league(pd.DataFrame(rows)).set_index("地区")
    assert list(found.index) == ["b县", "f县", "a县", "c县", "d县", "e县"]
    assert found["名次"].tolist() == ["1", "1", "3", "4", "—", "—"]
    assert found["有望率"].tolist() == ["50%", "50%", "50%", "0%", "—", "—"]
    assert found.loc["c县", "最需要关注"] == "乙"  # the less likely of two


def test_the_worst_come_first_and_the_movers_are_those_whose_place_changed() -> None:
    page = RegionPanel.open(str(ROOT / "data" / "hunan"), "2024-12")
    worst = page.worst()
    shown = [cells[0].text for cells in worst.cells]  # type: ignore[union-attr]
    red = page.targets[page.targets["light"] == "red"]
    floor = page.view.plan.thresholds.floor
    lowest = red[red["p_met"] <= floor].assign(short=lambda made: made["gap"] / made["target"]).sort_values("short")
    assert shown == lowest["region_name"].tolist()[::-1][: len(shown)]
    moved = [cells[-1] for cells in page.movers().cells]  # type: ignore[union-attr]
    assert moved
    assert "+0" not in moved
