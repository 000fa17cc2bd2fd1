"""Tables as statistical yearbooks and other counties lay them out: two languages, names on two lines, provinces."""

import io

import openpyxl
import pytest
from test_intake_zoo import AS_OF, PLAN, receive
from test_layouts import MARCH, brought

from tongdao.intake import Delivery
from tongdao.intake.receipt import Known, Receipt, judge
from tongdao.plan import Plan

pytestmark = pytest.mark.usefixtures("here")
OWN = PLAN.regions[PLAN.region]
PROVINCES = PLAN.model_copy(
    update={
        "regions": {"430000": "湖南", "431200": "怀化", PLAN.region: OWN, "220000": "吉林", "110000": "北京"}
        | {"450000": "广西壮族自治区"}
    }
)
HEAD = "指标,单位,1-3月"


def in_provinces(text: str, name: str = "报表_2024.csv", plan: Plan = PROVINCES) -> Receipt:
    return judge(Delivery(name, text.encode(), "甲局", AS_OF), plan, Known({}))


def test_an_english_column_beside_a_chinese_one_is_no_second_one() -> None:
    title = "7-2 各县新增企业上云(2024年1-3月)\nFirms by County\n单位：家,(unit)\n"
    table = f"{title}地  区,Region,新增企业上云\n,,Firms\n{OWN},Tongdao,15\n棠溪县,Tangxi,9\n"
    assert brought(table) == MARCH
    assert brought("指标,Indicator,单位,1-3月\n新增企业上云,Firms,家,15\n") == MARCH
    for other in ("城关镇", "990102"):  # which says more than the name does
        assert receive(f"地区,Region,{HEAD}\n{OWN},{other},新增企业上云,家,15\n").entries == ()


@pytest.mark.parametrize(
    ("header", "figures", "read"),
    [
        ("地区,新增企业上云（家）,,\n,,其中：工业,服务业\n", "15,9,6", "15"),
        ("地区,企业,,\n,全部,新增,\n,,企业上云（家）,\n", "99,15,", ""),  # a name is no part of another's lines
        ("地区,新增企业,,新认定高新技术企业\n,上云（家）,#工业,（家）\n", "15,9,", "15"),
        ("地区,新增企业上云（家）,\n,工业,服务业\n", "15,6", ""),
        ("地区,新增企业上云（家）,\n,待核,待报\n", "15,6", ""),
    ],
)
def test_lines_of_a_header_say_what_a_column_is_a_part_of(header: str, figures: str, read: str) -> None:
    receipt = receive(f"2024年1-3月\n{header}{OWN},{figures}\n")
    assert "".join(f"{entry.value:f}" for entry in receipt.entries) == read


def test_a_longer_word_is_not_the_name_that_it_begins_with() -> None:
    receipt = receive("指标,单位,1-3月\n新增企业上云,家,15\ncloudless days,天,60\n")
    assert "未知指标" in " ".join(finding.message for finding in receipt.findings)


def test_years_that_differ_are_each_said() -> None:
    told = receive(
        "2024年主要指标\n指标,单位,2024年1-3月,1-6月\n新增企业上云（2023年）,家,15,20\n", "报表.csv"
    ).findings
    assert any("2023" in finding.message and "2024" in finding.message for finding in told)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        *(("湖南省", "430000"), ("怀化市", "431200"), ("北京市", "110000"), ("广西", "450000")),
        *(("吉林省", "220000"), (f"{OWN[:2]}县", PLAN.region), ("吉林市", ""), ("湖南市", ""), ("怀化县", "")),
    ],
)
def test_a_region_may_be_written_with_its_kind(written: str, code: str) -> None:
    row = in_provinces(f"地区,{HEAD}\n{written},新增企业上云,家,15\n").entries
    assert [entry.region for entry in row] == [code] * bool(code)
    title = in_provinces(f"{written}2024年主要指标\n{HEAD}\n新增企业上云,家,15\n").entries
    asked = written == "广西"  # 怀化会议 need not be of the city
    assert [entry.region for entry in title] == [code] * (bool(code) and not asked)


@pytest.mark.parametrize(
    ("places", "region"),
    [
        *((f"湖南省,怀化市,{OWN}", PLAN.region), (f"湖南,怀化,{OWN}", PLAN.region), ("湖南省,怀化市,", "431200")),
        *((f"贵州省,怀化市,{OWN}", ""), (f"湖南省,遵义市,{OWN}", ""), (f"吉林省,怀化市,{OWN}", "")),
    ],
)
def test_a_county_of_another_province_is_none_of_ours(places: str, region: str) -> None:
    for heads in ("省,市,县", "省份,城市,县区"):
        receipt = in_provinces(f"{heads},{HEAD}\n{places},新增企业上云,家,15\n")
        assert [entry.region for entry in receipt.entries] == [region] * bool(region)


def test_a_province_that_the_plan_does_not_know_is_told() -> None:
    receipt = receive(f"省份,县区,{HEAD}\n贵州省,{OWN},新增企业上云,家,15\n")
    assert receipt.verdict == "repair"
    assert "上级地区" in " ".join(finding.message for finding in receipt.findings)


@pytest.mark.parametrize("later", ["4月至6月", "四至六月", "4-6月份", "2024年4-6月", "2024.4-6", "二至三季度"])
def test_months_that_do_not_begin_in_january_refuse_a_file_however_written(later: str) -> None:
    refused = receive(f"指标,单位,1-3月,{later}\n新增企业上云,家,15,6\n")
    assert refused.verdict == "reject"
    assert "1 月起" in " ".join(finding.message for finding in refused.findings)
    target = brought(f"指标,单位,1-3月,{later}目标\n新增企业上云,家,15,6\n")
    assert target == MARCH


@pytest.mark.parametrize("written", ["2024.1-6", "2024年1-6", "上半年末", "2024.01-06"])
def test_the_first_half_is_the_same_as_heading_and_cell(written: str) -> None:
    june = [("2024-06", "15", "cumulative")]
    assert brought(f"指标,单位,{written}\n新增企业上云,家,15\n") == june
    assert brought(f"指标,期间,数值,单位\n新增企业上云,{written},15,家\n") == june


@pytest.mark.parametrize(("line", "read"), [("时间：最近13个月", True), ("时间：近12个月累计", False)])
def test_the_months_that_a_database_was_asked_for_are_no_rolling_sum(line: str, read: bool) -> None:
    table = f"数据库：月度数据\n{line}\n指标,2024年3月\n新增企业上云_累计值(家),15\n"
    assert bool(receive(table, "月度数据.csv").entries) == read


def test_a_heading_without_a_year_is_not_told_as_one() -> None:
    told = receive("指标,单位,年末\n青年科技人才,人,40\n").findings
    assert not any("2000" in finding.message for finding in told)


GROWTH = "规模工业增加值增速"
FIRMS = PLAN.model_copy(
    update={
        "indicators": (
            *PLAN.indicators,
            next(one for one in PLAN.indicators if one.id == "rd_growth").model_copy(
                update={"id": "industry", "name": GROWTH, "aliases": ()}
            ),
        )
    }
)


@pytest.mark.parametrize(
    ("title", "note", "items"),
    [
        ("规上工业企业新产品开发和销售", "", [GROWTH]),
        ("投资和规上工业企业情况", "", ["新增企业上云", GROWTH]),
        ("规上工业和投资情况", "", ["新增企业上云", GROWTH]),
        ("高技术产业主要指标", "", []),
        ("主要指标", "口径：规上企业", [GROWTH]),
        ("主要指标", "统计口径为规模以上工业企业。", [GROWTH]),
        ("主要指标", "统计范围：限额以上单位", []),
        ("主要指标", "注：规模以上工业统计范围为年主营业务收入2000万元以上的工业企业。", ["新增企业上云", GROWTH]),
        ("主要指标", "口径：规上工业企业数据由统计局提供", ["新增企业上云", GROWTH]),
    ],
)
def test_figures_of_some_firms_are_not_those_of_all(title: str, note: str, items: list[str]) -> None:
    for name, unit in (("新增企业上云", "家"), (GROWTH, "%")):
        tables = (f"{HEAD}\n{name},{unit},15\n{note}\n", f"{HEAD},备注\n{name},{unit},15,{note}\n")
        for table in tables if note else tables[:1]:
            receipt = judge(
                Delivery("报表_2024.csv", f"2024年1-3月{title}\n{table}".encode(), "甲局", AS_OF), FIRMS, Known({})
            )
            assert bool(receipt.entries) == (name in items), receipt.findings


@pytest.mark.parametrize(
    ("header", "read"),
    [
        *(
            ("工作任务,单位,目标值,1-3月完成", True),
            ("考核内容,单位,年度任务,1-3月", True),
            ("事项,单位,目标,1-3月", True),
        ),
        *(("目标任务,单位,责任人,1-3月", False), ("上年同期,单位,序号,1-3月", False), ("目标,单位,序号,1-3月", False)),
    ],
)
def test_a_column_of_indicators_is_known_by_what_stands_in_it(header: str, read: bool) -> None:
    assert bool(receive(f"{header}\n新增企业上云,家,30,15\n").entries) == read


@pytest.mark.parametrize(
    ("title", "columns", "read"),
    [
        *(
            ("截至2024年3月底重点工作进展", "年度目标,完成数", True),
            ("2024年主要指标（截至3月底）", "全年任务,实际完成", True),
        ),
        *(
            ("2021年以来重点工作（截至2024年3月底）", "年度目标,完成数", False),
            ("截至2024年3月底", "上年末,完成数", False),
        ),
        *(("截至2024年3月底", "目标,完成数", False), ("2024年3月", "年度目标,完成数", False)),
    ],
)
def test_what_is_done_of_a_years_target_is_since_january(title: str, columns: str, read: bool) -> None:
    receipt = receive(f"{title}\n指标,单位,{columns}\n新增企业上云,家,30,15\n")
    assert [(str(entry.period), entry.basis) for entry in receipt.entries] == [("2024-03", "cumulative")] * read


@pytest.mark.parametrize(("shown", "read"), [('0"家"', True), ('0"个"', True), ('0"户"', True), ('0"人"', False)])
def test_a_unit_that_only_the_format_shows_is_one(shown: str, read: bool) -> None:
    book = openpyxl.Workbook()
    book.active.append(["指标", "1-3月"])
    book.active.append(["新增企业上云", 15])
    book.active["B2"].number_format = shown
    made = io.BytesIO()
    book.save(made)
    entries = receive(made.getvalue(), "报表_2024.xlsx").entries
    assert [int(entry.value) for entry in entries] == [15] * read


@pytest.mark.parametrize("head", ["9月完成", "9月", "三季度完成", "2024-09"])
def test_a_month_beside_a_years_target_is_not_since_january(head: str) -> None:
    table = "截至2024年9月底完成情况\n指标,单位,全年目标,{}\n新增企业上云,家,20,13\n"
    assert not receive(table.format(head)).entries
    assert [entry.basis for entry in receive(table.format("完成数")).entries] == ["cumulative"]


@pytest.mark.parametrize("row", ["新增企业上云,2024年下半年,8,家,累计", "全社会研发经费投入增速,2024年下半年,8,%,"])
def test_the_second_half_year_is_not_the_year(row: str) -> None:
    assert not receive(f"指标,期间,数值,单位,口径\n{row}\n").entries


def test_a_name_in_letters_that_says_another_indicator_is_not_put_aside() -> None:
    plan = PLAN.model_copy(
        update={"indicators": (PLAN.indicators[0].model_copy(update={"id": "rd"}), *PLAN.indicators[1:])}
    )
    table = "indicator,指标名称,period,value,unit\nrd,新增企业上云,2024-03,15,家\n"
    assert not judge(Delivery("报表.csv", table.encode(), "甲局", AS_OF), plan, Known({})).entries


def test_a_year_may_follow_a_name_in_letters() -> None:
    assert brought(f"地区,cloud_firms2024年1-3月（家）\n{OWN},15\n") == MARCH


def test_what_is_done_for_firms_of_a_size_limits_no_figures() -> None:
    assert brought(f"2024年规上企业培育和企业上云情况\n{HEAD}\n新增企业上云,家,15\n") == MARCH
