"""What is being done, by whom, by when: overdue steps, the next four weeks, projects behind the red indicators."""

from collections.abc import Sequence
from datetime import timedelta

from tongdao.analysis import Gap, RoadMap, Step, gaps, road_map
from tongdao.pages.display import Cell, Column, Notice, Shown, Table
from tongdao.pages.wording import BLANK, day_name, percent
from tongdao.workbook import Item, View

NO_ROAD_MAP = "路线图待建立：工作簿的 ledger/milestones.csv 还没有里程碑。"
NO_LEDGER = "工作台账待建立：工作簿的 ledger/ 里还没有项目、任务、政策清单和里程碑。"
NAMED = 6  # steps of the critical path that a sentence names
AHEAD = timedelta(weeks=4)
STATES = {"overdue": "逾期", "must_start": "一周内须启动", "running": "进行中", "waiting": "未到启动时间"}


def road_map_sentence(view: View) -> str:
    """How the road map stands: done, overdue, to begin within a week, and its critical path."""
    plan_map = road_map(view)
    if not plan_map.steps:
        return NO_ROAD_MAP
    counts = [("已完成", "done"), ("逾期", "overdue"), ("一周内须启动", "must_start"), ("进行中", "running")]
    parts = [f"{word}{number}项" for word, state in counts if (number := len(plan_map.having(state)))]  # type: ignore[arg-type]
    text = f"里程碑共{len(plan_map.steps)}项，{'、'.join(parts) or '都未到启动时间'}。"
    text += f"关键线路：{_chains(plan_map.critical_path)}。" if plan_map.critical_path else ""
    return text + ("" if plan_map.official else "部分日期超出法定节假日资料，按周一至周五计工作日。")


def _chains(steps: Sequence[Step]) -> str:
    """Steps in a row, with an arrow where one waits for the one before."""
    text = ""
    for before, one in zip((None, *steps), steps[:NAMED], strict=False):
        joint = "" if before is None else " → " if before.milestone.id in one.milestone.after else "；"
        text += joint + one.milestone.title
    return text + (f"等{len(steps)}项" if len(steps) > NAMED else "")


def in_progress(view: View, rows: Sequence[Gap] | None = None, *, department: str | None = None) -> list[Shown]:
    """What is being done: overdue steps, the next four weeks, the items tied to red indicators.

    Args:
        rows: the state of the indicators, if it is at hand.
        department: only what this unit (full name) leads, and what others do for its red indicators; None for all.
    """
    ledger = view.lists.ledger
    if not ledger.rows:
        return [Notice(NO_LEDGER)]
    plan_map = road_map(view)
    return [_steps(view, plan_map, department), _behind_red(view, rows or gaps(view), department)]


def _steps(view: View, plan_map: RoadMap, department: str | None) -> Shown:
    due = (*plan_map.having("overdue"), *plan_map.until(view.as_of + AHEAD))
    mine = [one for one in due if department is None or department in one.lead]
    if not mine:
        return Notice("没有逾期的里程碑，未来四周也没有须启动或完成的里程碑。")
    columns = (
        Column("里程碑", "left", 17),
        Column("牵头单位", "left", 9),
        Column("最迟开始", "right", 8),
        Column("最迟完成", "right", 8),
        Column("余地", "right", 6),
        Column("状态", "left", 8),
    )
    body = [_step_row(view, one) for one in mine]
    return Table(
        columns,
        body,
        title=f"逾期的和未来四周的里程碑（至{day_name(view.as_of + AHEAD)}）",
        note="按工作日倒排；余地＝最迟开始与最早可能开始之间的工作日，负数为已经来不及。",
    )


def _step_row(view: View, one: Step) -> list[Cell | str]:
    light = {"overdue": "red", "must_start": "yellow"}.get(one.state, "grey" if one.slack >= 0 else "red")
    units = view.plan.short_names(one.lead)
    return [
        Cell(one.milestone.title, strong=one.critical),
        "、".join(units) or BLANK,
        str(one.latest_start),
        str(one.latest_finish),
        f"{one.slack}天",
        Cell(STATES[one.state], light=light),  # type: ignore[arg-type]
    ]


def _behind_red(view: View, rows: Sequence[Gap], department: str | None) -> Shown:
    """The items of the three lists that serve an indicator with a red light; for a unit, those that it leads and
    those behind the indicators that it leads."""
    columns = (
        Column("清单", "left", 4),
        Column("名称", "left", 15),
        Column("红灯指标", "left", 12),
        Column("牵头单位", "left", 8),
        Column("进度", "right", 4.5),
        Column("存在问题和下步措施", "left", 14),
    )
    red = [row.item for row in rows if row.light == "red"]
    # what says nothing (a clause of the plan without a word on its progress) is no support
    every = view.lists.ledger.items()
    items = [(word, item) for word, item in every if item.progress is not None or _words(item) != BLANK]
    body: list[list[Cell | str]] = []
    for word, item in items:
        served = [one.name for one in red if item.serves(one)]
        units = item.leads(view.plan)
        owners = {*units, *(name for one in red if item.serves(one) for name in view.plan.lead(one))}
        if served and (department is None or department in owners):
            names = "、".join(view.plan.short_names(units)) or "原文未明确"
            body.append([word, item.title, "、".join(served), names, _progress(item), _words(item)])
    own = [one for one in red if department is None or department in view.plan.lead(one)]
    missing = [one.name for one in own if not any(item.serves(one) for _, item in items)]
    note = f"没有项目、任务或政策支撑的红灯指标：{'、'.join(missing)}。" if missing else None
    if not body:
        return Notice((note or "没有与红灯指标挂钩的项目、任务和政策。") if red else "没有红灯指标。")
    return Table(columns, body, title="与红灯指标挂钩的项目、任务和政策", note=note)


def _progress(item: Item) -> str:
    return BLANK if item.progress is None else percent(item.progress / 100)


def _words(item: Item) -> str:
    return "；".join(text for text in (item.problem, item.next_step) if text) or BLANK
