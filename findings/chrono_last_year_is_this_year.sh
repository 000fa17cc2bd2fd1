#!/usr/bin/env bash
# chrono-node 2.10.3 (npm, dates in Chinese sentences): last year's September is this year's, and the months of a year lose their year.
#
# Guess: 去年9月 is September of the year before, 今年9月 that of this year; 2022年1-9月 ends in September 2022.
# Seen:  said in October 2024, all three are September 2024: 去年 and 2022年1- are passed over and 9月 alone is taken, with the
#        year of the day it is said (year is no known value). 2022年1月至9月 is January 2022 to September 2022, 2022年9月 is right.
# So the base of a growth rate (去年9月为30家) is filed as the figure itself, and cumulative months of any year as this year's.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund chrono-node@2.10.3 >/dev/null
node - <<'JS' | tee found.txt
const {hans} = require("chrono-node").zh;
const said = new Date(2024, 9, 15);
for (const words of ["去年9月为30家", "今年9月为36家", "2022年1-9月", "2022年1至9月", "2022年1月至9月", "2022年9月"]) {
  const found = hans.parse(words, said).map(({text, start, end}) => [start, end].filter(Boolean)
    .map((time) => `${time.get("year")}-${time.get("month")}${time.isCertain("year") ? "" : "?"}`).join("/") + ` (${text})`);
  console.log(words, "→", found.join("; "));
}
process.exit(0);
JS
printf '%s\n' '去年9月为30家 → 2024-9? (年9月)' '今年9月为36家 → 2024-9? (年9月)' '2022年1-9月 → 2024-9? (9月)' '2022年1至9月 → 2024-9? (9月)' \
  '2022年1月至9月 → 2022-1/2022-9? (2022年1月至9月)' '2022年9月 → 2022-9 (2022年9月)' | cmp - found.txt
