"""Units of money and magnitudes, converted exactly (every other unit converts only to itself); Chinese numerals."""

import re
from decimal import Decimal, InvalidOperation

from tongdao.base.errors import UsageError

_SCALES = {"百": 2, "千": 3, "万": 4, "百万": 6, "千万": 7, "亿": 8, "十亿": 9}
SCALES = {scale: Decimal(10**zeros) for scale, zeros in _SCALES.items()}
MONEY = {"元": Decimal(1)} | {f"{scale}元": SCALES[scale] for scale in ("千", "万", "亿")}  # what a plan may use
_DIGITS = ("零〇", "一壹", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
HAN_DIGITS = {ch: n for n, chars in enumerate(_DIGITS) for ch in chars}
_HAN_YEAR = re.compile("(?:一九|二[〇○零])[〇○零一二三四五六七八九]{2}(?=年)")
HAN_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")  # a footnote's mark, which must not join a figure


def parse_number(text: str) -> Decimal:
    """A number as a table of ours writes it; raises UsageError for anything else, and for what is not finite."""
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise UsageError(f"“{text}”是无穷或不是数字，请写成 12.5 这样的数；没有就不要写这一行。")
    return value


def convertible(unit: str, to: str) -> bool:
    """Whether a figure in the one unit can be said in the other."""
    return unit == to or (unit in MONEY and to in MONEY)


def convert(value: Decimal, unit: str, to: str) -> Decimal:
    """The same amount in another unit; the caller has asked ``convertible`` before."""
    return value if unit == to else value * MONEY[unit] / MONEY[to]


def plain_years(text: str) -> str:
    """The text with years such as 二〇二四年 in digits; its length stays. A circle, ○, is 0 there and nowhere else."""
    return _HAN_YEAR.sub(lambda year: "".join(str(HAN_DIGITS.get(ch, 0)) for ch in year[0]), text)


def from_han(text: str) -> int | None:
    """A Chinese numeral below 10^12: 五十三, 一百零五, 一万二千, 壹佰; None where the parts do not make a number."""
    if all(ch in HAN_DIGITS for ch in text):  # 二〇二 is read digit by digit, 五三 would be a guess
        return int("".join(str(HAN_DIGITS[ch]) for ch in text)) if len(text) == 1 or set(text) & set("〇零") else None
    for sign in ("亿", "万"):
        if sign in text:
            head, _, rest = text.partition(sign)
            size = int(SCALES[sign])
            high, low = from_han(head) if head else None, from_han(rest) if rest else 0
            return None if high is None or low is None or low >= size else high * size + low
    total, digit, last = 0, None, 10_000
    for ch in text:
        if size := HAN_TENS.get(ch, 0):
            if size >= last or (digit is None and not (size == 10 and total == 0)):
                return None
            total, digit, last = total + (1 if digit is None else digit) * size, None, size
        elif ch not in HAN_DIGITS or (digit is not None and HAN_DIGITS[ch]):
            return None
        else:
            digit = HAN_DIGITS[ch] or None
    return total + (digit or 0)
