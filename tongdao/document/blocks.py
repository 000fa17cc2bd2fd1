"""What a document consists of, before any form (PDF, Word, picture) is chosen.

Plain frozen values. Text is a flat run of spans and not a tree, because that is what every form prints: a Word
run and a Typst text call both carry their own strong and emphasis.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Light = Literal["green", "yellow", "red", "grey"]
Align = Literal["left", "right", "center"]
NoticeKind = Literal["note", "warning", "no_data"]

#: Shape and colour together: a shape survives black-and-white print and colour blindness, a colour does not.
SHAPES: Mapping[Light, str] = {"green": "●", "yellow": "▲", "red": "■", "grey": "○"}

#: A notice says in words what it is; its colour only repeats it.
NOTICE_WORDS: Mapping[NoticeKind, str] = {"note": "说明", "warning": "注意", "no_data": "无数据"}


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text in one style; ``\\n`` inside is a line break."""

    text: str
    strong: bool = False
    emphasis: bool = False
    code: bool = False
    link: str | None = None


Inlines = tuple[Span, ...]


def plain(inlines: Iterable[Span]) -> str:
    """The text of a run of spans without its styles."""
    return "".join(span.text for span in inlines)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the highest below the title, and no level is ever skipped."""

    level: int
    inlines: Inlines


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; a quotation and verbatim lines are paragraphs in another dress."""

    inlines: Inlines
    role: Literal["body", "quote", "verbatim"] = "body"


@dataclass(frozen=True, slots=True)
class ListBlock:
    """A list, ordered or not; an item may hold paragraphs and further lists."""

    items: tuple[tuple[Paragraph | ListBlock, ...], ...]
    ordered: bool = False
    start: int = 1


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, the one unit of its numbers, and how wide it is beside the others."""

    title: str
    unit: str | None = None
    align: Align = "left"
    width: float | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell, already worded: a document never formats a number. ``lines`` are smaller lines below the text."""

    text: str = ""
    light: Light | None = None
    strong: bool = False
    muted: bool = False
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table. A row with a strong first cell and nothing else is a group heading across all columns."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: str | None = None
    note: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart (``spec``) or a picture (``image``, PNG); title, unit and source are text beside it, never in it."""

    title: str
    alt: str
    subtitle: str | None = None
    source: str | None = None
    width: Literal["full", "half"] = "full"
    spec: Mapping[str, Any] | None = field(default=None, repr=False)
    image: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the reader must not overlook."""

    kind: NoticeKind
    text: str


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows starts a new page."""


Block = Heading | Paragraph | ListBlock | Table | Figure | Notice | PageBreak


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the text and on every page; ``example`` marks made-up data."""

    title: str
    subtitle: str | None = None
    issuer: str | None = None
    date_line: str | None = None
    example: str | None = None
    data_date: str | None = None
    month: str | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An output that documents do not show; a supervisor may want to know."""

    cell: int
    kind: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document, independent of its form."""

    head: Head
    blocks: tuple[Block, ...]
    left_out: tuple[LeftOut, ...] = ()

    def passages(self) -> Iterator[tuple[str, str]]:
        """Every printed text with the place it stands in, so that an error can name the place."""
        for name in ("title", "subtitle", "issuer", "date_line", "example"):
            if value := getattr(self.head, name):
                yield "文首", value
        for block in self.blocks:
            yield from _passages(block)

    def text(self) -> str:
        """All printed text, one passage a line; the text inside charts is not known before they are drawn."""
        return "\n".join(text for _, text in self.passages())


def _passages(block: Block) -> Iterator[tuple[str, str]]:
    match block:
        case Heading(inlines=inlines):
            yield f"标题“{plain(inlines)}”", plain(inlines)
        case Paragraph(inlines=inlines):
            yield f"段落“{plain(inlines)[:12]}…”", plain(inlines)
        case ListBlock(items=items):
            for part in (part for item in items for part in item):
                yield from _passages(part)
        case Notice(kind=kind, text=text):
            yield f"提示“{text[:12]}…”", NOTICE_WORDS[kind]
            yield f"提示“{text[:12]}…”", text
        case Figure(title=title, subtitle=subtitle, source=source):
            yield from ((f"图“{title}”", text) for text in (title, subtitle, source) if text)
        case Table():
            yield from _table_passages(block)


def _table_passages(table: Table) -> Iterator[tuple[str, str]]:
    where = f"表“{table.title or '、'.join(column.title for column in table.columns[:3])}”"
    yield from ((where, text) for text in (table.title, table.note, table.source) if text)
    for column in table.columns:
        yield from ((f"{where}的表头", text) for text in (column.title, column.unit) if text)
    for number, row in enumerate(table.rows, start=1):
        for column, cell in zip(table.columns, row, strict=True):
            place = f"{where}第 {number} 行“{column.title}”"
            texts = (SHAPES[cell.light] if cell.light else "", cell.text, *cell.lines)
            yield from ((place, text) for text in texts if text)
