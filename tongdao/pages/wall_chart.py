"""The wall chart (挂图): one A3 page, the road map on the left and the indicators with their lights on the right."""

from dataclasses import dataclass, replace

from tongdao.analysis import road_map
from tongdao.pages.charts.wall import board_chart, gantt_chart, shown_steps
from tongdao.pages.display import Blocks, Figure, Head, Notice, Text
from tongdao.pages.ledger import NO_ROAD_MAP, road_map_sentence
from tongdao.pages.page import Page
from tongdao.pages.wording import tally, verdict_name


@dataclass(frozen=True, repr=False)
class WallChart(Page):
    """The road map and the indicators on one page."""

    def head(self, title: str = "") -> Head:
        """The head of an A3 page."""
        return replace(super().head(title or "挂图作战"), paper="a3")

    def conclusion(self) -> Text:
        """Where the targets and the steps stand, in two sentences."""
        return Text(tally(self.rows, self.view) + road_map_sentence(self.view))

    def figures(self) -> Blocks:
        """The road map and the board side by side; without a road map a word and the board."""
        plan_map = road_map(self.view)
        steps = shown_steps(plan_map, self.view.as_of)
        board = Figure(
            "指标和灯色",
            board_chart(self.view, self.rows),
            "；".join(f"{row.item.name}：{verdict_name(row)}" for row in self.rows),
            "实际／目标　● 已完成或有望　▲ 可能　■ 有风险、难以完成或未完成　○ 暂不判断",
            width="half" if steps else "full",
        )
        if not steps:
            return Blocks([Notice(NO_ROAD_MAP), board])
        names = "、".join(one.milestone.title for one in steps)
        words = "浅色为倒排允许的时间，深色为已用或最早的时间，按工作日计"
        if left := sum(one.state != "done" for one in plan_map.steps) - sum(one.state != "done" for one in steps):
            words += f"；另有{left}项时限更晚，未列"
        bars = gantt_chart(self.view, steps)
        return Blocks([Figure("路线图和时间表", bars, f"里程碑：{names}", words, width="half"), board])
