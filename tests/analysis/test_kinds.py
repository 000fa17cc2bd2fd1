"""Targets of every kind and plans of every window, on figures worked out by hand."""

from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from conftest import COMMAND, SMALL, flow_rows, indicator, judged, small_workbook
from hypothesis import Phase, given, settings, strategies as st
from test_gap import rows_of

from tongdao.analysis.checks import findings
from tongdao.base.errors import PlanError
from tongdao.base.periods import Period, parse_month
from tongdao.pages.frames import status_table
from tongdao.pages.page import FIELDS, data_notes
from tongdao.pages.summary import headline, needed
from tongdao.pages.wording import gap_said, reason, target_phrase
from tongdao.workbook.workbook import open_workbook

ONES = [1.0] * 12
FIGURES = (
    "actual", "gap", "completion", "calendar_pace", "usual_pace", "required_per_month", "required_per_step",
    "usual_per_month", "required_ratio", "months_left", "verdict", "point", "lo80", "hi80", "p_met",
)  # fmt: skip


def plan_of(start: str, deadline: str, *indicators: str) -> str:
    return SMALL.replace("2024-01-01", start).replace("2024-12-31", deadline) + "".join(indicators)


def stock(id: str, values: dict[str, float], unit: str = "家", region: str = "110000") -> list[str]:
    return [f"{id},{region},{period},{value},{unit},level,final,测试,2020-01-10" for period, value in values.items()]


def test_a_plan_from_april_counts_from_april(tmp_path: Path) -> None:
    """Ten a month from April on, after 15 in January to March; years before, 1 a month and 13 in March."""
    plan = plan_of("2024-04-01", "2025-03-31", indicator("a", "家", "flow", "target = 120"))
    past = {year: [1.0, 1, 13, *ONES[:9]] for year in (2021, 2022, 2023)}
    readings = flow_rows("a", "家", {**past, 2024: [1.0, 1, 13, *[10.0] * 9], 2025: [10.0]})
    row = rows_of(tmp_path, plan, readings, "2025-01")["a"]
    assert (row.actual, row.gap, row.months_left) == (100, 20, 2)
    assert row.calendar_pace == pytest.approx(10 / 12)
    assert row.usual_pace == pytest.approx(10 / 24)  # April to January brought 10 of 24
    assert row.usual_per_month == pytest.approx(14 / 2)
    assert "累计100家" in reason(row)
    assert "全年" in reason(row)


def test_a_start_inside_a_year_without_the_months_before_is_not_guessed(tmp_path: Path) -> None:
    plan = plan_of("2024-04-01", "2025-03-31", indicator("a", "家", "flow", "target = 120"))
    readings = [row for row in flow_rows("a", "家", {2024: ONES}) if "2024-03" not in row]
    row = rows_of(tmp_path, plan, readings, "2024-12")["a"]
    assert (row.verdict, row.cause) == ("cannot_judge", "start_missing")
    assert [str(getattr(row, key)) for key in ("p_met", "point", "lo80")] == ["nan"] * 3  # of what is not known
    assert "缺2024年3月的累计数" in reason(row)


def test_usual_pace_over_several_years_repeats_a_year(tmp_path: Path) -> None:
    plan = plan_of("2023-01-01", "2027-12-31", indicator("a", "家", "flow", "target = 150"))
    year = [0.0] * 6 + [2.0] * 6
    readings = flow_rows("a", "家", dict.fromkeys((2020, 2021, 2022, 2023, 2024), year))
    row = rows_of(tmp_path, plan, [*readings, *flow_rows("a", "家", {2025: year[:6]})], "2025-06")["a"]
    assert row.usual_pace == pytest.approx(24 / 60)
    assert row.required_ratio == pytest.approx((150 - 24) / 36)
    assert "往年到此时完成全期的40%" in reason(row)


def test_a_rare_figure_says_what_each_one_left_must_bring(tmp_path: Path) -> None:
    item = indicator("a", "%", "share", 'target = 20\nfrequency = "year"\nlag = 9')
    plan = plan_of("2023-01-01", "2025-12-31", item, indicator("b", "家", "flow"))
    values = {"2019": 14.0, "2020": 15.0, "2021": 15.5, "2022": 16.0, "2023": 17.0}
    readings = stock("a", values, "%") + flow_rows("b", "家", {2022: ONES, 2023: ONES, 2024: ONES})
    row = rows_of(tmp_path, plan, readings, "2024-12")["a"]
    assert row.required_per_month != row.required_per_month
    assert row.required_per_step == 1.5


def test_a_stock_is_measured_from_its_base(tmp_path: Path) -> None:
    up = indicator("up", "家", "level", "target = 120")
    down = indicator("down", "天", "level", 'target = 5\nword = "以内"')
    readings = stock("up", {"2023-12": 60.0, "2024-06": 75.0}) + stock("down", {"2023-12": 9.0, "2024-06": 6.0}, "天")
    rows = rows_of(tmp_path, SMALL + up + down, readings, "2024-06")
    assert (rows["up"].completion, rows["down"].completion) == (0.25, 0.75)
    bare = rows_of(tmp_path / "b", SMALL + up, stock("up", {"2024-06": 75.0}), "2024-06")["up"]
    assert bare.completion != bare.completion


def test_more_than_a_number_is_not_met_by_it(tmp_path: Path) -> None:
    """Of a count the next one; of an amount any more, however the months add up."""
    plan = SMALL + indicator("a", "家", "level", 'target = 75\nword = "超过"')
    plan += indicator("b", "亿元", "flow", 'target = 0.3\nword = "超过"')
    readings = stock("a", {"2023-12": 60.0, "2024-12": 75.0})
    readings += flow_rows("b", "亿元", {2023: ONES, 2024: [0.1, 0.1, 0.1] + [0.0] * 9})
    rows = rows_of(tmp_path, plan, readings, "2024-12", "2025-03-01")
    assert (rows["a"].gap, rows["a"].verdict) == (1, "missed")
    assert (rows["b"].gap, rows["b"].verdict) == (0, "missed")
    assert "与目标数持平，尚未超过" in reason(rows["b"])
    assert [target_phrase(row) for row in rows.values()] == ["超过75家", "超过3000万元"]


def test_a_rank_a_range_and_an_index_are_said_as_plans_say_them(tmp_path: Path) -> None:
    yearly = 'frequency = "year"\nlag = 3\n'
    plan = plan_of(
        "2023-01-01",
        "2025-12-31",
        indicator("rank", "位", "rank", f'{yearly}target = 10\nword = "以内"'),
        indicator("span", "个", "flow", 'target = 2\ntarget_to = 3\nword = ""'),
        indicator("index", "", "level", f"{yearly}target = 160"),
    )
    readings = stock("rank", {"2022": 14.0, "2023": 12.0}, "位") + stock("index", {"2022": 128.0, "2023": 144.0}, "")
    readings += flow_rows("span", "个", {2023: [0.0] * 11 + [2], 2024: [0.0] * 6})
    rows = rows_of(tmp_path, plan, readings, "2024-06")
    assert [target_phrase(row) for row in rows.values()] == ["前10位", "2—3个", "160以上"]
    first = rows_of(tmp_path / "b", plan.replace("target = 10", "target = 1"), readings, "2024-06")["rank"]
    assert target_phrase(first) == "第1位"
    assert (rows["rank"].gap, rows["rank"].completion != rows["rank"].completion) == (2, True)
    assert "第12位" in reason(rows["rank"])
    assert (rows["span"].verdict, rows["index"].completion) == ("met", 0.5)


@pytest.mark.parametrize(
    ("change", "now", "target", "met", "words"),
    [
        ("-15%", 0.45, 0.459, True, "较2020年下降15%"),
        ("×2", 1.0, 1.08, False, "较2020年翻一番"),
        ("+3", 3.6, 3.54, True, "较2020年提高3"),
    ],
)
def test_a_change_is_measured_from_its_base(
    tmp_path: Path, change: str, now: float, target: float, met: bool, words: str
) -> None:
    more = f'change = "{change}"\nbase = "2020"\nword = ""\nfrequency = "year"'
    plan = plan_of("2021-01-01", "2025-12-31", indicator("a", "吨", "level", more))
    row = rows_of(tmp_path, plan, stock("a", {"2020": 0.54, "2025": now}, "吨"), "2025-12", "2026-03-01")["a"]
    assert row.target == pytest.approx(target)
    assert row.verdict == ("met" if met else "missed")
    assert target_phrase(row).startswith(words)
    lone = rows_of(tmp_path / "b", plan, stock("a", {"2025": now}, "吨"), "2025-12")["a"]
    assert (lone.verdict, "缺基期（2020年）读数" in reason(lone)) == ("cannot_judge", True)


@pytest.mark.parametrize(
    ("change", "word", "said"),
    [
        ("+15%", "超过", "较2020年增长超过15%（1.15吨）"),
        ("+3", "超过", "较2020年提高超过3吨（4吨）"),
        ("×2", "超过", "超过2020年的2倍（2吨）"),
        ("-15%", "以上", "较2020年下降15%以上（0.85吨）"),
    ],
)
def test_a_word_stands_where_an_official_puts_it(tmp_path: Path, change: str, word: str, said: str) -> None:
    more = f'change = "{change}"\nbase = "2020"\nword = "{word}"\nfrequency = "year"'
    plan = plan_of("2021-01-01", "2025-12-31", indicator("a", "吨", "level", more))
    row = rows_of(tmp_path, plan, stock("a", {"2020": 1, "2021": 2}, "吨"), "2021-12", "2022-03-01")["a"]
    assert target_phrase(row) == said


def test_places_gained_are_said_as_such(tmp_path: Path) -> None:
    more = 'change = "-2"\nbase = "2023"\nword = ""\nfrequency = "year"'
    places = stock("a", {"2023": 8, "2024": 7}, "位")
    row = rows_of(tmp_path, SMALL + indicator("a", "位", "rank", more), places, "2024-12", "2025-03-01")["a"]
    assert (row.target, row.gap, row.verdict) == (6, 1, "missed")
    assert target_phrase(row) == "较2023年提升2位（6位）"


def test_a_multiple_of_a_count_is_a_whole_number_and_more_than_a_count_the_next(tmp_path: Path) -> None:
    moved = 'change = "×1.2"\nbase = "2023-12"\nword = ""'
    plan = SMALL + indicator("a", "家", "level", moved) + indicator("b", "家", "flow", 'target = 10\nword = "超过"')
    readings = stock("a", {"2023-12": 201.0, "2024-06": 240.0}, "家") + flow_rows("b", "家", {2024: [2.0] * 5 + [0.0]})
    rows = rows_of(tmp_path, plan, readings, "2024-06")
    assert (rows["a"].target, rows["a"].gap, target_phrase(rows["a"])) == (242, 2, "达到2023年12月的1.2倍（242家）")
    assert (rows["b"].gap, rows["b"].completion) == (1, pytest.approx(10 / 11))
    assert needed(rows["b"]) == "6个月内需1家"


def test_the_final_year_is_judged_alone(tmp_path: Path) -> None:
    more = 'target = 30\njudged = "final_year"'
    plan = plan_of("2023-01-01", "2025-12-31", indicator("a", "家", "flow", more))
    years = {2021: [2.0] * 12, 2022: [2.0] * 12, 2023: [3.0] * 12, 2024: [2.0] * 12}
    readings = flow_rows("a", "家", {**years, 2025: [3.0] * 10})
    before = rows_of(tmp_path / "a", plan, readings, "2024-03", "2024-10-13")["a"]
    assert (before.actual, before.gap) == (36, -6)  # of 2023, the last whole year
    assert before.verdict not in ("met", "missed")
    assert before.completion != before.completion
    assert "2023年全年36家" in reason(before)
    inside = rows_of(tmp_path / "b", plan, readings, "2025-06")["a"]
    assert (inside.actual, inside.completion, inside.required_per_month) == (18, 0.6, 2)
    assert rows_of(tmp_path / "c", plan, readings, "2025-10")["a"].verdict == "met"


def test_a_year_missed_is_told_and_each_year_is_not_met(tmp_path: Path) -> None:
    more = 'target = 24\njudged = "each_year"'
    plan = plan_of("2023-01-01", "2025-12-31", indicator("a", "家", "flow", more))
    good, bad = [2.0] * 12, [1.0] * 12
    readings = flow_rows("a", "家", {2021: good, 2022: good, 2023: good, 2024: bad, 2025: good})
    first = rows_of(tmp_path / "a", plan, readings, "2023-12")["a"]
    assert first.verdict != "met"
    assert [one.verdict for one in first.interims][:1] == ["met"]
    assert [str(one.actual) for one in first.interims] == ["24.0", "nan", "nan"]  # years to come have nothing yet
    assert all(one.p_met > 0 for one in first.interims[1:])
    later = rows_of(tmp_path / "b", plan, readings, "2025-06")["a"]
    assert (later.actual, later.calendar_pace) == (12, 0.5)
    assert "2024年12家，未达到每年目标24家以上" in reason(later)
    end = rows_of(tmp_path / "c", plan, readings, "2025-12")["a"]
    assert end.verdict == "missed"
    assert [one.verdict for one in end.interims] == ["met", "missed", "met"]
    kept = flow_rows("a", "家", {2022: good, 2023: good, 2024: good, 2025: good})
    assert rows_of(tmp_path / "d", plan, kept, "2025-12")["a"].verdict == "met"


def test_a_yearly_mean_is_a_total_said_as_a_mean(tmp_path: Path) -> None:
    plan = plan_of("2023-01-01", "2025-12-31", indicator("a", "家", "flow", 'target = 10\njudged = "year_mean"'))
    row = rows_of(tmp_path, plan, flow_rows("a", "家", {2022: ONES, 2023: ONES, 2024: ONES}), "2024-12")["a"]
    assert (row.target, row.gap, target_phrase(row)) == (30, 6, "年均10家以上")


@given(st.integers(10, 30), st.integers(0, 6), st.integers(0, 6))
@settings(max_examples=15)
def test_an_interim_target_and_the_final_one_are_both_told(target: int, early: int, late: int) -> None:
    """Whatever became of either, the sentence says it, and the interim's own figure stays what it was."""
    more = f"target = {target}\n[[indicator.interim]]\nby = 2023-12-31\ntarget = {target // 2}"
    plan = plan_of("2023-01-01", "2024-12-31", indicator("a", "家", "flow", more))
    readings = flow_rows("a", "家", {2022: ONES, 2023: [early, *ONES[:11]], 2024: [late, *ONES[:11]]})
    with TemporaryDirectory() as folder:
        row = rows_of(Path(folder), plan, readings, "2024-12", "2025-03-01")["a"]
    step, reached = row.interims[0], early + 11 >= target // 2
    assert (step.actual, step.verdict) == (early + 11, "met" if reached else "missed")
    assert row.verdict == ("met" if early + late + 22 >= target else "missed")
    told = f"2023年{early + 11}家，{'达到' if reached else '未达到'}阶段目标{target // 2}家以上"
    assert told in reason(row)
    assert "达到目标" in reason(row) if row.verdict == "met" else "尚差" in reason(row)


def test_an_own_deadline_stops_the_figures_and_a_longer_plan_starts_them_again(tmp_path: Path) -> None:
    plan = plan_of("2024-01-01", "2024-12-31", indicator("a", "家", "flow", "target = 6\ndeadline = 2024-06-30"))
    readings = flow_rows("a", "家", {2023: ONES, 2024: ONES[:8]}, "2024-01-10")
    row = rows_of(tmp_path / "a", plan, readings, "2024-08")["a"]
    assert (row.actual, row.calendar_pace, row.verdict) == (6, 1, "met")
    longer = plan + '\n[[amendment]]\neffective = 2024-07-01\nreason = "延期"\ndeadline = 2025-06-30\n'
    longer += (
        '[[amendment]]\neffective = 2024-07-01\nreason = "延期"\nindicator = "a"\ndeadline = 2025-06-30\ntarget = 12\n'
    )
    row = rows_of(tmp_path / "b", longer, readings, "2024-08", "2024-09-01")["a"]
    assert (row.actual, row.gap, row.calendar_pace) == (8, 4, pytest.approx(8 / 18))
    assert "计划期限自2024年7月1日起有调整：延期。" in data_notes((row,), row.view)
    assert rows_of(tmp_path / "b", longer, readings, "2024-05", "2024-06-15")["a"].months_left == 1


def test_parts_sum_to_the_whole_and_the_slow_ones_are_named(tmp_path: Path) -> None:
    more = "target = 20\nparts = { 110101 = 12, 110102 = 8 }"
    plan = SMALL.rstrip() + '\n110101 = "东镇"\n110102 = "西镇"\n' + indicator("a", "家", "flow", more)
    both = {"110101": [1.0] * 12, "110102": [0.0] * 12}
    readings = [
        f"a,{region},{year}-{month:02d},{total:g},家,cumulative,final,测试,{year}-{month:02d}-28"
        for region, singles in both.items()
        for year in (2023, 2024)
        for month, total in enumerate(accumulate(singles), 1)
    ]
    row = rows_of(tmp_path, plan, readings, "2024-12", "2025-01-31")["a"]
    assert (row.actual, row.gap, row.verdict) == (12, 8, "missed")
    assert [(one.actual, one.verdict) for one in row.parts] == [(12, "met"), (0, "missed")]
    assert "未完成的有西镇0家（分解8家以上）" in reason(row)
    assert not [one.message for one in findings(open_workbook(tmp_path)) if "还没有读数" in one.message]


def test_what_is_done_or_not_has_no_chance(tmp_path: Path) -> None:
    plan = SMALL + indicator("a", "", "once", "") + indicator("b", "", "once", "")
    readings = stock("a", {"2024-05": 0.0, "2024-06": 0.0}, "") + stock("b", {"2024-05": 0.0, "2024-06": 1.0}, "")
    rows = rows_of(tmp_path, plan, readings, "2024-06")
    assert (rows["a"].verdict, rows["b"].verdict) == ("cannot_judge", "met")
    assert rows["a"].p_met != rows["a"].p_met
    assert reason(rows["a"]) == "截至2024年6月尚未实现；一次性事项没有往年可比，到期前不作判断。"
    assert reason(rows["b"]) == "截至2024年6月已实现。"
    table = status_table(open_workbook(tmp_path).view("2024-06"))
    assert table["target"].isna().all()


def test_what_was_not_done_in_time_lacks_no_number(tmp_path: Path) -> None:
    plan = SMALL + indicator("a", "", "once", "")
    row = rows_of(tmp_path, plan, stock("a", {"2024-12": 0.0}, ""), "2024-12", "2025-02-01")["a"]
    assert (row.verdict, headline(row), gap_said(row)) == ("missed", "a：未完成", "")


@pytest.mark.parametrize(("word", "said"), [("超过", "每年超过24家"), ("以上", "每年24家以上"), ("", "每年24家")])
def test_a_target_for_each_year_is_said_in_its_order(tmp_path: Path, word: str, said: str) -> None:
    more = f'target = 24\njudged = "each_year"\nword = "{word}"'
    plan = plan_of("2023-01-01", "2025-12-31", indicator("a", "家", "flow", more))
    assert target_phrase(rows_of(tmp_path, plan, flow_rows("a", "家", {2023: ONES}), "2023-06")["a"]) == said


def test_half_years_have_names_and_steps(tmp_path: Path) -> None:
    plan = plan_of("2023-01-01", "2024-12-31", indicator("a", "家", "flow", 'target = 40\nfrequency = "half"'))
    plan += indicator("b", "家", "flow", "target = 10")
    halves = {f"{year}H{half}": 10 * half for year in (2021, 2022, 2023) for half in (1, 2)} | {"2024H1": 8}
    readings = [f"a,110000,{at},{n},家,cumulative,final,测试,2024-07-10" for at, n in halves.items()]
    row = rows_of(tmp_path, plan, readings + flow_rows("b", "家", {2024: ONES[:6]}), "2024-06")["a"]
    assert (row.actual, row.gap, row.required_per_step) == (28, 12, 12)
    assert row.usual_pace == pytest.approx(0.75)
    assert reason(row).startswith("截至2024年上半年累计28家")


@pytest.mark.parametrize(
    ("time", "more", "words"),
    [
        (("2023-07-01", "2026-06-30"), 'target = 10\nfrequency = "year"', "请改报月度数或季度数"),
        (("2024-01-01", "2024-12-31"), "target = 10\ndeadline = 2025-12-31", "晚于计划的期限"),
        (("2024-01-01", "2025-06-30"), 'target = 10\njudged = "final_year"', "不是年底"),
        (("2024-01-01", "2025-06-30"), 'target = 10\njudged = "year_mean"', "年均多少要有整年"),
        (("2024-01-01", "2024-12-31"), 'change = "+3"', "缺少基期 base"),
        (("2024-01-01", "2024-12-31"), 'change = "+3"\nbase = "2020"\ntarget = 5', "只能写一个"),
        (("2024-01-01", "2024-12-31"), "target = 5\ntarget_to = 4", "要大于下端"),
        (("2024-01-01", "2024-12-31"), "target = 5\nparts = { 119999 = 5 }", "不在 regions 中"),
        (
            ("2024-01-01", "2024-12-31"),
            "target = 5\n[[indicator.interim]]\nby = 2025-06-30\ntarget = 3",
            "阶段目标日期",
        ),
    ],
)
def test_what_the_time_cannot_answer_is_refused_with_what_to_do(
    tmp_path: Path, time: tuple[str, str], more: str, words: str
) -> None:
    with pytest.raises(PlanError, match=words):
        rows_of(tmp_path, plan_of(*time, indicator("item", "家", "flow", more)), [], "")


def _shifted(folder: Path, by: int, now: list[int], past: list[int], kind: str) -> dict[str, object]:
    """The row of a plan of twelve months and its readings, all moved by so many months.

    A flow's calendar year begins with nothing where its first reading would stand in the middle of one.
    """
    start = parse_month("2023-01").plus(by).end
    ends = range(start - 24, start + len(now))
    values = [*past, *past, *now]
    if kind == "flow":
        sums = [sum(values[max(n - end % 12, 0) : n + 1]) for n, end in enumerate(ends)]
        rows = [(ends[0] - n, 0, "cumulative") for n in range(ends[0] % 12, 0, -1)]
        rows += [(end, total, "cumulative") for end, total in zip(ends, sums, strict=True)]
    else:
        rows = [(end, sum(values[: n + 1]), "level") for n, end in enumerate(ends)]
    lines = [f"a,110000,{Period(end)},{value},家,{basis},final,测试,2020-01-01" for end, value, basis in rows]
    first, last = Period(start).last_day.replace(day=1), Period(start + 11).last_day
    plan = plan_of(first.isoformat(), last.isoformat(), indicator("a", "家", kind, f"target = {sum(past) + 3}"))
    row = rows_of(folder, plan, lines, str(Period(start + len(now) - 1)))["a"]
    return {key: getattr(row, key) for key in FIGURES}


AMOUNTS = st.integers(3, 9)  # a month: months of nothing before a flow's first reading would tell of a rarer one
YEAR = st.lists(AMOUNTS, min_size=12, max_size=12)


@pytest.mark.parametrize("kind", ["flow", "level"])
@given(st.integers(1, 40), st.lists(AMOUNTS, min_size=2, max_size=12), YEAR)
@settings(max_examples=6, phases=[Phase.explicit, Phase.generate])
def test_moving_plan_and_readings_moves_every_figure_and_changes_none(
    kind: str, by: int, now: list[int], past: list[int]
) -> None:
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        here, there = _shifted(Path(one), 0, now, past, kind), _shifted(Path(other), by, now, past, kind)
    assert here.pop("verdict") == there.pop("verdict")
    assert here == pytest.approx(there, nan_ok=True)


@pytest.mark.parametrize("kind", ["flow", "level"])
@given(st.integers(1, 11), st.integers(0, 20), st.integers(0, 20))
@settings(max_examples=6, phases=[Phase.explicit, Phase.generate])
def test_more_achieved_never_lowers_a_chance(kind: str, gone: int, less: int, more: int) -> None:
    found = []
    for last in sorted((less, more)):
        with TemporaryDirectory() as folder:
            found.append(_shifted(Path(folder), 3, [1] * (gone - 1) + [last], [1, 0, 2] * 4, kind)["p_met"])
    assert not found[0] > found[1] + 1e-9  # type: ignore[operator]


# Of half-yearly amounts the corpus counts a past half year as its last month alone (3 where its readings say 12).
DISPUTED = {"p15_once_half half 2023-06", "p15_once_half half 2024-06"}


@pytest.mark.slow
def test_the_workbooks_summed_by_hand_are_right(shared: Path) -> None:
    _, said = judged(shared / "plan_kinds" / "check.py", COMMAND, shared / "plan_kinds")
    told, _, score = said.partition("right, by kind")
    faults = [line for line in told.splitlines() if line]
    assert {" ".join(line.split()[:3]) for line in faults} <= DISPUTED, "\n".join(faults)
    assert all(" usual_pace: " in line or " required_ratio: " in line for line in faults)
    assert "words wrong" in score


def test_whose_readings_are_missing_is_said(tmp_path: Path) -> None:
    plan = SMALL.rstrip() + '\n110101 = "东区"\n' + indicator("firms", "家", "flow")
    rows = ["firms,110101,2024-01,3,家,cumulative,final,测试,2024-02-12"]
    told = [one.message for one in findings(open_workbook(small_workbook(tmp_path, plan, rows)))]
    assert "示范市还没有读数：firms。" in told


def test_a_sum_within_its_cap_has_reached_nothing_yet(tmp_path: Path) -> None:
    plan = SMALL + indicator("a", "件", "flow", 'target = 20\nword = "以内"')
    readings = flow_rows("a", "件", {2022: ONES, 2023: ONES, 2024: [1.5] * 12})
    said = [reason(rows_of(tmp_path / at, plan, readings, at, "2025-03-01")["a"]) for at in ("2024-06", "2024-12")]
    assert "尚未超过上限" in said[0]
    assert "已达到" not in said[0]
    assert "达到目标（20件以内）" in said[1]
    plan = plan.replace("deadline = 2024-12-31", "deadline = 2025-12-31") + 'judged = "final_year"\n'
    assert "这一水平已够目标数" in reason(rows_of(tmp_path / "y", plan, readings, "2024-12", "2025-03-01")["a"])


def test_standing_at_a_number_that_is_to_be_passed_is_no_chance_to_stay(tmp_path: Path) -> None:
    plan = SMALL + indicator("a", "%", "share", 'target = 90\nword = "超过"')
    plan += indicator("b", "%", "share", 'target = 90\nword = "以上"')
    years = {f"{year}-{month:02d}": 90.0 for year in (2021, 2022, 2023) for month in (6, 12)} | {"2024-06": 90.0}
    rows = rows_of(tmp_path, plan, [*stock("a", years, "%"), *stock("b", years, "%")], "2024-06", "2024-08-01")
    assert rows["a"].p_met < 0.6 < rows["b"].p_met
    (gap,) = (one.text for one in FIELDS if one.title == "差距")
    assert [gap(rows[name]) for name in ("a", "b")] == ["持平", "—"]
