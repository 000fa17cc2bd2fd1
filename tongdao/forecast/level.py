"""Values read at a date: levels in logarithms, shares, net changes and rates in their own unit.

The value at the deadline follows from all readings through the structural model. Yearly growth rates have no level to
follow: they are draws from one distribution, told by the last few.
"""

from dataclasses import replace

import numpy as np

from tongdao.forecast import constants
from tongdao.forecast.constants import Constants
from tongdao.forecast.panel import Array, Flags, Index, Panel
from tongdao.forecast.predictive import Outcome, Spread, Trail
from tongdao.forecast.structural import Shape, forecast

LEVELS = dict.fromkeys((12, 4, 1), constants.LEVEL)
SHARES = dict.fromkeys((12, 4, 1), constants.SHARE)
YEARLESS = 0.75  # years of history that no complete year is worth
WALK = 1.5  # of a series in its own unit: yearly walk against the root mean square of one step, per root of steps


def fill_between(values: Array) -> Array:
    """Readings (s, l) with gaps between two readings filled on the straight line."""
    known = ~np.isnan(values)
    if known.all():
        return values
    place = np.broadcast_to(np.arange(values.shape[1]), values.shape)
    left = np.maximum.accumulate(np.where(known, place, -1), axis=1)
    right = np.minimum.accumulate(np.where(known, place, values.shape[1])[:, ::-1], axis=1)[:, ::-1]
    inside = (left >= 0) & (right < values.shape[1])
    rows = np.arange(len(values))[:, None]
    start = values[rows, np.maximum(left, 0)]
    end = values[rows, np.minimum(right, values.shape[1] - 1)]
    part = (place - left) / np.maximum(right - left, 1)
    return np.where(inside, np.where(known, values, start + part * (end - start)), np.nan)


def kinds(panel: Panel, lowest: Array) -> tuple[Flags, Flags, Flags]:
    """Which questions are read in logarithms, in percentage points, or as draws from one distribution (n)."""
    level, share, rate = (np.asarray(panel.measure == word, dtype=np.bool_) for word in ("level", "share", "rate"))
    return level & (lowest > 0), share, rate & (panel.steps == 1)


def levels(panel: Panel) -> Outcome:
    """Forecast the value at each question's deadline (n)."""
    f, n, row = panel.steps, len(panel.case), panel.row
    filled = fill_between(panel.values)
    width = filled.shape[1]
    lowest = np.where(np.isnan(filled), np.inf, filled).min(axis=1)[row]
    logarithm, share, draws = kinds(panel, lowest)
    last = panel.last[row]
    span = np.where(last < 0, 0, last - panel.first[row] + 1)
    ahead = np.where(last < 0, 0, panel.deadline - last)
    years = np.maximum(span - (last + 1) % f, 0) // f
    used = np.minimum(span, constants.LONGEST[f])
    median, sigma, tail = np.full(n, np.nan), np.ones(n), np.full(n, constants.TARGET_TAIL)
    median[ahead == 0] = filled[row, -1][ahead == 0]
    trails: list[Trail] = []
    shapes, group = np.unique(np.stack([used, ahead, logarithm, share], axis=1), axis=0, return_inverse=True)
    for g, (length, steps, is_log, is_share) in enumerate(shapes.tolist()):
        at = np.flatnonzero((group.ravel() == g) & ~draws)
        if at.size == 0 or steps == 0 or length == 0:
            continue
        c = SHARES[f] if is_share else LEVELS[f]
        spans = tuple((i, i + 1) for i in range(length + steps))
        shape = Shape(f, spans[:length], spans[-1:], length - 1)
        readings = filled[row[at], width - length :]
        y = np.log(readings) if is_log else readings
        prior, unit = _prior(panel, at, readings, c, bool(is_log), bool(is_share))
        found = forecast(y / unit[:, None], shape, c, prior, np.maximum(years[at], YEARLESS))
        median[at] = np.exp(found.centre[:, 0]) if is_log else unit * found.centre[:, 0]
        sigma[at], tail[at] = unit * found.sigma[:, 0], c.tail
        each = unit[:, None]  # the model's unit is its own affair: the trail speaks in the series'
        own = replace(found, centre=found.centre * each, sigma=found.sigma * each, constant=found.constant * each)
        trails.append(Trail(at, shape, readings, bool(is_log), own))
    at = np.flatnonzero(draws & (ahead > 0))
    median[at], sigma[at], tail[at] = _draw(filled[row[at], -constants.RATE_YEARS :])
    spread = Spread(np.where(ahead == 0, median, 0.0), median, sigma, tail, logarithm, panel.whole, ahead == 0)
    low_end = np.where(share & (lowest >= 0), 0.0, -np.inf)
    point, low, high = (np.maximum(q, low_end) for q in spread.interval())
    gaps: Flags = np.any(np.isnan(panel.values) & ~np.isnan(filled), axis=1)
    method = np.where(draws, "annual_rate", panel.measure + ("" if f > 1 else "_annual")).astype(object)
    numbers = {"距期限期数": ahead.astype(float), "中位数": median, "标准差": sigma, "自由度": tail}
    nothing = np.full(n, np.nan)
    return Outcome(
        point,
        low,
        high,
        spread.at_least,
        spread.more_than,
        years.astype(float),
        gaps[row],
        method,
        nothing,
        nothing,
        nothing,
        trails,
        numbers,
    )


def _prior(panel: Panel, at: Index, readings: Array, c: Constants, is_log: bool, is_share: bool) -> tuple[Array, Array]:
    """Standard deviation of a year's walk before any reading, and the unit it is in (n); not by the last reading."""
    one = np.ones(at.size)
    before = readings[:, :-1] if readings.shape[1] > 1 else readings
    if is_log:
        return np.exp(c.spread) * one, one
    if is_share:
        return np.exp(c.spread) * np.maximum(np.abs(before).mean(axis=1), 0.1) ** c.size, one
    step = np.sqrt((np.diff(before, axis=1) ** 2).mean(axis=1)) if before.shape[1] > 1 else 0 * one
    unit = np.maximum.reduce([step, 0.01 * np.abs(before).max(axis=1), np.where(panel.whole[at], 0.5, 1e-6)])
    return WALK * np.sqrt(panel.steps) * one, unit


def _draw(readings: Array) -> tuple[Array, Array, Array]:
    """Predictive t of a further draw (n): mean, scale, degrees of freedom; the prior variance is worth one reading."""
    known = ~np.isnan(readings)
    count = known.sum(axis=1)
    mean = np.where(known, readings, 0).sum(axis=1) / np.maximum(count, 1)
    squares = np.where(known, readings - mean[:, None], 0) ** 2
    total = squares.sum(axis=1) + constants.RATE_SIGMA**2
    return mean, np.sqrt(total / count * (1 + 1 / count)), count.astype(float)
