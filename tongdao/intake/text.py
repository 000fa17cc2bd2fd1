"""Bytes to text and text to rows of cells: encoding, separators, quotes and line ends, each oddity named."""

import codecs
import re
from collections.abc import Sequence
from itertools import product

from tongdao.base import LOST, narrow
from tongdao.intake.sheet import Finding, RefusedError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8", ""),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
_HAN = re.compile("[\u3400-\u9fff]")
_ADVICE = "请在 Excel 或 WPS 中另存为“CSV UTF-8”再交"
SEPARATORS = {",": "逗号", "\t": "制表符", ";": "分号", "|": "竖线", "，": "全角逗号", "；": "全角分号"}
_CONFLICT = re.compile(r"^(<{7}|={7}|>{7}|\|{7})( |$)", re.M)
_QUOTES = {"“": "”", "‘": "’", "'": "'", "「": "」", "＂": "＂", "”": "”", "„": "“"}
_EQUALS = re.compile(r'\s*=\s*"([^"]*)"\s*')
_MISTAKEN = [*product(("latin-1", "cp1252", "gb18030"), ("utf-8", "gb18030"))]  # what a text was taken for and is
LONGEST_RECORD = 200  # lines that one quoted cell may span


def decode(content: bytes, known: Sequence[str]) -> tuple[str, list[Finding]]:
    """The text of a file and what was remarkable about its encoding, of ``known`` words a readable sheet holds at least
    one. Refused: empty, cut in the middle of a character, another encoding, or already garbled when saved."""
    if not content.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        raise RefusedError("empty_file", "这是空文件，没有任何内容；请确认导出成功后再交。")
    text, name = _decoded(content, [word for word in known if _HAN.search(word)])
    notes = [Finding("warning", "encoding", f"编码为 {name}，已转为 UTF-8 读取。")] if name else []
    if "\0" in text:
        before = text[: text.index("\0")]
        header = text.split("\n", 1)[0].strip("\r\ufeff").split(",") if "\n" in before else []
        words, line = "含有空字符（NUL），内容可能已损坏；请重新导出。", before.count("\n") + 1
        raise RefusedError("nul", words, row=line, column=_column(header, before.rsplit("\n", 1)[-1].count(",")))
    garbled(text, known)
    return text, notes


def _decoded(content: bytes, words: list[str]) -> tuple[str, str]:
    mark, codec, name = next((one for one in _MARKS if content.startswith(one[0])), (b"", "utf-8", ""))
    content = content.removeprefix(mark)
    try:
        return content.decode(codec), name
    except UnicodeDecodeError as error:
        if error.end >= len(content) - 1 and ("end of data" in error.reason or "truncated" in error.reason):
            raise _cut(content, error) from None
        if mark:
            reason = f"文件头标明是 {name or 'UTF-8'} 编码，内容却不是，已损坏；{_ADVICE}。"
            raise RefusedError("encoding", reason) from None
    try:
        text = content.decode("gb18030")
        if any(word in text for word in words):
            return text, "GB18030"
    except UnicodeDecodeError as error:
        if error.reason.startswith("incomplete") and error.start > len(content) - 4:
            head = content[: error.start].decode("gb18030")
            if any(word in head for word in words):
                raise _cut(content, error) from None
    raise _unknown(content)


def _cut(content: bytes, error: UnicodeDecodeError) -> RefusedError:
    line = content[: error.start].count(b"\n") + 1
    return RefusedError("truncated", "文件在一个字的中间被截断，后面的内容已丢失；请重新导出后再交。", row=line)


def _unknown(content: bytes) -> RefusedError:
    """Why neither UTF-8 nor GB18030 fits: two encodings in one file, or one that we do not read."""
    lines = {number: line for number, line in enumerate(content.split(b"\n"), 1) if not line.isascii()}
    other = [number for number, line in lines.items() if "\ufffd" in line.decode("utf-8", "replace")]
    if other and len(other) < len(lines):
        return RefusedError("mixed_encoding", f"文件里混有两种编码，这一行不是 UTF-8；{_ADVICE}。", row=other[0])
    first = content.split(b"\n", 1)[0].decode("gb18030", "replace").strip()[:20]
    told = f"编码不是 UTF-8；按 GB18030（GBK）读出来是“{first}”，没有认识的列名和指标。若是乱码，{_ADVICE}"
    return RefusedError("encoding", f"{told}；若不是，请核对列名和指标的名称。")


def garbled(text: str, known: Sequence[str]) -> None:
    """Refuse text that was once read with the wrong encoding and saved so: its characters are lost, or nearly."""
    if lost := LOST.search(text):
        line = text[: lost.start()].count("\n") + 1
        raise RefusedError("mojibake", f"有乱码“{lost.group()}”，原来的文字已丢失；请重新导出后再交。", row=line)
    words = [word for word in known if _HAN.search(word)]  # which a wrong encoding would spoil
    if any(word in text for word in words):
        return
    for codec, true in _MISTAKEN:
        for sample in (text, *text.split("\n")[:5]):
            try:
                again = sample.encode(codec).decode(true, "strict" if codec != "gb18030" else "replace")
            except (UnicodeEncodeError, UnicodeDecodeError):
                continue
            doubtful = "gb18030" in (codec, true) and not any(word in again for word in words)
            if again != sample and _HAN.search(again) and not doubtful:
                shown = next((line for line in text.split("\n") if not line.isascii()), "").strip()[:12]
                reason = f"文字是乱码（如“{shown}”），多半是用错编码另存过；请重新导出后再交。"
                raise RefusedError("mojibake", reason)


def split_rows(text: str) -> tuple[list[int], list[list[str]], list[Finding]]:
    """Physical line numbers, cells of each row, and findings. Refused: conflict markers, a quote never closed."""
    if (found := _CONFLICT.search(text)) and len(_CONFLICT.findall(text)) > 1:
        line = text[: found.start()].count("\n") + 1
        raise RefusedError("merge_conflict", "合并冲突的标记，两个版本混在一起；请先定下一个版本。", row=line)
    notes: list[Finding] = []
    ends = set(re.findall(r"\r\n|\r|\n", re.sub(r'"[^"]*"', "", text))) if "\r" in text else {"\n"}
    if len(ends) > 1 or ends == {"\r"}:
        words = "换行符不一致（几种换行混用），已统一。" if len(ends) > 1 else "换行符是老式的回车（CR），已统一。"
        notes.append(Finding("warning", "line_ends", words))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    separator = _separator(text)
    if separator != ",":
        notes.append(Finding("warning", "separator", f"分隔符是{SEPARATORS[separator]}，不是逗号，已按它读取。"))
    lines, rows = _parsed(text, separator, notes)
    # where semicolons part the cells, the comma of 8,125 may be that of a fraction as well as of thousands
    for line, row in zip(lines, rows, strict=True) if separator == ";" else ():
        if cell := next((one for one in row if re.fullmatch(r"\s*-?[1-9]\d{0,2},\d{3}\s*", one)), ""):
            words = f"用分号分隔的文件里，“{cell.strip()}”的逗号分不清是小数点还是千分位；请改成 8.125 或 8125 再交。"
            raise RefusedError("decimal_comma", words, row=line)
    if '="' in text or any(sign in text for sign in _QUOTES):
        _unquote(lines, rows, notes)
    return lines, rows, notes


def _separator(text: str) -> str:
    """The sign that stands in most of the first lines, equally often; a comma where none does."""
    lines = [re.sub('"[^"]*"', '""', line) for line in text.split("\n", 40)[:40] if line.strip(" \t,;|")]
    best, score = ",", 0
    for sign in SEPARATORS:
        filled = [count for line in lines if (count := line.count(sign))]
        if filled and (common := max(filled, key=filled.count)) and filled.count(common) * common > score:
            best, score = sign, filled.count(common) * common
    return best


def _parsed(text: str, separator: str, notes: list[Finding]) -> tuple[list[int], list[list[str]]]:
    """Records by physical line. A line whose quotes make no sense is cut at its separators and named."""
    physical = text.split("\n")
    if physical[-1] == "":
        physical.pop()
    if '"' not in text:
        return list(range(1, len(physical) + 1)), [line.split(separator) for line in physical]
    sign = re.escape(separator)
    field = rf'(?:\s*"(?:[^"]|"")*"\s*|[^"{sign}]*)'
    sound, cells = re.compile(f"{field}(?:{sign}{field})*"), re.compile(f"(?:^|{sign})({field})")
    lines, rows, at = list[int](), list[list[str]](), 0
    while at < len(physical):
        last = _end_of_record(physical, at, sound)
        lines.append(at + 1)
        if last is None:
            rows.append(_stray(physical[at], separator, at + 1, rows[0] if rows else [], notes))
            last = at
        else:
            rows.append([_cell(found) for found in cells.findall("\n".join(physical[at : last + 1]))])
        at = last + 1
    return lines, rows


def _end_of_record(physical: list[str], at: int, sound: "re.Pattern[str]") -> int | None:
    """The index of the line on which the record that begins here ends; None if its quotes never make sense."""
    if '"' not in physical[at]:
        return at
    record = ""
    for last in range(at, min(at + LONGEST_RECORD, len(physical))):
        record += ("\n" if record else "") + physical[last]
        if record.count('"') % 2 == 0:
            return last if sound.fullmatch(record) else None
    return None


def _cell(field: str) -> str:
    plain = field.strip()
    return plain[1:-1].replace('""', '"') if len(plain) > 1 and plain[0] == plain[-1] == '"' else field


def _stray(line: str, separator: str, number: int, header: list[str], notes: list[Finding]) -> list[str]:
    """The cells of a line with stray quotes, where there are as many as the header has."""
    pieces = line.split(separator)
    if line.count('"') % 2 and any(piece.strip().startswith('"') and piece.count('"') == 1 for piece in pieces):
        raise RefusedError("quote", "引号没有闭合，分不清一格到哪里为止；请补上引号。", row=number)
    if header and len(pieces) != len(header):
        raise RefusedError("quote", "引号里外混乱，分不清一格到哪里为止；请改正引号。", row=number)
    cells = [_cell(piece.replace('\\"', '""')) if piece.strip()[:1] == '"' else piece for piece in pieces]
    for place, piece in enumerate(pieces):
        if '"' in cells[place]:
            words = f"引号写法不规范“{piece}”，已按文字读取。"
            notes.append(Finding("warning", "quotes", words, number, _column(header, place), piece))
    return cells


def _column(header: Sequence[str], place: int) -> str | None:
    return narrow(header[place]).strip() if place < len(header) else None


def _unquote(lines: list[int], rows: list[list[str]], notes: list[Finding]) -> None:
    """Typographic and single quotes around whole cells are taken off and named; so is ="15", by which a program keeps
    Excel from changing a cell."""
    header = rows[0]
    for line, row in zip(lines, rows, strict=True):
        for place, cell in enumerate(row):
            inner, words = cell.strip(), ""
            if found := _EQUALS.fullmatch(cell):
                row[place], words = found[1], f"“{cell}”是按文本写的，读作 {found[1]}。"
            elif len(inner) > 1 and _QUOTES.get(inner[0]) == inner[-1] and not set(inner[1:-1]) & set(_QUOTES):
                row[place], words = inner[1:-1], f"引号写法不规范“{cell}”，已去掉。"
            if words:
                notes.append(Finding("warning", "quotes", words, line, _column(header, place), cell))
