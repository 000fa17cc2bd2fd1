"""The commands on a Windows Python: the bundle for Windows, installed without a network, does what it does here.

TONGDAO_WINDOWS names the folder that ../shared/windows/setup.sh has made (a Windows Python under Wine). Outside
``make test``: half an hour, for Wine is slow. It shows that code runs and what it makes, not how fast.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT, Finished, Made

KIT = os.environ.get("TONGDAO_WINDOWS", "")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("windows"),  # one folder, one Wine
    pytest.mark.skipif(not KIT, reason="TONGDAO_WINDOWS names no folder of ../shared/windows/setup.sh"),
]
HEAVY = ("wheels", "python")  # installed anew only where they have changed
HERE = "import subprocess, sys; sys.exit(subprocess.call(sys.argv[1:], cwd=r'Z:\\w\\bundle'))"
PYTHON = r"Z:\w\bundle\python\python.exe"
Windows = Callable[..., Finished]


@pytest.fixture(scope="session")
def bundle(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the installed bundle, as Linux sees it; all but its wheels is always new."""
    made = tmp_path_factory.mktemp("dist")
    tool = [sys.executable, ROOT / "tools" / "bundle.py", "--platform", "win_amd64", "--out", made]
    subprocess.run(tool, check=True, capture_output=True)
    folder, packed = Path(KIT, "root", "w", "bundle"), next(made.glob("*.zip"))
    with zipfile.ZipFile(packed) as archive:
        names, sums = archive.namelist(), archive.read(f"{packed.stem}/SHA256SUMS").decode()
        there = folder / "SHA256SUMS"
        whole = (folder / "python" / ".ready").is_file()
        installed = whole and heavy(there.read_text(encoding="utf-8")) == heavy(sums)
        for path in folder.glob("*") if installed else [folder]:
            if path.name not in HEAVY:
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        (folder.parent / packed.stem).symlink_to(folder.name)
        folder.mkdir(exist_ok=True)
        archive.extractall(folder.parent, [name for name in names if not (installed and name.split("/")[1] in HEAVY)])
        (folder.parent / packed.stem).unlink()
    if not installed:
        done = on_windows(shared, "cmd", "/c", "make.bat", "install")
        assert done.code == 0, done.err
        lacks = [shared / "windows" / "math_dll.py", folder / "python" / "Lib" / "site-packages"]
        own = folder / "python" / "tdshimwin-crt-math-l1-1-0.dll"  # Wine's C runtime lacks what NumPy calls
        subprocess.run([Path(KIT, "tools", "bin", "python"), *lacks, own, made], check=True, capture_output=True)
    return folder


def heavy(sums: str) -> list[str]:
    """The lines of what takes long to install."""
    return [line for line in sums.splitlines() if line.split("  ")[1].split("/")[0] in HEAVY]


def on_windows(shared: Path, *words: str) -> Finished:
    """Call a program in the bundle's folder."""
    call = ["nice", "-n", "5", shared / "windows" / "inside.sh", KIT, "-c", HERE, *words]
    done = subprocess.run(call, capture_output=True, check=False, env=os.environ | {"LIMIT": "3600"})
    return Finished(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def windows(bundle: Path, shared: Path) -> Windows:
    """Calls tongdao.bat with the words given."""
    return lambda *words: replace(done := on_windows(shared, "cmd", "/c", "tongdao.bat", *words), out=plain(done.out))


def plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\\", "/")


@pytest.mark.parametrize(
    ("words", "here"),
    [
        (["report", "--month", "2024-09"], ["monthly_report"]),
        (["report", "--workbook", "data\\hunan", "--month", "2024-09"], ["monthly_report", "hunan"]),
        (
            ["report", "briefing", "--month", "2024-09", "--format", "pdf,docx,png,html"],
            ["briefing", "tongdao", "2024-09", "--format", "pdf,docx,png,html"],
        ),
    ],
)
def test_documents_are_those_of_linux_to_the_byte(
    words: list[str], here: list[str], windows: Windows, bundle: Path, made: Made
) -> None:
    done = windows(*words)
    assert done.code == 0, done.err
    lines = done.out.splitlines()
    there = {Path(line).name.removeprefix(Path(lines[0]).stem): (bundle / line).read_bytes() for line in lines}
    assert there == {ending: path.read_bytes() for ending, path in made(*here).items()}
    assert not list(bundle.glob("reports/*/*/.run-*"))


def test_what_is_due_is_made_and_made_again_to_the_byte(windows: Windows) -> None:
    done = windows("run", "--due", "--as-of", "2024-02-20")
    assert done.code == 0, done.err
    stems = {Path(line.split("（")[0]).stem for line in done.out.splitlines()}
    assert stems == {"monthly_report", "monthly_report-附件", "briefing"}
    runs = json.loads(windows("runs", "--json").out)
    again = windows("replay", next(one["run"] for one in runs if one["report"] == "briefing"))
    assert again.code == 0, again.out
    assert "逐字节相同" in again.out


def test_a_batch_of_two_at_a_time(windows: Windows) -> None:
    done = windows("report", "department_report", "--each", "department", "--month", "2024-09", "--jobs", "2")
    assert done.code == 0, done.err
    assert len({line for line in done.out.splitlines() if "附件" not in line}) == 15


def test_an_analyst_s_notebook_on_another_drive_than_the_workbook(windows: Windows) -> None:
    """The workbook on a share; it prints into nothing and reads a text, whatever else this person has installed."""
    prefix = Path(KIT, "root", "w", "prefix")
    drive, share = prefix / "drive_c", prefix / "dosdevices" / "unc" / "server" / "share"
    share.parent.mkdir(parents=True, exist_ok=True)
    share.unlink(missing_ok=True)
    share.symlink_to("/w/bundle/data")
    folder = drive / "笔记 本"
    folder.mkdir(exist_ok=True)
    (folder / "说明.txt").write_text("通道", encoding="utf-8")
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(OWN)]), folder / "自己的.ipynb")
    for home in (drive / "users").iterdir():
        other = home / "AppData" / "Roaming" / "Python" / "Python313" / "site-packages" / "pandas"
        other.mkdir(parents=True, exist_ok=True)
        (other / "__init__.py").write_text("raise ImportError('another pandas')")
    done = windows("report", r"C:\笔记 本\自己的.ipynb", "--workbook", r"\\server\share\tongdao")
    assert done.code == 0, done.err


def test_every_file_of_offices_is_read_as_on_linux(bundle: Path, shared: Path) -> None:
    corpus, script = bundle.parent / "officefiles", "take_in.py"
    shutil.copytree(shared / "officefiles", corpus, dirs_exist_ok=True)
    shutil.copy(Path(__file__).with_name(script), bundle / script)
    there = on_windows(shared, PYTHON, "-X", "utf8", script, r"..\officefiles")
    here = subprocess.run([sys.executable, Path(__file__).with_name(script), corpus], capture_output=True, check=True)
    assert json.loads(there.out) == json.loads(here.stdout)


def test_a_file_is_taken_in_and_taken_back(windows: Windows, bundle: Path) -> None:
    sheet = "指标,期间,数值,单位,来源\n新增企业上云,2024-10,240,家,检验用的虚构数\n"
    (bundle / "报表_2024.csv").write_text(sheet, encoding="utf-8-sig")
    taken = windows("add", "报表_2024.csv", "--as-of", "2024-11-01", "--json")
    assert json.loads(taken.out)["verdict"] in ("accept", "repair"), taken.out
    status = ("status", "--month", "2024-10", "--json", "--as-of")
    assert 240 in [row["actual"] for row in json.loads(windows(*status, "2024-11-01").out)]
    back = windows("withdraw", "报表_2024.csv", "--as-of", "2024-11-02")
    assert back.code == 0, back.err
    assert 240 not in [row["actual"] for row in json.loads(windows(*status, "2024-11-02").out)]


def test_figures_checks_and_tasks(windows: Windows) -> None:
    for words in (["status"], ["status", "--format", "xlsx"], ["owed"], ["doctor"], ["run", "--rehearse"]):
        done = windows(*words)
        assert done.code == 0, (words, done.err)
    shown = windows("schedule").out
    assert re.search(r"<Command>.*/python/pythonw.exe</Command>", shown)
    assert "crontab" not in shown


OWN = """
import os, subprocess, sys
import pandas
with open(os.devnull, "w") as nothing:
    subprocess.run([sys.executable, "-c", "print(1)"], stdout=nothing, stderr=subprocess.DEVNULL, check=True)
print(open("说明.txt").read())
"""

GREEDY = """
import time
from tongdao.base import ApartError, apart
def work(request, content):
    kept = [bytes([1]) * 10_000_000 for _ in range(150)]
    time.sleep(30)
    return b"done"
if __name__ == "__main__":
    try:
        print(apart("greedy:work", {}, b"", seconds=60))
    except ApartError as error:
        print("late" if error.late else "too much memory")
"""


def test_a_file_that_wants_too_much_memory_is_stopped(bundle: Path, shared: Path) -> None:
    (bundle / "greedy.py").write_text(GREEDY)
    assert on_windows(shared, PYTHON, "greedy.py").out.strip() == "too much memory"


def test_a_task_without_a_window_does_its_work(windows: Windows, bundle: Path, shared: Path) -> None:
    words = shlex.split(windows("schedule").out.partition("<Arguments>")[2].partition("</Arguments>")[0])
    done = on_windows(shared, PYTHON.replace("python.exe", "pythonw.exe"), *words, "--as-of", "2024-03-20")
    assert done.code == 0
    assert (bundle / "reports" / "tongdao" / "2024-02" / "briefing.pdf").is_file()


HELD = """
import pathlib, threading
from tongdao.base import RunError, publish
one, two = pathlib.Path("a.xlsx"), pathlib.Path("b.xlsx")
one.write_bytes(b"old"), two.write_bytes(b"old"), pathlib.Path("~$b.xlsx").touch()
with two.open("rb"):
    try:
        publish({one: b"new", two: b"new"})
    except RunError as error:
        print(error)
print(one.read_bytes(), two.read_bytes(), *pathlib.Path().glob(".*.new"))
scanned = one.open("rb")
threading.Timer(0.4, scanned.close).start()
publish({one: b"new"})
print(one.read_bytes())
"""


def test_a_file_that_a_program_holds_is_said_and_nothing_is_replaced(bundle: Path, shared: Path) -> None:
    (bundle / "held.py").write_text(HELD)
    said, kept, after = on_windows(shared, PYTHON, "-X", "utf8", "held.py").out.splitlines()
    assert "Excel 或 WPS（旁边有它的锁文件 ~$b.xlsx）" in said
    assert (kept, after) == ("b'old' b'old'", "b'new'")
