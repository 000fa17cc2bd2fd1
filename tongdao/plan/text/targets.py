"""Which numbers of a sentence are targets, and of what: most exclusions are rules of vocabulary.toml, with examples."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tongdao.plan.text.outline import Chunk
from tongdao.plan.text.sentence import COUNTED, RULES, WORDS, Quantity, in_a_row, quantities, slim

_SIGNS = "，,；;。：:！？!?"
_YEAR = re.compile(
    r"(?P<far>[较比从自以由与按][^，。；]{0,3})?(?P<span>(?<=[\d年])[-—–~～至]{1,2})?(?P<y>20\d\d)(?P<is>年?)(?P<to>[-—–~～至]{1,2}20\d\d年?)?"
    r"(?:\d{1,2}月(?:\d{1,2}日)?[-—–~～至到]+(?=[\d年次翌]))?(?P<m>\d{1,2}月)?(?:\d{1,2}日)?(?:年?[底末初])?(?!以来|的|基础|增加|版|第(?!.季度)|号|修订|远景)"
)
_FIVE = re.compile("(?<![较比从于])(?<![较比从于]“)十(?P<n>[一二三四五六七八])五”?(?:末|期末|期间|时期|，)")
_WITHIN = re.compile(
    r"(?<![\d年每月])(?:(?P<m>\d{1,2})月(?:\d{1,2}日|底|末)?(?:之|以)?前|全年(?!任务|目标|计划)|年[底末])"
    r"|(?:(?<=\d年)|(?<![\d年每月]))(?:第?(?P<q>[一二四]|[上前]二|前?三)季度|(?P<half>[上下])半年"
    r"|(?:1[0-2]|[1-9])月?[-—–~～至到]+(?P<to>1[0-2]|[1-9])月(?![龄大])(?:\d{1,2}日|底|末)?)"
)
_HIDDEN = re.compile(
    '《[^》]*》|“[^”]{0,16}”|‘[^’]*’|〔[^〕]*〕|[＂"][^＂"]{0,16}[＂"]|(?<!阶段)[（(](?!其中|国家级|省级|市级|新增|不少于|达到|力争)[^（）()]*[)）]'
)
_LISTED = r"(?:[到至]?20\d\d年?[底末]?[、和与]?){%d}"  # as many years
_TOTAL = "达|累计|总"  # what makes an amount no yearly or added one
IS = {name: re.compile(words) for name, words in WORDS.items()}
_RULES = {stage: [{key: re.compile(words) for key, words in rule.items()} for rule in RULES[stage]] for stage in RULES}
_LEAD_IN = re.compile(f"^{WORDS['lead_in']}")
_AND = re.compile(f"(?:和|及|以及|并)(?={WORDS['verbs']})")
_HAN_AHEAD = re.compile(f"(?:{WORDS['verbs']})(?:国家级|省级|市级|县级)?$")


@dataclass(frozen=True, kw_only=True)
class Target:
    """A target as the text states it.

    ``year`` and ``month`` are its own time and ``base`` the year it is compared with, 0 where the text gives none;
    ``yearly`` is 每年, 逐年 or 年均; ``net`` is 净增, also of the first of a list; ``row`` says that the quote is
    the row of a table, ``shares`` are of its places.
    """

    quantity: Quantity
    name: str
    quote: str
    chunk: Chunk
    strive: bool = False
    year: int = 0
    month: int = 0
    base: int = 0
    yearly: str = ""
    net: bool = False
    row: bool = False
    shares: tuple[tuple[str, float], ...] = ()


@dataclass
class Time:
    """What governs a stretch of text while it is read: the year spoken of, and whether that is over.

    ``outer`` is the year that 其中2025年 stands within, which holds again behind its part of the sentence.
    """

    year: int = 0
    month: int = 0
    past: bool = False
    outer: int | None = None


def last_year_of(plan: str) -> int:
    """The last year of the 十N五 five-year plan of that N."""
    return 2010 + 5 * "一二三四五六七八".index(plan)


def of_sentence(sentence: str, chunk: Chunk, time: Time, first_year: int, before: Sequence[Target]) -> Iterator[Target]:
    """The targets of one sentence; ``time`` is carried on."""
    text = slim(sentence)
    heard = _HIDDEN.sub(lambda span: span[0] if "五" in span[0] else "□" * len(span[0]), text)
    found, text = quantities(text), re.sub(r"(?<=\d)[,，](?=\d{3}(?!\d))", "·", text)  # 1,200 is one word
    kept = [one for one in found if heard[one.start] != "□" and not _aside(text, one)]
    phrases: list[Quantity] = []
    for one in reversed(kept):
        phrases[:0] = [one] if not _counts_what(text, one, kept, phrases) else []
    said = before[-1].name if before and before[-1].chunk is chunk else ""
    rewarded, net, told = False, False, 0
    for number, one in enumerate(phrases):
        begin, end, shared = _segment(text, phrases, number)
        around = text[_last(text, _SIGNS, one.start) : _next(text, _SIGNS, one.end)]
        tell(time, heard[told : one.start], first_year)
        *before_year, since = re.split(r"[到至]20\d\d年", text[told:end])  # what is to be by then is paid to nobody
        rewarded = (rewarded and not before_year) or bool(IS["reward"].search(since))
        earlier, told = told, one.start
        words = text[begin : one.start], text[one.end : end], one
        if time.past or one.number < 0 or _unfit(*words, around):  # below 0 is told only
            continue
        if IS["times"].fullmatch(one.unit) and not one.word and IS["settled"].match(words[1]):
            one = replace(one, word="以内")  # noqa: PLW2901  # 1个工作日办结: not longer
        if _rewards(text, one, around, rewarded) and not (
            one.unit == "%" and IS["rate"].search(text[begin : one.start])
        ):
            continue
        between = text[phrases[number - 1].end if number else earlier : begin]
        name = _name(*words[:2], one, _subject(between) or said) or text[begin:end][:20]
        name, year, month = _each(text, one, shared, name)
        name = re.sub(r"(?:[较比]|相较于|在)20\d\d年(?:的?基础上)?$", "", name) if one.change == "×" else name
        again = bool(number and name == said and one.unit == phrases[number - 1].unit)  # 增长确保6%、力争8%
        said = name if IS["only_rises"].fullmatch(name) else IS["risen"].sub("", name)
        head = text[begin : one.start]
        listed = number and text[begin - 1] == "、" and one.unit == phrases[number - 1].unit
        own = IS["verbs"].match(head) or re.search(_TOTAL, head)
        net = "净增" in head or bool(net and listed and not own)  # 净增企业1500户、商户4500户
        base = re.search(r"[较比](20\d\d)年|(20\d\d)年(?:的$|[^，]{0,4}基础上)", head)
        yield Target(
            quantity=replace(one, change=one.change or phrases[number - 1].change) if again else one,
            name=name,
            quote=sentence[begin:end].rstrip(_SIGNS + "、"),
            strive=bool(IS["strive"].search(text[_last(text, "；;", one.start) : one.start])),
            year=year or time.year,
            month=time.month if month is None else month,
            base=int(base[1] or base[2]) if base else 0,
            chunk=chunk,
            yearly=_yearly(text, head, one),
            net=net,
        )
    tell(time, heard[told:], first_year)


def _yearly(text: str, head: str, one: Quantity) -> str:
    """每年, 逐年 or 年均 as said of a number or of the first of its list: 每年新增A家、B家, but not 达到B家."""
    if text[one.start : one.end].endswith("/年"):
        return "每年"
    own = head[_last(head, _SIGNS, len(head)) :]
    before = "" if re.search(_TOTAL, own) else text[_last(text, _SIGNS, one.start) : one.start]
    said = re.findall("年均|(?<!人)每年|逐年", own) or re.findall("(?<!人)每年|逐年", before)
    return said[-1] if said else ""


def _last(text: str, signs: str, stop: int) -> int:
    return max((text.rfind(sign, 0, stop) + 1 for sign in signs), default=0)


def _next(text: str, signs: str, start: int) -> int:
    return min((place for sign in signs if (place := text.find(sign, start)) >= 0), default=len(text))


def tell(time: Time, text: str, first_year: int) -> None:
    """What years and words of the past say on the way to a number."""
    # place, year or 0 (a past), 1 (what lies ahead), 2 (a month), 3 (the end of 其中2025年), month
    events: list[tuple[int, int, int]] = [(found.start(), 3, 0) for found in re.finditer("[；;。）)]", text)]
    far = {found.end() for found in _YEAR.finditer(text) if found["far"]}  # 较2024年上半年 sets no month either
    for found in _YEAR.finditer(text):
        if not found["far"] and not found["span"] and (found["is"] or found["to"]):
            year = int(re.findall(r"20\d\d", found["to"] or found["y"])[0])
            events.append((found.start(), year, int(found["m"][:-1]) if found["m"] else 0))
    events += [(found.start(), 2, _month(found)) for found in _WITHIN.finditer(text) if found.start() not in far]
    events += [(found.start(), last_year_of(found["n"]), 0) for found in _FIVE.finditer(text)]
    events += [(found.start(), 0, 0) for found in IS["past"].finditer(text)]
    events += [(found.start(), 1, 0) for found in IS["ahead"].finditer(text)]
    for place, year, month in sorted(events):
        if year == 2:
            time.month = month
        elif year == 3:
            time.year, time.outer = time.year if time.outer is None else time.outer, None
        elif year > 1:
            time.outer = time.year if re.search("其中[，：:]?$", text[:place]) else time.outer
            time.year, time.month, time.past = year, month, year < first_year
        elif year == 0 or not 0 < time.year < first_year:
            time.past = year == 0


def _month(found: re.Match[str]) -> int:
    """The last month of 二季度, 下半年, 4月至6月, 6月底前; 0 of 全年."""
    quarter = "一二三四".find((found["q"] or "-")[-1]) + 1
    return int(found["m"] or found["to"] or 3 * quarter or {"上": 6, "下": 12}.get(found["half"], 0))


def _segment(text: str, phrases: Sequence[Quantity], number: int) -> tuple[int, int, list[Quantity]]:
    """Begin and end of the words a number stands in, and the numbers that share them (分别达到A、B)."""
    one = phrases[number]
    begin, end = _last(text, _SIGNS, one.start), _next(text, _SIGNS, one.end)
    together = [each for each in phrases if begin <= each.start and each.end <= end]
    first = text.rfind("分别", begin, one.start)
    shared = in_a_row(text, [each for each in together if each.start > first])
    years = len({each.unit for each in shared}) == 1 and re.search(_LISTED % len(shared), text[: shared[0].start])
    if (years or first >= 0) and len(shared) > 1 and one in shared:  # 到2025年和2027年达到甲和乙
        alone = begin > 1 and first >= 0 and not _LEAD_IN.sub("", text[begin:first])
        return (_last(text, _SIGNS, begin - 1) if alone else begin), end, shared
    if begin == one.start and one.end == end and begin > 1 and text[begin - 1] in "，," and number:
        begin = _last(text, _SIGNS, begin - 1)  # a number alone after the comma belongs to what was said before it
    for each in together:
        if each.end <= one.start:
            cut = re.search("[、和及与并]|以及", text[each.end : one.start])
            begin = each.end + (cut.end() if cut else 0)
        elif each.start >= one.end:
            between = text[one.end : each.start]
            if cut := re.search("、|[（(]其中|以及$", between) or re.match("和|及|以及|并|与", between):
                end = one.end + cut.start()
            elif not between:
                end = each.start
            break
    return begin, end, []


def _aside(text: str, one: Quantity) -> bool:
    """Whether a number is said by the way and is no amount: a date, a size in a name, the base of a change."""
    before = text[max(0, one.start - 12) : one.start]
    tail = text[one.end : _next(text, _SIGNS + "、", one.end)]
    if one.unit in ("年", "月", "日", "季度", "个季度", "周年"):
        years = one.unit == "年" and one.number < 100 and re.search("寿命|年限|教育", before)
        return not years or tail.startswith("的")
    if not one.unit and not IS["unitless"].search(before):
        each = text[_last(text, _SIGNS, one.start) : one.start].partition("分别")  # 生师比分别不超过19∶1、13.5∶1
        return not (each[1] and IS["unitless"].search(each[0]))
    clause, rest = text[_last(text, _SIGNS, one.start) : one.start], text[one.end : _next(text, _SIGNS, one.end)]
    if _ruled_out("aside", one, before=text[: one.start], clause=clause, tail=tail, rest=rest):
        return True
    again = one.number == 1 and text.count(text[one.start : one.end]) > 1  # 成熟一家、推进一家
    return one.han and (again or not _amount(clause.rpartition("、")[2], _AND.split(tail)[0], one))


def _ruled_out(stage: str, one: Quantity, **said: str) -> bool:
    """Whether a rule of vocabulary.toml leaves a number out: one whose every part is found in the words it names."""
    fixed = re.fullmatch("[%‰×位]|个?百分点", one.unit)
    sort = "counted" if COUNTED.match(one.unit) else "fixed" if fixed else "measured"
    parts = {**said, "kind": f"{sort}:{one.word}", "unit": one.unit, "change": one.change, "number": f"{one.number:g}"}
    return any(all(words.search(parts[part]) for part, words in rule.items()) for rule in _RULES[stage])


def _counts_what(text: str, one: Quantity, kept: Sequence[Quantity], phrases: Sequence[Quantity]) -> bool:
    """Whether a count opens the name of the next number, alone or with others: 2个国考、5个省考断面水质达标率100%."""
    after = next((each for each in kept if each.start > one.start), None)
    alone = one.start == _last(text, _SIGNS + "、", one.start) and COUNTED.match(one.unit) and not one.word
    signs = _SIGNS if after and after not in phrases else f"{_SIGNS}、和及"
    return bool(alone and after and not re.search(f"[{signs}]", text[one.end : after.start]))


def _amount(head: str, tail: str, one: Quantity) -> bool:
    """Whether a numeral in characters is an amount (新建三个, 一千户以上) and no part of a phrase (一批, 三个年)."""
    if one.unit in ("次", "批", "期", "起", "口", "部") or re.search(r"\d个$", head):
        return False
    if one.number == 1 and not one.word and not re.search("家|座|所|条", one.unit):
        return False
    told = IS["verbs"].match(head) or (one.number > 1 and len(head) > 3)
    alone = not tail and told and not re.search("分为|共有|如下|包括|以下", head)
    return bool(one.word or alone or (_HAN_AHEAD.search(head) and not IS["phrase"].match(tail)))


def _unfit(head: str, tail: str, one: Quantity, around: str) -> bool:
    """Whether an amount is none to be reached; ``head`` and ``tail`` are its words before and after it."""
    unit, counted = one.unit, bool(COUNTED.match(one.unit))
    if one.rank:
        return not IS["ranked"].search(head) or bool(IS["whose_rank"].match(tail) or re.search("(?<!年)的$", head))
    if _ruled_out("unfit", one, head=head, tail=tail, around=around):
        return True
    if IS["times"].fullmatch(unit) and unit != "年":
        ends = re.match("圈|生活|通勤|交通|经济圈|内?(?:可达|反馈|报)", tail)
        done = IS["settled"].match(tail) and not re.search("[接收]到|之日", head)
        return bool(ends) or not (IS["shorter"].search(head) or done)
    if unit in ("次", "场", "期", "轮") and IS["meeting"].search(around) and not (one.word and one.number > 4):
        return True
    if IS["project"].search(head) and not (counted or one.word or IS["done"].search(head)):
        return True
    opening = _LEAD_IN.sub("", head)
    if unit in ("%", "‰") and one.word and tail.startswith("的") and not IS["whole_of"].fullmatch(opening):
        return True  # 效率不低于60%的设施
    names = re.findall("[、和与及]", re.sub("[（(].*?[)）]", "", head))
    listed = one.number > 1 and len(names) + 1 == one.number  # 推进甲镇、乙镇2个片区
    return counted and bool(
        (head.endswith("等") and not IS["done"].search(opening[:8]))
        or (listed and not IS["makes"].search(opening[:8]))
        or (re.match("依托|围绕|立足|针对|聚焦", around) and not IS["done"].search(head))  # 依托102所院校
    )


def _rewards(text: str, one: Quantity, around: str, rewarded: bool) -> bool:
    """Whether a number says what is paid, or for what."""
    if re.match("对|凡", around) and re.search("给予|奖|补助|补贴|约谈|问责|支持", text[one.end :]):
        return True
    if one.unit.endswith("元") or one.unit in ("%", "‰"):
        return rewarded
    return bool(re.match("[每对凡]|给予", around) and IS["reward"].search(around))


def _each(text: str, one: Quantity, shared: Sequence[Quantity], name: str) -> tuple[str, int, int | None]:
    """分别 gives each number its own name, or its own year or month; None where it names no months."""
    if not shared:
        return name, 0, None
    begin, place = _last(text, _SIGNS, one.start), shared.index(one)
    stop = (text.rfind("分别", begin, one.start) + 1 or shared[0].start + 1) - 1
    said = text[begin if _LEAD_IN.sub("", text[begin:stop]) else _last(text, _SIGNS, begin - 1) : stop]
    if spans := re.search(rf"(?:(?:{_WITHIN.pattern})[、和与]?){{{len(shared)}}}$", text[:stop]):
        month = [_month(found) for found in _WITHIN.finditer(spans[0])][place]
        return _LEAD_IN.sub("", said.removesuffix(spans[0])) or text[stop + 2 : shared[0].start] or name, 0, month
    if listed := re.search(_LISTED % len(shared), text[:stop]):
        years = re.findall(r"20\d\d", listed[0])
        said = _LEAD_IN.sub("", said.replace(listed[0], "")) or text[stop + 2 : shared[0].start]
        thing = IS["verb_end"].sub("", said)
        return thing.strip("、年") or name, int(years[place]), None
    things = re.split("[在较]|比(?![例重率值]|$)|均$|[，,]", _LEAD_IN.sub("", said))[0]
    names = [re.sub(r"\d.*$", "", part) for part in re.split("[、和与]|以及|及", things) if part]
    bare = [one for one in names if not re.search("[率量数额值入积重比度收费]$", one)]  # names of no figure
    cut = bare and (len(names[0]) < 4 or not (names[-1] in bare or COUNTED.match(one.unit)))
    whole = len(names) == len(shared) and not (cut and len(names[-1]) > 4)  # 城镇 of 城镇和农村居民收入 is no name
    return (names[place] if whole else f"{things or name}（{place + 1}）"), 0, None


def _subject(between: str) -> str:
    """What a stretch without a number speaks of, for the number after the comma: 企业数量实现倍增，达到60家."""
    parts = [part for part in re.split(f"[{_SIGNS}]", between) if part]
    said = IS["subject_ends"].split(_LEAD_IN.sub("", parts[-1]))[0] if parts else ""
    return said if 3 < len(said) < 30 and not said.startswith("、") else ""


def _name(head: str, tail: str, one: Quantity, said: str) -> str:
    """What the number counts, in the text's own words; ``said`` is what was named before."""
    tail = re.split("[（()）]", re.sub("[（(][^（）()]*[)）](?=.)", "", tail))[0].removeprefix("的")
    core = IS["verb_end"].sub("", _LEAD_IN.sub("", re.sub("^.*——", "", head)))
    said = re.sub("^(?:新增|新建|新开通|新认定|净增)", "", said) if re.search("总[数量]", head) else said
    core = re.split(r"(?:[由从](?!业)|自(?=\d))(?=[^，]*\d)", core)[0]
    if core.startswith("占") and said:
        return f"{said}{core}"
    if IS["only_rises"].fullmatch(core) and said and (core or not tail) and (one.change or not tail):
        return f"{said}{core}"
    if tail and not one.change and (len(core) < 5 or IS["acts"].search(core)):
        return f"{core}{tail}"[:40]
    return (core or tail or said)[:40]
