"""HTML as a page shows it: drawings (SVG) as the pictures they are, and nothing of what is hidden."""

import re
from base64 import b64encode
from functools import lru_cache
from itertools import chain
from typing import Any

from lxml.etree import XMLSyntaxError, fromstring, tostring
from lxml.html import fragment_fromstring

_SIGN = re.compile(r"<!--|-->|<svg\b[^<>]*>|</svg\s*>", re.IGNORECASE)
_KEPT = re.compile(r"<(defs|symbol|title|desc|metadata)\b[^>]*(?<!/)>.*?</\1>", re.DOTALL)  # has and does not show
_SEEN = re.compile(r"(display|visibility)\s*:\s*([\w-]+)")
#: What a sheet says for some pages alone, as paper, and its remarks.
_ASIDE = re.compile(r"/\*.*?(?:\*/|\Z)|@[^{}@]*(?:;|\{(?:[^{}]*\{[^{}]*\})*[^{}]*\})", re.DOTALL)
_STEP = r"(?=[\w.#*])(?:\*|[a-zA-Z][a-zA-Z0-9-]*)?(?:[.#][\w-]+)*"  # of a selector: tag, classes and ids
_SELECTOR = re.compile(rf"(?=(?s:.){{1,200}}\Z){_STEP}(?:(?:\s*>\s*|\s+){_STEP})*")
_HIDDEN = ("none", "hidden", "collapse")
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
    """Take out what a page does not show, and what stands in for what is played; a cell keeps its place. What its sheet
    may show again, once somebody points at it, stays: what is printed is not lost."""
    _read_sheets(body)
    for node in reversed([*body.iterdescendants()]):  # what stands in it first: afterwards it has no place
        said = dict(_SEEN.findall(f"{node.get('sheet')};{node.get('style')}".lower()))
        empty = said.get("visibility") in _HIDDEN
        gone = said.get("display") == "none" or (empty and node.tag not in ("td", "th"))
        if node.tag in _SILENT or "hidden" in node.attrib or gone:
            node.drop_tree()
        elif empty or node.tag in PLAYED:
            node.text, node[:] = None, []


def _read_sheets(body: Any) -> None:
    """Write beside each element what sheets say of showing it, the rule that decides last. One that asks for more than
    tags, classes and ids (:hover, [open], :checked ~ …) may show what it ends in, and hides nothing."""
    rules = list[tuple[list[int], str, str]]()
    for rule in chain.from_iterable(_ASIDE.sub("", sheet.text or "").split("}") for sheet in body.iter("style")):
        selectors, _, said = rule.partition("{")
        shows = [value not in _HIDDEN for _, value in _SEEN.findall(said.lower())]
        for words in map(str.strip, selectors.split(",")) if shows else ():
            more = not _SELECTOR.fullmatch(words)
            selector = re.sub(r".*[\s>+~]|[:[].*", "", words) if more else words
            if _SELECTOR.fullmatch(selector) and (any(shows) or not more):
                signs = (len(re.findall(sign, selector)) for sign in ("#", r"\.", r"(?:^|[\s>])\w"))
                rules.append(([int(more), *signs], said, _path(selector)))
    for _, said, path in sorted(rules, key=lambda rule: rule[0]):
        for node in body.xpath(path):
            kept = "style" if "!important" in said else "sheet"
            node.set(kept, f"{node.get(kept, '')};{said}")


def _path(selector: str) -> str:
    """The XPath of what a selector means."""
    path = re.sub(r"\s+", "//", re.sub(r"\s*>\s*", "/", selector))
    path = re.sub("(^|/)(?=[.#])", r"\1*", path)
    path = re.sub(r"\.([\w-]+)", r"[contains(concat(' ', normalize-space(@class), ' '), ' \1 ')]", path)
    return ".//" + re.sub(r"#([\w-]+)", r"[@id = '\1']", path)
