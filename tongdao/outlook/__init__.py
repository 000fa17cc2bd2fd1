"""The outlook: where a series will stand at its deadline, and how likely its target is."""

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from tongdao.outlook.panel import Array, Panel, pack

__all__ = ["explain", "outlook"]
COLUMNS = ["case", "point", "lo80", "hi80", "p_met", "achieved", "method", "history_years", "note", "usual_share", "growth"]


def outlook(cases: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
    """First version: plain defaults."""
    out = pd.DataFrame({"case": cases["case"].to_numpy() if "case" in cases else []}, columns=COLUMNS)
    parts = []
    for at, panel in pack(cases, history):
        part = _simple(panel)
        part.index = at
        parts.append(part)
    if not parts:
        return out
    out = pd.concat(parts).sort_index().reset_index(drop=True)
    return out[COLUMNS]


def explain(cases: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
    frame = outlook(cases, history)
    rows = []
    for r in frame.itertuples():
        for name in ("achieved", "usual_share", "growth", "point", "lo80", "hi80", "p_met"):
            rows.append((r.case, "结果", name, getattr(r, name)))
    return pd.DataFrame(rows, columns=["case", "step", "name", "value"])


def _simple(p: Panel) -> pd.DataFrame:
    f, n = p.steps, len(p.case)
    v, width = p.values, p.values.shape[1]
    rows = []
    for i in range(n):
        x = v[p.row[i]]
        last, end, since = int(p.last[p.row[i]]), int(p.deadline[i]), int(p.since[i])
        r: dict[str, object] = dict(case=p.case.iloc[i], method=p.measure[i], note="", history_years=0, achieved=np.nan,
                                    usual_share=np.nan, growth=np.nan, point=np.nan, lo80=np.nan, hi80=np.nan, p_met=np.nan)
        get = lambda q: x[width - 1 - (last - q)] if last >= 0 and 0 <= width - 1 - (last - q) < width and q <= last else np.nan
        T = p.target[i]
        if p.measure[i] == "flow":
            known = np.nansum([get(q) for q in range(since, last + 1)]) if last >= 0 else 0.0
            r["achieved"] = known
            todo = range(max(last + 1, since), end + 1)
            rests = []
            for y in range(1, 6):
                s = [get(q - y * f) for q in todo]
                if todo and not np.isnan(s).any():
                    rests.append((0.5**y, sum(s)))
            r["history_years"] = len(rests)
            done = [q for q in range(end - end % f, last + 1)]
            now = np.nansum([get(q) for q in done]); before = np.nansum([get(q - f) for q in done])
            if before > 0:
                r["growth"] = now / before - 1
            if not todo:
                mu, sd = 0.0, 0.0
            elif rests:
                w = np.array(rests)
                mu = max(float(np.average(w[:, 1], weights=w[:, 0])), 0) * np.exp(0.6 * np.log(np.clip(now / before if before > 0 else 1, 0.5, 2)))
                sd = 0.15 * mu + np.sqrt(mu)*bool(p.whole[i])
                year = float(np.average(w[:, 1], weights=w[:, 0])) + before
                r["usual_share"] = before / year if year > 0 and done else np.nan
            else:
                mu = max(T, 0) * len(todo) / max(end - since + 1, 1) if np.isfinite(T) else now / max(len(done), 1) * len(todo)
                sd = mu
                r["note"] = "no_history"
            point, sigma, floor = known + mu, max(sd, 1e-9), known
        else:
            if last < 0:
                r["note"] = "no_history"
                rows.append(r)
                continue
            h = end - last
            ds = [get(last + h - y * f) - get(last - y * f) for y in range(1, 6) if np.isfinite(get(last + h - y * f) - get(last - y * f))]
            r["history_years"] = len(ds)
            point = get(last) + (np.mean(ds) if ds else 0)
            dd = np.diff(x[np.isfinite(x)])
            sigma = max(np.std(dd) if len(dd) else 0.1 * abs(point), 1e-9) * np.sqrt(max(h, 1e-9))
            floor = -np.inf
            if len(ds) == 1:
                r["note"] = "one_year"
        lo, hi = point + sigma * stdtrit(5, 0.1), point + sigma * stdtrit(5, 0.9)
        lim = p.limit[i] if np.isfinite(p.limit[i]) else np.inf
        point, lo, hi = (float(np.clip(q, floor, lim)) for q in (point, lo, hi))
        if p.whole[i]:
            point, lo, hi = round(point), round(lo), round(hi)
        if np.isfinite(T):
            up = lambda t: 1.0 if t <= floor else float(stdtr(5, (point - t) / sigma))
            s = p.sense[i]
            if s == ">=":
                P = up(T)
            elif s == "<=":
                P = 1 - up(T)
            elif p.two_sided[i]:
                P = up(T - p.tolerance[i]) - up(T + p.tolerance[i])
            else:
                P = up(T - p.tolerance[i])
            r["p_met"] = min(max(P, 0.0), 1.0)
        r.update(point=point, lo80=lo, hi80=hi)
        rows.append(r)
    return pd.DataFrame(rows)
