"""Notebook files and their parameters: read, checked for shape and type, the given values put in.

papermill only warns of an unknown parameter and pastes names as code, so both are checked here, before a run starts.
"""

import ast
import contextlib
import json
import re
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tongdao.base import UsageError, candidates, parse_month
from tongdao.document import is_counted, joined

Value = Any  # what papermill writes into a notebook: text, number, bool, None, and lists and dicts of them
_MODULE = re.compile(r"\b\w+\.(?=\w)")
_MOMENT = re.compile(r"date|time", re.IGNORECASE)
_LITERALS = {
    ast.List: "list", ast.ListComp: "list", ast.Dict: "dict", ast.DictComp: "dict", ast.Tuple: "tuple", ast.Set: "set",
}  # fmt: skip
#: What people call the types, by the word that a declaration begins with.
_NAMES = {
    "str": "文字",
    "int": "整数",
    "float": "数",
    "bool": "是否（true 或 false）",
    "[Ll]ist": "列表（如 ['甲', '乙']）",
    "[Tt]uple": "元组（如 ('甲', '乙')）",
    "[Dd]ict": "字典（如 {'甲': 1}）",
    r"(\w+\.)?date(time)?": "日期，而命令行只能给文字（请在笔记本里声明为 str，再换成日期）",
}
#: The types that a command line can give a value of, and what an annotation of them consists of.
_TYPES: dict[str, Any] = {kind.__name__: kind for kind in (str, int, float, bool, list, dict, tuple)} | {
    name: getattr(typing, name)
    for name in ("Any", "Dict", "List", "Literal", "Mapping", "Optional", "Sequence", "Tuple", "Union")
}
_ANNOTATION = (ast.Expression, ast.Name, ast.Load, ast.Subscript, ast.Tuple, ast.Constant, ast.BinOp, ast.BitOr)
_CELL_MAGIC = re.compile(r"\A\s*%%.*")
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
        if cell["cell_type"] != "code" and "parameters" in (tags := cell["metadata"].get("tags", [])):
            tags.remove("parameters")  # a text declares nothing, and papermill would put the given values below it
    return content, tuple(notices)


def _converted(text: str, path: Path) -> dict[str, Any]:
    import nbformat

    try:  # its reader, for the old formats keep a text as a list of lines, which the converter does not take
        return dict(nbformat.convert(nbformat.reader.reads(text), 4))
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


def declared(notebook: Mapping[str, Any], name: str, *, wanted: bool = True) -> dict[str, str]:
    """The parameters of a notebook, from its one cell tagged ``parameters``; it may lack one if none is ``wanted``.

    Each has its type, as the notebook writes it or as its default has it, empty where neither tells.

    Raises:
        UsageError: there is no such cell, or more than one, or it cannot be read.
    """
    cells = [cell for cell in notebook["cells"] if "parameters" in cell.get("metadata", {}).get("tags", [])]
    if not cells and not wanted:
        return {}
    if len(cells) != 1:
        raise UsageError(f"{name} 有 {len(cells)} 个标为 parameters 的单元格，应当正好一个，请在笔记本里改正。")
    try:
        tree = _parsed(joined(cells[0]["source"]))
    except (SyntaxError, ValueError):
        raise UsageError(f"{name} 的 parameters 单元格无法识别，每行应写成：名称: 类型 = 默认值  # 说明。") from None
    return dict(parameter for line in tree.body for parameter in _parameters(line))


def fixed_month(notebook: Mapping[str, Any], month: str) -> Iterator[str]:
    """What to say of cells that set the variable ``month`` to another month than the run's: the document is filed under
    the one and shows the other."""
    cells = filter(is_counted, notebook["cells"])
    for number, cell in enumerate(cells, 1):
        if cell["cell_type"] != "code" or "parameters" in cell["metadata"].get("tags", []):
            continue
        with contextlib.suppress(SyntaxError, ValueError, UsageError):
            for line in _parsed(cell["source"]).body:
                match line:
                    case ast.Assign(targets=[ast.Name(id="month")], value=ast.Constant(value=str(text))):
                        if str(parse_month(text)) != month:
                            words = "请给写参数的一格加标签 parameters，每次按要的月份填入"
                            yield f"第 {number} 格写着 month = “{text}”，这份文件归在 {month}；{words}。"


def _parsed(source: str) -> ast.Module:
    with contextlib.suppress(SyntaxError):
        return ast.parse(source, type_comments=True)
    from IPython.core.inputtransformer2 import TransformerManager  # knows what is for the shell

    return ast.parse(str(TransformerManager().transform_cell(_CELL_MAGIC.sub("", source))))


def _parameters(line: ast.stmt) -> Iterator[tuple[str, str]]:
    match line:
        case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=value):
            words = ast.unparse(annotation).strip("\"'")
            named = re.findall(r"\w+", re.sub(r"'.*?'", "", _MODULE.sub("", words)))
            own = not set(named) <= {*_TYPES, "None"}
            yield name, (_type(value) if own and value else "") or words  # a name of the notebook's own
        case ast.Assign(targets=[ast.Name(id=name)], type_comment=str(words)) if not words.startswith("ignore"):
            yield name, words.split()[0]  # as papermill reads it
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _assigned(target, value)


def _assigned(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, str]]:
    match target, value:
        case ast.Name(id=name), _:
            yield name, _type(value)
        case ast.Tuple(elts=names) | ast.List(elts=names), ast.Tuple(elts=values) | ast.List(elts=values):
            for each, default in zip(names, values, strict=False):
                yield from _assigned(each, default)
        case ast.Tuple(elts=names) | ast.List(elts=names), _:
            yield from ((each.id, "") for each in names if isinstance(each, ast.Name))


def _type(value: ast.expr) -> str:
    """The type of a default: of a class that is called its name, of days and moments date; empty where it may be any,
    as of reckoned numbers and texts."""
    match value:
        case ast.Constant(value=constant):
            return "" if constant is None else type(constant).__name__
        case ast.UnaryOp(operand=operand):
            return _type(operand)
        case ast.BinOp(left=left, right=right):
            return next((kind for kind in map(_type, (left, right)) if kind in ("list", "tuple")), "")
        case ast.Call(func=func):
            called = ast.unparse(func)
            last = called.rpartition(".")[2]
            if last in ("format", "isoformat", "strftime"):
                return "str"
            return "date" if _MOMENT.search(called) else last if last in _TYPES or last[:1].isupper() else ""
    return _LITERALS.get(type(value), "")


def fitted(known: Mapping[str, str], given: Mapping[str, str], name: str) -> dict[str, Value]:
    """What was given, as the declared types; where none is declared, as papermill reads its ``-p``.

    Raises:
        UsageError: a name the notebook does not declare, or a value of another type.
    """
    return {key: _value(known, key, text, name) for key, text in given.items()}


def _value(known: Mapping[str, str], key: str, text: str, name: str) -> Value:
    if key not in known:
        raise UsageError(f"{name} 没有参数“{key}”，{candidates(key, known)}。")
    wanted = known[key]
    if wanted in ("", "Any", "object"):
        from papermill.cli import _resolve_type  # loads all of papermill, and most parameters have a type

        return _resolve_type(text)
    try:
        return _typed(wanted, text)
    except (ValueError, SyntaxError, NameError, TypeError):
        words = next((words for kind, words in _NAMES.items() if re.match(rf"{kind}(\[|$)", wanted)), f" {wanted}")
        end = "由报告填入，另有所指的请换个名称" if key in ("workbook", "month", "as_of") else "请改正"
        raise UsageError(f"{name} 的参数 {key} 应为{words}，现在是“{text}”，{end}。") from None


def _typed(annotation: str, text: str) -> Value:
    """A text as the type that an annotation names: as Python or JSON writes a value of it, else the text itself.

    Raises:
        ValueError, SyntaxError, NameError, TypeError: it is none, or the type is none that a command line can give.
    """
    from pydantic import TypeAdapter, ValidationError

    tree = ast.parse(_MODULE.sub("", annotation), mode="eval")
    if not all(isinstance(node, _ANNOTATION) for node in ast.walk(tree)):
        raise TypeError(annotation)
    kind = TypeAdapter(eval(compile(tree, "", "eval"), {"__builtins__": {}}, _TYPES))
    for read in (ast.literal_eval, json.loads):
        with contextlib.suppress(ValueError, SyntaxError, ValidationError):
            if not isinstance(value := read(text), str):  # a text keeps the quotation marks that it is given in
                return kind.validate_python(value, strict=True)
    with contextlib.suppress(ValidationError):
        return kind.validate_python(text, strict=True)
    raise ValueError(text)
