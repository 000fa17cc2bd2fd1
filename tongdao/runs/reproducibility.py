"""Warnings about notebooks that are not reproducible (clock, unseeded random numbers) or that hide an error."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tongdao.document import is_counted

_READS_CLOCK = re.compile(
    r"\.(now|today|utcnow)\(|\btime\.(time|localtime|gmtime|ctime|strftime)\("
    r"|\b(to_datetime|Timestamp|datetime64)\([\"'](now|today)|^\s*!\s*date\b",
    re.MULTILINE,
)
_DRAWS_LOTS = re.compile(
    r"\brandom\.(random|randint|randrange|uniform|gauss|normal|choice|choices|sample|shuffle|rand|randn|permutation)\("
    r"|\bdefault_rng\(\)|\.sample\((?!.*random_state)|\buuid4\(|\burandom\(|\bsecrets\."
)
_SEEDED = re.compile(r"\bseed\(\s*\w|\bdefault_rng\(\s*\w|\bRandom\(\s*\w")
_TRACEBACK = "Traceback (most recent call last)"


def reproducibility_notes(notebook: Mapping[str, Any], executed: Mapping[str, Any] | None) -> Iterator[str]:
    """A sentence for each cell that reads the clock, draws lots without a seed or prints a fault that it caught."""
    sources = [
        "".join(cell["source"]) if cell["cell_type"] == "code" else "" for cell in filter(is_counted, notebook["cells"])
    ]
    seeded = any(map(_SEEDED.search, sources))
    for number, source in enumerate(sources, 1):
        if _READS_CLOCK.search(source):
            yield f"第 {number} 格读取了当前日期，重做会不一样：请改用参数 as_of。"
        if _DRAWS_LOTS.search(source) and not seeded:
            yield f"第 {number} 格用了随机数而没有定种子，重做会不一样：请先写 random.seed(1) 之类的一行。"
    for number, cell in enumerate(filter(is_counted, executed["cells"] if executed else ()), 1):
        printed = [output["text"] for output in cell.get("outputs", ()) if output["output_type"] == "stream"]
        if any(_TRACEBACK in "".join(text) for text in printed):
            yield f"第 {number} 格印出了一个被压下的错误，结果可能不全：请看这一格的输出。"
