"""What a notebook shows: typed data for documents, and the same thing as HTML for JupyterLab.

Each object carries a payload under a mimetype of ours; ``tongdao.document`` reads it and never sees
the HTML. The payloads are the whole contract between notebooks and documents.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, Literal

HEADLESS = "TONGDAO_HEADLESS"  # set by runs: leave out what only a person at a screen would see
PREFIX = "application/vnd.tongdao."
LIGHTS = {"green": ("●", "#1b7f5c"), "yellow": ("▲", "#a86400"), "red": ("■", "#b3261e"), "grey": ("○", "#5f6b7a")}
NOTICES = {"note": "说明", "warning": "注意", "no_data": "无数据"}

Align = Literal["left", "right", "center"]


@dataclass(frozen=True)
class Cell:
    """A table cell; ``light`` puts the light's shape and colour before the text."""

    text: str
    light: str | None = None
    strong: bool = False
    muted: bool = False

    def payload(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "light": self.light,
            "strong": self.strong,
            "tone": "muted" if self.muted else None,
        }


@dataclass(frozen=True)
class Column:
    """A table column; ``width`` is relative to the other columns."""

    title: str
    align: Align = "left"
    width: float | None = None
    unit: str | None = None


class Shown:
    """Anything that shows itself: typed data, HTML and plain text from one value."""

    kind: str

    def payload(self) -> dict[str, Any]:
        raise NotImplementedError

    def html(self) -> str:
        raise NotImplementedError

    def __str__(self) -> str:
        return self.kind

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {f"{PREFIX}{self.kind}+json": self.payload(), "text/html": self.html(), "text/plain": str(self)}


@dataclass(frozen=True)
class Head(Shown):
    """The head of a document; ``example`` is the banner that every page carries."""

    title: str
    subtitle: str | None = None
    issuer: str | None = None
    date_line: str | None = None
    example: str | None = None
    data_date: str | None = None
    month: str | None = None
    kind = "head"

    def payload(self) -> dict[str, Any]:
        keys = ("title", "subtitle", "issuer", "date_line", "example", "data_date", "month")
        return {key: getattr(self, key) for key in keys}

    def html(self) -> str:
        lines = " · ".join(escape(text) for text in (self.subtitle, self.issuer, self.date_line) if text)
        banner = f'<p style="background:#fdf3d8;padding:.4em .8em">{escape(self.example)}</p>' if self.example else ""
        return f"{banner}<h1>{escape(self.title)}</h1><p>{lines}</p>"

    def __str__(self) -> str:
        return self.title


@dataclass(frozen=True)
class Text(Shown):
    """A paragraph or a list in Markdown, for words that a calculation makes."""

    markdown: str

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {"text/markdown": self.markdown, "text/plain": self.markdown}


@dataclass(frozen=True)
class Notice(Shown):
    """A boxed remark of a kind in ``NOTICES``."""

    text: str
    notice: Literal["note", "warning", "no_data"] = "note"
    kind = "notice"

    def payload(self) -> dict[str, Any]:
        return {"kind": self.notice, "text": self.text}

    def html(self) -> str:
        rule = "border-left:3px solid #5f6b7a;padding-left:.8em"
        return f'<p style="{rule}">{NOTICES[self.notice]}：{escape(self.text)}</p>'

    def __str__(self) -> str:
        return f"{NOTICES[self.notice]}：{self.text}"


@dataclass(frozen=True)
class Table(Shown):
    """Columns and rows of text; a cell is a string or a ``Cell``, None prints empty."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell | str | None]]
    title: str | None = None
    note: str | None = None
    source: str | None = None
    kind = "table"

    def payload(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "columns": [{"title": c.title, "unit": c.unit, "align": c.align, "width": c.width} for c in self.columns],
            "rows": [[cell.payload() if isinstance(cell, Cell) else cell for cell in row] for row in self.rows],
            "note": self.note,
            "source": self.source,
        }

    def html(self) -> str:
        head = "".join(f"<th>{escape(c.title)}{f'（{escape(c.unit)}）' if c.unit else ''}</th>" for c in self.columns)
        body = "".join(
            "<tr>" + "".join(_td(cell, c.align) for cell, c in zip(row, self.columns, strict=True)) + "</tr>"
            for row in self.rows
        )
        below = "".join(f"<p><small>{escape(text)}</small></p>" for text in (self.note, self.source) if text)
        title = f"<p><b>{escape(self.title)}</b></p>" if self.title else ""
        return f"{title}<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{below}"

    def __str__(self) -> str:
        return self.title or "表"


def _td(cell: Cell | str | None, align: Align) -> str:
    if cell is None or isinstance(cell, str):
        return f'<td style="text-align:{align}">{escape(cell or "")}</td>'
    shape, colour = LIGHTS[cell.light] if cell.light else ("", "")
    light = f'<span style="color:{colour}">{shape}</span> ' if shape else ""
    weight = "font-weight:600;" if cell.strong else ""
    return f'<td style="text-align:{align};{weight}">{light}{escape(cell.text)}</td>'


@dataclass(frozen=True)
class Figure(Shown):
    """A chart with its words: ``title`` is the message, ``subtitle`` what is shown and its unit."""

    title: str
    spec: Mapping[str, Any] = field(repr=False)
    alt: str
    subtitle: str | None = None
    source: str | None = None
    width: Literal["full", "half"] = "full"
    kind = "figure"

    def payload(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "subtitle": self.subtitle,
            "source": self.source,
            "alt": self.alt,
            "spec": dict(self.spec),
            "width": self.width,
        }

    def html(self) -> str:
        words = f"<p><b>{escape(self.title)}</b><br><small>{escape(self.subtitle or '')}</small></p>"
        below = f"<p><small>{escape(self.source)}</small></p>" if self.source else ""
        return words + _svg(self.spec) + below

    def __str__(self) -> str:
        return self.alt


@dataclass(frozen=True)
class Record(Shown):
    """Rows that a published report leaves for good in ``<name>.csv``; no page shows them."""

    name: str
    rows: Sequence[Mapping[str, str | float | None]] = field(repr=False)
    kind = "record"

    def payload(self) -> dict[str, Any]:
        return {"name": self.name, "rows": [dict(row) for row in self.rows]}

    def html(self) -> str:
        return ""

    def __str__(self) -> str:
        return f"{self.name}：发布时存档 {len(self.rows)} 条"


def _svg(spec: Mapping[str, Any]) -> str:
    """The chart as a picture that needs no network; a run that nobody watches does not pay for it."""
    if os.environ.get(HEADLESS):
        return ""
    import vl_convert

    return str(vl_convert.vegalite_to_svg(dict(spec)))


def show(*items: Shown) -> None:
    """Show several objects, one output each, in a notebook."""
    from IPython.display import display

    for item in items:
        display(item)
