#!/usr/bin/env bash
# pangu (blanks between Chinese and other signs) 6.1.0 from PyPI and 7.2.1 from npm: the minus of a rate becomes a dash between
# words.
#
# Guess: it puts blanks between Chinese and Latin signs and changes no figure: 增速为-3.2% becomes 增速为 -3.2%.
# Seen:  增速为 - 3.2%: the minus stands alone like a dash, and both a reader and float() find 3.2. +3.2 and ±0.5 stay whole, and
#        so does -3.2% in brackets; autocorrect-py 2.14.0 writes 增速为 -3.2%.
# So a text that goes through it before its figures are read, or printed, turns a fall into growth.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check pangu==6.1.0 autocorrect-py==2.14.0 2>/dev/null
cd "$folder"
npm install --silent --no-audit --no-fund pangu@7.2.1 >/dev/null 2>&1
venv/bin/python - <<'PY' | tee python.txt
import autocorrect_py
import pangu

for text in ("增速为-3.2%", "增速约-3.2至-1.5", "增长+3.2个百分点", "下降(-3.2%)"):
    print(pangu.space_text(text))
print(autocorrect_py.format("增速为-3.2%"))
PY
node -e '
const {pangu} = require("pangu");
for (const text of ["增速为-3.2%", "增速约-3.2至-1.5"]) console.log(pangu.spacingText(text));' | tee node.txt
printf '%s\n' '增速为 - 3.2%' '增速约 - 3.2 至 - 1.5' '增长 +3.2 个百分点' '下降 (-3.2%)' '增速为 -3.2%' | cmp - python.txt
head -2 python.txt | cmp - node.txt
