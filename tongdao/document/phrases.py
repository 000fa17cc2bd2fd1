"""Where a line of Chinese may end: between words and not inside one."""

import re
from functools import lru_cache

LONGEST = 60  # of a text that is parted: a paragraph is justified and may end its lines anywhere
BOUND = "\u2060"  # what a template takes for “no line ends here”
_HAN = re.compile(r"[\u4e00-\u9fff]+")


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[str, ...]:
    """The words of a text in their order, each sign in one; a single sign goes with the word before it (认定数)."""
    import rjieba  # late: its dictionary takes a quarter of a second

    found = list[str]()
    for word in rjieba.cut(text):
        if found and len(word) == 1 and _HAN.fullmatch(word) and _HAN.fullmatch(found[-1]):
            found[-1] += word
        else:
            found.append(word)
    return tuple(found)


def bound(text: str) -> str:
    """A short text with the mark between signs that no line may part."""
    if len(text) > LONGEST or not _HAN.search(text):
        return text
    return "".join(BOUND.join(word) if _HAN.fullmatch(word) else word for word in words(text))
