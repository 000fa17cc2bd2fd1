"""An executed notebook -> a Document: what its Markdown cells say and its code cells show; code never appears.

An output of ours (``td.display``) is data from a file that anyone may have edited: every wrong shape is refused by
name, for a document that guesses prints nonsense without saying so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any
from urllib.parse import quote

from tongdao.base import DocumentError
from tongdao.document.blocks import Block, Document, Figure, Head, Heading, LeftOut, Notice, PageBreak, Table, plain
from tongdao.document.markdown import read_markdown
from tongdao.document.outputs import joined, read_foreign, read_png

PREFIX = "application/vnd.tongdao."
RECORD = f"{PREFIX}record+json"  # rows that a publication keeps; no page shows them
_KINDS: Mapping[str, type] = {"head": Head, "table": Table, "figure": Figure, "notice": Notice, "break": PageBreak}
#: What pydantic misses, by the first word of the type of its complaint.
_EXPECTED = {
    "string": "文字：数要先写成文字（td.wording）",
    "bool": "true 或 false",
    "float": "数",
    "dataclass": "一组键和值",
    "mapping": "一组键和值",
    "is": "列表",
    "sequence": "列表",
}
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


def read_payload(mimetype: str, payload: object, *, where: str) -> Block | Head:
    """The block of one output; ``where`` names the cell in errors."""
    from pydantic import ValidationError

    kind = mimetype.removeprefix(PREFIX).removesuffix("+json")
    if kind not in _KINDS:
        raise DocumentError(f"{where}的输出类型 {mimetype} 不认识；可用的有：{'、'.join(_KINDS)}。")
    where = f"{where}的 {kind} 输出"
    if isinstance(payload, Mapping):
        payload = {key: value for key, value in payload.items() if not _is_blank(value)}
        where += f"“{payload['title']}”" if "title" in payload else ""
    try:
        block: Block | Head = _adapter(kind).validate_python(payload)
    except ValidationError as error:
        # A cell is one of several kinds; the complaint that goes deepest is about the kind it was meant to be.
        fault = sorted(error.errors(include_url=False), key=lambda each: len(each["loc"]))[-1]
        raise DocumentError(f"{where}{_sentence(fault)}") from None
    match block:
        case Table():
            _require_rectangle(block, where)
        case Head(data_date=str(day)):
            try:
                date.fromisoformat(day)
            except ValueError:
                raise DocumentError(f"{where}的 data_date 应写成 2024-09-30 的样子，现在是 {day}。") from None
    return block


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


@cache
def _adapter(kind: str) -> Any:
    """The reader of one kind; pydantic is imported late, so that what only shows or prints never pays for it."""
    from pydantic import TypeAdapter

    return TypeAdapter(_KINDS[kind])


def _sentence(fault: Any) -> str:
    """One of pydantic's complaints in Chinese, with the key and what was found there."""
    place = "".join(
        f"第 {part + 1} 项" if isinstance(part, int) else f"的 {part} "
        for part in fault["loc"]
        if part not in ("Cell", "str")
    )
    found = fault["input"]
    match fault["type"]:
        case "missing":
            return f"{place}没有给出，或是空的。"
        case "unexpected_keyword_argument":
            return f"{place}不认识，请检查拼写。"
        case "literal_error":
            known = fault["ctx"]["expected"].replace("' or '", "、").replace("', '", "、").strip("'")
            return f"{place}是 {found!r}；可用的有：{known}。"
        case other:
            expected = _EXPECTED.get(other.partition("_")[0], other)
            return f"{place}是 {str(found)[:40]}，应当是{expected}。"


def _require_rectangle(table: Table, where: str) -> None:
    if not table.columns or not table.rows:
        raise DocumentError(f"{where}没有列或没有行；没有数据时请用“无数据”提示代替空表。")
    for column in table.columns:
        if column.width is not None and not column.width > 0:
            raise DocumentError(f"{where}的列宽 width 应当是大于 0 的数，现在是 {column.width}。")
    for number, row in enumerate(table.rows, start=1):
        if len(row) != len(table.columns):
            raise DocumentError(f"{where}第 {number} 行应当有 {len(table.columns)} 格，现在是 {len(row)}。")
