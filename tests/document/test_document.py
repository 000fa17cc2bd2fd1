"""From an executed notebook to a PDF, read back with another library than the one that wrote it."""

import base64
import json
import re
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from typing import Any

import pypdfium2
import pytest
from conftest import text_of
from pypdf import PdfReader

from tongdao.base.errors import DocumentError
from tongdao.document.blocks import (
    Cell,
    Document,
    Figure,
    Heading,
    ListBlock,
    Notice,
    PageBreak,
    Paragraph,
    Span,
    Table,
    plain,
)
from tongdao.document.markup import read_markdown
from tongdao.document.notebook import read_document
from tongdao.document.pdf import check_pdf, render_pdfs
from tongdao.document.vega import WIDTHS, draw

NAMES = [f"第{n}项指标：市级以上各类人才计划与创新平台" for n in range(1, 21)]
LIGHTS = ["green", "yellow", "red", "grey"]
WORDS = {"green": "已完成", "yellow": "有风险", "red": "完成可能小", "grey": "待公布"}
HOSTILE = [
    "#eval(“1+1”)",
    '#read("/etc/passwd")',
    "$x^2$",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "\\u{1F600} C:\\dir\\n",
    "= title",
    "@label <label>",
    "*star* _under_ `tick` [link](x)",
    "// comment /* and */",
    "#set page(width: 1cm)",
]
EXAMPLE = "示例数据：读数均为虚构"


def markdown(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": text.splitlines(keepends=True)}


def shown(kind: str, payload: object, **more: object) -> dict[str, Any]:
    return code({f"application/vnd.tongdao.{kind}+json": payload, "text/html": "<b>html</b>", "text/plain": "plain"})


def code(data: dict[str, Any], **metadata: object) -> dict[str, Any]:
    output = {"output_type": "display_data", "data": data, "metadata": metadata}
    return {"cell_type": "code", "metadata": {}, "source": "secret_code = 1", "outputs": [output]}


def notebook(*cells: dict[str, Any]) -> dict[str, Any]:
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)}


def head(**changes: object) -> dict[str, Any]:
    payload = {"title": "创新提升行动监测月报", "subtitle": "2024年9月", "issuer": "县工作专班", "date_line": None}
    return shown("head", payload | {"example": EXAMPLE, "data_date": "2024-09-30", "month": "2024-09"} | changes)


def spec(rows: list[dict[str, Any]] | None = None, *, mark: object = "line", y: str = "v", **more: object) -> Any:
    values = [{"m": f"{n}月", "v": n * 1.5} for n in range(1, 10)] if rows is None else rows
    encoding = {
        "x": {"field": "m", "type": "ordinal", "axis": {"labelAngle": 0}},
        "y": {"field": y, "type": "quantitative"},
    }
    return {"data": {"values": values}, "mark": mark, "encoding": encoding, "height": 150, **more}


def figure(title: str, chart: object = None, width: str = "full") -> dict[str, Any]:
    words = {"title": title, "subtitle": "家，当年累计", "source": "来源：县工信局", "alt": f"{title}的折线图"}
    return shown("figure", words | {"spec": chart or spec(), "width": width})


def table(names: list[str], **changes: object) -> dict[str, Any]:
    columns = [
        {"title": "指标", "unit": None, "align": "left", "width": None},
        {"title": "实际", "unit": "家", "align": "right", "width": None},
        {"title": "判断", "unit": None, "align": "left", "width": None},
    ]
    rows: list[list[Any]] = []
    for n, name in enumerate(names):
        light = LIGHTS[n % 4]
        verdict = {"text": WORDS[light], "light": light, "strong": light == "red", "muted": False}
        rows.append([name, f"{n * 1.25:.2f}", verdict])
    return shown(
        "table", {"title": "全部目标的进展", "columns": columns, "rows": rows, "note": "注：以上含本数。"} | changes
    )


REPORT = notebook(
    head(),
    markdown("## 一、总的情况\n\n截至9月底，**净增*高新技术*企业**仍为零。**结论：**差距没有缩小，\n须在10月解决。\n"),
    markdown(
        "1. 第一件事\n   - 其中之一\n   - 其中之二\n2. 第二件事\n\n| 单位 | 项数 |\n|:--|--:|\n| 县工信局 | 11 |\n"
    ),
    shown("notice", {"kind": "warning", "text": "三项目标难以完成。"}),
    *(markdown("说明文字，把表推到下一页去。" * 75) for _ in range(2)),
    markdown("## 二、全部目标"),
    table(NAMES, source="来源：各责任单位"),
    figure("企业上云快于上年", width="half"),
    figure("上平台明显落后，每月须新增的家数是往年同期的两倍", width="half"),
    shown("break", {}),
    markdown("## 三、需要关注的指标"),
    figure("再增六家即可达标"),
    shown("notice", {"kind": "no_data", "text": "全社会研发经费投入增速尚未公布。"}),
)


@pytest.fixture(scope="module")
def report() -> bytes:
    return render_pdfs([read_document(REPORT)], run_id="3f9c2a71")[0]


def pages(pdf: bytes) -> list[str]:
    return ["".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


def tags(pdf: bytes) -> list[str]:
    """The names of all structure elements, in reading order."""

    def walk(node: Any) -> Iterator[str]:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for child in node:
                yield from walk(child)
        elif isinstance(node, dict):
            if "/S" in node:
                yield str(node["/S"])
            yield from walk(node.get("/K"))

    return list(walk(PdfReader(BytesIO(pdf)).root_object["/StructTreeRoot"]["/K"]))


# --- What is read ---------------------------------------------------------------------------------


def test_blocks_of_a_notebook_in_order() -> None:
    document = read_document(REPORT)
    kinds = " ".join(type(block).__name__ for block in document.blocks)
    assert kinds == (
        "Heading Paragraph ListBlock Table Notice Paragraph Paragraph Heading Table Figure Figure PageBreak "
        "Heading Figure Notice"
    )
    assert document.head.title == "创新提升行动监测月报"
    assert document.left_out == ()
    assert "secret_code" not in text_of(document)
    assert "<b>html</b>" not in text_of(document)


def test_nested_emphasis_and_emphasis_beside_chinese_punctuation() -> None:
    paragraph = read_document(REPORT).blocks[1]
    assert isinstance(paragraph, Paragraph)
    assert paragraph.inlines[1:5] == (
        Span("净增", strong=True),
        Span("高新技术", strong=True, emphasis=True),
        Span("企业", strong=True),
        Span("仍为零。"),
    )
    assert Span("结论：", strong=True) in paragraph.inlines
    assert "缩小，须在" in plain(paragraph.inlines)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**“重点”**是", [Span("“重点”", strong=True), Span("是")]),
        ("5 * 3 * 2", [Span("5 * 3 * 2")]),
        ("a_b_c 和 `x*y`", [Span("a_b_c 和 "), Span("x*y", code=True)]),
        ("第一行\n第二行 ABC\nDEF", [Span("第一行第二行 ABC DEF")]),
        ("<b>粗</b>，H<sub>2</sub>O", [Span("粗", strong=True), Span("，H"), Span("2", shift="sub"), Span("O")]),
        ("~~待定~~<!-- 不印 -->。", [Span("待定", strike=True), Span("。")]),
        ("[站点](https://a.cn/)", [Span("站点", link="https://a.cn/")]),
        ("[本地](../x.xlsx)", [Span("本地")]),
    ],
)
def test_inline_markdown(text: str, expected: list[Span]) -> None:
    (paragraph,) = read_markdown(text)
    assert isinstance(paragraph, Paragraph)
    assert list(paragraph.inlines) == expected


def test_lists_nest_and_keep_their_start() -> None:
    (outer,) = read_markdown("3. 甲\n   - 乙\n4. 丙\n")
    assert isinstance(outer, ListBlock)
    assert (outer.ordered, outer.start, len(outer.items)) == (True, 3, 2)
    inner = outer.items[0][1]
    assert isinstance(inner, ListBlock)
    assert not inner.ordered


def test_markdown_table_and_quotation() -> None:
    made, quote = read_markdown("| 单位 | 数 |\n|---|--:|\n| **甲** | 1 |\n\n> 原文\n")
    assert isinstance(made, Table)
    assert [column.align for column in made.columns] == ["left", "right"]
    assert made.cells == ((Cell("甲", strong=True), Cell("1")),)
    assert isinstance(quote, Paragraph)
    assert quote.role == "quote"


def test_title_is_the_first_heading_without_a_head() -> None:
    document = read_document(notebook(markdown("# 县情 **速览**\n\n### 一、开头\n\n##### 细目\n\n### 二、结尾")))
    assert document.head.title == "县情 速览"
    assert [block.level for block in document.blocks if isinstance(block, Heading)] == [1, 2, 1]


def test_levels_are_never_skipped() -> None:
    document = read_document(notebook(head(), markdown("### 甲\n\n## 乙\n\n##### 丙\n\n### 丁")))
    assert [block.level for block in document.blocks if isinstance(block, Heading)] == [1, 1, 2, 2]


def test_left_out_outputs_are_listed_and_hidden_cells_not_shown() -> None:
    noisy = code({"application/json": {"a": 1}, "text/plain": "   a\n0  1"})
    noisy["outputs"].append({"output_type": "stream", "name": "stderr", "text": ["FutureWarning\n"]})
    hidden = markdown("给分析员看的说明") | {"metadata": {"tags": ["remove_cell"]}}
    document = read_document(notebook(head(), noisy, hidden, code({"text/markdown": "**可见**"})))
    assert [(left.cell, left.kind) for left in document.left_out] == [
        (2, "application/json"),
        (2, "stderr"),
        (3, "tag"),
    ]
    assert document.lost() == [
        "第 2 格的 application/json 文件里印不出来，已略去；能印的有文字、表、图片和 Altair 图。"
    ]
    assert "给分析员" not in text_of(document)
    assert document.blocks == (Paragraph((Span("可见", strong=True),)),)


def test_picture_becomes_a_figure_with_alternative_text() -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    pixels = zlib.compress(b"".join(b"\0" + b"\x1d\x5a\x96" * 40 for _ in range(30)))
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 40, 30, 8, 2, 0, 0, 0))
    png += chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    cell = code({"image/png": base64.encodebytes(png).decode()}, alt="一块蓝色")
    document = read_document(notebook(head(), cell))
    assert document.blocks == (Figure(title="", spec=None, alt="一块蓝色", image=png),)
    assert "/Figure" in tags(render_pdfs([document], run_id="r")[0])


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (shown("tabel", {}), "tabel"),
        (shown("table", {"columns": [], "rows": []}), "无数据"),
        (table(["甲"], rows=[["甲", 1.5, "x"]]), "先写成文字"),
        (table(["甲"], rows=[["甲", "1"]]), "应当有 3 格"),
        (table(["甲"], rows=[["甲", "1", {"text": "x", "light": "blue"}]]), "green、yellow"),
        (table(["甲"], rows=[["甲", "1", {"text": "x", "lihgt": "red"}]]), "lihgt"),
        (shown("notice", {"kind": "alarm", "text": "x"}), "no_data"),
        (shown("figure", {"title": "图甲", "alt": "x"}), "图甲"),
        (shown("figure", {"title": "图甲", "alt": " ", "spec": {}}), "alt"),
        (head(), "2 个文首"),
        (head(data_date="2024/9/30"), "2024-09-30"),
    ],
)
def test_wrong_payload_is_refused_by_name(cell: dict[str, Any], words: str) -> None:
    with pytest.raises(DocumentError, match=words):
        read_document(notebook(head(), cell))


def test_notebook_without_title_is_refused() -> None:
    with pytest.raises(DocumentError, match="没有标题"):
        read_document(notebook(markdown("## 只有二级标题")))


# --- What is drawn --------------------------------------------------------------------------------


def chart(drawn: dict[str, Any], width: Any = "full") -> Figure:
    return Figure(title="图甲", alt="图甲", spec=drawn, width=width)


@pytest.mark.parametrize("width", ["full", "half"])
def test_chart_without_width_takes_the_width_of_its_place(width: Any) -> None:
    assert draw(chart(spec(), width)).width == WIDTHS[width]
    assert draw(chart(spec(width=100), width)).width < 200


@pytest.mark.parametrize(
    "empty",
    [
        spec([]),
        spec(y="misspelt"),
        spec(y="misspelt", mark="bar"),
        spec(y="misspelt", mark="area"),
        spec([{"m": "1月", "v": 1}]),  # one point of a line leaves no ink
        {"layer": [spec([]), {**spec([{"v": 5}]), "mark": "rule"}]},  # a target line alone
        {"layer": [spec([]), spec(mark="text")]},  # words beside a line that is not there
    ],
)
def test_empty_chart_is_refused(empty: dict[str, Any]) -> None:
    with pytest.raises(DocumentError, match=r"图甲.*空的"):
        draw(chart(empty))


@pytest.mark.parametrize(
    "mark", ["line", "bar", "area", "point", "text", {"type": "line", "interpolate": "step-after"}]
)
def test_chart_with_marks_is_drawn(mark: object) -> None:
    assert "1月" in draw(chart(spec(mark=mark))).texts


def test_a_chart_without_titles_of_its_own_writes_no_english() -> None:
    days = [{"d": f"2024-{n:02d}-01", "v": n} for n in range(1, 13)]
    made = {"data": {"values": days}, "mark": "line"}
    x = {"field": "d", "type": "temporal", "title": "日期"}
    for y in ({"aggregate": "sum", "field": "v", "type": "quantitative"}, {"aggregate": "count"}):
        texts = draw(Figure("", made | {"encoding": {"x": x, "y": y}}, "图")).texts
        assert "三月" in texts
        assert not [text for text in texts if re.search("Sum|Count|March", text)]


def test_chart_of_a_misspelt_category_is_refused() -> None:
    wrong = spec(mark="bar")
    wrong["encoding"]["x"]["field"] = "misspelt"
    with pytest.raises(DocumentError, match="undefined"):
        draw(chart(wrong))


def test_chart_takes_nothing_from_outside() -> None:
    for url in ("https://example.com/a.csv", "file:///etc/passwd"):
        with pytest.raises(DocumentError, match=r"图甲.*数据来自"):
            draw(chart({**spec(), "data": {"url": url}}))


def test_chart_in_a_font_that_is_not_carried_is_refused() -> None:
    with pytest.raises(DocumentError, match="Arial"):
        draw(chart(spec(config={"axis": {"labelFont": "Arial"}})))


def test_wrong_specification_is_refused_with_its_title() -> None:
    with pytest.raises(DocumentError, match="图甲"):
        draw(chart({"mark": "nonsense", "data": {"values": [{}]}}))


# --- What is printed ------------------------------------------------------------------------------


def test_pdf_holds_all_text_and_passes_its_own_checks(report: bytes) -> None:
    document = read_document(REPORT)
    assert check_pdf(report, document) == []
    printed = "".join(pages(report))
    assert all("".join(text.split()) in printed for _, text in document.passages())
    assert "注意三项目标难以完成。" in printed
    assert "目标 53" not in printed


def test_pdf_says_what_it_is(report: bytes) -> None:
    reader = PdfReader(BytesIO(report))
    assert reader.metadata is not None
    assert reader.metadata.title == "创新提升行动监测月报"
    assert str(reader.root_object["/Lang"]).startswith("zh")
    xmp = report.decode("latin-1")
    assert "<pdfaid:part>2</pdfaid:part>" in xmp
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in xmp
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp


def test_pdf_is_tagged_for_screen_readers(report: bytes) -> None:
    names = tags(report)
    assert names.count("/H1") == 3
    assert names.count("/Figure") == 3
    assert names.count("/Table") == 2
    assert names.count("/TH") == 2 + 3
    assert {"/Title", "/L", "/LI", "/Caption"} <= set(names)


def test_every_figure_has_alternative_text(report: bytes) -> None:
    found = []

    def walk(node: Any) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        for child in node if isinstance(node, list) else [node.get("/K")] if isinstance(node, dict) else []:
            walk(child)
        if isinstance(node, dict) and node.get("/S") == "/Figure":
            found.append(node.get("/Alt"))

    walk(PdfReader(BytesIO(report)).root_object["/StructTreeRoot"]["/K"])
    assert len(found) == 3
    assert "再增六家即可达标的折线图" in found


def test_charts_are_vector_with_selectable_labels(report: bytes) -> None:
    reader = PdfReader(BytesIO(report))
    assert not any(page.images for page in reader.pages)
    assert "9月" in pages(report)[-1]


def test_head_banner_and_foot_stand_on_every_page(report: bytes) -> None:
    every = pages(report)
    assert len(every) >= 3
    for number, page in enumerate(every, start=1):
        assert EXAMPLE in page
        assert "运行编号3f9c2a71" in page
        assert "数据截至2024年9月30日" in page
        assert f"第{number}页，共{len(every)}页" in page


def test_long_table_repeats_its_header_and_tears_no_row(report: bytes) -> None:
    with_rows = [page for page in pages(report) if any(name in page for name in NAMES)]
    assert len(with_rows) == 2
    assert all("实际" in page and "指标" in page for page in with_rows)
    assert all(sum(name in page for page in with_rows) == 1 for name in NAMES)


def test_lights_are_shape_and_word(report: bytes) -> None:
    printed = "".join(pages(report))
    assert all(f"{shape}{word}" in printed for shape, word in zip("●▲■○", WORDS.values(), strict=True))


def printed_lines(document: Document) -> list[str]:
    pages = pypdfium2.PdfDocument(render_pdfs([document], run_id="r")[0])
    return ["".join(line.split()) for page in pages for line in page.get_textpage().get_text_bounded().splitlines()]


def test_number_keeps_its_unit_and_light_its_word_at_the_end_of_a_line() -> None:
    texts = ["文" * n + "，12亿元和3家" * 9 for n in range(7, 17)]
    light = table(["甲" * 60], rows=[["甲" * 300, "1" * 40, {"text": "unbreakable" * 3, "light": "red"}]])
    lines = printed_lines(read_document(notebook(head(), markdown("\n\n".join(texts)), light)))
    assert sum("12亿元" in line for line in lines) >= 20
    assert not [line for line in lines if line.startswith(("亿", "元", "家，"))]
    assert "■" not in lines


def test_more_numbers_than_typst_matches_in_one_text_are_printed() -> None:
    document = read_document(notebook(head(), markdown("引文12家，" * 700)))
    assert not [line for line in printed_lines(document) if line.startswith("家")]


def test_signs_that_share_a_glyph_are_found_again() -> None:
    cells = [markdown("- 甲\n\n—— ― ／ ∕"), table(["阿·卜"], rows=[["阿·卜", "—— ―", "／ ∕"]])]
    document = read_document(notebook(head(), *cells))
    assert check_pdf(render_pdfs([document], run_id="r")[0], document) == []


def boxes(page: Any) -> list[tuple[str, tuple[float, float, float, float]]]:
    """The printed lines of a page with left, bottom, right and top in points."""
    text = page.get_textpage()
    found = [text.get_rect(n) for n in range(text.count_rects())]
    return [("".join(text.get_text_bounded(*box).split()), box) for box in found]


def test_half_figures_stand_abreast_with_charts_on_one_line(report: bytes) -> None:
    lines = next(found for found in map(boxes, pypdfium2.PdfDocument(report)) if "企业上云快于上年" in dict(found))
    left = dict(lines)["企业上云快于上年"]
    # a title with marks between its words comes in pieces: its first one
    right = next(box for words, box in lines if words and "上平台明显落后".startswith(words) and box[0] > left[0] + 200)
    assert abs(left[3] - right[3]) < 1
    for words in ("月", "来源：县工信局"):
        bottoms = [box[1] for found, box in lines if found == words and box[1] < left[1]]
        assert len(bottoms) in (2, 18)
        assert max(bottoms) - min(bottoms) < 1


def test_small_chart_is_not_made_larger() -> None:
    pdf = render_pdfs([read_document(notebook(head(), figure("小图", spec(width=150))))], run_id="r")[0]
    months = [box for words, box in boxes(pypdfium2.PdfDocument(pdf)[0]) if words == "月"]
    assert all(box[2] < 71 + 150 for box in months)
    assert {round(box[2] - box[0]) for box in months} == {6}  # 10 px are 7.5 pt, as in every other chart


def test_chart_wider_than_the_page_is_made_smaller() -> None:
    pdf = render_pdfs([read_document(notebook(head(), figure("宽图", spec(width=1500))))], run_id="r")[0]
    (page,) = pypdfium2.PdfDocument(pdf)
    assert len([words for words, _ in boxes(page) if words == "月"]) == 9
    assert all(box[2] <= 595 - 65 for _, box in boxes(page))


@pytest.mark.parametrize("lines", [27, 28, 29, 30, 31, 32, 33])
def test_heading_or_table_title_is_never_last_on_a_page(lines: int) -> None:
    cells = [markdown("\n\n".join("填满一行。" for _ in range(lines))), markdown("## 末尾的标题"), table(NAMES[:6])]
    pdf = render_pdfs([read_document(notebook(head(), *cells))], run_id="r")[0]
    body = [(box[1], words) for words, box in boxes(pypdfium2.PdfDocument(pdf)[0]) if box[1] > 60]
    lowest = min(body)[1]
    assert lowest not in {"末尾的标题", "全部目标的进展", "指标", "实际", "判断", "家"}


def test_same_inputs_give_the_same_bytes(report: bytes) -> None:
    assert render_pdfs([read_document(json.loads(json.dumps(REPORT)))], run_id="3f9c2a71")[0] == report
    assert render_pdfs([read_document(REPORT)], run_id="another")[0] != report


def test_hostile_text_stays_text() -> None:
    cells = [
        head(title="#panic() $x$", issuer=HOSTILE[0]),
        table(["甲"], rows=[[text, "1", text] for text in HOSTILE], title=HOSTILE[1], note=HOSTILE[3]),
        *(shown("notice", {"kind": "note", "text": text}) for text in HOSTILE),
        figure(HOSTILE[10], spec([{"m": text, "v": 1} for text in HOSTILE], mark="bar")),
        markdown("## <script>alert(1)</script> {{7*7}} #eval\n\n正文 $x^2$ #eval(1+1) <img src=x onerror=y>"),
    ]
    document = read_document(notebook(*cells))
    pdf = render_pdfs([document], run_id="r")[0]
    assert check_pdf(pdf, document) == []
    printed = "".join(pages(pdf))
    assert all(printed.count("".join(text.split())) >= 3 for text in HOSTILE)
    assert "<img" not in printed
    assert any("没有找到" in told for told in document.lost())
    assert "/JavaScript" not in pdf.decode("latin-1")


@pytest.mark.parametrize(
    ("cell", "place"),
    [
        (markdown("这里有\U00020bb7野家"), "段落"),
        (table(["甲"], rows=[["甲", "\U00020bb7", "x"]]), "第 1 行“实际”"),
        (shown("notice", {"kind": "note", "text": "\U00020bb7"}), "提示"),
        (figure("图乙", spec([{"m": "\U00020bb7", "v": 1}], mark="bar")), "图“图乙”里"),
        (head(title="\U00020bb7"), "文首"),
    ],
)
def test_missing_glyph_is_named_with_its_place(cell: dict[str, Any], place: str) -> None:
    cells = [cell] if "head" in str(cell) else [head(), cell]
    with pytest.raises(DocumentError, match="\U00020bb7") as error:
        render_pdfs([read_document(notebook(*cells))], run_id="r")[0]
    assert place in str(error.value)
    assert "U+20BB7" in str(error.value)


@pytest.mark.parametrize(
    "cell",
    [
        markdown("走势 📈👍🏽 向上"),
        markdown("走势 &#128200;&#x1F44D;🏽 向上"),
        code(
            {
                "text/html": "<table><tr><th>走势 📈👍🏽 向上</th></tr><tr><td>1</td></tr></table>",
                "text/plain": "📈👍🏽",
            }
        ),
    ],
)
def test_pictographs_that_no_font_has_are_left_out_with_a_word(cell: dict[str, Any]) -> None:
    document = read_document(notebook(head(), cell))
    assert document.lost() == ["第 2 格的图形符号“📈👍”字体里没有，没有印出。"]
    assert "走势向上" in "".join("".join(pages(render_pdfs([document], run_id="r")[0])).split())


def wide(columns: int, text: str) -> dict[str, Any]:
    made = [{"title": f"第{n}列", "unit": "万元", "align": "right", "width": None} for n in range(columns)]
    return shown("table", {"title": "很宽的表", "columns": made, "rows": [[text] * columns] * 3})


def test_wide_table_is_set_smaller_then_lies_down_then_is_parted_then_refused() -> None:
    def sizes(cell: dict[str, Any]) -> list[tuple[int, int]]:
        document = read_document(notebook(head(), markdown("前面"), cell, markdown("后面")))
        pdf = render_pdfs([document], run_id="r")[0]
        assert check_pdf(pdf, document) == []
        return [tuple(map(round, page.mediabox[2:])) for page in PdfReader(BytesIO(pdf)).pages]

    assert sizes(wide(12, "1234.5")) == [(595, 842)]
    assert sizes(wide(14, "123456.78")) == [(595, 842), (842, 595), (595, 842)]
    with pytest.raises(DocumentError, match=r"很宽的表.*放不下"):
        sizes(wide(3, "1" * 120))
    parted = sizes(wide(20, "123456789012.34"))
    assert parted == [(595, 842), (842, 595), (595, 842)]


def test_titles_of_a_wide_frame_in_english_do_not_run_into_each_other() -> None:
    titles = ["id", "name", "target", "actual", "point", "p_met", "history_years", "required_per_month", "reason"]
    columns = [{"title": title, "align": "right" if 1 < n < 8 else "left"} for n, title in enumerate(titles)]
    row = [
        "output",
        "规模以上工业总产值",
        *["316.911106"] * 3,
        "0.06",
        "3",
        "1",
        "截至8月累计203.7亿元，尚差116.3亿元" * 3,
    ]
    document = read_document(notebook(head(), table([], columns=columns, rows=[row])))
    text = pypdfium2.PdfDocument(render_pdfs([document], run_id="r")[0])[0].get_textpage()
    found = [text.search(title).get_next() for title in titles]
    assert None not in found
    ends = [(text.get_charbox(at)[0], text.get_charbox(at + length - 1)[2]) for at, length in found]
    assert all(end < start for (_, end), (start, _) in pairwise(ends))


def test_endless_word_and_row_higher_than_a_page_stay_on_paper() -> None:
    cells = [
        markdown("见 https://example.com/" + "abc" * 80),
        table(["甲"], rows=[["长" * 4000, "1", "x" * 90]]),
        shown("notice", {"kind": "note", "text": "很长的提示。" * 700}),
    ]
    document = read_document(notebook(head(), *cells))
    pdf = render_pdfs([document], run_id="r")[0]
    assert check_pdf(pdf, document) == []
    for page in pypdfium2.PdfDocument(pdf):
        assert all(box[0] >= 65 and box[2] <= 595 - 65 for _, box in boxes(page))
        assert not [words for words, box in boxes(page) if 48 < box[1] < 64]  # between text area and foot


def test_checks_find_what_is_wrong(report: bytes) -> None:
    document = read_document(REPORT)
    more = replace(document, blocks=(*document.blocks, Heading(1, (Span("没有印出的标题"),)), PageBreak()))
    assert check_pdf(report, more) == ["PDF 里找不到这些文字：“没有印出的标题”。"]
    assert check_pdf(report, replace(document, blocks=(Notice("少了的提示"),)))
    assert "示例数据" in check_pdf(report, replace(document, head=replace(document.head, example="另一个标记")))[0]
    assert check_pdf(b"not a pdf", document)[0].startswith("PDF 读不回来")
    assert check_pdf(report[: len(report) // 2], document)


def test_checks_find_fonts_outside_and_missing_words() -> None:
    from pypdf import PdfWriter
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    writer = PdfWriter()
    page = writer.add_blank_page(595, 842)
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Outside"),
        }
    )
    fonts = DictionaryObject({NameObject("/F1"): font})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    words = DecodedStreamObject()
    words.set_data(b"BT /F1 12 Tf 72 700 Td (words) Tj ET")
    page[NameObject("/Contents")] = writer._add_object(words)
    data = BytesIO()
    writer.write(data)
    faults = "".join(check_pdf(data.getvalue(), read_document(notebook(markdown("# 标题")))))
    for word in ("Outside", "找不到"):
        assert word in faults


def test_import_is_cheap() -> None:
    program = (
        "import sys, tongdao.document.pdf, tongdao.document.notebook;"
        "import tongdao.document.vega;"
        "print(*[name for name in ('typst', 'vl_convert', 'pypdf', 'markdown_it', 'pandas', 'altair', 'pydantic')"
        " if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_a_page_too_many_is_refused_with_the_place_where_it_begins() -> None:
    document = read_document(
        notebook(head(), markdown("第一页\n"), shown("break", {}), markdown("## 第二部分\n\n多出来的"))
    )
    pdf = render_pdfs([document], run_id="r")[0]
    assert check_pdf(pdf, document, most_pages=2) == []
    assert check_pdf(pdf, document, most_pages=1) == [
        "有 2 页，最多 1 页，多出的部分从标题“第二部分”开始，请缩小范围。"
    ]


def test_a_hyphen_at_the_end_of_a_line_is_found_again() -> None:
    for blanks in range(12):
        text = "word " * 13 + "w" * blanks + " front-end back-end on-line"
        document = read_document(notebook(head(), markdown(text)))
        assert check_pdf(render_pdfs([document], run_id="r")[0], document) == []
