"""Bytes to text: a byte order mark, then strict UTF-8, then strict GB18030 that reads like ours, else refusal."""

import codecs
import re
from collections.abc import Iterable

from tongdao.base import LOST
from tongdao.intake.finding import Finding, RefusedError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8", ""),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
_HAN = re.compile("[\u3400-\u9fff]")
_ADVICE = "请在 Excel 或 WPS 中另存为“CSV UTF-8”再交"


def decode(content: bytes, known: Iterable[str]) -> tuple[str, list[Finding]]:
    """The text of a file and what was remarkable about its encoding.

    Args:
        known: words of which a readable sheet holds at least one (headings, indicator names).

    Raises:
        RefusedError: empty, cut in the middle of a character, another encoding, or already garbled when saved.
    """
    if not content.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        raise RefusedError("empty_file", "这是空文件，没有任何内容；请确认导出成功后再交。")
    words = [word for word in known if _HAN.search(word)]
    text, name = _decoded(content, words)
    notes = [Finding("warning", "encoding", f"编码为 {name}，已转为 UTF-8 读取。")] if name else []
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise RefusedError("nul", "含有空字符（NUL），内容可能已损坏；请重新导出。", row=line, column=_column(text))
    _garbled(text, words)
    return text, notes


def _decoded(content: bytes, words: list[str]) -> tuple[str, str]:
    for mark, codec, name in _MARKS:
        if content.startswith(mark):
            return _strict(content[len(mark) :], codec, name or "UTF-8"), name
    try:
        return content.decode("utf-8"), ""
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            raise _cut(content, error) from None
    try:
        text = content.decode("gb18030")
        if any(word in text for word in words):
            return text, "GB18030"
    except UnicodeDecodeError as error:
        if error.reason.startswith("incomplete") and error.start > len(content) - 4:
            head = content[: error.start].decode("gb18030")
            if any(word in head for word in words):
                raise _cut(content, error) from None
    raise _unknown(content, words)


def _strict(content: bytes, codec: str, name: str) -> str:
    try:
        return content.decode(codec)
    except UnicodeDecodeError as error:
        if error.end >= len(content) - 1 and ("end of data" in error.reason or "truncated" in error.reason):
            raise _cut(content, error) from None
        raise RefusedError("encoding", f"文件头标明是 {name} 编码，内容却不是，已损坏；{_ADVICE}。") from None


def _cut(content: bytes, error: UnicodeDecodeError) -> RefusedError:
    line = content[: error.start].count(b"\n") + 1
    return RefusedError("truncated", "文件在一个字的中间被截断，后面的内容已丢失；请重新导出后再交。", row=line)


def _unknown(content: bytes, words: list[str]) -> RefusedError:
    """Why neither UTF-8 nor GB18030 fits: two encodings in one file, or one that we do not read."""
    bad: dict[str, int] = {}
    for number, line in enumerate(content.split(b"\n"), 1):
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
            bad.setdefault("utf-8", number)
        except UnicodeDecodeError:
            bad.setdefault("other", number)
    if "utf-8" in bad and "other" in bad:
        row = bad["other"]
        return RefusedError("mixed_encoding", f"文件里混有两种编码，这一行不是 UTF-8；{_ADVICE}。", row=row)
    return RefusedError("encoding", f"编码无法识别，既不是 UTF-8 也不是 GB18030（GBK），读出来是乱码；{_ADVICE}。")


def _garbled(text: str, words: list[str]) -> None:
    """Text that was read with the wrong encoding once and saved so: its characters are lost for good or nearly."""
    lost = LOST.search(text)
    if lost:
        line = text[: lost.start()].count("\n") + 1
        raise RefusedError("mojibake", f"有乱码“{lost.group()}”，原来的文字已丢失；请重新导出后再交。", row=line)
    if any(word in text for word in words):
        return
    for codec in ("latin-1", "cp1252", "gb18030"):
        for sample in (text, *text.split("\n")[:5]):
            try:
                again = sample.encode(codec).decode("utf-8", "strict" if codec != "gb18030" else "replace")
            except (UnicodeEncodeError, UnicodeDecodeError):
                continue
            if again != sample and _HAN.search(again) and (codec != "gb18030" or any(word in again for word in words)):
                raise RefusedError(
                    "mojibake", f"文字是乱码（如“{_sample(text)}”），多半是用错编码另存过；请重新导出后再交。"
                )


def _sample(text: str) -> str:
    return next((line for line in text.split("\n") if not line.isascii()), "").strip()[:12]


def _column(text: str) -> str | None:
    """The heading above a NUL, where the header can be read."""
    before = text[: text.index("\0")]
    header = text.split("\n", 1)[0].strip("\r\ufeff").split(",")
    place = before.rsplit("\n", 1)[-1].count(",")
    return header[place] if before.count("\n") and place < len(header) else None
