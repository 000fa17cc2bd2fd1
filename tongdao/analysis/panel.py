"""The same plan in many regions: a row for each region and indicator, its place among the others, what moved.

Every figure is that of the region's own report (``gap.gaps_of``); here they are only put side by side.
"""

import contextlib
import os
import signal
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from math import isnan
from multiprocessing import get_all_start_methods, get_context
from typing import Final

import pandas as pd

from tongdao.analysis.actuals import standing
from tongdao.analysis.aims import main_aim
from tongdao.analysis.gap import Gap, gaps_of
from tongdao.analysis.trends import ranks, wholes
from tongdao.plan import Plan
from tongdao.workbook import View

_FIGURES = (
    "target", "actual", "gap", "completion", "calendar_pace", "usual_pace", "point", "lo80", "hi80", "p_met", "verdict",
    "cause", "light",
)  # fmt: skip
COLUMNS: Final = (
    "region", "region_name", "id", "name", "unit", *_FIGURES, "change", "rank", "regions", "rank_before",
    "completion_rank", "month", "as_of",
)  # fmt: skip
TOGETHER = 200  # regions worked out at once: more take memory and save no time


def members(plan: Plan) -> list[str]:
    """The regions of a plan that a panel shows: all but the wholes of which the others are parts."""
    return [code for code in plan.regions if code not in wholes(plan)]


def panel(view: View, regions: Sequence[str] = ()) -> pd.DataFrame:
    """The state of every indicator in every region (default: ``members``), in the order of both.

    Columns: region and its name; id, name and unit of the indicator; the figures of ``Gap`` in that unit; ``change``,
    the actual less that of the figure before; ``rank`` among the ``regions`` with a figure of the same period, 1 the
    best, as ``Comparison`` counts it, and ``rank_before`` that of the figure before; ``completion_rank`` by
    completion; month and as_of. NaN where there is none.
    """
    regions = regions or members(view.plan)
    before = view.earlier(view.grain)
    rows = [row for part in _each(view, before, regions) for row in part]
    frame = pd.DataFrame(rows, columns=[*_OWN, *_PLACES])
    frame = _placed(frame, view.plan)
    return frame.assign(month=str(view.month), as_of=view.as_of.isoformat())[[*COLUMNS]]


_OWN = ("region", "region_name", "id", "name", "unit", *_FIGURES, "change")
_PLACES = ("now_end", "now", "before_end", "before")


_Rows = list[tuple[object, ...]]
_shared: list[tuple[View, View | None, Sequence[str]]] = []  # what processes that are forked for a panel find here


def _each(view: View, before: View | None, regions: Sequence[str]) -> Iterator[_Rows]:
    """The rows of every so many regions in turn; of very many by as many processes as there are processors.

    They are forked, so that all share one table. A system without fork, and what a killed process left, is worked out
    here: nothing is lost or doubled.
    """
    starts = range(0, len(regions), TOGETHER)
    view.of(view.plan.region)  # indices that all need are made once, before
    _ = before and before.of(before.plan.region)
    _shared.append((view, before, regions))
    done = 0
    try:
        if (
            len(starts) > 2
            and (count := min(os.cpu_count() or 1, len(starts))) > 1
            and "fork" in get_all_start_methods()
        ):
            with contextlib.suppress(BrokenProcessPool), warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # of threads: theirs (Polars) are idle by now
                with ProcessPoolExecutor(
                    count, get_context("fork"), signal.signal, (signal.SIGINT, signal.SIG_IGN)
                ) as pool:
                    for part in pool.map(_part, starts):
                        done += 1
                        yield part
        for start in starts[done:]:
            yield _part(start)
    finally:
        _shared.pop()


def _part(start: int) -> _Rows:
    view, before, regions = _shared[-1]
    return [*_rows(view, before, regions[start : start + TOGETHER])]


def _rows(view: View, before: View | None, regions: Sequence[str]) -> Iterator[tuple[object, ...]]:
    views = [view.of(region) for region in regions]
    for one, gaps in zip(views, gaps_of(views), strict=True):
        code = one.plan.region
        past = before.of(code) if before else None
        for row in gaps:
            item = row.item
            own = tuple(getattr(row, name) for name in _FIGURES)
            yield (
                code, one.plan.region_name(code), item.id, item.name, item.unit, *own, _change(row, past),
                *_last(one, row), *(_last(past, row) if past else (0, float("nan"))),
            )  # fmt: skip


def _change(row: Gap, past: View | None) -> float:
    """The actual less that of the month before; NaN where one of them is none."""
    if past is None or isnan(row.actual):
        return float("nan")
    return row.actual - standing(past, main_aim(past, row.item)).actual


def _last(view: View, row: Gap) -> tuple[int, float]:
    """The last reading of a region since January, by which it is ranked, and its month; 0 without one."""
    own = view.course(row.item, row.aim.region)
    whole = own.end and own.since[-1] % 12 == 0
    return (own.end[-1], own.value[-1]) if whole else (0, float("nan"))


def _placed(frame: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """The rows with their places among the regions."""
    parts = []
    for item in plan.indicators:
        own = frame[frame["id"] == item.id]
        known = own[own["now_end"] > 0]
        peers = known.groupby("now_end")["now"]
        places = {"rank": peers.transform(ranks, item), "regions": peers.transform("size")}
        few = places["regions"] < 3
        places = {name: column.mask(few) for name, column in places.items()}
        past = own[own["before_end"] > 0].groupby("before_end")["before"].transform(ranks, item)
        done = own["completion"].rank(method="min", ascending=False)
        parts.append(own.assign(**places, rank_before=past, completion_rank=done))
    return pd.concat(parts).sort_index() if parts else frame
