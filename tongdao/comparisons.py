"""One region among others: rank, distance to the median and to the leader, and how they moved."""

from dataclasses import dataclass

import pandas as pd

from tongdao.plan import Indicator
from tongdao.view import View


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
    values = values_at(view, item, end)
    if len(values) < 3 or view.plan.region not in values.index:
        return None
    ordered = values.sort_values(ascending=item.decreasing, kind="stable")
    mine = float(values[view.plan.region])
    leader = str(ordered.index[0])
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
        rank=_rank(values, view.plan.region, item),
        to_median=mine - float(values.median()),
        to_leader=mine - float(values[leader]),
        leader=view.plan.region_name(leader),
        earlier=_earlier(view, item, end - 12 * years),
        years=years,
    )


def _earlier(view: View, item: Indicator, end: int) -> int | None:
    values = values_at(view, item, end)
    return _rank(values, view.plan.region, item) if view.plan.region in values.index else None


def _rank(values: pd.Series, region: str, item: Indicator) -> int:
    better = values < values[region] if item.decreasing else values > values[region]
    return int(better.sum()) + 1
