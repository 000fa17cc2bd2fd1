"""What moved since last month, in the words officials read."""

from collections.abc import Sequence

from tongdao.analysis import Change, Gap, changes, gaps
from tongdao.base import Period
from tongdao.pages.wording import VERDICTS, change_said, month_name, said, so_far
from tongdao.workbook import View


def change_sentence(change: Change) -> str:
    """One change: the figures, then why it counts."""
    item, before, now = change.now.item, change.before, change.now
    if change.why == "published":
        return f"{item.name}：首次有读数，{so_far(now)}。"
    figures = [said(row.actual, item) for row in (before, now)]
    step = change_said(abs(change.step), item)
    way = "增" if change.step > 0 else "减"
    moved = f"由{figures[0]}到{figures[1]}（{way}{step}）" if change.step else f"仍为{figures[1]}"
    why = {
        "reached": "，达到目标水平",
        "lost": "，跌回目标水平以下",
        "better": f"，判断由“{VERDICTS[before.verdict]}”转为“{VERDICTS[now.verdict]}”",
        "worse": f"，判断由“{VERDICTS[before.verdict]}”降为“{VERDICTS[now.verdict]}”",
        "fell": "，累计数下降，请核实是否有撤销",
        "moved": "",
    }[change.why]
    return f"{item.name}：{moved}{why}。"


def changes_since(view: View, rows: Sequence[Gap], months: int = 1) -> tuple[Period, tuple[Change, ...]] | None:
    """The changes against an earlier month, and that month; None where there is nothing to compare with."""
    earlier = view.earlier(months)
    if earlier is None or not earlier.has_readings or not view.has_readings:
        return None
    return earlier.month, changes(gaps(earlier), rows)


def change_list(view: View, rows: Sequence[Gap]) -> str:
    """What moved since last month as a Markdown list, the weightiest first."""
    found = changes_since(view, rows)
    if found is None:
        return "上月没有可比的读数。"
    month, moved = found
    if not moved:
        return f"与{month_name(month)}相比，各项指标没有变化。"
    still = len(rows) - len(moved)
    lines = [f"- {change_sentence(change)}" for change in moved]
    return "\n".join([*lines, *([f"- 其余{still}项没有变化。"] if still else [])])
