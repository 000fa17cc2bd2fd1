"""Text to rows of cells with their physical line: separators, quotes and line ends, each oddity named."""

import re

from tongdao.base import narrow
from tongdao.intake.finding import Finding, RefusedError

SEPARATORS = {",": "逗号", "\t": "制表符", ";": "分号", "|": "竖线", "，": "全角逗号", "；": "全角分号"}
_CONFLICT = re.compile(r"^(<{7}|={7}|>{7}|\|{7})( |$)", re.M)
_QUOTES = {"“": "”", "‘": "’", "'": "'", "「": "」", "＂": "＂", "”": "”", "„": "“"}
LONGEST_RECORD = 200  # lines that one quoted cell may span


def split_rows(text: str) -> tuple[list[int], list[list[str]], list[Finding]]:
    """Physical line numbers, cells of each row, and findings.

    Raises:
        RefusedError: conflict markers, a quote never closed, or no separator that makes columns.
    """
    found = _CONFLICT.search(text)
    if found and len(_CONFLICT.findall(text)) > 1:
        line = text[: found.start()].count("\n") + 1
        raise RefusedError("merge_conflict", "合并冲突的标记，两个版本混在一起；请先定下一个版本。", row=line)
    text, notes = _line_ends(text)
    separator = _separator(text)
    if separator != ",":
        notes.append(Finding("warning", "separator", f"分隔符是{SEPARATORS[separator]}，不是逗号，已按它读取。"))
    lines, rows, found_notes = _parsed(text, separator)
    notes += found_notes
    notes += _unquote(text, lines, rows)
    return lines, rows, notes


def _line_ends(text: str) -> tuple[str, list[Finding]]:
    outside = re.sub(r'"[^"]*"', "", text)
    kinds = {"\r\n": outside.count("\r\n")}
    kinds["\n"] = outside.count("\n") - kinds["\r\n"]
    kinds["\r"] = outside.count("\r") - kinds["\r\n"]
    used = [kind for kind, count in kinds.items() if count]
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(used) > 1:
        return plain, [Finding("warning", "line_ends", "换行符不一致（几种换行混用），已统一。")]
    if used == ["\r"]:
        return plain, [Finding("warning", "line_ends", "换行符是老式的回车（CR），已统一。")]
    return plain, []


def _separator(text: str) -> str:
    """The sign that stands in most of the first lines, equally often; a comma where none does."""
    lines = [line for line in text.split("\n", 40)[:40] if line.strip(" \t,;|")]
    best, score = ",", 0
    for sign in SEPARATORS:
        counts = [line.count(sign) for line in lines]
        filled = [count for count in counts if count]
        if filled and (common := max(filled, key=filled.count)) and filled.count(common) * common > score:
            best, score = sign, filled.count(common) * common
    return best


def _parsed(text: str, separator: str) -> tuple[list[int], list[list[str]], list[Finding]]:
    """Records by physical line. A line whose quotes make no sense is cut at its separators and named."""
    physical = text.split("\n")
    if physical[-1] == "":
        physical.pop()
    if '"' not in text:
        return list(range(1, len(physical) + 1)), [line.split(separator) for line in physical], []
    field = rf'(?:\s*"(?:[^"]|"")*"\s*|[^"{re.escape(separator)}]*)'
    sound = re.compile(f"{field}(?:{re.escape(separator)}{field})*")
    lines: list[int] = []
    rows: list[list[str]] = []
    notes: list[Finding] = []
    at = 0
    while at < len(physical):
        last = _end_of_record(physical, at, sound)
        lines.append(at + 1)
        if last is None:
            rows.append(_cut(physical[at], separator, at + 1, rows[0] if rows else [], notes))
            last = at
        else:
            rows.append([_cell(found) for found in _fields("\n".join(physical[at : last + 1]), separator)])
        at = last + 1
    return lines, rows, notes


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


def _fields(record: str, separator: str) -> list[str]:
    """A sound record cut at the separators outside its quotes."""
    pieces: list[str] = []
    for piece in record.split(separator):
        if pieces and pieces[-1].count('"') % 2:
            pieces[-1] += separator + piece
        else:
            pieces.append(piece)
    return pieces


def _cell(field: str) -> str:
    plain = field.strip()
    return plain[1:-1].replace('""', '"') if len(plain) > 1 and plain[0] == plain[-1] == '"' else field


def _cut(line: str, separator: str, number: int, header: list[str], notes: list[Finding]) -> list[str]:
    """The cells of a line with stray quotes, where there are as many as the header has."""
    pieces = line.split(separator)
    if line.count('"') % 2 and any(piece.strip().startswith('"') and piece.count('"') == 1 for piece in pieces):
        raise RefusedError("quote", "引号没有闭合，分不清一格到哪里为止；请补上引号。", row=number)
    if header and len(pieces) != len(header):
        raise RefusedError("quote", "引号里外混乱，分不清一格到哪里为止；请改正引号。", row=number)
    cells = []
    for place, piece in enumerate(pieces):
        plain = piece.strip()
        whole = len(plain) > 1 and plain[0] == plain[-1] == '"'
        cells.append(plain[1:-1].replace('\\"', '"').replace('""', '"') if whole else piece)
        if '"' in cells[-1]:
            column = narrow(header[place]).strip() if header else None
            notes.append(
                Finding("warning", "quotes", f"引号写法不规范“{piece}”，已按文字读取。", number, column, piece)
            )
    return cells


def _unquote(text: str, lines: list[int], rows: list[list[str]]) -> list[Finding]:
    """Typographic and single quotes around whole cells are taken off and named."""
    notes: list[Finding] = []
    if not any(sign in text for sign in _QUOTES):
        return notes
    header = rows[0] if rows else []
    for line, row in zip(lines, rows, strict=True):
        for place, cell in enumerate(row):
            inner = cell.strip()
            if len(inner) > 1 and _QUOTES.get(inner[0]) == inner[-1] and not set(inner[1:-1]) & set(_QUOTES):
                row[place] = inner[1:-1]
                column = narrow(header[place]).strip() if place < len(header) else None
                notes.append(Finding("warning", "quotes", f"引号写法不规范“{cell}”，已去掉。", line, column, cell))
    return notes
