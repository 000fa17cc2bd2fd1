"""Every page of every report, against the picture that was looked at and found good."""

import re

import numpy as np
import pytest
from conftest import ROOT, Made
from pages import REFERENCES, REPORTS, key, pictures
from PIL import Image

from tongdao.document import style as theme

MEAN = 1.2  # grey levels of 255, over the page: a moved line of text is past it
FAR = 0.006  # share of pixels more than 64 levels off


@pytest.mark.parametrize("report", REPORTS, ids=key)
def test_every_page_looks_as_its_reference(report: tuple[str, str, str, tuple[str, ...]], made: Made) -> None:
    workbook, notebook, month, more = report
    shown = [page for file in made(notebook, workbook, month, *more).values() for page in pictures(file)]
    known = sorted(REFERENCES.glob(f"{key(report)}-*.png"))
    assert len(known) == len(shown), "参照图缺失或页数有变：看过新页面后运行 python tests/pages.py"
    for number, page in enumerate(shown, 1):
        reference = np.asarray(Image.open(REFERENCES / f"{key(report)}-{number}.png").convert("L"), dtype=float)
        picture = np.asarray(page.convert("L"), dtype=float)
        assert picture.shape == reference.shape
        apart = np.abs(picture - reference)
        assert apart.mean() <= MEAN, f"第 {number} 页平均相差 {apart.mean():.2f}"
        assert (apart > 64).mean() <= FAR, f"第 {number} 页有 {(apart > 64).mean():.2%} 的像素明显不同"


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colour", [theme.INK, theme.MUTED, theme.MAIN, theme.TARGET, *theme.LIGHTS.values()])
def test_every_colour_that_carries_text_stands_out_from_paper(colour: str) -> None:
    assert 1.05 / (luminance(colour) + 0.05) >= 4.5


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_colour_of_a_page_of_html_stands_out_from_its_paper(scheme: int) -> None:
    css = (ROOT / "tongdao" / "document" / "page.css").read_text(encoding="utf-8")
    colours = dict(re.findall(r"--(\w+): (#\w+);", css.split(":root")[1 + scheme]))
    paper = luminance(colours.pop("paper"))
    colours.pop("rule")
    assert len(colours) == 7
    for name, colour in colours.items():
        light, dark = sorted((luminance(colour), paper), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, name


def test_lights_differ_by_shape_not_only_by_colour() -> None:
    from tongdao.pages.display import LIGHTS

    shapes = [shape for shape, _ in LIGHTS.values()]
    assert len(set(shapes)) == len(shapes) == 4
