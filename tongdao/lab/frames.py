"""The rows behind the linked views: the charts' own for every chosen indicator, told apart by ``id``, with tooltips.

Figures are scaled to the unit their indicator reads best in; words are made here and nowhere in the browser.
"""

from collections.abc import Callable, Sequence
from textwrap import wrap

import pandas as pd

from tongdao.analysis import Gap, change_column, changes_frame, region_points
from tongdao.pages import ahead_points, chart_scale, completion_points, one_year_target, reading_points, wording as say
from tongdao.plan import Indicator
from tongdao.workbook import View

MONTHS_SHOWN = 12  # columns of the map of verdicts
PAST_YEARS = 4
LINE = 53  # characters that stand beside each other under a heading
UNAIMED = "计划没有为这项指标定目标"


def joined(rows: Sequence[Gap], frame: Callable[[Gap], pd.DataFrame]) -> pd.DataFrame:
    """The frames of several indicators as one, with their ``id``."""
    filled = [made.assign(id=row.item.id) for row in rows if len(made := frame(row))]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame({"id": []})


def summary(view: View, rows: Sequence[Gap], *, firm: bool) -> pd.DataFrame:
    """One row per indicator: what the ranking draws and what its tooltip says."""
    told = [
        {
            "id": row.item.id,
            "words": say.percent(row.completion) if row.completion == row.completion else say.verdict_name(row),
            "verdict": say.verdict_name(row),
            "target": say.target_phrase(row),
            "actual": say.full(row.actual, row.item) + say.as_of_when(row),
            "reason": (reason := say.reason(row, firm=firm)),
            "lines": "\n".join(lines := _lines(reason)),
            "head": f"{row.item.name}（{chart_scale(row).unit}）",
            "clause": row.item.clause,
            "quote": (quote := say.quoted(row.item) or UNAIMED),
            "below": "\u200b\n" * len(lines) + "\n".join(_lines(quote)),
            "lead": say.departments(view.plan.lead(row.item)),
        }
        for row in rows
    ]
    return completion_points(rows).join(pd.DataFrame(told))


def _lines(words: str) -> list[str]:
    """Words in lines of the charts' width, which end behind a comma where they can."""
    return [line.replace("， ", "，") for line in wrap(words.replace("，", "， "), LINE)]


def _years(item: Indicator, ends: "pd.Series[int]") -> "pd.Series[float]":
    """Where a month stands on an axis of years; a yearly figure stands at its year."""
    return ends // 12 + (0.0 if item.frequency == "year" else 1.0) * (ends % 12) / 12


def history(row: Gap) -> pd.DataFrame:
    """Every reading of the plan's region: ``x`` in years, ``y``; ``part`` is what one line joins (flows: a year).

    ``month`` is 1 to 12 for the year's profile; ``age`` counts years back, below 0 where a year is one figure;
    ``label`` names a past year at its last month, and with it those that end at the same height.
    """
    item, own = row.item, reading_points(row, chart_scale(row))
    made = pd.DataFrame(
        {
            "end": own["end"],
            "x": _years(item, own["end"]),
            "y": own["y"],
            "part": own["year"] if item.restarts else 0,
            "month": own["month"],
            "year": own["year"].astype(str),
            "age": row.view.month.year - own["year"] if item.frequency != "year" else -1,
            "period": [say.period_name(int(end), item.frequency) for end in own["end"]],
            "value": [say.full(float(value), item) for value in own["value"]],
            "status": own["preliminary"].map({False: "正式", True: "初步"}),
            "source": own["source"],
            "recorded": own["recorded_at"].str[:10],
        }
    )
    past = made[made["age"].between(1, PAST_YEARS)].groupby("year").tail(1)
    named = past.groupby(["month", "y"])["year"].transform("、".join)
    return made.assign(label=named.where(~past.duplicated(["month", "y"])).reindex(made.index).fillna(""))


def ahead(row: Gap) -> pd.DataFrame:
    """Target, required path and outlook fan to the deadline: ``kind``, ``x``, ``y``, ``low``, ``high``, ``words``."""
    item, view, found = row.item, row.view, []
    if item.target_region:
        rival, name = view.series(item, item.target_region), view.plan.region_name(item.target_region)
        words = [f"{name}{say.amount(value, item.unit, short=True)}" for value in rival["value"]]
        x = _years(item, rival["end"])
        found.append(pd.DataFrame({"kind": "target", "x": x, "y": rival["value"], "words": words}))
    if one_year_target(row):
        scale = chart_scale(row)
        own = reading_points(row, scale)
        known = own.assign(x=_years(item, own["end"])).iloc[: 0 if row.over else None]
        first, last = _years(item, pd.Series([row.aim.window.first, row.aim.window.last]))
        made = ahead_points(row, scale, known, max(first, last - 1), last)
        low, point, high = (say.said(value, item) for value in (row.lo80, row.point, row.hi80))
        told = {
            "target": f"目标{say.target_phrase(row)}",
            "path": f"还需{say.change_said(row.gap, item)}",
            "fan": f"到期约{point}，八成把握在{low}至{high}之间",
        }
        found.append(made.assign(words=made["kind"].map(told)))
    filled = [each for each in found if len(each)]
    return pd.concat(filled) if filled else pd.DataFrame()


def verdicts(view: View, gaps: Callable[[View], Sequence[Gap]], *, firm: bool) -> pd.DataFrame:
    """The verdict of every indicator at the end of each past month, by what is known on the view's day.

    ``gaps`` is ``analysis.gaps``, or what remembers its answers.
    """
    months = [view]
    while len(months) < MONTHS_SHOWN and (before := months[-1].earlier(view.grain)):
        months.append(before)
    return pd.DataFrame(
        [
            {
                "id": row.item.id,
                "name": row.item.name,
                "end": at.month.end,
                "when": str(at.month),
                "period": say.month_name(at.month),
                "light": row.light,
                "verdict": say.verdict_name(row),
                "reason": say.reason(row, firm=firm),
            }
            for at in months
            for row in gaps(at)
        ]
    )


def changes(rows: Sequence[Gap]) -> pd.DataFrame:
    """Each reading against the same period a year before: ``x`` in years, ``y`` in per cent or points, ``value``."""
    known = changes_frame(rows[0].view, *(row.item for row in rows)).rename(columns={"series": "id"})

    def of(row: Gap) -> pd.DataFrame:
        item, column = row.item, change_column(row.item)
        own = known[(known["id"] == item.id) & known[column].notna()]
        unit = "%" if not item.traits.points else "个百分点" if item.unit == "%" else item.unit
        return pd.DataFrame(
            {
                "end": own["end"],
                "x": _years(item, own["end"]),
                "y": own[column],
                "period": [say.period_name(each, item.frequency) for each in own["end"]],
                "value": [f"{say.rounded(each, 1)}{unit}" for each in own[column]],
            }
        )

    return joined(rows, of)


def regions(row: Gap) -> pd.DataFrame:
    """``region_points`` with ``name`` and ``value`` in words; empty without another region."""
    found, plan = region_points(row.view, row.item), row.view.plan
    if found["region"].nunique() < 2:
        return pd.DataFrame()
    return found.assign(
        name=[plan.region_name(str(code)) for code in found["region"]],
        period=found["x"].astype(str) + "年",
        value=[say.full(float(value), row.item) for value in found["y"]],
    ).drop(columns="region")
