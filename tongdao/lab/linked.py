"""Linked views of many indicators, one of them looked at closely, and the widget that draws them without a network.

Each view moves with the choice, without a kernel. ``focus`` is set by a click in the ranking or the map of verdicts, or
by the list below the charts, which the keyboard reaches; ``at`` is the month under the pointer, marked in every view.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import anywidget
import pandas as pd
import traitlets

from tongdao.analysis import Gap, wholes
from tongdao.document import FAN, FONT, INK, LOCALE, MAIN, MUTED, PALE, RULE, TARGET, WORDS, bundle, config
from tongdao.lab import frames
from tongdao.pages import CAP, SIGNS, Spec, field, light_channels, mark, names_down, rows as inline, themed
from tongdao.workbook import View

ROW = 17  # px a name takes
RANKING, NAMES, MONTH = 370, 215, 22
WIDTH, SIDE, WHOLE, HEIGHT = 350, 222, 640, 180  # what stands beside the lists on a screen of 1024 px
EXTENT = 44  # for the figures of an axis: the picture keeps its size when another indicator brings longer ones
#: Where the package's own font is not installed, the system's own Chinese one.
SCREEN_FONT = f"{FONT}, Microsoft YaHei, PingFang SC, Noto Sans CJK SC, sans-serif"
#: Words of the menu at a chart's corner; nothing in it leads out of the house.
MENU = {
    "actions": {"export": True, "source": False, "compiled": False, "editor": False},
    "config": dict(WORDS),
    "logLevel": 1,  # errors: of a layer without marks (no month is pointed at) Vega warns
    "i18n": {"PNG_ACTION": "保存为 PNG", "SVG_ACTION": "保存为 SVG", "CLICK_TO_VIEW_ACTIONS": "点击保存图片"},
}
_READING = {"period": "时间", "value": "数值", "status": "状态", "source": "来源", "recorded": "记录日期"}
_CLAUSE = {"clause": "条款", "quote": "原文"}
_APART = {"scale": {"color": "independent"}}
#: What ``_params`` sets, by name: the indicator looked at, the month under the pointer, the region under it.
_PICK, _AT, _NEAR = ({"param": name, "empty": False} for name in ("focus", "at", "region"))
_NOTHING = "rgba(0,0,0,0)"


def linked(
    view: View, rows: Sequence[Gap], gaps: Callable[[View], Sequence[Gap]], focus: str, *, regions: bool, firm: bool
) -> Spec:
    """The views of the rows, ``focus`` (an id) looked at; ``regions`` compares with other regions, else years.

    ``gaps`` is as for ``frames.verdicts``.
    """
    table, own = frames.summary(view, rows, firm=firm), frames.joined(rows, frames.history)
    names, past = list(table["name"]), frames.verdicts(view, gaps, firm=firm)
    data = {
        "summary": table,
        "pace": pd.DataFrame({"x": [view.plan.time.pace(view.month.end)]}),
        "history": own,
        "ahead": frames.joined(rows, frames.ahead),
        "verdicts": past[past["name"].isin(names)],
        "beside": frames.joined(rows, frames.regions) if regions else frames.changes(rows),
    }
    within = (own.get("age", pd.Series([-1])) >= 0).any()  # else every year is one figure
    width = SIDE if within else WHOLE
    beside = _regions(view, width, found=len(data["beside"]) > 0) if regions else _changes(width)
    over = {"hconcat": [_ranking(names), _verdicts(data["verdicts"], names)], "spacing": 24}
    below = {"hconcat": [_profile(rows), beside] if within else [beside], "spacing": 24, "resolve": _APART}
    made = {
        "title": SIGNS + ("　示例数据：读数均为虚构" if view.plan.example else ""),
        "params": _params(table, focus, regions=regions, within=bool(within)),
        "datasets": {name: inline(frame)["values"] for name, frame in data.items()},
        "vconcat": [over, _words(), _history(rows), below],
        "resolve": _APART,
    }
    return themed(made, config=json.loads(json.dumps(config()).replace(f'"{FONT}"', f'"{SCREEN_FONT}"')))


def _params(table: pd.DataFrame, focus: str, *, regions: bool, within: bool) -> list[dict[str, Any]]:
    """What the pointer and the list set, said once for the whole: each names the views that set it."""
    ids, names = list(table["id"]), list(table["name"])
    hover = {"type": "point", "on": "pointerover", "clear": "pointerout"}
    click = "click[event.item && event.item.datum && event.item.datum.id]"  # beside the marks it would unpick
    looked_at = {
        "name": "focus",
        "select": {"type": "point", "fields": ["id"], "on": click, "clear": False, "toggle": False},
        "value": [{"id": focus}],
        "bind": {"input": "select", "options": ids, "labels": names, "name": "细看的指标 "},
        "views": ["ranking", "verdicts"],
    }
    timed = ["verdicts", "history", *(["year"] if within else []), "beside"]
    at = {"name": "at", "select": hover | {"fields": ["end"]}, "views": timed}
    near = {"name": "region", "select": hover | {"fields": ["name"]}, "views": ["beside"]}
    return [looked_at, at, near] if regions else [looked_at, at]


def _layered(title: str, width: int, height: int, *layers: Spec) -> Spec:
    """Layers as one view."""
    words = {"text": title, "fontSize": 12, "anchor": "start", "frame": "group"}
    return {"title": words, "width": width, "height": height, "layer": list(layers)}


def _of(table: str, *tests: str | Spec) -> Spec:
    """The rows of one of the tables, which stand once in the whole, that pass the tests."""
    return {"data": {"name": table}, **({"transform": [{"filter": test} for test in tests]} if tests else {})}


def _readings(*tests: str | Spec) -> Spec:
    """The readings of the one looked at, with what the plan says of it."""
    said = {"lookup": "id", "from": {"data": {"name": "summary"}, "key": "id", "fields": list(_CLAUSE)}}
    return {"data": {"name": "history"}, "transform": [{"filter": _PICK}, said, *({"filter": test} for test in tests)]}


def _mark(rows: Spec, kind: str, channels: Spec, name: str = "", **style: Any) -> Spec:
    """One layer over the rows of a table; a parameter may be set in a layer with a name."""
    return {**({"name": name} if name else {}), **rows, **mark(kind, None, channels, **style)}


def _points(rows: Spec, name: str, channels: Spec) -> Spec:
    """A point for each reading, large enough to meet with the pointer; the month under the pointer stands out."""
    found = {"size": _by(_AT, 110, 28), "tooltip": _tips(_READING, _CLAUSE), **channels}
    return _mark(rows, "point", found, name, filled=True, color=MAIN, opacity=1)


def _by(test: Spec | str, yes: str | float, otherwise: str | float | Spec) -> Spec:
    """A channel that depends: on what a parameter sets, or on a test of the row."""
    condition = {"test": test} if isinstance(test, str) else test
    rest = otherwise if isinstance(otherwise, dict) else {"value": otherwise}
    return {"condition": {**condition, "value": yes}, **rest}


def _tips(*groups: dict[str, str]) -> list[Spec]:
    return [field(f"{name}:N", title=title) for group in groups for name, title in group.items()]


def _ranking(names: list[str]) -> Spec:
    # names stand inside, so that all views begin at one edge, and over the band of the one looked at
    y = names_down(names, labelLimit=NAMES - 10, labelAlign="left", labelPadding=0, zindex=1)
    scale = {"domain": [0, CAP], "range": [NAMES, RANKING - 60]}
    x = field("x:Q", title=None, scale=scale, axis={"format": "%", "values": [0, 0.5, 1], "domain": False})
    about = {"name": "指标", "target": "目标", "actual": "实际", "verdict": "判断", "reason": "依据"}
    tips = _tips(about, _CLAUSE, {"lead": "牵头"})
    rows, right = _of("summary"), {"value": "width"}
    lights = {"y": y, "x": "x:Q", "tooltip": tips, **light_channels()}
    band = {"y": y, "x": {"value": 0}, "x2": right, "color": _by(_PICK, "#e8eff6", "rgba(255,255,255,0)")}
    layers = [
        _mark(rows, "bar", {**band, "tooltip": tips}, "ranking", height=ROW - 1),
        _mark(rows, "bar", {"y": y, "x": x}, height=3, color=RULE),
        _mark(_of("pace"), "rule", {"x": "x:Q"}, color=TARGET, strokeDash=[5, 3]),
        _mark(rows, "tick", {"y": y, "x": "usual:Q"}, color=MUTED, thickness=2, size=12),
        _mark(rows, "point", lights, filled=True, size=75, opacity=1),
        _mark(rows, "text", {"y": y, "x": right, "text": "words:N", "tooltip": tips}, align="right", dx=-6),
    ]
    return _layered("完成率（橙线：计划时间，灰线：往年同期）", RANKING, ROW * len(names), *layers)


def _verdicts(table: pd.DataFrame, names: list[str]) -> Spec:
    places = {
        "x": field("when:O", title=None, axis={"labelAngle": -45, "domain": False, "ticks": False}),
        "y": field("name:N", sort=names, title=None, axis=None),
        "tooltip": _tips({"name": "指标", "period": "月份", "verdict": "判断", "reason": "依据"}),
    }
    rows, lights = _of("verdicts"), light_channels()
    cells = {**places, "color": lights["color"], "stroke": _by(_AT, INK, "white")}
    layers = [
        _mark(rows, "rect", cells, "verdicts", strokeWidth=1.5, opacity=0.85),
        _mark(rows, "point", {**places, "shape": lights["shape"]}, filled=True, size=22, color="white", opacity=1),
    ]
    return _layered("按现有数据回看各月", MONTH * max(table["when"].nunique(), 5), ROW * len(names), *layers)


def _words() -> Spec:
    """What is being looked at, its verdict and the plan's own words, in a few lines."""
    rows, look = _of("summary", _PICK), {"align": "left", "baseline": "top", "lineBreak": "\n"}

    def text(column: str, y: int, **style: Any) -> Spec:
        channels = {"x": {"value": 0}, "y": {"value": y}, "text": f"{column}:N"}
        return _mark(rows, "text", channels, **look, **style)

    layers = [
        text("head", 0, fontSize=15, fontWeight="bold", color=MAIN),
        text("lines", 22, fontSize=12),
        text("below", 22, fontSize=12, color=MUTED),
    ]
    return _layered("", WHOLE, 106, *layers)


def _years() -> Spec:
    axis = {"format": "d", "tickMinStep": 1, "tickCount": 8}
    return field("x:Q", title=None, scale={"zero": False, "nice": False, "padding": 12}, axis=axis)


def _value(rows: Sequence[Gap] = (), **scale: Any) -> Spec:
    """The figures of the indicator looked at; those of ``rows`` that are counts name whole numbers only."""
    counts = json.dumps([row.item.id for row in rows if row.item.counts])
    whole = "datum.value % 1 ? '' : format(datum.value, ',d')"
    label = f"indexof({counts}, focus_id) < 0 ? datum.label : {whole}"
    axis = {"tickCount": 4, "minExtent": EXTENT, "labelExpr": label}
    return field("y:Q", title=None, scale={"nice": True, **scale}, axis=axis)


def _history(rows: Sequence[Gap]) -> Spec:
    x, y = _years(), _value(rows, zero=False)
    tips = _tips({"words": "说明"})
    fan, target, path = (_of("ahead", _PICK, f"datum.kind == '{kind}'") for kind in ("fan", "target", "path"))
    course = {"x": x, "y": y, "tooltip": tips}
    band = course | {"y": field("low:Q", title=None), "y2": "high"}
    layers = [
        _mark(fan, "area", band, color=FAN),
        _mark(fan, "line", course, color=MAIN, strokeWidth=1.2, strokeDash=[2, 2]),
        _mark(target, "line", course, color=TARGET, strokeWidth=1.6),
        _mark(path, "line", course, color=TARGET, strokeWidth=1.6, strokeDash=[5, 3]),
        _mark(_readings(), "line", {"x": x, "y": y, "detail": "part:N"}, color=MAIN, strokeWidth=2),
        _mark(_readings(_AT), "rule", {"x": x}, color=PALE),
        _points(_readings(), "history", {"x": x, "y": y}),
    ]
    return _layered("历史、目标（橙）、还需走的路（虚线）和展望（浅蓝：八成把握）", WHOLE, HEIGHT, *layers)


def _profile(rows: Sequence[Gap]) -> Spec:
    """The running year over past years, month by month."""
    axis = {"values": [1, 3, 6, 9, 12], "labelExpr": "datum.value + '月'", "grid": False}
    x = field("month:Q", title=None, scale={"domain": [1, 12.6]}, axis=axis)
    y = _value(rows, zero=False)
    recent = f"inrange(datum.age, [0, {frames.PAST_YEARS}])"
    past, now = (recent, "datum.age > 0"), (recent, "datum.age == 0")
    named = _readings(*past, "datum.label")
    layers = [
        _mark(_readings(*past), "line", {"x": x, "y": y, "detail": "year:N"}, color=PALE, strokeWidth=1.4),
        _mark(named, "text", {"x": x, "y": y, "text": "label:N"}, align="left", dx=6, color=MUTED),
        _mark(_readings(*now), "line", {"x": x, "y": y}, color=MAIN, strokeWidth=2.6),
        _mark(_readings(recent, _AT), "rule", {"x": x}, color=PALE),
        _points(_readings(recent), "year", {"x": x, "y": y, "color": _by("datum.age == 0", MAIN, PALE)}),
    ]
    return _layered("当年（蓝）和往年（灰）同月比", WIDTH, HEIGHT, *layers)


def _changes(width: int) -> Spec:
    channels = {
        "x": _years(),
        "y": _value(),
        "color": _by("datum.y < 0", TARGET, MAIN),
        "stroke": _by(_AT, INK, _NOTHING),
        "tooltip": _tips({"period": "时间", "value": "比上年同期"}),
    }
    bars = _mark(_of("beside", _PICK), "bar", channels, "beside", size=4)
    return _layered("比上年同期的变化（% 或百分点）", width, HEIGHT, bars)


def _regions(view: View, width: int, *, found: bool) -> Spec:
    """Every region's course; the pointer brings one forward, and its name stands in the tooltip."""
    x, y = _years(), _value(zero=False)
    kinds = {"domain": ["own", "whole", "part"], "range": [MAIN, TARGET, "#cfd5dc"]}
    colour = _by(_NEAR, INK, field("kind:N", legend=None, scale=kinds))
    course = {"x": x, "y": y, "detail": "name:N", "color": colour}
    points = {"x": x, "y": y, "tooltip": _tips({"name": "地区", "period": "时间", "value": "数值"})}
    rows = _of("beside", _PICK)
    layers = [
        _mark(rows, "line", course, strokeWidth=1.2),
        _mark(_of("beside", _PICK, "datum.kind != 'part'"), "line", course, strokeWidth=2.6),
        _mark(rows, "point", points, "beside", filled=True, size=34, opacity=0.01),
    ]
    other = "、".join(view.plan.region_name(code) for code in sorted(wholes(view.plan)))
    title = f"各地区（蓝：本地区{f'，橙：{other}' if other else ''}）" if found else "所选的指标没有其他地区的读数"
    return _layered(title, width, HEIGHT, *layers)


class Live(anywidget.AnyWidget):  # type: ignore[misc]
    """A Vega-Lite specification on the screen; ``focus`` is the id picked in a selection of that name."""

    spec = traitlets.Dict().tag(sync=True)
    options = traitlets.Dict().tag(sync=True)
    focus = traitlets.Unicode("").tag(sync=True)

    @traitlets.default("options")  # type: ignore[untyped-decorator]
    def _options(self) -> dict[str, Any]:
        import vl_convert

        return MENU | {"timeFormatLocale": vl_convert.get_time_format_locale(LOCALE)}

    @property
    def _esm(self) -> str:
        return bundle(Path(__file__).with_name("live.js").read_text(encoding="utf-8"))


def live(chart: Any) -> Live:
    """An Altair chart (or a Vega-Lite specification) with its tooltips and selections; a kernel must be running.

    A chart at the end of a cell shows as a picture that needs no kernel and is exported; this one is for looking.
    """
    return Live(spec=dict(chart) if isinstance(chart, dict) else chart.to_dict())
