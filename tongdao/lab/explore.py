"""Exploring a workbook in JupyterLab: lists that choose, linked views that follow, and static output of the choice.

Widgets only choose. The choice, the Python that makes it again and two static figures are outputs of their own, so that
they stay in the notebook file when the kernel is gone, and go into documents.
"""

import os
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tongdao.analysis import Gap, TrackRecord, gaps
from tongdao.base import Period, TongdaoError, UsageError, candidates, marked, parse_period, saved, span, write_whole
from tongdao.pages import (
    EXAMPLE,
    HEADLESS,
    Figure,
    GapToTarget,
    IndicatorTrend,
    Notice,
    Shown,
    Text,
    day_name,
    month_name,
    show,
    status_book,
)
from tongdao.workbook import View, Workbook, documents_folder, find_workbook

COMPARISONS = ("上年同期", "其他地区")
ALL = "（全部）"
LAB_ROOT = "TONGDAO_LAB_ROOT"  # where ``tongdao lab`` tells its kernels which folder JupyterLab shows
AUTO = {"width": "auto", "min_width": "0"}
HALF = AUTO | {"flex": "1 1 9em"}  # of a button, two abreast
STILL = "控件没有内核可用，下面是上次的结果；要再选，请从菜单选“运行 → 运行所有单元格”。"


def explore(
    book: Workbook,
    *,
    indicators: Iterable[str] = (),
    department: str = "",
    month: str = "",
    as_of: str = "",
    compare: str = COMPARISONS[0],
    focus: str = "",
) -> "Explorer":
    """A panel to look around with; its arguments are what it starts from, and 复制为代码 writes them.

    Args:
        indicators: names, aliases or parts of names; empty for all.
        department: only what this department leads or supports.
        month, as_of: as for ``Workbook.view``.
        compare: 上年同期 or 其他地区.
        focus: the indicator that is looked at closely; default, the one furthest behind that has readings.

    Raises:
        UsageError: a name, month or comparison that cannot be used; the sentence lists the candidates.
    """
    if compare not in COMPARISONS:
        raise UsageError(f"不能与“{compare}”比较，{candidates(compare, COMPARISONS)}。")
    plan = book.plan
    names = (indicators,) if isinstance(indicators, str) else indicators
    whole = tuple(plan.find_indicator(name).name for name in names)
    unit = plan.find_department(department).name if department else ""
    return Explorer(book, Choice(whole, unit, month, as_of, compare, plan.find_indicator(focus).name if focus else ""))


def look(book: Workbook, indicator: str = "", *, month: str = "", as_of: str = "") -> None:
    """Show one indicator (a part of its name will do; default as ``explore``): its state, the plan's words, its course.

    Raises:
        UsageError: no such indicator, or several; the sentence lists them.
    """
    show(*explore(book, focus=indicator, month=month, as_of=as_of).one_indicator())


@dataclass(frozen=True)
class Choice:
    """Names as the plan has them; an empty value means all, or the default.

    ``focus`` is the one indicator that history, year and comparison speak of; ``compare`` one of ``COMPARISONS``.
    """

    indicators: tuple[str, ...] = ()
    department: str = ""
    month: str = ""
    as_of: str = ""
    compare: str = COMPARISONS[0]
    focus: str = ""


class Explorer:
    """A workbook to look around in; shows itself at the end of a cell."""

    def __init__(self, book: Workbook, choice: Choice) -> None:
        self.book = book
        self._gaps: dict[tuple[Period, date], tuple[Gap, ...]] = {}
        self._records: dict[date, TrackRecord] = {}
        self.choose(choice)

    def choose(self, choice: Choice) -> None:
        """Work out all that the choice decides, the rows furthest from their targets first.

        Raises:
            UsageError: the department has no part in any of the indicators; what was chosen before stays.
        """
        view, unit = self.book.asked(choice.month, choice.as_of), choice.department
        rows = [
            row
            for row in self.gaps(view)
            if (not choice.indicators or row.item.name in choice.indicators)
            and (not unit or unit in (*view.plan.lead(row.item), *view.plan.support(row.item)))
        ]
        if not rows:
            raise UsageError(f"{unit}没有牵头或配合所选的指标，请改选部门或指标。")
        rows.sort(key=lambda row: (row.completion != row.completion, row.completion))
        kept = [row for row in rows if row.item.name == choice.focus]
        behind = [row for row in rows if row.light in ("red", "yellow") and not row.few]
        first = (kept or behind or [IndicatorTrend(view, tuple(rows)).row])[0]
        self.view, self.rows, self.choice = view, tuple(rows), replace(choice, focus=first.item.name)

    def gaps(self, view: View) -> tuple[Gap, ...]:
        """``analysis.gaps``, worked out once for each month and day: the map of verdicts asks for every month again."""
        key = view.month, view.as_of
        if key not in self._gaps:
            self._gaps[key] = gaps(view)
        return self._gaps[key]

    @property
    def row(self) -> Gap:
        """The indicator that is looked at."""
        return next(row for row in self.rows if row.item.name == self.choice.focus)

    @property
    def code(self) -> str:
        """Python that shows the same again; what was not chosen is not written."""
        chosen = {key: value for key, value in asdict(self.choice).items() if value}
        words = {key: list(value) if isinstance(value, tuple) else value for key, value in chosen.items()}
        given = "".join(f", {key}={value!r}" for key, value in words.items())
        book = _shown_folder(self.book.folder)
        return f"import tongdao as td\n\nbook = td.open_workbook({book!r})\ntd.explore(book{given})\n"

    def __repr__(self) -> str:
        chosen, view = self.choice, self.view
        unit = f"，{chosen.department}承担" if chosen.department else ""
        return (
            f"所选：{'、'.join(chosen.indicators) or '全部指标'}{unit}；细看“{chosen.focus}”，与{chosen.compare}比较；"
            f"{month_name(view.month)}，数据截至{day_name(view.as_of)}。"
        )

    def static_figures(self) -> list[Shown]:
        """The choice for a document: in words, the indicator looked at, and all chosen in order of their gaps."""
        beside = self.page.regions() if self.choice.compare == COMPARISONS[1] else ()
        return [Text(repr(self)), *self.one_indicator(), *beside, *GapToTarget(self.view, self.rows).ranking()]

    def one_indicator(self) -> list[Shown]:
        """The indicator looked at: its state, the plan's own words and its figures."""
        page = self.page
        return [*page.state(), *page.history()]

    @property
    def page(self) -> IndicatorTrend:
        """The page of the indicator looked at; how past chances ended is worked out once for each day."""
        day, readings = self.view.as_of, self.book.readings
        page = IndicatorTrend(
            self.view, (self.row,), self.row.item.id, readings=readings, judged=self._records.get(day)
        )
        self._records[day] = page.record
        return page

    def save_picture(self) -> Path:
        """Write the progress of the indicator looked at as PNG of 288 dpi.

        Raises:
            DocumentError: there is nothing to draw.
        """
        from tongdao.document import png, with_words

        chart = self.page.progress(self.row, width="full")
        made_up = [EXAMPLE] if self.view.plan.example else []
        picture = png(with_words(chart, f"数据截至{day_name(self.view.as_of)}", *made_up))[0]
        return self._written(f"探索-{self.row.item.name}.png", picture)

    def save_table(self) -> Path:
        """Write the chosen indicators as an .xlsx file: their state, a sheet with a chart for each, their readings."""
        return self._written("探索.xlsx", saved(status_book(self.view, self.rows)))

    def _written(self, name: str, content: bytes) -> Path:
        target = documents_folder(self.book, self.view) / name
        write_whole(target, content)
        return target

    def make_briefing(self) -> tuple[Path, ...]:
        """Make the one-page briefing on the department, or else on the indicator looked at.

        Raises:
            RunError, DocumentError: the run failed; the sentence says where.
        """
        from tongdao.runs import ForkServer, jobs, run_report

        about = {"department": self.choice.department} if self.choice.department else {"indicator": self.choice.focus}
        time = {"month": str(self.view.month), "as_of": self.view.as_of.isoformat()}
        with ForkServer() as warm:
            return run_report(jobs(self.book, "briefing", about | time)[0], warm).files

    def _ipython_display_(self) -> None:
        if os.environ.get(HEADLESS):
            show(*self.static_figures())
        else:
            Panel(self).show()


def _shown_folder(folder: Path) -> str:
    """A workbook's folder as a notebook beside it would name it: by its last two parts where these are enough."""
    for name in (folder.name, str(Path(*folder.parts[-2:]))):
        try:
            if find_workbook(name) == folder:
                return name
        except UsageError:
            continue
    return str(folder)


class Panel:
    """The widgets of an explorer and what follows them."""

    def __init__(self, explorer: Explorer) -> None:
        import ipywidgets as w

        from tongdao.lab.linked import Live

        self._explorer, self._busy = explorer, False
        plan, view, choice = explorer.book.plan, explorer.view, explorer.choice
        ends = {parse_period(period).end for period in set(explorer.book.readings["period"])} | {view.month.end}
        months = [str(month) for month in span(view.plan.first_month, view.plan.last_month) if month.end in ends]
        recorded = {day[:10] for day in explorer.book.readings["recorded_at"]} | {str(view.as_of)}
        days = sorted(day for day in recorded if day <= str(max(explorer.book.latest_day, view.as_of)))
        names = [item.name for item in plan.indicators]
        units = [(ALL, ""), *((unit.short, unit.name) for unit in plan.departments)]
        self._lists = {
            "indicators": w.SelectMultiple(options=names, value=choice.indicators, rows=7, description="指标"),
            "department": w.Dropdown(options=units, value=choice.department, description="部门"),
            "month": w.Dropdown(options=months, value=str(view.month), description="月份"),
            "as_of": w.Dropdown(options=days[::-1], value=str(view.as_of), description="数据截至"),
            "compare": w.RadioButtons(options=COMPARISONS, value=choice.compare, description="比较"),
        }
        if set(explorer.book.readings["region"]) <= {plan.region}:
            del self._lists["compare"]  # there is nothing else to compare with
        self._shown = {name: each.value for name, each in self._lists.items()}
        for each in self._lists.values():
            each.style, each.layout = {"description_width": "4.5em"}, AUTO | {"flex": "1 1 16em"}
            each.observe(self._changed, "value")
        self._copy, self._message = w.HTML(layout=HALF), w.HTML(layout={"flex": "1 1 100%"})
        self._live = Live(layout={"flex": "999 1 42em", "min_width": "0"})
        self._live.observe(self._focused, "focus")

        def button(title: str, done: str, make: Callable[[], Iterable[Path]], waiting: str = "") -> w.Button:
            made = w.Button(description=title, layout=HALF)
            made.on_click(lambda _: self._try(lambda: f"{done}：{'、'.join(map(_linked, make()))}", waiting))
            return made

        buttons = [
            button("保存图片", "图片已保存", lambda: [explorer.save_picture()]),
            button("导出 Excel", "表格已保存", lambda: [explorer.save_table()]),
            button("做成专题简报", "简报已生成", explorer.make_briefing, "正在生成简报，大约要几秒……"),
        ]
        hint = w.HTML("<small>不选指标就是全部；按住 Ctrl 点可多选。</small>")
        first, *rest = self._lists.values()
        # beside the charts where these keep three quarters of their size, else above them, several lists abreast
        wrap = {"flex_flow": "row wrap", "align_items": "flex-start"}
        chosen = w.Box([first, hint, *rest, self._copy, *buttons, self._message], layout=wrap | {"flex": "1 1 20em"})
        self._box = w.Box([chosen, self._live], layout=wrap)

    def show(self) -> None:
        """The widgets, then what stays without them."""
        from IPython.display import display

        self._draw()
        show_controls(self._box)
        self._kept = [display(each, raw=True, display_id=True) for each in self._static()]

    def _static(self) -> list[dict[str, Any]]:
        """The choice in words with its Python, and the first and last figure (or notices) in closed folds.

        Each is the MIME data of an output: the screen shows its HTML, documents read the rest.
        """
        one, shown = self._explorer, self._explorer.static_figures()
        code = f"<p>{escape(repr(one))}</p><pre>{escape(one.code)}</pre>"
        words = {"text/markdown": marked(repr(one)), "text/html": code, "text/plain": repr(one)}
        figures, notices = ([each for each in shown if isinstance(each, kind)] for kind in (Figure, Notice))
        told = figures or notices
        return [words, _folded(told[0]), _folded(told[-1])]

    def _draw(self) -> None:
        from tongdao.lab.linked import linked

        one = self._explorer
        regions = one.choice.compare == COMPARISONS[1]
        self._live.spec = linked(one.view, one.rows, one.gaps, one.row.item.id, regions=regions, firm=one.page.firm)
        self._say_code()

    def _say_code(self) -> None:
        code = escape(self._explorer.code, quote=True)
        copy = "navigator.clipboard.writeText(this.dataset.code).then(() => this.textContent = '已复制')"
        look = 'class="jupyter-widgets jupyter-button widget-button" style="width:100%"'
        self._copy.value = f'<button {look} data-code="{code}" onclick="{copy}">复制为代码</button>'

    def _print(self) -> None:
        for handle, each in zip(self._kept, self._static(), strict=True):
            handle.update(each, raw=True)

    def _changed(self, _: object) -> None:
        if self._busy:
            return
        wanted = {name: each.value for name, each in self._lists.items()}
        before = self._explorer.choice

        def ask() -> str:
            self._explorer.choose(replace(before, **wanted))
            self._draw()
            self._print()
            return ""

        if self._try(ask, "正在计算……"):
            self._shown = wanted
            return
        self._explorer.choose(before)
        self._busy = True  # the lists go back to what is shown
        for name, each in self._lists.items():
            each.value = self._shown[name]
        self._busy = False

    def _focused(self, change: dict[str, str]) -> None:
        name = next((row.item.name for row in self._explorer.rows if row.item.id == change["new"]), "")
        if name and name != self._explorer.choice.focus:
            self._explorer.choice = replace(self._explorer.choice, focus=name)
            self._say_code()
            self._print()

    def _try(self, action: Callable[[], str], waiting: str = "") -> bool:
        """Do it and say so, in HTML; a fault is a sentence and the panel stays as it is."""
        if waiting:
            self._message.value = waiting
        try:
            self._message.value = action()
        except TongdaoError as error:
            self._message.value = f"<b>{escape(str(error))}</b>"
            return False
        return True


def _linked(path: Path) -> str:
    """A link that opens a file in the browser; its name alone where JupyterLab does not show its folder."""
    root = os.environ.get(LAB_ROOT, "")
    if not (root and path.resolve().is_relative_to(root)):
        return escape(str(path))
    return (
        f'<a href="/files/{quote(path.resolve().relative_to(root).as_posix())}" target="_blank">{escape(path.name)}</a>'
    )


def show_controls(box: Any) -> None:
    """Widgets; where there is no kernel for them, a line that says so."""
    from IPython.display import display

    display(box._repr_mimebundle_() | {"text/plain": STILL}, raw=True)


def _folded(item: Shown) -> dict[str, Any]:
    """The MIME data of something the screen has live already."""
    fold = f"<details><summary>静态图：{escape(str(item))}（没有内核时看这里，导出也用它）</summary>"
    return item._repr_mimebundle_() | {"text/html": f"{fold}{item.html()}</details>"}
