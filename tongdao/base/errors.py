"""What can go wrong, said so that the reader knows what to do.

Every error carries one Chinese sentence: what was found, what exists, what to do. The command line
prints it and nothing else; the exit code belongs to the kind of error.
"""

import errno
import os
import signal
from collections.abc import Iterable
from difflib import get_close_matches


class TongdaoError(Exception):
    """Anything the product itself refuses. ``exit_code`` is what the command line returns."""

    exit_code = 2


class UsageError(TongdaoError):
    """An argument, parameter, month or name that cannot be used."""


class PlanError(TongdaoError):
    """A plan file that cannot be read or contradicts itself."""


class DataError(TongdaoError):
    """Readings that cannot be read or that no calculation may use."""


class DocumentError(TongdaoError):
    """A document that must not be published (missing glyph, empty chart, overfull page)."""

    exit_code = 1


class RunError(TongdaoError):
    """A notebook run that failed; ``passing`` if what stopped it (time, memory) may be gone when it is tried again.

    ``word`` is 失败 or 超时; ``cell`` counts from 1 as the analyst sees them, 0 where no cell is to blame.
    """

    exit_code = 1

    def __init__(self, sentence: str, *, passing: bool = False, word: str = "失败", cell: int = 0) -> None:
        super().__init__(sentence)
        self.passing, self.word, self.cell = passing, word, cell


_DISK = {
    errno.ENOSPC: "磁盘已满",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "文件夹是只读的",
    errno.EBUSY: "文件正被别的程序占用",
    errno.ETXTBSY: "文件正被别的程序占用",
    errno.EISDIR: "那里有同名的文件夹",
    errno.EEXIST: "那里有同名的文件",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.ENOENT: "找不到文件或文件夹",
    errno.ENAMETOOLONG: "文件名太长",
}
_HELD = (32, 33)  # Windows: sharing and lock violations, both EACCES elsewhere
_LONG = (3, 206)  # Windows: no such path, name too long, both ENOENT elsewhere
_LONGEST = 248  # signs of a path that any Windows takes


def disk_fault(error: OSError) -> str:
    """What the disk refused, in Chinese."""
    number, path = getattr(error, "winerror", None), str(error.filename)
    denied = error.errno == errno.EACCES and hasattr(error, "winerror")  # Windows says so of folders and held files too
    if denied and os.path.isdir(path):
        return _DISK[errno.EISDIR]
    holder = _holder(path) if denied else ""
    if number in _HELD or holder:
        return f"文件正被{holder or '别的程序（多半是 Excel、WPS 或 PDF 阅读器）'}打开，请先在那里关闭它"
    if number in _LONG and (length := len(os.path.abspath(path))) >= _LONGEST:
        return f"路径有 {length} 个字，Windows 默认只认 {_LONGEST} 个以内的，请把文件夹移到路径更短的地方"
    words = _DISK.get(error.errno or 0) or error.strerror or str(error)
    return f"{words}，或正被别的程序打开" if denied else words


def _holder(path: str) -> str:
    """The program that holds a file, by the lock that it has put beside it; empty without one."""
    folder, name = os.path.split(path)
    for lock, program in (
        (f"~${name}", "Excel 或 WPS"),
        (f"~${name[2:]}", "Word 或 WPS"),
        (f".~lock.{name}#", "LibreOffice"),
    ):
        if os.path.exists(os.path.join(folder, lock)):
            return f" {program}（旁边有它的锁文件 {lock}）"
    return ""


def candidates(found: str, known: Iterable[str], *, most: int = 5) -> str:
    """The half sentence that names what exists: names that contain it, then near misses, else the first few."""
    names = list(dict.fromkeys(known))
    if not names:
        return "这里一个也没有"
    near = [name for name in names if found and found in name]
    near += [name for name in get_close_matches(found, names, n=most, cutoff=0.5) if name not in near]
    asked = {ch for ch in found if ch > "\u2e80"}  # Chinese; names that share two thirds of it come last, most first
    shared = {name: len(asked & {*name}) for name in names if len(asked) > 1 and name not in near}
    near += sorted((name for name in shared if 3 * shared[name] >= 2 * len(asked)), key=lambda name: -shared[name])
    if near:
        return "最接近的是：" + "、".join(near[:most])
    more = f" 等 {len(names)} 个" if len(names) > most else ""
    return "可用的有：" + "、".join(names[:most]) + more


def interrupt(number: int, frame: object) -> None:
    """A signal's handler: end as Ctrl+C does, once; what is told to stop twice must still be able to clear up."""
    signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt
