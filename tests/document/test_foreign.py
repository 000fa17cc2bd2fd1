"""What analysts' own notebooks hold (HTML, Markdown, widgets, charts): all of it is printed or told."""

import os
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import quote

import pytest
from conftest import text_of
from docx import Document as WordFile
from pypdf import PdfReader

from tongdao.base import DocumentError
from tongdao.document.blocks import Document, Figure, Heading, ListBlock, Paragraph, Table
from tongdao.document.notebook import read_document
from tongdao.document.pdf import render_forms
from tongdao.document.vega import draw

SVG = '<svg width="9" height="9"><rect width="9" height="9"/></svg>'
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
PAGE = '<svg xmlns="http://www.w3.org/2000/svg"><path/><foreignObject width="9"><p>字</p></foreignObject></svg>'
BARE = "<svg width=9 viewBox='0 0 9 9'><clipPath id=c></clipPath><rect width=5 height=9 /><text>甲&nbsp;乙</text></svg>"
HOUSE = f'<img alt="房" src="data:image/png;base64,{PNG}">'
ROW = {"单位": "甲局", "家数": 3}


def code(*outputs: Mapping[str, Any], source: str = "表", tags: tuple[str, ...] = (), count: int | None = 1) -> Any:
    kept = [{"output_type": "display_data", "metadata": {}, "data": data} for data in outputs]
    metadata = {"tags": list(tags)}
    return {"cell_type": "code", "metadata": metadata, "source": source, "outputs": kept, "execution_count": count}


def words(text: str) -> Any:
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def read(*cells: Any, widgets: Mapping[str, Any] | None = None) -> Document:
    state = {"application/vnd.jupyter.widget-state+json": {"state": widgets or {}}}
    return read_document({"cells": [*cells], "metadata": {"widgets": state}}, title="分析")


def html(text: str) -> Document:
    return read(code({"text/html": text}))


def pictures(document: Document) -> int:
    return sum(isinstance(block, Figure) for block in document.blocks)


def tables(document: Document) -> list[Table]:
    return [block for block in document.blocks if isinstance(block, Table)]


def grid(table: Table) -> list[list[str]]:
    return [[column.title for column in table.columns], *([cell.text for cell in row] for row in table.cells)]


def frame(head: str, body: str) -> str:
    return f'<table class="dataframe"><thead>{head}</thead><tbody>{body}</tbody></table>'


CROSSTAB = frame(
    "<tr><th>状态</th><th>滞后</th><th>合计</th></tr><tr><th>部门</th><th></th><th></th></tr>",
    "<tr><th>发改</th><td>1</td><td>NaN</td></tr>",
)
POLARS = "<small>shape: (200, 2)</small>" + frame(
    "<tr><th>局</th><th>数</th></tr><tr><td>str</td><td>i64</td></tr>",
    "<tr><td>&quot;甲局&quot;</td><td>null</td></tr><tr><td>…</td><td>…</td></tr>",
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (CROSSTAB, [["部门／状态", "滞后", "合计"], ["发改", "1", "—"]]),
        (POLARS, [["局", "数"], ["甲局", "—"], ["…", "…"]]),
        (
            "<table><tr><td>项</td><td><ul><li>甲</li><li>乙</li></ul>丙<br>丁<script>x</script></td></tr></table>",
            [["", ""], ["项", "甲 乙 丙\n丁"]],
        ),
        (
            "<table><thead><tr><th rowspan=2>局</th><th colspan=2>产值</th></tr><tr><th>本月</th><th>累计</th></tr>"
            "</thead><tr><td>甲</td><td>1</td><td>2</td></tr></table>",
            [["局", "产值 本月", "产值 累计"], ["甲", "1", "2"]],
        ),
        (
            "<table><tr><th rowspan=2>局</th><th colspan=2>产值</th></tr><tr><th>本月</th><th>累计</th></tr>"
            "<tr><th>甲</th><td>1</td><td>2</td></tr></table>",
            [["局", "产值 本月", "产值 累计"], ["甲", "1", "2"]],
        ),
        ("<table><tr><th>局</th></tr><tr><th>甲</th></tr></table>", [["局"], ["甲"]]),
        ("<table><tr><th>局</th></tr><tr><!-- 末行 --><td>甲</td></tr></table>", [["局"], ["甲"]]),
        (
            "<table><tr><th>局</th><th style='display:none'>密</th><th>数</th></tr><tr hidden><td>藏</td></tr>"
            "<tr><td colspan='100%'>小计</td></tr><tr><td>甲</td><td style='display: none'>x</td><td>1</td></tr>"
            "</table>",
            [["局", "数"], ["小计", ""], ["甲", "1"]],
        ),
        (
            "<table><tr><!-- 头 --><th>局</th><th>密</th><th>数</th></tr>"
            "<tbody style='display: none'><tr><td>藏</td></tr></tbody>"
            "<tr><td>甲</td><td style='visibility:hidden'>x</td><td>1</td></tr></table>",
            [["局", "密", "数"], ["甲", "", "1"]],
        ),
        (
            "<table><thead><tr><th rowspan=3>局</th><th>数</th></tr></thead>"
            "<tfoot><tr><td>计</td><td>3</td></tr></tfoot>"
            "<tbody><tr><td rowspan=0>甲</td><td>1</td></tr><tr><td>2</td></tr></tbody></table>",
            [["局", "数"], ["甲", "1"], ["", "2"], ["计", "3"]],
        ),
        ("<table><thead><th>局</th><th>数</th></thead><td>甲</td><td>1</td></table>", [["局", "数"], ["甲", "1"]]),
        (
            "<table><tr><td><ul>\n<li>3家</li>\n<li>5家</li>\n</ul></td><td>1<s>2</s>3</td>"
            "<td><span style='vertical-align: super'>2</span> 4</td><td>5<span class='a_footnote_marks'>1</span></td>"
            "</tr></table>",
            [[""] * 4, ["3家 5家", "1（划去：2）3", "² 4", "5¹"]],
        ),
        (
            "<table><tr><td><s>1<b>0</b><sup>3</sup></s>9</td><td>价<span style='text-decoration: line-through'>5"
            "</span>4</td><td style='text-decoration:line-through'>6</td></tr></table>",
            [[""] * 3, ["（划去：10³）9", "价（划去：5）4", "（划去：6）"]],
        ),
        (
            "<table><tr><td colspan=999999999>甲</td></tr><tr><td rowspan=-9>乙</td></tr></table>",
            [[""], ["甲"], ["乙"]],
        ),
    ],
)
def test_a_table_of_html(text: str, expected: list[list[str]]) -> None:
    assert [grid(table) for table in tables(html(text))] == [expected]


def test_lines_over_a_whole_table_are_its_title() -> None:
    head = "<tr><th colspan=2>大题</th></tr><tr><th colspan=2>副题</th></tr><tr><th>局</th><th>数</th></tr>"
    (table,) = tables(html(f"<table><thead>{head}</thead><tr><td>甲</td><td>1</td></tr></table>"))
    assert (table.title, grid(table)) == ("大题\n副题", [["局", "数"], ["甲", "1"]])


@pytest.mark.parametrize(
    ("text", "printed", "not_printed", "figures"),
    [
        ("前<table><tr><td>一</td></tr></table>中<table><tr><td>二</td></tr></table>", "前 中 一 二", "", 0),
        (POLARS, "…共 200 行、2 列。", "shape", 0),
        ("<p>100 rows × 3 columns</p>", "…共 100 行、3 列。", "rows", 0),
        (f"<table><tr><td>格{HOUSE}</td></tr></table><ul><li>项{HOUSE}</li></ul>", "格 项", "", 2),
        (f"<p>图前</p>{SVG}<svg><defs><path/></defs></svg>", "图前", "", 1),
        ("<p hidden>藏</p><div style='display: none'>遮</div><style>样</style>露", "露", "藏 遮 样", 0),
        ("<h3>题</h3><dl><dt>名</dt><dd>义</dd></dl><details>里</details>", "题 名 义 里", "", 0),
        (f"<h1>题{HOUSE}</h1>前{BARE}后", "题 前 后", "svg", 2),
        ("<ul>散<li>甲</li>漏<ul><li>子</li></ul><li hidden>藏<img src='x'></li></ul>", "散 甲 漏 子", "藏", 0),
        ("<html><body>前</body></html>后<pre>块<br>行</pre><p hidden><iframe></iframe></p>", "前 后 块\n行", "块行", 0),
        ("<table>表外<tr>行外<td>格</td></tr><p>段</p></table>块\x01&#27;块", "表外 行外 格 段", "\x01 \x1b", 0),
        (f"<svg>{SVG}<text>字</text></svg><svg><defs><g id='a'/></defs><use href='#a'/></svg>", "", "字", 2),
        ("<svg><!-- <svg> --><rect width='9' height='9'/></svg>后", "后", "", 1),
        ("<table><tr><td>甲</td></tr><table><tr><td>乙</td></tr></table></table>", "甲 乙", "", 0),
        ("<p style='DISPLAY: None'>藏</p><pre>一&#10;二<div>三</div>四&#x9;</pre>", "一\n二\n三\n四", "藏", 0),
        ("<div><span>共3<o:p></o:p></span>家<x>多</x>了</div>", "共3 家多了", "", 0),
        ("<p>甲\n乙&#8203;丙&emsp;丁</p><table><tr><td>格&#8203;内</td></tr></table>", "甲乙丙\u3000丁 格内", "", 0),
    ],
)  # fmt: skip
def test_all_that_html_shows(text: str, printed: str, not_printed: str, figures: int) -> None:
    document = html(text)
    assert all(word in text_of(document) for word in printed.split(" " if "共" not in printed else "|"))
    assert not any(word in text_of(document) for word in not_printed.split())
    assert (pictures(document), document.lost()) == (figures, [])


@pytest.mark.parametrize(
    ("text", "printed", "not_printed", "figures"),
    [
        ("增[^甲]^[行内注]。\n\n[^甲]: 一段。\n\n    二段。", "增〔1〕〔2〕。|〔1〕一段。|二段。|〔2〕行内注", "[^", 0),
        ("甲<!-- 待核 -->乙\n\n<!--\n待核\n\n-->\n\n- 项 <!-- 待核\n续 -->", "甲乙|项", "待核|<!--", 0),
        ("- [x] 已办\n- [ ] **未办**\n  - [X] 子项", "■ 已办|□ 未办|■ 子项", "[", 0),
        ("CO<sub>2</sub> m<sup>2</sup> <font color=red>红</font><kbd>K</kbd>", "CO2 m2 红K", "<", 0),
        (f"前 {HOUSE} 后\n\n- 项 {HOUSE}\n\n| 头 |\n|--|\n| {HOUSE} |\n\n> 引 {HOUSE}", "前|后|项|头|引", "<img", 4),
        (f"![甲](data:image/svg+xml,{quote(SVG)})", "", "data:", 1),
        ("&emsp;&emsp;段&#8203;首 \u2003尾", "\u3000\u3000段首 \u3000尾", "\u2003", 0),
        ("~~~\n块\n~~~\n\n共~~3~~4家，价$5和$6", "块|共34家，价$5和$6", "~~", 0),
        ("| 数 |\n|--|\n| ~~45~~95 |\n\n李<ruby>漪<rt>yī</rt></ruby>负责", "（划去：45）95|李漪yī负责", "4595", 0),
        ("列的类型是 <object>。", "列的类型是 <object>。", "", 0),
        ("<GDP>\n\n- <T1>\n- 乙", "<GDP>|<T1>|乙", "", 0),
        ("收 $$100 到 $$200，分 $$ 与 $$$ 两档：$$，$$$", "收 $$100 到 $$200，分 $$ 与 $$$ 两档：$$，$$$", "", 0),
        ("~~原价 $100~~ 现价 $80", "原价 $100|现价 $80", "~~", 0),
        ("[原价 $100](2024) 与 $80", "原价 $100 与 $80", "2024", 0),
        ("甲[^1]\n\n[^1]: 注\n\n```\n[^1]: 示例\n```", "甲〔1〕|〔1〕注|[^1]: 示例", "", 0),
        ("[注]: 初步数\n\n3*4*5=60，**“重”**[点]\n\n[点]: 图/一.png", "[注]: 初步数|3*4*5=60，“重”点", "**|图/", 0),
        ("共**12**34家，2**3**2=512", "共1234家，2**3**2=512", "", 0),
        ("- [a]: https://a.cn\n- 看[甲][a]，[乙][b]\n\n[b]: 会.mp4", "看甲，乙", "https|会", 0),
        ("<div hidden>\n\n**藏**\n\n</div>\n\n前<table><tr><td>表</td></tr></table>后", "前|表|后", "藏|<t", 0),
        ("- # 项题\n\n  | 头 |\n  |--|\n  | 格<br>内 |\n\n| 空 |\n|--|", "项题|头|格\n内|空|没有内容", "<br>", 0),
        ("| 参数 | 默认 |\n|--|--|\n| axis | None |", "axis|None", "—", 0),
        (f"前{SVG}后\n\n- 项{SVG}\n\n## 题**粗{BARE}**\n\n`码<svg></svg>`", "前后|项|题粗|码<svg></svg>", "rect", 3),
    ],
)  # fmt: skip
def test_markdown_as_lab_shows_it(text: str, printed: str, not_printed: str, figures: int) -> None:
    document = read(words(text))
    assert all(word in text_of(document) for word in printed.split("|"))
    assert not any(word in text_of(document) for word in not_printed.split("|") if word)
    assert (pictures(document), document.lost()) == (figures, [])


@pytest.mark.parametrize(
    "text",
    [
        "![丢](没有/x.png)",
        '前 <img src="没有/x.png" alt="丢"> 后',
        "增速 $v$",
        "$$\nx\n$$",
        "\\begin{align}\na_1 &= b\n\\end{align}",
        "```mermaid\ngraph LR; a-->b\n```",
        "看 <video src='a.mp4'></video>",
        "话\n\n[^1]: 没有引用的注",
        f"前{PAGE}后",
    ],
)
def test_what_markdown_cannot_print_is_told_with_its_cell(text: str) -> None:
    assert any(told.startswith("第 1 格") for told in read(words(text)).lost())


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"text/html": "<p>话</p><iframe srcdoc='<p>框</p>'></iframe>"}, "iframe"),
        ({"text/html": "<ul><li>话<video src='a.mp4'></video></li></ul>"}, "video"),
        ({"text/html": "<div>话</div><canvas></canvas>"}, "canvas"),
        ({"text/html": "<p>话</p><video><p hidden>框</p><script>框</script></video>"}, "video"),
        ({"text/html": "<p>话</p><div id='图'></div><script>draw()</script>"}, "脚本"),
        ({"application/javascript": "element.append('话')"}, "%matplotlib notebook"),
        ({"text/plain": "<Figure size 640x480 with 1 Axes>"}, "的图没有画出来"),
        ({"text/html": "<table><tr><td>话<math><mn>框</mn></math></td></tr></table>"}, "math"),
        ({"text/html": f"{'<div>' * 300}话{'</div>' * 300}话"}, "嵌套过深"),
        ({"text/html": f"{'<div>' * 3000}框"}, "嵌套过深"),
        ({"text/html": "<img src='图/没有.png'>"}, "图片“图/没有.png”没有找到"),
        ({"image/svg+xml": PAGE}, "图片格式不认识"),
        ({"image/png": "AAAA"}, "图片格式不认识"),
    ],
)
def test_what_plays_is_drawn_by_a_script_or_is_not_at_hand_is_told(data: dict[str, str], told: str) -> None:
    document = read(words("# 分析"), words("话。"), code(data))
    assert any(sentence.startswith("第 3 格") and told in sentence for sentence in document.lost())
    assert "框" not in text_of(document)


def test_a_cell_with_two_links_says_both_and_a_text_keeps_the_links_of_html() -> None:
    one, two = "https://tj.example/a?x=1&y", "https://tj.example/b"
    tagged = [f'<a href="{link.replace("&", "&amp;")}">表</a>' for link in (one, two)]
    for document in (
        html(f"<table><tr><td>{'与'.join(tagged)}</td></tr></table>"),
        read(words(f"|头|\n|--|\n|[表]({one})与[表]({two})|")),
    ):
        (cell,) = tables(document)[0].cells[0]
        assert (cell.text, cell.link) == (f"表（{one}）与表（{two}）", None)
    (block,) = read(words(f"见{tagged[0]}。")).blocks
    assert isinstance(block, Paragraph)
    assert [(span.text, span.link) for span in block.inlines][1] == ("表", one)


def test_links_of_cells_lead_away_in_both_forms() -> None:
    link = '<a href="https://example.org/b">乙</a>'
    cells = [
        words("|甲|\n|--|\n|[甲](https://example.org/a)|"),
        code({"text/html": f"<table><tr><td>{link}</td></tr></table>"}),
    ]
    files = render_forms(read(*cells), run_id="r", forms=["pdf", "docx"])
    notes = [note.get_object() for page in PdfReader(BytesIO(files[".pdf"])).pages for note in page["/Annots"]]
    word = WordFile(BytesIO(files[".docx"])).part.rels.values()
    for name in ("a", "b"):
        assert f"https://example.org/{name}" in [note["/A"]["/URI"] for note in notes]
        assert f"https://example.org/{name}" in [each.target_ref for each in word if each.is_external]


def test_a_wide_frame_stands_in_parts_with_its_first_column() -> None:
    head = "".join(f"<th>第{n}月的完成数</th>" for n in range(40))
    text = frame(f"<tr><th></th>{head}</tr>", f"<tr><th>甲局</th>{'<td>123456.7</td>' * 40}</tr>")
    files = render_forms(html(text), run_id="r", forms=["pdf", "docx"])
    printed = "".join("".join(page.extract_text().split()) for page in PdfReader(BytesIO(files[".pdf"])).pages)
    tables = WordFile(BytesIO(files[".docx"])).tables
    assert "39月" in printed
    assert printed.count("甲局") > 1
    assert len(tables) > 1
    assert {table.cell(1, 0).text for table in tables} == {"甲局"}


WIDGETS = {
    "tab": {"model_name": "TabModel", "state": {"children": ["IPY_MODEL_box", "IPY_MODEL_bar"], "titles": ["总表"]}},
    "box": {"model_name": "VBoxModel", "state": {"children": ["IPY_MODEL_text", "IPY_MODEL_out", "IPY_MODEL_image"]}},
    "bar": {"model_name": "HBoxModel", "state": {"children": ["IPY_MODEL_percent", "IPY_MODEL_progress"]}},
    "text": {"model_name": "TextModel", "state": {"description": "备注：", "value": "待办"}},
    "percent": {"model_name": "HTMLModel", "state": {"value": "100%"}},
    "progress": {"model_name": "FloatProgressModel", "state": {"value": 1.0}},
    "out": {
        "model_name": "OutputModel",
        "state": {"outputs": [{"output_type": "display_data", "metadata": {}, "data": {"text/html": "<p>框里</p>"}}]},
    },
    "image": {
        "model_name": "ImageModel",
        "state": {},
        "buffers": [{"encoding": "base64", "path": ["value"], "data": PNG}],
    },
    "slider": {"model_name": "IntSliderModel", "state": {"value": 7}},
    "away": {"model_name": "LabelModel", "state": {"value": "藏", "layout": "IPY_MODEL_none"}},
    "none": {"model_name": "LayoutModel", "state": {"display": "none"}},
    "page": {"model_name": "VBoxModel", "state": {"children": ["IPY_MODEL_away", "IPY_MODEL_kit", "IPY_MODEL_bad"]}},
    "kit": {"model_name": "StackModel", "state": {"children": ["IPY_MODEL_text", "IPY_MODEL_2"], "selected_index": 1}},
    "2": {"model_name": "LabelModel", "state": {"value": "叠二"}},
    "bad": {"model_name": "OutputModel", "state": {"outputs": [{"output_type": "error", "ename": "KeyError"}]}},
}


def widget(model: str) -> Document:
    return read(code({"application/vnd.jupyter.widget-view+json": {"model_id": model}}), words("完。"), widgets=WIDGETS)


def test_widgets_print_what_they_hold() -> None:
    document = widget("tab")
    assert text_of(document).splitlines()[-4:] == ["总表", "备注：待办", "框里", "完。"]
    assert (pictures(document), document.lost()) == (1, [])
    assert widget("bar").lost() == []
    assert "第 1 格" in widget("slider").lost()[0]
    assert text_of(widget("page")).splitlines()[-2:] == ["叠二", "完。"]
    assert widget("page").lost() == ["第 1 格的错误（KeyError）没有印出。"]


def chart(mark: str, rows: list[dict[str, Any]], y: dict[str, Any] | None = None, **more: Any) -> Figure:
    told = {"field": "家数", "type": "quantitative"} | (y or {})
    spec = {"mark": mark, "data": {"values": rows}, "encoding": {"x": {"field": "单位"}, "y": told}, **more}
    (figure,) = read(code({"application/vnd.vegalite.v6+json": spec})).blocks
    assert isinstance(figure, Figure)
    return figure


LOG = {"scale": {"type": "log"}}
NOUGHT = [{"单位": "甲局", "家数": 0}, {"单位": "甲局", "家数": 20}, {"单位": "乙局", "家数": 100}]


@pytest.mark.parametrize(
    ("mark", "y", "more"),
    [
        ("point", LOG, {}),
        ("line", LOG, {}),
        ("bar", {**LOG, "aggregate": "count", "field": None}, {}),
        ("point", {**LOG, "aggregate": "min"}, {}),
        ("point", {**LOG, "field": "差"}, {"transform": [{"calculate": "datum.家数 - 20", "as": "差"}]}),
        ("rect", {}, {"encoding": {"x": {"field": "单位"}, "color": {"field": "家数", "type": "quantitative", **LOG}}}),
    ],
)
def test_a_nought_on_a_log_axis_is_refused(mark: str, y: dict[str, Any], more: dict[str, Any]) -> None:
    with pytest.raises(DocumentError, match="对数"):
        draw(chart(mark, NOUGHT, {key: value for key, value in y.items() if value}, **more))


def test_a_nought_that_is_summed_or_left_out_is_none() -> None:
    assert "甲局" in draw(chart("point", NOUGHT, {**LOG, "aggregate": "mean"})).texts
    assert "甲局" in draw(chart("point", NOUGHT, LOG, transform=[{"filter": "datum.家数 > 0"}])).texts


def test_bars_on_a_log_axis_stand_on_its_beginning() -> None:
    rows = [{"单位": name, "家数": value} for name, value in (("甲局", 10), ("乙局", 100))]
    for scale in ({"type": "log", "domainMin": 1}, {"type": "log", "domain": [1, 1000]}):
        assert "甲局" in draw(chart("bar", rows, {"scale": scale})).texts
    with pytest.raises(DocumentError, match="对数"):
        draw(chart("bar", [*rows, {"单位": "丙局", "家数": 0}], {"scale": {"type": "log", "domainMin": 1}}))


@pytest.mark.parametrize(
    ("format_", "printed"),
    [
        ("%b %Y", "2024年九月"),
        ("%B %Y", "2024年九月"),
        ("%b '%y", "24年九月"),
        ("%b %d, %Y", "2024年9月1日"),
        ("%d %b %Y", "2024年9月1日"),
        ("%B %-d", "9月1日"),
        ("%Y/%b", "2024/九月"),
    ],
)
def test_dates_on_an_axis_say_the_year_first(format_: str, printed: str) -> None:
    axis = {"format": format_, "values": [{"year": 2024, "month": 9, "date": 1}]}
    x = {"field": "日", "type": "temporal", "axis": axis}
    encoding = {"x": x, "y": {"field": "家数", "type": "quantitative"}}
    rows = [{"日": "2024-08-20T00:00:00", "家数": 1}, {"日": "2024-09-20T00:00:00", "家数": 2}]
    assert printed in draw(chart("line", rows, encoding=encoding)).texts


def test_a_chart_of_rules_alone_and_a_title_that_it_reckons() -> None:
    reckoned = {"text": {"expr": "'共' + 3 + '家'"}, "subtitle": "截至九月"}
    figure = chart("rule", [ROW], title=reckoned)
    assert (figure.title, figure.subtitle) == ("", None)
    assert {"共3家", "截至九月", "甲局"} <= set(draw(figure).texts)
    with pytest.raises(DocumentError, match="是空的"):
        draw(chart("rule", []))


def test_a_result_in_words_alone_is_named() -> None:
    (told,) = read(words("# 分析"), words("话"), code({"text/plain": "(12, 4)"})).lost()
    assert "第 3 格的结果“(12, 4)”" in told
    for value in ("Decimal('37.5')", "Index(['甲', '乙'], dtype='str')", "TtestResult(statistic=np.float64(1.2))"):
        assert len(read(words("# 分析"), words("话"), code({"text/plain": value})).lost()) == 1
    for handed_back in (
        "<Axes: xlabel='月'>",
        "[<matplotlib.lines.Line2D at 0x7f>]",
        "Text(0.5, 1.0, '题')",
        "Ridge()",
    ):
        assert read(words("# 分析"), words("话"), code({"text/plain": handed_back})).lost() == []
    drawn = code({"text/plain": "(array([1., 2.]), array([0, 1]))"}, {"image/png": PNG})
    assert read(words("# 分析"), drawn).lost() == []


@pytest.mark.parametrize("told", [{"type": "temporal"}, {"type": "ordinal", "timeUnit": "yearmonth"}])
@pytest.mark.parametrize("value", [202409, "202409", 202409.0, 2024])
def test_a_month_in_one_number_is_no_moment(value: object, told: dict[str, Any]) -> None:
    x = {"x": {"field": "月", **told}, "y": {"field": "家数", "type": "quantitative"}}
    with pytest.raises(DocumentError, match="2024"):
        draw(chart("bar", [{"月": value, "家数": 1}], encoding=x))


def test_the_title_of_a_chart_in_wrapped_facets_which_vega_lite_leaves_out_is_printed() -> None:
    inner = {"mark": "bar", "title": "各局", "encoding": {"y": {"field": "家数", "type": "quantitative"}}}
    spec = {"data": {"values": [ROW]}, "facet": {"field": "单位"}, "columns": 2, "spec": inner}
    (figure,) = read(code({"application/vnd.vegalite.v6+json": spec})).blocks
    assert isinstance(figure, Figure)
    assert figure.title == "各局"
    assert "各局" not in draw(figure).texts
    (rows,) = read(code({"application/vnd.vegalite.v6+json": {**spec, "facet": {"row": {"field": "单位"}}}})).blocks
    assert isinstance(rows, Figure)
    assert "各局" in draw(rows).texts


def test_titles_and_dark_themes_of_charts() -> None:
    figure = chart("bar", [ROW], title={"text": ["题一", "题二"], "subtitle": ["副一", "副二"]})
    assert (figure.title, figure.subtitle) == ("题一，题二", "副一，副二")
    for ground in ("#333", "black", "rgb(20, 20, 20)"):
        dark = {"background": ground, "axis": {"labelColor": "#fff"}}
        assert 'fill="#fff"' not in draw(chart("bar", [ROW], config=dark)).svg
    named = {"embedOptions": {"theme": "dark"}}  # as alt.theme.enable("dark") leaves it
    assert 'fill="#fff"' not in draw(chart("bar", [ROW], usermeta=named)).svg


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        (code(source="x = 3"), "没有能印的输出"),
        (code(source="表", count=None), "还没有运行"),
        (code({"text/plain": "3"}), "第 2 格"),
        ({"cell_type": "raw", "metadata": {}, "source": "话"}, "Raw"),
        ({**code(), "outputs": [{"output_type": "stream", "name": "stdout", "text": "话"}]}, "print"),
    ],
)
def test_no_empty_page_in_silence(cell: Any, told: str) -> None:
    document = read(words("# 分析"), cell)
    assert any("第 2 格" in sentence and told in sentence for sentence in document.lost())


def test_cells_that_papermill_adds_are_not_printed_nor_counted() -> None:
    added = {**words("<span>An Exception was encountered</span>"), "metadata": {"tags": ["papermill-error-cell-tag"]}}
    failed = {**code(), "outputs": [{"output_type": "error", "ename": "E", "evalue": "", "traceback": []}]}
    document = read(added, words("# 分析"), added, failed, words("完。"))
    assert "Exception" not in text_of(document)
    assert "第 2 格" in document.lost()[0]


def test_a_table_in_a_list_stands_below_it_once_and_its_note_below_the_table() -> None:
    links = '<a href="https://甲.cn">甲</a><a href="https://乙.cn">乙</a>'
    note = "<tfoot><tr><td colspan=2>注</td></tr></tfoot>"
    document = html(f"<ul><li>项<table><tr><td>{links}</td><td>1</td></tr>{note}</table>续</li></ul>")
    kinds = [type(block) for block in document.blocks]
    assert (kinds, text_of(document).count("https://甲.cn")) == ([ListBlock, Table, Paragraph], 1)
    assert "项\n续\n甲" in text_of(document)


@pytest.mark.parametrize("text", [f"{'<ul><li>项' * 40}深", f"{'<ol start=-3><li>项' * 10}深"])
def test_lists_in_lists_are_set_however_deep_and_in_no_time(text: str) -> None:
    started = perf_counter()
    assert render_forms(html(text), run_id="r", forms=["pdf", "docx", "html"])
    assert perf_counter() - started < 20


def test_what_follows_an_embedded_page_is_no_part_of_it() -> None:
    assert text_of(read(words("<embed src='a.pdf'>\n\n话"))).endswith("话")


def test_drawings_that_never_end_are_passed_over_in_no_time() -> None:
    started = perf_counter()
    assert text_of(html(f"<p>话</p>{'<svg><!--' * 1000}")).endswith("话")
    assert perf_counter() - started < 5


def test_what_stands_around_blocks_says_how_they_look() -> None:
    struck, item, linked = html(
        "<del><p>旧<b>3</b></p><ul><li>4</li></ul></del><a href='https://a.cn'><h3>题</h3></a>"
    ).blocks
    assert isinstance(struck, Paragraph)
    assert all(span.strike for span in struck.inlines)
    assert isinstance(item, ListBlock)
    assert all(span.strike for part in item.items[0] if isinstance(part, Paragraph) for span in part.inlines)
    assert isinstance(linked, Heading)
    assert linked.inlines[0].link == "https://a.cn"


def test_lists_of_html_keep_their_beginnings() -> None:
    assert [block.start for block in html("<ol start=a><li>甲</ol><ol start=3><li>乙</ol>").blocks] == [1, 3]
    (block,) = html('<ol start="4"><li>甲<ul><li>子</li></ul></li><li>乙<p>续</p></li></ol>').blocks
    assert isinstance(block, ListBlock)
    assert (block.start, block.ordered, [len(item) for item in block.items]) == (4, True, [2, 2])


def test_a_picture_of_an_output() -> None:
    drawn = b64encode(SVG.encode()).decode()
    outputs = [
        {"image/png": PNG},
        {"image/svg+xml": SVG},
        {"text/html": f'<img src="data:image/svg+xml;base64,{drawn}">'},
    ]
    assert pictures(read(code(*outputs))) == 3


def test_an_output_shows_the_pictures_beside_its_notebook(tmp_path: Path) -> None:
    (tmp_path / "图 一.png").write_bytes(b64decode(PNG))
    shown = {"text/html": '<p>甲</p><img src="图%20一.png">'}, {"text/markdown": "乙 ![](<图 一.png>)"}
    document = read_document({"cells": [code(*shown)], "metadata": {}}, title="分析", folders=[tmp_path])
    assert (pictures(document), document.lost()) == (2, [])


def test_a_blank_head_takes_no_row_of_figures_for_titles() -> None:
    (table,) = tables(html("<table><thead><tr><th></th><th></th></tr></thead><tr><th>甲局</th><td>3</td></tr></table>"))
    assert grid(table) == [["", ""], ["甲局", "3"]]


AXIS = {"type": "quantitative", "bin": {"maxbins": 3}}
POINTS = [{"家数": 1, "户数": 3}, {"家数": 4, "户数": 2}]
MATRIX = {
    "mark": "point",
    "encoding": {at: {"field": {"repeat": way}, **AXIS} for at, way in (("x", "row"), ("y", "column"))},
}


@pytest.mark.parametrize(
    "spec",
    [
        {"repeat": {"row": ["家数", "户数"], "column": ["家数", "户数"]}, "spec": MATRIX},
        {"mark": "rect", "encoding": {"x": {"field": "家数", **AXIS}, "y": {"field": "户数", **AXIS}}},
        {"mark": "bar", "transform": [{"filter": "datum.户数 > 2 && datum['家数'] > 0"}],
         "encoding": {"x": {"field": "家数", **AXIS}, "y": {"field": "户数", **AXIS}}},
    ],
)  # fmt: skip
def test_columns_that_vega_lite_takes_for_each_other_are_told_apart(spec: dict[str, Any]) -> None:
    drawn = draw(Figure("图", {"data": {"values": POINTS}, **spec}, "图")).texts
    assert {text.split(" ")[0] for text in drawn} >= {"家数", "户数"}


def test_the_first_chart_leaves_the_clock_of_the_process_in_its_zone() -> None:
    lines = ["from datetime import datetime", "from tongdao.document import renderer"]
    lines += ["renderer()", "print(datetime(2024, 1, 1).astimezone().utcoffset().total_seconds())"]
    env = {**os.environ, "TZ": "America/New_York"}
    done = subprocess.run([sys.executable, "-c", "\n".join(lines)], env=env, capture_output=True, check=True, text=True)
    assert float(done.stdout) == -5 * 3600


def test_a_line_below_a_table_stands_below_it_and_a_sign_of_many_rows_once() -> None:
    """As great_tables writes source notes and icons; a total in the foot stays a row."""
    body = "".join(f"<tr><td>{HOUSE}</td><td>{count}</td></tr>" for count in (2, 3))
    note = '<tr><td colspan="2">来源：<a href="https://tj.example/">统计局</a>，口径见附注</td></tr>'
    head = "<thead><tr><th>标志</th><th>家数</th></tr></thead>"
    document = html(f"<table>{head}<tbody>{body}</tbody><tfoot><tr><td>合计</td><td>5</td></tr>{note}</tfoot></table>")
    assert grid(tables(document)[0]) == [["标志", "家数"], ["", "2"], ["", "3"], ["合计", "5"]]
    assert pictures(document) == 1
    last = document.blocks[-1]
    assert isinstance(last, Paragraph)
    assert [(span.text, span.link) for span in last.inlines][:2] == [
        ("来源：", None),
        ("统计局", "https://tj.example/"),
    ]


def test_a_quotation_a_strong_cell_and_a_line_of_figures_are_the_same_in_a_text_and_in_an_output() -> None:
    text = read(words("> 引\n\n|局|数|\n|--|--|\n|**甲**|1|"))
    quoted = "<blockquote><p>引</p></blockquote><table><thead><tr><th>局</th><th>数</th></tr></thead>"
    assert text.blocks == html(f"{quoted}<tr><td><b>甲</b></td><td>1</td></tr></table>").blocks
    assert isinstance(text.blocks[0], Paragraph)
    assert text.blocks[0].role == "quote"
    assert [column.align for column in tables(text)[0].columns] == ["left", "right"]


@pytest.mark.parametrize(
    ("raised", "printed"), [("2", "3²"), ("12", "3¹²"), ("4", "3^4"), ("-2", "3^-2"), ("注", "3注")]
)
def test_a_raised_figure_in_a_cell_is_no_digit_of_the_one_before_it(raised: str, printed: str) -> None:
    cell = f"3<sup>{raised}</sup>"
    for document in (
        html(f"<table><tr><th>数</th></tr><tr><td>{cell}</td></tr></table>"),
        read(words(f"|数|\n|-|\n|{cell}|")),
    ):
        assert grid(tables(document)[0]) == [["数"], [printed]]


@pytest.mark.parametrize("cell", [words("题\ud83d中"), code({"text/html": "<p>题\ud83d中</p>"})])
def test_a_text_with_half_a_character_is_not_lost(cell: Any) -> None:
    assert "题\ufffd中" in text_of(read(cell))


@pytest.mark.parametrize(
    "text", ["按<kbd>F5</kbd>，见<cite>年鉴</cite>", "<b>粗</b><del>删</del>甲<sup>2</sup>", "<tt>码</tt><i>斜</i>"]
)
def test_a_tag_means_the_same_in_a_text_and_in_an_output(text: str) -> None:
    assert read(words(text)).blocks == html(f"<p>{text}</p>").blocks
    assert len(read(words(text)).blocks[0].inlines) > 1  # type: ignore[union-attr]


def test_a_widget_that_has_drawn_itself_is_printed_as_it_was_and_told() -> None:
    document = read(code({"application/vnd.jupyter.widget-view+json": {"model_id": "甲"}, "image/png": PNG}))
    assert pictures(document) == 1
    assert "%matplotlib inline" in document.lost()[0]


def test_controls_and_signs_that_no_screen_shows_are_not_printed_either() -> None:
    document = html("<p>控\x08制\u200e字\x7f，\x1b[1m文\x0c字</p>")
    assert (text_of(document), document.lost()) == ("分析\n控制字，[1m文 字", [])


@pytest.mark.parametrize("mark", ["rect", "tick", "bar", "point"])
def test_a_strip_without_y_keeps_its_marks_and_its_labels(mark: str) -> None:
    drawn = draw(chart(mark, [ROW, {"单位": "乙局", "家数": 4}], encoding={"x": {"field": "单位"}}))
    assert {"甲局", "乙局", "单位"} <= set(drawn.texts)
    assert float(drawn.svg.split('height="')[1].split('"')[0]) > 40


def test_a_height_that_a_chart_names_is_that_of_its_plot() -> None:
    drawn = draw(chart("bar", [ROW, {"单位": "乙局", "家数": 4}], height=40))
    assert float(drawn.svg.split('height="')[1].split('"')[0]) > 60


def test_a_drawing_without_a_name_is_printed_in_every_form(tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_text(SVG, encoding="utf-8")
    cells = [code({"image/svg+xml": SVG}), words("![甲](a.svg)")]
    document = read_document({"cells": cells}, title="分析", folders=[tmp_path])
    assert pictures(document) == 2
    assert all(render_forms(document, run_id="甲", forms=["pdf", "docx"]).values())


def test_an_item_may_say_its_number() -> None:
    document = html("<ol start=2><li>甲<li>乙<li value=7>丙<li value=x>丁</ol><ul><li value=3>戊</ul>")
    lists = [block for block in document.blocks if isinstance(block, ListBlock)]
    assert [(made.ordered, made.start, len(made.items)) for made in lists] == [
        (True, 2, 2),
        (True, 7, 2),
        (False, 1, 1),
    ]
    assert [block.start for block in html('<ol start=""><li>甲</ol>').blocks if isinstance(block, ListBlock)] == [1]


def test_a_footnote_written_twice_is_told() -> None:
    document = read(words("甲[^1]乙[^2]。\n\n[^1]: 初步数\n[^1]: 快报数\n[^2]: 年报数"))
    assert "快报数" in text_of(document)
    assert [sentence for sentence in document.lost() if "[^1]" in sentence and "第 1 格" in sentence]
    assert not [sentence for sentence in document.lost() if "[^2]" in sentence]


def test_a_block_and_a_formula_in_a_line_are_no_text_of_signs() -> None:
    document = read(words("见<details><summary>口径</summary>含个体</details>和 $$a^2$$ 两处。"))
    assert "".join(text_of(document).split()) == "分析见口径含个体和a^2两处。"


@pytest.mark.parametrize("value", ["array(['甲', '乙'], dtype='<U1')", "dtype('<U1')", "'<b>甲</b>'"])
def test_a_value_with_a_sign_of_less_is_told(value: str) -> None:
    assert "只是文字" in read(words("甲"), code({"text/plain": value})).lost()[0]


def test_a_figure_in_a_form_that_is_not_printed_is_told_by_its_form() -> None:
    shown = {"application/pdf": "JVBERi0=", "text/plain": "<Figure size 640x480 with 1 Axes>"}
    assert "application/pdf" in read(words("甲"), code(shown)).lost()[0]


@pytest.mark.parametrize(
    "shown", [{"image/png": PNG[:60]}, {"text/html": f'<img src="data:image/png;base64,{PNG[:60]}">'}]
)
def test_a_picture_that_is_not_whole_is_named_with_its_cell(shown: dict[str, str]) -> None:
    document = read(words("甲"), code({"image/png": PNG}), code(shown))
    with pytest.raises(DocumentError, match="第 3 格的图片坏了或不完整"):
        render_forms(document, run_id="甲", forms=["pdf"])
    document = read(words(f"![现场](data:image/png;base64,{PNG[:60]})"))
    with pytest.raises(DocumentError, match="第 1 格的图片“现场”坏了"):
        render_forms(document, run_id="甲", forms=["png"])


def test_a_mark_that_changes_a_letter_is_never_left_out() -> None:
    assert "café 1家葛城" in text_of(read(words("cafe\u0301 1\ufe0f\u20e3家葛\U000e0100城")))
    for text in ("均值 x\u0304 为 3", "共 3\u03365\u0336 家"):
        with pytest.raises(DocumentError, match="有字体里没有的字"):
            render_forms(read(words(text)), run_id="r", forms=["pdf"])


def test_a_wide_frame_whose_index_is_blank_is_set() -> None:
    row = f"<tr><th></th>{'<td>推进数字化改造和产业集群培育工作</td>' * 6}</tr>"
    text = frame(f"<tr><th></th>{'<th>工作任务</th>' * 6}</tr>", row * 3)
    assert render_forms(html(text), run_id="r", forms=["pdf", "docx"])


@pytest.mark.parametrize("tag", ["<img src=''>", "<p>前<img data-src='a.png'></p>", "<img srcset='a.png 2x'>"])
def test_a_picture_whose_address_is_empty_or_said_otherwise_is_told(tag: str) -> None:
    assert "没有找到" in "".join(html(f"<p>文</p>{tag}").lost())
    assert not html("<p>文</p><img id='chart'>").lost()
