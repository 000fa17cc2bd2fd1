"""Figures, dates and chances in the words officials read.

Rules: half-width digits; one unit with decimals; amounts below 1 亿元 also in 万元; changes of a share
are 个百分点; no chance above the plan's ceiling or below its floor is printed unless the outcome is
decided, and a printed chance is rounded to 5 points.
"""

import math
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from tongdao.base import Period
from tongdao.plan import Indicator, Thresholds

BLANK = "—"
_QUARTERS = "一二三四"


def rounded(value: float, places: int) -> str:
    """A number with at most so many decimals, halves away from zero as in print, no trailing zeros."""
    step = Decimal(1).scaleb(-places)
    text = f"{Decimal(repr(float(value))).quantize(step, ROUND_HALF_UP):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def number(value: float, *, whole: bool = False) -> str:
    """A figure without its unit: whole counts plain, others with the decimals their size deserves."""
    if math.isnan(value):
        return BLANK
    size = abs(value)
    places = 0 if whole and value == int(value) else 1 if size >= 100 or whole else 2 if size >= 1 else 3
    return rounded(value, places)


def amount(value: float, unit: str, *, whole: bool = False) -> str:
    """A figure with its unit; below 1 亿元 also in 万元, so that 0.15 is not read as 0.2."""
    if math.isnan(value):
        return BLANK
    text = f"{number(value, whole=whole)}{unit}"
    if unit == "亿元" and 0 < abs(value) < 1:
        return f"{text}（{rounded(value * 10_000, 0)}万元）"
    return text


def short_amount(value: float, unit: str, *, whole: bool = False) -> str:
    """A figure with its unit in the fewest signs: below 1 亿元 in 万元 alone."""
    if unit == "亿元" and 0 < abs(value) < 1:
        return f"{rounded(value * 10_000, 0)}万元"
    return amount(value, unit, whole=whole)


def difference(value: float, unit: str, *, whole: bool = False) -> str:
    """A gap or change with its unit: percentages differ by 个百分点."""
    return (
        f"{number(value)}个百分点" if unit == "%" and not math.isnan(value) else short_amount(value, unit, whole=whole)
    )


def said(value: float, item: Indicator) -> str:
    """A figure of an indicator with its unit, as short as it can be said."""
    return short_amount(value, item.unit, whole=item.counts)


def change_said(value: float, item: Indicator) -> str:
    """The difference of two figures of an indicator, with its unit."""
    return difference(value, item.unit, whole=item.counts)


def percent(ratio: float, places: int = 0) -> str:
    """A ratio as a percentage; below the plan's whole it is never rounded up to 100%."""
    if math.isnan(ratio):
        return BLANK
    text = rounded(ratio * 100, places)
    return f"{'99' if text == '100' and ratio < 1 else text}%"


def chance(p: float, bounds: Thresholds, *, decided: bool = False) -> str:
    """The printed chance of reaching a target, in steps of 5 points and on its verdict's side of the bounds."""
    if math.isnan(p):
        return BLANK
    if decided:
        return "已实现" if p >= 0.5 else "未实现"
    if p > bounds.ceiling:
        return f"{rounded(bounds.ceiling * 100, 0)}%以上"
    if p < bounds.floor:
        return f"{rounded(bounds.floor * 100, 0)}%以下"
    points = int((Decimal(repr(p)) * 20).quantize(Decimal(1), ROUND_HALF_UP)) * 5
    if any(p < bound <= points / 100 for bound in (bounds.likely, bounds.leaning, bounds.at_risk)):
        points -= 5  # rounding must not carry a chance over the bound that its verdict stayed below
    return f"{points}%"


def month_name(month: Period) -> str:
    return f"{month.year}年{month.month}月"


def day_name(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def period_name(end: int, frequency: str) -> str:
    """The time a figure speaks of: 2024年9月, 2024年二季度 or 2023年."""
    period = Period(end)
    if frequency == "year" and period.month == 12:
        return f"{period.year}年"
    if frequency == "quarter" and period.month % 3 == 0:
        return f"{period.year}年{_QUARTERS[period.month // 3 - 1]}季度"
    return month_name(period)
