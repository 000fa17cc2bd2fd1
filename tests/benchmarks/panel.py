"""The panel of many regions in each store: a seeded workbook, seconds and memory of the command, counted in processes.

    python tests/benchmarks/panel.py FOLDER [--regions 284] [--stores readings,postgresql://…] [--runs 3]

Made-up readings of made-up regions: 20 indicators of several kinds over 45 months. FOLDER keeps the workbook between
runs. The figures in docs/scale.md come from here.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil

BIN = Path(sys.executable).parent
ITEMS, MONTHS = 20, 45  # 2021-01 to 2024-09
KINDS = (("flow", "亿元"), ("level", "家"), ("share", "%"), ("flow", "家"))
PLAN = """title = "某计划（虚构）"
region = "{first}"
start = 2024-01-01
deadline = 2024-12-31
example = true

[regions]
"""
ITEM = """
[[indicator]]
id = "item_{at:02d}"
name = "指标{at:02d}"
unit = "{unit}"
measure = "{measure}"
target = {target}
quote = "指标{at:02d}达到{target}"
"""


def made(folder: Path, regions: int) -> Path:
    """The workbook, made where it is not there yet."""
    book = folder / f"regions{regions}"
    if (book / "readings.csv").is_file():
        return book
    book.mkdir(parents=True, exist_ok=True)
    codes = [f"{110000 + at:06d}" for at in range(1, regions + 1)]
    plan = PLAN.format(first=codes[0]) + "".join(f'{code} = "第{at}县"\n' for at, code in enumerate(codes, 1))
    draw = np.random.default_rng(20241129)
    lines = ["indicator,region,period,value,unit,basis,status,source,recorded_at"]
    ends = [(2021 + at // 12, at % 12 + 1) for at in range(MONTHS)]
    recorded = [f"{year + month // 12}-{month % 12 + 1:02d}-12" for year, month in ends]
    for at in range(ITEMS):
        measure, unit = KINDS[at % len(KINDS)]
        size = draw.lognormal(3, 1, regions)
        steps = size[:, None] * draw.lognormal(0, 0.3, (regions, MONTHS)) * 1.003 ** np.arange(MONTHS)
        if measure == "flow":
            years = [steps[:, year : year + 12].cumsum(axis=1) for year in range(0, MONTHS, 12)]
            values = np.concatenate(years, axis=1)
        else:
            values = np.clip(np.cumsum(draw.normal(0.2, 1, steps.shape), axis=1) + 40, 1, 95)
        values = np.round(values, 0 if unit == "家" else 2)
        target = float(np.median(values[:, -1]) * (1.25 if measure == "flow" else 1.05))
        aimed = round(min(target, 99), 1) if unit == "%" else round(target)
        plan += ITEM.format(at=at, unit=unit, measure=measure, target=aimed)
        basis = "cumulative" if measure == "flow" else "level"
        for code, row in zip(codes, values.tolist(), strict=True):
            lines += [
                f"item_{at:02d},{code},{year}-{month:02d},{value:g},{unit},{basis},final,某局（虚构）,{day}"
                for (year, month), value, day in zip(ends, row, recorded, strict=True)
            ]
    (book / "plan.toml").write_text(plan, encoding="utf-8")
    (book / "readings.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    return book


def measured(*command: str) -> dict[str, float]:
    """Seconds on the wall and of CPU, and the most memory (MB) that the command and its children held at once."""
    began, most = time.perf_counter(), 0.0
    with subprocess.Popen([str(BIN / "tongdao"), *command], stdout=subprocess.DEVNULL) as process:
        watched, cpu = psutil.Process(process.pid), 0.0
        while process.poll() is None:
            try:
                every = [watched, *watched.children(recursive=True)]
                most = max(most, sum(one.memory_full_info().pss for one in every) / 1e6)  # shared pages once
                cpu = max(cpu, sum(sum(one.cpu_times()[:4]) for one in every))
            except psutil.Error:
                pass
            time.sleep(0.05)
    return {"seconds": time.perf_counter() - began, "cpu": cpu, "mb": most, "code": process.returncode}


def moved(book: Path, store: str) -> Path:
    """The same workbook with its readings in another store."""
    other = book.with_name(f"{book.name}_{'postgresql' if '://' in store else store}")
    if not other.is_dir():
        shutil.copytree(book, other)
        subprocess.run([str(BIN / "tongdao"), "store", "copy", "readings.csv", store, "--workbook", other], check=True)
        plan = (other / "plan.toml").read_text(encoding="utf-8")
        (other / "plan.toml").write_text(f'store = "{store}"\n{plan}', encoding="utf-8")
        (other / "readings.csv").unlink()
    return other


def alone(book: Path) -> Path:
    """The workbook of the plan's own region and of no other."""
    own = book.with_name(f"{book.name}_alone")
    if not own.is_dir():
        own.mkdir()
        plan = (book / "plan.toml").read_text(encoding="utf-8")
        region = re.search(r'^region = "(\w+)"', plan, re.M)[1]  # type: ignore[index]
        plan = re.sub(rf'^(?!{region})\d{{6}} = ".*"\n', "", plan, flags=re.M)
        (own / "plan.toml").write_text(plan, encoding="utf-8")
        with (book / "readings.csv").open(encoding="utf-8") as file:
            lines = [line for at, line in enumerate(file) if not at or f",{region}," in line]
        (own / "readings.csv").write_text("".join(lines), encoding="utf-8")
    return own


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--regions", type=int, default=284)
    parser.add_argument("--stores", default="readings", help="beside readings.csv: a folder, postgresql://…; by commas")
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    book = made(asked.folder, asked.regions)
    books = [book, *(moved(book, store) for store in filter(None, asked.stores.split(",")))]
    every = ("status", "--each", "region", "--json", "--workbook")
    one = ("status", "--json", "--workbook")
    for command, places in ((every, books), (one, [alone(book), *books])):
        for place in places:
            found = [measured(*command, str(place)) for _ in range(asked.runs)]
            middle = {name: round(sorted(run[name] for run in found)[len(found) // 2], 2) for name in found[0]}
            print(json.dumps({"book": place.name, "command": " ".join(command[:3]), **middle}), flush=True)


if __name__ == "__main__":
    main()
