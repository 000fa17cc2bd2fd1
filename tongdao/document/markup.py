"""Markdown -> blocks, for cells and outputs alike, by way of HTML: pictures, tables and tags mean the same in both.

Two rules of CommonMark are bent to Chinese, which puts no spaces between words: emphasis may open and close beside
Chinese punctuation (``**结论：**完成``), and a line break inside a paragraph is no space between Chinese characters.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from tongdao.document.blocks import Block, Find, LeftOut
from tongdao.document.html import INLINE, KNOWN, TYPED, WIDE, read_html
from tongdao.document.shown import PLAYED, drawings

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

#: In a line <object> is a word, as pandas names its type.
_TAGS = INLINE | PLAYED - {"object"} | {"center", "div", "img", "li", "ol", "p", "svg", "ul"}
_TAGS |= {"table", "tbody", "td", "th", "thead", "tr", "details", "summary", "blockquote", "hr", "pre"}
_TAGS |= {f"h{level}" for level in range(1, 7)}
_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)\b")
_ADDRESS = re.compile(r"\[(?:\\.|[^\]])+\]:\s*(?:[<#]|[!-~]+(?:\s|$)|\S*/|\S*\.[a-zA-Z]\w{1,4}(?:\s|$))")
_AS_TYPED = {"math": "公式按原样（LaTeX）印出", "mermaid": "的流程图（mermaid）按原样印出"}
_WORDS, _PAUSE = r"[^A-Za-z\\=^_$*`~<\[\]\n]*", "[ ，。、；：（）]"
_PRICES = re.compile(rf"\$+(?:{_PAUSE}{_WORDS}|{_WORDS}{_PAUSE})(?=\$)")  # $$ 与 $$$ 两档
_BOXES = {"[ ] ": "□ ", "[x] ": "■ ", "[X] ": "■ "}


def read_markdown(text: str, number: int = 0, find: Find = lambda _: None) -> tuple[Block | LeftOut, ...]:
    """The blocks of a Markdown text in cell ``number``; heading levels are those typed (1-6).

    A picture is a figure of its own, below the paragraph or list that it stands in; one that is not at hand and a
    formula, which is printed as it is typed, are told.
    """
    parser = _parser()
    tokens = parser.parse(text, env := dict[str, Any]())
    every = [each for token in tokens for each in (token, *(token.children or ()))]
    kinds = {each.info.strip() if each.type == "fence" else "math" if "math" in each.type else "" for each in every}
    told = [LeftOut(number, kind, words) for kind, words in _AS_TYPED.items() if kind in kinds]
    unused = [name[1:] for name, at in env.get("footnotes", {}).get("refs", {}).items() if at < 0]
    told += [LeftOut(number, "text/markdown", f"的脚注 [^{name}] 没有被引用，没有印出") for name in unused]
    parser.block.parse(text if "footnotes" in env else "", parser, {}, blocks := list["Token"]())  # notes in place
    notes = Counter(each.meta["label"] for each in blocks if each.type == "footnote_reference_open")
    again = [name for name, times in notes.items() if times > 1]
    told += [LeftOut(number, "text/markdown", f"的脚注 [^{name}] 写了几次，只印出最后一次的") for name in again]
    html = parser.renderer.render(list(_plain(tokens)), parser.options, {})
    return (*read_html(html, number, find), *told)


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.amsmath import amsmath_plugin
    from mdit_py_plugins.dollarmath import dollarmath_plugin
    from mdit_py_plugins.footnote import footnote_plugin

    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    parser.use(footnote_plugin).use(amsmath_plugin)
    parser.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)
    parser.inline.ruler.before("math_inline", "prices", _prices)
    parser.inline.ruler.at("emphasis", _emphasis)
    parser.block.ruler.at("reference", _reference)
    parser.block.ruler.at("html_block", _tagged, {"alt": ["paragraph", "reference", "blockquote"]})
    parser.inline.ruler.before("html_inline", "drawing", _drawing)
    parser.validateLink = lambda _: True  # what is printed leads nowhere by itself
    return parser


def _plain(tokens: Sequence[Token]) -> Iterator[Token]:
    """The tokens as HTML has them: formulas as code, notes and boxes of tasks as text; every item has paragraphs."""
    from markdown_it.token import Token

    for at, token in enumerate(tokens):
        token.hidden = False
        match token.type:
            case "math_block" | "math_block_label" | "amsmath":
                token.type, token.content = "code_block", token.content.strip("\n")
            case kind if kind.startswith("footnote_"):
                continue
            case "table_open":
                token.attrSet("class", TYPED)
            case "thead_close" if tokens[at + 1].type == "table_close":
                token.type, token.content = "html_block", "</thead><tr><td>没有内容</td></tr>"
            case "inline":
                _plain_line(token.children or [])
        if token.children and (note := tokens[at - 2]).type == "footnote_open":
            token.children.insert(0, Token("text", "", 0, content=f"〔{note.meta['id'] + 1}〕"))
        if token.children and tokens[at - 2].type == "list_item_open":
            first = token.children[0]
            first.content = _BOXES.get(first.content[:4], first.content[:4]) + first.content[4:]
        yield token


def _plain_line(line: Sequence[Token]) -> None:
    for token in line:
        if "math" in token.type:
            token.type = "code_inline"
        elif token.type == "footnote_ref":
            token.type, token.content = "html_inline", f"<sup>〔{token.meta['id'] + 1}〕</sup>"
        elif token.type == "html_inline" and not token.content.startswith("<!--"):
            found = _TAG.match(token.content)
            token.type = "html_inline" if found and found[1].lower() in _TAGS else "text"


def _reference(state: StateBlock, line: int, last: int, silent: bool) -> bool:
    """The rule of markdown-it for where a link leads, which nobody sees; words are no address ([注]: 初步数)."""
    from markdown_it.rules_block import reference

    found = _ADDRESS.match(state.src, state.bMarks[line] + state.tShift[line])
    return found is not None and reference(state, line, last, silent)


def _tagged(state: StateBlock, line: int, last: int, silent: bool) -> bool:
    """The rule of markdown-it for a line that begins with a tag; one that HTML does not know is a word: <GDP>."""
    from markdown_it.rules_block import html_block

    found = _TAG.match(state.src, state.bMarks[line] + state.tShift[line])
    return (not found or found[1].lower() in KNOWN) and html_block(state, line, last, silent)


def _drawing(state: StateInline, silent: bool) -> bool:
    """A drawing in a line of text is one tag."""
    if (end := drawings(state.src).get(state.pos)) is None:
        return False
    if not silent:
        state.push("html_inline", "", 0).content = state.src[state.pos : end]
    state.pos = end
    return True


def _prices(state: StateInline, silent: bool) -> bool:
    """Between prices stands no formula: 收 $$100 到 $$200."""
    if found := _PRICES.match(state.src, state.pos):
        state.pending += "" if silent else found[0]
        state.pos = found.end()
    return found is not None


def _emphasis(state: StateInline, silent: bool) -> bool:
    """The rule of markdown-it for ``*`` and ``_``; beside Chinese a ``*`` opens before and closes after any text."""
    from markdown_it.rules_inline import emphasis

    start, known = state.pos, len(state.delimiters)
    found: bool = emphasis.tokenize(state, silent)
    before, after = state.src[start - 1 : start] or " ", state.src[state.pos : state.pos + 1] or " "
    if found and state.src[start] == "*" and (WIDE.match(before) or WIDE.match(after)):
        for delimiter in state.delimiters[known:]:
            delimiter.open = delimiter.open or not after.isspace()
            delimiter.close = delimiter.close or not before.isspace()
    if found and before.isdigit() and after.isdigit():  # 3*4*5, 2**3**2, but **3**4
        for delimiter in state.delimiters[known:]:
            delimiter.open, delimiter.close = False, delimiter.close and delimiter.length > 1
    return found
