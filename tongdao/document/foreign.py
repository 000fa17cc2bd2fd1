"""What other libraries leave in a notebook: pictures, Altair charts, tables of pandas."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from tongdao.document.blocks import Block, Cell, Column, Figure, Table
from tongdao.document.payloads import joined
from tongdao.errors import DocumentError

_VEGALITE = re.compile(r"application/vnd\.vegalite\.v\d+(\.|\+)json")
_NUMBER = re.compile(r"[-+]?[\d,]*\.?\d+(?:e[-+]?\d+)?%?|NaN|None|")


def read_foreign(data: Mapping[str, Any], metadata: Mapping[str, Any], number: int) -> Block | None:
    """The block of an output that is not ours; None for what documents do not show. ``number`` is the cell's.

    Raises:
        DocumentError: a picture that cannot be read, a table without rows.
    """
    for mimetype in data:
        if _VEGALITE.fullmatch(mimetype):
            return _chart(data[mimetype], number)
    if "image/png" in data:
        return _picture(data["image/png"], metadata, number)
    if "text/html" in data and "<table" in (html := joined(data["text/html"])):
        return _table(html, number)
    return None


def _chart(spec: Any, number: int) -> Figure:
    """A chart; its own title becomes the caption, for words belong beside a picture."""
    spec = dict(json.loads(spec) if isinstance(spec, str) else spec)
    title = spec.pop("title", "")
    words = title.get("text", "") if isinstance(title, Mapping) else title
    caption = "，".join(words) if isinstance(words, list) else str(words)
    return Figure(caption, spec, str(spec.get("description") or caption or f"第 {number} 个单元格输出的图"))


def _picture(content: Any, metadata: Mapping[str, Any], number: int) -> Figure:
    """A picture drawn by another library; its title and alternative text come from the output's metadata."""
    try:
        image = b64decode("".join(joined(content).split()), validate=True)
    except Base64Error:
        raise DocumentError(f"第 {number} 个单元格的图片读不出来（不是完整的 PNG），请重新运行。") from None
    words = metadata.get("image/png", metadata)
    title, alt = (str(words.get(key, "")) for key in ("title", "alt"))
    return Figure(title, None, alt or title or f"第 {number} 个单元格输出的图片", image=image)


def _table(html: str, number: int) -> Table:
    """The first table of a piece of HTML, such as pandas shows a frame."""
    reader = _Rows()
    reader.feed(html)
    head = [row for row, header in reader.rows if header]
    body = [row for row, header in reader.rows if not header]
    if not body:
        raise DocumentError(f"第 {number} 个单元格的表没有数据：请检查筛选条件和所选的月份。")
    wide = max(map(len, (*head, *body)))
    filled = [row + [""] * (wide - len(row)) for row in body]
    heads = [row + [""] * (wide - len(row)) for row in head]
    titles = [" ".join(part for part in parts if part) for parts in zip(*heads, strict=True)]
    numeric = [all(_NUMBER.fullmatch(cell) for cell in column) for column in zip(*filled, strict=True)]
    columns = [
        Column(title, "right" if right else "left") for title, right in zip(titles or [""] * wide, numeric, strict=True)
    ]
    return Table(columns, [[Cell(cell) for cell in row] for row in filled])


class _Rows(HTMLParser):
    """Rows of the first table: their texts, and whether they stand in its head."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[tuple[list[str], bool]] = []
        self._inside = self._over = self._head = False
        self._cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table" and not self._over:
            self._inside = True
        elif self._inside and tag == "thead":
            self._head = True
        elif self._inside and tag == "tr":
            self.rows.append(([], self._head))
        elif self._inside and tag in ("td", "th"):
            self._cell = []
            self._span = int(dict(attrs).get("colspan") or 1)

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self._inside, self._over = False, True
        elif tag == "thead":
            self._head = False
        elif tag in ("td", "th") and self._cell is not None and self.rows:
            text = " ".join("".join(self._cell).split())
            self.rows[-1][0].extend([text] + [""] * (self._span - 1))
            self._cell = None

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)
