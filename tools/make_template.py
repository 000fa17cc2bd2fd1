"""Make official.docx and report.docx, the styles of our Word files: python tools/make_template.py

An official page has geometry and type of GB/T 9704-2012: text area 156 mm x 225 mm, 22 lines of 28 characters, which a
grid of the section gives to 三号 (16 pt). A report has those of the PDF (template.typ). Every style names its East
Asian font, for what is not named falls back to a Japanese one. 仿宋_GB2312, 楷体_GB2312 and 方正小标宋简体 are what
offices have; none of them may be shipped.
"""

from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from tongdao.document import style as theme
from tongdao.document.word import TEMPLATES

LINE = 579 / 20  # pt; 22 of them are 225 mm
SONG, FANG, KAI, HEI, TITLE = "宋体", "仿宋_GB2312", "楷体_GB2312", "黑体", "方正小标宋简体"
#: Font, size in pt, line height in pt (None: as the type needs), space before and after, bold, colour.
Style = tuple[str, float, float | None, float, float, bool, str]
OFFICIAL: dict[str, Style] = {
    "Normal": (FANG, 16, LINE, 0, 0, False, theme.INK),
    "Title": (TITLE, 22, 30, 0, 2, False, theme.INK),
    "Heading 1": (HEI, 16, LINE, 0, 0, False, theme.INK),
    "Heading 2": (KAI, 16, LINE, 0, 0, True, theme.INK),
    "Heading 3": (FANG, 16, LINE, 0, 0, True, theme.INK),
    "Heading 4": (FANG, 16, LINE, 0, 0, False, theme.INK),
    "Header": (HEI, 8, None, 0, 0, False, theme.LIGHTS["yellow"]),
    "Footer": (SONG, 14, None, 0, 0, False, theme.INK),
    "List": (FANG, 16, LINE, 0, 0, False, theme.INK),
    "Quote": (KAI, 16, LINE, 0, 0, False, theme.MUTED),
    "Caption": (HEI, 10.5, 15, 4, 2, False, theme.INK),
    "Head Line": (FANG, 12, 18, 0, 4, False, theme.INK),
    "Circulation": (FANG, 12, 18, 4, 0, False, theme.INK),
    "Verbatim": (SONG, 10.5, 15, 3, 3, False, theme.INK),
    "Notice": (HEI, 10.5, 16, 6, 6, False, theme.INK),
    "Source": (SONG, 9, 13, 2, 3, False, theme.MUTED),
    "Picture": (SONG, 9, None, 0, 0, False, theme.INK),
    "Table Text": (SONG, 9, 12.5, 1, 1, False, theme.INK),
}
BODY = 16.5  # pt of a report's line
REPORT: dict[str, Style] = OFFICIAL | {
    "Normal": (SONG, 10.5, BODY, 0, 0, False, theme.INK),
    "Title": (HEI, 20, 27, 0, 2, True, theme.INK),
    "Heading 1": (HEI, 14, 20, 12, 6, True, theme.MAIN),
    "Heading 2": (HEI, 12, 18, 10, 5, True, theme.INK),
    "Heading 3": (HEI, 10.5, BODY, 8, 4, True, theme.INK),
    "Heading 4": (HEI, 10.5, BODY, 6, 3, False, theme.INK),
    "Footer": (SONG, 9, None, 0, 0, False, theme.INK),
    "List": (SONG, 10.5, BODY, 0, 0, False, theme.INK),
    "Quote": (SONG, 10.5, BODY, 0, 0, False, theme.MUTED),
    "Head Line": (HEI, 9.5, 14, 0, 2, False, theme.MUTED),
    "Circulation": (SONG, 10.5, BODY, 4, 0, False, theme.INK),
    "Source": (HEI, 8, 11, 2, 3, False, theme.MUTED),
    "Table Text": (HEI, 9, 12, 1, 1, False, theme.INK),
}


def _style(styles: Any, name: str, row: Style, look: str) -> None:
    font, size, line, before, after, bold, colour = row
    known = [style.name for style in styles]
    style = styles[name] if name in known else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.hidden, style.quick_style = False, True
    if name != "Normal":
        style.base_style = None
    style.font.name, style.font.size, style.font.bold, style.font.italic = "Times New Roman", Pt(size), bold, False
    style.font.color.rgb = RGBColor.from_string(colour.lstrip("#"))
    fonts = style.element.rPr.rFonts
    for key in [key for key in fonts.attrib if "Theme" in key]:
        del fonts.attrib[key]
    for slot in ("w:ascii", "w:hAnsi", "w:cs"):
        fonts.set(qn(slot), "Times New Roman")
    fonts.set(qn("w:eastAsia"), font)
    form = style.paragraph_format
    form.space_before, form.space_after = Pt(before), Pt(after)
    form.line_spacing_rule = WD_LINE_SPACING.EXACTLY if line else WD_LINE_SPACING.SINGLE
    if line:
        form.line_spacing = Pt(line)
    form.left_indent = form.first_line_indent = Pt(0)
    form.keep_with_next = name.startswith("Heading") or name == "Caption"
    properties = style.element.get_or_add_pPr()
    for old in [*properties.findall(qn("w:pBdr")), *properties.findall(qn("w:tabs"))]:
        properties.remove(old)
    if name == "Normal" or (look == "official" and name.startswith("Heading")):
        form.first_line_indent = Pt(2 * size)
        properties.find(qn("w:ind")).set(qn("w:firstLineChars"), "200")
        if look == "official":
            spacing = OxmlElement("w:spacing")
            spacing.set(qn("w:val"), "-5")
            style.element.rPr.insert_element_before(spacing, "w:sz", "w:szCs")
    if line != LINE:
        snap = OxmlElement("w:snapToGrid")  # small type would else stand on lines made for large
        snap.set(qn("w:val"), "0")
        properties.insert_element_before(snap, "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl")


def make(look: str, styles: dict[str, Style], margins: tuple[float, float, float, float], edge: float) -> None:
    """Write the template of a look: margins in mm (top, bottom, left, right), ``edge`` from the page's to its words."""
    made = Document()
    for name, row in styles.items():
        _style(made.styles, name, row, look)
    em = styles["Normal"][1]
    made.styles["Title"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    made.styles["Header"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    items = made.styles["List"].paragraph_format
    items.left_indent, items.first_line_indent = Pt(3 * em), Pt(-em)
    quote = made.styles["Quote"].paragraph_format
    quote.left_indent = quote.right_indent = Pt(2 * em)
    fonts = made.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:rFonts')}")
    fonts.attrib.clear()
    for slot, font in (("ascii", "Times New Roman"), ("hAnsi", "Times New Roman"), ("eastAsia", styles["Normal"][0])):
        fonts.set(qn(f"w:{slot}"), font)
    language = made.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:lang')}")
    language.set(qn("w:eastAsia"), "zh-CN")
    page = made.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = map(Mm, margins)
    page.header_distance, page.footer_distance = Mm(edge), Mm(edge)
    if look == "official":
        grid = page._sectPr.find(qn("w:docGrid"))
        for key, value in (("type", "lines"), ("linePitch", "579")):
            grid.set(qn(f"w:{key}"), value)
    made.settings.odd_and_even_pages_header_footer = True
    made.save(str(TEMPLATES / f"{look}.docx"))


if __name__ == "__main__":
    make("official", OFFICIAL, (37, 35, 28, 26), 22)
    make("report", REPORT, (26, 24, 25, 25), 12)
