"""The annex of a report: a file of its own to which the report leads, or behind it."""

import json
from pathlib import Path
from urllib.parse import unquote

from conftest import SMALL, Run, flow_rows, indicator, pdf_text, small_workbook
from pypdf import PdfReader

BASIS = "截至2024年6月累计6家"


def test_the_annex_is_a_file_of_its_own_or_stands_behind(run: Run, tmp_path: Path) -> None:
    plan, rows = SMALL + indicator("firms", "家", "flow"), flow_rows("firms", "家", {2023: [1] * 12, 2024: [1] * 6})
    book = small_workbook(tmp_path / "w", plan, rows)
    asked = ("report", "--workbook", book, "--out", tmp_path / "out")
    body, annex = map(Path, run(*asked).out.split())
    assert (body.name, annex.name) == ("monthly_report.pdf", "monthly_report-附件.pdf")
    assert BASIS not in pdf_text(body)
    assert BASIS in pdf_text(annex)
    links = [note.get_object()["/A"]["/URI"] for note in PdfReader(body).pages[0]["/Annots"]]  # type: ignore[attr-defined]
    assert [unquote(str(link)) for link in links] == [annex.name]

    manifest = body.with_name("monthly_report.manifest.json")
    before = json.loads(manifest.read_text(encoding="utf-8"))
    (whole,) = map(Path, run(*asked, "--annex").out.split())
    after = json.loads(manifest.read_text(encoding="utf-8"))
    assert whole == body
    assert BASIS in pdf_text(whole)
    assert not annex.exists()  # the manifest knows it no more
    assert before["run"] == after["run"]  # like the forms it is no input
    replayed = run("replay", after["run"], "--workbook", book, "--out", tmp_path / "out")
    assert replayed.out.count("逐字节相同") == 1, replayed.out
