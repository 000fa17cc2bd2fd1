"""Tables as offices lay them out, and the words around a number that make it another number."""

from decimal import Decimal

import pytest
from test_intake_zoo import AS_OF, PLAN, receive

from tongdao.intake import Delivery
from tongdao.intake.receipt import Known, judge

pytestmark = pytest.mark.usefixtures("here")
HEAD = "指标,单位,1月,1-2月,1-3月\n"
CLOUD = "新增企业上云,家,"


def brought(text: str, name: str = "报表_2024.csv") -> list[tuple[str, str, str]]:
    """Period, value and basis of each reading, in order."""
    receipt = receive(text, name)
    assert receipt.verdict != "reject", receipt.findings
    return [(str(entry.period), f"{entry.value.normalize():f}", entry.basis) for entry in receipt.entries]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        *(
            (f"{HEAD}新增企业上云{open_}{word}{close},家,5,9,15\n", word[:2])
            for word in ("目标", "上年同期", "去年", "同比增减", "增速", "计划数", "预计", "全省", "含个体")
            for open_, close in ("（）", "()", "_ ")
        ),
        (f"{HEAD}新增企业上云（本月）,家,5,4,6\n", "当月"),
        (f"2024年主要指标分月目标分解表\n{HEAD}{CLOUD}5,9,15\n", "目标"),
        (f"上年同期完成情况\n{HEAD}{CLOUD}5,9,15\n", "上年"),
        (f"棠溪县2024年主要指标\n{HEAD}{CLOUD}5,9,15\n", "棠溪县"),
        (f"填报单位：棠溪县科技局\n{HEAD}{CLOUD}5,9,15\n", "棠溪县"),
        (f"2024年主要指标增长速度\n{HEAD}{CLOUD}5,9,15\n", "增长"),
        (f"地区,{HEAD}棠溪县,{CLOUD}5,9,15\n", "棠溪县"),
        (f"类型,{HEAD}目标,{CLOUD}5,9,15\n", "目标"),
        (f"{HEAD}二、目标,,,,\n{CLOUD}5,9,15\n", "目标"),
        (f"{HEAD}{CLOUD}5,9,15\n,,,,\n上年同期,,,,\n{HEAD}新认定高新技术企业,家,1,1,2\n", "上年"),
        ("指标,单位,1-3月(万元)\n知识价值信用贷款备案,亿元,150\n", "万元"),
        ("指标,期间,数值（万元）,单位\n知识价值信用贷款备案,2024-03,150,亿元\n", "万元"),
        ("指标,期间,数值（目标）,单位\n新增企业上云,2024-03,15,家\n", "目标"),
        *(
            (f"{title}\n{HEAD}{CLOUD}5,9,15\n", word)
            for title, word in (
                ("2024年各月计划进度表", "计划"),
                ("2024年计划完成数", "计划"),
                ("2024年控制数", "控制数"),
                ("主要指标（不含园区）", "不含"),
                ("2024年指标分解方案", "分解"),
                ("2023年1-3月数据", "年份不一致"),
                ("2023", "年份不一致"),
                ("高新区主要指标", "高新区"),
                ("乡镇汇总：云岭镇", "云岭镇"),
                ("2024年1-3月园区主要指标", "园区"),
                ("2024年上半年各乡镇指标", "各乡镇"),
                ("2024年3月末高新区、经开区情况", "高新区"),
                ("2024年1-3月主要指标（月均）", "月均"),
            )
        ),
        (f"{HEAD}新增企业上云（2023年底）,家,5,9,15\n", "年份不一致"),
        ("指标,期间,数值,单位,时间口径\n新增企业上云,2024-03,15,家,当月\n", "口径"),
        ("指标,期间,数值,单位,版本\n新增企业上云,2024-03,15,家,调整前\n", "调整前"),
        ("指标,期间,数值,单位,地区名称\n新增企业上云,2024-03,15,家,棠溪县\n", "棠溪县"),
        ("指标,类别,期间,数值,单位\n新增企业上云,目标,2024-03,30,家\n", "目标"),
        ("指标,期间,数值,单位\n新增企业上云（一季度）,2024-02,15,家\n", "季度"),
        ("棠溪县情况,,,,\n地区,指标,期间,数值,单位\n,新增企业上云,2024-03,15,家\n", "地区为空"),
        ("2024年9月主要指标完成情况\n指标,单位,完成数\n新增企业上云,家,5\n", "当月"),
        ("指标,单位,3月当月\n全社会研发经费投入增速,%,5\n", "累计增速"),
        ("行业,指标,单位,1-3月\n制造业,新增企业上云,家,5\n", "制造业"),
        ("指标,期间,数值,单位\n新增企业上云,2024.02,1,家\n新增企业上云,2024.1,10,家\n", "10 月"),
        ("2024年当月数据\n指标,单位,1-3月\n新增企业上云,家,6\n", "当月"),
        ("2024年8月\n指标,单位,当季\n新增企业上云,家,6\n", "季末"),
        (f"{HEAD}{CLOUD}5,9,15\n注：以上数据均为预计数。,,,,\n", "预计"),
        (f"{HEAD}{CLOUD}5,9,15\n注：,以上数据均为预计数,,,\n", "预计"),
        (f"{HEAD}{CLOUD}5,9,15\n注：1-3月数据为预计数,,,,\n", "1-3月数据为预计数"),
        (f"{HEAD}{CLOUD}5,9,15\n备注,1.新增企业上云为预计数；,,,\n", "新增企业上云为预计数"),
        ("指标,期间,数值,单位\n新增企业上云,2024-03,15,家\n说明：表中各项数据为目标值,,,\n", "目标"),
        ("指标,单位,1-3月,备注\n知识价值信用贷款备案,亿元,1500,单位：万元\n", "万元"),
        ("指标,状态,1-3月\n新增企业上云（家）,暂估,15\n", "暂估"),
        ("指标,单位,1-3月\n（单位：万元）,,\n知识价值信用贷款备案,亿元,1500\n", "万元"),
        ("指标,单位,1-3月\n一、当月数,,\n新增企业上云,家,6\n", "当月"),
        ("新增企业上云（家）\n时间,数量\n1-3月,5\n有效发明专利拥有量（件）,\n1-6月,14\n", "有效发明专利"),
        ("2023年主要指标\n指标,期间,数值,单位\n新增企业上云,1-3月,15,家\n", "年份不一致"),
        ("指标,期间,数值,单位,备注\n知识价值信用贷款备案,2024-03,1500,亿元,单位：万元\n", "万元"),
        ("2024年1-9月\n指标,单位,2024年,2023年,增长%\n高新技术产业增加值占地区生产总值比重,%,19,15,27\n", "全年"),
        ("指标,期间,数值,单位,口径\n全社会研发经费投入增速,2024-09,5,%,当月\n", "累计增速"),
        ("指标,县名,期间,数值,单位\n新增企业上云,棠溪县,2024-03,15,家\n", "棠溪县"),
        ("指标,单位,1-3月,填报单位\n新增企业上云,家,15,棠溪县科技局\n", "棠溪县"),
        (f"{HEAD}{CLOUD}5,9,15\n填报单位：棠溪县科技局,,,,\n", "棠溪县"),
        (f"{HEAD}{CLOUD}5,9,15\n注：本表不含高新区,,,,\n", "不含"),
        ("指标;单位;1-2月;1-3月\n全社会研发经费投入增速;%;8,125;9,231\n", "小数点"),
        ("指标;单位;1-3月\n知识价值信用贷款备案;亿元;0,153\n", "不是数字"),
        ("指标,地区,期间,数值,单位\n新增企业上云（全县）,全市,2024-03,15,家\n", "全市"),
        ("指标,期间,数值,单位,口径\n新增企业上云,2024-03,15,家,存量\n", "存量"),
        ("指标,期间,数值,单位,来源\n新增企业上云,2024-03,15,家,省下达目标\n", "目标"),
        ("单位：家,,\n指标,期间,数值\n知识价值信用贷款备案,2024-03,150\n", "单位"),
        ("指标,单位,1月-11\n高新技术产业增加值占地区生产总值比重,%,15\n", "1月-11"),
        ("指标,年份,期间,数值,单位\n新增企业上云,2023,2024-03,15,家\n", "2023年2024-03"),
        ("单位：万家,,\n指标,单位,1-3月\n新增企业上云,家,15\n", "万家"),
        ("2021-2024年累计完成情况\n指标,单位,1-3月\n新增企业上云,家,15\n", "累计"),
        ("指标,单位,1-3月累计余额\n新增企业上云,家,15\n", "余额"),
        ("2024年1-6月主要指标\n指标,单位,23 年累计\n新增企业上云,家,15\n", "23"),
        ("指标,单位,2023(12)\n新增企业上云,家,15\n", "2023(12)"),
        (f"{HEAD}{CLOUD}5,9,15\n注：全年为预期目标,,,,\n", "全年为预期目标"),
        ("指标名称：外贸进出口总额,,\n地区,1-3月\n全县,15\n", "“外贸进出口总额”"),
        ("地区,2023年,2022年\n全县,15,14\n", "指标：名称（单位）"),
        ("1-11月主要指标\n指标,单位,2024年,2023年\n新增企业上云,家,15,9\n", "只到 11 月"),
        ("2023年1-3月主要指标\n指标,单位,完成数\n新增企业上云,家,15\n", "年份不一致"),
        ("指标,单位,1-3月,说明\n新增企业上云,家,15,含棠溪县3家\n", "棠溪县"),
        ("指标,单位,1-3月,说明\n新增企业上云,家,15,该数据为2023年\n", "2023年"),
        ("指标,单位,1-3月,统计单位\n新增企业上云,家,15,棠溪县科技局\n", "棠溪县"),
        ("指标,单位,1-3月\n新增企业上云 TTM,家,15\n", "TTM"),
        ("指标,单位,1-3月\n知识价值信用贷款备案,万元,1.5千\n", "1.5千"),
        ("2024年1-9月\n县区,新增企业上云（家）\n青云县,19\n", "青云县"),
    ],
)
def test_words_that_make_it_another_number_refuse_it(text: str, word: str) -> None:
    receipt = receive(text)
    assert receipt.verdict == "reject"
    assert word in " ".join(item.message for item in receipt.findings if item.severity == "error")


MARCH = [("2024-03", "15", "cumulative")]
YEARS = [("2022", "1.5", "level"), ("2023", "2", "level")]


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("指标,单位,1-3月,1-12月（预计）\n新增企业上云,家,15,30\n", MARCH),
        ("指标,单位,1-3月目标,1-3月完成,1-3月上年同期\n新增企业上云,家,20,15,9\n", MARCH),
        ("月份,新增企业上云（家）,接待游客（人次）\n1-3月,15,900\n", MARCH),
        ("指标,单位,1-3月\n新增企业上云①,家,15\n①不含个体工商户。\n", MARCH),
        ('指标,单位,1-3月\n新增企业上云,家,"=""15"""\n', MARCH),
        ("2024年1-3月主要指标完成情况表\n序号,指标,单位,年度目标,完成数,完成率\n1,新增企业上云,家,30,15,50%\n", MARCH),
        ("指标,单位,1-3月,,\n,,完成数,同比增长(%),占目标(%)\n新增企业上云,家,15,18.8,50\n", MARCH),
        ("2024年目标任务完成情况\n指标,单位,1-3月\n新增企业上云（累计）,家,15\n", MARCH),
        (
            "2024年3月主要指标完成情况表\n指标,单位,年度目标,本月完成,累计完成\n新增企业上云,家,30,6,15\n",
            [("2024-03", "6", "single"), *MARCH],
        ),
        (
            "指标,2024年第二季度\n新增企业上云_当季值(家),9\n新增企业上云_累计值(家),15\n",
            [("2024Q2", "9", "single"), ("2024Q2", "15", "cumulative")],
        ),
        (
            "新增企业上云（家）\n月份,2023年,2024年\n1-3月,9,15\n",
            [("2023-03", "9", "cumulative"), *MARCH],
        ),
        ("数据库：年度数据\n指标,2022年,2023年\n高新技术产业增加值占地区生产总值比重(%),1.5,2\n", YEARS),
        (
            "表3-2 各县（市）高新技术产业增加值占地区生产总值比重\n3-2 Share by County\n,,单位：%\n"
            "地区,2022,2023\nRegion\n全县 County,1.5,2\n某县 Other,3,4\n",
            YEARS,
        ),
        ("指标,单位,3月当月,3月累计\n全社会研发经费投入增速,%,7,6\n", [("2024-03", "6", "level")]),
        (
            "指标,单位,完成情况,,,\n,,3月,,1-3月,\n,,绝对数,增长%,绝对数,增长%\n新增企业上云,家,6,9,15,20\n",
            MARCH,
        ),
        *(
            (text, [("2024-01", "1", "cumulative"), ("2024-10", "10", "cumulative")])
            for text in (
                "指标,期间,数值,单位\n新增企业上云,2024.01,1,家\n新增企业上云,2024.1,10,家\n",
                "月份,新增企业上云（家）（累计）\n2024.01,1\n2024.1,10\n",
                "指标,单位,2024.01累计,2024.10累计\n新增企业上云,家,1,10\n",
            )
        ),
        ("行业,指标,单位,1-3月\n合计,新增企业上云,家,15\n", MARCH),
        *(
            (f"{title}\n指标,单位,目标,{now},累计\n新增企业上云,家,30,6,15\n", [one, *MARCH])
            for title, now, one in (
                ("2024年1-3月完成情况", "本月", ("2024-03", "6", "single")),
                ("2024年3月完成情况", "当季", ("2024Q1", "6", "single")),
                ("2024年1-3月份完成情况", "当月完成", ("2024-03", "6", "single")),
            )
        ),
        ("2024年1-3月\n指标,单位,目标任务,,完成,\n,,省定,争取,3月,1-3月\n新增企业上云,家,40,35,6,15\n", MARCH),
        ("2024年1-3月\n指标,单位,总量,增速\n新增企业上云,家,15,8\n", MARCH),
        (",,目标,完成\n指标,单位,1-3月,1-3月\n新增企业上云,家,20,15\n", MARCH),
        ("指标,单位,1-3月\n新增企业上云,家,15\n注：1-3月为快报数；新增企业上云为预期性指标,,\n", MARCH),
        ("月份,累计新增企业上云（家）\n1-3月,15\n", MARCH),
        ("指标,状态,1-3月\n新增企业上云（家，累计）,滞后,15\n", MARCH),
        ("地区代码,地区名称,1-3月新增企业上云（家）\n431230,全县,15\n", MARCH),
        (f"指标,单位,1-3月\n{CLOUD}15\n填报单位：县科技局  填报人：王建州,,\n注：本表不含个体工商户,,\n", MARCH),
        *(
            (f"指标,单位,{head}\n新增企业上云,家,15\n", MARCH)
            for head in (
                *("前三个月", "24年1-3月", "2024年1月—2024年3月", "2024.01-2024.03", "年初至3月底"),
                *("本年3月累计", "1-3月总数", "1-3月(r)", "3月累计(p)"),
            )
        ),
        *(
            (f"指标,单位,1-3月\n{name},家,15\n", MARCH)
            for name in (
                *("★新增企业上云", "1)新增企业上云", "2 新增企业上云"),
                *("新增企业上云(注)", "新增企业上云 1)", "新增企业上云(a)"),
            )
        ),
        ("指标,期间,数值,单位\n新增企业上云,24年3月,15,家\n", MARCH),
        ("2024年\n指标,单位,3 月累计\n新增企业上云,家,15\n", MARCH),
        ("指标,年度,期间,数值,单位\n新增企业上云,2023,1-3月,15,家\n", [("2023-03", "15", "cumulative")]),
        ("2024年1-3月\n指标,单位,计划数,完成数,完成%\n新增企业上云,家,30,15,50\n", MARCH),
        ("数据库：月度数据\n指标,2024年3月\n全社会研发经费投入累计增长(%),6\n", [("2024-03", "6", "level")]),
        ("指标,全社会研发经费投入_累计同比实际增速\n单位,%\n2024-03,6\n", [("2024-03", "6", "level")]),
        ("指标,2022,2023（初步）\n高新技术产业增加值占地区生产总值比重（%）,1.5,2\n", YEARS),
        ("指标,单位,3月（末）\n高新技术产业增加值占地区生产总值比重,%,15\n", [("2024-03", "15", "level")]),
        ("指标,单位,元-3月年累计\n新增企业上云,家,15\n", MARCH),
        ("指标,1-3月\n单位：家,\n新增企业上云,15\n", MARCH),
        *(
            (text, MARCH)
            for text in (
                "单位：家,1-3月\n新增企业上云,15\n",
                "项目（家）,1-3月\n新增企业上云,15\n",
                "指标（单位：家）,1-3月\n新增企业上云,15\n",
                "地区名称,地区代码,指标,期间,数值,单位\n全县,431230,新增企业上云,2024年1-3月,15,家\n",
                "指标,1-3月\n新增企业上云,15家\n",
                "2024年1-3月\n指标,单位,本年,上年同期\n新增企业上云,家,15,9\n",
                "2024年1-3月\n指标名称,计量单位,代码,本年,上年同期\n甲,乙,丙,1,2\n新增企业上云,家,01,15,9\n",
                "指标,单位,1-3月\n新增企业上云,家,15\n同比增长（%）,,20\n",
                '"\t指标","\t单位","\t1-3月"\n"\t新增企业上云","\t家","\t15"\n',
                "指标,单位,1-3月_x000D_\n新增企业上云_x000D_,家,15\n",
                "二〇二四年一至三月主要指标\n指标,单位,完成数\n新增企业上云,家,15\n",
                "二○二四年一至三月主要指标\n指标,单位,完成数\n新增企业上云,家,15\n",
                "2024年1-3月新增企业上云\n序号,县（区）,完成数（家）\n1,全县,15\n合计,,15\n",
                "一季度\n2024年1-3月\n指标,单位,完成数\n新增企业上云,家,15\n",
                *(
                    f"2024年{title}主要指标\n指标,单位,完成数\n新增企业上云,家,15\n"
                    for title in ("1月至3月", "1月—3月", "元月到3月", "一月至三月")
                ),
            )
        ),
        *(
            (text, [("2023-01", "13", "level"), ("2024-01", "20", "level")])
            for text in (
                f"高新技术产业增加值占地区生产总值比重（%）\n{corner},1月\n2023年,13\n2024年,20\n"
                for corner in ("年份", "年份\\月份", "年份/月份")
            )
        ),
        (
            ",新增企业上云（家）,,新增企业上平台（家）,\n,1-3月,增速%,1-3月,增速%\n全县,15,2,9,3\n",
            [*MARCH, ("2024-03", "9", "cumulative")],
        ),
        ("指标,单位,1+2月\n新增企业上云,家,9\n", [("2024-02", "9", "cumulative")]),
        ("年份,2022年,2023年\n高新技术产业增加值占地区生产总值比重（%）,1.5,2\n比上年增长（%）,3,4\n", YEARS),
        (
            "求和项:数值,列标签,,\n行标签,2024-01,2024-02,总计\n高新技术产业增加值占地区生产总值比重（%）,20,21,41\n总计,20,21,41\n",
            [("2024-01", "20", "level"), ("2024-02", "21", "level")],
        ),
        (
            "年,月,高新技术产业增加值占地区生产总值比重（%）\n2024年,1月,20\n2024年 汇总,,20\n总计,,20\n",
            [("2024-01", "20", "level")],
        ),
        (
            "2024年3月\n指标,单位,本年,,上年同期,\n,,当月,累计,当月,累计\n新增企业上云,家,6,15,3,9\n",
            [("2024-03", "6", "single"), *MARCH],
        ),
        ("2024年3月\n指标,单位,本月,本年\n新增企业上云,家,6,15\n", [("2024-03", "6", "single")]),
        ("2023年12月主要指标\n指标,单位,累计\n新增企业上云,家,15\n", [("2023-12", "15", "cumulative")]),
        *(
            (f"指标,单位,{head}\n新增企业上云,家,19\n", [(f"2024{period}", "19", "cumulative")])
            for head, period in (
                *(("1-3季度", "-09"), ("前三季", "-09"), ("1-4季度", "-12"), ("H1", "-06")),
            )
        ),
        *(
            (f"{title}高新技术产业增加值占地区生产总值比重（%）{english}\n{head}2022,2023\n全县,{gap}1.5,2\n", YEARS)
            for title, english, head, gap in (
                ("历年", "", "地区,", ""),
                ("", " Share of High-tech Industry", "地区,", ""),
                ("表2-1  ", "/Share of High-tech Industry", "地区,", ""),
            )
        ),
        ("高新技术产业增加值占地区生产总值比重（%）\n年份,数值\n2022,1.5\n2023,2\n", YEARS),
        *(
            (f"{head},高新技术产业增加值占地区生产总值比重（%）\n2021,\n2022,1.5\n2023,2\n", YEARS)
            for head in ("", "Unnamed: 0")
        ),
        ("月份,高新技术产业增加值占地区生产总值比重_本月末,平台_期末\n2022-12,2%,3\n", [("2022-12", "2", "level")]),
        ("date,高新技术产业增加值占地区生产总值比重（%）\n2022年,1.5\n2023年,2\n", YEARS),
        ("年份,平台（个）,高新技术产业增加值占地区生产总值比重（%）\n2021,1996,\n2022,199601,1.5\n2023,,2\n", YEARS),
        *(
            (f"{title}高新技术产业增加值占地区生产总值比重（%）\n{place},2022,2023\n全县,1.5,2\n城关镇,3,4\n", YEARS)
            for title, place in (("各省、市", "省份"), ("分市州", "省（市）"), ("主要年份", "City"))
        ),
        ("指标,单位,2022.0,2023*\n高新技术产业增加值占地区生产总值比重,%,1.5,2\n", YEARS),
        ("各乡镇高新技术产业增加值占地区生产总值比重（%）\n乡镇,2022,2023\n全县,1.5,2\n城关镇,3,4\n", YEARS),
        ("单位：亿元,,\n指标,期间,数值\n知识价值信用贷款备案,2024-03,15\n", MARCH),
        ("2024年当月数据,,,\n指标,期间,数值,单位\n新增企业上云,2024-03,15,家\n", [("2024-03", "15", "single")]),
        ("指标,期间,数值,单位\n一、平台建设,,,\n新增企业上云,2024-03,15,家\n", MARCH),
        ("指标,期间,数值,单位,状态\n新增企业上云,2024-03,15,家,正常\n", MARCH),
        ("指标,类别,期间,数值,单位\n新增企业上云,目标,2024-12,30,家\n新增企业上云,完成,2024-03,15,家\n", MARCH),
        ("指标,类别,单位,1-3月\n新增企业上云,目标,家,30\n新增企业上云,完成,家,15\n", MARCH),
        *(
            (text, [("2024", "12", "level")])
            for text in (
                "表2.2 各区人口变动（2024）,\n地区,全社会研发经费投入增速（%）\n全县,12\n某区,9\n",
                "各区户籍人口变动情况(2024年),,\n指标,单位,全县\n全社会研发经费投入增速,%,12\n",
            )
        ),
        (
            "指标,单位,24年3月,6月-24\n高新技术产业增加值占地区生产总值比重,%,15,16\n",
            [("2024-03", "15", "level"), ("2024-06", "16", "level")],
        ),
    ],
)  # fmt: skip
def test_a_layout_of_offices_is_read(text: str, readings: list[tuple[str, str, str]]) -> None:
    assert brought(text) == readings


def test_the_source_of_another_county_is_doubted_and_that_of_an_own_office_is_not() -> None:
    rows = "新增企业上云,2024-03,15,家,棠溪县科技局\n新增企业上平台,2024-03,9,家,县城乡建设局\n"
    receipt = receive(f"指标,期间,数值,单位,来源\n{rows}")
    doubts = [item for item in receipt.findings if item.code == "source_elsewhere"]
    assert (receipt.verdict, len(receipt.entries)) == ("repair", 2)
    assert [(item.row, "棠溪县" in item.message) for item in doubts] == [(2, True)]


def test_a_second_table_has_periods_of_its_own() -> None:
    text = f"{HEAD}{CLOUD}5,9,15\n,,,,\n指标,单位,1-4月,1-5月\n新认定高新技术企业,家,1,2\n"
    assert [period for period, _, _ in brought(text)] == ["2024-01", "2024-02", "2024-03", "2024-04", "2024-05"]
    assert "表头" in " ".join(item.message for item in receive(text).findings)


def test_a_flash_figure_is_preliminary() -> None:
    receipt = receive("指标,单位,1-6月,1-9月（快报）\n新增企业上云,家,14,19\n")
    assert [entry.cells()["status"] for entry in receipt.entries] == ["final", "preliminary"]


def test_a_stock_and_an_increase_are_not_mixed() -> None:
    item = next(item for item in PLAN.indicators if item.traits.net)
    known = Known({(item.id, PLAN.region, "2023-12", "level"): (("2024-01-15", Decimal(11)),)})
    plain = f"指标,单位,1月,2月\n{item.name},{item.unit},12,13\n"
    assert {entry.basis for entry in receive(plain, known=known).entries} == {"level"}
    assert receive(plain.replace("2月", "1-2月"), known=known).verdict == "reject"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("重点项目推进表,,\n序号,项目名称,责任单位\n1,云平台,县科技局\n", ("项目名称", "责任单位")),
        ("Country Name,Country Code,Indicator Name,2022\n某县,1,研发,1.5\n", ("世界银行",)),
        ("LOCATION,MEASURE,TIME,Value\nX,PC,2022,1.5\n", ("OECD",)),
        ("FREQ,INDICATOR,TIME_PERIOD,OBS_VALUE\nA,研发,2022,1.5\n", ("SDMX",)),
        ("时间,货币供应量(亿元)\n2024年3月,15\n", ("货币供应量", "指标的名称")),
        ("截止日期_EndDt,新增企业上云_当月\n5,6\n", ("找不到表头",)),
        ('CHARSET="ANSI";\nAXIS-VERSION="2010";\nDATA=\n1 2;\n', ("PC-Axis",)),
    ],
)
def test_what_is_no_report_is_called_what_it_is(text: str, words: tuple[str, ...]) -> None:
    receipt = receive(text)
    assert receipt.verdict == "reject"
    assert all(word in receipt.findings[-1].message for word in words)


@pytest.mark.parametrize("sign", ["(", "长", "1", "年"])
def test_a_very_long_cell_does_not_hang(sign: str) -> None:
    assert receive(f"{sign * 350_000}\n{HEAD}{CLOUD}5,9,15\n").verdict == "repair"


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("2024年目标.csv", "目标"),
        ("主要指标_上年同期_2024.csv", "上年"),
        ("棠溪县2024年报表.csv", "棠溪县"),
        ("2024年测算数.csv", "测算"),
    ],
)
def test_a_files_own_name_is_held_to_what_it_says(name: str, word: str) -> None:
    receipt = receive(f"{HEAD}{CLOUD}5,9,15\n", name)
    assert receipt.verdict == "reject"
    assert word in " ".join(item.message for item in receipt.findings)


@pytest.mark.parametrize("name", ["2024年目标任务完成情况.csv", "share_of_target_2024.csv", "工业增加值_2024.csv"])
def test_an_ordinary_name_of_a_file_is_no_title_of_targets(name: str) -> None:
    assert receive(f"{HEAD}{CLOUD}5,9,15\n", name).verdict == "accept"


@pytest.mark.parametrize(
    "text",
    [
        ",指标,期间,数值,单位,来源,记录时间\n0,新增企业上云,2024-03,15,家,某局,2024-04-02\n1,新增企业上平台,2024-03,2,家,某局,2024-04-02\n",
        "Unnamed: 0,指标,单位,1-3月\n0,新增企业上云,家,15\n1,新增企业上平台,家,2\n",
    ],
)
def test_an_index_of_rows_is_left_out_without_a_word(text: str) -> None:
    receipt = receive(text)
    assert (receipt.verdict, [int(entry.value) for entry in receipt.entries]) == ("accept", [15, 2])


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("期间,新增企业上云,新增企业上平台\n,家,家\n2024年1-2月,9,1\n2024年1-3月,15,2\n", 4),
        ("年份,新增企业上云（家）,新增企业上平台（家）\n,计划,\n2024年1-2月,9,1\n2024年1-3月,15,2\n", 2),
        ("序号,指标,单位,1-3月\n,一、企业,,\n1,新增企业上云,家,15\n2,新增企业上平台,家,2\n", 2),
    ],
)
def test_a_blank_below_the_first_heading_is_no_heading(text: str, count: int) -> None:
    receipt = receive(text)
    assert len(receipt.entries) == count, receipt.findings
    assert not {"期间", "序号"} & {item.value for item in receipt.findings}


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("省份,县区,指标,期间,数值,单位\n某省,全县,新增企业上云,2024-03,15,家\n", 1),
        ("province,city,county,indicator,period,value,unit\n某省,某市,全县,新增企业上云,2024-03,15,家\n", 1),
        ("county,province,indicator,period,value,unit\n全县,某省,新增企业上云,2024-03,15,家\n", 1),
        ("省份,市州,县（市、区）,指标,单位,1-3月\n某省,怀化市,全县,新增企业上云,家,15\n注：快报\n", 1),
        ("省份,县区,指标,期间,数值,单位\n湖南省,,新增企业上云,2024-03,500,家\n", 0),  # the province's
        ("地区代码,省份,县区,指标,期间,数值,单位\n431230,某省,全县,新增企业上云,2024-03,15,家\n", 1),
        ("region,city,indicator,period,value,unit\n全县,某镇,新增企业上云,2024-03,5,家\n", 0),  # which is the wider?
        ("indicator,period,value,unit,date\n新增企业上云,2024-03,15,家,2024-04-10\n", 1),
        ("date,period,新增企业上云（家）\n2024-04-10,2024年1-3月,15\n", 1),
        ("indicator,date,time,value,unit\n新增企业上云,2024-03,10:00,15,家\n", 0),
    ],
)
def test_places_of_several_levels_and_a_day_beside_the_period(text: str, count: int) -> None:
    assert [(str(entry.period), int(entry.value)) for entry in receive(text).entries] == [("2024-03", 15)] * count


@pytest.mark.parametrize("year", ["2024", "二〇二四", "二○二四"])
def test_a_month_with_its_year_in_a_row_is_since_january_in_all_numerals(year: str) -> None:
    assert brought(f"指标,期间,数值,单位\n新增企业上云,{year}年3月,15,家\n") == MARCH


def test_a_file_may_be_named_after_its_indicator() -> None:
    text = "{}单位：家,,\n地区,1-3月,备注\n某县,,7\n全县,15,8\n"
    assert brought(text.format(""), "新增企业上云（家）_2024.csv") == MARCH
    assert brought("2024年1-3月新增企业上云（家）\n地区,完成数\n全县,15\n") == MARCH
    assert brought("地区,1-3月\n全县,15\n", "新增企业上云（家）_2024.csv") == MARCH
    assert receive("地区,1-3月\n全县,15\n", "新增企业上云（万元）_2024.csv").verdict == "reject"
    assert "地区“某县”不在计划中" in " ".join(item.message for item in receive(text, "新增企业上云_2024.csv").findings)
    others = ("指标,1-3月\n{0},15\n{1},300\n", "期间,{0},{1}\n1-3月,15,300\n")
    for other in others:  # of which the name does not say the unit
        table = other.format("知识产权质押融资登记金额", "知识价值信用贷款备案")
        assert receive(table, "知识产权质押融资登记金额（万元）_2024.csv").entries == ()
    refused = receive(text.format("指标：新增工厂数(家),,\n"), "报表_2024.csv")
    assert refused.verdict == "reject"
    assert "未知指标“新增工厂数(家)" in " ".join(item.message for item in refused.findings)


@pytest.mark.parametrize(
    "text",
    [
        "指标,期间,指标值,单位\n新增企业上云,2024-03,15,家\n",  # it may be the target
        "2024年1-3月 单位：家\n,新增企业上云,新增企业上平台\n城关镇,4,5\n",
        "2021年以来主要指标（截至2024年3月底）\n指标,单位,完成数\n新增企业上云,家,15\n",
        "2024年二季度主要指标（截至二季度末）\n指标,单位,完成数\n新增企业上云,家,15\n",
        "截至2024年3月底有效数量\n指标,单位,数量\n新增企业上云,家,15\n",
        "指标,Period,期间,单位,累计完成\n新增企业上云,2023年3月,2024年3月,家,15\n",
        "地区,Region,指标,期间,数值,单位\n全县,城关镇,新增企业上云,2024-03,15,家\n",
        "指标,单位,Jan-15,Mar-15\n新增企业上云,家,5,15\n",
    ],
)
def test_what_may_be_of_another_kind_time_or_place_is_not_read(text: str) -> None:
    assert receive(text).entries == ()


@pytest.mark.parametrize(
    "name", ["R&D 经费增速_2024.csv", "report_r&d经费增速（%）2024.csv", "2024年1-3月R＆D经费增速.csv"]
)
def test_a_name_with_letters_in_it_is_found_in_the_name_of_a_file(name: str) -> None:
    items = [one.model_copy(update={"aliases": ("R&D经费增速",)}) for one in PLAN.indicators if one.id == "rd_growth"]
    plan = PLAN.model_copy(update={"indicators": tuple(items)})
    receipt = judge(Delivery(name, "单位：%,\n地区,1-3月\n全县,15\n".encode(), "甲局", AS_OF), plan, Known({}))
    assert [int(entry.value) for entry in receipt.entries] == [15], receipt.findings


def test_numbers_left_out_are_counted_and_a_hole_is_named() -> None:
    receipt = receive("指标,单位,1月,1-2月,1-4月,1-5月,去年同期\n新增企业上云,家,5,9,15,16,12\n")
    said = {item.code: item.message for item in receipt.findings}
    assert receipt.verdict == "repair"
    assert "5 个数中读了 4 个" in said["left_out"]
    assert "2024-03" in said["gap"]
    yearly = receive("指标,2018,2019,2020,2022\n高新技术产业增加值占地区生产总值比重（%）,1,2,3,5\n")
    assert "缺了 2021（" in " ".join(item.message for item in yearly.findings)


def test_a_leap_against_the_known_series_waits_for_a_word() -> None:
    known = Known({("ip_loans", PLAN.region, "2023-12", "cumulative"): (("2024-01-15", Decimal("0.1")),)})
    text = "指标,单位,1-3月\n知识价值信用贷款备案,亿元,1200\n"
    assert "--confirmed" in receive(text, known=known).findings[-1].message
    assert receive(text, known=known).verdict == "reject"
    sure = judge(Delivery("a_2024.csv", text.encode(), "甲局", AS_OF, confirmed=True), PLAN, known)
    assert [entry.value for entry in sure.entries] == [1200]


@pytest.mark.parametrize(
    ("before", "value", "verdict"),
    [("1.81", "0.0192", "reject"), ("8.1", "0.085", "reject"), ("8.1", "0.1", "accept"), ("0.05", "0.081", "accept")],
)
def test_a_fraction_among_known_percents_waits_for_a_word(before: str, value: str, verdict: str) -> None:
    item = next(item for item in PLAN.indicators if item.traits.rate)
    known = Known({(item.id, PLAN.region, "2023-12", "level"): (("2024-01-15", Decimal(before)),)})
    text = f"指标,单位,1-3月\n{item.name},%,{value}\n"
    receipt = receive(text, known=known)
    assert (receipt.verdict == "reject") == (verdict == "reject"), receipt.findings
    assert verdict != "reject" or f"{Decimal(value) * 100:f}".rstrip("0") in receipt.findings[-1].message
    sure = judge(Delivery("a_2024.csv", text.encode(), "甲局", AS_OF, confirmed=True), PLAN, known)
    assert [entry.value for entry in sure.entries] == [Decimal(value)]


def test_a_net_of_single_months_goes_on_with_that_since_january_and_with_no_stock() -> None:
    """The form asks for the net since January, whatever was told before, and add takes it back."""
    item = next(item for item in PLAN.indicators if item.traits.net)
    known = Known({(item.id, PLAN.region, "2024-01", "single"): (("2024-02-15", Decimal(1)),)})
    for basis, verdict in (("累计", "accept"), ("当月", "accept"), ("存量", "reject")):
        receipt = receive(f"指标,期间,数值,单位,口径\n{item.name},2024-03,12,{item.unit},{basis}\n", known=known)
        assert (receipt.verdict == "reject") == (verdict == "reject"), receipt.findings


def test_an_increase_is_not_taken_for_the_stock() -> None:
    item = next(item for item in PLAN.indicators if item.traits.net)
    known = Known({(item.id, PLAN.region, "2023-12", "level"): (("2024-01-15", Decimal(11)),)})
    receipt = receive(f"指标,期间,数值,单位\n{item.name},2024-03,2,{item.unit}\n", known=known)
    assert {entry.code for entry in receipt.findings if entry.severity == "error"} == {"net_basis"}


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("年份,月份,高新技术产业增加值占地区生产总值比重（%）\n2023,3,1.5\n2024,1,2\n", ["2023-03", "2024-01"]),
        ("指标,2024年,2023年\n新增企业上云（家）,15,9\n其中：企业（家）,3,2\n", ["2024", "2023"]),
        ("数据库：年度数据\n指标,2024年,2023年\n地区总值（亿元）,1,2\n新增企业上云（家）,15,9\n", ["2024", "2023"]),
        ("指标,新增企业上云_累计,旅客_当期\n频度,月,月\n单位,家,人\n2024-03,15,1\n", ["2024-03"]),
        ("指标,单位,3月,1-3月\n新增企业上云,家,6,15\n", ["2024-03"]),
    ],
)
def test_what_databases_export_is_read(text: str, readings: list[str]) -> None:
    assert [period for period, _, _ in brought(text)] == readings


@pytest.mark.parametrize(
    "text",
    [
        "指标,期间,数值,单位\n新增企业上云,1月,5,家\n新增企业上云,2月,4,家\n",
        "指标,期间,数值,单位\n新增企业上云,二季度,9,家\n",
        "年,月,指标,数值,单位\n2024,3,新增企业上云,6,家\n",
        f"{HEAD}云泽县,,,,\n{CLOUD}5,9,15\n",
        f"岚江市数据局\n{HEAD}{CLOUD}5,9,15\n",
    ],
)
def test_what_may_mean_two_things_is_asked_about(text: str) -> None:
    assert receive(text).verdict == "reject"


def test_a_number_that_no_spreadsheet_keeps_is_refused() -> None:
    assert receive(f"{HEAD}{CLOUD}5,9,9007199254740993\n").verdict == "reject"


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("指标,单位,1-3月\n知识价值信用贷款备案,亿元,1.5E-01\n", ("2024-03", "0.15", "cumulative")),
        ("指标,单位,所属年月,数值\n新增企业上云,家,2024-03,15\n", ("2024-03", "15", "")),
        ("指标,单位,First Quarter 2024\n新增企业上云,家,15\n", ("2024Q1", "15", "cumulative")),
    ],
)
def test_spellings_of_databases_and_of_excel_are_read(text: str, right: tuple[str, str, str]) -> None:
    found = brought(text)[0]
    assert found[:2] == right[:2]
    assert not right[2] or found[2] == right[2]
