"""Files that are whole at any moment (written beside, forced to disk, renamed), CSV tables, one writer at a time."""

import codecs
import contextlib
import csv
import glob
import io
import os
import stat
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from tongdao.base.calendar import now
from tongdao.base.errors import DataError, RunError, candidates, disk_fault

WAIT = 60  # seconds for another import to finish
STALE = 86_400  # seconds after which a file beside its place belongs to a writer that was killed
PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8)  # seconds; a virus scanner, an indexer or a cloud's client lets go sooner


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
        for named, content in files.items():
            target = named
            if named.is_symlink():  # a link stays one
                target = Path(os.path.realpath(named))
            make_folder(target.parent)
            folder = aside if aside and target == named else target.parent
            for left in folder.glob(f".{glob.escape(target.name)}.*.new"):
                with contextlib.suppress(OSError):  # another writer's, just put in its place
                    if left.stat().st_mtime < now().timestamp() - STALE:
                        left.unlink()
            made = folder / f".{target.name}.{os.urandom(16).hex()}.new"
            staged.append((made, target))
            with made.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            as_open_as(made, target if target.exists() else target.parent)
        for _, target in staged:  # nothing, but where a program on Windows holds one: refused while all is as it was
            with contextlib.suppress(FileNotFoundError):
                _put(target, target)
        for made, target in staged:
            _put(made, target)
        if os.name == "posix":  # the rename itself; Windows knows no such call
            for folder in {target.parent for _, target in staged}:
                handle = os.open(folder, os.O_RDONLY)
                try:
                    os.fsync(handle)
                finally:
                    os.close(handle)
    except OSError as error:
        sentence = f"不能写入 {target}：{disk_fault(error)}。原有文件没有改动，请检查权限和磁盘空间后重试。"
        raise RunError(sentence, passing=True) from None
    finally:
        for made, _ in staged:
            made.unlink(missing_ok=True)


def _put(made: Path, target: Path) -> None:
    """Rename a file; on Windows again after each of the ``PAUSES`` while another program holds one of the two."""
    for pause in (*PAUSES, None):
        try:
            made.replace(target)
        except PermissionError as error:
            if pause is None or not hasattr(error, "winerror"):
                raise
            time.sleep(pause)
        else:
            return


def seen_from(folder: Path, path: Path) -> str:
    """The way from a folder to a file, with strokes as on Linux; to another drive of Windows its whole path."""
    return (Path(os.path.relpath(path, folder)) if path.drive == folder.drive else path).as_posix()


def make_folder(folder: Path) -> None:
    """The folder, and those above it, each as open as the one it lies in: whoever shares that shares these."""
    for path in reversed([folder, *folder.parents]):
        if not path.exists():
            path.mkdir(exist_ok=True)
            as_open_as(path, path.parent)


def as_open_as(made: Path, like: Path) -> None:
    """Give a file or folder the mode and group of another one, whatever the umask; of a folder like /tmp nothing."""
    with contextlib.suppress(OSError, AttributeError):  # another user's, a disk without modes, Windows
        status = like.stat()
        if not status.st_mode & stat.S_ISVTX:
            if made.stat().st_gid != status.st_gid:
                os.chown(made, -1, status.st_gid)
            made.chmod(stat.S_IMODE(status.st_mode) & 0o2777 | 0o700 if made.is_dir() else file_mode(like))


def file_mode(like: Path) -> int:
    """The mode of a file that is as open as another file or a folder; whoever makes it may read and write it."""
    return like.stat().st_mode & 0o666 | 0o600


def read_table(
    path: Path, place: str, needed: Iterable[str] = (), known: Collection[str] = ()
) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The titles of a CSV file, and its rows that hold anything with the physical line on which each begins; trimmed.

    Args:
        needed: titles that must be there.
        known: where any are given, titles beside which no other may be there.

    Raises:
        DataError: it cannot be read, as when another program holds it; no UTF-8; quotes that are not closed, a row of
            another length than the titles, a title twice, missing or unknown; ``place`` and line are named.
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
        sentence = f"{place} 读不了（{disk_fault(error)}）：可能正被 Excel 等程序打开，请关闭后重试。"
        raise DataError(sentence) from None
    twice = sorted({text for text in header if header.count(text) > 1})
    if not header or twice:
        raise DataError(f"{place} {'的表头重复了“' + twice[0] + '”' if twice else '是空文件'}，请写好表头。")
    for line, row in rows:
        if len(row) != len(header):
            raise DataError(f"{place} 第 {line} 行有 {len(row)} 格，表头有 {len(header)} 列，请检查逗号和引号。")
    if missing := [name for name in needed if name not in header]:
        raise DataError(f"{place} 缺少列 {'、'.join(missing)}，现有列为 {'、'.join(header)}，请补上表头。")
    if known and (unknown := [name for name in header if name not in known]):
        raise DataError(f"{place} 有不认识的列 {unknown[0]}，{candidates(unknown[0], known)}。")
    return header, rows


def read_lines(
    path: Path, place: str, needed: Iterable[str] = (), known: Collection[str] = ()
) -> list[tuple[int, dict[str, str]]]:
    """The rows of a CSV file by its titles, each with its line, none where there is no file; as ``read_table``."""
    if not os.path.lexists(path):
        return []
    header, rows = read_table(path, place, needed, known)
    return [(line, dict(zip(header, row, strict=True))) for line, row in rows]


def read_records(path: Path, place: str) -> list[dict[str, str]]:
    """The same rows without their lines."""
    return [row for _, row in read_lines(path, place)]


def new_table(titles: Iterable[str], rows: Iterable[Mapping[str, object]] = (), ending: str = "\n") -> bytes:
    """A CSV file of these titles and rows; a cell that a row lacks is empty.

    Raises:
        DataError: a row has a cell for which there is no title.
    """
    table, order = io.BytesIO(), dict.fromkeys(titles)

    def cells(row: Mapping[str, object]) -> list[object]:
        if not row.keys() <= order.keys():
            lacking = "、".join(sorted(row.keys() - order.keys()))
            raise DataError(f"表头缺少列 {lacking}，现有列为 {'、'.join(order)}，请补上表头。")
        return [*map(row.get, order)]

    table.write(codecs.BOM_UTF8)
    with io.TextIOWrapper(table, "utf-8", newline="") as text:  # bytes at once: as a text it takes four times as much
        writer = csv.writer(text, lineterminator=ending)
        writer.writerow(order)
        writer.writerows(map(cells, rows))
        text.flush()
        return table.getvalue()


def with_rows(table: bytes, rows: Iterable[Mapping[str, str]]) -> bytes:
    """A CSV file as it was and rows behind it, their cells by its own titles and with its own line ends."""
    ending = "\r\n" if b"\r\n" in table else "\n"
    titles = next(csv.reader([table.decode("utf-8-sig").split("\n", 1)[0].strip()]))
    added = new_table(titles, rows, ending).removeprefix(new_table(titles, ending=ending))
    return table + (b"" if table.endswith(b"\n") else ending.encode()) + added


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One writer of a workbook at a time; the next waits.

    Raises:
        RunError: another one did not finish in time, or the folder cannot be written.
    """
    from filelock import FileLock, Timeout

    try:
        with FileLock(folder / ".tongdao.lock", timeout=WAIT, mode=file_mode(folder)):
            yield
    except Timeout:
        sentence = f"另一个程序正在写 {folder}，等了 {WAIT} 秒还没有结束，请稍后重试。"
        raise RunError(sentence, passing=True) from None
    except OSError as error:
        raise RunError(f"不能在 {folder} 里写文件：{disk_fault(error)}。请检查权限。", passing=True) from None
