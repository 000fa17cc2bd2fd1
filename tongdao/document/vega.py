"""Chart specification -> SVG, drawn with the fonts the package carries and with nothing from outside.

A chart fails quietly: a misspelt column, an empty frame or a missing font still gives a picture. Here each of
these stops the document and is named, for nobody looks at a report that appears by itself.
"""

import contextlib
import hashlib
import json
import os
import re
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from tongdao.base import ZONE, DocumentError, RunError, write_whole
from tongdao.document.blocks import Figure, kind_of
from tongdao.document.style import FONTS, MUTED, SANS, SERIF

#: Width of a chart in CSS pixels (0.75 pt) where it is set 1:1, so that type has one size in all charts.
WIDTHS: Mapping[str, int] = {"full": 604, "half": 290}
#: A chart that names no titles of its own writes English otherwise: Sum of 家数, Count of Records, March.
WORDS: Mapping[str, str] = {"fieldTitle": "plain"}
LOCALE: Final = "zh-CN"
#: Labels and titles stand whole, which also is measured three times less often.
_WHOLE: Mapping[str, Any] = {
    "axis": {"labelLimit": 0, "titleLimit": 0, "maxExtent": 1000},
    "legend": {"labelLimit": 0, "titleLimit": 0},
    "header": {"labelLimit": 0, "titleLimit": 0},
    "text": {"limit": 0},
    "title": {"limit": 0},
}
#: A page gives a picture its ground, and its alternative text as a whole: no words on each of its marks.
_PAPER: Mapping[str, Any] = {"background": None, "aria": False}
#: Dates that say the month before the year or the day, by Vega-Lite's own choice or a chart's, and how they are read.
_DATES: Mapping[str, str] = {
    r"%[bB]\.? %-?[de],? %Y|%-?[de] %[bB],? %Y": "%Y年%-m月%-d日",
    r"(%[bB])[ ,.'/-]+(%[yY])": r"\2年\1",
    r"%[bB] %-?[de](?!\w)|%-?[de] %[bB]": "%-m月%-d日",
}
_SPANNING = frozenset({"errorbar", "errorband", "boxplot"})
_MONTH = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-3]\d)?(?:\.0)?")  # a month or day in one number
_LOG = "用了对数坐标（或颜色），它没有 0：从 0 画起的柱和面、0 和负的数画不出来。请改用普通坐标，或画点和线并去掉 0。"
_SVG = "{http://www.w3.org/2000/svg}"
_NOT_A_VALUE = frozenset({"undefined", "NaN", "null", "Invalid Date"})


@dataclass(frozen=True)
class Drawing:
    """A chart as SVG, its width in CSS pixels and the text printed in it."""

    svg: str
    width: float
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Unit:
    """One mark of a chart, with what it inherits: its encoding by channel and its rows."""

    mark: str
    encoding: Mapping[str, Any]
    rows: Sequence[Mapping[str, Any]]
    derived: bool  # what is drawn is reckoned or chosen from the rows


def draw(figure: Figure) -> Drawing:
    """Draw the chart of a figure that has a specification.

    Raises:
        DocumentError: the specification is refused; it asks for data from outside; nothing is drawn; a label is
            no value (a misspelt column); a font is asked for that the package does not carry.
    """
    content = json.dumps(dict(figure.spec or {}), ensure_ascii=False, default=str, sort_keys=True)  # as files have it
    return _drawn(content, WIDTHS[figure.width], f"图“{figure.title or figure.alt}”")


@lru_cache(maxsize=256)
def _drawn(content: str, width: int, where: str) -> Drawing:
    """Once for each distinct chart: many reports show the same one."""
    spec = json.loads(content)
    _require_inline_data(spec, where)
    units = list(_units(spec, {}))
    _require_sound_axes(units, where)
    svg = _convert(_fitted(spec, width), where)
    root = ET.fromstring(svg)
    texts = tuple("".join(node.itertext()) for node in root.iter(f"{_SVG}text"))
    _require_marks(root, units, where)
    _require_ticks(root, units, where)
    if wrong := sorted(_NOT_A_VALUE.intersection(texts)):
        raise DocumentError(f"{where}印出了“{wrong[0]}”：多半是列名写错或有空值，请检查图用到的列。")
    families = {node.get("font-family", "").split(",")[0].strip("\"' ") for node in root.iter(f"{_SVG}text")}
    if strange := sorted(families - {SANS, SERIF}):
        raise DocumentError(f"{where}用了字体“{strange[0]}”；文件只带 {SANS}、{SERIF}，请去掉图里的字体设置。")
    return Drawing(svg, float(root.get("width", "0")), texts)


def live(figure: Figure) -> dict[str, Any]:
    """What a page needs to draw a chart itself, pointed at and answering: its Vega and the words for dates."""
    spec = json.loads(json.dumps(dict(figure.spec or {}), ensure_ascii=False, default=str, sort_keys=True))
    look = {"font": SANS, **_PAPER, **WORDS, **_WHOLE, "mark": {"tooltip": True}}
    made = _vega(_on_paper(_told_apart(_fitted(spec, WIDTHS[figure.width]))), look)
    return {"spec": made, "locale": renderer().get_time_format_locale(LOCALE)}


def png(figure: Figure) -> tuple[bytes, float | None]:
    """A chart as a picture of 288 dpi and its natural width in mm, or a picture as it is; errors as ``draw``."""
    if figure.image is None:
        drawing = draw(figure)
        return bytes(renderer().svg_to_png(drawing.svg, scale=3)), drawing.width * 25.4 / 96
    if kind_of(figure.image) != "svg":
        return figure.image, None
    return bytes(renderer().svg_to_png(figure.image.decode(errors="replace"), scale=3)), None


def with_words(figure: Figure, *more: str) -> Figure:
    """A chart with its words in it, for a picture that goes on alone: title, what is shown, source and ``more``."""
    spec: dict[str, Any] = dict(figure.spec or {})
    top = {key: spec.pop(key) for key in [*spec] if key in ("$schema", "config", "datasets", "autosize", "padding")}
    said = [words for words in (figure.subtitle, "　".join(filter(None, (figure.source, *more)))) if words]
    look = {"anchor": "start", "offset": 12, "fontSize": 15, "subtitleFontSize": 11, "subtitleColor": MUTED}
    return replace(figure, spec={**top, "title": {"text": figure.title, "subtitle": said, **look}, "vconcat": [spec]})


def sketch(spec: dict[str, Any]) -> str:
    """A chart as SVG for the screen, unchecked, in the fonts and the time zone of documents; empty where it cannot be
    drawn here, for its data lie outside or it is none: the screen may yet show it or say why not."""
    try:
        return _convert(spec, "", {})
    except DocumentError:
        return ""


def _convert(spec: dict[str, Any], where: str, paper: Mapping[str, Any] = _PAPER) -> str:
    look = {"font": SANS, **paper, **WORDS, **_WHOLE}
    told: dict[str, Any] = {"time_format_locale": LOCALE, "allowed_base_urls": []}
    spec = _on_paper(_told_apart(spec))
    try:
        if not re.search("imeUnit|%[bB]", json.dumps(spec)):  # Vega-Lite words dates itself where a chart groups them
            return str(renderer().vegalite_to_svg(spec, config=look, show_warnings=False, **told))
        return str(renderer().vega_to_svg(_vega(spec, look), **told))
    except ValueError as error:
        lines = str(error).splitlines()
        reason = next((line for line in lines if "Error: " in line), lines[0])
        raise DocumentError(f"{where}画不出来：{reason[:200]}。请检查图形说明（Vega-Lite）。") from error


def _vega(spec: dict[str, Any], look: Mapping[str, Any]) -> Any:
    """A chart as Vega, with dates worded as they are read here."""
    drawn = json.dumps(renderer().vegalite_to_vega(spec, config=look, show_warnings=False))
    for theirs, ours in _DATES.items():
        drawn = re.sub(theirs, ours, drawn)
    return json.loads(drawn)


def _told_apart(spec: dict[str, Any]) -> dict[str, Any]:
    """A chart whose columns Vega-Lite takes for each other, with blanks behind their names: it names what it reckons
    for bins and repeated charts after them, writes each sign that is not ASCII as ``_``, and takes 家数 for 户数."""
    if not re.search('"(?:bin|repeat)":', json.dumps(spec)):
        return spec
    rows = [row for unit in _units(spec, {}) for row in unit.rows]
    named, known = dict[str, str](), set[str]()
    for name in sorted({str(key) for row in rows for key in row}):
        other = name
        while (sign := re.sub(r"\W", "_", other, flags=re.ASCII)) in known:
            other += " "
        known.add(sign)
        if other != name:
            named[name] = other
    told: dict[str, Any] = _renamed(spec, named) if named else spec
    return told


def _renamed(part: Any, named: Mapping[str, str]) -> Any:
    """A part of a chart with other names of its columns; expressions say theirs as ``datum.家数``."""
    if isinstance(part, Mapping):
        return {named.get(key, key): _renamed(value, named) for key, value in part.items()}
    if isinstance(part, str):
        for name, other in named.items():
            if name in part and "datum" in part:
                part = re.sub(
                    rf"datum(?:\.{re.escape(name)}(?!\w)|\[(['\"]){re.escape(name)}\1\])", f"datum['{other}']", part
                )
        return named.get(part, part)
    return [_renamed(value, named) for value in part] if isinstance(part, list) else part


def _on_paper(spec: dict[str, Any]) -> dict[str, Any]:
    """A chart in a theme for dark screens goes without it: paper is white."""
    theme = spec.get("usermeta", {}).get("embedOptions", {}).get("theme", "")
    if theme in ("dark", "carbong90", "carbong100"):
        spec = {key: value for key, value in spec.items() if key != "usermeta"}
    ground = str(spec.get("background") or (spec.get("config") or {}).get("background") or "white")
    if not _is_dark(ground):
        return spec
    return {key: value for key, value in spec.items() if key not in ("config", "background")}


def _is_dark(colour: str) -> bool:
    if found := re.match(r"rgba?\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)", colour):
        return sum(map(int, found.groups())) < 3 * 96
    if not re.fullmatch(r"#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?", colour):
        return colour in ("black", "darkslategray", "darkslategrey", "midnightblue", "navy")
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    return sum(int(digits[at : at + 2], 16) for at in (0, 2, 4)) < 3 * 96


@cache
def bundle(script: str) -> str:
    """A script of ours and the Vega it calls in one piece.

    Making it takes two seconds: it is kept in the user's cache for later processes, by what it was made of.
    """
    import vl_convert

    made_of = hashlib.sha256(f"{version('vl-convert-python')}\n{script}".encode()).hexdigest()[:20]
    kept = Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")) / "tongdao" / f"vega-{made_of}.js"
    with contextlib.suppress(OSError, ValueError):
        return kept.read_text(encoding="utf-8")
    made = str(vl_convert.javascript_bundle(script))
    if kept.is_absolute():  # there is a home
        with contextlib.suppress(RunError, OSError):
            write_whole(kept, made.encode())
    return made


@cache
def renderer() -> Any:
    """vl-convert with our fonts, in the calendar's time zone whatever that of the machine is: it reads the zone when it
    first draws. Imported late: loading it and its first chart take nearly a second, which may pass while others work.
    """
    import vl_convert

    vl_convert.register_font_directory(str(FONTS))
    known = os.environ.get("TZ")
    os.environ["TZ"] = ZONE
    try:
        vl_convert.vegalite_to_svg({"mark": "point", "data": {"values": []}})
    finally:
        os.environ.pop("TZ")
        os.environ.update({"TZ": known} if known is not None else {})
        getattr(time, "tzset", lambda: None)()  # V8 told the C library too, and the clock goes by that
    return vl_convert


def _fitted(spec: dict[str, Any], width: int) -> dict[str, Any]:
    """A chart that names no width gets that of its place; facets and concatenations know their own."""
    several = {"facet", "repeat", "concat", "hconcat", "vconcat", "spec"} & spec.keys()
    faceted = {"facet", "row", "column"} & spec.get("encoding", {}).keys()
    if several or faceted or spec.get("width", "container") != "container":
        return spec
    # a height that is named, and a strip's without y, is the plot's alone, unless a chart says otherwise, as ours do
    low = "height" in spec or not any("y" in unit.encoding for unit in _units(spec, {}))
    fit = "fit-x" if low and "autosize" not in spec else "fit"
    return {**spec, "width": width, "autosize": {"type": fit, "contains": "padding"}}


def _require_inline_data(part: object, where: str) -> None:
    if isinstance(part, Mapping):
        if isinstance(data := part.get("data"), Mapping) and "url" in data:
            raise DocumentError(f"{where}的数据来自 {data['url']}：文件里的图只用笔记本里的数据，请先读入再画。")
        part = [value for name, value in part.items() if name not in ("values", "datasets")]
    for value in part if isinstance(part, list | tuple) else ():
        _require_inline_data(value, where)


def _require_marks(root: ET.Element, units: Sequence[Unit], where: str) -> None:
    """Rules and text beside other marks only annotate, and SVG has no paths for them: a chart of a target line alone,
    without a single reading, is empty. A chart of nothing but these speaks by them, and so do rules from here to there.
    """
    kinds = set()
    spans = any(
        unit.mark in _SPANNING or (unit.mark == "rule" and {"x2", "y2"} & unit.encoding.keys()) for unit in units
    )
    for group in root.iter(f"{_SVG}g"):
        classes = group.get("class", "").split()
        if "role-mark" not in classes:
            continue
        kind = classes[0].removeprefix("mark-")
        kinds |= {kind} if len(group) and kind != "group" else set()
        if kind == "image":
            raise DocumentError(f"{where}嵌入了外来图片，文件里的图只画数据。")
        if any(_is_visible(path.get("d", ""), kind) for path in group if kind != "group"):
            return
        if kind == "rule" and spans and any(line.get("x2") or line.get("y2") for line in group):
            return
    if not kinds or not {unit.mark for unit in units} <= {"rule", "text"}:
        raise DocumentError(f"{where}是空的，一个数据点也没有画出来：请检查列名和所选的月份，没有数据就不要画图。")


def _is_visible(path: str, kind: str) -> bool:
    """A line or an area needs two points next to each other; one alone leaves no ink."""
    return any(command in path for command in "LCQSA") if kind in ("line", "area", "trail") else bool(path)


def _units(spec: Mapping[str, Any], above: Mapping[str, Any]) -> Iterator[Unit]:
    """The single marks of a chart, layered, joined or repeated as it may be."""
    named = {**above.get("datasets", {}), **spec.get("datasets", {})}
    data = spec.get("data") or above.get("data") or {}
    encoding = {**above.get("encoding", {}), **(spec.get("encoding") or {})}
    derived = above.get("transform") or spec.get("transform")
    if "mark" in spec:
        mark = spec["mark"]
        rows = named.get(data.get("name"), data.get("values"))
        kept = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
        yield Unit(str(mark.get("type") if isinstance(mark, Mapping) else mark), encoding, kept, bool(derived))
    here = {"datasets": named, "data": data, "encoding": encoding, "transform": derived}
    inner = spec.get("spec")
    parts = [part for key in ("layer", "concat", "hconcat", "vconcat") for part in spec.get(key, ())]
    for part in (*parts, *([inner] if isinstance(inner, Mapping) else [])):
        yield from _units(part, here)


def _is_no_moment(value: object) -> bool:
    """202409 and, as a number, 2024: as moments they are milliseconds from 1970 on, or a year far off."""
    return bool(_MONTH.fullmatch(str(value))) or (isinstance(value, int | float) and 1900 <= value <= 2100)


def _is_log(told: object) -> bool:
    scale = told.get("scale") if isinstance(told, Mapping) else None
    return isinstance(scale, Mapping) and scale.get("type") == "log"


def _has_floor(told: Mapping[str, Any]) -> bool:
    """Whether an axis says where it begins: there bars on a logarithmic one stand."""
    scale = told["scale"]
    domain = scale.get("domain")
    low = scale.get("domainMin", domain[0] if isinstance(domain, list) and domain else None)
    return isinstance(low, int | float) and low > 0


def _require_ticks(root: ET.Element, units: Sequence[Unit], where: str) -> None:
    """A logarithmic axis that a nought got into, reckoned perhaps, has no ticks, and all its marks lie on one line."""
    if any(_is_log(unit.encoding.get(channel)) for unit in units for channel in ("x", "y")) and any(
        "role-axis-label" in group.get("class", "") and not len(group) for group in root.iter(f"{_SVG}g")
    ):
        raise DocumentError(f"{where}{_LOG}")


def _require_sound_axes(units: Sequence[Unit], where: str) -> None:
    """Refuse what a picture would drop or move without a word: noughts on a logarithmic axis, 202409 as a moment."""
    for unit in units:
        for channel, told in unit.encoding.items():
            if not isinstance(told, Mapping):
                continue
            name = told.get("field")
            found = [row.get(name) for row in unit.rows] if isinstance(name, str) else []
            if _is_log(told):
                stands = channel in ("x", "y") and unit.mark in ("bar", "area")
                whole = stands and f"{channel}2" not in unit.encoding and not _has_floor(told)
                known = not unit.derived and "aggregate" not in told
                if whole or (known and any(isinstance(value, int | float) and value <= 0 for value in found)):
                    raise DocumentError(f"{where}{_LOG}")
            timed = told.get("type") == "temporal" or "timeUnit" in told
            if timed and not unit.derived and (written := next(filter(_is_no_moment, found), None)):
                form = "%Y%m" if _MONTH.fullmatch(str(written)) else "%Y"
                raise DocumentError(
                    f"{where}的时间轴上写着 {written}，会画到别的年代去："
                    f"请先转成日期，如 pd.to_datetime(表['{name}'].astype(str), format='{form}')。"
                )
