"""A page: a view of a workbook, the state of its indicators, and what every report says of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from operator import attrgetter
from typing import Any, Self

import pandas as pd

from tongdao.analysis import Gap, gaps
from tongdao.pages.charts.progress import largest, progress_chart
from tongdao.pages.charts.vega_lite import scale_of
from tongdao.pages.display import Blocks, Cell, Column, Field, Figure, Head, Notice, Table, Text, table
from tongdao.pages.ledger import in_progress
from tongdao.pages.lineage import Origin, origin
from tongdao.pages.wording import (
    BLANK,
    attention,
    change_said,
    conclusion,
    data_notes,
    day_name,
    departments,
    headline,
    month_name,
    percent,
    reason,
    row_chance,
    said,
    target_phrase,
    verdict_name,
)
from tongdao.plan import Indicator
from tongdao.workbook import View, Workbook, open_workbook

Says = Callable[[Gap], str]
EXAMPLE = "示例数据：读数均为虚构，仅供演示，不反映真实情况"
LEGEND = "图例：蓝线为实际（当年累计的图，灰线为往年），橙线为目标，虚线为还需走的路，浅蓝为到期时八成把握的区间。"


@dataclass(frozen=True, repr=False)
class Page:
    """A view and the state of its indicators; ``about`` are those that the page speaks of.

    Subclasses have what a notebook asks as further fields, and its cells as methods. ``readings`` are all that the
    workbook holds, also those the view does not know.
    """

    view: View
    rows: tuple[Gap, ...]
    readings: pd.DataFrame = field(default_factory=pd.DataFrame, kw_only=True, compare=False)
    about: tuple[Gap, ...] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "about", self._chosen())

    @classmethod
    def open(cls, workbook: str | Workbook, month: str = "", as_of: str = "", **asked: Any) -> Self:
        """The page of a workbook, for a month (default: the latest), with what was known on a day (default: all).

        Raises:
            UsageError: no such workbook, a month outside the plan, or a name in ``asked`` that fits nothing.
        """
        book = open_workbook(workbook) if isinstance(workbook, str) else workbook
        view = book.view(month, as_of)
        return cls(view, gaps(view), readings=book.readings, **asked)

    def _chosen(self) -> tuple[Gap, ...]:
        return self.rows

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        self.view._repr_pretty_(printer, cycle)

    def named(self, indicator: str) -> tuple[Gap, ...]:
        """The row of an indicator by name, alias, id or a part that fits only one.

        Raises:
            UsageError: no such indicator, or several; the sentence lists the candidates.
        """
        wanted = self.view.plan.find_indicator(indicator)
        return tuple(row for row in self.rows if row.item.id == wanted.id)

    def head(self, title: str = "") -> Head:
        """The head of a report of this view."""
        plan = self.view.plan
        return Head(
            title=title or plan.report_title,
            subtitle=f"{month_name(self.view.month)} · {plan.title}",
            issuer=plan.work_group.name or plan.work_group.office or None,
            date_line=f"数据截至{day_name(self.view.as_of)}",
            example=EXAMPLE if plan.example else None,
            data_date=self.view.as_of.isoformat(),
            month=str(self.view.month),
        )

    def conclusion(self) -> Text | Notice:
        """The whole month in one paragraph."""
        return Text(conclusion(self.about, self.view))

    def notes(self) -> Text:
        """What a reader must know of the data before trusting a figure."""
        return Text("\n".join(f"- {note}" for note in data_notes(self.about, self.view)))

    def columns(self, *asked: tuple[str, float], blank: str = BLANK) -> list[Field[Gap]]:
        """Columns of a table of indicators by key, each as wide as it is wanted; ``blank`` fills empty cells."""

        def column(key: str, width: float) -> Field[Gap]:
            field = self._columns[key]
            return replace(field, width=width, text=lambda row: field.text(row) or blank)

        return [column(*pair) for pair in asked]

    @cached_property
    def _columns(self) -> dict[str, Field[Gap]]:
        """What can be said of an indicator in a cell, by title; 灯 is the name with its light."""
        view, plan = self.view, self.view.plan

        def light(row: Gap) -> Cell:
            return Cell(verdict_name(row), light=row.light, strong=row.light == "red")

        def figure(row: Gap) -> str:
            return "0.########" if row.item.counts else "0.00##" if row.item.unit == "亿元" else "0.0#"

        def ahead(row: Gap) -> str:
            return change_said(row.required_per_month, row.item)

        def amount(
            title: str, name: str, text: Callable[[Gap], str], form: Callable[[Gap], str] | str = figure
        ) -> Field[Gap]:
            return Field(title, 0, text, "right", attrgetter(name), form)

        said_of: tuple[Field[Gap], ...] = (
            Field("指标", 0, lambda row: row.item.name),
            Field("单位", 0, lambda row: row.item.unit),
            amount("目标", "target", lambda row: target_phrase(row, view)),
            Field("限定词", 0, lambda row: row.item.word),
            amount("实际", "actual", lambda row: said(row.actual, row.item)),
            amount("差距", "gap", lambda row: change_said(row.gap, row.item) if row.gap > 0 else BLANK),
            amount("完成率", "completion", lambda row: percent(row.completion), "0%"),
            amount("剩余各月每月需", "required_per_month", ahead, "0.0##"),
            Field("可能性", 0, lambda row: row_chance(row, view), "right"),
            Field("判断", 0, light),
            Field("依据", 0, lambda row: reason(row, view)),
            Field("牵头单位", 0, lambda row: departments(plan.lead(row.item))),
            Field("配合单位", 0, lambda row: departments(plan.support(row.item), "")),
            Field("条款", 0, lambda row: row.item.clause),
            Field("原文", 0, lambda row: row.item.quote),
            Field("读数时间", 0, lambda row: self.origins[row.item.id].period),
            Field("来源", 0, lambda row: self.origins[row.item.id].source),
            Field("记录日期", 0, lambda row: self.origins[row.item.id].recorded_at),
        )
        name: Field[Gap] = Field("指标", 0, lambda row: Cell(row.item.name, light=row.light))
        return {one.title: one for one in said_of} | {"灯": name}

    @cached_property
    def origins(self) -> dict[str, Origin]:
        """The reading behind the figure of each indicator, by id."""
        return {row.item.id: origin(self.view, row.item, row.end) for row in self.rows}

    def indicator_table(self, title: str = "量化目标完成情况") -> Table:
        """All indicators: target, actual, gap, completion, chance and verdict with its light."""
        fields = self.columns(
            ("指标", 17), ("目标", 8), ("实际", 7), ("差距", 8), ("完成率", 6), ("可能性", 7), ("判断", 8.5)
        )
        note = "差距＝目标－实际，已达到的不列。● 已完成或有望　▲ 可能　■ 有风险、难以完成或未完成　○ 暂不判断。"
        return table(fields, self.about, number=Column("序号", "right", 3), title=title, note=note)

    def progress(self, row: Gap, *, width: str = "half") -> Figure:
        """One indicator's chart with its message, unit and source."""
        item = row.item
        shown = "当年累计" if item.measure == "flow" and item.frequency != "year" else "历年"
        return Figure(
            title=headline(row, self.view),
            subtitle=f"{shown}，{scale_of(item, largest(self.view, row)).unit}",
            source=self.source(item),
            alt=f"{headline(row, self.view)}。{reason(row, self.view)}",
            spec=progress_chart(self.view, row, width=width),
            width="half" if width == "half" else "full",
        )

    def source(self, item: Indicator) -> str | None:
        """Where an indicator's latest readings come from."""
        sources = self.view.series(item)["source"]
        return f"来源：{sources.iloc[-1]}" if len(sources) else None

    def attention(self, rows: Sequence[Gap] | None = None) -> Blocks:
        """How to read the charts, then a chart for each indicator that needs attention and has readings."""
        drawn = [row for row in attention(self.about if rows is None else rows) if len(self.view.series(row.item))]
        if not drawn:
            return Blocks([Notice("本期没有需要特别关注的指标。")])
        width = "half" if len(drawn) > 1 else "full"
        return Blocks([Text(LEGEND), *(self.progress(row, width=width) for row in drawn)])

    def in_progress(self) -> Blocks:
        """What is being done: overdue steps, the next four weeks, the items tied to red indicators."""
        return Blocks(in_progress(self.view, self.about))

    def annex(self) -> Blocks:
        """Each figure beside its sentence of the plan and its reading, then the clauses that have none."""
        found = self.origins
        silent = [row.item.name for row in self.about if not found[row.item.id].period]
        delivered = "，报送编号" if any(found[row.item.id].delivery for row in self.about) else ""

        def quote(row: Gap) -> str:
            return f"{'转述：' if row.item.restated else ''}{row.item.quote}" if row.item.quote else BLANK

        def reading(row: Gap) -> str:
            at = found[row.item.id]
            return f"{at.period}\n{at.value}" if at.period else BLANK

        fields: list[Field[Gap]] = [
            *self.columns(("指标", 10), ("条款", 4)),
            Field("原文", 22, quote),
            Field("读数", 8, reading),
            Field(f"来源，记录日期{delivered}", 12, lambda row: found[row.item.id].words or BLANK),
        ]
        words = f"没有读数的：{'、'.join(silent)}。" if silent else "各项目标都有读数。"
        return Blocks([table(fields, self.about), Notice(words, "no_data" if silent else "note")])
