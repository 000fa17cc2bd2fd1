"""Three stores of one workbook's readings: the same rows, the same knowledge of every day, whole after every kill."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from conftest import ROOT, SMALL, Run, dask_cluster, flow_rows, indicator, process, small_workbook
from killed import handed_in

from tongdao.analysis import gaps, panel, panel_at
from tongdao.base import DataError, PlanError, RunError, UsageError, read_records
from tongdao.pages import status_table
from tongdao.plan import read_plan
from tongdao.runs.journal import runs
from tongdao.workbook import COLUMNS, copy_rows, digest, lacking, open_workbook, store_at

PASSWORD = "geheim-9f3a"
BOOKS = ["tongdao", "hunan"]
EIGHT = [str(110101 + at) for at in range(8)]


@dataclass
class Server:
    """A PostgreSQL server of our own on loopback; ``database`` makes an empty one and gives its URL."""

    bin: Path
    data: Path
    port: int
    made: int = 0

    def start(self) -> None:
        options = (
            f"-c port={self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.data} -c fsync=off"
        )
        self._as_owner(self.bin / "pg_ctl", "-D", self.data, "-o", options, "-l", self.data / "log", "-w", "start")

    def stop(self, how: str = "immediate") -> None:
        self._as_owner(self.bin / "pg_ctl", "-D", self.data, "-m", how, "-w", "stop")

    def database(self) -> str:
        self.made += 1
        self.sql(f"create database book{self.made}")
        return f"postgresql://postgres@127.0.0.1:{self.port}/book{self.made}"

    def sql(self, text: str, database: str = "postgres") -> str:
        place = ["-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-d", database, "-Atc", text]
        return subprocess.run([self.bin / "psql", *place], check=True, capture_output=True, text=True).stdout.strip()

    def _as_owner(self, *command: str | Path) -> None:
        owner = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []
        subprocess.run([*owner, *map(str, command)], check=True, capture_output=True, cwd="/")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Debian keeps the programs of the server out of the way; root may not run it, so its own user does."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or [*filter(None, [shutil.which("initdb")])]
    if not found:
        pytest.skip("没有装 PostgreSQL：.ci/run 会装")
    import tempfile

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="pg") as folder, pytest.MonkeyPatch.context() as patch:
        data, secret = Path(folder) / "data", Path(folder) / "secret"
        secret.write_text(PASSWORD)
        if os.getuid() == 0:
            for path in (Path(folder), secret):
                shutil.chown(path, "postgres", "postgres")
        made = Server(Path(found[-1]).parent, data, port)
        made._as_owner(
            made.bin / "initdb", "-D", data, "-U", "postgres", "-A", "scram-sha-256", "--pwfile", secret,
            "--no-sync", "-E", "UTF8", "--locale", "C",
        )  # fmt: skip
        patch.setenv("PGPASSWORD", PASSWORD)
        made.start()
        yield made
        made.stop()


Make = Callable[[], str]


one_server = pytest.mark.xdist_group("postgresql")


@pytest.fixture(params=["readings.csv", "parquet", pytest.param("postgresql", marks=one_server)])
def place(request: pytest.FixtureRequest) -> str:
    """Where the readings of a test lie, as ``plan.store`` names it."""
    if request.param != "postgresql":
        return {"parquet": "readings"}.get(request.param, request.param)
    return str(request.getfixturevalue("server").database())


def moved(book: Path, place: str) -> Path:
    """The workbook with its readings put there, its plan saying so, and readings.csv out of the way."""
    if place != "readings.csv":
        copy_rows(store_at(book, ""), store_at(book, place))
        plan = (book / "plan.toml").read_text(encoding="utf-8")
        (book / "plan.toml").write_text(f'store = "{place}"\n{plan}', encoding="utf-8")
        (book / "readings.csv").unlink()
    return book


@pytest.mark.parametrize("name", BOOKS)
def test_every_day_knows_the_same_in_every_store(name: str, place: str, tmp_path: Path) -> None:
    ours = open_workbook(ROOT / "data" / name)
    other = open_workbook(moved(Path(shutil.copytree(ROOT / "data" / name, tmp_path / name)), place))
    days = sorted({day[:10] for day in ours.readings["recorded_at"]})
    for day in (None, *days[:: max(len(days) // 8, 1)]):
        assert digest(other.view(as_of=day)) == digest(ours.view(as_of=day)), day
    lean = open_workbook(other.folder, as_of=days[len(days) // 2], lean=True).view(as_of=days[len(days) // 2])
    seen = panel(lean)
    assert seen.equals(panel(ours.view(as_of=days[len(days) // 2])))


@pytest.mark.parametrize("name", BOOKS)
def test_there_and_back_is_the_same_file(name: str, place: str, tmp_path: Path, run: Run) -> None:
    book = Path(shutil.copytree(ROOT / "data" / name, tmp_path / name))
    place = "other.csv" if place == "readings.csv" else place
    there = run("store", "copy", "readings.csv", place, "--workbook", book)
    back = run("store", "copy", place, "back.csv", "--workbook", book)
    assert there.code == back.code == 0, there.err + back.err
    texts = [read_records(book / file, file) for file in ("readings.csv", "back.csv")]
    assert [{key: row[key] for key in COLUMNS} for row in texts[0]] == texts[1]
    again = run("store", "copy", "readings.csv", place, "--workbook", book)
    assert again.code == 2
    assert "已经有读数" in again.sentence


@pytest.mark.slow
@pytest.mark.parametrize("name", BOOKS)
def test_a_report_made_from_readings_csv_is_replayed_from_any_store(
    name: str, place: str, tmp_path: Path, run: Run
) -> None:
    book = Path(shutil.copytree(ROOT / "data" / name, tmp_path / name))
    options = ("--workbook", book, "--out", tmp_path / "out")
    assert run("report", "briefing", *options).code == 0
    (made,) = runs(tmp_path / "out" / name)
    moved(book, place)
    again = process("replay", made["run"], *options)  # its runner knows the password of now
    assert again.code == 0, again.out + again.err
    assert "逐字节相同" in again.out


@pytest.mark.slow
def test_a_panel_on_a_cluster_is_the_same_when_a_worker_is_killed(
    place: str, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = moved(Path(shutil.copytree(ROOT / "data" / "hunan", tmp_path / "hunan")), place)
    asked = ("status", "--each", "region", "--json", "--workbook", book)
    expected = run(*asked)
    assert expected.code == 0, expected.err
    for name in ("SHARES", "TOGETHER"):
        monkeypatch.setattr(sys.modules[panel_at.__module__], name, 4)
    assert run(*asked).out == expected.out  # in shares, where the store gives them
    with dask_cluster(tmp_path) as (address, workers):
        from distributed import Client

        def kill(client: "Client") -> bool:
            """One that is at a share: by its process id."""
            until, pids = time.monotonic() + 120, client.run(os.getpid)
            while time.monotonic() < until:
                for name, keys in client.processing().items():
                    if any("_share" in str(key) for key in keys):
                        next(one for one in workers if one.pid == pids[name]).send_signal(signal.SIGKILL)
                        return True
                time.sleep(0.005)
            return False

        with ThreadPoolExecutor(1) as beside, Client(address) as client:
            client.wait_for_workers(2, timeout=120)
            killed = beside.submit(kill, client)
            done = run(*asked, "--dask", address)
            assert killed.result()
    assert done.code == 0, done.err
    assert done.out == expected.out


def test_a_report_of_one_region_reads_that_region_alone(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = moved(Path(shutil.copytree(ROOT / "data" / "hunan", tmp_path / "hunan")), place)
    whole = open_workbook(book)
    assert place != "readings.csv" or len(open_workbook(book, region="广东").readings) == len(whole.readings)
    monkeypatch.setattr("tongdao.workbook.store.LARGE", 0)  # a small file is read and checked whole
    alone = open_workbook(book, region="广东")
    assert set(alone.readings["region"]) == {"440000", "000000"}
    lines = whole.readings.set_index("line")["value"]
    assert alone.readings.set_index("line")["value"].equals(lines.reindex(alone.readings["line"]))
    one, other = (made.view(region="440000") for made in (whole, alone))
    assert one.as_of == other.as_of
    assert status_table(one).equals(status_table(other))


def small(folder: Path, place: str = "readings.csv", regions: Sequence[str] = EIGHT) -> Path:
    rows = flow_rows("firms", "家", {2023: [10.0] * 12, 2024: [12.0] * 6}, "2024-07-12")
    names = "".join(f'{code} = "第{at}县"\n' for at, code in enumerate(regions))
    plan = SMALL + names + indicator("firms", "家", "flow", "target = 100")
    return moved(small_workbook(folder, plan, rows), place)


def figure_of(folder: Path, name: str, value: float, month: str = "2024-07") -> Path:
    path = folder / f"{name}.csv"
    path.write_text(f"指标,地区,期间,数值,单位\nfirms,{name},{month},{value:g},家\n", encoding="utf-8-sig")
    return path


def test_deliveries_receipts_and_withdrawals_are_the_same_in_every_store(place: str, tmp_path: Path, run: Run) -> None:
    book = small(tmp_path / "book", place)
    seen = []
    for value, day in ((90, "2024-08-10"), (95, "2024-08-20")):
        done = run("add", figure_of(tmp_path, "110000", value), "--workbook", book, "--as-of", day)
        assert done.code == 0, done.err + done.out
        seen.append(gaps(open_workbook(book).view("2024-07"))[0].actual)
    receipt = next(
        json.loads(path.read_text(encoding="utf-8"))["delivery"]
        for path in (book / "deliveries").glob("*.json")
        if "2024-08-20" in path.read_text(encoding="utf-8")
    )
    assert run("withdraw", receipt, "--workbook", book, "--as-of", "2024-08-25", "--reason", "误报").code == 0
    found = open_workbook(book)
    seen += [gaps(found.view("2024-07", day))[0].actual for day in ("2024-08-15", "2024-08-21", "2024-08-26")]
    assert seen == [90, 95, 90, 95, 90]
    assert lacking(found.readings, book) == {}
    cells = ("firms", "110102", "2024-08", "9", "家", "cumulative", "final", "", "2024-08-02")
    store_at(book, found.plan.store).append([dict(zip(COLUMNS, cells, strict=True))])
    assert f"{found.plan.store or 'readings.csv'} 第 " in run("check", "--workbook", book).out  # recorded too early


WRITER = """
import sys
from datetime import date
from pathlib import Path
from tongdao.base import files
from tongdao.intake import Delivery, take_in
from tongdao.workbook import postgres
files.WAIT = postgres.WAIT = 240  # the last of eight, also on a busy machine
book, file = map(Path, sys.argv[1:3])
print("ready", flush=True)
sys.stdin.readline()
made = take_in(book, Delivery(file.name, file.read_bytes(), "某", date(2024, 9, 10)))
print(made.verdict, made.brings, flush=True)
"""


def writers(book: Path, files: list[Path]) -> list["subprocess.Popen[str]"]:
    """Processes that hand in one file each, all ready to begin."""
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    called = ([sys.executable, "-c", WRITER, str(book), str(file)] for file in files)
    made = [subprocess.Popen(command, text=True, **pipes) for command in called]  # type: ignore[call-overload]
    for one in made:
        assert one.stdout
        assert one.stdout.readline() == "ready\n"
    return made


def whole(book: Path) -> set[str]:
    """The regions whose rows are there; every receipt that says so has its rows, and no delivery half of them."""
    readings = open_workbook(book).readings
    brought = readings[readings["period"].isin(["2024-07", "2024-08"])]
    counts = brought.groupby("region").size()
    assert set(counts) <= {2}, counts
    return set(counts.index)


def two_months(folder: Path, region: str) -> Path:
    path = folder / f"{region}.csv"
    lines = "".join(f"firms,{region},{month},{value},家\n" for month, value in (("2024-07", 90), ("2024-08", 99)))
    path.write_text(f"指标,地区,期间,数值,单位\n{lines}", encoding="utf-8-sig")
    return path


@pytest.mark.slow
def test_eight_writers_at_once_are_all_there(place: str, tmp_path: Path) -> None:
    book = small(tmp_path / "book", place)
    regions = [str(110101 + at) for at in range(8)]
    begun = writers(book, [two_months(tmp_path, region) for region in regions])
    for one in begun:
        assert one.stdin
        one.stdin.write("\n")
        one.stdin.flush()
    for one in begun:
        out, err = one.communicate(timeout=240)
        assert one.returncode == 0, err
        assert out.startswith(("accept", "repair")), out
    assert whole(book) == set(regions)


@pytest.mark.slow
def test_writers_killed_at_random_moments_leave_no_half_and_are_done_again(place: str, tmp_path: Path) -> None:
    regions = [str(110101 + at) for at in range(101 if "://" in place else 31)]  # the database at a hundred moments
    book = small(tmp_path / "book", place, regions)
    files = [two_months(tmp_path, region) for region in regions]
    for seed in ("20241129", ""):  # then once more in peace
        other = small(tmp_path / f"other{seed}")
        verdicts = handed_in(seed, date(2024, 9, 10), other, [(book, file) for file in files])
        for region, verdict in zip(regions, verdicts, strict=True):
            assert verdict or seed, region
            if seed:
                assert not verdict or region in whole(book), region
        assert not seed or len(whole(book)) < len(regions)  # some were killed in time
    assert whole(book) == set(regions)
    assert lacking(open_workbook(book).readings, book) == {}


@pytest.mark.slow
@one_server
def test_a_server_killed_in_the_middle_loses_nothing_that_was_accepted(server: Server, tmp_path: Path) -> None:
    book = small(tmp_path / "book", server.database())
    regions = [str(110101 + at) for at in range(4)]
    begun = writers(book, [two_months(tmp_path, region) for region in regions])
    for one in begun:
        assert one.stdin
        one.stdin.write("\n")
        one.stdin.flush()
    time.sleep(0.3)
    server.stop("immediate")
    results = [one.communicate(timeout=240) for one in begun]
    server.start()
    ended = zip(regions, (out for out, _ in results), strict=True)
    accepted = {region for region, out in ended if out.startswith(("accept", "repair"))}
    assert accepted <= whole(book)
    assert all(PASSWORD not in out + err for out, err in results)
    for region in regions:
        (again,) = writers(book, [tmp_path / f"{region}.csv"])
        _, err = again.communicate("\n", timeout=120)
        assert again.returncode == 0, err
    assert whole(book) == set(regions)


@one_server
def test_two_deliveries_of_one_figure_at_one_moment_cannot_both_stand(server: Server, tmp_path: Path) -> None:
    book = small(tmp_path, server.database())
    store = store_at(book, read_plan(book / "plan.toml").store)
    cells = ("firms", "110101", "2024-07", "9", "家", "cumulative", "final", "", "2024-08-10")
    row = dict(zip(COLUMNS, cells, strict=True))
    with ThreadPoolExecutor(4) as pool:
        ended = [one.exception() for one in [pool.submit(store.append, [row]) for _ in range(4)]]
    assert [type(one) for one in ended].count(RunError) == 3
    with pytest.raises(DataError, match="不接受这些读数"):
        store.append([row | {"period": "2024-08"}, row | {"region": "110102", "value": "九"}])
    assert len(store.rows(["110101", "110102"])) == 1  # of the refused ones neither


@one_server
def test_a_role_that_may_only_read_reads_and_is_told_that_it_may_not_write(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = server.database()
    book = small(tmp_path, url)
    name = url.rpartition("/")[2]
    role = f"create role reader{server.made} login password 'r'; grant select on reading to reader{server.made}"
    server.sql(role, name)
    monkeypatch.setenv("PGPASSWORD", "r")
    reader = store_at(book, url.replace("postgres@", f"reader{server.made}@"))
    assert len(reader.rows()) == 18
    with pytest.raises(UsageError, match="没有权限"):
        reader.append([])


@one_server
def test_no_password_is_taken_from_a_plan_or_said_in_a_fault(
    server: Server, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = small(tmp_path / "book", server.database())
    plan = (book / "plan.toml").read_text(encoding="utf-8")
    for told in (f"postgresql://postgres:{PASSWORD}@127.0.0.1/x", f"postgresql://127.0.0.1/x?password={PASSWORD}"):
        (book / "plan.toml").write_text(f'store = "{told}"\n' + plan.split("\n", 1)[1], encoding="utf-8")
        with pytest.raises(PlanError, match="PGPASSWORD") as refused:
            read_plan(book / "plan.toml")
        assert PASSWORD not in str(refused.value)
        done = run("store", "copy", "readings.csv", told, "--workbook", ROOT / "data" / "hunan")
        assert done.code == 2
        assert PASSWORD not in done.err + done.out
    monkeypatch.setenv("PGPASSWORD", f"{PASSWORD}-falsch")
    with pytest.raises(RunError, match="连不上") as unreachable:
        store_at(book, f"postgresql://postgres@127.0.0.1:{server.port}/book1").rows()
    assert PASSWORD not in str(unreachable.value)


def test_signs_of_a_pattern_in_the_name_of_a_folder_are_signs(tmp_path: Path) -> None:
    """读数[县] is a folder; to Polars it was a pattern that fits none."""
    rows = flow_rows("a", "家", {2024: [1.0, 2.0]}, "2024-04-10")
    book = small_workbook(tmp_path / "w*[1]", SMALL + indicator("a", "家", "flow"), rows)
    assert copy_rows(store_at(book, ""), store_at(book, "读数[县]?"))[0] == 2


def test_a_parquet_folder_whose_file_is_gone_is_named(tmp_path: Path) -> None:
    book = small(tmp_path, "readings")
    next((book / "readings").rglob("*.parquet")).unlink()
    with pytest.raises(DataError, match="缺少文件"):
        open_workbook(book)
    (book / "readings" / "index.json").write_text("[]", encoding="utf-8")
    with pytest.raises(DataError, match="已损坏"):
        open_workbook(book)


def test_many_small_deliveries_become_one_file_a_year(tmp_path: Path) -> None:
    book = small(tmp_path, "readings")
    store, expected = store_at(book, "readings"), 18
    for at in range(40):
        row = ("firms", "110101", "2024-07", str(at), "家", "cumulative", "final", "", f"2024-08-10T08:00:{at:02d}")
        store.append([dict(zip(COLUMNS, row, strict=True))])
        expected += 1
        assert len(store.rows()) == expected
    assert len([*(book / "readings").rglob("*.parquet")]) <= 20
    assert store.rows()["line"].tolist() == [*range(1, expected + 1)]


def test_a_workbook_made_from_another_has_readings_of_its_own(place: str, tmp_path: Path, run: Run) -> None:
    book = small(tmp_path / "book", place)
    (book / "targets.csv").write_text("region,indicator,target,unit\n110101,firms,9,家\n", encoding="utf-8-sig")
    assert run("new", tmp_path / "next", "--from", book).code == 0
    made = open_workbook(tmp_path / "next")
    assert made.plan.store == ""
    assert len(made.readings) == 18
    assert made.plan.by_region == {"firms"}
    assert run("add", figure_of(tmp_path, "110000", 90), "--workbook", made.folder, "--as-of", "2024-08-10").code == 0
    assert len(open_workbook(book).readings) == 18
