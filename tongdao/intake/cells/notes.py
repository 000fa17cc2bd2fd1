"""Rows that are not data: notes, signatures, totals, group titles."""

import re
from collections.abc import Sequence
from functools import lru_cache

from tongdao.intake.cells.periods import plain

_NOTE = re.compile(
    r"(附?注|备注|说明|填表说明|编制说明|注意)\s*([\d一二三①-⑩]*[:：、.）)]|$)"
    r"|注\d*[:：.、]|(填报|填表|制表|审核|复核|审批|负责|联系|报送|经办|统计|单位负责|主管|分管|科室)[^,，]{0,6}(人|员|领导|单位|部门|日期|时间|电话|方式|股室)?\s*[:：(（]"
    r"|(数据)?来源\s*[:：]|资料来源|(联系)?电话\s*[:：]|日期\s*[:：]|\d\s*[.、)）]\s*.*[。；]$|[*※#]\s*|//|--\s|签[字名章]|盖章|（盖章）|\(盖章\)|以上数据|本表"
)
_TOTAL = re.compile(r"(总|合|小|共)\s*计(数|值)?|总\s*和|汇\s*总|total|sum|subtotal", re.I)

LABELS = 10_000  # a long table says the same few names over and over


def first(row: Sequence[str]) -> str:
    return next((cell.strip() for cell in row if cell.strip()), "")


def is_note(row: Sequence[str]) -> bool:
    """A row that begins like a note or a signature."""
    return _notes(first(row))


def is_total(row: Sequence[str]) -> bool:
    """A row whose label says total; brackets and spaces aside."""
    return _totals(first(row))


@lru_cache(LABELS)
def _notes(label: str) -> bool:
    return bool(_NOTE.match(label))


@lru_cache(LABELS)
def _totals(label: str) -> bool:
    return bool(_TOTAL.fullmatch(re.sub(r"\(.*\)", "", plain(label)).strip(":：")))
