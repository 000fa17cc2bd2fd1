"""What figures are asked of: an indicator's target, its targets on the way and its parts."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from tongdao.base import MONTHS
from tongdao.plan import Feed, Indicator, Register, Window
from tongdao.workbook import View


@dataclass(frozen=True)
class Aim:
    """An indicator with one target, the region and the months that it speaks of.

    ``key`` names it among a view's aims: the indicator's id, for an interim target with its day, for a part with its
    region behind it.
    """

    key: str
    item: Indicator
    region: str
    window: Window

    @cached_property
    def ends(self) -> range:
        """Last months of the periods that belong to it: those that end inside its window; the last one decides."""
        return self.window.ends(MONTHS[self.item.frequency])

    @property
    def yearly(self) -> bool:
        """Whether an amount of one calendar year is meant."""
        return self.item.traits.cumulates and self.item.judged in ("final_year", "each_year")


def main_aim(view: View, item: Indicator) -> Aim:
    """The indicator's own target, in the plan's region."""
    return Aim(item.id, item, view.plan.region, view.plan.window(item, view.month.end))


def interim_aims(view: View, item: Indicator) -> tuple[Aim, ...]:
    """The targets on the way, by their days; of a target for each year, every year's."""

    def step(by: date, window: Window | None = None, **new: object) -> Aim:
        one = item.model_copy(update={"deadline": by, "interims": (), "parts": {}, **new})
        window = window or view.plan.window(one, view.month.end)
        return Aim(f"{item.id}#{by}", one, view.plan.region, window)

    if item.judged == "each_year" and item.has_target:
        years = range(view.plan.time.first // 12, view.plan.last(item) // 12 + 1)
        return tuple(step(date(year, 12, 31), Window(year * 12, year * 12 + 11)) for year in years)
    return tuple(
        step(one.by, target=one.target, quote=one.quote) for one in sorted(item.interims, key=lambda it: it.by)
    )


def part_aims(view: View, item: Indicator) -> tuple[Aim, ...]:
    """The shares of the target, by region."""
    new: dict[str, object] = {"interims": (), "parts": {}}
    shares = ((region, item.model_copy(update={"target": share, **new})) for region, share in item.parts.items())
    window = view.plan.window(item, view.month.end)
    return tuple(Aim(f"{item.id}#{region}", one, region, window) for region, one in shares)


def foreseer(view: View, aim: Aim) -> tuple[Register, Feed] | None:
    """The register that foresees what is aimed at, and its feed, whether or not it speaks of the month."""
    feeds = ((register, feed) for register in view.plan.registers for feed in register.feeds)
    return next((pair for pair in feeds if pair[1].foresees and pair[1].indicator == aim.item.id == aim.key), None)
