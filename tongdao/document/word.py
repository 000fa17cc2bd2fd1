"""Document -> Word, for an office that edits before it sends: real headings, real tables, pictures with words.

The file keeps, beside its text, the text as it was made (``word_check``), so that a figure changed by hand is found.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from io import BytesIO
from math import ceil
from pathlib import Path
from typing import Any

import docx
from docx.document import Document as Word
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph as WordParagraph
from docx.text.run import Run

from tongdao.base import DocumentError
from tongdao.document import blocks, style as theme
from tongdao.document.style import narrowest, widest, wrapped
from tongdao.document.vega import png
from tongdao.document.word_check import attach, dated

TEMPLATES = Path(__file__).parent
GAP = 4.0  # mm between two figures side by side
PADDING = 1.0  # mm beside the text of a cell
TALLEST = 180.0  # mm of a picture, which leaves room on its page for its words
BAR = 5.5  # ems of a full share
TALL = 485.0  # pt of a page that the head and a paragraph leave to a table
_SIZES = (9.0, 8.5, 8.0, 7.5, 7.0)  # pt of a table's type, the largest that fits
_PITCH = 4 / 3  # of a line of a table, in ems
_TITLE = Pt(11).mm  # an em of a caption, with some room
_STYLES = {"body": "Normal", "quote": "Quote", "verbatim": "Verbatim"}


def render_docx(document: blocks.Document, *, run_id: str) -> bytes:
    """The document as a Word file; the same inputs give the same bytes on any day.

    Raises:
        DocumentError: an empty chart, a table too wide for a page.
    """
    wall = document.head.paper == "a3"  # whose type is as large as that of an official page
    word = docx.Document(str(TEMPLATES / f"{'official' if wall else document.head.look}.docx"))
    day = document.head.day or date(2000, 1, 1)
    core = word.core_properties
    core.title, core.comments = document.head.title, f"运行编号 {run_id}"
    core.author = core.last_modified_by = document.head.issuer or ""
    core.created = core.modified = datetime.combine(day, time())
    _page(word, document, run_id)
    _head(word, document)
    for line in document.lines():
        _stand(word)
        _block(word, line)
    if document.head.circulation:
        _stand(word)
        last = word.add_paragraph("　　".join(document.head.circulation), "Circulation")
        _ruled(last, *_rules({"top": 8, "bottom": 8}, space="3"))
    attach(word, run_id)
    made = BytesIO()
    word.save(made)
    return dated(made.getvalue(), day)


def _page(word: Word, document: blocks.Document, run_id: str) -> None:
    section = word.sections[0]
    if document.head.paper == "a3":
        section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Mm(420), Mm(297)
        section.top_margin = section.bottom_margin = Mm(20)  # an official page's own push the charts to a second one
        section.header_distance = section.footer_distance = Mm(10)
    for header in (section.header, section.even_page_header):
        header.paragraphs[0].text = document.head.example or ""
    for footer, even in ((section.footer, False), (section.even_page_footer, True)):
        paragraph = footer.paragraphs[0]
        _tabs(paragraph, ("right", _text_width(word) - 5))
        if even:
            _page_number(paragraph, after="\t")
        paragraph.add_run(f"运行编号 {run_id}").font.size = Pt(7.5)
        if not even:
            _page_number(paragraph, before="\t")


def _page_number(paragraph: WordParagraph, *, before: str = "", after: str = "") -> None:
    paragraph.add_run(f"{before}— ")
    paragraph._p.append(_element("w:fldSimple", instr="PAGE"))
    paragraph.add_run(f" —{after}")


def _head(word: Word, document: blocks.Document) -> None:
    head, width = document.head, _text_width(word)
    word.add_paragraph(head.title, "Title")
    if head.look == "report" and head.subtitle:
        _tabs(word.add_paragraph(f"\t{head.subtitle}", "Head Line"), ("center", width / 2))
    middle = head.subtitle if head.look == "official" else None
    line = word.add_paragraph("\t".join(part or "" for part in (head.issuer, middle, head.date_line)), "Head Line")
    _tabs(line, ("center", width / 2), ("right", width))
    if document.annex:
        line = word.add_paragraph("", "Head Line")
        _runs(line, [document.annex])
    _ruled(line, *_rules({"bottom": 8}, space="3"))


def _block(word: Word, block: blocks.Block | blocks.Pair) -> None:
    match block:
        case blocks.Heading(level=level, inlines=spans):
            _runs(word.add_paragraph("", f"Heading {min(level, 4)}"), spans)
        case blocks.Paragraph(role=role, inlines=spans):
            _runs(word.add_paragraph("", _STYLES[role]), spans)
        case blocks.ListBlock():
            _list(word, block, 0)
        case blocks.Table():
            _table(word, block)
        case blocks.Figure():
            _beside(word, block) if block.beside else _figure(word.add_paragraph, block, _text_width(word) - 16)
        case blocks.Pair(figures=figures):
            half = (_text_width(word) - GAP) / 2
            for cell, figure in zip(_grid(word, 1, [half, half]).rows[0].cells, figures, strict=True):
                _figure(cell.add_paragraph, figure, half - 2 * PADDING)
                cell._tc.remove(cell.paragraphs[0]._p)
        case blocks.Notice(text=text, kind=kind):
            paragraph = word.add_paragraph("", "Notice")
            paragraph.add_run(f"{blocks.NOTICE_WORDS[kind]}　").bold = True
            paragraph.add_run(text)
            _ruled(paragraph, *_rules({"left": 8}, space="3"))
        case _:
            word.add_page_break()  # type: ignore[no-untyped-call]


def _runs(paragraph: WordParagraph, spans: Iterable[blocks.Span]) -> None:
    for span in spans:
        run = paragraph.add_run(span.text)
        run.bold = True if span.strong else None
        run.italic = True if span.emphasis else None
        run.font.strike = True if span.strike else None
        run.font.subscript, run.font.superscript = (True if span.shift == kind else None for kind in ("sub", "sup"))
        if span.link:
            target = paragraph.part.relate_to(span.link, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
            link = _element("w:hyperlink")
            link.set(qn("r:id"), target)
            paragraph._p.append(link)
            link.append(run._r)
            run.font.underline = True


def _list(word: Word, block: blocks.ListBlock, depth: int) -> None:
    """The items of a list; the first and the last are not alone on a page, more paragraphs of one stand below it.

    A tab leads from the number to the text, whose lines begin at one place in every font.
    """
    em, many = word.styles["List"].font.size, len(block.items)
    hang = em * (4 + block.ordered * len(str(block.start + many))) // 2
    for at, item in enumerate(block.items):
        mark = f"{block.start + at}．\t" if block.ordered else "•\t"
        for part in item:
            if isinstance(part, blocks.ListBlock):
                _list(word, part, depth + 1)
                continue
            paragraph = word.add_paragraph(mark, "List")
            told = paragraph.paragraph_format
            told.left_indent, told.first_line_indent = em * (2 + 2 * depth) + hang, -hang if mark else 0
            told.keep_with_next = (at < many - 1 and at in (0, many - 2)) or None
            mark = ""
            _runs(paragraph, part.inlines)


def _figure(add: Callable[[str, str], WordParagraph], figure: blocks.Figure, width: float) -> None:
    if figure.title:
        caption = add("", "Caption")
        caption.add_run(wrapped(figure.title, width / _TITLE)).bold = True
        if figure.subtitle:
            caption.add_run(f"\n{figure.subtitle}").font.size = Pt(8.5)
    picture = add("", "Picture")
    picture.paragraph_format.keep_with_next = bool(figure.source)
    data, own = png(figure)
    shape = picture.add_run().add_picture(BytesIO(data))
    # Word cuts off what is higher than a page
    wide = min(Mm(own) if own else shape.width, Mm(width), Mm(TALLEST) * shape.width // shape.height)
    shape.width, shape.height = Emu(wide), Emu(wide * shape.height // shape.width)
    for side in "TBLR":  # LibreOffice takes an eighth of an inch where nothing is said
        shape._inline.set(f"dist{side}", "0")
    for name, told in (("descr", figure.alt), ("title", figure.title)):
        shape._inline.docPr.set(name, told)
    if figure.source:
        add(figure.source, "Source")


def _beside(word: Word, figure: blocks.Figure) -> None:
    """A half figure with its words on the right."""
    half = (_text_width(word) - GAP) / 2
    left, right = _grid(word, 1, [half, half]).rows[0].cells
    _figure(left.add_paragraph, figure, half - 2 * PADDING)
    for label, told in figure.beside:
        paragraph = right.add_paragraph("", "Table Text")
        paragraph.add_run(f"{label}\t").font.color.rgb = RGBColor.from_string(theme.MUTED[1:])
        paragraph.add_run(told)
        space = paragraph.paragraph_format
        space.space_after, space.left_indent, space.first_line_indent = Pt(4), Pt(36), Pt(-36)
    for cell in (left, right):
        cell._tc.remove(cell.paragraphs[0]._p)
        for paragraph in cell.paragraphs:  # the row stays whole; LibreOffice would bind it to the next one
            paragraph.paragraph_format.keep_with_next = False


def _table(word: Word, table: blocks.Table) -> None:
    """A table with three rules; one that is too wide gets a page that lies, until ``_stand``."""
    fitted = _fit(table, _text_width(word))
    if not fitted:
        _turn(word)
        fitted = _fit(table, _text_width(word))
    if not fitted:
        for part in _parts(table, _text_width(word)):
            _table(word, part)
        return
    size, widths = fitted
    if table.title:
        word.add_paragraph("", "Caption").add_run(wrapped(table.title, _text_width(word) / _TITLE)).bold = True
    grid = _grid(word, len(table.rows) + 1, widths)
    heads = [blocks.Cell(f"{c.title}\n{c.unit}" if c.unit else c.title, strong=True) for c in table.columns]
    style = word.styles["Table Text"].style_id  # by name python-docx would search all styles for each cell
    below, small = [text for text in (table.note, table.source) if text], _height(table, size, widths) < 0.4 * TALL
    for number, cells in enumerate((heads, *table.cells)):
        row = grid.rows[number]
        if number == 0:
            row._tr.trPr.append(_element("w:tblHeader"))
        top = 12 if number == 0 else 6 if number == 1 or number - 1 in table.groups else 2
        last = len(table.rows) - number
        rules, kept = {"top": top, "bottom": 12 * (not last)}, (small or number < 2 or last < 2) and bool(last or below)
        for place, cell, column, width in zip(row.cells, cells, table.columns, widths, strict=True):
            paragraph = place.paragraphs[0]
            paragraph._p.style = style
            paragraph.paragraph_format.keep_with_next = kept or None  # no row or note stands alone on a page
            paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, column.align.upper())
            _cell(paragraph, cell, size, width - 2.2 * PADDING)
            if cell.bar:
                _bar(place.add_paragraph("", "Table Text"), cell.bar, size, width - 2 * PADDING)
            place._tc.get_or_add_tcPr().append(_element("w:tcBorders", *_rules(rules)))
    if below:
        word.add_paragraph("\n".join(below), "Source")


def _cell(paragraph: WordParagraph, cell: blocks.Cell, size: float, width: float) -> None:
    if size < _SIZES[0]:
        paragraph.paragraph_format.line_spacing = Pt(_PITCH * size)
    text = wrapped(cell.words, width / Pt(size).mm)
    if cell.light:
        light, text = paragraph.add_run(text[:2]), text[2:]
        light.font.size, light.font.color.rgb = Pt(size), RGBColor.from_string(theme.LIGHTS[cell.light][1:])
    _runs(paragraph, [blocks.Span(text, strong=cell.strong, link=cell.link)])
    run = Run(paragraph._p.xpath(".//w:r")[-1], paragraph)
    run.font.size = Pt(size)
    if cell.muted:
        run.font.color.rgb = RGBColor.from_string(theme.MUTED[1:])


def _bar(paragraph: WordParagraph, share: float, size: float, width: float) -> None:
    """A share as a thick rule below an empty line, on the right of a cell of so many mm."""
    full, told = min(width, Pt(BAR * size).mm), paragraph.paragraph_format
    told.left_indent, told.right_indent = Mm(width - full), Mm(full * (1 - min(share, 1.0)))
    told.line_spacing = told.space_after = Pt(2)
    _ruled(paragraph, _element("w:bottom", val="single", sz="18", space="0", color=theme.MAIN[1:]))


def _ruled(paragraph: WordParagraph, *rules: Any) -> None:
    after = ("w:shd", "w:tabs", "w:snapToGrid", "w:spacing", "w:ind", "w:jc", "w:rPr")
    paragraph._p.get_or_add_pPr().insert_element_before(_element("w:pBdr", *rules), *after)


def _rules(eighths: dict[str, int], **more: str) -> list[Any]:
    """Rules by side, in eighths of a point; the thin ones between the rows of a table are grey."""
    colours = {side: (theme.INK if width > 2 else theme.RULE)[1:] for side, width in eighths.items() if width}
    return [
        _element(f"w:{side}", val="single", sz=str(eighths[side]), **more, color=colour)
        for side, colour in colours.items()
    ]


def _fit(table: blocks.Table, width: float) -> tuple[float, list[float]] | None:
    """Size of type (pt) and widths of the columns (mm): numbers stay on one line, words share what is left.

    Type is smaller where that keeps the table on one page. Where it fits at no size, titles wrap as well; None where
    that does not help.
    """
    longest, whole, least = list[float](), list[float](), list[float]()  # in ems
    for column, cells in zip(table.columns, zip(*table.cells, strict=True), strict=True):
        text = max(widest(cell.words) for cell in cells)
        most = max(widest(column.title), text)
        lit = any(cell.light for cell in cells)
        wraps = most if column.align != "left" else 9.0 if lit else narrowest(cell.words for cell in cells)
        longest.append(most)
        whole.append(min(most, wraps))
        least.append(max(min(most, wraps, 3.15), min(text, wraps)))
    for needs in (whole, least):
        found = list[tuple[float, list[float]]]()
        for size in _SIZES:
            em = Pt(size).mm
            room = (width - 2.2 * PADDING * len(longest)) / em
            if sum(needs) <= room:
                wish = [most - need for most, need in zip(longest, needs, strict=True)]
                share = min(1.0, (room - sum(needs)) / (sum(wish) or 1.0))
                widths = [(need + share * more) * em + 2.2 * PADDING for need, more in zip(needs, wish, strict=True)]
                found.append((size, [each * min(width / sum(widths), 2.0) for each in widths]))
        if found:
            return next((one for one in found if _height(table, *one) <= TALL), found[0])
    return None


def _height(table: blocks.Table, size: float, widths: Sequence[float]) -> float:
    """About how many points the rows of a table take."""

    def lines(cell: blocks.Cell, width: float) -> float:
        room: float = (width - 2.2 * PADDING) / Pt(size).mm
        told = wrapped(cell.words, room).split("\n")
        return 0.7 * bool(cell.bar) + sum(ceil(widest(line) / room - 0.02) for line in told)

    return sum(_PITCH * size * max(map(lines, row, widths)) + 2.5 for row in table.cells)


def _parts(table: blocks.Table, width: float) -> list[blocks.Table]:
    """A wide frame as several below each other, its first column with each; DocumentError if that is no help."""
    wide = len(table.columns)
    for count in range(2, wide):
        step = ceil((wide - 1) / count)
        picks = [[0, *range(at, min(at + step, wide))] for at in range(1, wide, step)]
        parts = [
            replace(
                table,
                columns=[table.columns[i] for i in pick],
                rows=[[row[i] for i in pick] for row in table.rows],
                title=table.title if pick is picks[0] else None,
                **({} if pick is picks[-1] else {"note": None, "source": None}),
            )
            for pick in picks
        ]
        if all(_fit(part, width) for part in parts):
            return parts
    name = table.title or "、".join(column.title for column in table.columns if column.title)[:20]
    raise DocumentError(f"表“{name}”太宽，Word 横排一页也放不下：请减少列，或把长的数字换个单位。")


def _grid(word: Word, rows: int, widths: Sequence[float]) -> Any:
    """A table without rules, its columns of the given widths in mm; no page tears a row of it apart."""
    grid = word.add_table(rows, len(widths))
    grid.autofit = False
    sides = [_element(f"w:{side}", w=str(round(PADDING * 1440 / 25.4)), type="dxa") for side in ("left", "right")]
    grid._tbl.tblPr.append(_element("w:tblCellMar", *sides))
    for line in grid._tbl.tr_lst:
        line.get_or_add_trPr().append(_element("w:cantSplit"))
    for column, width in zip(grid.columns, widths, strict=True):
        for place in (column, *column.cells):
            place.width = Mm(width)
    return grid


def _stand(word: Word) -> None:
    """After a table that lies, a page as the first one."""
    if word.sections[-1].orientation != word.sections[0].orientation:
        _turn(word)


def _turn(word: Word) -> None:
    section = word.add_section()
    stood = section.orientation == WD_ORIENT.PORTRAIT
    section.orientation = WD_ORIENT.LANDSCAPE if stood else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = section.page_height, section.page_width


def _text_width(word: Word) -> int:
    """Millimetres of text in a line of the page that is being written."""
    page = word.sections[-1]
    return round((page.page_width - page.left_margin - page.right_margin) / 36_000)  # type: ignore[operator]


def _tabs(paragraph: WordParagraph, *stops: tuple[str, float]) -> None:
    paragraph.paragraph_format.tab_stops.clear_all()
    for kind, place in stops:
        paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(place), getattr(WD_TAB_ALIGNMENT, kind.upper()))


def _element(name: str, *parts: Any, **attributes: str) -> Any:
    """An element of WordprocessingML, which python-docx has no words for; attributes go to its namespace."""
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    made.extend(parts)
    return made
