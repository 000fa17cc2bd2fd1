"""What ``tongdao add`` makes of every case of a corpus, as JSON on standard output: run by each Python, then compared.

python take_in.py CORPUS    (a folder with manifest.csv, the files and plan/)
"""

import contextlib
import csv
import io
import json
import shutil
import sys
import tempfile
from pathlib import Path

from tongdao.cli.program import run_command


def case(files: list[Path], plan: Path) -> list[object]:
    """Exit codes and receipts of files added one after the other to a copy of a workbook, and its readings then."""
    with tempfile.TemporaryDirectory() as folder:
        book = Path(shutil.copytree(plan, Path(folder, "book")))
        for path in (book, *book.rglob("*")):  # Windows replaces no file that is marked as read-only
            path.chmod(0o755)
        told: list[object] = []
        for file in files:
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                code = run_command(["add", str(file), "--workbook", str(book), "--as-of", "2025-01-31", "--json"])
            receipt = json.loads(out.getvalue())
            told.append([code, receipt["verdict"], receipt["findings"]])
        rows = (book / "readings.csv").read_bytes().decode("utf-8-sig").splitlines()
        return [*told, rows[1:]]


if __name__ == "__main__":
    corpus = Path(sys.argv[1])
    with (corpus / "manifest.csv").open(encoding="utf-8") as listed:
        named = [row["file"] for row in csv.DictReader(listed)]
    made = {name: case([corpus / one for one in name.split(";")], corpus / "plan") for name in named}
    sys.stdout.buffer.write(json.dumps(made, ensure_ascii=False, indent=0).encode())
