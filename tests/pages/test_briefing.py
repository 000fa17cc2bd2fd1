"""The page the convenor gets, and the sentences for a chat."""

from datetime import date
from pathlib import Path

import pytest
from conftest import ROOT, Run, pdf_text
from pypdf import PdfReader

from tongdao.analysis.gap import gaps
from tongdao.base.calendar import workdays_left
from tongdao.pages.briefing import Briefing
from tongdao.pages.charts import progress_chart
from tongdao.pages.summary import conclusion
from tongdao.pages.wording import standing
from tongdao.workbook.workbook import open_workbook


@pytest.mark.parametrize(
    ("after", "until", "days"),
    [
        ("2024-09-30", "2024-10-08", 1),  # the holiday of 1 to 7 October
        ("2024-10-11", "2024-10-12", 1),  # a Saturday that was made up
        ("2024-12-31", "2024-12-31", 0),
        ("2025-01-02", "2024-12-31", 0),
    ],
)
def test_working_days_follow_the_official_calendar(after: str, until: str, days: int) -> None:
    found = workdays_left(date.fromisoformat(after), date.fromisoformat(until))
    assert (len(found.workdays), found.official) == (days, True)


def test_beyond_the_calendar_weekdays_are_counted_and_it_is_said() -> None:
    found = workdays_left(date(2031, 1, 5), date(2031, 1, 12))
    assert (len(found.workdays), found.official) == (5, False)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), ["需要推动的事项", "请有关单位", "3家往年1.3家", "尚差9家", "请商科工信局推动第1—5项", "企业积极性不高"]),
        (("--indicator", "净增"), ["已完成0家，尚缺2家，剩余57个工作日", "名册推算"]),
        (
            ("--indicator", "上平台"),
            ["可能性不到一成", "（示例）企业上平台集中行动，进度45%", "下一步：分三批上门服务"],
        ),
        (("--department", "农业农村局"), ["县农业农村局", "达到目标（1个以上）"]),
        (("--task", "(六)3"), ["知识产权质押融资登记金额"]),
        (("--since", "2024-06"), ["2024年6月以来的变化"]),
        (("--since", "2023-12"), ["三、2023年12月以来的变化", "2023年12月没有可比的读数"]),
    ],
)
def test_a_briefing_is_one_page(arguments: tuple[str, ...], words: list[str], run: Run, tmp_path: Path) -> None:
    done = run("brief", "--month", "2024-09", *arguments, "--out", tmp_path)
    assert done.code == 0, done.err
    pdf = Path(done.out.strip())
    assert len(PdfReader(pdf).pages) == (2 if "2024-06" in arguments else 1)
    text = pdf_text(pdf)
    for word in words:
        assert word in text


def test_a_target_of_one_or_two_has_no_percentage() -> None:
    view = open_workbook(ROOT / "data" / "tongdao").view("2024-09")
    small = [row for row in gaps(view) if row.item.counts and row.target <= 2 and row.gap > 0]
    assert small
    for row in small:
        assert row.few
        page = Briefing(view, (row,), indicator=row.item.id)
        assert page.exact(row)
        line = [cell.text for cell in page.decision_table([row]).cells[0]]
        assert "%" not in "".join(line)
        drawn = progress_chart(row)
        assert not [layer for layer in drawn["layer"] if layer["mark"].get("type") == "area"]


@pytest.mark.parametrize(("as_of", "days"), [("2024-02-20", 218), ("2024-03-31", 229), ("2024-10-12", 229)])
def test_an_old_month_seen_late_counts_the_days_left_from_its_end(as_of: str, days: int) -> None:
    page = Briefing.open(str(ROOT / "data" / "tongdao"), "2024-01", as_of, indicator="青年科技人才")
    assert f"剩余{days}个工作日" in page.conclusion().words


def test_a_part_of_a_name_resolves_when_unique_and_else_lists_the_candidates(run: Run) -> None:
    several = run("brief", "--indicator", "高新技术企业")
    assert several.code == 2
    assert "新认定高新技术企业、净增高新技术企业" in several.sentence
    none = run("brief", "--department", "水利局")
    assert none.code == 2
    assert "县委组织部" in none.sentence


def test_the_chat_text_says_what_the_page_says(run: Run) -> None:
    done = run("brief", "--month", "2024-09", "--text")
    view = open_workbook(ROOT / "data" / "tongdao").view("2024-09")
    assert done.out.startswith(conclusion(Briefing(view, gaps(view)).about, view, firm=False))
    assert done.out.count("。") <= 3
    assert "抓紧" in done.out


def test_a_month_without_readings_says_so(run: Run, tmp_path: Path) -> None:
    done = run("brief", "--month", "2024-11", "--out", tmp_path)
    assert done.code == 0
    assert "无数据" in pdf_text(Path(done.out.strip()))


def test_a_page_speaks_of_units_and_a_work_group_only_where_the_plan_has_them() -> None:
    county, province = (ROOT / "data" / name for name in ("tongdao", "hunan"))
    early = Briefing.open(str(province), "2022-03", indicator="研发经费投入强度")
    assert (
        early.conclusion().words
        == "研发经费投入强度待公布。目标不低于全国，2022年数据预计2023年9月公布，公布前不作完成判断。"
    )
    assert early.asks().words == "请有关单位按时报送下期读数。"
    late = Briefing.open(str(province), "2024-12")
    assert late.asks().words == "请有关单位（原文未明确牵头单位）推动第1项。"
    assert late.source().startswith("来源：各项指标的最新读数，")
    assert standing(late.first[0], 20).splitlines() == ["2.57%（2023年）／", "不低于全国（2.65%）"]
    first = Briefing.open(str(county), "2024-02", "2024-10-12", indicator="知识产权质押融资登记金额")
    assert first.source().startswith("来源：各单位报送的读数（示例，虚构），")
    assert "累计0万元，尚差1000万元" in first.conclusion().words


def test_a_policy_without_a_problem_is_support_and_no_missing_project() -> None:
    page = Briefing.open(str(ROOT / "data" / "tongdao"), "2024-09", "2024-10-12")
    told = {str(row[1].text): row[-1].text for row in page.decision_table(page.first).cells}
    assert told["知识价值信用贷款备案"] == "—"
    assert told["知识产权质押融资登记金额"] == "台账无对应项目"


def test_a_month_that_cannot_be_compared_is_bad_usage(run: Run) -> None:
    done = run("brief", "--month", "2024-09", "--since", "2024-10")
    assert done.code == 2
    assert "2024-10" in done.sentence
