"""One region among others: rank, distance to the median and to the leader, and how they moved."""

from dataclasses import dataclass

import pandas as pd

from tongdao.plan import Indicator
from tongdao.workbook import View


@dataclass(frozen=True)
class Comparison:
    """A region's place in the latest period that it shares with the others.

    ``ranking`` has region, name, value, ordered from the best; ``rank`` counts from 1, equals share
    the better one. ``to_median`` and ``to_leader`` are own value less theirs, in the indicator's unit.
    ``earlier`` is the rank ``years`` before (None if unknown). The reference of the whole (a region
    whose code ends where others are its parts) takes no part in the ranking.
    """

    end: int
    ranking: pd.DataFrame
    rank: int
    to_median: float
    to_leader: float
    leader: str
    earlier: int | None
    years: int


def values_at(view: View, item: Indicator, end: int) -> pd.Series:
    """Every region's figure of one period, indexed by region; the plan's reference region left out."""
    rows = view.observed
    rows = rows[(rows["indicator"] == item.id) & (rows["end"] == end)]
    return rows[~rows["region"].isin(wholes(view))].set_index("region")["value"]


def wholes(view: View) -> set[str]:
    """Regions that are the whole of which others are parts: GB/T 2260 codes of nothing but zeros."""
    return {code for code in view.plan.regions if not code.strip("0")}


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
    return Comparison(
        end=end,
        ranking=ranking,
        rank=now.rank,
        to_median=now.to_median,
        to_leader=now.to_leader,
        leader=view.plan.region_name(str(ordered.index[0])),
        earlier=_earlier(view, item, end - 12 * years),
        years=years,
    )


def _earlier(view: View, item: Indicator, end: int) -> int | None:
    values = values_at(view, item, end)
    return _rank(values, view.plan.region, item) if view.plan.region in values.index else None


@dataclass(frozen=True)
class Place:
    """Where a region stood in one period: rank among ``regions``, own value less the median's and the leader's."""

    rank: int
    regions: int
    to_median: float
    to_leader: float


def place(view: View, item: Indicator, end: int) -> Place | None:
    """The plan's region in one period; None without its own figure or with fewer than three regions."""
    values = values_at(view, item, end)
    if len(values) < 3 or view.plan.region not in values.index:
        return None
    mine, best = float(values[view.plan.region]), float(values.min() if item.decreasing else values.max())
    return Place(_rank(values, view.plan.region, item), len(values), mine - float(values.median()), mine - best)


def yearly_values(view: View, item: Indicator, found: Comparison) -> pd.DataFrame:
    """Every ranked region's year-end figures: ``x`` the year, ``y`` the value, ``region``; in order of time."""
    rows = view.observed
    mine = (rows["indicator"] == item.id) & (rows["end"] % 12 == 11) & rows["region"].isin(found.ranking["region"])
    rows = rows[mine]
    return pd.DataFrame({"x": rows["end"] // 12, "y": rows["value"], "region": rows["region"]}).sort_values("x")


def rises(yearly: pd.DataFrame) -> tuple[int, int, int, int]:
    """First and last year of ``yearly_values``, how many regions have both, and how many of those ended higher."""
    first, last = int(yearly["x"].min()), int(yearly["x"].max())
    wide = yearly.pivot(index="region", columns="x", values="y")[[first, last]].dropna()
    return first, last, len(wide), int((wide[last] > wide[first]).sum())


def _rank(values: pd.Series, region: str, item: Indicator) -> int:
    better = values < values[region] if item.decreasing else values > values[region]
    return int(better.sum()) + 1
