"""One indicator in one chart: history, the path still required, the outlook.

A chart holds no title and no source; those are words and stand beside it (``display.Figure``).
"""

import math

import pandas as pd

from tongdao.analysis import Gap
from tongdao.document import FAN, INK, MAIN, MUTED, PALE, TARGET
from tongdao.pages.charts import vega_lite as vl
from tongdao.pages.wording import number, said
from tongdao.plan import Indicator
from tongdao.workbook import View

PAST_YEARS = 3  # drawn behind this year's curve; more would be a grey tangle


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
