"""What is known of a flow's window of accumulation: achieved, missing, and how this year stands to past ones."""

from dataclasses import dataclass

import numpy as np

from tongdao.forecast import constants
from tongdao.forecast.panel import Array, Flags, Index, Panel


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

    The last twelve months fill nothing while there are others: this year's figures must not change past years.
    """
    known = ~np.isnan(values)
    if known.all():
        return values
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
