"""IPython integration: Chinese error messages, offline charts, a Chinese font for matplotlib."""

import json
import os
import re
import sys
import traceback
from html import escape
from importlib.abc import MetaPathFinder
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar

from tongdao.base import TongdaoError, candidates, disk_fault

_NO_BACKEND = (
    r"'(\w+)' is not a recognised GUI loop|Cannot load backend '(\w+?)(?:agg)?' which requires|following (Qt) binding"
)


def prepare() -> None:
    """Set up the shell of this kernel; nothing happens where there is none."""
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is None:
        return
    shell.set_custom_exc((Exception,), _say)
    chinese_in_pictures()
    shell.events.register("pre_run_cell", lambda _: _made_up().clear())  # what the process before a fork had opened
    shell.events.register("post_run_cell", _stamp)
    formatter = shell.display_formatter
    formatter.mimebundle_formatter.for_type_by_name("altair.vegalite.v6.api", "TopLevelMixin", _picture)  # all charts
    formatter.formatters["text/html"].for_type_by_name("pandas", "Series", column)


def _stamp(result: Any) -> None:
    """Say below a cell that opened a made-up workbook that the data are made up, unless the cell shows a head."""
    if made_up := _made_up():
        from IPython.display import display

        from tongdao.document import blocks
        from tongdao.pages import EXAMPLE, Stamp

        made_up.clear()
        if not isinstance(result.result, blocks.Head):
            display(Stamp(EXAMPLE))


def _made_up() -> set[Path]:
    """The made-up workbooks that a cell has opened; nothing is imported for it."""
    room = sys.modules.get("tongdao.workbook.workbook")
    return room.MADE_UP if room else set()


def load_ipython_extension(shell: Any) -> None:
    """For ``ipython_kernel_config.py``, which every kernel of this environment reads: the import has done all."""


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
            return (
                f"文件“{error.filename or ''}”打不开：{disk_fault(error)}，请检查名称和文件夹，关掉占用它的程序再试。"
            )
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
            return (
                f"括号里填的内容不合用（{error}）：第一个是 open_workbook 打开的工作簿，"
                '名称、月份和日期加引号，如 month="2024-09"。'
            )
    return ""


def _library_fault(error: Exception) -> str:
    """The same for faults of Altair and of networks, known by name, for their modules may not be there."""
    match type(error).__name__:
        case "URLError" | "HTTPError" | "gaierror" | "ConnectionRefusedError":
            return f"连不上网络（{error}）；报告在没有网络的地方也要能做，请先把数据存成文件再读。"
        case "ExpatError" | "UnidentifiedImageError" | "FileNotFoundError" if not getattr(error, "errno", None):
            return f"文件读不出来（{error}）：多半是文件名写错了，或文件不完整，请检查。"
        case "MaxRowsError":
            return "图用的数据超过 5000 行，请先筛选或汇总，再画。"
        case "SchemaValidationError":
            return f"图的写法有误（{str(error).splitlines()[-1].strip()}），请检查 mark_ 和 encode 里填的内容。"
    return ""


def _in_package(error: Exception) -> bool:
    """Whether our own code stumbled, over what it was given: its names mean nothing to whoever wrote the cell."""
    frames = traceback.extract_tb(error.__traceback__)
    return bool(frames) and Path(frames[-1].filename).is_relative_to(Path(__file__).parents[1])


def _say(
    shell: Any, kind: type[Exception], error: Exception, trace: TracebackType | None, tb_offset: int | None = None
) -> list[str]:
    """The sentence as the cell's error, which runs and exporters look for; below it the way there, folded."""
    from IPython.display import HTML, display

    from tongdao.document import TRACE

    told = sentence(error)
    shell._showtraceback(kind, error, [told])
    way = escape("".join(traceback.format_exception(kind, error, trace and trace.tb_next)))
    display(
        HTML(f"<details><summary>调用过程（给维护者看）</summary><pre>{way}</pre></details>", metadata={TRACE: True})
    )
    return [told]


def column(series: Any) -> str:
    """One column of a frame as a table; pandas has plain text for it, which documents leave out."""
    # a head without a word would be taken for none, and the first row for the head
    named = "值" if series.name is None else series.name
    return str(series.to_frame(named)._repr_html_())  # as long as a frame, no longer


def chinese_in_pictures() -> None:
    """Give matplotlib and vl-convert the package's fonts as soon as they are imported; their own have no Chinese."""
    if not any(isinstance(finder, _FontFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _FontFinder())
    for name in _FontFinder.waiting.keys() & sys.modules.keys():
        _FontFinder.waiting[name](sys.modules[name])


def _add_font(font_manager: Any) -> None:
    """The default of matplotlib, and what is drawn where a family that a notebook asks for lacks a character."""
    from matplotlib import rcParams

    from tongdao.document import FONTS, SANS

    manager = font_manager.fontManager
    if any(font.name == SANS for font in manager.ttflist):
        return
    for path in sorted(FONTS.glob("NotoSansSC-*.ttf")):
        manager.addfont(str(path))
    rcParams["font.sans-serif"] = [SANS, *rcParams["font.sans-serif"]]
    rcParams["axes.unicode_minus"] = False  # the font has no such sign
    find = manager._find_fonts_by_props

    def found(prop: Any, *args: Any, **more: Any) -> list[str]:
        ours = manager.findfont(font_manager.FontProperties(family=SANS, weight=prop.get_weight()))
        return list(dict.fromkeys([*find(prop, *args, **more), ours]))

    manager._find_fonts_by_props = found


def _add_letters(mathtext: Any) -> None:
    """Chinese in a text with a formula (面积 $km^2$), which matplotlib looks for in one font alone."""
    from tongdao.document import SANS

    look = mathtext.UnicodeFonts._get_glyph

    def found(fonts: Any, name: str, kind: str, sign: str) -> Any:
        if len(sign) > 1 or sign < "\u2e80":
            return look(fonts, name, kind, sign)
        weight, own = fonts.default_font_prop.get_weight(), fonts._fonts["default"]
        ours = mathtext.get_font(mathtext.findfont(mathtext.FontProperties(family=SANS, weight=weight)))
        return own if own.get_char_index(ord(sign)) else ours, ord(sign), False

    mathtext.UnicodeFonts._get_glyph = found


def _add_fonts(vl_convert: Any) -> None:
    """For a chart of Altair's that a notebook saves as a picture."""
    from tongdao.document import FONTS

    vl_convert.register_font_directory(str(FONTS))


class _FontFinder(MetaPathFinder):
    """Waits for what draws to be imported."""

    waiting: ClassVar[dict[str, Any]] = {
        "matplotlib.font_manager": _add_font, "matplotlib._mathtext": _add_letters, "vl_convert": _add_fonts,
    }  # fmt: skip

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if (add := self.waiting.pop(name, None)) is None:
            return None
        spec: Any = find_spec(name)
        self.waiting[name] = add  # it may only have been looked for
        load: Any = spec.loader.exec_module
        spec.loader.exec_module = lambda module: (load(module), add(module))
        return spec


def _picture(chart: Any, include: object = None, exclude: object = None) -> dict[str, Any]:
    """A chart as a picture that stays in the notebook file, and as its specification, which is what documents read."""
    from IPython.core.getipython import get_ipython

    from tongdao.document import sketch
    from tongdao.pages import HEADLESS

    try:
        spec = json.loads(json.dumps(chart.to_dict(), default=str))  # a column of dates
    except Exception as error:  # what is raised from here IPython shows with its traceback
        _say(get_ipython(), type(error), error, error.__traceback__)
        return {}
    words = str(chart.title) if isinstance(chart.title, str) else "图"
    drawn = {"image/svg+xml": picture} if HEADLESS not in os.environ and (picture := sketch(spec)) else {}
    return {"application/vnd.vegalite.v6+json": spec, **drawn, "text/plain": words}
