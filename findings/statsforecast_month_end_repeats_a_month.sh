#!/usr/bin/env bash
# statsforecast 2.1.1 and utilsforecast 0.2.17 beside mlforecast 1.1.0: months filed by their first day, forecast with
# freq="ME".
#
# Guess: after months 2021-01-01 to 2024-09-01 the first forecast with freq="ME" (monthly) is October's, or the two are found
#        not to fit.
# Seen:  its date is 2024-09-30: September a second time, with October's value. Each forecast stands a month too early, and a
#        quarter with "QE" (30 September after the quarter of 1 July). Nothing is said, fill_gaps adds no row; mlforecast
#        refuses the same table.
# So year-on-year growth of the forecast, and a join with the months it was made for, take the wrong month: give "MS" and "QS".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check statsforecast==2.1.1 utilsforecast==0.2.17 mlforecast==1.1.0 \
  pandas==2.3.3 numpy==2.4.6 2>/dev/null
"$folder/venv/bin/python" -W ignore - <<'PY'
import pandas as pd
from mlforecast import MLForecast
from sklearn.linear_model import LinearRegression
from statsforecast import StatsForecast
from statsforecast.models import SeasonalNaive
from utilsforecast.preprocessing import fill_gaps


def table(start: str, end: str, freq: str) -> pd.DataFrame:
    days = pd.date_range(start, end, freq=freq)
    return pd.DataFrame({"unique_id": "甲", "ds": days, "y": [float(day.month) for day in days]})


def forecast(rows: pd.DataFrame, freq: str, season: int) -> list[tuple[str, float]]:
    found = StatsForecast(models=[SeasonalNaive(season)], freq=freq).forecast(df=rows, h=2)
    pairs = [(str(day.date()), value) for day, value in zip(found["ds"], found["SeasonalNaive"], strict=True)]
    print(freq, pairs)
    return pairs


months, quarters = table("2021-01-01", "2024-09-01", "MS"), table("2021-01-01", "2024-07-01", "QS")
assert forecast(months, "MS", 12) == [("2024-10-01", 10.0), ("2024-11-01", 11.0)]
assert forecast(months, "ME", 12) == [("2024-09-30", 10.0), ("2024-10-31", 11.0)]
assert forecast(quarters, "QE", 4) == [("2024-09-30", 10.0), ("2024-12-31", 1.0)]
assert len(fill_gaps(months, "ME")) == len(months)
try:
    MLForecast(models=[LinearRegression()], freq="ME", lags=[12]).fit(months)
except ValueError as error:
    print("mlforecast:", str(error).splitlines()[0])
else:
    raise AssertionError("mlforecast takes it now")
PY
