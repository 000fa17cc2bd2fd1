"""What can be measured of a page: how full it is, where titles end their lines, in which language it speaks."""

import re
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT, Made, Office
from pages import DPI, REPORTS, key, pictures
from pypdfium2 import PdfDocument

from tongdao.document.blocks import Cell, Column, Document, Figure, Head, Heading, Notice, Paragraph, Span, Table
from tongdao.document.pdf import render_pdfs
from tongdao.document.word import render_docx
from tongdao.workbook.workbook import open_workbook

FULL = 0.6  # of the body's height
MORE = [("tongdao", "monthly_report", "2024-06", ()), ("tongdao", "monthly_report", "2024-08", ())]
MORE += [("hunan", "monthly_report", "2022-12", ()), ("hunan", "monthly_report", "2023-12", ())]
#: Words of the plans' own names and of ours, as a reader knows them.
VOCABULARY = (
    "可能性", "知识产权", "高新技术", "中小企业", "信用贷款", "工作站", "发明专利", "团队", "人才", "增加值", "备案",
    "登记", "平台", "认定", "项目", "计划", "研发", "经费", "强度", "企业", "完成", "拥有量", "支出", "预算",
)  # fmt: skip
PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20"/></svg>'


def half_empty(file: Path) -> list[int]:
    """The pages but the last whose body is less than ``FULL``."""
    found = []
    for number, page in enumerate(pictures(file)[:-1], 1):
        dark = np.asarray(page.convert("L")) < 200
        top, bottom = (round(mm / 25.4 * DPI) for mm in (24, 24))  # the head and the foot of a page
        body = dark[top : len(dark) - bottom].any(axis=1)
        if body.nonzero()[0].max() / len(body) < FULL:
            found.append(number)
    return found


def torn(text: str) -> list[str]:
    """The words that end a line before they end."""
    return [
        word for word in VOCABULARY for at in range(1, len(word)) if re.search(rf"{word[:at]}\s*\r?\n{word[at:]}", text)
    ]


@pytest.mark.parametrize(
    "report", [*REPORTS, *(pytest.param(each, marks=pytest.mark.slow, id=key(each)) for each in MORE)], ids=key
)
def test_no_page_but_the_last_is_half_empty(report: tuple[str, str, str, tuple[str, ...]], made: Made) -> None:
    workbook, notebook, month, more = report
    for file in made(notebook, workbook, month, *more).values():
        assert not half_empty(file), file.name


@pytest.mark.parametrize(
    "month", ["2024-03", "2024-09", *(pytest.param(month, marks=pytest.mark.slow) for month in ("2024-01", "2024-06"))]
)
def test_the_county_report_in_word_has_every_target_on_its_first_page(
    month: str, made: Made, office: Office, tmp_path: Path
) -> None:
    shown = office(made("monthly_report", "tongdao", month, "--format", "docx")[".docx"], "pdf", tmp_path)
    first = "".join(PdfDocument(shown)[0].get_textpage().get_text_range().split())
    names = ["".join(item.name.split()) for item in open_workbook(ROOT / "data" / "tongdao").plan.indicators]
    assert len(names) == 20
    assert [name for name in names if name not in first] == []
    assert "可能性的历史检验" in first  # what stands below the table's last row
    assert not half_empty(shown)
    assert len(PdfDocument(shown)) <= 4


@pytest.mark.parametrize("lines", range(20, 44, 3))
def test_a_word_about_a_table_stands_on_its_page(lines: int) -> None:
    rows = [[str(n), "字" * 200] for n in range(9)]
    words = [Paragraph((Span(f"第{n}段"),)) for n in range(lines)]
    document = Document(
        Head("标题"),
        (*words, Heading(1, (Span("对照"),)), Notice("没有读数的"), Table([Column("名"), Column("文")], rows)),
    )
    pages = [page.get_textpage().get_text_range() for page in PdfDocument(render_pdfs([document], run_id="0")[0])]
    assert next(("对照" in text, "没有读数的" in text) for text in pages if "字字" in text) == (True, True)


@pytest.mark.parametrize("month", ["2024-09", pytest.param("2024-01", marks=pytest.mark.slow)])
def test_a_wall_chart_in_word_is_one_page(month: str, made: Made, office: Office, tmp_path: Path) -> None:
    shown = office(made("wall_chart", "tongdao", month, "--format", "docx")[".docx"], "pdf", tmp_path)
    assert len(PdfDocument(shown)) == 1


def test_what_stands_beside_a_chart_and_names_of_units_end_no_line_under_their_label(
    office: Office, tmp_path: Path
) -> None:
    beside = (("政策", "（示例）知识价值信用贷款风险补偿细则，进度100%，由金融办会同有关单位印发"), ("里程碑", "无"))
    figure = Figure("图", None, "图", width="half", image=PICTURE, beside=beside)
    units = [[Cell("金融办、金融监管支局、商科工信局"), *["字" * 14] * 5, Cell("数据整理（经 techme 整理）；日期不详")]]
    table = Table([Column("牵头"), *(Column(str(at)) for at in range(6))], units)
    file = tmp_path / "beside.docx"
    file.write_bytes(render_docx(Document(Head("标题"), (figure, table)), run_id="0"))
    page = PdfDocument(office(file, "pdf", tmp_path))[0].get_textpage()
    lines = page.get_text_range().split("\r\n")
    assert any("金融监管支局、" in line for line in lines), lines
    told = page.get_text_range()
    left = [page.get_charbox(told.index(sign))[0] for sign in ("（示例", "100%")]
    assert left[1] > left[0] - 2, "a second line stands under the label"


def test_no_title_and_no_cell_of_a_word_file_ends_a_line_inside_a_word(office: Office, tmp_path: Path) -> None:
    items = [item for name in ("tongdao", "hunan") for item in open_workbook(ROOT / "data" / name).plan.indicators]
    names = [f"{'（甲）' * before}{item.name}，可能性不到一成" for item in items for before in range(0, 12, 3)]
    figures = [Figure(name, None, name, width="half", image=PICTURE) for name in names]
    table = Table(
        [Column("名称"), *(Column(str(at)) for at in range(4))], [[Cell(n[-20:]), *["字" * 30] * 4] for n in names]
    )
    file = tmp_path / "titles.docx"
    file.write_bytes(render_docx(Document(Head("标题"), (*figures, table)), run_id="0"))
    shown = PdfDocument(office(file, "pdf", tmp_path))
    text = "\n".join(page.get_textpage().get_text_range() for page in shown)
    assert len(text.splitlines()) > 1.5 * len(names)
    assert not torn(text)


def test_the_county_body_has_four_pages_and_its_first_holds_every_target(made: Made) -> None:
    read = PdfDocument(made("monthly_report")[".pdf"])
    assert len(read) <= 4
    first = "".join(read[0].get_textpage().get_text_range().split())
    for item in open_workbook(ROOT / "data" / "tongdao").plan.indicators:
        assert "".join(item.name.split()) in first
    for words in (
        "↑4家",
        "可能性不到一成",
        "组织部、商科工信局",
        "申报书待论证；请专家论证",
        "逾期：（示例）确定合作专家",
        "与掷硬币相当",
    ):
        assert words in first, words


@pytest.mark.parametrize("workbook", ["tongdao", "hunan"])
@pytest.mark.parametrize("before", range(0, 12, 3))
def test_no_title_and_no_cell_ends_a_line_inside_a_word(workbook: str, before: int) -> None:
    names = [
        f"{'（甲）' * before}{item.name}，可能性不到一成"
        for item in open_workbook(ROOT / "data" / workbook).plan.indicators
    ]
    figures = [Figure(name, None, name, width="half", image=PICTURE) for name in names]
    table = Table(
        [Column("名称"), *(Column(str(at), width=9.0) for at in range(5))],
        [[Cell(n[-20:]), *["字" * 30] * 5] for n in names],
    )
    made = render_pdfs([Document(Head("标题"), (*figures, table))], run_id="0")[0]
    text = "\n".join(page.get_textpage().get_text_range() for page in PdfDocument(made))
    assert len(text.splitlines()) > 1.5 * len(names)
    assert not torn(text)


@pytest.mark.parametrize("report", REPORTS, ids=key)
def test_no_english_word_stands_outside_names(report: tuple[str, str, str, tuple[str, ...]], made: Made) -> None:
    workbook, notebook, month, more = report
    folder = ROOT / "data" / workbook
    known = "".join(
        path.read_text(encoding="utf-8-sig") for path in [*sorted(folder.rglob("*.csv")), folder / "plan.toml"]
    )
    for file in made(notebook, workbook, month, *more).values():
        text = " ".join(page.get_textpage().get_text_range() for page in PdfDocument(Path(file)))
        text = re.sub(r"运行编号\s*[0-9a-f]{12}|Open\s+SDG", "", text)
        assert not [word for word in re.findall(r"[A-Za-z]{3,}", text) if word not in known], file.name
