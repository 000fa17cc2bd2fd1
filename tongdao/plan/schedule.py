"""What a plan file says of runs: what they may use, and which reports appear by themselves."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from tongdao.base import Frequency, Part


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

    report: str
    day: Annotated[int, Field(ge=1, le=28)]
    hour: Annotated[int, Field(ge=0, le=23)] = 8
    zone: str = "Asia/Shanghai"
    every: Frequency = "month"
    given: dict[str, str] = Field(default_factory=dict)
    each: tuple[str, ...] = ()
    forms: tuple[Literal["pdf", "docx", "png"], ...] = ("pdf",)

    @model_validator(mode="after")
    def _known_zone(self) -> Self:
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"没有时区 {self.zone}，应写成 Asia/Shanghai 的样子") from None
        return self
