"""One Gaussian model for every series: a wandering level with growth, the month's own departure, and noise.

How much of a series is noise and how much is season differs between series; the model is solved for a grid of both
and averaged by how well each fits the series' own past. What a forecast needs of a shape (number and place of the
readings, place of the forecast) does not depend on the readings, so it is solved once per shape.

References: Harvey (1989), Forecasting, Structural Time Series Models and the Kalman Filter, ch. 2 and 4;
Gelman et al. (2013), Bayesian Data Analysis, ch. 3 and 21; Hoeting et al. (1999), Bayesian Model Averaging.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from scipy.special._ufuncs import stdtr, stdtrit

from tongdao.forecast.constants import INTERVAL, SURPRISE, Constants
from tongdao.forecast.panel import Array, Flags, Index, Panel, Words

Spans = tuple[tuple[int, int], ...]

NOISE_GRID = (-3.0, 0.0, 3.0)  # log factors of the noise variance ...
SEASON_GRID = (-3.0, -1.5, 0.0, 1.5, 3.0)  # ... and of the season's; both have prior standard deviation `vary`
DIFFUSE = 300.0  # variance of the unknown level at the start, in years of walk


@dataclass(frozen=True)
class Shape:
    """Place of b readings and j forecasts on the time axis; spans are [start, end) in periods from the first one.

    `past` readings decide the variances; the later ones only move the centre, so that a better reading can never
    lower the chance of a target by widening the forecast.
    """

    steps: int
    readings: Spans
    forecasts: Spans
    past: int
    noise: float = 1.0


@dataclass(frozen=True)
class Solution:
    """What a shape fixes, for k grid points: weights (k, j, b), variances (k, j), whitener (k, p - 1, p), prior (k)."""

    weights: Array
    before: Array
    variance: Array
    whitener: Array
    log_prior: Array
    trend: Array
    ahead: Array


@dataclass(frozen=True)
class Centre:
    """Centre and standard deviation (n, j), and how the centre comes about: weights (n, j, b), constant (n, j)."""

    centre: Array
    sigma: Array
    weights: Array
    constant: Array


@lru_cache(maxsize=1024)
def solve(shape: Shape, c: Constants) -> Solution:
    """Weights, variances and whitener of a shape under the constants c."""
    f, b = shape.steps, len(shape.readings)
    spans = shape.readings + shape.forecasts
    length = max(end for _, end in spans)
    average = np.zeros((len(spans), length))
    for i, (start, end) in enumerate(spans):
        average[i, start:end] = 1.0 / (end - start)
    at = np.arange(1, length + 1) / f
    early, lag = np.minimum.outer(at, at), np.abs(np.subtract.outer(at, at))
    fade = np.exp(-at)
    wander = 2 * early - 1 + fade[:, None] + fade[None, :] - np.exp(-lag)  # a slope that forgets within about a year
    smooth = DIFFUSE + early + np.exp(c.slope) * wander + np.exp(c.drift) * np.outer(at, at)
    smooth = average @ smooth @ average.T
    noise = shape.noise * np.exp(c.noise) * (average @ average.T)
    departures, grid = np.zeros_like(smooth), SEASON_GRID if f > 1 else (0.0,)
    if f > 1:
        same = np.subtract.outer(np.arange(length), np.arange(length)) % f == 0
        departures = same * (1 + np.exp(-lag / np.exp(c.memory)))
        departures = shape.noise * np.exp(c.season) * (average @ departures @ average.T + 25.0)
    points = np.array([(n, s) for n in NOISE_GRID for s in grid])
    full = smooth + np.exp(points[:, :1, None]) * noise + np.exp(points[:, 1:, None]) * departures
    known = full[:, :b, :b] + 1e-8 * np.eye(b)
    across = full[:, :b, b:]
    weights = np.linalg.solve(known, across)
    variance = np.diagonal(full[:, b:, b:], axis1=1, axis2=2) - np.einsum("kbj,kbj->kj", across, weights)
    weights = weights.transpose(0, 2, 1)
    weights[:, :, -1] += 1 - weights.sum(axis=2)  # the level is unknown, so the weights add up to one
    late = weights[:, :, shape.past :]  # what is achieved may never count against itself: the same sums, none negative
    kept, total = np.maximum(late, 0), late.sum(axis=2, keepdims=True)
    weights[:, :, shape.past :] = kept * np.maximum(total, 0) / np.maximum(kept.sum(axis=2, keepdims=True), 1e-12)
    before = np.linalg.solve(known[:, : shape.past, : shape.past], across[:, : shape.past]).transpose(0, 2, 1)
    root = np.linalg.cholesky(known[:, : shape.past, : shape.past])
    whitener = np.linalg.inv(root)[:, 1:, :]  # the first reading only tells the level
    scale = np.diagonal(root, axis1=1, axis2=2)[:, 1:]
    log_prior = -0.5 * (points**2).sum(axis=1) / c.vary**2 - np.log(scale).sum(axis=1)
    ahead = c.growth * (average @ at)
    return Solution(weights, before, np.maximum(variance, 1e-9), whitener, log_prior, ahead[:b], ahead[b:])


def forecast(y: Array, shape: Shape, c: Constants, prior_sigma: Array, years: Array) -> Centre:
    """Forecast series of one shape.

    y: readings (n, b), in logarithms or in the unit itself; prior_sigma: standard deviation of a year's walk before
    any reading (n); years: complete earlier years (n), for the stretch of short histories.
    """
    s = solve(shape, c)
    trust = np.exp(c.trust)
    counted = max(shape.past - 1, 0)
    level = y - s.trend
    past = level[:, : shape.past] - level[:, shape.past - 1 : shape.past] if shape.past else level[:, :0]
    misfit = ((past @ s.whitener.transpose(0, 2, 1)) ** 2).sum(axis=2).T
    pooled = trust * prior_sigma[:, None] ** 2 + misfit
    log_fit = s.log_prior - 0.5 * (trust + counted) * np.log(pooled)
    share = np.exp(log_fit - log_fit.max(axis=1, keepdims=True))
    share /= share.sum(axis=1, keepdims=True)
    weights = np.tensordot(share, s.weights, axes=1)
    offset = level - level[:, -1:]
    each = (offset @ s.weights.transpose(0, 2, 1)).transpose(1, 0, 2)
    centre = np.einsum("nk,nkj->nj", share, each)
    within = np.einsum("nk,nk,kj->nj", share, pooled / (trust + counted), s.variance)
    earlier = (past @ s.before.transpose(0, 2, 1)).transpose(1, 0, 2)
    earlier -= np.einsum("nk,nkj->nj", share, earlier)[:, None]
    variance = within + np.einsum("nk,nkj->nj", share, earlier**2)
    stretch = np.exp(c.scale + c.young * 3 / years)
    sigma = np.sqrt(variance) * np.broadcast_to(stretch, years.shape)[:, None]
    return Centre(centre + level[:, -1:] + s.ahead, sigma, weights, s.ahead - weights @ s.trend)


def undecided(chance: Array) -> Array:
    """A chance that leaves room for what nobody foresees."""
    return np.clip(chance, SURPRISE, 1 - SURPRISE)


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
        chance = undecided(stdtr(self.tail, -x / np.maximum(self.sigma, 1e-12)))
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
    about = panel.sense == "about"
    low, high = (np.where(about, target + side * tolerance, target) for side in (-1, 1))
    lower = np.where(low > limit, 0.0, outcome.at_least(low))
    upper = np.where(high >= limit, 0.0, outcome.more_than(high))
    open_ = (np.minimum(lower, 1 - lower) > 0) | (np.minimum(upper, 1 - upper) > 0)
    within = np.where(open_, undecided(lower - upper), lower - upper)
    chance = np.where(panel.sense == "<=", 1 - upper, np.where(about & panel.two_sided, within, lower))
    # a level that was never anywhere but at its target: the rule of succession says whether it stays
    own = panel.values[panel.row]
    span, ahead = (panel.last - panel.first)[panel.row] + 1, np.maximum(panel.deadline - panel.last[panel.row], 1)
    stood = np.all(np.isnan(own) | (own == target[:, None]), axis=1) & np.isin(panel.measure, ("level", "share"))
    chance = np.maximum(chance, np.where(stood & (span > 1), span / (span + ahead), 0.0))
    unknown = np.isnan(target) | np.isnan(outcome.point)
    return np.where(unknown, np.nan, np.clip(chance, 0.0, 1.0))
