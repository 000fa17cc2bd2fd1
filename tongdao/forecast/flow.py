"""Amounts that accumulate: total = achieved + what the remaining periods bring.

A year is cut at the last reading: the elapsed part (its last quarter apart) and the rest. The rest of this year follows
from the same parts of past years through the structural model, in logarithms; later whole years follow likewise.

Counts of a few a year are Gamma-Poisson with forgetting (Harvey & Fernandes 1989, Time series models for count or
qualitative observations): past counts lose weight by their age, counts that come together tell less than their number,
and the rate wanders between past and future. What remains is negative binomial, all in closed form. Where past years
repeat themselves more than such counts would (an award given once a year), it is in part a draw like theirs (Ferguson
1973, A Bayesian analysis of some nonparametric problems).
"""

import itertools
from dataclasses import dataclass

import numpy as np
from scipy.special._ufuncs import betainc, gammaln

from tongdao.forecast import constants
from tongdao.forecast.constants import COUNTING, Constants
from tongdao.forecast.level import fill_between
from tongdao.forecast.panel import Array, Flags, Index, Panel
from tongdao.forecast.structural import Outcome, Shape, Spans, Spread, Trail, forecast, undecided

MODELS = {
    12: constants.FLOW,
    4: constants.FLOW,
    2: constants.FLOW,
    1: constants.LEVEL,
}  # a yearly total is a level like others
FLOOR = 0.1  # of a part's usual amount: an empty part is not minus infinity
SMALL = 0.7  # smallness of a count with no past year
YEARLESS = 0.75  # years of history that no complete year is worth
YEARLESS_SIGMA = 0.35  # at least, when no year has shown its seasons


@dataclass(frozen=True)
class Window:
    """What is known of each question's window of accumulation, all (n); `rest` periods of the current year remain."""

    last: Index
    span: Index
    rest: Index
    later: Index
    years: Index
    achieved: Array
    missing: Array
    gaps: Flags
    now: Array
    before: Array
    usual_share: Array
    growth: Array


def fill_by_season(values: Array, steps: int) -> Array:
    """Readings (s, l) with gaps filled by the mean of the same period in other years, else of all periods.

    The last twelve months fill nothing while there are others: this year's figures must not change past years. A year
    without a figure lies between its neighbours: the mean of all would be of another time where a series grows.
    """
    known = ~np.isnan(values)
    if known.all() or steps == 1:
        return fill_between(values)
    began = np.cumsum(known, axis=1) > 0
    older = known & (np.arange(values.shape[1]) < values.shape[1] - steps)
    older = np.where(older.any(axis=1, keepdims=True), older, known)
    count, total = older.astype(float), np.where(older, values, 0.0)
    overall = total.sum(axis=1) / np.maximum(count.sum(axis=1), 1)
    out = values.copy()
    for phase in range(min(steps, values.shape[1])):
        n, part = count[:, phase::steps].sum(axis=1), total[:, phase::steps].sum(axis=1)
        mean = np.where(n > 0, part / np.maximum(n, 1), overall)
        out[:, phase::steps] = np.where(known[:, phase::steps], values[:, phase::steps], mean[:, None])
    return np.where(began, out, np.nan)


def running(values: Array) -> Array:
    """Sums of the first 0, 1, ... readings of each series (s, l + 1)."""
    return np.concatenate([np.zeros((len(values), 1)), np.cumsum(values, axis=1)], axis=1)


def totals(sums: Array, row: Index, start: Index, end: Index) -> Array:
    """Sum of the readings from `start` to `end` periods before the last one, both counted in (start >= end)."""
    width = sums.shape[1] - 1
    right = np.clip(width - end, 0, width)
    return np.asarray(sums[row, right] - sums[row, np.minimum(np.clip(width - 1 - start, 0, width), right)])


def window(panel: Panel, filled: Array) -> Window:
    """Measure the windows; a series without any reading leaves its whole window open."""
    f, row = panel.steps, panel.row
    known, whole = running(np.nan_to_num(panel.values)), running(np.nan_to_num(filled))
    none = panel.last[row] < 0
    last = np.where(none, panel.since - 1, panel.last[row])
    span = np.where(none, 0, last - panel.first[row] + 1)
    ahead = panel.deadline - last
    rest = np.where(ahead > 0, (ahead - 1) % f + 1, 0)
    elapsed = f - rest
    years = np.minimum(np.maximum(span - elapsed, 0) // f, constants.LONGEST[f] // f)
    zero = np.zeros_like(last)
    achieved = totals(known, row, last - panel.since, zero)
    missing = totals(whole, row, last - panel.since, zero) - achieved
    gaps = totals(running(np.isnan(panel.values).astype(float)), row, span - 1, zero) > 0
    part, year = np.zeros(len(row)), np.zeros(len(row))
    for back in range(1, int(years.max(initial=0)) + 1):
        weight = np.where(years >= back, 0.5**back, 0.0)
        part += weight * totals(whole, row, elapsed - 1 + back * f, zero + back * f)
        year += weight * totals(whole, row, elapsed - 1 + back * f, elapsed + (back - 1) * f)
    now, before = totals(whole, row, elapsed - 1, zero), totals(whole, row, elapsed - 1 + f, zero + f)
    told = (years > 0) & (elapsed > 0)
    usual = np.where(told & (year > 0), part / np.where(year > 0, year, 1), np.nan)
    growth = np.where(told & (before > 0), now / np.where(before > 0, before, 1) - 1, np.nan)
    return Window(
        last, span, rest, (ahead - rest) // f, years, achieved, np.maximum(missing, 0), gaps, now, before, usual, growth
    )


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
    decided = (rest == 0) & (w.rest == 0)
    spread = Spread(w.achieved, rest, sigma, c.tail * same, same > 0, panel.whole, decided)
    numbers = {
        "窗口内已完成": w.achieved,
        "缺报各期补入": w.missing,
        "今年已过各期": w.now,
        "去年同期": w.before,
        "其余部分中位数": rest,
        "对数标准差": sigma,
        "自由度": c.tail * same,
    }
    chances, course = (spread.at_least, spread.more_than), (w.achieved, w.usual_share, w.growth)
    return Outcome(*spread.interval(), *chances, w.years.astype(float), w.gaps, "flow", *course, trails, numbers)


LONGEST_YEARS = 10
FEW = 200


def is_sparse(panel: Panel) -> Flags:
    """Whole flows of few a year; the last twelve months have no say while there are others (n)."""
    known = ~np.isnan(panel.values)
    older = known & (np.arange(known.shape[1]) < known.shape[1] - panel.steps)
    older = np.where(older.any(axis=1, keepdims=True), older, known)
    total = np.where(older, panel.values, 0).sum(axis=1)
    per_year = (total / np.maximum(older.sum(axis=1), 1) * panel.steps)[panel.row]
    return np.asarray((panel.measure == "flow") & panel.whole & (per_year <= COUNTING.many), dtype=np.bool_)


def chance_at_most(k: Array, shape: Array, mean: Array) -> Array:
    """P(count <= k) of a negative binomial with that shape and mean."""
    k = np.floor(k)
    share = shape / (shape + mean)
    return np.where(k < 0, 0.0, betainc(shape, np.maximum(k, 0) + 1, share))


@dataclass(frozen=True)
class Rest:
    """What the rest of a window brings (n): negative binomial, or with weight `regular` a draw like past years'.

    `past` (n, years) has the same months' counts of past years, NaN where there are none.
    """

    shape: Array
    mean: Array
    regular: Array
    past: Array

    def of(self, at: Index) -> "Rest":
        """Some of the questions."""
        return Rest(self.shape[at], self.mean[at], self.regular[at], self.past[at])

    def at_most(self, k: Array) -> Array:
        """P(count <= k), k (n, m); a draw like past years' is one of theirs, or a new one with one year's weight."""
        new = chance_at_most(k, self.shape[:, None], self.mean[:, None])
        seen = (self.past[:, None] <= np.floor(k)[:, :, None]).sum(axis=2)
        like = (new + seen) / (1 + (~np.isnan(self.past)).sum(axis=1, keepdims=True))
        return np.asarray(new + self.regular[:, None] * (like - new))


def regular_years(panel: Panel, w: Window) -> tuple[Array, Array]:
    """Weight of the hypothesis that years repeat each other (n), and their counts in the months that remain (n, y)."""
    f, zero = panel.steps, np.zeros_like(w.last)
    known, gaps = running(np.nan_to_num(panel.values)), running(np.isnan(panel.values).astype(float))
    past = np.full((len(zero), int(w.years.max(initial=0))), np.nan)
    for back in range(1, past.shape[1] + 1):
        span = panel.row, zero + back * f - 1, f - w.rest + (back - 1) * f
        use = (w.years >= back) & (w.rest > 0) & (w.later == 0) & (totals(gaps, *span) == 0)
        past[use, back - 1] = np.maximum(totals(known, *span), 0)[use]
    there = ~np.isnan(past)
    count = there.sum(axis=1)
    mean = (np.nansum(past, axis=1) + 0.5) / (count + 0.5)
    x = np.where(there, past, 0.0)
    alone = x * np.log(mean)[:, None] - mean[:, None] - gammaln(x + 1)  # log chance of each year as a Poisson count
    same = np.tril(past[:, :, None] == past[:, None, :], -1).sum(axis=2)
    order = np.cumsum(there, axis=1) - there
    gain = np.where(there, np.log((1 + same * np.exp(-alone)) / (1 + order)), 0.0).sum(axis=1)
    odds = COUNTING.regular / (1 - COUNTING.regular) * np.exp(np.minimum(gain, 50))
    return np.where(count > 0, odds / (1 + odds), 0.0), past


def remaining(panel: Panel, w: Window) -> tuple[Rest, dict[str, Array]]:
    """What the rest of the window brings, and the numbers on the way."""
    f, row = panel.steps, panel.row
    width = min(panel.values.shape[1], LONGEST_YEARS * f)
    values = panel.values[:, panel.values.shape[1] - width :]
    back = np.arange(width)[::-1]
    weight = np.exp(-COUNTING.forget * back / f) * ~np.isnan(values)
    counts, exposure = weight * np.nan_to_num(values), weight / f
    ahead = np.where(back % f == 0, f, f - back % f)  # a past period's place after the last reading, a year later
    counted, time = counts.sum(axis=1)[row], exposure.sum(axis=1)[row]
    rest_counts, rest_time = np.zeros(len(row)), np.zeros(len(row))
    for rest in np.unique(w.rest):
        at = np.flatnonzero(w.rest == rest)
        rest_counts[at] = counts[:, ahead <= rest].sum(axis=1)[row[at]]
        rest_time[at] = exposure[:, ahead <= rest].sum(axis=1)[row[at]]
    usual = counted / np.maximum(time, 1e-9)
    profile = (rest_counts + COUNTING.profile) / (rest_time * usual + COUNTING.profile)
    shape = COUNTING.shape + counted / COUNTING.burst
    rate = shape / (COUNTING.shape / COUNTING.rate + time / COUNTING.burst)
    open_years = np.minimum(panel.deadline - w.last, panel.deadline - panel.since + 1) / f
    mean = rate * np.where(w.later == 0, open_years * profile, open_years) + w.missing
    numbers = {
        "加权件数": counted,
        "加权年数": time,
        "每年率": rate,
        "其余月份轻重": profile,
        "其余年数": open_years,
        "其余均值": mean,
        "负二项形状": 1 / (1 / shape + 1 / COUNTING.wander),
    }
    mean = np.maximum(np.where(w.rest == 0, w.missing, mean), 1e-12)
    numbers["每年件数重复的权重"], past = regular_years(panel, w)
    return Rest(numbers["负二项形状"], mean, numbers["每年件数重复的权重"], past), numbers


def whole_range(rest: Rest) -> tuple[Array, Array, Array]:
    """Median, and the shortest range of whole numbers that holds INTERVAL; of several, the lowest (n).

    Beyond FEW whole numbers are so fine that the central range serves as well.
    """
    most = np.where(rest.regular > 0, np.nan_to_num(rest.past).max(axis=1, initial=0), 0)
    reach = np.maximum(rest.mean + 6 * np.sqrt(rest.mean + rest.mean**2 / rest.shape) + 2, most)
    few, many = np.flatnonzero(reach <= FEW), np.flatnonzero(reach > FEW)
    ends = np.empty((3, len(reach)))
    for row, q in enumerate((0.5, (1 - constants.INTERVAL) / 2, (1 + constants.INTERVAL) / 2)):
        ends[row, many] = _quantile(q, rest.of(many), reach[many])
    top = int(reach[few].max(initial=1))
    below = rest.of(few).at_most(np.broadcast_to(np.arange(-1.0, top), (few.size, top + 1)))
    low, high = np.zeros(few.size), np.full(few.size, float(top))
    for start in range(top):
        if (below[:, start] > 1 - constants.INTERVAL).all():
            break
        end = (below[:, 1:] < below[:, start, None] + constants.INTERVAL - 1e-12).sum(axis=1)
        better = (end < top) & (end - start < high - low)
        low, high = np.where(better, start, low), np.where(better, end, high)
    ends[:, few] = (below[:, 1:] < 0.5).sum(axis=1), low, high
    return ends[0], ends[1], ends[2]


def _quantile(q: float, rest: Rest, reach: Array) -> Array:
    """The smallest count that is not exceeded with probability q, by bisection up to twice the reach (n)."""
    low, high = np.full(len(reach), -1.0), np.ceil(2 * reach)
    for _ in range(int(np.ceil(np.log2(high.max(initial=1) + 2))) + 1):
        middle = np.floor((low + high) / 2)
        enough = rest.at_most(middle[:, None])[:, 0] >= q
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return high


def sparse_counts(panel: Panel) -> Outcome:
    """Forecast the count of each question's window (n)."""
    w = window(panel, fill_by_season(panel.values, panel.steps))
    rest, numbers = remaining(panel, w)
    median, low, high = whole_range(rest)
    yearless = _yearless(panel, w)

    def at_least(target: Array) -> Array:
        need = np.ceil(target - w.achieved - 1e-9)
        chance = np.where(w.rest == 0, 0.0, undecided(1 - rest.at_most(need[:, None] - 1)[:, 0]))
        return np.where(need <= 0, 1.0, np.where(yearless.decided, chance, yearless.at_least(target)))

    def more_than(target: Array) -> Array:
        return at_least(np.floor(target + 1e-9) + 1)

    point, lo80, hi80 = (
        np.where(yearless.decided, w.achieved + q, t)
        for q, t in zip((median, low, high), yearless.interval(), strict=True)
    )
    numbers = {
        "窗口内已完成": w.achieved,
        "今年已过各期": w.now,
        "去年同期": w.before,
        **numbers,
        "无往年时由目标得出的其余件数": np.where(yearless.decided, np.nan, yearless.median),
    }
    course = w.achieved, w.usual_share, w.growth
    return Outcome(
        point, lo80, hi80, at_least, more_than, w.years.astype(float), w.gaps, "sparse", *course, [], numbers
    )


def _yearless(panel: Panel, w: Window) -> Spread:
    """Without a complete year the target speaks; `decided` where it does not."""
    use = (w.years == 0) & (w.rest > 0) & ~np.isnan(panel.target)
    median = np.where(use, by_target(panel, w), 0.0)
    same = np.ones(len(median))
    return Spread(
        w.achieved, median, constants.TARGET_SIGMA * same, constants.TARGET_TAIL * same, same > 0, same > 0, median <= 0
    )
