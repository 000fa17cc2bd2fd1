"""One cell to one exact number, in the unit of its indicator: what is only written oddly is read and named, what would
be guessed is refused."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from tongdao.base import CONTROL, HAN_DIGITS, HAN_TENS, INVISIBLE, MONEY, SCALES, from_han, narrow, narrowing
from tongdao.intake.sheet import CellError, Say

if TYPE_CHECKING:  # whoever only reads sheets, apart from us, needs no plan
    from tongdao.plan import Indicator

_MONEY = {"元": Decimal(1)} | {f"{scale}元": size for scale, size in SCALES.items()}
_TWINS = (frozenset("家个户"), frozenset("人名位"))  # one firm, one person: only the classifier differs
_PERCENT = {"百分比", "百分数", "百分率", "percent", "pct", "per cent", "％", "%"}
_TRADITIONAL = str.maketrans("億萬個戶圓點", "亿万个户元点")
_KNOWN = {*_MONEY, *"家个户人名位件项次台篇", "%", "百分点", "个百分点", "人次", "团队", "‰", "美元"}
LONGEST = 60
EXACT = 2**53  # spreadsheets keep no whole number beyond it
STRIKE = "\u0336"  # behind each character of a text that is struck through
NUMERIC = ("number", "percent", "scaled")  # kinds of spreadsheet cells


@dataclass(frozen=True)
class Unit:
    """``canonical`` as we write it; ``factor`` turns a figure in it into the indicator's unit."""

    canonical: str
    factor: Decimal


def canonical(text: str) -> str:
    """A unit's plain spelling: 亿 and 億元 are 亿元, ％ and 百分比 are %; an unknown one comes back as it was."""
    plain = re.sub(r"\s", "", INVISIBLE.sub("", narrow(text))).translate(_TRADITIONAL).strip("“”\"'.。")
    plain = re.sub(r"^单位[:为]?", "", plain)
    if plain.lower() in _PERCENT:
        return "%"
    money = re.sub(r"人民币|RMB|CNY|\(\)", "", plain, flags=re.I)
    money = money + "元" if re.fullmatch(r"[百千十]?[万亿]", money) else money
    return money if money in _MONEY else plain


def _parts(unit: str) -> set[str]:
    return set(re.split(r"[()/、,]", unit)) - {""}


@lru_cache(maxsize=4096)
def unit_for(text: str, to: str) -> Unit | None:
    """What a written unit means where ``to`` is expected; None where it does not fit or is unknown."""
    plain = canonical(text)
    if plain in _MONEY and to in _MONEY:
        return Unit(plain, _MONEY[plain] / _MONEY[to])
    if plain == "‰" and to == "%":
        return Unit(plain, Decimal("0.1"))
    parts, expected = _parts(plain), _parts(to)
    if plain == to or (parts and (parts <= expected or any(parts <= same and expected & same for same in _TWINS))):
        return Unit(to, Decimal(1))
    return None


def is_unit(text: str) -> bool:
    """Whether a text is a unit that we have heard of."""
    parts = _parts(canonical(text))
    return bool(parts) and parts <= _KNOWN


_MISSING = re.compile(
    r"|[-—–―－_]{1,6}|/|\\|…+|\.{1,6}|。+|·+|\*{2,}|#?n[/.]?a\.?|null|none|nil|nan|缺|缺失|缺报|暂缺|空|空白|未报|未报送|未填|未填报"
    r"|待(报|补|公布|定|核)|(尚|暂)?未(公布|发布|统计|上报|报送)|(暂无|无|没有)数据|数据缺失|不详|未知|不适用",
    re.I,
)
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_REFUSED = [  # pattern, code, words
    (re.compile(pattern), code, words)
    for pattern, code, words in (
        (
            r"^(?:无|暂无|没有|未发生|未|尚无|○|〇|×|x|✗|√|✓)$",
            "unclear",
            "“{}”无法区分是 0 还是没有数据，请写 0 或留空",
        ),
        (STRIKE, "struck", "“{}”有一部分划了删除线，不能确定是哪个数，请改成定下的数"),
        (r"^一$", "unclear", "“一”无法区分是数字 1 还是表示缺失的短横，请写 1 或留空"),
        (r"(?i)^[-+]?(?:inf(inity)?|1\.#inf|∞|无穷大?|正无穷|负无穷)$", "infinite", "“{}”是无穷，不能作为读数"),
        (r"^#[A-Z/0!?]+[!?]?$", "error_cell", "“{}”是 Excel 的错误值"),
        (r"^[=@]", "formula", "“{}”是公式，不是数字，请写计算结果"),
        (
            r"(?i)^(?:\d{1,2}月\d{1,2}[日号]?|\d{4}[-/年]\d{1,2}([-/.月]\d{1,2}日?)?( .*)?月?|\d{4}\.\d{1,2}\.\d{1,2}"
            r"|\d{1,2}/\d{1,2}(/\d{2,4})?|\d{1,2}-\d{1,2}-\d{2,4}|\d{1,2}:\d{2}(:\d{2})?"
            rf"|\d{{1,2}}[- ]?{_MONTH}([- ]?\d{{2,4}})?|{_MONTH}[- ]?\d{{1,4}})$",
            "looks_like_date",
            "“{}”像日期，数字多半被 Excel 改成了日期",
        ),
        (
            r"^(大?约|近|将近|接近|超过?|逾|不足|不到|不少于|不低于|至少|最多|预计|估计|大概|几乎|突破|[<>≤≥~～≈±＜＞])"
            r"|(左右|上下|以上|以下|以内|余|多|来|几|许|\+|强|弱|[?？]|[余多]家)$"
            r"|\d[余多几][^\d]*$|[十百千万亿][余多几来]",
            "approximate",
            "“{}”是约数，请写准确的数",
        ),
        (
            r"^(?!\d[\d.]*[eE]-\d+$)(?:\d[\d.,]*[^\d.]{0,3}(-|~|～|—|–|至|到|\.\.)\s*\d[\d.,]*.*|\d+\s*±.*)$",
            "range",
            "“{}”是区间，不是一个数",
        ),
    )
]
_WRITING = [  # what is only written oddly: code, pattern, what stands for it, words
    (code, re.compile(pattern, re.I), instead, words)
    for code, pattern, instead, words in (
        (
            "footnote",
            r"(?<=\S)\s*([\[(（【〔]\s*(?:注|备注|见注|说明|note)\s*[\d一二三四五六七八九十①-⑩a-z]*\s*[\])）】〕]"
            r"|\[\d{1,2}\]|注\d{0,2}|[*※†‡#☆★△▲◆]{1,3}|[①-⑳]|[¹²³⁰⁴-⁹ª-ºᵃ-ᶻ]+)$",
            "",
            "数字后的脚注标记“{}”已去掉",
        ),
        ("minus", r"^[(（]\s*([$¥￥]?)([\d.,]+)(\s*%?)\s*[)）]$", r"-\1\2\3", "括号表示负号，按 −{1} 读取"),
        ("minus", r"^(?:[−–—﹣‒]\s*|-\s+)(?=[\d.])", "-", "负号写法不规范，已统一"),
        ("currency", r"^(-?)(?:[¥￥]|RMB|CNY)\s*", r"\1", "数字前的货币符号已去掉"),
        ("plus", r"^\+(?=\d)", "", "数字前的正号已去掉"),
    )
]
_TYPED = {
    "error": ("error_cell", "单元格是错误值 {}"),
    "formula": ("formula", "公式 {} 没有保存计算结果"),
    "date": ("looks_like_date", "“{}”像日期，数字多半被 Excel 改成了日期"),
    "format": ("format", "单元格的显示格式看不懂：{}，不知道显示的是多少，请改成普通的数字格式"),
    "bool": ("not_a_number", "“{}”不是数字，而是真假值"),
}
_PLAIN = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d{1,3})?", re.I)
_GROUPED = re.compile(r"[-+]?[1-9]\d{0,2}(?:([,，])\d{3}(?:\1\d{3})*|([ '’]\d{3})+)(\.\d+)?")
_TAIL = re.compile(
    r"(?P<number>[-+]?[\d.][\d.,， '’]*(?:e[-+]?\d+)?)\s*"
    r"[(（]?\s*(?P<unit>[^\d\s()（）.,]+(?:[(（][^\d()（）]+[)）])?)\s*[)）]?",
    re.I,
)
_HAN = "".join([*HAN_DIGITS, *HAN_TENS, "万亿"])
_HAN_NUMBER = re.compile(
    rf"(?P<sign>负)?(?P<whole>[{_HAN}]+)(点(?P<part>[{''.join(HAN_DIGITS)}]+))?(?P<unit>[^{_HAN}点\s].*)?"
)


@dataclass(frozen=True)
class Number:
    """``value`` is None where nothing was reported or the cell is refused; ``unit`` is one glued to the figure.

    ``notes`` are (code, words) of what was read as meant; ``fault`` is one (code, words) that refuses the cell.
    ``dash`` marks the ordinary signs for “not reported”, — and blank. The unit * stands for the plain number: 1500万.
    """

    value: Decimal | None = None
    unit: str = ""
    notes: tuple[tuple[str, str], ...] = ()
    fault: tuple[str, str] | None = None
    dash: bool = False

    def noted(self, code: str, words: str) -> "Number":
        return replace(self, notes=(*self.notes, (code, words)))

    def refused(self, code: str, words: str) -> "Number":
        return replace(self, value=None, fault=(code, words))


def plain_decimal(value: Decimal) -> str:
    """A number without exponent or superfluous zeros, exact."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@lru_cache(maxsize=4096)
def read_number(text: str, kind: str = "") -> Number:
    """Read a value cell; ``kind`` is what the spreadsheet says it is (see ``sheet.Sheet``)."""
    number = Number()
    if typed := _TYPED.get(kind):
        return number.refused(typed[0], typed[1].format(text[:LONGEST]))
    if kind in NUMERIC:
        return replace(number, value=Decimal(text))
    if CONTROL.search(text):
        return number.refused("control", f"数值“{text[:LONGEST]}”含有控制字符，内容可能已损坏")
    plain = INVISIBLE.sub("", text)
    if plain.strip() == "":
        return Number(dash=True)
    if plain != text:
        number = number.noted("invisible", "含不可见字符，已去掉")
    if plain in ("—", "——"):
        return replace(number, dash=True)
    slim = narrow(plain)
    if slim.strip() != plain.strip() or "\u3000" in plain:
        number = number.noted("fullwidth", narrowing(plain))
    if slim.strip() != slim:
        number, slim = number.noted("spaces", "首尾的空格已去掉"), slim.strip()
    if len(slim) > LONGEST:
        return Number().refused("not_a_number", f"“{slim[:20]}…”不是数字，长达 {len(slim)} 个字符")
    if slim[:1] in "'‘\"“" and len(slim) > 1:
        number, slim = number.noted("quotes", "数字外的引号已去掉"), slim.strip("'‘’\"“”")
    return _read(slim, number)


def _read(text: str, number: Number) -> Number:
    if _MISSING.fullmatch(text):
        return number.noted("missing", f"“{text}”按缺失处理，不作为 0")
    for pattern, code, words in _REFUSED:
        if pattern.search(text):
            return number.refused(code, words.format(text))
    for code, pattern, instead, words in _WRITING:
        if found := pattern.search(text):
            number, text = number.noted(code, words.format(*found.groups())), pattern.sub(instead, text).strip()
    return _figure(text, number)


def _figure(text: str, number: Number) -> Number:
    if _PLAIN.fullmatch(text):
        return _exact(text, number)
    if _GROUPED.fullmatch(text):
        return _exact(re.sub("[,， '’]", "", text), number.noted("thousands", "千分位分隔符已去掉"))
    tail = _TAIL.fullmatch(text)
    if tail and (_PLAIN.fullmatch(figure := tail["number"].strip()) or _GROUPED.fullmatch(figure)):
        return _glued(_figure(figure, number), tail["unit"], text)
    if (han := _HAN_NUMBER.fullmatch(text)) and (value := from_han(han["whole"])) is not None:
        part = "".join(str(HAN_DIGITS[ch]) for ch in han["part"] or "")
        exact = Decimal(f"{'-' if han['sign'] else ''}{value}{'.' + part if part else ''}")
        inner = replace(number.noted("chinese_numeral", f"中文数字已读作 {exact}"), value=exact)
        return _glued(inner, han["unit"], text) if han["unit"] else inner
    return number.refused("not_a_number", f"“{text}”不是数字")


def _glued(inner: Number, unit: str, text: str) -> Number:
    """A unit, or a magnitude such as 万, that stands behind the figure."""
    if inner.value is None:
        return inner
    scale = unit if unit in SCALES else unit[:1]
    rest = unit[len(scale) :]
    if unit in ("百", "千"):  # under 万元 1.5千 may be 1.5千元 or 1.5千万元
        return inner.refused("unclear", f"“{text}”的“{unit}”不能确定是多少，请写出全部的数")
    if unit in SCALES or (scale in ("万", "亿") and rest != "元" and is_unit(rest)):
        value = inner.value * SCALES[scale]
        noted = inner.noted("unit_in_cell", f"数值含单位“{text}”，已读作 {value:f}")
        return replace(noted, value=value, unit=rest or "*")
    if not is_unit(unit):
        return inner.refused("not_a_number", f"“{text}”不是数字")
    return replace(inner, unit=unit).noted("unit_in_cell", f"数值含单位“{text}”，已分开")


def _exact(text: str, number: Number) -> Number:
    value = Decimal(text)
    if not -60 < value.adjusted() < 60:
        return number.refused("infinite", f"“{text}”超出了可能的范围，近于无穷")
    if re.match(r"[-+]?0\d", text):
        number = number.noted("leading_zero", "前导零已去掉")
    if "e" in text.lower():
        number = number.noted("scientific", f"科学计数法已读作 {value:f}")
    if re.match(r"[-+]?\.", text) or text.endswith("."):
        number = number.noted("decimal_point", f"小数点写法不规范，已读作 {value}")
    return replace(number, value=abs(value) if value == 0 else value)


def remark(say: Say, notes: Iterable[tuple[str, str]]) -> None:
    """A warning for each oddity of writing that was read as meant."""
    for code, words in notes:
        say("warning", code, words)


def declared(written: str, item: "Indicator", say: Say, at: int) -> Unit:
    """The unit a row declares for its indicator in place ``at``, or its refusal; a finding says what was made of it."""
    if not written.strip() and not item.unit:  # an index, or what is done or not
        return Unit("", Decimal(1))
    if not written.strip():
        raise CellError("unit_empty", f"单位为空，不能猜测，请写 {item.unit}", at)
    if (unit := unit_for(written, item.unit)) is None:
        raise CellError("unit_mismatch", f"单位“{written}”不认识或与“{item.name}”不符，应为 {item.unit}", at)
    if unit.factor != 1:
        say("warning", "unit_converted", f"单位已换算：{written} 换算成 {item.unit}")
    elif written != item.unit:
        say("warning", "unit_spelling", f"单位已规范：“{written}”读作 {item.unit}")
    return unit


def as_shown(shown: str, item: "Indicator", unit: Unit) -> Unit:
    """The unit of a cell whose format shows one: the declared one, or that times 万 for 家; no other."""
    if shown == "¥" and item.unit in MONEY:
        return unit
    scale = SCALES.get(shown)
    if scale and (item.unit not in MONEY or unit.canonical == "元"):
        return Unit(shown, scale * unit.factor)
    found = unit_for(shown, item.unit)
    if found is None or found.factor != unit.factor:
        words = f"单元格显示的单位是“{shown}”，与所写的单位 {unit.canonical} 不一致，不知以哪个为准，请改成一致"
        raise CellError("unit_mismatch", words)
    return unit


def worth(number: Number, kind: str, item: "Indicator", unit: Unit, say: Say) -> Decimal | None:
    """The value in the indicator's unit; None where nothing was reported."""
    remark(say, number.notes)
    if number.fault:
        raise CellError(*number.fault)
    if (value := number.value) is None:
        return None
    if item.unit not in MONEY and "currency" in dict(number.notes):
        raise CellError("unit_mismatch", f"数值前有货币符号，“{item.name}”的单位却是 {item.unit}")
    if number.unit == "*":
        value = value / MONEY[item.unit] if item.unit in MONEY else value
    elif number.unit:
        if (glued := unit_for(number.unit, item.unit)) is None:
            raise CellError("unit_mismatch", f"数值里的单位“{number.unit}”与“{item.name}”的单位 {item.unit} 不符")
        value *= glued.factor
        if glued.factor != 1:
            say("warning", "unit_converted", f"已按 {plain_decimal(value)} {item.unit} 记入")
    elif kind == "percent":
        if item.unit != "%":
            raise CellError("unit_mismatch", f"单元格是百分比格式，“{item.name}”的单位却是 {item.unit}")
        value *= 100
        say("warning", "percent_format", f"单元格是百分比格式，已读作 {plain_decimal(_rounded(value))}%")
    else:
        if kind == "scaled":
            say("warning", "scaled_format", f"单元格的显示格式缩小了数值，按显示的 {plain_decimal(value)} 读取")
        value *= unit.factor
    value = _rounded(value) if kind in NUMERIC else value
    _possible(value, item)
    target = Decimal(repr(item.target or 0)) if item.unit == "%" else 0
    if target >= 4 and 0 < abs(value) < 1 and Decimal("0.25") <= abs(value) * 100 / target <= 5:
        shown, whole = plain_decimal(value), plain_decimal(value * 100)
        say("warning", "scale", f"疑似单位有误：{shown} 像是 {whole}% 写成了小数，原样记入，请核对")
    return value


def _rounded(value: Decimal) -> Decimal:
    """To fifteen significant digits, as Excel itself shows; the rest is noise of binary fractions."""
    return value.normalize() if value == 0 else round(value, 14 - value.adjusted())


def _possible(value: Decimal, item: "Indicator") -> None:
    """A fraction of a firm, a negative count, a share above its limit cannot be."""
    limit = item.upper_limit
    if item.counts and value != value.to_integral_value():
        raise CellError("fraction", f"“{item.name}”应为整数，{plain_decimal(value)} {item.unit} 不可能")
    if abs(value) > EXACT:
        raise CellError("too_large", f"{plain_decimal(value)} 超过 2 的 53 次方，表格程序存不准这样大的数，不能用")
    if value < 0 and not item.traits.change:
        raise CellError("negative", f"“{item.name}”不会是负数，{plain_decimal(value)} 不能用")
    if limit is not None and value > Decimal(repr(limit)):
        raise CellError("over_limit", f"“{item.name}”超过 {limit:g}{item.unit} 的上限，{plain_decimal(value)} 不可能")
    if item.traits.rate and value < -100:
        raise CellError("under_limit", f"“{item.name}”下降超过 100%，{plain_decimal(value)} 不可能")
