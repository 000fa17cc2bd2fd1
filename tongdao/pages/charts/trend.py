"""How one indicator moves: over the years, within the year, and on the year before."""

import math

import pandas as pd

from tongdao.base import MONTHS, parse_period
from tongdao.document import INK, MAIN, MUTED, PALE, TARGET
from tongdao.pages.charts import vega_lite as vl
from tongdao.pages.wording import number, rounded
from tongdao.plan import Indicator
from tongdao.workbook import View

HEIGHT = 150
BARS = 24  # at most so many periods of change are drawn
USUAL_YEARS = 3  # past years whose mean stands behind this year's months


def yearly_chart(view: View, item: Indicator, scale: vl.Scale) -> vl.Spec | None:
    """A flow's yearly totals as bars, the running year's in a lighter tone; None without a whole year."""
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
    x = vl.field("year:N", title=None, axis={"labelAngle": 0, "labelOverlap": True})
    room = {"domain": [min(0.0, float(frame["y"].min())), float(frame["y"].max()) * 1.18]}
    y = vl.field("y:Q", title=None, scale=room, axis=vl.figures_axis(0, float(frame["y"].max()), whole=scale.whole))
    colour = vl.field("whole:N", legend=None, scale={"domain": ["全年", "当年累计"], "range": [PALE, MAIN]})
    layers = [
        vl.mark("bar", frame, {"x": x, "y": y, "color": colour}, size=22),
        vl.mark("text", frame, {"x": x, "y": "y:Q", "text": "name:N"}, dy=-8),
    ]
    return vl.layered(view, layers, height=HEIGHT)


def profile(changes: pd.DataFrame, year: int, item: Indicator) -> pd.DataFrame | None:
    """What each month or quarter of the year brought, and its mean over up to ``USUAL_YEARS`` past years.

    Columns ``part`` (1 to 12, or 1 to 4), ``usual``, ``this``. A month published together with the next
    one is empty, for a split would be invented. None for yearly figures or without a past year.
    """
    if item.frequency == "year" or changes.empty:
        return None
    ends = pd.Series([parse_period(str(text)).end for text in changes["period"]])
    steps = pd.DataFrame({"year": ends // 12, "part": ends % 12 // MONTHS[item.frequency] + 1})
    steps = steps.assign(value=changes["value"].to_numpy(float)).dropna()
    past = steps[(steps["year"] < year) & (steps["year"] >= year - USUAL_YEARS)]
    this = steps[steps["year"] == year].set_index("part")["value"]
    if past.empty or this.empty:
        return None
    found = pd.concat({"usual": past.groupby("part")["value"].mean(), "this": this}, axis=1)
    return found.sort_index().rename_axis("part").reset_index()


def profile_chart(view: View, found: pd.DataFrame, item: Indicator, scale: vl.Scale) -> vl.Spec:
    """This year's months as narrow bars over the wide pale bars of the past years' mean."""
    monthly = item.frequency == "month"
    shown = [part for part in found["part"] if not monthly or part % 3 == 0 or part == 1]
    words = "datum.label + '月'" if monthly else "datum.label + '季度'"
    high = math.ceil(found[["usual", "this"]].max().max() * scale.factor)
    x = vl.field("part:O", title=None, axis={"labelAngle": 0, "ticks": False, "values": shown, "labelExpr": words})
    y = vl.field("y:Q", title=None, axis=vl.figures_axis(0, high, whole=scale.whole))
    bars = [found.assign(y=found[name] * scale.factor).dropna(subset="y") for name in ("usual", "this")]
    layers = [
        vl.mark("bar", frame, {"x": x, "y": y}, color=colour, width={"band": band})
        for frame, colour, band in zip(bars, ("#cdd3da", MAIN), (0.9, 0.45), strict=True)
    ]
    return vl.layered(view, layers, height=HEIGHT)


def change_chart(view: View, changes: pd.DataFrame, column: str, *, whole: bool = False) -> vl.Spec | None:
    """Changes on the year as bars from zero, the years under them; None where fewer than two are known."""
    known = changes.dropna(subset=[column]).tail(BARS)
    if len(known) < 2:
        return None
    periods = [parse_period(str(text)) for text in known["period"]]
    span = periods[0].months / 12
    frame = pd.DataFrame({"x": [(one.end + 1) / 12 - span / 2 for one in periods], "y": known[column].to_numpy(float)})
    low, high = min(0.0, float(frame["y"].min())), max(0.0, float(frame["y"].max()))
    first, end = float(frame["x"].min()) - span / 2, float(frame["x"].max()) + span / 2
    room = (high - low or 1.0) * 0.25  # for the number over the last bar
    middles = [year + 0.5 for year in range(int(first), int(end) + 1) if first <= year + 0.5 <= end]
    ticks = middles[:: -max(1, -(-len(middles) // 8))] or [(first + end) / 2]
    y_range = (low - room if low < 0 else 0.0, high + room if high > 0 else 0.0)
    axes = vl.Axes((first, end), y_range, ticks, "format(floor(datum.value), 'd')", whole)
    bars = frame.assign(x1=frame["x"] - 0.4 * span, x2=frame["x"] + 0.4 * span, zero=0.0)
    signed = [(bars[bars["y"] >= 0], MAIN), (bars[bars["y"] < 0], TARGET)]
    sides = {"x": "x1:Q", "x2": "x2", "y": "zero:Q", "y2": "y"}
    drawn = [vl.mark("bar", part, sides, color=colour) for part, colour in signed if len(part)]
    value, crowded = float(frame["y"].iloc[-1]), len(frame) > 12
    near = frame["y"].tail(3 if crowded else 1)  # a number is wider than a thin bar: it stands clear of its neighbours
    last = frame.tail(1).assign(
        y=near.max() if value >= 0 else near.min(), name=rounded(value, 2 if high - low < 20 else 1)
    )
    place = {"align": "right", "dx": 8} if crowded else {"align": "center"}
    named = vl.label(last, INK, dy=-9 if value >= 0 else 10, fontWeight="bold", **place)
    zero = vl.line(pd.DataFrame({"x": [first, end], "y": [0.0, 0.0]}), MUTED, 1.0)
    return vl.layered(view, [*drawn, zero, named], axes, height=125)
