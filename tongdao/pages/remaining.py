"""What the time left must bring, in words."""

import math

from tongdao.analysis import Gap
from tongdao.pages.wording import BLANK, change_said


def needed(row: Gap) -> str:
    """What the rest must bring: an amount a month (of counts under one a month all of it, 3个月内需1个), or of rarer
    figures each one that is still to come."""
    if in_all(row):
        return f"{row.months_left}个月内需{change_said(row.gap, row.item)}"
    if row.required_per_month > 0:
        return change_said(row.required_per_month, row.item)
    step = {"quarter": "每季", "half": "每半年", "year": "每年"}.get(row.item.frequency, "")
    return f"{step}{change_said(row.required_per_step, row.item)}" if row.required_per_step > 0 else BLANK


def in_all(row: Gap) -> bool:
    """Whether what is asked is told in all: a third of a thing each month is no task."""
    return row.item.counts and 0 < row.required_per_month < 1


def usual(row: Gap) -> str:
    """What past years brought where ``needed`` is asked, a month or in all; empty without past years."""
    if math.isnan(row.usual_per_month):
        return ""
    months = row.months_left if in_all(row) else 1
    return f"往年{'同期' if in_all(row) else '每月'}{change_said(months * row.usual_per_month, row.item)}"
