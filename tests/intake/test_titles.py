"""What titles and remarks of offices say of the figures below and beside them: what refuses and what does not."""

import pytest
from test_intake_zoo import AS_OF, PLAN, receive
from test_layouts import CLOUD, HEAD, brought

from tongdao.intake import Delivery
from tongdao.intake.receipt import Known, judge

pytestmark = pytest.mark.usefixtures("here")
TIDY = "指标,期间,数值,单位"
MARCH = [("2024-03", "15", "cumulative")]

INNOCENT = (
    *("2024年高新技术企业发展情况", "高新技术企业倍增行动进展", "地址：中心街道人民路1号", "科技局（街道办事处转）"),
    *("关于下达任务的完成情况统计", "企业上云行动计划（2024年）", "科技计划项目管理中心", "预算绩效指标完成情况"),
    *("全国科技活动周 本县统计", "按《全国企业上云统计制度》填报", "2024年稳增长监测表", "产业增长极建设监测"),
    *("奋斗新时代", "迎接新挑战", "守住安全底线", "抄送：棠溪县科技局", "制表人：王增长", "预期目标完成情况"),
    *("行政区划和机构", "城市市政设施"),
    *("本县2024年以来指标", "中心城区建设监测", "2024年滚动项目监测", "本县2024年对比全市先进监测"),
    *("2024年目标任务推进情况表", "和美乡村建设监测", "推进县域经济发展监测", "新型城镇化监测"),
)
GUILTY = (
    *("2024年任务分解表", "省下达目标", "2024年预期目标", "保底目标和奋斗目标", "红线指标底线值", "责任书"),
    *("重点任务推进计划表", "预计完成情况", "2024年序时进度要求", "完成情况及明年任务分解", "全省主要指标"),
    *("规上企业主要指标", "城关街道主要指标", "松岭县科技指标", "高新区科技指标", "城南经济开发区科技指标"),
    *("2024年各乡镇汇总", "各县区主要指标", "松岭县2024年各乡镇指标", "开发区主要指标", "完成情况（目标值）"),
    *(
        "园区主要指标",
        "乡镇完成情况",
        "十四五期间累计",
        "全县与松岭县主要指标对比",
        "本县、松岭县主要指标",
        "松岭县与全县对比",
        "2024年与全省对比的本县指标",
        "鹤城区主要指标",
        "主要指标（滚动12个月）",
        "主要指标（2022年以来累计）",
    ),
)
OTHERS = (
    *("省下达目标", "年度目标", "市级下达任务", "目标责任书", "2024年目标分解表", "省里下达的目标任务", "预计完成数"),
    *("非实际数，为预计", "上年同期报表", "规上工业", "此为年度目标", "target"),
)
BESIDE = (
    *("县科技局", "县目标办", "县发展计划局", "省下达任务完成情况统计", "约束性目标", "预期性", "已超额完成目标"),
    *("完成年度目标的50%", "未达目标", "超序时进度", "按计划推进", "任务已分解到乡镇", "下达资金未到位", "增长较快"),
    *("比上年同期增长12%", "全市第二", "预计年底完成", "高于全市平均", "考核指标", "三年行动计划"),
)


@pytest.mark.parametrize("title", INNOCENT)
def test_a_title_that_only_mentions_such_a_word_refuses_nothing(title: str) -> None:
    assert len(brought(f"{title},,,,\n{HEAD}{CLOUD}5,9,15\n")) == 3
    assert brought(f"{title},,,\n{TIDY}\n新增企业上云,2024-03,15,家\n")[0][:2] == ("2024-03", "15")


@pytest.mark.parametrize("title", GUILTY)
def test_a_title_of_other_figures_refuses_them(title: str) -> None:
    assert receive(f"{title},,,,\n{HEAD}{CLOUD}5,9,15\n").verdict == "reject"
    assert receive(f"{title},,,\n{TIDY}\n新增企业上云,2024-03,15,家\n").verdict == "reject"


@pytest.mark.parametrize("words", OTHERS)
@pytest.mark.parametrize("head", ["来源", "备注"])
def test_a_cell_that_calls_the_figure_another_one_refuses_it(head: str, words: str) -> None:
    for text in (
        f"{TIDY},{head}\n新增企业上云,2024-03,15,家,{words}\n",
        f"指标,单位,1-3月,{head}\n{CLOUD}15,{words}\n",
    ):
        receipt = receive(text)
        assert receipt.verdict == "reject"
        assert words[:3] in " ".join(item.message for item in receipt.findings if item.severity == "error")


@pytest.mark.parametrize("words", BESIDE)
@pytest.mark.parametrize("head", ["来源", "指标属性", "备注"])
def test_a_remark_about_the_figure_refuses_nothing(head: str, words: str) -> None:
    assert brought(f"{TIDY},{head}\n新增企业上云,2024-03,15,家,{words}\n")[0][:2] == ("2024-03", "15")
    assert brought(f"指标,单位,1-3月,{head}\n{CLOUD}15,{words}\n") == MARCH


@pytest.mark.parametrize("note", ["2024年4月10日", "以上均为累计数", "第1页 共1页", "科技局（盖章）"])
def test_a_lone_text_below_a_table_is_a_note(note: str) -> None:
    assert len(brought(f"{TIDY}\n新增企业上云,2024-03,15,家\n{note},,,\n")) == 1
    assert receive(f"{TIDY}\n新增企业上云,2024-03,15,家\n{note}").verdict == "reject"  # a line that is cut


@pytest.mark.parametrize(
    ("row", "basis"),
    [
        ("高新技术产业增加值占地区生产总值比重,2024-03,15,%,期末数", "level"),
        ("新增企业上云,2024年3月当月,15,家,当月数", "single"),
    ],
)
def test_a_remark_may_say_the_basis_that_the_row_has(row: str, basis: str) -> None:
    assert brought(f"{TIDY},备注\n{row}\n") == [("2024-03", "15", basis)]


def test_a_column_of_words_is_none_of_figures() -> None:
    assert brought(f"指标,单位,1-3月,完成情况\n{CLOUD}15,正常\n") == MARCH


def test_a_word_of_scope_fits_the_indicators_that_have_it() -> None:
    item = next(item for item in PLAN.indicators if "规模" in item.name)
    table = f"规上工业主要指标\n指标,单位,1-6月\n{item.name},{item.unit},1\n"
    assert len(brought(table)) == 1
    assert receive(f"{table}{CLOUD}5\n").verdict == "reject"


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("限额以上单位零售额", "2024年限额以上企业主要指标"),
        ("限额以上单位零售额", "限上企业主要指标"),
        ("人均可支配收入", "城乡居民人均收支"),
        ("平均每人可支配收入", "农村居民平均每人收支情况"),
        ("创新指数", "发展指数情况"),
    ],
)
def test_such_words_stand_in_the_names_of_other_plans_too(name: str, title: str) -> None:
    item = next(item for item in PLAN.indicators if item.unit == "家" and item.traits.cumulates)
    plan = PLAN.model_copy(update={"indicators": (item.model_copy(update={"name": name, "aliases": ()}),)})
    for row, verdict in (
        (name, "repair"),
        ("企业年均培育数", "reject"),
        (name.removeprefix("限额以上").removeprefix("人均").removeprefix("平均").removesuffix("指数"), "reject"),
    ):
        told = plan.model_copy(update={"indicators": (plan.indicators[0].model_copy(update={"name": row}),)})
        text = f"{title}\n指标,单位,1-3月\n{row},家,15\n".encode()
        assert judge(Delivery("报表_2024.csv", text, "甲局", AS_OF), told, Known({})).verdict == verdict


@pytest.mark.parametrize(
    ("days", "word"),
    [
        (("2024-01-31", "2024-03-01", "2024-04-30"), "月末"),
        (("2024/1/1", "2024/2/29"), "月末"),
        (("2024-01-01", "2024-04-01", "2024-07-01"), "季初"),
        (("45322", "45352"), "月末"),
    ],
)
def test_days_that_do_not_all_end_or_all_begin_a_month_are_asked_about(days: tuple[str, ...], word: str) -> None:
    tidy = f"{TIDY}\n" + "".join(f"新增企业上云,{day},{n},家\n" for n, day in enumerate(days, 1))
    down = "月份,有效发明专利拥有量（件）\n" + "".join(f"{day},{n}\n" for n, day in enumerate(days, 1))
    for text in (tidy, down, f"指标,单位,{','.join(days)}\n新增企业上云,家,{','.join('123'[: len(days)])}\n"):
        receipt = receive(text)
        assert receipt.verdict == "reject"
    assert word in " ".join(item.message for item in receive(tidy).findings)


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("指标,县区,期间,数值,单位\n新增企业上云,棠溪县,2024-03,7,家\n", "棠溪县"),
        ("指标,统计范围,期间,数值,单位\n新增企业上云,高新区,2024-03,7,家\n", "高新区"),
        ("指标,单位,1-3月,统计范围\n新增企业上云,家,7,高新区\n", "高新区"),
        ("指标,期间,数值,单位,是否预计\n新增企业上云,2024-03,15,家,是\n", "“是”"),
    ],
)
def test_a_column_of_places_or_of_doubt_counts_in_both_layouts(text: str, region: str) -> None:
    receipt = receive(text)
    assert receipt.verdict == "reject"
    assert region in " ".join(item.message for item in receipt.findings if item.severity == "error")


def test_a_title_that_names_only_the_year_serves_yearly_figures() -> None:
    table = "2023年各县（市）创新情况\n地区,全社会研发经费投入增速（%）,新增企业上云（家）\n全县,1.5,9\n"
    assert "只写了年份" in " ".join(item.message for item in receive(table).findings)
    yearly = table.replace(",新增企业上云（家）", "").replace(",9\n", "\n")
    assert [period for period, _, _ in brought(yearly)] == ["2023"]
