"""What a simple formula comes to, to tell a result of 0 or nothing from one that was never calculated."""

import ast
import contextlib
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

Place = tuple[int, int]  # line from 1, place from 0
_UNKNOWN = (ArithmeticError, LookupError, RecursionError, SyntaxError, TypeError, ValueError, MemoryError)
_DEEPEST = 40
_MOST_CELLS = 5000
_STRING = re.compile(r'"(?:[^"]|"")*"')
_CELLS = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})(?:_TO_([A-Za-z]{1,3})([0-9]{1,7}))?")
_SIGNS = {"Add": "add", "Sub": "sub", "Mult": "mul", "Div": "truediv", "USub": "neg", "UAdd": "pos"}
_SIGNS |= {"Eq": "eq", "NotEq": "ne", "Lt": "lt", "LtE": "le", "Gt": "gt", "GtE": "ge"}  # of ast: of operator


def _filled(given: tuple[Any, ...]) -> list[Any]:
    """What stands in a function's arguments."""
    return [each for one in given for each in (one if isinstance(one, list) else [one]) if each is not None]


def _numbers(given: tuple[Any, ...]) -> list[float]:
    return [each for each in _filled(given) if isinstance(each, int | float)]


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "SUM": lambda *given: sum(_numbers(given)),
    "AVERAGE": lambda *given: sum(_numbers(given)) / len(_numbers(given)),
    "MAX": lambda *given: max(_numbers(given), default=0),
    "MIN": lambda *given: min(_numbers(given), default=0),
    "COUNT": lambda *given: len(_numbers(given)),
    "COUNTA": lambda *given: len(_filled(given)),
    "LEN": lambda text: len(text or ""),
    "ROUND": lambda value, digits: round(value, int(digits)),
    "ABS": abs,
    "AND": lambda *given: all(given),
    "OR": lambda *given: any(given),
    "NOT": operator.not_,
    "ISBLANK": lambda value: value is None,
    "ISNUMBER": lambda value: isinstance(value, int | float),
}


class Formulas:
    """The formulas of a sheet by place, and its values, with which they are worked out."""

    def __init__(self, sources: Mapping[Place, str], values: Callable[[Place], Any]) -> None:
        self.sources = sources
        self.values = values
        self._known: dict[Place, tuple[bool, Any]] = {}

    def result(self, place: Place, depth: int = 0) -> tuple[bool, Any]:
        """Whether we can tell what the formula of a cell comes to, and what."""
        if place not in self._known:
            self._known[place] = False, None  # a circle is not worked out
            with contextlib.suppress(*_UNKNOWN):
                self._known[place] = True, self._of(_tree(self.sources[place]), depth)
        return self._known[place]

    def _cell(self, place: Place, depth: int) -> Any:
        if place not in self.sources:
            return self.values(place)
        known, value = self.result(place, depth + 1) if depth < _DEEPEST else (False, None)
        if not known and not (value := self.values(place)):
            raise ValueError
        return value

    def _of(self, node: ast.AST, depth: int) -> Any:
        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name(id=name):
                return self._named(name, depth)
            case ast.UnaryOp(op=sign, operand=only):
                return _sign(sign, _number(self._of(only, depth)))
            case ast.BinOp(left=left, op=sign, right=right):
                return _sign(sign, *(_number(self._of(each, depth)) for each in (left, right)))
            case ast.Compare(left=left, ops=[sign], comparators=[right]):  # a blank equals both 0 and an empty text
                pair = self._of(left, depth), self._of(right, depth)
                blanks = ("" if isinstance(other, str) else 0 for other in reversed(pair))
                return _sign(sign, *(blank if one is None else one for one, blank in zip(pair, blanks, strict=True)))
            case ast.Call(func=ast.Name(id=name), args=given):
                return self._call(name.upper(), given, depth)
        raise ValueError

    def _call(self, name: str, given: list[ast.expr], depth: int) -> Any:
        if name == "IF":
            chosen = given[1:2] if self._of(given[0], depth) else given[2:3]
            return self._of(chosen[0], depth) if chosen else False
        if name == "IFERROR":
            try:
                return self._of(given[0], depth)
            except ZeroDivisionError:
                return self._of(given[1], depth)
        return _FUNCTIONS[name](*(self._of(each, depth) for each in given))

    def _named(self, name: str, depth: int) -> Any:
        if name.upper() in ("TRUE", "FALSE"):
            return name.upper() == "TRUE"
        from openpyxl.utils import column_index_from_string

        if (found := _CELLS.fullmatch(name)) is None:
            raise ValueError
        left, top = column_index_from_string(found[1]) - 1, int(found[2])
        if not found[3]:
            return self._cell((top, left), depth)
        right, bottom = column_index_from_string(found[3]) - 1, int(found[4])
        if (right - left + 1) * (bottom - top + 1) > _MOST_CELLS:
            raise ValueError
        return [self._cell((line, at), depth) for line in range(top, bottom + 1) for at in range(left, right + 1)]


def _sign(sign: ast.AST, *values: Any) -> Any:
    return getattr(operator, _SIGNS[type(sign).__name__])(*values)


def _number(value: Any) -> float:
    """A blank cell reckons as 0; a text makes the whole unknown."""
    if isinstance(value, int | float | None):
        return value or 0
    raise TypeError


def _tree(source: str) -> ast.AST:
    """A formula as Python would parse it; its texts are kept apart while the signs are changed."""
    if len(source) > 500 or any(sign in source for sign in "!{[#^&"):
        raise ValueError
    texts = [found[1:-1].replace('""', '"') for found in _STRING.findall(source)]
    slim = re.sub(r"\s|\$", "", _STRING.sub("\x01", source).lstrip("="))
    slim = re.sub(r"(?<=[A-Za-z\d]):(?=[A-Za-z])", "_TO_", slim).replace("%", "/100")
    slim = re.sub(r"(?<![<>])=", "==", slim).replace("<>", "!=")
    for text in texts:
        slim = slim.replace("\x01", repr(text), 1)
    return ast.parse(slim, mode="eval").body
