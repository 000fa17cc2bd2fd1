#!/usr/bin/env bash
# sdmx1 2.28.0 with pandas 3.1.1: the standard's own way to write a month is read as a second.
#
# Guess: SDMX writes reporting periods as 2024-Q3, 2024-M09, 2024-S1, 2024-T1; asked for dates, each becomes the day on which it
#        begins, or all of them are refused.
# Seen:  2024-Q3 is 1 July; 2024-M09 and 2024-M10 are both 1 January, at nine and at ten seconds past midnight; 2024-T2 (May to
#        August) is 1 February; 2024-S1 is refused. sdmx1 asks pandas, whose reader does not know the letters.
# So months of one year fall on one day and a sum by month puts all of them into January: read such periods by the standard.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check sdmx1==2.28.0 pandas==3.1.1 2>/dev/null
"$folder/venv/bin/python" -W ignore - <<'PY'
from importlib.metadata import version

import sdmx
from sdmx.model import v21

print("sdmx1", version("sdmx1"), "pandas", version("pandas"))
SEEN = {
    "2024-09": "2024-09-01 00:00:00",
    "2024-Q3": "2024-07-01 00:00:00",
    "2024-M09": "2024-01-01 00:00:09",
    "2024-M10": "2024-01-01 00:00:10",
    "2024-T2": "2024-02-01 00:00:00",
    "2024-S1": "refused",
}
structure = v21.DataStructureDefinition(id="X")
structure.dimensions.append(v21.TimeDimension(id="TIME_PERIOD"))
for period, seen in SEEN.items():
    data = v21.DataSet(structured_by=structure)
    data.add_obs([v21.Observation(dimension=v21.Key(TIME_PERIOD=period), value=1.0)])
    try:
        found = str(sdmx.to_pandas(data, datetime="TIME_PERIOD").index[0][0])
    except ValueError:
        found = "refused"
    print(period, "→", found)
    assert found == seen, f"{period} is read otherwise now"
PY
