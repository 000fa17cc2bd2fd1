"""CPU time of commands as runs and deliveries add up: python growth.py [TONGDAO] (another build's command to compare).

A workbook of one flow with deliveries of a line each, and runs copied from one real one, in three sizes.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

SIZES = ((500, 1250), (1000, 2500), (2000, 5000))  # runs, deliveries
PLAN = """title = "示范方案"
region = "110000"
start = 2024-01-01
deadline = 2024-12-31

[regions]
110000 = "示范市"

[[indicator]]
id = "firms"
name = "企业"
unit = "家"
measure = "flow"
quote = "新增企业10家"
target = 10

[[schedule]]
report = "briefing"
day = 10
hour = 8
"""


def delivered(book: Path, count: int) -> Iterable[str]:
    """Lines of readings, each with the file and the receipt that brought it: revisions of nine months."""
    (book / "deliveries").mkdir(parents=True)
    for number in range(count):
        month = f"2024-{number % 9 + 1:02d}"
        day = (date(2024, 10, 10) + timedelta(days=number // 9)).isoformat()
        name = sha256(str(number).encode()).hexdigest()
        (book / "deliveries" / f"{name}.csv").write_text(f"指标,期间,数值\nfirms,{month},1\n", encoding="utf-8")
        receipt = {"verdict": "accept", "readings": 1, "findings": [], "file": f"{number}.csv", "indicators": ["firms"]}
        receipt |= {"rows": [["firms", "110000", month, "single", day]], "delivery": name, "by": "someone"}
        receipt |= {"at": f"{day}T08:00:00+00:00", "as_of": day}
        (book / "deliveries" / f"{name}.json").write_text(json.dumps(receipt), encoding="utf-8")
        yield f"firms,110000,{month},1,家,single,final,测试,{day}"


def cpu(*command: str | Path) -> tuple[float, int]:
    """User and system seconds of a command with its children, and its exit code."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([*map(str, command)], capture_output=True, check=False, env=os.environ)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.returncode


def main() -> None:
    """Print a line a size."""
    tongdao = sys.argv[1] if len(sys.argv) > 1 else str(Path(sys.executable).with_name("tongdao"))
    print("runs deliveries   status  runs  rehearse  diff   (seconds of CPU)")
    for runs, deliveries in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            book, out = Path(folder) / "book", Path(folder) / "out"
            lines = ["indicator,region,period,value,unit,basis,status,source,recorded_at", *delivered(book, deliveries)]
            (book / "plan.toml").write_text(PLAN, encoding="utf-8")
            (book / "readings.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
            where = ("--workbook", book, "--out", out)
            for month in ("2024-08", "2024-09"):
                _, code = cpu(tongdao, "report", "briefing", "--month", month, *where)
                assert not code, "no report was made"
            journal = out / "book" / "runs.jsonl"
            first, second = (json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines())
            copies = [{**second, "run": f"{number:016x}"} for number in range(runs)]
            text = "".join(json.dumps(entry, ensure_ascii=False, sort_keys=True) + "\n" for entry in copies)
            journal.write_text(journal.read_text(encoding="utf-8") + text, encoding="utf-8")
            asked = (
                ("status", "--workbook", book, "--json"),
                ("runs", *where, "--json"),
                ("run", "--due", "--rehearse", "--as-of", "2024-11-20", *where),
                ("diff", first["run"], second["run"], *where),
            )
            spent = [cpu(tongdao, *given) for given in asked]
            assert all(code in (0, 1) for _, code in spent), spent  # 1: reports are owed, runs differ
            print(f"{runs:4d} {deliveries:10d}   {'  '.join(f'{seconds:6.2f}' for seconds, _ in spent)}", flush=True)


if __name__ == "__main__":
    main()
