"""What one unit has to do: the targets it leads and supports, what it owes, and what nobody leads."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tongdao.analysis import Gap, gaps
from tongdao.pages import tables
from tongdao.pages.display import Head, Notice, Shown, Table, Text
from tongdao.pages.wording import attention, conclusion, month_name, tally
from tongdao.plan import Plan
from tongdao.workbook import View


@dataclass(frozen=True)
class Duties:
    """A unit and the rows it leads and supports; ``unled`` are the targets for which the plan names no lead."""

    department: str
    led: tuple[Gap, ...]
    helped: tuple[Gap, ...]
    unled: tuple[Gap, ...]
    every: tuple[Gap, ...]


def duties(view: View, department: str = "") -> Duties:
    """What a unit is answerable for; without a name, the unit that runs the work group, else the first.

    Raises:
        UsageError: a name that is unknown or fits several; the sentence lists the candidates.
    """
    plan, rows = view.plan, gaps(view)
    name = plan.find_department(department).name if department else _default(plan)
    led = tuple(row for row in rows if name in plan.lead(row.item))
    helped = tuple(row for row in rows if name in plan.support(row.item) and row not in led)
    unled = tuple(row for row in rows if row.item.has_target and not plan.lead(row.item))
    return Duties(name, led, helped, unled, rows)


def _default(plan: Plan) -> str:
    names = [unit.name for unit in plan.departments]
    return plan.work_group.office if plan.work_group.office in names else next(iter(names), "")


def head(view: View, unit: Duties) -> Head:
    """The head: the unit in the title."""
    return replace(tables.head(view), title=f"{unit.department or '各单位'}承担目标情况")


def summary(view: View, unit: Duties) -> Text:
    """What it leads and supports and how that stands, in one paragraph."""
    if not unit.department:
        return Text("计划没有写明部门，无法分单位列出。" + tally(unit.every, view))
    counts = f"{unit.department}牵头{len(unit.led)}项、配合{len(unit.helped)}项目标。"
    return Text(counts + (conclusion(unit.led, view) if unit.led else ""))


def targets(view: View, rows: Sequence[Gap], title: str) -> Shown:
    """The rows as the table of indicators; a word if there are none."""
    return replace(tables.indicator_table(view, rows), title=title) if rows else Notice(f"{title}：没有。")


def owed(view: View, unit: Duties) -> list[Shown]:
    """What the unit owes: what each month left must bring, and readings that have not come."""
    shown: list[Shown] = []
    needed = tables.required_table(view, unit.led)
    if isinstance(needed, Table):
        shown.append(replace(needed, title="尚欠的目标和剩余各月的任务"))
    late = [row.item.name for row in unit.led if row.item.frequency == "month" and row.end < view.month.end]
    if late:
        shown.append(Text(f"尚未报送{month_name(view.month)}读数：{'、'.join(late)}。"))
    return shown or [Notice("没有尚欠的目标和读数。")]


def figures(view: View, unit: Duties) -> list[Shown]:
    """A chart for each led target that needs attention."""
    if not unit.led:
        return []
    urgent = attention(unit.led) if view.has_readings else ()
    return tables.attention_figures(view, urgent) if urgent else [Notice("牵头的目标没有需要特别关注的。")]


def overall(view: View, unit: Duties) -> list[Shown]:
    """The whole plan in one sentence, and the targets that have no lead: they concern everyone."""
    shown: list[Shown] = [Text(tally(unit.every, view))]
    if unit.unled:
        shown.append(targets(view, unit.unled, "原文未明确牵头单位的目标"))
    return shown
