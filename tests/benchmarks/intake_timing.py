"""Time and memory of importing many tidy rows: python intake_timing.py [ROWS] [csv|xlsx] (Unix).

Makes a workbook of the county's plan in a scratch folder, a file of ROWS rows (default 100,000) of made-up vintages,
and runs the command as a user does. Prints seconds and the largest memory of the command and its child.
"""

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import openpyxl

ROOT = Path(__file__).parent.parent.parent
COUNTY = ROOT / "data" / "tongdao"
SERIES = (
    ("科技型中小企业评价认定数", "家"),
    ("新增企业上云", "家"),
    ("新增企业上平台", "家"),
    ("知识价值信用贷款备案", "亿元"),
)
YEARS, VINTAGES = range(2000, 2024), 90


def rows(most: int) -> list[str]:
    """Vintages of monthly cumulative figures, each recorded a day after the other."""
    lines = ["indicator,period,value,unit,source,recorded_at"]
    for name, unit in SERIES:
        for year in YEARS:
            for month in range(1, 13):
                first = date(year + month // 12, month % 12 + 1, 1)
                value = month if unit == "家" else month / 100
                for days in range(VINTAGES):
                    lines.append(f"{name},{year}-{month:02d},{value},{unit},测试,{first + timedelta(days=days)}")  # noqa: PERF401
    return lines[: most + 1]


def write(file: Path, lines: list[str]) -> None:
    """The rows as a CSV or, by the file's suffix, as a workbook."""
    if file.suffix == ".csv":
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("读数")
    for line in lines:
        cells = line.split(",")
        sheet.append([float(text) if text[:1].isdigit() and "-" not in text else text for text in cells])
    book.save(file)


def main(most: int, kind: str) -> None:
    """Make the files, run the import, print what it cost."""
    with tempfile.TemporaryDirectory() as scratch:
        book = Path(scratch) / "book"
        book.mkdir()
        shutil.copy(COUNTY / "plan.toml", book)
        header = (COUNTY / "readings.csv").read_bytes().split(b"\n", 1)[0]
        (book / "readings.csv").write_bytes(header + b"\n")
        file = Path(scratch) / f"rows.{kind}"
        write(file, rows(most))
        command = [str(Path(sys.executable).with_name("tongdao")), "add", str(file), "--workbook", str(book)]
        began = time.perf_counter()
        done = subprocess.run([*command, "--as-of", "2025-01-31"], check=True, capture_output=True, text=True)
        seconds = time.perf_counter() - began
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(done.stdout.strip())
        print(f"{seconds:.1f} s, {memory:.0f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, sys.argv[2] if len(sys.argv) > 2 else "csv")
