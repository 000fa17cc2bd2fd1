"""Ranked charts: all targets by completion or by what is still required, and one region among the others."""

import math
from collections.abc import Sequence

import pandas as pd

from tongdao.analysis import Comparison, Gap, wholes, yearly_values
from tongdao.document import MAIN, MUTED, PALE, RULE, TARGET
from tongdao.pages.charts import vega_lite as vl
from tongdao.pages.wording import percent, rounded, said
from tongdao.plan import Indicator
from tongdao.workbook import View

ROW = 21  # height of a row of names, px
AROUND = 48  # of the axis below and the words above
CAP = 1.3  # completion past this is drawn at the edge, its number says how much
MOST = 3.0  # so is a required ratio


def completion_points(rows: Sequence[Gap]) -> pd.DataFrame:
    """Columns: name, x (completion up to ``CAP``), usual (the usual pace), light; one row per indicator."""
    return pd.DataFrame(
        {
            "name": [row.item.name for row in rows],
            "x": [min(row.completion, CAP) for row in rows],
            "usual": [row.usual_pace for row in rows],
            "light": [row.light for row in rows],
        }
    )


def completion_chart(view: View, rows: Sequence[Gap]) -> vl.Spec | None:
    """Completion of each target, the least first, against the plan's time and the usual pace (grey tick).

    None where no target has a completion.
    """
    ranked = sorted((row for row in rows if not math.isnan(row.completion)), key=lambda row: row.completion)
    words = [f"{row.actual:g}／{row.target:g}" if row.few else percent(row.completion) for row in ranked]
    frame = completion_points(ranked).assign(words=words)
    axis = {"format": "%", "values": [0, 0.5, 1]}
    return _ranked(view, frame, 0.0, (view.plan.calendar_pace(view.month), "计划时间"), (0, CAP + 0.12), axis)


def required_chart(view: View, rows: Sequence[Gap]) -> vl.Spec | None:
    """What each month left must bring, in multiples of what such months usually bring; the hardest first.

    None where no target needs anything that can be compared.
    """
    ranked = sorted((row for row in rows if row.required_ratio > 0), key=lambda row: -row.required_ratio)
    frame = pd.DataFrame({
        "name": [row.item.name for row in ranked],
        "x": [min(row.required_ratio, MOST) for row in ranked],
        "words": [f"{rounded(row.required_ratio, 1)} 倍（每月需{said(row.required_per_month, row.item)}，"
                  f"往年{said(row.usual_per_month, row.item)}）" for row in ranked],
        "light": [row.light for row in ranked],
    })  # fmt: skip
    axis = {"values": [0, 1, 2, 3], "labelExpr": "datum.value + ' 倍'"}
    return _ranked(view, frame, 1.0, (1.0, "往年水平"), (0, MOST + 3.6), axis)


def _ranked(
    view: View, frame: pd.DataFrame, start: float, line: tuple[float, str], domain: tuple[float, float], axis: vl.Spec
) -> vl.Spec | None:
    """Names down the side, a stalk from ``start`` to each light with its words, and one named upright line."""
    if frame.empty:
        return None
    y = vl.names_down(frame["name"], labelLimit=260, labelPadding=8)
    x = vl.field("x:Q", title=None, scale={"domain": list(domain)}, axis=axis)
    beside = frame["x"].clip(lower=start)  # words stand clear of the stalk, of a tick and of the upright line
    for mark_x in (frame.get("usual", beside), pd.Series(line[0], index=frame.index)):
        beside = beside.where(~(mark_x - beside).between(0, 0.2), mark_x)
    frame = frame.assign(start=start, beside=beside)
    tick = (
        vl.mark("tick", frame, {"y": y, "x": "usual:Q"}, color=MUTED, thickness=2, size=13)
        if "usual" in frame
        else None
    )
    layers = [
        vl.mark("rule", frame, {"y": y, "x": x, "x2": "start"}, color=RULE, strokeWidth=4),
        *([tick] if tick else []),
        *vl.upright(*line),
        vl.mark("point", frame, {"y": y, "x": "x:Q", **vl.light_channels()}, filled=True, size=80, opacity=1),
        vl.mark("text", frame, {"y": y, "x": "beside:Q", "text": "words:N"}, align="left", dx=9),
    ]
    return vl.layered(view, layers, height=ROW * len(frame) + AROUND)


def region_points(view: View, item: Indicator) -> pd.DataFrame:
    """Year-end figures of every region: end, x (the year), y, region, kind (own, whole or part)."""
    seen = view.observed[(view.observed["indicator"] == item.id) & (view.observed["end"] % 12 == 11)]
    kinds = dict.fromkeys(wholes(view), "whole") | {view.plan.region: "own"}
    return pd.DataFrame(
        {
            "end": seen["end"],
            "x": seen["end"] // 12,
            "y": seen["value"],
            "region": seen["region"],
            "kind": seen["region"].map(kinds).fillna("part"),
        }
    )


def ranking_chart(view: View, found: Comparison, item: Indicator) -> vl.Spec:
    """All regions from the best, own region and median standing out."""
    own = found.ranking["region"] == view.plan.region
    frame = found.ranking.assign(colour=own.map({True: MAIN, False: PALE}))
    largest = float(frame["value"].abs().max())
    # one number of decimals down a column, or 2.5 would read as rougher than 2.48
    places = 0 if item.counts or largest >= 1000 else 1 if largest >= 100 else 2
    frame["words"] = [f"{value:.{places}f}" for value in frame["value"]]
    y = vl.names_down(frame["name"], labelFontSize=10, labelOverlap=False)
    x = vl.field("value:Q", title=None, stack=None, axis={"tickCount": 5})
    line_at, name = vl.upright(frame["value"].median(), "中位数")
    words = vl.mark("text", frame, {"y": y, "x": "value:Q", "text": "words:N"}, fontSize=10, align="left", dx=4)
    layers = [
        vl.mark("bar", frame, {"y": y, "x": x, "color": vl.field("colour:N", scale=None)}, height=8),
        line_at,
        *vl.edged(words),
        name,
    ]
    return vl.layered(view, layers, height=14 * len(frame))


def regions_chart(view: View, item: Indicator) -> vl.Spec | None:
    """Own region and the whole over every region's course and the median; None for fewer than two periods."""
    frame = region_points(view, item)
    if frame["x"].nunique() < 2:
        return None
    parts = frame[~frame["region"].isin(wholes(view))]
    middle = parts.groupby("x")["y"].median().reset_index()
    own = parts[parts["region"] == view.plan.region]
    if own.empty:
        return None
    # a few regions far ahead would press all others flat: the range ends above the ninth tenth of them
    high = max(float(parts["y"].quantile(0.92)), float(own["y"].max()) * 1.15)
    first, last = int(frame["x"].min()), int(frame["x"].max())
    layers: list[vl.Spec] = [
        vl.line(parts, "#dfe3e8", 1.0, detail="region", clip=True),
        vl.line(middle, MUTED, 1.8, strokeDash=[5, 3]),
        vl.line(own, MAIN, 2.6),
    ]
    ends = [(middle.tail(1), "中位数", MUTED), (own.tail(1), view.plan.region_name(view.plan.region), MAIN)]
    for code in sorted(wholes(view)):
        whole = frame[frame["region"] == code]
        if len(whole) and float(whole["y"].max()) <= high:
            layers.append(vl.line(whole, TARGET, 1.8, strokeDash=[2, 2]))
            ends.append((whole.tail(1), view.plan.region_name(code), TARGET))
    low = min(0.0, float(parts["y"].min()))
    named = pd.concat([end.assign(name=name, colour=colour, x=last + 0.15) for end, name, colour in ends])
    named = vl.spread(named, (high - low) / 12)
    layers += [vl.label(named[named["colour"] == colour], colour) for colour in dict.fromkeys(named["colour"])]
    ticks = list(range(last, first - 1, -max(1, (last - first) // 6)))
    room = (last - first) * 0.13
    axes = vl.Axes((first, last + room), (low, high * 1.05), ticks, "format(datum.value, 'd')")
    return vl.layered(view, layers, axes, height=200)


def small_multiples(view: View, item: Indicator, found: Comparison) -> vl.Spec | None:
    """Every region's own course in a small panel, each on its own scale, own region bold; best first."""
    frame = yearly_values(view, item, found)
    if frame["x"].nunique() < 2:
        return None
    names = dict(zip(found.ranking["region"], found.ranking["name"], strict=True))
    frame = frame.assign(name=frame["region"].map(names), own=frame["region"] == view.plan.region)
    places = {
        "x": vl.field("x:Q", axis=None, scale={"zero": False, "nice": False}),
        "y": vl.field("y:Q", axis=None, scale={"zero": False}),
    }
    # bold, not only blue: print may be grey. Widths by mark, for the theme's own would win over an encoding.
    panel = [
        vl.mark("line", None, places, color=colour, strokeWidth=width) | {"transform": [{"filter": which}]}
        for which, colour, width in (("!datum.own", MUTED, 1.4), ("datum.own", MAIN, 3.2))
    ]
    title = "示例数据" if view.plan.example else None
    header = {"title": title, "titleColor": MUTED, "labelFontSize": 10, "labelPadding": 2}
    return vl.themed(
        {
            "data": vl.rows(frame),
            "facet": vl.field("name:N", sort=list(found.ranking["name"]), header=header),
            "spec": {"layer": panel, "width": 64, "height": 34},
            "resolve": {"scale": {"y": "independent"}},
        },
        columns=8,
        bounds="flush",
        spacing={"row": 24, "column": 11},
    )
