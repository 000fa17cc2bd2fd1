"""Data frames: the state of all indicators, what charts draw, and what a run keeps of its figures."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from tongdao.analysis import Gap, brought, gaps, main_aim, net_course, questions, standing
from tongdao.base import Period
from tongdao.pages import wording as say
from tongdao.plan import Indicator
from tongdao.workbook import View

_FIGURES = (
    "target", "actual", "gap", "completion", "calendar_pace", "usual_pace", "required_per_month", "required_per_step",
    "usual_per_month", "required_ratio", "months_left", "point", "lo80", "hi80", "p_met", "history_years", "verdict",
    "cause", "light", "series_p",
)  # fmt: skip
RANGE = ("中位数", "八成区间下限", "八成区间上限")
CHANCE = "达标概率"
MOST_UNITS = 3  # a larger target is drawn as a curve
CAP = 1.3  # completion past this is drawn at the edge, its number says how much


def status_table(view: View) -> pd.DataFrame:
    """The state of every indicator against its target, one row each, in the plan's order.

    Columns: those of the plan; the figures of ``Gap`` in the indicator's unit; speaker (register or series: whose
    outlook it is); reason; lead and support (lists of full names, empty where the plan names none); month and as_of.
    """
    return pd.DataFrame(
        [
            {key: getattr(row.item, key) for key in ("id", "name", "unit", "measure", "word", "strive")}
            | {key: getattr(row, key) for key in _FIGURES}
            | {"speaker": "register" if row.register else "series", "reason": say.reason(row)}
            | {"lead": list(view.plan.lead(row.item)), "support": list(view.plan.support(row.item))}
            | {key: getattr(row.item, key) for key in ("clause", "quote", "restated")}
            | {"interim": [{"by": str(one.item.deadline), **_brief(one)} for one in row.interims]}
            | {"parts": [{"region": one.aim.region, **_brief(one)} for one in row.parts]}
            | {"month": str(view.month), "as_of": view.as_of.isoformat()}
            for row in gaps(view)
        ]
    )


def _brief(row: Gap) -> dict[str, object]:
    """Target, actual, gap and verdict of an interim target or a part; None for what is not there."""
    figures = {key: getattr(row, key) for key in ("target", "actual", "gap")}
    return {key: None if math.isnan(value) else value for key, value in figures.items()} | {"verdict": row.verdict}


@dataclass(frozen=True)
class Origin:
    """The latest reading behind an indicator's figure in words; empty texts where there is none.

    ``line`` is its line in readings.csv (0 without one), ``delivery`` the hash of the file that brought it, if one did.
    """

    period: str = ""
    value: str = ""
    source: str = ""
    recorded_at: str = ""
    line: int = 0
    delivery: str = ""

    @property
    def words(self) -> str:
        """Source, day and the beginning of the delivery's hash, by which ``tongdao withdraw`` finds it too."""
        told = f"{self.source}，{self.recorded_at}" + (f"，报送{self.delivery[:12]}" if self.delivery else "")
        return told if self.period else ""


def origin(view: View, item: Indicator, end: int) -> Origin:
    """The reading that an indicator's figure rests on; ``end`` is the last month it speaks of, 0 for none."""
    own = view.series(item)
    own = own[own["end"] <= end] if end else own
    if own.empty:
        return Origin()
    last = own.iloc[-1]
    period, value = say.period_name(int(last["end"]), item.frequency), say.said(float(last["value"]), item)
    source, recorded_at, delivery = (str(last[column]) for column in ("source", "recorded_at", "delivery"))
    return Origin(period, value, source, recorded_at, int(last["line"]), delivery)


def figures(view: View) -> dict[str, dict[str, str]]:
    """Every indicator's reading, period, source and aim, kept with a run: files may be rewritten later."""
    kept = {}
    for item in view.plan.indicators:
        at = origin(view, item, standing(view, main_aim(view, item)).end)
        aim = "无" if item.target is None else f"{item.word}{say.change_said(item.target, item)}"
        kept[item.id] = {"value": at.value, "period": at.period, "source": at.source, "target": aim}
    return kept


def outlook_steps(view: View, item: Indicator) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Every number of one outlook (``forecast.explain``), its cases and their history; empty where nothing is asked."""
    from tongdao.forecast import explain

    cases, history = questions({"": (view, [main_aim(view, item)])})
    mine = cases[cases["case"].isin((item.id, f"{item.id}|lead"))] if len(cases) else cases
    if mine.empty:
        return pd.DataFrame(columns=["case", "step", "name", "value"]), mine, history
    history = history[history["series"].isin(mine["series"])]
    return explain(mine, history), mine, history


@dataclass(frozen=True)
class Scale:
    """The unit a chart speaks in: small amounts of money in 万元, everything else as the plan has it."""

    factor: float
    unit: str
    whole: bool


def chart_scale(row: Gap) -> Scale:
    """The unit in which all that a chart of the indicator shows reads best."""
    item, values = row.item, [*row.own["value"].abs(), row.target, row.hi80]
    if item.unit == "亿元" and 0 < max((value for value in values if not math.isnan(value)), default=0.0) < 1:
        return Scale(10_000.0, "万元", True)
    return Scale(1.0, item.unit, item.counts)


def one_year_target(row: Gap) -> bool:
    """Whether the target is that of one calendar year, whose curve the readings are."""
    window = row.aim.window
    return not row.item.restarts or (window.first % 12 == 0 and window.months == 12)


def course(row: Gap) -> str:
    """What the curve of an indicator's chart shows."""
    if row.item.traits.net and not math.isnan(row.actual):
        return f"较{say.month_name(Period(row.aim.window.first - 1))}底净增"
    if not row.item.restarts:
        return "历年"
    return "当年累计" if one_year_target(row) else f"{say.month_name(Period(row.aim.window.first))}起累计"


def reading_points(row: Gap, scale: Scale) -> pd.DataFrame:
    """The region's readings with year, month (1 to 12) and y: in the chart's unit, a net change from its base.

    Amounts that count from the plan's start, for want of the months before, are none of their year.
    """
    own = row.own[row.own["since"] % 12 == 0]
    y = own["value"]
    if row.item.traits.net and not math.isnan(row.actual):  # one course, though offices begin anew each January
        y = own["end"].map(dict(zip(*net_course(row.course, row.actual), strict=True)))
    return own.assign(year=own["end"] // 12, month=own["end"] % 12 + 1, y=y * scale.factor).dropna(subset="y")


def window_points(row: Gap, scale: Scale, back: int = 0) -> pd.DataFrame:
    """What a flow has brought since the first month of its window, or of the same months ``back`` months before.

    Columns x (months since then, 1 for the first) and y (in the chart's unit), a row for each reading; none where a
    year between is not known.
    """
    first, last = row.aim.window.first - back, row.aim.window.last - back
    ends = [end for end in row.course.end if first <= end <= last]
    sums = [(end - first + 1, brought(row.course, first, end)) for end in ends]
    known = [(x, value * scale.factor) for x, value in sums if not math.isnan(value)]
    return pd.DataFrame(known, columns=["x", "y"], dtype=float)


def interim_points(row: Gap, scale: Scale, place: Callable[[int], float]) -> pd.DataFrame:
    """The interim targets: x (where ``place`` puts their months), y, and what they say."""
    steps = () if row.item.judged == "each_year" else row.interims
    told = [(place(one.aim.window.last), one.target * scale.factor, say.plain_target(one)) for one in steps]
    return pd.DataFrame(told, columns=["x", "y", "name"])


def ahead_points(row: Gap, scale: Scale, known: pd.DataFrame, start: float, deadline: float) -> pd.DataFrame:
    """Target, path still required and fan of the outlook, each as two points: kind, x, y, low, high.

    The target's line begins at ``start``; path and fan begin at the last of the ``known`` readings (x, y).
    """
    low, point, high, target = (value * scale.factor for value in (row.lo80, row.point, row.hi80, row.target))

    def course(kind: str, x: float, y: float, end: float, *fan: float) -> list[tuple[object, ...]]:
        return [(kind, x, y, y, y), (kind, deadline, end, *(fan or (end, end)))]

    made: list[tuple[object, ...]] = []
    if not math.isnan(target) and not row.item.target_region:
        made += course("target", start, target, target)
    if len(known) and not row.few:
        x, y = float(known["x"].iloc[-1]), float(known["y"].iloc[-1])
        if made and row.gap > 0 and not (row.item.traits.cumulates and row.item.decreasing):  # a sum goes down no more
            made += course("path", x, y, target)
        if not math.isnan(point):
            made += course("fan", x, y, point, low, high)
    return pd.DataFrame(made, columns=["kind", "x", "y", "low", "high"])


def in_units(row: Gap) -> bool:
    """Whether a target is one to three of something in a year: its course would be a flat line and a step."""
    item = row.item
    brings = item.counts and not item.decreasing and (item.traits.cumulates or item.traits.net)
    return bool(brings and 1 <= row.target <= MOST_UNITS and row.aim.window.months == 12)


def unit_points(row: Gap, back: int) -> pd.DataFrame:
    """Each unit of a small count as a point: name, year, y (1, 2, …), kind (已有, 今年 or 尚缺) and none (empty, or the
    0 of a year without any); the plan's window and the ``back`` spans of as many months before it."""
    item, window, own = row.item, row.aim.window, row.course
    ends = dict(zip(own.end, own.value, strict=True))
    points = list[tuple[str, int, str, str]]()
    for years in range(back, 0, -1):
        first, last = window.first - 12 * years, window.first - 12 * years + 11
        grown = ends.get(last, math.nan) - ends.get(first - 1, math.nan)
        before = grown if item.traits.net else brought(own, first, last)
        if not math.isnan(before):
            points += _units(str(last // 12), before, "已有")
    now = 0 if math.isnan(row.actual) else max(int(row.actual), 0)
    points += _units(str(row.view.month.year), now, "今年") if now else []
    points += [(str(row.view.month.year), y, "尚缺", "") for y in range(now + 1, int(row.target) + 1)]
    return pd.DataFrame(points, columns=["year", "y", "kind", "none"]).assign(name=item.name)


def _units(year: str, count: float, kind: str) -> list[tuple[str, int, str, str]]:
    return [(year, y, kind, "") for y in range(1, int(count) + 1)] or [(year, 1, kind, say.number(count, whole=True))]


def completion_points(rows: Sequence[Gap]) -> pd.DataFrame:
    """Columns: name, x (completion up to ``CAP``), usual (the usual pace), light; one row per indicator."""
    points = [(row.item.name, min(row.completion, CAP), row.usual_pace, row.light) for row in rows]
    return pd.DataFrame(points, columns=["name", "x", "usual", "light"])


def way_changed(before: Gap, now: Gap) -> str:
    """That the chance is worked out in another way than before; empty where it is not."""
    if (before.register is None) == (now.register is None) or "outlook" not in (before.cause, now.cause):
        return ""
    return "预计改按名册推算" if now.register else f"名册没有说到{say.month_name(now.view.month)}，预计改按历年读数推算"
