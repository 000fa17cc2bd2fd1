"""Document -> Word, for an office that edits before it sends: real headings, real tables, pictures with words.

The file keeps, beside its text, the text as it was made (``proof``), so that a figure changed by hand is found again.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tongdao import theme
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
    PageBreak,
    Paragraph,
    Span,
    Table,
)
from tongdao.document.figures import png
from tongdao.document.proof import attach
from tongdao.errors import DocumentError

if TYPE_CHECKING:
    from docx.document import Document as Word
    from docx.text.paragraph import Paragraph as WordParagraph

TEMPLATE = Path(__file__).with_name("template.docx")
WIDTH = 156.0  # mm of text
HALF = 76.0
PADDING = 1.0  # mm beside the text of a cell
_SIZES = (9.0, 8.5, 8.0, 7.5, 7.0)  # pt of a table's type, the largest that fits
_LIGHTS = {light: colour.lstrip("#") for light, colour in theme.LIGHTS.items()}


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
    for blocks in _paired(document.blocks):
        if len(blocks) == 2:
            row = _grid(word, 1, [HALF, HALF]).rows[0]
            row._tr.get_or_add_trPr().append(_element("w:cantSplit"))
            for cell, figure in zip(row.cells, blocks, strict=True):
                _figure(cell.add_paragraph, figure, HALF - 2 * PADDING)
                cell._tc.remove(cell.paragraphs[0]._p)
        else:
            _block(word, blocks[0])
    if document.head.circulation:
        paragraph = word.add_paragraph("　　".join(document.head.circulation), "Circulation")
        _border(paragraph, "top", "bottom")
    attach(word, run_id)
    made = BytesIO()
    word.save(made)
    return _dated(made.getvalue(), day)


def _paired(blocks: Sequence[Block]) -> Iterable[list[Any]]:
    """Two half figures in a row share a line."""
    made: list[list[Any]] = []
    for block in blocks:
        half = isinstance(block, Figure) and block.width == "half"
        if half and made and len(made[-1]) == 1 and getattr(made[-1][0], "width", "") == "half":
            made[-1].append(block)
        else:
            made.append([block])
    return made


def _page(word: Word, document: Document, run_id: str) -> None:
    section = word.sections[0]
    for header in (section.header, section.even_page_header):
        header.paragraphs[0].text = document.head.example or ""
    for footer, odd in ((section.footer, True), (section.even_page_footer, False)):
        paragraph = footer.paragraphs[0]
        parts: list[Callable[[], object]] = [
            lambda p=paragraph: _small(p, f"运行编号 {run_id}"),  # type: ignore[misc]
            lambda p=paragraph: p.add_run("\t"),  # type: ignore[misc]
            lambda p=paragraph: _page_number(p),  # type: ignore[misc]
        ]
        _tabs(paragraph, ("right", WIDTH - 5))
        for part in parts if odd else reversed(parts):
            part()


def _small(paragraph: WordParagraph, text: str) -> None:
    from docx.shared import Pt

    paragraph.add_run(text).font.size = Pt(7.5)


def _page_number(paragraph: WordParagraph) -> None:
    paragraph.add_run("— ")
    field = paragraph.add_run()
    for kind, text in (("begin", ""), ("instr", "PAGE"), ("end", "")):
        field._r.append(
            _element("w:instrText", text=text) if kind == "instr" else _element("w:fldChar", fldCharType=kind)
        )
    paragraph.add_run(" —")


def _head(word: Word, document: Document) -> None:
    head = document.head
    word.add_paragraph(head.title, "Title")
    if head.look == "report" and head.subtitle:
        _tabs(word.add_paragraph(f"\t{head.subtitle}", "Head Line"), ("center", WIDTH / 2))
    middle = head.subtitle if head.look == "official" else None
    line = word.add_paragraph("\t".join(part or "" for part in (head.issuer, middle, head.date_line)), "Head Line")
    _tabs(line, ("center", WIDTH / 2), ("right", WIDTH))
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
            _table(word, block)
        case Figure():
            _figure(word.add_paragraph, block, WIDTH - 16)
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
    from docx.shared import Mm

    if figure.title:
        caption = add("", "Caption")
        caption.add_run(figure.title).bold = True
        if figure.subtitle:
            caption.add_run(f"\n{figure.subtitle}").bold = False
    picture = add("", "Picture")
    picture.paragraph_format.keep_with_next = bool(figure.source)
    data, own = png(figure)
    shape = picture.add_run().add_picture(BytesIO(data), width=Mm(min(width, own)))
    for side in "TBLR":  # LibreOffice takes an eighth of an inch where nothing is said
        shape._inline.set(f"dist{side}", "0")
    words = shape._inline.docPr
    words.set("descr", figure.alt)
    words.set("title", figure.title)
    if figure.source:
        add(figure.source, "Source")


def _table(word: Word, table: Table) -> None:
    if table.title:
        word.add_paragraph("", "Caption").add_run(table.title).bold = True
    size, widths = _fit(table)
    grid = _grid(word, len(table.rows) + 1, widths)
    heads = [Cell(f"{c.title}\n{c.unit}" if c.unit else c.title, strong=True) for c in table.columns]
    for number, cells in enumerate((heads, *table.cells)):
        row = grid.rows[number]
        properties = row._tr.get_or_add_trPr()
        properties.append(_element("w:cantSplit"))
        if number == 0:
            properties.append(_element("w:tblHeader"))
        for place, cell, column in zip(row.cells, cells, table.columns, strict=True):
            _cell(place, cell, column.align, size)
            _rule(place, top=12 if number == 0 else 6 if number == 1 else 2, bottom=12 * (number == len(table.rows)))
    if below := [text for text in (table.note, table.source) if text]:
        word.add_paragraph("\n".join(below), "Source")


def _cell(place: Any, cell: Cell, align: str, size: float) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt, RGBColor

    paragraph = place.paragraphs[0]
    paragraph.style = "Table Text"
    paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, align.upper())
    if cell.light:
        light = paragraph.add_run(f"{SHAPES[cell.light]} ")
        light.font.size, light.font.color.rgb = Pt(size), RGBColor.from_string(_LIGHTS[cell.light])
    run = paragraph.add_run(cell.text)
    run.font.size, run.bold = Pt(size), True if cell.strong else None
    if cell.muted:
        run.font.color.rgb = RGBColor.from_string(theme.MUTED.lstrip("#"))


def _fit(table: Table) -> tuple[float, list[float]]:
    """Size of type (pt) and widths of the columns (mm): numbers stay on one line, words share what is left."""
    longest = [
        max(_ems(line) for text in texts for line in text.split("\n"))
        for texts in zip(
            [column.title for column in table.columns],
            *([(SHAPES[cell.light] + " " if cell.light else "") + cell.text for cell in row] for row in table.cells),
            strict=True,
        )
    ]
    needs = [
        most if column.align != "left" else min(most, 6.0) for most, column in zip(longest, table.columns, strict=True)
    ]
    for size in _SIZES:
        em = size * 25.4 / 72
        room = (WIDTH - 2.2 * PADDING * len(longest)) / em
        if sum(needs) <= room:
            wish = [most - need for most, need in zip(longest, needs, strict=True)]
            share = min(1.0, (room - sum(needs)) / (sum(wish) or 1.0))
            widths = [(need + share * more) * em + 2.2 * PADDING for need, more in zip(needs, wish, strict=True)]
            return size, [width * min(WIDTH / sum(widths), 2.0) for width in widths]
    raise DocumentError(
        f"表“{table.title or table.columns[0].title}”太宽，Word 一页放不下：请减少列，或把长的数字换个单位。"
    )


def _ems(text: str) -> float:
    """Width of a text in ems: signs of writing are square, and between them and digits stands a quarter."""
    wide = [ord(character) > 0x2000 for character in text]
    changes = sum(left != right for left, right in pairwise(wide))
    return sum(1.0 if square else 0.56 for square in wide) + 0.25 * changes + 0.15


def _grid(word: Word, rows: int, widths: Sequence[float]) -> Any:
    """A table without rules, its columns of the given widths in mm."""
    from docx.shared import Mm

    grid = word.add_table(rows, len(widths))
    grid.autofit = False
    margins = _element("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(_element(f"w:{side}", w=str(round(PADDING * 1440 / 25.4)), type="dxa"))
    grid._tbl.tblPr.append(margins)
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)
    return grid


def _rule(place: Any, *, top: int, bottom: int) -> None:
    """The three rules of a table, in eighths of a point; the thin ones between rows are grey."""
    borders = _element("w:tcBorders")
    for side, eighths in (("top", top), ("bottom", bottom)):
        if eighths:
            colour = theme.INK if eighths > 2 else theme.RULE
            borders.append(_element(f"w:{side}", val="single", sz=str(eighths), color=colour.lstrip("#")))
    place._tc.get_or_add_tcPr().append(borders)


def _border(paragraph: WordParagraph, *sides: str) -> None:
    borders = _element("w:pBdr")
    for side in sides:
        borders.append(_element(f"w:{side}", val="single", sz="8", space="3", color=theme.INK.lstrip("#")))
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:snapToGrid", "w:spacing", "w:ind", "w:jc", "w:rPr")


def _tabs(paragraph: WordParagraph, *stops: tuple[str, float]) -> None:
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.shared import Mm

    paragraph.paragraph_format.tab_stops.clear_all()
    for kind, place in stops:
        paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(place), getattr(WD_TAB_ALIGNMENT, kind.upper()))


def _element(name: str, *, text: str = "", **attributes: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    if text:
        element.text = text
    return element


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
