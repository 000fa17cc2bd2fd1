"""One region among the others: all of them ranked, over the years, and each in a panel of its own."""

import pandas as pd

from tongdao.analysis import Comparison, wholes, yearly_values
from tongdao.document import MAIN, MUTED, PALE, TARGET
from tongdao.pages.charts import vega_lite as vl
from tongdao.plan import Indicator
from tongdao.workbook import View


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
