"""Counts of a few a year: a rate told by past counts, and whole numbers for the rest of the year.

Gamma-Poisson with forgetting (Harvey & Fernandes 1989, Time series models for count or qualitative observations): past
counts lose weight by their age, counts that come together tell less than their number, and the rate wanders between
past and future. What remains is negative binomial, all in closed form.
"""

import numpy as np
from scipy.special import betainc

from tongdao.forecast import constants
from tongdao.forecast.constants import COUNTING
from tongdao.forecast.flow import by_target
from tongdao.forecast.panel import Array, Flags, Panel
from tongdao.forecast.predictive import Outcome, Spread
from tongdao.forecast.window import Window, fill_by_season, window

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


def remaining(panel: Panel, w: Window) -> tuple[Array, Array, dict[str, Array]]:
    """Shape and mean of what the rest of the window brings (n), and the numbers on the way."""
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
    return numbers["负二项形状"], mean, numbers


def whole_range(shape: Array, mean: Array) -> tuple[Array, Array, Array]:
    """Median, and the shortest range of whole numbers that holds INTERVAL; of several, the lowest (n).

    Beyond FEW whole numbers are so fine that the central range serves as well.
    """
    reach = mean + 6 * np.sqrt(mean + mean**2 / shape) + 2
    few, many = np.flatnonzero(reach <= FEW), np.flatnonzero(reach > FEW)
    ends = np.empty((3, len(mean)))
    for row, q in enumerate((0.5, (1 - constants.INTERVAL) / 2, (1 + constants.INTERVAL) / 2)):
        ends[row, many] = _quantile(q, shape[many], mean[many], reach[many])
    top = int(reach[few].max(initial=1))
    below = np.stack([chance_at_most(np.full(few.size, k - 1.0), shape[few], mean[few]) for k in range(top + 1)], 1)
    low, high = np.zeros(few.size), np.full(few.size, float(top))
    for start in range(top):
        if (below[:, start] > 1 - constants.INTERVAL).all():
            break
        end = (below[:, 1:] < below[:, start, None] + constants.INTERVAL - 1e-12).sum(axis=1)
        better = (end < top) & (end - start < high - low)
        low, high = np.where(better, start, low), np.where(better, end, high)
    ends[:, few] = (below[:, 1:] < 0.5).sum(axis=1), low, high
    return ends[0], ends[1], ends[2]


def _quantile(q: float, shape: Array, mean: Array, reach: Array) -> Array:
    """The smallest count that is not exceeded with probability q, by bisection up to twice the reach (n)."""
    low, high = np.full(len(mean), -1.0), np.ceil(2 * reach)
    for _ in range(int(np.ceil(np.log2(high.max(initial=1) + 2))) + 1):
        middle = np.floor((low + high) / 2)
        enough = chance_at_most(middle, shape, mean) >= q
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return high


def sparse_counts(panel: Panel) -> Outcome:
    """Forecast the count of each question's window (n)."""
    w = window(panel, fill_by_season(panel.values, panel.steps))
    shape, mean, numbers = remaining(panel, w)
    decided = w.rest == 0
    mean = np.where(decided, w.missing, mean)
    median, low, high = whole_range(shape, np.maximum(mean, 1e-12))
    yearless = _yearless(panel, w)

    def at_least(target: Array) -> Array:
        need = np.ceil(target - w.achieved - 1e-9)
        chance = 1 - chance_at_most(need - 1, shape, np.maximum(mean, 1e-12))
        return np.where(need <= 0, 1.0, np.where(yearless.decided, chance, yearless.at_least(target)))

    def more_than(target: Array) -> Array:
        return at_least(np.floor(target + 1e-9) + 1)

    ends = [
        np.where(yearless.decided, w.achieved + q, t)
        for q, t in zip((median, low, high), yearless.interval(), strict=True)
    ]
    numbers = {
        "窗口内已完成": w.achieved,
        "今年已过各期": w.now,
        "去年同期": w.before,
        **numbers,
        "无往年时由目标得出的其余件数": np.where(yearless.decided, np.nan, yearless.median),
    }
    return Outcome(
        ends[0],
        ends[1],
        ends[2],
        at_least,
        more_than,
        w.years.astype(float),
        w.gaps,
        "sparse",
        w.achieved,
        w.usual_share,
        w.growth,
        [],
        numbers,
    )


def _yearless(panel: Panel, w: Window) -> Spread:
    """Without a complete year the target speaks; `decided` where it does not."""
    use = (w.years == 0) & (w.rest > 0) & ~np.isnan(panel.target)
    median = np.where(use, by_target(panel, w), 0.0)
    same = np.ones(len(median))
    return Spread(
        w.achieved, median, constants.TARGET_SIGMA * same, constants.TARGET_TAIL * same, same > 0, same > 0, median <= 0
    )
