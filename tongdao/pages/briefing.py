"""One page for the convenor: the conclusion, what needs a decision, what is asked of whom."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tongdao.analysis import Gap, gaps
from tongdao.base import Period, UsageError, parse_month, workdays_left
from tongdao.pages import tables
from tongdao.pages.change_notes import change_sentence, changes_since
from tongdao.pages.charts.ranking import completion_chart
from tongdao.pages.display import Cell, Column, Figure, Head, Notice, Shown, Table, Text
from tongdao.pages.tables import progress_figure
from tongdao.pages.wording import (
    BLANK,
    attention,
    chance,
    change_said,
    conclusion,
    day_name,
    departments,
    month_name,
    reason,
    said,
    tally,
    target_phrase,
    verdict_name,
)
from tongdao.plan import Plan
from tongdao.workbook import View

MOST = 5  # lines that need a decision: more would be a report


@dataclass(frozen=True)
class Subject:
    """What a briefing is asked about: the ids of its indicators in order, and its title."""

    title: str
    ids: tuple[str, ...]
    department: str = ""


@dataclass(frozen=True)
class Scope:
    """What a briefing speaks of: ``rows`` of its subject, and ``title`` for its head."""

    title: str
    rows: tuple[Gap, ...]
    department: str = ""

    @property
    def single(self) -> bool:
        return len(self.rows) == 1


def subject(plan: Plan, *, indicator: str = "", department: str = "", task: str = "") -> Subject:
    """The names resolved: one indicator, a department's, a task clause's, or every target.

    Raises:
        UsageError: a name that is unknown or fits several; the sentence lists the candidates.
    """
    if indicator:
        wanted = plan.find_indicator(indicator)
        return Subject(wanted.name, (wanted.id,))
    if department:
        name = plan.find_department(department).name
        led = [item.id for item in plan.indicators if name in plan.lead(item)]
        helped = [item.id for item in plan.indicators if name in plan.support(item)]
        return Subject(f"{name}承担目标情况", (*led, *helped), name)
    if task:
        found = plan.task(task)
        if found is None:
            raise UsageError(f"计划没有任务条款“{task}”，可用的有：{'、'.join(one.clause for one in plan.tasks)}。")
        return Subject(found.title, tuple(item.id for item in plan.indicators if item.clause == task))
    name = plan.report_title.removesuffix("月报").removesuffix("报告")
    return Subject(f"{name}简报", tuple(item.id for item in plan.indicators if item.has_target))


def scope(view: View, *, indicator: str = "", department: str = "", task: str = "") -> Scope:
    """The rows of what is asked for; names and errors as ``subject``."""
    asked = subject(view.plan, indicator=indicator, department=department, task=task)
    rows = {row.item.id: row for row in gaps(view)}
    return Scope(asked.title, tuple(rows[name] for name in asked.ids), asked.department)


def since_month(view: View, since: str) -> Period:
    """The month to compare with.

    Raises:
        UsageError: it is no month before the briefing's.
    """
    start = parse_month(since)
    if start.end >= view.month.end:
        raise UsageError(f"since 应是 {view.month} 之前的月份，现在是 {since}，请改正。")
    return start


def head(view: View, asked: Scope) -> Head:
    """The head of the page: an official look, its date the data's, at its end to whom it goes."""
    return replace(
        tables.head(view, asked.title),
        subtitle=month_name(view.month),
        issuer=view.plan.work_group.name or view.plan.work_group.office or None,
        date_line=day_name(view.as_of),
        look="official",
        circulation=view.plan.work_group.circulation,
    )


def summary(view: View, asked: Scope) -> str:
    """The conclusion, first and in one paragraph."""
    if not asked.rows:
        return "没有与此对应的量化目标。"
    if asked.single and view.has_readings:
        row = asked.rows[0]
        return f"{row.item.name}{verdict_name(row)}。{exact(view, row) or reason(row, view)}"
    return tally(asked.rows, view)


def exact(view: View, row: Gap) -> str:
    """A target of one or two, told exactly: done, missing, working days left; empty for larger ones."""
    if not row.few or row.gap <= 0 or row.months_left == 0:
        return ""
    return f"已完成{_done(row)}，尚缺{said(row.gap, row.item)}，剩余{_days(view)}。"


def _done(row: Gap) -> str:
    fell = f"（净减{said(-row.actual, row.item)}）" if row.actual < 0 else ""
    return said(max(row.actual, 0.0), row.item) + fell


def _days(view: View) -> str:
    left = workdays_left(view.as_of, view.plan.deadline)
    return f"{left.days}个工作日" if left.official else f"约{left.days}个工作日（节假日安排尚未公布，按周一至周五计）"


COLUMNS = (
    Column("", "right", 1),
    Column("事项", "left", 9),
    Column("目标", "right", 4),
    Column("现状", "right", 4),
    Column("今后每月需", "right", 4),
    Column("判断", "left", 4),
    Column("牵头", "left", 9),
)


def decision(view: View, number: int, row: Gap) -> list[Cell | str]:
    """One line on what needs a decision: target, actual, gap, what the rest must bring, chance, who leads."""
    item = row.item
    words = verdict_name(row)
    if row.cause == "outlook" and not row.few:
        words += f"\n{chance(row.p_met, view.plan.thresholds)}"
    now = said(row.actual, item)
    ahead = BLANK
    if exact(view, row):
        ahead = f"剩余{workdays_left(view.as_of, view.plan.deadline).days}个\n工作日"
    elif row.required_per_month > 0:
        ahead = change_said(row.required_per_month, item)
        usual = said(row.usual_per_month, item)
        ahead += "" if math.isnan(row.usual_per_month) else f"\n往年{usual}"
    return [
        str(number),
        item.name,
        target_phrase(row, view),
        f"{now}\n尚差{change_said(row.gap, item)}" if row.gap > 0 else now,
        ahead,
        Cell(words, light=row.light),
        departments(view.plan.short_names(view.plan.lead(item))),
    ]


def decisions(view: View, asked: Scope) -> Shown:
    """At most five lines on what needs a decision, the least likely first."""
    urgent = attention(asked.rows)
    if not urgent or not view.has_readings:
        return Notice("本期没有需要决定的事项。")
    return Table(COLUMNS, [decision(view, number, row) for number, row in enumerate(urgent[:MOST], 1)])


def asks(view: View, asked: Scope) -> Text:
    """What is asked of whom, in one sentence: each leading department, and the lines it should push."""
    wanted: dict[str, list[int]] = {}
    for number, row in enumerate(attention(asked.rows)[:MOST] if view.has_readings else (), 1):
        for unit in view.plan.lead(row.item) or ("专班（原文未明确牵头单位）",):
            if not asked.department or unit == asked.department:
                wanted.setdefault(unit, []).append(number)
    if not wanted:
        return Text("请各单位按时报送下月读数。")
    together: dict[tuple[int, ...], list[str]] = {}
    for unit, numbers in wanted.items():
        together.setdefault(tuple(numbers), []).append(unit)
    parts = []
    for lines, units in together.items():
        parts.append(f"{'、'.join(units)}推动{'此' if asked.single else f'第{_lines(lines)}'}项")
    return Text(f"请{'，'.join(parts)}。")


def _lines(numbers: Sequence[int]) -> str:
    run = list(numbers) == list(range(numbers[0], numbers[-1] + 1)) and len(numbers) > 2
    return f"{numbers[0]}—{numbers[-1]}" if run else "、".join(map(str, numbers))


def chart(view: View, asked: Scope) -> Shown:
    """The one chart that carries the point, an indicator's course or the targets ranked, with the sources."""
    if asked.single and len(view.series(asked.rows[0].item)) and view.has_readings:
        return _course(view, asked, asked.rows[0])
    urgent = attention(asked.rows)[:MOST] if view.has_readings else ()
    ranked = completion_chart(view, urgent)
    if ranked:
        title = "上述目标的完成率"
        return Figure(title, ranked, title, "完成率，%；灰色短线为往年同期进度", sources(view, asked))
    drawn = [row for row in urgent if len(view.series(row.item))]
    return _course(view, asked, drawn[0]) if drawn else Notice(sources(view, asked))


def _course(view: View, asked: Scope, row: Gap) -> Figure:
    return replace(progress_figure(view, row, width="full"), source=sources(view, asked))


def sources(view: View, asked: Scope) -> str:
    """Where the figures come from, of when they are, and where the rest is told."""
    more = len(attention(asked.rows)) - MOST
    rest = f"其余{more}项和" if more > 0 and view.has_readings else ""
    made_up = "（示例，虚构）" if view.plan.example else ""
    return f"来源：各单位报送的读数{made_up}，截至{day_name(view.as_of)}；{rest}判断依据见月报。"


def news(view: View, asked: Scope, since: str) -> list[Shown]:
    """What changed since a month, if one is asked for; a word if there is nothing to compare with.

    Raises:
        UsageError: ``since`` is no month before the briefing's.
    """
    if not since:
        return []
    start = since_month(view, since)
    found = changes_since(view, asked.rows, view.month.end - start.end)
    if found is None:
        return [Notice(f"{month_name(start)}没有可比的读数。")]
    lines = [f"- {change_sentence(change)}" for change in found[1][:MOST]]
    if len(found[1]) > MOST:
        lines.append(f"- 另有{len(found[1]) - MOST}项变化，见月报。")
    lines = lines or [f"- 与{month_name(start)}相比没有变化。"]
    return [Text(f"## 三、{month_name(start)}以来的变化\n\n" + "\n".join(lines))]


def chat_text(view: View, asked: Scope) -> str:
    """The briefing in two or three sentences for a chat."""
    if asked.single or not asked.rows:
        return summary(view, asked)
    text = conclusion(asked.rows, view)
    urgent = attention(asked.rows) if view.has_readings else ()
    if urgent:
        names: Sequence[str] = [unit for row in urgent[:MOST] for unit in view.plan.lead(row.item)]
        text += f"请{'、'.join(dict.fromkeys(names)) or '专班'}抓紧。"
    return text
