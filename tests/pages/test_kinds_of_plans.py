"""What pages make of targets of other kinds: none at all, a fall, a net over years, indices without a unit."""

import itertools
from pathlib import Path

from conftest import SMALL, flow_rows, indicator, small_workbook

import tongdao as td
from tongdao.analysis import gaps
from tongdao.pages.frames import ahead_points, chart_scale, course, reading_points
from tongdao.pages.summary import conclusion
from tongdao.pages.wording import plain_target, reason, standing
from tongdao.workbook import open_workbook

YEARS = {year: [2.0] * 12 for year in (2021, 2022, 2023)}


def test_accidents_are_watched_not_pushed_and_their_sum_has_no_way_down(tmp_path: Path) -> None:
    plan = SMALL + indicator("accidents", "起", "flow", 'target = 0\nword = ""')
    rows = flow_rows("accidents", "起", {2022: [0.0] * 12, 2023: [0.0] * 12, 2024: [0.0, 1.0, 0.0]}, "2024-04-12")
    view = open_workbook(small_workbook(tmp_path, plan, rows)).view("2024-03")
    (row,) = gaps(view)
    assert (row.gap, row.verdict == "met") == (1, False)
    assert "最需要关注的是accidents（超出1起" in conclusion((row,), view)
    assert "往年到此时完成" not in reason(row)
    told = td.Briefing.open(tmp_path, "2024-03", indicator="accidents").conclusion().words
    assert "超出1起" in told
    assert not set(told) & {"缺"}, told  # no accident is lacking
    points = reading_points(row, chart_scale(row)).assign(x=1.0)
    assert set(ahead_points(row, chart_scale(row), points, 1.0, 12.0)["kind"]) <= {"target", "fan"}


def test_a_fall_by_a_rate_is_a_ceiling_where_its_level_is_named(tmp_path: Path) -> None:
    more = 'frequency = "year"\nbase = "2022"\nchange = "-9%"\nword = "以上"'
    plan = SMALL + indicator("energy", "吨标准煤/万元", "level", more)
    rows = [f"energy,110000,{y},{v},吨标准煤/万元,level,final,测试,2024-01-12" for y, v in ((2022, 0.5), (2023, 0.48))]
    (row,) = gaps(open_workbook(small_workbook(tmp_path, plan, rows)).view("2024-02"))
    assert plain_target(row) == "0.455吨标准煤/万元以下"
    assert "下降9%以上" in standing(row)
    assert standing(row, 20).splitlines()[1:] == ["较2022年下降9%以上", "（0.455吨标准煤/万元）"]


def test_a_net_that_begins_anew_each_january_is_one_course_from_the_plans_start(tmp_path: Path) -> None:
    plan = SMALL.replace("2024-01-01", "2022-07-01") + indicator("shops", "户", "net", 'target = 90\nword = ""')
    rows = flow_rows("shops", "户", {**YEARS, 2024: [2.0] * 3}, "2024-04-12")
    (row,) = gaps(open_workbook(small_workbook(tmp_path, plan, rows)).view("2024-03"))
    ys = list(reading_points(row, chart_scale(row))["y"])
    assert (row.actual, ys[-1], ys[-2]) == (42, 42, 40)
    assert [b - a for a, b in itertools.pairwise(ys)] == [2.0] * 38  # no fall in January
    assert course(row) == "较2022年6月底净增"


def test_a_figure_without_a_unit_has_no_comma_before_it(tmp_path: Path) -> None:
    plan = SMALL + indicator("index", "", "level", 'frequency = "year"\ntarget = 82')
    rows = [f"index,110000,{2020 + n},{70 + n},,level,final,测试,2024-01-12" for n in range(4)]
    page = td.MonthlyReport.open(small_workbook(tmp_path, plan, rows), "2024-02")
    assert page.progress(page.rows[0]).subtitle == "历年"
