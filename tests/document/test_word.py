"""Word files and pictures: read back, opened by an office, edited and checked."""

import re
import zipfile
from base64 import b64encode
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from io import BytesIO
from itertools import product
from pathlib import Path
from time import perf_counter
from typing import Any
from xml.sax.saxutils import escape

import docx
import pytest
from conftest import ROOT, Made, Office, Run
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.ns import qn
from lxml import etree
from PIL import Image
from pypdf import PdfReader
from pypdfium2 import PdfDocument
from test_document import HOSTILE, NAMES, REPORT, figure, head, markdown, notebook, shown, spec, table

from tongdao.base.errors import DocumentError, UsageError
from tongdao.document.blocks import Document
from tongdao.document.notebook import read_document
from tongdao.document.word import render_docx
from tongdao.document.word_check import _compare, check_word

RUN = "3f9c2a71"


def opened(document: Document) -> "docx.document.Document":
    return docx.Document(BytesIO(render_docx(document, run_id=RUN)))


def words(made: "docx.document.Document") -> list[str]:
    """All texts in reading order."""
    found = []
    for block in made.iter_inner_content():
        rows = [block] if hasattr(block, "runs") else [p for row in block.rows for c in row.cells for p in c.paragraphs]
        found += [paragraph.text for paragraph in rows if paragraph.text]
    return found


def test_a_word_file_holds_every_text_in_order_with_real_headings_and_tables() -> None:
    document = read_document(REPORT)
    made = opened(document)
    text = re.sub(r"\s", "", "".join(words(made)))
    for place, passage in document.passages():
        if passage != document.head.example:
            assert re.sub(r"\s", "", passage) in text, place
    headings = [p.text for p in made.paragraphs if p.style.name == "Heading 1"]
    assert headings == ["一、总的情况", "二、全部目标", "三、需要关注的指标"]
    assert made.tables[1].rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert [row.cells[0].text for row in made.tables[1].rows[1:]] == NAMES
    assert document.head.example in made.sections[0].header.paragraphs[0].text
    assert document.head.example in made.sections[0].even_page_header.paragraphs[0].text


def test_every_run_has_an_east_asian_font_and_every_picture_words() -> None:
    made = opened(read_document(REPORT))
    parts = [made.element.body, made.sections[0].footer._element, made.sections[0].header._element]
    named = {
        style.style_id: style.element.rPr.rFonts.get(qn("w:eastAsia"))
        for style in made.styles
        if style.element.rPr is not None and style.element.rPr.rFonts is not None
    }
    runs = [run for part in parts for run in part.iter(qn("w:r"))]
    assert len(runs) > 80
    for run in runs:
        style = run.getparent().find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        assert named["Normal" if style is None else style.get(qn("w:val"))]
    pictures = list(made.element.body.iter(qn("wp:docPr")))
    assert len(pictures) == 3
    assert all(picture.get("descr") for picture in pictures)


def test_the_same_document_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    document = read_document(REPORT)
    first = render_docx(document, run_id=RUN)
    monkeypatch.setenv("TZ", "America/New_York")
    assert render_docx(document, run_id=RUN) == first


@pytest.mark.parametrize(("size", "printed"), [((200, 150), (51, 38)), ((400, 1600), (45, 180))])
def test_a_picture_has_its_own_size_and_is_no_higher_than_a_page(
    size: tuple[int, int], printed: tuple[int, int]
) -> None:
    drawn = BytesIO()
    Image.new("RGB", size, "navy").save(drawn, "png", dpi=(100, 100))
    output = {"output_type": "display_data", "data": {"image/png": b64encode(drawn.getvalue()).decode()}}
    made = opened(read_document(notebook(head(), {"cell_type": "code", "source": "", "outputs": [output]})))
    shape = made.inline_shapes[0]
    assert (round(shape.width.mm), round(shape.height.mm)) == printed


def test_hostile_text_stays_text() -> None:
    made = opened(read_document(notebook(head(), *(shown("notice", {"text": text}) for text in HOSTILE))))
    text = "\n".join(words(made))
    assert all(escape(line) in escape(text) for line in HOSTILE)


@pytest.mark.parametrize(("rows", "bound"), [(4, [0, 1, 2, 3, 4]), (60, [0, 1, 59, 60])])
def test_no_row_of_a_table_and_no_note_stands_alone_on_a_page(rows: int, bound: list[int]) -> None:
    names = [f"指标{n}" for n in range(rows)]
    for note, kept in (("注：以上含本数。", bound), (None, bound[:-1])):
        grid = opened(read_document(notebook(head(), table(names, note=note)))).tables[-1]
        assert [
            n for n, row in enumerate(grid.rows) if row.cells[0].paragraphs[0].paragraph_format.keep_with_next
        ] == kept


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("- 甲\n- 乙\n- 丙", [0, 1]),
        ("1. 甲\n2. 乙", [0]),
        ("- 甲\n- 乙\n\n  又一段\n- 丙", [0, 1, 2]),
        ("- 甲\n- 乙\n- 丙\n- 丁", [0, 2]),
        ("- 甲", []),
    ],
)
def test_no_end_of_a_list_stands_alone_on_a_page(text: str, bound: list[int]) -> None:
    made = opened(read_document(notebook(head(), markdown(text))))
    items = [each for each in made.paragraphs if each.style.name == "List"]
    assert [n for n, each in enumerate(items) if each.paragraph_format.keep_with_next] == bound


@pytest.mark.parametrize(
    ("text", "look"),
    [("- {}\n- 乙\n  - {}", "report"), ("1. {}\n2. 乙", "report"), ("9. 甲\n10. {}", "report"), ("- {}", "official")],
)
def test_the_lines_of_an_item_begin_under_each_other(text: str, look: str, office: Office, tmp_path: Path) -> None:
    file = tmp_path / "list.docx"
    made = read_document(notebook(head(look=look), markdown(text.replace("{}", "国" * 90))))
    file.write_bytes(render_docx(made, run_id=RUN))
    page = PdfDocument(office(file, "pdf", tmp_path))[0].get_textpage()
    told, lefts = page.get_text_range(), list[float]()
    for line in re.finditer("国+", told):
        lefts.append(page.get_charbox(line.start())[0])
    items = text.count("{}")
    assert len(lefts) >= 3 * items
    for item in range(items):
        own = lefts[item * (len(lefts) // items) : (item + 1) * (len(lefts) // items)]
        assert max(own) - min(own) < 0.5, lefts


def test_a_wide_table_gets_a_page_that_lies_and_the_text_after_it_one_that_stands() -> None:
    columns = [{"title": "" if n == 0 else f"{n}月累计完成额", "align": "right"} for n in range(16)]
    wide = table([], columns=columns, rows=[["-12345.0"] * 16])
    made = opened(read_document(notebook(head(), markdown("前面"), wide, markdown("后面"))))
    assert [section.page_width.mm > section.page_height.mm for section in made.sections] == [False, True, False]
    assert len(opened(read_document(notebook(head(), wide))).sections) == 2  # no empty page at the end
    lying = made.sections[1]
    room = lying.page_width.mm - lying.left_margin.mm - lying.right_margin.mm
    assert sum(cell.width.mm for cell in made.tables[0].rows[0].cells) < room + 1
    assert room == pytest.approx(247, abs=0.1)


def test_a_table_too_wide_and_an_empty_chart_stop_the_file() -> None:
    columns = [{"title": f"第{n}列很长的表头", "align": "right"} for n in range(12)]
    parted = opened(
        read_document(notebook(head(), table([], columns=columns, rows=[["1234567890万元"] * 12], title="宽")))
    )
    assert len(parted.tables) == 2
    assert words(parted).count("宽") == 1
    wide = table([], columns=columns[:3], rows=[["1234567890" * 12] * 3])
    with pytest.raises(DocumentError, match="太宽"):
        render_docx(read_document(notebook(head(), wide)), run_id=RUN)
    with pytest.raises(DocumentError, match="是空的"):
        render_docx(read_document(notebook(head(), figure("空图", spec([])))), run_id=RUN)


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("arguments", [(), ("--indicator", "新认定高新技术企业")], ids=["all", "one"])
def test_a_briefing_is_one_page_in_every_form(
    arguments: tuple[str, ...], run: Run, office: Office, tmp_path: Path
) -> None:
    done = run("brief", "--month", "2024-09", *arguments, "--format", "pdf,docx,png", "--out", tmp_path)
    assert done.code == 0, done.err
    files = {Path(line).suffix: Path(line) for line in done.out.splitlines()}
    assert len(PdfReader(files[".pdf"]).pages) == 1
    with Image.open(files[".png"]) as picture:
        assert 1400 <= picture.width <= 2000
    made = docx.Document(str(files[".docx"]))
    (page,) = PdfReader(office(files[".docx"], "pdf", tmp_path / "seen")).pages
    width, height = (float(size) * 25.4 / 72 for size in page.mediabox[2:])
    assert (round(width), round(height)) == (210, 297)
    text, place = bare(page.extract_text()), -1
    for paragraph in made.paragraphs:
        found = text.find(bare(paragraph.text), place + 1)
        assert found > place or not paragraph.text, paragraph.text
        place = max(place, found)


def test_an_official_page_of_a_word_file_has_22_lines_of_28_characters(office: Office, tmp_path: Path) -> None:
    told = head(subtitle=None, issuer=None, look="official")
    document = read_document(notebook(told, markdown("国" * 28 * 60)))
    file = tmp_path / "full.docx"
    file.write_bytes(render_docx(document, run_id=RUN))
    seen = PdfReader(office(file, "pdf", tmp_path)).pages[1].extract_text()
    lines = [line for line in seen.splitlines() if line.startswith("国" * 8)]
    assert len(lines) == 22
    assert {len(line.strip()) for line in lines} == {28}


@pytest.fixture
def briefing(made: Made) -> Path:
    return made("briefing", "tongdao", "2024-09", "--format", "docx")[".docx"]


def edited(file: Path, folder: Path, *changes: Callable[["docx.document.Document"], None]) -> Path:
    made = docx.Document(str(file))
    for change in changes:
        change(made)
    target = folder / "edited.docx"
    made.save(str(target))
    return target


def replace(old: str, new: str) -> Callable[["docx.document.Document"], None]:
    def change(made: "docx.document.Document") -> None:
        runs = [run for paragraph in made.paragraphs for run in paragraph.runs if old in run.text]
        assert runs
        for run in runs:
            run.text = run.text.replace(old, new)

    return change


def test_an_unchanged_file_has_nothing_to_report(briefing: Path, run: Run) -> None:
    done = run("check", briefing)
    assert done.code == 0
    assert "一致" in done.out


def test_a_changed_number_is_named_with_its_paragraph(briefing: Path, run: Run, tmp_path: Path) -> None:
    done = run("check", edited(briefing, tmp_path, replace("有望完成3项", "有望完成2项")))
    assert done.code == 1
    assert "第 3 段“截至2024年9月底" in done.out
    assert "2，原为 3" in done.out


def test_words_may_change_and_numbers_may_be_written_otherwise(briefing: Path, tmp_path: Path) -> None:
    file = edited(
        briefing,
        tmp_path,
        replace("20项目标中", "在２０项目标当中，"),
        replace("需要推动的事项", "请领导推动的事项"),
        replace("截至2024年", "截至二○二四年"),
        lambda made: made.paragraphs[3].insert_paragraph_before("以下情况请阅示。"),
    )
    assert check_word(file)[1] == []


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("old", "new", "found"),
    [("20项", "20.0项", "20.0"), ("2024年9月底", "2024年8月底", "8"), ("完成4项", "完成4万项", "4万")],
)
def test_any_other_number_is_found(old: str, new: str, found: str, briefing: Path, tmp_path: Path) -> None:
    assert [item.found for item in check_word(edited(briefing, tmp_path, replace(old, new)))[1]] == [found]


def test_a_cell_and_a_new_paragraph_are_found_too(briefing: Path, tmp_path: Path) -> None:
    def cell(made: "docx.document.Document") -> None:
        made.tables[0].rows[2].cells[2].paragraphs[0].runs[-1].text = "0／3家以上\n尚差4家"

    file = edited(briefing, tmp_path, cell, lambda made: made.add_paragraph("另有12家企业。"))
    places = [(item.place, item.found) for item in check_word(file)[1]]
    assert places[0] == ("第 1 个表第 3 行第 3 列", "4")
    assert places[1][1] == "12"


def test_the_proof_survives_another_office(briefing: Path, office: Office, tmp_path: Path) -> None:
    file = edited(briefing, tmp_path, replace("有望完成3项", "有望完成5项"))
    again = office(file, "docx:MS Word 2007 XML", tmp_path / "out")
    assert [item.found for item in check_word(again)[1]] == ["5"]


def test_a_file_that_is_not_ours_is_one_sentence(run: Run, tmp_path: Path) -> None:
    docx.Document().save(str(tmp_path / "other.docx"))
    (tmp_path / "noise.docx").write_bytes(b"PK\x03\x04 nothing")
    for name, word in (("other.docx", "不是通道生成的"), ("noise.docx", "noise.docx"), ("missing.docx", "找不到")):
        done = run("check", tmp_path / name)
        assert done.code == 2
        assert word in done.sentence
    with pytest.raises(UsageError, match="不是 Word"):
        check_word(ROOT / "README.md")


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def xml(text: str) -> Any:
    spaces = (
        f'xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
        'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    )
    return etree.fromstring(re.sub(r"^<([\w:]+)", rf"<\1 {spaces}", text, count=1))


def r(text: str, tag: str = "t", more: str = "") -> str:
    return f"<w:r>{more}<w:{tag}>{text}</w:{tag}></w:r>"


BOX = f"<wps:txbx><w:txbxContent><w:p>{r('另有12家')}</w:p></w:txbxContent></wps:txbx>"
INSERTED = {
    "a tracked paragraph": f'<w:p><w:pPr><w:rPr><w:ins w:id="1"/></w:rPr></w:pPr><w:ins w:id="2">{r("另有12家")}</w:ins></w:p>',  # noqa: E501
    "a content control of blocks": f"<w:sdt><w:sdtContent><w:p>{r('另有12家')}</w:p></w:sdtContent></w:sdt>",
    "a content control in a line": f"<w:p><w:sdt><w:sdtContent>{r('另有12家')}</w:sdtContent></w:sdt></w:p>",
    "a smart tag": f'<w:p><w:smartTag w:element="x">{r("另有1")}{r("2家")}</w:smartTag></w:p>',
    "custom markup": f'<w:customXml w:element="x"><w:p>{r("另有12家")}</w:p></w:customXml>',
    "a text box": f"<w:p><w:r><mc:AlternateContent><mc:Choice Requires=\"wps\">{BOX}</mc:Choice></mc:AlternateContent></w:r></w:p>",  # noqa: E501
    "a text box of an older Word": f"<w:p><w:r><w:pict><w:txbxContent><w:p>{r('另有12家')}</w:p></w:txbxContent></w:pict></w:r></w:p>",  # noqa: E501
    "the result of a field": f"<w:p><w:fldSimple w:instr=\"= 6 * 2\">{r('另有12家')}</w:fldSimple></w:p>",
    "a formula": "<w:p><m:oMath><m:r><m:t>12</m:t></m:r></m:oMath></w:p>",
    "moved here": f'<w:p><w:moveTo w:id="1">{r("另有12家")}</w:moveTo></w:p>',
    "a table in a control": f"<w:sdt><w:sdtContent><w:tbl><w:sdt><w:sdtContent><w:tr><w:tc><w:p>{r('12')}</w:p></w:tc></w:tr></w:sdtContent></w:sdt></w:tbl></w:sdtContent></w:sdt>",  # noqa: E501
    "WordArt": "<w:p><w:r><w:pict><w:textpath string=\"另有12家\"/></w:pict></w:r></w:p>",
    "Chinese numerals": f"<w:p>{r('另有十二家企业')}</w:p>",
    "a round numeral": f"<w:p>{r('另有十二余家企业')}</w:p>",
    "a locked page number": '<w:p><w:fldSimple w:instr="PAGE" w:fldLock="true">' + r("12") + "</w:fldSimple></w:p>",
    "a formal numeral": f"<w:p>{r('另有壹拾贰家企业')}</w:p>",
}  # fmt: skip


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("kind", INSERTED)
def test_a_number_is_found_wherever_word_shows_it(kind: str, briefing: Path, tmp_path: Path) -> None:
    file = edited(briefing, tmp_path, lambda made: made.element.body.insert(3, xml(INSERTED[kind])))
    changed = check_word(file)[1]
    assert "12" in {item.found for item in changed}, kind
    assert all(item.view for item in changed) == ("tracked" in kind or "moved" in kind)


def style(made: "docx.document.Document", name: str, properties: str) -> None:
    made.styles.element.append(xml(f'<w:style w:type="character" w:styleId="{name}">{properties}</w:style>'))


UNCLEAR = "看不清的字（白色、极小、划掉、上下标、反向）"
UNSURE = {
    '<w:sdt><w:sdtPr><w:dataBinding/></w:sdtPr><w:sdtContent/></w:sdt>': "绑定数据的内容控件",
    **{r("文", more=f"<w:rPr>{look}</w:rPr>"): UNCLEAR for look in (
        '<w:color w:val="FFFFFF"/>', '<w:color w:val="fefefc"/>', '<w:color w:val="auto" w:themeColor="background1"/>',
        '<w:sz w:val="2"/>', "<w:strike/>", '<w:dstrike w:val="1"/>', '<w:highlight w:val="black"/>',
        '<w:w w:val="1"/>', '<w:vertAlign w:val="superscript"/>', "<w:rtl/>",
        '<w:rStyle w:val="unseen"/>', '<w:rStyle w:val="alike"/>', '<w:shd w:val="clear" w:fill="000000"/>',
        '<w:position w:val="200"/>', '<w:spacing w:val="-400"/>',
    )},
    **{r("文", more=f"<w:rPr>{look}</w:rPr>"): "" for look in (
        '<w:shd w:val="clear" w:fill="auto"/>', '<w:spacing w:val="-10"/>', '<w:position w:val="0"/>',
        '<w:color w:val="FF0000"/>', '<w:strike w:val="0"/>', '<w:highlight w:val="yellow"/>', '<w:w w:val="90"/>',
    )},
    f'<w:bdo w:val="rtl">{r("文")}</w:bdo>': UNCLEAR,
    f'<w:dir w:val="rtl">{r("文")}</w:dir>': UNCLEAR,
    r("文", more='<w:rPr><w:rFonts w:ascii="Wingdings 2"/></w:rPr>'): "符号字体的字",
    '<w:r><w:footnoteReference w:id="2"/></w:r>': "脚注和尾注的编号",
    '<w:r><w:control w:name="x"/></w:r>': "嵌入的控件",
    '<w:r><w:sym w:font="Wingdings" w:char="F08C"/></w:r>': "符号字体的字",
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> E</w:instrText></w:r><w:r><w:instrText>Q 9'
    '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>': "没有结果的域",
    '<w:fldSimple w:instr=" SYMBOL 57"/>': "没有结果的域",
    '<w:r><w:pict><v:rect xmlns:v="urn:schemas-microsoft-com:vml" fillcolor="white"/></w:pict></w:r>': "浮动的图形",
    '<w:r><w:drawing><wp:anchor xmlns:wp="x"/></w:drawing></w:r>': "浮动的图形",
}  # fmt: skip


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("inside", UNSURE)
def test_what_word_may_show_otherwise_is_named(inside: str, briefing: Path, tmp_path: Path) -> None:
    def change(made: "docx.document.Document") -> None:
        style(made, "unseen", "<w:rPr><w:vanish/></w:rPr>")
        style(made, "alike", '<w:basedOn w:val="unseen"/>')
        made.element.body.insert(3, xml(f"<w:p>{inside}</w:p>"))

    assert check_word(edited(briefing, tmp_path, change))[1:] == ([], [UNSURE[inside]] * bool(UNSURE[inside]))


@pytest.mark.parametrize(("text", "told"), [("23", []), ("23×", [UNCLEAR])])
def test_raised_signs_are_counted_however_they_stand_in_runs(text: str, told: list[str], tmp_path: Path) -> None:
    def change(made: "docx.document.Document") -> None:
        (run,) = (run for paragraph in made.paragraphs for run in paragraph.runs if run.font.superscript)
        for sign in text[1:]:
            run._r.addnext(again := deepcopy(run._r))
            again.text = sign
        run.text = text[0]

    file = tmp_path / "made.docx"
    file.write_bytes(render_docx(read_document(notebook(markdown("# 题\n\n甲<sup>23</sup>乙"))), run_id=RUN))
    assert check_word(edited(file, tmp_path, change))[2] == told


def test_a_large_table_is_compared_in_no_time_by_the_names_of_its_rows() -> None:
    rows = [
        row
        for one in product("甲乙丙丁戊己庚", "子丑寅卯辰巳午", "金木水火土", "东南西北中上下左")
        for row in ("".join(one), *"123456789")
    ]
    was, now = ["旧题", *rows, "旧尾"], ["新题", *rows[:4999], "8", *rows[5000:], "新尾"]
    started = perf_counter()
    assert [*map(str, _compare(was, [("格", text) for text in now], ()))] == ["格：8，原为 9。"]
    assert perf_counter() - started < 4


@pytest.mark.usefixtures("here")
def test_pictures_that_are_linked_gone_or_changed_about_are_named(made: Made, tmp_path: Path) -> None:
    report = made("monthly_report", "tongdao", "2024-09", "--format", "docx")[".docx"]

    def pictures(made: "docx.document.Document") -> list[Any]:
        return [*made.element.body.iter("{*}blip")]

    def exchange(made: "docx.document.Document") -> None:
        (key,), (one, other) = pictures(made)[0].attrib, pictures(made)[:2]
        one.attrib[key], other.attrib[key] = other.attrib[key], one.attrib[key]

    def link(made: "docx.document.Document") -> None:
        made.part.relate_to("https://example.invalid/a.png", RELATIONSHIP_TYPE.IMAGE, is_external=True)

    moved, lost = "少了或换了位置的图片", lambda made: pictures(made)[0].getparent().remove(pictures(made)[0])
    for change, told in ((exchange, [moved]), (lost, [moved]), (link, ["链接的图片"]), (lambda made: None, [])):
        assert check_word(edited(report, tmp_path, change))[1:] == ([], told)


UNSEEN = {
    "a hidden row": lambda row: row._tr.get_or_add_trPr().append(xml("<w:hidden/>")),
    "a cell merged away": lambda row: row.cells[2]._tc.get_or_add_tcPr().append(xml("<w:vMerge/>")),
    "another unit": lambda row: rewrite(row.cells[2], "家", "千家"),
    "a negative": lambda row: rewrite(row.cells[2], "6", "负6"),
    "a dash": lambda row: rewrite(row.cells[2], "6", "–6"),
}


def rewrite(cell: Any, old: str, new: str) -> None:
    runs = [run for paragraph in cell.paragraphs for run in paragraph.runs if old in run.text]
    runs[0].text = runs[0].text.replace(old, new, 1)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("kind", UNSEEN)
def test_a_figure_that_is_unseen_or_another_is_found(kind: str, briefing: Path, tmp_path: Path) -> None:
    assert check_word(edited(briefing, tmp_path, lambda made: UNSEEN[kind](made.tables[0].rows[1])))[1]


@pytest.mark.usefixtures("here")
def test_heads_exchanged_over_unchanged_figures_are_found(briefing: Path, tmp_path: Path) -> None:
    def change(made: "docx.document.Document") -> None:
        one, other = made.tables[0].rows[0].cells[2:4]
        one._tc.addprevious(other._tc)

    assert {item.place for item in check_word(edited(briefing, tmp_path, change))[1]} == {"表头"}


def exchanged(one: str, other: str) -> Callable[["docx.document.Document"], None]:
    """Two words of the sentence that counts the verdicts, each in the other's place."""

    def change(made: "docx.document.Document") -> None:
        (run,) = (run for each in made.paragraphs for run in each.runs if f"{one}3项" in run.text)
        run.text = run.text.replace(one, "〓").replace(other, one).replace("〓", other)

    return change


def verdict(row: int, old: str, new: str) -> Callable[["docx.document.Document"], None]:
    return lambda made: rewrite(made.tables[0].rows[row].cells[4], old, new)


REJUDGED = {
    "a verdict of a row": (verdict(1, "难以完成", "有望完成"), ["有望完成，原为 难以完成"]),
    "a verdict in other words": (verdict(1, "难以完成", "正在推进"), ["正在推进，原为 难以完成"]),
    "a verdict taken out": (verdict(1, "难以完成", ""), ["原有的 难以完成 不见了"]),
    "the words of two counts": (
        exchanged("有望完成", "难以完成"),
        ["难以完成3，原为 有望完成3、有风险3", "有望完成7，原为 难以完成7"],
    ),
    "one word for another": (replace("难以完成7", "有望完成7"), ["有望完成7，原为 难以完成7"]),
    "half more": (replace("已完成4项", "已完成4项半"), ["4.5，原为 4"]),
    "half more in words": (replace("已完成4项", "已完成四项半"), ["4.5，原为 4"]),
    "two years and a half": (lambda made: made.add_paragraph("另需两年半"), ["2.5，原文没有这个数"]),
}


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("kind", REJUDGED)
def test_a_verdict_or_half_of_a_thing_written_by_hand_is_found(kind: str, briefing: Path, tmp_path: Path) -> None:
    change, told = REJUDGED[kind]
    assert [
        str(item).partition("：")[2].rstrip("。") for item in check_word(edited(briefing, tmp_path, change))[1]
    ] == told


@pytest.mark.usefixtures("here")
def test_every_verdict_of_a_report_is_held_to_its_row(made: Made, tmp_path: Path) -> None:
    """Also those behind a name in quotation marks."""

    def turn(made: "docx.document.Document") -> None:
        for text in made.element.body.iter(f"{{{W}}}t"):
            text.text = {"已完成": "未完成", "有风险": "有望完成"}.get(text.text.strip(), text.text)

    report = made("monthly_report", "tongdao", "2024-09", "--format", "docx")[".docx"]
    told = Counter(item.expected for item in check_word(edited(report, tmp_path, turn))[1])
    assert told == {("已完成",): 4, ("有风险",): 3}


@pytest.mark.usefixtures("here")
def test_rows_moved_with_their_verdicts_changed_no_verdict(made: Made, tmp_path: Path) -> None:
    def move(made: "docx.document.Document") -> None:
        rows = made.tables[0].rows
        rows[2]._tr.addprevious(rows[9]._tr)

    report = made("monthly_report", "tongdao", "2024-09", "--format", "docx")[".docx"]
    assert not [item for item in check_word(edited(report, tmp_path, move))[1] if "完成" in str(item)]


def test_a_growth_that_became_a_fall_is_found(tmp_path: Path) -> None:
    file = tmp_path / "made.docx"
    file.write_bytes(render_docx(read_document(notebook(markdown("# 题\n\n同比增9.1%，比全省高2个点"))), run_id=RUN))
    for old, new, told in (("增9.1", "下降9.1", "-9.1%"), ("高2", "低约2", "-2"), ("增9.1", "增长9.1", "")):
        assert [item.found for item in check_word(edited(file, tmp_path, replace(old, new)))[1]] == [told] * bool(told)


def test_at_least_three_is_no_fall_and_a_semiconductor_no_half(tmp_path: Path) -> None:
    file, said = tmp_path / "made.docx", "4项以上，3个半导体项目，尚缺5家，落户村落6处，同比降3.2%"
    file.write_bytes(render_docx(read_document(notebook(markdown(f"# 题\n\n{said}"))), run_id=RUN))
    for old, new in (("4项以上", "至少4项"), ("3个半", "三个半"), ("尚缺5", "还缺少5"), ("降3", "降幅为3")):
        assert check_word(edited(file, tmp_path, replace(old, new)))[1] == [], new
    found = check_word(edited(file, tmp_path, replace("3个半导体项目", "半导体项目3个")))[1]
    assert found == []


@pytest.mark.usefixtures("here")
def test_the_other_side_of_a_number_is_found_and_the_same_in_other_words_is_not(tmp_path: Path) -> None:
    file, said = tmp_path / "made.docx", "占比12%以上，比往年快于3点，高于上月，尚差9家，可能性不到20%"
    file.write_bytes(render_docx(read_document(notebook(markdown(f"# 题\n\n{said}"))), run_id=RUN))
    for old, new in (("以上", "以下"), ("快于", "慢于"), ("高于", "低于"), ("尚差", "超额"), ("不到", "超过")):
        found = check_word(edited(file, tmp_path, replace(old, new)))[1]
        assert [(item.found, item.expected) for item in found] == [(new, (old,))]
    same = ("高于", "超过"), ("不到", "低于"), ("尚差", "还差"), ("占比12%以上", "占比不低于12%"), ("不到", "没有超过")
    for old, new in same:
        assert check_word(edited(file, tmp_path, replace(old, new)))[1] == [], new


@pytest.mark.usefixtures("here")
def test_a_cell_of_figures_and_words_is_found_in_another_row(made: Made, tmp_path: Path) -> None:
    """It went for a sentence that was moved as it is."""

    def change(word: "docx.document.Document") -> None:
        cells = [word.tables[0].cell(row, 1)._tc for row in (2, 4)]
        for cell, copied in zip(cells, [deepcopy(cell) for cell in reversed(cells)], strict=True):
            cell.getparent().replace(cell, copied)

    file = made("monthly_report", "tongdao", "2024-09", "--format", "docx")[".docx"]
    assert {item.place for item in check_word(edited(file, tmp_path, change))[1]} >= {"第 1 个表第 3 行第 2 列"}

    def sort(word: "docx.document.Document") -> None:
        """A row that is moved as a whole has changed nothing."""
        word.tables[0]._tbl.append(word.tables[0].rows[2]._tr)

    assert check_word(edited(file, tmp_path, sort))[1] == []


def test_a_condition_in_other_words_exchanged_no_counts(tmp_path: Path) -> None:
    """把握不低于80 ends as 不低于50 does, and as 可能性不低于80, which it was."""
    file = tmp_path / "made.docx"
    text = "# 题\n\n绿：可能性不低于80%；黄：不低于50%"
    file.write_bytes(render_docx(read_document(notebook(markdown(text))), run_id=RUN))
    assert check_word(edited(file, tmp_path, replace("可能性", "把握")))[1] == []


def around(made: "docx.document.Document", kind: str) -> None:
    if kind == "页脚":
        made.sections[0].footer.paragraphs[0].add_run("共12家")
    elif kind == "页眉":
        made.sections[0].header.paragraphs[0].add_run("共12家")
    elif kind == "批注":
        made.add_comment(made.paragraphs[2].runs, text="应为12家")
    else:
        blob = f'<w:footnotes xmlns:w="{W}"><w:footnote w:id="2"><w:p>{r("共12家")}</w:p></w:footnote></w:footnotes>'
        kinds = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
        part = Part(PackURI("/word/footnotes.xml"), kinds, blob.encode(), made.part.package)
        made.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("kind", ["页脚", "页眉", "批注", "脚注"])
def test_a_number_around_the_text_is_found_with_its_place(kind: str, briefing: Path, tmp_path: Path) -> None:
    file = edited(briefing, tmp_path, lambda made: around(made, kind))
    assert [(item.place, item.found) for item in check_word(file)[1]] == [(kind, "12")]


def rewritten(inside: str) -> Callable[["docx.document.Document"], None]:
    """The run that holds 有望完成3项 parted, and ``inside`` in the place of its number."""

    def change(made: "docx.document.Document") -> None:
        run = next(run for each in made.paragraphs for run in each.runs if "有望完成3项" in run.text)
        before, after = run.text.split("有望完成3项", 1)
        place, run.text = run._r, f"{before}有望完成"
        for each in reversed([*xml(f"<w:p>{inside}</w:p>"), *xml(f"<w:p>{r(f'项{after}')}</w:p>")]):
            place.addnext(each)

    return change


NEW, OLD = f'<w:ins w:id="1">{r("8")}</w:ins>', f'<w:del w:id="2">{r("3", "delText")}</w:del>'


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("inside", "told"),
    [
        (NEW + OLD, [("8", ("3",), "接受修订后")]),
        (OLD, [("", ("3",), "接受修订后")]),
        (r("8") + f'<w:del w:id="2">{r("9", "delText")}</w:del>', [("8", ("3",), "接受修订后"), ("89", ("3",), "拒绝修订后")]),  # noqa: E501
        (r("3", more="<w:rPr><w:vanish/></w:rPr>"), [("", ("3",), "")]),
        ("", [("", ("3",), "")]),
        (r("八"), [("八", ("3",), "")]),
        (r("三"), []),
        (r("叁"), []),
        (r("3"), []),
        (r("3", more='<w:rPr><w:vanish w:val="0"/></w:rPr>'), []),
        (f'<w:del w:id="1">{r("3", "delText")}</w:del><w:ins w:id="2">{r("3")}</w:ins>', []),
    ],
)  # fmt: skip
def test_both_views_of_a_revision_are_held_to_what_was_calculated(
    inside: str, told: list[tuple[str, tuple[str, ...], str]], briefing: Path, tmp_path: Path
) -> None:
    found = check_word(edited(briefing, tmp_path, rewritten(inside)))[1]
    spelt = {"八": "8"}
    assert [(i.found, i.expected, i.view) for i in found] == [(spelt.get(f, f), e, v) for f, e, v in told]


def test_a_moved_sentence_changed_nothing_and_swapped_numbers_did(briefing: Path, tmp_path: Path) -> None:
    def move(made: "docx.document.Document") -> None:
        made.paragraphs[-2]._p.addnext(made.paragraphs[2]._p)

    def swap(made: "docx.document.Document") -> None:
        run = next(run for each in made.paragraphs for run in each.runs if "有望完成3项" in run.text)
        numbers = re.findall(r"\d+项", run.text)
        run.text = run.text.replace(numbers[0], "〓").replace(numbers[1], numbers[0]).replace("〓", numbers[1])

    assert check_word(edited(briefing, tmp_path, move))[1] == []
    assert len(check_word(edited(briefing, tmp_path, swap))[1]) == 2


def named(made: "docx.document.Document") -> list[Any]:
    """The cells that name what the first two rows of the first table are about."""
    return [next(cell for cell in row.cells if len(cell.text) > 3) for row in made.tables[0].rows[1:3]]


def exchange(made: "docx.document.Document") -> None:
    one, other = (cell.paragraphs[0]._p for cell in named(made))
    home = one.getparent()
    other.getparent().append(one)
    home.append(other)


def test_names_exchanged_around_unchanged_numbers_are_found(briefing: Path, run: Run, tmp_path: Path) -> None:
    one, other = (bare(cell.text) for cell in named(docx.Document(str(briefing))))
    done = run("check", edited(briefing, tmp_path, exchange))
    assert done.code == 1
    assert f"{one}，原为 {other}" in done.out
    assert f"{other}，原为 {one}" in done.out


def test_what_cannot_be_read_is_said(briefing: Path, run: Run, tmp_path: Path) -> None:
    def picture(made: "docx.document.Document") -> None:
        drawn = BytesIO()
        Image.new("RGB", (20, 20), "navy").save(drawn, "png")
        made.add_paragraph().add_run().add_picture(drawn)
        made.add_paragraph("甲")._p.get_or_add_pPr().get_or_add_numPr()

    done = run("check", edited(briefing, tmp_path, picture))
    assert done.code == 0
    assert "一致" not in done.out
    assert "没有核对、请人工看的有：自动编号、生成后换过或添上的图片（word/media/" in done.out


@pytest.mark.parametrize(("part", "count"), [("<w:p/>", 12_000_000), (" ", 160_000_000)])
@pytest.mark.parametrize("command", [("check",), ("new", "made", "--text")])
def test_a_bomb_is_one_sentence(command: tuple[str, ...], part: str, count: int, run: Run, tmp_path: Path) -> None:
    docx.Document().save(str(tmp_path / "plain.docx"))
    bomb = tmp_path / "bomb.docx"
    with zipfile.ZipFile(tmp_path / "plain.docx") as source, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as made:
        for name in source.namelist():
            if name != "word/document.xml":
                made.writestr(name, source.read(name))
                continue
            with made.open(name, "w", force_zip64=True) as file:
                file.write(f'<w:document xmlns:w="{W}"><w:body>'.encode())
                for _ in range(100):
                    file.write(part.encode() * (count // 100))
                file.write(b"</w:body></w:document>")
    done = run(*command, bomb, cwd=tmp_path)
    assert done.code == 2
    assert re.search("bomb.docx (解压后有|读起来用时太长|不是 Word.*或已损坏)", done.sentence), done.sentence
