"""The text of every part of a Word file as Word shows it, with its tracked changes accepted or rejected.

python-docx reads the runs that stand directly in a paragraph; what an office inserts may stand in content controls,
smart tags, text boxes, fields, notes and comments. Here everything is gone through that is not left out by name.
"""

import re
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from docx.opc.package import OpcPackage
from docx.opc.part import XmlPart
from lxml import etree

GONE = {True: {"del", "moveFrom"}, False: {"ins", "moveTo"}}  # in the accepted view, in the rejected one
_CELL = {True: "cellDel", False: "cellIns"}
_PROPERTIES = {"pPr", "rPr", "tblPr", "tblGrid", "trPr", "tcPr", "sdtPr", "sectPr", "instrText", "delInstrText"}
_TEXT = {"t", "delText"}  # also of formulas and drawings
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_PAGES = ("PAGE", "NUMPAGES", "SECTIONPAGES")  # fields that count pages: their figures are nobody's
_SYMBOLS = re.compile("(?i)wingdings|webdings|symbol|dingbats|marlett")  # fonts whose digits are pictures
_INSTEAD = re.compile(r"\b(EQ|SYMBOL|MACROBUTTON|GOTOBUTTON|ADVANCE|LISTNUM|AUTONUM\w*)\b")  # show no result of theirs
_OFF = {"0", "false", "off"}
_PAPER = {"background1", "background2", "light1", "light2"}
_UNCLEAR, _NUMBERED = "看不清的字（白色、极小、划掉、上下标、反向）", "自动编号"
#: What Word may show otherwise than it stands in the text, by the name of its element.
_DOUBTS = {
    "dataBinding": "绑定数据的内容控件",
    "sym": "符号字体的字",
    "framePr": "图文框",
    "numPr": _NUMBERED,
    "bdo": _UNCLEAR,
    "dir": _UNCLEAR,
    "control": "嵌入的控件",
}
_DOUBTS |= dict.fromkeys(("footnoteReference", "endnoteReference"), "脚注和尾注的编号")
_DOUBTS |= dict.fromkeys(("altChunk", "subDoc"), "插入的文件")
_DOUBTS |= dict.fromkeys(("anchor", "shape", "rect", "roundrect", "oval", "line", "polyline"), "浮动的图形")
_PLACES = {"header": "页眉", "footer": "页脚", "footnotes": "脚注", "endnotes": "尾注", "comments": "批注"}
#: Parts that show something which is no text here, by a piece of their name.
_UNREAD = {"/charts/": "图表", "/embeddings/": "嵌入的对象", "/afchunk": "插入的文件", "/diagrams/": "SmartArt 图形"}


def parts(package: OpcPackage) -> list[tuple[str, Any]]:
    """The parts that hold text: where on the page (empty for the body, which comes first), and their XML."""
    kinds = {part: str(part.content_type).rpartition(".")[2].removesuffix("+xml") for part in package.iter_parts()}
    body = (part for part in kinds if "document.main" in part.content_type)
    found = [*body, *(part for part, kind in kinds.items() if kind in _PLACES)]
    read = (part.element if isinstance(part, XmlPart) else etree.fromstring(part.blob) for part in found)
    return [(_PLACES.get(kinds[part], ""), root) for part, root in zip(found, read, strict=True)]


def pictures(package: OpcPackage) -> list[tuple[str, str]]:
    """The hash and name of each picture of a file: those of the body in its order, then the others."""
    main = package.main_document_part
    named = [name for blip in main.element.iter("{*}blip", "{*}imagedata") for name in blip.attrib.values()]
    images = [main.related_parts[name] for name in named if name in main.related_parts]
    others = (part for part in package.iter_parts() if str(part.content_type).startswith("image/"))
    images += [part for part in others if part not in images and str(part.partname).startswith("/word/")]
    return [(sha256(part.blob).hexdigest()[:16], str(part.partname).lstrip("/")) for part in images]


def doubts(package: OpcPackage) -> Counter[str]:
    """What Word may show otherwise than it stands here, or shows in parts that nobody reads, and how often."""
    names = sorted(str(part.partname).lstrip("/") for part in package.iter_parts())
    found = Counter(f"{word}（{name}）" for name in names for sign, word in _UNREAD.items() if sign in name.lower())
    styles = package.main_document_part.styles.element.style_lst
    odd = {style.styleId: word for style in styles if (word := _odd(style))}
    for _ in range(10):  # as deep as Word lets them follow each other
        odd |= {style.styleId: odd[style.basedOn_val] for style in styles if style.basedOn_val in odd}
    found.update(odd[style.styleId] for style in styles if style.default and style.styleId in odd)
    for _, root in parts(package):
        for element in root.iter("{*}*"):
            name = _local(element)
            if name in _DOUBTS:
                found[_DOUBTS[name]] += 1
            elif name == "rFonts" and _SYMBOLS.search(" ".join(element.attrib.values())):
                found[_DOUBTS["sym"]] += 1
            elif name == "rPr" and _unclear(element) and _local(element.getparent()) == "r":
                found[_UNCLEAR] += _signs(element.getparent())
            elif name in ("pStyle", "rStyle", "tblStyle") and (look := odd.get(_value(element))):
                found[look] += _signs(element.getparent().getparent()) if look == _UNCLEAR else 1
            elif name == "p":
                said = ["".join(each.text or "" for each in element.iter("{*}instrText"))]
                said += [_value(each, "instr") for each in element.iter("{*}fldSimple")]
                found["没有结果的域"] += len(_INSTEAD.findall(" ".join(said).upper()))
    links = [link for part in package.iter_parts() for link in part.rels.values() if link.is_external]
    found["链接的图片"] += sum(link.reltype.endswith("/image") for link in links)
    return +found


def _signs(element: Any) -> int:
    """How many signs stand in it: runs are split and joined by whoever saves the file."""
    return sum(len(text.text or "") for text in element.iter("{*}t", "{*}delText"))


def _odd(style: Any) -> str:
    """What text in a style may show otherwise than it stands there; empty if it does not."""
    unclear = any(_unclear(each) or has(worn(each.getparent()), "vanish") for each in style.iter("{*}rPr"))
    return _UNCLEAR if unclear else _NUMBERED if style.find("{*}pPr/{*}numPr") is not None else ""


def _unclear(properties: Any) -> bool:
    """Whether these properties of a run make its text hard or impossible to see, or another than it reads."""
    said = worn(properties.getparent())
    theme = _value(properties.find("{*}color"), "themeColor")
    pale = theme in _PAPER or re.fullmatch("(?i)([c-f].){3}", said.get("color", ""))
    small = said.get("sz") in ("1", "2", "3", "4") or len(said.get("w", "100").rstrip("%")) < 2  # half points, per cent
    odd = said.get("highlight") == "black" or said.get("vertAlign", "baseline") != "baseline"
    dark = re.fullmatch("(?i)([0-6].){3}", _value(properties.find("{*}shd"), "fill"))
    moved = has(said, "position") or re.fullmatch(r"-\d{3,}", said.get("spacing", ""))  # off its line, over the next
    return bool(pale or small or odd or dark or moved or has(said, "strike", "dstrike", "rtl"))


class Reader:
    """State while reading one part in one view: the passages found."""

    def __init__(self, root: Any, place: str, *, accepted: bool) -> None:
        self.passages: list[tuple[str, str]] = []
        self.revised = False
        self._gone, self._other, self._cell = GONE[accepted], GONE[not accepted], _CELL[accepted]
        self._paragraphs = self._tables = 0
        self._carried = ""  # of paragraphs whose mark is gone: their text stands in the next one
        self._fields: list[list[str]] = []  # of each open field: its instruction, and whether its result has begun
        self._blocks(root, place)
        if self._carried.strip():
            self.passages.append((place or "末尾", self._carried))

    def _blocks(self, parent: Any, place: str) -> None:
        for child in parent.iterchildren("*"):
            name = _local(child)
            self.revised |= name in self._gone | self._other
            if name in self._gone or name in _PROPERTIES:
                continue
            if name == "p":
                self._paragraph(child, place)
            elif name == "tbl":
                self._tables += not place
                self._table(child, place)
            elif name == "AlternateContent":
                self._blocks(_shown(child), place)
            else:
                self._blocks(child, place)

    def _table(self, table: Any, place: str) -> None:
        for line, row in enumerate(_inside(table, "tr", self._gone), 1):
            marks = {_local(mark) for mark in row.iterfind("{*}trPr/*")}
            self.revised |= bool(marks & (self._gone | self._other))
            unseen = marks & {*self._gone, "hidden"}
            for column, cell in enumerate([] if unseen else _inside(row, "tc", self._gone), 1):
                said = {_local(mark): _value(mark) for mark in cell.iterfind("{*}tcPr/*")}
                self.revised |= bool(said.keys() & set(_CELL.values()))
                if self._cell not in said and {said.get(name, "restart") for name in ("vMerge", "hMerge")} == {
                    "restart"
                }:
                    self._blocks(cell, place or f"第 {self._tables} 个表第 {line} 行第 {column} 列")

    def _paragraph(self, paragraph: Any, place: str) -> None:
        self._paragraphs += not place
        boxes: list[Any] = []
        text = self._carried + self._inline(paragraph, boxes)
        marks = {_local(mark) for mark in paragraph.iterfind("{*}pPr/{*}rPr/*")}
        self.revised |= bool(marks & (self._gone | self._other))
        self._carried = text if marks & self._gone else ""
        if text.strip() and not self._carried:
            self.passages.append((place or f"第 {self._paragraphs} 段“{text.strip()[:12]}…”", text))
        for box in boxes:
            self._blocks(box, "文本框")

    def _inline(self, parent: Any, boxes: list[Any]) -> str:
        """The text below an element; boxes of text are set aside, for they are passages of their own."""
        text = ""
        for child in parent.iterchildren("*"):
            name = _local(child)
            self.revised |= name in self._gone | self._other
            if name in ("instrText", "delInstrText") and self._fields:
                self._fields[-1][0] += child.text or ""
            if name in self._gone or name in _PROPERTIES or (name == "r" and has(worn(child), "vanish")):
                continue
            locked = _value(child, "fldLock") not in {"", *_OFF}  # Word leaves the field's result as it stands
            if name == "fldChar":
                self._field(_value(child, "fldCharType"), locked=locked)
            elif name == "fldSimple":
                text += self._inline(child, boxes) if locked or not _pages(_value(child, "instr")) else ""
            elif name in _TEXT:
                text += "" if any(began and _pages(words) for words, began in self._fields) else child.text or ""
            elif name in _SIGNS:
                text += _SIGNS[name]
            elif name == "txbxContent":
                boxes.append(child)
            elif name == "textpath":
                self.passages.append(("艺术字", child.get("string", "")))
            elif name == "AlternateContent":
                text += self._inline(_shown(child), boxes)
            else:
                text += self._inline(child, boxes)
        return text

    def _field(self, kind: str, *, locked: bool) -> None:
        if kind == "begin":
            self._fields.append(["locked " * locked, ""])
        elif self._fields and kind == "separate":
            self._fields[-1][1] = "began"
        elif self._fields and kind == "end":
            self._fields.pop()


def _pages(instruction: str) -> bool:
    return instruction.split()[:1] != [] and instruction.split(maxsplit=1)[0].upper() in _PAGES


def _local(element: Any) -> str:
    return str(etree.QName(element).localname)


def _shown(alternatives: Any) -> Any:
    """What Word shows of alternatives: the first one for which it knows the words, else the fallback."""
    for choice in alternatives.iterfind("{*}Choice"):
        spaces = [str(choice.nsmap.get(prefix, "")) for prefix in choice.get("Requires", "").split()]
        if all(space.startswith("http://schemas.microsoft.com/office/") for space in spaces):
            return choice
    return next(alternatives.iterfind("{*}Fallback"), alternatives)


def _value(mark: Any, name: str = "val") -> str:
    return "" if mark is None else "".join(value for key, value in mark.attrib.items() if key.endswith(f"}}{name}"))


def worn(*owners: Any) -> dict[str, str]:
    """The properties of text by name: of a style and a run, say, the latter over the former."""
    return {_local(mark): _value(mark) for owner in owners for mark in owner.iterfind("{*}rPr/*")}


def has(properties: dict[str, str], *names: str) -> bool:
    """Whether one of these properties is there and not turned off."""
    return any(properties.get(name, "0") not in _OFF for name in names)


def _inside(parent: Any, name: str, gone: set[str]) -> Iterator[Any]:
    """The rows of a table or the cells of a row, also those in content controls."""
    for child in parent.iterchildren("*"):
        if _local(child) == name:
            yield child
        elif _local(child) not in {"p", "tbl", "tr", "tc", *gone, *_PROPERTIES}:
            yield from _inside(child, name, gone)
