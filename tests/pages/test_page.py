"""A page: a view with its rows, opened in one call and shown cell by cell."""

import re

import pytest
from conftest import ROOT, called
from IPython.lib.pretty import pretty

import tongdao as td
from tongdao.pages.display import Blocks, Table, Text
from tongdao.pages.page import FIELDS, columns

COUNTY = ROOT / "data" / "tongdao"
PAGES = ("MonthlyReport", "GapToTarget", "IndicatorTrend", "DepartmentReport", "Briefing", "WallChart", "Assessment")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_opened_by_folder_or_workbook_and_says_what_it_is(name: str) -> None:
    page = getattr(td, name).open(str(COUNTY), "2024-09", "2024-10-12")
    same = getattr(td, name).open(td.open_workbook(COUNTY), month="2024-09", as_of="2024-10-12")
    assert page.head() == same.head()
    assert page.head().month == "2024-09"
    assert pretty(page) == pretty(page.view)


def test_where_past_chances_ended_no_better_than_a_coin_no_page_says_per_cent() -> None:
    book = td.open_workbook(COUNTY)
    seen = [
        td.IndicatorTrend.open(book, indicator="上云").conclusion().markdown,
        td.Page.open(book).conclusion().markdown,
    ]
    seen += [called("status").out, called().out, str(td.explore(book, focus="上云").one_indicator()[0].markdown)]
    worst = td.RegionPanel.open(book).worst()
    seen.append(f"可能性{worst.cells[0][-1].text}" if isinstance(worst, Table) else "")
    for text in seen:
        assert re.search("可能性.{0,9}成|.到.成", text), text
        assert not re.search(r"可能性\d+%", text), text


def test_a_table_says_of_bars_and_of_change_only_what_it_shows() -> None:
    province = td.MonthlyReport.open(ROOT / "data" / "hunan", "2024-12").action_table()
    county = td.MonthlyReport.open(COUNTY, "2024-09", "2024-10-12").action_table()
    assert [("横条为完成率" in (table.note or "")) for table in (province, county)] == [False, True]
    moved = {row[0].text: row[2].text for row in province.cells}
    assert (
        moved["高新技术企业公告家数"] == "2024年数"
    )  # of 2023 there were 404 more, and no firm was lost since last month


def test_several_blocks_are_outputs_of_their_own(capsys: pytest.CaptureFixture[str]) -> None:
    Blocks([Text("一"), Text("二")])._ipython_display_()
    assert [line for line in capsys.readouterr().out.splitlines() if line]
    Blocks()._ipython_display_()
    assert capsys.readouterr().out == ""


def test_a_column_said_once_is_blank_on_a_page_and_empty_in_a_spreadsheet() -> None:
    page = td.Page.open(str(COUNTY), "2024-09")
    row = next(row for row in page.rows if row.verdict == "pending")
    assert [field.text(row) for field in columns(("可能性", 7), ("配合单位", 9))] == ["—", "—"]
    field = next(field for field in FIELDS if field.title == "可能性")
    assert (field.text(row), field.width, field.align) == ("", 10, "right")
