"""The wall chart (挂图): one A3 page, the road map on the left and the indicators with their lights on the right."""

from collections.abc import Sequence
from dataclasses import replace

from tongdao.analysis import Gap, road_map
from tongdao.pages import tables
from tongdao.pages.charts.wall import board_chart, gantt_chart, shown_steps
from tongdao.pages.display import Figure, Head, Notice, Shown, Text
from tongdao.pages.ledger import NO_ROAD_MAP, road_map_sentence
from tongdao.pages.wording import tally, verdict_name
from tongdao.workbook import View


def head(view: View) -> Head:
    """The head of an A3 page."""
    return replace(tables.head(view), title="挂图作战", paper="a3")


def summary(view: View, rows: Sequence[Gap]) -> Text:
    """Where the targets and the steps stand, in two sentences."""
    return Text(tally(rows, view) + road_map_sentence(view))


def figures(view: View, rows: Sequence[Gap]) -> list[Shown]:
    """The road map and the board side by side; without a road map a word and the board."""
    plan_map = road_map(view)
    steps = shown_steps(plan_map, view.as_of)
    board = Figure(
        "指标和灯色",
        board_chart(view, rows),
        "；".join(f"{row.item.name}：{verdict_name(row)}" for row in rows),
        "实际／目标　● 已完成或有望　▲ 可能　■ 有风险、难以完成或未完成　○ 暂不判断",
        width="half" if steps else "full",
    )
    if not steps:
        return [Notice(NO_ROAD_MAP), board]
    names = "、".join(one.milestone.title for one in steps)
    words = "浅色为倒排允许的时间，深色为已用或最早的时间，按工作日计"
    if left := sum(one.state != "done" for one in plan_map.steps) - sum(one.state != "done" for one in steps):
        words += f"；另有{left}项时限更晚，未列"
    return [Figure("路线图和时间表", gantt_chart(view, steps), f"里程碑：{names}", words, width="half"), board]
