"""Exploring a workbook: lists to choose from, linked views, and pictures, tables and briefings of the choice."""

from collections.abc import Iterable

from tongdao.lab.explore.choice import COMPARISONS, Choice
from tongdao.lab.explore.panel import Explorer
from tongdao.pages import show
from tongdao.workbook import Workbook


def explore(
    book: Workbook,
    *,
    indicators: Iterable[str] = (),
    department: str = "",
    month: str = "",
    as_of: str = "",
    compare: str = COMPARISONS[0],
    focus: str = "",
) -> Explorer:
    """A panel to look around with; its arguments are what it starts from, and 复制为代码 writes them.

    Args:
        indicators: names, aliases or parts of names; empty for all.
        department: only what this department leads or supports.
        month, as_of: as for ``Workbook.view``.
        compare: 上年同期 or 其他地区.
        focus: the indicator that is looked at closely; default, the one furthest behind that has readings.

    Raises:
        UsageError: a name, month or comparison that cannot be used; the sentence lists the candidates.
    """
    names = (indicators,) if isinstance(indicators, str) else tuple(indicators)
    return Explorer(book, Choice(names, department, month, as_of, compare, focus))


def look(book: Workbook, indicator: str = "", *, month: str = "", as_of: str = "") -> None:
    """Show one indicator (a part of its name will do; default as ``explore``): its state, the plan's words, its course.

    Raises:
        UsageError: no such indicator, or several; the sentence lists them.
    """
    show(*explore(book, focus=indicator, month=month, as_of=as_of).one_indicator())
