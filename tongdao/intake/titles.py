"""What the lines over a table, notes below and remarks beside its figures say of them; only what changes figures."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from tongdao.base import Period, from_han, plain, plain_years
from tongdao.intake.headings import NUMBERED, Heading, bilingual, month_heading, year_heading
from tongdao.intake.meaning import OTHER, Names, Said, foreign, one_of_several
from tongdao.plan import Indicator

RATE = re.compile(r"增速|增长|增幅|growth|rate", re.I)
_SIZED = "规(?:模以)?上|规模(?:工业|企业)|限(?:额以)?上|高技术(?:产业|制造业|服务业)|大中型(?:工业)?企业"
_SCALED = re.compile(f"(?:{_SIZED})[工商服务业]*(?:企业|单位)*")
_PARTY = (  # of whom figures are, where what they did stands behind: 企业研发投入, not 企业上云
    "(?:(?:全部|所有|各类)?(?:[县市省]属|国有|民营|私营|外资|重点|部分|样本|骨干|龙头|园区|监测|工业|服务业)*企业"
    "|高校|高等[学院]校|科研(?:机构|院所)|研究(?:与开发)?机构)"
    "(?=研发|R&D|科技活动|(?:主要|完成|生产|经营)|指标|情况|数据(?!库)|[统报]计?表|\\d|$)"
)
SCALE = re.compile(f"{_SIZED}|{_PARTY}")
_FIRMS = re.compile(  # 规上工业企业新产品开发和销售 is of those firms, 规上工业和投资 is not
    f"[^、和及与]*?(?:(?:[规限](?:模以|额以)?上[工商服务业]*(?:企业|单位)|高技术(?:产业|制造业|服务业)|大中型(?:工业)?企业)(?![、和及与数单个户家培入]|$)|{_PARTY})"
)
SOME = re.compile(  # words over a table that some indicators have in their names
    f"{RATE.pattern}|{SCALE.pattern}|平均|[人月日户]均|指数|比[重例]|[得评]分|分值", re.I
)
_NAMED = re.compile(  # where such a word is part of a name
    "《[^》]*》|(?:提升|行动|发展|实施|科技|培育|倍增|专项|振兴|攻坚|三年)计划|计划单列|[稳促]增长"
    "|人口(?:自然|机械)?变动|增长(?:极|点|行动|方案|工程|动[能力])|(?:约束|预期|引导)性(?:目标|指标|任务)?|预期(?=目标|指标)"
)
_AGAIN = re.compile(  # where a word for what is done is part of one for what is wanted
    "(?:预[计期测]|应)完成|完成[率比]|计划完成(?!情况|进度|率)|(?:计划|目标|序时)进度|进度(?:计划|目标|安排)"
    "|(?:执行|推进|落实|监测|跟踪|完成)(?=(?:目标|计划|任务)[表数值]?$)"
)
_DONE = re.compile("完成|执行|进展|进度|落实|推进|监测|跟踪|对比|比较")
_SHARED_OUT = re.compile("分解|下达|安排|分配|预[计测]")
_BESIDE = ("目标", "计划", "任务", "预算", "下达", "分解", "进度", "完成率", "完成比", "序时", "排名", "同比", "比例")
_COMPARED = re.compile("对比|比较|对照")
_ASIDE = re.compile(
    "(?:单位|数据来源|来源|注|说明|时间:最近)|.*(?:填报(?![示样])|[审复]核|(?:制|填)表|联系人)|.*(?:局|委|办|厅|处|股|中心|计划科|政府|办公室|委员会|小组|专班)$"
)
_CALLED = re.compile(  # a noun for figures that ends a clause
    rf"(?:预[计期测]完成|(?:{OTHER.pattern})(?:情况|任务|指标|目标)*)+(?:数据?|值|量|额|报?表|[书类]|口径|方案|文件|通知)?$",
    re.I,
)
_OF_ALL = (
    "(?:以[上下]|[上下]述|下列|[此该]|本表|表[中内]|所[有列]|各项|全部)(?:各项?|所[有列])?"
    "(?:数据|数字|数值|指标值?|数)?[均皆都]?"
)
_ALL = re.compile(f"(?:{_OF_ALL}|^(?:(?:统计)?数[据字]|各数)[均皆都]?)(?:[为系是]|(?=截[止-]|除|作废)|已(?=作废))(.+)$")
_WITH = re.compile(
    f"(?:{_OF_ALL}|^(?:统计)?(?:数据|口径|范围)?|^(.{{2,20}}?))(不含|不包[含括]|剔除|包?含|包括)(.+?)后?$"
)
_SCOPE = re.compile("(?:统计|数据)?(?:范围|口径)[:为是](.+)|(.{2,12}?)的?(?:数据?|口径)")  # of a place, or 规上企业
_CARRIED = re.compile("[上去往前]年|以前年度|结转|[预估]计")  # what makes figures that hold it others
_MARKED = re.compile('(?:[带标注加]有?)?[“"]?([*※†‡①-⑳])[”"]?(?:号|者)?的?(?:数据|数字|数)?(?:表示|[为系是指])?(.+)')
# of those who gave figures, not of what they are
_GIVEN = re.compile("[局委办厅院]|部门|提供|反馈|(?<![快速])报|(?<![县市年])统计|统计(?!数)|汇总|核|公布|价|口径")
_SOME = re.compile("(.{2,30}?)(?:的?(?:数据|数字|数值|数))?[均皆都]?[为系是](.+)")
_ROUND = re.compile("^(?:[附注备说明]{1,2}:)?[均皆都]?[为系是]?|[,;](?:请?勿|仅供).*|[().。]|:+$")  # around its words
_SINCE = re.compile(r"(\d{4})年(?:以来|至今)的?累计(?:完成|数据?|值|量|主要|指标|情况|表|\))*(?:$|\()")
_SOFT = re.compile("[增升降变比占差]|人均|平均|达成|进度|历史|指数|得分|分值|权重")  # which end many another phrase
_KINDS = re.compile(  # of columns that tell a part of the whole in each row
    "行业(?:门类|类别)?|(?:登记注册|企业|经济)类型|所有制|企业规模|执行部门"
    "|(?:填报|申报|所属|所在|调查|样本|监测)?(?:企业|公司|法人(?:单位)?|园区|开发区|(?:行政)?村|社区|学校|[高院]校|医院)(?:名称)?"
)
_WHOLE = re.compile("[合总共]计|[全所各][部有行社县市区州省类村学企园]|不分|略|[无否是有见详同按]|\\W|\\d|.+[等家局]$")
_FIRM = re.compile(
    r"[\u4e00-\u9fff()]{1,24}?(?:(?<!上市)公司|集团|(?<![工水电])厂|(?<!供销)(?<!农民)(?<!和)合作社|大学|医院|中学|(?<!中)小学)(?=主要|指标|情况|数据|完成|报|生产|经营|研发|科技|\d|\W|$)"
)
_PREDICATE = re.compile(
    "完成|已|超|(?<!下)达|按|比|较|未|无|不|[高低优好快]于|符合|[纳列]入|[对参]照|见|提前|重点|实现|确保"
)
_ENDS = "县(?![域城级])|市(?![场民容值])|区(?![域间块])"  # of a county's name or a city's
_TOWNS = "镇(?!化)|乡(?![村镇土贤])|街道"
_PLACE = re.compile(rf"^([\u4e00-\u9fff]{{2,7}}?(?:自治[县州]|{_ENDS}|州|旗(?![舰下])|{_TOWNS}))")
_COUNTY = re.compile(  # one that a title names behind its city
    rf"(?!示范|试点|重点|百强|脱贫|山区|直管|[一二两三四五六七八九十])[\u4e00-\u9fff]{{2,3}}?(?:{_ENDS}|旗)"
)
_LONGER = re.compile(rf"(?:{_ENDS})(?![州县区]|(?<=县)市)|[\u4e00-\u9fff]{{1,6}}族自治[州县]")
_AND, _AND_ALL = tuple("、和与及/"), re.compile("[与和及、]全[国省市州区]")
_LEVEL = re.compile("[一二三四]?级|认定|备案")  # 怀化市级备案企业 are of no other place
_NO_PLACE = re.compile(
    "^(?:省[市县区]|城市|各|全|本|我|该|分|县|市|区|主要|重点|创新|关于)|(?:城|超|上|集|都)市$|[城乡小]镇$|城乡$|[下返归]乡$"
    "|[心主老新旧县市]城区$|[园新发范社山辖市郊片景地验贸税作能]区$|行政区$"
)
_ZONE = re.compile(
    r"(?:\d{4}年)?(?:[\u4e00-\u9fff]{2,3}?)?(?:高新(?:技术(?:产业)?)?|经开|开发|(?:经济|技术|产业|工业)+)(?:开发)?园?区(?!域)"
    "|[主城]*区(?!域)|[市县区]?(?:本级|直属)|(?:园区|乡镇|街道)(?=主要|指标|完成|数据|情况|$)"
)
_TOWN = re.compile(rf"[\u4e00-\u9fff]{{2,5}}?(?:{_TOWNS})")
_SHORT = re.compile("([\u4e00-\u9fff]{2,4}?)(?=主要|重点|各项|国民|指标|数据|情况|统计(?!局)|\\d|$)")  # 怀化2024年指标
_STRETCH = re.compile(
    r"(?:\d{4}年?)?(?:(?:(?:元|1?\d)月?-)?(?:1[0-2]|[1-9])月(?:份|末|底)?|前[二三23]季度|第?[一二三四1-4]季度末?|上半年|全年)"
)
_DATE = re.compile(rf"^(?:{_STRETCH.pattern}|\d{{4}}年度?|下半年|[\d.-]+)+")
_PARTS = re.compile(r"(?:[各所]|下辖|分)[\u4e00-\u9fff、]{0,3}[县区市乡镇](?![级直域块])")
_ORGAN = re.compile(r"[\u4e00-\u9fff]{0,8}(?:局|委|办|厅|院|中心|政府|队)")
_OFFICE = re.compile(r"单位|(?:[局委办厅院]|政府|中心)\W*$")
# behind which a place is not the table's
_NOT_OF = re.compile("(?:来源|地址|住址|报送|抄送|主送|抄报|联系人|电话|支持|承印|承办|提供|软件)$")
_SENT = re.compile("(?:报|送|抄|呈)+.*(?:局|委|办|厅|处|股|中心|政府)$")  # to whom
_YEARS = r"\d{4}(?:-\d{4})?年度?"
_BEFORE = (
    r"(?:[各分](?:省份?|自治区|直辖市|县|市|区|地|州|旗|盟|乡|镇|街道|地区|城市|单位|、)*|县|市|区"
    rf"|{_YEARS}|历年|主要年份|全县|指标|名称|附?表|\d+(?:-\d+)*|\W)*"
)
_AFTER = (
    r"(?:统计|监测|报送|完成|汇总|一览|情况|数据|年度|按?(?:分|各)(?:县|市|区|地区|年|月|季)*|表|县|市|区"
    rf"|单位:\S*|{_YEARS}|\d{{4}}|\W)*"
)
FULL_DATE = r"(?:19|20)\d{2}\s*(?:年\s*\d{1,2}\s*月\s*\d{1,2}日?|([./-])\s*\d{1,2}\s*\1\s*\d{1,2})"
_UNTIL = re.compile(r"(截[至止]\s*\d{4}年(?:0?2月(?=2[89])|(?:0?[469]|11)月(?=30)|(?:0?[13578]|1[02])月(?=31)))\d\d日")
_DATED = re.compile(
    rf"(?:填报|制表|报送|打印|发布|更新|印发|截止|报出)[^,，;；]{{0,4}}(?:日期|时间)?[:：]?\s*\d{{4}}\D.*|{FULL_DATE}"
)
_HAN_MONTH = re.compile("[一二三四五六七八九十]{1,3}(?=(?:-[一二三四五六七八九十]{1,3})?月)")


def read_title(names: Names, lines: Sequence[str], file: str = "") -> Said:
    """What the lines above a table say of all its numbers.

    ``file`` is the file's own name, of which the Chinese words count; its period where the lines name none.
    """
    said = _titled(names, lines)
    spelled = "|".join(map(re.escape, names.longest))  # R&D经费 is a name, report is none
    words = re.sub(f"({spelled})|[A-Za-z]+", lambda found: found[1] or " ", plain(file), flags=re.I)
    more = _titled(names, [words.replace("_", " ")])
    region, left = said.region or more.region, said.left or more.left
    if said.region and not names.within(said.region, more.region):
        left = left or f"{words.strip()}（文件名）"
    same = {name: getattr(said, name) or getattr(more, name) for name in ("heading", "status", "other", "item")}
    return replace(said, region=region, left=left, **same)


def _titled(names: Names, lines: Sequence[str]) -> Said:
    said, stretches, years = Said(), dict[tuple[int, int], Heading](), set[int]()
    for line in sorted(lines, key=lambda line: bool(_OFFICE.search(line))):  # which may be of the place named
        own, english = bilingual(_DATED.sub("", _UNTIL.sub(r"\1底", line[:400].replace(names.plan_title, ""))))
        text = plain(own)
        there = [name for name in names.longest if name in text.casefold()]
        items = {names.items[name].id: names.items[name] for name in there if _whole(names, name, text)}
        bare = re.sub("|".join(map(re.escape, there)), "", text, flags=re.I)
        item = next(iter(items.values())) if len(items) == 1 else None
        said = replace(said, other=said.other or _other(names, bare) or foreign(english, item))
        said = replace(said, item=item if said.item in (None, item) else None) if items else said
        said = _place(names, said, bare)
        bare = _HAN_MONTH.sub(lambda month: str(from_han(month[0]) or month[0]), plain_years(bare))
        for one in _STRETCH.finditer(bare):
            if heading := month_heading(one[0]):
                key, year, before = _stretch(heading), heading.year, stretches.get(_stretch(heading), heading)
                key = (year, 0) if year and before.year not in (None, year) else key
                stretches[key] = heading if year and not before.named else before
        years |= {int(year) for year in re.findall(r"(?<!\d)((?:19|20)\d{2})(?:年(?!鉴)|(?<=\(.{4})\)$)", bare)}
        if re.search(r"快报|初步", bare):
            said = replace(said, status="preliminary")
    if not stretches and len(years) == 1:
        return replace(said, heading=Heading(Period(years.pop() * 12 + 11, 12), plain=True))
    return replace(said, heading=next(iter(stretches.values()))) if len(stretches) == 1 else said


def _stretch(heading: Heading) -> tuple[int, int]:
    """The months of a year that a title speaks of: 一季度 is 1-3月, 二季度 is not 1-6月."""
    period = heading.period
    return period.end % 12, period.months if period.months == 12 or period.start % 12 else 1


def _other(names: Names, text: str) -> str:
    """The word by which a title says that its table holds no readings; targets may stand beside what was done."""
    bare = _NAMED.sub("", text)
    for place in names.places:
        bare = bare.replace(place, "")
    if _ASIDE.match(bare):
        return ""
    if called := next((inner for inner in re.findall(r"\(([^()]*)\)", bare) if _CALLED.fullmatch(inner)), ""):
        return called
    if bare != text:  # the county within all the country
        bare = re.sub("(?<![与和及、较比])全[国省市州区]", "", bare)
    words = [word for word in OTHER.findall(bare) if word not in ("占", "plan", "rate", "change")]
    again = _AGAIN.sub("", bare)
    done, shared = (max((one.start() for one in of.finditer(again)), default=-1) for of in (_DONE, _SHARED_OUT))
    if done > shared:  # the last word of a title says what it is
        words = [word for word in words if word not in _BESIDE and not _COMPARED.search(again)]
    scale = SCALE.search(bare) if not re.search("[、和及与]", bare) or _FIRMS.match(bare) else None
    return words[0] if words else scale[0] if scale else ""


def _whole(names: Names, name: str, text: str) -> bool:
    """Whether a title speaks of the indicator itself and not of 人均… or …目标."""
    before, after = (_STRETCH.sub("", part) for part in text.casefold().split(name, 1))
    for place in names.places:
        before, after = before.replace(place, ""), after.replace(place, "")
    after = re.sub(r"\([^()]{1,8}\)", "", after)
    return bool(re.fullmatch(_BEFORE, before) and re.fullmatch(_AFTER, after))


def _place(names: Names, said: Said, text: str) -> Said:
    for piece in re.split(r"[()\[\]:;,。《》“”]", text):
        before = text.split(piece, 1)[0].rstrip(":") if piece else "来源"
        if _NOT_OF.search(before) or _SENT.match(piece):
            continue
        filed = before.endswith(("单位", "填报", "制表"))  # an office of the city may, one of another county may not
        piece = _DATE.sub("", re.sub(r"^(?:附件|附表|表)", "", piece))  # noqa: PLW2901
        known = [(piece.rfind(place), place) for place in names.places if not place.isdigit() and place in piece]
        if known:
            at, place = max(known)
            code, ahead, behind = names.regions[place], piece[:at], _DATE.sub("", piece[at + len(place) :])
            sides = (behind[1:] if behind[:1] in _AND else "", ahead if ahead[-1:] in _AND else "")
            others = filter(None, (_PLACE.match(_DATE.sub("", side)) for side in sides))
            part = _ZONE.match(behind) or ((town := _TOWN.match(behind)) and not _NO_PLACE.search(town[0]))
            organ = _ORGAN.match(behind)
            ours = organ and code == names.own and not names.within(said.region, code)
            here = next((name for name, one in names.regions.items() if ours and name != one == said.region), "")
            strange = organ and code not in (names.own, filed and said.region) and not (filed and place[-1] in "省市州")
            if here:  # our own office has the figures of no other place
                said = replace(said, left=f"{here}、{piece[:20]}")
            elif (
                (len(known) > 1 and ahead.endswith(_AND))
                or any(not _NO_PLACE.search(other[1]) for other in others)
                or _PARTS.match(behind.lstrip("、和与及/"))
                or ((part or _FIRM.match(behind)) and not filed)
                or (place[-1] in "省市州" and (inner := _COUNTY.match(behind)) and not _NO_PLACE.search(inner[0]))
                or _AND_ALL.search(piece)
                or strange
                or (place[-1] not in "省市县区州旗" and _LONGER.match(behind))  # a city is not the province of its name
            ):
                said = replace(said, left=piece[:20])  # whose figures: the office's place or the parts of it
            elif not filed and not (organ and said.region):
                said = replace(said, region=code)
        elif (own := _SHORT.match(piece)) and (city := names.cities.get(own[1])) and not filed:
            said = replace(said, region=city)
        elif not filed and (_ZONE.match(piece) or _PARTS.match(piece) or piece.startswith(names.unsure)):
            said = replace(said, left=piece[:20])
        elif firm := _FIRM.match(piece):
            said = replace(said, left=firm[0])
        elif (found := _PLACE.match(piece)) and not (_NO_PLACE.search(found[1]) or (filed and found[1][-1] in "市州")):
            said = replace(said, left=found[1])
    return said


@lru_cache(1000)
def strange_office(names: Names, filed: str, here: str) -> str:
    """The office of another place than ``here`` that a line says has filed the table."""
    return _titled(names, [here, filed]).left


def is_place(text: str, head: str) -> bool:
    """Whether a cell is the name of a county or town, under a heading that is of places and not of offices."""
    found = _PLACE.fullmatch(plain(text)) if re.search("[县区市州旗乡镇地]", head) else None
    return bool(found and not _NO_PLACE.search(found[1]) and not re.search("单位|部门|来源", head))


@dataclass(frozen=True)
class Claim:
    """What a clause of a note says of the figures that bear its ``mark``, or of all."""

    words: str
    said: Said
    mark: str = ""
    of: Said | None = None  # the figures meant: of one indicator or period

    def at_odds(self, region: str, period: Period | None, item: Indicator | None = None) -> bool:
        """Whether figures of the region and period, if it is known, cannot be what the clause says: one up to March is
        more than 截至2月."""
        said, told, until = self.said, self.said.heading, "截" in self.words
        if period and told and period.end > told.of(period.year).end:
            return told.named or not until or period.month < 12  # 截至1月 may be of the next year
        other_year = period and told and told.year not in (None, period.year) and not until
        other = said.other and not (SCALE.fullmatch(said.other) and (item is None or fits(item, said.other)))
        return bool(other or said.left or other_year) or said.region not in ("", region)

    def against(self, item: Indicator, region: str, basis: str, period: Period) -> bool:
        """Whether a figure cannot be what the clause says."""
        of = self.of or Said()
        if of.item not in (None, item) or (of.heading and of.heading.of(period.year).end != period.end):
            return False
        single = self.said.basis == "single" and (item.traits.rate or basis == "cumulative")
        stock = self.said.basis == "level" and item.traits.cumulates
        return single or stock or self.at_odds(region, period, item)


@lru_cache(10_000)
def noted(names: Names, note: str) -> tuple[Claim, ...]:
    """What the clauses of a note say of figures: 以上数据均为预计数, 本表为2023年数据, 数据包含云泽县, *为初步数."""
    found, bare = list[Claim](), _ROUND.sub("", plain(note))
    if _CALLED.fullmatch(bare) and not RATE.search(bare):  # a legend may explain 增速
        found.append(Claim(bare, Said(other=bare)))
    elif bare != plain(note) and (said := names.read(re.sub("(?:同比)?增[速长]$", "", bare))).sound:
        single = "single" in (said.basis, said.heading and said.heading.basis)
        found.append(Claim(bare, Said(heading=said.heading, basis="single" if single else "")))
    for clause in (re.sub("^:*(?:[附注备说明]{1,2}:)?|:+$", "", one) for one in re.split("[,，。;；]", plain(note))):
        if marked := _MARKED.fullmatch(clause):
            found.append(Claim(clause, _claimed(names, marked[2].lstrip(":")), marked[1]))
        found += [Claim(clause, Said(heading=year_heading(since[1]))) for since in _SINCE.finditer(clause)]
        if (whose := _SCOPE.fullmatch(clause)) and not _GIVEN.search(whose[2] or ""):
            place = _titled(names, [whose[1] or whose[2]])
            some = re.fullmatch(f"(?:全[县市区州旗])?(?:{_SCALED.pattern}|{_PARTY})", whose[1] or "")
            scale = place.other if some or _SCALED.fullmatch(whose[2] or "") else ""
            found.append(Claim(clause, Said(region=place.region, left=place.left, other=scale)))
        for part in clause.split(":"):
            if whole := _ALL.search(part):
                found.append(Claim(part, _claimed(names, whole[1])))
            elif (scope := _WITH.search(part)) and (not scope[1] or names.read(scope[1]).figures):
                without = scope[2][0] in "不剔"
                out = any(what.match(scope[3]) for what in ((_ZONE, _PLACE) if without else (_CARRIED,)))
                within = Said() if without else _within(names, scope[3])
                found.append(Claim(part, Said(other=part) if out else within))
            elif some := _SOME.fullmatch(_NAMED.sub("", part)):
                of, called = names.read(NUMBERED.sub("", some[1])), _CALLED.fullmatch(some[2])
                told = _claimed(names, some[2])
                told = Said(other=part) if called else Said(heading=told.heading, basis=told.basis if of.item else "")
                found += [Claim(part, told, of=None if called else of)] if of.figures and (called or of.sound) else []
    return tuple(claim for claim in found if claim.said != Said())


def _within(names: Names, scope: str) -> Said:
    """The county that figures hold besides their own, whose zones and towns are in it."""
    for piece in re.split("[、和及与]", scope):
        name = next((name for name in names.regions if piece.startswith(name)), "")
        place, found = names.regions.get(name, ""), None if name else _PLACE.match(piece)
        if _LEVEL.match(piece, found.end() if found else len(name)):
            continue
        strange = found and found[1][-1] not in "区镇乡道" and not _NO_PLACE.search(found[1])
        if place not in ("", names.own) or strange:
            return Said(region=place, left=piece if strange else "")
    return Said()


def _claimed(names: Names, text: str) -> Said:
    """What figures are said to be; their year only where every word is known: 2023年修订数 may be of any year."""
    other = text if _CALLED.fullmatch(_DATE.sub("", _NAMED.sub("", text))) or called_other(text) else ""
    status = "preliminary" if re.search("快报|初步(?!整理)", text) else ""
    if other or _GIVEN.search(text):
        return Said(other=other, status=status)
    single = "累计" not in text and re.search("(?<!非)(?:当月|单月|本月|当季|单季)", text)
    basis = "single" if single else "level" if re.search("(?:余额|存量)[数值]?$", text) else ""
    title, whole = _titled(names, [text]), names.read(re.sub(r"统计|(?<=月)\d{1,2}日", "", text))
    heading = whole.heading if whole.sound else None
    return Said(heading=heading, region=title.region, left=title.left, basis=basis, status=status)


@lru_cache(10_000)
def called_other(text: str, head: str = "") -> bool:
    """Whether a cell beside a figure says that it is another one: 目标, 省下达任务, 预计数，仅供参考.

    ``head`` stands over the cell: 是否预计, or 行业, so that 制造业 is but a part.
    """
    if head.startswith("是否") and OTHER.search(head):
        return text.strip() in ("是", "√", "1", "Y", "y")
    if _KINDS.fullmatch(head.strip()):
        return not _WHOLE.match(text.strip()) and not one_of_several(text)  # 甲公司、乙公司 are those counted
    whose = re.fullmatch("(?:单位|机构|主体)?名称|单位|(?:经营|[申填]报|市场)?主体|", head.strip())
    if (whose and _FIRM.fullmatch(text.strip())) or re.fullmatch(r"其中\W?(?!.*[已由含\d])[\w、]{0,10}", text.strip()):
        return True
    for clause in re.split("[,，。;；(（)）]", text[:60].strip()):
        slim = _NAMED.sub("", re.sub(r"^\d{4}年度?|\s", "", clause))
        found = None if len(slim) > 14 or re.search(r"\d", slim) else _CALLED.search(slim)
        if found and not _PREDICATE.search(before := slim[: found.start()]) and not (before and _SOFT.match(found[0])):
            return True
        if _SCALED.fullmatch(slim):
            return True
    return False


def fits(item: Indicator, word: str) -> bool:
    """Whether a word over a table is one of ``SOME`` and true of an indicator."""
    sign = re.sub("^([规限]).*|^(高技术|大中型).*|.*(均)$|^(?:全部|所有|各类)", r"\1\2\3", word)
    if RATE.fullmatch(word):
        return item.traits.rate
    return bool(SOME.fullmatch(word)) and sign in item.name.replace("年均", "")


def basis_in(text: str) -> tuple[str, str]:
    """The basis that a title names for all figures, and of what each is alone (月, 季); empty where none or both."""
    single, cumulative = re.search("[当单本]([月季])", text), "累计" in text
    return ("", "") if bool(single) == cumulative else ("single", single[1]) if single else ("cumulative", "")
