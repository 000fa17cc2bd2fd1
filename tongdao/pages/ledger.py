"""Tables of what lists hold: what is being done, by whom, by when, and the open cases of a register."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from tongdao.analysis import Foresight, Gap, Learned, Prospect, State, Step, road_map
from tongdao.pages.display import Cell, Field, Notice, Shown, Table, table
from tongdao.pages.wording import BLANK, day_name, departments, percent
from tongdao.plan import Indicator
from tongdao.workbook import Item, View

NO_ROAD_MAP = "路线图还没有建立，没有里程碑可列。"
NO_LEDGER = "工作台账还没有建立，没有项目、任务、政策和里程碑可列。"
UNSERVED = "台账无对应项目"
MOST = 12  # prospects of a register listed one by one
AHEAD = timedelta(weeks=4)
STATES: dict[State, str] = {
    "overdue": "逾期",
    "must_start": "一周内须启动",
    "running": "进行中",
    "waiting": "未到启动时间",
}


def in_progress(view: View, rows: Sequence[Gap], *, department: str | None = None) -> list[Shown]:
    """What is being done: overdue steps, the next four weeks, the items tied to red indicators.

    With a ``department`` (full name), only what it leads and what others do for its red indicators.
    """
    if not view.lists.ledger.rows:
        return [Notice(NO_LEDGER)]
    return [_steps(view, department), _behind_red(view, rows, department)]


def _steps(view: View, department: str | None) -> Shown:
    plan_map = road_map(view)
    due = (*plan_map.having("overdue"), *plan_map.until(view.today + AHEAD))
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
    title = f"逾期的和未来四周的里程碑（至{day_name(view.today + AHEAD)}）"
    note = "按工作日倒排；余地＝最迟开始与最早可能开始之间的工作日，负数为已经来不及。"
    return table(fields, mine, title=title, note=note)


def _behind_red(view: View, rows: Sequence[Gap], department: str | None) -> Shown:
    """The items of the three lists that serve a red indicator; of a unit, its own and those behind its indicators."""
    red = [row.item for row in rows if row.light == "red"]
    items = _speaking(view)

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
    body = [at for at in items if concerns(at[1])]
    if not body:
        return Notice((note or "没有与红灯指标挂钩的项目、任务和政策。") if red else "没有红灯指标。")
    return table(fields, body, title="与红灯指标挂钩的项目、任务和政策", note=note)


@dataclass(frozen=True)
class Doing:
    """What is being done for an indicator: the items that serve it, and their steps that are overdue or near."""

    items: tuple[tuple[str, Item], ...]
    late: tuple[Step, ...]
    near: tuple[Step, ...]

    @property
    def short(self) -> str:
        """For a cell: what is overdue, then problems and next steps; a dash where the items say nothing of these."""
        late = [f"逾期：{one.milestone.title}" for one in self.late]
        words = "；".join([*late, *(words for _, item in self.items if (words := _words(item)) != BLANK)])
        return words or (BLANK if self.items else UNSERVED)

    @property
    def told(self) -> list[tuple[str, str]]:
        """The same in full, each with its label."""
        lines = list[tuple[str, str]]()
        for kind, item in self.items:
            done = "" if item.progress is None else f"，进度{percent(item.progress / 100)}"
            lines += [(kind, f"{item.title}{done}")]
            lines += [(label, text) for label, text in (("问题", item.problem), ("下一步", item.next_step)) if text]
        lines += [("已逾期", f"{one.milestone.title}，应于{day_name(one.latest_finish)}前完成") for one in self.late]
        return lines + [("里程碑", f"{one.milestone.title}，{day_name(one.latest_finish)}前完成") for one in self.near]


def doing(view: View) -> Callable[[Indicator], Doing]:
    """Gives for an indicator what the ledger knows is being done for it."""
    plan_map, items = road_map(view), _speaking(view)
    late, near = plan_map.having("overdue"), plan_map.until(view.today + AHEAD)

    def of(indicator: Indicator) -> Doing:
        own = tuple(at for at in items if at[1].serves(indicator))
        ids = {item.id for _, item in own}
        mine = (tuple(one for one in steps if one.milestone.item in ids) for steps in (late, near))
        return Doing(own, *mine)

    return of


def _speaking(view: View) -> list[tuple[str, Item]]:
    """The items of the ledger; what says nothing (a clause without a word on its progress) is no support."""
    return [at for at in view.lists.ledger.items() if at[1].progress is not None or _words(at[1]) != BLANK]


def _words(item: Item) -> str:
    return "；".join(text for text in (item.problem, item.next_step) if text) or BLANK


def foresight_table(row: Gap, ahead: Foresight, most: int = MOST) -> Table | Notice:
    """Every open case of an indicator with its chance and what it moves, the weightiest first."""
    listed = ahead.swings()[:most]
    rest = f"另有{len(ahead.prospects) - len(listed)}项作用更小，未列。" if len(listed) < len(ahead.prospects) else ""
    what = "净变化" if row.item.traits.net else "数"
    if not listed:
        return Notice(f"{row.item.name}：名册里没有待定的项，已经确定的{what}为{ahead.sure}{row.item.unit}。")
    learned = f"把握：{'；'.join(map(_learned, ahead.learned))}。" if ahead.learned else ""
    note = f"已经确定的{what}为{ahead.sure}{row.item.unit}，其余逐项按把握合成（泊松二项分布）。"
    note += f"作用＝办成与办不成时实现可能性之差。{learned}{rest}"
    fields: tuple[Field[tuple[Prospect, float]], ...] = (
        Field("企业（项）", 12, lambda case: case[0].entry.label),
        Field("所在库", 8, lambda case: "退出风险库" if case[0].held else "培育库"),
        Field("阶段", 8, lambda case: case[0].stage),
        Field("到期日", 8, lambda case: str((case[0].held and case[0].held.ends) or BLANK), "right"),
        Field("把握", 5, lambda case: percent(case[0].chance), "right"),
        Field("对目标的作用", 8, lambda case: f"{round(100 * case[1])}个百分点", "right"),
    )
    return table(fields, listed, title=f"{row.item.name}：名册推算", note=note, source=f"来源：{ahead.register}")


def _learned(one: Learned) -> str:
    """Where a stage's chance comes from: the analyst's setting, or that moved by past cases."""
    if not one.cases:
        return f"{one.stage}{percent(one.given)}（设定）"
    return f"{one.stage}设定{percent(one.given)}，往年{one.cases}项中{one.came}项办成，修正为{percent(one.value)}"
