"""One indicator's page: its course with the outlook, its changes, and its region among the others."""

import math
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

import pandas as pd

from tongdao.analysis import (
    Comparison,
    Gap,
    Place,
    change_column,
    changes_frame,
    compare,
    place,
    profile,
    rises,
    trend_summary,
    yearly_values,
)
from tongdao.base import parse_period
from tongdao.pages import charts, frames, wording as say
from tongdao.pages.display import Blocks, Field, Figure, Head, Notice, Shown, Table, Text, table
from tongdao.pages.ledger import foresight_table
from tongdao.pages.page import Page
from tongdao.plan import Indicator

PURE = ("对数", "自由度", "期数", "年数", "轻重", "形状", "权重")  # numbers without a unit: never turned into 万元
NO_TREND = {"too_short": "同比变化序列过短，不作趋势判断。", "unclear": "同比变化没有明显趋势。"}
CALLED = {frames.CHANCE: "实现可能性"}
A_LINE = 6  # yearly readings on one line; finer ones stand a year to the line
MEAN = " 每期平均"
_REPEATED = ("读数", "标准差")  # the readings are folded; the spread comes again among the numbers on the way


@dataclass(frozen=True, repr=False)
class IndicatorTrend(Page):
    """One indicator; without a name, the first with a target and readings."""

    indicator: str = ""

    def _chosen(self) -> tuple[Gap, ...]:
        if self.indicator:
            return self.named(self.indicator)
        ready = (row for row in self.rows if row.item.has_target and len(row.own))
        return (next(ready, self.rows[0]),)

    @property
    def row(self) -> Gap:
        return self.about[0]

    @property
    def item(self) -> Indicator:
        return self.row.item

    def head(self, title: str = "") -> Head:
        """The head: the indicator in the title."""
        return super().head(title or self.item.name)

    def conclusion(self) -> Text | Notice:
        """What stands, what is expected, and whether there is a trend."""
        row, item = self.row, self.item
        if row.own.empty:
            return Notice(f"{item.name}没有读数。", "no_data")
        known = self.view.has_readings
        told = say.reason(row, firm=self.firm) if item.has_target else f"{(say.so_far if known else say.unread)(row)}。"
        return Text(f"：{told}{self.trend_sentence()}", lead=item.name) if known else Notice(told, "no_data")

    def state(self) -> Blocks:
        """The conclusion and the plan's own sentence, with what is known of its reading."""
        item = self.item
        note = f"（{item.note}）" if item.note else ""
        quote = f"{'转述' if item.restated else '原文'}（条款{item.clause or say.BLANK}）：“{item.quote}”。{note}"
        return Blocks([self.conclusion(), Text(quote if item.quote else "计划没有为这项指标定目标。")])

    def trend_sentence(self) -> str:
        """Whether the change on the year itself rises or falls and by how much; readings that look like slips."""
        moves, unit = self._moves
        records: list[dict[Any, Any]] = trend_summary(moves).to_dict("records")
        found = (records or [{"verdict": "too_short"}])[0]
        text = NO_TREND.get(found["verdict"])
        if text is None:
            by = f"{say.rounded(abs(found['slope']), 2)}{'个百分点' if unit == '%' else unit}"
            text = f"同比变化有{'上升' if found['slope'] > 0 else '下降'}趋势，每年约{by}。"
        jumps = "、".join(_when(str(period), self.item) for period in moves.loc[moves["jump"].eq(True), "period"])
        return text + (f"{jumps}的读数与前后相差十倍以上，请核对。" if jumps else "")

    def history(self) -> Blocks:
        """Progress with the outlook, a flow's years and months, and changes on the year."""
        row, item = self.row, self.item
        if row.own.empty or not self.view.has_readings:
            return Blocks()  # the conclusion says so
        target = f"，目标{say.target_phrase(row)}" if item.has_target else ""
        last = row.own.iloc[-1]  # before the plan's first figure is out, the last one known stands for it
        end, value = (last["end"], last["value"]) if math.isnan(row.actual) else (row.end, row.actual)
        kind = frames.course(row) + ("，灰线为往年" if item.restarts and row.aim.window.months == 12 else "")
        fan = "" if math.isnan(row.point) else "，浅蓝为到期时八成把握的区间"
        title = f"{item.name}：{say.period_name(int(end), item.frequency)}{say.said(float(value), item)}{target}"
        unit = frames.chart_scale(row).unit
        drawn, words = charts.progress_chart(row, width="full"), f"{kind}{fan}{unit and '，'}{unit}"
        course = Figure(title, drawn, f"{item.name}：{say.reason(row, firm=self.firm)}", words, self.source(row))
        return Blocks([course, *self._flow_figures(), *self._change_figures()])

    @cached_property
    def _moves(self) -> tuple[pd.DataFrame, str]:
        """The changes the page speaks of, and their unit: a net change may start from nothing, so it has no rate."""
        net, points = self.item.traits.net, self.item.traits.points
        unit = "个百分点" if points and self.item.unit == "%" else self.item.unit if net or points else "%"
        return changes_frame(self.view, self.item, differences=net or points), unit

    def _flow_figures(self) -> list[Shown]:
        """A flow's yearly totals, and its months beside those of past years."""
        view, item, source = self.view, self.item, self.source(self.row)
        scale = frames.chart_scale(self.row)
        totals = charts.yearly_chart(self.row, scale) if item.restarts else None  # else the course is that of the years
        if not totals:
            return []
        end, value = int(self.row.own["end"].iloc[-1]), float(self.row.own["value"].iloc[-1])
        until = "" if end % 12 == 11 else f"前{end % 12 + 1}个月"
        words = f"历年总量{'，深色为当年累计' if until else ''}，{scale.unit}"
        title = f"{end // 12}年{until}{say.number(value * scale.factor, whole=scale.whole)}{scale.unit}"
        years: Shown = Figure(title, totals, f"{item.name}{title}", words, source, "half")
        found = profile(self._moves[0], view.month.year, item)
        if found is None:
            return [years]
        step, both = "个月" if item.frequency == "month" else "个季度", found.dropna()
        title = f"{_of_all(int((both['this'] > both['usual']).sum()), len(both), step)}高于往年平均"
        words = f"各{step[1:]}新增，灰色为前三年平均，{scale.unit}"
        bars = charts.profile_chart(view, found, item, scale)
        return [years, Figure(title, bars, f"{item.name}：{title}", words, source, "half")]

    def _change_figures(self) -> list[Shown]:
        item, column = self.item, change_column(self.item)
        moves, unit = self._moves
        bars = charts.change_chart(self.view, moves, column, whole=item.traits.net and item.counts)
        if not bars:
            return []
        kind = "累计同比" if column == "ytd_on_year" else "同比"
        last = moves.dropna(subset=[column]).iloc[-1]
        size = say.rounded(abs(float(last[column])), 1 if unit == "%" else 2)
        changed = "持平" if size == "0" else f"{'增' if last[column] > 0 else '降'}{size}{unit}"
        later = "，其后没有可比的数" if parse_period(str(last["period"])).end < self.row.own["end"].iloc[-1] else ""
        title = f"{_when(str(last['period']), item)}{kind}{changed}{later}"
        return [Figure(title, bars, f"{item.name}{title}", f"{kind}变化，{unit}", self.source(self.row))]

    def regions(self) -> Blocks:
        """The region's place among the others, or a word that there are none to compare with."""
        view, item = self.view, self.item
        found = compare(view, item)
        if found is None:
            return Blocks([Notice("没有其他地区的同期读数，不作比较。")])
        own, source = view.plan.region_name(view.plan.region), self.source(self.row)
        place = f"{say.period_name(found.end, item.frequency)}{own}居第{found.rank}位"
        panels = charts.small_multiples(view, item, found)
        first, last, both, up = rises(yearly_values(view, item, found)) if panels else (0, 0, 0, 0)
        drawn = (
            (f"{own}{_beside_median(item, found)}", charts.regions_chart(view, item),
             "灰线为各地区，高出图幅的只画到上缘"),
            (place, charts.ranking_chart(view, found, item), "各地区由优到次"),
            (f"各地区的走势：{_of_all(up, both, '个地区')}比{first}年高", panels,
             f"{first}—{last}年，由优到次；各图刻度不同，只看走势，粗线为{own}"),
        )  # fmt: skip
        figures = (Figure(title, spec, title, f"{words}，{item.unit}", source) for title, spec, words in drawn if spec)
        return Blocks([Text(self.comparison_sentence(found)), self.movement_table(found), *figures])

    def movement_table(self, found: Comparison) -> Table:
        """Rank and distances now, a year before, before the plan began, and further back: is ground being gained?"""
        view, item = self.view, self.item
        before_plan = (view.plan.start.year - 1 - found.end // 12) * 12
        ends = {found.end + 12 * years for years in (0, -1, -found.years)} | {found.end + min(before_plan, 0)}
        places = [(end, at) for end in sorted(ends) if (at := place(view, item, end)) is not None]
        median, leader = (
            say.even(_signed(away, item) for away in found)
            for found in ([at.to_median for _, at in places], [at.to_leader for _, at in places])
        )
        fields: tuple[Field[tuple[int, Place]], ...] = (
            Field("时间", 8, lambda at: say.period_name(at[0], item.frequency)),
            Field("位次", 7, lambda at: f"{at[1].rank}／{at[1].regions}", "right"),
            Field("与中位数之差", 12, lambda at: median[_signed(at[1].to_median, item)], "right"),
            Field("与居首地区之差", 12, lambda at: leader[_signed(at[1].to_leader, item)], "right"),
        )
        note = "差为本地区减对方；位次为第几位／有读数的地区数，合计不参加排序。"
        return table(fields, places, title="位次和差距的变化", note=note)

    def comparison_sentence(self, found: Comparison) -> str:
        """Rank, distances and movement in one sentence."""
        own, when = self.view.plan.region_name(self.view.plan.region), say.period_name(found.end, self.item.frequency)
        text = f"{when}{own}在{len(found.ranking)}个地区中居第{found.rank}位"
        if found.earlier is not None:
            step = found.earlier - found.rank
            moved = f"上升{step}位" if step > 0 else f"下降{-step}位" if step < 0 else "位次未变"
            text += f"，比{found.years}年前{moved}"
        text += f"；{_beside_median(self.item, found)}"
        if found.rank > 1:
            text += f"，与居首的{found.leader}相差{say.change_said(abs(found.to_leader), self.item)}"
        return text + "。"

    def trail(self) -> Table | Notice:
        """Every number of the outlook, in the order in which it is worked out."""
        row, item = self.row, self.item
        if row.register:
            return foresight_table(row, row.register)
        steps, mine, history = frames.outlook_steps(self.view, item)
        if steps.empty:
            return Notice("本期没有展望，也就没有计算过程。")
        nothing = (steps["step"] == "过程") & steps["value"].eq(0)  # of a yearly figure no part of a year is known
        steps = steps[steps["value"].notna() & (steps["step"] != "权重") & ~nothing]
        scale, flow = frames.chart_scale(row), item.traits.cumulates
        lines: list[list[str]] = []
        for case in mine.to_dict("records"):
            lead = case["case"] != item.id
            about = f"与{self.view.plan.region_name(item.target_region or '')}之差：" if lead else ""
            own = steps[steps["case"] == case["case"]]
            known = history[history["series"] == case["series"]].set_index("period")["value"]
            # A flow enters as means over stretches of months and stays as explained. Anything else enters reading
            # by reading, gaps filled on the straight line; the page shows the readings that were really made.
            readings = own[own["step"] == "读数"].set_index("name")["value"]
            entered = readings if flow else known[known.index.isin(readings.index)]
            own = own[~own["step"].isin(_REPEATED if flow else (*_REPEATED, "中心"))]
            same = (own["step"] == "结果") & own["name"].isin(frames.RANGE) | (own["name"] == "距期限期数")
            own = own[~same] if lead else own
            rest = [
                [str(step), about + _called(str(name)), _figure(float(value), str(name), scale)]
                for step, name, value in zip(own["step"], own["name"], own["value"], strict=True)
            ]
            lines += [line for line in rest if line[0] == "输入" and not lead]
            lines += [["读数", about + when, values] for when, values in _folded(entered * scale.factor)]
            told = say.even(value for kind, _, value in rest if kind == "结果")
            lines += [[kind, name, told.get(value, value)] for kind, name, value in rest if kind != "输入"]
        if not lines:
            return Notice("没有往年读数，无法展开计算过程。")
        unit = "年均增速按连乘的指数计算，计划前一年为100" if item.traits.averaged else f"单位：{scale.unit}"
        made = "，缺的按往年同期（年度数按前后两年）补，过小的按平常的十分之一计" if flow else ""
        note = f"{unit}。读数为进入计算的各期数值{made}；正文的可能性按5个百分点取整。方法另见数学说明。"
        fields: tuple[Field[list[str]], ...] = (
            Field("步骤", 6, lambda line: line[0]),
            Field("内容", 23, lambda line: line[1]),
            Field("数值", 23, lambda line: line[2], "right"),
        )
        return table(fields, lines, title="展望的计算过程", note=note)


def _when(period: str, item: Indicator) -> str:
    return say.period_name(parse_period(period).end, item.frequency)


def _of_all(found: int, every: int, unit: str) -> str:
    """How many of all, before what is said of them: 6个月中1个, 31个地区都, 3个月都不."""
    if 0 < found < every:
        return f"{every}{unit}中{found}个"
    return f"{every}{unit}{'都' * (every > 1)}{'' if found else '不'}"


def _signed(value: float, item: Indicator) -> str:
    words = say.change_said(value, item)
    return f"+{words}" if value > 0 else words


def _beside_median(item: Indicator, found: Comparison) -> str:
    side = "高" if found.to_median >= 0 else "低"
    return f"比中位数{side}{say.change_said(abs(found.to_median), item)}"


def _folded(known: "pd.Series[float]") -> list[tuple[str, str]]:
    """Readings several to the line, with their values in order: 2011—2016, or a year's months and stretches."""
    told = [say.number(float(value)) for value in known]
    pairs = list(zip(map(str, known.index), map(say.even(told).__getitem__, told), strict=True))
    if all(period.isdigit() for period, _ in pairs):
        parts = [pairs[at : at + A_LINE] for at in range(0, len(pairs), A_LINE)]
    else:
        parts = [list(part) for _, part in groupby(pairs, key=lambda pair: pair[0][:4])]
    return [(_span([period for period, _ in part]), "、".join(value for _, value in part)) for part in parts]


def _span(periods: list[str]) -> str:
    """One name for the periods of a line; stretches keep each their months, for they differ in length."""
    ends = [one.replace(MEAN, "").split(" 至 ") for one in periods]
    names = ["至".join(say.whole_name(parse_period(end)) for end in stretch) for stretch in ends]
    if any(MEAN in one for one in periods):
        year = f"{periods[0][:4]}年"
        return year + "、".join(names).removeprefix(year).replace(year, "") + MEAN.strip()
    return names[0] if len(names) == 1 else f"{names[0]}至{names[-1]}"


def _called(name: str) -> str:
    """What people read where programs have another name or periods in figures."""
    stretch, mean, more = name.partition(MEAN)
    return _span([stretch + mean]) + more if mean else CALLED.get(name, name)


def _figure(value: float, name: str, scale: frames.Scale) -> str:
    if name == frames.CHANCE:
        return say.percent(value, 1)
    return say.number(value if any(word in name for word in PURE) else value * scale.factor)
