"""JupyterLab on a workbook: opening it, a new workbook, a table handed in, and the reports made before."""

import contextlib
import json
import os
import re
import shutil
from functools import partial
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tongdao.base import TongdaoError, UsageError, marked, new_table, now, seen_from, shown, write_whole
from tongdao.document import prose_of, renderer
from tongdao.intake import SEVERITIES, VERDICTS, Delivery, Receipt, marked_path, take_in, user_name
from tongdao.lab.analyst import moved_figures
from tongdao.lab.explore import LAB_ROOT, show_controls
from tongdao.pages import HEADLESS, Column, Markdown, Table
from tongdao.plan import GROUPS, TARGETS, TEXT, TO_CONFIRM, choices, propose, read_plan
from tongdao.runs import published, runs
from tongdao.workbook import (
    COLUMNS,
    DEFAULT,
    PLAN,
    READINGS,
    Workbook,
    copy_rows,
    find_workbook,
    notebook_folders,
    open_workbook,
    reports_folder,
    store_at,
)

START = "start"  # the notebook that JupyterLab opens
_EXAMPLE = re.compile(r"^example\s*=.*\n", re.M)
_STORE = re.compile(r"^store\s*=.*\n", re.M)
RUNS_SHOWN = 12
_NOT_COPIED = {"notebooks", "deliveries", "__pycache__"}  # what belongs to the other workbook's own past


def lab_arguments(book: Workbook, *, port: int, browser: bool) -> list[str]:
    """Arguments of JupyterLab: the folder it shows, the notebook it opens.

    The notebooks beside the working directory speak of the usual workbook; any other gets its own in ``notebooks/``.
    The folder holds the reports too, so that the start notebook can link to them; kernels learn it by ``LAB_ROOT``.
    """
    notebooks, usual = Path.cwd() / "notebooks", False
    with contextlib.suppress(UsageError):
        usual = find_workbook(DEFAULT) == book.folder
    if not (usual and (notebooks / f"{START}.ipynb").is_file()):
        notebooks = book.folder / "notebooks"
        copy_notebooks(book)
    _sign(notebooks, book)
    root = Path(os.path.commonpath([notebooks.parent, reports_folder(book.folder)]))
    os.environ[LAB_ROOT] = str(root.resolve())
    opened = quote((notebooks / f"{START}.ipynb").relative_to(root).as_posix())
    given = {"ServerApp.root_dir": root, "LabApp.default_url": f"/lab/tree/{opened}"}
    given |= {"ServerApp.extra_template_paths": [str(Path(__file__).with_name("templates"))]}
    given |= {"ServerApp.tornado_settings": {"page_config_data": {"buildCheck": False}}}  # asks for seconds in vain
    given |= {"ServerApp.port": port, "ServerApp.open_browser": browser, "Application.log_level": "ERROR"}
    return [f"--{key}={value}" for key, value in given.items()]


def load_ipython_extension(_: Any) -> None:
    """Of kernels below ``tongdao lab``: what takes time the first time is done while the page still loads."""
    renderer()


def copy_notebooks(book: Workbook) -> None:
    """Give a workbook its own copies of the notebooks, which speak of it; what is there stays as it is."""
    for name, content in _copies(book).items():
        target = book.folder / "notebooks" / name
        if not target.exists():
            write_whole(target, (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode())


def _copies(book: Workbook) -> dict[str, dict[str, Any]]:
    """The notebooks of the package by file name, as a workbook of its own has them."""
    made = {}
    for path in sorted(_shipped(book).glob("[!.]*.ipynb")):
        content = json.loads(path.read_text(encoding="utf-8"))
        for cell in content["cells"]:
            cell["source"] = [line.replace(f'"{DEFAULT}"', '"."') for line in cell["source"]]
        made[path.name] = content
    return made


def _shipped(book: Workbook) -> Path:
    """The package's own notebooks; those that lie beside a workbook may be anybody's."""
    return next(folder for folder in notebook_folders(book)[-2:] if folder.is_dir())


def _sign(folder: Path, book: Workbook) -> None:
    """Sign the notebooks that are as the package has them: JupyterLab runs on opening only what is signed."""
    import nbformat
    from nbformat.sign import NotebookNotary

    notary, shipped = NotebookNotary(), _shipped(book)
    for name, copy in _copies(book).items():
        path = folder / name
        if path.is_file() and (folder == shipped or json.loads(path.read_text(encoding="utf-8")) == copy):
            notary.sign(nbformat.read(path, as_version=4))


def new_workbook(folder: Path, source: Workbook | None, text: Path | None = None) -> list[str]:
    """Make a workbook in a folder that has none; returns what was done, one sentence a line.

    ``text`` is the plan's own text (.txt, .md, .docx, .pdf), from whose words a plan file is proposed. Of
    another workbook the plan is taken over with its registers and readings — without the entries where these are made
    up, for they would be taken for real ones.

    Raises:
        UsageError: the folder holds a plan already, or the text cannot be read or is no plan.
    """
    if (folder / PLAN).exists():
        raise UsageError(f"{folder} 里已经有 {PLAN}，没有改动它；请换一个文件夹。")
    words = prose_of(text) if text else ""
    folder.mkdir(parents=True, exist_ok=True)
    if source:
        done = _taken_over(folder, source)
    elif text:
        done = _proposed(folder, words, text.stem)
    else:
        shutil.copyfile(Path(__file__).with_name("skeleton.toml"), folder / PLAN)
        write_whole(folder / READINGS, new_table(COLUMNS))
        done = [f"已建立 {folder}：{PLAN} 里每个键都有说明，{READINGS} 还没有读数。"]
    copy_notebooks(open_workbook(folder.resolve()))
    return [*done, "笔记本已放在 notebooks/，从 start.ipynb 开始，可以随意修改。"]


def _proposed(folder: Path, words: str, name: str) -> list[str]:
    """The plan file that the text proposes, the text itself and an empty table of readings."""
    plan, proposed = folder / PLAN, propose(words, name)
    write_whole(folder / TEXT, words.encode())
    write_whole(plan, proposed.encode())
    write_whole(folder / READINGS, new_table(COLUMNS))
    content = plan.read_text(encoding="utf-8")
    content += choices(read_plan(plan))
    write_whole(plan, content.encode())
    counts = f"{content.count('[[indicator]]')} 项目标、{content.count('[[task]]')} 个任务条款"
    return [f"已建立 {folder}：从 {TEXT} 提出 {counts}，{content.count(TO_CONFIRM) - 1} 处待核。"]


def _taken_over(folder: Path, source: Workbook) -> list[str]:
    invented = source.plan.example
    for path in sorted(source.folder.rglob("*")):
        inside = path.relative_to(source.folder)
        if path.is_dir() or _NOT_COPIED & set(inside.parts) or path.suffix not in (".toml", ".csv", ".txt"):
            continue
        text = path.read_text(encoding="utf-8-sig")
        if invented and path.name == "corrections.toml":
            continue
        if invented and path.suffix == ".csv" and inside not in (Path(TARGETS), Path(GROUPS)):
            text = text.splitlines()[0] + "\n"
        if path.name == PLAN:
            text = _STORE.sub("", _EXAMPLE.sub("", text))  # no two workbooks write into one store
        write_whole(folder / inside, text.encode("utf-8-sig" if path.suffix == ".csv" else "utf-8"))
    if source.plan.store:
        write_whole(folder / READINGS, new_table(COLUMNS))
        if not invented:
            copy_rows(store_at(source.folder, source.plan.store), store_at(folder, ""))
    taken = "计划（虚构的读数和名册没有带过来）" if invented else f"计划和历年读数（{len(source.readings)} 条）"
    return [
        f"已建立 {folder}：沿用了 {source.name} 的{taken}。",
        f"请核对 {PLAN} 里的 start、deadline、各项目标值和引文 quote，去掉不再适用的 amendment。",
    ]


def past_runs(book: Workbook) -> Markdown:
    """The latest runs, the newest first, with links to their documents."""
    folder = reports_folder(book.folder)
    found = runs(folder)[: -RUNS_SHOWN - 1 : -1]
    if not found:
        return Markdown("还没有生成过报告。在“探索”里点“做成专题简报”，或者在终端输入 `tongdao report`，就会列在这里。")
    lines = ["| 时间 | 报告 | 报告月份 | 结果 | 文件 |", "| --- | --- | --- | --- | --- |"]
    for entry in found:
        month = entry["inputs"]["month"]
        files = "，".join(_link(folder / month / name) for name in sorted(entry.get("outputs", ())))
        words = "：".join(filter(None, (entry["verdict"], entry.get("reason", ""))))
        result = marked(" ".join(shown(words).split()))
        when = entry["began"].replace("T", " ")[:16]
        lines.append(f"| {when} | {marked(entry['report'])} | {month} | {result} | {files} |")
    return Markdown("\n".join(lines))


def _link(path: Path) -> str:
    name = marked(path.name)
    return f"[{name}]({quote(seen_from(Path.cwd(), path))})" if path.is_file() else f"{name}（已不在）"


def add(book: Workbook) -> "HandIn":
    """A place to hand in a table, in JupyterLab; on the command line ``tongdao add``."""
    return HandIn(book)


class HandIn:
    """A place to hand in a table: it is judged when chosen, and recorded when its receipt has been read."""

    def __init__(self, book: Workbook) -> None:
        self.book = book

    def __repr__(self) -> str:
        return f"加数据：{self.book.name}"

    def _ipython_display_(self) -> None:
        if os.environ.get(HEADLESS):
            return
        import ipywidgets as w

        self._chooser = w.FileUpload(accept=".csv,.xlsx,.xlsm,.xls", description="选择表格", layout={"width": "12em"})
        self._record = w.Button(description="记入", disabled=True)
        self._receipt = w.HTML()
        self._chooser.observe(lambda _: self._judge(dry_run=True), "value")
        self._record.on_click(lambda _: self._judge(dry_run=False))
        show_controls(w.VBox([w.HBox([self._chooser, self._record]), self._receipt]))

    def _judge(self, *, dry_run: bool) -> None:
        file = self._chooser.value[0]
        content = bytes(file["content"])
        delivery = Delivery(file["name"], content, user_name(), now().date())
        self._record.disabled = True
        try:
            figures = partial(moved_figures, self.book.folder, delivery.as_of)
            reports = partial(published, reports_folder(self.book.folder))
            receipt = take_in(self.book.folder, delivery, dry_run=dry_run, figures=figures, published=reports)
        except TongdaoError as error:
            self._receipt.value = f"<b>{escape(str(error))}</b>"
            return
        self._record.disabled = not (dry_run and (receipt.entries or receipt.added))
        self._receipt.value = self._said(receipt, dry_run=dry_run)

    def _said(self, receipt: Receipt, *, dry_run: bool) -> str:
        """The receipt: what becomes of the file, each kind of finding, and what to do next."""
        if not (receipt.entries or receipt.added):
            following = "没有记入；请按下面说的改好，再选一次。" if receipt.verdict == "reject" else "没有新的内容。"
        elif dry_run:
            following = f"将记入 {receipt.brings}；看过没有问题，点“记入”。"
        else:
            following = f"已记入 {receipt.brings}。从菜单选“运行 → 重启内核并运行所有单元格”，看新的结果。"
        marked = marked_path(self.book.folder, receipt)
        following += f"标注好的表格：{marked}" if marked.is_file() else ""
        rows = [(SEVERITIES[severity][0], *line) for severity, *line in receipt.lines()]
        columns = [Column(title) for title in ("", "位置", "原文", "说明")]
        title = f"数据回执　{shown(receipt.file)}：{VERDICTS[receipt.verdict]}"
        return f"<p><b>{escape(title)}</b></p><p>{escape(following)}</p>" + (
            Table(columns, rows).html() if rows else ""
        )
