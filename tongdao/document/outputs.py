"""What other libraries leave in a notebook: pictures, Altair charts, tables of pandas."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from tongdao.base import DocumentError
from tongdao.document.blocks import Block, Cell, Column, Figure, Table

_VEGALITE = re.compile(r"application/vnd\.vegalite\.v\d+(\.|\+)json")
_NUMBER = re.compile(r"[-+]?[\d,]*\.?\d+(?:e[-+]?\d+)?%?|—|\.\.\.|")
_BLANKS = frozenset({"NaN", "nan", "NaT", "None", "<NA>"})  # how pandas writes that there is nothing


def joined(source: str | Sequence[str]) -> str:
    """Notebook files keep a text whole or as a list of lines."""
    return source if isinstance(source, str) else "".join(source)


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
    rows, caption = _rows(html)
    head = [row for row, header in rows if header]
    body = [row for row, header in rows if not header]
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
    return Table(columns, [[Cell(cell) for cell in row] for row in filled], title=caption or None)


def _rows(html: str) -> tuple[list[tuple[list[str], bool]], str]:
    """The rows of the first table: their texts, and whether they stand in its head; and its caption.

    A title over several columns stands over each of them. A cell beside several rows stands in the first, and leaves
    its place free in the others, or their figures would slip under a wrong title.
    """
    from lxml.html import fragment_fromstring

    table = next(fragment_fromstring(html, create_parent=True).iter("table"), None)
    if table is None:  # the word alone, in a comment
        return [], ""
    rows = list[tuple[list[str], bool]]()
    below = defaultdict[int, int](int)  # by column, how many of the rows that follow a cell above reaches into
    for line in table.iter("tr"):
        row, head = list[str](), line.getparent().tag == "thead"
        for cell in (*line.iterchildren("td", "th"), None):
            while below[len(row)]:
                below[len(row)] -= 1
                row.append("")
            if cell is None:
                break
            text = _words(cell)
            wide, high = (int(cell.get(name) or 1) for name in ("colspan", "rowspan"))
            below.update(dict.fromkeys(range(len(row), len(row) + wide), high - 1))
            row += [text if head else ""] * wide
            row[-wide] = "—" if text in _BLANKS else text
        rows.append((row, head))
    captions = [_words(each) for each in table.iterchildren("caption")]
    return rows, "".join(captions[:1])


def _words(node: Any) -> str:
    return " ".join(node.text_content().split())
