#!/usr/bin/env bash
# Vega-Lite 6.4.1 (Altair 6.3.0, vl-convert-python 1.9.0.post1) beside pandas 3.1.1 and great_tables 1.1.0: a chart's label says
# another figure than the table beside it.
#
# Guess: "2.5 to no decimals" is one figure wherever it is printed from: format ".0f" in a chart and in Python, decimals=0 in a
#        table.
# Seen:  the chart says 3, 1, 13, −3 and 8.3 for 2.5, 0.5, 12.5, −2.5 and 8.25, for JavaScript rounds a half away from nought;
#        Python's format, pandas' Styler and round() and great_tables say 2, 0, 12, -2 and 8.2, the even one. LibreOffice
#        rounds as the chart does. Halves are common where figures are means of two, shares of eighths, or kept to 0.5.
# So one report has two figures for one value: round once, before both.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check altair==6.3.0 vl-convert-python==1.9.0.post1 pandas==3.1.1 jinja2==3.1.6 \
  great_tables==1.1.0 2>/dev/null
"$folder/venv/bin/python" -W ignore - <<'PY'
import re

import altair as alt
import pandas as pd
import vl_convert
from great_tables.vals import fmt_number

VALUES = {2.5: 0, 0.5: 0, 12.5: 0, -2.5: 0, 8.25: 1}
assert vl_convert.get_vegalite_versions()[-1] == "6.4"


def plain(text: str) -> str:
    return text.replace("\N{MINUS SIGN}", "-")


for value, decimals in VALUES.items():
    form, table = f".{decimals}f", pd.DataFrame({"v": [value]})
    chart = alt.Chart(table).mark_text().encode(text=alt.Text("v:Q", format=form))
    (label,) = re.findall(r"<text[^>]*>([^<]*)</text>", vl_convert.vegalite_to_svg(chart.to_json()))
    styled = re.search(r">([-\d.]+)</td>", table.style.format(precision=decimals).to_html())[1]
    others = {format(value, form), styled, plain(fmt_number([value], decimals=decimals)[0]), format(table["v"].round(decimals)[0], form)}
    print(value, "chart", label, "tables", *others)
    assert {abs(float(other)) for other in others} == {abs(round(value, decimals))}
    assert abs(float(plain(label))) == round(abs(round(value, decimals)) + 10**-decimals, decimals), "one figure now"
PY
