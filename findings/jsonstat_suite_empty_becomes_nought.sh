#!/usr/bin/env bash
# jsonstat-suite 4.0.1 (npm, JSON-stat beside CSV): a month that has not been reported is 0.
#
# Guess: an empty cell of a CSV is null in JSON-stat, as … and - are, and as a row that is not there is.
# Seen:  the empty cell is 0, and so is one with a blank in it; … and - and a missing row are null. Written back by toCSV the
#        unreported month says 0. A null of a data set itself becomes n/a in a CSV and null again.
# So of the signs for "no figure yet" that tables have side by side one is a figure, and it is the one Excel writes: fill empty
# cells with n/a first.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund jsonstat-suite@4.0.1 >/dev/null 2>&1
node -e '
const {fromCSV, toCSV} = require("jsonstat-suite");
const read = rows => fromCSV(["指标,月,value", ...rows].join("\n"), {vlabel: "value"});
const rows = ["甲,2024-07,12", "甲,2024-08,", "甲,2024-09, ", "乙,2024-07,…", "乙,2024-08,-", "乙,2024-09,0"];
console.log("all", JSON.stringify(read(rows).value));
console.log("row missing", JSON.stringify(read(["甲,2024-07,12", "甲,2024-08,13", "乙,2024-08,5"]).value));
console.log("written back", toCSV(read(rows.slice(0, 2))).trim().split("\n").slice(1).join(" "));
const own = {version: "2.0", class: "dataset", id: ["月"], size: [2], value: [12, null],
  dimension: {"月": {category: {index: ["2024-07", "2024-08"]}}}};
console.log("of a null", toCSV(own).trim().split("\n").slice(1).join(" "));' | tee found.txt
cmp found.txt - <<'SEEN'
all [12,0,0,null,null,0]
row missing [12,13,null,5]
written back 甲,2024-07,12 甲,2024-08,0
of a null 2024-07,12 2024-08,n/a
SEEN
