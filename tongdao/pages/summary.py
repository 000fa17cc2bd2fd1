"""Targets in a sentence: which need attention, how they stand, the conclusion, what the time left must bring."""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from tongdao.analysis import Gap
from tongdao.pages import wording as say
from tongdao.pages.display import Notice
from tongdao.workbook import View


def attention(rows: Iterable[Gap]) -> tuple[Gap, ...]:
    """The indicators that need attention, the least likely first."""
    urgent = [row for row in rows if row.light in ("red", "yellow")]
    return tuple(sorted(urgent, key=lambda row: (row.p_met if not math.isnan(row.p_met) else 0.0, row.item.id)))


def tally(rows: Iterable[Gap], view: View) -> str:
    """How many targets have which verdict, in one sentence; without readings, that there are none."""
    if not view.has_readings:
        last = view.latest and say.whole_name(replace(view.latest, months=view.grain))
        known = f"，计划期内最近的读数为{last}" if last else "，计划期内还没有读数"
        return f"无数据：{say.month_name(view.month)}没有读数{known}，本期不作判断。"
    counts = Counter(str(row.verdict) for row in rows if row.item.has_target)
    parts = [f"{say.VERDICTS[verdict]}{counts[verdict]}项" for verdict in say.VERDICTS if counts[verdict]]
    return f"截至{say.month_name(view.month)}底，{counts.total()}项目标中{'、'.join(parts)}。"


def calm(rows: Iterable[Gap], words: str) -> Notice:
    """That nothing needs a push; where no target could be judged, that nobody knows."""
    if any(row.light != "grey" for row in rows):
        return Notice(words)
    return Notice("本期没有可以判断的目标，说不出哪些需要推动。", "no_data")


def conclusion(rows: tuple[Gap, ...], view: View, *, firm: bool = True) -> str:
    """The whole month in one paragraph, the verdict first."""
    text = tally(rows, view)
    if not view.has_readings:
        return text
    text = text.removesuffix("。") + f"；计划时间已过{say.percent(view.plan.time.pace(view.month.end))}。"
    urgent = attention(row for row in rows if row.item.has_target and not row.over)
    if urgent:
        named = [f"{row.item.name}（{say.lack_or_reach(row)}{say.likely_said(row, firm)}）" for row in urgent[:3]]
        pushed = "关注" if any(row.item.decreasing for row in urgent[:3]) else "推动"  # accidents are not to be pushed
        text += f"最需要{pushed}的是{'、'.join(named)}{f'等{len(urgent)}项' if len(urgent) > 3 else ''}。"
    return text


def needed(row: Gap) -> str:
    """What the rest must bring: an amount a month (of counts under one a month all of it, 3个月内需1个), or of rarer
    figures each one that is still to come."""
    if in_all(row):
        return f"{row.months_left}个月内需{say.change_said(row.gap, row.item)}"
    if row.required_per_month > 0:
        return say.change_said(row.required_per_month, row.item)
    step = {"quarter": "每季", "half": "每半年", "year": "每年"}.get(row.item.frequency, "")
    return f"{step}{say.change_said(row.required_per_step, row.item)}" if row.required_per_step > 0 else say.BLANK


def in_all(row: Gap) -> bool:
    """Whether what is asked is told in all: a third of a thing each month is no task."""
    return row.item.counts and 0 < row.required_per_month < 1


def usual(row: Gap) -> str:
    """What past years brought where ``needed`` is asked, a month or in all; empty without past years."""
    if math.isnan(row.usual_per_month):
        return ""
    months = row.months_left if in_all(row) else 1
    return f"往年{'同期' if in_all(row) else '每月'}{say.change_said(months * row.usual_per_month, row.item)}"


def headline(row: Gap, *, firm: bool = True) -> str:
    """One indicator in one line, the message of its chart."""
    item = row.item
    if row.cause not in ("outlook", "deadline", "reached") or item.traits.yes_or_no:
        return f"{item.name}：{say.VERDICTS[row.verdict]}"
    lack = say.lack_or_reach(row)
    if not row.reached and item.traits.counted:
        done = f"净减{say.said(-row.actual, item)}" if row.actual < 0 else say.said(row.actual, item)
        begun = "已完成" if row.actual > 0 and not item.decreasing else "目前"
        lack = f"{begun}{done}{say.as_of_when(row)}，{lack}"
    return f"{item.name}{'' if row.reached else '：'}{lack}{'' if row.few else say.likely_said(row, firm)}"
