"""A text's targets in its order, from its paragraphs and the rows of its tables, and its numbers that became none."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import compress, groupby

from tongdao.plan.text.outline import Chunk, Clause, Outline
from tongdao.plan.text.sentence import Quantity, quantities, slim, worth
from tongdao.plan.text.tables import places_of
from tongdao.plan.text.targets import IS, Target, Time, last_year_of, of_sentence, tell

_MOST = 30  # words of numbers that became no target, beyond which these are only counted
_SIGNS = "，,；;：:"
_LONG = 40  # signs of the words around a number


def read_targets(outline: Outline, first_year: int) -> list[Target]:
    """The targets of a text in its order; ``first_year`` is the plan's, before which everything is over."""
    found: list[Target] = []
    time, clause, over = Time(), None, False
    for chunk in outline.chunks:
        if chunk.clause is not clause:
            time, clause, over = Time(), chunk.clause, False
        if looks_back(chunk.clause, first_year):
            continue
        if chunk.cells:
            found += [] if places_of(chunk.header) or not chunk.header else _of_row(chunk, first_year)
            continue
        due = chunk.due()
        introduces = chunk.clause.level < 0 and bool(outline.clauses)  # where only what lies ahead counts
        over = over or _is_over(chunk.text, first_year)  # what begins so is of the past until something lies ahead
        for sentence in re.findall("[^。！？]+[。！？]?", chunk.text):
            tell(said := Time(), sentence, first_year)
            if over := over and said.year < first_year:
                continue
            ones = of_sentence(sentence, chunk, time, first_year, found)
            aims = not introduces or re.search(r"目标(?:是|为|任务|[:：])|(?<!截[至止])到20\d\d年(?!的)", sentence)
            ones = (one if one.year else replace(one, year=due[0], month=one.month or due[1]) for one in ones)
            found += [one for one in ones if aims or one.year > first_year or one.strive]
            if time.past or (said.month and not said.year):  # a past and a month without its year end here
                time = Time(0 if time.past else time.year)
        if not chunk.text.endswith(("：", ":")):
            time = Time()
    tables = groupby(
        (one for one in outline.chunks if places_of(one.header)), key=lambda one: (one.caption, one.header)
    )
    return found + [one for _, rows in tables for one in _of_places(list(rows), first_year, found)]


def looks_back(clause: Clause, first_year: int) -> bool:
    """Whether a clause stands under a heading of what has been: 发展基础, or the five-year plan before."""
    titles = [one.title for one in clause.path()]
    earlier = any(_is_over(title, first_year) and not re.search("巩固|拓展|深化|衔接", title) for title in titles)
    return earlier or any(IS["look_back"].search(title) and not IS["does"].search(title) for title in titles)


def _is_over(text: str, first_year: int) -> bool:
    """Whether a paragraph or heading speaks of the five-year plan before, or of years past, from its beginning."""
    plan = re.match("[^，。]{0,12}“?十([一二三四五六七八])五", text)
    return bool(re.match("过去的?(?:[三四五]年|一年)", text) or (plan and last_year_of(plan[1]) < first_year))


def _of_row(chunk: Chunk, first_year: int) -> list[Target]:
    """The targets of a table's row: every year's column from the plan's first on, or the column of targets; where these
    are empty that of 年均 or 累计."""
    columns = list(zip(chunk.header, chunk.cells, strict=True))
    names = (cell for head, cell in columns if re.search("指标|名称|任务|内容|项目", head) and "目标值" not in head)
    name = re.sub(r"^\d+[.．、]|^[（(]\d+[)）]", "", next(names, ""))
    units = (cell for head, cell in columns if re.search("单位", head) and not re.search("责任|牵头|配合", head))
    unit = next(units, "").strip("()（） -—/")
    inside = re.search(r"[（(]([^（）()]{1,8})[)）]$", name)
    if inside and not unit and (known := quantities(f"1{inside[1]}")) and known[0].unit == inside[1]:
        unit, name = inside[1], name[: inside.start()]
    limits = "".join(slim(cell) for head, cell in columns if re.search("时限|时间", head))
    limit = re.search(r"(20\d\d)年(?:(\d{1,2})月)?|(\d{1,2})月", limits)
    due = (int(limit[1] or 0), int(limit[2] or limit[3] or 0)) if limit else (0, 0)
    found: list[Target] = []
    row = partial(Target, name=name, quote=chunk.text, chunk=chunk, row=True)
    for head, cell in columns:
        years = [int(year) for year in re.findall(r"20\d\d", head)]
        given = re.search("时限|时间|单位|属性|序号|类别|备注|基期|基数|现状|完成|实际|年均|增长|增速|累计|部门", head)
        asked = re.search("目标|内容|任务|措施|举措|要求", head)
        if (given and "目标" not in head) or (years and years[-1] < first_year) or not (years or asked):
            continue
        year, month = (years[-1], 0) if years else due
        if len(_words(cell)) > 3:  # a sentence in a cell
            alone = replace(chunk, text=cell, cells=())
            for sentence in re.findall("[^。]+。?", re.sub(r"\s", "", cell)):
                ones = of_sentence(sentence, alone, Time(year, month), first_year, ())
                short = "" if len(name) > 19 or name in cell else name
                found += [replace(one, name=one.name if len(one.name) > 3 else f"{short}{one.name}") for one in ones]
        elif "目标" not in head and not years:
            continue
        elif said := _in_cell(cell, unit, name):
            found.append(row(quantity=said, year=year, month=month))
    if not found and any("目标" in head for head in chunk.header):  # all years together where that column is empty
        together = [re.search("年均|累计", head) and not re.search("20|实际|完成", head) for head in chunk.header]
        numbers = (_in_cell(cell, unit, name) for cell in compress(chunk.cells, together) if len(_words(cell)) < 3)
        found = [row(quantity=said) for said in numbers if said]
    return found


def _words(cell: str) -> str:
    """What a cell says beside a number, its word and brackets."""
    return re.sub(r"[^\u4e00-\u9fffA-Za-z]|以[上下内]|左右|达到|不低于|个百分点|个?工作日", "", cell)


def _in_cell(cell: str, unit: str, name: str) -> Quantity | None:
    """The number of a cell in the unit of its row; a name such as …下降 makes it a change."""
    cell = slim(re.sub(r"[\s\[\]［］【】〔〕]", "", cell))
    if not (found := quantities(cell)) or (cell[0] in "-−－﹣" and not re.search("降|减少", name)):
        return None
    one = found[0]
    again = (
        quantities(re.sub(r"\d(?=\D*$)", lambda last: last[0] + unit, cell, count=1)) if unit and not one.unit else []
    )
    one = again[0] if again and again[0].unit.endswith(unit) else replace(one, unit=one.unit or unit)
    change = re.search("(?P<down>下降|降低|减少|降幅)|(?P<grow>增长|增速|增幅)|提高|提升", name)
    if change and change["grow"]:
        return replace(one, change=("average_growth" if "年均" in name else "growth") if one.unit == "%" else "")
    return replace(one, change="-" if change["down"] else "+") if change else one


def _of_places(rows: Sequence[Chunk], first_year: int, before: Sequence[Target]) -> Iterator[Target]:
    """The targets of a table with a place a row and a number a column: all of it, and the share of each place."""
    header, caption = rows[0].header, rows[0].caption
    place = places_of(header)
    whole = [row for row in rows if re.search("[合总]计|全[县市区省州]", row.cells[place - 1])]
    towns = [row for row in rows if row not in whole]
    for at, head in enumerate(header):
        inside = re.search(r"[（(]([^（）()]{1,6})[)）]$", head)
        unit = (inside or re.search(r"单位[:：]([^（）()]{1,6})", caption) or [""] * 2)[1]
        years = re.findall(r"20\d\d", head)
        year, told = int(years[-1]) if years else 0, re.search("目标|任务|计划|^20", head)
        given = re.search("增幅|增长|增速|占比|实际|现状|基[期数]|已完成|完成情况", head) and "目标" not in head
        if at == place - 1 or (0 < year < first_year) or not unit or not (told or inside) or "单位" in unit or given:
            continue
        said = [(row, found[0]) for row in [*towns, *whole] if (found := quantities(slim(row.cells[at]) + unit))]
        shares = tuple((row.cells[place - 1], one.number) for row, one in said if row in towns)
        total = [(row, one) for row, one in said if row in whole] or said[:1]
        added = unit not in ("%", "‰")  # a share of all is no sum
        if not shares or not total or not (whole or added):
            continue
        row, one = total[0]
        amount = one if whole else replace(one, number=sum(number for _, number in shares))
        thing = re.sub(
            r"[（(].*?[)）]|^附[件表]\d*[:：]?|(?:目标|任务|计划|指标)*分解表$|(?:目标|任务|计划)?[一情].*表$",
            "",
            caption,
        )
        name = thing if told and not inside else head[: inside.start()] if inside else head
        size, kind = worth(amount.number, amount.unit)
        sizes = [(each, worth(each.quantity.number, each.quantity.unit)) for each in before]
        known = [each for each, (_, unit) in sizes if unit == kind and each.name in name]
        name = known[0].name if known else name
        own = Target(quantity=amount, name=name, quote=row.text, year=year, chunk=row, row=True)
        same = [one for one, worths in sizes if worths == (size, kind) and (one in known or name in one.name)]
        aim = min(same, key=lambda one: one.name != name, default=own)  # in the text as well
        part = aim.quantity.number / amount.number if amount.number else 1.0
        yield replace(aim, shares=tuple((at, n * part) for at, n in shares) if added else ())


def unread(outline: Outline, found: Sequence[Target], first_year: int) -> list[str]:
    """Comment lines that name the numbers of no target by their clause; those of what has been are only counted."""
    told: dict[str, list[str]] = {}
    past = more = 0
    for chunk in outline.chunks:
        own = [one for one in found if one.chunk.clause is chunk.clause]
        over = looks_back(chunk.clause, first_year)
        for words, behind in _left(chunk, own):
            past += over or behind
            if not over and not behind:
                more += (full := sum(map(len, told.values())) >= _MOST)
                told.setdefault(chunk.clause.label, []).extend([] if full else [words])
    if not told and not past:
        return []
    lines = ["", "# 原文里还有这些数，没有当作目标（多是标准、规模、奖补、会议）；有漏的，请照上面的样子补写一项："]
    lines += [f"#   {label or '开头'}：{'；'.join(dict.fromkeys(words))}" for label, words in told.items() if words]
    lines += [f"#   另有 {more} 处没有列出。"] if more else []
    return [*(lines if told else [""]), *([f"# 另有 {past} 个数说的是以前的情况，没有列出。"] if past else [])]


def _left(chunk: Chunk, own: Sequence[Target]) -> Iterator[tuple[str, bool]]:
    """The words around each number of a chunk that no target has, and whether they speak of what has been."""
    told = re.search("[\u4e00-\u9fff]", chunk.text)
    own_row = any(one.quote in chunk.text or one.chunk.text in chunk.cells for one in own)  # or of a sentence in a cell
    if chunk.cells and told and not places_of(chunk.header) and not own_row:
        yield f"表格的一行“{chunk.text[:_LONG]}”", False
        return
    known = {(one.quantity.number, one.quantity.unit) for one in own}
    cells = [cell for cell in chunk.cells if re.search(f"[{_SIGNS}。、]", cell)] if chunk.cells else [chunk.text]
    for sentence in re.findall("[^。！？]+", slim(re.sub(r"\s", "", "。".join(cells)))):
        for one in quantities(sentence):
            aimed = one.unit not in ("年", "月", "日") and (one.word or IS["aimed"].search(sentence[: one.start]))
            said = aimed or (one.unit and not one.han and not IS["dated"].fullmatch(one.unit))
            if not said or (one.han and one.number == 1) or (one.number, one.unit) in known:  # 突破一批
                continue
            begin = max(sentence.rfind(sign, 0, one.start) + 1 for sign in _SIGNS)
            words = re.split(f"[{_SIGNS}]", sentence[begin:])[0]
            bracket = sentence.count("（", begin, one.start) > sentence.count("）", begin, one.start)
            if not bracket and any(sentence[one.start : one.end + 2] in slim(each.quote) for each in own):
                continue  # a size in the name of what was read
            yield words[:_LONG], bool(IS["past"].search(sentence[: one.start]))
