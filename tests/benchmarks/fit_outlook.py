"""Fit the shared constants of the outlook: python fit_outlook.py CASES HISTORY [--leave-out] [--out FILE].

CASES and HISTORY are files in the format of the attainment benchmark, CASES with its columns family, source and
outcome_value. Prints the constants, and with --leave-out the scores of forecasts whose source was left out.

How the fit is held back: every history gives further questions (earlier years, fewer years), which count less; one
set of constants is fitted to each of flow, level and share over all frequencies and pulled to the plain ones, the more
the fewer questions there are; one stretch of each then makes its 80 % intervals hold 80 %.
"""

import argparse
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from attainment import questions
from scipy.optimize import minimize
from scipy.special import gammaln, stdtrit

from tongdao.forecast import constants, flow, level
from tongdao.forecast.batch import period_name
from tongdao.forecast.constants import Constants
from tongdao.forecast.panel import Array, Panel, choose, pack, period_number
from tongdao.forecast.structural import Outcome, chance_of_target, height, rise

# How far a constant may stray from the plain one before the pull costs as much as half a forecast's likelihood.
REACH = {
    "slope": 1.5, "drift": 1.5, "noise": 1.5, "season": 1.5, "memory": 1.0, "spread": 2.0, "trust": 1.0, "scale": 0.3,
    "tail": 0.7, "size": 0.3, "young": 0.15, "vary": 0.5,
}  # fmt: skip
COUNT_REACH = {"forget": 0.5, "shape": 0.7, "rate": 0.7, "profile": 1.0, "burst": 0.5, "wander": 1.0}  # logarithms
PULL, COUNT_PULL = 0.01, 0.025  # per unit of reach squared, halved
FEW = 300.0  # questions at which a family counts half beside the pull and the other families
WIDTH = 0.3  # weight of the interval score beside the likelihood
STEPS = {"M": 12, "Q": 4, "A": 1}


@dataclass(frozen=True)
class Group:
    """Families that share a plain set of constants, and where the outlook looks their own ones up."""

    families: dict[str, tuple[dict[int, Constants], tuple[int, ...]]]
    plain: Constants
    free: tuple[str, ...]


COMMON = ("slope", "drift", "noise", "season", "memory", "spread", "trust", "scale", "tail", "young", "vary")
GROUPS = (
    Group(
        {"flow_monthly": (flow.MODELS, (12,)), "flow_quarterly": (flow.MODELS, (4,))},
        constants.PLAIN,
        (*COMMON, "size"),
    ),
    Group({"stock": (level.LEVELS, (12, 4)), "annual": (level.LEVELS, (1,))}, constants.PLAIN, COMMON),
    Group({"share": (level.SHARES, (12, 4)), "annual_share": (level.SHARES, (1,))}, constants.PLAIN_SHARE, COMMON),
)


@dataclass(frozen=True)
class Family:
    """Questions of one family with their outcomes: arrays (n); `weight` is 1 for the benchmark's own questions."""

    panel: Panel
    forecast: Callable[[Panel], Outcome]
    outcome: Array
    weight: Array
    source: "np.ndarray[tuple[int], np.dtype[np.object_]]"
    scale: Array
    real: "np.ndarray[tuple[int], np.dtype[np.bool_]]"


def further_questions(cases: pd.DataFrame, history: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One question per forecast, and those that its own history answers: earlier years, and fewer years of history."""
    values = {key: part["value"].to_numpy(float) for key, part in history.groupby("hist_id", sort=False)}
    rows, parts = [], []

    def add(case: dict[str, object], v: Array, last: int, ahead: int, outcome: float, weight: float) -> None:
        key, f = f"{case['hist_id']}/{len(rows)}", str(case["freq"])
        rows.append(
            {
                **case,
                "case_id": key,
                "hist_id": key,
                "origin": period_name(last, f),
                "weight": weight,
                "deadline": period_name(last + ahead, f),
                "outcome_value": outcome,
                "target": np.nan,
            }
        )
        parts.append((key, last, f, v))

    for case in cases.drop_duplicates("hist_id").to_dict("records"):
        v, letter = values[case["hist_id"]], str(case["freq"])
        f, n = STEPS[letter], len(values[case["hist_id"]])
        last, deadline = (period_number(case[c], letter) or 0 for c in ("origin", "deadline"))
        add(case, v, last, deadline - last, case["outcome_value"], 1.0)
        if f == 1:
            for k in range(2, n):
                for ahead in range(1, min(3, n - k) + 1):
                    add(case, v[:k], last - n + k, ahead, v[k + ahead - 1], 0.5 if k >= 5 else 0.3)
            continue
        years = n // f
        for first in range(1, years):
            add(case, v[first * f :], last, deadline - last, case["outcome_value"], 0.3)
            for m in range(f // 4, f, f // 4):
                k, end = first * f + m, (first + 1) * f
                outcome = v[first * f : end].sum() if case["kind"] == "flow" else v[end - 1]
                add(case, v[:k], last - n + k, end - k, outcome, 0.4)
    long = [(key, period_name(last - len(v) + 1 + i, f), x) for key, last, f, v in parts for i, x in enumerate(v)]
    return pd.DataFrame(rows), pd.DataFrame(long, columns=["hist_id", "period", "value"])


def families(cases: pd.DataFrame, history: pd.DataFrame) -> dict[str, Family]:
    """The training questions by family, packed once."""
    rows, long = further_questions(cases, history)
    asked, readings = questions(rows, long), long.rename(columns={"hist_id": "series"})
    rows = rows.set_index("case_id")
    out: dict[str, list[tuple[Panel, pd.DataFrame]]] = {}
    for name, part in rows.groupby("family"):
        mine = asked[asked["case"].isin(part.index)]
        for _, panel in pack(mine, readings[readings["series"].isin(mine["series"])]):
            counts = flow.is_sparse(panel)
            keep = np.flatnonzero(counts == (name == "flow_sparse"))
            out.setdefault(f"{name}|{panel.frequency}", []).append((choose(panel, keep), part))
    ready = {}
    for key, [(panel, part)] in out.items():
        info = part.loc[panel.case]
        total = np.nansum(panel.values, axis=1) / np.maximum((~np.isnan(panel.values)).sum(axis=1), 1) * panel.steps
        scale = total[panel.row] if (panel.measure == "flow").all() else np.abs(panel.values[panel.row, -1])
        forecast = flow.sparse_counts if "sparse" in key else flow.flows if "flow" in key else level.levels
        weight = info["weight"].to_numpy(float)
        ready[key] = Family(
            panel,
            forecast,
            info["outcome_value"].to_numpy(float),
            weight,
            info["source"].to_numpy(object),
            np.maximum(scale, 1e-9),
            weight == 1,
        )
    return ready


def loss(family: Family, outcome: Outcome) -> Array:
    """Negative log density of each outcome, and the score of its interval relative to the series (n)."""
    median, sigma, tail = (outcome.numbers[k] for k in list(outcome.numbers)[-3:])
    ratio = (family.panel.measure == "flow") | (family.panel.measure == "level")
    known = np.nan_to_num(outcome.achieved)
    value = np.maximum((family.outcome - known) / np.where(ratio, median, 1), np.where(ratio, 0.02, -np.inf))
    x = np.where(ratio, height(value), value - median) / sigma
    reach = sigma * stdtrit(tail, (1 + constants.INTERVAL) / 2)  # not rounded, so that the loss is smooth
    low, high = (known + np.where(ratio, median * rise(d), median + d) for d in (-reach, reach))
    log_density = gammaln((tail + 1) / 2) - gammaln(tail / 2) - 0.5 * np.log(tail * np.pi) - np.log(sigma)
    log_density -= (tail + 1) / 2 * np.log1p(x * x / tail)
    missed = np.maximum(low - family.outcome, 0) + np.maximum(family.outcome - high, 0)
    score = (high - low + 10 * missed) / family.scale
    return np.asarray(np.minimum(-log_density, 6) + WIDTH * 10 * np.tanh(score / 10))


def moved(plain: Constants, free: Iterable[str], x: Array) -> Constants:
    """The plain constants moved by x, in units of reach."""
    values = {k: getattr(plain, k) + d * REACH[k] for k, d in zip(free, x, strict=True) if k != "tail"}
    tail = dict(zip(free, x, strict=True)).get("tail", 0.0)
    return replace(plain, **values, tail=1 + (plain.tail - 1) * np.exp(tail * REACH["tail"]))


def fit(group: Group, data: dict[str, Family], without: str | None = None) -> None:
    """Fit a group's constants and leave them where the outlook looks them up."""

    def mean_loss(name: str) -> float:
        total, weight = 0.0, 0.0
        for key, family in data.items():
            if key.split("|")[0] == name:
                w = family.weight * (family.source != without)
                if w.any():
                    total += float(w @ loss(family, family.forecast(family.panel)))
                    weight += float(w.sum())
        return total / (weight + FEW)

    def objective(x: Array) -> float:
        for table, steps in group.families.values():
            table.update(dict.fromkeys(steps, moved(group.plain, group.free, x)))
        return sum(mean_loss(name) for name in group.families) + PULL / 2 * float(x @ x)

    start = np.zeros(len(group.free))
    objective(minimize(objective, start, method="L-BFGS-B", options={"maxiter": 20}).x)
    more = stretch(group, data, without)
    for table, steps in group.families.values():
        table.update({f: replace(table[f], scale=table[f].scale + more) for f in steps})


def stretch(group: Group, data: dict[str, Family], without: str | None = None) -> float:
    """The stretch (log) with which the intervals of a group hold 80 % of the outcomes."""
    needed = []
    for key, family in data.items():
        if key.split("|")[0] in group.families:
            outcome = family.forecast(family.panel)
            median, sigma, tail = (outcome.numbers[k] for k in list(outcome.numbers)[-3:])
            ratio = (family.panel.measure == "flow") | (family.panel.measure == "level")
            value = np.maximum((family.outcome - np.nan_to_num(outcome.achieved)) / np.where(ratio, median, 1), -1e9)
            x = np.where(ratio, height(value), value - median) / (sigma * stdtrit(tail, 0.9))
            needed.append(np.abs(x[family.real & (family.source != without)]))
    return float(np.log(np.quantile(np.concatenate(needed), constants.INTERVAL)))


def fit_counts(data: dict[str, Family], without: str | None = None) -> None:
    """Fit the constants of sparse counts by the likelihood of the rest of the year."""
    plain = constants.Counting()

    def objective(x: Array) -> float:
        values = {k: getattr(plain, k) * np.exp(d * r) for (k, r), d in zip(COUNT_REACH.items(), x, strict=True)}
        flow.COUNTING = replace(plain, **values)
        total, weight = 0.0, 0.0
        for key, family in data.items():
            if "sparse" in key:
                outcome = family.forecast(family.panel)
                rest = np.round(family.outcome - outcome.achieved)
                shape, mean = outcome.numbers["负二项形状"], outcome.numbers["其余均值"]
                chance = gammaln(rest + shape) - gammaln(shape) - gammaln(rest + 1)
                chance += shape * np.log(shape / (shape + mean)) + rest * np.log(mean / (shape + mean))
                w = family.weight * (family.source != without)
                total, weight = total + float(w @ np.minimum(-chance, 8)), weight + float(w.sum())
        return total / weight + COUNT_PULL / 2 * float(x @ x)

    found = minimize(objective, np.zeros(len(COUNT_REACH)), method="L-BFGS-B")
    objective(found.x)


def in_use() -> list[tuple[dict[int, Constants], int, Constants]]:
    """Where the constants of every family are looked up, and what is there."""
    return [(table, f, table[f]) for g in GROUPS for table, steps in g.families.values() for f in steps]


def put_back(kept: list[tuple[dict[int, Constants], int, Constants]]) -> None:
    """Use these constants."""
    for table, f, c in kept:
        table[f] = c


def answers(cases: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
    """Forecast, chance and interval of every case under the constants now in use."""
    asked, readings = questions(cases, history), history.rename(columns={"hist_id": "series"})
    parts = []
    for _, panel in pack(asked, readings):
        counts = flow.is_sparse(panel)
        flows = (panel.measure == "flow") & ~counts
        for mine, forecast in ((flows, flow.flows), (counts, flow.sparse_counts), (~flows & ~counts, level.levels)):
            if mine.any():
                part = choose(panel, np.flatnonzero(mine))
                outcome = forecast(part)
                parts.append(
                    pd.DataFrame(
                        {
                            "case_id": part.case,
                            "point": outcome.point,
                            "lo80": outcome.low,
                            "hi80": outcome.high,
                            "p_met": chance_of_target(part, outcome),
                        }
                    )
                )
    return cases.merge(pd.concat(parts), on="case_id", validate="1:1")


def scores(found: pd.DataFrame) -> pd.DataFrame:
    """Brier score and coverage by family."""
    brier = (found["p_met"] - found["outcome_met"]) ** 2
    inside = found["outcome_value"].between(found["lo80"] - 1e-9, found["hi80"] + 1e-9)
    one = ~found["hist_id"].duplicated()
    return pd.DataFrame(
        {
            "brier": brier.groupby(found["family"]).mean(),
            "coverage80": 100 * inside[one].groupby(found["family"][one]).mean(),
        }
    )


def tables() -> dict[str, object]:
    """The constants now in use."""
    return {"FLOW": flow.MODELS[12], "LEVEL": level.LEVELS[12], "SHARE": level.SHARES[12], "COUNTING": flow.COUNTING}


def main() -> None:
    """Fit, print the constants, and on request the scores with each source left out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cases")
    parser.add_argument("history")
    parser.add_argument("--leave-out", action="store_true")
    parser.add_argument("--out", help="write the left-out forecasts here (CSV)")
    options = parser.parse_args()
    text = {"origin": str, "deadline": str, "period": str}
    cases, history = pd.read_csv(options.cases, dtype=text), pd.read_csv(options.history, dtype=text)
    data = families(cases, history)
    fit_counts(data)
    for group in GROUPS:
        fit(group, data)
    kept = in_use()
    for name, value in tables().items():
        short = {k: round(v, 2) for k, v in vars(value).items()}
        print(f"{name} = {type(value).__name__}({', '.join(f'{k}={v}' for k, v in short.items())})", flush=True)
    print(scores(answers(cases, history)).round(4).to_string(), flush=True)
    if not options.leave_out:
        return
    parts = []
    for source in sorted(cases["source"].unique()):
        held = cases[cases["source"] == source]
        if (held["family"] == "flow_sparse").any():
            fit_counts(data, source)
        put_back(kept)
        for group in GROUPS:
            if held["family"].isin(list(group.families)).any():
                fit(group, data, source)
        parts.append(answers(held, history[history["hist_id"].isin(held["hist_id"])]))
        brier = ((parts[-1]["p_met"] - parts[-1]["outcome_met"]) ** 2).mean()
        print(f"{source}: {len(held)} cases, Brier {brier:.4f}", flush=True)
    left = pd.concat(parts)
    found = scores(left)
    print(found.round(4).to_string())
    print(f"macro Brier, each source left out in turn: {found['brier'].mean():.4f}")
    if options.out:
        left[["case_id", "point", "lo80", "hi80", "p_met"]].to_csv(options.out, index=False)


if __name__ == "__main__":
    main()
