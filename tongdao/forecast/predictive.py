"""Predictive distributions: quantiles, and the chance of a target, from a centre and a standard deviation."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from scipy.special import stdtr, stdtrit

from tongdao.forecast.constants import INTERVAL
from tongdao.forecast.panel import Array, Flags, Index, Panel, Words
from tongdao.forecast.structural import Centre, Shape

Chance = Callable[[Array], Array]


@dataclass(frozen=True)
class Trail:
    """How the centres of the questions `at` came about: sum of weight * reading (or its logarithm) + constant."""

    at: Index
    shape: Shape
    readings: Array
    logarithm: bool
    centre: Centre


@dataclass
class Outcome:
    """What a family says of n questions: quantiles, chances, and what an explanation needs."""

    point: Array
    low: Array
    high: Array
    at_least: Chance
    more_than: Chance
    years: Array
    gaps: Flags
    method: str | Words
    achieved: Array
    usual_share: Array
    growth: Array
    trails: list[Trail] = field(default_factory=list)
    numbers: dict[str, Array] = field(default_factory=dict)


def rise(x: Array) -> Array:
    """Factor on the median: exponential below it and linear above, for amounts seldom multiply themselves."""
    return np.where(x > 0, 1 + np.maximum(x, 0), np.exp(np.minimum(x, 0)))


def height(ratio: Array) -> Array:
    """The inverse of `rise`."""
    return np.where(ratio > 1, ratio - 1, np.log(np.clip(ratio, 1e-300, 1)))


@dataclass(frozen=True)
class Spread:
    """value = known + median * rise(sigma * t), or known + median + sigma * t where the unit is added (`ratio` False).

    All arrays are (n). `whole` values are rounded, and a threshold lies half a unit below its whole number.
    """

    known: Array
    median: Array
    sigma: Array
    tail: Array
    ratio: Flags
    whole: Flags
    decided: Flags

    def quantile(self, q: float) -> Array:
        """The value that is not reached with probability q."""
        x = self.sigma * stdtrit(self.tail, q)
        open_part = np.where(self.ratio, self.median * rise(x), self.median + x)
        value = self.known + np.where(self.decided, 0.0, open_part)
        return np.where(self.whole, np.floor(value + 0.5), value)

    def at_least(self, target: Array) -> Array:
        """P(value >= target)."""
        target = np.where(self.whole & ~self.decided, np.ceil(target - 1e-9) - 0.5, target)
        need = target - self.known
        small = 1e-9 * np.maximum(1, np.abs(target))
        ratio = need / np.where(self.median > 0, self.median, 1.0)
        x = np.where(self.ratio, height(np.where(self.median > 0, ratio, np.inf)), need - self.median)
        chance = stdtr(self.tail, -x / np.maximum(self.sigma, 1e-12))
        chance = np.where(self.ratio & (need <= small), 1.0, chance)
        return np.where(self.decided, np.where(need <= small, 1.0, 0.0), chance)

    def more_than(self, target: Array) -> Array:
        """P(value > target)."""
        beyond = np.where(self.whole, np.floor(target + 1e-9) + 1, target)
        strictly = target - self.known < -1e-9 * np.maximum(1, np.abs(target))
        return np.where(self.decided, np.where(strictly, 1.0, 0.0), self.at_least(beyond))

    def interval(self) -> tuple[Array, Array, Array]:
        """Median, and the ends of the central interval."""
        low, high = (1 - INTERVAL) / 2, (1 + INTERVAL) / 2
        return self.quantile(0.5), self.quantile(low), self.quantile(high)


def chance_of_target(panel: Panel, outcome: Outcome) -> Array:
    """P(met) in the sense that the plan gives its target; NaN without a target."""
    target, tolerance = panel.target, panel.tolerance
    limit = np.where(np.isnan(panel.limit), np.inf, panel.limit)

    def at_least(value: Array) -> Array:
        return np.where(value > limit, 0.0, outcome.at_least(value))

    def more_than(value: Array) -> Array:
        return np.where(value >= limit, 0.0, outcome.more_than(value))

    about = panel.sense == "about"
    lower = at_least(np.where(about, target - tolerance, target))
    upper = more_than(np.where(about, target + tolerance, target))
    chance = np.where(panel.sense == "<=", 1 - upper, np.where(about & panel.two_sided, lower - upper, lower))
    unknown = np.isnan(target) | np.isnan(outcome.point)
    return np.where(unknown, np.nan, np.clip(chance, 0.0, 1.0))
