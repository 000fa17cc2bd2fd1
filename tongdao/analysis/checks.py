"""What is doubtful in a workbook that can nevertheless be read: problems to mend and hints to know."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from tongdao.analysis.road_map import impossible_deadlines
from tongdao.base import Period
from tongdao.plan import chosen, conflicts
from tongdao.workbook import (
    CORRECTIONS,
    JUMP,
    PLAN,
    READINGS,
    SERIES,
    Workbook,
    as_known,
    latest_recorded,
    matching,
    middle,
    observations,
    read_corrections,
)


@dataclass(frozen=True)
class Finding:
    """``severity`` is 问题 (the check fails) or 提示 (worth knowing); ``place`` names file and entry."""

    severity: str
    place: str
    message: str


def _problem(place: str, words: str) -> Finding:
    return Finding("问题", place, words)


def _line(row: Any) -> str:
    return f"{READINGS} 第 {row.line} 行"


def findings(book: Workbook) -> list[Finding]:
    """Everything found, plan first, then readings."""
    seen = _observed(book)
    readings = [*_early(book), *_falls(book, seen), *_jumps(seen), *_silent(book), *_differences(book)]
    return [*_unfilled(book), *_quotes(book), *_conflicts(book), *_deadlines(book), *_corrections(book), *readings]


def _unfilled(book: Workbook) -> list[Finding]:
    """What a new workbook leaves to be written, and would be printed at the head of every report."""
    texts = {"title": book.plan.title, **{f"regions {code}": name for code, name in book.plan.regions.items()}}
    return [
        _problem(f"{PLAN} {key}", f"还是模板里的“{text}”，请改成实际的名称。")
        for key, text in texts.items()
        if "请填写" in text
    ]


def _corrections(book: Workbook) -> list[Finding]:
    """A correction that matches no reading corrects nothing: a misspelt period, or data that came anew."""
    entries = read_corrections(book.folder, book.plan)
    return [
        _problem(f"{CORRECTIONS} 第 {place} 条", f"没有 {entry.indicator} {entry.period} 的读数可更正，请核对或删去。")
        for place, entry in enumerate(entries, 1)
        if not matching(book.readings, entry).any()
    ]


def _quotes(book: Workbook) -> list[Finding]:
    """Every quote must stand in the plan's text word for word (line breaks aside)."""
    plan = book.plan
    if not plan.text:
        return [Finding("提示", PLAN, "没有写明原文文件 text，引文无法核对。")]
    path = book.folder / plan.text
    if not path.is_file():
        return [_problem(PLAN, f"原文文件 {plan.text} 不存在，引文无法核对，请放在工作簿里。")]
    text = re.sub(r"\s", "", path.read_text(encoding="utf-8-sig"))
    return [
        _problem(f"{PLAN} [[indicator]] {item.id}", f"引文“{item.quote}”在 {plan.text} 中没有逐字出现，请核对原文。")
        for item in plan.indicators
        if item.quote and re.sub(r"\s", "", item.quote) not in text
    ]


def _conflicts(book: Workbook) -> list[Finding]:
    """What can be read in more than one way, with the reading chosen; a choice that fits nothing is a mistake."""
    found = conflicts(book.plan)
    made: list[Finding] = []
    for one in found:
        choice = chosen(book.plan, one)
        words = f"采用的理解：{choice.reading}（{choice.by}）" if choice else "按哪种理解，请在 [[choice]] 中写明"
        made.append(Finding("提示", f"{PLAN} {one.kind}", f"{one.message}。{words}。"))
    used = [chosen(book.plan, one) for one in found]
    for choice in book.plan.choices:
        if choice not in used:
            place = f"{PLAN} [[choice]] {choice.kind}"
            made.append(_problem(place, f"没有发现对应的疑义（{'、'.join(choice.indicators)}），请核对或删去。"))
    return made


def _deadlines(book: Workbook) -> list[Finding]:
    """Milestones that cannot be done in time however early they are begun."""
    now = book.lists.ledger.as_known(date.max)
    return [
        _problem(
            f"ledger/milestones.csv 第 {row.line} 行 deadline",
            f"里程碑“{row.title}”的期限做不到：从计划第一天做起，按工作日最早{earliest}完成，请改期限或工期。",
        )
        for row, earliest in impossible_deadlines(book.plan, now)
    ]


def _early(book: Workbook) -> list[Finding]:
    """A figure recorded before its period was over cannot be one of the whole period."""
    rows = book.readings
    last_days = rows["end"].map({end: Period(end).last_day.isoformat() for end in rows["end"].unique()})
    early = rows[rows["recorded_at"].str[:10] < last_days]
    return [
        _problem(_line(row), f"{row.indicator} {row.period} 的记录日期 {row.recorded_at} 早于期末，请核对。")
        for row in early.itertuples()
    ]


def _observed(book: Workbook) -> pd.DataFrame:
    day = latest_recorded(book.readings)
    return observations(as_known(book.readings, day), book.plan) if day else book.readings


def _falls(book: Workbook, rows: pd.DataFrame) -> list[Finding]:
    """A cumulative figure falls only when something was revoked; the plan says where that may happen."""
    steady = [item.id for item in book.plan.indicators if item.measure == "flow" and not item.may_fall]
    rows = rows[rows["indicator"].isin(steady)].copy()
    step = rows.groupby([*SERIES, rows["end"] // 12])["value"].diff()
    return [
        _problem(
            _line(row),
            f"{row.indicator} {row.period} 的累计数 {row.value:g} 小于上一期，请核对（确有撤销请写 may_fall）。",
        )
        for row in rows[step < 0].itertuples()
    ]


def _jumps(rows: pd.DataFrame) -> list[Finding]:
    """A figure far out of its series' range: units mixed up?"""
    if rows.empty:
        return []
    usual = rows.groupby(SERIES)["value"].agg(middle).astype(float).rename("middle")
    rows = rows.join(usual, on=SERIES)
    far = rows[rows["value"].abs() > JUMP * rows["middle"]]
    return [
        _problem(
            _line(row),
            f"{row.indicator} {row.region} {row.period} 的值 {row.value:g} 超过中位数的 {JUMP} 倍，请核对单位。",
        )
        for row in far.itertuples()
    ]


def _silent(book: Workbook) -> list[Finding]:
    known = set(book.readings.loc[book.readings["region"] == book.plan.region, "indicator"])
    known |= {feed.indicator for one in book.plan.registers if book.lists.registers[one.name] for feed in one.feeds}
    names = [item.name for item in book.plan.indicators if item.id not in known]
    return [Finding("提示", READINGS, f"还没有读数：{'、'.join(names)}。")] if names else []


def _differences(book: Workbook) -> list[Finding]:
    """A typed reading that a register counts otherwise; the register is used."""
    names = {item.id: item.name for item in book.plan.indicators}
    return [
        Finding(
            "提示",
            f"{READINGS} {one.month}",
            f"{names[one.indicator]}上报 {one.typed:g}，名册计数 {one.counted:g}，报告用名册的数，请核对。",
        )
        for one in book.view(book.plan.last_month).differences
    ]
