"""The panel in JupyterLab: lists that choose, linked views that follow, and what was chosen in print.

Widgets only choose. The choice, the Python that makes it again and two still figures are outputs of their own, so that
they stay in the notebook file when the kernel is gone, and go into documents.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

from tongdao.analysis import Gap, gaps
from tongdao.base import Period, TongdaoError, span
from tongdao.lab.explore.choice import COMPARISONS, Choice, chosen, resolved
from tongdao.lab.explore.stills import first_figures, stills
from tongdao.pages import HEADLESS, IndicatorTrend, Shown, show
from tongdao.workbook import View, Workbook

ALL = "（全部）"


class Explorer:
    """A workbook to look around in; shows itself at the end of a cell."""

    def __init__(self, book: Workbook, choice: Choice) -> None:
        self.book = book
        self.choice = resolved(choice, book.plan)
        self._states: dict[tuple[Period, date], tuple[Gap, ...]] = {}
        self._ask()

    def _ask(self) -> None:
        """Everything the choice decides; raises before anything is shown."""
        self.view: View = self.book.view(self.choice.month, self.choice.as_of)
        self.rows = chosen(self.choice, self.view, self.states(self.view))
        kept = [row for row in self.rows if row.item.name == self.choice.focus]
        telling = [row for row in self.rows if row.light in ("red", "yellow") and not row.few]
        first = (kept or telling or [IndicatorTrend(self.view, self.rows).row])[0]
        self.choice = replace(self.choice, focus=first.item.name)

    def states(self, view: View) -> tuple[Gap, ...]:
        """As ``gaps``, worked out once for each month and day: the map of verdicts asks for every month again."""
        key = view.month, view.as_of
        if key not in self._states:
            self._states[key] = gaps(view)
        return self._states[key]

    @property
    def row(self) -> Gap:
        """The indicator that is looked at."""
        return next(row for row in self.rows if row.item.name == self.choice.focus)

    @property
    def code(self) -> str:
        """Python that shows the same again."""
        return self.choice.code(shown_folder(self.book.folder))

    def __repr__(self) -> str:
        return self.choice.sentence(self.view)

    def stills(self) -> list[Shown]:
        """The choice as figures for a document."""
        return stills(self.view, self.rows, self.row, self.choice)

    def _ipython_display_(self) -> None:
        if os.environ.get(HEADLESS):
            show(*self.stills())
        else:
            Panel(self).show()


def shown_folder(folder: Path) -> str:
    """A workbook's folder as a notebook beside it would name it: by its last two parts where these are enough."""
    from tongdao.base import UsageError
    from tongdao.workbook import find_workbook

    for name in (folder.name, str(Path(*folder.parts[-2:]))):
        try:
            if find_workbook(name) == folder:
                return name
        except UsageError:
            continue
    return str(folder)


class _Kept:
    """Something shown in a closed fold, for the screen has it live already; documents read its own data."""

    def __init__(self, item: Shown) -> None:
        self.item = item

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        bundle = self.item._repr_mimebundle_()
        fold = f"<details><summary>静态图：{escape(str(self.item))}（没有内核时看这里，导出也用它）</summary>"
        return bundle | {"text/html": f"{fold}{self.item.html()}</details>"}


class _Printed:
    """The choice in words, for documents, and with its Python for the screen."""

    def __init__(self, explorer: Explorer) -> None:
        self.sentence, self.code = repr(explorer), explorer.code

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        html = f"<p>{escape(self.sentence)}</p><pre>{escape(self.code)}</pre>"
        return {"text/markdown": self.sentence, "text/html": html, "text/plain": self.sentence}


class Panel:
    """The widgets of an explorer and what follows them."""

    def __init__(self, explorer: Explorer) -> None:
        import ipywidgets as w

        from tongdao.lab.explore.live import Live

        self._explorer, self._busy = explorer, False
        plan, choice = explorer.book.plan, explorer.choice
        wide, label = {"width": "26em"}, {"description_width": "6em"}
        months = [str(month) for month in span(plan.first_month, plan.last_month)]
        days = sorted({day[:10] for day in explorer.book.readings["recorded_at"]} | {str(explorer.view.as_of)})
        self._lists = {
            "indicators": w.SelectMultiple(
                options=[item.name for item in plan.indicators], value=choice.indicators, rows=8, description="指标"
            ),
            "department": w.Dropdown(
                options=[(ALL, ""), *((unit.short, unit.name) for unit in plan.departments)],
                value=choice.department,
                description="部门",
            ),
            "month": w.Dropdown(options=months, value=str(explorer.view.month), description="月份"),
            "as_of": w.Dropdown(options=days[::-1], value=str(explorer.view.as_of), description="数据截至"),
            "compare": w.RadioButtons(options=COMPARISONS, value=choice.compare, description="比较"),
        }
        self._good = {name: each.value for name, each in self._lists.items()}
        for each in self._lists.values():
            each.style, each.layout = label, wide
            each.observe(self._changed, "value")
        self._copy, self._message, self._live = w.HTML(), w.HTML(), Live()
        self._live.observe(self._focused, "focus")
        actions = {
            "保存图片": self._picture,
            "导出 Excel": self._sheet,
            "做成专题简报": self._briefing,
        }
        buttons = []
        for words, action in actions.items():
            button = w.Button(description=words)
            button.on_click(action)
            buttons.append(button)
        first, *others = self._lists.values()
        hint = w.HTML("<small>不选指标就是全部；按住 Ctrl 点可多选。点左图的一行或右图的一格，细看这项指标。</small>")
        self._box = w.VBox(
            [
                w.HBox([w.VBox([first, hint]), w.VBox(others)], layout={"flex_flow": "row wrap"}),
                w.HBox([self._copy, *buttons]),
                self._message,
                self._live,
            ]
        )

    def show(self) -> None:
        """The widgets, then what stays without them."""
        from IPython.display import display

        self._draw()
        display(self._box)
        self._kept = [display(each, display_id=True) for each in self._stills()]

    def _stills(self) -> list[Any]:
        figures = first_figures(self._explorer.stills())
        return [_Printed(self._explorer), *map(_Kept, figures)]

    def _draw(self) -> None:
        from tongdao.lab.explore.frames import verdicts
        from tongdao.lab.explore.linked import linked

        one = self._explorer
        past = verdicts(one.view, one.states)
        regions = one.choice.compare == COMPARISONS[1]
        self._live.spec = linked(one.view, one.rows, past, focus=one.row.item.id, regions=regions)
        self._say_code()

    def _say_code(self) -> None:
        code = escape(self._explorer.code, quote=True)
        copy = "navigator.clipboard.writeText(this.dataset.code).then(() => this.textContent = '已复制')"
        look = "jupyter-widgets jupyter-button widget-button"
        self._copy.value = f'<button class="{look}" data-code="{code}" onclick="{copy}">复制为代码</button>'

    def _print(self) -> None:
        for handle, each in zip(self._kept, self._stills(), strict=True):
            handle.update(each)

    def _changed(self, _: object) -> None:
        if self._busy:
            return
        before, wanted = self._explorer.choice, {name: each.value for name, each in self._lists.items()}
        self._explorer.choice = replace(before, **wanted)

        self._message.value = "正在计算……"

        def ask() -> str:
            self._explorer._ask()
            self._draw()
            self._print()
            return ""

        if self._try(ask):
            self._good = wanted
            return
        self._explorer.choice, self._busy = before, True  # the lists go back to what is shown
        for name, each in self._lists.items():
            each.value = self._good[name]
        self._busy = False

    def _focused(self, change: dict[str, str]) -> None:
        name = next((row.item.name for row in self._explorer.rows if row.item.id == change["new"]), "")
        if name and name != self._explorer.choice.focus:
            self._explorer.choice = replace(self._explorer.choice, focus=name)
            self._say_code()
            self._print()

    def _picture(self, _: object) -> None:
        from tongdao.lab.explore.files import save_picture

        one = self._explorer
        self._try(lambda: f"图片已保存：{save_picture(one.book, one.view, one.row)}")

    def _sheet(self, _: object) -> None:
        from tongdao.lab.explore.files import save_sheet

        one = self._explorer
        self._try(lambda: f"表格已保存：{save_sheet(one.book, one.view, one.rows)}")

    def _briefing(self, _: object) -> None:
        from tongdao.lab.explore.files import make_briefing

        one = self._explorer
        self._message.value = "正在生成简报，大约要几秒……"
        self._try(lambda: "简报已生成：" + "、".join(map(str, make_briefing(one.book, one.view, one.choice))))

    def _try(self, action: Callable[[], str]) -> bool:
        """Do it and say so; a fault is a sentence and the panel stays as it is."""
        try:
            self._message.value = escape(action())
        except TongdaoError as error:
            self._message.value = f"<b>{escape(str(error))}</b>"
            return False
        return True
