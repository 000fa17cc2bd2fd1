"""A chart that moves under the pointer in JupyterLab, without any network."""

from functools import cache
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from tongdao.document import LOCALE, WORDS

#: Words of the menu at a chart's corner; nothing in it leads out of the house.
MENU = {
    "actions": {"export": True, "source": False, "compiled": False, "editor": False},
    "config": dict(WORDS),
    "i18n": {"PNG_ACTION": "保存为 PNG", "SVG_ACTION": "保存为 SVG", "CLICK_TO_VIEW_ACTIONS": "点击保存图片"},
}


class Live(anywidget.AnyWidget):  # type: ignore[misc]
    """A Vega-Lite specification on the screen; ``focus`` is the id picked in a selection of that name."""

    spec = traitlets.Dict().tag(sync=True)
    options = traitlets.Dict().tag(sync=True)
    focus = traitlets.Unicode("").tag(sync=True)

    @traitlets.default("options")  # type: ignore[untyped-decorator]
    def _options(self) -> dict[str, Any]:
        import vl_convert

        return MENU | {"timeFormatLocale": vl_convert.get_time_format_locale(LOCALE)}

    @property
    def _esm(self) -> str:
        return _bundle()


@cache
def _bundle() -> str:
    """Our few lines and Vega in one piece; takes two seconds, once in a kernel."""
    import vl_convert

    return str(vl_convert.javascript_bundle(Path(__file__).with_name("live.js").read_text(encoding="utf-8")))


def live(chart: Any) -> Live:
    """An Altair chart (or a Vega-Lite specification) with its tooltips and selections; a kernel must be running.

    A chart at the end of a cell shows as a picture that needs no kernel and is exported; this one is for looking.
    """
    return Live(spec=dict(chart) if isinstance(chart, dict) else chart.to_dict())
