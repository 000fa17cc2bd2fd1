"""The typed outputs that ``td.display`` leaves in a notebook -> blocks.

A payload is data from a file that anyone may have edited: every wrong shape is refused by name, for a document
that guesses prints nonsense without saying so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from tongdao.base import DocumentError
from tongdao.document.blocks import Block, Figure, Head, Notice, PageBreak, Table

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


def joined(source: str | Sequence[str]) -> str:
    """Notebook files keep a text whole or as a list of lines."""
    return source if isinstance(source, str) else "".join(source)


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
