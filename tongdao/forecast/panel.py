"""Check the two frames once at the door and pack them: a row of numbers per series, a vector per column."""

import re
from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tongdao.base import DataError

Array = NDArray[np.float64]
Index = NDArray[np.int64]
Flags = NDArray[np.bool_]
Words = NDArray[np.object_]

PERIODS = {"M": 12, "Q": 4, "H": 2, "A": 1}
MEASURES = ("flow", "level", "share", "rate", "net", "index")
SENSES = (">=", "<=", "about")
CASE_COLUMNS = ("case", "series", "measure", "frequency", "origin", "deadline")
OF_SERIES = ("values", "last", "first")
HISTORY_COLUMNS = ("series", "period", "value")
_PERIOD = {
    "M": re.compile(r"(\d{4})-(0[1-9]|1[0-2])"),
    "Q": re.compile(r"(\d{4})-?Q([1-4])"),
    "H": re.compile(r"(\d{4})-?H([12])"),
    "A": re.compile(r"(\d{4})"),
}


@dataclass(frozen=True)
class Panel:
    """Questions and readings of one frequency, as arrays (n questions, s series, l periods).

    Periods are counted in whole steps of the frequency since year 0; `values[i, l - 1 - k]` is the reading of
    series i, k steps before its last one, NaN where there is none. `first` and `last` are (s), -1 where a series
    has no reading; `row` is each question's series.
    """

    frequency: str
    case: Words
    row: Index
    measure: Words
    whole: Flags
    origin: Index
    deadline: Index
    since: Index
    target: Array
    sense: Words
    tolerance: Array
    two_sided: Flags
    limit: Array
    values: Array
    last: Index
    first: Index

    @property
    def steps(self) -> int:
        """Periods in a year."""
        return PERIODS[self.frequency]


def choose(panel: Panel, at: Index) -> Panel:
    """The questions at these positions, with their series."""
    series, row = np.unique(panel.row[at], return_inverse=True)
    own = {f.name: getattr(panel, f.name)[at] for f in fields(panel) if f.name not in ("frequency", *OF_SERIES)}
    told = {name: getattr(panel, name)[series] for name in OF_SERIES}
    return replace(panel, **{**own, **told, "row": row})


def period_number(text: object, frequency: str) -> int | None:
    """Steps since year 0 of "2024-09", "2024Q3" / "2024-Q3", "2024H1" or "2024"; None for any other text."""
    found = _PERIOD[frequency].fullmatch(str(text))
    part = 0 if found is None or frequency == "A" else int(found[2]) - 1
    return None if found is None else int(found[1]) * PERIODS[frequency] + part


def _require(frame: pd.DataFrame, name: str, columns: tuple[str, ...]) -> None:
    if missing := [c for c in columns if c not in frame.columns]:
        raise DataError(f"{name} 表缺少列 {'、'.join(missing)}；现有列：{'、'.join(map(str, frame.columns))}")


@dataclass(frozen=True)
class Rows:
    """Rows of a frame, to be named in an error: the column of names and the positions in it."""

    names: pd.Series
    at: Index

    def refuse(self, bad: Flags, what: str) -> None:
        """Raise for the first row that is bad, naming it by number and by its case or series."""
        if bad.any():
            i = int(self.at[np.argmax(bad)])
            raise DataError(f"第 {i + 1} 行（{self.names.iloc[i]}）：{what}")

    def only(self, at: Index | Flags) -> "Rows":
        """Some of the rows."""
        return Rows(self.names, self.at[at])


def _numbers(values: Words | Array, what: str, rows: Rows) -> Array:
    if values.dtype.kind in "fiub":
        out = values.astype(np.float64)
    else:
        out = np.asarray(pd.to_numeric(pd.Series(values), errors="coerce"), dtype=np.float64)
        rows.refuse(np.isnan(out) & ~pd.isna(values), f"{what} 不是数")
    rows.refuse(np.isinf(out), f"{what} 是无穷大")
    return out


def _checked(values: Words, rows: Rows, what: str, allowed: tuple[str, ...]) -> Words:
    codes, words = pd.factorize(values)
    known = np.array([w in allowed for w in words] + [False])
    rows.refuse(~known[codes], f"{what} 只能是 {'、'.join(allowed)}")
    return values


def _periods(values: pd.Series | Words, frequency: str, rows: Rows, what: str) -> Index:
    codes, words = pd.factorize(values)
    numbers = [period_number(w, frequency) for w in words]
    out = np.array([-1 if n is None else n for n in numbers] + [-1], dtype=np.int64)[codes]
    rows.refuse(out < 0, f"{what} 不是频率 {frequency} 的期次（应如 2024-09、2024Q3、2024H1、2024）")
    return out


def pack(cases: pd.DataFrame, history: pd.DataFrame) -> list[tuple[Index, Panel]]:
    """Return, per frequency, the positions of its questions in `cases` and their Panel.

    Raises: DataError naming the row, for a missing column, a repeated case, an unknown word, an infinite number,
    a repeated period, a reading after the origin, or a deadline before the origin.
    """
    _require(cases, "cases", CASE_COLUMNS)
    _require(history, "history", HISTORY_COLUMNS)
    rows, readings = (Rows(frame[c], np.arange(len(frame))) for frame, c in ((cases, "case"), (history, "series")))

    def column(name: str, default: object = None) -> Words:
        return cases[name].to_numpy() if name in cases.columns else np.full(len(cases), default)

    def flags(name: str) -> Flags:
        values = column(name, False)
        return np.asarray(np.where(pd.isna(values), False, values), dtype=np.bool_)

    names, series, since, sense = column("case"), column("series"), column("since"), column("sense", ">=")
    rows.refuse(pd.isna(names) | pd.Series(names).duplicated().to_numpy(), "case 为空或重复")
    rows.refuse(pd.isna(series) | (series == ""), "series 为空")
    frequency = _checked(column("frequency"), rows, "frequency", tuple(PERIODS))
    measure = _checked(column("measure"), rows, "measure", MEASURES)
    sense = _checked(np.where(pd.isna(sense), ">=", sense), rows, "sense", SENSES)
    target, limit = (_numbers(column(c, np.nan), c, rows) for c in ("target", "limit"))
    tolerance = np.nan_to_num(_numbers(column("tolerance", 0.0), "tolerance", rows))
    rows.refuse(tolerance < 0, "tolerance 不能为负")
    whole, two_sided = flags("whole"), flags("two_sided")
    values = _numbers(history["value"].to_numpy(), "value", readings)
    codes, unique = pd.factorize(history["series"])
    wanted = pd.Index(unique).get_indexer(pd.Index(series)) if len(unique) else np.full(len(cases), -1)
    out: list[tuple[Index, Panel]] = []
    for f, steps in PERIODS.items():
        at = np.flatnonzero(frequency == f)
        if at.size == 0:
            continue
        mine = rows.only(at)
        keys, row = np.unique(wanted[at], return_inverse=True)
        number = np.full(len(unique) + 1, -1)
        number[keys] = np.arange(keys.size)
        number[-1] = -1  # of questions without readings, and of readings without a name
        use = number[codes] >= 0
        some = history["period"] if use.all() else history["period"].to_numpy()[use]
        period = _periods(some, f, readings.only(use), "period")
        packed = _matrix(period, values[use], number[codes[use]], keys.size, readings.only(use))
        origin, deadline = (_periods(column(c)[at], f, mine, c) for c in ("origin", "deadline"))
        mine.refuse(packed[1][row] > origin, "history 中有晚于 origin 的读数，等于偷看未来")
        mine.refuse(deadline < origin, "deadline 早于 origin")
        start = deadline - deadline % steps
        given = ~pd.isna(since[at])
        if given.any():
            start[given] = _periods(since[at][given], f, mine.only(given), "since")
            mine.refuse(start > deadline, "since 晚于 deadline")
        asked = (names[at], row, measure[at], whole[at], origin, deadline, start)
        wished = (target[at], sense[at], tolerance[at], two_sided[at], limit[at])
        out.append((at, Panel(f, *asked, *wished, *packed)))
    return out


def _matrix(period: Index, values: Array, row: Index, n: int, rows: Rows) -> tuple[Array, Index, Index]:
    """Readings as a matrix aligned on each series' last reading; also its last and first period (-1: none)."""
    known = ~np.isnan(values)
    if not known.all():
        period, row, values, rows = period[known], row[known], values[known], rows.only(known)
    last, first = np.full(n, -1, dtype=np.int64), np.full(n, -1, dtype=np.int64)
    if period.size == 0:
        return np.full((n, 1), np.nan), last, first
    np.maximum.at(last, row, period)
    first[row] = period
    np.minimum.at(first, row, period)
    width = int((last - first).max()) + 1
    flat = row * width + width - 1 - last[row] + period
    out = np.full(n * width, np.nan)
    out[flat] = values
    if np.count_nonzero(~np.isnan(out)) < len(flat):
        rows.refuse(pd.Series(flat).duplicated().to_numpy(), "同一期次有两个读数")
    return out.reshape(n, width), last, first
