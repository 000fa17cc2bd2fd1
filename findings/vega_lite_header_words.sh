#!/usr/bin/env bash
# Vega-Lite 6.4.1 (Altair 6.3.0, vl-convert-python 1.9.0.post1): words beside datum.label vanish in the heads of a facetted chart.
#
# Guess: labelExpr is an expression over datum.label, in the head of a facet as on an axis: "datum.label + '户'" prints 新增户.
# Seen:  on an axis it does; in a head the same expression prints 新增, and "'〔' + datum.label + '〕'" prints the bare name: there
#        datum.label is replaced, in the text of the expression, by a condition without brackets (isValid(x) ? x : "" + x), so
#        that whatever is added before belongs to the condition and what is added behind to its other branch. "(datum.label)"
#        in brackets of one's own, or datum.value, prints all.
# So units and brackets that a facet's heads should say are lost without a word; the chart looks complete.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check altair==6.3.0 vl-convert-python==1.9.0.post1 pandas 2>/dev/null
"$folder/venv/bin/python" - <<'PY'
import re
from importlib.metadata import version

import altair as alt
import vl_convert

rows = alt.Data(values=[{"类": kind, "家数": 3} for kind in ("新增", "注销")])
base = alt.Chart(rows).mark_point()
print("altair", version("altair"), "vl-convert-python", version("vl-convert-python"), alt.SCHEMA_VERSION)


def printed(chart: alt.Chart) -> list[str]:
    return re.findall(r">([^<>]+)</text", vl_convert.vegalite_to_svg(chart.to_dict()))


SEEN = {
    "datum.label + '户'": ("新增", "新增户"),
    "'〔' + datum.label + '〕'": ("新增", "〔新增〕"),
    "(datum.label) + '户'": ("新增户", "新增户"),
    "datum.value + '户'": ("新增户", "新增户"),
}
for expression, (seen_head, seen_axis) in SEEN.items():
    head = base.encode(y="家数:Q", column=alt.Column("类:N", header=alt.Header(labelExpr=expression)))
    axis = base.encode(y="家数:Q", x=alt.X("类:N", axis=alt.Axis(labelExpr=expression)))
    found_head = next(text for text in printed(head) if "新增" in text)
    found_axis = next(text for text in printed(axis) if "新增" in text)
    print(f"{expression}: head {found_head}, axis {found_axis}")
    assert (found_head, found_axis) == (seen_head, seen_axis), f"{expression} is printed otherwise now"
PY
