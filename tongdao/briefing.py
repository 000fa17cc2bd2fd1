"""One page for the convenor: the conclusion, what needs a decision, what is asked of whom."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tongdao.change_notes import change_sentence, changes_since
from tongdao.display import Figure, Notice, Shown, Text
from tongdao.errors import UsageError
from tongdao.gap import Gap, gaps
from tongdao.gap_charts import completion_chart
from tongdao.periods import Period, parse_month
from tongdao.plan import Plan
from tongdao.tables import progress_figure
from tongdao.view import View
from tongdao.wording import (
    attention,
    chance,
    conclusion,
    day_name,
    departments,
    difference,
    month_name,
    reason,
    short_amount,
    so_far,
    target_phrase,
    verdict_name,
)
from tongdao.workdays import workdays_left

MOST = 5  # lines that need a decision: more would be a report
EXACT = 2  # targets up to this are told one by one, never as a percentage


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


def summary(view: View, asked: Scope) -> str:
    """The conclusion, first and in one paragraph."""
    if not asked.rows:
        return "没有与此对应的量化目标。"
    if asked.single and view.has_readings:
        row = asked.rows[0]
        return f"{row.item.name}{verdict_name(row)}。{exact(view, row) or reason(row, view)}"
    return conclusion(asked.rows, view)


def exact(view: View, row: Gap) -> str:
    """A target of one or two, told exactly: done, missing, working days left; empty for larger ones."""
    item = row.item
    small = item.counts and item.measure in ("flow", "net") and not math.isnan(row.gap) and row.target <= EXACT
    if not small or row.gap <= 0 or row.months_left == 0:
        return ""
    left = workdays_left(view.as_of, view.plan.deadline)
    days = f"{left.days}个工作日" if left.official else f"约{left.days}个工作日（节假日安排尚未公布，按周一至周五计）"
    done = short_amount(max(row.actual, 0.0), item.unit, whole=True)
    fell = f"（净减{short_amount(-row.actual, item.unit, whole=True)}）" if row.actual < 0 else ""
    lack = short_amount(row.gap, item.unit, whole=True)
    return f"已完成{done}{fell}，尚缺{lack}，剩余{days}。"


def decision(view: View, row: Gap) -> str:
    """One line on what needs a decision: figures, pace, chance, who leads."""
    item = row.item
    lead = f"牵头：{departments(view.plan.lead(item))}。"
    told = exact(view, row)
    if told:
        return f"**{item.name}**：{told}{lead}"
    counted = item.measure in ("flow", "net") and row.actual >= 0
    done = f"已完成{short_amount(row.actual, item.unit, whole=item.counts)}" if counted else so_far(row)
    parts = [f"目标{target_phrase(row, view)}", done]
    if row.gap > 0:
        parts.append(f"尚差{difference(row.gap, item.unit, whole=item.counts)}")
        if row.required_per_month > 0:
            need = difference(row.required_per_month, item.unit, whole=item.counts)
            usual = short_amount(row.usual_per_month, item.unit, whole=item.counts)
            parts.append(f"每月需{need}" + ("" if math.isnan(row.usual_per_month) else f"（往年同期每月{usual}）"))
    if row.cause == "outlook":
        parts.append(f"实现可能性{chance(row.p_met, view.plan.thresholds)}")
    return f"**{item.name}**：{'，'.join(parts)}。{lead}"


def decisions(view: View, asked: Scope) -> Shown:
    """At most five lines on what needs a decision, the least likely first."""
    urgent = attention(asked.rows)
    if not urgent or not view.has_readings:
        return Notice("本期没有需要决定的事项。")
    lines = [f"{number}. {decision(view, row)}" for number, row in enumerate(urgent[:MOST], 1)]
    return Text("\n".join(lines))


def asks(view: View, asked: Scope) -> Text:
    """What is asked of whom: each leading department, the targets it should push."""
    wanted: dict[str, list[str]] = {}
    for row in attention(asked.rows)[:MOST] if view.has_readings else ():
        for unit in view.plan.lead(row.item) or ("原文未明确牵头单位，请专班指定",):
            if not asked.department or unit == asked.department:
                wanted.setdefault(unit, []).append(row.item.name)
    if not wanted:
        return Text("- 请各单位按时报送下月读数。")
    together: dict[tuple[str, ...], list[str]] = {}
    for unit, names in wanted.items():
        together.setdefault(tuple(names), []).append(unit)
    return Text("\n".join(f"- {'、'.join(units)}：推动{'、'.join(names)}。" for names, units in together.items()))


def chart(view: View, asked: Scope) -> Shown:
    """The one chart that carries the point: an indicator's course, or the targets ranked."""
    if asked.single and len(view.series(asked.rows[0].item)) and view.has_readings:
        return progress_figure(view, asked.rows[0], width="full")
    ranked = completion_chart(view, attention(asked.rows)[:MOST]) if view.has_readings else None
    if ranked is None:
        return Notice("没有可画的完成率。")
    title = "上述目标的完成率"
    return Figure(title, ranked, title, "完成率，%；灰色短线为往年同期进度", "来源：各指标最新读数，见监测月报")


def sources(view: View, asked: Scope) -> Text:
    """Where the figures come from, of when they are, and where the rest is told."""
    more = len(attention(asked.rows)) - MOST
    rest = f"其余{more}项和" if more > 0 else ""
    made_up = "（示例，虚构）" if view.plan.example else ""
    return Text(f"来源：各单位报送的读数{made_up}，截至{day_name(view.as_of)}；{rest}判断依据见月报。")


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
    lines = [f"- {change_sentence(change)}" for change in found[1]] or [f"- 与{month_name(start)}相比没有变化。"]
    return [Text(f"## 三、{month_name(start)}以来的变化\n\n" + "\n".join(lines))]


def chat_text(view: View, asked: Scope) -> str:
    """The briefing in two or three sentences for a chat."""
    urgent = attention(asked.rows) if view.has_readings else ()
    text = summary(view, asked)
    if urgent and not asked.single:
        names: Sequence[str] = [unit for row in urgent[:MOST] for unit in view.plan.lead(row.item)]
        text += f"请{'、'.join(dict.fromkeys(names)) or '专班'}抓紧。"
    return text
