"""The outlook: where a series will stand at its deadline, and how likely its target is.

docs/maths.md, section 3, has the method in words and formulas, its constants and its measured scores.
"""

import numpy as np
import pandas as pd

from tongdao.forecast.flow import flows, is_sparse, sparse_counts
from tongdao.forecast.level import levels
from tongdao.forecast.panel import PERIODS, Array, Index, Panel, choose, pack
from tongdao.forecast.structural import Outcome, Trail, chance_of_target

RESULTS = {"point": "中位数", "lo80": "八成区间下限", "hi80": "八成区间上限", "p_met": "达标概率"}


def period_name(number: int, frequency: str) -> str:
    """The period that many steps after year 0, as the frames write it."""
    if frequency == "A":
        return str(number)
    year, part = divmod(number, PERIODS[frequency])
    return f"{year}-{part + 1:02d}" if frequency == "M" else f"{year}{frequency}{part + 1}"


def steps_of(panel: Panel, outcome: Outcome, answer: pd.DataFrame) -> pd.DataFrame:
    """Rows `case`, `step`, `name`, `value` of one family: 输入, 读数, 权重, 中心, 过程, 结果."""
    names = panel.case
    rows: list[tuple[object, str, str, float]] = []
    for name, target in zip(names, panel.target, strict=True):
        rows.append((name, "输入", "目标", float(target)))
    for trail in outcome.trails:
        for i, at in enumerate(trail.at.tolist()):
            rows.extend((names[at], *row) for row in _readings(panel, trail, i, at))
    for label, values in outcome.numbers.items():
        rows.extend((name, "过程", label, float(value)) for name, value in zip(names, values, strict=True))
    for column, label in RESULTS.items():
        rows.extend((name, "结果", label, float(value)) for name, value in zip(names, answer[column], strict=True))
    return pd.DataFrame(rows, columns=["case", "step", "name", "value"])


def _readings(panel: Panel, trail: Trail, i: int, at: int) -> list[tuple[str, str, float]]:
    """The readings of one question with their weights, and the centres that they add up to."""
    start = int(panel.last[panel.row[at]]) + 1 - max(end for _, end in trail.shape.readings)

    def label(span: tuple[int, int]) -> str:
        first, last = (period_name(start + k, panel.frequency) for k in (span[0], span[1] - 1))
        return first if first == last else f"{first} 至 {last} 每期平均"

    rows = [("读数", label(span), float(x)) for span, x in zip(trail.shape.readings, trail.readings[i], strict=True)]
    of = "（对数）" if trail.logarithm else ""
    for j, span in enumerate(trail.shape.forecasts):
        to = f"{label(span)} ← "
        weights = zip(trail.shape.readings, trail.centre.weights[i, j], strict=True)
        rows += [("权重", to + label(k), float(x)) for k, x in weights]
        rows.append(("权重", to + "常数", float(trail.centre.constant[i, j])))
        centre = float(trail.centre.centre[i, j])
        rows.append(("中心", f"{label(span)}{of}", centre))
        if trail.logarithm:
            rows.append(("中心", label(span), float(np.exp(centre))))
        rows.append(("标准差", f"{label(span)}{of}", float(trail.centre.sigma[i, j])))
    return rows


__all__ = ["explain", "outlook"]

COLUMNS = (
    "case", "point", "lo80", "hi80", "p_met", "achieved", "method", "history_years", "note", "usual_share", "growth",
)  # fmt: skip


def outlook(cases: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
    """Forecast each question's value at its deadline and the chance that its target is met.

    cases, one row per question: `case` (unique), `series` (key into history), `measure` (flow, level, share, rate,
    net, and index: a level chained from yearly rates), `frequency` (M, Q, H, A), `origin` (last known period),
    `deadline`; optional `whole` (counts, False), `target` (NaN: none), `sense` (">=", "<=", "about"; ">="),
    `tolerance` (0) and `two_sided` (False) of "about", `limit` (natural upper bound, NaN), `since` (first period of
    a flow's accumulation: the first of the deadline's year).
    history, one row per series and period: `series`, `period`, `value`, in the case's unit: a flow's amount in that
    single period, any other measure's value at its end. A missing period is unknown, never zero.

    Returns a row per question, in the same order: `case`, `point` (median), `lo80`, `hi80` (80 % interval), `p_met`
    (NaN without a target), `achieved` (flows: known so far in the window), `method`, `history_years` (complete earlier
    years), `note` ("", "no_history", "one_year", "gaps"), `usual_share` (of a year's total, at this time of past
    years), `growth` (year to date against the same periods a year before).

    Raises: DataError for a missing column, an unknown word, an infinite number, a repeated case or period, a reading
    after the origin, a deadline before the origin; the message names the row.
    """
    parts = [_answer(panel, outcome, at) for at, panel, outcome in _families(cases, history)]
    if not parts:
        return pd.DataFrame({c: pd.Series(dtype=object if c in ("case", "method", "note") else float) for c in COLUMNS})
    return pd.concat(parts).sort_index().reset_index(drop=True)


def explain(cases: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
    """The calculation trail of every question, to be checked by hand.

    Takes and raises what `outlook` does. Returns `case`, `step`, `name`, `value`: the readings that entered and their
    weights, the centre that they add up to, the numbers on the way, and the result.
    """
    parts = [steps_of(panel, outcome, _answer(panel, outcome, at)) for at, panel, outcome in _families(cases, history)]
    names = pd.DataFrame({"case": pd.Series(dtype=object), "step": "", "name": "", "value": 0.0})
    if not parts:
        return names
    order = pd.Series(np.arange(len(cases)), index=cases["case"])
    out = pd.concat(parts, ignore_index=True)
    return out.iloc[np.argsort(order[out["case"]].to_numpy(), kind="stable")].reset_index(drop=True)


def _families(cases: pd.DataFrame, history: pd.DataFrame) -> list[tuple[Index, Panel, Outcome]]:
    """Positions in `cases`, panel and outcome of each family of questions."""
    out = []
    for at, panel in pack(cases, history):
        sparse = is_sparse(panel)
        flow = (panel.measure == "flow") & ~sparse
        for mine, forecast in ((flow, flows), (sparse, sparse_counts), (~flow & ~sparse, levels)):
            if mine.any():
                part = choose(panel, np.flatnonzero(mine))
                out.append((at[mine], part, forecast(part)))
    return out


def _steady(values: Array) -> Array:
    """Twelve figures: the last ones of a matrix product depend on the company a row is in."""
    size = 10.0 ** (11 - np.floor(np.log10(np.maximum(np.abs(values), 1e-280))))
    return np.where(values == np.floor(values), values, np.round(values * size) / size)


def _answer(panel: Panel, outcome: Outcome, at: Index) -> pd.DataFrame:
    """The result frame of one family, indexed by position."""
    limit = np.where(np.isnan(panel.limit), np.inf, panel.limit)
    years = outcome.years
    nothing = np.isnan(outcome.point) | ((years == 0) & (panel.measure == "flow"))
    note = np.select([nothing, years <= 1, outcome.gaps], ["no_history", "one_year", "gaps"], "")
    return pd.DataFrame(
        {
            "case": panel.case,
            "point": _steady(np.minimum(outcome.point, limit)),
            "lo80": _steady(np.minimum(outcome.low, limit)),
            "hi80": _steady(np.minimum(outcome.high, limit)),
            "p_met": np.round(chance_of_target(panel, outcome), 6),
            "achieved": _steady(outcome.achieved),
            "method": outcome.method,
            "history_years": years.astype(np.int64),
            "note": note.astype(object),
            "usual_share": outcome.usual_share,
            "growth": outcome.growth,
        },
        index=at,
    )
