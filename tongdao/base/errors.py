"""What can go wrong, said so that the reader knows what to do.

Every error carries one Chinese sentence: what was found, what exists, what to do. The command line
prints it and nothing else; the exit code belongs to the kind of error.
"""

import errno
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
    """A notebook run that failed; ``passing`` if what stopped it may be gone when it is tried again."""

    exit_code = 1

    def __init__(self, sentence: str, *, passing: bool = False) -> None:
        super().__init__(sentence)
        self.passing = passing


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


def disk_fault(error: OSError) -> str:
    """What the disk refused, in Chinese."""
    return _DISK.get(error.errno or 0) or error.strerror or str(error)


def candidates(found: str, known: Iterable[str], *, most: int = 5) -> str:
    """The half sentence that names what exists: names that contain it, then near misses, else the first few."""
    names = list(dict.fromkeys(known))
    if not names:
        return "这里一个也没有"
    near = [name for name in names if found and found in name]
    near += [name for name in get_close_matches(found, names, n=most, cutoff=0.5) if name not in near]
    near += [name for name in _sharing(found, names) if name not in near]
    if near:
        return "最接近的是：" + "、".join(near[:most])
    more = f" 等 {len(names)} 个" if len(names) > most else ""
    return "可用的有：" + "、".join(names[:most]) + more


def _sharing(found: str, names: list[str]) -> list[str]:
    """Names with at least two thirds of the Chinese characters asked for, most first."""
    asked = {ch for ch in found if ch > "\u2e80"}
    shared = {name: len(asked & set(name)) for name in names}
    fits = [name for name in names if len(asked) > 1 and 3 * shared[name] >= 2 * len(asked)]
    return sorted(fits, key=lambda name: -shared[name])
