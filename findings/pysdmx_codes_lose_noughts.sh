#!/usr/bin/env bash
# pysdmx 1.21.0 (of the BIS) with pandas 3.1.1: SDMX-CSV codes lose their noughts, although the columns are text.
#
# Guess: in SDMX every dimension is a code; read_sdmx gives REF_AREA 010000 and INDICATOR 01 as text, as it declares the
#        columns.
# Seen:  the columns are text, and hold 10000 and 1: the file is read with numbers guessed first and turned into text after.
#        Whether a code keeps its nought depends on its company: beside one with a letter 01 stays 01. OBS_VALUE 0.10 is 0.1.
# So the first province's code matches no list of codes, and a column changes its codes when one row is added.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check 'pysdmx[data]==1.21.0' pandas==3.1.1 pyarrow==25.0.1 2>/dev/null
cd "$folder"
venv/bin/python -W ignore - <<'PY'
from importlib.metadata import version

from pysdmx.io import read_sdmx

HEAD = "STRUCTURE,STRUCTURE_ID,ACTION,REF_AREA,INDICATOR,TIME_PERIOD,OBS_VALUE\n"


def read(*indicators: str) -> dict[str, list[str]]:
    with open("firms.csv", "w", encoding="utf-8") as file:
        file.write(HEAD + "".join(f"dataflow,CN:FIRMS(1.0),I,010000,{one},2024-09,0.10\n" for one in indicators))
    table = read_sdmx("firms.csv").data[0].data
    assert all(str(kind).startswith("str") for kind in table.dtypes), table.dtypes
    return {name: table[name].tolist() for name in ("REF_AREA", "INDICATOR", "TIME_PERIOD", "OBS_VALUE")}


print("pysdmx", version("pysdmx"))
alone, beside = read("01", "02"), read("01", "A2")
print(alone, beside, sep="\n")
assert alone == {
    "REF_AREA": ["10000"] * 2, "INDICATOR": ["1", "2"], "TIME_PERIOD": ["2024-09"] * 2, "OBS_VALUE": ["0.1"] * 2
}
assert beside["INDICATOR"] == ["01", "A2"]
PY
