#!/usr/bin/env bash
# pytest-xdist 3.8.0 with pytest 9.2.0: --dist loadgroup spreads the tests of one xdist_group over all workers, silently.
#
# Guess: tests marked with one xdist_group share a worker, and with it a fixture of module or session (a server, a browser).
# Seen:  xdist writes the group behind a private name of pytest's test items, which pytest 9.2 no longer reads. Neither says
#        a word, every test passes: there are only as many servers as workers. With pytest 9.1.1 the group is kept.
# So keep pytest below 9.2 until xdist follows, and count how often a shared fixture begins, not whether tests pass.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
cat >"$folder/test_group.py" <<'PY'
import os
import time

import pytest


@pytest.mark.xdist_group("one_server")
@pytest.mark.parametrize("number", range(12))
def test_a_member(number):
    time.sleep(0.2)
    with open(os.environ["SEEN"], "a") as seen:
        print(os.getpid(), file=seen)
PY
for pytest in 9.1.1 9.2.0; do
  "$folder/venv/bin/pip" install -q --disable-pip-version-check "pytest==$pytest" pytest-xdist==3.8.0 2>/dev/null
  SEEN="$folder/$pytest" "$folder/venv/bin/python" -m pytest -q -n 3 --dist loadgroup -p no:cacheprovider \
    "$folder/test_group.py" | tail -1
  workers=$(sort -u "$folder/$pytest" | wc -l)
  echo "pytest $pytest, pytest-xdist 3.8.0: the group of 12 ran in $workers worker(s)"
  if [ "$pytest" = 9.1.1 ]; then [ "$workers" = 1 ]; else [ "$workers" -gt 1 ]; fi
done
