"""The published measures of progress (``measures``) as a column beside ours, for plans of several years."""

from collections.abc import Sequence

from tongdao.analysis import METHODS, STATUS_WORDS, Gap, progress
from tongdao.pages.display import Column, Notice, Table
from tongdao.workbook import View

NAMES = {"open_sdg": "Open SDG", "eurostat": "欧盟统计局", "escap": "亚太经社会"}


def measure_table(view: View, rows: Sequence[Gap]) -> Table | Notice:
    """What each published method says of each target; a word and a reason where it says nothing."""
    if view.plan.years < 2:
        return Notice(
            "国际上的多年目标进展口径（Open SDG、欧盟统计局、亚太经社会）用于跨年计划，本计划为一年期，不列。"
        )
    judged = [row for row in rows if row.item.has_target]
    columns = (Column("指标", "left", 14), *(Column(NAMES[method], "left", 11) for method in METHODS))
    body = [[row.item.name, *(_said(view, row, method) for method in METHODS)] for row in judged]
    note = "按计划前一年为基年、只用每年年末或全年的读数计算；公式和出处见 docs/maths.md。"
    return Table(columns, body, title="国际口径的进展评价", note=note)


def _said(view: View, row: Gap, method: str) -> str:
    item = row.item
    if item.target is None:
        return "不适用：目标为其他地区的读数"
    if item.measure in ("net", "growth", "average_growth") or (item.measure == "flow" and item.accumulate == "plan"):
        return "不适用：目标不是某一年的水平"
    own = view.series(item)
    yearly = own[own["end"] % 12 == 11]
    found = progress(
        method,
        [(int(end) // 12, float(value)) for end, value in zip(yearly["end"], yearly["value"], strict=True)],
        base_year=view.plan.start.year - 1,
        target=item.target,
        target_year=view.plan.deadline.year,
        direction="decrease" if item.decreasing else "increase",
        predicted=None if row.point != row.point else row.point,
    )
    return STATUS_WORDS[found.status] if found.available else f"无法评估：{found.reason.rstrip('。')}"
