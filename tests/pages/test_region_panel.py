"""The panel's page: league, lights, worst and movers say what the table says; a region opens its own report."""

import json
import math
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
import vl_convert
from conftest import ROOT, SMALL, Made, Run, flow_rows, indicator, pdf_text, small_workbook

import tongdao as td
from tongdao.analysis import grouped
from tongdao.base import DataError
from tongdao.document import LIGHTS, Figure, draw
from tongdao.pages import RegionPanel, league
from tongdao.pages.display import Table


def test_a_share_falls_short_by_points_and_its_unit_is_said_once() -> None:
    worst = RegionPanel.open(ROOT / "data" / "hunan", "2024-12").worst()
    assert isinstance(worst, Table)
    told = [cell.text for cell in worst.cells[0]]
    assert told[:5] == ["西藏", "研发经费投入强度", "2.65%", "0.30%", "2.35个百分点"]


def test_the_lights_of_one_region_are_counted_in_whole_regions() -> None:
    lights = RegionPanel.open(ROOT / "data" / "tongdao", "2024-02", "2024-10-12").lights()
    assert isinstance(lights, Figure)
    ticks = re.findall(r'<text text-anchor="(?:middle|start|end)"[^>]*>(\d+)</text>', draw(lights).svg)
    assert sorted(ticks)[:2] == ["0", "1"]
    assert '"values": [0, 1]' in json.dumps(lights.spec)


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
    assert "本报告只说广东：分到各地区的目标用分给它的数，没有分给它的只跟踪，其余的用计划的数；" in text
    assert "6件以上" in text  # a target that is not shared out


def test_a_chart_of_regions_speaks_of_a_target_only_where_one_is_drawn() -> None:
    for name, drawn in (("研发经费投入强度", True), ("技术合同成交额", False)):
        shown = RegionPanel.open(ROOT / "data" / "hunan", "2024-03", indicator=name).multiples()
        assert isinstance(shown, Figure)
        assert ("goal" in json.dumps(shown.spec)) is drawn
        assert ("橙色虚线为目标" in (shown.subtitle or "")) is drawn


def test_groups_of_regions_stand_beside_them_where_the_workbook_names_some(tmp_path: Path) -> None:
    folder = tmp_path / "hunan"
    shutil.copytree(ROOT / "data" / "hunan", folder)
    assert RegionPanel.open(str(folder), "2024-12").group_table() is None
    (folder / "groups.csv").write_text("region,group\n湖南,两省\n湖北,两省\n", encoding="utf-8")
    page = RegionPanel.open(str(folder), "2024-12")
    shown = page.group_table()
    assert shown is not None
    contracts = page.frame[page.frame["id"] == "contract_value"].set_index("region")
    told = {row[1].text: row for row in shown.cells}
    assert {row[0].text for row in shown.cells} == {"两省"}
    row = told[contracts["name"].iloc[0]]
    assert (row[2].text, row[6].text) == ("2", contracts["until"]["430000"])
    number = float(re.sub(r"[^\d.]", "", row[3].text))
    assert number == pytest.approx(contracts["actual"][["430000", "420000"]].sum(), rel=1e-3)
    known = grouped(page.frame, page.view.plan, page.groups)["actual"].notna().sum()
    assert f"有数的{known}行" in str(shown.note)


def test_groups_of_which_nothing_is_known_are_told_and_stop_no_report(tmp_path: Path, run: Run) -> None:
    plan = SMALL + '110101 = "东县"\n' + indicator("firms", "家", "flow")
    book = small_workbook(tmp_path / "book", plan, flow_rows("firms", "家", {2024: [1.0] * 6}))
    (book / "groups.csv").write_text("region,group\n东县,甲组\n", encoding="utf-8")
    done = run("report", "panel", "--workbook", book, "--month", "2024-06", "--out", tmp_path / "out")
    assert done.code == 0, done.err
    assert "各组都没有可以合计或平均的数" in "".join(pdf_text(Path(done.out.splitlines()[0])).split())


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


def squares(regions: dict[str, str]) -> str:
    """A square for each region, wound one way and the other, told by code, number or name; one has an island."""
    features = []
    for at, (code, name) in enumerate(regions.items()):
        corners = [[at, 25], [at + 1, 25], [at + 1, 26], [at, 26], [at, 25]]
        ring = corners[:: -1 if at % 2 else 1]
        shape = {"type": "Polygon", "coordinates": [ring]}
        if at == 3:
            shape = {"type": "MultiPolygon", "coordinates": [[ring], [[[at, 20], [at, 21], [at + 1, 21], [at, 20]]]]}
        told = ({"name": name}, {"adcode": int(code)}, {"id": code})[at % 3]
        features.append({"type": "Feature", "properties": {"level": "省", **told}, "geometry": shape})
    return json.dumps({"type": "FeatureCollection", "features": features})


def test_a_workbook_that_brings_shapes_has_a_map_of_its_lights(tmp_path: Path) -> None:
    book = Path(shutil.copytree(ROOT / "data" / "hunan", tmp_path / "book"))
    assert RegionPanel.open(str(book), "2024-12").map() is None
    shapes = book / "regions.geojson"
    shapes.write_text(squares(td.open_workbook(book).plan.regions), encoding="utf-8")
    page = RegionPanel.open(str(book), "2024-12")
    figure = page.map()
    assert figure
    own = page.frame[page.frame["name"] == figure.title.partition("：")[0]]
    drawn = vl_convert.vegalite_to_svg(dict(figure.spec or {}))
    filled = re.findall(r'aria-roledescription="geoshape"[^>]*fill="(#\w+)"', drawn)
    assert len(filled) == len(page.view.plan.regions)
    for light in ("green", "yellow", "red"):
        assert filled.count(LIGHTS[light]) == (own["light"] == light).sum()
    assert all(f">{name}<" in drawn for name in own["region_name"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "不是 GeoJSON"),
        ('{"features": [{"properties": null, "geometry": null}]}', "不是 GeoJSON"),
        (squares({"1": "别处", "2": "他处"}), "2 个图形都认不出是哪个地区"),
    ],
)
def test_a_file_without_shapes_of_the_regions_is_a_sentence(text: str, words: str, tmp_path: Path) -> None:
    book = Path(shutil.copytree(ROOT / "data" / "hunan", tmp_path / "book"))
    (book / "regions.geojson").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=words):
        RegionPanel.open(str(book), "2024-12")
