"""A notebook's parameters: what its parameters cell declares, and whether what is given fits.

papermill only warns of an unknown parameter and pastes names as code, so both are checked here,
before a kernel starts.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tongdao.base import UsageError, candidates
from tongdao.document import joined

Value = str | int | float | bool
_TYPES: dict[str, type] = {"str": str, "int": int, "float": float, "bool": bool}
_NAMES = {"str": "文字", "int": "整数", "float": "数", "bool": "是否（true 或 false）"}


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
