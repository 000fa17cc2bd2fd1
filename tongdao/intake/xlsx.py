"""Workbooks of the .xlsx kind. openpyxl reads them, never read_only (it sees 1 of 56 cells in a WPS file); its cells
are a sparse table, so a stray cell at XFD1048576 costs nothing (docs/decisions.md, 28). What it cannot open is mended
first: Excel is more patient with what other programs write.
"""

import io
import re
import warnings
import zipfile
from typing import Any

from tongdao.intake.formats import EAST_ASIAN, Stored, hidden_sheets, sheets_of
from tongdao.intake.sheet import Finding, Read, RefusedError

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_STRICT = (
    (b"http://purl.oclc.org/ooxml/spreadsheetml/main", b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"),
    (b"http://purl.oclc.org/ooxml/", b"http://schemas.openxmlformats.org/"),
    (b"openxmlformats.org/officeDocument/relationships", b"openxmlformats.org/officeDocument/2006/relationships"),
)
_KEPT = re.compile(r"(\[content_types\]\.xml|_rels/\.rels|xl/(_rels/)?workbook\.xml(\.rels)?|xl/[^/]*strings\.xml)")
_NAMES = re.compile(rb"""\b(PartName|Target)\s*=\s*("[^"]*"|'[^']*')""")
_NEEDLESS = re.compile(  # of a sheet: what is not read and may be broken
    rb"<((?:\w+:)?(?:sheetPr|sheetViews|drawing|legacyDrawing(?:HF)?|picture|oleObjects|controls|tableParts|hyperlinks|"
    rb"conditionalFormatting|dataValidations|autoFilter|extLst|pageSetup|headerFooter|printOptions|pageMargins|"
    rb"rowBreaks|colBreaks|sheetProtection|protectedRanges|customSheetViews|phoneticPr|ignoredErrors|scenarios))\b"
    rb"(?:[^>]*/>|(?:[^>]*[^/>])?>.*?</\1\s*>)",
    re.S,
)
_BOOK_NEEDLESS = re.compile(
    rb"<((?:\w+:)?(?:definedNames|bookViews|extLst|pivotCaches))\b(?:[^>]*/>|[^>]*>.*?</\1>)", re.S
)


def read_xlsx(content: bytes) -> Read:
    """The visible sheets of a workbook and what the workbook as a whole has of macros, links and hidden sheets.

    Raises:
        RefusedError: damaged.
    """
    notes: list[Finding] = []
    book, _ = _tried(content)
    if book is None or not _filled(book):  # the strict dialect of the format, which openpyxl does not know, is empty
        better, whole = _tried(content, mend=True)
        if better is not None and (book is None or _filled(better)):
            book, content = better, whole
            words = "工作簿的样式、图形或部件名有不规范之处，已略过这些部分，数值和格式照常读取。"
            notes.append(Finding("warning", "structure", words))
    if book is None:
        raise RefusedError("damaged", "文件已损坏，工作簿读不出来；请用 Excel 或 WPS 重新另存后再交。")
    sheets = [ws for ws in book.worksheets if ws.sheet_state == "visible"]
    results: Any = None
    if any(cell.data_type == "f" for ws in sheets for cell in ws._cells.values()):
        results = _opened(content, data_only=True)
    found = _whole(content) + hidden_sheets(ws.title for ws in book.worksheets if ws.sheet_state != "visible")
    stored = [_stored(ws, results[ws.title]._cells if results else {}) for ws in sheets]
    return sheets_of(stored, by_program=_by_program(content)), [*notes, *found]


def _by_program(content: bytes) -> bool:
    """Whether a library wrote the workbook that cannot calculate: it says so, or that it is an Excel of 2007."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    about = archive.read("docProps/app.xml") if "docProps/app.xml" in archive.namelist() else b""
    return bool(
        re.search(rb"(?i)<AppVersion>12\.0000<|xlsxwriter|openpyxl|sheetjs|exceljs|closedxml|epplus|npoi", about)
    )


def _tried(content: bytes, *, mend: bool = False) -> tuple[Any, bytes]:
    """The workbook, None where openpyxl cannot open it, and the archive that was opened."""
    try:
        whole = _mended(content) if mend else content
        return _opened(whole), whole
    except MemoryError:
        raise
    except Exception:
        return None, content


def _opened(content: bytes, *, data_only: bool = False) -> Any:
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of extensions it drops; we only read
        return openpyxl.load_workbook(io.BytesIO(content), keep_links=False, data_only=data_only)


def _filled(book: Any) -> bool:
    return any(ws._cells for ws in book.worksheets)


def _mended(content: bytes) -> bytes:
    """The archive with no more than what we read: sheets, texts, number formats; names of parts in one spelling."""
    old, made = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(made, "w") as new:
        for part in old.infolist():
            name = part.filename.replace("\\", "/").lower()
            sheet = name.startswith("xl/worksheets/") and name.endswith(".xml")
            if not (sheet or _KEPT.fullmatch(name) or name == "xl/styles.xml"):
                continue
            text = old.read(part)
            for strict, usual in _STRICT:
                text = text.replace(strict, usual)
            if sheet:
                text = _NEEDLESS.sub(b"", text)
            elif name == "xl/styles.xml":
                text = _number_formats(text)
            elif name == "xl/workbook.xml":
                text = _BOOK_NEEDLESS.sub(b"", text)
            else:
                text = _NAMES.sub(
                    lambda found: found[0].lower().replace(b"\\", b"/").replace(*_SPELLED[found[1]]), text
                )
            new.writestr("[Content_Types].xml" if name == "[content_types].xml" else name, text)
    return made.getvalue()


_SPELLED = {b"PartName": (b"partname", b"PartName", 1), b"Target": (b"target", b"Target", 1)}


def _number_formats(text: bytes) -> bytes:
    """The style sheet with the number formats alone."""
    from lxml import etree

    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    made = etree.Element(f"{{{space}}}styleSheet", nsmap={None: space})
    root = etree.fromstring(text, etree.XMLParser(resolve_entities=False, recover=True, huge_tree=True))
    for name, keys in (("numFmts", ("numFmtId", "formatCode")), ("cellXfs", ("numFmtId",))):
        group = etree.SubElement(made, f"{{{space}}}{name}")
        for one in root.iterfind(f"{{*}}{name}/{{*}}*"):
            etree.SubElement(group, one.tag, {key: one.get(key) for key in keys if one.get(key)})
    return bytes(etree.tostring(made))


def _whole(content: bytes) -> list[Finding]:
    names = "\n".join(zipfile.ZipFile(io.BytesIO(content)).namelist())
    signs = (
        ("(?im)vbaproject\\.bin$", "macros", "工作簿带有宏，宏没有运行，也不会保留。"),
        ("externalLinks/", "external_link", "工作簿引用了外部链接的文件，取的是保存时的数值，请核对。"),
        ("(?m)^xl/embeddings/|activeX/", "embedded", "工作簿嵌有其他文件或控件，没有打开。"),
    )
    return [Finding("warning", code, words) for sign, code, words in signs if re.search(sign, names)]


def _stored(ws: Any, results: dict[tuple[int, int], Any]) -> Stored:
    stored = Stored(ws.title)
    for (line, column), cell in ws._cells.items():
        value, place = cell.value, (line, column - 1)
        if cell.data_type == "f":
            source = str(getattr(value, "text", None) or value)
            stored.formulas[place] = source if source.startswith("=") else f"={source}"
            value = results[line, column].value
        if value is None:
            continue
        if isinstance(value, str):
            value = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value) if "_x" in value else value
        elif cell.has_style:
            code = cell.number_format
            if code == "General" and (usual := EAST_ASIAN.get(cell._style.numFmtId)):
                code, value = usual, _moment(value, ws)
            stored.formats[place] = code
        stored.values[place] = value
    stored.merged = [(m.min_row, m.min_col - 1, m.max_row, m.max_col - 1) for m in ws.merged_cells.ranges]
    stored.hidden_lines = [row for row, size in ws.row_dimensions.items() if size.hidden]
    hidden = [size for size in ws.column_dimensions.values() if size.hidden]
    stored.hidden_places = [column - 1 for size in hidden for column in range(size.min or 1, (size.max or 0) + 1)]
    stored.zeros = all(view.showZeros in (None, True) for view in ws.views.sheetView)
    return stored


def _moment(value: Any, ws: Any) -> Any:
    from openpyxl.utils.datetime import from_excel

    return from_excel(value, ws.parent.epoch) if isinstance(value, int | float) else value
