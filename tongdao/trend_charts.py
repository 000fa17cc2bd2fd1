"""How one indicator moves: over the years, on the year, and among the regions."""

from typing import Any

import pandas as pd

from tongdao.comparisons import Comparison, wholes
from tongdao.marks import Axes, Scale, example_mark, label, layered, line, specification
from tongdao.plan import Indicator
from tongdao.theme import FONT, INK, MAIN, MUTED, PALE, TARGET
from tongdao.view import View
from tongdao.wording import number

HEIGHT = 150
BARS = 24  # at most so many periods of change are drawn


def yearly_chart(view: View, item: Indicator, scale: Scale) -> dict[str, Any] | None:
    """A flow's yearly totals as bars, the running year's in a lighter tone; None without a whole year."""
    import altair as alt

    own = view.series(item)
    last = own.groupby(own["end"] // 12).tail(1)
    if len(last) < 2:
        return None
    frame = pd.DataFrame(
        {
            "year": (last["end"] // 12).astype(str),
            "y": last["value"] * scale.factor,
            "whole": (last["end"] % 12 == 11).map({True: "全年", False: "当年累计"}),
        }
    )
    frame["name"] = [number(float(value), whole=scale.whole) for value in frame["y"]]
    base = alt.Chart(frame)
    x = alt.X("year:N", title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True))
    room = alt.Scale(domain=[min(0.0, float(frame["y"].min())), float(frame["y"].max()) * 1.18])
    y = alt.Y("y:Q", title=None, scale=room, axis=alt.Axis(tickCount=4, **({"format": ",d"} if scale.whole else {})))
    colour = alt.Color("whole:N", legend=None, scale=alt.Scale(domain=["全年", "当年累计"], range=[PALE, MAIN]))
    layers = [
        base.mark_bar(size=22).encode(x=x, y=y, color=colour),
        base.mark_text(font=FONT, fontSize=11, dy=-8, color=INK).encode(x=x, y="y:Q", text="name:N"),
        *([example_mark()] if view.plan.example else []),
    ]
    return specification(alt.layer(*layers).properties(height=HEIGHT))


def change_chart(view: View, changes: pd.DataFrame, column: str) -> dict[str, Any] | None:
    """Year-on-year changes as bars from zero; None where fewer than two are known."""
    import altair as alt

    frame = changes.dropna(subset=[column]).tail(BARS)
    if len(frame) < 2:
        return None
    frame = pd.DataFrame({"period": frame["period"].astype(str), "y": frame[column].astype(float)})
    frame["sign"] = (frame["y"] >= 0).map({True: "升", False: "降"})
    base = alt.Chart(frame)
    ticks = list(frame["period"])[:: -max(1, -(-len(frame) // 4))]
    x = alt.X("period:N", title=None, sort=None, axis=alt.Axis(labelAngle=0, values=ticks, ticks=False))
    colour = alt.Color("sign:N", legend=None, scale=alt.Scale(domain=["升", "降"], range=[MAIN, TARGET]))
    layers = [
        base.mark_bar().encode(x=x, y=alt.Y("y:Q", title=None, axis=alt.Axis(tickCount=4)), color=colour),
        *([example_mark()] if view.plan.example else []),
    ]
    return specification(alt.layer(*layers).properties(height=HEIGHT))


def ranking_chart(view: View, found: Comparison, item: Indicator) -> dict[str, Any]:
    """All regions from the best, own region and median standing out."""
    import altair as alt

    frame = found.ranking.assign(own=found.ranking["region"] == view.plan.region)
    frame["words"] = [number(float(value), whole=item.counts) for value in frame["value"]]
    y = alt.Y(
        "name:N", sort=list(frame["name"]), title=None,
        axis=alt.Axis(labelColor=INK, domain=False, ticks=False, grid=False, labelFontSize=10, labelOverlap=False),
    )  # fmt: skip
    colour = alt.condition("datum.own", alt.value(MAIN), alt.value(PALE))
    base = alt.Chart(frame)
    middle = pd.DataFrame({"x": [frame["value"].median()], "words": ["中位数"]})
    layers = [
        alt.Chart(middle).mark_rule(color=TARGET, strokeDash=[5, 3]).encode(x="x:Q"),
        base.mark_bar(height=8).encode(y=y, x=alt.X("value:Q", title=None, axis=alt.Axis(tickCount=5)), color=colour),
        base.mark_text(font=FONT, fontSize=10, align="left", dx=4, color=INK).encode(y=y, x="value:Q", text="words:N"),
        alt.Chart(middle)
        .mark_text(font=FONT, fontSize=11, color=TARGET, dy=-4, baseline="bottom")
        .encode(x="x:Q", y=alt.value(0), text="words:N"),
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
        line(parts[parts["y"] <= high], "#dfe3e8", 1.0, detail="region"),
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
    least = (high - low) / 12
    placed: list[float] = []
    for _, row in named.sort_values("y").iterrows():
        placed.append(max(float(row["y"]), placed[-1] + least) if placed else float(row["y"]))
    named = named.sort_values("y").assign(y=placed)
    layers += [label(named[named["colour"] == colour], colour) for colour in dict.fromkeys(named["colour"])]
    ticks = list(range(last, first - 1, -max(1, (last - first) // 6)))
    room = (last - first) * 0.13
    axes = Axes((first, last + room), (low, high * 1.05), ticks, "format(datum.value, 'd')")
    return layered(layers, axes, example=view.plan.example, height=200)


def small_multiples(view: View, item: Indicator, found: Comparison) -> dict[str, Any] | None:
    """Every region's own course in a small panel, each on its own scale, own region in colour; best first."""
    import altair as alt

    rows = view.observed
    rows = rows[
        (rows["indicator"] == item.id) & (rows["end"] % 12 == 11) & rows["region"].isin(found.ranking["region"])
    ]
    if rows["end"].nunique() < 2:
        return None
    names = dict(zip(found.ranking["region"], found.ranking["name"], strict=True))
    frame = pd.DataFrame({"x": rows["end"] // 12, "y": rows["value"], "name": rows["region"].map(names)})
    frame["own"] = (rows["region"] == view.plan.region).map({True: "本地区", False: "其他"})
    colour = alt.Color("own:N", legend=None, scale=alt.Scale(domain=["本地区", "其他"], range=[MAIN, MUTED]))
    flat = alt.Axis(labels=False, ticks=False, grid=False, domainColor=PALE)
    x = alt.X("x:Q", title=None, axis=flat, scale=alt.Scale(zero=False, nice=False))
    y = alt.Y("y:Q", title=None, axis=alt.Axis(labels=False, ticks=False, grid=False, domain=False))
    weight = alt.StrokeWidth("own:N", legend=None, scale=alt.Scale(domain=["本地区", "其他"], range=[3, 1.4]))
    panel = alt.Chart(frame).mark_line().encode(x=x, y=y, color=colour, strokeWidth=weight)
    header = alt.Header(title=None, labelFontSize=10, labelPadding=2)
    facet = alt.Facet("name:N", columns=8, sort=list(found.ranking["name"]), header=header)
    own_scales = panel.encode(facet=facet).properties(width=60, height=38).resolve_scale(y="independent")
    return specification(own_scales)
