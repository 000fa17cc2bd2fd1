"""An executed notebook -> a Document: what its Markdown cells say and its code cells show; code never appears."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from tongdao.base import DocumentError
from tongdao.document.blocks import Block, Document, Head, Heading, LeftOut, plain
from tongdao.document.markdown import read_markdown
from tongdao.document.outputs import read_foreign, read_png
from tongdao.document.payloads import PREFIX, RECORD, joined, read_payload

#: Tags that nbconvert and Jupyter Book know: a cell for the analyst at the screen, not for the report's reader.
_HIDING = frozenset({"remove_cell", "remove-cell"})


def read_document(notebook: Mapping[str, Any], *, title: str = "") -> Document:
    """Read an executed notebook (nbformat 4, as JSON gives it) as a document.

    The head is the one head output, else the first heading of level 1, which then is the title and no longer a
    heading, else ``title``. Outputs that documents do not show are listed in ``left_out``.

    Raises:
        DocumentError: no title; two heads; an output of ours with a wrong shape.
    """
    parts = list(_parts(notebook))
    heads = [part for part in parts if isinstance(part, Head)]
    blocks = [part for part in parts if not isinstance(part, Head | LeftOut)]
    if len(heads) > 1:
        titles = "、".join(f"“{head.title}”" for head in heads)
        raise DocumentError(f"笔记本里有 {len(heads)} 个文首（{titles}）；一份文件只能有一个，请删去其余。")
    if not heads:
        first = next((block for block in blocks if isinstance(block, Heading) and block.level == 1), None)
        if first is None and not title:
            raise DocumentError("笔记本没有标题：请加一个一级标题（# 标题），或用 td.display 给出文首。")
        heads = [Head(plain(first.inlines) if first else title)]
        blocks = [block for block in blocks if block is not first]
    left_out = tuple(part for part in parts if isinstance(part, LeftOut))
    return Document(heads[0], tuple(_settle_levels(blocks)), left_out)


def _parts(notebook: Mapping[str, Any]) -> Iterator[Block | Head | LeftOut]:
    number = 0
    for cell in notebook.get("cells", []):
        tags = cell.get("metadata", {}).get("tags", [])
        number += "injected-parameters" not in tags  # as the analyst counts
        if _HIDING.intersection(tags):
            yield LeftOut(number, "tag")
        elif cell.get("cell_type") == "markdown":
            yield from read_markdown(joined(cell.get("source", "")), _pasted(cell.get("attachments", {}), number))
        elif cell.get("cell_type") == "code":
            for output in cell.get("outputs", []):
                try:
                    yield from _output(output, number)
                except (TypeError, ValueError, AttributeError):  # anyone may display anything under any type
                    raise DocumentError(f"第 {number} 个单元格的输出内容与它的类型不符，读不出来，请检查。") from None


def _pasted(attachments: Mapping[str, Mapping[str, Any]], number: int) -> dict[str, bytes]:
    """Pictures pasted into a Markdown cell, by the address that its text gives them."""
    return {
        f"attachment:{quote(name)}": read_png(data["image/png"], number)
        for name, data in attachments.items()
        if "image/png" in data
    }


def _output(output: Mapping[str, Any], number: int) -> Iterator[Block | Head | LeftOut]:
    kind = str(output.get("output_type", ""))
    if kind not in ("display_data", "execute_result"):
        yield LeftOut(number, str(output.get("name") or kind))
        return
    data: Mapping[str, Any] = output.get("data", {})
    ours = [mimetype for mimetype in data if mimetype.startswith(PREFIX) and mimetype != RECORD]
    if ours:
        yield read_payload(ours[0], data[ours[0]], where=f"第 {number} 个单元格")
    elif "text/markdown" in data:
        yield from read_markdown(joined(data["text/markdown"]))
    elif foreign := read_foreign(data, output.get("metadata", {}), number):
        yield foreign
    elif data and RECORD not in data:
        yield LeftOut(number, next((kind for kind in data if kind != "text/plain"), "text/plain"))


def _settle_levels(blocks: Sequence[Block]) -> Iterator[Block]:
    """Levels counted from 1 without a gap: whether sections are typed ## or ### is the notebook's own affair, and
    a skipped level is refused by PDF/UA because a screen reader would announce a section that is not there."""
    used = sorted({block.level for block in blocks if isinstance(block, Heading)})
    level = 0
    for block in blocks:
        if isinstance(block, Heading):
            level = min(used.index(block.level) + 1, level + 1)
            yield replace(block, level=level)
        else:
            yield block
