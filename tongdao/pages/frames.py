"""What pages say as data frames, for an analyst's own notebook.

``indicator`` is an id, a name, an alias, or a part of one that fits only one. Every function raises UsageError for an
indicator that is not there or several that fit, and for a month outside the plan.
"""

from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pandas as pd

from tongdao.analysis import Foresight, Gap, foresight as foresee, gaps, standing
from tongdao.base import Period
from tongdao.pages.explanation import trail
from tongdao.pages.indicator_trend import changes_frame
from tongdao.pages.wording import amount, percent, reason
from tongdao.workbook import Lists, View, Workbook, count, open_workbook

Month = str | Period | None
Day = str | date | None
_INNER = ("item", "end", "expected", "missing", "base", "register")


def gap_to_target(book: Workbook, *, month: Month = None, as_of: Day = None) -> pd.DataFrame:
    """The state of every indicator against its target, one row each, in the plan's order.

    Columns: id, name, unit, measure, word, strive; the figures of ``gap.Gap`` in the indicator's
    unit; speaker (register or series: whose outlook it is); reason; lead and support (lists of full names, empty
    where the plan names none); clause, quote, restated; month and as_of.
    """
    return status_table(book.view(month, as_of))


def status_table(view: View) -> pd.DataFrame:
    """As ``gap_to_target``, of a view."""
    figures = [field.name for field in fields(Gap) if field.name not in _INNER]
    return pd.DataFrame(
        [
            {key: getattr(row.item, key) for key in ("id", "name", "unit", "measure", "word", "strive")}
            | {key: getattr(row, key) for key in figures}
            | {"speaker": "register" if row.register else "series", "reason": reason(row, view)}
            | {"lead": list(view.plan.lead(row.item)), "support": list(view.plan.support(row.item))}
            | {key: getattr(row.item, key) for key in ("clause", "quote", "restated")}
            | {"month": str(view.month), "as_of": view.as_of.isoformat()}
            for row in gaps(view)
        ]
    )


_AHEAD = ["id", "name", "unit", "target", "word", "actual", "point", "lo80", "hi80", "p_met", "history_years", "reason"]


def outlook(book: Workbook, indicator: str = "", *, month: Month = None, as_of: Day = None) -> pd.DataFrame:
    """Where each indicator will stand at the deadline, and how likely its target is.

    Columns: id, name, unit, target, word, actual, point (median), lo80, hi80 (80 % interval), p_met,
    history_years, reason (the sentence to check it by).
    """
    frame = status_table(book.view(month, as_of))[_AHEAD]
    return frame[frame["id"] == book.plan.find_indicator(indicator).id].reset_index(drop=True) if indicator else frame


def trend(book: Workbook, indicator: str, *, month: Month = None, as_of: Day = None) -> pd.DataFrame:
    """An indicator's changes, period by period: same periods a year before, previous period, since January.

    Columns as ``trend.trend``: period, value, value_ytd, year_on_year, on_previous, ytd_on_year (per cent,
    or percentage points for shares and rates), jump.
    """
    view = book.view(month, as_of)
    return changes_frame(view, view.plan.find_indicator(indicator))


def explain(book: Workbook, indicator: str, *, month: Month = None, as_of: Day = None) -> pd.DataFrame:
    """The calculation trail of an indicator's outlook: step, name, value, in the order it is worked out."""
    view = book.view(month, as_of)
    return trail(view, view.plan.find_indicator(indicator))


def foresight(book: Workbook, indicator: str, *, month: Month = None, as_of: Day = None) -> Foresight | None:
    """What a register foresees of an indicator; None where the series speaks.

    ``what_if({entry number: chance})`` gives the same with other chances, ``p_at_least(2)`` a chance.
    """
    view = book.view(month, as_of)
    item = view.plan.find_indicator(indicator)
    return foresee(view, item, standing(view, item)) if view.has_readings else None


def entries(book: Workbook, indicator: str, *, month: Month = None, as_of: Day = None) -> pd.DataFrame:
    """The entries of a register behind an indicator's figure: number, name, kind, begins, ends, file, line.

    Empty where no register feeds it.
    """
    view = book.view(month, as_of)
    item = view.plan.find_indicator(indicator)
    rows = [
        (entry.number, entry.label, entry.kind, entry.begins, entry.ends, register.file, entry.line)
        for register in view.plan.registers
        for feed in register.feeds
        if feed.indicator == item.id
        for entry in count(view.lists.entries(register.name, view.as_of), feed, item, view.month.last_day).entries
    ]
    return pd.DataFrame(rows, columns=["number", "name", "kind", "begins", "ends", "file", "line"])


def moved_figures(folder: Path, day: date, after: Lists) -> list[str]:
    """The indicators whose figure or chance is another one with other lists, in words."""
    book = open_workbook(folder)
    month = book.view().month
    sides = [gaps(one.view(month, day)) for one in (book, replace(book, lists=after))]
    told = [
        [f"{amount(row.actual, row.item.unit, whole=row.item.counts)}（可能性{percent(row.p_met)}）" for row in rows]
        for rows in sides
    ]
    return [
        f"{row.item.name}：{before} → {now}" for row, before, now in zip(sides[1], *told, strict=True) if before != now
    ]
