"""Words beside a figure that make it another one and are easily passed over; and ordinary words like them."""

import io

import openpyxl
import pytest
from test_intake_zoo import receive

pytestmark = pytest.mark.usefixtures("here")
CLOUD, GROWTH, SHARE = "新增企业上云", "全社会研发经费投入增速", "高新技术产业增加值占地区生产总值比重"


@pytest.mark.parametrize(
    ("text", "name", "word"),
    [
        (f"指标,单位,2024年1-3月,备注\n{CLOUD},家,15,2022年以来累计\n", "报表.csv", "2022年以来累计"),
        (f"指标,单位,1-3月,备注\n{CLOUD},家,15,统计范围：棠溪县\n", "报表_2024.csv", "统计范围"),
        *(
            (f"指标,单位,1-3月,备注\n{CLOUD},家,15,{remark}\n", "报表_2024.csv", remark)
            for remark in ("高新区数据", "云岭县口径", "剔除高新区后", "含上年结转5家")
        ),
        (f"指标,单位,1-3月,备注\n{CLOUD},家,15,数据截至2月底\n", "报表_2024.csv", "截-2月底"),
        (f"2024年1-3月\n指标,单位,完成数,备注\n{CLOUD},家,15,为1-2月数\n", "报表.csv", "1-2月"),
        (f"指标,单位,1-3月\n{CLOUD},家,15\n注：统计范围为高新区,,\n", "报表_2024.csv", "高新区"),
        (f"2024年当季主要指标\n指标,单位,1-3月,1-6月\n{CLOUD},家,5,9\n", "报表_2024.csv", "累计"),
        (f"指标,期间,半年,数值,单位\n{CLOUD},2024-09,上半年,15,家\n", "报表_2024.csv", "半年写的是“上半年”"),
        (f"指标,期间,半年,数值,单位\n{CLOUD},2024-03,2,15,家\n", "报表_2024.csv", "半年写的是“2”"),
        *(
            (f"指标,单位,1-3月\n{CLOUD} {english},家,15\n", "报表_2024.csv", english.split()[0])
            for english in ("Share of GDP", "mean", "Index", "planned", "growth rates")
        ),
        (f"指标,单位,1-3月\n{GROWTH} Growth target,%,15\n", "报表_2024.csv", "target"),
        (f"指标,单位,1-3月\n{CLOUD},家,¥15\n", "报表_2024.csv", "货币符号"),
        (f"指标,单位,1月（1-3月）,1-6月\n{CLOUD},家,5,9\n", "报表_2024.csv", ""),
        (f"指标,单位,期间,1-3月\n{CLOUD},家,1-6月,15\n", "报表_2024.csv", "两个期间不一致"),
        (f"指标,单位,1-3月\n{CLOUD}新认定高新技术企业,家,15\n", "报表_2024.csv", "不一致"),
    ],
)
def test_a_figure_that_is_called_another_one_is_refused(text: str, name: str, word: str) -> None:
    receipt = receive(text, name)
    said = "".join(item.message for item in receipt.findings if item.severity != "info")
    assert not [entry for entry in receipt.entries if str(entry.period) == "2024-03"], receipt.entries
    assert word in said


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (f"指标,单位,2024年1-3月,备注\n{CLOUD},家,15,2024年以来累计\n", "报表.csv"),
        (f"指标,单位,1-3月,备注\n{CLOUD},家,15,统计范围：全县\n", "报表_2024.csv"),
        *(
            (f"指标,单位,1-3月,备注\n{CLOUD},家,15,{remark}\n", "报表_2024.csv")
            for remark in ("全县数据", "县工信局数据", "示范区企业上报数", "含个体", "与上年同口径")
        ),
        (f"指标,单位,1-3月,1-6月,备注\n{CLOUD},家,15,,数据截至3月底\n", "报表_2024.csv"),
        (f"指标,单位,1-3月,备注\n{CLOUD},家,15,1-3月\n新认定高新技术企业,家,3,\n", "报表_2024.csv"),
        (f"2024年1-3月主要指标（送通道侗族自治县统计局）\n指标,单位,1-3月\n{CLOUD},家,15\n", "报表_2024.csv"),
        (f"指标,期间,半年,数值,单位\n{CLOUD},2024-03,上半年,15,家\n", "报表_2024.csv"),
        (f"指标,单位,1-3月\n{GROWTH} Growth rate of R&D,%,15\n", "报表_2024.csv"),
        (f"指标,单位,1-3月\n{SHARE} Share of GDP,%,15\n", "报表_2024.csv"),
        (f"指标,单位,1-3月\n{CLOUD} Corporate registration,家,15\n", "报表_2024.csv"),
        ("指标,单位,1-3月\n知识价值信用贷款备案,亿元,¥15\n", "报表_2024.csv"),
    ],
)
def test_an_ordinary_word_like_it_is_passed_over(text: str, name: str) -> None:
    receipt = receive(text, name)
    assert [f"{entry.period} {int(entry.value)}" for entry in receipt.entries][:1] == ["2024-03 15"], receipt.findings


def test_a_second_table_has_the_period_of_its_own_title() -> None:
    tables = [f"2024年{stretch}\n指标,单位,完成数\n{CLOUD},家,{at}\n" for stretch, at in (("1-2月", 9), ("1-3月", 15))]
    receipt = receive(",,\n".join(tables), "报表.csv")
    assert [(str(one.period), int(one.value)) for one in receipt.entries] == [("2024-02", 9), ("2024-03", 15)]


def test_quarters_alone_under_a_title_that_says_so_are_single() -> None:
    receipt = receive(f"2024年当季主要指标\n指标,单位,一季度,二季度\n{CLOUD},家,5,9\n")
    assert [(str(one.period), one.basis) for one in receipt.entries] == [("2024Q1", "single"), ("2024Q2", "single")]


@pytest.mark.parametrize(("title", "verdict"), [("通道侗族自治县2024年1-3月主要指标", 1), ("2024年1-3月主要指标", 0)])
def test_a_sheet_named_after_its_topic_is_the_countys_where_its_title_says_so(title: str, verdict: int) -> None:
    assert (
        len(receive(made([[title], ["指标", "单位", "1-3月"], [CLOUD, "家", 15]], "园区"), "a.xlsx").entries) == verdict
    )


@pytest.mark.parametrize(("name", "unit", "count"), [(CLOUD, "家", 0), ("知识价值信用贷款备案", "亿元", 1)])
def test_a_count_shown_as_money_is_none(name: str, unit: str, count: int) -> None:
    content = made([["指标", "单位", "1-3月"], [name, unit, 15]], "表", '"¥"#,##0')
    assert len(receive(content, "报表_2024.xlsx").entries) == count


def made(rows: list[list[str | int]], name: str, code: str = "General") -> bytes:
    book, content = openpyxl.Workbook(), io.BytesIO()
    book.active.title = name
    for row in rows:
        book.active.append(row)
    book.active.cell(len(rows), 3).number_format = code
    book.save(content)
    return content.getvalue()
