"""Numbers as a plan writes them: the grammar of one sentence, for reading targets and for holding them to their quote.

``vocabulary.toml`` beside it has the words. Everything is matched on ``slim`` text, which keeps one sign for one sign,
so that places and quotes are the text's own.
"""

import math
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise, takewhile
from pathlib import Path

from tongdao.base import MONEY, SCALES, from_han, plain_years

_NONE = re.compile("(?<=[为到至])零(?=[，,。；;、]|$)")
_FULL = str.maketrans("０１２３４５６７８９．％＋", "0123456789.%+")
_FILE = tomllib.loads(Path(__file__).with_name("vocabulary.toml").read_text(encoding="utf-8"))
RULES: dict[str, list[dict[str, str]]] = {stage: _FILE.pop(stage) for stage in ("aside", "unfit")}
READ_AS: dict[str, str] = _FILE.pop("read_as")
WORDS: dict[str, str] = {name: re.sub(r"\s", "", words) for name, words in _FILE.items()}


def _longest_first(*names: str) -> str:
    return "|".join(sorted("|".join(WORDS[name] for name in names).split("|"), key=len, reverse=True))


COUNTED = re.compile(f"(?:万|亿|万亿)?(?:{WORDS['counted']}|.*[(（].*)$")
_BASE = _longest_first("counted", "measured", "times", "points")
_UNIT = rf"(?:{_BASE})(?:(?:[/／·]|(?<![年月日])每)(?:百|千|万|亿)?(?:{_BASE}|人口|人))*"
_DIGITS = r"(?:\d{1,3}(?:[,，]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)"
_SCALE = r"(?:[十百千]?(?:万亿|百万|千万|[万亿])|[百千](?!瓦|克|米|伏|分点)|)"
HAN = "[一二两三四五六七八九十百千万亿零〇]+"
_PERCENT = rf"{_DIGITS}|{HAN}(?:点[一二三四五六七八九零〇]+)?"
_BEFORE = {
    re.sub(r"\(.*\)", "", word): sense
    for key, sense in (("at_least", "以上"), ("at_most", "以内"), ("more", "超过"), ("less", "低于"), ("about", "左右"))
    for word in WORDS[key].split("|")
}
_AFTER = {"及以上": "以上", "及以下": "以下", "之内": "以内", "上下": "左右"}
_ALONE = r"(?<![\dA-Za-z.第/+＋])"
_BELOW = re.compile("[\u4e00-\u9fff][-−－﹣]")  # 达到-3%: a minus, where no figure before it makes a range
_PHRASE = re.compile(
    rf"(?:(?P<before>{_longest_first('at_least', 'at_most', 'more', 'less', 'about')})(?:了|到|至|为|在)?)?(?P<number>"
    rf"{_ALONE}(?P<low>{_DIGITS})(?P<scale1>{_SCALE})(?:{_UNIT})?(?:[-—–―－~～﹣]+|至|到)"
    rf"(?P<high>{_DIGITS})(?P<scale2>{_SCALE})(?P<unit2>{_UNIT})"
    rf"|{_ALONE}(?P<one>{_DIGITS})(?:[:：∶]1(?![\d.])|(?P<scale3>{_SCALE})(?:多|余)?"
    rf"(?P<unit3>{_UNIT}(?<![A-Za-z])|(?:{_UNIT})?(?![A-Za-z+＋\d]|[:：∶]\d)))"
    rf"|(?<!{HAN[:-1]})(?P<tenths>{HAN[:-1]})成(?P<more>{HAN[:-1]}|半)?(?=以[上下内]|左右|[，,。；;、]|$)"
    rf"|百分之(?P<percent>{_PERCENT})(?:(?:[-—–―－~～]+|至|到)百分之(?P<percent2>{_PERCENT}))?"
    rf"|(?<![第\d])(?<!{HAN[:-1]})(?:(?P<han1>{HAN})(?:[-—–~～至到]+))?(?P<han>{HAN})"
    rf"(?P<hanunit>{_longest_first('counted', 'measured')})"
    rf")(?P<form>[(（](?:{WORDS['counted']})[)）])?(?:[（(]含[)）])?(?P<after>{WORDS['after']})?"
)
_RANK = re.compile(
    rf"(?P<sort>前|第)(?P<n>\d+|{HAN})(?:(?P<unit>位|名|强)|(?=[，,。；;、]|$))(?P<within>以内|之内|以上)?"
)
_FOLD = re.compile(
    rf"(?:翻(?P<n>{HAN}|\d+)?(?:番|倍)|实现倍增(?!计划|行动|工程)"
    rf"|(?:增长|增加|提高|提升|扩大|增)了?(?P<k>{HAN}|\d+(?:\.\d+)?)倍)(?P<after>{WORDS['after']})?"
)
_CHANGE = re.compile(
    f"(?:(?P<up>{WORDS['rise']})|(?P<down>{WORDS['fall']}))(?:幅度|速度|率)?(?:为|在|达到|达|保持在|稳定在|目标|预期|确保|力争|争取)?$"
)
_OF_BASE = re.compile("(?:20\\d\\d年|[上去]年|基期|”末|期末)[^，。；]{0,3}的$")
_FAR = re.compile(WORDS["far"])
_RATIO = re.compile("(?:率|比例|比重|占比)(?:为|是|达到|保持|降[到至]|控制在)?$")
_TO = {"up": "(?:[提增][高升加长]|扩大)到$|[增升提]至$", "down": "(?:[降减缩压][低少短小缩减]?|精简)[到至为]$"}


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """A number of a text, with what surrounds it.

    ``number`` and ``upper`` (of a range) are in ``unit``, which keeps its 万 and 亿 (万平方米) and is "" where none is
    written; ``word`` is 以上, 左右, 以下, 以内, 超过, 低于 or "". ``change`` is "" for a size; "growth" and
    "average_growth" for a rate of growth; "+", "-" for a rise or fall from a base, "×" for a multiple of it. ``rank``
    is a place in an order (前10位), ``han`` a numeral in characters. ``start`` and ``end`` are places in the text.
    """

    number: float
    upper: float | None = None
    unit: str
    word: str = ""
    change: str = ""
    rank: bool = False
    han: bool = False
    start: int
    end: int


def slim(text: str) -> str:
    """The text with full-width digits, the years of 二〇二四年 and 为零 as plain ones; its length stays."""
    return _NONE.sub("0", plain_years(text.translate(_FULL)))


@lru_cache(maxsize=1000)
def ways_to(text: str, number: float) -> frozenset[str]:
    """Whether a text lets something come "down" to a number (压缩至3天, less is better), "up" to it (提高到60%), or
    neither; to any number, if it lacks that one."""
    flat = slim(re.sub(r"\s", "", text))
    found = quantities(flat)
    same = [one for one in found if one.number == number] or found
    return frozenset(way for way, verbs in _TO.items() if any(re.search(verbs, flat[: one.start]) for one in same))


def quantities(text: str) -> list[Quantity]:
    """Every number with its unit and word in a text without white space, in the order of the text."""
    text = slim(text)
    special = [*_ranks(text), *_folds(text)]
    plain = [one for one in _phrases(text) if not any(one.start < o.end and o.start < one.end for o in special)]
    found = sorted([*special, *plain], key=lambda one: one.start)
    for respectively in re.finditer("分别(?:(?!分别)[^，,；;。])*", text):  # 分别达到A、B以上: the word is of each
        first, last = respectively.span()
        alike = in_a_row(text, [one for one in found if first < one.start < last and one.unit not in ("年", "月")])
        word, change = ((*filter(None, (getattr(one, key) for one in alike)), "")[0] for key in ("word", "change"))
        found = [replace(o, word=o.word or word, change=o.change or change) if o in alike else o for o in found]
    return found


def in_a_row(text: str, ones: Sequence[Quantity]) -> list[Quantity]:
    """The first of these numbers and those behind it that only 、 and 和 part."""
    again = text[text.rfind("分别", 0, ones[0].start) + 2 : ones[0].start] if ones else ""  # 增长8%和增长10%
    parted = re.compile(f"(?:[（(]含[^）)]*[）)])?(?:、|和|与|以?及)+(?:{re.escape(again)}|[降减提增升]\\w?[到至])?")
    joined = takewhile(lambda pair: parted.fullmatch(text, pair[0].end, pair[1].start), pairwise(ones))
    return [*ones[:1], *(after for _, after in joined)]


def _phrases(text: str) -> Iterator[Quantity]:
    for found in _PHRASE.finditer(text):
        part = found.groupdict()
        upper: float | None = None
        unit, scale = "%", ""
        if part["high"]:
            scale, unit, upper = part["scale2"], part["unit2"], _value(part["high"])
            low = _value(part["low"]) * (_scale(part["scale1"]) / _scale(scale) if part["scale1"] else 1)
        elif part["percent"]:
            low, upper = _percent(part["percent"]), _percent(part["percent2"]) if part["percent2"] else None
        elif part["tenths"]:
            low = 10.0 * (from_han(part["tenths"]) or 0) + (from_han((part["more"] or "零").replace("半", "五")) or 0)
        elif part["han"]:
            one_scale = re.fullmatch("[^万亿]+[万亿]", part["han"]) and not part["han1"]  # 一亿二千万 has two
            scale, said = part["han"][-1] if one_scale else "", part["han"]
            said = f"一{said}" if part["before"] and said[0] not in "一二两三四五六七八九十" else said  # 超百亿元
            low, unit = float(from_han(said.removesuffix(scale)) or 0), part["hanunit"]
            if part["han1"]:
                low, upper = float(from_han(part["han1"]) or 0), low
            if not low:
                continue
        else:
            below = _BELOW.fullmatch(text[: found.start("one")][-2:])
            scale, unit, low = part["scale3"] or "", part["unit3"] or "", _value(part["one"]) * (-1 if below else 1)
        kept = scale if scale in ("万", "亿", "万亿") else scale[1:]  # 千万元 is told in 万元, 千人 in 人
        size = _scale(scale) / _scale(kept)
        end, after = found.end(), part["after"] or ""
        word = _AFTER.get(after, after)
        start = found.start()
        if part["before"] and word != "左右":
            word = _BEFORE[part["before"]]
        if not word and (far := _FAR.search(text[max(0, start - 28) : start])):
            word = _BEFORE[far[1] or far[2]]
        if not after and text.startswith("内", end) and unit in WORDS["times"].split("|"):
            word, end = word or "以内", end + 1
        unit = re.sub("^个?位次$", "位", unit)
        unit = _as_said(kept + unit.removesuffix("/年") + (part["form"] or ""), low, text[: found.start("number")])
        upper = upper and upper * size
        one = Quantity(
            number=low * size, upper=upper, unit=unit, word=word, start=start, end=end, han=bool(part["han"])
        )
        yield replace(one, change=_changed(text, one))


def _as_said(unit: str, number: float, before: str) -> str:
    """The unit as the words before the number make it: 是2020年的1.8倍 is ×, 比例为0 is %."""
    if unit == "倍" and _OF_BASE.search(before):
        return "×"
    return "%" if not unit and not number and _RATIO.search(before) else unit


def _changed(text: str, one: Quantity) -> str:
    """What the verb before the number makes of it: a size, a growth, a rise or a fall."""
    if one.unit == "×":
        return "×"
    head = re.split("[，,。；;、：:（(]", text[max(0, one.start - 60) : one.start])[-1]
    found = _CHANGE.search(head)
    if not found or not one.unit or one.unit in ("分", "年", "月", "日") or found["up"] in ("高于", "快于"):
        return ""
    since = re.search(r"(?:较|(?<![同环])比)(?![上去]年)|基础上|累计|以来", head)
    base = bool(since or re.search("[较比][上去]年", head))
    per_year = re.search("年均|年平均|每年|逐年", head)
    relative = one.unit in ("%", "‰") or one.unit.endswith("点")
    better = found["up"] in ("提高", "提升", "上升", "前进", "前移", "进位", "升位")
    if "点" in one.unit and re.search("[高快]于", head):  # 增速高于全省增速3个百分点, but 高于全省增长8%
        return ""
    if one.unit == "位" and better:  # a higher place is a lower number
        return "-" if base or re.search("排[名位]|[位名]次", head + text[one.start : one.end]) else ""
    if found["down"]:
        return "-" if relative or base or found["down"] in ("缩短", "压缩", "压减") else ""
    if one.unit == "%" and per_year and not re.search(r"[较比]\d{4}", head):
        return "average_growth" if "均" in per_year[0] else "growth"
    if one.unit == "%":
        return "growth" if re.search("增长|增幅|涨幅|增速|递增", found["up"]) and not since else "+"
    mends = COUNTED.match(one.unit) or re.search("(?:改造|整治|治理|修缮)提升$", head)
    gains = base or (better and not mends)  # 提高1岁, not 提升100个村, 改造提升1万亩
    return "" if (per_year if relative else not gains) else "+"


def _ranks(text: str) -> Iterator[Quantity]:
    for found in _RANK.finditer(text):
        number = float(found["n"]) if found["n"].isdigit() else from_han(found["n"])
        if number and (found["sort"] == "前" or found["unit"] in ("位", "名")):
            word = "以内" if found["sort"] == "前" or found["within"] else ""
            start, end = found.span()
            yield Quantity(number=float(number), unit="位", word=word, rank=True, start=start, end=end)


def _folds(text: str) -> Iterator[Quantity]:
    for found in _FOLD.finditer(text):
        said = found["k"] or found["n"] or "一"
        number = float(said) if said[0].isdigit() else float(from_han(said) or 1)
        times = 1 + number if found["k"] else 2.0**number
        word = _AFTER.get(found["after"] or "", found["after"] or "")
        yield Quantity(number=times, unit="×", word=word, change="×", start=found.start(), end=found.end())


def _value(digits: str) -> float:
    return float(re.sub("[,，]", "", digits))


def _scale(scale: str) -> float:
    return math.prod(float(SCALES.get(sign, 10)) for sign in scale)


def worth(number: float, unit: str) -> tuple[float, str]:
    """A number in the smallest unit of its kind: 1.2万人次 as 12000人次, 0.15亿元 as 1500 0000元."""
    unit = unit.replace("个百分点", "%").replace("百分点", "%").replace("％", "%").replace("（", "(").replace("）", ")")
    if unit in MONEY:
        return number * float(MONEY[unit]), "元"
    for scale in sorted(SCALES, key=len, reverse=True):
        if unit.startswith(scale) and len(unit) > 1:
            return number * float(SCALES[scale]), unit[1:]
    return number, unit


def _percent(text: str) -> float:
    """The number after 百分之."""
    if text[0].isdigit():
        return _value(text)
    whole, _, rest = text.partition("点")
    digits = "".join(str(from_han(sign) or 0) for sign in rest)
    return 100.0 if whole == "百" else float(f"{from_han(whole) or 0}.{digits or 0}")
