"""The base of every part of a plan file and every row of a list, and the sentences for what does not fit it."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from tongdao.base.errors import candidates

Models = Mapping[str, type[BaseModel]]


def fault_sentence(error: ValidationError, content: Mapping[str, Any], whole: type[BaseModel], parts: Models) -> str:
    """The first fault, where it stands, what is known there and what to do.

    Args:
        content: the file as read. whole: the model of the file; ``parts``: of the tables named in it.
    """
    first = error.errors()[0]
    place, model = _place(first["loc"], content, whole, parts)
    more = f"（另有 {error.error_count() - 1} 处）" if error.error_count() > 1 else ""
    key = str(first["loc"][-1]) if first["loc"] else ""
    match first["type"]:
        case "extra_forbidden":
            known = [field.alias or name for name, field in model.model_fields.items()]
            return f"{place} 是不认识的键，{candidates(key, known)}，请改正或删去{more}"
        case "missing":
            return f"{place} 缺失，请补上 {key}{more}"
        case "literal_error":
            return f"{place} 的值“{first['input']}”不在允许的范围内：{_allowed(first)}{more}"
        case "value_error":
            words = str(first["ctx"]["error"])
            return f"{'' if words.startswith('[[') else f'{place} '.lstrip()}{words}{more}"
        case "string_too_long":
            return f"{place} 长 {len(str(first['input']))} 字，最多 {first['ctx']['max_length']} 字{more}"
        case _:
            return f"{place} 的值“{first['input']}”不合要求（{wanted(first)}），请改正{more}"


def wanted(fault: ErrorDetails) -> str:
    """What should stand there, in Chinese; pydantic's own words only for what no file has shown yet."""
    context = fault.get("ctx", {})
    match fault["type"]:
        case "greater_than_equal":
            return f"不能小于 {context['ge']}"
        case "greater_than":
            return f"须大于 {context['gt']}"
        case "less_than_equal":
            return f"不能大于 {context['le']}"
        case "less_than":
            return f"须小于 {context['lt']}"
        case "string_too_short":
            return "不能空着"
        case "too_short":
            return f"至少 {context['min_length']} 个"
        case "too_long":
            return f"最多 {context['max_length']} 个"
        case "literal_error":
            return f"只能是 {_allowed(fault)}"
        case kind if kind.startswith("date"):
            return "应为 2024-10-20 这样的日期"
        case kind if kind.startswith(("int", "float", "decimal", "finite")):
            return "应为数字" + ("（整数）" if kind.startswith("int") else "")
    kinds = {
        "bool": "应为 true 或 false",
        "string": "应为加引号的文字",
        "tuple": "应为方括号里的几项",
        "list": "应为方括号里的几项",
    }
    kinds |= {"model": "应为一节", "dict": "应为一节"}
    return kinds.get(fault["type"].partition("_")[0], fault["msg"])


def _allowed(fault: ErrorDetails) -> str:
    return str(fault["ctx"]["expected"]).replace(" or ", "、").replace(", ", "、").replace("'", "")


def _place(
    location: tuple[int | str, ...], content: Mapping[str, Any], whole: type[BaseModel], parts: Models
) -> tuple[str, type[BaseModel]]:
    """Where a fault stands (table, which of its entries, key), and the model that holds it."""
    here: Any = content
    entries, names, rest = "", list[str](), location
    for number, step in enumerate(location):
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):  # a key that is missing
            break
        if isinstance(step, int) and isinstance(here, dict):
            entries += entry_place(".".join(names), step + 1, here.get("id") or here.get("clause") or here.get("name"))
            rest = location[number + 1 :]
        elif isinstance(step, str) and isinstance(here, dict | list):
            names.append(step)
    while names and ".".join(names) not in parts:
        names.pop()
    return f"{entries}{'.'.join(map(str, rest))}".strip(), parts.get(".".join(names), whole)


def entry_place(table: str, number: int, label: str | None) -> str:
    """An entry of an array of tables as a sentence names it, its own name beside its place, a space behind."""
    return f"[[{table}]] 第 {number} 项{f'（{label}）' if label else ''} "


def toml_fault(error: ValueError) -> str:
    """Where a file is no TOML, in Chinese; the parser's English reason helps nobody who keeps a workbook."""
    if isinstance(error, UnicodeDecodeError):
        return "不是 UTF-8 编码，请另存为 UTF-8"
    place = re.search(r"line (\d+), column (\d+)", str(error))
    where = f"第 {place[1]} 行第 {place[2]} 个字符处" if place else "文件末尾"
    return f"不是有效的 TOML：{where}写法有误，请检查引号、括号、等号和逗号，重复的键请删去一个"


class Part(BaseModel):
    """Frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)
