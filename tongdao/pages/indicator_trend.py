"""One indicator's page: figures with their words and the plan's sentence."""

import math

import pandas as pd

from tongdao.analysis import Gap, trend, trend_summary
from tongdao.base import MONTHS, Period, parse_period
from tongdao.pages.charts.progress import largest, progress_chart
from tongdao.pages.charts.trend import change_chart, profile, profile_chart, yearly_chart
from tongdao.pages.charts.vega_lite import Scale, scale_of
from tongdao.pages.display import Figure, Notice, Shown, Text
from tongdao.pages.explanation import trail, trail_table
from tongdao.pages.region_tables import comparison_sentence, movement_table, region_figures
from tongdao.pages.tables import source_line
from tongdao.pages.wording import BLANK, number, period_name, reason, rounded, said, so_far, target_phrase
from tongdao.plan import Indicator
from tongdao.workbook import View

__all__ = [
    "change_column",
    "changes_frame",
    "choose",
    "comparison_sentence",
    "conclusion",
    "history_figures",
    "movement_table",
    "quote_text",
    "region_figures",
    "trail",
    "trail_table",
    "trend_sentence",
]

POINTS = ("share", "growth", "average_growth")  # their changes are differences in 个百分点


def choose(view: View, rows: tuple[Gap, ...], name: str) -> Gap:
    """The row of the named indicator; without a name, the first with a target and readings."""
    if name:
        wanted = view.plan.find_indicator(name)
        return next(row for row in rows if row.item.id == wanted.id)
    ready = [row for row in rows if row.item.has_target and len(view.series(row.item))]
    return ready[0] if ready else rows[0]


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


def conclusion(view: View, row: Gap) -> Text | Notice:
    """What stands, what is expected, and whether there is a trend."""
    item = row.item
    if view.series(item).empty:
        return Notice(f"{item.name}没有读数。", "no_data")
    if not view.has_readings:
        return Notice(reason(row, view), "no_data")
    state = reason(row, view) if item.has_target else f"{so_far(row)}。"
    return Text(f"**{item.name}**：{state}{trend_sentence(view, item)}")


def trend_sentence(view: View, item: Indicator) -> str:
    """Whether the change on the year itself rises or falls and by how much; readings that look like slips."""
    moves, unit = _moves(view, item)
    summary = trend_summary(moves)
    verdict = str(summary["verdict"].iloc[0]) if len(summary) else "too_short"
    text = {"too_short": "同比变化序列过短，不作趋势判断。", "unclear": "同比变化没有明显趋势。"}.get(verdict, "")
    if not text:
        slope = float(summary["slope"].iloc[0])
        by = f"{rounded(abs(slope), 2)}{'个百分点' if unit == '%' else unit}"
        text = f"同比变化有{'上升' if slope > 0 else '下降'}趋势，每年约{by}。"
    jumps = moves.loc[moves["jump"].eq(True), "period"]
    if len(jumps):
        named = "、".join(_when(str(period), item) for period in jumps)
        text += f"{named}的读数与前后相差十倍以上，请核对。"
    return text


def _when(period: str, item: Indicator) -> str:
    return period_name(parse_period(period).end, item.frequency)


def history_figures(view: View, row: Gap) -> list[Shown]:
    """Progress with the outlook, a flow's years and months, and changes on the year."""
    item = row.item
    if view.series(item).empty:
        return [Notice("没有可画的读数。", "no_data")]
    if not view.has_readings:
        return [Notice("本月没有读数，不画图。", "no_data")]
    scale = scale_of(item, largest(view, row))
    source = source_line(view, item)
    target = f"，目标{target_phrase(row, view)}" if item.has_target else ""
    kind = "当年累计，灰线为往年" if change_column(item) == "ytd_on_year" else "历年"
    fan = "" if math.isnan(row.point) else "，浅蓝为到期时八成把握的区间"
    shown: list[Shown] = [
        Figure(
            title=f"{_standing_words(view, row)}{target}",
            subtitle=f"{kind}{fan}，{scale.unit}",
            source=source,
            alt=f"{item.name}：{reason(row, view)}",
            spec=progress_chart(view, row, width="full"),
        )
    ]
    return [*shown, *_flow_figures(view, item, scale, source), *_change_figures(view, item, source)]


def _flow_figures(view: View, item: Indicator, scale: Scale, source: str | None) -> list[Shown]:
    """A flow's yearly totals, and its months beside those of past years."""
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


def _change_figures(view: View, item: Indicator, source: str | None) -> list[Shown]:
    column = change_column(item)
    moves, unit = _moves(view, item)
    bars = change_chart(view, moves, column, whole=item.measure == "net" and item.counts)
    if not bars:
        return []
    kind = "累计同比" if column == "ytd_on_year" else "同比"
    last = moves.dropna(subset=[column]).iloc[-1]
    size = rounded(abs(float(last[column])), 1 if unit == "%" else 2)
    changed = "持平" if size == "0" else f"{'增' if last[column] > 0 else '降'}{size}{unit}"
    title = f"{_when(str(last['period']), item)}{kind}{changed}"
    return [Figure(title, bars, f"{item.name}{title}", f"{kind}变化，{unit}", source)]


def _standing_words(view: View, row: Gap) -> str:
    """The latest figure with its time; before the plan's first figure is out, the last one known."""
    own = view.series(row.item).iloc[-1]
    end, value = (int(own["end"]), float(own["value"])) if math.isnan(row.actual) else (row.end, row.actual)
    figure = said(value, row.item)
    return f"{row.item.name}：{period_name(end, row.item.frequency)}{figure}"


def quote_text(view: View, row: Gap) -> Text:
    """The plan's own sentence, with what is known of its reading."""
    item = row.item
    if not item.quote:
        return Text("计划没有为这项指标定目标。")
    kind = "转述" if item.restated else "原文"
    note = f"（{item.note}）" if item.note else ""
    return Text(f"{kind}（条款{item.clause or BLANK}）：“{item.quote}”。{note}")
