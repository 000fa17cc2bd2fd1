"""Linked views of many indicators: one is looked at closely, and each view moves with the choice, without a kernel.

``focus`` is set by a click in the ranking or the map of verdicts, or by the list below the charts, which the keyboard
reaches; ``at`` is the month under the pointer, marked in every view.
"""

import json
from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from tongdao.comparisons import wholes
from tongdao.exploration import frames
from tongdao.gap import Gap
from tongdao.marks import rows as inline
from tongdao.theme import FAN, FONT, INK, LIGHTS, MAIN, MUTED, PALE, RULE, SHAPES, TARGET, config
from tongdao.view import View

ROW = 19  # px a name takes
RANKING, NAMES = 420, 220
WIDTH, SIDE, WHOLE, HEIGHT = 440, 300, 780, 190
EXTENT = 44  # for the figures of an axis: the picture keeps its size when another indicator brings longer ones
#: Where the package's own font is not installed, the system's own Chinese one.
SCREEN_FONT = f"{FONT}, Microsoft YaHei, PingFang SC, Noto Sans CJK SC, sans-serif"
_READING = {"period": "时间", "value": "数值", "status": "状态", "source": "来源", "recorded": "记录日期"}
_CLAUSE = {"clause": "条款", "quote": "原文"}
_APART = {"scale": {"color": "independent"}}
#: What ``_params`` sets, by name: the indicator looked at, the month under the pointer, the region under it.
_PICK, _AT, _NEAR = (alt.selection_point(name=name, empty=False) for name in ("focus", "at", "region"))


def linked(view: View, rows: Sequence[Gap], past: pd.DataFrame, *, focus: str, regions: bool) -> dict[str, Any]:
    """The views of the rows, ``focus`` (an id) looked at; ``regions`` compares with other regions, else years.

    ``past`` is ``frames.verdicts`` of the view.
    """
    table, own = frames.summary(view, rows), frames.history(view, rows)
    names = list(table["name"])
    data = {
        "summary": table,
        "pace": pd.DataFrame({"x": [view.plan.calendar_pace(view.month)]}),
        "history": own,
        "ahead": frames.ahead(view, rows),
        "verdicts": past[past["name"].isin(names)],
        "beside": frames.regions(view, rows) if regions else frames.changes(view, rows),
    }
    within = (own.get("age", pd.Series([-1])) >= 0).any()  # else every year is one figure
    width = SIDE if within else WHOLE
    beside = _regions(view, width, found=len(data["beside"]) > 0) if regions else _changes(width)
    over = {"hconcat": [_ranking(names), _verdicts(data["verdicts"], names)], "spacing": 24}
    below = {"hconcat": [_profile(rows), beside] if within else [beside], "spacing": 24, "resolve": _APART}
    return {
        "$schema": alt.SCHEMA_URL,
        "config": json.loads(json.dumps(config()).replace(f'"{FONT}"', f'"{SCREEN_FONT}"')),
        **({"title": "示例数据：读数均为虚构"} if view.plan.example else {}),
        "params": _params(table, focus, regions=regions, within=bool(within)),
        "datasets": {name: inline(frame)["values"] for name, frame in data.items()},
        "vconcat": [over, _words(), _history(rows), below],
        "resolve": _APART,
    }


def _params(table: pd.DataFrame, focus: str, *, regions: bool, within: bool) -> list[dict[str, Any]]:
    """What the pointer and the list set, said once for the whole: each names the views that set it."""
    ids, names = list(table["id"]), list(table["name"])
    hover = {"type": "point", "on": "pointerover", "clear": "pointerout"}
    click = "click[event.item && event.item.datum && event.item.datum.id]"  # beside the marks it would unpick
    made: list[dict[str, Any]] = [
        {
            "name": "focus",
            "select": {"type": "point", "fields": ["id"], "on": click, "clear": False, "toggle": False},
            "value": [{"id": focus}],
            "bind": {"input": "select", "options": ids, "labels": names, "name": "细看的指标 "},
            "views": ["ranking", "verdicts"],
        },
        {
            "name": "at",
            "select": hover | {"fields": ["end"]},
            "views": ["verdicts", "history", *(["year"] if within else []), "beside"],
        },
    ]
    return made + ([{"name": "region", "select": hover | {"fields": ["name"]}, "views": ["beside"]}] if regions else [])


def _layered(title: str, width: int, height: int, *layers: alt.Chart) -> dict[str, Any]:
    """Layers as one view. Altair would do it, and copy everything at each level; that took most of a second."""
    made = [layer.to_dict(validate=False, context={"top_level": False}) for layer in layers]
    return {
        "title": {"text": title, "fontSize": 12, "anchor": "start", "frame": "group"},
        "width": width,
        "height": height,
        "layer": made,
    }


def _of(name: str) -> alt.Chart:
    """A chart of one of the tables, which stand once in the whole."""
    return alt.Chart(alt.NamedData(name=name))


def _lights() -> dict[str, Any]:
    scale = {"domain": list(LIGHTS), "range": list(LIGHTS.values())}
    shape = {"domain": list(SHAPES), "range": list(SHAPES.values())}
    return {
        "color": alt.Color("light:N", legend=None, scale=alt.Scale(**scale)),
        "shape": alt.Shape("light:N", legend=None, scale=alt.Scale(**shape)),
    }


def _tips(*groups: dict[str, str]) -> list[alt.Tooltip]:
    return [alt.Tooltip(f"{name}:N", title=title) for group in groups for name, title in group.items()]


def _ranking(names: list[str]) -> dict[str, Any]:
    # names stand inside, so that all views begin at one edge
    labels = alt.Axis(
        labelLimit=NAMES - 10, labelAlign="left", labelPadding=0, labelColor=INK, domain=False, ticks=False
    )
    labels.zindex = 1  # over the band of the one looked at
    y = alt.Y("name:N", sort=names, title=None, axis=labels)
    scale = alt.Scale(domain=[0, frames.CAP], range=[NAMES, RANKING - 60])
    x = alt.X("x:Q", title=None, scale=scale, axis=alt.Axis(format="%", values=[0, 0.5, 1], domain=False))
    tips = _tips(
        {"name": "指标", "target": "目标", "actual": "实际", "verdict": "判断", "reason": "依据"},
        _CLAUSE,
        {"lead": "牵头"},
    )
    base = _of("summary")
    chosen = alt.condition(_PICK, alt.value("#e8eff6"), alt.value("rgba(255,255,255,0)"))
    layers = [
        base.mark_bar(height=ROW - 1).encode(y=y, x=alt.value(0), x2=alt.value("width"), color=chosen, tooltip=tips),
        base.mark_bar(height=3, color=RULE).encode(y=y, x=x),
        _of("pace").mark_rule(color=TARGET, strokeDash=[5, 3]).encode(x="x:Q"),
        base.mark_tick(color=MUTED, thickness=2, size=12).encode(y=y, x="usual:Q"),
        base.mark_point(filled=True, size=75, opacity=1).encode(y=y, x="x:Q", tooltip=tips, **_lights()),
        base.mark_text(align="right", dx=-6, color=INK).encode(y=y, x=alt.value("width"), text="words:N", tooltip=tips),
    ]
    layers[0] = layers[0].properties(name="ranking")
    title = "完成率（橙线：计划时间，灰线：往年同期）"
    return _layered(title, RANKING, ROW * len(names), *layers)


def _verdicts(table: pd.DataFrame, names: list[str]) -> dict[str, Any]:
    axis = alt.Axis(labelAngle=-45, domain=False, ticks=False)
    x = alt.X("when:O", title=None, axis=axis)
    y = alt.Y("name:N", sort=names, title=None, axis=None)
    tips = _tips({"name": "指标", "period": "月份", "verdict": "判断", "reason": "依据"})
    base = _of("verdicts")
    edge = alt.condition(_AT, alt.value(INK), alt.value("white"))
    lights = _lights()
    layers = [
        base.mark_rect(strokeWidth=1.5, opacity=0.85).encode(
            x=x, y=y, color=lights["color"], stroke=edge, tooltip=tips
        ),
        # a shape in each cell, for print may be grey and eyes differ
        base.mark_point(filled=True, size=22, color="white", opacity=1).encode(
            x=x, y=y, shape=lights["shape"], tooltip=tips
        ),
    ]
    layers[0] = layers[0].properties(name="verdicts")
    title = "按现有数据回看各月：● 已完成或有望 ▲ 可能 ■ 有风险 ○ 暂不判断"
    width = 26 * max(table["when"].nunique(), 4)
    return _layered(title, width, ROW * len(names), *layers)


def _words() -> dict[str, Any]:
    """What is being looked at, its verdict and the plan's own words, in a few lines."""
    base = _of("summary").transform_filter(_PICK)
    text = {"align": "left", "baseline": "top", "lineBreak": "\n"}
    layers = [
        base.mark_text(fontSize=15, fontWeight="bold", color=MAIN, **text).encode(
            x=alt.value(0), y=alt.value(0), text="head:N"
        ),
        base.mark_text(fontSize=12, color=INK, limit=900, **text).encode(
            x=alt.value(0), y=alt.value(22), text="lines:N"
        ),
        base.mark_text(fontSize=12, color=MUTED, limit=900, **text).encode(
            x=alt.value(0), y=alt.value(58), text="quote:N"
        ),
    ]
    return _layered("", WHOLE, 76, *layers)


def _years() -> alt.X:
    axis = alt.Axis(format="d", tickMinStep=1, tickCount=8)
    return alt.X("x:Q", title=None, scale=alt.Scale(zero=False, nice=False, padding=12), axis=axis)


def _value(rows: Sequence[Gap] = (), **scale: Any) -> alt.Y:
    """The figures of the indicator looked at; those of ``rows`` that are counts name whole numbers only."""
    counts = json.dumps([row.item.id for row in rows if row.item.counts])
    whole = "datum.value % 1 ? '' : format(datum.value, ',d')"
    axis = alt.Axis(tickCount=4, minExtent=EXTENT, labelExpr=f"indexof({counts}, focus_id) < 0 ? datum.label : {whole}")
    return alt.Y("y:Q", title=None, scale=alt.Scale(nice=True, **scale), axis=axis)


def _history(rows: Sequence[Gap]) -> dict[str, Any]:
    coming = _of("ahead").transform_filter(_PICK)
    x, y = _years(), _value(rows, zero=False)
    tips = _tips({"words": "说明"})
    base = _readings()
    layers = [
        coming.transform_filter("datum.kind == 'fan'")
        .mark_area(color=FAN)
        .encode(x=x, y=alt.Y("low:Q", title=None), y2="high:Q", tooltip=tips),
        coming.transform_filter("datum.kind == 'fan'")
        .mark_line(color=MAIN, strokeWidth=1.2, strokeDash=[2, 2])
        .encode(x=x, y=y, tooltip=tips),
        coming.transform_filter("datum.kind == 'target'")
        .mark_line(color=TARGET, strokeWidth=1.6)
        .encode(x=x, y=y, tooltip=tips),
        coming.transform_filter("datum.kind == 'path'")
        .mark_line(color=TARGET, strokeWidth=1.6, strokeDash=[5, 3])
        .encode(x=x, y=y, tooltip=tips),
        base.mark_line(color=MAIN, strokeWidth=2).encode(x=x, y=y, detail="part:N"),
        base.transform_filter(_AT).mark_rule(color=PALE).encode(x=x),
        _points(base).encode(x=x, y=y, tooltip=_tips(_READING, _CLAUSE)).properties(name="history"),
    ]
    title = "历史、目标（橙）、还需走的路（虚线）和展望（浅蓝：八成把握）"
    return _layered(title, WHOLE, HEIGHT, *layers)


def _readings() -> alt.Chart:
    """The readings of the one looked at, with what the plan says of it."""
    said = alt.LookupData(alt.NamedData(name="summary"), key="id", fields=list(_CLAUSE))
    return _of("history").transform_filter(_PICK).transform_lookup(lookup="id", from_=said)


def _points(base: alt.Chart) -> alt.Chart:
    """A point for each reading, large enough to meet with the pointer; the month under the pointer stands out."""
    size = alt.condition(_AT, alt.value(110), alt.value(28))
    return base.mark_point(filled=True, color=MAIN, opacity=1).encode(size=size)


def _profile(rows: Sequence[Gap]) -> dict[str, Any]:
    """The running year over past years, month by month."""
    axis = alt.Axis(values=[1, 3, 6, 9, 12], labelExpr="datum.value + '月'", grid=False)
    x = alt.X("month:Q", title=None, scale=alt.Scale(domain=[1, 12.6]), axis=axis)
    y = _value(rows, zero=False)
    base = _readings().transform_filter(f"inrange(datum.age, [0, {frames.PAST_YEARS}])")
    past, now = base.transform_filter("datum.age > 0"), base.transform_filter("datum.age == 0")
    layers = [
        past.mark_line(color=PALE, strokeWidth=1.4).encode(x=x, y=y, detail="year:N"),
        past.transform_filter("datum.label")
        .mark_text(align="left", dx=6, color=MUTED)
        .encode(x=x, y=y, text="label:N"),
        now.mark_line(color=MAIN, strokeWidth=2.6).encode(x=x, y=y),
        base.transform_filter(_AT).mark_rule(color=PALE).encode(x=x),
        _points(base)
        .encode(x=x, y=y, tooltip=_tips(_READING, _CLAUSE))
        .encode(color=alt.condition("datum.age == 0", alt.value(MAIN), alt.value(PALE)))
        .properties(name="year"),
    ]
    title = "当年（蓝）和往年（灰）同月比"
    return _layered(title, WIDTH, HEIGHT, *layers)


def _changes(width: int) -> dict[str, Any]:
    x, y = _years(), _value()
    base = _of("beside").transform_filter(_PICK)
    colour = alt.condition("datum.y < 0", alt.value(TARGET), alt.value(MAIN))
    edge = alt.condition(_AT, alt.value(INK), alt.value("rgba(0,0,0,0)"))
    tips = _tips({"period": "时间", "value": "比上年同期"})
    bars = base.mark_bar(size=4).encode(x=x, y=y, color=colour, stroke=edge, tooltip=tips).properties(name="beside")
    title = "比上年同期的变化（% 或百分点）"
    return _layered(title, width, HEIGHT, bars)


def _regions(view: View, width: int, *, found: bool) -> dict[str, Any]:
    """Every region's course; the pointer brings one forward, and its name stands in the tooltip."""
    x, y = _years(), _value(zero=False)
    base = _of("beside").transform_filter(_PICK)
    kinds = alt.Scale(domain=["own", "whole", "part"], range=[MAIN, TARGET, "#cfd5dc"])
    colour = alt.condition(_NEAR, alt.value(INK), alt.Color("kind:N", legend=None, scale=kinds))
    tips = _tips({"name": "地区", "period": "时间", "value": "数值"})
    own = base.transform_filter("datum.kind != 'part'")
    layers = [
        base.mark_line(strokeWidth=1.2).encode(x=x, y=y, detail="name:N", color=colour),
        own.mark_line(strokeWidth=2.6).encode(x=x, y=y, detail="name:N", color=colour),
        base.mark_point(filled=True, size=34, opacity=0.01).encode(x=x, y=y, tooltip=tips).properties(name="beside"),
    ]
    other = "、".join(view.plan.region_name(code) for code in sorted(wholes(view)))
    title = f"各地区（蓝：本地区{f'，橙：{other}' if other else ''}）" if found else "所选的指标没有其他地区的读数"
    return _layered(title, width, HEIGHT, *layers)
