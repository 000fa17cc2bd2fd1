"""tongdao lab and tongdao new: JupyterLab on a workbook, and a workbook of one's own."""

from pathlib import Path
from typing import Annotated

import typer

from tongdao.cli.app import BookOption, app, opened, shown_path


@app.command()
def lab(
    workbook: BookOption = "",
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="是否自动打开浏览器。")] = True,
    port: Annotated[int, typer.Option("--port", help="端口，被占用时自动换一个。")] = 8888,
    more: Annotated[list[str] | None, typer.Argument(help="JupyterLab 自己的选项，写在 -- 之后。")] = None,
) -> None:
    """打开 JupyterLab，从开始页探索。"""
    from tongdao.lab import lab_arguments

    arguments = lab_arguments(opened(workbook), port=port, browser=browser) + (more or [])
    print("正在打开 JupyterLab……用完后在这里按 Ctrl+C 结束。", flush=True)
    from jupyterlab.labapp import LabApp

    LabApp.launch_instance(arguments)


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(help="新工作簿的文件夹。")],
    source: Annotated[str, typer.Option("--from", help="沿用这个工作簿的计划和历年读数。", show_default=False)] = "",
) -> None:
    """建立一个新的工作簿。"""
    from tongdao.lab import new_workbook

    for line in new_workbook(folder, opened(source) if source else None):
        print(line)
    where = shown_path(folder)
    print(f"下一步：修改 {shown_path(folder / 'plan.toml')}，再运行 tongdao check --workbook {where}；")
    print(f"没有问题了，运行 tongdao lab --workbook {where}，在开始页加数据、看总表、出报告。")
