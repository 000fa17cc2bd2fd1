"""The one-file page: opened from the disk in a real browser that has no network."""

import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import CHROMIUM
from conftest import Made
from pages import REPORTS, key
from pypdf import PdfReader

from tongdao.document.blocks import Cell, Column, Document, Figure, Head, Heading, Notice, Paragraph, Span, Table
from tongdao.document.page_html import render_html

pytestmark = pytest.mark.xdist_group("page")  # one browser
AXE = "axe-core@4.14.1"
DRAWN = "() => !document.querySelector('.chart:has(> script):not(.live-shown)')"
MORE = [("hunan", "briefing", "2024-12", ()), ("hunan", "wall_chart", "2024-12", ())]
MORE += [("tongdao", "panel", "2024-09", ()), ("hunan", "panel", "2024-12", ())]
EVIL = "</script><script>window.hurt=1</script><img src=x onerror=window.hurt=1>"
SPEC = {
    "mark": {"type": "bar"},
    "data": {"values": [{"单位": "甲", "家数": 3}, {"单位": f"乙{EVIL}", "家数": 5}]},
    "encoding": {"x": {"field": "家数", "type": "quantitative"}, "y": {"field": "单位", "type": "nominal"}},
}
COLUMNS = [
    Column("单位", width=3),
    Column("家数", "right", unit="家"),
    *(Column(f"很长的一列的名字{n}") for n in range(8)),
]
ROWS: list[list[Cell | str | None]] = [
    [Cell(name, "green", link=link), number, *["若干"] * 8]
    for name, number, link in (
        ("丙", "1,200", None),
        ("甲", "—", "javascript:hurt=1"),
        (EVIL, "30", None),
        ("丁", "−4", None),
    )
]
DOCUMENT = Document(
    Head("全县月报", example="示例数据", data_date="2025-09-30"),
    (
        Heading(1, (Span(EVIL),)),
        Paragraph((Span("字", strong=True, link="javascript:hurt=1"),)),
        Notice(EVIL),
        Figure(EVIL, SPEC, f'图"{EVIL}'),
        Table(COLUMNS, ROWS, title="各单位"),
    ),
)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    if not CHROMIUM:
        pytest.skip("no chromium")
    from playwright.sync_api import sync_playwright

    file = tmp_path_factory.mktemp("page") / "月报.html"
    file.write_bytes(render_html(DOCUMENT, run_id="3f9c2a71"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        opened = browser.new_context(offline=True).new_page()
        opened.goto(file.as_uri())
        opened.wait_for_selector(".live-shown svg")
        yield opened
        browser.close()


def test_same_bytes_small_and_stamped() -> None:
    made = render_html(DOCUMENT, run_id="3f9c2a71")
    assert made == render_html(DOCUMENT, run_id="3f9c2a71")
    assert len(made) <= 2_000_000
    assert "示例数据" in made.decode()


def test_a_cell_ends_its_lines_between_words_and_a_head_without_words_is_no_button() -> None:
    cells: list[list[Cell | str | None]] = [["1", "可能性九成以上", "金融办、金融监管支局、商科工信局"]]
    table = Table([Column("", "right"), Column("判断"), Column("牵头")], cells)
    made = render_html(Document(Head("标题"), (table,)), run_id="0").decode()
    assert '<span class="value whole">可能性九成以上</span>' in made
    figures = Table([Column("实际／目标", "right")], [["17.5%（二季度）／18%以上"], ["、".join(["0.65"] * 6)]])
    kept = render_html(Document(Head("标题"), (figures,)), run_id="0").decode()
    assert kept.count("value whole") == 1  # a figure is not torn (0／1500万元以|上), a list of them is
    assert "金融办、<wbr>金融监管支局、<wbr>商科工信局" in made
    assert made.count("<th ") == 2


def test_a_light_and_its_word_and_a_day_stay_on_one_line() -> None:
    rows: list[list[Cell | str | None]] = [["示例数据：县委组织部，2024-02-12"]]
    table = Table([Column("来源，记录日期")], rows, note="● 已完成　▲ 可能")
    made = render_html(Document(Head("标题"), (table,)), run_id="0").decode()
    assert '<span class="whole">2024-02-12</span>' in made
    assert "●\u00a0已完成　▲\u00a0可能" in made


def test_no_text_becomes_markup(page: Any) -> None:
    assert page.evaluate("window.hurt") is None
    assert page.locator("h2").inner_text() == EVIL
    assert page.locator("a").count() == 0


def test_a_click_on_the_head_sorts_and_blanks_stay_last(page: Any) -> None:
    numbers = page.locator("td:nth-child(2)")
    page.get_by_role("button", name="家数").click()
    assert numbers.all_inner_texts() == ["−4", "30", "1,200", "—"]
    page.get_by_role("button", name="家数").click()
    assert numbers.all_inner_texts() == ["1,200", "30", "−4", "—"]
    assert page.locator("th[aria-sort=descending]").count() == 1


def test_a_bar_says_its_value_when_pointed_at(page: Any) -> None:
    page.locator(".drawn .mark-rect.role-mark path").first.hover()
    page.wait_for_selector("#vg-tooltip-element.visible >> text=家数")


def test_a_phone_scrolls_tables_and_not_the_page(page: Any) -> None:
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def shown_on_a_phone(page: Any, table: Table, file: Path) -> Any:
    file.write_bytes(render_html(Document(Head("标题"), (table,)), run_id="0"))
    opened = page.context.new_page()
    opened.set_viewport_size({"width": 390, "height": 900})
    opened.goto(file.as_uri())
    return opened


@pytest.mark.parametrize(("name", "columns"), [(0, ("指标", "差距")), (1, ("序号", "指标", "差距"))])
def test_a_phone_shows_a_wide_table_as_cards_by_name_and_cuts_no_figure(
    name: int, columns: tuple[str, ...], page: Any, tmp_path: Path
) -> None:
    told = Column("存在问题和下步措施")
    given = [Column(title, "left" if title == "指标" else "right") for title in columns] + [told]
    long = "、".join(["-0.65"] * 12)
    row: list[Cell | str | None] = [*["1"] * name, "新增企业上云", long, "分三批上门服务，一企一策补材料"]
    opened = shown_on_a_phone(page, Table(given, [row]), tmp_path / "a.html")
    bold = "cell => getComputedStyle(cell.querySelector('.value')).fontWeight >= 600"
    cells = opened.locator("td")
    assert [cells.nth(at).evaluate(bold) for at in range(cells.count())].index(True) == name
    assert opened.evaluate("[...document.querySelectorAll('.scroll')].every(at => at.scrollWidth <= at.clientWidth)")
    last = cells.last  # the label takes two lines, and what it names begins on the first
    assert last.locator(".value").bounding_box()["y"] < last.bounding_box()["y"] + 12
    opened.close()


def test_a_phone_shows_a_narrow_table_as_it_is(page: Any, tmp_path: Path) -> None:
    rows: list[list[Cell | str | None]] = [["1", "湖南", "13／31", "-4.36个百分点"], ["2", "北京", "1／31", "—"]]
    columns = [Column("名次", "right"), Column("地区"), Column("位次", "right"), Column("与居首地区之差", "right")]
    opened = shown_on_a_phone(page, Table(columns, rows), tmp_path / "b.html")
    assert opened.locator("th").first.is_visible()
    assert opened.locator("tr").nth(1).bounding_box()["height"] < 40
    assert opened.evaluate("document.querySelector('.scroll').scrollWidth") <= 390
    opened.close()


def test_it_prints_with_still_pictures(page: Any, tmp_path: Path) -> None:
    page.emulate_media(media="print")
    assert page.locator(".chart > img").is_visible()
    assert not page.locator(".drawn").is_visible()
    assert page.pdf().startswith(b"%PDF")
    assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('td')).fontSize)") < 13  # 10pt the text's
    page.emulate_media(media="screen")

    def printed(count: int) -> list[list[str]]:
        rows: list[list[Cell | str | None]] = [[f"row{n}"] for n in range(count)]
        opened = shown_on_a_phone(page, Table([Column("Unit")], rows, note="Note"), tmp_path / "c.html")
        (tmp_path / "c.pdf").write_bytes(opened.pdf(format="A4"))
        opened.close()
        return [sheet.extract_text().split() for sheet in PdfReader(tmp_path / "c.pdf").pages]

    first, second = printed(90)[:2]
    assert second[0] == "Unit"  # a printed page repeats the head
    fit = sum(word.startswith("row") for word in first)
    for count in (fit, fit + 1):  # neither a row nor the note is alone on a page
        sheets = printed(count)
        assert len(sheets) == 1 or sheets[1][:3] == ["Unit", f"row{count - 2}", f"row{count - 1}"]


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The checker of accessibility, from the registry of npm."""
    npm, folder = shutil.which("npm"), tmp_path_factory.mktemp("axe")
    done = npm and subprocess.run([npm, "pack", "--silent", AXE], cwd=folder, capture_output=True, check=False)
    if not done or done.returncode:
        pytest.skip(f"npm 取不到 {AXE}")
    with tarfile.open(next(folder.glob("*.tgz"))) as packed:
        script = packed.extractfile("package/axe.min.js")
        assert script
        return script.read().decode()


@pytest.mark.slow
@pytest.mark.parametrize("report", [*REPORTS, *MORE], ids=key)
def test_a_report_has_no_serious_fault_of_accessibility(
    report: tuple[str, str, str, tuple[str, ...]], made: Made, page: Any, axe: str
) -> None:
    workbook, notebook, month, more = report
    said: list[str] = []
    page.once("console", lambda message: said.append(message.text))
    for file in made(notebook, workbook, month, "--format", "html", *more).values():
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            for width in (390, 1440):
                page.set_viewport_size({"width": width, "height": 900})
                page.goto(file.as_uri())
                page.wait_for_function(DRAWN)
                page.evaluate(axe)
                found = page.evaluate("axe.run({resultTypes: ['violations']}).then(each => each.violations)")
                serious = [each for each in found if each["impact"] in ("serious", "critical")]
                assert not serious, "\n".join(f"{each['help']}：{each['nodes'][0]['html']}" for each in serious)
                assert page.evaluate("document.documentElement.scrollWidth") <= width
                wide = page.evaluate(
                    "[...document.querySelectorAll('.chart')].some(at => at.scrollWidth > at.clientWidth)"
                )
                assert not wide or (notebook, width) == ("wall_chart", 390), "a chart is cut"
    assert not said, "Vega has nothing to tell a reader"
