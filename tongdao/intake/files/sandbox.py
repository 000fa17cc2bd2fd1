"""Reading an unknown file in a child process with limits on time and memory; a crash there is a verdict here."""

import gc
import io
import json
import os
import re
import signal
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate

from tongdao.base import RunError, disk_fault
from tongdao.intake.files.marked_book import marked_own
from tongdao.intake.files.sheet import Finding, RefusedError, Sheet, sheet_of
from tongdao.intake.files.spreadsheet import read_xls, read_xlsx
from tongdao.intake.files.text import decode, split_rows

MOST_FILE = 100_000_000
MEMORY = 900_000_000
SECONDS, PER_MB = 4.0, {True: 8.0, False: 2.0}  # of the processor; a packed sheet unfolds tenfold
PATIENCE = 4  # times as long by the clock, for a machine that is busy with other things
SIGXCPU = getattr(signal, "SIGXCPU", 0)  # Windows has none
Read = tuple[list[Sheet], list[Finding]]
MOST_BYTES = 150_000_000  # of all parts, unpacked
MOST_RATIO, RATIO_FROM = 100, 4_000_000  # a real sheet shrinks five to thirty times
MOST_PARTS = 2000
_SIGNS = (
    (b"\x89PNG", "PNG 图片"),
    (b"\xff\xd8\xff", "JPEG 图片"),
    (b"GIF8", "GIF 图片"),
    (b"BM", "BMP 图片"),
    (b"%PDF", "PDF 文档"),
    (b"{\\rtf", "RTF 文档"),
    (b"Rar!", "RAR 压缩包"),
    (b"7z\xbc\xaf", "7z 压缩包"),
    (b"\x1f\x8b", "gzip 压缩包"),
    (b"MZ", "Windows 程序"),
    (b"\x7fELF", "程序"),
    (b"SQLite format 3", "数据库"),
    (b"PAR1", "Parquet 文件"),
)
_MARKUP = re.compile(rb"^(\xef\xbb\xbf)?\s*<(!doctype|html|\?xml|table|head|meta|svg|style)", re.I)
_JSON = re.compile(rb"^(\xef\xbb\xbf)?\s*[\[{]\s*[\"{\[]")


def read_sheets(content: bytes, name: str, known: Sequence[str]) -> Read:
    """The sheets of a delivered file, read apart from us.

    Args:
        name: the file's name; only its suffix is compared with the content.
        known: words of which a readable sheet holds at least one.

    Raises:
        RefusedError: the file cannot be read, or reading it took too long or too much memory.
    """
    if len(content) > MOST_FILE:
        raise RefusedError(
            "too_large", f"文件有 {len(content) // 1_000_000} MB，超过 {MOST_FILE // 1_000_000} MB，没有打开。"
        )
    answer = json.loads(_apart({"name": name, "known": list(known)}, content))
    if "refused" in answer:
        refusal = RefusedError("", "")
        refusal.finding = Finding(**answer["refused"])
        raise refusal
    return [sheet_of(plain) for plain in answer["sheets"]], [Finding(**item) for item in answer["findings"]]


def own_book(content: bytes, findings: Sequence[Finding], line: str) -> bytes:
    """The delivered workbook itself with the cells marked (``marked_book.marked_own``), made apart from us.

    Raises:
        RefusedError: it cannot be made so.
    """
    return _apart({"findings": [vars(item) for item in findings], "line": line}, content)


def _apart(request: dict[str, Any], content: bytes) -> bytes:
    """What the child process answers."""
    seconds = SECONDS + PER_MB[content[:2] == b"PK"] * len(content) / 1_000_000
    head = json.dumps(request | {"seconds": int(seconds) + 1}).encode()
    command = [sys.executable, "-I", "-c", "from tongdao.intake.files.sandbox import child; child()"]
    try:
        done = subprocess.run(
            command, input=head + b"\n" + content, capture_output=True, timeout=PATIENCE * seconds, check=False
        )
    except OSError as error:
        raise RunError(f"读取程序启动不了：{disk_fault(error)}。没有写入任何内容，请稍后重试。") from None
    except subprocess.TimeoutExpired:
        raise _too_long(seconds) from None
    if SIGXCPU and done.returncode == -SIGXCPU:
        raise _too_long(seconds)
    if done.returncode:
        raise RefusedError("unreadable", "文件的内容使读取程序出错或占用内存过多，没有读取；请另存为 CSV UTF-8 再交。")
    return done.stdout


def _too_long(seconds: float) -> RefusedError:
    return RefusedError("timeout", f"超过 {seconds:.0f} 秒还没有读完，已停止；请只保留报表本身再交。")


def parse(content: bytes, name: str, known: Sequence[str]) -> Read:
    """The same without a process of its own.

    Raises:
        RefusedError: the file cannot be read.
    """
    if not content:
        raise RefusedError("empty_file", "这是空文件，没有任何内容；请确认导出成功后再交。")
    kind = kind_of(content)
    notes = suffix_notes(kind, name)
    if kind == "text":
        text, found = decode(content, known)
        lines, rows, more = split_rows(text)
        return [Sheet("", lines, rows)], [*notes, *found, *more]
    sheets, found = read_xls(content) if kind == "xls" else read_xlsx(content)
    return sheets, [*notes, *found]


def child() -> None:
    """What the child process does: limits on itself, one request on standard input, one answer: JSON or a workbook."""
    gc.disable()  # a short life, millions of cells: looking for cycles would cost a quarter of the time
    os.environ["OPENPYXL_DEFUSEDXML"] = "False"  # entities are refused before; its own guard is slow Python
    head, _, content = sys.stdin.buffer.read().partition(b"\n")
    request = json.loads(head)
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (request["seconds"], request["seconds"] + 1))
    except ImportError:  # Windows has no such limits; the deadline holds there too
        pass
    if "line" in request:
        marks = [Finding(**item) for item in request["findings"]]
        sys.stdout.buffer.write(marked_own(content, marks, request["line"]))
        return
    try:
        sheets, findings = parse(content, request["name"], request["known"])
        answer: dict[str, Any] = {
            "sheets": [sheet.plain() for sheet in sheets],
            "findings": [vars(item) for item in findings],
        }
    except RefusedError as refusal:
        answer = {"refused": vars(refusal.finding)}
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=True).encode())


def kind_of(content: bytes) -> str:
    """``xlsx``, ``xls`` or ``text``, decided by content and never by the suffix.

    Raises:
        RefusedError: something else (a picture, a document, a web page), or a workbook that asks for a password.
    """
    if content.startswith(b"PK"):
        return _checked(content)
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        if "EncryptedPackage".encode("utf-16-le") in content or "EncryptionInfo".encode("utf-16-le") in content:
            raise RefusedError("password", "工作簿设了密码，打不开；请取消密码后另存再交。")
        if any(word.encode("utf-16-le") in content for word in ("Workbook", "Book")):
            return "xls"
        raise _other("Word 或其他旧版 Office 文档")
    for sign, name in _SIGNS:
        if content.startswith(sign) and (len(sign) > 2 or b"\0" in content[:200]):
            raise _other(name)
    if _MARKUP.match(content):
        raise _other("网页或 XML 文件（改名并不能变成表格）")
    if _JSON.match(content):
        raise _other("JSON 文件")
    return "text"


def _other(name: str) -> RefusedError:
    return RefusedError("not_a_table", f"这不是表格，而是{name}；请交 .csv、.xlsx、.xlsm 或 .xls 文件。")


def _checked(content: bytes) -> str:
    """Size, ratio, names and duplicates are judged from the directory, before a byte is unpacked."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise RefusedError("damaged", "文件已损坏，压缩结构不完整（可能没有传完）；请重新导出后再交。") from None
    names = [part.filename for part in parts]
    if len(parts) > MOST_PARTS:
        raise RefusedError("bomb", f"压缩包里有 {len(parts)} 个部件，超过 {MOST_PARTS} 个，疑似压缩炸弹，没有打开。")
    twice = {name.lower() for name in names if [n.lower() for n in names].count(name.lower()) > 1}
    if twice:
        raise RefusedError(
            "archive_names", f"压缩包里有重复的部件 {sorted(twice)[0]}，两份内容不知以哪份为准；请重新导出。"
        )
    odd = [
        name
        for name in names
        if name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) or ":" in name or "\0" in name
    ]
    if odd:
        raise RefusedError("archive_names", f"压缩包里有越界的路径 {odd[0]}，没有打开；请用 Excel 或 WPS 重新另存。")
    if any(part.flag_bits & 1 for part in parts):
        raise RefusedError("password", "压缩包设了密码，打不开；请取消密码后再交。")
    total = sum(part.file_size for part in parts)
    dense = [p for p in parts if p.file_size > RATIO_FROM and p.file_size > MOST_RATIO * max(p.compress_size, 1)]
    if total > MOST_BYTES or dense:
        raise RefusedError(
            "bomb", f"解压后有 {total // 1_000_000} MB，压缩比异常，疑似压缩炸弹，没有打开；请另存后再交。"
        )
    if "xl/workbook.xml" not in names:
        kinds = {
            "word/document.xml": "Word 文档",
            "ppt/presentation.xml": "演示文稿",
            "content.xml": "ODF 表格",
            "xl/workbook.bin": "二进制工作簿 .xlsb",
        }
        raise _other(next((kind for name, kind in kinds.items() if name in names), "压缩包"))
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            _no_entities(archive, part)
    return "xlsx"


class _Begun(Exception):  # noqa: N818 - no error: the part has come to its first element
    pass


def _no_entities(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Entities are declared before the first element, however long that takes and in whatever encoding."""

    def declared(*_: object) -> None:
        raise RefusedError(
            "entities", f"部件 {part.filename} 里有实体定义，可能是攻击，没有打开；请用 Excel 或 WPS 另存。"
        )

    def begun(*_: object) -> None:
        raise _Begun

    parser = ParserCreate()
    parser.StartDoctypeDeclHandler, parser.StartElementHandler = declared, begun
    try:
        with archive.open(part) as file:
            while head := file.read(4096):
                parser.Parse(head)
    except (_Begun, ExpatError):  # a part that is no XML is for its reader to judge
        return
    except RefusedError:
        raise
    except Exception:
        raise RefusedError("damaged", f"文件已损坏，部件 {part.filename} 解不开；请重新导出后再交。") from None


def suffix_notes(kind: str, name: str) -> list[Finding]:
    """A suffix that does not say what the file is; macros and the like are found when it is read."""
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    true = {"text": "CSV 文本", "xls": "旧版 Excel（xls）", "xlsx": "Excel 工作簿（xlsx）"}[kind]
    fitting = {"text": ("csv", "txt", "tsv"), "xls": ("xls", "et"), "xlsx": ("xlsx", "xlsm")}[kind]
    if suffix in fitting:
        return []
    return [Finding("warning", "suffix", f"文件名以 .{suffix} 结尾，内容其实是 {true}，已按内容读取。")]
