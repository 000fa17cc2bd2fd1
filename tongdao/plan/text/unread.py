"""The numbers of a plan's text that became no target, told in a few lines so that none is lost unseen."""

import re
from collections.abc import Iterator, Sequence

from tongdao.plan.text.outline import Chunk, Outline
from tongdao.plan.text.reading import looks_back
from tongdao.plan.text.sentence import quantities, slim
from tongdao.plan.text.tables import places_of
from tongdao.plan.text.targets import IS, Target

_MOST = 30  # words told, beyond which they are only counted
_SIGNS = "，,；;：:"
_LONG = 40  # signs of the words around a number


def unread(outline: Outline, found: Sequence[Target], first_year: int) -> list[str]:
    """Comment lines that name the numbers of no target by their clause; those of what has been are only counted."""
    told: dict[str, list[str]] = {}
    past = more = 0
    for chunk in outline.chunks:
        own = [one for one in found if one.chunk.clause is chunk.clause]
        over = looks_back(chunk.clause, first_year)
        for words, behind in _left(chunk, own):
            past += over or behind
            if not over and not behind:
                more += (full := sum(map(len, told.values())) >= _MOST)
                told.setdefault(chunk.clause.label, []).extend([] if full else [words])
    if not told and not past:
        return []
    lines = ["", "# 原文里还有这些数，没有当作目标（多是标准、规模、奖补、会议）；有漏的，请照上面的样子补写一项："]
    lines += [f"#   {label or '开头'}：{'；'.join(dict.fromkeys(words))}" for label, words in told.items() if words]
    lines += [f"#   另有 {more} 处没有列出。"] if more else []
    return [*(lines if told else [""]), *([f"# 另有 {past} 个数说的是以前的情况，没有列出。"] if past else [])]


def _left(chunk: Chunk, own: Sequence[Target]) -> Iterator[tuple[str, bool]]:
    """The words around each number of a chunk that no target has, and whether they speak of what has been."""
    told = re.search("[\u4e00-\u9fff]", chunk.text)
    own_row = any(one.quote in chunk.text or one.chunk.text in chunk.cells for one in own)  # or of a sentence in a cell
    if chunk.cells and told and not places_of(chunk.header) and not own_row:
        yield f"表格的一行“{chunk.text[:_LONG]}”", False
        return
    known = {(one.quantity.number, one.quantity.unit) for one in own}
    cells = [cell for cell in chunk.cells if re.search(f"[{_SIGNS}。、]", cell)] if chunk.cells else [chunk.text]
    for sentence in re.findall("[^。！？]+", slim(re.sub(r"\s", "", "。".join(cells)))):
        for one in quantities(sentence):
            if not one.unit or IS["dated"].fullmatch(one.unit) or one.han or (one.number, one.unit) in known:
                continue
            begin = max(sentence.rfind(sign, 0, one.start) + 1 for sign in _SIGNS)
            words = re.split(f"[{_SIGNS}]", sentence[begin:])[0]
            bracket = sentence.count("（", begin, one.start) > sentence.count("）", begin, one.start)
            if not bracket and any(sentence[one.start : one.end + 2] in slim(each.quote) for each in own):
                continue  # a size in the name of what was read
            yield words[:_LONG], bool(IS["past"].search(sentence[: one.start]))
