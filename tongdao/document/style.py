"""The look of print: the colours of charts and pages, and the fonts the package carries.

Colours survive colour blindness and black-and-white print, and a meaning never rests on colour alone.

A fresh machine has no Chinese font, and neither Typst nor the chart renderer says anything when a glyph is missing:
it prints a gap or a box. So both get one folder and nothing else, and a text is checked before it is set.
``tools/make_fonts.py`` makes the files and the list of what all four have; OFL.txt is their licence.
"""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

FONTS = Path(__file__).with_name("fonts")
SANS, SERIF = "Noto Sans SC", "Noto Serif SC"
FILES = tuple(FONTS / f"Noto{family}SC-{weight}.ttf" for family in ("Sans", "Serif") for weight in ("Regular", "Bold"))

INK = "#1f2933"
MUTED = "#5f6b7a"
RULE = "#d5dae0"
PALE = "#aab3bf"
MAIN = "#1d5a96"
FAN = "#c4d7ea"
TARGET = "#b3541e"
FONT = SANS
LIGHTS = {"green": "#1b7f5c", "yellow": "#a86400", "red": "#b3261e", "grey": "#5f6b7a"}
MARKS = {"green": "circle", "yellow": "triangle-up", "red": "square", "grey": "circle"}


def config() -> dict[str, Any]:
    """The Vega-Lite configuration of every chart."""
    words = {"labelFontSize": 11, "labelColor": INK}
    return {
        "background": "white",
        "font": FONT,
        "padding": 4,
        "view": {"stroke": None},
        "axis": {
            **words,
            "labelColor": MUTED,
            "titleColor": MUTED,
            "titleFontWeight": "normal",
            "domainColor": MUTED,
            "tickColor": RULE,
            "gridColor": "#e9ecef",
            "labelPadding": 4,
        },
        "axisY": {"domain": False, "ticks": False},
        "axisX": {"grid": False},
        "legend": words,
        "header": words,
        "text": {"fontSize": 11, "color": INK},
        "line": {"strokeWidth": 2},
        "range": {"category": [MAIN, TARGET, "#1b7f5c", "#7a5195", MUTED]},
    }


# They separate lines and cells and are never printed. Anything else invisible (a zero-width space, a
# reversed writing direction) is not in the fonts and is therefore reported.
_LAYOUT = frozenset("\n\r\t")


def missing_characters(text: str) -> list[str]:
    """The characters of a text that not all four fonts have, each once, in the order they appear."""
    return [character for character in dict.fromkeys(text) if character not in _printable()]


@cache
def _printable() -> frozenset[str]:
    return _LAYOUT.union((FONTS / "characters.txt").read_text(encoding="utf-8"))


# A line of Chinese ends between words and not inside one.
LONGEST = 60  # of a text that is parted: a paragraph is justified and may end its lines anywhere
_SHORT = 6  # signs of a name that every column of names holds
SHORTEST = 17  # of a title that does not stand on one line of half a page
BOUND = "\u2060"  # what a template takes for “no line ends here”
_HAN = re.compile(r"[\u4e00-\u9fff]+")


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[str, ...]:
    """The words of a text in their order, each sign in one; a single sign goes with the word before it (认定数), and a
    short name in a list of names is one word (组织部、商科工信局)."""
    import rjieba  # late: its dictionary takes a quarter of a second

    found = list[str]()
    pieces = re.split("(、)", text)
    named = len(pieces) > 1
    for word in chain(*([each] if named and 0 < len(each) <= _SHORT else rjieba.cut(each) for each in pieces)):
        if found and len(word) == 1 and _HAN.fullmatch(word) and _HAN.fullmatch(found[-1]):
            found[-1] += word
        else:
            found.append(word)
    return tuple(found)


def bound(text: str, longest: int = LONGEST, shortest: int = SHORTEST) -> str:
    """A short text with the mark between signs that no line may part."""
    if not shortest <= len(text) <= longest or not _HAN.search(text):
        return text
    whole = "".join(BOUND.join(word) if _HAN.fullmatch(word) else word for word in words(text))
    return whole.replace("·", f"{BOUND}·{BOUND}")


def pieces(text: str) -> list[str]:
    """A text parted where a line may end: between words, closing and opening signs and units with what they go with."""
    never = r"\0(?=[、，。；：！？）》”])|(?<=[（《“])\0|(?<=\d)\0(?=[\u4e00-\u9fff])"
    return re.sub(never, "", "\0".join(words(text))).split("\0")


def wrapped(text: str, room: float) -> str:
    """A text with a line break before each word that would end beyond so many ems; a long one as it is."""
    if "\n" in text:
        return "\n".join(wrapped(line, room) for line in text.split("\n"))
    if len(text) > LONGEST or _ems(text) <= room + 0.1:
        return text
    lines = [""]
    for piece in pieces(text):
        if lines[-1] and _ems(lines[-1] + piece) > room + 0.1:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return "\n".join(lines)


def narrowest(texts: Iterable[str]) -> float:
    """Ems that a column of words needs: six, or what the longest name in them takes whose tail would stand alone."""
    found = (width for text in texts if len(text) <= LONGEST for piece in pieces(text) if (width := _ems(piece)) < 7.5)
    return max([6.0, *found])


def widest(text: str) -> float:
    return max(map(_ems, text.split("\n")))


def _ems(text: str) -> float:
    """Width of a text in ems: signs of writing are square, and between them and digits stands a quarter."""
    wide = [ord(character) > 0x2000 for character in text]
    changes = sum(left != right for left, right in pairwise(wide))
    return sum(1.0 if square else 0.56 for square in wide) + 0.25 * changes + 0.4 * text.count("%") + 0.15
