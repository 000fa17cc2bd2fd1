"""A page: a view of a workbook, the state of its indicators, and what every report says of them."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Self

import pandas as pd

from tongdao.analysis import Gap, TrackRecord, gaps, track_record
from tongdao.base import Period
from tongdao.pages import wording as say
from tongdao.pages.charts import progress_chart, units_chart
from tongdao.pages.display import Blocks, Cell, Column, Field, Figure, Head, Notice, Table, Text, table
from tongdao.pages.frames import Origin, chart_scale, course, in_units, origin
from tongdao.pages.ledger import in_progress
from tongdao.pages.summary import conclusion, headline, needed
from tongdao.workbook import View, Workbook, open_workbook

EXAMPLE = "示例数据：读数均为虚构，仅供演示，不反映真实情况"
SIGNS = "● 已完成或有望　▲ 可能　■ 有风险、难以完成或未完成　○ 暂不判断"
UNITS = "每点为一，实心为已有，空心为尚缺"
COIN = 0.25  # the Brier score of saying one half every time
BETTER = "好于掷硬币"
CLOSE = 0.02  # to it is no difference
MONTH = 'yyyy"年"m"月"'  # how a sheet shows a period: by its last month


def _amount(title: str, width: float, name: str, text: Callable[[Gap], str]) -> Field[Gap]:
    return Field(title, width, text, "right", lambda row: getattr(row, name) * chart_scale(row).factor)


def _stage(row: Gap) -> str:
    """When an interim target falls due, or whose part it is."""
    plan = row.view.plan
    return say.by_name(row) if row.aim.region == plan.region else plan.region_name(row.aim.region)


def _chance(row: Gap) -> float:
    """The printed chance as a number, 1 and 0 where it is decided; 以上 and 以下 are left to the reader."""
    told = say.row_chance(row)
    if told in ("已实现", "未实现"):
        return float(told == "已实现")
    return float(told.partition("%")[0]) / 100 if "%" in told else math.nan


def _day(end: int) -> date | None:
    """The last day of a month, none for no month."""
    return Period(end).last_day if end else None


def _recorded(row: Gap) -> date | None:
    told = _origin(row).recorded_at
    return date.fromisoformat(told[:10]) if told else None


def _origin(row: Gap) -> Origin:
    return origin(row.view, row.item, row.end)


#: What can be said of an indicator in a cell; order and widths (in characters) are those of the sheet of all.
FIELDS: tuple[Field[Gap], ...] = (
    Field("指标", 38, lambda row: row.item.name),
    Field("单位", 8, lambda row: chart_scale(row).unit),
    _amount("目标", 9, "target", say.target_phrase),
    Field("限定词", 8, lambda row: row.item.word),
    _amount("实际", 9, "actual", lambda row: say.actual_said(row, "\n")),
    _amount("差距", 9, "gap", lambda row: (say.gap_said(row) or say.BLANK) if row.gap or row.reached else "持平"),
    Field("完成率", 9, lambda row: say.percent(row.completion), "right", lambda row: row.completion, "0%"),
    _amount("剩余各月每月需", 14, "required_per_month", needed),
    Field("可能性", 10, say.row_chance, "right", _chance, "0%"),
    Field("判断", 12, lambda row: Cell(say.verdict_name(row), light=row.light, strong=row.light == "red")),
    Field("牵头单位", 40, lambda row: say.departments(row.view.plan.lead(row.item))),
    Field("依据", 60, say.reason),
    Field("配合单位", 30, lambda row: say.departments(row.view.plan.support(row.item), "")),
    Field("条款", 8, lambda row: row.item.clause),
    Field("原文", 48, lambda row: row.item.quote),
    Field("读数时间", 14, lambda row: _origin(row).period, "left", lambda row: _day(row.end), MONTH),
    Field("来源", 32, lambda row: _origin(row).source),
    Field("记录日期", 12, lambda row: _origin(row).recorded_at, "left", _recorded, "yyyy-mm-dd"),
)
_LIT: Field[Gap] = Field("指标", 0, lambda row: Cell(row.item.name, light=row.light))
_BY_TITLE = {one.title: one for one in FIELDS} | {"灯": _LIT}


def columns(*asked: tuple[str, float]) -> list[Field[Gap]]:
    """Columns of a table of indicators by title, each as wide as it is wanted; 灯 is the name with its light."""

    def column(found: Field[Gap], width: float) -> Field[Gap]:
        return replace(found, width=width, text=lambda row: found.text(row) or say.BLANK)

    return [column(_BY_TITLE[title], width) for title, width in asked]


def data_notes(rows: tuple[Gap, ...], view: View) -> list[str]:
    """What a reader must know of the data before trusting a figure."""
    plan, month, bounds = view.plan, say.month_name(view.month), view.plan.thresholds

    def named(words: str, rows: Iterable[Gap]) -> list[str]:
        names = "、".join(row.item.name for row in rows)
        return [f"{words}{names}。"] if names else []

    late = (
        row for row in rows if 0 < row.end < min(view.month.end, row.aim.window.last) and row.item.frequency == "month"
    )
    unled = (row for row in rows if plan.tasks and row.item.has_target and not plan.lead(row.item))
    notes = [f"数据截至{say.day_name(view.as_of)}已记录的读数，报告月份为{month}。"]
    if plan.example:
        notes.append("示例数据：所有读数均为虚构，只用于演示，不反映真实情况。")
    if view.home:
        region, home = plan.region_name(plan.region), plan.region_name(view.home)
        shared = "分到各地区的目标用分给它的数，没有分给它的只跟踪，其余的用计划的数"
        notes.append(f"本报告只说{region}：{shared}；{home}的名册和台账不计入。")
    if plan.deadline_note:
        notes.append(f"计划期限{say.day_name(plan.start)}至{say.day_name(plan.deadline)}：{plan.deadline_note}。")
    for change in (change for change in plan.amendments if change.effective <= view.as_of):
        ways = (("计划期限", change.deadline), ("判断界线", change.thresholds or change.lights))
        own = "和".join(name for name, changed in ways if changed)
        what = plan.indicator(change.indicator).name if change.indicator else own
        notes.append(f"{what}自{say.day_name(change.effective)}起有调整：{change.reason}。")
    notes += [f"{row.item.name}：{words}。" for row in rows if row.end and (words := say.steps_apart(row))]
    notes += named(f"以下指标缺{month}读数，用最近一期：", late)
    notes += named("原文未明确牵头单位：", unled)
    notes += named("目标引文为转述，非原文：", (row for row in rows if row.item.restated))
    notes += [f"{row.item.name}：{row.item.note}。" for row in rows if row.item.note]
    notes += named("到期展望由名册逐户推算，不用历年读数外推：", (row for row in rows if row.register))
    notes += named(f"名册没有说到{month}，{say.BY_SERIES}：", filter(say.register_silent, rows))
    for one in view.differences:
        item = plan.indicator(one.indicator)
        both = f"上报读数为{say.full(one.typed, item)}，名册计数为{say.full(one.counted, item)}"
        notes.append(f"{item.name}：{say.month_name(one.month)}{both}，以名册为准，请核对。")
    return [
        *notes,
        f"实现可能性不低于{say.percent(bounds.likely)}为有望完成，不低于{say.percent(bounds.leaning)}为可能完成，"
        f"不低于{say.percent(bounds.at_risk)}为有风险，以下为难以完成；可能性按5个百分点取整。",
    ]


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
    judged: TrackRecord | None = field(default=None, kw_only=True, compare=False)  # where it is known already

    def __post_init__(self) -> None:
        object.__setattr__(self, "about", self._chosen())

    @classmethod
    def open(
        cls, workbook: str | Path | Workbook, month: str = "", as_of: str = "", *, region: str = "", **asked: Any
    ) -> Self:
        """The page of a workbook, for a month (default: the latest), with what was known on a day (default: all).

        It speaks of a ``region`` of the plan (default: the plan's own). Raises UsageError: no such workbook or region,
        a month outside the plan, or a name in ``asked`` that fits nothing.
        """
        book = workbook if isinstance(workbook, Workbook) else open_workbook(workbook)
        view = book.asked(month, as_of, region)
        return cls(view, gaps(view), readings=book.readings, **asked)

    def _chosen(self) -> tuple[Gap, ...]:
        return self.rows

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        self.view._repr_pretty_(printer, cycle)

    def named(self, indicator: str) -> tuple[Gap, ...]:
        """The row of an indicator by name, alias, id or a part; UsageError lists the candidates unless one fits."""
        wanted = self.view.plan.find_indicator(indicator)
        return tuple(row for row in self.rows if row.item.id == wanted.id)

    def head(self, title: str = "") -> Head:
        """The head of a report of this view."""
        plan = self.view.plan
        about = f"{plan.region_name(plan.region)} · " if self.view.home else ""
        return Head(
            title=title or plan.report_title,
            subtitle=f"{say.month_name(self.view.month)} · {about}{plan.title}",
            issuer=plan.work_group.name or plan.work_group.office or None,
            date_line=f"数据截至{say.day_name(self.view.as_of)}",
            example=EXAMPLE if plan.example else None,
            data_date=self.view.as_of.isoformat(),
            month=str(self.view.month),
        )

    def conclusion(self) -> Text | Notice:
        """The whole month in one paragraph."""
        return Text(conclusion(self.about, self.view, firm=self.firm))

    def notes(self) -> Text:
        """What a reader must know of the data before trusting a figure."""
        return Text(points=data_notes(self.about, self.view))

    def indicator_table(self, title: str = "量化目标完成情况", rows: Sequence[Gap] | None = None) -> Table:
        """All indicators, or these: target, actual, gap, completion, chance and verdict with its light."""
        widths = {"指标": 17, "目标": 8, "实际": 7, "差距": 8, "完成率": 6, "可能性": 7, "判断": 8.5}
        note = f"差距＝目标－实际，已达到的不列。{SIGNS}。"
        shown, number = self.about if rows is None else rows, Column("序号", "right", 3)
        fields = columns(*widths.items())
        if not self.firm:
            loose = replace(_BY_TITLE["可能性"], text=lambda row: say.row_chance(row, firm=False) or say.BLANK)
            fields = [replace(loose, width=one.width) if one.title == loose.title else one for one in fields]
        return table(fields, shown, number=number, title=title, note=note)

    def stages(self) -> Blocks:
        """The interim targets and the parts of the indicators spoken of; nothing where the plan has none."""
        rows = [one for row in self.about for one in (*row.interims, *row.parts)]
        fields: tuple[Field[Gap], ...] = (
            *columns(("指标", 15)),
            Field("阶段／分解", 10, _stage),
            Field("目标", 8, say.plain_target, "right"),
            *columns(("实际", 8), ("差距", 8)),
            Field("判断", 8.5, lambda row: Cell(say.verdict_name(row), light=row.light)),
        )
        return Blocks([table(fields, rows, title="阶段目标和任务分解")] if rows else [])

    def progress(self, row: Gap, *, width: Literal["half", "full"] = "half", height: int = 165) -> Figure:
        """One indicator's chart with its message, unit and source; a target of a few is told one by one."""
        title, shown = headline(row, firm=self.firm), course(row)
        unit = chart_scale(row).unit
        words, drawn = f"{shown}{unit and '，'}{unit}", None
        if in_units(row):
            words, drawn = f"{UNITS}，{row.item.unit}", units_chart([row])
        drawn = drawn or progress_chart(row, width=width, height=height)
        return Figure(title, drawn, f"{title}。{say.reason(row, firm=self.firm)}", words, self.source(row), width)

    @cached_property
    def record(self) -> TrackRecord:
        """How past chances ended."""
        return self.judged or track_record(self.view, self.readings)

    @property
    def firm(self) -> bool:
        """Whether a chance is said in per cent: not where a tossed coin would have done as well in past years."""
        return self.readings.empty or not self.record.enough or beside_coin(self.record) == BETTER

    def source(self, row: Gap) -> str | None:
        """Where an indicator's latest readings come from."""
        return None if row.own.empty else f"来源：{row.own['source'].iloc[-1]}"

    def in_progress(self) -> Blocks:
        """What is being done: overdue steps, the next four weeks, the items tied to red indicators."""
        return Blocks(in_progress(self.view, self.about))

    def annex(self) -> Blocks:
        """Each figure beside its sentence of the plan and its reading, then the clauses that have none."""
        at = {row.item.id: _origin(row) for row in self.about}
        silent = [row.item.name for row in self.about if not at[row.item.id].period]
        delivered = "，报送编号" if any(one.delivery for one in at.values()) else ""
        fields: list[Field[Gap]] = [
            *columns(("指标", 10), ("条款", 4)),
            Field("原文", 22, lambda row: say.quoted(row.item) or say.BLANK),
            Field("读数", 8, lambda row: f"{at[row.item.id].period}\n{at[row.item.id].value}".strip() or say.BLANK),
            Field(f"来源，记录日期{delivered}", 12, lambda row: at[row.item.id].words or say.BLANK),
        ]
        words = f"没有读数的：{'、'.join(silent)}。" if silent else "各项目标都有读数。"
        return Blocks([Notice(words, "no_data" if silent else "note"), table(fields, self.about)])


def share(row: Gap) -> float | None:
    """The completion of an indicator as the bar of a cell."""
    return None if math.isnan(row.completion) else row.completion


def beside_coin(record: TrackRecord) -> str:
    """How a record compares with a tossed coin, and what then follows."""
    if record.brier < COIN - CLOSE:
        return BETTER
    return f"{'与掷硬币相当' if record.brier < COIN + CLOSE else '不如掷硬币'}，只作参考，正文不按百分数说"
