"""The assessment as tables: the frame with what is still undefined, scores with their arithmetic, rules compared."""

import math
from collections.abc import Sequence
from dataclasses import replace

from tongdao.analysis import NOT_COUNTED, UNDEFINED, Gap, Result, Score, lights
from tongdao.pages import tables
from tongdao.pages.display import Cell as Shade, Column, Head, Notice, Record, Shown, Table, Text
from tongdao.pages.wording import BLANK, VERDICTS, percent, rounded, tally
from tongdao.plan import Assessment, Cell as FrameCell
from tongdao.workbook import View

OPEN = "待定义"
NO_FRAME = "考评框架待建立：plan.toml 还没有 [assessment]。"
MEASURES = {
    "completion": "牵头目标的平均完成率",
    "lights": "牵头目标中绿灯的比例",
    "chance": "牵头目标的平均实现可能性",
    "milestones": "到期里程碑按时完成的比例",
    "progress": "牵头清单项的平均进度",
    "fresh": "牵头清单项一个月内更新的比例",
    "reported": "牵头月度指标按月有读数的比例",
}
LIGHTS = {"green": "绿", "yellow": "黄", "red": "红", "blue": "蓝", UNDEFINED: "未规定", NOT_COUNTED: BLANK}


def head(view: View) -> Head:
    """The head: the name of the assessment in the title."""
    frame = view.plan.assessment
    return replace(tables.head(view), title=f"“{frame.name}”考评" if frame else "考评")


def summary(view: View, rows: Sequence[Gap], found: Sequence[Result]) -> Text:
    """Where the targets stand and whether there is anything to assess by."""
    frame = view.plan.assessment
    if frame is None:
        return Text(f"{tally(rows, view)}{NO_FRAME}")
    defined = sum(cell.defined for cell in frame.cells)
    text = f"{frame.name}共九格，已定义{defined}格。"
    if not found:
        text += "尚未定义的不打分，由工作专班填写后生效。"
    elif frame.example:
        text += "本框架为示例，不是已印发的考评办法。"
    return Text(tally(rows, view) + text + (f"{frame.note}。" if frame.note else ""))


def frame_table(view: View) -> Shown:
    """The nine cells: what is measured, weight and scale, or that it is still undefined."""
    frame = view.plan.assessment
    if frame is None:
        return Notice(NO_FRAME)
    columns = (
        Column("组", "left", 4),
        Column("内容", "left", 12),
        Column("考评什么", "left", 20),
        Column("权重", "right", 5),
        Column("折算", "left", 14),
    )
    body = [_frame_row(group, cell) for group in frame.groups for cell in frame.of(group)]
    return Table(columns, body, title=f"“{frame.name}”考评框架", note="由工作专班在 plan.toml 的 [assessment] 中填写。")


def _frame_row(group: str, cell: FrameCell) -> list[Shade | str]:
    def shown(text: str) -> Shade:
        return Shade(text or OPEN, muted=not text)

    measured = "：".join(text for text in (cell.what, MEASURES.get(cell.measure or "", "")) if text)
    scale = f"{percent(cell.zero)}得零分，{percent(cell.full)}得满分" if cell.measure else ""
    weight = f"{cell.weight:g}" if cell.weight is not None else ""
    return [group, shown(cell.name), shown(measured), shown(weight), shown(scale)]


def score_table(view: View, found: Sequence[Result]) -> Shown:
    """The sum of each department with its cells, the highest first."""
    frame = view.plan.assessment
    if frame is None or not found:
        return Notice("考评框架还没有定义完，本期不打分。")
    cells = [cell for cell in frame.cells if cell.defined]
    columns = (
        Column("名次", "right", 3),
        Column("单位", "left", 8),
        *(Column(f"{cell.name}（{cell.weight:g}）", "right", 5) for cell in cells),
        Column("适用权重", "right", 4),
        Column("总分", "right", 4.5),
    )
    body: list[list[Shade | str]] = []
    for one in found:
        rank = 1 + sum(round(other.total, 9) > round(one.total, 9) for other in found)
        points = [_points(score) for score in one.scores if score.cell.defined]
        unit = view.plan.short_names([one.department])[0]
        body.append([str(rank), unit, *points, f"{one.weight:g}", Shade(rounded(one.total, 1), strong=True)])
    title = f"各单位得分{'（示例框架）' if frame.example else ''}"
    note = "总分＝各格得分之和 ÷ 适用权重 × 100；— 为没有可考评的内容，不计入。适用权重差得多的单位不宜直接比较。"
    return Table(columns, body, title=title, note=note)


def _points(score: Score) -> str:
    return BLANK if math.isnan(score.points) else rounded(score.points, 1)


def arithmetic_table(view: View, found: Sequence[Result]) -> list[Shown]:
    """Every step: the figures behind each cell, the ratio, the points; kept for good when the report is published."""
    if not found:
        return []
    columns = (
        Column("单位", "left", 8),
        Column("内容", "left", 8),
        Column("依据", "left", 24),
        Column("得分", "left", 18),
    )
    body = [
        [view.plan.short_names([one.department])[0], score.cell.name, _evidence(score), _working(score)]
        for one in found
        for score in one.counted
    ]
    return [Table(columns, body, title="得分计算过程"), _record(view, found)]


def _evidence(score: Score) -> str:
    parts = score.evidence.parts
    if all(ratio in (0.0, 1.0) for _, ratio in parts):
        lacking = "、".join(name for name, ratio in parts if not ratio)
        return f"{len(parts)}项中符合{sum(ratio > 0 for _, ratio in parts)}项" + (
            f"；不符合：{lacking}" if lacking else ""
        )
    return "、".join(f"{name}{percent(ratio)}" for name, ratio in parts) + f"；平均{percent(score.evidence.value, 1)}"


def _working(score: Score) -> str:
    cell = score.cell
    value = percent(score.evidence.value, 1)
    plain = (cell.zero, cell.full) == (0.0, 1.0)
    share = value if plain else f"({value}－{percent(cell.zero)})÷{percent(cell.full - cell.zero)}"
    bound = "，超过满分按满分" if score.share > 1 else "，低于零分按零分" if score.share < 0 else ""
    return f"{cell.weight:g} × {share} ＝ {rounded(score.points, 1)}{bound}"


def rules_table(view: View, rows: Sequence[Gap]) -> list[Shown]:
    """The same indicators under our lights and under the other rules of the plan file."""
    frame: Assessment | None = view.plan.assessment
    if frame is None or not frame.rules:
        return [Notice("plan.toml 还没有别处的亮灯办法（[[assessment.rule]]），本期不作比较。")]
    if not view.has_readings:
        return [Notice("本期没有读数，不作比较。", "no_data")]
    tried = [lights(view, rows, rule) for rule in frame.rules]
    columns = (
        Column("指标", "left", 16),
        Column("完成率", "right", 5),
        Column("本办法", "left", 7),
        *(Column(rule.name, "left", 6) for rule in frame.rules),
    )
    body: list[list[Shade | str]] = [
        [
            row.item.name,
            percent(row.completion),
            Shade(VERDICTS[row.verdict], light=row.light),
            *(LIGHTS[found[row.item.id]] for found in tried),
        ]
        for row in rows
    ]
    notes = "；".join(f"{rule.name}：{rule.note}" for rule in frame.rules if rule.note)
    note = f"{notes}。— 为没有完成率，“未规定”为该办法没有说到的情形。"
    return [Table(columns, body, title="同样的数据，不同的亮灯办法", note=note)]


def _record(view: View, found: Sequence[Result]) -> Record:
    return Record(
        "assessment",
        [
            {
                "month": str(view.month),
                "as_of": view.as_of.isoformat(),
                "department": one.department,
                "cell": score.cell.name,
                "value": round(score.evidence.value, 6),
                "points": round(score.points, 6),
                "total": round(one.total, 6),
            }
            for one in found
            for score in one.counted
        ],
    )
