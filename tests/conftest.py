"""Workbooks to test on: the two that ship, copies that a test may spoil, and small ones made of a few lines."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfReader

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of public series and corpora that lies beside the repository."""
    if not SHARED.is_dir():
        pytest.skip("没有 ../shared：这些检验只在有公开数据集的机器上运行")
    return SHARED


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """A copy of the county's workbook that a test may spoil."""
    return Path(shutil.copytree(ROOT / "data" / "tongdao", tmp_path / "data" / "county"))


class Finished:
    """A command that has run."""

    def __init__(self, done: "subprocess.CompletedProcess[str]") -> None:
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr

    @property
    def sentence(self) -> str:
        """The one line on standard error; more than one line is a fault of its own."""
        lines = [line for line in self.err.splitlines() if line.strip()]
        assert len(lines) == 1, self.err
        return lines[0]


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Finished]:
    """Call the command line as a user does: another process, another working directory, no variable of ours."""

    def call(*arguments: str | Path, cwd: Path | None = None, **variables: str) -> Finished:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("TONGDAO")}
        done = subprocess.run(
            [str(Path(sys.executable).with_name("tongdao")), *map(str, arguments)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=cwd or ROOT,
            timeout=300,
            check=False,
            env=environment | variables,
        )
        return Finished(done)

    return call


SMALL = """
title = "示范方案"
region = "110000"
start = 2024-01-01
deadline = 2024-12-31

[regions]
110000 = "示范市"
"""

INDICATOR = """
[[indicator]]
id = "{id}"
name = "{id}"
unit = "{unit}"
measure = "{measure}"
quote = "{id}"
{more}
"""

HEADER = "indicator,region,period,value,unit,basis,status,source,recorded_at\n"


def small_workbook(folder: Path, plan: str, readings: list[str]) -> Path:
    """A workbook of a few lines: the plan's text and rows of readings.csv without the header."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "plan.toml").write_text(plan, encoding="utf-8")
    (folder / "readings.csv").write_text(HEADER + "\n".join(readings) + "\n", encoding="utf-8")
    return folder


def indicator(id: str, unit: str, measure: str, more: str = "target = 10") -> str:
    return INDICATOR.format(id=id, unit=unit, measure=measure, more=more)


def flow_rows(id: str, unit: str, years: dict[int, list[float]], recorded: str = "2024-10-12") -> list[str]:
    """Monthly cumulative rows of a flow, from single months of each year."""
    rows = []
    for year, singles in years.items():
        total = 0.0
        for month, value in enumerate(singles, 1):
            total += value
            rows.append(f"{id},110000,{year}-{month:02d},{total:g},{unit},cumulative,final,测试,{recorded}")
    return rows


def pdf_text(path: Path) -> str:
    """The text of a PDF without white space, as a search would see it."""
    return "".join("".join(page.extract_text().split()) for page in PdfReader(path).pages)
