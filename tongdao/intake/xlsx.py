"""Workbooks of the .xlsx kind: of their parts only what a reader of the sheets sees is read, streamed row by row.

Excel is patient with what other programs write (names of parts by case or backslash, missing drawings, odd styles, the
strict dialect); so are we, who look at none of it. A stray cell at the far end costs nothing: values are sparse.
"""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from sys import intern
from typing import Any

from tongdao.intake.formats import EAST_ASIAN, Stored, dated, hidden_sheets, sheets_of, written
from tongdao.intake.sheet import Finding, Read, RefusedError

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_TRUE = ("1", "true", "on")


def read_xlsx(content: bytes) -> Read:
    """The visible sheets of a workbook and what the workbook as a whole has of macros, links and hidden sheets; damage
    raises in many ways."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    book = _Book({_name(part.filename): part for part in archive.infolist()}, archive)
    stored = [_stored(name, part, book) for name, part in book.visible]
    return sheets_of(stored, by_program=book.by_program), _whole(book.parts) + hidden_sheets(book.hidden)


def _name(text: str) -> str:
    """The one spelling of a part's name."""
    return text.replace("\\", "/").lstrip("/").lower()


@dataclass
class _Book:
    """The parts of an archive by name, and what all sheets share: texts, number formats, the beginning of time."""

    parts: dict[str, zipfile.ZipInfo]
    archive: zipfile.ZipFile
    visible: list[tuple[str, str]] = field(default_factory=list)  # names and parts
    hidden: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        targets = {one.get("Id"): dict(one.attrib) for one in self.all("xl/_rels/workbook.xml.rels", "Relationship")}
        for one in self.all("xl/workbook.xml", "sheet"):
            link = targets[next(value for key, value in one.items() if key.endswith("}id"))]
            if not link.get("Type", "").endswith("/worksheet"):
                continue
            if one.get("state", "visible") == "visible":
                target = _name(link["Target"])
                self.visible.append((one.get("name"), target if target in self.parts else f"xl/{target}"))
            else:
                self.hidden.append(one.get("name"))
        self.mac = any(one.get("date1904") in _TRUE for one in self.all("xl/workbook.xml", "workbookPr"))
        texts = next((name for name in self.parts if PurePosixPath(name).name == "sharedstrings.xml"), "")
        self.texts = [_text(one) for one in self.all(texts, "si")]
        self.codes = self._codes()

    def all(self, part: str, *tags: str) -> Iterator[Any]:
        """The elements of some names in a part, in any namespace, each for a moment; none where the part is lacking."""
        from lxml import etree

        if part not in self.parts:
            return
        with self.archive.open(self.parts[part]) as file:
            wanted, seen = [f"{{*}}{tag}" for tag in tags], False
            for _, one in etree.iterparse(file, tag=wanted, resolve_entities=False, huge_tree=True):
                if not seen and (seen := True) and one.getroottree().docinfo.doctype:
                    where = f"部件 {self.parts[part].filename} 里有实体定义"
                    raise RefusedError("entities", f"{where}，可能是攻击，没有打开；请用 Excel 或 WPS 另存。")
                yield one
                one.clear()
                while one.getprevious() is not None:
                    del one.getparent()[0]

    def _codes(self) -> list[str]:
        """The number format of each cell style."""
        from openpyxl.styles.numbers import BUILTIN_FORMATS

        part, own = "xl/styles.xml", EAST_ASIAN | BUILTIN_FORMATS
        own |= {int(one.get("numFmtId")): one.get("formatCode") for one in self.all(part, "numFmt")}
        fonts = [_struck(one) for one in next(self.all(part, "fonts"), ())]
        styles = [dict(one.attrib) for one in next(self.all(part, "cellXfs"), ())]
        self.struck = {str(at) for at, one in enumerate(styles) if fonts[int(one.get("fontId") or 0) :][:1] == [True]}
        return [own.get(int(one.get("numFmtId") or 0), "General") for one in styles] or ["General"]

    @property
    def by_program(self) -> bool:
        """Whether a library wrote the workbook that cannot calculate: it says so, or that it is an Excel of 2007."""
        part = self.parts.get("docprops/app.xml")
        about = self.archive.read(part) if part else b""
        signs = rb"(?i)<AppVersion>12\.0000<|xlsxwriter|openpyxl|sheetjs|exceljs|closedxml|epplus|npoi"
        return bool(re.search(signs, about))


def _whole(parts: dict[str, zipfile.ZipInfo]) -> list[Finding]:
    names = "\n".join(parts)
    signs = (
        ("(?m)vbaproject\\.bin$", "macros", "工作簿带有宏，宏没有运行，也不会保留。"),
        ("externallinks/", "external_link", "工作簿引用了外部链接的文件，取的是保存时的数值，请核对。"),
        ("(?m)^xl/embeddings/|activex/", "embedded", "工作簿嵌有其他文件或控件，没有打开。"),
    )
    return [Finding("warning", code, words) for sign, code, words in signs if re.search(sign, names)]


def _text(of: Any) -> str:
    """A text of several runs; how it is pronounced is left out, what is raised or struck through stays so."""
    text = of[0].text or "" if len(of) == 1 and len(of[0]) == 0 else ""  # one text in one hand, as nearly all
    for one in of.iter("{*}t") if not text else ():
        run = one.getparent()
        if not run.tag.endswith("}rPh"):
            raised = run.find("{*}rPr/{*}vertAlign[@val='superscript']") is not None
            text += written(one.text or "", raised=raised, struck=_struck(run.find("{*}rPr")))
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def _struck(font: Any) -> bool:
    """Whether a font, if any is given, strikes through."""
    line = font.find("{*}strike") if font is not None else None
    return line is not None and line.get("val", "1") in _TRUE


def _stored(name: str, part: str, book: _Book) -> Stored:
    from openpyxl.utils.cell import column_index_from_string, range_boundaries

    if part not in book.parts:
        raise KeyError(part)
    line, lines, places = 0, list[int](), list[int]()
    stored = Stored(name, hidden_lines=lines, hidden_places=places)
    shared: dict[str, tuple[str, str]] = {}
    for one in book.all(part, "row", "col", "sheetView", "mergeCell"):
        match one.tag.rpartition("}")[2]:
            case "row":
                line, place = int(one.get("r") or line + 1), 0
                for cell in one:
                    place += 1
                    if ref := cell.get("r"):
                        letters = ref.rstrip("0123456789")
                        line, place = int(ref[len(letters) :]), column_index_from_string(letters)
                    _cell(stored, cell, (line, place - 1), book, shared)
                if one.get("hidden") in _TRUE or one.get("ht") == "0":
                    lines.append(line)
            case "col" if one.get("hidden") in _TRUE or one.get("width") == "0":
                places += range(int(one.get("min")) - 1, int(one.get("max")))
            case "sheetView":
                stored.zeros = stored.zeros and one.get("showZeros", "1") in _TRUE
            case "mergeCell":
                left, top, right, bottom = (bound or 1 for bound in range_boundaries(one.get("ref")))
                stored.merged.append((top, left - 1, bottom, right - 1))
                covered = {at for at in stored.values if top <= at[0] <= bottom and left <= at[1] + 1 <= right}
                for at in covered - {(top, left - 1)}:  # of cells that are merged only the first shows
                    del stored.values[at]
                    stored.formulas.pop(at, None)
    return stored


def _cell(stored: Stored, cell: Any, at: tuple[int, int], book: _Book, shared: dict[str, tuple[str, str]]) -> None:
    kind, text = cell.get("t", "n"), None
    value: Any = None
    for one in cell:
        tag = one.tag
        if tag.endswith("}v"):
            text = one.text
        elif tag.endswith("}is"):
            value = intern(_text(one))
        elif tag.endswith("}f"):
            stored.formulas[at] = _formula(one, cell.get("r"), shared)
    if text is not None:
        code = book.codes[int(cell.get("s") or 0)] if kind in ("n", "d") else "General"
        value = _value(kind, text, code, book)
        if code != "General":
            stored.formats[at] = code
    if value is not None:
        stored.values[at] = value
        if cell.get("s", "0") in book.struck:
            stored.struck.add(at)


def _value(kind: str, text: str, code: str, book: _Book) -> Any:
    match kind:
        case "s":
            return book.texts[int(text)]
        case "n":
            return dated(float(text) if set(text) & {".", "E", "e"} else int(text), code, mac=book.mac)
        case "b":
            return text.strip() in _TRUE
        case "d":
            return dt.datetime.fromisoformat(text.removesuffix("Z"))
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if kind == "str" else text


def _formula(one: Any, ref: str | None, shared: dict[str, tuple[str, str]]) -> str:
    """The formula of a cell; one that cells share is shifted to it."""
    source = f"={one.text or ''}"
    if one.get("t") == "shared" and ref:
        from openpyxl.formula.translate import Translator

        if one.text:
            shared[one.get("si")] = source, ref
        elif one.get("si") in shared:
            first, origin = shared[one.get("si")]
            return str(Translator(first, origin=origin).translate_formula(ref))
    return source
