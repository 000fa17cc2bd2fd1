"""What can go wrong, said so that the reader knows what to do.

Every error carries one Chinese sentence: what was found, what exists, what to do. The command line
prints it and nothing else; the exit code belongs to the kind of error.
"""

import errno
import os
import re
import signal
import threading
import traceback
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from types import FrameType


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


_NO_BACKEND = (
    r"'(\w+)' is not a recognised GUI loop|Cannot load backend '(\w+?)(?:agg)?' which requires|following (Qt) binding"
)
_DISK = {
    errno.ENOSPC: "磁盘已满",
    **dict.fromkeys((errno.EACCES, errno.EPERM), "没有权限"),
    errno.EROFS: "文件夹是只读的",
    **dict.fromkeys((errno.EBUSY, errno.ETXTBSY), "文件正被别的程序占用"),
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


def sentence(error: Exception) -> str:
    """What went wrong in a cell, for someone who does not know Python: what was found and what to do."""
    if told := _argument_fault(error) or _library_fault(error):
        return told
    match error:
        case TongdaoError():
            return str(error)
        case SyntaxError() if found := re.match(r"invalid (?:non-printable )?character (.*)", error.msg):
            return f"第 {error.lineno} 行有中文的标点或空格 {found[1]}，程序里要用英文（半角）的，请改后再运行。"
        case SyntaxError():
            return f"第 {error.lineno} 行写法有误，请看引号和括号是不是成对、是不是少了逗号（{error.msg}）。"
        case NameError():
            return f"没有叫“{error.name}”的变量：文字两边要加引号；前面单元格里定义的，请先运行那一格。"
        case ModuleNotFoundError():
            return f"没有安装“{error.name}”，请检查名称，或者请维护者安装。"
        case AttributeError() if error.name:
            names = [name for name in dir(error.obj) if not name.startswith("_")]
            return f"这里没有“{error.name}”，{candidates(error.name, names)}。"
        case KeyError():
            several = re.match(r"(?:None of )?\[(?:\w+\(\[)?(.+?)\].* in (?:the |index)", str(error).strip("'\""))
            return f"没有叫 {several[1] if several else error} 的列或键，请检查名称；表有哪些列，用“表名.columns”看。"
        case ImportError() | RuntimeError() if found := re.search(_NO_BACKEND, str(error)):
            return f"“%matplotlib {found[found.lastindex or 1]}”用不了，文件里也只印图片，请改成 %matplotlib inline。"
        case UnicodeEncodeError():
            return "文字里有半个字符，印不出来：多半来自乱码或坏了的文件名，请先清理。"
        case ZeroDivisionError():
            return "除数是 0，请先去掉分母为 0 的行。"
        case OSError(errno=int()):
            told = f"文件“{error.filename or ''}”打不开：{disk_fault(error)}"
            return f"{told}，请检查名称和文件夹，关掉占用它的程序再试。"
    words = "：".join([type(error).__name__, *str(error).strip().splitlines()[:1]])
    return f"这一格没有做完（{words}），请检查括号里填的内容。"


def _argument_fault(error: Exception) -> str:
    """What was wrong between the brackets of a call; empty where it was something else."""
    match error:
        case TypeError() if found := re.search(r"(\w+)\(\) got an unexpected keyword argument '(.+?)'", str(error)):
            return f"“{found[1]}”的括号里不能写“{found[2]}”，请检查拼写。"
        case TypeError() if found := re.search(r"(\w+)\(\) missing \d+ required .*?: (.+)", str(error)):
            return f"“{found[1]}”的括号里少了 {found[2]}，请补上。"
        case AttributeError() | TypeError() if _in_package(error):
            wanted = '第一个是 open_workbook 打开的工作簿，名称、月份和日期加引号，如 month="2024-09"'
            return f"括号里填的内容不合用（{error}）：{wanted}。"
    return ""


def _library_fault(error: Exception) -> str:
    """The same for faults of Altair and of networks, known by name, for their modules may not be there."""
    match type(error).__name__:
        case "URLError" | "HTTPError" | "gaierror" | "ConnectionRefusedError":
            return f"连不上网络（{error}）；报告在没有网络的地方也要能做，请先把数据存成文件再读。"
        case "ExpatError" | "UnidentifiedImageError" | "FileNotFoundError" if not getattr(error, "errno", None):
            told = re.sub("No such file or directory: '(.*)'", r"找不到“\1”", str(error))
            return f"文件读不出来（{told}）：多半是文件名写错了，或文件不完整，请检查。"
        case "MaxRowsError":
            return "图用的数据超过 5000 行，请先筛选或汇总，再画。"
        case "SchemaValidationError":
            return f"图的写法有误（{str(error).splitlines()[-1].strip()}），请检查 mark_ 和 encode 里填的内容。"
    return ""


def _in_package(error: Exception) -> bool:
    """Whether our own code stumbled, over what it was given: its names mean nothing to whoever wrote the cell."""
    frames = traceback.extract_tb(error.__traceback__)
    return bool(frames) and Path(frames[-1].filename).is_relative_to(Path(__file__).parents[1])


def interrupt(number: int, frame: FrameType | None) -> None:
    """A signal's handler: end as Ctrl+C does, once; what is told to stop twice must still be able to clear up. What is
    raised in a destructor is lost: there the signal is sent again, to arrive behind it."""
    if any(at.f_code.co_name == "__del__" for at, _ in traceback.walk_stack(frame)):
        threading.Timer(0.01, os.kill, (os.getpid(), number)).start()
        return
    signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt
