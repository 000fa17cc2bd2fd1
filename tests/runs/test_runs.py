"""What a run may do and what it may not: every way to fail that looks like success elsewhere."""

import csv
import json
import os
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from conftest import COMMAND, ROOT, Run, pdf_text, written
from PIL import Image
from pypdf import PdfReader

from tongdao.base.errors import TongdaoError
from tongdao.plan.settings import RunLimits
from tongdao.runs import journal
from tongdao.runs.fork_server import ForkServer
from tongdao.runs.job import Job
from tongdao.runs.report import run_report

INPUTS = {"month": "2024-09", "as_of": "2024-10-12"}
#: Time enough for whatever ends by itself, also where eight others wait for the same processor.
AMPLE = RunLimits(output_mb=1, memory_mb=900)
BRIEF = RunLimits(cell_seconds=3, run_seconds=6)


def cell(source: str, *tags: str, kind: str = "code") -> dict[str, Any]:
    made: dict[str, Any] = {"cell_type": kind, "metadata": {"tags": list(tags)}, "source": source, "id": "x" * 8}
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def notebook(path: Path, *sources: str | dict[str, Any], parameters: str = "period = '2024-03'", **more: Any) -> Path:
    cells = [cell(parameters, "parameters")] if parameters else []
    cells += [cell(source) if isinstance(source, str) else source for source in sources]
    for number, made in enumerate(cells):
        made["id"] = f"c{number}"
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells} | more), "utf-8")
    return path


@pytest.fixture
def job(county: Path, tmp_path: Path) -> Callable[..., Job]:
    def make(
        *sources: str | dict[str, Any], limits: RunLimits = AMPLE, given: dict[str, str] | None = None, **more: Any
    ) -> Job:
        (tmp_path / "nb").mkdir(exist_ok=True)
        path = notebook(tmp_path / "nb" / "mine.ipynb", *sources, cell("正文。", kind="markdown"), **more)
        return Job(path, county, given or {}, INPUTS, "d" * 64, tmp_path / "reports" / "2024-09", limits=limits)

    return make


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_a_plain_notebook_becomes_a_document_with_its_manifest(
    start: str, job: Callable[..., Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TONGDAO_START", start)
    wanted = job(cell("# 我的报告", kind="markdown"), "print(period)", given={"period": "2024-04"})
    with ForkServer() as server:
        done = run_report(wanted, server)
    assert [file.name for file in done.files] == ["mine-period=2024-04.pdf"]
    assert "我的报告" in pdf_text(done.files[0])
    manifest = json.loads((wanted.folder / "mine-period=2024-04.manifest.json").read_text(encoding="utf-8"))
    assert manifest["verdict"] == "成功"
    assert manifest["parameters"] == {"period": "2024-04"}
    assert [entry["run"] for entry in journal.runs(wanted.folder.parent)] == [manifest["run"]]


SPEC = "{'$schema': 'https://vega.github.io/schema/vega-lite/v6.json', 'mark': 'bar', 'data': {'values': [{'a': 1}]}, "
CHART = "from IPython.display import display; display({'application/vnd.vegalite.v6+json': " + SPEC
LARGE = "import altair as alt, pandas as pd\nalt.Chart(pd.DataFrame({'a': range(6000)})).mark_bar()"
FAILING = {
    "error": ("1 / 0", "第 2 格出错：ZeroDivisionError：除数是 0，请先去掉分母为 0 的行。"),
    "lost_picture": ("from IPython.display import Image\nImage('没有.png')", "文件读不出来（找不到“没有.png”）"),
    "many_rows": (LARGE, "超过 5000 行，请先筛选或汇总"),
    "drawing": ("import matplotlib.pyplot as plt\nplt.subplots()\n1 / 0", "第 2 格出错：ZeroDivisionError"),
    "interrupt": ("raise KeyboardInterrupt", "第 2 格出错：KeyboardInterrupt。"),
    "ours": ("from tongdao.base import UsageError\nraise UsageError('没有这个月。')", "第 2 格出错：没有这个月。"),
    "many_lines": ("raise RuntimeError('one\\ntwo')", "第 2 格出错：这一格没有做完（RuntimeError：one），请检查"),
    "syntax": ("def", "第 2 格出错：SyntaxError：第 1 行写法有误"),
    "exit": ("import sys; sys.exit(0)", "第 2 格提前退出"),
    "quit": ("exit()", "第 2 格提前退出"),
    "os_exit": ("import os; os._exit(0)", "第 2 格运行时计算进程突然退出"),
    "killed": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "第 2 格运行时计算进程突然退出"),
    "segfault": ("import ctypes; ctypes.string_at(0)", "第 2 格运行时计算进程突然退出"),
    "shell": ("!false", "第 2 格里的命令失败，返回 1"),
    "bash": ("%%bash\nexit 3", "第 2 格里的命令失败，返回 3"),
    "shell_first": ("!false\n!true", "第 2 格里的命令失败，返回 1"),
    "shell_assigned": ("found = !ls /nowhere-at-all", "第 2 格里的命令失败，返回 2"),
    "run": ("%%writefile other.py\n1 / 0\n", "第 3 格出错：ZeroDivisionError"),
    "thread": ("import threading\nt = threading.Thread(target=lambda: 1 / 0); t.start(); t.join()", "线程出错"),
    "thread_late": ("import threading; threading.Timer(0.5, lambda: 1 / 0).start()", "格里有线程出错：Zero"),
    "write": ("from pathlib import Path\ntry: Path('/tmp/tongdao-outside.txt').write_text('x')\nexcept OSError: pass",
              "想写到运行文件夹之外：/tmp/tongdao-outside.txt"),
    "remove": ("import os\ntry: os.remove('/tmp/nothing-of-ours')\nexcept OSError: pass", "想写到运行文件夹之外"),
    "hang": ("while True: pass", "超时：第 2 格超过 3 秒"),
    "stubborn": ("import time\nwhile True:\n    try: time.sleep(1)\n    except KeyboardInterrupt: pass",
                 "超时：第 2 格"),
    "flood": ("while True: print('x' * 1000)", "第 2 格输出过大，超过 1 MB"),
    "flood_below": ("import subprocess; subprocess.run('yes | head -c 3000000', shell=True)", "输出过大，超过 1 MB"),
    "half_character": ("raise ValueError('\\ud800')", "第 2 格出错："),
    "half_shown": ("from IPython.display import Markdown; Markdown('\\ud800')", "印不出来"),
    "no_chart": ("from IPython.display import display; display({'application/vnd.vegalite.v5+json': 'x'}, raw=True)",
                 "第 2 个单元格的输出内容与它的类型不符"),
    "own_story": ("import os; open(os.environ['TMPDIR'] + '/../events.jsonl', 'a').write('mine\\n')",
                  "第 2 格改写了运行记录"),
    "own_result": ("import os; open(os.environ['TMPDIR'] + '/../executed.ipynb', 'w').write('mine'); os._exit(0)",
                   "突然退出"),
    "memory": ("import time; x = []\nwhile True: x.append(b'1' * 200_000_000); time.sleep(0.05)",
               "第 2 格占用内存超过 900 MB"),
    "input": ("try: input('? ')\nexcept EOFError: pass", "第 2 格在等人输入（input）"),
    "task": ("import asyncio\nasync def late(): 1 / 0\nasyncio.ensure_future(late()); await asyncio.sleep(0.1)",
             "第 2 格里有后台任务（async）出错：ZeroDivisionError"),
    "flood_of_pictures": ("from IPython.display import Image\nImage(b'x' * 2_000_000, format='png')", "输出过大"),
    "blank_picture": ("import matplotlib.pyplot as plt\nplt.plot([1, 2], [float('nan')] * 2)", "第 2 格的图是空的"),
    "empty_table": ("import pandas as pd; pd.DataFrame({'value': []})", "没有数据"),
    "missing_column": (CHART + "'encoding': {'x': {'field': '没有', 'type': 'quantitative'}}}}, raw=True)", "是空的"),
    "glyph": ("from IPython.display import Markdown; Markdown('\\U00020BB7')", "印不出来"),
}  # fmt: skip


#: Variants of what others show already.
VARIANTS = {"many_lines", "quit", "killed", "segfault", "shell_first", "shell_assigned", "flood_of_pictures",
            "flood_below", "half_character", "half_shown", "no_chart", "own_story", "own_result"}  # fmt: skip


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=[pytest.mark.slow] * (kind in VARIANTS)) for kind in FAILING]
)
def test_what_must_not_be_published_is_not(kind: str, job: Callable[..., Job], warm: ForkServer) -> None:
    source, words = FAILING[kind]
    limits = BRIEF if kind in ("hang", "stubborn") else AMPLE
    wanted = job(source, "%run other.py" if kind == "run" else "print('never mind')", limits=limits)
    wanted.folder.mkdir(parents=True)
    old = wanted.folder / "mine.pdf"
    old.write_bytes(b"what was published before")
    with pytest.raises(TongdaoError) as error:
        run_report(wanted, warm)
    assert words in str(error.value)
    assert old.read_bytes() == b"what was published before"
    note = (wanted.folder / "mine.未更新.txt").read_text(encoding="utf-8")
    assert note.startswith("未更新（")
    assert words in note
    assert journal.runs(wanted.folder.parent)[-1]["verdict"] in ("失败", "超时")
    assert not Path("/tmp/tongdao-outside.txt").exists()
    assert sorted(path.name for path in wanted.folder.iterdir()) == [".failed", "mine.pdf", "mine.未更新.txt"]


def test_a_good_run_takes_the_note_of_a_failed_one_away(job: Callable[..., Job], warm: ForkServer) -> None:
    with pytest.raises(TongdaoError):
        run_report(job("1 / 0"), warm)
    good = job("1 + 1")
    run_report(good, warm)
    assert sorted(path.name for path in good.folder.iterdir()) == ["mine.manifest.json", "mine.pdf"]


def test_the_workbook_may_not_change_by_way_of_a_shell_line(job: Callable[..., Job], warm: ForkServer) -> None:
    with pytest.raises(TongdaoError, match="改动了"):
        run_report(job("import subprocess, os\nsubprocess.run('echo x >> readings.csv', shell=True, cwd=workbook)",
                       parameters="workbook = ''"), warm)  # fmt: skip


@pytest.mark.parametrize(
    "source",
    [
        "import shutil; shutil.rmtree(workbook, ignore_errors=True)",
        "import os\ntry: os.rename(workbook + '/readings.csv', 'mine.csv')\nexcept OSError: pass",
    ],
)
def test_nothing_of_the_workbook_can_be_removed_or_moved_away(
    source: str, county: Path, job: Callable[..., Job], warm: ForkServer
) -> None:
    before = {path: path.read_bytes() for path in county.rglob("*") if path.is_file()}
    with pytest.raises(TongdaoError, match="第 2 格想写到运行文件夹之外"):
        run_report(job(source, parameters="workbook = ''"), warm)
    assert {path: path.read_bytes() for path in county.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("import subprocess; p = subprocess.Popen(['sleep', '321'])", "sleep 321"),
        ("import subprocess; p = subprocess.Popen(['sleep', '322'], start_new_session=True)", "sleep 322"),
        ("import datetime; datetime.date.today()", "读取了当前日期"),
        ("from datetime import datetime as clock\nclock.now()", "读取了当前日期"),
        ("import pandas as pd; pd.to_datetime('now')", "读取了当前日期"),
        ("import random; random.random()", "第 2 格用了随机数而没有定种子"),
        ("import traceback\ntry: 1 / 0\nexcept ZeroDivisionError: traceback.print_exc()", "被压下的错误"),
        ("month = '2024年8月'", "第 2 格写着 month = “2024年8月”，这份文件归在 2024-09"),
        ("!echo 一 > 新的.txt\nassert open('新的.txt').read() == '一\\n'", "旁边多了"),
    ],
)
def test_what_only_needs_a_word_is_published_with_it(
    source: str, words: str, job: Callable[..., Job], warm: ForkServer
) -> None:
    done = run_report(job(source), warm)
    assert done.files[0].is_file()
    assert any(words in notice for notice in done.notices)
    left = [
        p for p in psutil.process_iter(["cmdline"]) if (p.info["cmdline"] or [])[1:] == [words.removeprefix("sleep ")]
    ]
    assert not psutil.wait_procs(left, timeout=20)[1]


@pytest.mark.parametrize(
    "source",
    [
        "import random; random.seed(7); x = random.random()",
        "%cd -q .",
        "kept = 3\n%store kept\ndel kept\n%store -r kept\nassert kept == 3",
        "from PIL import Image\nImage.new('RGB', (40, 40), 'red')",
        "import matplotlib.pyplot as plt\nplt.figtext(0.1, 0.5, 'words')",
        "import matplotlib.pyplot as plt\nplt.plot([1, float('nan'), 2])",
        "import matplotlib.pyplot as plt\nplt.pie([1, 2])",
        "from concurrent.futures import ThreadPoolExecutor as Pool\nkept = Pool(1); kept.submit(abs, 1).result();",
        "import asyncio\nfound = await asyncio.to_thread(abs, -1)",
        "from multiprocessing import get_context\nkept = get_context('spawn').Lock()",  # starts a resource tracker
        "import matplotlib.pyplot as plt\nplt.subplot(projection='3d').scatter([1], [2], [3])",
        "import asyncio; await asyncio.sleep(0)",
        "month = '202409'",
        "import subprocess, sys; subprocess.run(['echo', '话'], stdout=sys.stdout, stderr=sys.stderr, check=True)",
        "assert type(get_ipython()).__module__.startswith('ipykernel.')",  # by which plotly knows a notebook
    ],
)
def test_what_is_in_order_is_published_without_a_word(source: str, job: Callable[..., Job], warm: ForkServer) -> None:
    assert run_report(job(source), warm).notices == ()


def test_old_and_damaged_notebooks_are_mended_or_refused(job: Callable[..., Job], warm: ForkServer) -> None:
    twice = job(cell("# 一", kind="markdown"), "1 + 1")
    content = json.loads(twice.notebook.read_text(encoding="utf-8"))
    content["cells"][1]["id"] = content["cells"][0]["id"]
    twice.notebook.write_text(json.dumps(content), encoding="utf-8")
    assert any("编号" in notice for notice in run_report(twice, warm).notices)
    own = {"metadata": {"kernelspec": {"language": "python", "name": "nowhere"}}}
    twice.notebook.write_text(json.dumps(content | own), encoding="utf-8")
    assert any("内核是 nowhere" in notice for notice in run_report(twice, warm).notices)
    first = content["cells"][0]
    for change, words in (
        ({"metadata": {"kernelspec": {"language": "R", "name": "ir"}}}, "R"),
        ({"metadata": None}, "metadata"),
        ({"metadata": {"tongdao": "x"}}, "metadata"),
        ({"cells": None}, "单元格"),
        ({"cells": [first, "1 + 1"]}, "第 2 个单元格"),
        ({"cells": [first, {"source": "1 + 1"}]}, "第 2 个单元格"),
        ({"cells": [first, first | {"source": None}]}, "第 2 个单元格"),
        ({"cells": [first, first | {"metadata": {"tags": None}}]}, "第 2 个单元格"),
        ({"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "code"}]}]}, "转换不了"),
    ):
        twice.notebook.write_text(json.dumps(content | change), encoding="utf-8")
        with pytest.raises(TongdaoError, match=words):
            run_report(twice, warm)
    for more in ({}, own):  # a kernel of another name is none of the old format
        text = json.dumps(content | {"cells": [first | {"cell_type": "markdown"}]} | more)
        twice.notebook.write_text(text, encoding="utf-8")
        with pytest.raises(TongdaoError, match="0 个标为 parameters"):
            run_report(replace(twice, given={"period": "2024-04"}), warm)


def test_what_a_notebook_reads_beside_it_is_found_and_what_it_writes_goes_away(
    job: Callable[..., Job], warm: ForkServer
) -> None:
    write = "text = open('beside.txt').read(); open('mine.txt', 'w').write(text)"
    wanted = job(write, "from IPython.display import Markdown\nMarkdown(text)")
    (wanted.notebook.parent / "beside.txt").write_text("旁边的数", encoding="utf-8")
    assert "旁边的数" in pdf_text(run_report(wanted, warm).files[0])
    assert not (wanted.notebook.parent / "mine.txt").exists()


def test_a_text_shows_the_pictures_that_the_run_has_made_and_none_of_an_earlier_run(
    job: Callable[..., Job], warm: ForkServer
) -> None:
    draw = "import os\nfrom PIL import Image\nos.mkdir('图')\n" + "".join(
        f"Image.new('RGB', (40, {high})).save('{name}')\n" for high, name in ((20, "旧.png"), (30, "图/新.png"))
    )
    wanted = job(draw, cell("![旧](旧.png)\n\n<img src='图/新.png'>", kind="markdown"))
    old = wanted.notebook.with_name("旧.png")
    Image.new("RGB", (9, 9)).save(old)
    before = old.read_bytes()
    done = run_report(wanted, warm)
    shown = [each.image for page in PdfReader(done.files[0]).pages for each in page.images]
    assert sorted(picture.size for picture in shown if picture) == [(40, 20), (40, 30)]
    assert sorted(path.name for path in old.parent.iterdir()) == ["mine.ipynb", "旧.png"]
    assert (old.read_bytes(), done.notices) == (before, ())


def test_files_beside_a_notebook_that_are_called_as_ours_stay_as_they_are(
    job: Callable[..., Job], warm: ForkServer
) -> None:
    wanted = job("print('here')")
    mine = [wanted.notebook.parent / name for name in ("events.jsonl", "executed.ipynb", "run.log")]
    for path in mine:
        path.write_text("an analyst's own")
    run_report(wanted, warm)
    assert [path.read_text() for path in mine] == ["an analyst's own"] * 3


def test_the_reports_may_lie_below_the_notebooks_folder(job: Callable[..., Job], warm: ForkServer) -> None:
    wanted = job("print('here')")
    below = replace(wanted, folder=wanted.notebook.parent / "reports" / "w" / "2024-01")
    assert run_report(below, warm).files[0].is_file()


def test_a_required_section_must_have_text(job: Callable[..., Job], warm: ForkServer) -> None:
    wishes = {"metadata": {"tongdao": {"sections": ["一、结论"]}}}
    with pytest.raises(TongdaoError, match="“一、结论”一节没有内容"):
        run_report(job(cell("# 题\n\n## 一、结论\n\n## 二、其他\n\n有", kind="markdown"), **wishes), warm)
    run_report(job(cell("# 题\n\n## 一、结论\n\n好", kind="markdown"), **wishes), warm)


def test_plain_tables_and_charts_of_other_libraries_are_printed(job: Callable[..., Job], warm: ForkServer) -> None:
    frame = "import pandas as pd, altair as alt\ndf = pd.DataFrame({'单位': ['甲局', '乙局'], '家数': [3, 5]})\ndf"
    chart = "alt.Chart(df, title='各单位家数').mark_bar().encode(x='单位:N', y='家数:Q')"
    text = pdf_text(run_report(job(cell("# 我的", kind="markdown"), frame, chart), warm).files[0])
    for word in ("甲局", "乙局", "家数", "各单位家数"):
        assert word in text


@pytest.mark.parametrize(
    ("declared", "given"), [("x: tuple = ()", "('甲', 2)"), ("x: list[tuple[str, int]] = []", "[('甲', 2)]")]
)
def test_a_tuple_reaches_the_notebook_as_one(
    declared: str, given: str, job: Callable[..., Job], warm: ForkServer
) -> None:
    source = f"assert (x, type(x)) == ({given}, type({given}))"
    assert run_report(job(source, parameters=declared, given={"x": given}), warm).notices == ()


@pytest.mark.parametrize(
    "declared", ["month = 9", "month: int | None = None", "month = ['8月']", "as_of: int = 20240913"]
)
def test_what_the_run_fills_in_stands_in_no_number_or_list(
    declared: str, job: Callable[..., Job], warm: ForkServer
) -> None:
    with pytest.raises(TongdaoError, match="由报告填入，另有所指的请换个名称"):
        run_report(job("1 + 1", parameters=declared), warm)


def test_what_the_run_fills_in_stands_where_a_text_may(job: Callable[..., Job], warm: ForkServer) -> None:
    declared = "from datetime import date\nmonth = date(2024, 8, 1)\nas_of: object = None"
    assert run_report(job("assert (month, as_of) == ('2024-09', '2024-10-12')", parameters=declared), warm).files


@pytest.mark.parametrize(("given", "words"), [({"perid": "x"}, "最接近的是：period"), ({"n": "many"}, "整数")])
def test_parameters_are_refused_before_anything_starts(
    given: dict[str, str], words: str, job: Callable[..., Job], warm: ForkServer
) -> None:
    wanted = job("1 + 1", parameters="period = '2024-03'\nn: int = 3", given=given)
    with pytest.raises(TongdaoError, match=words) as error:
        run_report(wanted, warm)
    assert error.value.exit_code == 2
    assert not wanted.folder.exists()


@pytest.mark.shared
def test_the_corpus_of_bad_notebooks_is_judged_as_its_manifest_says(
    shared: Path, run: Run, county: Path, tmp_path: Path
) -> None:
    with (shared / "badinputs" / "manifest.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["layout"] == "notebook"]
    assert len(rows) >= 8
    with (county / "plan.toml").open("a", encoding="utf-8") as plan:
        plan.write("\n[runs]\ncell_seconds = 15\n")
    for row in rows:
        path = shared / "badinputs" / row["file"]
        out = tmp_path / "out" / path.stem
        old = out / "county" / "2024-09" / f"{path.stem}-period=2024-04.pdf"
        old.parent.mkdir(parents=True)
        old.write_bytes(b"old")
        done = run("report", path, "--workbook", county, "-p", "period=2024-04", "--out", out)
        assert (done.code == 0) == (row["expected"] != "reject"), (row["file"], done.err)
        assert (old.read_bytes() == b"old") == (row["expected"] == "reject"), row["file"]
        assert ("提示" in done.err) == (row["expected"] == "repair-with-warning"), row["file"]


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_a_run_killed_from_outside_is_told_and_nothing_is_left(
    start: str, county: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TONGDAO_START", start)
    path = notebook(tmp_path / "slow.ipynb", "import time; time.sleep(60)")
    command = [COMMAND, "report", str(path), "--workbook", str(county)]
    process = subprocess.Popen([*command, "--out", str(tmp_path / "out")], cwd=ROOT, start_new_session=True)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not written(tmp_path / "out", "events.jsonl"):
        time.sleep(0.02)
    children = psutil.Process(process.pid).children(recursive=True)
    assert len(children) >= 2
    os.kill(process.pid, 9)
    process.wait()
    _, alive = psutil.wait_procs(children, timeout=10)
    assert not alive


def test_a_report_needs_no_network(county: Path, tmp_path: Path) -> None:
    alone = ["unshare", "-n"]
    if subprocess.run([*alone, "true"], check=False, capture_output=True).returncode:
        pytest.skip("这里不能切断网络：需要管理员权限")
    command = [COMMAND, "brief", "--workbook", str(county)]
    forms = ["--format", "pdf,docx,png", "--out", str(tmp_path / "out")]
    done = subprocess.run([*alone, *command, *forms], cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 3


def test_an_old_notebook_keeps_its_lines(job: Callable[..., Job], warm: ForkServer) -> None:
    old = job(given={"period": "2024-04"})
    source = ["from IPython.display import Markdown\n", "Markdown('旧格式的文字')"]
    code = {"cell_type": "code", "input": source, "language": "python", "metadata": {}, "outputs": []}
    sheets = [{"cells": [code | {"collapsed": False, "prompt_number": 1}], "metadata": {}}]
    content = {"metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0, "worksheets": sheets}
    old.notebook.write_text(json.dumps(content), encoding="utf-8")
    done = run_report(old, warm)
    assert "旧格式的文字" in pdf_text(done.files[0])
    assert any("旧格式" in notice for notice in done.notices)


def test_an_output_widget_shows_what_is_put_into_it_either_way(job: Callable[..., Job], warm: ForkServer) -> None:
    begin = "import ipywidgets\nfrom IPython.display import HTML, display\nbox = ipywidgets.Output()\n"
    inside = "\nwith box: display(HTML('<p>里头</p>'))\n"
    put = "box.append_display_data(HTML('<p>放入</p>'))"
    for source in (f"{begin}{put}{inside}box", f"{begin}{inside}{put}\nbox"):
        text = pdf_text(run_report(job(source), warm).files[0])
        assert "里头" in text
        assert text.count("放入") == 1


def test_what_is_put_into_an_output_widget_twice_stands_there_twice(job: Callable[..., Job], warm: ForkServer) -> None:
    begin = "import ipywidgets\nfrom IPython.display import HTML\nbox = ipywidgets.Output()\n"
    put = "for word in '甲乙丙': box.append_display_data(HTML(f'<p>{word}局</p>'))\n"
    text = pdf_text(run_report(job(f"{begin}{put}box"), warm).files[0])
    assert [text.count(f"{word}局") for word in "甲乙丙"] == [1, 1, 1]


def test_a_widget_that_is_closed_is_not_printed(job: Callable[..., Job], warm: ForkServer) -> None:
    begin = "import ipywidgets\ninner, outer = ipywidgets.HTML('里头'), ipywidgets.HTML('外头')\n"
    done = run_report(job(f"{begin}display(ipywidgets.VBox([inner, ipywidgets.HTML('留着')]), outer)",
                          "inner.close(); outer.close()"), warm)  # fmt: skip
    assert done.notices == ()
    assert "留着" in (text := pdf_text(done.files[0]))
    assert "头" not in text


def test_what_stands_behind_a_closed_widget_is_updated_in_its_place(job: Callable[..., Job], warm: ForkServer) -> None:
    begin = "import ipywidgets\nfrom IPython.display import Markdown\nbox = ipywidgets.Output()\n"
    shown = "display(box)\nlast = display(Markdown('先前'), display_id=True)\n"
    late = "with box:\n    box.close()\n    display(Markdown('之后'))\nlast.update(Markdown('后来'))"
    text = pdf_text(run_report(job(f"{begin}{shown}{late}"), warm).files[0])
    assert "之后" in text
    assert "后来" in text
    assert "先前" not in text


def test_a_text_tagged_parameters_leaves_the_given_values_to_the_cell_that_declares_them(
    job: Callable[..., Job], warm: ForkServer
) -> None:
    show = "from IPython.display import Markdown\nMarkdown(f'共{n}家')"
    text = cell("参数如下。", "parameters", kind="markdown")
    asked = job(text, cell("n = 3", "parameters"), show, parameters="", given={"n": "7"})
    assert "共7家" in pdf_text(run_report(asked, warm).files[0])


def test_what_a_function_with_a_slider_gives_is_printed(job: Callable[..., Job], warm: ForkServer) -> None:
    begin = "import ipywidgets\nfrom IPython.display import Markdown\n"
    source = f"{begin}ipywidgets.interact(lambda n: Markdown(f'{{n * 2}} 户'), n=3);"
    assert "6户" in pdf_text(run_report(job(source), warm).files[0])


def test_what_a_task_shows_later_stands_in_its_own_cell_and_a_log_to_the_screen_ends_nothing(
    job: Callable[..., Job], warm: ForkServer
) -> None:
    loud = "import logging, sys\nlogging.basicConfig(level=logging.DEBUG, stream=sys.stdout)\nlogging.info('话')"
    late = (
        "import asyncio\nfrom IPython.display import Markdown, display\nasync def late():\n"
        "    await asyncio.sleep(0.01)\n    display(Markdown('晚来的'))\nmade = asyncio.ensure_future(late())"
    )
    expected = cell("1 / 0", "raises-exception")
    done = run_report(job(loud, expected, late, "await asyncio.sleep(0.05); display(Markdown('先到的'))"), warm)
    text = pdf_text(done.files[0])
    assert text.index("晚来的") < text.index("先到的")
    assert "Traceback" not in text
