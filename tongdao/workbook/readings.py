"""The one long table of readings: read and checked at the door, then seen as of a day.

A reading is never changed. A revision is a second row of the same period with a later
``recorded_at``; ``as_known`` keeps what a day knew, ``observations`` puts every indicator on one
footing (flows cumulative since January, in the plan's unit), so that nothing later asks how an
office happened to write it down.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeVar

import pandas as pd

from tongdao.base import (
    MONEY,
    MONTHS,
    DataError,
    Period,
    UsageError,
    candidates,
    convert,
    convertible,
    cumulative_from_single,
    parse_day,
    parse_period,
    read_table,
    shown,
    unescaped,
)
from tongdao.plan import Plan
from tongdao.workbook.withdrawals import delivered_rows, withdrawn_rows

COLUMNS = ("indicator", "region", "period", "value", "unit", "basis", "status", "source", "recorded_at")
BASES = ("cumulative", "single", "level")
STATUSES = ("preliminary", "final")
KEY = ["indicator", "region", "period", "basis"]
SERIES = ["indicator", "region"]
JUMP = 100  # times the middle of its series: units mixed up give a thousand or more, a good month rarely 50
_T = TypeVar("_T")
_N = TypeVar("_N", float, Decimal)


def read_readings(path: Path, plan: Plan) -> pd.DataFrame:
    """Read and check the readings of a workbook.

    Returns:
        ``COLUMNS`` with ``value`` as a float in the indicator's unit, plus ``end`` and ``months`` of
        the period (see ``periods.Period``), ``line``, the line of the file, ``withdrawn``, the day from which the
        reading no longer counts, or empty, and ``delivery``, the hash of the file that brought it, or empty.
        Personal numbers in ``source`` are starred.

    Raises:
        DataError: the file cannot be read, a column is missing, or a row holds an unknown indicator,
            region, unit or word, a value that is no number, or stands twice; file, line and column
            are named.
    """
    if not path.exists():
        raise DataError(f"找不到读数文件 {path}，请先建立它（至少要有表头 {','.join(COLUMNS)}）。")
    header, lines = read_table(path, f"读数文件 {path}")
    frame = pd.DataFrame([row for _, row in lines], columns=header, dtype=str)
    missing = [name for name in COLUMNS if name not in frame.columns]
    if missing:
        raise DataError(
            f"读数文件 {path} 缺少列 {'、'.join(missing)}，现有列为 {'、'.join(frame.columns)}，请补上表头。"
        )
    unknown = [name for name in frame.columns if name not in COLUMNS]
    if unknown:
        raise DataError(f"读数文件 {path} 有不认识的列 {'、'.join(unknown)}，{candidates(unknown[0], COLUMNS)}。")
    frame["line"] = [line for line, _ in lines]
    ids = {item.id: item for item in plan.indicators}
    _require(path, frame, "indicator", frame["indicator"].isin(list(ids)), lambda v: candidates(v, ids))
    _require(path, frame, "region", frame["region"].isin(list(plan.regions)), lambda v: candidates(v, plan.regions))
    _require(path, frame, "basis", frame["basis"].isin(BASES), lambda v: candidates(v, BASES))
    _require(path, frame, "status", frame["status"].isin(STATUSES), lambda v: candidates(v, STATUSES))
    units = frame["indicator"].map({key: item.unit for key, item in ids.items()}).astype(object)
    known = pd.Series(
        [convertible(unit, to) for unit, to in zip(frame["unit"], units, strict=True)], index=frame.index, dtype=bool
    )
    _require(path, frame, "unit", known, lambda v: f"单位须与计划一致，金额可用 {'、'.join(MONEY)}")
    periods = _parsed(path, frame, "period", parse_period)
    _parsed(path, frame, "recorded_at", _recorded)
    values = _parsed(path, frame, "value", _number)
    frame["value"] = [
        float(convert(value, unit, to)) for value, unit, to in zip(values, frame["unit"], units, strict=True)
    ]
    frame["unit"] = units
    frame["end"] = pd.Series([period.end for period in periods], index=frame.index, dtype="int64")
    frame["months"] = pd.Series([period.months for period in periods], index=frame.index, dtype="int64")
    twice = frame.duplicated([*KEY, "recorded_at"])
    _require(
        path,
        frame,
        "period",
        ~twice,
        lambda v: "同一指标、期间和记录日期出现两次，请删去一行；修订请用较晚的 recorded_at",
    )
    for column, known_rows in (("withdrawn", withdrawn_rows(path.parent)), ("delivery", delivered_rows(path.parent))):
        rows = zip(*(frame[name] for name in (*KEY, "recorded_at")), strict=True)
        found = [known_rows.get(row, "") for row in rows] if known_rows else ""
        frame[column] = pd.Series(found, index=frame.index, dtype=str)
    sources = {text: shown(unescaped(text)) for text in frame["source"].unique()}
    frame["source"] = frame["source"].map(sources).astype(str)
    return frame


def as_known(readings: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """What the day ``as_of`` knew: of each period the reading recorded last on or before it and not yet withdrawn."""
    day = as_of.isoformat()
    seen = readings[readings["recorded_at"].str[:10] <= day]
    if "withdrawn" in seen:
        seen = seen[(seen["withdrawn"] == "") | (seen["withdrawn"] > day)].drop(columns="withdrawn")
    return seen.sort_values("recorded_at", kind="stable").drop_duplicates(KEY, keep="last").sort_values("line")


def observations(known: pd.DataFrame, plan: Plan, by: Sequence[str] = SERIES) -> pd.DataFrame:
    """Readings on one footing, one row per indicator, region and last month; ``by`` are the columns that name a series.

    Flows are cumulative since January (single months are added up where the year is complete from
    January; a cumulative reading of the same month wins). ``preliminary`` marks what is not final
    or is finer than the indicator's own frequency: such a reading never counts as completion.
    Of two readings that end in the same month the coarser one stands, being the definitive one; of two cumulative
    amounts (上半年 and 1-6月 are the same one) the one recorded later.
    """
    flows = [item.id for item in plan.indicators if item.measure == "flow"]
    singles = known["indicator"].isin(flows) & (known["basis"] == "single")
    added = cumulative_from_single(known[singles].drop_duplicates([*by, "end"]), by)
    frame = pd.concat([added, known[~singles]]) if len(added) else known
    grain = frame["indicator"].map({item.id: MONTHS[item.frequency] for item in plan.indicators})
    frame = frame.assign(preliminary=(frame["status"] == "preliminary") | (frame["months"] < grain))
    amounts = frame["indicator"].isin(flows)  # added-up months stand behind a cumulative reading of any length
    rank = frame["months"].where(~amounts, (frame["basis"] != "single").astype("int64"))
    recorded = frame["recorded_at"].where(amounts, "")
    ordered = frame.assign(rank=rank, recorded=recorded).sort_values([*by, "end", "rank", "recorded"], kind="stable")
    ordered = ordered.drop(columns=["rank", "recorded"])
    return ordered.drop_duplicates([*by, "end"], keep="last").reset_index(drop=True)


def _require(
    path: Path, frame: pd.DataFrame, column: str, good: "pd.Series[bool]", advice: Callable[[str], str]
) -> None:
    bad = frame[~good]
    if len(bad):
        value, line = str(bad[column].iloc[0]), bad["line"].iloc[0]
        more = f"（另有 {len(bad) - 1} 行同类问题）" if len(bad) > 1 else ""
        raise DataError(f"读数文件 {path} 第 {line} 行 {column} 列“{value}”不能用：{advice(value)}{more}。")


def _parsed(path: Path, frame: pd.DataFrame, column: str, parse: Callable[[str], _T]) -> list[_T]:
    seen: dict[str, _T] = {}
    for text, line in zip(frame[column], frame["line"], strict=True):
        if text not in seen:
            try:
                seen[text] = parse(text)
            except UsageError as error:
                raise DataError(f"读数文件 {path} 第 {line} 行 {column} 列：{error}") from None
    return [seen[text] for text in frame[column]]


def _recorded(text: str) -> None:
    """A day, or a day and a time in the plan's own zone."""
    day, _, time = text.strip().partition("T")
    parse_day(day, "记录日期")
    if time and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d", time):
        raise UsageError(f"记录时间“{text}”无法识别，请写成 2024-10-20 或 2024-10-20T09:30:00。")


def _number(text: str) -> Decimal:
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        raise UsageError(f"“{text}”不是数字，请写成 12.5 这样的数；没有数据就不要写这一行。") from None
    if not value.is_finite():
        raise UsageError(f"“{text}”是无穷或空值，请写成有限的数。")
    return value


def middle(values: Iterable[_N]) -> _N | None:
    """The upper median of a series' positive values, beyond ``JUMP`` times which a value is doubtful; needs three."""
    ordered = sorted(value for value in values if value > 0)
    return ordered[len(ordered) // 2] if len(ordered) > 2 else None


def latest_recorded(readings: pd.DataFrame) -> date | None:
    """The last day on which something was recorded or withdrawn, or None without readings."""
    if readings.empty:
        return None
    gone = str(readings["withdrawn"].max()) if "withdrawn" in readings else ""
    return date.fromisoformat(max(str(readings["recorded_at"].max())[:10], gone))


def latest_month(observed: pd.DataFrame, plan: Plan) -> Period | None:
    """The latest month inside the plan for which the plan's region has a reading."""
    own = observed.loc[observed["region"] == plan.region, "end"]
    inside = own[(own >= plan.first_month.end) & (own <= plan.last_month.end)]
    return Period(int(inside.max())) if len(inside) else None
