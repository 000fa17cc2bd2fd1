#!/usr/bin/env bash
# JioNLP 1.5.31 (amounts of money in Chinese): a 个 before 亿 or 万 changes the amount.
#
# Guess: 1.2个亿 is spoken Chinese for 1.2亿, 120 million; 2.5个亿 is 250 million.
# Seen:  1.2个亿 is 300 million and 2.5个亿 700 million, each called accurate: the digits on both sides of the point are
#        added (1 + 2, 2 + 5). Without 个, and for a whole number with it (3个亿), the amount is right.
# So an amount read from speech or minutes by this reader must be held against one written with digits.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check jionlp==1.5.31 jiojio==1.2.8 2>/dev/null
"$folder/venv/bin/python" - <<'PY' 2>/dev/null
from importlib.metadata import version

import jionlp

print("jionlp", version("jionlp"))
SEEN = {"1.2亿": 120_000_000, "3个亿": 300_000_000, "1.2个亿": 300_000_000, "2.5亿": 250_000_000, "2.5个亿": 700_000_000}
for words, seen in SEEN.items():
    found = jionlp.parse_money(words)
    print(words, "→", found["num"], found["definition"])
    assert float(found["num"]) == seen, f"{words} is read otherwise now"
PY
