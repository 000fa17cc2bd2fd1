"""Drawings (SVG) in HTML and Markdown -> the pictures they are."""

import re
from base64 import b64encode

from lxml.etree import XMLSyntaxError, fromstring, tostring
from lxml.html import fragment_fromstring

_DRAWING = r"<svg\b"
for _ in range(4):  # how deep one may stand in another
    _DRAWING = rf"<svg\b[^>]*+(?:(?<=/)>|>(?:[^<]++|<!--(?:(?!<!--|-->).)*+-->|<(?!/?svg\b)|{_DRAWING})*+</svg\s*>)"
SVG = re.compile(_DRAWING, re.IGNORECASE | re.DOTALL)
_KEPT = re.compile(r"<(defs|symbol|title|desc|metadata)\b[^>]*(?<!/)>.*?</\1>", re.DOTALL)  # has and does not show
_INK = re.compile(r"<(?:path|rect|circle|ellipse|line|poly|text|image)")


def as_picture(found: re.Match[str]) -> str:
    """A drawing as the picture it is; a parser of HTML would spoil the names in it. One without ink is left."""
    svg = found[0]
    try:
        fromstring(svg)
    except XMLSyntaxError:  # as HTML may write it (width=50, &nbsp;), whose parser knows no capitals
        own = {name.lower(): name for name in re.findall(r"\b[a-z]+[A-Z]\w*", svg)}
        svg = tostring(fragment_fromstring(svg), encoding="unicode", method="xml").replace("xlink:", "")
        svg = re.sub(r"(?<=[<\s/])[a-z]+\b", lambda name: own.get(name[0], name[0]), svg)
    shown = _KEPT.sub("", svg)
    if not (_INK.search(shown) or ("<use" in shown and " id=" in svg)):  # what is used may be of another drawing
        return ""
    if "xmlns=" not in svg:
        svg = svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    return f'<img alt="" src="data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}">'
