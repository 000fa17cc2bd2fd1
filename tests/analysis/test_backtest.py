"""The outlook's own record: judged by what was known, scored by what came."""

import csv
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT, SMALL, Run, flow_rows, indicator, small_workbook

import tongdao as td
from tongdao.analysis.track_record import TrackRecord, track_record
from tongdao.pages.monthly_report import track_record_notice
from tongdao.workbook.workbook import open_workbook


def record_of(folder: Path, readings: list[str], target: int = 12) -> TrackRecord:
    plan = SMALL + indicator("a", "亿元", "flow", f"target = {target}")
    book = open_workbook(small_workbook(folder, plan, readings))
    return track_record(book.view("2024-03"), book.readings)


def test_a_past_year_gets_a_target_of_the_same_ambition_and_its_outcome(tmp_path: Path) -> None:
    """12 after 10 is a fifth more; 2022 brought 11 after 10 and missed it, 2023 brought 10."""
    years = {2021: [10 / 12] * 12, 2022: [11 / 12] * 12, 2023: [10 / 12] * 12, 2024: [1.0] * 3}
    rows = record_of(tmp_path, flow_rows("a", "亿元", years)).judgements
    assert set(rows["year"]) == {2022, 2023}
    assert set(rows["met"]) == {0.0}
    assert rows["p_met"].between(0, 1, inclusive="neither").all()


def test_a_judgement_sees_nothing_recorded_after_its_month(tmp_path: Path) -> None:
    """A revision that came a year later must not help the judgement of the month it revises."""
    vintage = []
    for year, singles in {2021: [1.0] * 12, 2022: [1.0] * 12, 2023: [1.0] * 12, 2024: [1.0] * 3}.items():
        for month in range(1, len(singles) + 1):
            day = f"{year + month // 12}-{month % 12 + 1:02d}-12"
            vintage.append(f"a,110000,{year}-{month:02d},{month},亿元,cumulative,final,测试,{day}")
    revised = [*vintage, "a,110000,2023-06,11.5,亿元,cumulative,final,更正,2024-02-01"]
    plain, later = (record_of(tmp_path / name, rows).judgements for name, rows in (("a", vintage), ("b", revised)))
    june = plain["month"] == 2023 * 12 + 5
    assert plain[june]["p_met"].tolist() == later[later["month"] == 2023 * 12 + 5]["p_met"].tolist()


def test_the_score_is_briers() -> None:
    rows = pd.DataFrame(
        {"indicator": ["a", "b"], "year": [2022, 2022], "month": [1, 1], "p_met": [0.9, 0.2], "met": [1, 0]}
    )
    record = TrackRecord(rows)
    assert record.brier == pytest.approx((0.01 + 0.04) / 2)
    assert (record.targets, record.enough) == (2, False)
    assert record.between(0.8, 1.01) == (1, 1)


def test_few_targets_are_too_few_to_say(tmp_path: Path) -> None:
    plan = SMALL + indicator("a", "亿元", "flow", "target = 12")
    book = open_workbook(small_workbook(tmp_path, plan, flow_rows("a", "亿元", {2023: [1] * 12, 2024: [1] * 3})))
    view = book.view("2024-03")
    assert "暂无法评价" in track_record_notice(view, td.track_record(view, book.readings)).text


def test_the_box_counts_what_it_says() -> None:
    book = open_workbook(ROOT / "data" / "tongdao")
    view = book.view("2024-09")
    record = td.track_record(view, book.readings)
    text = track_record_notice(view, record).text
    assert f"共{len(record.judgements)}次、涉及{record.targets}项目标" in text
    assert record.enough


def test_published_judgements_are_kept_once_with_their_date(run: Run, tmp_path: Path) -> None:
    for month in ("2024-08", "2024-08", "2024-09"):
        done = run("report", "--month", month, "--out", tmp_path)
        assert done.code == 0, done.err
    with (tmp_path / "tongdao" / "judgements.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["month"] for row in rows] == ["2024-08"] * 20 + ["2024-09"] * 20
    assert all(row["published"] and row["verdict"] for row in rows)
    assert len({row["run"] for row in rows}) == 2
