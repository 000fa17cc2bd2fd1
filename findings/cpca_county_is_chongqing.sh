#!/usr/bin/env bash
# cpca 0.5.5 (province, city and county of Chinese texts): the word 县 alone is taken for a place in Chongqing.
#
# Guess: a text without a name of a place gets none: 全县, 县财政局, 本县 say "the county" and no more.
# Seen:  each of them is 重庆市, 县, code 500200: the list of places holds the statistical heading 县 of Chongqing as if it
#        were a name. A county by its short name goes there too (新晃县), while 新晃侗族自治县 is found in Hunan.
# So any column of texts of a county office, put through this reader, comes back as a map of Chongqing.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check cpca==0.5.5 2>/dev/null
"$folder/venv/bin/python" - <<'PY' 2>/dev/null
from importlib.metadata import version

import cpca

print("cpca", version("cpca"))
SEEN = {
    "全县研发投入": ("重庆市", "500200"),
    "县财政局": ("重庆市", "500200"),
    "本县企业": ("重庆市", "500200"),
    "新晃县": ("重庆市", "500200"),
    "新晃侗族自治县": ("湖南省", "431227"),
    "全市研发投入": (None, None),
}
for text, seen in SEEN.items():
    row = cpca.transform([text]).iloc[0]
    found = tuple(row[name] if isinstance(row[name], str) else None for name in ("省", "adcode"))
    print(text, "→", *found)
    assert found == seen, f"{text} is found elsewhere now"
PY
