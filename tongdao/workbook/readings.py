"""The one long table of readings: read and checked at the door, then seen as of a day.

A reading is never changed. A revision is a second row of the same period with a later
``recorded_at``; ``as_known`` keeps what a day knew, ``placed`` puts every indicator on one
footing (flows cumulative since January, in the plan's unit), so that nothing later asks how an
office happened to write it down.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tongdao.base import (
    MONEY,
    MONTHS,
    DataError,
    Period,
    UsageError,
    candidates,
    convert,
    convertible,
    parse_number,
    parse_period,
    read_recorded,
    shown,
    unescaped,
)
from tongdao.plan import Indicator, Plan
from tongdao.workbook.corrections import Claim, Deliveries, gone_on, lacking_cells, read_deliveries
from tongdao.workbook.store import WORDS, records, store_at
from tongdao.workbook.tiling import Unplaced, cumulated

BASES = ("cumulative", "single", "level")
STATUSES = ("preliminary", "final")
KEY = ["indicator", "region", "period", "basis"]
SERIES = ["indicator", "region"]
JUMP = 100  # times the middle of its series: units mixed up give a thousand or more, a good month rarely 50
Array = NDArray[np.float64]
Ends = NDArray[np.int64]
_T = TypeVar("_T")
_N = TypeVar("_N", float, Decimal)


def read_readings(
    path: Path,
    plan: Plan,
    told: Deliveries | None = None,
    *,
    regions: Sequence[str] = (),
    day: str = "",
    lean: bool = False,
) -> pd.DataFrame:
    """Read and check the readings of a workbook, of these regions or of all.

    Args:
        path: where readings.csv lies, or would lie if the plan did not name another store.
        told: what was handed in and taken back, where it is known; up to a moment, rows that came later are left out.
        day: an engine that can may leave out what that day did not know; withdrawals need all vintages.
        lean: words as categories, in the order of texts, for readings by the million.

    Returns:
        ``COLUMNS`` with ``value`` as a float in the indicator's unit, plus ``end`` and ``months`` of
        the period (see ``periods.Period``), ``line``, the line of the file, ``withdrawn``, the day from which the
        reading no longer counts, or empty, and ``delivery``, the hash of the file that brought it, or empty.
        Personal numbers in ``source`` are starred.

    Raises:
        DataError: the file cannot be read, a column is missing, or a row cannot stand or stands twice; file, line and
            column are named.
    """
    store, told = store_at(path.parent, plan.store), told or read_deliveries(path.parent)
    place, frame = store.place, store.rows(regions, "" if told.rows or told.until else day)
    own_day = frame.index[frame["recorded_at"] == told.day] if told.until else frame.index[:0]
    written = dict(zip(own_day, records(frame.loc[own_day]), strict=True))
    for name in WORDS:  # of few different words each is checked once
        frame[name] = _words(frame[name])
    known = {"indicator": [item.id for item in plan.indicators], "region": [*plan.regions]}
    for column, words in (known | {"basis": [*BASES], "status": [*STATUSES]}).items():
        _require(place, frame, column, frame[column].isin(words), partial(candidates, known=words))
    frame["value"], frame["unit"] = _amounts(place, frame, {item.id: item.unit for item in plan.indicators})
    periods, at = _parsed(place, frame, "period", parse_period), frame["period"].cat.codes.to_numpy()
    _parsed(place, frame, "recorded_at", _recorded)
    frame["end"] = np.array([period.end for period in periods], "int64")[at]
    frame["months"] = np.array([period.months for period in periods], "int64")[at]
    later = (frame["end"] + 1 - frame["months"]) % 12 > 0  # than January: what begins there is cumulative as well
    kinds = (
        ("cumulates", "level", True, "请写 cumulative 或 single"),
        ("rate", "single", later, "请报 1 月起的累计增速"),
    )
    for trait, basis, where, instead in kinds:
        names = [item.id for item in plan.indicators if getattr(item.traits, trait)]
        odd = (frame["basis"] == basis) & frame["indicator"].isin(names) & where
        _require(place, frame, "basis", ~odd, instead.format)
    twice = "同一指标、期间和记录日期出现两次，请删去一行；修订请用较晚的 recorded_at"
    _require(place, frame, "period", firsts(numbered(frame, [*KEY, "recorded_at"])), lambda _: twice)
    said: list[list[Claim]] = claims(frame, told.rows) if told.rows else [[]] * len(frame)
    frame["withdrawn"] = frame["delivery"] = _said(np.zeros(len(frame), "int64"), {0: ""}, frame.index)
    if told.rows:
        brought = [next((one.delivery for one in own if one.brought and not one.later), "") for own in said]
        frame["withdrawn"] = _words(pd.Series([*map(gone_on, said)], dtype=str))
        frame["delivery"] = _words(pd.Series(brought, dtype=str))
    if told.until:
        rows = zip(frame.index, said, frame["recorded_at"], strict=True)
        there = [told.there(own, recorded, written.get(at, {})) for at, own, recorded in rows]
        frame = frame[np.array(there, bool)].reset_index(drop=True)
    codes, sources = coded(frame["source"])
    frame["source"] = _said(codes, {at: shown(unescaped(text)) for at, text in enumerate(sources)}, frame.index)
    return frame if lean else frame.astype(dict.fromkeys((*WORDS, "withdrawn", "delivery"), str) | {"unit": object})


def coded(column: pd.Series) -> tuple[NDArray[np.integer[Any]], list[str]]:
    """A column as places in its different words, which are in their order where it is no category of another."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.codes.to_numpy(), column.cat.categories.tolist()
    codes, words = pd.factorize(column, sort=True)
    return codes, words.tolist()


def numbered(frame: pd.DataFrame, by: Sequence[str]) -> Ends:
    """A number for each row by these columns, in their order: equal rows have equal ones."""
    made, most = np.zeros(len(frame), "int64"), 1
    for name in by:
        column = frame[name]
        if pd.api.types.is_integer_dtype(column):
            codes = column.to_numpy() - (low := column.min() if len(column) else 0)
            size = int(column.max() - low) + 1 if len(column) else 1
        else:
            codes, words = coded(column)
            size = max(len(words), 1)
        if most * size >= 2**62:  # numbers of a kind that no panel has: put closer together first
            made, known = pd.factorize(made, sort=True)
            most = len(known)
        made, most = made * size + codes, most * size
    return made


def firsts(numbers: Ends, *, last: bool = False) -> NDArray[np.bool_]:
    """Which of equal rows comes first, or last."""
    ordered = np.sort(numbers)
    if (ordered[1:] != ordered[:-1]).all():  # as mostly, and sooner known
        return np.ones(len(numbers), bool)
    return ~pd.Series(numbers).duplicated(keep="last" if last else "first").to_numpy()


def _words(column: pd.Series) -> pd.Series:
    """A column as categories in the order of texts, so that it sorts and groups as texts do, and faster."""
    codes, words = coded(column)
    used = np.flatnonzero(np.bincount(codes, minlength=len(words)))
    return _said(codes, {int(at): words[at] for at in used}, column.index)


def _said(codes: NDArray[np.integer[Any]], words: Mapping[int, str], index: pd.Index) -> pd.Series:
    """The texts of these codes as categories in their order."""
    texts = sorted({*words.values()})
    place = {text: at for at, text in enumerate(texts)}
    to = np.zeros(max(words, default=0) + 1, "int32")
    to[[*words]] = [place[text] for text in words.values()]
    return pd.Series(pd.Categorical.from_codes(to[codes], pd.Index(texts, dtype=str), ordered=True), index=index)


def _amounts(place: str, frame: pd.DataFrame, units: Mapping[str, str]) -> tuple[Array, pd.Series]:
    """The values in the indicators' own units, and these."""
    said, names = frame["unit"].cat, frame["indicator"].cat
    at, pairs = pd.factorize((names.codes.astype("int64") * len(said.categories) + said.codes).to_numpy())
    places = [divmod(int(pair), len(said.categories)) for pair in pairs]
    asked = [(said.categories[unit], units[names.categories[name]]) for name, unit in places]
    fits = pd.Series(np.array([convertible(*pair) for pair in asked], bool)[at], index=frame.index)
    _require(place, frame, "unit", fits, lambda _: f"单位须与计划一致，金额可用 {'、'.join(MONEY)}")
    codes, texts = coded(frame["value"])
    try:
        values = np.array(texts, object).astype(float)
    except ValueError:
        values = np.full(len(texts), math.nan)
    if not np.isfinite(values).all():  # slowly, to name the line
        lines = zip(codes, frame["line"], strict=True)
        values[codes] = [float(_read(place, line, "value", texts[code], parse_number)) for code, line in lines]
    values = values[codes]
    for row in np.flatnonzero(np.array([unit != to for unit, to in asked], bool)[at]):
        values[row] = float(convert(parse_number(texts[codes[row]]), *asked[at[row]]))
    return values, _words(pd.Series(np.array([to for _, to in asked], object)[at], index=frame.index))


def claims(readings: pd.DataFrame, delivered: Mapping[tuple[str, ...], Sequence[Claim]]) -> list[list[Claim]]:
    """Of each reading the deliveries that say it, by ``Deliveries.rows``: its key, its moment and its figure."""
    columns = (readings[name] for name in (*KEY, "recorded_at", "value", "unit"))
    return [
        [one for one in delivered.get(tuple(key), ()) if one.says(value, unit)]
        for *key, value, unit in zip(*columns, strict=True)
    ]


def lacking(readings: pd.DataFrame, workbook: Path) -> dict[str, int]:
    """Deliveries whose rows are not all there, and how many are missing: an import was killed, or rows were edited.

    ``readings`` are as the file has them, without corrections.
    """
    told = read_deliveries(workbook)
    there = Counter(one.delivery for own in claims(readings, told.rows) for one in own if one.brought)
    brought = Counter(one.delivery for own in told.rows.values() for one in own if one.brought)
    return dict(brought - there) | lacking_cells(workbook, told)


def as_known(readings: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """What the day ``as_of`` knew: of each period the reading recorded last on or before it and not yet withdrawn."""
    return known_each(readings, [as_of]).drop(columns="at")


def known_each(readings: pd.DataFrame, days: Sequence[date]) -> pd.DataFrame:
    """``as_known`` of several days in one frame; ``at`` is the day's place among them."""
    at, moments = coded(readings["recorded_at"])
    order, keys, line = np.argsort(at, kind="stable"), numbered(readings, KEY), readings["line"].to_numpy()
    gone, ends = coded(readings["withdrawn"]) if "withdrawn" in readings else (np.zeros_like(at), [""])
    seen = list[NDArray[np.intp]]()
    for day in (day.isoformat() for day in days):
        came = np.array([moment[:10] <= day for moment in moments], bool)[at]
        kept = np.array([not end or end > day for end in ends], bool)[gone]
        rows = order[(came & kept)[order]]
        rows = rows[firsts(keys[rows], last=True)]
        seen.append(rows[np.argsort(line[rows], kind="stable")])
    found = readings.drop(columns="withdrawn", errors="ignore").take(np.concatenate(seen))
    return found.assign(at=np.repeat(np.arange(len(days)), [len(rows) for rows in seen]))


def placed(known: pd.DataFrame, plan: Plan, by: Sequence[str] = SERIES) -> tuple[pd.DataFrame, tuple[Unplaced, ...]]:
    """Readings on one footing, one row per indicator, region and last month; ``by`` are the columns that name a series.

    Flows, and nets that are no stocks, are cumulative since January, steps put together where they tile the time
    (``tiling.cumulated``), in a plan that begins later in a year perhaps since that month: ``since`` is the first month
    an amount counts from, 0 of what is no amount. ``preliminary`` marks what is not final or is finer than the
    indicator's own frequency: it never counts as completion. Of two readings that end in the same month the coarser
    one, being definitive, stands. A whole that is divided into parts and has no readings of its own is their sum, where
    all have one. Beside them the readings of amounts that make no cumulative one, and why, by series and end.
    """
    summed = [item.id for item in plan.indicators if item.traits.cumulates or item.traits.net]
    flows = known["indicator"].isin(summed) & (known["basis"] != "level")
    first = plan.time.first
    starts = {item.id: first for item in plan.indicators if first % 12 and plan.window(item, first).first == first}
    added, apart = cumulated(known[flows], by, starts)
    frame = pd.concat([added, known[~flows].assign(since=0)]) if len(added) else known[~flows].assign(since=0)
    grains = {item.id: MONTHS[item.frequency] for item in plan.indicators}
    grain = frame["indicator"].map(grains).astype(float).fillna(0)  # 0 of what the plan does not name
    frame = frame.assign(preliminary=(frame["status"] == "preliminary") | (frame["months"] < grain))
    order = np.argsort(numbered(frame, [*by, "end", "months", "recorded_at", "basis"]), kind="stable")
    kept = firsts(numbered(frame, [*by, "end"])[order], last=True)
    found = frame.take(order[kept]).reset_index(drop=True)
    wholes = [made for item in plan.indicators if item.parts and len(made := _whole(found, item, plan, by))]
    if wholes:
        found = pd.concat([found, *wholes]).sort_values([*by, "end"], kind="stable").reset_index(drop=True)
    return found, tuple(sorted(apart))


def _whole(found: pd.DataFrame, item: Indicator, plan: Plan, by: Sequence[str]) -> pd.DataFrame:
    """The sums of an indicator's parts; empty where the whole is reported itself, or is no sum."""
    own = found[found["indicator"] == item.id]
    summed = own[own["region"].isin(item.parts)]
    if item.traits.points or (own["region"] == plan.region).any() or summed.empty:
        return own.iloc[:0]
    groups = summed.groupby([*(name for name in by if name != "region"), "end", "since"], sort=False)
    sums = groups.agg({name: "last" for name in found.columns if name not in (*by, "end", "since")}).assign(
        value=groups["value"].sum(), preliminary=groups["preliminary"].any(), recorded_at=groups["recorded_at"].max()
    )
    complete = sums[groups.size() == len(item.parts)].reset_index().assign(region=plan.region, line=0, delivery="")
    return complete[found.columns]


def _require(
    place: str,
    frame: pd.DataFrame,
    column: str,
    good: "pd.Series[bool] | NDArray[np.bool_]",
    advice: Callable[[str], str],
) -> None:
    bad = frame[~good]
    if len(bad):
        value, line = str(bad[column].iloc[0]), bad["line"].iloc[0]
        more = f"（另有 {len(bad) - 1} 行同类问题）" if len(bad) > 1 else ""
        raise DataError(f"{place} 第 {line} 行 {column} 列“{value}”不能用：{advice(value)}{more}。")


def _parsed(place: str, frame: pd.DataFrame, column: str, parse: Callable[[str], _T]) -> list[_T]:
    """What each of a column's words says, by its code; of those that say nothing the first row's is told."""
    words, found, faults = frame[column].cat, list[_T](), list[int]()
    for code, text in enumerate(words.categories):
        try:
            found.append(parse(text))
        except UsageError:
            faults.append(code)
    if faults:
        row = int(words.codes.isin(faults).to_numpy().argmax())
        _read(place, frame["line"].iloc[row], column, frame[column].iloc[row], parse)
    return found


def _read(place: str, line: int, column: str, text: str, parse: Callable[[str], _T]) -> _T:
    try:
        return parse(text)
    except UsageError as error:
        raise DataError(f"{place} 第 {line} 行 {column} 列：{error}") from None


def _recorded(text: str) -> None:
    """A day, or a day and a time in the plan's own zone, as they are written and no other way."""
    if not text.strip() or read_recorded(text).text != text.strip():
        raise UsageError(f"记录时间“{text}”无法识别，请写成 2024-10-20 或 2024-10-20T09:30:00。")


def middle(values: Iterable[_N]) -> _N | None:
    """The upper median of a series' positive values, beyond ``JUMP`` times which a value is doubtful; needs three."""
    ordered = sorted(value for value in values if value > 0)
    return ordered[len(ordered) // 2] if len(ordered) > 2 else None


def recorded_days(readings: pd.DataFrame) -> set[date]:
    """The days on which anything was recorded or withdrawn."""
    days = {*(text[:10] for text in readings["recorded_at"].unique()), *readings["withdrawn"].unique()}
    return {date.fromisoformat(day) for day in days if day}


def latest_month(observed: pd.DataFrame, plan: Plan, region: str) -> Period | None:
    """The latest month inside the plan for which a region has a reading."""
    ends = observed["end"].to_numpy()[(observed["region"] == region).to_numpy()]
    inside = ends[(ends >= plan.first_month.end) & (ends <= plan.last_month.end)]
    return Period(int(inside.max())) if len(inside) else None
