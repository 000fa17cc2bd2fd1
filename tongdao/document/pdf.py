"""Document -> PDF through Typst: archival (PDF/A-2a), accessible (PDF/UA-1) and the same bytes every time.

Text reaches Typst as JSON and is shown as text: nothing in a notebook can become markup. The compiler sees our
fonts and no others, no file and no clock.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from functools import lru_cache
from importlib.resources import files
from typing import Any

from tongdao.document import figures
from tongdao.document.blocks import (
    NOTICE_WORDS,
    SHAPES,
    Block,
    Document,
    Figure,
    Heading,
    ListBlock,
    Notice,
    PageBreak,
    Paragraph,
    Table,
)
from tongdao.errors import DocumentError

STANDARDS = ("a-2a", "ua-1")
_PT_PER_PX = 0.75


def render_pdf(
    document: Document,
    *,
    run_id: str,
    data_date: date | str | None = None,
    timestamp: int | None = None,
    standards: Sequence[str] = STANDARDS,
) -> bytes:
    """The document as a PDF.

    ``data_date`` (default: the head's) stands in the foot beside ``run_id``. ``timestamp`` (seconds since 1970) is
    the file's creation date, by default midnight UTC of the data date: the same inputs give the same bytes on any day.

    Raises:
        DocumentError: a character without a glyph, an empty chart, a table too wide for a page, any warning.
    """
    known = data_date or document.head.data_date
    day = date.fromisoformat(known) if isinstance(known, str) else known
    if timestamp is None:
        timestamp = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) if day else 0
    drawings = {id(b): figures.draw(b) for b in document.blocks if isinstance(b, Figure) and b.spec is not None}
    _require_glyphs(document, drawings, run_id)
    content = {
        "head": asdict(document.head),
        "foot": [f"运行编号 {run_id}", *([f"数据截至 {day.year}年{day.month}月{day.day}日"] if day else [])],
        "shapes": SHAPES,
        "notice_words": NOTICE_WORDS,
        "blocks": list(_pairs(_block(block, drawings) for block in document.blocks)),
    }
    return _compile(json.dumps(content, ensure_ascii=False), timestamp, standards)


def _compile(content: str, timestamp: int, standards: Sequence[str]) -> bytes:
    import typst

    compiler = typst.Compiler(_template(), root=str(_fonts()[0]), font_paths=_fonts()[1], sys_inputs={"d": content})
    try:
        data, warnings = compiler.compile_with_warnings(
            format="pdf",
            timestamp=timestamp,
            pdf_standards=list(standards),  # type: ignore[arg-type]  # the stub wants its literals
        )
    except typst.TypstError as error:
        raise DocumentError(f"排版没有成功：{_reason(error)}") from error
    if warnings:
        raise DocumentError(f"排版有疑点，没有生成文件：{'；'.join(warning.message for warning in warnings)}")
    if not isinstance(data, bytes):  # only a list of pages for pictures is anything else
        raise DocumentError("排版没有成功：没有得到文件。")
    return data


def _reason(error: Any) -> str:
    """Our template's own refusals are sentences; the compiler's are named as they are."""
    message = str(error.message).removeprefix("panicked with: ").strip("\"'")
    return "；".join([message, *error.hints])


@lru_cache(maxsize=1)
def _template() -> bytes:
    return files("tongdao.document").joinpath("template.typ").read_bytes()


@lru_cache(maxsize=1)
def _fonts() -> tuple[Any, Any]:
    import typst

    from tongdao.document.fonts import FOLDER

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FOLDER])
    return FOLDER, fonts


def _require_glyphs(document: Document, drawings: Mapping[int, figures.Drawing], run_id: str) -> None:
    from tongdao.document.fonts import missing_characters

    charts = (
        (f"图“{block.title}”里", text)
        for block in document.blocks
        if isinstance(block, Figure) and id(block) in drawings
        for text in drawings[id(block)].texts
    )
    for where, text in (*document.passages(), *charts, ("页脚", run_id)):
        if missing := "".join(missing_characters(text)):
            names = "、".join(f"“{character}”（U+{ord(character):04X}）" for character in missing)
            raise DocumentError(f"{where}有字体里没有的字 {names}，会印成空白；请换字，或请维护者加进字体。")


def _block(block: Block, drawings: Mapping[int, figures.Drawing]) -> dict[str, Any]:
    match block:
        case Heading(level=level, inlines=inlines):
            return {"kind": "heading", "level": level, "spans": [asdict(span) for span in inlines]}
        case Paragraph(inlines=inlines, role=role):
            return {"kind": "paragraph", "role": role, "spans": [asdict(span) for span in inlines]}
        case ListBlock(items=items, ordered=ordered, start=start):
            parts = [[_block(part, drawings) for part in item] for item in items]
            return {"kind": "list", "ordered": ordered, "start": start, "items": parts}
        case Table():
            return {"kind": "table", **asdict(block)}
        case Notice(kind=kind, text=text):
            return {"kind": "notice", "of": kind, "text": text}
        case Figure():
            return {"kind": "figure", **_figure(block, drawings.get(id(block)))}
        case PageBreak():
            return {"kind": "break"}


def _figure(figure: Figure, drawing: figures.Drawing | None) -> dict[str, Any]:
    words = {name: getattr(figure, name) for name in ("title", "subtitle", "source", "alt", "width")}
    if drawing is None:
        return {**words, "format": "png", "data": list(figure.image or b""), "natural": None}
    return {**words, "format": "svg", "data": drawing.svg, "natural": drawing.width * _PT_PER_PX}


def _pairs(blocks: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Two half figures in a row share a line; a third starts the next one."""
    waiting: dict[str, Any] | None = None
    for block in blocks:
        half = block["kind"] == "figure" and block["width"] == "half"
        if waiting and half:
            yield {"kind": "pair", "figures": [waiting, block]}
            waiting = None
        else:
            if waiting:
                yield waiting
            waiting = block if half else None
            if not half:
                yield block
    if waiting:
        yield waiting
