"""Reading a finished PDF back: what a reader, a printer or a screen reader would miss.

The compiler refuses much, but not that a text it was given never reached the page. So the file is read again with
another library than the one that wrote it, and compared with the document it was made from.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any

from tongdao.document.blocks import Document, Heading, Notice, Table, plain

if TYPE_CHECKING:
    from pypdf import PdfReader

_NAMED_AT_MOST = 5
_PIECE = 12


def check_pdf(data: bytes, document: Document) -> list[str]:
    """What is wrong with the PDF of a document, as Chinese sentences; an empty list means fine."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(BytesIO(data))
        pages = [page.extract_text() for page in reader.pages]
    except (PyPdfError, OSError, ValueError) as error:
        return [f"PDF 读不回来：{error}。"]
    return [*_form(reader), *_text(pages, document)]


def _form(reader: PdfReader) -> Iterator[str]:
    if not reader.pages:
        yield "PDF 一页也没有。"
    if not (reader.metadata and reader.metadata.title):
        yield "PDF 没有写标题，屏幕阅读器和档案系统认不出它。"
    root = reader.root_object
    if not root.get("/Lang"):
        yield "PDF 没有写语言。"
    if not root.get("/MarkInfo", {}).get("/Marked") or "/StructTreeRoot" not in root:
        yield "PDF 没有结构标记，屏幕阅读器读不出标题和表格。"
    outside = sorted({name for name, embedded in _fonts(reader) if not embedded})
    if outside:
        yield f"PDF 里有没有嵌入的字体：{'、'.join(outside)}；换一台机器会变样。"


def _fonts(reader: PdfReader) -> Iterator[tuple[str, bool]]:
    """The fonts of all pages and of the drawings placed on them, each with whether its file is inside."""
    seen: set[int] = set()
    waiting: list[Any] = [page.get("/Resources") for page in reader.pages]
    while waiting:
        resources = _resolved(waiting.pop())
        if resources is None or id(resources) in seen:
            continue
        seen.add(id(resources))
        for font in map(_resolved, _resolved(resources.get("/Font", {})).values()):
            yield str(font.get("/BaseFont", "?")), _is_embedded(font)
        drawings = map(_resolved, _resolved(resources.get("/XObject", {})).values())
        waiting.extend(drawing.get("/Resources") for drawing in drawings)


def _is_embedded(font: Any) -> bool:
    if font.get("/Subtype") == "/Type3":
        return True
    inner = _resolved(font["/DescendantFonts"])[0] if "/DescendantFonts" in font else font
    descriptor = _resolved(_resolved(inner).get("/FontDescriptor", {}))
    return any(name in descriptor for name in ("/FontFile", "/FontFile2", "/FontFile3"))


def _resolved(value: Any) -> Any:
    return value.get_object() if hasattr(value, "get_object") else value


def _text(pages: list[str], document: Document) -> Iterator[str]:
    for number, page in enumerate(pages, start=1):
        if "\x00" in page:
            around = page[max(page.index("\x00") - 8, 0) : page.index("\x00") + 8].replace("\x00", "□")
            yield f"PDF 第 {number} 页有印不出来的字：“{around}”。"
    bare = [_bare(page) for page in pages]
    missing = [text for text in _expected(document) if not _is_printed(_bare(text), bare)]
    if missing:
        more = f"等 {len(missing)} 处" if len(missing) > _NAMED_AT_MOST else ""
        yield f"PDF 里找不到这些文字：{'、'.join(f'“{text[:40]}”' for text in missing[:_NAMED_AT_MOST])}{more}。"
    if document.head.example:
        for number in (n for n, page in enumerate(bare, 1) if _bare(document.head.example) not in page):
            yield f"PDF 第 {number} 页没有示例数据的标记。"


def _is_printed(text: str, pages: list[str]) -> bool:
    """Whether a text stands on one page, or in long pieces on pages that follow each other."""
    if any(text in page for page in pages):
        return True
    for page in pages:
        length = bisect_left(range(1, len(text) + 1), True, key=lambda size: text[:size] not in page)
        if length >= min(_PIECE, len(text)):
            text = text[length:]
    return not text


def _expected(document: Document) -> Iterator[str]:
    """Title, headings, notices and every cell: what a reader quotes from a report."""
    yield document.head.title
    for block in document.blocks:
        match block:
            case Heading(inlines=inlines):
                yield plain(inlines)
            case Notice(text=text):
                yield text
            case Table():
                yield from _lines(column.title for column in block.columns)
                for row in block.rows:
                    for cell in row:
                        yield from _lines((cell.text, *cell.lines))


def _lines(texts: Iterable[str]) -> Iterator[str]:
    """Line by line, for the parts of a cell need not follow each other in the file."""
    for text in texts:
        yield from (line for line in text.split("\n") if line.strip())


def _bare(text: str) -> str:
    """Without spaces: where a line breaks is the page's affair."""
    return "".join(text.split())
