#!/usr/bin/env bash
# docxtemplater 3.71.1 (npm, Word templates) beside Mustache 4.2.0 and Handlebars 4.7.10: an office that has not reported is
# printed with the county's total.
#
# Guess: in {#rows}{局}{家数}{/rows} a row's null prints nothing or undefined, and never the 家数 of the whole county (9), which
#        stands outside rows.
# Seen:  丙 with null is printed 丙9, and so is 乙 without the key; 0 and "" are kept. What a row does not have is looked for
#        outside it, and null counts as not there; without a 家数 outside both print undefined. The parser for expressions that
#        comes with it does the same. Mustache does it for a key that is missing and not for null; Handlebars never does.
# So a row has a plausible figure that is someone else's, just where none was reported: give the total a name of its own, or
# fill rows with "". Source: docxtemplater's issue 523 (missing keys, "not a bug").
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund docxtemplater@3.71.1 pizzip@3.3.0 angular-expressions@1.6.0 mustache@4.2.0 \
  handlebars@4.7.10 >/dev/null 2>&1
cat >print.js <<'JS'
const Docxtemplater = require("docxtemplater"), PizZip = require("pizzip");
const expressions = require("docxtemplater/expressions.js"), Mustache = require("mustache"), Handlebars = require("handlebars");
const OFFICE = "http://schemas.openxmlformats.org", WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml";
const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';

function template(text) {
  const zip = new PizZip();
  zip.file("[Content_Types].xml", `${XML}<Types xmlns="${OFFICE}/package/2006/content-types">
    <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
    <Override PartName="/word/document.xml" ContentType="${WORD}.document.main+xml"/></Types>`);
  zip.file("_rels/.rels", `${XML}<Relationships xmlns="${OFFICE}/package/2006/relationships"><Relationship Id="r1"
    Type="${OFFICE}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`);
  zip.file("word/document.xml", `${XML}<w:document xmlns:w="${OFFICE}/wordprocessingml/2006/main"><w:body><w:p><w:r>
    <w:t>${text}</w:t></w:r></w:p></w:body></w:document>`);
  return zip;
}

function printed(data, options) {
  const document = new Docxtemplater(template("{#rows}{局}{家数}；{/rows}"), options);
  document.render(data);
  return document.getFullText();
}

const rows = [{局: "甲", 家数: 1}, {局: "乙"}, {局: "丙", 家数: null}, {局: "丁", 家数: 0}, {局: "戊", 家数: ""}];
const other = "{{#rows}}{{局}}{{家数}}；{{/rows}}";
console.log("docxtemplater", printed({家数: 9, rows}));
console.log("expressions", printed({家数: 9, rows}, {parser: expressions}));
console.log("no total", printed({rows}));
console.log("another name", printed({全县家数: 9, rows}));
console.log("mustache", Mustache.render(other, {家数: 9, rows}));
console.log("handlebars", Handlebars.compile(other)({家数: 9, rows}));
JS
node print.js | tee found.txt
cmp found.txt - <<'SEEN'
docxtemplater 甲1；乙9；丙9；丁0；戊；
expressions 甲1；乙9；丙9；丁0；戊；
no total 甲1；乙undefined；丙undefined；丁0；戊；
another name 甲1；乙undefined；丙undefined；丁0；戊；
mustache 甲1；乙9；丙；丁0；戊；
handlebars 甲1；乙；丙；丁0；戊；
SEEN
