"""Units as offices write them, and what one means for an indicator in another."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from tongdao.base import INVISIBLE, MONEY, narrow

_MONEY = {**MONEY, "百元": Decimal(100), "百万元": Decimal(10**6), "千万元": Decimal(10**7), "十亿元": Decimal(10**9)}
_TWINS = (frozenset("家个户"), frozenset("人名位"))  # one firm, one person: only the classifier differs
_PERCENT = {"百分比", "百分数", "百分率", "percent", "pct", "per cent", "％", "%"}
_TRADITIONAL = str.maketrans("億萬個戶圓點", "亿万个户元点")
_WHOLE = frozenset("家个户人名位件项次台篇")
_KNOWN = {*_MONEY, *_WHOLE, "%", "百分点", "个百分点", "人次", "团队", "人(个)", "‰", "美元"}


@dataclass(frozen=True)
class Unit:
    """``canonical`` as we write it; ``factor`` turns a figure in it into the indicator's unit."""

    canonical: str
    factor: Decimal


def canonical(text: str) -> str:
    """A unit's plain spelling: 亿 and 億元 are 亿元, ％ and 百分比 are %; an unknown one comes back as it was."""
    plain = re.sub(r"\s", "", INVISIBLE.sub("", narrow(text))).translate(_TRADITIONAL).strip("“”\"'.。")
    plain = re.sub(r"^单位[:为]?", "", plain)
    if plain.lower() in _PERCENT:
        return "%"
    money = re.sub(r"人民币|RMB|CNY|\(\)", "", plain, flags=re.I)
    money = money if money.endswith("元") or not re.fullmatch(r"[百千十]?[万亿]", money) else money + "元"
    return money if money in _MONEY else plain


@lru_cache(maxsize=4096)
def unit_for(text: str, to: str) -> Unit | None:
    """What a written unit means where ``to`` is expected; None where it does not fit or is unknown."""
    plain = canonical(text)
    if plain == to:
        return Unit(to, Decimal(1))
    if plain in _MONEY and to in _MONEY:
        return Unit(plain, _MONEY[plain] / _MONEY[to])
    if plain == "‰" and to == "%":
        return Unit(plain, Decimal("0.1"))
    parts = set(re.split(r"[()/、,]", plain)) - {""}
    expected = set(re.split(r"[()/、,]", to)) - {""}
    if parts and parts == expected:
        return Unit(to, Decimal(1))
    for twins in _TWINS:
        if parts and parts <= twins and expected & twins:
            return Unit(to, Decimal(1))
    if parts and len(expected) > 1 and parts <= expected:
        return Unit(to, Decimal(1))
    return None


def is_unit(text: str) -> bool:
    """Whether a text is a unit that we have heard of."""
    plain = canonical(text)
    parts = set(re.split(r"[()/、,]", plain)) - {""}
    return plain in _KNOWN or bool(parts and parts <= _KNOWN)
