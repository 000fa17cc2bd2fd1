"""Document -> Word, for an office that edits before it sends: real headings, real tables, pictures with words.

The file keeps, beside its text, the text as it was made (``proof``), so that a figure changed by hand is found again.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from tongdao.document import style as theme
from tongdao.document.blocks import (
    NOTICE_WORDS,
    Block,
    Document,
    Figure,
    Heading,
    ListBlock,
    Notice,
    PageBreak,
    Paragraph,
    Span,
    Table,
)
from tongdao.document.vega import png
from tongdao.document.word_check import attach
from tongdao.document.word_table import PADDING, add_table, element, grid_of, stand, text_width

if TYPE_CHECKING:
    from docx.document import Document as Word
    from docx.text.paragraph import Paragraph as WordParagraph

TEMPLATE = Path(__file__).with_name("template.docx")
GAP = 4.0  # mm between two figures side by side
TALLEST = 180.0  # mm of a picture, which leaves room on its page for its words


def render_docx(document: Document, *, run_id: str) -> bytes:
    """The document as a Word file; the same inputs give the same bytes on any day.

    Raises:
        DocumentError: an empty chart, a table too wide for a page.
    """
    import docx

    word = docx.Document(str(TEMPLATE))
    day = date.fromisoformat(document.head.data_date) if document.head.data_date else date(2000, 1, 1)
    core = word.core_properties
    core.title, core.author, core.comments = document.head.title, document.head.issuer or "", f"运行编号 {run_id}"
    core.created = core.modified = datetime.combine(day, time())
    core.last_modified_by = core.author
    _page(word, document, run_id)
    _head(word, document)
    for line in document.lines():
        stand(word)
        figures = [block for block in line if isinstance(block, Figure)]
        if len(figures) == 2:
            half = (text_width(word) - GAP) / 2
            row = grid_of(word, 1, [half, half]).rows[0]
            row._tr.get_or_add_trPr().append(element("w:cantSplit"))
            for cell, figure in zip(row.cells, figures, strict=True):
                _figure(cell.add_paragraph, figure, half - 2 * PADDING)
                cell._tc.remove(cell.paragraphs[0]._p)
        else:
            _block(word, line[0])
    if document.head.circulation:
        stand(word)
        paragraph = word.add_paragraph("　　".join(document.head.circulation), "Circulation")
        _border(paragraph, "top", "bottom")
    attach(word, run_id)
    made = BytesIO()
    word.save(made)
    return _dated(made.getvalue(), day)


def _page(word: Word, document: Document, run_id: str) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm

    section = word.sections[0]
    if document.head.paper == "a3":
        section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Mm(420), Mm(297)
    for header in (section.header, section.even_page_header):
        header.paragraphs[0].text = document.head.example or ""
    for footer, odd in ((section.footer, True), (section.even_page_footer, False)):
        paragraph = footer.paragraphs[0]
        _tabs(paragraph, ("right", text_width(word) - 5))
        if not odd:
            _page_number(paragraph)
            paragraph.add_run("\t")
        _small(paragraph, f"运行编号 {run_id}")
        if odd:
            paragraph.add_run("\t")
            _page_number(paragraph)


def _small(paragraph: WordParagraph, text: str) -> None:
    from docx.shared import Pt

    paragraph.add_run(text).font.size = Pt(7.5)


def _page_number(paragraph: WordParagraph) -> None:
    paragraph.add_run("— ")
    field = paragraph.add_run()
    for kind, text in (("begin", ""), ("instr", "PAGE"), ("end", "")):
        field._r.append(
            element("w:instrText", text=text) if kind == "instr" else element("w:fldChar", fldCharType=kind)
        )
    paragraph.add_run(" —")


def _head(word: Word, document: Document) -> None:
    head, width = document.head, text_width(word)
    word.add_paragraph(head.title, "Title")
    if head.look == "report" and head.subtitle:
        _tabs(word.add_paragraph(f"\t{head.subtitle}", "Head Line"), ("center", width / 2))
    middle = head.subtitle if head.look == "official" else None
    line = word.add_paragraph("\t".join(part or "" for part in (head.issuer, middle, head.date_line)), "Head Line")
    _tabs(line, ("center", width / 2), ("right", width))
    _border(line, "bottom")


def _block(word: Word, block: Block) -> None:
    match block:
        case Heading(level=level, inlines=spans):
            _runs(word.add_paragraph("", f"Heading {min(level, 4)}"), spans)
        case Paragraph(role=role, inlines=spans):
            style = {"quote": "Quote", "verbatim": "Verbatim"}.get(role, "Normal")
            _runs(word.add_paragraph("", style), spans)
        case ListBlock():
            _list(word, block, 0)
        case Table():
            add_table(word, block)
        case Figure():
            _figure(word.add_paragraph, block, text_width(word) - 16)
        case Notice(text=text, kind=kind):
            paragraph = word.add_paragraph("", "Notice")
            paragraph.add_run(f"{NOTICE_WORDS[kind]}　").bold = True
            paragraph.add_run(text)
            _border(paragraph, "left")
        case PageBreak():
            word.add_page_break()  # type: ignore[no-untyped-call]


def _runs(paragraph: WordParagraph, spans: Iterable[Span]) -> None:
    for span in spans:
        run = paragraph.add_run(span.text)
        run.bold = True if span.strong else None
        run.italic = True if span.emphasis else None


def _list(word: Word, block: ListBlock, depth: int) -> None:
    from docx.shared import Pt

    for number, item in enumerate(block.items, block.start):
        for part in item:
            if isinstance(part, ListBlock):
                _list(word, part, depth + 1)
                continue
            paragraph = word.add_paragraph(f"{number}．" if block.ordered else "•　", "List")
            if depth:
                paragraph.paragraph_format.left_indent = Pt(48 + 32 * depth)
            _runs(paragraph, part.inlines)


def _figure(add: Callable[[str, str], WordParagraph], figure: Figure, width: float) -> None:
    from docx.shared import Emu, Mm

    if figure.title:
        caption = add("", "Caption")
        caption.add_run(figure.title).bold = True
        if figure.subtitle:
            caption.add_run(f"\n{figure.subtitle}").bold = False
    picture = add("", "Picture")
    picture.paragraph_format.keep_with_next = bool(figure.source)
    data, own = png(figure)
    shape = picture.add_run().add_picture(BytesIO(data))
    # Word cuts off what is higher than a page
    wide = min(Mm(own) if own else shape.width, Mm(width), Mm(TALLEST) * shape.width // shape.height)
    shape.width, shape.height = Emu(wide), Emu(wide * shape.height // shape.width)
    for side in "TBLR":  # LibreOffice takes an eighth of an inch where nothing is said
        shape._inline.set(f"dist{side}", "0")
    words = shape._inline.docPr
    words.set("descr", figure.alt)
    words.set("title", figure.title)
    if figure.source:
        add(figure.source, "Source")


def _border(paragraph: WordParagraph, *sides: str) -> None:
    borders = element("w:pBdr")
    for side in sides:
        borders.append(element(f"w:{side}", val="single", sz="8", space="3", color=theme.INK.lstrip("#")))
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:snapToGrid", "w:spacing", "w:ind", "w:jc", "w:rPr")


def _tabs(paragraph: WordParagraph, *stops: tuple[str, float]) -> None:
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.shared import Mm

    paragraph.paragraph_format.tab_stops.clear_all()
    for kind, place in stops:
        paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(place), getattr(WD_TAB_ALIGNMENT, kind.upper()))


def _dated(data: bytes, day: date) -> bytes:
    """The same archive with the data's date on every part: the writer would put the clock there."""
    made = BytesIO()
    stamp = datetime.combine(max(day, date(1980, 1, 1)), time(), UTC).timetuple()[:6]
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            info = zipfile.ZipInfo(name, stamp)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            target.writestr(info, source.read(name))
    return made.getvalue()
