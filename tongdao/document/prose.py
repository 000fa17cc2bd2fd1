"""The text of a document somebody wrote: plain text, Word or PDF, a paragraph a line, rows of tables with tabs."""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.table import Table
from lxml import etree
from pypdfium2 import PdfDocument, PdfiumError

from tongdao.base import RAISED, UsageError, disk_fault, read_apart
from tongdao.document.word_text import GONE, has, worn

_UNSHOWN = [f"w:{name}" for name in ("sdtPr", *GONE[True])]  # tracked changes are taken as accepted
_AROUND = ("w:ins", "w:moveTo", "w:sdt", "w:sdtContent", "w:smartTag", "w:customXml", "w:fldSimple")
_SYMBOLS = {f"F0{ord(sign):02X}": sign for sign in "%()+,-./0123456789<=>"} | {"F0A3": "≤", "F0B1": "±", "F0B3": "≥"}
_HAN = "〇一二三四五六七八九"
_MOST = 50_000_000  # bytes, of a file and of a Word document unpacked
_SECONDS = 30.0  # of the processor
_BEGINS = re.compile(
    r"^(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[)）]|\d{1,2}[.．、](?!\d)|第[一二三四五六七八九十百]+[篇章节]"
    r"|专栏|附件|——|[●•◆])"
)
_PAGE = re.compile(r"^[-—–·\s]*(?:第\s*)?\d{1,3}(?:\s*页)?[-—–·\s]*$")


def prose_of(path: Path) -> str:
    """The text of a .txt, .md, .docx or .pdf file, told apart by content.

    Raises:
        UsageError: it cannot be read, is none of these, is too large, or is a PDF of pictures.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"文件 {path} 读不了（{disk_fault(error)}），请检查路径。") from None
    if len(content) > _MOST:
        raise UsageError(f"{path.name} 超过 {_MOST // 1_000_000} MB，没有打开；请只保留文字再交。")
    if content.startswith((b"PK", b"%PDF")):
        late = f"{path.name} 读起来用时太长或占用内存过多，没有打开；请只保留文字再交。"
        return str(read_apart("tongdao.document.prose:read", path.name, content, seconds=_SECONDS, late=late)["text"])
    for encoding in ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return _paragraphs(lines) if _is_wrapped(lines := text.splitlines()) else text
    raise UsageError(f"{path.name} 不是文字稿，请交 .txt、.md、.docx 或有文字的 .pdf（旧的 .doc 请另存为 .docx）。")


def read(content: bytes, name: str) -> dict[str, str]:
    """What the child process does."""
    return {"text": (_of_word if content.startswith(b"PK") else _of_pdf)(content, name)}


def _of_word(content: bytes, name: str) -> str:
    """Paragraphs and tables in their order, as Word shows them with its tracked changes accepted."""
    try:
        size = sum(part.file_size for part in zipfile.ZipFile(io.BytesIO(content)).infolist())
        if size > _MOST:
            raise UsageError(f"{name} 解压后有 {size // 1_000_000} MB，没有打开；请只保留文字再交。")
        document, lines = docx.Document(io.BytesIO(content)), list[str]()
        etree.strip_elements(document.element.body, *map(qn, _UNSHOWN), with_tail=False)
        etree.strip_tags(document.element.body, *map(qn, _AROUND))
        _write_as_seen(document)
        _write_numbers(document)
        for block in document.iter_inner_content():
            if isinstance(block, Table):
                rows = [{cell._tc: " ".join(cell.text.split()) for cell in row.cells} for row in block.rows]
                lines += ["\t".join(cells.values()) for cells in rows]  # a merged cell stands once
            else:
                lines.append(block.text)
    except UsageError:
        raise
    except Exception as error:  # the archive or its XML is broken; the library has no one name for that
        raise UsageError(f"{name} 不是 Word 文档或已损坏（{type(error).__name__}），请另存为 .docx 再交。") from None
    return "\n".join(lines)


def _write_as_seen(document: Any) -> None:
    """Leaves out what is hidden or struck, frees a character from its pinyin, writes raised and Symbol's signs."""
    for sign in document.element.body.xpath("//w:sym[@w:font='Symbol']"):
        sign.addnext(text := OxmlElement("w:t"))
        text.text = _SYMBOLS.get(sign.get(qn("w:char"), "").upper(), "")
    for under in list(document.element.body.iter(qn("w:rubyBase"))):
        under.getparent().getparent().extend(list(under.iter(qn("w:t"))))
    styles = {style.styleId: style for style in document.styles.element.style_lst}
    for run in list(document.element.body.iter(qn("w:r"))):
        look = worn(styles.get(run.style, run), run)
        if has(look, "vanish", "strike", "dstrike"):
            run.getparent().remove(run)
        for text in run.t_lst if look.get("vertAlign") == "superscript" else ():
            text.text = (text.text or "").translate(RAISED)


def _write_numbers(document: Any) -> None:
    """Writes the numbers that Word sets by a style or list (一、, （二）, 3.) before their paragraphs."""
    related = (rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/numbering"))
    if (part := next(related, None)) is None:
        return
    root, counts, own = part.element, dict[str, dict[int, int]](), qn("w:abstractNumId")
    kinds = {one.get(qn("w:numId")): _value(one, "abstractNumId") for one in root.num_lst}
    over = ((one.get(qn("w:numId")), each) for one in root.num_lst for each in one.lvlOverride_lst)
    begins = {(number, each.ilvl): start for number, each in over if (start := _value(each, "startOverride"))}
    anew = {number for number, _ in begins}
    levels = {(lvl.getparent().get(own), int(lvl.get(qn("w:ilvl")))): lvl for lvl in root.iter(qn("w:lvl"))}
    styled = {(kind, _value(lvl, "pStyle")): at for (kind, at), lvl in levels.items()}
    for paragraph in document.element.body.iter(qn("w:p")):
        chain, style = [paragraph], document.styles.element.get_by_id(paragraph.style or "")
        while style is not None:
            chain, style = [*chain, style], style.base_style
        places = ([_value(one, "pPr", "numPr", key) for one in chain] for key in ("numId", "ilvl"))
        number, said = (next(filter(None, values), "") for values in places)
        kind = kinds.get(number, "")
        at = int(said or styled.get((kind, paragraph.style), 0))
        if (kind, at) not in levels:
            continue
        # a level above that has not come yet stands at its start
        starts = (begins.get((number, n)) or _value(levels[kind, n], "start") or 1 for n in range(at + 1))
        count = {n: int(start) - (n == at) for n, start in enumerate(starts)}
        count |= {} if number in anew else counts.get(kind, {})
        anew.discard(number)
        counts[kind] = {n: told + (n == at) for n, told in count.items() if n <= at}
        label = "" if _value(levels[kind, at], "numFmt") == "bullet" else _value(levels[kind, at], "lvlText")
        for n, told in counts[kind].items():
            form = "" if levels[kind, at].find(qn("w:isLgl")) is not None else _value(levels[kind, n], "numFmt")
            label = label.replace(f"%{n + 1}", _counted(told, form))
        if re.match(r"\s*\d", "".join(paragraph.itertext(qn("w:t")))):
            label = re.sub(r"(?<=\d)[.．]?$", "、", label)  # 1. before 500家 is no 1.5
        run = OxmlElement("w:r")
        run.text = label
        paragraph.insert(int(paragraph.pPr is not None), run)


def _value(element: Any, *path: str) -> str:
    """The value of an element of Word's below another; "" if there is none."""
    return next((one.get(qn("w:val"), "") for one in element.iterfind("/".join(qn(f"w:{name}") for name in path))), "")


def _counted(number: int, form: str) -> str:
    """A number as a list writes it: 十二 or 12."""
    if "Circle" in form and 0 < number <= 20:
        return chr(0x245F + number)
    tens, ones = divmod(number, 10)
    han = f"{_HAN[tens] * (tens > 1)}{'十' * (tens > 0)}{_HAN[ones] * (ones > 0)}" if tens < 10 else ""
    return han if han and re.search("hinese|Counting|ideograph", form) else str(number)


def _of_pdf(content: bytes, name: str) -> str:
    """The lines of all pages, joined to paragraphs again."""
    try:
        pages = [page.get_textpage().get_text_bounded() for page in PdfDocument(content)]
    except PdfiumError:
        raise UsageError(f"{name} 打不开（损坏或设了密码），请另存或改交 Word 稿。") from None
    lines = [line.strip() for page in pages for line in page.splitlines() if not _PAGE.match(line)]
    if sum(map(len, lines)) < 20 * len(pages):
        raise UsageError(f"{name} 里没有文字，是扫描的图片；请交 Word 稿，或先识别成文字。")
    return _paragraphs(lines)


def _paragraphs(lines: Sequence[str]) -> str:
    """Lines of a page joined to paragraphs again: a full line without an end goes on in the next; a row does not."""
    lines = [line.rstrip() for line in lines]
    edge, text, number = _edge(lines), "", 0
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        number = int(found[0]) if (found := re.match(r"\d{1,3}(?=[ \t])", line)) else number
        ends = not line or line[-1] in "。；：！？" or _width(line) < 0.8 * edge or _is_row(line)
        ends = ends and not re.search("[（(][^（()）]*$", line)  # no line ends inside a bracket
        row = number and following.startswith((f"{number + 1} ", f"{number + 1}\t"))  # the next of numbered rows
        whole = ends or row or not following or _BEGINS.match(following) or following[0] in " \u3000\t|"
        text += line + ("\n" if whole else "")
    return text


def _is_wrapped(lines: Sequence[str]) -> bool:
    """Whether lines were broken at the page's edge, as in what is copied from a PDF: many end full, few are longer."""
    prose = [line.rstrip() for line in lines if not _is_row(line) and "|" not in line and "\t" not in line]
    edge = _edge(prose)
    full = [line for line in prose if _width(line) > 0.85 * edge and line[-1] not in "。；：！？"]
    longer = sum(_width(line) > 1.15 * edge for line in prose)
    return 25 <= edge <= 60 and len(full) >= max(5, len(prose) // 8) and longer <= len(full) // 5


def _edge(lines: Sequence[str]) -> float:
    """Where most of the long lines of a page end, for a few stand out: rows of tables, entries of contents."""
    widths = Counter(width for line in lines if (width := round(_width(line))) >= 20)
    return max(widths, key=lambda edge: (sum(widths[edge - less] for less in range(3)), edge), default=20)


def _is_row(line: str) -> bool:
    cells = line.split()
    figures = sum(bool(re.fullmatch(r"[\d.%—–-]+", cell)) for cell in cells)
    # blanks between a sign and a digit alone are those of a PDF's type
    parted = re.search(r"(?<![\dA-Za-z%.)]) +(?![\dA-Za-z%])|(?<=[\d%—–-]) +(?=[\d—–-])", line.strip())
    return bool(parted) and len(cells) > 2 and not re.search("[，,。；;]" if figures > 1 else "[，,。；;（(]", line)


def _width(line: str) -> float:
    """Characters as wide as a Chinese one; digits and Latin letters are half."""
    return sum(1 if ord(sign) > 255 else 0.5 for sign in line)
