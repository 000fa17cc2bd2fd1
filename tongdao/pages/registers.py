"""What a register foresees, as tables: who is in which of the three pools, with which chance, what moves it most."""

from collections.abc import Sequence

from tongdao.analysis import Foresight, Gap, Learned
from tongdao.pages.display import Cell, Column, Notice, Shown, Table
from tongdao.pages.wording import BLANK, percent
from tongdao.workbook import View

MOST = 12  # prospects listed one by one


def foresight_table(row: Gap, ahead: Foresight) -> Table | Notice:
    """Every open case of an indicator with its chance and what it moves, the weightiest first."""
    columns = (
        Column("企业（项）", "left", 12),
        Column("所在库", "left", 8),
        Column("阶段", "left", 8),
        Column("到期日", "right", 8),
        Column("把握", "right", 5),
        Column("对目标的作用", "right", 8),
    )
    listed = ahead.swings()[:MOST]
    body: list[list[Cell | str]] = [
        [
            one.entry.label,
            "退出风险库" if one.held else "培育库",
            one.stage,
            str(one.held.ends) if one.held and one.held.ends else BLANK,
            percent(one.chance),
            f"{round(100 * swing)}个百分点",
        ]
        for one, swing in listed
    ]
    rest = f"另有{len(ahead.prospects) - len(listed)}项作用更小，未列。" if len(listed) < len(ahead.prospects) else ""
    what = "净变化" if row.item.measure == "net" else "数"
    if not listed:
        return Notice(f"{row.item.name}：名册里没有待定的项，已经确定的{what}为{ahead.sure}{row.item.unit}。")
    note = (
        f"已经确定的{what}为{ahead.sure}{row.item.unit}，其余逐项按把握合成（泊松二项分布）。"
        f"作用＝办成与办不成时实现可能性之差。{_learned(ahead.learned)}{rest}"
    )
    return Table(columns, body, title=f"{row.item.name}：名册推算", note=note, source=f"来源：{ahead.register}")


def _learned(stages: Sequence[Learned]) -> str:
    """Where each chance comes from: the analyst's setting, or that moved by past cases."""
    words = [
        f"{one.stage}设定{percent(one.given)}，往年{one.cases}项中{one.came}项办成，修正为{percent(one.value)}"
        if one.cases
        else f"{one.stage}{percent(one.given)}（设定）"
        for one in stages
    ]
    return f"把握：{'；'.join(words)}。" if words else ""


def foresights(view: View, rows: Sequence[Gap]) -> list[Shown]:
    """The table of every indicator for which a register speaks; one sentence where none does."""
    shown: list[Shown] = [foresight_table(row, row.register) for row in rows if row.register]
    why = "还没有建立名册" if not view.plan.registers else "本期没有由名册推算的指标"
    return shown or [Notice(f"{why}，到期展望按历年读数推算。")]
