"""Values read at a date: levels in logarithms, shares, net changes and rates in their own unit.

The value at the deadline follows from all readings through the structural model. A share of a few per cent is far from
its bounds and moves in proportion: it is read as a level too, and the smaller it is the more that reading counts.
Yearly growth rates have no level to follow: they are draws from one distribution, told by the last few, and so are the
steps of an index that is chained from them.
"""

from dataclasses import replace

import numpy as np

from tongdao.forecast import constants
from tongdao.forecast.constants import Constants
from tongdao.forecast.panel import Array, Flags, Index, Panel
from tongdao.forecast.structural import Chance, Outcome, Shape, Spread, Trail, forecast

LEVELS = dict.fromkeys((12, 4, 2, 1), constants.LEVEL)
SHARES = dict.fromkeys((12, 4, 2, 1), constants.SHARE)
YEARLESS = 0.75  # years of history that no complete year is worth
FLOOR = 0.1  # of its usual size, at least, for the logarithm of a share
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
    of = {word: np.asarray(panel.measure == word, dtype=np.bool_) for word in ("level", "share", "rate", "index")}
    yearly = panel.steps == 1
    return (of["level"] | of["index"]) & (lowest > 0), of["share"], (of["rate"] | of["index"]) & yearly


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
    years = np.maximum(span - (last + 1) % f - (panel.measure == "index"), 0) // f
    used = np.minimum(span, constants.LONGEST[f])
    median, sigma, tail = np.full(n, np.nan), np.ones(n), np.full(n, constants.TARGET_TAIL)
    median[ahead == 0] = filled[row, -1][ahead == 0]
    as_level = np.where(share, 0.0, np.nan)
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
        age = np.maximum(span[at] / f, YEARLESS)  # wherever the year is cut
        found = forecast(y / unit[:, None], shape, c, prior, age)
        median[at] = np.exp(found.centre[:, 0]) if is_log else unit * found.centre[:, 0]
        sigma[at], tail[at] = unit * found.sigma[:, 0], c.tail
        each = unit[:, None]  # the model's unit is its own affair: the trail speaks in the series'
        own = replace(found, centre=found.centre * each, sigma=found.sigma * each, constant=found.constant * each)
        trails.append(Trail(at, shape, readings, bool(is_log), own))
        small = np.flatnonzero(_smallness(readings)) if is_share else at[:0]
        if small.size:
            mine, w = at[small], _smallness(readings[small])
            other, scale = _as_level(readings[small], shape, age[small])
            as_level[mine] = w
            median[mine] += w * (np.exp(other.centre.centre[:, 0]) - median[mine])
            sigma[mine] += w * (scale * other.centre.sigma[:, 0] - sigma[mine])
            trails.append(replace(other, at=mine))
    at = np.flatnonzero(draws & (ahead > 0))
    median[at], sigma[at], tail[at] = _draw(panel, at, filled, ahead[at])
    ratio, decided = logarithm & ~draws, ahead == 0
    spread = Spread(np.where(decided, median, 0.0), median, sigma, tail, ratio, panel.whole, decided)
    few = np.where((f == 1) & ~decided & ~draws, _few_steps(filled)[row] * np.sqrt(np.maximum(ahead, 0)), np.nan)
    interval, chances = _held_back(spread, ~np.isin(panel.measure, ("rate", "net")) & (lowest >= 0), few)
    gaps: Flags = np.any(np.isnan(panel.values) & ~np.isnan(filled), axis=1)
    method = np.where(draws, "annual_rate", panel.measure + ("" if f > 1 else "_annual")).astype(object)
    numbers = {
        **{"距期限期数": ahead.astype(float), "按水平看的权重": as_level},
        **{"中位数": median, "标准差": sigma, "自由度": tail},
    }
    course = (np.full(n, np.nan),) * 3
    return Outcome(*interval, *chances, years.astype(float), gaps[row], method, *course, trails, numbers)


def _few_steps(filled: Array) -> Array:
    """Of series with FEW_READINGS readings or fewer the size of one step (s), of others NaN."""
    steps = np.diff(filled, axis=1)
    count = np.maximum((~np.isnan(steps)).sum(axis=1), 1)
    few = (~np.isnan(filled)).sum(axis=1) <= constants.FEW_READINGS
    return np.where(few, np.sqrt(np.nansum(steps**2, axis=1) / count), np.nan)


def _held_back(spread: Spread, bounded: Flags, step: Array) -> tuple[tuple[Array, Array, Array], tuple[Chance, Chance]]:
    """Median and interval, and the chances, where `bounded` amounts and shares do not fall below nought.

    Where there is a `step` the readings are too few to tell: as much lies on either side, and no chance is near nought
    or one.
    """

    def open_(chance: Array) -> Array:
        return np.where(np.isnan(step), chance, np.clip(chance, constants.OPEN, 1 - constants.OPEN))

    def at_least(target: Array) -> Array:
        return np.where(bounded & (target <= 0), 1.0, open_(spread.at_least(target)))

    def more_than(target: Array) -> Array:
        return np.where(bounded & (target < 0), 1.0, open_(spread.more_than(target)))

    point, low, high = spread.interval()
    low, high = np.fmin(low, point - step), np.fmax(high, point + step)
    point, low, high = (np.where(bounded, np.maximum(q, 0.0), q) for q in (point, low, high))
    return (point, low, high), (at_least, more_than)


def _earlier(readings: Array) -> Array:
    """All readings but the last one, which may not widen its own forecast; that one where it is alone."""
    return readings[:, :-1] if readings.shape[1] > 1 else readings


def _smallness(readings: Array) -> Array:
    """How far a share counts as a level (n): from one at nought down to nothing at SMALL_SHARE per cent."""
    before = _earlier(readings)
    size = before.mean(axis=1)
    return np.where((before >= 0).all(axis=1) & (size > 1e-6), np.maximum(1 - size / constants.SMALL_SHARE, 0), 0.0)


def _as_level(readings: Array, shape: Shape, age: Array) -> tuple[Trail, Array]:
    """Small shares forecast as levels (n), and what a logarithm's standard deviation is in points; not by the last."""
    c = replace(LEVELS[shape.steps], growth=constants.SMALL_GROWTH)
    readings = np.maximum(readings, FLOOR * _earlier(readings).mean(axis=1, keepdims=True))
    found = forecast(np.log(readings), shape, c, np.full(len(readings), np.exp(c.spread)), age)
    ahead = (shape.forecasts[-1][1] - shape.past) / shape.steps
    scale = _earlier(readings)[:, -1] * np.exp(c.growth * ahead)
    return Trail(np.arange(len(readings)), shape, readings, True, found), scale


def _prior(panel: Panel, at: Index, readings: Array, c: Constants, is_log: bool, is_share: bool) -> tuple[Array, Array]:
    """Standard deviation of a year's walk before any reading, and the unit it is in (n); not by the last reading."""
    one = np.ones(at.size)
    before = _earlier(readings)
    if is_log:
        return np.exp(c.spread) * one, one
    if is_share:
        return np.exp(c.spread) * np.maximum(np.abs(before).mean(axis=1), 0.1) ** c.size, one
    step = np.sqrt((np.diff(before, axis=1) ** 2).mean(axis=1)) if before.shape[1] > 1 else 0 * one
    unit = np.maximum.reduce([step, 0.01 * np.abs(before).max(axis=1), np.where(panel.whole[at], 0.5, 1e-6)])
    return WALK * np.sqrt(panel.steps) * one, unit


def _draw(panel: Panel, at: Index, filled: Array, ahead: Index) -> tuple[Array, Array, Array]:
    """Predictive t of a further draw (n): mean, scale, degrees of freedom; the prior variance is worth one reading.

    An index moves on by as many draws as there are years ahead; their mean is as uncertain for all of them.
    """
    index, values = panel.measure[at] == "index", filled[panel.row[at]]
    rates = np.full_like(values, np.nan)
    rates[:, 1:] = 100 * (values[:, 1:] / np.where(values[:, :-1] > 0, values[:, :-1], np.nan) - 1)
    readings = np.where(index[:, None], rates, values)[:, -constants.RATE_YEARS :]
    known = ~np.isnan(readings)
    count = np.maximum(known.sum(axis=1), 1).astype(float)
    mean = np.where(known, readings, 0).sum(axis=1) / count
    squares = np.where(known, readings - mean[:, None], 0) ** 2
    one = np.sqrt((squares.sum(axis=1) + constants.RATE_SIGMA**2) / count)
    n = np.where(index, ahead, 1)
    before = np.where(index, values[:, -1] * (1 + mean / 100) ** (n - 1), 100)
    median = np.where(index, before * (1 + mean / 100), mean)
    return median, before / 100 * one * np.sqrt(n * (1 + n / count)), count
