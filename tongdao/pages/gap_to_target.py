"""Gaps ranked, what the months left must bring, and the published measures of progress beside our verdicts."""

from dataclasses import dataclass

from tongdao.analysis import METHODS, STATUS_WORDS, Gap, progress
from tongdao.pages.charts import completion_chart, required_chart, units_chart
from tongdao.pages.display import Blocks, Field, Figure, Notice, Table, table
from tongdao.pages.frames import in_units
from tongdao.pages.page import UNITS, Page, columns
from tongdao.pages.summary import calm, in_all, needed, usual
from tongdao.pages.wording import BLANK, percent

NAMES = {"open_sdg": "Open SDG", "eurostat": "欧盟统计局", "escap": "亚太经社会"}


@dataclass(frozen=True, repr=False)
class GapToTarget(Page):
    """The gaps of all indicators, or of the one that is asked for."""

    indicator: str = ""

    def _chosen(self) -> tuple[Gap, ...]:
        return self.named(self.indicator) if self.indicator else self.rows

    def ranking(self) -> Blocks:
        """The ranked gap chart and the chart of what is still required, where there is something to draw."""
        pace = percent(self.view.plan.time.pace(self.view.month.end))
        few = [row for row in self.about if self.view.has_readings and in_units(row)]
        behind = sum(row.completion < row.calendar_pace for row in self.about if row not in few)
        short = sum(not row.reached for row in few)
        lacking = "都已" if not short else "都还没有" if short == len(few) else f"{short}项还没有"
        harder = sum(row.required_ratio > 1 for row in self.about)
        drawn = (
            (f"{f'{behind}项' if behind else '没有'}目标的完成率落后于计划时间（{pace}）", completion_chart(self.about),
             "完成率，%；灰色短线为往年同期进度"),
            (f"{len(few)}项一至三个的目标，{lacking}达到", units_chart(few), UNITS),
            (f"{f'{harder}项' if harder else '没有'}目标剩余各月要超过往年水平", required_chart(self.about),
             "每月需完成的量与往年同期每月之比，倍"),
        )  # fmt: skip
        sources = "来源：各指标最新读数，见数据说明"
        shown = [Figure(title, chart, title, words, sources) for title, chart, words in drawn if chart]
        return Blocks(shown or [Notice("没有可以排序的完成率。")])

    def required_table(self) -> Table | Notice:
        """What each remaining month must bring, against what such months usually brought."""
        asked = [row for row in self.about if row.required_per_month > 0 or row.required_per_step > 0]
        if not asked:
            return calm(self.about, "本期没有需要按月追赶的目标。")
        fields: tuple[Field[Gap], ...] = (
            *columns(("灯", 17), ("差距", 8)),
            Field("剩余月数", 5, lambda row: str(row.months_left), "right"),
            Field("每月需", 9, needed, "right"),
            Field("往年每月", 9, lambda row: usual(row).removeprefix("往年").removeprefix("每月") or BLANK, "right"),
            Field("倍数", 5, lambda row: f"{row.required_ratio:.1f}" if row.required_ratio > 0 else BLANK, "right"),
        )
        note = "倍数＝每月需 ÷ 往年同期每月；— 为没有可比的往年数。"
        note += "每月不足一个的，列剩余各月共需几个、往年同期共几个。" if any(map(in_all, asked)) else ""
        if any(row.required_per_step > 0 and not row.required_per_month > 0 for row in asked):
            note += "一年或半年才有一个数的指标，列以后每个数需增加多少。"
        return table(fields, asked, title="剩余各月的任务", note=note)

    def measures(self) -> Table | Notice:
        """What each published method says of each target; a word and a reason where it says nothing."""
        if self.view.plan.years < 2:
            methods = "、".join(NAMES.values())
            return Notice(f"国际上的多年目标进展口径（{methods}）用于跨年计划，本计划为一年期，不列。")

        def column(method: str) -> Field[Gap]:
            return Field(NAMES[method], 11, lambda row: _measured(row, method))

        fields = (*columns(("指标", 14)), *(column(method) for method in METHODS))
        judged = [row for row in self.about if row.item.has_target]
        note = "按计划前一年为基年、只用每年年末或全年的读数计算；公式和出处另见数学说明。"
        return table(fields, judged, title="国际口径的进展评价", note=note)


def _measured(row: Gap, method: str) -> str:
    item, plan = row.item, row.view.plan
    if item.target_region or item.traits.yes_or_no:
        return f"不适用：目标{'为其他地区的读数' if item.target_region else '没有数'}"
    if item.traits.change or item.judged == "each_year" or (item.traits.cumulates and item.judged != "final_year"):
        return "不适用：目标不是某一年的水平"
    yearly = row.own[row.own["end"] % 12 == 11]
    found = progress(
        method,
        list(zip((yearly["end"] // 12).tolist(), yearly["value"].astype(float).tolist(), strict=True)),
        base_year=plan.start.year - 1 if item.base_end is None else item.base_end // 12,
        target=row.target,
        target_year=row.deadline.year,
        direction="decrease" if item.decreasing else "increase",
        predicted=None if row.point != row.point else row.point,
    )
    return STATUS_WORDS[found.status] if found.available else f"无法评估：{found.reason.rstrip('。')}"
