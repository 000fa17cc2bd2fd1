#!/usr/bin/env bash
# Microsoft Recognizers-Text 1.0.2a2 for Chinese: percentage points are read as per cent, and ‰ is dropped.
#
# Guess: 个百分点 is its own unit (提高3个百分点 raises 5% to 8%, 增长3% raises it to 5.15%); ‰ is a tenth of %.
# Seen:  提高3个百分点 and 增长3% both are the percentage 3%; 0.9‰ and 千分之五 are the plain numbers 0.9 and 5.
# So targets read by it mix rises in points with growth, and a share in ‰ is a thousand times too large.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check recognizers-text-suite==1.0.2a2 'emoji==1.7.0' 'setuptools<81' 2>/dev/null
"$folder/venv/bin/python" -W ignore - <<'PY'
from importlib.metadata import version

from recognizers_number import recognize_number, recognize_percentage
from recognizers_text import Culture

print("recognizers-text-suite", version("recognizers-text-suite"))
SEEN = {
    "增长3%": (["3%"], ["3"]),
    "提高3个百分点": (["3%"], ["3"]),
    "达到0.9‰": ([], ["0.9"]),
    "千分之五": ([], ["5"]),
}
for words, seen in SEEN.items():
    found = tuple(
        [one.resolution["value"] for one in read(words, Culture.Chinese)] for read in (recognize_percentage, recognize_number)
    )
    print(words, "→ percentages", found[0], "numbers", found[1])
    assert found == seen, f"{words} is read otherwise now"
PY
