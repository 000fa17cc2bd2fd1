#!/usr/bin/env bash
# skimpy 0.0.21 and pyjanitor 0.32.60 (cleaners of column names): Chinese headings are cut down to the digits in them.
#
# Guess: 指标, 2024年目标 and 2024年实际 stay as they are, or become pinyin, and stay different from each other.
# Seen:  skimpy's clean_columns drops every Chinese character without a word: 指标 becomes "header", 2024年目标 "2024" and
#        2024年实际 "2024_1", so that which was the target is known only by the order of the columns; 完成率(%) becomes "%".
#        pyjanitor's clean_names keeps Chinese, but with remove_special=True, said to keep letters, digits and underscores,
#        all the words go: several columns have the same name "2024" or an empty one, and asking for one gives a table.
# Neither warns. The same calls on the English headings of the same table keep all names apart.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check skimpy==0.0.21 pyjanitor==0.32.60 pandas==3.1.1 2>/dev/null
"$folder/venv/bin/python" -W ignore - <<'PY'
from importlib.metadata import version

import janitor  # noqa: F401
import pandas as pd
from skimpy import clean_columns

CHINESE = ["指标", "单位", "2024年目标", "2024年实际", "完成率(%)"]
ENGLISH = ["Indicator", "Unit", "Target 2024", "Actual 2024", "Completion (%)"]


def table(names: list[str]) -> pd.DataFrame:
    return pd.DataFrame([["甲", "家", 20, 12, 60]], columns=names)


print(*(f"{name} {version(name)}" for name in ("skimpy", "pyjanitor", "pandas")))
skimpy = [*clean_columns(table(CHINESE)).columns]
plain = [*table(CHINESE).clean_names().columns]
bare = table(CHINESE).clean_names(remove_special=True)
print("skimpy:                  ", skimpy)
print("pyjanitor:               ", plain)
print("pyjanitor remove_special:", [*bare.columns])
assert skimpy == ["header", "header_1", "2024", "2024_1", "%"], "skimpy cleans them otherwise now"
assert plain == ["指标", "单位", "2024年目标", "2024年实际", "完成率_%_"], "pyjanitor cleans them otherwise now"
assert [*bare.columns] == ["", "", "2024", "2024", "_"], "pyjanitor removes otherwise now"
assert isinstance(bare["2024"], pd.DataFrame)
for cleaned in (clean_columns(table(ENGLISH)), table(ENGLISH).clean_names(remove_special=True)):
    assert len({*cleaned.columns}) == len(ENGLISH)
PY
