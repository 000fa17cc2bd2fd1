"""Notebook files and their parameters: read, checked for shape and type, the given values put in.

papermill only warns of an unknown parameter and pastes names as code, so both are checked here, before a run starts.
"""

import ast
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tongdao.base import UsageError, candidates
from tongdao.document import joined
from tongdao.runs.cells import INJECTED

Value = str | int | float | bool
_TYPES: dict[str, type] = {"str": str, "int": int, "float": float, "bool": bool}
_NAMES = {"str": "文字", "int": "整数", "float": "数", "bool": "是否（true 或 false）"}
_CELLS = ("code", "markdown", "raw")
_TABLES = ("kernelspec", "language_info", "tongdao")
_KERNELS = ("python3", "python")


def read_notebook(path: Path) -> tuple[dict[str, Any], tuple[str, ...]]:
    """A notebook as nbformat 4 JSON, and what had to be mended.

    Raises:
        UsageError: the file is missing, is no notebook, or is written in another language than Python.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        content = json.loads(text)
    except FileNotFoundError:
        raise UsageError(f"找不到笔记本 {path}，请检查路径。") from None
    except (OSError, ValueError, RecursionError):
        raise UsageError(f"{path} 不是 Jupyter 笔记本，请检查文件。") from None
    if not isinstance(content, dict) or not isinstance(content.get("nbformat"), int):
        raise UsageError(f"{path} 不是 Jupyter 笔记本，请检查文件。")
    notices = []
    if content["nbformat"] < 4:
        notices.append(
            f"{path.name} 是旧格式（nbformat {content['nbformat']}），已按新格式运行；请在 JupyterLab 里另存一次。"
        )
        content = _converted(text, path)
    if not isinstance(content.get("cells"), list):
        raise UsageError(f"{path} 里没有单元格，不是完整的 Jupyter 笔记本，请检查文件。")
    _require_shape(content, path)
    kernel = content.get("metadata", {}).get("kernelspec", {})
    language = kernel.get("language") or content.get("metadata", {}).get("language_info", {}).get("name") or "python"
    if str(language).lower() != "python":
        raise UsageError(f"{path.name} 用的是 {language}，这里只运行 Python 笔记本。")
    if (named := kernel.get("name", "python3")) not in _KERNELS:  # what it was written for may differ from ours
        notices.append(f"{path.name} 写的内核是 {named}，这里没有用它，已用通道自带的 Python 运行；请核对结果。")
    ids = [str(cell["id"]) for cell in content["cells"] if "id" in cell]
    if len(ids) != len(set(ids)):
        notices.append(f"{path.name} 有重复的单元格编号，已改正后运行；请在 JupyterLab 里另存一次。")
    for number, cell in enumerate(content["cells"]):
        cell.setdefault("metadata", {})
        cell["source"] = joined(cell.get("source", ""))
        cell["id"] = f"cell-{number}"
    return content, tuple(notices)


def _converted(text: str, path: Path) -> dict[str, Any]:
    import nbformat

    try:  # its reader, for the old formats keep a text as a list of lines, which the converter does not take
        return dict(nbformat.convert(nbformat.reader.reads(text), 4))  # type: ignore[no-untyped-call]
    except (nbformat.ValidationError, KeyError, TypeError, AttributeError, ValueError):
        raise UsageError(f"{path} 是旧格式而且不完整，转换不了，请检查文件。") from None


def _require_shape(content: Mapping[str, Any], path: Path) -> None:
    """What nbformat would check in two seconds, as far as a run depends on it.

    Raises:
        UsageError: a part of the notebook is not what it must be; the sentence names the cell.
    """
    metadata = content.get("metadata", {})
    if not isinstance(metadata, dict) or not all(isinstance(metadata.get(part, {}), dict) for part in _TABLES):
        raise UsageError(f"{path} 的 metadata 写法不对，不是完整的 Jupyter 笔记本，请检查文件。")
    for number, cell in enumerate(content["cells"], 1):
        whole = isinstance(cell, dict) and cell.get("cell_type") in _CELLS
        own = cell.get("metadata", {}) if whole else None
        source = cell.get("source", "") if whole else None
        if not (
            isinstance(own, dict)
            and isinstance(own.get("tags", []), list)
            and isinstance(source, str | list)
            and all(isinstance(line, str) for line in source)
        ):
            raise UsageError(f"{path} 的第 {number} 个单元格写法不对，不是完整的 Jupyter 笔记本，请检查文件。")


def parameterised(notebook: Mapping[str, Any], values: Mapping[str, Value]) -> dict[str, Any]:
    """The notebook with a cell of its own for the given parameters, after the one that declares them (as papermill)."""
    cells = [dict(cell) for cell in notebook["cells"]]
    if values:
        source = "\n".join(f"{name} = {value!r}" for name, value in values.items())
        given = {"cell_type": "code", "metadata": {"tags": [INJECTED]}, "source": source, "outputs": [], "id": "given"}
        place = next(n for n, cell in enumerate(cells, 1) if "parameters" in cell["metadata"].get("tags", []))
        cells.insert(place, given | {"execution_count": None})
    return {**notebook, "cells": cells}


@dataclass(frozen=True)
class Parameter:
    """A declared parameter; ``type`` is empty where the notebook gives none."""

    name: str
    type: str
    default: Any


def declared(notebook: Mapping[str, Any], name: str, *, wanted: bool = True) -> dict[str, Parameter]:
    """The parameters of a notebook, from its one cell tagged ``parameters``; it may lack one if none is ``wanted``.

    Raises:
        UsageError: there is no such cell, or more than one, or it cannot be read.
    """
    tagged = [c for c in notebook["cells"] if "parameters" in c.get("metadata", {}).get("tags", [])]
    cells = [cell for cell in tagged if cell["cell_type"] == "code"]  # a text so tagged declares nothing
    if not cells and not wanted:
        return {}
    if len(cells) != 1:
        raise UsageError(f"{name} 有 {len(cells)} 个标为 parameters 的单元格，应当正好一个，请在笔记本里改正。")
    try:
        tree = ast.parse(joined(cells[0]["source"]))
        return {p.name: p for p in map(_parameter, tree.body) if p is not None}
    except (SyntaxError, ValueError):
        raise UsageError(f"{name} 的 parameters 单元格无法识别，每行应写成：名称: 类型 = 默认值  # 说明。") from None


def _parameter(line: ast.stmt) -> Parameter | None:
    if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and line.value is not None:
        return Parameter(line.target.id, ast.unparse(line.annotation), ast.literal_eval(line.value))
    if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
        return Parameter(line.targets[0].id, "", ast.literal_eval(line.value))
    return None


def fitted(known: Mapping[str, Parameter], given: Mapping[str, str], name: str) -> dict[str, Value]:
    """What was given, as the declared types.

    Raises:
        UsageError: a name the notebook does not declare, or a value of another type.
    """
    return {key: _value(known, key, text, name) for key, text in given.items()}


def _value(known: Mapping[str, Parameter], key: str, text: str, name: str) -> Value:
    if key not in known:
        raise UsageError(f"{name} 没有参数“{key}”，{candidates(key, known)}。")
    wanted = known[key].type or type(known[key].default).__name__
    kind = _TYPES.get(wanted, str)
    try:
        if kind is bool:
            return {"true": True, "false": False}[text.lower()]
        made: Value = kind(text)
        return made
    except (ValueError, KeyError):
        raise UsageError(f"{name} 的参数 {key} 应为{_NAMES[wanted]}，现在是“{text}”，请改正。") from None
