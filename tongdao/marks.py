"""The few marks every chart is drawn with, and the axes they share.

A chart's frame has the columns ``x`` and ``y``; marks are layered in the order given, so that what
matters lies on top.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from tongdao.indicator_plan import Indicator
from tongdao.theme import FONT, MUTED, RULE, config

if TYPE_CHECKING:
    import altair as alt

HEIGHT = 165
FEW = 5  # whole numbers on an axis that are all named


@dataclass(frozen=True)
class Scale:
    """The unit a chart speaks in: small amounts of money in 万元, everything else as the plan has it."""

    factor: float
    unit: str
    whole: bool


def scale_of(item: Indicator, largest: float) -> Scale:
    """The unit in which a series whose largest figure is this reads best."""
    if item.unit == "亿元" and 0 < largest < 1:
        return Scale(10_000.0, "万元", True)
    return Scale(1.0, item.unit, item.counts)


@dataclass(frozen=True)
class Axes:
    """Ranges and ticks; ``label`` is a Vega expression for the words under the x ticks."""

    x: tuple[float, float]
    y: tuple[float, float]
    ticks: Sequence[float]
    label: str = "datum.label"
    whole: bool = False


def line(frame: pd.DataFrame, colour: str, width: float, **style: Any) -> "alt.Chart":
    """A line through x and y; ``detail`` names the column that parts several lines."""
    import altair as alt

    detail = style.pop("detail", None)
    parted = {"detail": alt.Detail(f"{detail}:N")} if detail else {}
    return alt.Chart(frame).mark_line(color=colour, strokeWidth=width, **style).encode(**_places(), **parted)


def points(frame: pd.DataFrame, colour: str, *, size: int = 46, **style: Any) -> "alt.Chart":
    """Filled points at x and y."""
    import altair as alt

    mark = alt.Chart(frame).mark_point(color=colour, filled=True, size=size, opacity=1, **style)
    return mark.encode(**_places())


def label(frame: pd.DataFrame, colour: str, **style: Any) -> "alt.Chart":
    """The column ``name`` as text beside x and y: direct labels before legends."""
    import altair as alt

    look = {"font": FONT, "fontSize": 11, "align": "left", "baseline": "middle", "color": colour} | style
    return alt.Chart(frame).mark_text(**look).encode(**_places(), text=alt.Text("name:N"))


def spread(ends: pd.DataFrame, least: float) -> pd.DataFrame:
    """Labels in order of ``y``, moved apart so that none prints over its neighbour."""
    ordered = ends.sort_values("y")
    moved: list[float] = []
    for y in ordered["y"]:
        moved.append(max(float(y), moved[-1] + least) if moved else float(y))
    return ordered.assign(y=moved)


def whole_ticks(low: float, high: float) -> dict[str, Any]:
    """Ticks of an axis of counts; few are all named, for the renderer would halve a step of one and print 1 twice."""
    few = {"values": list(range(math.ceil(low), math.floor(high) + 1))} if high - low < FEW else {}
    return {"tickMinStep": 1, "format": ",d"} | few


def _places() -> dict[str, Any]:
    """Where a mark stands. Channels named by class cost a tenth of those given as text, which altair looks up."""
    import altair as alt

    return {"x": alt.X("x:Q"), "y": alt.Y("y:Q")}


def layered(layers: Sequence[Any], axes: Axes, *, example: bool, height: int = HEIGHT) -> dict[str, Any]:
    """The marks over shared axes, as a specification in our theme that fills the place it is given."""
    import altair as alt

    x = alt.X(
        "x:Q",
        title=None,
        scale=alt.Scale(domain=list(axes.x), nice=False),
        axis=alt.Axis(values=list(axes.ticks), labelExpr=axes.label, labelFlush=False, tickColor=RULE),
    )
    whole = whole_ticks(*axes.y) if axes.whole else {}
    y = alt.Y(
        "y:Q",
        title=None,
        scale=alt.Scale(domain=list(axes.y), nice=False, zero=False),
        axis=alt.Axis(tickCount=4, **whole),
    )
    frame = alt.Chart(pd.DataFrame({"x": [axes.x[0]], "y": [axes.y[0]]})).mark_point(opacity=0).encode(x=x, y=y)
    shown = [frame, *layers, *([example_mark()] if example else [])]
    return specification(alt.layer(*shown).properties(height=height))


def example_mark() -> "alt.Chart":
    """示例数据 in the corner of a chart of made-up readings: charts travel without their page."""
    import altair as alt

    chart = alt.Chart(pd.DataFrame({"name": ["示例数据"]}))
    mark = chart.mark_text(font=FONT, fontSize=10, color=MUTED, align="right", baseline="bottom")
    return mark.encode(x=alt.value("width"), y=alt.value(-3), text=alt.Text("name:N"))


def specification(chart: Any) -> dict[str, Any]:
    """A chart as a plain specification in our theme, data inline."""
    made: dict[str, Any] = chart.to_dict(validate=False)
    return {**made, "config": config()}
