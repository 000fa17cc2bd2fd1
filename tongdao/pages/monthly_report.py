"""The monthly report: a first page to act on, the five targets that need most, milestones and units; behind it an annex
with why each verdict is what it is and how past ones ended."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from tongdao.analysis import ENOUGH, Change, Gap, TrackRecord, changes, gaps
from tongdao.base import MONTHS, Period
from tongdao.pages import wording as say
from tongdao.pages.charts import units_chart
from tongdao.pages.display import Annex, Blocks, Cell, Field, Figure, Notice, Record, Shown, Table, Text, table
from tongdao.pages.frames import in_units, way_changed
from tongdao.pages.ledger import UNSERVED, Doing, doing, foresight_table
from tongdao.pages.page import COIN, SIGNS, UNITS, Page, beside_coin, columns, share
from tongdao.pages.summary import attention, calm, in_all, needed, tally, usual
from tongdao.pages.wording import BLANK, VERDICTS, change_said, percent, rounded, said, so_far
from tongdao.workbook import View

UNLED = "原文未明确"
CHART = 112  # px high, so that five stand on a page
MOST = 5  # targets that are shown with their charts
LIGHTS = ("red", "yellow", "green", "grey")
MOVED = {"reached": "达到目标", "lost": "跌回目标下", "better": "判断转好", "worse": "判断转差", "fell": "请核实"}


@dataclass(frozen=True, repr=False)
class MonthlyReport(Page):
    """All targets of a plan in one month."""

    def state(self) -> Blocks:
        """Where the targets stand, and the table to act by: it says itself which need a push."""
        view = self.view
        pace = f"计划时间已过{percent(view.plan.time.pace(view.month.end))}。" if view.has_readings else ""
        return Blocks([Text(tally(self.rows, view) + pace), self.action_table()])

    @cached_property
    def moved(self) -> tuple[Period, dict[str, Change]] | None:
        """The month before and what changed since, by indicator; None where there is nothing to compare with."""
        found = changes_since(self.view, self.rows)
        return found and (found[0], {one.now.item.id: one for one in found[1]})

    @cached_property
    def doing(self) -> Callable[[Gap], Doing]:
        known = doing(self.view)
        return lambda row: known(row.item)

    @property
    def spoken(self) -> tuple[Gap, ...]:
        """The targets that the report answers for."""
        return self.rows

    @cached_property
    def needy(self) -> tuple[Gap, ...]:
        """The targets that need most, the least likely first; none in a month without readings."""
        return tuple(row for row in attention(self.spoken) if len(row.own) and self.view.has_readings)[:MOST]

    def action_table(self) -> Table:
        """All indicators by light and need: what stands, what moved, the chance, who leads, what is being done."""
        plan, judged = self.view.plan, [row for row in self.spoken if row.item.has_target]

        def verdict(row: Gap) -> Cell:
            likely = f"\n可能性{say.row_chance(row, firm=self.firm)}" if row.cause == "outlook" else ""
            return Cell(f"{say.verdict_name(row)}{likely}", light=row.light, strong=row.light == "red")

        fields: list[Field[Gap]] = [
            *columns(("指标", 14)),
            Field("实际／目标", 9, lambda row: Cell(say.standing(row, 24), bar=share(row)), "right"),
            Field("判断", 8, verdict),
        ]
        if self.moved and self.moved[1]:
            fields.insert(2, Field("较上月", 5, self._moved))
        if len({plan.lead(row.item) for row in judged}) > 1:
            fields.append(Field("牵头", 7, lambda row: "、".join(plan.short_names(plan.lead(row.item))) or BLANK))
        if self.view.lists.ledger.rows and attention(judged):
            fields.append(Field("问题和下一步", 16, self._next))
        order = sorted(self.spoken, key=_need)
        bars = "横条为完成率。" if any(share(row) is not None for row in order) else ""
        note = f"{SIGNS}。{bars}\n{record_line(self.record)}"
        return table(fields, order, title="量化目标完成情况", note=note)

    def _moved(self, row: Gap) -> Cell | str:
        one = self.moved[1].get(row.item.id) if self.moved else None
        if one is None:
            return BLANK
        if one.why == "published":
            return "首次有数"
        step = f"{'↑' if one.step > 0 else '↓'}{change_said(abs(one.step), row.item)}" if one.step else ""
        step = f"{row.end // 12}年数" if one.other_year else "\n".join(filter(None, (step and _since(one), step)))
        other = "依据有变" if way_changed(one.before, one.now) else ""
        words = "\n".join(filter(None, (step, MOVED.get(one.why, ""), other)))
        return Cell(words, strong=one.why in ("lost", "worse", "fell"))

    def _next(self, row: Gap) -> Cell | str:
        if not row.item.has_target or row.light in ("green", "grey"):
            return BLANK
        return Cell(self.doing(row).short, muted=not self.doing(row).items)

    def needs(self) -> Blocks:
        """The targets that need most, each with its chart and what is being done; then the small ones one by one."""
        if not self.needy:
            return Blocks([calm(self.spoken, "本期没有需要特别推动的指标。")])
        curves = [row for row in self.needy if not in_units(row)]
        figures = [replace(self.progress(row, height=CHART), source=None, beside=self._told(row)) for row in self.needy]
        return Blocks([*([Text(_legend(curves))] if curves else []), *figures, *self._few()])

    def _few(self) -> Blocks:
        """The other targets of one to three that are not reached yet, one by one."""
        left = [row for row in self.spoken if in_units(row) and not row.reached and row not in self.needy]
        drawn = units_chart(left) if left and self.view.has_readings else None
        if drawn is None:
            return Blocks()
        title = f"另有{len(left)}项一至三个的目标还没有达到"
        told = "；".join(f"{row.item.name}{say.standing(row)}" for row in left)
        return Blocks([Figure(title, drawn, told, UNITS)])

    def _told(self, row: Gap) -> tuple[tuple[str, str], ...]:
        plan, known = self.view.plan, self.doing(row)
        lines = [("差距", say.gap_said(row))] if say.gap_said(row) else []
        if row.required_per_month > 0:
            lines.append(("今后" if in_all(row) else "每月需", "，".join(filter(None, (needed(row), usual(row))))))
        if plan.lead(row.item):
            lines.append(("牵头", "、".join(plan.short_names(plan.lead(row.item)))))
        if self.view.lists.ledger.rows:
            lines += known.told or [("在做", UNSERVED)]
        return tuple(lines)

    def departments(self) -> Blocks:
        """Who leads what: how many targets, how they stand, which need a push; then the units that lead nothing."""
        judged, plan = [row for row in self.rows if row.item.has_target], self.view.plan
        led = {unit.short: [row for row in judged if unit.name in plan.lead(row.item)] for unit in plan.departments}
        led[UNLED] = [row for row in judged if not plan.lead(row.item)]
        named = [unit for unit, rows in led.items() if rows]
        if set(named) <= {UNLED}:
            return Blocks([Notice("计划没有写明各项目标的牵头单位。")])

        def light(shape: str, colour: str) -> Field[str]:
            return Field(shape, 2.5, lambda unit: str(sum(r.light == colour for r in led[unit]) or BLANK), "right")

        def push(unit: str) -> str:
            return "、".join(row.item.name for row in led[unit] if row.light in ("red", "yellow")) or BLANK

        fields: tuple[Field[str], ...] = (
            Field("牵头单位", 9, lambda unit: Cell(unit, muted=unit == UNLED)),
            Field("项数", 3.5, lambda unit: str(len(led[unit])), "right"),
            *(light(*pair) for pair in (("●", "green"), ("▲", "yellow"), ("■", "red"), ("○", "grey"))),
            Field("需要推动的指标", 30, push),
        )
        idle = "、".join(unit for unit, rows in led.items() if not rows and unit != UNLED)
        note = "几个单位共同牵头的指标在各单位名下都计数。" + (f"没有牵头目标的单位：{idle}。" if idle else "")
        return Blocks([table(fields, named, title="牵头单位情况", note=note)])

    def annex_begins(self) -> Annex:
        """What follows is the annex."""
        return Annex("判断依据、可能性的检验、数据说明和原文对照")

    def reasons(self) -> Blocks:
        """Why each verdict is what it is; then what the registers foresee."""
        fields = columns(("灯", 12), ("依据", 40))
        ahead: list[Shown] = [foresight_table(row, row.register) for row in self.rows if row.register]
        why = "本期没有由名册推算的指标" if self.view.plan.registers else "还没有建立名册"
        spoken = ahead or [Notice(f"{why}，到期展望按历年读数推算。")]
        return Blocks([table(fields, self.rows), *spoken])

    def track_record(self) -> Blocks:
        """How past judgements ended, and the judgements of this report to be kept."""
        notice = track_record_notice(self.view, self.record)
        when = {"month": str(self.view.month), "as_of": self.view.as_of.isoformat()}
        kept: list[dict[str, Any]] = []
        for row in (row for row in self.rows if row.item.has_target):
            figures = {name: getattr(row, name) for name in ("target", "actual", "point", "p_met")}
            known = {name: None if math.isnan(value) else round(value, 6) for name, value in figures.items()}
            kept.append({**when, "indicator": row.item.id, **known, "verdict": row.verdict})
        return Blocks([notice, Record("judgements", kept)])


def _since(one: Change) -> str:
    """Against what a step counts where that is not the month before: the period before, or the last known one."""
    apart, frequency = one.now.end - one.before.end, one.now.item.frequency
    before = {"month": "", "quarter": "比上季", "half": "比上个半年", "year": "比上年"}[frequency]
    return before if apart == MONTHS[frequency] else "比上次" if apart > 1 else ""


def _legend(curves: Sequence[Gap]) -> str:
    """What the lines of these charts are; where a target is another region's figure, that is the dashed line."""
    past = "（当年累计的图，灰线为往年）" if any(row.item.restarts for row in curves) else ""
    rivals = [row for row in curves if row.item.target_region]
    beside = "橙色虚线为所比的地区" if rivals else ""
    own = "橙线为目标，虚线为还需走的路" if len(rivals) < len(curves) else ""
    apart = f"{own}（目标是别的地区的，{beside}）" if own and beside else own or beside
    return f"图例：蓝线为实际{past}，{apart}，浅蓝为到期时八成把握的区间。"


def _need(row: Gap) -> tuple[object, ...]:
    """By light; then what is decided last, and the least likely first."""
    chance = 0.0 if math.isnan(row.p_met) else row.p_met
    return LIGHTS.index(row.light), not row.item.has_target, row.verdict == "met", chance


def change_sentence(change: Change) -> str:
    """One change: the figures, then why it counts."""
    item, before, now = change.now.item, change.before, change.now
    if change.why == "published":
        return f"{item.name}：首次有读数，{so_far(now)}。"
    was, is_now = (said(row.actual, item) for row in (before, now))
    step = f"{'增' if change.step > 0 else '减'}{change_said(abs(change.step), item)}"
    moved = f"由{was}到{is_now}（{step}）" if change.step else f"仍为{is_now}"
    moved = f"{now.end // 12}年{is_now}（{before.end // 12}年{was}）" if change.other_year else moved
    why = {
        "reached": "，达到目标水平",
        "lost": "，跌回目标水平以下",
        "better": f"，判断由“{VERDICTS[before.verdict]}”转为“{VERDICTS[now.verdict]}”",
        "worse": f"，判断由“{VERDICTS[before.verdict]}”降为“{VERDICTS[now.verdict]}”",
        "fell": "，累计数下降，请核实是否有撤销",
        "moved": "",
    }[change.why]
    way = f"（{words}）" if (words := way_changed(before, now)) else ""
    return f"{item.name}：{moved}{why}{way}。"


def changes_since(view: View, rows: Sequence[Gap], months: int = 1) -> tuple[Period, tuple[Change, ...]] | None:
    """The changes against an earlier month, and that month; None where there is nothing to compare with."""
    earlier = view.earlier(months)
    if earlier is None or not earlier.has_readings or not view.has_readings:
        return None
    return earlier.month, changes(gaps(earlier), rows)


def record_line(record: TrackRecord) -> str:
    """How past chances ended, in one line under a table."""
    if not record.enough:
        return f"可能性的历史检验：往年可检验的目标不足{ENOUGH}项，准确程度暂无法评价。"
    return f"可能性的历史检验：往年{len(record.judgements)}次判断{beside_coin(record)}。"


def track_record_notice(view: View, record: TrackRecord) -> Notice:
    """How past judgements ended, said so that a layman sees whether to trust the chances."""
    targets = record.targets
    if not record.enough:
        found = f"往年可检验的目标只有{targets}项" if targets else "往年没有可检验的读数"
        return Notice(f"可能性的历史检验：{found}（至少{ENOUGH}项才作评价），准确程度暂无法评价。")
    bounds = view.plan.thresholds
    high, came = record.between(bounds.likely, 1.01)
    low, failed = record.between(0.0, bounds.at_risk)
    return Notice(
        f"可能性的历史检验：给往年设同样进取的目标，逐月只用当时已知的读数判断，共{len(record.judgements)}次、涉及{targets}项目标。"
        f"判为可能性{percent(bounds.likely)}以上的{high}次，实现{came}次；"
        f"判为可能性不足{percent(bounds.at_risk)}的{low}次，未实现{low - failed}次。"
        f"布里尔分数{rounded(record.brier, 2)}（越小越准，掷硬币为{COIN}），{beside_coin(record)}。"
    )
