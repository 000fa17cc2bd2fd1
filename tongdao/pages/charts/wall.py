"""The two halves of the wall chart: the road map as bars in time, the indicators with their lights.

Type is large and a state is said in words beside its colour: it is read from across a room, and copied in grey.
"""

from collections.abc import Sequence
from datetime import date, timedelta

import pandas as pd

from tongdao.analysis import Gap, RoadMap, State, Step
from tongdao.document import LIGHTS, MAIN, MUTED, PALE, RULE, TARGET
from tongdao.pages.charts import vega_lite as vl
from tongdao.pages.wording import BLANK, said, target_phrase, verdict_name
from tongdao.workbook import View

WIDTH, HEIGHT = 690, 640  # px, of half an A3 page
MOST = 24  # rows that can be read across a room
STATES: dict[State, tuple[str, str]] = {
    "done": ("已完成", LIGHTS["green"]),
    "overdue": ("逾期", LIGHTS["red"]),
    "must_start": ("须启动", LIGHTS["yellow"]),
    "running": ("进行中", MAIN),
    "waiting": ("未启动", MUTED),
}
EARLIER = timedelta(days=40)  # of the past that is shown: what was done before is history


def shown_steps(plan_map: RoadMap, today: date) -> tuple[Step, ...]:
    """The steps on the chart, by their latest start: all that are open, and of the others the recent ones."""
    recent = [one for one in plan_map.steps if one.state != "done" or one.earliest_finish > today - EARLIER]
    first = sorted(recent, key=lambda one: (one.state == "done", one.latest_finish))[:MOST]
    return tuple(sorted(first, key=lambda one: (one.latest_start, one.latest_finish, one.milestone.id)))


def steps_frame(steps: Sequence[Step]) -> pd.DataFrame:
    """Columns: name; begins, ends (real or earliest); first, last (latest); right, words, colour of the label."""
    day = timedelta(days=1)  # a bar ends with its last day
    return pd.DataFrame(
        {
            "name": [one.milestone.title for one in steps],
            "begins": [str(one.earliest_start) for one in steps],
            "ends": [str(one.earliest_finish + day) for one in steps],
            "first": [str(one.latest_start) for one in steps],
            "last": [str(one.latest_finish + day) for one in steps],
            "right": [str(max(one.latest_finish, one.earliest_finish) + day) for one in steps],
            "words": [STATES[one.state][0] + ("·关键" if one.critical else "") for one in steps],
            "colour": [STATES[one.state][1] for one in steps],
        }
    )


def gantt_chart(view: View, steps: Sequence[Step]) -> vl.Spec:
    """Each step's own time (thick) in the room that the deadline leaves it (pale), today as an upright line."""
    frame = steps_frame(steps)
    row, size = _row(len(frame))
    first, last = str(view.plan.start), str(view.plan.deadline + EARLIER)
    for column in ("begins", "ends", "first", "last", "right"):  # a mistyped year must not squeeze all the others
        frame[column] = [min(max(day, first), last) for day in frame[column]]
    from_day = min(frame["begins"].min(), frame["first"].min(), str(view.as_of))
    to_day = max(frame["right"].max(), str(view.plan.deadline))
    room = (date.fromisoformat(to_day) - date.fromisoformat(from_day)) * 0.32  # for the words behind the last bar
    domain = [from_day, str(date.fromisoformat(to_day) + room)]
    ticks = [str(day.date()) for day in pd.date_range(from_day, to_day, freq="MS")]
    months = {"values": ticks, "labelExpr": "(month(datum.value) + 1) + '月'", "labelFontSize": size, "grid": True}
    y = vl.names_down(frame["name"], labelLimit=320, labelFontSize=size)
    colour = vl.field("colour:N", scale=None)
    today = pd.DataFrame({"day": [str(view.as_of)], "words": ["数据截止日"]})

    def x(column: str) -> vl.Spec:
        return vl.field(f"{column}:T", title=None, scale={"domain": domain}, axis=months)

    layers = [
        vl.mark("bar", frame, {"x": x("first"), "x2": "last", "y": y}, color=PALE, opacity=0.45, size=row * 0.66),
        vl.mark("bar", frame, {"x": x("begins"), "x2": "ends", "y": y, "color": colour}, size=row * 0.34),
        vl.mark("rule", today, {"x": x("day")}, color=TARGET, strokeWidth=2, strokeDash=[6, 3]),
        vl.mark("text", today, {"x": x("day"), "y": {"value": 0}, "text": "words:N"},
             color=TARGET, dy=-6, fontSize=size - 2, baseline="bottom"),
        vl.mark("text", frame, {"x": x("right"), "y": y, "text": "words:N", "color": colour},
             dx=6, fontSize=size - 1, align="left", fontWeight="bold"),
    ]  # fmt: skip

    return _sized(view, layers)


def board_frame(view: View, rows: Sequence[Gap]) -> pd.DataFrame:
    """Columns: name, light, figures (actual of target), verdict; one row per indicator, in the plan's order."""
    return pd.DataFrame(
        {
            "name": [row.item.name for row in rows],
            "light": [row.light for row in rows],
            "figures": [
                said(row.actual, row.item) + (f"／{target_phrase(row, view)}" if row.item.has_target else "")
                for row in rows
            ],
            "verdict": [verdict_name(row) for row in rows],
        }
    )


def board_chart(view: View, rows: Sequence[Gap]) -> vl.Spec:
    """Every indicator with its light, actual and target, and its verdict in words."""
    frame = board_frame(view, rows[:MOST]).replace({"figures": {f"{BLANK}／{BLANK}": BLANK}})
    _, size = _row(len(frame))
    y = vl.names_down(frame["name"], labelLimit=360, labelFontSize=size)
    coloured = vl.light_channels()
    fill = [LIGHTS[light] if light != "grey" else "white" for light in frame["light"]]  # ○ stands for no judgement
    x = vl.field("x:Q", title=None, axis=None, scale={"domain": [0, 100]})
    text = {"fontSize": size, "align": "left"}
    lights = {"x": x, "y": y, **coloured, "fill": vl.field("fill:N", scale=None)}
    verdicts = {"x": x, "y": y, "text": "verdict:N", "color": coloured["color"]}
    layers = [
        vl.mark("rule", frame.assign(x=0, to=100), {"x": x, "x2": "to", "y": y}, color=RULE, yOffset=size),
        vl.mark("point", frame.assign(x=4, fill=fill), lights, size=size * 16, opacity=1),
        vl.mark("text", frame.assign(x=10), {"x": x, "y": y, "text": "figures:N"}, **text),
        vl.mark("text", frame.assign(x=100), verdicts, fontWeight="bold", **text | {"align": "right"}),
    ]
    return _sized(view, layers)


def _row(rows: int) -> tuple[float, int]:
    """The height of a row and the size of its type: few rows are set larger, but not grotesquely."""
    height = HEIGHT / max(rows, 10)
    return height, max(11, min(int(height * 0.6), 18))


def _sized(view: View, layers: list[vl.Spec]) -> vl.Spec:
    made = vl.layered(view, layers, width=WIDTH, height=HEIGHT)
    return {**made, "autosize": {"type": "fit", "contains": "padding"}}
