"""What a plan's text says of itself: its title, region, day of issue and time."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tongdao.base import Period, from_han, month_of, read_recorded
from tongdao.plan.text.outline import Outline
from tongdao.plan.text.sentence import WORDS
from tongdao.plan.text.targets import last_year_of

_DATE = r"(?P<day>20\d\d[-年./]\s?\d{1,2}[-月./]\s?\d{1,2}日?)"
_YEARS = r"(20\d\d)年?起?[-—–~～至到]+(20\d\d)年?(?!年?度|学年)"
_DOES = "全面|落实|加快|推进|推动|促进|大力|深化|实施|融入"  # opens no name of a place
_SPAN = r"(20\d\d)年(1[0-2]|0?[1-9])月(?:\d{1,2}日)?[-—–~～至到]+(20\d\d)年(1[0-2]|0?[1-9])月(?:\d{1,2}日)?"


@dataclass(frozen=True)
class Frame:
    """What the text says of itself; ``note`` is how the dates were found where it does not say both."""

    title: str
    region: str
    published: date | None
    start: date
    deadline: date
    note: str

    @property
    def years(self) -> int:
        return self.deadline.year - self.start.year + 1


def read_frame(text: str, outline: Outline) -> Frame:
    """The frame of a plan, with a note where its dates are not all said."""
    lines = [line for raw in text.splitlines() if (line := re.sub(r"\s|^#+|\*\*", "", raw.strip()))]
    head = lines[: len(outline.preamble) + 1] if outline.preamble else lines[:6]
    inner = re.search(rf"印发[《<]*([^》。]*?(?:{WORDS['kinds']})[^》的]{{0,26}})(?:[》>]|的通知)", "".join(head))
    titles = [f"{_before(head, n)}{line}{_years_after(head, n)}" for n, line in enumerate(head) if _is_title(line)]
    title = next(iter(titles), inner[1] if inner else "")
    days = [found["day"] for line in (*head, *lines[-6:]) if (found := re.fullmatch(rf"[（(]?{_DATE}[)）]?", line))]
    days += re.findall(rf"(?:发布|印发|成文|发文|公布)(?:日期|时间)[:：]?{_DATE}", "".join(lines))
    kinds = "自治县|自治州|自治区|县|市|区|旗|省|(?:州|镇|乡)(?!市|县)"
    before = r"(?:20\d\d年度?+|关于(?:促进|加快|推进|推动|加强|深化)*|中共|.*日在)?"
    above = r"(?:[^，。的\d]{2,9}?[省市州盟](?=[^，。的\d]{1,6}[县区市旗](?:(?:人民)?政府|20\d\d|“十)))*"  # 某市
    place = rf"{before}{above}((?![省市县区][市县区])(?:(?!关于|{_DOES})[^《》“”，。的\d]){{1,10}}?(?:{kinds}))"
    region = next(
        (found[1] for line in (title, *head) if not re.search("[。；;，,]", line) and (found := re.match(place, line))),
        "",
    )
    day = read_recorded(days[0]).day if days else None
    issued = re.search(r"[〔\[（(](20\d\d)[〕\]年]", "".join(head))  # a document's number, or a month without a day
    first = "".join(line for line in head[:1] if not re.search("[，。；]", line))  # a sentence's years are of others
    return Frame(title, region, day, *_dates(title or first, "".join(lines), day, int(issued[1]) if issued else 0))


def _is_title(line: str) -> bool:
    named = re.search(rf"^.{{0,16}}政府工作报告$|^(?=.{{8,59}}$).*(?:{WORDS['kinds']})(?:[（(].*[)）])?$", line)
    return bool(named) and not re.search("[。>：]|印发|通知|首页|^附件|^本", line)


def past_title(outline: Outline) -> str:
    """The title of an account of what was done; "" if the text is titled as a plan or as nothing."""
    head = [line for line in outline.preamble[:8] if 5 < len(line) < 60 and not re.search("[。；]", line)]
    found = (line for line in head if re.search("(?:通报|总结|(?:完成|进展|落实|执行)情况(?:的?报告)?)$", line))
    return "" if any(map(_is_title, head)) else next(found, "")


def _before(head: Sequence[str], n: int) -> str:
    """The first line of a title on two: 某市国民经济和社会发展 before 第十五个五年规划纲要."""
    line = head[n - 1] if n and not re.match(f"(?!{_DOES})[^，]{{1,10}}[省市县区旗州]", head[n]) else ""
    return line if re.fullmatch("[^，。：:；》\\d\\s]{1,10}[省市县区旗州][^，。：:；》\\d]{2,20}", line) else ""


def _years_after(head: Sequence[str], n: int) -> str:
    following = head[n + 1] if n + 1 < len(head) else ""
    return following if re.fullmatch(rf"[（(](?:{_YEARS}|{_SPAN})[)）]", following) else ""


def _dates(title: str, text: str, published: date | None, issued: int) -> tuple[date, date, str]:
    """First and last day, and how they were found where the text does not say both."""
    if said := _said_dates(title, "", None):
        return said
    if part := re.search(r"(20\d\d)年(?:([上下])半年|第?([一二三四])季度)(?!.*(?:半年|季度))", title):
        length = 6 if part[2] else 3
        last = 12 * int(part[1]) + length * (("上下" if part[2] else "一二三四").index(part[2] or part[3]) + 1) - 1
        return Period(last - length + 1).last_day.replace(day=1), Period(last).last_day, ""
    if found := list(re.finditer(r"(20\d\d)年?(?:[-—–~～至]+(20\d\d)年?|年(?!远景))", title)):
        years = next((one for one in found if one[2]), found[-1])  # 2024年执行情况与2025年计划草案
        return date(int(years[1]), 1, 1), date(int(years[2] or years[1]), 12, 31), ""
    if plan := re.search("十([一二三四五六七八])个?五", title):
        return date(last_year_of(plan[1]) - 4, 1, 1), date(last_year_of(plan[1]), 12, 31), ""
    if said := _said_dates(title, text, published):
        return said
    ahead = "(20\\d\\d)年(?:政府)?(?:工作|重点|主要|目标)(?:安排|打算|任务|目标|工作|预期|总体|建议)"
    if title.endswith("政府工作报告") and (year := re.search(ahead, text)):
        return date(int(year[1]), 1, 1), date(int(year[1]), 12, 31), f"按原文“{year[0]}”理解"
    ends = [int(year) for year in re.findall(r"[到至]“?(20\d\d)年", text)]
    ends += [last_year_of(plan) for plan in re.findall("[到至]“?十([一二三四五六七八])五”?期?末", text)]
    least, most = (published.year if published else issued), max(ends, default=0)
    own = re.sub("《[^》]*》", "", text)  # not the years of another plan
    spans = (one for one in re.finditer(_YEARS, own) if least <= int(one[1]) < int(one[2]) >= most)
    if span := next(spans, None):
        return date(int(span[1]), 1, 1), date(int(span[2]), 12, 31), f"按原文“{span[0]}”理解"
    aimed = [12 * int(year) + 11 for year in re.findall(r"[到至]“?(20\d\d)年(?!\d)", text)]
    months = [[12 * int(y) + int(m) - 1 for y, m in (one[:2], one[2:])] for one in re.findall(_SPAN, text)]
    if months and (last := max([end for _, end in months] + aimed)) > (begin := min(start for start, _ in months)) + 2:
        words = "原文没有写起止日期，按文中写出的最早和最晚的月份理解"
        return date(begin // 12, begin % 12 + 1, 1), Period(last).last_day, words
    first = published.year if published else issued or min(ends, default=2000)
    if within := [year for year in ends if first < year <= first + 7]:
        words = f"原文没有写起止日期，按发布当年至文中最晚的年份 {max(within)} 年理解"
        return date(first, 1, 1), date(max(within), 12, 31), words
    words = "按发布当年理解" if published or issued else "发布日期也没有找到，年份是暂填的"
    return date(first, 1, 1), date(first, 12, 31), f"原文未写年份和期限，{words}"


def _said_dates(title: str, text: str, published: date | None) -> tuple[date, date, str] | None:
    """The days that a text gives in a sentence: 期限为…至…, 自…起施行，有效期三年 (or 至…), 自印发之日起三年."""
    said = rf"(?:期限?|时间|周期)(?:为|是|[:：])(?:自|从)?{_SPAN}"
    if months := re.search(_SPAN, title) or re.search(said, text):
        first, last = (Period(int(months[n]) * 12 + int(months[n + 1]) - 1) for n in (1, 3))
        return date(first.year, first.month, 1), last.last_day, ""
    if both := re.search(r"自(20\d\d年\d{1,2}月\d{1,2}日)起?[至到](20\d\d年\d{1,2}月\d{1,2}日)止?[)）]", text):
        start, end = (read_recorded(day).day for day in both.groups())
        if (end - start).days > 60:  # no holiday
            return start, end, ""
    days = re.findall(rf"(?:自|有效期(?:截)?[至到]){_DATE}(?=起(?:施行|实施|执行|生效)|止|[。，；]|$)", text)
    read = [read_recorded(day).day for day in days]
    if len(read) > 1 and read[0] < read[1]:
        return read[0], read[1], ""
    begin = read[0] if read else published
    spell = re.search(r"(?:(?:印发|发布|公布)之|\d)日起.{0,8}?(?<!\d)([一二三四五]|\d)年", text)
    if not begin or not spell:
        return None
    count = int(spell[1]) if spell[1].isdigit() else from_han(spell[1]) or 1
    return begin, month_of(begin).plus(12 * count - 1).last_day, f"原文写自施行或印发之日起{count}年，按整月计"
