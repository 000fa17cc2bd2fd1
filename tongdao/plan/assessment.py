"""What a plan file says of the assessment: a frame of three by three cells that the work group fills in, and light
rules to try. What is not filled in stays undefined; nothing is made up for it.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from tongdao.base import Part, entry_place

Measure = Literal["completion", "lights", "chance", "milestones", "progress", "fresh", "reported"]


class Cell(Part):
    """One cell: ``what`` says in words what is measured, ``measure`` which of the workbook's figures stands for it.

    The figure is a ratio; ``zero`` of it earns nothing and ``full`` the whole ``weight``, in between in proportion.
    """

    group: str
    name: str = ""
    what: str = ""
    measure: Measure | None = None
    weight: Annotated[float, Field(ge=0, le=100)] | None = None
    zero: Annotated[float, Field(ge=0, le=1)] = 0.0
    full: Annotated[float, Field(ge=0, le=1)] = 1.0

    @property
    def defined(self) -> bool:
        return bool(self.name) and self.measure is not None and self.weight is not None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.full == self.zero:
            raise ValueError("zero 与 full 不能相同，否则无法折算分数")
        return self


class LightStep(Part):
    """A light and the conditions that all must hold; ``behind_…`` are percentage points behind the plan's time.

    ``done`` the target is reached; ``missed`` behind at the end of this month, or of a quarter; ``last`` among so many
    with the lowest completion; ``made_up`` behind in an earlier month, not now; ``days_left`` at most so many to the
    deadline; ``overdue`` not done when it has come.
    """

    light: Literal["green", "yellow", "red", "blue"]
    done: bool | None = None
    behind_over: float | None = None
    behind_from: float | None = None
    behind_to: float | None = None
    missed: Literal["month", "quarter"] | None = None
    last: int | None = None
    made_up: bool = False
    days_left: int | None = None
    overdue: bool = False


class LightRule(Part):
    """Somebody's rule for lights: the first step that holds decides; none, the rule leaves the case undefined."""

    name: str
    note: str = ""
    steps: Annotated[tuple[LightStep, ...], Field(alias="step")]


class Assessment(Part):
    """Three groups of three cells each; ``example`` marks a frame that somebody filled in to show how it works."""

    name: str
    groups: Annotated[tuple[str, ...], Field(min_length=3, max_length=3)]
    cells: Annotated[tuple[Cell, ...], Field(alias="cell")] = ()
    example: bool = False
    note: str = ""
    rules: Annotated[tuple[LightRule, ...], Field(alias="rule")] = ()

    def of(self, group: str) -> tuple[Cell, ...]:
        """The three cells of a group, empty ones where the plan has none."""
        own = tuple(cell for cell in self.cells if cell.group == group)
        return own + (Cell(group=group),) * (3 - len(own))

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for number, cell in enumerate(self.cells, 1):
            if cell.group not in self.groups:
                place = entry_place("assessment.cell", number, cell.name)
                raise ValueError(f"{place}group “{cell.group}”不在 {'、'.join(self.groups)} 之中")
        for group in self.groups:
            if len(own := [cell.name for cell in self.cells if cell.group == group]) > 3:
                raise ValueError(f"[[assessment.cell]] 的 group “{group}”有 {len(own)} 格，每组三格，请删去多余的")
        weights = [
            (number, cell.name, cell.weight) for number, cell in enumerate(self.cells, 1) if cell.weight is not None
        ]
        total = sum(weight for *_, weight in weights)
        if weights and abs(total - 100) > 1e-9:
            listed = "、".join(f"第 {number} 项{name} {weight:g}" for number, name, weight in weights)
            raise ValueError(f"[[assessment.cell]] 的 weight 合计 {total:g}（{listed}），须为 100，请改正")
        return self
