#!/usr/bin/env bash
# Vega-Lite 6.4.1 (Altair 6.3.0, vl-convert-python 1.9.0.post1): the title of a chart is lost when the chart is facetted in wrapped columns.
#
# Guess: alt.Chart(rows, title="各局").mark_point().encode(…).facet("年:O", columns=2) prints 各局 once, or in every cell.
# Seen:  Altair leaves the title in the inner chart ("spec"). With row= or column= Vega-Lite prints it in every cell; with one
#        field and columns, where the head of a cell is its title too, the head takes its place and the title is printed nowhere.
#        A title given after .facet(…), or to a chart with encode(facet=…), is printed.
# So moving a chart from column= to wrapped columns drops its title without a word; the chart looks complete.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check altair==6.3.0 vl-convert-python==1.9.0.post1 pandas 2>/dev/null
"$folder/venv/bin/python" - <<'PY'
from importlib.metadata import version

import altair as alt
import vl_convert

rows = alt.Data(values=[{"年": year, "家数": 3} for year in (2023, 2024)])
chart = alt.Chart(rows, title="各局").mark_point().encode(y="家数:Q")
print("altair", version("altair"), "vl-convert-python", version("vl-convert-python"), alt.SCHEMA_VERSION)


def printed(chart: alt.TopLevelMixin) -> bool:
    return ">各局</text" in vl_convert.vegalite_to_svg(chart.to_dict())


for name, made, seen in (
    ('facet("年:O", columns=2)', chart.facet("年:O", columns=2), False),
    ('facet(column="年:O")', chart.facet(column="年:O"), True),
    ('facet(row="年:O")', chart.facet(row="年:O"), True),
    ('facet("年:O", columns=2, title=…)', chart.facet("年:O", columns=2, title="各局"), True),
    ('encode(facet="年:O")', chart.encode(facet=alt.Facet("年:O", columns=2)), True),
):
    found = printed(made)
    print(f"{name}: the title is {'printed' if found else 'lost'}")
    assert found == seen, f"{name} is drawn otherwise now"
PY
