"""A document in the forms that are asked for, checked before anyone may see it."""

from collections.abc import Collection
from importlib import import_module

from tongdao.base import DocumentError, UsageError, candidates
from tongdao.document.blocks import Document
from tongdao.document.pdf import load_fonts, render_pdf, render_pictures
from tongdao.document.pdf_check import check_pdf
from tongdao.document.vega import start_renderer

FORMS = ("pdf", "docx", "png")


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
    start_renderer()
    load_fonts()
    for library in ("markdown_it.tree", "typst", "pypdfium2"):
        import_module(library)


def render_forms(
    document: Document, *, run_id: str, forms: Collection[str], most_pages: int | None = None
) -> dict[str, bytes]:
    """The files of a document by the end of their names: .pdf, .docx, .png, and -2.png for a second page.

    The PDF is made and read back whatever is asked for: it is what a missing sign, a lost text or a page too many
    shows in.

    Raises:
        DocumentError: what must not be published, with the place.
    """
    pdf = render_pdf(document, run_id=run_id)
    if faults := check_pdf(pdf, document, most_pages=most_pages):
        raise DocumentError(f"没有通过检查，未发布：{'；'.join(faults)}")
    made = {".pdf": pdf} if "pdf" in forms else {}
    if "docx" in forms:
        from tongdao.document.word import render_docx

        made[".docx"] = render_docx(document, run_id=run_id)
    if "png" in forms:
        pictures = render_pictures(document, run_id=run_id)
        made |= {f"-{page}.png" if page > 1 else ".png": picture for page, picture in enumerate(pictures, 1)}
    return made
