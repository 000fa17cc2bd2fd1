"""Tables in a plan's text: rows with tabs, bars or blanks, and those that were copied a cell a line."""

import re
from collections.abc import Iterator, Sequence

from tongdao.plan.text.sentence import quantities

_PLACES = re.compile(
    "各?(?:乡镇|镇街|镇乡|街道|县市区|县区|区县|乡|镇|县|园区)(?:[（(](?:街道|[市区、园]+|办事处)[)）])?(?:名称)?|地区|区域"
)
_HEADING = re.compile(
    r"[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[)）]|第[一二三四五六七八九十\d]+[篇章节条]"
)


def upright(lines: Sequence[str]) -> Iterator[str]:
    """The lines; a table copied a cell a line (序号, its heads, 1, the cells of row 1, 2, …) is in rows again.

    Cells of a row that do not fit the heads belong to a name on two lines, or the row stays as it is: nothing is moved
    into another column.
    """
    at, told = 0, [line.strip() for line in lines]
    while at < len(told):
        heads, rows, end = _copied(told, at)
        if not heads:
            yield lines[at]
            at += 1
            continue
        yield "\t".join(["序号", *heads])
        yield from ("\t".join([str(number), *row]) for number, row in enumerate(rows, 1) if row)
        at = end


def _copied(lines: Sequence[str], at: int) -> tuple[list[str], list[list[str]], int]:
    """Heads, rows and end of a table copied a cell a line from 序号 on; without heads where there is none."""
    rows: list[list[str]] = []
    heads: list[str] = []
    if lines[at] != "序号":
        return [], [], at
    end = at + 1
    for end in range(at + 1, len(lines)):
        line = lines[end]
        if line == str(len(rows) + 1):
            rows.append([])
        elif (
            len(line) > 30
            or line.endswith(("。", "；"))
            or _HEADING.match(line)
            or len(rows[-1] if rows else heads) > 12
        ):
            break
        elif line:
            (rows[-1] if rows else heads).append(line)
    kept = ["\t".join(row).replace("\t（20", "（20").split("\t") for row in (heads, *rows) if row]  # 21.5（2024年）
    heads, *rows = [row[:-2] if re.fullmatch(r"[（(]\d+项[)）]", row[-1]) else row for row in kept] or [[]]
    width = max((len(row) for row in rows), key=[len(row) for row in rows].count, default=0)
    while rows and width < len(rows[-1]) and not _long_name(rows[-1], width):  # what follows the last row is none of it
        end -= 1
        rows[-1] = rows[-1][: len(rows[-1]) - bool(lines[end])]
    heads = [a for a, b in zip(heads, [*heads[1:], ""], strict=True) if not (a.endswith("目标") and b.startswith("20"))]
    whole = re.sub(r"\t(?=预计|目标\t|累计)|(?<=/)\t", "", "\t".join(heads)).split("\t")
    if len(rows) < 3 or len(whole) != width:
        return [], [], at
    joined = [[row[0] + row[1], *row[2:]] if _long_name(row, width) else row for row in rows]
    return whole, [row if len(row) == width else [] for row in joined], end


def _long_name(row: Sequence[str], width: int) -> bool:
    """Whether the one cell too many is the second line of the name: neither a figure nor a unit."""
    return (
        len(row) == width + 1
        and len(row[1]) > 3
        and not re.search(r"\d", row[1])
        and not any(one.unit for one in quantities(f"1{row[1]}"))
    )


def cells_of(line: str) -> tuple[str, ...]:
    """The cells of a line of a table, by |, tabs or wide gaps."""
    line = line.strip()
    if "|" in line:
        return tuple(cell.strip() for cell in line.strip("|").split("|"))
    return tuple(line.split("\t")) if line.count("\t") > 1 else tuple(line.split())


def header_of(cells: Sequence[str]) -> tuple[str, ...]:
    """A line is the head of a table of targets if it names the indicator and the figure to be reached."""
    places = bool(places_of(cells))
    names = places or any(re.search("指标|名称|目标任务|工作任务|项目|内容", cell) and len(cell) < 12 for cell in cells)
    figure = r"20\d\d|目标|计划数" + (r"|任务|[（(][^（）()]{1,4}[)）]$" if places else "")
    figures = any(
        len(cell) < 16 and re.search(figure, cell) and "指标" not in cell and not _PLACES.fullmatch(cell)
        for cell in cells
    )
    enough = len(cells) >= (2 if places else 3)
    return tuple(cells) if enough and names and figures and not any("。" in cell for cell in cells) else ()


def places_of(header: Sequence[str]) -> int:
    """Which column of a table, from 1, names towns or other places, each with a share of the target; 0 if none does."""
    return next((at for at, cell in enumerate(header, 1) if _PLACES.fullmatch(re.sub(r"\s", "", cell))), 0)


def row_of(cells: Sequence[str], header: Sequence[str]) -> tuple[str, ...]:
    """The cells under their heads; a merged first column (类别) may be missing."""
    if len(cells) == len(header) - 1 and ("序号" in header[1:2]) >= bool(re.fullmatch(r"\d+", cells[0])):
        cells = ("", *cells)
    return tuple(cells) if len(cells) == len(header) and re.search(r"\d", "".join(cells)) else ()
