"""Units of money, converted exactly; every other unit converts only to itself."""

from decimal import Decimal

MONEY = {"元": Decimal(1), "千元": Decimal(1000), "万元": Decimal(10_000), "亿元": Decimal(100_000_000)}


def convertible(unit: str, to: str) -> bool:
    """Whether a figure in the one unit can be said in the other."""
    return unit == to or (unit in MONEY and to in MONEY)


def convert(value: Decimal, unit: str, to: str) -> Decimal:
    """The same amount in another unit; the caller has asked ``convertible`` before."""
    return value if unit == to else value * MONEY[unit] / MONEY[to]
