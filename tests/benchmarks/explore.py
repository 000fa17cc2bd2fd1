"""How long exploring takes in a real JupyterLab: from the command to the first chart, and from a choice to its picture.

    python tests/benchmarks/explore.py

The county is 20 indicators of 60 months and more, the province 31 regions of 14 years. One line each, in milliseconds
unless said otherwise, the least of several tries; then all of it as JSON. Aims: charts without a click 12 s after the
server is up, a redraw 100 ms in the browser, department or month 700 ms in all on an idle machine. What needs the
kernel is told apart into its part and the browser's; a county without another region has no comparison to choose.
"""

import json
import shutil
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT / "tests"))
from browser import Lab, running_lab  # noqa: E402

TRIES = 5
#: Milliseconds from a choice until the charts stand, and the browser's part of it (from the specification's arrival).
CHANGED = """(choice, place) => new Promise(done => {
  const drawn = document.querySelector('[data-milliseconds]');
  const began = performance.now();
  new MutationObserver((_, watch) => {
    watch.disconnect();
    requestAnimationFrame(() => done([performance.now() - began, Number(drawn.dataset.milliseconds)]));
  }).observe(drawn, {attributeFilter: ['data-milliseconds']});
  setTimeout(() => done(null), 10000); // nothing new is known on that day: the charts stay
  if (choice.options) {
    choice.selectedIndex = place;
    choice.dispatchEvent(new Event('change', {bubbles: true}));
  } else choice.querySelectorAll('input')[place].click();
})"""
#: Milliseconds from another indicator in the list above the charts until its name stands in them.
PICKED = """name => new Promise(done => {
  const list = document.querySelector('.vega-bind select'), charts = document.querySelector('.vega-embed');
  const began = performance.now();
  list.selectedIndex = [...list.options].findIndex(each => each.label === name);
  list.dispatchEvent(new Event('change', {bubbles: true}));
  const look = () => charts.textContent.includes(name + '（')
    ? requestAnimationFrame(() => done(performance.now() - began)) : requestAnimationFrame(look);
  requestAnimationFrame(look);
})"""


def figures(workbook: str) -> dict[str, float]:
    """Every figure of one workbook; seconds where the name says so, else milliseconds."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        copy = Path(shutil.copytree(ROOT / "data" / workbook, folder / "data" / workbook))
        began = time.perf_counter()
        with running_lab(folder, copy) as lab:
            made = {"command to server, s": time.perf_counter() - began}
            for notebook, shown in (("start", ".jp-OutputArea-output svg"), ("explore", "[data-milliseconds]")):
                began = time.perf_counter()
                lab.page.goto(lab.address.replace("/start.ipynb", f"/{notebook}.ipynb") + "&reset")
                lab.wait(shown)
                made[f"{notebook}: opened to charts, s"] = time.perf_counter() - began
            made["first drawing"] = float(lab.page.locator("[data-milliseconds]").get_attribute("data-milliseconds"))
            lab.wait("details:has-text('静态图')")
            return made | choices(lab)


def choices(lab: Lab) -> dict[str, float]:
    names = lab.page.locator(".vega-bind select option").all_inner_texts()
    picks = [lab.page.evaluate(PICKED, names[number % len(names)]) for number in range(1, TRIES + 1)]
    made = {"another indicator": min(picks), "another indicator, slowest": max(picks)}
    lists, radios = lab.page.locator(".widget-dropdown select"), lab.page.locator(".widget-radio-box")
    months = range(lists.nth(1).evaluate("each => each.selectedIndex") - 1, -1, -1)
    days = range(1, lists.nth(2).locator("option").count())
    for name, choice, places in [
        ("comparison", radios, (1, 0) * TRIES if radios.count() else ()),
        ("department", lists.nth(0), (1, 0) * TRIES if lists.nth(0).locator("option").count() > 1 else ()),
        ("as-of day", lists.nth(2), [*days[:TRIES], 0]),
        ("month", lists.nth(1), months[:TRIES]),
    ]:
        found = []
        for place in places:
            lab.wait("#jp-main-statusbar >> text=| 空闲")
            found.append(choice.evaluate(CHANGED, place))
        found = [times for times in found if times]
        if found:
            parts = {"browser": [own for _, own in found], "kernel and wire": [whole - own for whole, own in found]}
            for part, times in parts.items():
                made |= {f"{name}, {part}": min(times), f"{name}, {part}, slowest": max(times)}
    return made


if __name__ == "__main__":
    results = {workbook: figures(workbook) for workbook in sys.argv[1:] or ("tongdao", "hunan")}
    for workbook, found in results.items():
        for name, value in found.items():
            print(f"{workbook}  {name}: {value:.1f}" if name.endswith(" s") else f"{workbook}  {name}: {value:.0f} ms")
    print(json.dumps(results, ensure_ascii=False))
