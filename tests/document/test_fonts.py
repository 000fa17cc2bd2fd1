"""The carried fonts: present, small enough, named right, and honest about what they cannot print."""

import pytest
from fontTools.ttLib import TTFont

from tongdao.document.style import FILES, FONTS, SANS, SERIF, missing_characters


def test_four_fonts_fit_the_package() -> None:
    assert len(FILES) == 4
    assert sum(file.stat().st_size for file in FILES) <= 16_000_000


def test_each_family_is_linked_by_regular_and_bold() -> None:
    """Typst and the chart renderer choose by family and weight, so both must be in the files."""
    faces = set()
    for file in FILES:
        with TTFont(file) as font:
            names, weight = font["name"], font["OS/2"].usWeightClass
            faces.add((names.getBestFamilyName(), names.getBestSubFamilyName(), weight))
            assert bool(font["head"].macStyle & 1) == (weight == 700)
            assert "SIL Open Font License" in str(names.getName(13, 3, 1))
    styles = (("Regular", 400), ("Bold", 700))
    assert faces == {(family, *style) for family in (SANS, SERIF) for style in styles}


def test_the_licence_lies_beside_the_fonts() -> None:
    licence = (FONTS / "OFL.txt").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert SANS in licence
    assert SERIF in licence


def test_all_of_gb2312_prints() -> None:
    double_bytes = (bytes((row, cell)) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    text = "".join(pair.decode("gb2312", "ignore") for pair in double_bytes)
    assert len(text) == 7445
    assert missing_characters(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "喆堃燊",
        "赟曌昇甯邨垚淼翀",
        "亳泸儋浉㙍𬇕",
        "二〇二五年——“通道”‘转型’…·",
        "①⑳⑴⒈㈠㈩ⅠⅫ㉑",
        "● ○ ▲ △ ▼ ▽ ■ □ ◆ ◇ ★ ☆ ✓ ⇄ → ← ↑ ↓",
        "+3.5% −1.2% ±0.5‰ ℃ × ÷ ≤ ≥ ≈ № ㎡ m² m³ 5–10 €",
        "ＡＢＣ１２３！（）￥",
        "Müller, Café, Nuñez",
        "甲\u00a0乙\u3000丙\n丁\t戊\r\n",
        "",
    ],
)
def test_ordinary_texts_print(text: str) -> None:
    assert missing_characters(text) == []


def test_a_rare_name_is_reported_by_its_character() -> None:
    assert missing_characters("负责人：㐂某、㐂某、龘某") == ["㐂", "龘"]


@pytest.mark.parametrize("character", "\u202e\u200b\u200d\ufeff\u00ad\ufe0f\u2028\u2009\x00\x07\x0b\ue000😀✗")
def test_what_would_vanish_in_print_is_reported(character: str) -> None:
    assert missing_characters(f"甲{character}乙") == [character]


def test_the_list_of_what_prints_agrees_with_the_fonts() -> None:
    maps = []
    for file in FILES:
        with TTFont(file) as font:
            maps.append(set(font.getBestCmap()))
    everything = "".join(chr(code) for code in range(0x20, 0x30000) if not 0xD800 <= code < 0xE000)
    assert set(everything) - set(missing_characters(everything)) == set(map(chr, set.intersection(*maps)))
