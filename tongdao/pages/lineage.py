"""From a figure back to where it comes from: the reading behind it and the sentence of the plan it answers."""

from dataclasses import dataclass

from tongdao.analysis import standing
from tongdao.pages.wording import period_name, said
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
        if not self.period:
            return ""
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
