"""What a plan file says of one indicator: its measure, unit, target and the words of the plan."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from tongdao.base import Frequency, Part, Period

Measure = Literal["flow", "level", "share", "growth", "net", "average_growth"]
Word = Literal["以上", "左右", "以下", ""]

# Units whose values are whole numbers. A plan may use any other unit; `whole` overrides the guess.
COUNT_UNITS = frozenset(["家", "个", "件", "人", "名", "项", "户", "次", "人次", "台", "篇", "团队", "人(个)"])


class Indicator(Part):
    """One indicator and, where the plan sets one, its target.

    ``target`` is in ``unit``. ``word`` 以上 and 以下 include the number itself; 左右 means at least
    target − tolerance unless ``two_sided``. ``strive`` (力争) changes the words of a miss, never the
    arithmetic. ``target_region`` makes another region's reading the target. ``lag`` is how many
    months after a period its figure is published. ``accumulate`` says whether a flow restarts each
    January (``year``) or runs through all years of the plan (``plan``).
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    name: str
    aliases: tuple[str, ...] = ()
    unit: Annotated[str, Field(min_length=1)]
    measure: Measure
    frequency: Frequency = "month"
    whole: bool | None = None
    limit: float | None = None
    lag: Annotated[int, Field(ge=0, le=60)] = 1
    may_fall: bool = False
    accumulate: Literal["year", "plan"] = "plan"
    target: Annotated[float, Field(allow_inf_nan=False)] | None = None
    target_region: str | None = None
    word: Word = "以上"
    strive: bool = False
    tolerance: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    two_sided: bool = False
    clause: str = ""
    quote: Annotated[str, Field(max_length=80)] = ""
    restated: bool = False
    lead: tuple[str, ...] = ()
    support: tuple[str, ...] = ()
    note: str = ""

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        words = f"{'转述' if self.restated else '原文'}“{self.quote}”" if self.quote else "没有目标，只跟踪"
        printer.text(f"{self.name}（{self.unit}）：{words}")

    @property
    def has_target(self) -> bool:
        return self.target is not None or self.target_region is not None

    @property
    def counts(self) -> bool:
        """Whether values are whole numbers."""
        return self.unit in COUNT_UNITS if self.whole is None else self.whole

    @property
    def upper_limit(self) -> float | None:
        """The natural ceiling: 100 for a share unless the plan sets another."""
        return 100.0 if self.limit is None and self.measure == "share" else self.limit

    @property
    def decreasing(self) -> bool:
        return self.word == "以下"

    def expected(self, period: Period) -> Period:
        """The month in which the figure of a period is due."""
        return period.plus(self.lag)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.target is not None and self.target_region is not None:
            raise ValueError("target 与 target_region 只能写一个")
        if self.has_target and not self.quote:
            raise ValueError("有目标值就要有原文 quote")
        if (self.tolerance or self.two_sided) and self.word != "左右":
            raise ValueError('tolerance 与 two_sided 只用于 word = "左右"')
        if self.measure == "share" and self.target is not None and self.target > (self.upper_limit or 0):
            raise ValueError(f"目标值 {self.target:g} 超过上限 {self.upper_limit:g}，确需如此请写明 limit")
        return self
