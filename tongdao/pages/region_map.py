"""A map of regions in the colours of their lights, where the workbook brings their shapes."""

import json
from collections.abc import Iterator, Mapping, Sequence
from math import cos, radians
from pathlib import Path
from typing import Any

from tongdao.base import DataError
from tongdao.document import INK
from tongdao.pages import vega_lite as vl
from tongdao.plan import codes_of
from tongdao.workbook import View

SHAPES = "regions.geojson"
NAMED = 40  # regions that have room for their name
Shapes = Sequence[tuple[str, Mapping[str, Any]]]  # code and geometry; a region may have several


def read_shapes(path: Path, regions: Mapping[str, str]) -> Shapes:
    """The polygons of regions: a GeoJSON FeatureCollection (RFC 7946) whose features say a region's code or name.

    None where there is no file. Raises DataError: it is no such collection, or none of its features is of a region.
    """
    if not path.is_file():
        return ()
    codes = codes_of(regions)
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        told = [([*map(str, one["properties"].values())], one["geometry"]) for one in features]
        shapes = [(next(filter(codes.get, words), ""), shape) for words, shape in told if "Polygon" in shape["type"]]
    except (ValueError, KeyError, TypeError, AttributeError):
        words = "要有 features，每个有 properties 和多边形的 geometry"
        raise DataError(f"{path} 不是 GeoJSON 的 FeatureCollection（{words}），请重新导出，或移走这个文件。") from None
    own = tuple((codes[word], shape) for word, shape in shapes if word)
    if not own:
        words = "properties 里要有计划中的地区代码或名称"
        raise DataError(f"{path} 的 {len(told)} 个图形都认不出是哪个地区：{words}。")
    return own


def region_map(view: View, shapes: Shapes, lights: Mapping[str, str]) -> vl.Spec:
    """The regions in the colours of ``lights`` (by code), one without a light in grey, degrees as long as they are at
    their latitude."""
    latitudes = [y for _, shape in shapes for _, y in _points(shape["coordinates"])]
    narrow = cos(radians((min(latitudes) + max(latitudes)) / 2))
    features, names = [], dict[str, dict[str, Any]]()
    for code, shape in shapes:
        flat = {**shape, "coordinates": _narrowed(shape["coordinates"], narrow)}
        features.append({"type": "Feature", "geometry": flat, "light": lights.get(code, "grey")})
        for part in flat["coordinates"] if shape["type"] == "MultiPolygon" else [flat["coordinates"]]:
            x, y = zip(*_points(part), strict=True)
            size = (max(x) - min(x)) * (max(y) - min(y))
            if size > names.get(code, {"size": -1.0})["size"]:  # the name stands in the largest part
                middle = {"x": (max(x) + min(x)) / 2, "y": (max(y) + min(y)) / 2}
                names[code] = {**middle, "size": size, "name": view.plan.region_name(code)}
    projection = {"projection": {"type": "identity", "reflectY": True}}
    drawn = {"mark": {"type": "geoshape", "stroke": "white"}, "encoding": {"color": vl.light_channels()["color"]}}
    layers: list[vl.Spec] = [{"data": {"values": features}, **projection, **drawn}]
    if len(names) <= NAMED:
        places = {"longitude": vl.field("x:Q"), "latitude": vl.field("y:Q"), "text": vl.field("name:N")}
        text = vl.mark("text", None, places, fontSize=10, color=INK)
        layers += vl.edged({"data": {"values": [*names.values()]}, **projection, **text})
    return vl.layered(view, layers, height=250)


def _points(coordinates: Any) -> Iterator[tuple[float, float]]:
    if isinstance(coordinates[0], (int, float)):
        yield coordinates[0], coordinates[1]
    else:
        for part in coordinates:
            yield from _points(part)


def _narrowed(coordinates: Any, narrow: float) -> list[Any]:
    if isinstance(coordinates[0], (int, float)):
        return [coordinates[0] * narrow, coordinates[1]]
    return [_narrowed(part, narrow) for part in coordinates]
