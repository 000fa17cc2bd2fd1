"""Pages as pictures: what the reference pictures are made of and compared with.

python tests/pages.py     makes the reference pictures anew; look at every one before committing
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import pypdfium2
from PIL import Image

ROOT = Path(__file__).parent.parent
REFERENCES = Path(__file__).parent / "references"
DPI = 50

# workbook, notebook, month, further parameters
REPORTS: list[tuple[str, str, str, tuple[str, ...]]] = [
    ("tongdao", "monthly_report", "2024-09", ()),
    ("tongdao", "monthly_report", "2024-11", ()),
    ("hunan", "monthly_report", "2024-12", ()),
    ("tongdao", "briefing", "2024-09", ()),
    ("tongdao", "department_report", "2024-09", ("-p", "department=县委组织部")),
    ("tongdao", "gap_to_target", "2024-09", ()),
    ("tongdao", "wall_chart", "2024-09", ()),
    ("tongdao", "assessment", "2024-09", ()),
    ("hunan", "gap_to_target", "2024-12", ()),
    ("tongdao", "indicator_trend", "2024-09", ("-p", "indicator=科技型中小企业评价认定数")),
    ("hunan", "indicator_trend", "2024-12", ("-p", "indicator=研发经费投入强度")),
]


def key(report: tuple[str, str, str, tuple[str, ...]]) -> str:
    return "-".join(report[:3])


def pages(report: tuple[str, str, str, tuple[str, ...]], out: Path) -> list[Image.Image]:
    """The report, made by the command, in grey pictures."""
    workbook, notebook, month, more = report
    command = [str(Path(sys.executable).with_name("tongdao")), "report", notebook, "--workbook", f"data/{workbook}"]
    command += ["--month", month, "--out", str(out), *more]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [page for line in done.stdout.splitlines() for page in pictures(ROOT / line)]


def pictures(file: Path) -> list[Image.Image]:
    """The pages of a PDF."""
    document = pypdfium2.PdfDocument(file)
    return [page.render(scale=DPI / 72, grayscale=True).to_pil() for page in document]


def main() -> None:
    for old in REFERENCES.glob("*.png"):
        old.unlink()
    with tempfile.TemporaryDirectory() as out:
        for report in REPORTS:
            for number, page in enumerate(pages(report, Path(out)), 1):
                page.save(REFERENCES / f"{key(report)}-{number}.png", optimize=True)


if __name__ == "__main__":
    main()
