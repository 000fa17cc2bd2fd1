"""What other libraries leave in a notebook: pictures, Altair charts, tables, widgets."""

import json
import re
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any

from tongdao.document.blocks import WIDGET, Block, Figure, Find, LeftOut, Paragraph, Span, from_base64, joined, kind_of
from tongdao.document.html import SCRIPTED, read_html
from tongdao.document.markup import read_markdown

_VEGALITE = re.compile(r"application/vnd\.vegalite\.v\d+(\.|\+)json")
_STATE = "application/vnd.jupyter.widget-state+json"
_PICTURES = ("image/png", "image/jpeg", "image/svg+xml", "image/gif")
_PROGRESS = frozenset({"FloatProgressModel", "IntProgressModel"})
_TEXTS = frozenset({"HTMLModel", "HTMLMathModel", "LabelModel"})
#: What Python writes of no value: objects, titles of matplotlib; not Decimal('3.7'), nor fields that are numbers.
_OBJECT = re.compile(r"(?!['\"]).*?(?:(?<!['\"])<[A-Za-z]|\bText\(|[A-Z]\w*\((?:\)|\w+=(?![-\d]|np\.)))")
_TEXT_ONLY = "的结果“{}”只是文字，没有印出；要印请写成表，或用 display(Markdown(…))"
FAILED = "的错误（{}）没有印出"
_FIGURE = re.compile(r"<Figure size \S+ with [1-9]")
_UNDRAWN = "的图没有画出来：matplotlib 换了后端，请用 %matplotlib inline"
_STILL = "的图印的是这一格做完时的样子（%matplotlib widget 的图以后还会变）：要定下来请用 %matplotlib inline"
_WRITTEN = frozenset({"TextModel", "TextareaModel"})

Known = Mapping[str, Mapping[str, Any]]  # widgets' states by their models


def widgets(notebook: Mapping[str, Any]) -> Known:
    """The state of the notebook's widgets by model id, as nbclient keeps it with the notebook."""
    kept = notebook.get("metadata", {}).get("widgets", {}).get(_STATE, {}).get("state", {})
    return {
        key: {
            "_model_name": model.get("model_name"),
            **model.get("state", {}),
            **{each["path"][-1]: each["data"] for each in model.get("buffers", ()) if each.get("encoding") == "base64"},
        }
        for key, model in kept.items()
    }


def read_foreign(
    data: Mapping[str, Any], metadata: Mapping[str, Any], number: int, known: Known, find: Find
) -> Iterator[Block | LeftOut]:
    """The blocks of an output that is not ours, the richest form that documents show; ``number`` is the cell's,
    ``known`` are the widgets, ``find`` gives the picture at an address.

    Raises:
        DocumentError: a picture that cannot be read, a table without rows.
    """
    if chart := next(filter(_VEGALITE.fullmatch, data), ""):
        yield _chart(data[chart], number)
    elif picture := next((kind for kind in _PICTURES if kind in data), ""):
        yield _picture(data[picture], metadata.get(picture, metadata), number)
        if WIDGET in data:
            yield LeftOut(number, WIDGET, _STILL)
    elif WIDGET in data:
        yield from _widget(str(data[WIDGET].get("model_id", "")), number, known, find)
    elif "text/markdown" in data:
        yield from read_markdown(joined(data["text/markdown"]), number, find)
    elif found := list(read_html(joined(data["text/html"]), number, find)) if "text/html" in data else []:
        yield from found
    elif "text/latex" in data:
        yield from read_markdown(joined(data["text/latex"]), number)
    elif data:
        kind = next((kind for kind in data if kind != "text/plain"), "text/plain")
        words = " ".join(joined(data.get("text/plain", "")).split())
        bare = kind == "text/plain"
        value = bare and words and not _OBJECT.match(words)
        told = SCRIPTED if "javascript" in kind else _UNDRAWN if bare and _FIGURE.match(words) else ""
        yield LeftOut(number, kind, _TEXT_ONLY.format(words[:20]) if value else told)


def _chart(spec: Any, number: int) -> Figure:
    """A chart; its own title becomes the caption, for words belong beside a picture."""
    spec = dict(json.loads(spec) if isinstance(spec, str) else spec)
    if "field" in (spec.get("facet") or ()) and "title" in (inner := spec.get("spec", {})):
        spec = {"title": inner["title"], **spec, "spec": {key: inner[key] for key in inner if key != "title"}}
    title = spec.pop("title", "")
    words, below = (title.get("text", ""), title.get("subtitle", "")) if isinstance(title, Mapping) else (title, "")
    if isinstance(words, Mapping) or isinstance(below, Mapping):  # reckoned by the chart, which says it itself
        spec["title"], words, below = title, "", ""
    caption, subtitle = ("，".join(text) if isinstance(text, list) else str(text or "") for text in (words, below))
    alt = str(spec.get("description") or caption or f"第 {number} 个单元格输出的图")
    return Figure(caption, spec, alt, subtitle or None)


def _picture(content: Any, words: Mapping[str, Any], number: int) -> Figure | LeftOut:
    """A picture drawn by another library; its title and alternative text come from the output's metadata."""
    title, alt = (str(words.get(key, "")) for key in ("title", "alt"))
    if not kind_of(image := from_base64(content, number)):
        return LeftOut(number, "picture", "的图片格式不认识，没有印出：请存成 PNG")
    return Figure(title, None, alt or title or f"第 {number} 个单元格输出的图片", image=image, cell=number)


def _widget(model: str, number: int, known: Known, find: Find) -> Iterator[Block | LeftOut]:
    """What a widget shows: charts, outputs and texts. A bar of progress shows nothing that lasts."""
    found, lasting = list[Block | LeftOut](), False
    for state, title in _tree(model, known):
        shown = list(_shown(state, number, known, find))
        lasting = lasting or bool(shown) or state.get("_model_name") in _PROGRESS
        found += [Paragraph((Span(title, strong=True),)), *shown] if title else shown
    if lasting:
        yield from found
    else:
        yield LeftOut(number, WIDGET, "控件（按钮、滑块之类）只在屏幕上有，文件里印不出来")


def _tree(model: str, known: Known, title: str = "") -> Iterator[tuple[Mapping[str, Any], str]]:
    """The state of a widget and of those in it, each with what its tab says; not the texts beside a bar of progress."""
    state = known.get(model, {})
    layout = known.get(str(state.get("layout")).removeprefix("IPY_MODEL_"), {})
    if layout.get("display") == "none" or layout.get("visibility") == "hidden":
        return
    yield state, title
    children = [str(child).removeprefix("IPY_MODEL_") for child in state.get("children") or ()]
    if state.get("_model_name") == "StackModel":  # shows one of them, by what is chosen
        children = [child for at, child in enumerate(children) if at == state.get("selected_index")]
    models = [known.get(child, {}).get("_model_name") for child in children]
    beside = _TEXTS if state.get("_model_name") == "HBoxModel" and _PROGRESS.intersection(models) else ()
    for child, name, above in zip_longest(children, models, state.get("titles") or ()):
        if child and name not in beside:
            yield from _tree(child, known, str(above or ""))


def _shown(state: Mapping[str, Any], number: int, known: Known, find: Find) -> Iterator[Block | LeftOut]:
    spec = state.get("spec")
    if isinstance(spec, Mapping) and "$schema" in spec:
        yield _chart(spec, number)
    for output in state.get("outputs") or ():
        if "data" in output:
            yield from read_foreign(output["data"], output.get("metadata", {}), number, known, find)
        elif output["output_type"] == "error":
            yield LeftOut(number, "error", FAILED.format(output["ename"]))
    if state.get("_model_name") in _TEXTS:
        yield from read_html(str(state.get("value", "")), number, find)
    if state.get("_model_name") in _WRITTEN and state.get("value"):
        yield Paragraph((Span(f"{state.get('description') or ''}{state['value']}"),))
    if state.get("_model_name") == "ImageModel" and state.get("value"):
        yield _picture(state["value"], {}, number)
