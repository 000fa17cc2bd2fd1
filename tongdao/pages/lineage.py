"""From a figure back to where it comes from: the reading behind it and the sentence of the plan it answers."""

from collections.abc import Sequence
from dataclasses import dataclass

from tongdao.analysis import Gap, standing
from tongdao.pages.display import Cell, Column, Notice, Shown, Table
from tongdao.pages.wording import BLANK, period_name, said
from tongdao.plan import Indicator
from tongdao.workbook import View


@dataclass(frozen=True)
class Origin:
    """The latest reading behind an indicator's figure; empty texts where there is none.

    ``period`` is the period it speaks of in words, ``value`` the figure with its unit, ``line`` its line in
    readings.csv (0 without one), ``delivery`` the hash of the file that brought it, if one did.
    """

    period: str = ""
    value: str = ""
    source: str = ""
    recorded_at: str = ""
    line: int = 0
    delivery: str = ""

    @property
    def words(self) -> str:
        """Source, day and the beginning of the delivery's hash, by which ``tongdao withdraw`` finds it too."""
        return f"{self.source}，{self.recorded_at}" + (f"，报送{self.delivery[:12]}" if self.delivery else "")


def origin(view: View, item: Indicator, end: int) -> Origin:
    """The reading that an indicator's figure rests on; ``end`` is the last month it speaks of, 0 for none."""
    own = view.series(item)
    own = own[own["end"] <= end] if end else own
    if own.empty:
        return Origin()
    last = own.iloc[-1]
    return Origin(
        period_name(int(last["end"]), item.frequency),
        said(float(last["value"]), item),
        str(last["source"]),
        str(last["recorded_at"]),
        int(last["line"]),
        str(last["delivery"]),
    )


def figures(view: View) -> dict[str, dict[str, str]]:
    """What every indicator stands on, by id: reading, period, source and aim, to be kept with a run.

    Files may be rewritten later; then these tell what was so at the time.
    """
    kept = {}
    for item in view.plan.indicators:
        at = origin(view, item, standing(view, item).end)
        aim = "无" if item.target is None else f"{item.word}{said(item.target, item)}"
        kept[item.id] = {"value": at.value, "period": at.period, "source": at.source, "target": aim}
    return kept


def annex(view: View, rows: Sequence[Gap]) -> list[Shown]:
    """Each figure beside its sentence of the plan and its reading, then the clauses that have none."""
    found = {row.item.id: origin(view, row.item, row.end) for row in rows}
    delivered = "，报送编号" if any(at.delivery for at in found.values()) else ""
    columns = (
        Column("指标", "left", 10),
        Column("条款", "left", 4),
        Column("原文", "left", 22),
        Column("读数", "left", 8),
        Column(f"来源，记录日期{delivered}", "left", 12),
    )
    body: list[list[Cell | str]] = []
    for row in rows:
        item, at = row.item, found[row.item.id]
        quote = f"{'转述：' if item.restated else ''}{item.quote}" if item.quote else BLANK
        reading = f"{at.period}\n{at.value}" if at.period else BLANK
        body.append([item.name, item.clause or BLANK, quote, reading, at.words if at.period else BLANK])
    silent = [row.item.name for row in rows if not found[row.item.id].period]
    words = f"没有读数的：{'、'.join(silent)}。" if silent else "各项目标都有读数。"
    return [Table(columns, body), Notice(words, "no_data" if silent else "note")]
