"""One Gaussian model for every series: a wandering level with growth, the month's own departure, and noise.

How much of a series is noise and how much is season differs between series; the model is solved for a grid of both
and averaged by how well each fits the series' own past. What a forecast needs of a shape (number and place of the
readings, place of the forecast) does not depend on the readings, so it is solved once per shape.

References: Harvey (1989), Forecasting, Structural Time Series Models and the Kalman Filter, ch. 2 and 4;
Gelman et al. (2013), Bayesian Data Analysis, ch. 3 and 21; Hoeting et al. (1999), Bayesian Model Averaging.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from tongdao.forecast.constants import Constants
from tongdao.forecast.panel import Array

Spans = tuple[tuple[int, int], ...]

NOISE_GRID = (-2.5, -1.25, 0.0, 1.25, 2.5)  # log factors of the noise variance ...
SEASON_GRID = (-1.5, 0.0, 1.5)  # ... and of the season's; both have prior standard deviation GRID_SD
GRID_SD = 1.5
DIFFUSE = 300.0  # variance of the unknown level at the start, in years of walk
TEMPER = 0.5  # share of each reading's likelihood that counts, for readings are less independent than the model


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


def _averages(spans: Spans, length: int) -> Array:
    out = np.zeros((len(spans), length))
    for i, (start, end) in enumerate(spans):
        out[i, start:end] = 1.0 / (end - start)
    return out


def _not_negative(weights: Array) -> Array:
    """The same sums without negative weights: what is achieved may never count against itself."""
    kept = np.maximum(weights, 0)
    total, positive = weights.sum(axis=2, keepdims=True), kept.sum(axis=2, keepdims=True)
    return np.asarray(kept * np.maximum(total, 0) / np.maximum(positive, 1e-12))


@lru_cache(maxsize=1024)
def solve(shape: Shape, c: Constants) -> Solution:
    """Weights, variances and whitener of a shape under the constants c."""
    f, b = shape.steps, len(shape.readings)
    length = max(end for _, end in shape.readings + shape.forecasts)
    average = _averages(shape.readings + shape.forecasts, length)
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
    weights[:, :, shape.past :] = _not_negative(weights[:, :, shape.past :])
    before = np.linalg.solve(known[:, : shape.past, : shape.past], across[:, : shape.past]).transpose(0, 2, 1)
    root = np.linalg.cholesky(known[:, : shape.past, : shape.past])
    whitener = np.linalg.inv(root)[:, 1:, :]  # the first reading only tells the level
    scale = np.diagonal(root, axis1=1, axis2=2)[:, 1:]
    log_prior = -0.5 * (points**2).sum(axis=1) / GRID_SD**2 - TEMPER * np.log(scale).sum(axis=1)
    ahead = c.growth * (average @ at)
    return Solution(weights, before, np.maximum(variance, 1e-9), whitener, log_prior, ahead[:b], ahead[b:])


def forecast(y: Array, shape: Shape, c: Constants, prior_sigma: Array, years: Array) -> Centre:
    """Forecast series of one shape.

    y: readings (n, b), in logarithms or in the unit itself; prior_sigma: standard deviation of a year's walk before
    any reading (n); years: complete earlier years (n), for the stretch of short histories.
    """
    s = solve(shape, c)
    trust = np.exp(c.trust)
    counted = TEMPER * max(shape.past - 1, 0)
    level = y - s.trend
    past = level[:, : shape.past] - level[:, shape.past - 1 : shape.past] if shape.past else level[:, :0]
    misfit = np.stack([((past @ w.T) ** 2).sum(axis=1) for w in s.whitener], axis=1)
    pooled = trust * prior_sigma[:, None] ** 2 + TEMPER * misfit
    log_fit = s.log_prior - 0.5 * (trust + counted) * np.log(pooled)
    share = np.exp(log_fit - log_fit.max(axis=1, keepdims=True))
    share /= share.sum(axis=1, keepdims=True)
    weights = np.tensordot(share, s.weights, axes=1)
    offset = level - level[:, -1:]
    each = np.stack([offset @ w.T for w in s.weights], axis=1)
    centre = np.einsum("nk,nkj->nj", share, each)
    within = np.einsum("nk,nk,kj->nj", share, pooled / (trust + counted), s.variance)
    earlier = np.stack([past @ w.T for w in s.before], axis=1)
    earlier -= np.einsum("nk,nkj->nj", share, earlier)[:, None]
    variance = within + np.einsum("nk,nkj->nj", share, earlier**2)
    stretch = np.exp(c.scale + (c.young * 3 / years if shape.steps > 1 else 0.0))
    sigma = np.sqrt(variance) * np.broadcast_to(stretch, years.shape)[:, None]
    return Centre(centre + level[:, -1:] + s.ahead, sigma, weights, s.ahead - weights @ s.trend)
