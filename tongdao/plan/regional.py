"""What a plan's regions have of their own, in tables beside plan.toml: targets (``targets.csv``, a row for each region
and indicator), and the groups that they belong to (``groups.csv``, a row for each region and group)."""

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tongdao.base import DataError, UsageError, candidates, convert, convertible, parse_day, parse_number, read_lines
from tongdao.plan.indicator import Indicator

TARGETS, GROUPS = "targets.csv", "groups.csv"
_COLUMNS = ("region", "indicator", "target", "unit")
_MORE = ("effective", "quote")
_GROUPED = ("region", "group")


@dataclass(frozen=True, order=True)
class RegionalTarget:
    """A region's target in the indicator's unit; it holds from ``effective`` on, one without a day from the first."""

    effective: date
    target: float
    quote: str = ""


Regional = Mapping[str, Mapping[str, tuple[RegionalTarget, ...]]]  # by region and indicator, in the order of time


def read_targets(path: Path, indicators: tuple[Indicator, ...], regions: Mapping[str, str]) -> Regional:
    """The targets by region and indicator; none where there is no file.

    Raises:
        DataError: a column is missing or unknown, or a cell names no region, indicator, number, unit or day, or one
            target stands twice; file, line and column are named.
    """
    place = f"分地区目标 {path}"
    items, codes = by_word(indicators), codes_of(regions)
    found: dict[str, dict[str, list[RegionalTarget]]] = {}
    for line, cells in read_lines(path, place, _COLUMNS, (*_COLUMNS, *_MORE)):
        row = dict.fromkeys(_MORE, "") | cells
        item, code = items.get(row["indicator"]), codes.get(row["region"])
        for column, bad, advice in (
            ("region", code is None, candidates(row["region"], codes)),
            ("indicator", item is None, candidates(row["indicator"], items)),
            ("unit", item and not convertible(row["unit"], item.unit), f"单位须与计划一致：{item and item.unit}"),
            ("indicator", item and item.traits.yes_or_no, "做成与否的事项没有目标数，请删去这一行"),
        ):
            if bad:
                raise DataError(f"{place} 第 {line} 行 {column} 列“{row[column]}”不能用：{advice}。")
        assert item is not None
        assert code is not None
        try:
            day = parse_day(row["effective"], "effective") if row["effective"] else date.min
            target = float(convert(parse_number(row["target"]), row["unit"], item.unit))
        except UsageError as error:
            raise DataError(f"{place} 第 {line} 行：{error}") from None
        if item.traits.limit is not None and target > (item.upper_limit or target):
            raise DataError(
                f"{place} 第 {line} 行 target 列“{row['target']}”超过{item.name}的上限 {item.upper_limit:g}，请核对。"
            )
        own = found.setdefault(code, {}).setdefault(item.id, [])
        if any(one.effective == day for one in own):
            raise DataError(
                f"{place} 第 {line} 行：{row['region']}的{item.name}目标出现两次，请删去一行，或写明 effective。"
            )
        own.append(RegionalTarget(day, target, row["quote"]))
    return {code: {name: tuple(sorted(own)) for name, own in rows.items()} for code, rows in found.items()}


Groups = Mapping[str, Mapping[str, Mapping[str, float]]]  # by group and region, its weight for each indicator


def read_groups(path: Path, indicators: tuple[Indicator, ...], regions: Mapping[str, str]) -> Groups:
    """The regions of each group and what each weighs in a mean; none where there is no file.

    Columns ``region`` and ``group``; any other is named by an indicator, of which it holds the denominators: a region's
    output for a share of output.

    Raises:
        DataError: a column is missing or unknown, or a cell names no region, no group or no positive number, or a
            region stands twice in a group; file, line and column are named.
    """
    place = f"地区分组 {path}"
    items, codes = by_word(indicators), codes_of(regions)
    found: dict[str, dict[str, dict[str, float]]] = {}
    for line, row in read_lines(path, place, _GROUPED, (*_GROUPED, *items)):
        own, code = found.setdefault(row["group"], {}), codes.get(row["region"])
        if code is None or not row["group"] or code in own:
            advice = candidates(row["region"], codes) if code is None else "组名不能空着，一个地区在一组里只写一行"
            raise DataError(f"{place} 第 {line} 行“{row['region']}，{row['group']}”不能用：{advice}。")
        weights = ((name, text) for name, text in row.items() if text and name not in _GROUPED)
        own[code] = {items[name].id: _weight(place, line, name, text) for name, text in weights}
    return found


def codes_of(regions: Mapping[str, str]) -> dict[str, str]:
    """The code of a region by its name, and by the code itself."""
    return {name: code for code, name in regions.items()} | {code: code for code in regions}


def by_word(indicators: Iterable[Indicator]) -> dict[str, Indicator]:
    """The indicators by id, name and alias."""
    return {name: item for item in indicators for name in (item.id, item.name, *item.aliases)}


def _weight(place: str, line: int, column: str, text: str) -> float:
    with contextlib.suppress(UsageError):
        if (value := float(parse_number(text))) > 0:
            return value
    raise DataError(f"{place} 第 {line} 行 {column} 列“{text}”不能用：权重（分母）应为大于 0 的数，没有就空着。")


#: What leaves an indicator only followed: its target is another region's, or is shared out and leaves this region none.
WITHOUT_TARGET: dict[str, object] = {
    **dict.fromkeys(("target", "target_to", "target_region")),
    "target_plus": 0.0,
    "change": "",
    "interims": (),
    "parts": {},
}
