"""How an outlook is worked out, as tables: step by step from the series, or case by case from a register."""

from collections.abc import Sequence
from itertools import groupby

import pandas as pd

from tongdao.analysis import Asking, Foresight, Gap, Learned, Prospect, foresight, questions, standing
from tongdao.forecast import explain
from tongdao.pages.charts.progress import largest
from tongdao.pages.charts.vega_lite import Scale, scale_of
from tongdao.pages.display import Field, Notice, Shown, Table, table
from tongdao.pages.wording import BLANK, number, percent
from tongdao.plan import Indicator
from tongdao.workbook import View

PURE = ("对数", "自由度", "期数", "年数", "轻重", "形状")  # numbers without a unit: never turned into 万元
MOST = 12  # prospects of a register listed one by one
A_LINE = 6  # yearly readings on one line; finer ones stand a year to the line
CHANCE = "达标概率"
MEAN = " 每期平均"
RANGE = ("中位数", "八成区间下限", "八成区间上限")
_REPEATED = ("读数", "标准差")  # the readings are folded; the spread comes again among the numbers on the way


def trail(view: View, item: Indicator) -> pd.DataFrame:
    """Every number of one outlook (``outlook.explain``); empty where nothing is asked of the future.

    Where the target is another region's reading, the case ``<id>|lead`` follows: it decides the chance. Where a
    register speaks, its prospects come first and the results are its own.
    """
    steps = _steps(*_asked(view, item))
    ahead = foresight(view, item, standing(view, item)) if view.has_readings else None
    if ahead is None:
        return steps
    rows = [("输入", "目标", ahead.need), ("名册", "不再变动的", float(ahead.sure))]
    rows += [("名册", f"{one.entry.label}（{one.stage}）", one.chance) for one in ahead.prospects]
    low, high = ahead.interval
    results = dict(zip((*RANGE, CHANCE), (ahead.median, low, high, ahead.p_met), strict=True))
    rows += [("结果", name, float(value)) for name, value in results.items()]
    series = steps[steps["step"] != "结果"].assign(step="历年读数：" + steps["step"].astype(str))
    return pd.concat([pd.DataFrame([(item.id, *row) for row in rows], columns=list(steps.columns)), series])


def _steps(cases: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
    return explain(cases, history) if len(cases) else pd.DataFrame(columns=["case", "step", "name", "value"])


def _asked(view: View, item: Indicator) -> tuple[pd.DataFrame, pd.DataFrame]:
    cases, history = questions([Asking(view, {one.id: standing(view, one) for one in view.plan.indicators})])
    if cases.empty:
        return cases, history
    mine = cases[cases["case"].isin((item.id, f"{item.id}|lead"))]
    return mine, history[history["series"].isin(mine["series"])]


def trail_table(view: View, row: Gap) -> Table | Notice:
    """Every number of the outlook, in the order in which it is worked out."""
    item = row.item
    if row.register:
        return foresight_table(row, row.register)
    mine, history = _asked(view, item)
    steps = _steps(mine, history)
    if steps.empty:
        return Notice("本期没有展望，也就没有计算过程。")
    steps = steps[steps["value"].notna() & (steps["step"] != "权重")]
    scale = scale_of(item, largest(view, row))
    lines: list[list[str]] = []
    for case in mine.to_dict("records"):
        lead = case["case"] != item.id
        about = f"与{view.plan.region_name(item.target_region or '')}之差：" if lead else ""
        own = steps[steps["case"] == case["case"]]
        known = history[history["series"] == case["series"]].set_index("period")["value"]
        # A flow enters as means over stretches of months and stays as explained. Anything else enters reading
        # by reading, gaps filled on the straight line; the page shows the readings that were really made.
        readings = own[own["step"] == "读数"].set_index("name")["value"]
        flow = item.measure == "flow"
        entered = readings if flow else known[known.index.isin(readings.index)]
        own = own[~own["step"].isin(_REPEATED if flow else (*_REPEATED, "中心"))]
        own = own[~((own["step"] == "结果") & own["name"].isin(RANGE))] if lead else own
        rest = [
            [str(step), about + str(name), _figure(float(value), str(name), scale)]
            for step, name, value in zip(own["step"], own["name"], own["value"], strict=True)
        ]
        inputs = [line for line in rest if line[0] == "输入"]
        lines += [] if lead else inputs
        lines += [["读数", about + when, values] for when, values in _folded(entered * scale.factor)]
        lines += [line for line in rest if line[0] != "输入"]
    if not lines:
        return Notice("没有往年读数，无法展开计算过程。")
    fields: tuple[Field[list[str]], ...] = (
        Field("步骤", 6, lambda line: line[0]),
        Field("内容", 23, lambda line: line[1]),
        Field("数值", 23, lambda line: line[2], "right"),
    )
    return table(fields, lines, title="展望的计算过程", note=_note(item, scale))


def _note(item: Indicator, scale: Scale) -> str:
    unit = "年均增速按连乘的指数计算，计划前一年为100" if item.measure == "average_growth" else f"单位：{scale.unit}"
    return f"{unit}。读数为进入计算的各期数值；正文的可能性按5个百分点取整。方法见 docs/maths.md。"


def _folded(known: "pd.Series[float]") -> list[tuple[str, str]]:
    """Readings several to the line, with their values in order: 2011—2016, or a year's months and stretches."""
    pairs = [(str(period), number(float(value))) for period, value in known.items()]
    if all(period.isdigit() for period, _ in pairs):
        parts = [pairs[at : at + A_LINE] for at in range(0, len(pairs), A_LINE)]
    else:
        parts = [list(part) for _, part in groupby(pairs, key=lambda pair: pair[0][:4])]
    return [(_span([period for period, _ in part]), "、".join(value for _, value in part)) for part in parts]


def _span(periods: list[str]) -> str:
    """One name for the periods of a line; stretches keep each their months, for they differ in length."""
    if len(periods) == 1:
        return periods[0]
    if MEAN in periods[0]:
        year = periods[0][:4]
        stretches = [period.replace(MEAN, "").replace(f"{year}-", "").replace(" 至 ", "—") for period in periods]
        return f"{year} 年 {'、'.join(stretches)} 月每期平均"
    return f"{periods[0]} 至 {periods[-1]}"


def _figure(value: float, name: str, scale: Scale) -> str:
    if name == CHANCE:
        return percent(value, 1)
    return number(value if any(word in name for word in PURE) else value * scale.factor)


def foresight_table(row: Gap, ahead: Foresight) -> Table | Notice:
    """Every open case of an indicator with its chance and what it moves, the weightiest first."""
    listed = ahead.swings()[:MOST]
    rest = f"另有{len(ahead.prospects) - len(listed)}项作用更小，未列。" if len(listed) < len(ahead.prospects) else ""
    what = "净变化" if row.item.measure == "net" else "数"
    if not listed:
        return Notice(f"{row.item.name}：名册里没有待定的项，已经确定的{what}为{ahead.sure}{row.item.unit}。")
    note = (
        f"已经确定的{what}为{ahead.sure}{row.item.unit}，其余逐项按把握合成（泊松二项分布）。"
        f"作用＝办成与办不成时实现可能性之差。{_learned(ahead.learned)}{rest}"
    )
    fields: tuple[Field[tuple[Prospect, float]], ...] = (
        Field("企业（项）", 12, lambda case: case[0].entry.label),
        Field("所在库", 8, lambda case: "退出风险库" if case[0].held else "培育库"),
        Field("阶段", 8, lambda case: case[0].stage),
        Field("到期日", 8, lambda case: str((case[0].held and case[0].held.ends) or BLANK), "right"),
        Field("把握", 5, lambda case: percent(case[0].chance), "right"),
        Field("对目标的作用", 8, lambda case: f"{round(100 * case[1])}个百分点", "right"),
    )
    return table(fields, listed, title=f"{row.item.name}：名册推算", note=note, source=f"来源：{ahead.register}")


def _learned(stages: Sequence[Learned]) -> str:
    """Where each chance comes from: the analyst's setting, or that moved by past cases."""
    words = [
        f"{one.stage}设定{percent(one.given)}，往年{one.cases}项中{one.came}项办成，修正为{percent(one.value)}"
        if one.cases
        else f"{one.stage}{percent(one.given)}（设定）"
        for one in stages
    ]
    return f"把握：{'；'.join(words)}。" if words else ""


def register_tables(view: View, rows: Sequence[Gap]) -> list[Shown]:
    """The table of every indicator for which a register speaks; one sentence where none does."""
    shown: list[Shown] = [foresight_table(row, row.register) for row in rows if row.register]
    why = "还没有建立名册" if not view.plan.registers else "本期没有由名册推算的指标"
    return shown or [Notice(f"{why}，到期展望按历年读数推算。")]
