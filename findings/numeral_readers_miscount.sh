#!/usr/bin/env bash
# chinese2digits 6.0.2, pycnnum 2.1.1 (Python) and nzh 1.0.14 (npm), readers of Chinese numerals: years, plans and round figures
# become other numbers.
#
# Guess: 十四五 (the 14th five-year plan) is no numeral and is left or refused; 二〇二四 is 2024, 一万二 12000, 二三十家 some twenty to thirty.
# Seen:  chinese2digits makes 55规划 of 十四五规划 and 65 of 十五五 (10 + 45, 10 + 55), 230家 of 二三十家, 1,2345000元 of 1,234.5万元.
#        pycnnum has 4 for 二〇二四 and 15 for 十四五. nzh has 224 for 二〇二四, 10002 for 一万二, 0 for 两万, 45 for 十四五, 103 for 百分之三.
#        None refuses, and plain numerals (一百零五, 负三点二) are right in all three. cn2an 0.5.24 refuses 十四五 and reads the rest.
# So a reader of numerals must be tried on digits in a row, on 两 and on what is left out at the end, before a plan's text is.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check chinese2digits==6.0.2 pycnnum==2.1.1 cn2an==0.5.24 2>/dev/null
cd "$folder"
npm install --silent --no-audit --no-fund nzh@1.0.14 >/dev/null 2>&1
venv/bin/python - <<'PY'
from importlib.metadata import version

import chinese2digits
import cn2an
import pycnnum

print(*(f"{name} {version(name)}" for name in ("chinese2digits", "pycnnum", "cn2an")))
SENTENCES = {
    "一百零五家": "105家",
    "十四五规划": "55规划",
    "十五五时期": "65时期",
    "二三十家": "230家",
    "1,234.5万元": "1,2345000元",
}
for words, seen in SENTENCES.items():
    found = chinese2digits.takeNumberFromString(words)["replacedText"]
    print("chinese2digits", words, "→", found)
    assert found == seen, f"{words} is read otherwise now"
for words, seen in {"一百零五": 105, "一万二": 12000, "二〇二四": 4, "十四五": 15}.items():
    found = pycnnum.cn2num(words)
    print("pycnnum", words, "→", found)
    assert found == seen, f"{words} is read otherwise now"
assert [cn2an.cn2an(words, "smart") for words in ("二〇二四", "一万二", "两万")] == [2024, 12000, 20000]
try:
    cn2an.cn2an("十四五", "smart")
except ValueError as reason:
    print("cn2an:", reason)
else:
    raise SystemExit("cn2an reads 十四五 now")
PY
node -e '
const {decodeS} = require("nzh").cn;
const seen = {"一百零五": 105, "负三点二": -3.2, "二〇二四": 224, "一万二": 10002, "两万": 0, "十四五": 45, "百分之三": 103};
for (const [words, number] of Object.entries(seen)) {
  console.log("nzh", words, "→", decodeS(words));
  if (Number(decodeS(words)) !== number) throw new Error(words + " is read otherwise now");
}'
