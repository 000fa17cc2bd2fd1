"""The tables and figures of the reports: rows of ``gap`` in, things to show out."""

from collections.abc import Sequence

from tongdao.analysis import Gap
from tongdao.pages.charts.progress import largest, progress_chart
from tongdao.pages.charts.ranking import completion_chart, required_chart
from tongdao.pages.charts.vega_lite import scale_of
from tongdao.pages.display import Cell, Column, Figure, Head, Notice, Shown, Table, Text
from tongdao.pages.wording import (
    BLANK,
    chance,
    change_said,
    day_name,
    departments,
    headline,
    month_name,
    number,
    percent,
    reason,
    said,
    target_phrase,
    verdict_name,
)
from tongdao.plan import Indicator
from tongdao.workbook import View

EXAMPLE = "示例数据：读数均为虚构，仅供演示，不反映真实情况"


def head(view: View, title: str = "") -> Head:
    """The head of a report of this view."""
    plan = view.plan
    return Head(
        title=title or plan.report_title,
        subtitle=f"{month_name(view.month)} · {plan.title}",
        issuer=plan.work_group.name or plan.work_group.office or None,
        date_line=f"数据截至{day_name(view.as_of)}",
        example=EXAMPLE if plan.example else None,
        data_date=view.as_of.isoformat(),
        month=str(view.month),
    )


def indicator_table(view: View, rows: Sequence[Gap]) -> Table:
    """All indicators: target, actual, gap, completion, chance and verdict with its light."""
    columns = (
        Column("序号", "right", 3),
        Column("指标", "left", 17),
        Column("目标", "right", 8),
        Column("实际", "right", 7),
        Column("差距", "right", 8),
        Column("完成率", "right", 6),
        Column("可能性", "right", 7),
        Column("判断", "left", 8.5),
    )
    return Table(
        columns,
        [_indicator_row(view, number, row) for number, row in enumerate(rows, 1)],
        title="量化目标完成情况",
        note="差距＝目标－实际，已达到的不列。● 已完成或有望　▲ 可能　■ 有风险、难以完成或未完成　○ 暂不判断。",
    )


def _indicator_row(view: View, number: int, row: Gap) -> list[Cell | str]:
    item = row.item
    decided = row.cause in ("reached", "deadline")
    return [
        str(number),
        item.name,
        target_phrase(row, view),
        said(row.actual, item),
        change_said(row.gap, item) if row.gap > 0 else BLANK,
        percent(row.completion),
        BLANK if row.verdict in ("pending", "followed") else chance(row.p_met, view.plan.thresholds, decided=decided),
        Cell(verdict_name(row), light=row.light, strong=row.light == "red"),
    ]


def department_table(view: View, rows: Sequence[Gap]) -> Table | Notice:
    """Who leads what: how many targets, how they stand, which need a push."""
    judged = [row for row in rows if row.item.has_target]
    leads = {
        unit.name: [row for row in judged if unit.name in view.plan.lead(row.item)] for unit in view.plan.departments
    }
    leads["原文未明确"] = [row for row in judged if not view.plan.lead(row.item)]
    named = {unit: led for unit, led in leads.items() if led}
    if set(named) <= {"原文未明确"}:
        return Notice("计划没有写明各项目标的牵头单位。")
    columns = (
        Column("牵头单位", "left", 13),
        Column("项数", "right", 3.5),
        Column("●", "right", 2.5),
        Column("▲", "right", 2.5),
        Column("■", "right", 2.5),
        Column("○", "right", 2.5),
        Column("需要推动的指标", "left", 26),
    )
    table: list[list[Cell | str]] = []
    for unit, led in named.items():
        lights = [
            str(sum(row.light == colour for row in led) or BLANK) for colour in ("green", "yellow", "red", "grey")
        ]
        push = "、".join(row.item.name for row in led if row.light in ("red", "yellow"))
        table.append([Cell(unit, muted=unit == "原文未明确"), str(len(led)), *lights, push or BLANK])
    return Table(columns, table, title="牵头单位情况", note="几个单位共同牵头的指标在各单位名下都计数。")


def reason_table(view: View, rows: Sequence[Gap]) -> Table:
    """Why each verdict is what it is, and who leads."""
    columns = (Column("指标", "left", 12), Column("依据", "left", 28), Column("牵头单位", "left", 12))
    table: list[list[Cell | str]] = [
        [Cell(row.item.name, light=row.light), reason(row, view), departments(view.plan.lead(row.item))] for row in rows
    ]
    return Table(columns, table, title="判断依据")


def progress_figure(view: View, row: Gap, *, width: str = "half") -> Figure:
    """One indicator's chart with its message, unit and source."""
    item = row.item
    shown = "当年累计" if item.measure == "flow" and item.frequency != "year" else "历年"
    return Figure(
        title=headline(row, view),
        subtitle=f"{shown}，{scale_of(item, largest(view, row)).unit}",
        source=source_line(view, item),
        alt=f"{headline(row, view)}。{reason(row, view)}",
        spec=progress_chart(view, row, width=width),
        width="half" if width == "half" else "full",
    )


def source_line(view: View, item: Indicator) -> str | None:
    """Where an indicator's latest readings come from."""
    sources = view.series(item)["source"]
    return f"来源：{sources.iloc[-1]}" if len(sources) else None


LEGEND = "图例：蓝线为实际（当年累计的图，灰线为往年），橙线为目标，虚线为还需走的路，浅蓝为到期时八成把握的区间。"


def attention_figures(view: View, rows: Sequence[Gap]) -> list[Shown]:
    """How to read the charts, then a chart for each indicator that needs attention and has readings."""
    drawn = [row for row in rows if len(view.series(row.item))]
    if not drawn:
        return [Notice("本期没有需要特别关注的指标。")]
    width = "half" if len(drawn) > 1 else "full"
    return [Text(LEGEND), *(progress_figure(view, row, width=width) for row in drawn)]


def required_table(view: View, rows: Sequence[Gap]) -> Table | Notice:
    """What each remaining month must bring, against what such months usually brought."""
    needed = [row for row in rows if row.gap > 0 and row.required_per_month > 0]
    if not needed:
        return Notice("本期没有需要按月追赶的目标。")
    columns = (
        Column("指标", "left", 17),
        Column("差距", "right", 8),
        Column("剩余月数", "right", 5),
        Column("每月需", "right", 9),
        Column("往年每月", "right", 9),
        Column("倍数", "right", 5),
    )
    body: list[list[Cell | str]] = [
        [
            Cell(row.item.name, light=row.light),
            change_said(row.gap, row.item),
            str(row.months_left),
            change_said(row.required_per_month, row.item),
            said(row.usual_per_month, row.item),
            number(round(row.required_ratio, 1)),
        ]
        for row in needed
    ]
    return Table(columns, body, title="剩余各月的任务", note="倍数＝每月需 ÷ 往年同期每月；— 为没有可比的往年数。")


def ranking_figures(view: View, rows: Sequence[Gap]) -> list[Shown]:
    """The ranked gap chart and the chart of what is still required, where there is something to draw."""
    shown: list[Shown] = []
    sources = "来源：各指标最新读数，见数据说明"
    ranked = completion_chart(view, rows)
    if ranked:
        behind = sum(row.completion < row.calendar_pace for row in rows)
        title = f"{behind}项目标的完成率落后于计划时间（{percent(view.plan.calendar_pace(view.month))}）"
        shown.append(Figure(title, ranked, title, "完成率，%；灰色短线为往年同期进度", sources))
    needed = required_chart(view, rows)
    if needed:
        harder = sum(row.required_ratio > 1 for row in rows)
        title = f"{harder}项目标剩余各月要超过往年水平"
        shown.append(Figure(title, needed, title, "每月需完成的量与往年同期每月之比，倍", sources))
    return shown or [Notice("没有可以排序的完成率。")]
