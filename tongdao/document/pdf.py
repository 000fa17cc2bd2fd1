"""Document -> files, checked before anyone may see them: PDF, its pages as pictures, Word (``word``), ``page_html``.

The PDF is set by Typst: archival (PDF/A-2a), accessible (PDF/UA-1) and the same bytes every time. Text reaches Typst
as JSON and is shown as text: nothing in a notebook can become markup. The compiler sees our fonts and no others, no
file and no clock.

The compiler refuses much, but not that a text it was given never reached the page. So the file is read back with
another library than the one that wrote it, and compared with the document it was made from.
"""

import json
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from datetime import UTC, date, datetime, time
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

from tongdao.base import DocumentError, UsageError, candidates
from tongdao.document import style as theme
from tongdao.document.blocks import APART, NOTICE_WORDS, SHAPES, Document, Figure, Heading, Table, kind_of
from tongdao.document.style import BOUND, FONTS, bound, missing_characters
from tongdao.document.vega import draw, renderer

FORMS = ("pdf", "docx", "png", "html")
WIDEST = 2000  # pixels: what a chat shows without making it smaller
_TEMPLATE = Path(__file__).with_name("template.typ")
_COLOURS = {"ink": theme.INK, "muted": theme.MUTED, "accent": theme.MAIN, "hair": theme.RULE, **theme.LIGHTS}
_PICTURE = b"#let f = json(bytes(sys.inputs.d)); #image(bytes(f.data), format: f.format)"
_NAMED_AT_MOST = 5
_PIECE = 12
_NAME = 24  # signs of a cell that is a name: marks in longer ones cost more than a torn word
_NESTED = 15  # drawings within drawings that are looked into for fonts
#: Each of these shares a glyph with its twin, and a reader of the file may get either; of a hyphen that ends a line
#: pdfium makes a sign of its own.
_TWINS = str.maketrans("•・―∕‵\ufffe\x02", "··—／｀--")


def forms_of(text: str) -> tuple[str, ...]:
    """The forms named in a text like ``pdf,docx``.

    Raises:
        UsageError: a form that is none.
    """
    wanted = [part.strip().lower() for part in text.replace("，", ",").split(",") if part.strip()]
    for part in wanted:
        if part not in FORMS:
            raise UsageError(f"没有“{part}”这种形式，{candidates(part, FORMS)}。")
    return tuple(dict.fromkeys(wanted)) or ("pdf",)


def prepare() -> None:
    """Load what a document is read, drawn, set and checked with: nearly a second, to be spent while waiting."""
    renderer()
    load_fonts()
    for library in ("markdown_it.tree", "typst", "pypdfium2", "rjieba"):
        import_module(library)


def render_forms(
    document: Document, *, run_id: str, forms: Collection[str], most_pages: int | None = None, apart: str = ""
) -> dict[str, bytes]:
    """The files of a document by the end of their names: .pdf, .docx, .html, .png, and -2.png for a second page.

    With the name of the files in ``apart`` the annex is a file of its own, to which the document leads. The PDF is made
    and read back whatever is asked for: it is what a missing sign, a lost text or a page too many shows in.

    Raises:
        DocumentError: what must not be published, with the place.
    """
    made: dict[str, bytes] = {}
    for form in dict.fromkeys(("pdf", *forms)):
        body, annex = document.parted(quote(f"{apart}-{APART}.{form}")) if apart else (document, None)
        parts = (body, annex) if annex else (body,)
        files = _pdfs(parts, run_id, most_pages) if form == "pdf" else [_form_of(part, form, run_id) for part in parts]
        for which, own in zip(("", f"-{APART}"), files, strict=False):
            made |= {f"{which}{end}": content for end, content in own.items()}
    return {end: content for end, content in made.items() if end.rpartition(".")[2] in forms}


def _pdfs(parts: Sequence[Document], run_id: str, most_pages: int | None) -> list[dict[str, bytes]]:
    """The PDF of each part, read back; the first of so many pages at most."""
    made = render_pdfs(parts, run_id=run_id)
    for part, pdf, most in zip(parts, made, (most_pages, None), strict=False):
        if faults := check_pdf(pdf, part, most_pages=most):
            raise DocumentError(f"没有通过检查，未发布：{'；'.join(faults)}")
    return [{".pdf": pdf} for pdf in made]


def _form_of(document: Document, form: str, run_id: str) -> dict[str, bytes]:
    match form:
        case "docx":
            from tongdao.document.word import render_docx

            return {".docx": render_docx(document, run_id=run_id)}
        case "html":
            from tongdao.document.page_html import render_html

            return {".html": render_html(document, run_id=run_id)}
    pictures = render_pictures(document, run_id=run_id)
    return {f"-{page}.png" if page > 1 else ".png": picture for page, picture in enumerate(pictures, 1)}


def render_pdfs(documents: Sequence[Document], *, run_id: str) -> list[bytes]:
    """Each document as a PDF, set side by side.

    The head's data date stands in the foot beside ``run_id``, and its midnight UTC is the file's creation date: the
    same inputs give the same bytes on any day.

    Raises:
        DocumentError: a character without a glyph, an empty chart, a table too wide for a page, any warning.
    """
    contents = [_content(document, run_id) for document in documents]
    with ThreadPoolExecutor() as pool:  # the typesetter lets go of the interpreter
        return [*pool.map(_set, contents, [document.head.day for document in documents])]


def _set(content: str, day: date | None) -> bytes:
    midnight = datetime.combine(day, time(), UTC).timestamp() if day else 0
    made = _compile(content, format="pdf", timestamp=int(midnight), pdf_standards=["a-2a", "ua-1"])
    return cast(bytes, made)  # a list is only for pictures, one a page


def render_pictures(document: Document, *, run_id: str) -> list[bytes]:
    """The pages of the PDF as PNG, none wider than ``WIDEST`` pixels; errors as ``render_pdfs``."""
    content, sharpness = _content(document, run_id), 200.0
    while True:
        made = _compile(content, format="png", ppi=sharpness)
        pictures = made if isinstance(made, list) else [made]
        width = max(int.from_bytes(picture[16:20]) for picture in pictures)  # of the PNG's header
        if width <= WIDEST:
            return pictures
        sharpness *= (WIDEST - 1) / width


def _content(document: Document, run_id: str) -> str:
    """All that the template prints, as JSON."""
    charts = [block for block in document.blocks if isinstance(block, Figure) and block.spec is not None]
    labels = [(f"图“{chart.title}”里", text) for chart in charts for text in draw(chart).texts]
    _require_glyphs([*document.passages(), *labels, ("页脚", run_id)])
    day = document.head.day
    content = {
        "head": document.head,
        "title": bound(document.head.title),
        "annex": document.annex,
        "foot": [f"运行编号 {run_id}", *([f"数据截至 {day.year}年{day.month}月{day.day}日"] if day else [])],
        "colours": _COLOURS,
        "shapes": SHAPES,
        "notice_words": NOTICE_WORDS,
        "blocks": document.lines(),
    }
    return json.dumps(content, ensure_ascii=False, default=_printed)


def _compile(content: str, **options: Any) -> bytes | list[bytes]:
    import typst

    compiler = typst.Compiler(
        _TEMPLATE.read_bytes(), root=str(FONTS), font_paths=load_fonts(), sys_inputs={"d": content}
    )
    try:
        data, warnings = compiler.compile_with_warnings(**options)
    except typst.TypstError as error:
        # Our template's own refusals are sentences; the compiler's are named as they are.
        message = _torn(content) or str(error.message).removeprefix("panicked with: ").strip("\"'")
        raise DocumentError(f"排版没有成功：{'；'.join([message, *error.hints])}".replace(BOUND, "")) from error
    if warnings:
        raise DocumentError(f"排版有疑点，没有生成文件：{'；'.join(warning.message for warning in warnings)}")
    return cast("bytes | list[bytes]", data)


def _torn(content: str) -> str:
    """Which picture it is that cannot be drawn, of which the compiler does not tell."""
    import typst

    for picture in (block for block in json.loads(content)["blocks"] if block.get("cell")):
        try:
            typst.Compiler(_PICTURE, sys_inputs={"d": json.dumps(picture)}).compile(format="svg")
        except typst.TypstError:
            named = picture["alt"].removeprefix(f"第 {picture['cell']} 个单元格输出的").removeprefix("图片")
            words = f"“{named}”" if named else ""
            return f"第 {picture['cell']} 格的图片{words}坏了或不完整，画不出来，请换一张或重新生成"
    return ""


@cache
def load_fonts() -> Any:
    """The fonts the compiler sees, read once a process."""
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


def _require_glyphs(passages: Iterable[tuple[str, str]]) -> None:
    for where, text in passages:
        if missing := missing_characters(text):
            names = "、".join(f"“{character}”（U+{ord(character):04X}）" for character in missing)
            raise DocumentError(f"{where}有字体里没有的字 {names}，印不出来；请换字，或请维护者加进字体。")


def _printed(part: Any) -> dict[str, Any]:
    """A part of a document as the template takes it: its fields, and under ``is`` what it is.

    A chart is drawn, and every cell of a table is a cell.
    """
    made = {"is": type(part).__name__, **{field.name: getattr(part, field.name) for field in fields(part)}}
    match part:
        case Heading():
            made["inlines"] = [replace(span, text=bound(span.text)) for span in part.inlines]
        case Table():
            told = [column.align == "left" for column in part.columns]
            rows = [
                [
                    replace(cell, text=bound(cell.text, _NAME, 0)) if words else cell
                    for cell, words in zip(row, told, strict=True)
                ]
                for row in part.cells
            ]
            made |= {"rows": rows, "groups": part.groups, "title": part.title and bound(part.title)}
        case Figure(spec=None):
            image = part.image or b""
            kind = kind_of(image) or "png"
            data = image.decode(errors="replace") if kind == "svg" else list(image)
            made |= {"format": kind, "data": data, "image": None, "title": bound(part.title)}
        case Figure():
            made |= {"format": "svg", "data": draw(part).svg, "spec": None, "image": None, "title": bound(part.title)}
    return made


def check_pdf(data: bytes, document: Document, *, most_pages: int | None = None) -> list[str]:
    """What is wrong with the PDF of a document, as Chinese sentences; an empty list means fine."""
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        read = PdfDocument(data)
        pages = [_bare(page.get_textpage().get_text_range()) for page in read]
        form = list(_strange_fonts(read))
    except (PdfiumError, OSError, ValueError) as error:
        return [f"PDF 读不回来：{error}。"]
    faults = [*form, *_text(pages, document)]
    if most_pages is not None and len(pages) > most_pages:
        passages = ((place, _bare(text)[:_PIECE]) for place, text in document.passages() if not place.startswith("文"))
        place = next((place for place, start in passages if start in pages[most_pages]), "")
        begins = f"多出的部分从{place}开始，" if place else ""
        faults.append(f"有 {len(pages)} 页，最多 {most_pages} 页，{begins}请缩小范围。")
    return faults


def _strange_fonts(read: Any) -> Iterator[str]:
    """What a picture brings along; title, language and tags are asked of the compiler (PDF/UA-1)."""
    from ctypes import create_string_buffer

    from pypdfium2 import raw

    outside = set()
    for page in read:
        for words in page.get_objects([raw.FPDF_PAGEOBJ_TEXT], max_depth=_NESTED):
            font = raw.FPDFTextObj_GetFont(words.raw)  # ours as long as the page is
            if not raw.FPDFFont_GetIsEmbedded(font):
                name = create_string_buffer(raw.FPDFFont_GetBaseFontName(font, None, 0))
                raw.FPDFFont_GetBaseFontName(font, name, len(name))
                outside.add(name.value.decode("utf-8", "replace"))
    if outside:
        yield f"PDF 里有没有嵌入的字体：{'、'.join(sorted(outside))}；换一台机器会变样。"


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
