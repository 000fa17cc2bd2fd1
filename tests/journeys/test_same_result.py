"""A notebook gives the same in every place: papermill, papermill with our engine, a report's run, nbconvert.

Cell by cell: texts, tables, pictures, charts by their specification, and what widgets hold.
"""

import contextlib
import csv
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import nbformat
import pytest
from conftest import ROOT, SHARED, text_of
from papermill import execute_notebook
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from tongdao.document.notebook import read_document
from tongdao.pages import HEADLESS
from tongdao.runs.fork_server import ForkServer
from tongdao.runs.notebooks import declared, fitted, read_notebook
from tongdao.runs.supervise import supervise
from tongdao.runs.task import Task

SHIPPED = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
INPUTS = {"workbook": str(ROOT / "data" / "tongdao"), "month": "2024-09", "as_of": "2024-10-12"}
CHART = "application/vnd.vegalite"
WIDGET = "application/vnd.jupyter.widget"
#: What is another in every process: where objects lie, what HTML elements and comms are called.
PASSING = (
    (re.compile(r"0x[0-9a-f]{6,}"), "0x"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "id"),
    (re.compile(r"\bT_[0-9a-f]{5,}"), "T"),
    (re.compile(r"/[^\s;&]{0,200}/ipykernel_\d+/\d+"), "cell"),
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "id"),
    (re.compile(r"\b[A-Za-z]?[0-9a-f]{10}\b|\b\d{4}-\d\d-\d\dT[\d:.]+"), "id"),  # what matplotlib puts into SVG
    (re.compile(r"(?:CPU times|Wall time): .*"), "time"),
)
PAPERMILLS_OWN = {"papermill-error-cell-tag", "injected-parameters"}

Notebook = dict[str, Any]
Way = Callable[[Path, Mapping[str, Any]], Notebook]


#: A kernel with sockets takes free ports and binds them a moment later: another test's kernel may be faster.
PORT_TAKEN = "Kernel died before replying to kernel_info"


def command(name: str, *arguments: str | Path, cwd: Path) -> None:
    """A program of this environment. nbclient may wait for ever where widgets answer: it is asked again."""
    quiet = os.environ | {HEADLESS: "1"}  # as in reports: nobody is there to use a widget of ours
    for _ in range(6):
        with contextlib.suppress(subprocess.TimeoutExpired):
            own = [str(Path(sys.executable).with_name(name)), *map(str, arguments)]
            done = subprocess.run(own, cwd=cwd, env=quiet, capture_output=True, text=True, check=False, timeout=45)
            if PORT_TAKEN in done.stderr:
                continue
            assert not done.returncode or "exceptions.PapermillExecutionError" in done.stderr, done.stderr[-2000:]
            return
    raise AssertionError(f"{name} 没有结束")


def read(path: Path) -> Notebook:
    return json.loads(path.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def by_papermill(path: Path, given: Mapping[str, Any], *more: str) -> Notebook:
    target = path.parents[1].with_suffix(".ipynb")
    command("papermill", path.name, target, *more, "-y", json.dumps(dict(given)), cwd=path.parent)
    return read(target)


def by_papermill_here(path: Path, given: Mapping[str, Any]) -> Notebook:
    """The same in this process: half the time of its command line, which is held to it for the shipped ones."""
    quiet = {"cwd": path.parent, "progress_bar": False, "execution_timeout": 45}
    for _ in range(6):  # as ``command``
        try:
            return execute_notebook(path, None, dict(given), **quiet)  # type: ignore[no-any-return]
        except TimeoutError:
            continue
        except RuntimeError as error:
            if PORT_TAKEN not in str(error):
                raise
    raise AssertionError("papermill 没有结束")


def by_our_engine(path: Path, given: Mapping[str, Any]) -> Notebook:
    return by_papermill(path, given, "--engine", "tongdao")


def by_nbconvert(path: Path, given: Mapping[str, Any]) -> Notebook:
    notebook = load_notebook_node(str(path))
    nbformat.write(parameterize_notebook(notebook, dict(given)) if given else notebook, path.with_name("given.ipynb"))
    target = path.parents[1].with_suffix(".ipynb")
    command("jupyter", "nbconvert", "--execute", "--to", "notebook", "--output", target, "given.ipynb", cwd=path.parent)
    return read(target)


@pytest.fixture
def report(warm: ForkServer) -> Way:
    """As ``tongdao report`` runs a notebook, with what it keeps until the document is made."""

    def run(path: Path, given: Mapping[str, Any]) -> Notebook:
        notebook, _ = read_notebook(path)
        scratch = path.parents[1].with_suffix(".scratch")
        scratch.mkdir()
        places = {"beside": path.parent, "workbook": scratch / "workbook", "reports": scratch / "reports"}
        return supervise(warm, Task(notebook, given, scratch, **places, name=path.name))[0]

    return run


def plain(value: Any) -> Any:
    """Without what is another in every process."""
    if isinstance(value, str):
        for pattern, word in PASSING:
            value = pattern.sub(word, value)
        return value
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return {plain(key): plain(one) for key, one in value.items()} if isinstance(value, dict) else value


def shown(cell: Mapping[str, Any]) -> list[Any]:
    """The outputs of a cell: first what is printed, by stream, then the others in order."""
    streams = dict[str, str]()
    others = list[Any]()
    for output in cell["outputs"]:
        match output["output_type"]:
            case "stream":
                streams[output["name"]] = streams.get(output["name"], "") + "".join(output["text"])
            case "error":
                others.append((output["ename"], output["evalue"]))
            case kind:
                data = {form: "".join(t) if isinstance(t, list) else t for form, t in output["data"].items()}
                chart = [form for form in data if form.startswith(CHART)]
                widget = [form for form in data if form.startswith(WIDGET)]  # its words come as soon as asked for
                others.append((kind, {form: data[form] for form in chart or widget or data}))
    return [streams, *others]


def results(notebook: Notebook) -> list[Any]:
    """All that a notebook gives, a cell each; at its end what its widgets hold."""
    cells = [cell for cell in notebook["cells"] if not PAPERMILLS_OWN & set(cell["metadata"].get("tags", []))]
    states = notebook["metadata"].get("widgets", {}).get(f"{WIDGET}-state+json", {}).get("state", {}).values()
    held = sorted(json.dumps([state["model_name"], state["state"].get("outputs")], sort_keys=True) for state in states)
    return plain([*(["".join(c["source"]), *shown(c)] for c in cells if c["cell_type"] == "code"), held])  # type: ignore[no-any-return]


def beside(tmp_path: Path, way: str, path: Path) -> Path:
    """The notebook in a folder of its own for each way, with all that lies around it."""
    shutil.copytree(path.parent.parent, tmp_path / way)
    return tmp_path / way / path.parent.name / path.name


def require_same(path: Path, tmp_path: Path, given: Mapping[str, Any], report: Way) -> Notebook:
    """Run it in each place and compare with papermill; gives the run of a report."""
    ways = {"papermill": by_papermill, "engine": by_our_engine, "nbconvert": by_nbconvert, "report": report}
    made = {way: run(beside(tmp_path, way, path), given) for way, run in ways.items()}
    expected = results(made["papermill"])
    for way, notebook in made.items():
        found = results(notebook)
        assert [(way, own, wanted) for own, wanted in zip(found, expected, strict=True) if own != wanted] == []
    assert made["report"]["metadata"]["papermill"].keys() == made["papermill"]["metadata"]["papermill"].keys()
    assert made["report"]["metadata"]["papermill"]["parameters"] == given
    return made["report"]


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_notebook_gives_the_same_in_every_place(name: str, tmp_path: Path, report: Way) -> None:
    (tmp_path / "from" / "notebooks").mkdir(parents=True)
    path = Path(shutil.copy(ROOT / "notebooks" / f"{name}.ipynb", tmp_path / "from" / "notebooks"))
    more = {"indicator": "cloud_firms"} if name == "indicator_trend" else {}
    run = require_same(path, tmp_path, INPUTS | more, report)
    code = [cell for cell in run["cells"] if cell["cell_type"] == "code" and "".join(cell["source"]).strip()]
    assert sum("injected-parameters" in cell["metadata"]["tags"] for cell in code) == 1
    assert all(cell["metadata"]["papermill"]["status"] == "completed" for cell in code)
    assert all(cell["metadata"]["papermill"]["duration"] >= 0 for cell in code)
    text = text_of(read_document(run))
    assert "示例数据" in text
    assert "无数据" not in text


Cell = str | tuple[str, str]

KERNEL: tuple[Cell, ...] = (
    "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.title('户数')",
    "%config InlineBackend.figure_format = 'retina'\n%config InlineBackend.figure_formats",
    "import sys\nsys.stdout.write('甲\\n'), sys.stdout.encoding, sys.stdout.isatty(), sys.stderr.write('乙\\n')",
    "print('一', end='')\nprint('二', flush=True)\nprint('三', file=sys.stderr)\nprint('四')",
    "from IPython.display import HTML, Markdown, clear_output, display, update_display\n"
    "print('先'); display(Markdown('**中**')); print('后'); HTML('<b>末</b>')",
    "held = display('甲', display_id=True)\ndisplay('丙', display_id='three')",
    "held.update('乙')\nupdate_display(HTML('<i>丁</i>'), display_id='three')",
    "for n in range(3):\n    clear_output(wait=True); print(n); display(n)",
    "print('没有了'); display(1); clear_output(); print('还有')",
    "display('不见'); clear_output(wait=True)",
    "import asyncio\nasync def later(n):\n    await asyncio.sleep(0.01); print('后台', n); return n\n"
    "await asyncio.gather(later(1), later(2))",
    "task = asyncio.ensure_future(later(3))\nawait task",
    "asyncio.get_running_loop().is_running()",
    "import threading\nt = threading.Thread(target=lambda: print('线程')); t.start(); t.join()",
    "!echo 壳\nfound = !echo 一; echo 二\nfound",
    "%%bash\necho 脚本; echo 出错 >&2",
    "%%capture kept\nprint('收下'); display('收下的')",
    "print(kept.stdout); kept.outputs[0].data",
    "%%writefile made.py\nvalue = 3\nprint('运行', __name__)",
    "%run made.py\nvalue",
    "%pwd\n%who_ls str",
    "1 + 1",
    "_, len(In), max(Out), Out[max(Out)]",
    "__name__, '__file__' in globals(), sys.path.index('') > 0, sys.argv[1], __import__('__main__').held is held",
    "get_ipython().__class__.__name__, 'IPKernelApp' in get_ipython().config, get_ipython().kernel is not None",
    "import pickle, inspect\nclass Point:\n    x = 1\ndef f():\n    return 1\n"
    "pickle.loads(pickle.dumps(Point())).x, inspect.getsource(f)",
    "import warnings, logging\nwarnings.warn('小心'); logging.warning('记下'); logging.getLogger('x').info('不见')",
    "class Rich:\n    def _repr_html_(self): return '<p>富</p>'\n    def __repr__(self): return 'Rich'\nRich()",
    "import os\nos.path.basename(os.getcwd())",
    "get_ipython().run_cell('print(7)').success",
    "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(2) as pool:\n"
    "    print(sorted(pool.map(abs, [-1, -2])))",
    "threading.current_thread() is threading.main_thread()",
    ("display('跳过'); never", "skip-execution"),
    ("1 / 0", "raises-exception"),
    ("import nothing_of_this_name", "raises-exception"),
    ("display('藏起'); print('藏起')", "remove-output"),
    ("print('隐'); 5", "hide-output"),
    "   ",
    "# 只有说明",
    "1;",
    "None",
    "a = 1; a",
    "%precision 2\n3.14159",
    "%xmode Minimal",
    "import pandas as pd\nframe = pd.DataFrame({'家数': [1, 2]}, index=['甲', '乙'])\nframe",
    "frame['家数']",
    "wide = pd.DataFrame({f'第{n}列': range(70) for n in range(25)}); print(wide)\nwide",
    "frame.style.format('{:.1f}')",
    "frame.plot.bar(); plt.show(); print('图后')",
    "fig, axes = plt.subplots(1, 2); axes[0].plot([1, 2], label='标'); axes[0].legend()\nfig",
    "plt.close('all')",
)
BESIDE: tuple[Cell, ...] = (
    "from pathlib import Path\nimport helper\nhelper.NAME, helper.WHERE",
    "Path('../data/x.csv').read_text()",
    "sorted(path.as_posix() for path in Path('.').rglob('*.txt')), sorted(path.name for path in Path('..').glob('*'))",
    "Path('made').mkdir(exist_ok=True); Path('made').mkdir(exist_ok=True)\nPath('made/a.txt').write_text('数')",
    "Path('made/a.txt').read_text(), Path('deep/b.txt').resolve().parts[-3:]",
    "import os\nos.makedirs('made/more', exist_ok=True)\nwith open('made/more/c.csv', 'a') as file: file.write('1\\n')",
    "os.replace('made/a.txt', 'made/d.txt'); os.listdir('made')",
    "import shutil\nshutil.copy('deep/b.txt', 'made/e.txt'); shutil.rmtree('made'); os.path.exists('made')",
    "Path('deep/b.txt').write_text('另'); Path('deep/b.txt').read_text()",
    "import tempfile\nwith tempfile.TemporaryDirectory() as folder: (Path(folder) / 'x').write_text('y')",
    "import sqlite3\nbase = sqlite3.connect('base.db'); base.execute('create table t (n)')\n"
    "base.execute('insert into t values (3)'); base.commit(); base.execute('select n from t').fetchall()",
    "base.close()",
    "%run helper.py\nNAME",
    "%cd -q deep\nPath('b.txt').exists()",
    "%cd -q ..\nimport runpy; runpy.run_path('helper.py')['NAME']",
)
WIDGETS: tuple[Cell, ...] = (
    "import ipywidgets as w\nfrom IPython.display import display, Markdown, HTML, clear_output",
    "out = w.Output()\nwith out:\n    print('里'); display(Markdown('**内**'))\nout",
    "with out:\n    print('又')",
    "out.clear_output()\nwith out: display(HTML('<b>新</b>'))",
    "slider = w.IntSlider(3, 0, 5)\nslider.observe(lambda change: print(change['new']), 'value')\n"
    "slider.value = 4\nslider.value",
    "w.VBox([w.Label('标'), w.HTML('<i>斜</i>')])",
    "@out.capture()\ndef say(): print('收')\nsay()",
)


def own(tmp_path: Path, cells: tuple[Cell, ...]) -> Path:
    """A notebook of these cells (some with a tag) between a few files."""
    folder = tmp_path / "from" / "笔记 本"
    for name, text in (
        ("data/x.csv", "月,数\n1,2\n"),
        ("笔记 本/deep/b.txt", "文"),
        ("笔记 本/helper.py", "from pathlib import Path\nNAME = '旁边'\nWHERE = Path(__file__).name\n"),
    ):
        (tmp_path / "from" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "from" / name).write_text(text, encoding="utf-8")
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
    for each in cells:
        source, *tags = (each,) if isinstance(each, str) else each
        notebook.cells.append(nbformat.v4.new_code_cell(source, metadata={"tags": tags}))
    nbformat.write(notebook, folder / "mine.ipynb")
    return folder / "mine.ipynb"


def test_output_widgets_hold_what_was_put_into_them(tmp_path: Path, report: Way) -> None:
    """By both our ways; nbclient, which sometimes never comes back from such cells, is not asked again each time."""
    path = own(tmp_path, WIDGETS)
    ours, reported = (
        results(run(beside(tmp_path, way, path), {})) for way, run in (("engine", by_our_engine), ("report", report))
    )
    assert ours == reported
    html = {"data": {"text/html": "<b>新</b>", "text/plain": "<IPython.core.display.HTML object>"}}
    kept = [
        html | {"metadata": {}, "output_type": "display_data"},
        {"output_type": "stream", "name": "stdout", "text": "收\n"},
    ]
    assert kept in [json.loads(each)[1] for each in ours[-1]]


@pytest.mark.slow
@pytest.mark.parametrize("cells", [pytest.param(KERNEL, id="kernel"), pytest.param(BESIDE, id="beside")])
def test_an_analysts_own_notebook_gives_the_same_in_every_place(
    cells: tuple[Cell, ...], tmp_path: Path, report: Way
) -> None:
    require_same(own(tmp_path, cells), tmp_path, {}, report)
    assert sorted(path.name for path in (tmp_path / "report" / "笔记 本").rglob("*")) == sorted(
        path.name for path in (tmp_path / "from" / "笔记 本").rglob("*")
    )


def public_notebooks() -> list[tuple[str, str]]:
    """The notebooks of others that shall give a document, each with what is typed behind ``tongdao report PATH``."""
    file = SHARED / "own_notebooks" / "manifest.csv"
    if not file.exists():
        return []
    rows = csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines())
    good = [row for row in rows if row["expected"] in ("success", "success|notice")]
    return [(row["file"], asked) for row in good for asked in row["parameters"].split(" || ")]


def given_by(words: str, path: Path) -> Mapping[str, Any]:
    """What is typed, as values of the types that the notebook declares."""
    typed = shlex.split(words)
    pairs = [value if key == "-p" else f"month={value}" for key, value in zip(typed[::2], typed[1::2], strict=True)]
    notebook, _ = read_notebook(path)
    given = dict(pair.split("=", 1) for pair in pairs)
    return fitted(declared(notebook, path.name), given, path.name) if given else {}


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.parametrize(("file", "asked"), public_notebooks())
def test_a_public_notebook_gives_the_same_by_papermill_and_in_a_report(
    file: str, asked: str, shared: Path, tmp_path: Path, report: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HEADLESS, "1")
    own = tmp_path / "from" / "notebooks"
    folder, _, _ = file.rpartition("/")
    shutil.copytree(ROOT / "data" / "tongdao", tmp_path / "from" / "data" / "tongdao")
    if folder:
        shutil.copytree(shared / "own_notebooks" / folder, own)
    else:
        own.mkdir()
        shutil.copy(shared / "own_notebooks" / file, own)
    path = own / Path(file).name
    given = given_by(asked, path)
    ways = {"papermill": by_papermill_here, "report": report}
    found, wanted = (results(ways[way](beside(tmp_path, way, path), given)) for way in ("report", "papermill"))
    assert [(own, other) for own, other in zip(found, wanted, strict=True) if own != other] == []
