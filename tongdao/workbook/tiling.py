"""Amounts of months, quarters and years put together to cumulative ones: steps tile the time, or nothing is said.

A cumulative amount runs from January; a step begins where another ends. Every way to tile the months up to an end
must give one amount, else none is shown. Only what was recorded decides, never the order of lines.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

TOLD = ("recorded_at", "source", "delivery", "line")  # of a sum, what its reading recorded last says


class Sum(NamedTuple):
    """The least and the largest sum of any tiling, which readings go into these, whether each has a preliminary one."""

    least: float
    largest: float
    rows: frozenset[int] = frozenset()
    hint: bool = False


Sums = dict[int, Sum]  # by the month after its end


@dataclass(frozen=True, order=True)
class Unplaced:
    """A reading that makes no cumulative amount; ``end`` its last month.

    ``missing`` are the first and the last month without a step before it; or, where steps contradict each other,
    ``sums`` are the two amounts up to the month ``at``.
    """

    indicator: str
    region: str
    end: int
    months: int
    missing: tuple[int, int] = (0, 0)
    at: int = 0
    sums: tuple[float, float] = (0.0, 0.0)


def cumulated(
    rows: pd.DataFrame, by: Sequence[str], starts: Mapping[str, int] | None = None
) -> tuple[pd.DataFrame, list[Unplaced]]:
    """One cumulative amount for each end that can be known, and the readings that make none.

    Args:
        rows: readings of amounts: ``by``, ``end``, ``months``, ``value``, ``basis``, ``status`` and ``recorded_at``.
        starts: by indicator, the month from which the plan counts, where that is no January: steps from there on count
            though what came before is not known.

    Returns:
        The rows, with ``since`` added: the first month that the amount counts from. A sum is preliminary where no
        tiling is final throughout, and was recorded when the last of its readings was.
    """
    frame = rows.reset_index(drop=True).assign(since=lambda made: made["end"] // 12 * 12)
    plain = (frame["basis"] != "single") & ~frame.duplicated([*by, "end"], keep=False)
    groups = [*(frame[name] for name in by), frame["end"] // 12]
    whole = plain.groupby(groups).transform("all")
    if whole.all():
        return frame, []
    placed: list[tuple[int, float, int, int, int]] = []  # row, value, since, and whose day and status
    unplaced: list[Unplaced] = []
    mixed = frame[~whole].reset_index()
    for _, group in mixed.groupby([*by, mixed["end"] // 12], sort=False):
        readings: list[dict[str, Any]] = group.to_dict("records")  # type: ignore[assignment]
        by_index = {row["index"]: row for row in readings}
        year = readings[0]["end"] // 12 * 12
        start = (starts or {}).get(str(readings[0].get("indicator")), year)
        begins = [year, start] if year < start < year + 12 else [year]
        ways = [(begin, _sums(readings, begin)) for begin in begins]
        for end in sorted({row["end"] for row in readings}):
            here = [row for row in readings if row["end"] == end]
            row = max(here, key=_weight)
            apart = ways[-1] if end - row["months"] >= begins[-1] - 1 else ways[0]
            begin, sums = next((way for way in ways if way[0] <= end and end + 1 in way[1]), apart)
            if end + 1 in sums and _one(sums[end + 1]):
                parts = [by_index[at] for at in sums[end + 1].rows]
                last = max(parts, key=lambda part: (part["recorded_at"], part["end"], part["months"]))["index"]
                hint = next(row["index"] for row in parts if (row["status"] == "preliminary") == sums[end + 1].hint)
                placed.append((row["index"], sums[end + 1].largest, begin, last, hint))
            else:
                unplaced.append(_unplaced(row, sums))
    kept, values, since, latest, hints = ([each[at] for each in placed] for at in range(5))
    told = {name: frame.loc[latest, name].array for name in TOLD if name in frame}
    made = frame.loc[kept].assign(value=values, since=since, status=frame.loc[hints, "status"].array, **told)
    return pd.concat([frame[whole], made]), unplaced


def _weight(row: Mapping[str, Any]) -> tuple[bool, str, int, str]:
    """Which of the readings of one end stands for it: a cumulative one, the last recorded; of steps the longest."""
    whole, recorded = row["basis"] != "single", row["recorded_at"]
    return whole, recorded if whole else "", row["months"], recorded


def _sums(readings: Iterable[Mapping[str, Any]], begin: int) -> Sums:
    """The amounts from the month ``begin`` up to each end that steps reach from there.

    An amount reported from January stands in the place of every sum; of two of one end, the one recorded later.
    """
    sums: Sums = {begin: Sum(0.0, 0.0)}
    by_end: dict[int, list[Mapping[str, Any]]] = {}
    for row in readings:
        by_end.setdefault(row["end"], []).append(row)
    for end in sorted(by_end):
        told = [row for row in by_end[end] if row["basis"] != "single"] if begin % 12 == 0 else []
        last = max((row["recorded_at"] for row in told), default="")
        found = [(sums[begin], row) for row in told if row["recorded_at"] == last]
        if not told:
            steps = ((sums.get(end - row["months"] + 1), row) for row in by_end[end] if row["basis"] == "single")
            found = [(before, row) for before, row in steps if before]
        if found:
            sums[end + 1] = Sum(
                min(before.least + row["value"] for before, row in found),
                max(before.largest + row["value"] for before, row in found),
                frozenset().union(*({*before.rows, row["index"]} for before, row in found)),
                all(before.hint or row["status"] == "preliminary" for before, row in found),
            )
    return sums


def _one(sum: Sum) -> bool:
    """Whether all tilings give one amount, the dust of binary arithmetic aside."""
    return math.isclose(sum.least, sum.largest, rel_tol=1e-9, abs_tol=1e-9)


def _unplaced(row: Mapping[str, Any], sums: Sums) -> Unplaced:
    end, months = int(row["end"]), int(row["months"])
    what = str(row.get("indicator", "")), str(row.get("region", "")), end, months
    torn = [at for at, amounts in sums.items() if not _one(amounts) and at <= end + 1]
    if end + 1 in sums:
        return Unplaced(*what, at=min(torn) - 1, sums=sums[min(torn)][:2])
    start = end - months + 1
    return Unplaced(*what, missing=(max(at for at in sums if at <= start), start - 1))
