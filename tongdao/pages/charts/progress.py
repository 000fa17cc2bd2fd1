"""One indicator: its history with the path still required and the outlook, its years and months, its changes.

A chart holds no title and no source; those are words and stand beside it (``display.Figure``).
"""

import math

import pandas as pd

from tongdao.analysis import Gap
from tongdao.base import MONTHS, parse_period
from tongdao.document import FAN, INK, MAIN, MUTED, PALE, TARGET
from tongdao.pages.charts import vega_lite as vl
from tongdao.pages.wording import number, rounded, said
from tongdao.plan import Indicator
from tongdao.workbook import View

PAST_YEARS = 3  # drawn behind this year's curve; more would be a grey tangle
HEIGHT = 150
BARS = 24  # at most so many periods of change are drawn
USUAL_YEARS = 3  # past years whose mean stands behind this year's months


def largest(view: View, row: Gap) -> float:
    """The largest figure a chart of the indicator shows."""
    values = [*view.series(row.item)["value"].abs(), row.target, row.hi80]
    return max((value for value in values if not math.isnan(value)), default=0.0)


def chart_scale(view: View, row: Gap) -> vl.Scale:
    """The unit a chart of the indicator speaks in."""
    return vl.scale_of(row.item, largest(view, row))


def reading_points(view: View, row: Gap, scale: vl.Scale) -> pd.DataFrame:
    """The region's readings with year, month (1 to 12) and y: in the chart's unit, a net change from its base."""
    own = view.series(row.item)
    base = row.base if row.item.measure == "net" and not math.isnan(row.base) else 0.0
    return own.assign(year=own["end"] // 12, month=own["end"] % 12 + 1, y=(own["value"] - base) * scale.factor)


def restarts(item: Indicator) -> bool:
    """Whether the readings are cumulative and begin again each January."""
    return item.measure == "flow" and item.frequency != "year"


def one_year_target(view: View, item: Indicator) -> bool:
    """Whether the target is that of the curve's own year: a target over several years stands for no single one."""
    return not restarts(item) or item.accumulate == "year" or view.plan.years == 1


def ahead_points(row: Gap, scale: vl.Scale, known: pd.DataFrame, start: float, deadline: float) -> pd.DataFrame:
    """Target, path still required and fan of the outlook, each as two points: kind, x, y, low, high.

    The target's line begins at ``start``; path and fan begin at the last of the ``known`` readings (x, y).
    """
    low, point, high, target = (value * scale.factor for value in (row.lo80, row.point, row.hi80, row.target))

    def course(kind: str, x: float, y: float, end: float, *fan: float) -> list[tuple[object, ...]]:
        return [(kind, x, y, y, y), (kind, deadline, end, *(fan or (end, end)))]

    made: list[tuple[object, ...]] = []
    if not math.isnan(target) and not row.item.target_region:
        made += course("target", start, target, target)
    if len(known) and not row.few:
        x, y = float(known["x"].iloc[-1]), float(known["y"].iloc[-1])
        if made and row.gap > 0:
            made += course("path", x, y, target)
        if not math.isnan(point):
            made += course("fan", x, y, point, low, high)
    return pd.DataFrame(made, columns=["kind", "x", "y", "low", "high"])


def progress_chart(view: View, row: Gap, *, width: str = "half") -> vl.Spec:
    """A flow as the year's cumulative curve over past years' curves, anything else over the years.

    The fan reaches the 80 % interval at the deadline; the dashed line is the path still required.
    """
    scale = chart_scale(view, row)
    own = reading_points(view, row, scale)
    if restarts(row.item):
        return _within_year(view, row, scale, own)
    return _over_years(view, row, scale, own, ticks=4 if width == "half" else 9)


def _within_year(view: View, row: Gap, scale: vl.Scale, own: pd.DataFrame) -> vl.Spec:
    frame = own.assign(x=own["month"], year=own["year"].astype(str))
    past = frame[own["year"].between(view.month.year - PAST_YEARS, view.month.year - 1)]
    now = frame[own["year"] == view.month.year]
    step = {"interpolate": "step-after"} if row.item.counts else {}
    # years that end at the same height would print over one another: one label names them together
    ends = past[past["x"] == 12].groupby("y")["year"].agg("、".join).rename("name").reset_index().assign(x=12.15)
    own_target = one_year_target(view, row.item)
    low, high = _range(row, scale, [*past["y"], *now["y"]], ahead=own_target)
    axes = vl.Axes((1, 12), (low, high), [1, 3, 6, 9, 12], "datum.value + '月'", scale.whole)
    layers = [
        vl.line(past, PALE, 1.2, detail="year", **step),
        vl.label(vl.spread(ends, (high - low) / 9), MUTED),
        *(_ahead(row, ahead_points(row, scale, now, 1.0, 12.0)) if own_target else []),
        vl.line(now, MAIN, 2.6, **step),
        *_last_figure(now, row, scale, 0.0),  # under the point run the steps of past years
    ]
    return vl.layered(view, layers, axes)


def _over_years(view: View, row: Gap, scale: vl.Scale, own: pd.DataFrame, *, ticks: int) -> vl.Spec:
    deadline = (view.plan.last_month.end + 1) / 12
    frame = own.assign(x=(own["end"] + 1) / 12)
    frame = frame[frame["x"] >= deadline - 13]
    first = float(frame["x"].min()) if len(frame) else deadline - 1
    layers: list[vl.Spec] = []
    values = list(frame["y"])
    if row.item.target_region:
        other = view.series(row.item, row.item.target_region)
        rival = pd.DataFrame({"x": (other["end"] + 1) / 12, "y": other["value"] * scale.factor})
        rival = rival[rival["x"] >= first]
        values += list(rival["y"])
        name = rival.head(1).assign(name=view.plan.region_name(row.item.target_region))
        layers += [vl.line(rival, TARGET, 1.8, strokeDash=[6, 3]), vl.label(name, TARGET, dy=-11)]
    low, high = _range(row, scale, values)
    years = range(math.ceil(first), math.floor(deadline) + 1)
    shown = list(years)[:: -max(1, math.ceil(len(years) / ticks))]
    axes = vl.Axes((first, deadline), (low, high), shown, "format(datum.value - 1, 'd')", scale.whole)
    step = {"interpolate": "step-after"} if row.item.measure == "net" else {}
    layers += [
        *_ahead(row, ahead_points(row, scale, frame, first, deadline)),
        vl.line(frame, MAIN, 2.4, **step),
        *_last_figure(frame, row, scale, high - low),
    ]
    return vl.layered(view, layers, axes)


def _ahead(row: Gap, frame: pd.DataFrame) -> list[vl.Spec]:
    """The fan of the outlook, the target, and the path still required to it."""
    fan, target, path = (frame[frame["kind"] == kind] for kind in ("fan", "target", "path"))
    band = {"x": "x:Q", "y": "low:Q", "y2": "high"}
    name = target.head(1).assign(name="目标" + said(row.target, row.item))
    layers = [
        (fan, vl.mark("area", fan, band, color=FAN, opacity=1)),
        (fan, vl.line(fan, MAIN, 1.2, strokeDash=[2, 2])),
        (target, vl.line(target, TARGET, 1.2)),
        (target, vl.label(name, TARGET, dx=2, dy=-9)),
        (path, vl.line(path, TARGET, 1.6, strokeDash=[5, 3])),
    ]
    return [layer for drawn, layer in layers if len(drawn)]


def _last_figure(frame: pd.DataFrame, row: Gap, scale: vl.Scale, height: float) -> list[vl.Spec]:
    """The last figure, as a point with its number; under the point where the target's line would cross it."""
    last = frame.tail(1)
    if last.empty:
        return []
    value = float(last["y"].iloc[0])
    named = last.assign(name=number(value, whole=scale.whole))
    crossed = not row.item.target_region and 0 < row.target * scale.factor - value < height / 8
    place = {"align": "center", "dy": 13 if crossed else -11, "fontWeight": "bold"}
    edge, words = vl.edged(vl.label(named, INK, **place))
    return [edge, vl.points(last, MAIN), words]


def _range(row: Gap, scale: vl.Scale, values: list[float], *, ahead: bool = True) -> tuple[float, float]:
    """The y range: from zero for what is counted, with room above for a label."""
    coming = (row.target, row.lo80, row.hi80) if ahead else ()
    known = [*values, *(value * scale.factor for value in coming if not math.isnan(value))]
    low, high = min(known, default=0.0), max(known, default=1.0)
    if row.item.measure in ("flow", "net"):
        low = min(low, 0.0)
    room = (high - low or 1.0) * 0.14
    return (low if low == 0 else low - room / 2), high + room


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
