"""Linked views of many indicators: one is looked at closely, and each view moves with the choice, without a kernel.

``focus`` is set by a click in the ranking or the map of verdicts, or by the list below the charts, which the keyboard
reaches; ``at`` is the month under the pointer, marked in every view.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import altair as alt
import pandas as pd

from tongdao.comparisons import wholes
from tongdao.exploration import frames
from tongdao.gap import Gap
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


def linked(view: View, rows: Sequence[Gap], past: pd.DataFrame, *, focus: str, regions: bool) -> dict[str, Any]:
    """The views of the rows, ``focus`` (an id) looked at; ``regions`` compares with other regions, else years.

    ``past`` is ``frames.verdicts`` of the view.
    """
    table = frames.summary(view, rows)
    own = frames.history(view, rows)
    pick = alt.selection_point(
        name="focus",
        fields=["id"],
        value=[{"id": focus}],
        on="click[event.item && event.item.datum && event.item.datum.id]",  # beside the marks it would unpick
        clear=False,
        toggle=False,
        empty=False,
        bind=alt.binding_select(options=list(table["id"]), labels=list(table["name"]), name="细看的指标 "),
    )
    at = alt.selection_point(name="at", fields=["end"], on="pointerover", clear="pointerout", empty=False)
    within = (own.get("age", pd.Series([-1])) >= 0).any()  # else every year is one figure
    width = SIDE if within else WHOLE
    beside = _regions(view, rows, pick, at, width) if regions else _changes(view, rows, pick, at, width)
    names = list(table["name"])
    over = alt.hconcat(
        _ranking(view, table, pick), _verdicts(past[past["name"].isin(names)], names, pick, at), spacing=24
    )
    below = [_profile(rows, own, pick, at), beside] if within else [beside]
    chart = alt.vconcat(
        over,
        _words(table, pick),
        _history(view, rows, own, pick, at),
        alt.hconcat(*below, spacing=24).resolve_scale(color="independent"),
        title="示例数据：读数均为虚构" if view.plan.example else alt.Undefined,
    ).resolve_scale(color="independent")
    spec: dict[str, Any] = chart.to_dict(validate=False)
    # set for the whole and not view by view, where altair would take the same name for several; it numbers our names
    held = [(pick, ["ranking", "verdicts"]), (at, ["verdicts", "history", "year", "beside"])]
    held += [(_region(), ["beside"])] if regions else []
    names = list(_names(spec))
    return spec | {
        "params": [
            each.param.to_dict() | {"views": [name for name in names if name.partition("_")[0] in views]}
            for each, views in held
        ],
        "config": json.loads(json.dumps(config()).replace(f'"{FONT}"', f'"{SCREEN_FONT}"')),
    }


def _names(part: Any) -> Iterator[str]:
    if isinstance(part.get("name"), str):
        yield part["name"]
    for key in ("vconcat", "hconcat", "layer"):
        for child in part.get(key, ()):
            yield from _names(child)


def _region() -> Any:
    return alt.selection_point(name="region", fields=["name"], on="pointerover", clear="pointerout", empty=False)


def _lights() -> dict[str, Any]:
    scale = {"domain": list(LIGHTS), "range": list(LIGHTS.values())}
    shape = {"domain": list(SHAPES), "range": list(SHAPES.values())}
    return {
        "color": alt.Color("light:N", legend=None, scale=alt.Scale(**scale)),
        "shape": alt.Shape("light:N", legend=None, scale=alt.Scale(**shape)),
    }


def _tips(*groups: dict[str, str]) -> list[alt.Tooltip]:
    return [alt.Tooltip(f"{name}:N", title=title) for group in groups for name, title in group.items()]


def _ranking(view: View, table: pd.DataFrame, pick: Any) -> alt.LayerChart:
    # names stand inside, so that all views begin at one edge
    names = alt.Axis(
        labelLimit=NAMES - 10, labelAlign="left", labelPadding=0, labelColor=INK, domain=False, ticks=False
    )
    names.zindex = 1  # over the band of the one looked at
    y = alt.Y("name:N", sort=list(table["name"]), title=None, axis=names)
    scale = alt.Scale(domain=[0, frames.CAP], range=[NAMES, RANKING - 60])
    x = alt.X("x:Q", title=None, scale=scale, axis=alt.Axis(format="%", values=[0, 0.5, 1], domain=False))
    tips = _tips(
        {"name": "指标", "target": "目标", "actual": "实际", "verdict": "判断", "reason": "依据"},
        _CLAUSE,
        {"lead": "牵头"},
    )
    base = alt.Chart(table)
    pace = alt.Chart(pd.DataFrame({"x": [view.plan.calendar_pace(view.month)]}))
    chosen = alt.condition(pick, alt.value("#e8eff6"), alt.value("rgba(255,255,255,0)"))
    layers = [
        base.mark_bar(height=ROW - 1).encode(y=y, x=alt.value(0), x2=alt.value("width"), color=chosen, tooltip=tips),
        base.mark_bar(height=3, color=RULE).encode(y=y, x=x),
        pace.mark_rule(color=TARGET, strokeDash=[5, 3]).encode(x="x:Q"),
        base.mark_tick(color=MUTED, thickness=2, size=12).encode(y=y, x="usual:Q"),
        base.mark_point(filled=True, size=75, opacity=1).encode(y=y, x="x:Q", tooltip=tips, **_lights()),
        base.mark_text(align="right", dx=-6, color=INK).encode(y=y, x=alt.value("width"), text="words:N", tooltip=tips),
    ]
    layers[0] = layers[0].properties(name="ranking")
    title = alt.TitleParams("完成率（橙线：计划时间，灰线：往年同期）", fontSize=12, anchor="start")
    return alt.layer(*layers).properties(width=RANKING, height=ROW * len(table), title=title)


def _verdicts(table: pd.DataFrame, names: list[str], pick: Any, at: Any) -> alt.LayerChart:
    axis = alt.Axis(labelAngle=-45, domain=False, ticks=False)
    x = alt.X("when:O", title=None, axis=axis)
    y = alt.Y("name:N", sort=names, title=None, axis=None)
    tips = _tips({"name": "指标", "period": "月份", "verdict": "判断", "reason": "依据"})
    base = alt.Chart(table)
    edge = alt.condition(at, alt.value(INK), alt.value("white"))
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
    title = alt.TitleParams(
        "按现有数据回看各月：● 已完成或有望 ▲ 可能 ■ 有风险 ○ 暂不判断", fontSize=12, anchor="start"
    )
    width = 26 * max(table["when"].nunique(), 4)
    return alt.layer(*layers).properties(width=width, height=ROW * len(names), title=title)


def _words(table: pd.DataFrame, pick: Any) -> alt.LayerChart:
    """What is being looked at, its verdict and the plan's own words, in a few lines."""
    base = alt.Chart(table).transform_filter(pick)
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
    return alt.layer(*layers).properties(width=WHOLE, height=76)


def _years() -> alt.X:
    axis = alt.Axis(format="d", tickMinStep=1, tickCount=8)
    return alt.X("x:Q", title=None, scale=alt.Scale(zero=False, nice=False, padding=12), axis=axis)


def _value(rows: Sequence[Gap] = (), **scale: Any) -> alt.Y:
    """The figures of the indicator looked at; those of ``rows`` that are counts name whole numbers only."""
    counts = json.dumps([row.item.id for row in rows if row.item.counts])
    whole = "datum.value % 1 ? '' : format(datum.value, ',d')"
    axis = alt.Axis(tickCount=4, minExtent=EXTENT, labelExpr=f"indexof({counts}, focus_id) < 0 ? datum.label : {whole}")
    return alt.Y("y:Q", title=None, scale=alt.Scale(nice=True, **scale), axis=axis)


def _history(view: View, rows: Sequence[Gap], own: pd.DataFrame, pick: Any, at: Any) -> alt.LayerChart:
    coming = alt.Chart(frames.ahead(view, rows)).transform_filter(pick)
    x, y = _years(), _value(rows, zero=False)
    tips = _tips({"words": "说明"})
    base = alt.Chart(own).transform_filter(pick)
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
        base.transform_filter(at).mark_rule(color=PALE).encode(x=x),
        _points(base, at).encode(x=x, y=y, tooltip=_tips(_READING, _CLAUSE)).properties(name="history"),
    ]
    title = alt.TitleParams("历史、目标（橙）、还需走的路（虚线）和展望（浅蓝：八成把握）", fontSize=12, anchor="start")
    return alt.layer(*layers).properties(width=WHOLE, height=HEIGHT, title=title)


def _points(base: alt.Chart, at: Any) -> alt.Chart:
    """A point for each reading, large enough to meet with the pointer; the month under the pointer stands out."""
    size = alt.condition(at, alt.value(110), alt.value(28))
    return base.mark_point(filled=True, color=MAIN, opacity=1).encode(size=size)


def _profile(rows: Sequence[Gap], own: pd.DataFrame, pick: Any, at: Any) -> alt.LayerChart:
    """The running year over past years, month by month."""
    known = own[own["age"].between(0, frames.PAST_YEARS)] if len(own) else own
    axis = alt.Axis(values=[1, 3, 6, 9, 12], labelExpr="datum.value + '月'", grid=False)
    x = alt.X("month:Q", title=None, scale=alt.Scale(domain=[1, 12.6]), axis=axis)
    y = _value(rows, zero=False)
    base = alt.Chart(known).transform_filter(pick)
    past, now = base.transform_filter("datum.age > 0"), base.transform_filter("datum.age == 0")
    layers = [
        past.mark_line(color=PALE, strokeWidth=1.4).encode(x=x, y=y, detail="year:N"),
        past.transform_filter("datum.label")
        .mark_text(align="left", dx=6, color=MUTED)
        .encode(x=x, y=y, text="label:N"),
        now.mark_line(color=MAIN, strokeWidth=2.6).encode(x=x, y=y),
        base.transform_filter(at).mark_rule(color=PALE).encode(x=x),
        _points(base, at).encode(x=x, y=y, tooltip=_tips(_READING, _CLAUSE)).properties(name="year"),
    ]
    title = alt.TitleParams("当年（蓝）和往年（灰）同月比", fontSize=12, anchor="start")
    return alt.layer(*layers).properties(width=WIDTH, height=HEIGHT, title=title)


def _changes(view: View, rows: Sequence[Gap], pick: Any, at: Any, width: int) -> alt.LayerChart:
    x, y = _years(), _value()
    base = alt.Chart(frames.changes(view, rows)).transform_filter(pick)
    colour = alt.condition("datum.y < 0", alt.value(TARGET), alt.value(MAIN))
    edge = alt.condition(at, alt.value(INK), alt.value("rgba(0,0,0,0)"))
    tips = _tips({"period": "时间", "value": "比上年同期"})
    bars = base.mark_bar(size=4).encode(x=x, y=y, color=colour, stroke=edge, tooltip=tips).properties(name="beside")
    title = alt.TitleParams("比上年同期的变化（% 或百分点）", fontSize=12, anchor="start")
    return alt.layer(bars).properties(width=width, height=HEIGHT, title=title)


def _regions(view: View, rows: Sequence[Gap], pick: Any, at: Any, width: int) -> alt.LayerChart:
    """Every region's course; the pointer brings one forward, and its name stands in the tooltip."""
    x, y = _years(), _value(zero=False)
    base = alt.Chart(frames.regions(view, rows)).transform_filter(pick)
    near = _region()
    kinds = alt.Scale(domain=["own", "whole", "part"], range=[MAIN, TARGET, "#cfd5dc"])
    colour = alt.condition(near, alt.value(INK), alt.Color("kind:N", legend=None, scale=kinds))
    tips = _tips({"name": "地区", "period": "时间", "value": "数值"})
    own = base.transform_filter("datum.kind != 'part'")
    layers = [
        base.mark_line(strokeWidth=1.2).encode(x=x, y=y, detail="name:N", color=colour),
        own.mark_line(strokeWidth=2.6).encode(x=x, y=y, detail="name:N", color=colour),
        base.mark_point(filled=True, size=34, opacity=0.01).encode(x=x, y=y, tooltip=tips).properties(name="beside"),
    ]
    other = "、".join(view.plan.region_name(code) for code in sorted(wholes(view)))
    title = alt.TitleParams(f"各地区（蓝：本地区{f'，橙：{other}' if other else ''}）", fontSize=12, anchor="start")
    return alt.layer(*layers).properties(width=width, height=HEIGHT, title=title)
