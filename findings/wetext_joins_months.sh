#!/usr/bin/env bash
# wetext 0.1.8 (text normalization of WeTextProcessing, Chinese): January and February become December,
# two clauses one.
#
# Guess: numbers are written out for reading aloud and back without another meaning: 1,2月 is January and February, 二〇二四年
#        is 2024年.
# Seen:  1,2月 becomes 十二月 (December), 第1,2条 第十二条 (article 12), 第10,11条 第一千零一十一条: between a number and 月, 日, 条 or 季度 any
#        comma is one between thousands; before 项 and 款 it is not. Back again 二〇二四年 becomes 二〇24年, for 〇 is no numeral there
#        (二零二四年 is 2024年), and 一二三产业 (the three sectors) 123产业. 12,345.6万元 is right.
# So a report read aloud names a month and an article that nobody wrote: write 1、2月, which is read as it stands.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check wetext==0.1.8 2>/dev/null
"$folder/venv/bin/python" - <<'PY'
from importlib.metadata import version

from wetext import Normalizer

print("wetext", version("wetext"))
SEEN = {
    "tn": {
        "1,2月": "十二月",
        "第1,2条": "第十二条",
        "第10,11条": "第一千零一十一条",
        "第1,2季度": "第十二季度",
        "第1,2项": "第一,二项",
        "1、2月": "一、二月",
        "12,345.6万元": "一万二千三百四十五点六万元",
    },
    "itn": {"二〇二四年": "二〇24年", "二零二四年": "2024年", "一二三产业": "123产业", "下降百分之三点二": "下降3.2%"},
}
for operator, texts in SEEN.items():
    normalizer = Normalizer(lang="zh", operator=operator)
    for text, seen in texts.items():
        found = normalizer.normalize(text)
        print(operator, text, "→", found)
        assert found == seen, f"{text} is written otherwise now"
PY
