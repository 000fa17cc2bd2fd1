"""Reports that appear by themselves: owed, caught up, made once, replayed and compared."""

import json
import os
import random
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from conftest import COMMAND, HEADER, ROOT, SCHEDULE, Run, dask_cluster, flow_rows, process, written

from tongdao.base.periods import parse_month
from tongdao.plan.settings import Schedule
from tongdao.runs.jobs import Due, jobs, timetable
from tongdao.runs.journal import runs
from tongdao.runs.task import scratch_folder
from tongdao.workbook.workbook import open_workbook


def documents(reports: Path) -> list[str]:
    return [str(path.relative_to(reports)) for path in written(reports, ".pdf")]


def due(workbook: Path, out: Path, day: str) -> list[str]:
    return [COMMAND, "run", "--due", "--workbook", str(workbook), "--out", str(out), "--as-of", day]


@pytest.mark.parametrize(
    ("day", "month", "at"),
    [
        (12, "2024-09", "2024-10-12"),
        (1, "2024-09", "2024-10-08"),
        (10, "2024-01", "2024-02-18"),
        (3, "2024-12", "2025-01-03"),
    ],
)  # a Saturday made up for, the holiday of October, the Spring Festival with its made-up Sunday, the next year
def test_a_due_day_on_a_holiday_moves_to_the_next_working_day(day: int, month: str, at: str) -> None:
    found = Due(Schedule(report="x", day=day), parse_month(month)).at
    assert found == datetime.fromisoformat(f"{at}T08:00").replace(tzinfo=ZoneInfo("Asia/Shanghai"))


def test_the_timetable_follows_the_frequency_of_each_entry(small: Path) -> None:
    plan = open_workbook(small).plan
    assert [str(entry.month) for entry in timetable(plan)] == [f"2024-{month:02d}" for month in range(1, 13)]
    quarterly = plan.model_copy(update={"schedules": (Schedule(report="x", day=5, every="quarter"),)})
    assert [str(entry.month) for entry in timetable(quarterly)] == ["2024-03", "2024-06", "2024-09", "2024-12"]


@pytest.mark.parametrize(
    ("deadline", "last", "owing"), [("2025-06-30", "2025-02", "firms（2025-02）"), ("2024-09-30", "2024-09", "")]
)
def test_the_timetable_ends_where_the_plan_does_as_it_was_amended(
    deadline: str, last: str, owing: str, small: Path, run: Run
) -> None:
    """Reports of the months after were never made, and nobody was told; those of months cut off failed for ever."""
    amendment = f'\n[[amendment]]\neffective = 2024-10-20\nreason = "调整期限"\ndeadline = {deadline}\n'
    with (small / "plan.toml").open("a", encoding="utf-8") as file:
        file.write(amendment)
    rows = flow_rows("firms", "家", {2024: [1.0] * 12, 2025: [1.0]}, recorded="2025-02-05")
    (small / "readings.csv").write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    told = run("run", "--rehearse", "--workbook", small, "--as-of", "2025-03-20")
    lines = told.out.splitlines()
    assert [line.split()[0] for line in lines if "briefing（按" in line][-1] == f"将生成：{last}", told
    assert ("不能生成" in told.out, "还欠读数" in told.out, owing in told.out) == (False, bool(owing), True)
    owed = run("owed", "--workbook", small, "--as-of", "2025-03-20").out
    assert ("firms 2025-02" in owed) == bool(owing)
    assert "不在计划期内" not in run("check", "--workbook", small).err
    months = jobs(open_workbook(small), "briefing", {}, each=["month"])
    assert months[-1].inputs["month"] == ("2025-06" if owing else "2024-09")


def test_months_switched_off_are_caught_up_in_order_and_made_once(small: Path, run: Run, tmp_path: Path) -> None:
    out = tmp_path / "reports"
    first = run(*due(small, out, "2024-02-20")[1:])
    assert [line.rpartition("/small/")[2] for line in first.out.splitlines()] == ["2024-01/briefing.pdf（补跑）"]
    later = run(*due(small, out, "2024-05-20")[1:])
    assert [line.rpartition("/small/")[2] for line in later.out.splitlines()] == [
        f"2024-{month:02d}/briefing.pdf（补跑）" for month in (2, 3, 4)
    ]
    again = run(*due(small, out, "2024-05-20")[1:])
    assert (again.code, again.out) == (0, "")
    plan = small / "plan.toml"
    plan.write_text(plan.read_text(encoding="utf-8").replace("day = 10", "day = 15"), encoding="utf-8")
    moved = run(*due(small, out, "2024-05-20")[1:])
    assert (moved.code, moved.out) == (0, "")  # what is published stays, made on the days of then
    listed = json.loads(run("runs", "--workbook", small, "--out", out, "--json").out)
    assert [entry["inputs"] for entry in listed] == [
        {"month": f"2024-{month:02d}", "as_of": day}
        for month, day in ((1, "2024-02-18"), (2, "2024-03-11"), (3, "2024-04-10"), (4, "2024-05-10"))
    ]


def test_two_at_once_make_one_document(small: Path, tmp_path: Path) -> None:
    out = tmp_path / "reports"
    both = [
        subprocess.Popen(due(small, out, "2024-02-20"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [each.communicate(timeout=120) for each in both]
    assert [each.returncode for each in both] == [0, 0]
    assert sum(out.count("briefing.pdf") for out, _ in said) == 1
    assert len(runs(out / "small")) == 1


def test_a_failure_is_told_each_time_but_not_tried_again_until_something_changes(
    small: Path, run: Run, tmp_path: Path
) -> None:
    out = tmp_path / "reports"
    plan = small / "plan.toml"
    whole = plan.read_text(encoding="utf-8")
    (small / "notebooks").mkdir()
    content = json.loads((ROOT / "notebooks" / "briefing.ipynb").read_text(encoding="utf-8"))
    content["cells"][-1]["source"] = "1 / 0"
    (small / "notebooks" / "broken.ipynb").write_text(json.dumps(content), encoding="utf-8")
    plan.write_text(whole + SCHEDULE.format(report="broken"), encoding="utf-8")
    first = run(*due(small, out, "2024-02-20")[1:])
    assert first.code == 1
    assert "ZeroDivisionError" in first.sentence
    assert documents(out / "small") == ["2024-01/briefing.pdf"]
    second = run(*due(small, out, "2024-02-20")[1:])
    assert second.code == 1
    assert "不再重试" in second.sentence
    assert len(runs(out / "small")) == 2
    content["cells"][-1]["source"] = "1 + 1"
    (small / "notebooks" / "broken.ipynb").write_text(json.dumps(content), encoding="utf-8")
    third = run(*due(small, out, "2024-02-20")[1:])
    assert third.code == 0
    assert documents(out / "small") == ["2024-01/briefing.pdf", "2024-01/broken.pdf"]


def test_a_damaged_notebook_or_a_misspelt_parameter_holds_up_no_other_report(
    small: Path, run: Run, tmp_path: Path
) -> None:
    out = tmp_path / "reports"
    (small / "notebooks").mkdir()
    (small / "notebooks" / "broken.ipynb").write_text("{not json", encoding="utf-8")
    with (small / "plan.toml").open(encoding="utf-8") as file:
        whole = file.read()
    head, mark, rest = whole.partition("\n[[schedule]]")
    misspelt = SCHEDULE.format(report="indicator_trend") + 'given = { indicater = "firms" }\n'
    plan = head + SCHEDULE.format(report="broken") + misspelt + mark + rest
    (small / "plan.toml").write_text(plan, encoding="utf-8")
    for _ in range(2):
        done = run(*due(small, out, "2024-03-20")[1:])
        assert done.code == 1
        assert done.err.count("broken.ipynb 不是 Jupyter 笔记本") == 2
        assert done.err.count("indicator_trend.ipynb 没有参数“indicater”") == 2
        assert documents(out / "small") == [f"2024-0{month}/briefing.pdf" for month in (1, 2)]
        assert [entry["verdict"] for entry in runs(out / "small")].count("失败") == 4
    note = out / "small" / "2024-01" / "broken.未更新.txt"
    assert "不是 Jupyter 笔记本" in note.read_text(encoding="utf-8")
    shutil.copy(ROOT / "notebooks" / "briefing.ipynb", small / "notebooks" / "broken.ipynb")
    run(*due(small, out, "2024-03-20")[1:])
    assert "2024-01/broken.pdf" in documents(out / "small")
    assert not note.exists()


def test_a_report_during_which_somebody_saves_a_file_is_made_at_the_second_try(
    small: Path, run: Run, tmp_path: Path
) -> None:
    content = json.loads((ROOT / "notebooks" / "briefing.ipynb").read_text(encoding="utf-8"))
    somebody = "test -e someone || touch someone readings.csv"  # but once, and not by way of Python, which is stopped
    content["cells"][-1]["source"] = f"import subprocess\nsubprocess.run({somebody!r}, shell=True, cwd=workbook)"
    (small / "notebooks").mkdir()
    (small / "notebooks" / "briefing.ipynb").write_text(json.dumps(content), encoding="utf-8")
    done = run(*due(small, tmp_path / "reports", "2024-02-20")[1:])
    assert done.code == 0, done.err
    assert documents(tmp_path / "reports" / "small") == ["2024-01/briefing.pdf"]
    first, second = runs(tmp_path / "reports" / "small")
    assert "如果是别人同时在改" in first["reason"]
    assert second["verdict"].startswith("成功")


def test_an_entry_that_names_no_notebook_or_department_holds_up_no_other_and_is_told(
    small: Path, run: Run, tmp_path: Path
) -> None:
    out = tmp_path / "reports"
    plan = small / "plan.toml"
    head, mark, rest = plan.read_text(encoding="utf-8").partition("\n[[schedule]]")
    nobody = SCHEDULE.format(report="department_report") + 'given = { department = "无此单位" }\n'
    plan.write_text(head + SCHEDULE.format(report="brieffing") + nobody + mark + rest, encoding="utf-8")
    rehearsed = run("run", "--rehearse", "--workbook", small, "--out", out, "--as-of", "2024-02-20")
    assert "不能生成：2024-01 [[schedule]] brieffing：没有名为“brieffing”的笔记本" in rehearsed.out
    assert "将生成：2024-01 briefing" in rehearsed.out
    for _ in range(2):
        done = run(*due(small, out, "2024-02-20")[1:])
        assert done.code == 1
        assert "brieffing" in done.err
        assert "无此单位" in done.err
        assert documents(out / "small") == ["2024-01/briefing.pdf"]
        assert [entry["verdict"] for entry in runs(out / "small")].count("失败") == 2
    assert "brieffing" in (out / "small" / "2024-01" / "brieffing.未更新.txt").read_text(encoding="utf-8")
    told = run("doctor", "--workbook", small)
    assert told.code == 1
    assert "无此单位" in told.out


def test_what_a_killed_run_left_is_cleared_and_what_a_living_one_uses_is_not(
    small: Path, run: Run, tmp_path: Path
) -> None:
    out = tmp_path / "reports"
    month = out / "small" / "2024-01"
    run(*due(small, out, "2024-02-20")[1:])
    left = month / ".run-left"
    left.mkdir()
    (left / ".briefing.pdf-x").write_bytes(b"half")
    with scratch_folder(month) as living:
        again = process(*due(small, out, "2024-02-20")[1:])
        assert again.err.strip() == "到期的报告都已生成。"
        assert not left.exists()
        assert living.exists()
    assert not living.exists()
    assert documents(out / "small") == ["2024-01/briefing.pdf"]


def kill_now_and_then(small: Path, out: Path, day: str, times: int, start: str) -> None:
    """Scheduled runs killed at random moments, most of them while a document is being made, however slow the machine:
    the supervisor alone, its workers alone, or all of them."""
    import psutil

    def at_work() -> set[Path]:
        return {Path(at) for at, _, _ in os.walk(out) if "/.run-" in at}

    chance, quiet = random.Random(times), {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    for _ in range(times):
        left, early = at_work(), chance.random() < 0.2
        began = subprocess.Popen(due(small, out, day), env=os.environ | {"TONGDAO_START": start}, **quiet)
        while not early and began.poll() is None and at_work() <= left:
            time.sleep(0.02)
        time.sleep(chance.uniform(0.05, 0.8))
        try:
            victims = [psutil.Process(began.pid), *psutil.Process(began.pid).children(recursive=True)]
            for victim in victims[:1] if chance.random() < 0.5 else victims[1:][-1:]:
                victim.kill()
        except psutil.NoSuchProcess:
            pass
        if chance.random() < 0.5:
            began.kill()
        began.wait(timeout=120)


@pytest.mark.parametrize(
    ("start", "times", "months"),
    [
        ("fork", 4, 4),
        ("spawn", 2, 2),
        pytest.param("fork", 100, 11, marks=pytest.mark.slow),
        pytest.param("spawn", 30, 6, marks=pytest.mark.slow),
    ],
)
def test_killed_at_random_moments_it_makes_every_owed_document_once_and_whole(
    start: str, times: int, months: int, small: Path, run: Run, tmp_path: Path
) -> None:
    out, day = tmp_path / "reports", f"2024-{months + 1:02d}-20"
    kill_now_and_then(small, out, day, times, start)
    after = process(*due(small, out, day)[1:], TONGDAO_START=start)
    assert after.code == 0, after.err
    assert documents(out / "small") == [f"2024-{month:02d}/briefing.pdf" for month in range(1, months + 1)]
    again = run(*due(small, out, day)[1:])
    assert again.out == ""
    calm = tmp_path / "calm"
    run(*due(small, calm, day)[1:])
    for name in documents(out / "small"):
        assert (out / "small" / name).read_bytes() == (calm / "small" / name).read_bytes()
    left = [path.name for path in (out / "small").rglob("*") if path.name.startswith((".run-", ".briefing"))]
    assert left == []


def test_a_replay_gives_the_same_bytes_also_after_a_revision_and_diff_names_it(
    county: Path, run: Run, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    options = ("--workbook", county, "--out", out)
    assert run("report", "briefing", "--month", "2024-08", *options).code == 0
    with (county / "readings.csv").open("a", encoding="utf-8") as file:
        file.write("cloud_firms,431230,2024-08,8,家,cumulative,final,县工信部门更正,2024-10-20\n")
    assert run("report", "briefing", "--month", "2024-08", *options).code == 0
    first, second = (entry["run"] for entry in runs(out / "county"))
    again = run("replay", first[:8], *options)
    assert again.code == 0, again.out + again.err
    assert "逐字节相同" in again.out
    told = run("diff", first, second, *options)
    assert "新增企业上云：10家" in told.out
    assert "修订（2024-10-20 记录，来源：县工信部门更正）" in told.out
    assert run("diff", first, first, *options).out.strip() == "两次运行的数完全相同。"


def test_diff_names_what_was_rewritten_in_the_files_since_a_run(county: Path, run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    options = ("--workbook", county, "--out", out)
    run("report", "briefing", "--month", "2024-08", *options)
    entry = '[[correction]]\nindicator = "cloud_firms"\nperiod = "2024-08"\nchange = 8\n'
    entry += 'reason = "重复计数"\nsource = "县工信部门来函"\n'
    (county / "corrections.toml").write_text(entry, encoding="utf-8")
    run("report", "briefing", "--month", "2024-08", *options)
    plan = county / "plan.toml"
    text = plan.read_text(encoding="utf-8")
    head, mark, rest = text.partition('id = "cloud_firms"')
    plan.write_text(head + mark + rest.replace("target = 15", "target = 18", 1), encoding="utf-8")
    shutil.copytree(ROOT / "notebooks", county / "notebooks")
    own = county / "notebooks" / "briefing.ipynb"
    own.write_text(own.read_text(encoding="utf-8").replace("# ", "#  ", 1), encoding="utf-8")
    run("report", "briefing", "--month", "2024-08", *options)
    first, second, third = (entry["run"] for entry in runs(out / "county"))
    told = run("diff", first, second, *options).out
    assert "2024年8月10家 → 2024年8月8家，来源：" in told
    assert "已更正：重复计数，县工信部门来函" in told
    told = run("diff", second, third, *options).out
    assert "新增企业上云：目标由15家改为18家，计划文件没有写成修订。" in told
    assert "两次的笔记本不同" in told


def test_a_rewritten_past_is_told_by_replay(county: Path, run: Run, tmp_path: Path) -> None:
    options = ("--workbook", county, "--out", tmp_path / "out")
    run("report", "briefing", "--month", "2024-08", *options)
    path = county / "readings.csv"
    text = path.read_text(encoding="utf-8-sig")
    line = next(line for line in text.splitlines() if line.startswith("cloud_firms") and ",2024-08," in line)
    path.write_text(text.replace(line, line.replace(",10,", ",9,")), encoding="utf-8-sig")
    again = run("replay", runs(tmp_path / "out" / "county")[0]["run"], *options)
    assert again.code == 1
    assert "数据：" in again.out


def test_an_unknown_run_lists_those_there_are(county: Path, run: Run, tmp_path: Path) -> None:
    done = run("replay", "ffff", "--workbook", county, "--out", tmp_path)
    assert done.code == 2
    assert "没有成功的运行" in done.sentence


def test_many_at_once_are_all_made_and_resumed_where_they_stopped(small: Path, run: Run) -> None:
    out = small / "out"  # in the workbook, where nothing else may change while a report is made
    given = ("report", "briefing", "--workbook", small, "--each", "month=2024-01..2024-04", "--out", out)
    assert run(*given, "--jobs", "2").code == 0
    made = documents(out / "small")
    assert made == [f"2024-{month:02d}/briefing.pdf" for month in range(1, 5)]
    (out / "small" / "2024-02" / "briefing.pdf").unlink()
    again = run(*given, "--jobs", "2", "--resume")
    assert "已经做好 3 份" in again.err
    assert again.out.count("briefing.pdf") == 1
    assert documents(out / "small") == made


@pytest.mark.slow
def test_a_dask_cluster_loses_and_doubles_nothing_when_a_worker_is_killed(
    small: Path, run: Run, tmp_path: Path
) -> None:
    with dask_cluster(tmp_path) as (address, workers):
        deadline = time.monotonic() + 60
        reports = tmp_path / "out" / "small"

        def kill() -> None:
            while len(documents(reports)) < 2 and time.monotonic() < deadline + 60:
                time.sleep(0.02)
            workers[0].send_signal(signal.SIGKILL)

        killer = threading.Thread(target=kill)
        killer.start()
        each = ["--each", "month=2024-01..2024-05"]
        done = run("report", "briefing", "--workbook", small, *each, "--dask", address, "--out", tmp_path / "out")
        killer.join()
        assert done.code == 0, done.err
        assert documents(reports) == [f"2024-{month:02d}/briefing.pdf" for month in range(1, 6)]
        assert len(done.out.splitlines()) == 5


@pytest.mark.slow
def test_no_cluster_at_the_address_is_one_sentence(small: Path, run: Run, tmp_path: Path) -> None:
    pytest.importorskip("distributed", reason="没有安装 tongdao[dask]")
    given = ("--each", "month=2024-01..2024-02", "--dask", "tcp://127.0.0.1:9", "--out", tmp_path)
    done = run("report", "briefing", "--workbook", small, *given)
    assert done.code == 2
    assert "连接不上 Dask" in done.sentence


def test_rehearsal_says_what_is_to_come_and_who_owes(run: Run, county: Path, tmp_path: Path) -> None:
    done = run("run", "--rehearse", "--as-of", "2024-10-10", "--workbook", county, "--out", tmp_path)
    assert done.code == 0
    assert "将生成：2024-08 monthly_report（按 2024-09-12 的读数）" in done.out
    assert "下一次：2024-10-12 08:00" in done.out
    assert not list(tmp_path.rglob("*.pdf"))


@pytest.mark.slow
def test_the_countys_own_schedule_makes_every_month_as_its_day_knew_it(county: Path, run: Run, tmp_path: Path) -> None:
    done = run(*due(county, tmp_path / "out", "2025-02-20")[1:])
    assert done.code == 0, done.err
    months = [f"2024-{month:02d}" for month in range(1, 13)]
    names = ("briefing", "monthly_report-附件", "monthly_report")
    wanted = [f"{month}/{name}.pdf" for month in months for name in names]
    assert documents(tmp_path / "out" / county.name) == wanted


def test_a_folder_that_cannot_be_written_and_a_full_disk_are_sentences(small: Path, run: Run, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        blocked = tmp_path / "file"
        blocked.write_text("x")
    else:
        blocked = tmp_path / "locked"
        blocked.mkdir(mode=0o500)
    done = run(*due(small, blocked, "2024-02-20")[1:])
    assert done.code == 1
    assert "不能" in done.sentence
    assert "写" in done.sentence


def test_another_zone_changes_neither_what_is_owed_nor_the_bytes(small: Path, run: Run, tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    assert run(*due(small, here, "2024-02-20")[1:]).code == 0
    assert run(*due(small, there, "2024-02-20")[1:], TZ="America/Los_Angeles").code == 0
    one, two = (folder / "small" / "2024-01" / "briefing.pdf" for folder in (here, there))
    assert one.read_bytes() == two.read_bytes()


def test_a_clock_set_back_makes_nothing_again(small: Path, run: Run, tmp_path: Path) -> None:
    out = tmp_path / "reports"
    run(*due(small, out, "2024-04-20")[1:])
    back = run(*due(small, out, "2024-02-20")[1:])
    assert (back.code, back.out) == (0, "")


def test_doctor_names_what_is_missing(small: Path, run: Run) -> None:
    done = run("doctor", "--workbook", small)
    assert done.code == 0
    assert "tongdao schedule --install" in done.out


def test_doctor_names_a_missing_font_and_a_missing_kernel(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tongdao.runs import doctor

    book = open_workbook(small)
    assert not [item for item in doctor.problems(book) if item.severity == "问题"]
    monkeypatch.setattr(doctor.style, "FILES", (tmp_path / "NotoSansSC-Regular.ttf",))
    monkeypatch.setattr("jupyter_core.paths.jupyter_path", lambda *parts: [str(tmp_path)])
    found = {item.place: item.message for item in doctor.problems(book) if item.severity == "问题"}
    assert "重新安装通道" in found["字体"]
    assert "ipykernel install" in found["内核"]


@contextmanager
def mounted(place: Path, *options: str) -> Iterator[None]:
    """A mount for the time of a test: a disk that is small, read-only, or on a file that then cannot be replaced."""
    made = subprocess.run(["mount", *options, str(place)], check=False, capture_output=True)
    if made.returncode:
        pytest.skip("这里不能挂载：需要管理员权限")
    try:
        yield
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_leaves_what_was_published_and_says_so(small: Path, run: Run, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    with mounted(disk, "-t", "tmpfs", "-o", "size=300k", "tmpfs"):
        old = disk / "small" / "2024-01" / "briefing.pdf"
        old.parent.mkdir(parents=True)
        old.write_bytes(b"old")
        (disk / "filler").write_bytes(b"x" * 270_000)
        done = run(*due(small, disk, "2024-02-20")[1:])
        assert done.code == 1
        assert "磁盘" in done.sentence
        assert old.read_bytes() == b"old"
        (disk / "filler").unlink()
        again = run(*due(small, disk, "2024-02-20")[1:])
        assert again.code == 0, again.err


def test_a_read_only_folder_of_reports_is_a_sentence(small: Path, run: Run, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    with mounted(disk, "-t", "tmpfs", "-o", "ro", "tmpfs"):
        for command in (
            due(small, disk, "2024-02-20"),
            [COMMAND, "report", "briefing", "--workbook", small, "--out", disk],
        ):
            done = run(*command[1:])
            assert done.code == 1
            assert str(disk) in done.sentence
            assert "只读" in done.sentence
            assert "请检查权限" in done.sentence


def test_a_target_held_by_another_program_stays_and_is_made_once_it_is_free(
    small: Path, run: Run, tmp_path: Path
) -> None:
    out, held = tmp_path / "reports", tmp_path / "held.pdf"
    old = out / "small" / "2024-01" / "briefing.pdf"
    old.parent.mkdir(parents=True)
    for path in (old, held):
        path.write_bytes(b"old")
    with mounted(old, "--bind", str(held)):  # as Windows does with a file that is open: it cannot be replaced
        done = run(*due(small, out, "2024-02-20")[1:])
        assert done.code == 1
        assert f"不能写入 {old}：文件正被别的程序占用" in done.sentence
        assert old.read_bytes() == b"old"
        assert "未更新" in (next(old.parent.glob("*未更新*"))).name
    assert {entry["verdict"] for entry in runs(out / "small")} == {"失败"}
    again = run(*due(small, out, "2024-02-20")[1:])
    assert (again.code, old.read_bytes()[:5]) == (0, b"%PDF-")
    assert not list(old.parent.glob("*未更新*"))
