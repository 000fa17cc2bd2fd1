"""Indicators by id, name or alias; only spelling is forgiven, a near miss is refused with its candidates."""

import re
import unicodedata
from dataclasses import dataclass

from tongdao.base import INVISIBLE, candidates
from tongdao.plan import Indicator, Plan

_NUMBERING = re.compile(
    r"^(其中[:：]?|[一二三四五六七八九十]{1,3}、|[(（][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}(?:[、．]|\.(?!\d)))\s*"
)
_UNIT_TAIL = re.compile(r"[(（]\s*(?:单位[:：])?([^()（）]{1,6}|人[(（]个[)）])\s*[)）]$")


def spelling(text: str) -> str:
    """A name without what is only writing: width, hidden marks, spaces, quotes, case."""
    plain = unicodedata.normalize("NFKC", INVISIBLE.sub("", text)).casefold()
    return re.sub(r"[\s\"'“”‘’「」『』《》]", "", plain).replace("—", "-").replace("–", "-")


@dataclass(frozen=True)
class Names:
    """All words for the plan's indicators, as they are written and without what is only writing."""

    exact: dict[str, Indicator]
    spelled: dict[str, Indicator]


def names_of(plan: Plan) -> Names:
    """Every id, name and alias of a plan."""
    exact = {word: item for item in plan.indicators for word in (item.id, item.name, *item.aliases)}
    return Names(exact, {spelling(word): item for word, item in exact.items()})


def find(names: Names, text: str) -> tuple[Indicator | None, str]:
    """The indicator a cell names, and the unit in brackets behind the name where there is one."""
    if text in names.exact:
        return names.exact[text], ""
    stem = _NUMBERING.sub("", text.strip())
    for candidate in (text, stem):
        if found := names.spelled.get(spelling(candidate)):
            return found, ""
    tail = _UNIT_TAIL.search(stem)
    if tail and (found := names.spelled.get(spelling(stem[: tail.start()]))):
        return found, tail[1]
    return None, ""


def unknown(plan: Plan, text: str) -> str:
    """The sentence that refuses a name."""
    names = [word for item in plan.indicators for word in (item.name, *item.aliases)]
    return f"未知指标“{text[:40]}”，{candidates(text.strip(), names)}；请改成计划中的名称"
