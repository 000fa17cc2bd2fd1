"""A target held to the words it is quoted from: number, unit, word and 力争, by the grammar that reads plans."""

import re
from collections.abc import Iterator
from dataclasses import replace

from tongdao.plan.indicator import CAPS, Indicator
from tongdao.plan.plan import Plan
from tongdao.plan.text.sentence import WORDS, Quantity, quantities, slim, ways_to, worth

#: For each word of a quote the words of a target that say the same; a bare number is a floor or a ceiling.
_SAME = {
    "": ("", "以上", "以下", "以内"),
    "以上": ("以上", ""),
    "以下": ("以下", "以内"),
    "以内": ("以内", "以下"),
    "左右": ("左右",),
    "超过": ("超过",),
    "低于": ("低于",),
}
_WORDS = {"超过": "超过（或突破）", "": "没有写以上、以下"}


def quote_faults(plan: Plan) -> Iterator[tuple[bool, str, str]]:
    """Whether it is a problem, whose target it is, and in what it differs from its quote.

    An amendment's quote and a 力争 that is not marked are worth knowing; a number, unit or word that differs is wrong.
    """
    items = {item.id: item for item in plan.indicators}
    for item in plan.indicators:
        if item.target is not None or item.change:
            yield from ((True, item.id, words) for words in _faults(item, item.quote, item.target, item.word))
            if re.search(WORDS["strive"], item.quote) and not item.strive:
                yield False, item.id, f"引文“{item.quote}”写了力争，目标没有写 strive = true，请核对。"
        for one in item.interims:
            if one.quote:
                yield from ((True, item.id, words) for words in _faults(item, one.quote, one.target, item.word))
    for change in plan.amendments:
        found = items.get(change.indicator or "")
        if found and change.target is not None and change.quote:
            word = found.word if change.word is None else change.word
            for words in _faults(found, change.quote, change.target, word):
                yield False, found.id, f"{change.effective} 的调整：{words}"


def _faults(item: Indicator, quote: str, target: float | None, word: str) -> Iterator[str]:
    number, unit, change = _meant(item, target)
    ranges = r"(?<=[\s|])\d[\d.]*[-—–~～至]\d[\d.]*(?=[\s|]|$)"
    text = re.sub(ranges, lambda cell: cell[0] + unit, quote)
    text = slim(re.sub(r"\s", "", re.sub(r"(?<=[\d%])\s+(?=\d)|\s+(?=[\d.]+$)", "|", text)))  # cells stay apart
    said = [one for one in quantities(text) if one.unit not in ("年", "月", "日") or one.unit == unit]
    meant = f"{word if word in ('超过', '低于') else ''}{number:g}{unit}{'' if word in ('超过', '低于') else word}"
    said = [replace(one, number=one.upper, upper=None) if one.upper and falls(one, quote) else one for one in said]
    same = [one for one in said if _equal(one, number, unit, text)]
    shown = text[same[0].start : same[0].end] if same else ""
    upper = item.target_to if target == item.target else None
    if not said:
        yield f"引文“{quote}”里没有数，目标写的是{meant}；没有数的事项请作为台账里的里程碑，或改引有数的一句。"
    elif not same:
        alike = [one for one in said if one.number == number]
        what = "单位" if alike else "数"
        numbers = "、".join(text[one.start : one.end] for one in alike or said)
        yield f"引文“{quote}”里的{what}是{numbers}，目标写的是{meant}，请核对。"
    elif not change and not any(one.upper == upper for one in same):
        wanted = f"target_to = {same[0].upper:g}" if same[0].upper else "去掉 target_to"
        yield f"引文“{quote}”里是{shown}，目标的上端与它不同，请写 {wanted}。"
    elif not change and not any(word in _SAME[one.word] for one in same):
        said_word = _WORDS.get(same[0].word, same[0].word)
        yield f"引文“{quote}”写的是{shown}（{said_word}），目标的 word 是“{word}”，请改成一致。"
    elif word == "以上" and "down" in ways_to(quote, same[0].number):
        yield f'引文“{quote}”是往下走的，到{shown}为止，目标的 word 是“以上”，请改成 word = ""。'
    elif word in CAPS and not same[0].word and "up" in ways_to(quote, same[0].number):
        yield f'引文“{quote}”是往上走的，到{shown}为止，目标的 word 是“{word}”，请改成 word = ""。'


def _meant(item: Indicator, target: float | None) -> tuple[float, str, bool]:
    """The number and unit of a target, or of its change from a base."""
    if target is None and item.step:
        sign, size, percent = item.step
        return size, "×" if sign == "×" else "%" if percent else item.unit, True
    return target or 0.0, item.unit, False


def falls(one: Quantity, quote: str) -> bool:
    """Whether less is better, so that a range is its upper end: 控制在5%—6%以内, 缩短至1—2天."""
    return one.word in CAPS or (not one.change and "down" in ways_to(quote, one.number))


def _equal(one: Quantity, number: float, unit: str, text: str) -> bool:
    # a unit the grammar does not know, or one in another cell of the row or at its head
    if unit and not one.unit and (unit in text or "|" in text):
        return one.number == number
    (mine, own), (theirs, other) = worth(number, unit), worth(one.number, one.unit)
    return own == other and abs(mine - theirs) <= 1e-9 * max(abs(mine), abs(theirs))
