"""Document -> PDF through Typst: archival (PDF/A-2a), accessible (PDF/UA-1) and the same bytes every time; or the
same pages as pictures.

Text reaches Typst as JSON and is shown as text: nothing in a notebook can become markup. The compiler sees our
fonts and no others, no file and no clock.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any, cast

from tongdao.base import DocumentError
from tongdao.document import style as theme
from tongdao.document.blocks import NOTICE_WORDS, SHAPES, Block, Document, Figure, Table
from tongdao.document.fonts import FOLDER, missing_characters
from tongdao.document.vega import Drawing, draw

_TEMPLATE = Path(__file__).with_name("template.typ")
WIDEST = 2000  # pixels: what a chat shows without making it smaller
_COLOURS = {"ink": theme.INK, "muted": theme.MUTED, "accent": theme.MAIN, "hair": theme.RULE, **theme.LIGHTS}


def render_pdf(document: Document, *, run_id: str) -> bytes:
    """The document as a PDF.

    The head's data date stands in the foot beside ``run_id``, and its midnight UTC is the file's creation date: the
    same inputs give the same bytes on any day.

    Raises:
        DocumentError: a character without a glyph, an empty chart, a table too wide for a page, any warning.
    """
    day = _data_day(document)
    midnight = datetime.combine(day, time(), UTC).timestamp() if day else 0
    made = _compile(_content(document, run_id), format="pdf", timestamp=int(midnight), pdf_standards=["a-2a", "ua-1"])
    return cast(bytes, made)  # a list is only for pictures, one a page


def render_pictures(document: Document, *, run_id: str) -> list[bytes]:
    """The pages of the PDF as PNG, none wider than ``WIDEST`` pixels; errors as ``render_pdf``."""
    content, sharpness = _content(document, run_id), 200.0
    while True:
        made = _compile(content, format="png", ppi=sharpness)
        pictures = made if isinstance(made, list) else [made]
        width = max(int.from_bytes(picture[16:20]) for picture in pictures)  # of the PNG's header
        if width <= WIDEST:
            return pictures
        sharpness *= (WIDEST - 1) / width


def _data_day(document: Document) -> date | None:
    return date.fromisoformat(document.head.data_date) if document.head.data_date else None


def _content(document: Document, run_id: str) -> str:
    """All that the template prints, as JSON."""
    day = _data_day(document)
    charts = [block for block in document.blocks if isinstance(block, Figure) and block.spec is not None]
    drawings = {id(chart): draw(chart) for chart in charts}
    labels = [(f"图“{chart.title}”里", text) for chart in charts for text in drawings[id(chart)].texts]
    _require_glyphs([*document.passages(), *labels, ("页脚", run_id)])
    content = {
        "head": document.head,
        "foot": [f"运行编号 {run_id}", *([f"数据截至 {day.year}年{day.month}月{day.day}日"] if day else [])],
        "colours": _COLOURS,
        "shapes": SHAPES,
        "notice_words": NOTICE_WORDS,
        "blocks": [_line([_printed(block, drawings.get(id(block))) for block in line]) for line in document.lines()],
    }
    return json.dumps(content, ensure_ascii=False, default=_named)


def _compile(content: str, **options: Any) -> bytes | list[bytes]:
    import typst

    compiler = typst.Compiler(
        _TEMPLATE.read_bytes(), root=str(FOLDER), font_paths=load_fonts(), sys_inputs={"d": content}
    )
    try:
        data, warnings = compiler.compile_with_warnings(**options)
    except typst.TypstError as error:
        # Our template's own refusals are sentences; the compiler's are named as they are.
        message = str(error.message).removeprefix("panicked with: ").strip("\"'")
        raise DocumentError(f"排版没有成功：{'；'.join([message, *error.hints])}") from error
    if warnings:
        raise DocumentError(f"排版有疑点，没有生成文件：{'；'.join(warning.message for warning in warnings)}")
    return cast("bytes | list[bytes]", data)


@cache
def load_fonts() -> Any:
    """The fonts the compiler sees, read once a process."""
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FOLDER])


def _require_glyphs(passages: Iterable[tuple[str, str]]) -> None:
    for where, text in passages:
        if missing := missing_characters(text):
            names = "、".join(f"“{character}”（U+{ord(character):04X}）" for character in missing)
            raise DocumentError(f"{where}有字体里没有的字 {names}，印不出来；请换字，或请维护者加进字体。")


def _line(printed: list[dict[str, Any]]) -> dict[str, Any]:
    return {"is": "Pair", "figures": printed} if len(printed) > 1 else printed[0]


def _printed(block: Block, drawing: Drawing | None) -> dict[str, Any]:
    """A block as the template takes it: a chart is drawn, and every cell of a table is a cell."""
    match block:
        case Table():
            return _named(replace(block, rows=block.cells))
        case Figure(image=image):
            drawn = {"format": "svg", "data": drawing.svg} if drawing else {"format": "png", "data": list(image or b"")}
            return _named(replace(block, spec=None, image=None)) | drawn
    return _named(block)


def _named(value: Any) -> dict[str, Any]:
    """The fields of a block, or of a part of one, and under ``is`` what it is."""
    return {"is": type(value).__name__, **{field.name: getattr(value, field.name) for field in fields(value)}}
