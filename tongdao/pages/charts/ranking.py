"""All targets in one chart: how far each is, and what the rest of the time must bring."""

import math
from collections.abc import Sequence

import pandas as pd

from tongdao.analysis import Gap
from tongdao.document import MUTED, RULE
from tongdao.pages.charts import vega_lite as vl
from tongdao.pages.wording import percent, rounded, said
from tongdao.workbook import View

ROW = 21  # height of a row of names, px
AROUND = 48  # of the axis below and the words above
CAP = 1.3  # completion past this is drawn at the edge, its number says how much
MOST = 3.0  # so is a required ratio


def completion_points(rows: Sequence[Gap]) -> pd.DataFrame:
    """Columns: name, x (completion up to ``CAP``), usual (the usual pace), light; one row per indicator."""
    return pd.DataFrame(
        {
            "name": [row.item.name for row in rows],
            "x": [min(row.completion, CAP) for row in rows],
            "usual": [row.usual_pace for row in rows],
            "light": [row.light for row in rows],
        }
    )


def completion_chart(view: View, rows: Sequence[Gap]) -> vl.Spec | None:
    """Completion of each target, the least first, against the plan's time and the usual pace (grey tick).

    None where no target has a completion.
    """
    ranked = sorted((row for row in rows if not math.isnan(row.completion)), key=lambda row: row.completion)
    words = [f"{row.actual:g}／{row.target:g}" if row.few else percent(row.completion) for row in ranked]
    frame = completion_points(ranked).assign(words=words)
    axis = {"format": "%", "values": [0, 0.5, 1]}
    return _ranked(view, frame, 0.0, (view.plan.calendar_pace(view.month), "计划时间"), (0, CAP + 0.12), axis)


def required_chart(view: View, rows: Sequence[Gap]) -> vl.Spec | None:
    """What each month left must bring, in multiples of what such months usually bring; the hardest first.

    None where no target needs anything that can be compared.
    """
    ranked = sorted((row for row in rows if row.required_ratio > 0), key=lambda row: -row.required_ratio)
    frame = pd.DataFrame({
        "name": [row.item.name for row in ranked],
        "x": [min(row.required_ratio, MOST) for row in ranked],
        "words": [f"{rounded(row.required_ratio, 1)} 倍（每月需{said(row.required_per_month, row.item)}，"
                  f"往年{said(row.usual_per_month, row.item)}）" for row in ranked],
        "light": [row.light for row in ranked],
    })  # fmt: skip
    axis = {"values": [0, 1, 2, 3], "labelExpr": "datum.value + ' 倍'"}
    return _ranked(view, frame, 1.0, (1.0, "往年水平"), (0, MOST + 3.6), axis)


def _ranked(
    view: View, frame: pd.DataFrame, start: float, line: tuple[float, str], domain: tuple[float, float], axis: vl.Spec
) -> vl.Spec | None:
    """Names down the side, a stalk from ``start`` to each light with its words, and one named upright line."""
    if frame.empty:
        return None
    y = vl.names_down(frame["name"], labelLimit=260, labelPadding=8)
    x = vl.field("x:Q", title=None, scale={"domain": list(domain)}, axis=axis)
    beside = frame["x"].clip(lower=start)  # words stand clear of the stalk, of a tick and of the upright line
    for mark_x in (frame.get("usual", beside), pd.Series(line[0], index=frame.index)):
        beside = beside.where(~(mark_x - beside).between(0, 0.2), mark_x)
    frame = frame.assign(start=start, beside=beside)
    tick = (
        vl.mark("tick", frame, {"y": y, "x": "usual:Q"}, color=MUTED, thickness=2, size=13)
        if "usual" in frame
        else None
    )
    layers = [
        vl.mark("rule", frame, {"y": y, "x": x, "x2": "start"}, color=RULE, strokeWidth=4),
        *([tick] if tick else []),
        *vl.upright(*line),
        vl.mark("point", frame, {"y": y, "x": "x:Q", **vl.light_channels()}, filled=True, size=80, opacity=1),
        vl.mark("text", frame, {"y": y, "x": "beside:Q", "text": "words:N"}, align="left", dx=9),
    ]
    return vl.layered(view, layers, height=ROW * len(frame) + AROUND)
