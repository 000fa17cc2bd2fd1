"""What a plan file says of verdicts: from which chance on, and which light they show."""

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


Light = Literal["green", "yellow", "red", "grey"]


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
        colours: tuple[tuple[Light, tuple[str, ...]], ...] = (
            ("green", self.green),
            ("yellow", self.yellow),
            ("red", self.red),
        )
        return next((colour for colour, verdicts in colours if verdict in verdicts), "grey")
