"""The same plan in many regions: a row for each region and indicator, its place among the others, what moved.

Every figure is that of the region's own report (``gap.gaps_of``); here they are only put side by side.
"""

import contextlib
import gc
import os
import re
import signal
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import date
from functools import partial
from itertools import chain
from math import fsum, isnan
from multiprocessing import get_all_start_methods, get_context
from pathlib import Path
from typing import Final

import pandas as pd

from tongdao.analysis.actuals import NAN, exact, standing
from tongdao.analysis.aims import main_aim
from tongdao.analysis.gap import Gap, gaps_of
from tongdao.analysis.trends import ranks, wholes
from tongdao.base import MONEY, Period, RunError
from tongdao.plan import COUNT_UNITS, Groups, Indicator, Plan, read_plan
from tongdao.workbook import PLAN, Csv, View, Workbook, open_workbook, store_at

_FIGURES = (
    "target", "actual", "gap", "completion", "calendar_pace", "usual_pace", "point", "lo80", "hi80", "p_met", "verdict",
    "cause", "light",
)  # fmt: skip
COLUMNS: Final = (
    "region", "region_name", "id", "name", "unit", *_FIGURES, "change", "rank", "regions", "rank_before",
    "completion_rank", "until", "month", "as_of",
)  # fmt: skip
TOGETHER = 200  # regions worked out at once: more take memory and save no time
SHARES, MOST = 8, 1000  # into which the regions of a store are divided, and the most of one, for memory's sake
ROUNDS = 3


def members(plan: Plan) -> list[str]:
    """The regions of a plan that a panel shows: all but the wholes of which the others are parts."""
    return [code for code in plan.regions if code not in wholes(plan)]


def panel(view: View) -> pd.DataFrame:
    """The state of every indicator in every region of ``members``, in the order of both.

    Columns: region and its name; id, name and unit of the indicator; the figures of ``Gap`` in that unit; ``change``,
    the actual less that of the figure before; ``rank`` among the ``regions`` with a figure of the same period, 1 the
    best, as ``Comparison`` counts it, and ``rank_before`` that of the figure before; ``completion_rank`` by
    completion; ``until``, the month that the actual speaks of; month and as_of. NaN or empty where there is none.
    """
    rows = _each(view, view.earlier(view.grain), members(view.plan))
    return _together(rows, view.plan, view.month, view.as_of)


def panel_view(book: Workbook, month: str = "", as_of: str = "") -> View:
    """The view a panel shows: by default of the latest month with a reading of the plan's region, else of any."""
    view = book.asked(month or None, as_of or None)
    if month or view.latest:
        return view
    if book.recorded:  # only the plan's region was read
        return panel_view(open_workbook(book.folder, as_of=as_of, lean=True), as_of=as_of)
    whole = book.whole(view.as_of)
    inside = whole.observed["end"][whole.observed["end"] >= whole.plan.time.first]
    return book.view(view.month.plus(int(inside.max()) - view.month.end), view.as_of) if len(inside) else view


def panel_at(
    folder: Path, month: str = "", as_of: str = "", executor: Callable[[], Executor] | None = None
) -> pd.DataFrame:
    """``panel`` of a workbook; errors as ``Workbook.asked``.

    Of very many regions, where a store gives the readings of some, no process reads all.

    Args:
        folder: as every worker sees it.
        executor: who works; default, this machine.

    Raises:
        RunError: workers were killed again and again, or rows kept being written, so that no one state was read.
    """
    plan = read_plan(folder / PLAN)
    if executor is None and not (plan.store and len(plan.regions) > 2 * TOGETHER):
        return panel(panel_view(open_workbook(folder, as_of=as_of, lean=True), month, as_of))
    for _ in range(ROUNDS):
        state = _state(folder, plan.store)
        with contextlib.suppress(BrokenProcessPool), warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of threads, which are idle or not there yet
            with executor() if executor else _processes(fork="polars" not in sys.modules) as pool:
                plan, at, day = pool.submit(_asked, folder, month, as_of).result()
                regions = members(plan)
                size = min(max(len(regions) // SHARES, TOGETHER), MOST)
                shares = [regions[start : start + size] for start in range(0, len(regions), size)]
                found = [*pool.map(partial(_share, folder, at, day), shares)]
            if _state(folder, plan.store) == state:
                return _together(found, plan, at, day)
    raise RunError("各地区没有算完：进程多次中途退出，或读数一直有人在写。请稍后重试，或检查内存。", passing=True)


def _asked(folder: Path, month: str, as_of: str) -> tuple[Plan, Period, date]:
    """What a panel is asked of: the plan as it held, the month and the day."""
    view = panel_view(open_workbook(folder, region="", as_of=as_of, lean=True), month, as_of)
    return view.plan, view.month, view.as_of


def _share(folder: Path, month: Period, day: date, regions: Sequence[str]) -> "_Rows":
    view = open_workbook(folder, region=regions, as_of=day.isoformat(), lean=True).view(month, day)
    before = view.earlier(view.grain)
    starts = range(0, len(regions), TOGETHER)
    return [row for at in starts for row in _rows(view, before, regions[at : at + TOGETHER])]


def _state(folder: Path, name: str) -> tuple[object, ...]:
    """What changes whenever a workbook's readings, receipts or plan do."""
    files = chain(folder.glob("*.toml"), folder.glob("*.csv"), folder.glob("deliveries/*"))
    written = sorted((path.name, path.stat().st_mtime_ns) for path in files)
    store = store_at(folder, name)
    return (0 if isinstance(store, Csv) else store.count(), *written)


def _together(parts: Iterable["_Rows"], plan: Plan, month: Period, day: date) -> pd.DataFrame:
    frame = pd.DataFrame([row for part in parts for row in part], columns=[*_OWN, *_PLACES])
    return _placed(frame, plan).assign(month=str(month), as_of=day.isoformat())[[*COLUMNS]]


GROUPED: Final = ("group", "id", "name", "unit", "regions", "actual", "target", "completion", "until", "why")


def grouped(rows: pd.DataFrame, plan: Plan, groups: Groups) -> pd.DataFrame:
    """The indicators of groups of regions, from the rows of a ``panel``.

    What has weights is their mean; amounts, and stocks that are counted or money, are added up if they are no averages;
    other figures of regions make none of their group. All regions must have a figure up to one month, and for a target
    all a target of their own, else there is none.

    Columns: ``GROUPED``; ``why`` says in Chinese why there is no actual, else it is empty.
    """
    by = dict(iter(rows.set_index("region").groupby("id", sort=False)))
    made = []
    for group, members_of in groups.items():
        for item in plan.indicators:
            own = by[item.id].reindex([*members_of])
            weights = [weight.get(item.id, NAN) for weight in members_of.values()]
            sums = _adds(item) and all(map(isnan, weights))
            mean = item.traits.points or _AVERAGE.search(item.name + item.unit) or not all(map(isnan, weights))
            lacking = [plan.region_name(code) for code in own.index[own["actual"].isna()]]
            why, actual, target, until = "", NAN, NAN, ""
            if item.measure in ("rank", "once") or not (sums or mean):
                why = "各地区的数不能相加，也不能平均"
            elif not sums and any(map(isnan, weights)):
                why = "没有分母，不能平均：请在 groups.csv 里加这一列"
            elif lacking:
                why = f"缺{lacking[0]}" + (f"等{len(lacking)}个地区" if len(lacking) > 1 else "") + "的数"
            elif own["until"].nunique() > 1:
                why = f"各地区的数不是同一期：{'、'.join(sorted(own['until'].unique())[:3])}"
            else:
                until = own["until"].iloc[0]
                share = [1.0] * len(own) if sums else [weight / fsum(weights) for weight in weights]
                actual = exact(fsum(value * part for value, part in zip(own["actual"], share, strict=True)))
                if sums and (item.id in plan.by_region or item.parts) and own["target"].notna().all():
                    target = exact(fsum(own["target"]))
            done = actual / target if item.traits.counted and not item.decreasing and target > 0 else NAN
            made.append((group, item.id, item.name, item.unit, len(own), actual, target, done, until, why))
    return pd.DataFrame(made, columns=[*GROUPED])


_AVERAGE: Final = re.compile("[人户亩地]均|平均|/|每(?![年月季])")


def _adds(item: Indicator) -> bool:
    """Whether the figures of regions add up to their group's, by the name and the unit."""
    counted = item.counts or item.unit in MONEY or item.unit.lstrip("百千万亿") in COUNT_UNITS
    adds = item.traits.cumulates or (item.measure in ("level", "net") and counted)
    return adds and not _AVERAGE.search(item.name + item.unit)


_OWN = ("region", "region_name", "id", "name", "unit", *_FIGURES, "until", "change")
_PLACES = ("now_end", "now", "before_end", "before")
_Rows = list[tuple[object, ...]]
_shared: list[tuple[View, View | None, Sequence[str]]] = []  # what processes that are forked for a panel find here


def _each(view: View, before: View | None, regions: Sequence[str]) -> Iterator[_Rows]:
    """The rows of every so many regions in turn; of very many by as many processes as there are processors.

    They are forked, so that all share one table. A system without fork, and what a killed process left, is worked out
    here: nothing is lost or doubled.
    """
    starts = range(0, len(regions), TOGETHER)
    _ = (view.has_readings, view.course(view.plan.indicators[0]))  # indices that all need are made once, before
    _shared.append((view, before, regions))
    done = 0
    try:
        if len(starts) > 2 and (os.cpu_count() or 1) > 1 and "fork" in get_all_start_methods():
            with contextlib.suppress(BrokenProcessPool), warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # of threads: theirs (Polars) are idle by now
                with _processes() as pool:
                    for part in pool.map(_part, starts):
                        done += 1
                        yield part
        for start in starts[done:]:
            yield _part(start)
    finally:
        _shared.pop()


def _processes(*, fork: bool = True) -> Executor:
    """Processes of this machine; forked where they can be, so that they have what is read and imported by now. What has
    threads of its own that a forked process would wait for in vain, as Polars, must not have begun."""
    context = get_context("fork" if fork and "fork" in get_all_start_methods() else "spawn")
    return ProcessPoolExecutor(os.cpu_count(), context, _begin)


def _begin() -> None:
    """A process that works out regions: it ends with its parent, and makes no rings that a collector need look for."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()


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
            yield (
                code, one.plan.region_name(code), item.id, item.name, item.unit,
                *(getattr(row, name) for name in _FIGURES), str(Period(row.end)) if row.end else "",
                row.actual - standing(past, main_aim(past, item)).actual if past else NAN,
                *_last(one, row), *(_last(past, row) if past else (0, NAN)),
            )  # fmt: skip


def _last(view: View, row: Gap) -> tuple[int, float]:
    """The last reading of a region since January, by which it is ranked, and its month; 0 without one."""
    own = view.course(row.item, row.aim.region)
    whole = own.end and own.since[-1] % 12 == 0
    return (own.end[-1], own.value[-1]) if whole else (0, NAN)


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
