"""Data frames that an analyst asks for by name, of a workbook (``td.gap_to_target(book)``).

``indicator`` is an id, name, alias, or a part that fits only one; what does not fit raises UsageError, as does a month.
"""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd

from tongdao.analysis import Foresight, Gap, changes_frame, foresight as foresee, gaps, main_aim, standing
from tongdao.base import Period
from tongdao.pages import CHANCE, RANGE, full, outlook_steps, panel_of, percent, status_table
from tongdao.plan import Indicator
from tongdao.workbook import Lists, View, Workbook, count, known, open_workbook

Month = str | Period | None
Day = str | date | None
_AHEAD = ["id", "name", "unit", "target", "word", "actual", "point", "lo80", "hi80", "p_met", "history_years", "reason"]


def gap_to_target(book: Workbook, *, month: Month = None, as_of: Day = None) -> pd.DataFrame:
    """The state of every indicator against its target, one row each: columns as ``pages.status_table``."""
    return status_table(book.asked(month, as_of))


def outlook(book: Workbook, indicator: str = "", *, month: Month = None, as_of: Day = None) -> pd.DataFrame:
    """Where each indicator will stand at the deadline (median, 80 % interval), how likely its target is, and why."""
    frame = status_table(book.asked(month, as_of))[_AHEAD]
    return frame[frame["id"] == book.plan.find_indicator(indicator).id].reset_index(drop=True) if indicator else frame


def panel(book: Workbook, month: str = "", as_of: str = "") -> pd.DataFrame:
    """Every region of the plan and every indicator, one row each: columns as ``analysis.panel``."""
    return panel_of(book, month, as_of)


def trend(book: Workbook, indicator: str, *, month: Month = None, as_of: Day = None) -> pd.DataFrame:
    """An indicator's changes on the year, on the previous period and since January: columns as ``trends.trend``."""
    return changes_frame(*_found(book, indicator, month, as_of)).drop(columns="end")


def explain(book: Workbook, indicator: str, *, month: Month = None, as_of: Day = None) -> pd.DataFrame:
    """The calculation trail of an indicator's outlook: step, name, value, in the order it is worked out.

    A case ``<id>|lead`` is the lead over another region, which decides the chance; a register's prospects come first.
    """
    view, item = _found(book, indicator, month, as_of)
    steps = outlook_steps(view, item)[0]
    ahead = _foreseen(view, item)
    if ahead is None:
        return steps
    rows = [("输入", "目标", ahead.need), ("名册", "不再变动的", float(ahead.sure))]
    rows += [("名册", f"{one.entry.label}（{one.stage}）", one.chance) for one in ahead.prospects]
    results = zip((*RANGE, CHANCE), (ahead.median, *ahead.interval, ahead.p_met), strict=True)
    rows += [("结果", name, float(value)) for name, value in results]
    series = steps[steps["step"] != "结果"].assign(step="历年读数：" + steps["step"].astype(str))
    return pd.concat([pd.DataFrame([(item.id, *row) for row in rows], columns=list(steps.columns)), series])


def foresight(book: Workbook, indicator: str, *, month: Month = None, as_of: Day = None) -> Foresight | None:
    """What a register foresees of an indicator, with ``what_if`` and ``p_at_least``; None where the series speaks."""
    return _foreseen(*_found(book, indicator, month, as_of))


def entries(book: Workbook, indicator: str, *, month: Month = None, as_of: Day = None) -> pd.DataFrame:
    """The entries of a register behind its last count of an indicator; empty where no register feeds it."""
    view, item = _found(book, indicator, month, as_of)
    told = view.series(item)
    rows = [
        (entry.number, entry.label, entry.kind, entry.begins, entry.ends, register.file, entry.line)
        for register in view.plan.registers
        for feed in register.feeds
        if feed.indicator == item.id
        for own in [known(view.lists.registers.get(register.name, ()), view.as_of)]
        for end in told.loc[told["source"] == register.name, "end"].iloc[-1:]
        for entry in count(own, feed, item, Period(end).last_day).entries
    ]
    return pd.DataFrame(rows, columns=["number", "name", "kind", "begins", "ends", "file", "line"])


def _found(book: Workbook, indicator: str, month: Month, as_of: Day) -> tuple[View, Indicator]:
    view = book.asked(month, as_of)
    return view, view.plan.find_indicator(indicator)


def _foreseen(view: View, item: Indicator) -> Foresight | None:
    return foresee(view, main_aim(view, item), standing(view, main_aim(view, item))) if view.has_readings else None


def moved_figures(folder: Path, day: date, after: Lists) -> list[str]:
    """The indicators whose figure or chance is another one with other lists, in words."""
    book = open_workbook(folder)
    month = book.view().month
    pairs = zip(*(gaps(one.view(month, day)) for one in (book, replace(book, lists=after))), strict=True)

    def told(row: Gap) -> str:
        return f"{full(row.actual, row.item)}（可能性{percent(row.p_met)}）"

    return [f"{new.item.name}：{told(old)} → {told(new)}" for old, new in pairs if told(old) != told(new)]
