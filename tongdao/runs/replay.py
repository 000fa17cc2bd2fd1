"""Make a published document again from what was known then, and prove it by its hash."""

import hashlib
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tongdao.runs.fork_server import Warm
from tongdao.runs.notebooks import read_notebook
from tongdao.runs.report import Job, code_hash, run_id, run_report, versions_now


def replay(job: Job, manifest: Mapping[str, Any], warm: Warm) -> list[str]:
    """What differs when the run of a manifest is made again; empty if every file has the same bytes.

    ``job`` is the same question asked of the workbook as it lies there now.
    """
    differs = []
    if job.data != manifest["data"]:
        differs.append("数据：按当时的截止日重建的读数或计划与当时不同（有记录被改写，或计划文件没有写成修订）")
    notebook, _ = read_notebook(job.notebook)
    if hashlib.sha256(job.notebook.read_bytes()).hexdigest() != manifest["notebook"]:
        differs.append(f"笔记本：{job.notebook.name} 的内容已改")
    if code_hash() != manifest["code"]:
        differs.append("程序：通道的代码已更新")
    with tempfile.TemporaryDirectory(prefix="tongdao-") as folder:
        made = run_report(replace(job, folder=Path(folder) / "again"), warm)
        hashes = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in made.files}
    wrong = [name for name, known in manifest["outputs"].items() if hashes.get(name) != known]
    if not wrong:
        return []
    versions = manifest["versions"]
    current = versions_now()
    moved = [f"{key} {versions.get(key)} → {known}" for key, known in current.items() if versions.get(key) != known]
    if moved:
        differs.append(f"环境：{'，'.join(moved)}")
    if run_id(job, notebook) == manifest["run"] and not differs:
        differs.append("环境：输入、程序和版本都相同而结果不同，请检查字体文件和操作系统")
    return [f"{'、'.join(wrong)} 与当时不同。", *differs]
