#!/usr/bin/env bash
# pandas 3.1.1 and the codes of China's towns and villages (GB/T 10114: 9 digits, 12 in statistics): read_json takes them for
# moments.
#
# Guess: read back from JSON, the table of towns that to_json wrote has its codes, as text or as numbers.
# Seen:  the town 431230101 is 1 September 1983, 02:08:21, the next one a second later; 12 digits are counted in milliseconds:
#        the same. Six digits, a county's, stay (as numbers: 010000 is 10000). Headings go the same way as rows, and Beijing's
#        codes are days of 1973. Nothing is said; joined with the table of names, no town is found.
# So codes of places are read with convert_axes=False and dtype=False, which keep the text.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check pandas==3.1.1 2>/dev/null
"$folder/venv/bin/python" -W ignore - <<'PY'
import io

import pandas as pd

SEEN = {
    ("431230101", "431230102"): ["1983-09-01 02:08:21", "1983-09-01 02:08:22"],
    ("431230101000", "431230102000"): ["1983-09-01 02:08:21", "1983-09-01 02:08:22"],
    ("110101001", "110101002"): ["1973-06-28 07:36:41", "1973-06-28 07:36:42"],
    ("431230", "431202"): ["431230", "431202"],
    ("010000", "010100"): ["10000", "10100"],
}
print("pandas", pd.__version__)
for codes, seen in SEEN.items():
    text = pd.DataFrame({"家数": [5, 3]}, index=list(codes)).to_json()
    found = [str(code) for code in pd.read_json(io.StringIO(text)).index]
    print(codes, "→", found)
    assert found == seen, f"{codes} are read otherwise now"
    across = pd.read_json(io.StringIO(pd.DataFrame({code: [5] for code in codes}).to_json()))
    assert [str(code) for code in across.columns] == seen
    kept = pd.read_json(io.StringIO(text), convert_axes=False, dtype=False)
    assert kept.index.tolist() == list(codes)
PY
