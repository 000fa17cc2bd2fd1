"""Every data file of the corpus that lies beside the repository gets the verdict of its manifest, place named."""

import csv
import json
import re
import shutil
from pathlib import Path

import pytest
from conftest import ROOT, SHARED, Run

MANIFEST = SHARED / "badinputs" / "manifest.csv"
VERDICTS = {"accept": ("accept", 0), "repair-with-warning": ("repair", 0), "reject": ("reject", 2)}
AS_OF = "2025-01-31"
FIRST = "csv_tidy/t001_clean.csv"  # t190 is a later delivery of the same office

pytestmark = pytest.mark.shared


def cases() -> list[dict[str, str]]:
    if not MANIFEST.is_file():
        return []
    rows = list(csv.DictReader(MANIFEST.read_text(encoding="utf-8-sig").splitlines()))
    return [row for row in rows if row["layout"] != "notebook"]


def new_workbook(folder: Path) -> Path:
    """The county's plan with readings.csv holding its header alone."""
    folder.mkdir(parents=True)
    for name in ("plan.toml", "plan.txt"):
        shutil.copy(ROOT / "data" / "tongdao" / name, folder)
    header = (ROOT / "data" / "tongdao" / "readings.csv").read_bytes().split(b"\n", 1)[0]
    (folder / "readings.csv").write_bytes(header + b"\n")
    return folder


def places(location: str, columns: str = "ABCDEFGHIJKLMNOP") -> set[tuple[int | None, str | None]]:
    """The manifest's location as rows and columns; a column that it does not name is None."""
    found: set[tuple[int | None, str | None]] = set()
    column = re.search(r"column (\w+)", location)
    if rows := re.search(r"rows? ([\d,-]+)", location):
        for part in rows[1].strip(",").split(","):
            first, _, last = part.partition("-")
            found |= {(row, column[1] if column else None) for row in range(int(first), int(last or first) + 1)}
    for cell in re.findall(r"\b([A-P])(\d+)(?::[A-P]\d+)?", location):
        found.add((int(cell[1]), cell[0]))
    return found


@pytest.mark.parametrize("case", cases(), ids=lambda case: Path(case["file"]).stem)
def test_the_corpus(
    case: dict[str, str], tmp_path: Path, run: Run, shared: Path, request: pytest.FixtureRequest
) -> None:
    book = new_workbook(tmp_path / "book")
    file = shared / "badinputs" / case["file"]
    options = ("--workbook", book, "--as-of", AS_OF, "--json")
    if "t190" in case["file"] or "t189" in case["file"]:
        assert run("add", shared / "badinputs" / FIRST, *options).code == 0
    before = (book / "readings.csv").read_bytes()
    done = run("add", file, *options)
    receipt = json.loads(done.out)
    verdict, code = VERDICTS[case["expected"]]
    assert (receipt["verdict"], done.code, done.err) == (verdict, code, ""), receipt
    findings = receipt["findings"]
    if verdict == "accept":
        assert [item for item in findings if item["severity"] != "info"] == []
    if re.match(r"\d+ ", case["key_phrase"]) and verdict == "accept":
        assert receipt["readings"] == int(case["key_phrase"].split()[0])
    elif case["key_phrase"]:
        assert case["key_phrase"] in " ".join(item["message"] for item in findings)
    if verdict != "accept":
        named = {(item["row"], column) for item in findings for column in (item["column"], None)}
        assert places(case["location"]) <= named, (case["location"], findings)
    after = (book / "readings.csv").read_bytes()
    assert after.startswith(before)
    assert verdict != "reject" or after == before
    kept = [path for path in (book / "deliveries").iterdir() if path.read_bytes() == file.read_bytes()]
    assert len(kept) == 1
    assert kept[0].with_suffix(".json").is_file()
    if verdict != "reject":  # the guarded child could read it
        request.getfixturevalue("here")
    again = run("add", file, *options)
    assert (book / "readings.csv").read_bytes() == after
    receipt = json.loads(again.out)
    told = ("reject", 0, 2) if verdict == "reject" else ("accept", 0, 0)  # what was refused is, each time
    assert (receipt["verdict"], receipt["readings"], again.code) == told
