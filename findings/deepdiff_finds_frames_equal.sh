#!/usr/bin/env bash
# deepdiff 9.1.0 with pandas 3.1.1 and polars 2.1.0: two DataFrames with different figures have no difference.
#
# Guess: DeepDiff compares what Python has: two frames that differ in one figure differ, or frames are refused.
# Seen:  {} for 12, 30 beside 12, 31, and {} for a result that holds such a frame in a dict: it compares the names of a frame's
#        columns and no figure. A renamed column is found, and so are changed figures in a Series, in a polars frame and in
#        to_dict().
# So a check that nothing changed since the last issue passes on every pandas table with the same head: hand over to_dict(), or
# use frame.equals.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check deepdiff==9.1.0 pandas==3.1.1 polars==2.1.0 2>/dev/null
"$folder/venv/bin/python" - <<'PY'
from importlib.metadata import version

import pandas as pd
import polars as pl
from deepdiff import DeepDiff

print(*(f"{name} {version(name)}" for name in ("deepdiff", "pandas", "polars")))
OLD, NEW = {"指标": ["甲", "乙"], "家数": [12, 30]}, {"指标": ["甲", "乙"], "家数": [12, 31]}
old, new = pd.DataFrame(OLD), pd.DataFrame(NEW)
found = {
    "frames": DeepDiff(old, new),
    "frames in a dict": DeepDiff({"month": "2024-09", "table": old}, {"month": "2024-09", "table": new}),
    "frames of other length": DeepDiff(old, new.iloc[:1]),
    "renamed": DeepDiff(old, old.rename(columns={"家数": "户数"})),
    "series": DeepDiff(old["家数"], new["家数"]),
    "to_dict": DeepDiff(old.to_dict(), new.to_dict()),
    "polars": DeepDiff(pl.DataFrame(OLD), pl.DataFrame(NEW)),
}
for name, difference in found.items():
    print(f"{name}: {difference}")
assert not old.equals(new)
assert [name for name, difference in found.items() if not difference] == ["frames", "frames in a dict", "frames of other length"]
PY
