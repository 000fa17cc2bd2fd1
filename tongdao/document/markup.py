"""Markdown -> blocks, for cells and for outputs alike.

HTML is read for its text, tables and pictures, as in an output; comments are not printed. Two rules of CommonMark are
bent to Chinese, which puts no spaces between words: emphasis may open and close beside Chinese punctuation
(``**结论：**完成``), and a line break inside a paragraph is no space between Chinese characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import unquote

from tongdao.document.blocks import (
    Block,
    Cell,
    Column,
    Figure,
    Find,
    Heading,
    LeftOut,
    ListBlock,
    Notice,
    Paragraph,
    Span,
    Table,
    from_address,
    plain,
)
from tongdao.document.html import INLINE, PLAYED, SVG, as_picture, read_html, styled

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.tree import SyntaxTreeNode

_SOFT_BREAK = "\x0b"
_APART = PLAYED - {"object"} | {"img"}  # in a line <object> is a word, as pandas names its type
_TAGS = INLINE | _APART | {"center", "div", "p"}
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)\b[^>]*?(/?)>", re.DOTALL)
_AS_TYPED = {"math": "公式按原样（LaTeX）印出", "mermaid": "的流程图（mermaid）按原样印出"}
#: Blanks of other widths than the fonts have, as &emsp; before a paragraph, and signs that only part or join.
_BLANKS = dict.fromkeys((*range(0x2000, 0x200B), 0x202F, 0x205F), " ") | {0x2001: "\u3000", 0x2003: "\u3000"}
_BLANKS |= dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0xFEFF), "")
_BOXES = {"[ ] ": "□ ", "[x] ": "■ ", "[X] ": "■ "}


def read_markdown(text: str, number: int = 0, pictures: Find | None = None) -> tuple[Block | LeftOut, ...]:
    """The blocks of a Markdown text in cell ``number``; heading levels are those typed (1-6).

    A picture is a figure of its own, below the paragraph or list that it stands in; one that is not at hand and a
    formula, which is printed as it is typed, are told.
    """
    from markdown_it.tree import SyntaxTreeNode

    find = pictures or (lambda address: from_address(address, number))
    root = SyntaxTreeNode(_parser().parse(text))
    kinds = {
        node.info.strip() if node.type == "fence" else "math" if "math" in node.type else "" for node in root.walk()
    }
    told = [LeftOut(number, kind, words) for kind, words in _AS_TYPED.items() if kind in kinds]
    return (*_blocks(root, number, find), *told)


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.amsmath import amsmath_plugin
    from mdit_py_plugins.dollarmath import dollarmath_plugin
    from mdit_py_plugins.footnote import footnote_plugin

    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    parser.use(footnote_plugin).use(dollarmath_plugin, allow_space=False, allow_digits=False).use(amsmath_plugin)
    parser.inline.ruler.at("emphasis", _emphasis)
    parser.inline.ruler.before("html_inline", "drawing", _drawing)
    parser.validateLink = lambda _: True  # what is printed leads nowhere by itself
    return parser


def _blocks(parent: SyntaxTreeNode, number: int, find: Find) -> Iterator[Block | LeftOut]:
    for node in parent.children:
        match node.type:
            case "heading" | "paragraph":
                if plain(inlines := _inlines(node)).strip():
                    yield Heading(int(node.tag[1:]), inlines) if node.type == "heading" else Paragraph(inlines)
                yield from _pictures(node, number, find)
            case "bullet_list" | "ordered_list":
                items = tuple(_item(child, number, find) for child in node.children)
                yield ListBlock(items, node.type == "ordered_list", int(node.attrs.get("start", 1)))
                yield from _pictures(node, number, find)
            case "blockquote":
                for block in _blocks(node, number, find):
                    yield replace(block, role="quote") if isinstance(block, Paragraph) else block
            case "fence" | "code_block" | "math_block" | "math_block_label" | "amsmath":
                words = node.content.lstrip("\n") if "math" in node.type else node.content
                yield Paragraph((Span(words.rstrip("\n"), code=True),), role="verbatim")
            case "html_block":
                yield from read_html(node.content, number, find)
            case "table":
                yield _table(node)
                yield from _pictures(node, number, find)
            case "footnote_block":
                for note in node.children:
                    yield from _footnote(note, number, find)


def _footnote(note: SyntaxTreeNode, number: int, find: Find) -> Iterator[Block | LeftOut]:
    """A note, its number before its first paragraph."""
    first, *rest = _blocks(note, number, find)
    label = Span(f"〔{note.meta['id'] + 1}〕")
    yield replace(first, inlines=(label, *first.inlines)) if isinstance(first, Paragraph) else first
    yield from rest


def _pictures(parent: SyntaxTreeNode, number: int, find: Find) -> Iterator[Block | LeftOut]:
    """The pictures in a paragraph, list or table."""
    for node in parent.walk():
        if node.type == "html_inline" and _name(node) in _APART and not node.content.startswith("</"):
            yield from read_html(node.content, number, find)
        if node.type == "image":
            address = str(node.attrs["src"])
            if image := find(address):
                yield Figure("", None, node.content or "图片", image=image)
            else:
                name = "" if address.startswith("data:") else f"（{unquote(address)}）"
                yield LeftOut(number, "picture", f"图片“{node.content}”{name}没有找到或格式不认识，没有印出")


def _item(node: SyntaxTreeNode, number: int, find: Find) -> tuple[Paragraph | ListBlock, ...]:
    """An item of a list; a heading in it is a strong line, and a table lines of text."""
    parts: list[Paragraph | ListBlock] = []
    for block in _blocks(node, number, find):
        match block:
            case Paragraph(inlines=(Span(text=text) as first, *rest)) if not parts and text[:4] in _BOXES:
                parts.append(replace(block, inlines=(replace(first, text=_BOXES[text[:4]] + text[4:]), *rest)))
            case Paragraph() | ListBlock():
                parts.append(block)
            case Heading(inlines=inlines):
                parts.append(Paragraph(tuple(replace(span, strong=True) for span in inlines)))
            case Table(columns=columns, cells=cells):
                rows = [[column.title for column in columns], *([cell.text for cell in row] for row in cells)]
                parts.append(Paragraph((Span("\n".join(map("　".join, rows))),)))
    return tuple(parts)


def _table(node: SyntaxTreeNode) -> Table | Notice:
    head, *rows = [[_inlines(cell) for cell in row.children] for part in node.children for row in part.children]
    if not rows:
        return Notice(f"表“{'、'.join(map(plain, head))}”没有内容。", "no_data")
    styles = [str(cell.attrs.get("style", "")) for cell in node.children[0].children[0].children]
    columns = tuple(
        Column(plain(title), "right" if "right" in style else "center" if "center" in style else "left")
        for title, style in zip(head, styles, strict=True)
    )
    return Table(columns, tuple(tuple(map(_cell, row)) for row in rows))


def _cell(inlines: tuple[Span, ...]) -> Cell:
    links = dict.fromkeys(span.link for span in inlines if span.link)
    if len(links) > 1:  # a cell leads to one place: several are printed
        inlines = tuple(replace(span, text=f"{span.text}（{span.link}）") if span.link else span for span in inlines)
        links = {}
    return Cell(
        plain(inlines), strong=bool(inlines) and all(span.strong for span in inlines), link=next(iter(links), None)
    )


def _inlines(node: SyntaxTreeNode) -> tuple[Span, ...]:
    """The text of a node; a line break of the source is a space only where neither side is Chinese."""
    spans = list(_spans(node, Span("")))
    for i, span in enumerate(spans):
        if span.text == _SOFT_BREAK:
            near = plain(spans[i - 1 : i])[-1:], plain(spans[i + 1 : i + 2])[:1]
            spans[i] = replace(span, text="" if any(map(_is_wide, near)) or not all(near) else " ")
    runs = groupby((span for span in spans if span.text), key=lambda span: replace(span, text=""))
    return tuple(replace(style, text=plain(run)) for style, run in runs)


def _spans(node: SyntaxTreeNode, style: Span) -> Iterator[Span]:
    match node.type:
        case "softbreak":
            yield replace(style, text=_SOFT_BREAK)
        case "hardbreak":
            yield replace(style, text="\n")
        case "image" | "footnote_anchor":  # a picture is a figure of its own
            return
        case "footnote_ref":
            yield replace(style, text=f"〔{node.meta['id'] + 1}〕", shift="sup")
        case "math_inline" | "math_inline_double":
            yield replace(style, text=node.content, code=True)
        case "code_inline":
            style = replace(style, code=True)
        case "strong":
            style = replace(style, strong=True)
        case "em":
            style = replace(style, emphasis=True)
        case "s":
            style = replace(style, strike=True)
        case "link":
            href = str(node.attrs.get("href", ""))
            style = replace(style, link=href if href.startswith(("http://", "https://", "mailto:")) else None)
    if node.children:
        yield from _dressed(node.children, style)
    elif node.content and not node.type.startswith(("math_", "html_")):
        yield replace(style, text=node.content.translate(_BLANKS))


def _name(node: SyntaxTreeNode) -> str:
    """The name of the tag that a piece of HTML is."""
    found = _TAG.fullmatch(node.content)
    return found[2].lower() if found else ""


def _dressed(nodes: Sequence[SyntaxTreeNode], style: Span) -> Iterator[Span]:
    """The spans of nodes among which tags of HTML begin and end styles; a tag that is none is text."""
    from lxml.html import fragment_fromstring

    open_: list[tuple[str, Span]] = []
    for node in nodes:
        now = open_[-1][1] if open_ else style
        if node.type != "html_inline":
            yield from _spans(node, now)
        elif not (found := _TAG.fullmatch(node.content)):
            if not node.content.startswith("<!--"):
                yield replace(now, text=node.content)
        elif (name := found[2].lower()) == "br":
            yield replace(now, text="\n")
        elif name not in _TAGS:
            yield replace(now, text=node.content)
        elif not found[1] and not found[3] and name not in ("img", "wbr"):
            open_.append((name, styled(fragment_fromstring(node.content), now)))
        elif any(known == name for known, _ in open_):
            while open_ and open_.pop()[0] != name:
                pass


def _is_wide(character: str) -> bool:
    """Chinese characters and punctuation; curly quotes count, for a Chinese text sets them wide."""
    return bool(character) and (unicodedata.east_asian_width(character) in "WF" or character in "“”‘’…—")


def _drawing(state: StateInline, silent: bool) -> bool:
    """A drawing in a line of text is one tag, a picture's."""
    if (found := SVG.match(state.src, state.pos)) is None:
        return False
    if not silent:
        state.push("html_inline", "", 0).content = as_picture(found)
    state.pos = found.end()
    return True


def _emphasis(state: StateInline, silent: bool) -> bool:
    """The rule of markdown-it for ``*`` and ``_``; beside Chinese a ``*`` opens before and closes after any text."""
    from markdown_it.rules_inline import emphasis

    start, known = state.pos, len(state.delimiters)
    found: bool = emphasis.tokenize(state, silent)
    before, after = state.src[start - 1 : start] or " ", state.src[state.pos : state.pos + 1] or " "
    if found and state.src[start] == "*" and (_is_wide(before) or _is_wide(after)):
        for delimiter in state.delimiters[known:]:
            delimiter.open = delimiter.open or not after.isspace()
            delimiter.close = delimiter.close or not before.isspace()
    return found
