"""Headings: columns of the tidy layout, month headings of the wide one, and rows that are notes or totals."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from tongdao.base import han_month, plain

_NOTE = re.compile(
    r"(附?注|备注|说明|填表说明|编制说明|注意)\s*([\d一二三①-⑩]*[:：、.）)]|$)"
    r"|注\d*[:：.、]|(填报|填表|制表|审核|复核|审批|负责|联系|报送|经办|统计|单位负责|主管|分管|科室)[^,，]{0,6}(人|员|领导|单位|部门|日期|时间|电话|方式|股室)?\s*[:：(（]"
    r"|(数据)?来源\s*[:：]|资料来源|(联系)?电话\s*[:：]|日期\s*[:：]|\d\s*[.、)）]\s*.*[。；]$|[*※#]\s*|//|--\s|签[字名章]|盖章|（盖章）|\(盖章\)|以上数据|本表"
)
_TOTAL = re.compile(r"(总|合|小|共)\s*计(数|值)?|总\s*和|汇\s*总|total|sum|subtotal", re.I)

_CACHED = 10_000  # a long table says the same few names over and over


def first(row: Sequence[str]) -> str:
    return next((cell.strip() for cell in row if cell.strip()), "")


def is_note(row: Sequence[str]) -> bool:
    """A row that begins like a note or a signature."""
    return _notes(first(row))


def is_total(row: Sequence[str]) -> bool:
    """A row whose label says total; brackets and spaces aside."""
    return _totals(first(row))


@lru_cache(_CACHED)
def _notes(label: str) -> bool:
    return bool(_NOTE.match(label))


@lru_cache(_CACHED)
def _totals(label: str) -> bool:
    return bool(_TOTAL.fullmatch(re.sub(r"\(.*\)", "", plain(label)).strip(":：")))


TIDY: dict[str, tuple[str, ...]] = {
    "indicator": ("指标", "指标名称", "指标项", "指标项目", "项目", "名称"),
    "period": ("期间", "时期", "报告期", "统计期", "统计期间", "数据期间", "所属期", "月份", "时间"),
    "value": ("数值", "值", "读数", "完成数", "完成值", "实际数", "实际值", "累计数", "数据"),
    "unit": ("单位", "计量单位", "数据单位"),
    "source": ("来源", "数据来源", "报送单位", "填报单位", "来源单位"),
    "recorded_at": ("记录时间", "记录日期", "填报日期", "填报时间", "报送日期", "报送时间", "recordedat", "recorded"),
    "region": ("地区", "区划", "行政区划", "区划代码", "地区代码"),
    "basis": ("口径", "数据口径", "统计口径"),
    "status": ("状态", "数据状态"),
}
FORM = ("指标", "期间", "数值", "单位", "来源", "上次期间", "上次数值", "填报说明")  # the header of our own form
REQUIRED = ("indicator", "period", "value", "unit")
LABELS, UNITS = TIDY["indicator"], TIDY["unit"]
NUMBERING = ("序号", "编号", "no", "no.", "#", "行号")
_BY_WORD = {word: name for name, words in TIDY.items() for word in (name, *words)}


@lru_cache(maxsize=4096)
def tidy_name(text: str) -> str:
    """The column of the tidy layout that a heading means, or empty."""
    word = plain(text).lower().strip("\"'“”*:：")
    return _BY_WORD.get(word) or _BY_WORD.get(re.sub(r"\(.*\)$", "", word), "")


def is_label(text: str) -> bool:
    """Whether a heading stands over the names of indicators."""
    return plain(text) in (*LABELS, "indicator")


def is_unit_heading(text: str) -> bool:
    return plain(text) in (*UNITS, "unit")


@dataclass(frozen=True)
class Heading:
    """A month heading: the last month, whether it is cumulative, its own year if it names one.

    ``basis`` is empty for 2月, 3月 …, which do not say whether they are cumulative. ``plain`` marks the
    spelling that needs no remark (1月, 1-3月).
    """

    month: int
    basis: str
    year: int | None = None
    plain: bool = False


@lru_cache(maxsize=4096)
def month_heading(text: str, kind: str = "") -> Heading | None:
    """Read a heading such as 1-3月, １－５月, 一至十月, 1-12月（全年）, 2024年1-3月, 上半年; None if it is none.

    A date that Excel made of 1-2 (2 January) is read back; the caller names it.
    """
    if kind == "date":
        found = re.fullmatch(r"\d{4}-01-(\d{2})", text)
        return Heading(int(found[1]), "cumulative") if found and 2 <= int(found[1]) <= 12 else None
    if found := re.fullmatch(r"1-(\d{1,2})月", text):
        return _heading(int(found[1]), "cumulative", exact=True) if not found[1].startswith("0") else None
    if text == "1月":
        return Heading(1, "cumulative", plain=True)
    slim = plain(text)
    year = None
    if found := re.match(r"((?:19|20)\d{2})[年.]?", slim):
        year, slim = int(found[1]), slim[found.end() :].lstrip("-")
    single = bool(re.search(r"当月|单月|本月", slim))
    cumulative = bool(re.search(r"累计|全年", slim))
    slim = re.sub(r"\((?:全年|累计|当月|单月|本月|累计数|当月数|预计|快报|.{0,2}元|%|家|个)\)", "", slim)
    slim = re.sub(r"(?:累计|当月|单月|本月)(?:数|值|完成)?|份$|底$|末$|^截-?", "", slim)
    slim = re.sub(r"(?<=月)(?:份|底|末)", "", slim)
    month = _month(slim)
    if month is None:
        return (
            Heading(12, "cumulative", year)
            if (cumulative and slim in ("全年", "") and not single and year) or slim == "全年"
            else None
        )
    last, from_january = month
    if not 1 <= last <= 12:
        return None
    basis = "single" if single else "cumulative" if cumulative or from_january else ""
    return Heading(last, basis, year)


def _heading(month: int, basis: str, *, exact: bool) -> Heading | None:
    return Heading(month, basis, plain=exact) if 1 <= month <= 12 else None


def _month(text: str) -> tuple[int, bool] | None:
    """The last month of a slim heading and whether it reckons from January."""
    for word, month in (
        ("上半年", 6),
        ("前三季度", 9),
        ("前3季度", 9),
        ("第一季度", 3),
        ("一季度", 3),
        ("1季度", 3),
        ("全年度", 12),
        ("年度", 12),
    ):
        if text == word:
            return month, True
    text = re.sub(r"[一二三四五六七八九十]+(?=月|-|$)", han_month, text)
    if found := re.fullmatch(r"0?1月?-0?(\d{1,2})月?", text):
        return int(found[1]), True
    if found := re.fullmatch(r"0?(\d{1,2})月", text):
        return int(found[1]), int(found[1]) == 1
    return None


def is_group(text: str) -> bool:
    """Whether a cell above the months only groups them: 一季度, 第二季度, 上半年, 累计完成."""
    return bool(re.fullmatch(r"第?[一二三四1-4]季度|[上下]半年|.*(累计|完成|月度).*|\d{4}年?度?", plain(text)))
