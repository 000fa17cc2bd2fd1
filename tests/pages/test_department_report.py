"""What one unit gets, one of each, and how every figure leads back to its source."""

from pathlib import Path

from conftest import ROOT, SMALL, Run, flow_rows, indicator, pdf_text, small_workbook

from tongdao.analysis.gap import gaps
from tongdao.pages.department_report import DepartmentReport
from tongdao.pages.frames import origin
from tongdao.pages.page import Page
from tongdao.runs.jobs import spread
from tongdao.workbook.workbook import open_workbook

COUNTY = ROOT / "data" / "tongdao"


def test_the_targets_nobody_leads_stand_in_every_department_report(run: Run, tmp_path: Path) -> None:
    each = ["--each", "department=农业农村局,组织部"]
    done = run("report", "department_report", "--month", "2024-09", *each, "--out", tmp_path)
    assert done.code == 0, done.err
    view = open_workbook(COUNTY).view("2024-09")
    unled = [row.item.name for row in gaps(view) if row.item.has_target and not view.plan.lead(row.item)]
    assert len(unled) == 4
    files = [Path(line) for line in done.out.splitlines() if "附件" not in line]
    assert [file.stem for file in files] == ["department_report-县农业农村局", "department_report-县委组织部"]
    for file in files:
        text = pdf_text(file)
        assert all(name in text for name in unled)
        assert "原文未明确" in text


def test_a_unit_that_leads_nothing_gets_a_line_and_no_empty_section() -> None:
    view = open_workbook(COUNTY).view("2024-09")
    page = DepartmentReport(view, gaps(view), department="林业局")
    assert page.conclusion().words == "县林业局没有牵头的目标，配合1项目标。"
    assert not any((page.led_targets(), page.figures(), page.owed(), page.in_progress()))
    assert len(page.overall()) == 3  # its title, the whole plan in a sentence, what nobody leads


def test_a_unit_that_only_leads_is_said_to_in_a_sentence() -> None:
    told = DepartmentReport.open(COUNTY, "2024-03", department="组织部").conclusion().words
    assert told.startswith("县委组织部牵头5项目标，没有配合的目标。截至2024年3月底，5项目标中")


def test_every_department_of_the_plan_is_one_of_each() -> None:
    plan = open_workbook(COUNTY).plan
    names = [values["department"] for values in spread(plan, ["department"])]
    assert names == [unit.name for unit in plan.departments]
    pairs = spread(plan, ["department=甲,乙", "month=2024-08..2024-10"])
    assert len(pairs) == 6
    assert pairs[0] == {"department": "甲", "month": "2024-08"}


def test_a_unit_owes_what_it_leads_and_has_not_sent(tmp_path: Path) -> None:
    plan = SMALL + '[[department]]\nname = "甲局"\n' + indicator("firms", "家", "flow", 'target = 10\nlead = ["甲局"]')
    plan += indicator("loans", "亿元", "flow", 'target = 1\nlead = ["甲局"]')
    rows = flow_rows("firms", "家", {2023: [1] * 12, 2024: [1] * 6}) + flow_rows("loans", "亿元", {2024: [0.1] * 5})
    view = open_workbook(small_workbook(tmp_path / "w", plan, rows)).view("2024-06")
    texts = [getattr(shown, "markdown", "") for shown in DepartmentReport(view, gaps(view)).owed()]
    assert any("尚未报送2024年6月读数：loans" in text for text in texts)


def test_one_failure_among_many_is_named_and_the_rest_are_made(run: Run, tmp_path: Path) -> None:
    (tmp_path / "out" / "tongdao" / "2024-09").mkdir(parents=True)
    blocked = tmp_path / "out" / "tongdao" / "2024-09" / "department_report-县科协.pdf"
    blocked.mkdir()
    each = ["--each", "department=科协,林业局"]
    done = run("report", "department_report", "--month", "2024-09", *each, "--out", tmp_path / "out")
    assert done.code == 1
    assert "县科协" in done.sentence
    assert done.out.split()[0].endswith("department_report-县林业局.pdf")


def test_a_parameter_to_spread_over_must_have_values(run: Run) -> None:
    done = run("report", "department_report", "--each", "deparment")
    assert done.code == 2
    assert "department" in done.sentence


def test_every_figure_leads_to_its_reading_and_its_sentence() -> None:
    view = open_workbook(COUNTY).view("2024-09")
    lines = (COUNTY / "readings.csv").read_text(encoding="utf-8-sig").splitlines()
    text = "".join((COUNTY / "plan.txt").read_text(encoding="utf-8-sig").split())
    fed = {feed.indicator: register for register in view.plan.registers for feed in register.feeds}
    traced = 0
    for row in gaps(view):
        assert "".join(row.item.quote.split()) in text
        found = origin(view, row.item, row.end)
        if found.period and row.item.id in fed:  # counted, not typed: the rows behind it are td.entries
            assert fed[row.item.id].name == found.source
            assert found.line == 0
            traced += 1
        elif found.period:
            line = lines[found.line - 1]
            assert line.startswith(row.item.id)
            assert found.source in line
            assert found.recorded_at in line
            traced += 1
    assert traced == 20


def test_a_clause_without_readings_is_listed_in_the_annex(tmp_path: Path) -> None:
    plan = SMALL + indicator("firms", "家", "flow") + indicator("loans", "亿元", "flow")
    view = open_workbook(small_workbook(tmp_path / "w", plan, flow_rows("firms", "家", {2024: [1] * 6}))).view()
    notice, _ = Page(view, gaps(view)).annex()
    assert str(notice) == "无数据：没有读数的：loans。"
