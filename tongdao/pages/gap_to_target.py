"""Gaps ranked, what the months left must bring, and the published measures of progress beside our verdicts."""

from dataclasses import dataclass

from tongdao.analysis import METHODS, STATUS_WORDS, Gap, progress
from tongdao.pages.charts.ranking import completion_chart, required_chart
from tongdao.pages.display import Blocks, Field, Figure, Notice, Shown, Table, table
from tongdao.pages.page import Page
from tongdao.pages.wording import change_said, number, percent, said

NAMES = {"open_sdg": "Open SDG", "eurostat": "欧盟统计局", "escap": "亚太经社会"}


@dataclass(frozen=True, repr=False)
class GapToTarget(Page):
    """The gaps of all indicators, or of the one that is asked for."""

    indicator: str = ""

    def _chosen(self) -> tuple[Gap, ...]:
        if not self.indicator:
            return self.rows
        return self.named(self.indicator)

    def ranking(self) -> Blocks:
        """The ranked gap chart and the chart of what is still required, where there is something to draw."""
        shown: list[Shown] = []
        sources = "来源：各指标最新读数，见数据说明"
        ranked = completion_chart(self.view, self.about)
        if ranked:
            behind = sum(row.completion < row.calendar_pace for row in self.about)
            pace = percent(self.view.plan.calendar_pace(self.view.month))
            title = f"{behind}项目标的完成率落后于计划时间（{pace}）"
            shown.append(Figure(title, ranked, title, "完成率，%；灰色短线为往年同期进度", sources))
        needed = required_chart(self.view, self.about)
        if needed:
            harder = sum(row.required_ratio > 1 for row in self.about)
            title = f"{harder}项目标剩余各月要超过往年水平"
            shown.append(Figure(title, needed, title, "每月需完成的量与往年同期每月之比，倍", sources))
        return Blocks(shown or [Notice("没有可以排序的完成率。")])

    def required_table(self) -> Table | Notice:
        """What each remaining month must bring, against what such months usually brought."""
        needed = [row for row in self.about if row.gap > 0 and row.required_per_month > 0]
        if not needed:
            return Notice("本期没有需要按月追赶的目标。")
        fields: tuple[Field[Gap], ...] = (
            *self.columns(("灯", 17), ("差距", 8)),
            Field("剩余月数", 5, lambda row: str(row.months_left), "right"),
            Field("每月需", 9, lambda row: change_said(row.required_per_month, row.item), "right"),
            Field("往年每月", 9, lambda row: said(row.usual_per_month, row.item), "right"),
            Field("倍数", 5, lambda row: number(round(row.required_ratio, 1)), "right"),
        )
        note = "倍数＝每月需 ÷ 往年同期每月；— 为没有可比的往年数。"
        return table(fields, needed, title="剩余各月的任务", note=note)

    def measures(self) -> Table | Notice:
        """What each published method says of each target; a word and a reason where it says nothing."""
        if self.view.plan.years < 2:
            return Notice(
                "国际上的多年目标进展口径（Open SDG、欧盟统计局、亚太经社会）用于跨年计划，本计划为一年期，不列。"
            )

        def column(method: str) -> Field[Gap]:
            return Field(NAMES[method], 11, lambda row: self._measured(row, method))

        fields = (*self.columns(("指标", 14)), *(column(method) for method in METHODS))
        judged = [row for row in self.about if row.item.has_target]
        note = "按计划前一年为基年、只用每年年末或全年的读数计算；公式和出处见 docs/maths.md。"
        return table(fields, judged, title="国际口径的进展评价", note=note)

    def _measured(self, row: Gap, method: str) -> str:
        item = row.item
        if item.target is None:
            return "不适用：目标为其他地区的读数"
        if item.measure in ("net", "growth", "average_growth") or (
            item.measure == "flow" and item.accumulate == "plan"
        ):
            return "不适用：目标不是某一年的水平"
        own = self.view.series(item)
        yearly = own[own["end"] % 12 == 11]
        found = progress(
            method,
            [(int(end) // 12, float(value)) for end, value in zip(yearly["end"], yearly["value"], strict=True)],
            base_year=self.view.plan.start.year - 1,
            target=item.target,
            target_year=self.view.plan.deadline.year,
            direction="decrease" if item.decreasing else "increase",
            predicted=None if row.point != row.point else row.point,
        )
        return STATUS_WORDS[found.status] if found.available else f"无法评估：{found.reason.rstrip('。')}"
