"""What a document consists of, before any form (PDF, Word, picture) is chosen.

Plain frozen values; ``td.display`` shows the same ones in a notebook. Text is a flat run of spans and not a
tree, because that is what every form prints: a Word run and a Typst text call both carry their own strong and
emphasis.
"""

import contextlib
import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain, pairwise
from pathlib import Path
from typing import Any, ClassVar, Literal, Self
from urllib.parse import unquote, unquote_to_bytes

from tongdao.base import DocumentError

PREFIX = "application/vnd.tongdao."  # of the mimetypes of ours in a notebook: this, a kind of block and +json
RECORD = f"{PREFIX}record+json"  # rows that a publication keeps; no page shows them
WIDGET = "application/vnd.jupyter.widget-view+json"
#: Cells of papermill's own, which an analyst does not count: the given parameters, and words about an error.
_PAPERMILLS = frozenset({"injected-parameters", "papermill-error-cell-tag"})
Align = Literal["left", "right", "center"]

#: Shape and colour together: a shape survives black-and-white print and colour blindness, a colour does not.
SHAPES: Mapping[str, str] = {"green": "●", "yellow": "▲", "red": "■", "grey": "○"}

#: A notice says in words what it is; its colour only repeats it.
NOTICE_WORDS: Mapping[str, str] = {"note": "说明", "warning": "注意", "no_data": "无数据"}

APART = "附件"  # of a report, as it is called and as its file is


def is_counted(cell: Mapping[str, Any]) -> bool:
    """Whether a cell is one that an analyst counts, and none of papermill's."""
    return not _PAPERMILLS.intersection(cell.get("metadata", {}).get("tags", []))


def joined(source: str | Sequence[str]) -> str:
    """Notebook files keep a text whole or as a list of lines."""
    return source if isinstance(source, str) else "".join(source)


class Exact:
    """Values that a notebook file holds: one with a key that is not theirs is refused when it is read."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}


@dataclass(frozen=True)
class Span:
    """A stretch of text in one style; ``\\n`` inside is a line break."""

    text: str
    strong: bool = False
    emphasis: bool = False
    code: bool = False
    link: str | None = None
    strike: bool = False
    shift: Literal["", "sub", "sup"] = ""


Inlines = tuple[Span, ...]


def plain(inlines: Iterable[Span]) -> str:
    """The text of a run of spans without its styles."""
    return "".join(span.text for span in inlines)


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is the highest below the title, and no level is ever skipped."""

    level: int
    inlines: Inlines


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; a quotation and verbatim lines are paragraphs in another dress."""

    inlines: Inlines
    role: Literal["body", "quote", "verbatim"] = "body"


@dataclass(frozen=True)
class ListBlock:
    """A list, ordered or not; an item may hold paragraphs and further lists."""

    items: "tuple[tuple[Paragraph | ListBlock, ...], ...]"
    ordered: bool = False
    start: int = 1


@dataclass(frozen=True)
class Column(Exact):
    """A column: its title, how wide it is beside the others, and the one unit of its numbers."""

    title: str
    align: Align = "left"
    width: float | None = None
    unit: str | None = None


@dataclass(frozen=True)
class Cell(Exact):
    """A cell, already worded: a document never formats a number. A light stands before it; ``link`` leads away.

    ``bar`` is a share from 0 to 1, drawn below the words.
    """

    text: str
    light: Literal["green", "yellow", "red", "grey"] | None = None
    strong: bool = False
    muted: bool = False
    link: str | None = None
    bar: float | None = None

    @property
    def words(self) -> str:
        """Its text behind its light."""
        return f"{SHAPES[self.light]} {self.text}" if self.light else self.text


@dataclass(frozen=True)
class Table(Exact):
    """A table; in a row a text alone is a cell, and None an empty one."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell | str | None]]
    title: str | None = None
    note: str | None = None
    source: str | None = None

    @property
    def cells(self) -> tuple[tuple[Cell, ...], ...]:
        """The rows with every cell a cell."""
        return tuple(tuple(cell if isinstance(cell, Cell) else Cell(cell or "") for cell in row) for row in self.rows)

    @property
    def groups(self) -> tuple[int, ...]:
        """The rows (from 0) with which a light begins, where the table is in order of its lights."""
        lights = [next((cell.light for cell in row if cell.light), None) for row in self.cells]
        begins = tuple(at for at, (before, light) in enumerate(pairwise(lights), 1) if light != before)
        return begins if len(begins) < len(set(lights)) else ()


@dataclass(frozen=True)
class Figure(Exact):
    """A chart (``spec``) or a picture (``image``: PNG, JPEG, GIF or SVG); its words are text beside it, never in it.

    ``title`` is the message, ``subtitle`` says what is shown and its unit. ``beside`` are words that stand right of a
    half figure, each with its label. ``cell`` is that of a picture in an own notebook.
    """

    title: str
    spec: Mapping[str, Any] | None = field(repr=False)
    alt: str
    subtitle: str | None = None
    source: str | None = None
    width: Literal["full", "half"] = "full"
    image: bytes | None = field(default=None, repr=False)
    beside: Sequence[tuple[str, str]] = ()
    cell: int = field(default=0, compare=False)

    def __post_init__(self) -> None:
        if self.image and kind_of(self.image) == "svg":  # a page need not name the language, a file must
            named = rb'<svg xmlns="http://www.w3.org/2000/svg"'
            object.__setattr__(self, "image", re.sub(rb"<svg\b(?![^>]*2000/svg)", named, self.image, count=1))


@dataclass(frozen=True)
class Notice(Exact):
    """Something the reader must not overlook."""

    text: str
    kind: Literal["note", "warning", "no_data"] = "note"


@dataclass(frozen=True)
class PageBreak(Exact):
    """What follows starts a new page."""


@dataclass(frozen=True)
class Annex(Exact):
    """What follows is the annex: a file of its own where the report is published, else it starts a new page."""

    title: str


Block = Heading | Paragraph | ListBlock | Table | Figure | Notice | PageBreak | Annex


@dataclass(frozen=True)
class Pair:
    """Two half figures side by side, as ``Document.lines`` puts them."""

    figures: tuple[Figure, Figure]


@dataclass(frozen=True)
class Head(Exact):
    """What stands above the text and on every page; ``example`` marks made-up data.

    An ``official`` look has the geometry of GB/T 9704-2012 and, at its end, to whom it goes (``circulation``).
    ``a3`` is for the wall: a landscape page.
    """

    title: str
    subtitle: str | None = None
    issuer: str | None = None
    date_line: str | None = None
    example: str | None = None
    data_date: str | None = None
    month: str | None = None
    look: Literal["report", "official"] = "report"
    circulation: tuple[str, ...] = ()
    paper: Literal["a4", "a3"] = "a4"

    @property
    def day(self) -> date | None:
        """The day of the data."""
        return date.fromisoformat(self.data_date) if self.data_date else None


@dataclass(frozen=True)
class Stamp(Exact):
    """What a kernel says that opened a made-up workbook: the head's ``example``, where nothing else says it."""

    text: str


@dataclass(frozen=True)
class LeftOut:
    """What a document does not show: its cell and its type, ``stdout``, ``tag`` or a MIME type; or ``told``, what a
    person would look for in vain."""

    cell: int
    kind: str
    told: str = ""


@dataclass(frozen=True)
class Document:
    """A whole document, independent of its form; ``annex`` leads to its annex where that is a file of its own."""

    head: Head
    blocks: tuple[Block, ...]
    left_out: tuple[LeftOut, ...] = ()
    annex: Span | None = None

    def passages(self) -> Iterator[tuple[str, str]]:
        """Every printed text with the place it stands in, so that an error can name the place."""
        head = self.head
        words = [("文首", word) for word in (head.title, head.subtitle, head.issuer, head.date_line, head.example)]
        words += [("文首", self.annex.text if self.annex else ""), *(("文尾", word) for word in head.circulation)]
        body = (passage for block in self.blocks for passage in _passages(block))
        return ((place, text) for place, text in chain(words, body) if text)

    def lines(self) -> list[Block | Pair]:
        """The blocks from top to bottom; two half figures in a row share a line, a third starts the next one."""
        made: list[Block | Pair] = []
        for block in self.blocks:
            match made[-1:], block:
                case [Figure(width="half") as left], Figure(width="half") as right if not (left.beside or right.beside):
                    made[-1] = Pair((left, right))
                case _, Annex(title=title):
                    made += [PageBreak(), Heading(1, (Span(title),))]
                case _:
                    made.append(block)
        return made

    def parted(self, address: str) -> tuple[Self, Self | None]:
        """The document with a line in its head that leads to the annex at an address, and the annex, if it has one."""
        found = ((at, block.title) for at, block in enumerate(self.blocks) if isinstance(block, Annex))
        at, about = next(found, (0, ""))
        if not about:
            return self, None
        head = replace(self.head, title=f"{self.head.title}·{APART}", circulation=())
        return (
            replace(self, blocks=self.blocks[:at], annex=Span(f"{APART}：{about}", link=address)),
            replace(self, head=head, blocks=self.blocks[at + 1 :]),
        )

    def empty_sections(self, titles: Iterable[str]) -> list[str]:
        """Those of the titles that stand over nothing, or not at all."""
        full = {
            plain(block.inlines)
            for block, after in pairwise(self.blocks)
            if isinstance(block, Heading) and (not isinstance(after, Heading) or after.level > block.level)
        }
        return [title for title in titles if title not in full]

    def lost(self) -> list[str]:
        """A sentence for each rich output that somebody would look for in vain; words for the screen are none."""
        rich = "的 {} 文件里印不出来，已略去；能印的有文字、表、图片和 Altair 图。"
        return [
            f"第 {left.cell} 格{f'{left.told}。' if left.told else rich.format(left.kind)}"
            for left in self.left_out
            if left.told or ("/" in left.kind and left.kind != "text/plain")
        ]


def _passages(block: Block) -> Iterator[tuple[str, str | None]]:
    match block:
        case Heading(inlines=inlines):
            yield f"标题“{plain(inlines)}”", plain(inlines)
        case Paragraph(inlines=inlines):
            yield f"段落“{plain(inlines)[:12]}…”", plain(inlines)
        case ListBlock(items=items):
            for part in (part for item in items for part in item):
                yield from _passages(part)
        case Notice(text=text, kind=kind):
            yield from ((f"提示“{text[:12]}…”", words) for words in (NOTICE_WORDS[kind], text))
        case Annex(title=title):
            yield f"标题“{title}”", title
        case Figure(title=title, subtitle=subtitle, source=source, beside=beside):
            words = (word for pair in beside for word in pair)
            yield from ((f"图“{title}”", text) for text in (title, subtitle, source, *words))
        case Table():
            where = f"表“{block.title or '、'.join(column.title for column in block.columns[:3])}”"
            yield from ((where, text) for text in (block.title, block.note, block.source))
            yield from ((f"{where}的表头", text) for column in block.columns for text in (column.title, column.unit))
            for number, row in enumerate(block.cells, start=1):
                for column, cell in zip(block.columns, row, strict=True):
                    place = f"{where}第 {number} 行“{column.title}”"
                    yield from ((place, text) for text in (SHAPES.get(cell.light or ""), cell.text))


# Pictures: their bytes, from base64, a data URI, an attachment or a file beside the notebook.
Find = Callable[[str], bytes | None]  # the picture at an address, if it is at hand
#: What the files can hold, by how their bytes begin.
_KINDS: Mapping[str, re.Pattern[bytes]] = {
    "png": re.compile(rb"\x89PNG"),
    "jpg": re.compile(rb"\xff\xd8\xff"),
    "gif": re.compile(rb"GIF8"),
    "svg": re.compile(rb"\s*(?:<\?xml[^>]*>|<!--.*?-->|<!DOCTYPE[^>]*>|\s)*<svg\b", re.DOTALL),
}
_DATA = re.compile(r"data:image/[\w.+-]+((?:;[\w=-]+)*),(.*)", re.DOTALL)


def kind_of(image: bytes) -> str:
    """``png``, ``jpg``, ``gif`` or ``svg``; empty for anything else, and for SVG with pages of HTML in it."""
    kind = next((kind for kind, begins in _KINDS.items() if begins.match(image)), "")
    return "" if kind == "svg" and b"<foreignObject" in image else kind


def from_base64(content: Any, number: int) -> bytes:
    """A picture as an output keeps it; SVG stands there as text.

    Raises:
        DocumentError: it is torn.
    """
    text = joined(content)
    if "<svg" in text:
        return text.encode()
    try:
        return b64decode("".join(text.split()), validate=True)
    except (Base64Error, ValueError):
        raise DocumentError(f"第 {number} 个单元格的图片读不出来（不是完整的图片），请重新运行。") from None


def from_address(
    address: str, number: int, *, attached: Mapping[str, bytes] | None = None, folders: Sequence[Path] = ()
) -> bytes | None:
    """The picture at an address: a data URI, an attachment, a file of one of the ``folders``; None if it is not here.

    Raises:
        DocumentError: a data URI that is torn.
    """
    if address.startswith("attachment:"):
        return (attached or {}).get(unquote(address.removeprefix("attachment:")))
    if found := _DATA.fullmatch(address):
        data = from_base64(found[2], number) if "base64" in found[1] else unquote_to_bytes(found[2])
        return data if kind_of(data) else None
    for folder in () if re.match(r"\w+:", address) else folders:
        with contextlib.suppress(OSError, ValueError):
            data = (folder / unquote(address)).read_bytes()
            return data if kind_of(data) else None
    return None
