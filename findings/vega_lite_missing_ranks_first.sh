#!/usr/bin/env bash
# Vega-Lite 6.4.1 (Altair 6.3.0, vl-convert-python 1.9.0.post1) beside pandas 3.1.1: an office that has not reported is ranked
# first, and is one of the values counted.
#
# Guess: rank() gives a missing figure no rank, or the last one, and distinct() counts what was reported, as pandas' rank() and
#        nunique() do.
# Seen:  sorted upwards (fewest complaints, lowest cost) the missing figure has rank 1 and the best office rank 2; sorted
#        downwards it is last. distinct() of 3, 3 and a missing one is 2, and 1 of an office that never reported: pandas
#        has 1 and 0. mean, min and count of valid() beside them leave it out.
# So a table of places drawn by a chart names the silent office the best: filter by isValid(…) before the window.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check altair==6.3.0 vl-convert-python==1.9.0.post1 pandas==3.1.1 2>/dev/null
"$folder/venv/bin/python" - <<'PY'
import re
from importlib.metadata import version

import altair as alt
import pandas as pd
import vl_convert

rows = pd.DataFrame({"局": ["甲", "乙", "丙"], "件": [5.0, None, 8.0]})
weeks = pd.DataFrame({"局": ["甲", "甲", "甲", "乙"], "件": [3.0, 3.0, None, None]})


def drawn(chart: alt.Chart) -> list[str]:
    text = chart.mark_text().encode(y=alt.Y("局:N", axis=None, sort=["甲", "乙", "丙"]))
    return re.findall(r"<text[^>]*>([^<]*)</text>", vl_convert.vegalite_to_svg(text.to_json()))


def ranked(order: str) -> list[str]:
    window = alt.Chart(rows).transform_window(rank="rank()", sort=[alt.SortField("件", order=order)])
    return drawn(window.transform_calculate(t="datum['局'] + datum.rank").encode(text="t:N"))


found = {
    "upwards": sorted(ranked("ascending")),
    "downwards": sorted(ranked("descending")),
    "distinct": drawn(alt.Chart(weeks).encode(text="distinct(件):Q")),
    "valid": drawn(alt.Chart(weeks).encode(text="valid(件):Q")),
}
print("altair", version("altair"), "vl-convert-python", version("vl-convert-python"), alt.SCHEMA_VERSION, found)
print("pandas", rows["件"].rank().tolist(), weeks.groupby("局")["件"].nunique().to_dict())
assert found == {
    "upwards": sorted(["乙1", "甲2", "丙3"]),
    "downwards": sorted(["丙1", "甲2", "乙3"]),
    "distinct": ["2", "1"],
    "valid": ["2", "0"],
}
assert weeks.groupby("局")["件"].nunique().to_dict() == {"甲": 1, "乙": 0}
PY
