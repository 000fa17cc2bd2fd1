"""Published measures of progress towards a target of several years.

Three methods behind one function, computed exactly as their authors publish them (docs/maths.md, section 5).

References:
    open_sdg: Statistics Canada, "Progress Measurement for Canada's Sustainable Development Goals", methodology page of
        the Canadian SDG data hubs, as built into Open SDG's ``sdg-build``.
    eurostat: Eurostat, "Sustainable development in the European Union", annex on the assessment of indicator trends;
        scores and natural limit as Eustat (Basque Country) publishes them.
    escap: UN ESCAP, "Asia and the Pacific SDG Progress Report", technical notes, and Statistics Division working paper
        SD/WP/05 (Bidarbakht-Nia 2017); missing years as UNICEF MENARO projects them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from tongdao.base import UsageError, candidates

Point = tuple[int, float]  # year, value
METHODS = ("open_sdg", "eurostat", "escap")
DIRECTIONS = {"increase": 1, "decrease": -1}
_OPEN_SDG = ["substantial_progress", "moderate_progress", "limited_progress", "deterioration"]
_UP = ["significant_progress", "moderate_progress"]
_DOWN = ["moderate_deterioration", "significant_deterioration"]
_EUROSTAT, _EUROSTAT_FREE = [*_UP, *_DOWN], [*_UP, "no_progress", *_DOWN]
_ESCAP_NOW = ["on_track", "slow_progress", "regression"]
_ESCAP_AHEAD = ["will_meet_target", "need_to_accelerate", "no_progress_expected"]
_KEYS = ["target_achieved", *_OPEN_SDG, *_EUROSTAT_FREE, *_ESCAP_NOW, *_ESCAP_AHEAD, "not_available"]
_WORDS = (
    "已达目标 进展充分 有进展，需加快 进展有限 倒退 进展显著 有进展，需加快 停滞 偏离目标 明显偏离目标 "
    "进度正常 进展缓慢 倒退 预计可达目标 需加快 预计没有进展 无法评估"
)
STATUS_WORDS = dict(zip(_KEYS, _WORDS.split(), strict=True))  # what is printed for a status
_MET = {"open_sdg": "target_achieved", "eurostat": "significant_progress"}

# Lower edges of the classes, best first; an edge belongs to the better class unless moved by _PAST.
_PAST = math.nextafter(1, 2)
_RATIO = (0.95, 0.60, 0.0)  # of the required growth
_INDEX = (9 * _PAST, math.nextafter(0, 1))
# Score of a ratio: slope and shift from .6 up, and below.
_LINES = {"open_sdg": ((7.1429, -4.2857), (4.1667, -2.5)), "eurostat": ((5 / 0.7, -3 / 0.7), (5 / 1.2, -2.5))}


@dataclass(frozen=True, kw_only=True)
class Progress:
    """What one method says of one series; one that is not ``available`` has a Chinese ``reason``.

    ``value``: actual over required growth (with a target), the yearly growth rate turned so that positive is good
    (without), or ESCAP's current status index (at most 10). ``score``: −5 to 5, None for escap. ``met`` can hold
    without a ``value``. ``sign``: of the base. ``anticipated``: ESCAP's index in the target year, from ``predicted``.
    """

    method: str
    status: str = "not_available"
    available: bool = False
    reason: str = ""
    value: float | None = None
    score: float | None = None
    met: bool = False
    sign: int | None = None
    base: Point | None = None
    current: Point | None = None
    predicted: float | None = None
    anticipated: float | None = None
    anticipated_status: str | None = None


def progress(
    method: str,
    series: Sequence[Point],
    *,
    base_year: int,
    target: float | None,
    target_year: int | None,
    direction: str,
    limit: float | None = None,
    current_year: int | None = None,
    predicted: float | None = None,
) -> Progress:
    """Measure a yearly series against its target, or its trend where there is no target (not escap).

    Args:
        series: (year, value) in any order; where ``base_year`` has no value the next year with one stands for it.
        limit: natural limit (100 for a share): softens the cuts of open_sdg and eurostat near it when there is no
            target; for escap it scales the logits that fill missing years.
        current_year: later values are ignored; default the last year of the series.
        predicted: escap only, the value expected in ``target_year``; default its own projection.

    Degenerate inputs are not available, unless the method defines their value; what cannot be meant raises UsageError.
    """
    wrong = {
        f"没有“{method}”这种测度方法，{candidates(method, METHODS)}。": method not in METHODS,
        f"方向“{direction}”无法识别，请写 increase（越高越好）或 decrease（越低越好）。": direction not in DIRECTIONS,
        f"目标值 {target or 0:g} 没有目标年，请给出 target_year。": target is not None and target_year is None,
        "同一年份在序列中出现了两次，请先取定每年一个数。": len(dict(series)) < len(series),
    }
    if words := next((words for words, so in wrong.items() if so), ""):
        raise UsageError(words)
    numbers = {"目标值": target, "自然上限": limit, "预测值": predicted}
    for name, number in (numbers | {f"{year} 年的值": value for year, value in series}).items():
        if number is not None and not math.isfinite(number):
            raise UsageError(f"{name}是 {number}，应为有限的数；没有数的年份请不要列入。")
    now = max(dict(series), default=base_year) if current_year is None else current_year
    known = {year: float(value) for year, value in sorted(series) if year <= now}
    if not known:
        return Progress(method=method, reason="没有读数。")
    case = _Case(known, base_year, target, target_year, DIRECTIONS[direction], limit)
    return _escap(case, now, predicted) if method == "escap" else _paced(method, case)


class _Case(NamedTuple):
    known: dict[int, float]  # by year, in order; not empty
    base_year: int
    target: float | None
    target_year: int | None
    better: int
    limit: float | None


def _band(value: float, edges: Sequence[float], names: Sequence[str]) -> str:
    return next((name for edge, name in zip(edges, names, strict=False) if value >= edge), names[-1])


def _paced(method: str, case: _Case) -> Progress:
    """open_sdg and eurostat: compound growth, alone or over the growth that the target requires."""
    base = next((point for point in case.known.items() if point[0] >= case.base_year), None)
    if base is None:
        return Progress(method=method, reason=f"{case.base_year} 年及以后没有读数，没有基期值。")
    current, sign = max(case.known.items()), -1 if base[1] < 0 else 1
    goal = 0.001 if case.target == 0 else case.target  # both zeros are defined so by open_sdg
    met = goal is not None and (current[1] - goal) * case.better >= 0
    growth, reason = _growth((base[0], base[1] or 0.001), current, goal, case.target_year)
    value = None if growth is None else growth * sign * case.better
    facts = Progress(method=method, sign=sign, value=value, met=met, base=base, current=current)
    if met:
        return replace(facts, status=_MET[method], available=True, score=5.0)
    if value is None:
        return replace(facts, reason=reason)
    if goal is None:
        judge = _open_sdg if method == "open_sdg" else _eurostat
        status, score = judge(value, _limit_factor(base[1], case.limit))
    else:
        slope, shift = _LINES[method][0 if value >= 0.6 else 1]
        score = slope * value + shift
        status = _band(value, _RATIO, _OPEN_SDG if method == "open_sdg" else _EUROSTAT)
    return replace(facts, status=status, available=True, score=min(max(score, -5.0), 5.0))


def _growth(old: Point, new: Point, goal: float | None, by: int | None) -> tuple[float | None, str]:
    """The growth rate, or its ratio to the size of the required one; else the reason why there is none."""
    (start, base), (now, current) = old, new
    if now <= start:
        return None, f"{start} 年以后没有第二个读数，无法计算变化。"
    if min(base, current) < 0 < max(base, current):
        return None, f"基期值 {base:g} 与现值 {current:g} 一正一负，增长率没有意义。"
    value = (current / base) ** (1 / (now - start)) - 1
    if goal is not None and by is not None:
        if by <= start:
            return None, f"目标年 {by} 不晚于基期年 {start}。"
        if min(base, goal) < 0 < max(base, goal):
            return None, f"基期值 {base:g} 与目标值 {goal:g} 一正一负，增长率没有意义。"
        required = (goal / base) ** (1 / (by - start)) - 1
        if required == 0:
            return None, "基期值等于目标值，没有所需的增长可比。"
        value /= abs(required)
    return (value, "") if math.isfinite(value) else (None, "基期值过小，增长率超出可计算的范围。")


def _limit_factor(base: float, limit: float | None) -> float:
    """C: 1 far from the natural limit, falling to 0 where the base stands on it."""
    if limit is None or abs(base) >= 2 * abs(limit):
        return 1.0
    return float(1 - (min(abs(base), 2 * abs(limit) - abs(base)) / abs(limit)) ** 4.44)


def _open_sdg(value: float, near: float) -> tuple[str, float]:
    status = _band(value, (0.015 * near, 0.005 * near, 0.0), _OPEN_SDG)
    if value < 0 or near == 0:  # near 0: on its limit and staying there
        return status, 125 * value - 2.5 if value < 0 else 5.0
    slope, shift = ((500, -5.0), (250, -1.25), (500, -2.5))[_OPEN_SDG.index(status)]
    return status, slope * value / near + shift


def _eurostat(value: float, near: float) -> tuple[str, float]:
    # Eustat's limit factor scales both upper edges and the lowest one, but not the neutral one.
    status = _band(value, (0.01 * near, 0.001 * near, -0.001, -0.01 * near), _EUROSTAT_FREE)
    if near == 0:
        return status, -5.0 if value < -0.02 else 5.0
    return status, 250 * value / (near if value >= 0 else 1)


def _escap(case: _Case, now: int, predicted: float | None) -> Progress:
    """The part of the way from base to target gone by now (status) and by the target year (anticipated)."""
    target = case.target
    if target is None or case.target_year is None:
        return Progress(method="escap", reason="没有目标值，ESCAP 方法无从比较。")
    if lone := len(case.known) == 1:  # one reading can show that the target is met, and nothing else
        now = max(case.known)
    base, current = None if lone else _value_in(case, case.base_year), _value_in(case, now)
    if current is None:
        return Progress(method="escap", reason=f"{now} 年没有读数，也没有可用来推算的自然上限。")
    if predicted is None:
        predicted = current if lone else _value_in(case, case.target_year)
    facts = Progress(method="escap", current=(now, current), met=(current - target) * case.better >= 0)
    if base is not None:
        facts = replace(facts, base=(case.base_year, base), sign=-1 if base < 0 else 1)
    value, ahead = (_index(at, base, target, case.better) for at in (current, predicted))
    if value is None:
        absent = f"{case.base_year} 年没有读数，也没有可用来推算的自然上限。"
        reason = absent if base is None else "基期值等于目标值，没有路程可比。"
        return replace(facts, reason="只有一个读数且未达目标，无法看出变化。" if lone else reason)
    facts = replace(facts, available=True, value=value, status=_band(value, _INDEX, _ESCAP_NOW))
    word = None if ahead is None else _band(ahead, _INDEX, _ESCAP_AHEAD)
    return replace(facts, predicted=predicted, anticipated=ahead, anticipated_status=word)


def _index(value: float | None, base: float | None, target: float, better: int) -> float | None:
    """10 once the target is reached, else 10 times the part of the way from base to target."""
    if value is not None and (value - target) * better >= 0:
        return 10.0
    if value is None or base is None or base == target:
        return None
    return 10 * better * (value - base) / abs(target - base)


def _value_in(case: _Case, year: int) -> float | None:
    """The value of a year, else the last one moved on by the mean yearly change of logit(value / limit).

    The last one stands where that change is nought (the way there and back through the logit would leave a trace) or
    not finite (values on 0 or the limit); None with no limit, fewer than two values, or a value beyond the limit.
    """
    known, limit = case.known, case.limit
    if year in known:
        return known[year]
    if limit is None or limit <= 0 or len(known) < 2 or not all(0 <= v <= limit for v in known.values()):
        return None
    edge = {0.0: -math.inf, limit: math.inf}
    logits = [edge[v] if v in edge else math.log(v) - math.log(limit - v) for v in known.values()]
    slopes = [(b - a) / (t - s) for (s, a), (t, b) in pairwise(zip(known, logits, strict=True))]
    slopes = [slope for slope in slopes if not math.isnan(slope)]
    mean = sum(slopes) / len(slopes) if slopes else math.nan
    if mean == 0 or not math.isfinite(mean):
        return known[max(known)]
    reached = logits[-1] + mean * (year - max(known))
    odds = math.exp(-abs(reached))
    return limit * (1 if reached >= 0 else odds) / (1 + odds)
