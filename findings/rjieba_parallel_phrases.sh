#!/usr/bin/env bash
# rjieba 0.2.2 (jieba's dictionary and model): phrases that official texts build in parallel are cut across their members.
#
# Guess: what is no word of the dictionary is cut where its members meet: 上云 | 上平台, 三看 | 三评 | 三比; and terms of one
#        pattern are cut alike: 河长制 and 链长制.
# Seen:  上云上 | 平台 and 三看 | 三 | 评三比: the model of unknown words joins across the members, so that a line broken at a
#        word's end still breaks a phrase in its middle. 河长制 is one word, 链长制 two; 小升规 is one, 个转企 two.
# So breaking lines between words of a segmenter is no promise for a plan's own vocabulary: its names must be told to it,
# or kept whole by the page.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check rjieba==0.2.2 2>/dev/null
"$folder/venv/bin/python" - <<'PY'
from importlib.metadata import version

import rjieba

print("rjieba", version("rjieba"))
SEEN = {
    "上云上平台": ["上云上", "平台"],
    "三看三评三比": ["三看", "三", "评三比"],
    "河长制": ["河长制"],
    "链长制": ["链长", "制"],
    "小升规": ["小升规"],
    "个转企": ["个", "转企"],
}
for phrase, seen in SEEN.items():
    words = list(rjieba.cut(phrase))
    print(phrase, "→", " | ".join(words))
    assert words == seen, f"{phrase} is cut otherwise now"
PY
