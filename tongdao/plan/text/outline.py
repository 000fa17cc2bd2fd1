"""A plan's text as numbered clauses: who is responsible for which, and the rows of its tables."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from tongdao.plan.text.sentence import WORDS
from tongdao.plan.text.tables import cells_of, header_of, is_row, row_of, upright

_CN = "一二三四五六七八九十百"
_LEVELS = [
    re.compile(rf"^第[{_CN}\d]+篇"),
    re.compile(rf"^第[{_CN}\d]+章"),
    re.compile(rf"^第[{_CN}\d]+节"),
    re.compile(rf"^[{_CN}]+、|^第[{_CN}\d]+条"),
    re.compile(rf"^[（(][{_CN}]+[)）]"),
    re.compile(r"^[1-9]\d?(?:[.．](?!\d)|[、。])|^专栏\d+"),
    re.compile(r"^[（(]\d{1,2}[)）]|^[①-⑳]|^\d{1,2}[.．]\d{1,2}(?=[\u4e00-\u9fff])"),
]
_CHAPTER, FIRST, _SECOND, _THIRD = 1, 3, 4, 5  # 章, 一、, （一）, 1.
_BESIDE = 9  # the level of what has no number of its own
_MARKS = re.compile(r"^(?:#+|[-*]\s|[•●■◆▲◎○□►➤>])+\s*|\*\*|__")
_KEY = (
    r"(?P<key>牵头|责任|配合|主办|协办|承办|主责|参与|参加|协同|协助|落实|实施|主管|支持|完成)(?:及?(?:责任|配合|牵头))?"
    r"(?:单位|部门|主体|科室|股室|机构|时限|时间|(?<=牵头|责任|配合|主办|协办|参与)(?=\s*[:：]))"
)
_KEYED = re.compile(rf"{_KEY}\s*(?:为|是|有)?[:：]")
_LINE = re.compile(rf"^[（(【\[〔]?\s*{_KEY}\s*[】\]〕]?\s*[:：]")
_GOES_ON = re.compile(rf"(?m)({_LINE.pattern}.*[、，])\s*\n\s*(?={WORDS['names_on']}\s*$)")
_INLINE = re.compile(rf"(?<=[。；;])(?:[—-]*{_KEY}\s*[:：]{WORDS['listed']}|{WORDS['plainly']}。?)$")
_FIRST_LEADS = re.compile("[列排]在?(?:第一位?|首位?)的?(?:单位|部门)?(?:为|是)牵头(?:单位|部门)?")
_BRACKET = re.compile(r"[（(【\[〔]((?:[^（）()【】\[\]〔〕]|[（(][^（）()]*[)）])*)[)）】\]〕]")
_UNITS = re.compile(r"牵头|负责|配合|责任单位|责任部门|主办|协办|承办|落实|★")
_OFFICES = re.compile("(?:局|委|办|部|厅|会|院|政府|中心|公司|支行)[、，,）)]?")
_SECTIONS = re.compile("[科队联]|集团")  # not 全县, 不含城区
_GAPS = re.compile(WORDS["gaps"])
_ENDS = re.compile(f"(?:{WORDS['department']})$")
_TAIL = re.compile(f"{WORDS['unit_tail']}$")
_SPLIT = re.compile(WORDS["between"])
_KEPT = str.maketrans("、，,；;", "\1\2\3\4\5")  # signs inside brackets part no names
_BACK = str.maketrans("\1\2\3\4\5", "、，,；;")
# the end of （县科技局；2025年6月底前）
_LIMIT = re.compile(r"(?<=.)[；;，,、]((?:20\d\d年|(?=\d+月))(?:\d{1,2}月)?[底末]?(?:之?前)?(?:完成)?)$")
_BY = re.compile(
    "由(?P<lead>[^，。；由]{1,50}?(?:局|委|办|部|会|院|中心|公司|政府|(?:部门|单位|集团|[厅队联行协团社）)])(?=牵头)))(?:牵头|负责)(?!解释)"
    "(?:[，,](?P<rest>[^，。；]{2,60}?)(?:配合|参与|协助|落实))?"
)
_ROLE = "(?:由|，|,|、|；)(?:([^，,。；由]{2,30}?)(?:担?任|为|兼任)(?:%s)|(?:%s)[:：]([^，。；、]{2,30}))"
_GROUP = {
    "convenor": _ROLE.replace("%s", "召集人|组长|总指挥|指挥长"),
    "deputy": _ROLE.replace("%s", "副召集人|副组长|副总指挥|副指挥长"),
    "office": r"办公室设在([^，,。；]{2,25})",
}
_LEADS = ("牵头", "主办", "主责", "承办")
_FOOT = re.compile("抄送|抄报|主送|分送|联系人|联系电话|责任编辑|.*共印")


@dataclass(frozen=True)
class Units:
    """The responsible departments of a clause, and the year and month by which they are to be done (完成时限)."""

    lead: tuple[str, ...] = ()
    support: tuple[str, ...] = ()
    due: tuple[int, int] = (0, 0)

    def __bool__(self) -> bool:
        return bool(self.lead or self.support)


@dataclass
class Clause:
    """A numbered clause: its label ("（一）1"), heading, parent and the departments named for it."""

    label: str
    title: str = ""
    parent: "Clause | None" = None
    level: int = -1
    units: Units = Units()
    children: "list[Clause]" = field(default_factory=list)

    def responsible(self) -> Units:
        """The departments of the clause or of the nearest one above it that names some."""
        return self.units or (self.parent.responsible() if self.parent else Units())

    def path(self) -> "Iterator[Clause]":
        yield self
        if self.parent:
            yield from self.parent.path()


@dataclass
class Chunk:
    """A stretch of text without white space, in one clause; ``cells`` if it is the row of a table under ``header``,
    whose ``caption`` is the line before it; a row under no known head has no ``header``."""

    text: str
    clause: Clause
    units: Units = Units()
    cells: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
    caption: str = ""

    def responsible(self) -> Units:
        return self.units or self.clause.responsible()

    def due(self) -> tuple[int, int]:
        """The year and month of the nearest time limit (完成时限), 0 where none is said."""
        limits = (units.due for units in (self.units, *(each.units for each in self.clause.path())))
        return next(filter(any, limits), (0, 0))


@dataclass
class Outline:
    """A text read: what stands before the first clause, its chunks and the clauses that name departments."""

    preamble: list[str]
    chunks: list[Chunk]
    clauses: list[Clause]


def read_outline(text: str) -> Outline:
    """The clauses of a text, each line of which is a paragraph."""
    first_leads = _FIRST_LEADS.search(text)
    text = re.sub(rf"[，,；;]{_FIRST_LEADS.pattern}(?:[，,]下同)?(?=[)）〕】\]])", "", _GOES_ON.sub(r"\1", text))
    text = re.sub(rf"[（(][^（）()]*(?:{_FIRST_LEADS.pattern}|下同)[^（）()]*[)）]", "", text)
    root = here = Clause("")
    outline = Outline([], [], [])
    table, slim, caption = tuple[str, ...](), "", ""
    # a table copied cell by cell with a column of departments; the line before named some; behind 附件
    column = named = annexed = False
    contents, left = False, Counter(_entry(re.sub(r"\s", "", line)) for line in text.splitlines())
    for line in upright(text.splitlines()):
        cells = cells_of(line)
        if header := header_of(cells):
            table, caption, here = header, slim, Clause("", parent=root) if annexed else here
            continue
        if table and len(cells) >= min(3, len(table)) and (row := row_of(cells, table)):
            outline.chunks.append(Chunk(" ".join(line.split()), here, _row_units(row, table), row, table, caption))
            continue
        if is_row(line):  # of a table without a head that is known: no sentence, and its numbers are not one
            outline.chunks.append(Chunk(" ".join(line.split()), here, cells=cells))
            continue
        keyed = _KEYED.search(line)
        begin = keyed.end() if keyed else len(line)
        listed = line[:begin] + _GAPS.sub("、", line[begin:])
        if not re.search("[，。；]", listed):
            listed = re.sub(r"^\s*\d{1,2}\s+(?=[\u4e00-\u9fff])", "", listed)  # the number of a row
        listed = re.sub(r"^(\s*\d{1,2})[.．]\s+(?=\d)", r"\1、", listed)  # 1. before 500家 is no 1.5
        slim = re.sub(r"\s", "", _MARKS.sub("", listed.strip()))
        if not slim or re.fullmatch(r"[|:\-—]+", slim) or _FOOT.match(slim):
            continue
        table = () if slim.endswith(("。", "；", "：")) else table  # a name on several lines ends no table
        column = column or bool(re.fullmatch("(?:责任|牵头)(?:单位|部门)", slim))
        left[_entry(slim)] -= 1
        contents = slim == "目录" or (contents and not slim.endswith("。"))
        level = _level(slim, here)
        annexed = bool(re.match("附[件表]", slim)) or (annexed and level is None)
        if level is not None and contents and left[_entry(slim)]:
            continue
        if level is not None:
            here, slim = _opened(slim, level, here, outline)
        elif here is root and not column:
            outline.preamble.append(slim)
        if _LINE.match(slim) or (column and _names_only(slim)):
            _assign(here, read_units(slim), outline.chunks, more=named)
            named = True
        else:
            outline.chunks += [_own(one, here, outline.clauses) for one in _chunks(slim, here)]
            named = False
    named_in: list[Clause | Chunk] = [*outline.clauses, *outline.chunks]
    for one in named_in if first_leads else ():
        one.units = one.units if one.units.support else Units(one.units.lead[:1], one.units.lead[1:], one.units.due)
    _raise_units(root)
    _rename(outline.clauses)
    return outline


def _entry(slim: str) -> str:
    """What an entry of a table of contents and its heading share: a chapter's number, or the line without page."""
    chapter = _LEVELS[0].match(slim) or _LEVELS[1].match(slim)
    return chapter[0] if chapter else re.sub(r"[.…·]*\d*$", "", slim)


def _level(slim: str, here: Clause) -> int | None:
    """How deep the heading is that a line begins; 5.1 is one only under 5."""
    level = next((n for n, pattern in enumerate(_LEVELS) if pattern.match(slim)), None)
    under = level == len(_LEVELS) - 1 and re.match(r"\d+(?=[.．])", slim)
    inside = not under or any(
        one.level == _THIRD and re.search(rf"(?<!\d){under[0]}$", one.label) for one in here.path()
    )
    return level if inside else None


def _opened(slim: str, level: int, here: Clause, outline: Outline) -> tuple[Clause, str]:
    """The clause that a numbered line begins, and the line without its number."""
    found = _LEVELS[level].match(slim)
    number, rest = (found[0].rstrip(".．、。"), slim[found.end() :]) if found else ("", slim)
    above, root = next(one for one in here.path() if one.level < level), list(here.path())[-1]
    unique = level <= _CHAPTER or (level == _SECOND and above.level == FIRST and above.parent is root)
    label = number if unique or above is root else f"{above.label}{number}"
    clause = Clause(label, re.split("[。：:]", _BRACKET.sub("", rest))[0][:40] or number, above, level)
    above.children.append(clause)
    outline.clauses.append(clause)
    return clause, rest


def _chunks(slim: str, here: Clause) -> list[Chunk]:
    """A paragraph cut after each bracket that names departments."""
    found: list[Chunk] = []
    begin = 0
    if inline := _INLINE.search(slim):  # at the end of a paragraph, without brackets
        found.append(Chunk(slim[: inline.start()], here, read_units(slim[inline.start() :])))
        begin = len(slim)
    for bracket in _BRACKET.finditer(slim, begin):
        said = _LIMIT.sub("", bracket[1])
        named = _UNITS.search(said) and "解释" not in said and (_KEYED.search(said) or not re.search(r"\d{2}", said))
        apart = slim[: bracket.start()].endswith(("。", "；"))
        alone = apart or not slim[bracket.end() :].strip("。；")
        offices = _OFFICES.search(said) or (apart and _SECTIONS.search(said))
        named = named or (alone and offices and _names_only(said))
        units = read_units(_LIMIT.sub(r"；完成时限：\1", bracket[1]))
        if named and units and all(map(_is_office, units.lead[:1])):
            found.append(Chunk(slim[begin : bracket.start()], here, units))
            begin = bracket.end()
    by = None if found else _BY.search(slim)
    last = Units(read_names(by["lead"]), read_names(by["rest"] or "")) if by else found[-1].units if found else Units()
    if slim[begin:].strip("。"):
        found.append(Chunk(slim[begin:], here, last))
    if last and not here.units:
        here.units = found[0].units
    return found


def _own(chunk: Chunk, here: Clause, clauses: list[Clause]) -> Chunk:
    """A stretch with departments of its own, where its clause has others, is a task beside it."""
    if not chunk.units or chunk.units == here.units:
        return chunk
    count = sum(one.parent is here and one.level == _BESIDE for one in clauses)
    title = re.split("[。，：]", chunk.text)[0][:40]
    clauses.append(Clause(f"{here.label}之{count + 2}", title, here, _BESIDE, chunk.units))
    return Chunk(chunk.text, clauses[-1], chunk.units)


def _assign(here: Clause, units: Units, chunks: Sequence[Chunk], *, more: bool) -> None:
    """Departments on a line of their own: of the clause; ``more`` of them support; others are of what followed."""
    if more or not here.units:
        support = [*here.units.support, *(units.lead if here.units.lead else ()), *units.support]
        here.units = replace(_apart(here.units.lead or units.lead, support), due=max(here.units.due, units.due))
        return
    for one in reversed(chunks):
        if one.clause is not here or one.units:
            break
        one.units = units


def _raise_units(clause: Clause) -> None:
    """Departments named once, at the end of a section, are of all its clauses."""
    for child in clause.children:
        _raise_units(child)
    *others, last = clause.children or [Clause("")]
    if clause.level >= 0 and not clause.units and others and last.units and not any(_any_units(one) for one in others):
        clause.units, last.units = last.units, Units()


def _any_units(clause: Clause) -> bool:
    return bool(clause.units) or any(map(_any_units, clause.children))


def _rename(clauses: Sequence[Clause]) -> None:
    """Labels that come again under another heading are told apart by that heading's number."""
    known: set[str] = set()
    for one in clauses:
        top = list(one.path())[-2]
        if one.label in known and top is not one:
            one.label = f"{top.label}{one.label}"
        while one.label in known:
            one.label += "′"
        known.add(one.label)


def read_units(text: str) -> Units:
    """Who leads and who supports: 牵头单位：A；配合单位：B, A牵头，B配合, A（牵头）、B, A、B按职责分工负责."""
    text = re.sub(r"^[（(【\[](.*)[)）】\]]$", r"\1", text.strip("。；—-"))
    text = re.sub(r"★([^、，,；;：:]+)|([^、，,；;：:]+)★", r"\1\2（牵头）", re.sub(WORDS["person"], "", text))
    if keys := list(_KEYED.finditer(text)):
        before = read_units(text[: keys[0].start()])
        lead, other, support = [*before.lead], list[str](), [*before.support]
        for key, following in zip(keys, [*keys[1:], None], strict=True):
            words = text[key.end() : following.start() if following else len(text)]
            units = read_units(words) if "牵头" in words else Units(read_names(words))
            if key["key"] in _LEADS or "牵头" in words:
                lead, support = [*lead, *units.lead], [*support, *units.support]
            elif key["key"] in ("责任", "落实", "实施", "主管"):
                other += units.lead
            elif key["key"] != "完成" and "时" not in key[0]:
                support += units.lead
        limit = re.search(r"时[限间]\s*[:：]([^；;。]*)", text)
        day = r"(?:(20\d\d)年)?(?:\d{1,2}月?[-—–~～至到]+)?(?:(\d{1,2})月)?"
        days = list(filter(any, re.findall(day, limit[1] if limit else "")))
        due = (int(days[-1][0] or 0), int(days[-1][1] or 0)) if days else (0, 0)  # of a span its end
        return replace(_apart(lead or other, [*other, *support]), due=due)
    leads = r"([^、，,；;（(]+(?:[（(][^（）()]*[)）])?)[（(]牵头(?:单位|部门)?[)）]"
    if marked := re.findall(leads, text):
        rest = re.sub(leads, "", text)
        return _apart(marked, read_names(rest))
    for word in ("牵头", "负责", "主办"):
        if (place := text.find(word)) > 0 and (word == "牵头" or re.search("配合|协助|参与|协办", text[place:])):
            return _apart(read_names(text[:place]), read_names(text[place + len(word) :]))
    return Units(read_names(text))


def _apart(lead: Sequence[str], support: Sequence[str]) -> Units:
    return Units(tuple(dict.fromkeys(lead)), tuple(dict.fromkeys(name for name in support if name not in lead)))


def read_names(text: str) -> tuple[str, ...]:
    """The departments of a list, without what is said of them (等部门按职责分工负责)."""
    found = []
    text = re.sub("等(?:各?(?:相关|有关|成员))(?:部门|单位)(?=[和及与])", "", text)
    text = re.sub("[(（][^()（）]*[)）]", lambda inner: inner[0].translate(_KEPT), text)
    for part in _SPLIT.split(re.sub(r"^(?:负责|单位)?[:：，,、]", "", text)):
        whole = re.sub(r"^(?:由|会同|以及|及)", "", part.strip("。；;：:、 "))
        bare = _TAIL.sub("", whole)
        closed = len(re.findall("[（(]", bare)) == len(re.findall("[)）]", bare))
        name = (bare if closed else whole).translate(_BACK)
        name = name if len(re.findall("[（(]", name)) == len(re.findall("[)）]", name)) else name.strip("（）()")
        if 2 <= len(name) <= 30 and not re.search(r"[\d:：]|按|职责|负责$", name):
            found.append(name)
    return tuple(dict.fromkeys(found))


def work_group(text: str) -> dict[str, str | tuple[str, ...]]:
    """The group that drives the plan: name, convenor, deputy, office, members, as far as the text says them."""
    kinds = "专班|领导小组|工作组|指挥部|推进组|委员会|协调小组"
    found = re.search(rf"成立(?:由[^，。]{{2,20}}任组长的)?([^，。；由]{{2,30}}?(?:{kinds}))[，,。]", text)
    if not found:
        return {}
    near = text[found.end() - 1 : found.end() + 900]
    group: dict[str, str | tuple[str, ...]] = {"name": found[1]}
    group |= {key: who[who.lastindex or 1] for key, pattern in _GROUP.items() if (who := re.search(pattern, near))}
    ends = "等?(?:[，,](?:专班|领导小组|下设|办公室)|组成|[。；]|$)|等(?=[，,。])"
    heads = "[，,；]([^，。；]*?)等?(?:单位|部门)?(?:主要|分管|有关)?(?:负责同志|负责人|领导)(?:为|任)成员"
    listed = rf"(?:成员单位|成员)(?:包括|有|由|为|[:：])([^。；]*?)(?:{ends})"
    members = re.search(listed, near) or re.search(heads, near)
    return group | ({"members": read_names(members[1])} if members else {})


def _names_only(slim: str) -> bool:
    return len(slim) < 80 and all(map(_is_office, filter(None, _SPLIT.split(slim))))


def _is_office(name: str) -> bool:
    """Whether it ends as departments do, what stands in brackets behind it aside: 各乡镇（街道）."""
    return bool(_ENDS.search(re.sub("[（(].*?[)）]$", "", name)))


def _row_units(row: Sequence[str], header: Sequence[str]) -> Units:
    cells = list(zip(header, row, strict=True))
    lead = "牵头|主办" if re.search("牵头|主办", "".join(header)) else "责任|负责"
    said = [read_units(cell) for head, cell in cells if re.search(lead, head) and not re.search("人|领导", head)]
    more = [n for head, cell in cells if re.search("配合|协办|参与|责任(?!人|领导)", head) for n in read_names(cell)]
    return _apart([name for one in said for name in one.lead], [*(n for one in said for n in one.support), *more])
