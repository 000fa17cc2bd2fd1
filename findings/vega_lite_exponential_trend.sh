#!/usr/bin/env bash
# Vega-Lite 6.4.1 (Altair 6.3.0, vl-convert-python 1.9.0.post1) beside numpy 2.4.6: the exponential trend has another growth rate
# than a spreadsheet's.
#
# Guess: transform_regression(method="exp") fits a line to the logarithms, as Excel's GROWTH, LOGEST and trend line do and as
#        "pow" does in the same transform: of 100, 130, 125, 180, 170, 260 the yearly growth is 18.5 %.
# Seen:  it is 19.4 %. "exp" weighs each point by its value, so that the last years count most; "pow" gives numpy's coefficients
#        to the last digit. The documentation names the curve and no weights; "exp" has no unweighted form.
# So an average growth (年均增速) drawn in a chart and the one in the text beside it differ: work it out once, draw the result.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check altair==6.3.0 vl-convert-python==1.9.0.post1 numpy==2.4.6 2>/dev/null
"$folder/venv/bin/python" - <<'PY'
import math
import re

import altair as alt
import numpy as np
import vl_convert

YEARS, VALUES = [1, 2, 3, 4, 5, 6], [100, 130, 125, 180, 170, 260]
rows = alt.Data(values=[{"x": x, "y": y} for x, y in zip(YEARS, VALUES, strict=True)])


def fitted(method: str) -> list[float]:
    chart = alt.Chart(rows).transform_regression("x", "y", method=method, params=True)
    chart = chart.transform_calculate(t="join(datum.coef, ' ')").mark_text().encode(text="t:N")
    text = re.search(r">([^<>]+)</text", vl_convert.vegalite_to_svg(chart.to_dict()))
    return [float(part) for part in text[1].split()]


def least_squares(x: list[float], weights: list[float]) -> list[float]:
    slope, start = np.polyfit(x, np.log(VALUES), 1, w=np.sqrt(weights))  # numpy weighs residuals before squaring
    return [math.exp(start), slope]


logs = np.log(YEARS)
print("Vega-Lite", alt.SCHEMA_VERSION, "exp", fitted("exp"), "pow", fitted("pow"))
print("numpy exp", least_squares(YEARS, [1] * 6), "weighted", least_squares(YEARS, VALUES), "pow", least_squares(logs, [1] * 6))
assert np.allclose(fitted("pow"), least_squares(logs, [1] * 6)), "pow is weighted now"
assert np.allclose(fitted("exp"), least_squares(YEARS, VALUES)), "exp is weighted otherwise now"
growth = [round(100 * math.expm1(slope), 1) for _, slope in (fitted("exp"), least_squares(YEARS, [1] * 6))]
print("growth of a year, in %:", *growth)
assert growth == [19.4, 18.5]
PY
