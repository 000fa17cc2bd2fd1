"""Why a figure of one run is not that of another: new period, revision, definition, time or code."""

from collections.abc import Mapping
from typing import Any

from tongdao.gap import Gap, gaps
from tongdao.trace import origin
from tongdao.view import View
from tongdao.wording import chance, period_name, short_amount, verdict_name
from tongdao.workbook import Workbook, digest


def differences(book: Workbook, first: Mapping[str, Any], second: Mapping[str, Any]) -> list[str]:
    """One sentence for every indicator whose figure, chance or verdict differs between the runs of two manifests."""
    views = [book.view(run["inputs"]["month"], run["inputs"]["as_of"]) for run in (first, second)]
    found = [
        f"运行 {run['run']} 之后读数或计划被改写过，下面按现在的文件重算。"
        for run, view in zip((first, second), views, strict=True)
        if digest(view) != run["data"]
    ]
    before = {row.item.id: row for row in gaps(views[0])}
    for row in gaps(views[1]):
        old = before.get(row.item.id)
        if old is None:
            found.append(f"{row.item.name}：计划里新增的指标。")
        elif _said(views[0], old) != _said(views[1], row):
            why = _why(views, old, row)
            found.append(f"{row.item.name}：{_said(views[0], old)} → {_said(views[1], row)}，因为{why}。")
    if not found and first["code"] != second["code"]:
        found.append("各项的数都相同；两次之间程序有更新。")
    return found


def _said(view: View, row: Gap) -> str:
    likely = chance(row.p_met, view.plan.thresholds) if row.cause == "outlook" else ""
    parts = (short_amount(row.actual, row.item.unit, whole=row.item.counts), verdict_name(row), likely)
    return "、".join(part for part in parts if part)


def _why(views: list[View], old: Gap, now: Gap) -> str:
    keys = ("target", "word", "tolerance", "measure", "unit")
    if any(getattr(old.item, key) != getattr(now.item, key) for key in keys):
        return "目标或口径有调整"
    if old.end != now.end:
        return f"有了新的一期（{period_name(now.end, now.item.frequency)}）" if now.end else "那一期的读数已撤回"
    was, is_now = origin(views[0], old), origin(views[1], now)
    if (was.value, was.recorded_at) != (is_now.value, is_now.recorded_at):
        return f"同一期读数有修订（{is_now.recorded_at} 记录，来源：{is_now.source}）"
    if views[0].month != views[1].month:
        return "剩余时间变短"
    return "参照或往年的读数有变化"
