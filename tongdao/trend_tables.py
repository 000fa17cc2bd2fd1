"""One indicator's page: figures with their words, the calculation trail, the plan's sentence."""

import math

import pandas as pd

from tongdao.charts import largest, progress_chart
from tongdao.comparisons import Comparison, compare
from tongdao.display import Column, Figure, Notice, Shown, Table, Text
from tongdao.forecasts import questions
from tongdao.gap import Gap
from tongdao.marks import scale_of
from tongdao.outlook import explain
from tongdao.periods import MONTHS, Period, parse_period
from tongdao.plan import Indicator
from tongdao.standing import standing
from tongdao.tables import source_line
from tongdao.trend import trend, trend_summary
from tongdao.trend_charts import change_chart, ranking_chart, regions_chart, small_multiples, yearly_chart
from tongdao.view import View
from tongdao.wording import (
    BLANK,
    difference,
    number,
    percent,
    period_name,
    reason,
    rounded,
    short_amount,
    so_far,
    target_phrase,
)

TREND_WORDS = {
    "too_short": "序列过短，不作趋势判断",
    "rising": "有上升趋势",
    "falling": "有下降趋势",
    "unclear": "无明显趋势",
}


def choose(view: View, rows: tuple[Gap, ...], name: str) -> Gap:
    """The row of the named indicator; without a name, the first with a target and readings."""
    if name:
        wanted = view.plan.indicator(name)
        return next(row for row in rows if row.item.id == wanted.id)
    ready = [row for row in rows if row.item.has_target and len(view.series(row.item))]
    return ready[0] if ready else rows[0]


def changes_frame(view: View, item: Indicator) -> pd.DataFrame:
    """Year-on-year and other changes of the indicator's own series (``trend.trend``); empty without readings."""
    own = view.series(item)
    own = own[(own["end"] + 1) % MONTHS[item.frequency] == 0]
    if own.empty:
        return pd.DataFrame(columns=["series", "period", "value", "year_on_year", "ytd_on_year", "jump"])
    periods = [str(Period(int(end), MONTHS[item.frequency])) for end in own["end"]]
    flow = item.measure == "flow" and item.frequency != "year"
    values = own["value"].to_numpy(float)
    frame = pd.DataFrame({"series": item.id, "period": periods, "value": values})
    if flow:
        frame = frame.assign(value_ytd=values, value=float("nan"))
    return trend(frame, share=item.measure in ("share", "growth", "average_growth"), flow=flow)


def change_column(item: Indicator) -> str:
    """Flows are compared cumulatively, as offices do; everything else reading by reading."""
    return "ytd_on_year" if item.measure == "flow" and item.frequency != "year" else "year_on_year"


def conclusion(view: View, row: Gap) -> Text | Notice:
    """What stands, what is expected, and whether there is a trend."""
    item = row.item
    if view.series(item).empty:
        return Notice(f"{item.name}没有读数。", "no_data")
    if not view.has_readings:
        return Notice(reason(row, view), "no_data")
    summary = trend_summary(changes_frame(view, item))
    words = TREND_WORDS[str(summary["verdict"].iloc[0])] if len(summary) else TREND_WORDS["too_short"]
    state = reason(row, view) if item.has_target else f"{so_far(row)}。"
    return Text(f"**{item.name}**：{state}同比增幅{words}。")


def history_figures(view: View, row: Gap) -> list[Shown]:
    """Progress with the outlook, yearly totals, and changes on the year."""
    item = row.item
    if view.series(item).empty or not view.has_readings:
        return [Notice("没有可画的读数。", "no_data")]
    scale = scale_of(item, largest(view, row))
    source = source_line(view, item)
    target = f"，目标{target_phrase(row, view)}" if item.has_target else ""
    shown: list[Shown] = [
        Figure(
            title=f"{_standing_words(row)}{target}",
            subtitle=f"{'当年累计，灰线为往年' if change_column(item) == 'ytd_on_year' else '历年'}，{scale.unit}",
            source=source,
            alt=f"{item.name}：{reason(row, view)}",
            spec=progress_chart(view, row, width="full"),
        )
    ]
    totals = yearly_chart(view, item, scale) if item.measure == "flow" else None
    if totals:
        shown.append(
            Figure("历年总量", totals, f"{item.name}历年总量", f"全年，深色为当年累计，{scale.unit}", source, "half")
        )
    column = change_column(item)
    moves = changes_frame(view, item)
    bars = change_chart(view, moves, column)
    if bars:
        unit = "个百分点" if item.measure in ("share", "growth", "average_growth") else "%"
        kind = "累计同比" if column == "ytd_on_year" else "同比"
        last = moves.dropna(subset=[column])
        value = float(last[column].iloc[-1])
        when = period_name(parse_period(str(last["period"].iloc[-1])).end, item.frequency)
        title = f"{when}{kind}{'增' if value >= 0 else '降'}{rounded(abs(value), 2 if unit != '%' else 1)}{unit}"
        shown.append(Figure(title, bars, f"{item.name}{title}", f"{kind}变化，{unit}", source, "half"))
    return shown


def _standing_words(row: Gap) -> str:
    if math.isnan(row.actual):
        return f"{row.item.name}：历年读数"
    when = period_name(row.end, row.item.frequency)
    return f"{row.item.name}：{when}{short_amount(row.actual, row.item.unit, whole=row.item.counts)}"


def region_figures(view: View, row: Gap) -> list[Shown]:
    """The region's place among the others, or a word that there are none to compare with."""
    item = row.item
    found = compare(view, item)
    if found is None:
        return [Notice("没有其他地区的同期读数，不作比较。")]
    own, source = view.plan.region_name(view.plan.region), source_line(view, item)
    when = period_name(found.end, item.frequency)
    shown: list[Shown] = [Text(comparison_sentence(view, item, found))]
    course = regions_chart(view, item)
    if course:
        side = "高" if found.to_median >= 0 else "低"
        title = f"{own}比中位数{side}{difference(abs(found.to_median), item.unit, whole=item.counts)}"
        shown.append(Figure(title, course, title, f"灰线为各地区，{item.unit}", source))
    title = f"{when}{own}居第{found.rank}位"
    shown.append(Figure(title, ranking_chart(view, found, item), title, f"各地区由优到次，{item.unit}", source))
    panels = small_multiples(view, item, found)
    if panels:
        title = "各地区的走势"
        shown.append(Figure(title, panels, title, f"各图刻度不同，只看走势；{own}为粗线，{item.unit}", source))
    return shown


def comparison_sentence(view: View, item: Indicator, found: Comparison) -> str:
    """Rank, distances and movement in one sentence."""
    own = view.plan.region_name(view.plan.region)
    text = f"{period_name(found.end, item.frequency)}{own}在{len(found.ranking)}个地区中居第{found.rank}位"
    if found.earlier is not None:
        step = found.earlier - found.rank
        moved = f"上升{step}位" if step > 0 else f"下降{-step}位" if step < 0 else "位次未变"
        text += f"，比{found.years}年前{moved}"
    side = "高" if found.to_median >= 0 else "低"
    text += f"；比中位数{side}{difference(abs(found.to_median), item.unit, whole=item.counts)}"
    if found.rank > 1:
        text += f"，与居首的{found.leader}相差{difference(abs(found.to_leader), item.unit, whole=item.counts)}"
    return text + "。"


def trail(view: View, item: Indicator) -> pd.DataFrame:
    """Every number of one outlook (``outlook.explain``); empty where nothing is asked of the future."""
    cases, history = questions(view, {one.id: standing(view, one) for one in view.plan.indicators})
    mine = cases[cases["case"] == item.id] if len(cases) else cases
    if mine.empty:
        return pd.DataFrame(columns=["case", "step", "name", "value"])
    return explain(mine, history[history["series"].isin(mine["series"])])


def trail_table(view: View, row: Gap) -> Table | Notice:
    """Every number of the outlook, in the order in which it is worked out."""
    steps = trail(view, row.item)
    if steps.empty:
        return Notice("本期没有展望，也就没有计算过程。")
    steps = steps[steps["value"].notna() & (steps["step"] != "权重")]
    lines = [[str(step), str(name), _figure(float(value), str(name))]
             for step, name, value in zip(steps["step"], steps["name"], steps["value"], strict=True)]  # fmt: skip
    if not lines:
        return Notice("没有往年读数，无法展开计算过程。")
    columns = (Column("步骤", "left", 6), Column("内容", "left", 26), Column("数值", "right", 10))
    return Table(columns, lines, title="展望的计算过程", note="读数为进入计算的各期数值，方法见 docs/maths.md。")


def _figure(value: float, name: str) -> str:
    return percent(value) if name == "达标概率" else number(value)


def quote_text(view: View, row: Gap) -> Text:
    """The plan's own sentence, with what is known of its reading."""
    item = row.item
    if not item.quote:
        return Text("计划没有为这项指标定目标。")
    kind = "转述" if item.restated else "原文"
    note = f"（{item.note}）" if item.note else ""
    return Text(f"{kind}（条款{item.clause or BLANK}）：“{item.quote}”。{note}")
