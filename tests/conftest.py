"""Workbooks to test on: the two that ship, copies that a test may spoil, and small ones made of a few lines."""

import contextlib
import hashlib
import io
import json
import os
import runpy
import shlex
import shutil
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import settings
from pypdf import PdfReader

from tongdao.cli.program import run_command
from tongdao.document.blocks import Document
from tongdao.document.style import FONTS
from tongdao.runs.fork_server import ForkServer

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
COMMAND = str(Path(sys.executable).with_name("tongdao"))

# What pytest makes of a module of tests is kept whatever the environment says: four workers need it, each time anew.
sys.dont_write_bytecode = False

# A busy machine is no fault of the code; examples are the same everywhere, `--hypothesis-profile search` draws others.
settings.register_profile("tests", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None)
settings.load_profile("tests")


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


def text_of(document: Document) -> str:
    """All that a document prints, one passage a line; the text inside charts is not known before they are drawn."""
    return "\n".join(text for _, text in document.passages())


@dataclass(frozen=True)
class Finished:
    """A command that has run."""

    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """The one line on standard error; more than one line is a fault of its own."""
        lines = [line for line in self.err.splitlines() if line.strip()]
        assert len(lines) == 1, self.err
        return lines[0]


Run = Callable[..., Finished]


def process(*arguments: str | Path, cwd: Path | None = None, **variables: str) -> Finished:
    """Call the command line as a user does: another process, another working directory."""
    done = subprocess.run(
        [COMMAND, *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=cwd or ROOT,
        timeout=300,
        check=False,
        env=os.environ | variables,
    )
    return Finished(done.returncode, done.stdout, done.stderr)


class KeptServer(ForkServer):
    """The process that notebooks are forked from, kept for the next command; ``end`` ends it."""

    def close(self) -> None:
        """Nothing, if it can still be used."""

    def end(self) -> None:
        super().close()


@pytest.fixture(scope="session", autouse=True)
def kept_server() -> Iterator[Callable[[], KeptServer]]:
    """Gives the one warm process of these tests, also to every command; it starts when first asked for."""
    made: list[KeptServer] = []

    def give() -> KeptServer:
        if not made:
            with contextlib.chdir(ROOT):  # where the commands that use it work
                made.append(KeptServer())
        return made[0]

    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("TONGDAO")]:
            patch.delenv(name)
        for place in ("tongdao.runs", "tongdao.runs.batch"):
            patch.setattr(f"{place}.ForkServer", give)
        yield give
    for warm in made:
        warm.end()


@pytest.fixture(scope="session")
def warm(kept_server: Callable[[], KeptServer]) -> ForkServer:
    return kept_server()


@pytest.fixture
def run() -> Run:
    """Call the command line in this process; with variables of its own in another.

    What ``main`` adds to ``run_command`` is seen by those calls and by tests that start processes of their own.
    """

    def call(*arguments: str | Path, cwd: Path | None = None, **variables: str) -> Finished:
        return process(*arguments, cwd=cwd, **variables) if variables else called(*arguments, cwd=cwd)

    return call


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of others are read in this process: the guarded one of their own takes longer to start than to read."""

    def answered(work: str, request: dict[str, object], content: bytes, *, seconds: float) -> bytes:
        module, _, name = work.partition(":")
        answer: bytes = getattr(import_module(module), name)(request, content)
        return answer

    for room in ("base.child", "intake.sandbox"):
        monkeypatch.setattr(f"tongdao.{room}.apart", answered)


def called(*arguments: str | Path, cwd: Path | None = None) -> Finished:
    """Call the command line in this process, with its environment."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.chdir(cwd or ROOT), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run_command([str(argument) for argument in arguments])
    return Finished(code, out.getvalue(), err.getvalue())


def judged(program: Path, *arguments: str | Path) -> tuple[int, str]:
    """What a program that calls our command hundreds of times says of a corpus, the calls answered in this process:
    its exit code and what it prints."""
    real, out, code = subprocess.run, io.StringIO(), 0

    def answered(command: Any, **more: Any) -> Any:
        words = shlex.split(command) if isinstance(command, str) else [*map(str, command)]
        if words[0] != COMMAND:
            return real(command, **more)
        with pytest.MonkeyPatch.context() as patch:
            for name, value in (more.get("env") or {}).items():
                patch.setenv(name, value)
            done = called(*words[1:])
        return subprocess.CompletedProcess(words, done.code, done.out, done.err)

    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(out), warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # of files that the program leaves open
        patch.setattr(sys, "argv", [str(program), *map(str, arguments)])
        patch.setattr(subprocess, "run", answered)
        try:
            runpy.run_path(str(program), run_name="__main__")
        except SystemExit as ended:
            code = int(ended.code or 0)
    return code, out.getvalue()


@contextlib.contextmanager
def dask_cluster(folder: Path) -> Iterator[tuple[str, list["subprocess.Popen[bytes]"]]]:
    """A scheduler and two workers on this machine: its address, and theirs as processes to be killed."""
    pytest.importorskip("distributed", reason="没有安装 tongdao[dask]")
    file, python = folder / "scheduler.json", [sys.executable, "-W", "ignore", "-m"]
    place = ["--scheduler-file", str(file), "--no-dashboard"]
    worker = [*python, "distributed.cli.dask_worker", *place, "--nthreads", "1", "--no-nanny"]
    called = [[*python, "distributed.cli.dask_scheduler", *place, "--port", "0"], worker, worker]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    started = [subprocess.Popen(command, **quiet) for command in called]  # type: ignore[call-overload]
    try:
        deadline = time.monotonic() + 60
        while not file.is_file() and time.monotonic() < deadline:
            time.sleep(0.1)
        yield json.loads(file.read_text())["address"], started[1:]
    finally:
        for process in reversed(started):
            process.kill()
            process.wait()


Made = Callable[..., dict[str, Path]]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Documents of the workbooks that ship, by the end of their files' names (.pdf, -附件.pdf): each is made once
    and read by many tests."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "documents"
    folder.mkdir(exist_ok=True)

    def give(notebook: str, workbook: str = "tongdao", month: str = "2024-09", *more: str) -> dict[str, Path]:
        arguments = ["report", notebook, "--workbook", f"data/{workbook}", "--month", month, *more]
        name = hashlib.sha256("\0".join(arguments).encode()).hexdigest()[:16]
        told = folder / f"{name}.txt"
        with FileLock(folder / f"{name}.lock"):
            if not told.exists():
                done = called(*arguments, "--out", folder / name)
                assert done.code == 0, done.err
                told.write_text(done.out, encoding="utf-8")
        lines = told.read_text(encoding="utf-8").splitlines()
        return {Path(line).name.removeprefix(Path(lines[0]).stem): Path(line) for line in lines}

    return give


Office = Callable[[Path, str, Path], Path]


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Gives a file as LibreOffice saves it in a form (``pdf``, ``xlsx:Calc MS Excel 2007 XML``) in a folder, with our
    fonts in the place of those that may not be shipped."""
    own = tmp_path_factory.mktemp("office")
    edit = '<edit name="family" mode="assign" binding="strong"><string>{}</string></edit>'
    rule = f'<match target="pattern">{{}}{edit}</match>'
    black = rule.format('<test name="family"><string>黑体</string></test>', "Noto Sans SC")
    rest = rule.format('<test name="family" compare="not_eq"><string>Noto Sans SC</string></test>', "Noto Serif SC")
    start = '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
    fonts = f"{start}<dir>{FONTS}</dir><cachedir>{own}/cache</cachedir>{black}{rest}</fontconfig>"
    (own / "fonts.conf").write_text(fonts, encoding="utf-8")

    def saved(file: Path, form: str, folder: Path) -> Path:
        soffice = shutil.which("soffice")
        if soffice is None:
            pytest.skip("没有 LibreOffice：这项检验由 .ci/run 安装后运行")
        command = [soffice, f"-env:UserInstallation=file://{own}/profile", "--headless", "--convert-to", form]
        environment = os.environ | {"FONTCONFIG_FILE": str(own / "fonts.conf")}
        to_folder = ["--outdir", str(folder), str(file)]
        subprocess.run([*command, *to_folder], check=True, capture_output=True, timeout=180, env=environment)
        return folder / f"{file.stem}.{form.partition(':')[0]}"

    return saved


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


SCHEDULE = '\n[[schedule]]\nreport = "{report}"\nday = 10\nhour = 8\n'


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A workbook of one indicator whose briefing is due on the 10th of each month."""
    plan = SMALL + indicator("firms", "家", "flow") + SCHEDULE.format(report="briefing")
    years = {2022: [1.0] * 12, 2023: [1.0] * 12, 2024: [1.0] * 8}
    return small_workbook(tmp_path / "w" / "small", plan, flow_rows("firms", "家", years, recorded="2024-02-05"))


def written(folder: Path, ending: str) -> list[Path]:
    """Files below a folder whose name ends so, while another process makes and removes folders there.

    pathlib's rglob raises when a folder goes between being listed and being opened.
    """
    return sorted(Path(at, name) for at, _, names in os.walk(folder) for name in names if name.endswith(ending))


def pdf_text(path: Path) -> str:
    """The text of a PDF without white space, as a search would see it."""
    return "".join("".join(page.extract_text().split()) for page in PdfReader(path).pages)
