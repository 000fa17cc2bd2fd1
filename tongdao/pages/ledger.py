"""What is being done, by whom, by when: overdue steps, the next four weeks, projects behind the red indicators."""

from collections.abc import Sequence
from datetime import timedelta

from tongdao.analysis import Gap, RoadMap, Step, road_map
from tongdao.pages.display import Cell, Field, Notice, Shown, table
from tongdao.pages.wording import BLANK, day_name, departments, percent
from tongdao.plan import Indicator
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


def in_progress(view: View, rows: Sequence[Gap], *, department: str | None = None) -> list[Shown]:
    """What is being done: overdue steps, the next four weeks, the items tied to red indicators.

    Args:
        rows: the state of the indicators.
        department: only what this unit (full name) leads, and what others do for its red indicators; None for all.
    """
    ledger = view.lists.ledger
    if not ledger.rows:
        return [Notice(NO_LEDGER)]
    plan_map = road_map(view)
    return [_steps(view, plan_map, department), _behind_red(view, rows, department)]


def _steps(view: View, plan_map: RoadMap, department: str | None) -> Shown:
    due = (*plan_map.having("overdue"), *plan_map.until(view.as_of + AHEAD))
    mine = [one for one in due if department is None or department in one.lead]
    if not mine:
        return Notice("没有逾期的里程碑，未来四周也没有须启动或完成的里程碑。")

    def state(one: Step) -> Cell:
        light = {"overdue": "red", "must_start": "yellow"}.get(one.state, "grey" if one.slack >= 0 else "red")
        return Cell(STATES[one.state], light=light)  # type: ignore[arg-type]

    fields: tuple[Field[Step], ...] = (
        Field("里程碑", 17, lambda one: Cell(one.milestone.title, strong=one.critical)),
        Field("牵头单位", 9, lambda one: "、".join(view.plan.short_names(one.lead)) or BLANK),
        Field("最迟开始", 8, lambda one: str(one.latest_start), "right"),
        Field("最迟完成", 8, lambda one: str(one.latest_finish), "right"),
        Field("余地", 6, lambda one: f"{one.slack}天", "right"),
        Field("状态", 8, state),
    )
    title = f"逾期的和未来四周的里程碑（至{day_name(view.as_of + AHEAD)}）"
    note = "按工作日倒排；余地＝最迟开始与最早可能开始之间的工作日，负数为已经来不及。"
    return table(fields, mine, title=title, note=note)


def _behind_red(view: View, rows: Sequence[Gap], department: str | None) -> Shown:
    """The items of the three lists that serve an indicator with a red light; for a unit, those that it leads and
    those behind the indicators that it leads."""
    red = [row.item for row in rows if row.light == "red"]
    # what says nothing (a clause of the plan without a word on its progress) is no support
    every = view.lists.ledger.items()
    items = [(word, item) for word, item in every if item.progress is not None or _words(item) != BLANK]

    def served(item: Item) -> list[Indicator]:
        return [one for one in red if item.serves(one)]

    def concerns(item: Item) -> bool:
        owners = {*item.leads(view.plan), *(name for one in served(item) for name in view.plan.lead(one))}
        return bool(served(item)) and (department is None or department in owners)

    fields: tuple[Field[tuple[str, Item]], ...] = (
        Field("清单", 4, lambda at: at[0]),
        Field("名称", 15, lambda at: at[1].title),
        Field("红灯指标", 12, lambda at: "、".join(one.name for one in served(at[1]))),
        Field("牵头单位", 8, lambda at: departments(view.plan.short_names(at[1].leads(view.plan)))),
        Field("进度", 4.5, lambda at: BLANK if at[1].progress is None else percent(at[1].progress / 100), "right"),
        Field("存在问题和下步措施", 14, lambda at: _words(at[1])),
    )
    own = [one for one in red if department is None or department in view.plan.lead(one)]
    missing = [one.name for one in own if not any(item.serves(one) for _, item in items)]
    note = f"没有项目、任务或政策支撑的红灯指标：{'、'.join(missing)}。" if missing else None
    body = [(word, item) for word, item in items if concerns(item)]
    if not body:
        return Notice((note or "没有与红灯指标挂钩的项目、任务和政策。") if red else "没有红灯指标。")
    return table(fields, body, title="与红灯指标挂钩的项目、任务和政策", note=note)


def _words(item: Item) -> str:
    return "；".join(text for text in (item.problem, item.next_step) if text) or BLANK
