"""HTML as a page shows it: drawings (SVG) as the pictures they are, and nothing of what is hidden."""

import re
from base64 import b64encode
from functools import lru_cache
from typing import Any

from lxml.etree import XMLSyntaxError, fromstring, tostring
from lxml.html import fragment_fromstring

_SIGN = re.compile(r"<!--|-->|<svg\b[^<>]*>|</svg\s*>", re.IGNORECASE)
_KEPT = re.compile(r"<(defs|symbol|title|desc|metadata)\b[^>]*(?<!/)>.*?</\1>", re.DOTALL)  # has and does not show
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*(hidden|collapse)", re.IGNORECASE)
PLAYED = frozenset({"audio", "canvas", "embed", "iframe", "math", "object", "video"})
MEDIA = ("img", *PLAYED)  # what is a block of its own
_SILENT = frozenset(
    {"style", "script", "head", "title", "template", "noscript", "input", "button", "select", "textarea"}
)
_INK = re.compile(r"<(?:path|rect|circle|ellipse|line|poly|text|image)")


@lru_cache(maxsize=16)
def drawings(text: str) -> dict[int, int]:
    """Where the drawings of a text begin and end, in their order; those in a comment or in another one are none."""
    found, begun, comment = dict[int, int](), list[int](), False
    for sign in _SIGN.finditer(text):
        word = sign[0].lower()
        comment = word == "<!--" or (comment and word != "-->")
        if comment or word == "-->":
            continue
        if word.startswith("<svg"):
            begun.append(sign.start())
        if begun and (word.startswith("</") or word.endswith("/>")):
            begin = begun.pop()
            while found and next(reversed(found)) > begin:
                found.popitem()
            found[begin] = sign.end()
    return found


def with_pictures(html: str) -> str:
    """A piece of HTML in which each drawing is a picture; a parser of HTML would spoil the names in it."""
    made, at = list[str](), 0
    for begin, end in drawings(html).items():
        made += html[at:begin], _as_picture(html[begin:end])
        at = end
    return "".join((*made, html[at:]))


def _as_picture(svg: str) -> str:
    """One without ink is left out."""
    try:
        fromstring(svg)
    except XMLSyntaxError:  # as HTML may write it (width=50, &nbsp;), whose parser knows no capitals
        own = {name.lower(): name for name in re.findall(r"\b[a-z]+[A-Z]\w*", svg)}
        svg = tostring(fragment_fromstring(svg), encoding="unicode", method="xml").replace("xlink:", "")
        svg = re.sub(r"(?<=[<\s/])[a-z]+\b", lambda name: own.get(name[0], name[0]), svg)
    shown = _KEPT.sub("", svg)
    if not (_INK.search(shown) or ("<use" in shown and " id=" in svg)):  # what is used may be of another drawing
        return ""
    return f'<img alt="" src="data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}">'


def leave_unseen(body: Any) -> None:
    """Take out what a page does not show, and what stands in for what is played; a cell keeps its place. What only a
    stylesheet hides stays: it may show it again, and what is printed is not lost."""
    for node in reversed([*body.iterdescendants()]):  # what stands in it first: afterwards it has no place
        unseen = _UNSEEN.search(node.get("style", ""))
        empty = unseen and unseen[1] and node.tag in ("td", "th")
        if node.tag in _SILENT or "hidden" in node.attrib or (unseen and not empty):
            node.drop_tree()
        elif empty or node.tag in PLAYED:
            node.text, node[:] = None, []
