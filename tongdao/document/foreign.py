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
_NUMBER = re.compile(r"[-+]?[\d,]*\.?\d+(?:e[-+]?\d+)?%?|—|\.\.\.|")
_BLANKS = frozenset({"NaN", "nan", "NaT", "None", "<NA>"})  # how pandas writes that there is nothing


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
    image = read_png(content, number)
    words = metadata.get("image/png", metadata)
    title, alt = (str(words.get(key, "")) for key in ("title", "alt"))
    return Figure(title, None, alt or title or f"第 {number} 个单元格输出的图片", image=image)


def read_png(content: Any, number: int) -> bytes:
    """A picture as a notebook keeps it.

    Raises:
        DocumentError: it is torn.
    """
    try:
        return b64decode("".join(joined(content).split()), validate=True)
    except Base64Error:
        raise DocumentError(f"第 {number} 个单元格的图片读不出来（不是完整的 PNG），请重新运行。") from None


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
    return Table(columns, [[Cell(cell) for cell in row] for row in filled], title=reader.caption or None)


class _Rows(HTMLParser):
    """Rows of the first table: their texts, and whether they stand in its head; and its caption.

    A title over several columns stands over each of them. A cell beside several rows stands in the first, and leaves
    its place free in the others, or their figures would slip under a wrong title.
    """

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[tuple[list[str], bool]] = []
        self.caption = ""
        self._inside = self._over = self._head = False
        self._cell: list[str] | None = None
        self._below: dict[int, int] = {}  # by column, how many of the rows that follow a cell above reaches into

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table" and not self._over:
            self._inside = True
        elif self._inside and tag == "thead":
            self._head = True
        elif self._inside and tag == "tr":
            self.rows.append(([], self._head))
            self._leave_free()
        elif self._inside and tag in ("td", "th", "caption"):
            self._cell = []
            self._wide, self._high = (int(dict(attrs).get(name) or 1) for name in ("colspan", "rowspan"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self._inside, self._over = False, True
        elif tag == "thead":
            self._head = False
        elif tag in ("td", "th", "caption") and self._cell is not None:
            text = " ".join("".join(self._cell).split())
            self._cell = None
            if tag == "caption":
                self.caption = text
            elif self.rows:
                self._put("—" if text in _BLANKS else text)

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def _put(self, text: str) -> None:
        row, head = self.rows[-1]
        for place in range(len(row), len(row) + self._wide):
            self._below[place] = self._high - 1
        row.extend([text if head else ""] * self._wide)
        row[-self._wide] = text
        self._leave_free()

    def _leave_free(self) -> None:
        """Pass over the places of the row that a cell above takes."""
        row = self.rows[-1][0]
        while self._below.get(len(row), 0):
            self._below[len(row)] -= 1
            row.append("")
