"""Numbers, dates and verdicts in the words officials read; no other module decides how a figure is said.

Rules: half-width digits; one unit with decimals; amounts below 1 亿元 also in 万元; changes of a share are 个百分点; no
chance above the plan's ceiling or below its floor is printed unless the outcome is decided, and a printed chance is
rounded to 5 points. 以上 and 以下 include the number itself; 力争 softens the words of a miss and not the arithmetic.
"""

import math
import re
from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from tongdao.analysis import Gap, base_month, foreseer, unplaced
from tongdao.base import MONTHS, Period, parse_period
from tongdao.plan import Indicator, Thresholds

BLANK = "—"
BY_SERIES = "可能性按历年读数推算"
_QUARTERS = "一二三四"
_TENTHS = "一两三四五六七八九"
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
    return rounded(value, 0 if whole and value == int(value) else 1 if whole else _places(value))


def _places(value: float) -> int:
    return 1 if abs(value) >= 100 else 2 if abs(value) >= 1 else 3


def even(told: Iterable[str]) -> dict[str, str]:
    """Figures of one column as told: noughts give those of one unit like decimals, as far as each was rounded."""
    found = {text: re.fullmatch(r"([+-]?\d+)\.?(\d*)(\D.*|)", text) for text in told}
    most = dict(sorted((one[3], len(one[2])) for one in found.values() if one))
    ends = {text: one[2].ljust(min(most[one[3]], _places(float(one[1]))), "0") for text, one in found.items() if one}
    return {text: f"{one[1]}{ends[text] and '.'}{ends[text]}{one[3]}" if one else text for text, one in found.items()}


def amount(value: float, unit: str, *, whole: bool = False, short: bool = False) -> str:
    """A figure with its unit; below 1 亿元 also in 万元, or ``short`` in these alone: 0.15 is not to be read as 0.2."""
    if math.isnan(value):
        return BLANK
    text, small = f"{number(value, whole=whole)}{unit}", f"{rounded(value * 10_000, 0)}万元"
    if unit == "亿元" and 0 < abs(value) < 1:
        return small if short else f"{text}（{small}）"
    return text


def full(value: float, item: Indicator) -> str:
    """A figure of an indicator as ``amount`` gives it; a rank as 第12位, what is done or not in a word."""
    return said(value, item, short=False)


def said(value: float, item: Indicator, *, short: bool = True) -> str:
    """A figure of an indicator with its unit, as ``short`` as it can be said."""
    if not math.isnan(value) and item.measure == "rank":
        return f"第{number(value, whole=True)}位"
    if not math.isnan(value) and item.traits.yes_or_no:
        return "已实现" if value >= 1 else "尚未实现"
    small = not value and item.unit == "亿元" and abs(item.target or 1) < 1  # nothing yet of 1000万元
    return amount(value, "万元" if small else item.unit, whole=item.counts, short=short)


def change_said(value: float, item: Indicator) -> str:
    """The difference of two figures of an indicator with its unit: percentages differ by 个百分点."""
    return f"{number(value)}个百分点" if item.unit == "%" and not math.isnan(value) else _size(value, item)


def _size(value: float, item: Indicator) -> str:
    """A number in the indicator's unit, of a rank as well: 12位 and not 第12位."""
    return amount(value, item.unit, whole=item.counts, short=True)


def percent(ratio: float, places: int = 0) -> str:
    """A ratio as a percentage; below the plan's whole it is never rounded up to 100%."""
    if math.isnan(ratio):
        return BLANK
    text = rounded(ratio * 100, places)
    return f"{'99' if text == '100' and ratio < 1 else text}%"


def chance(p: float, bounds: Thresholds, *, decided: bool = False, firm: bool = True) -> str:
    """The printed chance of reaching a target, in steps of 5 points and on its verdict's side of the bounds.

    Unless past chances bear it out (``firm``) it is said in tenths only, as people do: 一到两成.
    """
    if math.isnan(p):
        return BLANK
    if decided:
        return "已实现" if p >= 0.5 else "未实现"
    if not firm:
        tenth = int(p * 10 + 1e-9)
        return "不到一成" if tenth < 1 else "九成以上" if tenth > 8 else f"{_TENTHS[tenth - 1]}到{_TENTHS[tenth]}成"
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
    if frequency == "half" and period.month % 6 == 0:
        return f"{period.year}年{'上' if period.month == 6 else '下'}半年"
    if frequency == "quarter" and period.month % 3 == 0:
        return f"{period.year}年{_QUARTERS[period.month // 3 - 1]}季度"
    return month_name(period)


def whole_name(period: Period) -> str:
    """A period by its own length, as ``period_name``."""
    return period_name(period.end, next(name for name, months in MONTHS.items() if months == period.months))


def target_phrase(row: Gap) -> str:
    """The target as the plan words it: 53家以上, 超过75家, 2—3个, 前10位, 年均10家, 较2020年下降15%（0.46）."""
    item = row.item
    level = "" if math.isnan(row.target) else _size(row.target, item)
    if item.traits.yes_or_no:
        return "实现"
    if item.target_region:
        side = ("" if item.target_plus else "不") + ("低于" if item.decreasing == bool(item.target_plus) else "高于")
        more = change_said(abs(item.target_plus), item) if item.target_plus else ""
        return f"{side}{_rival(row)}{more}{level and f'（{level}）'}"
    if item.change:
        return f"{_change_phrase(item)}{level and f'（{level}）'}"
    if not level or item.target is None:
        return BLANK
    each = {"year_mean": "年均", "each_year": "每年"}.get(item.judged, "")
    if each:
        level = _size(item.target, item)
    if item.target_to is not None:
        level = f"{number(item.target, whole=item.counts)}—{said(item.target_to, item)}"
    return each + _worded(level, item)


def _worded(level: str, item: Indicator) -> str:
    """A number with the word of its target, where the plan puts it: 前10位, 超过75家, 53家以上."""
    if item.measure == "rank":
        return f"{'第' if level == '1位' else '前'}{level}"
    return item.word + level if item.strict else level + item.word


def _change_phrase(item: Indicator) -> str:
    """A change from a base: 较2020年下降15%以上, 较2020年翻一番, 较2020年提高超过3个百分点, 超过2020年的2倍."""
    sign, size = item.change[0], item.change[1:]
    named = whole_name(parse_period(item.base))
    base = f"较{named}"
    before, after = (item.word, "") if item.strict else ("", item.word)
    if sign == "×":
        folds = {} if item.strict else {"2": f"{base}翻一番", "4": f"{base}翻两番"}
        return folds.get(size, f"{before or '达到'}{named}的{size}倍") + after
    if size.endswith("%"):
        return f"{base}{'下降' if sign == '-' else '增长'}{before}{size}{after}"
    less, more = ("提升", "后退") if item.measure == "rank" else ("下降", "提高")
    return f"{base}{less if sign == '-' else more}{before}{change_said(float(size), item)}{after}"


def _rival(row: Gap) -> str:
    """The region whose reading is the target."""
    return row.view.plan.region_name(row.item.target_region or "")


def verdict_name(row: Gap) -> str:
    """The verdict in words; 力争 makes a miss a striving not reached, the figures stay what they are."""
    return "未达力争目标" if row.verdict == "missed" and row.item.strive else VERDICTS[row.verdict]


def quoted(item: Indicator) -> str:
    """The plan's own sentence, or the one that speaks for it; empty where there is none."""
    return f"{'转述：' if item.restated else ''}{item.quote}" if item.quote else ""


def departments(names: Iterable[str], missing: str = "原文未明确") -> str:
    """Departments in a row, or the words for none."""
    return "、".join(names) or missing


def reason(row: Gap, *, firm: bool = True) -> str:
    """Why the verdict is what it is, in one sentence that can be checked against the figures."""
    item, now = row.item, so_far(row)
    due, years = Period(row.expected), "、".join(f"{year}年" for year in row.missing)
    awaited = period_name(due.end - item.lag, item.frequency)
    later = "" if math.isnan(row.p_met) else f"，实现可能性{chance(row.p_met, row.view.plan.thresholds, firm=firm)}"
    told = {
        "no_target": "计划未定目标，只作跟踪",
        "not_due": f"{awaited}数据预计{month_name(due)}公布，公布前不作完成判断",
        "no_reading": unread(row),
        **dict.fromkeys(("steps_missing", "steps_differ"), steps_apart(row)),
        "years_missing": f"缺{years}读数，无法计算{'平均增速' if item.traits.averaged else '累计数'}",
        "no_base": f"缺{month_name(Period(base_month(item, row.aim.window.first)))}的存量读数，算不出净增",
        "no_base_reading": f"缺基期（{whole_name(parse_period(item.base)) if item.base else ''}）读数，算不出目标数",
        "start_missing": f"缺{month_name(Period(row.aim.window.first - 1))}的累计数，扣不掉计划开始前的部分",
        "no_reference": f"缺{_rival(row)}同期读数，无法比较",
        "last_not_due": f"{now}；期末数据尚未到公布时间，公布后判断",
        "last_missing": f"{now}；已到期但缺期末读数，无法判断",
        "short_history": f"{now}，{lack_or_reach(row)}；没有往年同期数据，无法判断能否完成",
        "reached": now if item.traits.yes_or_no else f"{now}，达到目标（{target_phrase(row)}）",
        "deadline": now if item.traits.yes_or_no else f"{now}，目标{target_phrase(row)}，{lack_or_reach(row)}",
        "outlook": f"{now}，{_expectation(row, firm)}",
        "once": f"{now}；一次性事项没有往年可比，到期前不作判断",
        "year_met": f"{now}，当年达到{target_phrase(row)}；以后各年都要达到{later}",
        "year_missed": f"{now}，当年未达到{target_phrase(row)}{later}",
        "years_open": f"{now}，当年达到{target_phrase(row)}；有的年份还没有数，无法判断",
    }
    return "；".join([told[row.cause], *_on_the_way(row), *_behind(row)]) + "。"


def unread(row: Gap) -> str:
    """That the month has no reading, and which is the last one."""
    month = month_name(row.view.month)
    if row.own.empty:
        return f"截至{month}没有读数"
    return f"{month}无读数，最近的读数为{period_name(int(row.own['end'].iloc[-1]), row.item.frequency)}"


def steps_apart(row: Gap) -> str:
    """Why the last reading makes no figure: which months are missing, or which two amounts contradict each other; empty
    where a figure as late is there."""
    one = unplaced(row.view, row.aim, row.end)
    if one is None:
        return ""
    if one.at:
        when, both = month_name(Period(one.at)), "和".join(said(value, row.item) for value in one.sums)
        return f"到{when}为止的当期数有两种加法，得数不同（{both}），不知以哪个为准，没有采用"
    first, last = (month_name(Period(end)) for end in one.missing)
    lack = first if first == last else f"{first}至{last}"
    return f"{whole_name(Period(one.end, one.months))}只有当期数，缺{lack}的数，算不出累计数"


def _on_the_way(row: Gap) -> list[str]:
    """How the interim targets ended that are decided; of a target for each year, the years that missed it."""
    every = row.item.judged == "each_year"
    ended = [one for one in row.interims if one.verdict == "missed" or (one.verdict == "met" and not every)]
    kind, got = "每年" if every else "阶段", {"met": "达到", "missed": "未达到"}
    return [
        f"{by_name(one)}{said(one.actual, one.item)}，{got[one.verdict]}{kind}目标{plain_target(one)}" for one in ended
    ]


def by_name(row: Gap) -> str:
    """When an interim target falls due: 2025年, or 2025年6月."""
    when = Period(row.aim.window.last)
    return f"{when.year}年" if when.month == 12 else month_name(when)


def plain_target(row: Gap) -> str:
    """The number of a target with its word alone; that of a fall (下降9%以上) turned to the level to be reached."""
    item, level = row.item, _size(row.target, row.item)
    return f"{level}以下" if item.change and item.decreasing and item.word == "以上" else _worded(level, item)


def _behind(row: Gap) -> list[str]:
    """The parts that missed their share or are in doubt; of those with no past, what lies behind the time gone."""
    slow = [
        one
        for one in row.parts
        if one.verdict in ("missed", "at_risk", "unlikely")
        or (one.verdict == "cannot_judge" and not one.reached and one.completion < one.calendar_pace)
    ]
    if not slow:
        return []
    place = row.view.plan.region_name
    named = [f"{place(one.aim.region)}{said(one.actual, one.item)}（分解{plain_target(one)}）" for one in slow]
    return [f"{'未完成' if row.over else '落后'}的有{'、'.join(named)}"]


def _expectation(row: Gap, firm: bool) -> str:
    """What is missing, what past years say, and what is expected at the deadline."""
    item = row.item
    text = [f"{_rival(row)}同期为{said(row.target - item.target_plus, item)}"] if item.target_region else []
    text.append(lack_or_reach(row))
    if not math.isnan(row.usual_pace):
        whole = "全年" if row.aim.window.months == 12 else "全期"
        text.append(f"往年到此时{'已占' if item.decreasing else '完成'}{whole}的{percent(row.usual_pace)}")
    if not math.isnan(row.point):
        told = [said(value, item) for value in (row.lo80, row.point, row.hi80)]
        low, point, high = map(even(told).get, told)
        spread = f"（八成把握在{low}至{high}之间）" if low != high else ""
        text.append(f"{'按名册' if row.register else ''}预计到期{point}{spread}")
    likely, series = (chance(p, row.view.plan.thresholds, firm=firm) for p in (row.p_met, row.series_p))
    other = f"；只看历年读数的可能性为{series}，以名册为准" if row.register and series not in (likely, BLANK) else ""
    other += f"；名册没有说到{month_name(row.view.month)}，{BY_SERIES}" if register_silent(row) else ""
    return "，".join([*text, f"实现可能性{likely}"]) + other


def register_silent(row: Gap) -> bool:
    """Whether the chance is the series' because the register that foresees it says nothing of the month."""
    return row.register is None and row.cause == "outlook" and foreseer(row.view, row.aim) is not None


def actual_said(row: Gap, between: str = "") -> str:
    """What stands now, with its time where that is not the report's month: 47家（8月）, 3.2%（2023年）."""
    return said(row.actual, row.item) + (between + when if (when := as_of_when(row)) else "")


def as_of_when(row: Gap) -> str:
    """The time of what stands now, in brackets, where it is not the report's month."""
    if not row.end or row.end == row.view.month.end:
        return ""
    yearly = row.aim.yearly and row.end < row.aim.window.first
    when = period_name(row.end, "year" if yearly else row.item.frequency)
    return f"（{when.removeprefix(f'{row.view.month.year}年') or when}）"


def so_far(row: Gap) -> str:
    """What stands now, and of when: 截至2024年9月累计47家."""
    frequency = "year" if row.aim.yearly and row.end < row.aim.window.first else row.item.frequency
    when, actual = period_name(row.end, frequency), full(row.actual, row.item)
    if frequency != row.item.frequency or (row.aim.yearly and frequency == "year"):
        return f"{when}{'全年' if row.item.frequency != 'year' else ''}{actual}"
    if row.item.traits.net and not row.actual >= 0:
        return f"截至{when}净减{actual.removeprefix('-')}"
    return row.item.traits.sentence.format(when=when, actual=actual)


def row_chance(row: Gap, *, firm: bool = True) -> str:
    """The chance of an indicator's target, or that it is decided; empty where nothing is judged yet."""
    if row.verdict in ("pending", "followed") or (row.item.traits.yes_or_no and row.cause == "once"):
        return ""
    return chance(row.p_met, row.view.plan.thresholds, decided=row.cause in ("reached", "deadline"), firm=firm)


def gap_said(row: Gap) -> str:
    """What is missing; empty where nothing is, or it is no number."""
    return change_said(row.gap, row.item) if row.gap > 0 and not row.item.traits.yes_or_no else ""


def lack_said(row: Gap) -> str:
    """What is missing, or what an amount has beyond its cap; empty where nothing is."""
    lack = gap_said(row)
    return lack and f"{'超出' if row.item.traits.cumulates and row.item.decreasing else '尚差'}{lack}"


def lack_or_reach(row: Gap) -> str:
    """What is missing, or that the target's level is reached."""
    if lack := lack_said(row):
        return lack
    if not row.reached:
        return f"与目标数持平，尚未{row.item.word}"
    if row.aim.yearly and row.end < row.aim.window.first:  # an amount of another year
        return "这一水平已够目标数"
    capped = row.item.traits.cumulates and row.item.decreasing and not row.over  # a sum keeps to its cap at the end
    return "尚未超过上限" if capped else "已达到目标水平"


def likely_said(row: Gap, firm: bool) -> str:
    """The chance behind a comma; empty where the verdict rests on something else."""
    return f"，可能性{row_chance(row, firm=firm)}" if row.cause == "outlook" else ""


def standing(row: Gap, fold: int = 99) -> str:
    """What stands now beside what is asked, the unit said once: 6／15家; with its time 6家（8月）／15家; in lines where
    it is longer than ``fold`` signs."""
    now, aim = actual_said(row), target_phrase(row)
    unit = re.fullmatch(r"-?[\d.]+(\D+)", now)
    if aim == BLANK or row.item.traits.yes_or_no:
        return now
    now = now.removesuffix(unit[1]) if unit and unit[1] in aim and aim[0].isdigit() else now
    return f"{now}／{aim}" if len(now + aim) <= fold else f"{now}／\n{re.sub('(?<=.{8})（', chr(10) + '（', aim)}"
