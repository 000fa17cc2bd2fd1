"""What if one candidate is certified, or one certificate is not renewed: targets forecast from registers."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pandas as pd

from tongdao.analysis import Foresight, Prospect, foresight, main_aim, standing
from tongdao.base import Period, UsageError, candidates
from tongdao.lab.explore import show_controls
from tongdao.pages import BLANK, HEADLESS, Field, Notice, Shown, percent, show, table
from tongdao.plan import Indicator
from tongdao.workbook import View, Workbook


def what_if(
    book: Workbook,
    assumed: Mapping[str, float] | None = None,
    *,
    month: str | Period | None = None,
    as_of: str | date | None = None,
) -> "WhatIf":
    """The chances of all targets forecast from registers, with other chances for some candidates or renewals.

    At the end of a cell it shows itself, in JupyterLab with a list to choose from and a slider.

    Args:
        assumed: chances from 0 (fails, lapses) to 1 (certified, renewed) by entry number, or by a name that
            only one has.

    Raises:
        UsageError: nothing or several cases have that name, a chance outside 0 to 1, a month outside the plan.
    """
    view = book.asked(month, as_of)
    aims = [main_aim(view, item) for item in view.plan.indicators if view.has_readings]
    found = [(aim.item, foresight(view, aim, standing(view, aim))) for aim in aims]
    one = WhatIf(view, tuple((item, ahead) for item, ahead in found if ahead is not None))
    for name, p in (assumed or {}).items():
        if not 0 <= p <= 1:
            raise UsageError(f"“{name}”的把握 {p:g} 不能用，请写 0（办不成）到 1（办成）之间的数。")
    return replace(one, assumed={one.number(name): p for name, p in (assumed or {}).items()})


@dataclass(frozen=True)
class WhatIf:
    """Every indicator forecast from a register as it stands, and the ``assumed`` chances by entry number."""

    view: View
    ahead: tuple[tuple[Indicator, Foresight], ...]
    assumed: Mapping[str, float] = field(default_factory=dict)

    @property
    def prospects(self) -> dict[str, Prospect]:
        """All open cases by their entries' numbers, in the registers' order."""
        return {one.entry.number: one for _, ahead in self.ahead for one in ahead.prospects}

    def number(self, name: str) -> str:
        """The entry of that number or name."""
        labels = {number: one.entry.label for number, one in self.prospects.items()}
        fits = [number for number, label in labels.items() if name in (number, label)]
        if len(fits) != 1:
            known = fits or [f"{number}（{label}）" for number, label in labels.items()]
            raise UsageError(f"名册里{'有几项' if fits else '没有待定的'}“{name}”，{candidates(name, known)}。")
        return fits[0]

    @property
    def frame(self) -> pd.DataFrame:
        """Per indicator its id, name, target, chance as it is (``p_now``) and as assumed (``p_assumed``), and the case
        not assumed that moves it most (``most``, an entry number) with the chances if that comes true and if not."""
        rows = []
        for item, now in self.ahead:
            then = now.what_if(self.assumed)
            open_cases = [one.entry.number for one, _ in then.swings() if one.entry.number not in self.assumed]
            most = next(iter(open_cases), None)
            ends = [then.what_if({most: p}).p_met if most else then.p_met for p in (1.0, 0.0)]
            rows.append((item.id, item.name, now.need, now.p_met, then.p_met, most, *ends))
        columns = ["id", "name", "target", "p_now", "p_assumed", "most", "p_if_won", "p_if_lost"]
        return pd.DataFrame(rows, columns=columns)

    def table(self) -> Shown:
        """The frame in words, the assumptions below."""
        if not self.ahead:
            return Notice("本期没有由名册推算的指标，不能逐项假设。")
        known, units = self.prospects, {item.id: item.unit for item, _ in self.ahead}

        def end(title: str, column: str, width: float) -> Field[dict[Any, Any]]:
            return Field(title, width, lambda row: percent(row[column]) if row["most"] in known else BLANK, "right")

        fields: tuple[Field[dict[Any, Any]], ...] = (
            Field("指标", 12, lambda row: str(row["name"])),
            Field("目标", 7, lambda row: f"≥{row['target']:g}{units[row['id']]}"),
            Field("可能性", 5, lambda row: percent(row["p_now"]), "right"),
            Field("假设后的可能性", 7, lambda row: percent(row["p_assumed"]) if self.assumed else BLANK, "right"),
            Field("最起作用的一项", 14, lambda row: _called(known[row["most"]]) if row["most"] in known else BLANK),
            end("它办成时的可能性", "p_if_won", 8),
            end("它办不成时的可能性", "p_if_lost", 9),
        )
        assumed = [(known[number], p) for number, p in self.assumed.items()]
        changes = [f"{_called(one)}由{percent(one.chance)}改为{percent(p)}" for one, p in assumed]
        words = f"假设：{'；'.join(changes)}；其余照原来的把握。" if changes else "没有假设，各项照原来的把握。"
        sources = "、".join(dict.fromkeys(ahead.register for _, ahead in self.ahead))
        body = self.frame.to_dict("records")
        return table(fields, body, title="假如某一项办成或办不成", note=words, source=f"来源：{sources}")

    def _ipython_display_(self) -> None:
        if os.environ.get(HEADLESS) or not self.prospects:
            show(self.table())
        else:
            _ask(self)


def _called(one: Prospect) -> str:
    return f"{one.entry.label}（{one.stage}）"


def _ask(one: WhatIf) -> None:
    """A list of the open cases and a slider; the table follows as an output of its own, which stays in the file."""
    import ipywidgets as w
    from IPython.display import display

    cases = one.prospects
    options = [(f"{_called(each)} {number}", number) for number, each in cases.items()]
    case = w.Dropdown(options=options, description="哪一项", layout={"width": "28em"})
    chance = w.FloatSlider(min=0, max=1, step=0.05, description="把握", readout_format=".0%", continuous_update=False)
    back = w.Button(description="全部复原")
    assumed = dict(one.assumed)

    def picked(_: Any = None) -> None:
        chance.unobserve(moved, "value")
        chance.value = assumed.get(case.value, cases[case.value].chance)
        chance.observe(moved, "value")

    def moved(change: Any) -> None:
        assumed[case.value] = change["new"]
        kept.update(replace(one, assumed=assumed).table())

    def restored(_: Any) -> None:
        assumed.clear()
        picked()
        kept.update(replace(one, assumed={}).table())

    picked()
    case.observe(picked, "value")
    back.on_click(restored)
    show_controls(w.HBox([case, chance, w.HTML("<small>0% 办不成，100% 办成</small>"), back]))
    kept = display(one.table(), display_id=True)
