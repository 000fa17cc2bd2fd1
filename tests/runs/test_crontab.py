"""The crontab: only the entry of this very workbook is touched, whatever its path and whatever else stands there."""

import os
import shlex
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tongdao.base import RunError, UsageError
from tongdao.runs import crontab

OTHERS = [
    "MAILTO=a@b",
    "",
    "# 5 * * * * x",
    "0 1 * * *   other  # tongdao 1",
    "@daily  y\\%z",
    "\tnot a line at all \x0b",
]
PATHS = ["/a/county", "/a b/县", "/a/100%", "/a/it's", '/a/"b"', "/a/$HOME/`x`", "/a/back\\slash", "/a/#x"]


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A crontab of our own, which keeps what it is given; the file that holds it."""
    kept, fake = tmp_path / "crontab.txt", tmp_path / "bin" / "crontab"
    fake.parent.mkdir()
    none = f'if [ ! -e {kept} ]; then echo "no crontab for x" >&2; exit 1; fi'
    fake.write_text(f'#!/bin/sh\nif [ "$1" = -l ]; then\n{none}\ncat {kept}; else cat > {kept}; fi\n')
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}:{os.environ['PATH']}")
    return kept


def others(path: str) -> list[str]:
    """Lines that are not this workbook's: of one whose path or name contains it, commented out, or of a person."""
    ours = crontab.cron_line(Path(path))
    near = [crontab.cron_line(Path(other)) for other in (f"{path}2", f"/x{path}", f"{path}/{Path(path).name}")]
    return [*OTHERS, *near, f"#{ours}", f"0 2 * * * tar c {shlex.quote(path)} # tongdao {Path(path).name}"]


@pytest.mark.parametrize("path", PATHS)
def test_only_the_entry_of_this_very_workbook_comes_and_goes(path: str, table: Path) -> None:
    book = Path(path)
    kept = "\n".join(others(path)).encode() + b"\n\xff not UTF-8\n"
    table.write_bytes(kept)
    assert not crontab.installed(book)
    crontab.install(book)
    crontab.install(book)
    assert table.read_bytes() == kept + f"{crontab.cron_line(book)}\n".encode()
    assert crontab.installed(book)
    crontab.remove(book)
    assert table.read_bytes() == kept


def test_the_first_entry_of_all(table: Path) -> None:
    crontab.remove(Path("/a"))
    assert not table.exists()
    crontab.install(Path("/a"))
    assert table.read_text() == f"{crontab.cron_line(Path('/a'))}\n"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20))
def test_cron_and_the_shell_read_the_path_back(name: str) -> None:
    """As cron does: a % that stands bare ends the command, the backslash before another one goes."""
    book = Path("/a") / f"x{name.replace('/', '')}"
    line = crontab.cron_line(book)
    called = line.removeprefix("5 * * * * ").replace(r"\%", "\0")
    assert "%" not in called
    words = shlex.split(called.replace("\0", "%").partition(" >/dev/null")[0] if ">/dev/null" not in name else "")
    assert not words or words[1:] == ["run", "--due", "--workbook", str(book)]
    assert crontab._ours(line, book)
    assert not crontab._ours(line, book.parent / f"{book.name}x")


def test_sh_calls_the_command_with_the_path(tmp_path: Path) -> None:
    book = tmp_path / 'it\'s $HOME 100% "县" `id`'
    called = crontab.cron_line(book).removeprefix("5 * * * * ").replace(r"\%", "%").partition(" >/dev/null")[0]
    shown = subprocess.run(["sh", "-c", f'set -- {called}; printf %s "$5"'], capture_output=True, check=True)
    assert shown.stdout.decode() == str(book)


@pytest.mark.parametrize("sign", ["\n", "\r", "\t", "\x00"])
def test_a_path_that_no_line_can_hold_is_refused(sign: str, table: Path) -> None:
    table.write_text("0 1 * * * other\n")
    with pytest.raises(UsageError, match="控制符"):
        crontab.install(Path(f"/a/x{sign}y"))
    assert table.read_text() == "0 1 * * * other\n"


@pytest.mark.parametrize("script", ["echo not allowed >&2; exit 1", "exit 1", "kill -9 $$"])
def test_a_crontab_that_cannot_be_read_is_never_written(script: str, table: Path) -> None:
    fake = table.parent / "bin" / "crontab"
    fake.write_text(f'#!/bin/sh\nif [ "$1" = -l ]; then {script}; else cat > {table}; fi\n')
    for change in (crontab.install, crontab.remove):
        with pytest.raises(RunError, match="读不出来，没有改动"):
            change(Path("/a"))
    assert not table.exists()


def test_units_and_tasks_are_named_and_quoted_for_their_programs() -> None:
    book = Path('/a b/100% "县" $x')
    (service, text), (timer, _) = crontab.systemd_units(book).items()
    assert service.isascii()
    assert timer.isascii()
    assert service != next(iter(crontab.systemd_units(Path("/other") / book.name)))
    assert r'"/a b/100%% \"县\" $$x"' in text


@pytest.fixture
def windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A scheduler of Windows that keeps the one task that it is given; the file that holds its XML."""
    kept, fake = tmp_path / "task.xml", tmp_path / "bin" / "schtasks"
    fake.parent.mkdir()
    fake.write_text(
        f"""#!/bin/sh
case "$1" in
  /Create) [ "$2 $3 $5" = "/F /TN /XML" ] && echo "$4" > {kept}.name && cat "$6" > {kept};;
  /Query) [ "$2 $3" = "/TN $(cat {kept}.name)" ];;
  /Delete) [ "$2 $3 $4" = "/F /TN $(cat {kept}.name)" ] && rm {kept} {kept}.name;;
esac 2>/dev/null || {{ echo refused >&2; exit 1; }}
"""
    )
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}:{os.environ['PATH']}")
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(sys, "executable", "/p q/python.exe")
    return kept


def test_the_task_of_windows_comes_and_goes_and_calls_the_command(windows: Path) -> None:
    book = Path('/a b/县 & <1> "x"')
    assert not crontab.installed(book)
    crontab.remove(book)
    crontab.install(book)
    crontab.install(book)
    assert crontab.installed(book)
    assert not crontab.installed(Path("/a"))
    text = windows.read_bytes().decode("utf-16")
    assert list(crontab.entries(book).values()) == [text]
    found = {one.tag.rpartition("}")[2]: one.text for one in ElementTree.fromstring(text.encode("utf-16")).iter()}
    assert found["Command"] == "/p q/pythonw.exe"
    assert found["Arguments"] == (
        r'-P -c "from tongdao.cli import main; main()" run --due --workbook "/a b/县 & <1> \"x\""'
    )
    assert (found["Interval"], found["StartWhenAvailable"], found["MultipleInstancesPolicy"]) == (
        "PT1H",
        "true",
        "IgnoreNew",
    )
    crontab.remove(book)
    assert not windows.exists()


def test_what_windows_refuses_is_said(windows: Path) -> None:
    (windows.parent / "bin" / "schtasks").write_text("#!/bin/sh\necho no right >&2; exit 1\n")
    with pytest.raises(RunError, match="schtasks 没有写成：no right"):
        crontab.install(Path("/a"))
    (windows.parent / "bin" / "schtasks").unlink()
    with pytest.raises(RunError, match="没有 schtasks"):
        crontab.install(Path("/a"))
