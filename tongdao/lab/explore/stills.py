"""What was chosen as plain figures: for documents, and for a notebook opened without a kernel."""

from collections.abc import Sequence

from tongdao.analysis import Gap
from tongdao.lab.explore.choice import COMPARISONS, Choice
from tongdao.pages import Figure, GapToTarget, IndicatorTrend, Notice, Shown, Text
from tongdao.workbook import View


def stills(view: View, rows: Sequence[Gap], row: Gap, choice: Choice) -> list[Shown]:
    """The choice in words, the indicator looked at, and all that were chosen in order of their gaps."""
    beside = IndicatorTrend(view, (row,), row.item.id).regions() if choice.compare == COMPARISONS[1] else ()
    ranking = GapToTarget(view, tuple(rows)).ranking()
    return [Text(choice.sentence(view)), *course(view, row), *beside, *ranking]


def course(view: View, row: Gap) -> list[Shown]:
    """One indicator: its state, the plan's own words and its figures."""
    page = IndicatorTrend(view, (row,), row.item.id)
    return [page.conclusion(), page.quote(), *page.history()]


def first_figures(shown: Sequence[Shown]) -> list[Shown]:
    """Of these the two that say most: the first figure and the last, or the notices that there is nothing to draw."""
    figures: list[Shown] = [each for each in shown if isinstance(each, Figure)]
    told = figures or [each for each in shown if isinstance(each, Notice)]
    return [told[0], told[-1]]
