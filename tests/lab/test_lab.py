"""JupyterLab as an analyst meets it: a real server, a real browser, and no network."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import CHROMIUM, GLANCE, Lab, running_lab
from conftest import ROOT
from pypdf import PdfReader

from tongdao.lab.explore import explore
from tongdao.lab.launch import new_workbook
from tongdao.plan.plan import read_plan
from tongdao.workbook.workbook import open_workbook

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="这台机器没有 Chromium：apt-get install chromium 后再运行"),
    pytest.mark.xdist_group("lab"),
]
CHARTS = ".vega-embed svg.marks"
PLAN = read_plan(ROOT / "data" / "tongdao" / "plan.toml")
CLOUD, SMES = PLAN.indicator("cloud_firms").name, PLAN.indicator("tech_smes").name


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lab")
    locked = shutil.copytree(ROOT / "data" / "tongdao", folder / "data" / "locked")
    (locked / "readings.csv").unlink()
    (locked / "readings.csv").mkdir()  # the system refuses to read it, as Windows does a file that Excel has open
    return Path(shutil.copytree(ROOT / "data" / "tongdao", folder / "data" / "county"))


@pytest.fixture(scope="module")
def lab(workbook: Path) -> Iterator[Lab]:
    with running_lab(workbook.parent.parent, workbook) as lab:
        yield lab


@pytest.fixture
def exploring(lab: Lab) -> Lab:
    """The explorer, all departments shown, as it stands from the test before or else opened; a test picks its own."""
    department = lab.page.locator(".widget-dropdown select").first
    stands = "/explore.ipynb" in lab.page.url and not lab.page.locator(".tongdao-told").count()
    if not (stands and department.count() and department.evaluate("each => each.selectedIndex") == 0):
        lab.open("explore")
    lab.wait(CHARTS)
    lab.wait("details:has-text('静态图')")  # the last thing that is shown
    return lab


def drawn(lab: Lab) -> str:
    """What the charts draw, marks and words."""
    return str(lab.page.locator(CHARTS).inner_html())


def pick(lab: Lab, name: str) -> None:
    """Choose an indicator from the list above the charts."""
    lab.page.locator(".vega-bind select").select_option(label=name)
    lab.page.wait_for_function(
        "name => document.querySelector('.vega-embed svg.marks').textContent.includes(name)", arg=f"{name}（"
    )


def exported(lab: Lab, folder: Path) -> list[str]:
    """The texts of the pages that the File menu makes of what is open."""
    with lab.page.expect_download() as waiting:
        lab.menu("文件", "导出 PDF（公文版式）")
    waiting.value.save_as(folder / "exported.pdf")
    return [page.extract_text() for page in PdfReader(folder / "exported.pdf").pages]


def notebook(workbook: Path, name: str, *cells: str, go_on: bool = False) -> None:
    """An analyst's notebook; ``go_on`` after a fault, as its cells are tagged."""
    tags = {"tags": ["raises-exception"]} if go_on else {}
    made = [
        {"cell_type": "code", "id": f"c{n}", "metadata": tags, "source": text, "outputs": [], "execution_count": None}
        for n, text in enumerate(cells)
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    content: dict[str, Any] = {"cells": made, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    (workbook / "notebooks" / f"{name}.ipynb").write_text(json.dumps(content), encoding="utf-8")


def test_the_first_page_is_chinese_links_on_and_draws(lab: Lab) -> None:
    lab.page.goto(lab.address)
    lab.wait(".jp-RenderedMarkdown >> text=从这里开始")
    assert lab.page.locator(".lm-MenuBar-itemLabel", has_text="文件").count()
    lab.wait("#jp-main-statusbar >> text=| 空闲")
    lab.wait(".jp-OutputArea-output svg")
    assert "示例数据" in lab.page.locator(".jp-Notebook").inner_text()
    lab.page.locator(".jp-RenderedMarkdown a", has_text="探索").first.click()
    lab.wait(".jp-RenderedMarkdown h1:has-text('探索')")
    assert lab.refused == []


@pytest.mark.slow
def test_a_table_is_handed_in_on_the_first_page_and_past_reports_are_linked(
    lab: Lab, workbook: Path, tmp_path: Path
) -> None:
    table = tmp_path / "county.csv"
    table.write_text(f"indicator,period,value,unit,source\n{CLOUD},2024-10,14,家,县里报表\n", encoding="utf-8-sig")
    lab.page.goto(lab.address)
    lab.wait("button:has-text('选择表格')")
    with lab.page.expect_file_chooser() as chooser:
        lab.page.locator("button", has_text="选择表格").click()
    chooser.value.set_files(table)
    lab.wait("text=将记入 1 个读数")
    assert len(open_workbook(workbook).readings) == len(open_workbook(ROOT / "data" / "tongdao").readings)
    lab.page.locator("button", has_text="记入").click()
    lab.wait("text=已记入 1 个读数")
    assert len(open_workbook(workbook).readings) == len(open_workbook(ROOT / "data" / "tongdao").readings) + 1
    explore(open_workbook(workbook), month="2024-09", focus=CLOUD).make_briefing()
    notebook(workbook, "past", "import tongdao as td", "td.past_runs(td.open_workbook('.'))")
    lab.open("past")
    lab.run_all()
    # fetched and not clicked: Chromium's viewer of PDF would ask for parts of its own, which count as refused requests
    link = lab.wait(".jp-RenderedMarkdown a[href*='/files/']:has-text('.pdf')").evaluate("each => each.href")
    assert lab.page.request.get(link).body().startswith(b"%PDF")


SCREENS = [(1440, 900), (1024, 768)]


def beside_the_lists(lab: Lab) -> None:
    """The lists stand beside the charts, and no chart is cut: they end with the notebook, and stay legible."""
    charts, lists = lab.page.locator(CHARTS), lab.page.locator(".widget-select-multiple select")
    ends = "each => each.closest('.jp-OutputArea-output').getBoundingClientRect().right"
    place, list_place = charts.bounding_box(), lists.bounding_box()
    assert list_place["x"] + list_place["width"] <= place["x"]
    assert list_place["y"] < place["y"] + place["height"]
    assert place["x"] + place["width"] <= charts.evaluate(ends)
    assert place["width"] >= 0.7 * charts.evaluate("each => each.width.baseVal.value")


@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_exploring_opens_on_the_answer(lab: Lab, width: int, height: int) -> None:
    """Without a click: lists and whole charts beside each other on the first screen, no code."""
    lab.page.set_viewport_size({"width": width, "height": height})
    lab.open("explore", anew=True)  # JupyterLab closes its side bar where it opens on a small screen
    ranking = lab.wait(f"{CHARTS} g.mark-symbol.role-mark path").bounding_box()
    lists = lab.page.locator(".widget-select-multiple select").bounding_box()
    beside_the_lists(lab)
    assert max(ranking["y"] + ranking["height"], lists["y"] + lists["height"]) < height
    assert lab.page.locator(".jp-CodeCell .cm-content:visible").count() == 0
    lab.page.set_viewport_size({"width": 1400, "height": 1600})


def test_charts_of_many_regions_and_years_are_whole_too(lab: Lab, workbook: Path) -> None:
    province = f"td.open_workbook({str(ROOT / 'data' / 'hunan')!r})"
    notebook(workbook, "province", "import tongdao as td", f"td.explore({province}, compare='其他地区')")
    lab.page.set_viewport_size(dict(zip(("width", "height"), SCREENS[-1], strict=True)))
    lab.open("province", anew=True)
    lab.run_all()
    lab.wait(CHARTS)
    for width, height in SCREENS:
        lab.page.set_viewport_size({"width": width, "height": height})
        lab.page.wait_for_timeout(500)  # until the windows of JupyterLab have moved
        beside_the_lists(lab)
    lab.page.set_viewport_size({"width": 1400, "height": 1600})


def test_another_indicator_changes_every_view_and_what_is_printed(exploring: Lab) -> None:
    pick(exploring, CLOUD)
    first = drawn(exploring)
    paths = "els => els.map(e => e.getAttribute('d') + e.getAttribute('transform')).join('|')"
    groups = {name: f"g.mark-{kind}.role-mark path" for name, kind in (("lines", "line"), ("points", "symbol"))}
    before = {name: exploring.page.eval_on_selector_all(f"{CHARTS} {css}", paths) for name, css in groups.items()}
    pick(exploring, SMES)
    after = {name: exploring.page.eval_on_selector_all(f"{CHARTS} {css}", paths) for name, css in groups.items()}
    assert first != drawn(exploring)
    assert all(before[name] != after[name] for name in groups)
    printed = exploring.page.locator(f".jp-OutputArea-output pre:has-text('{SMES}')")
    printed.first.wait_for()
    assert exploring.refused == []


def test_the_launcher_has_the_notebooks_by_their_titles(lab: Lab) -> None:
    lab.open("start")
    lab.menu("文件", "新建启动页")
    lab.wait(".jp-LauncherCard:has-text('监测月报')")
    lab.page.locator(".jp-LauncherCard:visible", has_text="差距分析").click()
    lab.wait(".jp-RenderedMarkdown h1:has-text('差距分析')")


def test_a_notebook_that_somebody_sent_does_not_run_because_it_is_opened(lab: Lab, workbook: Path) -> None:
    notebook(workbook, "sent", "print('这是 sent 运行的结果')")
    path = workbook / "notebooks" / "sent.ipynb"
    content = json.loads(path.read_text(encoding="utf-8"))
    content["metadata"]["tongdao"] = {"run_on_opening": True}
    path.write_text(json.dumps(content), encoding="utf-8")
    lab.open("sent")
    lab.page.wait_for_timeout(GLANCE)
    assert lab.page.locator("[data-mime-type='application/vnd.jupyter.stdout']").count() == 0
    lab.run_all()
    lab.wait("[data-mime-type='application/vnd.jupyter.stdout']:has-text('sent')")


@pytest.mark.slow
def test_a_control_without_its_kernel_says_so_and_the_still_pictures_are_open(exploring: Lab, workbook: Path) -> None:
    exploring.menu("内核", "重启内核…")
    exploring.page.locator(".jp-Dialog .jp-mod-accept").click()
    exploring.wait(".tongdao-told:has-text('内核已重启')")
    exploring.page.keyboard.press("Control+s")
    saved = workbook / "notebooks" / "explore.ipynb"
    for _ in range(100):
        if '"outputs": [\n    {' in (text := saved.read_text(encoding="utf-8")):
            break
        exploring.page.wait_for_timeout(100)
    (workbook / "notebooks" / "yesterday.ipynb").write_text(text.replace("td.what_if", "td.what_if "), encoding="utf-8")
    exploring.open("yesterday")
    exploring.wait(".tongdao-told:has-text('控件没有内核可用')")
    exploring.wait("details[open]:has-text('静态图')")
    assert "Error displaying" not in exploring.page.locator(".jp-Notebook").inner_text()


@pytest.mark.slow
def test_a_click_on_a_head_sorts_a_table(lab: Lab) -> None:
    lab.open("start")
    table = lab.wait(".jp-RenderedHTMLCommon table:has(th:text-is('完成率'))")
    column = "t => [...t.tBodies[0].rows].map(r => parseFloat(r.cells[5].textContent)).filter(x => !isNaN(x))"
    assert lab.page.locator("table th", has_text="完成率").first.evaluate("each => each.cellIndex") == 5
    before = table.evaluate(column)
    lab.page.locator("table th", has_text="完成率").first.click()
    assert table.evaluate(column) == sorted(before) != before


@pytest.mark.slow
def test_a_refused_export_is_a_chinese_page(lab: Lab, workbook: Path) -> None:
    notebook(workbook, "broken", "1 / 0")
    lab.open("broken")
    lab.run_all()
    lab.wait("[data-mime-type='application/vnd.jupyter.stderr']:has-text('除数是 0')")
    with lab.page.expect_popup() as opened:
        lab.menu("文件", "导出 PDF（公文版式）")
    opened.value.wait_for_selector("text=没有导出")
    said = opened.value.inner_text("body")
    assert "第 1 个单元格出错" in said
    assert not any(word in said for word in ("500", "Error", "nbconvert"))
    opened.value.close()


@pytest.mark.slow
def test_an_own_notebook_on_made_up_data_says_so_and_so_does_its_export(
    lab: Lab, workbook: Path, tmp_path: Path
) -> None:
    notebook(workbook, "own", "import tongdao as td\ntd.gap_to_target(td.open_workbook('.'))[['name', 'actual']]")
    lab.open("own")
    lab.run_all()
    lab.wait(".jp-OutputArea-output:has-text('示例数据：读数均为虚构')")
    assert all("示例数据" in text for text in exported(lab, tmp_path))


@pytest.mark.slow
def test_a_click_in_the_map_of_verdicts_moves_the_other_views(exploring: Lab) -> None:
    pick(exploring, CLOUD)
    cells = exploring.page.locator(f"{CHARTS} g.mark-rect.role-mark path[aria-label*='{SMES}']")
    exploring.again_until(f"{CHARTS} text:has-text('{SMES}（')", lambda: cells.last.click(force=True))
    assert exploring.page.locator(".vega-bind select").input_value() == "tech_smes"


@pytest.mark.slow
def test_the_tooltip_of_a_point_gives_value_source_clause_and_vintage(exploring: Lab) -> None:
    pick(exploring, PLAN.indicator("ip_loans").name)
    points = exploring.page.locator(f"{CHARTS} g.mark-symbol.role-mark path[aria-label*='记录日期']")

    def point() -> None:
        exploring.page.mouse.move(0, 0)
        points.nth(8).hover(force=True)

    text = exploring.again_until("#vg-tooltip-element.visible", point).inner_text()
    for word in ("时间", "数值", "亿元（", "万元）", "来源", "记录日期", "原文", PLAN.indicator("ip_loans").quote):
        assert word in text


@pytest.mark.slow
def test_the_code_of_a_choice_makes_the_same_view_again(exploring: Lab, workbook: Path) -> None:
    pick(exploring, SMES)
    exploring.page.locator(f".jp-OutputArea-output pre:has-text('{SMES}')").first.wait_for()
    exploring.wait(f"button[data-code*='{SMES}']")  # the kernel has heard of the choice
    exploring.page.locator("button", has_text="复制为代码").click()
    exploring.wait("button:has-text('已复制')")
    code = exploring.page.evaluate("navigator.clipboard.readText()")
    assert SMES in code
    notebook(workbook, "again", code)
    exploring.open("again")
    exploring.run_all()
    exploring.wait(CHARTS)
    assert f"{SMES}（" in drawn(exploring)
    assert exploring.page.locator(".vega-bind select").input_value() == "tech_smes"


@pytest.mark.slow
def test_a_department_narrows_and_one_without_a_part_is_told(exploring: Lab) -> None:
    rows = exploring.page.locator(".vega-bind select option")
    whole = rows.count()
    lists = exploring.page.locator(".widget-dropdown select")
    lists.nth(0).select_option(label="组织部")
    exploring.page.wait_for_function(
        "whole => document.querySelectorAll('.vega-bind select option').length < whole", arg=whole
    )
    lists.nth(0).select_option(label="文旅广体局")
    exploring.wait(".widget-html b:has-text('没有牵头或配合')")
    # the sentence is there a moment before the list turns back
    exploring.page.wait_for_function(
        "() => document.querySelector('.widget-dropdown select').selectedOptions[0].text === '组织部'"
    )


@pytest.mark.slow
def test_an_excel_file_and_a_briefing_come_of_the_same_choice(exploring: Lab, workbook: Path) -> None:
    pick(exploring, CLOUD)
    exploring.page.locator(f".jp-OutputArea-output pre:has-text('{CLOUD}')").first.wait_for()
    for button, words in (("保存图片", "图片已保存"), ("导出 Excel", "表格已保存"), ("做成专题简报", "简报已生成")):
        exploring.page.locator("button", has_text=button).click()
        link = exploring.wait(f".widget-html-content:has-text('{words}') a").evaluate("each => each.href")
        assert exploring.page.request.get(link, headers={"Referer": exploring.page.url}).ok  # as a click sends
    made = {
        path.suffix
        for path in workbook.parent.parent.rglob("reports/**/*")
        if CLOUD in path.name or "探索" in path.name
    }
    assert {".png", ".xlsx", ".pdf"} <= made


@pytest.mark.slow
def test_the_file_menu_exports_the_choice_as_it_stands(exploring: Lab, tmp_path: Path) -> None:
    pick(exploring, CLOUD)
    exploring.page.locator(f".jp-OutputArea-output pre:has-text('{CLOUD}')").first.wait_for()
    text = "".join("".join(page.split()) for page in exported(exploring, tmp_path))
    assert f"细看“{CLOUD}”" in text
    assert "示例数据" in text
    assert "td.explore" not in text


FAULTS = {
    "td.look(book, '没有这一项')": "没有名为“没有这一项”的指标",
    "td.look(book, 上云)": "没有叫“上云”的变量",
    "td.open_workbook('../locked')": "那里有同名的文件夹",
    "td.explore(book, month='2030-01')": "不在计划期内",
    "td.open_workbook('没有这个')": "找不到工作簿",
    "td.look(book, “上云”)": "第 1 行有中文的标点",
    "td.gap_to_target(book)['完成']": "的列或键，请检查名称",
    "import altair as alt\nalt.Chart(td.gap_to_target(book))": "图的写法有误",
}


def test_a_fault_is_one_sentence_and_the_session_lives_on(lab: Lab, workbook: Path) -> None:
    notebook(workbook, "faults", "import tongdao as td\nbook = td.open_workbook('.')", *FAULTS, go_on=True)
    lab.open("faults")
    lab.run_all()
    said = lab.page.locator("[data-mime-type='application/vnd.jupyter.stderr']")
    for at, sentence in enumerate(FAULTS.values()):
        said.nth(at).filter(has_text=sentence).wait_for()
        shown = said.nth(at).inner_text()
        assert "Traceback" not in shown
        assert shown.strip().count("\n") == 0
    folds = lab.page.locator("details:has-text('调用过程')")
    assert folds.count() == len(FAULTS)
    assert not any(fold.is_visible() for fold in folds.locator("pre").all())
    runs_on(lab, 2 + len(FAULTS))


def runs_on(lab: Lab, number: int) -> None:
    """The same kernel runs the first cell again, with the next number."""
    lab.wait("#jp-main-statusbar >> text=| 空闲")
    lab.page.locator(".jp-Notebook-cell .cm-content").first.click()
    lab.menu("运行", "运行选中的单元格")
    lab.wait(f".jp-InputPrompt:has-text('[{number}]')")


def test_an_empty_workbook_explores_without_data_and_the_session_lives_on(lab: Lab, workbook: Path) -> None:
    new_workbook(workbook.parent / "empty", None)
    notebook(workbook, "nothing", "import tongdao as td", "td.explore(td.open_workbook('../empty'))")
    lab.open("nothing")
    lab.run_all()
    lab.wait("details:has-text('静态图：无数据')")
    lab.wait(CHARTS)
    assert lab.page.locator("[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    runs_on(lab, 3)
