#!/usr/bin/env bash
# cn2an 0.5.24 (Chinese numerals in sentences): the digits of names and set phrases are rewritten with the quantities.
#
# Guess: transform() turns quantities into digits (百分之三点五 into 3.5%, 一万二千家 into 12000家) and leaves words alone.
# Seen:  三亚市 becomes 3亚市, 九江市 9江市, 六安市 6安市, 五一广场 51广场; 三看三评三比 becomes 3看3评3比, 一体两翼 half a
#        numeral (1体两翼). Nothing tells a numeral that counts from one that names.
# So a plan's text may be searched for numbers by it, but what is quoted or printed must be the text before.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check cn2an==0.5.24 2>/dev/null
"$folder/venv/bin/python" - <<'PY'
from importlib.metadata import version

import cn2an

print("cn2an", version("cn2an"))
SEEN = {
    "增长百分之三点五": "增长3.5%",
    "一万二千家": "12000家",
    "三亚市": "3亚市",
    "九江市": "9江市",
    "六安市": "6安市",
    "五一广场": "51广场",
    "三看三评三比": "3看3评3比",
    "一体两翼": "1体两翼",
}
for words, seen in SEEN.items():
    found = cn2an.transform(words)
    print(words, "→", found)
    assert found == seen, f"{words} is rewritten otherwise now"
PY
