"""What a plan file says beside its targets: verdicts and lights, runs and schedules, registers, the assessment."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from tongdao.base import Frequency, Part, candidates, convertible, entry_place, inside
from tongdao.plan.indicator import Indicator

Light = Literal["green", "yellow", "red", "grey"]
Chance = Annotated[float, Field(ge=0, le=1)]


class Cell(Part):
    """One cell: ``what`` says in words what is measured, ``measure`` which of the workbook's figures stands for it.

    The figure is a ratio; ``zero`` of it earns nothing and ``full`` the whole ``weight``, in between in proportion.
    """

    group: str
    name: str = ""
    what: str = ""
    measure: Literal["completion", "lights", "chance", "milestones", "progress", "fresh", "reported"] | None = None
    weight: Annotated[float, Field(ge=0, le=100)] | None = None
    zero: Chance = 0.0
    full: Chance = 1.0

    @property
    def defined(self) -> bool:
        return bool(self.name) and self.measure is not None and self.weight is not None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.full == self.zero:
            raise ValueError("zero 与 full 不能相同，否则无法折算分数")
        return self


class Assessment(Part):
    """Three groups of three cells each; ``example`` marks a frame that somebody filled in to show how it works."""

    name: str
    groups: Annotated[tuple[str, ...], Field(min_length=3, max_length=3)]
    cells: Annotated[tuple[Cell, ...], Field(alias="cell")] = ()
    example: bool = False
    note: str = ""

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
        weights = {number: cell for number, cell in enumerate(self.cells, 1) if cell.weight is not None}
        total = sum(cell.weight or 0 for cell in weights.values())
        if weights and abs(total - 100) > 1e-9:
            listed = "、".join(f"第 {number} 项{cell.name} {cell.weight:g}" for number, cell in weights.items())
            raise ValueError(f"[[assessment.cell]] 的 weight 合计 {total:g}（{listed}），须为 100，请改正")
        return self


class Columns(Part):
    """The file's own name for each thing a rule asks of an entry; what has no column is empty in every row.

    ``number`` identifies an entry through all its revisions; ``holder`` is whose it is (a firm may hold several
    certificates one after another). An entry counts from ``begins`` to ``ends``, both included, unless
    ``revoked`` earlier. Without ``begins`` it is a candidate at its ``stage``.
    """

    number: str
    holder: str | None = None
    name: str | None = None
    kind: str | None = None
    begins: str | None = None
    ends: str | None = None
    revoked: str | None = None
    amount: str | None = None
    stage: str | None = None
    note: str | None = None


class Feed(Part):
    """Which indicator a register speaks for, and how.

    ``new`` counts holders who began in the year and held nothing valid when it began (gross); ``stock`` those with
    something valid on the day; ``year`` entries begun in the calendar year and not revoked, starting
    again each January; ``sum`` their amounts, in ``unit``. ``foresees`` says that the register lists all candidates,
    so that it and not the series speaks of the year's end.
    """

    indicator: str
    rule: Literal["new", "stock", "year", "sum"]
    kind: str | None = None
    unit: str | None = None
    foresees: bool = False


class Register(Part):
    """A list of entries (firms, patents, loans, people, technologies) in a CSV file of the workbook.

    ``since`` is the day from which it is complete, before which nothing is counted; ``credit_code`` says that holders
    are unified social credit codes, to be checked. ``stages`` gives, for a candidate at a stage or a holder marked
    with one, the chance of holding at the deadline; ``renewal`` that of a certificate that runs out before it. Both
    are the analyst's; where the register's own past has such cases they move, as a Beta prior worth ``prior`` cases.
    """

    name: str
    file: Annotated[str, AfterValidator(inside)]
    columns: Columns
    credit_code: bool = False
    since: date | None = None
    stages: dict[str, Chance] = Field(default_factory=dict)
    renewal: Chance = 0.5
    prior: Annotated[float, Field(gt=0)] = 4.0
    feeds: Annotated[tuple[Feed, ...], Field(alias="feed")] = ()

    def faults(self, items: Mapping[str, Indicator]) -> Iterator[tuple[object, str]]:
        """What a feed asks for that the plan, the columns or its indicator do not give, each with a sentence."""
        what, columns = f"register {self.name} ", self.columns
        yield self.feeds and self.since is None, f"{what}要写明 since，即从哪一天起名册是完整的"
        for feed in self.feeds:
            known, summed = candidates(feed.indicator, items), feed.rule == "sum"
            yield feed.indicator not in items, f"{what}的指标“{feed.indicator}”不存在，{known}"
            item, asked = items[feed.indicator], {"begins": True, "kind": feed.kind, "amount": summed}
            fits = not summed or convertible(feed.unit or "", item.unit)
            yield not fits, f"{what}的规则 sum 要写明 unit，能换算成“{item.unit}”，现在是“{feed.unit or ''}”"
            lacking = "、".join(key for key, needed in asked.items() if needed and getattr(columns, key) is None)
            yield lacking, f"{what}的规则 {feed.rule} 要在 columns 里写明 {lacking}"
            yield feed.foresees and feed.rule not in ("new", "stock"), 'foresees 只用于 rule = "new" 和 "stock"'
            wrong = item.traits.cumulates if feed.rule == "stock" else item.traits.net
            words = 'flow（累计数）用 "new"、"year" 或 "sum"，net（净变化）用 "stock"'
            yield wrong, f'{what}的 rule = "{feed.rule}" 数不出{item.name}（{item.measure}）：{words}，请改正'


class RunLimits(Part):
    """What a run of a notebook may use: seconds for a cell and for all, MB of printed output and of memory."""

    cell_seconds: Annotated[float, Field(gt=0)] = 120
    run_seconds: Annotated[float, Field(gt=0)] = 300
    output_mb: Annotated[float, Field(gt=0)] = 10
    memory_mb: Annotated[float, Field(gt=0)] = 2000


class Schedule(Part):
    """A report that appears by itself: on ``day`` of the month after the one it speaks of, or the next working day.

    ``given`` are parameters of the notebook, ``each`` makes one for each of what it names; ``hour`` is in ``zone``.
    """

    report: Annotated[str, AfterValidator(inside)]
    day: Annotated[int, Field(ge=1, le=28)]
    hour: Annotated[int, Field(ge=0, le=23)] = 8
    zone: str = "Asia/Shanghai"
    every: Frequency = "month"
    given: dict[str, str] = Field(default_factory=dict)
    each: tuple[str, ...] = ()
    forms: tuple[Literal["pdf", "docx", "png", "html"], ...] = ("pdf",)

    @model_validator(mode="after")
    def _known_zone(self) -> Self:
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"没有时区 {self.zone}，应写成 Asia/Shanghai 的样子") from None
        return self


class Thresholds(Part):
    """From which chance on a verdict is given, and the bounds between which a chance is printed."""

    likely: float = 0.80
    leaning: float = 0.50
    at_risk: float = 0.20
    ceiling: float = 0.95
    floor: float = 0.05

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not 0 < self.at_risk < self.leaning < self.likely < 1:
            raise ValueError("须满足 0 < at_risk < leaning < likely < 1")
        return self


class Lights(Part):
    """Which light a verdict shows. Rules differ from county to county, so they are settings."""

    green: tuple[str, ...] = ("met", "likely")
    yellow: tuple[str, ...] = ("leaning",)
    red: tuple[str, ...] = ("at_risk", "unlikely", "missed")

    def light(self, verdict: str) -> Light:
        colours: tuple[Light, ...] = ("green", "yellow", "red")
        return next((colour for colour in colours if verdict in getattr(self, colour)), "grey")
