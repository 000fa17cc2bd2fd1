#!/usr/bin/env bash
# pyecharts 2.1.0 with ECharts 6.1.0 (npm, drawn on the server): months and years given as numbers move a line, or empty it.
#
# Guess: Line().add_xaxis([1, 2, 3]).add_yaxis("甲", [10, 20, 30]) draws three points over 1, 2 and 3, as Bar does.
# Seen:  pyecharts pairs each value with its month, and ECharts takes a number on an axis of categories for a place counted from
#        0: January's 10 stands over 2, February's 20 over 3, and March's is not drawn. Of 7, 8, 9 and of the years 2022 to 2024
#        nothing is drawn; axes and legend are there. As text ("1", or "1月") all are right. Bar has no pairs and is right.
# So a chart of months from pandas (.dt.month) shows each figure a month late and never the last: write months as text.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check pyecharts==2.1.0 2>/dev/null
cd "$folder"
npm install --silent --no-audit --no-fund echarts@6.1.0 >/dev/null
venv/bin/python -W ignore - <<'PY'
from pathlib import Path

from pyecharts.charts import Bar, Line

AXES = {"months": [1, 2, 3], "later": [7, 8, 9], "years": [2022, 2023, 2024], "text": ["1", "2", "3"]}
for name, axis in AXES.items():
    Path(f"{name}.json").write_text(Line().add_xaxis(axis).add_yaxis("甲", [10, 20, 30]).dump_options(), "utf-8")
Path("bar.json").write_text(Bar().add_xaxis([1, 2, 3]).add_yaxis("甲", [10, 20, 30]).dump_options(), "utf-8")
PY
node - <<'JS' 2>/dev/null | tee found.txt
const echarts = require("echarts"), fs = require("fs");
for (const name of ["months", "later", "years", "text", "bar"]) {
  const options = {...JSON.parse(fs.readFileSync(name + ".json")), animation: false};
  const chart = echarts.init(null, null, {renderer: "svg", ssr: true, width: 400, height: 300});
  chart.setOption(options);
  const texts = [...chart.renderToSVGString().matchAll(/<text [^>]*translate\(([\d.]+) [^>]*>([^<]*)</g)];
  const axis = options.xAxis[0].data.map(String), found = [];
  for (const [, x, month] of texts.filter((text) => axis.includes(text[2])))
    found.push(month + ":" + texts.filter((text) => text[1] === x && text[2] !== month).map((text) => text[2]).join());
  console.log(name, found.join(" "));
}
process.exit(0);
JS
printf '%s\n' 'months 1: 2:10 3:20' 'later 7: 8: 9:' 'years 2022: 2023: 2024:' 'text 1:10 2:20 3:30' 'bar 1:10 2:20 3:30' | cmp - found.txt
