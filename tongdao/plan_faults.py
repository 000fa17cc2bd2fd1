"""A fault of a plan file as one Chinese sentence that names the key where it stands."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from tongdao.errors import candidates

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
            return f"{place} 的值“{first['input']}”不在允许的范围内：{first['ctx']['expected']}{more}"
        case "value_error":
            return f"{place}{' ' if place else ''}{first['ctx']['error']}{more}"
        case "string_too_long":
            return f"{place} 长 {len(str(first['input']))} 字，最多 {first['ctx']['max_length']} 字{more}"
        case _:
            return f"{place} 的值“{first['input']}”不合要求（{first['msg']}），请改正{more}"


def _place(
    location: tuple[int | str, ...], content: Mapping[str, Any], whole: type[BaseModel], parts: Models
) -> tuple[str, type[BaseModel]]:
    """Where a fault stands, by the entry's own name rather than its number, and the model that holds it."""
    if not location:
        return "", whole
    head = str(location[0])
    model = parts.get(head, whole) if len(location) > 1 else whole
    if len(location) > 1 and isinstance(location[1], int):
        entry = content[head][location[1]]
        label = entry.get("id") or entry.get("clause") or entry.get("name") if isinstance(entry, dict) else None
        rest = "".join(f".{step}" for step in location[2:])
        return f"[[{head}]] {label or '第 ' + str(location[1] + 1) + ' 项'}{rest}", model
    return ".".join(map(str, location)), model
