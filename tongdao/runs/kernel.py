"""IPython integration: Chinese error messages, offline charts, a Chinese font for matplotlib."""

import json
import os
import sys
import traceback
from html import escape
from importlib.abc import MetaPathFinder
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar

from tongdao.base import sentence


def prepare() -> None:
    """Set up the shell of this kernel; nothing happens where there is none."""
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is None:
        return
    shell.set_custom_exc((Exception,), _say)
    chinese_in_pictures()
    shell.events.register("pre_run_cell", lambda _: _made_up().clear())  # what the process before a fork had opened
    shell.events.register("post_run_cell", _stamp)
    formatter = shell.display_formatter
    formatter.mimebundle_formatter.for_type_by_name("altair.vegalite.v6.api", "TopLevelMixin", _picture)  # all charts
    formatter.formatters["text/html"].for_type_by_name("pandas", "Series", column)


def _stamp(result: Any) -> None:
    """Say below a cell that opened a made-up workbook that the data are made up, unless the cell shows a head."""
    if made_up := _made_up():
        from IPython.display import display

        from tongdao.document import blocks
        from tongdao.pages import EXAMPLE, Stamp

        made_up.clear()
        if not isinstance(result.result, blocks.Head):
            display(Stamp(EXAMPLE))


def _made_up() -> set[Path]:
    """The made-up workbooks that a cell has opened; nothing is imported for it."""
    room = sys.modules.get("tongdao.workbook.workbook")
    return room.MADE_UP if room else set()


def load_ipython_extension(shell: Any) -> None:
    """For ``ipython_kernel_config.py``, which every kernel of this environment reads: the import has done all."""


def _say(
    shell: Any, kind: type[Exception], error: Exception, trace: TracebackType | None, tb_offset: int | None = None
) -> list[str]:
    """The sentence as the cell's error, which runs and exporters look for; below it the way there, folded."""
    from IPython.display import HTML, display

    from tongdao.document import TRACE

    told = sentence(error)
    shell._showtraceback(kind, error, [told])
    way = escape("".join(traceback.format_exception(kind, error, trace and trace.tb_next)))
    display(
        HTML(f"<details><summary>调用过程（给维护者看）</summary><pre>{way}</pre></details>", metadata={TRACE: True})
    )
    return [told]


def column(series: Any) -> str:
    """One column of a frame as a table; pandas has plain text for it, which documents leave out."""
    # a head without a word would be taken for none, and the first row for the head
    named = "值" if series.name is None else series.name
    return str(series.to_frame(named)._repr_html_())  # as long as a frame, no longer


def chinese_in_pictures() -> None:
    """Give matplotlib and vl-convert the package's fonts as soon as they are imported; their own have no Chinese."""
    if not any(isinstance(finder, _FontFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _FontFinder())
    for name in _FontFinder.waiting.keys() & sys.modules.keys():
        _FontFinder.waiting[name](sys.modules[name])


def _add_font(font_manager: Any) -> None:
    """The default of matplotlib, and what is drawn where a family that a notebook asks for lacks a character."""
    from matplotlib import rcParams

    from tongdao.document import FONTS, SANS

    manager = font_manager.fontManager
    if any(font.name == SANS for font in manager.ttflist):
        return
    for path in sorted(FONTS.glob("NotoSansSC-*.ttf")):
        manager.addfont(str(path))
    rcParams["font.sans-serif"] = [SANS, *rcParams["font.sans-serif"]]
    rcParams["axes.unicode_minus"] = False  # the font has no such sign
    find = manager._find_fonts_by_props

    def found(prop: Any, *args: Any, **more: Any) -> list[str]:
        ours = manager.findfont(font_manager.FontProperties(family=SANS, weight=prop.get_weight()))
        return list(dict.fromkeys([*find(prop, *args, **more), ours]))

    manager._find_fonts_by_props = found


def _add_letters(mathtext: Any) -> None:
    """Chinese in a text with a formula (面积 $km^2$), which matplotlib looks for in one font alone."""
    from tongdao.document import SANS

    look = mathtext.UnicodeFonts._get_glyph

    def found(fonts: Any, name: str, kind: str, sign: str) -> Any:
        if len(sign) > 1 or sign < "\u2e80":
            return look(fonts, name, kind, sign)
        weight, own = fonts.default_font_prop.get_weight(), fonts._fonts["default"]
        ours = mathtext.get_font(mathtext.findfont(mathtext.FontProperties(family=SANS, weight=weight)))
        return own if own.get_char_index(ord(sign)) else ours, ord(sign), False

    mathtext.UnicodeFonts._get_glyph = found


def _add_fonts(vl_convert: Any) -> None:
    """For a chart of Altair's that a notebook saves as a picture."""
    from tongdao.document import FONTS

    vl_convert.register_font_directory(str(FONTS))


class _FontFinder(MetaPathFinder):
    """Waits for what draws to be imported."""

    waiting: ClassVar[dict[str, Any]] = {
        "matplotlib.font_manager": _add_font, "matplotlib._mathtext": _add_letters, "vl_convert": _add_fonts,
    }  # fmt: skip

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if (add := self.waiting.pop(name, None)) is None:
            return None
        spec: Any = find_spec(name)
        self.waiting[name] = add  # it may only have been looked for
        load: Any = spec.loader.exec_module
        spec.loader.exec_module = lambda module: (load(module), add(module))
        return spec


def _picture(chart: Any, include: object = None, exclude: object = None) -> dict[str, Any]:
    """A chart as a picture that stays in the notebook file, and as its specification, which is what documents read."""
    from IPython.core.getipython import get_ipython

    from tongdao.document import sketch
    from tongdao.pages import HEADLESS

    try:
        spec = json.loads(json.dumps(chart.to_dict(), default=str))  # a column of dates
    except Exception as error:  # what is raised from here IPython shows with its traceback
        _say(get_ipython(), type(error), error, error.__traceback__)
        return {}
    words = str(chart.title) if isinstance(chart.title, str) else "图"
    drawn = {"image/svg+xml": picture} if HEADLESS not in os.environ and (picture := sketch(spec)) else {}
    return {"application/vnd.vegalite.v6+json": spec, **drawn, "text/plain": words}
