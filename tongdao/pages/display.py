"""What a notebook shows: the blocks of ``tongdao.document`` as HTML for JupyterLab, and as themselves for documents.

Each object carries its fields under a mimetype of ours; ``tongdao.document`` reads them and never sees the HTML.
"""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from html import escape
from typing import Any, Generic, TypeVar

from tongdao.base import marked
from tongdao.document import NOTICE_WORDS, PREFIX, SHAPES, Align, blocks, style as theme

HEADLESS = "TONGDAO_HEADLESS"  # set by runs: leave out what only a person at a screen would see
LIGHTS = {light: (shape, theme.LIGHTS[light]) for light, shape in SHAPES.items()}

Cell = blocks.Cell
Column = blocks.Column
R = TypeVar("R")


@dataclass(frozen=True)
class Shown:
    """Anything that shows itself: typed data, HTML and plain text from one value."""

    def html(self) -> str:
        return ""

    def __str__(self) -> str:
        return str(getattr(self, "title", None) or "表")

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        kind = type(self).__name__.lower()
        return {f"{PREFIX}{kind}+json": asdict(self), "text/html": self.html(), "text/plain": str(self)}


class Stamp(blocks.Stamp, Shown):
    """That the data are made up, where no head says so; on the screen the same banner."""

    def html(self) -> str:
        return f'<p style="background:#fdf3d8;padding:.4em .8em">{escape(self.text)}</p>'

    def __str__(self) -> str:
        return self.text


class Head(blocks.Head, Shown):
    """The head of a document; its ``example`` is the banner that every page carries."""

    def html(self) -> str:
        lines = " · ".join(escape(text) for text in (self.subtitle, self.issuer, self.date_line) if text)
        banner = Stamp(self.example).html() if self.example else ""
        return f'{banner}<p><b style="font-size:1.3em">{escape(self.title)}</b>　{lines}</p>'


class Notice(blocks.Notice, Shown):
    """A boxed remark; in JupyterLab a paragraph with a rule beside it."""

    def html(self) -> str:
        return f'<p style="border-left:3px solid {theme.MUTED};padding-left:.8em">{escape(str(self))}</p>'

    def __str__(self) -> str:
        return f"{NOTICE_WORDS[self.kind]}：{self.text}"


class Table(blocks.Table, Shown):
    """Columns and rows of text; in JupyterLab an HTML table."""

    def html(self) -> str:
        names = ((c.align, f"{c.title}（{c.unit}）" if c.unit else c.title) for c in self.columns)
        head = "".join(f'<th style="text-align:{align}">{escape(name)}</th>' for align, name in names)
        rows = (zip(row, self.columns, strict=True) for row in self.cells)
        body = "".join(f"<tr>{''.join(_td(cell, c.align) for cell, c in row)}</tr>" for row in rows)
        title = f"<p><b>{escape(self.title)}</b></p>" if self.title else ""
        search = _SEARCH if len(self.rows) > SEARCHED else ""
        table = f"{title}{search}<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        return table + _below(self.note) + _below(self.source)


class Figure(blocks.Figure, Shown):
    """The chart as a picture that needs no network; a run that nobody watches does not pay for it."""

    def html(self) -> str:
        words = f"<p><b>{escape(self.title)}</b><br><small>{escape(self.subtitle or '')}</small></p>"
        if self.spec and not os.environ.get(HEADLESS):
            import vl_convert

            words += vl_convert.vegalite_to_svg(dict(self.spec))
        told = "".join(f"<li>{escape(label)}：{escape(said)}</li>" for label, said in self.beside)
        return words + _below(self.source) + (f"<ul>{told}</ul>" if told else "")


class Annex(blocks.Annex, Shown):
    """The mark before the annex; published, what follows is a file of its own."""

    def html(self) -> str:
        return f"<h2>{escape(self.title)}</h2>"


SEARCHED = 8  # rows that an eye takes in without help
# Asks no server, needs no kernel. Where a notebook is not trusted JupyterLab takes it away and leaves the table.
_SEARCH = """<input type="search" placeholder="在表中查找" aria-label="在表中查找" oninput="
for (const row of this.nextElementSibling.tBodies[0].rows)
  row.hidden = !row.textContent.includes(this.value.trim())">"""


def _td(cell: Cell, align: Align) -> str:
    shape, colour = LIGHTS[cell.light] if cell.light else ("", "")
    light = f'<span style="color:{colour}">{shape}</span> ' if shape else ""
    weight = "font-weight:600;" if cell.strong else ""
    if cell.bar is not None:
        weight += f"background:linear-gradient(90deg,{theme.FAN} {min(max(cell.bar, 0), 1):.1%},transparent 0);"
    return f'<td style="text-align:{align};min-width:2.5em;{weight}">{light}{escape(cell.text)}</td>'


def _below(text: str | None) -> str:
    return f"<p><small>{escape(text)}</small></p>" if text else ""


@dataclass(frozen=True)
class Markdown(Shown):
    """Markdown as it stands; what comes from outside goes through ``marked`` first."""

    markdown: str

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {"text/markdown": self.markdown, "text/plain": self.markdown}


@dataclass(frozen=True)
class Text(Shown):
    """Words that a calculation makes: a paragraph, ``lead`` bold before it, or ``points`` below a ``title``.

    Names and notes come from people, so that nothing in them is Markdown.
    """

    words: str = ""
    points: Sequence[str] = ()
    lead: str = ""
    title: str = ""

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {"text/markdown": self.markdown, "text/plain": self._written(str)}

    @property
    def markdown(self) -> str:
        """The same as Markdown."""
        return self._written(marked)

    def _written(self, told: Callable[[str], str]) -> str:
        title = f"## {told(self.title)}\n\n" if self.title else ""
        lead = f"**{told(self.lead)}**" if self.lead else ""
        return title + lead + told(self.words) + "\n".join(f"- {told(point)}" for point in self.points)


@dataclass(frozen=True)
class Record(Shown):
    """Rows that a published report leaves for good in ``<name>.csv``; no page shows them."""

    name: str
    rows: Sequence[Mapping[str, str | float | None]] = field(repr=False)

    def __str__(self) -> str:
        return f"{self.name}：发布时存档 {len(self.rows)} 条"


class Blocks(tuple[Shown, ...]):
    """Several things to show; at the end of a cell each is an output of its own."""

    def _ipython_display_(self) -> None:
        show(*self)


@dataclass(frozen=True)
class Field(Generic[R]):
    """A column of a table of rows: its title, its width beside the others, and what it says of a row.

    Where a spreadsheet holds a number or a day, ``value`` gives it and ``form`` its format, by the number where none is
    given; otherwise it is text.
    """

    title: str
    width: float
    text: Callable[[R], Cell | str]
    align: Align = "left"
    value: Callable[[R], float | date | None] | None = None
    form: str = ""


def table(
    fields: Sequence[Field[R]],
    rows: Iterable[R],
    *,
    number: Column | None = None,
    title: str | None = None,
    note: str | None = None,
    source: str | None = None,
) -> Table:
    """What the fields say of each row; ``number`` is the column that counts the rows, if there is to be one."""
    columns = [Column(one.title, one.align, one.width) for one in fields]
    body = [[one.text(row) for one in fields] for row in rows]
    if number:
        columns = [number, *columns]
        body = [[str(at), *cells] for at, cells in enumerate(body, 1)]
    return Table(columns, body, title=title, note=note, source=source)


def show(*items: Shown) -> None:
    """Show several objects, one output each, in a notebook."""
    from IPython.display import display

    for item in items:
        display(item)
