"""The base of every part of a plan file and every row of a list; what people wrote is validated here, in Chinese."""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from tongdao.base.errors import TongdaoError, candidates, disk_fault

_T = TypeVar("_T")
_adapter: Callable[[Any], TypeAdapter[Any]] = cache(TypeAdapter)
#: What should stand there, by the type of pydantic's complaint or its first word.
_WANTED = {
    "greater_than_equal": "不能小于 {ge}",
    "greater_than": "须大于 {gt}",
    "less_than_equal": "不能大于 {le}",
    "less_than": "须小于 {lt}",
    "string_too_short": "不能空着",
    "too_short": "至少 {min_length} 个",
    "too_long": "最多 {max_length} 个",
    "literal_error": "只能是 {allowed}",
    "date": "应为 2024-10-20 这样的日期",
    "int": "应为数字（整数）",
    **dict.fromkeys(("float", "decimal", "finite"), "应为数字"),
    "bool": "应为 true 或 false",
    "string": "应为加引号的文字",
    **dict.fromkeys(("tuple", "list", "sequence", "is"), "应为方括号里的几项"),
    **dict.fromkeys(("model", "dict", "dataclass", "mapping"), "应为一节"),
}


class Part(BaseModel):
    """Frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


def check(
    kind: type[_T], data: object, refused: Callable[[list[ErrorDetails]], TongdaoError], *, context: object = None
) -> _T:
    """Data as a value of a model or dataclass; what ``refused`` makes of pydantic's complaints is raised."""
    try:
        value: _T = _adapter(kind).validate_python(data, context=context)
    except ValidationError as error:
        raise refused(error.errors()) from None
    return value


def check_file(content: Mapping[str, Any], model: type[_T], place: str, refused: type[TongdaoError]) -> _T:
    """The content of a file as its model; ``refused`` names the first fault, ``place`` before it."""
    return check(model, content, lambda faults: refused(f"{place}：{_sentence(faults, content, model)}。"))


def read_toml(path: Path, model: type[_T], what: str, refused: type[TongdaoError]) -> _T:
    """A TOML file as its model; ``what`` says in Chinese which file of the workbook it is.

    Raises:
        refused: no TOML, or a key or value that cannot stand.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise refused(f"{what} {path} 读不了（{disk_fault(error)}），请检查。") from None
    except UnicodeDecodeError:
        raise refused(f"{what} {path} 不是 UTF-8 编码，请另存为 UTF-8。") from None
    except tomllib.TOMLDecodeError as error:  # the parser's English reason helps nobody who keeps a workbook
        place = re.search(r"line (\d+), column (\d+)", str(error))
        where = f"第 {place[1]} 行第 {place[2]} 个字符处" if place else "文件末尾"
        advice = "请检查引号、括号、等号和逗号，重复的键请删去一个"
        raise refused(f"{what} {path} 不是有效的 TOML：{where}写法有误，{advice}。") from None
    return check_file(content, model, f"{what} {path}", refused)


def _sentence(faults: Sequence[ErrorDetails], content: Mapping[str, Any], whole: type) -> str:
    """The first fault, where it stands, what is known there and what to do."""
    first = faults[0]
    place, model = _place(first["loc"], content, whole)
    more = f"（另有 {len(faults) - 1} 处）" if len(faults) > 1 else ""
    key = str(first["loc"][-1]) if first["loc"] else ""
    found = first["input"]
    match first["type"]:
        case "extra_forbidden":
            known = [field.alias or name for name, field in model.model_fields.items()]
            return f"{place} 是不认识的键，{candidates(key, known)}，请改正或删去{more}"
        case "missing":
            return f"{place} 缺失，请补上 {key}{more}"
        case "literal_error":
            return f"{place} 的值“{found}”不在允许的范围内：{_allowed(first)}{more}"
        case "value_error":
            words = str(first["ctx"]["error"])
            return f"{'' if words.startswith('[[') else f'{place} '.lstrip()}{words}{more}"
        case "string_too_long":
            return f"{place} 长 {len(str(found))} 字，最多 {first['ctx']['max_length']} 字{more}"
    return f"{place} 的值“{found}”不合要求（{wanted(first)}），请改正{more}"


def wanted(fault: ErrorDetails) -> str:
    """What should stand there, in Chinese; pydantic's own words only for what no file has shown yet."""
    kind = fault["type"]
    words = _WANTED.get(kind) or _WANTED.get(kind.partition("_")[0])
    allowed = _allowed(fault) if kind == "literal_error" else ""
    return words.format(**fault.get("ctx", {}), allowed=allowed) if words else fault["msg"]


def _allowed(fault: ErrorDetails) -> str:
    return str(fault["ctx"]["expected"]).replace(" or ", "、").replace(", ", "、").replace("'", "")


def _place(location: tuple[int | str, ...], content: Mapping[str, Any], whole: Any) -> tuple[str, type[BaseModel]]:
    """Where a fault stands (table, which of its entries, key), and the model that holds it."""
    here: Any = content
    model: type[BaseModel] = whole
    entries, names, rest = "", list[str](), location
    for number, step in enumerate(location):
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):  # a key that is missing
            break
        if isinstance(step, int) and isinstance(here, dict):
            entries += entry_place(".".join(names), step + 1, here.get("id") or here.get("clause") or here.get("name"))
            rest = location[number + 1 :]
        elif isinstance(step, str) and isinstance(here, dict | list | tuple):
            names.append(step)
            fields = {field.alias or name: field.annotation for name, field in model.model_fields.items()}
            model = _model_in(fields.get(step)) or model
    return f"{entries}{'.'.join(map(str, rest))}".strip(), model


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model that an annotation such as ``tuple[Task, ...]`` speaks of."""
    if inner := get_args(annotation):
        return next(filter(None, map(_model_in, inner)), None)
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None


def entry_place(table: str, number: int, label: str | None) -> str:
    """An entry of an array of tables as a sentence names it, its own name beside its place, a space behind."""
    return f"[[{table}]] 第 {number} 项{f'（{label}）' if label else ''} "
