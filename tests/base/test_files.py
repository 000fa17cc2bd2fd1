"""Files that are whole at any moment, and CSV tables."""

import os
import threading
from pathlib import Path

import pytest

from tongdao.base.errors import DataError, RunError, disk_fault
from tongdao.base.files import STALE, locked, new_table, publish, read_records, with_rows, write_whole


def test_writers_at_the_same_time_never_mix(tmp_path: Path) -> None:
    place = tmp_path / "读数.csv"
    contents = [bytes([number]) * 200_000 for number in range(8)]
    writers = [threading.Thread(target=write_whole, args=(place, content)) for content in contents]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert place.read_bytes() in contents
    assert list(tmp_path.iterdir()) == [place]


@pytest.mark.skipif(os.name != "posix", reason="Windows has no modes")
@pytest.mark.parametrize(("folder", "mode"), [(0o755, 0o644), (0o750, 0o640), (0o2770, 0o660)])
def test_a_file_is_as_open_as_its_folder_whatever_the_umask(folder: int, mode: int, tmp_path: Path) -> None:
    tmp_path.chmod(folder)
    before = os.umask(0o077)
    try:
        write_whole(tmp_path / "a", b"")
    finally:
        os.umask(before)
    assert (tmp_path / "a").stat().st_mode & 0o777 == mode


def test_what_a_killed_writer_left_goes_after_a_day(tmp_path: Path) -> None:
    old, new, other = (tmp_path / name for name in (".[a].csv.0123.new", ".[a].csv.4567.new", ".b.csv.0123.new"))
    for path in (old, new, other):
        path.touch()
    for path in (old, other):
        os.utime(path, (0, path.stat().st_mtime - STALE - 60))
    write_whole(tmp_path / "[a].csv", b"1")
    assert not old.exists()
    assert new.exists()
    assert other.exists()


def test_a_refused_write_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "b").mkdir()
    with pytest.raises(RunError, match="原有文件没有改动"):
        publish({tmp_path / "b": b"new", tmp_path / "a": b"new"})
    assert (tmp_path / "a").read_bytes() == b"old"
    assert not list(tmp_path.glob(".*.new"))
    with pytest.raises(RunError, match="文件名太长"):
        publish({tmp_path / ("甲" * 100): b"new"})


@pytest.mark.parametrize(
    ("file", "lock", "said"),
    [
        ("状态.xlsx", "~$状态.xlsx", "Excel 或 WPS（旁边有它的锁文件 ~$状态.xlsx）"),
        ("briefing.docx", "~$iefing.docx", "Word 或 WPS（旁边有它的锁文件 ~$iefing.docx）"),
        ("a.csv", ".~lock.a.csv#", "LibreOffice（旁边有它的锁文件 .~lock.a.csv#）"),
        ("a.pdf", "b.pdf", "别的程序（多半是 Excel、WPS 或 PDF 阅读器）"),
    ],
)
def test_a_file_that_a_program_holds_is_said_with_its_lock(file: str, lock: str, said: str, tmp_path: Path) -> None:
    """As Windows refuses it; tests/windows/ has it refused there."""
    (tmp_path / lock).touch()
    error = PermissionError(13, "Permission denied", str(tmp_path / file))
    error.winerror = 32  # type: ignore[attr-defined]
    assert said in disk_fault(error)
    error.winerror = None  # type: ignore[attr-defined]  # as open() has it
    assert (said if "锁文件" in said else "没有权限，或正被别的程序打开") in disk_fault(error)
    error.filename = str(tmp_path)
    assert disk_fault(error) == "那里有同名的文件夹"
    error.winerror, error.errno, error.filename = 3, 2, str(tmp_path / "长" / ("路" * 250))  # type: ignore[attr-defined]
    assert "Windows 默认只认 248 个以内的" in disk_fault(error)


def test_a_table_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    assert read_records(path, "a.csv") == []
    rows = [{"名称": "甲,乙", "数": "1"}, {"名称": "丙\n丁", "数": "2"}]
    for ending in ("\n", "\r\n"):
        path.write_bytes(with_rows(new_table(["名称", "数"], rows[:1], ending), rows[1:]))
        assert path.read_bytes() == new_table(["名称", "数"], rows, ending)
        assert read_records(path, "a.csv") == rows
    path.write_bytes(with_rows(path.read_bytes().rstrip(), [{"数": "3"}]))
    assert read_records(path, "a.csv") == [*rows, {"名称": "", "数": "3"}]
    with pytest.raises(DataError, match="表头缺少列 备注，现有列为 名称、数，"):
        with_rows(path.read_bytes(), [{"数": "4", "备注": "不能丢"}])
    path.write_bytes("名称\n".encode("gbk"))
    with pytest.raises(DataError, match="UTF-8"):
        read_records(path, "a.csv")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root writes in a folder without the right")
def test_a_folder_copied_from_a_read_only_one_can_be_locked_and_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    with locked(tmp_path):
        write_whole(tmp_path / "a", b"")
    assert (tmp_path / "a").stat().st_mode & 0o600 == 0o600
