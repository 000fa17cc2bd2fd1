"""Amounts that accumulate: total = achieved + what the remaining periods bring.

A year is cut at the last reading: the elapsed part (its last quarter apart) and the rest. The rest of this year follows
from the same parts of past years through the structural model, in logarithms; later whole years follow likewise.
"""

import itertools

import numpy as np

from tongdao.forecast import constants
from tongdao.forecast.constants import Constants
from tongdao.forecast.panel import Array, Panel
from tongdao.forecast.predictive import Outcome, Spread, Trail
from tongdao.forecast.structural import Shape, Spans, forecast
from tongdao.forecast.window import Window, fill_by_season, window

MODELS = {12: constants.FLOW, 4: constants.FLOW, 1: constants.LEVEL}  # a yearly total is a level like others
FLOOR = 0.1  # of a part's usual amount: an empty part is not minus infinity
SMALL = 0.7  # smallness of a count with no past year
YEARLESS = 0.75  # years of history that no complete year is worth
YEARLESS_SIGMA = 0.35  # at least, when no year has shown its seasons


def shape_of(f: int, rest: int, later: int, years: int, span: int, noise: float) -> Shape:
    """Cut `years` past years and the current one at the last reading."""
    elapsed, quarter = f - rest, max(f // 4, 1)
    if years == 0:
        return Shape(f, ((0, span),), _ahead(span, f, rest, later), 0, noise)
    inner = {0, elapsed, f} | ({elapsed - quarter} if elapsed > quarter else set())
    if elapsed == 0 and f > 1:
        inner |= {f - quarter}
    cuts = sorted(inner)
    parts = list(itertools.pairwise(cuts))
    past = [(y * f + a, y * f + b) for y in range(years) for a, b in parts]
    current = [(years * f + a, years * f + b) for a, b in parts if b <= elapsed]
    start = years * f + elapsed
    told = len(past) if elapsed else len(past) - len(parts)  # a year just ended counts as this year
    return Shape(f, tuple(past + current), _ahead(start, f, rest, later), told, noise)


def _ahead(start: int, f: int, rest: int, later: int) -> Spans:
    whole = tuple((start + rest + k * f, start + rest + (k + 1) * f) for k in range(later))
    return ((start, start + rest), *whole)


def flows(panel: Panel) -> Outcome:
    """Forecast the total of each question's window (n)."""
    f, n = panel.steps, len(panel.case)
    filled = fill_by_season(panel.values, f)
    w = window(panel, filled)
    c, width, counted = MODELS[f], filled.shape[1], _counted(panel, w)
    median, sigma = np.zeros(n), np.ones(n)
    span = np.minimum(w.span, constants.LONGEST[f])
    key = np.stack([w.rest, w.later, w.years, np.where(w.years == 0, span, 0)], axis=1)
    shapes, group = np.unique(key, axis=0, return_inverse=True)
    trails: list[Trail] = []
    for g, (rest, later, years, length) in enumerate(shapes.tolist()):
        if rest == 0 or years + length == 0:
            continue
        shape = shape_of(f, rest, later, years, length, f / 4 if f > 1 else 1.0)
        start = shape.forecasts[0][0]
        at = np.flatnonzero(group.ravel() == g)
        mean = np.stack(
            [filled[panel.row[at], width - start + a : width - start + b].mean(axis=1) for a, b in shape.readings],
            axis=1,
        )
        past = shape.past or len(shape.readings)
        lengths = np.array([b - a for a, b in shape.readings[:past]], dtype=float)
        usual = np.maximum(mean[:, :past], 0) @ lengths / lengths.sum()
        at, mean, usual = at[usual > 0], mean[usual > 0], usual[usual > 0]
        mean = np.maximum(mean, FLOOR * usual[:, None])
        small = np.where(panel.whole[at], np.log1p(100 / usual) if years else SMALL, 0.0)
        prior = np.exp(c.spread + c.size * small)
        found = forecast(np.log(mean), shape, c, prior, np.full(at.size, max(years, YEARLESS)))
        amounts = counted[at, : later + 1] * np.exp(found.centre)
        median[at] = amounts.sum(axis=1)
        share = amounts / np.maximum(median[at, None], 1e-300)
        sigma[at] = np.maximum((share * found.sigma).sum(axis=1), 0.0 if years else YEARLESS_SIGMA)
        trails.append(Trail(at, shape, mean, True, found))
    return _total(panel, w, median, sigma, c, trails)


def _counted(panel: Panel, w: Window) -> Array:
    """Periods of the rest of the year, and of each later year, that lie in the window (n, 1 + later years)."""
    first = np.maximum(panel.since - w.last, 1)[:, None]
    ends = w.rest[:, None] + panel.steps * np.arange(int(w.later.max(initial=0)) + 1)
    starts = np.concatenate([np.ones_like(first), ends[:, :-1] + 1], axis=1)
    return np.asarray(np.maximum(ends - np.maximum(starts, first) + 1, 0), dtype=np.float64)


def by_target(panel: Panel, w: Window) -> Array:
    """Rest of the window where the model is silent: by the pace of all readings (n).

    Without a complete year the target's rate counts as TARGET_YEARS of readings beside them.
    """
    f, length = panel.steps, panel.deadline - panel.since + 1
    known = np.maximum(np.nan_to_num(panel.values).sum(axis=1)[panel.row], 0)
    target = np.where(panel.whole, np.ceil(panel.target - 1e-9), panel.target) * f / length
    weight = np.where((w.years == 0) & ~np.isnan(target), constants.TARGET_YEARS, 0.0)
    asked = weight * np.maximum(np.nan_to_num(target), 0)
    rate = (asked + known) / np.maximum(weight + w.span / f, 1 / f)
    rate = np.where((w.span == 0) & (weight == 0), np.nan, rate)  # no reading and no target: nothing to say
    return np.asarray(rate * np.minimum(panel.deadline - w.last, length) / f + w.missing)


def _total(panel: Panel, w: Window, median: Array, sigma: Array, c: Constants, trails: list[Trail]) -> Outcome:
    """Add what is achieved, and let pace and target speak where past years are empty or absent."""
    rest = np.where(w.rest > 0, median, 0) + w.missing
    silent = (w.rest > 0) & ((median == 0) | ((w.years == 0) & ~np.isnan(panel.target)))
    rest = np.where(silent, by_target(panel, w), rest)
    sigma = np.where(silent, constants.TARGET_SIGMA, sigma)
    same = np.ones(len(rest))
    spread = Spread(w.achieved, rest, sigma, c.tail * same, same > 0, panel.whole, rest == 0)
    numbers = {
        "窗口内已完成": w.achieved,
        "缺报各期按往年同期补": w.missing,
        "今年已过各期": w.now,
        "去年同期": w.before,
        "其余部分中位数": rest,
        "对数标准差": sigma,
        "自由度": c.tail * same,
    }
    return Outcome(
        *spread.interval(),
        spread.at_least,
        spread.more_than,
        w.years.astype(float),
        w.gaps,
        "flow",
        w.achieved,
        w.usual_share,
        w.growth,
        trails,
        numbers,
    )
