"""HTML of an output or of a Markdown text -> blocks: all its tables, pictures and text; looks and scripts are left."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, groupby
from typing import Any, cast
from urllib.parse import unquote

from lxml.etree import SubElement
from lxml.html import HTMLParser, document_fromstring
from lxml.html.defs import tags

from tongdao.base import DocumentError
from tongdao.document.blocks import (
    Align,
    Block,
    Cell,
    Column,
    Figure,
    Find,
    Heading,
    LeftOut,
    ListBlock,
    Paragraph,
    Span,
    Table,
    plain,
)
from tongdao.document.shown import MEDIA, PLAYED, leave_unseen, with_pictures

_NUMBER = re.compile(r"[¹²³ ]*(?:[-+]?[\d,]*\.?\d+(?:e[-+]?\d+)?%?|—|\.\.\.|…|)[¹²³]*")
_NOTHING = frozenset({"NaN", "nan", "NaT", "None", "<NA>", "null"})  # how pandas and polars write that there is nothing
TYPED = "typed"  # class of a table of Markdown, whose None is a word
_SIZE = re.compile(r"(\d+) rows × (\d+) columns")  # what pandas writes below a frame that it shows in part
_SHAPE = re.compile(r"shape: \(([\d_,]+), ([\d_,]+)\)")  # the same of polars, above every frame
_TYPE = re.compile(r"(?:[iuf]\d+|str|bool|date|time|datetime|duration|decimal|cat|enum|null|list|struct|binary)\b.*")
_ALIGN = re.compile(r"text-align:\s*(right|center|left)")
#: What a parser of HTML ends at and passes over with all that follows, and signs that XML cannot hold.
_NO_PART = re.compile(
    "</?(?:html|head|body)\\b[^>]*>|[\0-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff]|&#(?:0*[0-8]|0*1[1-9]|0*2\\d|0*3[01]|x0*[0-8b-f]|x0*1[\\da-f])\\b;?",
    re.IGNORECASE,
)
_DEEP = 100  # elements in each other
_DEEPEST = 8  # lists in each other: the typesetter ends at some more
_RAISED = re.compile(r"vertical-align\s*:\s*super|footnote_mark")  # in a style or a class
_INTEGER = re.compile(r"\s*[-+]?\d{1,9}")
_LEADS = re.compile(r"https?://|mailto:")
#: Chinese characters and punctuation; curly quotes count, for a Chinese text sets them wide.
WIDE = re.compile(
    "[“”‘’…—\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\U0001f300-\U0003fffd]"
)
_SPACES = re.compile(r"[ \t\n\r\f\v\x1e][ \t\n\r\f\v\x1e\x1f]*")  # \v breaks lines, \x1e blocks, \x1f parts pieces
#: Blanks of other widths than the fonts have, as &emsp; before a paragraph, and signs that only part or join.
_BLANKS = dict.fromkeys((*range(0x2000, 0x200B), 0x202F, 0x205F), " ") | {0x2001: "\u3000", 0x2003: "\u3000"}
_BLANKS |= dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0xFEFF), "")
_SCRIPT = re.compile(r"<script\b(?![^>]*json)", re.IGNORECASE)
SCRIPTED = "里脚本画的没有印出（%matplotlib notebook、网页里的脚本都是）：请改用 %matplotlib inline、Altair 或图片"
INLINE = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "big", "br", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd"}
    | {"label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "tt", "u", "var", "wbr"}
    | {"rb", "rp", "rt", "ruby"}
)
_IN_LINE = INLINE | {"acronym", "data", "nobr", "output", "time"}  # as words they are no tags
KNOWN = tags | _IN_LINE | {"dialog", "main", "picture", "search", "template"}
_APART = KNOWN - _IN_LINE - {"map", "meter", "progress"}  # no part of a line of text
_OF_TABLE = frozenset({"caption", "col", "colgroup", "thead", "tbody", "tfoot", "tr", "td", "th"})
#: How a tag changes what stands in it, in Markdown too.
STYLES: Mapping[str, Mapping[str, Any]] = {
    **{tag: {"strong": True} for tag in ("b", "strong")},
    **{tag: {"emphasis": True} for tag in ("i", "em", "cite")},
    **{tag: {"code": True} for tag in ("code", "kbd", "samp", "tt")},
    **{tag: {"strike": True} for tag in ("s", "del", "strike")},
    **{tag: {"shift": tag} for tag in ("sub", "sup")},
}


def read_html(html: str, number: int, find: Find) -> Iterator[Block | LeftOut]:
    """The blocks of a piece of HTML from top to bottom; ``number`` is the cell's, ``find`` gives the picture at an
    address.

    Raises:
        DocumentError: a table without rows, a picture that cannot be read.
    """
    parser = HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True)
    html = html.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # at half a character the parser ends
    html = re.sub(r"<embed\b[^>]*>", r"\g<0></embed>", html)  # or all that follows would stand in it
    body = document_fromstring(f"<body>{_NO_PART.sub(' ', with_pictures(html))}", parser).find("body")
    leave_unseen(body)
    deep = body.xpath("/".join("*" * _DEEP))
    for node in deep:
        node.text, node[:] = " ".join(node.itertext()), []
    yield from _walk(body, number, find)
    if deep or any("Excessive depth" in each.message for each in parser.error_log):
        told = f"的网页嵌套过深：{_DEEP} 层以下只印文字，更深的可能没有印出，请改得简单些"
        yield LeftOut(number, "text/html", told)
    if _SCRIPT.search(html):
        yield LeftOut(number, "text/html", SCRIPTED)


def _walk(parent: Any, number: int, find: Find) -> Iterator[Block | LeftOut]:
    """The blocks of an element; runs of text between its block elements are paragraphs."""
    style = _style(parent)
    line = [replace(style, text=parent.text or "")]
    for node in parent:
        if _APART.isdisjoint(each.tag for each in node.iter()):
            line += _spans(node, style)
        else:
            yield from _paragraph(line)
            line = []
            yield from _block(node, number, find)
        line.append(replace(style, text=node.tail or ""))
    yield from _paragraph(line)


def _block(node: Any, number: int, find: Find) -> Iterator[Block | LeftOut]:
    match node.tag:
        case "table":
            yield from _walk(_beside_cells(node), number, find)
            notes = [row for row in node.iterfind("tfoot/tr") if len(row) == 1 and row[0].get("colspan", "1") != "1"]
            for row in notes:  # a line below the whole table speaks of it
                row.drop_tree()
            yield _table(node, number)
            yield from _shown_rows(node)
            media = {(each.tag, each.get("src")): each for each in node.iter(*MEDIA)}  # a sign of many rows, once
            yield from (found for each in media.values() for found in _block(each, number, find))
            yield from (found for row in notes for found in _walk(row[0], number, find))
        case "img" if {"src", "srcset", "data-src", "alt"} & {*node.keys()}:  # else a script shows something there
            yield _picture(node, number, find)
        case "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6":  # a picture in a line stands below it
            for line in _paragraph(list(_spans(node, _style(node.getparent())))):
                yield line if node.tag == "p" else Heading(int(node.tag[1]), line.inlines)
            yield from (found for item in node.iter(*MEDIA) for found in _block(item, number, find))
        case "ul" | "ol":
            yield from _list(node, number, find)
        case "blockquote":
            for block in _walk(node, number, find):
                yield replace(block, role="quote") if isinstance(block, Paragraph) and block.role == "body" else block
        case "pre":
            typed = "".join(span.text for span in _spans(node, Span(""))).replace("\v", "\n")
            yield Paragraph((Span(re.sub("\n?\x1e+", "\n", typed).strip("\n"), code=True),), role="verbatim")
            yield from (found for item in node.iter(*MEDIA) for found in _block(item, number, find))
        case tag if tag in PLAYED:
            yield LeftOut(number, "text/html", f"网页里的 {tag}（嵌入的网页、公式、画布、音像之类）没有印出")
        case _:
            yield from _walk(node, number, find)


def _picture(node: Any, number: int, find: Find) -> Figure | LeftOut:
    address = "" if (source := node.get("src", "")).startswith("data:") else unquote(source)
    alt = node.get("alt") or node.get("title") or ""
    if image := find(source):
        return Figure("", None, alt or "图片", image=image, cell=number)
    words = f"图片“{alt or address}”" + (f"（{address}）" if alt and address else "")
    return LeftOut(number, "picture", f"{words}没有找到或格式不认识，没有印出")


def _list(node: Any, number: int, find: Find) -> Iterator[Block | LeftOut]:
    """A list. What stands in it beside its items belongs to the one before; a heading in one is a strong line, and what
    is large stands below the list."""
    below = list[Block | LeftOut]()
    while (large := next(node.iter("table", *MEDIA), None)) is not None:
        below += _block(large, number, find)
        large.text, large[:], large.tag = None, [], "p" if large.tag == "table" else "span"
    item = first = node.makeelement("li")
    first.text = node.text
    for child in [*node]:
        if child.tag == "li":
            item = child
            SubElement(item, "p").text, child.tail = child.tail, None
        else:
            item.append(child)
    yield from _walk(first, number, find)
    runs, ordered = list[tuple[int, list[tuple[Paragraph | ListBlock, ...]]]](), node.tag == "ol"
    for item in node:
        said = ordered and _INTEGER.match(item.get("value", ""))  # an item may say its number
        runs += [(_whole(said[0] if said else node.get("start")), [])] if said or not runs else []
        runs[-1][1].append(tuple(_item(item, number, find)))
    for start, items in runs:
        deep = sum(1 for _ in node.iterancestors("ul", "ol")) >= _DEEPEST
        made = ListBlock(tuple(items), ordered and start >= 0, max(start, 0))
        yield from chain.from_iterable(items) if deep else (made,)
    yield from below


def _item(node: Any, number: int, find: Find) -> Iterator[Paragraph | ListBlock]:
    for block in _walk(node, number, find):
        if isinstance(block, Heading):
            yield Paragraph(tuple(replace(span, strong=True) for span in block.inlines))
        elif isinstance(block, Paragraph | ListBlock):
            yield block


def _beside_cells(table: Any) -> Any:
    """Takes out what stands in a table and in no cell, which a page shows before it; cells beside rows get one."""
    found = table.makeelement("div")
    for part in [table, *table.iterdescendants("thead", "tbody", "tfoot", "tr")]:
        SubElement(found, "p").text, part.text = part.text, None
        for child in [*part]:
            if child.tag == "table" or (child.tag not in _OF_TABLE and next(child.iter("td", "th"), None) is None):
                found.append(child)
                continue
            if (child.tail or "").strip():
                SubElement(found, "p").text, child.tail = child.tail, None
            if child.tag in ("td", "th") and part.tag != "tr":
                row = child.getprevious()
                if row is None or "own" not in row.attrib:
                    row = table.makeelement("tr", own="")
                    child.addprevious(row)
                row.append(child)
    return found


def _whole(text: str | None) -> int:
    """The number that an attribute begins with, 1 where it has none."""
    return int(found[0]) if (found := _INTEGER.match(text or "")) else 1


def _shown_rows(node: Any) -> Iterator[Paragraph]:
    """How large a frame of polars is that shows a part of itself; its size stands above it, even of a whole one."""
    above = node.getprevious()
    found = _SHAPE.fullmatch(_words(above)) if above is not None else None
    if found and any(_words(cell) == "…" for cell in node.iter("td")):
        yield Paragraph((Span(f"…共 {found[1].replace('_', '')} 行、{found[2].replace('_', '')} 列。"),))


def styled(node: Any, style: Span) -> Span:
    """The style of what stands in an element."""
    style = replace(style, **STYLES.get(node.tag, {}))
    if "line-through" in node.get("style", ""):
        style = replace(style, strike=True)
    if node.tag == "span" and _RAISED.search(node.get("style", "") + node.get("class", "")):
        style = replace(style, shift="sup")
    leads = node.tag == "a" and _LEADS.match(node.get("href", ""))
    return replace(style, link=node.get("href")) if leads else style


def _style(node: Any) -> Span:
    return styled(node, Span("") if (parent := node.getparent()) is None else _style(parent))


def _spans(node: Any, style: Span) -> Iterator[Span]:
    """The text in an element; ``\\v`` is a line break, and blocks in it stand apart."""
    style = styled(node, style)
    yield replace(style, text="\v" if node.tag == "br" else node.text or "")
    for child in node:
        gap = Span("" if child.tag in _IN_LINE or child.tag == "img" else "\x1e")
        yield from (gap, *_spans(child, style), gap)
        yield replace(style, text=child.tail or "")


def _settled(texts: Sequence[str]) -> list[str]:
    """The pieces of a text as a page shows them: white space is one blank, none at the ends of a line, nor where a
    line of the source ends beside Chinese."""
    text = "\x1f".join(piece.translate(_BLANKS) for piece in texts)

    def blank(run: re.Match[str]) -> str:
        at = run.start()
        while at and text[at - 1] == "\x1f":
            at -= 1
        before, after = text[at - 1 : at] if at else "", text[run.end() : run.end() + 1]
        kept = "\n" * run[0].count("\v") or " "
        typed = kept == " " and "\n" in run[0] and "\x1e" not in run[0]
        if not (before and after) or (typed and (WIDE.match(before) or WIDE.match(after))):
            kept = ""
        return kept + "\x1f" * run[0].count("\x1f")

    return _SPACES.sub(blank, text).split("\x1f")


def _paragraph(line: Sequence[Span]) -> Iterator[Paragraph]:
    """The run of text as a paragraph; what a frame says of its size in Chinese."""
    told = zip(_settled([span.text for span in line]), line, strict=True)
    runs = groupby(((text, span) for text, span in told if text), key=lambda each: replace(each[1], text=""))
    spans = tuple(replace(style, text="".join(text for text, _ in run)) for style, run in runs)
    words = plain(spans).strip()
    if found := _SIZE.fullmatch(words):
        yield Paragraph((Span(f"…共 {found[1]} 行、{found[2]} 列。"),))
    elif words and not _SHAPE.fullmatch(words):
        yield Paragraph(spans)


def _words(node: Any) -> str:
    """The text of a cell or title; what is raised or struck in it is no digit of the figure beside it."""
    return "".join(_settled([*map(_set_apart, _spans(node, Span("")))])).replace("）（划去：", "").strip()


def _set_apart(span: Span) -> str:
    text = span.text
    if span.shift == "sup":  # the fonts have no other marks
        few = set(text) <= set("123")
        text = text.translate(str.maketrans("123", "¹²³")) if few else re.sub(r"^(?=[-+−]?\d)", "^", text)
    return f"（划去：{text}）" if span.strike and text.strip() else text


def _table(node: Any, number: int) -> Table:
    """A table; a title over several columns stands over each of them."""
    rows, types = _rows(node), [_words(cell) for cell in node.xpath("(.//tr)[2][parent::thead]/*")]
    head = [[cell.text for cell in row] for row, header in rows if header]
    body = [row for row, header in rows if not header]
    if types and all(map(_TYPE.fullmatch, types)):  # of the columns, as polars writes them
        head = head[:1]
        body = [[replace(cell, text=cell.text.removeprefix('"').removesuffix('"')) for cell in row] for row in body]
    if not body:
        raise DocumentError(f"第 {number} 个单元格的表没有数据：请检查筛选条件和所选的月份。")
    full = [1 + at for row in body for at, cell in enumerate(row) if cell.text]
    wide = max([1, *full, *(len(row) for row in head if len(set(row)) > 1)])  # one that spans all may say 100%
    head = [(row + [""] * wide)[:wide] for row in head]
    lines = [_words(each) for each in node.iterchildren("caption")][:1]
    while wide > 1 and len(head) > 1 and head[0] == head[0][:1] * wide:  # a line over the whole table is its title
        lines.append(head.pop(0)[0])
    cells = [(row + [Cell("")] * wide)[:wide] for row in body]
    titles = _titles(head, node) or [""] * wide
    last = [*node.iter("tr")][-1]
    said = [_ALIGN.search(cell.get("style", "")) for cell in last.iterchildren("td", "th")]  # as Markdown says it
    columns = list[Column]()
    for title, column, found in zip(titles, zip(*cells, strict=True), [*said, *[None] * wide], strict=False):
        align = "right" if all(_NUMBER.fullmatch(cell.text) for cell in column) else "left"
        columns.append(Column(title, cast(Align, found[1] if found else align)))
    return Table(columns, cells, title="\n".join(lines) or None)


def _titles(head: list[list[str]], node: Any) -> list[str]:
    """The title of each column. The names of a frame's axes, which pandas writes before the columns and in a row of
    their own, stand together over its index: 部门／状态."""
    index = len(node.xpath("(.//tbody/tr)[1]/th"))
    if head and index and "dataframe" in node.get("class", ""):
        names = head[-1][:index] if len(head) > 1 and not any(head[-1][index:]) else [""] * index
        above = head[:-1] if any(names) else head
        across = "，".join(row[index - 1] for row in above if row[index - 1])
        names[-1] = "／".join(part for part in (names[-1], across) if part)
        return names + [" ".join(filter(None, parts)) for parts in zip(*(row[index:] for row in above), strict=True)]
    return [" ".join(part for part in parts if part) for parts in zip(*head, strict=True)]


def _rows(table: Any) -> list[tuple[list[Cell], bool]]:
    """The rows of a table, and whether they stand in its head.

    A cell beside several rows stands in the first, and leaves its place free in the others, or their figures would slip
    under a wrong title.
    """
    rows = list[tuple[list[Cell], bool]]()
    until = dict[int, int]()  # by column, the last row that a cell above reaches into
    bare = titled = table.find("thead") is None  # then the rows of titles that it begins with are its head
    own = [line for line in table.iter("tr") if next(line.iterancestors("table")) is table]  # of no table in a cell
    group = None
    own.sort(key=lambda line: {"thead": 0, "tfoot": 2}.get(line.getparent().tag, 1))
    for at, line in enumerate(own):
        if group is not line.getparent():  # out of which no cell reaches
            group = line.getparent()
            until.clear()
        cells = list(line.iterchildren("td", "th"))
        titled = titled and all(cell.tag == "th" for cell in cells)
        row, head = list[Cell](), titled or group.tag == "thead"
        for cell in (*cells, None):
            while until.get(len(row), -1) >= at:
                row.append(Cell(""))
            if cell is None:
                break
            made = _cell(cell)
            if made.text in _NOTHING and table.get("class") != TYPED:
                made = replace(made, text="—")
            wide = max(1, min(_whole(cell.get("colspan")), 1000))  # as far as a page lets it reach
            high = _whole(cell.get("rowspan")) or len(own)  # of 0, all that follow
            until.update(dict.fromkeys(range(len(row), len(row) + wide), at + max(high, 1) - 1))
            row += [made, *[made if head else Cell("")] * (wide - 1)]
        if any(cell.text for cell in row) or not head:
            rows.append((row, head))
    return [(row, not at) for at, (row, _) in enumerate(rows)] if bare and titled else rows


def _cell(node: Any) -> Cell:
    """A cell, which leads to one place: several are printed."""
    leading = {a.get("href"): a for a in node.iter("a") if _LEADS.match(a.get("href", ""))}
    for link, a in leading.items() if len(leading) > 1 else ():
        a.tail = f"（{link}）{a.tail or ''}"
    text = _words(node)
    strong = bool(text) and all(span.strong for span in _spans(node, Span("")) if span.text.strip())
    return Cell(text, strong=strong, link=next(iter(leading)) if len(leading) == 1 else None)
