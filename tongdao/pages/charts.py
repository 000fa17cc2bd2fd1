"""Charts: an indicator's course and changes, all targets ranked, and one region among the others.

A chart holds no title and no source; those are words and stand beside it (``display.Figure``).
"""

import json
import math
from collections.abc import Sequence

import pandas as pd

from tongdao.analysis import Comparison, Gap, region_points, wholes, yearly_values
from tongdao.base import parse_period
from tongdao.document import FAN, INK, MAIN, MUTED, PALE, RULE, TARGET, style
from tongdao.pages import frames, vega_lite as vl
from tongdao.pages.frames import Scale
from tongdao.pages.summary import in_all, needed, usual
from tongdao.pages.wording import number, percent, plain_target, rounded
from tongdao.plan import Indicator
from tongdao.workbook import View

PAST_YEARS = 3  # drawn behind this year's curve; more would be a grey tangle
HEIGHT = 150
BARS = 24  # at most so many periods of change are drawn
ROW = 21  # height of a row of names, px
AROUND = 48  # of the axis below and the words above
LINE = 13  # of a label
CROWD = 38  # digits that stand side by side in a half chart
FONT, FULL, NAMES = 11, 590, 300  # px of type, of a whole chart without its edges, of its longest name
MOST = 3.0  # required ratios past this are drawn at the edge


def progress_chart(row: Gap, *, width: str = "half", height: int = vl.HEIGHT) -> vl.Spec:
    """A flow as its cumulative curve over past years' curves, anything else over the years.

    The curve is the year's, or where the target speaks of other months the sum since its first one. The fan reaches
    the 80 % interval at the deadline; the dashed line is the path still required.
    """
    ticks = 4 if width == "half" else 9
    if not row.item.restarts:
        return vl.layered(row.view, *_over_years(row, ticks=ticks), height=height)
    made = _within_year(row, height) if frames.one_year_target(row) else _over_window(row, ticks=ticks)
    return vl.layered(row.view, *made, height=height)


def _within_year(row: Gap, height: int) -> tuple[list[vl.Spec], vl.Axes]:
    scale, this = frames.chart_scale(row), row.view.month.year
    own = frames.reading_points(row, scale)
    frame = own.assign(x=own["month"], year=own["year"].astype(str))
    past, now = frame[own["year"].between(this - PAST_YEARS, this - 1)], frame[own["year"] == this]
    step = {"interpolate": "step-after"} if row.item.counts else {}
    # years that end at the same height would print over one another: one label names them together
    ends = past[past["x"] == 12].groupby("y")["year"].agg("、".join).rename("name").reset_index().assign(x=12.15)
    aimed = row.aim.window.first // 12 == this
    low, high = _range(row, scale, [*past["y"], *now["y"]], ahead=aimed)
    axes = vl.Axes((1, 12), (low, high), [1, 3, 6, 9, 12], "datum.value + '月'", scale.whole)
    layers = [
        vl.line(past, PALE, 1.2, detail="year", **step),
        vl.label(vl.spread(ends, (high - low) * LINE / (height - AROUND)), MUTED),
        *(_ahead(row, frames.ahead_points(row, scale, now, 1.0, 12.0)) if aimed else []),
        vl.line(now, MAIN, 2.6, **step),
        *_last_figure(now, row, scale, 0.0),  # under the point run the steps of past years
    ]
    return layers, axes


def _over_window(row: Gap, *, ticks: int) -> tuple[list[vl.Spec], vl.Axes]:
    """The sum since the window's first month, over its months; behind it the same months of years before."""
    scale, window = frames.chart_scale(row), row.aim.window
    now = frames.window_points(row, scale)
    back = range(12, 12 * PAST_YEARS + 1, 12) if window.months == 12 else []
    past = pd.concat(
        [frames.window_points(row, scale, months).assign(year=str(months)) for months in back] or [now[:0]]
    )
    marks = frames.interim_points(row, scale, lambda end: float(window.gone(end)))
    low, high = _range(row, scale, [*past["y"], *now["y"], *marks["y"]])
    step = -(-window.months // (3 * ticks - 3)) * 3
    shown = list(range(window.months, 0, -step))[::-1]
    names = [f"{(window.first + at - 1) // 12}年{(window.first + at - 1) % 12 + 1}月" for at in shown]
    words = f"{json.dumps(names, ensure_ascii=False)}[indexof({shown}, datum.value)]"
    axes = vl.Axes((1, window.months), (low, high), shown, words, scale.whole)
    stepped = {"interpolate": "step-after"} if row.item.counts else {}
    layers = [
        vl.line(past, PALE, 1.2, detail="year", **stepped),
        *_ahead(row, frames.ahead_points(row, scale, now, 1.0, float(window.months))),
        *_interims(marks),
        vl.line(now, MAIN, 2.6, **stepped),
        *_last_figure(now, row, scale, 0.0),
    ]
    return layers, axes


def _interims(marks: pd.DataFrame) -> list[vl.Spec]:
    """Targets on the way, each a diamond with its number."""
    look = {"color": TARGET, "shape": "diamond", "size": 60, "filled": False, "opacity": 1}
    return [vl.mark("point", marks, {"x": "x:Q", "y": "y:Q"}, **look), vl.label(marks, TARGET, align="center", dy=-12)]


def _over_years(row: Gap, *, ticks: int) -> tuple[list[vl.Spec], vl.Axes]:
    scale, plan, region = frames.chart_scale(row), row.view.plan, row.item.target_region
    deadline = (row.aim.window.last + 1) / 12
    frame = frames.reading_points(row, scale)
    frame = frame.assign(x=(frame["end"] + 1) / 12)[(frame["end"] + 1) / 12 >= deadline - 13]
    first = float(frame["x"].min()) if len(frame) else deadline - 1
    other = row.view.series(row.item, region) if region else row.own[:0]
    rival = pd.DataFrame({"x": (other["end"] + 1) / 12, "y": other["value"] * scale.factor})
    rival = rival[rival["x"] >= first].assign(name=plan.region_name(region or ""))
    marks = frames.interim_points(row, scale, lambda end: (end + 1) / 12)
    low, high = _range(row, scale, [*frame["y"], *rival["y"], *marks["y"]])
    if row.item.measure == "rank":  # the first place stands on top
        low, high = high, max(low, 0.5)
    years = range(math.ceil(first), math.floor(deadline) + 1)
    shown = list(years)[:: -max(1, math.ceil(len(years) / ticks))]
    axes = vl.Axes((first, deadline), (low, high), shown, "format(datum.value - 1, 'd')", scale.whole)
    step = {"interpolate": "step-after"} if row.item.traits.net else {}
    layers = [
        *(_rival(rival, frame) if len(rival) else []),
        *_ahead(row, frames.ahead_points(row, scale, frame, first, deadline)),
        *_interims(marks),
        vl.line(frame, MAIN, 2.4, **step),
        *_last_figure(frame, row, scale, high - low),
    ]
    return layers, axes


def _rival(rival: pd.DataFrame, own: pd.DataFrame) -> list[vl.Spec]:
    """Another region's course, its name where the own one is farthest from it and on the other side."""
    above = rival["x"].map(own.set_index("x")["y"]).sub(rival["y"]).fillna(0.0).to_numpy()
    at = int(abs(above).argmax())
    side = {"align": "left" if 2 * at < len(rival) else "right", "dy": 13 if above[at] > 0 else -11}
    return [vl.line(rival, TARGET, 1.8, strokeDash=[6, 3]), vl.label(rival[at : at + 1], TARGET, **side)]


def _ahead(row: Gap, frame: pd.DataFrame) -> list[vl.Spec]:
    """The fan of the outlook, the target, and the path still required to it."""
    fan, target, path = (frame[frame["kind"] == kind] for kind in ("fan", "target", "path"))
    band = {"x": "x:Q", "y": "low:Q", "y2": "high"}
    name = target.head(1).assign(name=f"目标{plain_target(row)}")
    return [
        vl.mark("area", fan, band, color=FAN, opacity=1),
        vl.line(fan, MAIN, 1.2, strokeDash=[2, 2]),
        vl.line(target, TARGET, 1.2),
        vl.label(name, TARGET, dx=2, dy=-9),
        vl.line(path, TARGET, 1.6, strokeDash=[5, 3]),
    ]


def _last_figure(frame: pd.DataFrame, row: Gap, scale: Scale, height: float) -> list[vl.Spec]:
    """The last figure, as a point with its number; under the point where the target's line would cross it."""
    last = frame.tail(1)
    if last.empty:
        return []
    value = float(last["y"].iloc[0])
    crossed = not row.item.target_region and 0 < row.target * scale.factor - value < height / 8
    first = len(frame) == 1  # it stands on the axis, whose own figures its number must not join (200|0)
    place = {"align": "left" if first else "center", "dx": 7 if first else 0, "dy": 13 if crossed else -11}
    named = last.assign(name=number(value, whole=scale.whole))
    edge, words = vl.edged(vl.label(named, INK, fontWeight="bold", **place))
    point = vl.mark("point", last, {"x": "x:Q", "y": "y:Q"}, color=MAIN, filled=True, size=46, opacity=1)
    return [edge, point, words]


def _range(row: Gap, scale: Scale, values: list[float], *, ahead: bool = True) -> tuple[float, float]:
    """The y range: from zero for what is counted, with room above for a label."""
    coming = (row.target, row.lo80, row.hi80) if ahead else ()
    known = [*values, *(value * scale.factor for value in coming if not math.isnan(value))]
    zero = [0.0] if row.item.traits.counted else []
    low, high = min(known + zero, default=0.0), max(known, default=1.0)
    room = (high - low or 1.0) * 0.14
    return (low if low == 0 else low - room / 2), high + room


def units_chart(rows: Sequence[Gap], *, columns: int = 3) -> vl.Spec | None:
    """Targets of one to three as panels: a dot for each unit of the past years and this one, a ring for each that is
    missing; None without readings."""
    places = [frames.unit_points(row, PAST_YEARS) for row in rows if len(row.own)]
    if not places:
        return None
    frame = pd.concat(places)
    most = int(frame["y"].max())
    x = vl.field("year:O", title=None, axis={"labelAngle": 0, "ticks": False, "domainColor": RULE})
    y = vl.field("y:Q", axis=None, scale={"domain": [0.3, most + 0.7]})
    kinds = {"已有": (MUTED, MUTED), "今年": (MAIN, MAIN), "尚缺": (TARGET, "white")}
    colour, fill = (
        vl.field("kind:N", legend=None, scale={"domain": list(kinds), "range": [look[at] for look in kinds.values()]})
        for at in (0, 1)
    )
    dots = vl.mark("point", None, {"x": x, "y": y, "color": colour, "fill": fill}, shape="circle", size=70, opacity=1)
    none = vl.mark("text", None, {"x": x, "y": y, "text": vl.field("none:N")}, color=MUTED, fontSize=11)
    drawn = {"layer": [dots | {"transform": [{"filter": "datum.none == ''"}]}, none], "height": 15 * most + 12}
    if len(places) == 1:
        return vl.themed({"data": vl.rows(frame), "width": 230, **drawn})
    header = {"title": None, "labelFontSize": 11, "labelPadding": 4, "labelColor": INK, "labelAnchor": "start"}
    facet = vl.field("name:N", sort=list(dict.fromkeys(frame["name"])), header=header)
    made = {"data": vl.rows(frame), "facet": facet, "spec": {"width": 500 // columns - 20, **drawn}}
    return vl.themed(made, columns=columns, spacing={"row": 14, "column": 34})


def yearly_chart(row: Gap, scale: Scale) -> vl.Spec | None:
    """A flow's yearly totals as bars, the running year's in a lighter tone; None without a whole year."""
    own = row.own[row.own["since"] % 12 == 0]
    last = own.groupby(own["end"] // 12).tail(1)
    if len(last) < 2:
        return None
    whole = (last["end"] % 12 == 11).map({True: "全年", False: "当年累计"})
    frame = pd.DataFrame({"year": (last["end"] // 12).astype(str), "y": last["value"] * scale.factor, "whole": whole})
    frame["name"] = [number(float(value), whole=scale.whole) for value in frame["y"]]
    crowded = len(frame) * (frame["name"].str.len().max() + 1) > CROWD
    named = frame.tail(1) if crowded else frame  # numbers of many bars would print over each other
    shown = list(frame["year"])[:: -max(1, -(-len(frame) // 7))]  # the last year is named
    x = vl.field("year:N", title=None, axis={"labelAngle": 0, "values": shown})
    low, high = min(0.0, float(frame["y"].min())), float(frame["y"].max())
    axis = vl.figures_axis(0, high, whole=scale.whole)
    y = vl.field("y:Q", title=None, scale={"domain": [low, high * 1.18]}, axis=axis)
    colour = vl.field("whole:N", legend=None, scale={"domain": ["全年", "当年累计"], "range": [PALE, MAIN]})
    layers = [
        vl.mark("bar", frame, {"x": x, "y": y, "color": colour}, width={"band": min(0.8, 0.1 * len(frame))}),
        vl.mark("text", named, {"x": x, "y": "y:Q", "text": "name:N"}, dy=-8),
    ]
    return vl.layered(row.view, layers, height=HEIGHT)


def profile_chart(view: View, found: pd.DataFrame, item: Indicator, scale: Scale) -> vl.Spec:
    """This year's months as narrow bars over the wide pale bars of the past years' mean."""
    monthly = item.frequency == "month"
    shown = [part for part in found["part"] if not monthly or part % 3 == 0 or part == 1]
    words = "datum.label + '月'" if monthly else "datum.label + '季度'"
    high = math.ceil(found[["usual", "this"]].max().max() * scale.factor)
    x = vl.field("part:O", title=None, axis={"labelAngle": 0, "ticks": False, "values": shown, "labelExpr": words})
    y = vl.field("y:Q", title=None, axis=vl.figures_axis(0, high, whole=scale.whole))

    def bars(name: str, colour: str, band: float) -> vl.Spec:
        frame = found.assign(y=found[name] * scale.factor).dropna(subset="y")
        return vl.mark("bar", frame, {"x": x, "y": y}, color=colour, width={"band": band})

    return vl.layered(view, [bars("usual", "#cdd3da", 0.9), bars("this", MAIN, 0.45)], height=HEIGHT)


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
    room = (high - low or 1.0) * 0.3  # for the number over the last bar
    middles = [year + 0.5 for year in range(int(first), int(end) + 1) if first <= year + 0.5 <= end]
    ticks = middles[:: -max(1, -(-len(middles) // 8))] or [(first + end) / 2]
    value, crowded = float(frame["y"].iloc[-1]), len(frame) > 12
    y_range = (low - room if low < 0 else 0.0, high + room if high > 0 or value == 0 else 0.0)
    axes = vl.Axes((first, end), y_range, ticks, "format(floor(datum.value), 'd')", whole)
    bars = frame.assign(x1=frame["x"] - 0.4 * span, x2=frame["x"] + 0.4 * span, zero=0.0)
    signed = [(bars[bars["y"] >= 0], MAIN), (bars[bars["y"] < 0], TARGET)]
    sides = {"x": "x1:Q", "x2": "x2", "y": "zero:Q", "y2": "y"}
    drawn = [vl.mark("bar", part, sides, color=colour) for part, colour in signed]
    near = frame["y"].tail(3 if crowded else 1)  # a number is wider than a thin bar: it stands clear of its neighbours
    clear = near.max() if value >= 0 else near.min()
    last = frame.tail(1).assign(y=clear, name=rounded(value, 2 if high - low < 20 else 1))
    place = {"align": "right", "dx": 8} if crowded else {"align": "center"}
    named = vl.label(last, INK, dy=-9 if value >= 0 else 10, fontWeight="bold", **place)
    zero = vl.line(pd.DataFrame({"x": [first, end], "y": [0.0, 0.0]}), MUTED, 1.0)
    return vl.layered(view, [*drawn, zero, named], axes, height=125)


def completion_chart(rows: Sequence[Gap]) -> vl.Spec | None:
    """Completion of each target, the least first, against the plan's time and usual pace; None without any.

    Targets of a few are not among them: 0／1 is no percentage (``units_chart``).
    """
    told = (row for row in rows if not (math.isnan(row.completion) or row.few or frames.in_units(row)))
    ranked = sorted(told, key=lambda row: row.completion)
    frame = frames.completion_points(ranked)
    frame["name"] = [f"{row.item.name}　{percent(row.completion)}" for row in ranked]
    return _ranked(ranked, frame, "计划时间", frames.CAP, {"format": "%", "values": [0, 0.5, 1]})


def required_chart(rows: Sequence[Gap]) -> vl.Spec | None:
    """What each month left must bring, in multiples of what is usual, the hardest first; None without any."""
    ranked = sorted((row for row in rows if row.required_ratio > 0), key=lambda row: -row.required_ratio)
    frame = pd.DataFrame({
        "name": [f"{row.item.name}　{row.required_ratio:.1f} 倍" for row in ranked],
        "x": [min(row.required_ratio, MOST) for row in ranked],
        "words": [_asked(row) for row in ranked],
        "light": [row.light for row in ranked],
    })  # fmt: skip
    more = "datum.value == 3 ? ' 倍以上' : " if any(row.required_ratio > MOST for row in ranked) else ""
    aside = {"test": "datum.value == 3 && width < 200", "value": "right"}  # a phone has no room beyond the last mark
    align = {"labelAlign": {"condition": aside, "value": "center"}} if more else {}
    axis = {"values": [0, 1, 2, 3], "labelExpr": f"datum.value + ({more}' 倍')"} | align
    return _ranked(ranked, frame, "往年水平", MOST + 0.3, axis, pace=1.0)


def _asked(row: Gap) -> str:
    """What the rest must bring, against what it brought in past years."""
    if not row.required_per_month > 0:
        return f"还需{needed(row)}"
    return f"{'' if in_all(row) else '每月需'}{needed(row)}，{usual(row)}"


def _ranked(
    rows: Sequence[Gap], frame: pd.DataFrame, line: str, width: float, axis: vl.Spec, pace: float = 0.0
) -> vl.Spec | None:
    """Names with their figures down the side, a stalk from ``pace`` to each light, an upright line there or now, and
    ``words`` in a column behind: no text stands among the marks, and none where a phone has no room for it."""
    if frame.empty:
        return None
    view = rows[0].view
    y = vl.names_down(frame["name"], labelLimit=NAMES, labelPadding=8)
    frame, told = frame.assign(start=pace, behind=width), "words" in frame
    words, names = (FONT * max(map(style.widest, frame.get(each, [""]))) for each in ("words", "name"))
    narrow, whole = f"width < {1.5 * words:.0f}", width / (1 - words / (FULL - min(names, NAMES)))
    most = {"expr": f"{narrow} ? {width} : {whole:.2f}"} if told else width
    x = vl.field("x:Q", title=None, scale={"domainMin": 0, "domainMax": most, "nice": False}, axis=axis)
    tick = {"color": MUTED, "thickness": 2, "size": 13}
    layers = [
        vl.mark("rule", frame, {"y": y, "x": x, "x2": "start"}, color=RULE, strokeWidth=4),
        *([vl.mark("tick", frame, {"y": y, "x": "usual:Q"}, **tick)] if "usual" in frame else []),
        *vl.upright(pace or view.plan.time.pace(view.month.end), line),
        vl.mark("point", frame, {"y": y, "x": "x:Q", **vl.light_channels()}, filled=True, size=80, opacity=1),
    ]
    if told:
        text = vl.field("words:N", condition={"test": narrow, "value": ""})
        layers.append(vl.mark("text", frame, {"y": y, "x": "behind:Q", "text": text}, align="left"))
    return vl.layered(view, layers, height=ROW * len(frame) + AROUND)


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
    bars = vl.mark("bar", frame, {"y": y, "x": x, "color": vl.field("colour:N", scale=None)}, height=8)
    words = vl.mark("text", frame, {"y": y, "x": "value:Q", "text": "words:N"}, fontSize=10, align="left", dx=4)
    return vl.layered(view, [bars, line_at, *vl.edged(words), name], height=14 * len(frame))


def regions_chart(view: View, item: Indicator) -> vl.Spec | None:
    """Own region and the whole over every region's course and the median; None for fewer than two periods."""
    frame = region_points(view, item)
    parts = frame[frame["kind"] != "whole"]
    own = parts[parts["kind"] == "own"]
    if frame["x"].nunique() < 2 or own.empty:
        return None
    middle = parts.groupby("x")["y"].median().reset_index()
    # a few regions far ahead would press all others flat: the range ends above the ninth tenth of them
    high = max(float(parts["y"].quantile(0.92)), float(own["y"].max()) * 1.15)
    first, last = int(frame["x"].min()), int(frame["x"].max())
    layers: list[vl.Spec] = [
        vl.line(parts, "#dfe3e8", 1.0, detail="region", clip=True),
        vl.line(middle, MUTED, 1.8, strokeDash=[5, 3]),
        vl.line(own, MAIN, 2.6),
    ]
    ends = [(middle.tail(1), "中位数", MUTED), (own.tail(1), view.plan.region_name(view.plan.region), MAIN)]
    for code in sorted(wholes(view.plan)):
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
    y = vl.field("y:Q", axis=None, scale={"zero": False})
    places = {"x": vl.field("x:Q", axis=None, scale={"zero": False, "nice": False}), "y": y}
    # bold, not only blue: print may be grey. Widths by mark, for the theme's own would win over an encoding.
    panel = [
        vl.mark("line", None, places, color=colour, strokeWidth=width) | {"transform": [{"filter": which}]}
        for which, colour, width in (("!datum.own", MUTED, 1.4), ("datum.own", MAIN, 3.2))
    ]
    title = "示例数据" if view.plan.example else None
    header = {"title": title, "titleColor": MUTED, "labelFontSize": 10, "labelPadding": 2}
    made = {
        "data": vl.rows(frame),
        "facet": vl.field("name:N", sort=list(found.ranking["name"]), header=header),
        "spec": {"layer": panel, "width": 64, "height": 34},
        "resolve": {"scale": {"y": "independent"}},
    }
    return vl.themed(made, columns=8, bounds="flush", spacing={"row": 24, "column": 11})
