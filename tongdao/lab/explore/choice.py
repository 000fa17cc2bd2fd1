"""What an analyst has chosen to see: names resolved, a sentence, the Python that makes it again."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from tongdao.analysis import Gap
from tongdao.base import UsageError, candidates
from tongdao.pages import day_name, month_name
from tongdao.plan import Plan
from tongdao.workbook import View

COMPARISONS = ("上年同期", "其他地区")


@dataclass(frozen=True)
class Choice:
    """Names as the plan has them; an empty value means all, or the default.

    ``focus`` is the one indicator that history, year and comparison speak of; ``compare`` one of ``COMPARISONS``.
    """

    indicators: tuple[str, ...] = ()
    department: str = ""
    month: str = ""
    as_of: str = ""
    compare: str = COMPARISONS[0]
    focus: str = ""

    @property
    def compares_regions(self) -> bool:
        return self.compare == COMPARISONS[1]

    def resolved(self, plan: Plan) -> "Choice":
        """The choice with parts of names and aliases made whole.

        Raises:
            UsageError: a name that is unknown or fits several; the sentence lists the candidates.
        """
        if self.compare not in COMPARISONS:
            raise UsageError(f"不能与“{self.compare}”比较，{candidates(self.compare, COMPARISONS)}。")
        return replace(
            self,
            indicators=tuple(plan.find_indicator(name).name for name in self.indicators),
            department=plan.find_department(self.department).name if self.department else "",
            focus=plan.find_indicator(self.focus).name if self.focus else "",
        )

    def rows(self, view: View, rows: Sequence[Gap]) -> tuple[Gap, ...]:
        """The chosen rows, the furthest from its target first.

        Raises:
            UsageError: the department has no part in any of the indicators.
        """
        plan, unit = view.plan, self.department
        kept = [
            row
            for row in rows
            if (not self.indicators or row.item.name in self.indicators)
            and (not unit or unit in (*plan.lead(row.item), *plan.support(row.item)))
        ]
        if not kept:
            raise UsageError(f"{unit}没有牵头或配合所选的指标，请改选部门或指标。")
        return tuple(sorted(kept, key=lambda row: (row.completion != row.completion, row.completion)))

    def code(self, workbook: str | Path) -> str:
        """Python that shows the same again; what was not chosen is not written."""
        chosen = {key: value for key, value in asdict(self).items() if value}
        given = "".join(
            f", {key}={list(value) if isinstance(value, tuple) else value!r}" for key, value in chosen.items()
        )
        return f"import tongdao as td\n\nbook = td.open_workbook({str(workbook)!r})\ntd.explore(book{given})\n"

    def sentence(self, view: View) -> str:
        """The choice as a reader of the notebook sees it."""
        which = "、".join(self.indicators) or "全部指标"
        unit = f"，{self.department}承担" if self.department else ""
        return (
            f"所选：{which}{unit}；细看“{self.focus}”，与{self.compare}比较；"
            f"{month_name(view.month)}，数据截至{day_name(view.as_of)}。"
        )
