"""What notes below a table and remarks beside its figures claim of them is held against what the table says."""

import pytest
from test_intake_zoo import receive

pytestmark = pytest.mark.usefixtures("here")
HEAD = "指标,单位,1月,1-2月,1-3月\n"
CLOUD = "新增企业上云,家,5,9,15\n"
LOANS = "指标,1-3月\n知识价值信用贷款备案,1500\n"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        *(
            (f"{HEAD}{CLOUD}{note},,,,\n", word)
            for note, word in (
                ("注：本表为2023年同期数。", "同期"),
                ("注：以上数据为2023年数据", "2023年"),
                ("备注：以上均为当月数。", "当月"),
                ("注：以上数据为年末存量", "存量"),
                ("注：以上为棠溪县数据。", "棠溪县"),
                ("以上为棠溪县统计数据", "棠溪县"),
                ("注：数据包含棠溪县", "棠溪县"),
                ("注：统计范围包括棠溪县；", "棠溪县"),
                ("注：新增企业上云含棠溪县", "棠溪县"),
                ("数据为2023年数据", "2023年"),
                ("注：数据截至2023年底", "2023年"),
                ("注：新增企业上云为2022年以来累计数。", "2022年"),
                ("注：2021-2024年累计数", "累计"),
                ("注：滚动12个月", "滚动"),
                ("以上数据为近12个月滚动数", "滚动"),
                ("注：表中各数为占比", "占比"),
                ("注：各数均为较上年增量", "增量"),
                ("注：新增企业上云为当月数", "当月"),
                ("注：草稿，请勿使用。", "草稿"),
                ("本表已作废。", "作废"),
                ("注：测试数据", "测试"),
                ("注：以上数据除园区外", "园区"),
                ("注：不含园区", "园区"),
            )
        ),
        *(
            (f"{HEAD}{CLOUD.replace('15', f'15{note[at]}')}{note},,,,\n", "预计")
            for note, at in (("注：带*的为预计数", 3), ("*为预计数", 0), ("①预计数。", 0), ("注：标※号的为预计数", 3))
        ),
        (f"{HEAD.replace('1-3月', '1-3月①')}{CLOUD}①为预计数。,,,,\n", "预计"),
        (f"序号,{HEAD}1,{CLOUD.replace('云', '云*', 1)}*为预计数,,,,\n", "预计"),
        ("指标,单位,2024年①,\n,,1-2月,1-3月\n新增企业上云,家,9,15\n①为预计数,,,\n", "预计"),
        (f"{HEAD}{CLOUD.replace('云', '云①', 1)}①为目标数。,,,,\n", "目标"),
        (f"注：以下数据均为预计数,,,,\n{HEAD}{CLOUD}", "预计"),
        (f"{HEAD}{CLOUD}注：本表数据为万家,,,,\n", "万家"),
        (f"单位：万元,\n{LOANS}注：金额单位为亿元,\n", "两种"),
        (f"单位：万元,\n{LOANS}注：1. 本表金额以元为单位。,\n", "两种"),
        ("指标,单位,1-3月\n知识价值信用贷款备案,亿元,1500\n（金额单位：万元）,,\n", "万元"),
        ("指标,单位,1-3月,备注\n知识价值信用贷款备案,亿元,0.15,按万元计\n", "万元"),
        ("指标,单位,1-3月,备注\n新增企业上云,家,15,此为棠溪县数据\n", "棠溪县"),
        ("数据库：年度数据,\n指标,2023年\n高新技术产业增加值占地区生产总值比重(%),15\n数据来源：国家统计局,\n", "地区"),
    ],
)  # fmt: skip
def test_a_note_that_contradicts_its_table_refuses_it(text: str, word: str) -> None:
    receipt = receive(text)
    assert receipt.verdict == "reject"
    assert word in " ".join(item.message for item in receipt.findings if item.severity == "error")


@pytest.mark.parametrize(
    "note",
    [
        "注：2023年全年为12家，3月新增6家。",
        "说明：1.企业上云含规上、规下；2.1-3月中城关15家。",
        "注：带*的为预计数",
        "注：新增企业上云包括棠溪市级备案企业、省市县三级认定企业",
        "注：以上数据为全县数据",
        "注：本表为2024年数据",
        "注：以上数据为县科技局、省工信厅共同认定",
        "注：本表数据按2020年不变价计算",
        "注：以上为1月起累计数，非当月数",
        "注：数据包含城关镇、山前乡",
        "注：金额单位为万元",
        "注：数据包含高新区数据",
        "注：本表为2023年修订数",
        "注：以上数据为2020年以来数据",
        "注：2022年以来累计新增企业50家。",
        "注：以上数据为2024年以来累计数",
        "注：以上数据除注明外均为累计数",
        "注：原报数据作废，以本表为准。",
        "注：项目库滚动管理；软件测试企业2家。",
        "注：内部资料，请勿外传",
        "注：数据截至2024年底",
        "注：该指标为2025年目标的监测指标",
        "数据来源：国家统计局",
    ],
)
def test_a_note_that_agrees_with_its_table_is_passed_over(note: str) -> None:
    receipt = receive(f'{HEAD}{CLOUD}"{note}",,,,\n')
    assert [int(entry.value) for entry in receipt.entries] == [5, 9, 15], receipt.findings


def test_a_remark_that_begins_with_a_month_is_no_column_of_periods() -> None:
    receipt = receive("指标,单位,1-3月,备注\n知识价值信用贷款备案,万元,1500,其中3月备案500万元\n")
    assert [f"{entry.value:f}" for entry in receipt.entries] == ["0.1500"], receipt.findings


def test_a_mark_explained_as_a_first_figure_is_the_status_of_the_figures_that_bear_it() -> None:
    receipt = receive(f"{HEAD}{CLOUD.replace('15', '15*')}注：*为初步数,,,,\n")
    assert [entry.cells()["status"] for entry in receipt.entries] == ["final", "final", "preliminary"]


@pytest.mark.parametrize("note", ["说明：数据为快报数", "注：统计数据为初步核算数。", "以上为快报数"])
def test_a_note_on_all_figures_is_their_status(note: str) -> None:
    assert {entry.cells()["status"] for entry in receive(f"{HEAD}{CLOUD}{note},,,,\n").entries} == {"preliminary"}


def test_a_unit_below_the_table_is_its_unit() -> None:
    assert [f"{entry.value:f}" for entry in receive(f"{LOANS}注：金额单位为万元,\n").entries] == ["0.1500"]


@pytest.mark.parametrize("note", ["注：本表为各县区数据", "注：数据包含棠溪县、本县", "注：以上数据为岚江市数据"])
def test_a_table_that_says_its_regions_is_not_refused_for_naming_them(note: str) -> None:
    receipt = receive(f"2024年1-3月\n地区,新增企业上云（家）\n全县,15\n棠溪县,9\n{note},\n")
    assert [int(entry.value) for entry in receipt.entries] == [15], receipt.findings


@pytest.mark.parametrize("remark", ["该数为当月数", "此为本月数"])
def test_a_remark_on_the_basis_is_the_basis_of_its_row(remark: str) -> None:
    row = f"新增企业上云,家,6,{remark}\n"
    assert [entry.basis for entry in receive(f"指标,单位,3月,备注\n{row}").entries] == ["single"]
    assert receive(f"指标,单位,1-3月,备注\n{row}").verdict == "reject"


def test_an_export_with_a_unit_behind_every_name_is_not_national_for_its_source() -> None:
    names = ("高新技术产业增加值占地区生产总值比重(%)", "全社会研发经费投入增速(%)", "其他指标(%)")
    rows = "".join(f"{name},2\n" for name in names)
    assert len(receive(f"指标,2023年\n{rows}数据来源：国家统计局,\n").entries) == 2


def test_a_unit_behind_one_figure_is_none_of_the_next() -> None:
    rows = "".join(
        f"知识价值信用贷款备案,2024-03,{value},,2024-04-1{day}\n" for day, value in enumerate(["1万元", "2万元", "3"])
    )
    assert receive(f"指标,期间,数值,单位,记录时间\n{rows}").verdict == "reject"


@pytest.mark.parametrize(("remark", "kept"), [("原数作废", True), ("作废", False), ("3月当月", False)])
def test_a_remark_may_void_the_figure_before_or_this_one(remark: str, kept: bool) -> None:
    receipt = receive(f"指标,期间,数值,单位,备注\n新增企业上云,2024-03,15,家,{remark}\n")
    assert (receipt.verdict != "reject") == kept
