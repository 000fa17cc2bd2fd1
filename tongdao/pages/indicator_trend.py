"""One indicator's page: its course with the outlook, its changes, and its region among the others."""

import math
from dataclasses import dataclass

import pandas as pd

from tongdao.analysis import Comparison, Gap, Place, compare, place, rises, trend, trend_summary, yearly_values
from tongdao.base import MONTHS, Period, parse_period
from tongdao.pages.charts.peers import ranking_chart, regions_chart, small_multiples
from tongdao.pages.charts.progress import largest, progress_chart
from tongdao.pages.charts.trend import change_chart, profile, profile_chart, yearly_chart
from tongdao.pages.charts.vega_lite import Scale, scale_of
from tongdao.pages.display import Blocks, Field, Figure, Head, Notice, Shown, Table, Text, table
from tongdao.pages.explanation import trail_table
from tongdao.pages.page import Page
from tongdao.pages.wording import BLANK, change_said, number, period_name, reason, rounded, said, so_far, target_phrase
from tongdao.plan import Indicator
from tongdao.workbook import View

POINTS = ("share", "growth", "average_growth")  # their changes are differences in 个百分点


@dataclass(frozen=True, repr=False)
class IndicatorTrend(Page):
    """One indicator: its course, its outlook and its region among the others.

    Without a name, the first indicator with a target and readings.
    """

    indicator: str = ""

    def _chosen(self) -> tuple[Gap, ...]:
        if self.indicator:
            return self.named(self.indicator)
        ready = (row for row in self.rows if row.item.has_target and len(self.view.series(row.item)))
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
        if self.view.series(item).empty:
            return Notice(f"{item.name}没有读数。", "no_data")
        if not self.view.has_readings:
            return Notice(reason(row, self.view), "no_data")
        state = reason(row, self.view) if item.has_target else f"{so_far(row)}。"
        return Text(f"**{item.name}**：{state}{self.trend_sentence()}")

    def state(self) -> Blocks:
        """The conclusion and the plan's own sentence."""
        return Blocks([self.conclusion(), self.quote()])

    def quote(self) -> Text:
        """The plan's own sentence, with what is known of its reading."""
        item = self.item
        if not item.quote:
            return Text("计划没有为这项指标定目标。")
        kind = "转述" if item.restated else "原文"
        note = f"（{item.note}）" if item.note else ""
        return Text(f"{kind}（条款{item.clause or BLANK}）：“{item.quote}”。{note}")

    def trend_sentence(self) -> str:
        """Whether the change on the year itself rises or falls and by how much; readings that look like slips."""
        moves, unit = _moves(self.view, self.item)
        summary = trend_summary(moves)
        verdict = str(summary["verdict"].iloc[0]) if len(summary) else "too_short"
        text = {"too_short": "同比变化序列过短，不作趋势判断。", "unclear": "同比变化没有明显趋势。"}.get(verdict, "")
        if not text:
            slope = float(summary["slope"].iloc[0])
            by = f"{rounded(abs(slope), 2)}{'个百分点' if unit == '%' else unit}"
            text = f"同比变化有{'上升' if slope > 0 else '下降'}趋势，每年约{by}。"
        jumps = moves.loc[moves["jump"].eq(True), "period"]
        if len(jumps):
            named = "、".join(_when(str(period), self.item) for period in jumps)
            text += f"{named}的读数与前后相差十倍以上，请核对。"
        return text

    def history(self) -> Blocks:
        """Progress with the outlook, a flow's years and months, and changes on the year."""
        view, row, item = self.view, self.row, self.item
        if view.series(item).empty:
            return Blocks([Notice("没有可画的读数。", "no_data")])
        if not view.has_readings:
            return Blocks([Notice("本月没有读数，不画图。", "no_data")])
        target = f"，目标{target_phrase(row, view)}" if item.has_target else ""
        kind = "当年累计，灰线为往年" if change_column(item) == "ytd_on_year" else "历年"
        fan = "" if math.isnan(row.point) else "，浅蓝为到期时八成把握的区间"
        course = Figure(
            title=f"{self._latest()}{target}",
            subtitle=f"{kind}{fan}，{self._scale.unit}",
            source=self.source(item),
            alt=f"{item.name}：{reason(row, view)}",
            spec=progress_chart(view, row, width="full"),
        )
        return Blocks([course, *self._flow_figures(), *self._change_figures()])

    @property
    def _scale(self) -> Scale:
        return scale_of(self.item, largest(self.view, self.row))

    def _latest(self) -> str:
        """The latest figure with its time; before the plan's first figure is out, the last one known."""
        row, item = self.row, self.item
        own = self.view.series(item).iloc[-1]
        end, value = (int(own["end"]), float(own["value"])) if math.isnan(row.actual) else (row.end, row.actual)
        return f"{item.name}：{period_name(end, item.frequency)}{said(value, item)}"

    def _flow_figures(self) -> list[Shown]:
        """A flow's yearly totals, and its months beside those of past years."""
        view, item, scale, source = self.view, self.item, self._scale, self.source(self.item)
        totals = yearly_chart(view, item, scale) if item.measure == "flow" else None
        if not totals:
            return []
        last = view.series(item).iloc[-1]
        months = int(last["end"]) % 12 + 1
        until = "" if months == 12 else f"前{months}个月"
        amount = f"{number(float(last['value']) * scale.factor, whole=scale.whole)}{scale.unit}"
        words = f"历年总量{'，深色为当年累计' if until else ''}，{scale.unit}"
        title = f"{int(last['end']) // 12}年{until}{amount}"
        shown: list[Shown] = [Figure(title, totals, f"{item.name}{title}", words, source, "half")]
        found = profile(changes_frame(view, item), view.month.year, item)
        if found is not None:
            step = "个月" if item.frequency == "month" else "个季度"
            both = found.dropna()
            title = f"{len(both)}{step}中{int((both['this'] > both['usual']).sum())}个高于往年平均"
            words = f"各{step[1:]}新增，灰色为前三年平均，{scale.unit}"
            bars = profile_chart(view, found, item, scale)
            shown.append(Figure(title, bars, f"{item.name}：{title}", words, source, "half"))
        return shown

    def _change_figures(self) -> list[Shown]:
        item, column = self.item, change_column(self.item)
        moves, unit = _moves(self.view, item)
        bars = change_chart(self.view, moves, column, whole=item.measure == "net" and item.counts)
        if not bars:
            return []
        kind = "累计同比" if column == "ytd_on_year" else "同比"
        last = moves.dropna(subset=[column]).iloc[-1]
        size = rounded(abs(float(last[column])), 1 if unit == "%" else 2)
        changed = "持平" if size == "0" else f"{'增' if last[column] > 0 else '降'}{size}{unit}"
        title = f"{_when(str(last['period']), item)}{kind}{changed}"
        return [Figure(title, bars, f"{item.name}{title}", f"{kind}变化，{unit}", self.source(item))]

    def regions(self) -> Blocks:
        """The region's place among the others, or a word that there are none to compare with."""
        view, item = self.view, self.item
        found = compare(view, item)
        if found is None:
            return Blocks([Notice("没有其他地区的同期读数，不作比较。")])
        own, source = view.plan.region_name(view.plan.region), self.source(item)
        when = period_name(found.end, item.frequency)
        shown: list[Shown] = [Text(self.comparison_sentence(found)), self.movement_table(found)]
        course = regions_chart(view, item)
        if course:
            title = f"{own}{_beside_median(item, found)}"
            shown.append(Figure(title, course, title, f"灰线为各地区，高出图幅的只画到上缘，{item.unit}", source))
        title = f"{when}{own}居第{found.rank}位"
        shown.append(Figure(title, ranking_chart(view, found, item), title, f"各地区由优到次，{item.unit}", source))
        panels = small_multiples(view, item, found)
        if panels:
            first, last, both, up = rises(yearly_values(view, item, found))
            title = f"各地区的走势：{both}个地区中{up}个比{first}年高"
            words = f"{first}—{last}年，由优到次；各图刻度不同，只看走势，粗线为{own}，{item.unit}"
            shown.append(Figure(title, panels, title, words, source))
        return Blocks(shown)

    def movement_table(self, found: Comparison) -> Table:
        """Rank and distances now, a year before, before the plan began, and further back: is ground being gained?"""
        view, item = self.view, self.item
        before_plan = (view.plan.start.year - 1 - found.end // 12) * 12
        ends = {found.end + 12 * years for years in (0, -1, -found.years)} | {found.end + min(before_plan, 0)}
        fields: tuple[Field[tuple[int, Place]], ...] = (
            Field("时间", 8, lambda at: period_name(at[0], item.frequency)),
            Field("位次", 7, lambda at: f"{at[1].rank}／{at[1].regions}", "right"),
            Field("与中位数之差", 12, lambda at: _signed(at[1].to_median, item), "right"),
            Field("与居首地区之差", 12, lambda at: _signed(at[1].to_leader, item), "right"),
        )
        places = [(end, at) for end in sorted(ends) if (at := place(view, item, end)) is not None]
        note = "差为本地区减对方；位次为第几位／有读数的地区数，合计不参加排序。"
        return table(fields, places, title="位次和差距的变化", note=note)

    def comparison_sentence(self, found: Comparison) -> str:
        """Rank, distances and movement in one sentence."""
        own = self.view.plan.region_name(self.view.plan.region)
        when = period_name(found.end, self.item.frequency)
        text = f"{when}{own}在{len(found.ranking)}个地区中居第{found.rank}位"
        if found.earlier is not None:
            step = found.earlier - found.rank
            moved = f"上升{step}位" if step > 0 else f"下降{-step}位" if step < 0 else "位次未变"
            text += f"，比{found.years}年前{moved}"
        text += f"；{_beside_median(self.item, found)}"
        if found.rank > 1:
            text += f"，与居首的{found.leader}相差{change_said(abs(found.to_leader), self.item)}"
        return text + "。"

    def trail(self) -> Table | Notice:
        """Every number of the outlook, in the order in which it is worked out."""
        return trail_table(self.view, self.row)


def changes_frame(view: View, *items: Indicator) -> pd.DataFrame:
    """Year-on-year and other changes of the indicators' own series (``trend.trend``); empty without readings."""
    return _changes([_series(view, item, differences=item.measure in POINTS) for item in items])


def _changes(series: list[pd.DataFrame]) -> pd.DataFrame:
    known = [each for each in series if len(each)]
    if not known:
        return pd.DataFrame(columns=["series", "period", "value", "year_on_year", "ytd_on_year", "jump"])
    return trend(pd.concat(known))


def _series(view: View, item: Indicator, *, differences: bool) -> pd.DataFrame:
    """What ``trend`` takes: a flow's readings are its figures since January."""
    own = view.series(item)
    own = own[(own["end"] + 1) % MONTHS[item.frequency] == 0]
    flow = item.measure == "flow" and item.frequency != "year"
    values = own["value"].to_numpy(float)
    return pd.DataFrame(
        {
            "series": item.id,
            "period": [str(Period(int(end), MONTHS[item.frequency])) for end in own["end"]],
            "value": math.nan if flow else values,
            "value_ytd": values if flow else math.nan,
            "share": differences,
            "flow": flow,
        }
    )


def _moves(view: View, item: Indicator) -> tuple[pd.DataFrame, str]:
    """The changes the page speaks of, and their unit: a net change may start from nothing, so it has no rate."""
    net = item.measure == "net"
    unit = item.unit if net else "个百分点" if item.measure in POINTS else "%"
    return _changes([_series(view, item, differences=net or item.measure in POINTS)]), unit


def change_column(item: Indicator) -> str:
    """Flows are compared cumulatively, as offices do; everything else reading by reading."""
    return "ytd_on_year" if item.measure == "flow" and item.frequency != "year" else "year_on_year"


def _when(period: str, item: Indicator) -> str:
    return period_name(parse_period(period).end, item.frequency)


def _signed(value: float, item: Indicator) -> str:
    words = change_said(value, item)
    return f"+{words}" if value > 0 else words


def _beside_median(item: Indicator, found: Comparison) -> str:
    side = "高" if found.to_median >= 0 else "低"
    return f"比中位数{side}{change_said(abs(found.to_median), item)}"
