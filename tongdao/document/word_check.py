"""What a Word file said when it was made, kept inside it, and what a hand has changed since.

Only numbers are compared: an office may rewrite every sentence, but a figure must stay the one that was calculated.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from tongdao.base import UsageError

if TYPE_CHECKING:
    from docx.document import Document as Word

_PART = "/customXml/tongdao.xml"
_SPACE = "urn:tongdao:proof"
#: A number, and what would change its size if it were changed.
_NUMBER = re.compile(r"[-−]?\d[\d,]*(?:\.\d+)?(?:个百分点|百分点|[%‰万亿])?")


@dataclass(frozen=True)
class Changed:
    """A number of a paragraph that is not the one it was made with; ``expected`` are those that stood there."""

    place: str
    found: str
    expected: tuple[str, ...]

    def __str__(self) -> str:
        was = f"原为 {'、'.join(self.expected)}" if self.expected else "原文没有这个数"
        return f"{self.place}：{self.found}，{was}。"


def attach(word: Word, run_id: str) -> None:
    """Keep the text of a finished file inside it, as a part of its own that Word, WPS and LibreOffice carry along."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    text = json.dumps({"run": run_id, "text": [text for _, text in _passages(word)]}, ensure_ascii=False)
    blob = f'<proof xmlns="{_SPACE}">{escape(text)}</proof>'.encode()
    part = Part(PackURI(_PART), "application/xml", blob, word.part.package)
    word.part.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_XML)


def check_word(path: Path) -> tuple[str, list[Changed]]:
    """The run a Word file comes from, and every number in it that is no longer the one it was made with.

    Raises:
        UsageError: no such file, no Word file, or none of ours.
    """
    word = _read(path)
    record = _record(word)
    if record is None:
        raise UsageError(f"{path.name} 不是通道生成的 Word 文件，无从核对；请用生成后直接修改的那一份。")
    return record["run"], list(_compare(record["text"], list(_passages(word))))


def _read(path: Path) -> Word:
    import docx
    from docx.opc.exceptions import PackageNotFoundError

    if not path.is_file():
        raise UsageError(f"找不到文件 {path}，请检查路径。")
    try:
        return docx.Document(str(path))
    except (PackageNotFoundError, ValueError, KeyError, OSError):
        raise UsageError(f"{path.name} 不是 Word（.docx）文件，请检查文件。") from None
    except Exception as error:  # the archive or its XML is broken; the library has no one name for that
        raise UsageError(f"{path.name} 已损坏，读不出来（{type(error).__name__}），请换一份。") from error


def _record(word: Word) -> dict[str, Any] | None:
    import xml.etree.ElementTree as ET

    for part in word.part.package.iter_parts():
        if str(part.partname).startswith("/customXml/") and _SPACE.encode() in part.blob:
            found: dict[str, Any] = json.loads(ET.fromstring(part.blob).text or "{}")
            return found
    return None


def _passages(word: Word) -> Iterator[tuple[str, str]]:
    """Every paragraph of the body and of its tables in reading order, with words that find it on the page."""
    from docx.table import Table

    paragraphs = tables = 0
    for block in word.iter_inner_content():
        if isinstance(block, Table):
            tables += 1
            for row_number, row in enumerate(block.rows, 1):
                for column_number, cell in enumerate(row.cells, 1):
                    place = f"第 {tables} 个表第 {row_number} 行第 {column_number} 列"
                    yield from ((place, paragraph.text) for paragraph in cell.paragraphs)
        else:
            paragraphs += 1
            if block.text.strip():
                yield f"第 {paragraphs} 段“{block.text.strip()[:12]}…”", block.text


def _compare(before: list[str], now: list[tuple[str, str]]) -> Iterator[Changed]:
    """Paragraphs are paired by their words, whatever became of their numbers; a rewritten stretch as a whole."""
    pairs = SequenceMatcher(
        None,
        [_NUMBER.sub("#", _plain(text)) for text in before],
        [_NUMBER.sub("#", _plain(text)) for _, text in now],
        False,
    )
    for kind, first, last, start, stop in pairs.get_opcodes():
        if kind == "equal":
            for old, (place, text) in zip(before[first:last], now[start:stop], strict=True):
                yield from _differences(place, [old], text)
        else:
            for place, text in now[start:stop]:
                yield from _differences(place, before[first:last], text)


def _differences(place: str, before: list[str], text: str) -> Iterator[Changed]:
    had = Counter(number for old in before for number in _numbers(old))
    new = Counter(_numbers(text)) - had
    gone = tuple((had - Counter(_numbers(text))).keys()) if len(before) == 1 else ()
    for number in new:
        yield Changed(place, number, gone)


def _numbers(text: str) -> list[str]:
    return [number.replace(",", "").replace("−", "-") for number in _NUMBER.findall(_plain(text))]


def _plain(text: str) -> str:
    """Full-width digits and spaces between them are another way to write the same number."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
