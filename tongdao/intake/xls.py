"""Workbooks of the .xls kind (BIFF), read by xlrd with their formats; formulas are looked up in the records. And what
lies under Excel's built-in default password, which Excel opens without asking, as yearbooks come.
"""

import io
import struct
from collections.abc import Iterator
from itertools import pairwise, takewhile
from typing import Any

from tongdao.base import CONTROL
from tongdao.intake.formats import EAST_ASIAN, Stored, dated, hidden_sheets, sheets_of, written
from tongdao.intake.sheet import Read, RefusedError

_FILE_PASS, _FORMULA, _END = 0x2F, (0x06, 0x206, 0x406), 0x0A
_DEFAULT = "VelvetSweatshop"
_PARTS = tuple(name.encode("utf-16-le") for name in ("EncryptedPackage", "EncryptionInfo"))
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_xls(content: bytes) -> Read:
    """The sheets of an old workbook; hidden ones are left out and named. One with a password, or of garbled texts, is
    refused; damage raises in many ways."""
    import xlrd

    options = {"formatting_info": True, "on_demand": True, "ragged_rows": True, "ignore_workbook_corruption": True}
    book = xlrd.open_workbook(file_contents=_stream(content), logfile=io.StringIO(), **options)
    names = {number: name for number, name in enumerate(book.sheet_names()) if book._sheet_visibility[number]}
    stored = [_stored(book, number) for number in range(book.nsheets) if number not in names]
    texts = [value for one in stored for value in one.values.values() if isinstance(value, str)]
    if sum(bool(CONTROL.search(text)) for text in texts) > len(texts) / 4:
        words = "表里的文字是乱码，读不出来，多半是导出程序写错了编码；请重新导出或在 Excel 中另存为 .xlsx 再交。"
        raise RefusedError("mojibake", words)
    return sheets_of(stored), hidden_sheets(names.values())


def _stream(content: bytes) -> bytes:
    """The records of the workbook, out of their container and decrypted."""
    from xlrd.compdoc import CompDoc

    stream = content
    if content.startswith(OLD_OFFICE):
        files = CompDoc(content, io.StringIO(), ignore_workbook_corruption=True)
        for name in ("Workbook", "Book"):
            memory, start, length = files.locate_named_stream(name)
            if memory:
                stream = bytes(memory[start : start + length])
                break
    kinds = takewhile(lambda kind: kind != _END, (kind for _, kind, _ in _records(stream, 0)))
    return _stream(decrypted(content)) if _FILE_PASS in kinds else stream


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Start, kind and length of each record from a position on."""
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield at, kind, length
        at += 4 + length


def _stored(book: Any, number: int) -> Stored:
    import xlrd

    sheet = book.sheet_by_index(number)
    one = Stored(sheet.name, formulas=_formulas(book, number), zeros=bool(sheet.show_zero_values))
    known = EAST_ASIAN | {key: shape.format_str for key, shape in book.format_map.items() if shape.format_str}
    codes = [known.get(style.format_key, "General") for style in book.xf_list]
    for row in range(sheet.nrows):
        for column, cell in enumerate(sheet.row(row)):
            value: Any = cell.value
            code = codes[cell.xf_index] if cell.xf_index < len(codes) else "General"
            match cell.ctype:
                case xlrd.XL_CELL_EMPTY | xlrd.XL_CELL_BLANK:
                    continue
                case xlrd.XL_CELL_ERROR:
                    value = xlrd.error_text_from_code.get(value, "#N/A")
                case xlrd.XL_CELL_BOOLEAN:
                    value = bool(value)
                case xlrd.XL_CELL_DATE | xlrd.XL_CELL_NUMBER:
                    value = dated(value, code, mac=bool(book.datemode))
                case xlrd.XL_CELL_TEXT if (row, column) in sheet.rich_text_runlist_map:
                    value = _runs(value, sheet.rich_text_runlist_map[row, column], book)
            one.values[row + 1, column] = value
            if cell.xf_index < len(book.xf_list) and book.font_list[book.xf_list[cell.xf_index].font_index].struck_out:
                one.struck.add((row + 1, column))
            if not isinstance(value, str):
                one.formats[row + 1, column] = code
    one.merged = [(top + 1, left, bottom, right - 1) for top, bottom, left, right in sheet.merged_cells]
    one.hidden_lines = [row + 1 for row, size in sheet.rowinfo_map.items() if size.hidden]
    one.hidden_places = [column for column, size in sorted(sheet.colinfo_map.items()) if size.hidden]
    return one


def _runs(text: str, runs: list[tuple[int, int]], book: Any) -> str:
    """A text of which each run begins at a place with a font; what is raised or struck through stays so."""
    made = text[: runs[0][0]]
    for (begin, number), (end, _) in pairwise([*runs, (len(text), 0)]):
        font = book.font_list[min(number, len(book.font_list) - 1)]
        made += written(text[begin:end], raised=font.escapement == 1, struck=bool(font.struck_out))
    return made


def _formulas(book: Any, number: int) -> dict[tuple[int, int], str]:
    """The formulas of a sheet by line and place, which xlrd reads over; the text as far as it can be told."""
    from xlrd.formula import FMLA_TYPE_CELL, decompile_formula

    found: dict[tuple[int, int], str] = {}
    for at, kind, _ in _records(book.mem, book.base + book._sh_abs_posn[number]):
        if kind == _END:
            break
        if kind in _FORMULA and book.biff_version >= 50:
            row, column = struct.unpack_from("<HH", book.mem, at + 4)
            length = struct.unpack_from("<H", book.mem, at + 24)[0]
            tokens = book.mem[at + 26 : at + 26 + length]
            try:
                text = decompile_formula(book, tokens, length, FMLA_TYPE_CELL, row, column)
            except Exception:  # a shared formula, or one that is beyond xlrd
                text = None
            found[row + 1, column] = f"={text or ''}"
    return found


def is_package(content: bytes) -> bool:
    """Whether an .xlsx lies encrypted in it, with whatever password."""
    return content.startswith(OLD_OFFICE) and any(name in content for name in _PARTS)


def decrypted(content: bytes) -> bytes:
    """The workbook itself; one with a password of its own, or encrypted as the library does not know, is refused."""
    import msoffcrypto

    made = io.BytesIO()
    try:
        book = msoffcrypto.OfficeFile(io.BytesIO(content))
        book.load_key(_DEFAULT, **({"verify_password": True} if book.format == "ooxml" else {}))
        book.decrypt(made)
    except MemoryError:
        raise
    except Exception:  # another password, or damage on which it stumbles in many ways
        words = "工作簿设了密码，打不开；请在 Excel 或 WPS 中取消密码后另存再交。"
        raise RefusedError("password", words) from None
    return made.getvalue()
