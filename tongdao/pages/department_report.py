"""What one unit has to do: the targets it leads and supports, what it owes, and what nobody leads.

A section of which a unit has nothing is left out: one that leads nothing gets a line that says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from tongdao.analysis import Gap
from tongdao.pages.display import Annex, Blocks, Head, Shown, Table, Text
from tongdao.pages.gap_to_target import GapToTarget
from tongdao.pages.ledger import in_progress
from tongdao.pages.monthly_report import MonthlyReport
from tongdao.pages.summary import tally
from tongdao.pages.wording import month_name


@dataclass(frozen=True, repr=False)
class DepartmentReport(MonthlyReport):
    """What a unit is answerable for; without a name, the unit that runs the work group, else the first."""

    department: str = ""

    def _chosen(self) -> tuple[Gap, ...]:
        return self.led + self.helped or self.rows

    @property
    def spoken(self) -> tuple[Gap, ...]:
        return self.led

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
        helps = f"配合{len(self.helped)}项目标" if self.helped else "没有配合的目标"
        leads = f"牵头{len(self.led)}项{'、' if self.helped else '目标，'}" if self.led else "没有牵头的目标，"
        return Text(f"{self.unit}{leads}{helps}。{tally(self.led, self.view) if self.led else ''}")

    def led_targets(self) -> Blocks:
        """The targets it leads as the table to act by."""
        return _section("牵头的目标", [self.action_table()] if self.led else [])

    def figures(self) -> Blocks:
        """The led targets that need most, with what is being done, and the small ones one by one."""
        return _section("最需要推动的目标", self.needs() if self.needy else [])

    def owed(self) -> Blocks:
        """What the unit owes: what each month left must bring, and readings that have not come."""
        needed, month = GapToTarget(self.view, self.led).required_table(), self.view.month
        shown: list[Shown] = []
        if isinstance(needed, Table):
            shown.append(needed)
        late = [row.item.name for row in self.led if row.item.frequency == "month" and row.end < month.end]
        if late:
            shown.append(Text(f"尚未报送{month_name(month)}读数：{'、'.join(late)}。"))
        return _section("尚欠的目标和读数", shown)

    def helped_targets(self) -> Blocks:
        """The targets it supports as the table of indicators."""
        return _section("配合的目标", [self.indicator_table(rows=self.helped)] if self.helped else [])

    def in_progress(self) -> Blocks:
        """What the unit has to do itself, and what others do for its red indicators."""
        shown = in_progress(self.view, self.led, department=self.unit) if self.led else []
        return _section("里程碑和项目", shown)

    def overall(self) -> Blocks:
        """The whole plan in one sentence, if the conclusion is not that, and the targets that have no lead."""
        unled = [row for row in self.rows if row.item.has_target and not self.view.plan.lead(row.item)]
        table = [self.indicator_table("原文未明确牵头单位的目标", unled)] if unled else []
        return _section("全部目标", [*([Text(tally(self.rows, self.view))] if self.unit else []), *table])

    def annex_begins(self) -> Annex:
        """What follows is the annex."""
        return Annex("指标、原文和读数对照")


def _section(title: str, shown: Sequence[Shown]) -> Blocks:
    return Blocks([Text(title=title), *shown] if shown else [])
