"""What a plan file says of its registers: where they stand, what their columns mean, which indicators they feed."""

from collections.abc import Collection
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from tongdao.base import Part, candidates

Rule = Literal["new", "stock", "year", "sum"]
Chance = Annotated[float, Field(ge=0, le=1)]


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
    rule: Rule
    kind: str | None = None
    unit: str | None = None
    foresees: bool = False

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.foresees and self.rule not in ("new", "stock"):
            raise ValueError('foresees 只用于 rule = "new" 和 "stock"')
        return self


class Register(Part):
    """A list of entries (firms, patents, loans, people, technologies) in a CSV file of the workbook.

    ``since`` is the day from which it is complete, before which nothing is counted; ``credit_code`` says that holders
    are unified social credit codes, to be checked. ``stages`` gives, for a candidate at a stage or a holder marked
    with one, the chance of holding at the deadline; ``renewal`` that of a certificate that runs out before it. Both
    are the analyst's; where the register's own past has such cases they move, as a Beta prior worth ``prior`` cases.
    """

    name: str
    file: str
    columns: Columns
    credit_code: bool = False
    since: date | None = None
    stages: dict[str, Chance] = Field(default_factory=dict)
    renewal: Chance = 0.5
    prior: Annotated[float, Field(gt=0)] = 4.0
    feeds: Annotated[tuple[Feed, ...], Field(alias="feed")] = ()

    def require(self, indicators: Collection[str]) -> None:
        """Raises ValueError where a feed names no indicator of the plan."""
        if self.feeds and self.since is None:
            raise ValueError(f"register {self.name} 要写明 since，即从哪一天起名册是完整的")
        for feed in self.feeds:
            if feed.indicator not in indicators:
                known = candidates(feed.indicator, indicators)
                raise ValueError(f"register {self.name} 的指标“{feed.indicator}”不存在，{known}")
            if feed.rule == "sum" and (feed.unit is None or self.columns.amount is None):
                raise ValueError(f"register {self.name} 的规则 sum 要写明 unit，columns 里要写明 amount")
