#!/usr/bin/env bash
# marked 17.0.6 (the Markdown of JupyterLab 4.6) beside nbconvert 7.17.2: two ranges in one sentence are struck through.
#
# Guess: a notebook's text reads the same in JupyterLab and in what nbconvert makes of it; 1~3月为5家，4~6月为8家 has no markup.
# Seen:  marked takes a pair of single tildes for a deletion, and everything between the two ranges is struck through, the
#        tildes gone; nbconvert (mistune) prints the sentence as it is written. One range alone, or ～ and —, are safe in both.
# So a sentence may be right in the document and crossed out on the screen: ranges are written with — or the full-width ～.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check nbconvert==7.17.2 mistune==3.4.0 2>/dev/null
cd "$folder"
npm install --silent --no-audit --no-fund marked@17.0.6 >/dev/null
sentence='1~3月为5家，4~6月为8家'
screen=$(node -e 'console.log(require("marked").parse(process.argv[1], {gfm: true}).trim())' "$sentence")
paper=$(venv/bin/python -c 'import sys
from nbconvert.filters import markdown2html
print(markdown2html(sys.argv[1]).strip())' "$sentence")
printf 'marked 17.0.6     %s\nnbconvert 7.17.2  %s\n' "$screen" "$paper"
[ "$screen" = '<p>1<del>3月为5家，4</del>6月为8家</p>' ]
[ "$paper" = "<p>$sentence</p>" ]
