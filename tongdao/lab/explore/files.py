"""What was found, taken along: a picture, an Excel file, a briefing on the same choice."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from tongdao.analysis import Gap
from tongdao.base import head, put, saved, write_whole
from tongdao.document import png
from tongdao.lab.explore.choice import Choice
from tongdao.pages import Page, status_book
from tongdao.runs import Warm, jobs, run_report
from tongdao.workbook import View, Workbook, documents_folder

FIELDS = ("name", "region", "period", "value", "unit", "status", "source", "recorded_at")
TITLES = {"指标": 36, "地区": 14, "期间": 10, "数值": 12, "单位": 8, "状态": 12, "来源": 40, "记录日期": 14}


def save_picture(book: Workbook, view: View, row: Gap) -> Path:
    """The progress of one indicator as PNG of 288 dpi.

    Raises:
        DocumentError: there is nothing to draw.
    """
    target = documents_folder(book, view) / f"探索-{row.item.name}.png"
    write_whole(target, png(Page(view, (row,)).progress(row, width="full"))[0])
    return target


def save_sheet(book: Workbook, view: View, rows: Sequence[Gap]) -> Path:
    """The chosen indicators as an .xlsx file: their state, and on a second sheet their readings."""
    excel = status_book(view, rows)
    sheet = excel.create_sheet("读数")
    names = {row.item.id: row.item.name for row in rows}
    known = view.observed[view.observed["indicator"].isin(list(names))]
    known = known.assign(name=known["indicator"].map(names), region=known["region"].map(view.plan.region_name))
    head(sheet, TITLES)
    for number, values in enumerate(known[list(FIELDS)].itertuples(index=False), 2):
        for column, value in enumerate(values, 1):
            put(sheet, number, column, "" if pd.isna(value) else value)
    sheet.freeze_panes = "B2"
    target = documents_folder(book, view) / "探索.xlsx"
    write_whole(target, saved(excel))
    return target


def make_briefing(book: Workbook, view: View, choice: Choice) -> tuple[Path, ...]:
    """The one-page briefing on the department, or else on the indicator looked at.

    Raises:
        RunError, DocumentError: the run failed; the sentence says where.
    """
    about = {"department": choice.department} if choice.department else {"indicator": choice.focus}
    job = jobs(book, "briefing", about | {"month": str(view.month), "as_of": view.as_of.isoformat()})[0]
    with Warm() as warm:
        return run_report(job, warm).files
