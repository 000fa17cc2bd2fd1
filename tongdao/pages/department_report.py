"""What one unit has to do: the targets it leads and supports, what it owes, and what nobody leads."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from tongdao.analysis import Gap
from tongdao.pages.display import Blocks, Head, Notice, Shown, Table, Text
from tongdao.pages.gap_to_target import GapToTarget
from tongdao.pages.ledger import in_progress
from tongdao.pages.page import Page
from tongdao.pages.wording import conclusion, month_name, tally


@dataclass(frozen=True, repr=False)
class DepartmentReport(Page):
    """What a unit is answerable for; without a name, the unit that runs the work group, else the first."""

    department: str = ""

    def _chosen(self) -> tuple[Gap, ...]:
        return self.led + self.helped or self.rows

    @cached_property
    def unit(self) -> str:
        """The full name of the unit, empty where the plan names none; UsageError for a name that fits none or many."""
        plan = self.view.plan
        if self.department:
            return plan.find_department(self.department).name
        names = [unit.name for unit in plan.departments]
        return plan.work_group.office if plan.work_group.office in names else next(iter(names), "")

    @cached_property
    def led(self) -> tuple[Gap, ...]:
        return tuple(row for row in self.rows if self.unit in self.view.plan.lead(row.item))

    @cached_property
    def helped(self) -> tuple[Gap, ...]:
        return tuple(row for row in self.rows if self.unit in self.view.plan.support(row.item) and row not in self.led)

    def head(self, title: str = "") -> Head:
        """The head: the unit in the title."""
        return super().head(title or f"{self.unit or '各单位'}承担目标情况")

    def conclusion(self) -> Text:
        """What it leads and supports and how that stands, in one paragraph."""
        if not self.unit:
            return Text("计划没有写明部门，无法分单位列出。" + tally(self.rows, self.view))
        counts = f"{self.unit}牵头{len(self.led)}项、配合{len(self.helped)}项目标。"
        return Text(counts + (conclusion(self.led, self.view) if self.led else ""))

    def led_targets(self) -> Shown:
        """The targets it leads as the table of indicators."""
        return self._targets("牵头的目标", self.led)

    def helped_targets(self) -> Shown:
        """The targets it supports as the table of indicators."""
        return self._targets("配合的目标", self.helped)

    def _targets(self, title: str, rows: Sequence[Gap]) -> Shown:
        return self.indicator_table(title, rows) if rows else Notice(f"{title}：没有。")

    def owed(self) -> Blocks:
        """What the unit owes: what each month left must bring, and readings that have not come."""
        needed, month = GapToTarget(self.view, self.led).required_table(), self.view.month
        shown: list[Shown] = []
        if isinstance(needed, Table):
            shown.append(replace(needed, title="尚欠的目标和剩余各月的任务"))
        late = [row.item.name for row in self.led if row.item.frequency == "month" and row.end < month.end]
        if late:
            shown.append(Text(f"尚未报送{month_name(month)}读数：{'、'.join(late)}。"))
        return Blocks(shown or [Notice("没有尚欠的目标和读数。")])

    def figures(self) -> Blocks:
        """A chart for each led target that needs attention."""
        if not self.led:
            return Blocks()
        needing = any(row.light in ("red", "yellow") for row in self.led) and self.view.has_readings
        return self.attention(self.led) if needing else Blocks([Notice("牵头的目标没有需要特别关注的。")])

    def in_progress(self) -> Blocks:
        """What the unit has to do itself, and what others do for its red indicators."""
        return Blocks(in_progress(self.view, self.about, department=self.unit))

    def overall(self) -> Blocks:
        """The whole plan in one sentence, and the targets that have no lead: they concern everyone."""
        unled = [row for row in self.rows if row.item.has_target and not self.view.plan.lead(row.item)]
        table = [self._targets("原文未明确牵头单位的目标", unled)] if unled else []
        return Blocks([Text(tally(self.rows, self.view)), *table])
