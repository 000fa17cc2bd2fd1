"""What a kernel learns when the package is imported in it: faults as one sentence, Altair charts without a network."""

import traceback
from html import escape
from types import TracebackType
from typing import Any

from tongdao.errors import TongdaoError

ALTAIR_CHART = ("altair.vegalite.v6.api", "TopLevelMixin")  # module and name of the class all its charts have


def prepare() -> None:
    """Set up the shell of this kernel; nothing happens where there is none."""
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is None:
        return
    shell.set_custom_exc((TongdaoError,), _say)
    bundles = shell.display_formatter.mimebundle_formatter
    bundles.for_type_by_name(*ALTAIR_CHART, _picture)


def _say(
    shell: Any, kind: type[TongdaoError], error: TongdaoError, trace: TracebackType, tb_offset: int | None = None
) -> list[str]:
    """The sentence as the cell's error, which runs and exporters look for; below it the way there, folded."""
    from IPython.display import HTML, display

    sentence = str(error)
    shell._showtraceback(kind, error, [sentence])
    way = escape("".join(traceback.format_exception(error)))
    display(HTML(f"<details><summary>调用过程（给维护者看）</summary><pre>{way}</pre></details>"))
    return [sentence]


def _picture(chart: Any, include: object = None, exclude: object = None) -> dict[str, Any]:
    """A chart as a picture that stays in the notebook file, and as its specification, which documents read."""
    import vl_convert

    spec = chart.to_dict()
    words = str(chart.title) if isinstance(chart.title, str) else "图"
    picture = vl_convert.vegalite_to_svg(spec)
    return {"application/vnd.vegalite.v6+json": spec, "image/svg+xml": picture, "text/plain": words}
