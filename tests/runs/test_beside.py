"""What a run does to the files beside its notebook is for this run only: all is put back when it ends or is killed."""

import json
import os
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tongdao.base import RunError
from tongdao.plan.settings import RunLimits
from tongdao.runs.fork_server import ForkServer
from tongdao.runs.notebooks import read_notebook
from tongdao.runs.supervise import supervise
from tongdao.runs.task import EVENTS, Task, clear_abandoned, scratch_folder

Outcome = tuple[str, tuple[str, ...]]  # why it failed, "" if it did not; notices
Do = Callable[..., Outcome]
KILL = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"


@pytest.fixture(scope="module", params=["fork", pytest.param("spawn", marks=pytest.mark.slow)])
def warm(request: pytest.FixtureRequest, kept_server: Callable[[], ForkServer]) -> Iterator[ForkServer]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("TONGDAO_START", request.param)
        with kept_server() if request.param == "fork" else ForkServer() as made:
            yield made


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    """An analyst's folder with a few files."""
    folder = tmp_path / "笔记 本"
    (folder / "deep" / "empty").mkdir(parents=True)
    (folder / "mine.csv").write_text("月,数\n1,2\n", encoding="utf-8")
    (folder / "deep" / "b.txt").write_text("文", encoding="utf-8")
    os.utime(folder / "mine.csv", (1e9, 1e9))
    return folder


@pytest.fixture
def do(warm: ForkServer, beside: Path, tmp_path: Path) -> Do:
    def run(*sources: str, server: ForkServer = warm, sealed: Path = tmp_path / "workbook") -> Outcome:
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
        path = tmp_path / f"{threading.get_ident()}.ipynb"  # not beside, where another run may be looking
        nbformat.write(notebook, path)
        content, _ = read_notebook(path)
        path.unlink()
        with scratch_folder(tmp_path / "reports") as scratch:
            places: dict[str, Any] = {"beside": beside, "workbook": sealed, "reports": tmp_path / "reports"}
            task = Task(content, {}, scratch, **places, name="", limits=RunLimits(cell_seconds=20))
            try:
                return "", supervise(server, task)[1]
            except RunError as error:
                return str(error), ()

    return run


def state(folder: Path) -> dict[str, tuple[bytes, int] | None]:
    """All that lies in a folder: of a file what it holds and when it was written."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    return {
        name: (path.read_bytes(), int(path.stat().st_mtime)) if path.is_file() else None for name, path in found.items()
    }


CHANGES = {
    "new": "open('new.txt', 'w').write('新'); assert open('new.txt').read() == '新'",
    "over": "open('mine.csv', 'w').write('别的'); assert open('mine.csv').read() == '别的'",
    "appended": "open('mine.csv', 'a').write('2,3\\n'); assert open('mine.csv').read().count('\\n') == 3",
    "nested": "import os; os.makedirs('a/b/c', exist_ok=True); open('a/b/c/d.txt', 'w').write('x')",
    "nested_over": "open('deep/b.txt', 'w').write('x'); open('deep/new.txt', 'w').write('y')",
    "removed": "import os; os.remove('mine.csv'); assert not os.path.exists('mine.csv')",
    "removed_and_made": "import os; os.remove('mine.csv'); open('mine.csv', 'w').write('x')",
    "tree": "import shutil, os; shutil.rmtree('deep'); os.makedirs('deep/other'); open('deep/b.txt', 'w').write('x')",
    "tree_gone": "import shutil; shutil.rmtree('deep')",
    "renamed": "import os; os.rename('mine.csv', 'deep/mine.csv'); os.replace('deep/mine.csv', 'yours.csv')",
    "replaced": "import os; open('new', 'w').write('x'); os.replace('new', 'mine.csv'); print(open('mine.csv').read())",
    "moved": "import shutil; shutil.move('mine.csv', 'deep'); shutil.copy('deep/mine.csv', 'again.csv')",
    "mode": "import os; os.chmod('mine.csv', 0o600); os.truncate('mine.csv', 1)",
    "link": "import os; os.symlink('mine.csv', 'link.csv'); os.link('mine.csv', 'hard.csv')",
    "frame": "import pandas as pd; a = pd.DataFrame({'a': [1]}); a.to_csv('out.csv'); a.to_excel('o.xlsx')",
    "sqlite": "import sqlite3; b = sqlite3.connect('b.db'); b.execute('create table t (n)'); b.commit(); b.close()",
    "sqlite_over": "import sqlite3, os; os.remove('mine.csv'); b = sqlite3.connect('mine.csv')\n"
    "b.execute('create table t (n)'); b.commit(); b.close()",
    "picture": "import matplotlib.pyplot as plt; plt.plot([1, 2]); plt.savefig('p.png'); plt.close()",
    "temporary": "import tempfile; f = tempfile.NamedTemporaryFile(dir='.'); f.write(b'x'); f.close()",
    "elsewhere": "import os; os.chdir('deep'); open('../up.txt', 'w').write('x'); os.remove('b.txt'); os.chdir('/')",
    "fails": "open('new.txt', 'w').write('x'); open('mine.csv', 'w').write('x'); 1 / 0",
    "exits": "open('new.txt', 'w').write('x'); open('mine.csv', 'w').write('x'); exit()",
}


FAILING = ("fails", "exits")
KILLED = ("new", "over", "nested", "removed", "tree", "renamed", "sqlite")
spawned = pytest.mark.parametrize("warm", ["spawn"], indirect=True)


def started(kinds: Iterable[str], *also: str) -> Any:
    """Each kind of change in a forked process, some in a fresh one as well, which takes seconds to start."""
    cases = [*((kind, "fork") for kind in kinds), *((kind, "spawn") for kind in also)]
    return pytest.mark.parametrize(("kind", "warm"), cases, indirect=["warm"])


def each_in_its_own(folder: Path, kinds: Iterable[str]) -> list[str]:
    """Cells that change copies of the folder's files in it, a kind each."""
    whole = Path(shutil.copytree(folder, folder.with_name("whole")))
    places = {kind: shutil.copytree(whole, folder / kind) for kind in kinds}
    return [f"import os; os.chdir({str(place)!r})\n{CHANGES[kind]}" for kind, place in places.items()]


@started(CHANGES, *FAILING)
def test_what_a_run_changes_beside_its_notebook_is_put_back(kind: str, do: Do, beside: Path) -> None:
    before = state(beside)
    fault, _ = do(CHANGES[kind])
    assert bool(fault) == (kind in FAILING), fault
    assert state(beside) == before


@spawned
def test_what_a_fresh_process_changes_in_every_way_is_put_back(do: Do, beside: Path) -> None:
    cells = each_in_its_own(beside, [kind for kind in CHANGES if kind not in FAILING])
    before = state(beside)
    assert not do(*cells)[0]
    assert state(beside) == before


@started(KILLED)
def test_a_run_that_is_killed_leaves_nothing_changed(kind: str, do: Do, beside: Path) -> None:
    before = state(beside)
    assert "突然退出" in do(CHANGES[kind], KILL)[0]
    assert state(beside) == before


@spawned
def test_a_fresh_process_that_is_killed_leaves_nothing_changed(do: Do, beside: Path) -> None:
    cells = each_in_its_own(beside, KILLED)
    before = state(beside)
    assert "突然退出" in do(*cells, KILL)[0]
    assert state(beside) == before


def test_what_killed_processes_left_changed_is_put_back_by_the_next_run(
    warm: ForkServer, do: Do, beside: Path, tmp_path: Path
) -> None:
    """Also the one that watches was killed: its scratch folder tells what was changed."""
    before = state(beside)
    kept = tmp_path / "kept"

    def stop() -> None:
        import shutil

        scratch = next((tmp_path / "reports").glob(".run-*"))
        shutil.copytree(scratch, kept, ignore=shutil.ignore_patterns(".alive", ".home"))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tongdao.runs.supervise.restore", lambda folder: stop())
        do(CHANGES["over"], CHANGES["tree"], CHANGES["nested"], KILL)
    assert state(beside) != before
    abandoned = tmp_path / "reports" / ".run-abandoned"
    kept.rename(abandoned)
    events = abandoned / "events.jsonl"
    told = events.read_text(encoding="utf-8")
    old = told.split('"copy": "')[1].split("/.kept")[0]
    events.write_text(told.replace(old, str(abandoned)) + '{"kind": "half', encoding="utf-8")
    clear_abandoned(tmp_path / "reports")
    assert state(beside) == before
    assert not abandoned.exists()


def test_two_runs_that_write_the_same_name_come_one_after_the_other(do: Do, beside: Path) -> None:
    before = state(beside)
    write = "import time\nopen('same.txt', 'a').write('{0}'); time.sleep(0.5); seen = open('same.txt').read()\n"
    over = "open('mine.csv', 'w').write('{0}'); time.sleep(0.3); assert (seen, open('mine.csv').read()) == ('{0}',) * 2"
    found = dict[str, Outcome]()

    def one(name: str) -> None:
        with ForkServer() as server:
            found[name] = do((write + over).format(name), server=server)

    threads = [threading.Thread(target=one, args=(name,)) for name in "甲乙"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[name][0] for name in "甲乙"] == ["", ""]
    assert state(beside) == before


@pytest.mark.parametrize(
    "source",
    [
        "import os; os.rename('deep', 'deeper')",
        "open('../up.txt', 'w')",
        "import os; os.remove('../workbook/readings.csv')",
        "import sqlite3; sqlite3.connect('../workbook/new.db').execute('create table t (n)')",
    ],
)
def test_what_cannot_be_put_back_is_refused(source: str, do: Do, beside: Path, tmp_path: Path) -> None:
    (tmp_path / "workbook").mkdir()
    (tmp_path / "workbook" / "readings.csv").write_text("x")
    before = state(beside)
    fault, _ = do(f"try:\n    {source}\nexcept OSError: pass")
    assert "写到运行文件夹之外" in fault or "改动了" in fault
    assert state(beside) == before
    assert (tmp_path / "workbook" / "readings.csv").is_file()


def test_what_a_command_leaves_in_folders_beside_its_notebook_is_told(do: Do, beside: Path) -> None:
    (beside / ".hidden").mkdir()
    for path in ("deep/gone.txt", "deep/.~lock.b.txt#", "~$mine.csv"):
        (beside / path).touch()
    lines = [
        "rm deep/gone.txt 'deep/.~lock.b.txt#' '~$mine.csv'",
        "echo 2 >> deep/b.txt",
        "echo 3 > deep/c.txt",
        "mkdir -p out/of",
        "echo 4 > out/of/d",
        "echo 5 > .hidden/e",
    ]
    fault, notices = do("%%bash\n" + "\n".join(lines))
    assert not fault
    changed = {"deep/b.txt": "变了", "deep/c.txt": "多了", "deep/gone.txt": "少了", "out": "多了"}
    said = [f"笔记本旁边{word} {beside.resolve() / name}：" for name, word in changed.items()]
    assert [notice.partition("：")[0] + "：" for notice in notices] == said


def test_of_very_many_files_beside_a_notebook_the_first_are_told_and_how_many(do: Do) -> None:
    _, notices = do("%%bash\nfor n in $(seq 100 130); do touch deep/$n.txt; done")
    assert [len(notices), notices[-1].endswith("，等共 31 处。")] == [10, True]


def full(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("times", [1, 2])  # killed again before it has told its end
def test_a_full_disk_does_not_cost_the_file_that_a_run_replaced(
    times: int, beside: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state(beside)
    mine = beside / "mine.csv"
    shutil.copy2(mine, copy := tmp_path / "copy")
    mine.write_text("别的", encoding="utf-8")
    found = [{"kind": "kept", "path": str(mine), "copy": str(copy)}, {"kind": "made", "path": str(mine)}]
    monkeypatch.setattr(shutil, "copyfile", full)
    for n in range(times):
        (folder := tmp_path / "reports" / f".run-{n}").mkdir(parents=True)
        (folder / EVENTS).write_text("\n".join(map(json.dumps, found)), encoding="utf-8")
        clear_abandoned(tmp_path / "reports")
    assert state(beside) == before
