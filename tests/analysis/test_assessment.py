"""The assessment: undefined where nothing is filled in, every step of a score, conflicts."""

import random
import re
import tomllib
import zlib
from dataclasses import replace
from functools import cache
from pathlib import Path

import docx
import pytest
from conftest import ROOT, SMALL, Made, Run, indicator, pdf_text, small_workbook
from hypothesis import given, strategies as st

from tongdao.analysis.assessment import assessment_results
from tongdao.analysis.gap import Gap, gaps
from tongdao.pages.assessment import Assessment as Page
from tongdao.pages.ledger import in_progress
from tongdao.plan.ambiguities import chosen, conflicts
from tongdao.plan.settings import Assessment
from tongdao.workbook.workbook import View, open_workbook

EXAMPLE = (ROOT / "docs" / "assessment_example.toml").read_text(encoding="utf-8")


def fill(county: Path, frame: str = EXAMPLE) -> Path:
    """The county with a frame in the place of its own."""
    file = county / "plan.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.partition("[assessment]\n")[0] + frame, encoding="utf-8")
    return county


def test_an_empty_frame_prints_undefined_and_scores_nobody(made: Made) -> None:
    pdf = made("assessment")[".pdf"]
    text = pdf_text(pdf)
    assert text.count("待定义") >= 9 * 4
    assert "考评框架还没有定义完，本期不打分" in text
    assert "得分计算过程" not in text
    assert pdf.parents[1].name == "tongdao"
    assert not (pdf.parents[1] / "assessment.csv").exists()


def test_the_example_scores_with_every_step_and_keeps_history(run: Run, county: Path, tmp_path: Path) -> None:
    fill(county)
    for day in ("2024-09-30", "2024-10-12", "2024-10-12"):
        done = run("report", "assessment", "--workbook", county, "--as-of", day, "--out", tmp_path / "out")
        assert done.code == 0, done.err
    text = pdf_text(Path(done.out.strip()))
    assert "本框架为示例，不是已印发的考评办法" in text
    assert "各单位得分（示例框架）" in text
    kept = (tmp_path / "out" / "county" / "assessment.csv").read_text(encoding="utf-8-sig")
    assert "2024-09-30" in kept
    assert "2024-10-12" in kept


def scored(view: View) -> dict[str, float]:
    return {one.department: one.total for one in assessment_results(view, gaps(view))}


def test_a_score_is_what_its_steps_say(county: Path) -> None:
    view = open_workbook(fill(county)).view("2024-09")
    rows = gaps(view)
    found = assessment_results(view, rows)
    unit = next(one for one in found if one.department == "县科协")
    points = {score.cell.name: score.points for score in unit.counted}
    # its project is at 20 % of a scale that is full at 75 %; its one due milestone is overdue; its entries are fresh
    assert points == pytest.approx({"评节点": 0.0, "评进度": 10 * 0.2 / 0.75, "比更新": 10.0})
    assert unit.weight == 40
    assert unit.total == pytest.approx(100 * (10 * 0.2 / 0.75 + 10) / 40)
    steps, _ = Page(view, rows).arithmetic()
    line = next(row for row in steps.rows if row[:2] == ["科协", "评进度"])  # type: ignore[attr-defined]
    assert line[3] == "10 × (20%－0%)÷75% ＝ 2.7"
    line = next(row for row in steps.rows if row[:2] == ["金融办", "评进度"])  # type: ignore[attr-defined]
    assert line[3] == "10 × (100%－0%)÷75% ＝ 10，超过满分按满分"
    assert [one.total for one in found] == sorted((one.total for one in found), reverse=True)
    assert "适用权重" in [column.title for column in Page(view, rows).score_table().columns]  # type: ignore[attr-defined]


@cache
def example() -> tuple[View, list[Gap]]:
    """The county's view with the frame of the example, and its rows."""
    view = open_workbook(ROOT / "data" / "tongdao").view("2024-09")
    frame = Assessment.model_validate(tomllib.loads(EXAMPLE)["assessment"])
    view = replace(view, plan=view.plan.model_copy(update={"assessment": frame}))
    return view, gaps(view)


@cache
def totals() -> list[tuple[str, float]]:
    return [(one.department, one.total) for one in assessment_results(*example())]


@given(st.randoms(use_true_random=False))
def test_scores_do_not_depend_on_the_order_of_rows(chance: random.Random) -> None:
    view, rows = example()
    tables = {name: tuple(chance.sample(rows, len(rows))) for name, rows in vars(view.lists.ledger).items()}
    mixed = replace(view, lists=replace(view.lists, ledger=replace(view.lists.ledger, **tables)))
    found = assessment_results(mixed, chance.sample(rows, len(rows)))
    assert [(one.department, one.total) for one in found] == totals()


def test_a_score_can_be_worked_out_for_any_day(county: Path) -> None:
    book = open_workbook(fill(county))
    then = scored(book.view("2024-09", "2024-10-12"))
    file = county / "ledger" / "projects.csv"
    text = file.read_text(encoding="utf-8-sig")
    line = next(row for row in text.splitlines() if row.startswith("P03") and row.endswith("2024-10-12"))
    file.write_text(
        text + line.replace("2024-10-12", "2024-10-20").replace(",20,", ",75,") + "\n", encoding="utf-8-sig"
    )
    later = open_workbook(county)
    assert scored(later.view("2024-09", "2024-10-12")) == then
    assert scored(later.view("2024-09", "2024-10-20"))["县科协"] > then["县科协"]


BAD = {
    "weights": (
        "weight = 30",
        "weight = 35",
        ["[[assessment.cell]] 的 weight 合计 105", "第 1 项看完成 35", "须为 100"],
    ),
    "a group": (
        'group = "三评"',
        'group = "四评"',
        ["[[assessment.cell]] 第 4 项", "group “四评”不在 三看、三评、三比"],
    ),
    "a measure": ('"lights"', '"light"', ["[[assessment.cell]] 第 2 项", "measure", "light"]),
    "a scale in per cent": ("full = 0.75", "full = 75", ["第 5 项（评进度） full 的值“75", "不能大于 1"]),
    "a key": ("weight = 20", "weigth = 20", ["[[assessment.cell]] 第 ", "weigth 是不认识的键，最接近的是：weight"]),
}


@pytest.mark.parametrize("name", BAD)
def test_a_frame_that_cannot_stand_is_named(name: str, run: Run, county: Path, tmp_path: Path) -> None:
    old, new, words = BAD[name]
    fill(county, EXAMPLE.replace(old, new, 1))
    done = run("report", "assessment", "--workbook", county, "--out", tmp_path / "out")
    assert done.code == 2
    assert all(word in done.sentence for word in words), done.sentence
    assert not (tmp_path / "out").exists()


def test_the_county_s_conflicts_are_found_and_answered(run: Run, county: Path) -> None:
    plan = open_workbook(county).plan
    found = {(one.kind, one.indicators) for one in conflicts(plan)}
    assert ("gross_net", ("hightech_new", "hightech_net")) in found
    assert ("mixed_unit", ("talent_introduced",)) in found
    assert ("late_data", ("rd_growth",)) in found
    assert {"money_unit", "no_lead", "deadline", "two_targets", "two_in_one"} <= {kind for kind, _ in found}
    assert all(chosen(plan, one) for one in conflicts(plan))
    told = run("check", "--workbook", county)
    assert "采用的理解：两项分别计算：新认定不扣除到期和撤销，净增扣除（工作簿编者，待专班确认）" in told.out
    file = county / "plan.toml"
    file.write_text(file.read_text(encoding="utf-8").replace('kind = "gross_net"', 'kind = "gross"'), encoding="utf-8")
    told = run("check", "--workbook", county)
    assert told.code == 1
    assert "按哪种理解，请在 [[choice]] 中写明" in told.out
    assert "问题　plan.toml [[choice]] gross：没有发现对应的疑义" in told.out


CLEAR = indicator("roads", "公里", "flow", 'target = 30\nlead = ["甲局"]')


def target(name: str, unit: str, measure: str = "flow", more: str = "target = 2") -> str:
    """An indicator with a lead of its own."""
    entry = indicator(f"i{zlib.crc32(name.encode())}", unit, measure, f'{more}\nlead = ["甲局"]')
    return re.sub('name = ".*"', f'name = "{name}"', entry)


CONFUSED = {
    "gross_net": (
        target("新认定科技企业", "家") + target("净增科技企业", "家", "net"),
        "“新认定科技企业”与“净增科技企业”是同一事项的毛数和净数",
    ),
    "gross_net of a short name": (
        target("新认定高企", "家") + target("净增高企", "家", "net"),
        "“新认定高企”与“净增高企”是同一事项的毛数和净数",
    ),
    "two_targets": (
        target("规模工业企业新增数", "家") + target("新增规模工业企业", "家", more="target = 5"),
        "“规模工业企业新增数”与“新增规模工业企业”名称相近、目标值不同",
    ),
    "two_targets in two units": (
        target("科技贷款备案金额", "亿元") + target("科技贷款备案额", "万元", more="target = 20000"),
        "“科技贷款备案金额”与“科技贷款备案额”名称相近、目标值相同",
    ),
    "money_mixed": (
        target("信用贷款", "亿元") + target("专项资金", "万元"),
        "金额目标的单位不一致：信用贷款用亿元、专项资金用万元",
    ),
    "money_unit": (
        target("质押登记", "亿元", more="target = 0.15"),
        "不足1亿元的目标用亿元书写，容易与万元混淆：质押登记0.15亿元（1500万元）",
    ),
    "mixed_unit": (target("引进人才", "人(个)"), "“引进人才”的单位“人(个)”混合了不同的计数单位"),
    "two_in_one": (target("平台和基地", "个"), "“平台和基地”把两类事项写在一个目标里"),
    "late_data": (
        target("研发投入增速", "%", "growth", 'target = 12\nfrequency = "year"\nlag = 10'),
        "“研发投入增速”的数据约2025年10月才公布，晚于期限2024-12-31",
    ),
    "no_lead": (indicator("bridges", "座", "flow", "target = 2"), "原文未明确牵头单位：bridges"),
    "deadline": ("", "原文的期限不明确：原文未写年份"),
}


@pytest.mark.parametrize("name", ["", *CONFUSED])
def test_what_confuses_is_named_with_the_reading_chosen(name: str, run: Run, tmp_path: Path) -> None:
    entries, words = CONFUSED.get(name, ("", ""))
    note = 'deadline_note = "原文未写年份"\n' if name == "deadline" else ""
    plan = note + SMALL + '[[department]]\nname = "甲局"\n' + CLEAR + entries
    folder = small_workbook(tmp_path / "book", plan, [])
    found = conflicts(open_workbook(folder).plan)
    kind = name.partition(" ")[0]
    assert {one.kind for one in found} - {"money_mixed"} == {kind} - {"money_mixed", ""}, found
    done = run("check", "--workbook", folder)
    assert ("按哪种理解，请在 [[choice]] 中写明" in done.out) == bool(name)
    if name:
        assert words in done.out
        choice = f'\n[[choice]]\nkind = "{kind}"\nreading = "照此办理"\nby = "甲局"\n'
        (folder / "plan.toml").write_text(plan + choice, encoding="utf-8")
        assert "采用的理解：照此办理（甲局）" in run("check", "--workbook", folder).out


def test_the_wall_chart_is_one_landscape_a3_page(run: Run, county: Path, tmp_path: Path) -> None:
    from pypdf import PdfReader

    done = run("report", "wall_chart", "--month", "2024-09", "--format", "docx,pdf", "--out", tmp_path / "a")
    assert done.code == 0, done.err
    made = {Path(line).suffix: Path(line) for line in done.out.split()}
    page = docx.Document(str(made[".docx"])).sections[0]
    assert (round(page.page_width.mm), round(page.page_height.mm), page.orientation) == (420, 297, 1)
    pages = PdfReader(made[".pdf"]).pages
    assert [tuple(round(float(side) / 72 * 25.4) for side in page.mediabox[2:]) for page in pages] == [(420, 297)]
    text = pdf_text(made[".pdf"])
    for words in (
        "逾期1项",
        "一周内须启动2项",
        "（示例）配合专家评审→（示例）公示和发证",
        "科技型中小企业评价认定数",
        "难以完成",
    ):
        assert words in text
    for file in (county / "ledger").iterdir():
        file.unlink()
    done = run("report", "wall_chart", "--workbook", county, "--out", tmp_path / "b")
    assert "路线图还没有建立" in pdf_text(Path(done.out.strip()))


def test_the_monthly_report_says_what_is_being_done(made: Made) -> None:
    text = "".join(map(pdf_text, made("monthly_report").values()))
    for words in (
        "逾期的和未来四周的里程碑",
        "（示例）确定合作专家",
        "与红灯指标挂钩的项目",
        "没有项目、任务或政策支撑的红灯指标",
        "净增高新技术企业：名册推算",
        "到期展望由名册逐户推算，不用历年读数外推",
        "只看历年读数的可能性为50%，以名册为准",
    ):
        assert words in text, words
    text = "".join(map(pdf_text, made("monthly_report", "hunan", "2024-12").values()))
    assert "工作台账还没有建立" in text
    assert "ledger" not in text
    assert "还没有建立名册" in text


def test_a_department_sees_its_own_part() -> None:
    shown = [str(table) + str(table.rows) for table in in_progress(*example(), department="县科协")]  # type: ignore[attr-defined]
    assert "（示例）确定合作专家" in shown[0]
    assert "（示例）专家论证" not in shown[0]
    assert "（示例）绿色农产品专家工作站" in shown[1]
    assert "（示例）企业上平台集中行动" not in shown[1]
    assert "没有逾期的里程碑" in str(in_progress(*example(), department="县林业局")[0])


def test_a_department_sees_what_others_do_for_its_red_indicators() -> None:
    table = in_progress(*example(), department="县委组织部")[1]
    assert "（示例）绿色农产品专家工作站" in str(table.rows)  # type: ignore[attr-defined]
    assert table.note == "没有项目、任务或政策支撑的红灯指标：重点产业科技创新创业团队。"  # type: ignore[attr-defined]
