"""Any command stopped or killed at any moment: what is owed is made once, nothing false is written, nothing lives."""

import json
import random
import signal
import subprocess
import time
from itertools import product
from pathlib import Path

import psutil
import pytest
from conftest import COMMAND, SCHEDULE, SMALL, called, indicator, small_workbook, written

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL, signal.SIGHUP)
COMMANDS = ("add", "due", "batch", "withdraw", "report")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    plan = SMALL + indicator("firms", "家", "flow").replace('quote = "firms"', 'quote = "新增企业10家"')
    plan += SCHEDULE.format(report="briefing")
    ends = [(year, month) for year in (2022, 2023, 2024) for month in range(1, 13 if year < 2024 else 7)]
    rows = [
        f"firms,110000,{year}-{month:02d},1,家,single,final,测试,{year + month // 12}-{month % 12 + 1:02d}-05"
        for year, month in ends
    ]
    return small_workbook(tmp_path / "w" / "small", plan, rows)


def living(folder: Path) -> list[str]:
    """Processes of ours that still work for a folder; forked ones have their parent's command line."""
    found = []
    for each in psutil.process_iter(["cmdline", "status"]):
        words = " ".join(each.info["cmdline"] or ())
        if str(folder) in words and each.info["status"] != psutil.STATUS_ZOMBIE:
            found.append(words)
    return found


@pytest.mark.parametrize("rounds", [0, pytest.param(5, marks=pytest.mark.slow)])
def test_signals_at_random_moments(rounds: int, small: Path, tmp_path: Path) -> None:
    """Every command with every signal, in so many rounds; a signal each at least."""
    chance, out, drafts = random.Random(rounds), tmp_path / "reports", tmp_path / "drafts"
    pairs = [*zip(COMMANDS, SIGNALS, strict=False)] if not rounds else [*product(COMMANDS, SIGNALS)] * rounds
    files = list[Path]()
    for number, (name, sent) in enumerate(chance.sample(pairs, len(pairs))):
        sheet = tmp_path / f"表{number}.csv"
        row = f"firms,2024-{chance.randint(1, 6):02d},{chance.randint(1, 9)},家,当月,来源{number}"
        sheet.write_text(f"指标,期间,数值,单位,口径,来源\n{row}\n", encoding="utf-8")
        given = {
            "add": ("add", sheet, "--as-of", "2024-07-25"),
            "withdraw": ("withdraw", chance.choice(files).name if files else "无", "--as-of", "2024-07-26"),
            "report": ("report", "briefing", "--month", "2024-05", "--out", drafts),
            "batch": ("report", "briefing", "--each", "month=2024-01..2024-04", "--jobs", "2", "--out", drafts),
            "due": ("run", "--due", "--as-of", "2024-07-20", "--out", out),
        }[name]
        files += [sheet] if name == "add" else []
        began = subprocess.Popen(
            [COMMAND, *map(str, given), "--workbook", str(small)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(chance.uniform(0.02, 2.5))
        began.send_signal(sent)
        code = began.wait(timeout=60)
        assert code in {0, 1, 2, 130, -sent, -signal.SIGINT}, (given, sent, code)  # while Python starts: as it likes
        deadline = time.monotonic() + 20
        while left := living(small):
            assert time.monotonic() < deadline, (given, sent, left)
            time.sleep(0.1)
    for sheet in files:
        again = called("add", sheet, "--workbook", small, "--as-of", "2024-07-27")
        assert "数据回执" in again.out, again
    assert called("run", "--due", "--as-of", "2024-07-20", "--out", out, "--workbook", small).code == 0
    assert [path.relative_to(out / "small").as_posix() for path in written(out, ".pdf")] == [
        f"2024-{month:02d}/briefing.pdf" for month in range(1, 7)
    ]
    told = json.loads(called("runs", "--json", "--out", out, "--workbook", small).out)
    good = [entry["inputs"]["month"] for entry in told if entry["verdict"].startswith("成功")]
    assert sorted(good) == [f"2024-{month:02d}" for month in range(1, 7)]
    checked = called("check", "--workbook", small)
    assert checked.code == 0, checked
