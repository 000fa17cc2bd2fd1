"""Document -> one HTML file that a mail or a phone opens without a network: charts answer, tables sort, pages print.

Every text is escaped; a page's own policy forbids it to load anything. A chart stands there twice: as the still
picture that print and a browser without scripts show, and as its Vega, drawn when the page opens.
"""

import json
import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import replace
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from tongdao.document import blocks
from tongdao.document.style import pieces, widest
from tongdao.document.vega import bundle, draw, live

_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline' 'unsafe-eval'; "
    "base-uri 'none'; form-action 'none'"
)
_TYPES = {"svg": "image/svg+xml", "jpg": "image/jpeg", "gif": "image/gif", "png": "image/png"}
_PHONE = 26.0  # ems of a table that a phone shows as it is, with the room between its columns; a wider one as cards
_WHOLE, _FIGURE, _NAME = 8, 16, 24  # signs of a cell and of figures on one line, and of one parted between words
_SIGN = re.compile(f"([{''.join(blocks.SHAPES.values())}]) ")  # a light and its word stand on one line
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SCHEMES = frozenset({"", "http", "https", "mailto"})


def render_html(document: blocks.Document, *, run_id: str) -> bytes:
    """The document as one HTML file in UTF-8; the same inputs give the same bytes.

    Raises:
        DocumentError: a chart that ``draw`` refuses.
    """
    head, day = document.head, document.head.day
    dated = f" · 数据截至 {day.year}年{day.month}月{day.day}日" if day else ""
    above = [("example", head.example), ("issuer", head.issuer), ("", head.subtitle), ("date", head.date_line)]
    said = [f'<p class="{name}">{_text(text)}</p>' for name, text in above if text]
    below = [*head.circulation, f"运行编号 {run_id}{dated}"]
    charts = any(isinstance(block, blocks.Figure) and block.spec is not None for block in document.blocks)
    parts = [
        '<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{_text(head.title)}</title><style>{_beside('page.css')}</style></head><body class={head.paper}>",
        f"<header>{said[0] if head.example else ''}<h1>{_title(head.title)}</h1>",
        *said[bool(head.example) :],
        f'<p class="date">{_span(document.annex)}</p>' if document.annex else "",
        "</header><main>",
        *map(_block, document.lines()),
        "</main><footer>",
        *(f"<p>{_text(line)}</p>" for line in below),
        f'</footer><script type="module">{_script(charts=charts)}</script></body></html>\n',
    ]
    return "\n".join(parts).encode()


def _beside(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _script(*, charts: bool) -> str:
    """Our few lines, in one piece with Vega for a page with charts, as a script may hold it."""
    own = _beside("sort.js") + _beside("page.js")
    made = bundle("globalThis.vegaEmbed = vegaEmbed;\n" + own) if charts else own
    return made.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _text(text: str) -> str:
    return _SIGN.sub("\\1\u00a0", escape(text)).replace("\n", "<br>")


def _title(text: str) -> str:
    """A title, which a narrow page breaks between words."""
    return "<wbr>".join(map(_text, pieces(text)))


def _linked(inner: str, link: str | None) -> str:
    """A link that leads to a page or a mail; any other is only its words."""
    try:
        known = link and link.isprintable() and urlsplit(link.strip()).scheme in _SCHEMES
    except ValueError:
        known = False
    return f'<a href="{escape(link or "")}" rel="noreferrer">{inner}</a>' if known else inner


def _span(span: blocks.Span) -> str:
    made = _text(span.text)
    worn = {"strong": span.strong, "em": span.emphasis, "code": span.code, "s": span.strike, span.shift: span.shift}
    for tag in (tag for tag, wanted in worn.items() if wanted):
        made = f"<{tag}>{made}</{tag}>"
    return _linked(made, span.link)


def _block(block: blocks.Block | blocks.Pair) -> str:
    match block:
        case blocks.Heading(level=level, inlines=inlines):
            deep = min(level + 1, 6)
            return f"<h{deep}>{''.join(map(_span, inlines))}</h{deep}>"
        case blocks.Paragraph(inlines=inlines, role=role):
            tag = {"body": "p", "quote": "blockquote", "verbatim": "pre"}[role]
            return f"<{tag}>{''.join(map(_span, inlines))}</{tag}>"
        case blocks.ListBlock(items=items, ordered=ordered, start=start):
            tag = f'ol start="{start}"' if ordered else "ul"
            inner = "".join(f"<li>{''.join(map(_block, item))}</li>" for item in items)
            return f"<{tag}>{inner}</{tag[:2]}>"
        case blocks.Notice(text=text, kind=kind):
            name = blocks.NOTICE_WORDS[kind]
            return f'<p class="notice {kind}" role="note"><strong>{name}</strong>　{_text(text)}</p>'
        case blocks.Table():
            return _table(block)
        case blocks.Figure():
            return _figure(block)
        case blocks.Pair(figures=figures):
            return f'<div class="pair">{"".join(map(_figure, figures))}</div>'
        case _:
            return '<div class="break"></div>'


def _cards(table: blocks.Table) -> str:
    """The class of a table that is too wide for a phone, whose rows are cards there, named by a first word."""

    def wide(column: blocks.Column, cells: Sequence[blocks.Cell]) -> float:
        words = (part for cell in cells for part in re.split(r"[\n、]", cell.words))
        return max([*map(widest, words), widest(column.title) / 2]) + 0.6

    columns = list(zip(table.columns, zip(*table.cells, strict=True), strict=True))
    if sum(wide(column, cells) for column, cells in columns) <= _PHONE:
        return ""
    named = next((at for at, (column, _) in enumerate(columns) if column.align == "left"), 0)
    return f' class="cards by-{named + 1}"'


def _table(table: blocks.Table) -> str:
    name = table.title or "、".join(column.title for column in table.columns[:3])
    caption = f"<caption>{_title(table.title)}</caption>" if table.title else ""
    heads = "".join(
        f'<th scope="col" class="{column.align}"><button type="button">{_text(column.title)}'
        f"{f'<small>（{_text(column.unit)}）</small>' if column.unit else ''}</button></th>"
        if column.title
        else "<td></td>"  # a button must say something
        for column in table.columns
    )
    rows = "".join(
        f"<tr>{''.join(_cell(cell, column) for cell, column in zip(row, table.columns, strict=True))}</tr>"
        for row in table.cells
    )
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(f"表：{name}")}">'
        f"<table{_cards(table)}>{caption}<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
        f"{_below(table.note, table.source)}"
    )


def _cell(cell: blocks.Cell, column: blocks.Column) -> str:
    light = f'<span class="light {cell.light}">{blocks.SHAPES[cell.light]}</span>\u00a0' if cell.light else ""
    longest = max(map(len, cell.text.split("\n")))
    name = column.align == "left" and _WHOLE < longest <= _NAME  # long ones are paragraphs, which end a line anywhere
    words = _title(cell.text) if name else _text(cell.text).replace("、-", "、<wbr>-")
    words = _DAY.sub(r'<span class="whole">\g<0></span>', words)
    words = f"<strong>{words}</strong>" if cell.strong else words
    muted = " muted" if cell.muted else " blank" if cell.text in ("", "—") else ""
    kept = " whole" if longest <= (_FIGURE if column.align == "right" else _WHOLE) else " name" if name else ""
    said = f'<span class="value{kept}">{_linked(words, cell.link)}</span>'
    bar = "" if cell.bar is None else f'<span class="bar" style="--share:{min(max(cell.bar, 0.0), 1.0):.1%}"></span>'
    return f'<td class="{column.align}{muted}" data-title="{escape(column.title)}">{light}{said}{bar}</td>'


def _below(*texts: str | None) -> str:
    return "".join(f'<p class="below">{_text(text)}</p>' for text in texts if text)


def _figure(figure: blocks.Figure) -> str:
    if figure.beside:
        told = "".join(f"<dt>{_text(label)}</dt><dd>{_text(words)}</dd>" for label, words in figure.beside)
        return f'<div class="pair">{_figure(replace(figure, beside=()))}<dl>{told}</dl></div>'
    spec = ""
    if figure.spec is not None:
        image = draw(figure).svg.encode()
        content = json.dumps(live(figure), ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")
        spec = f'<script type="application/json">{content}</script>'
    else:
        image = figure.image or b""
    address = f"data:{_TYPES[blocks.kind_of(image) or 'png']};base64,{b64encode(image).decode()}"
    subtitle = f"<br><small>{_text(figure.subtitle)}</small>" if figure.subtitle else ""
    return (
        f"<figure><figcaption><strong>{_title(figure.title)}</strong>{subtitle}</figcaption>"
        f'<div class="chart" role="group" tabindex="0" aria-label="{escape(figure.alt)}">'
        f'<img src="{address}" alt="{escape(figure.alt)}">{spec}</div>{_below(figure.source)}</figure>'
    )
