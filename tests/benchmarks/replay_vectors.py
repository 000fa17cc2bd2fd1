"""Replay published inputs and outputs of the progress measures: ``replay_vectors.py DIR``.

Every ``*.json`` file of the folder is a list of vectors (see its README). Each expected field must come
out: numbers within 1e-7 relative (1e-5 for escap), words and empty fields exactly. Ends with
``N passed, M failed``; exit code 1 if any failed or nothing was found, 2 for a folder that is none.
"""

import json
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))  # runs from a checkout, installed or not

from tongdao.analysis import sdg_measures as measures
from tongdao.analysis.sdg_measures import Progress, progress
from tongdao.base.errors import TongdaoError, UsageError, candidates

Vector = dict[str, Any]
Got = dict[str, Any]

# The words of the ESCAP vectors for our status keys.
ESCAP_LABELS = {
    "on_track": "On-track",
    "slow_progress": "Slow progress",
    "regression": "Regression",
    "will_meet_target": "Will meet target",
    "need_to_accelerate": "Need to accelerate",
    "no_progress_expected": "No progress expected",
    "not_available": "Insufficient data",
}


def measured(method: str, vector: Vector, **more: Any) -> Progress:
    """One vector through the public function."""
    return progress(
        method,
        [(int(year), float(value)) for year, value in vector["series"] if value is not None],
        base_year=int(vector["base_year"]),
        target=vector["target"],
        target_year=None if vector["target_year"] is None else int(vector["target_year"]),
        direction=vector["direction"],
        **{"limit": vector.get("limit"), **more},
    )


def paced(method: str) -> Callable[[Vector], Got]:
    def replay(vector: Vector) -> Got:
        found = measured(method, vector)
        return {
            "progress_value": found.value,
            "score": found.score,
            "status": found.status,
            "sign": found.sign,
        }

    return replay


def escap(vector: Vector) -> Got:
    scale, now = vector["logit_scale"], vector["current_year"]
    found = measured("escap", vector, limit=scale, current_year=now)
    return {
        "current_status_index": found.value,
        "current_status_label": ESCAP_LABELS[found.status],
        "anticipated_progress_index": found.anticipated,
        "anticipated_progress_label": ESCAP_LABELS[found.anticipated_status or "not_available"],
    }


# What no report asks for stands with what holds it against the published figures.
SCORES = {
    "open_sdg": ((2.5, 0, -2.5), measures._OPEN_SDG),
    "eurostat": ((2.5 * measures._PAST, 0.25 * measures._PAST, -0.25, -2.5), measures._EUROSTAT_FREE),
}


def progress_mean(method: str, scores: Sequence[float | None], met: Sequence[bool]) -> Progress:
    """An indicator of several series: the mean of the scores there are; met only if all those series are.

    Another method than open_sdg and eurostat (escap has no score) or lists of different length raise UsageError.
    """
    if method not in SCORES:
        raise UsageError(f"“{method}”没有可以平均的得分，{candidates(method, SCORES)}。")
    if len(scores) != len(met):
        raise UsageError(f"得分有 {len(scores)} 个，是否达标有 {len(met)} 个，两者应当一一对应。")
    scored = [(score, done) for score, done in zip(scores, met, strict=True) if score is not None]
    if not scored:
        return Progress(method=method, reason="各序列都没有得分。")
    mean, achieved = math.fsum(score for score, _ in scored) / len(scored), all(done for _, done in scored)
    status = measures._MET[method] if achieved else measures._band(mean, *SCORES[method])
    return Progress(method=method, status=status, available=True, score=mean, met=achieved)


def mean(vector: Vector) -> Got:
    found = progress_mean("open_sdg", vector["member_scores"], vector["member_achieved"])
    return {"score": found.score, "status": found.status}


# Method of the vector: how to replay it, relative tolerance.
FAMILIES: dict[str, tuple[Callable[[Vector], Got], float]] = {
    "open_sdg_statcan": (paced("open_sdg"), 1e-7),
    "open_sdg_statcan_aggregate": (mean, 1e-7),
    "eurostat_cagr": (paced("eurostat"), 1e-7),
    "escap_csi_api": (escap, 1e-5),
}


def agrees(expected: Any, got: Any, tolerance: float) -> bool:
    if isinstance(expected, float | int) and isinstance(got, float | int):
        return math.isclose(expected, got, rel_tol=tolerance, abs_tol=1e-12)
    return bool(expected == got)


def failures(vector: Vector) -> Iterator[str]:
    """A line for every field that does not come out."""
    method = vector.get("method")
    if method not in FAMILIES:
        yield f"method {method!r} is not known here; known: {', '.join(FAMILIES)}"
        return
    replay, tolerance = FAMILIES[method]
    try:
        got = replay(vector)
    except (TongdaoError, KeyError, TypeError, ValueError, ArithmeticError) as error:
        yield f"{type(error).__name__}: {error}"
        return
    for name, expected in vector["expected"].items():
        if name not in got or not agrees(expected, got[name], tolerance):
            yield f"{name} expected {expected!r}, got {got.get(name)!r}"


def replay_folder(folder: Path) -> tuple[int, list[str]]:
    """Number of vectors that pass, and a line ``file id: field …`` for each that fails."""
    passed, failed = 0, []
    for path in sorted(folder.glob("*.json")):
        for place, vector in enumerate(json.loads(path.read_text(encoding="utf-8"))):
            wrong = "; ".join(failures(vector))
            if wrong:
                failed.append(f"{path.name} {vector.get('id', place)}: {wrong}")
            else:
                passed += 1
    return passed, failed


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        print("usage: replay_vectors.py DIR (a folder with *.json vector files)", file=sys.stderr)
        return 2
    passed, failed = replay_folder(Path(arguments[0]))
    for line in failed:
        print(line)
    print(f"{passed} passed, {len(failed)} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
