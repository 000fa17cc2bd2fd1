"""A plan's own text: the numbers of its sentences, its clauses and departments, the plan file proposed from it."""

import json
import tomllib
from datetime import date
from pathlib import Path

import pytest
from conftest import COMMAND, Run, judged
from hypothesis import given, strategies as st

from tongdao.base import UsageError
from tongdao.document import prose_of
from tongdao.plan import quote_faults, read_plan
from tongdao.plan.indicator import Indicator
from tongdao.plan.text.outline import read_names, read_outline, read_units
from tongdao.plan.text.proposal import propose
from tongdao.plan.text.reading import read_targets
from tongdao.plan.text.sentence import Quantity, quantities
from tongdao.plan.text.targets import Target


def said(one: Quantity) -> tuple[float, float | None, str, str, str]:
    return one.number, one.upper, one.unit, one.word, one.change


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("高新技术企业达到75家以上", [(75, None, "家", "以上", "")]),
        ("投诉每年不超过80件", [(80, None, "件", "以内", "")]),
        ("控制在５．５％以内", [(5.5, None, "%", "以内", "")]),
        ("接待游客突破900万人次", [(900, None, "万人次", "超过", "")]),
        ("技术水平高超3家", [(3, None, "家", "", "")]),
        ("培育企业2—3家", [(2, 3, "家", "", "")]),
        ("增长10%-15%左右", [(10, 15, "%", "左右", "growth")]),
        ("收入年均增长12%", [(12, None, "%", "", "average_growth")]),
        ("覆盖面不低于百分之八十", [(80, None, "%", "以上", "")]),
        ("百分之三点五", [(3.5, None, "%", "", "")]),
        ("服务1,200家次", [(1200, None, "家次", "", "")]),
        ("引进人才5人(个)以上", [(5, None, "人(个)", "以上", "")]),
        ("3千万元", [(3000, None, "万元", "", "")]),
        ("二十万平方米", [(20, None, "万平方米", "", "")]),
        ("百分之二点五至百分之三", [(2.5, 3, "%", "", "")]),
        ("新增两到三家", [(2, 3, "家", "", "")]),
        ("八成以上", [(80, None, "%", "以上", "")]),
        ("由村民三成立小组", []),
        (
            "人口增长率达到-1.5‰，2024年-2026年新增3家-5家",
            [(-1.5, None, "‰", "", ""), (2024, 2026, "年", "", ""), (3, 5, "家", "", "")],
        ),
        ("科小过500家，营收破4亿元", [(500, None, "家", "超过", ""), (4, None, "亿元", "超过", "")]),
        ("通过30家评审", [(30, None, "家", "", "")]),
        ("达到2020年的1.8倍", [(2020, None, "年", "", ""), (1.8, None, "×", "", "×")]),
        ("城乡收入比缩小到1.75∶1以内", [(1.75, None, "", "以内", "")]),
        ("劣Ⅴ类水体比例为0", [(0, None, "%", "", "")]),
        ("建成3个AI平台", [(3, None, "个", "", "")]),
        ("增长确保6%", [(6, None, "%", "", "growth")]),
        ("升至第10位以内", [(10, None, "位", "以内", "")]),
        ("到二〇二六年达二十亿元", [(2026, None, "年", "", ""), (20, None, "亿元", "", "")]),
        ("水耗30立方米/万元以下", [(30, None, "立方米/万元", "以下", "")]),
        ("降尘量不高于5吨/月·平方公里", [(5, None, "吨/月·平方公里", "以内", "")]),
        ("举办赛事30项次，公交拥有量5标台", [(30, None, "项次", "", ""), (5, None, "标台", "", "")]),
        ("比重提高1.5个百分点", [(1.5, None, "个百分点", "", "+")]),
        ("较2020年下降18%", [(2020, None, "年", "", ""), (18, None, "%", "", "-")]),
        ("实现翻两番", [(4, None, "×", "", "×")]),
        ("增加一倍", [(2, None, "×", "", "×")]),
        ("进入全省前十名", [(10, None, "位", "以内", "")]),
        ("分别达到10家、20家以上", [(10, None, "家", "以上", ""), (20, None, "家", "以上", "")]),
        ("第五十二条、4A级、5G、GB/T41648", []),
    ],
)
def test_a_number_is_read_with_its_unit_and_word(text: str, expected: list[tuple[object, ...]]) -> None:
    assert [said(one) for one in quantities(text)] == expected


@given(
    st.integers(1, 10**6),
    st.sampled_from(["家", "亿元", "公里", "万平方米", "%", "人次"]),
    st.sampled_from([("", "以上"), ("", "左右"), ("不少于", ""), ("超过", ""), ("低于", ""), ("", "以下"), ("", "")]),
)
def test_whatever_is_written_is_read_back(number: int, unit: str, words: tuple[str, str]) -> None:
    before, after = words
    word = {"不少于": "以上"}.get(before, before) or after
    assert [said(one)[:4] for one in quantities(f"事项{before}{number}{unit}{after}")] == [(number, None, unit, word)]


@pytest.mark.parametrize(
    ("text", "lead", "support"),
    [
        ("县科技局牵头，县税务局、县工信局配合", ["县科技局"], ["县税务局", "县工信局"]),
        ("牵头单位：县工信局；配合单位：县发改局、县财政局", ["县工信局"], ["县发改局", "县财政局"]),
        ("责任单位：县文旅局（牵头），县林业局、有关乡镇", ["县文旅局"], ["县林业局", "有关乡镇"]),
        ("县发改局、县商务局牵头，县财政局等相关部门按职责分工负责", ["县发改局", "县商务局"], ["县财政局"]),
        ("区工信局、区数据局按职责分工负责", ["区工信局", "区数据局"], []),
        ("责任单位：市财政局；完成时限：2025年12月底", ["市财政局"], []),
        ("市规划局牵头，各县（市、区）人民政府配合", ["市规划局"], ["各县（市、区）人民政府"]),
        ("牵头部门：县科技局；配合部门：县工信局、各镇（街道）", ["县科技局"], ["县工信局", "各镇（街道）"]),
        ("县科技局牵头；县教育局配合；完成时限：2025年12月", ["县科技局"], ["县教育局"]),
        ("县科技局★、县工信局", ["县科技局"], ["县工信局"]),
        ("责任领导：副县长；牵头单位：县商务局；责任单位：县邮政局", ["县商务局"], ["县邮政局"]),
        ("牵头领导：副县长，牵头单位：县商务局", ["县商务局"], []),
        ("县科技局牵头，县工信局等有关部门和各乡镇政府配合", ["县科技局"], ["县工信局", "各乡镇政府"]),
    ],
)
def test_departments_lead_or_support(text: str, lead: list[str], support: list[str]) -> None:
    units = read_units(text)
    assert (list(units.lead), list(units.support)) == (lead, support)


@pytest.mark.parametrize(
    ("said", "lead", "support"),
    [
        ("〔牵头单位：县科技局；责任单位：县工信局〕", ["县科技局"], ["县工信局"]),
        ("【责任单位：县科技局 县工信局】", ["县科技局", "县工信局"], []),
        ("（外贸科、各县区）", ["外贸科", "各县区"], []),
        ("由县交警支队牵头，县科技局、各乡镇（街道）配合。", ["县交警支队"], ["县科技局", "各乡镇（街道）"]),
        ("（各乡镇（街道）牵头负责，县法院等单位配合）", ["各乡镇（街道）"], ["县法院"]),
        ("（各有关部门、县残联按职责分工负责）", ["各有关部门", "县残联"], []),
        ("\n责任单位：各乡镇（街道）（牵头）、县法院", ["各乡镇（街道）"], ["县法院"]),
        ("\n牵头单位：县法院　责任单位：县交警支队　县城投集团", ["县法院"], ["县交警支队", "县城投集团"]),
        ("（县科技局，各县（市、区）政府）", ["县科技局", "各县（市、区）政府"], []),
        (
            "责任单位：县科技局、县工信局，各乡镇（街道）人民政府",
            ["县科技局", "县工信局", "各乡镇（街道）人民政府"],
            [],
        ),
        ("责任部门：县科技局（列第一位的为牵头部门，下同）、县工信局", ["县科技局"], ["县工信局"]),
    ],
)
def test_departments_behind_a_task_are_its_own(said: str, lead: list[str], support: list[str]) -> None:
    plan = tomllib.loads(propose(f"甲县行动方案（2024年）\n一、任务\n新建平台10个。{said}", "原文"))
    assert [(one["lead"], one.get("support", [])) for one in plan["task"]] == [(lead, support)]


def test_a_name_with_and_in_it_is_one_name() -> None:
    assert read_names("县人力资源和社会保障局和县科协等") == ("县人力资源和社会保障局", "县科协")


PLAN = """云溪县数字经济三年行动方案
（2024—2026年）
2024年3月5日
近年来，全县建成5G基站320个，2023年网络零售额达到6.3亿元。
一、目标
到2025年，数字企业达到40家；到2026年，数字企业达到60家，产值由2亿元提高到5亿元，新建基站、车间分别达到300个、20个以上。
指标 单位 2023年 2026年 属性
网上可办率 % 92 100 约束性
二、任务
（一）强平台
1.建平台。力争新建平台2个，培育产值超1亿元企业三家。落实15%优惠税率，对首次入规企业给予10万元奖励。
2.推改造。在16个乡镇推广，审批时间压缩至3个工作日以内，排名进入全市前5位。每季度召开1次调度会。
责任单位：县数据局（牵头），县财政局
（二）促消费
由县商务局牵头，县文旅局配合。举办展销活动10场以上，总投资3亿元的商场建成。
三、保障
依据《电子商务法》第三条，成立县数字经济工作专班，由副县长任召集人，成员单位包括县数据局、县商务局等，办公室设在县数据局。
"""


def targets(text: str, year: int = 2024) -> list[Target]:
    return read_targets(read_outline(text), year)


def test_what_is_to_be_reached_is_a_target_and_nothing_else() -> None:
    found = [(one.quantity.number, one.quantity.unit, one.quantity.word, one.name) for one in targets(PLAN)]
    assert found == [
        (40, "家", "", "数字企业"),
        (60, "家", "", "数字企业"),
        (5, "亿元", "", "产值"),
        (300, "个", "以上", "新建基站"),
        (20, "个", "以上", "车间"),
        (100, "%", "", "网上可办率"),
        (2, "个", "", "新建平台"),
        (3, "家", "", "培育产值超1亿元企业"),
        (3, "个工作日", "以内", "审批时间"),
        (5, "位", "以内", "排名进入全市"),
        (10, "场", "以上", "举办展销活动"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "截至2023年底，全县高新技术企业41家。",
        "给予最高不超过50万元补助。",
        "按照国办发〔2023〕12号第三条执行，电话0744-8888888。",
        "总投资12.6亿元，占地面积200亩。",
        "对连续2个季度排名后3位的单位进行约谈。",
        "依托102所院校、11家链主企业，推进协同。",
        "近三年，我区直接融资年均增长21.3%，2023年突破60亿元。",
        "——总量翻番。产业规模更大。",
        "建立1+N体系，落实“三个一批”，打造15分钟生活圈。",
        "“十三五”时期目标如期实现。新建平台8个。\n居民收入达到3万元，新增就业2万人。",
        "过去五年，确保就业目标完成。新建平台8个。",
        "“10+4”产业是指10个支柱产业和4个未来产业，发挥12345政务服务热线作用。",
        "推进甲镇、乙镇和丙镇3个片区连片发展，推动“甲建设”、“乙建设”等2项工程。",
        "学科进入全球前1%行列，招收2—3岁幼儿，引进成熟一家、推进一家。",
        "轨道站点50米范围内配套公交，推动老厂1935项目建设。",
        "完成甲村200万只蛋鸡标准化养殖基地建设。",
        "投资3000万元建设养殖基地。",
        "每个县(市、区)围绕村域型、镇域型和片区型3种类型布点。",
        "每个乡镇至少办好1所中心幼儿园，3万人口以上的乡镇应办2所。",
        "每3000户至5000户配建1所12个班规模的幼儿园。",
        "县教育局每年至少开展1次专项督导。",
        "财政按常住人口每人每年不低于89元标准安排经费，按县道每公里1万元、乡道每公里5000元的标准落实养护资金。",
        "路面宽度不小于6.5米，路基宽度7.5米，使用年限满20年的立管应予更换。",
        "发生1起较大突发环境事件的，取消评优资格。",
        "落细落实安全生产十五条硬措施和省66条、市县99条细化措施。",
        "引进注册资本500万美元以上、当年进资200万美元以上的外资项目。",
        "确保5个搬迁安置点群众搬得出、稳得住，县级领导包抓28个重点村。",
        "公益金中，不低于55%用于养老服务，每村每年投入不少于100万元。",
        "市教育局2024年12月开始实施，每少1家扣1分，存栏500头以上的规模场安装在线监测。",
        "班额按小班25人、大班35人控制，孕妇每年至少接受5次检查，达到承载量的80%时启动限流。",
        "涉及3人以上死亡的事故提级调查，扣减考核分2分，指标权重分别为30%、70%。",
        "单户额度不超过30万元，资金缺口1.2亿元，分3期实施，年龄不超过35周岁。",
        "覆盖全县12个乡镇、46万人口。现有床位2260张、医师860人。我县地处东经109度。",
        "依托已建成的3个产业园和26家企业，延伸链条。县医院与12家卫生院组建医共体。",
    ],
)
def test_what_is_no_target_is_left_out(text: str) -> None:
    assert not targets(f"一、任务\n{text}")


def test_chapters_stand_above_clauses_and_the_plan_before_is_over() -> None:
    text = """甲市国民经济和社会发展
第十五个五年规划纲要
目 录
第一章 新的起点.....1
第一节 “十四五”发展成就.....1
第二章 目标.....3
第一章 新的起点
第一节 “十四五”发展成就
一、实力增强
生产总值达到900亿元。
第二章 目标
第一节 主要目标
一、经济
生产总值在2020年基础上翻一番，累计举办5000人以上演出数量超80场。
5.积极集聚
5.1集聚节会
孕产妇死亡率控制在9/10万以下，覆盖70%左右的社区。"""
    plan = tomllib.loads(propose(text, "原文"))
    assert (plan["title"], plan["regions"]["000000"]) == ("甲市国民经济和社会发展第十五个五年规划纲要", "甲市")
    told = [(one["clause"], one.get("change", one.get("target")), one["unit"]) for one in plan["indicator"]]
    assert told == [
        ("第二章第一节一", "×2", "待核"),
        ("第二章第一节一", 80, "场"),
        ("第二章第一节一55.1", 9, "/10万"),
        ("第二章第一节一55.1", 70, "%"),
    ]
    assert plan["indicator"][0]["base"] == "2020"


def test_a_table_of_towns_gives_the_whole_and_its_parts() -> None:
    table = "企业培育任务分解表（单位：家）\n乡镇\t2025年\t2026年目标\n东镇\t12\t20\n西乡\t18\t28\n合计\t30\t48"
    more = "乡镇（街道）\t技术合同成交额（万元）\n东镇\t120\n西乡\t80"
    text = f"甲县行动方案（2025—2026年）\n一、目标\n到2026年，企业达到48家。\n{table}\n{more}"
    plan = tomllib.loads(propose(text, "原文"))
    assert plan["regions"] == {"000000": "甲县", "p01": "东镇", "p02": "西乡"}
    firms, deals = plan["indicator"]
    assert (firms["target"], firms["interim"][0]["target"], firms["parts"]) == (48, 30, {"p01": 20, "p02": 28})
    assert (deals["name"], deals["target"], deals["unit"]) == ("技术合同成交额", 200, "万元")


def test_a_table_copied_a_cell_a_line_is_read_by_its_heads() -> None:
    rows = """类别
序号
指标
2025年
预计
2030年
目标
年均/
累计
属性
经济发展
（2项）
1
生产总值增长（%）
5.2左右
—
5以上
预期性
2
外贸占全省份额（%）
21.5
（2024年）
22
—
预期性
创新驱动
（2项）
3
每万人口专利
拥有量（件）
60
78
—
预期性
4
入托率提高（百分点）
—
3
—
预期性
"""
    plan = tomllib.loads(propose(f"甲市第十五个五年规划纲要\n一、目标\n主要指标\n{rows}二、任务\n加强领导。", "原文"))
    told = [(one["name"], one.get("target", one.get("change")), one["unit"]) for one in plan["indicator"]]
    assert told == [
        ("生产总值增长", 5, "%"),
        ("外贸占全省份额", 22, "%"),
        ("每万人口专利拥有量", 78, "件"),
        ("入托率提高", "+3", "%"),
    ]


@pytest.mark.parametrize(
    ("head", "rows", "names"),
    [
        (
            "序号 指标名称 单位 2023年 2026年",
            "1 甲企业数 家 3 5|2|农产品加工与|农业产值之比|— 1.8 2.5|3 丙率 % 80 90",
            "农产品加工与农业产值之比",
        ),
        (
            "序号 指标名称 单位 2023 年 2026 年",
            "1 甲企业数 家 3 5|2 农产品加工与|农业产值之比|— 1.8 2.5|3 丙率 % 80 90",
            "农产品加工与农业产值之比",
        ),
        (
            "类别 序号 指标 单位 2023年 2026年",
            "经济|1 甲企业数 家 3 5|2 农产品|产值之比|— 1.8 2.5|创新 3 丙率 % 80 90",
            "农产品产值之比",
        ),
        (
            "指标名称 单位 2023年 2026年",
            "甲企业数 家 3 5|农产品加工与|农业产值之比|— 1.8 2.5|丙率 % 80 90",
            "农产品加工与农业产值之比",
        ),
    ],
)
def test_the_name_of_a_row_goes_on_in_the_next_line(head: str, rows: str, names: str) -> None:
    text = "\n".join(["甲县行动方案（2024—2026年）", "一、目标", head, *rows.split("|"), "（一）建设平台10个。"])
    plan = tomllib.loads(propose(text, "原文"))
    told = [(one["name"], one["target"], one["clause"]) for one in plan["indicator"]]
    assert told == [("甲企业数", 5, "一"), (names, 2.5, "一"), ("丙率", 90, "一"), ("建设平台", 10, "（一）")]


def test_a_sentence_whose_digits_stand_apart_is_no_row() -> None:
    table = "指标 单位 2023年 2026年\n甲企业数 家 3 5"
    text = f"一、目标\n{table}\n建设农田 2.5万亩。累计达到 25 万亩"
    assert [one.quantity.number for one in targets(text)] == [5, 2.5, 25]


def test_an_account_of_what_was_done_is_no_plan() -> None:
    with pytest.raises(UsageError, match="不是方案"):
        propose("关于上半年科技创新工作完成情况的通报\n各乡镇：\n新认定高新技术企业6家。", "原文")


@pytest.mark.parametrize(
    ("text", "number", "unit", "name"),
    [
        ("高新技术企业营业收入从2022年的22.2亿元增至2026年的34亿元", 34, "亿元", "高新技术企业营业收入"),
        ("研发经费与营业收入之比由0.9%升至1.1%", 1.1, "%", "研发经费与营业收入之比"),
        ("综合创新能力排名从2023年的18名提升到2026年的第15名", 15, "位", "综合创新能力排名"),
    ],
)
def test_where_things_stand_now_is_no_target(text: str, number: float, unit: str, name: str) -> None:
    found = [(one.quantity.number, one.quantity.unit, one.name) for one in targets(f"一、目标\n{text}。")]
    assert found == [(number, unit, name)]


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("甲县工作要点", "期限为2024年3月至2026年2月。", ("2024-03-01", "2026-02-28")),
        ("甲县若干措施", "本措施自2024年3月1日起施行，有效期三年。", ("2024-03-01", "2027-02-28")),
        ("甲县若干措施", "自2024年2月1日起施行，有效期至2026年12月31日。", ("2024-02-01", "2026-12-31")),
        ("甲县方案（2024年7月—2026年6月）", "2024年底前建成。", ("2024-07-01", "2026-06-30")),
        ("甲县第十四个五年规划和2035年远景目标纲要", "到2025年建成。", ("2021-01-01", "2025-12-31")),
        ("甲县行动计划（２０２５－２０２７年）", "到２０２７年建成。", ("2025-01-01", "2027-12-31")),
        ("甲县行动方案（二〇二四年至二〇二六年）", "到二〇二六年建成。", ("2024-01-01", "2026-12-31")),
        ("甲县行动方案（2024年8月）", "到2026年底建成。", ("2024-01-01", "2026-12-31")),
        ("甲县气象工作方案", "通过2年建设（2024年10月至2026年9月），建成站点。", ("2024-10-01", "2026-09-30")),
        ("2025年度甲镇目标责任书", "财政总收入完成4200万元。", ("2025-01-01", "2025-12-31")),
    ],
)
def test_the_dates_of_a_plan_are_read_where_it_says_them(title: str, text: str, expected: tuple[str, str]) -> None:
    plan = tomllib.loads(
        propose(f"{title.replace('（2024年8月）', chr(10) + '（2024年8月）')}\n一、目标\n{text}", "原文")
    )
    assert (str(plan["start"]), str(plan["deadline"])) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("高新技术企业由2023年的45家增加到90家", ("level", None, 90)),  # 新 in 高新 is no verb
        ("企业开办时间压缩至0.5个工作日", ("level", None, 0.5)),
        ("园区亩均税收15万元/亩", ("level", None, 15)),
        ("每年新增甲类企业100家、乙类企业30家", ("flow", "each_year", 30)),
        ("每年新增甲类企业100家，到2026年累计达到500家", ("flow", None, 500)),
        ("地区生产总值达1250亿元", ("flow", "final_year", 1250)),
        ("2024年、2025年、2026年新增企业分别达到10家、15家、20家", ("flow", "final_year", 20)),
        ("到2024年底、2025年底、2026年底，零售额分别达到5亿元、6.5亿元和8亿元以上", ("flow", "final_year", 8)),
        ("居民消费价格涨幅控制在3%以内", ("growth", None, 3)),
        ("规模工业总产值同比增长9%", ("growth", None, 9)),
        ("农村低保标准提高到每人每年5500元", ("level", None, 5500)),
        ("新增企业25家，其中规模工业企业10家", ("flow", None, 10)),
        ("实现生猪存栏100万头", ("level", None, 100)),
        ("实现粮食综合生产能力35亿斤", ("level", None, 35)),
        ("培育营业收入过亿元的龙头企业3家", ("flow", None, 3)),
        ("供水报装环节不超过2个", ("level", None, 2)),
        ("贷款余额突破15亿元", ("level", None, 15)),
        ("中小学生均校舍建筑面积9.5平方米", ("level", None, 9.5)),
        ("晨晚练点每万人不少于6个", ("level", None, 6)),
    ],
)
def test_what_a_number_counts_follows_from_its_words(text: str, expected: tuple[str, str | None, float]) -> None:
    plan = tomllib.loads(propose(f"甲县行动方案（2024—2026年）\n一、目标\n{text}。", "原文"))
    found = plan["indicator"][-1]
    assert (found["measure"], found.get("judged"), found["target"]) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "城镇和农村居民人均收入分别增长8%、9%",
            [("城镇和农村居民人均收入（1）", 8), ("城镇和农村居民人均收入（2）", 9)],
        ),
        ("产值、税收分别达到80亿元、3亿元", [("产值", 80), ("税收", 3)]),
        ("实现20%的村集体年收入超30万元", [("村集体年收入超30万元", 20)]),
        ("70%以上的建制镇全面消除黑臭水体", [("建制镇全面消除黑臭水体", 70)]),
        ("培育20个左右农家乐（民宿）集聚村", [("培育农家乐集聚村", 20)]),
        ("年底前至少完成试点建设1个", [("完成试点建设", 1)]),
        ("30户以上自然村（组）通硬化路比例达到95%", [("30户以上自然村（组）通硬化路比例", 95)]),
        ("2个国考断面、5个省考断面水质达标率100%", [("2个国考断面、5个省考断面水质达标率", 100)]),
        ("坚决遏制重大事故，较大事故起数控制在1起以内", [("较大事故起数", 1)]),
        ("网上办税率保持在99%以上，一般登记3个工作日内办结", [("网上办税率", 99), ("一般登记办结", 3)]),
        ("体育产业总规模达到50亿元", [("体育产业总规模", 50)]),
        ("在现有基础上增加20家", [("在现有基础上增加", 20)]),
        ("群众平均年龄提高到79岁", [("群众平均年龄", 79)]),
        ("30%以上的村、50%以上的户达到标准", [("村", 30), ("户达到标准", 50)]),
    ],
)
def test_a_target_has_a_name_of_its_own(text: str, expected: list[tuple[str, float]]) -> None:
    assert [(one.name, one.quantity.number) for one in targets(f"一、目标\n{text}。")] == expected


def test_a_quarter_governs_its_sentence_only() -> None:
    found = targets("一、目标\n2024年开工项目90个。其中，一季度开工项目30个，占全年任务的28%以上。全部竣工项目60个。")
    told = [(one.year, one.month, one.quantity.number) for one in found]
    assert told == [(2024, 0, 90), (2024, 3, 30), (2024, 3, 28), (2024, 0, 60)]


def test_places_gained_are_a_fall_of_the_rank() -> None:
    for text in ("综合排名较上年提升2位", "综合排名前进2位"):
        (found,) = tomllib.loads(propose(f"甲县行动方案（2024年）\n一、目标\n{text}。", "原文"))["indicator"]
        assert (found["measure"], found["unit"], found["change"]) == ("rank", "位", "-2")
    for text, change in (("引进博士较上年增加20位", "+20"), ("专家较上年减少2位", "-2")):
        (found,) = tomllib.loads(propose(f"甲县行动方案（2024年）\n一、目标\n{text}。", "原文"))["indicator"]
        assert (found["measure"], found["unit"], found["change"]) == ("level", "位", change)


def test_a_target_of_a_quarter_or_a_month_has_that_deadline() -> None:
    aims = "确保一季度工业增加值增长7%，全年增长确保8%、力争9%。6月底前开工项目80个，年底前竣工50个。"
    text = f"甲县2025年方案\n一、目标\n{aims}"
    found = tomllib.loads(propose(text, "原文"))["indicator"]
    told = [(one["target"], one["measure"], str(one.get("deadline", ""))) for one in found]
    assert told == [
        (7, "growth", "2025-03-31"),
        (8, "growth", ""),
        (9, "growth", ""),
        (80, "flow", "2025-06-30"),
        (50, "flow", ""),
    ]


def test_the_row_of_a_task_has_its_own_time_limit() -> None:
    table = "工作任务\t目标值\t完成时限\t牵头单位\n科技型企业入库\t210家以上\t2025年11月\t县科技局"
    found = tomllib.loads(propose(f"甲县2025年任务分解表\n{table}", "原文"))["indicator"][0]
    assert (found["target"], found["word"], str(found["deadline"])) == (210, "以上", "2025-11-30")


def test_numbered_rows_of_a_text_stay_rows_and_the_one_that_leads_leads(tmp_path: Path) -> None:
    head = "2024年全县就业创业和社会保障重点任务清单\n序号 重点任务 目标任务 牵头单位 责任单位 完成时限\n"
    row = "{} 某某就业服务 全年城镇新增就业{}万人以上，某某调查失业率控制在5.5%左右 县人社局 {} 2024年1{}月\n"
    (tmp_path / "text.txt").write_text(
        head + "".join(row.format(n, n, "各县区" if n == 3 else "县工会", n % 3) for n in range(1, 8)), encoding="utf-8"
    )
    plan = tomllib.loads(propose(prose_of(tmp_path / "text.txt"), "原文"))
    assert [one["target"] for one in plan["indicator"] if one["unit"] == "万人"] == [1, 2, 3, 4, 5, 6, 7]
    assert {tuple(one["lead"]) for one in plan["indicator"]} == {("县人社局",)}


def test_the_time_limit_of_a_clause_is_that_of_its_targets() -> None:
    first = "（一）服务\n新建站点10个，2025年6月底前开通线路8条。\n责任单位：县交通局  完成时限：2024年12月"
    text = f"甲县方案（2023—2025年）\n一、任务\n{first}\n（二）治理\n治理隐患42处。"
    plan = tomllib.loads(propose(text, "原文"))
    told = {one["name"]: str(one.get("deadline", "")) for one in plan["indicator"]}
    assert told == {"新建站点": "2024-12-31", "开通线路": "2025-06-30", "治理隐患": ""}
    assert plan["task"][0]["lead"] == ["县交通局"]


@pytest.mark.parametrize(
    ("said", "due"),
    [("2024年1月至2025年6月", "2025-06-30"), ("2024年1—6月", "2024-06-30"), ("2023年至2024年", "2024-12-31")],
)
def test_a_time_limit_with_two_ends_is_the_later_one(said: str, due: str) -> None:
    text = f"甲县方案（2023—2026年）\n一、任务\n（一）服务\n新建站点10个。\n责任单位：县交通局；完成时限：{said}"
    (found,) = tomllib.loads(propose(text, "原文"))["indicator"]
    assert str(found["deadline"]) == due


@pytest.mark.parametrize(
    ("text", "word"), [("企业开办1个工作日办结", "以内"), ("审批环节精简到3个", ""), ("申报材料精简至5件", "")]
)
def test_what_is_to_become_less_is_met_by_less(text: str, word: str) -> None:
    (found,) = tomllib.loads(propose(f"甲县方案（2024年）\n一、目标\n{text}。", "原文"))["indicator"]
    item = Indicator(**{name: found[name] for name in ("id", "name", "unit", "measure", "target", "word", "quote")})
    assert (item.word, item.measure, item.decreasing) == (word, "level", True)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("建设20座24小时城市书房", 20),
        ("新增3000个临时停车位", 3000),
        ("人均公园绿地面积提高2平方米", 2),
        ("每个村集体经济收入达到10万元以上", 10),
        ("各乡镇共建成村级服务站300个", 300),
        ("让1万户居民喝上放心水", 1),
        ("按要求建成5个标准篮球场", 5),
        ("1. 500家以上企业上云", 500),
    ],
)
def test_a_target_beside_words_of_others_is_none_the_less_one(text: str, number: float) -> None:
    assert [one.quantity.number for one in targets(f"一、目标\n{text}。")] == [number]


def test_the_year_to_which_aims_reach_is_later_than_a_stage() -> None:
    steps = "启动（2024年3月—2024年6月）。实施（2024年7月—2024年12月）。"
    text = f"甲县工作方案\n一、目标\n到2026年新增企业30家。\n二、步骤\n{steps}"
    plan = tomllib.loads(propose(text, "原文"))
    assert (str(plan["start"]), str(plan["deadline"])) == ("2024-03-01", "2026-12-31")


def test_a_work_report_speaks_of_the_year_ahead() -> None:
    head = "政府工作报告\n——2023年1月5日在甲县第十九届人民代表大会第二次会议上\n"
    text = "一、2022年工作回顾\n新建农田8万亩。\n二、2023年工作安排\n新建农田9万亩，每月报送信息5条。"
    proposed = propose(head + text, "原文")
    plan = tomllib.loads(proposed)
    assert (plan["title"], plan["regions"]["000000"], plan["start"].year) == ("政府工作报告", "甲县", 2023)
    assert [one["target"] for one in plan["indicator"]] == [9, 5]
    assert "原文按月或季写数，请改成全期的数" in proposed


def test_every_quote_stands_in_the_text() -> None:
    slim = "".join(PLAN.split())
    assert all("".join(one.quote.split()) in slim for one in targets(PLAN))


def test_the_proposal_says_dates_departments_group_and_interim_targets() -> None:
    plan = tomllib.loads(propose(PLAN, "原文"))
    assert plan["title"] == "云溪县数字经济三年行动方案（2024—2026年）"
    assert [str(plan[key]) for key in ("published", "start", "deadline")] == ["2024-03-05", "2024-01-01", "2026-12-31"]
    assert plan["regions"]["000000"] == "云溪县"
    assert plan["work_group"]["members"] == ["县数据局", "县商务局"]
    tasks = {one["clause"]: (one["lead"], one["support"]) for one in plan["task"]}
    assert tasks == {"（一）": (["县数据局"], ["县财政局"]), "（二）": (["县商务局"], ["县文旅局"])}
    firms = next(one for one in plan["indicator"] if one["name"] == "数字企业")
    assert (firms["target"], firms["interim"][0]["target"], str(firms["interim"][0]["by"])) == (60, 40, "2025-12-31")
    platform = next(one for one in plan["indicator"] if "新建平台" in one["name"])
    assert (platform["clause"], platform["strive"]) == ("（一）", True)
    assert [one.strive for one in targets("一、目标\n争取上级资金2亿元；争取新建平台3个。")] == [False, True]


@pytest.mark.parametrize(
    "said",
    [
        "由县长任组长，分管副县长任副组长，县商务局、县财政局等单位主要负责同志为成员。办公室设在县商务局",
        "组 长：县长，副组长：分管副县长；成 员：县商务局、县财政局。专班办公室设在县商务局",
    ],
)
def test_a_work_group_is_read_in_either_form(said: str) -> None:
    plan = tomllib.loads(propose(f"甲县方案（2024年）\n一、保障\n成立商贸工作专班，{said}。", "原文"))
    assert plan["work_group"] == {
        "name": "商贸工作专班",
        "convenor": "县长",
        "deputy": "分管副县长",
        "office": "县商务局",
        "members": ["县商务局", "县财政局"],
    }


def test_a_text_without_targets_is_still_a_plan_file() -> None:
    assert tomllib.loads(propose("通知", "原文"))["indicator"][0]["id"] == "t01"


@pytest.mark.shared
@pytest.mark.slow
def test_plan_texts_are_read_as_their_tables_say(shared: Path) -> None:
    folder = shared / "plan_reading"
    code, said = judged(folder / "check.py", folder, f"{COMMAND} new {{dir}} --text {{text}}")
    assert code == 0, said


def test_the_countys_own_text_is_a_workbook_with_nothing_but_what_a_person_confirms(run: Run, tmp_path: Path) -> None:
    assert run("new", tmp_path / "own", "--text", "data/tongdao/plan.txt").code == 0
    checked = run("check", "--workbook", tmp_path / "own", "--json")
    assert checked.code == 0, checked.out
    assert all("待核" in one["message"] for one in json.loads(checked.out)), checked.out
    plan = tomllib.loads((tmp_path / "own" / "plan.toml").read_text(encoding="utf-8"))
    counts = len(plan["indicator"]), len(plan["task"]), len(plan["work_group"]["members"])
    assert counts == (20, 14, 14)


def read(text: str, title: str = "甲县行动方案（2024—2026年）") -> list[dict[str, object]]:
    """The indicators that a plan of this one clause proposes."""
    return tomllib.loads(propose(f"{title}\n一、目标\n{text}", "原文"))["indicator"]


def told(found: list[dict[str, object]], *keys: str) -> list[tuple[object, ...]]:
    return [tuple(str(one.get(key, "")) for key in keys) for one in found if "target" in one or "change" in one]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("新增学位1.2万个，其中2025年4000个。大班额比例降至1%以下。", [("1.2", ""), ("4000", "2025-12-31"), ("1", "")]),
        (
            "建成平台30个，其中：2024年10个、2025年8个；培训100人。",
            [("30", ""), ("10", "2024-12-31"), ("8", "2025-12-31"), ("100", "")],
        ),
        (
            "到2025年建成平台30个（其中2024年10个），培训100人。",
            [("30", "2025-12-31"), ("10", "2024-12-31"), ("100", "2025-12-31")],
        ),
    ],
)
def test_the_year_behind_among_them_is_of_its_part_alone(text: str, expected: list[tuple[str, str]]) -> None:
    found = read(text)
    stages = [(f"{one['target']:g}", str(one["by"])) for item in found for one in item.get("interim", [])]
    finals = [(f"{one['target']:g}", str(one.get("deadline", ""))) for one in found]
    assert sorted([*stages, *finals]) == sorted(expected)


def test_every_quarter_has_its_month_and_an_amount_of_one_quarter_is_doubted() -> None:
    first = "一季度：开工3个；二季度：完成投资2.2亿元，累计投资3亿元；"
    text = f"一、目标\n{first}三季度：完成投资1.5亿元；四季度：完成投资1.5亿元。"
    proposed = propose(f"甲县2025年推进计划\n{text}", "原文")
    found = told(tomllib.loads(proposed)["indicator"], "target", "deadline")
    expected = [
        ("3", "2025-03-31"),
        ("2.2", "2025-06-30"),
        ("3", "2025-06-30"),
        ("1.5", "2025-09-30"),
        ("1.5", ""),
    ]
    assert sorted(found) == sorted(expected)
    assert proposed.count("一季的数，请改成年初起的累计数") == 3


@pytest.mark.parametrize(
    "row", ["龙门村 5200 4100 300 亩", "新增企业\t12\t15家", "|新增企业|12|15家|", "规上企业 12 3 500 家"]
)
def test_the_numbers_of_two_cells_are_never_one(row: str) -> None:
    proposed = propose(f"甲县2025年方案\n一、目标\n{row}\n培训300人。", "原文")
    assert told(tomllib.loads(proposed)["indicator"], "target") == [("300",)]
    assert f"表格的一行“{' '.join(row.split())}”" in proposed


@pytest.mark.parametrize(
    ("row", "target"),
    [("规上企业 3 500 家", "3500"), ("20 25 年新增企业 25 家", "25"), ("到2 025年，新建学校2 5所。", "25")],
)
def test_blanks_inside_a_number_part_no_cells(row: str, target: str) -> None:
    assert told(read(row, "甲县2025年方案"), "target") == [(target,)]


@pytest.mark.parametrize(
    ("head", "row"),
    [
        (
            "序号\t目标任务\t责任领导\t牵头单位\t责任单位\t完成时限",
            "1\t开展培训，新增学位500个\t副县长\t县教育局\t县直有关单位\t2024年12月",
        ),
        (
            "序号\t项目名称\t主要内容\t分管领导\t牵头单位\t配合单位",
            "1\t增加学位\t开展培训，新增学位500个\t副县长\t县教育局\t县直有关单位",
        ),
    ],
)
def test_a_table_of_tasks_names_departments_and_no_persons(head: str, row: str) -> None:
    found = read(f"{head}\n{row}", "甲县2024年责任清单")
    assert told(found, "name", "target", "lead", "support") == [("新增学位", "500", "['县教育局']", "['县直有关单位']")]


@pytest.mark.parametrize("said", ["县科技局、县财政局；2025年6月底前", "县科技局、县财政局；2025年6月"])
def test_a_bracket_names_departments_and_their_time_limit(said: str) -> None:
    found = read(f"1.新建平台10个。（{said}）\n2.培训100人。")
    assert told(found, "target", "deadline") == [("10", "2025-06-30"), ("100", "")]
    plan = tomllib.loads(propose(f"甲县方案（2024—2026年）\n一、任务\n1.新建平台10个。（{said}）", "原文"))
    assert plan["task"][0]["lead"] == ["县科技局", "县财政局"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("净增企业1500户、个体工商户4500户。", [("1500", "net"), ("4500", "net")]),
        ("净增企业1500户、培训职工80人。", [("1500", "net"), ("80", "flow")]),
        ("新能源公交车新增占比100%。", [("100", "share")]),
        ("人均公共图书藏书量1册。", [("1", "level")]),
        ("永久基本农田保护面积33.2万亩。", [("33.2", "level")]),
        ("小巨人企业突破120家。", [("120", "level")]),
        ("改造提升农田1.5万亩。", [("1.5", "flow")]),
        ("园区亩均税收达到15万元。", [("15", "level")]),
        ("建成达标社2家，开展活动24场/年。", [("2", "flow"), ("24", "flow")]),
        ("盘活存量建设用地年均300亩。", [("300", "flow")]),
        ("工业投资增速高于固定资产投资增速3个百分点。", [("3", "level")]),
        ("即办件占比达到70%，贷款利率下降20个基点。", [("70", "share"), ("", "level")]),
    ],
)
def test_words_around_a_number_say_what_it_measures(text: str, expected: list[tuple[str, str]]) -> None:
    assert told(read(text), "target", "measure") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("务工规模不低于上年度，村占比达到80%。", ["80"]),  # a comparison is no past
        ("已建设施正常运行率95%以上。", ["95"]),
        ("小学、初中生师比分别不超过19∶1、13.5∶1。", ["19", "13.5"]),
        ("PUE值降至1.25以下，十万人死亡率控制在0.8以内。", ["1.25", "0.8"]),
        ("馆舍面积120㎡，硬化道路30km。", ["120", "30"]),
        ("实施30个以上强链补链项目。", ["30"]),
        ("30户以上自然村通硬化路率100%。", ["100"]),
        ("聚焦重点群体等开展补贴性培训3000人次以上。", ["3000"]),
        ("任务过半，即6月底前到位资金1.5亿元。", ["1.5"]),
        ("常住人口200户以上或1000人以上的村庄优先集中处理。", []),
        ("引进1个10亿元以上项目加5分。", []),
        ("县财政按县道每年每公里10000元、乡道5000元标准安排资金。", []),
        ("确保5个易地扶贫搬迁安置点群众搬得出、稳得住。", []),
    ],
)
def test_what_stands_beside_a_number_makes_it_a_target_or_none(text: str, expected: list[str]) -> None:
    assert [str(one["target"]) for one in read(text) if "target" in one] == expected


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("关于印发甲县推进方案（2023年7月—2026年6月）的通知", "建成10个。", "2023-07-01 2026-06-30"),
        ("甲县“十五五”规划重点指标（摘编）", "2028年建成10个。", "2026-01-01 2030-12-31"),
        ("关于2024年国民经济和社会发展计划草案的报告（摘要）", "新建10个。", "2024-01-01 2024-12-31"),
        ("关于甲县2023年重点事项", "新建10个。", "2023-01-01 2023-12-31"),
        ("2023年政府工作报告", "新建10个。", "2023-01-01 2023-12-31"),
        ("甲县开展提升培训的指导意见", "从2025年到2027年底，培训3000人次。", "2025-01-01 2027-12-31"),
    ],
)
def test_a_plan_without_a_plain_title_has_its_dates(title: str, text: str, expected: str) -> None:
    plan = tomllib.loads(propose(f"{title}\n一、目标\n{text}", "原文"))
    assert f"{plan['start']} {plan['deadline']}" == expected


def test_a_number_below_nought_is_told_and_no_target_above_it() -> None:
    text = "某县规划（2024—2026年）\n一、目标\n到2026年，人口增长率达到-1.5‰，上云企业达到12家。\n\n"
    table = "指标\t单位\t2023年\t2026年\n投资增速\t%\t-3.5\t-4.2\n研发强度\t%\t2.1\t2.5\n能耗降低\t%\t-3\t-4\n"
    made = propose(text + table, "原文")
    assert [one["target"] for one in tomllib.loads(made)["indicator"] if "target" in one] == [12, 2.5]
    assert "人口增长率达到-1.5‰；" in made
    assert "投资增速 % -3.5 -4.2" in made
    assert [one["change"] for one in tomllib.loads(made)["indicator"] if "change" in one] == ["-4%"]


def test_numbers_of_no_target_are_told_once_by_their_clause() -> None:
    aside = "（一）奖补\n对新认定的企业奖励20万元，每季度调度1次。"
    text = f"近年来，建成平台12个。\n一、目标\n新建平台10个。\n{aside}\n（二）其他\n新建站点8个。"
    proposed = propose(f"甲县2024年方案\n{text}", "原文")
    assert "#   （一）：对新认定的企业奖励20万元；每季度调度1次\n# 另有 1 个数说的是以前的情况，没有列出。" in proposed
    assert "20万元" not in propose("甲县2024年方案\n一、目标\n新建平台10个。", "原文")
    many = "，".join(f"奖励{n}万元" for n in range(2, 60))
    assert "#   另有 28 处没有列出。" in propose(f"甲县2024年方案\n一、目标\n新建平台10个，{many}。", "原文")


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("审批时间缩短至1—2个工作日。", {"target": 2, "word": ""}),
        ("不良率控制在5%—6%以内。", {"target": 6, "word": "以内"}),
        ("单位能耗较2023年下降8%—10%。", {"change": "-8%", "base": "2023"}),
        ("培育企业3—5家。", {"target": 3, "target_to": 5}),
        ("|序号|指标|单位|2026年|\n|1|新增企业|家|3-5|", {"target": 3, "target_to": 5}),
        ("序号\t指标\t单位\t2026年\t单位\n1\t新增企业\t家\t3-5\t—", {"target": 3, "target_to": 5}),
        ("1.每年举办赛事20项次。（县体育局；2025年6月底前）", {"target": 20, "deadline": date(2025, 6, 30)}),
        ("争取上级资金9000万元。", {"target": 9000}),
        ("|序号|指标|单位|2026年|\n|1|孕产妇死亡率|1/10万|≤9|", {"target": 9, "word": "以内"}),
        ("乡镇\t覆盖率目标（%）\n东镇\t80\n全县\t85", {"target": 85, "parts": None}),
        ("到2023年底达到30家，到2026年达到60家。", {"target": 60}),
    ],
)
def test_what_is_proposed_is_a_plan_file_that_agrees_with_its_quotes(
    text: str, keys: dict[str, object], tmp_path: Path
) -> None:
    proposed = propose(f"甲县行动方案（2024—2026年）\n一、目标\n{text}", "原文")
    (tmp_path / "plan.toml").write_text(proposed, encoding="utf-8")
    assert list(quote_faults(read_plan(tmp_path / "plan.toml"))) == []
    found = tomllib.loads(proposed)["indicator"][0]
    assert {key: found.get(key) for key in keys} == keys
    assert ("区间" in proposed) == (("—" in text or "-5" in text) and "target_to" not in keys)


HEAD = "类别\t序号\t工作任务及目标\t牵头单位\t配合单位\t完成时限\n"


def test_a_row_that_names_all_towns_heads_no_table() -> None:
    rows = "促消费\t1\t新增企业15家\t县商务局\t县统计局\t2025年12月\n"
    rows += "促消费\t2\t举办活动20场\t县商务局\t各乡镇\t2025年10月底前\n"
    towns = "乡镇零售额任务分解表（单位：万元）\n乡镇\t2024年完成\t2025年目标\t增幅（%）\n"
    towns += "东镇\t520\t560\t7.7\n合计\t520\t560\t7.7"
    found = read(f"{HEAD}{rows}{towns}", "甲县2025年任务分解表")
    expected = [("15", "家", ""), ("20", "场", "2025-10-31"), ("560", "万元", "")]
    assert told(found, "target", "unit", "deadline") == expected


@pytest.mark.parametrize("gap", ["\t", " "])
def test_years_under_a_head_of_targets_are_its_columns(gap: str) -> None:
    head = gap.join(["序号", "指标名称", "单位", "2024年现状", "目标值"])
    rows = [gap.join(row.split()) for row in ("2025年 2026年", "1 普及率 % 92 93.5 95", "3 供水能力 万吨 30 31 33")]
    wrapped = ["2 灌溉水有效", "利用系数", gap.join(["—", "0.56", "0.565", "0.57"])]
    found = read("\n".join([head, *rows[:2], *wrapped, rows[2]]), "甲县方案（2025—2026年）")
    stages = [(one["name"], one["interim"][0]["target"], one["target"]) for one in found]
    assert stages == [("普及率", 93.5, 95), ("灌溉水有效利用系数", 0.565, 0.57), ("供水能力", 31, 33)]


def test_a_row_whose_name_is_a_number_is_none() -> None:
    text = "序号 指标名称 单位 2024年 2026年\n— 0.56 0.565 0.57 0.58\n新建站点8个。"
    assert told(read(text), "target") == [("8",)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1—6月，产值增长8%，投资增长9%。", [("8", "2024-06-30"), ("9", "2024-06-30")]),
        ("零售额一季度、上半年分别增长6%、7%。", [("6", "2024-03-31"), ("7", "2024-06-30")]),
        ("上半年、全年分别新增企业6家、15家。", [("6", "2024-06-30"), ("15", "")]),
        ("治理率由去年的32%提高到37%。", [("37", "")]),
        ("2024年上半年新建站点8个。", [("8", "2024-06-30")]),
        ("2024年第三季度新建站点8个。", [("8", "2024-09-30")]),
        ("2024年前三季度新建站点8个。", [("8", "2024-09-30")]),
    ],
)
def test_months_that_are_listed_are_those_of_their_numbers(text: str, expected: list[tuple[str, str]]) -> None:
    assert told(read(text, "甲县2024年方案"), "target", "deadline") == expected


def test_the_note_who_leads_may_stand_within_the_brackets() -> None:
    said = "〔县农业农村局、县发改局，排在第一位的为牵头单位，下同〕"
    plan = tomllib.loads(
        propose(f"甲县2024年方案\n一、任务\n（一）新建平台10个。{said}\n（二）培训80人。〔县人社局、县教育局〕", "原文")
    )
    assert [(one["lead"], one["support"]) for one in plan["task"]] == [
        (["县农业农村局"], ["县发改局"]),
        (["县人社局"], ["县教育局"]),
    ]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("甲县2024年上半年工作方案", "2024-01-01 2024-06-30"),
        ("甲县2024年下半年工作要点", "2024-07-01 2024-12-31"),
        ("甲县2025年第四季度攻坚方案", "2025-10-01 2025-12-31"),
        ("甲县攻坚行动实施意见\n（2024年9月22日—2024年12月30日）", "2024-09-01 2024-12-31"),
        ("甲县工作方案\n2024年5月6日\n根据《省行动方案（2025—2029年）》，到2026年建成。", "2024-01-01 2026-12-31"),
        ("甲镇创建实施细则\n（自2025年3月1日起至2026年2月28日止）", "2025-03-01 2026-02-28"),
        (
            "甲县整治工作方案\n2021—2023年，建成3个。力争用3年时间（2024-2026年）实现整治，到2026年完成。",
            "2024-01-01 2026-12-31",
        ),
    ],
)
def test_the_plan_of_a_part_of_a_year_has_its_months(title: str, expected: str) -> None:
    plan = tomllib.loads(propose(f"{title}\n一、目标\n新建站点8个。", "原文"))
    assert f"{plan['start']} {plan['deadline']}" == expected


def test_an_empty_cell_at_the_end_of_a_row_is_a_cell() -> None:
    head = "指标 | 单位 | 2023年 | 2026年 | 备注\n良种率 | % | 62 | 75 | 约束性"
    table = f"{head}\n利用率 | % | 35 | 60 |\n| 普及率 | % | 35 | 70 | |"
    assert told(read(table), "name", "target") == [("良种率", "75"), ("利用率", "60"), ("普及率", "70")]


def test_what_is_to_be_by_a_year_counts_before_the_first_heading_too() -> None:
    text = "到2025年，托位数达到4.6个；到2027年，床位数达到5.5张。\n（一）新建站点8个。"
    plan = tomllib.loads(propose(f"甲县促进发展实施方案\n{text}", "原文"))
    assert told(plan["indicator"], "target", "deadline") == [("4.6", "2025-12-31"), ("5.5", ""), ("8", "")]


def test_a_bracket_inside_a_sentence_that_names_rooms_names_no_departments() -> None:
    plan = tomllib.loads(propose("甲县行动方案（2024年）\n一、任务\n新建活动室10个（图书室、阅览室）。", "原文"))
    assert "task" not in plan


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("乡镇 | 项目数（个） | 2025年计划数（亩）\n东镇 | 5 | 100\n西镇 | 3 | 200", ["8", "300"]),
        ("序号 | 指标名称 | 单位 | 2026年\n（一） | 新增企业 | 家 | 30\n② | 新增学位 | 个 | 90", ["30", "90"]),
        ("序号 | 指标名称 | 项目数 | 2026年目标（个）\n1 | 新增学位 | 3 | 90", ["90"]),
        ("指标 | 单位 | 2026年目标\n新增企业 | 家 | 30 |\n新增学位 | 个 | 90 |", ["30", "90"]),
        ("指标名称 | 单位 | 2026年12月目标\n新增企业 | 家 | 30", ["30"]),
    ],
)
def test_tables_of_towns_signs_and_loose_bars_are_read(table: str, expected: list[str]) -> None:
    assert [target for (target,) in told(read(table), "target")] == expected


def test_a_sentence_in_a_cell_is_not_its_own_name() -> None:
    row = "| 1 | 建成站点50个，覆盖率达到90%。 | 县发改局 |"
    found = read(f"| 序号 | 工作任务 | 责任单位 |\n|---|---|---|\n{row}")
    assert told(found, "name", "target") == [("建成站点", "50"), ("覆盖率", "90")]


@pytest.mark.parametrize("since", ["较2023年上半年", "比2023年前三季度", "由2023年第四季度的20%"])
def test_the_part_of_a_year_that_is_compared_with_is_no_time_limit(since: str) -> None:
    assert told(read(f"到2026年，达标率{since}提高到35%，新建站点8个。"), "deadline") == [("",), ("",)]


def test_the_first_months_of_every_year_are_no_time_limit() -> None:
    assert told(read("每年1—2月开展培训20场。"), "name", "judged", "deadline") == [("开展培训", "each_year", "")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("净增企业20家、规上企业达到100家。", ["net", "level"]),
        ("净增企业20家、规上企业总数100家。", ["net", "level"]),
        ("投资确保高于全省增长8%，环境治理提升15%。", ["growth", "level"]),
        ("推广种植面积5万亩，完成播种面积20万亩，改造养殖面积300亩。", ["flow"] * 3),
    ],
)
def test_what_a_number_says_itself_counts_before_what_its_list_says(text: str, expected: list[str]) -> None:
    assert [one["measure"] for one in read(text)] == expected


@pytest.mark.parametrize("said", ["。（不含城区）", "。（全县）", "，由施工单位负责。", "，由村级组织和学校负责管护。"])
def test_places_and_who_builds_are_no_departments(said: str) -> None:
    assert "task" not in tomllib.loads(propose(f"甲县2024年方案\n一、任务\n新建站点10个{said}", "原文"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("为贯彻落实2024年中央一号文件精神，制定如下措施。\n到2027年，新建站点8个。", "2027-01-01 2027-12-31"),
        ("甲县2025年上半年运行分析和下半年工作安排\n新建站点8个。", "2025-01-01 2025-12-31"),
        ("关于甲县2024年计划执行情况与2025年国民经济和社会发展计划草案的报告\n新建站点8个。", "2025-01-01 2025-12-31"),
        ("甲县工作方案\n2025年3月2日\n2025—2026学年新建站点8个。", "2025-01-01 2025-12-31"),
        (
            "甲县工作方案\n2025年3月2日\n自2025年4月1日起至2025年9月30日征集。到2027年，新建站点8个。",
            "2025-01-01 2027-12-31",
        ),
    ],
)
def test_the_years_of_something_else_are_not_the_plans(text: str, expected: str) -> None:
    plan = tomllib.loads(propose(text, "原文"))
    assert f"{plan['start']} {plan['deadline']}" == expected


def test_blanks_before_the_departments_of_a_line_part_no_words() -> None:
    found = read("（1） 新增床位50张，银行 企业合作80家。责任单位：县卫健委 各乡镇（街道） 县医保局")
    assert told(found, "quote") == [("新增床位50张",), ("银行企业合作80家",)]
    plan = tomllib.loads(propose("甲县方案\n一、任务\n（一） 教育。新增学位5个。责任单位：县教育局 县委办", "原文"))
    assert [(one["title"], one["lead"]) for one in plan["task"]] == [("教育", ["县教育局", "县委办"])]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("用三年时间完成全县35座水库加固。", [("完成全县水库加固", "35", "")]),
        ("2025年、2026年每年新增企业2家以上。", [("新增企业", "2", "以上")]),
        ("网络零售额突破20亿元大关。", [("网络零售额", "20", "超过")]),
        ("在园区集中区域建设1—2个孵化基地。", [("在园区集中区域建设孵化基地", "1", "")]),
        ("居民缴费政府补助逐步提高，住院费用支付比例达到75%左右。", [("住院费用支付比例", "75", "左右")]),
        (
            "开展补贴性培训60人次，技能人才占就业人员比例达到30%。",
            [("开展补贴性培训", "60", ""), ("技能人才占就业人员比例", "30", "")],
        ),
        ("土地供应量不低于供应总量的70%。", [("土地供应量不低于供应总量的", "70", "以上")]),
        ("带动全镇70%以上的农户参与经营。", [("带动全镇农户参与经营", "70", "以上")]),
        ("新开通基站15万个，总数达到30万个。", [("新开通基站", "15", ""), ("基站", "30", "")]),
        ("●新增企业6家\n■生产总值增长6%", [("新增企业", "6", ""), ("生产总值增长", "6", "")]),
        ("建设“15分钟服务圈”社区20个。", [("建设“15分钟服务圈”社区", "20", "")]),
        (
            "甲田种植、收获机械化率分别达到65%和55%。",
            [("甲田种植、收获机械化率（1）", "65", ""), ("甲田种植、收获机械化率（2）", "55", "")],
        ),
    ],
)
def test_sentences_of_published_plans_are_read_with_name_and_word(
    text: str, expected: list[tuple[str, str, str]]
) -> None:
    assert told(read(text), "name", "target", "word") == expected


@pytest.mark.parametrize(
    "text",
    [
        "原则上按照每3至10万居民设置1个服务中心。",
        "市、区和1万名老人以上的街（镇）各建有1个服务中心。",
        "到2025年，各区（县级市）建有1所学校，全部镇均建有1所以上幼儿园。",
        "每5年修订1次专业目录。",
    ],
)
def test_what_each_of_many_places_is_to_have_is_no_target(text: str) -> None:
    assert not targets(f"一、任务\n{text}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (  # the amount of that year alone, but what is there by its end is added up
            "新增企业300家，其中2025年80家、2026年100家。到2026年底，建成平台5个。",
            [("300", "", ""), ("80", "2025-12-31", "final_year"), ("100", "", "final_year"), ("5", "", "")],
        ),
        (
            "2024—2026年，新增企业20家。2026年新增平台5个、基地3个。",
            [("20", "", ""), ("5", "", "final_year"), ("3", "", "final_year")],
        ),
    ],
)
def test_an_amount_of_one_year_is_that_years_alone(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert told(read(text), "target", "deadline", "judged") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("接待游客较上年增长10%", ("growth", "10", "")),
        ("接待游客较2023年增长10%", ("level", "", "+10%")),
        ("甲类企业超过90家", ("level", "90", "")),
        ("万元工业增加值用水量降至28立方米以内", ("level", "28", "")),
    ],
)
def test_what_is_measured_follows_from_published_words(text: str, expected: tuple[str, str, str]) -> None:
    assert told(read(f"{text}。"), "measure", "target", "change") == [expected]


def test_targets_of_one_name_in_sentence_and_table_make_a_plan_that_can_be_read(run: Run, tmp_path: Path) -> None:
    table = "指标\t单位\t2024年\t2025年\t2026年\n成交额\t亿元\t8\t10\t12"
    path = tmp_path / "方案.txt"
    path.write_text(f"甲县行动方案（2024—2026年）\n一、目标\n成交额突破12亿元。\n{table}\n", encoding="utf-8")
    assert run("new", tmp_path / "book", "--text", path).code == 0
    names = [item.name for item in read_plan(tmp_path / "book/plan.toml").indicators]
    assert names == ["成交额", "成交额（2）"]


def test_a_table_of_tasks_copied_a_cell_a_line_gives_each_row_its_departments() -> None:
    rows = "1\n生产总值增长6%左右。\n发改局\n2\n收入增长5%，新增企业50家以上。\n财政局、税务局"
    found = read(f"序号\n主  要  工  作  任  务\n责 任 单 位\n{rows}")
    assert [(one["target"], one["lead"]) for one in found] == [
        (6, ["发改局"]),
        (5, ["财政局", "税务局"]),
        (50, ["财政局", "税务局"]),
    ]


@pytest.mark.parametrize("head", ["重点工作 | 具体措施及目标", "工作事项 | 年度目标"])
def test_a_table_of_tasks_needs_no_column_of_indicators(head: str) -> None:
    row = "| 强主体 | 新增企业60家以上，入库110家 | 王某 | 科技局 | 工信局、税务局 |"
    found = read(f"| {head} | 责任领导 | 牵头单位 | 责任单位 |\n|---|---|---|---|---|\n{row}")
    assert told(found, "target", "quote") == [("60", "新增企业60家以上"), ("110", "入库110家")]
    assert [(one["lead"], one["support"]) for one in found] == [(["科技局"], ["工信局", "税务局"])] * 2


@pytest.mark.parametrize(
    "text",
    [
        "新增企业60家。\n牵头单位：县科技局\n完成时限：9月底",
        "新增企业60家。（牵头单位：县科技局；责任单位：县工信局等县直相关单位，9月底前完成）",
        "工作任务 | 目标 | 完成时限 | 责任单位\n强主体 | 新增企业60家 | 9月底 | 县科技局",
    ],
)
def test_a_time_limit_without_a_year_is_in_the_year_of_the_plan(text: str) -> None:
    plan = tomllib.loads(propose(f"甲县2024年工作方案\n一、任务\n{text}", "原文"))
    assert told(plan["indicator"], "target", "deadline") == [("60", "2024-09-30")]
    assert {unit["name"] for unit in plan["department"]} <= {"县科技局", "县工信局", "县直相关单位"}


def test_a_table_of_towns_in_another_unit_shares_out_what_the_text_says() -> None:
    table = "乡镇\t播种面积（亩）\t早稻面积（亩）\n东镇\t150000\t50000\n西乡\t434000\t60000\n合计\t584000\t110000"
    task = "1.防灾。巡查50次。（县应急局牵头）\n附表：任务分解表（单位：亩）"
    text = f"甲县2024年方案\n一、目标\n播种面积稳定在58.4万亩。\n二、任务\n{task}\n{table}"
    area, _, rice = tomllib.loads(propose(text, "原文"))["indicator"]
    assert (area["target"], area["unit"], area["parts"]) == (58.4, "万亩", {"p01": 15, "p02": 43.4})
    assert (rice["target"], rice["clause"], rice.get("lead")) == (110000, "", None)  # not of the last clause


def test_a_row_whose_last_cell_is_empty_keeps_its_columns() -> None:
    table = "类别\t序号\t指标名称\t2024年\t2026年\t牵头单位\t配合单位\n产出\t1\t拥有量（件）\t4.8\t6.5\t县市场局\t"
    assert told(read(table), "target", "lead") == [("6.5", "['县市场局']")]


@pytest.mark.parametrize(
    ("title", "region"),
    [
        ("2025年城关区重点任务分解表", "城关区"),
        ("关于促进棠溪镇农业发展的实施意见", "棠溪镇"),
        ("云泽市棠溪区人民政府\n深化改革2025年工作方案", "棠溪区"),
        ("云泽市数字经济行动计划（2025—2027年）", "云泽市"),
    ],
)
def test_the_region_of_a_plan_is_read_from_its_heads(title: str, region: str) -> None:
    assert tomllib.loads(propose(f"{title}\n一、目标\n新建站点8个。", "原文"))["regions"]["000000"] == region


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("到2025年，机械化率达到70%。到2028年，达到75%。", "2028-12-31"),
        ("到“十五五”期末，企业达到60家。", "2030-12-31"),
    ],
)
def test_the_last_year_that_is_aimed_at_ends_a_plan_without_dates(text: str, expected: str) -> None:
    year = 2026 if "十五五" in text else 2021
    plan = tomllib.loads(propose(f"甲县实施意见\n{year}年8月2日\n一、目标\n{text}", "原文"))
    assert str(plan["deadline"]) == expected


def test_a_name_of_departments_keeps_its_bracket() -> None:
    assert read_names("区司法局,各街道(功能区)") == ("区司法局", "各街道(功能区)")
    assert read_names("州税务局、州人社局等州直相关单位") == ("州税务局", "州人社局")


@pytest.mark.parametrize(("word", "falls"), [("", True), ("以上", False)])
def test_a_target_of_none_is_a_ceiling(word: str, falls: bool) -> None:
    item = Indicator.model_validate(
        {"id": "a", "name": "事故", "unit": "起", "measure": "flow", "target": 0, "word": word, "quote": "事故0起"}
    )
    assert item.decreasing is falls


@pytest.mark.parametrize(
    ("said", "lead", "support"),
    [
        ("。甲局、乙局牵头，丙局配合。", ["甲局", "乙局"], ["丙局"]),
        ("。\n牵头单位：甲局\n配合单位：乙局、丙局、\n丁局", ["甲局"], ["乙局", "丙局", "丁局"]),
        ("。\n牵头单位：甲局\n配合单位：乙局、\n二、保障措施（加强领导）", ["甲局"], ["乙局"]),
        ("。牵头单位：甲局；责任单位：乙局；时限：全年", ["甲局"], ["乙局"]),
        ("。责任单位：★甲局、乙局", ["甲局"], ["乙局"]),
        ("。——牵头单位：甲局；参加单位：乙局", ["甲局"], ["乙局"]),
    ],
)
def test_departments_are_named_in_more_ways(said: str, lead: list[str], support: list[str]) -> None:
    plan = tomllib.loads(propose(f"甲县2024年方案\n一、任务\n1.新增企业20家{said}", "原文"))
    assert [(one["lead"], one["support"]) for one in plan["task"]] == [(lead, support)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *((f"2026年{by}新增企业20家。", [("新增企业", "flow", "")]) for by in ("年底", "之前", "年末", "目标：")),
        ("2025年和2026年新增企业20家。", [("新增企业", "flow", "")]),
        ("招引企业超过50家。", [("招引企业", "flow", "")]),
        ("单位自建充电桩20个。", [("单位自建充电桩", "flow", "")]),
        ("2024年新增企业20家，到2026年累计达到60家。", [("新增企业", "flow", "")]),
    ],
)
def test_what_is_added_over_the_plan_stays_so(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert told(read(text), "name", "measure", "judged") == expected


def test_a_table_shares_out_the_target_of_its_own_name() -> None:
    table = "乡镇\t播种面积（亩）\n东镇\t30000\n西乡\t20000\n合计\t50000"
    found = read(f"早稻播种面积5万亩，播种面积5万亩。\n{table}")
    assert [(one["name"], "parts" in one) for one in found] == [("早稻播种面积", False), ("播种面积", True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("良种覆盖率提高到九成五以上。", [("95", "", "%", "以上", "")]),
        ("累计招商引资超百亿元。", [("100", "", "亿元", "超过", "")]),
        ("财政投资一亿二千万元。", [("120000000", "", "元", "", "")]),
        ("劣Ⅴ类水体比例为零。", [("0", "", "%", "", "")]),
        ("营商环境全市排名进位3个位次。", [("", "-3", "位", "", "")]),
        ("房屋去化周期降至18个月以内。", [("18", "", "个月", "以内", "")]),
        ("细颗粒物浓度降至30μg/m³以下。", [("30", "", "μg/m³", "以下", "")]),
        ("低保标准提高至每人每月700元。", [("700", "", "元", "", "")]),
        ("新建学校两所、改扩建三所。", [("2", "", "所", "", ""), ("3", "", "所", "", "")]),
        ("建成376个村居广播室。", [("376", "", "个", "", "")]),
        ("2024年4月至9月整治30处。", [("30", "", "处", "", "2024-09-30")]),
        ("2024年1月-2025年6月整治30处。", [("30", "", "处", "", "2025-06-30")]),
        (
            "2025年上半年新建站点12个，下半年新建站点20个。",
            [("12", "", "个", "", "2025-06-30"), ("20", "", "个", "", "2025-12-31")],
        ),
        ("第一阶段（2024年1月—2024年6月），排查200户。", [("200", "", "户", "", "2024-06-30")]),
    ],
)
def test_other_ways_to_write_a_number_or_its_months(text: str, expected: list[tuple[str, ...]]) -> None:
    assert told(read(text), "target", "change", "unit", "word", "deadline") == expected


def test_two_numbers_beside_two_years_are_each_of_its_year() -> None:
    text = "到2025年和2026年，达标率分别不低于90%和92%，锻炼人数比例达到37%及以上和40%及以上。"
    found = [(one["name"], one["interim"][0]["target"], one["target"]) for one in read(text)]
    assert found == [("达标率", 90, 92), ("锻炼人数比例", 37, 40)]


@pytest.mark.parametrize(
    ("text", "measure", "doubt"),
    [
        ("各市直部门引进人才20名。", "flow", "看不出是每一个的数还是合计"),
        ("各乡镇培训农民300人。", "flow", "看不出是每一个的数还是合计"),
        ("完成投资12亿元。", "flow", "看不出是全期合计还是最后一年的数"),
        ("帮扶农户超过500户。", "level", "看不出是期末数还是累计数"),
        ("认证数量累计达到80个。", "level", "看不出是期末数还是累计数"),
        ("2025年下半年新建站点20个。", "flow", "原文写的像是半年的数"),
    ],
)
def test_what_a_sentence_leaves_open_is_asked(text: str, measure: str, doubt: str) -> None:
    proposed = propose(f"甲县行动方案（2024—2026年）\n一、目标\n{text}", "原文")
    (found,) = tomllib.loads(proposed)["indicator"]
    assert (found["measure"], found.get("judged")) == (measure, "final_year" if "2025" in text else None)
    assert doubt in proposed


@pytest.mark.parametrize("text", ["较大生产安全事故为零", "墓穴达到10000冢", "每个乡镇至少办好1所幼儿园"])
def test_a_number_that_is_to_be_reached_and_was_not_read_is_told(text: str) -> None:
    proposed = propose(f"甲县2024年方案\n一、目标\n{text}。新增平台5个。", "原文")
    assert told(tomllib.loads(proposed)["indicator"], "target") == [("5",)]
    assert f"#   一：{text.replace('零', '0')}\n" in proposed


def test_the_next_task_is_no_department_of_a_list_that_ends_open() -> None:
    text = "1.新增企业20家。\n牵头单位：甲局\n配合单位：乙局、\n推进建设美丽示范镇\n2.培训80人。"
    plan = tomllib.loads(propose(f"甲县2024年方案\n一、任务\n{text}", "原文"))
    assert [(one["lead"], one["support"]) for one in plan["task"]] == [(["甲局"], ["乙局"])]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("甲区大力提升科技创新能力\n全面落实融入省“315”体系建设实施方案（2023—2027年）", ("甲区", "2023-01-01")),
        ("2023年度市县民生实事项目责任分解表", ("本地区", "2023-01-01")),
        ("甲县交通攻坚实施方案\n从2017年起至2019年，投资15亿元。", ("甲县", "2017-01-01")),
    ],
)
def test_a_verb_names_no_region_and_a_year_may_be_said_to_begin(title: str, expected: tuple[str, str]) -> None:
    plan = tomllib.loads(propose(f"{title}\n一、目标\n新建站点8个。", "原文"))
    assert (plan["regions"]["000000"], str(plan["start"])) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("新建口袋公园二百零五个。", [("205", "", "个", "")]),  # it was 5
        ("引进毕业生达到1,200名左右、培训人才至少两万人。", [("1200", "", "名", "左右"), ("2", "", "万人", "以上")]),
        ("培育家庭农场三十六家和引进毕业生120名。", [("36", "", "家", ""), ("120", "", "名", "")]),
        ("完成营造林2万亩和培育家庭农场120家。", [("2", "", "万亩", ""), ("120", "", "家", "")]),
        ("自来水普及率突破80%、失业率下降到4.5%。", [("80", "", "%", "超过"), ("4.5", "", "%", "")]),
        ("辍学率由12%降低到9%以内、漏损率压降至5%。", [("9", "", "%", "以内"), ("5", "", "%", "")]),
        (
            "绿化率、参保率分别达到85%、92.5%以上、失业率比2023年降低3个百分点。",
            [("85", "", "%", "以上"), ("92.5", "", "%", "以上"), ("", "-3", "%", "")],
        ),
        (
            "甲率、乙率分别达到85%、90%以上、丙率、丁率分别达到92%和95%。",
            [(f"{n}", "", "%", w) for n, w in ((85, "以上"), (90, "以上"), (92, ""), (95, ""))],
        ),
        ("化肥、农药用量分别比2023年减少3%和5%。", [("", "-3%", "待核", ""), ("", "-5%", "待核", "")]),
        ("建设年产2000吨茶油生产线1条。", [("1", "", "条", "")]),
        (
            "| 序号 | 任务 | 目标值 |\n|---|---|---|\n| 1 | 平均办理时长 | ≤2.5个工作日 |",
            [("2.5", "", "个工作日", "以内")],
        ),
    ],
)
def test_numbers_in_a_row_are_read_each_for_itself(text: str, expected: list[tuple[str, ...]]) -> None:
    assert told(read(text), "target", "change", "unit", "word") == expected


@pytest.mark.parametrize(("text", "measure"), [("安全事故起数不超过2起", "flow"), ("科技对增长贡献率达到45%", "share")])
def test_accidents_are_added_up_and_a_contribution_is_a_share(text: str, measure: str) -> None:
    assert [one["measure"] for one in read(f"{text}。")] == [measure]


@pytest.mark.parametrize(
    ("said", "lead", "support"),
    [
        ("[牵头单位：甲局；责任单位：乙局]", ["甲局"], ["乙局"]),  # 甲局 was lost
        ("（甲局为牵头单位，乙局、丙局为配合单位）", ["甲局"], ["乙局", "丙局"]),
        (
            "（牵头单位：甲局 责任单位：县科协 县法院 各镇（街道） 团县委）",
            ["甲局"],
            ["县科协", "县法院", "各镇（街道）", "团县委"],
        ),
        ("由县支行牵头，乙局配合。", ["县支行"], ["乙局"]),
        ("（县交警大队会同县人社局）", ["县交警大队", "县人社局"], []),
        ("（县支行、各镇（街道））", ["县支行", "各镇（街道）"], []),
        ("\n牵头单位：县委办、\n组织部、县人社局", ["县委办", "组织部", "县人社局"], []),  # 组织 opens a task, too
        ("牵头单位：甲局[乙局]；配合单位：丙局", ["甲局[乙局]"], ["丙局"]),
    ],
)
def test_a_task_keeps_its_own_departments_beside_the_next(said: str, lead: list[str], support: list[str]) -> None:
    text = f"1.新增企业20家。{said}\n2.培训80人。（丁局负责）"
    plan = tomllib.loads(propose(f"甲县2024年方案\n一、任务\n{text}", "原文"))
    assert [(one["lead"], one.get("support", [])) for one in plan["task"]] == [(lead, support), (["丁局"], [])]


@pytest.mark.parametrize("gap", [" | ", "  "])
def test_a_table_of_two_columns_is_read(gap: str) -> None:
    rows = [("主要指标", "2026年目标"), ("粮食产量（万吨）", "32"), ("有效发明专利（件）", "130以上")]
    expected = [("粮食产量", "32", "万吨", ""), ("有效发明专利", "130", "件", "以上")]
    assert told(read("\n".join(map(gap.join, rows))), "name", "target", "unit", "word") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("较大事故不超3起。", [("3", "", "起", "以内", "")]),  # it was 超过
        ("甲率、乙率由85%、90%分别提高到90%、95%。", [("90", "", "%", "", ""), ("95", "", "%", "", "")]),
        ("甲数、乙数分别由10家、20家增加到15家、30家。", [("15", "", "家", "", ""), ("30", "", "家", "", "")]),
        ("2024年6月到位资金5亿元。", [("5", "", "亿元", "", "2024-06-30")]),
        ("0—6月龄和6—23月婴幼儿辅食率达到60%。", [("60", "", "%", "", "")]),
        ("培育超百亿企业3家、过10亿企业5家。", [("3", "", "家", "", ""), ("5", "", "家", "", "")]),
        ("撤并不足百人的学校5所。", [("5", "", "所", "", "")]),
        ("装配式厂房建设提速，建筑面积达到50万平方米。", [("50", "", "万平方米", "", "")]),
        ("茶叶年产3000吨（2023年为2500吨）。", [("3000", "", "吨", "", "")]),
        ("项目建设周期24个月，新增平台5个。", [("5", "", "个", "", "")]),
        ("项目建设周期控制在18个月以内，建房3万m2。", [("18", "", "个月", "以内", ""), ("3", "", "万m2", "", "")]),
        ("在全市考核中前进3个位次以上。", [("", "-3", "位", "以上", "")]),
        ("总氮浓度低于10mg/L、细颗粒物降至30μg/m3。", [("10", "", "mg/L", "低于", ""), ("30", "", "μg/m3", "", "")]),
        (
            "2025年、2026年实施甲工程，建设管网3公里、5万平方米厂房。",  # the years are of both
            [("3", "", "公里", "", ""), ("5", "", "万平方米", "", "")],
        ),
    ],
)
def test_a_rule_of_numbers_takes_no_other_sentence(text: str, expected: list[tuple[str, ...]]) -> None:
    plan = propose(f"甲县行动方案（2024—2026年）\n一、目标\n{text}", "原文")
    found = tomllib.loads(plan)["indicator"]
    assert told(found, "target", "change", "unit", "word", "deadline") == expected
    assert "期限之外" not in plan


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("财政收入和税收收入分别增长8%和增长10%。", ["财政收入", "税收收入"]),
        ("高企、科小分别净增5家、净增30家。", ["高企", "科小"]),
        ("甲率、乙率分别降到5%以下、提高到95%以上。", ["甲率", "乙率"]),
        ("上半年、下半年分别新增企业10家、20家。", ["新增企业", "新增企业（一）"]),
    ],
)
def test_numbers_in_a_row_may_repeat_their_verb(text: str, names: list[str]) -> None:
    assert [one["name"] for one in read(text)] == names
