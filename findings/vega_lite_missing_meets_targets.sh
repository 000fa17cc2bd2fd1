#!/usr/bin/env bash
# Vega-Lite 6.4.1 (Altair 6.3.0, vl-convert-python 1.9.0.post1) beside pandas 3.1.1: a missing figure meets every target that is
# an upper limit.
#
# Guess: a condition or a difference with a missing figure is missing, or false, as in pandas: nan <= 5 is false, 5 - nan is
#        nan.
# Seen:  Altair sends NaN as null, and in Vega's expressions null counts as 0: null <= 5 is true, 5 - null is 5, null * 100 is
#        0. A light drawn from datum.v <= 5 is green where nobody has reported, a filter keeps the row, the gap is the whole
#        target; the mean beside them leaves it out. isValid(datum.v) && … tells.
# So verdicts and gaps are worked out before the chart, or ask isValid first.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check altair==6.3.0 vl-convert-python==1.9.0.post1 pandas==3.1.1 2>/dev/null
"$folder/venv/bin/python" - <<'PY'
import re

import altair as alt
import pandas as pd
import vl_convert

rows = pd.DataFrame({"局": ["甲", "乙"], "v": [8.0, None]})


def drawn(chart: alt.Chart) -> list[str]:
    text = chart.encode(y=alt.Y("局:N", axis=None))
    return re.findall(r"<text[^>]*>([^<]*)</text>", vl_convert.vegalite_to_svg(text.to_json()))


def shown(expression: str) -> list[str]:
    found = sorted(drawn(alt.Chart(rows).transform_calculate(found=expression).mark_text().encode(text="found:N")))
    print(expression, found)
    return found


assert vl_convert.get_vegalite_versions()[-1] == "6.4"
assert (rows["v"] <= 5).tolist() == [False, False]
assert (5 - rows["v"]).isna().tolist() == [False, True]
assert shown("datum.局 + (datum.v <= 5 ? '绿' : '红')") == ["乙绿", "甲红"]
assert shown("datum.局 + (5 - datum.v)") == ["乙5", "甲-3"]
assert shown("datum.局 + (datum.v * 100)") == ["乙0", "甲800"]
assert shown("datum.局 + (!isValid(datum.v) ? '未报' : datum.v <= 5 ? '绿' : '红')") == ["乙未报", "甲红"]
kept = drawn(alt.Chart(rows).transform_filter("datum.v <= 5").mark_text().encode(text="局:N"))
mean = drawn(alt.Chart(rows).mark_text().encode(text="mean(v):Q").transform_calculate(局="'全县'"))
print(kept, mean)
assert kept == ["乙"] and mean == ["8"]
PY
