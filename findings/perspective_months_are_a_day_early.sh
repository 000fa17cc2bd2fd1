#!/usr/bin/env bash
# perspective-python 5.6.1 (tables and pivots in Jupyter): a column of months as text holds the last day of the month before.
#
# Guess: rows with the text 2024-09 are a column of text, or of dates that begin the month: 2024-09-01.
# Seen:  a column of dates, and 2024-09 is 2024-08-31, 2025-01 is 2024-12-31, in to_records(), to_columns() and to_csv(),
#        whatever the time zone. 2024/09 and 2024-9 go the same way; cumulative months 1-9 are a date of the year 1. bucket(…,
#        'M') over the same column says September again. 2024-09-01 is right; 2024年9月 stays text, and so does 2024-09 with a
#        schema of "string".
# So each figure of an exported table stands under the month before, and January's under last year: give a schema, or whole
# dates.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check perspective-python==5.6.1 2>/dev/null
"$folder/venv/bin/python" - <<'PY'
from datetime import UTC, datetime
from importlib.metadata import version

import perspective

client = perspective.Server().new_local_client()
print("perspective-python", version("perspective-python"))


def kept(months: list[str]) -> list[str]:
    """What a CSV of a table with this column says, without quotes."""
    table = client.table([{"month": month, "count": number} for number, month in enumerate(months)])
    lines = table.view(columns=["month"]).to_csv().splitlines()
    return [line.strip('"') for line in lines[1:]]


SEEN = {
    ("2024-09", "2025-01"): ["2024-08-31", "2024-12-31"],
    ("2024/09", "2025/01"): ["2024-08-31", "2024-12-31"],
    ("2024-9", "2025-1"): ["2024-08-31", "2024-12-31"],
    ("1-9", "1-10"): ["0001-08-31", "0001-09-30"],
    ("2024-09-01", "2025-01-01"): ["2024-09-01", "2025-01-01"],
    ("2024年9月", "2025年1月"): ["2024年9月", "2025年1月"],
}
for months, seen in SEEN.items():
    found = kept(list(months))
    print(*months, "are", *found)
    assert found == seen, f"{months} are read otherwise now"
table = client.table([{"month": "2024-09"}, {"month": "2025-01"}])
assert table.schema() == {"month": "date"}
records = table.view().to_records()
print("to_records:", *(datetime.fromtimestamp(record["month"] / 1000, UTC).date() for record in records))
assert [record["month"] for record in records] == [1725062400000, 1735603200000]
buckets = table.view(columns=["start"], expressions={"start": "bucket(\"month\", 'M')"}).to_csv().split()
print("by month:", *buckets[1:])
assert buckets[1:] == ["2024-09-01", "2025-01-01"]
table = client.table({"month": "string"})
table.update([{"month": "2024-09"}])
assert table.view().to_records() == [{"month": "2024-09"}]
PY
