"""One indicator's region among the others: a sentence, how its place moved, and the charts."""

from tongdao.analysis import Comparison, Gap, compare, place, rises, yearly_values
from tongdao.pages.charts.peers import ranking_chart, regions_chart, small_multiples
from tongdao.pages.display import Column, Figure, Notice, Shown, Table, Text
from tongdao.pages.tables import source_line
from tongdao.pages.wording import change_said, period_name
from tongdao.plan import Indicator
from tongdao.workbook import View


def region_figures(view: View, row: Gap) -> list[Shown]:
    """The region's place among the others, or a word that there are none to compare with."""
    item = row.item
    found = compare(view, item)
    if found is None:
        return [Notice("没有其他地区的同期读数，不作比较。")]
    own, source = view.plan.region_name(view.plan.region), source_line(view, item)
    when = period_name(found.end, item.frequency)
    shown: list[Shown] = [Text(comparison_sentence(view, item, found)), movement_table(view, item, found)]
    course = regions_chart(view, item)
    if course:
        title = f"{own}{_beside_median(item, found)}"
        shown.append(Figure(title, course, title, f"灰线为各地区，高出图幅的只画到上缘，{item.unit}", source))
    title = f"{when}{own}居第{found.rank}位"
    shown.append(Figure(title, ranking_chart(view, found, item), title, f"各地区由优到次，{item.unit}", source))
    panels = small_multiples(view, item, found)
    if panels:
        first, last, both, up = rises(yearly_values(view, item, found))
        title = f"各地区的走势：{both}个地区中{up}个比{first}年高"
        words = f"{first}—{last}年，由优到次；各图刻度不同，只看走势，粗线为{own}，{item.unit}"
        shown.append(Figure(title, panels, title, words, source))
    return shown


def movement_table(view: View, item: Indicator, found: Comparison) -> Table:
    """Rank and distances now, a year before, before the plan began, and further back: is ground being gained?"""
    before_plan = (view.plan.start.year - 1 - found.end // 12) * 12
    ends = {found.end + 12 * years for years in (0, -1, -found.years)} | {found.end + min(before_plan, 0)}
    places = [(end, place(view, item, end)) for end in sorted(ends)]
    body = [
        [
            period_name(end, item.frequency),
            f"{at.rank}／{at.regions}",
            _signed(at.to_median, item),
            _signed(at.to_leader, item),
        ]
        for end, at in places
        if at is not None
    ]
    columns = (
        Column("时间", "left", 8),
        Column("位次", "right", 7),
        Column("与中位数之差", "right", 12),
        Column("与居首地区之差", "right", 12),
    )
    note = "差为本地区减对方；位次为第几位／有读数的地区数，合计不参加排序。"
    return Table(columns, body, title="位次和差距的变化", note=note)


def _signed(value: float, item: Indicator) -> str:
    words = change_said(value, item)
    return f"+{words}" if value > 0 else words


def _beside_median(item: Indicator, found: Comparison) -> str:
    side = "高" if found.to_median >= 0 else "低"
    return f"比中位数{side}{change_said(abs(found.to_median), item)}"


def comparison_sentence(view: View, item: Indicator, found: Comparison) -> str:
    """Rank, distances and movement in one sentence."""
    own = view.plan.region_name(view.plan.region)
    text = f"{period_name(found.end, item.frequency)}{own}在{len(found.ranking)}个地区中居第{found.rank}位"
    if found.earlier is not None:
        step = found.earlier - found.rank
        moved = f"上升{step}位" if step > 0 else f"下降{-step}位" if step < 0 else "位次未变"
        text += f"，比{found.years}年前{moved}"
    text += f"；{_beside_median(item, found)}"
    if found.rank > 1:
        text += f"，与居首的{found.leader}相差{change_said(abs(found.to_leader), item)}"
    return text + "。"
