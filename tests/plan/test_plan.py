"""The plan file: what it holds, and what it refuses in a sentence that names file and key."""

import re
from datetime import date
from pathlib import Path

import pytest
from conftest import ROOT, SMALL, indicator

from tongdao.base.errors import PlanError, UsageError
from tongdao.plan.plan import Plan, read_plan

COUNTY = ROOT / "data" / "tongdao"

# number, clause, name, target, word, strive: the table of the plan's quantified targets
TARGETS = [
    ("一", "全社会研发经费投入增速", 12, "以上", True),
    ("一", "新增高价值发明专利", 1, "左右", True),
    ("一", "市级以上各类人才计划入选", 1, "以上", True),
    ("一", "高新技术产业增加值占地区生产总值比重", 18, "以上", True),
    ("(二)1", "新建市级以上创新平台", 1, "", True),
    ("(三)1", "“揭榜挂帅”项目和重点研发计划项目", 1, "以上", False),
    ("(四)1", "重点产业科技创新创业团队", 1, "以上", True),
    ("(四)1", "青年科技人才", 1, "以上", True),
    ("(四)1", "向上推荐入选市级科技人才计划项目", 1, "以上", True),
    ("(四)2", "引进高层次科技创新人才和团队", 5, "以上", False),
    ("(四)2", "通道县专家工作站", 1, "以上", False),
    ("(五)2", "新认定高新技术企业", 2, "以上", False),
    ("(五)3", "新增有创新研发活动的规模工业企业", 2, "以上", False),
    ("(五)3", "新增企业上云", 15, "", False),
    ("(五)3", "新增企业上平台", 15, "", False),
    ("(五)3", "净增高新技术企业", 2, "以上", True),
    ("(五)3", "科技型中小企业评价认定数", 53, "以上", True),
    ("(五)3", "新增省级及以上专精特新中小企业", 3, "以上", True),
    ("(六)3", "知识价值信用贷款备案", 0.15, "以上", True),
    ("(六)3", "知识产权质押融资登记金额", 0.1, "以上", True),
]


@pytest.fixture(scope="module")
def plan() -> Plan:
    return read_plan(COUNTY / "plan.toml")


def test_the_county_plan_holds_the_twenty_targets(plan: Plan) -> None:
    assert [(i.clause, i.name, i.target, i.word, i.strive) for i in plan.indicators] == TARGETS


def test_every_quote_stands_in_the_text_word_for_word(plan: Plan) -> None:
    text = (COUNTY / "plan.txt").read_text(encoding="utf-8")
    for item in plan.indicators:
        assert item.quote in text, item.id
        assert len(item.quote) <= 80
        assert re.search(rf"{item.target:g}(%|{re.escape(item.unit[0])}|件|家|亿元)", item.quote), item.quote


def test_every_task_clause_names_its_departments_as_the_text_does(plan: Plan) -> None:
    text = (COUNTY / "plan.txt").read_text(encoding="utf-8")
    brackets = re.findall(r"\d\.([^。]+)。.*?\(([^()]*?牵头[^()]*?负责)\)", text)
    assert len(brackets) == len(plan.tasks) == 14
    for task, (title, written) in zip(plan.tasks, brackets, strict=True):
        assert task.title == title
        leads, supports = written.split("牵头", 1)
        assert tuple(leads.split("、")) == task.lead
        named = re.sub(r"(等相关部门|等)?按职责分工负责$", "", supports).lstrip("、,")
        assert tuple(named.split("、")) == task.support


def test_the_work_group_has_fourteen_members_and_the_text_names_one_more_department(plan: Plan) -> None:
    text = (COUNTY / "plan.txt").read_text(encoding="utf-8")
    listed = re.search(r"成员单位包括(.*?)等,", text)
    assert listed is not None
    assert tuple(listed.group(1).split("、")) == plan.work_group.members
    assert len(plan.work_group.members) == 14
    assert len(plan.departments) == 15


def test_lead_is_inherited_from_the_task_and_empty_where_none_is_named(plan: Plan) -> None:
    assert plan.lead(plan.indicator("hightech_net")) == ("县商务科技和工业信息化局",)
    assert [i.id for i in plan.indicators if not plan.lead(i)] == [
        "rd_growth",
        "hv_patents",
        "talent_plans",
        "hightech_share",
    ]


def test_an_indicator_is_found_by_id_name_or_alias_and_a_near_miss_is_not_chosen(plan: Plan) -> None:
    assert plan.indicator("科技型中小企业数").id == plan.indicator("tech_smes").id
    with pytest.raises(UsageError, match="新认定高新技术企业"):
        plan.indicator("高新技术企业")


def written(folder: Path, text: str) -> Path:
    path = folder / "plan.toml"
    path.write_text(text, encoding="utf-8")
    return path


ONE = SMALL + indicator("a", "家", "flow")

FAULTS = {
    "unknown key": (
        SMALL + indicator("a", "家", "flow", "target = 1\ntraget = 2"),
        ["indicator", "a", "traget", "target"],
    ),
    "unknown key above": ("campaign = 1\n" + ONE, ["campaign"]),
    "unknown key of a section": (ONE + "[runs]\ncell_second = 1\n", ["runs.cell_second", "cell_seconds"]),
    "unknown key of an entry in an entry": (
        ONE + '[[register]]\nname = "名册"\nfile = "a.csv"\ncolumns = { number = "编号" }\n'
        '[[register.feed]]\nindicator = "a"\nrule = "new"\nknd = "一"\n',
        ["[[register]] 第 1 项（名册）", "[[register.feed]] 第 1 项", "knd", "最接近的是：kind"],
    ),
    "an amendment that makes a wrong plan": (
        ONE + '\n[[amendment]]\neffective = 2024-06-01\nreason = "x"\nindicator = "a"\ntolerance = -1\n',
        ["[[indicator]] 第 1 项（a） tolerance", "不能小于 0"],
    ),
    "target without unit": (ONE.replace('unit = "家"\n', ""), ["a", "unit", "缺失"]),
    "empty unit": (ONE.replace('unit = "家"', 'unit = ""'), ["a", "unit"]),
    "deadline before start": (ONE.replace("2024-12-31", "2023-12-31"), ["deadline", "2023-12-31", "早于"]),
    "unknown measure": (ONE.replace('"flow"', '"flux"'), ["measure", "flux", "flow"]),
    "amendment of an unknown indicator": (
        ONE + '\n[[amendment]]\neffective = 2024-06-01\nreason = "x"\nindicator = "b"\n',
        ["amendment", "b"],
    ),
    "unknown indicator department": (
        SMALL + indicator("a", "家", "flow", 'target = 1\nlead = ["某局"]'),
        ["某局", "department"],
    ),
    "the same id twice": (ONE + indicator("a", "家", "flow"), ["重复", "a"]),
    "share above its limit": (SMALL + indicator("a", "%", "share", "target = 120"), ["120", "limit"]),
    "infinite target": (SMALL + indicator("a", "家", "flow", "target = inf"), ["target"]),
    "target without quote": (ONE.replace('quote = "a"\n', ""), ["quote"]),
    "not TOML": ("title = ", ["TOML"]),
    "a text outside": (
        'text = "../../secret.txt"\n' + ONE,
        ["text", "../../secret.txt", "不在工作簿文件夹里", "firms.csv"],
    ),
    "a register outside": (
        ONE + '[[register]]\nname = "名册"\nfile = "C:\\\\data\\\\firms.csv"\ncolumns = { number = "编号" }\n',
        ["[[register]] 第 1 项（名册） file", "不在工作簿文件夹里"],
    ),
    "a notebook outside": (
        ONE + '[[schedule]]\nreport = "/tmp/other.ipynb"\nday = 10\n',
        ["[[schedule]] 第 1 项 report", "/tmp/other.ipynb"],
    ),
    "a number in words": (ONE + 'limit = "两百"\n', ["limit", "应为数字"]),
    "a day in words": (
        ONE.replace("deadline = 2024-12-31", 'deadline = "年底"'),
        ["deadline", "2024-10-20 这样的日期"],
    ),
    "text without quotes": (ONE.replace('unit = "家"', "unit = 3"), ["unit", "应为加引号的文字"]),
    "yes in words": (ONE + 'strive = "是"\n', ["strive", "应为 true 或 false"]),
    "one where several stand": (ONE + 'aliases = "别名"\n', ["aliases", "应为方括号里的几项"]),
    "a weight above a hundred": (
        ONE + '[assessment]\nname = "考评"\ngroups = ["看", "评", "比"]\n'
        '[[assessment.cell]]\ngroup = "看"\nname = "一"\nweight = 120\n',
        ["[[assessment.cell]] 第 1 项（一）", "不能大于 100"],
    ),
    "two groups": (ONE + '[assessment]\nname = "考评"\ngroups = ["看", "评"]\n', ["assessment.groups", "至少 3 个"]),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_one_sentence_that_names_file_and_key(fault: str, tmp_path: Path) -> None:
    text, words = FAULTS[fault]
    with pytest.raises(PlanError) as caught:
        read_plan(written(tmp_path, text))
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert not re.search(r"Input should|valid| or ", sentence), sentence
    for word in ("plan.toml", *words):
        assert word in sentence, sentence


def test_a_share_may_have_a_limit_above_one_hundred(tmp_path: Path) -> None:
    plan = read_plan(written(tmp_path, SMALL + indicator("a", "%", "share", "target = 120\nlimit = 150")))
    assert plan.indicator("a").upper_limit == 150


def test_an_amendment_holds_from_its_day_on(tmp_path: Path) -> None:
    change = '\n[[amendment]]\neffective = 2024-07-01\nreason = "年中调整"\nindicator = "a"\ntarget = 20\n'
    change += '\n[[amendment]]\neffective = 2024-09-01\nreason = "收紧"\nthresholds = {likely = 0.9}\n'
    plan = read_plan(written(tmp_path, ONE + change))
    assert plan.at(date(2024, 6, 30)).indicator("a").target == 10
    assert plan.at(date(2024, 7, 1)).indicator("a").target == 20
    assert plan.at(date(2024, 8, 31)).thresholds.likely == 0.8
    assert plan.at(date(2024, 9, 1)).thresholds.likely == 0.9
    assert plan.indicator("a").target == 10
