"""How a series moves: on the year, on the previous period, since January; its trend, and its place among regions.

Figures since January belong to their calendar year; nothing here joins December to January. A change
that has no meaning (no earlier value, a base of zero or below) stays empty.

References:
    Mann (1945), Kendall (1975): test for monotonic trend; variance with ties and continuity correction
    as in R. O. Gilbert, Statistical Methods for Environmental Pollution Monitoring (1987), ch. 16.
    Theil (1950), Sen (1968): slope as the median of the slopes between all pairs.
"""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tongdao.base import MONTHS, Period
from tongdao.plan import Indicator, Plan
from tongdao.workbook import View

Floats = NDArray[np.float64]

# A jump is a step of at least TENFOLD, larger than JUMP_SPREADS robust deviations (MAD about no change)
# of the series' own steps, and TENFOLD off last year's value too, so that a season is no jump. A step of
# SURE, units mixed up, need not stand out. The receipt and the check ask otherwise (JUMP times the usual size of the
# whole series), for they judge a figure before its neighbours are known to be right; here a step in time is judged,
# and the page says “十倍以上”.
TENFOLD, SURE, JUMP_SPREADS = 1.0, 3.0, 6.0  # the first two as decimal logarithms
MAD_TO_SIGMA = 1.4826
ALPHA = 0.05
USUAL_YEARS = 3  # past years whose mean stands behind this year's months


def trend(history: pd.DataFrame) -> pd.DataFrame:
    """The changes of every series, period by period, sorted by series and time.

    Args:
        history: one row per series and period. ``series``; ``end`` and ``months`` of the period (one length per
            series); ``value``, of a ``flow`` its figure since January; whether changes are differences in percentage
            points (``share``, 百分点).

    Returns:
        ``value`` of the single period, of a flow what it added, if the figure before is there; ``value_ytd``, of flows;
        ``year_on_year`` (同比), ``on_previous`` (环比), ``ytd_on_year`` (累计同比): per cent, or points; ``jump``.
    """
    frame = history.sort_values(["series", "end"], kind="stable", ignore_index=True)
    end, months, share, flow = (frame[name].to_numpy() for name in ("end", "months", "share", "flow"))
    # Series are laid end to end on one axis of months, far enough apart that no look-back crosses over.
    key = frame.groupby("series").ngroup().to_numpy() * 1_000_000 + end
    told = frame["value"].to_numpy(float)
    ytd = np.where(flow, told, math.nan)
    gone = np.where(end % 12 + 1 == months, 0.0, _at(key, ytd, key - months))
    value = np.where(flow, told - gone, told)
    before, last_year = _at(key, value, key - months), _at(key, value, key - 12)
    return frame[["series", "end"]].assign(
        period=[str(Period(*one)) for one in zip(end.tolist(), months.tolist(), strict=True)],
        share=share,
        value=value,
        value_ytd=ytd,
        year_on_year=_change(value, last_year, share),
        on_previous=_change(value, before, share),
        ytd_on_year=_change(ytd, _at(key, ytd, key - 12), share),
        jump=_jumps(frame["series"], value, before, last_year),
    )


def trend_summary(trends: pd.DataFrame) -> pd.DataFrame:
    """One row per series of ``trend``: is its year-on-year change itself rising or falling (Mann–Kendall, two-sided)?

    Columns: ``series``; ``verdict``: "rising", "falling", "unclear", of fewer than 4 values "too_short"; ``slope``
    (Theil–Sen, points a year).
    """
    rows = []
    for name, group in trends.groupby("series", sort=True):
        known, verdict, slope = group[group["year_on_year"].notna()], "too_short", math.nan
        if len(known) >= 4:
            years, changes = known["end"].to_numpy() / 12, known["year_on_year"].to_numpy(float)
            s, _, p = mann_kendall(changes)
            verdict = "unclear" if p >= ALPHA else "rising" if s > 0 else "falling"
            slope = theil_sen(years, changes)
        rows.append((name, verdict, slope))
    return pd.DataFrame(rows, columns=["series", "verdict", "slope"])


def mann_kendall(x: Floats) -> tuple[int, float, float]:
    """Mann–Kendall test of at least 2 finite values in time order: pairs that rise minus pairs that fall, the variance
    of that, and two-sided p, with tie and continuity correction.

    Independence is assumed, and neighbouring months move together: p is a guide, not evidence.
    """
    n = len(x)
    s = int(np.triu(np.sign(x[None, :] - x[:, None]), 1).sum())
    ties = np.unique(x, return_counts=True)[1]
    variance = float(n * (n - 1) * (2 * n + 5) - (ties * (ties - 1) * (2 * ties + 5)).sum()) / 18
    z = (abs(s) - 1) / math.sqrt(variance) if s else 0.0
    return s, variance, math.erfc(z / math.sqrt(2))


def theil_sen(t: Floats, x: Floats) -> float:
    """Median slope between all pairs of values at different times, in units of value per unit of time."""
    one, two = np.triu_indices(len(t), 1)
    return float(np.median((x[two] - x[one]) / (t[two] - t[one])))


def _at(key: NDArray[np.int64], values: Floats, wanted: NDArray[np.int64]) -> Floats:
    """The values at other keys (sorted), NaN where there is none."""
    place = np.searchsorted(key, wanted).clip(max=len(key) - 1)
    return np.where(key[place] == wanted, values[place], math.nan)


def _change(new: Floats, old: Floats, share: NDArray[np.bool_]) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        change = np.where(share, new - old, np.where(old > 0, (new - old) / old * 100, math.nan))
    return np.where(np.isfinite(change), change, math.nan)


def _jumps(series: pd.Series, value: Floats, before: Floats, last_year: Floats) -> NDArray[np.bool_]:
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = [np.log10(np.where(one > 0, one, math.nan)) for one in (value, before, last_year)]
    step = pd.Series(np.abs(logs[0] - logs[1]), index=series.index)
    odd = step > JUMP_SPREADS * MAD_TO_SIGMA * step.groupby(series).transform("median")
    off_season = ~(np.abs(logs[0] - logs[2]) < TENFOLD)
    return np.asarray((step >= TENFOLD) & (odd | (step >= SURE)) & off_season, dtype=bool)


def change_column(item: Indicator) -> str:
    """Flows are compared cumulatively, as offices do; everything else reading by reading."""
    return "ytd_on_year" if item.restarts else "year_on_year"


def changes_frame(view: View, *items: Indicator, differences: bool | None = None) -> pd.DataFrame:
    """Changes of the region's own readings (``trend``), a series for each indicator by its id; ``differences``, by
    default of shares and rates, not rates."""
    made = [_history(view.series(item), item, differences) for item in items]
    made = [history for history in made if len(history)]
    if not made:
        return pd.DataFrame(columns=["series", "end", "period", "value", "year_on_year", "ytd_on_year", "jump"])
    return trend(pd.concat(made))


def _history(own: pd.DataFrame, item: Indicator, differences: bool | None) -> pd.DataFrame:
    months = MONTHS[item.frequency]
    own = own.loc[((own["end"] + 1) % months == 0) & (own["since"] % 12 == 0), ["end", "value"]]
    share = item.traits.points if differences is None else differences
    return own.assign(series=item.id, months=months, share=share, flow=item.restarts)


def profile(changes: pd.DataFrame, year: int, item: Indicator) -> pd.DataFrame | None:
    """What each ``part`` of ``this`` year brought, and its ``usual`` mean over up to ``USUAL_YEARS`` past years.

    A month published together with the next one is empty, for a split would be invented. None without a past year.
    """
    if item.frequency == "year" or changes.empty:
        return None
    ends = changes["end"]
    steps = changes.assign(year=ends // 12, part=ends % 12 // MONTHS[item.frequency] + 1)
    steps = steps[steps["value"].notna()]
    past = steps[(steps["year"] < year) & (steps["year"] >= year - USUAL_YEARS)]
    this = steps[steps["year"] == year].set_index("part")["value"]
    if past.empty or this.empty:
        return None
    found = pd.concat({"usual": past.groupby("part")["value"].mean(), "this": this}, axis=1)
    return found.sort_index().rename_axis("part").reset_index()


@dataclass(frozen=True)
class Place:
    """Where a region stood in one period: rank among ``regions``, own value less the median's and the leader's."""

    rank: int
    regions: int
    to_median: float
    to_leader: float


@dataclass(frozen=True, kw_only=True)
class Comparison(Place):
    """A region's place in the latest period that it shares with the others.

    ``ranking`` has region, name, value, ordered from the best; ``rank`` counts from 1, equals share the better one.
    ``to_median`` and ``to_leader`` are in the indicator's unit. ``earlier`` is the rank ``years`` before (None if
    unknown). The whole (a region whose code ends where others are its parts) takes no part in the ranking.
    """

    end: int
    ranking: pd.DataFrame
    leader: str
    earlier: int | None
    years: int


def values_at(view: View, item: Indicator, end: int) -> pd.Series:
    """Every region's figure of one period, indexed by region; the plan's reference region left out."""
    rows = view.observed
    rows = rows[(rows["indicator"] == item.id) & (rows["end"] == end) & (rows["since"] % 12 == 0)]
    return rows[~rows["region"].isin(wholes(view.plan))].set_index("region")["value"]


def wholes(plan: Plan) -> set[str]:
    """Regions that are the whole of which others are parts: GB/T 2260 codes of nothing but zeros."""
    return {code for code in plan.regions if not code.strip("0")}


def compare(view: View, item: Indicator, *, years: int = 5) -> Comparison | None:
    """The plan's region among the others; None with fewer than three regions or no own figure."""
    own = view.series(item)
    if own.empty:
        return None
    end = int(own["end"].iloc[-1])
    now = place(view, item, end)
    if now is None:
        return None
    ordered = values_at(view, item, end).sort_values(ascending=item.decreasing, kind="stable")
    ranking = pd.DataFrame(
        {
            "region": ordered.index,
            "name": [view.plan.region_name(str(code)) for code in ordered.index],
            "value": ordered.to_numpy(float),
        }
    )
    before = values_at(view, item, end - 12 * years)
    return Comparison(
        **vars(now),
        end=end,
        ranking=ranking,
        leader=view.plan.region_name(str(ordered.index[0])),
        earlier=int(ranks(before, item)[view.plan.region]) if view.plan.region in before.index else None,
        years=years,
    )


def place(view: View, item: Indicator, end: int) -> Place | None:
    """The plan's region in one period; None without its own figure or with fewer than three regions."""
    values = values_at(view, item, end)
    if len(values) < 3 or view.plan.region not in values.index:
        return None
    mine, best = float(values[view.plan.region]), float(values.min() if item.decreasing else values.max())
    return Place(int(ranks(values, item)[view.plan.region]), len(values), mine - float(values.median()), mine - best)


def yearly_values(view: View, item: Indicator, found: Comparison) -> pd.DataFrame:
    """Every ranked region's year-end figures: ``x`` the year, ``y`` the value, ``region``; in order of time."""
    rows = region_points(view, item)
    return rows.loc[rows["region"].isin(found.ranking["region"]), ["x", "y", "region"]].sort_values("x")


def region_points(view: View, item: Indicator) -> pd.DataFrame:
    """Year-end figures of every region: end, x (the year), y, region, kind (own, whole or part)."""
    rows = view.observed[view.observed["indicator"] == item.id]
    seen = rows[rows["end"] % 12 - rows["since"] % 12 == 11]
    kinds = dict.fromkeys(wholes(view.plan), "whole") | {view.plan.region: "own"}
    kind, x = seen["region"].map(kinds).fillna("part"), seen["end"] // 12
    return pd.DataFrame({"end": seen["end"], "x": x, "y": seen["value"], "region": seen["region"], "kind": kind})


def rises(yearly: pd.DataFrame) -> tuple[int, int, int, int]:
    """First and last year of ``yearly_values``, how many regions have both, and how many of those ended higher."""
    first, last = int(yearly["x"].min()), int(yearly["x"].max())
    wide = yearly.pivot(index="region", columns="x", values="y")[[first, last]].dropna()
    return first, last, len(wide), int((wide[last] > wide[first]).sum())


def ranks(values: pd.Series, item: Indicator) -> pd.Series:
    """The place of each figure, counted from 1; equals share the better one. NaN has none."""
    return values.rank(method="min", ascending=item.decreasing)
