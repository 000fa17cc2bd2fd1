"""The table behind every page: one row per indicator, figures and words together."""

from dataclasses import fields
from datetime import date

import pandas as pd

from tongdao.gap import Gap, gaps
from tongdao.periods import Period
from tongdao.view import View
from tongdao.wording import reason
from tongdao.workbook import Workbook

_INNER = ("item", "end", "expected", "missing", "base")


def gap_to_target(
    book: Workbook, *, month: str | Period | None = None, as_of: str | date | None = None
) -> pd.DataFrame:
    """The state of every indicator against its target, one row each, in the plan's order.

    Columns: id, name, unit, measure, word, strive; the figures of ``gap.Gap`` in the indicator's
    unit; reason; lead and support (lists of full names, empty where the plan names none); clause,
    quote, restated; month and as_of.

    Raises:
        UsageError: a month outside the plan.
    """
    return status_table(book.view(month, as_of))


def status_table(view: View) -> pd.DataFrame:
    """As ``gap_to_target``, of a view."""
    figures = [field.name for field in fields(Gap) if field.name not in _INNER]
    return pd.DataFrame(
        [
            {key: getattr(row.item, key) for key in ("id", "name", "unit", "measure", "word", "strive")}
            | {key: getattr(row, key) for key in figures}
            | {"reason": reason(row, view)}
            | {"lead": list(view.plan.lead(row.item)), "support": list(view.plan.support(row.item))}
            | {key: getattr(row.item, key) for key in ("clause", "quote", "restated")}
            | {"month": str(view.month), "as_of": view.as_of.isoformat()}
            for row in gaps(view)
        ]
    )
