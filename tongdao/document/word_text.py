"""The text of every part of a Word file as Word shows it, with its tracked changes accepted or rejected.

python-docx reads the runs that stand directly in a paragraph; what an office inserts may stand in content controls,
smart tags, text boxes, fields, notes and comments. Here everything is gone through that is not left out by name.
"""

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
_OFF = {"0", "false", "off"}
_UNSEEN = {"color": {"FFFFFF", "ffffff"}, "sz": {"1", "2", "3", "4"}}  # half points
_PLACES = {"header": "页眉", "footer": "页脚", "footnotes": "脚注", "endnotes": "尾注", "comments": "批注"}
#: Parts that show something which is no text here, by a piece of their name.
_UNREAD = {"/charts/": "图表", "/embeddings/": "嵌入的对象", "/afchunk": "插入的文件", "/diagrams/": "SmartArt 图形"}


def parts(package: OpcPackage) -> Iterator[tuple[str, Any]]:
    """The parts that hold text: where on the page (empty for the body, which comes first), and their XML."""
    found = []
    for part in package.iter_parts():
        kind = str(part.content_type).rpartition(".")[2].removesuffix("+xml")
        if kind in _PLACES or "document.main" in part.content_type:
            place = _PLACES.get(kind, "")
            found.append((place, part.element if isinstance(part, XmlPart) else etree.fromstring(part.blob)))
    return iter(sorted(found, key=lambda each: bool(each[0])))


def pictures(package: OpcPackage) -> dict[str, str]:
    """The pictures of a file by the hash of their bytes."""
    images = [part for part in package.iter_parts() if str(part.content_type).startswith("image/")]
    return {sha256(part.blob).hexdigest()[:16]: str(part.partname).lstrip("/") for part in images}


def unread(package: OpcPackage) -> list[str]:
    """Parts that show something which nobody reads here."""
    names = sorted(str(part.partname) for part in package.iter_parts())
    return [f"{word}（{name.lstrip('/')}）" for name in names for sign, word in _UNREAD.items() if sign in name.lower()]


class Reader:
    """State while reading one part in one view: the passages found, and what could not be read."""

    def __init__(self, root: Any, place: str, *, accepted: bool) -> None:
        self.passages: list[tuple[str, str]] = []
        self.unread: dict[str, None] = {}
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
            elif name == "tbl" and not place:
                self._tables += 1
                self._table(child, f"第 {self._tables} 个表")
            elif name in ("altChunk", "subDoc"):
                self.unread["插入的文件"] = None
            elif name == "AlternateContent":
                self._blocks(_shown(child), place)
            else:
                self._doubt(child, name)
                self._blocks(child, place)

    def _table(self, table: Any, where: str) -> None:
        for line, row in enumerate(_inside(table, "tr", self._gone), 1):
            marks = {_local(mark) for mark in row.iterfind("{*}trPr/*")}
            self.revised |= bool(marks & (self._gone | self._other))
            for column, cell in enumerate([] if marks & self._gone else _inside(row, "tc", self._gone), 1):
                if cell.find(f"{{*}}tcPr/{{*}}{self._cell}") is None:
                    self._blocks(cell, f"{where}第 {line} 行第 {column} 列")

    def _paragraph(self, paragraph: Any, place: str) -> None:
        self._paragraphs += not place
        boxes: list[Any] = []
        text = self._carried + self._inline(paragraph, boxes)
        marks = {_local(mark) for mark in paragraph.iterfind("{*}pPr/{*}rPr/*")}
        self.revised |= bool(marks & (self._gone | self._other))
        self._carried = text if marks & self._gone else ""
        if paragraph.find("{*}pPr/{*}numPr") is not None:
            self.unread["自动编号"] = None
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
            if name in self._gone or name in _PROPERTIES or (name == "r" and _hidden(child)):
                continue
            if name == "fldChar":
                self._field(next((value for key, value in child.attrib.items() if key.endswith("fldCharType")), ""))
            elif name == "fldSimple":
                instruction = next((value for key, value in child.attrib.items() if key.endswith("instr")), "")
                text += "" if _pages(instruction) else self._inline(child, boxes)
            elif name in _TEXT:
                text += "" if any(began and _pages(words) for words, began in self._fields) else child.text or ""
            elif name in _SIGNS:
                text += _SIGNS[name]
            elif name == "txbxContent":
                boxes.append(child)
            elif name == "textpath":
                self.passages.append(("艺术字", child.get("string", "")))
            elif name == "sym":
                self.unread["符号字体的字"] = None
            elif name == "AlternateContent":
                text += self._inline(_shown(child), boxes)
            else:
                self._doubt(child, name)
                text += self._inline(child, boxes)
        return text

    def _doubt(self, child: Any, name: str) -> None:
        """What Word may show otherwise than it stands here: a control filled from other data, text that nobody sees."""
        if name == "sdt" and child.find("{*}sdtPr/{*}dataBinding") is not None:
            self.unread["绑定数据的内容控件"] = None
        if name == "r" and any(_value(child.find(f"{{*}}rPr/{{*}}{mark}")) in words for mark, words in _UNSEEN.items()):
            self.unread["白色或极小的字"] = None

    def _field(self, kind: str) -> None:
        if kind == "begin":
            self._fields.append(["", ""])
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
    fallback = alternatives.find("{*}Fallback")
    return alternatives if fallback is None else fallback


def _value(mark: Any) -> str:
    return "" if mark is None else next((str(value) for key, value in mark.attrib.items() if key.endswith("}val")), "")


def _hidden(run: Any) -> bool:
    mark = run.find("{*}rPr/{*}vanish")
    return mark is not None and not _OFF & set(mark.attrib.values())


def _inside(parent: Any, name: str, gone: set[str]) -> Iterator[Any]:
    """The rows of a table or the cells of a row, also those in content controls."""
    for child in parent.iterchildren("*"):
        if _local(child) == name:
            yield child
        elif _local(child) not in {"p", "tbl", "tr", "tc", *gone, *_PROPERTIES}:
            yield from _inside(child, name, gone)
