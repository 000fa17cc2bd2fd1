"""Marks, axes and theme of every chart, as Vega-Lite specifications.

Specifications are plain dictionaries: a chart of a dozen layers through Altair's classes costs as much as its drawing.
Marks are layered in the order given, so that what matters lies on top.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from tongdao.document import INK, LIGHTS, MARKS, MUTED, RULE, TARGET, config
from tongdao.workbook import View

Spec = dict[str, Any]

HEIGHT = 165
FEW = 5  # whole numbers on an axis that are all named
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
_TYPES = {"Q": "quantitative", "N": "nominal", "O": "ordinal", "T": "temporal"}
_PLACES = {"x": "x:Q", "y": "y:Q"}


@dataclass(frozen=True)
class Axes:
    """Ranges and ticks; ``label`` is a Vega expression for the words under the x ticks."""

    x: tuple[float, float]
    y: tuple[float, float]
    ticks: Sequence[float]
    label: str = "datum.label"
    whole: bool = False


def field(column: str, **look: Any) -> Spec:
    """A channel that shows a column; its type follows as Q, N, O or T, as in ``x:Q``."""
    name, _, kind = column.partition(":")
    return {"field": name, **({"type": _TYPES[kind]} if kind else {}), **look}


def names_down(names: Iterable[str], **look: Any) -> Spec:
    """The y channel of charts with a row for each name, in the order given."""
    axis = {"labelColor": INK, "domain": False, "ticks": False, "grid": False, **look}
    return field("name:N", sort=list(names), title=None, axis=axis)


def light_channels() -> dict[str, Spec]:
    """Colour and shape of the column ``light``: print may be grey and eyes differ."""
    return {
        channel: field("light:N", legend=None, scale={"domain": list(scale), "range": list(scale.values())})
        for channel, scale in (("color", LIGHTS), ("shape", MARKS))
    }


def mark(kind: str, frame: pd.DataFrame | None, channels: Mapping[str, Any], **style: Any) -> Spec:
    """One layer: a mark for each row of the frame; without one, for those of what it is layered on."""
    encoding = {name: field(shown) if isinstance(shown, str) else shown for name, shown in channels.items()}
    drawn = {"mark": {"type": kind, **style}, "encoding": encoding}
    if frame is None:
        return drawn
    used = {channel.get("field") for channel in encoding.values()}
    return {"data": rows(frame[[name for name in frame if name in used]]), **drawn}


def rows(frame: pd.DataFrame) -> Spec:
    """A frame as inline data; what is missing is null."""
    filled = (each.astype(object).where(each.notna(), None) if each.hasnans else each for _, each in frame.items())
    columns = [each.tolist() for each in filled]
    return {"values": [dict(zip(frame, row, strict=True)) for row in zip(*columns, strict=True)]}


def line(frame: pd.DataFrame, colour: str, width: float, *, detail: str = "", **style: Any) -> Spec:
    """A line through x and y; ``detail`` names the column that parts several lines."""
    parted = {"detail": f"{detail}:N"} if detail else {}
    return mark("line", frame, {**_PLACES, **parted}, color=colour, strokeWidth=width, **style)


def label(frame: pd.DataFrame, colour: str, **style: Any) -> Spec:
    """The column ``name`` as text beside x and y: direct labels before legends."""
    look = {"align": "left", "baseline": "middle", "color": colour} | style
    return mark("text", frame, {**_PLACES, "text": "name:N"}, **look)


def edged(text: Spec) -> list[Spec]:
    """A text over its own white edge, so that a line that passes does so behind it."""
    edge = {**text["mark"], "color": "white", "stroke": "white", "strokeWidth": 4}
    return [{**text, "mark": edge}, text]


def upright(at: float, name: str) -> list[Spec]:
    """A dashed upright line at a value of x, with its name above the chart."""
    frame, above = pd.DataFrame({"x": [at], "name": [name]}), {"y": {"value": 0}, "text": "name:N"}
    rule = mark("rule", frame, {"x": "x:Q"}, color=TARGET, strokeDash=[5, 3])
    return [rule, mark("text", frame, {"x": "x:Q", **above}, color=TARGET, dy=-4, baseline="bottom")]


def spread(ends: pd.DataFrame, least: float) -> pd.DataFrame:
    """Labels in order of ``y``, moved apart so that none prints over its neighbour."""
    ordered = ends.sort_values("y")
    moved: list[float] = []
    for y in ordered["y"]:
        moved.append(max(float(y), moved[-1] + least) if moved else float(y))
    return ordered.assign(y=moved)


def figures_axis(low: float, high: float, *, whole: bool) -> Spec:
    """An axis of figures; few whole ones are all named, else the renderer halves a step of one and prints 1 twice."""
    few = {"values": list(range(math.ceil(low), math.floor(high) + 1))} if high - low < FEW else {}
    return {"tickCount": 4} | ({"tickMinStep": 1, "format": ",d"} | few if whole else {})


def layered(view: View, layers: Sequence[Spec], axes: Axes | None = None, **size: Any) -> Spec:
    """Layers that have rows, in our theme, over shared axes where these are given; it fills the place it is given.

    Of made-up readings 示例数据 stands in its corner, for charts travel without their page.
    """
    made = [each for each in layers if each.get("data", {}).get("values", True)]
    if axes:  # an unseen mark under the layers carries their axes
        ticks = {"values": list(axes.ticks), "labelExpr": axes.label, "labelFlush": False, "tickColor": RULE}
        x = field("x:Q", title=None, scale={"domain": list(axes.x), "nice": False}, axis=ticks)
        figures = figures_axis(min(axes.y), max(axes.y), whole=axes.whole)
        y = field("y:Q", title=None, scale={"domain": list(axes.y), "nice": False, "zero": False}, axis=figures)
        corner = pd.DataFrame({"x": [axes.x[0]], "y": [axes.y[0]]})
        made.insert(0, mark("point", corner, {"x": x, "y": y}, opacity=0))
    if view.plan.example:
        words, place = pd.DataFrame({"name": ["示例数据"]}), {"x": {"value": "width"}, "y": {"value": -3}}
        look = {"fontSize": 10, "color": MUTED, "align": "right", "baseline": "bottom"}
        made.append(mark("text", words, {**place, "text": "name:N"}, **look))
    return themed({"layer": made}, **{"height": HEIGHT, "autosize": "fit"} | size)


def themed(chart: Spec, **size: Any) -> Spec:
    """A chart in our theme."""
    return {"$schema": SCHEMA, "config": config(), **chart, **size}
