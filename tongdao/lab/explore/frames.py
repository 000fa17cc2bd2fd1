"""The rows behind the linked views: every chosen indicator in each, told apart by ``id``.

Figures are scaled to the unit their indicator reads best in; words for the tooltips are made here and nowhere in the
browser.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from textwrap import wrap

import pandas as pd

from tongdao.analysis import Gap, gaps, wholes
from tongdao.base import parse_period
from tongdao.pages import (
    Scale,
    amount,
    change_column,
    changes_frame,
    departments,
    largest,
    month_name,
    percent,
    period_name,
    reason,
    rounded,
    said,
    scale_of,
    short_amount,
    target_phrase,
    verdict_name,
)
from tongdao.plan import Indicator
from tongdao.workbook import View

CAP = 1.3  # completion past this is drawn at the edge, its number says how much
MONTHS_SHOWN = 12  # columns of the map of verdicts
PAST_YEARS = 4
LINE = 66  # characters that stand beside each other under a heading
STATUS = {False: "正式", True: "初步"}


def summary(view: View, rows: Sequence[Gap]) -> pd.DataFrame:
    """One row per indicator: what the ranking draws and what its tooltip says."""
    return pd.DataFrame(
        [
            {
                "id": row.item.id,
                "name": row.item.name,
                "x": min(row.completion, CAP) if row.completion == row.completion else None,
                "usual": row.usual_pace if row.usual_pace == row.usual_pace else None,
                "words": percent(row.completion) if row.completion == row.completion else verdict_name(row),
                "light": row.light,
                "verdict": verdict_name(row),
                "target": target_phrase(row, view),
                "actual": amount(row.actual, row.item.unit, whole=row.item.counts),
                "reason": reason(row, view),
                "lines": _lines(reason(row, view)),
                "head": f"{row.item.name}（{_scale(view, row).unit}）",
                "clause": row.item.clause,
                "quote": quote(row.item),
                "lead": departments(view.plan.lead(row.item)),
            }
            for row in rows
        ]
    )


def _lines(text: str) -> str:
    """A sentence broken after commas."""
    return "\n".join(wrap(text.replace("，", "， "), LINE)).replace("， ", "，")


def quote(item: Indicator) -> str:
    """The plan's own words, or that they are restated."""
    return f"{'转述：' if item.restated else ''}{item.quote}" if item.quote else "计划没有为这项指标定目标"


def _scale(view: View, row: Gap) -> Scale:
    return scale_of(row.item, largest(view, row))


def _years(item: Indicator, ends: "pd.Series[int]") -> "pd.Series[float]":
    """Where a month stands on an axis of years; a yearly figure stands at its year."""
    return ends // 12 + (0.0 if item.frequency == "year" else 1.0) * (ends % 12) / 12


def history(view: View, rows: Sequence[Gap]) -> pd.DataFrame:
    """Every reading of the plan's region: ``x`` in years, ``y``; ``part`` is what one line joins (flows: a year).

    ``month`` is 1 to 12 for the year's profile; ``age`` counts years back, below 0 where a year is one figure;
    ``label`` names a past year at its last month, and with it those that end at the same height.
    """
    return _joined(_history(view, row) for row in rows)


def _history(view: View, row: Gap) -> pd.DataFrame:
    item, own = row.item, view.series(row.item)
    base = row.base if item.measure == "net" and row.base == row.base else 0.0
    factor = _scale(view, row).factor
    year = own["end"] // 12
    flow = item.measure == "flow" and item.frequency != "year"
    whole = item.counts
    made = pd.DataFrame(
        {
            "id": item.id,
            "end": own["end"],
            "x": _years(item, own["end"]),
            "y": (own["value"] - base) * factor,
            "part": year if flow else 0,
            "month": own["end"] % 12 + 1,
            "year": year.astype(str),
            "age": view.month.year - year if item.frequency != "year" else -1,
            "period": [period_name(int(end), item.frequency) for end in own["end"]],
            "value": [amount(float(value), item.unit, whole=whole) for value in own["value"]],
            "status": own["preliminary"].map(STATUS),
            "source": own["source"],
            "recorded": own["recorded_at"].str[:10],
        }
    )
    past = made[made["age"].between(1, PAST_YEARS)].groupby("year").tail(1)
    named = past.groupby(["month", "y"])["year"].transform("、".join)
    return made.assign(label=named.where(~past.duplicated(["month", "y"])).reindex(made.index).fillna(""))


def ahead(view: View, rows: Sequence[Gap]) -> pd.DataFrame:
    """Target, required path and outlook fan to the deadline: ``kind``, ``x``, ``y``, ``low``, ``high``, ``words``."""
    return _joined(_ahead(view, row) for row in rows)


def _ahead(view: View, row: Gap) -> pd.DataFrame:
    item, own, factor = row.item, view.series(row.item), _scale(view, row).factor
    first, last = _years(item, pd.Series([view.plan.first_month.end, view.plan.last_month.end]))
    base = row.base if item.measure == "net" and row.base == row.base else 0.0
    # a flow's curve restarts each January; a target over several years stands for no single one
    one_year = item.measure != "flow" or item.frequency == "year" or item.accumulate == "year" or view.plan.years == 1
    target = row.target * factor
    made: list[dict[str, object]] = []
    if item.target_region:
        rival, name = view.series(item, item.target_region), view.plan.region_name(item.target_region)
        made += [
            {"kind": "target", "x": x, "y": value, "words": f"{name}{short_amount(value, item.unit)}"}
            for x, value in zip(_years(item, rival["end"]), rival["value"], strict=True)
        ]
    if one_year and not math.isnan(target) and not item.target_region:
        words = f"目标{target_phrase(row, view)}"
        made += [{"kind": "target", "x": x, "y": target, "words": words} for x in (max(first, last - 1), last)]
    if one_year and len(own) and not view.over:
        x, y = float(_years(item, own["end"]).iloc[-1]), (float(own["value"].iloc[-1]) - base) * factor
        if row.gap > 0 and not row.few and not math.isnan(target) and not item.target_region:
            words = f"还需{said(row.gap, item)}"
            made += [
                {"kind": "path", "x": x, "y": y, "words": words},
                {"kind": "path", "x": last, "y": target, "words": words},
            ]
        if not math.isnan(row.point) and not row.few:
            low, point, high = (said(value, item) for value in (row.lo80, row.point, row.hi80))
            words = f"到期约{point}，八成把握在{low}至{high}之间"
            made += [
                {"kind": "fan", "x": x, "y": y, "low": y, "high": y, "words": words},
                {"kind": "fan", "x": last, "y": row.point * factor, "low": row.lo80 * factor, "high": row.hi80 * factor}
                | {"words": words},
            ]
    return pd.DataFrame(made).assign(id=item.id)


def verdicts(view: View, states: Callable[[View], Sequence[Gap]] = gaps) -> pd.DataFrame:
    """The verdict of every indicator at the end of each past month, by what is known on the view's day.

    ``states`` is ``gaps``, or what remembers its answers.
    """
    made, at = [], view
    for _ in range(MONTHS_SHOWN):
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
            for row in states(at)
        ]
        earlier = at.earlier(view.grain)
        if earlier is None:
            break
        at = earlier
    return pd.DataFrame(made)


def changes(view: View, rows: Sequence[Gap]) -> pd.DataFrame:
    """Each reading against the same period a year before: ``x`` in years, ``y`` in per cent or points, ``words``."""
    known = changes_frame(view, *(row.item for row in rows))
    return _joined(_changes(row.item, known[known["series"] == row.item.id]) for row in rows)


def _changes(item: Indicator, found: pd.DataFrame) -> pd.DataFrame:
    column = change_column(item)
    known = found.dropna(subset=[column])
    ends = [parse_period(str(period)).end for period in known["period"]]
    unit = "个百分点" if item.measure in ("share", "growth", "average_growth") else "%"
    return pd.DataFrame(
        {
            "id": item.id,
            "end": ends,
            "x": _years(item, pd.Series(ends, dtype="int64")),
            "y": known[column].to_numpy(float),
            "period": [period_name(end, item.frequency) for end in ends],
            "value": [f"{rounded(float(value), 1)}{unit}" for value in known[column]],
        }
    )


def regions(view: View, rows: Sequence[Gap]) -> pd.DataFrame:
    """Year-end figures of every region: ``x`` the year, ``y``, ``name``, ``kind`` (own, whole or part), ``value``."""
    return _joined(_regions(view, row) for row in rows)


def _regions(view: View, row: Gap) -> pd.DataFrame:
    mine = (view.observed["indicator"] == row.item.id) & (view.observed["end"] % 12 == 11)
    found = view.observed[mine]
    if found["region"].nunique() < 2:
        return pd.DataFrame()
    kinds = dict.fromkeys(wholes(view), "whole") | {view.plan.region: "own"}
    return pd.DataFrame(
        {
            "id": row.item.id,
            "end": found["end"],
            "x": found["end"] // 12,
            "y": found["value"],
            "name": [view.plan.region_name(str(code)) for code in found["region"]],
            "kind": found["region"].map(kinds).fillna("part"),
            "period": (found["end"] // 12).astype(str) + "年",
            "value": [amount(float(value), row.item.unit, whole=row.item.counts) for value in found["value"]],
        }
    )


def _joined(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame({"id": []})
