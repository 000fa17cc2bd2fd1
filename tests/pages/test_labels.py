"""What is printed in charts: no label stands on a mark or on another label."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import pytest
from conftest import ROOT

import tongdao as td
from tongdao.document import MAIN, Figure, draw
from tongdao.workbook.workbook import open_workbook

SVG = "{http://www.w3.org/2000/svg}"
SLACK = 1.5  # px: letters do not fill their boxes
MONTHS = [
    ("tongdao", "2024-01"),
    ("tongdao", "2024-02"),
    ("tongdao", "2024-06"),
    ("tongdao", "2024-08"),
    ("tongdao", "2024-09"),
    ("hunan", "2022-12"),
    ("hunan", "2023-12"),
    ("hunan", "2024-12"),
]
FAST = "2024-09"  # .ci/run has the others, too


@dataclass(frozen=True)
class Box:
    """A box on the page in px, and what stands in it."""

    left: float
    top: float
    right: float
    bottom: float
    told: str

    def meets(self, other: "Box") -> bool:
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > SLACK and down > SLACK


def width(text: str, size: float) -> float:
    return sum(size if ord(sign) > 0x2000 else 0.56 * size for sign in text)


def boxes(svg: str) -> tuple[list[Box], list[Box]]:
    """The boxes of the labels and of the points and ticks of a chart."""
    labels, marks = dict[tuple[float, float, str], Box](), list[Box]()

    def walk(node: ET.Element, x: float, y: float, kind: str) -> None:
        for at in re.finditer(r"translate\(([-\d.e]+)[, ]+([-\d.e]+)\)", node.get("transform", "")):
            x, y = x + float(at[1]), y + float(at[2])
        kind = next((name for name in node.get("class", "").split() if name.startswith("mark-")), kind)
        text = "".join(node.itertext())
        if node.tag == f"{SVG}text" and text and float(node.get("opacity", "1")) > 0:
            size, turned = (
                float(node.get("font-size", "11px").removesuffix("px")),
                "rotate" in node.get("transform", ""),
            )
            long = width(text, size)
            left = x - {"middle": long / 2, "end": long}.get(node.get("text-anchor", "start"), 0.0)
            if not turned:
                labels[(round(x, 1), round(y, 1), text)] = Box(left, y - 0.8 * size, left + long, y + 0.1 * size, text)
        elif node.tag == f"{SVG}path" and kind == "mark-symbol" and float(node.get("opacity", "1")) > 0:
            spans = [abs(float(number)) for number in re.findall(r"-?\d+\.?\d*", node.get("d", ""))[:4]]
            half = max(spans, default=0.0)
            marks.append(Box(x - half, y - half, x + half, y + half, "●"))
        for child in node:
            walk(child, x, y, kind)

    walk(ET.fromstring(svg), 0.0, 0.0, "")
    return list(labels.values()), marks


def course(svg: str) -> list[tuple[float, float]]:
    """Points along the own line of a chart, close enough to meet any label that it crosses."""
    found = list[tuple[float, float]]()

    def walk(node: ET.Element, x: float, y: float) -> None:
        for at in re.finditer(r"translate\(([-\d.e]+)[, ]+([-\d.e]+)\)", node.get("transform", "")):
            x, y = x + float(at[1]), y + float(at[2])
        if node.get("stroke") == MAIN and node.get("stroke-width") == "2.4":
            ends = [(x + float(a), y + float(b)) for a, b in re.findall(r"[ML]([-\d.]+),([-\d.]+)", node.get("d", ""))]
            for (left, top), (right, bottom) in pairwise(ends):
                found.extend((left + (right - left) * n / 50, top + (bottom - top) * n / 50) for n in range(51))
        for child in node:
            walk(child, x, y)

    walk(ET.fromstring(svg), 0.0, 0.0)
    return found


def figures(workbook: str, month: str) -> Iterator[Figure]:
    book = open_workbook(ROOT / "data" / workbook)
    monthly = td.MonthlyReport.open(book, month)
    pages = [monthly.needs(), td.GapToTarget(monthly.view, monthly.rows).ranking()]
    pages += [td.WallChart(monthly.view, monthly.rows).figures()]
    for row in monthly.rows:
        page = td.IndicatorTrend(monthly.view, monthly.rows, row.item.id)
        pages += [page.history(), page.regions()]
    for blocks in pages:
        yield from (shown for shown in blocks if isinstance(shown, Figure))


@pytest.mark.parametrize(
    ("workbook", "month"), [pytest.param(*one, marks=[pytest.mark.slow] * (one[1] != FAST)) for one in MONTHS]
)
def test_no_label_stands_on_a_mark_or_on_another_label(workbook: str, month: str) -> None:
    faults = []
    for figure in figures(workbook, month):
        drawing = draw(figure)
        labels, marks = boxes(drawing.svg)
        faults += [f"{figure.title}：“{at.told}”出了图" for at in labels if at.right > drawing.width + SLACK]
        for at, label in enumerate(labels):
            faults += [
                f"{figure.title}：“{label.told}”“{other.told}”" for other in labels[at + 1 :] if label.meets(other)
            ]
            faults += [f"{figure.title}：“{label.told}”在点上" for mark in marks if label.meets(mark)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("month", ["2022-12", "2024-03"])
def test_the_name_of_another_region_stands_clear_of_the_own_line(month: str) -> None:
    """In every region, for each runs otherwise beside the whole: above it, below it, or once across."""
    book, faults, drawn = open_workbook(ROOT / "data" / "hunan"), list[str](), 0
    for code in book.plan.regions:
        figure = td.IndicatorTrend.open(book, month, region=code, indicator="研发经费投入强度").history()[0]
        assert isinstance(figure, Figure)
        svg = draw(figure).svg
        labels, _ = boxes(svg)
        names, line = [one for one in labels if one.told == "全国"], course(svg)
        drawn += len(names)
        assert line
        for name in names:
            met = [one.told for one in labels if one is not name and one.meets(name)]
            met += ["线" for x, y in line if name.left < x < name.right and name.top < y < name.bottom][:1]
            faults += [f"{book.plan.region_name(code)}：“全国”和{'、'.join(met)}"] if met else []
    assert drawn > 30
    assert not faults, "\n".join(faults)
