"""One region among the others: all of them ranked, over the years, and each in a panel of its own."""

from typing import Any

import pandas as pd

from tongdao.comparisons import Comparison, wholes, yearly_values
from tongdao.indicator_plan import Indicator
from tongdao.marks import Axes, example_mark, label, layered, line, specification, spread
from tongdao.theme import FONT, INK, MAIN, MUTED, PALE, TARGET
from tongdao.view import View


def ranking_chart(view: View, found: Comparison, item: Indicator) -> dict[str, Any]:
    """All regions from the best, own region and median standing out."""
    import altair as alt

    frame = found.ranking.assign(own=found.ranking["region"] == view.plan.region)
    largest = float(frame["value"].abs().max())
    # one number of decimals down a column, or 2.5 would read as rougher than 2.48
    places = 0 if item.counts or largest >= 1000 else 1 if largest >= 100 else 2
    frame["words"] = [f"{value:.{places}f}" for value in frame["value"]]
    names = alt.Axis(labelColor=INK, domain=False, ticks=False, grid=False, labelFontSize=10, labelOverlap=False)
    y = alt.Y("name:N", sort=list(frame["name"]), title=None, axis=names)
    colour = alt.condition("datum.own", alt.value(MAIN), alt.value(PALE))
    base = alt.Chart(frame)
    beside = {"font": FONT, "fontSize": 10, "align": "left", "dx": 4}
    at = {"y": y, "x": "value:Q", "text": "words:N"}
    middle = alt.Chart(pd.DataFrame({"x": [frame["value"].median()], "words": ["中位数"]}))
    over = {"font": FONT, "fontSize": 11, "color": TARGET, "dy": -4, "baseline": "bottom"}
    layers = [
        base.mark_bar(height=8).encode(y=y, x=alt.X("value:Q", title=None, axis=alt.Axis(tickCount=5)), color=colour),
        middle.mark_rule(color=TARGET, strokeDash=[5, 3]).encode(x="x:Q"),
        # a white edge under the figures, so that the median's line passes behind them
        base.mark_text(color="white", stroke="white", strokeWidth=4, **beside).encode(**at),
        base.mark_text(color=INK, **beside).encode(**at),
        middle.mark_text(**over).encode(x="x:Q", y=alt.value(0), text="words:N"),
        *([example_mark()] if view.plan.example else []),
    ]
    return specification(alt.layer(*layers).properties(height=14 * len(frame)))


def regions_chart(view: View, item: Indicator) -> dict[str, Any] | None:
    """Own region and the whole over every region's course and the median; None for fewer than two periods."""
    rows = view.observed
    rows = rows[(rows["indicator"] == item.id) & (rows["end"] % 12 == 11)]
    if rows["end"].nunique() < 2:
        return None
    frame = pd.DataFrame({"x": rows["end"] // 12, "y": rows["value"], "region": rows["region"]})
    parts = frame[~frame["region"].isin(wholes(view))]
    middle = parts.groupby("x")["y"].median().reset_index()
    own = parts[parts["region"] == view.plan.region]
    if own.empty:
        return None
    # a few regions far ahead would press all others flat: the range ends above the ninth tenth of them
    high = max(float(parts["y"].quantile(0.92)), float(own["y"].max()) * 1.15)
    first, last = int(frame["x"].min()), int(frame["x"].max())
    layers: list[Any] = [
        line(parts, "#dfe3e8", 1.0, detail="region", clip=True),
        line(middle, MUTED, 1.8, strokeDash=[5, 3]),
        line(own, MAIN, 2.6),
    ]
    ends = [(middle.tail(1), "中位数", MUTED), (own.tail(1), view.plan.region_name(view.plan.region), MAIN)]
    for code in sorted(wholes(view)):
        whole = frame[frame["region"] == code]
        if len(whole) and float(whole["y"].max()) <= high:
            layers.append(line(whole, TARGET, 1.8, strokeDash=[2, 2]))
            ends.append((whole.tail(1), view.plan.region_name(code), TARGET))
    low = min(0.0, float(parts["y"].min()))
    named = pd.concat([end.assign(name=name, colour=colour, x=last + 0.15) for end, name, colour in ends])
    named = spread(named, (high - low) / 12)
    layers += [label(named[named["colour"] == colour], colour) for colour in dict.fromkeys(named["colour"])]
    ticks = list(range(last, first - 1, -max(1, (last - first) // 6)))
    room = (last - first) * 0.13
    axes = Axes((first, last + room), (low, high * 1.05), ticks, "format(datum.value, 'd')")
    return layered(layers, axes, example=view.plan.example, height=200)


def small_multiples(view: View, item: Indicator, found: Comparison) -> dict[str, Any] | None:
    """Every region's own course in a small panel, each on its own scale, own region bold; best first."""
    import altair as alt

    frame = yearly_values(view, item, found)
    if frame["x"].nunique() < 2:
        return None
    names = dict(zip(found.ranking["region"], found.ranking["name"], strict=True))
    frame = frame.assign(name=frame["region"].map(names), own=frame["region"] == view.plan.region)
    x = alt.X("x:Q", axis=None, scale=alt.Scale(zero=False, nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(zero=False))
    # bold, not only blue: print may be grey. Widths by mark, for the theme's own would win over an encoding.
    panel = alt.layer(
        alt.Chart().transform_filter("!datum.own").mark_line(color=MUTED, strokeWidth=1.4).encode(x=x, y=y),
        alt.Chart().transform_filter("datum.own").mark_line(color=MAIN, strokeWidth=3.2).encode(x=x, y=y),
        data=frame,
    )
    title = "示例数据" if view.plan.example else None
    header = alt.Header(title=title, titleColor=MUTED, labelFontSize=10, labelPadding=2)
    facet = alt.Facet("name:N", columns=8, sort=list(found.ranking["name"]), header=header)
    panels = panel.properties(width=64, height=34).facet(facet=facet, columns=8)
    panels = panels.properties(bounds="flush", spacing={"row": 24, "column": 11})
    return specification(panels.resolve_scale(y="independent"))
