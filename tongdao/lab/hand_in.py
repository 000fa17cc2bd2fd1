"""What an analyst does beside looking: hand in a table, and find what was made before."""

import os
from functools import partial
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tongdao.base import TongdaoError, now, shown
from tongdao.intake import SEVERITIES, VERDICTS, Delivery, Receipt, marked_path, take_in, user_name
from tongdao.pages import HEADLESS, Column, Table, Text, moved_figures
from tongdao.runs import runs
from tongdao.workbook import Workbook, reports_folder

RUNS_SHOWN = 12


def past_runs(book: Workbook) -> Text:
    """The latest runs, the newest first, with links to their documents."""
    folder = reports_folder(book)
    found = runs(folder)[: -RUNS_SHOWN - 1 : -1]
    if not found:
        return Text("还没有生成过报告。在“探索”里点“做成专题简报”，或者在终端输入 `tongdao report`，就会列在这里。")
    lines = ["| 时间 | 报告 | 报告月份 | 结果 | 文件 |", "| --- | --- | --- | --- | --- |"]
    for entry in found:
        month = entry["inputs"]["month"]
        files = "，".join(_link(folder / month / name) for name in sorted(entry.get("outputs", ())))
        words = "：".join(filter(None, (entry["verdict"], entry.get("reason", ""))))
        result = escape(" ".join(shown(words).split())).replace("|", "｜")
        when = entry["began"].replace("T", " ")[:16]
        lines.append(f"| {when} | {entry['report']} | {month} | {result} | {files} |")
    return Text("\n".join(lines))


def _link(path: Path) -> str:
    return f"[{path.name}]({quote(os.path.relpath(path))})" if path.is_file() else f"{path.name}（已不在）"


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
        from IPython.display import display

        self._chooser = w.FileUpload(accept=".csv,.xlsx,.xlsm,.xls", description="选择表格", layout={"width": "12em"})
        self._record = w.Button(description="记入", disabled=True)
        self._receipt = w.HTML()
        self._chooser.observe(lambda _: self._judge(dry_run=True), "value")
        self._record.on_click(lambda _: self._judge(dry_run=False))
        display(w.VBox([w.HBox([self._chooser, self._record]), self._receipt]))

    def _judge(self, *, dry_run: bool) -> None:
        moment = now()
        file = self._chooser.value[0]
        content = bytes(file["content"])
        delivery = Delivery(file["name"], content, user_name(), moment.isoformat(), moment.date())
        self._record.disabled = True
        try:
            figures = partial(moved_figures, self.book.folder, delivery.as_of)
            receipt = take_in(self.book.folder, delivery, dry_run=dry_run, figures=figures)
        except TongdaoError as error:
            self._receipt.value = f"<b>{escape(str(error))}</b>"
            return
        self._record.disabled = not (dry_run and (receipt.entries or receipt.added))
        self._receipt.value = self._said(receipt, dry_run=dry_run)

    def _said(self, receipt: Receipt, *, dry_run: bool) -> str:
        """The receipt: what becomes of the file, every finding, and what to do next."""
        record: dict[str, Any] = receipt.record()
        if not (receipt.entries or receipt.added):
            following = "没有记入；请按下面说的改好，再选一次。" if receipt.verdict == "reject" else "没有新的内容。"
        elif dry_run:
            following = f"将记入 {receipt.brings}；看过没有问题，点“记入”。"
        else:
            following = f"已记入 {receipt.brings}。从菜单选“运行 → 重启内核并运行所有单元格”，看新的结果。"
        marked = marked_path(self.book.folder, receipt)
        following += f"标注好的表格：{marked}" if marked.is_file() else ""
        rows = [
            (SEVERITIES[each["severity"]][0], finding.place or "全表", each["value"] or "", shown(finding.message))
            for each, finding in zip(record["findings"], receipt.findings, strict=True)
        ]
        columns = [Column(title) for title in ("", "位置", "原文", "说明")]
        title = f"数据回执　{shown(receipt.file)}：{VERDICTS[receipt.verdict]}"
        return f"<p><b>{escape(title)}</b></p><p>{escape(following)}</p>" + (
            Table(columns, rows).html() if rows else ""
        )
