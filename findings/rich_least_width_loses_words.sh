#!/usr/bin/env bash
# rich 15.0.0: a column that has a least width, in a table that is narrowed, loses words though it is to fold them.
#
# Guess: columns with `min_width` and `overflow="fold"`, whose least widths together fit the console, are made no
#        narrower than these, and every word of a cell is printed, on more lines where need be.
# Seen:  the columns of a table too wide for the console are narrowed without regard to `min_width`; the text is then
#        broken at the least width and cut at the narrower one: the ends of its lines are gone without a sign.
#        With `ratio` in the place of `min_width` all words are there.
# So a table whose words count gives its columns ratios and no least widths.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check rich==15.0.0 2>/dev/null
"$folder/venv/bin/python" - <<'PY'
import io
from importlib.metadata import version

from rich.console import Console
from rich.table import Table

print("rich", version("rich"))
LONG = " ".join(f"w{n:02}" for n in range(30))


def printed(**last: int) -> list[str]:
    """The words of the last column of a table in a console of 80 columns; the least widths and gaps need 64."""
    console = Console(width=80, file=io.StringIO())
    table = Table(box=None)
    for _ in range(2):
        table.add_column("other", overflow="fold", **({"min_width": 13} if "min_width" in last else last))
    table.add_column("told", overflow="fold", **last)
    table.add_row("-" * 90, "-" * 90, LONG)
    console.print(table)
    text = console.file.getvalue()
    print(text)
    return [word for word in LONG.split() if word in text]


least, ratio = printed(min_width=30), printed(ratio=1)
print(f"words printed with min_width: {len(least)} of 30, with ratio: {len(ratio)} of 30")
assert len(ratio) == 30
assert len(least) < 30, "rich no longer loses words"
PY
