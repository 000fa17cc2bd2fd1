"""An executed notebook -> a Document: what its Markdown cells say and its code cells show; code never appears.

An output of ours (``td.display``) is data from a file that anyone may have edited: every wrong shape is refused by
name, for a document that guesses prints nonsense without saying so.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any

from tongdao.base import DocumentError
from tongdao.document.blocks import (
    PREFIX,
    RECORD,
    Annex,
    Block,
    Document,
    Figure,
    Find,
    Head,
    Heading,
    LeftOut,
    Notice,
    PageBreak,
    Stamp,
    Table,
    from_address,
    from_base64,
    is_counted,
    joined,
    plain,
)
from tongdao.document.markup import read_markdown
from tongdao.document.outputs import FAILED, Known, read_foreign, widgets
from tongdao.document.style import missing_characters

TRACE = "tongdao_trace"  # marks in an output's metadata the way to an error, for maintainers
_KINDS: Mapping[str, type] = {
    "head": Head, "table": Table, "figure": Figure, "notice": Notice, "break": PageBreak, "annex": Annex,
    "stamp": Stamp,
}  # fmt: skip
#: Tags that nbconvert and Jupyter Book know: a cell for the analyst at the screen, not for the report's reader.
_HIDING = frozenset({"remove_cell", "remove-cell"})
_SILENT = frozenset({"remove_output", "remove-output", "remove_all_outputs", "remove-all-outputs"})
_NOTHING = "（最后一格）和前面各格都没有能印的输出"
_TEXTS = ("text/markdown", "text/html", "text/plain")
#: Signs, what colours or joins them, and controls, which no screen shows, by their Unicode category.
_PICTOGRAPHS = ("So", "Sk", "Cf", "Cc")
_ENTITY = re.compile("&#(?:1[23][0-9]{4}|x1f[0-9a-f]{3});", re.IGNORECASE)  # of pictures
_PICTURED = re.compile("[\ufe00-\ufe0f\u20e3\U000e0100-\U000e01ef]")  # only says which picture of a sign is meant
_GLYPH = re.compile(r"Glyph \d+ \(.*\) missing from font|substituting with a dummy symbol")  # matplotlib draws a box


def read_document(notebook: Mapping[str, Any], *, title: str = "", folders: Sequence[Path] = ()) -> Document:
    """Read an executed notebook (nbformat 4, as JSON gives it) as a document; the pictures of its texts lie in the
    ``folders``, the first that has one counts.

    The head is the one head output, else the first heading of level 1, which then is the title and no longer a
    heading, else ``title``. Outputs that documents do not show are listed in ``left_out``.

    Raises:
        DocumentError: no title; two heads; an output of ours with a wrong shape; nothing to print.
    """
    parts = list(_parts(notebook, folders))
    heads = [part for part in parts if isinstance(part, Head)]
    blocks = [part for part in parts if not isinstance(part, Head | LeftOut | Stamp)]
    written = bool(heads or blocks)
    if len(heads) > 1:
        titles = "、".join(f"“{head.title}”" for head in heads)
        raise DocumentError(f"笔记本里有 {len(heads)} 个文首（{titles}）；一份文件只能有一个，请删去其余。")
    if not heads:
        first = next((block for block in blocks if isinstance(block, Heading) and block.level == 1), None)
        if first is None and not title:
            raise DocumentError("笔记本没有标题：请加一个一级标题（# 标题），或用 td.display 给出文首。")
        heads = [Head(plain(first.inlines) if first else title)]
        blocks = [block for block in blocks if block is not first]
    stamp = next((part.text for part in parts if isinstance(part, Stamp)), None)
    heads = [replace(head, example=head.example or stamp) for head in heads]
    left_out = tuple(part for part in parts if isinstance(part, LeftOut))
    lost = next((left for left in left_out if left.kind != "tag"), None)
    if not blocks and lost:  # a page that has nothing says why
        printed = lost.kind == "stdout"
        why = lost.told or ("只用 print 印出文字，文件里不印：要印的请放在一格的末尾" if printed else "没有能印的输出")
        blocks = [Notice(f"第 {lost.cell} 格{why}。", "no_data")]
        # without a title nothing was meant to be read
        left_out += (LeftOut(lost.cell, "empty", why),) if written and not lost.told else ()
    elif not blocks and not left_out:
        blocks = [Notice("没有能印的输出。", "no_data")]
        left_out = (LeftOut(sum(map(is_counted, notebook["cells"])), "empty", _NOTHING),)
    return Document(heads[0], tuple(_settle_levels(blocks)), left_out)


def _parts(notebook: Mapping[str, Any], folders: Sequence[Path]) -> Iterator[Block | Head | LeftOut | Stamp]:
    number, known = 0, widgets(notebook)
    for cell in notebook.get("cells", []):
        tags = frozenset(cell.get("metadata", {}).get("tags", []))
        number += is_counted(cell)
        if "papermill-error-cell-tag" in tags:
            continue
        pasted = cell.get("attachments", {}).items()
        attached = {name: from_base64(next(iter(data.values()), ""), number) for name, data in pasted}
        find = partial(from_address, number=number, attached=attached, folders=folders)
        if tags & (_HIDING | _SILENT if cell.get("cell_type") == "code" else _HIDING):
            yield LeftOut(number, "tag")
        elif cell.get("cell_type") == "markdown":
            words, signs = _without_pictographs(joined(cell.get("source", "")), number)
            yield from (*read_markdown(words, number, find), *signs)
        elif cell.get("cell_type") == "raw":
            if joined(cell.get("source", "")).strip():
                yield LeftOut(number, "source", "是 Raw 单元格，里面的文字没有印出：要印请改成 Markdown")
        elif cell.get("cell_type") == "code":
            lines = joined(cell.get("source", "")).splitlines()
            code = any(line.strip() and not line.lstrip().startswith("#") for line in lines)
            idle = code and "skip-execution" not in tags and cell.get("execution_count") is None
            if idle and not cell.get("outputs"):
                yield LeftOut(number, "source", "还没有运行，没有输出可印")
            try:
                parts = [part for output in cell.get("outputs", []) for part in _output(output, number, known, find)]
                # a text beside a picture is what the drawing function handed back, not told
                beside = "text/plain" if any(isinstance(part, Figure) for part in parts) else None
                for part in parts:
                    yield replace(part, told="") if isinstance(part, LeftOut) and part.kind == beside else part
            except (TypeError, ValueError, AttributeError):  # anyone may display anything under any type
                raise DocumentError(f"第 {number} 个单元格的输出内容与它的类型不符，读不出来，请检查。") from None


def _output(
    output: Mapping[str, Any], number: int, known: Known, find: Find
) -> Iterator[Block | Head | LeftOut | Stamp]:
    kind = str(output.get("output_type", ""))
    if TRACE in output.get("metadata", {}).get("text/html", ()):
        return
    if kind not in ("display_data", "execute_result"):
        if _GLYPH.search(joined(output.get("text", ""))):
            raise DocumentError(f"第 {number} 格的图里有字体里没有的字，会印成方框：请换字，或去掉图里的字体设置。")
        told = FAILED.format(output.get("ename")) if kind == "error" else ""
        yield LeftOut(number, str(output.get("name") or kind), told)
        return
    data: Mapping[str, Any] = output.get("data", {})
    ours = [mimetype for mimetype in data if mimetype.startswith(PREFIX) and mimetype != RECORD]
    if ours:
        yield read_payload(ours[0], data[ours[0]], where=f"第 {number} 个单元格")
    elif RECORD not in data:
        written = {kind: joined(data[kind]) for kind in data if kind in _TEXTS}
        written |= {kind: json.dumps(data[kind], ensure_ascii=False) for kind in data if "vegalite" in kind}
        read = {kind: _without_pictographs(words, number) for kind, words in written.items()}
        shown = {**data, **{kind: words for kind, (words, _) in read.items()}}
        yield from read_foreign(shown, output.get("metadata", {}), number, known, find)
        yield from next((signs for _, signs in read.values() if signs), [])


def _without_pictographs(words: str, number: int) -> tuple[str, list[LeftOut]]:
    """The words without the pictographs that the fonts lack (✅, 📊), and a word on it; a letter is never left out."""
    words = unicodedata.normalize("NFC", _ENTITY.sub(lambda found: unescape(found[0]), words))  # accents with letters
    missing = (sign for sign in missing_characters(words) if not sign.isspace())
    signs = [sign for sign in missing if unicodedata.category(sign) in _PICTOGRAPHS or _PICTURED.match(sign)]
    seen = "".join(sign for sign in signs if unicodedata.category(sign) == "So")
    lost = [LeftOut(number, "sign", f"的图形符号“{seen}”字体里没有，没有印出")] if seen else []
    return words.translate(dict.fromkeys(map(ord, signs))), lost


def _settle_levels(blocks: Sequence[Block]) -> Iterator[Block]:
    """Levels counted from 1 without a gap: whether sections are typed ## or ### is the notebook's own affair, and
    a skipped level is refused by PDF/UA because a screen reader would announce a section that is not there."""
    used = sorted({block.level for block in blocks if isinstance(block, Heading)})
    level = 0
    for block in blocks:
        if isinstance(block, Heading):
            level = min(used.index(block.level) + 1, level + 1)
            yield replace(block, level=level)
        else:
            yield block


def read_payload(mimetype: str, payload: object, *, where: str) -> Block | Head | Stamp:
    """The block of one output; ``where`` names the cell in errors."""
    from tongdao.base import check  # late, for pydantic comes with it, and what only shows or prints never pays for it

    kind = mimetype.removeprefix(PREFIX).removesuffix("+json")
    if kind not in _KINDS:
        raise DocumentError(f"{where}的输出类型 {mimetype} 不认识；可用的有：{'、'.join(_KINDS)}。")
    where = f"{where}的 {kind} 输出"
    if isinstance(payload, Mapping):
        payload = {key: value for key, value in payload.items() if value is not None and str(value).strip()}
        where += f"“{payload['title']}”" if "title" in payload else ""
    block: Block | Head | Stamp = check(
        _KINDS[kind], payload, lambda faults: DocumentError(f"{where}{_sentence(faults)}")
    )
    match block:
        case Table():
            _require_rectangle(block, where)
        case Head(data_date=written):
            try:
                _ = block.day
            except ValueError:
                raise DocumentError(f"{where}的 data_date 应写成 2024-09-30 的样子，现在是 {written}。") from None
    return block


def _sentence(faults: Sequence[Any]) -> str:
    """One of pydantic's complaints in Chinese, with the key and what was found there.

    A cell is one of several kinds; the complaint that goes deepest is about the kind it was meant to be.
    """
    from tongdao.base import wanted

    fault = sorted(faults, key=lambda each: len(each["loc"]))[-1]
    place = "".join(
        f"第 {part + 1} 项" if isinstance(part, int) else f"的 {part} "
        for part in fault["loc"]
        if part not in ("Cell", "str")
    )
    if fault["type"] in ("missing", "unexpected_keyword_argument"):
        return f"{place}{'没有给出，或是空的' if fault['type'] == 'missing' else '不认识，请检查拼写'}。"
    words = "数要先写成文字（td.wording）" if fault["type"] == "string_type" else wanted(fault)
    return f"{place}是 {str(fault['input'])[:40]}，{words}。"


def _require_rectangle(table: Table, where: str) -> None:
    if not table.columns or not table.rows:
        raise DocumentError(f"{where}没有列或没有行；没有数据时请用“无数据”提示代替空表。")
    for column in table.columns:
        if column.width is not None and not column.width > 0:
            raise DocumentError(f"{where}的列宽 width 应当是大于 0 的数，现在是 {column.width}。")
    for number, row in enumerate(table.rows, start=1):
        if len(row) != len(table.columns):
            raise DocumentError(f"{where}第 {number} 行应当有 {len(table.columns)} 格，现在是 {len(row)}。")
