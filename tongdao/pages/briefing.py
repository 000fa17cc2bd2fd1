"""One page for the convenor: the conclusion, what needs a push, what is asked of whom."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from tongdao.analysis import Gap
from tongdao.base import Period, UsageError, parse_month, workdays_left
from tongdao.pages import wording as say
from tongdao.pages.display import Blocks, Cell, Column, Field, Head, Notice, Shown, Table, Text, table
from tongdao.pages.ledger import doing, foresight_table
from tongdao.pages.monthly_report import change_sentence, changes_since
from tongdao.pages.page import Page, share
from tongdao.pages.summary import attention, calm, conclusion, needed, tally, usual
from tongdao.plan import Plan

LONG_UNIT = 4  # signs of a unit that a narrow column bears
MOST = 5  # lines that need a push: more would be a report
UNLED = "有关单位（原文未明确牵头单位）"


@dataclass(frozen=True)
class Subject:
    """What a briefing is asked about: the ids of its indicators in order, and its title."""

    title: str
    ids: tuple[str, ...]
    department: str = ""


def subject(plan: Plan, indicator: str = "", department: str = "", task: str = "") -> Subject:
    """The names resolved; UsageError for one that is unknown or fits several, with the candidates."""
    if indicator:
        wanted = plan.find_indicator(indicator)
        return Subject(wanted.name, (wanted.id,))
    if department:
        name = plan.find_department(department).name
        items = [item.id for of in (plan.lead, plan.support) for item in plan.indicators if name in of(item)]
        return Subject(f"{name}承担目标情况", tuple(items), name)
    if task:
        found = plan.task(task)
        if found is None:
            raise UsageError(f"计划没有任务条款“{task}”，可用的有：{'、'.join(one.clause for one in plan.tasks)}。")
        return Subject(found.title, tuple(item.id for item in plan.indicators if item.clause == task))
    name = plan.report_title.removesuffix("月报").removesuffix("报告")
    return Subject(f"{name}简报", tuple(item.id for item in plan.indicators if item.has_target))


def since_month(month: Period, since: str) -> Period:
    """The month to compare with; UsageError unless it is one before the briefing's."""
    start = parse_month(since)
    if start.end >= month.end:
        raise UsageError(f"since 应是 {month} 之前的月份，现在是 {since}，请改正。")
    return start


def _long(row: Gap) -> bool:
    return len(row.item.unit) > LONG_UNIT


@dataclass(frozen=True, repr=False)
class Briefing(Page):
    """One page on an indicator, a department's, a task clause's, or every target; names and errors as ``subject``."""

    indicator: str = ""
    department: str = ""
    task: str = ""
    since: str = ""

    @cached_property
    def asked(self) -> Subject:
        return subject(self.view.plan, self.indicator, self.department, self.task)

    def _chosen(self) -> tuple[Gap, ...]:
        known = {row.item.id: row for row in self.rows}
        return tuple(known[name] for name in self.asked.ids)

    @property
    def single(self) -> bool:
        return len(self.about) == 1

    @property
    def urgent(self) -> tuple[Gap, ...]:
        """What needs a decision, the least likely first; nothing in a month without readings."""
        return attention(self.about) if self.view.has_readings else ()

    @property
    def drawn(self) -> tuple[Gap, ...]:
        """The one indicator that is asked about, where it has a course to draw."""
        return self.about if self.single and self.view.has_readings and len(self.about[0].own) else ()

    @property
    def first(self) -> tuple[Gap, ...]:
        """As much of it as a page bears."""
        return self.urgent[:MOST]

    def head(self, title: str = "") -> Head:
        """The head of the page: an official look, its date the data's, at its end to whom it goes."""
        group = self.view.plan.work_group
        return replace(
            super().head(title or self.asked.title),
            subtitle=say.month_name(self.view.month),
            date_line=say.day_name(self.view.as_of),
            look="official",
            circulation=group.circulation,
        )

    def conclusion(self) -> Text:
        """The conclusion, first and in one paragraph."""
        if not self.about:
            return Text("没有与此对应的量化目标。")
        if self.single:
            row, known = self.about[0], self.view.has_readings
            aim = f"目标{say.target_phrase(row)}，" if row.item.has_target and not known else ""
            told = (known and self.exact(row)) or aim + say.reason(row, firm=self.firm)
            return Text(f"{row.item.name}{say.verdict_name(row)}。{told}")
        return Text(tally(self.about, self.view))

    def exact(self, row: Gap) -> str:
        """A target of one or two, told exactly: done, missing, working days left; empty for larger ones."""
        if not row.few or row.reached or row.months_left == 0:
            return ""
        fell = f"（净减{say.said(-row.actual, row.item)}）" if row.actual < 0 else ""
        left = workdays_left(self.view.today, row.deadline)
        about, how = ("", "") if left.official else ("约", "（节假日安排尚未公布，按周一至周五计）")
        done = f"{say.said(max(row.actual, 0.0), row.item)}{fell}{say.as_of_when(row)}"
        return f"已完成{done}，尚缺{say.change_said(row.gap, row.item)}，剩余{about}{len(left.workdays)}个工作日{how}。"

    def decisions(self) -> Shown:
        """At most five lines on what needs a push, the least likely first."""
        if self.urgent:
            return self.decision_table(self.first)
        told = calm(self.about, "本期没有需要推动的事项。")
        return told if self.drawn else replace(told, text=told.text + self.source())

    def decision_table(self, rows: Sequence[Gap]) -> Table:
        """A line for each: what stands, what the rest must bring, chance, who leads, problem and next step."""
        plan, known = self.view.plan, doing(self.view)

        def stands(row: Gap) -> Cell:
            told = "\n".join(filter(None, (say.standing(row, 20), say.lack_said(row))))
            return Cell(short(told, row), bar=share(row))

        def verdict(row: Gap) -> Cell:
            told = "" if row.few else say.likely_said(row, self.firm).replace("，", "\n")
            return Cell(f"{say.verdict_name(row)}{told}", light=row.light)

        def short(words: str, row: Gap) -> str:
            """A long unit (吨标准煤/万元) stands once, behind the name, and not by every figure."""
            return words.replace(row.item.unit, "") if _long(row) else words

        monthly = any(row.required_per_month > 0 for row in rows)
        fields: tuple[Field[Gap], ...] = (
            Field("事项", 9, lambda row: row.item.name + (f"（{row.item.unit}）" if _long(row) else "")),
            Field("实际／目标", 5, stands, "right"),
            Field("今后每月需" if monthly else "今后需", 4, lambda row: short(self._ahead(row), row), "right"),
            Field("判断", 5, verdict),
            Field("牵头", 6, lambda row: say.departments(plan.short_names(plan.lead(row.item)))),
            Field("问题和下一步", 8, lambda row: known(row.item).short),
        )
        shown = fields if self.view.lists.ledger.rows else fields[:-1]
        return table(shown, rows, number=Column("", "right", 1), source=None if self.single else self.source())

    def _ahead(self, row: Gap) -> str:
        if self.exact(row):
            return f"剩余{len(workdays_left(self.view.today, row.deadline).workdays)}个\n工作日"
        before = usual(row).replace("每月", "") if row.required_per_month > 0 else ""  # the column's head says it
        return "\n".join(filter(None, (needed(row), before)))

    def asks(self) -> Text:
        """What is asked of whom: who pushes which lines, and which of them nothing in the ledger serves yet."""
        wanted: dict[str, list[int]] = {}
        unserved, known = list[int](), doing(self.view)
        for number, row in enumerate(self.first, 1):
            if self.view.lists.ledger.rows and not known(row.item).items:
                unserved.append(number)
            for unit in self.view.plan.lead(row.item) or (UNLED,):
                if unit == (self.asked.department or unit):
                    wanted.setdefault(unit, []).append(number)
        if not wanted:
            due = "月" if self.view.grain == 1 else "期"
            return Text(f"请{'各' if self.view.plan.departments else '有关'}单位按时报送下{due}读数。")
        together: dict[str, list[str]] = {}
        for unit, numbers in wanted.items():
            name = unit if unit == UNLED else self.view.plan.short_names([unit])[0]
            together.setdefault("此" if self.single else f"第{_lines(numbers)}", []).append(name)
        parts = [f"{'、'.join(units)}推动{lines}项" for lines, units in together.items()]
        which = "此" if self.single else f"第{_lines(unserved)}" if unserved else ""
        lack = f"{which}项还没有项目、任务和政策支撑，请牵头单位提出补差措施。" if unserved else ""
        return Text(f"请{'，'.join(parts)}。{lack}")

    def chart(self) -> Blocks:
        """Of the one indicator that is asked about its course, what is being done and what a register foresees."""
        shown: list[Shown] = []
        for row in self.drawn:
            shown.append(replace(self.progress(row, width="full"), source=self.source()))
            if told := doing(self.view)(row.item).told:
                shown.append(Text(points=[f"{label}：{words}。" for label, words in told]))
            elif row.register:
                shown.append(foresight_table(row, row.register, MOST))
        return Blocks(shown)

    def source(self, row: Gap | None = None) -> str:
        """Where the figures come from, of when they are, and where the rest is told."""
        rest = f"其余{len(self.urgent) - MOST}项和" if len(self.urgent) > MOST else ""
        made_up = "（示例，虚构）" if self.view.plan.example else ""
        told = "各单位报送的" if self.view.plan.departments else "各项指标的最新"
        return f"来源：{told}读数{made_up}，截至{say.day_name(self.view.as_of)}；{rest}判断依据见月报。"

    def news(self) -> Blocks:
        """What changed since a month, if one is asked for; a word if there is nothing to compare with."""
        if not self.since:
            return Blocks()
        start = since_month(self.view.month, self.since)
        when = say.month_name(start)
        found, title = changes_since(self.view, self.about, self.view.month.end - start.end), f"三、{when}以来的变化"
        if found is None:
            return Blocks([Text(title=title), Notice(f"{when}没有可比的读数。")])
        lines = [change_sentence(change) for change in found[1][:MOST]] or [f"与{when}相比没有变化。"]
        if len(found[1]) > MOST:
            lines.append(f"另有{len(found[1]) - MOST}项变化，见月报。")
        return Blocks([Text(points=lines, title=title)])

    def chat(self) -> str:
        """The briefing in two or three sentences for a chat."""
        if self.single or not self.about:
            return self.conclusion().words
        text = conclusion(self.about, self.view, firm=self.firm)
        if self.urgent:
            names = [unit for row in self.first for unit in self.view.plan.lead(row.item)]
            text += f"请{'、'.join(dict.fromkeys(names)) or UNLED}抓紧。"
        return text


def _lines(numbers: Sequence[int]) -> str:
    run = list(numbers) == list(range(numbers[0], numbers[-1] + 1)) and len(numbers) > 2
    return f"{numbers[0]}—{numbers[-1]}" if run else "、".join(map(str, numbers))
