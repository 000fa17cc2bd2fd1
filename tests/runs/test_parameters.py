"""Parameters are read as the notebook declares them, and as papermill reads its -p where it declares nothing."""

from typing import Any

import pytest

from tongdao.base.errors import UsageError
from tongdao.runs.notebooks import declared, fitted


def given(source: str, text: str, name: str = "x") -> Any:
    cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": source}
    return fitted(declared({"cells": [cell]}, "我的"), {name: text}, "我的")[name]


@pytest.mark.parametrize(
    ("source", "text", "value"),
    [
        ("x: int = 1", "-3", -3),
        ("x: float = 1", "2", 2.0),
        ("x: float = 1", "1e3", 1000.0),
        ("x: str = ''", "'十四五'", "'十四五'"),
        ("x = 1.5", "2", 2.0),
        ("x: bool = False", "True", True),
        ("x = True", "false", False),
        ("x: str = ''", "2024", "2024"),
        ("x = ''", "True", "True"),
        ("x = date.today().strftime('%Y-%m')", "202409", "202409"),
        ("x: 'str' = ''", "1", "1"),
        ("x: list[str] = []", "['甲', '乙']", ["甲", "乙"]),
        ("x: list[float] = []", "[1, 2.5]", [1, 2.5]),
        ("x = []", '["甲", null, true]', ["甲", None, True]),
        ("x: list[int | None] = []", "[1, None]", [1, None]),
        ("x: list[list[int]] = []", "[[1], []]", [[1], []]),
        ("x: tuple[int, str] = (1, '')", "(2, '乙')", (2, "乙")),
        ("x: tuple[int, ...] = ()", "(1, 2, 3)", (1, 2, 3)),
        ("x = ()", "(1, '乙')", (1, "乙")),
        ("x: dict[str, float] = {}", "{'甲': 1}", {"甲": 1}),
        ("x = {}", '{"甲": {"乙": 1.5}}', {"甲": {"乙": 1.5}}),
        ("x: int | None = None", "None", None),
        ("x: int | None = None", "3", 3),
        ("x: Optional[str] = None", "3", "3"),
        ("x: typing.Optional[typing.List[int]] = None", "[3]", [3]),
        ("x: Union[str, int] = 1", "3", 3),
        ("x: str | int | None = 1", "3", 3),
        ("x: Union[int, float, str] = 1", "甲", "甲"),
        ("x: Literal['月', '季'] = '月'", "季", "季"),
        ("x: Literal[1, 2] = 1", "2", 2),
        ("x: Literal['月'] | None = None", "None", None),
        ("import typing as t\nx: t.Optional[t.Sequence[str]] = None", "['甲']", ["甲"]),
        ("Month = str\nx: Month = '2024-08'", "2024", "2024"),
        ("x = None  # type: str", "3", "3"),
        ("x = None  # type: int  几家", "3", 3),
        ("x = [1] * 3", "[1]", [1]),
        ("x = os.environ.get('X', '甲')", "乙", "乙"),
        ("x: str", "甲", "甲"),
        ("a, x = 1, 2", "5", 5),
        ("a = x = 2", "5", 5),
        ("(a, (b, x)) = 1, (2, [])", "[5]", [5]),
        ("%matplotlib inline\nx: int = 1", "5", 5),
        ("import os\n!echo 一\nfiles = !ls\nif files:\n    %cd -q .\nx: int = 1", "5", 5),
        ("%%time\nx: int = 1", "5", 5),
        ("y = (10\n   % 3)\nx: int = 1", "5", 5),
        ("'''一\n%二\n'''\nx: int = 1", "5", 5),
    ],
)
def test_what_is_given_is_of_the_declared_type(source: str, text: str, value: object) -> None:
    found = given(source, text)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("source", "text", "words"),
    [
        ("x: int = 1", "2.5", "整数"),
        ("x = 1", "many", "整数"),
        ("x: float = 1", "二", "数"),
        ("x: bool = True", "1", "是否"),
        ("x: list[str] = []", "甲,乙", "列表"),
        ("x: list[str] = []", "[1]", "列表"),
        ("x: list[int] = []", "[True]", "列表"),
        ("x: list[int] = []", "(1,)", "列表"),
        ("x: list[list[int]] = []", "[['1']]", "列表"),
        ("x: dict[str, float] = {}", "{'甲': '一'}", "字典"),
        ("x: dict[str, float] = {}", "{1: 1}", "字典"),
        ("x: tuple[int, str] = (1, '')", "(1,)", "元组"),
        ("x: tuple[int, ...] = ()", "(1, 'a')", "元组"),
        ("x: int | None = None", "甲", r"int \| None"),
        ("x: Optional[float] = None", "甲", r"Optional\[float\]"),
        ("x: Union[int, bool] = 1", "甲", "Union"),
        ("x: Literal['月', '季'] = '月'", "年", "Literal"),
        ("x = date(2024, 9, 1)", "2024-09-01", "日期"),
        ("x: datetime.date = datetime.date(2024, 9, 1)", "2024-09-01", "日期"),
        ("x: dt.date = dt.date(2024, 9, 1)", "2024-09-01", "日期"),
        ("x = date.today()", "2024-09-01", "日期"),
        ("x = Path('a.csv')", "b.csv", "Path"),
        ("x: pd.Timestamp = None", "2024-09-01", "pd.Timestamp"),
        ("x: list[str] = []", "[" * 300, "列表"),
    ],
)
def test_what_is_of_another_type_is_refused_by_the_name_of_the_declared_one(source: str, text: str, words: str) -> None:
    with pytest.raises(UsageError, match=f"参数 x 应为 ?{words}"):
        given(source, text)


@pytest.mark.parametrize("source", ["x = None", "x = 3 * 12", "x = sep + 'a'", "x: Any = 1", "x, y = b", "x = f'{a}'"])
@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("3", 3), ("-2.5", -2.5), ("1e3", 1000.0), ("007", 7), ("1_0", 10), ("True", True), ("None", None)),
        *((text, text) for text in ("true", "甲", "2024-09", "", "[1]")),
    ],
)
def test_where_nothing_is_declared_it_is_read_as_by_papermill(source: str, text: str, value: object) -> None:
    found = given(source, text)
    assert (found, type(found)) == (value, type(value))


def test_what_a_cell_does_not_declare_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UsageError, match="最接近的是：months"):
        given("months: int = 3\nfrom os import sep\ndef f(month): ...", "1", "month")
    with pytest.raises(UsageError, match="parameters 单元格无法识别"):
        given("x: int == = 3", "1")
