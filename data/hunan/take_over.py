"""Take the province's real readings over from the table of public series, with their sources.

    python data/hunan/take_over.py real_series.csv

The table (region_code, region, indicator, period, value, unit, source_title, source_note) carries no
publication dates but where a title names one: ``recorded_at`` is that day, else the day of taking
over, and then the source says so.
"""

import csv
import re
import sys
from pathlib import Path

TAKEN_OVER = "2026-11-22"
SERIES = {
    "R&D经费": ("rd_spend", "cumulative"),
    "R&D经费投入强度": ("rd_intensity", "level"),
    "国内专利申请授权量": ("patents_granted", "cumulative"),
    "国内有效发明专利数": ("patents_in_force", "level"),
    "技术市场成交合同金额_按技术输出地": ("contract_value", "cumulative"),
    "高新技术企业公告家数_当年备案或认定批次合计": ("hightech_announced", "cumulative"),
    "一般公共预算支出_科学技术": ("science_budget", "cumulative"),
    "高新技术产业增加值增速": ("hightech_growth", "level"),
}
COLUMNS = ("indicator", "region", "period", "value", "unit", "basis", "status", "source", "recorded_at")


def rows(table: Path) -> list[tuple[str, ...]]:
    taken = []
    with table.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yearly = len(row["period"]) == 4 and int(row["period"]) >= 2010
            province = row["region_code"].endswith("0000")
            if row["indicator"] in SERIES and yearly and province:
                name, basis = SERIES[row["indicator"]]
                dated = re.search(r"\d{4}-\d{2}-\d{2}", row["source_title"])
                source = row["source_title"] + ("" if dated else "；公布日期不详，记录日期为取用日")
                taken.append(
                    (
                        name,
                        row["region_code"],
                        row["period"],
                        row["value"],
                        row["unit"],
                        basis,
                        "final",
                        source,
                        dated.group() if dated else TAKEN_OVER,
                    )
                )
    return sorted(taken)


if __name__ == "__main__":
    with Path(__file__).with_name("readings.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows(Path(sys.argv[1])))
