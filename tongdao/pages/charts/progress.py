"""One indicator in one chart: history, the path still required, the outlook.

A chart holds no title and no source; those are words and stand beside it (``display.Figure``).
"""

import math

import pandas as pd

from tongdao.analysis import Gap
from tongdao.document import FAN, INK, MAIN, MUTED, PALE, TARGET
from tongdao.pages.charts.vega_lite import Axes, Scale, Spec, label, layered, line, mark, points, scale_of, spread
from tongdao.pages.wording import number, said
from tongdao.workbook import View

PAST_YEARS = 3  # drawn behind this year's curve; more would be a grey tangle


def largest(view: View, row: Gap) -> float:
    """The largest figure a chart of the indicator shows."""
    values = [*view.series(row.item)["value"].abs(), row.target, row.hi80]
    return max((value for value in values if not math.isnan(value)), default=0.0)


def progress_chart(view: View, row: Gap, *, width: str = "half") -> Spec:
    """A flow as the year's cumulative curve over past years' curves, anything else over the years.

    The fan reaches the 80 % interval at the deadline; the dashed line is the path still required.
    """
    scale = scale_of(row.item, largest(view, row))
    if row.item.measure == "flow" and row.item.frequency != "year":
        return _within_year(view, row, scale)
    return _over_years(view, row, scale, ticks=4 if width == "half" else 9)


def _within_year(view: View, row: Gap, scale: Scale) -> Spec:
    own = view.series(row.item)
    year = own["end"] // 12
    frame = pd.DataFrame({"x": own["end"] % 12 + 1, "y": own["value"] * scale.factor, "year": year.astype(str)})
    past = frame[(year < view.month.year) & (year >= view.month.year - PAST_YEARS)]
    now = frame[year == view.month.year]
    step = {"interpolate": "step-after"} if row.item.counts else {}
    # years that end at the same height would print over one another: one label names them together
    ends = past[past["x"] == 12].groupby("y")["year"].agg("、".join).rename("name").reset_index().assign(x=12.15)
    one_year = view.plan.years == 1 or row.item.accumulate == "year"  # else the target is not this year's
    low, high = _range(row, scale, [*past["y"], *now["y"]], ahead=one_year)
    axes = Axes((1, 12), (low, high), [1, 3, 6, 9, 12], "datum.value + '月'", scale.whole)
    layers = [
        line(past, PALE, 1.2, detail="year", **step),
        label(spread(ends, (high - low) / 9), MUTED),
        *(_ahead(row, scale, now, 12.0, 1.0) if one_year else []),
        line(now, MAIN, 2.6, **step),
        *_standing(now, row, scale, 0.0),  # under the point run the steps of past years
    ]
    return layered(layers, axes, example=view.plan.example)


def _over_years(view: View, row: Gap, scale: Scale, *, ticks: int) -> Spec:
    own = view.series(row.item)
    base = row.base if row.item.measure == "net" and not math.isnan(row.base) else 0.0
    frame = pd.DataFrame({"x": (own["end"] + 1) / 12, "y": (own["value"] - base) * scale.factor})
    deadline = (view.plan.last_month.end + 1) / 12
    frame = frame[frame["x"] >= deadline - 13]
    first = float(frame["x"].min()) if len(frame) else deadline - 1
    layers: list[Spec] = []
    values = list(frame["y"])
    if row.item.target_region:
        other = view.series(row.item, row.item.target_region)
        rival = pd.DataFrame({"x": (other["end"] + 1) / 12, "y": other["value"] * scale.factor})
        rival = rival[rival["x"] >= first]
        values += list(rival["y"])
        name = rival.head(1).assign(name=view.plan.region_name(row.item.target_region))
        layers += [line(rival, TARGET, 1.8, strokeDash=[6, 3]), label(name, TARGET, dy=-11)]
    low, high = _range(row, scale, values)
    years = range(math.ceil(first), math.floor(deadline) + 1)
    shown = list(years)[:: -max(1, math.ceil(len(years) / ticks))]
    axes = Axes((first, deadline), (low, high), shown, "format(datum.value - 1, 'd')", scale.whole)
    step = {"interpolate": "step-after"} if row.item.measure == "net" else {}
    layers += [
        *_ahead(row, scale, frame, deadline, first),
        line(frame, MAIN, 2.4, **step),
        *_standing(frame, row, scale, high - low),
    ]
    return layered(layers, axes, example=view.plan.example)


def _ahead(row: Gap, scale: Scale, now: pd.DataFrame, x1: float, x0: float) -> list[Spec]:
    """The fan of the outlook, the target, and the path still required to it."""
    layers: list[Spec] = []
    last = now.tail(1)
    if not math.isnan(row.point) and len(last) and not row.few:
        x, y = float(last["x"].iloc[0]), float(last["y"].iloc[0])
        low, middle, high = (value * scale.factor for value in (row.lo80, row.point, row.hi80))
        fan = pd.DataFrame({"x": [x, x1], "low": [y, low], "high": [y, high], "y": [y, middle]})
        layers.append(mark("area", fan, {"x": "x:Q", "y": "low:Q", "y2": "high"}, color=FAN, opacity=1))
        layers.append(line(fan[["x", "y"]], MAIN, 1.2, strokeDash=[2, 2]))
    if not math.isnan(row.target) and not row.item.target_region:
        target = row.target * scale.factor
        layers.append(line(pd.DataFrame({"x": [x0, x1], "y": [target] * 2}), TARGET, 1.2))
        words = "目标" + said(row.target, row.item)
        layers.append(label(pd.DataFrame({"x": [x0], "y": [target], "name": [words]}), TARGET, dx=2, dy=-9))
        if len(last) and row.gap > 0 and not row.few:
            layers.append(line(pd.concat([last, last.assign(x=x1, y=target)]), TARGET, 1.6, strokeDash=[5, 3]))
    return layers


def _standing(frame: pd.DataFrame, row: Gap, scale: Scale, height: float) -> list[Spec]:
    """The last figure, as a point with its number; under the point where the target's line would cross it."""
    last = frame.tail(1)
    if last.empty:
        return []
    named = last.assign(name=number(float(last["y"].iloc[0]), whole=scale.whole))
    crossed = not row.item.target_region and 0 < row.target * scale.factor - float(last["y"].iloc[0]) < height / 8
    place = {"align": "center", "dy": 13 if crossed else -11, "fontWeight": "bold"}
    edge = label(named, "white", stroke="white", strokeWidth=4, **place)  # a line that passes does so behind the number
    return [edge, points(last, MAIN), label(named, INK, **place)]


def _range(row: Gap, scale: Scale, values: list[float], *, ahead: bool = True) -> tuple[float, float]:
    """The y range: from zero for what is counted, with room above for a label."""
    coming = (row.target, row.lo80, row.hi80) if ahead else ()
    known = [*values, *(value * scale.factor for value in coming if not math.isnan(value))]
    low, high = min(known, default=0.0), max(known, default=1.0)
    if row.item.measure in ("flow", "net"):
        low = min(low, 0.0)
    room = (high - low or 1.0) * 0.14
    return (low if low == 0 else low - room / 2), high + room
