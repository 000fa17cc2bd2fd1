"""Tables of a Word file: columns that fit, three rules, and the XML that python-docx has no words for."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from tongdao.base import DocumentError
from tongdao.document import style as theme
from tongdao.document.blocks import SHAPES, Cell, Table

if TYPE_CHECKING:
    from docx.document import Document as Word

PADDING = 1.0  # mm beside the text of a cell
_SIZES = (9.0, 8.5, 8.0, 7.5, 7.0)  # pt of a table's type, the largest that fits
_LIGHTS = {light: colour.lstrip("#") for light, colour in theme.LIGHTS.items()}


def add_table(word: Word, table: Table) -> None:
    """Put a table into the document, with its title above and its note below; errors as ``render_docx``.

    One that is too wide for the page gets a page that lies; ``stand`` ends it.
    """
    fitted = _fit(table, text_width(word))
    if not fitted:
        _turn(word)
        fitted = _fit(table, text_width(word))
    if not fitted:
        name = table.title or "、".join(column.title for column in table.columns if column.title)[:20]
        raise DocumentError(f"表“{name}”太宽，Word 横排一页也放不下：请减少列，或把长的数字换个单位。")
    _put(word, table, *fitted)


def stand(word: Word) -> None:
    """After a table that lies, a page as the first one."""
    if word.sections[-1].orientation != word.sections[0].orientation:
        _turn(word)


def _turn(word: Word) -> None:
    from docx.enum.section import WD_ORIENT

    section = word.add_section()
    stood = section.orientation == WD_ORIENT.PORTRAIT
    section.orientation = WD_ORIENT.LANDSCAPE if stood else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = section.page_height, section.page_width


def _put(word: Word, table: Table, size: float, widths: Sequence[float]) -> None:
    if table.title:
        word.add_paragraph("", "Caption").add_run(table.title).bold = True
    grid = grid_of(word, len(table.rows) + 1, widths)
    heads = [Cell(f"{c.title}\n{c.unit}" if c.unit else c.title, strong=True) for c in table.columns]
    for number, cells in enumerate((heads, *table.cells)):
        row = grid.rows[number]
        properties = row._tr.get_or_add_trPr()
        properties.append(element("w:cantSplit"))
        if number == 0:
            properties.append(element("w:tblHeader"))
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


def _fit(table: Table, width: float) -> tuple[float, list[float]] | None:
    """Size of type (pt) and widths of the columns (mm): numbers stay on one line, words share what is left.

    Where that fits at no size, titles wrap as well; None where that does not help.
    """
    bodies = list(zip(*table.cells, strict=True)) or [()] * len(table.columns)
    titles = [_widest(column.title) for column in table.columns]
    texts = [
        max((_widest((SHAPES[cell.light] + " " if cell.light else "") + cell.text) for cell in body), default=0.0)
        for body in bodies
    ]
    longest = [max(pair) for pair in zip(titles, texts, strict=True)]
    whole = [most if c.align != "left" else min(most, 6.0) for most, c in zip(longest, table.columns, strict=True)]
    least = [
        max(min(need, 3.15), text if c.align != "left" else min(text, 6.0))
        for need, text, c in zip(whole, texts, table.columns, strict=True)
    ]
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


def _widest(text: str) -> float:
    return max(map(_ems, text.split("\n")))


def _ems(text: str) -> float:
    """Width of a text in ems: signs of writing are square, and between them and digits stands a quarter."""
    wide = [ord(character) > 0x2000 for character in text]
    changes = sum(left != right for left, right in pairwise(wide))
    return sum(1.0 if square else 0.56 for square in wide) + 0.25 * changes + 0.15


def text_width(word: Word) -> int:
    """Millimetres of text in a line of the page that is being written."""
    page = word.sections[-1]
    return round((page.page_width - page.left_margin - page.right_margin) / 36_000)  # type: ignore[operator]


def grid_of(word: Word, rows: int, widths: Sequence[float]) -> Any:
    """A table without rules, its columns of the given widths in mm."""
    from docx.shared import Mm

    grid = word.add_table(rows, len(widths))
    grid.autofit = False
    margins = element("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(element(f"w:{side}", w=str(round(PADDING * 1440 / 25.4)), type="dxa"))
    grid._tbl.tblPr.append(margins)
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)
    return grid


def _rule(place: Any, *, top: int, bottom: int) -> None:
    """The three rules of a table, in eighths of a point; the thin ones between rows are grey."""
    borders = element("w:tcBorders")
    for side, eighths in (("top", top), ("bottom", bottom)):
        if eighths:
            colour = theme.INK if eighths > 2 else theme.RULE
            borders.append(element(f"w:{side}", val="single", sz=str(eighths), color=colour.lstrip("#")))
    place._tc.get_or_add_tcPr().append(borders)


def element(name: str, *, text: str = "", **attributes: str) -> Any:
    """An element of WordprocessingML; attributes go to its namespace."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    if text:
        made.text = text
    return made
