"""Reading an unknown file in a child process with limits on time and memory; a crash there is a verdict here."""

import codecs
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Sequence
from typing import Any

from tongdao.base import ApartError, apart
from tongdao.intake.marked_book import marked_own
from tongdao.intake.sheet import Finding, Read, RefusedError, Sheet, sheet_of
from tongdao.intake.text import decode, garbled, split_rows
from tongdao.intake.xls import OLD_OFFICE, decrypted, is_package, read_xls
from tongdao.intake.xlsx import read_xlsx

MOST_FILE = 100_000_000
SECONDS, PER_MB = 4.0, {True: 8.0, False: 2.0}  # of the processor; a packed sheet unfolds tenfold
MOST_BYTES = 150_000_000  # of all parts, unpacked
MOST_RATIO, RATIO_FROM = 100, 4_000_000  # a real sheet shrinks five to thirty times
MOST_PARTS = 2000
_SUFFIXES = {
    "text": ("CSV 文本", "csv", "txt", "tsv"),
    "xls": ("旧版 Excel（xls）", "xls", "et"),
    "xlsx": ("Excel 工作簿（xlsx）", "xlsx", "xlsm"),
}
_ARCHIVES = {  # what an archive is by a part of it, and whether it holds tables
    "xl/workbook.bin": ("二进制工作簿（.xlsb）", True),
    "content.xml": ("OpenDocument 表格（.ods）", True),
    "index/document.iwa": ("Apple Numbers 表格（.numbers）", True),
    "word/document.xml": ("Word 文档", False),
    "ppt/presentation.xml": ("演示文稿", False),
}
_KINDS = (  # how a file begins, without the zeros of UTF-16; what a program calls it; whether it holds tables
    (rb"\x89PNG", "PNG 图片", False),
    (rb"\xff\xd8\xff", "JPEG 图片", False),
    (rb"GIF8", "GIF 图片", False),
    (rb"BM.{0,198}\0", "BMP 图片", False),
    (rb"%PDF", "PDF 文档", False),
    (rb"{\\rtf", "RTF 文档", False),
    (rb"Rar!", "RAR 压缩包", False),
    (rb"7z\xbc\xaf", "7z 压缩包", False),
    (rb"\x1f\x8b.{0,198}\0", "gzip 压缩包", False),
    (rb"MZ.{0,198}\0", "Windows 程序", False),
    (rb"\x7fELF", "程序", False),
    (rb"SQLite format 3", "数据库", False),
    (rb"PAR1", "Parquet 文件", False),
    (rb"<.*urn:schemas-microsoft-com:office:spreadsheet", "Excel 2003 XML 表格", True),
    (rb"<.*schemas\.uof\.org|<.*<uof:", "标文通（UOF）表格", True),
    (rb"<.*(opendocument:xmlns:office|<office:document)", "OpenDocument 表格（.fods）", True),
    (rb"(?=<).*(<html|<table|<body|<!doctype\s+html|<meta\b|<head\b|<style\b|<frameset)", "网页（HTML）", True),
    (rb"(mime-version|content-type|from|x-[\w-]+):.*text/html", "网页（MHTML）", True),
    (rb"table\s*[\r\n]\s*0\s*,\s*1\s*[\r\n]", "DIF 数据交换文件", True),
    (rb"id;p[^,\r\n]*[\r\n]", "SYLK 符号链接文件", True),
    (rb"\x09[\x00\x02\x04][\x04\x06\x08\x10]\x00", "很旧的旧版 Excel 文件（Excel 4 或更早）", True),
    (rb"[\x03\x30\x83\x8b\xf5][\x00-\x30\x50-\x80][\x01-\x0c][\x01-\x1f].{0,27}\x00", "dBase 数据表（.dbf）", True),
    (rb"\x00\x00\x02\x00[\x04\x05\x06]", "Lotus 1-2-3 表格", True),
    (rb"<(!doctype|\?xml|!--|svg|[a-z][\w:-]*[\s>])", "XML 文件（改名并不能变成表格）", False),
    (rb"[\[{]\s*[\"{\[]", "JSON 文件", False),
    (
        rb'(charset|axis-version|codepage|languages?|creation-date|matrix)\s*=\s*"[^"\n]*";',
        "PC-Axis 统计数据文件（.px，请在发布的网站上改选 Excel 或 CSV 下载）",
        False,
    ),
)
_BEGINNING = 4096


def read_sheets(content: bytes, name: str, known: Sequence[str]) -> Read:
    """The sheets of a delivered file, read apart from us; refused where they cannot be read, or not in time and memory.

    Of its name only the suffix is compared with the content; of ``known`` words a readable sheet holds at least one.
    """
    if len(content) > MOST_FILE:
        words = f"文件有 {len(content) // 1_000_000} MB，超过 {MOST_FILE // 1_000_000} MB，没有打开。"
        raise RefusedError("too_large", words)
    answer = json.loads(_apart({"name": name, "known": list(known)}, content))
    if "refused" in answer:
        raise RefusedError(**answer["refused"])
    return [sheet_of(plain) for plain in answer["sheets"]], [Finding(**item) for item in answer["findings"]]


def own_book(content: bytes, findings: Sequence[Finding], line: str) -> bytes:
    """The delivered workbook itself with the cells marked (``marked_book.marked_own``), made apart from us."""
    return _apart({"findings": [vars(item) for item in findings], "line": line}, content)


def packed(content: bytes) -> bool:
    """Whether it is an archive as .xlsx is, if need be under a password."""
    return content.startswith(b"PK") or is_package(content)


def _apart(request: dict[str, Any], content: bytes) -> bytes:
    """What the child process answers."""
    seconds = SECONDS + PER_MB[packed(content)] * len(content) / 1_000_000
    try:
        return apart("tongdao.intake.sandbox:answer", request, content, seconds=seconds)
    except ApartError as error:
        if error.late:
            raise RefusedError("timeout", f"超过 {seconds:.0f} 秒还没有读完，已停止；请只保留报表本身再交。") from None
    raise RefusedError("unreadable", "文件的内容使读取程序出错或占用内存过多，没有读取；请另存为 CSV UTF-8 再交。")


def parse(content: bytes, name: str, known: Sequence[str]) -> Read:
    """``read_sheets`` without a process of its own."""
    if not content:
        raise RefusedError("empty_file", "这是空文件，没有任何内容；请确认导出成功后再交。")
    if is_package(content):
        content = decrypted(content)
    kind, notes = kind_of(content), list[Finding]()
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    true, *fitting = _SUFFIXES[kind]
    if suffix not in fitting:
        words = f"文件名以 .{suffix} 结尾，内容其实是 {true}，已按内容读取。"
        notes.append(Finding("warning", "suffix", words))
    if kind == "text":
        text, found = decode(content, known)
        lines, rows, more = split_rows(text)
        return [Sheet("", lines, rows)], [*notes, *found, *more]
    try:
        sheets, found = read_xls(content) if kind == "xls" else read_xlsx(content)
    except (MemoryError, RefusedError):
        raise
    except Exception as error:  # damage makes a reader stumble in many ways
        words = "文件已损坏，工作簿的内容读不出来；请用 Excel 或 WPS 另存为 .xlsx 再交。"
        raise RefusedError("damaged", words) from error
    if kind == "xls":
        garbled("\n".join("\t".join(row) for sheet in sheets for row in sheet.rows), known)
    return sheets, [*notes, *found]


def answer(request: dict[str, Any], content: bytes) -> bytes:
    """What the child process does: JSON or a workbook."""
    if "line" in request:
        marks = [Finding(**item) for item in request["findings"]]
        return marked_own(decrypted(content) if is_package(content) else content, marks, request["line"])
    try:
        sheets, findings = parse(content, request["name"], request["known"])
        told: dict[str, Any] = {"sheets": [one.plain() for one in sheets], "findings": [*map(vars, findings)]}
    except RefusedError as refusal:
        told = {"refused": {key: getattr(refusal.finding, key) for key in ("code", "message", "row", "column")}}
    return json.dumps(told, ensure_ascii=True).encode()


def kind_of(content: bytes) -> str:
    """``xlsx``, ``xls`` or ``text``, decided by content and never by the suffix; a picture or web page is refused."""
    if content.startswith(b"PK"):
        return _checked(content)
    if content.startswith(OLD_OFFICE):
        if any(word.encode("utf-16-le") in content for word in ("Workbook", "Book")):
            return "xls"
        raise _no_table("Word 或其他旧版 Office 文档")
    if content.startswith((b"\x09\x08\x08\x00", b"\x09\x08\x10\x00")):  # its records without a container
        return "xls"
    begins = content[:_BEGINNING].removeprefix(codecs.BOM_UTF8).lstrip()
    if begins[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        begins = begins[2:].replace(b"\0", b"").lstrip()
    for pattern, name, tables in _KINDS:
        if any(re.match(pattern, one, re.I | re.S) for one in (begins, content[:_BEGINNING])):
            raise _no_table(name, tables=tables)
    return "text"


def _no_table(name: str, *, tables: bool = False) -> RefusedError:
    """What a file is instead; one that holds tables can be saved as another kind."""
    words = f"这不是表格，而是{name}；请交 .csv、.xlsx、.xlsm 或 .xls 文件。"
    if tables:
        words = f"这是{name}，不能直接读取；请在 Excel 或 WPS 中打开，核对后另存为 .xlsx 再交。"
    return RefusedError("not_a_table", words)


def _checked(content: bytes) -> str:
    """Size, ratio, names and duplicates are judged from the directory, before a byte is unpacked."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise RefusedError("damaged", "文件已损坏，压缩结构不完整（可能没有传完）；请重新导出后再交。") from None
    names, total = [part.filename for part in parts], sum(part.file_size for part in parts)
    known = {name.replace("\\", "/").lower() for name in names}
    if len(parts) > MOST_PARTS:
        words = f"压缩包里有 {len(parts)} 个部件，超过 {MOST_PARTS} 个，疑似压缩炸弹，没有打开。"
        raise RefusedError("bomb", words)
    if twice := sorted(name for name, count in Counter(map(str.lower, names)).items() if count > 1):
        words = f"压缩包里有重复的部件 {twice[0]}，两份内容不知以哪份为准；请重新导出。"
        raise RefusedError("archive_names", words)
    if odd := [name for name in names if re.search(r"^[/\\]|(^|[/\\])\.\.([/\\]|$)|[:\0]", name)]:
        words = f"压缩包里有越界的路径 {odd[0]}，没有打开；请用 Excel 或 WPS 重新另存。"
        raise RefusedError("archive_names", words)
    if any(part.flag_bits & 1 for part in parts):
        raise RefusedError("password", "压缩包设了密码，打不开；请取消密码后再交。")
    dense = (p.file_size > RATIO_FROM and p.file_size > MOST_RATIO * max(p.compress_size, 1) for p in parts)
    if total > MOST_BYTES or any(dense):
        words = f"解压后有 {total // 1_000_000} MB，压缩比异常，疑似压缩炸弹，没有打开；请另存后再交。"
        raise RefusedError("bomb", words)
    if "xl/workbook.xml" not in known:
        kind, tables = next((kind for name, kind in _ARCHIVES.items() if name in known), ("压缩包", False))
        if b"opendocument.text" in content[:100]:
            kind, tables = "ODF 文档", False
        raise _no_table(kind, tables=tables)
    return "xlsx"
