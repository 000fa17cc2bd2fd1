"""Chart specification -> SVG, drawn with the fonts the package carries and with nothing from outside.

A chart fails quietly: a misspelt column, an empty frame or a missing font still gives a picture. Here each of
these stops the document and is named, for nobody looks at a report that appears by itself.
"""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Final

from tongdao.base import DocumentError
from tongdao.document.blocks import Figure
from tongdao.document.fonts import FOLDER, SANS, SERIF

#: Width of a chart in CSS pixels (0.75 pt) where it is set 1:1, so that type has one size in all charts.
WIDTHS: Mapping[str, int] = {"full": 604, "half": 290}
FAMILIES = (SANS, SERIF)
#: A chart that names no titles of its own writes English otherwise: Sum of 家数, Count of Records, March.
WORDS: Mapping[str, str] = {"fieldTitle": "plain"}
LOCALE: Final = "zh-CN"
_SVG = "{http://www.w3.org/2000/svg}"
_NOT_A_VALUE = frozenset({"undefined", "NaN", "null", "Invalid Date"})


@dataclass(frozen=True)
class Drawing:
    """A chart as SVG, its width in CSS pixels and the text printed in it."""

    svg: str
    width: float
    texts: tuple[str, ...]


def draw(figure: Figure) -> Drawing:
    """Draw the chart of a figure that has a specification.

    Raises:
        DocumentError: the specification is refused; it asks for data from outside; nothing is drawn; a label is
            no value (a misspelt column); a font is asked for that the package does not carry.
    """
    content = json.dumps(dict(figure.spec or {}), ensure_ascii=False, default=str)
    return _drawn(content, WIDTHS[figure.width], f"图“{figure.title or figure.alt}”")


@lru_cache(maxsize=256)
def _drawn(content: str, width: int, where: str) -> Drawing:
    """Once for each distinct chart: many reports show the same one."""
    spec = json.loads(content)
    _require_inline_data(spec, where)
    svg = _convert(_fitted(spec, width), where)
    root = ET.fromstring(svg)
    texts = tuple("".join(node.itertext()) for node in root.iter(f"{_SVG}text"))
    _require_marks(root, where)
    if wrong := sorted(_NOT_A_VALUE.intersection(texts)):
        raise DocumentError(f"{where}印出了“{wrong[0]}”：多半是列名写错或有空值，请检查图用到的列。")
    families = {node.get("font-family", "").split(",")[0].strip("\"' ") for node in root.iter(f"{_SVG}text")}
    if strange := sorted(families - set(FAMILIES)):
        raise DocumentError(f"{where}用了字体“{strange[0]}”；文件只带 {'、'.join(FAMILIES)}，请去掉图里的字体设置。")
    return Drawing(svg, float(root.get("width", "0")), texts)


def png(figure: Figure) -> tuple[bytes, float | None]:
    """A chart as a picture of 288 dpi and its natural width in mm, or a picture as it is; errors as ``draw``."""
    if figure.image is not None:
        return figure.image, None
    drawing = draw(figure)
    return bytes(_converter().svg_to_png(drawing.svg, scale=3)), drawing.width * 25.4 / 96


def _convert(spec: dict[str, Any], where: str) -> str:
    # a page gives a picture its alternative text as a whole: no words on each of its marks
    look = {"font": SANS, "background": None, "aria": False, **WORDS}
    options = {"config": look, "time_format_locale": LOCALE, "allowed_base_urls": [], "show_warnings": False}
    try:
        return str(_converter().vegalite_to_svg(spec, **options))
    except ValueError as error:
        lines = str(error).splitlines()
        reason = next((line for line in lines if "Error: " in line), lines[0])
        raise DocumentError(f"{where}画不出来：{reason[:200]}。请检查图形说明（Vega-Lite）。") from error


def start_renderer() -> None:
    """Draw a chart of nothing: the first one takes half a second longer, which may pass while others work."""
    _convert({"mark": "point", "data": {"values": []}}, "")


@cache
def _converter() -> Any:
    """vl-convert with our fonts; imported late, for loading it takes a third of a second."""
    import vl_convert

    vl_convert.register_font_directory(str(FOLDER))
    return vl_convert


def _fitted(spec: dict[str, Any], width: int) -> dict[str, Any]:
    """A chart that names no width gets that of its place; facets and concatenations know their own."""
    several = {"facet", "repeat", "concat", "hconcat", "vconcat", "spec"} & spec.keys()
    faceted = {"facet", "row", "column"} & spec.get("encoding", {}).keys()
    if several or faceted or spec.get("width", "container") != "container":
        return spec
    return {**spec, "width": width, "autosize": {"type": "fit", "contains": "padding"}}


def _require_inline_data(part: object, where: str) -> None:
    if isinstance(part, Mapping):
        if isinstance(data := part.get("data"), Mapping) and "url" in data:
            raise DocumentError(f"{where}的数据来自 {data['url']}：文件里的图只用笔记本里的数据，请先读入再画。")
        part = [value for name, value in part.items() if name not in ("values", "datasets")]
    for value in part if isinstance(part, list | tuple) else ():
        _require_inline_data(value, where)


def _require_marks(root: ET.Element, where: str) -> None:
    """Rules and text beside other marks only annotate, and SVG has no paths for them: a chart of a target line alone,
    without a single reading, is empty. A chart of nothing but text speaks by it."""
    kinds = set()
    for group in root.iter(f"{_SVG}g"):
        classes = group.get("class", "").split()
        if "role-mark" not in classes:
            continue
        kind = classes[0].removeprefix("mark-")
        kinds.add(kind if kind != "text" or group.find(f"{_SVG}text") is not None else "")
        if kind == "image":
            raise DocumentError(f"{where}嵌入了外来图片，文件里的图只画数据。")
        if any(_is_visible(path.get("d", ""), kind) for path in group if kind != "group"):
            return
    if kinds != {"text"}:
        raise DocumentError(f"{where}是空的，一个数据点也没有画出来：请检查列名和所选的月份，没有数据就不要画图。")


def _is_visible(path: str, kind: str) -> bool:
    """A line or an area needs two points next to each other; one alone leaves no ink."""
    return any(command in path for command in "LCQSA") if kind in ("line", "area", "trail") else bool(path)
