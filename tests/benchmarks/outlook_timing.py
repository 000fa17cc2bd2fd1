"""Time the outlook on made-up panels, on one core: python outlook_timing.py [--series 50000]."""

import argparse
import os
import time

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

import numpy as np
import pandas as pd

from tongdao.forecast import outlook

YEARS, MONTH = 4, 9


def panel(n: int, seed: int = 1) -> tuple[pd.DataFrame, pd.DataFrame]:
    """n monthly series of four years and nine months: flows, sparse counts, levels and shares in turn."""
    rng = np.random.default_rng(seed)
    months = [f"{2020 + k // 12}-{k % 12 + 1:02d}" for k in range(YEARS * 12 + MONTH)]
    kind = np.arange(n) % 4
    noise = rng.standard_normal((n, len(months)))
    walk = np.cumsum(noise, axis=1)
    values = np.select(
        [kind[:, None] == 0, kind[:, None] == 1, kind[:, None] == 2],
        [100 * np.exp(0.1 * noise), rng.poisson(0.5, noise.shape), 1000 * np.exp(0.01 * walk)],
        60 + 0.2 * walk,
    )
    names = np.char.add("s", np.arange(n).astype(str))
    history = pd.DataFrame(
        {"series": np.repeat(names, len(months)), "period": np.tile(months, n), "value": values.ravel()}
    )
    target = np.select([kind == 0, kind == 1, kind == 2], [1250.0, 6.0, values[:, -1] * 1.01], values[:, -1] + 0.3)
    cases = pd.DataFrame(
        {
            "case": names,
            "series": names,
            "measure": np.array(["flow", "flow", "level", "share"])[kind],
            "whole": kind == 1,
            "frequency": "M",
            "origin": months[-1],
            "deadline": "2024-12",
            "target": target,
        }
    )
    return cases, history


def seconds(cases: pd.DataFrame, history: pd.DataFrame, repeat: int) -> list[float]:
    """Seconds of each of several runs."""
    out = []
    for _ in range(repeat):
        start = time.perf_counter()
        outlook(cases, history)
        out.append(time.perf_counter() - start)
    return out


def main() -> None:
    """Print the time of one forecast alone (the first and later ones) and in a batch."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", type=int, default=50_000)
    n = parser.parse_args().series
    cases, history = panel(4)
    for i, name in enumerate(("flow", "sparse", "level", "share")):
        one = history[history["series"] == f"s{i}"]
        runs = seconds(cases.iloc[[i]], one, 21)
        print(f"one {name} alone: first {1000 * runs[0]:.1f} ms, then {1000 * float(np.median(runs[1:])):.1f} ms")
    for size in (n // 5, n):
        batch = panel(size)
        best = min(seconds(*batch, 2))
        print(f"{size} in a batch: {best:.2f} s, {1000 * best / size:.4f} ms each")


if __name__ == "__main__":
    main()
