"""The province's workbook: real readings, as published."""

from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT

import tongdao as td
from tongdao.analysis.gap import gaps
from tongdao.workbook.workbook import open_workbook

PROVINCE = ROOT / "data" / "hunan"
# our indicator, the public series, our unit ÷ theirs
SERIES = {
    "rd_spend": ("R&D经费", 1),
    "rd_intensity": ("R&D经费投入强度", 1),
    "patents_granted": ("国内专利申请授权量", 1),
    "patents_in_force": ("国内有效发明专利数", 1),
    "contract_value": ("技术市场成交合同金额_按技术输出地", 10_000),
    "hightech_announced": ("高新技术企业公告家数_当年备案或认定批次合计", 1),
    "science_budget": ("一般公共预算支出_科学技术", 1),
}


@pytest.mark.shared
def test_the_reported_figures_are_the_published_ones(shared: Path) -> None:
    public = pd.read_csv(shared / "data" / "real_series.csv", dtype={"region_code": str, "period": str})
    public = public[public["period"].str.fullmatch(r"\d{4}")]
    book = open_workbook(PROVINCE)
    compared = 0
    for year in (2022, 2023):
        for row in gaps(book.view(f"{year}-12")):
            if row.item.id not in SERIES:
                continue
            name, scale = SERIES[row.item.id]
            own = public[(public["region_code"] == "430000") & (public["indicator"] == name)]
            value = float(own.loc[own["period"] == str(year), "value"].iloc[0])
            assert row.actual == pytest.approx(value / scale, rel=1e-12), (row.item.id, year)
            compared += 1
    assert compared >= 10


@pytest.mark.shared
def test_every_reading_of_every_province_is_a_published_one(shared: Path) -> None:
    public = pd.read_csv(shared / "data" / "real_series.csv", dtype=str)
    known = set(zip(public["region_code"], public["period"], public["value"].astype(float), strict=True))
    taken = pd.read_csv(PROVINCE / "readings.csv", dtype=str, encoding="utf-8-sig")
    ours = set(zip(taken["region"], taken["period"], taken["value"].astype(float), strict=True))
    assert ours <= known
    assert taken["region"].nunique() == 32


def test_the_target_is_the_nations_reading_of_the_same_year() -> None:
    frame = td.gap_to_target(open_workbook(PROVINCE), month="2024-12").set_index("id")
    intensity = frame.loc["rd_intensity"]
    assert (intensity["actual"], intensity["target"]) == (2.57, 2.65)
    assert intensity["gap"] == pytest.approx(0.08)
    assert 0.05 < intensity["p_met"] < 0.95
    assert frame.loc["high_value_patents", "verdict"] == "no_data"
    assert frame.loc["hightech_growth", "verdict"] == "cannot_judge"
    assert "2022年" in frame.loc["hightech_growth", "reason"]
    assert set(frame["verdict"].iloc[3:]) == {"followed"}


def test_every_source_is_named_and_an_unknown_day_of_publication_is_said() -> None:
    readings = open_workbook(PROVINCE).readings
    assert readings["source"].str.len().gt(5).all()
    undated = readings["recorded_at"] == readings["recorded_at"].max()
    assert readings.loc[undated, "source"].str.contains("记录日期为取用日").all()
