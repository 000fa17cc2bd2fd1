"""Forecast a file of benchmark cases: python attainment.py CASES HISTORY OUT (CSV in the shared cases' format)."""

import sys

import pandas as pd

from tongdao.forecast import outlook

MEASURES = {"flow": "flow", "stock": "level", "share": "share", "annual": "level"}


def questions(cases: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
    """The benchmark's kind and unit in the words of the outlook; whole numbers are told by their readings."""
    whole = (history["value"] % 1 == 0).groupby(history["hist_id"]).all()
    measure = cases["kind"].map(MEASURES).mask((cases["kind"] == "annual") & (cases["unit"] == "percent"), "share")
    return pd.DataFrame(
        {
            "case": cases["case_id"],
            "series": cases["hist_id"],
            "measure": measure,
            "whole": (cases["unit"] == "count") & cases["hist_id"].map(whole).fillna(False).astype(bool),
            "frequency": cases["freq"],
            "origin": cases["origin"],
            "deadline": cases["deadline"],
            "target": cases["target"],
        }
    )


def main(cases_path: str, history_path: str, out_path: str) -> None:
    """Read, forecast, write case_id, point, lo80, hi80, p_met."""
    text = {"origin": str, "deadline": str, "period": str}
    cases, history = pd.read_csv(cases_path, dtype=text), pd.read_csv(history_path, dtype=text)
    answer = outlook(questions(cases, history), history.rename(columns={"hist_id": "series"}))
    answer = answer.rename(columns={"case": "case_id"})
    answer[["case_id", "point", "lo80", "hi80", "p_met"]].to_csv(out_path, index=False)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
