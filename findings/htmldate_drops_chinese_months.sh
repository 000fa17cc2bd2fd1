#!/usr/bin/env bash
# htmldate 1.11.0 (the day on which a web page was published; trafilatura 2.3.1 takes it from there) beside gne 0.4.3: a day
# written 2024年10月28日 is New Year's Day, or the year of the copyright.
#
# Guess: 发布时间：2024年10月28日 is 2024-10-28, as 2024-10-28, 2024.10.28 and October 28, 2024 are on the same page; or no date is
#        found.
# Seen:  it is 2024-01-01: the year is kept, month and day are made up, and a day comes back like any other. With © 2019 at the
#        foot of the page it is 2019-01-01. The same in <time>, in a class "date" and in <meta name="PubDate">; only with
#        extensive_search=False nothing is found. gne has 2024年10月28日.
# So bulletins taken from offices' pages are filed in January or years before what they tell of: read 年月日 by oneself.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check htmldate==1.11.0 trafilatura==2.3.1 gne==0.4.3 lxml_html_clean \
  2>/dev/null
"$folder/venv/bin/python" -W ignore - <<'PY'
from importlib.metadata import version

from gne import GeneralNewsExtractor
from htmldate import find_date
from trafilatura import extract_metadata


def page(day: str, foot: str = "", meta: str = "") -> str:
    return (
        f"<html><head><title>示范县经济运行情况</title>{meta}</head><body><h1>示范县经济运行情况</h1><div>{day}</div>"
        f"<div><p>前三季度全县生产总值81.2亿元，其中规模以上工业企业56家。</p></div><div>{foot}</div></body></html>"
    )


FOOT = "版权所有 © 2019 示范县统计局"
print(*(f"{name} {version(name)}" for name in ("htmldate", "trafilatura", "gne")))
SEEN = {
    page("发布时间：2024-10-28"): "2024-10-28",
    page("发布时间：2024.10.28", FOOT): "2024-10-28",
    page("October 28, 2024", FOOT): "2024-10-28",
    page("发布时间：2024年10月28日"): "2024-01-01",
    page("发布时间：2024年10月28日", FOOT): "2019-01-01",
    page("<time>2024年10月28日</time>"): "2024-01-01",
    page('<span class="date">2024年10月28日</span>'): "2024-01-01",
    page("", meta='<meta name="PubDate" content="2024-10-28">'): "2024-10-28",
    page("", meta='<meta name="PubDate" content="2024年10月28日">'): "2024-01-01",
}
for text, seen in SEEN.items():
    found = find_date(text)
    print(text[text.index("</title>") :][8:110], "…", found)
    assert found == seen, "the date is found otherwise now"
chinese = page("发布时间：2024年10月28日", FOOT)
print("trafilatura", extract_metadata(chinese).date, "gne", GeneralNewsExtractor().extract(chinese)["publish_time"])
assert extract_metadata(chinese).date == "2019-01-01"
assert GeneralNewsExtractor().extract(chinese)["publish_time"] == "2024年10月28日"
assert find_date(chinese, extensive_search=False) is None
PY
