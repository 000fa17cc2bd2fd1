"""The typed outputs that ``tongdao.display`` leaves in a notebook -> blocks.

A payload is data from a file that anyone may have edited: every wrong shape is refused by name, for a document
that guesses prints nonsense without saying so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar, cast

from tongdao.document.blocks import (
    NOTICE_WORDS,
    SHAPES,
    Align,
    Block,
    Cell,
    Column,
    Figure,
    Head,
    Notice,
    PageBreak,
    Table,
)
from tongdao.errors import DocumentError

T = TypeVar("T", bound=str)

PREFIX = "application/vnd.tongdao."
RECORD = f"{PREFIX}record+json"  # rows that a publication keeps; no page shows them


def read_payload(mimetype: str, payload: object, *, where: str) -> Block | Head:
    """The block of one output; ``where`` names the cell in errors."""
    kind = mimetype.removeprefix(PREFIX).removesuffix("+json")
    reader = _READERS.get(kind)
    if reader is None:
        raise DocumentError(f"{where}的输出类型 {mimetype} 不认识；可用的有：{'、'.join(_READERS)}。")
    if not isinstance(payload, Mapping):
        raise DocumentError(f"{where}的 {kind} 输出应当是一组键和值，现在是 {type(payload).__name__}。")
    return reader(payload, f"{where}的 {kind} 输出")


def _head(payload: Mapping[str, Any], where: str) -> Head:
    data_date = _optional(payload, "data_date", where)
    if data_date is not None:
        try:
            date.fromisoformat(data_date)
        except ValueError:
            raise DocumentError(f"{where}的 data_date 应写成 2024-09-30 的样子，现在是 {data_date}。") from None
    return Head(
        title=_required(payload, "title", where),
        subtitle=_optional(payload, "subtitle", where),
        issuer=_optional(payload, "issuer", where),
        date_line=_optional(payload, "date_line", where),
        example=_optional(payload, "example", where),
        data_date=data_date,
        month=_optional(payload, "month", where),
    )


def _table(payload: Mapping[str, Any], where: str) -> Table:
    title = _optional(payload, "title", where)
    where = f"{where}“{title}”" if title else where
    columns = tuple(_column(column, where) for column in _list(payload, "columns", where))
    rows = _list(payload, "rows", where)
    if not columns or not rows:
        raise DocumentError(f"{where}没有列或没有行；没有数据时请用“无数据”提示代替空表。")
    return Table(
        columns=columns,
        rows=tuple(_row(row, columns, f"{where}第 {number} 行") for number, row in enumerate(rows, start=1)),
        title=title,
        note=_optional(payload, "note", where),
        source=_optional(payload, "source", where),
    )


def _column(column: object, where: str) -> Column:
    if not isinstance(column, Mapping):
        raise DocumentError(f"{where}的 columns 里每一项应当是一组键和值，现在有 {type(column).__name__}。")
    width = column.get("width")
    if width is not None and (isinstance(width, bool) or not isinstance(width, int | float) or not width > 0):
        raise DocumentError(f"{where}的列宽 width 应当是大于 0 的数，现在是 {width!r}。")
    return Column(
        title=_text(column, "title", where),
        unit=_optional(column, "unit", where),
        align=cast(Align, _choice(column, "align", ("left", "right", "center"), where, default="left")),
        width=None if width is None else float(width),
    )


def _row(row: object, columns: Sequence[Column], where: str) -> tuple[Cell, ...]:
    if not isinstance(row, list | tuple) or len(row) != len(columns):
        found = len(row) if isinstance(row, list | tuple) else type(row).__name__
        raise DocumentError(f"{where}应当有 {len(columns)} 格，现在是 {found}。")
    return tuple(_cell(cell, f"{where}“{c.title}”") for cell, c in zip(row, columns, strict=True))


def _cell(cell: object, where: str) -> Cell:
    if cell is None:
        return Cell()
    if isinstance(cell, str):
        return Cell(cell)
    if not isinstance(cell, Mapping):
        raise DocumentError(f"{where}是 {cell!r}：文件里的数要先写成文字（tongdao.wording），再放进表格。")
    text = _text(cell, "text", where)
    lines = _list(cell, "lines", where) if cell.get("lines") is not None else []
    if not all(isinstance(line, str) for line in lines):
        raise DocumentError(f"{where}的 lines 里每一项都应当是文字。")
    return Cell(
        text=text,
        light=_choice(cell, "light", tuple(SHAPES), where),
        strong=cell.get("strong") is True,
        muted=_choice(cell, "tone", ("muted",), where) == "muted",
        lines=tuple(lines[1:] if lines and lines[0] == text else lines),
    )


def _figure(payload: Mapping[str, Any], where: str) -> Figure:
    title = _required(payload, "title", where)
    spec = payload.get("spec")
    if not isinstance(spec, Mapping):
        raise DocumentError(f"{where}“{title}”没有图形说明 spec（Vega-Lite）。")
    return Figure(
        title=title,
        alt=_required(payload, "alt", where),
        subtitle=_optional(payload, "subtitle", where),
        source=_optional(payload, "source", where),
        width="half" if _choice(payload, "width", ("full", "half"), where) == "half" else "full",
        spec=spec,
    )


def _notice(payload: Mapping[str, Any], where: str) -> Notice:
    kind = _choice(payload, "kind", tuple(NOTICE_WORDS), where)
    return Notice(kind or "note", _required(payload, "text", where))


def _text(payload: Mapping[str, Any], key: str, where: str) -> str:
    value = payload.get(key)
    if not isinstance(value, str):
        raise DocumentError(f"{where}的 {key} 应当是文字，现在是 {value!r}。")
    return value


def _required(payload: Mapping[str, Any], key: str, where: str) -> str:
    value = _text(payload, key, where)
    if not value.strip():
        raise DocumentError(f"{where}的 {key} 不能为空。")
    return value


def _optional(payload: Mapping[str, Any], key: str, where: str) -> str | None:
    return None if payload.get(key) is None else _text(payload, key, where).strip() or None


def _list(payload: Mapping[str, Any], key: str, where: str) -> list[Any]:
    value = payload.get(key)
    if not isinstance(value, list | tuple):
        raise DocumentError(f"{where}的 {key} 应当是一个列表，现在是 {type(value).__name__}。")
    return list(value)


def _choice(
    payload: Mapping[str, Any], key: str, known: Sequence[T], where: str, *, default: T | None = None
) -> T | None:
    value = payload.get(key)
    if value is None:
        return default
    if value not in known:
        raise DocumentError(f"{where}的 {key} 是 {value!r}；可用的有：{'、'.join(known)}。")
    return cast(T, value)


_READERS: Mapping[str, Callable[[Mapping[str, Any], str], Block | Head]] = {
    "head": _head,
    "table": _table,
    "figure": _figure,
    "notice": _notice,
    "break": lambda payload, where: PageBreak(),
}
