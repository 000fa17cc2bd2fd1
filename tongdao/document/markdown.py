"""Markdown -> blocks, for cells and for outputs alike.

HTML is text here, never markup: a report must not depend on what a browser would have made of it. Two rules of
CommonMark are bent to Chinese, which puts no spaces between words: emphasis may open and close beside Chinese
punctuation (``**结论：**完成``), and a line break inside a paragraph is no space between Chinese characters.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING

from tongdao.document.blocks import (
    Block,
    Cell,
    Column,
    Figure,
    Heading,
    ListBlock,
    Notice,
    Paragraph,
    Span,
    Table,
    plain,
)

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.tree import SyntaxTreeNode

_SOFT_BREAK = "\x0b"


def read_markdown(text: str, pictures: Mapping[str, bytes] | None = None) -> tuple[Block, ...]:
    """The blocks of a Markdown text; heading levels are those typed (1-6).

    ``pictures`` are PNGs by the address that the text gives them; one that is a paragraph of its own is a figure.
    """
    from markdown_it.tree import SyntaxTreeNode

    return tuple(_blocks(SyntaxTreeNode(_parser().parse(text)), pictures or {}))


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.inline.ruler.at("emphasis", _emphasis)
    return parser


def _blocks(parent: SyntaxTreeNode, pictures: Mapping[str, bytes] = MappingProxyType({})) -> Iterator[Block]:
    for node in parent.children:
        match node.type:
            case "paragraph" if found := _picture(node, pictures):
                yield found
            case "heading":
                yield Heading(int(node.tag[1:]), _inlines(node))
            case "paragraph" if plain(inlines := _inlines(node)).strip():
                yield Paragraph(inlines)
            case "bullet_list":
                yield ListBlock(tuple(map(_item, node.children)))
            case "ordered_list":
                yield ListBlock(tuple(map(_item, node.children)), True, int(node.attrs.get("start", 1)))
            case "blockquote":
                for block in _blocks(node):
                    yield replace(block, role="quote") if isinstance(block, Paragraph) else block
            case "fence" | "code_block":
                yield Paragraph((Span(node.content.rstrip("\n"), code=True),), role="verbatim")
            case "table":
                yield _table(node)


def _picture(paragraph: SyntaxTreeNode, pictures: Mapping[str, bytes]) -> Figure | None:
    """The picture that a paragraph consists of, if it is at hand."""
    match paragraph.children[0].children:
        case [node] if node.type == "image" and (image := pictures.get(str(node.attrs["src"]))):
            return Figure("", None, node.content or "图片", image=image)
    return None


def _item(node: SyntaxTreeNode) -> tuple[Paragraph | ListBlock, ...]:
    """An item of a list; a heading in it is a strong line, and a table lines of text."""
    parts: list[Paragraph | ListBlock] = []
    for block in _blocks(node):
        match block:
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
    return Cell(plain(inlines), strong=bool(inlines) and all(span.strong for span in inlines))


def _inlines(node: SyntaxTreeNode) -> tuple[Span, ...]:
    """The text of a node; a line break of the source is a space only where neither side is Chinese."""
    spans = list(_spans(node, Span("")))
    for i, span in enumerate(spans):
        if span.text == _SOFT_BREAK:
            near = plain(spans[i - 1 : i])[-1:], plain(spans[i + 1 : i + 2])[:1]
            spans[i] = replace(span, text="" if any(map(_is_wide, near)) else " ")
    runs = groupby((span for span in spans if span.text), key=lambda span: replace(span, text=""))
    return tuple(replace(style, text=plain(run)) for style, run in runs)


def _spans(node: SyntaxTreeNode, style: Span) -> Iterator[Span]:
    match node.type:
        case "softbreak":
            yield replace(style, text=_SOFT_BREAK)
        case "hardbreak":
            yield replace(style, text="\n")
        case "image":
            yield replace(style, text=f"（图片：{node.content}）" if node.content else "（图片）")
            return
        case "code_inline":
            style = replace(style, code=True)
        case "strong":
            style = replace(style, strong=True)
        case "em":
            style = replace(style, emphasis=True)
        case "link":
            href = str(node.attrs.get("href", ""))
            style = replace(style, link=href if href.startswith(("http://", "https://", "mailto:")) else None)
    if node.children:
        for child in node.children:
            yield from _spans(child, style)
    elif node.content:
        yield replace(style, text=node.content)


def _is_wide(character: str) -> bool:
    """Chinese characters and punctuation; curly quotes count, for a Chinese text sets them wide."""
    return bool(character) and (unicodedata.east_asian_width(character) in "WF" or character in "“”‘’…—")


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
