"""The rows behind the linked views: the charts' own for every chosen indicator, told apart by ``id``, with tooltips.

Figures are scaled to the unit their indicator reads best in; words are made here and nowhere in the browser.
"""

from collections.abc import Callable, Sequence
from textwrap import wrap

import pandas as pd

from tongdao.analysis import Gap
from tongdao.base import parse_period
from tongdao.pages import (
    ahead_points,
    amount,
    change_column,
    changes_frame,
    chart_scale,
    completion_points,
    departments,
    month_name,
    one_year_target,
    percent,
    period_name,
    reading_points,
    reason,
    region_points,
    restarts,
    rounded,
    said,
    short_amount,
    target_phrase,
    verdict_name,
)
from tongdao.plan import Indicator
from tongdao.workbook import View

MONTHS_SHOWN = 12  # columns of the map of verdicts
PAST_YEARS = 4
LINE = 66  # characters that stand beside each other under a heading


def joined(view: View, rows: Sequence[Gap], frame: Callable[[View, Gap], pd.DataFrame]) -> pd.DataFrame:
    """The frames of several indicators as one, with their ``id``."""
    filled = [made.assign(id=row.item.id) for row in rows if len(made := frame(view, row))]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame({"id": []})


def summary(view: View, rows: Sequence[Gap]) -> pd.DataFrame:
    """One row per indicator: what the ranking draws and what its tooltip says."""
    told = [
        {
            "id": row.item.id,
            "words": percent(row.completion) if row.completion == row.completion else verdict_name(row),
            "verdict": verdict_name(row),
            "target": target_phrase(row, view),
            "actual": amount(row.actual, row.item.unit, whole=row.item.counts),
            "reason": reason(row, view),
            "lines": "\n".join(wrap(reason(row, view).replace("，", "， "), LINE)).replace("， ", "，"),
            "head": f"{row.item.name}（{chart_scale(view, row).unit}）",
            "clause": row.item.clause,
            "quote": quote(row.item),
            "lead": departments(view.plan.lead(row.item)),
        }
        for row in rows
    ]
    return completion_points(rows).join(pd.DataFrame(told))


def quote(item: Indicator) -> str:
    """The plan's own words, or that they are restated."""
    return f"{'转述：' if item.restated else ''}{item.quote}" if item.quote else "计划没有为这项指标定目标"


def _years(item: Indicator, ends: "pd.Series[int]") -> "pd.Series[float]":
    """Where a month stands on an axis of years; a yearly figure stands at its year."""
    return ends // 12 + (0.0 if item.frequency == "year" else 1.0) * (ends % 12) / 12


def history(view: View, row: Gap) -> pd.DataFrame:
    """Every reading of the plan's region: ``x`` in years, ``y``; ``part`` is what one line joins (flows: a year).

    ``month`` is 1 to 12 for the year's profile; ``age`` counts years back, below 0 where a year is one figure;
    ``label`` names a past year at its last month, and with it those that end at the same height.
    """
    item, own = row.item, reading_points(view, row, chart_scale(view, row))
    made = pd.DataFrame(
        {
            "end": own["end"],
            "x": _years(item, own["end"]),
            "y": own["y"],
            "part": own["year"] if restarts(item) else 0,
            "month": own["month"],
            "year": own["year"].astype(str),
            "age": view.month.year - own["year"] if item.frequency != "year" else -1,
            "period": [period_name(int(end), item.frequency) for end in own["end"]],
            "value": [amount(float(value), item.unit, whole=item.counts) for value in own["value"]],
            "status": own["preliminary"].map({False: "正式", True: "初步"}),
            "source": own["source"],
            "recorded": own["recorded_at"].str[:10],
        }
    )
    past = made[made["age"].between(1, PAST_YEARS)].groupby("year").tail(1)
    named = past.groupby(["month", "y"])["year"].transform("、".join)
    return made.assign(label=named.where(~past.duplicated(["month", "y"])).reindex(made.index).fillna(""))


def ahead(view: View, row: Gap) -> pd.DataFrame:
    """Target, required path and outlook fan to the deadline: ``kind``, ``x``, ``y``, ``low``, ``high``, ``words``."""
    item, found = row.item, []
    if item.target_region:
        rival, name = view.series(item, item.target_region), view.plan.region_name(item.target_region)
        words = [f"{name}{short_amount(value, item.unit)}" for value in rival["value"]]
        x = _years(item, rival["end"])
        found.append(pd.DataFrame({"kind": "target", "x": x, "y": rival["value"], "words": words}))
    if one_year_target(view, item):
        scale = chart_scale(view, row)
        own = reading_points(view, row, scale)
        known = own.assign(x=_years(item, own["end"])).iloc[: 0 if view.over else None]
        first, last = _years(item, pd.Series([view.plan.first_month.end, view.plan.last_month.end]))
        made = ahead_points(row, scale, known, max(first, last - 1), last)
        low, point, high = (said(value, item) for value in (row.lo80, row.point, row.hi80))
        told = {
            "target": f"目标{target_phrase(row, view)}",
            "path": f"还需{said(row.gap, item)}",
            "fan": f"到期约{point}，八成把握在{low}至{high}之间",
        }
        found.append(made.assign(words=made["kind"].map(told)))
    filled = [each for each in found if len(each)]
    return pd.concat(filled) if filled else pd.DataFrame()


def verdicts(view: View, gaps: Callable[[View], Sequence[Gap]]) -> pd.DataFrame:
    """The verdict of every indicator at the end of each past month, by what is known on the view's day.

    ``gaps`` is ``analysis.gaps``, or what remembers its answers.
    """
    made: list[dict[str, object]] = []
    at: View | None = view
    for _ in range(MONTHS_SHOWN):
        if at is None:
            break
        made += [
            {
                "id": row.item.id,
                "name": row.item.name,
                "end": at.month.end,
                "when": str(at.month),
                "period": month_name(at.month),
                "light": row.light,
                "verdict": verdict_name(row),
                "reason": reason(row, at),
            }
            for row in gaps(at)
        ]
        at = at.earlier(view.grain)
    return pd.DataFrame(made)


def changes(view: View, row: Gap) -> pd.DataFrame:
    """Each reading against the same period a year before: ``x`` in years, ``y`` in per cent or points, ``value``."""
    item, column = row.item, change_column(row.item)
    known = changes_frame(view, item).dropna(subset=[column])
    ends = [parse_period(str(period)).end for period in known["period"]]
    unit = "个百分点" if item.measure in ("share", "growth", "average_growth") else "%"
    return pd.DataFrame(
        {
            "end": ends,
            "x": _years(item, pd.Series(ends, dtype="int64")),
            "y": known[column].to_numpy(float),
            "period": [period_name(end, item.frequency) for end in ends],
            "value": [f"{rounded(float(value), 1)}{unit}" for value in known[column]],
        }
    )


def regions(view: View, row: Gap) -> pd.DataFrame:
    """``region_points`` with ``name`` and ``value`` in words; empty without another region."""
    found = region_points(view, row.item)
    if found["region"].nunique() < 2:
        return pd.DataFrame()
    return found.assign(
        name=[view.plan.region_name(str(code)) for code in found["region"]],
        period=found["x"].astype(str) + "年",
        value=[amount(float(value), row.item.unit, whole=row.item.counts) for value in found["y"]],
    ).drop(columns="region")
