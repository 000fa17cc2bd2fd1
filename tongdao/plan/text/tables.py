"""Tables in a plan's text: rows with tabs, bars or blanks, and those that were copied a cell a line."""

import re
from collections.abc import Iterable, Iterator, Sequence

_PLACES = re.compile(
    "各?(?:乡镇|镇街|镇乡|街道|县市区|县区|区县|行政村|村|乡|镇|县|园区)(?:[（(](?:街道|[市区、园]+|办事处)[)）])?名?称?|地区|区域"
)
_NAMES = re.compile("指标|名称|目标任务|工作任务|项目|内容")
_TASKS = re.compile("内容|任务|措施|举措|要求|事项|重点工作")  # columns of sentences
_UNITS = re.compile("(?:牵头|责任|主办|实施|配合)(?:单位|部门)")
_HEADING = re.compile(
    r"[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[)）]|第[一二三四五六七八九十\d]+[篇章节条]"
)


def upright(lines: Iterable[str]) -> Iterator[str]:
    """The lines that hold anything; a table's head or row that was copied a cell a line, or whose name goes on in the
    next lines, is one line again. What fits no head stays as it is: no figure is moved into another column.
    """
    told = [line for line in lines if line.strip()]
    header: tuple[str, ...] = ()
    pieces: list[str] = []
    at = number = 0
    while at < len(told):
        line, cells = told[at], cells_of(told[at])
        numbered = "序号" in header[:2] and cells[0] == str(number + 1)
        heads, at = _copied_head(told, at)
        under = cells_of(told[at]) if at < len(told) else ()
        stage = () if heads else header_of(cells)
        if stage and "目标" in stage[-1] and under and all(re.fullmatch(r"20\d\d年?", cell) for cell in under):
            heads, at = (*stage[:-1], *under), at + 1  # the years stand under 目标值
        number = 0 if heads else number + numbered
        header = heads or header_of(cells) or header
        row = _fitted([cell for piece in (*([] if numbered else pieces), line) for cell in cells_of(piece)], header)
        alone = row_of(cells, header) and not (pieces and "序号" in header[:2])
        if heads or (row and not alone):
            yield "\t".join(heads or row)
            pieces = []
            continue
        sentence = len(line) > 29 or line.endswith(("。", "；", "："))
        in_row = bool(pieces) and "序号" in header[:2] and pieces[0].strip().isdigit()
        short = 0 < len(cells) < len(header) and (in_row or not sentence)
        if numbered or not short or len(pieces) > len(header) or _HEADING.match(line.strip()):
            yield from pieces
            pieces = []
        if short and not _HEADING.match(line.strip()):
            pieces.append(line)
        else:
            yield line
    yield from pieces


def _copied_head(lines: Sequence[str], at: int) -> tuple[tuple[str, ...], int]:
    """The head that was copied a cell a line from 序号 on to the first row's number, and where it ends; else the next
    line's place."""
    cells = [re.sub(r"\s+(?=[\u4e00-\u9fff])", "", line.strip()) for line in lines[at : at + 16]]
    if cells[0] != "序号" or "1" not in cells:
        return (), at + 1
    end = cells.index("1")
    heads = cells[: end - 2 if re.fullmatch(r"[（(]\d+项[)）]", cells[end - 1]) else end]  # 经济发展（2项） heads rows
    heads = [a for a, b in zip(heads, [*heads[1:], ""], strict=True) if not (a.endswith("目标") and b.startswith("20"))]
    return tuple(re.sub(r"\t(?=预计|目标\t|累计)|(?<=/)\t", "", "\t".join(heads)).split("\t")), at + end


def _fitted(cells: Sequence[str], header: Sequence[str]) -> list[str]:
    """The cells under their heads, those too many in the name; empty where then no figures stand under years."""
    merged = [""] if header[1:2] == ("序号",) and cells[0].isdigit() else []  # 类别 above
    cells = "\t".join([*merged, *cells]).replace("\t（20", "（20").split("\t")  # 21.5（2024年）
    at, more = next((n for n, head in enumerate(header) if _NAMES.search(head)), 0), len(cells) - len(header)
    name = cells[at : at + more + 1]
    row = [*cells[:at], "".join(name), *cells[at + more + 1 :]]
    figures = [cell for head, cell in zip(header, row, strict=False) if re.search(r"20\d\d|序号", head)]
    fits = 0 <= more < 4 and figures and all(re.match(r"[\d—–-]", cell) for cell in figures)
    return row if fits and not any(re.match(r"[\d—–-]", part) for part in name) else []


def cells_of(line: str) -> tuple[str, ...]:
    """The cells of a line of a table, by |, tabs or wide gaps."""
    line = re.sub(r"(?<=20\d\d) (?=年)", "", line.lstrip().rstrip(" \u3000\r\n")).replace("｜", "|")
    if "|" in line:
        line = line[1:].removesuffix("|") if line.startswith("|") else line  # else the last bar is before an empty cell
        return tuple(cell.strip() for cell in line.split("|"))
    if line.count("\t") > 1:
        return tuple(line.split("\t"))
    return (line,) if "。" in line else tuple(line.split())  # a PDF parts the digits of a sentence by blanks


def is_row(line: str) -> bool:
    """Whether two numbers of a line stand in different cells: 12 15家, but neither 3 500家 nor 20 25年."""
    if re.search(r"\d\s*[|｜\t]\s*\d", line):
        return True
    runs = re.findall(r"\d+(?:\.\d+)?(?:\s+\d+(?:\.\d+)?)+(?![\d.]|\s*[年月日])", line)
    return not re.search("[，。；：:]", line) and any(
        not re.fullmatch(r"\d{1,3}(?:\s\d{3})+(?:\.\d+)?", run) for run in runs
    )


def header_of(cells: Sequence[str]) -> tuple[str, ...]:
    """A line is the head of a table of targets if it names the indicator and the figure to be reached, or tasks and
    the departments they are given to."""
    places = 0 < places_of(cells) < 4  # further to the right 各乡镇 is who supports a task
    names = places or any(_NAMES.search(cell) and len(cell) < 12 for cell in cells)
    figure = r"20\d\d|目标|计划数" + (r"|任务|[（(][^（）()]{1,4}[)）]$" if places else "")
    figures = any(
        len(cell) < 16
        and re.search(figure, cell)
        and not re.search(r"指标|\d月[底末]?(?:之?前)?$", cell)  # a time limit
        and not _PLACES.fullmatch(cell)
        for cell in cells
    )
    given = any(map(_TASKS.search, cells)) and any(map(_UNITS.search, cells)) and not re.search("[：:]", "".join(cells))
    few = places or re.fullmatch("(?:主要|核心)?指标(?:名称)?", cells[0])
    enough = len(cells) >= (2 if few else 3) and not re.fullmatch(r"\d{1,2}", cells[0])  # 3 … 各县区 is a row
    return tuple(cells) if enough and (given or (names and figures)) and "。" not in "".join(cells) else ()


def places_of(header: Sequence[str]) -> int:
    """Which column of a table, from 1, names towns or other places, each with a share of the target; 0 if none does."""
    return next((at for at, cell in enumerate(header, 1) if _PLACES.fullmatch(re.sub(r"\s", "", cell))), 0)


def row_of(cells: Sequence[str], header: Sequence[str]) -> tuple[str, ...]:
    """The cells under their heads; a merged first column (类别), but no name, may be missing."""
    merged = len(cells) == len(header) - 1 and not _NAMES.search(header[0])
    if len(cells) > len(header) and not cells[-1]:  # the bar at the end, which the head lacks
        cells = cells[:-1]
    if merged and ("序号" in header[1:2]) >= cells[0].isdigit():
        cells = ("", *cells)
    if len(cells) != len(header) or not re.search(r"\d", "".join(cells)):
        return ()
    columns = [(head, cell) for head, cell in zip(header, cells, strict=True) if cell]
    number = next((cell for head, cell in columns if head == "序号"), "1")
    names = (cell for head, cell in columns if _NAMES.search(head) and not re.search(r"20\d\d|目标", head))
    named = places_of(header) or re.search("[\u4e00-\u9fffA-Za-z]", next(names, "名"))
    return tuple(cells) if named and re.search(r"\d|^[（(]?[一二三四五六七八九十]+[)）、]?$|[①-⑳]", number) else ()
