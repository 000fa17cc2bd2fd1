#!/usr/bin/env bash
# OpenCC 1.4.2 (to simplified characters) and zhconv 1.4.3: names already in simplified characters are rewritten.
#
# Guess: t2s changes traditional characters; a text that is simplified comes back as it was.
# Seen:  the counties 乾县 and 乾安县 become 干县 and 干安县 (zhconv keeps these two), and the people 张乾, 王昇 and 刘徵 become 张干, 王升 and 刘征
#        in both: characters that simplified texts keep in names are taken for traditional ones. 覆盖, 著名 and 瞭望 stay.
# So a list of people or places cleaned this way no longer fits the register, and 王昇 and 王升 are one person: clean texts, not
# keys.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check OpenCC==1.4.2 zhconv==1.4.3 'setuptools<81' 2>/dev/null
"$folder/venv/bin/python" -W ignore - <<'PY'
from importlib.metadata import version

import opencc
import zhconv

print("OpenCC", version("OpenCC"), "zhconv", version("zhconv"))
NAMES = ["乾县", "乾安县", "张乾", "王昇", "刘徵", "覆盖率", "著名", "瞭望"]
found = {
    "OpenCC": [opencc.OpenCC("t2s").convert(name) for name in NAMES],
    "zhconv": [zhconv.convert(name, "zh-cn") for name in NAMES],
}
for name, texts in found.items():
    print(name, texts)
assert found["OpenCC"] == ["干县", "干安县", "张干", "王升", "刘征", *NAMES[5:]]
assert found["zhconv"] == ["乾县", "乾安县", "张干", "王升", "刘征", *NAMES[5:]]
PY
