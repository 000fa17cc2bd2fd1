#!/usr/bin/env bash
# JioNLP 1.5.31 (places in Chinese addresses): ordinary words of official texts are counties.
#
# Guess: a short name counts as a place where a place can stand: 会同县财政局 is of 会同县, 会同有关部门 ("together with the offices
#        concerned") is of nowhere.
# Seen:  both are of 会同县 in Hunan, and of the second 有关部门 is left as the rest of the address. 绿色通道建设 (green channels) is of
#        通道侗族自治县, 新建厂房5栋 (newly built) of 新建区 in Nanchang, 平安建设 (public safety) of 平安区 in Qinghai, 中方企业 (the Chinese side) of
#        中方县. No sign tells them from addresses; cpca 0.5.5 finds no place in any of the four.
# So tasks sorted by place with it land in counties that none of them names.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check jionlp==1.5.31 cpca==0.5.5 'setuptools<81' 2>/dev/null
"$folder/venv/bin/python" -W ignore - <<'PY'
from importlib.metadata import version

import cpca
import jionlp

print("jionlp", version("jionlp"))
SEEN = {
    "会同县财政局": ("湖南省", "会同县", "财政局"),
    "会同有关部门": ("湖南省", "会同县", "有关部门"),
    "绿色通道建设": ("湖南省", "通道侗族自治县", "建设"),
    "新建厂房5栋": ("江西省", "新建区", "厂房5栋"),
    "平安建设": ("青海省", "平安区", "建设"),
    "中方企业12家": ("湖南省", "中方县", "企业12家"),
}
for words, seen in SEEN.items():
    place = jionlp.parse_location(words)
    found = place["province"], place["county"], place["detail"]
    print(words, "→", found)
    assert found == seen, f"{words} is read otherwise now"
others = cpca.transform(list(SEEN)[1:])
assert others[["省", "市", "区"]].isna().all(axis=None)
PY
