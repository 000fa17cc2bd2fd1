"""The wall chart (挂图): one A3 page, the road map as bars in time beside the indicators with their lights.

Type is large and a state is said in words beside its colour: it is read from across a room, and copied in grey.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pandas as pd

from tongdao.analysis import Gap, RoadMap, State, Step, road_map
from tongdao.document import LIGHTS, MAIN, MUTED, PALE, RULE, TARGET
from tongdao.pages import vega_lite as vl
from tongdao.pages.display import Blocks, Figure, Head, Text
from tongdao.pages.ledger import NO_ROAD_MAP, STATES
from tongdao.pages.page import SIGNS, Page
from tongdao.pages.summary import tally
from tongdao.pages.wording import standing, verdict_name
from tongdao.workbook import View

HEIGHT = 640  # px
HALF_A3: dict[str, Any] = {"width": 690, "height": HEIGHT, "autosize": {"type": "fit", "contains": "padding"}}
MOST = 24  # rows that can be read across a room
ROOM = 350  # px for figures and verdict beside the longest names
LOOKS: dict[State, tuple[str, str]] = {
    "done": ("已完成", LIGHTS["green"]),
    "overdue": ("逾期", LIGHTS["red"]),
    "must_start": ("须启动", LIGHTS["yellow"]),
    "running": ("进行中", MAIN),
    "waiting": ("未启动", MUTED),
}
EARLIER = timedelta(days=40)  # of the past that is shown: what was done before is history
NAMED = 6  # steps of the critical path that a sentence names


@dataclass(frozen=True, repr=False)
class WallChart(Page):
    """The road map and the indicators on one page."""

    def head(self, title: str = "") -> Head:
        """The head of an A3 page."""
        return replace(super().head(title or "挂图作战"), paper="a3")

    def conclusion(self) -> Text:
        """Where the targets stand, and the road map: done, overdue, to begin within a week, and its critical path."""
        plan_map, stand = road_map(self.view), tally(self.rows, self.view)
        if not plan_map.steps:
            return Text(stand + NO_ROAD_MAP)
        counts: dict[State, str] = {"done": "已完成", **STATES}
        begun = {word: len(plan_map.having(state)) for state, word in counts.items() if state != "waiting"}
        parts = [f"{word}{number}项" for word, number in begun.items() if number]
        text = f"里程碑共{len(plan_map.steps)}项，{'、'.join(parts) or '都未到启动时间'}。"
        if chain := plan_map.critical_path:
            text += f"关键线路：{chain[0].milestone.title}"
            for before, one in pairwise(chain[:NAMED]):  # an arrow where one waits for the one before
                text += (" → " if before.milestone.id in one.milestone.after else "；") + one.milestone.title
            text += f"等{len(chain)}项。" if len(chain) > NAMED else "。"
        known = "" if plan_map.official else "部分日期超出法定节假日资料，按周一至周五计工作日。"
        return Text(stand + text + known)

    def figures(self) -> Blocks:
        """The road map and the board side by side; without a road map the board alone."""
        plan_map = road_map(self.view)
        steps = shown_steps(plan_map, self.view.today)
        board = Figure(
            "指标和灯色",
            board_chart(self.view, self.rows, HALF_A3["width"] * (1 if steps else 2)),
            "；".join(f"{row.item.name}：{verdict_name(row)}" for row in self.rows),
            f"实际／目标、牵头单位　{SIGNS}",
            width="half" if steps else "full",
        )
        if not steps:  # the conclusion says so
            return Blocks([board])
        names = "、".join(one.milestone.title for one in steps)
        words = "浅色为倒排允许的时间，深色为已用或最早的时间，按工作日计；没写状态的还未启动"
        if left := sum(one.state != "done" for one in plan_map.steps) - sum(one.state != "done" for one in steps):
            words += f"；另有{left}项时限更晚，未列"
        bars = gantt_chart(self.view, steps)
        return Blocks([Figure("路线图和时间表", bars, f"里程碑：{names}", words, width="half"), board])


def shown_steps(plan_map: RoadMap, today: date) -> tuple[Step, ...]:
    """The steps on the chart, by their latest start: all that are open, and of the others the recent ones."""
    recent = [one for one in plan_map.steps if one.state != "done" or one.earliest_finish > today - EARLIER]
    first = sorted(recent, key=lambda one: (one.state == "done", one.latest_finish))[:MOST]
    return tuple(sorted(first, key=lambda one: (one.latest_start, one.latest_finish, one.milestone.id)))


def gantt_chart(view: View, steps: Sequence[Step]) -> vl.Spec:
    """Each step's own time (thick) in the room that the deadline leaves it (pale), today as an upright line."""
    row, size = _row(len(steps))

    def inside(day: date, more: int = 0) -> str:
        """Within the plan: a mistyped year must not squeeze all the others."""
        return str(min(max(day + timedelta(days=more), view.plan.start), view.plan.deadline + EARLIER))

    near = (view.plan.deadline - min(one.earliest_start for one in steps)) * 0.25

    def bar(one: Step) -> dict[str, str]:  # a bar ends with its last day
        word, colour = LOOKS[one.state]
        own = {"begins": inside(one.earliest_start), "ends": inside(one.earliest_finish, 1)}
        room = {"first": inside(one.latest_start), "last": inside(one.latest_finish, 1)}
        right = max(own["ends"], room["last"])
        crossed = right <= str(view.today) < str(date.fromisoformat(right) + near)  # words stand clear of today's line
        told = ([word] if one.state != "waiting" else []) + (["关键"] if one.critical else [])
        words = " ".join(filter(None, ["·".join(told), _first(view, one.lead)]))
        said = {"right": str(view.today) if crossed else right, "words": words}
        return {"name": one.milestone.title, **own, **room, **said, "colour": colour}

    frame = pd.DataFrame([bar(one) for one in steps])
    from_day = min(frame["begins"].min(), frame["first"].min(), str(view.today))
    to_day = max(frame["right"].max(), str(view.plan.deadline))
    room = (date.fromisoformat(to_day) - date.fromisoformat(from_day)) * 0.5  # for the words behind the last bar
    domain = [from_day, str(date.fromisoformat(to_day) + room)]
    ticks = [str(day.date()) for day in pd.date_range(from_day, to_day, freq="MS")]
    months = {"values": ticks, "labelExpr": "(month(datum.value) + 1) + '月'", "labelFontSize": size, "grid": True}
    y = vl.names_down(frame["name"], labelLimit=320, labelFontSize=size)
    colour = vl.field("colour:N", scale=None)
    today = pd.DataFrame({"day": [str(view.today)], "words": ["月底" if view.past else "数据截止日"]})

    def x(column: str) -> vl.Spec:
        return vl.field(f"{column}:T", title=None, scale={"domain": domain}, axis=months)

    layers = [
        vl.mark("bar", frame, {"x": x("first"), "x2": "last", "y": y}, color=PALE, opacity=0.45, size=row * 0.66),
        vl.mark("bar", frame, {"x": x("begins"), "x2": "ends", "y": y, "color": colour}, size=row * 0.34),
        vl.mark("rule", today, {"x": x("day")}, color=TARGET, strokeWidth=2, strokeDash=[6, 3]),
        vl.mark("text", today, {"x": x("day"), "y": {"value": 0}, "text": "words:N"},
             color=TARGET, dy=-6, fontSize=size - 2, baseline="bottom"),
        vl.mark("text", frame, {"x": x("right"), "y": y, "text": "words:N", "color": colour},
             dx=6, fontSize=size - 3, align="left", fontWeight="bold"),
    ]  # fmt: skip
    return vl.layered(view, layers, **HALF_A3)


def board_chart(view: View, rows: Sequence[Gap], width: int) -> vl.Spec:
    """Every indicator with its light, actual and target, and its verdict in words."""
    board = [
        (row.item.name, row.light, standing(row), _first(view, view.plan.lead(row.item)), verdict_name(row))
        for row in rows[:MOST]
    ]
    frame = pd.DataFrame(board, columns=["name", "light", "figures", "lead", "verdict"])
    size = min(_row(len(frame))[1], 16)
    y = vl.names_down(frame["name"], labelLimit=360, labelFontSize=size)
    coloured = vl.light_channels()
    fill = [LIGHTS[light] if light != "grey" else "white" for light in frame["light"]]  # ○ stands for no judgement
    x = vl.field("x:Q", title=None, axis=None, scale={"domain": [0, 100]})
    signs = frame["figures"] + frame["verdict"]
    longest = max(sum(1 if sign > "⺀" else 0.6 for sign in words) for words in signs)
    text = {"fontSize": min(size, ROOM / longest), "align": "left"}
    lights = {"x": x, "y": y, **coloured, "fill": vl.field("fill:N", scale=None)}
    leads = {"x": x, "y": y, "text": "lead:N"}
    verdicts = {"x": x, "y": y, "text": "verdict:N", "color": coloured["color"]}
    layers = [
        vl.mark("rule", frame.assign(x=0, to=100), {"x": x, "x2": "to", "y": y}, color=RULE, yOffset=size),
        vl.mark("point", frame.assign(x=4, fill=fill), lights, size=size * 16, opacity=1),
        vl.mark("text", frame.assign(x=10), {"x": x, "y": y, "text": "figures:N"}, **text),
        vl.mark("text", frame.assign(x=54), leads, color=MUTED, **text | {"fontSize": size - 2}),
        vl.mark("text", frame.assign(x=100), verdicts, fontWeight="bold", **text | {"align": "right"}),
    ]
    return vl.layered(view, layers, **HALF_A3 | {"width": width})


def _first(view: View, lead: Sequence[str]) -> str:
    """Who leads in the room of a word: the first unit, and of how many."""
    names = view.plan.short_names(lead[:1])
    return "、".join(names) + (f"等{len(lead)}家" if len(lead) > 1 else "")


def _row(rows: int) -> tuple[float, int]:
    """The height of a row and the size of its type: few rows are set larger, but not grotesquely."""
    height = HEIGHT / max(rows, 10)
    return height, max(11, min(int(height * 0.6), 18))
