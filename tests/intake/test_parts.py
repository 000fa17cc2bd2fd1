"""A part is not the whole: figures of a firm, a park or some firms are refused, a total of towns is left out;
and a column of growth is of what is named above it."""

from pathlib import Path

import pytest
from conftest import SMALL, called, indicator, small_workbook
from test_intake_zoo import PLAN, receive
from test_layouts import MARCH, brought
from test_yearbooks import OWN, in_provinces

from tongdao.intake.receipt import Receipt

pytestmark = pytest.mark.usefixtures("here")
HEAD = "指标,单位,1-3月"
CLOUD = "新增企业上云,家,15"
LOANS = "知识价值信用贷款备案,亿元,0.15"
GROWTH = "全社会研发经费投入"  # of which the plan has the 增速


def ids(receipt: Receipt) -> list[tuple[str, str]]:
    return [(entry.item.name, f"{entry.value.normalize():f}") for entry in receipt.entries]


@pytest.mark.parametrize(
    ("title", "row"),
    [
        *((title, LOANS) for title in ("全部企业研发活动情况", "企业研发投入情况", "高校科技活动情况", "科研机构研发")),
        *((title, CLOUD) for title in ("国有企业主要指标", "重点监测企业主要指标", "县属国有企业完成情况")),
        *((title, CLOUD) for title in ("甲公司2024年主要指标", f"{OWN}甲公司主要指标", "企业名称：甲公司")),
        ("统计范围：全县国有企业", CLOUD),
    ],
)
def test_a_title_of_some_refuses_what_is_of_all(title: str, row: str) -> None:
    receipt = receive(f"{title}\n{HEAD}\n{row}\n")
    assert receipt.verdict == "reject"
    assert not any("另一个地区" in one.message for one in receipt.findings)


@pytest.mark.parametrize(
    "title",
    [
        *("企业上云工作进展情况", "重点企业培育情况", "全部企业主要指标", "技术支持：甲科技有限公司", "承办：甲公司"),
        *("科技型企业主要指标", "中小学科技教育情况", "上市公司完成情况"),
        *(f"{OWN}供销合作社完成情况", "农民合作社情况", "家庭农场和合作社情况"),
    ],
)
def test_a_title_of_what_is_done_for_firms_refuses_none(title: str) -> None:
    assert brought(f"{title}\n{HEAD}\n{CLOUD}\n") == MARCH


@pytest.mark.parametrize(
    ("head", "text"),
    [
        *(("企业", "甲公司"), ("企业名称", "甲公司"), ("单位名称", "甲科技有限公司"), ("园区", "高新区")),
        *(("经营主体", "甲厂"), ("所属园区", "工业园"), ("村", "甲村"), ("类别", "其中：园区"), ("执行部门", "企业")),
    ],
)
def test_a_row_of_one_firm_or_park_is_none_of_the_countys(head: str, text: str) -> None:
    for table in (
        f"{head},{HEAD}\n{text},{CLOUD}\n",
        f"指标,期间,数值,单位,{head}\n新增企业上云,2024-03,15,家,{text}\n",
    ):
        receipt = receive(table)
        assert receipt.verdict == "reject"
        assert text in receipt.findings[-1].message or any(text in one.message for one in receipt.findings)


@pytest.mark.parametrize(
    ("head", "text"),
    [
        *(("企业", "合计"), ("企业", "甲公司、乙公司"), ("单位名称", "县科技局"), ("牵头单位", "县城投集团")),
        *(("备注", "甲公司"), ("备注", "其中园区3家"), ("园区", "3"), ("企业名单", "甲公司")),
        *(("企业名称", "甲公司等15家"), ("企业名称", "详见名单"), ("村", "各村"), ("责任主体", "甲公司")),
        *(("运营主体", "甲公司"), ("执行部门", "县科技局")),
        ("备注", "其中重点企业已全部签约，进展顺利"),
    ],
)
def test_who_answers_for_a_figure_or_is_counted_in_it_makes_it_no_part(head: str, text: str) -> None:
    assert brought(f"{head},{HEAD}\n{text},{CLOUD}\n") == MARCH


def test_a_day_of_compiling_beside_a_period_is_none() -> None:
    assert brought("指标,期间,数值,单位,统计时间\n新增企业上云,2024年1-3月,15,家,2024-04-02\n") == MARCH


def test_a_title_among_the_rows_holds_for_the_rows_below_it() -> None:
    assert brought(f"{HEAD}\n企业,,\n{CLOUD}\n") == MARCH
    assert receive(f"{HEAD}\n企业,,\n{LOANS}\n").verdict == "reject"
    assert receive(f"{HEAD}\n规上企业,,\n{CLOUD}\n").verdict == "reject"
    assert len(brought(f"{HEAD}\n企业,,\n{CLOUD}\n金融,,\n{LOANS}\n")) == 2


@pytest.mark.parametrize("title", ["各乡镇上报数据", f"{OWN}各乡镇（街道）完成情况", "重点乡镇上报数据"])
def test_a_total_of_towns_is_none_of_the_county_for_a_town_may_be_missing(title: str) -> None:
    receipt = receive(f"{title}\n新增企业上云（家）\n乡镇,1-3月\n城关镇,9\n云岭乡,6\n合计,15\n")
    assert not receipt.entries
    assert "没有一行是计划里的指标或地区（第一行是“城关镇”）" in receipt.findings[-1].message


def test_a_column_of_growth_below_the_name_of_what_grows_is_the_rate_that_the_plan_has() -> None:
    table = f"地区,新增企业上云（家）,{GROWTH},\n,,总量,增速（%）\n{OWN},,0.5,8.1\n"
    assert ids(receive(f"2024年1-9月主要指标\n{table}")) == [(f"{GROWTH}增速", "8.1")]


@pytest.mark.parametrize(
    "column",
    ["增速（%）", "增速目标（%）", "上年增速（%）", "全省增速（%）", "环比增速（%）", "当月增速（%）", "增长", "增加"],
)
def test_a_growth_beside_other_figures_is_left_out(column: str) -> None:
    table = f"2024年1-9月主要指标\n指标,单位,完成,{column}\n新增企业上云,家,15,1\n{GROWTH}增速,%,8.1,0.3\n"
    assert ids(receive(table)) == [("新增企业上云", "15"), (f"{GROWTH}增速", "8.1")]


@pytest.mark.parametrize("of", ["年度目标", "目标", "计划数", "全省", "全市", "棠溪县"])
def test_a_column_of_growth_beside_others_figures_is_theirs(of: str) -> None:
    table = f"指标,单位,{of},增速（%）\n{GROWTH},亿元,0.5,8.1\n"
    assert not receive(f"2024年1-9月主要指标\n{table}").entries


@pytest.mark.parametrize(("period", "read"), [("2024年下半年累计", False), ("2024年下半年", False), ("2024H2", True)])
def test_the_second_half_since_january_or_july_is_asked_about(tmp_path: Path, period: str, read: bool) -> None:
    plan = SMALL + indicator("firms", "家", "flow", '\nfrequency = "half"\ntarget = 95')
    file = tmp_path / "表.csv"
    file.write_text(f"indicator,period,value,unit,basis\nfirms,{period},24,家,cumulative\n", encoding="utf-8")
    book = small_workbook(tmp_path / "book", plan, [])
    assert (called("add", file, "--workbook", book).code == 0) is read


@pytest.mark.parametrize(
    ("title", "region"),
    [
        *(("怀化2024年主要指标", "431200"), ("怀化主要指标", "431200"), ("怀化高新区主要指标", "")),
        *(("怀化学院主要指标", ""), (f"怀化{OWN}主要指标", PLAN.region), ("吉林2024年主要指标", "220000")),
    ],
)
def test_a_city_may_be_called_by_its_short_name(title: str, region: str) -> None:
    receipt = in_provinces(f"{title}\n{HEAD}\n{CLOUD}\n")
    assert {entry.region for entry in receipt.entries} == ({region} if region else set())


def test_a_place_whose_short_name_ends_like_a_prefecture_has_its_longer_name() -> None:
    plan = PLAN.model_copy(update={"regions": {"520000": "贵州", "440100": "广州", PLAN.region: OWN}})
    table = f"地区,{HEAD}\n贵州省,{CLOUD}\n广州市,{CLOUD}\n"
    assert {entry.region for entry in in_provinces(table, plan=plan).entries} == {"520000", "440100"}


def test_the_last_day_of_a_month_in_a_title_is_the_month() -> None:
    table = "截至2024年9月30日完成情况\n指标,单位,累计完成\n新增企业上云,家,15\n"
    assert brought(table, "报表.csv") == [("2024-09", "15", "cumulative")]
    assert all(receive(table.replace("30日", day), "报表.csv").verdict == "reject" for day in ("15日", "28日", "29日"))
