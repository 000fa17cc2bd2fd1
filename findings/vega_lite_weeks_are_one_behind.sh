#!/usr/bin/env bash
# Vega-Lite 6.4.1 (Altair 6.3.0, vl-convert-python 1.9.0.post1) beside pandas 3.1.1: a chart by weeks adds Sunday to the week after
# it, and calls each week of 2024 by the number of the one before.
#
# Guess: yearweek(day) groups days as the standard does (ISO 8601, GB/T 7408): Monday to Sunday; 2 September 2024 is in week 36.
# Seen:  a week begins on Sunday: 1 September (Sunday, week 35) is added to 2 September (Monday, week 36), under "2024 W35", the
#        label of all days until Saturday the 7th. 31 December 2024 and 1 January 2025, week 1 of 2025, stand under 2024 W52.
#        pandas' isocalendar() has the standard's weeks.
# So the week of a weekly report (第36周) is not the bar that is called W36: put the week's Monday in a column before the chart.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check altair==6.3.0 vl-convert-python==1.9.0.post1 pandas==3.1.1 2>/dev/null
"$folder/venv/bin/python" -W ignore - <<'PY'
import re

import altair as alt
import pandas as pd
import vl_convert

assert vl_convert.get_vegalite_versions()[-1] == "6.4"


def both(days: dict[str, int]) -> tuple[list[str], dict[str, int]]:
    rows = pd.DataFrame({"d": pd.to_datetime(list(days)) + pd.Timedelta(hours=12), "v": list(days.values())})
    week = rows["d"].dt.isocalendar().astype(str)
    norm = rows.groupby(week["year"] + " W" + week["week"].str.zfill(2))["v"].sum().to_dict()
    chart = alt.Chart(rows).mark_text().encode(alt.Y("yearweek(d):O", title=None), text="sum(v):Q")
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", vl_convert.vegalite_to_svg(chart.to_json()))
    print("chart", texts, "the standard", norm)
    return sorted(texts), norm


texts, norm = both({"2024-09-01": 1, "2024-09-02": 10, "2024-09-07": 100})
assert texts == ["111", "2024 W35"] and norm == {"2024 W35": 1, "2024 W36": 110}
texts, norm = both({"2024-12-29": 1, "2024-12-31": 10, "2025-01-01": 100})
assert texts == ["111", "2024 W52"] and norm == {"2024 W52": 1, "2025 W01": 110}
PY
