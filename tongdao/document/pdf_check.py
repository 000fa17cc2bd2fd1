"""Reading a finished PDF back: what a reader, a printer or a screen reader would miss.

The compiler refuses much, but not that a text it was given never reached the page. So the file is read again with
another library than the one that wrote it, and compared with the document it was made from.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

from tongdao.document.blocks import Document

_NAMED_AT_MOST = 5
_PIECE = 12
_NESTED = 15  # drawings within drawings that are looked into for fonts
#: Each of these shares a glyph with its twin, and a reader of the file may get either.
_TWINS = str.maketrans("•・―∕‵", "··—／｀")


def check_pdf(data: bytes, document: Document, *, most_pages: int | None = None) -> list[str]:
    """What is wrong with the PDF of a document, as Chinese sentences; an empty list means fine."""
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        read = PdfDocument(data)
        pages = [_bare(page.get_textpage().get_text_range()) for page in read]
        form = list(_form(read))
    except (PdfiumError, OSError, ValueError) as error:
        return [f"PDF 读不回来：{error}。"]
    return [*form, *_text(pages, document), *_length(pages, document, most_pages)]


def _length(pages: list[str], document: Document, most: int | None) -> Iterator[str]:
    if most is None or len(pages) <= most:
        return
    passages = ((place, _bare(text)[:_PIECE]) for place, text in document.passages() if not place.startswith("文"))
    place = next((place for place, start in passages if start in pages[most]), "")
    yield f"有 {len(pages)} 页，最多 {most} 页，{f'多出的部分从{place}开始，' if place else ''}请缩小范围。"


def _form(read: Any) -> Iterator[str]:
    from pypdfium2 import raw

    if not len(read):
        yield "PDF 一页也没有。"
    if not read.get_metadata_value("Title"):
        yield "PDF 没有写标题，屏幕阅读器和档案系统认不出它。"
    if raw.FPDFCatalog_GetLanguage(read, None, 0) <= 2:  # bytes of UTF-16 with the zero at its end
        yield "PDF 没有写语言。"
    if not read.is_tagged():
        yield "PDF 没有结构标记，屏幕阅读器读不出标题和表格。"
    outside = set()
    for page in read:
        for words in page.get_objects([raw.FPDF_PAGEOBJ_TEXT], max_depth=_NESTED):
            font = raw.FPDFTextObj_GetFont(words.raw)  # ours as long as the page is
            if not raw.FPDFFont_GetIsEmbedded(font):
                outside.add(_name(font))
    if outside:
        yield f"PDF 里有没有嵌入的字体：{'、'.join(sorted(outside))}；换一台机器会变样。"


def _name(font: Any) -> str:
    from ctypes import create_string_buffer

    from pypdfium2 import raw

    name = create_string_buffer(raw.FPDFFont_GetBaseFontName(font, None, 0))
    raw.FPDFFont_GetBaseFontName(font, name, len(name))
    return name.value.decode("utf-8", "replace")


def _text(pages: list[str], document: Document) -> Iterator[str]:
    for number, page in enumerate(pages, start=1):
        before, gap, after = page.partition("\x00")
        if gap:
            yield f"PDF 第 {number} 页有印不出来的字：“{before[-8:]}□{after[:7]}”。"
        if document.head.example and _bare(document.head.example) not in page:
            yield f"PDF 第 {number} 页没有示例数据的标记。"
    # Line by line, for the lines of a cell need not follow each other in the file.
    expected = [line for _, text in document.passages() for line in text.split("\n")]
    if missing := [line for line in expected if not _is_printed(_bare(line), pages)]:
        more = f"等 {len(missing)} 处" if len(missing) > _NAMED_AT_MOST else ""
        yield f"PDF 里找不到这些文字：{'、'.join(f'“{line[:40]}”' for line in missing[:_NAMED_AT_MOST])}{more}。"


def _is_printed(text: str, pages: list[str]) -> bool:
    """Whether a text stands on one page, or in long pieces on pages that follow each other."""
    if any(text in page for page in pages):
        return True
    for page in pages:
        length = bisect_left(range(1, len(text) + 1), True, key=lambda size: text[:size] not in page)
        if length >= min(_PIECE, len(text)):
            text = text[length:]
    return not text


def _bare(text: str) -> str:
    """Without spaces: where a line breaks is the page's affair."""
    return "".join(text.split()).translate(_TWINS)
