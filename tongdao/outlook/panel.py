"""Check the two frames once at the door and pack them: one row of numbers per series, one vector per column."""

import re
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tongdao.errors import DataError

Array = NDArray[np.float64]
Index = NDArray[np.int64]

PERIODS = {"M": 12, "Q": 4, "A": 1}
MEASURES = ("flow", "level", "share", "rate", "net")
SENSES = (">=", "<=", "about")
DEFAULTS: dict[str, object] = {
    "whole": False,
    "target": np.nan,
    "sense": ">=",
    "tolerance": 0.0,
    "two_sided": False,
    "limit": np.nan,
    "since": None,
}
CASE_COLUMNS = ("case", "series", "measure", "frequency", "origin", "deadline")
HISTORY_COLUMNS = ("series", "period", "value")
_PERIOD = {
    "M": re.compile(r"(\d{4})-(0[1-9]|1[0-2])"),
    "Q": re.compile(r"(\d{4})-?Q([1-4])"),
    "A": re.compile(r"(\d{4})"),
}


@dataclass(frozen=True)
class Panel:
    """Questions and readings of one frequency, as arrays (n questions, s series, l periods).

    Periods are counted in whole steps of the frequency since year 0; `values[i, l - 1 - k]` is the reading of
    series i, k steps before its last one, NaN where there is none. A question whose series has no reading
    points to a row of NaN.
    """

    frequency: str
    case: pd.Series
    row: Index
    measure: NDArray[np.object_]
    whole: NDArray[np.bool_]
    origin: Index
    deadline: Index
    since: Index
    target: Array
    sense: NDArray[np.object_]
    tolerance: Array
    two_sided: NDArray[np.bool_]
    limit: Array
    values: Array
    last: Index
    first: Index

    @property
    def steps(self) -> int:
        """Periods in a year."""
        return PERIODS[self.frequency]


def period_number(text: object, frequency: str) -> int | None:
    """Steps since year 0 of "2024-09", "2024Q3" / "2024-Q3" or "2024"; None where the text is no such period."""
    match = _PERIOD[frequency].fullmatch(str(text))
    if match is None:
        return None
    year = int(match[1])
    return year if frequency == "A" else year * PERIODS[frequency] + int(match[2]) - 1


def _require(frame: pd.DataFrame, name: str, columns: tuple[str, ...]) -> None:
    missing = [c for c in columns if c not in frame.columns]
    if missing:
        raise DataError(f"{name} 表缺少列：{'、'.join(missing)}；现有列：{'、'.join(map(str, frame.columns))}")


def _refuse(bad: NDArray[np.bool_], names: pd.Series, what: str) -> None:
    """Raise for the first row that is bad, naming it."""
    if bad.any():
        i = int(np.flatnonzero(bad)[0])
        raise DataError(f"第 {i + 1} 行（{names.name} = {names.iloc[i]}）：{what}")


def _numbers(column: pd.Series, names: pd.Series) -> Array:
    values = pd.to_numeric(column, errors="coerce")
    _refuse((values.isna() & column.notna()).to_numpy(), names, f"{column.name} 不是数")
    out = values.to_numpy(dtype=float, na_value=np.nan)
    _refuse(np.isinf(out), names, f"{column.name} 是无穷大")
    return out


def _choice(column: pd.Series, names: pd.Series, words: tuple[str, ...]) -> NDArray[np.object_]:
    _refuse(~column.isin(words).to_numpy(), names, f"{column.name} 只能是 {'、'.join(words)}")
    return column.to_numpy(dtype=object)


def _periods(column: pd.Series, frequency: str, names: pd.Series) -> Index:
    codes, words = pd.factorize(column)
    numbers = [period_number(w, frequency) for w in words]
    table = np.array([-1 if n is None else n for n in numbers] + [-1], dtype=np.int64)
    out = table[codes]
    _refuse(out < 0, names, f"{column.name} 不是 {frequency} 频率的期次（如 2024-09、2024Q3、2024）")
    return out


def choose(panel: Panel, at: Index) -> Panel:
    """The questions at these positions, with all series."""
    vectors = ("row", "measure", "whole", "origin", "deadline", "since", "target", "sense", "tolerance", "two_sided",
               "limit")
    return replace(panel, case=panel.case.iloc[at], **{name: getattr(panel, name)[at] for name in vectors})


def pack(cases: pd.DataFrame, history: pd.DataFrame) -> list[tuple[Index, Panel]]:
    """Return, per frequency, the positions of its questions in `cases` and their Panel.

    Raises: DataError naming the row, for a missing column, a repeated case, an unknown word, an infinite number,
    a repeated period, a reading after the origin, or a deadline before the origin.
    """
    _require(cases, "cases", CASE_COLUMNS)
    _require(history, "history", HISTORY_COLUMNS)
    cases = cases.assign(**{c: v for c, v in DEFAULTS.items() if c not in cases.columns})
    names = cases["case"]
    _refuse(names.isna().to_numpy() | names.duplicated().to_numpy(), names, "case 为空或重复")
    _refuse(cases["series"].isna().to_numpy() | (cases["series"] == "").to_numpy(), names, "series 为空")
    frequency = _choice(cases["frequency"], names, tuple(PERIODS))
    columns = {
        "measure": _choice(cases["measure"], names, MEASURES),
        "sense": _choice(cases["sense"].fillna(">="), names, SENSES),
        "target": _numbers(cases["target"], names),
        "tolerance": np.nan_to_num(_numbers(cases["tolerance"], names)),
        "limit": _numbers(cases["limit"], names),
        "whole": cases["whole"].fillna(False).astype(bool).to_numpy(),
        "two_sided": cases["two_sided"].fillna(False).astype(bool).to_numpy(),
    }
    _refuse(columns["tolerance"] < 0, names, "tolerance 不能为负")
    readings = _numbers(history["value"], history["series"])
    codes, keys = pd.factorize(history["series"])
    wanted = pd.Index(keys).get_indexer(cases["series"]) if len(keys) else np.full(len(cases), -1)
    out: list[tuple[Index, Panel]] = []
    for f in PERIODS:
        at = np.flatnonzero(frequency == f)
        if at.size == 0:
            continue
        mine = np.zeros(len(keys) + 1, dtype=bool)
        mine[wanted[at]] = True
        use = np.flatnonzero(mine[codes]) if len(codes) else np.zeros(0, dtype=np.int64)
        rows, row = np.unique(wanted[at], return_inverse=True)
        number = np.full(len(keys) + 1, -1)
        number[rows] = np.arange(rows.size)
        packed = _matrix(history.iloc[use], readings[use], number[codes[use]], rows.size, f)
        some = cases.iloc[at]
        name = names.iloc[at]
        origin, deadline = (_periods(some[c], f, name) for c in ("origin", "deadline"))
        last = packed[1][row]
        _refuse(last > origin, name, "history 中有晚于 origin 的读数，等于偷看未来")
        _refuse(deadline < origin, name, "deadline 早于 origin")
        since = deadline - deadline % PERIODS[f]
        given = some["since"].notna().to_numpy()
        if given.any():
            since[given] = _periods(some.loc[given, "since"], f, name[given])
            _refuse(since > deadline, name, "since 晚于 deadline")
        vectors = {k: v[at] for k, v in columns.items()}
        out.append((at, Panel(f, name, row, origin=origin, deadline=deadline, since=since,
                              values=packed[0], last=packed[1], first=packed[2], **vectors)))
    return out


def _matrix(history: pd.DataFrame, values: Array, row: Index, n: int, frequency: str) -> tuple[Array, Index, Index]:
    """Readings as a matrix aligned on each series' last reading; also its last and first period (-1: none)."""
    period = _periods(history["period"], frequency, history["series"])
    known = ~np.isnan(values)
    period, row, values = period[known], row[known], values[known]
    last = np.full(n, -1, dtype=np.int64)
    np.maximum.at(last, row, period)
    first = np.full(n, np.iinfo(np.int64).max)
    np.minimum.at(first, row, period)
    width = int((last[row] - period).max(initial=0)) + 1
    out = np.full((n, width), np.nan)
    column = width - 1 - (last[row] - period)
    flat = row * width + column
    twice = np.bincount(flat, minlength=n * width)[flat] > 1
    if twice.any():
        names = history["series"].iloc[np.flatnonzero(known)]
        _refuse(twice, names, f"期次 {history['period'].iloc[np.flatnonzero(known)[np.argmax(twice)]]} 重复")
    out[row, column] = values
    return out, last, first
