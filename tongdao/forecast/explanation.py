"""The calculation trail: every number of an outlook, in the order in which it is worked out."""

import numpy as np
import pandas as pd

from tongdao.forecast.panel import PERIODS, Panel
from tongdao.forecast.predictive import Outcome, Trail

RESULTS = {"point": "中位数", "lo80": "八成区间下限", "hi80": "八成区间上限", "p_met": "达标概率"}


def period_name(number: int, frequency: str) -> str:
    """The period that many steps after year 0, as the frames write it."""
    if frequency == "A":
        return str(number)
    year, part = divmod(number, PERIODS[frequency])
    return f"{year}-{part + 1:02d}" if frequency == "M" else f"{year}Q{part + 1}"


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
