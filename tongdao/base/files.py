"""Files that are whole at any moment: written beside, forced to disk, renamed; one writer at a time."""

import contextlib
import csv
import io
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tongdao.base.errors import DataError, RunError, disk_fault

WAIT = 60  # seconds for another import to finish


def write_whole(path: Path, content: bytes) -> None:
    """Put a file in its place: afterwards it is the old one or the new one; errors as ``publish``."""
    publish({path: content})


def publish(files: Mapping[Path, bytes], aside: Path | None = None) -> None:
    """Write every file ``aside`` (else beside its place), force it to disk, and only then rename all of them.

    Raises:
        RunError: the disk refused; what was there is unchanged.
    """
    staged: list[tuple[Path, Path]] = []
    try:
        for target, content in files.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            made = (aside or target.parent) / f".{target.name}.new"  # one name: what a killed writer left is replaced
            staged.append((made, target))
            with made.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        for made, target in staged:
            made.chmod(0o644)
            made.replace(target)
        for folder in {target.parent for target in files}:
            sync_folder(folder)
    except OSError as error:
        sentence = f"不能写入 {target}：{disk_fault(error)}。原有文件没有改动，请检查权限和磁盘空间后重试。"
        raise RunError(sentence, passing=True) from None
    finally:
        for made, _ in staged:
            made.unlink(missing_ok=True)


def read_table(path: Path, place: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The titles of a CSV file, and its rows that hold anything with the physical line on which each begins; trimmed.

    Raises:
        DataError: it cannot be read, as when another program holds it; no UTF-8; quotes that are not closed, a row of
            another length than the titles, a title twice; ``place`` and line are named.
    """
    rows: list[tuple[int, list[str]]] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = [text.strip() for text in next(reader, [])]
            begins = reader.line_num + 1
            for cells in reader:
                row = [*map(str.strip, cells)]
                if any(row):
                    rows.append((begins, row))
                begins = reader.line_num + 1
    except UnicodeDecodeError:
        raise DataError(f"{place} 不是 UTF-8 编码，请另存为“CSV UTF-8”。") from None
    except csv.Error as error:
        raise DataError(f"{place} 的引号不成对：{error}，请检查。") from None
    except OSError as error:  # Excel keeps a file it has open to itself
        raise DataError(f"{place} 读不了（{error.strerror}）：可能正被 Excel 等程序打开，请关闭后重试。") from None
    twice = sorted({text for text in header if header.count(text) > 1})
    if not header or twice:
        raise DataError(f"{place} {'的表头重复了“' + twice[0] + '”' if twice else '是空文件'}，请写好表头。")
    for line, row in rows:
        if len(row) != len(header):
            raise DataError(f"{place} 第 {line} 行有 {len(row)} 格，表头有 {len(header)} 列，请检查逗号和引号。")
    return header, rows


def with_rows(table: bytes, rows: Iterable[Mapping[str, str]]) -> bytes:
    """A CSV file as it was and rows behind it, their cells by its own titles and with its own line ends."""
    ending = "\r\n" if b"\r\n" in table else "\n"
    header = next(csv.reader([table.decode("utf-8-sig").split("\n", 1)[0].strip()]))
    text = io.StringIO(newline="")
    csv.DictWriter(text, header, restval="", lineterminator=ending).writerows(rows)
    joint = b"" if table.endswith(b"\n") else ending.encode()
    return table + joint + text.getvalue().encode()


def sync_folder(folder: Path) -> None:
    """Force the rename itself to disk; Windows knows no such call."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One writer of a workbook at a time; the next waits.

    Raises:
        RunError: another one did not finish in time, or the folder cannot be written.
    """
    from filelock import FileLock, Timeout

    try:
        with FileLock(folder / ".tongdao.lock", timeout=WAIT):
            yield
    except Timeout:
        raise RunError(f"另一次导入正在写 {folder}，等了 {WAIT} 秒还没有结束，请稍后重试。") from None
    except PermissionError:
        raise RunError(f"不能在 {folder} 里写文件，请检查权限。") from None
