"""One cell to one exact number: what is only written oddly is read and named, what would be guessed is refused."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from tongdao.base import CONTROL, INVISIBLE, MONEY, narrow

_MONEY = {**MONEY, "百元": Decimal(100), "百万元": Decimal(10**6), "千万元": Decimal(10**7), "十亿元": Decimal(10**9)}
_TWINS = (frozenset("家个户"), frozenset("人名位"))  # one firm, one person: only the classifier differs
_PERCENT = {"百分比", "百分数", "百分率", "percent", "pct", "per cent", "％", "%"}
_TRADITIONAL = str.maketrans("億萬個戶圓點", "亿万个户元点")
_WHOLE = frozenset("家个户人名位件项次台篇")
_KNOWN = {*_MONEY, *_WHOLE, "%", "百分点", "个百分点", "人次", "团队", "人(个)", "‰", "美元"}


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
    money = money if money.endswith("元") or not re.fullmatch(r"[百千十]?[万亿]", money) else money + "元"
    return money if money in _MONEY else plain


@lru_cache(maxsize=4096)
def unit_for(text: str, to: str) -> Unit | None:
    """What a written unit means where ``to`` is expected; None where it does not fit or is unknown."""
    plain = canonical(text)
    if plain == to:
        return Unit(to, Decimal(1))
    if plain in _MONEY and to in _MONEY:
        return Unit(plain, _MONEY[plain] / _MONEY[to])
    if plain == "‰" and to == "%":
        return Unit(plain, Decimal("0.1"))
    parts = set(re.split(r"[()/、,]", plain)) - {""}
    expected = set(re.split(r"[()/、,]", to)) - {""}
    if parts and parts == expected:
        return Unit(to, Decimal(1))
    for twins in _TWINS:
        if parts and parts <= twins and expected & twins:
            return Unit(to, Decimal(1))
    if parts and len(expected) > 1 and parts <= expected:
        return Unit(to, Decimal(1))
    return None


def is_unit(text: str) -> bool:
    """Whether a text is a unit that we have heard of."""
    plain = canonical(text)
    parts = set(re.split(r"[()/、,]", plain)) - {""}
    return plain in _KNOWN or bool(parts and parts <= _KNOWN)


MISSING = re.compile(
    r"|[-—–―－_]{1,6}|/|\\|…+|\.{1,6}|。+|·+|\*{2,}|#?n[/.]?a\.?|null|none|nil|nan|缺|缺失|缺报|暂缺|空|空白|未报|未报送|未填|未填报"
    r"|待(报|补|公布|定|核)|(尚|暂)?未(公布|发布|统计|上报|报送)|(暂无|无|没有)数据|数据缺失|不详|未知|不适用",
    re.I,
)
UNCLEAR = re.compile(r"无|暂无|没有|未发生|未|尚无|○|〇|×|x|✗|√|✓")
_INFINITE = re.compile(r"[-+]?(inf(inity)?|1\.#inf|∞|无穷大?|正无穷|负无穷)", re.I)
_ABOUT = re.compile(
    r"^(大?约|近|将近|接近|超过?|逾|不足|不到|不少于|不低于|至少|最多|预计|估计|大概|几乎|突破|[<>≤≥~～≈±＜＞]|<=|>=)"
    r"|(左右|上下|以上|以下|以内|余|多|多家|余家|来|几|许|\+|强|弱|[?？])$|\d[余多几][^\d]*$|[十百千万亿][余多几来]"
)
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DATE = re.compile(
    r"\d{1,2}月\d{1,2}[日号]?|\d{4}[-/年]\d{1,2}([-/.月]\d{1,2}日?)?( .*)?月?|\d{4}\.\d{1,2}\.\d{1,2}"
    r"|\d{1,2}/\d{1,2}(/\d{2,4})?|\d{1,2}-\d{1,2}-\d{2,4}|\d{1,2}:\d{2}(:\d{2})?"
    rf"|\d{{1,2}}[- ]?{_MONTH}([- ]?\d{{2,4}})?|{_MONTH}[- ]?\d{{1,4}}",
    re.I,
)
_RANGE = re.compile(r"\d[\d.,]*[^\d.]{0,3}(-|~|～|—|–|至|到|\.\.)\s*\d[\d.,]*.*|\d+\s*±.*")
_NOTE = re.compile(
    r"\s*([\[(（【〔]\s*(注|备注|见注|说明|note)\s*[\d一二三四五六七八九十①-⑩a-z]*\s*[\])）】〕]"
    r"|\[\d{1,2}\]|注\d{0,2}|[*※†‡#☆★△▲◆]{1,3}|[①-⑳]|[¹²³⁰⁴-⁹ª-ºᵃ-ᶻ]+)$",
    re.I,
)
_PLAIN = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d{1,3})?", re.I)
_GROUPED = re.compile(r"[-+]?\d{1,3}(([,，])\d{3})(\2\d{3})*(\.\d+)?|[-+]?\d{1,3}([ '’]\d{3})+(\.\d+)?")
_TAIL = re.compile(
    r"(?P<number>[-+]?[\d.][\d.,， '’]*(?:e[-+]?\d+)?)\s*"
    r"[(（]?\s*(?P<unit>[^\d\s()（）.,]+(?:[(（][^\d()（）]+[)）])?)\s*[)）]?",
    re.I,
)
_HAN_DIGITS = {
    ch: n
    for n, chars in enumerate(("零〇", "一壹", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"))
    for ch in chars
}
_HAN_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_HAN = "".join(_HAN_DIGITS) + "".join(_HAN_UNITS) + "万亿"
_HAN_NUMBER = re.compile(
    rf"(?P<sign>负)?(?P<whole>[{_HAN}]+)(点(?P<part>[{''.join(_HAN_DIGITS)}]+))?(?P<unit>[^{_HAN}点\s].*)?"
)
_MAGNITUDE = {
    "万": Decimal(10**4),
    "亿": Decimal(10**8),
    "千": Decimal(1000),
    "百万": Decimal(10**6),
    "千万": Decimal(10**7),
}
LONGEST = 60


@dataclass(frozen=True)
class Number:
    """``value`` is None where nothing was reported or the cell is refused; ``unit`` is one glued to the figure.

    ``notes`` are (code, words) of what was read as meant; ``fault`` is one (code, words) that refuses the cell.
    ``dash`` marks the ordinary signs for “not reported”, — and blank.
    """

    value: Decimal | None = None
    unit: str = ""
    notes: tuple[tuple[str, str], ...] = ()
    fault: tuple[str, str] | None = None
    dash: bool = False

    def noted(self, code: str, words: str) -> "Number":
        return replace(self, notes=(*self.notes, (code, words)))


@lru_cache(maxsize=4096)
def read_number(text: str, kind: str = "") -> Number:
    """Read a value cell; ``kind`` is what the spreadsheet says it is (see ``sheet.Sheet``)."""
    typed = _typed(text, kind)
    if typed:
        return typed
    number = Number()
    if kind in ("number", "percent"):
        return replace(number, value=Decimal(text))
    if CONTROL.search(text):
        return _fault("control", f"数值“{text[:LONGEST]}”含有控制字符，内容可能已损坏")
    plain = INVISIBLE.sub("", text)
    if plain != text:
        number = number.noted("invisible", "含不可见字符，已去掉")
    if plain.strip() == "":
        return replace(number, notes=(), dash=True)
    if plain in ("—", "——"):
        return replace(number, dash=True)
    slim = narrow(plain)
    if slim.strip() != plain.strip() or "\u3000" in plain:
        number = number.noted("fullwidth", "全角字符已转为半角")
    if slim.strip() != slim:
        number = number.noted("spaces", "首尾的空格已去掉")
    slim = slim.strip()
    if len(slim) > LONGEST:
        return _fault("not_a_number", f"“{slim[:20]}…”不是数字，长达 {len(slim)} 个字符")
    if slim[:1] in "'‘\"“" and len(slim) > 1:
        number, slim = number.noted("quotes", "数字外的引号已去掉"), slim.strip("'‘’\"“”")
    return _read(slim, number)


def _typed(text: str, kind: str) -> Number | None:
    match kind:
        case "error":
            return _fault("error_cell", f"单元格是错误值 {text}")
        case "formula":
            return _fault("formula", f"公式 {text[:LONGEST]} 没有保存计算结果")
        case "date":
            return _fault("looks_like_date", f"“{text}”像日期，数字多半被 Excel 改成了日期")
        case "bool":
            return _fault("not_a_number", f"“{text}”不是数字，而是真假值")
    return None


def _fault(code: str, words: str) -> Number:
    return Number(fault=(code, words))


def _read(text: str, number: Number) -> Number:
    refused = _refused(text)
    if refused:
        return replace(number, fault=refused)
    if MISSING.fullmatch(text):
        return number.noted("missing", f"“{text}”按缺失处理，不作为 0")
    note = _NOTE.search(text)
    if note and note.start():
        number, text = (
            number.noted("footnote", f"数字后的脚注标记“{note.group().strip()}”已去掉"),
            text[: note.start()].rstrip(),
        )
    bracket = re.fullmatch(r"[(（]\s*[$¥￥]?([\d.,]+)\s*%?\s*[)）]", text)
    if bracket:
        number, text = number.noted("minus", f"括号表示负号，按 −{bracket[1]} 读取"), "-" + text.strip("()（） ")
    if text[:1] in "−–—﹣‒" and re.match(r".\s*[\d.]", text):
        number, text = number.noted("minus", "负号写法不规范，已统一"), "-" + text[1:].strip()
    if text[:1] in "¥￥" or text[:2] in ("-¥", "-￥") or text.upper().startswith(("RMB", "CNY")):
        number, text = (
            number.noted("currency", "数字前的货币符号已去掉"),
            re.sub(r"[¥￥]|RMB|CNY", "", text, flags=re.I).strip(),
        )
    if text.startswith("+") and text[1:2].isdigit():
        number, text = number.noted("plus", "数字前的正号已去掉"), text[1:]
    return _figure(text, number)


def _refused(text: str) -> tuple[str, str] | None:
    if UNCLEAR.fullmatch(text):
        return "unclear", f"“{text}”无法区分是 0 还是没有数据，请写 0 或留空"
    if text == "一":
        return "unclear", "“一”无法区分是数字 1 还是表示缺失的短横，请写 1 或留空"
    if _INFINITE.fullmatch(text):
        return "infinite", f"“{text}”是无穷，不能作为读数"
    if re.fullmatch(r"#[A-Z/0!?]+[!?]?", text) and text != "#N/A":
        return "error_cell", f"“{text}”是 Excel 的错误值"
    if text.startswith("=") or text.startswith("@"):
        return "formula", f"“{text}”是公式，不是数字，请写计算结果"
    if _DATE.fullmatch(text):
        return "looks_like_date", f"“{text}”像日期，数字多半被 Excel 改成了日期"
    if MISSING.fullmatch(text) is None and _ABOUT.search(text):
        return "approximate", f"“{text}”是约数，请写准确的数"
    if _RANGE.fullmatch(text):
        return "range", f"“{text}”是区间，不是一个数"
    return None


def _figure(text: str, number: Number) -> Number:
    if _PLAIN.fullmatch(text):
        return _exact(text, number)
    if _GROUPED.fullmatch(text):
        return _exact(re.sub("[,， '’]", "", text), number.noted("thousands", "千分位分隔符已去掉"))
    tail = _TAIL.fullmatch(text)
    if tail and (_PLAIN.fullmatch(tail["number"].strip()) or _GROUPED.fullmatch(tail["number"].strip())):
        inner = _figure(tail["number"].strip(), number)
        return _glued(inner, tail["unit"], text)
    han = _HAN_NUMBER.fullmatch(text)
    if han and (value := _from_han(han["whole"])) is not None:
        part = "".join(str(_HAN_DIGITS[ch]) for ch in han["part"] or "")
        exact = Decimal(f"{'-' if han['sign'] else ''}{value}{'.' + part if part else ''}")
        inner = replace(number.noted("chinese_numeral", f"中文数字已读作 {exact}"), value=exact)
        return _glued(inner, han["unit"], text) if han["unit"] else inner
    return replace(number, fault=("not_a_number", f"“{text}”不是数字"))


def _glued(inner: Number, unit: str, text: str) -> Number:
    """A unit, or a magnitude such as 万, that stands behind the figure."""
    if inner.value is None:
        return inner
    if unit in _MAGNITUDE:
        found = replace(inner, value=inner.value * _MAGNITUDE[unit])
        return replace(found, unit="*").noted("unit_in_cell", f"数值含单位“{text}”，已读作 {found.value:f}")
    magnitude = re.match(r"[万亿]", unit)
    if magnitude and unit not in ("万元", "亿元") and is_unit(unit[1:]) and unit[1:] != "元":
        found = _glued(inner, magnitude.group(), text)
        return replace(found, unit=unit[1:])
    if not is_unit(unit):
        return replace(inner, value=None, fault=("not_a_number", f"“{text}”不是数字"))
    return replace(inner, unit=unit).noted("unit_in_cell", f"数值含单位“{text}”，已分开")


def _exact(text: str, number: Number) -> Number:
    value = Decimal(text)
    if not -60 < value.adjusted() < 60:
        return replace(number, fault=("infinite", f"“{text}”超出了可能的范围，近于无穷"))
    if re.match(r"[-+]?0\d", text):
        number = number.noted("leading_zero", "前导零已去掉")
    if "e" in text.lower():
        number = number.noted("scientific", f"科学计数法已读作 {value:f}")
    if re.match(r"[-+]?\.", text) or text.endswith("."):
        number = number.noted("decimal_point", f"小数点写法不规范，已读作 {value}")
    return replace(number, value=abs(value) if value == 0 else value)


def _from_han(text: str) -> int | None:
    """A Chinese numeral below 10^12: 五十三, 一百零五, 一万二千, 壹佰; None where the parts do not make a number."""
    if all(ch in _HAN_DIGITS for ch in text):  # 二〇二 is read digit by digit, 五三 would be a guess
        return int("".join(str(_HAN_DIGITS[ch]) for ch in text)) if len(text) == 1 or set(text) & set("〇零") else None
    for sign, size in (("亿", 10**8), ("万", 10**4)):
        if sign in text:
            head, _, rest = text.partition(sign)
            high, low = _from_han(head) if head else None, _from_han(rest) if rest else 0
            return None if high is None or low is None or low >= size else high * size + low
    total, digit, last = 0, None, 10_000
    for ch in text:
        if ch in _HAN_UNITS:
            size = _HAN_UNITS[ch]
            if size >= last or (digit is None and not (size == 10 and total == 0)):
                return None
            total, digit, last = total + (1 if digit is None else digit) * size, None, size
        elif _HAN_DIGITS[ch] == 0:
            digit = None
        elif digit is not None:
            return None
        else:
            digit = _HAN_DIGITS[ch]
    return total + (digit or 0)
