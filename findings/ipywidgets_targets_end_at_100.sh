#!/usr/bin/env bash
# ipywidgets 8.1.9: a target of 120 is 100, a fall of 3.2 is 0, and 3.7 is 3.
#
# Guess: a value outside a control's range widens it, as interact() does, or is refused, as a min above the max is.
# Seen:  IntSlider(value=120), FloatSlider and the bounded texts hold 100, for their range is 0 to 100 unless it is given; -3.2 is
#        0.0, a progress of 120 % is 100. Whole-number controls cut 3.7 to 3. A slider whose max is set to 50 and back to 100
#        has lost its 80. Nothing is said, and what hangs on the control computes with it; interact(f, x=120) keeps 120.
# So a what-if begins with another target than the plan's: give min and max first, both from the value.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check ipywidgets==8.1.9 2>/dev/null
"$folder/venv/bin/python" -W error - <<'PY'
from importlib.metadata import version

import ipywidgets as w

SEEN = (
    (w.IntSlider, 120, 100),
    (w.FloatSlider, 120.5, 100),
    (w.BoundedIntText, 120, 100),
    (w.BoundedFloatText, -3.2, 0),
    (w.IntProgress, 120, 100),
    (w.IntRangeSlider, (90, 150), (90, 100)),
    (w.IntText, 3.7, 3),
)
for control, value, seen in SEEN:
    found = control(value=value).value
    print(control.__name__, value, "→", found)
    assert found == seen, f"{control.__name__} holds {found} now"
slider = w.IntSlider(value=80)
slider.max = 50
slider.max = 100
print("ipywidgets", version("ipywidgets"), "80 after a narrower max:", slider.value)
assert slider.value == 50
kept = w.interactive.widget_from_abbrev(120)
assert (kept.value, kept.min, kept.max) == (120, -120, 360)
try:
    w.IntSlider(value=5, min=2024)
except Exception as error:  # traitlets' own
    print("refused:", error)
else:
    raise SystemExit("a min above the max is taken now")
PY
