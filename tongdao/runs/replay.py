"""Compare runs: a document made again, proved by its hash; why the figures of two runs differ."""

import hashlib
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from tongdao.analysis import Gap, gaps
from tongdao.pages import chance, figures, origin, period_name, said, verdict_name, way_changed
from tongdao.runs.fork_server import ForkServer
from tongdao.runs.job import Job
from tongdao.runs.report import made_by, run_report
from tongdao.workbook import View, Workbook, digest, open_workbook

_MADE_BY = {"notebook": "笔记本", "code": "程序"}


def replay(job: Job, manifest: Mapping[str, Any], server: ForkServer) -> list[str]:
    """What differs when the run of a manifest is made again; empty if every file has the same bytes.

    ``job`` is the same question asked of the workbook as it lies there now.
    """
    with tempfile.TemporaryDirectory(prefix="tongdao-") as folder:
        made = run_report(replace(job, folder=Path(folder) / "again"), server)
        hashes = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in made.files}
    wrong = [name for name, known in manifest["outputs"].items() if hashes.get(name) != known]
    if not wrong:
        return []
    then, current = manifest["versions"], made_by()
    versions = current["versions"].items()
    moved = "，".join(f"{key} {then.get(key)} → {known}" for key, known in versions if then.get(key) != known)
    now = {"data": job.data, "notebook": hashlib.sha256(job.notebook.read_bytes()).hexdigest(), "code": current["code"]}
    words = {
        "data": "数据：按当时的截止日重建的读数或计划与当时不同（有记录被改写，或计划文件没有写成修订）",
        "notebook": f"笔记本：{job.notebook.name} 的内容已改",
        "code": "程序：通道的代码已更新",
    }
    differs = [said for key, said in words.items() if now[key] != manifest[key]] + [f"环境：{moved}"] * bool(moved)
    same = "环境：输入、程序和版本都相同而结果不同，请检查字体文件和操作系统"
    return [f"{'、'.join(wrong)} 与当时不同。", *(differs or [same])]


def differences(book: Workbook, first: Mapping[str, Any], second: Mapping[str, Any]) -> list[str]:
    """One sentence for every indicator whose figure, chance or verdict differs between the runs of two manifests.

    Both are made again from the files as they are now; where those were rewritten after a run, the figures that the
    run kept tell what was so.
    """
    books = [open_workbook(book.folder, run.get("known", "")) for run in (first, second)]
    asked = [(run["inputs"]["month"], run["inputs"]["as_of"], run["given"].get("region")) for run in (first, second)]
    views = [each.view(*when) for each, when in zip(books, asked, strict=True)]
    found = [line for run, view in zip((first, second), views, strict=True) for line in _rewritten(run, view)]

    @cache
    def judged(knowledge: int, month: int) -> dict[str, Gap]:
        view = views[month]
        if knowledge != month:
            view = books[knowledge].view(views[month].month, views[knowledge].as_of, asked[month][2])
        return {row.item.id: row for row in gaps(view)}

    before = judged(0, 0)
    for row in judged(1, 1).values():
        old = before.get(row.item.id)
        if old is None:
            found.append(f"{row.item.name}：计划里新增的指标。")
        elif _said(views[0], old) != _said(views[1], row):
            why = _why(views, old, row, judged)
            found.append(f"{row.item.name}：{_said(views[0], old)} → {_said(views[1], row)}，因为{why}。")
    causes = [what for key, what in _MADE_BY.items() if first[key] != second[key]]
    if causes:
        found.append(f"{'' if found else '各项的数都相同；'}两次的{'和'.join(causes)}不同。")
    return found


def _rewritten(run: Mapping[str, Any], view: View) -> list[str]:
    """What the files say now of a run's own day that they did not say then."""
    if digest(view) == run["data"]:
        return []
    told = []
    for key, is_now in figures(view).items():
        name, was = view.plan.indicator(key).name, run["figures"].get(key)
        if was is None:
            told.append(f"　{name}：计划里新增的指标。")
            continue
        if was["target"] != is_now["target"]:
            told.append(f"　{name}：目标由{was['target']}改为{is_now['target']}，计划文件没有写成修订。")
        if _reading(was) != _reading(is_now):
            told.append(f"　{name}：{_reading(was)} → {_reading(is_now)}，来源：{is_now['source'] or '无'}。")
        elif was["source"] != is_now["source"]:
            told.append(f"　{name}：读数未变，来源由“{was['source']}”改为“{is_now['source']}”。")
    if not told:
        return [f"运行 {run['run']} 之后计划、读数或台账被改写过，各指标当时的读数和目标没有变。"]
    return [f"运行 {run['run']} 之后计划或读数被改写过：", *told]


def _reading(kept: Mapping[str, str]) -> str:
    return f"{kept['period']}{kept['value']}" or "没有读数"


def _said(view: View, row: Gap) -> str:
    likely = f"可能性{chance(row.p_met, view.plan.thresholds)}" if row.cause == "outlook" else ""
    parts = (said(row.actual, row.item), verdict_name(row), likely)
    return "、".join(part for part in parts if part)


def _why(views: list[View], old: Gap, now: Gap, judged: Callable[[int, int], Mapping[str, Gap]]) -> str:
    """What changed between two runs; that it is the time left alone only where the same knowledge proves it.

    ``judged`` gives what the first or second run's day knew (0, 1) of the first or second run's month.
    """
    keys = ("target", "word", "tolerance", "measure", "unit")
    changed = []
    if any(getattr(old.item, key) != getattr(now.item, key) for key in keys):
        changed.append("目标或口径有调整")
    if old.end < now.end:
        changed.append(f"有了新的一期（{period_name(now.end, now.item.frequency)}）")
    elif old.end > now.end:
        what = period_name(old.end, old.item.frequency)
        if old.end in now.own["end"].to_numpy():
            changed.append(f"到 {views[1].month} 还没有新的读数（最近一期是{what}）")
        else:
            earlier = views[1].month < views[0].month or views[1].as_of < views[0].as_of
            changed.append(f"后一次还没有算到{what}的读数" if earlier else f"{what}的读数已撤回")
    else:
        was, is_now = origin(views[0], old.item, old.end), origin(views[1], now.item, now.end)
        if (was.value, was.recorded_at) != (is_now.value, is_now.recorded_at):
            changed.append(f"同一期读数有修订（{is_now.recorded_at} 记录，来源：{is_now.source}）")
    if words := way_changed(old, now):
        changed.append(words)
    if changed:
        return "，".join(changed)
    columns = (zip(row.own["end"], row.own["value"], strict=True) for row in (old, now))
    before, after = ([(end, value) for end, value in pairs if end <= now.end] for pairs in columns)
    known = "往期的读数有变化" if before != after else "参照地区的读数、名册或计划的设定有变化"
    if views[0].month == views[1].month:
        return known
    left = f"剩余时间变{'短' if views[0].month < views[1].month else '长'}"
    wanted, name = _said(views[1], now), now.item.id
    by_time, by_knowledge = (
        name in rows and _said(rows[name].view, rows[name]) == wanted for rows in (judged(0, 1), judged(1, 0))
    )
    if by_time != by_knowledge:
        return left if by_time else known
    return f"{left}，{known}，" + ("两者各自都足以如此" if by_time else "两者合起来才有这个变化")
