"""From bytes to a receipt: everything is read and judged before anything is written."""

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tongdao.base import one_year, shown
from tongdao.intake.checks import Known, fresh
from tongdao.intake.files.sandbox import read_sheets
from tongdao.intake.files.sheet import SHOWN, Finding, RefusedError, Sheet, Verdict, verdict_of
from tongdao.intake.layouts.detect import known_words, read_layout
from tongdao.intake.layouts.judge import Desk, Entry
from tongdao.plan import Plan


@dataclass(frozen=True)
class Receipt:
    """What became of one file (数据回执). ``digest`` is the SHA-256 of its bytes; ``rows`` counts its rows of data.

    A sheet of a list or register brings no readings: ``table`` is its file in the workbook, ``added`` the rows to
    be added to it, by the file's own titles, and ``content`` the file with them.
    """

    file: str
    digest: str
    verdict: Verdict
    entries: tuple[Entry, ...]
    findings: tuple[Finding, ...]
    rows: int = 0
    indicators: tuple[str, ...] = ()
    sheets: tuple[Sheet, ...] = field(default=(), repr=False)
    table: str = ""
    added: tuple[Mapping[str, str], ...] = ()
    content: bytes = field(default=b"", repr=False)

    @property
    def brings(self) -> str:
        """What it adds, counted: “3 个读数”, or of a list “ledger/projects.csv 的 2 条记录”."""
        return f"{self.table} 的 {len(self.added)} 条记录" if self.table else f"{len(self.entries)} 个读数"

    def record(self) -> dict[str, Any]:
        """As printed: personal numbers starred, unseen marks written out, long cells cut."""
        findings = [item.record() for item in self.findings]
        for item in findings:
            item["message"] = shown(item["message"])
            if item["value"] is not None:
                item["value"] = shown(item["value"])[:SHOWN]
        counts = {"verdict": self.verdict, "readings": len(self.entries)}
        more = {"table": self.table, "added": len(self.added)} if self.table else {}
        return counts | {"findings": findings, "file": shown(self.file)} | more


def judge(
    content: bytes,
    name: str,
    plan: Plan,
    *,
    as_of: date,
    known: Known,
    last: Collection[Collection[str]] = (),
    on_step: Callable[[int, int], None] | None = None,
) -> Receipt:
    """Read a delivered file and give its receipt; nothing is written.

    Args:
        known: the readings there are, as of ``as_of``.
        last: indicators of the deliveries before, the latest first.
    """
    digest = hashlib.sha256(content).hexdigest()
    bases = {key[0]: key[3] for key in known.vintages}
    desk = Desk(plan, as_of, one_year(name), f"报送文件 {name}", bases, on_step=on_step)
    entries: list[Entry] = []
    sheets: list[Sheet] = []
    try:
        sheets, notes = read_sheets(content, name, known_words(desk))
        desk.findings.extend(notes)
        read_layout(sheets, desk)
        entries = fresh(desk, known)
    except RefusedError as refusal:
        desk.findings.append(refusal.finding)
    indicators = tuple(dict.fromkeys(entry.item.id for entry in desk.entries))
    _summary(desk)
    verdict = verdict_of(desk.findings)
    if verdict != "reject":
        _dropped(desk, set(indicators), last)
        verdict = verdict_of(desk.findings)
    findings = tuple(dict.fromkeys(desk.findings))
    new = () if verdict == "reject" else tuple(entries)
    return Receipt(name, digest, verdict, new, findings, desk.data_rows, indicators, tuple(sheets))


def _summary(desk: Desk) -> None:
    """A file of which no row can be used says so in one line, after the rows."""
    errors = {(item.sheet, item.row) for item in desk.findings if item.severity == "error" and item.row}
    if desk.data_rows > 1 and len(errors) >= desk.data_rows and not desk.entries:
        desk.sayer("")("error", "all_rows", f"{desk.data_rows} 行数据全部不能用，已逐行列出")
    elif not desk.entries and desk.data_rows and not desk.refused:
        desk.sayer("")("warning", "no_values", "所有数值都是空白或缺失，没有可记入的读数")


def _dropped(desk: Desk, indicators: set[str], last: Collection[Collection[str]]) -> None:
    """Indicators that the like delivery before had and this one lacks; nothing is deleted."""
    like = next((before for before in last if len(indicators & set(before)) * 2 >= len(before)), ())
    names = {item.id: item.name for item in desk.plan.indicators}
    if missing := "、".join(names[item] for item in like if item not in indicators):
        words = f"缺少指标：上一次同类报送有{missing}，这次没有；已有读数不删除"
        desk.sayer("")("warning", "dropped", words)
