"""A plan file proposed from the plan's own text; what is not certain is marked 待核, with the reason."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from tongdao.base import Period, UsageError
from tongdao.plan.ambiguities import conflicts
from tongdao.plan.plan import Plan
from tongdao.plan.quotes import falls
from tongdao.plan.text.frame import Frame, past_title, read_frame
from tongdao.plan.text.outline import FIRST, Units, read_outline, work_group
from tongdao.plan.text.reading import read_targets, unread
from tongdao.plan.text.sentence import COUNTED, READ_AS, slim
from tongdao.plan.text.targets import IS, Target

TEXT = "plan.txt"
TO_CONFIRM = "待核"
_QUOTE = 80  # signs, the longest quote of a plan file


def propose(text: str, name: str) -> str:
    """The content of a plan file for a plan's text; ``name`` stands in where the text has no title.

    Targets whose words need a person's eye carry a comment with 待核 and the reason. Nothing is made up: what the text
    does not say (codes of regions, units of a multiple) is named as missing.

    Raises:
        UsageError: the text is titled as an account of what was done (通报, 总结).
    """
    outline = read_outline(text)
    if past := past_title(outline):
        raise UsageError(f"《{past}》说的是已经做了什么，不是方案，没有提出目标；请交方案、计划或规划的原文。")
    frame = read_frame(slim(text).replace("－", "—"), outline)
    found = read_targets(outline, frame.start.year)
    left = unread(outline, found, frame.start.year)
    if frame.years == 1:  # a month without a year is that year's
        found = [replace(one, year=frame.start.year) if one.month and not one.year else one for one in found]
    targets = _told_apart(_merged(found, frame.deadline.year))
    tasks = {one.label: one for one in outline.clauses if one.units}
    places = {name: f"p{n:02d}" for n, name in enumerate(dict.fromkeys(n for t in targets for n, _ in t.shares), 1)}
    group = work_group(re.sub(r"\s", "", text))
    named = [one.units for one in tasks.values()] + [one.chunk.responsible() for one in targets]
    departments = dict.fromkeys([unit for one in named for unit in (*one.lead, *one.support)])
    departments |= dict.fromkeys(group.get("members", ()))
    lines = [
        f"# 从方案原文（{TEXT}）提出。带“{TO_CONFIRM}”的注释说明哪里要人核对，核对后删去；tongdao check 逐条列出。",
        f"title = {_toml(frame.title or name)}"
        + ("" if frame.title else f"  # {TO_CONFIRM}：原文没有找到标题，暂用文件名"),
        f'region = "000000"  # {TO_CONFIRM}：原文没有行政区划代码（GB/T 2260），请改这里和下面 regions 里的 000000',
        *([f"published = {frame.published}"] if frame.published else []),
        f'text = "{TEXT}"',
        f"start = {frame.start}",
        f"deadline = {frame.deadline}",
        *([f"deadline_note = {_toml(frame.note)}  # {TO_CONFIRM}：起止日期"] if frame.note else []),
        *("", "[regions]"),
        f"000000 = {_toml(frame.region or '本地区')}"
        + ("" if frame.region else f"  # {TO_CONFIRM}：原文没有找到地区名称"),
        *(f"{key} = {_toml(name)}" for name, key in places.items()),
    ]
    if group:
        lines += ["", "[work_group]", *(f"{key} = {_toml(value)}" for key, value in group.items())]
    for unit in departments:
        lines += ["", "[[department]]", f"name = {_toml(unit)}"]
    for label, task in tasks.items():
        lines += ["", "[[task]]", f"clause = {_toml(label)}", f"title = {_toml(task.title)}", *_units(task.units)]
    units = {label: task.units for label, task in tasks.items()}
    for number, (one, interim) in enumerate(_grouped(targets, frame), 1):
        lines += ["", "[[indicator]]", f'id = "t{number:02d}"', *_indicator(one, interim, frame, units, places)]
        for each in interim:
            lines += ["[[indicator.interim]]", f"by = {_by(each)}", *_figure(each), f"quote = {_quote(each)}"]
    if not targets:
        lines += ["", f"# {TO_CONFIRM}：原文里没有找到量化目标，下面是一项空的指标，请改写"]
        lines += ["[[indicator]]", 'id = "t01"', 'name = "第一项指标"', 'unit = "家"', 'measure = "flow"']
    return "\n".join([*lines, *left, ""])


def choices(plan: Plan) -> str:
    """The ``[[choice]]`` entries for what a proposed plan leaves open: the reading taken for now, still 待核."""
    lines: list[str] = []
    for one in conflicts(plan):
        lines += ["", "[[choice]]", f'kind = "{one.kind}"', f"indicators = {_toml(one.indicators)}"]
        lines += [f'reading = "{READ_AS[one.kind]}"', f'by = "暂定，{TO_CONFIRM}"']
    return "\n".join([*lines, ""]) if lines else ""


def _toml(value: str | Iterable[str]) -> str:
    """A string or list as TOML, which writes them as JSON does."""
    return json.dumps(value if isinstance(value, str) else list(value), ensure_ascii=False).replace("\x7f", "")


def _units(units: Units) -> list[str]:
    return [f"{key} = {_toml(names)}" for key, names in (("lead", units.lead), ("support", units.support)) if names]


def _merged(targets: Sequence[Target], last: int) -> list[Target]:
    """A target said again in the same words is one; the one under a clause with departments is kept."""
    kept: dict[tuple[object, ...], Target] = {}
    for one in targets:
        q = one.quantity
        key = (one.name, q.number, q.upper, q.unit, q.word, q.change, one.yearly, one.year or last, one.month or 12)
        old = kept.get(key, one)
        best = one if one.chunk.responsible() and not old.chunk.responsible() else old
        kept[key] = replace(best, shares=one.shares or old.shares)
    return list(kept.values())


def _told_apart(targets: Sequence[Target]) -> list[Target]:
    """Names are distinct: the year, the clause or a number tells them apart."""
    known: set[str] = set()
    found = []
    for one in targets:
        year = [f"（{one.year}年）"] if one.year else []
        label = [re.sub("^（（(.*)））$", r"（\1）", f"（{one.chunk.clause.label}）")] if one.chunk.clause.label else []
        more = ["", *year, *label, *(f"（{n}）" for n in range(2, 999))]
        name = next(name for end in more if (name := f"{one.name}{end}") not in known)
        known.add(name)
        found.append(replace(one, name=name))
    return found


def _grouped(targets: Sequence[Target], frame: Frame) -> list[tuple[Target, list[Target]]]:
    """Each final target with its interim ones: the same thing, unit and word for an earlier year."""
    series: dict[tuple[object, ...], list[Target]] = {}
    last, taken = frame.deadline.year, {one.name for one in targets}
    for one in targets:
        q = one.quantity
        alone = one.name if one.yearly or one.year > last else ""
        series.setdefault((_bare(one.name), q.unit, q.word, q.change, q.rank, q.upper is None, alone), []).append(one)
    grouped: list[tuple[Target, list[Target]]] = []
    for ones in series.values():
        *interim, final = sorted(ones, key=lambda one: one.year or last)
        end = min(_by(final), frame.deadline) if final.year else frame.deadline
        inside = all(one.year and frame.start < _by(one) < end for one in interim)
        if inside and len({one.year or last for one in ones}) == len(ones) > 1:
            taken -= {one.name for one in ones}
            bare = _bare(final.name)
            name = next(one for one in (bare, *(f"{bare}（{n}）" for n in range(2, 999))) if one not in taken)
            taken.add(name)
            grouped.append((replace(final, name=name), interim))
        else:
            grouped += [(one, []) for one in ones]
    return grouped


def _bare(name: str) -> str:
    return re.sub(r"（20\d\d年）$", "", name)


def _by(one: Target) -> date:
    return Period(one.year * 12 + (one.month or 12) - 1).last_day


def _quote(one: Target) -> str:
    """The quote at its longest: its end, where the number stands; of a row its beginning."""
    return _toml(one.quote[:_QUOTE] if one.row else one.quote[-_QUOTE:])


def _figure(one: Target) -> list[str]:
    """The keys of the number itself."""
    q = one.quantity
    low = max(q.number, q.upper or 0.0) if falls(q, one.quote) else q.number
    number, upper = (repr(round(n, 9)).removesuffix(".0") for n in (low, q.upper or 0.0))
    if q.change in ("×", "+", "-"):
        return [f'change = "{q.change}{number}{"%" if q.unit == "%" else ""}"']
    return [f"target = {number}", *([f"target_to = {upper}"] if _spans(one) else [])]


def _spans(one: Target) -> bool:
    """Whether it is a range of sizes or rates of which more is better."""
    q = one.quantity
    return q.upper is not None and q.upper > q.number and not falls(q, one.quote) and q.change not in ("×", "+", "-")


def _measure(one: Target) -> tuple[str, str, list[str]]:
    """Measure, unit and the doubts about them."""
    q, said = one.quantity, one.name if one.row else f"{one.quote}{one.name}"
    points = "百分点" in q.unit
    if q.rank or q.change in ("growth", "average_growth"):
        return ("rank" if q.rank else q.change), q.unit, []
    if q.change:
        unit = "%" if points else q.unit.strip("%×")
        doubts = [] if one.base else ["和哪一期比，原文没有写，暂按计划前一年"]
        doubts += [] if unit else ["这项指标的单位，原文没有写"]
        places = f"{q.change}{unit}" == "-位" and re.search("排[名位]|[名位座]次|居", said)
        return ("share" if points else "rank" if places else "level"), unit or TO_CONFIRM, doubts
    if q.unit in ("%", "‰") or points:
        rises = re.search("增(?!加值)", one.name) and not re.search("占比|比[重例]|覆盖率|贡献率", one.name)
        share = q.unit == "%" and q.number <= 100 and not rises
        return ("share" if share else "level"), q.unit, []
    if one.net or "净增" in said:
        return "net", q.unit, []
    ratio = "/" in q.unit and "新增" not in said
    ratio = ratio or bool(IS["per"].search(one.name) and not COUNTED.match(q.unit))
    if q.unit in ("", "倍") or ratio or IS["times"].fullmatch(q.unit):
        return "level", q.unit, []
    level, annual = bool(IS["level"].search(said)) and q.unit != "起", one.yearly == "年均" or _annual(one, said)
    flow = annual or bool(IS["flow"].search(said))
    stock = None if level or flow else IS["stock"].search(said)
    level = level or bool(stock)
    clear = re.search("新增|新建|新认定|累计", said) or level != flow
    clear = clear and not (stock and "超过" in said) and not IS["summed"].search(said)
    measure = "flow" if not level or (flow if clear else annual) else "level"
    doubt = f"原文看不出是期末数还是累计数，暂按{'累计数' if measure == 'flow' else '期末数'}"
    return measure, q.unit, [] if clear else [doubt]


def _annual(one: Target, said: str) -> bool:
    """Whether it is asked for a year; not so many firms of such an income (营收过亿元的企业2家)."""
    things = COUNTED.match(one.quantity.unit) and not re.search("次|箱|[人头只羽尾]$", one.quantity.unit)
    return bool(IS["annual"].search(said) and not things)


def _indicator(
    one: Target, interim: Sequence[Target], frame: Frame, tasks: dict[str, Units], places: dict[str, str]
) -> Iterator[str]:
    """The keys of an indicator, its doubts before them."""
    q = one.quantity
    measure, unit, doubts = _measure(one)
    lines = [f"name = {_toml(one.name)}", f"unit = {_toml(unit)}", f'measure = "{measure}"']
    if measure in ("growth", "average_growth", "share", "rank"):
        lines.append(f'frequency = "{"quarter" if one.month and measure == "growth" else "year"}"')
    if not q.number.is_integer() and not q.unit.endswith("元") and q.unit != "%":
        lines.append("whole = false")
    lines += [*_figure(one), f'word = "{q.word}"']
    if q.change in ("×", "+", "-"):
        lines.append(f'base = "{one.base or frame.start.year - 1}"')
    if one.strive:
        lines.append("strive = true")
    if one.month and not one.year:
        doubts.append(f"原文写到 {one.month} 月，没有写哪一年，暂按计划期末")
    if one.year and frame.start <= _by(one) < frame.deadline:
        lines.append(f"deadline = {_by(one)}")
    elif one.year and _by(one) != frame.deadline:
        doubts.append(f"原文的期限是 {one.year} 年，在计划的期限之外")
    judged, doubt = _judged(one, measure, interim, frame)
    lines += [f'judged = "{judged}"'] if judged else []
    doubts += [doubt] if doubt else []
    if one.shares and not judged:
        lines.append(f"parts = {{ {', '.join(f'{places[name]} = {n:g}' for name, n in one.shares)} }}")
        doubts.append("各乡镇的分解取自表格，合计和分解是否一致请核对")
    elif one.shares:
        doubts.append(f"分解为{'、'.join(f'{name}{n:g}' for name, n in one.shares)}，逐年判断的目标请写进 targets.csv")
    path, units = list(one.chunk.clause.path()), one.chunk.responsible()
    label = next((clause.label for clause in path if clause.units and clause.units == units), path[0].label)
    if label.startswith(("(", "（")) and tasks and label not in tasks:  # a label in brackets names a task
        label = "".join(clause.label for clause in path if clause.level == FIRST) + label
    lines += [f"clause = {_toml(label)}", f"quote = {_quote(one)}"]
    if units and units != tasks.get(label):
        lines += _units(units)
    doubts += ["原文写的是区间，请核对用哪一端"] if q.upper is not None and not _spans(one) else []
    doubts += ["数是汉字"] if q.han else []
    doubts += ["原文按月或季写数，请改成全期的数"] if measure == "flow" and IS["each"].search(one.quote) else []
    own = IS["part"].search(one.chunk.text) if measure == "flow" and one.month > 3 and "累计" not in one.quote else None
    doubts += [f"原文写的像是{own['half'] or '一季'}的数，请改成年初起的累计数"] if own else []
    doubts += ["原文写“各”，看不出是每一个的数还是合计，暂按合计"] if IS["each_of"].search(one.quote) else []
    doubts += ["取自表格，请对照列名"] if one.row else []
    doubts += ["名称是从句子里截的，请写全"] if len(one.name) < 3 or IS["no_name"].fullmatch(one.name) else []
    yield from (f"# {TO_CONFIRM}：{doubt}" for doubt in doubts)
    yield from lines


def _judged(one: Target, measure: str, interim: Sequence[Target], frame: Frame) -> tuple[str, str]:
    """How a target of several years is judged, where its words say so, and the doubt about it."""
    whole = (frame.start.month, frame.start.day, frame.deadline.month, frame.deadline.day) == (1, 1, 12, 31)
    moves = one.quantity.change in ("+", "-")
    if frame.years == 1:
        return "", ""
    if measure == "flow" and interim and whole and not any(each.month for each in interim):
        judged = "" if "累计" in one.quote else "final_year"
        return judged, f"原文逐年写数，暂按{'当年' if judged else '累计'}数理解"
    whole = whole and one.month in (0, 12)
    if one.yearly and (moves or not whole) and measure != "average_growth":
        return "", f"原文写的是{one.yearly}，这里暂按全期合计或期末的变化，请改成全期的数"
    if one.yearly and measure in ("flow", "level", "share", "growth"):
        mean = "year_mean" if measure == "flow" else ""
        return (mean if one.yearly == "年均" else "each_year"), ""
    if measure != "flow":
        return "", ""
    before = slim(one.chunk.text.partition(one.quote)[0] + one.quote)
    said = re.findall(rf"(\d年?[和与及、]|.?){one.year}年(年?[底末]|[以之]?前|[以之]内|\d+月|目标)?", before)
    alone = said and re.fullmatch("[^到至较比从自“—–~～-]?", said[-1][0]) and not said[-1][1]  # not 到2026年新增
    if whole and one.year > frame.start.year and alone and "累计" not in one.quote:
        return "final_year", ""
    if whole and _annual(one, one.name) and not re.search("累计|三年|五年|新增", one.quote):
        spent = IS["spent"].search(one.quote) and one.year != frame.start.year
        return ("", "原文看不出是全期合计还是最后一年的数，暂按合计") if spent else ("final_year", "")
    told = re.search("累计|新增|年", one.quote)
    return "", "" if told else "原文看不出是全期累计还是最后一年的数，暂按累计"
