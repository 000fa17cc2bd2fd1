"""What a Word file said when it was made, kept inside it, and what a hand has changed since.

An office may rewrite every sentence, but a figure must stay the one that was calculated, and stand by the name that it
was calculated for: numbers are compared, the names that lead the rows of tables, and the verdicts on these. The file is
read as Word shows it (``word_text``), in a process apart.
"""

import json
import re
import unicodedata
import xml.etree.ElementTree as ET
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from difflib import SequenceMatcher
from io import BytesIO
from itertools import accumulate, groupby, product
from operator import itemgetter
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.document import Document as Word
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part

from tongdao.base import INVISIBLE, UsageError, disk_fault, from_han, plain_years, read_apart
from tongdao.document.blocks import SHAPES
from tongdao.document.word_text import Reader, doubts, parts, pictures

_SPACE = "urn:tongdao:proof"
_MOST = 100_000_000  # bytes of a file
_MOST_UNPACKED = 150_000_000
_SECONDS = 30.0  # of the processor
#: A number, and what would change its size if it were changed.
_FALL = "(?:[-−–负↓]|(?<![至最缺还尚])[降减低少缩]|(?<=[回下])[落滑])(?:幅为?|[了约近]+)?"  # 至少3项 is no fall
_NUMBER = re.compile(rf"(?:{_FALL})?\d[\d,]*(?:\.\d+)?(?:个百分点|百分点|[%‰]|[百千万亿]+)?")
_SIGNS = str.maketrans(dict.fromkeys("−–负↓降减低少缩落滑", "-") | dict.fromkeys(",了约近幅为", ""))
_MORE = "半(?![年数导成自山岛])"  # not 3个半导体项目
_DIGITS = "零〇一二三四五六七八九两壹贰叁肆伍陆柒捌玖"
#: The same in Chinese numerals, and the word behind it.
_HAN = re.compile(
    rf"((?:百|[{_DIGITS}十]+)分之)?([{_DIGITS}十百千万亿拾佰仟]+)(?:点([{_DIGITS}]+))?(个百分点|百分点)?[多余来]?(.?)({_MORE})?"
)
_MEASURES = "家户项个件人名次条亩吨元倍成番位处年月日天套座台辆所批"
_HALF = re.compile(rf"(\d)([{_MEASURES}]){_MORE}")
_SENTENCES = re.compile(r"(?<=[。；！？])")
_NAME = re.compile(r"[“‘《(]?[^\W\d_][^\d。；！？]{2,}")
_COUNTED = re.compile(r"([^\W\d_]{2,5})(\d[\d.,]*)")
#: On which side of a number something lies.
_SIDE = re.compile(
    "(以上|[不未]低于|没有低于|高于|超过|快于|超额|超出|转好)"
    "|(以下|以内|(?:[不未]|没有)(?:高于|超过)|低于|不足|不到|慢于|尚差|还差|转差)"
)
_LIGHT = re.compile(rf"[{''.join(SHAPES.values())}] *([^\W\d_]*)")


@dataclass(frozen=True)
class Changed:
    """A number or name that is not the one its passage was made with, or (``found`` is empty) a number that is gone.

    ``expected`` are the numbers that stood there; ``view`` says in which view of tracked changes, if there are any.
    """

    place: str
    found: str
    expected: tuple[str, ...]
    view: str = ""

    def __str__(self) -> str:
        was = f"原为 {'、'.join(self.expected)}" if self.expected else "原文没有这个数"
        told = f"{self.found}，{was}" if self.found else f"原有的 {'、'.join(self.expected)} 不见了"
        return f"{self.place}：{told}{f'（{self.view}）' if self.view else ''}。"


def dated(data: bytes, day: date) -> bytes:
    """The same archive with the data's date on every part: the writer would put the clock there."""
    made = BytesIO()
    stamp = datetime.combine(max(day, date(1980, 1, 1)), time(), UTC).timetuple()[:6]
    with ZipFile(BytesIO(data)) as source, ZipFile(made, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            info = ZipInfo(name, stamp)
            info.compress_type, info.external_attr, info.create_system = ZIP_DEFLATED, 0o600 << 16, 3  # Windows too
            target.writestr(info, source.read(name))
    return made.getvalue()


def attach(word: Word, run_id: str) -> None:
    """Keep the text of a finished file inside it, as a part of its own that Word, WPS and LibreOffice carry along."""
    body, around, _ = _read(word, accepted=True)
    package = word.part.package
    kept: dict[str, Any] = {"run": run_id, "text": [text for _, text in body], "around": [text for _, text in around]}
    kept |= {"rows": [row[1:] for row in _rows(body)], "heads": _heads(body), "doubts": doubts(package)}
    kept["pictures"] = [known for known, _ in pictures(package)]
    text = json.dumps(kept, ensure_ascii=False)
    blob = f'<proof xmlns="{_SPACE}">{escape(text)}</proof>'.encode()
    part = Part(PackURI("/customXml/tongdao.xml"), "application/xml", blob, package)
    word.part.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_XML)


def _rows(body: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Each row of a table that holds a name: the place of its verdict, what it is about, and its verdict, if any: the
    first cell that holds a name, and those with a light."""
    cells = ((place, text) for place, text in body if "表第 " in place)
    for _, row in groupby(cells, lambda cell: cell[0].partition(" 行第 ")[0]):
        told = [(place, _unlit(text), _LIGHT.match(text)) for place, text in row]
        named = (text for at, (_, text, light) in enumerate(told) if _NAME.fullmatch(text) and not (at and light))
        if name := next(named, ""):
            lit = [(place, light[1]) for place, text, light in told if light and text != name]
            yield (lit or told)[0][0], name, "、".join(verdict for _, verdict in lit)


def check_word(path: Path) -> tuple[str, list[Changed], list[str]]:
    """The run a Word file comes from, every number in it that is no longer the one it was made with, and what of the
    file could not be read.

    Raises:
        UsageError: no such file, no Word file, none of ours, or one that takes too much time or memory to read.
    """
    if not path.is_file():
        raise UsageError(f"找不到文件 {path}，请检查路径。")
    try:
        content = path.read_bytes() if path.stat().st_size <= _MOST else b""
    except OSError as error:
        raise UsageError(f"文件 {path} 读不了（{disk_fault(error)}），请检查路径。") from None
    if not content:
        raise UsageError(f"{path.name} 是空文件，或超过 {_MOST // 1_000_000} MB，没有打开；请换一份。")
    late = f"{path.name} 读起来用时太长或占用内存过多，没有核对；请用 Word 另存一份再核对。"
    told = read_apart("tongdao.document.word_check:read", path.name, content, seconds=_SECONDS, late=late)
    changed = [Changed(**{**item, "expected": tuple(item["expected"])}) for item in told["changed"]]
    return told["run"], changed, told["unread"]


def read(content: bytes, name: str) -> dict[str, Any]:
    """What the child process does."""
    try:
        size = sum(part.file_size for part in ZipFile(BytesIO(content)).infolist())
        word = docx.Document(BytesIO(content)) if size <= _MOST_UNPACKED else None
    except Exception as error:  # the archive or its XML is broken; the library has no one name for that
        raise UsageError(f"{name} 不是 Word（.docx）文件或已损坏（{type(error).__name__}），请换一份。") from None
    if word is None:
        raise UsageError(f"{name} 解压后有 {size // 1_000_000} MB，疑似压缩炸弹，没有打开；请用 Word 另存一份再核对。")
    own = (part.blob for part in word.part.package.iter_parts() if str(part.partname).startswith("/customXml/"))
    record = next((json.loads(ET.fromstring(blob).text or "{}") for blob in own if _SPACE.encode() in blob), None)
    if record is None:
        raise UsageError(f"{name} 不是通道生成的 Word 文件，无从核对；请用生成后直接修改的那一份。")
    package = word.part.package
    body, around, revised = _read(word, accepted=True)
    changed = list(_changed(record, body, around))
    if revised:
        body, around, _ = _read(word, accepted=False)
        before = set(_changed(record, body, around))
        both = [item for item in changed if item in before]
        changed = both + [Changed(i.place, i.found, i.expected, "接受修订后") for i in changed if i not in before]
        changed += [Changed(i.place, i.found, i.expected, "拒绝修订后") for i in before - set(both)]
    shown, known = pictures(package), record.get("pictures", [])
    told = [*(doubts(package) - Counter(record.get("doubts", {})))]
    told += (new := [f"生成后换过或添上的图片（{place}）" for sign, place in shown if sign not in known])
    if not new and "doubts" in record and [sign for sign, _ in shown] != known:
        told.append("少了或换了位置的图片")
    return {"run": record["run"], "changed": [vars(item) for item in changed], "unread": told}


def _read(word: Word, *, accepted: bool) -> tuple[list[tuple[str, str]], list[tuple[str, str]], bool]:
    """The passages of the body, those around it (heads, feet, notes, comments, boxes), and whether any is revised."""
    readers = [Reader(root, place, accepted=accepted) for place, root in parts(word.part.package)]
    body = [each for each in readers[0].passages if each[0] != "文本框"]
    boxes = [each for each in readers[0].passages if each[0] == "文本框"]
    around = boxes + [each for reader in readers[1:] for each in reader.passages]
    return body, around, any(reader.revised for reader in readers)


def _changed(
    record: dict[str, Any], body: Sequence[tuple[str, str]], around: Sequence[tuple[str, str]]
) -> Iterator[Changed]:
    rows = record.get("rows", ())
    yield from _compare([text for text in record["text"] if text.strip()], body, {name for name, _ in rows})
    yield from _regraded(rows, body)
    stood, stand = (Counter(map(tuple, heads)) for heads in (record.get("heads", ()), _heads(body)))
    for had, has in product(stood - stand, stand - stood):
        if sorted("".join(had)) == sorted("".join(has)):  # what is only rewritten has other words
            yield from (Changed("表头", new, (old,)) for old, new in zip(had, has, strict=False) if old != new)
    told: dict[str, list[list[str]]] = {}
    for passage in (record["run"], *record.get("around", ())):
        told.setdefault(_masked(passage), []).append(_numbers(passage, set()))
    known = {number for rows in told.values() for row in rows for number in row}
    for place, passage in around:
        found = _numbers(passage, set())
        if not (same := told.get(_masked(passage))):
            yield from (Changed(place, number, ()) for number in found if number not in known)
        elif found not in same:
            yield from (Changed(place, new, (old,)) for old, new in zip(same[0], found, strict=True) if old != new)


def _regraded(stood: Sequence[Sequence[str]], body: Sequence[tuple[str, str]]) -> Iterator[Changed]:
    """Verdicts that are not those of their rows; a row that is gone or was moved says nothing."""
    lost, new = defaultdict[str, Counter[str]](Counter), list[tuple[str, str, str]]()
    for name, verdict in stood:
        lost[name][verdict] += 1
    for place, name, said in _rows(body):
        verdict = next((known for known in lost[name] if known and said.startswith(known)), said)
        new += [] if _taken(lost[name], verdict) else [(place, name, said)]
    for place, name, verdict in new:
        if was := tuple(filter(None, +lost[name])):
            yield Changed(place, verdict, was)


def _heads(body: Sequence[tuple[str, str]]) -> list[list[str]]:
    """The texts of the first row of each table."""
    cells = [(place.partition("第 1 行第 ")[0], _plain(text)) for place, text in body if "表第 1 行第 " in place]
    return [[text for _, text in row] for _, row in groupby(cells, itemgetter(0))]


def _compare(before: Sequence[str], now: Sequence[tuple[str, str]], names: Collection[str]) -> Iterator[Changed]:
    """Passages are paired by their words, whatever became of their numbers; a rewritten stretch is taken as a whole.

    In a pair each number is held to the one in its place; in a stretch to their order. A sentence that was moved
    as it is has changed nothing.
    """
    texts = before, [text for _, text in now]
    old, new = ([*_marks(each)] for each in texts)
    name = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))) or r"\b\B")
    was, rows = (_row_names(each, names) for each in texts)
    stood = {(row, it) for row, text in zip(was, before, strict=True) for it in _sentences([text])}
    stretches, kept = [], Counter[str]()
    for kind, first, last, start, stop in _opcodes(old, new):
        if kind == "equal":
            for text, (place, found) in zip(before[first:last], now[start:stop], strict=True):
                pairs = zip(_arabic(text), _arabic(found), strict=True)
                yield from (Changed(place, has, (had,)) for had, has in pairs if had != has)
        else:
            cells = zip(rows[start:stop], now[start:stop], strict=True)
            said = [(row, at, it) for row, (at, text) in cells for it in _sentences([text])]
            stretches.append((_sentences(before[first:last]), [(at, it) for _, at, it in said]))
            # a cell that does not say what it is about says something else in another row
            own = (it for row, at, it in said if "表第 " not in at or name.search(it) or (row, it) in stood)
            kept.update(it for it in own if len(_NUMBER.sub("", it)) > 3 and it not in names)
    left, right = (kept & Counter(it for had, _ in stretches for it in had) for _ in (before, now))
    for had, has in stretches:
        lost = [sentence for sentence in had if not _taken(left, sentence)]
        rest = [each for each in has if not _taken(right, each[1])]
        told = [*_in_order(lost, rest)] or [*_renamed(lost, rest, name)] or [*_renamed(lost, rest, _SIDE)]
        yield from told or _exchanged(lost, rest)


def _row_names(texts: Sequence[str], names: Collection[str]) -> list[str]:
    """The name of the row that each passage stands in, or of the last one before it."""
    return [*accumulate(map(_unlit, texts), lambda last, text: text if text in names else last, initial="")][1:]


def _marks(texts: Sequence[str]) -> Iterator[str]:
    """What tells each passage from others: its words, or those before a cell that has none, as many cells have not."""
    words = ""
    for masked in map(_masked, texts):
        words = masked if re.search(r"[^\W\d_]{2}", masked) else words
        yield masked if masked is words else f"{words}\0{masked}"


def _opcodes(old: list[str], new: list[str]) -> Iterator[tuple[str, int, int, int, int]]:
    """What difflib says, whose time grows with the square of what is alike; untouched ends are spared it."""
    most = min(len(old), len(new))
    head = next((at for at in range(most) if old[at] != new[at]), most)
    tail = next((at for at in range(most - head) if old[~at] != new[~at]), most - head)
    inner = SequenceMatcher(None, old[head : len(old) - tail], new[head : len(new) - tail], False).get_opcodes()
    yield "equal", 0, head, 0, head
    for kind, first, last, start, stop in inner:
        yield kind, head + first, head + last, head + start, head + stop
    yield "equal", len(old) - tail, len(old), len(new) - tail, len(new)


def _renamed(had: Sequence[str], has: Sequence[tuple[str, str]], name: re.Pattern[str]) -> Iterator[Changed]:
    """Names, or kinds of words, that stand where others stood; who leaves one out or adds one only rewrites."""
    old = [found for sentence in had for found in name.finditer(sentence)]
    new = [(place, found) for place, sentence in has for found in name.finditer(sentence)]
    for was, (place, found) in zip(old, new, strict=True) if len(old) == len(new) else ():
        if (was.lastindex or was[0]) != (found.lastindex or found[0]):
            yield Changed(place, found[0], (was[0],))


def _exchanged(had: Sequence[str], has: Sequence[tuple[str, str]]) -> Iterator[Changed]:
    """Numbers of a rewritten stretch that stand behind words that had others: 有望完成7项、难以完成3项."""
    old = [pair for sentence in had for pair in _COUNTED.findall(sentence)]
    for place, sentence in has:
        for word, number in _COUNTED.findall(sentence):
            ends = [min(said, word, key=len) for said, _ in old if word.endswith(said) or said.endswith(word)]
            own = {count for said, count in old if ends and said.endswith(max(ends, key=len))}
            if own and number not in own:
                yield Changed(place, word + number, tuple(said + count for said, count in old if count == number))


def _in_order(had: Sequence[str], has: Sequence[tuple[str, str]]) -> Iterator[Changed]:
    """The numbers of a rewritten stretch, in their order."""
    old = [number for sentence in had for number in _numbers(sentence, set())]
    lacking = set(Counter(old) - Counter(number for _, sentence in has for number in _arabic(sentence)))
    new = [(place, number) for place, sentence in has for number in _numbers(sentence, lacking)]
    for kind, first, last, start, stop in SequenceMatcher(None, old, [n for _, n in new], False).get_opcodes():
        if kind in ("replace", "insert"):
            yield from (Changed(place, found, tuple(old[first:last])) for place, found in new[start:stop])
        elif kind == "delete":
            place = has[0][0] if has else f"“{had[0][:12]}…”一段"
            yield Changed(place, "", tuple(old[first:last]))


def _taken(left: Counter[str], sentence: str) -> bool:
    """Whether a sentence is among those that were moved; each of them once."""
    left[sentence] -= 1
    return left[sentence] >= 0


def _sentences(texts: Sequence[str]) -> list[str]:
    return [sentence for text in texts for sentence in _SENTENCES.split(_plain(text)) if sentence]


def _unlit(text: str) -> str:
    return _plain(_LIGHT.sub(r"\1", text, count=1))


def _arabic(text: str) -> list[str]:
    return [number.translate(_SIGNS) for number in _NUMBER.findall(_plain(text))]


def _masked(text: str) -> str:
    return _NUMBER.sub("\0", _plain(text))  # which XML cannot hold: no sign of the text is taken for a number


def _numbers(text: str, wanted: set[str]) -> list[str]:
    """All numbers in their order, those in Chinese numerals too where they measure something or are ``wanted``."""
    text = _plain(text)
    found = [(at.start(), at.group().translate(_SIGNS)) for at in _NUMBER.finditer(text)]
    for at in _HAN.finditer(text):
        begins = text[at.start() - 1 : at.start()] if at.start() else ""
        if forms := [] if begins.isdigit() or begins in ("第", ".") else _forms(at):
            sure = at[1] or at[4] or (at[5] and at[5] in ("成倍番%" if at[2] == "一" else f"{_MEASURES}%"))
            number = next((form for form in forms if form in wanted), forms[0] if sure else "")
            found += [(at.start(), number)] if number else []
    return [number for _, number in sorted(found)]


def _forms(found: re.Match[str]) -> list[str]:
    """A Chinese numeral in the ways that digits may write it: 十二亿 as 12亿 or in full, 百分之五 as 5%."""
    percent, whole, point, points, _, half = found.groups()
    end = f".{''.join(str(from_han(digit)) for digit in point)}" if point else ".5" if half else ""
    if percent and percent != "百分之":
        return [f"{from_han(whole)}/{from_han(percent[:-2])}"]
    behind = "%" if percent else points or ""
    forms = [whole] if (value := from_han(whole)) is None else [f"{value}{end}{behind}"]
    if whole[-1] in "万亿" and (short := from_han(whole[:-1])) is not None and len(whole) > 1:
        forms.insert(0, f"{short}{end}{whole[-1]}")
    return [form for form in forms if form[0].isdigit()]


def _plain(text: str) -> str:
    """Full-width digits, spaces, unseen signs, 4项半 and years in Chinese numerals are other ways to write the same
    number."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", INVISIBLE.sub("", text)))
    return _HALF.sub(r"\1.5\2", plain_years(plain)) if "半" in plain else plain_years(plain)
