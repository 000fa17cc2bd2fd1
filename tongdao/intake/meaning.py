"""What the words around a number say of it: name, period, region, basis, unit, status, or that it is another number.

Every text is read to its end. What is neither known nor harmless is kept as ``left``, and its caller refuses it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tongdao.base import candidates, plain
from tongdao.intake.headings import LONGEST, NUMBERED, Heading, bilingual, month_heading, spelling, year_heading
from tongdao.intake.numbers import is_unit
from tongdao.plan import Indicator, Plan, by_word

_MARKS = re.compile(
    r"(?<=.)(?:[\[(【〔]?(?:见?注)\d{1,2}[\])】〕]?|\((?:注|[a-dr])\)|(?<!\d{4})(?<!年)\(\d{1,2}\)|(?<![\d(年])(?:[a-d]|\d{1,2})\)|[\[【〔]\d{1,2}[\]】〕]|\([①-⑳]\)|[①-⑳*※†‡¹²³⁰⁴-⁹])+$"
)
_IN_WORD = re.compile(r"[A-Za-z]{2}|\d\d")  # network is no net
_BETWEEN = re.compile(r"[\s()\[\]{}【】〔〕_:;,、/|·.。\-“”\"']+")
_MORE = "(?:数值|数额|数|值|量|额|完成|实际|新增|情况)*"
_TO_DATE = "(?:自?年初(?:以来|至今|至本月|-今|-本月)|1-本月)"
_SINCE = f"(?:{_TO_DATE}|自?年初|本年|今年|全年|年|(?:截?[止至])?本?月[止底末])"
_SINCE_JANUARY = ("增长", "增速", "同比增长", "同比增速", "同比实际增速")  # as databases call a growth rate
_TOKENS = tuple(
    (part, value, re.compile(pattern))
    for part, value, pattern in (
        ("basis", "cumulative", f"{_SINCE}?累计{_MORE}|{_TO_DATE}{_MORE}|cumulative"),
        ("basis", "single", f"(?:其中)?(?:[本今]年)?(?:当月|本月|单月|当季|本季|单季|当期)(?!末){_MORE}|single"),
        ("basis", "level", "(?:期末|[本当]?[月季年]末|时点)(?:存量|余额|数|值)?|存量(?:数|值)?|level"),
        ("status", "preliminary", r"(?:快报|初步|速报)(?:数|值|核算数?|统计数?)?|preliminary|[pP](?!\w)"),
        ("status", "final", "最终(?:数|值|核实数?)?|正式(?:数|值)?|定稿|年报(?:数|值)?|final"),
        ("", "", "(?:本期)?(?:实际)?(?:完成|实现)(?:数|值|量|额|情况)?|情况"),
        ("", "", "(?:本期)?实际(?:数|值)?|实绩|(?:本期|[本今]年)(?:数|值)?|[总数]量|总?数[据值]?|值|绝对[数值量额]"),
    )
)
OTHER = re.compile(
    r"目标|计划|任务|(?<!公共)预算|预期|预计|预测|估算|估计|[预暂]估|预安排|力争|展望|上年|去年|前年|上期|上月|上季|往年|历史|同期|基期|基数|同比|环比|增速|增长|增幅|增减|增加(?!值)|增量"
    r"|涨幅|降幅|升降|[比较]上年?|变化|变动|差额|差距|缺口|完成[率比%]|达成|进度|比重|比例|占比?|百分点|排名|位次|名次|排位|序时|平均|人均|[月日户]均(?!衡)|指数|得分|分值|权重"
    r"|全[国省市州区]|控制[数值线]|考核(?:指标)?[数值]|(?:底线|挑战|奋斗|红线)[指数值]|非实际|责任[书状]|建议[数值]|拟报|分解"
    r"|(?:五(?:时期|期间)?|(?:\d{4}年?)?-\d{4}年|历年)(?:以来)?累计|(?:滚动|近)\d+个月(?:滚动|累计)*|滚动(?:累计|[数值])|下达|[期年]初[数值]|调整前|修订前|不含|除外|除(?![另特注标]).{1,8}外|测算|推算|模拟|应完成|(?<![公展提])示例|样例|(?<!规)范例|^例[:：]?$|测试(?=数)|试填|(?<![原旧].)(?<![原旧]..)作废|草稿|勿用"
    r"|(?<![a-z])(?:target|plan|forecast|expect|last\s*year|previous|growth|change|[ymq]-?o-?[ymq]|ttm|rank|rate|proportion|average|mean|share|ratio|index|per\s*(?:capita|\d|thousand|household))(?:n?ed|n?ing|e?s)?(?![a-z])",
    re.I,
)
_ITSELF = {"growth": re.compile("growth|rate|change", re.I), "share": re.compile("share|rate|ratio|proportion", re.I)}
_UNIT_SAID = re.compile(
    r"(?:单位\s*(?:[:：]|应?[为是])|数据[为是]|[以按])\s*([^\s,，。;；、()（）:：]{1,6}?)\s*(?:为单位|计算?)?[)）。;；,，\s]*$"
)
_UNIT_LINE = re.compile(r"单位\s*(?:[:：]|[为是])\s*([^;；]+)")
_MUNICIPAL = ("11", "12", "31", "50")  # provinces that are cities, by their codes
_NAMESAKE = "220200"  # the one city whose short name is its province's too
_SELF = ("壮族自治区", "回族自治区", "维吾尔自治区", "自治区")
SPANS = {"月": 1, "季": 3, "半": 6, "年": 12}
PACES = ("频度", "频率", "周期")
REMARKS = ("备注", "说明")


@dataclass(frozen=True)
class Said:
    """``other`` is the word that makes it another number than a reading, ``left`` what nobody knows; ``span``: of a
    month or quarter alone (月, 季), ``pace`` the same by a column 频度, which may be but how often it is told."""

    item: Indicator | None = None
    heading: Heading | None = None
    region: str = ""
    basis: str = ""
    unit: str = ""
    status: str = ""
    other: str = ""
    left: str = ""
    named: bool = False  # whether a word for a figure stands there: 完成数
    span: str = ""
    pace: str = ""

    @property
    def sound(self) -> bool:
        return not self.other and not self.left

    @property
    def figures(self) -> bool:
        """Whether a heading that says this stands over figures."""
        return bool(self.heading or self.item or self.region or self.basis or self.status or self.named)


_NOTHING = Said()


def foreign(english: str, item: Indicator | None = None) -> str:
    """The English word by which a number is another than that of an indicator; 占比 is a share itself."""
    itself = _ITSELF.get(item.measure) if item else None
    return next((word for word in OTHER.findall(english) if not (itself and itself.match(word))), "")


def one_of_several(left: str) -> bool:
    """Whether several places are left, as a list is written: then it is unclear whose the figures are."""
    return "、" in left


def joined(upper: Heading | None, lower: Heading | None) -> Heading | None:
    """A period over or beside another: a year and its months, a quarter over its months; None if they differ."""
    if upper is None or lower is None:
        return upper or lower
    if upper.named != lower.named:
        year = (upper if upper.named else lower).period.year
        upper, lower = (replace(one, period=one.of(year), named=True) for one in (upper, lower))
    for outer, inner in ((upper, lower), (lower, upper)):
        if outer.period.start <= inner.period.start and inner.period.end <= outer.period.end:
            return inner if outer.period.months > 1 or inner.period != outer.period else upper
    return None


def together(parts: Iterable[Said]) -> Said:
    """All that several texts say of the same numbers; what contradicts itself is ``left``."""
    result, *rest = [part for part in parts if part != _NOTHING] or [_NOTHING]
    for part in rest:
        found: dict[str, Any] = {"named": result.named or part.named}
        more: list[str] = []
        for name in ("item", "region", "basis", "status", "unit", "span", "pace"):
            before, now = getattr(result, name), getattr(part, name)
            if before and now and before != now:
                more.append(f"{getattr(before, 'name', before)}与{getattr(now, 'name', now)}不一致")
            found[name] = before or now
        heading = joined(result.heading, part.heading)
        if heading is None and (result.heading or part.heading):
            more.append("两个期间不一致")
        left = "、".join(filter(None, (result.left, part.left, *more)))
        result = Said(heading=heading, other=result.other or part.other, left=left, **found)
    return result


def _short(name: str) -> str:
    """An autonomous county as people call it, without its nationalities: 甲乙县."""
    return re.sub(r"^(.{2,3}?)(?:[\u4e00-\u9fff]{1,5}族)+自治(县|州|旗|区)$", r"\1\2", name)


class Names:
    """All words for the plan's indicators and regions; only spelling is forgiven."""

    def __init__(self, plan: Plan) -> None:
        self.exact = by_word(plan.indicators)
        self._spelled = {spelling(word): item for word, item in self.exact.items()}
        self.words = [word for item in plan.indicators for word in (item.name, *item.aliases)]
        self.items = {plain(word).casefold(): item for word, item in self.exact.items()}
        for word in [word for word, item in self.items.items() if item.measure == "growth" and word.endswith("增速")]:
            for name in (f"{word[:-2]}{since}{rate}" for since in ("", "累计", "_累计") for rate in _SINCE_JANUARY):
                self.items.setdefault(name, self.items[word])
        self.longest = sorted(self.items, key=len, reverse=True)
        self.regions: dict[str, str] = {}
        regions = {code: plain(name) for code, name in plan.regions.items()}
        for code, name in regions.items():
            longer = ("省", *_SELF) if code.endswith("0000") and code[:2] not in _MUNICIPAL else ("市",)
            full = re.search("[省市县区旗]$|自治州$", name)  # 州 alone may end a short one
            ends = ("",) if full or not code.endswith("00") else ("", *longer)
            self.regions |= {code: code, _short(name): code} | {name + end: code for end in ends}
        own = regions.get(plan.region, "")
        self.regions |= {word: plan.region for word in (f"全{own[-1:]}", f"本{own[-1:]}", f"我{own[-1:]}") if own}
        self.places = sorted(self.regions, key=len, reverse=True)
        tail = f"(?<=..)(?:{'|'.join(_SELF)}|[省市县区州旗])$"
        shorter = [(re.sub(tail, "", name), code) for code, name in regions.items() if re.search(tail, name)]
        self.shorter = {name: code for name, code in shorter if [one for one, _ in shorter].count(name) == 1}
        self.regions |= self.shorter
        cities = ((name, code) for name, code in self.shorter.items() if code.endswith("00") and code != _NAMESAKE)
        self.cities = {name: code for name, code in cities if code[2:] != "0000"}
        self.unsure = tuple(name for name, code in self.shorter.items() if code != plan.region)  # 怀化 may be 怀化市
        self.units = {item.unit for item in plan.indicators}
        self.plan_title, self.own, self._codes = plan.title, plan.region, plan.regions.keys()
        self._read: dict[tuple[str, str], Said] = {}

    def read(self, text: str, kind: str = "") -> Said:
        """What a name, a heading or a cell of words says."""
        if (text, kind) not in self._read:
            self._read[text, kind] = self._said(text, kind)
        return self._read[text, kind]

    def _said(self, text: str, kind: str) -> Said:
        slim = re.sub("[合总]计$", "", plain(text))  # 全县合计
        if code := self.regions.get(slim) or self.regions.get(_short(slim)):
            return Said(region=code)
        if len(text) > LONGEST or not text.strip():
            return Said(left=text.strip()[:40])
        stem = NUMBERED.sub("", text.strip())
        if item := self._spelled.get(spelling(text)) or self._spelled.get(spelling(stem)):
            return Said(item)
        if heading := month_heading(text, kind) or year_heading(text):
            return Said(heading=heading)
        if kind:
            return Said(left=text)
        text, english = bilingual(text)
        rest = re.sub("自?1月起(?=累计)", "", _MARKS.sub("", plain(NUMBERED.sub("", text.strip()))))
        if heading := year_heading(rest):
            return Said(heading=heading)
        said = Said()
        while rest:
            rest, more = self._token(rest)
            said = together((said, more))
        return replace(said, other=said.other or foreign(english, said.item))

    def _token(self, rest: str) -> tuple[str, Said]:
        """What the text begins with, and the text behind it."""
        if between := _BETWEEN.match(rest):
            return rest[between.end() :], Said()
        there = (name for name in self.longest if rest.casefold().startswith(name))
        if name := next((name for name in there if not _IN_WORD.match(rest, len(name) - 1)), ""):
            return rest[len(name) :], Said(self.items[name])
        if place := next((place for place in self.places if rest.startswith(place)), ""):
            return rest[len(place) :], Said(region=self.regions[place])
        for end in range(min(len(rest), 20), 1, -1):
            if heading := month_heading(rest[:end]) or year_heading(rest[:end], alone=rest[end : end + 1] == "("):
                return rest[end:], Said(heading=heading)
        longer, word = (re.split(f"[]()[【】〔〕_:;、|{comma}]", rest, maxsplit=1)[0] for comma in ("", ","))
        if found := OTHER.search(word):
            return rest[len(word) :], Said(other=found[0])
        for unit in ("人(个)", longer, word):
            if rest.startswith(unit) and (unit in self.units or is_unit(unit)):
                return rest[len(unit) :], Said(unit=unit)
        for part, value, pattern in _TOKENS:
            if token := pattern.match(rest):
                more: dict[str, Any] = {part: value} if part else {}
                more |= {"span": span[0]} if value == "single" and (span := re.search("[月季]", token[0])) else {}
                ends = (at for name in self.longest if (at := rest.casefold().find(name)) > 0)  # 当月|指标名
                return rest[min(token.end(), *ends, len(rest)) :], Said(named=True, **more)
        if rest.startswith("单位"):
            return rest[2:], Said()
        return rest[len(word) :], Said(left=word)

    def elsewhere(self, left: str) -> str:
        """What a place is that is not the table's, in words."""
        known = any(place in left for place in (*self.places, *self.shorter))
        firm, other = re.search("公司|集团|厂|合作社|医院|学", left), "是另一个地区" if known else "不在计划的地区里"
        return "不知是哪里的数" if one_of_several(left) else "是一家单位的数" if firm else other

    @staticmethod
    def within(region: str, outer: str) -> bool:
        """Whether a region is another or lies in it, as its code says: 990106 in 9901 of a city 990100."""
        return region.startswith(outer.removesuffix("00").removesuffix("00"))

    def placed(self, named: Mapping[int, str]) -> tuple[str, bool]:
        """The region named below its province and city, by level; all of them where it lies in others. And whether one
        of them is not known."""
        *wider, own = named.values()
        code, unsure = self.regions.get(plain(own), ""), False
        for level, text in zip(named, wider, strict=False) if code else ():
            outer, there = self.regions.get(plain(text), ""), code[: 2 + 2 * level].ljust(6, "0")
            if not self.within(code, outer) if outer else there != code and there in self._codes:
                return "".join(named.values()), False
            unsure = unsure or not outer
        return own, unsure

    def unknown(self, text: str) -> str:
        """The sentence that refuses a name; a near miss is refused with its candidates."""
        said = self.read(text)
        if said.item and said.other:
            words = f"“{text[:40]}”里的“{said.other}”说明它不是“{said.item.name}”的完成数，没有读取"
            return f"{words}；请只报完成数，或删去这一行"
        if said.item:
            words = f"“{text[:40]}”里的“{said.left[:20]}”不认识，不能确定是不是“{said.item.name}”的读数"
            return f"{words}；请改成计划中的名称"
        return f"未知指标“{text[:40]}”，{candidates(text.strip(), self.words)}；请改成计划中的名称"


def unit_said(text: str) -> str:
    """The unit that a note or remark says figures are in: 金额单位为亿元, 以元为单位, 按万元计."""
    for clause in re.split("[,，。;；]", text):
        if (found := _UNIT_SAID.search(clause)) and is_unit(found[1].lstrip("百千万亿") or found[1]):
            return found[1]
    return ""


def units_in(text: str, names: Names) -> list[str]:
    """The units that a line over figures names, behind 单位： or in brackets."""
    found = _UNIT_LINE.search(text)
    bracketed = re.findall(r"[(（]([^()（）]{1,6})[)）]", text)
    told = [unit for unit in bracketed if unit in names.units or is_unit(unit)]
    return (re.split(r"[、,，/()（）\s]+", found[1]) if found else []) + told
