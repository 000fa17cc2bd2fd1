"""The assessment as tables: the frame with what is still undefined, scores with their arithmetic."""

import math
from dataclasses import dataclass
from functools import cached_property

from tongdao.analysis import Result, Score, assessment_results
from tongdao.pages.display import Blocks, Cell as Shade, Field, Head, Notice, Record, Shown, Text, table
from tongdao.pages.page import Page
from tongdao.pages.summary import tally
from tongdao.pages.wording import BLANK, percent, rounded
from tongdao.plan import Cell as FrameCell

OPEN = "待定义"
NO_FRAME = "考评框架还没有建立，本期不考评。"
MEASURES = {
    "completion": "牵头目标的平均完成率",
    "lights": "牵头目标中绿灯的比例",
    "chance": "牵头目标的平均实现可能性",
    "milestones": "到期里程碑按时完成的比例",
    "progress": "牵头清单项的平均进度",
    "fresh": "牵头清单项一个月内更新的比例",
    "reported": "牵头月度指标按月有读数的比例",
}


@dataclass(frozen=True, repr=False)
class Assessment(Page):
    """The scores of all departments under the frame of the plan."""

    @cached_property
    def results(self) -> tuple[Result, ...]:
        return assessment_results(self.view, self.rows)

    def head(self, title: str = "") -> Head:
        """The head: the name of the assessment in the title."""
        frame = self.view.plan.assessment
        return super().head(title or (f"“{frame.name}”考评" if frame else "考评"))

    def conclusion(self) -> Text:
        """Where the targets stand and whether there is anything to assess by."""
        frame, stand = self.view.plan.assessment, tally(self.rows, self.view)
        if frame is None:
            return Text(f"{stand}{NO_FRAME}")
        made_up = "本框架为示例，不是已印发的考评办法。" if frame.example else ""
        state = made_up if self.results else "尚未定义的不打分，由工作专班填写后生效。"
        defined = sum(cell.defined for cell in frame.cells)
        counted = f"{frame.name}共九格，{f'已定义{defined}格' if defined else '都还没有定义'}。"
        return Text(stand + counted + state + (f"{frame.note}。" if frame.note else ""))

    def frame_table(self) -> Shown:
        """The nine cells: what is measured, weight and scale, or that it is still undefined."""
        frame = self.view.plan.assessment
        if frame is None:
            return Notice(NO_FRAME)

        def measured(cell: FrameCell) -> str:
            return "：".join(filter(None, (cell.what, MEASURES.get(cell.measure or "", ""))))

        def scale(cell: FrameCell) -> str:
            return f"{percent(cell.zero)}得零分，{percent(cell.full)}得满分" if cell.measure else ""

        fields: tuple[Field[tuple[str, FrameCell]], ...] = (
            Field("组", 4, lambda at: at[0]),
            Field("内容", 12, lambda at: _open(at[1].name)),
            Field("考评什么", 20, lambda at: _open(measured(at[1]))),
            Field("权重", 5, lambda at: _open("" if at[1].weight is None else f"{at[1].weight:g}"), "right"),
            Field("折算", 14, lambda at: _open(scale(at[1]))),
        )
        cells = [(group, cell) for group in frame.groups for cell in frame.of(group)]
        note = "待定义的由工作专班填写。"
        return table(fields, cells, title=f"“{frame.name}”考评框架", note=note)

    def score_table(self) -> Shown:
        """The sum of each department with its cells, the highest first."""
        frame, found = self.view.plan.assessment, self.results
        if frame is None or not found:
            return Notice(f"考评框架还没有{'定义完' if frame else '建立'}，本期不打分。")
        cells = [(at, cell) for at, cell in enumerate(frame.cells) if cell.defined]
        totals = [round(each.total, 9) for each in found]

        def column(at: int, cell: FrameCell) -> Field[Result]:
            def points(one: Result) -> str:
                return BLANK if math.isnan(one.scores[at].points) else rounded(one.scores[at].points, 1)

            return Field(f"{cell.name}（{cell.weight:g}）", 5, points, "right")

        fields: tuple[Field[Result], ...] = (
            Field("名次", 3, lambda one: str(1 + sum(each > round(one.total, 9) for each in totals)), "right"),
            Field("单位", 8, lambda one: self.view.plan.short_names([one.department])[0]),
            *(column(at, cell) for at, cell in cells),
            Field("适用权重", 4, lambda one: f"{one.weight:g}", "right"),
            Field("总分", 4.5, lambda one: Shade(rounded(one.total, 1), strong=True), "right"),
        )
        title = f"各单位得分{'（示例框架）' if frame.example else ''}"
        note = "总分＝各格得分之和 ÷ 适用权重 × 100；— 为没有可考评的内容，不计入。适用权重差得多的单位不宜直接比较。"
        return table(fields, found, title=title, note=note)

    def arithmetic(self) -> Blocks:
        """Every step: the figures behind each cell, the ratio, the points; kept when the report is published."""
        steps = [(one, score) for one in self.results for score in one.counted]
        if not self.results:
            return Blocks()
        fields: tuple[Field[tuple[Result, Score]], ...] = (
            Field("单位", 8, lambda step: self.view.plan.short_names([step[0].department])[0]),
            Field("内容", 8, lambda step: step[1].cell.name),
            Field("依据", 24, lambda step: _evidence(step[1])),
            Field("得分", 18, lambda step: _working(step[1])),
        )
        when = {"month": str(self.view.month), "as_of": self.view.as_of.isoformat()}
        kept = [
            {**when, "department": one.department, "cell": score.cell.name}
            | {"value": round(score.value, 6), "points": round(score.points, 6), "total": round(one.total, 6)}
            for one, score in steps
        ]
        return Blocks([table(fields, steps, title="得分计算过程"), Record("assessment", kept)])


def _open(text: str) -> Shade:
    return Shade(text or OPEN, muted=not text)


def _evidence(score: Score) -> str:
    parts = score.parts
    if all(ratio in (0.0, 1.0) for _, ratio in parts):
        lacking = [name for name, ratio in parts if not ratio]
        rest = f"；不符合：{'、'.join(lacking)}" if lacking else ""
        return f"{len(parts)}项中符合{len(parts) - len(lacking)}项{rest}"
    return "、".join(f"{name}{percent(ratio)}" for name, ratio in parts) + f"；平均{percent(score.value, 1)}"


def _working(score: Score) -> str:
    cell, value = score.cell, percent(score.value, 1)
    plain = (cell.zero, cell.full) == (0.0, 1.0)
    share = value if plain else f"({value}－{percent(cell.zero)})÷{percent(cell.full - cell.zero)}"
    bound = "，超过满分按满分" if score.share > 1 else "，低于零分按零分" if score.share < 0 else ""
    return f"{cell.weight:g} × {share} ＝ {rounded(score.points, 1)}{bound}"
