"""Numbers, dates, verdicts and conclusions in the words officials read; no other module decides how a figure is said.

Rules: half-width digits; one unit with decimals; amounts below 1 亿元 also in 万元; changes of a share are 个百分点; no
chance above the plan's ceiling or below its floor is printed unless the outcome is decided, and a printed chance is
rounded to 5 points. 以上 and 以下 include the number itself; 力争 softens the words of a miss and not the arithmetic.
"""

import math
from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from tongdao.analysis import Gap
from tongdao.base import Period
from tongdao.plan import Indicator, Thresholds
from tongdao.workbook import View

BLANK = "—"
_QUARTERS = "一二三四"
VERDICTS = {
    "met": "已完成",
    "missed": "未完成",
    "likely": "有望完成",
    "leaning": "可能完成",
    "at_risk": "有风险",
    "unlikely": "难以完成",
    "pending": "待公布",
    "no_data": "无数据",
    "cannot_judge": "无法判断",
    "followed": "跟踪",
}


def rounded(value: float, places: int) -> str:
    """A number with at most so many decimals, halves away from zero as in print, no trailing zeros."""
    step = Decimal(1).scaleb(-places)
    text = f"{Decimal(repr(float(value))).quantize(step, ROUND_HALF_UP):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def number(value: float, *, whole: bool = False) -> str:
    """A figure without its unit: whole counts plain, others with the decimals their size deserves."""
    if math.isnan(value):
        return BLANK
    size = abs(value)
    places = 0 if whole and value == int(value) else 1 if size >= 100 or whole else 2 if size >= 1 else 3
    return rounded(value, places)


def amount(value: float, unit: str, *, whole: bool = False) -> str:
    """A figure with its unit; below 1 亿元 also in 万元, so that 0.15 is not read as 0.2."""
    if math.isnan(value):
        return BLANK
    text = f"{number(value, whole=whole)}{unit}"
    if unit == "亿元" and 0 < abs(value) < 1:
        return f"{text}（{rounded(value * 10_000, 0)}万元）"
    return text


def short_amount(value: float, unit: str, *, whole: bool = False) -> str:
    """A figure with its unit in the fewest signs: below 1 亿元 in 万元 alone."""
    if unit == "亿元" and 0 < abs(value) < 1:
        return f"{rounded(value * 10_000, 0)}万元"
    return amount(value, unit, whole=whole)


def difference(value: float, unit: str, *, whole: bool = False) -> str:
    """A gap or change with its unit: percentages differ by 个百分点."""
    return (
        f"{number(value)}个百分点" if unit == "%" and not math.isnan(value) else short_amount(value, unit, whole=whole)
    )


def said(value: float, item: Indicator) -> str:
    """A figure of an indicator with its unit, as short as it can be said."""
    return short_amount(value, item.unit, whole=item.counts)


def change_said(value: float, item: Indicator) -> str:
    """The difference of two figures of an indicator, with its unit."""
    return difference(value, item.unit, whole=item.counts)


def percent(ratio: float, places: int = 0) -> str:
    """A ratio as a percentage; below the plan's whole it is never rounded up to 100%."""
    if math.isnan(ratio):
        return BLANK
    text = rounded(ratio * 100, places)
    return f"{'99' if text == '100' and ratio < 1 else text}%"


def chance(p: float, bounds: Thresholds, *, decided: bool = False) -> str:
    """The printed chance of reaching a target, in steps of 5 points and on its verdict's side of the bounds."""
    if math.isnan(p):
        return BLANK
    if decided:
        return "已实现" if p >= 0.5 else "未实现"
    if p > bounds.ceiling:
        return f"{rounded(bounds.ceiling * 100, 0)}%以上"
    if p < bounds.floor:
        return f"{rounded(bounds.floor * 100, 0)}%以下"
    points = int((Decimal(repr(p)) * 20).quantize(Decimal(1), ROUND_HALF_UP)) * 5
    if any(p < bound <= points / 100 for bound in (bounds.likely, bounds.leaning, bounds.at_risk)):
        points -= 5  # rounding must not carry a chance over the bound that its verdict stayed below
    return f"{points}%"


def month_name(month: Period) -> str:
    return f"{month.year}年{month.month}月"


def day_name(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def period_name(end: int, frequency: str) -> str:
    """The time a figure speaks of: 2024年9月, 2024年二季度 or 2023年."""
    period = Period(end)
    if frequency == "year" and period.month == 12:
        return f"{period.year}年"
    if frequency == "quarter" and period.month % 3 == 0:
        return f"{period.year}年{_QUARTERS[period.month // 3 - 1]}季度"
    return month_name(period)


def target_phrase(row: Gap, view: View) -> str:
    """The target as the plan words it: 53家以上, 1件左右, 不低于参照地区（2.65%）."""
    item = row.item
    if item.target_region:
        level = "" if math.isnan(row.target) else f"（{amount(row.target, item.unit)}）"
        return f"{'不高于' if item.decreasing else '不低于'}{view.plan.region_name(item.target_region)}{level}"
    return BLANK if math.isnan(row.target) else said(row.target, item) + item.word


def verdict_name(row: Gap) -> str:
    """The verdict in words; 力争 makes a miss a striving not reached, the figures stay what they are."""
    return "未达力争目标" if row.verdict == "missed" and row.item.strive else VERDICTS[row.verdict]


def departments(names: Iterable[str], missing: str = "原文未明确") -> str:
    """Departments in a row, or the words for none."""
    return "、".join(names) or missing


def reason(row: Gap, view: View) -> str:
    """Why the verdict is what it is, in one sentence that can be checked against the figures."""
    item = row.item
    match row.cause:
        case "no_target":
            return "计划未定目标，只作跟踪。"
        case "not_due":
            due = Period(row.expected)
            awaited = period_name(due.end - item.lag, item.frequency)
            return f"{awaited}数据预计{month_name(due)}公布，公布前不作完成判断。"
        case "no_reading":
            return _no_reading(view, item)
        case "years_missing":
            years = "、".join(f"{year}年" for year in row.missing)
            return f"缺{years}读数，无法计算{'平均增速' if item.measure == 'average_growth' else '累计数'}。"
        case "no_base":
            return "缺计划开始前的存量读数，无法计算净变化。"
        case "no_reference":
            return f"缺{view.plan.region_name(item.target_region or '')}同期读数，无法比较。"
        case "last_not_due":
            return f"{so_far(row)}；期末数据尚未到公布时间，公布后判断。"
        case "last_missing":
            return f"{so_far(row)}；已到期但缺期末读数，无法判断。"
        case "short_history":
            return f"{so_far(row)}，{_lack(row)}；没有往年同期数据，无法判断能否完成。"
        case "reached":
            return f"{so_far(row)}，达到目标（{target_phrase(row, view)}）。"
        case "deadline":
            return f"{so_far(row)}，目标{target_phrase(row, view)}，{_lack(row)}。"
        case _:
            return _expectation(row, view)


def so_far(row: Gap) -> str:
    """What stands now, and of when: 截至2024年9月累计47家."""
    item = row.item
    actual = amount(row.actual, item.unit, whole=item.counts)
    when = period_name(row.end, item.frequency)
    match item.measure:
        case "flow":
            return f"截至{when}累计{actual}"
        case "net":
            return f"截至{when}净增{actual}" if row.actual >= 0 else f"截至{when}净减{actual.removeprefix('-')}"
        case "average_growth":
            return f"至{when}年均增长{actual}"
        case _:
            return f"{when}为{actual}"


def row_chance(row: Gap, view: View) -> str:
    """The chance of an indicator's target, or that it is decided; empty where nothing is judged yet."""
    if row.verdict in ("pending", "followed"):
        return ""
    return chance(row.p_met, view.plan.thresholds, decided=row.cause in ("reached", "deadline"))


def _no_reading(view: View, item: Indicator) -> str:
    own = view.series(item)
    if own.empty:
        return f"截至{month_name(view.month)}没有读数。"
    last = period_name(int(own["end"].iloc[-1]), item.frequency)
    return f"{month_name(view.month)}无读数，最近的读数为{last}。"


def _lack(row: Gap) -> str:
    if row.gap <= 0:
        return "已达到目标水平"
    return f"尚差{change_said(row.gap, row.item)}"


def _expectation(row: Gap, view: View) -> str:
    item = row.item
    text = [so_far(row)]
    if item.target_region:
        text.append(f"{view.plan.region_name(item.target_region)}同期为{amount(row.target, item.unit)}")
    text.append(_lack(row))
    if not math.isnan(row.usual_pace):
        text.append(f"往年到此时完成全年的{percent(row.usual_pace)}")
    if not math.isnan(row.point):
        ends = [said(value, item) for value in (row.lo80, row.hi80)]
        spread = f"（八成把握在{ends[0]}至{ends[1]}之间）" if ends[0] != ends[1] else ""
        by = "按名册" if row.register else ""
        text.append(f"{by}预计到期{said(row.point, item)}{spread}")
    likely = chance(row.p_met, view.plan.thresholds)
    text.append(f"实现可能性{likely}")
    series = chance(row.series_p, view.plan.thresholds)
    other = f"；只看历年读数为{series}，以名册为准" if row.register and series not in (likely, BLANK) else ""
    return "，".join(text) + other + "。"


def headline(row: Gap, view: View) -> str:
    """One indicator in one line, the message of its chart."""
    item = row.item
    if row.cause not in ("outlook", "deadline", "reached"):
        return f"{item.name}：{VERDICTS[row.verdict]}"
    if row.gap <= 0:
        lack = "已达到目标水平"
    elif item.measure in ("flow", "net"):
        done = said(max(row.actual, 0.0), item)
        done = done if row.actual >= 0 else f"净减{said(-row.actual, item)}"
        lack = f"{'已完成' if row.actual > 0 else '目前'}{done}，{_lack(row)}"
    else:
        lack = _lack(row)
    likely = f"，可能性{chance(row.p_met, view.plan.thresholds)}" if row.cause == "outlook" and not row.few else ""
    return f"{item.name}{'：' if row.gap > 0 else ''}{lack}{likely}"


def attention(rows: Iterable[Gap]) -> tuple[Gap, ...]:
    """The indicators that need attention, the least likely first."""
    urgent = [row for row in rows if row.light in ("red", "yellow")]
    return tuple(sorted(urgent, key=lambda row: (row.p_met if not math.isnan(row.p_met) else 0.0, row.item.id)))


def tally(rows: Iterable[Gap], view: View) -> str:
    """How many targets have which verdict, in one sentence; without readings, that there are none."""
    judged = [row for row in rows if row.item.has_target]
    if not view.has_readings:
        latest = view.latest
        known = f"，计划期内最近的读数为{month_name(latest)}" if latest else "，计划期内还没有读数"
        return f"无数据：{month_name(view.month)}没有读数{known}，本期不作判断。"
    counts = Counter(str(row.verdict) for row in judged)
    parts = [f"{VERDICTS[verdict]}{counts[verdict]}项" for verdict in VERDICTS if counts[verdict]]
    return f"截至{month_name(view.month)}底，{len(judged)}项目标中{'、'.join(parts)}。"


def conclusion(rows: tuple[Gap, ...], view: View) -> str:
    """The whole month in one paragraph, the verdict first."""
    text = tally(rows, view)
    if not view.has_readings:
        return text
    text = text.removesuffix("。") + f"；计划时间已过{percent(view.plan.calendar_pace(view.month))}。"
    urgent = attention(row for row in rows if row.item.has_target)
    if urgent:
        named = [
            f"{row.item.name}（{_lack(row)}，可能性{chance(row.p_met, view.plan.thresholds)}）"
            if row.cause == "outlook"
            else f"{row.item.name}（{_lack(row)}）"
            for row in urgent[:3]
        ]
        text += f"最需要推动的是{'、'.join(named)}{f'等{len(urgent)}项' if len(urgent) > 3 else ''}。"
    return text


def data_notes(rows: tuple[Gap, ...], view: View) -> list[str]:
    """What a reader must know of the data before trusting a figure."""
    plan = view.plan
    notes = [f"数据截至{day_name(view.as_of)}已记录的读数，报告月份为{month_name(view.month)}。"]
    if plan.example:
        notes.append("示例数据：所有读数均为虚构，只用于演示，不反映真实情况。")
    if plan.deadline_note:
        notes.append(f"计划期限{day_name(plan.start)}至{day_name(plan.deadline)}：{plan.deadline_note}。")
    for change in plan.amendments:
        if change.effective <= view.as_of:
            what = plan.indicator(change.indicator).name if change.indicator else "判断界线"
            notes.append(f"{what}自{day_name(change.effective)}起有调整：{change.reason}。")
    late = [row.item.name for row in rows if 0 < row.end < view.month.end and row.item.frequency == "month"]
    if late:
        notes.append(f"以下指标缺{month_name(view.month)}读数，用最近一期：{'、'.join(late)}。")
    no_lead = [row.item.name for row in rows if row.item.has_target and not plan.lead(row.item)]
    if no_lead and plan.tasks:
        notes.append(f"原文未明确牵头单位：{'、'.join(no_lead)}。")
    restated = [row.item.name for row in rows if row.item.restated]
    if restated:
        notes.append(f"目标引文为转述，非原文：{'、'.join(restated)}。")
    notes += [f"{row.item.name}：{row.item.note}。" for row in rows if row.item.note]
    spoken = [row.item.name for row in rows if row.register]
    if spoken:
        notes.append(f"到期展望由名册逐户推算，不用历年读数外推：{'、'.join(spoken)}。")
    for one in view.differences:
        item = plan.indicator(one.indicator)
        typed, counted = (amount(value, item.unit, whole=item.counts) for value in (one.typed, one.counted))
        notes.append(
            f"{item.name}：{month_name(one.month)}上报读数为{typed}，名册计数为{counted}，以名册为准，请核对。"
        )
    bounds = plan.thresholds
    notes.append(
        f"实现可能性不低于{percent(bounds.likely)}为有望完成，不低于{percent(bounds.leaning)}为可能完成，"
        f"不低于{percent(bounds.at_risk)}为有风险，以下为难以完成；可能性按5个百分点取整。"
    )
    return notes
