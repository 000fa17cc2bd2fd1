"""Markdown -> blocks, for cells and for outputs alike.

HTML is text here, never markup: a report must not depend on what a browser would have made of it. Two rules of
CommonMark are bent to Chinese, which puts no spaces between words: emphasis may open and close beside Chinese
punctuation (``**结论：**完成``), and a line break inside a paragraph is no space between Chinese characters.
"""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from tongdao.document.blocks import (
    Align,
    Block,
    Cell,
    Column,
    Heading,
    Inlines,
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


def read_markdown(text: str) -> tuple[Block, ...]:
    """The blocks of a Markdown text; heading levels are those typed (1-6)."""
    from markdown_it.tree import SyntaxTreeNode

    root = SyntaxTreeNode(_parser().parse(text))
    return tuple(block for node in root.children for block in _blocks(node))


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.inline.ruler.at("emphasis", _emphasis)
    return parser


def _blocks(node: SyntaxTreeNode) -> list[Block]:
    match node.type:
        case "heading":
            return [Heading(int(node.tag[1:]), _inlines(node))]
        case "paragraph":
            inlines = _inlines(node)
            return [Paragraph(inlines)] if plain(inlines).strip() else []
        case "bullet_list" | "ordered_list":
            return [_list(node)]
        case "blockquote":
            inner = [block for child in node.children for block in _blocks(child)]
            return [replace(b, role="quote") if isinstance(b, Paragraph) else b for b in inner]
        case "fence" | "code_block":
            return [Paragraph((Span(node.content.rstrip("\n"), code=True),), role="verbatim")]
        case "table":
            return [_table(node)]
        case "hr":
            return []
        case _:
            return [Paragraph((Span(node.content.strip()),))] if node.content.strip() else []


def _list(node: SyntaxTreeNode) -> ListBlock:
    items = []
    for item in node.children:
        parts: list[Paragraph | ListBlock] = []
        for block in (block for child in item.children for block in _blocks(child)):
            match block:
                case Paragraph() | ListBlock():
                    parts.append(block)
                case Heading(inlines=inlines):
                    parts.append(Paragraph(tuple(replace(span, strong=True) for span in inlines)))
                case Table(columns=columns, rows=rows):
                    lines = ["　".join(c.title for c in columns)]
                    lines += ["　".join(cell.text for cell in row) for row in rows]
                    parts.append(Paragraph((Span("\n".join(lines)),)))
                case _:
                    pass
        items.append(tuple(parts))
    ordered = node.type == "ordered_list"
    return ListBlock(tuple(items), ordered=ordered, start=int(node.attrs.get("start", 1)) if ordered else 1)


def _table(node: SyntaxTreeNode) -> Table | Notice:
    rows = [row.children for part in node.children for row in part.children]
    columns = tuple(Column(plain(_inlines(cell)), align=_align(cell)) for cell in rows[0])
    if len(rows) == 1:
        return Notice("no_data", f"表“{'、'.join(column.title for column in columns)}”没有内容。")
    return Table(columns, tuple(tuple(_cell(cell) for cell in row) for row in rows[1:]))


def _cell(node: SyntaxTreeNode) -> Cell:
    inlines = _inlines(node)
    return Cell(plain(inlines), strong=bool(inlines) and all(span.strong for span in inlines))


def _align(node: SyntaxTreeNode) -> Align:
    style = str(node.attrs.get("style", ""))
    return "right" if "right" in style else "center" if "center" in style else "left"


def _inlines(node: SyntaxTreeNode) -> Inlines:
    spans: list[Span] = []
    for child in node.children:
        spans += _spans(child, Span(""))
    spans = _join_lines(spans)
    runs = groupby((span for span in spans if span.text), key=lambda span: replace(span, text=""))
    return tuple(replace(style, text="".join(span.text for span in run)) for style, run in runs)


def _spans(node: SyntaxTreeNode, style: Span) -> list[Span]:
    match node.type:
        case "text" | "text_special" | "html_inline":
            return [replace(style, text=node.content)]
        case "code_inline":
            return [replace(style, text=node.content, code=True)]
        case "softbreak":
            return [replace(style, text=_SOFT_BREAK)]
        case "hardbreak":
            return [replace(style, text="\n")]
        case "image":
            return [replace(style, text=f"（图片：{node.content}）" if node.content else "（图片）")]
        case "strong":
            style = replace(style, strong=True)
        case "em":
            style = replace(style, emphasis=True)
        case "link":
            href = str(node.attrs.get("href", ""))
            style = replace(style, link=href if href.startswith(("http://", "https://", "mailto:")) else None)
    return [span for child in node.children for span in _spans(child, style)]


def _join_lines(spans: list[Span]) -> list[Span]:
    """A line break of the source is a space only where neither side is Chinese."""
    texts = ["", *(span.text for span in spans), ""]
    near_wide = [_is_wide(before[-1:]) or _is_wide(after[:1]) for before, after in zip(texts, texts[2:], strict=False)]
    return [
        replace(span, text="" if wide else " ") if span.text == _SOFT_BREAK else span
        for span, wide in zip(spans, near_wide, strict=True)
    ]


def _is_wide(character: str) -> bool:
    """Chinese characters and punctuation; curly quotes count, for a Chinese text sets them wide."""
    return bool(character) and (unicodedata.east_asian_width(character) in "WF" or character in "“”‘’…—")


def _emphasis(state: StateInline, silent: bool) -> bool:
    """The ``*`` and ``_`` rule of markdown-it; beside Chinese a marker opens before and closes after any text."""
    from markdown_it.rules_inline.state_inline import Delimiter

    marker = state.src[state.pos]
    if silent or marker not in "*_":
        return False
    scanned = state.scanDelims(state.pos, marker == "*")
    before = state.src[state.pos - 1] if state.pos else " "
    end = state.pos + scanned.length
    after = state.src[end] if end < state.posMax else " "
    near_chinese = marker == "*" and (_is_wide(before) or _is_wide(after))
    opens = scanned.can_open or (near_chinese and not after.isspace())
    closes = scanned.can_close or (near_chinese and not before.isspace())
    for _ in range(scanned.length):
        state.push("text", "", 0).content = marker
        token = len(state.tokens) - 1
        state.delimiters.append(Delimiter(ord(marker), scanned.length, token, -1, opens, closes))
    state.pos = end
    return True
