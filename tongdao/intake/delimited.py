"""Text to rows of cells with their physical line: separators, quotes and line ends, each oddity named."""

import csv
import io
import re

from tongdao.intake.findings import Finding, RefusedError
from tongdao.plain_text import narrow

SEPARATORS = {",": "逗号", "\t": "制表符", ";": "分号", "|": "竖线", "，": "全角逗号", "；": "全角分号"}
_CONFLICT = re.compile(r"^(<{7}|={7}|>{7}|\|{7})( |$)", re.M)
_QUOTES = {"“": "”", "‘": "’", "'": "'", "「": "」", "＂": "＂", "”": "”", "„": "“"}
MOST_CELL = 1_000_000


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
    lines, rows = _parsed(text, separator)
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


def _parsed(text: str, separator: str) -> tuple[list[int], list[list[str]]]:
    if '"' not in text:
        rows = [line.split(separator) for line in text.split("\n")]
        if rows and rows[-1] == [""]:
            rows.pop()
        return list(range(1, len(rows) + 1)), rows
    lines, parsed = [], []
    csv.field_size_limit(MOST_CELL)
    reader = csv.reader(io.StringIO(text, newline="\n"), delimiter=separator)
    before = 0
    try:
        for row in reader:
            lines.append(before + 1)
            parsed.append(row or [""])
            before = reader.line_num
    except csv.Error as error:
        raise RefusedError("csv", f"从这一行起读不下去（{error}）；请检查引号。", row=before + 1) from None
    last = parsed[-1] if parsed else [""]
    if last and last[-1].count("\n") and text.count('"') % 2:
        raise RefusedError("quote", "引号没有闭合，后面的行都并进了这一格；请补上引号。", row=lines[-1])
    return lines, parsed


def _unquote(text: str, lines: list[int], rows: list[list[str]]) -> list[Finding]:
    """Typographic and single quotes around cells are taken off, bare quotes inside stay; both are named."""
    notes = []
    physical = text.split("\n") if '"' in text else []
    if not any(sign in text for sign in _QUOTES) and not physical:
        return []
    header = rows[0] if rows else []
    for line, row in zip(lines, rows, strict=True):
        for place, cell in enumerate(row):
            inner = cell.strip()
            column = narrow(header[place]).strip() if place < len(header) else None
            if len(inner) > 1 and _QUOTES.get(inner[0]) == inner[-1] and not set(inner[1:-1]) & set(_QUOTES):
                row[place] = inner[1:-1]
            elif not ('"' in cell and _bare(cell, physical[line - 1])):
                continue
            notes.append(Finding("warning", "quotes", f"引号写法不规范“{cell}”，已按文字读取。", line, column, cell))
    return notes


def _bare(cell: str, line: str) -> bool:
    escaped = '"' + cell.replace('"', '""') + '"'
    return cell.split("\n", maxsplit=1)[0] in line and escaped.split("\n")[0] not in line
