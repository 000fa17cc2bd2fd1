"""The monthly report: what moved since last month, who leads what, why each verdict, and the record of past ones."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tongdao.analysis import ENOUGH, Change, Gap, TrackRecord, changes, gaps, track_record
from tongdao.base import Period
from tongdao.pages.display import Blocks, Cell, Field, Notice, Record, Shown, Table, Text, table
from tongdao.pages.frames import way_changed
from tongdao.pages.ledger import foresight_table
from tongdao.pages.page import Page, columns
from tongdao.pages.wording import BLANK, VERDICTS, change_said, month_name, percent, rounded, said, so_far
from tongdao.workbook import View

COIN = 0.25  # the Brier score of saying one half every time
CLOSE = 0.02  # to it is no difference
BESIDE = {"好于": "", "与": "相当，可能性仅供参考", "不如": "，可能性仅供参考"}
UNLED = "原文未明确"


@dataclass(frozen=True, repr=False)
class MonthlyReport(Page):
    """All targets of a plan in one month."""

    def state(self) -> Blocks:
        """The conclusion and the table of all indicators."""
        return Blocks([self.conclusion(), self.indicator_table()])

    def changes(self) -> Text:
        """What moved since last month as a list, the weightiest first."""
        found = changes_since(self.view, self.rows)
        if found is None:
            return Text("上月没有可比的读数。")
        month, moved = found
        if not moved:
            return Text(f"与{month_name(month)}相比，各项指标没有变化。")
        still = len(self.rows) - len(moved)
        lines = [*map(change_sentence, moved), *([f"其余{still}项没有变化。"] if still else [])]
        return Text(points=lines)

    def departments(self) -> Table | Notice:
        """Who leads what: how many targets, how they stand, which need a push."""
        judged = [row for row in self.rows if row.item.has_target]
        lead = self.view.plan.lead
        led = {unit.name: [row for row in judged if unit.name in lead(row.item)] for unit in self.view.plan.departments}
        led[UNLED] = [row for row in judged if not lead(row.item)]
        named = [unit for unit, rows in led.items() if rows]
        if set(named) <= {UNLED}:
            return Notice("计划没有写明各项目标的牵头单位。")

        def light(shape: str, colour: str) -> Field[str]:
            return Field(shape, 2.5, lambda unit: str(sum(r.light == colour for r in led[unit]) or BLANK), "right")

        def push(unit: str) -> str:
            return "、".join(row.item.name for row in led[unit] if row.light in ("red", "yellow")) or BLANK

        fields: tuple[Field[str], ...] = (
            Field("牵头单位", 13, lambda unit: Cell(unit, muted=unit == UNLED)),
            Field("项数", 3.5, lambda unit: str(len(led[unit])), "right"),
            *(light(*pair) for pair in (("●", "green"), ("▲", "yellow"), ("■", "red"), ("○", "grey"))),
            Field("需要推动的指标", 26, push),
        )
        return table(fields, named, title="牵头单位情况", note="几个单位共同牵头的指标在各单位名下都计数。")

    def reasons(self) -> Blocks:
        """Why each verdict is what it is, and who leads; then what the registers foresee."""
        fields = columns(("灯", 12), ("依据", 28), ("牵头单位", 12))
        ahead: list[Shown] = [foresight_table(row, row.register) for row in self.rows if row.register]
        why = "本期没有由名册推算的指标" if self.view.plan.registers else "还没有建立名册"
        spoken = ahead or [Notice(f"{why}，到期展望按历年读数推算。")]
        return Blocks([table(fields, self.rows, title="判断依据"), *spoken])

    def track_record(self) -> Blocks:
        """How past judgements ended, and the judgements of this report to be kept."""
        notice = track_record_notice(self.view, track_record(self.view, self.readings))
        when = {"month": str(self.view.month), "as_of": self.view.as_of.isoformat()}
        kept: list[dict[str, Any]] = []
        for row in (row for row in self.rows if row.item.has_target):
            figures = {name: getattr(row, name) for name in ("target", "actual", "point", "p_met")}
            known = {name: None if math.isnan(value) else round(value, 6) for name, value in figures.items()}
            kept.append({**when, "indicator": row.item.id, **known, "verdict": row.verdict})
        return Blocks([notice, Record("judgements", kept)])


def change_sentence(change: Change) -> str:
    """One change: the figures, then why it counts."""
    item, before, now = change.now.item, change.before, change.now
    if change.why == "published":
        return f"{item.name}：首次有读数，{so_far(now)}。"
    was, is_now = (said(row.actual, item) for row in (before, now))
    step = f"{'增' if change.step > 0 else '减'}{change_said(abs(change.step), item)}"
    moved = f"由{was}到{is_now}（{step}）" if change.step else f"仍为{is_now}"
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


def track_record_notice(view: View, record: TrackRecord) -> Notice:
    """How past judgements ended, said so that a layman sees whether to trust the chances."""
    targets = record.targets
    if not record.enough:
        found = f"往年可检验的目标只有{targets}项" if targets else "往年没有可检验的读数"
        return Notice(f"可能性的历史检验：{found}（至少{ENOUGH}项才作评价），准确程度暂无法评价。")
    bounds = view.plan.thresholds
    high, came = record.between(bounds.likely, 1.01)
    low, failed = record.between(0.0, bounds.at_risk)
    beside = "好于" if record.brier < COIN - CLOSE else "与" if record.brier < COIN + CLOSE else "不如"
    return Notice(
        f"可能性的历史检验：给往年设同样进取的目标，逐月只用当时已知的读数判断，共{len(record.judgements)}次、涉及{targets}项目标。"
        f"判为可能性{percent(bounds.likely)}以上的{high}次，实现{came}次；"
        f"判为不足{percent(bounds.at_risk)}的{low}次，未实现{low - failed}次。"
        f"布里尔分数{rounded(record.brier, 2)}（越小越准），{beside}掷硬币（{COIN}）{BESIDE[beside]}。"
    )
