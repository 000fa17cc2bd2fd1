"""What a plan file says of verdicts: from which chance on, and which light they show."""

from typing import Literal, Self

from pydantic import model_validator

from tongdao.base import Part

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
