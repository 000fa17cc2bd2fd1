"""Charts: rows in, Vega-Lite out, one message each, labelled directly.

A chart holds no title and no source; those are words and stand beside it (``display.Figure``). A
mark 示例数据 stands inside every chart of made-up readings, because charts travel alone.
"""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from tongdao.gap import Gap
from tongdao.periods import Period
from tongdao.theme import FAN, FONT, INK, MAIN, MUTED, PALE, TARGET, config
from tongdao.view import View
from tongdao.wording import number, short_amount

if TYPE_CHECKING:
    import altair as alt

WIDTH = {"full": 560, "half": 270}
HEIGHT = 150


def specification(chart: "alt.TopLevelMixin") -> dict[str, Any]:
    """The chart as a plain specification in our theme, data inline."""
    made: dict[str, Any] = chart.to_dict(validate=False)
    return {**made, "config": config()}


def progress_chart(view: View, row: Gap, *, width: str = "half") -> dict[str, Any]:
    """History, the path still required and the outlook of one indicator.

    A flow is drawn as the year's cumulative curve over past years' curves; anything else as its
    course over the years. The fan reaches the 80 % interval at the deadline.
    """
    if row.item.measure == "flow" and row.item.frequency != "year":
        return specification(_within_year(view, row, WIDTH[width]))
    return specification(_over_years(view, row, WIDTH[width]))


def _within_year(view: View, row: Gap, width: int) -> "alt.LayerChart":
    own = view.series(row.item)
    frame = pd.DataFrame(
        {
            "x": own["end"] % 12 + 1,
            "y": own["value"],
            "year": (own["end"] // 12).astype(str),
        }
    )
    this = str(view.month.year)
    past = frame[(frame["year"] < this) & (frame["year"].astype(int) >= view.month.year - 3)]
    now = frame[frame["year"] == this]
    axis = {"x0": 1, "x1": 12, "ticks": [1, 3, 6, 9, 12], "label": "datum.value + '月'"}
    # years that end at the same height would print over one another: the label names them together
    ends = past[past["x"] == 12].groupby("y")["year"].agg(lambda years: "、".join(sorted(years))).reset_index()
    layers = [
        _line(past, PALE, 1.2, detail="year", step=row.item.counts),
        _label(ends.assign(x=12), "year", MUTED, dx=5),
        *_ahead(view, row, now, 12, axis),
        _line(now, MAIN, 2.6, step=row.item.counts),
        _point(now.tail(1), row),
    ]
    return _layered(view, row, layers, axis, width, [*past["y"], *now["y"]])


def _over_years(view: View, row: Gap, width: int) -> "alt.LayerChart":
    own = view.series(row.item)
    scale = 12.0
    frame = pd.DataFrame({"x": (own["end"] + 1) / scale, "y": own["value"].astype(float)})
    if row.item.measure == "net" and not math.isnan(row.base):
        frame["y"] -= row.base
    frame = frame[frame["x"] >= view.plan.first_month.end / scale - 8]
    deadline = (view.plan.last_month.end + 1) / scale
    first, last = math.floor(frame["x"].min() + 0.001), math.ceil(deadline)
    years = list(range(first, last + 1, max(1, (last - first + 4) // 5)))
    axis = {"x0": float(frame["x"].min()), "x1": deadline, "ticks": years, "label": "datum.value - 1 + '年末'"}
    layers = [
        *_ahead(view, row, frame, deadline, axis),
        _line(frame, MAIN, 2.4, step=row.item.measure == "net"),
        _point(frame.tail(1), row, value=float(frame["y"].iloc[-1])),
    ]
    if row.item.target_region:
        other = view.series(row.item, row.item.target_region)
        other = pd.DataFrame({"x": (other["end"] + 1) / scale, "y": other["value"].astype(float)})
        other = other[other["x"] >= axis["x0"]]
        name = view.plan.region_name(row.item.target_region)
        layers = [
            _line(other, TARGET, 1.8, dash=True),
            _label(other.tail(1).assign(name=name), "name", TARGET, dx=5),
            *layers,
        ]
    return _layered(view, row, layers, axis, width, list(frame["y"]))


def _ahead(view: View, row: Gap, now: pd.DataFrame, x1: float, axis: dict[str, Any]) -> list["alt.Chart"]:
    """The target, the path still required to it, and the fan of the outlook."""
    import altair as alt

    layers: list[alt.Chart] = []
    last = now.tail(1)
    if not math.isnan(row.point) and len(last):
        x, y = float(last["x"].iloc[0]), float(last["y"].iloc[0])
        fan = pd.DataFrame({"x": [x, x1], "lo": [y, row.lo80], "hi": [y, row.hi80], "y": [y, row.point]})
        layers.append(alt.Chart(fan).mark_area(color=FAN, opacity=1).encode(x="x:Q", y="lo:Q", y2="hi:Q"))
        layers.append(alt.Chart(fan).mark_line(color=MAIN, strokeWidth=1.2, strokeDash=[2, 2]).encode(x="x:Q", y="y:Q"))
    if not math.isnan(row.target) and not row.item.target_region:
        target = pd.DataFrame({"x": [axis["x0"], x1], "y": [row.target] * 2})
        layers.append(alt.Chart(target).mark_line(color=TARGET, strokeWidth=1.2).encode(x="x:Q", y="y:Q"))
        words = "目标" + short_amount(row.target, row.item.unit, whole=row.item.counts)
        start = pd.DataFrame({"x": [axis["x0"]], "y": [row.target], "name": [words]})
        layers.append(_label(start, "name", TARGET, dx=2, dy=-8))
        if len(last) and row.gap > 0:
            path = pd.DataFrame({"x": [last["x"].iloc[0], x1], "y": [last["y"].iloc[0], row.target]})
            layers.append(
                alt.Chart(path).mark_line(color=TARGET, strokeWidth=1.6, strokeDash=[5, 3]).encode(x="x:Q", y="y:Q")
            )
    return layers


def _line(
    frame: pd.DataFrame, colour: str, width: float, *, detail: str | None = None, step: bool = False, dash: bool = False
) -> "alt.Chart":
    import altair as alt

    style: dict[str, Any] = {"color": colour, "strokeWidth": width}
    if step:
        style["interpolate"] = "step-after"
    if dash:
        style["strokeDash"] = [6, 3]
    encoding: dict[str, Any] = {"x": "x:Q", "y": "y:Q"} | ({"detail": f"{detail}:N"} if detail else {})
    return alt.Chart(frame).mark_line(**style).encode(**encoding)


def _point(frame: pd.DataFrame, row: Gap, *, value: float | None = None) -> "alt.LayerChart":
    import altair as alt

    labelled = frame.assign(
        name=[number(value if value is not None else row.actual, whole=row.item.counts)] * len(frame)
    )
    point = alt.Chart(labelled).mark_point(color=MAIN, filled=True, size=46, opacity=1).encode(x="x:Q", y="y:Q")
    return point + _label(labelled, "name", INK, dx=0, dy=-10, align="center", bold=True)


def _label(
    frame: pd.DataFrame, column: str, colour: str, *, dx: int = 0, dy: int = 0, align: str = "left", bold: bool = False
) -> "alt.Chart":
    import altair as alt

    style = {"font": FONT, "fontSize": 11, "fontWeight": "bold" if bold else "normal", "align": align, "color": colour}
    return alt.Chart(frame).mark_text(dx=dx, dy=dy, **style).encode(x="x:Q", y="y:Q", text=f"{column}:N")


def _layered(
    view: View,
    row: Gap,
    layers: Sequence["alt.Chart | alt.LayerChart"],
    axis: dict[str, Any],
    width: int,
    values: Sequence[float],
) -> "alt.LayerChart":
    import altair as alt

    known = [v for v in (*values, row.target, row.lo80, row.hi80) if not math.isnan(v)]
    low, high = min(known, default=0.0), max(known, default=1.0)
    if row.item.measure in ("flow", "net"):
        low = min(low, 0.0)
    room = (high - low or 1.0) * 0.12
    domain = [low - (room if low < 0 or row.item.measure not in ("flow", "net") else 0), high + room]
    if view.plan.example:
        mark = (
            alt.Chart(pd.DataFrame({"name": ["示例数据"]}))
            .mark_text(font=FONT, fontSize=10, color=MUTED, align="right", baseline="bottom")
            .encode(x=alt.value(width), y=alt.value(-2), text="name:N")
        )
        layers = [*layers, mark]
    chart = alt.layer(*layers).properties(width=width - 70, height=HEIGHT)
    x = alt.X(
        "x:Q",
        title=None,
        scale=alt.Scale(domain=[axis["x0"], axis["x1"]], nice=False),
        axis=alt.Axis(values=axis["ticks"], labelExpr=axis["label"], labelFlush=False),
    )
    y = alt.Y(
        "y:Q",
        title=None,
        scale=alt.Scale(domain=domain, nice=False, zero=False),
        axis=alt.Axis(tickCount=4, **({"tickMinStep": 1, "format": "d"} if row.item.counts else {})),
    )
    first = chart.layer[0]
    chart.layer[0] = first.encode(x=x, y=y)
    return chart


def period_x(period: Period) -> float:
    """Where a period ends on an axis of years."""
    return (period.end + 1) / 12
