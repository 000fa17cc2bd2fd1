"""What headings and labels mean: columns, periods, the plan's indicators, notes and totals."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from tongdao.base import INVISIBLE, Period, day_of, plain, read_when
from tongdao.intake.numbers import is_unit, read_number
from tongdao.intake.sheet import Finding, Sheet

if TYPE_CHECKING:
    from tongdao.intake.meaning import Names

_NOTE = re.compile(
    r"(附?注|备注|说明|填表说明|编制说明|注意)\s*([\d一二三①-⑩]*[:：、.）)]|$)"
    r"|[①-⑳]|\[\d{1,2}\]|注\d*[:：.、]|(填报|填表|制表|审核|复核|审批|负责|联系|报送|经办|统计|单位负责|主管|分管|科室)[^,，]{0,6}(人|员|领导|单位|部门|日期|时间|电话|方式|股室)?\s*[:：(（]"
    r"|(数据)?来源\s*[:：]|资料来源|(联系)?电话\s*[:：]|日期\s*[:：]|\d\s*[.、)）]\s*.*[。；]$|[*※#]\s*|//|--\s|签[字名章]|盖章|（盖章）|\(盖章\)|以上数据|本表"
)
_TOTAL = re.compile(r"(总|合|小|共)\s*计(数|值)?|总\s*和|汇\s*总|total|sum|subtotal", re.I)
_GROWTH = re.compile(r"(?:[比较][上去]年(?:同期)?|同比|环比)(?:增长|增减|增幅|增速|±)*(?:\(?[±+-]*(?:%|个?百分点)\)?)?")
NUMBERED = re.compile(
    r"^([①-⑳]|[★☆▲△●○◆◇■□▪•※*└├]+|其中[:：]?|[一二三四五六七八九十]{1,3}、|[(（][一二三四五六七八九十\d]{1,3}[)）]"
    r"|\d{1,2}(?:[、．)）]|\.(?!\d)|\s+(?=[\u4e00-\u9fff])(?![年月季])))\s*"
)
DEEPEST = 30  # rows in which a header is looked for
LONGEST = 80  # characters of a name or heading
_CACHED = 10_000  # a long table says the same few names over and over

_NESTED = ("省|province", r"市州|市\(州\)|[地城级]市|^市$|city", "县|county", "乡镇")  # of regions, the widest first
_TIMES = ("年份", "年度", "季度", "月份", "年月", "日期")
_WORDS = {
    "indicator": "指标 指标名称 指标项 指标项目 项目 名称",
    "period": "期间 时期 报告期 统计期 统计期间 统计时间 数据期间 所属期 月份 时间 date time year "
    + " ".join(of + unit for of in ("统计", "所属", "数据", "报告") for unit in _TIMES),
    "value": "数值 值 读数 完成数 完成值 实际数 实际值 累计数 数据",
    "unit": "单位 计量单位 数据单位",
    "source": "来源 数据来源 报送单位 填报单位 来源单位",
    "recorded_at": "记录时间 记录日期 填报日期 填报时间 报送日期 报送时间 recordedat recorded",
    "region": "地区 区划 行政区划 区划代码 地区代码 地区名称 城市 区域 范围 统计范围 所在地 乡镇 "
    "省份 省市 省(市) 省(区、市) 省(自治区、直辖市) 地市 地级市 province city county "
    "县市区 县(市、区) 县(市) 县(区) 县区 区县 区(县) 市县 市(县) 市(区) 市州 市(州) 各县市区 省 市 县 市别 县别",
    "basis": "口径 数据口径 统计口径",
    "status": "状态 数据状态",
}
TIDY = {name: tuple(words.split()) for name, words in _WORDS.items()}
FORM = ("指标", "期间", "数值", "单位", "来源", "上次期间", "上次数值", "填报说明")  # the header of our own form
_JANUARY = re.compile(r"(?:19|20)\d{2}\.01")
REQUIRED = ("indicator", "period", "value", "unit")
NUMBERING = ("序号", "编号", "no", "no.", "#", "行号")
_BY_WORD = {word: name for name, words in TIDY.items() for word in (name, *words)}


def unclear_days(texts: Iterable[str]) -> str:
    """Why the days among the texts cannot each stand for its month, in words; empty where they can."""
    days = {day for text in {*texts} if (day := day_of(plain(text)))}
    begun = {day for day in days if day.day == 1}
    ended = {day for day in days if (day + dt.timedelta(days=1)).day == 1}
    if begun and ended:
        return f"{min(begun)} 是月初，{min(ended)} 是月末，分不清是截至哪一天的数"
    if len(begun) > 1 and {day.month for day in begun} <= {1, 4, 7, 10}:
        return f"{min(begun)} 等都是季初或年初的一天，分不清指的是月、季还是年"
    return ""


def as_meant(sheet: Sheet, names: "Names") -> None:
    """What a program made of headings, or a form writes beside them, becomes what is meant."""
    beside = partial(_beside, names=names)
    for habit in (_unnamed, _dates_as_months, _one_period, beside, _tenths, _column_numbers, _unit_in_corner):
        habit(sheet)


def _unnamed(sheet: Sheet) -> None:
    """A first column without a heading, as pandas writes an index, is one of row numbers or of periods where these
    alone stand in it."""
    for index, row in enumerate(sheet.rows[:DEEPEST]):
        row[:1] = [re.sub(r"^\s*(Unnamed: 0(_level_0)?)?\s*$", "", text) for text in row[:1]]
        over = [text for text in row if text.strip()]
        if role_of(*row[:1] or [""]):  # the header; a blank cell below is one of its second line or of a group
            return
        if not over or row[0]:
            continue
        below = (cells for cells in sheet.rows[index + 1 :] if any(map(str.strip, cells)))
        own = [*takewhile(lambda cells: cells[0].strip() and not is_note(cells[0].strip()), below)]
        labels, numbers = [cells[0].strip() for cells in own], [*map(str, range(len(own) + 1))]
        if len(own) > 1 and labels in (numbers[:-1], numbers[1:]):
            row[0] = NUMBERING[0]
        elif all(map(_is_period, labels)) and not any(_is_period(text) or _is_figure(text) for text in over):
            row[0] = "期间" if any(_is_figure(text) for cells in own for text in cells[1:]) else ""


def _is_period(text: str) -> bool:
    return (month_heading(text) or year_heading(text) or read_when(plain(text)).period) is not None


def _is_figure(text: str) -> bool:
    return read_number(text).value is not None


def _dates_as_months(sheet: Sheet) -> None:
    """Headings that Excel keeps as days become the months they stand for: each the first, or each the last, of one."""
    for line, row in zip(sheet.lines[:DEEPEST], sheet.rows, strict=False):
        dated = {place: text for place, text in enumerate(row) if sheet.kind(line, place) == "date" and "-" in text}
        days = {place: dt.date.fromisoformat(text[:10]) for place, text in dated.items()}
        edges = all(1 in (day.day, (day + dt.timedelta(days=1)).day) for day in days.values())
        months = {(day.year, day.month) for day in days.values()}
        if edges and len(months) >= max(2, len(days)) and not unclear_days(dated.values()):
            for place, day in days.items():
                row[place] = f"{day.year}年{day.month}月"
                del sheet.kinds[line, place]


def _tenths(sheet: Sheet) -> None:
    """2024.1 beside 2024.01 in a row or column is the October of which Excel dropped the nought."""
    rows = [row for row in sheet.rows[:DEEPEST] if any(_JANUARY.fullmatch(text) for text in row)]
    for place in {place for row in rows for place, text in enumerate(row) if _JANUARY.fullmatch(text)}:
        below = [row for row in sheet.rows if place < len(row)]
        there = {row[place] for row in below}
        for row in below:
            if f"{row[place][:5]}01" in there and re.fullmatch(r"\d{4}\.1", row[place]):
                row[place] += "0"
    for row in rows:
        row[:] = [f"{text}0" if f"{text[:5]}01" in row and re.fullmatch(r"\d{4}\.1", text) else text for text in row]


def _one_period(sheet: Sheet) -> None:
    """A column of years beside one of months or quarters, as databases export them, becomes one of periods."""
    for index, row in enumerate(sheet.rows[:DEEPEST]):
        words = [re.sub("^(?:统计|所属|数据|报告)", "", plain(text)).lower() for text in row]
        years = [place for place, word in enumerate(words) if word in ("年", "年份", "年度", "year")]
        named = [tidy_name(word) == "period" or word in ("月", "季", "季度", "month", "quarter") for word in words]
        parts = [place for place, period in enumerate(named) if period and place not in years]
        if len(years) != 1 or len(parts) != 1:
            continue
        at, (place, year) = years[0], (parts[0], "")
        row[at], row[place], end = "", "期间", "季度" if words[place] in ("季", "季度", "quarter") else "月"
        for line, cells in zip(sheet.lines[index + 1 :], sheet.rows[index + 1 :], strict=True):
            found = re.fullmatch(r"((?:19|20)\d{2})(?:\.0)?年?", plain(cells[at])) if at < len(cells) else None
            year = found[1] if found else year
            part = plain(cells[place]) if place < len(cells) else ""
            if part and year and not part.startswith(year):  # 2023 beside 2024-03 makes a period that is none
                part = re.sub(r"\.0$", "", part)
                cells[place] = f"{year}年{part}{end if part.isdigit() else ''}"
                sheet.kinds[line, place] = "part"
            if found:
                cells[at] = ""
                sheet.kinds.pop((line, at), None)
        return


def _beside(sheet: Sheet, names: "Names") -> None:
    """A date beside the period is none, nor is a region's code or English name beside its own; of provinces, cities and
    counties the last that a row names is its region. The headings left over stand in brackets."""
    for index, row in enumerate(sheet.rows[:DEEPEST]):
        words = [plain(text).lower() for text in row]
        roles = [tidy_name(word) for word in words]
        dates = [at for at, word in enumerate(words) if word in ("date", "time", "year", "统计时间")]
        codes = [at for at, role in enumerate(roles) if role == "region" and "代码" in words[at]]
        aside = dates if roles.count("period") == len(dates) + 1 else []
        aside += codes if len(codes) == 1 < roles.count("region") else []
        for role in ("indicator", "region"):  # 地区 beside Region, as yearbooks have them
            same = [at for at, one in enumerate(roles) if one == role]
            below = {at: [cells[at] for cells in sheet.rows[index:] if at < len(cells)] for at in same if same[1:]}
            latin = [at for at, cells in below.items() if re.fullmatch(r"[A-Za-z\s.,&()'-]*", "".join(cells))]
            latin = [at for at in latin if not any(names.read(text).item for text in below[at])]
            aside += latin if len(latin) < len(same) else []
        regions = [at for at, role in enumerate(roles) if role == "region" and at not in aside]
        wide = {next((n for n, of in enumerate(_NESTED) if re.search(of, words[at])), -1): at for at in regions}
        if len(wide) == len(regions) > 1 and -1 not in wide:
            *wider, own = (wide[level] for level in sorted(wide))
            aside += wider
            for line, cells in zip(sheet.lines[index + 1 :], sheet.rows[index + 1 :], strict=True):
                if any(map(str.strip, cells[max(regions) + 1 :])):  # a note has nothing there
                    named = {level: cells[at] for level, at in sorted(wide.items()) if cells[at].strip()}
                    inner, unsure = names.placed(named) if named else ("", False)
                    if unsure and not any(found.code == "outer_region" for found in sheet.findings):
                        told = f"不知道“{inner}”是不是在所写的上级地区里，按它的名称读取；请核对是不是本地区的数。"
                        sheet.findings.append(Finding("warning", "outer_region", told, line, sheet=sheet.name or None))
                    for at in regions:
                        cells[at] = inner if at == own else ""
        for at in aside:
            row[at] = f"（{row[at].strip()}）"


def _column_numbers(sheet: Sheet) -> None:
    """A line 甲, 乙, 1, 2, 3 by which statistical forms number their columns is no row of figures."""
    for row in sheet.rows[:DEEPEST]:
        texts = [text.strip().removesuffix(".0") for text in row if text.strip()]
        rest = [text for text in texts if text not in "甲乙丙丁戊己"]
        if texts[:1] == ["甲"] and rest == [str(number) for number in range(1, len(rest) + 1)]:
            row[:] = [""] * len(row)


def _unit_in_corner(sheet: Sheet) -> None:
    """单位：家 in the corner of a table, beside its periods and over its names, becomes 指标（单位：家）."""
    for row, below in pairwise(sheet.rows[:DEEPEST]):
        found = re.fullmatch(r"(?:计量)?单位[:为]?(.+)", plain(row[0])) if row else None
        over = [place for place, text in enumerate(row) if place and (month_heading(text) or year_heading(text))]
        under = [below[place] for place in over if place < len(below)]
        if found and is_unit(found[1]) and any(map(_is_figure, under)):
            row[0] = f"指标（{row[0].strip()}）"


def first(row: Sequence[str]) -> str:
    return (row[0].strip() if row else "") or next((cell.strip() for cell in row if cell.strip()), "")


@lru_cache(_CACHED)
def is_note(label: str) -> bool:
    """Whether the first text of a row begins like a note or a signature."""
    return bool(_NOTE.match(label))


@lru_cache(_CACHED)
def is_total(label: str) -> bool:
    """Whether the first text of a row says total; brackets and spaces aside."""
    slim = re.sub(r"\(.*\)", "", plain(label)).strip(":：")
    return len(label) < LONGEST and bool(_TOTAL.fullmatch(slim) or re.fullmatch(r"\S+ (?:汇总|Total)", label.strip()))


def is_part(label: str) -> bool:
    """Whether a row is but a part of one above, as yearbooks and databases have them: 其中：企业; or its growth."""
    return bool(re.match(r"其中|内[:：]|[#＃]", label) or _GROWTH.fullmatch(plain(label)))


@lru_cache(_CACHED)
def tidy_name(text: str) -> str:
    """The column of the tidy layout that a heading means, or empty."""
    word = plain(text).lower().strip("\"'“”*:：") if len(text) < LONGEST else ""
    return _BY_WORD.get(word) or _BY_WORD.get(re.sub(r"\(.*\)$", "", word), "")


@dataclass(frozen=True)
class Heading:
    """The period over a column; ``named`` says whether its year is written there, else it is that of the sheet.

    ``basis`` is empty for 1月, 2月, 二季度 …, which do not say whether an amount is cumulative. ``plain`` marks the
    spelling that needs no remark (1月, 1-3月), or a title that names no more than a year.
    """

    period: Period
    basis: str = ""
    named: bool = True
    plain: bool = False

    @property
    def year(self) -> int | None:
        return self.period.year if self.named else None

    def of(self, year: int) -> Period:
        """The period where the sheet is of a year."""
        return Period(self.period.end + 12 * (0 if self.named else year - self.period.year), self.period.months)


@lru_cache(_CACHED)
def month_heading(text: str, kind: str = "") -> Heading | None:
    """Read a heading such as 1-3月, 一至十月, 2024年1-3月, 上半年, 二季度; None if it is none.

    A date that Excel made of 1-2 (2 January) is read back; the caller names it. A bare year or a number is no month.
    """
    if (found := re.fullmatch(r"(\d{4})-01-(\d{2})", text)) and 2 <= int(found[2]) <= 12:
        text = f"{'' if kind else found[1] + '年'}1-{int(found[2])}月"
    elif kind == "date":
        return None
    # 1月-24 over a column is of 2024; 1月-11 may be the months to November
    slim = re.sub(r"^(\d{1,2}月)-(1[3-9]|[23]\d)$", r"20\2年\1", plain(text))
    slim += "月" if re.fullmatch(r"(\d{4}年)?1-\d{1,2}", slim) else ""
    when = read_when(slim, year=2000)
    if when.period is None or re.fullmatch(r"\d{4}年?度?|\d{5}(\.0+)?", slim):
        return None
    named = "period_year" not in {code for code, _ in when.notes}
    return Heading(when.period, when.basis, named, bool(re.fullmatch(r"(1-)?[1-9]\d?月", text)))


def year_heading(text: str, *, alone: bool = True) -> Heading | None:
    """Read 2023, 2023年, 2023年度, 2023年实绩; a bare number only where it stands ``alone``."""
    found = re.fullmatch(r"((?:19|20)\d{2})(?:\.0)?(年度?)?", plain(text))
    return Heading(Period(int(found[1]) * 12 + 11, 12)) if found and (found[2] or alone) else None


def bilingual(text: str) -> tuple[str, str]:
    """A Chinese text and the English that a yearbook writes behind or below it."""
    found = re.fullmatch(
        r"(.*[\u4e00-\u9fff)）%](?:[\s/]+|(?<=[)）%])))([A-Za-z][A-Za-z0-9&.,()%/'\s-]*)", text.strip(), re.S
    )
    return (found[1].rstrip(" /\n\t"), found[2]) if found else (text, "")


def spelling(text: str) -> str:
    """A name without what is only writing: width, hidden marks, spaces, quotes, case."""
    slim = unicodedata.normalize("NFKC", INVISIBLE.sub("", text)).casefold()
    return re.sub(r"[\s\"'“”‘’「」『』《》]", "", slim).replace("—", "-").replace("–", "-")


_UNIT_TAIL = re.compile(r"\((?:(?:计量)?单位:?)?([^()]*)\)$")
_MORE = {  # over the labels of a wide table; among the columns of a tidy one they may stand beside the name itself
    "indicator": ("主要指标", "监测指标", "考核指标", "指标内容", "指标名", "行标签"),
    "period": ("年份", "年度", "季度", "月度", "日期", "年月", "quarter", "month"),
}
_ROLES = {word: role for word, role in _BY_WORD.items() if role != "value"}
_ROLES |= {word: role for role, words in _MORE.items() for word in words}


@lru_cache(10_000)
def role_of(text: str) -> str:
    """What a column of words holds by its heading: indicator, unit, region …; ``number`` numbers the rows."""
    word = plain(bilingual(text)[0]).lower().strip("*:：") if len(text) < LONGEST else ""
    if word in NUMBERING:
        return "number"
    slim = _UNIT_TAIL.sub(lambda tail: "" if not tail[1] or is_unit(tail[1]) else tail[0], word)
    if role := _ROLES.get(slim, ""):
        return "" if role == "unit" and slim != word and not word.endswith("单位)") else role
    corner = {_ROLES.get(part, "") for part in re.split(r"[\\/]", slim)}  # 年份\月份 names both axes
    return next((role for role in ("indicator", "region", "period") if role in corner), "")


def lines_above(rows: Sequence[Sequence[str]]) -> list[str]:
    return [" ".join(cell.strip() for cell in row if cell.strip()) for row in rows]
