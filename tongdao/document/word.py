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
from tongdao.document import style as theme
from tongdao.document.blocks import (
    NOTICE_WORDS,
    SHAPES,
    Block,
    Cell,
    Document,
    Figure,
    Heading,
    ListBlock,
    Notice,
    Pair,
    Paragraph,
    Span,
    Table,
)
from tongdao.document.style import widest
from tongdao.document.vega import png
from tongdao.document.word_check import attach, dated

TEMPLATE = Path(__file__).with_name("template.docx")
GAP = 4.0  # mm between two figures side by side
PADDING = 1.0  # mm beside the text of a cell
TALLEST = 180.0  # mm of a picture, which leaves room on its page for its words
_SIZES = (9.0, 8.5, 8.0, 7.5, 7.0)  # pt of a table's type, the largest that fits
_STYLES = {"body": "Normal", "quote": "Quote", "verbatim": "Verbatim"}


def render_docx(document: Document, *, run_id: str) -> bytes:
    """The document as a Word file; the same inputs give the same bytes on any day.

    Raises:
        DocumentError: an empty chart, a table too wide for a page.
    """
    word = docx.Document(str(TEMPLATE))
    day = document.head.day or date(2000, 1, 1)
    core = word.core_properties
    core.title, core.author, core.comments = document.head.title, document.head.issuer or "", f"运行编号 {run_id}"
    core.created = core.modified = datetime.combine(day, time())
    core.last_modified_by = core.author
    _page(word, document, run_id)
    _head(word, document)
    for line in document.lines():
        _stand(word)
        _block(word, line)
    if document.head.circulation:
        _stand(word)
        _border(word.add_paragraph("　　".join(document.head.circulation), "Circulation"), "top", "bottom")
    attach(word, run_id)
    made = BytesIO()
    word.save(made)
    return dated(made.getvalue(), day)


def _page(word: Word, document: Document, run_id: str) -> None:
    section = word.sections[0]
    if document.head.paper == "a3":
        section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Mm(420), Mm(297)
    for header in (section.header, section.even_page_header):
        header.paragraphs[0].text = document.head.example or ""
    for footer, even in ((section.footer, False), (section.even_page_footer, True)):
        paragraph = footer.paragraphs[0]
        _tabs(paragraph, ("right", _text_width(word) - 5))
        if even:
            _page_number(paragraph)
            paragraph.add_run("\t")
        paragraph.add_run(f"运行编号 {run_id}").font.size = Pt(7.5)
        if not even:
            paragraph.add_run("\t")
            _page_number(paragraph)


def _page_number(paragraph: WordParagraph) -> None:
    paragraph.add_run("— ")
    field = paragraph.add_run()._r
    field.append(_element("w:fldChar", fldCharType="begin"))
    field.append(_element("w:instrText"))
    field[-1].text = "PAGE"
    field.append(_element("w:fldChar", fldCharType="end"))
    paragraph.add_run(" —")


def _head(word: Word, document: Document) -> None:
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
    _border(line, "bottom")


def _block(word: Word, block: Block | Pair) -> None:
    match block:
        case Heading(level=level, inlines=spans):
            _runs(word.add_paragraph("", f"Heading {min(level, 4)}"), spans)
        case Paragraph(role=role, inlines=spans):
            _runs(word.add_paragraph("", _STYLES[role]), spans)
        case ListBlock():
            _list(word, block, 0)
        case Table():
            _table(word, block)
        case Figure():
            _beside(word, block) if block.beside else _figure(word.add_paragraph, block, _text_width(word) - 16)
        case Pair(figures=figures):
            half = (_text_width(word) - GAP) / 2
            for cell, figure in zip(_row(word, [half, half]), figures, strict=True):
                _figure(cell.add_paragraph, figure, half - 2 * PADDING)
                cell._tc.remove(cell.paragraphs[0]._p)
        case Notice(text=text, kind=kind):
            paragraph = word.add_paragraph("", "Notice")
            paragraph.add_run(f"{NOTICE_WORDS[kind]}　").bold = True
            paragraph.add_run(text)
            _border(paragraph, "left")
        case _:
            word.add_page_break()  # type: ignore[no-untyped-call]


def _runs(paragraph: WordParagraph, spans: Iterable[Span]) -> None:
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


def _list(word: Word, block: ListBlock, depth: int) -> None:
    """The items of a list; the further paragraphs of an item stand below its first, without its number."""
    for number, item in enumerate(block.items, block.start):
        mark = f"{number}．" if block.ordered else "•　"
        for part in item:
            if isinstance(part, ListBlock):
                _list(word, part, depth + 1)
                continue
            paragraph = word.add_paragraph(mark, "List")
            if depth:
                paragraph.paragraph_format.left_indent = Pt(48 + 32 * depth)
            if not mark:
                paragraph.paragraph_format.first_line_indent = Pt(0)
            mark = ""
            _runs(paragraph, part.inlines)


def _figure(add: Callable[[str, str], WordParagraph], figure: Figure, width: float) -> None:
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


def _beside(word: Word, figure: Figure) -> None:
    """A half figure with its words on the right."""
    half = (_text_width(word) - GAP) / 2
    left, right = _row(word, [half, half])
    _figure(left.add_paragraph, figure, half - 2 * PADDING)
    for label, told in figure.beside:
        paragraph = right.add_paragraph("", "Table Text")
        paragraph.add_run(f"{label}　").font.color.rgb = RGBColor.from_string(_hex(theme.MUTED))
        paragraph.add_run(told)
        paragraph.paragraph_format.space_after = Pt(4)
    for cell in (left, right):
        cell._tc.remove(cell.paragraphs[0]._p)
        for paragraph in cell.paragraphs:  # the row stays whole; LibreOffice would bind it to the next one
            paragraph.paragraph_format.keep_with_next = False


def _table(word: Word, table: Table) -> None:
    """A table with three rules; one that is too wide gets a page that lies, until ``_stand``."""
    fitted = _fit(table, _text_width(word))
    if not fitted:
        _turn(word)
        fitted = _fit(table, _text_width(word))
    if not fitted and (parts := _parts(table, _text_width(word))):
        for part in parts:
            _table(word, part)
        return
    if not fitted:
        name = table.title or "、".join(column.title for column in table.columns if column.title)[:20]
        raise DocumentError(f"表“{name}”太宽，Word 横排一页也放不下：请减少列，或把长的数字换个单位。")
    size, widths = fitted
    if table.title:
        word.add_paragraph("", "Caption").add_run(table.title).bold = True
    grid = _grid(word, len(table.rows) + 1, widths)
    heads = [Cell(f"{c.title}\n{c.unit}" if c.unit else c.title, strong=True) for c in table.columns]
    style = word.styles["Table Text"].style_id  # by name python-docx would search all styles for each cell
    for number, cells in enumerate((heads, *table.cells)):
        row = grid.rows[number]
        properties = row._tr.get_or_add_trPr()
        properties.append(_element("w:cantSplit"))
        if number == 0:
            properties.append(_element("w:tblHeader"))
        rules = {"top": 12 if number == 0 else 6 if number == 1 else 2, "bottom": 12 * (number == len(table.rows))}
        if number - 1 in table.groups:
            rules["top"] = 6
        for place, cell, column, width in zip(row.cells, cells, table.columns, widths, strict=True):
            paragraph = place.paragraphs[0]
            paragraph._p.style = style
            paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, column.align.upper())
            _cell(paragraph, cell, size)
            if cell.bar:
                _bar(place.add_paragraph("", "Table Text"), (width - 2 * PADDING) * (1 - min(cell.bar, 1.0)))
            place._tc.get_or_add_tcPr().append(_element("w:tcBorders", *_rules(rules)))
    if below := [text for text in (table.note, table.source) if text]:
        word.add_paragraph("\n".join(below), "Source")


def _cell(paragraph: WordParagraph, cell: Cell, size: float) -> None:
    if cell.light:
        light = paragraph.add_run(f"{SHAPES[cell.light]} ")
        light.font.size, light.font.color.rgb = Pt(size), RGBColor.from_string(_hex(theme.LIGHTS[cell.light]))
    _runs(paragraph, [Span(cell.text, strong=cell.strong, link=cell.link)])
    run = Run(paragraph._p.xpath(".//w:r")[-1], paragraph)
    run.font.size = Pt(size)
    if cell.muted:
        run.font.color.rgb = RGBColor.from_string(_hex(theme.MUTED))


def _bar(paragraph: WordParagraph, rest: float) -> None:
    """A share as a thick rule below an empty line, ``rest`` mm short of the cell's end."""
    told = paragraph.paragraph_format
    told.right_indent, told.line_spacing, told.space_after = Mm(rest), Pt(2), Pt(2)
    rule = _element("w:bottom", val="single", sz="18", space="0", color=_hex(theme.MAIN))
    after = ("w:shd", "w:tabs", "w:snapToGrid", "w:spacing", "w:ind", "w:jc", "w:rPr")
    paragraph._p.get_or_add_pPr().insert_element_before(_element("w:pBdr", rule), *after)


def _rules(eighths: dict[str, int], **more: str) -> list[Any]:
    """Rules by side, in eighths of a point; the thin ones between the rows of a table are grey."""
    colours = {side: _hex(theme.INK if width > 2 else theme.RULE) for side, width in eighths.items() if width}
    return [
        _element(f"w:{side}", val="single", sz=str(eighths[side]), **more, color=colour)
        for side, colour in colours.items()
    ]


def _fit(table: Table, width: float) -> tuple[float, list[float]] | None:
    """Size of type (pt) and widths of the columns (mm): numbers stay on one line, words share what is left.

    Where that fits at no size, titles wrap as well; None where that does not help.
    """
    longest, whole, least = list[float](), list[float](), list[float]()  # in ems
    for column, cells in zip(table.columns, zip(*table.cells, strict=True), strict=True):
        text = max(widest(f"{SHAPES[cell.light]} {cell.text}" if cell.light else cell.text) for cell in cells)
        most = max(widest(column.title), text)
        lit = any(cell.light for cell in cells)
        wraps = most if column.align != "left" else 8.5 if lit else 6.0
        longest.append(most)
        whole.append(min(most, wraps))
        least.append(max(min(most, wraps, 3.15), min(text, wraps)))
    for needs in (whole, least):
        for size in _SIZES:
            em = size * 25.4 / 72
            room = (width - 2.2 * PADDING * len(longest)) / em
            if sum(needs) <= room:
                wish = [most - need for most, need in zip(longest, needs, strict=True)]
                share = min(1.0, (room - sum(needs)) / (sum(wish) or 1.0))
                widths = [(need + share * more) * em + 2.2 * PADDING for need, more in zip(needs, wish, strict=True)]
                return size, [each * min(width / sum(widths), 2.0) for each in widths]
    return None


def _parts(table: Table, width: float) -> list[Table]:
    """A wide frame as several below each other, its first column with each; none if that is no help."""
    wide = len(table.columns)
    for count in range(2, wide):
        step = ceil((wide - 1) / count)
        picks = [[0, *range(at, min(at + step, wide))] for at in range(1, wide, step)]
        parts = [
            replace(
                table,
                columns=[table.columns[i] for i in pick],
                rows=[[row[i] for i in pick] for row in table.rows],
                title=table.title if pick[1] == 1 else None,
                note=table.note if pick[-1] == wide - 1 else None,
                source=table.source if pick[-1] == wide - 1 else None,
            )
            for pick in picks
        ]
        if all(_fit(part, width) for part in parts):
            return parts
    return []


def _grid(word: Word, rows: int, widths: Sequence[float]) -> Any:
    """A table without rules, its columns of the given widths in mm."""
    grid = word.add_table(rows, len(widths))
    grid.autofit = False
    padding = str(round(PADDING * 1440 / 25.4))
    sides = [_element(f"w:{side}", w=padding, type="dxa") for side in ("left", "right")]
    grid._tbl.tblPr.append(_element("w:tblCellMar", *sides))
    for column, width in zip(grid.columns, widths, strict=True):
        for place in (column, *column.cells):
            place.width = Mm(width)
    return grid


def _row(word: Word, widths: Sequence[float]) -> Any:
    """The cells of a row without rules that no page tears apart."""
    row = _grid(word, 1, widths).rows[0]
    row._tr.get_or_add_trPr().append(_element("w:cantSplit"))
    return row.cells


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


def _border(paragraph: WordParagraph, *sides: str) -> None:
    borders = _element("w:pBdr", *_rules(dict.fromkeys(sides, 8), space="3"))
    after = ("w:shd", "w:tabs", "w:snapToGrid", "w:spacing", "w:ind", "w:jc", "w:rPr")
    paragraph._p.get_or_add_pPr().insert_element_before(borders, *after)


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


def _hex(colour: str) -> str:
    return colour.removeprefix("#")
